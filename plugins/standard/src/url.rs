//! `parse_url()`, `parse_str()`.

use plugin_api::{Array, Ctx, Literal, R, Reference, Slot, Value, literal, php_function};

fn find(b: &[u8], c: u8) -> Option<usize> {
    memchr::memchr(c, b)
}

#[php_function("parse_url(string $url, int $component = -1): array|string|int|false|null")]
fn parse_url(ctx: &mut Ctx, url: &[u8], component: i64) -> R<Value> {
    let Some(u) = howdah_url::split(url) else { return Ok(Value::bool(false)) };
    let port = u.port.map(|p| Value::int(p as i64));
    if component < 0 {
        let mut out = Array::with_capacity(8);
        let mut put = |name: &Literal, v: Option<Value>| {
            if let Some(v) = v {
                out.set(name, v);
            }
        };
        put(literal!("scheme"), part(u.scheme));
        put(literal!("host"), part(u.host));
        put(literal!("port"), port);
        put(literal!("user"), part(u.user));
        put(literal!("pass"), part(u.pass));
        put(literal!("path"), part(u.path));
        put(literal!("query"), part(u.query));
        put(literal!("fragment"), part(u.fragment));
        return Ok(out.into());
    }
    let found = match component {
        0 => part(u.scheme),
        1 => part(u.host),
        2 => port,
        3 => part(u.user),
        4 => part(u.pass),
        5 => part(u.path),
        6 => part(u.query),
        7 => part(u.fragment),
        _ => {
            let text = format!("must be a valid URL component identifier, {component} given");
            return Err(ctx.argument_value_error(2, text));
        }
    };
    Ok(found.unwrap_or(Value::NULL))
}

/// A part of a URL, without control characters.
fn part(text: Option<&[u8]>) -> Option<Value> {
    let text = text?;
    if !text.iter().any(u8::is_ascii_control) {
        return Some(Value::str(text));
    }
    let clean: Vec<u8> = text.iter().map(|c| howdah_url::clean(*c)).collect();
    Some(clean.into())
}

/// Puts a form's variable where its name says: `a[b][]`.
fn put(into: &mut Array, name: &[u8], value: Value, depth: usize, most: usize) {
    let name = &name[name.iter().take_while(|c| **c == b' ').count()..];
    let bracket = name.iter().position(|c| *c == b'[');
    let plain = |b: &[u8]| -> Vec<u8> {
        b.iter().map(|c| if matches!(c, b' ' | b'.') { b'_' } else { *c }).collect()
    };
    let Some(open) = bracket.filter(|i| *i > 0) else {
        if name.is_empty() {
            return;
        }
        let mut key = plain(name);
        if bracket == Some(0) && !name[1..].contains(&b']') || bracket == Some(0) {
            key[0] = b'_';
        }
        into.set(&key[..], value);
        return;
    };
    let base = plain(&name[..open]);
    let mut keys: Vec<Option<Vec<u8>>> = Vec::new();
    let mut rest = &name[open..];
    let mut key = base.clone();
    while rest.first() == Some(&b'[') {
        let Some(close) = rest.iter().position(|c| *c == b']') else {
            if keys.is_empty() {
                // An open bracket alone is a character like any other.
                key.push(b'_');
                key.extend_from_slice(&rest[1..]);
                into.set(&key[..], value);
                return;
            }
            break;
        };
        let inner = &rest[1..close];
        let inner = inner.trim_ascii_start();
        keys.push((!inner.is_empty()).then(|| inner.to_vec()));
        rest = &rest[close + 1..];
    }
    if depth + keys.len() > most {
        return;
    }
    nest(into.entry(&base[..]), &keys, value);
}

fn nest(mut slot: Slot<'_>, keys: &[Option<Vec<u8>>], value: Value) {
    let Some((first, rest)) = keys.split_first() else {
        slot.set(value);
        return;
    };
    let mut held = slot.take();
    if held.as_array().is_none() {
        held = Array::new().into();
    }
    if let Some(a) = held.as_array_mut() {
        match first {
            Some(k) => nest(a.entry(&k[..]), rest, value),
            None => {
                let i = a.next_index();
                nest(a.entry(i), rest, value);
            }
        }
    }
    slot.set(held);
}

#[php_function("parse_str(string $string, &$result): void")]
fn parse_str(ctx: &mut Ctx, string: &[u8], result: Reference) -> R<()> {
    let most = ctx.ini_int("max_input_vars");
    let nesting = usize::try_from(ctx.ini_int("max_input_nesting_level")).unwrap_or(64);
    let separators = ctx.ini("arg_separator.input").unwrap_or_else(|| b"&".to_vec());
    let mut out = Array::new();
    let mut count = 0;
    for part in string.split(|c| separators.contains(c)).filter(|p| !p.is_empty()) {
        count += 1;
        if count > most {
            ctx.warning(format!(
                "Input variables exceeded {most}. To increase the limit change max_input_vars in php.ini."
            ))?;
            break;
        }
        let (name, value) = match find(part, b'=') {
            Some(i) => (&part[..i], &part[i + 1..]),
            None => (part, &b""[..]),
        };
        let name = crate::string::convert::url_decode(name, true);
        let name = &name[..find(&name, 0).unwrap_or(name.len())];
        let value = Value::str(crate::string::convert::url_decode(value, true));
        put(&mut out, name, value, 0, nesting);
    }
    result.set(ctx, out)
}

plugin_api::constants! {
    /// Components of [`parse_url`].
    pub CONSTANTS;
    int PHP_URL_SCHEME = 0;
    int PHP_URL_HOST = 1;
    int PHP_URL_PORT = 2;
    int PHP_URL_USER = 3;
    int PHP_URL_PASS = 4;
    int PHP_URL_PATH = 5;
    int PHP_URL_QUERY = 6;
    int PHP_URL_FRAGMENT = 7;
}
