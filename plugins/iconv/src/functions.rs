//! The extension's functions.

use crate::converter::{Failure, NUMBERS, convert};
use crate::mime::{self, Scheme};
use crate::settings::{NAME_LIMIT, encoding};
use crate::{mime_decode, strings};
use plugin_api::{Array, Ctx, OrFalse, R, Throw, Value, php_function};

/// Whether an encoding's name is short enough; warned of when not.
fn short(ctx: &mut Ctx, names: &[&[u8]]) -> R<bool> {
    if names.iter().all(|n| n.len() < NAME_LIMIT) {
        return Ok(true);
    }
    ctx.warning(format!("Encoding parameter exceeds the maximum allowed length of {NAME_LIMIT} characters"))?;
    Ok(false)
}

/// A name as the C library sees it.
fn up_to_nul(name: &[u8]) -> &[u8] {
    &name[..name.iter().position(|c| *c == 0).unwrap_or(name.len())]
}

/// The encoding that was given, or the internal one; `None` after a warning.
fn chosen(ctx: &mut Ctx, given: Option<&[u8]>) -> R<Option<Vec<u8>>> {
    match given {
        None => Ok(Some(encoding(ctx, "internal"))),
        Some(name) => Ok(short(ctx, &[name])?.then(|| up_to_nul(name).to_vec())),
    }
}

/// Gives a result, or tells why there is none.
fn result<T>(ctx: &mut Ctx, r: Result<T, Failure>, to: &[u8], from: &[u8]) -> R<OrFalse<T>> {
    match r {
        Ok(v) => Ok(OrFalse(Some(v))),
        Err(f) => {
            f.tell(ctx, to, from)?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// Characters of a string.
#[php_function("iconv_strlen(string $string, ?string $encoding = null): int|false")]
fn iconv_strlen(ctx: &mut Ctx, string: &[u8], encoding: Option<&[u8]>) -> R<OrFalse<i64>> {
    let Some(name) = chosen(ctx, encoding)? else { return Ok(OrFalse::FALSE) };
    let n = strings::length(string, &name).map(|n| n as i64);
    result(ctx, n, NUMBERS, &name)
}

/// Part of a string.
#[php_function(
    "iconv_substr(string $string, int $offset, ?int $length = null, ?string $encoding = null): string|false"
)]
fn iconv_substr(
    ctx: &mut Ctx,
    string: &[u8],
    offset: i64,
    length: Option<i64>,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    let Some(name) = chosen(ctx, encoding)? else { return Ok(OrFalse::FALSE) };
    let part = strings::part(string, offset, length.unwrap_or(string.len() as i64), &name);
    result(ctx, part, NUMBERS, &name)
}

fn outside(ctx: &mut Ctx) -> Throw {
    ctx.argument_value_error(3, "must be contained in argument #1 ($haystack)")
}

fn position(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: usize,
    name: &[u8],
    last: bool,
) -> R<OrFalse<i64>> {
    match strings::position(haystack, needle, offset, name, last) {
        Ok(at) => Ok(OrFalse(at.map(|n| n as i64))),
        Err(None) => Err(outside(ctx)),
        Err(Some(f)) => result(ctx, Err(f), NUMBERS, name),
    }
}

/// Where a string is first found in another.
#[php_function(
    "iconv_strpos(string $haystack, string $needle, int $offset = 0, ?string $encoding = null): int|false"
)]
fn iconv_strpos(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: i64,
    encoding: Option<&[u8]>,
) -> R<OrFalse<i64>> {
    let Some(name) = chosen(ctx, encoding)? else { return Ok(OrFalse::FALSE) };
    let mut from = offset;
    if from < 0 {
        match strings::length(haystack, &name) {
            Ok(n) => from += n as i64,
            Err(f) => return result(ctx, Err(f), NUMBERS, &name),
        }
    }
    let Ok(from) = usize::try_from(from) else { return Err(outside(ctx)) };
    if needle.is_empty() {
        return Ok(OrFalse::FALSE);
    }
    position(ctx, haystack, needle, from, &name, false)
}

/// Where a string is last found in another.
#[php_function("iconv_strrpos(string $haystack, string $needle, ?string $encoding = null): int|false")]
fn iconv_strrpos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], encoding: Option<&[u8]>) -> R<OrFalse<i64>> {
    if needle.is_empty() {
        return Ok(OrFalse::FALSE);
    }
    let Some(name) = chosen(ctx, encoding)? else { return Ok(OrFalse::FALSE) };
    position(ctx, haystack, needle, 0, &name, true)
}

/// Encodes a header field.
#[php_function(
    "iconv_mime_encode(string $field_name, string $field_value, array $options = []): string|false"
)]
fn iconv_mime_encode(
    ctx: &mut Ctx,
    field_name: &[u8],
    field_value: &[u8],
    options: Option<&Array>,
) -> R<OrFalse<Vec<u8>>> {
    let internal = encoding(ctx, "internal");
    let text = |key: &str| {
        let v = options?.get(key)?.as_str()?;
        Some(v.as_bytes().to_vec())
    };
    let scheme = match text("scheme").as_deref() {
        Some([b'Q' | b'q', ..]) => Scheme::QuotedPrintable,
        _ => Scheme::Base64,
    };
    let mut names = Vec::new();
    for key in ["input-charset", "output-charset"] {
        let given = text(key).filter(|n| !n.is_empty());
        if !short(ctx, &given.as_deref().into_iter().collect::<Vec<_>>())? {
            return Ok(OrFalse::FALSE);
        }
        names.push(given.map_or_else(|| internal.clone(), |n| up_to_nul(&n).to_vec()));
    }
    let line = options.and_then(|o| o.get("line-length")).map_or(76, Value::to_int);
    let line_end = match options.and_then(|o| o.get("line-break-chars")) {
        None => b"\r\n".to_vec(),
        Some(v) => up_to_nul(&v.to_str(ctx)?).to_vec(),
    };
    let o = mime::Options {
        // A negative length is one that nothing exceeds.
        line: usize::try_from(line).unwrap_or(usize::MAX >> 2),
        line_end: &line_end,
        scheme,
        to: &names[1],
        from: &names[0],
    };
    let encoded = mime::encode(ctx, field_name, field_value, &o)?;
    result(ctx, encoded, &names[1], &names[0])
}

/// Decodes a header field.
#[php_function("iconv_mime_decode(string $string, int $mode = 0, ?string $encoding = null): string|false")]
fn iconv_mime_decode(
    ctx: &mut Ctx,
    string: &[u8],
    mode: i64,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    let Some(name) = chosen(ctx, encoding)? else { return Ok(OrFalse::FALSE) };
    let decoded = mime_decode::decode(ctx, string, &name, mode)?.map(|(text, _)| text);
    result(ctx, decoded, &name, b"???")
}

/// Decodes header fields.
#[php_function(
    "iconv_mime_decode_headers(string $headers, int $mode = 0, ?string $encoding = null): array|false"
)]
fn iconv_mime_decode_headers(
    ctx: &mut Ctx,
    headers: &[u8],
    mode: i64,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Array>> {
    let Some(name) = chosen(ctx, encoding)? else { return Ok(OrFalse::FALSE) };
    let mut out = Array::new();
    let mut rest = headers;
    while !rest.is_empty() {
        let (field, used) = match mime_decode::decode(ctx, rest, &name, mode)? {
            Ok(f) => f,
            Err(f) => return result(ctx, Err(f), &name, b"???"),
        };
        if field.is_empty() {
            break;
        }
        if let Some(at) = field.iter().position(|c| *c == b':') {
            let (key, value) = (&field[..at], &field[at + 1..]);
            let blanks = value.iter().take_while(|c| matches!(c, b' ' | b'\t')).count();
            add(&mut out, key, Value::str(&value[blanks..]));
        }
        rest = &rest[used..];
    }
    Ok(OrFalse(Some(out)))
}

/// Adds a field; those of one name become a list.
fn add(out: &mut Array, key: &[u8], value: Value) {
    let mut slot = out.entry(key);
    let list = match slot.take() {
        v if v.is_null() => {
            slot.set(value);
            return;
        }
        v => match Array::try_from(v) {
            Ok(mut list) => {
                list.push(value);
                list
            }
            Err(first) => Array::list([first, value]),
        },
    };
    slot.set(list);
}

/// A string in another encoding.
#[php_function("iconv(string $from_encoding, string $to_encoding, string $string): string|false")]
fn iconv(ctx: &mut Ctx, from_encoding: &[u8], to_encoding: &[u8], string: &[u8]) -> R<OrFalse<Vec<u8>>> {
    if !short(ctx, &[from_encoding, to_encoding])? {
        return Ok(OrFalse::FALSE);
    }
    let (from, to) = (up_to_nul(from_encoding), up_to_nul(to_encoding));
    let converted = convert(string, to, from).and_then(|(out, failed)| failed.map_or(Ok(out), Err));
    result(ctx, converted, to, from)
}

/// Sets an encoding that is used where none is named.
#[php_function("iconv_set_encoding(string $type, string $encoding): bool")]
fn iconv_set_encoding(ctx: &mut Ctx, r#type: &[u8], encoding: &[u8]) -> R<bool> {
    if !short(ctx, &[encoding])? {
        return Ok(false);
    }
    let which = r#type.to_ascii_lowercase();
    if ![&b"input_encoding"[..], b"output_encoding", b"internal_encoding"].contains(&&which[..]) {
        return Ok(false);
    }
    let set = ctx.set_ini(&[b"iconv.", &which[..]].concat(), encoding);
    ctx.pending()?;
    Ok(set)
}

/// The encodings that are used where none is named.
#[php_function("iconv_get_encoding(string $type = \"all\"): array|string|false")]
fn iconv_get_encoding(ctx: &mut Ctx, r#type: &[u8]) -> Value {
    match &r#type.to_ascii_lowercase()[..] {
        b"all" => {
            let mut out = Array::new();
            for which in ["input", "output", "internal"] {
                out.set(&format!("{which}_encoding")[..], encoding(ctx, which));
            }
            out.into()
        }
        b"input_encoding" => encoding(ctx, "input").into(),
        b"output_encoding" => encoding(ctx, "output").into(),
        b"internal_encoding" => encoding(ctx, "internal").into(),
        _ => Value::bool(false),
    }
}
