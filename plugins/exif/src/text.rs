//! Texts of cameras, in the encodings that the settings name.

use crate::number::Order;
use crate::picture::c_text;
use plugin_api::{Ctx, Value};

/// A text in another encoding; `None` when one of them is not known, as without the extension mbstring.
fn convert(ctx: &mut Ctx, text: &[u8], to: &str, from: &str) -> Option<Vec<u8>> {
    let to = ctx.ini(to).filter(|e| !e.is_empty())?;
    let from = match from.strip_prefix("exif.") {
        Some(_) => ctx.ini(from).filter(|e| !e.is_empty())?,
        None => from.as_bytes().to_vec(),
    };
    if !ctx.function_exists("mb_convert_encoding") {
        return None;
    }
    let args = [Value::str(text), Value::str(to), Value::str(from)];
    match ctx.call_function("mb_convert_encoding", &args) {
        Ok(v) => v.as_str().map(|s| s.to_vec()),
        Err(_) => {
            drop(ctx.take_exception());
            None
        }
    }
}

/// What is left as it is, with the NUL byte that PHP counts to it.
fn raw(text: &[u8]) -> Option<Vec<u8>> {
    (!text.is_empty()).then(|| [text, b"\0"].concat())
}

/// The comment in a value's first `len` bytes, with its encoding. Spaces at the end of a plain one are wiped in the value.
pub fn comment(
    ctx: &mut Ctx,
    order: Order,
    value: &mut [u8],
    len: usize,
) -> Option<(Vec<u8>, Option<&'static str>)> {
    let len = len.min(value.len());
    let mut start = 0;
    let mut encoding = None;
    if len >= 8 {
        let text = &value[8..len];
        match &value[..8] {
            b"UNICODE\0" => {
                let (text, from) = match text {
                    [0xfe, 0xff, rest @ ..] => (rest, "UCS-2BE"),
                    [0xff, 0xfe, rest @ ..] => (rest, "UCS-2LE"),
                    _ if order == Order::Motorola => (text, "exif.decode_unicode_motorola"),
                    _ => (text, "exif.decode_unicode_intel"),
                };
                let text = convert(ctx, text, "exif.encode_unicode", from).or_else(|| raw(text))?;
                return Some((text, Some("UNICODE")));
            }
            b"JIS\0\0\0\0\0" => {
                let from = match order {
                    Order::Motorola => "exif.decode_jis_motorola",
                    Order::Intel => "exif.decode_jis_intel",
                };
                let text = convert(ctx, text, "exif.encode_jis", from).or_else(|| raw(text))?;
                return Some((text, Some("JIS")));
            }
            b"ASCII\0\0\0" => (start, encoding) = (8, Some("ASCII")),
            b"\0\0\0\0\0\0\0\0" => (start, encoding) = (8, Some("UNDEFINED")),
            _ => {}
        }
    }
    let text = &mut value[start..len];
    for c in text.iter_mut().skip(1).rev().take_while(|c| **c == b' ') {
        *c = 0;
    }
    Some((c_text(text).to_vec(), encoding))
}

/// A text of Windows.
pub fn windows(ctx: &mut Ctx, order: Order, text: &[u8]) -> Vec<u8> {
    let from = match order {
        Order::Motorola => "exif.decode_unicode_motorola",
        Order::Intel => "exif.decode_unicode_intel",
    };
    convert(ctx, text, "exif.encode_unicode", from).unwrap_or_else(|| text.to_vec())
}
