//! Which language tags a range of them covers.

use super::check_length;
use super::subtags::{Found, c_bytes, is_separator, part};
use crate::error;
use crate::icu::locale::Part;
use crate::icu::{ILLEGAL_ARGUMENT_ERROR, OK};
use plugin_api::{Array, Ctx, R};

/// A name as it is compared; `None` for an empty one.
fn comparable(name: &[u8]) -> Option<Vec<u8>> {
    let same = |b: &u8| if *b == b'-' { b'_' } else { b.to_ascii_lowercase() };
    let name: Vec<u8> = c_bytes(name).iter().map(same).collect();
    (!name.is_empty()).then_some(name)
}

fn canonical(name: &[u8]) -> Option<Vec<u8>> {
    match part(name, Part::Whole, false) {
        Found::Part(name) | Found::Name(name) => Some(name),
        _ => None,
    }
}

/// Whether a tag lies in a range, which is not empty; `None`: a name is too long.
pub fn matches(ctx: &mut Ctx, tag: &[u8], range: &[u8], canonicalize: bool) -> R<Option<bool>> {
    if c_bytes(range) == b"*" {
        return Ok(Some(true));
    }
    if !check_length(ctx, range)? || !check_length(ctx, tag)? {
        return Ok(None);
    }
    let (mut tag, mut range) = (tag.to_vec(), range.to_vec());
    if canonicalize {
        for (name, word) in [(&mut range, "loc_range"), (&mut tag, "lang_tag")] {
            match canonical(name) {
                Some(found) => *name = found,
                None => {
                    let message = format!("locale_filter_matches : unable to canonicalize {word}");
                    error::fail(ctx, None, OK, &message)?;
                    return Ok(Some(false));
                }
            }
        }
    }
    let (Some(tag), Some(range)) = (comparable(&tag), comparable(&range)) else { return Ok(Some(false)) };
    let behind = tag.strip_prefix(range.as_slice());
    Ok(Some(behind.is_some_and(|b| match b.first() {
        None => true,
        Some(b) => is_separator(*b) || canonicalize && *b == b'@',
    })))
}

/// Where the last subtag in front of `end` begins, with a singleton in front of it.
fn shorter(range: &[u8], end: usize) -> Option<usize> {
    let separator = |i: usize| range.get(i).is_some_and(|b| is_separator(*b));
    let at = (0..end).rev().find(|i| separator(*i) || range.get(*i) == Some(&b'@'))?;
    let at = if at >= 2 && separator(at - 2) { at - 2 } else { at };
    (at >= 1).then_some(at)
}

/// The tag that the longest beginning of a range names; `Ok(None)` after an error that was told.
pub fn lookup(ctx: &mut Ctx, tags: &Array, range: &[u8], canonicalize: bool) -> R<Option<Vec<u8>>> {
    let mut list = Vec::with_capacity(tags.len());
    for tag in tags.values() {
        let Some(tag) = tag.as_str() else {
            return Err(ctx.argument_type_error(2, "must only contain string values"));
        };
        match comparable(tag) {
            Some(name) => list.push((name, c_bytes(tag).to_vec())),
            None => return failed(ctx, "lang_tag"),
        }
    }
    if canonicalize {
        for (name, shown) in &mut list {
            match canonical(name).and_then(|c| comparable(&c)) {
                Some(found) => {
                    shown.clone_from(&found);
                    *name = found;
                }
                None => return failed(ctx, "lang_tag"),
            }
        }
    }
    let range = if canonicalize {
        match canonical(range) {
            Some(range) => range,
            None => return failed(ctx, "loc_range"),
        }
    } else {
        range.to_vec()
    };
    let Some(range) = comparable(&range) else { return failed(ctx, "lang_tag") };
    let mut end = Some(range.len());
    while let Some(at) = end {
        if let Some((_, shown)) = list.iter().find(|(name, _)| range.get(..at) == Some(name)) {
            return Ok(Some(shown.clone()));
        }
        end = shorter(&range, at);
    }
    Ok(None)
}

fn failed(ctx: &mut Ctx, word: &str) -> R<Option<Vec<u8>>> {
    let message = format!("lookup_loc_range: unable to canonicalize {word}");
    error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, &message)?;
    Ok(None)
}
