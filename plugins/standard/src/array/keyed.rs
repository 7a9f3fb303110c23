//! Orders of arrays whose elements are all of a kind that one machine word decides, or nearly: ints, floats, texts. Each
//! element gets a key once, and no comparison needs to know what it compares.

use crate::order::flags;
use plugin_api::{Array, Key, Kind, Value};
use smallvec::SmallVec;
use std::cmp::Ordering;

/// A sort key and the entry it is of.
type Ranks<K> = SmallVec<[(K, u32); 16]>;
/// Entries of an array.
pub type Places = SmallVec<[u32; 32]>;
/// Elements that are ints.
pub type Ints = SmallVec<[i64; 16]>;
/// A text's first bytes and the whole.
type Text<'a> = (u64, &'a [u8]);

/// The integer that a short decimal text is; texts that PHP might take for another number, or for none, give none.
fn int_text(b: &[u8]) -> Option<i64> {
    let digits = b.strip_prefix(b"-").unwrap_or(b);
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let n = digits.iter().fold(0, |n, c| n * 10 + (c - b'0') as i64);
    Some(if digits.len() < b.len() { -n } else { n })
}

/// Puts the entries in the order of the keys of their elements; false when an element gives none.
#[inline(always)]
fn all<'a, K>(
    a: &'a Array,
    to: &mut Sorted<'_>,
    key: impl Fn(Kind<'a>) -> Option<K>,
    cmp: impl Fn(&K, &K) -> Ordering,
) -> bool {
    all_entries(a, to, |_, v| key(v.kind()), cmp)
}

/// As [`all`], of what both key and element say.
#[inline(always)]
fn all_entries<'a, K>(
    a: &'a Array,
    to: &mut Sorted<'_>,
    key: impl Fn(Key<'a>, &'a Value) -> Option<K>,
    cmp: impl Fn(&K, &K) -> Ordering,
) -> bool {
    let mut items = Ranks::with_capacity(a.len());
    let mut pos = 0;
    while let Some(p) = a.next_live(pos) {
        let Some(k) = a.at(p).and_then(|(k, v)| key(k, v)) else { return false };
        items.push((k, p));
        pos = p + 1;
    }
    in_order(&mut items, to, cmp);
    true
}

fn floats(a: &f64, b: &f64) -> Ordering {
    a.partial_cmp(b).unwrap_or(Ordering::Equal)
}
fn texts(a: &Text<'_>, b: &Text<'_>) -> Ordering {
    a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1))
}
fn folded_texts(a: &Text<'_>, b: &Text<'_>) -> Ordering {
    a.0.cmp(&b.0).then_with(|| crate::order::bytes_case(a.1, b.1).cmp(&0))
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

fn of_values(a: &Array, how: i64, to: &mut Sorted<'_>) -> bool {
    const FOLDED: i64 = flags::STRING | flags::FLAG_CASE;
    let Some(first) = a.values().next() else { return false };
    match (how, first.kind()) {
        (flags::REGULAR, Kind::Int(_)) => all(a, to, int_or_text, i64::cmp) || all(a, to, float, floats),
        (flags::NUMERIC, Kind::Int(_)) => all(a, to, int, i64::cmp) || all(a, to, float, floats),
        (flags::REGULAR | flags::NUMERIC, Kind::Float(_)) => all(a, to, float, floats),
        (flags::REGULAR, Kind::Str(s)) if int_text(s).is_some() => all(a, to, int_or_text, i64::cmp),
        (flags::REGULAR, Kind::Str(_)) => all(a, to, plain_text, texts),
        (flags::STRING, Kind::Str(_)) => all(a, to, any_text, texts),
        (FOLDED, Kind::Str(_)) => all(a, to, folded, folded_texts),
        _ => false,
    }
}

/// Puts the elements in order, of a list of nothing but ints that is sorted as numbers; false for any other.
pub fn sorted_ints(a: &Array, how: i64, reverse: bool, ints: &mut Ints) -> bool {
    let Some(list) = a.as_slice().filter(|_| matches!(how, flags::REGULAR | flags::NUMERIC)) else {
        return false;
    };
    ints.reserve(list.len());
    for v in list {
        match v.kind() {
            Kind::Int(i) if !v.is_reference() => ints.push(i),
            _ => return false,
        }
    }
    ints.sort_unstable();
    if reverse {
        ints.reverse();
    }
    true
}

fn of_keys(a: &Array, how: i64, to: &mut Sorted<'_>) -> bool {
    match a.entries().next() {
        Some((Key::Int(_), _)) if matches!(how, flags::REGULAR | flags::NUMERIC) => {
            all_entries(a, to, |k, _| if let Key::Int(i) = k { Some(i) } else { None }, i64::cmp)
        }
        Some((Key::Str(_), _)) if matches!(how, flags::REGULAR | flags::STRING) => {
            let key = |k| match k {
                Key::Str(s) if how == flags::STRING || !super::basic::may_be_number(s.as_bytes()) => {
                    Some(ranked(s.as_bytes()))
                }
                _ => None,
            };
            all_entries(a, to, |k, _| key(k), texts)
        }
        _ => false,
    }
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

/// Where the sorted entries go, and which way round the keys' order is.
struct Sorted<'o> {
    out: &'o mut Places,
    reverse: bool,
}

/// Sorts by key, equal ones in their order of before; `reverse` turns the keys' order round, not that.
#[inline(always)]
fn in_order<K>(items: &mut Ranks<K>, to: &mut Sorted<'_>, cmp: impl Fn(&K, &K) -> Ordering) {
    if to.reverse {
        items.sort_unstable_by(|a, b| cmp(&b.0, &a.0).then(a.1.cmp(&b.1)));
    } else {
        items.sort_unstable_by(|a, b| cmp(&a.0, &b.0).then(a.1.cmp(&b.1)));
    }
    to.out.extend(items.iter().map(|(_, i)| *i));
}

/// Puts the entries of an array into the order in which they stand when sorted by `SORT_*` flags; false, and nothing is put,
/// where only PHP's general comparison can tell.
pub fn order(a: &Array, how: i64, by_key: bool, reverse: bool, out: &mut Places) -> bool {
    let to = &mut Sorted { out, reverse };
    if by_key { of_keys(a, how, to) } else { of_values(a, how, to) }
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
        let sorted = |reverse| {
            let mut out = Places::new();
            let mut keys = SmallVec::from_slice(&[(2, 0), (1, 1), (2, 2), (1, 3)]);
            in_order(&mut keys, &mut Sorted { out: &mut out, reverse }, Ord::cmp);
            out
        };
        assert_eq!(sorted(false)[..], [1, 3, 0, 2]);
        assert_eq!(sorted(true)[..], [0, 2, 1, 3]);
        assert_eq!(fold(prefix(b"AbC")), prefix(b"abc"));
        assert!(prefix(b"ab") < prefix(b"abc") && prefix(b"abcdefgh") == prefix(b"abcdefghi"));
    }
}
