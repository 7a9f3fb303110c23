//! `getopt()`, `escapeshellcmd()`, `setcookie()`.

use plugin_api::{Args, Array, Ctx, Kind, OrFalse, R, Reference, Value, php_function};

/// An option's name and whether it takes a value: 0 no, 1 yes, 2 perhaps.
struct Opt {
    name: Vec<u8>,
    value: u8,
}

fn short(spec: &[u8]) -> Vec<Opt> {
    let mut out = Vec::new();
    let mut i = 0;
    while i < spec.len() {
        let c = spec[i];
        i += 1;
        if !c.is_ascii_alphanumeric() {
            continue;
        }
        let colons = spec[i..].iter().take(2).take_while(|c| **c == b':').count();
        i += colons;
        out.push(Opt { name: vec![c], value: colons as u8 });
    }
    out
}

fn long(spec: &[u8]) -> Opt {
    let colons = spec.iter().rev().take(2).take_while(|c| **c == b':').count();
    Opt { name: spec[..spec.len() - colons].to_vec(), value: colons as u8 }
}

/// Adds what was found; a second value makes a list.
fn add(out: &mut Array, name: &[u8], value: Option<&[u8]>) {
    let v = value.map_or(Value::bool(false), Value::str);
    let key = plugin_api::Str::new(name);
    match out.get(name).cloned() {
        None => out.set(&key, v),
        Some(old) => {
            let mut list = old.as_array().cloned().unwrap_or_else(|| Array::list([old]));
            list.push(v);
            out.set(&key, list);
        }
    }
}

#[php_function("getopt(string $short_options, array $long_options = [], &$rest_index = null): array|false")]
fn getopt(
    ctx: &mut Ctx,
    short_options: &[u8],
    long_options: Option<&Array>,
    rest: Option<Reference>,
) -> R<OrFalse<Array>> {
    if let Some(r) = &rest {
        r.set(ctx, 1)?;
    }
    let server = ctx.global("_SERVER").and_then(|s| s.as_array()?.get("argv").cloned());
    let argv = server.or_else(|| ctx.global("argv"));
    let Some(argv) = argv.as_ref().and_then(Value::as_array) else { return Ok(OrFalse::FALSE) };
    let mut args = Vec::new();
    for v in argv.values() {
        args.push(v.to_str(ctx)?.to_vec());
    }
    let shorts = short(short_options);
    let mut longs = Vec::new();
    for v in long_options.into_iter().flat_map(Array::values) {
        longs.push(long(&v.to_str(ctx)?));
    }
    let mut out = Array::new();
    let mut i = 1;
    'args: while let Some(arg) = args.get(i) {
        if arg == b"--" {
            i += 1;
            break;
        }
        if let Some(text) = arg.strip_prefix(b"--") {
            i += 1;
            let equals = text.iter().position(|c| *c == b'=');
            let name = &text[..equals.unwrap_or(text.len())];
            let Some(o) = longs.iter().find(|o| o.name == name) else { continue };
            let given = equals.map(|e| &text[e + 1..]);
            match (o.value, given) {
                (0, None) => add(&mut out, name, None),
                (0, Some(_)) => {}
                (_, Some(v)) => add(&mut out, name, Some(v)),
                (2, None) => add(&mut out, name, None),
                (_, None) => {
                    if let Some(v) = args.get(i) {
                        add(&mut out, name, Some(v));
                        i += 1;
                    }
                }
            }
            continue;
        }
        let Some(letters) = arg.strip_prefix(b"-").filter(|l| !l.is_empty()) else { break };
        i += 1;
        let mut k = 0;
        while k < letters.len() {
            let c = letters[k];
            k += 1;
            let Some(o) = shorts.iter().find(|o| o.name == [c]) else { continue };
            if o.value == 0 {
                add(&mut out, &[c], None);
                continue;
            }
            let tail = &letters[k..];
            if !tail.is_empty() {
                let v = tail.strip_prefix(b"=").unwrap_or(tail);
                add(&mut out, &[c], Some(v));
            } else if o.value == 2 {
                add(&mut out, &[c], None);
            } else if let Some(v) = args.get(i) {
                add(&mut out, &[c], Some(v));
                i += 1;
            }
            continue 'args;
        }
    }
    if let Some(r) = rest {
        r.set(ctx, i)?;
    }
    Ok(out.into())
}

/// Longest command of the system.
pub fn longest() -> usize {
    // SAFETY: a plain question.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_ARG_MAX) }).unwrap_or(4096)
}

#[php_function("escapeshellcmd(string $command): string")]
fn escapeshellcmd(ctx: &mut Ctx, command: &[u8]) -> R<Vec<u8>> {
    if command.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let most = longest();
    let too_long =
        |ctx: &mut Ctx| ctx.value_error(format!("Command exceeds the allowed length of {most} bytes"));
    if command.len() > most - 2 - 1 {
        return Err(too_long(ctx));
    }
    let mut out = Vec::with_capacity(command.len() + 8);
    let mut partner: Option<usize> = None;
    for (i, &c) in command.iter().enumerate() {
        match c {
            b'\'' | b'"' => {
                // Quotes in pairs stay.
                if partner == Some(i) {
                    partner = None;
                } else if partner.is_none() {
                    partner = memchr::memchr(c, &command[i + 1..]).map(|n| i + 1 + n);
                    if partner.is_none() {
                        out.push(b'\\');
                    }
                } else {
                    out.push(b'\\');
                }
                out.push(c);
            }
            b'#' | b'&' | b';' | b'`' | b'|' | b'*' | b'?' | b'~' | b'<' | b'>' | b'^' | b'(' | b')'
            | b'[' | b']' | b'{' | b'}' | b'$' | b'\\' | 0x0a | 0xff => out.extend_from_slice(&[b'\\', c]),
            c => out.push(c),
        }
    }
    if out.len() > most - 1 {
        return Err(too_long(ctx));
    }
    Ok(out)
}

/// A cookie's attributes.
#[derive(Default)]
struct Cookie {
    expires: i64,
    path: Vec<u8>,
    domain: Vec<u8>,
    secure: bool,
    http_only: bool,
    same_site: Vec<u8>,
}

const FORBIDDEN: &[u8] = b",; \t\r\n\x0b\x0c";

fn options(ctx: &mut Ctx, given: &Array) -> R<Cookie> {
    let mut c = Cookie::default();
    let f = ctx.function_name();
    for (k, v) in given.iter() {
        let plugin_api::Key::Str(k) = k else {
            ctx.warning("option array contains a numeric key")?;
            continue;
        };
        match &k.to_ascii_lowercase()[..] {
            b"expires" => c.expires = v.to_int(),
            b"path" => c.path = v.to_str(ctx)?.to_vec(),
            b"domain" => c.domain = v.to_str(ctx)?.to_vec(),
            b"secure" => c.secure = v.to_bool(),
            b"httponly" => c.http_only = v.to_bool(),
            b"samesite" => c.same_site = v.to_str(ctx)?.to_vec(),
            _ => {
                let name = String::from_utf8_lossy(&k).into_owned();
                return Err(ctx.value_error(format!("{f}(): option \"{name}\" is invalid")));
            }
        }
    }
    Ok(c)
}

/// The first second that a cookie cannot expire in.
const YEAR_10000: i64 = 253_402_300_800;

fn set(ctx: &mut Ctx, args: &Args, encode: bool) -> R<bool> {
    let text = |ctx: &mut Ctx, i: usize| args.get(i).map_or(Ok(Vec::new()), |v| Ok(v.to_str(ctx)?.to_vec()));
    let (name, value) = (text(ctx, 0)?, text(ctx, 1)?);
    let c = match args.get(2).map(Value::kind) {
        Some(Kind::Array(a)) => {
            if args.len() > 3 {
                let f = ctx.function_name();
                return Err(ctx.argument_count_error(format!(
                    "{f}(): Expects exactly 3 arguments when argument #3 ($expires_or_options) is an array"
                )));
            }
            options(ctx, a)?
        }
        expires => Cookie {
            expires: if let Some(Kind::Int(e)) = expires { e } else { 0 },
            path: text(ctx, 3)?,
            domain: text(ctx, 4)?,
            secure: args.get(5).is_some_and(Value::to_bool),
            http_only: args.get(6).is_some_and(Value::to_bool),
            same_site: Vec::new(),
        },
    };
    let bad = |b: &[u8]| b.iter().any(|x| FORBIDDEN.contains(x));
    const WORDS: &str = "\",\", \";\", \" \", \"\\t\", \"\\r\", \"\\n\", \"\\013\", or \"\\014\"";
    if name.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if name.iter().any(|x| *x == b'=' || FORBIDDEN.contains(x)) {
        return Err(ctx.argument_value_error(1, format!("cannot contain \"=\", {WORDS}")));
    }
    if !encode && bad(&value) {
        return Err(ctx.argument_value_error(2, format!("cannot contain {WORDS}")));
    }
    for (key, b) in [("path", &c.path), ("domain", &c.domain)] {
        if bad(b) {
            let f = ctx.function_name();
            return Err(ctx.value_error(format!("{f}(): \"{key}\" option cannot contain {WORDS}")));
        }
    }
    if c.expires >= YEAR_10000 {
        let f = ctx.function_name();
        return Err(
            ctx.value_error(format!("{f}(): \"expires\" option cannot have a year greater than 9999"))
        );
    }
    let mut line = [b"Set-Cookie: ", &name[..], b"="].concat();
    let date = |ctx: &mut Ctx, t: i64| -> R<Vec<u8>> {
        let args = [Value::str("D, d M Y H:i:s \\G\\M\\T"), Value::int(t)];
        Ok(ctx.call_function("gmdate", &args)?.to_str(ctx)?.to_vec())
    };
    if value.is_empty() {
        line.extend_from_slice(b"deleted; expires=");
        line.extend_from_slice(&date(ctx, 1)?);
        line.extend_from_slice(b"; Max-Age=0");
    } else {
        if encode {
            line.extend_from_slice(&crate::string::convert::url_encode(&value, true));
        } else {
            line.extend_from_slice(&value);
        }
        if c.expires > 0 {
            let when = date(ctx, c.expires)?;
            line.extend_from_slice(b"; expires=");
            line.extend_from_slice(&when);
            let now = ctx.call_function("time", &[])?.to_int();
            line.extend_from_slice(format!("; Max-Age={}", (c.expires - now).max(0)).as_bytes());
        }
    }
    for (word, b) in [("; path=", &c.path), ("; domain=", &c.domain)] {
        if !b.is_empty() {
            line.extend_from_slice(word.as_bytes());
            line.extend_from_slice(b);
        }
    }
    if c.secure {
        line.extend_from_slice(b"; secure");
    }
    if c.http_only {
        line.extend_from_slice(b"; HttpOnly");
    }
    if !c.same_site.is_empty() {
        line.extend_from_slice(b"; SameSite=");
        line.extend_from_slice(&c.same_site);
    }
    let sent = ctx.call_function("headers_sent", &[])?.to_bool();
    ctx.call_function("header", &[Value::str(line), Value::bool(false)])?;
    Ok(!sent)
}

#[php_function(
    "setcookie(string $name, string $value = \"\", array|int $expires_or_options = 0, string $path = \"\", string $domain = \"\", bool $secure = false, bool $httponly = false): bool"
)]
fn setcookie(ctx: &mut Ctx, args: &Args) -> R<bool> {
    set(ctx, args, true)
}
#[php_function(
    "setrawcookie(string $name, string $value = \"\", array|int $expires_or_options = 0, string $path = \"\", string $domain = \"\", bool $secure = false, bool $httponly = false): bool"
)]
fn setrawcookie(ctx: &mut Ctx, args: &Args) -> R<bool> {
    set(ctx, args, false)
}
