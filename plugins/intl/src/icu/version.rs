//! Versions of ICU and of its data.

use super::{Code, OK, functions, text};
use std::ffi::c_char;

functions! {
    fn ucal_getTZDataVersion(code: *mut Code) -> *const c_char;
}

unsafe extern "C" {
    fn howdah_icu_version() -> *const c_char;
    fn howdah_icu_data_version() -> *const c_char;
    fn howdah_icu_unicode_version() -> *const c_char;
}

/// Version of ICU.
pub fn icu() -> &'static str {
    // SAFETY: a static text.
    text(unsafe { howdah_icu_version() })
}

/// Version of ICU's data.
pub fn data() -> &'static str {
    // SAFETY: a static text.
    text(unsafe { howdah_icu_data_version() })
}

/// Version of Unicode.
pub fn unicode() -> &'static str {
    // SAFETY: a static text.
    text(unsafe { howdah_icu_unicode_version() })
}

/// Version of the time zone data, when there is any.
pub fn time_zones() -> Option<&'static str> {
    let mut code = OK;
    // SAFETY: a static text.
    let version = text(unsafe { ucal_getTZDataVersion(&mut code) });
    (code == OK).then_some(version)
}

/// The first number of ICU's version.
pub fn major() -> u32 {
    icu().split('.').next().and_then(|n| n.parse().ok()).unwrap_or(0)
}
