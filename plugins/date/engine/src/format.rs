//! What `date()`, `idate()` and `DateInterval::format()` write.

use std::borrow::Cow;

use crate::calendar::{
    SECONDS_PER_DAY, day_of_week, day_of_year, days_in_month, is_leap_year, iso_day_of_week, iso_week,
};
use crate::time::{Relative, Time, ZoneKind};

/// The months' English names.
pub const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English names of the days of the week, Sunday first.
pub const DAY_NAMES: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The zone of a time as it is written.
struct WrittenZone {
    /// Seconds east of UTC.
    offset: i64,
    is_dst: bool,
    abbreviation: Cow<'static, str>,
}

impl WrittenZone {
    fn of(time: &Time) -> WrittenZone {
        match (time.zone_kind, &time.zone) {
            (ZoneKind::Abbreviation, _) => WrittenZone {
                offset: time.offset.wrapping_add(time.dst * 3600),
                is_dst: time.dst != 0,
                abbreviation: time.abbreviation.unwrap_or_default().into(),
            },
            (ZoneKind::Identifier, Some(zone)) => {
                let local = zone.local_type(time.timestamp).0;
                WrittenZone {
                    offset: local.offset as i64,
                    is_dst: local.is_dst,
                    abbreviation: local.abbreviation.into(),
                }
            }
            (ZoneKind::Offset, _) => {
                // PHP keeps room for GMT, a sign and four digits.
                let mut name = b"GMT".to_vec();
                put_offset(&mut name, time.offset, "");
                name.truncate(8);
                let abbreviation = String::from_utf8_lossy(&name).into_owned().into();
                WrittenZone { offset: time.offset, is_dst: false, abbreviation }
            }
            _ => WrittenZone { offset: 0, is_dst: false, abbreviation: "".into() },
        }
    }
}

/// Writes a number with leading zeros, which come behind its sign and make it `width` characters with that.
fn put_padded(output: &mut Vec<u8>, number: i64, width: usize) {
    if let (0..100, 2) = (number, width) {
        output.extend_from_slice(&[b'0' + (number / 10) as u8, b'0' + (number % 10) as u8]);
        return;
    }
    let mut digits = [b'0'; 24];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    let width = width.saturating_sub((number < 0) as usize).min(digits.len());
    if number < 0 {
        output.push(b'-');
    }
    output.extend_from_slice(&digits[at.min(digits.len() - width)..]);
}

/// Writes an offset as `+hh mm` with a mark between.
fn put_offset(output: &mut Vec<u8>, offset: i64, mark: &str) {
    output.push(if offset < 0 { b'-' } else { b'+' });
    put_padded(output, (offset / 3600).abs(), 2);
    output.extend_from_slice(mark.as_bytes());
    put_padded(output, (offset % 3600 / 60).abs(), 2);
}

fn put_offset_with_seconds(output: &mut Vec<u8>, offset: i64) {
    put_offset(output, offset, ":");
    if offset % 60 != 0 {
        output.push(b':');
        put_padded(output, (offset % 60).abs(), 2);
    }
}

/// Seconds of an offset are written only when there are some.
pub fn offset_with_seconds(offset: i64) -> String {
    let mut text = Vec::with_capacity(9);
    put_offset_with_seconds(&mut text, offset);
    text.iter().map(|byte| *byte as char).collect()
}

/// The English name of a date's weekday.
pub fn day_name(time: &Time) -> &'static str {
    DAY_NAMES[day_of_week(time.y, time.m, time.d) as usize]
}

/// The English name of a time's month.
pub fn month_name(time: &Time) -> &'static str {
    usize::try_from(time.m - 1).ok().and_then(|index| MONTH_NAMES.get(index)).copied().unwrap_or("")
}

fn english_suffix(day: i64) -> &'static str {
    match (day, day % 10) {
        (10..=19, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    }
}

/// Swatch beats: thousandths of the day of UTC+1.
fn swatch_beat(timestamp: i64) -> i64 {
    let tenths = (timestamp % SECONDS_PER_DAY + 3600) * 10;
    let tenths = if tenths < 0 { tenths + 864_000 } else { tenths };
    tenths / 864 % 1000
}

/// Hour of a clock of 12.
fn hour_of_12(hour: i64) -> i64 {
    match hour % 12 {
        0 => 12,
        hour => hour,
    }
}

/// Writes a time by a format. Without `is_local` the zone is written as UTC.
pub fn format(format: &[u8], time: &Time, is_local: bool) -> Vec<u8> {
    let mut output = Vec::with_capacity(format.len() * 2 + 8);
    write_format(&mut output, format, time, is_local);
    output
}

/// As [`format`], behind what was written before.
pub fn write_format(output: &mut Vec<u8>, format: &[u8], time: &Time, is_local: bool) {
    let mut writer = Writer { time, is_local, output };
    let mut letters = format.iter().copied();
    while let Some(letter) = letters.next() {
        match letter {
            // A lone backslash at the end becomes the NUL byte behind the string.
            b'\\' => writer.output.push(letters.next().unwrap_or(0)),
            _ => {
                if writer.letter(letter).is_none() {
                    writer.output.push(letter);
                }
            }
        }
    }
}

struct Writer<'a> {
    time: &'a Time,
    is_local: bool,
    output: &'a mut Vec<u8>,
}

/// Nothing when a letter has no meaning.
type Known = Option<()>;

impl Writer<'_> {
    fn push(&mut self, text: &str) -> Known {
        self.output.extend_from_slice(text.as_bytes());
        Some(())
    }

    fn number(&mut self, number: i64) -> Known {
        self.padded(number, 1)
    }

    fn padded(&mut self, number: i64, width: usize) -> Known {
        put_padded(self.output, number, width);
        Some(())
    }

    fn zone(&self) -> WrittenZone {
        if self.is_local {
            WrittenZone::of(self.time)
        } else {
            WrittenZone { offset: 0, is_dst: false, abbreviation: "GMT".into() }
        }
    }

    /// Seconds east of UTC.
    fn offset(&self) -> i64 {
        match (self.time.zone_kind, &self.time.zone) {
            _ if !self.is_local => 0,
            (ZoneKind::Identifier, Some(zone)) => zone.offset(self.time.timestamp) as i64,
            _ => self.zone().offset,
        }
    }

    fn letter(&mut self, letter: u8) -> Known {
        let (y, m, d) = (self.time.y, self.time.m, self.time.d);
        match letter {
            b'd' => self.padded(d, 2),
            b'D' => self.push(&day_name(self.time)[..3]),
            b'j' => self.number(d),
            b'l' => self.push(day_name(self.time)),
            b'S' => self.push(english_suffix(d)),
            b'w' => self.number(day_of_week(y, m, d)),
            b'N' => self.number(iso_day_of_week(y, m, d)),
            b'z' => self.number(day_of_year(y, m, d)),
            b'W' => self.padded(iso_week(y, m, d).1, 2),
            b'o' => self.number(iso_week(y, m, d).0),
            b'F' => self.push(month_name(self.time)),
            b'm' => self.padded(m, 2),
            b'M' => self.push(month_name(self.time).get(..3).unwrap_or("")),
            b'n' => self.number(m),
            b't' => self.number(days_in_month(y, m)),
            b'L' => self.number(is_leap_year(y as i32 as i64) as i64),
            b'y' => self.padded(y % 100, 2),
            b'Y' | b'x' | b'X' => self.year(letter),
            _ => self.clock_letter(letter),
        }
    }

    fn year(&mut self, letter: u8) -> Known {
        let y = self.time.y;
        let sign = match letter {
            _ if y < 0 => "-",
            b'X' => "+",
            b'x' if y >= 10_000 => "+",
            _ => "",
        };
        self.push(sign);
        match i64::try_from(y.unsigned_abs()) {
            Ok(year) => self.padded(year, 4),
            Err(_) => self.push("9223372036854775808"),
        }
    }

    fn clock_letter(&mut self, letter: u8) -> Known {
        let time = self.time;
        match letter {
            b'a' => self.push(if time.h >= 12 { "pm" } else { "am" }),
            b'A' => self.push(if time.h >= 12 { "PM" } else { "AM" }),
            b'B' => self.padded(swatch_beat(time.timestamp), 3),
            b'g' => self.number(hour_of_12(time.h)),
            b'G' => self.number(time.h),
            b'h' => self.padded(hour_of_12(time.h), 2),
            b'H' => self.padded(time.h, 2),
            b'i' => self.padded(time.i, 2),
            b's' => self.padded(time.s, 2),
            b'u' => self.padded(time.us, 6),
            b'v' => self.padded(time.us / 1000, 3),
            b'U' => self.number(time.timestamp),
            _ => self.zone_letter(letter),
        }
    }

    fn zone_letter(&mut self, letter: u8) -> Known {
        match letter {
            b'I' => self.number(self.zone().is_dst as i64),
            b'p' if !self.is_local || matches!(&*self.zone().abbreviation, "UTC" | "Z" | "GMT+0000") => {
                self.push("Z")
            }
            b'p' | b'P' => self.put_offset(":"),
            b'O' => self.put_offset(""),
            b'T' => {
                let zone = self.zone();
                self.push(&zone.abbreviation)
            }
            b'e' => self.zone_name(),
            b'Z' => self.number(self.offset()),
            b'c' => self.iso_8601(),
            b'r' => self.rfc_2822(),
            _ => None,
        }
    }

    fn put_offset(&mut self, mark: &str) -> Known {
        let offset = self.offset();
        put_offset(self.output, offset, mark);
        Some(())
    }

    fn zone_name(&mut self) -> Known {
        if !self.is_local {
            return self.push("UTC");
        }
        match (self.time.zone_kind, &self.time.zone) {
            (ZoneKind::Identifier, Some(zone)) => self.push(zone.name()),
            (ZoneKind::Abbreviation, _) => {
                let zone = self.zone();
                self.push(&zone.abbreviation)
            }
            _ => {
                let offset = self.offset();
                put_offset_with_seconds(self.output, offset);
                Some(())
            }
        }
    }

    /// `hh:mm:ss`
    fn clock(&mut self) -> Known {
        let Time { h, i, s, .. } = *self.time;
        self.padded(h, 2)?;
        self.push(":")?;
        self.padded(i, 2)?;
        self.push(":")?;
        self.padded(s, 2)
    }

    fn iso_8601(&mut self) -> Known {
        let Time { y, m, d, .. } = *self.time;
        self.padded(y, 4)?;
        self.push("-")?;
        self.padded(m, 2)?;
        self.push("-")?;
        self.padded(d, 2)?;
        self.push("T")?;
        self.clock()?;
        self.put_offset(":")
    }

    fn rfc_2822(&mut self) -> Known {
        let Time { y, d, .. } = *self.time;
        self.push(&day_name(self.time)[..3])?;
        self.push(", ")?;
        self.padded(d, 2)?;
        self.push(" ")?;
        self.push(month_name(self.time).get(..3).unwrap_or(""))?;
        self.push(" ")?;
        self.padded(y, 4)?;
        self.push(" ")?;
        self.clock()?;
        self.push(" ")?;
        self.put_offset("")
    }
}

/// The number that `idate()` gives for a letter; nothing for a letter it does not know, and for the
/// number -1.
pub fn format_integer(letter: u8, time: &Time) -> Option<i64> {
    let (y, m, d) = (time.y, time.m, time.d);
    let zone = WrittenZone::of(time);
    let number = match letter {
        b'd' | b'j' => d,
        b'N' => iso_day_of_week(y, m, d),
        b'w' => day_of_week(y, m, d),
        b'z' => day_of_year(y, m, d),
        b'W' => iso_week(y, m, d).1,
        b'o' => iso_week(y, m, d).0,
        b'm' | b'n' => m,
        b't' => days_in_month(y, m),
        b'L' => is_leap_year(y as i32 as i64) as i64,
        b'y' => y % 100,
        b'Y' => y,
        b'B' => swatch_beat(time.timestamp),
        b'g' | b'h' => hour_of_12(time.h),
        b'H' | b'G' => time.h,
        b'i' => time.i,
        b's' => time.s,
        b'I' => zone.is_dst as i64,
        b'Z' => zone.offset,
        b'U' => time.timestamp,
        _ => return None,
    };
    // PHP marks an unknown letter with -1, and cannot tell it from the number.
    Some(number as i32 as i64).filter(|&number| number != -1)
}

/// Writes an interval by a format, whose letters follow a `%`.
pub fn format_interval(format: &[u8], interval: &Relative) -> Vec<u8> {
    let mut output = Vec::with_capacity(format.len() + 16);
    let mut bytes = format.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            output.push(byte);
            continue;
        }
        match bytes.next() {
            None => {}
            Some(b'%') => output.push(b'%'),
            Some(letter) => {
                if !interval_letter(&mut output, letter, interval) {
                    output.extend_from_slice(&[b'%', letter]);
                }
            }
        }
    }
    output
}

/// Writes what a letter stands for; false when it has no meaning.
fn interval_letter(output: &mut Vec<u8>, letter: u8, interval: &Relative) -> bool {
    let width = if letter.is_ascii_uppercase() { 2 } else { 1 };
    let number = match letter {
        b'y' | b'Y' => interval.y,
        b'm' | b'M' => interval.m,
        b'd' | b'D' => interval.d,
        b'h' | b'H' => interval.h,
        b'i' | b'I' => interval.i,
        b's' | b'S' => {
            put_padded(output, interval.s, width);
            return true;
        }
        b'f' | b'F' => {
            put_padded(output, interval.us, if letter == b'F' { 6 } else { 1 });
            return true;
        }
        b'a' => match interval.days {
            Some(days) => days,
            None => {
                output.extend_from_slice(b"(unknown)");
                return true;
            }
        },
        b'R' | b'r' => {
            let sign: &[u8] = match (interval.invert, letter) {
                (true, _) => b"-",
                (false, b'R') => b"+",
                _ => b"",
            };
            output.extend_from_slice(sign);
            return true;
        }
        _ => return false,
    };
    put_padded(output, number as i32 as i64, width);
    true
}
