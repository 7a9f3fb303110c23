//! Length, parts and positions, counted in characters.

use crate::converter::{Converter, Failure, NUMBERS, numbers};

/// Characters of a text.
pub fn length(text: &[u8], encoding: &[u8]) -> Result<usize, Failure> {
    match numbers(text, encoding)? {
        (list, None) => Ok(list.len()),
        (_, Some(f)) => Err(f),
    }
}

/// Part of a text; negative numbers count from its end.
pub fn part(text: &[u8], offset: i64, length: i64, encoding: &[u8]) -> Result<Vec<u8>, Failure> {
    let (list, failed) = numbers(text, encoding)?;
    if let Some(f) = failed {
        return Err(f);
    }
    let total = list.len() as i64;
    let from = if offset < 0 { (offset + total).max(0) } else { offset.min(total) };
    let rest = total - from;
    let n = if length < 0 { (length + rest).max(0) } else { length.min(rest) };
    if n == 0 {
        return Ok(Vec::new());
    }
    let mut back = Converter::open(encoding, NUMBERS)?;
    let bytes: Vec<u8> =
        list[from as usize..(from + n) as usize].iter().flat_map(|c| c.to_le_bytes()).collect();
    let mut out = Vec::new();
    back.append(&bytes, &mut out)?;
    back.append_end(&mut out)?;
    Ok(out)
}

/// Where a text is first found in another from `offset` on, or (`last`) last; `Err(None)` when `offset` is beyond its end.
/// What is behind bytes that are no character is not looked at.
pub fn position(
    text: &[u8],
    wanted: &[u8],
    offset: usize,
    encoding: &[u8],
    last: bool,
) -> Result<Option<usize>, Option<Failure>> {
    let (wanted, failed) = numbers(wanted, encoding)?;
    if let Some(f) = failed {
        return Err(Some(f));
    }
    let (list, _) = numbers(text, encoding)?;
    if wanted.is_empty() {
        return Ok(None);
    }
    let (mut found, mut at) = (None, offset);
    while at + wanted.len() <= list.len() {
        if list[at..].starts_with(&wanted) {
            found = Some(at);
            if !last {
                break;
            }
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    if found.is_none() && offset > list.len() { Err(None) } else { Ok(found) }
}
