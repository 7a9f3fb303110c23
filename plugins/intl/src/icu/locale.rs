//! Locales' names.

use super::{functions, text};
use std::ffi::c_char;

functions! {
    fn uloc_getDefault() -> *const c_char;
}

/// The locale that the process's environment names.
pub fn default_name() -> &'static str {
    // SAFETY: the process's default, which this extension never changes.
    text(unsafe { uloc_getDefault() })
}
