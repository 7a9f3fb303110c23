//! Dates that texts are.

use super::{IntlDateFormatter, enter};
use crate::error;
use crate::icu::{self, ILLEGAL_ARGUMENT_ERROR};
use plugin_api::{Array, Ctx, Kind, Level, OrFalse, R, Reference, This, Value};

/// Where reading begins.
enum Start {
    /// Nobody wants to know where it ends.
    Unasked,
    At(i32),
    /// Nowhere in the text.
    Outside,
}

/// Whether a value can be taken for an int, perhaps with a message.
fn is_int(ctx: &mut Ctx, value: &Value) -> R<bool> {
    Ok(match value.kind() {
        Kind::Str(s) => Value::numeric(s.as_bytes()).is_some_and(|(_, trailing)| !trailing),
        Kind::Float(n) if n.fract() != 0.0 || n.abs() >= 9_223_372_036_854_775_808.0 => {
            let shown = Ctx::format_float(n, -1);
            let message = format!("Implicit conversion from float {shown} to int loses precision");
            ctx.raise_plain(Level::Deprecated, message)?;
            true
        }
        Kind::Array(_) | Kind::Object(_) => false,
        _ => true,
    })
}

/// The start that an argument is; `anywhere`: -1 is within any text.
fn start(ctx: &mut Ctx, text: &[u8], offset: Option<&Reference<'_>>, anywhere: bool) -> R<Start> {
    let Some(offset) = offset.filter(|o| anywhere || !o.get().is_null() || o.value().is_reference()) else {
        return Ok(Start::Unasked);
    };
    if anywhere && !is_int(ctx, offset.get())? {
        let given = offset.get().value_name();
        return Err(ctx.argument_type_error(2, format!("must be of type int, {given} given")));
    }
    let Ok(at) = i32::try_from(offset.get().to_int()) else {
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "String index is out of valid range.")?;
        return Ok(Start::Outside);
    };
    if anywhere && at == -1 {
        return Ok(Start::At(at));
    }
    match usize::try_from(at) {
        Ok(n) if n <= text.len() => Ok(Start::At(at)),
        _ => Ok(Start::Outside),
    }
}

/// Where reading ended.
fn finish(ctx: &mut Ctx, offset: Option<Reference<'_>>, at: Option<i32>) -> R<()> {
    match (offset, at) {
        (Some(offset), Some(at)) => offset.set(ctx, i64::from(at)),
        _ => Ok(()),
    }
}

/// The date that a text is, in seconds since 1970; perhaps left in the formatter's calendar.
pub fn parse(
    ctx: &mut Ctx,
    this: &This<IntlDateFormatter>,
    string: &[u8],
    offset: Option<Reference<'_>>,
    keep: bool,
) -> R<Value> {
    let (errors, icu) = enter(ctx, this)?;
    let mut at = match start(ctx, string, offset.as_ref(), keep)? {
        Start::Unasked => None,
        Start::At(at) => Some(at),
        Start::Outside => return Ok(false.into()),
    };
    let text = icu::to_utf16(string);
    let text = error::checked(ctx, Some(&errors), text, "Error converting timezone to UTF-16")?;
    let found = match text {
        None => None,
        Some(text) if keep => {
            let parsed = icu.parse_into_calendar(&text, at.as_mut());
            match error::checked(ctx, Some(&errors), parsed, "Calendar parsing failed")? {
                Some(()) => {
                    let time = icu.calendar_time();
                    error::checked(ctx, Some(&errors), time, "Date parsing failed")?
                }
                None => None,
            }
        }
        Some(text) => {
            let found = icu.parse(&text, at.as_mut());
            error::checked(ctx, Some(&errors), found, "Date parsing failed")?
        }
    };
    finish(ctx, offset, at)?;
    let Some(seconds) = found.map(|found| found / 1000.0) else { return Ok(false.into()) };
    if (-9_223_372_036_854_775_808.0..=9_223_372_036_854_775_807.0).contains(&seconds) {
        Ok((seconds as i64).into())
    } else {
        Ok(seconds.trunc().into())
    }
}

/// Fields of a calendar by the names that `localtime()` has for them, and what is to be added to a value.
const FIELDS: [(&str, i32, i64); 8] = [
    ("tm_sec", 13, 0),
    ("tm_min", 12, 0),
    ("tm_hour", 11, 0),
    ("tm_year", 1, -1900),
    ("tm_mday", 5, 0),
    ("tm_wday", 7, -1),
    ("tm_yday", 6, 0),
    ("tm_mon", 2, 0),
];

/// The fields of the date that a text is, as `localtime()` names them.
pub fn local_time(
    ctx: &mut Ctx,
    this: &This<IntlDateFormatter>,
    string: &[u8],
    offset: Option<Reference<'_>>,
) -> R<OrFalse<Array>> {
    let (errors, icu) = enter(ctx, this)?;
    let mut at = match start(ctx, string, offset.as_ref(), false)? {
        Start::Unasked => None,
        Start::At(at) => Some(at),
        Start::Outside => return Ok(OrFalse::FALSE),
    };
    let text = icu::to_utf16(string);
    let text = error::checked(ctx, Some(&errors), text, "Error converting timezone to UTF-16")?;
    let parsed = match text {
        Some(text) => {
            let parsed = icu.parse_into_calendar(&text, at.as_mut());
            error::checked(ctx, Some(&errors), parsed, "Date parsing failed")?
        }
        None => None,
    };
    finish(ctx, offset, at)?;
    if parsed.is_none() {
        return Ok(OrFalse::FALSE);
    }
    let mut out = Array::new();
    for (name, field, added) in FIELDS {
        let message = "Date parsing - localtime failed : could not get a field from calendar";
        if let Some(value) = error::checked(ctx, Some(&errors), icu.calendar_field(field), message)? {
            out.set(name, i64::from(value) + added);
        }
    }
    let message = "Date parsing - localtime failed : while checking if currently in DST.";
    let daylight = icu.calendar_in_daylight_time();
    let Some(daylight) = error::checked(ctx, Some(&errors), daylight, message)? else {
        return Ok(OrFalse::FALSE);
    };
    out.set("tm_isdst", i64::from(daylight));
    Ok(out.into())
}
