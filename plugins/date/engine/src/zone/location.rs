//! Where zones lie: country, coordinates and comment, from the `zone.tab` of the IANA database.

use std::sync::OnceLock;

/// `name⇥country⇥latitude⇥longitude⇥comment` a line; the coordinates are in 1/100000 degree from the south pole and from
/// 180° west. Zones that only exist for compatibility are not listed.
const TABLE: &str = include_str!("../../data/locations.txt");

/// The place that a zone is named for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Location {
    /// Identifier of the zone.
    pub zone: &'static str,
    /// ISO 3166 code of the country, in capitals.
    pub country: &'static str,
    /// Degrees north of the equator.
    pub latitude: f64,
    /// Degrees east of Greenwich.
    pub longitude: f64,
    /// What sets it apart from other zones of its country.
    pub comment: &'static str,
}

/// Every zone that is not kept for compatibility alone, but for UTC, in the order of identifiers.
pub fn all() -> &'static [Location] {
    static LIST: OnceLock<Vec<Location>> = OnceLock::new();
    LIST.get_or_init(|| TABLE.lines().filter_map(line).collect())
}

fn line(line: &'static str) -> Option<Location> {
    let mut fields = line.split('\t');
    let (zone, country) = (fields.next()?, fields.next()?);
    let mut degrees =
        |zero: i64| Some((fields.next()?.parse::<i64>().ok()? - zero * 100_000) as f64 / 100_000.0);
    let (latitude, longitude) = (degrees(90)?, degrees(180)?);
    Some(Location { zone, country, latitude, longitude, comment: fields.next()? })
}

/// The location of a zone, by its name in any case.
pub fn find(zone: &str) -> Option<Location> {
    all().iter().find(|location| location.zone.eq_ignore_ascii_case(zone)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations() {
        let london = find("europe/london").expect("a location");
        assert_eq!((london.country, london.latitude, london.longitude), ("GB", 51.50833, -0.12527));
        assert_eq!(find("Europe/Atlantis"), None);
        assert!(all().len() > 400);
    }
}
