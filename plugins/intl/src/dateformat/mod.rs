//! `IntlDateFormatter`: dates as a language writes them.

mod format;
mod parse;
pub mod patterns;

use crate::arguments;
use crate::calendar::{self, IntlCalendar};
use crate::error::{self, Errors};
use crate::icu::calendar::Calendar;
use crate::icu::dateformat::{DateFormat, is_locale};
use crate::icu::{self, ILLEGAL_ARGUMENT_ERROR, locale as names};
use crate::locale;
use crate::timezone::{self, bridge};
use plugin_api::{
    Array, Ctx, GcRoots, Handlers, Kind, Object, OrFalse, R, Reference, This, Value, php_class, php_function,
    php_methods,
};
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;

/// The payload of `IntlDateFormatter`.
#[derive(GcRoots)]
#[php_class(
    "class IntlDateFormatter",
    "public const int FULL = 0",
    "public const int LONG = 1",
    "public const int MEDIUM = 2",
    "public const int SHORT = 3",
    "public const int NONE = -1",
    "public const int RELATIVE_FULL = 128",
    "public const int RELATIVE_LONG = 129",
    "public const int RELATIVE_MEDIUM = 130",
    "public const int RELATIVE_SHORT = 131",
    "public const int PATTERN = -2",
    "public const int GREGORIAN = 1",
    "public const int TRADITIONAL = 0",
    handlers(clone),
    flags(not_serializable)
)]
pub struct IntlDateFormatter {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing until the constructor ran.
    #[gc(skip)]
    icu: OnceCell<Rc<DateFormat>>,
    #[gc(skip)]
    date_type: Cell<i64>,
    #[gc(skip)]
    time_type: Cell<i64>,
    /// -1 when an `IntlCalendar` was given.
    #[gc(skip)]
    calendar: Cell<i64>,
    /// The locale that was asked for, with all its keywords.
    #[gc(skip)]
    requested: RefCell<Vec<u8>>,
}

impl Default for IntlDateFormatter {
    fn default() -> IntlDateFormatter {
        IntlDateFormatter {
            errors: Rc::default(),
            icu: OnceCell::new(),
            date_type: Cell::new(0),
            time_type: Cell::new(0),
            calendar: Cell::new(-1),
            requested: RefCell::default(),
        }
    }
}

/// `IntlDateFormatter::PATTERN`
const PATTERN: i64 = -2;
/// `IntlDateFormatter::TRADITIONAL`
const TRADITIONAL: i64 = 0;
/// `IntlDateFormatter::GREGORIAN`
const GREGORIAN: i64 = 1;

impl Handlers for IntlDateFormatter {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.icu.get().cloned() else {
            return Err(ctx.error("Cannot clone uninitialized IntlDateFormatter"));
        };
        let Ok(copy) = icu.copy() else { return Err(ctx.error("Failed to clone IntlDateFormatter")) };
        let _ = to.borrow(ctx)?.icu.set(Rc::new(copy));
        Ok(())
    }
}

/// The object's errors, cleared with the request's, and its format.
fn enter(ctx: &mut Ctx, this: &This<IntlDateFormatter>) -> R<(Rc<Errors>, Rc<DateFormat>)> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(icu) => Ok((payload.errors.clone(), icu.clone())),
        None => Err(ctx.error("Found unconstructed IntlDateFormatter")),
    }
}

/// Whether it is a style, relative or not, or none, or a pattern.
fn is_style(style: i64) -> bool {
    matches!(style, -2..=3 | 128..=131)
}

/// A calendar that an argument names.
struct Named {
    calendar: Calendar,
    /// -1: an object.
    kind: i64,
}

/// The calendar of an argument, for a locale; `None` after an error that was told.
fn named_calendar(
    ctx: &mut Ctx,
    argument: &Value,
    locale: &[u8],
    own: &Errors,
    function: &str,
) -> R<Option<Named>> {
    let (opened, kind) = match argument.kind() {
        Kind::Null => (Calendar::gregorian(None, locale), GREGORIAN),
        Kind::Object(object) => {
            let calendar = match This::<IntlCalendar>::of(object) {
                Some(this) => this.borrow(ctx)?.calendar(),
                None => None,
            };
            let Some(calendar) = calendar else {
                let message = format!("{function}: Found unconstructed IntlCalendar object");
                error::fail(ctx, Some(own), ILLEGAL_ARGUMENT_ERROR, &message)?;
                return Ok(None);
            };
            (calendar.copy(), -1)
        }
        _ => match argument.to_int() {
            TRADITIONAL => (Calendar::new(None, locale), TRADITIONAL),
            GREGORIAN => (Calendar::gregorian(None, locale), GREGORIAN),
            _ => {
                let message = format!(
                    "{function}: Invalid value for calendar type; it must be one of \
                     IntlDateFormatter::TRADITIONAL (locale's default calendar) or \
                     IntlDateFormatter::GREGORIAN. Alternatively, it can be an IntlCalendar object"
                );
                error::fail(ctx, Some(own), ILLEGAL_ARGUMENT_ERROR, &message)?;
                return Ok(None);
            }
        },
    };
    match opened {
        Ok(calendar) => Ok(Some(Named { calendar, kind })),
        Err(_) => {
            let message = format!("{function}: Failure instantiating calendar");
            error::fail(ctx, Some(own), ILLEGAL_ARGUMENT_ERROR, &message)?;
            Ok(None)
        }
    }
}

/// What a formatter is made of.
struct Wanted<'a> {
    locale: &'a [u8],
    date_type: i64,
    time_type: i64,
    timezone: &'a Value,
    calendar: &'a Value,
    pattern: Option<&'a [u8]>,
}

/// Opens the formatter; false: that failed.
fn open(ctx: &mut Ctx, this: &This<IntlDateFormatter>, wanted: &Wanted<'_>) -> R<bool> {
    error::begin(ctx, None);
    let function = "datefmt_create";
    let payload = this.borrow(ctx)?;
    let errors = payload.errors.clone();
    if payload.icu.get().is_some() {
        let message = "datefmt_create: cannot call constructor twice";
        error::fail(ctx, Some(&errors), ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(false);
    }
    let message = if !is_style(wanted.date_type) {
        Some("datefmt_create: invalid date format style")
    } else if !is_style(wanted.time_type) {
        Some("datefmt_create: invalid time format style")
    } else if wanted.date_type == PATTERN && wanted.time_type != PATTERN {
        Some(
            "datefmt_create: time format must be IntlDateFormatter::PATTERN if date format is \
             IntlDateFormatter::PATTERN",
        )
    } else {
        None
    };
    if let Some(message) = message {
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(false);
    }
    if !locale::check_length(ctx, wanted.locale)? {
        return Ok(false);
    }
    let asked = locale::or_default(ctx, wanted.locale);
    let locale = names::canonical(&asked).ok().filter(|l| !l.is_empty()).unwrap_or_else(|| asked.clone());
    let nameless = match wanted.locale {
        [] => false,
        [only] => *only != b'C',
        _ => names::iso3_language(&locale).is_empty(),
    };
    if !is_locale(&locale) || nameless {
        let shown = icu::c_string(&asked);
        return Err(ctx.argument_value_error(1, format!("\"{}\" is invalid", shown.to_string_lossy())));
    }
    let Some(named) = named_calendar(ctx, wanted.calendar, &locale, &errors, function)? else {
        return Ok(false);
    };
    let mut zone = None;
    if !wanted.timezone.is_null() || named.kind != -1 {
        zone = bridge::of_argument(ctx, Some(wanted.timezone), Some(&errors), function)?;
        if zone.is_none() {
            return Ok(false);
        }
    }
    let pattern = match wanted.pattern.filter(|p| !p.is_empty()).map(icu::to_utf16).transpose() {
        Ok(pattern) => pattern,
        Err(code) => {
            errors.set_code(code);
            error::fail(ctx, None, code, "datefmt_create: error converting pattern to UTF-16")?;
            return Ok(false);
        }
    };
    let opened =
        DateFormat::open(wanted.date_type as i32, wanted.time_type as i32, &locale, pattern.as_deref());
    let icu = match opened {
        Ok(icu) => icu,
        Err(code) => {
            errors.set_code(code);
            let message = if pattern.is_some() {
                "datefmt_create: error applying pattern"
            } else {
                "datefmt_create: date formatter creation failed"
            };
            error::fail(ctx, None, code, message)?;
            return Ok(false);
        }
    };
    if let Some(pattern) = &pattern {
        icu.set_pattern(pattern, true);
    }
    icu.set_calendar(&named.calendar);
    if let Some(zone) = &zone {
        icu.set_zone(zone);
    }
    let _ = payload.icu.set(Rc::new(icu));
    payload.date_type.set(wanted.date_type);
    payload.time_type.set(wanted.time_type);
    payload.calendar.set(named.kind);
    payload.requested.replace(locale);
    Ok(true)
}

/// A text of ICU's as PHP gets it.
fn result(
    ctx: &mut Ctx,
    errors: &Errors,
    text: Result<Vec<u16>, icu::Code>,
    message: &str,
    converted: &str,
) -> R<OrFalse<Vec<u8>>> {
    let Some(text) = error::checked(ctx, Some(errors), text, message)? else { return Ok(OrFalse::FALSE) };
    Ok(error::checked(ctx, Some(errors), icu::to_utf8(&text), converted)?.into())
}

/// Makes a formatter.
#[php_function(
    "datefmt_create(?string $locale, int $dateType = IntlDateFormatter::FULL, int $timeType = IntlDateFormatter::FULL, $timezone = null, IntlCalendar|int|null $calendar = null, ?string $pattern = null): ?IntlDateFormatter"
)]
fn datefmt_create(
    ctx: &mut Ctx,
    locale: Option<&[u8]>,
    date_type: Option<i64>,
    time_type: Option<i64>,
    timezone: Option<&Value>,
    calendar: Option<&Value>,
    pattern: Option<&[u8]>,
) -> R<Option<Object>> {
    let null = Value::NULL;
    let object = This::<IntlDateFormatter>::create(ctx, IntlDateFormatter::default())?;
    let Some(this) = This::<IntlDateFormatter>::of(&object) else { return Ok(None) };
    let wanted = Wanted {
        locale: locale.unwrap_or_default(),
        date_type: date_type.unwrap_or(0),
        time_type: time_type.unwrap_or(0),
        timezone: timezone.unwrap_or(&null),
        calendar: calendar.unwrap_or(&null),
        pattern,
    };
    Ok(open(ctx, this, &wanted)?.then(|| object.clone()))
}

/// The style of dates.
#[php_function("datefmt_get_datetype(IntlDateFormatter $formatter): int|false")]
fn datefmt_get_datetype(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<OrFalse<i64>> {
    enter(ctx, formatter)?;
    Ok(formatter.borrow(ctx)?.date_type.get().into())
}

/// The style of times.
#[php_function("datefmt_get_timetype(IntlDateFormatter $formatter): int|false")]
fn datefmt_get_timetype(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<OrFalse<i64>> {
    enter(ctx, formatter)?;
    Ok(formatter.borrow(ctx)?.time_type.get().into())
}

/// Which calendar was asked for; false: an object.
#[php_function("datefmt_get_calendar(IntlDateFormatter $formatter): int|false")]
fn datefmt_get_calendar(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<OrFalse<i64>> {
    enter(ctx, formatter)?;
    Ok(Some(formatter.borrow(ctx)?.calendar.get()).filter(|kind| *kind != -1).into())
}

/// Sets the calendar.
#[php_function("datefmt_set_calendar(IntlDateFormatter $formatter, IntlCalendar|int|null $calendar): bool")]
fn datefmt_set_calendar(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>, calendar: &Value) -> R<bool> {
    let (errors, icu) = enter(ctx, formatter)?;
    let locale = formatter.borrow(ctx)?.requested.borrow().clone();
    let named = named_calendar(ctx, calendar, &locale, &errors, "datefmt_set_calendar")?;
    let Some(named) = named else { return Ok(false) };
    if named.kind != -1
        && let Some(zone) = icu.zone()
    {
        named.calendar.set_zone(&zone);
    }
    icu.set_calendar(&named.calendar);
    formatter.borrow(ctx)?.calendar.set(named.kind);
    Ok(true)
}

/// ID of the zone.
#[php_function("datefmt_get_timezone_id(IntlDateFormatter $formatter): string|false")]
fn datefmt_get_timezone_id(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let id = icu.zone().map_or(Err(icu::MEMORY_ALLOCATION_ERROR), |zone| zone.id());
    let message = "Could not convert time zone id to UTF-8";
    result(ctx, &errors, id, message, message)
}

/// A copy of the calendar.
#[php_function("datefmt_get_calendar_object(IntlDateFormatter $formatter): IntlCalendar|false|null")]
fn datefmt_get_calendar_object(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<OrFalse<Object>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let message = "datefmt_get_calendar_object: Out of memory when cloning calendar";
    match error::checked(ctx, Some(&errors), icu.calendar(), message)? {
        Some(found) => Ok(calendar::object(ctx, found)?.into()),
        None => Ok(OrFalse::FALSE),
    }
}

/// A copy of the zone.
#[php_function("datefmt_get_timezone(IntlDateFormatter $formatter): IntlTimeZone|false")]
fn datefmt_get_timezone(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<OrFalse<Object>> {
    let (_, icu) = enter(ctx, formatter)?;
    Ok(timezone::object(ctx, icu.zone())?.into())
}

/// Sets the zone.
#[php_function("datefmt_set_timezone(IntlDateFormatter $formatter, $timezone): bool")]
fn datefmt_set_timezone(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>, timezone: &Value) -> R<bool> {
    let (errors, icu) = enter(ctx, formatter)?;
    let zone = bridge::of_argument(ctx, Some(timezone), Some(&errors), "datefmt_set_timezone")?;
    Ok(zone.is_some_and(|zone| {
        icu.set_zone(&zone);
        true
    }))
}

/// Sets the pattern.
#[php_function("datefmt_set_pattern(IntlDateFormatter $formatter, string $pattern): bool")]
fn datefmt_set_pattern(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>, pattern: &[u8]) -> R<bool> {
    let (errors, icu) = enter(ctx, formatter)?;
    let pattern = icu::to_utf16(pattern);
    let pattern = error::checked(ctx, Some(&errors), pattern, "Error converting pattern to UTF-16")?;
    Ok(pattern.is_some_and(|pattern| {
        icu.set_pattern(&pattern, false);
        true
    }))
}

/// The pattern.
#[php_function("datefmt_get_pattern(IntlDateFormatter $formatter): string|false")]
fn datefmt_get_pattern(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let message = "Error getting formatter pattern";
    result(ctx, &errors, icu.pattern(), message, "Error converting value to UTF-8")
}

/// The locale.
#[php_function(
    "datefmt_get_locale(IntlDateFormatter $formatter, int $type = ULOC_ACTUAL_LOCALE): string|false"
)]
fn datefmt_get_locale(
    ctx: &mut Ctx,
    formatter: &This<IntlDateFormatter>,
    r#type: Option<i64>,
) -> R<OrFalse<String>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let found = icu.locale(r#type.unwrap_or(0) as i32);
    Ok(error::checked(ctx, Some(&errors), found, "Error getting locale")?.into())
}

/// Sets whether texts are read that are not quite right.
#[php_function("datefmt_set_lenient(IntlDateFormatter $formatter, bool $lenient): void")]
fn datefmt_set_lenient(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>, lenient: bool) -> R<()> {
    enter(ctx, formatter)?.1.set_lenient(lenient);
    Ok(())
}

/// Whether texts are read that are not quite right.
#[php_function("datefmt_is_lenient(IntlDateFormatter $formatter): bool")]
fn datefmt_is_lenient(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<bool> {
    Ok(enter(ctx, formatter)?.1.is_lenient())
}

/// A date as text.
#[php_function("datefmt_format(IntlDateFormatter $formatter, $datetime): string|false")]
fn datefmt_format(
    ctx: &mut Ctx,
    formatter: &This<IntlDateFormatter>,
    datetime: &Value,
) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, formatter)?;
    let date = match datetime.as_array() {
        Some(fields) => format::date_of_fields(ctx, &errors, &icu, fields)?,
        None => bridge::millis(ctx, datetime, &errors, "datefmt_format")?,
    };
    let Some(date) = date else { return Ok(OrFalse::FALSE) };
    result(ctx, &errors, icu.format(date), "Date formatting failed", "Error converting value to UTF-8")
}

/// A date, of an object, as text.
#[php_function("datefmt_format_object($datetime, $format = null, ?string $locale = null): string|false")]
fn datefmt_format_object(
    ctx: &mut Ctx,
    datetime: &Value,
    format: Option<&Value>,
    locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    format::format_object(ctx, datetime, format.unwrap_or(&Value::NULL), locale)
}

/// The date that a text is, in seconds since 1970.
#[php_function(
    "datefmt_parse(IntlDateFormatter $formatter, string $string, &$offset = null): int|float|false"
)]
fn datefmt_parse(
    ctx: &mut Ctx,
    formatter: &This<IntlDateFormatter>,
    string: &[u8],
    offset: Option<Reference<'_>>,
) -> R<Value> {
    parse::parse(ctx, formatter, string, offset, false)
}

/// The fields of the date that a text is.
#[php_function(
    "datefmt_localtime(IntlDateFormatter $formatter, string $string, &$offset = null): array|false"
)]
fn datefmt_localtime(
    ctx: &mut Ctx,
    formatter: &This<IntlDateFormatter>,
    string: &[u8],
    offset: Option<Reference<'_>>,
) -> R<OrFalse<Array>> {
    parse::local_time(ctx, formatter, string, offset)
}

/// Code of the object's last error.
#[php_function("datefmt_get_error_code(IntlDateFormatter $formatter): int")]
fn datefmt_get_error_code(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<i64> {
    let errors = formatter.borrow(ctx)?.errors.clone();
    Ok(error::code_of(ctx, &errors))
}

/// Message of the object's last error.
#[php_function("datefmt_get_error_message(IntlDateFormatter $formatter): string")]
fn datefmt_get_error_message(ctx: &mut Ctx, formatter: &This<IntlDateFormatter>) -> R<String> {
    let errors = formatter.borrow(ctx)?.errors.clone();
    Ok(error::text_of(ctx, &errors))
}

#[php_methods]
impl IntlDateFormatter {
    #[php(
        "public function __construct(?string $locale, int $dateType = IntlDateFormatter::FULL, int $timeType = IntlDateFormatter::FULL, $timezone = null, $calendar = null, ?string $pattern = null)"
    )]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        locale: Option<&[u8]>,
        date_type: Option<i64>,
        time_type: Option<i64>,
        timezone: Option<&Value>,
        calendar: Option<&Value>,
        pattern: Option<&[u8]>,
    ) -> R<()> {
        let null = Value::NULL;
        let calendar = calendar.unwrap_or(&null);
        let number;
        let calendar = match calendar.kind() {
            Kind::Null => calendar,
            Kind::Object(object) if This::<IntlCalendar>::of(object).is_some() => calendar,
            _ => {
                number = arguments::int(ctx, 5, calendar, "IntlCalendar|int|null")?.into();
                &number
            }
        };
        let wanted = Wanted {
            locale: locale.unwrap_or_default(),
            date_type: date_type.unwrap_or(0),
            time_type: time_type.unwrap_or(0),
            timezone: timezone.unwrap_or(&null),
            calendar,
            pattern,
        };
        arguments::construct(ctx, |ctx| open(ctx, this, &wanted))
    }
    #[php("public function parseToCalendar(string $string, &$offset = null): int|float|false")]
    fn parse_to_calendar(
        this: &This<Self>,
        ctx: &mut Ctx,
        string: &[u8],
        offset: Option<Reference<'_>>,
    ) -> R<Value> {
        parse::parse(ctx, this, string, offset, true)
    }
    #[php(
        "public static function create(?string $locale, int $dateType = IntlDateFormatter::FULL, int $timeType = IntlDateFormatter::FULL, $timezone = null, IntlCalendar|int|null $calendar = null, ?string $pattern = null): ~?IntlDateFormatter"
    )]
    fn create(
        ctx: &mut Ctx,
        locale: Option<&[u8]>,
        date_type: Option<i64>,
        time_type: Option<i64>,
        timezone: Option<&Value>,
        calendar: Option<&Value>,
        pattern: Option<&[u8]>,
    ) -> R<Option<Object>> {
        datefmt_create(ctx, locale, date_type, time_type, timezone, calendar, pattern)
    }
    #[php("public function getDateType(): ~int|false")]
    fn get_date_type(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<i64>> {
        datefmt_get_datetype(ctx, this)
    }
    #[php("public function getTimeType(): ~int|false")]
    fn get_time_type(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<i64>> {
        datefmt_get_timetype(ctx, this)
    }
    #[php("public function getCalendar(): ~int|false")]
    fn get_calendar(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<i64>> {
        datefmt_get_calendar(ctx, this)
    }
    #[php("public function setCalendar(IntlCalendar|int|null $calendar): ~bool")]
    fn set_calendar(this: &This<Self>, ctx: &mut Ctx, calendar: &Value) -> R<bool> {
        datefmt_set_calendar(ctx, this, calendar)
    }
    #[php("public function getTimeZoneId(): ~string|false")]
    fn get_time_zone_id(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Vec<u8>>> {
        datefmt_get_timezone_id(ctx, this)
    }
    #[php("public function getCalendarObject(): ~IntlCalendar|false|null")]
    fn get_calendar_object(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Object>> {
        datefmt_get_calendar_object(ctx, this)
    }
    #[php("public function getTimeZone(): ~IntlTimeZone|false")]
    fn get_time_zone(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Object>> {
        datefmt_get_timezone(ctx, this)
    }
    #[php("public function setTimeZone($timezone): ~bool")]
    fn set_time_zone(this: &This<Self>, ctx: &mut Ctx, timezone: &Value) -> R<bool> {
        datefmt_set_timezone(ctx, this, timezone)
    }
    #[php("public function setPattern(string $pattern): ~bool")]
    fn set_pattern(this: &This<Self>, ctx: &mut Ctx, pattern: &[u8]) -> R<bool> {
        datefmt_set_pattern(ctx, this, pattern)
    }
    #[php("public function getPattern(): ~string|false")]
    fn get_pattern(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Vec<u8>>> {
        datefmt_get_pattern(ctx, this)
    }
    #[php("public function getLocale(int $type = ULOC_ACTUAL_LOCALE): ~string|false")]
    fn get_locale(this: &This<Self>, ctx: &mut Ctx, r#type: Option<i64>) -> R<OrFalse<String>> {
        datefmt_get_locale(ctx, this, r#type)
    }
    #[php("public function setLenient(bool $lenient): ~void")]
    fn set_lenient(this: &This<Self>, ctx: &mut Ctx, lenient: bool) -> R<()> {
        datefmt_set_lenient(ctx, this, lenient)
    }
    #[php("public function isLenient(): ~bool")]
    fn is_lenient(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        datefmt_is_lenient(ctx, this)
    }
    #[php("public function format($datetime): ~string|false")]
    fn format(this: &This<Self>, ctx: &mut Ctx, datetime: &Value) -> R<OrFalse<Vec<u8>>> {
        datefmt_format(ctx, this, datetime)
    }
    #[php(
        "public static function formatObject($datetime, $format = null, ?string $locale = null): ~string|false"
    )]
    fn format_object(
        ctx: &mut Ctx,
        datetime: &Value,
        format: Option<&Value>,
        locale: Option<&[u8]>,
    ) -> R<OrFalse<Vec<u8>>> {
        datefmt_format_object(ctx, datetime, format, locale)
    }
    #[php("public function parse(string $string, &$offset = null): ~int|float|false")]
    fn parse(this: &This<Self>, ctx: &mut Ctx, string: &[u8], offset: Option<Reference<'_>>) -> R<Value> {
        datefmt_parse(ctx, this, string, offset)
    }
    #[php("public function localtime(string $string, &$offset = null): ~array|false")]
    fn localtime(
        this: &This<Self>,
        ctx: &mut Ctx,
        string: &[u8],
        offset: Option<Reference<'_>>,
    ) -> R<OrFalse<Array>> {
        datefmt_localtime(ctx, this, string, offset)
    }
    #[php("public function getErrorCode(): ~int")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        datefmt_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        datefmt_get_error_message(ctx, this)
    }
}
