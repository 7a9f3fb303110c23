//! Numbers as text and text as numbers, by PHP's rules.

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
    let ints = body.iter().take_while(|c| c.is_ascii_digit()).count();
    let mut end = ints;
    let mut float = false;
    if body.get(end) == Some(&b'.') {
        let frac = body[end + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        if ints > 0 || frac > 0 {
            float = true;
            end += 1 + frac;
        }
    }
    if end == 0 {
        return None;
    }
    if matches!(body.get(end), Some(b'e' | b'E')) {
        let mut e = end + 1;
        if matches!(body.get(e), Some(b'+' | b'-')) {
            e += 1;
        }
        let digits = body[e..].iter().take_while(|c| c.is_ascii_digit()).count();
        if digits > 0 {
            float = true;
            end = e + digits;
        }
    }
    let trailing = body[end..].iter().any(|&c| !is_space(c));
    let mut overflow = 0;
    let num = if float {
        Num::Dbl(parse_float(&t[..sign + end]))
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
        Some(Numeric { num: Num::Int(i), .. }) => i as f64,
        Some(Numeric { num: Num::Dbl(d), .. }) => d,
        None => 0.0,
    }
}

/// The integer at the start of `s` as a cast reads it: floats are truncated, overflow wraps as [`dbl_to_int`] says.
pub fn leading_int(s: &[u8]) -> i64 {
    match parse_numeric(s) {
        Some(Numeric { num: Num::Int(i), .. }) => i,
        Some(Numeric { num: Num::Dbl(d), overflow, .. }) => match overflow {
            // A cast of an all-digits overflowing string saturates.
            1 => i64::MAX,
            -1 => i64::MIN,
            _ => dbl_to_int_cap(d),
        },
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
    if d.is_infinite() {
        return if d > 0.0 { i64::MAX } else { i64::MIN };
    }
    if d.is_nan() {
        return 0;
    }
    // The cast saturates.
    d as i64
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
fn digits(d: f64, precision: i32) -> (Vec<u8>, i32) {
    let mut buf = ryu::Buffer::new();
    let text = if precision == 0 {
        buf.format_finite(d).to_owned()
    } else {
        // No float has more digits than this.
        format!("{:.*e}", precision.clamp(1, 1100) as usize - 1, d)
    };
    let (mantissa, exp) = text.split_once('e').unwrap_or((&text, "0"));
    let exp: i32 = exp.parse().unwrap_or(0);
    let (int, frac) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut point = int.len() as i32 + exp;
    let mut ds: Vec<u8> = int.bytes().chain(frac.bytes()).collect();
    let zeros = ds.iter().take_while(|&&c| c == b'0').count();
    ds.drain(..zeros);
    point -= zeros as i32;
    while ds.last() == Some(&b'0') {
        ds.pop();
    }
    if ds.is_empty() {
        ds.push(b'0');
        point = 1;
    }
    (ds, point)
}

/// A float as `echo`, `var_dump` and the like print it. `precision` -1: the shortest text that reads back the same (and
/// exponent form beyond 17 digits), else that many significant digits (`%.*G` of php-src's `php_gcvt`).
pub fn format_float(d: f64, precision: i32) -> String {
    if d.is_nan() {
        return "NAN".into();
    }
    if d.is_infinite() {
        return if d > 0.0 { "INF".into() } else { "-INF".into() };
    }
    if d == 0.0 {
        return if d.is_sign_negative() { "-0".into() } else { "0".into() };
    }
    let (nd, mode) = if precision < 0 { (17, 0) } else { (precision.max(1), precision.max(1)) };
    let (ds, point) = digits(d.abs(), mode);
    let mut out = String::with_capacity(24);
    if d < 0.0 {
        out.push('-');
    }
    let text = |b: &[u8]| String::from_utf8_lossy(b).into_owned();
    if point - 1 < -4 || point > nd {
        let e = point - 1;
        out.push(ds[0] as char);
        out.push('.');
        if ds.len() > 1 {
            out.push_str(&text(&ds[1..]))
        } else {
            out.push('0')
        }
        out.push_str(&format!("E{}{}", if e < 0 { '-' } else { '+' }, e.abs()));
    } else if point <= 0 {
        out.push_str("0.");
        (point..0).for_each(|_| out.push('0'));
        out.push_str(&text(&ds));
    } else {
        let p = point as usize;
        if ds.len() <= p {
            out.push_str(&text(&ds));
            (ds.len()..p).for_each(|_| out.push('0'));
        } else {
            out.push_str(&text(&ds[..p]));
            out.push('.');
            out.push_str(&text(&ds[p..]));
        }
    }
    out
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
        ] {
            assert_eq!(format_float(d, -1), want);
        }
        assert_eq!(format_float(0.1 + 0.2, 14), "0.3");
        assert_eq!(format_float(0.1 + 0.2, 17), "0.30000000000000004");
        assert_eq!(format_float(1e15, 14), "1.0E+15");
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
        assert_eq!(int_key(b"-0"), None);
        assert_eq!(int_key(b"12"), Some(12));
    }
}
