//! Strings (ext/standard/string.c's functions and their neighbours).

pub mod basic;
pub mod convert;
pub mod encode;
pub mod find;
pub mod format;
mod md5;
pub mod metaphone;
pub mod pack;
pub mod scan;
pub mod search;
pub mod tags;

plugin_api::constants! {
    /// Constants of the string functions.
    pub CONSTANTS;
    int STR_PAD_LEFT = 0;
    int STR_PAD_RIGHT = 1;
    int STR_PAD_BOTH = 2;
}
