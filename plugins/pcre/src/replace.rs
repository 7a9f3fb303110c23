//! preg_replace() and its kin.

use crate::pattern::Error;
use crate::search::groups;
use crate::{Search, compile, globals};
use plugin_api::{Array, Buffer, Callable, Ctx, Kind, R, Reference, Str, Value, php_function};
use smallvec::SmallVec;

/// A replacement text's pieces.
enum Piece {
    /// From one place in it to another.
    Text(usize, usize),
    Group(usize),
}

/// Parses `\1`, `$1`, `${1}`.
fn parse(r: &[u8]) -> SmallVec<[Piece; 6]> {
    let mut out = SmallVec::new();
    // Where the text that is not taken yet begins.
    let mut from = 0;
    let mut i = 0;
    while let Some(at) = memchr::memchr2(b'\\', b'$', &r[i..]) {
        i += at;
        let two = |at: usize| -> Option<(usize, usize)> {
            let d = |j: usize| r.get(j).filter(|c| c.is_ascii_digit()).map(|c| (c - b'0') as usize);
            let a = d(at)?;
            Some(d(at + 1).map_or((a, 1), |b| (a * 10 + b, 2)))
        };
        let hit = match r[i] {
            // A backslash takes the meaning from another one and from a dollar sign.
            b'\\' if matches!(r.get(i + 1), Some(b'\\' | b'$')) => {
                out.push(Piece::Text(from, i));
                from = i + 1;
                i += 2;
                continue;
            }
            b'$' if r.get(i + 1) == Some(&b'{') => {
                two(i + 2).filter(|(_, n)| r.get(i + 2 + n) == Some(&b'}')).map(|(g, n)| (g, n + 3))
            }
            _ => two(i + 1).map(|(g, n)| (g, n + 1)),
        };
        match hit {
            Some((g, n)) => {
                if i > from {
                    out.push(Piece::Text(from, i));
                }
                out.push(Piece::Group(g));
                i += n;
                from = i;
            }
            None => i += 1,
        }
    }
    if from < r.len() {
        out.push(Piece::Text(from, r.len()));
    }
    out
}

/// What stands in for a match.
enum By<'r> {
    Text(&'r [u8]),
    Call(&'r Callable, i64),
}

/// Replaces in one subject; `None` when a match failed or the pattern is bad.
fn one(
    ctx: &mut Ctx,
    source: &[u8],
    subject: &Str,
    by: &By<'_>,
    limit: i64,
    count: &mut i64,
) -> R<Option<Str>> {
    let g = globals(ctx);
    let Some(p) = compile(ctx, g, source)? else { return Ok(None) };
    g.set_error(Error::None);
    let mut s = Search::new(g, &p, subject, 0);
    let mut next = |left: i64| if left == 0 { Ok(None) } else { s.next() };
    let mut found = next(limit);
    if let Ok(None) = found {
        return Ok(Some(subject.clone()));
    }
    let pieces = match by {
        By::Text(t) => parse(t),
        By::Call(..) => SmallVec::new(),
    };
    let mut out = Buffer::with_capacity(subject.len() + 64);
    let (mut last, mut left) = (0, limit);
    loop {
        let spans = match found {
            Ok(Some(m)) => m,
            Ok(None) => break,
            Err(e) => {
                g.set_error(e);
                return Ok(None);
            }
        };
        let (ms, me) = spans.whole();
        *count += 1;
        left -= 1;
        out.extend_from_slice(&subject[last..ms]);
        match by {
            By::Text(text) => {
                for piece in &pieces {
                    match *piece {
                        Piece::Text(from, to) => out.extend_from_slice(&text[from..to]),
                        Piece::Group(g) => {
                            if let Some((a, b)) = spans.get(g) {
                                out.extend_from_slice(&subject[a..b]);
                            }
                        }
                    }
                }
            }
            By::Call(f, flags) => {
                let m = groups(&p, subject, spans, *flags);
                let r = f.call(ctx, &[m.into()])?;
                match r.kind() {
                    Kind::Str(s) => out.extend_from_slice(s),
                    Kind::Int(i) => out.push_int(i),
                    _ => out.extend_from_slice(&r.to_str(ctx)?),
                }
            }
        }
        last = me;
        found = next(left);
    }
    out.extend_from_slice(&subject[last..]);
    Ok(Some(out.into()))
}

/// Applies one pattern or a list of them to a subject.
fn all(
    ctx: &mut Ctx,
    pattern: &Value,
    replacement: Option<&Value>,
    f: Option<(&Callable, i64)>,
    subject: &Str,
    limit: i64,
    count: &mut i64,
) -> R<Option<Str>> {
    let Kind::Array(list) = pattern.kind() else {
        let source = pattern.to_str(ctx)?;
        if let Some((f, flags)) = f {
            return one(ctx, &source, subject, &By::Call(f, flags), limit, count);
        }
        let r = match replacement {
            Some(r) => r.to_str(ctx)?,
            None => Str::empty(),
        };
        return one(ctx, &source, subject, &By::Text(&r), limit, count);
    };
    let mut s = subject.clone();
    let mut texts = replacement.and_then(Value::as_array).map(Array::values);
    for p in list.values() {
        let source = p.to_str(ctx)?;
        let next = if let Some((f, flags)) = f {
            one(ctx, &source, &s, &By::Call(f, flags), limit, count)?
        } else {
            let r = match &mut texts {
                Some(t) => match t.next() {
                    Some(v) => v.to_str(ctx)?,
                    None => Str::empty(),
                },
                None => match replacement {
                    Some(r) => r.to_str(ctx)?,
                    None => Str::empty(),
                },
            };
            one(ctx, &source, &s, &By::Text(&r), limit, count)?
        };
        match next {
            Some(t) => s = t,
            None => return Ok(None),
        }
    }
    Ok(Some(s))
}

/// Over one subject or an array of them. `filter`: only subjects that changed.
#[expect(clippy::too_many_arguments, reason = "the parameters of the PHP functions")]
fn run(
    ctx: &mut Ctx,
    pattern: &Value,
    replacement: Option<&Value>,
    f: Option<(&Callable, i64)>,
    subject: &Value,
    limit: i64,
    count: &mut i64,
    filter: bool,
) -> R<Value> {
    let Kind::Array(list) = subject.kind() else {
        let s = subject.to_str(ctx)?;
        let before = *count;
        let r = all(ctx, pattern, replacement, f, &s, limit, count)?;
        return Ok(match r {
            Some(_) if filter && *count == before => Value::NULL,
            r => r.into(),
        });
    };
    let mut out = Array::new();
    for (k, v) in list.iter() {
        let s = v.to_str(ctx)?;
        let before = *count;
        if let Some(r) = all(ctx, pattern, replacement, f, &s, limit, count)?
            && (!filter || *count > before)
        {
            out.set(k, r);
        }
    }
    Ok(out.into())
}

fn textual(
    ctx: &mut Ctx,
    pattern: &Value,
    replacement: &Value,
    subject: &Value,
    limit: i64,
    count: Option<Reference<'_>>,
    filter: bool,
) -> R<Value> {
    if replacement.as_array().is_some() && pattern.as_array().is_none() {
        return Err(ctx.argument_type_error(
            1,
            "must be of type array when argument #2 ($replacement) is an array, string given",
        ));
    }
    let mut n = 0;
    let r = run(ctx, pattern, Some(replacement), None, subject, limit, &mut n, filter)?;
    if let Some(c) = count {
        c.set(ctx, n)?;
    }
    Ok(r)
}

#[php_function(
    "preg_replace(array|string $pattern, array|string $replacement, array|string $subject, int $limit = -1, &$count = null): array|string|null"
)]
fn preg_replace(
    ctx: &mut Ctx,
    pattern: &Value,
    replacement: &Value,
    subject: &Value,
    limit: i64,
    count: Option<Reference>,
) -> R<Value> {
    textual(ctx, pattern, replacement, subject, limit, count, false)
}

#[php_function(
    "preg_filter(array|string $pattern, array|string $replacement, array|string $subject, int $limit = -1, &$count = null): array|string|null"
)]
fn preg_filter(
    ctx: &mut Ctx,
    pattern: &Value,
    replacement: &Value,
    subject: &Value,
    limit: i64,
    count: Option<Reference>,
) -> R<Value> {
    textual(ctx, pattern, replacement, subject, limit, count, true)
}

#[php_function(
    "preg_replace_callback(array|string $pattern, callable $callback, array|string $subject, int $limit = -1, &$count = null, int $flags = 0): array|string|null"
)]
fn preg_replace_callback(
    ctx: &mut Ctx,
    pattern: &Value,
    callback: &Value,
    subject: &Value,
    limit: i64,
    count: Option<Reference>,
    flags: i64,
) -> R<Value> {
    let Some(f) = Callable::new(ctx, callback)? else {
        return Err(ctx.argument_type_error(2, "must be a valid callback"));
    };
    let mut n = 0;
    let r = run(ctx, pattern, None, Some((&f, flags)), subject, limit, &mut n, false)?;
    if let Some(c) = count {
        c.set(ctx, n)?;
    }
    Ok(r)
}

#[php_function(
    "preg_replace_callback_array(array $pattern, array|string $subject, int $limit = -1, &$count = null, int $flags = 0): array|string|null"
)]
fn preg_replace_callback_array(
    ctx: &mut Ctx,
    pattern: &Array,
    subject: &Value,
    limit: i64,
    count: Option<Reference>,
    flags: i64,
) -> R<Value> {
    let mut n = 0;
    let mut value = subject.clone();
    for (k, f) in pattern.iter() {
        let plugin_api::Key::Str(source) = k else {
            return Err(ctx.argument_type_error(1, "must contain only string patterns as keys"));
        };
        let Some(f) = Callable::new(ctx, f)? else {
            return Err(ctx.argument_type_error(1, "must contain only valid callbacks"));
        };
        value =
            run(ctx, &Value::str(source.as_bytes()), None, Some((&f, flags)), &value, limit, &mut n, false)?;
        if value.is_null() {
            break;
        }
    }
    if let Some(c) = count {
        c.set(ctx, n)?;
    }
    Ok(value)
}
