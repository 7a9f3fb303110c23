//! Reads the TZif format (RFC 8536), of which only the 64-bit part is of use.

use std::sync::OnceLock;

use super::posix::PosixRule;
use super::{LocalTimeType, ZoneData};

/// Length of a TZif header: magic, version, 15 reserved bytes and six counts.
const HEADER_LENGTH: usize = 44;

/// The six counts of a header.
struct Counts {
    universal: usize,
    standard: usize,
    leap_seconds: usize,
    transitions: usize,
    types: usize,
    characters: usize,
}

/// The zone of a file's bytes; nothing when they are not a well-formed TZif file of version 2 or later.
pub(super) fn parse(bytes: &'static [u8]) -> Option<ZoneData> {
    let (short, rest) = header(bytes)?;
    let (counts, body) = header(rest.get(body_length(&short, 4)..)?)?;
    let (times, body) = body.split_at_checked(counts.transitions * 8)?;
    let (indexes, body) = body.split_at_checked(counts.transitions)?;
    let (types, body) = body.split_at_checked(counts.types * 6)?;
    let (characters, body) = body.split_at_checked(counts.characters)?;
    let footer = body.get(counts.leap_seconds * 12 + counts.standard + counts.universal..)?;

    let mut types =
        types.chunks_exact(6).map(|entry| local_type(entry, characters)).collect::<Option<Vec<_>>>()?;
    let times = times.as_chunks::<8>().0.iter().map(|&time| i64::from_be_bytes(time));
    let transitions: Vec<_> = times.zip(indexes.iter().map(|&index| index as usize)).collect();
    if types.is_empty() || transitions.iter().any(|&(_, index)| index >= types.len()) {
        return None;
    }
    let rule = footer.strip_prefix(b"\n")?.split(|&byte| byte == b'\n').next()?;
    let rule = if rule.is_empty() { None } else { Some(PosixRule::parse(rule, &mut types)?) };
    Some(ZoneData { transitions, types, rule, ruled: OnceLock::new(), last: Default::default() })
}

fn header(bytes: &[u8]) -> Option<(Counts, &[u8])> {
    let (header, body) = bytes.split_at_checked(HEADER_LENGTH)?;
    if !header.starts_with(b"TZif") || header[4] < b'2' {
        return None;
    }
    let mut counts = header[20..].as_chunks::<4>().0.iter().map(|&count| u32::from_be_bytes(count) as usize);
    let mut next = || counts.next();
    let counts = Counts {
        universal: next()?,
        standard: next()?,
        leap_seconds: next()?,
        transitions: next()?,
        types: next()?,
        characters: next()?,
    };
    Some((counts, body))
}

/// Length of the data after a header whose times have `width` bytes.
fn body_length(counts: &Counts, width: usize) -> usize {
    counts.transitions * (width + 1)
        + counts.types * 6
        + counts.characters
        + counts.leap_seconds * (width + 4)
        + counts.standard
        + counts.universal
}

fn local_type(entry: &[u8], characters: &'static [u8]) -> Option<LocalTimeType> {
    let offset = i32::from_be_bytes(*entry.first_chunk::<4>()?);
    let abbreviation = characters.get(entry[5] as usize..)?.split(|&byte| byte == 0).next()?;
    Some(LocalTimeType::new(offset, entry[4] != 0, std::str::from_utf8(abbreviation).ok()?))
}
