//! Orders of arrays whose elements are all of a kind that one machine word decides, or nearly: ints, floats, texts. Each
//! element gets a key once, and no comparison needs to know what it compares.

use crate::order::flags;
use plugin_api::{Array, Key, Kind};
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A sort key and the entry it is of.
type Ranks<K> = SmallVec<[(K, u32); 16]>;
/// Entries of an array.
pub type Places = SmallVec<[u32; 32]>;
/// A text's first bytes and the whole.
type Text<'a> = (u64, &'a [u8]);

/// What is compared, of all elements alike.
enum Keys<'a> {
    Ints(Ranks<i64>),
    Floats(Ranks<f64>),
    Texts(Ranks<Text<'a>>),
    /// Texts whose ASCII letters are equal in both cases.
    Folded(Ranks<Text<'a>>),
}

/// The integer that a short decimal text is; texts that PHP might take for another number, or for none, give none.
fn int_text(b: &[u8]) -> Option<i64> {
    let digits = b.strip_prefix(b"-").unwrap_or(b);
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let n = digits.iter().fold(0, |n, c| n * 10 + (c - b'0') as i64);
    Some(if digits.len() < b.len() { -n } else { n })
}

/// All keys, if every element gives one.
#[inline(always)]
fn all<'a, K>(a: &'a Array, key: impl Fn(Kind<'a>) -> Option<K>) -> Option<Ranks<K>> {
    let mut out = SmallVec::with_capacity(a.len());
    let mut pos = 0;
    while let Some(p) = a.next_live(pos) {
        out.push((key(a.at(p)?.1.kind())?, p));
        pos = p + 1;
    }
    Some(out)
}

fn int(k: Kind<'_>) -> Option<i64> {
    if let Kind::Int(i) = k { Some(i) } else { None }
}
fn int_or_text(k: Kind<'_>) -> Option<i64> {
    match k {
        Kind::Int(i) => Some(i),
        Kind::Str(s) => int_text(s),
        _ => None,
    }
}
/// Ints that floats hold exactly order among them as among ints.
fn float(k: Kind<'_>) -> Option<f64> {
    match k {
        Kind::Float(d) if !d.is_nan() => Some(d),
        Kind::Int(i) if i.unsigned_abs() <= 1 << 53 => Some(i as f64),
        _ => None,
    }
}
fn text(k: Kind<'_>) -> Option<&[u8]> {
    if let Kind::Str(s) = k { Some(s) } else { None }
}
/// A text that PHP's comparison takes as a text, whatever it is compared with among texts.
fn plain_text(k: Kind<'_>) -> Option<Text<'_>> {
    text(k).filter(|t| !super::basic::may_be_number(t)).map(ranked)
}
fn any_text(k: Kind<'_>) -> Option<Text<'_>> {
    text(k).map(ranked)
}
fn folded(k: Kind<'_>) -> Option<Text<'_>> {
    text(k).map(|t| (fold(prefix(t)), t))
}
fn ranked(t: &[u8]) -> Text<'_> {
    (prefix(t), t)
}
/// Eight bytes with their ASCII letters in lower case.
fn fold(p: u64) -> u64 {
    let mut b = p.to_be_bytes();
    b.make_ascii_lowercase();
    u64::from_be_bytes(b)
}

fn of_values(a: &Array, how: i64) -> Option<Keys<'_>> {
    const FOLDED: i64 = flags::STRING | flags::FLAG_CASE;
    match (how, a.values().next()?.kind()) {
        (flags::REGULAR, Kind::Int(_)) => {
            all(a, int_or_text).map(Keys::Ints).or_else(|| all(a, float).map(Keys::Floats))
        }
        (flags::NUMERIC, Kind::Int(_)) => {
            all(a, int).map(Keys::Ints).or_else(|| all(a, float).map(Keys::Floats))
        }
        (flags::REGULAR | flags::NUMERIC, Kind::Float(_)) => all(a, float).map(Keys::Floats),
        (flags::REGULAR, Kind::Str(s)) if int_text(s).is_some() => all(a, int_or_text).map(Keys::Ints),
        (flags::REGULAR, Kind::Str(_)) => all(a, plain_text).map(Keys::Texts),
        (flags::STRING, Kind::Str(_)) => all(a, any_text).map(Keys::Texts),
        (FOLDED, Kind::Str(_)) => all(a, folded).map(Keys::Folded),
        _ => None,
    }
}

/// The elements in order, of a list of nothing but ints that is sorted as numbers.
pub fn sorted_ints(a: &Array, how: i64, reverse: bool) -> Option<Vec<i64>> {
    let list = a.as_slice().filter(|_| matches!(how, flags::REGULAR | flags::NUMERIC))?;
    let mut ints = Vec::with_capacity(list.len());
    for v in list {
        match v.kind() {
            Kind::Int(i) if !v.is_reference() => ints.push(i),
            _ => return None,
        }
    }
    ints.sort_unstable();
    if reverse {
        ints.reverse();
    }
    Some(ints)
}

/// As [`all`], of the keys.
#[inline(always)]
fn all_keys<'a, K>(a: &'a Array, key: impl Fn(Key<'a>) -> Option<K>) -> Option<Ranks<K>> {
    let mut out = SmallVec::with_capacity(a.len());
    let mut pos = 0;
    while let Some(p) = a.next_live(pos) {
        out.push((key(a.at(p)?.0)?, p));
        pos = p + 1;
    }
    Some(out)
}

fn of_keys(a: &Array, how: i64) -> Option<Keys<'_>> {
    if let Key::Int(_) = a.keys().next()? {
        if !matches!(how, flags::REGULAR | flags::NUMERIC) {
            return None;
        }
        return all_keys(a, |k| if let Key::Int(i) = k { Some(i) } else { None }).map(Keys::Ints);
    }
    if !matches!(how, flags::REGULAR | flags::STRING) {
        return None;
    }
    let key = |k| match k {
        Key::Str(s) if how == flags::STRING || !super::basic::may_be_number(s.as_bytes()) => {
            Some(ranked(s.as_bytes()))
        }
        _ => None,
    };
    all_keys(a, key).map(Keys::Texts)
}

/// A text's first eight bytes as a number that orders as they do.
fn prefix(t: &[u8]) -> u64 {
    match t.first_chunk::<8>() {
        Some(c) => u64::from_be_bytes(*c),
        None => {
            let mut c = [0; 8];
            c[..t.len()].copy_from_slice(t);
            u64::from_be_bytes(c)
        }
    }
}

/// Sorts by key, equal ones in their order of before; `reverse` turns the keys' order round, not that. Gives the entries.
#[inline(always)]
fn in_order<K>(mut items: Ranks<K>, reverse: bool, cmp: impl Fn(&K, &K) -> Ordering) -> Places {
    if reverse {
        items.sort_unstable_by(|a, b| cmp(&b.0, &a.0).then(a.1.cmp(&b.1)));
    } else {
        items.sort_unstable_by(|a, b| cmp(&a.0, &b.0).then(a.1.cmp(&b.1)));
    }
    items.into_iter().map(|(_, i)| i).collect()
}

/// The entries of an array in the order in which they stand when sorted by `SORT_*` flags; `None` where only PHP's general
/// comparison can tell.
pub fn order(a: &Array, how: i64, by_key: bool, reverse: bool) -> Option<Places> {
    Some(match if by_key { of_keys(a, how)? } else { of_values(a, how)? } {
        Keys::Ints(k) => in_order(k, reverse, Ord::cmp),
        Keys::Floats(k) => in_order(k, reverse, |a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal)),
        Keys::Texts(k) => in_order(k, reverse, |a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1))),
        Keys::Folded(k) => in_order(k, reverse, |a, b| {
            a.0.cmp(&b.0).then_with(|| crate::order::bytes_case(a.1, b.1).cmp(&0))
        }),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_decimal_texts_are_ints() {
        assert_eq!(int_text(b"-012"), Some(-12));
        assert_eq!(int_text(b"1e3"), None);
        assert_eq!(int_text(b" 1"), None);
        assert_eq!(int_text(b"-"), None);
        assert_eq!(int_text(b"1234567890123456789"), None);
    }

    #[test]
    fn equal_keys_keep_their_order_both_ways() {
        let keys = || SmallVec::from_slice(&[(2, 0), (1, 1), (2, 2), (1, 3)]);
        assert_eq!(in_order(keys(), false, Ord::cmp)[..], [1, 3, 0, 2]);
        assert_eq!(in_order(keys(), true, Ord::cmp)[..], [0, 2, 1, 3]);
        assert_eq!(fold(prefix(b"AbC")), prefix(b"abc"));
        assert!(prefix(b"ab") < prefix(b"abc") && prefix(b"abcdefgh") == prefix(b"abcdefghi"));
    }
}
