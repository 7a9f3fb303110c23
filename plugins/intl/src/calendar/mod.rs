//! `IntlCalendar`: dates in the calendars that the world has.

pub mod gregorian;

use crate::arguments::{self, int32, value_error};
use crate::error::{self, Errors};
use crate::icu::calendar::{self, Calendar, Limit, Order};
use crate::icu::zone::TimeZone;
use crate::icu::{self, Code, ILLEGAL_ARGUMENT_ERROR};
use crate::iterator;
use crate::locale;
use crate::timezone::{self, bridge};
use gregorian::IntlGregorianCalendar;
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Array, Class, Ctx, GcRoots, Handlers, Kind, Level, Object, OrFalse, R, This, Throw, Value, php_class,
    php_function, php_methods,
};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `IntlCalendar` and `IntlGregorianCalendar`.
#[derive(Default, GcRoots)]
#[php_class(
    "class IntlCalendar",
    "public const int FIELD_ERA = 0",
    "public const int FIELD_YEAR = 1",
    "public const int FIELD_MONTH = 2",
    "public const int FIELD_WEEK_OF_YEAR = 3",
    "public const int FIELD_WEEK_OF_MONTH = 4",
    "public const int FIELD_DATE = 5",
    "public const int FIELD_DAY_OF_YEAR = 6",
    "public const int FIELD_DAY_OF_WEEK = 7",
    "public const int FIELD_DAY_OF_WEEK_IN_MONTH = 8",
    "public const int FIELD_AM_PM = 9",
    "public const int FIELD_HOUR = 10",
    "public const int FIELD_HOUR_OF_DAY = 11",
    "public const int FIELD_MINUTE = 12",
    "public const int FIELD_SECOND = 13",
    "public const int FIELD_MILLISECOND = 14",
    "public const int FIELD_ZONE_OFFSET = 15",
    "public const int FIELD_DST_OFFSET = 16",
    "public const int FIELD_YEAR_WOY = 17",
    "public const int FIELD_DOW_LOCAL = 18",
    "public const int FIELD_EXTENDED_YEAR = 19",
    "public const int FIELD_JULIAN_DAY = 20",
    "public const int FIELD_MILLISECONDS_IN_DAY = 21",
    "public const int FIELD_IS_LEAP_MONTH = 22",
    "public const int FIELD_FIELD_COUNT = 24",
    "public const int FIELD_DAY_OF_MONTH = 5",
    "public const int DOW_SUNDAY = 1",
    "public const int DOW_MONDAY = 2",
    "public const int DOW_TUESDAY = 3",
    "public const int DOW_WEDNESDAY = 4",
    "public const int DOW_THURSDAY = 5",
    "public const int DOW_FRIDAY = 6",
    "public const int DOW_SATURDAY = 7",
    "public const int DOW_TYPE_WEEKDAY = 0",
    "public const int DOW_TYPE_WEEKEND = 1",
    "public const int DOW_TYPE_WEEKEND_OFFSET = 2",
    "public const int DOW_TYPE_WEEKEND_CEASE = 3",
    "public const int WALLTIME_FIRST = 1",
    "public const int WALLTIME_LAST = 0",
    "public const int WALLTIME_NEXT_VALID = 2",
    handlers(clone, properties),
    flags(not_serializable)
)]
pub struct IntlCalendar {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing in what no function of this extension made.
    #[gc(skip)]
    icu: OnceCell<Rc<Calendar>>,
}

impl IntlCalendar {
    /// The calendar, if it was constructed.
    pub fn calendar(&self) -> Option<Rc<Calendar>> {
        self.icu.get().cloned()
    }
}

/// Names of fields, as debugging shows them, in its order.
const FIELDS: [(i32, &str); 23] = [
    (0, "era"),
    (1, "year"),
    (2, "month"),
    (3, "week of year"),
    (4, "week of month"),
    (6, "day of year"),
    (5, "day of month"),
    (7, "day of week"),
    (8, "day of week in month"),
    (9, "AM/PM"),
    (10, "hour"),
    (11, "hour of day"),
    (12, "minute"),
    (13, "second"),
    (14, "millisecond"),
    (15, "zone offset"),
    (16, "DST offset"),
    (17, "year for week of year"),
    (18, "localized day of week"),
    (19, "extended year"),
    (20, "julian day"),
    (21, "milliseconds in day"),
    (22, "is leap month"),
];

/// `UCAL_YEAR`, `UCAL_MONTH`, `UCAL_DATE`, `UCAL_HOUR_OF_DAY`, `UCAL_MINUTE`, `UCAL_SECOND`
const DATE_AND_TIME: [i32; 6] = [1, 2, 5, 11, 12, 13];

impl Handlers for IntlCalendar {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.calendar() else {
            return Err(ctx.error("Cannot clone uninitialized IntlCalendar"));
        };
        let Ok(copy) = icu.copy() else { return Err(ctx.error("Failed to clone IntlCalendar")) };
        let _ = to.borrow(ctx)?.icu.set(Rc::new(copy));
        Ok(())
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose != prop_purpose::DEBUG {
            return Ok(None);
        }
        let mut out = Array::new();
        let Some(icu) = this.borrow(ctx)?.calendar() else {
            out.set("valid", false);
            return Ok(Some(out));
        };
        out.set("valid", true);
        out.set("type", icu.kind());
        if let Some(zone) = icu.zone() {
            out.set("timeZone", timezone::shown(&zone));
        }
        // ULOC_VALID_LOCALE
        out.set("locale", icu.locale(1).unwrap_or_else(|code| icu::error_name(code).to_owned()));
        let mut fields = Array::new();
        for (field, name) in FIELDS {
            match icu.get(field) {
                Ok(value) => fields.set(name, i64::from(value)),
                Err(code) => fields.set(name, icu::error_name(code)),
            }
        }
        out.set("fields", fields);
        Ok(Some(out))
    }
}

/// An object around a calendar, of the class that it has.
pub fn object(ctx: &mut Ctx, icu: Calendar) -> R<Object> {
    let class = if icu.is_gregorian() {
        Class::of::<IntlGregorianCalendar>(ctx)?
    } else {
        Class::of::<IntlCalendar>(ctx)?
    };
    let payload = IntlCalendar::default();
    let _ = payload.icu.set(Rc::new(icu));
    This::<IntlCalendar>::create_as(ctx, class, payload)
}

/// The object's errors, cleared with the request's, and its calendar.
fn enter(ctx: &mut Ctx, this: &This<IntlCalendar>) -> R<(Rc<Errors>, Rc<Calendar>)> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(icu) => Ok((payload.errors.clone(), icu.clone())),
        None => Err(ctx.error("Found unconstructed IntlCalendar")),
    }
}

/// The calendar of a method's first argument.
fn other(ctx: &mut Ctx, other: &This<IntlCalendar>) -> R<Rc<Calendar>> {
    if let Some(other) = other.borrow(ctx)?.calendar() {
        return Ok(other);
    }
    let n = arguments::position(ctx, 1);
    let class = if arguments::is_method(ctx) { "IntlCalendar::" } else { "" };
    let function = ctx.function_name();
    Err(ctx.error(format!("{class}{function}(): Argument #{n} ($other) is uninitialized")))
}

/// A field, argument `n` of a method.
fn field(ctx: &mut Ctx, n: u32, field: i64) -> R<i32> {
    if (0..i64::from(calendar::fields())).contains(&field) {
        Ok(field as i32)
    } else {
        Err(value_error(ctx, n, "must be a valid field"))
    }
}

/// A day of the week, the first argument of a method.
fn weekday(ctx: &mut Ctx, day: i64) -> R<i32> {
    if (1..=7).contains(&day) {
        Ok(day as i32)
    } else {
        Err(value_error(ctx, 1, "must be a valid day of the week"))
    }
}

/// A number that was asked for; false after the error was told.
fn number(ctx: &mut Ctx, errors: &Errors, found: Result<i32, Code>, message: &str) -> R<OrFalse<i64>> {
    Ok(error::checked(ctx, Some(errors), found, message)?.map(i64::from).into())
}

/// The locale of an argument, or the default one.
fn locale_or_default(ctx: &mut Ctx, locale: Option<&[u8]>) -> Vec<u8> {
    match locale {
        Some(locale) => locale.to_vec(),
        None => locale::default_locale(ctx),
    }
}

/// Today in the calendar of a locale.
#[php_function("intlcal_create_instance($timezone = null, ?string $locale = null): ?IntlCalendar")]
fn intlcal_create_instance(
    ctx: &mut Ctx,
    timezone: Option<&Value>,
    locale: Option<&[u8]>,
) -> R<Option<Object>> {
    error::begin(ctx, None);
    let Some(zone) = bridge::of_argument(ctx, timezone, None, "intlcal_create_instance")? else {
        return Ok(None);
    };
    let locale = locale_or_default(ctx, locale);
    let opened = Calendar::new(Some(&zone), &locale);
    match error::checked(ctx, None, opened, "Error creating ICU Calendar object")? {
        Some(icu) => object(ctx, icu).map(Some),
        None => Ok(None),
    }
}

/// The values of a keyword in a locale.
#[php_function(
    "intlcal_get_keyword_values_for_locale(string $keyword, string $locale, bool $onlyCommon): IntlIterator|false"
)]
fn intlcal_get_keyword_values_for_locale(
    ctx: &mut Ctx,
    keyword: &[u8],
    locale: &[u8],
    only_common: bool,
) -> R<OrFalse<Object>> {
    error::begin(ctx, None);
    let found = calendar::keyword_values(keyword, locale, only_common);
    let message = "intlcal_get_keyword_values_for_locale: error calling underlying method";
    match error::checked(ctx, None, found, message)? {
        Some(names) => Ok(iterator::over_names(ctx, names)?.into()),
        None => Ok(OrFalse::FALSE),
    }
}

/// Milliseconds since 1970, now.
#[php_function("intlcal_get_now(): float")]
fn intlcal_get_now(ctx: &mut Ctx) -> f64 {
    error::begin(ctx, None);
    calendar::now()
}

/// The locales that have calendars.
#[php_function("intlcal_get_available_locales(): array")]
fn intlcal_get_available_locales(ctx: &mut Ctx) -> Array {
    error::begin(ctx, None);
    Array::list(calendar::locales().into_iter().map(Value::from))
}

/// A field.
#[php_function("intlcal_get(IntlCalendar $calendar, int $field): int|false")]
fn intlcal_get(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<OrFalse<i64>> {
    let field = self::field(ctx, 1, field)?;
    let (errors, icu) = enter(ctx, calendar)?;
    number(ctx, &errors, icu.get(field), "Call to ICU method has failed")
}

/// Milliseconds since 1970.
#[php_function("intlcal_get_time(IntlCalendar $calendar): float|false")]
fn intlcal_get_time(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<OrFalse<f64>> {
    let (errors, icu) = enter(ctx, calendar)?;
    let message = "intlcal_get_time: error calling ICU Calendar::getTime";
    Ok(error::checked(ctx, Some(&errors), icu.time(), message)?.into())
}

/// Sets milliseconds since 1970.
#[php_function("intlcal_set_time(IntlCalendar $calendar, float $timestamp): bool")]
fn intlcal_set_time(ctx: &mut Ctx, calendar: &This<IntlCalendar>, timestamp: f64) -> R<bool> {
    let (errors, icu) = enter(ctx, calendar)?;
    error::check(ctx, Some(&errors), icu.set_time(timestamp), "Call to underlying method failed")
}

/// Adds to a field; others follow.
#[php_function("intlcal_add(IntlCalendar $calendar, int $field, int $value): bool")]
fn intlcal_add(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64, value: i64) -> R<bool> {
    let field = self::field(ctx, 1, field)?;
    let amount = int32(ctx, 2, value)?;
    let (errors, icu) = enter(ctx, calendar)?;
    let message = "intlcal_add: Call to underlying method failed";
    error::check(ctx, Some(&errors), icu.add(field, amount), message)
}

/// Sets the zone.
#[php_function("intlcal_set_time_zone(IntlCalendar $calendar, $timezone): bool")]
fn intlcal_set_time_zone(ctx: &mut Ctx, calendar: &This<IntlCalendar>, timezone: &Value) -> R<bool> {
    let (errors, icu) = enter(ctx, calendar)?;
    if timezone.is_null() {
        return Ok(true);
    }
    let zone = bridge::of_argument(ctx, Some(timezone), Some(&errors), "intlcal_set_time_zone")?;
    Ok(zone.is_some_and(|zone| {
        icu.set_zone(&zone);
        true
    }))
}

/// Compares with another one.
fn compare(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    with: &This<IntlCalendar>,
    order: Order,
    message: &str,
) -> R<bool> {
    let (errors, icu) = enter(ctx, calendar)?;
    let with = other(ctx, with)?;
    let found = icu.compare(&with, order);
    Ok(error::checked(ctx, Some(&errors), found, message)?.unwrap_or(false))
}

/// Whether it is later than another one.
#[php_function("intlcal_after(IntlCalendar $calendar, IntlCalendar $other): bool")]
fn intlcal_after(ctx: &mut Ctx, calendar: &This<IntlCalendar>, other: &This<IntlCalendar>) -> R<bool> {
    compare(ctx, calendar, other, Order::After, "intlcal_before/after: Error calling ICU method")
}

/// Whether it is earlier than another one.
#[php_function("intlcal_before(IntlCalendar $calendar, IntlCalendar $other): bool")]
fn intlcal_before(ctx: &mut Ctx, calendar: &This<IntlCalendar>, other: &This<IntlCalendar>) -> R<bool> {
    compare(ctx, calendar, other, Order::Before, "intlcal_before/after: Error calling ICU method")
}

/// Whether it is the same instant as another one.
#[php_function("intlcal_equals(IntlCalendar $calendar, IntlCalendar $other): bool")]
fn intlcal_equals(ctx: &mut Ctx, calendar: &This<IntlCalendar>, other: &This<IntlCalendar>) -> R<bool> {
    compare(ctx, calendar, other, Order::Equal, "intlcal_equals: error calling ICU Calendar::equals")
}

/// Sets fields of date and time in their order.
fn set_fields(icu: &Calendar, values: &[i32]) {
    for (field, value) in DATE_AND_TIME.into_iter().zip(values) {
        icu.set(field, *value);
    }
}

/// Sets a field, or the date and perhaps the time.
#[php_function(
    "intlcal_set(IntlCalendar $calendar, int $year, int $month, int $dayOfMonth = UNKNOWN, int $hour = UNKNOWN, int $minute = UNKNOWN, int $second = UNKNOWN): true",
    deprecated = "#[\\Deprecated(since: '8.4', message: 'use IntlCalendar::set(), IntlCalendar::setDate(), or IntlCalendar::setDateTime() instead')]"
)]
fn intlcal_set(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    year: i64,
    month: i64,
    day_of_month: Option<i64>,
    hour: Option<i64>,
    minute: Option<i64>,
    second: Option<i64>,
) -> R<bool> {
    let given = [Some(year), Some(month), day_of_month, hour, minute, second];
    let mut values = Vec::new();
    for (n, value) in (1..).zip(given.into_iter().map_while(|v| v)) {
        values.push(int32(ctx, n, value)?);
    }
    let (_, icu) = enter(ctx, calendar)?;
    match *values {
        [_, value] => {
            let field = field(ctx, 1, year)?;
            icu.set(field, value);
        }
        [_, _, _, _] => {
            let message = "IntlCalendar::set() has no variant with exactly 4 parameters";
            return Err(ctx.argument_count_error(message));
        }
        _ => set_fields(&icu, &values),
    }
    Ok(true)
}

/// Adds to a field; greater ones stay.
#[php_function("intlcal_roll(IntlCalendar $calendar, int $field, $value): bool")]
fn intlcal_roll(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64, value: &Value) -> R<bool> {
    let (errors, icu) = enter(ctx, calendar)?;
    let field = self::field(ctx, 1, field)?;
    let amount = match value.kind() {
        Kind::Bool(up) => {
            ctx.deprecated("Passing bool is deprecated, use 1 or -1 instead")?;
            if up { 1 } else { -1 }
        }
        _ => int32(ctx, 2, value.to_int())?,
    };
    let message = "intlcal_roll: Error calling ICU Calendar::roll";
    error::check(ctx, Some(&errors), icu.roll(field, amount), message)
}

/// Forgets a field, or all.
#[php_function("intlcal_clear(IntlCalendar $calendar, ?int $field = null): true")]
fn intlcal_clear(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: Option<i64>) -> R<bool> {
    let (_, icu) = enter(ctx, calendar)?;
    let field = field.map(|field| self::field(ctx, 1, field)).transpose()?;
    icu.clear(field);
    Ok(true)
}

/// How many of a field lie between the date, which moves, and another one.
#[php_function("intlcal_field_difference(IntlCalendar $calendar, float $timestamp, int $field): int|false")]
fn intlcal_field_difference(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    timestamp: f64,
    field: i64,
) -> R<OrFalse<i64>> {
    let field = self::field(ctx, 2, field)?;
    let (errors, icu) = enter(ctx, calendar)?;
    let found = icu.difference(timestamp, field);
    number(ctx, &errors, found, "intlcal_field_difference: Call to ICU method has failed")
}

/// A limit of a field at the date.
fn actual_limit(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64, most: bool) -> R<OrFalse<i64>> {
    let field = self::field(ctx, 1, field)?;
    let (errors, icu) = enter(ctx, calendar)?;
    number(ctx, &errors, icu.actual_limit(field, most), "Call to ICU method has failed")
}

/// The greatest value of a field at the date.
#[php_function("intlcal_get_actual_maximum(IntlCalendar $calendar, int $field): int|false")]
fn intlcal_get_actual_maximum(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<OrFalse<i64>> {
    actual_limit(ctx, calendar, field, true)
}

/// The least value of a field at the date.
#[php_function("intlcal_get_actual_minimum(IntlCalendar $calendar, int $field): int|false")]
fn intlcal_get_actual_minimum(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<OrFalse<i64>> {
    actual_limit(ctx, calendar, field, false)
}

/// A limit of a field at any date.
fn limit(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64, limit: Limit) -> R<OrFalse<i64>> {
    let field = self::field(ctx, 1, field)?;
    let (_, icu) = enter(ctx, calendar)?;
    Ok(i64::from(icu.limit(field, limit)).into())
}

/// The greatest of a field's least values.
#[php_function("intlcal_get_greatest_minimum(IntlCalendar $calendar, int $field): int|false")]
fn intlcal_get_greatest_minimum(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<OrFalse<i64>> {
    limit(ctx, calendar, field, Limit::GreatestMinimum)
}

/// The least of a field's greatest values.
#[php_function("intlcal_get_least_maximum(IntlCalendar $calendar, int $field): int|false")]
fn intlcal_get_least_maximum(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<OrFalse<i64>> {
    limit(ctx, calendar, field, Limit::LeastMaximum)
}

/// The greatest value of a field.
#[php_function("intlcal_get_maximum(IntlCalendar $calendar, int $field): int|false")]
fn intlcal_get_maximum(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<OrFalse<i64>> {
    limit(ctx, calendar, field, Limit::Maximum)
}

/// The least value of a field.
#[php_function("intlcal_get_minimum(IntlCalendar $calendar, int $field): int|false")]
fn intlcal_get_minimum(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<OrFalse<i64>> {
    limit(ctx, calendar, field, Limit::Minimum)
}

/// Whether a day is a working day, of the weekend, or both.
#[php_function("intlcal_get_day_of_week_type(IntlCalendar $calendar, int $dayOfWeek): int|false")]
fn intlcal_get_day_of_week_type(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    day_of_week: i64,
) -> R<OrFalse<i64>> {
    let day = weekday(ctx, day_of_week)?;
    let (errors, icu) = enter(ctx, calendar)?;
    number(ctx, &errors, icu.day_type(day), "intlcal_get_day_of_week_type: Call to ICU method has failed")
}

/// The day at which a week begins.
#[php_function("intlcal_get_first_day_of_week(IntlCalendar $calendar): int|false")]
fn intlcal_get_first_day_of_week(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<OrFalse<i64>> {
    let (_, icu) = enter(ctx, calendar)?;
    Ok(i64::from(icu.attribute(calendar::FIRST_DAY_OF_WEEK)).into())
}

/// The locale.
#[php_function("intlcal_get_locale(IntlCalendar $calendar, int $type): string|false")]
fn intlcal_get_locale(ctx: &mut Ctx, calendar: &This<IntlCalendar>, r#type: i64) -> R<OrFalse<String>> {
    let kind = match r#type {
        0 | 1 => r#type as i32,
        _ => {
            let message = "must be either Locale::ACTUAL_LOCALE or Locale::VALID_LOCALE";
            return Err(value_error(ctx, 1, message));
        }
    };
    let (errors, icu) = enter(ctx, calendar)?;
    let message = "intlcal_get_locale: Call to ICU method has failed";
    Ok(error::checked(ctx, Some(&errors), icu.locale(kind), message)?.into())
}

/// How many days of a year its first week has at least.
#[php_function("intlcal_get_minimal_days_in_first_week(IntlCalendar $calendar): int|false")]
fn intlcal_get_minimal_days_in_first_week(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<OrFalse<i64>> {
    let (_, icu) = enter(ctx, calendar)?;
    Ok(i64::from(icu.attribute(calendar::MINIMAL_DAYS)).into())
}

/// Sets how many days of a year its first week has at least.
#[php_function("intlcal_set_minimal_days_in_first_week(IntlCalendar $calendar, int $days): true")]
fn intlcal_set_minimal_days_in_first_week(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    days: i64,
) -> R<bool> {
    if !(1..=7).contains(&days) {
        return Err(value_error(ctx, 1, "must be between 1 and 7"));
    }
    let (_, icu) = enter(ctx, calendar)?;
    icu.set_attribute(calendar::MINIMAL_DAYS, days as i32);
    Ok(true)
}

/// The zone.
#[php_function("intlcal_get_time_zone(IntlCalendar $calendar): IntlTimeZone|false")]
fn intlcal_get_time_zone(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<OrFalse<Object>> {
    let (_, icu) = enter(ctx, calendar)?;
    Ok(timezone::object(ctx, icu.zone())?.into())
}

/// Which calendar it is.
#[php_function("intlcal_get_type(IntlCalendar $calendar): string")]
fn intlcal_get_type(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<String> {
    Ok(enter(ctx, calendar)?.1.kind())
}

/// When the weekend begins or ends at a day.
#[php_function("intlcal_get_weekend_transition(IntlCalendar $calendar, int $dayOfWeek): int|false")]
fn intlcal_get_weekend_transition(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    day_of_week: i64,
) -> R<OrFalse<i64>> {
    let day = weekday(ctx, day_of_week)?;
    let (errors, icu) = enter(ctx, calendar)?;
    let message = "intlcal_get_weekend_transition: Error calling ICU method";
    number(ctx, &errors, icu.weekend_transition(day), message)
}

/// Whether daylight saving time is in effect.
#[php_function("intlcal_in_daylight_time(IntlCalendar $calendar): bool")]
fn intlcal_in_daylight_time(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<bool> {
    let (errors, icu) = enter(ctx, calendar)?;
    let message = "intlcal_in_daylight_time: Error calling ICU method";
    Ok(error::checked(ctx, Some(&errors), icu.in_daylight_time(), message)?.unwrap_or(false))
}

/// Whether calendars differ in their dates only.
#[php_function("intlcal_is_equivalent_to(IntlCalendar $calendar, IntlCalendar $other): bool")]
fn intlcal_is_equivalent_to(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    other: &This<IntlCalendar>,
) -> R<bool> {
    let other = self::other(ctx, other)?;
    let (_, icu) = enter(ctx, calendar)?;
    Ok(icu.is_equivalent(&other))
}

/// Whether dates that are none are understood.
#[php_function("intlcal_is_lenient(IntlCalendar $calendar): bool")]
fn intlcal_is_lenient(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<bool> {
    Ok(enter(ctx, calendar)?.1.attribute(calendar::LENIENT) != 0)
}

/// Whether a field is set.
#[php_function("intlcal_is_set(IntlCalendar $calendar, int $field): bool")]
fn intlcal_is_set(ctx: &mut Ctx, calendar: &This<IntlCalendar>, field: i64) -> R<bool> {
    let field = self::field(ctx, 1, field)?;
    Ok(enter(ctx, calendar)?.1.is_set(field))
}

/// Whether a date is in the weekend.
#[php_function("intlcal_is_weekend(IntlCalendar $calendar, ?float $timestamp = null): bool")]
fn intlcal_is_weekend(ctx: &mut Ctx, calendar: &This<IntlCalendar>, timestamp: Option<f64>) -> R<bool> {
    let (errors, icu) = enter(ctx, calendar)?;
    let found = icu.is_weekend(timestamp);
    let message = "intlcal_is_weekend: Error calling ICU method";
    Ok(error::checked(ctx, Some(&errors), found, message)?.unwrap_or(false))
}

/// Sets the day at which a week begins.
#[php_function("intlcal_set_first_day_of_week(IntlCalendar $calendar, int $dayOfWeek): true")]
fn intlcal_set_first_day_of_week(ctx: &mut Ctx, calendar: &This<IntlCalendar>, day_of_week: i64) -> R<bool> {
    let day = weekday(ctx, day_of_week)?;
    enter(ctx, calendar)?.1.set_attribute(calendar::FIRST_DAY_OF_WEEK, day);
    Ok(true)
}

/// Sets whether dates that are none are understood.
#[php_function("intlcal_set_lenient(IntlCalendar $calendar, bool $lenient): true")]
fn intlcal_set_lenient(ctx: &mut Ctx, calendar: &This<IntlCalendar>, lenient: bool) -> R<bool> {
    enter(ctx, calendar)?.1.set_attribute(calendar::LENIENT, lenient.into());
    Ok(true)
}

/// Which of two instants a time is that comes twice.
#[php_function("intlcal_get_repeated_wall_time_option(IntlCalendar $calendar): int")]
fn intlcal_get_repeated_wall_time_option(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<i64> {
    Ok(enter(ctx, calendar)?.1.attribute(calendar::REPEATED_WALL_TIME).into())
}

/// Which instant a time is that never comes.
#[php_function("intlcal_get_skipped_wall_time_option(IntlCalendar $calendar): int")]
fn intlcal_get_skipped_wall_time_option(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<i64> {
    Ok(enter(ctx, calendar)?.1.attribute(calendar::SKIPPED_WALL_TIME).into())
}

/// Sets which of two instants a time is that comes twice.
#[php_function("intlcal_set_repeated_wall_time_option(IntlCalendar $calendar, int $option): true")]
fn intlcal_set_repeated_wall_time_option(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    option: i64,
) -> R<bool> {
    // UCAL_WALLTIME_LAST, UCAL_WALLTIME_FIRST
    if !(0..=1).contains(&option) {
        let message = "must be either IntlCalendar::WALLTIME_FIRST or IntlCalendar::WALLTIME_LAST";
        return Err(value_error(ctx, 1, message));
    }
    enter(ctx, calendar)?.1.set_attribute(calendar::REPEATED_WALL_TIME, option as i32);
    Ok(true)
}

/// Sets which instant a time is that never comes.
#[php_function("intlcal_set_skipped_wall_time_option(IntlCalendar $calendar, int $option): true")]
fn intlcal_set_skipped_wall_time_option(
    ctx: &mut Ctx,
    calendar: &This<IntlCalendar>,
    option: i64,
) -> R<bool> {
    // The last one is UCAL_WALLTIME_NEXT_VALID.
    if !(0..=2).contains(&option) {
        let message = "must be one of IntlCalendar::WALLTIME_FIRST, IntlCalendar::WALLTIME_LAST, or \
                       IntlCalendar::WALLTIME_NEXT_VALID";
        return Err(value_error(ctx, 1, message));
    }
    enter(ctx, calendar)?.1.set_attribute(calendar::SKIPPED_WALL_TIME, option as i32);
    Ok(true)
}

/// Seconds since 1970 and zone of a date; `None` after an error that was told.
fn date_parts(ctx: &mut Ctx, date: &Object) -> R<Option<(i64, TimeZone)>> {
    match bridge::zone_object(ctx, date) {
        Ok(_) => {}
        Err(Throw::Exception) => {
            ctx.take_exception();
            let message = "intlcal_from_date_time: DateTime object is unconstructed";
            error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
            return Ok(None);
        }
        Err(throw) => return Err(throw),
    }
    let Some(seconds) = date.call(ctx, "getTimestamp", &[])?.as_int() else {
        let message = "intlcal_from_date_time: bad DateTime; call to DateTime::getTimestamp() failed";
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(None);
    };
    Ok(bridge::of_date(ctx, date, "intlcal_from_date_time")?.map(|zone| (seconds, zone)))
}

/// The calendar of a `DateTime`.
#[php_function("intlcal_from_date_time(DateTime|string $datetime, ?string $locale = null): ?IntlCalendar")]
fn intlcal_from_date_time(ctx: &mut Ctx, datetime: &Value, locale: Option<&[u8]>) -> R<Option<Object>> {
    error::begin(ctx, None);
    let date = match datetime.as_object() {
        Some(date) => date.clone(),
        None => bridge::date_class(ctx, "DateTime")?.instantiate(ctx, std::slice::from_ref(datetime))?,
    };
    let Some((seconds, zone)) = date_parts(ctx, &date)? else { return Ok(None) };
    let locale = locale_or_default(ctx, locale);
    let opened = Calendar::new(Some(&zone), &locale);
    let message = "intlcal_from_date_time: error creating ICU Calendar object";
    let Some(icu) = error::checked(ctx, None, opened, message)? else { return Ok(None) };
    let code = icu.set_time(seconds as f64 * 1000.0);
    if icu::failed(code) {
        let message = "intlcal_from_date_time: error creating ICU Calendar::setTime()";
        error::fail(ctx, None, code, message)?;
        return Ok(None);
    }
    object(ctx, icu).map(Some)
}

/// The `DateTime` of a calendar.
#[php_function("intlcal_to_date_time(IntlCalendar $calendar): DateTime|false")]
fn intlcal_to_date_time(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<OrFalse<Object>> {
    let (errors, icu) = enter(ctx, calendar)?;
    let function = "intlcal_to_date_time";
    let time = icu.time();
    let Some(time) = error::checked(ctx, Some(&errors), time, "Call to ICU method has failed")? else {
        return Ok(OrFalse::FALSE);
    };
    let seconds = time / 1000.0;
    // As PHP has it: 2 to the power of 64 is the limit, of either sign.
    if !(-9_223_372_036_854_775_808.0..=18_446_744_073_709_551_615.0).contains(&seconds) {
        let message = "intlcal_to_date_time: The calendar date is out of the range for a 64-bit integer";
        error::fail(ctx, Some(&errors), ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(OrFalse::FALSE);
    }
    let Some(zone) = icu.zone() else { return Ok(OrFalse::FALSE) };
    let Some(zone) = bridge::to_object(ctx, &zone, &errors, function)? else { return Ok(OrFalse::FALSE) };
    let (text, zone): (Value, Value) = (format!("@{}", seconds as i64).into(), zone.into());
    let date = bridge::date_class(ctx, "DateTime")?.instantiate(ctx, &[text, zone.clone()])?;
    // A text of seconds sets a zone of its own.
    date.call(ctx, "setTimezone", &[zone])?;
    Ok(date.into())
}

/// Code of the object's last error.
#[php_function("intlcal_get_error_code(IntlCalendar $calendar): int|false")]
fn intlcal_get_error_code(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<i64> {
    let errors = calendar.borrow(ctx)?.errors.clone();
    Ok(error::code_of(ctx, &errors))
}

/// Message of the object's last error.
#[php_function("intlcal_get_error_message(IntlCalendar $calendar): string|false")]
fn intlcal_get_error_message(ctx: &mut Ctx, calendar: &This<IntlCalendar>) -> R<String> {
    let errors = calendar.borrow(ctx)?.errors.clone();
    Ok(error::text_of(ctx, &errors))
}

#[php_methods]
impl IntlCalendar {
    #[php("private function __construct()")]
    fn construct(ctx: &mut Ctx) -> R<()> {
        Err(ctx.exception("An object of this type cannot be created with the new operator"))
    }
    #[php(
        "public function set(int $year, int $month, int $dayOfMonth = UNKNOWN, int $hour = UNKNOWN, int $minute = UNKNOWN, int $second = UNKNOWN): ~true"
    )]
    fn set(
        this: &This<Self>,
        ctx: &mut Ctx,
        year: i64,
        month: i64,
        day_of_month: Option<i64>,
        hour: Option<i64>,
        minute: Option<i64>,
        second: Option<i64>,
    ) -> R<bool> {
        if day_of_month.is_some() {
            let message = "Calling IntlCalendar::set() with more than 2 arguments is deprecated, use either \
                           IntlCalendar::setDate() or IntlCalendar::setDateTime() instead";
            ctx.raise_plain(Level::Deprecated, message)?;
        }
        intlcal_set(ctx, this, year, month, day_of_month, hour, minute, second)
    }
    #[php("public function setDate(int $year, int $month, int $dayOfMonth): void")]
    fn set_date(this: &This<Self>, ctx: &mut Ctx, year: i64, month: i64, day_of_month: i64) -> R<()> {
        let values = [int32(ctx, 1, year)?, int32(ctx, 2, month)?, int32(ctx, 3, day_of_month)?];
        set_fields(&enter(ctx, this)?.1, &values);
        Ok(())
    }
    #[php(
        "public function setDateTime(int $year, int $month, int $dayOfMonth, int $hour, int $minute, ?int $second = null): void"
    )]
    fn set_date_time(
        this: &This<Self>,
        ctx: &mut Ctx,
        year: i64,
        month: i64,
        day_of_month: i64,
        hour: i64,
        minute: i64,
        second: Option<i64>,
    ) -> R<()> {
        let mut values = Vec::new();
        for (n, value) in (1..).zip([year, month, day_of_month, hour, minute].into_iter().chain(second)) {
            values.push(int32(ctx, n, value)?);
        }
        set_fields(&enter(ctx, this)?.1, &values);
        Ok(())
    }
    #[php("public static function createInstance($timezone = null, ?string $locale = null): ~?IntlCalendar")]
    fn create_instance(ctx: &mut Ctx, timezone: Option<&Value>, locale: Option<&[u8]>) -> R<Option<Object>> {
        intlcal_create_instance(ctx, timezone, locale)
    }
    #[php("public function equals(IntlCalendar $other): ~bool")]
    fn equals(this: &This<Self>, ctx: &mut Ctx, other: &This<IntlCalendar>) -> R<bool> {
        intlcal_equals(ctx, this, other)
    }
    #[php("public function fieldDifference(float $timestamp, int $field): ~int|false")]
    fn field_difference(this: &This<Self>, ctx: &mut Ctx, timestamp: f64, field: i64) -> R<OrFalse<i64>> {
        intlcal_field_difference(ctx, this, timestamp, field)
    }
    #[php("public function add(int $field, int $value): ~bool")]
    fn add(this: &This<Self>, ctx: &mut Ctx, field: i64, value: i64) -> R<bool> {
        intlcal_add(ctx, this, field, value)
    }
    #[php("public function after(IntlCalendar $other): ~bool")]
    fn after(this: &This<Self>, ctx: &mut Ctx, other: &This<IntlCalendar>) -> R<bool> {
        intlcal_after(ctx, this, other)
    }
    #[php("public function before(IntlCalendar $other): ~bool")]
    fn before(this: &This<Self>, ctx: &mut Ctx, other: &This<IntlCalendar>) -> R<bool> {
        intlcal_before(ctx, this, other)
    }
    #[php("public function clear(?int $field = null): ~true")]
    fn clear(this: &This<Self>, ctx: &mut Ctx, field: Option<i64>) -> R<bool> {
        intlcal_clear(ctx, this, field)
    }
    #[php(
        "public static function fromDateTime(DateTime|string $datetime, ?string $locale = null): ~?IntlCalendar"
    )]
    fn from_date_time(ctx: &mut Ctx, datetime: &Value, locale: Option<&[u8]>) -> R<Option<Object>> {
        intlcal_from_date_time(ctx, datetime, locale)
    }
    #[php("public function get(int $field): ~int|false")]
    fn get(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<OrFalse<i64>> {
        intlcal_get(ctx, this, field)
    }
    #[php("public function getActualMaximum(int $field): ~int|false")]
    fn get_actual_maximum(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<OrFalse<i64>> {
        intlcal_get_actual_maximum(ctx, this, field)
    }
    #[php("public function getActualMinimum(int $field): ~int|false")]
    fn get_actual_minimum(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<OrFalse<i64>> {
        intlcal_get_actual_minimum(ctx, this, field)
    }
    #[php("public static function getAvailableLocales(): ~array")]
    fn get_available_locales(ctx: &mut Ctx) -> Array {
        intlcal_get_available_locales(ctx)
    }
    #[php("public function getDayOfWeekType(int $dayOfWeek): ~int|false")]
    fn get_day_of_week_type(this: &This<Self>, ctx: &mut Ctx, day_of_week: i64) -> R<OrFalse<i64>> {
        intlcal_get_day_of_week_type(ctx, this, day_of_week)
    }
    #[php("public function getErrorCode(): ~int|false")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        intlcal_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string|false")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        intlcal_get_error_message(ctx, this)
    }
    #[php("public function getFirstDayOfWeek(): ~int|false")]
    fn get_first_day_of_week(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<i64>> {
        intlcal_get_first_day_of_week(ctx, this)
    }
    #[php("public function getGreatestMinimum(int $field): ~int|false")]
    fn get_greatest_minimum(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<OrFalse<i64>> {
        intlcal_get_greatest_minimum(ctx, this, field)
    }
    #[php(
        "public static function getKeywordValuesForLocale(string $keyword, string $locale, bool $onlyCommon): ~IntlIterator|false"
    )]
    fn get_keyword_values_for_locale(
        ctx: &mut Ctx,
        keyword: &[u8],
        locale: &[u8],
        only_common: bool,
    ) -> R<OrFalse<Object>> {
        intlcal_get_keyword_values_for_locale(ctx, keyword, locale, only_common)
    }
    #[php("public function getLeastMaximum(int $field): ~int|false")]
    fn get_least_maximum(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<OrFalse<i64>> {
        intlcal_get_least_maximum(ctx, this, field)
    }
    #[php("public function getLocale(int $type): ~string|false")]
    fn get_locale(this: &This<Self>, ctx: &mut Ctx, r#type: i64) -> R<OrFalse<String>> {
        intlcal_get_locale(ctx, this, r#type)
    }
    #[php("public function getMaximum(int $field): ~int|false")]
    fn get_maximum(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<OrFalse<i64>> {
        intlcal_get_maximum(ctx, this, field)
    }
    #[php("public function getMinimalDaysInFirstWeek(): ~int|false")]
    fn get_minimal_days_in_first_week(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<i64>> {
        intlcal_get_minimal_days_in_first_week(ctx, this)
    }
    #[php("public function setMinimalDaysInFirstWeek(int $days): ~true")]
    fn set_minimal_days_in_first_week(this: &This<Self>, ctx: &mut Ctx, days: i64) -> R<bool> {
        intlcal_set_minimal_days_in_first_week(ctx, this, days)
    }
    #[php("public function getMinimum(int $field): ~int|false")]
    fn get_minimum(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<OrFalse<i64>> {
        intlcal_get_minimum(ctx, this, field)
    }
    #[php("public static function getNow(): ~float")]
    fn get_now(ctx: &mut Ctx) -> f64 {
        intlcal_get_now(ctx)
    }
    #[php("public function getRepeatedWallTimeOption(): ~int")]
    fn get_repeated_wall_time_option(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        intlcal_get_repeated_wall_time_option(ctx, this)
    }
    #[php("public function getSkippedWallTimeOption(): ~int")]
    fn get_skipped_wall_time_option(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        intlcal_get_skipped_wall_time_option(ctx, this)
    }
    #[php("public function getTime(): ~float|false")]
    fn get_time(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<f64>> {
        intlcal_get_time(ctx, this)
    }
    #[php("public function getTimeZone(): ~IntlTimeZone|false")]
    fn get_time_zone(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Object>> {
        intlcal_get_time_zone(ctx, this)
    }
    #[php("public function getType(): ~string")]
    fn get_type(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        intlcal_get_type(ctx, this)
    }
    #[php("public function getWeekendTransition(int $dayOfWeek): ~int|false")]
    fn get_weekend_transition(this: &This<Self>, ctx: &mut Ctx, day_of_week: i64) -> R<OrFalse<i64>> {
        intlcal_get_weekend_transition(ctx, this, day_of_week)
    }
    #[php("public function inDaylightTime(): ~bool")]
    fn in_daylight_time(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        intlcal_in_daylight_time(ctx, this)
    }
    #[php("public function isEquivalentTo(IntlCalendar $other): ~bool")]
    fn is_equivalent_to(this: &This<Self>, ctx: &mut Ctx, other: &This<IntlCalendar>) -> R<bool> {
        intlcal_is_equivalent_to(ctx, this, other)
    }
    #[php("public function isLenient(): ~bool")]
    fn is_lenient(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        intlcal_is_lenient(ctx, this)
    }
    #[php("public function isWeekend(?float $timestamp = null): ~bool")]
    fn is_weekend(this: &This<Self>, ctx: &mut Ctx, timestamp: Option<f64>) -> R<bool> {
        intlcal_is_weekend(ctx, this, timestamp)
    }
    #[php("public function roll(int $field, $value): ~bool")]
    fn roll(this: &This<Self>, ctx: &mut Ctx, field: i64, value: &Value) -> R<bool> {
        intlcal_roll(ctx, this, field, value)
    }
    #[php("public function isSet(int $field): ~bool")]
    fn is_set(this: &This<Self>, ctx: &mut Ctx, field: i64) -> R<bool> {
        intlcal_is_set(ctx, this, field)
    }
    #[php("public function setFirstDayOfWeek(int $dayOfWeek): ~true")]
    fn set_first_day_of_week(this: &This<Self>, ctx: &mut Ctx, day_of_week: i64) -> R<bool> {
        intlcal_set_first_day_of_week(ctx, this, day_of_week)
    }
    #[php("public function setLenient(bool $lenient): ~true")]
    fn set_lenient(this: &This<Self>, ctx: &mut Ctx, lenient: bool) -> R<bool> {
        intlcal_set_lenient(ctx, this, lenient)
    }
    #[php("public function setRepeatedWallTimeOption(int $option): ~true")]
    fn set_repeated_wall_time_option(this: &This<Self>, ctx: &mut Ctx, option: i64) -> R<bool> {
        intlcal_set_repeated_wall_time_option(ctx, this, option)
    }
    #[php("public function setSkippedWallTimeOption(int $option): ~true")]
    fn set_skipped_wall_time_option(this: &This<Self>, ctx: &mut Ctx, option: i64) -> R<bool> {
        intlcal_set_skipped_wall_time_option(ctx, this, option)
    }
    #[php("public function setTime(float $timestamp): ~bool")]
    fn set_time(this: &This<Self>, ctx: &mut Ctx, timestamp: f64) -> R<bool> {
        intlcal_set_time(ctx, this, timestamp)
    }
    #[php("public function setTimeZone($timezone): ~bool")]
    fn set_time_zone(this: &This<Self>, ctx: &mut Ctx, timezone: &Value) -> R<bool> {
        intlcal_set_time_zone(ctx, this, timezone)
    }
    #[php("public function toDateTime(): ~DateTime|false")]
    fn to_date_time(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Object>> {
        intlcal_to_date_time(ctx, this)
    }
}
