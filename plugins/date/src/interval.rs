//! `DateInterval`.

use howdah_date_engine::format::format_interval;
use howdah_date_engine::interval::difference;
use howdah_date_engine::iso_interval::parse_iso_interval;
use howdah_date_engine::parse::parse;
use howdah_date_engine::time::{MonthDay, Relative, Special};
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, Kind, Level, Object, PropMode, R, Str, This, Value, php_class,
    php_methods,
};

use crate::exceptions::{DateMalformedIntervalStringException, throw, throw_uninitialized};
use crate::moment::{add_common, restore_properties};
use crate::text::{first_error, place, shown};

/// The payload of `DateInterval`.
#[derive(Default, GcRoots)]
#[php_class("class DateInterval", handlers(compare, properties, clone, read_prop, write_prop, has_prop))]
pub struct DateInterval {
    /// Missing until the constructor ran.
    #[gc(skip)]
    interval: Option<Relative>,
    /// Whether hours and less move along real time and not by the clock.
    is_wall: bool,
    /// The date string that it was made of, which alone is shown of it.
    #[gc(skip)]
    date_string: Option<Vec<u8>>,
}

impl DateInterval {
    /// A payload that is taken by the clock.
    pub fn civil(interval: Relative) -> DateInterval {
        DateInterval { interval: Some(interval), is_wall: false, date_string: None }
    }
}

/// The object's interval, and whether its hours move along real time; an error when it was not constructed.
pub fn interval_of(ctx: &mut Ctx, object: &Object) -> R<(Relative, bool)> {
    interval_if_any(object).ok_or_else(|| throw_uninitialized(ctx, object.class()))
}

/// As [`interval_of`], if it was constructed.
pub fn interval_if_any(object: &Object) -> Option<(Relative, bool)> {
    let this = This::<DateInterval>::of(object)?;
    this.with(|payload| payload.interval.map(|interval| (interval, payload.is_wall))).flatten()
}

/// The object's interval as text.
pub fn written(ctx: &mut Ctx, object: &Object, format: &[u8]) -> R<Vec<u8>> {
    let (interval, _) = interval_of(ctx, object)?;
    Ok(format_interval(format, &interval))
}

/// The relative parts of a date string, or what is wrong with it.
pub fn from_date_string(text: &[u8]) -> Result<DateInterval, String> {
    let (time, diagnostics) = parse(text);
    if let Some(error) = first_error(text, &diagnostics) {
        return Err(format!("Unknown or bad format {error}"));
    }
    if time.has_date || time.time_count > 0 || time.zone_count > 0 {
        return Err(format!("String '{}' contains non-relative elements", shown(text)));
    }
    Ok(of_string(time.relative, text))
}

fn of_string(interval: Relative, text: &[u8]) -> DateInterval {
    DateInterval { interval: Some(interval), is_wall: false, date_string: Some(text.to_vec()) }
}

/// The interval of an ISO 8601 string, or what is wrong with it.
fn from_iso(text: &[u8]) -> Result<Relative, String> {
    let parsed = parse_iso_interval(text);
    if !parsed.errors.is_empty() {
        return Err(format!("Unknown or bad format ({})", shown(text)));
    }
    match (parsed.duration, parsed.start, parsed.end) {
        (Some(duration), ..) => Ok(duration),
        (None, Some(mut start), Some(mut end)) => {
            start.update_timestamp(None);
            end.update_timestamp(None);
            Ok(difference(&start, &end))
        }
        _ => Err(format!("Failed to parse interval ({})", shown(text))),
    }
}

/// The names of the state, but for that of intervals made of a date string.
const FIELDS: [&str; 9] = ["y", "m", "d", "h", "i", "s", "f", "invert", "days"];
const STATE: [&str; 11] = ["date_string", "from_string", "y", "m", "d", "h", "i", "s", "f", "invert", "days"];

fn field(interval: &Relative, name: &[u8]) -> Option<Value> {
    Some(match name {
        b"y" => interval.y.into(),
        b"m" => interval.m.into(),
        b"d" => interval.d.into(),
        b"h" => interval.h.into(),
        b"i" => interval.i.into(),
        b"s" => interval.s.into(),
        b"f" => (interval.us as f64 / 1_000_000.0).into(),
        b"invert" => Value::int(interval.invert as i64),
        b"days" => interval.days.map_or(Value::bool(false), Value::int),
        _ => return None,
    })
}

/// Sets a field by a value of any type; false when there is no such field to set.
fn set_field(interval: &mut Relative, name: &[u8], value: &Value) -> bool {
    let field = match name {
        b"y" => &mut interval.y,
        b"m" => &mut interval.m,
        b"d" => &mut interval.d,
        b"h" => &mut interval.h,
        b"i" => &mut interval.i,
        b"s" => &mut interval.s,
        b"f" => {
            interval.us = Ctx::float_to_int(value.to_float() * 1_000_000.0);
            return true;
        }
        b"invert" => {
            interval.invert = value.to_int() != 0;
            return true;
        }
        _ => return false,
    };
    *field = value.to_int();
    true
}

fn add_state(array: &mut Array, payload: &DateInterval) {
    if let Some(text) = &payload.date_string {
        array.set("from_string", true);
        array.set("date_string", text.clone());
        return;
    }
    if let Some(interval) = &payload.interval {
        for name in FIELDS {
            if let Some(value) = field(interval, name.as_bytes()) {
                array.set(name, value);
            }
        }
        array.set("from_string", false);
    }
}

/// The interval that an array describes, in the form of today or of older versions of PHP.
fn of_state(state: &Array) -> Result<DateInterval, String> {
    if let Some(text) = state.get("date_string").and_then(Value::as_str) {
        let (time, diagnostics) = parse(text);
        return match diagnostics.errors.first() {
            Some(message) => {
                let place = place(text, message);
                Err(format!("Unknown or bad format {place} while unserializing: {}", message.text))
            }
            None => Ok(of_string(time.relative, text)),
        };
    }
    let scalar = |name: &str| {
        let value = state.get(name)?;
        matches!(value.kind(), Kind::Null | Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::Str(_))
            .then_some(value)
    };
    let number = |name: &str, default: i64| scalar(name).map_or(default, Value::to_int);
    let special = match (number("have_special_relative", 0), number("special_type", 0)) {
        (0, _) => None,
        (_, 1) => Some(Special::Weekdays(number("special_amount", -1))),
        (_, 2) => Some(Special::WeekdayOfMonth),
        (_, 3) => Some(Special::LastWeekdayOfMonth),
        _ => None,
    };
    let interval = Relative {
        y: number("y", -1),
        m: number("m", -1),
        d: number("d", -1),
        h: number("h", -1),
        i: number("i", -1),
        s: number("s", -1),
        us: state.get("f").map_or(0, |value| Ctx::float_to_int(value.to_float() * 1_000_000.0)),
        invert: number("invert", 0) != 0,
        days: match scalar("days").map(|days| (days, days.kind())) {
            Some((_, Kind::Bool(false))) => None,
            Some((days, _)) => Some(days.to_int()),
            None => Some(-1),
        },
        weekday: number("weekday", -1),
        weekday_behavior: number("weekday_behavior", -1),
        has_weekday: number("have_weekday_relative", 0) != 0,
        special,
        month_day: match number("first_last_day_of", -1) {
            1 => Some(MonthDay::First),
            2 => Some(MonthDay::Last),
            _ => None,
        },
    };
    let is_wall = state.get("civil_or_wall").is_some_and(|value| value.to_int() == 2);
    Ok(DateInterval { interval: Some(interval), is_wall, date_string: None })
}

fn restore(this: &This<DateInterval>, ctx: &mut Ctx, state: &Array) -> R<()> {
    let payload = of_state(state).map_err(|message| ctx.error(message))?;
    *this.borrow_mut(ctx)? = payload;
    Ok(())
}

impl Handlers for DateInterval {
    fn compare(ctx: &mut Ctx, one: &Value, two: &Value) -> R<Comparison> {
        let is_interval = |value: &Value| value.as_object().and_then(This::<DateInterval>::of).is_some();
        if is_interval(one) && is_interval(two) {
            ctx.raise_plain(Level::Warning, "Cannot compare DateInterval objects")?;
        }
        Ok(Comparison::Uncomparable)
    }

    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose == prop_purpose::DEBUG && this.has_method("__debuginfo") {
            return Ok(None);
        }
        let mut array = this.object().properties(ctx)?;
        add_state(&mut array, &*this.borrow(ctx)?);
        Ok(Some(array))
    }

    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let DateInterval { interval, is_wall, date_string } = &*from.borrow(ctx)?;
        *to.borrow_mut(ctx)? =
            DateInterval { interval: *interval, is_wall: *is_wall, date_string: date_string.clone() };
        Ok(())
    }

    fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: PropMode) -> R<Option<Value>> {
        Ok(this.borrow(ctx)?.interval.as_ref().and_then(|interval| field(interval, name)))
    }

    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, value: &Value) -> R<bool> {
        let mut payload = this.borrow_mut(ctx)?;
        Ok(payload.interval.as_mut().is_some_and(|interval| set_field(interval, name, value)))
    }

    fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
        let value = this.borrow(ctx)?.interval.as_ref().and_then(|interval| field(interval, name));
        Ok(value.map(|value| mode != 1 || value.to_bool()))
    }
}

#[php_methods]
impl DateInterval {
    #[php("public function __construct(string $duration)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, duration: &[u8]) -> R<()> {
        match from_iso(duration) {
            Ok(interval) => {
                *this.borrow_mut(ctx)? =
                    DateInterval { interval: Some(interval), is_wall: true, date_string: None };
                Ok(())
            }
            Err(message) => Err(throw::<DateMalformedIntervalStringException>(ctx, message)),
        }
    }

    #[php("public static function createFromDateString(string $datetime): ~DateInterval")]
    fn create_from_date_string(ctx: &mut Ctx, datetime: &[u8]) -> R<Object> {
        match from_date_string(datetime) {
            Ok(payload) => This::<DateInterval>::create(ctx, payload),
            Err(message) => Err(throw::<DateMalformedIntervalStringException>(ctx, message)),
        }
    }

    #[php("public function format(string $format): ~string")]
    fn format(this: &This<Self>, ctx: &mut Ctx, format: &[u8]) -> R<Vec<u8>> {
        written(ctx, this, format)
    }

    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        interval_of(ctx, this)?;
        let mut array = Array::new();
        add_state(&mut array, &*this.borrow(ctx)?);
        add_common(ctx, this, &mut array)?;
        Ok(array)
    }

    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        restore(this, ctx, data)?;
        restore_properties(ctx, this, data, &STATE)
    }

    #[php("public function __wakeup(): ~void")]
    fn wakeup(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let state = this.object().properties(ctx)?;
        restore(this, ctx, &state)
    }

    #[php("public static function __set_state(array $array): ~DateInterval")]
    fn set_state(ctx: &mut Ctx, array: &Array) -> R<Object> {
        match of_state(array) {
            Ok(payload) => This::<DateInterval>::create(ctx, payload),
            Err(message) => Err(ctx.error(message)),
        }
    }
}
