//! Searching bytes. What is searched for is short as a rule and what is searched as well: setting up a search that is fast on
//! long texts costs more than it saves there.

use memchr::{memchr, memchr2, memmem};

/// Texts from this length on are worth a prepared search.
pub const LONG: usize = 256;
/// Bytes that are looked at one by one before a search.
const NEAR: usize = 12;
/// Places that begin like the needle and turn out not to be it, before a search is prepared after all.
const MISSES: usize = 8;

/// Where the first byte is that `is` true of. For what is rare: many bytes are asked at once.
#[inline(always)]
pub fn first(text: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    const MANY: usize = 32;
    let mut at = 0;
    for many in text.chunks_exact(MANY) {
        if many.iter().fold(false, |any, c| any | is(*c)) {
            break;
        }
        at += MANY;
    }
    text[at..].iter().position(|c| is(*c)).map(|i| at + i)
}

/// Where `needle` first occurs.
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else { return Some(0) };
    if rest.is_empty() {
        return memchr(first, text);
    }
    let mut from = 0;
    for _ in 0..MISSES {
        let last = text.len().checked_sub(needle.len()).filter(|&l| l >= from)?;
        let at = from + memchr(first, &text[from..=last])?;
        if text[at + 1..].starts_with(rest) {
            return Some(at);
        }
        from = at + 1;
    }
    memmem::find(&text[from..], needle).map(|i| from + i)
}

/// Where `needle` first occurs, ASCII letters of both cases being equal.
pub fn find_folded(text: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else { return Some(0) };
    let (low, high) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    let mut from = 0;
    for _ in 0..MISSES {
        let last = text.len().checked_sub(needle.len()).filter(|&l| l >= from)?;
        let at = from + memchr2(low, high, &text[from..=last])?;
        if text[at + 1..at + needle.len()].eq_ignore_ascii_case(rest) {
            return Some(at);
        }
        from = at + 1;
    }
    memmem::find(&text[from..].to_ascii_lowercase(), &needle.to_ascii_lowercase()).map(|i| from + i)
}

/// All places where a needle occurs, none within another.
pub enum All<'t> {
    /// Of one byte: text, byte, where to go on.
    Byte(&'t [u8], u8, usize),
    /// Searched for anew each time: text, needle, where to go on.
    Short(&'t [u8], &'t [u8], usize),
    /// Prepared.
    Long(Box<memmem::FindIter<'t, 't>>),
}

/// All places where `needle`, which is not empty, occurs.
pub fn find_all<'t>(text: &'t [u8], needle: &'t [u8]) -> All<'t> {
    match needle {
        [c] => All::Byte(text, *c, 0),
        _ if text.len() < LONG => All::Short(text, needle, 0),
        _ => All::Long(Box::new(memmem::find_iter(text, needle))),
    }
}

impl Iterator for All<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        match self {
            All::Byte(text, c, from) => {
                let rest = text.get(*from..)?;
                // What is split is mostly short.
                let at = match rest.iter().take(NEAR).position(|b| b == c) {
                    Some(i) => *from + i,
                    None => *from + NEAR + memchr(*c, rest.get(NEAR..)?)?,
                };
                *from = at + 1;
                Some(at)
            }
            All::Short(text, needle, from) => {
                let at = *from + find(text.get(*from..)?, needle)?;
                *from = at + needle.len();
                Some(at)
            }
            All::Long(i) => i.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_a_prepared_search_finds() {
        let text: Vec<u8> = (0..600u32).map(|i| b'a' + (i * i % 7) as u8 % 3).collect();
        for n in 1..6 {
            for s in 0..40 {
                let needle = &text[s * 13..s * 13 + n];
                for cut in [0, 1, 5, 100, 250, 300, 600] {
                    let t = &text[..cut];
                    assert_eq!(find(t, needle), memmem::find(t, needle));
                    assert_eq!(find_folded(t, &needle.to_ascii_uppercase()), memmem::find(t, needle));
                    assert!(find_all(t, needle).eq(memmem::find_iter(t, needle)));
                }
            }
        }
        for cut in 0..200 {
            let t = &text[..cut];
            for c in [b'a', b'c', b'x'] {
                assert_eq!(first(t, |b| b == c), t.iter().position(|b| *b == c));
            }
        }
        assert_eq!(find(b"abc", b""), Some(0));
        assert_eq!(find(b"", b"a"), None);
        assert_eq!(find(b"ab", b"abc"), None);
    }
}
