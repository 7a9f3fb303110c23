//! `mb_send_mail()`.

use crate::charset::{Enc, Kind, Substitute, by_name, encode};
use crate::mime::{HeaderStyle, encode_header};
use crate::state::{internal, state, utf8};
use plugin_api::{Array, Ctx, R, Value, php_function};

/// Names (in lower case) and values of header lines, folded lines joined.
fn headers(text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut out: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in text.split(|c| *c == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.first().is_some_and(|c| matches!(c, b' ' | b'\t')) {
            if let Some((_, v)) = out.last_mut() {
                v.push(b' ');
                v.extend_from_slice(line.trim_ascii());
            }
        } else if let Some(at) = line.iter().position(|c| *c == b':') {
            out.push((line[..at].to_ascii_lowercase(), line[at + 1..].trim_ascii().to_vec()));
        }
    }
    out
}

fn charset_of(content_type: &[u8]) -> Option<Vec<u8>> {
    let text = String::from_utf8_lossy(content_type).into_owned();
    let (name, value) = text.split_once(';')?.1.trim().split_once('=')?;
    let value = value.trim_start_matches(['"', ' ']).split(['"', ' ', ';', '=']).next()?;
    name.trim().eq_ignore_ascii_case("charset").then(|| value.as_bytes().to_vec())
}

/// Addresses with no control characters but those that fold lines.
fn clean(to: &[u8]) -> Vec<u8> {
    let mut out = to.trim_ascii_end().to_vec();
    let mut i = 0;
    while i < out.len() {
        if out[i..].starts_with(b"\r\n ") || out[i..].starts_with(b"\r\n\t") {
            i += 3;
        } else {
            if out[i].is_ascii_control() {
                out[i] = b' ';
            }
            i += 1;
        }
    }
    out
}

/// Sends a mail in the encoding of the language.
#[php_function(
    "mb_send_mail(string $to, string $subject, string $message, array|string $additional_headers = [], ?string $additional_params = null): bool"
)]
fn mb_send_mail(
    ctx: &mut Ctx,
    to: &[u8],
    subject: &[u8],
    message: &[u8],
    additional_headers: Option<&Value>,
    additional_params: Option<&[u8]>,
) -> R<Value> {
    for (n, text) in [(1, Some(to)), (2, Some(subject)), (3, Some(message)), (5, additional_params)] {
        if text.is_some_and(|t| t.contains(&0)) {
            return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
        }
    }
    let newline: &[u8] = if ctx.ini_bool("mail.mixed_lf_and_crlf") { b"\n" } else { b"\r\n" };
    let mut lines: Vec<u8> = Vec::new();
    match additional_headers.map(|h| (h, h.as_array())) {
        Some((_, Some(a))) => {
            for (k, v) in a.iter() {
                let values = v.as_array().cloned().unwrap_or_else(|| Array::list([v.clone()]));
                for v in values.values() {
                    if !lines.is_empty() {
                        lines.extend_from_slice(b"\r\n");
                    }
                    lines.extend_from_slice(&k.to_value().to_str(ctx)?);
                    lines.extend_from_slice(b": ");
                    lines.extend_from_slice(&v.to_str(ctx)?);
                }
            }
        }
        Some((h, None)) => {
            let text = h.to_str(ctx)?;
            if text.contains(&0) {
                return Err(ctx.argument_value_error(4, "must not contain any null bytes"));
            }
            lines = text.trim_ascii_end().to_vec();
        }
        None => {}
    }
    let given = headers(&lines);
    let find = |name: &[u8]| given.iter().find(|(n, _)| n == name).map(|(_, v)| v.clone());
    let language = state(ctx).language.get();
    let named = |n: &str| by_name(n.as_bytes()).unwrap_or_else(utf8);
    let mut charset: Enc = named(language.charset);
    let mut body = named(language.body);
    let content_type = find(b"content-type");
    if let Some(name) = content_type.as_deref().and_then(charset_of) {
        charset = match by_name(&name) {
            Some(e) => e,
            None => {
                let name = String::from_utf8_lossy(&name).into_owned();
                ctx.warning(format!("Unsupported charset \"{name}\" - will be regarded as ascii"))?;
                named("ASCII")
            }
        };
    }
    let encoding = find(b"content-transfer-encoding");
    if let Some(name) = &encoding {
        body = match by_name(name).filter(|e| matches!(e.kind, Kind::Base64 | Kind::Bit7 | Kind::Bit8)) {
            Some(e) => e,
            None => {
                let name = String::from_utf8_lossy(name).into_owned();
                ctx.warning(format!("Unsupported transfer encoding \"{name}\" - will be regarded as 8bit"))?;
                named("8bit")
            }
        };
    }
    let from = internal(ctx);
    let indent = ("Subject: [PHP-jp nnnnnnnn]".len() + newline.len()) as i64;
    let base64 = language.header == "BASE64";
    let subject = encode_header(subject, from, &HeaderStyle { charset, base64, newline, indent });
    let question = Substitute::Char(0x3F);
    let text = encode(charset, &from.decode(message), question).0;
    let text = encode(body, &named("8bit").decode(&text), question).0;
    let mut add = |line: String| {
        if !lines.is_empty() {
            lines.extend_from_slice(newline);
        }
        lines.extend_from_slice(line.as_bytes());
    };
    if find(b"mime-version").is_none() {
        add("MIME-Version: 1.0".to_owned());
    }
    if content_type.is_none() {
        let charset = charset.mime.map(|m| format!("; charset={m}")).unwrap_or_default();
        add(format!("Content-Type: text/plain{charset}"));
    }
    if encoding.is_none() {
        add(format!("Content-Transfer-Encoding: {}", body.mime.unwrap_or("7bit")));
    }
    let mut args: Vec<Value> = vec![clean(to).into(), subject.into(), text.into(), lines.into()];
    args.extend(additional_params.map(Value::from));
    ctx.call_function("mail", &args)
}
