//! Strings of what people take for characters.

use crate::Globals;
use crate::error;
use crate::icu::grapheme::{Clusters, Rules};
use crate::icu::{self, Code, ILLEGAL_ARGUMENT_ERROR};
use plugin_api::{Array, Ctx, List, OrFalse, R, Reference, Throw, Value, php_function};

/// The rules for characters, made once for a thread; `None` after an error was told.
fn rules(ctx: &mut Ctx) -> R<Option<&'static Rules>> {
    let kept = &ctx.globals::<Globals>().characters;
    if kept.get().is_none() {
        match Rules::open() {
            Ok(rules) => {
                let _ = kept.set(rules);
            }
            Err(code) => error::fail(ctx, None, code, "Failed to get iterator")?,
        }
    }
    Ok(kept.get())
}

/// Whether bytes are characters up to a length (and the pair there is none that belongs together).
fn is_ascii(bytes: &[u8], len: usize) -> bool {
    bytes.get(..len).is_some_and(<[u8]>::is_ascii) && !bytes.windows(2).take(len).any(|pair| pair == b"\r\n")
}

/// UTF-16 of an argument; `None` after the error was told.
fn converted(ctx: &mut Ctx, bytes: &[u8], message: &str) -> R<Option<Vec<u16>>> {
    match icu::to_utf16(bytes) {
        Ok(units) => Ok(Some(units)),
        Err(code) => {
            error::fail(ctx, None, code, message)?;
            Ok(None)
        }
    }
}

/// What was opened; `None` after the error was told.
fn opened<'a>(ctx: &mut Ctx, found: Result<Clusters<'a>, Code>, message: &str) -> R<Option<Clusters<'a>>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(code) => {
            error::fail(ctx, None, code, message)?;
            Ok(None)
        }
    }
}

/// How many characters a text has.
fn count(clusters: &mut Clusters<'_>) -> i64 {
    let mut n = 0;
    while clusters.next().is_some() {
        n += 1;
    }
    n
}

/// How many characters there are.
#[php_function("grapheme_strlen(string $string): int|false|null")]
fn grapheme_strlen(ctx: &mut Ctx, string: &[u8]) -> R<Value> {
    if is_ascii(string, string.len()) {
        return Ok(i64::try_from(string.len()).unwrap_or(i64::MAX).into());
    }
    let text = converted(ctx, string, "Error converting input string to UTF-16")?;
    let Some(text) = text else { return Ok(Value::NULL) };
    let Some(rules) = rules(ctx)? else { return Ok(false.into()) };
    match rules.over_utf16(&text) {
        Ok(mut clusters) => Ok(count(&mut clusters).into()),
        Err(_) => Ok(false.into()),
    }
}

fn outside(ctx: &mut Ctx) -> Throw {
    ctx.argument_value_error(3, "must be contained in argument #1 ($haystack)")
}

/// An offset that is not longer than a text of so many bytes.
fn offset_in(ctx: &mut Ctx, offset: i64, len: usize) -> R<i32> {
    let fits = usize::try_from(offset.unsigned_abs()).is_ok_and(|o| o <= len) && offset != i32::MIN.into();
    i32::try_from(offset).ok().filter(|_| fits).ok_or_else(|| outside(ctx))
}

/// The place of bytes in others, from a byte on.
fn find(haystack: &[u8], needle: &[u8], from: usize) -> Option<usize> {
    let rest = haystack.get(from..)?;
    if needle.is_empty() {
        return Some(from);
    }
    rest.windows(needle.len()).position(|w| w == needle).map(|at| from + at)
}

/// The last place of bytes in others, offset as [`grapheme_strrpos`] has it.
fn find_last(haystack: &[u8], needle: &[u8], offset: i32) -> Option<usize> {
    let away = offset.unsigned_abs() as usize;
    let (from, to) = if offset >= 0 {
        (away, haystack.len().checked_sub(needle.len())?)
    } else if needle.len() > away {
        (0, haystack.len().checked_sub(needle.len())?)
    } else {
        (0, haystack.len().checked_sub(away)?)
    };
    (from..=to).rev().find(|at| haystack.get(*at..).is_some_and(|rest| rest.starts_with(needle)))
}

/// Units in front of an offset of characters; `None`: there are fewer.
fn units_of(clusters: &mut Clusters<'_>, offset: i32) -> Option<i32> {
    let mut at = 0;
    if offset < 0 {
        clusters.last();
    }
    for _ in 0..offset.unsigned_abs() {
        at = if offset < 0 { clusters.previous() } else { clusters.next() }?;
    }
    Some(at)
}

/// A place that was found.
struct Place {
    /// In characters.
    characters: i64,
    /// In units of UTF-16; none was counted for an empty needle.
    units: i32,
}

/// Searches as characters; `None`: not found, or an error was told.
fn search(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    offset: i32,
    ignore_case: bool,
    last: bool,
) -> R<Option<Place>> {
    let text = converted(ctx, haystack, "Error converting input string to UTF-16")?;
    let Some(text) = text else { return Ok(None) };
    let pattern = converted(ctx, needle, "Error converting needle string to UTF-16")?;
    let Some(pattern) = pattern else { return Ok(None) };
    let Some(rules) = rules(ctx)? else { return Ok(None) };
    let clusters = rules.over_utf16(&text);
    let clusters = opened(ctx, clusters, "Failed to set up iterator")?;
    let Some(mut clusters) = clusters else { return Ok(None) };
    let Some(position) = units_of(&mut clusters, offset) else { return Err(outside(ctx)) };
    if pattern.is_empty() {
        let end = i64::try_from(text.len()).unwrap_or(i64::MAX);
        let characters = if last && offset >= 0 { end } else { position.into() };
        return Ok(Some(Place { characters, units: -1 }));
    }
    let found = match rules.search(&text, &pattern, ignore_case, last, offset, position) {
        Ok(found) => found.filter(|at| clusters.is_boundary(*at)),
        Err((code, message)) => {
            error::fail(ctx, None, code, message)?;
            None
        }
    };
    let Some(units) = found else { return Ok(None) };
    let front = usize::try_from(units).ok().and_then(|at| text.get(..at)).unwrap_or_default();
    let Ok(mut front) = rules.over_utf16(front) else { return Ok(None) };
    Ok(Some(Place { characters: count(&mut front), units }))
}

/// A place of bytes as PHP has it.
fn place(at: Option<usize>) -> Option<i64> {
    at.and_then(|at| i64::try_from(at).ok())
}

/// Where a text is in another.
#[php_function("grapheme_strpos(string $haystack, string $needle, int $offset = 0): int|false")]
fn grapheme_strpos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    let offset = offset_in(ctx, offset, haystack.len())?;
    if offset >= 0 && is_ascii(haystack, haystack.len()) {
        return Ok(place(find(haystack, needle, offset.unsigned_abs() as usize)).into());
    }
    Ok(search(ctx, haystack, needle, offset, false, false)?.map(|p| p.characters).into())
}

/// As [`grapheme_strpos`], whatever the case.
#[php_function("grapheme_stripos(string $haystack, string $needle, int $offset = 0): int|false")]
fn grapheme_stripos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    let offset = offset_in(ctx, offset, haystack.len())?;
    if is_ascii(haystack, haystack.len()) {
        let away = offset.unsigned_abs() as usize;
        let from = if offset < 0 { haystack.len().saturating_sub(away) } else { away };
        let found = find(&haystack.to_ascii_lowercase(), &needle.to_ascii_lowercase(), from);
        if found.is_some() || is_ascii(needle, needle.len()) {
            return Ok(place(found).into());
        }
    }
    Ok(search(ctx, haystack, needle, offset, true, false)?.map(|p| p.characters).into())
}

/// Where a text is in another for the last time.
#[php_function("grapheme_strrpos(string $haystack, string $needle, int $offset = 0): int|false")]
fn grapheme_strrpos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    let offset = offset_in(ctx, offset, haystack.len())?;
    if is_ascii(haystack, haystack.len()) {
        let found = find_last(haystack, needle, offset);
        if found.is_some() || is_ascii(needle, needle.len()) {
            return Ok(place(found).into());
        }
    }
    Ok(search(ctx, haystack, needle, offset, false, true)?.map(|p| p.characters).into())
}

/// As [`grapheme_strrpos`], whatever the case.
#[php_function("grapheme_strripos(string $haystack, string $needle, int $offset = 0): int|false")]
fn grapheme_strripos(ctx: &mut Ctx, haystack: &[u8], needle: &[u8], offset: i64) -> R<OrFalse<i64>> {
    let offset = offset_in(ctx, offset, haystack.len())?;
    if is_ascii(haystack, haystack.len()) {
        let found = find_last(&haystack.to_ascii_lowercase(), &needle.to_ascii_lowercase(), offset);
        if found.is_some() || is_ascii(needle, needle.len()) {
            return Ok(place(found).into());
        }
    }
    Ok(search(ctx, haystack, needle, offset, true, true)?.map(|p| p.characters).into())
}

/// The bytes of a part of ASCII; both numbers count from the end when they are negative.
fn ascii_part(string: &[u8], offset: i32, length: i32) -> Option<&[u8]> {
    let len = i32::try_from(string.len()).ok()?;
    let from = if offset < 0 { len.saturating_add(offset).max(0) } else { offset.min(len) };
    let rest = len - from;
    let n = if length < 0 { rest.saturating_add(length).max(0) } else { length.min(rest) };
    let (from, n) = (usize::try_from(from).ok()?, usize::try_from(n).ok()?);
    string.get(from..from.checked_add(n)?)
}

/// Units of UTF-16 where a part of characters begins and ends; `None`: it is empty. No `length`: all the rest.
fn part_of(clusters: &mut Clusters<'_>, len: i32, offset: i32, length: Option<i32>) -> Option<(i32, i32)> {
    let (mut start, mut left) = (0, offset);
    if offset < 0 {
        clusters.last();
    }
    while left != 0 {
        let step = if offset < 0 { clusters.previous() } else { clusters.next() };
        let Some(at) = step else { break };
        start = at;
        left -= offset.signum();
    }
    if left > 0 {
        return None;
    }
    if left < 0 {
        start = 0;
        clusters.first();
    }
    let Some(length) = length else { return Some((start, len)) };
    let mut left = length;
    if length < 0 {
        clusters.last();
    }
    let mut end = 0;
    while left != 0 {
        let step = if length < 0 { clusters.previous() } else { clusters.next() };
        match step {
            Some(at) => end = at,
            None if length < 0 => return None,
            None => {
                end = len;
                break;
            }
        }
        left -= length.signum();
    }
    (length != 0 && start <= end).then_some((start, end))
}

/// A part of a text.
#[php_function("grapheme_substr(string $string, int $offset, ?int $length = null): string|false")]
fn grapheme_substr(ctx: &mut Ctx, string: &[u8], offset: i64, length: Option<i64>) -> R<OrFalse<Vec<u8>>> {
    let Ok(offset) = i32::try_from(offset) else {
        return Err(ctx.argument_value_error(2, "is too large"));
    };
    let length = length.unwrap_or_else(|| i64::try_from(string.len()).unwrap_or(i64::MAX));
    let Ok(length) = i32::try_from(length) else {
        return Err(ctx.argument_value_error(3, "is too large"));
    };
    if is_ascii(string, string.len()) {
        let part = ascii_part(string, offset, length);
        if part.is_none() {
            error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "grapheme_substr: invalid parameters")?;
        }
        return Ok(part.map(<[u8]>::to_vec).into());
    }
    let text = converted(ctx, string, "Error converting input string to UTF-16")?;
    let Some(text) = text else { return Ok(OrFalse::FALSE) };
    let Some(rules) = rules(ctx)? else { return Ok(OrFalse::FALSE) };
    let Ok(mut clusters) = rules.over_utf16(&text) else { return Ok(OrFalse::FALSE) };
    let end = i32::try_from(text.len()).unwrap_or(i32::MAX);
    // No text has more characters than bytes.
    let rest = usize::try_from(length).is_ok_and(|n| n >= string.len());
    let part = part_of(&mut clusters, end, offset, Some(length).filter(|_| !rest));
    let Some((from, to)) = part else { return Ok(Vec::new().into()) };
    let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
    match icu::to_utf8(text.get(range).unwrap_or_default()) {
        Ok(part) => Ok(part.into()),
        Err(code) => {
            error::fail(ctx, None, code, "Error converting output string to UTF-8")?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// The text from (or up to) where another is.
fn part_at(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    before: bool,
    ignore_case: bool,
) -> R<OrFalse<Vec<u8>>> {
    let mut at = 0;
    if !ignore_case {
        match find(haystack, needle, 0) {
            Some(found) => at = found,
            None => return Ok(OrFalse::FALSE),
        }
    }
    if ignore_case || !is_ascii(haystack, haystack.len()) {
        let Some(place) = search(ctx, haystack, needle, 0, ignore_case, false)? else {
            return Ok(OrFalse::FALSE);
        };
        // As many code points as there are units in front.
        at = 0;
        for _ in 0..place.units.max(0) {
            match haystack.get(at..).filter(|rest| !rest.is_empty()) {
                Some(rest) => at += icu::first_char(rest).0,
                None => break,
            }
        }
    }
    let part = if before { haystack.get(..at) } else { haystack.get(at..) };
    Ok(part.map(<[u8]>::to_vec).into())
}

/// The text from where another is.
#[php_function("grapheme_strstr(string $haystack, string $needle, bool $beforeNeedle = false): string|false")]
fn grapheme_strstr(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    before_needle: bool,
) -> R<OrFalse<Vec<u8>>> {
    part_at(ctx, haystack, needle, before_needle, false)
}

/// As [`grapheme_strstr`], whatever the case.
#[php_function(
    "grapheme_stristr(string $haystack, string $needle, bool $beforeNeedle = false): string|false"
)]
fn grapheme_stristr(
    ctx: &mut Ctx,
    haystack: &[u8],
    needle: &[u8],
    before_needle: bool,
) -> R<OrFalse<Vec<u8>>> {
    part_at(ctx, haystack, needle, before_needle, true)
}

/// Parts of so many characters.
#[php_function("grapheme_str_split(string $string, int $length = 1): array|false")]
fn grapheme_str_split(ctx: &mut Ctx, string: &[u8], length: i64) -> R<OrFalse<Array>> {
    const MOST: i64 = (u32::MAX / 4) as i64;
    if !(1..=MOST).contains(&length) {
        let message = format!("must be greater than 0 and less than or equal to {MOST}");
        return Err(ctx.argument_value_error(2, message));
    }
    if string.is_empty() {
        return Ok(Array::new().into());
    }
    let Some(rules) = rules(ctx)? else { return Ok(OrFalse::FALSE) };
    let clusters = rules.over_utf8(string);
    let clusters = opened(ctx, clusters, "Error opening UTF-8 text")?;
    let Some(mut clusters) = clusters else { return Ok(OrFalse::FALSE) };
    let mut out = List::with_capacity(0);
    let (mut from, mut n, mut end) = (0, 0, 0);
    while let Some(at) = clusters.next() {
        end = usize::try_from(at).unwrap_or(0);
        n += 1;
        if n == length {
            out.push(Value::str(string.get(from..end).unwrap_or_default()));
            (from, n) = (end, 0);
        }
    }
    if n > 0 {
        out.push(Value::str(string.get(from..end).unwrap_or_default()));
    }
    Ok(out.finish().into())
}

/// `GRAPHEME_EXTR_COUNT`
const COUNT: i64 = 0;
/// `GRAPHEME_EXTR_MAXBYTES`
const MAXBYTES: i64 = 1;
/// `GRAPHEME_EXTR_MAXCHARS`
const MAXCHARS: i64 = 2;

/// Bytes of the characters that a text begins with: so many, or of so many bytes or code points.
fn extent(clusters: &mut Clusters<'_>, text: &[u8], size: i64, kind: i64) -> usize {
    let (mut end, mut points, mut left) = (0, 0i64, size);
    while left > 0 {
        let Some(next) = clusters.next().and_then(|at| usize::try_from(at).ok()) else { break };
        match kind {
            MAXBYTES => {
                if i64::try_from(next).is_ok_and(|n| n > size) {
                    break;
                }
            }
            MAXCHARS => {
                let mut at = end;
                while at < next {
                    points += 1;
                    at += icu::first_char(text.get(at..).unwrap_or_default()).0;
                }
                if points > size {
                    break;
                }
            }
            _ => left -= 1,
        }
        end = next;
    }
    end
}

/// The characters at a byte of a text.
#[php_function(
    "grapheme_extract(string $haystack, int $size, int $type = GRAPHEME_EXTR_COUNT, int $offset = 0, &$next = null): string|false"
)]
fn grapheme_extract(
    ctx: &mut Ctx,
    haystack: &[u8],
    size: i64,
    r#type: Option<i64>,
    offset: i64,
    next: Option<Reference<'_>>,
) -> R<OrFalse<Vec<u8>>> {
    let kind = r#type.unwrap_or(COUNT);
    let len = i64::try_from(haystack.len()).unwrap_or(i64::MAX);
    let offset = if offset < 0 { offset.saturating_add(len) } else { offset };
    if let Some(next) = next {
        next.set(ctx, offset)?;
    }
    if !(COUNT..=MAXCHARS).contains(&kind) {
        let message = "must be one of GRAPHEME_EXTR_COUNT, GRAPHEME_EXTR_MAXBYTES, or GRAPHEME_EXTR_MAXCHARS";
        return Err(ctx.argument_value_error(3, message));
    }
    let at = usize::try_from(offset).ok().filter(|at| *at < haystack.len() && offset <= i32::MAX.into());
    let Some(at) = at else {
        let message = "grapheme_extract: start not contained in string";
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(OrFalse::FALSE);
    };
    if size < 0 {
        return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
    }
    if size > i32::MAX.into() {
        return Err(ctx.argument_value_error(2, "is too large"));
    }
    if size == 0 {
        return Ok(Vec::new().into());
    }
    let rest = haystack.get(at..).unwrap_or_default();
    let Some(skipped) = rest.iter().position(|b| b.is_ascii() || (0xc2..=0xf4).contains(b)) else {
        let message = "grapheme_extract: invalid input string";
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(OrFalse::FALSE);
    };
    let rest = rest.get(skipped..).unwrap_or_default();
    let wanted = usize::try_from(size).unwrap_or(usize::MAX);
    // One more could belong to the last character.
    let end = if is_ascii(rest, rest.len().min(wanted.saturating_add(1))) {
        rest.len().min(wanted)
    } else {
        let Some(rules) = rules(ctx)? else { return Ok(OrFalse::FALSE) };
        let clusters = rules.over_utf8(rest);
        let clusters = opened(ctx, clusters, "Error opening UTF-8 text")?;
        let Some(mut clusters) = clusters else { return Ok(OrFalse::FALSE) };
        extent(&mut clusters, rest, size, kind)
    };
    if let Some(next) = next {
        next.set(ctx, offset.saturating_add(i64::try_from(end).unwrap_or(0)))?;
    }
    Ok(rest.get(..end).map(<[u8]>::to_vec).into())
}
