//! Pieces, cases, padding, comparison.

use super::find::{LONG, find, find_all, find_byte, first};
use crate::order;
use plugin_api::abi::text;
use plugin_api::{Array, Buffer, Ctx, Kind, List, OrFalse, R, Reference, Room, Str, Value, php_function};
use smallvec::SmallVec;

#[php_function("pure strlen(string $string): int")]
fn strlen(string: &[u8]) -> i64 {
    string.len() as i64
}
#[php_function("pure strtolower(string $string): string")]
fn strtolower(string: &Str) -> Str {
    if text::has_upper(string) { mapped(string, text::make_lower) } else { string.clone() }
}
/// A changed copy of the same length.
fn mapped(s: &Str, change: impl Fn(&mut [u8])) -> Str {
    let made = Str::changed(s, &change);
    // Beyond the memory limit the string is made all the same, and the request ends behind the call.
    made.unwrap_or_else(|| {
        let mut b = s.to_vec();
        change(&mut b);
        b.into()
    })
}
#[php_function("pure strtoupper(string $string): string")]
fn strtoupper(string: &Str) -> Str {
    if text::has_lower(string) { mapped(string, text::make_upper) } else { string.clone() }
}
#[php_function("pure ucfirst(string $string): string")]
fn ucfirst(string: &Str) -> Str {
    with_first(string, u8::to_ascii_uppercase)
}
#[php_function("pure lcfirst(string $string): string")]
fn lcfirst(string: &Str) -> Str {
    with_first(string, u8::to_ascii_lowercase)
}
#[inline]
fn with_first(s: &Str, f: impl Fn(&u8) -> u8) -> Str {
    match s.first() {
        Some(c) if f(c) != *c => {
            let first = f(c);
            mapped(s, |b| b[0] = first)
        }
        _ => s.clone(),
    }
}
#[php_function("pure ucwords(string $string, string $separators = \" \\t\\r\\n\\f\\v\"): string")]
fn ucwords(string: &Str, separators: Option<&[u8]>) -> Str {
    let mut other = [false; 256];
    let ends = match separators {
        None => &SPACES,
        Some(separators) => {
            separators.iter().for_each(|c| other[*c as usize] = true);
            &other
        }
    };
    mapped(string, |text| {
        let mut begins = true;
        for c in text {
            if begins {
                *c = c.to_ascii_uppercase();
            }
            begins = ends[*c as usize];
        }
    })
}
/// What words end with.
static SPACES: [bool; 256] = {
    let mut t = [false; 256];
    t[b' ' as usize] = true;
    let mut i = 9;
    while i <= 13 {
        t[i] = true;
        i += 1;
    }
    t
};
#[php_function("pure strrev(string $string): string")]
fn strrev(string: &Str) -> Str {
    mapped(string, <[u8]>::reverse)
}
#[php_function("pure str_repeat(string $string, int $times): string")]
fn str_repeat(ctx: &mut Ctx, string: &[u8], times: i64) -> R<Str> {
    if times < 0 {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
    }
    if string.is_empty() || times == 0 {
        return Ok(Str::empty());
    }
    let total = string.len().saturating_mul(times as usize);
    let made = Str::compose(total, |room| match string {
        [byte] => room.pad(*byte, total),
        _ => room.repeat(string, times as usize),
    });
    made.ok_or(()).map_err(|()| too_large(ctx, total))
}

/// PHP's fatal for a string that memory_limit does not allow.
pub fn too_large(ctx: &mut Ctx, size: usize) -> plugin_api::Throw {
    let limit = ctx.memory(4);
    // The block is the string with its header, rounded up to eight bytes.
    let block = size.saturating_add(32) & !7;
    ctx.fatal(format!("Allowed memory size of {limit} bytes exhausted (tried to allocate {block} bytes)"))
}

/// PHP's fatal where memory_limit does not allow so many bytes more. For what is large enough to ask.
pub fn room_for(ctx: &mut Ctx, bytes: usize) -> R<()> {
    if bytes < 1 << 20 || ctx.memory(1).saturating_add(bytes) <= ctx.memory(4) {
        return Ok(());
    }
    Err(too_large(ctx, bytes))
}

/// Where substr() begins and ends.
pub fn span(len: usize, offset: i64, length: Option<i64>) -> (usize, usize) {
    let n = len as i64;
    let from = if offset < 0 { n.saturating_add(offset).max(0) } else { offset.min(n) };
    let to = match length {
        None => n,
        Some(l) if l < 0 => n.saturating_add(l).max(from),
        Some(l) => from.saturating_add(l).min(n),
    };
    (from as usize, to as usize)
}

#[php_function("pure substr(string $string, int $offset, ?int $length = null): string")]
fn substr(string: &Str, offset: i64, length: Option<i64>) -> Str {
    let (f, t) = span(string.len(), offset, length);
    if f == 0 && t == string.len() { string.clone() } else { Str::new(&string[f..t]) }
}
#[php_function(
    "pure substr_count(string $haystack, string $needle, int $offset = 0, ?int $length = null): int"
)]
fn substr_count(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64, length: Option<i64>) -> R<i64> {
    if needle.is_empty() {
        return Err(ctx.argument_value_error(2, "must not be empty"));
    }
    let n = haystack.len() as i64;
    let from = if offset < 0 { offset + n } else { offset };
    if from < 0 || from > n {
        return Err(ctx.argument_value_error(3, "must be contained in argument #1 ($haystack)"));
    }
    let mut h = &haystack[from as usize..];
    if let Some(l) = length {
        let l = if l < 0 { l + h.len() as i64 } else { l };
        if l < 0 || l > h.len() as i64 {
            return Err(ctx.argument_value_error(4, "must be contained in argument #1 ($haystack)"));
        }
        h = &h[..l as usize];
    }
    Ok(match needle {
        [c] => memchr::memchr_iter(*c, h).count(),
        _ => find_all(h, needle).count(),
    } as i64)
}
#[php_function(
    "pure substr_compare(string $haystack, string $needle, int $offset, ?int $length = null, bool $case_insensitive = false): int"
)]
fn substr_compare(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: i64,
    length: Option<i64>,
    fold: bool,
) -> R<i64> {
    if let Some(l) = length {
        if l == 0 {
            return Ok(0);
        }
        if l < 0 {
            return Err(ctx.argument_value_error(4, "must be greater than or equal to 0"));
        }
    }
    let n = haystack.len() as i64;
    let from = if offset < 0 { (offset + n).max(0) } else { offset };
    if from > n {
        return Err(ctx.argument_value_error(3, "must be contained in argument #1 ($haystack)"));
    }
    let h = &haystack[from as usize..];
    let cut = |s: &[u8]| length.map_or(s.len(), |l| s.len().min(l as usize));
    let (a, b) = (&h[..cut(h)], &needle[..cut(needle)]);
    Ok(if fold { order::bytes_case(a, b) as i64 } else { order::difference(a, b) })
}

/// A value that is a string or an array of strings, element `i` of it.
fn pick(ctx: &mut Ctx, v: &Value, i: usize) -> R<Option<Str>> {
    match v.kind() {
        Kind::Array(a) => match a.values().nth(i) {
            Some(v) => Ok(Some(v.clone().to_str(ctx)?)),
            None => Ok(None),
        },
        _ => Ok(Some(v.to_str(ctx)?)),
    }
}

#[php_function(
    "pure substr_replace(array|string $string, array|string $replace, array|int $offset, array|int|null $length = null): string|array"
)]
fn substr_replace(
    ctx: &mut Ctx,
    string: &Value,
    replace: &Value,
    offset: &Value,
    length: Option<&Value>,
) -> R<Value> {
    let length = length.filter(|l| !l.is_null());
    let one = |ctx: &mut Ctx, s: &[u8], r: &[u8], off: i64, len: i64| -> R<Str> {
        let n = s.len() as i64;
        let f = if off < 0 { (n + off).max(0) } else { off.min(n) };
        let l = if len < 0 { (n - f + len).max(0) } else { len };
        let t = f.saturating_add(l).min(n);
        let (before, behind) = (&s[..f as usize], &s[t as usize..]);
        let len = before.len() + r.len() + behind.len();
        let made =
            Str::compose(len, |room| [before, r, behind].into_iter().for_each(|piece| room.put(piece)));
        made.ok_or_else(|| too_large(ctx, len))
    };
    let Kind::Array(list) = string.kind() else {
        if offset.as_array().is_some() {
            return Err(ctx.argument_type_error(3, "cannot be an array when working on a single string"));
        }
        if length.is_some_and(|l| l.as_array().is_some()) {
            return Err(ctx.argument_type_error(4, "cannot be an array when working on a single string"));
        }
        let s = string.to_str(ctx)?;
        let r = match replace.kind() {
            Kind::Array(a) => match a.values().next() {
                Some(v) => v.clone().to_str(ctx)?,
                None => Str::empty(),
            },
            _ => replace.to_str(ctx)?,
        };
        let len = length.map_or(s.len() as i64, Value::to_int);
        return Ok(one(ctx, &s, &r, offset.to_int(), len)?.into());
    };
    let mut out = Array::with_capacity(list.len());
    for (i, (k, v)) in list.iter().enumerate() {
        let s = v.clone().to_str(ctx)?;
        let off = match offset.kind() {
            Kind::Array(a) => a.values().nth(i).map_or(0, Value::to_int),
            _ => offset.to_int(),
        };
        let len = match length.map(Value::kind) {
            Some(Kind::Array(a)) => a.values().nth(i).map_or(s.len() as i64, Value::to_int),
            Some(_) => length.map_or(0, Value::to_int),
            None => s.len() as i64,
        };
        let r = pick(ctx, replace, i)?.unwrap_or_else(Str::empty);
        out.set(k, one(ctx, &s, &r, off, len)?);
    }
    Ok(out.into())
}

/// The bytes that trim()'s character list names, with its `a..z` ranges.
pub fn char_set(ctx: &mut Ctx, list: &[u8]) -> R<[bool; 256]> {
    let mut set = [false; 256];
    let mut i = 0;
    while i < list.len() {
        let c = list[i];
        if i + 3 < list.len() && &list[i + 1..i + 3] == b".." && list[i + 3] >= c {
            set[c as usize..=list[i + 3] as usize].fill(true);
            i += 4;
            continue;
        }
        if i + 1 < list.len() && &list[i..i + 2] == b".." {
            if i == 0 {
                ctx.warning("Invalid '..'-range, no character to the left of '..'")?;
            } else if i + 2 >= list.len() {
                ctx.warning("Invalid '..'-range, no character to the right of '..'")?;
            } else if list[i - 1] > list[i + 2] {
                ctx.warning("Invalid '..'-range, '..'-range needs to be incrementing")?;
            } else {
                ctx.warning("Invalid '..'-range")?;
            }
            set[c as usize] = true;
            i += 1;
            continue;
        }
        set[c as usize] = true;
        i += 1;
    }
    Ok(set)
}

#[inline]
fn cut(mut b: &[u8], left: bool, right: bool, takes: impl Fn(u8) -> bool) -> &[u8] {
    while left
        && let [c, rest @ ..] = b
        && takes(*c)
    {
        b = rest;
    }
    while right
        && let [rest @ .., c] = b
        && takes(*c)
    {
        b = rest;
    }
    b
}

/// What trim() takes off where it is not told.
#[inline(always)]
fn blank(c: u8) -> bool {
    const BLANK: u64 = 1 << b' ' | 1 << b'\n' | 1 << b'\r' | 1 << b'\t' | 1 << 0x0b | 1;
    c <= b' ' && BLANK >> c & 1 != 0
}

#[inline(always)]
fn trimmed(ctx: &mut Ctx, s: &Str, list: Option<&[u8]>, left: bool, right: bool) -> R<Str> {
    match list {
        None => Ok(part_of(s, cut(s, left, right, blank))),
        Some(list) => trimmed_of(ctx, s, list, left, right),
    }
}

/// A part of a string, which may be all of it.
#[inline(always)]
fn part_of(s: &Str, part: &[u8]) -> Str {
    if part.len() == s.len() { s.clone() } else { Str::new(part) }
}

fn trimmed_of(ctx: &mut Ctx, s: &Str, list: &[u8], left: bool, right: bool) -> R<Str> {
    let b = match list {
        &[one] => cut(s, left, right, |c| c == one),
        // Without a range, for which a point is needed, a few characters need no table.
        l if l.len() <= 8 && !l.contains(&b'.') => cut(s, left, right, |c| l.contains(&c)),
        l => {
            let set = char_set(ctx, l)?;
            cut(s, left, right, |c| set[c as usize])
        }
    };
    Ok(part_of(s, b))
}

#[php_function("pure trim(string $string, string $characters = \" \\n\\r\\t\\v\\0\"): string")]
fn trim(ctx: &mut Ctx, string: &Str, characters: Option<&[u8]>) -> R<Str> {
    trimmed(ctx, string, characters, true, true)
}
#[php_function("pure ltrim(string $string, string $characters = \" \\n\\r\\t\\v\\0\"): string")]
fn ltrim(ctx: &mut Ctx, string: &Str, characters: Option<&[u8]>) -> R<Str> {
    trimmed(ctx, string, characters, true, false)
}
#[php_function("pure rtrim(string $string, string $characters = \" \\n\\r\\t\\v\\0\"): string")]
#[php_function("pure chop(string $string, string $characters = \" \\n\\r\\t\\v\\0\"): string")]
fn rtrim(ctx: &mut Ctx, string: &Str, characters: Option<&[u8]>) -> R<Str> {
    trimmed(ctx, string, characters, false, true)
}

#[php_function(
    "pure str_pad(string $string, int $length, string $pad_string = \" \", int $pad_type = STR_PAD_RIGHT): string"
)]
fn str_pad(ctx: &mut Ctx, string: &Str, length: i64, pad: &[u8], kind: Option<i64>) -> R<Str> {
    let kind = kind.unwrap_or(1);
    if length < 0 || length as usize <= string.len() {
        return Ok(string.clone());
    }
    if pad.is_empty() {
        return Err(ctx.argument_value_error(3, "must not be empty"));
    }
    if !(0..=2).contains(&kind) {
        return Err(ctx.argument_value_error(4, "must be STR_PAD_LEFT, STR_PAD_RIGHT, or STR_PAD_BOTH"));
    }
    let total = length as usize - string.len();
    let left = match kind {
        0 => total,
        2 => total / 2,
        _ => 0,
    };
    let length = length as usize;
    let made = if let [byte] = pad {
        Str::compose(length, |room| {
            room.pad(*byte, left);
            room.put(string);
            room.pad(*byte, total - left);
        })
    } else {
        let fill = |room: &mut Room<'_>, n: usize| {
            room.repeat(pad, n / pad.len());
            room.put(&pad[..n % pad.len()]);
        };
        Str::compose(length, |room| {
            fill(room, left);
            room.put(string);
            fill(room, total - left);
        })
    };
    made.ok_or(()).map_err(|()| too_large(ctx, length))
}

#[php_function("pure ord(string $character): int")]
fn ord(character: &[u8]) -> i64 {
    character.first().map_or(0, |c| *c as i64)
}
#[php_function("pure chr(int $codepoint): string")]
fn chr(codepoint: i64) -> Str {
    Str::new(&[codepoint.rem_euclid(256) as u8])
}

#[php_function("pure strcmp(string $string1, string $string2): int")]
fn strcmp(a: &[u8], b: &[u8]) -> i64 {
    order::difference(a, b)
}
#[php_function("strcoll(string $string1, string $string2): int")]
fn strcoll(a: &[u8], b: &[u8]) -> i64 {
    order::bytes(a, b) as i64
}
#[php_function("pure strcasecmp(string $string1, string $string2): int")]
fn strcasecmp(a: &[u8], b: &[u8]) -> i64 {
    order::bytes_case(a, b) as i64
}
#[php_function("pure strncmp(string $string1, string $string2, int $length): int")]
fn strncmp(ctx: &mut Ctx, a: &[u8], b: &[u8], length: i64) -> R<i64> {
    let n = limit(ctx, length)?;
    Ok(order::difference(&a[..n.min(a.len())], &b[..n.min(b.len())]))
}
#[php_function("pure strncasecmp(string $string1, string $string2, int $length): int")]
fn strncasecmp(ctx: &mut Ctx, a: &[u8], b: &[u8], length: i64) -> R<i64> {
    let n = limit(ctx, length)?;
    Ok(order::bytes_case(&a[..n.min(a.len())], &b[..n.min(b.len())]) as i64)
}
fn limit(ctx: &mut Ctx, n: i64) -> R<usize> {
    usize::try_from(n).map_err(|_| ctx.argument_value_error(3, "must be greater than or equal to 0"))
}
#[php_function("pure strnatcmp(string $string1, string $string2): int")]
fn strnatcmp(a: &[u8], b: &[u8]) -> i64 {
    order::natural(a, b, false) as i64
}
#[php_function("pure strnatcasecmp(string $string1, string $string2): int")]
fn strnatcasecmp(a: &[u8], b: &[u8]) -> i64 {
    order::natural(a, b, true) as i64
}

/// Parts that explode() makes room for at first.
const FEW: usize = 8;

#[php_function("pure explode(string $separator, string $string, int $limit = PHP_INT_MAX): array")]
fn explode(ctx: &mut Ctx, separator: &[u8], string: &Str, limit: Option<i64>) -> R<Array> {
    if separator.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    let limit = limit.unwrap_or(i64::MAX);
    if string.is_empty() {
        return Ok(if limit >= 0 { Array::list([Value::str("")]) } else { Array::new() });
    }
    if let ([c], true) = (separator, limit > 0) {
        return Ok(fields(string, *c, limit as usize));
    }
    let mut parts = List::with_capacity(FEW);
    let mut at = 0;
    if limit > 0 && string.len() < LONG {
        for _ in 1..limit {
            let Some(i) = find(&string[at..], separator) else { break };
            parts.push(Str::new(&string[at..at + i]));
            at += i + separator.len();
        }
        parts.push(part_of(string, &string[at..]));
        return Ok(parts.finish());
    }
    let mut part = |to: usize| {
        parts.push(Str::new(&string[at..to]));
        at = to + separator.len();
    };
    let places = find_all(string, separator);
    if limit < 0 {
        // So many at the end are left out.
        let all = find_all(string, separator).count() + 1;
        places.take(all.saturating_sub(limit.unsigned_abs() as usize)).for_each(part);
    } else {
        places.take((limit as usize).saturating_sub(1)).for_each(&mut part);
        parts.push(if at == 0 { string.clone() } else { Str::new(&string[at..]) });
    }
    Ok(parts.finish())
}

/// What lies between the places of a byte, at most so many parts.
fn fields(string: &Str, separator: u8, most: usize) -> Array {
    let count = memchr::memchr_iter(separator, string).count().min(most - 1);
    let mut parts = List::with_capacity(count + 1);
    let mut rest = string.as_bytes();
    for _ in 0..count {
        let Some(at) = find_byte(rest, separator) else { break };
        parts.push(Str::new(&rest[..at]));
        rest = &rest[at + 1..];
    }
    parts.push(part_of(string, rest));
    parts.finish()
}

/// Bytes of the strings and integers of a list; `None` when there is something else.
fn text_len(list: &Array) -> Option<usize> {
    list.values().try_fold(0, |n, v| match v.kind() {
        Kind::Str(s) => Some(n + s.len()),
        Kind::Int(i) => Some(n + Room::int_len(i)),
        _ => None,
    })
}

/// Strings and integers as they are, everything else made text first.
fn as_texts(ctx: &mut Ctx, list: &Array) -> R<Array> {
    let mut out = List::with_capacity(list.len());
    for v in list.values() {
        out.push(match v.kind() {
            Kind::Int(_) => v.clone(),
            _ => Value::from(v.to_str(ctx)?),
        });
    }
    Ok(out.finish())
}

#[php_function("pure implode(string|array $separator, ?array $array = null): string")]
#[php_function("pure join(string|array $separator, ?array $array = null): string")]
fn implode(ctx: &mut Ctx, separator: &Value, array: Option<&Array>) -> R<Str> {
    let (glue, list) = match (separator.kind(), array) {
        (Kind::Array(a), None) => (Str::empty(), a),
        (Kind::Array(_), Some(_)) => {
            return Err(ctx.argument_type_error(1, "must be of type string, array given"));
        }
        (_, Some(a)) => (separator.to_str(ctx)?, a),
        (_, None) => {
            let name = ctx.function_name();
            return Err(ctx.type_error(format!(
                "{name}(): If argument #1 ($separator) is of type string, argument #2 ($array) must be of type array, null given"
            )));
        }
    };
    if list.len() == 1
        && let Some(v) = list.values().next()
    {
        return v.clone().to_str(ctx);
    }
    let texts;
    let (list, len) = match text_len(list) {
        Some(len) => (list, len),
        None => {
            texts = as_texts(ctx, list)?;
            (&texts, text_len(&texts).unwrap_or(0))
        }
    };
    let total = len + glue.len() * list.len().saturating_sub(1);
    let made = Str::compose(total, |room| {
        let mut between: &[u8] = b"";
        for v in list.values() {
            room.put(between);
            match v.kind() {
                Kind::Str(s) => room.put(s),
                Kind::Int(i) => room.put_int(i),
                _ => {}
            }
            between = &glue;
        }
    });
    made.ok_or(()).map_err(|()| too_large(ctx, total))
}

#[php_function("pure str_split(string $string, int $length = 1): array")]
fn str_split(ctx: &mut Ctx, string: &[u8], length: i64) -> R<Array> {
    if length <= 0 {
        return Err(ctx.argument_value_error(2, "must be greater than 0"));
    }
    Ok(string.chunks(length as usize).map(Value::str).collect())
}
#[php_function("pure chunk_split(string $string, int $length = 76, string $separator = \"\\r\\n\"): string")]
fn chunk_split(ctx: &mut Ctx, string: &[u8], length: i64, separator: &[u8]) -> R<Str> {
    if length < 1 {
        return Err(ctx.argument_value_error(2, "must be greater than 0"));
    }
    let step = (length as usize).min(string.len().max(1));
    let chunks = string.len().div_ceil(step).max(1);
    let total = chunks.saturating_mul(separator.len()).saturating_add(string.len());
    let made = Str::compose(total, |room| {
        if string.is_empty() {
            room.put(separator);
        }
        for c in string.chunks(step) {
            room.put(c);
            room.put(separator);
        }
    });
    made.ok_or(()).map_err(|()| too_large(ctx, total))
}

#[php_function("strtok(string $string, ?string $token = null): string|false")]
fn strtok(ctx: &mut Ctx, string: &Str, token: Option<&[u8]>) -> R<OrFalse<Str>> {
    let g = ctx.globals::<crate::Globals>();
    let token = match token {
        Some(t) => {
            g.strtok.replace(Some((string.to_vec(), 0)));
            t
        }
        None => string.as_bytes(),
    };
    let Some((text, mut at)) = g.strtok.take() else {
        ctx.warning("Both arguments must be provided when starting tokenization")?;
        return Ok(OrFalse::FALSE);
    };
    if at >= text.len() && !text.is_empty() {
        g.strtok.replace(Some((text, at)));
        return Ok(OrFalse::FALSE);
    }
    at += text.get(at..).unwrap_or_default().iter().take_while(|c| token.contains(c)).count();
    if at >= text.len() {
        return Ok(OrFalse::FALSE);
    }
    let n = text[at..].iter().take_while(|c| !token.contains(c)).count();
    let part = Str::new(&text[at..at + n]);
    g.strtok.replace(Some((text, at + n + 1)));
    Ok(part.into())
}

#[php_function("pure str_rot13(string $string): string")]
fn str_rot13(string: &[u8]) -> Vec<u8> {
    string
        .iter()
        .map(|c| match c {
            b'a'..=b'z' => (c - b'a' + 13) % 26 + b'a',
            b'A'..=b'Z' => (c - b'A' + 13) % 26 + b'A',
            c => *c,
        })
        .collect()
}
#[php_function(
    "pure wordwrap(string $string, int $width = 75, string $break = \"\\n\", bool $cut_long_words = false): string"
)]
fn wordwrap(ctx: &mut Ctx, string: &[u8], width: i64, brk: &[u8], cut: bool) -> R<Buffer> {
    if string.is_empty() {
        return Ok(Buffer::new());
    }
    if brk.is_empty() {
        return Err(ctx.argument_value_error(3, "must not be empty"));
    }
    if width == 0 && cut {
        return Err(ctx.value_error(
            "wordwrap(): Argument #4 ($cut_long_words) cannot be true when argument #2 ($width) is 0",
        ));
    }
    let mut out = Buffer::with_capacity(string.len() + 16);
    let (mut last_start, mut last_space, mut i) = (0usize, 0usize, 0usize);
    while i < string.len() {
        // Where every line is cut by more than a look at spaces, a break at the very end is text.
        let breaks = string[i] == brk[0] && string[i..].starts_with(brk);
        if breaks && (brk.len() == 1 && !cut || i + brk.len() < string.len()) {
            out.extend_from_slice(&string[last_start..i + brk.len()]);
            i += brk.len();
            (last_start, last_space) = (i, i);
            continue;
        }
        if string[i] == b' ' {
            if (i - last_start) as i64 >= width {
                out.extend_from_slice(&string[last_start..i]);
                out.extend_from_slice(brk);
                last_start = i + 1;
            }
            last_space = i;
        } else if (i - last_start) as i64 >= width && cut && last_start >= last_space {
            out.extend_from_slice(&string[last_start..i]);
            out.extend_from_slice(brk);
            (last_start, last_space) = (i, i);
        } else if (i - last_start) as i64 >= width && last_start < last_space {
            out.extend_from_slice(&string[last_start..last_space]);
            out.extend_from_slice(brk);
            last_space += 1;
            last_start = last_space;
        }
        i += 1;
    }
    if last_start != i {
        out.extend_from_slice(&string[last_start..i]);
    }
    Ok(out)
}

#[php_function("pure count_chars(string $string, int $mode = 0): array|string")]
fn count_chars(ctx: &mut Ctx, string: &[u8], mode: i64) -> R<Value> {
    if !(0..=4).contains(&mode) {
        return Err(ctx.argument_value_error(2, "must be between 0 and 4 (inclusive)"));
    }
    let mut n = [0i64; 256];
    string.iter().for_each(|c| n[*c as usize] += 1);
    if mode >= 3 {
        let used = mode == 3;
        let mut out = Buffer::new();
        (0..=255u8).filter(|c| (n[*c as usize] > 0) == used).for_each(|c| out.push(c));
        return Ok(out.into());
    }
    let mut out = Array::new();
    for (c, k) in n.iter().enumerate() {
        if mode == 0 || (mode == 1) == (*k > 0) {
            out.set(c as i64, *k);
        }
    }
    Ok(out.into())
}

#[php_function("str_word_count(string $string, int $format = 0, ?string $characters = null): array|int")]
fn str_word_count(ctx: &mut Ctx, string: &[u8], format: i64, characters: Option<&[u8]>) -> R<Value> {
    let extra = match characters {
        Some(c) => Some(char_set(ctx, c)?),
        None => None,
    };
    let asked = |c: u8| extra.as_ref().is_some_and(|set| set[c as usize]);
    if !(0..=2).contains(&format) {
        return Err(ctx.argument_value_error(2, "must be a valid format value"));
    }
    let mut words = Vec::new();
    let (mut i, mut end) = (0, string.len());
    // A hyphen or quote at the edges belongs to no word, unless asked for.
    if i < end && matches!(string[i], b'\'' | b'-') && !asked(string[i]) {
        i += 1;
    }
    if end > i && string[end - 1] == b'-' && !asked(b'-') {
        end -= 1;
    }
    let within = |c: u8| c.is_ascii_alphabetic() || matches!(c, b'\'' | b'-') || asked(c);
    let mut count = 0;
    while i < end {
        let n = string[i..end].iter().take_while(|c| within(**c)).count();
        if n > 0 {
            count += 1;
            if format > 0 {
                words.push((i, &string[i..i + n]));
            }
        }
        i += n + 1;
    }
    Ok(match format {
        0 => Value::int(count),
        1 => words.into_iter().map(|(_, w)| Value::str(w)).collect::<Array>().into(),
        _ => {
            let mut out = Array::new();
            words.into_iter().for_each(|(i, w)| out.set(i as i64, w));
            out.into()
        }
    })
}

#[php_function("pure similar_text(string $string1, string $string2, &$percent = null): int")]
fn similar_text(ctx: &mut Ctx, a: &[u8], b: &[u8], percent: Option<Reference>) -> R<i64> {
    fn similar(a: &[u8], b: &[u8]) -> usize {
        if a.is_empty() || b.is_empty() {
            return 0;
        }
        let (mut max, mut pa, mut pb) = (0, 0, 0);
        let mut i = 0;
        while i + max < a.len() {
            let (head, tail) = (a[i], &a[i + 1..]);
            let mut j = 0;
            while j + max < b.len() {
                if b[j] == head {
                    let k = 1 + tail.iter().zip(&b[j + 1..]).take_while(|(x, y)| x == y).count();
                    if k > max {
                        (max, pa, pb) = (k, i, j);
                    }
                }
                j += 1;
            }
            i += 1;
        }
        if max == 0 {
            return 0;
        }
        max + similar(&a[..pa], &b[..pb]) + similar(&a[pa + max..], &b[pb + max..])
    }
    let n = similar(a, b);
    if let Some(p) = percent {
        let total = a.len() + b.len();
        let v = if total == 0 { 0.0 } else { n as f64 * 2.0 * 100.0 / total as f64 };
        p.set(ctx, v)?;
    }
    Ok(n as i64)
}
#[php_function(
    "levenshtein(string $string1, string $string2, int $insertion_cost = 1, int $replacement_cost = 1, int $deletion_cost = 1): int"
)]
fn levenshtein(a: &[u8], b: &[u8], ins: i64, rep: i64, del: i64) -> i64 {
    if a.is_empty() {
        return b.len() as i64 * ins;
    }
    if b.is_empty() {
        return a.len() as i64 * del;
    }
    // Costs of making beginnings of `b` from what was read of `a` so far.
    let mut costs: SmallVec<[i64; 64]> = (0..=b.len() as i64).map(|i| i * ins).collect();
    for x in a {
        let mut before = costs[0];
        let mut left = before + del;
        costs[0] = left;
        for (cost, y) in costs[1..].iter_mut().zip(b) {
            let kept = before + if x == y { 0 } else { rep };
            before = *cost;
            left = kept.min(before + del).min(left + ins);
            *cost = left;
        }
    }
    costs[b.len()]
}
#[php_function("soundex(string $string): string")]
fn soundex(string: &[u8]) -> Str {
    const CODE: &[u8; 26] = b"01230120022455012623010202";
    let (mut out, mut n) = ([b'0'; 4], 0);
    let mut last = None;
    for c in string.iter().map(u8::to_ascii_uppercase).filter(u8::is_ascii_uppercase) {
        let code = CODE[(c - b'A') as usize];
        if n == 0 {
            out[0] = c;
            n = 1;
            last = Some(code);
        } else if last != Some(code) {
            // H and W do not part letters of one code.
            if !matches!(c, b'H' | b'W') {
                last = Some(code);
            }
            if code != b'0' {
                out[n] = code;
                n += 1;
            }
        }
        if n == 4 {
            break;
        }
    }
    Str::new(&out)
}
#[php_function("pure nl2br(string $string, bool $use_xhtml = true): string")]
fn nl2br(string: &Str, xhtml: bool) -> Str {
    let tag: &[u8] = if xhtml { b"<br />" } else { b"<br>" };
    let end = |c| c == b'\n' || c == b'\r';
    let Some(mut at) = first(string, end) else { return string.clone() };
    let mut out = Buffer::with_capacity(string.len() + 16);
    let mut rest = string.as_bytes();
    loop {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(tag);
        let n = match &rest[at..] {
            [b'\n', b'\r', ..] | [b'\r', b'\n', ..] => 2,
            _ => 1,
        };
        out.extend_from_slice(&rest[at..at + n]);
        rest = &rest[at + n..];
        match first(rest, end) {
            Some(next) => at = next,
            None => break,
        }
    }
    out.extend_from_slice(rest);
    out.into()
}
#[php_function(
    "utf8_encode(string $string): string",
    deprecated = "#[\\Deprecated(since: \"8.2\", message: \"visit the php.net documentation for various alternatives\")]"
)]
fn utf8_encode(string: &[u8]) -> String {
    string.iter().map(|c| *c as char).collect()
}
#[php_function(
    "utf8_decode(string $string): string",
    deprecated = "#[\\Deprecated(since: \"8.2\", message: \"visit the php.net documentation for various alternatives\")]"
)]
fn utf8_decode(string: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in string.utf8_chunks() {
        out.extend(chunk.valid().chars().map(|c| if (c as u32) < 256 { c as u32 as u8 } else { b'?' }));
        if !chunk.invalid().is_empty() {
            out.push(b'?');
        }
    }
    out
}
#[php_function("pure str_increment(string $string): string")]
fn str_increment(ctx: &mut Ctx, string: &[u8]) -> R<Vec<u8>> {
    check_alnum(ctx, string)?;
    let mut s = string.to_vec();
    let mut i = s.len();
    loop {
        i -= 1;
        match s[i] {
            b'9' => s[i] = b'0',
            b'z' => s[i] = b'a',
            b'Z' => s[i] = b'A',
            _ => {
                s[i] += 1;
                return Ok(s);
            }
        }
        if i == 0 {
            let c = match s[0] {
                b'0' => b'1',
                c => c,
            };
            s.insert(0, c);
            return Ok(s);
        }
    }
}
fn check_alnum(ctx: &mut Ctx, s: &[u8]) -> R<()> {
    if s.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if !s.iter().all(u8::is_ascii_alphanumeric) {
        return Err(ctx.argument_value_error(1, "must be composed only of alphanumeric ASCII characters"));
    }
    Ok(())
}
#[php_function("pure str_decrement(string $string): string")]
fn str_decrement(ctx: &mut Ctx, string: &[u8]) -> R<Vec<u8>> {
    check_alnum(ctx, string)?;
    let out_of_range = |ctx: &mut Ctx| {
        let s = String::from_utf8_lossy(string).into_owned();
        Err(ctx.argument_value_error(1, format!("\"{s}\" is out of decrement range")))
    };
    if string[0] == b'0' {
        return out_of_range(ctx);
    }
    let mut s = string.to_vec();
    let mut i = s.len();
    let mut carry = true;
    while carry && i > 0 {
        i -= 1;
        match s[i] {
            b'0' => s[i] = b'9',
            b'a' => s[i] = b'z',
            b'A' => s[i] = b'Z',
            _ => {
                s[i] -= 1;
                carry = false;
            }
        }
    }
    if carry || s[0] == b'0' && s.len() > 1 {
        if s.len() == 1 {
            return out_of_range(ctx);
        }
        s.remove(0);
    }
    Ok(s)
}
