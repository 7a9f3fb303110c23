//! The abbreviations that date strings may name a zone by, such as `CEST` or the military `Z`.
//!
//! An abbreviation is not unique: `EST` was used in dozens of zones, and in Australia with another offset. The table
//! lists, in the order in which they are tried, an abbreviation's offsets with the zones that used them.

use std::sync::OnceLock;

/// `abbreviation dst offset zone …` a line; `-` stands for no zone.
const TABLE: &str = include_str!("../../data/abbreviations.txt");

/// Zones by their offset alone, for when an abbreviation is unknown: offset in minutes, dst, zone.
const FALLBACK: [(i32, bool, &str); 42] = [
    (-660, false, "Pacific/Apia"),
    (-600, false, "Pacific/Honolulu"),
    (-540, false, "America/Anchorage"),
    (-480, true, "America/Anchorage"),
    (-480, false, "America/Los_Angeles"),
    (-420, true, "America/Los_Angeles"),
    (-420, false, "America/Denver"),
    (-360, true, "America/Denver"),
    (-360, false, "America/Chicago"),
    (-300, true, "America/Chicago"),
    (-300, false, "America/New_York"),
    (-270, false, "America/Caracas"),
    (-240, true, "America/New_York"),
    (-240, false, "America/Halifax"),
    (-180, true, "America/Halifax"),
    (-180, false, "America/Sao_Paulo"),
    (-120, true, "America/Sao_Paulo"),
    (-60, false, "Atlantic/Azores"),
    (0, true, "Atlantic/Azores"),
    (0, false, "Europe/London"),
    (60, true, "Europe/London"),
    (60, false, "Europe/Paris"),
    (120, true, "Europe/Paris"),
    (120, false, "Europe/Helsinki"),
    (180, true, "Europe/Helsinki"),
    (180, false, "Europe/Moscow"),
    (240, true, "Europe/Moscow"),
    (240, false, "Asia/Dubai"),
    (300, false, "Asia/Karachi"),
    (330, false, "Asia/Kolkata"),
    (345, false, "Asia/Katmandu"),
    (360, true, "Asia/Yekaterinburg"),
    (420, true, "Asia/Novosibirsk"),
    (420, false, "Asia/Krasnoyarsk"),
    (480, false, "Asia/Shanghai"),
    (480, true, "Asia/Krasnoyarsk"),
    (540, false, "Asia/Tokyo"),
    (600, false, "Australia/Melbourne"),
    (630, true, "Australia/Adelaide"),
    (660, true, "Australia/Melbourne"),
    (720, false, "Pacific/Auckland"),
    (780, true, "Pacific/Auckland"),
];

/// What an abbreviation stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abbreviation {
    /// The abbreviation in lower case.
    pub name: &'static str,
    /// The abbreviation in capitals.
    pub capitals: &'static str,
    /// Whether it names daylight saving time.
    pub is_dst: bool,
    /// Seconds east of UTC, daylight saving time included.
    pub offset: i32,
    /// A zone that uses or used it.
    pub zone: Option<&'static str>,
}

/// Every abbreviation with every zone that used it, in the order they are tried in.
pub fn all() -> &'static [Abbreviation] {
    static LIST: OnceLock<Vec<Abbreviation>> = OnceLock::new();
    LIST.get_or_init(|| TABLE.lines().filter_map(line).flatten().collect())
}

fn line(line: &'static str) -> Option<impl Iterator<Item = Abbreviation>> {
    let mut words = line.split(' ');
    let (name, is_dst, offset) = (words.next()?, words.next()? == "1", words.next()?.parse().ok()?);
    let capitals: &'static str = String::leak(name.to_ascii_uppercase());
    Some(words.map(move |zone| Abbreviation {
        name,
        capitals,
        is_dst,
        offset,
        zone: Some(zone).filter(|&zone| zone != "-"),
    }))
}

/// What an abbreviation stands for when nothing else is known.
pub fn find(name: &str) -> Option<Abbreviation> {
    find_with_offset(name, None)
}

/// What an abbreviation stands for, the one with this offset before others of the same name.
fn find_with_offset(name: &str, offset: Option<i32>) -> Option<Abbreviation> {
    if name.eq_ignore_ascii_case("utc") || name.eq_ignore_ascii_case("gmt") {
        let capitals = if name.eq_ignore_ascii_case("utc") { "UTC" } else { "GMT" };
        return Some(Abbreviation { name: "utc", capitals, is_dst: false, offset: 0, zone: Some("UTC") });
    }
    let named = || all().iter().filter(|entry| entry.name.eq_ignore_ascii_case(name));
    named()
        .find(|entry| offset.is_none_or(|offset| entry.offset == offset))
        .or_else(|| named().next())
        .copied()
}

/// The zone for an abbreviation and an offset in seconds; when the abbreviation is unknown, for the offset alone.
/// Offset -1 stands for any.
pub fn zone_name(name: &str, offset: i64, is_dst: i64) -> Option<&'static str> {
    let wanted = (offset != -1).then(|| i32::try_from(offset).unwrap_or(i32::MAX));
    if let Some(entry) = find_with_offset(name, wanted) {
        return entry.zone;
    }
    let mut fallback = FALLBACK.iter();
    fallback
        .find(|&&(minutes, dst, ..)| minutes as i64 * 60 == offset && dst as i64 == is_dst)
        .map(|&(.., zone)| zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations() {
        assert_eq!(find("CEST").map(|entry| (entry.offset, entry.is_dst)), Some((7200, true)));
        assert_eq!(find("z").map(|entry| (entry.offset, entry.zone)), Some((0, None)));
        assert_eq!(find("nope"), None);
        assert_eq!(zone_name("EST", -1, 0), Some("America/New_York"));
        assert_eq!(zone_name("", 3600, 0), Some("Europe/Paris"));
        assert_eq!(zone_name("", 37800, 1), Some("Australia/Adelaide"));
        assert_eq!(zone_name("", 1, 0), None);
    }
}
