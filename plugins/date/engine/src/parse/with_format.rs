//! Reads a string in a given format, as `DateTime::createFromFormat()` does.

use super::reader::Reader;
use super::token::is_set;
use super::zone::NOT_FOUND;
use super::{Diagnostics, Message};
use crate::calendar::{is_valid_date, is_valid_time};
use crate::time::{Time, ZoneKind};

/// Why a format letter found nothing; the parse goes on with the next.
type Outcome = Result<(), &'static str>;

/// A string on its way through a format.
struct FormatParser<'a> {
    format: &'a [u8],
    text: &'a [u8],
    reader: Reader<'a>,
    /// Where the text for the current letter begins.
    start: usize,
    time: Time,
    diagnostics: Diagnostics,
}

/// Reads `text` by `format`, whose letters are those of `date()` with some of their own. Both end at a NUL byte.
pub fn parse_with_format(format: &[u8], text: &[u8]) -> (Time, Diagnostics) {
    let (format, text) = (until_nul_byte(format), until_nul_byte(text));
    let mut parser = FormatParser {
        format,
        text,
        reader: Reader::new(text),
        start: 0,
        time: Time::unset(),
        diagnostics: Diagnostics::default(),
    };
    parser.run();
    (parser.time, parser.diagnostics)
}

fn until_nul_byte(bytes: &[u8]) -> &[u8] {
    bytes.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// Warns of a time and a date that do not exist.
pub(super) fn check_ranges(
    time: &Time,
    has_time: bool,
    has_date: bool,
    place: Message,
    diagnostics: &mut Diagnostics,
) {
    if has_time && !is_valid_time(time.h, time.i, time.s) {
        diagnostics.warnings.push(Message { text: "The parsed time was invalid", ..place });
    }
    if has_date && !is_valid_date(time.y, time.m, time.d) {
        diagnostics.warnings.push(Message { text: "The parsed date was invalid", ..place });
    }
}

impl FormatParser<'_> {
    fn run(&mut self) {
        let mut index = 0;
        let mut allows_trailing_data = false;
        while index < self.format.len() && !self.reader.is_at_end() {
            self.start = self.reader.position();
            let outcome = match self.format[index] {
                b'+' => {
                    allows_trailing_data = true;
                    Ok(())
                }
                b'\\' if index + 1 == self.format.len() => Err("Escaped character expected"),
                b'\\' => {
                    index += 1;
                    self.literal(self.format[index], "The escaped character could not be found")
                }
                letter => self.letter(letter),
            };
            if let Err(text) = outcome {
                self.error(text);
            }
            index += 1;
        }
        self.start = self.reader.position();
        if !self.reader.is_at_end() {
            let message = self.message("Trailing data");
            let list = &mut self.diagnostics;
            if allows_trailing_data { list.warnings.push(message) } else { list.errors.push(message) }
        }
        self.finish_format(index);
        self.finish_time();
    }

    /// What is left of the format may only reset fields.
    fn finish_format(&mut self, index: usize) {
        for &letter in &self.format[index..] {
            match letter {
                b'!' | b'|' => self.reset(letter == b'!'),
                b'+' => {}
                _ => return self.error("Not enough data available to satisfy format"),
            }
        }
    }

    /// A time of day that was named in part begins its other parts at zero.
    fn finish_time(&mut self) {
        let time = &mut self.time;
        if [time.h, time.i, time.s, time.us].into_iter().any(is_set) {
            for field in [&mut time.h, &mut time.i, &mut time.s, &mut time.us] {
                if !is_set(*field) {
                    *field = 0;
                }
            }
        }
        let has_time = [time.h, time.i, time.s].into_iter().all(is_set);
        let has_date = [time.y, time.m, time.d].into_iter().all(is_set);
        let place = self.message("");
        check_ranges(&self.time, has_time, has_date, place, &mut self.diagnostics);
    }

    fn message(&self, text: &'static str) -> Message {
        let character = self.text.get(self.start).copied().unwrap_or(0);
        Message { position: self.start.min(self.text.len()), character, text }
    }

    fn error(&mut self, text: &'static str) {
        self.diagnostics.errors.push(self.message(text));
    }

    fn letter(&mut self, letter: u8) -> Outcome {
        match letter {
            b'd' | b'j' => self.date_number(2, "A two digit day could not be found", |time| &mut time.d),
            b'm' | b'n' => self.date_number(2, "A two digit month could not be found", |time| &mut time.m),
            b'Y' => self.date_number(4, "A four digit year could not be found", |time| &mut time.y),
            b'y' => self.short_year(),
            b'x' | b'X' => self.expanded_year(),
            b'z' => self.day_of_year(),
            b'D' | b'l' => self.weekday(),
            b'M' | b'F' => self.month_name(),
            b'S' => {
                self.reader.skip_day_suffix();
                Ok(())
            }
            _ => self.time_letter(letter),
        }
    }

    fn time_letter(&mut self, letter: u8) -> Outcome {
        match letter {
            b'g' | b'h' => self.hour(12),
            b'G' | b'H' => self.hour(99),
            b'a' | b'A' => self.meridian(),
            b'i' => self.two_digits("A two digit minute could not be found", |time| &mut time.i),
            b's' => self.two_digits("A two digit second could not be found", |time| &mut time.s),
            b'u' => self.fraction(6, "A six digit microsecond could not be found"),
            b'v' => self.fraction(3, "A three digit millisecond could not be found"),
            b'U' => self.timestamp(),
            b'e' | b'P' | b'p' | b'T' | b'O' => {
                if !self.reader.zone(&mut self.time) {
                    return Err(NOT_FOUND);
                }
                self.time.zone_count = 1;
                Ok(())
            }
            _ => self.mark(letter),
        }
    }

    fn mark(&mut self, letter: u8) -> Outcome {
        match letter {
            b' ' => self.reader.skip_spaces(),
            b'!' | b'|' => self.reset(letter == b'!'),
            b'?' => self.reader.skip(1),
            b'*' => {
                self.reader.skip(1);
                self.reader.take_while(|byte| !b" \t.,:;/-0123456789".contains(&byte));
            }
            b'#' if b";:/.,-()".contains(&self.reader.peek()) => self.reader.skip(1),
            b'#' => return Err("The separation symbol ([;:/.,-]) could not be found"),
            b';' | b':' | b'/' | b'.' | b',' | b'-' | b'(' | b')' => {
                return self.literal(letter, "The separation symbol could not be found");
            }
            _ => {
                let is_same = self.reader.peek() == letter;
                self.reader.skip(1);
                return if is_same { Ok(()) } else { Err("The format separator does not match") };
            }
        }
        Ok(())
    }

    /// Skips a byte that must be this one.
    fn literal(&mut self, byte: u8, error: &'static str) -> Outcome {
        if self.reader.peek() != byte {
            return Err(error);
        }
        self.reader.skip(1);
        Ok(())
    }

    /// `!` makes it midnight of 1970-01-01; `|` does so for the fields that are not set.
    fn reset(&mut self, also_set: bool) {
        let time = &mut self.time;
        let fields = [
            (&mut time.y, 1970),
            (&mut time.m, 1),
            (&mut time.d, 1),
            (&mut time.h, 0),
            (&mut time.i, 0),
            (&mut time.s, 0),
            (&mut time.us, 0),
        ];
        for (field, value) in fields {
            if also_set || !is_set(*field) {
                *field = value;
            }
        }
        if also_set {
            time.zone = None;
        }
    }

    /// Complains unless a digit comes next; the number is looked for behind it in any case.
    fn expect_digit(&mut self) {
        if !self.reader.peek().is_ascii_digit() {
            self.error("Unexpected data found.");
        }
    }

    fn expect_signed_digit(&mut self) {
        if !self.reader.peek().is_ascii_digit() && !matches!(self.reader.peek(), b'+' | b'-') {
            self.error("Unexpected data found.");
        }
    }

    fn date_number(
        &mut self,
        max_digits: usize,
        error: &'static str,
        field: fn(&mut Time) -> &mut i64,
    ) -> Outcome {
        self.expect_digit();
        let number = self.reader.number(max_digits);
        *field(&mut self.time) = number;
        if !is_set(number) {
            return Err(error);
        }
        self.time.has_date = true;
        Ok(())
    }

    fn short_year(&mut self) -> Outcome {
        self.expect_digit();
        self.time.y = self.reader.year(2);
        if !is_set(self.time.y) {
            return Err("A two digit year could not be found");
        }
        self.time.has_date = true;
        Ok(())
    }

    fn expanded_year(&mut self) -> Outcome {
        self.expect_signed_digit();
        self.time.y = self.signed_number(19);
        if !is_set(self.time.y) {
            return Err("An expanded digit year could not be found");
        }
        self.time.has_date = true;
        Ok(())
    }

    /// A number with signs; what is wrong with it is reported for the beginning of the string.
    fn signed_number(&mut self, max_digits: usize) -> i64 {
        self.reader.signed_number(max_digits).unwrap_or_else(|error| {
            self.diagnostics.errors.push(Message { position: 0, character: 0, text: error.text() });
            0
        })
    }

    fn day_of_year(&mut self) -> Outcome {
        self.expect_digit();
        let has_year = is_set(self.time.y);
        if !has_year {
            self.error("A 'day of year' can only come after a year has been found");
        }
        let day = self.reader.number(3);
        if !is_set(day) {
            return Err("A three digit day-of-year could not be found");
        }
        if has_year {
            self.time.has_date = true;
            self.time.m = 1;
            self.time.d = day + 1;
            self.time.normalize();
        }
        Ok(())
    }

    /// A weekday; the words for other units are taken for one as well.
    fn weekday(&mut self) -> Outcome {
        let (_, weekday) = self.reader.unit().ok_or("A textual day could not be found")?;
        self.time.has_relative = true;
        self.time.relative.has_weekday = true;
        self.time.relative.weekday = weekday;
        self.time.relative.weekday_behavior = 1;
        Ok(())
    }

    fn month_name(&mut self) -> Outcome {
        match self.reader.month_name() {
            0 => Err("A textual month could not be found"),
            month => {
                self.time.has_date = true;
                self.time.m = month;
                Ok(())
            }
        }
    }

    fn hour(&mut self, max: i64) -> Outcome {
        self.expect_digit();
        self.time.h = self.reader.number(2);
        if !is_set(self.time.h) {
            return Err("A two digit hour could not be found");
        }
        if self.time.h > max {
            return Err("Hour cannot be higher than 12");
        }
        self.time.time_count = 1;
        Ok(())
    }

    fn meridian(&mut self) -> Outcome {
        let has_hour = is_set(self.time.h);
        if !has_hour {
            self.error("Meridian can only come after an hour has been found");
        }
        let hours = self.reader.checked_meridian(self.time.h).ok_or("A meridian could not be found")?;
        self.time.time_count = 1;
        if has_hour {
            self.time.h += hours;
        }
        Ok(())
    }

    fn two_digits(&mut self, error: &'static str, field: fn(&mut Time) -> &mut i64) -> Outcome {
        self.expect_digit();
        let (number, length) = self.reader.number_with_length(2);
        if length != 2 {
            return Err(error);
        }
        self.time.time_count = 1;
        *field(&mut self.time) = number;
        Ok(())
    }

    /// A fraction of a second: its digits count from the left.
    fn fraction(&mut self, max_digits: usize, error: &'static str) -> Outcome {
        self.expect_digit();
        let before = self.reader.position();
        let number = self.reader.number(max_digits);
        if !is_set(number) {
            return Err(error);
        }
        let length = (self.reader.position() - before) as i32;
        let unit = if max_digits == 3 { 1000.0 } else { 1.0 };
        self.time.us = (number as f64 * 10f64.powi(max_digits as i32 - length) * unit) as i64;
        Ok(())
    }

    fn timestamp(&mut self) -> Outcome {
        self.expect_signed_digit();
        self.time.timestamp = self.signed_number(24);
        self.time.zone_kind = ZoneKind::Offset;
        self.time.offset = 0;
        self.time.dst = 0;
        self.time.update_clock();
        Ok(())
    }
}
