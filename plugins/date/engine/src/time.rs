//! A point in time as PHP's date objects hold it: broken down by the clock of a zone, and as UNIX time.
//!
//! While a string is parsed, the fields it has not named are [`UNSET`]; [`Time::fill_holes`] takes them from a base time.
//! Which of the clock and the UNIX time is the truth changes with the operation: [`Time::update_timestamp`] (in the
//! module `resolve`) derives the second from the first, [`Time::update_clock`] the first from the second.

use crate::calendar::{SECONDS_PER_DAY, SECONDS_PER_HOUR, date_of_epoch_days};
use crate::zone::Zone;

/// A field that a parsed string does not name.
pub const UNSET: i64 = -9_999_999;

/// How the zone of a time is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ZoneKind {
    /// Not at all.
    #[default]
    None,
    /// By an offset from UTC.
    Offset,
    /// By an abbreviation, which stands for an offset.
    Abbreviation,
    /// By an identifier of the zone database.
    Identifier,
}

impl ZoneKind {
    /// The number that PHP shows for it (`timezone_type`).
    pub fn number(self) -> i64 {
        self as i64
    }
}

/// `first day of`, `last day of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MonthDay {
    /// The first day of the month.
    First,
    /// The last day of the month.
    Last,
}

/// Relative steps that are not a number of units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Special {
    /// A number of days from Monday to Friday.
    Weekdays(i64),
    /// `second monday of`: the weekday is counted from the first of the month.
    WeekdayOfMonth,
    /// `last monday of`: the weekday is counted from the first of the following month.
    LastWeekdayOfMonth,
}

impl Special {
    /// The amount of weekdays; `None` unless it is [`Special::Weekdays`].
    pub fn weekdays(self) -> Option<i64> {
        match self {
            Special::Weekdays(amount) => Some(amount),
            _ => None,
        }
    }
}

/// A relative step, or the difference of two times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Relative {
    /// Years.
    pub y: i64,
    /// Months.
    pub m: i64,
    /// Days.
    pub d: i64,
    /// Hours.
    pub h: i64,
    /// Minutes.
    pub i: i64,
    /// Seconds.
    pub s: i64,
    /// Microseconds.
    pub us: i64,
    /// Whether the step goes backwards.
    pub invert: bool,
    /// Whole days of a difference; `None` when it does not come of two times.
    pub days: Option<i64>,
    /// The weekday to go to, 0 for Sunday; `ago` makes it negative.
    pub weekday: i64,
    /// 0: today is not the weekday looked for; 1: it may be; 2: the weekday of the current ISO week.
    pub weekday_behavior: i64,
    /// Whether [`Relative::weekday`] counts.
    pub has_weekday: bool,
    /// A step of weekdays.
    pub special: Option<Special>,
    /// `first day of` or `last day of`.
    pub month_day: Option<MonthDay>,
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time {
    /// Year.
    pub y: i64,
    /// Month, from 1.
    pub m: i64,
    /// Day of the month, from 1.
    pub d: i64,
    /// Hour.
    pub h: i64,
    /// Minute.
    pub i: i64,
    /// Second.
    pub s: i64,
    /// Microsecond.
    pub us: i64,
    /// Seconds east of UTC; without daylight saving time for a zone known by its abbreviation.
    pub offset: i64,
    /// 1 in daylight saving time.
    pub dst: i64,
    /// How the zone is known.
    pub zone_kind: ZoneKind,
    /// The abbreviation of the zone, in capitals.
    pub abbreviation: Option<&'static str>,
    /// The zone, when it is known by an identifier.
    pub zone: Option<&'static Zone>,
    /// The step to take from the clock time.
    pub relative: Relative,
    /// Seconds since 1970-01-01 00:00 UTC.
    pub timestamp: i64,
    /// How often a time of day was named.
    pub time_count: u32,
    /// Whether a date was named.
    pub has_date: bool,
    /// How often a zone was named.
    pub zone_count: u32,
    /// Whether a relative step was named.
    pub has_relative: bool,
    /// Whether the clock is that of a zone, and not of UTC.
    pub is_local: bool,
}

impl Default for Time {
    /// All zero, and no zone.
    #[inline]
    fn default() -> Time {
        Time::ZERO
    }
}

impl Time {
    const ZERO: Time = Time {
        y: 0,
        m: 0,
        d: 0,
        h: 0,
        i: 0,
        s: 0,
        us: 0,
        offset: 0,
        dst: 0,
        zone_kind: ZoneKind::None,
        abbreviation: None,
        zone: None,
        relative: Relative {
            y: 0,
            m: 0,
            d: 0,
            h: 0,
            i: 0,
            s: 0,
            us: 0,
            invert: false,
            days: None,
            weekday: 0,
            weekday_behavior: 0,
            has_weekday: false,
            special: None,
            month_day: None,
        },
        timestamp: 0,
        time_count: 0,
        has_date: false,
        zone_count: 0,
        has_relative: false,
        is_local: false,
    };

    /// A time of which nothing is known yet.
    #[inline]
    pub fn unset() -> Time {
        const NOTHING: Time = Time {
            y: UNSET,
            m: UNSET,
            d: UNSET,
            h: UNSET,
            i: UNSET,
            s: UNSET,
            us: UNSET,
            offset: UNSET,
            dst: UNSET,
            ..Time::ZERO
        };
        NOTHING
    }

    /// A UNIX time by the clock of UTC.
    pub fn utc(timestamp: i64) -> Time {
        let mut time = Time::default();
        time.set_utc_clock(timestamp);
        time.timestamp = timestamp;
        time
    }

    /// A UNIX time by the clock of a zone.
    pub fn local(timestamp: i64, zone: &'static Zone) -> Time {
        let mut time = Time { zone: Some(zone), zone_kind: ZoneKind::Identifier, ..Time::default() };
        time.set_local(timestamp);
        time
    }

    /// Sets the clock to the UTC clock of a UNIX time.
    fn set_utc_clock(&mut self, timestamp: i64) {
        (self.y, self.m, self.d) = date_of_epoch_days(timestamp.div_euclid(SECONDS_PER_DAY));
        let seconds = timestamp.rem_euclid(SECONDS_PER_DAY);
        (self.h, self.i, self.s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /// Sets the UNIX time, and the clock by the zone that the time has. Without one nothing but the clock's meaning
    /// changes.
    pub fn set_local(&mut self, timestamp: i64) {
        match self.zone_kind {
            ZoneKind::Abbreviation | ZoneKind::Offset => {
                self.set_utc_clock(timestamp.wrapping_add(self.fixed_offset()));
                self.timestamp = timestamp;
            }
            ZoneKind::Identifier => {
                let Some(zone) = self.zone else { return };
                let local = zone.local_type(timestamp).0;
                self.set_utc_clock(timestamp.wrapping_add(local.offset as i64));
                self.timestamp = timestamp;
                self.offset = local.offset as i64;
                self.dst = local.is_dst as i64;
                self.abbreviation = Some(local.capitals);
            }
            ZoneKind::None => {
                self.is_local = false;
                self.zone_count = 0;
                return;
            }
        }
        self.is_local = true;
        self.zone_count = 1;
    }

    /// Sets the clock by the UNIX time and the zone; leaves the offset and abbreviation as they are.
    pub fn update_clock(&mut self) {
        let offset = match self.zone_kind {
            ZoneKind::Abbreviation | ZoneKind::Offset => self.fixed_offset(),
            ZoneKind::Identifier => self.zone.as_ref().map_or(0, |zone| zone.offset(self.timestamp) as i64),
            ZoneKind::None => 0,
        };
        self.set_utc_clock(self.timestamp.wrapping_add(offset));
        self.is_local = true;
        self.zone_count = 1;
    }

    /// Seconds east of UTC of a zone known by offset or abbreviation.
    fn fixed_offset(&self) -> i64 {
        self.offset.wrapping_add(self.dst.wrapping_mul(SECONDS_PER_HOUR))
    }

    /// Seconds east of UTC that hold at the UNIX time.
    pub fn current_offset(&self) -> i64 {
        match self.zone_kind {
            ZoneKind::Abbreviation | ZoneKind::Offset => self.fixed_offset(),
            ZoneKind::Identifier => self.zone.as_ref().map_or(0, |zone| zone.offset(self.timestamp) as i64),
            ZoneKind::None => 0,
        }
    }

    /// Gives the time a zone of the database, by the rules that hold at the UNIX time; does not touch the clock.
    pub fn set_zone(&mut self, zone: &'static Zone) {
        let local = zone.local_type(self.timestamp).0;
        self.offset = local.offset as i64;
        self.dst = local.is_dst as i64;
        self.abbreviation = Some(local.abbreviation);
        self.zone_count = 1;
        self.zone_kind = ZoneKind::Identifier;
        self.zone = Some(zone);
    }

    /// Gives the time a fixed offset as its zone; does not touch the clock.
    pub fn set_zone_offset(&mut self, offset: i64) {
        self.abbreviation = None;
        self.offset = offset;
        self.zone_count = 1;
        self.zone_kind = ZoneKind::Offset;
        self.dst = 0;
        self.zone = None;
    }

    /// Gives the time an abbreviation as its zone; does not touch the clock.
    pub fn set_zone_abbreviation(&mut self, abbreviation: &'static str, offset: i64, dst: i64) {
        self.abbreviation = Some(abbreviation);
        self.offset = offset;
        self.zone_count = 1;
        self.zone_kind = ZoneKind::Abbreviation;
        self.dst = dst;
        self.zone = None;
    }

    /// Takes the fields that were not named from a base time. A date without a time of day means midnight, unless
    /// `keep_time`.
    pub fn fill_holes(&mut self, base: &Time, keep_time: bool) {
        if !keep_time && self.has_date && self.time_count == 0 {
            (self.h, self.i, self.s, self.us) = (0, 0, 0, 0);
        }
        let names_clock =
            [self.y, self.m, self.d, self.h, self.i, self.s].iter().any(|&field| field != UNSET);
        fill(&mut self.us, if names_clock { 0 } else { base.us });
        fill(&mut self.y, base.y);
        fill(&mut self.m, base.m);
        fill(&mut self.d, base.d);
        fill(&mut self.h, base.h);
        fill(&mut self.i, base.i);
        fill(&mut self.s, base.s);
        if self.zone.is_none() {
            self.zone = base.zone;
            fill(&mut self.offset, base.offset);
            fill(&mut self.dst, base.dst);
            if self.abbreviation.is_none() {
                self.abbreviation = base.abbreviation;
            }
        }
        if self.zone_kind == ZoneKind::None && base.zone_kind != ZoneKind::None {
            self.zone_kind = base.zone_kind;
            self.is_local = true;
        }
    }

    /// Whether both are in the same zone: the same identifier, or the same fixed offset.
    pub fn has_same_zone(&self, other: &Time) -> bool {
        self.zone_kind == other.zone_kind
            && match self.zone_kind {
                ZoneKind::Abbreviation | ZoneKind::Offset => self.fixed_offset() == other.fixed_offset(),
                ZoneKind::Identifier => self.zone == other.zone,
                ZoneKind::None => false,
            }
    }

    /// Compares two points in time, whatever their zones.
    pub fn compare(&self, other: &Time) -> std::cmp::Ordering {
        (self.timestamp, self.us).cmp(&(other.timestamp, other.us))
    }
}

fn fill(field: &mut i64, value: i64) {
    if *field == UNSET {
        *field = if value == UNSET { 0 } else { value };
    }
}
