//! Sunrise, sunset and twilight.

use howdah_date_engine::sun::{Crossing, sun_times};
use howdah_date_engine::time::Time;
use plugin_api::{Array, Ctx, R, Value, php_function};

use crate::state::default_zone;

/// What a function gives: a UNIX time, `hh:mm`, or hours.
const TIMESTAMP: i64 = 0;
const STRING: i64 = 1;
const HOURS: i64 = 2;

/// The place and altitude that a script asks for; what it leaves out comes from ini entries.
struct Place {
    latitude: Option<f64>,
    longitude: Option<f64>,
    zenith: Option<f64>,
    utc_offset: Option<f64>,
}

fn ini_float(ctx: &mut Ctx, name: &str) -> f64 {
    ctx.ini(name).map_or(0.0, |text| Value::str(text).to_float())
}

#[php_function(
    "date_sunrise(int $timestamp, int $returnFormat = SUNFUNCS_RET_STRING, ?float $latitude = null, ?float $longitude = null, ?float $zenith = null, ?float $utcOffset = null): string|int|float|false",
    deprecated = "#[\\Deprecated(since: '8.1', message: 'use date_sun_info() instead')]"
)]
fn date_sunrise(
    ctx: &mut Ctx,
    timestamp: i64,
    format: Option<i64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    zenith: Option<f64>,
    utc_offset: Option<f64>,
) -> R<Value> {
    rise_or_set(
        ctx,
        timestamp,
        format.unwrap_or(STRING),
        Place { latitude, longitude, zenith, utc_offset },
        false,
    )
}

#[php_function(
    "date_sunset(int $timestamp, int $returnFormat = SUNFUNCS_RET_STRING, ?float $latitude = null, ?float $longitude = null, ?float $zenith = null, ?float $utcOffset = null): string|int|float|false",
    deprecated = "#[\\Deprecated(since: '8.1', message: 'use date_sun_info() instead')]"
)]
fn date_sunset(
    ctx: &mut Ctx,
    timestamp: i64,
    format: Option<i64>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    zenith: Option<f64>,
    utc_offset: Option<f64>,
) -> R<Value> {
    rise_or_set(
        ctx,
        timestamp,
        format.unwrap_or(STRING),
        Place { latitude, longitude, zenith, utc_offset },
        true,
    )
}

fn rise_or_set(ctx: &mut Ctx, timestamp: i64, format: i64, place: Place, is_set: bool) -> R<Value> {
    let latitude = place.latitude.unwrap_or_else(|| ini_float(ctx, "date.default_latitude"));
    let longitude = place.longitude.unwrap_or_else(|| ini_float(ctx, "date.default_longitude"));
    let zenith_entry = if is_set { "date.sunset_zenith" } else { "date.sunrise_zenith" };
    let zenith = place.zenith.unwrap_or_else(|| ini_float(ctx, zenith_entry));
    if !(TIMESTAMP..=HOURS).contains(&format) {
        let message = "must be one of SUNFUNCS_RET_TIMESTAMP, SUNFUNCS_RET_STRING, or SUNFUNCS_RET_DOUBLE";
        return Err(ctx.argument_value_error(2, message));
    }
    if !latitude.is_finite() || !longitude.is_finite() {
        return Ok(Value::bool(false));
    }
    let zone = default_zone(ctx)?;
    // PHP asks for the offset before it has set the time: it is that of 1970.
    let utc_offset = place.utc_offset.unwrap_or_else(|| zone.offset(0) as f64 / 3600.0);
    let mut time = Time::local(timestamp, zone);
    let Crossing::At { rise, set, rise_hour, set_hour } =
        sun_times(&mut time, longitude, latitude, 90.0 - zenith, true).crossing
    else {
        return Ok(Value::bool(false));
    };
    if format == TIMESTAMP {
        return Ok(Value::int(if is_set { set } else { rise }));
    }
    let mut hours = if is_set { set_hour } else { rise_hour } + utc_offset;
    if !(0.0..=24.0).contains(&hours) {
        hours -= (hours / 24.0).floor() * 24.0;
    }
    Ok(match format {
        _ if !(0.0..=24.0).contains(&hours) => Value::bool(false),
        HOURS => Value::float(hours),
        _ => format!("{:02}:{:02}", hours as i32, (60.0 * hours.fract()) as i32).into(),
    })
}

/// Altitudes in degrees with the names of their crossings; the first is that of the sun's upper edge.
const ALTITUDES: [(f64, &str, &str); 4] = [
    (-35.0 / 60.0, "sunrise", "sunset"),
    (-6.0, "civil_twilight_begin", "civil_twilight_end"),
    (-12.0, "nautical_twilight_begin", "nautical_twilight_end"),
    (-18.0, "astronomical_twilight_begin", "astronomical_twilight_end"),
];

#[php_function("date_sun_info(int $timestamp, float $latitude, float $longitude): array")]
fn date_sun_info(ctx: &mut Ctx, timestamp: i64, latitude: f64, longitude: f64) -> R<Array> {
    for (argument, angle) in [(2, latitude), (3, longitude)] {
        if !angle.is_finite() {
            return Err(ctx.argument_value_error(argument, "must be finite"));
        }
    }
    let zone = default_zone(ctx)?;
    let mut time = Time::local(timestamp, zone);
    let mut array = Array::with_capacity(9);
    for (index, (altitude, begin, end)) in ALTITUDES.into_iter().enumerate() {
        let times = sun_times(&mut time, longitude, latitude, altitude, index == 0);
        let (rise, set) = match times.crossing {
            Crossing::AlwaysBelow => (Value::bool(false), Value::bool(false)),
            Crossing::AlwaysAbove => (Value::bool(true), Value::bool(true)),
            Crossing::At { rise, set, .. } => (Value::int(rise), Value::int(set)),
        };
        array.set(begin, rise);
        array.set(end, set);
        if index == 0 {
            array.set("transit", times.transit);
        }
    }
    Ok(array)
}
