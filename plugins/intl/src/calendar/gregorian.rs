//! `IntlGregorianCalendar`: dates in the calendar that most of the world has.

use super::{IntlCalendar, enter, locale_or_default, object};
use crate::arguments::{self, int32};
use crate::error::{self, IntlException};
use crate::icu::calendar::Calendar;
use crate::icu::zone::TimeZone;
use crate::icu::{self, Code};
use crate::timezone::bridge;
use plugin_api::{Class, Ctx, Kind, Level, Object, R, This, Value, php_class, php_function, php_methods};
use std::rc::Rc;

/// `IntlGregorianCalendar`
#[php_class("class IntlGregorianCalendar extends IntlCalendar", payload = IntlCalendar)]
pub struct IntlGregorianCalendar;

/// A date in the default zone of the date extension; `None` after an error that was told.
fn in_default_zone(ctx: &mut Ctx, opened: Result<Calendar, Code>) -> R<Option<Calendar>> {
    let message = "IntlGregorianCalendar: Error creating ICU GregorianCalendar from date";
    let Some(icu) = error::checked(ctx, None, opened, message)? else { return Ok(None) };
    let name = ctx.call_function("date_default_timezone_get", &[])?.to_str(ctx)?;
    if let Some(zone) = icu::to_utf16(&name).ok().and_then(|id| TimeZone::new(&id)) {
        icu.set_zone(&zone);
    }
    Ok(Some(icu))
}

/// An argument that was passed, if it is not null.
fn given<'a>(arguments: &[Option<&'a Value>; 6], n: usize) -> Option<&'a Value> {
    arguments.get(n).copied().flatten().filter(|v| !v.is_null())
}

/// The calendar of up to six arguments: zone and locale, or date and perhaps time; `None` after an error that was told.
fn open(ctx: &mut Ctx, arguments: [Option<&Value>; 6]) -> R<Option<Calendar>> {
    let variant = (0..6).rev().find(|n| given(&arguments, *n).is_some()).map_or(0, |n| n + 1);
    if variant == 4 {
        let message = "No variant with 4 arguments (excluding trailing NULLs)";
        return Err(ctx.argument_count_error(message));
    }
    if variant > 2 {
        let mut fields = Vec::new();
        for (n, value) in (1..).zip(arguments.into_iter().take(variant)) {
            let value = arguments::int(ctx, n, value.unwrap_or(&Value::NULL), "int")?;
            fields.push((n, value));
        }
        let mut values = Vec::new();
        for (n, value) in fields {
            values.push(i32::try_from(value).map_err(|_| {
                let message = format!("must be between {} and {}", i32::MIN, i32::MAX);
                ctx.argument_value_error(n, message)
            })?);
        }
        return in_default_zone(ctx, Calendar::of_fields(&values));
    }
    let locale = match given(&arguments, 1).map(Value::kind) {
        None => None,
        Some(Kind::Array(_) | Kind::Resource(_) | Kind::Object(_)) => {
            let name = given(&arguments, 1).map(Value::value_name).unwrap_or_default();
            return Err(ctx.argument_type_error(2, format!("must be of type ?string, {name} given")));
        }
        Some(_) => Some(given(&arguments, 1).unwrap_or(&Value::NULL).to_str(ctx)?),
    };
    let zone = bridge::of_argument(ctx, given(&arguments, 0), None, "intlgregcal_create_instance")?;
    let Some(zone) = zone else {
        let class = Class::of::<IntlException>(ctx)?;
        return Err(ctx.throw(class, "Constructor failed", 0));
    };
    let locale = locale_or_default(ctx, locale.as_ref().map(|l| l.as_bytes()));
    let opened = Calendar::gregorian(Some(&zone), &locale);
    let message =
        "intlgregcal_create_instance: error creating ICU GregorianCalendar from time zone and locale";
    error::checked(ctx, None, opened, message)
}

/// An object as one of the class that has the payload.
fn parent<'a>(ctx: &mut Ctx, calendar: &'a This<IntlGregorianCalendar>) -> R<&'a This<IntlCalendar>> {
    This::<IntlCalendar>::of(calendar).ok_or_else(|| ctx.error("Found unconstructed IntlCalendar"))
}

/// A calendar of zone and locale, or of date and perhaps time.
#[php_function(
    "intlgregcal_create_instance($timezoneOrYear = UNKNOWN, $localeOrMonth = UNKNOWN, $day = UNKNOWN, $hour = UNKNOWN, $minute = UNKNOWN, $second = UNKNOWN): ?IntlGregorianCalendar",
    deprecated = "#[\\Deprecated(since: '8.4', message: 'use IntlGregorianCalendar::__construct(), IntlGregorianCalendar::createFromDate(), or IntlGregorianCalendar::createFromDateTime() instead')]"
)]
fn intlgregcal_create_instance(
    ctx: &mut Ctx,
    timezone_or_year: Option<&Value>,
    locale_or_month: Option<&Value>,
    day: Option<&Value>,
    hour: Option<&Value>,
    minute: Option<&Value>,
    second: Option<&Value>,
) -> R<Option<Object>> {
    error::begin(ctx, None);
    match open(ctx, [timezone_or_year, locale_or_month, day, hour, minute, second])? {
        Some(icu) => object(ctx, icu).map(Some),
        None => Ok(None),
    }
}

/// Sets when the calendar followed the Julian one.
#[php_function("intlgregcal_set_gregorian_change(IntlGregorianCalendar $calendar, float $timestamp): bool")]
fn intlgregcal_set_gregorian_change(
    ctx: &mut Ctx,
    calendar: &This<IntlGregorianCalendar>,
    timestamp: f64,
) -> R<bool> {
    let calendar = parent(ctx, calendar)?;
    let (errors, icu) = enter(ctx, calendar)?;
    let code = icu.set_gregorian_change(timestamp);
    error::check(ctx, Some(&errors), code, "intlgregcal_set_gregorian_change: error calling ICU method")
}

/// When the calendar followed the Julian one.
#[php_function("intlgregcal_get_gregorian_change(IntlGregorianCalendar $calendar): float")]
fn intlgregcal_get_gregorian_change(ctx: &mut Ctx, calendar: &This<IntlGregorianCalendar>) -> R<f64> {
    let calendar = parent(ctx, calendar)?;
    Ok(enter(ctx, calendar)?.1.gregorian_change())
}

/// Whether a year is a leap year.
#[php_function("intlgregcal_is_leap_year(IntlGregorianCalendar $calendar, int $year): bool")]
fn intlgregcal_is_leap_year(ctx: &mut Ctx, calendar: &This<IntlGregorianCalendar>, year: i64) -> R<bool> {
    let year = int32(ctx, 1, year)?;
    let calendar = parent(ctx, calendar)?;
    Ok(enter(ctx, calendar)?.1.is_leap_year(year))
}

/// An object of the fields, for what makes warnings exceptions.
fn of_fields(ctx: &mut Ctx, fields: &[i32]) -> R<Option<Object>> {
    let class = Class::of::<IntlException>(ctx)?;
    let opened = Calendar::of_fields(fields);
    match ctx.warnings_as(class, |ctx| in_default_zone(ctx, opened))? {
        Some(icu) => object(ctx, icu).map(Some),
        None => Ok(None),
    }
}

#[php_methods]
impl IntlGregorianCalendar {
    #[php(
        "public function __construct($timezoneOrYear = UNKNOWN, $localeOrMonth = UNKNOWN, $day = UNKNOWN, $hour = UNKNOWN, $minute = UNKNOWN, $second = UNKNOWN)"
    )]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        timezone_or_year: Option<&Value>,
        locale_or_month: Option<&Value>,
        day: Option<&Value>,
        hour: Option<&Value>,
        minute: Option<&Value>,
        second: Option<&Value>,
    ) -> R<()> {
        error::begin(ctx, None);
        if day.is_some() {
            let message = "Calling IntlGregorianCalendar::__construct() with more than 2 arguments is \
                           deprecated, use either IntlGregorianCalendar::createFromDate() or \
                           IntlGregorianCalendar::createFromDateTime() instead";
            ctx.raise_plain(Level::Deprecated, message)?;
        }
        if this.borrow(ctx)?.icu.get().is_some() {
            return Err(ctx.error("IntlGregorianCalendar object is already constructed"));
        }
        let class = Class::of::<IntlException>(ctx)?;
        let arguments = [timezone_or_year, locale_or_month, day, hour, minute, second];
        if let Some(icu) = ctx.warnings_as(class, |ctx| open(ctx, arguments))? {
            let _ = this.borrow(ctx)?.icu.set(Rc::new(icu));
        }
        Ok(())
    }
    #[php("public static function createFromDate(int $year, int $month, int $dayOfMonth): static")]
    fn create_from_date(ctx: &mut Ctx, year: i64, month: i64, day_of_month: i64) -> R<Option<Object>> {
        error::begin(ctx, None);
        let fields = [int32(ctx, 1, year)?, int32(ctx, 2, month)?, int32(ctx, 3, day_of_month)?];
        of_fields(ctx, &fields)
    }
    #[php(
        "public static function createFromDateTime(int $year, int $month, int $dayOfMonth, int $hour, int $minute, ?int $second = null): static"
    )]
    fn create_from_date_time(
        ctx: &mut Ctx,
        year: i64,
        month: i64,
        day_of_month: i64,
        hour: i64,
        minute: i64,
        second: Option<i64>,
    ) -> R<Option<Object>> {
        error::begin(ctx, None);
        let mut fields = Vec::new();
        for (n, value) in (1..).zip([year, month, day_of_month, hour, minute].into_iter().chain(second)) {
            fields.push(int32(ctx, n, value)?);
        }
        of_fields(ctx, &fields)
    }
    #[php("public function setGregorianChange(float $timestamp): ~bool")]
    fn set_gregorian_change(this: &This<Self>, ctx: &mut Ctx, timestamp: f64) -> R<bool> {
        intlgregcal_set_gregorian_change(ctx, this, timestamp)
    }
    #[php("public function getGregorianChange(): ~float")]
    fn get_gregorian_change(this: &This<Self>, ctx: &mut Ctx) -> R<f64> {
        intlgregcal_get_gregorian_change(ctx, this)
    }
    #[php("public function isLeapYear(int $year): ~bool")]
    fn is_leap_year(this: &This<Self>, ctx: &mut Ctx, year: i64) -> R<bool> {
        intlgregcal_is_leap_year(ctx, this, year)
    }
}
