//! Dates as text: of fields, and of objects without a formatter.

use crate::calendar::IntlCalendar;
use crate::error::{self, Errors};
use crate::icu::calendar::Calendar;
use crate::icu::dateformat::DateFormat;
use crate::icu::{self, ILLEGAL_ARGUMENT_ERROR, OK};
use crate::locale;
use crate::timezone::bridge;
use plugin_api::{Array, Ctx, Kind, OrFalse, R, This, Value};

/// A number of an array as `localtime()` gives it; 0 when it has none, `None` after an error that was told.
fn element(ctx: &mut Ctx, errors: &Errors, fields: &Array, name: &str) -> R<Option<i32>> {
    let Some(value) = fields.get(name) else { return Ok(Some(0)) };
    let message = match value.deref().as_int() {
        None => format!("datefmt_format: parameter array contains a non-integer element for key '{name}'"),
        Some(n) => match i32::try_from(n) {
            Ok(n) => return Ok(Some(n)),
            Err(_) => {
                format!("datefmt_format: value {n} is out of bounds for a 32-bit integer in key '{name}'")
            }
        },
    };
    error::fail(ctx, Some(errors), ILLEGAL_ARGUMENT_ERROR, &message)?;
    Ok(None)
}

/// The date of an array as `localtime()` gives it; `None` after an error that was told, or when it is empty.
pub fn date_of_fields(ctx: &mut Ctx, errors: &Errors, icu: &DateFormat, fields: &Array) -> R<Option<f64>> {
    if fields.is_empty() {
        return Ok(None);
    }
    let mut values = [0; 6];
    let names = ["tm_year", "tm_mon", "tm_hour", "tm_min", "tm_sec", "tm_mday"];
    for (value, name) in values.iter_mut().zip(names) {
        match element(ctx, errors, fields, name)? {
            Some(found) => *value = found,
            None => {
                let code = errors.code();
                error::check(ctx, Some(errors), code, "datefmt_format: date formatting failed")?;
                return Ok(None);
            }
        }
    }
    let [year, month, hour, minute, second, day] = values;
    let calendar = icu.calendar();
    let Some(calendar) =
        error::checked(ctx, Some(errors), calendar, "datefmt_format: error cloning calendar")?
    else {
        return Ok(None);
    };
    // UCAL_YEAR, UCAL_MONTH, UCAL_DATE, UCAL_HOUR_OF_DAY, UCAL_MINUTE, UCAL_SECOND
    let fields = [1, 2, 5, 11, 12, 13];
    for (field, value) in fields.into_iter().zip([year.wrapping_add(1900), month, day, hour, minute, second])
    {
        calendar.set(field, value);
    }
    let time = calendar.time();
    error::checked(ctx, Some(errors), time, "datefmt_format: date formatting failed")
}

/// How an object is to be written.
enum Format<'a> {
    Styles(i32, i32),
    Pattern(&'a [u8]),
}

/// A style of `IntlDateFormatter` as a number, if it is one that has a format.
fn style(value: &Value) -> Option<i32> {
    match value.kind() {
        Kind::Int(n @ (-1..=3 | 128..=131)) => Some(n as i32),
        _ => None,
    }
}

/// A date, of an object, as text.
pub fn format_object(
    ctx: &mut Ctx,
    datetime: &Value,
    format: &Value,
    locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    let Some(object) = datetime.as_object() else {
        let given = datetime.value_name();
        return Err(ctx.argument_type_error(1, format!("must be of type object, {given} given")));
    };
    let locale = match locale {
        Some(locale) => locale.to_vec(),
        None => locale::default_locale(ctx),
    };
    let text;
    let mut message = None;
    let wanted = match format.kind() {
        // The default style, which is the medium one.
        Kind::Null => Format::Styles(2, 2),
        Kind::Array(list) => {
            let mut styles = list.values().map(|v| style(v.deref()));
            match (list.len(), styles.next().flatten(), styles.next().flatten()) {
                (2, Some(date), Some(time)) => Format::Styles(date, time),
                (2, date, _) => {
                    message = Some(if date.is_none() {
                        "bad format; the date format (first element of the array) is not valid"
                    } else {
                        "bad format; the time format (second element of the array) is not valid"
                    });
                    Format::Styles(2, 2)
                }
                _ => {
                    message = Some("bad format; if array, it must have two elements");
                    Format::Styles(2, 2)
                }
            }
        }
        Kind::Int(_) => match style(format) {
            Some(both) => Format::Styles(both, both),
            None => {
                message = Some("the date/time format type is invalid");
                Format::Styles(2, 2)
            }
        },
        _ => {
            text = format.to_str(ctx)?;
            if text.as_bytes().is_empty() {
                message = Some("the format is empty");
            }
            Format::Pattern(text.as_bytes())
        }
    };
    if let Some(message) = message {
        let message = format!("datefmt_format_object: {message}");
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, &message)?;
        return Ok(OrFalse::FALSE);
    }
    let (date, zone, calendar) = if let Some(this) = This::<IntlCalendar>::of(object) {
        let Some(calendar) = this.borrow(ctx)?.calendar() else {
            let message = "datefmt_format_object: bad IntlCalendar instance: not initialized properly";
            error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
            return Ok(OrFalse::FALSE);
        };
        let time = calendar.time();
        let message = "datefmt_format_object: error obtaining instant from IntlCalendar";
        let Some(date) = error::checked(ctx, None, time, message)? else { return Ok(OrFalse::FALSE) };
        (date, calendar.zone(), calendar.copy())
    } else if bridge::is_date_class(ctx, object, "DateTimeInterface")? {
        let Some(date) = bridge::millis_of_date(ctx, object, None, "datefmt_format_object")? else {
            return Ok(OrFalse::FALSE);
        };
        let Some(zone) = bridge::of_date(ctx, object, "datefmt_format_object")? else {
            let message = "datefmt_format_object: could not convert DateTime's time zone";
            error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
            return Ok(OrFalse::FALSE);
        };
        (date, Some(zone), Calendar::gregorian(None, &locale))
    } else {
        let message = "datefmt_format_object: the passed object must be an instance of either IntlCalendar or \
                       DateTimeInterface";
        error::fail(ctx, None, OK, message)?;
        return Ok(OrFalse::FALSE);
    };
    let message = "datefmt_format_object: could not create GregorianCalendar";
    let Some(calendar) = error::checked(ctx, None, calendar, message)? else { return Ok(OrFalse::FALSE) };
    let opened = match wanted {
        Format::Pattern(pattern) => {
            let end = pattern.iter().position(|b| *b == 0).unwrap_or(pattern.len());
            let pattern = String::from_utf8_lossy(pattern.get(..end).unwrap_or_default());
            let units: Vec<u16> = pattern.encode_utf16().collect();
            let opened = DateFormat::of_pattern(&units, &locale);
            error::checked(ctx, None, opened, "datefmt_format_object: could not create SimpleDateFormat")?
        }
        Format::Styles(date, time) => {
            // Times have no relative style.
            let time = if time == -1 { time } else { time & !128 };
            let opened = DateFormat::of_styles(date, time, &locale);
            error::checked(ctx, None, opened, "datefmt_format_object: could not create DateFormat")?
        }
    };
    let Some(icu) = opened else { return Ok(OrFalse::FALSE) };
    icu.set_calendar(&calendar);
    if let Some(zone) = &zone {
        icu.set_zone(zone);
    }
    let text = icu.format(date).and_then(|text| icu::to_utf8(&text));
    let message = "datefmt_format_object: error converting result to UTF-8";
    Ok(error::checked(ctx, None, text, message)?.into())
}
