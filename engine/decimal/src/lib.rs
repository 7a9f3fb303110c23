//! The decimal digits of floats, correctly rounded, for everything that prints one.
//!
//! The exact value of a float has up to 767 digits, and rounding those is slow. Nearly always the shortest digits that read
//! back as the float, which Żmij finds in a few nanoseconds, tell the rounded ones too:
//!
//! - To fewer digits than the shortest have: let M be the number halfway between two candidates. It has one digit more than
//!   they have, so at most as many as the shortest text S. Were M strictly between S and the float, it would be as short and
//!   nearer, or shorter, and would have been S. So S and the float round alike, unless S is M itself.
//! - To as many digits or more, up to 15: any decimal of 15 digits survives a normal float, so the rounded digits are S and
//!   zeros.
//!
//! What is left (a tie, more than 15 digits of a shorter text, subnormal numbers) goes through the exact algorithm of `core`.

use std::io::Write;

/// Most digits that the shortest text of a float has.
const MOST: usize = 17;

/// Decimals that always survive a float.
const SAFE: i32 = 15;

/// The digits of a positive number: it is 0.DIGITS times ten to the power of `point`.
#[derive(Clone, Copy, Debug)]
pub struct Digits {
    digits: [u8; MOST + 3],
    len: usize,
    /// Where the point stands, counted from the first digit.
    pub point: i32,
}

impl Digits {
    /// The shortest ones that tell a positive, finite float from all others.
    pub fn shortest(d: f64) -> Digits {
        let mut buffer = zmij::Buffer::new();
        let text = buffer.format_finite(d).as_bytes();
        // An exponent has at most three digits and a sign.
        let mark = (text.len().saturating_sub(5)..text.len()).find(|&i| text[i] == b'e');
        let mut exponent = 0;
        if let Some(e) = mark {
            let (sign, digits) = match &text[e + 1..] {
                [b'-', rest @ ..] => (-1, rest),
                [b'+', rest @ ..] => (1, rest),
                rest => (1, rest),
            };
            exponent = sign * digits.iter().fold(0, |n, c| n * 10 + i32::from(c - b'0'));
        }
        let mantissa = &text[..mark.unwrap_or(text.len())];
        let dot = mantissa.iter().position(|c| *c == b'.').unwrap_or(mantissa.len());
        let mut out = Digits { digits: [b'0'; MOST + 3], len: 0, point: dot as i32 + exponent };
        let mut leading = true;
        for &c in &mantissa[..dot] {
            out.add(c, &mut leading);
        }
        for &c in mantissa.get(dot + 1..).unwrap_or_default() {
            out.add(c, &mut leading);
        }
        out.trim();
        out
    }

    fn add(&mut self, c: u8, leading: &mut bool) {
        if *leading && c == b'0' {
            self.point -= 1;
            return;
        }
        *leading = false;
        // No more than these ever come but zeros, which are not kept.
        if self.len < self.digits.len() {
            self.digits[self.len] = c;
            self.len += 1;
        }
    }

    fn trim(&mut self) {
        while self.len > 1 && self.digits[self.len - 1] == b'0' {
            self.len -= 1;
        }
    }

    /// The digits of a positive, finite float rounded to `places` of them by its exact value, halves to even; zeros at the end
    /// are left out, and no digit is left of what rounds to zero. `None` where the shortest digits cannot tell.
    pub fn significant(d: f64, places: i32) -> Option<Digits> {
        Digits::shortest(d).rounded(d, places)
    }

    fn rounded(mut self, d: f64, places: i32) -> Option<Digits> {
        if places >= self.len as i32 {
            return (places <= SAFE && d >= f64::MIN_POSITIVE).then_some(self);
        }
        let Ok(keep) = usize::try_from(places) else {
            // Less than a tenth of the last place.
            self.len = 0;
            return Some(self);
        };
        let next = self.digits[keep];
        if next == b'5' && keep + 1 == self.len {
            return None;
        }
        self.len = keep;
        if next >= b'5' {
            self.carry();
        } else if keep > 0 {
            self.trim();
        }
        Some(self)
    }

    /// Adds one in the last place.
    fn carry(&mut self) {
        while let Some(last) = self.len.checked_sub(1) {
            if self.digits[last] != b'9' {
                self.digits[last] += 1;
                return;
            }
            self.len = last;
        }
        self.digits[0] = b'1';
        self.len = 1;
        self.point += 1;
    }

    /// The digits.
    pub fn as_bytes(&self) -> &[u8] {
        &self.digits[..self.len]
    }
}

/// Whether a positive number is whole and exactly between two that have `places` digits, of which the even one is nearer zero.
/// PHP leaves zeros at the end of that one (`zend_dtoa()` does when it counts in integers: below ten to the power of 15).
pub fn is_even_tie(d: f64, places: i32) -> bool {
    const COUNTED: f64 = 1e15;
    if !(1.0..COUNTED).contains(&d) || d.trunc() != d {
        return false;
    }
    let n = d as u64;
    let Some(power) = (n.ilog10() as i32 + 1).checked_sub(places).filter(|p| *p > 0) else { return false };
    let Some(power) = 10u64.checked_pow(power as u32) else { return false };
    n % power * 2 == power && (n / power).is_multiple_of(2)
}

/// Writes a finite float with that many decimals, as C's `%.nf` does: rounded by its exact value, halves to even.
pub fn fixed(d: f64, decimals: usize, out: &mut Vec<u8>) {
    if d.is_sign_negative() {
        out.push(b'-');
    }
    let a = d.abs();
    let whole = a as u64;
    if a < 9e15 && whole as f64 == a {
        out.extend_from_slice(itoa::Buffer::new().format(whole).as_bytes());
        if decimals > 0 {
            out.push(b'.');
            out.resize(out.len() + decimals, b'0');
        }
        return;
    }
    let shortest = Digits::shortest(a);
    let places = i32::try_from(decimals).unwrap_or(i32::MAX).saturating_add(shortest.point);
    let Some(digits) = shortest.rounded(a, places) else {
        // Writing to memory does not fail.
        let _ = write!(out, "{a:.decimals$}");
        return;
    };
    let text = digits.as_bytes();
    let point = if text.is_empty() { 0 } else { digits.point };
    let (ints, zeros) = (point.max(0) as usize, point.min(0).unsigned_abs() as usize);
    if ints == 0 {
        out.push(b'0');
    } else {
        out.extend_from_slice(&text[..ints.min(text.len())]);
        out.resize(out.len() + ints.saturating_sub(text.len()), b'0');
    }
    if decimals > 0 {
        out.push(b'.');
        let end = out.len() + decimals;
        out.resize(out.len() + zeros.min(decimals), b'0');
        out.extend_from_slice(text.get(ints..).unwrap_or_default());
        out.resize(end, b'0');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Floats of all magnitudes: any bits, decimals of few digits, halves, neighbours of powers of two.
    fn floats() -> impl Iterator<Item = f64> {
        let mut state = 0x9e37_79b9_7f4a_7c15u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        (0..400_000u32).map(move |i| {
            let r = next();
            let d = match i % 6 {
                0 => f64::from_bits(r),
                1 => (r % 1_000_000) as f64 / 10f64.powi((next() % 8) as i32),
                2 => (r % 100_000) as f64 + 0.5,
                3 => (r % 4096) as f64 / 4096.0 + (next() % 100) as f64,
                4 => f64::from_bits((r % 2046 + 1) << 52).next_down(),
                _ => f64::from_bits(((r % 2047) << 52) | (next() % 3)),
            };
            if d.is_finite() && d != 0.0 { d.abs() } else { 1.0 / 3.0 }
        })
    }

    /// The digits of an exponent form, without the zeros at the end, and the place of the point.
    fn exact(d: f64, places: usize) -> (String, i32) {
        let text = format!("{d:.*e}", places - 1);
        let (mantissa, exponent) = text.split_once('e').unwrap();
        let digits = mantissa.replace('.', "");
        let digits = digits.trim_end_matches('0');
        (digits.to_owned(), exponent.parse::<i32>().unwrap() + 1)
    }

    #[test]
    fn digits_are_those_of_the_exact_value() {
        let mut told = [0u32; 18];
        for d in floats() {
            let text = format!("{d:e}");
            let (mantissa, exponent) = text.split_once('e').unwrap();
            let s = Digits::shortest(d);
            assert_eq!(s.point, exponent.parse::<i32>().unwrap() + 1, "{d:e}");
            assert_eq!(s.as_bytes().len(), mantissa.replace('.', "").len(), "{d:e}");
            for places in [1, 2, 6, 14, 15, 16, 17] {
                if let Some(got) = Digits::significant(d, places as i32) {
                    told[places] += 1;
                    let want = exact(d, places);
                    assert_eq!((got.as_bytes(), got.point), (want.0.as_bytes(), want.1), "{d:e} to {places}");
                }
            }
        }
        // It is the rule that they can be told.
        assert!(told[6] > 300_000 && told[14] > 300_000 && told[15] > 300_000, "{told:?}");
    }

    #[test]
    fn fixed_is_what_core_writes() {
        for d in floats().chain([0.0, -0.0, 0.5, 1.5, 2.5, 0.05, 0.995, 9.995, 999.9999, 1e15, 1e22, 5e-324])
        {
            for d in [d, -d] {
                for decimals in [0, 1, 2, 3, 7, 15, 20] {
                    if d.abs() < 1e30 {
                        let mut out = Vec::new();
                        fixed(d, decimals, &mut out);
                        assert_eq!(
                            String::from_utf8(out).unwrap(),
                            format!("{d:.decimals$}"),
                            "{d:e} .{decimals}"
                        );
                    }
                }
            }
        }
    }
}
