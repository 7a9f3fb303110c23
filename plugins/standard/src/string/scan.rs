//! `sscanf()` and `fscanf()`.

use plugin_api::{Array, Ctx, FromArg, OrFalse, R, Reference, Rest, Stream, Throw, Value, php_function};

/// What one conversion reads.
#[derive(Clone)]
enum Kind {
    /// `%n`: how far it got.
    Count,
    /// Digits of a base (0: as a literal of C has them); unsigned where asked.
    Int(u32, bool),
    Float,
    Word,
    /// Bytes of a set.
    Set(Box<[bool; 256]>),
    Char,
}

enum Item {
    Space,
    Byte(u8),
    Field { kind: Kind, width: usize, target: Option<usize> },
}

fn is_space(c: u8) -> bool {
    c == b' ' || (9..=13).contains(&c)
}

/// A format, taken apart and checked against the number of variables (0: results go to an array).
struct Format {
    items: Vec<Item>,
    /// Results there are.
    targets: usize,
}

fn number(f: &[u8], i: &mut usize) -> Option<usize> {
    let from = *i;
    while f.get(*i).is_some_and(u8::is_ascii_digit) {
        *i += 1;
    }
    let n = f[from..*i].iter().fold(0usize, |n, c| n.saturating_mul(10).saturating_add((c - b'0') as usize));
    (from < *i).then_some(n)
}

/// The set that begins behind `[`.
fn set(f: &[u8], i: &mut usize) -> Option<Box<[bool; 256]>> {
    let mut s = Box::new([false; 256]);
    let exclude = f.get(*i) == Some(&b'^');
    *i += exclude as usize;
    let mut first = true;
    loop {
        let c = *f.get(*i)?;
        if c == b']' && !first {
            *i += 1;
            break;
        }
        first = false;
        match (f.get(*i + 1), f.get(*i + 2)) {
            (Some(b'-'), Some(&to)) if to != b']' => {
                let (a, b) = (c.min(to), c.max(to));
                (a..=b).for_each(|x| s[x as usize] = true);
                *i += 3;
            }
            _ => {
                s[c as usize] = true;
                *i += 1;
            }
        }
    }
    if exclude {
        s.iter_mut().for_each(|b| *b = !*b);
    }
    Some(s)
}

fn parse(ctx: &mut Ctx, f: &[u8], vars: usize) -> R<Format> {
    let mut items = Vec::new();
    let (mut i, mut next) = (0, 0);
    let (mut sequential, mut numbered) = (false, false);
    let mut assigned: Vec<usize> = Vec::new();
    while i < f.len() {
        let c = f[i];
        i += 1;
        if is_space(c) {
            items.push(Item::Space);
            continue;
        }
        if c != b'%' {
            items.push(Item::Byte(c));
            continue;
        }
        if f.get(i) == Some(&b'%') {
            items.push(Item::Byte(b'%'));
            i += 1;
            continue;
        }
        let mix = |ctx: &mut Ctx| ctx.value_error("cannot mix \"%\" and \"%n$\" conversion specifiers");
        let (mut suppressed, mut target, mut width) = (false, None, 0);
        if f.get(i) == Some(&b'*') {
            suppressed = true;
            i += 1;
        } else {
            let save = i;
            match number(f, &mut i) {
                Some(n) if f.get(i) == Some(&b'$') => {
                    i += 1;
                    numbered = true;
                    if sequential {
                        return Err(mix(ctx));
                    }
                    if n == 0 || vars > 0 && n > vars || n > 0xff && vars == 0 {
                        return Err(ctx.value_error("\"%n$\" argument index out of range"));
                    }
                    target = Some(n - 1);
                }
                _ => {
                    i = save;
                    sequential = true;
                    if numbered {
                        return Err(mix(ctx));
                    }
                }
            }
        }
        if let Some(w) = number(f, &mut i) {
            width = w;
        }
        if matches!(f.get(i), Some(b'l' | b'h' | b'L')) {
            i += 1;
        }
        let c = f.get(i).copied().unwrap_or(0);
        i += 1;
        let kind = match c {
            b'n' => Kind::Count,
            b'd' | b'D' => Kind::Int(10, false),
            b'i' => Kind::Int(0, false),
            b'o' => Kind::Int(8, false),
            b'x' | b'X' => Kind::Int(16, false),
            b'u' => Kind::Int(10, true),
            b'f' | b'e' | b'E' | b'g' => Kind::Float,
            b's' => Kind::Word,
            b'c' => Kind::Char,
            b'[' => match set(f, &mut i) {
                Some(s) => Kind::Set(s),
                None => return Err(ctx.value_error("Unmatched [ in format string")),
            },
            c => {
                let mut text = b"Bad scan conversion character \"".to_vec();
                text.extend_from_slice(&[c, b'"']);
                return Err(ctx.value_error(String::from_utf8_lossy(&text)));
            }
        };
        if !suppressed {
            let t = target.unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            if vars > 0 && t >= vars {
                return Err(different(ctx));
            }
            assigned.push(t);
            target = Some(t);
        }
        items.push(Item::Field { kind, width, target });
    }
    let targets = assigned.iter().max().map_or(0, |m| m + 1);
    let targets = if vars > 0 { vars } else { targets };
    for t in 0..targets {
        match assigned.iter().filter(|a| **a == t).count() {
            0 if numbered || vars > 0 => {
                return Err(ctx.value_error("Variable is not assigned by any conversion specifiers"));
            }
            0 | 1 => {}
            _ => {
                return Err(ctx.value_error("Variable is assigned by multiple \"%n$\" conversion specifiers"));
            }
        }
    }
    Ok(Format { items, targets })
}

fn different(ctx: &mut Ctx) -> Throw {
    ctx.value_error("Different numbers of variable names and field specifiers")
}

/// Digits of an integer at the front: how many bytes, and the value.
fn integer(s: &[u8], mut base: u32, width: usize) -> Option<(usize, i128)> {
    let s = &s[..s.len().min(width)];
    let mut i = 0;
    let negative = s.first() == Some(&b'-');
    if matches!(s.first(), Some(b'-' | b'+')) {
        i += 1;
    }
    let hex = s.get(i) == Some(&b'0') && matches!(s.get(i + 1), Some(b'x' | b'X'));
    let more = s.get(i + 2).is_some_and(u8::is_ascii_hexdigit);
    if (base == 16 || base == 0) && hex && more {
        i += 2;
        base = 16;
    } else if base == 0 {
        base = if s.get(i) == Some(&b'0') { 8 } else { 10 };
    }
    let from = i;
    let mut v: i128 = 0;
    while let Some(d) = s.get(i).and_then(|c| (*c as char).to_digit(base)) {
        v = (v * base as i128 + d as i128).min(u64::MAX as i128 + 1);
        i += 1;
    }
    (i > from).then_some((i, if negative { -v } else { v }))
}

/// A float at the front: how many bytes, and the value.
fn float(s: &[u8], width: usize) -> Option<(usize, f64)> {
    let s = &s[..s.len().min(width)];
    let mut i = matches!(s.first(), Some(b'-' | b'+')) as usize;
    let digits = |i: &mut usize| {
        let from = *i;
        while s.get(*i).is_some_and(u8::is_ascii_digit) {
            *i += 1;
        }
        *i - from
    };
    let mut n = digits(&mut i);
    if s.get(i) == Some(&b'.') {
        i += 1;
        n += digits(&mut i);
    }
    if n == 0 {
        return None;
    }
    if matches!(s.get(i), Some(b'e' | b'E')) {
        let mut j = i + 1;
        if matches!(s.get(j), Some(b'-' | b'+')) {
            j += 1;
        }
        if digits(&mut j) > 0 {
            i = j;
        }
    }
    let text = std::str::from_utf8(&s[..i]).unwrap_or("0");
    Some((i, text.parse().unwrap_or(0.0)))
}

/// Reads by a format. Results by target, how many there were, and whether the text ended before the first.
fn scan(s: &[u8], f: &Format) -> (Vec<Option<Value>>, i64, bool) {
    let mut out: Vec<Option<Value>> = (0..f.targets).map(|_| None).collect();
    let (mut i, mut done, mut short) = (0, 0, false);
    let skip = |i: &mut usize| {
        while s.get(*i).is_some_and(|c| is_space(*c)) {
            *i += 1;
        }
    };
    for item in &f.items {
        let (kind, width, target) = match item {
            Item::Space => {
                skip(&mut i);
                continue;
            }
            Item::Byte(c) => {
                match s.get(i) {
                    None => short = true,
                    Some(x) if x == c => {
                        i += 1;
                        continue;
                    }
                    Some(_) => {}
                }
                break;
            }
            Item::Field { kind, width, target } => (kind, *width, *target),
        };
        let mut put = |v: Value| {
            if let Some(t) = target {
                out[t] = Some(v);
                done += 1;
            }
        };
        if matches!(kind, Kind::Count) {
            put(Value::int(i as i64));
            continue;
        }
        if i >= s.len() {
            short = true;
            break;
        }
        if !matches!(kind, Kind::Set(_) | Kind::Char) {
            skip(&mut i);
            if i >= s.len() {
                short = true;
                break;
            }
        }
        let max = if width == 0 { usize::MAX } else { width };
        let rest = &s[i..];
        match kind {
            Kind::Count => {}
            Kind::Word => {
                let n = rest.iter().take(max).take_while(|c| !is_space(**c)).count();
                put(Value::str(&rest[..n]));
                i += n;
            }
            Kind::Char => {
                // White space ends it as it ends a word, but none is passed over before it.
                let n = rest.iter().take(width.max(1)).take_while(|c| !is_space(**c)).count();
                put(Value::str(&rest[..n]));
                i += n;
            }
            Kind::Set(set) => {
                let n = rest.iter().take(max).take_while(|c| set[**c as usize]).count();
                if n == 0 {
                    break;
                }
                put(Value::str(&rest[..n]));
                i += n;
            }
            Kind::Int(base, unsigned) => {
                let Some((n, v)) = integer(rest, *base, max) else { break };
                let clamped = i64::try_from(v).unwrap_or(if v < 0 { i64::MIN } else { i64::MAX });
                let word = v.min(u64::MAX as i128) as u64;
                if *unsigned && (word as i64) < 0 {
                    put(Value::str(word.to_string()));
                } else {
                    put(Value::int(clamped));
                }
                i += n;
            }
            Kind::Float => {
                let Some((n, v)) = float(rest, max) else { break };
                put(Value::float(v));
                i += n;
            }
        }
    }
    (out, done, short)
}

fn run(ctx: &mut Ctx, s: &[u8], format: &[u8], vars: &[Value]) -> R<Value> {
    // Both end at their first NUL byte.
    let cut = |b: &'_ [u8]| b.iter().position(|c| *c == 0).unwrap_or(b.len());
    let (s, format) = (&s[..cut(s)], &format[..cut(format)]);
    let f = parse(ctx, format, vars.len())?;
    let (results, done, short) = scan(s, &f);
    if vars.is_empty() {
        if short && done == 0 {
            return Ok(Value::NULL);
        }
        return Ok(Array::list(results.into_iter().map(|r| r.unwrap_or(Value::NULL))).into());
    }
    for (v, r) in vars.iter().zip(results) {
        if let (Some(r), Some(reference)) = (r, Reference::from_arg(v)) {
            reference.set(ctx, r)?;
        }
    }
    Ok(Value::int(if short && done == 0 { -1 } else { done }))
}

#[php_function("sscanf(string $string, string $format, mixed &...$vars): array|int|null")]
fn sscanf(ctx: &mut Ctx, string: &[u8], format: &[u8], vars: Rest) -> R<Value> {
    run(ctx, string, format, vars.0)
}
#[php_function("fscanf($stream, string $format, mixed &...$vars): array|int|false|null")]
fn fscanf(ctx: &mut Ctx, stream: &Value, format: &[u8], vars: Rest) -> R<OrFalse<Value>> {
    if matches!(stream.kind(), plugin_api::Kind::Resource(r) if !r.is_open()) {
        return Err(ctx.type_error("fscanf(): supplied resource is not a valid File-Handle resource"));
    }
    let s = Stream::argument(ctx, stream, 1)?;
    let Some(line) = s.read_line(ctx, None)? else { return Ok(OrFalse::FALSE) };
    Ok(OrFalse(Some(run(ctx, &line, format, vars.0)?)))
}
