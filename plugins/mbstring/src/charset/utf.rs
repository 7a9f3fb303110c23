//! The encodings of Unicode, to code points.

use super::{BAD, Order};

/// UTF-8: every maximal part of a sequence that cannot go on is one error.
pub fn utf8(b: &[u8]) -> Vec<u32> {
    let mut out = Vec::with_capacity(b.len());
    if let Ok(text) = std::str::from_utf8(b) {
        out.extend(text.chars().map(u32::from));
        return out;
    }
    for chunk in b.utf8_chunks() {
        out.extend(chunk.valid().chars().map(u32::from));
        if !chunk.invalid().is_empty() {
            out.push(BAD);
        }
    }
    out
}

fn big(b: &[u8], order: Order, unit: usize) -> (bool, &[u8]) {
    if order != Order::Marked {
        return (order == Order::Big, b);
    }
    match (unit, b) {
        (2, [0xFF, 0xFE, rest @ ..]) | (4, [0xFF, 0xFE, 0, 0, rest @ ..]) => (false, rest),
        (2, [0xFE, 0xFF, rest @ ..]) | (4, [0, 0, 0xFE, 0xFF, rest @ ..]) => (true, rest),
        _ => (true, b),
    }
}

fn unit16(b: &[u8], big: bool) -> u32 {
    let pair = [b[0], b[1]];
    u32::from(if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) })
}

/// UTF-16.
pub fn utf16(b: &[u8], order: Order) -> Vec<u32> {
    let (big, b) = big(b, order, 2);
    let mut out = Vec::with_capacity(b.len() / 2);
    let mut units = b.chunks_exact(2).map(|c| unit16(c, big)).peekable();
    while let Some(u) = units.next() {
        out.push(match u {
            0xD800..=0xDBFF => match units.peek() {
                Some(low @ 0xDC00..=0xDFFF) => {
                    let point = 0x1_0000 + ((u & 0x3FF) << 10 | low & 0x3FF);
                    units.next();
                    point
                }
                _ => BAD,
            },
            0xDC00..=0xDFFF => BAD,
            u => u,
        });
    }
    if b.len() % 2 == 1 {
        out.push(BAD);
    }
    out
}

/// UCS-2.
pub fn ucs2(b: &[u8], order: Order) -> Vec<u32> {
    let (big, b) = big(b, order, 2);
    let mut out: Vec<u32> = b.chunks_exact(2).map(|c| unit16(c, big)).collect();
    if b.len() % 2 == 1 {
        out.push(BAD);
    }
    out
}

/// UTF-32 (`strict`: scalar values alone) and UCS-4.
pub fn wide(b: &[u8], order: Order, strict: bool) -> Vec<u32> {
    let (big, b) = big(b, order, 4);
    let read = |c: &[u8]| {
        let four = [c[0], c[1], c[2], c[3]];
        let p = if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) };
        if strict && char::from_u32(p).is_none() { BAD } else { p }
    };
    let mut out: Vec<u32> = b.chunks_exact(4).map(read).collect();
    if b.len() % 4 != 0 {
        out.push(BAD);
    }
    out
}

/// The value of a Base64 digit; IMAP has `,` for `/`.
pub fn digit(c: u8, imap: bool) -> Option<u32> {
    Some(u32::from(match c {
        b'A'..=b'Z' => c - b'A',
        b'a'..=b'z' => c - b'a' + 26,
        b'0'..=b'9' => c - b'0' + 52,
        b'+' => 62,
        b'/' if !imap => 63,
        b',' if imap => 63,
        _ => return None,
    }))
}

/// Units of UTF-16 that Base64 digits make, to points.
fn section(digits: &[u32], imap: bool, out: &mut Vec<u32>) {
    let (mut bits, mut held, mut high) = (0u32, 0, None::<u32>);
    for d in digits {
        bits = bits << 6 | d;
        held += 6;
        if held < 16 {
            continue;
        }
        held -= 16;
        let u = bits >> held & 0xFFFF;
        bits &= (1 << held) - 1;
        match (high.take(), u) {
            (Some(h), 0xDC00..=0xDFFF) => out.push(0x1_0000 + ((h & 0x3FF) << 10 | u & 0x3FF)),
            (h, _) => {
                if h.is_some() {
                    out.push(BAD);
                }
                match u {
                    0xD800..=0xDBFF => high = Some(u),
                    0xDC00..=0xDFFF => out.push(BAD),
                    0x20..=0x7E if imap && u != 0x26 => out.push(BAD),
                    u => out.push(u),
                }
            }
        }
    }
    if high.is_some() || held >= 6 || bits != 0 {
        out.push(BAD);
    }
}

/// UTF-7, or the kind of it that IMAP has.
pub fn utf7(b: &[u8], imap: bool) -> Vec<u32> {
    let shift = if imap { b'&' } else { b'+' };
    let (mut out, mut i) = (Vec::with_capacity(b.len()), 0);
    while i < b.len() {
        let c = b[i];
        i += 1;
        if c != shift {
            let plain = if imap { (0x20..=0x7E).contains(&c) } else { c < 0x80 };
            out.push(if plain { u32::from(c) } else { BAD });
            continue;
        }
        let digits: Vec<u32> = b[i..].iter().map_while(|c| digit(*c, imap)).collect();
        i += digits.len();
        let next = b.get(i).copied();
        if digits.is_empty() {
            if next == Some(b'-') {
                i += 1;
                out.push(u32::from(shift));
            } else if imap || next.is_some_and(|n| n >= 0x80 || !super::encode::utf7_direct(u32::from(n))) {
                out.push(BAD);
            }
            continue;
        }
        section(&digits, imap, &mut out);
        match next {
            Some(b'-') => i += 1,
            None if !imap => {}
            _ if imap => out.push(BAD),
            _ => {}
        }
    }
    out
}
