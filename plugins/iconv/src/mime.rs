//! Header fields of mails as encoded words (RFC 2047).

use crate::converter::{Converter, Failure, Step};
use plugin_api::{Ctx, R, Value};

/// How the bytes of a word are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Scheme {
    /// `B`
    Base64,
    /// `Q`
    QuotedPrintable,
}

/// What a field is encoded with.
pub struct Options<'o> {
    /// Longest line.
    pub line: usize,
    /// What ends a line.
    pub line_end: &'o [u8],
    /// How bytes are written.
    pub scheme: Scheme,
    /// The encoding of the words.
    pub to: &'o [u8],
    /// The encoding of name and value.
    pub from: &'o [u8],
}

/// Whether a byte of a `Q` word stands for itself.
fn is_plain(b: u8) -> bool {
    (0x21..0x7f).contains(&b) && !matches!(b, b'=' | b'?' | b'_')
}

/// Bytes that `Q` words take for some.
fn quoted_length(bytes: &[u8]) -> usize {
    bytes.iter().map(|b| if is_plain(*b) { 1 } else { 3 }).sum()
}

/// Encodes a field. `Ok(Err(…))`: it cannot be.
pub fn encode(ctx: &mut Ctx, name: &[u8], value: &[u8], o: &Options<'_>) -> R<Result<Vec<u8>, Failure>> {
    if name.len() + 2 >= o.line || o.to.len() + 12 >= o.line {
        return Ok(Err(Failure::TooLong));
    }
    let opened = Converter::open(b"ASCII", o.from).and_then(|p| Ok((p, Converter::open(o.to, o.from)?)));
    let (mut plain, mut words) = match opened {
        Ok(c) => c,
        Err(f) => return Ok(Err(f)),
    };
    // A line of that length has to be allowed.
    drop(ctx.alloc_bytes(o.line)?);
    let mut out = Vec::new();
    // What cannot be written in ASCII is left out of the name.
    plain.append_some(name, &mut out).ok();
    out.extend_from_slice(b": ");
    let mut left = o.line - name.len() - 2;
    let shortest = 6 + o.to.len() + if o.scheme == Scheme::Base64 { 4 } else { 3 };
    let mut rest = value;
    loop {
        if left < shortest + o.line_end.len() + 1 {
            out.extend_from_slice(o.line_end);
            out.push(b' ');
            left = o.line - 1;
        }
        out.extend_from_slice(b"=?");
        out.extend_from_slice(o.to);
        out.extend_from_slice(if o.scheme == Scheme::Base64 { b"?B?" } else { b"?Q?" });
        left -= 5 + o.to.len();
        let before = out.len();
        if o.scheme == Scheme::Base64 {
            match take_base64(&mut words, &mut rest, (left - 2) / 4 * 3) {
                Ok(bytes) => {
                    let text = ctx.call_function("base64_encode", &[Value::str(bytes)])?.to_str(ctx)?;
                    out.extend_from_slice(&text);
                }
                Err(f) => return Ok(Err(f)),
            }
        } else {
            match take_quoted(&mut words, &mut rest, left - 2) {
                Ok(bytes) => {
                    for b in bytes {
                        if is_plain(b) {
                            out.push(b);
                        } else {
                            out.extend_from_slice(format!("={b:02X}").as_bytes());
                        }
                    }
                }
                Err(f) => return Ok(Err(f)),
            }
        }
        out.extend_from_slice(b"?=");
        left = left.saturating_sub(out.len() - before);
        if rest.is_empty() {
            return Ok(Ok(out));
        }
    }
}

/// As many characters as become at most `room` bytes, the end of the text with them.
fn take_base64(c: &mut Converter, rest: &mut &[u8], room: usize) -> Result<Vec<u8>, Failure> {
    let start = *rest;
    let mut reserved = 4;
    loop {
        if room <= reserved {
            return Err(Failure::TooLong);
        }
        let mut bytes = Vec::new();
        match c.step(rest, &mut bytes, room - reserved) {
            Step::Done => {}
            Step::Full if rest.len() < start.len() => {}
            Step::Full => return Err(Failure::TooLong),
            Step::Failed(f) => return Err(f),
        }
        let left = room - bytes.len();
        match c.finish(&mut bytes, left) {
            Step::Done => return Ok(bytes),
            Step::Full => {}
            Step::Failed(f) => return Err(f),
        }
        c.reset();
        reserved += 4;
        *rest = start;
    }
}

/// As many characters as are written in at most `room` bytes.
fn take_quoted(c: &mut Converter, rest: &mut &[u8], room: usize) -> Result<Vec<u8>, Failure> {
    let start = *rest;
    let mut size = room;
    let mut bytes = Vec::new();
    while size > 0 {
        bytes.clear();
        *rest = start;
        match c.step(rest, &mut bytes, size) {
            Step::Full if rest.len() == start.len() => return Err(Failure::Other(libc::E2BIG)),
            Step::Done | Step::Full => {}
            Step::Failed(f) => return Err(f),
        }
        let left = size - bytes.len();
        if let Step::Failed(f) = c.finish(&mut bytes, left) {
            return Err(f);
        }
        let needed = quoted_length(&bytes);
        if needed <= room {
            break;
        }
        size = size.saturating_sub((needed - room).div_ceil(3));
    }
    c.reset();
    Ok(bytes)
}
