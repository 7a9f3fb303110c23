//! `DateTimeZone`.

use howdah_date_engine::format::format;
use howdah_date_engine::time::Time;
use howdah_date_engine::zone::location;
use howdah_date_engine::zone::reference::{ZoneError, ZoneReference};
use plugin_api::abi::prop_purpose;
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, Object, OrFalse, R, This, Value, literal, php_class,
    php_methods,
};

use crate::exceptions::{
    DateException, DateInvalidTimeZoneException, DateObjectError, throw, throw_uninitialized,
};
use crate::moment::{add_common, restore_properties, time_of};
use crate::state::array_of;
use crate::text::{check_path, shown};
use crate::zones;

/// The payload of `DateTimeZone`.
#[derive(Default, GcRoots)]
#[php_class(
    "class DateTimeZone",
    "public const int AFRICA = 1",
    "public const int AMERICA = 2",
    "public const int ANTARCTICA = 4",
    "public const int ARCTIC = 8",
    "public const int ASIA = 16",
    "public const int ATLANTIC = 32",
    "public const int AUSTRALIA = 64",
    "public const int EUROPE = 128",
    "public const int INDIAN = 256",
    "public const int PACIFIC = 512",
    "public const int UTC = 1024",
    "public const int ALL = 2047",
    "public const int ALL_WITH_BC = 4095",
    "public const int PER_COUNTRY = 4096",
    handlers(compare, properties, clone)
)]
pub struct DateTimeZone {
    /// Missing until the constructor ran.
    #[gc(skip)]
    zone: Option<ZoneReference>,
}

impl DateTimeZone {
    /// The payload around a zone.
    pub fn around(zone: ZoneReference) -> DateTimeZone {
        DateTimeZone { zone: Some(zone) }
    }
}

/// The object's zone, if it was constructed.
pub fn zone_of(object: &Object) -> Option<ZoneReference> {
    This::<DateTimeZone>::of(object)?.with(|payload| payload.zone).flatten()
}

/// The object's zone; an error when it was not constructed.
pub fn checked(ctx: &mut Ctx, object: &Object) -> R<ZoneReference> {
    zone_of(object).ok_or_else(|| throw_uninitialized(ctx, object.class()))
}

/// The zone that a string names, or what is wrong with it.
pub fn parse(text: &[u8]) -> Result<ZoneReference, String> {
    ZoneReference::parse(text).map_err(|error| match error {
        ZoneError::OutOfRange => format!("Timezone offset is out of range ({})", shown(text)),
        ZoneError::Unknown => format!("Unknown or bad timezone ({})", shown(text)),
    })
}

/// Seconds east of UTC at a time.
pub fn offset_at(ctx: &mut Ctx, object: &Object, time: &Object) -> R<i64> {
    let zone = checked(ctx, object)?;
    let time = time_of(ctx, time)?;
    Ok(zone.offset(time.timestamp))
}

/// The offset changes between two UNIX times.
pub fn transitions(
    ctx: &mut Ctx,
    object: &Object,
    begin: Option<i64>,
    end: Option<i64>,
) -> R<OrFalse<Array>> {
    let ZoneReference::Identifier(zone) = checked(ctx, object)? else { return Ok(OrFalse::FALSE) };
    // The signature says PHP_INT_MAX; what PHP does without the argument is to stop in 2038.
    let changes = zone.transitions(begin.unwrap_or(i64::MIN), end.unwrap_or(i32::MAX as i64));
    let entries = changes.into_iter().map(|change| {
        array_of([
            (literal!("ts"), change.time.into()),
            (literal!("time"), format(b"x-m-d\\TH:i:sP", &Time::utc(change.time), false).into()),
            (literal!("offset"), change.local.offset.into()),
            (literal!("isdst"), change.local.is_dst.into()),
            (literal!("abbr"), change.local.abbreviation.into()),
        ])
    });
    Ok(entries.collect::<Array>().into())
}

/// Where the zone lies.
pub fn location(ctx: &mut Ctx, object: &Object) -> R<OrFalse<Array>> {
    let ZoneReference::Identifier(zone) = checked(ctx, object)? else { return Ok(OrFalse::FALSE) };
    let place = location::find(zone.name());
    let (country, comment) = place.map_or(("??", "?"), |place| (place.country, place.comment));
    let (latitude, longitude) = place.map_or((0.0, 0.0), |place| (place.latitude, place.longitude));
    let array = array_of([
        (literal!("country_code"), country.into()),
        (literal!("latitude"), latitude.into()),
        (literal!("longitude"), longitude.into()),
        (literal!("comments"), comment.into()),
    ]);
    Ok(array.into())
}

fn add_state(array: &mut Array, zone: &ZoneReference) {
    array.set("timezone_type", zone.kind().number());
    array.set("timezone", zone.name());
}

/// The zone that an array of `timezone_type` and `timezone` describes.
fn zone_of_state(state: &Array) -> Option<ZoneReference> {
    let kind = state.get("timezone_type")?.as_int()?;
    let name = state.get("timezone")?.as_str()?;
    ZoneReference::parse(name.as_bytes()).ok().filter(|_| (1..=3).contains(&kind))
}

impl Handlers for DateTimeZone {
    fn compare(ctx: &mut Ctx, one: &Value, two: &Value) -> R<Comparison> {
        let zones = [one, two].map(|value| value.as_object().and_then(This::<DateTimeZone>::of));
        let [Some(one), Some(two)] = zones else { return Ok(Comparison::Uncomparable) };
        let (Some(one), Some(two)) = (zone_of(one), zone_of(two)) else {
            return Err(throw::<DateObjectError>(
                ctx,
                "Trying to compare uninitialized DateTimeZone objects",
            ));
        };
        if one.kind() != two.kind() {
            return Err(throw::<DateException>(
                ctx,
                "Cannot compare two different kinds of DateTimeZone objects",
            ));
        }
        Ok(if one.name() == two.name() { Comparison::Equal } else { Comparison::Greater })
    }

    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
        let is_standard = purpose == prop_purpose::DEBUG && this.has_method("__debuginfo");
        if is_standard || purpose == prop_purpose::OBJECT_VARS {
            return Ok(None);
        }
        let mut array = this.object().properties(ctx)?;
        if let Some(zone) = zone_of(this) {
            add_state(&mut array, &zone);
        }
        Ok(Some(array))
    }

    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let zone = from.borrow(ctx)?.zone;
        to.borrow_mut(ctx)?.zone = zone;
        Ok(())
    }
}

#[php_methods]
impl DateTimeZone {
    #[php("public function __construct(string $timezone)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, timezone: &[u8]) -> R<()> {
        check_path(ctx, 1, timezone)?;
        match parse(timezone) {
            Ok(zone) => {
                this.borrow_mut(ctx)?.zone = Some(zone);
                Ok(())
            }
            Err(message) => {
                let message = format!("DateTimeZone::__construct(): {message}");
                Err(throw::<DateInvalidTimeZoneException>(ctx, message))
            }
        }
    }

    #[php("public function getName(): ~string")]
    fn name(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        Ok(checked(ctx, this)?.name())
    }

    #[php("public function getOffset(DateTimeInterface $datetime): ~int")]
    fn offset(this: &This<Self>, ctx: &mut Ctx, datetime: &Object) -> R<i64> {
        offset_at(ctx, this, datetime)
    }

    #[php(
        "public function getTransitions(int $timestampBegin = PHP_INT_MIN, int $timestampEnd = PHP_INT_MAX): ~array|false"
    )]
    fn list_transitions(
        this: &This<Self>,
        ctx: &mut Ctx,
        begin: Option<i64>,
        end: Option<i64>,
    ) -> R<OrFalse<Array>> {
        transitions(ctx, this, begin, end)
    }

    #[php("public function getLocation(): ~array|false")]
    fn find_location(this: &This<Self>, ctx: &mut Ctx) -> R<OrFalse<Array>> {
        location(ctx, this)
    }

    #[php("public static function listAbbreviations(): ~array")]
    fn list_abbreviations() -> Array {
        zones::abbreviations()
    }

    #[php(
        "public static function listIdentifiers(int $timezoneGroup = DateTimeZone::ALL, ?string $countryCode = null): ~array"
    )]
    fn list_identifiers(ctx: &mut Ctx, group: Option<i64>, country: Option<&[u8]>) -> R<Array> {
        zones::identifiers(ctx, group.unwrap_or(zones::ALL), country)
    }

    #[php("public function __serialize(): array")]
    fn serialize(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let zone = checked(ctx, this)?;
        let mut array = Array::new();
        add_state(&mut array, &zone);
        add_common(ctx, this, &mut array)?;
        Ok(array)
    }

    #[php("public function __unserialize(array $data): void")]
    fn unserialize(this: &This<Self>, ctx: &mut Ctx, data: &Array) -> R<()> {
        restore(this, ctx, data)?;
        restore_properties(ctx, this, data, &["timezone_type", "timezone"])
    }

    #[php("public function __wakeup(): ~void")]
    fn wakeup(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let state = this.object().properties(ctx)?;
        restore(this, ctx, &state)
    }

    #[php("public static function __set_state(array $array): ~DateTimeZone")]
    fn set_state(ctx: &mut Ctx, array: &Array) -> R<Object> {
        match zone_of_state(array) {
            Some(zone) => This::<DateTimeZone>::create(ctx, DateTimeZone::around(zone)),
            None => Err(ctx.error(INVALID)),
        }
    }
}

const INVALID: &str = "Invalid serialization data for DateTimeZone object";

fn restore(this: &This<DateTimeZone>, ctx: &mut Ctx, state: &Array) -> R<()> {
    let zone = zone_of_state(state).ok_or_else(|| ctx.error(INVALID))?;
    this.borrow_mut(ctx)?.zone = Some(zone);
    Ok(())
}
