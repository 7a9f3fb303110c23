//! The functions that do what methods do.

use howdah_date_engine::create::Source;
use plugin_api::{Array, Buffer, Class, Ctx, Object, OrFalse, R, This, Value, php_function};

use crate::immutable::DateTimeImmutable;
use crate::interval::{self, DateInterval};
use crate::moment::{self, told};
use crate::mutable::DateTime;
use crate::text::check_path;
use crate::zone::{self, DateTimeZone, zone_of};

#[php_function("date_create(string $datetime = \"now\", ?DateTimeZone $timezone = null): DateTime|false")]
fn date_create(ctx: &mut Ctx, datetime: &[u8], timezone: Option<&Object>) -> R<Value> {
    let class = Class::of::<DateTime>(ctx)?;
    moment::create_from(ctx, class, Source::Text(datetime), timezone)
}

#[php_function(
    "date_create_immutable(string $datetime = \"now\", ?DateTimeZone $timezone = null): DateTimeImmutable|false"
)]
fn date_create_immutable(ctx: &mut Ctx, datetime: &[u8], timezone: Option<&Object>) -> R<Value> {
    let class = Class::of::<DateTimeImmutable>(ctx)?;
    moment::create_from(ctx, class, Source::Text(datetime), timezone)
}

#[php_function(
    "date_create_from_format(string $format, string $datetime, ?DateTimeZone $timezone = null): DateTime|false"
)]
fn date_create_from_format(ctx: &mut Ctx, format: &[u8], text: &[u8], timezone: Option<&Object>) -> R<Value> {
    check_path(ctx, 2, text)?;
    let class = Class::of::<DateTime>(ctx)?;
    moment::create_from(ctx, class, Source::Formatted { format, text }, timezone)
}

#[php_function(
    "date_create_immutable_from_format(string $format, string $datetime, ?DateTimeZone $timezone = null): DateTimeImmutable|false"
)]
fn date_create_immutable_from_format(
    ctx: &mut Ctx,
    format: &[u8],
    text: &[u8],
    timezone: Option<&Object>,
) -> R<Value> {
    check_path(ctx, 2, text)?;
    let class = Class::of::<DateTimeImmutable>(ctx)?;
    moment::create_from(ctx, class, Source::Formatted { format, text }, timezone)
}

#[php_function("date_format(DateTimeInterface $object, string $format): string")]
fn date_format(ctx: &mut Ctx, object: &Object, format: &[u8]) -> R<Buffer> {
    moment::written(ctx, object, format)
}

#[php_function("date_modify(DateTime $object, string $modifier): DateTime|false")]
fn date_modify(ctx: &mut Ctx, object: &Object, modifier: &[u8]) -> R<OrFalse<Object>> {
    Ok(moment::modify(ctx, object, modifier)?.then(|| object.clone()).into())
}

#[php_function("date_add(DateTime $object, DateInterval $interval): DateTime")]
fn date_add(ctx: &mut Ctx, object: &Object, interval: &Object) -> R<Object> {
    moment::add(ctx, object, interval)?;
    Ok(object.clone())
}

#[php_function("date_sub(DateTime $object, DateInterval $interval): DateTime")]
fn date_sub(ctx: &mut Ctx, object: &Object, interval: &Object) -> R<Object> {
    moment::subtract(ctx, object, interval)?;
    Ok(object.clone())
}

#[php_function("date_timezone_get(DateTimeInterface $object): DateTimeZone|false")]
fn date_timezone_get(ctx: &mut Ctx, object: &Object) -> R<Value> {
    moment::zone_object(ctx, object)
}

#[php_function("date_timezone_set(DateTime $object, DateTimeZone $timezone): DateTime")]
fn date_timezone_set(ctx: &mut Ctx, object: &Object, timezone: &Object) -> R<Object> {
    let zone = zone_of(timezone);
    moment::change(ctx, object, |time| moment::move_to_zone(time, zone.as_ref()))?;
    Ok(object.clone())
}

#[php_function("date_offset_get(DateTimeInterface $object): int")]
fn date_offset_get(ctx: &mut Ctx, object: &Object) -> R<i64> {
    moment::offset(ctx, object)
}

#[php_function(
    "date_diff(DateTimeInterface $baseObject, DateTimeInterface $targetObject, bool $absolute = false): DateInterval"
)]
fn date_diff(ctx: &mut Ctx, base: &Object, target: &Object, absolute: bool) -> R<Object> {
    moment::difference(ctx, base, target, absolute)
}

#[php_function(
    "date_time_set(DateTime $object, int $hour, int $minute, int $second = 0, int $microsecond = 0): DateTime"
)]
fn date_time_set(
    ctx: &mut Ctx,
    object: &Object,
    hour: i64,
    minute: i64,
    second: i64,
    microsecond: i64,
) -> R<Object> {
    moment::change(ctx, object, |time| moment::set_clock(time, hour, minute, second, microsecond))?;
    Ok(object.clone())
}

#[php_function("date_date_set(DateTime $object, int $year, int $month, int $day): DateTime")]
fn date_date_set(ctx: &mut Ctx, object: &Object, year: i64, month: i64, day: i64) -> R<Object> {
    moment::change(ctx, object, |time| moment::set_date(time, year, month, day))?;
    Ok(object.clone())
}

#[php_function("date_isodate_set(DateTime $object, int $year, int $week, int $dayOfWeek = 1): DateTime")]
fn date_isodate_set(ctx: &mut Ctx, object: &Object, year: i64, week: i64, weekday: i64) -> R<Object> {
    moment::change(ctx, object, |time| moment::set_iso_date(time, year, week, weekday))?;
    Ok(object.clone())
}

#[php_function("date_timestamp_set(DateTime $object, int $timestamp): DateTime")]
fn date_timestamp_set(ctx: &mut Ctx, object: &Object, timestamp: i64) -> R<Object> {
    moment::change(ctx, object, |time| moment::set_timestamp(time, timestamp))?;
    Ok(object.clone())
}

#[php_function("date_timestamp_get(DateTimeInterface $object): int")]
fn date_timestamp_get(ctx: &mut Ctx, object: &Object) -> R<i64> {
    told(ctx, object, |time| time.timestamp)
}

#[php_function("timezone_open(string $timezone): DateTimeZone|false")]
fn timezone_open(ctx: &mut Ctx, timezone: &[u8]) -> R<Value> {
    check_path(ctx, 1, timezone)?;
    match zone::parse(timezone) {
        Ok(reference) => Ok(This::<DateTimeZone>::create(ctx, DateTimeZone::around(reference))?.into()),
        Err(message) => {
            ctx.warning(message)?;
            Ok(Value::bool(false))
        }
    }
}

#[php_function("timezone_name_get(DateTimeZone $object): string")]
fn timezone_name_get(ctx: &mut Ctx, object: &Object) -> R<String> {
    Ok(zone::checked(ctx, object)?.name())
}

#[php_function("timezone_offset_get(DateTimeZone $object, DateTimeInterface $datetime): int")]
fn timezone_offset_get(ctx: &mut Ctx, object: &Object, datetime: &Object) -> R<i64> {
    zone::offset_at(ctx, object, datetime)
}

#[php_function(
    "timezone_transitions_get(DateTimeZone $object, int $timestampBegin = PHP_INT_MIN, int $timestampEnd = PHP_INT_MAX): array|false"
)]
fn timezone_transitions_get(
    ctx: &mut Ctx,
    object: &Object,
    begin: Option<i64>,
    end: Option<i64>,
) -> R<OrFalse<Array>> {
    zone::transitions(ctx, object, begin, end)
}

#[php_function("timezone_location_get(DateTimeZone $object): array|false")]
fn timezone_location_get(ctx: &mut Ctx, object: &Object) -> R<OrFalse<Array>> {
    zone::location(ctx, object)
}

#[php_function("date_interval_create_from_date_string(string $datetime): DateInterval|false")]
fn date_interval_create_from_date_string(ctx: &mut Ctx, datetime: &[u8]) -> R<Value> {
    match interval::from_date_string(datetime) {
        Ok(payload) => Ok(This::<DateInterval>::create(ctx, payload)?.into()),
        Err(message) => {
            ctx.warning(message)?;
            Ok(Value::bool(false))
        }
    }
}

#[php_function("date_interval_format(DateInterval $object, string $format): string")]
fn date_interval_format(ctx: &mut Ctx, object: &Object, format: &[u8]) -> R<Vec<u8>> {
    interval::written(ctx, object, format)
}
