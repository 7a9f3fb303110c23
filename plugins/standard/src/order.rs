//! Orders: PHP's comparison flags, natural order, and a stable sort that any comparison may be handed to.

use crate::array::basic::may_be_number;
use plugin_api::{Ctx, Kind, R, Str, Value};

/// `SORT_*`
pub mod flags {
    /// PHP's comparison.
    pub const REGULAR: i64 = 0;
    /// As numbers.
    pub const NUMERIC: i64 = 1;
    /// As bytes.
    pub const STRING: i64 = 2;
    /// By the locale's rules.
    pub const LOCALE_STRING: i64 = 5;
    /// As people order file names.
    pub const NATURAL: i64 = 6;
    /// Letters of both cases are equal.
    pub const FLAG_CASE: i64 = 8;
}

/// Runs shorter than this are made longer by insertion.
const RUN: usize = 16;

/// Sorts stably by a comparison that need be no order at all (callbacks of PHP code): a merge sort over the runs that are
/// there already, short ones lengthened by insertion. The first error ends it; the items are then in some order.
pub fn sort<T>(items: &mut Vec<T>, cmp: &mut impl FnMut(&T, &T) -> R<i32>) -> R<()> {
    let n = items.len();
    if n <= RUN {
        return insert_few(items, cmp);
    }
    let mut order: Vec<usize> = (0..n).collect();
    // Where runs end.
    let mut runs = Vec::new();
    let mut start = 0;
    while start < n {
        let end = natural_run(items, &mut order, start, cmp)?;
        let full = (start + RUN).min(n);
        insert(items, &mut order[start..full.max(end)], end - start, cmp)?;
        start = full.max(end);
        runs.push(start);
    }
    let mut other = vec![0; n];
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut start = 0;
        for pair in runs.chunks(2) {
            let (mid, end) = (pair[0], pair[pair.len() - 1]);
            merge(items, &order[start..end], mid - start, &mut other[start..end], cmp)?;
            merged.push(end);
            start = end;
        }
        std::mem::swap(&mut order, &mut other);
        runs = merged;
    }
    let mut slots: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|i| slots[i].take()));
    Ok(())
}

/// As [`insert`], of items that lie in their order themselves.
fn insert_few<T>(items: &mut [T], cmp: &mut impl FnMut(&T, &T) -> R<i32>) -> R<()> {
    for i in 1..items.len() {
        if cmp(&items[i - 1], &items[i])? <= 0 {
            continue;
        }
        let (mut lo, mut hi) = (0, i - 1);
        while lo < hi {
            let mid = (lo + hi) / 2;
            if cmp(&items[mid], &items[i])? <= 0 { lo = mid + 1 } else { hi = mid }
        }
        items[lo..=i].rotate_right(1);
    }
    Ok(())
}

/// Where the run that starts at `start` ends; one that falls strictly is turned round.
fn natural_run<T>(
    items: &[T],
    order: &mut [usize],
    start: usize,
    cmp: &mut impl FnMut(&T, &T) -> R<i32>,
) -> R<usize> {
    let n = order.len();
    let mut end = start + 1;
    if end == n {
        return Ok(end);
    }
    let falls = cmp(&items[order[start]], &items[order[end]])? > 0;
    end += 1;
    while end < n && (cmp(&items[order[end - 1]], &items[order[end]])? > 0) == falls {
        end += 1;
    }
    if falls {
        order[start..end].reverse();
    }
    Ok(end)
}

/// Inserts the items behind the first `sorted` ones of a run; binary search keeps the number of calls low.
fn insert<T>(items: &[T], run: &mut [usize], sorted: usize, cmp: &mut impl FnMut(&T, &T) -> R<i32>) -> R<()> {
    for i in sorted..run.len() {
        let x = run[i];
        let (mut lo, mut hi) = (0, i);
        if cmp(&items[run[i - 1]], &items[x])? <= 0 {
            continue;
        }
        hi -= 1;
        while lo < hi {
            let mid = (lo + hi) / 2;
            if cmp(&items[run[mid]], &items[x])? <= 0 { lo = mid + 1 } else { hi = mid }
        }
        run.copy_within(lo..i, lo + 1);
        run[lo] = x;
    }
    Ok(())
}

/// Merges the runs `from[..mid]` and `from[mid..]` into `to`.
fn merge<T>(
    items: &[T],
    from: &[usize],
    mid: usize,
    to: &mut [usize],
    cmp: &mut impl FnMut(&T, &T) -> R<i32>,
) -> R<()> {
    let end = from.len();
    if mid == end || cmp(&items[from[mid - 1]], &items[from[mid]])? <= 0 {
        to.copy_from_slice(from);
        return Ok(());
    }
    let (mut i, mut j, mut k) = (0, mid, 0);
    while i < mid && j < end {
        let first = cmp(&items[from[i]], &items[from[j]])? <= 0;
        to[k] = if first { from[i] } else { from[j] };
        (i, j, k) = (i + first as usize, j + !first as usize, k + 1);
    }
    to[k..k + mid - i].copy_from_slice(&from[i..mid]);
    let k = k + mid - i;
    to[k..].copy_from_slice(&from[j..]);
    Ok(())
}

/// -1, 0, 1 of byte strings, lengths deciding between a string and its beginning.
pub fn bytes(a: &[u8], b: &[u8]) -> i32 {
    a.cmp(b) as i32
}

/// As [`bytes`], and how far the first bytes that differ are apart (what C's memcmp() tells).
pub fn difference(a: &[u8], b: &[u8]) -> i64 {
    let n = a.len().min(b.len());
    let (x, y) = (&a[..n], &b[..n]);
    let word = |s: &[u8]| u64::from_le_bytes([s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]]);
    let mut i = 0;
    while n - i >= 8 {
        let differ = word(&x[i..i + 8]) ^ word(&y[i..i + 8]);
        if differ != 0 {
            i += differ.trailing_zeros() as usize / 8;
            return x[i] as i64 - y[i] as i64;
        }
        i += 8;
    }
    while i < n {
        if x[i] != y[i] {
            return x[i] as i64 - y[i] as i64;
        }
        i += 1;
    }
    (a.len() as i64 - b.len() as i64).signum()
}

/// As [`bytes`] with ASCII letters of both cases equal.
pub fn bytes_case(a: &[u8], b: &[u8]) -> i32 {
    for (x, y) in a.iter().zip(b) {
        if x != y {
            let d = x.to_ascii_lowercase() as i32 - y.to_ascii_lowercase() as i32;
            if d != 0 {
                return d;
            }
        }
    }
    (a.len() as i64 - b.len() as i64).signum() as i32
}

/// Natural order (Martin Pool's strnatcmp, as PHP has it): runs of digits compare as numbers.
pub fn natural(a: &[u8], b: &[u8], fold: bool) -> i32 {
    if a.is_empty() || b.is_empty() {
        return (a.len() as i64 - b.len() as i64).signum() as i32;
    }
    let plain = |c: u8| !c.is_ascii_digit() && !c.is_ascii_whitespace() && c != 0x0b;
    if a[0] != b[0] && plain(a[0]) && plain(b[0]) && !fold {
        return if a[0] < b[0] { -1 } else { 1 };
    }
    let at = |s: &[u8], i: usize| s.get(i).copied().unwrap_or(0);
    let (mut i, mut j) = (0, 0);
    // Leading zeros of the whole strings do not count.
    let mut leading = true;
    while leading && at(a, i) == b'0' && i + 1 < a.len() && a[i + 1].is_ascii_digit() {
        i += 1;
    }
    while leading && at(b, j) == b'0' && j + 1 < b.len() && b[j + 1].is_ascii_digit() {
        j += 1;
    }
    leading = false;
    loop {
        debug_assert!(!leading);
        while at(a, i).is_ascii_whitespace() || at(a, i) == 0x0b {
            i += 1;
        }
        while at(b, j).is_ascii_whitespace() || at(b, j) == 0x0b {
            j += 1;
        }
        let (ca, cb) = (at(a, i), at(b, j));
        if ca.is_ascii_digit() && cb.is_ascii_digit() {
            let fractional = ca == b'0' || cb == b'0';
            let (r, ni, nj) = if fractional { compare_left(a, i, b, j) } else { compare_right(a, i, b, j) };
            if r != 0 {
                return r;
            }
            (i, j) = (ni, nj);
            match (i >= a.len(), j >= b.len()) {
                (true, true) => return 0,
                (true, false) => return -1,
                (false, true) => return 1,
                _ => {}
            }
            continue;
        }
        let (fa, fb) = if fold { (ca.to_ascii_uppercase(), cb.to_ascii_uppercase()) } else { (ca, cb) };
        if fa != fb {
            return if fa < fb { -1 } else { 1 };
        }
        i += 1;
        j += 1;
        match (i >= a.len(), j >= b.len()) {
            (true, true) => return 0,
            (true, false) => return -1,
            (false, true) => return 1,
            _ => {}
        }
    }
}

/// Numbers aligned to the right: the longest run wins, else the first difference.
fn compare_right(a: &[u8], mut i: usize, b: &[u8], mut j: usize) -> (i32, usize, usize) {
    let mut bias = 0;
    loop {
        let da = a.get(i).is_some_and(u8::is_ascii_digit);
        let db = b.get(j).is_some_and(u8::is_ascii_digit);
        match (da, db) {
            (false, false) => return (bias, i, j),
            (false, true) => return (-1, i, j),
            (true, false) => return (1, i, j),
            _ => {}
        }
        if bias == 0 && a[i] != b[j] {
            bias = if a[i] < b[j] { -1 } else { 1 };
        }
        (i, j) = (i + 1, j + 1);
    }
}

/// Numbers aligned to the left, as behind a decimal point.
fn compare_left(a: &[u8], mut i: usize, b: &[u8], mut j: usize) -> (i32, usize, usize) {
    loop {
        let da = a.get(i).is_some_and(u8::is_ascii_digit);
        let db = b.get(j).is_some_and(u8::is_ascii_digit);
        match (da, db) {
            (false, false) => return (0, i, j),
            (false, true) => return (-1, i, j),
            (true, false) => return (1, i, j),
            _ => {}
        }
        if a[i] != b[j] {
            return (if a[i] < b[j] { -1 } else { 1 }, i, j);
        }
        (i, j) = (i + 1, j + 1);
    }
}

/// As numbers: `SORT_NUMERIC`.
pub fn numeric(a: &Value, b: &Value) -> i32 {
    match (a.as_int(), b.as_int()) {
        (Some(x), Some(y)) => x.cmp(&y) as i32,
        _ => {
            let (x, y) = (a.to_float(), b.to_float());
            if x == y {
                0
            } else if x < y {
                -1
            } else {
                1
            }
        }
    }
}

/// By PHP's rules: `SORT_REGULAR`.
pub fn regular(a: &Value, b: &Value) -> i32 {
    match (a.kind(), b.kind()) {
        (Kind::Int(x), Kind::Int(y)) => x.cmp(&y) as i32,
        // Only two numeric texts compare as numbers.
        (Kind::Str(x), Kind::Str(y)) if !may_be_number(x) || !may_be_number(y) => bytes(x, y),
        _ => a.compare(b),
    }
}

/// What a comparison by flags needs of a value, made once for all comparisons.
pub enum Sortable {
    /// By PHP's rules or as numbers.
    Value(Value),
    /// As text.
    Text(Str),
}

/// How to compare by `SORT_*` flags; unknown flags mean the regular comparison.
#[derive(Clone, Copy, PartialEq)]
pub struct By(i64);

impl By {
    /// From a function's flags.
    pub fn new(flags: i64) -> By {
        By(flags)
    }
    fn base(self) -> i64 {
        self.0 & !flags::FLAG_CASE
    }
    fn textual(self) -> bool {
        matches!(self.base(), flags::STRING | flags::LOCALE_STRING | flags::NATURAL)
    }
    /// Prepares a value.
    pub fn prepare(self, ctx: &mut Ctx, v: &Value) -> R<Sortable> {
        Ok(if self.textual() { Sortable::Text(v.to_str(ctx)?) } else { Sortable::Value(v.dereferenced()) })
    }
    /// Compares two prepared values.
    pub fn compare(self, a: &Sortable, b: &Sortable) -> i32 {
        match (a, b) {
            (Sortable::Text(a), Sortable::Text(b)) => self.text(a, b),
            (Sortable::Value(a), Sortable::Value(b)) if self.base() == flags::NUMERIC => numeric(a, b),
            (Sortable::Value(a), Sortable::Value(b)) => regular(a, b),
            _ => 0,
        }
    }
    /// Compares two texts.
    pub fn text(self, a: &[u8], b: &[u8]) -> i32 {
        let fold = self.0 & flags::FLAG_CASE != 0;
        match self.base() {
            flags::NATURAL => natural(a, b, fold),
            _ if fold => bytes_case(a, b),
            _ => bytes(a, b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natural_order() {
        assert_eq!(natural(b"img12", b"img10", false), 1);
        assert_eq!(natural(b"img2", b"img10", false), -1);
        assert_eq!(natural(b"IMG2", b"img2", true), 0);
        assert_eq!(natural(b"1.010", b"1.001", false), 1);
        assert_eq!(natural(b"", b"a", false), -1);
    }

    #[test]
    fn sorting_is_stable_and_takes_any_comparison() {
        let mut v: Vec<(i32, usize)> = (0..200).map(|i| ((i * 7919) as i32 % 10, i)).collect();
        assert!(sort(&mut v, &mut |a, b| Ok(a.0 - b.0)).is_ok());
        assert!(v.windows(2).all(|w| w[0].0 < w[1].0 || w[0].0 == w[1].0 && w[0].1 < w[1].1));
        let mut calls = 0;
        let mut falling: Vec<(i32, usize)> = (0..100).map(|i| (100 - i as i32 / 2, i)).collect();
        falling.extend((0..60).map(|i| (i, 100 + i as usize)));
        let sorted = sort(&mut falling, &mut |a, b| {
            calls += 1;
            Ok(a.0 - b.0)
        });
        assert!(sorted.is_ok());
        assert!(falling.windows(2).all(|w| w[0].0 < w[1].0 || w[0].0 == w[1].0 && w[0].1 < w[1].1));
        assert!(calls < 160 * 8);
        let mut n = 0;
        let mut w: Vec<i32> = (0..100).collect();
        assert!(
            sort(&mut w, &mut |_, _| {
                n += 1;
                Ok(if n % 3 == 0 { 1 } else { -1 })
            })
            .is_ok()
        );
        w.sort_unstable();
        assert_eq!(w, (0..100).collect::<Vec<_>>());
    }
}
