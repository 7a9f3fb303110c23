//! Arrays (ext/standard/array.c's functions).

pub mod basic;
pub mod cursor;
pub mod functional;
mod keyed;
pub mod merge;
pub mod random;
pub mod range;
pub mod sets;
pub mod sort;
pub mod variables;

plugin_api::constants! {
    /// Constants of the array functions.
    pub CONSTANTS;
    int EXTR_OVERWRITE = 0;
    int EXTR_SKIP = 1;
    int EXTR_PREFIX_SAME = 2;
    int EXTR_PREFIX_ALL = 3;
    int EXTR_PREFIX_INVALID = 4;
    int EXTR_PREFIX_IF_EXISTS = 5;
    int EXTR_IF_EXISTS = 6;
    int EXTR_REFS = 256;
    int SORT_ASC = 4;
    int SORT_DESC = 3;
    int SORT_REGULAR = 0;
    int SORT_NUMERIC = 1;
    int SORT_STRING = 2;
    int SORT_LOCALE_STRING = 5;
    int SORT_NATURAL = 6;
    int SORT_FLAG_CASE = 8;
    int CASE_LOWER = 0;
    int CASE_UPPER = 1;
    int COUNT_NORMAL = 0;
    int COUNT_RECURSIVE = 1;
    int ARRAY_FILTER_USE_BOTH = 1;
    int ARRAY_FILTER_USE_KEY = 2;
}
