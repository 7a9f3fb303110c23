//! `data:` URLs (RFC 2397).

use crate::memory::data_stream;
use crate::meta::MetaValue;
use crate::wrapper::{OpenFailure, OpenRequest, Opened, Wrapper};
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::any::Any;

/// The wrapper.
pub struct DataWrapper;

/// What a URL says: metadata and contents.
type Parsed = (Vec<(Vec<u8>, MetaValue)>, Vec<u8>);

/// Percent-decodes, `+` being a space (`urldecode()`).
pub fn url_decode(b: &[u8]) -> Vec<u8> {
    decode(b, true)
}

/// Percent-decodes (`rawurldecode()`).
pub(crate) fn raw_url_decode(b: &[u8]) -> Vec<u8> {
    decode(b, false)
}

fn decode(b: &[u8], plus: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(b.len());
    let hex = |i: usize| b.get(i).and_then(|c| (*c as char).to_digit(16));
    let mut i = 0;
    while i < b.len() {
        match (b[i], hex(i + 1), hex(i + 2)) {
            (b'%', Some(h), Some(l)) => {
                out.push((h << 4 | l) as u8);
                i += 2;
            }
            (b'+', ..) if plus => out.push(b' '),
            (c, ..) => out.push(c),
        }
        i += 1;
    }
    out
}

/// Base64 as `base64_decode($s, true)`: blanks are skipped, padding may be missing.
fn base64_strict(text: &[u8]) -> Option<Vec<u8>> {
    let config = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let solid: Vec<u8> =
        text.iter().copied().filter(|c| !matches!(c, b' ' | b'\t' | b'\r' | b'\n')).collect();
    GeneralPurpose::new(&STANDARD, config).decode(solid).ok()
}

fn parse(url: &[u8]) -> Result<Parsed, &'static str> {
    let rest = url.get(5..).unwrap_or_default();
    let rest = rest.strip_prefix(b"//").unwrap_or(rest);
    let comma = memchr::memchr(b',', rest).ok_or("rfc2397: no comma in URL")?;
    let (head, body) = (&rest[..comma], &rest[comma + 1..]);
    let mut meta = Vec::new();
    let mut base64 = false;
    if !head.is_empty() {
        let semi = memchr::memchr(b';', head);
        let slash = memchr::memchr(b'/', head);
        let params = match (semi, slash) {
            (None, None) => return Err("rfc2397: illegal media type"),
            (None, Some(_)) => head.len(),
            (Some(s), Some(p)) if p < s => s,
            (Some(0), _) if head == b";base64" => 0,
            _ => return Err("rfc2397: illegal media type"),
        };
        if params > 0 {
            meta.push((b"mediatype".to_vec(), MetaValue::Text(head[..params].to_vec())));
        }
        let mut left = &head[params..];
        while let Some(p) = left.strip_prefix(b";") {
            let end = memchr::memchr(b';', p);
            match memchr::memchr(b'=', p) {
                Some(eq) if end.is_none_or(|e| e > eq) => {
                    let stop = end.unwrap_or(p.len());
                    if &p[..eq] != b"mediatype" {
                        put(&mut meta, &p[..eq], MetaValue::Text(p[eq + 1..stop].to_vec()));
                    }
                    left = &p[stop..];
                }
                _ if p == b"base64" => {
                    base64 = true;
                    left = b"";
                }
                _ => return Err("rfc2397: illegal parameter"),
            }
        }
    }
    put(&mut meta, b"base64", MetaValue::Bool(base64));
    let data =
        if base64 { base64_strict(body).ok_or("rfc2397: unable to decode")? } else { url_decode(body) };
    Ok((meta, data))
}

fn put(meta: &mut Vec<(Vec<u8>, MetaValue)>, key: &[u8], value: MetaValue) {
    match meta.iter_mut().find(|(k, _)| k == key) {
        Some(slot) => slot.1 = value,
        None => meta.push((key.to_vec(), value)),
    }
}

impl Wrapper for DataWrapper {
    fn label(&self) -> &str {
        "RFC2397"
    }
    fn is_url(&self) -> bool {
        true
    }
    fn open(&self, r: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        if !r.path.starts_with(b"data:") {
            return Err(OpenFailure::default());
        }
        let (meta, data) = parse(r.path).map_err(OpenFailure::because)?;
        Ok(data_stream(r.streams.env(), r.mode, data, meta).into())
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls() {
        assert_eq!(parse(b"data:,a%20b+c").unwrap().1, b"a b c");
        assert_eq!(parse(b"data://text/plain;base64,SGVsbG8=").unwrap().1, b"Hello");
        assert_eq!(parse(b"data:;base64,SGk").unwrap().1, b"Hi");
        let (meta, _) = parse(b"data:text/html;charset=utf-8,x").unwrap();
        assert_eq!(meta[1], (b"charset".to_vec(), MetaValue::Text(b"utf-8".to_vec())));
        assert_eq!(parse(b"data:nocomma").unwrap_err(), "rfc2397: no comma in URL");
        assert_eq!(parse(b"data:foo,x").unwrap_err(), "rfc2397: illegal media type");
        assert_eq!(parse(b"data:a/b;c,x").unwrap_err(), "rfc2397: illegal parameter");
        assert_eq!(parse(b"data:;base64,#Zm9v").unwrap_err(), "rfc2397: unable to decode");
    }
}
