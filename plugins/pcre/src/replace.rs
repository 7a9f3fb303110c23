//! preg_replace() and its kin.

use crate::pattern::{Error, Found};
use crate::search::groups;
use crate::{Search, compile, globals};
use plugin_api::{Array, Buffer, Callable, Ctx, Kind, Place, R, Reference, Str, Value, php_function};
use smallvec::SmallVec;

/// A replacement text's pieces.
enum Piece {
    /// From one place in it to another.
    Text(usize, usize),
    Group(usize),
}

/// Parses `\1`, `$1`, `${1}`.
fn parse(r: &[u8], out: &mut SmallVec<[Piece; 6]>) {
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
}

/// What stands in for a match.
enum By<'r> {
    Text(&'r [u8]),
    Call(&'r Callable, i64),
}

/// Replaces in one subject and puts the text in its place; null when a match failed or the pattern is bad.
fn one(
    ctx: &mut Ctx,
    source: &[u8],
    subject: &Str,
    by: &By<'_>,
    limit: i64,
    count: &mut i64,
    place: Place<'_>,
) -> R<()> {
    let g = globals(ctx);
    let Some(p) = compile(ctx, g, source)? else { return Ok(()) };
    g.set_error(Error::None);
    let mut s = Search::new(g, &p, subject, 0);
    let mut left = limit;
    let mut found = if left == 0 { Found::No } else { s.next() };
    if let Found::No = found {
        place.put(subject.clone());
        return Ok(());
    }
    let mut pieces = SmallVec::new();
    if let By::Text(t) = by {
        parse(t, &mut pieces);
    }
    let mut out = Buffer::with_capacity(subject.len() + 64);
    let mut last = 0;
    loop {
        let spans = match found {
            Found::Match(n) => p.spans(n),
            Found::No => break,
            Found::Failed(e) => {
                g.set_error(e);
                return Ok(());
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
        found = if left == 0 { Found::No } else { s.next() };
    }
    out.extend_from_slice(&subject[last..]);
    place.put(out);
    Ok(())
}

/// What a subject is put through: patterns, replacements or a callback, and how often.
struct Job<'a> {
    pattern: &'a Value,
    replacement: Option<&'a Value>,
    call: Option<(&'a Callable, i64)>,
    limit: i64,
    /// Replacements made so far.
    count: i64,
}

impl Job<'_> {
    /// Applies one pattern or a list of them to a subject; null when a match failed or a pattern is bad.
    fn all(&mut self, ctx: &mut Ctx, subject: &Str, place: Place<'_>) -> R<()> {
        let Kind::Array(list) = self.pattern.kind() else {
            let by = match (self.call, self.replacement.map(Value::kind)) {
                (Some((f, flags)), _) => By::Call(f, flags),
                (None, Some(Kind::Str(r))) => By::Text(r),
                _ => By::Text(b""),
            };
            let Kind::Str(source) = self.pattern.kind() else { return Ok(()) };
            return one(ctx, source, subject, &by, self.limit, &mut self.count, place);
        };
        let mut now = Value::from(subject);
        let mut texts = self.replacement.and_then(Value::as_array).map(Array::values);
        for p in list.values() {
            let source = p.to_str(ctx)?;
            let text = match (&mut texts, self.replacement) {
                (Some(texts), _) => texts.next(),
                (None, r) => r,
            };
            let text = match text {
                Some(v) => v.to_str(ctx)?,
                None => Str::empty(),
            };
            let by = match self.call {
                Some((f, flags)) => By::Call(f, flags),
                None => By::Text(&text),
            };
            let Kind::Str(s) = now.kind() else { break };
            let mut next = Value::NULL;
            one(ctx, &source, s, &by, self.limit, &mut self.count, Place::of(&mut next))?;
            now = next;
        }
        place.put(now);
        Ok(())
    }

    /// Over one subject or an array of them. `filter`: only subjects that changed.
    fn run(&mut self, ctx: &mut Ctx, subject: &Value, filter: bool, place: Place<'_>) -> R<()> {
        let mut out = Value::NULL;
        let list = match subject.kind() {
            Kind::Array(list) => list,
            Kind::Str(s) if !filter => return self.all(ctx, s, place),
            Kind::Str(s) => {
                let before = self.count;
                self.all(ctx, s, Place::of(&mut out))?;
                if self.count > before {
                    place.put(out);
                }
                return Ok(());
            }
            _ => return Ok(()),
        };
        let mut results = Array::new();
        for (k, v) in list.iter() {
            let s = v.to_str(ctx)?;
            let before = self.count;
            self.all(ctx, &s, Place::of(&mut out))?;
            if !out.is_null() && (!filter || self.count > before) {
                results.set(k, std::mem::take(&mut out));
            }
        }
        place.put(results);
        Ok(())
    }
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
    let mut job = Job { pattern, replacement: Some(replacement), call: None, limit, count: 0 };
    let mut r = Value::NULL;
    job.run(ctx, subject, filter, Place::of(&mut r))?;
    if let Some(c) = count {
        c.set(ctx, job.count)?;
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
    let mut job = Job { pattern, replacement: None, call: Some((&f, flags)), limit, count: 0 };
    let mut r = Value::NULL;
    job.run(ctx, subject, false, Place::of(&mut r))?;
    if let Some(c) = count {
        c.set(ctx, job.count)?;
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
        let pattern = source.to_str();
        let call = Some((&f, flags));
        let mut job = Job { pattern: pattern.as_value(), replacement: None, call, limit, count: n };
        let mut next = Value::NULL;
        job.run(ctx, &value, false, Place::of(&mut next))?;
        (value, n) = (next, job.count);
        if value.is_null() {
            break;
        }
    }
    if let Some(c) = count {
        c.set(ctx, n)?;
    }
    Ok(value)
}
