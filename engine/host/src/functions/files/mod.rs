//! Files and folders (ext/standard's file.c, filestat.c, link.c and dir.c).

pub(super) mod attributes;
pub(super) mod directories;
pub(super) mod handles;
pub(super) mod names;
pub(super) mod whole;

use super::Entry;

/// The functions.
pub(super) const LISTS: &[&[Entry]] =
    &[handles::LIST, whole::LIST, attributes::LIST, names::LIST, directories::LIST];

/// Constants of these functions.
pub(super) const CONSTANTS: &[(&str, i64)] = &[
    ("SEEK_SET", 0),
    ("SEEK_CUR", 1),
    ("SEEK_END", 2),
    ("LOCK_SH", 1),
    ("LOCK_EX", 2),
    ("LOCK_UN", 3),
    ("LOCK_NB", 4),
    ("FILE_USE_INCLUDE_PATH", 1),
    ("FILE_IGNORE_NEW_LINES", 2),
    ("FILE_SKIP_EMPTY_LINES", 4),
    ("FILE_APPEND", 8),
    ("FILE_NO_DEFAULT_CONTEXT", 16),
    ("SCANDIR_SORT_ASCENDING", 0),
    ("SCANDIR_SORT_DESCENDING", 1),
    ("SCANDIR_SORT_NONE", 2),
    ("GLOB_BRACE", 1024),
    ("GLOB_MARK", 2),
    ("GLOB_NOSORT", 4),
    ("GLOB_NOCHECK", 16),
    ("GLOB_NOESCAPE", 64),
    ("GLOB_ERR", 1),
    ("GLOB_ONLYDIR", 8192),
    ("GLOB_AVAILABLE_FLAGS", 9303),
    ("FNM_NOESCAPE", 2),
    ("FNM_PATHNAME", 1),
    ("FNM_PERIOD", 4),
    ("FNM_CASEFOLD", 16),
];
