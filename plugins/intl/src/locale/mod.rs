//! Names of locales, and `Locale`.

pub mod class;
mod lookup;
mod subtags;

use crate::error;
use crate::icu;
use plugin_api::{Ctx, R};

/// Most bytes of a locale's name.
pub const MOST: usize = 156;

/// `intl.default_locale` changes: an empty one is none.
pub fn setting_changed(_: Option<&mut Ctx>, value: Option<&[u8]>, _: u32) -> bool {
    value.is_none_or(|v| !v.is_empty())
}

/// The locale of those who name none: the setting's, or the environment's.
pub fn default_locale(ctx: &mut Ctx) -> Vec<u8> {
    match ctx.ini("intl.default_locale") {
        Some(name) if !name.is_empty() => name,
        _ => icu::locale::default_name().into(),
    }
}

/// The given locale, or the default one when it is empty.
pub fn or_default(ctx: &mut Ctx, locale: &[u8]) -> Vec<u8> {
    if locale.is_empty() { default_locale(ctx) } else { locale.to_vec() }
}

/// False, with the request's error set, when a locale's name is too long.
pub fn check_length(ctx: &mut Ctx, locale: &[u8]) -> R<bool> {
    if locale.len() <= MOST {
        return Ok(true);
    }
    let message = format!("Locale string too long, should be no longer than {MOST} characters");
    error::fail(ctx, None, icu::ILLEGAL_ARGUMENT_ERROR, &message)?;
    Ok(false)
}
