//! Takes numbers and marks out of a token. Reading past its end gives NUL bytes.

use crate::time::UNSET;

/// A place in a token.
#[derive(Debug, Clone)]
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    position: usize,
}

/// Why a signed number could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NumberError {
    /// There is none.
    Missing,
    /// It does not fit in 64 bits.
    OutOfRange,
}

impl NumberError {
    /// PHP's text for it.
    pub(crate) fn text(self) -> &'static str {
        match self {
            NumberError::Missing => "Found unexpected data",
            NumberError::OutOfRange => "Number out of range",
        }
    }
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, position: 0 }
    }

    /// Offset of the next byte.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// The next byte.
    pub(crate) fn peek(&self) -> u8 {
        self.peek_at(0)
    }

    /// The byte `distance` after the next.
    pub(crate) fn peek_at(&self, distance: usize) -> u8 {
        self.bytes.get(self.position + distance).copied().unwrap_or(0)
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.peek() == 0
    }

    pub(crate) fn skip(&mut self, count: usize) {
        self.position += count;
    }

    /// Skips the next byte if it is one of these.
    pub(crate) fn skip_if(&mut self, wanted: &[u8]) -> bool {
        let found = !self.is_at_end() && wanted.contains(&self.peek());
        self.position += found as usize;
        found
    }

    /// Takes the bytes up to the first that is not wanted, or NUL.
    pub(crate) fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let length = rest.iter().take_while(|&&byte| byte != 0 && wanted(byte)).count();
        self.position += length;
        &rest[..length]
    }

    /// The next number of at most `max_digits` digits, and how many it has; [`UNSET`] when there is none, in which case
    /// everything is skipped.
    pub(crate) fn number_with_length(&mut self, max_digits: usize) -> (i64, usize) {
        self.take_while(|byte| !byte.is_ascii_digit());
        if self.is_at_end() {
            return (UNSET, 0);
        }
        let digits = self.digits(max_digits);
        (digits.iter().fold(0, |number, digit| number * 10 + (digit - b'0') as i64), digits.len())
    }

    /// The next number of at most `max_digits` digits, which must fit in 64 bits.
    pub(crate) fn number(&mut self, max_digits: usize) -> i64 {
        self.number_with_length(max_digits).0
    }

    /// A year. Below 100 and written with less than four digits, it is one of 1970 to 2069.
    pub(crate) fn year(&mut self, max_digits: usize) -> i64 {
        match self.number_with_length(max_digits) {
            (year @ 0..70, ..4) => year + 2000,
            (year @ 70..100, ..4) => year + 1900,
            (year, _) => year,
        }
    }

    fn digits(&mut self, max_digits: usize) -> &'a [u8] {
        let rest = self.bytes.get(self.position..).unwrap_or_default();
        let length = rest.iter().take(max_digits).take_while(|byte| byte.is_ascii_digit()).count();
        self.position += length;
        &rest[..length]
    }

    /// The next number with its signs, each `-` of which turns it around.
    pub(crate) fn signed_number(&mut self, max_digits: usize) -> Result<i64, NumberError> {
        self.take_while(|byte| !byte.is_ascii_digit() && !matches!(byte, b'+' | b'-'));
        if self.is_at_end() {
            return Err(NumberError::Missing);
        }
        let signs = self.take_while(|byte| matches!(byte, b'+' | b'-'));
        let is_negative = signs.iter().filter(|&&sign| sign == b'-').count() % 2 == 1;
        self.take_while(|byte| !byte.is_ascii_digit());
        if self.is_at_end() {
            return Err(NumberError::Missing);
        }
        let add = |number: i64, digit: &u8| {
            let digit = (digit - b'0') as i64;
            number.checked_mul(10)?.checked_add(if is_negative { -digit } else { digit })
        };
        self.digits(max_digits).iter().try_fold(0, add).ok_or(NumberError::OutOfRange)
    }

    /// A fraction of a second that begins with a mark, in microseconds.
    pub(crate) fn fraction(&mut self) -> i64 {
        self.take_while(|byte| !matches!(byte, b'.' | b':') && !byte.is_ascii_digit());
        if self.is_at_end() {
            return UNSET;
        }
        let text = self.take_while(|byte| matches!(byte, b'.' | b':') || byte.is_ascii_digit());
        let digits = std::str::from_utf8(&text[1..]).ok().and_then(|digits| digits.parse::<f64>().ok());
        (digits.unwrap_or(0.0) * 10f64.powf(7.0 - text.len() as f64)) as i64
    }

    /// Skips `am`, `p.m.` and the like, and tells how many hours they add to an hour of a clock of 12.
    pub(crate) fn meridian(&mut self, hour: i64) -> i64 {
        self.take_while(|byte| !matches!(byte, b'A' | b'a' | b'P' | b'p'));
        let hours = meridian_hours(self.peek(), hour);
        self.skip(1);
        self.skip_if(b".");
        self.skip_if(b"Mm");
        self.skip_if(b".");
        hours
    }

    /// Like [`Reader::meridian`], but nothing unless it is well-formed.
    pub(crate) fn checked_meridian(&mut self, hour: i64) -> Option<i64> {
        self.take_while(|byte| !matches!(byte, b'A' | b'a' | b'P' | b'p'));
        if self.is_at_end() {
            return None;
        }
        let hours = meridian_hours(self.peek(), hour);
        self.skip(1);
        let has_points = self.skip_if(b".");
        let is_complete = self.skip_if(b"Mm") && (!has_points || self.skip_if(b"."));
        is_complete.then_some(hours)
    }

    /// Skips blanks, tabs and the two kinds of no-break space.
    pub(crate) fn skip_spaces(&mut self) {
        loop {
            match (self.peek(), self.peek_at(1), self.peek_at(2)) {
                (b' ' | b'\t', ..) => self.skip(1),
                (0xE2, 0x80, 0xAF) => self.skip(3),
                (0xC2, 0xA0, _) => self.skip(2),
                _ => return,
            }
        }
    }

    /// Skips the `st` of `1st`, and its like.
    pub(crate) fn skip_day_suffix(&mut self) {
        let suffix = [self.peek(), self.peek_at(1)].map(|byte| byte.to_ascii_lowercase());
        if matches!(&suffix, b"nd" | b"rd" | b"st" | b"th") {
            self.skip(2);
        }
    }
}

fn meridian_hours(mark: u8, hour: i64) -> i64 {
    match (mark, hour) {
        (b'a' | b'A', 12) => -12,
        (b'a' | b'A', _) | (_, 12) => 0,
        _ => 12,
    }
}
