//! Values of settings as booleans and as quantities with a size suffix (`zend_ini_parse_quantity` in php-src).

/// Whether a setting's text means on: `true`, `yes`, `on`, or a number other than 0.
pub fn is_on(v: &[u8]) -> bool {
    [&b"true"[..], b"yes", b"on"].iter().any(|w| v.eq_ignore_ascii_case(w)) || to_long(v) as i32 != 0
}

/// C's `strtol` with base 10: white space, a sign, digits; what follows is ignored.
pub fn to_long(v: &[u8]) -> i64 {
    let v = v.trim_ascii_start();
    let (neg, digits) = match v.first() {
        Some(b'-') => (true, &v[1..]),
        Some(b'+') => (false, &v[1..]),
        _ => (false, v),
    };
    let n = digits
        .iter()
        .take_while(|c| c.is_ascii_digit())
        .fold(0i64, |n, c| n.saturating_mul(10).saturating_add((c - b'0') as i64));
    if neg { n.saturating_neg() } else { n }
}

fn is_space(c: u8) -> bool {
    matches!(c, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// A quantity's value, and what is wrong with its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity<T> {
    /// The value that is used in any case.
    pub value: T,
    /// `Invalid quantity "…": …`
    pub complaint: Option<String>,
}

/// A signed quantity: digits (decimal, octal with a leading 0, `0x`, `0o`, `0b`) and an optional K, M or G.
pub fn signed(text: &[u8]) -> Quantity<i64> {
    let q = parse(text, true);
    Quantity { value: q.value as i64, complaint: q.complaint }
}

/// An unsigned quantity; `-1` is the largest.
pub fn unsigned(text: &[u8]) -> Quantity<u64> {
    parse(text, false)
}

/// Bytes as warnings show them.
fn escaped(b: &[u8]) -> String {
    let mut s = String::new();
    for &c in b {
        match c {
            b'\n' => s.push_str("\\n"),
            b'\r' => s.push_str("\\r"),
            b'\t' => s.push_str("\\t"),
            0x0c => s.push_str("\\f"),
            0x0b => s.push_str("\\v"),
            b'\\' => s.push_str("\\\\"),
            0x1b => s.push_str("\\e"),
            32..=126 => s.push(c as char),
            _ => s.push_str(&format!("\\x{c:02X}")),
        }
    }
    s
}

/// `strtoul`: digits of a base from the start; the end, the value, and whether it overflowed.
fn digits_of(s: &[u8], base: u32) -> (usize, u64, bool) {
    let (mut v, mut over, mut n) = (0u64, false, 0);
    for &c in s {
        let Some(d) = (c as char).to_digit(base) else { break };
        match v.checked_mul(base as u64).and_then(|v| v.checked_add(d as u64)) {
            Some(x) if !over => v = x,
            _ => {
                over = true;
                v = u64::MAX;
            }
        }
        n += 1;
    }
    (n, v, over)
}

fn parse(text: &[u8], is_signed: bool) -> Quantity<u64> {
    let ok = |value| Quantity { value, complaint: None };
    let bad = |value, why: String| Quantity { value, complaint: Some(why) };
    const BC: &str = "for backwards compatibility";
    let start = text.iter().take_while(|&&c| is_space(c)).count();
    let end = text.len() - text[start..].iter().rev().take_while(|&&c| is_space(c)).count();
    let t = &text[start..end];
    let Some(&first) = t.first() else { return ok(0) };
    let negative = first == b'-';
    let mut d = &t[matches!(first, b'+' | b'-') as usize..];
    let no_digits = || {
        let e = escaped(text);
        bad(0, format!("Invalid quantity \"{e}\": no valid leading digits, interpreting as \"0\" {BC}"))
    };
    if !d.first().is_some_and(u8::is_ascii_digit) {
        return no_digits();
    }
    let mut base = if d[0] == b'0' { 8 } else { 10 };
    if d[0] == b'0' && !d.get(1).is_some_and(u8::is_ascii_digit) {
        base = match d.get(1) {
            None => return ok(0),
            Some(b'g' | b'G' | b'm' | b'M' | b'k' | b'K') => 8,
            Some(b'x' | b'X') => 16,
            Some(b'o' | b'O') => 8,
            Some(b'b' | b'B') => 2,
            Some(&c) => {
                return bad(0, format!("Invalid prefix \"0{}\", interpreting as \"0\" {BC}", c as char));
            }
        };
        if !matches!(d[1], b'g' | b'G' | b'm' | b'M' | b'k' | b'K') {
            d = &d[2..];
            if d.first().is_none_or(|&c| is_space(c) || c == b'+' || c == b'-') || second_prefix(d, base) {
                let e = escaped(text);
                return bad(
                    0,
                    format!(
                        "Invalid quantity \"{e}\": no digits after base prefix, interpreting as \"0\" {BC}"
                    ),
                );
            }
        }
    }
    let (n, mut value, mut overflow) = digits_of(d, base);
    if !overflow {
        if is_signed {
            if negative && value == 1 << 63 {
                // The smallest integer.
            } else if value > i64::MAX as u64 {
                overflow = true;
            } else if negative {
                value = value.wrapping_neg();
            }
        } else if negative {
            if value == 1 && n == d.len() {
                value = u64::MAX;
            } else {
                overflow = true;
            }
        }
    }
    if n == 0 {
        return no_digits();
    }
    let rest = &d[n..];
    let gap = rest.iter().take_while(|&&c| is_space(c)).count();
    let used = t.len() - rest.len() + gap;
    let suffix = &rest[gap..];
    let out_of_range = |value| {
        let e = escaped(text);
        bad(value, format!("Invalid quantity \"{e}\": value is out of range, using overflow result {BC}"))
    };
    let Some(&last) = suffix.last() else {
        return if overflow { out_of_range(value) } else { ok(value) };
    };
    let factor: u64 = match last {
        b'g' | b'G' => 1 << 30,
        b'm' | b'M' => 1 << 20,
        b'k' | b'K' => 1 << 10,
        _ => {
            let (e, c, i) = (escaped(text), escaped(&[last]), escaped(&t[..used]));
            return bad(
                value,
                format!("Invalid quantity \"{e}\": unknown multiplier \"{c}\", interpreting as \"{i}\" {BC}"),
            );
        }
    };
    if !overflow {
        overflow = if is_signed {
            (value as i64).checked_mul(factor as i64).is_none()
        } else {
            value.checked_mul(factor).is_none()
        };
    }
    value = value.wrapping_mul(factor);
    if suffix.len() > 1 {
        let (e, i, c) = (escaped(text), escaped(&t[..used]), escaped(&[last]));
        return bad(value, format!("Invalid quantity \"{e}\", interpreting as \"{i}{c}\" {BC}"));
    }
    if overflow { out_of_range(value) } else { ok(value) }
}

/// Whether what follows a base prefix starts with another one.
fn second_prefix(d: &[u8], base: u32) -> bool {
    d[0] == b'0'
        && match d.get(1) {
            Some(b'x' | b'X' | b'o' | b'O') => true,
            Some(b'b' | b'B') => base != 16,
            _ => false,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities() {
        for (t, v) in
            [("1", 1), (" 2K ", 2048), ("0x10", 16), ("0o17", 15), ("0b11", 3), ("-1", -1), ("017", 15)]
        {
            assert_eq!(signed(t.as_bytes()), Quantity { value: v, complaint: None }, "{t}");
        }
        assert_eq!(signed(b"128M").value, 128 << 20);
        assert_eq!(unsigned(b"-1").value, u64::MAX);
        let q = signed(b"1.5M");
        assert_eq!(q.value, 1 << 20);
        assert_eq!(
            q.complaint.as_deref(),
            Some("Invalid quantity \"1.5M\", interpreting as \"1M\" for backwards compatibility")
        );
        let q = signed(b"2Z");
        let want = "Invalid quantity \"2Z\": unknown multiplier \"Z\", interpreting as \"2\" for backwards compatibility";
        assert_eq!((q.value, q.complaint.as_deref()), (2, Some(want)));
    }
}
