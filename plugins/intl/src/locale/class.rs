//! `Locale`: what a locale's name says.

use super::subtags::{self, Found};
use super::{MOST, check_length, default_locale, lookup, or_default};
use crate::error::{self, begin};
use crate::icu::locale::{self as names, Part};
use crate::icu::{self, ILLEGAL_ARGUMENT_ERROR};
use plugin_api::{Array, Ctx, Kind, OrFalse, R, Value, php_class, php_function, php_methods};

/// A class of static methods.
#[php_class(
    "class Locale",
    "public const int ACTUAL_LOCALE = 0",
    "public const int VALID_LOCALE = 1",
    "public const null DEFAULT_LOCALE = null",
    "public const string LANG_TAG = 'language'",
    "public const string EXTLANG_TAG = 'extlang'",
    "public const string SCRIPT_TAG = 'script'",
    "public const string REGION_TAG = 'region'",
    "public const string VARIANT_TAG = 'variant'",
    "public const string GRANDFATHERED_LANG_TAG = 'grandfathered'",
    "public const string PRIVATE_TAG = 'private'"
)]
pub struct Locale;

/// A part's word in messages and arrays.
fn word(part: Part) -> &'static str {
    match part {
        Part::Whole => "canonicalize",
        Part::Language => "language",
        Part::Script => "script",
        Part::Region => "region",
        Part::Variant => "variant",
    }
}

/// A part of a name for PHP.
fn part(ctx: &mut Ctx, locale: &[u8], part: Part) -> R<Option<Vec<u8>>> {
    begin(ctx, None);
    let locale = or_default(ctx, locale);
    if !check_length(ctx, &locale)? {
        return Ok(None);
    }
    match subtags::part(&locale, part, false) {
        Found::Part(found) | Found::Name(found) => Ok(Some(found)),
        Found::Missing => Ok(Some(Vec::new())),
        Found::Nothing => {
            let word = word(part);
            error::fail(ctx, None, icu::OK, &format!("locale_get_{word} : unable to get locale {word}"))?;
            Ok(None)
        }
    }
}

/// A part of a name in words.
fn display(ctx: &mut Ctx, locale: &[u8], part: Part, shown_in: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    begin(ctx, None);
    let word = if part == Part::Whole { "name" } else { word(part) };
    if locale.len() > MOST + 1 {
        error::fail(
            ctx,
            None,
            ILLEGAL_ARGUMENT_ERROR,
            &format!("locale_get_display_{word} : name too long"),
        )?;
        return Ok(OrFalse::FALSE);
    }
    let mut locale = or_default(ctx, locale);
    if part != Part::Whole
        && let Some(preferred) = subtags::preferred(subtags::c_bytes(&locale))
    {
        if part != Part::Language {
            return Ok(OrFalse::FALSE);
        }
        locale = preferred.into();
    }
    let shown_in = shown_in.map_or_else(|| default_locale(ctx), <[u8]>::to_vec);
    let shown = match names::display(&locale, part, &shown_in) {
        Ok(shown) => shown,
        Err(code) => {
            let message = format!("locale_get_display_{word} : unable to get locale {word}");
            error::fail(ctx, None, code, &message)?;
            return Ok(OrFalse::FALSE);
        }
    };
    match icu::to_utf8(&shown) {
        Ok(shown) => Ok(shown.into()),
        Err(code) => {
            let message =
                format!("locale_get_display_{word} :error converting display name for {word} to UTF-8");
            error::fail(ctx, None, code, &message)?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// The locale of those who name none.
#[php_function("locale_get_default(): string")]
fn locale_get_default(ctx: &mut Ctx) -> Vec<u8> {
    default_locale(ctx)
}

/// Sets it for the request.
#[php_function("locale_set_default(string $locale): true")]
fn locale_set_default(ctx: &mut Ctx, locale: &[u8]) -> bool {
    let locale = if locale.is_empty() { names::default_name().as_bytes() } else { locale };
    ctx.set_ini(b"intl.default_locale", locale);
    true
}

/// The language.
#[php_function("locale_get_primary_language(string $locale): ?string")]
fn locale_get_primary_language(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
    part(ctx, locale, Part::Language)
}

/// The script.
#[php_function("locale_get_script(string $locale): ?string")]
fn locale_get_script(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
    part(ctx, locale, Part::Script)
}

/// The region.
#[php_function("locale_get_region(string $locale): ?string")]
fn locale_get_region(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
    part(ctx, locale, Part::Region)
}

/// The canonical form.
#[php_function("locale_canonicalize(string $locale): ?string")]
fn locale_canonicalize(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
    part(ctx, locale, Part::Whole)
}

/// Keywords with their values.
#[php_function("locale_get_keywords(string $locale): array|false|null")]
fn locale_get_keywords(ctx: &mut Ctx, locale: &[u8]) -> R<Value> {
    begin(ctx, None);
    if !check_length(ctx, subtags::c_bytes(locale))? {
        return Ok(Value::NULL);
    }
    let locale = or_default(ctx, locale);
    match names::keywords(&locale) {
        Ok(None) => Ok(Value::NULL),
        Ok(Some(found)) => {
            let mut out = Array::with_capacity(found.len());
            for (keyword, value) in found {
                out.set(keyword.as_slice(), value);
            }
            Ok(out.into())
        }
        Err(_) => {
            error::fail(
                ctx,
                None,
                ILLEGAL_ARGUMENT_ERROR,
                "locale_get_keywords: Error encountered while getting the keyword  value for the  keyword",
            )?;
            Ok(false.into())
        }
    }
}

/// The script in words.
#[php_function("locale_get_display_script(string $locale, ?string $displayLocale = null): string|false")]
fn locale_get_display_script(
    ctx: &mut Ctx,
    locale: &[u8],
    display_locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    display(ctx, locale, Part::Script, display_locale)
}

/// The region in words.
#[php_function("locale_get_display_region(string $locale, ?string $displayLocale = null): string|false")]
fn locale_get_display_region(
    ctx: &mut Ctx,
    locale: &[u8],
    display_locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    display(ctx, locale, Part::Region, display_locale)
}

/// The whole in words.
#[php_function("locale_get_display_name(string $locale, ?string $displayLocale = null): string|false")]
fn locale_get_display_name(
    ctx: &mut Ctx,
    locale: &[u8],
    display_locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    display(ctx, locale, Part::Whole, display_locale)
}

/// The language in words.
#[php_function("locale_get_display_language(string $locale, ?string $displayLocale = null): string|false")]
fn locale_get_display_language(
    ctx: &mut Ctx,
    locale: &[u8],
    display_locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    display(ctx, locale, Part::Language, display_locale)
}

/// The variants in words.
#[php_function("locale_get_display_variant(string $locale, ?string $displayLocale = null): string|false")]
fn locale_get_display_variant(
    ctx: &mut Ctx,
    locale: &[u8],
    display_locale: Option<&[u8]>,
) -> R<OrFalse<Vec<u8>>> {
    display(ctx, locale, Part::Variant, display_locale)
}

/// Adds one subtag; `None`: it is no string.
fn append(out: &mut Vec<u8>, subtags: &Array, key: &str, separated: bool) -> Option<bool> {
    match subtags.get(key).map(Value::kind) {
        None => Some(false),
        Some(Kind::Str(s)) => {
            if separated {
                out.push(b'_');
            }
            out.extend_from_slice(s);
            Some(true)
        }
        Some(_) => None,
    }
}

/// Adds the subtags of a key, or of the key with numbers behind it up to `most`; `None`: one is no string.
fn append_all(out: &mut Vec<u8>, subtags: &Array, key: &str, most: usize) -> Option<()> {
    let found: Vec<&Value> = match subtags.get(key).map(|v| (v, v.kind())) {
        Some((_, Kind::Array(list))) => list.values().collect(),
        Some((v, _)) => vec![v],
        None => (0..most).filter_map(|i| subtags.get(format!("{key}{i}"))).collect(),
    };
    for (i, v) in found.into_iter().enumerate() {
        let subtag = v.as_str()?;
        if i == 0 && key == "private" {
            out.extend_from_slice(b"_x");
        }
        out.push(b'_');
        out.extend_from_slice(subtag);
    }
    Some(())
}

/// The name that subtags make; `None`: one is no string.
fn composed(subtags: &Array) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    if append(&mut out, subtags, "grandfathered", false)? {
        return Some(out);
    }
    append(&mut out, subtags, "language", false)?;
    append_all(&mut out, subtags, "extlang", 3)?;
    append(&mut out, subtags, "script", true)?;
    append(&mut out, subtags, "region", true)?;
    append_all(&mut out, subtags, "variant", 15)?;
    append_all(&mut out, subtags, "private", 15)?;
    Some(out)
}

/// Makes a name of subtags.
#[php_function("locale_compose(array $subtags): string|false")]
fn locale_compose(ctx: &mut Ctx, subtags: &Array) -> R<OrFalse<Vec<u8>>> {
    begin(ctx, None);
    if subtags.is_empty() {
        return Ok(OrFalse::FALSE);
    }
    if subtags.get("grandfathered").is_none() && subtags.get("language").is_none() {
        return Err(ctx.argument_value_error(1, "must contain a \"language\" key"));
    }
    let name = composed(subtags);
    if name.is_none() {
        let message = "locale_compose: parameter array element is not a string";
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
    }
    Ok(name.into())
}

/// The subtags of a name.
#[php_function("locale_parse(string $locale): ?array")]
fn locale_parse(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Array>> {
    begin(ctx, None);
    if !check_length(ctx, subtags::c_bytes(locale))? {
        return Ok(None);
    }
    let locale = or_default(ctx, locale);
    let locale = subtags::c_bytes(&locale);
    let mut out = Array::new();
    if subtags::is_grandfathered(locale) {
        out.set("grandfathered", Value::str(locale));
        return Ok(Some(out));
    }
    for part in [Part::Language, Part::Script, Part::Region] {
        if let Found::Part(found) = subtags::part(locale, part, true) {
            out.set(word(part), found);
        }
    }
    let variants = match subtags::part(locale, Part::Variant, true) {
        Found::Part(found) => subtags::tokens(&found),
        _ => Vec::new(),
    };
    let private = subtags::private(locale).map(|p| subtags::tokens(&p)).unwrap_or_default();
    for (key, list) in [("variant", variants), ("private", private)] {
        for (i, subtag) in list.into_iter().enumerate() {
            out.set(format!("{key}{i}").as_str(), subtag);
        }
    }
    Ok(Some(out))
}

/// The variants of a name.
#[php_function("locale_get_all_variants(string $locale): ?array")]
fn locale_get_all_variants(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Array>> {
    begin(ctx, None);
    let locale = or_default(ctx, locale);
    if !check_length(ctx, &locale)? {
        return Ok(None);
    }
    let found = match subtags::part(&locale, Part::Variant, false) {
        Found::Part(found) => subtags::tokens(&found),
        _ => Vec::new(),
    };
    Ok(Some(found.into_iter().collect()))
}

/// Whether a tag lies in a range.
#[php_function(
    "locale_filter_matches(string $languageTag, string $locale, bool $canonicalize = false): ?bool"
)]
fn locale_filter_matches(
    ctx: &mut Ctx,
    language_tag: &[u8],
    locale: &[u8],
    canonicalize: bool,
) -> R<Option<bool>> {
    begin(ctx, None);
    let locale = or_default(ctx, locale);
    lookup::matches(ctx, language_tag, &locale, canonicalize)
}

/// The tag that fits a range best.
#[php_function(
    "locale_lookup(array $languageTag, string $locale, bool $canonicalize = false, ?string $defaultLocale = null): ?string"
)]
fn locale_lookup(
    ctx: &mut Ctx,
    language_tag: &Array,
    locale: &[u8],
    canonicalize: bool,
    default_locale: Option<&[u8]>,
) -> R<Option<Vec<u8>>> {
    begin(ctx, None);
    let range = match default_locale {
        Some(fallback) if locale.is_empty() => fallback.to_vec(),
        _ => or_default(ctx, locale),
    };
    if !check_length(ctx, &range)? {
        return Ok(None);
    }
    if language_tag.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let found = lookup::lookup(ctx, language_tag, &range, canonicalize)?;
    if icu::failed(ctx.globals::<crate::Globals>().error.code()) {
        return Ok(None);
    }
    let found = found.filter(|f| !f.is_empty());
    Ok(Some(found.unwrap_or_else(|| default_locale.unwrap_or_default().to_vec())))
}

/// The locale that a browser asks for.
#[php_function("locale_accept_from_http(string $header): string|false")]
fn locale_accept_from_http(ctx: &mut Ctx, header: &[u8]) -> R<OrFalse<Vec<u8>>> {
    const CAPACITY: usize = MOST + 1;
    if header.len() > CAPACITY && header.split(|b| *b == b',').any(|part| part.len() > CAPACITY) {
        let message = "locale_accept_from_http: locale string too long";
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(OrFalse::FALSE);
    }
    let message = "locale_accept_from_http: failed to retrieve locale list";
    let available = names::available(None);
    let Some(available) = error::checked(ctx, None, available, message)? else { return Ok(OrFalse::FALSE) };
    let found = names::accepted(header, &available, MOST);
    let message = "locale_accept_from_http: failed to find acceptable locale";
    Ok(error::checked(ctx, None, found, message)?.flatten().into())
}

#[php_methods]
impl Locale {
    #[php("public static function getDefault(): ~string")]
    fn get_default(ctx: &mut Ctx) -> Vec<u8> {
        default_locale(ctx)
    }
    #[php("public static function setDefault(string $locale): ~true")]
    fn set_default(ctx: &mut Ctx, locale: &[u8]) -> bool {
        locale_set_default(ctx, locale)
    }
    #[php("public static function getPrimaryLanguage(string $locale): ~?string")]
    fn get_primary_language(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
        part(ctx, locale, Part::Language)
    }
    #[php("public static function getScript(string $locale): ~?string")]
    fn get_script(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
        part(ctx, locale, Part::Script)
    }
    #[php("public static function getRegion(string $locale): ~?string")]
    fn get_region(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
        part(ctx, locale, Part::Region)
    }
    #[php("public static function getKeywords(string $locale): ~array|false|null")]
    fn get_keywords(ctx: &mut Ctx, locale: &[u8]) -> R<Value> {
        locale_get_keywords(ctx, locale)
    }
    #[php(
        "public static function getDisplayScript(string $locale, ?string $displayLocale = null): ~string|false"
    )]
    fn get_display_script(
        ctx: &mut Ctx,
        locale: &[u8],
        display_locale: Option<&[u8]>,
    ) -> R<OrFalse<Vec<u8>>> {
        display(ctx, locale, Part::Script, display_locale)
    }
    #[php(
        "public static function getDisplayRegion(string $locale, ?string $displayLocale = null): ~string|false"
    )]
    fn get_display_region(
        ctx: &mut Ctx,
        locale: &[u8],
        display_locale: Option<&[u8]>,
    ) -> R<OrFalse<Vec<u8>>> {
        display(ctx, locale, Part::Region, display_locale)
    }
    #[php(
        "public static function getDisplayName(string $locale, ?string $displayLocale = null): ~string|false"
    )]
    fn get_display_name(ctx: &mut Ctx, locale: &[u8], display_locale: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
        display(ctx, locale, Part::Whole, display_locale)
    }
    #[php(
        "public static function getDisplayLanguage(string $locale, ?string $displayLocale = null): ~string|false"
    )]
    fn get_display_language(
        ctx: &mut Ctx,
        locale: &[u8],
        display_locale: Option<&[u8]>,
    ) -> R<OrFalse<Vec<u8>>> {
        display(ctx, locale, Part::Language, display_locale)
    }
    #[php(
        "public static function getDisplayVariant(string $locale, ?string $displayLocale = null): ~string|false"
    )]
    fn get_display_variant(
        ctx: &mut Ctx,
        locale: &[u8],
        display_locale: Option<&[u8]>,
    ) -> R<OrFalse<Vec<u8>>> {
        display(ctx, locale, Part::Variant, display_locale)
    }
    #[php("public static function composeLocale(array $subtags): ~string|false")]
    fn compose_locale(ctx: &mut Ctx, subtags: &Array) -> R<OrFalse<Vec<u8>>> {
        locale_compose(ctx, subtags)
    }
    #[php("public static function parseLocale(string $locale): ~?array")]
    fn parse_locale(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Array>> {
        locale_parse(ctx, locale)
    }
    #[php("public static function getAllVariants(string $locale): ~?array")]
    fn get_all_variants(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Array>> {
        locale_get_all_variants(ctx, locale)
    }
    #[php(
        "public static function filterMatches(string $languageTag, string $locale, bool $canonicalize = false): ~?bool"
    )]
    fn filter_matches(
        ctx: &mut Ctx,
        language_tag: &[u8],
        locale: &[u8],
        canonicalize: bool,
    ) -> R<Option<bool>> {
        locale_filter_matches(ctx, language_tag, locale, canonicalize)
    }
    #[php(
        "public static function lookup(array $languageTag, string $locale, bool $canonicalize = false, ?string $defaultLocale = null): ~?string"
    )]
    fn lookup(
        ctx: &mut Ctx,
        language_tag: &Array,
        locale: &[u8],
        canonicalize: bool,
        default_locale: Option<&[u8]>,
    ) -> R<Option<Vec<u8>>> {
        locale_lookup(ctx, language_tag, locale, canonicalize, default_locale)
    }
    #[php("public static function canonicalize(string $locale): ~?string")]
    fn canonicalize(ctx: &mut Ctx, locale: &[u8]) -> R<Option<Vec<u8>>> {
        part(ctx, locale, Part::Whole)
    }
    #[php("public static function acceptFromHttp(string $header): ~string|false")]
    fn accept_from_http(ctx: &mut Ctx, header: &[u8]) -> R<OrFalse<Vec<u8>>> {
        locale_accept_from_http(ctx, header)
    }
}
