//! PHP's date extension: functions, classes, constants and ini entries over `howdah-date-engine`, which has the rules.

mod constants;
mod exceptions;
mod functions;
mod immutable;
mod interval;
mod moment;
mod mutable;
mod period;
mod procedures;
mod state;
mod strftime;
mod sun;
mod text;
mod zone;
mod zones;

use plugin_api::{Ctx, Info, R, php_module};

use crate::state::State;

/// Version of PHP whose behaviour this is.
const VERSION: &str = "8.4.24";

fn request_startup(ctx: &mut Ctx) -> R<()> {
    ctx.globals::<State>().reset();
    Ok(())
}

fn info(table: &mut Info) {
    table.row("date/time support", "enabled");
    table.row("\"Olson\" Timezone Database Version", &howdah_date_engine::zone::database_version());
    table.row("Timezone Database", "internal");
    table.ini();
}

php_module! {
    name: "date",
    version: VERSION,
    functions: [
        functions::{strtotime, date, idate, gmdate, mktime, gmmktime, checkdate, time, localtime, getdate, date_parse,
            date_parse_from_format, date_get_last_errors},
        strftime::{strftime, gmstrftime},
        procedures::{date_create, date_create_immutable, date_create_from_format, date_create_immutable_from_format,
            date_format, date_modify, date_add, date_sub, date_timezone_get, date_timezone_set, date_offset_get, date_diff,
            date_time_set, date_date_set, date_isodate_set, date_timestamp_set, date_timestamp_get, timezone_open,
            timezone_name_get, timezone_offset_get, timezone_transitions_get, timezone_location_get,
            date_interval_create_from_date_string, date_interval_format},
        zones::{timezone_name_from_abbr, timezone_identifiers_list, timezone_abbreviations_list, timezone_version_get,
            date_default_timezone_set, date_default_timezone_get},
        sun::{date_sunrise, date_sunset, date_sun_info},
    ],
    classes: [
        moment::DateTimeInterface, mutable::DateTime, immutable::DateTimeImmutable, zone::DateTimeZone,
        interval::DateInterval, period::DatePeriod,
        exceptions::{DateError, DateObjectError, DateRangeError, DateException, DateInvalidTimeZoneException,
            DateInvalidOperationException, DateMalformedStringException, DateMalformedIntervalStringException,
            DateMalformedPeriodStringException},
    ],
    constants: [constants::FORMATS, constants::SUN_FORMATS],
    ini: [
        "date.timezone" = "UTC" => (ALL, on_modify: state::check_zone),
        "date.default_latitude" = "31.7667" => (ALL),
        "date.default_longitude" = "35.2333" => (ALL),
        "date.sunset_zenith" = "90.833333" => (ALL),
        "date.sunrise_zenith" = "90.833333" => (ALL),
    ],
    globals: State,
    rinit: request_startup,
    minfo: info,
}
