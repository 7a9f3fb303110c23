//! The POSIX rule at the end of a zone's data: what holds after the last listed transition.
//!
//! Such a rule reads `CET-1CEST,M3.5.0,M10.5.0/3`: names, offsets with the sign of POSIX (west is positive), and the
//! day and hour at which daylight saving time begins and ends.

use super::LocalTimeType;
use crate::calendar::{SECONDS_PER_DAY, date_of_epoch_days, days_in_month, epoch_days, is_leap_year};

/// A parsed rule; local time types are indexes into the types of its zone.
#[derive(Debug)]
pub(super) struct PosixRule {
    standard: usize,
    daylight: Option<Daylight>,
}

#[derive(Debug)]
struct Daylight {
    local: usize,
    standard_offset: i64,
    daylight_offset: i64,
    begin: Change,
    end: Change,
}

/// The day of a year, and the second of it (by the clock that held until then) at which the offset changes.
#[derive(Debug)]
struct Change {
    day: Day,
    second: i64,
}

#[derive(Debug)]
enum Day {
    /// `Jn`: day 1 to 365; 29 February is never counted.
    Julian(i64),
    /// `n`: day 0 to 365.
    OfYear(i64),
    /// `Mm.w.d`: a weekday of a month, its fifth standing for its last.
    OfWeek { month: i64, week: i64, weekday: i64 },
}

impl PosixRule {
    /// Parses a rule. Types that the zone does not have yet are added to it.
    pub(super) fn parse(text: &'static [u8], types: &mut Vec<LocalTimeType>) -> Option<PosixRule> {
        let mut reader = Reader { rest: text };
        let name = reader.name()?;
        let standard_offset = -reader.seconds()?;
        let standard = type_index(types, standard_offset, false, name)?;
        if reader.rest.is_empty() {
            return Some(PosixRule { standard, daylight: None });
        }
        let name = reader.name()?;
        let daylight_offset = match reader.rest.first()? {
            b',' => standard_offset + 3600,
            _ => -reader.seconds()?,
        };
        let local = type_index(types, daylight_offset, true, name)?;
        let begin = reader.change()?;
        let end = reader.change()?;
        let daylight = Some(Daylight { local, standard_offset, daylight_offset, begin, end });
        reader.rest.is_empty().then_some(PosixRule { standard, daylight })
    }

    /// The index of the type that holds at a UNIX time, and since when; without daylight saving time since ever.
    pub(super) fn local_type(&self, time: i64) -> (usize, Option<i64>) {
        if self.daylight.is_none() {
            return (self.standard, None);
        }
        let (year, ..) = date_of_epoch_days(time.div_euclid(SECONDS_PER_DAY));
        let mut since = None;
        for year in [year - 1, year, year + 1] {
            for (start, index) in self.transitions(year).into_iter().flatten() {
                match since {
                    Some((since, index)) if time < start => return (index, Some(since)),
                    _ => since = Some((start, index)),
                }
            }
        }
        (self.standard, None)
    }

    /// The changes from the year before a UNIX time to `last_year`, in order; none without daylight saving time.
    pub(super) fn list(&self, from: i64, last_year: i64) -> Vec<(i64, usize)> {
        let (year, ..) = date_of_epoch_days(from.div_euclid(SECONDS_PER_DAY));
        (year - 1..=last_year).filter_map(|year| self.transitions(year)).flatten().collect()
    }

    /// The two changes of a year as UNIX time and index of the type, the earlier one first.
    pub(super) fn transitions(&self, year: i64) -> Option<[(i64, usize); 2]> {
        let daylight = self.daylight.as_ref()?;
        let begin = daylight.begin.local_seconds(year).wrapping_sub(daylight.standard_offset);
        let end = daylight.end.local_seconds(year).wrapping_sub(daylight.daylight_offset);
        let changes = [(begin, daylight.local), (end, self.standard)];
        Some(if begin < end { changes } else { [changes[1], changes[0]] })
    }
}

fn type_index(
    types: &mut Vec<LocalTimeType>,
    offset: i64,
    is_dst: bool,
    name: &'static str,
) -> Option<usize> {
    let offset = i32::try_from(offset).ok()?;
    let known = types
        .iter()
        .position(|known| known.offset == offset && known.is_dst == is_dst && known.abbreviation == name);
    Some(known.unwrap_or_else(|| {
        types.push(LocalTimeType::new(offset, is_dst, name));
        types.len() - 1
    }))
}

impl Change {
    /// Seconds from 1970-01-01 00:00 on the local clock to the change.
    fn local_seconds(&self, year: i64) -> i64 {
        let days = match self.day {
            Day::Julian(day) => epoch_days(year, 1, 1) + day - 1 + (day >= 60 && is_leap_year(year)) as i64,
            Day::OfYear(day) => epoch_days(year, 1, 1) + day,
            Day::OfWeek { month, week, weekday } => {
                let first = 1 + (weekday - weekday_of_first(year, month)).rem_euclid(7);
                let mut day = first + (week - 1) * 7;
                while day > days_in_month(year, month) && day > first {
                    day -= 7;
                }
                epoch_days(year, month, day)
            }
        };
        days.wrapping_mul(SECONDS_PER_DAY).wrapping_add(self.second)
    }
}

/// Weekday of the first of a month, by Zeller's congruence. As in the C code that PHP uses, the year has 32 bits: it
/// shows in years beyond them.
fn weekday_of_first(year: i64, month: i64) -> i64 {
    let shifted_month = (month + 9) % 12 + 1;
    let year = (if month <= 2 { year - 1 } else { year }) as i32 as i64;
    let (century, year) = (year / 100, year % 100);
    ((26 * shifted_month - 2) / 10 + 1 + year + year / 4 + century / 4 - 2 * century).rem_euclid(7)
}

/// Reads a rule from its beginning on.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    fn skip(&mut self, byte: u8) -> bool {
        let found = self.rest.first() == Some(&byte);
        self.rest = &self.rest[found as usize..];
        found
    }

    fn take_while(&mut self, wanted: impl Fn(u8) -> bool) -> &'a [u8] {
        self.take(self.rest.iter().take_while(|&&byte| wanted(byte)).count())
    }

    /// A name of letters, or one of any characters in angle brackets.
    fn name(&mut self) -> Option<&'a str> {
        let name = if self.skip(b'<') {
            let name = self.take_while(|byte| byte != b'>');
            self.skip(b'>').then_some(name)?
        } else {
            self.take_while(|byte| byte.is_ascii_alphabetic())
        };
        std::str::from_utf8(name).ok().filter(|name| !name.is_empty())
    }

    fn number(&mut self) -> Option<i64> {
        let digits = self.take_while(|byte| byte.is_ascii_digit());
        std::str::from_utf8(digits).ok()?.parse().ok()
    }

    /// `[+-]hours[:minutes[:seconds]]` in seconds.
    fn seconds(&mut self) -> Option<i64> {
        let sign = if self.skip(b'-') { -1 } else { 1 };
        self.skip(b'+');
        let mut seconds = self.number()? * 3600;
        for unit in [60, 1] {
            if self.skip(b':') {
                seconds += self.number()? * unit;
            }
        }
        Some(sign * seconds)
    }

    fn change(&mut self) -> Option<Change> {
        self.skip(b',').then_some(())?;
        let day = if self.skip(b'M') {
            let month = self.number()?;
            self.skip(b'.').then_some(())?;
            let week = self.number()?;
            self.skip(b'.').then_some(())?;
            Day::OfWeek { month, week, weekday: self.number()? }
        } else if self.skip(b'J') {
            Day::Julian(self.number()?)
        } else {
            Day::OfYear(self.number()?)
        };
        let second = if self.skip(b'/') { self.seconds()? } else { 2 * 3600 };
        Some(Change { day, second })
    }
}
