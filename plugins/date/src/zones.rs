//! Functions on the zone database, and the default zone.

use howdah_date_engine::zone::{self, Zone, abbreviation, location};
use plugin_api::{Array, Ctx, OrFalse, R, Value, literal, php_function};

use crate::state::{State, array_of, default_zone};
use crate::text::shown;

/// Groups of zones by the beginning of their names; the bits are constants of `DateTimeZone`.
const GROUPS: [(i64, &str); 11] = [
    (0x001, "Africa/"),
    (0x002, "America/"),
    (0x004, "Antarctica/"),
    (0x008, "Arctic/"),
    (0x010, "Asia/"),
    (0x020, "Atlantic/"),
    (0x040, "Australia/"),
    (0x080, "Europe/"),
    (0x100, "Indian/"),
    (0x200, "Pacific/"),
    (0x400, "UTC"),
];
pub const ALL: i64 = 0x7FF;
const ALL_WITH_BC: i64 = 0xFFF;
const PER_COUNTRY: i64 = 0x1000;

#[php_function("timezone_name_from_abbr(string $abbr, int $utcOffset = -1, int $isDST = -1): string|false")]
fn timezone_name_from_abbr(abbr: &[u8], utc_offset: i64, is_dst: i64) -> OrFalse<&'static str> {
    abbreviation::zone_name(&shown(abbr), utc_offset, is_dst).into()
}

#[php_function(
    "timezone_identifiers_list(int $timezoneGroup = DateTimeZone::ALL, ?string $countryCode = null): array"
)]
fn timezone_identifiers_list(ctx: &mut Ctx, group: Option<i64>, country: Option<&[u8]>) -> R<Array> {
    identifiers(ctx, group.unwrap_or(ALL), country)
}

/// The identifiers of a group or of a country.
pub fn identifiers(ctx: &mut Ctx, group: i64, country: Option<&[u8]>) -> R<Array> {
    if group == PER_COUNTRY {
        let Some(country) = country.filter(|country| country.len() == 2) else {
            let message = "must be a two-letter ISO 3166-1 compatible country code when argument #1 ($timezoneGroup) is \
                           DateTimeZone::PER_COUNTRY";
            return Err(ctx.argument_value_error(2, message));
        };
        let of_country = location::all().iter().filter(|location| location.country.as_bytes() == country);
        return Ok(of_country.map(|location| location.zone).collect());
    }
    if group == ALL_WITH_BC {
        return Ok(zone::identifiers().iter().copied().collect());
    }
    let is_wanted =
        |name: &&str| GROUPS.iter().any(|(bit, prefix)| group & bit != 0 && name.starts_with(prefix));
    let current = location::all().iter().map(|location| location.zone).chain(["UTC"]);
    Ok(current.filter(is_wanted).collect())
}

#[php_function("timezone_abbreviations_list(): array")]
fn timezone_abbreviations_list() -> Array {
    abbreviations()
}

/// Every abbreviation with the zones that used it.
pub fn abbreviations() -> Array {
    let mut result = Array::new();
    for group in abbreviation::all().chunk_by(|one, two| one.name == two.name) {
        let entries = group.iter().map(|entry| {
            array_of([
                (literal!("dst"), entry.is_dst.into()),
                (literal!("offset"), entry.offset.into()),
                (literal!("timezone_id"), entry.zone.into()),
            ])
        });
        result.set(group[0].name, entries.collect::<Array>());
    }
    result
}

#[php_function("timezone_version_get(): string")]
fn timezone_version_get() -> String {
    zone::database_version()
}

#[php_function("date_default_timezone_set(string $timezoneId): bool")]
fn date_default_timezone_set(ctx: &mut Ctx, name: &[u8]) -> R<bool> {
    let name = shown(name);
    match Zone::find(&name) {
        Some(zone) => {
            ctx.globals::<State>().set_zone(zone);
            Ok(true)
        }
        None => {
            ctx.notice(format!("Timezone ID '{name}' is invalid"))?;
            Ok(false)
        }
    }
}

#[php_function("date_default_timezone_get(): string")]
fn date_default_timezone_get(ctx: &mut Ctx) -> R<Value> {
    Ok(default_zone(ctx)?.name().into())
}
