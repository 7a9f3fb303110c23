//! The calendar extension: dates of four calendars through the Julian day count, and Easter.

mod days;

use days::Date;
use plugin_api::{Array, Ctx, Info, Kind, OrFalse, R, Value, php_function, php_module};

plugin_api::constants! {
    CONSTANTS;
    int CAL_GREGORIAN = 0;
    int CAL_JULIAN = 1;
    int CAL_JEWISH = 2;
    int CAL_FRENCH = 3;
    int CAL_NUM_CALS = 4;
    int CAL_DOW_DAYNO = 0;
    int CAL_DOW_SHORT = 2;
    int CAL_DOW_LONG = 1;
    int CAL_MONTH_GREGORIAN_SHORT = 0;
    int CAL_MONTH_GREGORIAN_LONG = 1;
    int CAL_MONTH_JULIAN_SHORT = 2;
    int CAL_MONTH_JULIAN_LONG = 3;
    int CAL_MONTH_JEWISH = 4;
    int CAL_MONTH_FRENCH = 5;
    int CAL_EASTER_DEFAULT = 0;
    int CAL_EASTER_ROMAN = 1;
    int CAL_EASTER_ALWAYS_GREGORIAN = 2;
    int CAL_EASTER_ALWAYS_JULIAN = 3;
    int CAL_JEWISH_ADD_ALAFIM_GERESH = 2;
    int CAL_JEWISH_ADD_ALAFIM = 4;
    int CAL_JEWISH_ADD_GERESHAYIM = 8;
}

const SHORT: [&str; 14] =
    ["", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", ""];
const LONG: [&str; 14] = [
    "",
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
    "",
];
const JEWISH: [&str; 14] = [
    "", "Tishri", "Heshvan", "Kislev", "Tevet", "Shevat", "", "Adar", "Nisan", "Iyyar", "Sivan", "Tammuz",
    "Av", "Elul",
];
const JEWISH_LEAP: [&str; 14] = [
    "", "Tishri", "Heshvan", "Kislev", "Tevet", "Shevat", "Adar I", "Adar II", "Nisan", "Iyyar", "Sivan",
    "Tammuz", "Av", "Elul",
];
const FRENCH: [&str; 14] = [
    "",
    "Vendemiaire",
    "Brumaire",
    "Frimaire",
    "Nivose",
    "Pluviose",
    "Ventose",
    "Germinal",
    "Floreal",
    "Prairial",
    "Messidor",
    "Thermidor",
    "Fructidor",
    "Extra",
];
/// Names of Jewish months in ISO-8859-8; Adar is the sixth and the seventh.
const HEBREW: [&[u8]; 14] = [
    b"",
    b"\xFA\xF9\xF8\xE9",
    b"\xE7\xF9\xE5\xEF",
    b"\xEB\xF1\xEC\xE5",
    b"\xE8\xE1\xFA",
    b"\xF9\xE1\xE8",
    b"",
    b"\xE0\xE3\xF8",
    b"\xF0\xE9\xF1\xEF",
    b"\xE0\xE9\xE9\xF8",
    b"\xF1\xE9\xE5\xEF",
    b"\xFA\xEE\xE5\xE6",
    b"\xE0\xE1",
    b"\xE0\xEC\xE5\xEC",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

struct Calendar {
    name: &'static str,
    symbol: &'static str,
    to_day: fn(i64, i64, i64) -> i64,
    from_day: fn(i64) -> Date,
    months: usize,
    longest: i64,
    long: &'static [&'static str; 14],
    short: &'static [&'static str; 14],
}

static CALENDARS: [Calendar; 4] = [
    Calendar {
        name: "Gregorian",
        symbol: "CAL_GREGORIAN",
        to_day: days::from_gregorian,
        from_day: days::to_gregorian,
        months: 12,
        longest: 31,
        long: &LONG,
        short: &SHORT,
    },
    Calendar {
        name: "Julian",
        symbol: "CAL_JULIAN",
        to_day: days::from_julian,
        from_day: days::to_julian,
        months: 12,
        longest: 31,
        long: &LONG,
        short: &SHORT,
    },
    Calendar {
        name: "Jewish",
        symbol: "CAL_JEWISH",
        to_day: days::from_jewish,
        from_day: days::to_jewish,
        months: 13,
        longest: 30,
        long: &JEWISH_LEAP,
        short: &JEWISH_LEAP,
    },
    Calendar {
        name: "French",
        symbol: "CAL_FRENCH",
        to_day: days::from_french,
        from_day: days::to_french,
        months: 13,
        longest: 30,
        long: &FRENCH,
        short: &FRENCH,
    },
];
const JEWISH_ID: i64 = 2;
const FRENCH_ID: i64 = 3;
/// The day after the last of the French Republic's calendar.
const AFTER_FRENCH: i64 = 2_380_953;

fn calendar(ctx: &mut Ctx, id: i64, n: u32) -> R<&'static Calendar> {
    match usize::try_from(id).ok().and_then(|i| CALENDARS.get(i)) {
        Some(c) => Ok(c),
        None => Err(ctx.argument_value_error(n, "must be a valid calendar ID")),
    }
}

fn text((year, month, day): Date) -> String {
    format!("{month}/{day}/{year}")
}

fn jewish_month(year: i64, month: i64) -> &'static str {
    match year {
        ..=0 => "",
        y if days::is_jewish_leap(y) => JEWISH_LEAP[month as usize],
        _ => JEWISH[month as usize],
    }
}

fn check_month(ctx: &mut Ctx, month: i64, year: i64, year_at: u32) -> R<()> {
    let most = i64::from(i32::MAX) - 1;
    if !(1..=most).contains(&month) {
        return Err(ctx.argument_value_error(2, format!("must be between 1 and {most}")));
    }
    if year > most {
        return Err(ctx.argument_value_error(year_at, format!("must be less than {most}")));
    }
    Ok(())
}

/// Days of a month.
#[php_function("cal_days_in_month(int $calendar, int $month, int $year): int")]
fn cal_days_in_month(ctx: &mut Ctx, calendar_id: i64, month: i64, year: i64) -> R<i64> {
    let c = calendar(ctx, calendar_id, 1)?;
    check_month(ctx, month, year, 3)?;
    let start = (c.to_day)(year, month, 1);
    if start == 0 {
        return Err(ctx.value_error("Invalid date"));
    }
    let mut next = (c.to_day)(year, month + 1, 1);
    if next == 0 {
        next = (c.to_day)(if year == -1 { 1 } else { year + 1 }, 1, 1);
        if next == 0 && calendar_id == FRENCH_ID {
            next = AFTER_FRENCH;
        }
    }
    Ok(next - start)
}

/// A day as a date with names.
#[php_function("cal_from_jd(int $julian_day, int $calendar): array")]
fn cal_from_jd(ctx: &mut Ctx, julian_day: i64, calendar_id: i64) -> R<Array> {
    let c = calendar(ctx, calendar_id, 2)?;
    let date = (c.from_day)(julian_day);
    let (year, month, day) = date;
    let jewish = calendar_id == JEWISH_ID;
    let mut out = Array::new();
    out.set("date", text(date));
    out.set("month", month);
    out.set("day", day);
    out.set("year", year);
    if !jewish || year > 0 {
        let dow = days::day_of_week(julian_day);
        out.set("dow", dow);
        out.set("abbrevdayname", &DAYS[dow][..3]);
        out.set("dayname", DAYS[dow]);
    } else {
        out.set("dow", Value::NULL);
        out.set("abbrevdayname", "");
        out.set("dayname", "");
    }
    let m = month as usize;
    let names = if jewish { [jewish_month(year, month); 2] } else { [c.short[m], c.long[m]] };
    out.set("abbrevmonth", names[0]);
    out.set("monthname", names[1]);
    Ok(out)
}

fn describe(c: &Calendar) -> Array {
    let (mut long, mut short) = (Array::new(), Array::new());
    for i in 1..=c.months {
        long.set(i as i64, c.long[i]);
        short.set(i as i64, c.short[i]);
    }
    let mut out = Array::new();
    out.set("months", long);
    out.set("abbrevmonths", short);
    out.set("maxdaysinmonth", c.longest);
    out.set("calname", c.name);
    out.set("calsymbol", c.symbol);
    out
}

/// What a calendar is like, or all of them.
#[php_function("cal_info(int $calendar = -1): array")]
fn cal_info(ctx: &mut Ctx, calendar_id: i64) -> R<Array> {
    if calendar_id == -1 {
        return Ok(Array::list(CALENDARS.iter().map(|c| describe(c).into())));
    }
    Ok(describe(calendar(ctx, calendar_id, 1)?))
}

/// The day of a date.
#[php_function("cal_to_jd(int $calendar, int $month, int $day, int $year): int")]
fn cal_to_jd(ctx: &mut Ctx, calendar_id: i64, month: i64, day: i64, year: i64) -> R<i64> {
    let c = calendar(ctx, calendar_id, 1)?;
    check_month(ctx, month, 1, 4)?;
    if i32::try_from(day).is_err() {
        return Err(ctx.argument_value_error(3, format!("must be between {} and {}", i32::MIN, i32::MAX)));
    }
    check_month(ctx, month, year, 4)?;
    Ok((c.to_day)(year, month, day))
}

fn this_year(ctx: &mut Ctx) -> R<i64> {
    Ok(ctx.call_function("date", &[Value::str("Y")])?.to_str(ctx)?.lossy().parse().unwrap_or(1900))
}

fn easter(ctx: &mut Ctx, year: Option<i64>, mode: i64, timestamp: bool) -> R<(i64, i64)> {
    let year = match year {
        Some(y) => y,
        None => this_year(ctx)?,
    };
    let most = i64::MAX / 5 * 4;
    if !(1..=most).contains(&year) {
        return Err(ctx.argument_value_error(1, format!("must be between 1 and {most}")));
    }
    if timestamp && year < 1970 {
        return Err(ctx.argument_value_error(1, "must be a year after 1970 (inclusive)"));
    }
    if timestamp && year > 2_000_000_000 {
        return Err(ctx.argument_value_error(1, "must be a year before 2.000.000.000 (inclusive)"));
    }
    let julian =
        year <= 1582 && mode != 2 || (1583..=1752).contains(&year) && mode != 1 && mode != 2 || mode == 3;
    Ok((year, days::easter(year, julian)))
}

/// The timestamp of midnight at Easter.
#[php_function("easter_date(?int $year = null, int $mode = CAL_EASTER_DEFAULT): int")]
fn easter_date(ctx: &mut Ctx, year: Option<i64>, mode: Option<i64>) -> R<Value> {
    let (year, days) = easter(ctx, year, mode.unwrap_or(0), true)?;
    let (month, day) = if days < 11 { (3, days + 21) } else { (4, days - 10) };
    let zero = Value::int(0);
    let args = [zero.clone(), zero.clone(), zero, month.into(), day.into(), year.into()];
    ctx.call_function("mktime", &args)
}

/// Days from 21 March to Easter.
#[php_function("easter_days(?int $year = null, int $mode = CAL_EASTER_DEFAULT): int")]
fn easter_days(ctx: &mut Ctx, year: Option<i64>, mode: Option<i64>) -> R<i64> {
    Ok(easter(ctx, year, mode.unwrap_or(0), false)?.1)
}

/// The numbers as C's int, which PHP's conversions work with.
fn narrow(n: i64) -> i64 {
    i64::from(n as i32)
}

/// The day of a date of the French Republic.
#[php_function("frenchtojd(int $month, int $day, int $year): int")]
fn frenchtojd(month: i64, day: i64, year: i64) -> i64 {
    days::from_french(narrow(year), narrow(month), narrow(day))
}

/// The day of a Gregorian date.
#[php_function("gregoriantojd(int $month, int $day, int $year): int")]
fn gregoriantojd(month: i64, day: i64, year: i64) -> i64 {
    days::from_gregorian(narrow(year), narrow(month), narrow(day))
}

/// The day of a Jewish date.
#[php_function("jewishtojd(int $month, int $day, int $year): int")]
fn jewishtojd(ctx: &mut Ctx, month: i64, day: i64, year: i64) -> R<i64> {
    if i32::try_from(year).is_err() {
        return Err(ctx.argument_value_error(3, format!("must be between {} and {}", i32::MIN, i32::MAX)));
    }
    Ok(days::from_jewish(year, narrow(month), narrow(day)))
}

/// The day of a Julian date.
#[php_function("juliantojd(int $month, int $day, int $year): int")]
fn juliantojd(month: i64, day: i64, year: i64) -> i64 {
    days::from_julian(narrow(year), narrow(month), narrow(day))
}

/// Day of the week as a number or name.
#[php_function("jddayofweek(int $julian_day, int $mode = CAL_DOW_DAYNO): int|string")]
fn jddayofweek(julian_day: i64, mode: Option<i64>) -> Value {
    let day = days::day_of_week(julian_day);
    match mode {
        Some(1) => Value::str(DAYS[day]),
        Some(2) => Value::str(&DAYS[day][..3]),
        _ => day.into(),
    }
}

/// Name of a day's month.
#[php_function("jdmonthname(int $julian_day, int $mode): string")]
fn jdmonthname(julian_day: i64, mode: i64) -> &'static str {
    match mode {
        1 => LONG[days::to_gregorian(julian_day).1 as usize],
        2 => SHORT[days::to_julian(julian_day).1 as usize],
        3 => LONG[days::to_julian(julian_day).1 as usize],
        4 => {
            let (year, month, _) = days::to_jewish(julian_day);
            jewish_month(year, month)
        }
        5 => FRENCH[days::to_french(julian_day).1 as usize],
        _ => SHORT[days::to_gregorian(julian_day).1 as usize],
    }
}

/// A day as a date of the French Republic.
#[php_function("jdtofrench(int $julian_day): string")]
fn jdtofrench(julian_day: i64) -> String {
    text(days::to_french(julian_day))
}

/// A day as a Gregorian date.
#[php_function("jdtogregorian(int $julian_day): string")]
fn jdtogregorian(julian_day: i64) -> String {
    text(days::to_gregorian(julian_day))
}

/// A day as a Julian date.
#[php_function("jdtojulian(int $julian_day): string")]
fn jdtojulian(julian_day: i64) -> String {
    text(days::to_julian(julian_day))
}

/// A number from 1 to 9999 in Hebrew letters of ISO-8859-8.
fn hebrew_number(n: i64, flags: i64) -> Vec<u8> {
    const LETTERS: &[u8; 23] =
        b"0\xE0\xE1\xE2\xE3\xE4\xE5\xE6\xE7\xE8\xE9\xEB\xEC\xEE\xF0\xF1\xF2\xF4\xF6\xF7\xF8\xF9\xFA";
    let letter = |i: i64| LETTERS[i as usize];
    let (mut out, mut n) = (Vec::new(), n);
    if n >= 1000 {
        out.push(letter(n / 1000));
        if flags & 2 != 0 {
            out.push(b'\'');
        }
        if flags & 4 != 0 {
            out.extend_from_slice(b" \xE0\xEC\xF4\xE9\xED ");
        }
        n %= 1000;
    }
    let thousands = out.len();
    while n >= 400 {
        out.push(letter(22));
        n -= 400;
    }
    if n >= 100 {
        out.push(letter(18 + n / 100));
        n %= 100;
    }
    if n == 15 || n == 16 {
        out.extend([letter(9), letter(n - 9)]);
    } else {
        if n >= 10 {
            out.push(letter(9 + n / 10));
        }
        if n % 10 > 0 {
            out.push(letter(n % 10));
        }
    }
    if flags & 8 != 0 {
        match out.len() - thousands {
            0 => {}
            1 => out.push(b'\''),
            _ => out.insert(out.len() - 1, b'"'),
        }
    }
    out
}

/// A day as a Jewish date, in digits or in Hebrew.
#[php_function("jdtojewish(int $julian_day, bool $hebrew = false, int $flags = 0): string")]
fn jdtojewish(ctx: &mut Ctx, julian_day: i64, hebrew: bool, flags: i64) -> R<Vec<u8>> {
    let date = days::to_jewish(julian_day);
    let (year, month, day) = date;
    if !hebrew {
        return Ok(text(date).into_bytes());
    }
    if !(1..=9999).contains(&year) {
        return Err(ctx.value_error("Year out of range (0-9999)"));
    }
    let name: &[u8] = match (days::is_jewish_leap(year), month) {
        (true, 6) => b"\xE0\xE3\xF8 \xE0'",
        (true, 7) => b"\xE0\xE3\xF8 \xE1'",
        _ => HEBREW[month as usize],
    };
    Ok([&hebrew_number(day, flags), name, &hebrew_number(year, flags)].join(&b' '))
}

const EPOCH: i64 = 2_440_588;
const DAY: i64 = 86400;

/// The timestamp of a day's start.
#[php_function("jdtounix(int $julian_day): int")]
fn jdtounix(ctx: &mut Ctx, julian_day: i64) -> R<i64> {
    let last = i64::MAX / DAY + EPOCH;
    if !(EPOCH..=last).contains(&julian_day) {
        return Err(ctx.value_error(format!("jday must be between {EPOCH} and {last}")));
    }
    Ok((julian_day - EPOCH) * DAY)
}

/// The day of a timestamp, now by default.
#[php_function("unixtojd(?int $timestamp = null): int|false")]
fn unixtojd(ctx: &mut Ctx, timestamp: Option<i64>) -> R<OrFalse<i64>> {
    if timestamp.is_some_and(|t| t < 0) {
        return Err(ctx.argument_value_error(1, "must be greater than or equal to 0"));
    }
    let mut args = vec![Value::str("Y n j")];
    args.extend(timestamp.map(Value::int));
    let date = ctx.call_function("date", &args)?;
    let Kind::Str(date) = date.kind() else { return Ok(OrFalse::FALSE) };
    let numbers: Vec<i64> = date.lossy().split(' ').filter_map(|n| n.parse().ok()).collect();
    Ok(match numbers[..] {
        [y, m, d] => days::from_gregorian(y, m, d).into(),
        _ => OrFalse::FALSE,
    })
}

fn info(t: &mut Info) {
    t.row("Calendar support", "enabled");
}

php_module! {
    name: "calendar",
    version: "8.4.24",
    functions: [
        cal_days_in_month, cal_from_jd, cal_info, cal_to_jd, easter_date, easter_days, frenchtojd, gregoriantojd, jddayofweek,
        jdmonthname, jdtofrench, jdtogregorian, jdtojewish, jdtojulian, jdtounix, jewishtojd, juliantojd, unixtojd,
    ],
    constants: [CONSTANTS],
    minfo: info,
}
