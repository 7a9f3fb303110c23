//! From clock time, zone and relative step to UNIX time.
//!
//! The order matters and is PHP's: first `first day of` and `monday of`, then the weekday, then the units, then the
//! count of working days, and last the zone's offset. Every step leaves a date that exists.

use crate::calendar::{
    DAYS_PER_ERA, SECONDS_PER_DAY, YEARS_PER_ERA, date_of_epoch_days, day_of_week, days_in_month, epoch_days,
    seconds_of_clock,
};
use crate::time::{MonthDay, Relative, Special, Time, UNSET, ZoneKind};
use crate::zone::Zone;

/// Brings `low` into `start..end`, whose width is `adjustment`, and carries the rest over to `high`.
fn carry(start: i64, end: i64, adjustment: i64, low: &mut i64, high: &mut i64) {
    if *low < start {
        let steps = start.wrapping_sub(low.wrapping_add(1)) / adjustment;
        *high = high.wrapping_sub(steps.wrapping_add(1));
        *low = low.wrapping_add(adjustment.wrapping_mul(steps)).wrapping_add(adjustment);
    }
    if *low >= end {
        *high = high.wrapping_add(*low / adjustment);
        *low -= adjustment * (*low / adjustment);
    }
}

/// Brings day and month into their ranges, the year taking what is left.
fn carry_days(y: &mut i64, m: &mut i64, d: &mut i64) {
    loop {
        if *d >= DAYS_PER_ERA || *d <= -DAYS_PER_ERA {
            *y = y.wrapping_add(YEARS_PER_ERA * (*d / DAYS_PER_ERA));
            *d -= DAYS_PER_ERA * (*d / DAYS_PER_ERA);
        }
        carry(1, 13, 12, m, y);
        let mut changed = false;
        let year = *y;
        while *d <= 0 && *m > 0 {
            *m -= 1;
            *d += if *m < 1 { 31 } else { days_in_month(year, *m) };
            changed = true;
        }
        while *d > 0 && *m <= 12 && *d > month_length(year, *m) {
            *d -= month_length(year, *m);
            *m += 1;
            changed = true;
        }
        if !changed {
            return;
        }
    }
}

/// Length of a month, where month 0 is the December before.
fn month_length(year: i64, month: i64) -> i64 {
    if month == 0 { 31 } else { days_in_month(year, month) }
}

impl Relative {
    /// Brings every field of a difference into its range; days borrow from months counted from the date `year-month`.
    pub fn normalize(&mut self, mut year: i64, mut month: i64) {
        self.carry_clock();
        carry(0, 12, 12, &mut self.m, &mut self.y);
        carry(1, 13, 12, &mut month, &mut year);
        while self.d < 0 {
            if self.invert {
                self.d += days_in_month(year, month);
                (year, month) = if month == 12 { (year.wrapping_add(1), 1) } else { (year, month + 1) };
            } else {
                (year, month) = if month == 1 { (year.wrapping_sub(1), 12) } else { (year, month - 1) };
                self.d += days_in_month(year, month);
            }
            self.m -= 1;
        }
        carry(0, 12, 12, &mut self.m, &mut self.y);
    }

    fn carry_clock(&mut self) {
        carry(0, 1_000_000, 1_000_000, &mut self.us, &mut self.s);
        carry(0, 60, 60, &mut self.s, &mut self.i);
        carry(0, 60, 60, &mut self.i, &mut self.h);
        carry(0, 24, 24, &mut self.h, &mut self.d);
    }

    /// Brings the microseconds into a second.
    pub(crate) fn carry_microseconds(&mut self) {
        carry(0, 1_000_000, 1_000_000, &mut self.us, &mut self.s);
    }
}

impl Time {
    /// Brings every field into its range, without regard to the zone.
    pub fn normalize(&mut self) {
        // Unset fields are in no range.
        let within = |value: i64, end: u64| (value as u64) < end;
        let date = within(self.m.wrapping_sub(1), 12) && within(self.d.wrapping_sub(1), 28);
        let clock = within(self.h, 24) && within(self.i, 60) && within(self.s, 60);
        if date && clock && within(self.us, 1_000_000) {
            return;
        }
        if self.us != UNSET {
            carry(0, 1_000_000, 1_000_000, &mut self.us, &mut self.s);
        }
        if self.s != UNSET {
            carry(0, 60, 60, &mut self.s, &mut self.i);
        }
        if self.s != UNSET {
            carry(0, 60, 60, &mut self.i, &mut self.h);
        }
        if self.s != UNSET {
            carry(0, 24, 24, &mut self.h, &mut self.d);
        }
        carry(1, 13, 12, &mut self.m, &mut self.y);
        if self.y == 1970 && self.m == 1 {
            // Timestamps count days from here: there may be billions of them.
            (self.y, self.m, self.d) = date_of_epoch_days(self.d.wrapping_sub(1));
            return;
        }
        carry_days(&mut self.y, &mut self.m, &mut self.d);
        carry(1, 13, 12, &mut self.m, &mut self.y);
    }

    /// Takes the relative step and sets the UNIX time by the clock. `default_zone` is used when the time has no zone.
    pub fn update_timestamp(&mut self, default_zone: Option<&'static Zone>) {
        self.go_to_month_of_weekday();
        self.take_step();
        self.take_weekdays();
        // The first day of the 64-bit range begins before it: half a day at a time, the sum stays within.
        let days = epoch_days(self.y, self.m, self.d);
        let half = days.wrapping_mul(SECONDS_PER_DAY / 2);
        self.timestamp = seconds_of_clock(self.h, self.i, self.s).wrapping_add(half).wrapping_add(half);
        self.apply_zone(default_zone);
        self.has_relative = false;
        self.relative.has_weekday = false;
        self.relative.special = None;
        self.relative.month_day = None;
    }

    /// `first monday of` counts from the first of the month that the step leads to; `last` from that after it.
    fn go_to_month_of_weekday(&mut self) {
        let months = match self.relative.special {
            Some(Special::WeekdayOfMonth) => Some(0),
            Some(Special::LastWeekdayOfMonth) => Some(1),
            _ => None,
        };
        if let Some(months) = months {
            self.d = 1;
            self.m = self.m.wrapping_add(self.relative.m).wrapping_add(months);
            self.relative.m = 0;
        }
        self.go_to_month_day();
        self.normalize();
    }

    fn go_to_month_day(&mut self) {
        match self.relative.month_day {
            Some(MonthDay::First) => self.d = 1,
            Some(MonthDay::Last) => {
                self.d = 0;
                self.m = self.m.wrapping_add(1);
            }
            None => {}
        }
    }

    fn take_step(&mut self) {
        if self.relative.has_weekday {
            self.go_to_weekday();
        }
        self.normalize();
        if self.has_relative {
            let step = &self.relative;
            self.us = self.us.wrapping_add(step.us);
            self.s = self.s.wrapping_add(step.s);
            self.i = self.i.wrapping_add(step.i);
            self.h = self.h.wrapping_add(step.h);
            self.d = self.d.wrapping_add(step.d);
            self.m = self.m.wrapping_add(step.m);
            self.y = self.y.wrapping_add(step.y);
        }
        self.go_to_month_day();
        self.normalize();
    }

    fn go_to_weekday(&mut self) {
        let current = day_of_week(self.y, self.m, self.d);
        let step = &mut self.relative;
        if step.weekday_behavior == 2 {
            // The week begins on Monday: on a Sunday it is the week before, and Sunday is its last day.
            if current == 0 && step.weekday != 0 {
                step.weekday -= 7;
            }
            if step.weekday == 0 && current != 0 {
                step.weekday = 7;
            }
            self.d = self.d.wrapping_sub(current).wrapping_add(step.weekday);
            return;
        }
        let mut difference = step.weekday - current;
        if (step.d < 0 && difference < 0) || (step.d >= 0 && difference <= -step.weekday_behavior) {
            difference += 7;
        }
        let days = if step.weekday >= 0 { difference } else { -(7 - (step.weekday.abs() - current)) };
        self.d = self.d.wrapping_add(days);
        step.has_weekday = false;
    }

    fn take_weekdays(&mut self) {
        if let Some(Special::Weekdays(count)) = self.relative.special {
            self.d = self.d.wrapping_add(days_of_weekdays(count, day_of_week(self.y, self.m, self.d)));
        }
        self.normalize();
    }

    /// Subtracts the zone's offset from the UNIX time, which so far is that of UTC's clock.
    fn apply_zone(&mut self, default_zone: Option<&'static Zone>) {
        match self.zone_kind {
            ZoneKind::Offset => {
                self.timestamp = self.timestamp.wrapping_sub(self.offset);
                self.is_local = true;
            }
            ZoneKind::Abbreviation => {
                self.timestamp =
                    self.timestamp.wrapping_sub(self.offset).wrapping_sub(self.dst.wrapping_mul(3600));
                self.is_local = true;
            }
            ZoneKind::Identifier | ZoneKind::None => {
                let own = self.zone.filter(|_| self.zone_kind == ZoneKind::Identifier);
                let Some(zone) = own.or(default_zone) else { return };
                self.timestamp = self.timestamp.wrapping_sub(self.offset_of_clock(zone));
                self.set_zone(zone);
                self.is_local = true;
            }
        }
    }

    /// The offset by which the clock time is meant. A time that the clock skips is read by the offset before the gap;
    /// of a time that comes twice it is the first, unless the time is known to be in standard time.
    fn offset_of_clock(&self, zone: &Zone) -> i64 {
        let local = self.timestamp;
        let at = |time: i64| {
            let (found, since) = zone.local_type(time);
            (found.offset as i64, since, found.is_dst)
        };
        let (current, _, current_is_dst) = at(local);
        let (after, after_since, _) = at(local.wrapping_sub(current));
        let (mut actual, mut since) = (after, after_since);
        if current == after && self.zone_count > 0 {
            let known_dst = self.dst != 0;
            if current >= 0 && known_dst && !current_is_dst {
                let (earlier, earlier_since, _) = at(local.wrapping_sub(current).wrapping_sub(7200));
                if earlier != after && local.wrapping_sub(earlier) < after_since.unwrap_or(i64::MIN) {
                    (actual, since) = (earlier, earlier_since);
                }
            } else if current <= 0 && current_is_dst && !known_dst {
                let (later, later_since, _) = at(local.wrapping_sub(current).wrapping_add(7200));
                if later != after && local.wrapping_sub(later) >= later_since.unwrap_or(i64::MIN) {
                    (actual, since) = (later, later_since);
                }
            }
        }
        let in_transition = since.is_some_and(|since| {
            let time = local.wrapping_sub(actual);
            time >= since.wrapping_add(current - actual) && time < since
        });
        if current != actual && !in_transition { actual } else { current }
    }
}

/// The days that `count` days from Monday to Friday take, from a day of the week on.
fn days_of_weekdays(count: i64, weekday: i64) -> i64 {
    let (weeks, rest) = (count / 5, count % 5);
    let correction = match (count > 0, rest) {
        // Whole weeks from a weekend day end on the Friday before, backwards on the Monday after.
        (true, 0) => [-2, 0, 0, 0, 0, 0, -1][weekday as usize],
        (true, _) if weekday == 6 => 1,
        (true, _) if weekday + rest > 5 => 2,
        (false, 0) => [1, 0, 0, 0, 0, 0, 2][weekday as usize],
        (false, _) if weekday == 0 => -1,
        (false, _) if weekday + rest < 1 => -2,
        _ => 0,
    };
    weeks.wrapping_mul(7).wrapping_add(correction).wrapping_add(rest)
}
