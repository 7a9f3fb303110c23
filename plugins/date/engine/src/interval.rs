//! The difference of two times, and times an interval later or earlier.
//!
//! Between two times of one zone the difference is that of its clock, corrected where an offset change lies between
//! them; between times of different zones it is that of UTC. PHP adds by the wall clock: days, months and years move the
//! date, hours and less move along the real time.

use crate::calendar::{SECONDS_PER_DAY, SECONDS_PER_HOUR, epoch_days, seconds_of_clock};
use crate::time::{Relative, Time, ZoneKind};

/// The interval from `from` to `to`; inverted when `to` is the earlier one.
pub fn difference(from: &Time, to: &Time) -> Relative {
    let is_one_zone = are_in_one_zone(from, to);
    let is_inverted = if is_one_zone { clock(from) > clock(to) } else { from.compare(to).is_gt() };
    let (from, to) = if is_inverted { (to, from) } else { (from, to) };
    let mut interval = Relative {
        y: to.y.wrapping_sub(from.y),
        m: to.m - from.m,
        d: to.d - from.d,
        h: to.h - from.h,
        i: to.i - from.i,
        s: to.s - from.s,
        us: to.us - from.us,
        invert: is_inverted,
        days: Some(whole_days(from, to)),
        ..Relative::default()
    };
    if is_one_zone {
        normalize_in_zone(&mut interval, from, to);
    } else {
        let dst = |time: &Time| if time.zone_kind == ZoneKind::Identifier { 0 } else { time.dst };
        interval.h += dst(from) - dst(to);
        interval.s += from.offset - to.offset;
        normalize(&mut interval, from, to);
    }
    interval
}

fn are_in_one_zone(from: &Time, to: &Time) -> bool {
    from.zone_kind == ZoneKind::Identifier && from.has_same_zone(to)
}

/// The clock's fields, in the order in which they compare.
fn clock(time: &Time) -> [i64; 7] {
    [time.y, time.m, time.d, time.h, time.i, time.s, time.us]
}

fn normalize(interval: &mut Relative, from: &Time, to: &Time) {
    let base = if interval.invert { from } else { to };
    interval.normalize(base.y, base.m);
}

/// Brings a difference of clocks into range, and corrects it by the offset changes between the two.
fn normalize_in_zone(interval: &mut Relative, from: &Time, to: &Time) {
    let correction = to.offset - from.offset;
    let elapsed = to.timestamp.wrapping_sub(from.timestamp);
    if elapsed < 0 {
        // The clock was set back between them: by the clock the first is the earlier one, in truth it is the later.
        let flipped = (interval.i * 60 + interval.s - correction).abs();
        interval.h = flipped / SECONDS_PER_HOUR;
        interval.i = (flipped - interval.h * SECONDS_PER_HOUR) / 60;
        interval.s = flipped % 60;
        interval.invert = !interval.invert;
    }
    normalize(interval, from, to);

    let zone = to.zone;
    let starts_dst = from.dst == 0 && to.dst == 1;
    let ends_dst = from.dst == 1 && to.dst == 0;
    let corrects = if ends_dst {
        elapsed.wrapping_add(correction) < SECONDS_PER_DAY
    } else if starts_dst {
        let since = zone.map(|zone| zone.local_type(to.timestamp).1.unwrap_or(i64::MIN));
        since.is_some_and(|since| {
            let next_day = from.timestamp.wrapping_add(SECONDS_PER_DAY);
            let skips_next_day = next_day > since && next_day <= since.wrapping_add(correction);
            !skips_next_day
                && to.timestamp >= since
                && elapsed.wrapping_add(correction) % SECONDS_PER_DAY > to.timestamp.wrapping_sub(since)
        })
    } else {
        false
    };
    if corrects {
        interval.h -= correction / 3600;
        interval.i -= correction % 3600 / 60;
    } else if !starts_dst
        && !ends_dst
        && elapsed >= SECONDS_PER_DAY
        && let Some(zone) = zone
    {
        let (local, since) = zone.local_type(to.timestamp.wrapping_sub(to.offset));
        let since = since.unwrap_or(i64::MIN);
        let correction = from.offset - local.offset as i64;
        if to.timestamp >= since.wrapping_sub(correction) && to.timestamp < since {
            interval.d -= 1;
            interval.h = 24;
        }
    }
}

/// Whole days between two times: of the calendar when they are in one zone, else of 24 hours.
fn whole_days(one: &Time, two: &Time) -> i64 {
    if !one.has_same_zone(two) {
        return (one.timestamp.wrapping_sub(two.timestamp) as f64 / 86400.0).abs() as i32 as i64;
    }
    let (earlier, later) = if one.compare(two).is_lt() { (one, two) } else { (two, one) };
    let days_of = |time: &Time| epoch_days(time.y, time.m, time.d);
    let days = days_of(one).wrapping_sub(days_of(two)).wrapping_abs() as i32 as i64;
    let clock_of = |time: &Time| (time.h, time.i, time.s, time.us);
    days - (days > 0 && clock_of(later) < clock_of(earlier)) as i64
}

impl Relative {
    /// The date part, turned around when the interval is inverted or when it is to be.
    fn date_step(&self, sign: i64) -> Relative {
        Relative {
            y: self.y.wrapping_mul(sign),
            m: self.m.wrapping_mul(sign),
            d: self.d.wrapping_mul(sign),
            ..Relative::default()
        }
    }

    /// Every part, turned around likewise.
    fn full_step(&self, sign: i64) -> Relative {
        Relative {
            h: self.h.wrapping_mul(sign),
            i: self.i.wrapping_mul(sign),
            s: self.s.wrapping_mul(sign),
            us: self.us.wrapping_mul(sign),
            ..self.date_step(sign)
        }
    }

    fn sign(&self) -> i64 {
        if self.invert { -1 } else { 1 }
    }

    /// Whether it goes to a weekday or counts working days, so that it cannot be turned around.
    fn is_special(&self) -> bool {
        self.has_weekday || self.special.is_some()
    }
}

impl Time {
    /// The time after a step from the clock time.
    fn after_step(&self, step: Relative) -> Time {
        let mut time = *self;
        time.relative = step;
        time.has_relative = true;
        time.update_timestamp(None);
        time.update_clock();
        time.has_relative = false;
        time
    }

    /// The time an interval later, all of it taken by the clock.
    pub fn add(&self, interval: &Relative) -> Time {
        let is_special = interval.is_special();
        self.after_step(if is_special { *interval } else { interval.full_step(interval.sign()) })
    }

    /// The time an interval earlier, all of it taken by the clock. Steps to weekdays are not taken.
    pub fn subtract(&self, interval: &Relative) -> Time {
        self.after_step(interval.full_step(-interval.sign()))
    }

    /// The time an interval later: the date part by the clock, the rest by real time.
    pub fn add_wall(&self, interval: &Relative) -> Time {
        self.move_wall(interval, interval.sign())
    }

    /// The time an interval earlier: the date part by the clock, the rest by real time.
    pub fn subtract_wall(&self, interval: &Relative) -> Time {
        self.move_wall(interval, -interval.sign())
    }

    fn move_wall(&self, interval: &Relative, sign: i64) -> Time {
        let mut time = *self;
        time.has_relative = true;
        if interval.is_special() {
            time.relative = *interval;
            time.update_timestamp(None);
            time.update_clock();
        } else {
            time.relative = interval.date_step(sign);
            if time.relative.y != 0 || time.relative.m != 0 || time.relative.d != 0 {
                time.update_timestamp(None);
            }
            let mut clock = *interval;
            clock.carry_microseconds();
            let seconds = seconds_of_clock(clock.h, clock.i, clock.s).wrapping_mul(sign);
            time.timestamp = time.timestamp.wrapping_add(seconds);
            time.update_clock();
            if interval.us != 0 {
                time.us = time.us.wrapping_add(clock.us.wrapping_mul(sign));
                time.normalize();
                time.update_timestamp(None);
            }
            time.normalize();
        }
        if time.zone_kind == ZoneKind::Identifier
            && let Some(zone) = time.zone
        {
            time.set_zone(zone);
        }
        time.has_relative = false;
        time
    }

    /// The next time of a period: the step is taken as it is, even when the interval is inverted.
    pub fn advance(&mut self, interval: &Relative) {
        self.has_relative = true;
        self.relative = *interval;
        self.update_timestamp(None);
        self.update_clock();
    }
}
