//! The intl extension: what differs between the world's languages, over the system's ICU.
//!
//! A file (or folder) is a class with the functions that do the same, and is named in the module at the end of this file;
//! what they ask of ICU lies in [`icu`], and [`error`] is how all of them tell of failures.

mod arguments;
mod breakiterator;
mod calendar;
mod char;
mod collator;
mod constants;
mod converter;
mod dateformat;
mod error;
mod grapheme;
mod icu;
mod idn;
mod iterator;
mod locale;
mod message;
mod normalizer;
mod number;
mod resource;
mod spoofchecker;
mod timezone;
mod transliterator;

use plugin_api::{GcRoots, Info, Module, php_module};
use std::cell::{Cell, OnceCell};

/// What the extension keeps for a request.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// The last error.
    #[gc(skip)]
    pub error: error::Errors,
    /// The rules for characters, once they were asked for.
    #[gc(skip)]
    pub characters: OnceCell<icu::grapheme::Rules>,
    /// `intl.error_level`: which message an error raises, 0 for none.
    pub error_level: Cell<i64>,
    /// `intl.use_exceptions`
    pub use_exceptions: Cell<bool>,
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.string_constant("INTL_ICU_VERSION", icu::version::icu());
    m.string_constant("INTL_ICU_DATA_VERSION", icu::version::data());
    Ok(())
}

fn request_end(ctx: &mut plugin_api::Ctx) -> plugin_api::R<()> {
    ctx.globals::<Globals>().error.reset();
    Ok(())
}

fn info(t: &mut Info) {
    t.row("Internationalization support", "enabled");
    t.row("ICU version", icu::version::icu());
    t.row("ICU Data version", icu::version::data());
    if let Some(version) = icu::version::time_zones() {
        t.row("ICU TZData version", version);
    }
    t.row("ICU Unicode version", icu::version::unicode());
    t.ini();
}

php_module! {
    name: "intl",
    version: "8.4.24",
    functions: [
        error::{intl_get_error_code, intl_get_error_message, intl_is_failure, intl_error_name},
        collator::{
            collator_create, collator_compare, collator_get_attribute, collator_set_attribute, collator_get_strength,
            collator_set_strength, collator_sort, collator_sort_with_sort_keys, collator_asort, collator_get_locale,
            collator_get_error_code, collator_get_error_message, collator_get_sort_key,
        },
        locale::class::{
            locale_get_default, locale_set_default, locale_get_primary_language, locale_get_script, locale_get_region,
            locale_get_keywords, locale_get_display_script, locale_get_display_region, locale_get_display_name,
            locale_get_display_language, locale_get_display_variant, locale_compose, locale_parse,
            locale_get_all_variants, locale_filter_matches, locale_canonicalize, locale_lookup, locale_accept_from_http,
        },
        normalizer::{normalizer_normalize, normalizer_is_normalized, normalizer_get_raw_decomposition},
        grapheme::{
            grapheme_strlen, grapheme_strpos, grapheme_stripos, grapheme_strrpos, grapheme_strripos, grapheme_substr,
            grapheme_strstr, grapheme_stristr, grapheme_str_split, grapheme_extract,
        },
        idn::{idn_to_ascii, idn_to_utf8},
        resource::{
            resourcebundle_create, resourcebundle_get, resourcebundle_count, resourcebundle_locales,
            resourcebundle_get_error_code, resourcebundle_get_error_message,
        },
        transliterator::{
            transliterator_create, transliterator_create_from_rules, transliterator_list_ids,
            transliterator_create_inverse, transliterator_transliterate, transliterator_get_error_code,
            transliterator_get_error_message,
        },
        number::{
            numfmt_create, numfmt_format, numfmt_parse, numfmt_format_currency, numfmt_parse_currency,
            numfmt_set_attribute, numfmt_get_attribute, numfmt_set_text_attribute, numfmt_get_text_attribute,
            numfmt_set_symbol, numfmt_get_symbol, numfmt_set_pattern, numfmt_get_pattern, numfmt_get_locale,
            numfmt_get_error_code, numfmt_get_error_message,
        },
        timezone::{
            intltz_count_equivalent_ids, intltz_create_default, intltz_create_enumeration, intltz_create_time_zone,
            intltz_create_time_zone_id_enumeration, intltz_from_date_time_zone, intltz_get_canonical_id,
            intltz_get_display_name, intltz_get_dst_savings, intltz_get_equivalent_id, intltz_get_error_code,
            intltz_get_error_message, intltz_get_gmt, intltz_get_iana_id, intltz_get_id, intltz_get_id_for_windows_id,
            intltz_get_offset, intltz_get_raw_offset, intltz_get_region, intltz_get_tz_data_version, intltz_get_unknown,
            intltz_get_windows_id, intltz_has_same_rules, intltz_to_date_time_zone, intltz_use_daylight_time,
        },
        calendar::{
            intlcal_add, intlcal_after, intlcal_before, intlcal_clear, intlcal_create_instance, intlcal_equals,
            intlcal_field_difference, intlcal_from_date_time, intlcal_get, intlcal_get_actual_maximum,
            intlcal_get_actual_minimum, intlcal_get_available_locales, intlcal_get_day_of_week_type,
            intlcal_get_error_code, intlcal_get_error_message, intlcal_get_first_day_of_week,
            intlcal_get_greatest_minimum, intlcal_get_keyword_values_for_locale, intlcal_get_least_maximum,
            intlcal_get_locale, intlcal_get_maximum, intlcal_get_minimal_days_in_first_week, intlcal_get_minimum,
            intlcal_get_now, intlcal_get_repeated_wall_time_option, intlcal_get_skipped_wall_time_option,
            intlcal_get_time, intlcal_get_time_zone, intlcal_get_type, intlcal_get_weekend_transition,
            intlcal_in_daylight_time, intlcal_is_equivalent_to, intlcal_is_lenient, intlcal_is_set, intlcal_is_weekend,
            intlcal_roll, intlcal_set, intlcal_set_first_day_of_week, intlcal_set_lenient,
            intlcal_set_minimal_days_in_first_week, intlcal_set_repeated_wall_time_option,
            intlcal_set_skipped_wall_time_option, intlcal_set_time, intlcal_set_time_zone, intlcal_to_date_time,
        },
        calendar::gregorian::{
            intlgregcal_create_instance, intlgregcal_get_gregorian_change, intlgregcal_is_leap_year,
            intlgregcal_set_gregorian_change,
        },
        dateformat::{
            datefmt_create, datefmt_format, datefmt_format_object, datefmt_get_calendar, datefmt_get_calendar_object,
            datefmt_get_datetype, datefmt_get_error_code, datefmt_get_error_message, datefmt_get_locale,
            datefmt_get_pattern, datefmt_get_timetype, datefmt_get_timezone, datefmt_get_timezone_id,
            datefmt_is_lenient, datefmt_localtime, datefmt_parse, datefmt_set_calendar, datefmt_set_lenient,
            datefmt_set_pattern, datefmt_set_timezone,
        },
        message::{
            msgfmt_create, msgfmt_format, msgfmt_format_message, msgfmt_get_error_code, msgfmt_get_error_message,
            msgfmt_get_locale, msgfmt_get_pattern, msgfmt_parse, msgfmt_parse_message, msgfmt_set_pattern,
        },
    ],
    classes: [collator::Collator, number::NumberFormatter, locale::class::Locale, normalizer::Normalizer, resource::ResourceBundle,
        transliterator::Transliterator, spoofchecker::Spoofchecker, char::IntlChar, converter::UConverter,
        error::IntlException, iterator::IntlIterator,
        timezone::IntlTimeZone, calendar::IntlCalendar, calendar::gregorian::IntlGregorianCalendar, dateformat::IntlDateFormatter,
        dateformat::patterns::IntlDatePatternGenerator,
        breakiterator::IntlBreakIterator, breakiterator::rules::IntlRuleBasedBreakIterator,
        breakiterator::IntlCodePointBreakIterator, breakiterator::parts::IntlPartsIterator, message::MessageFormatter],
    constants: [constants::ERRORS, constants::OTHERS],
    ini: [
        "intl.default_locale" = none => (ALL, on_modify: locale::setting_changed),
        "intl.error_level" = "0" => (ALL, bind: error_level),
        "intl.use_exceptions" = "0" => (ALL, boolean, bind: use_exceptions),
    ],
    globals: Globals,
    minit: startup,
    rshutdown: request_end,
    minfo: info,
}
