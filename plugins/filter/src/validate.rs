//! Filters that let a value through or not.

use crate::address::{self, v4, v6};
use crate::constants::flag;
use crate::functions::Rules;
use crate::sanitize;
use plugin_api::regex::Regex;
use plugin_api::{Array, Ctx, Kind, R, Str, Value};

/// Without white space around it.
fn trimmed(text: &[u8]) -> &[u8] {
    let space = |c: &u8| matches!(c, b' ' | b'\t' | b'\r' | 0x0b | b'\n');
    let start = text.iter().position(|c| !space(c)).unwrap_or(text.len());
    let end = text.iter().rposition(|c| !space(c)).map_or(start, |i| i + 1);
    &text[start..end]
}

fn decimal(text: &[u8]) -> Option<i64> {
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    match digits {
        b"0" => Some(0),
        [b'1'..=b'9', ..] if digits.iter().all(u8::is_ascii_digit) => str::from_utf8(text).ok()?.parse().ok(),
        _ => None,
    }
}

/// A number without sign; an empty one is 0. Bit patterns beyond the largest int are negative ones.
fn unsigned(digits: &[u8], radix: u32) -> Option<i64> {
    let mut n = 0u64;
    for c in digits {
        let d = char::from(*c).to_digit(radix)?;
        n = n.checked_mul(radix.into())?.checked_add(d.into())?;
    }
    Some(n as i64)
}

/// An int within its range.
pub fn int(text: &[u8], rules: &Rules) -> Option<Value> {
    let text = trimmed(text);
    let n = match text {
        [] => return None,
        [b'0', b'x' | b'X', digits @ ..] if rules.has(flag::ALLOW_HEX) => {
            (!digits.is_empty()).then(|| unsigned(digits, 16))?
        }
        [b'0', rest @ ..] if rules.has(flag::ALLOW_OCTAL) => match rest {
            [b'o' | b'O'] => None,
            [b'o' | b'O', digits @ ..] => unsigned(digits, 8),
            digits => unsigned(digits, 8),
        },
        [b'0'] => Some(0),
        text => decimal(text),
    }?;
    let bound = |name| rules.option(name).map(Value::to_int);
    let good = bound("min_range").is_none_or(|m| n >= m) && bound("max_range").is_none_or(|m| n <= m);
    good.then(|| Value::int(n))
}

/// One of the words for true and false.
pub fn boolean(text: &[u8]) -> Option<Value> {
    match &trimmed(text).to_ascii_lowercase()[..] {
        b"1" | b"on" | b"yes" | b"true" => Some(Value::bool(true)),
        b"" | b"0" | b"no" | b"off" | b"false" => Some(Value::bool(false)),
        _ => None,
    }
}

/// Takes digits off the front.
fn digits(rest: &mut &[u8], out: &mut Vec<u8>) -> usize {
    let n = rest.iter().take_while(|c| c.is_ascii_digit()).count();
    out.extend(&rest[..n]);
    *rest = &rest[n..];
    n
}
fn sign(rest: &mut &[u8], out: &mut Vec<u8>) {
    if let [c @ (b'+' | b'-'), tail @ ..] = *rest {
        out.push(*c);
        *rest = tail;
    }
}

/// A float's text in PHP's form, groups of thousands taken out; `None` when it has another form.
fn plain_float(text: &[u8], point: u8, thousand: Option<&[u8]>) -> Option<Vec<u8>> {
    let (mut rest, mut out) = (text, Vec::new());
    sign(&mut rest, &mut out);
    let mut first = true;
    loop {
        let n = digits(&mut rest, &mut out);
        match rest.first() {
            Some(c) if *c != point && !matches!(c, b'e' | b'E') => {
                let separates = thousand.is_some_and(|t| t.contains(c));
                let group = if first { (1..=3).contains(&n) } else { n == 3 };
                if !separates || !group {
                    return None;
                }
                first = false;
                rest = &rest[1..];
            }
            _ if !first && n != 3 => return None,
            _ => break,
        }
    }
    if rest.first() == Some(&point) {
        out.push(b'.');
        rest = &rest[1..];
        digits(&mut rest, &mut out);
    }
    if let [e @ (b'e' | b'E'), tail @ ..] = rest {
        out.push(*e);
        rest = tail;
        sign(&mut rest, &mut out);
        digits(&mut rest, &mut out);
    }
    rest.is_empty().then_some(out)
}

/// A float within its range.
pub fn float(ctx: &mut Ctx, text: &[u8], rules: &Rules) -> R<Option<Value>> {
    let text = trimmed(text);
    if text.is_empty() {
        return Ok(None);
    }
    let f = ctx.function_name();
    let point = match rules.text("decimal").map(Str::as_bytes) {
        None => b'.',
        Some([c]) => *c,
        Some(_) => {
            return Err(ctx.value_error(format!("{f}(): \"decimal\" option must be one character long")));
        }
    };
    let thousand = match rules.text("thousand").map(Str::as_bytes) {
        None => &b"',."[..],
        Some([]) => {
            return Err(ctx.value_error(format!("{f}(): \"thousand\" option must not be empty")));
        }
        Some(t) => t,
    };
    let thousand = rules.has(flag::ALLOW_THOUSAND).then_some(thousand);
    let Some(plain) = plain_float(text, point, thousand) else { return Ok(None) };
    let Some((number, false)) = Value::numeric(&plain) else { return Ok(None) };
    let n = number.to_float();
    let vanished = n == 0.0 && plain.len() > 1 && plain.iter().any(|c| matches!(c, b'1'..=b'9'));
    if matches!(number.kind(), Kind::Float(_)) && (vanished || !n.is_finite()) {
        return Ok(None);
    }
    let bound = |name| rules.option(name).map(Value::to_float);
    let good = bound("min_range").is_none_or(|m| n >= m) && bound("max_range").is_none_or(|m| n <= m);
    Ok(good.then(|| Value::float(n)))
}

/// What a pattern matches.
pub fn regexp(ctx: &mut Ctx, text: &[u8], rules: &Rules) -> R<bool> {
    let Some(pattern) = rules.text("regexp") else {
        let f = ctx.function_name();
        return Err(ctx.value_error(format!("{f}(): \"regexp\" option is missing")));
    };
    Ok(match Regex::compile(ctx, pattern)? {
        Some(r) => r.is_match(ctx, text),
        None => false,
    })
}

/// A domain name: labels of at most 63 bytes, 253 in all; of a host name letters, digits and inner hyphens.
pub fn domain(text: &[u8], hostname: bool) -> bool {
    let len = if text.last() == Some(&b'.') { text.len() - 1 } else { text.len() };
    if len > 253 {
        return false;
    }
    let at = |i: usize| text.get(i).copied().unwrap_or(0);
    let word = |c: u8| c.is_ascii_alphanumeric();
    if at(0) == b'.' || hostname && !word(at(0)) {
        return false;
    }
    let mut label = 0;
    for i in 0..len {
        if at(i) == b'.' {
            if at(i + 1) == b'.' || hostname && (!word(at(i - 1)) || !word(at(i + 1))) {
                return false;
            }
            label = 0;
        } else {
            label += 1;
            let inner = at(i) == b'-' && at(i + 1) != 0;
            if label > 63 || hostname && !inner && !word(at(i)) {
                return false;
            }
        }
    }
    true
}

fn user_info(text: &[u8]) -> bool {
    let mut i = 0;
    while i < text.len() {
        match &text[i..] {
            [b'%', a, b, ..] if a.is_ascii_digit() && b.is_ascii_hexdigit() => i += 3,
            [c, ..] if c.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:".contains(c) => i += 1,
            _ => return false,
        }
    }
    true
}

/// A URL with a scheme, and a host where the scheme needs one.
pub fn url(ctx: &mut Ctx, text: &Str, rules: &Rules) -> R<bool> {
    if sanitize::url(text).len() != text.len() {
        return Ok(false);
    }
    let parts = ctx.call_function("parse_url", &[text.clone().into()])?;
    let Ok(parts) = Array::try_from(parts) else { return Ok(false) };
    let part = |name: &str| parts.get(name).and_then(Value::as_str).map(Str::as_bytes);
    let (Some(scheme), host) = (part("scheme"), part("host")) else { return Ok(false) };
    if scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https") {
        let good = match host {
            Some([b'[', inner @ .., b']']) if v6(inner).is_some() => true,
            Some(h) => domain(h, true),
            None => false,
        };
        if !good {
            return Ok(false);
        }
    }
    let hostless = matches!(scheme, b"mailto" | b"news" | b"file");
    let complete = (host.is_some() || hostless)
        && (!rules.has(flag::PATH_REQUIRED) || part("path").is_some())
        && (!rules.has(flag::QUERY_REQUIRED) || part("query").is_some());
    Ok(complete && part("user").is_none_or(user_info) && part("pass").is_none_or(user_info))
}

/// An address of the internet, in the ranges that are asked for.
pub fn ip(text: &[u8], rules: &Rules) -> bool {
    let (four, six) = (rules.has(flag::IPV4), rules.has(flag::IPV6));
    let scope = if text.contains(&b':') {
        match v6(text) {
            Some(a) if six || !four => address::scope_v6(a),
            _ => return false,
        }
    } else {
        match v4(text) {
            Some(a) if four || !six => address::scope_v4(a),
            _ => return false,
        }
    };
    let Some(scope) = scope else { return true };
    use address::Scope;
    !(rules.has(flag::GLOBAL_RANGE) && scope != Scope::Global
        || rules.has(flag::NO_PRIV_RANGE) && scope == Scope::Private
        || rules.has(flag::NO_RES_RANGE) && scope == Scope::Reserved)
}

/// A hardware address in one of its three forms.
pub fn mac(ctx: &mut Ctx, text: &[u8], rules: &Rules) -> R<bool> {
    let wanted = rules.text("separator");
    if wanted.is_some_and(|s| s.len() != 1) {
        let f = ctx.function_name();
        return Err(ctx.value_error(format!("{f}(): \"separator\" option must be one character long")));
    }
    let (separator, digits) = match text {
        t if t.len() == 14 => (b'.', 4),
        t if t.len() == 17 && matches!(t[2], b'-' | b':') => (t[2], 2),
        _ => return Ok(false),
    };
    let form = text
        .iter()
        .enumerate()
        .all(|(i, c)| if i % (digits + 1) == digits { *c == separator } else { c.is_ascii_hexdigit() });
    Ok(form && wanted.is_none_or(|s| s[0] == separator))
}
