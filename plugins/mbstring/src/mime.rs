//! Encoded words of mail headers (RFC 2047).

use crate::charset::{BAD, Enc, Encoder, Kind, Substitute, by_name};
use crate::state::{argument, internal, state};
use plugin_api::{Ctx, R, php_function};

/// Characters beyond which a line's words are not filled in one go.
const WINDOW: usize = 90;
const SUBSTITUTE: Substitute = Substitute::Char(0x3F);

fn needs_escape(c: u8) -> bool {
    !(c.is_ascii_alphabetic() || b"!*+-/".contains(&c))
}

fn transferred(b: &[u8], base64: bool) -> usize {
    if base64 {
        b.len().div_ceil(3) * 4
    } else {
        b.iter().map(|c| if needs_escape(*c) { 3 } else { 1 }).sum()
    }
}

fn transfer(b: &[u8], base64: bool, out: &mut Vec<u8>) {
    if base64 {
        const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for three in b.chunks(3) {
            let n = three.iter().fold(0u32, |n, c| n << 8 | u32::from(*c)) << (8 * (3 - three.len()));
            out.extend(
                (0..4).map(
                    |i| {
                        if i <= three.len() { DIGITS[(n >> (18 - 6 * i) & 63) as usize] } else { b'=' }
                    },
                ),
            );
        }
    } else {
        for c in b {
            if needs_escape(*c) {
                out.extend_from_slice(format!("={c:02X}").as_bytes());
            } else {
                out.push(*c);
            }
        }
    }
}

/// How a header is written.
pub struct HeaderStyle<'a> {
    /// Encoding within encoded words.
    pub charset: Enc,
    /// Base64, else quoted-printable.
    pub base64: bool,
    /// What ends a line.
    pub newline: &'a [u8],
    /// Columns taken on the first line.
    pub indent: i64,
}

/// The text of a header: words in ASCII as they are, from the first other one on encoded words.
pub fn encode_header(text: &[u8], from: Enc, style: &HeaderStyle<'_>) -> Vec<u8> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut indent = if (0..74).contains(&style.indent) { style.indent as usize } else { 0 };
    let newline = &style.newline[..style.newline.len().min(8)];
    let newline = newline.split(|c| *c == 0).next().unwrap_or(b"");
    let name = style.charset.mime.unwrap_or(style.charset.name);
    let points = from.decode(text);
    let plain = |p: &u32| (0x21..=0x7E).contains(p) && !matches!(p, 0x3D | 0x3F | 0x5F);
    let first = points.iter().position(|p| *p != 0x20).unwrap_or(points.len());
    if points[first..].iter().all(plain) {
        return text.to_vec();
    }
    let mut out: Vec<u8> = Vec::new();
    let mut line = 0;
    let mut word = 0;
    let mut i = 0;
    while i < points.len() && points[i] == 0x20 && i <= 74 {
        i += 1;
    }
    let fold = |out: &mut Vec<u8>, line: &mut usize, indent: &mut usize| {
        out.extend_from_slice(newline);
        out.push(b' ');
        *indent = 0;
        *line = out.len();
    };
    let mut encoded = None;
    while i < points.len() {
        let p = points[i];
        i += 1;
        let far = i - word > 74;
        if !(0x20..=0x7E).contains(&p) || matches!(p, 0x3D | 0x3F | 0x5F) || p == 0x20 && far {
            encoded = Some(word);
            break;
        }
        if p == 0x20 {
            if out.len() - line + (i - word) + indent > 75 {
                fold(&mut out, &mut line, &mut indent);
            } else if !out.is_empty() {
                out.push(b' ');
            }
            out.extend(points[word..i - 1].iter().map(|p| *p as u8));
            word = i;
            while i < points.len() && points[i] == 0x20 {
                i += 1;
            }
        } else if i - word >= WINDOW {
            encoded = Some(word);
            break;
        }
    }
    let Some(start) = encoded else {
        if word < points.len() && !out.is_empty() {
            if out.len() - line + (points.len() - word) + indent > 74 {
                fold(&mut out, &mut line, &mut indent);
            } else {
                out.push(b' ');
            }
        }
        out.extend(points[word..].iter().map(|p| *p as u8));
        return out;
    };
    if out.len() - line + indent + name.len() > 55 {
        fold(&mut out, &mut line, &mut indent);
    } else if !out.is_empty() {
        out.push(b' ');
    }
    let mut rest = &points[start..];
    loop {
        out.extend_from_slice(format!("=?{name}?{}?", if style.base64 { 'B' } else { 'Q' }).as_bytes());
        let room = (73 - indent as i64 - (out.len() - line) as i64).max(0) as usize;
        let mut e = Encoder::new(style.charset, SUBSTITUTE);
        let mut n = 12;
        let mut begun = false;
        loop {
            n = n.min(rest.len());
            let mut tried = e.clone();
            tried.push(&rest[..n]);
            let mut ended = tried.clone();
            ended.finish();
            if transferred(&ended.out, style.base64) <= room || n == 1 && !begun {
                rest = &rest[n..];
                e = tried;
                begun = true;
                if rest.is_empty() {
                    transfer(&ended.out, style.base64, &mut out);
                    out.extend_from_slice(b"?=");
                    return out;
                }
            } else if n == 1 {
                break;
            } else {
                n /= 2;
            }
        }
        e.finish();
        transfer(&e.out, style.base64, &mut out);
        out.extend_from_slice(b"?=");
        fold(&mut out, &mut line, &mut indent);
    }
}

/// Text as encoded words.
#[php_function(
    "mb_encode_mimeheader(string $string, ?string $charset = null, ?string $transfer_encoding = null, string $newline = \"\\r\\n\", int $indent = 0): string"
)]
fn mb_encode_mimeheader(
    ctx: &mut Ctx,
    string: &[u8],
    charset: Option<&[u8]>,
    transfer_encoding: Option<&[u8]>,
    newline: &[u8],
    indent: i64,
) -> R<Vec<u8>> {
    let language = state(ctx).language.get();
    let quoted = |name: &[u8]| name.first().is_some_and(|c| c.eq_ignore_ascii_case(&b'q'));
    let (charset, mut base64) = match charset {
        Some(name) => {
            let enc = argument(ctx, Some(name), 2)?;
            if enc.mime.is_none() || enc.kind == Kind::Quoted {
                let name = String::from_utf8_lossy(name).into_owned();
                let told = format!("\"{name}\" cannot be used for MIME header encoding");
                return Err(ctx.argument_value_error(2, told));
            }
            (enc, true)
        }
        None => {
            let enc = by_name(language.charset.as_bytes()).unwrap_or_else(crate::state::utf8);
            (enc, !quoted(language.header.as_bytes()))
        }
    };
    if transfer_encoding.is_some_and(quoted) {
        base64 = false;
    }
    let from = internal(ctx);
    Ok(encode_header(string, from, &HeaderStyle { charset, base64, newline, indent }))
}

/// The bytes of an encoded word at the start of `b` with their encoding, and how long it is.
fn encoded_word(b: &[u8]) -> Option<(Enc, Vec<u8>, usize)> {
    if b.len() < 6 || !b.starts_with(b"=?") {
        return None;
    }
    let mark = 2 + memchr::memchr(b'?', &b[2..])?;
    let (method, question) = (*b.get(mark + 1)?, *b.get(mark + 2)?);
    if question != b'?' {
        return None;
    }
    let enc = by_name(&b[2..mark])?;
    let start = mark + 3;
    let end = match memchr::memmem::find(&b[start..], b"?=") {
        Some(at) => start + at,
        None if b.len() > start && b.ends_with(b"?") => b.len() - 1,
        None => b.len(),
    };
    let body = &b[start..end];
    let bytes = match method {
        b'B' | b'b' => {
            let points = by_name(b"BASE64")?.decode(body);
            points.into_iter().map(|p| if p == BAD { b'?' } else { p as u8 }).collect()
        }
        b'Q' | b'q' => {
            let spaced: Vec<u8> = body.iter().map(|c| if *c == b'_' { b' ' } else { *c }).collect();
            by_name(b"Quoted-Printable")?.decode(&spaced).into_iter().map(|p| p as u8).collect()
        }
        _ => return None,
    };
    Some((enc, bytes, (end + 2).min(b.len())))
}

/// Encoded words as text.
#[php_function("mb_decode_mimeheader(string $string): string")]
fn mb_decode_mimeheader(ctx: &mut Ctx, string: &[u8]) -> Vec<u8> {
    let space = |c: u8| matches!(c, b'\n' | b'\r' | b'\t' | b' ');
    let ascii = |c: &u8| if c.is_ascii() { u32::from(*c) } else { BAD };
    let mut e = Encoder::new(internal(ctx), SUBSTITUTE);
    let (mut i, mut pending) = (0, false);
    while i < string.len() {
        if let Some((enc, bytes, len)) = encoded_word(&string[i..]) {
            e.push(&enc.decode(&bytes));
            i += len;
            pending = false;
            while i < string.len() && space(string[i]) {
                i += 1;
                pending = true;
            }
            continue;
        }
        if std::mem::take(&mut pending) {
            e.push(&[0x20]);
        }
        if !matches!(string[i], b'\n' | b'\r') {
            let len = string[i + 1..].iter().take_while(|c| !matches!(c, b'=' | b'\n' | b'\r')).count();
            let text: Vec<u32> = string[i..i + 1 + len].iter().map(ascii).collect();
            e.push(&text);
            i += 1 + len;
        }
        if i < string.len() && matches!(string[i], b'\n' | b'\r') {
            while i < string.len() && space(string[i]) {
                i += 1;
            }
            if i < string.len() {
                e.push(&[0x20]);
            }
        }
    }
    e.finish();
    e.out
}
