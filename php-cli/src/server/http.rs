//! Requests as the built-in server reads them, and where their paths lead.

use howdah_host::input::query::url_decode;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Most bytes before the body.
const MAX_HEAD: usize = 80 << 10;
/// Most bytes of a target's path: what the real server reads at once.
const MAX_PATH: usize = (16 << 10) - 1;
/// Methods that are served; others are answered with 501.
const METHODS: &[&str] = &[
    "DELETE",
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "CONNECT",
    "OPTIONS",
    "TRACE",
    "PATCH",
    "COPY",
    "LOCK",
    "MKCOL",
    "MOVE",
    "MKCALENDAR",
    "PROPFIND",
    "PROPPATCH",
    "SEARCH",
    "UNLOCK",
    "REPORT",
    "MKACTIVITY",
    "CHECKOUT",
    "MERGE",
    "M-SEARCH",
    "NOTIFY",
    "SUBSCRIBE",
    "UNSUBSCRIBE",
];
/// Most header fields.
const MAX_FIELDS: usize = 256;

/// A request, read.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Method.
    pub method: String,
    /// What was asked for, as it came.
    pub uri: Vec<u8>,
    /// Path within the document root.
    pub path: Vec<u8>,
    /// File that it leads to.
    pub file: Option<Vec<u8>>,
    /// What of the path lies behind the file.
    pub path_info: Option<Vec<u8>>,
    /// Behind the `?`.
    pub query: Option<Vec<u8>>,
    /// Header fields: name as it came, value. Fields of one name are joined.
    pub fields: Vec<(Vec<u8>, Vec<u8>)>,
    /// Body.
    pub body: Vec<u8>,
    /// 100 or 101.
    pub version: u32,
}

/// How a request could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// Nothing came.
    Empty,
    /// The message of the log.
    Bad(String),
}

impl Request {
    /// A header field.
    pub fn field(&self, name: &str) -> Option<&[u8]> {
        self.fields.iter().find(|(k, _)| k.eq_ignore_ascii_case(name.as_bytes())).map(|(_, v)| &v[..])
    }

    /// Whether the server knows the method.
    pub fn method_is_known(&self) -> bool {
        METHODS.contains(&self.method.as_str())
    }

    /// What follows the last point of the path.
    pub fn extension(&self) -> &[u8] {
        self.path.iter().rposition(|&c| c == b'.').map_or(b"", |i| &self.path[i + 1..])
    }

    fn add_field(&mut self, name: &[u8], value: &[u8]) {
        let joins = !name.eq_ignore_ascii_case(b"set-cookie");
        match self.fields.iter_mut().find(|(k, _)| k.eq_ignore_ascii_case(name)) {
            Some(f) if joins => f.1.extend([b", ", value].concat()),
            Some(f) => f.1 = value.to_vec(),
            None => self.fields.push((name.to_vec(), value.to_vec())),
        }
    }
}

fn bad(what: &str) -> ReadError {
    ReadError::Bad(what.into())
}

/// Reads more; false at the end.
fn more(s: &mut impl Read, buf: &mut Vec<u8>) -> Result<bool, ReadError> {
    let mut chunk = [0; 16 << 10];
    loop {
        match s.read(&mut chunk) {
            Ok(n) => {
                buf.extend_from_slice(&chunk[..n]);
                return Ok(n > 0);
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(ReadError::Bad(e.to_string())),
        }
    }
}

/// Reads a request.
pub fn read(s: &mut impl Read) -> Result<Request, ReadError> {
    let mut buf = Vec::new();
    let mut r = Request::default();
    let used = loop {
        if !more(s, &mut buf)? {
            return Err(if buf.is_empty() { ReadError::Empty } else { bad("Unexpected EOF") });
        }
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let mut head = httparse::Request::new(&mut fields);
        match head.parse(&buf) {
            Ok(httparse::Status::Complete(n)) => {
                r.method = head.method.unwrap_or_default().into();
                r.uri = head.path.unwrap_or_default().as_bytes().to_vec();
                r.version = 100 + head.version.unwrap_or(1) as u32;
                head.headers.iter().for_each(|h| r.add_field(h.name.as_bytes(), h.value));
                break n;
            }
            Ok(httparse::Status::Partial) if buf.len() < MAX_HEAD => {}
            // The first bytes of a TLS or SSL greeting.
            _ if buf[0] & 0x80 != 0 || buf[0] == 0x16 => return Err(bad("Unsupported SSL request")),
            _ => return Err(bad("Malformed HTTP request")),
        }
    };
    buf.drain(..used);
    if r.uri.iter().position(|&c| c == b'?').unwrap_or(r.uri.len()) > MAX_PATH {
        return Err(bad("Malformed HTTP request"));
    }
    let chunked = r.field("transfer-encoding").is_some_and(|v| v.eq_ignore_ascii_case(b"chunked"));
    r.body = if chunked { read_chunks(s, buf)? } else { read_length(s, buf, &r)? };
    let target = r.uri.split(|&c| c == b'#').next().unwrap_or_default();
    // An absolute target names the server again.
    let target = match memchr::memmem::find(target, b"://") {
        Some(i) if !target.starts_with(b"/") => {
            let rest = &target[i + 3..];
            rest.iter().position(|&c| c == b'/').map_or(&b"/"[..], |s| &rest[s..])
        }
        _ => target,
    };
    let split = target.iter().position(|&c| c == b'?');
    r.path = normal_path(&target[..split.unwrap_or(target.len())]);
    r.query = split.map(|i| target[i + 1..].to_vec());
    Ok(r)
}

fn read_length(s: &mut impl Read, mut buf: Vec<u8>, r: &Request) -> Result<Vec<u8>, ReadError> {
    let length = match r.field("content-length") {
        None => 0,
        Some(v) => std::str::from_utf8(v)
            .ok()
            .and_then(|v| v.trim().parse::<usize>().ok())
            .ok_or_else(|| bad("Malformed HTTP request"))?,
    };
    while buf.len() < length {
        if !more(s, &mut buf)? {
            return Err(bad("Unexpected EOF"));
        }
    }
    buf.truncate(length);
    Ok(buf)
}

fn read_chunks(s: &mut impl Read, mut buf: Vec<u8>) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    loop {
        match httparse::parse_chunk_size(&buf) {
            Ok(httparse::Status::Complete((at, size))) => {
                let size = usize::try_from(size).map_err(|_| bad("Malformed HTTP request"))?;
                let end = at.checked_add(size).and_then(|e| e.checked_add(2));
                let end = end.ok_or_else(|| bad("Malformed HTTP request"))?;
                while buf.len() < end {
                    if !more(s, &mut buf)? {
                        return Err(bad("Unexpected EOF"));
                    }
                }
                if size == 0 {
                    return Ok(body);
                }
                body.extend_from_slice(&buf[at..at + size]);
                buf.drain(..end);
            }
            Ok(httparse::Status::Partial) => {
                if !more(s, &mut buf)? {
                    return Err(bad("Unexpected EOF"));
                }
            }
            Err(_) => return Err(bad("Malformed HTTP request")),
        }
    }
}

/// A path decoded, with `.`, `..`, doubled slashes and backslashes resolved.
pub fn normal_path(path: &[u8]) -> Vec<u8> {
    let mut decoded = url_decode(path, false);
    decoded.iter_mut().filter(|c| **c == b'\\').for_each(|c| *c = b'/');
    let absolute = decoded.first() == Some(&b'/');
    let mut parts: Vec<&[u8]> = Vec::new();
    let mut ends_in_slash = false;
    for part in decoded.split(|&c| c == b'/') {
        ends_in_slash = matches!(part, b"" | b"." | b"..");
        match part {
            b"" | b"." => {}
            b".." => {
                parts.pop();
            }
            p => parts.push(p),
        }
    }
    let mut out = if absolute { b"/".to_vec() } else { Vec::new() };
    out.extend(parts.join(&b'/'));
    if ends_in_slash && !parts.is_empty() {
        out.push(b'/');
    }
    out
}

/// Finds the file that a path leads to: the path itself, an index file of a folder, or the same for the nearest folder
/// above that there is.
pub fn translate(r: &mut Request, root: &[u8]) {
    let slash: &[u8] = if !r.path.is_empty() && r.path[0] != b'/' { b"/" } else { b"" };
    let full = [root, slash, &r.path].concat();
    let mut end = full.len();
    loop {
        let here = &full[..end];
        match std::fs::metadata(OsStr::from_bytes(here)) {
            Ok(m) if m.is_dir() => {
                let folder = if here.ends_with(b"/") { here.to_vec() } else { [here, b"/"].concat() };
                let index = [&b"index.php"[..], b"index.html"]
                    .into_iter()
                    .map(|f| [&folder[..], f].concat())
                    .find(|f| Path::new(OsStr::from_bytes(f)).is_file());
                if let Some(file) = index {
                    found(r, file, root.len(), &full[end..]);
                }
                return;
            }
            Ok(_) => {
                let file = here.to_vec();
                found(r, file, root.len(), &full[end..]);
                return;
            }
            Err(_) => match full[..end].iter().rposition(|&c| c == b'/') {
                Some(i) if i > 0 => end = i,
                _ => return,
            },
        }
    }
}

fn found(r: &mut Request, file: Vec<u8>, root: usize, rest: &[u8]) {
    r.path = file.get(root..).unwrap_or_default().to_vec();
    r.path_info = Some(rest.to_vec()).filter(|p| !p.is_empty());
    r.file = Some(file);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Request, ReadError> {
        read(&mut text.as_bytes())
    }

    #[test]
    fn requests() {
        let r = parse(
            "POST /a%20b/../c.php/x?q=1#f HTTP/1.1\r\nHost: h\r\nX: 1\r\nx: 2\r\nContent-Length: 3\r\n\r\nabc",
        );
        let r = r.unwrap_or_default();
        assert_eq!((&r.path[..], r.query.as_deref()), (&b"/c.php/x"[..], Some(&b"q=1"[..])));
        assert_eq!((r.field("X"), &r.body[..], r.version), (Some(&b"1, 2"[..]), &b"abc"[..], 101));
        let r = parse("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n");
        assert_eq!(r.unwrap_or_default().body, b"abc");
        assert!(matches!(parse(""), Err(ReadError::Empty)));
        assert!(matches!(parse("nonsense\r\n\r\n"), Err(ReadError::Bad(_))));
    }

    #[test]
    fn paths() {
        for (path, want) in [
            ("//a//b/", "/a/b/"),
            ("/a/../../b", "/b"),
            ("/./a\\b", "/a/b"),
            ("/a/..", "/"),
            ("/%2e%2e/x", "/x"),
        ] {
            assert_eq!(String::from_utf8_lossy(&normal_path(path.as_bytes())), want, "{path}");
        }
    }
}
