//! `IntlTimeZone`: how far clocks are from Greenwich's.

pub mod bridge;

use crate::error::{self, Errors};
use crate::icu::zone::{self, TimeZone};
use crate::icu::{self, Code, ILLEGAL_ARGUMENT_ERROR, calendar};
use crate::iterator;
use crate::locale;
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, Kind, Object, OrFalse, R, Reference, This, Value, php_class,
    php_function, php_methods,
};
use std::cell::OnceCell;
use std::rc::Rc;

/// The payload of `IntlTimeZone`.
#[derive(Default, GcRoots)]
#[php_class(
    "class IntlTimeZone",
    "public const int DISPLAY_SHORT = 1",
    "public const int DISPLAY_LONG = 2",
    "public const int DISPLAY_SHORT_GENERIC = 3",
    "public const int DISPLAY_LONG_GENERIC = 4",
    "public const int DISPLAY_SHORT_GMT = 5",
    "public const int DISPLAY_LONG_GMT = 6",
    "public const int DISPLAY_SHORT_COMMONLY_USED = 7",
    "public const int DISPLAY_GENERIC_LOCATION = 8",
    "public const int TYPE_ANY = 0",
    "public const int TYPE_CANONICAL = 1",
    "public const int TYPE_CANONICAL_LOCATION = 2",
    handlers(clone, compare, properties),
    flags(not_serializable)
)]
pub struct IntlTimeZone {
    #[gc(skip)]
    errors: Rc<Errors>,
    /// Missing in what no function of this extension made.
    #[gc(skip)]
    icu: OnceCell<Rc<TimeZone>>,
}

impl IntlTimeZone {
    /// The zone, if it was constructed.
    pub fn zone(&self) -> Option<Rc<TimeZone>> {
        self.icu.get().cloned()
    }
}

/// What debugging shows of a zone.
pub fn shown(zone: &TimeZone) -> Array {
    let mut out = Array::new();
    out.set("valid", true);
    let Ok(id) = zone.id().and_then(|id| icu::to_utf8(&id)) else { return out };
    out.set("id", id);
    if let Ok((raw, daylight)) = zone.offset(calendar::now(), false) {
        out.set("rawOffset", i64::from(raw));
        out.set("currentOffset", i64::from(raw) + i64::from(daylight));
    }
    out
}

impl Handlers for IntlTimeZone {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let Some(icu) = from.borrow(ctx)?.zone() else {
            return Err(ctx.error("Cannot clone uninitialized IntlTimeZone"));
        };
        let Some(copy) = icu.copy() else { return Err(ctx.error("Failed to clone IntlTimeZone")) };
        let _ = to.borrow(ctx)?.icu.set(Rc::new(copy));
        Ok(())
    }
    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        let zones = [a, b].map(|v| v.as_object().and_then(This::<IntlTimeZone>::of));
        let [Some(one), Some(two)] = zones else { return Ok(Comparison::Uncomparable) };
        match (one.borrow(ctx)?.zone(), two.borrow(ctx)?.zone()) {
            (Some(one), Some(two)) if one.equals(&two) => Ok(Comparison::Equal),
            (Some(_), Some(_)) => Ok(Comparison::Uncomparable),
            _ => Err(ctx.exception("Comparison with at least one unconstructed IntlTimeZone operand")),
        }
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        if purpose != prop_purpose::DEBUG {
            return Ok(None);
        }
        let zone = this.borrow(ctx)?.zone();
        Ok(Some(zone.map_or_else(
            || {
                let mut out = Array::new();
                out.set("valid", false);
                out
            },
            |zone| shown(&zone),
        )))
    }
}

/// An object around a zone.
pub fn object(ctx: &mut Ctx, zone: Option<TimeZone>) -> R<Object> {
    let payload = IntlTimeZone::default();
    if let Some(zone) = zone {
        let _ = payload.icu.set(Rc::new(zone));
    }
    This::<IntlTimeZone>::create(ctx, payload)
}

/// The object's errors, cleared with the request's, and its zone.
fn enter(ctx: &mut Ctx, this: &This<IntlTimeZone>) -> R<(Rc<Errors>, Rc<TimeZone>)> {
    let payload = this.borrow(ctx)?;
    error::begin(ctx, Some(&payload.errors));
    match payload.icu.get() {
        Some(icu) => Ok((payload.errors.clone(), icu.clone())),
        None => Err(ctx.error("Found unconstructed IntlTimeZone")),
    }
}

/// An ID as ICU takes it; `None` after the error was told.
fn id(ctx: &mut Ctx, id: &[u8]) -> R<Option<Vec<u16>>> {
    let id = icu::to_utf16(id);
    error::checked(ctx, None, id, "could not convert time zone id to UTF-16")
}

/// A text of ICU's as PHP gets it; `found` is told when it failed, `converted` when it is no text.
fn text(
    ctx: &mut Ctx,
    own: Option<&Errors>,
    text: Result<Vec<u16>, Code>,
    found: &str,
    converted: &str,
) -> R<OrFalse<Vec<u8>>> {
    let Some(text) = error::checked(ctx, own, text, found)? else { return Ok(OrFalse::FALSE) };
    Ok(error::checked(ctx, own, icu::to_utf8(&text), converted)?.into())
}

/// IDs as an `IntlIterator`.
fn list(
    ctx: &mut Ctx,
    ids: Result<icu::enumeration::Enumeration, Code>,
    message: &str,
) -> R<OrFalse<Object>> {
    match error::checked(ctx, None, ids, message)? {
        Some(ids) => Ok(iterator::over_names(ctx, ids)?.into()),
        None => Ok(OrFalse::FALSE),
    }
}

/// The zone of an ID; what is no ID gives the unknown zone.
#[php_function("intltz_create_time_zone(string $timezoneId): ?IntlTimeZone")]
fn intltz_create_time_zone(ctx: &mut Ctx, timezone_id: &[u8]) -> R<Option<Object>> {
    error::begin(ctx, None);
    let Some(id) = id(ctx, timezone_id)? else { return Ok(None) };
    object(ctx, TimeZone::new(&id)).map(Some)
}

/// The zone of a `DateTimeZone`.
#[php_function("intltz_from_date_time_zone(DateTimeZone $timezone): ?IntlTimeZone")]
fn intltz_from_date_time_zone(ctx: &mut Ctx, timezone: &Object) -> R<Option<Object>> {
    error::begin(ctx, None);
    let name = match bridge::zone_name(ctx, timezone) {
        Ok(name) => name,
        Err(plugin_api::Throw::Exception) => {
            ctx.take_exception();
            error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "DateTimeZone object is unconstructed")?;
            return Ok(None);
        }
        Err(throw) => return Err(throw),
    };
    match bridge::of_name(ctx, &name, None, "intltz_from_date_time_zone")? {
        Some(zone) => object(ctx, Some(zone)).map(Some),
        None => Ok(None),
    }
}

/// The process's zone.
#[php_function("intltz_create_default(): IntlTimeZone")]
fn intltz_create_default(ctx: &mut Ctx) -> R<Object> {
    error::begin(ctx, None);
    object(ctx, TimeZone::system())
}

/// Greenwich's zone.
#[php_function("intltz_get_gmt(): IntlTimeZone")]
fn intltz_get_gmt(ctx: &mut Ctx) -> R<Object> {
    error::begin(ctx, None);
    object(ctx, TimeZone::gmt())
}

/// The unknown zone.
#[php_function("intltz_get_unknown(): IntlTimeZone")]
fn intltz_get_unknown(ctx: &mut Ctx) -> R<Object> {
    error::begin(ctx, None);
    object(ctx, TimeZone::unknown())
}

/// IDs: all, of a region, or of an offset.
#[php_function("intltz_create_enumeration($countryOrRawOffset = null): IntlIterator|false")]
fn intltz_create_enumeration(ctx: &mut Ctx, country_or_raw_offset: Option<&Value>) -> R<OrFalse<Object>> {
    error::begin(ctx, None);
    let null = Value::NULL;
    let argument = country_or_raw_offset.unwrap_or(&null);
    let number = match argument.kind() {
        Kind::Null => return list(ctx, zone::ids(0, None, None), "error obtaining enumeration"),
        Kind::Int(n) => Some(n),
        Kind::Float(n) => Some(Ctx::float_to_int(n)),
        Kind::Str(_) | Kind::Object(_) => {
            let text = argument.to_str(ctx)?;
            match Value::numeric(text.as_bytes()).filter(|(_, trailing)| !trailing) {
                Some((n, _)) => Some(n.to_int()),
                None => {
                    let ids = zone::ids(0, Some(text.as_bytes()), None);
                    return list(ctx, ids, "error obtaining enumeration");
                }
            }
        }
        _ => None,
    };
    let message = match number.map(i32::try_from) {
        Some(Ok(offset)) => {
            return list(ctx, zone::ids(0, None, Some(offset)), "error obtaining enumeration");
        }
        Some(Err(_)) => "value is out of range",
        None => "invalid argument type",
    };
    error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
    Ok(OrFalse::FALSE)
}

/// How many IDs mean the same zone.
#[php_function("intltz_count_equivalent_ids(string $timezoneId): int|false")]
fn intltz_count_equivalent_ids(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<i64>> {
    error::begin(ctx, None);
    Ok(id(ctx, timezone_id)?.map(|id| i64::from(zone::count_equivalent(&id))).into())
}

/// IDs of a kind, of a region and of an offset.
#[php_function(
    "intltz_create_time_zone_id_enumeration(int $type, ?string $region = null, ?int $rawOffset = null): IntlIterator|false"
)]
fn intltz_create_time_zone_id_enumeration(
    ctx: &mut Ctx,
    r#type: i64,
    region: Option<&[u8]>,
    raw_offset: Option<i64>,
) -> R<OrFalse<Object>> {
    error::begin(ctx, None);
    let kind = match r#type {
        0..=2 => r#type as i32,
        _ => {
            error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "bad zone type")?;
            return Ok(OrFalse::FALSE);
        }
    };
    let Ok(offset) = raw_offset.map(i32::try_from).transpose() else {
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "offset out of bounds")?;
        return Ok(OrFalse::FALSE);
    };
    list(ctx, zone::ids(kind, region, offset), "error obtaining time zone id enumeration")
}

/// The canonical ID.
#[php_function("intltz_get_canonical_id(string $timezoneId, &$isSystemId = null): string|false")]
fn intltz_get_canonical_id(
    ctx: &mut Ctx,
    timezone_id: &[u8],
    is_system_id: Option<Reference<'_>>,
) -> R<OrFalse<Vec<u8>>> {
    error::begin(ctx, None);
    let Some(id) = id(ctx, timezone_id)? else { return Ok(OrFalse::FALSE) };
    let found = error::checked(ctx, None, zone::canonical(&id), "error obtaining canonical ID")?;
    let Some((found, system)) = found else { return Ok(OrFalse::FALSE) };
    let found = icu::to_utf8(&found);
    let found = error::checked(ctx, None, found, "could not convert time zone id to UTF-16")?;
    if let (Some(_), Some(flag)) = (&found, is_system_id) {
        flag.set(ctx, system)?;
    }
    Ok(found.into())
}

/// The ID that the IANA has.
#[php_function("intltz_get_iana_id(string $timezoneId): string|false")]
fn intltz_get_iana_id(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<Vec<u8>>> {
    error::begin(ctx, None);
    let Some(id) = id(ctx, timezone_id)? else { return Ok(OrFalse::FALSE) };
    text(ctx, None, zone::iana(&id), "error obtaining IANA ID", "could not convert time zone id to UTF-16")
}

/// The region of a zone.
#[php_function("intltz_get_region(string $timezoneId): string|false")]
fn intltz_get_region(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<Vec<u8>>> {
    error::begin(ctx, None);
    let Some(id) = id(ctx, timezone_id)? else { return Ok(OrFalse::FALSE) };
    Ok(error::checked(ctx, None, zone::region(&id), "error obtaining region")?.into())
}

/// Version of the data.
#[php_function("intltz_get_tz_data_version(): string|false")]
fn intltz_get_tz_data_version(ctx: &mut Ctx) -> R<OrFalse<&'static str>> {
    error::begin(ctx, None);
    let version = zone::data_version();
    Ok(error::checked(ctx, None, version, "error obtaining time zone data version")?.into())
}

/// One of the IDs that mean the same zone.
#[php_function("intltz_get_equivalent_id(string $timezoneId, int $offset): string|false")]
fn intltz_get_equivalent_id(ctx: &mut Ctx, timezone_id: &[u8], offset: i64) -> R<OrFalse<Vec<u8>>> {
    error::begin(ctx, None);
    let Ok(index) = i32::try_from(offset) else { return Ok(OrFalse::FALSE) };
    let Some(id) = id(ctx, timezone_id)? else { return Ok(OrFalse::FALSE) };
    let message = "could not convert resulting time zone id to UTF-16";
    text(ctx, None, zone::equivalent(&id, index), message, message)
}

/// The ID of a zone.
#[php_function("intltz_get_id(IntlTimeZone $timezone): string|false")]
fn intltz_get_id(ctx: &mut Ctx, timezone: &This<IntlTimeZone>) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, timezone)?;
    let message = "could not convert id to UTF-8";
    text(ctx, Some(&errors), icu.id(), message, message)
}

/// Whether a zone has daylight saving time.
#[php_function("intltz_use_daylight_time(IntlTimeZone $timezone): bool")]
fn intltz_use_daylight_time(ctx: &mut Ctx, timezone: &This<IntlTimeZone>) -> R<bool> {
    Ok(enter(ctx, timezone)?.1.uses_daylight())
}

/// Offset of a zone at an instant.
#[php_function(
    "intltz_get_offset(IntlTimeZone $timezone, float $timestamp, bool $local, &$rawOffset, &$dstOffset): bool"
)]
fn intltz_get_offset(
    ctx: &mut Ctx,
    timezone: &This<IntlTimeZone>,
    timestamp: f64,
    local: bool,
    raw_offset: Reference<'_>,
    dst_offset: Reference<'_>,
) -> R<bool> {
    let (errors, icu) = enter(ctx, timezone)?;
    let found = icu.offset(timestamp, local);
    let found = error::checked(ctx, Some(&errors), found, "error obtaining offset")?;
    let Some((raw, daylight)) = found else { return Ok(false) };
    raw_offset.set(ctx, i64::from(raw))?;
    dst_offset.set(ctx, i64::from(daylight))?;
    Ok(true)
}

/// Offset of a zone without daylight saving time.
#[php_function("intltz_get_raw_offset(IntlTimeZone $timezone): int")]
fn intltz_get_raw_offset(ctx: &mut Ctx, timezone: &This<IntlTimeZone>) -> R<i64> {
    Ok(enter(ctx, timezone)?.1.raw_offset().into())
}

/// Whether zones differ in their names only.
#[php_function("intltz_has_same_rules(IntlTimeZone $timezone, IntlTimeZone $other): bool")]
fn intltz_has_same_rules(
    ctx: &mut Ctx,
    timezone: &This<IntlTimeZone>,
    other: &This<IntlTimeZone>,
) -> R<bool> {
    let (errors, icu) = enter(ctx, timezone)?;
    let Some(other) = other.borrow(ctx)?.zone() else {
        let message = "The second IntlTimeZone is unconstructed";
        error::fail(ctx, Some(&errors), ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(false);
    };
    Ok(icu.has_same_rules(&other))
}

/// Name of a zone as people call it.
#[php_function(
    "intltz_get_display_name(IntlTimeZone $timezone, bool $dst = false, int $style = IntlTimeZone::DISPLAY_LONG, ?string $locale = null): string|false"
)]
fn intltz_get_display_name(
    ctx: &mut Ctx,
    timezone: &This<IntlTimeZone>,
    dst: bool,
    style: Option<i64>,
    locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    let (errors, icu) = enter(ctx, timezone)?;
    // `IntlTimeZone::DISPLAY_LONG`
    let style = match style.unwrap_or(2) {
        style @ 1..=8 => style as i32,
        _ => {
            error::fail(ctx, Some(&errors), ILLEGAL_ARGUMENT_ERROR, "wrong display type")?;
            return Ok(OrFalse::FALSE);
        }
    };
    let locale = match locale {
        Some(locale) => locale.to_vec(),
        None => locale::default_locale(ctx),
    };
    let message = "could not convert resulting time zone id to UTF-16";
    text(ctx, Some(&errors), icu.display_name(dst, style, &locale), message, message)
}

/// What daylight saving time adds.
#[php_function("intltz_get_dst_savings(IntlTimeZone $timezone): int")]
fn intltz_get_dst_savings(ctx: &mut Ctx, timezone: &This<IntlTimeZone>) -> R<i64> {
    Ok(enter(ctx, timezone)?.1.savings().into())
}

/// The `DateTimeZone` of a zone.
#[php_function("intltz_to_date_time_zone(IntlTimeZone $timezone): DateTimeZone|false")]
fn intltz_to_date_time_zone(ctx: &mut Ctx, timezone: &This<IntlTimeZone>) -> R<OrFalse<Object>> {
    let (errors, icu) = enter(ctx, timezone)?;
    Ok(bridge::to_object(ctx, &icu, &errors, "intltz_to_date_time_zone")?.into())
}

/// The name that Windows has for a zone.
#[php_function("intltz_get_windows_id(string $timezoneId): string|false")]
fn intltz_get_windows_id(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let Some(id) = id(ctx, timezone_id)? else { return Ok(OrFalse::FALSE) };
    let message = "intltz_get_windows_id: Unable to get timezone from windows ID";
    let Some(found) = error::checked(ctx, None, zone::windows(&id), message)? else {
        return Ok(OrFalse::FALSE);
    };
    if found.is_empty() {
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "unknown system timezone")?;
        return Ok(OrFalse::FALSE);
    }
    let message = "could not convert time zone id to UTF-8";
    text(ctx, None, Ok(found), message, message)
}

/// The ID of a name that Windows has.
#[php_function("intltz_get_id_for_windows_id(string $timezoneId, ?string $region = null): string|false")]
fn intltz_get_id_for_windows_id(
    ctx: &mut Ctx,
    timezone_id: &[u8],
    region: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    let Some(id) = id(ctx, timezone_id)? else { return Ok(OrFalse::FALSE) };
    let message = "unable to get windows ID for timezone";
    let Some(found) = error::checked(ctx, None, zone::of_windows(&id, region), message)? else {
        return Ok(OrFalse::FALSE);
    };
    if found.is_empty() {
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "unknown windows timezone")?;
        return Ok(OrFalse::FALSE);
    }
    let message = "could not convert time zone id to UTF-8";
    text(ctx, None, Ok(found), message, message)
}

/// Code of the object's last error.
#[php_function("intltz_get_error_code(IntlTimeZone $timezone): int|false")]
fn intltz_get_error_code(ctx: &mut Ctx, timezone: &This<IntlTimeZone>) -> R<i64> {
    let errors = timezone.borrow(ctx)?.errors.clone();
    Ok(error::code_of(ctx, &errors))
}

/// Message of the object's last error.
#[php_function("intltz_get_error_message(IntlTimeZone $timezone): string|false")]
fn intltz_get_error_message(ctx: &mut Ctx, timezone: &This<IntlTimeZone>) -> R<String> {
    let errors = timezone.borrow(ctx)?.errors.clone();
    Ok(error::text_of(ctx, &errors))
}

#[php_methods]
impl IntlTimeZone {
    #[php("private function __construct()")]
    fn construct(ctx: &mut Ctx) -> R<()> {
        Err(ctx.exception("An object of this type cannot be created with the new operator"))
    }
    #[php("public static function countEquivalentIDs(string $timezoneId): ~int|false")]
    fn count_equivalent_i_ds(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<i64>> {
        intltz_count_equivalent_ids(ctx, timezone_id)
    }
    #[php("public static function createDefault(): ~IntlTimeZone")]
    fn create_default(ctx: &mut Ctx) -> R<Object> {
        intltz_create_default(ctx)
    }
    #[php("public static function createEnumeration($countryOrRawOffset = null): ~IntlIterator|false")]
    fn create_enumeration(ctx: &mut Ctx, country_or_raw_offset: Option<&Value>) -> R<OrFalse<Object>> {
        intltz_create_enumeration(ctx, country_or_raw_offset)
    }
    #[php("public static function createTimeZone(string $timezoneId): ~?IntlTimeZone")]
    fn create_time_zone(ctx: &mut Ctx, timezone_id: &[u8]) -> R<Option<Object>> {
        intltz_create_time_zone(ctx, timezone_id)
    }
    #[php(
        "public static function createTimeZoneIDEnumeration(int $type, ?string $region = null, ?int $rawOffset = null): ~IntlIterator|false"
    )]
    fn create_time_zone_id_enumeration(
        ctx: &mut Ctx,
        r#type: i64,
        region: Option<&[u8]>,
        raw_offset: Option<i64>,
    ) -> R<OrFalse<Object>> {
        intltz_create_time_zone_id_enumeration(ctx, r#type, region, raw_offset)
    }
    #[php("public static function fromDateTimeZone(DateTimeZone $timezone): ~?IntlTimeZone")]
    fn from_date_time_zone(ctx: &mut Ctx, timezone: &Object) -> R<Option<Object>> {
        intltz_from_date_time_zone(ctx, timezone)
    }
    #[php("public static function getCanonicalID(string $timezoneId, &$isSystemId = null): ~string|false")]
    fn get_canonical_id(
        ctx: &mut Ctx,
        timezone_id: &[u8],
        is_system_id: Option<Reference<'_>>,
    ) -> R<OrFalse<Vec<u8>>> {
        intltz_get_canonical_id(ctx, timezone_id, is_system_id)
    }
    #[php(
        "public function getDisplayName(bool $dst = false, int $style = IntlTimeZone::DISPLAY_LONG, ?string $locale = null): ~string|false"
    )]
    fn get_display_name(
        this: &This<Self>,
        ctx: &mut Ctx,
        dst: bool,
        style: Option<i64>,
        locale: Option<&[u8]>,
    ) -> R<OrFalse<Vec<u8>>> {
        intltz_get_display_name(ctx, this, dst, style, locale)
    }
    #[php("public function getDSTSavings(): ~int")]
    fn get_dst_savings(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        intltz_get_dst_savings(ctx, this)
    }
    #[php("public static function getEquivalentID(string $timezoneId, int $offset): ~string|false")]
    fn get_equivalent_id(ctx: &mut Ctx, timezone_id: &[u8], offset: i64) -> R<OrFalse<Vec<u8>>> {
        intltz_get_equivalent_id(ctx, timezone_id, offset)
    }
    #[php("public function getErrorCode(): ~int|false")]
    fn get_error_code(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        intltz_get_error_code(ctx, this)
    }
    #[php("public function getErrorMessage(): ~string|false")]
    fn get_error_message(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        intltz_get_error_message(ctx, this)
    }
    #[php("public static function getGMT(): ~IntlTimeZone")]
    fn get_gmt(ctx: &mut Ctx) -> R<Object> {
        intltz_get_gmt(ctx)
    }
    #[php("public static function getIanaID(string $timezoneId): string|false")]
    fn get_iana_id(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<Vec<u8>>> {
        intltz_get_iana_id(ctx, timezone_id)
    }
    #[php("public function getID(): ~string|false")]
    fn get_id(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Vec<u8>>> {
        intltz_get_id(ctx, this)
    }
    #[php("public function getOffset(float $timestamp, bool $local, &$rawOffset, &$dstOffset): ~bool")]
    fn get_offset(
        this: &This<Self>,
        ctx: &mut Ctx,
        timestamp: f64,
        local: bool,
        raw_offset: Reference<'_>,
        dst_offset: Reference<'_>,
    ) -> R<bool> {
        intltz_get_offset(ctx, this, timestamp, local, raw_offset, dst_offset)
    }
    #[php("public function getRawOffset(): ~int")]
    fn get_raw_offset(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        intltz_get_raw_offset(ctx, this)
    }
    #[php("public static function getRegion(string $timezoneId): ~string|false")]
    fn get_region(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<Vec<u8>>> {
        intltz_get_region(ctx, timezone_id)
    }
    #[php("public static function getTZDataVersion(): ~string|false")]
    fn get_tz_data_version(ctx: &mut Ctx) -> R<OrFalse<&'static str>> {
        intltz_get_tz_data_version(ctx)
    }
    #[php("public static function getUnknown(): ~IntlTimeZone")]
    fn get_unknown(ctx: &mut Ctx) -> R<Object> {
        intltz_get_unknown(ctx)
    }
    #[php("public static function getWindowsID(string $timezoneId): ~string|false")]
    fn get_windows_id(ctx: &mut Ctx, timezone_id: &[u8]) -> R<OrFalse<Vec<u8>>> {
        intltz_get_windows_id(ctx, timezone_id)
    }
    #[php(
        "public static function getIDForWindowsID(string $timezoneId, ?string $region = null): ~string|false"
    )]
    fn get_id_for_windows_id(
        ctx: &mut Ctx,
        timezone_id: &[u8],
        region: Option<&[u8]>,
    ) -> R<OrFalse<Vec<u8>>> {
        intltz_get_id_for_windows_id(ctx, timezone_id, region)
    }
    #[php("public function hasSameRules(IntlTimeZone $other): ~bool")]
    fn has_same_rules(this: &This<Self>, ctx: &mut Ctx, other: &This<IntlTimeZone>) -> R<bool> {
        intltz_has_same_rules(ctx, this, other)
    }
    #[php("public function toDateTimeZone(): ~DateTimeZone|false")]
    fn to_date_time_zone(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Object>> {
        intltz_to_date_time_zone(ctx, this)
    }
    #[php("public function useDaylightTime(): ~bool")]
    fn use_daylight_time(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        intltz_use_daylight_time(ctx, this)
    }
}
