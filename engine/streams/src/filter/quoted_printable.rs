//! `convert.quoted-printable-encode` and `-decode` (RFC 2045, 6.7), on data that comes in pieces.

use super::standard::{Convert, ConvertError, Lines};
use std::rc::Rc;

/// The encoder.
pub(super) struct QuotedPrintableEncode {
    lines: Option<Lines>,
    binary: bool,
    force_first: bool,
    /// Columns left on the line.
    room: usize,
    /// Bytes of a line end that were seen, and how many of them were given out again.
    matched: usize,
    replayed: usize,
}

const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

impl QuotedPrintableEncode {
    pub(super) fn new(lines: Option<Lines>, binary: bool, force_first: bool) -> QuotedPrintableEncode {
        let room = lines.as_ref().map_or(0, |l| l.length);
        QuotedPrintableEncode { lines, binary, force_first, room, matched: 0, replayed: 0 }
    }

    fn line_end(&self) -> Rc<[u8]> {
        self.lines.as_ref().map_or_else(|| Rc::from([]), |l| l.end.clone())
    }

    /// Breaks the line when fewer than `need` columns are left.
    fn ensure(&mut self, need: usize, out: &mut Vec<u8>) -> bool {
        match &self.lines {
            Some(l) if self.room < need => {
                out.push(b'=');
                out.extend_from_slice(&l.end);
                self.room = l.length;
                true
            }
            _ => false,
        }
    }

    fn put(&mut self, bytes: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(bytes);
        self.room = self.room.wrapping_sub(bytes.len());
    }

    /// Moves on by one byte: one of a half-seen line end first.
    fn advance(&mut self, at: &mut usize) {
        if self.replayed < self.matched {
            self.replayed += 1;
        } else {
            self.matched = 0;
            self.replayed = 0;
            *at += 1;
        }
    }

    /// How many blanks from here on end a line and so must be encoded.
    fn trailing_blanks(&self, rest: &[u8]) -> usize {
        let end = self.line_end();
        let (mut blanks, mut seen) = (1, 0);
        for &c in &rest[..rest.len().saturating_sub(1)] {
            if end.get(seen) == Some(&c) {
                seen += 1;
                if seen >= end.len() {
                    break;
                }
            } else if seen != 0 || (c != b'\t' && c != b' ') {
                return 0;
            } else {
                blanks += 1;
            }
        }
        blanks
    }
}

impl Convert for QuotedPrintableEncode {
    fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), ConvertError> {
        let (mut at, mut trailing) = (0, 0);
        let end = self.line_end();
        loop {
            if !self.binary
                && !end.is_empty()
                && input.get(at).is_some_and(|c| end.get(self.matched) == Some(c))
            {
                self.matched += 1;
                if self.matched >= end.len() {
                    out.extend_from_slice(&end);
                    self.room = self.lines.as_ref().map_or(0, |l| l.length);
                    self.matched = 0;
                    self.replayed = 0;
                }
                at += 1;
                continue;
            }
            let c = if self.replayed < self.matched {
                end[self.replayed]
            } else if let Some(&c) = input.get(at) {
                c
            } else {
                return Ok(());
            };
            let full = self.lines.as_ref().map_or(0, |l| l.length);
            if !self.binary && trailing == 0 && (c == b'\t' || c == b' ') {
                if !self.ensure(2, out) {
                    if self.lines.is_some() {
                        trailing = self.trailing_blanks(&input[at.min(input.len())..]);
                    }
                    if trailing == 0 {
                        self.put(&[c], out);
                        self.advance(&mut at);
                    }
                }
            } else if (!self.force_first || self.room < full) && matches!(c, 33..=60 | 62..=126) {
                self.ensure(2, out);
                self.put(&[c], out);
                self.advance(&mut at);
            } else {
                self.ensure(4, out);
                self.put(&[b'=', DIGITS[(c >> 4) as usize], DIGITS[(c & 15) as usize]], out);
                trailing = trailing.saturating_sub(1);
                self.advance(&mut at);
            }
        }
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> Result<(), ConvertError> {
        Ok(())
    }
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    Text,
    /// After `=`.
    Escape,
    /// After `=` and one digit.
    Digit(u8),
    /// After `=` and blanks.
    Blanks,
    /// Within a line end after `=`.
    LineEnd,
}

/// The decoder. Without given line ends, `\r`, `\n` and `\r\n` all end a soft line.
pub(super) struct QuotedPrintableDecode {
    end: Option<Vec<u8>>,
    at: At,
    matched: usize,
}

impl QuotedPrintableDecode {
    pub(super) fn new(end: Option<Vec<u8>>) -> QuotedPrintableDecode {
        QuotedPrintableDecode { end, at: At::Text, matched: 0 }
    }

    fn expects(&self, c: u8) -> bool {
        self.end.as_ref().is_some_and(|e| e.get(self.matched) == Some(&c))
    }

    /// A digit's value. Lower-case ones come out as PHP has them: their surplus bits spoil a first digit `0`-`9`.
    fn hex(c: u8) -> Result<u8, ConvertError> {
        match c {
            b'0'..=b'9' => Ok(c - b'0'),
            b'A'..=b'F' | b'a'..=b'f' => Ok(c - 0x37),
            _ => Err(ConvertError::InvalidSequence),
        }
    }

    /// Whether `c` was taken; if not it is looked at again in the new state.
    fn step(&mut self, c: u8, out: &mut Vec<u8>) -> Result<bool, ConvertError> {
        match self.at {
            At::Text => {
                if c == b'=' {
                    self.at = At::Escape;
                } else {
                    out.push(c);
                }
            }
            At::Escape => {
                self.at = match c {
                    b' ' | b'\t' => At::Blanks,
                    b'\r' if self.end.is_none() => At::LineEnd,
                    b'\n' if self.end.is_none() => At::Text,
                    _ if self.expects(c) => {
                        self.matched += 1;
                        At::LineEnd
                    }
                    _ => At::Digit(Self::hex(c)?),
                };
            }
            At::Digit(high) => {
                out.push(high << 4 | Self::hex(c)?);
                self.at = At::Text;
            }
            At::Blanks => {
                if self.expects(c) {
                    self.matched += 1;
                    self.at = At::LineEnd;
                } else if c != b'\t' && c != b' ' {
                    return Err(ConvertError::InvalidSequence);
                }
            }
            At::LineEnd => match self.end.clone() {
                None => {
                    self.at = At::Text;
                    return Ok(c == b'\n');
                }
                Some(e) if self.matched >= e.len() => {
                    self.at = At::Text;
                    self.matched = 0;
                    return Ok(false);
                }
                Some(_) if self.expects(c) => self.matched += 1,
                Some(e) => {
                    out.extend_from_slice(&e[..self.matched]);
                    self.at = At::Text;
                    self.matched = 0;
                    return Ok(false);
                }
            },
        }
        Ok(true)
    }
}

impl Convert for QuotedPrintableDecode {
    fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), ConvertError> {
        for &c in input {
            while !self.step(c, out)? {}
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> Result<(), ConvertError> {
        if self.at == At::Text { Ok(()) } else { Err(ConvertError::UnexpectedEnd) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(c: &mut dyn Convert, parts: &[&[u8]]) -> Result<String, ConvertError> {
        let mut out = Vec::new();
        for p in parts {
            c.feed(p, &mut out)?;
        }
        c.finish(&mut out)?;
        Ok(String::from_utf8_lossy(&out).into_owned())
    }

    #[test]
    fn encodes_as_php_does() {
        let lines = || Some(Lines { end: Rc::from(&b"\r\n"[..]), length: 10 });
        assert_eq!(
            run(&mut QuotedPrintableEncode::new(None, false, false), &[b"a=\xe4 b"]),
            Ok("a=3D=E4 b".into())
        );
        assert_eq!(
            run(&mut QuotedPrintableEncode::new(lines(), false, false), &[b"abcdefghijklm \r\nx"]),
            Ok("abcdefghi=\r\njklm=20\r\nx".into())
        );
    }

    #[test]
    fn decodes_soft_lines() {
        for text in [&b"ab=\r\nc=3Dd"[..], b"ab=\nc=3Dd"] {
            assert_eq!(run(&mut QuotedPrintableDecode::new(None), &[text]), Ok("abc=d".into()));
        }
        assert_eq!(run(&mut QuotedPrintableDecode::new(None), &[b"=4", b"1"]), Ok("A".into()));
        assert_eq!(run(&mut QuotedPrintableDecode::new(None), &[b"=zz"]), Err(ConvertError::InvalidSequence));
    }
}
