//! FastCGI 1.0 as an application speaks it: one request at a time on a connection.
//!
//! Records are read as they come; what a client sends out of turn (other request ids, unknown types) is answered as the
//! specification says or passed over, and never trusted: lengths are checked before they are used.

use std::io::{self, Read, Write};

const VERSION: u8 = 1;
/// Bytes of a record's header.
pub const HEADER: usize = 8;
/// Longest contents of a record that is written.
const MAX_WRITE: usize = 0xfff8;
/// Output held back until there is this much of it.
const HELD: usize = 8 << 10;
/// Most bytes of parameters that are taken.
const MAX_PARAMS: usize = 8 << 20;

/// Record types.
pub mod kind {
    #![allow(missing_docs)]
    pub const BEGIN_REQUEST: u8 = 1;
    pub const ABORT_REQUEST: u8 = 2;
    pub const END_REQUEST: u8 = 3;
    pub const PARAMS: u8 = 4;
    pub const STDIN: u8 = 5;
    pub const STDOUT: u8 = 6;
    pub const STDERR: u8 = 7;
    pub const DATA: u8 = 8;
    pub const GET_VALUES: u8 = 9;
    pub const GET_VALUES_RESULT: u8 = 10;
    pub const UNKNOWN_TYPE: u8 = 11;
}

const RESPONDER: u16 = 1;
const AUTHORIZER: u16 = 2;
const FILTER: u16 = 3;
const KEEP_CONN: u8 = 1;

const REQUEST_COMPLETE: u8 = 0;
const UNKNOWN_ROLE: u8 = 3;

/// Name and value pairs, in the order in which they came.
pub type Params = Vec<(Vec<u8>, Vec<u8>)>;

/// A request's beginning.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// `FCGI_ROLE`
    pub role: &'static str,
    /// Parameters.
    pub params: Params,
}

/// Reads name and value pairs; what is cut off is left out.
pub fn parse_params(mut b: &[u8]) -> Params {
    fn length(b: &mut &[u8]) -> Option<usize> {
        let (&first, rest) = b.split_first()?;
        if first < 0x80 {
            *b = rest;
            return Some(first as usize);
        }
        let n = b.get(..4)?;
        let v = u32::from_be_bytes([n[0] & 0x7f, n[1], n[2], n[3]]) as usize;
        *b = &b[4..];
        Some(v)
    }
    let mut out = Vec::new();
    while let Some(n) = length(&mut b)
        && let Some(v) = length(&mut b)
    {
        if n.saturating_add(v) > b.len() {
            break;
        }
        out.push((b[..n].to_vec(), b[n..n + v].to_vec()));
        b = &b[n + v..];
    }
    out
}

fn put_length(out: &mut Vec<u8>, n: usize) {
    if n < 0x80 {
        out.push(n as u8);
    } else {
        out.extend_from_slice(&(n as u32 | 0x8000_0000).to_be_bytes());
    }
}

/// Name and value pairs as a record's contents.
pub fn encode_params(params: &[(&[u8], &[u8])]) -> Vec<u8> {
    let mut out = Vec::new();
    for (k, v) in params {
        put_length(&mut out, k.len());
        put_length(&mut out, v.len());
        out.extend_from_slice(k);
        out.extend_from_slice(v);
    }
    out
}

/// Appends a record, padded to eight bytes.
pub fn put_record(out: &mut Vec<u8>, kind: u8, id: u16, contents: &[u8]) {
    let n = contents.len().min(0xffff);
    let pad = (8 - n % 8) % 8;
    out.extend_from_slice(&[VERSION, kind]);
    out.extend_from_slice(&id.to_be_bytes());
    out.extend_from_slice(&(n as u16).to_be_bytes());
    out.extend_from_slice(&[pad as u8, 0]);
    out.extend_from_slice(&contents[..n]);
    out.extend(std::iter::repeat_n(0, pad));
}

/// A record's header.
struct Head {
    kind: u8,
    id: u16,
    len: usize,
    pad: usize,
}

/// A connection to a web server.
pub struct Connection<S> {
    stream: S,
    id: u16,
    keep: bool,
    open: bool,
    input: Vec<u8>,
    at: usize,
    /// Contents and padding of the STDIN record being read.
    body: (usize, usize),
    body_done: bool,
    out: Vec<u8>,
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl<S: Read + Write> Connection<S> {
    /// A fresh connection.
    pub fn new(stream: S) -> Connection<S> {
        Connection {
            stream,
            id: 0,
            keep: false,
            open: false,
            input: Vec::new(),
            at: 0,
            body: (0, 0),
            body_done: true,
            out: Vec::new(),
        }
    }

    /// The stream.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// Whether bytes are there that were read already.
    pub fn has_input(&self) -> bool {
        self.at < self.input.len()
    }

    /// Whether the web server wants to go on using the connection.
    pub fn keeps(&self) -> bool {
        self.keep
    }

    fn read_some(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.input.len() {
            self.input.resize(16 << 10, 0);
            self.at = 0;
            let n = loop {
                match self.stream.read(&mut self.input) {
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                    r => break r,
                }
            };
            self.input.truncate(*n.as_ref().unwrap_or(&0));
            n?;
        }
        let n = buf.len().min(self.input.len() - self.at);
        buf[..n].copy_from_slice(&self.input[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }

    fn read_exact(&mut self, mut buf: &mut [u8]) -> io::Result<()> {
        while !buf.is_empty() {
            match self.read_some(buf)? {
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => buf = &mut buf[n..],
            }
        }
        Ok(())
    }

    /// The next record's header; `None` at the end of the connection.
    fn head(&mut self) -> io::Result<Option<Head>> {
        let mut h = [0; HEADER];
        if self.read_some(&mut h[..1])? == 0 {
            return Ok(None);
        }
        self.read_exact(&mut h[1..])?;
        if h[0] < VERSION {
            return Err(broken("unknown FastCGI version"));
        }
        Ok(Some(Head {
            kind: h[1],
            id: u16::from_be_bytes([h[2], h[3]]),
            len: u16::from_be_bytes([h[4], h[5]]) as usize,
            pad: h[6] as usize,
        }))
    }

    fn contents(&mut self, h: &Head) -> io::Result<Vec<u8>> {
        let mut c = vec![0; h.len];
        self.read_exact(&mut c)?;
        let mut pad = [0; 256];
        self.read_exact(&mut pad[..h.pad])?;
        Ok(c)
    }

    /// Waits for a request; `None` when the web server closes the connection.
    pub fn accept(&mut self) -> io::Result<Option<Request>> {
        self.keep = false;
        self.open = false;
        self.out.clear();
        let (h, c) = loop {
            let Some(h) = self.head()? else { return Ok(None) };
            let c = self.contents(&h)?;
            match h.kind {
                kind::BEGIN_REQUEST if c.len() >= 3 => break (h, c),
                // Whoever asks goes on with a request.
                kind::GET_VALUES => self.values(&c)?,
                _ => return Ok(None),
            }
        };
        self.id = h.id;
        self.keep = c[2] & KEEP_CONN != 0;
        self.body = (0, 0);
        self.body_done = false;
        self.open = true;
        let role = match u16::from_be_bytes([c[0], c[1]]) {
            RESPONDER => "RESPONDER",
            AUTHORIZER => "AUTHORIZER",
            FILTER => "FILTER",
            _ => {
                self.end(0, UNKNOWN_ROLE)?;
                return Ok(None);
            }
        };
        let Some(params) = self.params()? else { return Ok(None) };
        Ok(Some(Request { role, params }))
    }

    /// Reads the parameters; `None` when the request is given up.
    fn params(&mut self) -> io::Result<Option<Params>> {
        let mut all = Vec::new();
        loop {
            let Some(h) = self.head()? else { return Ok(None) };
            let c = self.contents(&h)?;
            match h.kind {
                kind::PARAMS if h.id == self.id => {
                    if c.is_empty() {
                        return Ok(Some(parse_params(&all)));
                    }
                    if all.len() + c.len() > MAX_PARAMS {
                        return Err(broken("too many parameters"));
                    }
                    all.extend(c);
                }
                kind::ABORT_REQUEST if h.id == self.id => {
                    self.finish(0)?;
                    return Ok(None);
                }
                _ => return Err(broken("parameters expected")),
            }
        }
    }

    /// Answers a query for what this application can do.
    fn values(&mut self, asked: &[u8]) -> io::Result<()> {
        let known: [(&[u8], &[u8]); 3] =
            [(b"FCGI_MAX_CONNS", b"1"), (b"FCGI_MAX_REQS", b"1"), (b"FCGI_MPXS_CONNS", b"0")];
        let asked = parse_params(asked);
        let answer: Vec<_> = known.into_iter().filter(|(k, _)| asked.iter().any(|(a, _)| a == k)).collect();
        let mut out = Vec::new();
        put_record(&mut out, kind::GET_VALUES_RESULT, 0, &encode_params(&answer));
        self.stream.write_all(&out)?;
        self.stream.flush()
    }

    /// Reads from the request's body; 0 at its end, or where the web server gave up.
    pub fn read_stdin(&mut self, buf: &mut [u8]) -> usize {
        self.stdin(buf).unwrap_or_else(|_| {
            self.body_done = true;
            self.keep = false;
            0
        })
    }

    fn stdin(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while !self.body_done && !buf.is_empty() {
            if self.body.0 > 0 {
                let n = buf.len().min(self.body.0);
                let n = self.read_some(&mut buf[..n])?;
                if n == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.body.0 -= n;
                return Ok(n);
            }
            let mut pad = [0; 256];
            self.read_exact(&mut pad[..self.body.1])?;
            self.body = (0, 0);
            let h = self.head()?.ok_or(io::ErrorKind::UnexpectedEof)?;
            match h.kind {
                kind::STDIN if h.id == self.id => {
                    self.body = (h.len, h.pad);
                    if h.len == 0 {
                        let mut pad = [0; 256];
                        self.read_exact(&mut pad[..h.pad])?;
                        self.body = (0, 0);
                        self.body_done = true;
                    }
                }
                kind::ABORT_REQUEST if h.id == self.id => {
                    self.contents(&h)?;
                    return Err(io::ErrorKind::ConnectionAborted.into());
                }
                _ => {
                    self.contents(&h)?;
                }
            }
        }
        Ok(0)
    }

    fn write(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        if !self.open {
            return Ok(());
        }
        for part in bytes.chunks(MAX_WRITE) {
            put_record(&mut self.out, kind, self.id, part);
        }
        if self.out.len() >= HELD { self.flush() } else { Ok(()) }
    }

    /// Sends output.
    pub fn write_stdout(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(kind::STDOUT, bytes)
    }

    /// Sends a message for the web server's error log.
    pub fn write_stderr(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.write(kind::STDERR, bytes)
    }

    /// Sends what is held back.
    pub fn flush(&mut self) -> io::Result<()> {
        let r = self.stream.write_all(&self.out).and_then(|()| self.stream.flush());
        self.out.clear();
        if r.is_err() {
            self.keep = false;
        }
        r
    }

    fn end(&mut self, status: u32, protocol: u8) -> io::Result<()> {
        let mut c = [0; 8];
        c[..4].copy_from_slice(&status.to_be_bytes());
        c[4] = protocol;
        put_record(&mut self.out, kind::END_REQUEST, self.id, &c);
        self.open = false;
        self.flush()
    }

    /// Ends the response, once. Like PHP's own, without an empty record before: the end says it all.
    pub fn finish(&mut self, status: u32) -> io::Result<()> {
        if !self.open {
            return Ok(());
        }
        self.end(status, REQUEST_COMPLETE)
    }

    /// Passes over what is left of the body, so that the next request on the connection is found.
    pub fn drain(&mut self) {
        let mut buf = [0; 8 << 10];
        while !self.body_done && self.read_stdin(&mut buf) > 0 {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes in, byte by byte, and what went out.
    struct Wire {
        input: Vec<u8>,
        at: usize,
        out: Vec<u8>,
    }

    impl Read for Wire {
        fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
            let n = buf.len().min(3).min(self.input.len() - self.at);
            buf[..n].copy_from_slice(&self.input[self.at..self.at + n]);
            self.at += n;
            Ok(n)
        }
    }

    impl Write for Wire {
        fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
            self.out.extend_from_slice(buf);
            Ok(buf.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn request(flags: u8, params: &[(&[u8], &[u8])], body: &[u8]) -> Vec<u8> {
        let mut w = Vec::new();
        put_record(&mut w, kind::BEGIN_REQUEST, 7, &[0, 1, flags, 0, 0, 0, 0, 0]);
        put_record(&mut w, kind::PARAMS, 7, &encode_params(params));
        put_record(&mut w, kind::PARAMS, 7, &[]);
        put_record(&mut w, kind::STDIN, 7, body);
        put_record(&mut w, kind::STDIN, 7, &[]);
        w
    }

    fn connection(input: Vec<u8>) -> Connection<Wire> {
        Connection::new(Wire { input, at: 0, out: Vec::new() })
    }

    #[test]
    fn two_requests() {
        let long = vec![b'x'; 300];
        let mut input = request(1, &[(b"A", b"1"), (b"LONG", &long)], b"hello");
        input.extend(request(0, &[], b""));
        let mut c = connection(input);
        let r = c.accept().ok().flatten().unwrap_or_default();
        assert_eq!(r.role, "RESPONDER");
        assert_eq!(r.params, [(b"A".to_vec(), b"1".to_vec()), (b"LONG".to_vec(), long)]);
        let mut body = Vec::new();
        let mut buf = [0; 2];
        loop {
            match c.read_stdin(&mut buf) {
                0 => break,
                n => body.extend_from_slice(&buf[..n]),
            }
        }
        assert_eq!(body, b"hello");
        assert!(c.write_stdout(b"out").is_ok() && c.finish(3).is_ok() && c.keeps());
        let mut want = Vec::new();
        put_record(&mut want, kind::STDOUT, 7, b"out");
        put_record(&mut want, kind::END_REQUEST, 7, &[0, 0, 0, 3, 0, 0, 0, 0]);
        assert_eq!(c.stream.out, want);
        assert!(c.accept().is_ok_and(|r| r.is_some()));
        assert!(!c.keeps());
        c.drain();
        assert!(c.accept().is_ok_and(|r| r.is_none()));
    }

    #[test]
    fn nonsense() {
        let mut w = Vec::new();
        put_record(&mut w, kind::BEGIN_REQUEST, 1, &[0, 9, 0, 0, 0, 0, 0, 0]);
        let mut c = connection(w);
        assert!(c.accept().is_ok_and(|r| r.is_none()));
        assert_eq!(c.stream.out[1], kind::END_REQUEST);
        assert_eq!(c.stream.out[HEADER + 4], UNKNOWN_ROLE);
        assert!(connection(b"GET / HTTP/1.1\r\n\r\n".to_vec()).accept().is_err());
        assert_eq!(parse_params(&[0x80, 0, 0]), []);
        assert_eq!(parse_params(&[5, 5, b'a']), []);
        let mut w = Vec::new();
        put_record(&mut w, kind::GET_VALUES, 0, &encode_params(&[(b"FCGI_MPXS_CONNS", b"")]));
        let mut c = connection(w);
        assert!(c.accept().is_ok_and(|r| r.is_none()));
        // Behind the contents a record has padding.
        let len = u16::from_be_bytes([c.stream.out[4], c.stream.out[5]]) as usize;
        let params = parse_params(&c.stream.out[HEADER..HEADER + len]);
        assert_eq!(params, [(b"FCGI_MPXS_CONNS".to_vec(), b"0".to_vec())]);
    }
}
