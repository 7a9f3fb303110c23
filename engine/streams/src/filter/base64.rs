//! `convert.base64-encode` and `convert.base64-decode`, on data that comes in pieces.

use super::standard::{Convert, ConvertError, Lines};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The encoder: at most two bytes wait for a third.
pub(super) struct Base64Encode {
    lines: Option<Lines>,
    room: usize,
    rest: Vec<u8>,
}

impl Base64Encode {
    pub(super) fn new(lines: Option<Lines>) -> Base64Encode {
        let room = lines.as_ref().map_or(0, |l| l.length);
        Base64Encode { lines, room, rest: Vec::new() }
    }

    fn put(&mut self, group: &[u8], out: &mut Vec<u8>) {
        if let Some(l) = &self.lines {
            if self.room < 4 {
                out.extend_from_slice(&l.end);
                self.room = l.length;
            }
            self.room -= 4;
        }
        let mut text = [0; 4];
        if STANDARD.encode_slice(group, &mut text).is_ok() {
            out.extend_from_slice(&text);
        }
    }
}

impl Convert for Base64Encode {
    fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), ConvertError> {
        let mut all = std::mem::take(&mut self.rest);
        all.extend_from_slice(input);
        let whole = all.len() / 3 * 3;
        for group in all[..whole].chunks(3) {
            self.put(group, out);
        }
        self.rest = all[whole..].to_vec();
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<u8>) -> Result<(), ConvertError> {
        let rest = std::mem::take(&mut self.rest);
        if !rest.is_empty() {
            self.put(&rest, out);
        }
        Ok(())
    }
}

/// The decoder. Foreign bytes are skipped; nothing of the alphabet may follow a `=`.
#[derive(Default)]
pub(super) struct Base64Decode {
    bits: u32,
    count: u32,
    padded: bool,
}

fn value(c: u8) -> Option<u32> {
    Some(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    } as u32)
}

impl Convert for Base64Decode {
    fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(), ConvertError> {
        for &c in input {
            self.padded |= c == b'=';
            match value(c) {
                Some(_) if self.padded => return Err(ConvertError::InvalidSequence),
                Some(v) => {
                    self.bits = self.bits << 6 | v;
                    self.count += 6;
                    if self.count >= 8 {
                        self.count -= 8;
                        out.push((self.bits >> self.count) as u8);
                        self.bits &= (1 << self.count) - 1;
                    }
                }
                None if self.padded && matches!(self.count, 0 | 6) => {
                    return Err(ConvertError::InvalidSequence);
                }
                None => {}
            }
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<u8>) -> Result<(), ConvertError> {
        if self.padded || self.count == 0 { Ok(()) } else { Err(ConvertError::UnexpectedEnd) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_encode_as_the_whole() {
        let mut e = Base64Encode::new(None);
        let mut out = Vec::new();
        for part in [&b"a"[..], b"bcd", b"", b"e"] {
            e.feed(part, &mut out).unwrap();
        }
        e.finish(&mut out).unwrap();
        assert_eq!(out, b"YWJjZGU=");
    }

    #[test]
    fn lines_are_broken() {
        let mut e = Base64Encode::new(Some(Lines { end: b"\n".to_vec().into(), length: 8 }));
        let mut out = Vec::new();
        e.feed(b"abcdefghi", &mut out).unwrap();
        e.finish(&mut out).unwrap();
        assert_eq!(out, b"YWJjZGVm\nZ2hp");
    }

    #[test]
    fn decoding_checks_padding() {
        let decode = |parts: &[&[u8]]| {
            let (mut d, mut out) = (Base64Decode::default(), Vec::new());
            for p in parts {
                d.feed(p, &mut out)?;
            }
            d.finish(&mut out).map(|()| out)
        };
        assert_eq!(decode(&[b"YW Jj", b"\nZGU=", b"\n"]), Ok(b"abcde".to_vec()));
        assert_eq!(decode(&[b"YQ==YQ=="]), Err(ConvertError::InvalidSequence));
        assert_eq!(decode(&[b"YQ"]), Err(ConvertError::UnexpectedEnd));
    }
}
