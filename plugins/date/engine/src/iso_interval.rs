//! ISO 8601 durations and repeating intervals: `P1Y2M10DT2H30M`, `P0001-00-04T05:06:07`,
//! `R5/2008-03-01T13:00:00Z/P1Y2M10DT2H30M`.

use crate::parse::{Message, trim};
use crate::time::{Relative, Time, ZoneKind};

/// The parts of a repeating interval; what the string does not have is missing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct IsoInterval {
    /// The first time, in UTC.
    pub start: Option<Time>,
    /// The last time, in UTC.
    pub end: Option<Time>,
    /// The step between times.
    pub duration: Option<Relative>,
    /// How often it repeats.
    pub recurrences: Option<i64>,
    /// What is wrong with the string.
    pub errors: Vec<Message>,
}

/// Reads a duration or a repeating interval.
pub fn parse_iso_interval(text: &[u8]) -> IsoInterval {
    let text = trim(text);
    let mut parser = Parser { text, position: 0, result: IsoInterval::default() };
    if text.is_empty() {
        parser.error("Empty string");
    }
    while parser.position < text.len() {
        parser.token();
    }
    parser.result
}

struct Parser<'a> {
    text: &'a [u8],
    position: usize,
    result: IsoInterval,
}

/// The part of a duration that a letter may still name, in the order of the grammar.
const DATE_LETTERS: &[u8] = b"YMWD";
const TIME_LETTERS: &[u8] = b"HMS";

impl Parser<'_> {
    fn error(&mut self, text: &'static str) {
        let character = self.text.get(self.position).copied().unwrap_or(0);
        self.result.errors.push(Message { position: self.position, character, text });
    }

    /// Reads the longest token here.
    fn token(&mut self) {
        let rest = &self.text[self.position..];
        let length = match rest[0] {
            b'R' if digits(&rest[1..]) > 0 => {
                let length = 1 + digits(&rest[1..]);
                self.result.recurrences = Some(number(&rest[1..length.min(10)]));
                length
            }
            b'P' => self.duration(rest),
            b'0'..=b'9' if let Some((fields, length)) = date_time(rest) => {
                self.time(fields);
                length
            }
            b' ' | b'.' | b',' | b'\t' | b'/' | b'\n' | 0 => 1,
            _ => {
                self.error("Unexpected character");
                1
            }
        };
        self.position += length;
    }

    fn time(&mut self, [y, m, d, h, i, s]: [i64; 6]) {
        let time = Time { y, m, d, h, i, s, zone_kind: ZoneKind::Offset, ..Time::default() };
        let is_end =
            self.result.start.is_some() || self.result.end.is_some() || self.result.duration.is_some();
        *(if is_end { &mut self.result.end } else { &mut self.result.start }) = Some(time);
    }

    /// A duration in either form; its length is that of what fits the grammar.
    fn duration(&mut self, rest: &[u8]) -> usize {
        let mut duration = self.result.duration.unwrap_or_default();
        if let Some(([y, m, d, h, i, s], length)) = combined(rest) {
            self.result.duration = Some(Relative { y, m, d, h, i, s, ..duration });
            return length;
        }
        let date_length = 1 + units_length(&rest[1..], DATE_LETTERS);
        let has_time = rest.get(date_length) == Some(&b'T');
        let length = match has_time {
            true => date_length + 1 + units_length(&rest[date_length + 1..], TIME_LETTERS),
            false => date_length,
        };
        let mut is_read = read_units(&rest[1..date_length], false, &mut duration);
        if has_time {
            is_read &= read_units(&rest[date_length + 1..length], true, &mut duration);
        }
        if !is_read {
            self.error("Undefined period specifier");
        }
        if length == 1 || (has_time && length == date_length + 1) {
            self.error("Missing expected time part");
        }
        self.result.duration = Some(duration);
        length
    }
}

/// How many bytes are digits here.
fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn number(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + (digit - b'0') as i64)
}

/// Length of the numbers here with letters that come in this order, each at most once.
fn units_length(text: &[u8], mut letters: &[u8]) -> usize {
    let mut length = 0;
    loop {
        let count = digits(&text[length..]);
        let letter = text.get(length + count).filter(|_| count > 0);
        let Some(place) = letter.and_then(|letter| letters.iter().position(|known| known == letter)) else {
            return length;
        };
        letters = &letters[place + 1..];
        length += count + 1;
    }
}

/// Sets the fields of a duration; fails at a number of more than twelve digits.
fn read_units(mut text: &[u8], is_time: bool, duration: &mut Relative) -> bool {
    while !text.is_empty() {
        let count = digits(text);
        if count > 12 {
            return false;
        }
        let amount = number(&text[..count]);
        match (text[count], is_time) {
            (b'Y', _) => duration.y = amount,
            (b'M', false) => duration.m = amount,
            (b'W', _) => duration.d += amount * 7,
            (b'D', _) => duration.d += amount,
            (b'H', _) => duration.h = amount,
            (b'M', true) => duration.i = amount,
            _ => duration.s = amount,
        }
        text = &text[count + 1..];
    }
    true
}

/// What a byte of a pattern stands for: `0` any digit, everything else itself.
fn fits(text: &[u8], pattern: &[u8]) -> bool {
    text.len() >= pattern.len()
        && text.iter().zip(pattern).all(|(byte, wanted)| match wanted {
            b'0' => byte.is_ascii_digit(),
            _ => byte == wanted,
        })
}

/// The six numbers at these offsets: a year of four digits, then of two each.
fn fields(text: &[u8], offsets: [usize; 6]) -> [i64; 6] {
    let mut lengths = [2; 6];
    lengths[0] = 4;
    std::array::from_fn(|index| number(&text[offsets[index]..offsets[index] + lengths[index]]))
}

fn is_clock([.., h, i, s]: &[i64; 6]) -> bool {
    *h <= 24 && *i <= 59 && *s <= 59
}

/// A time in UTC, in the basic or the extended format.
fn date_time(text: &[u8]) -> Option<([i64; 6], usize)> {
    let (fields, length) = if fits(text, b"00000000T000000Z") {
        (fields(text, [0, 4, 6, 9, 11, 13]), 16)
    } else if fits(text, b"0000-00-00T00:00:00Z") {
        (fields(text, [0, 5, 8, 11, 14, 17]), 20)
    } else {
        return None;
    };
    let is_date = (1..=12).contains(&fields[1]) && (1..=31).contains(&fields[2]);
    (is_date && is_clock(&fields)).then_some((fields, length))
}

/// A duration written like a time.
fn combined(text: &[u8]) -> Option<([i64; 6], usize)> {
    if !fits(text, b"P0000-00-00T00:00:00") {
        return None;
    }
    let fields = fields(text, [1, 6, 9, 12, 15, 18]);
    (fields[1] <= 12 && fields[2] <= 31 && is_clock(&fields)).then_some((fields, 20))
}
