//! The head of an answer: its status and header lines (RFC 9112, 2-5).

use super::Opening;
use crate::context::{Notice, notify};
use crate::stream::Stream;

/// Bytes of the status line that count.
const STATUS: usize = 126;

/// Bytes that a `Location` may have.
const LOCATION: usize = 8182;

/// What the head of an answer says.
pub(super) struct Head {
    /// The status line as it came.
    pub(super) status: Vec<u8>,
    /// The status.
    pub(super) code: i64,
    /// The answer is to be read, whether or not it is what was asked for.
    pub(super) good: bool,
    /// Where it redirects to.
    pub(super) location: Option<Vec<u8>>,
    /// Whether redirections of this kind are followed.
    pub(super) follow: bool,
    /// Size of the body, 0 when unknown.
    pub(super) size: u64,
    /// The body is chunked, and to be put together.
    pub(super) chunked: bool,
}

fn code(status: &[u8]) -> i64 {
    if status.len() > 9 { crate::value::Value::Text(status[9..].to_vec()).to_int() } else { 0 }
}

fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t')
}

/// Takes line end and trailing blanks off; whether there were blanks.
fn trim_end(line: &mut Vec<u8>) -> bool {
    while line.last().is_some_and(|c| matches!(c, b'\r' | b'\n')) {
        line.pop();
    }
    let n = line.len();
    while line.last().is_some_and(|c| is_space(*c)) {
        line.pop();
    }
    line.len() < n
}

fn named<'l>(line: &'l [u8], value: &'l [u8], name: &[u8]) -> Option<&'l [u8]> {
    let n = name.len();
    (line.get(n) == Some(&b':') && line[..n].eq_ignore_ascii_case(name)).then_some(value)
}

impl Opening<'_> {
    /// Reads the head. `None` after noting why.
    pub(super) fn read_head(&mut self, s: &Stream) -> Option<Head> {
        let mut h = self.read_status(s)?;
        let mut last: Option<Vec<u8>> = None;
        while !s.at_end() {
            let Some(mut line) = s.read_line(None) else { break };
            let end = match line[0] {
                b'\r' if line.get(1) != Some(&b'\n') => {
                    return self.fail("HTTP invalid header name (cannot start with CR character)!");
                }
                b'\r' | b'\n' => true,
                _ => false,
            };
            match last.take() {
                Some(mut before) => {
                    if !end {
                        if trim_end(&mut line) && line.is_empty() {
                            last = Some(before);
                            continue;
                        }
                        if line.first().is_some_and(|c| is_space(*c)) {
                            // Folded: it goes on with the line before.
                            before.push(b' ');
                            before.extend(line.iter().skip_while(|c| is_space(**c)));
                            last = Some(before);
                            continue;
                        }
                    }
                    self.header(&mut h, before)?;
                }
                None if !end => {
                    if is_space(line[0]) {
                        return self.fail("HTTP invalid response format (folding header at the start)!");
                    }
                    trim_end(&mut line);
                }
                None => {}
            }
            if end {
                break;
            }
            last = Some(line);
        }
        // A connection that was closed early: its last line counts, what is wrong with it does not.
        if let Some(line) = last {
            self.header(&mut h, line);
        }
        Some(h)
    }

    fn read_status(&mut self, s: &Stream) -> Option<Head> {
        let first = if s.at_end() { None } else { s.read_line(Some(STATUS)) };
        let Some(mut status) = first else { return self.fail("HTTP request failed!") };
        let mut n = code(&status);
        let mut good = self.only_headers() || self.flag("ignore_errors");
        // An interim answer: the real one follows.
        if (100..200).contains(&n) && n != 101 {
            while !s.at_end()
                && let Some(line) = s.read_line(Some(STATUS))
            {
                status = line;
                if status.len() >= 6 && status[..6].eq_ignore_ascii_case(b"HTTP/1") {
                    break;
                }
            }
            n = code(&status);
        }
        if (200..400).contains(&n) {
            good = true;
        } else if let Some(c) = self.context() {
            c.notify(&Notice {
                code: if n == 403 { notify::AUTH_RESULT } else { notify::FAILURE },
                severity: notify::SEVERITY_ERR,
                message: Some(status.clone()),
                message_code: n,
                ..Notice::default()
            });
        }
        let mut line = &status[..];
        match line.strip_suffix(b"\n") {
            Some(l) => line = l.strip_suffix(b"\r").unwrap_or(l),
            // The rest of a line that is too long.
            None => drop(s.read_line(None)),
        }
        self.lines.get_or_insert_default().push(line.to_vec());
        let follow = true;
        Some(Head { status, code: n, good, location: None, follow, size: 0, chunked: false })
    }

    /// Takes one header line over. `None` after noting what is wrong with it.
    fn header(&mut self, h: &mut Head, line: Vec<u8>) -> Option<()> {
        let Some(colon) = memchr::memchr(b':', &line) else {
            return self.fail("HTTP invalid response format (no colon in header line)!");
        };
        if line[..colon].iter().skip(1).any(|c| is_space(*c)) {
            return self.fail("HTTP invalid response format (space in header name)!");
        }
        let blanks = line[colon + 1..].iter().take_while(|c| is_space(**c)).count();
        let value = &line[colon + 1 + blanks..];
        let mut keep = true;
        if let Some(v) = named(&line, value, b"Location") {
            match self.option("follow_location") {
                Some(f) => h.follow = f.is_true(),
                None if !matches!(h.code, 300..304 | 307 | 308) => h.follow = false,
                None => {}
            }
            if v.len() > LOCATION {
                return self.fail(format!("HTTP Location header size is over the limit of {LOCATION} bytes"));
            }
            h.location = Some(v.to_vec());
        } else if let Some(v) = named(&line, value, b"Content-Type") {
            self.info(notify::MIME_TYPE_IS, Some(v));
        } else if let Some(v) = named(&line, value, b"Content-Length") {
            if v.iter().all(u8::is_ascii_digit)
                && let Some(n) = std::str::from_utf8(v).ok().filter(|t| !t.is_empty())
            {
                h.size = n.parse::<u64>().unwrap_or(u64::MAX).min(i64::MAX as u64);
                if let Some(c) = self.context() {
                    let (code, message, total) = (notify::FILE_SIZE_IS, Some(line.clone()), h.size);
                    c.notify(&Notice { code, message, total, ..Notice::default() });
                }
            }
        } else if let Some(v) = named(&line, value, b"Transfer-Encoding")
            && v.get(..7).is_some_and(|v| v.eq_ignore_ascii_case(b"chunked"))
            && !self.only_headers()
            && self.option("auto_decode").is_none_or(|d| d.is_true())
        {
            h.chunked = true;
            keep = false;
        }
        if keep {
            self.lines.get_or_insert_default().push(line);
        }
        Some(())
    }
}
