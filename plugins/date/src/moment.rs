//! What `DateTime` and `DateTimeImmutable` share: their payload, how they are made, changed, compared and shown.

use howdah_date_engine::calendar::days_to_iso_week;
use howdah_date_engine::create::{Source, split_timestamp};
use howdah_date_engine::format::{format, offset_with_seconds, write_format};
use howdah_date_engine::parse::{Diagnostics, parse};
use howdah_date_engine::time::{Relative, Time, ZoneKind};
use howdah_date_engine::zone::Zone;
use howdah_date_engine::zone::reference::ZoneReference;
use plugin_api::abi::{ClassRaw, CtxRaw, Status, prop_purpose};
use plugin_api::{
    Array, Buffer, Class, Comparison, Ctx, Key, Kind, NativeClass, Object, R, This, Value, php_class,
};

use crate::exceptions::{
    DateMalformedStringException, DateObjectError, DateRangeError, throw, throw_uninitialized,
};
use crate::immutable::DateTimeImmutable;
use crate::interval::{DateInterval, interval_of};
use crate::mutable::DateTime;
use crate::state::{State, array_of, default_reference, new_interval, new_zone, now};
use crate::text::first_error;
use crate::zone::{DateTimeZone, zone_of};

#[php_class(
    "interface DateTimeInterface",
    "public const string ATOM = DATE_ATOM",
    "public const string COOKIE = DATE_COOKIE",
    "public const string ISO8601 = DATE_ISO8601",
    "public const string ISO8601_EXPANDED = DATE_ISO8601_EXPANDED",
    "public const string RFC822 = DATE_RFC822",
    "public const string RFC850 = DATE_RFC850",
    "public const string RFC1036 = DATE_RFC1036",
    "public const string RFC1123 = DATE_RFC1123",
    "public const string RFC7231 = DATE_RFC7231",
    "public const string RFC2822 = DATE_RFC2822",
    "public const string RFC3339 = DATE_RFC3339",
    "public const string RFC3339_EXTENDED = DATE_RFC3339_EXTENDED",
    "public const string RSS = DATE_RSS",
    "public const string W3C = DATE_W3C",
    "public function format(string $format): ~string",
    "public function getTimezone(): ~DateTimeZone|false",
    "public function getOffset(): ~int",
    "public function getTimestamp(): ~int",
    "public function getMicrosecond(): int",
    "public function diff(DateTimeInterface $targetObject, bool $absolute = false): ~DateInterval",
    "public function __wakeup(): ~void",
    "public function __serialize(): array",
    "public function __unserialize(array $data): void",
    implemented = check_implementor
)]
pub struct DateTimeInterface;

/// Classes of scripts may only inherit the interface.
unsafe extern "C" fn check_implementor(ctx: *mut CtxRaw, class: *mut ClassRaw) -> Status {
    // SAFETY: the engine passes its context and a live class.
    let (ctx, class) = unsafe { (Ctx::from_raw(ctx), Class::from_raw(class)) };
    // The two classes are checked themselves, when they cannot be looked up yet; nothing else can have their names.
    let mut ancestors = std::iter::successors(Some(class), |class| class.parent());
    if ancestors.any(|class| [&b"DateTime"[..], b"DateTimeImmutable"].contains(&class.name().as_bytes())) {
        return Status::Ok;
    }
    ctx.fatal("DateTimeInterface can't be implemented by user classes").status()
}

/// A class whose objects hold a time.
pub trait Moment: NativeClass {
    /// The payload around a time.
    fn around(time: Time) -> Self::Payload;
}

/// Uses the payload of either class; nothing when the object is of neither.
fn with_payload<T>(object: &Object, use_payload: impl FnOnce(&mut Option<Time>) -> T) -> Option<T> {
    if let Some(this) = This::<DateTime>::of(object) {
        this.with(|payload| use_payload(&mut payload.time))
    } else {
        This::<DateTimeImmutable>::of(object)?.with(|payload| use_payload(&mut payload.time))
    }
}

/// Something that the object's time tells; an error when it was not constructed.
pub fn told<T>(ctx: &mut Ctx, object: &Object, tell: impl FnOnce(&Time) -> T) -> R<T> {
    let told = with_payload(object, |time| time.as_ref().map(tell)).flatten();
    told.ok_or_else(|| throw_uninitialized(ctx, object.class()))
}

/// The object's time; an error when it was not constructed.
pub fn time_of(ctx: &mut Ctx, object: &Object) -> R<Time> {
    let time = with_payload(object, |time| *time).flatten();
    time.ok_or_else(|| throw_uninitialized(ctx, object.class()))
}

/// The object's time, if it was constructed.
pub fn time_if_any(object: &Object) -> Option<Time> {
    with_payload(object, |time| *time).flatten()
}

/// Whether the object has a time.
fn is_initialized(object: &Object) -> bool {
    with_payload(object, |time| time.is_some()).unwrap_or(false)
}

/// Sets the object's time.
pub fn set_time(object: &Object, time: Option<Time>) {
    with_payload(object, |payload| *payload = time);
}

/// Changes the object's time.
pub fn change(ctx: &mut Ctx, object: &Object, change: impl FnOnce(&mut Time)) -> R<()> {
    match with_payload(object, |time| time.as_mut().map(change)).flatten() {
        Some(()) => Ok(()),
        None => Err(throw_uninitialized(ctx, object.class())),
    }
}

/// A fresh object of a class, or of a subclass of it, that holds a time.
pub fn create<T: Moment>(ctx: &mut Ctx, class: Class, time: Time) -> R<Object> {
    This::<T>::create_as(ctx, class, T::around(time))
}

/// A fresh object of one of the two classes or their subclasses.
pub fn create_any(ctx: &mut Ctx, class: Class, time: Time) -> R<Object> {
    let object = class.instantiate_raw(ctx)?;
    set_time(&object, Some(time));
    Ok(object)
}

/// A copy of the object, with a step applied to its time.
pub fn changed_copy(ctx: &mut Ctx, object: &Object, step: impl FnOnce(&mut Time)) -> R<Object> {
    let copy = object.clone_object(ctx)?;
    change(ctx, &copy, step)?;
    Ok(copy)
}

/// Sets the time of a date object to that of a string by a zone argument, to none where the string is wrong; gives and keeps what
/// is wrong with it.
fn parse_time(ctx: &mut Ctx, object: &Object, source: Source<'_>, zone: Option<&Object>) -> R<Diagnostics> {
    let zone = match zone {
        Some(object) => match zone_of(object) {
            Some(zone) => Some(zone),
            None => {
                let message = "The DateTimeZone object has not been correctly initialized by its constructor";
                return Err(ctx.error(message));
            }
        },
        None => None,
    };
    let default = default_reference(ctx)?;
    let read = |into: &mut Option<Time>| Time::from_source(source, zone.as_ref(), || default, now(), into);
    let diagnostics = with_payload(object, read).unwrap_or_default();
    ctx.globals::<State>().set_errors(diagnostics.clone());
    Ok(diagnostics)
}

/// Sets the time of an object that is being constructed; throws what is wrong with the string. A failed constructor leaves an
/// object that is not initialized.
pub fn construct(ctx: &mut Ctx, object: &Object, text: &[u8], zone: Option<&Object>) -> R<()> {
    set_time(object, None);
    let diagnostics = parse_time(ctx, object, Source::Text(text), zone)?;
    if !is_initialized(object) {
        let error = first_error(text, &diagnostics).unwrap_or_default();
        return Err(throw::<DateMalformedStringException>(
            ctx,
            format!("Failed to parse time string {error}"),
        ));
    }
    Ok(())
}

/// An object made of a string, or `false`.
pub fn create_from(ctx: &mut Ctx, class: Class, source: Source<'_>, zone: Option<&Object>) -> R<Value> {
    let object = class.instantiate_raw(ctx)?;
    parse_time(ctx, &object, source, zone)?;
    if !is_initialized(&object) {
        return Ok(Value::bool(false));
    }
    Ok(object.into())
}

/// An object for a number of seconds since 1970.
pub fn create_from_timestamp<T: Moment>(ctx: &mut Ctx, class: Class, timestamp: &Value) -> R<Object> {
    let (seconds, microseconds) = match timestamp.kind() {
        Kind::Float(seconds) => match split_timestamp(seconds) {
            Some(parts) => parts,
            None => {
                let given = Ctx::format_float(seconds, 6);
                let message = format!(
                    "must be a finite number between {} and {}.999999, {given} given",
                    i64::MIN,
                    i64::MAX
                );
                return Err(argument_range_error(ctx, 1, "timestamp", &message, class));
            }
        },
        _ => (timestamp.to_int(), 0),
    };
    create::<T>(ctx, class, Time::from_timestamp(seconds, microseconds))
}

/// `F(): Argument #n ($name) MESSAGE` as a `DateRangeError`.
fn argument_range_error(
    ctx: &mut Ctx,
    argument: u32,
    name: &str,
    message: &str,
    class: Class,
) -> plugin_api::Throw {
    let function = ctx.function_name();
    let class = native_ancestor(ctx, class);
    throw::<DateRangeError>(ctx, format!("{class}::{function}(): Argument #{argument} (${name}) {message}"))
}

/// The name of the class of this extension that a class inherits.
fn native_ancestor(ctx: &mut Ctx, class: Class) -> String {
    match Class::of::<DateTimeImmutable>(ctx) {
        Ok(immutable) if class.is_a(immutable) => "DateTimeImmutable".to_owned(),
        _ => "DateTime".to_owned(),
    }
}

/// Refuses microseconds that do not make less than a second.
pub fn check_microsecond(ctx: &mut Ctx, object: &Object, microsecond: i64) -> R<()> {
    if (0..=999_999).contains(&microsecond) {
        return Ok(());
    }
    let message = format!("must be between 0 and 999999, {microsecond} given");
    Err(argument_range_error(ctx, 1, "microsecond", &message, object.class()))
}

/// The object's time as text.
pub fn written(ctx: &mut Ctx, object: &Object, pattern: &[u8]) -> R<Buffer> {
    told(ctx, object, |time| {
        let mut text = Buffer::with_capacity(2 * pattern.len() + 8);
        write_format(&mut text, pattern, time, time.is_local);
        text
    })
}

/// The object's zone as a `DateTimeZone`, or `false`.
pub fn zone_object(ctx: &mut Ctx, object: &Object) -> R<Value> {
    match told(ctx, object, |time| ZoneReference::of(time).filter(|_| time.is_local))? {
        Some(zone) => Ok(new_zone(ctx, DateTimeZone::around(zone))?.into()),
        None => Ok(Value::bool(false)),
    }
}

/// Seconds east of UTC.
pub fn offset(ctx: &mut Ctx, object: &Object) -> R<i64> {
    told(ctx, object, |time| match time.zone_kind {
        _ if !time.is_local => 0,
        ZoneKind::Offset => time.offset,
        _ => time.current_offset(),
    })
}

/// The interval between two objects.
pub fn difference(ctx: &mut Ctx, from: &Object, to: &Object, absolute: bool) -> R<Object> {
    let both = told(ctx, from, |from| {
        with_payload(to, |to| to.as_ref().map(|to| howdah_date_engine::interval::difference(from, to)))
    })?;
    let mut interval = match both.flatten() {
        Some(interval) => interval,
        // The second one was not constructed, or both are the same object, of which there is one payload.
        None => {
            let (from, to) = (time_of(ctx, from)?, time_of(ctx, to)?);
            howdah_date_engine::interval::difference(&from, &to)
        }
    };
    if absolute {
        interval.invert = false;
    }
    new_interval(ctx, DateInterval::civil(interval))
}

/// Applies a string of changes; `false` after a warning about what is wrong with it.
pub fn modify(ctx: &mut Ctx, object: &Object, text: &[u8]) -> R<bool> {
    told(ctx, object, |_| ())?;
    let (parsed, diagnostics) = parse(text);
    let error = first_error(text, &diagnostics);
    ctx.globals::<State>().set_errors(diagnostics);
    if let Some(error) = error {
        ctx.warning(format!("Failed to parse time string {error}"))?;
        return Ok(false);
    }
    change(ctx, object, |time| time.modify(&parsed))?;
    Ok(true)
}

/// Applies a string of changes; what is wrong with it is thrown.
pub fn modify_or_throw(ctx: &mut Ctx, object: &Object, text: &[u8]) -> R<bool> {
    let class = Class::of::<DateMalformedStringException>(ctx)?;
    ctx.warnings_as(class, |ctx| modify(ctx, object, text))
}

/// Adds an interval.
pub fn add(ctx: &mut Ctx, object: &Object, interval: &Object) -> R<()> {
    told(ctx, object, |_| ())?;
    let (interval, is_wall) = interval_of(ctx, interval)?;
    change(ctx, object, |time| *time = if is_wall { time.add_wall(&interval) } else { time.add(&interval) })
}

/// Subtracts an interval; steps to weekdays are refused with a warning.
pub fn subtract(ctx: &mut Ctx, object: &Object, interval: &Object) -> R<()> {
    told(ctx, object, |_| ())?;
    let (interval, is_wall) = interval_of(ctx, interval)?;
    if interval.has_weekday || interval.special.is_some() {
        return ctx.warning("Only non-special relative time specifications are supported for subtraction");
    }
    change(ctx, object, |time| {
        *time = if is_wall { time.subtract_wall(&interval) } else { time.subtract(&interval) }
    })
}

/// Moves a time to another zone.
pub fn move_to_zone(time: &mut Time, zone: Option<&ZoneReference>) {
    if let Some(zone) = zone {
        zone.set(time);
    }
    time.set_local(time.timestamp);
}

/// Sets the time of day.
pub fn set_clock(time: &mut Time, hour: i64, minute: i64, second: i64, microsecond: i64) {
    (time.h, time.i, time.s, time.us) = (hour, minute, second, microsecond);
    time.update_timestamp(None);
    time.update_clock();
}

/// Sets the date.
pub fn set_date(time: &mut Time, year: i64, month: i64, day: i64) {
    (time.y, time.m, time.d) = (year, month, day);
    time.update_timestamp(None);
}

/// Sets the date by ISO week.
pub fn set_iso_date(time: &mut Time, year: i64, week: i64, weekday: i64) {
    (time.y, time.m, time.d) = (year, 1, 1);
    time.relative = Relative { d: days_to_iso_week(year, week, weekday), ..Relative::default() };
    time.has_relative = true;
    time.update_timestamp(None);
}

/// Sets the UNIX time.
pub fn set_timestamp(time: &mut Time, timestamp: i64) {
    time.set_local(timestamp);
    time.update_timestamp(None);
    time.us = 0;
}

/// Date, kind of zone and zone, as every view of the object shows them.
fn add_state(array: &mut Array, time: &Time) {
    array.set("date", format(b"x-m-d H:i:s.u", time, true));
    if !time.is_local {
        return;
    }
    array.set("timezone_type", time.zone_kind.number());
    let zone = match (time.zone_kind, &time.zone) {
        (ZoneKind::Identifier, Some(zone)) => zone.name().to_owned(),
        (ZoneKind::Offset, _) => offset_with_seconds(time.offset),
        _ => time.abbreviation.unwrap_or_default().to_owned(),
    };
    array.set("timezone", zone);
}

/// The `properties` handler: the standard properties with the state behind them.
pub fn properties(ctx: &mut Ctx, object: &Object, purpose: u32) -> R<Option<Array>> {
    let is_standard = purpose == prop_purpose::DEBUG && object.has_method("__debuginfo");
    if is_standard || purpose == prop_purpose::OBJECT_VARS {
        return Ok(None);
    }
    let mut array = object.properties(ctx)?;
    if let Some(time) = time_if_any(object) {
        add_state(&mut array, &time);
    }
    Ok(Some(array))
}

/// What times compare by.
fn instant(time: Option<&Time>) -> Option<(i64, i64)> {
    time.map(|time| (time.timestamp, time.us))
}

/// The `compare` handler.
pub fn compare(ctx: &mut Ctx, one: &Value, two: &Value) -> R<Comparison> {
    let (Some(one), Some(two)) = (one.as_object(), two.as_object()) else {
        return Ok(Comparison::Uncomparable);
    };
    let (Some(first), Some(second)) =
        (with_payload(one, |time| instant(time.as_ref())), with_payload(two, |time| instant(time.as_ref())))
    else {
        return Ok(Comparison::Uncomparable);
    };
    match (first, second) {
        (Some(first), Some(second)) => Ok(first.cmp(&second).into()),
        _ => {
            let message = "Trying to compare an incomplete DateTime or DateTimeImmutable object";
            Err(throw::<DateObjectError>(ctx, message))
        }
    }
}

/// `__serialize()`: the state, then the standard properties.
pub fn serialize(ctx: &mut Ctx, object: &Object) -> R<Array> {
    let time = time_of(ctx, object)?;
    let mut array = array_of([]);
    add_state(&mut array, &time);
    add_common(ctx, object, &mut array)?;
    Ok(array)
}

/// Adds the standard properties that are not there yet.
pub fn add_common(ctx: &mut Ctx, object: &Object, array: &mut Array) -> R<()> {
    for (key, value) in &object.properties(ctx)? {
        if array.get_key(key).is_none() {
            array.set(key, value);
        }
    }
    Ok(())
}

/// The time that an array of `date`, `timezone_type` and `timezone` describes.
pub fn time_of_state(ctx: &mut Ctx, state: &Array) -> R<Option<Time>> {
    let date = state.get("date").and_then(Value::as_str);
    let kind = state.get("timezone_type").and_then(Value::as_int);
    let zone = state.get("timezone").and_then(Value::as_str);
    let (Some(date), Some(kind), Some(zone)) = (date, kind, zone) else { return Ok(None) };
    let (text, zone) = match kind {
        1 | 2 => ([date.as_bytes(), b" ", zone.as_bytes()].concat(), None),
        3 => match Zone::find(&zone.lossy()) {
            Some(zone) => (date.to_vec(), Some(ZoneReference::Identifier(zone))),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let default = default_reference(ctx)?;
    let mut time = None;
    let diagnostics = Time::from_source(Source::Text(&text), zone.as_ref(), || default, now(), &mut time);
    ctx.globals::<State>().set_errors(diagnostics);
    Ok(time)
}

/// Sets the object's time by an array of its state, as unserializing does.
pub fn restore(ctx: &mut Ctx, object: &Object, state: &Array, class: &str) -> R<()> {
    match time_of_state(ctx, state)? {
        Some(time) => {
            set_time(object, Some(time));
            Ok(())
        }
        None => Err(ctx.error(format!("Invalid serialization data for {class} object"))),
    }
}

/// Sets the properties of an unserialized object that are not part of its state. Private properties of classes that do not
/// exist are left out.
pub fn restore_properties(ctx: &mut Ctx, object: &Object, state: &Array, internal: &[&str]) -> R<()> {
    for (key, value) in state.entries() {
        let Key::Str(name) = key else { continue };
        if value.is_reference() || internal.iter().any(|internal| internal.as_bytes() == name.as_bytes()) {
            continue;
        }
        let mut parts = name.as_bytes().split(|&byte| byte == 0);
        if let (Some(b""), Some(class)) = (parts.next(), parts.next())
            && class != b"*"
            && ctx.find_class(class, true)?.is_none()
        {
            continue;
        }
        object.set_mangled(ctx, &name, value.clone())?;
    }
    Ok(())
}

/// Names in the state of the two classes.
pub const STATE: [&str; 3] = ["date", "timezone_type", "timezone"];
