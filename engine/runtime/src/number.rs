//! Numbers as text and text as numbers, by PHP's rules.

use howdah_decimal::Digits;
use std::cell::Cell;

/// A numeric string's value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Num {
    /// Integer
    Int(i64),
    /// Float
    Dbl(f64),
}

/// What [`parse_numeric`] found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Numeric {
    /// The value of the numeric prefix.
    pub num: Num,
    /// Something other than white space follows the prefix ("leading-numeric").
    pub trailing: bool,
    /// An integer too large for 64 bits, given as float: 1 above, -1 below, else 0.
    pub overflow: i8,
}

const fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// Digits that make a number which every type holds without a loss.
const FEW: usize = 14;

/// How many digits stand at the start of a text; they are put behind those of `number`, which is of use as long as there are few.
#[inline(always)]
fn leading_digits(s: &[u8], number: &mut u64) -> usize {
    let mut n = 0;
    while let Some(c) = s.get(n)
        && c.is_ascii_digit()
    {
        *number = number.wrapping_mul(10).wrapping_add(u64::from(c - b'0'));
        n += 1;
    }
    n
}

/// Reads a numeric or leading-numeric string; `None` when it does not start with a number (php-src's
/// `_is_numeric_string_ex`).
pub fn parse_numeric(s: &[u8]) -> Option<Numeric> {
    let first = *s.first()?;
    if first > b'9' {
        return None;
    }
    let start = s.iter().position(|&c| !is_space(c))?;
    let t = &s[start..];
    let (neg, body) = match t[0] {
        b'-' => (true, &t[1..]),
        b'+' => (false, &t[1..]),
        _ => (false, t),
    };
    let sign = t.len() - body.len();
    // All digits as one number, as long as there are few.
    let mut digits = 0u64;
    let ints = leading_digits(body, &mut digits);
    let mut end = ints;
    let mut float = false;
    let mut frac = 0;
    if body.get(end) == Some(&b'.') {
        frac = leading_digits(&body[end + 1..], &mut digits);
        if ints > 0 || frac > 0 {
            float = true;
            end += 1 + frac;
        }
    }
    if end == 0 {
        return None;
    }
    let mut exponent = false;
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let mut e = end + 1;
        if matches!(body.get(e), Some(b'+' | b'-')) {
            e += 1;
        }
        let digits = body[e..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits > 0 {
            (float, exponent) = (true, true);
            end = e + digits;
        }
    }
    let trailing = body[end..].iter().any(|&c| !is_space(c));
    let mut overflow = 0;
    let num = if float && !exponent && ints + frac <= FEW {
        // Both are floats without a loss, so their quotient is rounded once.
        let d = digits as f64 / POWERS[frac];
        Num::Dbl(if neg { -d } else { d })
    } else if float {
        Num::Dbl(parse_float(&t[..sign + end]))
    } else if ints <= FEW {
        Num::Int(if neg { -(digits as i64) } else { digits as i64 })
    } else {
        let mut v: i64 = 0;
        let mut over = false;
        for &c in &body[..ints] {
            let d = (c - b'0') as i64;
            match v.checked_mul(10).and_then(|v| if neg { v.checked_sub(d) } else { v.checked_add(d) }) {
                Some(n) => v = n,
                None => {
                    over = true;
                    break;
                }
            }
        }
        if over {
            overflow = if neg { -1 } else { 1 };
            Num::Dbl(parse_float(&t[..sign + end]))
        } else {
            Num::Int(v)
        }
    };
    Some(Numeric { num, trailing, overflow })
}

/// The float that a decimal text (sign, digits, point, exponent; nothing else) denotes.
pub fn parse_float(s: &[u8]) -> f64 {
    fast_float2::parse_partial::<f64, _>(s).map_or(0.0, |(d, _)| d)
}

/// The float at the start of `s` (after white space), 0 when there is none: `strtod`.
pub fn leading_float(s: &[u8]) -> f64 {
    match parse_numeric(s) {
        // An integer has no negative zero.
        Some(Numeric { num: Num::Int(0), .. }) if s.trim_ascii_start().first() == Some(&b'-') => -0.0,
        Some(Numeric { num: Num::Int(i), .. }) => i as f64,
        Some(Numeric { num: Num::Dbl(d), .. }) => d,
        None => 0.0,
    }
}

/// The integer at the start of `s` as a cast reads it: as [`dbl_to_int_cap`] says of what is no integer.
pub fn leading_int(s: &[u8]) -> i64 {
    // Mostly there are a few digits and nothing else.
    if (1..=18).contains(&s.len()) && s.iter().all(u8::is_ascii_digit) {
        return s.iter().fold(0, |v, c| v * 10 + i64::from(c - b'0'));
    }
    match parse_numeric(s) {
        Some(Numeric { num: Num::Int(i), .. }) => i,
        Some(Numeric { num: Num::Dbl(d), .. }) => dbl_to_int_cap(d),
        None => 0,
    }
}

/// Float to int: truncates; out of range wraps modulo 2^64; NaN and infinities give 0 (`zend_dval_to_lval`).
pub fn dbl_to_int(d: f64) -> i64 {
    if (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&d) {
        return d as i64;
    }
    if !d.is_finite() {
        return 0;
    }
    let two64 = 18_446_744_073_709_551_616.0;
    let mut m = d % two64;
    if m < 0.0 {
        if m == -two64 {
            return 0;
        }
        m += two64;
    }
    if m > i64::MAX as f64 { (m - two64) as i64 } else { m as u64 as i64 }
}

/// As [`dbl_to_int`] for strings' values: out of range saturates by sign (`zend_dval_to_lval_cap`).
pub fn dbl_to_int_cap(d: f64) -> i64 {
    // The cast saturates.
    if d.is_finite() { d as i64 } else { 0 }
}

/// Whether a float is the image of an int, so that its conversion loses nothing.
pub fn is_int_compatible(d: f64) -> bool {
    d.is_finite() && dbl_to_int(d) as f64 == d
}

/// The integer that a string key stands for: canonical decimal text within i64 (`"12"`, `"-5"`; not `"-0"`, `"01"`, `" 1"`).
#[inline]
pub fn int_key(s: &[u8]) -> Option<i64> {
    let first = *s.first()?;
    if !(first.is_ascii_digit() || first == b'-') || s.len() > 20 {
        return None;
    }
    let (neg, d) = if first == b'-' { (true, &s[1..]) } else { (false, s) };
    if d.is_empty() || d[0] == b'0' && (d.len() > 1 || neg) {
        return None;
    }
    let mut v: i64 = 0;
    for &c in d {
        if !c.is_ascii_digit() {
            return None;
        }
        let n = (c - b'0') as i64;
        v = if neg { v.checked_mul(10)?.checked_sub(n)? } else { v.checked_mul(10)?.checked_add(n)? };
    }
    // PHP leaves the lowest integer a string key.
    (v != i64::MIN).then_some(v)
}

/// Decimal digits and the position of the point: the value is `0.DIGITS * 10^point`. `d` is finite and positive.
fn exact_digits(d: f64, precision: i32) -> (Vec<u8>, i32) {
    // No float has more digits than this.
    let text = format!("{:.*e}", precision.clamp(1, 1100) as usize - 1, d);
    let (mantissa, exp) = text.split_once('e').unwrap_or((&text, "0"));
    let exp: i32 = exp.parse().unwrap_or(0);
    let (int, frac) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut ds: Vec<u8> = int.bytes().chain(frac.bytes()).collect();
    while ds.len() > 1 && ds.last() == Some(&b'0') && !howdah_decimal::is_even_tie(d, precision) {
        ds.pop();
    }
    (ds, int.len() as i32 + exp)
}

/// A float as `echo`, `var_dump` and the like print it. `precision` -1: the shortest text that reads back the same (and
/// exponent form beyond 17 digits), else that many significant digits (`%.*G` of php-src's `php_gcvt`).
pub fn write_float(d: f64, precision: i32, out: &mut Vec<u8>) {
    if d.is_nan() {
        return out.extend_from_slice(b"NAN");
    }
    if d.is_sign_negative() {
        out.push(b'-');
    }
    let a = d.abs();
    if a.is_infinite() {
        return out.extend_from_slice(b"INF");
    }
    let places = if precision < 0 { 17 } else { precision.max(1) };
    // Whole numbers that have that many digits anyway.
    if a < 1e15 && a as u64 as f64 == a && (places >= 15 || a < POWERS[places as usize]) {
        return out.extend_from_slice(itoa::Buffer::new().format(a as u64).as_bytes());
    }
    let short = if precision < 0 { Some(Digits::shortest(a)) } else { Digits::significant(a, places) };
    match short {
        Some(s) => write_digits(s.as_bytes(), s.point, places, out),
        None => {
            let (digits, point) = exact_digits(a, places);
            write_digits(&digits, point, places, out);
        }
    }
}

/// 10 to the power of the index.
const POWERS: [f64; 15] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];

/// Writes digits with their point, in exponent form where it stands too far from them.
fn write_digits(ds: &[u8], point: i32, places: i32, out: &mut Vec<u8>) {
    if point - 1 < -4 || point > places {
        let e = point - 1;
        out.extend_from_slice(&[ds[0], b'.']);
        out.extend_from_slice(if ds.len() > 1 { &ds[1..] } else { b"0" });
        out.extend_from_slice(if e < 0 { b"E-" } else { b"E+" });
        out.extend_from_slice(itoa::Buffer::new().format(e.unsigned_abs()).as_bytes());
    } else if point <= 0 {
        out.extend_from_slice(&b"0.0000"[..2 + point.unsigned_abs() as usize]);
        out.extend_from_slice(ds);
    } else {
        let p = point as usize;
        if ds.len() <= p {
            out.extend_from_slice(ds);
            out.resize(out.len() + p - ds.len(), b'0');
        } else {
            out.extend_from_slice(&ds[..p]);
            out.push(b'.');
            out.extend_from_slice(&ds[p..]);
        }
    }
}

/// As [`write_float`], as a text of its own.
pub fn format_float(d: f64, precision: i32) -> String {
    let mut out = Vec::with_capacity(32);
    write_float(d, precision, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

thread_local! {
    /// Room for a float's text.
    static TEXT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Calls `f` with the text of a float.
pub fn with_float<T>(d: f64, precision: i32, f: impl FnOnce(&[u8]) -> T) -> T {
    let mut text = TEXT.take();
    write_float(d, precision, &mut text);
    let r = f(&text);
    text.clear();
    TEXT.set(text);
    r
}

/// As [`format_float`], with `.0` behind a whole number (var_export, json with PRESERVE_ZERO_FRACTION, var_dump does not).
pub fn format_float_frac(d: f64, precision: i32) -> String {
    let s = format_float(d, precision);
    if d.is_finite() && !s.contains('.') { s + ".0" } else { s }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_print_as_php_prints_them() {
        for (d, want) in [
            (0.1, "0.1"),
            (1e25, "1.0E+25"),
            (1e15, "1000000000000000"),
            (-0.0, "-0"),
            (1.5e-7, "1.5E-7"),
            (0.0001, "0.0001"),
            (0.00001, "1.0E-5"),
            (123456789012345678.0, "1.2345678901234568E+17"),
            (100000.0, "100000"),
            (1e17, "1.0E+17"),
            (12345678901234567.0, "12345678901234568"),
            (5e-324, "5.0E-324"),
            (f64::MAX, "1.7976931348623157E+308"),
            (-0.5, "-0.5"),
            (1e14, "100000000000000"),
            (9.5e14, "950000000000000"),
        ] {
            assert_eq!(format_float(d, -1), want);
        }
        assert_eq!(format_float(0.1 + 0.2, 14), "0.3");
        assert_eq!(format_float(0.1 + 0.2, 17), "0.30000000000000004");
        assert_eq!(format_float(1e15, 14), "1.0E+15");
        assert_eq!(format_float(123456.0, 3), "1.23E+5");
        assert_eq!(format_float(999.0, 3), "999");
        assert_eq!(format_float(1000.0, 3), "1.0E+3");
        assert_eq!(format_float(99999999999999.0, 14), "99999999999999");
        assert_eq!(format_float(100000000000000.0, 14), "1.0E+14");
        assert_eq!(format_float(99999999999999.5, 14), "1.0E+14");
        assert_eq!(format_float(0.00012345678901234567, 14), "0.00012345678901235");
        assert_eq!(format_float(5e-324, 14), "4.9406564584125E-324");
        assert_eq!(format_float(2.5, 1), "2");
        assert_eq!(format_float(f64::NEG_INFINITY, 14), "-INF");
    }

    #[test]
    fn floats_of_all_magnitudes_have_the_digits_of_their_exact_value() {
        let mut bits = 0x1234_5678_9abc_def1u64;
        for i in 0..200_000 {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            let d = match i % 3 {
                0 => f64::from_bits(bits).abs(),
                1 => (bits % 10_000_000) as f64 / 128.0,
                _ => (bits % 1_000_000_000) as f64 / 1000.0,
            };
            if !d.is_finite() || d == 0.0 {
                continue;
            }
            for precision in [1, 5, 14, 17, 25] {
                let (digits, point) = exact_digits(d, precision);
                let mut want = Vec::new();
                write_digits(&digits, point, precision, &mut want);
                assert_eq!(format_float(d, precision).as_bytes(), want, "{d:e} at {precision}");
            }
            assert_eq!(format_float(d, -1).replace('E', "e").parse(), Ok(d));
        }
    }

    #[test]
    fn numeric_strings() {
        let n = |s: &str| parse_numeric(s.as_bytes());
        assert_eq!(n("12").unwrap().num, Num::Int(12));
        assert_eq!(n(" 12 ").unwrap(), Numeric { num: Num::Int(12), trailing: false, overflow: 0 });
        assert_eq!(n("1e3").unwrap().num, Num::Dbl(1000.0));
        assert_eq!(n(".5").unwrap().num, Num::Dbl(0.5));
        assert_eq!(n("12abc").unwrap(), Numeric { num: Num::Int(12), trailing: true, overflow: 0 });
        assert!(n("abc").is_none() && n("").is_none() && n(".").is_none() && n("-").is_none());
        assert_eq!(n("9223372036854775808").unwrap().num, Num::Dbl(9223372036854775808.0));
        assert_eq!(n("-9223372036854775808").unwrap().num, Num::Int(i64::MIN));
        for (text, want) in [
            ("0", 0),
            ("007", 7),
            ("999999999999999999", 999_999_999_999_999_999),
            ("12a", 12),
            (" 5", 5),
            ("", 0),
            ("9223372036854775808", i64::MAX),
            ("1e3", 1000),
            ("-4", -4),
        ] {
            assert_eq!(leading_int(text.as_bytes()), want, "{text}");
        }
        assert_eq!(int_key(b"-0"), None);
        assert_eq!(int_key(b"12"), Some(12));
    }
}
