//! Zones and dates of the date extension, which its objects tell through their own methods.

use super::IntlTimeZone;
use crate::calendar::IntlCalendar;
use crate::error::{self, Errors};
use crate::icu::zone::TimeZone;
use crate::icu::{self, ILLEGAL_ARGUMENT_ERROR, INTERNAL_PROGRAM_ERROR};
use plugin_api::{Class, Ctx, Kind, Object, R, This, Throw, Value};

/// A class of the date extension, and whether an object is of it.
pub fn is_date_class(ctx: &mut Ctx, object: &Object, class: &str) -> R<bool> {
    Ok(ctx.find_class(class, false)?.is_some_and(|c| object.instance_of(c)))
}

/// A class of the date extension.
pub fn date_class(ctx: &mut Ctx, class: &str) -> R<Class> {
    match ctx.find_class(class, false)? {
        Some(class) => Ok(class),
        None => Err(ctx.error(format!("Class \"{class}\" not found"))),
    }
}

/// Calls a date's own method, not one that a subclass has in its place.
fn ask(ctx: &mut Ctx, date: &Object, method: &str) -> R<Value> {
    let class = if is_date_class(ctx, date, "DateTime")? { "DateTime" } else { "DateTimeImmutable" };
    date_class(ctx, class)?.call(ctx, date, method, &[])
}

/// The `DateTimeZone` of a date.
pub fn zone_object(ctx: &mut Ctx, date: &Object) -> R<Option<Object>> {
    Ok(ask(ctx, date, "getTimezone")?.as_object().cloned())
}

/// Name of a `DateTimeZone`: an ID, an abbreviation, or an offset.
pub fn zone_name(ctx: &mut Ctx, zone: &Object) -> R<Vec<u8>> {
    let name = date_class(ctx, "DateTimeZone")?.call(ctx, zone, "getName", &[])?;
    Ok(name.to_str(ctx)?.as_bytes().to_vec())
}

/// The number of two digits at a place.
fn two_digits(name: &[u8], at: usize) -> Option<i32> {
    let digits = name.get(at..at.checked_add(2)?)?;
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Minutes of an offset's name.
fn offset_minutes(name: &[u8]) -> Option<i32> {
    let sign = match name.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let end = name.iter().position(|b| *b == b':')?;
    let hours: i32 = std::str::from_utf8(name.get(1..end)?).ok()?.parse().ok()?;
    Some(sign * hours.checked_mul(60)?.checked_add(two_digits(name, end + 1)?)?)
}

/// The zone of a name that the date extension gave; `None` after an error that was told.
pub(super) fn of_name(
    ctx: &mut Ctx,
    name: &[u8],
    own: Option<&Errors>,
    function: &str,
) -> R<Option<TimeZone>> {
    let id = match offset_minutes(name) {
        Some(minutes) if minutes.abs() >= 24 * 60 => {
            let message = format!("{function}: object has an time zone offset that's too large");
            error::fail(ctx, own, ILLEGAL_ARGUMENT_ERROR, &message)?;
            return Ok(None);
        }
        Some(minutes) => format!("GMT{:+03}:{:02}", minutes / 60, (minutes % 60).abs()).into_bytes(),
        None => name.to_vec(),
    };
    let found = icu::to_utf16(&id).ok().and_then(|id| TimeZone::new(&id)).filter(|z| !z.is_unknown());
    if found.is_none() {
        let id = String::from_utf8_lossy(&id).into_owned();
        let message =
            format!("{function}: time zone id '{id}' extracted from ext/date DateTimeZone not recognized");
        error::fail(ctx, own, ILLEGAL_ARGUMENT_ERROR, &message)?;
    }
    Ok(found)
}

/// The zone of a `DateTimeZone`; `None` after an error that was told.
pub fn of_object(ctx: &mut Ctx, zone: &Object, own: Option<&Errors>, function: &str) -> R<Option<TimeZone>> {
    let name = zone_name(ctx, zone)?;
    of_name(ctx, &name, own, function)
}

/// The zone of a date; `None` after an error that was told.
pub fn of_date(ctx: &mut Ctx, date: &Object, function: &str) -> R<Option<TimeZone>> {
    match zone_object(ctx, date)? {
        Some(zone) => of_object(ctx, &zone, None, function),
        None => Ok(TimeZone::gmt()),
    }
}

/// The zone that an argument names (none: the default of the date extension); `None` after an error that was told.
pub fn of_argument(
    ctx: &mut Ctx,
    argument: Option<&Value>,
    own: Option<&Errors>,
    function: &str,
) -> R<Option<TimeZone>> {
    let text = match argument.map(Value::kind) {
        None | Some(Kind::Null) => ctx.call_function("date_default_timezone_get", &[])?.to_str(ctx)?,
        Some(Kind::Object(object)) => {
            if let Some(this) = This::<IntlTimeZone>::of(object) {
                let zone = this.borrow(ctx)?.zone();
                let copy = match &zone {
                    Some(zone) => zone.copy(),
                    None => {
                        let message = format!("{function}: passed IntlTimeZone is not properly constructed");
                        error::fail(ctx, own, ILLEGAL_ARGUMENT_ERROR, &message)?;
                        return Ok(None);
                    }
                };
                return Ok(copy);
            }
            if is_date_class(ctx, object, "DateTimeZone")? {
                return of_object(ctx, object, own, function);
            }
            Value::from(object.clone()).to_str(ctx)?
        }
        Some(_) => argument.unwrap_or(&Value::NULL).to_str(ctx)?,
    };
    let units = icu::to_utf16(&text);
    let message = format!("{function}: Time zone identifier given is not a valid UTF-8 string");
    let Ok(units) = units else {
        error::fail(ctx, own, icu::INVALID_CHAR_FOUND, &message)?;
        return Ok(None);
    };
    let Some(zone) = TimeZone::new(&units) else {
        let message = format!("{function}: Could not create time zone");
        error::fail(ctx, own, icu::MEMORY_ALLOCATION_ERROR, &message)?;
        return Ok(None);
    };
    if zone.is_unknown() {
        let shown = icu::c_string(&text);
        let message = format!("{function}: No such time zone: '{}'", shown.to_string_lossy());
        error::fail(ctx, own, ILLEGAL_ARGUMENT_ERROR, &message)?;
        return Ok(None);
    }
    Ok(Some(zone))
}

/// The `DateTimeZone` of a zone; `None` after an error that was told.
pub fn to_object(ctx: &mut Ctx, zone: &TimeZone, own: &Errors, function: &str) -> R<Option<Object>> {
    let id = zone.id().and_then(|id| icu::to_utf8(&id));
    let message = format!("{function}: could not convert id to UTF-8");
    let Some(id) = error::checked(ctx, Some(own), id, &message)? else { return Ok(None) };
    let name = if id.starts_with(b"GMT") {
        let seconds = i64::from(zone.raw_offset() / 1000);
        let (sign, seconds) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
        let mut name = format!("{sign}{:02}:{:02}", seconds / 3600, seconds / 60 % 60);
        if seconds % 60 != 0 {
            name.push_str(&format!(":{:02}", seconds % 60));
        }
        name.into_bytes()
    } else {
        id
    };
    let class = date_class(ctx, "DateTimeZone")?;
    match class.instantiate(ctx, &[name.into()]) {
        Ok(object) => Ok(Some(object)),
        Err(throw) => {
            let message = format!("{function}: DateTimeZone constructor threw exception");
            Err(told(ctx, throw, Some(own), ILLEGAL_ARGUMENT_ERROR, &message)?)
        }
    }
}

/// Tells of an error that comes with an exception, which stays.
fn told(ctx: &mut Ctx, throw: Throw, own: Option<&Errors>, code: icu::Code, message: &str) -> R<Throw> {
    let Some(thrown) = ctx.take_exception() else { return Ok(throw) };
    error::fail(ctx, own, code, message)?;
    Ok(ctx.throw_object(thrown))
}

/// Milliseconds since 1970 of a date of the date extension.
pub fn millis_of_date(ctx: &mut Ctx, date: &Object, own: Option<&Errors>, function: &str) -> R<Option<f64>> {
    let message = format!("{function}: error calling ::getTimeStamp() on the object");
    let seconds = match date.call(ctx, "getTimestamp", &[]) {
        Ok(seconds) => seconds,
        Err(throw) => return Err(told(ctx, throw, own, INTERNAL_PROGRAM_ERROR, &message)?),
    };
    let Some(seconds) = seconds.as_int() else {
        error::fail(ctx, own, INTERNAL_PROGRAM_ERROR, &message)?;
        return Ok(None);
    };
    let micros = ask(ctx, date, "getMicrosecond")?.to_int();
    Ok(Some(1000.0 * seconds as f64 + (micros / 1000) as f64))
}

/// Milliseconds since 1970 of what can be a date: seconds, or an object; `None` after an error that was told.
pub fn millis(ctx: &mut Ctx, value: &Value, own: &Errors, function: &str) -> R<Option<f64>> {
    let own = Some(own);
    let message = match value.kind() {
        Kind::Int(n) => return Ok(Some(1000.0 * n as f64)),
        Kind::Float(n) => return Ok(Some(1000.0 * n)),
        Kind::Str(s) => match Value::numeric(s.as_bytes()).filter(|(_, trailing)| !trailing) {
            Some((n, _)) => return Ok(Some(1000.0 * n.to_float())),
            None => format!(
                "{function}: string '{}' is not numeric, which would be required for it to be a valid date",
                icu::c_string(s.as_bytes()).to_string_lossy()
            ),
        },
        Kind::Object(object) => {
            if let Some(this) = This::<IntlCalendar>::of(object) {
                let calendar = this.borrow(ctx)?.calendar();
                let Some(calendar) = calendar else {
                    let message = format!("{function}: IntlCalendar object is not properly constructed");
                    error::fail(ctx, own, ILLEGAL_ARGUMENT_ERROR, &message)?;
                    return Ok(None);
                };
                let message = format!("{function}: call to internal Calendar::getTime() has failed");
                return error::checked(ctx, own, calendar.time(), &message);
            }
            if is_date_class(ctx, object, "DateTimeInterface")? {
                return millis_of_date(ctx, object, own, function);
            }
            format!(
                "{function}: invalid object type for date/time (only IntlCalendar and DateTimeInterface permitted)"
            )
        }
        _ => format!("{function}: invalid PHP type for date"),
    };
    error::fail(ctx, own, ILLEGAL_ARGUMENT_ERROR, &message)?;
    Ok(None)
}
