//! Which texts a collator's sorting takes for numbers, and for which.

use plugin_api::Value;

/// The number at the beginning of a text, if sorting takes the text for one. Digits with something behind them are a number;
/// what begins with a letter is none; white space in front is skipped.
pub fn numeric(text: &[u16]) -> Option<Value> {
    let shown = String::from_utf16_lossy(text);
    let body = shown.trim_start();
    if text.is_empty() {
        return None;
    }
    let int = int_prefix(body);
    let float = float_prefix(body);
    // An integer that does not fit is a float.
    if let Some((len, Some(n))) = int
        && len == body.len()
    {
        return Some(n.into());
    }
    if int.is_none() && !shown.starts_with(['.', '-']) {
        return None;
    }
    let number = float.and_then(|len| body.get(..len)?.parse::<f64>().ok().map(|n| (len, n)));
    if let Some((len, n)) = number
        && len == body.len()
    {
        return n.is_finite().then(|| n.into());
    }
    match (int, number) {
        (Some((i, Some(n))), Some((f, _))) if f <= i => Some(n.into()),
        (_, Some((_, n))) => Some(n.into()),
        (Some((_, Some(n))), None) => Some(n.into()),
        // Not even a number's beginning: zero.
        _ => Some(0.into()),
    }
}

/// Bytes of an integer at the beginning, and its value unless it does not fit.
fn int_prefix(s: &str) -> Option<(usize, Option<i64>)> {
    let digits = s.strip_prefix(['-', '+']).unwrap_or(s);
    let sign = s.len() - digits.len();
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    let end = sign + len;
    (len > 0).then(|| (end, s.get(..end).and_then(|t| t.parse().ok())))
}

/// Bytes of a float at the beginning.
fn float_prefix(s: &str) -> Option<usize> {
    let b = s.as_bytes();
    let digits = |from: usize| b.iter().skip(from).take_while(|c| c.is_ascii_digit()).count();
    let mut at = usize::from(matches!(b.first(), Some(b'-' | b'+')));
    let mut any = digits(at);
    at += any;
    if b.get(at) == Some(&b'.') {
        let behind = digits(at + 1);
        any += behind;
        at += 1 + behind;
    }
    if any == 0 {
        return None;
    }
    if matches!(b.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(b.get(at + 1), Some(b'-' | b'+')));
        let exponent = digits(at + 1 + sign);
        if exponent > 0 {
            at += 1 + sign + exponent;
        }
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::float_prefix;

    #[test]
    fn prefixes() {
        assert_eq!(float_prefix("12.5e3x"), Some(6));
        assert_eq!(float_prefix("12.5ex"), Some(4));
        assert_eq!(float_prefix("-.5"), Some(3));
        assert_eq!(float_prefix("."), None);
    }
}
