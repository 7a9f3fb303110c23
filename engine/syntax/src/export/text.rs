//! Literals as PHP writes them.

/// A string in single quotes, or in double quotes if it has control characters.
pub(super) fn quoted(out: &mut Vec<u8>, s: &[u8]) {
    if s.iter().any(|&c| c < b' ') {
        out.push(b'"');
        escaped(out, s, b'"');
        out.push(b'"');
        return;
    }
    out.push(b'\'');
    for &c in s {
        if c == b'\'' || c == b'\\' {
            out.push(b'\\');
        }
        out.push(c);
    }
    out.push(b'\'');
}

/// Text between double quotes or backticks.
pub(super) fn escaped(out: &mut Vec<u8>, s: &[u8], quote: u8) {
    for &c in s {
        let short = match c {
            b'\n' => Some(b'n'),
            b'\r' => Some(b'r'),
            b'\t' => Some(b't'),
            0x0c => Some(b'f'),
            0x0b => Some(b'v'),
            0x1b => Some(b'e'),
            _ => None,
        };
        if let Some(short) = short {
            out.extend_from_slice(&[b'\\', short]);
        } else if c < b' ' {
            out.extend_from_slice(&[b'\\', b'0', b'0' + c / 8, b'0' + c % 8]);
        } else {
            if c == quote || c == b'$' || c == b'\\' {
                out.push(b'\\');
            }
            out.push(c);
        }
    }
}

/// A float with `precision` significant digits (-1: as many as tell it apart), always with a point.
pub(super) fn float(value: f64, precision: i32) -> String {
    if value.is_nan() {
        return "NAN".into();
    }
    if value.is_infinite() {
        return if value < 0.0 { "-INF".into() } else { "INF".into() };
    }
    let (digits, limit) = match precision {
        ..0 => (format!("{value:e}"), 17),
        0 => (format!("{value:.0e}"), 1),
        p => (format!("{value:.*e}", p as usize - 1), p),
    };
    let (mantissa, exponent) = digits.split_once('e').unwrap_or((&digits, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let sign = if mantissa.starts_with('-') { "-" } else { "" };
    let all: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let all = all.trim_end_matches('0');
    let all = if all.is_empty() { "0" } else { all };
    if exponent < -4 || exponent >= limit {
        let (first, rest) = all.split_at(1);
        let rest = if rest.is_empty() { "0" } else { rest };
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}.{rest}E{direction}{}", exponent.abs());
    }
    if exponent < 0 {
        let zeros = "0".repeat((-exponent - 1) as usize);
        return format!("{sign}0.{zeros}{all}");
    }
    let whole = exponent as usize + 1;
    if all.len() <= whole {
        return format!("{sign}{all}{}.0", "0".repeat(whole - all.len()));
    }
    format!("{sign}{}.{}", &all[..whole], &all[whole..])
}
