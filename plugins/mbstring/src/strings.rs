//! Functions that measure, search and cut strings.

use crate::charset::{Enc, Kind, UTF8_LENGTHS};
use crate::state::{argument, write};
use crate::unicode::{Case, convert, convert_ascii, width};
use plugin_api::{Array, Ctx, Level, OrFalse, R, Str, Value, php_function};

/// How many characters a string has.
pub fn length(b: &[u8], enc: Enc) -> usize {
    if let Some(unit) = enc.unit() {
        return b.len() / unit;
    }
    if enc.kind == Kind::Utf8 {
        return utf8_length(b);
    }
    if let Some(lengths) = enc.lengths() {
        let (mut i, mut n) = (0, 0);
        while i < b.len() {
            i += usize::from(lengths[usize::from(b[i])]);
            n += 1;
        }
        return n;
    }
    enc.decode(b).len()
}

fn utf8_length(b: &[u8]) -> usize {
    /// Bytes of ASCII that are counted at once.
    const MANY: usize = 32;
    let (mut i, mut n) = (0, 0);
    while let Some(c) = b.get(i) {
        if *c < 0x80 && b.get(i..i + MANY).is_some_and(<[u8]>::is_ascii) {
            i += MANY;
            n += MANY;
        } else {
            i += usize::from(UTF8_LENGTHS[usize::from(*c)]);
            n += 1;
        }
    }
    n
}

/// Where a part that is counted in characters begins and ends, where their first bytes tell how long they are.
fn span(b: &[u8], enc: Enc, from: usize, len: usize) -> Option<(usize, usize)> {
    if let Some(unit) = enc.unit() {
        let from = (from.saturating_mul(unit)).min(b.len());
        return Some((from, from.saturating_add(len.saturating_mul(unit)).min(b.len())));
    }
    let lengths = enc.lengths()?;
    let step = |start: usize, n: usize| {
        if n >= b.len() - start {
            return b.len();
        }
        let (mut i, mut left) = (start, n);
        while left > 0 && i < b.len() {
            i += usize::from(lengths[usize::from(b[i])]);
            left -= 1;
        }
        i.min(b.len())
    };
    let start = step(0, from);
    Some((start, step(start, len)))
}

/// Columns that a string takes.
pub fn columns(points: &[u32]) -> usize {
    points.iter().map(|p| if *p == crate::charset::BAD { 1 } else { width(*p) }).sum()
}

/// A part of a string, counted in characters that are there.
pub fn part(ctx: &mut Ctx, b: &[u8], enc: Enc, from: usize, len: usize) -> Vec<u8> {
    if let Some((start, end)) = span(b, enc, from, len) {
        return b[start..end].to_vec();
    }
    let points = enc.decode(b);
    let from = from.min(points.len());
    let to = from.saturating_add(len).min(points.len());
    write(ctx, enc, &points[from..to])
}

/// The number of characters.
#[php_function("mb_strlen(string $string, ?string $encoding = null): int")]
fn mb_strlen(ctx: &mut Ctx, string: &[u8], encoding: Option<&[u8]>) -> R<usize> {
    let enc = argument(ctx, encoding, 2)?;
    Ok(length(string, enc))
}

/// Columns on a terminal.
#[php_function("mb_strwidth(string $string, ?string $encoding = null): int")]
fn mb_strwidth(ctx: &mut Ctx, string: &[u8], encoding: Option<&[u8]>) -> R<usize> {
    let enc = argument(ctx, encoding, 2)?;
    if enc.kind == Kind::Utf8
        && let Ok(text) = std::str::from_utf8(string)
    {
        return Ok(text.chars().map(|c| width(c.into())).sum());
    }
    Ok(columns(&enc.decode(string)))
}

/// Pieces of a length.
#[php_function("mb_str_split(string $string, int $length = 1, ?string $encoding = null): array")]
fn mb_str_split(ctx: &mut Ctx, string: &[u8], length: i64, encoding: Option<&[u8]>) -> R<Array> {
    if length <= 0 {
        return Err(ctx.argument_value_error(2, "must be greater than 0"));
    }
    if length > i64::from(u32::MAX) / 4 {
        return Err(ctx.argument_value_error(2, "is too large"));
    }
    let enc = argument(ctx, encoding, 3)?;
    let size = length as usize;
    if let Some(unit) = enc.unit() {
        return Ok(Array::list(string.chunks(size * unit).map(Value::str)));
    }
    if let Some(lengths) = enc.lengths() {
        let (mut out, mut start, mut i, mut n) = (Array::new(), 0, 0, 0);
        while i < string.len() {
            i = (i + usize::from(lengths[usize::from(string[i])])).min(string.len());
            n += 1;
            if n == size || i == string.len() {
                out.push(&string[start..i]);
                (start, n) = (i, 0);
            }
        }
        return Ok(out);
    }
    let points = enc.decode(string);
    Ok(Array::list(points.chunks(size).map(|c| Value::from(write(ctx, enc, c)))))
}

/// A part of a string.
#[php_function(
    "mb_substr(string $string, int $start, ?int $length = null, ?string $encoding = null): string"
)]
fn mb_substr(ctx: &mut Ctx, string: &[u8], start: i64, len: Option<i64>, encoding: Option<&[u8]>) -> R<Str> {
    if start == i64::MIN || len == Some(i64::MIN) {
        let n = if start == i64::MIN { 2 } else { 3 };
        let told = format!("must be between {} and {}", i64::MIN + 1, i64::MAX);
        return Err(ctx.argument_value_error(n, told));
    }
    let enc = argument(ctx, encoding, 4)?;
    let total = if start < 0 || len.is_some_and(|l| l < 0) { length(string, enc) as i64 } else { 0 };
    let from = if start >= 0 { start } else { (total + start).max(0) };
    let count = match len {
        Some(l) if l < 0 => (total - from + l).max(0) as usize,
        Some(l) => l as usize,
        None => usize::MAX,
    };
    Ok(match span(string, enc, from as usize, count) {
        Some((start, end)) => Str::new(&string[start..end]),
        None => part(ctx, string, enc, from as usize, count).into(),
    })
}

/// A part of a string, counted in bytes, that cuts no character.
#[php_function(
    "mb_strcut(string $string, int $start, ?int $length = null, ?string $encoding = null): string"
)]
fn mb_strcut(
    ctx: &mut Ctx,
    string: &[u8],
    start: i64,
    length: Option<i64>,
    encoding: Option<&[u8]>,
) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 4)?;
    let total = string.len() as i64;
    let from = if start < 0 { (total + start).max(0) } else { start };
    let len = match length {
        None => total,
        Some(l) if l < 0 => (total - from + l).max(0),
        Some(l) => l,
    };
    if from > total || len == 0 {
        return Ok(Vec::new());
    }
    let (from, len) = (from as usize, (len as usize).min(string.len() - from as usize));
    Ok(cut(ctx, string, enc, from, len))
}

fn cut(ctx: &mut Ctx, b: &[u8], enc: Enc, from: usize, len: usize) -> Vec<u8> {
    if let Some(unit) = enc.unit() {
        let from = from / unit * unit;
        let len = len.min(b.len() - from) / unit * unit;
        return b[from..from + len].to_vec();
    }
    match enc.kind {
        Kind::Utf8 => {
            let back = |at: usize| {
                let continues = |i: &usize| b.get(*i).is_some_and(|c| c & 0xC0 == 0x80);
                let start = at.saturating_sub(3);
                if continues(&at) { (start..at).rev().find(|i| !continues(i)).unwrap_or(at) } else { at }
            };
            let start = back(from);
            let end = if from + len >= b.len() { b.len() } else { back(start + (from + len - from)) };
            return b[start..end.max(start)].to_vec();
        }
        Kind::Utf16(_) => {
            let from = from & !1;
            let mut end = (from + len).min(b.len()) & !1;
            let big = !matches!(enc.kind, Kind::Utf16(crate::charset::Order::Little));
            let high = |i: usize| b.get(if big { i } else { i + 1 }).is_some_and(|c| c & 0xFC == 0xD8);
            let from = if from >= 2 && high(from - 2) { from - 2 } else { from };
            if end >= from + 2 && high(end - 2) {
                end -= 2;
            }
            return b[from..end].to_vec();
        }
        _ => {}
    }
    if let Some(lengths) = enc.lengths() {
        let back = |target: usize, start: usize| {
            let (mut p, mut step) = (start, 0);
            while p < target && p < b.len() {
                step = usize::from(lengths[usize::from(b[p])]);
                p += step;
            }
            if p > target { p - step } else { p }
        };
        let start = back(from, 0);
        let end = if len >= b.len() - start { b.len() } else { back(start + len, start) };
        return b[start..end].to_vec();
    }
    // With states: characters whose encoded forms lie within the range.
    let points = enc.decode(b);
    let size = |ctx: &mut Ctx, p: &[u32]| write(ctx, enc, p).len();
    let mut start = 0;
    while start < points.len() && size(ctx, &points[..start + 1]) <= from {
        start += 1;
    }
    let mut end = start;
    while end < points.len() && size(ctx, &points[start..end + 1]) <= len {
        end += 1;
    }
    write(ctx, enc, &points[start..end])
}

/// Cut to a width.
#[php_function(
    "mb_strimwidth(string $string, int $start, int $width, string $trim_marker = \"\", ?string $encoding = null): string"
)]
fn mb_strimwidth(
    ctx: &mut Ctx,
    string: &[u8],
    start: i64,
    width: i64,
    trim_marker: &[u8],
    encoding: Option<&[u8]>,
) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 5)?;
    let points = enc.decode(string);
    let total = length(string, enc) as i64;
    let from = if start < 0 { start + total } else { start };
    if start != 0 && !(0..=total).contains(&from) {
        return Err(ctx.argument_value_error(2, "is out of range"));
    }
    let from = (from as usize).min(points.len());
    let mut room = width;
    if width < 0 {
        ctx.raise(Level::Deprecated, "passing a negative integer to argument #3 ($width) is deprecated")?;
        room += columns(&points[from..]) as i64;
        if room < 0 {
            return Err(ctx.argument_value_error(3, "is out of range"));
        }
    }
    let room = room as usize;
    let rest = &points[from..];
    if columns(rest) <= room {
        if !rest.contains(&crate::charset::BAD) {
            return Ok(if from == 0 { string.to_vec() } else { part(ctx, string, enc, from, usize::MAX) });
        }
        return Ok(write(ctx, enc, rest));
    }
    let marker = columns(&enc.decode(trim_marker));
    if room <= marker {
        return Ok(trim_marker.to_vec());
    }
    let (mut left, mut n) = (room - marker, 0);
    for p in rest {
        let w = columns(&[*p]);
        if w > left {
            break;
        }
        left -= w;
        n += 1;
    }
    let mut out = write(ctx, enc, &rest[..n]);
    out.extend_from_slice(trim_marker);
    Ok(out)
}

// ---- searching ----

/// First or last place of `needle`, in characters from `offset` on (from the end when negative). `Err`: outside the string.
fn find(hay: &[u32], needle: &[u32], offset: i64, last: bool) -> Result<Option<usize>, ()> {
    let total = hay.len() as i64;
    if offset > total || offset < -total {
        return Err(());
    }
    if needle.len() > hay.len() {
        return Ok(None);
    }
    let end = hay.len() - needle.len();
    let matches = |i: &usize| hay[*i..].starts_with(needle);
    if !last {
        let from = if offset < 0 { total + offset } else { offset } as usize;
        return Ok((from..=end).find(matches));
    }
    let (from, to) = if offset >= 0 {
        (offset as usize, end)
    } else {
        // The match may begin at most there.
        let limit = (total + offset) as usize;
        (0, if -offset < needle.len() as i64 { end } else { limit.min(end) })
    };
    Ok((from..to + 1).rev().find(matches))
}

/// The points that are compared.
fn folded(b: &[u8], enc: Enc, ignore_case: bool) -> Vec<u32> {
    let points = enc.decode(b);
    if ignore_case { convert(Case::Fold, false, enc, &points) } else { points }
}

fn position(
    ctx: &mut Ctx,
    [hay, needle]: [&[u8]; 2],
    offset: i64,
    encoding: Option<&[u8]>,
    last: bool,
    ignore_case: bool,
) -> R<OrFalse<Value>> {
    let enc = argument(ctx, encoding, 4)?;
    // Valid UTF-8 is searched as it is.
    if enc.kind == Kind::Utf8
        && !ignore_case
        && !last
        && offset == 0
        && std::str::from_utf8(hay).is_ok()
        && std::str::from_utf8(needle).is_ok()
    {
        let at = memchr::memmem::find(hay, needle);
        return Ok(OrFalse(at.map(|i| Value::from(length(&hay[..i], enc)))));
    }
    let (hay, needle) = (folded(hay, enc, ignore_case), folded(needle, enc, ignore_case));
    match find(&hay, &needle, offset, last) {
        Ok(at) => Ok(OrFalse(at.map(Value::from))),
        Err(()) => Err(ctx.argument_value_error(3, "must be contained in argument #1 ($haystack)")),
    }
}

/// First place of a string.
#[php_function(
    "mb_strpos(string $haystack, string $needle, int $offset = 0, ?string $encoding = null): int|false"
)]
fn mb_strpos(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: i64,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Value>> {
    position(ctx, [haystack, needle], offset, encoding, false, false)
}

/// Last place of a string.
#[php_function(
    "mb_strrpos(string $haystack, string $needle, int $offset = 0, ?string $encoding = null): int|false"
)]
fn mb_strrpos(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: i64,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Value>> {
    position(ctx, [haystack, needle], offset, encoding, true, false)
}

/// First place of a string in any case of letters.
#[php_function(
    "mb_stripos(string $haystack, string $needle, int $offset = 0, ?string $encoding = null): int|false"
)]
fn mb_stripos(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: i64,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Value>> {
    position(ctx, [haystack, needle], offset, encoding, false, true)
}

/// Last place of a string in any case of letters.
#[php_function(
    "mb_strripos(string $haystack, string $needle, int $offset = 0, ?string $encoding = null): int|false"
)]
fn mb_strripos(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: i64,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Value>> {
    position(ctx, [haystack, needle], offset, encoding, true, true)
}

fn rest(
    ctx: &mut Ctx,
    [hay, needle]: [&[u8]; 2],
    before: bool,
    encoding: Option<&[u8]>,
    last: bool,
    ignore_case: bool,
) -> R<OrFalse<Vec<u8>>> {
    let enc = argument(ctx, encoding, 4)?;
    let (h, n) = (folded(hay, enc, ignore_case), folded(needle, enc, ignore_case));
    let Ok(Some(at)) = find(&h, &n, 0, last) else { return Ok(OrFalse::FALSE) };
    let (from, len) = if before { (0, at) } else { (at, usize::MAX) };
    Ok(part(ctx, hay, enc, from, len).into())
}

/// The rest from the first place of a string on, or what is before it.
#[php_function(
    "mb_strstr(string $haystack, string $needle, bool $before_needle = false, ?string $encoding = null): string|false"
)]
fn mb_strstr(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    before_needle: bool,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    rest(ctx, [haystack, needle], before_needle, encoding, false, false)
}

/// The rest from the last place of a string on, or what is before it.
#[php_function(
    "mb_strrchr(string $haystack, string $needle, bool $before_needle = false, ?string $encoding = null): string|false"
)]
fn mb_strrchr(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    before_needle: bool,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    rest(ctx, [haystack, needle], before_needle, encoding, true, false)
}

/// As `mb_strstr()` in any case of letters.
#[php_function(
    "mb_stristr(string $haystack, string $needle, bool $before_needle = false, ?string $encoding = null): string|false"
)]
fn mb_stristr(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    before_needle: bool,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    rest(ctx, [haystack, needle], before_needle, encoding, false, true)
}

/// As `mb_strrchr()` in any case of letters.
#[php_function(
    "mb_strrichr(string $haystack, string $needle, bool $before_needle = false, ?string $encoding = null): string|false"
)]
fn mb_strrichr(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    before_needle: bool,
    encoding: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    rest(ctx, [haystack, needle], before_needle, encoding, true, true)
}

/// How often a string occurs.
#[php_function("mb_substr_count(string $haystack, string $needle, ?string $encoding = null): int")]
fn mb_substr_count(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], encoding: Option<&[u8]>) -> R<i64> {
    let enc = argument(ctx, encoding, 3)?;
    let (hay, needle) = (enc.decode(haystack), enc.decode(needle));
    if needle.is_empty() {
        return Err(ctx.argument_value_error(2, "must not be empty"));
    }
    let (mut i, mut n) = (0, 0);
    while i + needle.len() <= hay.len() {
        if hay[i..].starts_with(&needle) {
            n += 1;
            i += needle.len();
        } else {
            i += 1;
        }
    }
    Ok(n)
}

// ---- trimming, padding ----

fn is_space(p: u32) -> bool {
    matches!(
        p,
        0 | 0x09..=0x0D | 0x20 | 0x85 | 0xA0 | 0x1680 | 0x180E | 0x2000..=0x200A | 0x2028 | 0x2029 | 0x202F | 0x205F | 0x3000
    )
}

fn trim(
    ctx: &mut Ctx,
    string: &Str,
    characters: Option<&[u8]>,
    encoding: Option<&[u8]>,
    [left, right]: [bool; 2],
) -> R<Str> {
    let enc = argument(ctx, encoding, 3)?;
    let what = characters.map(|c| enc.decode(c));
    let drops = |p: &u32| what.as_ref().map_or_else(|| is_space(*p), |w| w.contains(p));
    let points = enc.decode(string);
    let start = if left { points.iter().position(|p| !drops(p)).unwrap_or(points.len()) } else { 0 };
    let end =
        if right { points.iter().rposition(|p| !drops(p)).map_or(start, |i| i + 1) } else { points.len() };
    if start == 0 && end == points.len() {
        return Ok(string.clone());
    }
    Ok(part(ctx, string, enc, start, end - start).into())
}

/// Without white space, or certain characters, at both ends.
#[php_function("mb_trim(string $string, ?string $characters = null, ?string $encoding = null): string")]
fn mb_trim(ctx: &mut Ctx, string: &Str, characters: Option<&[u8]>, encoding: Option<&[u8]>) -> R<Str> {
    trim(ctx, string, characters, encoding, [true, true])
}

/// Without white space, or certain characters, at the start.
#[php_function("mb_ltrim(string $string, ?string $characters = null, ?string $encoding = null): string")]
fn mb_ltrim(ctx: &mut Ctx, string: &Str, characters: Option<&[u8]>, encoding: Option<&[u8]>) -> R<Str> {
    trim(ctx, string, characters, encoding, [true, false])
}

/// Without white space, or certain characters, at the end.
#[php_function("mb_rtrim(string $string, ?string $characters = null, ?string $encoding = null): string")]
fn mb_rtrim(ctx: &mut Ctx, string: &Str, characters: Option<&[u8]>, encoding: Option<&[u8]>) -> R<Str> {
    trim(ctx, string, characters, encoding, [false, true])
}

/// Filled up to a length.
#[php_function(
    "mb_str_pad(string $string, int $length, string $pad_string = \" \", int $pad_type = STR_PAD_RIGHT, ?string $encoding = null): string"
)]
fn mb_str_pad(
    ctx: &mut Ctx,
    string: &Str,
    length: i64,
    pad_string: &[u8],
    pad_type: Option<i64>,
    encoding: Option<&[u8]>,
) -> R<Str> {
    let enc = argument(ctx, encoding, 5)?;
    let have = self::length(string, enc) as i64;
    if pad_string.is_empty() {
        return Err(ctx.argument_value_error(3, "must not be empty"));
    }
    let kind = pad_type.unwrap_or(1);
    if !(0..=2).contains(&kind) {
        return Err(ctx.argument_value_error(4, "must be STR_PAD_LEFT, STR_PAD_RIGHT, or STR_PAD_BOTH"));
    }
    if length < 0 || length <= have {
        return Ok(string.clone());
    }
    let missing = (length - have) as usize;
    let left = match kind {
        0 => missing,
        2 => missing / 2,
        _ => 0,
    };
    let size = self::length(pad_string, enc).max(1);
    ctx.alloc_bytes((missing / size).saturating_mul(pad_string.len()))?;
    let mut out = Vec::new();
    let fill = |ctx: &mut Ctx, out: &mut Vec<u8>, n: usize| {
        for _ in 0..n / size {
            out.extend_from_slice(pad_string);
        }
        if !n.is_multiple_of(size) {
            out.extend(part(ctx, pad_string, enc, 0, n % size));
        }
    };
    fill(ctx, &mut out, left);
    out.extend_from_slice(string);
    fill(ctx, &mut out, missing - left);
    Ok(out.into())
}

// ---- case ----

fn cased(ctx: &mut Ctx, b: &[u8], enc: Enc, case: Case, full: bool) -> Vec<u8> {
    if enc.kind == Kind::Utf8 && b.is_ascii() {
        return convert_ascii(case, b);
    }
    let points = convert(case, full, enc, &enc.decode(b));
    write(ctx, enc, &points)
}

/// Letters in another case.
#[php_function("mb_convert_case(string $string, int $mode, ?string $encoding = null): string")]
fn mb_convert_case(ctx: &mut Ctx, string: &[u8], mode: i64, encoding: Option<&[u8]>) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 3)?;
    let (case, full) = match mode {
        0 => (Case::Upper, true),
        1 => (Case::Lower, true),
        2 => (Case::Title, true),
        3 => (Case::Fold, true),
        4 => (Case::Upper, false),
        5 => (Case::Lower, false),
        6 => (Case::Title, false),
        7 => (Case::Fold, false),
        _ => return Err(ctx.argument_value_error(2, "must be one of the MB_CASE_* constants")),
    };
    Ok(cased(ctx, string, enc, case, full))
}

/// In upper case.
#[php_function("mb_strtoupper(string $string, ?string $encoding = null): string")]
fn mb_strtoupper(ctx: &mut Ctx, string: &[u8], encoding: Option<&[u8]>) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 2)?;
    Ok(cased(ctx, string, enc, Case::Upper, true))
}

/// In lower case.
#[php_function("mb_strtolower(string $string, ?string $encoding = null): string")]
fn mb_strtolower(ctx: &mut Ctx, string: &[u8], encoding: Option<&[u8]>) -> R<Vec<u8>> {
    let enc = argument(ctx, encoding, 2)?;
    Ok(cased(ctx, string, enc, Case::Lower, true))
}

fn first(ctx: &mut Ctx, string: &Str, encoding: Option<&[u8]>, case: Case) -> R<Str> {
    let enc = argument(ctx, encoding, 2)?;
    let head = part(ctx, string, enc, 0, 1);
    let changed = cased(ctx, &head, enc, case, true);
    if changed == head {
        return Ok(string.clone());
    }
    let mut out = changed;
    out.extend(part(ctx, string, enc, 1, usize::MAX));
    Ok(out.into())
}

/// With a first letter in title case.
#[php_function("mb_ucfirst(string $string, ?string $encoding = null): string")]
fn mb_ucfirst(ctx: &mut Ctx, string: &Str, encoding: Option<&[u8]>) -> R<Str> {
    first(ctx, string, encoding, Case::Title)
}

/// With a first letter in lower case.
#[php_function("mb_lcfirst(string $string, ?string $encoding = null): string")]
fn mb_lcfirst(ctx: &mut Ctx, string: &Str, encoding: Option<&[u8]>) -> R<Str> {
    first(ctx, string, encoding, Case::Lower)
}
