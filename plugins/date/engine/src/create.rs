//! Times from strings and numbers, and times changed by strings.

use crate::parse::{Diagnostics, parse_into, parse_with_format};
use crate::time::{Relative, Time, ZoneKind};
use crate::zone::reference::ZoneReference;

/// The current time: seconds and microseconds since 1970.
#[derive(Debug, Clone, Copy)]
pub struct Now {
    /// Seconds.
    pub seconds: i64,
    /// Microseconds of the second.
    pub microseconds: i64,
}

/// A string to make a time of.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// By the grammar of date strings.
    Text(&'a [u8]),
    /// By a format.
    Formatted {
        /// The format.
        format: &'a [u8],
        /// The string.
        text: &'a [u8],
    },
}

impl Time {
    /// The time that a string means now, put into its place. A zone in the string comes before `zone`, which comes before
    /// the default. There is no time when there are errors.
    pub fn from_source(
        source: Source<'_>,
        zone: Option<&ZoneReference>,
        default_zone: impl FnOnce() -> ZoneReference,
        now: Now,
        into: &mut Option<Time>,
    ) -> Diagnostics {
        let keeps_time = matches!(source, Source::Formatted { .. });
        let time = into.insert(Time::unset());
        let diagnostics = match source {
            Source::Text(b"") => parse_into(b"now", time),
            Source::Text(text) => parse_into(text, time),
            Source::Formatted { format, text } => {
                let (parsed, diagnostics) = parse_with_format(format, text);
                *time = parsed;
                diagnostics
            }
        };
        if !diagnostics.errors.is_empty() {
            *into = None;
            return diagnostics;
        }
        let zone = zone.copied().or_else(|| time.zone.map(ZoneReference::Identifier));
        let zone = zone.unwrap_or_else(default_zone);
        let mut base = zone.time(now.seconds);
        base.us = now.microseconds;
        if matches!(source, Source::Text(b"now" | b"")) {
            *into = Some(base);
            return diagnostics;
        }
        time.fill_holes(&base, keeps_time);
        let identified = match zone {
            ZoneReference::Identifier(zone) => Some(zone),
            _ => None,
        };
        time.update_timestamp(identified);
        time.update_clock();
        time.has_relative = false;
        diagnostics
    }

    /// A UNIX time at UTC, known by its offset.
    pub fn from_timestamp(seconds: i64, microseconds: i64) -> Time {
        let mut time = Time::utc(seconds);
        time.zone_kind = ZoneKind::Offset;
        time.update_timestamp(None);
        time.us = microseconds;
        time
    }

    /// Changes the fields that a string names, and takes its relative step. The string must have been read without
    /// errors.
    pub fn modify(&mut self, parsed: &Time) {
        use crate::time::UNSET;
        self.relative = parsed.relative;
        self.has_relative = parsed.has_relative;
        for (field, value) in [(&mut self.y, parsed.y), (&mut self.m, parsed.m), (&mut self.d, parsed.d)] {
            if value != UNSET {
                *field = value;
            }
        }
        if parsed.h != UNSET {
            let minute = if parsed.i == UNSET { 0 } else { parsed.i };
            let second = if parsed.i == UNSET || parsed.s == UNSET { 0 } else { parsed.s };
            (self.h, self.i, self.s) = (parsed.h, minute, second);
        }
        if parsed.us != UNSET {
            self.us = parsed.us;
        }
        if parsed.is_timestamp() {
            self.set_zone_offset(0);
        }
        self.update_timestamp(None);
        self.update_clock();
        self.has_relative = false;
        self.relative = Relative::default();
    }

    /// Whether the string gave the time as `@` and a number.
    fn is_timestamp(&self) -> bool {
        [self.y, self.m, self.d, self.h, self.i, self.s, self.us] == [1970, 1, 1, 0, 0, 0, 0]
            && self.zone_count > 0
            && self.zone_kind == ZoneKind::Offset
            && self.offset == 0
            && self.dst == 0
    }
}

/// Splits seconds with a fraction into seconds and microseconds; nothing when they do not fit in 64 bits.
pub fn split_timestamp(timestamp: f64) -> Option<(i64, i64)> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let whole = timestamp.trunc();
    if !(-LIMIT..LIMIT).contains(&whole) {
        return None;
    }
    let mut seconds = whole as i64;
    let mut microseconds = ((timestamp % 1.0) * 1_000_000.0).round() as i64;
    if microseconds.abs() == 1_000_000 {
        seconds = seconds.wrapping_add(microseconds.signum());
        microseconds = 0;
    }
    if microseconds < 0 {
        seconds = seconds.checked_sub(1)?;
        microseconds += 1_000_000;
    }
    Some((seconds, microseconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::parse;

    #[test]
    fn timestamps_with_fractions() {
        assert_eq!(split_timestamp(1.5), Some((1, 500_000)));
        assert_eq!(split_timestamp(-1.25), Some((-2, 750_000)));
        assert_eq!(split_timestamp(0.9999999), Some((1, 0)));
        assert_eq!(split_timestamp(f64::NAN), None);
        assert_eq!(split_timestamp(1e19), None);
        assert_eq!(split_timestamp(i64::MIN as f64), Some((i64::MIN, 0)));
    }

    #[test]
    fn modified() {
        let mut time = Time::from_timestamp(951_782_400, 5);
        time.modify(&parse(b"last day of next month noon").0);
        assert_eq!((time.y, time.m, time.d, time.h, time.us), (2000, 3, 31, 12, 0));
        time.modify(&parse(b"@86400").0);
        assert_eq!((time.timestamp, time.d), (86_400, 2));
    }
}
