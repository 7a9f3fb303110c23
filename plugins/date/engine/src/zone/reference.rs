//! A zone by itself, without a time: what a `DateTimeZone` object holds.

use super::Zone;
use crate::format::offset_with_seconds;
use crate::parse::parse_zone;
use crate::time::{Time, ZoneKind};

/// Offsets must be closer to UTC than this: 100 hours.
const MAX_OFFSET: i64 = 100 * 3600;

/// A zone, known by one of three ways.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ZoneReference {
    /// Seconds east of UTC.
    Offset(i64),
    /// An abbreviation.
    Abbreviation {
        /// In capitals.
        name: &'static str,
        /// Seconds east of UTC, without daylight saving time.
        offset: i64,
        /// 1 for daylight saving time.
        dst: i64,
    },
    /// A zone of the database.
    Identifier(&'static Zone),
}

/// Why a string names no zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZoneError {
    /// There is no such zone.
    Unknown,
    /// The offset is too far from UTC.
    OutOfRange,
}

impl ZoneReference {
    /// The zone that the whole of a string names.
    pub fn parse(text: &[u8]) -> Result<ZoneReference, ZoneError> {
        let mut time = Time::default();
        let (is_known, length) = parse_zone(text, &mut time);
        if time.offset >= MAX_OFFSET || time.offset <= -MAX_OFFSET {
            return Err(ZoneError::OutOfRange);
        }
        let reference = if is_known && length == text.len() { ZoneReference::of(&time) } else { None };
        reference.ok_or(ZoneError::Unknown)
    }

    /// The zone of a time.
    pub fn of(time: &Time) -> Option<ZoneReference> {
        Some(match time.zone_kind {
            ZoneKind::None => return None,
            ZoneKind::Offset => ZoneReference::Offset(time.offset),
            ZoneKind::Abbreviation => ZoneReference::Abbreviation {
                name: time.abbreviation.unwrap_or_default(),
                offset: time.offset,
                dst: time.dst,
            },
            ZoneKind::Identifier => ZoneReference::Identifier(time.zone?),
        })
    }

    /// How the zone is known.
    pub fn kind(&self) -> ZoneKind {
        match self {
            ZoneReference::Offset(_) => ZoneKind::Offset,
            ZoneReference::Abbreviation { .. } => ZoneKind::Abbreviation,
            ZoneReference::Identifier(_) => ZoneKind::Identifier,
        }
    }

    /// Identifier, abbreviation, or the offset as `+hh:mm`.
    pub fn name(&self) -> String {
        match self {
            ZoneReference::Offset(offset) => offset_with_seconds(*offset),
            ZoneReference::Abbreviation { name, .. } => name.to_string(),
            ZoneReference::Identifier(zone) => zone.name().to_owned(),
        }
    }

    /// Seconds east of UTC at a UNIX time.
    pub fn offset(&self, timestamp: i64) -> i64 {
        match self {
            ZoneReference::Offset(offset) => *offset,
            ZoneReference::Abbreviation { offset, dst, .. } => offset + dst * 3600,
            ZoneReference::Identifier(zone) => zone.offset(timestamp) as i64,
        }
    }

    /// A UNIX time by the clock of this zone.
    pub fn time(&self, timestamp: i64) -> Time {
        let mut time = Time { timestamp, ..Time::default() };
        self.set(&mut time);
        time.set_local(timestamp);
        time
    }

    /// Gives a time this zone; does not touch its clock.
    pub fn set(&self, time: &mut Time) {
        match self {
            ZoneReference::Offset(offset) => time.set_zone_offset(*offset),
            ZoneReference::Abbreviation { name, offset, dst } => {
                time.set_zone_abbreviation(name, *offset, *dst)
            }
            ZoneReference::Identifier(zone) => time.set_zone(zone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let name = |text: &str| ZoneReference::parse(text.as_bytes()).map(|zone| zone.name());
        assert_eq!(name("europe/paris").as_deref(), Ok("europe/paris"));
        assert_eq!(name("cest").as_deref(), Ok("CEST"));
        assert_eq!(name("-0130").as_deref(), Ok("-01:30"));
        assert_eq!(name("+01:02:03").as_deref(), Ok("+01:02:03"));
        assert_eq!(name("Mars/Olympus"), Err(ZoneError::Unknown));
        assert_eq!(name("UTC "), Err(ZoneError::Unknown));
        assert_eq!(name("+100"), Ok("+01:00".to_owned()));
    }
}
