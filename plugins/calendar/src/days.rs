//! Dates of calendars as serial day numbers (SDN: the Julian day count of their noon) and back.
//!
//! Years before Christ are negative; there is no year 0. No date is (0, 0, 0), no day is 0.

/// Year, month, day.
pub type Date = (i64, i64, i64);
/// No date.
pub const NONE: Date = (0, 0, 0);

const MAX: i64 = i32::MAX as i64;
const GREGORIAN_OFFSET: i64 = 32045;
const JULIAN_OFFSET: i64 = 32083;
const FRENCH_OFFSET: i64 = 2375474;
const JEWISH_OFFSET: i64 = 347_997;
const JEWISH_LAST: i64 = 324_542_846;
const FOUR_YEARS: i64 = 1461;
const FOUR_CENTURIES: i64 = 146_097;
/// March to July, and August to December: months are counted from March on.
const FIVE_MONTHS: i64 = 153;

/// Year from 4801 B.C. on that begins in March, and its days, as a date.
fn from_march(year: i64, day_of_year: i64) -> Date {
    let n = day_of_year * 5 - 3;
    let (month, day) = (n / FIVE_MONTHS, n % FIVE_MONTHS / 5 + 1);
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    let year = year - 4800;
    (if year <= 0 { year - 1 } else { year }, month, day)
}

/// The other way, without the days of the year before.
fn to_march(year: i64, month: i64) -> (i64, i64) {
    let year = if year < 0 { year + 4801 } else { year + 4800 };
    if month > 2 { (year, month - 3) } else { (year - 1, month + 9) }
}

fn is_date(month: i64, day: i64) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// A Gregorian date; the calendar goes back to 25 November 4714 B.C.
pub fn to_gregorian(sdn: i64) -> Date {
    if sdn <= 0 || sdn > (i64::MAX - 4 * GREGORIAN_OFFSET) / 4 {
        return NONE;
    }
    let n = (sdn + GREGORIAN_OFFSET) * 4 - 1;
    let century = n / FOUR_CENTURIES;
    let n = n % FOUR_CENTURIES / 4 * 4 + 3;
    if century > MAX / 100 - n / FOUR_YEARS {
        return NONE;
    }
    from_march(century * 100 + n / FOUR_YEARS, n % FOUR_YEARS / 4 + 1)
}

/// The day of a Gregorian date.
pub fn from_gregorian(year: i64, month: i64, day: i64) -> i64 {
    if year == 0 || !(-4714..=MAX - 4800).contains(&year) || !is_date(month, day) {
        return 0;
    }
    if year == -4714 && (month < 11 || month == 11 && day < 25) {
        return 0;
    }
    let (y, m) = to_march(year, month);
    y / 100 * FOUR_CENTURIES / 4 + y % 100 * FOUR_YEARS / 4 + (m * FIVE_MONTHS + 2) / 5 + day
        - GREGORIAN_OFFSET
}

/// A Julian date; the calendar goes back to 2 January 4713 B.C.
pub fn to_julian(sdn: i64) -> Date {
    if sdn <= 0 || sdn > (i64::MAX - JULIAN_OFFSET * 4 + 1) / 4 {
        return NONE;
    }
    let n = sdn * 4 + JULIAN_OFFSET * 4 - 1;
    if n / FOUR_YEARS > MAX {
        return NONE;
    }
    from_march(n / FOUR_YEARS, n % FOUR_YEARS / 4 + 1)
}

/// The day of a Julian date.
pub fn from_julian(year: i64, month: i64, day: i64) -> i64 {
    if year == 0 || !(-4713..=MAX - 4800).contains(&year) || !is_date(month, day) {
        return 0;
    }
    if year == -4713 && month == 1 && day == 1 {
        return 0;
    }
    let (y, m) = to_march(year, month);
    y * FOUR_YEARS / 4 + (m * FIVE_MONTHS + 2) / 5 + day - JULIAN_OFFSET
}

/// A date of the French Republic, years 1 to 14.
pub fn to_french(sdn: i64) -> Date {
    if !(2_375_840..=2_380_952).contains(&sdn) {
        return NONE;
    }
    let n = (sdn - FRENCH_OFFSET) * 4 - 1;
    let day = n % FOUR_YEARS / 4;
    (n / FOUR_YEARS, day / 30 + 1, day % 30 + 1)
}

/// The day of a date of the French Republic.
pub fn from_french(year: i64, month: i64, day: i64) -> i64 {
    if !(1..=14).contains(&year) || !(1..=13).contains(&month) || !(1..=30).contains(&day) {
        return 0;
    }
    year * FOUR_YEARS / 4 + (month - 1) * 30 + day + FRENCH_OFFSET
}

/// Whether a Jewish year has thirteen months.
pub fn is_jewish_leap(year: i64) -> bool {
    (7 * year + 1) % 19 < 7
}

/// The day of 1 Tishri: the new moon's, put off by the rules of the calendar (Reingold and Dershowitz, "Calendrical
/// Calculations").
fn new_year(year: i64) -> i64 {
    let months = (235 * year - 234) / 19;
    let parts = 204 + 793 * (months % 1080);
    let hours = 5 + 12 * months + 793 * (months / 1080) + parts / 1080;
    let day = 1 + 29 * months + hours / 24;
    let parts = 1080 * (hours % 24) + parts % 1080;
    let late = parts >= 19440
        || day % 7 == 2 && parts >= 9924 && !is_jewish_leap(year)
        || day % 7 == 1 && parts >= 16789 && is_jewish_leap(year - 1);
    let day = day + i64::from(late);
    let put_off = matches!(day % 7, 0 | 3 | 5);
    day + i64::from(put_off) + JEWISH_OFFSET
}

/// Days of the thirteen months of a year; the sixth has none in common years.
fn jewish_months(year: i64) -> [i64; 13] {
    let len = new_year(year + 1) - new_year(year);
    let leap = is_jewish_leap(year);
    let long_heshvan = len % 10 == 5;
    let short_kislev = len % 10 == 3;
    [
        30,
        29 + i64::from(long_heshvan),
        30 - i64::from(short_kislev),
        29,
        30,
        if leap { 30 } else { 0 },
        29,
        30,
        29,
        30,
        29,
        30,
        29,
    ]
}

/// A Jewish date.
pub fn to_jewish(sdn: i64) -> Date {
    if sdn <= JEWISH_OFFSET || sdn > JEWISH_LAST {
        return NONE;
    }
    let mut year = ((sdn - JEWISH_OFFSET) * 98496 / 35_975_351 - 1).max(0);
    while new_year(year + 1) <= sdn {
        year += 1;
    }
    let mut day = sdn - new_year(year) + 1;
    for (i, len) in jewish_months(year).into_iter().enumerate() {
        if day <= len {
            return (year, i as i64 + 1, day);
        }
        day -= len;
    }
    NONE
}

/// The day of a Jewish date. In common years Adar is both the sixth and the seventh month.
pub fn from_jewish(year: i64, month: i64, day: i64) -> i64 {
    if year <= 0 || !(1..=13).contains(&month) || !(1..=30).contains(&day) {
        return 0;
    }
    let before: i64 = jewish_months(year)[..month as usize - 1].iter().sum();
    new_year(year) + before + day - 1
}

/// Day of the week, 0 is Sunday.
pub fn day_of_week(sdn: i64) -> usize {
    (sdn % 7 + 8).rem_euclid(7) as usize
}

/// Days from 21 March to Easter; by the Julian calendar or the Gregorian one.
pub fn easter(year: i64, julian: bool) -> i64 {
    let golden = year % 19 + 1;
    let (sunday, moon) = if julian {
        ((year + year / 4 + 5) % 7, 3 - 11 * golden - 7)
    } else {
        let solar = (year - 1600) / 100 - (year - 1600) / 400;
        let lunar = (year - 1400) / 100 * 8 / 25;
        ((year + year / 4 - year / 100 + year / 400) % 7, 3 - 11 * golden + solar - lunar)
    };
    let moon = moon.rem_euclid(30);
    let moon = moon - i64::from(moon == 29 || moon == 28 && golden > 11);
    moon + (4 - moon - sunday.rem_euclid(7)).rem_euclid(7) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for sdn in [1, 347_998, 1_721_426, 2_299_161, 2_375_840, 2_451_545, 2_460_000, 3_000_000] {
            let (y, m, d) = to_gregorian(sdn);
            assert_eq!(from_gregorian(y, m, d), sdn);
            let (y, m, d) = to_julian(sdn);
            assert_eq!(from_julian(y, m, d), sdn);
            if sdn >= 347_998 {
                let (y, m, d) = to_jewish(sdn);
                assert_eq!(from_jewish(y, m, d), sdn, "{y} {m} {d}");
            }
        }
        assert_eq!(to_gregorian(2_451_545), (2000, 1, 1));
        assert_eq!(from_jewish(5760, 1, 1), 2_451_433);
        assert_eq!(from_french(1, 1, 1), 2_375_840);
        assert_eq!(easter(2024, false), 10);
    }
}
