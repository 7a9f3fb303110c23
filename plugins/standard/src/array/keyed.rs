//! Orders of arrays whose elements are all of a kind that one machine word decides, or nearly: ints, floats, texts. Each
//! element gets a key once, and no comparison needs to know what it compares.

use crate::order::flags;
use plugin_api::{Array, Key, Kind, Value};

/// What is compared, of all elements alike.
enum Keys<'a> {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Texts(Vec<&'a [u8]>),
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
fn all<'a, T>(
    items: impl Iterator<Item = Kind<'a>>,
    n: usize,
    key: impl Fn(Kind<'a>) -> Option<T>,
) -> Option<Vec<T>> {
    let mut out = Vec::with_capacity(n);
    for k in items {
        out.push(key(k)?);
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
fn plain_text(k: Kind<'_>) -> Option<&[u8]> {
    text(k).filter(|t| !super::basic::may_be_number(t))
}

fn of_values(a: &Array, how: i64) -> Option<Keys<'_>> {
    let n = a.len();
    let first = a.values().next()?.kind();
    let kinds = || a.values().map(Value::kind);
    match (how, first) {
        (flags::REGULAR, Kind::Int(_)) => {
            all(kinds(), n, int_or_text).map(Keys::Ints).or_else(|| all(kinds(), n, float).map(Keys::Floats))
        }
        (flags::NUMERIC, Kind::Int(_)) => {
            all(kinds(), n, int).map(Keys::Ints).or_else(|| all(kinds(), n, float).map(Keys::Floats))
        }
        (flags::REGULAR | flags::NUMERIC, Kind::Float(_)) => all(kinds(), n, float).map(Keys::Floats),
        (flags::REGULAR, Kind::Str(s)) if int_text(s).is_some() => {
            all(kinds(), n, int_or_text).map(Keys::Ints)
        }
        (flags::REGULAR, Kind::Str(_)) => all(kinds(), n, plain_text).map(Keys::Texts),
        (flags::STRING, Kind::Str(_)) => all(kinds(), n, text).map(Keys::Texts),
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

fn of_keys(a: &Array, how: i64) -> Option<Keys<'_>> {
    let n = a.len();
    let mut out = Vec::new();
    if let Key::Int(_) = a.keys().next()? {
        if !matches!(how, flags::REGULAR | flags::NUMERIC) {
            return None;
        }
        return all(a.keys().map(|k| if let Key::Int(i) = k { Kind::Int(i) } else { Kind::Null }), n, int)
            .map(Keys::Ints);
    }
    for k in a.keys() {
        match k {
            Key::Str(s)
                if how == flags::STRING
                    || how == flags::REGULAR && !super::basic::may_be_number(s.as_bytes()) =>
            {
                out.push(s.as_bytes())
            }
            _ => return None,
        }
    }
    Some(Keys::Texts(out))
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

/// Sorts by key, equal ones in their order of before; `reverse` turns the keys' order round, not that.
fn ranked<K: Copy>(
    keys: impl Iterator<Item = K>,
    reverse: bool,
    cmp: impl Fn(&K, &K) -> std::cmp::Ordering,
) -> Vec<u32> {
    let mut items: Vec<(K, u32)> = keys.zip(0..).collect();
    if reverse {
        items.sort_by(|a, b| cmp(&b.0, &a.0));
    } else {
        items.sort_by(|a, b| cmp(&a.0, &b.0));
    }
    items.into_iter().map(|(_, i)| i).collect()
}

/// The order in which an array's elements stand when sorted by `SORT_*` flags, as numbers of elements; `None` where only
/// PHP's general comparison can tell.
pub fn order(a: &Array, how: i64, by_key: bool, reverse: bool) -> Option<Vec<u32>> {
    let keys = if by_key { of_keys(a, how)? } else { of_values(a, how)? };
    match keys {
        Keys::Ints(k) => Some(ranked(k.into_iter(), reverse, Ord::cmp)),
        Keys::Floats(k) => {
            Some(ranked(k.into_iter(), reverse, |a, b| a.partial_cmp(b).unwrap_or(std::cmp::Ordering::Equal)))
        }
        Keys::Texts(k) => Some(ranked(k.into_iter().map(|t| (prefix(t), t)), reverse, |a, b| {
            a.0.cmp(&b.0).then_with(|| a.1.cmp(b.1))
        })),
    }
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
        assert_eq!(ranked([2, 1, 2, 1].into_iter(), false, Ord::cmp), [1, 3, 0, 2]);
        assert_eq!(ranked([2, 1, 2, 1].into_iter(), true, Ord::cmp), [0, 2, 1, 3]);
        assert!(prefix(b"ab") < prefix(b"abc") && prefix(b"abcdefgh") == prefix(b"abcdefghi"));
    }
}
