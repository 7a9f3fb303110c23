//! Input and output of requests in other encodings.

use crate::charset::{Enc, encode};
use crate::detect::guess;
use crate::state::{convert, internal, output, state};
use plugin_api::regex::Regex;
use plugin_api::{Array, Ctx, R, Reference, Value, php_function};

const START: i64 = 1;
const END: i64 = 8;

/// The media type that the headers give, or the default one.
fn media_type(ctx: &mut Ctx) -> R<(Option<Vec<u8>>, Vec<u8>)> {
    let mut own = None;
    if let Ok(list) = Array::try_from(ctx.call_function("headers_list", &[])?) {
        for line in list.values() {
            let line = line.to_str(ctx)?;
            let (name, value) = line.split_at(line.iter().position(|c| *c == b':').unwrap_or(0));
            if name.eq_ignore_ascii_case(b"content-type") {
                own = Some(value[1..].trim_ascii().to_vec());
            }
        }
    }
    let default =
        ctx.ini("default_mimetype").filter(|m| !m.is_empty()).unwrap_or_else(|| b"text/html".to_vec());
    Ok((own, default))
}

fn matches(ctx: &mut Ctx, media: &[u8]) -> R<bool> {
    let pattern = ctx.ini("mbstring.http_output_conv_mimetypes").unwrap_or_default();
    if pattern.is_empty() {
        return Ok(false);
    }
    let mut quoted = b"\x01".to_vec();
    quoted.extend_from_slice(&pattern);
    quoted.extend_from_slice(b"\x01i");
    Ok(Regex::compile(ctx, &quoted)?.is_some_and(|r| r.is_match(ctx, media)))
}

/// Converts output; for `ob_start()`.
#[php_function("mb_output_handler(string $string, int $status): string")]
fn mb_output_handler(ctx: &mut Ctx, string: &[u8], status: i64) -> R<Vec<u8>> {
    let Some(to) = output(ctx) else { return Ok(string.to_vec()) };
    let s = state(ctx);
    if status & START != 0 {
        let (own, default) = media_type(ctx)?;
        let chosen = match own {
            None => Some(default),
            Some(own) if matches(ctx, &own)? => Some(own),
            Some(_) => None,
        };
        if let Some(media) = chosen {
            if let Some(charset) = to.mime {
                let media = media.split(|c| *c == b';').next().unwrap_or(b"").to_vec();
                let mut header = b"Content-Type: ".to_vec();
                header.extend_from_slice(&media);
                header.extend_from_slice(b"; charset=");
                header.extend_from_slice(charset.as_bytes());
                ctx.call_function("header", &[header.into()])?;
            }
            s.converts.set(true);
        }
    }
    if !s.converts.get() {
        return Ok(string.to_vec());
    }
    let from = internal(ctx);
    let (out, errors) = encode(to, &from.decode(string), s.substitute.get());
    s.illegal.set(s.illegal.get() + errors as i64);
    if status & END != 0 {
        s.converts.set(false);
    }
    Ok(out)
}

fn url_decode(b: &[u8]) -> Vec<u8> {
    let hex = |c: Option<&u8>| c.and_then(|c| (*c as char).to_digit(16));
    let (mut out, mut i) = (Vec::with_capacity(b.len()), 0);
    while i < b.len() {
        match (b[i], hex(b.get(i + 1)), hex(b.get(i + 2))) {
            (b'+', ..) => out.push(b' '),
            (b'%', Some(h), Some(l)) => {
                out.push((h << 4 | l) as u8);
                i += 2;
            }
            (c, ..) => out.push(c),
        }
        i += 1;
    }
    out
}

fn url_encode(b: &[u8], out: &mut Vec<u8>) {
    for c in b {
        if c.is_ascii_alphanumeric() || b"[]._-".contains(c) {
            out.push(*c);
        } else {
            out.extend_from_slice(format!("%{c:02X}").as_bytes());
        }
    }
}

/// Parses a query string whose values are in one of the encodings of input.
#[php_function("mb_parse_str(string $string, &$result): bool")]
fn mb_parse_str(ctx: &mut Ctx, string: &[u8], result: Reference<'_>) -> R<bool> {
    let s = state(ctx);
    result.set(ctx, Array::new())?;
    let separators =
        ctx.ini("arg_separator.input").filter(|v| !v.is_empty()).unwrap_or_else(|| b"&".to_vec());
    let text = string.split(|c| *c == 0).next().unwrap_or(b"");
    let pairs: Vec<(Vec<u8>, Vec<u8>)> = text
        .split(|c| separators.contains(c))
        .filter(|p| !p.is_empty())
        .map(|p| {
            let at = p.iter().position(|c| *c == b'=');
            let (name, value) = at.map_or((p, &b""[..]), |at| (&p[..at], &p[at + 1..]));
            (url_decode(name), url_decode(value))
        })
        .collect();
    let most = ctx.ini_int("max_input_vars");
    if pairs.len() as i64 > most {
        ctx.warning(format!(
            "Input variables exceeded {most}. To increase the limit change max_input_vars in php.ini."
        ))?;
        return Ok(false);
    }
    let candidates = s.input.borrow().clone();
    let found: Option<Enc> = match candidates[..] {
        _ if text.is_empty() => None,
        [] => None,
        [one] => Some(one),
        _ => {
            let texts: Vec<&[u8]> = pairs.iter().flat_map(|(n, v)| [n.as_slice(), v.as_slice()]).collect();
            let found = guess(&texts, &candidates, s.strict.get(), false);
            if found.is_none() {
                ctx.warning("Unable to detect encoding")?;
            }
            found
        }
    };
    let to = internal(ctx);
    let mut query = Vec::new();
    for (name, value) in &pairs {
        let [name, value] =
            [name, value].map(|t| found.map_or_else(|| t.clone(), |f| convert(ctx, t, f, to)));
        if !query.is_empty() {
            query.push(separators[0]);
        }
        url_encode(&name, &mut query);
        query.push(b'=');
        url_encode(&value, &mut query);
    }
    let holder = Value::new_reference(Value::NULL);
    ctx.call_function("parse_str", &[query.into(), holder.clone()])?;
    result.set(ctx, holder.dereferenced())?;
    s.identified[4].set(found);
    Ok(found.is_some() || !text.is_empty())
}
