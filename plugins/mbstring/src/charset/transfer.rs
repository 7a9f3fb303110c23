//! Ways to send bytes that mbstring takes for encodings.

use super::BAD;
use super::utf::digit;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Base64: white space and `=` are passed over, other characters are errors.
pub fn base64(b: &[u8]) -> Vec<u32> {
    let (mut out, mut bits, mut held) = (Vec::new(), 0u32, 0);
    for c in b {
        if matches!(c, b'\r' | b'\n' | b' ' | b'\t' | b'=') {
            continue;
        }
        let Some(d) = digit(*c, false) else {
            out.push(BAD);
            continue;
        };
        bits = bits << 6 | d;
        held += 6;
        if held == 24 {
            out.extend([bits >> 16 & 255, bits >> 8 & 255, bits & 255]);
            (bits, held) = (0, 0);
        }
    }
    match held {
        18 => out.extend([bits >> 10 & 255, bits >> 2 & 255]),
        12 => out.push(bits >> 4 & 255),
        _ => {}
    }
    out
}

/// Quoted-printable.
pub fn quoted(b: &[u8]) -> Vec<u32> {
    let hex = |c: u8| (c as char).to_digit(16);
    let (mut out, mut i) = (Vec::with_capacity(b.len()), 0);
    while i < b.len() {
        match &b[i..] {
            [b'=', b'\r', b'\n', ..] => i += 3,
            [b'=', b'\r' | b'\n', ..] => i += 2,
            [b'=', x, y, ..] if hex(*x).is_some() && hex(*y).is_some() => {
                out.push(hex(*x).unwrap_or(0) << 4 | hex(*y).unwrap_or(0));
                i += 3;
            }
            _ => {
                out.push(u32::from(b[i]));
                i += 1;
            }
        }
    }
    out
}

/// Uuencode: the lines after `begin`.
pub fn uuencode(b: &[u8]) -> Vec<u32> {
    let Some(at) = memchr::memmem::find(b, b"begin ") else {
        return if b.is_empty() { Vec::new() } else { vec![BAD] };
    };
    let mut lines = b[at..].split(|c| *c == b'\n').skip(1);
    let mut out = Vec::new();
    let value = |c: u8| u32::from(c.wrapping_sub(b' ') & 63);
    for line in &mut lines {
        let Some((len, body)) = line.split_first() else { break };
        let len = value(*len) as usize;
        if len == 0 {
            break;
        }
        let mut bytes = Vec::with_capacity(len + 3);
        for four in body.chunks(4) {
            let n = four.iter().fold(0, |n, c| n << 6 | value(*c)) << (6 * (4 - four.len()));
            bytes.extend([n >> 16 & 255, n >> 8 & 255, n & 255]);
        }
        bytes.truncate(len);
        out.extend(bytes);
    }
    out
}

/// Names of entities with their characters.
fn entities() -> &'static (HashMap<&'static [u8], u32>, HashMap<u32, &'static str>) {
    static ALL: OnceLock<(HashMap<&'static [u8], u32>, HashMap<u32, &'static str>)> = OnceLock::new();
    ALL.get_or_init(|| {
        let (mut there, mut back) = (HashMap::new(), HashMap::new());
        for line in include_str!("../../tables/entities.txt").lines() {
            if let Some((name, point)) = line.split_once(' ')
                && let Ok(point) = point.parse()
            {
                there.insert(name.as_bytes(), point);
                back.insert(point, name);
            }
        }
        (there, back)
    })
}

/// The entity's name for a character.
pub fn entity(point: u32) -> Option<&'static str> {
    entities().1.get(&point).copied()
}

/// The character of `name` or `#number` in `&name;`.
fn named(body: &[u8]) -> Option<u32> {
    let Some(number) = body.strip_prefix(b"#") else { return entities().0.get(body).copied() };
    let (radix, digits) = match number {
        [b'x' | b'X', rest @ ..] => (16, rest),
        _ => (10, number),
    };
    let text = std::str::from_utf8(digits).ok().filter(|d| d.bytes().all(|c| c.is_ascii_hexdigit()))?;
    u32::from_str_radix(text, radix).ok().filter(|p| *p <= 0x10_FFFF)
}

/// HTML: entities in text of ISO-8859-1.
pub fn html(b: &[u8]) -> Vec<u32> {
    let (mut out, mut i) = (Vec::with_capacity(b.len()), 0);
    while i < b.len() {
        if b[i] == b'&' {
            let body = &b[i + 1..];
            let len = body.iter().take(14).take_while(|c| c.is_ascii_alphanumeric() || **c == b'#').count();
            if let Some(point) = named(&body[..len]) {
                out.push(point);
                i += 1 + len + usize::from(body.get(len) == Some(&b';'));
                continue;
            }
        }
        out.push(u32::from(b[i]));
        i += 1;
    }
    out
}

/// Bytes as Base64 in lines of 76.
pub fn to_base64(b: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut line = 0;
    for three in b.chunks(3) {
        if line == 76 {
            out.extend_from_slice(b"\r\n");
            line = 0;
        }
        let n = three.iter().fold(0u32, |n, c| n << 8 | u32::from(*c)) << (8 * (3 - three.len()));
        for i in 0..4 {
            out.push(if i <= three.len() { DIGITS[(n >> (18 - 6 * i) & 63) as usize] } else { b'=' });
        }
        line += 4;
    }
}

/// Bytes as uuencode of a file "filename".
pub fn to_uuencode(b: &[u8], out: &mut Vec<u8>) {
    if b.is_empty() {
        return;
    }
    let letter = |n: u32| if n & 63 == 0 { b'`' } else { (n & 63) as u8 + b' ' };
    out.extend_from_slice(b"begin 0644 filename\n");
    for line in b.chunks(45) {
        out.push(letter(line.len() as u32));
        for three in line.chunks(3) {
            let n = three.iter().fold(0u32, |n, c| n << 8 | u32::from(*c)) << (8 * (3 - three.len()));
            out.extend([letter(n >> 18), letter(n >> 12), letter(n >> 6), letter(n)]);
        }
        out.push(b'\n');
    }
}

/// Bytes as quoted-printable in lines of 72.
pub fn to_quoted(b: &[u8], out: &mut Vec<u8>) {
    let (mut line, mut last) = (0, 0);
    for c in b {
        if *c == b'\n' {
            if last != b'\r' {
                out.push(b'\r');
            }
            out.push(b'\n');
            (line, last) = (0, *c);
            continue;
        }
        last = *c;
        if line >= 72 {
            out.extend_from_slice(b"=\r\n");
            line = 0;
        }
        if *c == 0 || *c >= 0x80 || *c == b'=' {
            out.extend_from_slice(format!("={c:02X}").as_bytes());
            line += 3;
        } else {
            out.push(*c);
            line += 1;
        }
    }
}
