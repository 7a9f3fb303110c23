//! Finding and replacing.

use super::basic::too_large;
use super::find::{LONG, find, find_all, find_folded, frequent};
use memchr::memmem;
use plugin_api::{Array, Buffer, Ctx, Key, Kind, OrFalse, R, Reference, Str, Value, php_function};
use smallvec::SmallVec;

/// The part of a haystack that a search with an offset looks at: where it begins.
fn start(ctx: &mut Ctx, len: usize, offset: i64) -> R<usize> {
    let n = len as i64;
    let from = if offset < 0 { offset + n } else { offset };
    if from < 0 || from > n {
        return Err(ctx.argument_value_error(3, "must be contained in argument #1 ($haystack)"));
    }
    Ok(from as usize)
}

/// A text in lower case; a short one takes no memory.
type Folded = SmallVec<[u8; 64]>;

fn fold(b: &[u8]) -> Folded {
    let mut low = Folded::from_slice(b);
    low.make_ascii_lowercase();
    low
}

fn forward(ctx: &mut Ctx, h: &[u8], n: &[u8], offset: i64) -> R<OrFalse<i64>> {
    let from = start(ctx, h.len(), offset)?;
    Ok(find(&h[from..], n).map(|i| (i + from) as i64).into())
}

/// Searches from the end; a negative offset is the last place where a match may begin.
fn backward(ctx: &mut Ctx, h: &[u8], n: &[u8], offset: i64) -> R<OrFalse<i64>> {
    let len = h.len() as i64;
    if offset > len || offset < -len {
        return Err(ctx.argument_value_error(3, "must be contained in argument #1 ($haystack)"));
    }
    if offset >= 0 {
        return Ok(memmem::rfind(&h[offset as usize..], n).map(|i| i as i64 + offset).into());
    }
    let end = (len + offset + n.len() as i64).min(len);
    Ok(memmem::rfind(&h[..end as usize], n).map(|i| i as i64).into())
}

#[php_function("pure strpos(string $haystack, string $needle, int $offset = 0): int|false")]
fn strpos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    forward(ctx, haystack, needle, offset)
}
#[php_function("pure stripos(string $haystack, string $needle, int $offset = 0): int|false")]
fn stripos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    let from = start(ctx, haystack.len(), offset)?;
    Ok(find_folded(&haystack[from..], needle).map(|i| (i + from) as i64).into())
}
#[php_function("pure strrpos(string $haystack, string $needle, int $offset = 0): int|false")]
fn strrpos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    backward(ctx, haystack, needle, offset)
}
#[php_function("pure strripos(string $haystack, string $needle, int $offset = 0): int|false")]
fn strripos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    backward(ctx, &fold(haystack), &fold(needle), offset)
}
#[php_function("pure str_contains(string $haystack, string $needle): bool")]
fn str_contains(haystack: &[u8], needle: &[u8]) -> bool {
    find(haystack, needle).is_some()
}
#[php_function("pure str_starts_with(string $haystack, string $needle): bool")]
fn str_starts_with(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.starts_with(needle)
}
#[php_function("pure str_ends_with(string $haystack, string $needle): bool")]
fn str_ends_with(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.ends_with(needle)
}
fn part(h: &[u8], at: Option<usize>, before: bool) -> OrFalse<Str> {
    at.map(|i| Str::new(if before { &h[..i] } else { &h[i..] })).into()
}
#[php_function("pure strstr(string $haystack, string $needle, bool $before_needle = false): string|false")]
#[php_function("pure strchr(string $haystack, string $needle, bool $before_needle = false): string|false")]
fn strstr(haystack: &[u8], needle: &[u8], before: bool) -> OrFalse<Str> {
    part(haystack, find(haystack, needle), before)
}
#[php_function("pure stristr(string $haystack, string $needle, bool $before_needle = false): string|false")]
fn stristr(haystack: &[u8], needle: &[u8], before: bool) -> OrFalse<Str> {
    part(haystack, find_folded(haystack, needle), before)
}
#[php_function("pure strrchr(string $haystack, string $needle, bool $before_needle = false): string|false")]
fn strrchr(haystack: &[u8], needle: &[u8], before: bool) -> OrFalse<Str> {
    let c = needle.first().copied().unwrap_or(0);
    part(haystack, memchr::memrchr(c, haystack), before)
}
#[php_function("pure strpbrk(string $string, string $characters): string|false")]
fn strpbrk(ctx: &mut Ctx, string: &[u8], characters: &[u8]) -> R<OrFalse<Str>> {
    if characters.is_empty() {
        return Err(ctx.argument_value_error(2, "must be a non-empty string"));
    }
    let at = run_of(string, characters, false);
    Ok(part(string, Some(at).filter(|at| *at < string.len()), false))
}
/// How many bytes at the front are in the set, or are not.
fn run_of(s: &[u8], set: &[u8], inside: bool) -> usize {
    let length = |run: Option<usize>| run.unwrap_or(s.len());
    if let [one] = set {
        return length(s.iter().position(|c| (c == one) != inside));
    }
    let mut member = [false; 256];
    for c in set {
        member[usize::from(*c)] = true;
    }
    length(s.iter().position(|c| member[usize::from(*c)] != inside))
}
fn run(s: &[u8], set: &[u8], offset: i64, length: Option<i64>, inside: bool) -> i64 {
    let (f, t) = super::basic::span(s.len(), offset, length);
    run_of(&s[f..t], set, inside) as i64
}
#[php_function("pure strspn(string $string, string $characters, int $offset = 0, ?int $length = null): int")]
fn strspn(string: &[u8], characters: &[u8], offset: i64, length: Option<i64>) -> i64 {
    run(string, characters, offset, length, true)
}
#[php_function("pure strcspn(string $string, string $characters, int $offset = 0, ?int $length = null): int")]
fn strcspn(string: &[u8], characters: &[u8], offset: i64, length: Option<i64>) -> i64 {
    run(string, characters, offset, length, false)
}

/// Bytes from one place of a byte to the next up to which it is there often.
const OFTEN: usize = 64;

/// A text of `len` bytes: `s` with `to` in place of the bytes at some places.
#[inline]
fn joined(s: &[u8], places: impl Iterator<Item = usize>, to: &[u8], len: usize) -> Option<Str> {
    Str::compose(len, |room| {
        let mut at = 0;
        for i in places {
            room.put(&s[at..i]);
            room.put(to);
            at = i + 1;
        }
        room.put(&s[at..]);
    })
}

/// Replaces every `from` by `to` in `s`; the number of replacements is added to `n`.
fn replace_all(ctx: &mut Ctx, s: &Str, from: &[u8], to: &[u8], ci: bool, n: &mut i64) -> R<Str> {
    if from.is_empty() || s.len() < from.len() {
        return Ok(s.clone());
    }
    let folded;
    let (hay, needle): (&[u8], &[u8]) = if ci {
        folded = (fold(s), fold(from));
        (&folded.0, &folded.1)
    } else {
        (s, from)
    };
    let len = s.len();
    if let ([byte], [other]) = (needle, to) {
        let count = memchr::memchr_iter(*byte, hay).count();
        if count == 0 {
            return Ok(s.clone());
        }
        *n += count as i64;
        let made = Str::changed(s, |b| {
            // All are written, so that many are at once.
            b.iter_mut().zip(hay).for_each(|(c, h)| *c = if h == byte { *other } else { *c });
        });
        return made.ok_or_else(|| too_large(ctx, len));
    }
    if let ([byte], true) = (needle, len >= LONG) {
        // Counting is so fast that the places need not be kept.
        let count = memchr::memchr_iter(*byte, hay).count();
        if count == 0 {
            return Ok(s.clone());
        }
        *n += count as i64;
        let len = to.len().saturating_mul(count).saturating_add(len - count);
        let made = match s.len() / count {
            0..OFTEN => joined(s, frequent(hay, *byte), to, len),
            _ => joined(s, memchr::memchr_iter(*byte, hay), to, len),
        };
        return made.ok_or_else(|| too_large(ctx, len));
    }
    if needle.len() == to.len() {
        // What is replaced in place is not looked for twice.
        let mut count = 0;
        let mut places = find_all(hay, needle);
        let Some(first) = places.next() else { return Ok(s.clone()) };
        let made = Str::changed(s, |b| {
            for at in std::iter::once(first).chain(places) {
                b[at..at + to.len()].copy_from_slice(to);
                count += 1;
            }
        });
        *n += count;
        return made.ok_or_else(|| too_large(ctx, len));
    }
    let mut places: SmallVec<[usize; 16]> = SmallVec::new();
    places.extend(find_all(hay, needle));
    if places.is_empty() {
        return Ok(s.clone());
    }
    *n += places.len() as i64;
    let len = to.len().saturating_mul(places.len()).saturating_add(len - from.len() * places.len());
    let made = Str::compose(len, |room| {
        let mut at = 0;
        for &i in &places {
            room.put(&s[at..i]);
            room.put(to);
            at = i + from.len();
        }
        room.put(&s[at..]);
    });
    made.ok_or_else(|| too_large(ctx, len))
}

fn replace_one(
    ctx: &mut Ctx,
    subject: &Value,
    search: &Value,
    replace: &Value,
    ci: bool,
    n: &mut i64,
) -> R<Str> {
    let mut s = subject.to_str(ctx)?;
    let Kind::Array(list) = search.kind() else {
        let (from, to) = (search.to_str(ctx)?, replace.to_str(ctx)?);
        return replace_all(ctx, &s, &from, &to, ci, n);
    };
    let single = match replace.kind() {
        Kind::Array(_) => None,
        _ => Some(replace.to_str(ctx)?),
    };
    let mut replacements = replace.as_array().map(Array::values);
    for from in list.values() {
        let from = from.to_str(ctx)?;
        let to = match (&single, replacements.as_mut().map(Iterator::next)) {
            (Some(t), _) => t.clone(),
            (None, Some(Some(v))) => v.to_str(ctx)?,
            _ => Str::empty(),
        };
        if !from.is_empty() {
            s = replace_all(ctx, &s, &from, &to, ci, n)?;
        }
    }
    Ok(s)
}

fn replace(
    ctx: &mut Ctx,
    search: &Value,
    repl: &Value,
    subject: &Value,
    count: Option<Reference<'_>>,
    ci: bool,
) -> R<Value> {
    if repl.as_array().is_some() && search.as_array().is_none() {
        return Err(
            ctx.argument_type_error(2, "must be of type string when argument #1 ($search) is a string")
        );
    }
    let mut n = 0;
    let out = match subject.kind() {
        Kind::Str(s) if let (Some(from), Some(to)) = (search.as_str(), repl.as_str()) => {
            replace_all(ctx, s, from, to, ci, &mut n)?.into()
        }
        Kind::Array(a) => {
            let mut out = Array::with_capacity(a.len());
            for (k, v) in a.entries() {
                out.set(k, replace_one(ctx, v.deref(), search, repl, ci, &mut n)?);
            }
            out.into()
        }
        _ => replace_one(ctx, subject, search, repl, ci, &mut n)?.into(),
    };
    if let Some(c) = count {
        c.set(ctx, n)?;
    }
    Ok(out)
}
#[php_function(
    "pure str_replace(array|string $search, array|string $replace, string|array $subject, &$count = null): string|array"
)]
fn str_replace(
    ctx: &mut Ctx,
    search: &Value,
    repl: &Value,
    subject: &Value,
    count: Option<Reference>,
) -> R<Value> {
    replace(ctx, search, repl, subject, count, false)
}
#[php_function(
    "pure str_ireplace(array|string $search, array|string $replace, string|array $subject, &$count = null): string|array"
)]
fn str_ireplace(
    ctx: &mut Ctx,
    search: &Value,
    repl: &Value,
    subject: &Value,
    count: Option<Reference>,
) -> R<Value> {
    replace(ctx, search, repl, subject, count, true)
}

/// Every byte.
const EVERY: [u8; 256] = {
    let mut all = [0; 256];
    let mut i = 0;
    while i < 256 {
        all[i] = i as u8;
        i += 1;
    }
    all
};

/// Pairs up to this many are looked through one by one.
const FEW: usize = 6;

/// Replaces keys by their values, the longest key first, and looks at nothing twice.
fn translate(ctx: &mut Ctx, string: &Str, pairs: &Array) -> R<Str> {
    // What the keys begin with, and their lengths.
    let mut begins = [false; 256];
    let mut lengths: SmallVec<[usize; 16]> = SmallVec::new();
    let mut numbers = false;
    for k in pairs.keys() {
        let (first, len) = match k {
            Key::Int(i) => {
                numbers = true;
                let text = i.to_string();
                (text.as_bytes()[0], text.len())
            }
            Key::Str(s) => match s.as_bytes().first() {
                Some(c) => (*c, s.as_bytes().len()),
                None => {
                    ctx.warning("Ignoring replacement of empty string")?;
                    continue;
                }
            },
        };
        begins[first as usize] = true;
        if len <= string.len() && !lengths.contains(&len) {
            lengths.push(len);
        }
    }
    if lengths.is_empty() {
        return Ok(string.clone());
    }
    lengths.sort_unstable_by(|a, b| b.cmp(a));
    // Few of them are looked through one by one.
    let mut few: SmallVec<[(&[u8], &Value); FEW]> = SmallVec::new();
    if !numbers && pairs.len() <= FEW {
        few.extend(pairs.iter().filter_map(|(k, v)| match k {
            Key::Str(s) => Some((s.as_bytes(), v)).filter(|(k, _)| !k.is_empty()),
            Key::Int(_) => None,
        }));
        few.sort_by_key(|(k, _)| std::cmp::Reverse(k.len()));
    }
    let find = |rest: &[u8]| -> Option<(usize, &Value)> {
        if few.is_empty() {
            return lengths.iter().find_map(|n| pairs.get(rest.get(..*n)?).map(|v| (*n, v)));
        }
        few.iter().find(|(k, _)| k[0] == rest[0] && rest.starts_with(k)).map(|(k, v)| (k.len(), *v))
    };
    let mut out: Option<Buffer> = None;
    let (mut i, mut plain) = (0, 0);
    while let Some(skip) = string[i..].iter().position(|c| begins[*c as usize]) {
        i += skip;
        let rest = &string[i..];
        let Some((n, v)) = find(rest) else {
            i += 1;
            continue;
        };
        let out = out.get_or_insert_with(|| Buffer::with_capacity(string.len() + 32));
        out.extend_from_slice(&string[plain..i]);
        match v.kind() {
            Kind::Str(s) => out.extend_from_slice(s),
            Kind::Int(n) => out.push_int(n),
            _ => out.extend_from_slice(&v.to_str(ctx)?),
        }
        i += n;
        plain = i;
    }
    Ok(match out {
        Some(mut out) => {
            out.extend_from_slice(&string[plain..]);
            out.into()
        }
        None => string.clone(),
    })
}

#[php_function("pure strtr(string $string, string|array $from, ?string $to = null): string")]
fn strtr(ctx: &mut Ctx, string: &Str, from: &Value, to: Option<&[u8]>) -> R<Str> {
    match (from.kind(), to) {
        (Kind::Array(_), Some(_)) => Err(ctx.argument_type_error(2, "must be of type string, array given")),
        (Kind::Array(_), None) if string.is_empty() => Ok(Str::empty()),
        (Kind::Array(pairs), None) => translate(ctx, string, pairs),
        (_, None) => Err(ctx.argument_type_error(2, "must be of type array, string given")),
        (_, Some(to)) => {
            let from = from.to_str(ctx)?;
            let n = from.len().min(to.len());
            if n == 0 {
                return Ok(string.clone());
            }
            if let ([from], [to, ..]) = (&from[..n], to) {
                return replace_all(ctx, string, &[*from], &[*to], false, &mut 0);
            }
            let mut table = EVERY;
            for (f, t) in from.iter().zip(to) {
                table[*f as usize] = *t;
            }
            let made = Str::changed(string, |b| b.iter_mut().for_each(|c| *c = table[*c as usize]));
            made.ok_or(()).map_err(|()| too_large(ctx, string.len()))
        }
    }
}
