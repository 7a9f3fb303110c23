//! Sunrise, sunset and twilight.
//!
//! The method is Paul Schlyter's (<https://stjarnhimlen.se/comp/riset.html>): the sun's place at local noon, and the arc
//! it travels above an altitude. It is good to a minute or two in the middle latitudes. Angles are in degrees.

use crate::time::Time;

/// Degrees that the sun's disc has as a radius, at a distance of one astronomical unit.
const SUN_RADIUS: f64 = 0.2666;

/// When the sun crosses an altitude on a day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SunTimes {
    /// UNIX time at which the sun is highest.
    pub transit: i64,
    /// The crossings.
    pub crossing: Crossing,
}

/// Whether and when the sun crosses an altitude.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Crossing {
    /// It stays below all day.
    AlwaysBelow,
    /// It stays above all day.
    AlwaysAbove,
    /// It rises above and sets below it.
    At {
        /// UNIX time of rising.
        rise: i64,
        /// UNIX time of setting.
        set: i64,
        /// Hours from midnight UTC to rising.
        rise_hour: f64,
        /// Hours from midnight UTC to setting.
        set_hour: f64,
    },
}

fn sin(degrees: f64) -> f64 {
    degrees.to_radians_as_php().sin()
}

fn cos(degrees: f64) -> f64 {
    degrees.to_radians_as_php().cos()
}

/// Conversions with the factors that PHP computes with: the last bit matters when a time is rounded to seconds.
trait Degrees {
    fn to_radians_as_php(self) -> f64;
    fn to_degrees_as_php(self) -> f64;
}

impl Degrees for f64 {
    fn to_radians_as_php(self) -> f64 {
        self * (std::f64::consts::PI / 180.0)
    }

    fn to_degrees_as_php(self) -> f64 {
        (180.0 / std::f64::consts::PI) * self
    }
}

/// An angle within 0 to 360 degrees.
fn revolution(angle: f64) -> f64 {
    angle - 360.0 * (angle * (1.0 / 360.0)).floor()
}

/// An angle within -180 to 180 degrees.
fn half_revolution(angle: f64) -> f64 {
    angle - 360.0 * (angle * (1.0 / 360.0) + 0.5).floor()
}

/// The sun's place in the sky: right ascension, declination and distance (in astronomical units), `days` after
/// 2000-01-00 0:00.
fn sun_position(days: f64) -> (f64, f64, f64) {
    let anomaly = revolution(356.0470 + 0.9856002585 * days);
    let perihelion = 282.9404 + 4.70935E-5 * days;
    let eccentricity = 0.016709 - 1.151E-9 * days;
    let eccentric = anomaly
        + eccentricity * (180.0 / std::f64::consts::PI) * sin(anomaly) * (1.0 + eccentricity * cos(anomaly));
    let x = cos(eccentric) - eccentricity;
    let y = (1.0 - eccentricity * eccentricity).sqrt() * sin(eccentric);
    let distance = (x * x + y * y).sqrt();
    let mut longitude = y.atan2(x).to_degrees_as_php() + perihelion;
    if longitude >= 360.0 {
        longitude -= 360.0;
    }

    let x = distance * cos(longitude);
    let y = distance * sin(longitude);
    let obliquity = 23.4393 - 3.563E-7 * days;
    let z = y * sin(obliquity);
    let y = y * cos(obliquity);
    let right_ascension = y.atan2(x).to_degrees_as_php();
    let declination = z.atan2((x * x + y * y).sqrt()).to_degrees_as_php();
    (right_ascension, declination, distance)
}

/// Greenwich mean sidereal time at 0:00 UT, as an angle.
fn sidereal_time(days: f64) -> f64 {
    revolution((180.0 + 356.0470 + 282.9404) + (0.9856002585 + 4.70935E-5) * days)
}

/// When the sun crosses `altitude` on the day of `time`'s clock, at a place east and north; with `upper_limb` it is the
/// upper edge of the sun that crosses. The clock of `time` becomes noon.
pub fn sun_times(
    time: &mut Time,
    longitude: f64,
    latitude: f64,
    altitude: f64,
    upper_limb: bool,
) -> SunTimes {
    let timestamp = time.timestamp;
    (time.h, time.i, time.s) = (12, 0, 0);
    time.update_timestamp(None);
    time.timestamp = timestamp;
    let mut midnight = Time { y: time.y, m: time.m, d: time.d, ..Time::default() };
    midnight.update_timestamp(None);
    let midnight = midnight.timestamp;

    let julian_day = midnight as f64 / 86400.0 + 2440587.5;
    let days = (julian_day - 2451545.0) + 2.0 - longitude / 360.0;
    let local_sidereal = revolution(sidereal_time(days) + 180.0 + longitude);
    let (right_ascension, declination, distance) = sun_position(days);
    let south = 12.0 - half_revolution(local_sidereal - right_ascension) / 15.0;
    let altitude = if upper_limb { altitude - SUN_RADIUS / distance } else { altitude };
    let cosine = (sin(altitude) - sin(latitude) * sin(declination)) / (cos(latitude) * cos(declination));

    let crossing = if cosine >= 1.0 {
        Crossing::AlwaysBelow
    } else if cosine <= -1.0 {
        Crossing::AlwaysAbove
    } else {
        let arc = cosine.acos().to_degrees_as_php() / 15.0;
        let at = |hour: f64| (hour * 3600.0 + midnight as f64) as i64;
        let (rise_hour, set_hour) = (south - arc, south + arc);
        Crossing::At { rise: at(rise_hour), set: at(set_hour), rise_hour, set_hour }
    };
    SunTimes { transit: (midnight as f64 + south * 3600.0) as i64, crossing }
}
