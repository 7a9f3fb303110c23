//! What each token of a date string sets. The tokens themselves are in `data/grammar.txt`.

use super::reader::Reader;
use super::scanner::{Scanner, Token};
use super::words::Unit;
use super::zone::NOT_FOUND;
use crate::calendar::days_to_iso_week;
use crate::time::{MonthDay, Special, Time, UNSET, ZoneKind};

/// A token that must not come again; the error is in the diagnostics already.
struct Repeated;

type Outcome = Result<(), Repeated>;

impl Scanner<'_> {
    /// Does what the current token says.
    pub(super) fn apply(&mut self, token: Token) {
        // A repeated date, time or zone is reported where it is noticed, and otherwise ignored.
        let _ = self.apply_day_word(token);
    }

    /// Words for a day or a time of day.
    fn apply_day_word(&mut self, token: Token) -> Outcome {
        match token {
            Token::Yesterday | Token::Tomorrow => {
                self.time.has_relative = true;
                self.clear_time();
                self.time.relative.d = if token == Token::Tomorrow { 1 } else { -1 };
                Ok(())
            }
            Token::Now | Token::Separator => Ok(()),
            Token::Noon => {
                self.clear_time();
                self.begin_time()?;
                self.time.h = 12;
                Ok(())
            }
            Token::Midnight => {
                self.clear_time();
                Ok(())
            }
            Token::Unexpected => {
                self.error("Unexpected character");
                Ok(())
            }
            _ => self.apply_relative(token),
        }
    }

    fn apply_relative(&mut self, token: Token) -> Outcome {
        match token {
            Token::Timestamp => self.timestamp(false)?,
            Token::TimestampFraction => self.timestamp(true)?,
            Token::DayOfMonthEdge => {
                self.time.has_relative = true;
                let is_last = self.reader().peek().eq_ignore_ascii_case(&b'l');
                self.time.relative.month_day = Some(if is_last { MonthDay::Last } else { MonthDay::First });
            }
            Token::BackOrFrontOf => self.back_or_front_of()?,
            Token::WeekdayOf => self.weekday_of(),
            Token::Ago => self.turn_around(),
            Token::Weekday => self.weekday(),
            Token::RelativeTextWeek => self.relative_text(true),
            Token::RelativeText => self.relative_text(false),
            Token::Relative => self.relative(),
            _ => return self.apply_time(token),
        }
        Ok(())
    }

    fn apply_time(&mut self, token: Token) -> Outcome {
        let mut reader = self.reader();
        match token {
            Token::Time12 => {
                self.begin_time()?;
                self.clock(&mut reader);
                reader.skip_spaces();
                self.time.h += reader.meridian(self.time.h);
            }
            Token::MssqlTime => {
                self.begin_time()?;
                self.clock(&mut reader);
                if matches!(reader.peek(), b':' | b'.') {
                    self.time.us = reader.fraction();
                }
                reader.skip_spaces();
                self.time.h += reader.meridian(self.time.h);
            }
            Token::Time24 => {
                self.begin_time()?;
                self.clock(&mut reader);
                if reader.peek() == b'.' {
                    self.time.us = reader.fraction();
                }
            }
            Token::HourMinute => self.hour_minute(&mut reader),
            Token::HourMinuteSecond => {
                self.begin_time()?;
                self.set_clock(&mut reader);
            }
            Token::Zone => {
                self.begin_zone()?;
                reader.skip_spaces();
                self.zone(&mut reader);
            }
            _ => return self.apply_date_and_time(token, reader),
        }
        Ok(())
    }

    fn apply_date_and_time(&mut self, token: Token, mut reader: Reader<'_>) -> Outcome {
        match token {
            Token::DateTime => {
                self.begin_time()?;
                self.begin_date()?;
                self.time.y = reader.number(4);
                self.set_month_and_day(&mut reader);
                self.set_clock(&mut reader);
                if reader.peek() == b'.' {
                    self.time.us = reader.fraction();
                    if !reader.is_at_end() {
                        self.zone(&mut reader);
                    }
                }
            }
            Token::CommonLog => {
                self.begin_time()?;
                self.begin_date()?;
                self.time.d = reader.number(2);
                self.time.m = reader.month();
                self.time.y = reader.number(4);
                self.set_clock(&mut reader);
                reader.skip_spaces();
                self.zone(&mut reader);
            }
            Token::DateWithTime12 | Token::DateWithTime => {
                self.begin_date()?;
                self.time.m = reader.month();
                self.time.d = reader.number(2);
                self.begin_time()?;
                self.date_with_time(&mut reader, token == Token::DateWithTime12);
            }
            _ => return self.apply_date(token, reader),
        }
        Ok(())
    }

    fn apply_date(&mut self, token: Token, mut reader: Reader<'_>) -> Outcome {
        if token == Token::Year {
            self.time.y = reader.number(4);
            return Ok(());
        }
        self.begin_date()?;
        match token {
            Token::American => {
                self.set_month_and_day(&mut reader);
                if reader.peek() == b'/' {
                    self.time.y = reader.year(4);
                }
            }
            Token::IsoDate | Token::IsoDateExpanded => {
                self.time.y = self.signed_number(&mut reader, if token == Token::IsoDate { 4 } else { 19 });
                self.set_month_and_day(&mut reader);
            }
            Token::IsoDateShortYear | Token::GnuDate => {
                self.time.y = reader.year(4);
                self.set_month_and_day(&mut reader);
            }
            Token::GnuMonth => {
                self.time.y = reader.year(4);
                self.time.m = reader.number(2);
                self.time.d = 1;
            }
            Token::PointedDate | Token::PointedDateShortYear => {
                self.time.d = reader.number(2);
                self.time.m = reader.number(2);
                self.time.y = if token == Token::PointedDate { reader.number(4) } else { reader.year(2) };
            }
            Token::DateCompact => {
                self.time.y = reader.number(4);
                self.set_month_and_day(&mut reader);
            }
            Token::YearDay => {
                self.time.y = reader.year(4);
                self.time.d = reader.number(3);
                self.time.m = 1;
            }
            Token::IsoWeekDay | Token::IsoWeek => self.iso_week(&mut reader, token == Token::IsoWeekDay),
            _ => self.date_with_month_name(token, &mut reader),
        }
        Ok(())
    }

    fn date_with_month_name(&mut self, token: Token, reader: &mut Reader<'_>) {
        let time = &mut self.time;
        match token {
            Token::DateFull | Token::DayMonth => {
                time.d = reader.number(2);
                reader.skip_day_suffix();
                time.m = reader.month();
                if token == Token::DateFull {
                    time.y = reader.year(4);
                }
            }
            Token::MonthYear => {
                time.m = reader.month();
                time.y = reader.year(4);
                time.d = 1;
            }
            Token::YearMonth => {
                time.y = reader.year(4);
                time.m = reader.month();
                time.d = 1;
            }
            Token::PgTextReverse => {
                time.y = reader.year(4);
                time.m = reader.month();
                time.d = reader.number(2);
            }
            Token::DateTextual | Token::PgText => {
                time.m = reader.month();
                time.d = reader.number(2);
                time.y = reader.year(4);
            }
            _ => time.m = reader.month_name(),
        }
    }

    /// Begins a time of day, which must be the first.
    fn begin_time(&mut self) -> Outcome {
        if self.time.time_count > 0 {
            self.error("Double time specification");
            return Err(Repeated);
        }
        self.clear_time();
        self.time.time_count = 1;
        Ok(())
    }

    /// Makes it midnight, and lets a time of day follow.
    fn clear_time(&mut self) {
        let time = &mut self.time;
        time.time_count = 0;
        (time.h, time.i, time.s, time.us) = (0, 0, 0, 0);
    }

    /// Begins a date, which must be the first.
    fn begin_date(&mut self) -> Outcome {
        if self.time.has_date {
            self.error("Double date specification");
            return Err(Repeated);
        }
        self.time.has_date = true;
        Ok(())
    }

    /// Begins a zone, which must be the first; a second is only doubtful.
    fn begin_zone(&mut self) -> Outcome {
        self.time.zone_count += 1;
        match self.time.zone_count {
            1 => return Ok(()),
            2 => self.warn("Double timezone specification"),
            _ => self.error("Double timezone specification"),
        }
        Err(Repeated)
    }

    fn zone(&mut self, reader: &mut Reader<'_>) {
        if !reader.zone(self.time) {
            self.error(NOT_FOUND);
        }
    }

    fn signed_number(&mut self, reader: &mut Reader<'_>, max_digits: usize) -> i64 {
        reader.signed_number(max_digits).unwrap_or_else(|error| {
            self.error(error.text());
            0
        })
    }

    /// Hour, and minute and second as far as marks lead to them.
    fn clock(&mut self, reader: &mut Reader<'_>) {
        self.time.h = reader.number(2);
        if matches!(reader.peek(), b':' | b'.') {
            self.time.i = reader.number(2);
            if matches!(reader.peek(), b':' | b'.') {
                self.time.s = reader.number(2);
            }
        }
    }

    fn set_clock(&mut self, reader: &mut Reader<'_>) {
        self.time.h = reader.number(2);
        self.time.i = reader.number(2);
        self.time.s = reader.number(2);
    }

    fn set_month_and_day(&mut self, reader: &mut Reader<'_>) {
        self.time.m = reader.number(2);
        self.time.d = reader.number(2);
    }

    fn date_with_time(&mut self, reader: &mut Reader<'_>, is_12_hour: bool) {
        self.time.h = reader.number(2);
        self.time.i = reader.number(2);
        if reader.peek() == b':' || (is_12_hour && reader.peek() == b'.') {
            self.time.s = reader.number(2);
            if reader.peek() == b'.' {
                self.time.us = reader.fraction();
            }
        }
        if is_12_hour {
            self.time.h += reader.meridian(self.time.h);
        } else if !reader.is_at_end() {
            self.zone(reader);
        }
    }

    /// Four digits: hour and minute first, then a year.
    fn hour_minute(&mut self, reader: &mut Reader<'_>) {
        match self.time.time_count {
            0 => {
                self.time.h = reader.number(2);
                self.time.i = reader.number(2);
                self.time.s = 0;
            }
            1 => self.time.y = reader.number(4),
            _ => return self.error("Double time specification"),
        }
        self.time.time_count += 1;
    }

    fn iso_week(&mut self, reader: &mut Reader<'_>, has_weekday: bool) {
        let time = &mut self.time;
        time.has_relative = true;
        time.y = reader.number(4);
        let week = reader.number(2);
        let weekday = if has_weekday { reader.number(1) } else { 1 };
        time.m = 1;
        time.d = 1;
        time.relative.d = days_to_iso_week(time.y, week, weekday);
    }

    /// `@` and seconds since 1970, with a fraction or without.
    fn timestamp(&mut self, has_fraction: bool) -> Outcome {
        self.time.has_relative = true;
        self.time.has_date = false;
        (self.time.d, self.time.m, self.time.y) = (0, 0, 0);
        self.clear_time();
        self.begin_zone()?;
        let mut reader = self.reader();
        let is_negative = reader.peek_at(1) == b'-';
        let seconds = self.signed_number(&mut reader, 24);
        if has_fraction {
            let before = reader.position();
            let digits = self.signed_number(&mut reader, 6);
            let places = (reader.position() - before) as i32;
            let microseconds = (digits as f64 * 10f64.powi(7 - places)) as i64;
            self.time.relative.us = if is_negative { -microseconds } else { microseconds };
        }
        let time = &mut self.time;
        (time.y, time.m, time.d) = (1970, 1, 1);
        time.relative.s = time.relative.s.wrapping_add(seconds);
        time.is_local = true;
        time.zone_kind = ZoneKind::Offset;
        time.offset = 0;
        time.dst = 0;
        Ok(())
    }

    /// `back of 7pm` is a quarter past, `front of 7pm` a quarter to.
    fn back_or_front_of(&mut self) -> Outcome {
        self.clear_time();
        self.begin_time()?;
        let mut reader = self.reader();
        // A capital letter makes it the front, as PHP has it.
        let is_back = reader.peek() == b'b';
        let hour = reader.number(2);
        (self.time.h, self.time.i) = if is_back { (hour, 15) } else { (hour - 1, 45) };
        if !reader.is_at_end() {
            reader.skip_spaces();
            self.time.h += reader.meridian(self.time.h);
        }
        Ok(())
    }

    fn weekday_of(&mut self) {
        self.time.has_relative = true;
        let mut reader = self.reader();
        let (number, is_this) = reader.ordinal();
        reader.skip_spaces();
        let is_counted = number > 0;
        self.time.relative.special =
            Some(if is_counted { Special::WeekdayOfMonth } else { Special::LastWeekdayOfMonth });
        self.step(&mut reader, number, is_counted || is_this, true);
    }

    /// `ago`: everything relative so far is meant backwards, but for microseconds.
    fn turn_around(&mut self) {
        let step = &mut self.time.relative;
        for field in
            [&mut step.y, &mut step.m, &mut step.d, &mut step.h, &mut step.i, &mut step.s, &mut step.weekday]
        {
            *field = field.wrapping_neg();
        }
        if step.weekday == 0 {
            step.weekday = -7;
        }
        if let Some(Special::Weekdays(amount)) = &mut step.special {
            *amount = amount.wrapping_neg();
        }
    }

    fn weekday(&mut self) {
        self.time.has_relative = true;
        self.clear_time();
        let unit = self.reader().unit();
        let step = &mut self.time.relative;
        step.has_weekday = true;
        step.weekday = unit.map_or(0, |(_, weekday)| weekday);
        if step.weekday_behavior != 2 {
            step.weekday_behavior = 1;
        }
    }

    /// `next month`, `third friday`; with `week` the weekday, Monday unless named, is that of the week.
    fn relative_text(&mut self, is_week: bool) {
        self.time.has_relative = true;
        let mut reader = self.reader();
        let mut is_this = false;
        while !reader.is_at_end() {
            let before = reader.position();
            let (number, this) = reader.ordinal();
            is_this |= this;
            reader.skip_spaces();
            self.step(&mut reader, number, is_this, true);
            if is_week {
                self.time.relative.weekday_behavior = 2;
                if !self.time.relative.has_weekday {
                    self.time.relative.has_weekday = true;
                    self.time.relative.weekday = 1;
                }
            }
            if reader.position() == before {
                break;
            }
        }
    }

    /// `+2 days`, `-1 week`.
    fn relative(&mut self) {
        self.time.has_relative = true;
        let mut reader = self.reader();
        while !reader.is_at_end() {
            let number = self.signed_number(&mut reader, 24);
            reader.skip_spaces();
            self.step(&mut reader, number, true, false);
        }
    }

    /// Adds an amount of the unit that comes next. `counts_today`: whether today may be the weekday looked for.
    fn step(&mut self, reader: &mut Reader<'_>, amount: i64, counts_today: bool, resets_time: bool) {
        let Some((unit, multiplier)) = reader.unit() else { return };
        if resets_time && matches!(unit, Unit::Weekday | Unit::WorkingDay) {
            self.clear_time();
        }
        let Time { relative, has_relative, .. } = &mut self.time;
        let field = match unit {
            Unit::Microsecond => &mut relative.us,
            Unit::Second => &mut relative.s,
            Unit::Minute => &mut relative.i,
            Unit::Hour => &mut relative.h,
            Unit::Day => &mut relative.d,
            Unit::Month => &mut relative.m,
            Unit::Year => &mut relative.y,
            Unit::Weekday => {
                *has_relative = true;
                relative.has_weekday = true;
                let weeks = if amount > 0 { amount - 1 } else { amount };
                relative.d = relative.d.wrapping_add(weeks.wrapping_mul(7));
                relative.weekday = multiplier;
                relative.weekday_behavior = counts_today as i64;
                return;
            }
            Unit::WorkingDay => {
                *has_relative = true;
                relative.special = Some(Special::Weekdays(amount));
                return;
            }
        };
        let (sum, is_overflow) = field.overflowing_add(amount.wrapping_mul(multiplier));
        *field = sum;
        if is_overflow {
            self.error("Number out of range");
        }
    }
}

/// Whether a field was named.
pub(super) fn is_set(field: i64) -> bool {
    field != UNSET
}
