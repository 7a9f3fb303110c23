//! Time zones: the compiled zone data of the IANA database, and what offset holds at an instant.
//!
//! The data is that of the `tzdb_data` crate, which keeps the history from before 1970 ("backzone") as PHP does. It is
//! in the TZif format of RFC 8536: transitions with their local time types, and a POSIX rule for the time after the last
//! of them. A zone is parsed once a process and kept for the rest of it: times refer to it without counting.

pub mod abbreviation;
pub mod location;
mod posix;
pub mod reference;
mod transitions;
mod tzif;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{OnceLock, RwLock};

use posix::PosixRule;

/// Version of the zone database, e.g. `2026.2` for the release 2026b.
pub fn database_version() -> String {
    let (year, letter) = tzdb_data::VERSION.split_at(tzdb_data::VERSION.len().min(4));
    let number = letter.bytes().next().map_or(0, |letter| letter.saturating_sub(b'a') as u32 + 1);
    format!("{year}.{number}")
}

/// Every identifier of the database, in the order PHP lists them.
pub fn identifiers() -> &'static [&'static str] {
    tzdb_data::TZ_NAMES
}

/// Whether the database has a zone of this name, in any case.
pub fn is_identifier(name: &str) -> bool {
    tzdb_data::find_raw(name.as_bytes()).is_some()
}

/// An offset from UTC with its name, as it holds for a span of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTimeType {
    /// Seconds east of UTC.
    pub offset: i32,
    /// Whether it is daylight saving time.
    pub is_dst: bool,
    /// The abbreviation, such as `CEST` or `-03`.
    pub abbreviation: &'static str,
    /// The abbreviation in capitals.
    pub capitals: &'static str,
}

impl LocalTimeType {
    fn new(offset: i32, is_dst: bool, abbreviation: &'static str) -> LocalTimeType {
        let capitals = if abbreviation.bytes().any(|byte| byte.is_ascii_lowercase()) {
            String::leak(abbreviation.to_ascii_uppercase())
        } else {
            abbreviation
        };
        LocalTimeType { offset, is_dst, abbreviation, capitals }
    }
}

/// A change from one local time type to another.
#[derive(Debug, Clone, Copy)]
pub struct Transition<'a> {
    /// UNIX time from which on the type holds.
    pub time: i64,
    /// What holds from then on.
    pub local: &'a LocalTimeType,
}

/// A zone of the database. Its name is written as it was asked for.
#[derive(Debug)]
pub struct Zone {
    name: Box<str>,
    data: ZoneData,
}

/// The rules of a zone, shared by all spellings of its name.
#[derive(Debug)]
struct ZoneData {
    /// UNIX times, strictly increasing, with the index of the type that holds from then on.
    transitions: Vec<(i64, usize)>,
    types: Vec<LocalTimeType>,
    rule: Option<PosixRule>,
    /// What the rule says for the years that are asked for most, from the last transition on.
    ruled: OnceLock<Vec<(i64, usize)>>,
    /// Where the last time asked for lay among the transitions, and among those of `ruled`: the next one is mostly near.
    last: [AtomicUsize; 2],
}

/// The last year that [`ZoneData::ruled`] lists.
const LAST_RULED_YEAR: i64 = 2100;

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Zones by the spelling they were asked for with.
type ZoneCache = RwLock<HashMap<Box<str>, &'static Zone>>;

impl Zone {
    /// The zone of this name, in any case; nothing when the database has none.
    pub fn find(name: &str) -> Option<&'static Zone> {
        static CACHE: OnceLock<ZoneCache> = OnceLock::new();
        let cache = CACHE.get_or_init(Default::default);
        if let Some(zone) = cache.read().ok().and_then(|zones| zones.get(name).copied()) {
            return Some(zone);
        }
        let data = tzif::parse(tzdb_data::find_raw(name.as_bytes())?)?;
        let mut zones = cache.write().ok()?;
        // Another thread may have been first.
        let zone =
            zones.entry(name.into()).or_insert_with(|| Box::leak(Box::new(Zone { name: name.into(), data })));
        Some(zone)
    }

    /// The name as it was asked for.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What holds at a UNIX time, and since when (`None`: since ever).
    pub fn local_type(&self, time: i64) -> (&LocalTimeType, Option<i64>) {
        self.data.local_type(time)
    }

    /// Seconds east of UTC at a UNIX time.
    pub fn offset(&self, time: i64) -> i32 {
        self.local_type(time).0.offset
    }

    /// The local time type that holds before the first transition.
    pub fn first_type(&self) -> &LocalTimeType {
        &self.data.types[0]
    }

    /// The transitions that the database lists one by one.
    pub fn listed_transitions(&self) -> impl ExactSizeIterator<Item = Transition<'_>> + DoubleEndedIterator {
        self.data.transitions.iter().map(|&(time, index)| Transition { time, local: &self.data.types[index] })
    }

    /// The two transitions of a year by the rule for the time after the listed ones, the earlier one first.
    pub fn rule_transitions(&self, year: i64) -> Option<[Transition<'_>; 2]> {
        let rule = self.data.rule.as_ref()?;
        Some(rule.transitions(year)?.map(|(time, local)| Transition { time, local: &self.data.types[local] }))
    }
}

impl ZoneData {
    fn local_type(&self, time: i64) -> (&LocalTimeType, Option<i64>) {
        let following = following(&self.transitions, time, &self.last[0]);
        let Some(&(start, index)) = following.checked_sub(1).and_then(|index| self.transitions.get(index))
        else {
            return match &self.rule {
                Some(rule) if self.transitions.is_empty() => (&self.types[rule.local_type(time).0], None),
                _ => (&self.types[0], None),
            };
        };
        if following < self.transitions.len() {
            return (&self.types[index], Some(start));
        }
        match &self.rule {
            Some(rule) => {
                let ruled = self.ruled.get_or_init(|| rule.list(start, LAST_RULED_YEAR));
                let following = self::following(ruled, time, &self.last[1]);
                if following > 0 && following < ruled.len() {
                    let (since, index) = ruled[following - 1];
                    return (&self.types[index], Some(since));
                }
                let (index, since) = rule.local_type(time);
                (&self.types[index], Some(since.unwrap_or(start)))
            }
            None => (&self.types[index], Some(start)),
        }
    }
}

/// How many of the transitions are not after a time; `last` is what was found before.
fn following(transitions: &[(i64, usize)], time: i64, last: &AtomicUsize) -> usize {
    let known = last.load(Ordering::Relaxed);
    let begins = known == 0 || transitions.get(known - 1).is_some_and(|&(start, _)| start <= time);
    if begins && known <= transitions.len() && transitions.get(known).is_none_or(|&(start, _)| start > time) {
        return known;
    }
    let found = transitions.partition_point(|&(start, _)| start <= time);
    last.store(found, Ordering::Relaxed);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_of_listed_and_ruled_times() {
        let zone = Zone::find("Europe/Amsterdam").expect("a zone");
        assert_eq!(zone.offset(0), 3600);
        assert_eq!(zone.offset(1_720_000_000), 7200);
        assert_eq!(zone.offset(4_100_000_000), 3600);
        assert_eq!(zone.local_type(4_118_000_000).0.abbreviation, "CEST");
        assert_eq!(zone.local_type(-10_000_000_000).0.abbreviation, "LMT");
        assert_eq!(zone.offset(i64::MAX), 3600);
    }

    #[test]
    fn names_in_any_case() {
        let zone = Zone::find("europe/LONDON").expect("a zone");
        assert_eq!(zone.name(), "europe/LONDON");
        assert!(Zone::find("Europe/Atlantis").is_none());
        assert!(is_identifier("utc"));
        assert_eq!(identifiers().len(), 598);
    }
}
