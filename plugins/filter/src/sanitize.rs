//! Filters that change what they are given.

use crate::constants::{flag, id};
use crate::functions::Rules;
use plugin_api::{Ctx, R, Str, Value};

/// Bytes below 32, from 127 on, and backticks go, as the flags say.
fn strip(text: &[u8], rules: &Rules) -> Vec<u8> {
    let drops = |c: u8| match c {
        127.. => rules.has(flag::STRIP_HIGH),
        ..32 => rules.has(flag::STRIP_LOW),
        b'`' => rules.has(flag::STRIP_BACKTICK),
        _ => false,
    };
    text.iter().copied().filter(|c| !drops(*c)).collect()
}

/// Some bytes as numeric entities.
fn encode(text: &[u8], encoded: impl Fn(u8) -> bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for c in text {
        if encoded(*c) { out.extend(format!("&#{c};").bytes()) } else { out.push(*c) }
    }
    out
}

fn keep(text: &[u8], allowed: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|c| c.is_ascii_alphanumeric() || allowed.contains(c)).collect()
}

/// What may stand in a URL by RFC 1738.
pub fn url(text: &[u8]) -> Vec<u8> {
    keep(text, b"$-_.+!*'(),{}|\\^~[]`<>#%\";/?:@&=")
}

/// The text as the filter leaves it.
pub fn sanitize(ctx: &mut Ctx, text: &Str, rules: &Rules) -> R<Value> {
    let flagged = |c: u8| match c {
        b'&' => rules.has(flag::ENCODE_AMP),
        ..32 => rules.has(flag::ENCODE_LOW),
        127.. => rules.has(flag::ENCODE_HIGH),
        _ => false,
    };
    let empty_is_null = rules.has(flag::EMPTY_STRING_NULL);
    let out = match rules.filter {
        id::STRING => {
            let quotes = !rules.has(flag::NO_ENCODE_QUOTES);
            let quoted = |c: u8| flagged(c) || quotes && matches!(c, b'\'' | b'"');
            let mut t = encode(&strip(text, rules), quoted);
            // Unlike strip_tags(), a tag may begin with white space.
            for i in 1..t.len() {
                if t[i - 1] == b'<' && (t[i].is_ascii_whitespace() || t[i] == 0x0b) {
                    t[i] = b'x';
                }
            }
            let stripped = ctx.call_function("strip_tags", &[Value::str(t)])?.to_str(ctx)?;
            if stripped.is_empty() && empty_is_null {
                return Ok(Value::NULL);
            }
            return Ok(stripped.into());
        }
        id::ENCODED => {
            let mut out = Vec::new();
            for c in strip(text, rules) {
                match c {
                    b'-' | b'.' | b'_' => out.push(c),
                    c if c.is_ascii_alphanumeric() => out.push(c),
                    c => out.extend(format!("%{c:02X}").bytes()),
                }
            }
            out
        }
        id::SPECIAL_CHARS => encode(&strip(text, rules), |c| match c {
            b'\'' | b'"' | b'<' | b'>' | b'&' | ..32 => true,
            127.. => rules.has(flag::ENCODE_HIGH),
            _ => false,
        }),
        id::FULL_SPECIAL_CHARS => {
            let quotes = if rules.has(flag::NO_ENCODE_QUOTES) { 0 } else { 3 };
            let args = [text.clone().into(), Value::int(quotes), Value::NULL, Value::bool(false)];
            return ctx.call_function("htmlentities", &args);
        }
        id::CLEAN_EMAIL => keep(text, b"!#$%&'*+-=?^_`{|}~@.[]"),
        id::CLEAN_URL => url(text),
        id::NUMBER_INT => text.iter().copied().filter(|c| matches!(c, b'+' | b'-' | b'0'..=b'9')).collect(),
        id::NUMBER_FLOAT => {
            let stays = |c: &u8| match c {
                b'+' | b'-' | b'0'..=b'9' => true,
                b'.' => rules.has(flag::ALLOW_FRACTION),
                b',' => rules.has(flag::ALLOW_THOUSAND),
                b'e' | b'E' => rules.has(flag::ALLOW_SCIENTIFIC),
                _ => false,
            };
            text.iter().copied().filter(stays).collect()
        }
        id::ADD_SLASHES => return ctx.call_function("addslashes", &[text.clone().into()]),
        _ if text.is_empty() && empty_is_null => return Ok(Value::NULL),
        _ => encode(&strip(text, rules), flagged),
    };
    Ok(Value::str(out))
}
