//! Functions on UNIX times and strings.

use howdah_date_engine::calendar::{day_of_week, day_of_year, is_valid_date};
use howdah_date_engine::format::{day_name, format_integer, month_name, write_format};
use howdah_date_engine::parse::{Diagnostics, parse, parse_with_format};
use howdah_date_engine::time::{MonthDay, Special, Time, UNSET, ZoneKind};
use plugin_api::{Array, Buffer, Ctx, OrFalse, R, Value, literal, php_function};

use crate::state::{State, add_diagnostics, array_of, default_zone, now, timestamp_or_now};
use crate::text::check_path;

#[php_function("strtotime(string $datetime, ?int $baseTimestamp = null): int|false")]
fn strtotime(ctx: &mut Ctx, datetime: &[u8], base: Option<i64>) -> R<OrFalse<i64>> {
    if datetime.is_empty() {
        return Ok(OrFalse::FALSE);
    }
    let zone = default_zone(ctx)?;
    let (mut time, diagnostics) = parse(datetime);
    if !diagnostics.errors.is_empty() {
        return Ok(OrFalse::FALSE);
    }
    time.fill_holes(&Time::local(timestamp_or_now(base), zone), false);
    time.update_timestamp(Some(zone));
    Ok(time.timestamp.into())
}

/// A UNIX time by the clock of the default zone.
pub fn local_time(ctx: &mut Ctx, timestamp: Option<i64>) -> R<Time> {
    let zone = default_zone(ctx)?;
    Ok(Time::local(timestamp_or_now(timestamp), zone))
}

#[php_function("date(string $format, ?int $timestamp = null): string")]
fn date(ctx: &mut Ctx, pattern: &[u8], timestamp: Option<i64>) -> R<Buffer> {
    Ok(written(pattern, &local_time(ctx, timestamp)?, true))
}

fn written(pattern: &[u8], time: &Time, is_local: bool) -> Buffer {
    let mut text = Buffer::with_capacity(2 * pattern.len() + 8);
    write_format(&mut text, pattern, time, is_local);
    text
}

#[php_function("gmdate(string $format, ?int $timestamp = null): string")]
fn gmdate(pattern: &[u8], timestamp: Option<i64>) -> Buffer {
    written(pattern, &Time::utc(timestamp_or_now(timestamp)), false)
}

#[php_function("idate(string $format, ?int $timestamp = null): int|false")]
fn idate(ctx: &mut Ctx, letter: &[u8], timestamp: Option<i64>) -> R<OrFalse<i64>> {
    let &[letter] = letter else {
        ctx.warning("idate format is one char")?;
        return Ok(OrFalse::FALSE);
    };
    let number = format_integer(letter, &local_time(ctx, timestamp)?);
    if number.is_none() {
        ctx.warning("Unrecognized date format token")?;
    }
    Ok(number.into())
}

/// Sets the fields that were given.
fn set_clock(time: &mut Time, hour: i64, given: [Option<i64>; 5]) {
    let [minute, second, month, day, year] = given;
    time.h = hour;
    let year = year.map(|year| match year {
        0..70 => year + 2000,
        70..=100 => year + 1900,
        _ => year,
    });
    let fields = [&mut time.i, &mut time.s, &mut time.m, &mut time.d, &mut time.y];
    for (field, value) in fields.into_iter().zip([minute, second, month, day, year]) {
        *field = value.unwrap_or(*field);
    }
}

#[php_function(
    "mktime(int $hour, ?int $minute = null, ?int $second = null, ?int $month = null, ?int $day = null, ?int $year = null): int|false"
)]
fn mktime(
    ctx: &mut Ctx,
    hour: i64,
    minute: Option<i64>,
    second: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    year: Option<i64>,
) -> R<i64> {
    let zone = default_zone(ctx)?;
    let mut time = Time::local(now().seconds, zone);
    set_clock(&mut time, hour, [minute, second, month, day, year]);
    time.update_timestamp(Some(zone));
    Ok(time.timestamp)
}

#[php_function(
    "gmmktime(int $hour, ?int $minute = null, ?int $second = null, ?int $month = null, ?int $day = null, ?int $year = null): int|false"
)]
fn gmmktime(
    hour: i64,
    minute: Option<i64>,
    second: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    year: Option<i64>,
) -> i64 {
    let mut time = Time::utc(now().seconds);
    set_clock(&mut time, hour, [minute, second, month, day, year]);
    time.update_timestamp(None);
    time.timestamp
}

#[php_function("checkdate(int $month, int $day, int $year): bool")]
fn checkdate(month: i64, day: i64, year: i64) -> bool {
    (1..=32767).contains(&year) && is_valid_date(year, month, day)
}

#[php_function("time(): int")]
fn time() -> i64 {
    now().seconds
}

#[php_function("localtime(?int $timestamp = null, bool $associative = false): array")]
fn localtime(ctx: &mut Ctx, timestamp: Option<i64>, associative: bool) -> R<Array> {
    let time = local_time(ctx, timestamp)?;
    let fields = [
        (literal!("tm_sec"), time.s),
        (literal!("tm_min"), time.i),
        (literal!("tm_hour"), time.h),
        (literal!("tm_mday"), time.d),
        (literal!("tm_mon"), time.m - 1),
        (literal!("tm_year"), time.y.wrapping_sub(1900)),
        (literal!("tm_wday"), day_of_week(time.y, time.m, time.d)),
        (literal!("tm_yday"), day_of_year(time.y, time.m, time.d)),
        (literal!("tm_isdst"), time.dst),
    ];
    Ok(if associative {
        array_of(fields.map(|(name, number)| (name, Value::int(number))))
    } else {
        Array::list(fields.into_iter().map(|(_, number)| Value::int(number)))
    })
}

#[php_function("getdate(?int $timestamp = null): array")]
fn getdate(ctx: &mut Ctx, timestamp: Option<i64>) -> R<Array> {
    let time = local_time(ctx, timestamp)?;
    let mut array = array_of([
        (literal!("seconds"), time.s.into()),
        (literal!("minutes"), time.i.into()),
        (literal!("hours"), time.h.into()),
        (literal!("mday"), time.d.into()),
        (literal!("wday"), day_of_week(time.y, time.m, time.d).into()),
        (literal!("mon"), time.m.into()),
        (literal!("year"), time.y.into()),
        (literal!("yday"), day_of_year(time.y, time.m, time.d).into()),
        (literal!("weekday"), day_name(&time).into()),
        (literal!("month"), month_name(&time).into()),
    ]);
    array.set(0i64, time.timestamp);
    Ok(array)
}

#[php_function("date_parse(string $datetime): array")]
fn date_parse(datetime: &[u8]) -> Array {
    let (time, diagnostics) = parse(datetime);
    parsed_array(&time, &diagnostics)
}

#[php_function("date_parse_from_format(string $format, string $datetime): array")]
fn date_parse_from_format(ctx: &mut Ctx, pattern: &[u8], datetime: &[u8]) -> R<Array> {
    check_path(ctx, 2, datetime)?;
    let (time, diagnostics) = parse_with_format(pattern, datetime);
    Ok(parsed_array(&time, &diagnostics))
}

#[php_function("date_get_last_errors(): array|false")]
fn date_get_last_errors(ctx: &mut Ctx) -> OrFalse<Array> {
    ctx.globals::<State>().errors().into()
}

/// A field, or false when it was not named.
fn field(value: i64) -> Value {
    if value == UNSET { Value::bool(false) } else { Value::int(value) }
}

fn parsed_array(time: &Time, diagnostics: &Diagnostics) -> Array {
    let fraction =
        if time.us == UNSET { Value::bool(false) } else { Value::float(time.us as f64 / 1_000_000.0) };
    let mut array = array_of([
        (literal!("year"), field(time.y)),
        (literal!("month"), field(time.m)),
        (literal!("day"), field(time.d)),
        (literal!("hour"), field(time.h)),
        (literal!("minute"), field(time.i)),
        (literal!("second"), field(time.s)),
        (literal!("fraction"), fraction),
    ]);
    add_diagnostics(&mut array, diagnostics);
    array.set(literal!("is_localtime"), time.is_local);
    if time.is_local {
        add_zone(&mut array, time);
    }
    if time.has_relative {
        array.set(literal!("relative"), relative_array(time));
    }
    array
}

fn add_zone(array: &mut Array, time: &Time) {
    array.set(literal!("zone_type"), time.zone_kind.number());
    let abbreviation = time.abbreviation;
    match time.zone_kind {
        ZoneKind::None => {}
        ZoneKind::Offset | ZoneKind::Abbreviation => {
            array.set(literal!("zone"), field(time.offset));
            array.set(literal!("is_dst"), time.dst != 0);
            if time.zone_kind == ZoneKind::Abbreviation {
                array.set(literal!("tz_abbr"), abbreviation.unwrap_or_default());
            }
        }
        ZoneKind::Identifier => {
            if let Some(abbreviation) = abbreviation {
                array.set(literal!("tz_abbr"), abbreviation);
            }
            if let Some(zone) = &time.zone {
                array.set(literal!("tz_id"), zone.name());
            }
        }
    }
}

fn relative_array(time: &Time) -> Array {
    let step = &time.relative;
    let mut array = array_of([
        (literal!("year"), step.y.into()),
        (literal!("month"), step.m.into()),
        (literal!("day"), step.d.into()),
        (literal!("hour"), step.h.into()),
        (literal!("minute"), step.i.into()),
        (literal!("second"), step.s.into()),
    ]);
    if step.has_weekday {
        array.set(literal!("weekday"), step.weekday);
    }
    if let Some(weekdays) = step.special.and_then(Special::weekdays) {
        array.set(literal!("weekdays"), weekdays);
    }
    match step.month_day {
        Some(MonthDay::First) => array.set(literal!("first_day_of_month"), true),
        Some(MonthDay::Last) => array.set(literal!("last_day_of_month"), true),
        None => {}
    }
    array
}
