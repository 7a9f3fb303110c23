//! The built-in server as a SAPI.

use super::http::Request;
use howdah_host::clock;
use howdah_host::headers::{Headers, reason};
use howdah_host::sapi::{RequestInfo, Sapi};
use std::cell::RefCell;
use std::io::{self, Write};
use std::net::TcpStream;
use std::rc::Rc;
use std::sync::Arc;

/// What does not change while the server runs.
pub struct Site {
    /// Document root.
    pub root: Vec<u8>,
    /// Router script.
    pub router: Option<Vec<u8>>,
    /// Host as the command line names it.
    pub host: String,
    /// Port.
    pub port: u16,
}

/// The request being served.
#[derive(Default)]
pub struct Current {
    /// What was read.
    pub request: Request,
    /// Where the answer goes.
    pub stream: Option<TcpStream>,
    /// Address of the client, with its port.
    pub peer: String,
    /// Bytes of the body that were read.
    pub body_at: usize,
    /// The router declined: its headers are none.
    pub discard: bool,
}

/// The built-in server.
pub struct Server {
    /// The request.
    pub current: Rc<RefCell<Current>>,
    /// The site.
    pub site: Arc<Site>,
}

/// The lines that every response begins with.
pub fn head(r: &Request, status: Option<&[u8]>, code: i32, dated: bool) -> Vec<u8> {
    let mut out = match status {
        Some(line) => line.to_vec(),
        None => {
            let code = if code == 0 { 200 } else { code };
            let text = reason(code).unwrap_or("Unknown Status Code");
            format!("HTTP/{}.{} {code} {text}", r.version / 100, r.version % 100).into_bytes()
        }
    };
    out.extend_from_slice(b"\r\n");
    if let Some(h) = r.field("host") {
        out.extend([b"Host: ", h, b"\r\n"].concat());
    }
    if !dated {
        out.extend(format!("Date: {} GMT\r\n", clock::civil(clock::now() as i64, 0).http()).into_bytes());
    }
    out.extend_from_slice(b"Connection: close\r\n");
    out
}

/// A header field's name as a variable's.
fn variable(name: &[u8]) -> Vec<u8> {
    name.iter()
        .map(|&c| match c {
            b'-' | b' ' | b'.' => b'_',
            c => c.to_ascii_uppercase(),
        })
        .collect()
}

impl Sapi for Server {
    fn name(&self) -> &'static str {
        "cli-server"
    }
    fn pretty_name(&self) -> &'static str {
        "Built-in HTTP server"
    }
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut c = self.current.borrow_mut();
        c.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?.write_all(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
    fn send_headers(&mut self, headers: &Headers, _: &RequestInfo) -> io::Result<()> {
        let text = {
            let c = self.current.borrow();
            if c.discard {
                return Ok(());
            }
            let dated = headers.lines().iter().any(|l| l.len() > 5 && l[..5].eq_ignore_ascii_case(b"Date:"));
            let mut text = head(&c.request, headers.status_line.as_deref(), headers.code, dated);
            let typed = |l: &[u8]| l.len() > 13 && l[..13].eq_ignore_ascii_case(b"Content-Type:");
            let unchanged = headers.code == 304;
            for l in headers.lines().iter().filter(|l| !(l.is_empty() || unchanged && typed(l))) {
                text.extend([&l[..], b"\r\n"].concat());
            }
            text.extend_from_slice(b"\r\n");
            text
        };
        self.write(&text)
    }
    fn read_body(&mut self, buf: &mut [u8]) -> usize {
        let mut c = self.current.borrow_mut();
        let rest = &c.request.body[c.body_at..];
        let n = rest.len().min(buf.len());
        buf[..n].copy_from_slice(&rest[..n]);
        c.body_at += n;
        n
    }
    fn server_variables(&self, info: &RequestInfo, set: &mut dyn FnMut(&[u8], &[u8])) {
        let c = self.current.borrow();
        let r = &c.request;
        set(b"DOCUMENT_ROOT", &self.site.root);
        match c.peer.rsplit_once(':') {
            Some((addr, port)) => {
                set(b"REMOTE_ADDR", addr.trim_start_matches('[').trim_end_matches(']').as_bytes());
                set(b"REMOTE_PORT", port.as_bytes());
            }
            None => set(b"REMOTE_ADDR", c.peer.as_bytes()),
        }
        let software = format!("PHP/{} (Development Server)", howdah_vm::PHP_VERSION);
        set(b"SERVER_SOFTWARE", software.as_bytes());
        set(b"SERVER_PROTOCOL", format!("HTTP/{}.{}", r.version / 100, r.version % 100).as_bytes());
        set(b"SERVER_NAME", self.site.host.as_bytes());
        set(b"SERVER_PORT", self.site.port.to_string().as_bytes());
        set(b"REQUEST_URI", &r.uri);
        set(b"REQUEST_METHOD", r.method.as_bytes());
        set(b"SCRIPT_NAME", &r.path);
        if let Some(file) = Some(&info.script).filter(|s| !s.is_empty()).or(self.site.router.as_ref()) {
            set(b"SCRIPT_FILENAME", file);
        }
        let rest = r.path_info.as_deref();
        if let Some(p) = rest {
            set(b"PATH_INFO", p);
        }
        set(b"PHP_SELF", &[&r.path, rest.unwrap_or_default()].concat());
        if let Some(q) = &r.query {
            set(b"QUERY_STRING", q);
        }
        for (k, v) in &r.fields {
            let name = variable(k);
            if name == b"CONTENT_TYPE" || name == b"CONTENT_LENGTH" {
                set(&name, v);
            }
            set(&[b"HTTP_", &name[..]].concat(), v);
        }
    }
    fn log(&mut self, message: &[u8], _: u32) {
        super::log(&String::from_utf8_lossy(message));
    }
    fn request_headers(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.current.borrow().request.fields.clone()
    }
}
