//! The proleptic Gregorian calendar: leap years, days of the week, ISO weeks and the count of days since 1970-01-01.
//!
//! Days are counted with Howard Hinnant's era method (<https://howardhinnant.github.io/date_algorithms.html>): an era is
//! 400 years that begin on 1 March, so that the leap day is the last day of a year. All arithmetic wraps: PHP accepts
//! years beyond what 64 bits of seconds can hold, and what it answers there is the wrapped value.

/// Seconds in a day without an offset change.
pub const SECONDS_PER_DAY: i64 = 86_400;
/// Seconds in an hour.
pub const SECONDS_PER_HOUR: i64 = 3_600;
/// Days in 400 Gregorian years.
pub const DAYS_PER_ERA: i64 = 146_097;
/// Years in an era.
pub const YEARS_PER_ERA: i64 = 400;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_SHIFT: i64 = 719_468;

/// Days before the first of a month, in a common year; indexed from January = 1.
const DAYS_BEFORE_MONTH: [i64; 13] = [0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const MONTH_LENGTHS: [i64; 13] = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// Whether `year` has a 29 February.
pub fn is_leap_year(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Length of a month in days; `month` counts from 1 and months outside of 1 to 12 have none.
pub fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap_year(year) => 29,
        1..=12 => MONTH_LENGTHS[month as usize],
        _ => 0,
    }
}

/// Days since 1970-01-01 of a date whose day may lie outside of its month.
pub fn epoch_days(year: i64, month: i64, day: i64) -> i64 {
    let march_year = year.wrapping_sub((month <= 2) as i64);
    let era = march_year.div_euclid(YEARS_PER_ERA);
    let year_of_era = march_year.wrapping_sub(era.wrapping_mul(YEARS_PER_ERA));
    let march_month = if month > 2 { month.wrapping_sub(3) } else { month.wrapping_add(9) };
    let day_of_year = (march_month.wrapping_mul(153).wrapping_add(2) / 5).wrapping_add(day).wrapping_sub(1);
    let day_of_era = (year_of_era * 365 + year_of_era / 4 - year_of_era / 100).wrapping_add(day_of_year);
    era.wrapping_mul(DAYS_PER_ERA).wrapping_add(day_of_era).wrapping_sub(EPOCH_SHIFT)
}

/// Year, month and day of a count of days since 1970-01-01.
pub fn date_of_epoch_days(epoch_days: i64) -> (i64, i64, i64) {
    let days = epoch_days.wrapping_add(EPOCH_SHIFT);
    let era = days.div_euclid(DAYS_PER_ERA);
    let day_of_era = days.wrapping_sub(era.wrapping_mul(DAYS_PER_ERA));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era.wrapping_add(era.wrapping_mul(YEARS_PER_ERA)).wrapping_add((month <= 2) as i64);
    (year, month, day)
}

/// Day of the week, 0 for Sunday to 6 for Saturday.
pub fn day_of_week(year: i64, month: i64, day: i64) -> i64 {
    // 1970-01-01 was a Thursday. A whole number of eras is a whole number of weeks, so the year may be reduced first.
    epoch_days(year.rem_euclid(YEARS_PER_ERA), month, day).wrapping_add(4).rem_euclid(7)
}

/// Day of the week by ISO 8601, 1 for Monday to 7 for Sunday.
pub fn iso_day_of_week(year: i64, month: i64, day: i64) -> i64 {
    match day_of_week(year, month, day) {
        0 => 7,
        weekday => weekday,
    }
}

/// Day of the year, 0 for 1 January.
pub fn day_of_year(year: i64, month: i64, day: i64) -> i64 {
    let before = DAYS_BEFORE_MONTH.get(month as usize).copied().unwrap_or(0);
    before + (month > 2 && is_leap_year(year)) as i64 + day - 1
}

/// ISO 8601 year and week of a date.
pub fn iso_week(year: i64, month: i64, day: i64) -> (i64, i64) {
    let weekday = iso_day_of_week(year, month, day);
    // The week belongs to the year of its Thursday.
    let week = (day_of_year(year, month, day) - weekday + 11) / 7;
    if week < 1 {
        (year.wrapping_sub(1), weeks_in_year(year.wrapping_sub(1)))
    } else if week > weeks_in_year(year) {
        (year.wrapping_add(1), 1)
    } else {
        (year, week)
    }
}

/// Number of ISO weeks in a year: 53 when it begins on a Thursday, or on a Wednesday and is a leap year.
fn weeks_in_year(year: i64) -> i64 {
    match day_of_week(year, 1, 1) {
        4 => 53,
        3 if is_leap_year(year) => 53,
        _ => 52,
    }
}

/// Days from 1 January of `year` to a day of one of its ISO weeks; weeks and days outside of the year count on.
pub fn days_to_iso_week(year: i64, week: i64, weekday: i64) -> i64 {
    let first = day_of_week(year, 1, 1);
    let monday = if first > 4 { 7 - first } else { -first };
    monday.wrapping_add(week.wrapping_sub(1).wrapping_mul(7)).wrapping_add(weekday)
}

/// Date of a day of an ISO week.
pub fn date_of_iso_week(year: i64, week: i64, weekday: i64) -> (i64, i64, i64) {
    date_of_epoch_days(epoch_days(year, 1, 1).wrapping_add(days_to_iso_week(year, week, weekday)))
}

/// Whether the date exists.
pub fn is_valid_date(year: i64, month: i64, day: i64) -> bool {
    (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month)
}

/// Whether the time exists on a clock without leap seconds.
pub fn is_valid_time(hour: i64, minute: i64, second: i64) -> bool {
    (0..=23).contains(&hour) && (0..=59).contains(&minute) && (0..=59).contains(&second)
}

/// Seconds of a clock time; the parts may lie outside of their ranges.
pub fn seconds_of_clock(hour: i64, minute: i64, second: i64) -> i64 {
    hour.wrapping_mul(SECONDS_PER_HOUR).wrapping_add(minute.wrapping_mul(60)).wrapping_add(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_round_trip() {
        for days in (-800_000..800_000).step_by(17) {
            let (year, month, day) = date_of_epoch_days(days);
            assert!(is_valid_date(year, month, day));
            assert_eq!(epoch_days(year, month, day), days);
        }
        assert_eq!(date_of_epoch_days(0), (1970, 1, 1));
        assert_eq!(date_of_epoch_days(-1), (1969, 12, 31));
    }

    #[test]
    fn weekdays() {
        assert_eq!(day_of_week(1978, 12, 22), 5);
        assert_eq!(day_of_week(2005, 2, 19), 6);
        assert_eq!(day_of_week(-1, 1, 1), 5);
        assert_eq!(iso_day_of_week(2024, 3, 3), 7);
    }

    #[test]
    fn iso_weeks() {
        assert_eq!(iso_week(2008, 12, 29), (2009, 1));
        assert_eq!(iso_week(2010, 1, 3), (2009, 53));
        assert_eq!(iso_week(2016, 1, 3), (2015, 53));
        assert_eq!(iso_week(1914, 9, 7), (1914, 37));
        assert_eq!(date_of_iso_week(2008, 1, 1), (2007, 12, 31));
        assert_eq!(date_of_iso_week(2015, 53, 7), (2016, 1, 3));
    }

    #[test]
    fn months() {
        assert_eq!(days_in_month(2024, 2), 29);
        assert_eq!(days_in_month(1900, 2), 28);
        assert_eq!(day_of_year(2024, 12, 31), 365);
        assert_eq!(days_in_month(2024, 13), 0);
    }
}
