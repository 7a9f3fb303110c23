//! Decimal numbers of any length: an integer and how many of its digits stand behind the point.
//!
//! Results are exact, or cut off towards zero at a scale that the caller gives, as bc has always done it.

use num_bigint::{BigInt, BigUint, Sign};
use std::cmp::Ordering;

/// `int / 10^scale`
#[derive(Clone, Debug, Default)]
pub struct Decimal {
    int: BigInt,
    scale: usize,
}

/// What keeps a number from being raised modulo another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowModError {
    /// The base has digits behind the point.
    FractionalBase,
    /// The exponent has.
    FractionalExponent,
    /// The exponent is below zero.
    NegativeExponent,
    /// The modulus has digits behind the point.
    FractionalModulus,
    /// The modulus is zero.
    ZeroModulus,
}

/// Which way digits are dropped: the cases of PHP's `RoundingMode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest, halves away from zero.
    HalfAwayFromZero,
    /// To the nearest, halves towards zero.
    HalfTowardsZero,
    /// To the nearest, halves to the even digit.
    HalfEven,
    /// To the nearest, halves to the odd digit.
    HalfOdd,
    /// Cut off.
    TowardsZero,
    /// Away from zero.
    AwayFromZero,
    /// Down.
    NegativeInfinity,
    /// Up.
    PositiveInfinity,
}

fn pow10(n: usize) -> BigInt {
    BigInt::from(10u8).pow(n as u32)
}

impl From<i64> for Decimal {
    fn from(i: i64) -> Decimal {
        Decimal { int: BigInt::from(i), scale: 0 }
    }
}

impl Decimal {
    /// Reads `[+-]digits[.digits]`, at most `limit` digits behind the point; also gives how many were written there. A NUL
    /// byte ends the text. `None`: not well-formed.
    pub fn parse(text: &[u8], limit: Option<usize>) -> Option<(Decimal, usize)> {
        let text = text.split(|c| *c == 0).next().unwrap_or(b"");
        let (negative, rest) = match text.first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = match rest.iter().position(|c| *c == b'.') {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, &b""[..]),
        };
        if !whole.iter().chain(fraction).all(u8::is_ascii_digit) {
            return None;
        }
        let kept = &fraction[..fraction.len().min(limit.unwrap_or(usize::MAX))];
        let kept = &kept[..kept.iter().rposition(|c| *c != b'0').map_or(0, |i| i + 1)];
        let digits: Vec<u8> = whole.iter().chain(kept).map(|c| c - b'0').collect();
        let size = BigUint::from_radix_be(&digits, 10).unwrap_or_default();
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        Some((Decimal { int: BigInt::from_biguint(sign, size), scale: kept.len() }, fraction.len()))
    }

    /// Digits behind the point.
    pub fn scale(&self) -> usize {
        self.scale
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.int.sign() == Sign::NoSign
    }

    /// Whether it is below zero.
    pub fn is_negative(&self) -> bool {
        self.int.sign() == Sign::Minus
    }

    /// Digits that it takes, about.
    pub fn digits(&self) -> usize {
        self.int.bits() as usize * 3 / 10 + 1
    }

    /// As text with exactly `scale` digits behind the point, the others cut off.
    pub fn to_text(&self, scale: usize) -> Vec<u8> {
        let cut = self.truncated(scale);
        let mut digits = cut.int.magnitude().to_radix_be(10);
        if digits.len() <= cut.scale {
            let zeros = cut.scale + 1 - digits.len();
            digits.splice(0..0, std::iter::repeat_n(0, zeros));
        }
        let whole = digits.len() - cut.scale;
        let mut out = Vec::with_capacity(whole + scale + 2);
        if cut.int.sign() == Sign::Minus {
            out.push(b'-');
        }
        out.extend(digits[..whole].iter().map(|d| d + b'0'));
        if scale > 0 {
            out.push(b'.');
            out.extend(digits[whole..].iter().map(|d| d + b'0'));
            out.resize(out.len() + scale - cut.scale, b'0');
        }
        out
    }

    /// Without the digits behind the first `scale` ones.
    pub fn truncated(&self, scale: usize) -> Decimal {
        if self.scale <= scale {
            return self.clone();
        }
        Decimal { int: &self.int / pow10(self.scale - scale), scale }
    }

    /// Without zeros at the end.
    pub fn stripped(self) -> Decimal {
        if self.scale == 0 {
            return self;
        }
        let digits = self.int.magnitude().to_radix_be(10);
        if self.is_zero() {
            return Decimal::default();
        }
        let zeros = digits.iter().rev().take(self.scale).take_while(|d| **d == 0).count();
        if zeros == 0 {
            return self;
        }
        Decimal { int: self.int / pow10(zeros), scale: self.scale - zeros }
    }

    /// The integer at a scale that is no smaller than its own.
    fn at(&self, scale: usize) -> BigInt {
        if scale == self.scale { self.int.clone() } else { &self.int * pow10(scale - self.scale) }
    }

    /// The sum.
    pub fn add(&self, other: &Decimal) -> Decimal {
        let scale = self.scale.max(other.scale);
        Decimal { int: self.at(scale) + other.at(scale), scale }
    }

    /// The difference.
    pub fn sub(&self, other: &Decimal) -> Decimal {
        let scale = self.scale.max(other.scale);
        Decimal { int: self.at(scale) - other.at(scale), scale }
    }

    /// The product.
    pub fn mul(&self, other: &Decimal) -> Decimal {
        Decimal { int: &self.int * &other.int, scale: self.scale + other.scale }
    }

    /// The quotient with `scale` digits behind the point; `None` when dividing by zero.
    pub fn div(&self, other: &Decimal, scale: usize) -> Option<Decimal> {
        if other.is_zero() {
            return None;
        }
        // self / other = int · 10^(other.scale + scale - self.scale) / other.int, at `scale`.
        let (up, down) = (other.scale + scale, self.scale);
        let int = match up.cmp(&down) {
            Ordering::Less => &self.int / (&other.int * pow10(down - up)),
            Ordering::Equal => &self.int / &other.int,
            Ordering::Greater => &self.int * pow10(up - down) / &other.int,
        };
        Some(Decimal { int, scale })
    }

    /// Whole quotient, and remainder with at most `scale` digits behind the point; `None` when dividing by zero.
    pub fn div_mod(&self, other: &Decimal, scale: usize) -> Option<(Decimal, Decimal)> {
        let quotient = self.div(other, 0)?;
        let rest = self.sub(&quotient.mul(other)).truncated(scale);
        Some((quotient, rest))
    }

    /// As an int, which has no digits behind the point; 0 when it does not fit.
    pub fn to_int(&self) -> i64 {
        i64::try_from(&self.int).ok().filter(|n| *n != i64::MIN).unwrap_or(0)
    }

    /// The power, with at most `scale` digits behind the point; `None`: a negative power of zero.
    pub fn pow(&self, exponent: i64, scale: usize) -> Option<Decimal> {
        if exponent == 0 {
            return Some(Decimal::from(1));
        }
        if self.is_zero() {
            return (exponent > 0).then(Decimal::default);
        }
        let n = u32::try_from(exponent.unsigned_abs()).unwrap_or(u32::MAX);
        let power = Decimal { int: self.int.pow(n), scale: self.scale * n as usize };
        if exponent < 0 { Decimal::from(1).div(&power, scale) } else { Some(power.truncated(scale)) }
    }

    /// `self^exponent mod modulus`, all whole, with the sign that cutting off gives.
    pub fn pow_mod(&self, exponent: &Decimal, modulus: &Decimal) -> Result<Decimal, PowModError> {
        if self.scale != 0 {
            return Err(PowModError::FractionalBase);
        }
        if exponent.scale != 0 {
            return Err(PowModError::FractionalExponent);
        }
        if exponent.int.sign() == Sign::Minus {
            return Err(PowModError::NegativeExponent);
        }
        if modulus.scale != 0 {
            return Err(PowModError::FractionalModulus);
        }
        if modulus.is_zero() {
            return Err(PowModError::ZeroModulus);
        }
        let odd = exponent.int.bit(0);
        let size = self.int.magnitude().modpow(exponent.int.magnitude(), modulus.int.magnitude());
        let sign = if odd && self.int.sign() == Sign::Minus { Sign::Minus } else { Sign::Plus };
        Ok(Decimal { int: BigInt::from_biguint(sign, size), scale: 0 })
    }

    /// The square root with at least `scale` digits behind the point; `None` below zero.
    pub fn sqrt(&self, scale: usize) -> Option<Decimal> {
        if self.int.sign() == Sign::Minus {
            return None;
        }
        let scale = scale.max(self.scale);
        Some(Decimal { int: self.at(2 * scale).sqrt(), scale })
    }

    /// Compares what is left of both with at most `scale` digits behind the point.
    pub fn compare(&self, other: &Decimal, scale: usize) -> Ordering {
        let (a, b) = (self.truncated(scale), other.truncated(scale));
        let scale = a.scale.max(b.scale);
        a.at(scale).cmp(&b.at(scale))
    }

    /// The nearest whole number not above it, or not below it.
    pub fn whole(&self, down: bool) -> Decimal {
        let mode = if down { Rounding::NegativeInfinity } else { Rounding::PositiveInfinity };
        self.round(0, mode)
    }

    /// Rounded to `precision` digits behind the point, or before it when negative; padded with zeros where it has fewer.
    pub fn round(&self, precision: i64, mode: Rounding) -> Decimal {
        let kept = usize::try_from(precision).unwrap_or(0);
        if precision >= 0 && self.scale <= kept {
            return Decimal { int: self.at(kept), scale: kept };
        }
        let dropped = (self.scale as i64).saturating_sub(precision) as usize;
        // More digits dropped than there are: the unit need not be computed to know that nothing is left of the number.
        let tiny = self.digits() + 2 < dropped;
        let unit = if tiny { BigInt::from(0) } else { pow10(dropped) };
        let size = BigInt::from(self.int.magnitude().clone());
        let (quotient, rest) = if tiny { (BigInt::from(0), size) } else { (&size / &unit, &size % &unit) };
        let negative = self.int.sign() == Sign::Minus;
        let half = if tiny { Ordering::Less } else { (&rest * 2u8).cmp(&unit) };
        let some = rest.sign() != Sign::NoSign;
        let up = match mode {
            Rounding::HalfAwayFromZero => half != Ordering::Less,
            Rounding::HalfTowardsZero => half == Ordering::Greater,
            Rounding::HalfEven => half == Ordering::Greater || half == Ordering::Equal && quotient.bit(0),
            Rounding::HalfOdd => half == Ordering::Greater || half == Ordering::Equal && !quotient.bit(0),
            Rounding::TowardsZero => false,
            Rounding::AwayFromZero => some,
            Rounding::NegativeInfinity => some && negative,
            Rounding::PositiveInfinity => some && !negative,
        };
        let int = if up { quotient + 1u8 } else { quotient };
        let int = if negative { -int } else { int };
        if precision < 0 && int.sign() != Sign::NoSign {
            return Decimal { int: int * pow10(precision.unsigned_abs() as usize), scale: 0 };
        }
        Decimal { int, scale: kept }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(t: &str) -> Decimal {
        Decimal::parse(t.as_bytes(), None).expect(t).0
    }
    fn text(d: &Decimal) -> String {
        String::from_utf8(d.to_text(d.scale())).unwrap()
    }

    #[test]
    fn reads_and_writes() {
        assert_eq!(text(&d("+001.2300")), "1.23");
        assert_eq!(text(&d("-.5")), "-0.5");
        assert_eq!(d("-0.009").to_text(2), b"0.00");
        assert_eq!(d("12").to_text(3), b"12.000");
        assert!(Decimal::parse(b"1e3", None).is_none());
        assert_eq!(
            Decimal::parse(b"1.0560", Some(2)).map(|(n, full)| (text(&n), full)),
            Some(("1.05".into(), 4))
        );
    }

    #[test]
    fn computes() {
        assert_eq!(text(&d("1").div(&d("-3"), 4).unwrap()), "-0.3333");
        assert_eq!(text(&d("100").div(&d("0.07"), 0).unwrap()), "1428");
        let (q, r) = d("-10.5").div_mod(&d("3"), 1).unwrap();
        assert_eq!((text(&q), text(&r)), ("-3".into(), "-1.5".into()));
        assert_eq!(text(&d("2").sqrt(9).unwrap()), "1.414213562");
        assert_eq!(text(&d("1.5").pow(-2, 5).unwrap()), "0.44444");
        assert!(d("0").pow(-1, 2).is_none());
        assert_eq!(text(&d("-3").pow_mod(&d("3"), &d("5")).unwrap()), "-2");
    }

    #[test]
    fn rounds() {
        for (n, precision, mode, wanted) in [
            ("2.5", 0, Rounding::HalfEven, "2"),
            ("3.5", 0, Rounding::HalfEven, "4"),
            ("-2.5", 0, Rounding::HalfTowardsZero, "-2"),
            ("1234.5", -2, Rounding::HalfAwayFromZero, "1200"),
            ("50", -2, Rounding::HalfAwayFromZero, "100"),
            ("50", -2, Rounding::HalfOdd, "100"),
            ("1", -9, Rounding::PositiveInfinity, "1000000000"),
            ("1.5", 3, Rounding::HalfEven, "1.500"),
        ] {
            assert_eq!(text(&d(n).round(precision, mode)), wanted, "{n} {precision} {mode:?}");
        }
    }
}
