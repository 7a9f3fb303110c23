//! What differs between the command line, the built-in server and FastCGI: where requests come from and where responses go.

use crate::headers::Headers;
use std::io;

/// What is known of a request before its script runs.
#[derive(Clone, Debug, Default)]
pub struct RequestInfo {
    /// Method; `None` on the command line.
    pub method: Option<Vec<u8>>,
    /// What the client asked for, as it came.
    pub uri: Vec<u8>,
    /// Behind the `?`.
    pub query: Vec<u8>,
    /// The script's file.
    pub script: Vec<u8>,
    /// Content-Type of the body.
    pub content_type: Option<Vec<u8>>,
    /// Content-Length of the body; 0 when unknown.
    pub content_length: i64,
    /// `Cookie` header.
    pub cookies: Vec<u8>,
    /// Value of the `Authorization` header.
    pub authorization: Vec<u8>,
    /// Arguments of the command line, the script's name first.
    pub argv: Option<Vec<Vec<u8>>>,
    /// Protocol version: 1000 for HTTP/1.0, 1001 for HTTP/1.1.
    pub protocol: u32,
    /// Response code to begin with; 0 for none.
    pub code: i32,
    /// Unix time at which it came, in seconds.
    pub time: f64,
}

impl RequestInfo {
    /// Whether only headers are wanted.
    pub fn is_head(&self) -> bool {
        self.method.as_deref() == Some(b"HEAD")
    }
}

/// A server API: one request after another on its thread.
pub trait Sapi {
    /// `PHP_SAPI`
    fn name(&self) -> &'static str;
    /// As `phpinfo()` names it.
    fn pretty_name(&self) -> &'static str;
    /// Sends output.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// Sends what is held back.
    fn flush(&mut self) -> io::Result<()>;
    /// Holds nothing back from now on: other processes write to the same place.
    fn share_output(&mut self) -> io::Result<()> {
        self.flush()
    }
    /// Sends response headers, complete, before the first output.
    fn send_headers(&mut self, headers: &Headers, info: &RequestInfo) -> io::Result<()> {
        let _ = (headers, info);
        Ok(())
    }
    /// Whether responses have headers that a client sees.
    fn has_headers(&self) -> bool {
        true
    }
    /// Reads from the request's body; 0 at its end.
    fn read_body(&mut self, buf: &mut [u8]) -> usize {
        let _ = buf;
        0
    }
    /// What `$_SERVER` holds beside what all SAPIs have in it.
    fn server_variables(&self, info: &RequestInfo, set: &mut dyn FnMut(&[u8], &[u8]));
    /// Where `.user.ini` files are looked for from: the document root, empty where it is unknown; `None`: this SAPI reads
    /// none.
    fn user_ini_root(&self) -> Option<Vec<u8>> {
        None
    }
    /// A variable of the request's own environment, where it has one.
    fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        let _ = name;
        None
    }
    /// What `$_ENV` holds.
    fn environment_variables(&self, set: &mut dyn FnMut(&[u8], &[u8])) {
        process_environment(set);
    }
    /// Whether [`Sapi::environment_variables`] are the request's own.
    fn has_own_environment(&self) -> bool {
        false
    }
    /// Whether `flush()` sends headers where there is no output yet.
    fn flush_sends_headers(&self) -> bool {
        false
    }
    /// Whether the SAPI sends what it holds back when the request is over, by itself.
    fn holds_output(&self) -> bool {
        false
    }
    /// Takes a message of the error log, where `error_log` names no file.
    fn log(&mut self, message: &[u8], level: u32);
    /// `apache_request_headers()`
    fn request_headers(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        Vec::new()
    }
    /// `fastcgi_finish_request()`: ends the response while the script goes on. False where there is no such thing.
    fn finish(&mut self) -> bool {
        false
    }
}

/// The process's environment.
pub fn process_environment(set: &mut dyn FnMut(&[u8], &[u8])) {
    use std::os::unix::ffi::OsStringExt;
    for (k, v) in std::env::vars_os() {
        let k = k.into_vec();
        if !k.is_empty() && !k.iter().any(|c| matches!(c, b' ' | b'.' | b'[')) {
            set(&k, &v.into_vec());
        }
    }
}

/// Credentials of an `Authorization` header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credentials {
    /// `PHP_AUTH_USER`
    pub user: Option<Vec<u8>>,
    /// `PHP_AUTH_PW`
    pub password: Option<Vec<u8>>,
    /// `PHP_AUTH_DIGEST`
    pub digest: Option<Vec<u8>>,
}

/// Reads an `Authorization` header (`php_handle_auth_data`).
pub fn credentials(header: &[u8]) -> Credentials {
    let mut c = Credentials::default();
    let starts = |p: &[u8]| header.len() >= p.len() && header[..p.len()].eq_ignore_ascii_case(p);
    if starts(b"Basic ") {
        let text = base64(&header[6..]);
        if let Some(i) = text.iter().position(|&b| b == b':') {
            c.user = Some(text[..i].to_vec());
            c.password = Some(text[i + 1..].to_vec());
        }
    } else if starts(b"Digest ") {
        c.digest = Some(header[7..].to_vec());
    }
    c
}

/// Base64, skipping what does not belong to it.
fn base64(s: &[u8]) -> Vec<u8> {
    let value = |c: u8| match c {
        b'A'..=b'Z' => Some(c - b'A'),
        b'a'..=b'z' => Some(c - b'a' + 26),
        b'0'..=b'9' => Some(c - b'0' + 52),
        b'+' => Some(62),
        b'/' => Some(63),
        _ => None,
    };
    let (mut out, mut bits, mut n) = (Vec::new(), 0u32, 0);
    for v in s.iter().take_while(|&&c| c != b'=').filter_map(|&c| value(c)) {
        bits = bits << 6 | v as u32;
        n += 6;
        if n >= 8 {
            n -= 8;
            out.push((bits >> n) as u8);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic() {
        let c = credentials(b"Basic dXNlcjpwYTpzcw==");
        assert_eq!(c.user.as_deref(), Some(&b"user"[..]));
        assert_eq!(c.password.as_deref(), Some(&b"pa:ss"[..]));
    }
}
