//! Searching bytes. What is searched for is short as a rule and what is searched as well: setting up a search that is fast on
//! long texts costs more than it saves there.

use memchr::{memchr, memchr2, memmem};

/// Texts from this length on are worth a prepared search.
pub const LONG: usize = 256;
/// Bytes that are looked at before a search of longer texts begins.
const NEAR: usize = 32;
/// Places that begin like the needle and turn out not to be it, before a search is prepared after all.
const MISSES: usize = 8;

/// Where the first byte is that `is` true of. For what is rare: many bytes are asked at once, if `is` has no branches (`|`, not
/// `||` or `matches!`).
#[inline(always)]
pub fn first(text: &[u8], is: impl Fn(u8) -> bool) -> Option<usize> {
    const MANY: usize = 32;
    let mut at = 0;
    for many in text.as_chunks::<MANY>().0 {
        let mut found = [0u8; MANY];
        found.iter_mut().zip(many).for_each(|(f, c)| *f = is(*c) as u8);
        if found.iter().fold(0, |any, f| any | f) != 0 {
            break;
        }
        at += MANY;
    }
    text[at..].iter().position(|c| is(*c)).map(|i| at + i)
}

/// Where a byte first occurs. Eight bytes are looked at together as long as it may be near, where a search of longer texts has
/// hardly begun.
#[inline]
pub fn find_byte(text: &[u8], byte: u8) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    let hits = |word: &[u8; 8]| {
        let x = u64::from_le_bytes(*word) ^ (LOW * byte as u64);
        // The lowest bit set is that of the first byte that is zero.
        x.wrapping_sub(LOW) & !x & LOW << 7
    };
    let Some(end) = text.last_chunk::<8>() else { return text.iter().position(|c| *c == byte) };
    for (i, word) in text.as_chunks::<8>().0.iter().take(NEAR / 8).enumerate() {
        let hits = hits(word);
        if hits != 0 {
            return Some(8 * i + hits.trailing_zeros() as usize / 8);
        }
    }
    if text.len() > NEAR + 8 {
        return memchr(byte, &text[NEAR..]).map(|i| NEAR + i);
    }
    let hits = hits(end);
    (hits != 0).then(|| text.len() - 8 + hits.trailing_zeros() as usize / 8)
}

/// Where `needle` first occurs.
pub fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else { return Some(0) };
    if rest.is_empty() {
        return find_byte(text, first);
    }
    let last = text.len().checked_sub(needle.len())?;
    let mut from = 0;
    for _ in 0..MISSES {
        let at = from + find_byte(text.get(from..=last)?, first)?;
        if text[at + 1..at + needle.len()] == *rest {
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

/// All places of a byte, of which there are so many that skipping what lies between them does not pay.
pub struct Frequent<'t> {
    words: core::slice::Iter<'t, [u8; 8]>,
    rest: &'t [u8],
    byte: u8,
    /// Behind the word that is looked at, and the highest bits of those of its bytes that are places to come.
    at: usize,
    hits: u64,
}

/// All places of a byte.
pub fn frequent(text: &[u8], byte: u8) -> Frequent<'_> {
    let (words, rest) = text.as_chunks::<8>();
    Frequent { words: words.iter(), rest, byte, at: 0, hits: 0 }
}

impl Iterator for Frequent<'_> {
    type Item = usize;

    #[inline]
    fn next(&mut self) -> Option<usize> {
        const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
        while self.hits == 0 {
            let word = match self.words.next() {
                Some(w) => *w,
                None if self.rest.is_empty() => return None,
                None => {
                    let mut w = [!self.byte; 8];
                    w[..self.rest.len()].copy_from_slice(self.rest);
                    self.rest = &[];
                    w
                }
            };
            let x = u64::from_le_bytes(word) ^ u64::from_ne_bytes([self.byte; 8]);
            // No carry leaves a byte.
            self.hits = !(((x & !HIGH) + !HIGH) | x) & HIGH;
            self.at += 8;
        }
        let place = self.at - 8 + self.hits.trailing_zeros() as usize / 8;
        self.hits &= self.hits - 1;
        Some(place)
    }
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
                let at = *from + find_byte(text.get(*from..)?, *c)?;
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
        for cut in 0..200 {
            for c in [b'a', b'c', b'x'] {
                for from in 0..cut {
                    let t = &text[from..cut];
                    assert_eq!(find_byte(t, c), t.iter().position(|b| *b == c));
                    assert!(frequent(t, c).eq(memchr::memchr_iter(c, t)));
                }
            }
        }
        assert_eq!(find(b"abc", b""), Some(0));
        assert_eq!(find(b"", b"a"), None);
        assert_eq!(find(b"ab", b"abc"), None);
    }
}
