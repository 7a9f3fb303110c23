//! Response headers as `header()` and its kin keep them (`main/SAPI.c`).

/// What is done with a header line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeaderOp {
    /// In place of all with its name.
    Replace,
    /// Beside those with its name.
    Add,
}

/// What a line's meaning depends on.
#[derive(Clone, Copy, Debug)]
pub struct HeaderContext<'c> {
    /// `default_charset`
    pub default_charset: &'c [u8],
    /// Request method, where there is one.
    pub method: Option<&'c [u8]>,
    /// Protocol version: 1000 for HTTP/1.0.
    pub protocol: u32,
}

/// The headers of a response to be.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    list: Vec<Vec<u8>>,
    /// Response code; 0 where there is none (command line).
    pub code: i32,
    /// A status line set by a script.
    pub status_line: Option<Vec<u8>>,
    /// The response's type, once it is known.
    pub mime_type: Option<Vec<u8>>,
    no_default_type: bool,
}

/// Whether a response's header is to follow its first line.
fn has_name(line: &[u8], name: &[u8]) -> bool {
    line.len() > name.len() && line[name.len()] == b':' && line[..name.len()].eq_ignore_ascii_case(name)
}

fn is_space(c: &u8) -> bool {
    c.is_ascii_whitespace() || *c == 0x0b
}

fn trim_end(mut l: &[u8]) -> &[u8] {
    while let Some((c, rest)) = l.split_last() {
        if !is_space(c) {
            break;
        }
        l = rest;
    }
    l
}

/// The number in a status line.
fn status_of(line: &[u8]) -> i32 {
    let at = line.windows(2).position(|w| w[0] == b' ' && w[1] != b' ');
    at.map_or(200, |i| crate::ini::quantity::to_long(&line[i + 1..]) as i32)
}

/// A text type with the charset it lacks.
fn with_charset(kind: &[u8], charset: &[u8]) -> Option<Vec<u8>> {
    let plain = !charset.is_empty()
        && kind.starts_with(b"text/")
        && memchr::memmem::find(kind, b"charset=").is_none();
    plain.then(|| [kind, b";charset=", charset].concat())
}

impl Headers {
    /// The headers of a response with a code.
    pub fn new(code: i32) -> Headers {
        Headers { code, ..Headers::default() }
    }

    /// Lines without their ends, in order.
    pub fn lines(&self) -> &[Vec<u8>] {
        &self.list
    }

    /// Sets the code; a status line for another one goes.
    pub fn set_code(&mut self, code: i32) {
        if self.code != code {
            self.status_line = None;
            self.code = code;
        }
    }

    /// Sets a header or the status line. `code`, where not 0, becomes the response code. `Err`: the warning's text, empty
    /// where there is nothing to say.
    pub fn set(
        &mut self,
        line: &[u8],
        op: HeaderOp,
        code: i32,
        c: &HeaderContext<'_>,
    ) -> Result<(), &'static str> {
        if line.is_empty() {
            return Err("");
        }
        let line = trim_end(line);
        match line.iter().find(|b| matches!(b, b'\n' | b'\r' | 0)) {
            Some(0) => return Err("Header may not contain NUL bytes"),
            Some(_) => return Err("Header may not contain more than a single header, new line detected"),
            None => {}
        }
        if line.len() >= 5 && line[..5].eq_ignore_ascii_case(b"HTTP/") {
            self.set_code(status_of(line));
            self.status_line = Some(line.to_vec());
            return Ok(());
        }
        let mut taken = line.to_vec();
        if let Some(colon) = line.iter().position(|&b| b == b':') {
            let name = &line[..colon];
            if name.eq_ignore_ascii_case(b"Content-Type") {
                let lead = line[colon + 1..].iter().take_while(|&&b| b == b' ').count();
                let kind = &line[colon + 1 + lead..];
                let full = with_charset(kind, c.default_charset);
                self.mime_type.get_or_insert_with(|| full.clone().unwrap_or_else(|| kind.to_vec()));
                if let Some(full) = full {
                    taken = [b"Content-type: ", &full[..]].concat();
                }
                self.no_default_type = true;
            } else if name.eq_ignore_ascii_case(b"Location") {
                if !(300..400).contains(&self.code) && self.code != 201 {
                    let other = c.protocol > 1000 && c.method.is_some_and(|m| m != b"HEAD" && m != b"GET");
                    self.set_code(match code {
                        0 if other => 303,
                        0 => 302,
                        given => given,
                    });
                }
            } else if name.eq_ignore_ascii_case(b"WWW-Authenticate") {
                self.set_code(401);
            }
        }
        if code != 0 {
            self.set_code(code);
        }
        if op == HeaderOp::Replace
            && let Some(colon) = taken.iter().position(|&b| b == b':')
        {
            let name = taken[..colon].to_vec();
            self.list.retain(|l| !has_name(l, &name));
        }
        self.list.push(taken);
        Ok(())
    }

    /// Removes all headers of a name. `Err`: the warning's text.
    pub fn remove(&mut self, name: &[u8]) -> Result<(), &'static str> {
        let name = trim_end(name);
        if name.contains(&b':') {
            return Err("Header to delete may not contain colon.");
        }
        self.list.retain(|l| !has_name(l, name));
        Ok(())
    }

    /// Removes the headers whose lines begin with a text.
    pub fn remove_lines(&mut self, start: &[u8]) {
        self.list.retain(|l| !l.starts_with(start));
    }

    /// Removes all headers.
    pub fn clear(&mut self) {
        self.list.clear();
    }

    /// Keeps the default Content-Type from being sent.
    pub fn without_default_type(&mut self) {
        self.no_default_type = true;
    }

    /// Adds the default Content-Type where a script set none; called once, before headers are sent.
    pub fn complete(&mut self, mime_type: &[u8], charset: &[u8]) {
        if self.no_default_type {
            return;
        }
        self.no_default_type = true;
        let kind = default_type(mime_type, charset);
        if !kind.is_empty() {
            self.list.push([b"Content-type: ", &kind[..]].concat());
            self.mime_type = Some(kind);
        }
    }
}

/// `default_mimetype` with `default_charset` where it is text.
pub fn default_type(mime_type: &[u8], charset: &[u8]) -> Vec<u8> {
    let text = mime_type.len() >= 5 && mime_type[..5].eq_ignore_ascii_case(b"text/");
    if !charset.is_empty() && text {
        [mime_type, b"; charset=", charset].concat()
    } else {
        mime_type.to_vec()
    }
}

/// A response code's reason phrase, as PHP's servers send it.
pub fn reason(code: i32) -> Option<&'static str> {
    Some(match code {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        203 => "Non-Authoritative Information",
        204 => "No Content",
        205 => "Reset Content",
        206 => "Partial Content",
        300 => "Multiple Choices",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        305 => "Use Proxy",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        402 => "Payment Required",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        407 => "Proxy Authentication Required",
        408 => "Request Timeout",
        409 => "Conflict",
        410 => "Gone",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Request Entity Too Large",
        414 => "Request-URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Requested Range Not Satisfiable",
        417 => "Expectation Failed",
        426 => "Upgrade Required",
        428 => "Precondition Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        451 => "Unavailable For Legal Reasons",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        506 => "Variant Also Negotiates",
        511 => "Network Authentication Required",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const C: HeaderContext<'_> =
        HeaderContext { default_charset: b"UTF-8", method: Some(b"POST"), protocol: 1001 };

    fn list(lines: &[&str]) -> (Vec<String>, i32) {
        let mut h = Headers::new(200);
        for l in lines {
            let op = if l.starts_with('+') { HeaderOp::Add } else { HeaderOp::Replace };
            h.set(l.trim_start_matches('+').as_bytes(), op, 0, &C).unwrap_or_else(|e| panic!("{e}"));
        }
        h.complete(b"text/html", b"UTF-8");
        (h.lines().iter().map(|l| String::from_utf8_lossy(l).into_owned()).collect(), h.code)
    }

    #[test]
    fn lines() {
        assert_eq!(
            list(&["X: 1", "x: 2", "+X: 3 "]).0,
            ["x: 2", "X: 3", "Content-type: text/html; charset=UTF-8"]
        );
        assert_eq!(list(&["Content-Type: text/plain"]).0, ["Content-type: text/plain;charset=UTF-8"]);
        assert_eq!(list(&["Content-Type: image/png"]).0, ["Content-Type: image/png"]);
        assert_eq!(list(&["Location: /"]).1, 303);
        assert_eq!(list(&["HTTP/1.1 404 Not Found"]).1, 404);
    }

    #[test]
    fn refused() {
        let mut h = Headers::new(200);
        let e = h.set(b"A: b\r\nC: d", HeaderOp::Add, 0, &C);
        assert_eq!(e, Err("Header may not contain more than a single header, new line detected"));
        assert_eq!(h.set(b"A: \0", HeaderOp::Add, 0, &C), Err("Header may not contain NUL bytes"));
        assert!(h.remove(b"a:b").is_err());
    }
}
