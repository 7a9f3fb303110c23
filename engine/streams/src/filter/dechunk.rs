//! `dechunk`: HTTP's chunked transfer coding (RFC 9112, 7.1) undone.

use super::{Brigade, Filter, FilterStatus, Flow};
use crate::stream::Stream;

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum At {
    #[default]
    SizeStart,
    Size,
    Extension,
    SizeLf,
    Body,
    BodyEnd,
    BodyLf,
    Trailer,
    /// Not chunked after all: everything passes as it is.
    Plain,
}

/// The filter's state.
#[derive(Default)]
pub(super) struct Dechunk {
    at: At,
    left: usize,
}

impl Dechunk {
    fn feed(&mut self, b: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(b.len());
        let mut p = 0;
        while p < b.len() {
            let c = b[p];
            match self.at {
                At::SizeStart | At::Size => match (c as char).to_digit(16) {
                    Some(d) => {
                        let before = if self.at == At::Size { self.left } else { 0 };
                        self.left = before.wrapping_mul(16).wrapping_add(d as usize);
                        self.at = At::Size;
                        p += 1;
                    }
                    None if self.at == At::SizeStart => self.at = At::Plain,
                    None => self.at = At::Extension,
                },
                At::Extension => match c {
                    b'\r' => {
                        p += 1;
                        self.at = At::SizeLf;
                    }
                    b'\n' => self.at = At::SizeLf,
                    _ => p += 1,
                },
                At::SizeLf if c == b'\n' => {
                    p += 1;
                    self.at = if self.left == 0 { At::Trailer } else { At::Body };
                }
                At::Body => {
                    let n = self.left.min(b.len() - p);
                    out.extend_from_slice(&b[p..p + n]);
                    p += n;
                    self.left -= n;
                    if self.left == 0 {
                        self.at = At::BodyEnd;
                    }
                }
                At::BodyEnd => {
                    if c == b'\r' {
                        p += 1;
                    }
                    self.at = At::BodyLf;
                }
                At::BodyLf if c == b'\n' => {
                    p += 1;
                    self.at = At::SizeStart;
                }
                At::SizeLf | At::BodyLf => self.at = At::Plain,
                At::Trailer => p = b.len(),
                At::Plain => {
                    out.extend_from_slice(&b[p..]);
                    p = b.len();
                }
            }
        }
        out
    }
}

impl Filter for Dechunk {
    fn run(
        &mut self,
        _: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        _: Flow,
    ) -> FilterStatus {
        for b in input.drain(..) {
            *consumed += b.len();
            output.push_back(self.feed(&b));
        }
        FilterStatus::PassOn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_split_anywhere() {
        let whole = b"4\r\nWiki\r\n5;x=y\r\npedia\r\nE\r\n in\r\n\r\nchunks.\r\n0\r\n\r\n";
        for cut in 0..whole.len() {
            let mut d = Dechunk::default();
            let mut out = d.feed(&whole[..cut]);
            out.extend(d.feed(&whole[cut..]));
            assert_eq!(out, b"Wikipedia in\r\n\r\nchunks.");
        }
        assert_eq!(Dechunk::default().feed(b"plain"), b"plain");
    }
}
