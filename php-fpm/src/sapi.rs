//! FastCGI as a SAPI.

use crate::conf::Pool;
use crate::fastcgi::{Connection, Params};
use crate::request::get;
use crate::unix::Stream;
use howdah_host::headers::{Headers, reason};
use howdah_host::sapi::{RequestInfo, Sapi};
use std::cell::RefCell;
use std::io;
use std::rc::Rc;

/// What a worker and its SAPI share: the connection and the request's parameters.
#[derive(Default)]
pub struct Current {
    /// The connection, while there is one.
    pub connection: Option<Connection<Stream>>,
    /// Parameters, in the order in which they came.
    pub params: Params,
    /// `FCGI_ROLE`
    pub role: &'static str,
    /// The web server was told something of this request already.
    pub told: bool,
}

impl Current {
    /// Tells the web server something for its error log; false: there is none.
    pub fn tell(&mut self, message: &[u8]) -> bool {
        let before: &[u8] = if std::mem::replace(&mut self.told, true) { b"; " } else { b"" };
        let text = [before, message].concat();
        self.connection.as_mut().is_some_and(|c| c.write_stderr(&text).is_ok())
    }
}

/// FastCGI.
pub struct Fpm {
    /// The request.
    pub current: Rc<RefCell<Current>>,
    /// The pool's environment.
    pub env: Rc<Vec<(Vec<u8>, Vec<u8>)>>,
    /// `cgi.fix_pathinfo`
    pub fix_path_info: bool,
    /// `fastcgi.logging`
    pub logging: bool,
    /// The pool's settings and the worker's number, where there is a worker.
    pub worker: Option<(Pool, usize)>,
    /// Told when a script finishes its response before it ends.
    pub on_finish: Option<Box<dyn Fn()>>,
}

fn gone() -> io::Error {
    io::ErrorKind::NotConnected.into()
}

/// The lines before the body.
pub fn header_lines(h: &Headers) -> Vec<u8> {
    let is = |l: &[u8], name: &[u8]| l.len() > name.len() && l[..name.len()].eq_ignore_ascii_case(name);
    let mut out = Vec::new();
    /// Longest status line.
    const LONGEST: usize = 1023;
    let mut status = h.code;
    let mut status_sent = false;
    if h.code != 200 {
        let line = h.status_line.as_deref().and_then(|l| Some((l, l.iter().position(|&c| c == b' ')?)));
        match line.filter(|(_, space)| *space >= 5) {
            Some((l, space)) => {
                status = howdah_host::ini::quantity::to_long(&l[space + 1..]) as i32;
                let line = [b"Status:", &l[space..]].concat();
                out.extend_from_slice(&line[..line.len().min(LONGEST)]);
                out.extend_from_slice(b"\r\n");
                status_sent = true;
            }
            None if !h.lines().iter().any(|l| is(l, b"Status:")) => {
                let text = reason(h.code).map_or(String::new(), |r| format!(" {r}"));
                out.extend(format!("Status: {}{text}\r\n", h.code).into_bytes());
                status_sent = true;
            }
            None => {}
        }
    }
    for l in h.lines().iter().filter(|l| !l.is_empty()) {
        if is(l, b"Status:") {
            if std::mem::replace(&mut status_sent, true) {
                continue;
            }
        } else if status == 304 && is(l, b"Content-Type:") {
            continue;
        }
        out.extend_from_slice(l);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out
}

impl Sapi for Fpm {
    fn name(&self) -> &'static str {
        "fpm-fcgi"
    }
    fn pretty_name(&self) -> &'static str {
        "FPM/FastCGI"
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut c = self.current.borrow_mut();
        c.connection.as_mut().ok_or_else(gone)?.write_stdout(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        let mut c = self.current.borrow_mut();
        c.connection.as_mut().ok_or_else(gone)?.flush()
    }
    fn send_headers(&mut self, headers: &Headers, _: &RequestInfo) -> io::Result<()> {
        self.write(&header_lines(headers))
    }
    fn read_body(&mut self, buf: &mut [u8]) -> usize {
        let mut c = self.current.borrow_mut();
        c.connection.as_mut().map_or(0, |c| c.read_stdin(buf))
    }
    fn server_variables(&self, info: &RequestInfo, set: &mut dyn FnMut(&[u8], &[u8])) {
        self.environment_variables(set);
        let c = self.current.borrow();
        let path = get(&c.params, b"PATH_INFO").filter(|_| self.fix_path_info).unwrap_or_default();
        set(b"PHP_SELF", &[&info.uri, path].concat());
    }
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        // A script must not take a client's `Proxy` header for the environment's.
        if name.eq_ignore_ascii_case(b"HTTP_PROXY") {
            return None;
        }
        let own = || self.env.iter().find(|(k, _)| k == name).map(|(_, v)| v.clone());
        get(&self.current.borrow().params, name).map(<[u8]>::to_vec).or_else(own)
    }
    fn environment_variables(&self, set: &mut dyn FnMut(&[u8], &[u8])) {
        self.env.iter().for_each(|(k, v)| set(k, v));
        // PHP's own table of parameters gives the last one first.
        let c = self.current.borrow();
        c.params.iter().rev().for_each(|(k, v)| set(k, v));
        set(b"FCGI_ROLE", c.role.as_bytes());
    }
    fn has_own_environment(&self) -> bool {
        true
    }
    fn holds_output(&self) -> bool {
        true
    }
    fn flush_sends_headers(&self) -> bool {
        true
    }
    fn log(&mut self, message: &[u8], _: u32) {
        for line in message.split(|&c| c == b'\n').filter(|l| !l.is_empty()) {
            let text = [b"PHP message: ", line].concat();
            let told = self.logging && self.current.borrow_mut().tell(&text);
            let text = String::from_utf8_lossy(&text);
            match &self.worker {
                Some((pool, id)) if pool.decorate_output && pool.catch_output => {
                    let said =
                        format!("[pool {}] child {id} said into stderr: \"NOTICE: {text}\"", pool.name);
                    crate::zlog::warning(&said);
                }
                Some((pool, _)) if pool.catch_output => crate::zlog::notice(&text),
                _ if !told => crate::zlog::notice(&text),
                _ => {}
            }
        }
    }
    fn request_headers(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let c = self.current.borrow();
        c.params.iter().rev().filter_map(|(k, v)| Some((header_name(k)?, v.clone()))).collect()
    }
    fn finish(&mut self) -> bool {
        let finished = self.current.borrow_mut().connection.as_mut().is_some_and(|c| c.finish(0).is_ok());
        if let Some(f) = self.on_finish.as_ref().filter(|_| finished) {
            f();
        }
        finished
    }
    fn user_ini_root(&self) -> Option<Vec<u8>> {
        Some(get(&self.current.borrow().params, b"DOCUMENT_ROOT").unwrap_or_default().to_vec())
    }
}

/// `HTTP_X_Y` as `X-Y`.
fn header_name(param: &[u8]) -> Option<Vec<u8>> {
    let name = match param {
        b"CONTENT_TYPE" | b"CONTENT_LENGTH" => param,
        p => p.strip_prefix(b"HTTP_")?,
    };
    let mut upper = true;
    Some(
        name.iter()
            .map(|&c| {
                let out = match c {
                    b'_' => b'-',
                    c if upper => c,
                    c => c.to_ascii_lowercase(),
                };
                upper = c == b'_';
                out
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use howdah_host::headers::{HeaderContext, HeaderOp};

    fn lines(code: i32, set: &[&str]) -> String {
        let mut h = Headers::new(code);
        let c = HeaderContext { default_charset: b"", method: None, protocol: 1000 };
        for l in set {
            h.set(l.as_bytes(), HeaderOp::Add, 0, &c).unwrap_or_else(|e| panic!("{e}"));
        }
        String::from_utf8_lossy(&header_lines(&h)).into_owned()
    }

    #[test]
    fn status() {
        assert_eq!(lines(200, &["A: b"]), "A: b\r\n\r\n");
        assert_eq!(lines(404, &["A: b"]), "Status: 404 Not Found\r\nA: b\r\n\r\n");
        assert_eq!(lines(299, &[]), "Status: 299\r\n\r\n");
        assert_eq!(lines(200, &["HTTP/1.1 418 Teapot"]), "Status: 418 Teapot\r\n\r\n");
        assert_eq!(lines(500, &["Status: 503 Busy"]), "Status: 503 Busy\r\n\r\n");
        assert_eq!(lines(304, &["Content-type: x"]), "Status: 304 Not Modified\r\n\r\n");
        assert_eq!(header_name(b"HTTP_ACCEPT_LANGUAGE").as_deref(), Some(&b"Accept-Language"[..]));
    }
}
