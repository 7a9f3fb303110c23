//! The intl extension: what differs between the world's languages, over the system's ICU.
//!
//! A file (or folder) is a class with the functions that do the same, and is named in the module at the end of this file;
//! what they ask of ICU lies in [`icu`], and [`error`] is how all of them tell of failures.

mod char;
mod collator;
mod constants;
mod converter;
mod error;
mod grapheme;
mod icu;
mod idn;
mod iterator;
mod locale;
mod normalizer;
mod number;
mod resource;
mod spoofchecker;
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
    ],
    classes: [collator::Collator, number::NumberFormatter, locale::class::Locale, normalizer::Normalizer, resource::ResourceBundle,
        transliterator::Transliterator, spoofchecker::Spoofchecker, char::IntlChar, converter::UConverter, error::IntlException, iterator::IntlIterator],
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
