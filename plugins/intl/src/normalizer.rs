//! `Normalizer`: texts that look the same, made the same.

use crate::error;
use crate::icu::normal::Form;
use crate::icu::{self, ILLEGAL_ARGUMENT_ERROR};
use plugin_api::{Ctx, OrFalse, R, php_class, php_function, php_methods};

/// A class of static methods.
#[php_class(
    "class Normalizer",
    "public const int FORM_D = 4",
    "public const int NFD = 4",
    "public const int FORM_KD = 8",
    "public const int NFKD = 8",
    "public const int FORM_C = 16",
    "public const int NFC = 16",
    "public const int FORM_KC = 32",
    "public const int NFKC = 32",
    "public const int FORM_KC_CF = 48",
    "public const int NFKC_CF = 48"
)]
pub struct Normalizer;

/// `Normalizer::FORM_C`
const FORM_C: i64 = 16;

/// The form of a number; an error when there is none.
fn form(ctx: &mut Ctx, number: Option<i64>) -> R<Form> {
    error::begin(ctx, None);
    Form::open(number.unwrap_or(FORM_C))
        .map_err(|_| ctx.argument_value_error(2, "must be a a valid normalization form"))
}

/// A text in a normal form.
#[php_function("normalizer_normalize(string $string, int $form = Normalizer::FORM_C): string|false")]
fn normalizer_normalize(ctx: &mut Ctx, string: &[u8], form: Option<i64>) -> R<OrFalse<Vec<u8>>> {
    let form = self::form(ctx, form)?;
    let source = icu::to_utf16(string);
    let source = error::checked(ctx, None, source, "Error converting input string to UTF-16")?;
    let Some(source) = source else { return Ok(OrFalse::FALSE) };
    let Ok(text) = form.normalize(&source) else {
        error::set_message(ctx, None, "Error normalizing string")?;
        return Ok(OrFalse::FALSE);
    };
    match icu::to_utf8(&text) {
        Ok(text) => Ok(text.into()),
        Err(code) => {
            let message = "normalizer_normalize: error converting normalized text UTF-8";
            error::fail(ctx, None, code, message)?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// Whether a text is in a normal form.
#[php_function("normalizer_is_normalized(string $string, int $form = Normalizer::FORM_C): bool")]
fn normalizer_is_normalized(ctx: &mut Ctx, string: &[u8], form: Option<i64>) -> R<bool> {
    let form = self::form(ctx, form)?;
    let source = icu::to_utf16(string);
    let source = error::checked(ctx, None, source, "Error converting string to UTF-16.")?;
    let Some(source) = source else { return Ok(false) };
    match form.is_normalized(&source) {
        Ok(yes) => Ok(yes),
        Err(_) => {
            let message = "Error testing if string is the given normalization form.";
            error::set_message(ctx, None, message)?;
            Ok(false)
        }
    }
}

/// What a character is made of.
#[php_function("normalizer_get_raw_decomposition(string $string, int $form = Normalizer::FORM_C): ?string")]
fn normalizer_get_raw_decomposition(ctx: &mut Ctx, string: &[u8], form: Option<i64>) -> R<Option<Vec<u8>>> {
    error::begin(ctx, None);
    let (len, first) = icu::first_char(string);
    if len != string.len() {
        let message = "Input string must be exactly one UTF-8 encoded code point long.";
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, message)?;
        return Ok(None);
    }
    let Some(c) = first else {
        error::fail(ctx, None, ILLEGAL_ARGUMENT_ERROR, "Code point out of range")?;
        return Ok(None);
    };
    let Ok(form) = Form::open(form.unwrap_or(FORM_C)) else { return Ok(Some(Vec::new())) };
    Ok(form.decomposition(c).and_then(|d| icu::to_utf8(&d).ok()))
}

#[php_methods]
impl Normalizer {
    #[php("public static function normalize(string $string, int $form = Normalizer::FORM_C): ~string|false")]
    fn normalize(ctx: &mut Ctx, string: &[u8], form: Option<i64>) -> R<OrFalse<Vec<u8>>> {
        normalizer_normalize(ctx, string, form)
    }
    #[php("public static function isNormalized(string $string, int $form = Normalizer::FORM_C): ~bool")]
    fn is_normalized(ctx: &mut Ctx, string: &[u8], form: Option<i64>) -> R<bool> {
        normalizer_is_normalized(ctx, string, form)
    }
    #[php(
        "public static function getRawDecomposition(string $string, int $form = Normalizer::FORM_C): ~?string"
    )]
    fn get_raw_decomposition(ctx: &mut Ctx, string: &[u8], form: Option<i64>) -> R<Option<Vec<u8>>> {
        normalizer_get_raw_decomposition(ctx, string, form)
    }
}
