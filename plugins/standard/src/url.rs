//! `parse_url()`, `parse_str()`, `get_headers()`.

use plugin_api::{Array, Ctx, Kind, R, Reference, Slot, Value, php_function};

/// The parts of a URL.
#[derive(Default, Debug, PartialEq)]
pub struct Url {
    /// Scheme.
    pub scheme: Option<Vec<u8>>,
    /// Host.
    pub host: Option<Vec<u8>>,
    /// Port.
    pub port: Option<u16>,
    /// User.
    pub user: Option<Vec<u8>>,
    /// Password.
    pub pass: Option<Vec<u8>>,
    /// Path.
    pub path: Option<Vec<u8>>,
    /// Query.
    pub query: Option<Vec<u8>>,
    /// Fragment.
    pub fragment: Option<Vec<u8>>,
}

/// Control characters become underscores.
fn clean(b: &[u8]) -> Option<Vec<u8>> {
    Some(b.iter().map(|c| if c.is_ascii_control() { b'_' } else { *c }).collect())
}

fn find(b: &[u8], c: u8) -> Option<usize> {
    memchr::memchr(c, b)
}

/// Takes a URL apart; `None` when it is seriously malformed.
pub fn parse(url: &[u8]) -> Option<Url> {
    let mut u = Url::default();
    let n = url.len();
    let mut s = 0;
    let is_scheme = |b: &[u8]| b.iter().all(|c| c.is_ascii_alphanumeric() || b"+.-".contains(c));
    let colon = find(url, b':');
    // What follows decides: 0 authority, 1 path only, 2 port guessed.
    enum Next {
        Authority,
        Path,
    }
    let mut next = Next::Path;
    let relative_authority = |url: &[u8]| url.starts_with(b"//");
    match colon {
        Some(e) if e > 0 => {
            if !is_scheme(&url[..e]) {
                // No scheme: a port perhaps, if digits follow.
                let before_query = url.iter().position(|c| matches!(c, b'?' | b'#' | b'/'));
                if e + 1 < n && before_query.is_none_or(|q| e < q) {
                    next = guess_port(url, e, &mut u, &mut s)?;
                } else if relative_authority(url) {
                    s = 2;
                    next = Next::Authority;
                }
            } else if e + 1 == n {
                u.scheme = clean(&url[..e]);
                return Some(u);
            } else if url[e + 1] != b'/' {
                // `host:80`, `host:80/path`, or a scheme like `mailto:`.
                let digits = url[e + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
                let end = e + 1 + digits;
                let ends = end == n || url[end] == b'/';
                if ends && (1..6).contains(&digits) || end == n && digits == 0 {
                    next = guess_port(url, e, &mut u, &mut s)?;
                } else {
                    u.scheme = clean(&url[..e]);
                    s = e + 1;
                }
            } else {
                u.scheme = clean(&url[..e]);
                if url.get(e + 2) == Some(&b'/') {
                    s = e + 3;
                    next = Next::Authority;
                    if u.scheme.as_deref().is_some_and(|x| x.eq_ignore_ascii_case(b"file"))
                        && url.get(e + 3) == Some(&b'/')
                    {
                        // `file:///path` has no host; a drive letter's slash goes.
                        if url.get(e + 5) == Some(&b':') {
                            s = e + 4;
                        }
                        next = Next::Path;
                    }
                } else {
                    s = e + 1;
                }
            }
        }
        Some(e) => next = guess_port(url, e, &mut u, &mut s)?,
        None if relative_authority(url) => {
            s = 2;
            next = Next::Authority;
        }
        None => {}
    }

    /// What looks like `:port` at `e` when there is no scheme before it.
    fn guess_port(url: &[u8], e: usize, u: &mut Url, s: &mut usize) -> Option<Next> {
        let n = url.len();
        let digits = url[e + 1..].iter().take(6).take_while(|c| c.is_ascii_digit()).count();
        let end = e + 1 + digits;
        if digits > 0 && digits < 6 && (end == n || url[end] == b'/') {
            let port: u32 = std::str::from_utf8(&url[e + 1..end]).ok()?.parse().ok()?;
            let port = u16::try_from(port).ok()?;
            u.port = Some(port);
            if url.starts_with(b"//") {
                *s = 2;
            }
            return Some(Next::Authority);
        }
        if digits == 0 && end == n {
            return None;
        }
        if url.starts_with(b"//") {
            *s = 2;
            return Some(Next::Authority);
        }
        Some(Next::Path)
    }

    if let Next::Authority = next {
        let e = url[s..].iter().position(|c| matches!(c, b'/' | b'?' | b'#')).map_or(n, |i| s + i);
        let mut authority = &url[s..e];
        if let Some(at) = memchr::memrchr(b'@', authority) {
            let login = &authority[..at];
            match find(login, b':') {
                Some(c) => {
                    u.user = clean(&login[..c]);
                    u.pass = clean(&login[c + 1..]);
                }
                None => u.user = clean(login),
            }
            authority = &authority[at + 1..];
        }
        // A port behind the host; an IPv6 address ends with its bracket.
        let colon = if authority.first() == Some(&b'[') && authority.last() == Some(&b']') {
            None
        } else {
            memchr::memrchr(b':', authority)
        };
        let mut host = authority;
        if let Some(c) = colon {
            host = &authority[..c];
            if u.port.is_none() {
                let digits = &authority[c + 1..];
                if digits.len() > 5 {
                    return None;
                }
                if !digits.is_empty() {
                    let lead = digits.iter().take_while(|c| c.is_ascii_digit()).count();
                    let v: u32 = std::str::from_utf8(&digits[..lead]).ok()?.parse().ok()?;
                    u.port = Some(u16::try_from(v).ok()?);
                }
            }
        }
        if host.is_empty() {
            return None;
        }
        u.host = clean(host);
        if e == n {
            return Some(u);
        }
        s = e;
    }
    let rest = &url[s..];
    let (rest, fragment) = match find(rest, b'#') {
        Some(i) => (&rest[..i], Some(&rest[i + 1..])),
        None => (rest, None),
    };
    let (path, query) = match find(rest, b'?') {
        Some(i) => (&rest[..i], Some(&rest[i + 1..])),
        None => (rest, None),
    };
    u.fragment = fragment.and_then(clean);
    u.query = query.and_then(clean);
    if !path.is_empty() || s == n && u.query.is_none() && u.fragment.is_none() {
        u.path = clean(path);
    }
    Some(u)
}

#[php_function("parse_url(string $url, int $component = -1): array|string|int|false|null")]
fn parse_url(ctx: &mut Ctx, url: &[u8], component: i64) -> R<Value> {
    let Some(u) = parse(url) else { return Ok(Value::bool(false)) };
    let text = |t: Option<Vec<u8>>| t.map(Value::str);
    let parts = [
        ("scheme", text(u.scheme)),
        ("host", text(u.host)),
        ("port", u.port.map(|p| Value::int(p as i64))),
        ("user", text(u.user)),
        ("pass", text(u.pass)),
        ("path", text(u.path)),
        ("query", text(u.query)),
        ("fragment", text(u.fragment)),
    ];
    if component < 0 {
        let mut out = Array::new();
        for (name, v) in parts {
            if let Some(v) = v {
                out.set(name, v);
            }
        }
        return Ok(out.into());
    }
    match parts.into_iter().nth(usize::try_from(component).unwrap_or(usize::MAX)) {
        Some((_, v)) => Ok(v.unwrap_or(Value::NULL)),
        None => Err(ctx
            .argument_value_error(2, format!("must be a valid URL component identifier, {component} given"))),
    }
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

/// The headers of an answer as `get_headers()` gives them.
#[php_function("get_headers(string $url, bool $associative = false, $context = null): array|false")]
fn get_headers(ctx: &mut Ctx, url: &Value, associative: bool, context: Option<&Value>) -> R<Value> {
    let context = context.cloned().unwrap_or(Value::NULL);
    let args = [url.clone(), Value::str("r"), Value::bool(false), context];
    let stream = ctx.call_function("fopen", &args)?;
    if !stream.to_bool() {
        return Ok(Value::bool(false));
    }
    let meta = ctx.call_function("stream_get_meta_data", std::slice::from_ref(&stream))?;
    ctx.call_function("fclose", &[stream])?;
    let Some(Kind::Array(lines)) = meta.as_array().and_then(|m| m.get("wrapper_data")).map(Value::kind)
    else {
        return Ok(Value::bool(false));
    };
    let mut out = Array::new();
    for line in lines.values() {
        let text = line.to_str(ctx)?;
        match find(&text, b':') {
            Some(i) if associative => {
                let (name, value) = (&text[..i], Value::str(text[i + 1..].trim_ascii_start()));
                match out.get(name).cloned() {
                    None => out.set(name, value),
                    Some(old) => {
                        let mut list = old.as_array().cloned().unwrap_or_else(|| Array::list([old]));
                        list.push(value);
                        out.set(name, list);
                    }
                }
            }
            _ => {
                out.push(line);
            }
        }
    }
    Ok(out.into())
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
