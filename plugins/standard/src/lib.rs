//! The standard extension: PHP's library of arrays, strings, mathematics and serialization.

pub mod array;
pub mod file;
pub mod locale;
pub mod math;
pub mod order;
pub mod serialize;
pub mod string;

use plugin_api::{GcRoots, php_module};
use std::cell::RefCell;

/// State of a VM's functions.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// strtok()'s text and place.
    #[gc(skip)]
    pub strtok: RefCell<(Vec<u8>, usize)>,
}

php_module! {
    name: "standard",
    version: "8.4.24",
    functions: [
        array::basic::{count, sizeof, array_is_list, in_array, array_search, array_key_exists, key_exists, array_key_first, array_key_last, array_keys, array_values, array_count_values, array_column, array_fill, array_fill_keys, range, array_push, array_pop, array_shift, array_unshift, array_slice, array_splice, array_pad, array_flip, array_reverse, array_change_key_case, array_chunk, array_combine, min, max, array_sum, array_product, array_unique},
        array::cursor::{current, pos, key, next, prev, reset, end},
        array::functional::{array_map, array_filter, array_reduce, array_find, array_find_key, array_any, array_all, array_walk, array_walk_recursive},
        array::merge::{array_merge, array_merge_recursive, array_replace, array_replace_recursive},
        array::sets::{array_diff, array_diff_key, array_diff_assoc, array_diff_ukey, array_udiff, array_diff_uassoc, array_udiff_assoc, array_udiff_uassoc, array_intersect, array_intersect_key, array_intersect_assoc, array_intersect_ukey, array_uintersect, array_intersect_uassoc, array_uintersect_assoc, array_uintersect_uassoc},
        array::sort::{sort, rsort, asort, arsort, ksort, krsort, natsort, natcasesort, usort, uasort, uksort, array_multisort},
        array::variables::{compact, extract},
        file::csv::{str_getcsv, fgetcsv, fputcsv},
        locale::{setlocale, localeconv},
        math::{abs, ceil, floor, round, pi, atan2, hypot, fmod, fdiv, fpow, intdiv, pow, log, is_finite, is_nan, is_infinite, bindec, hexdec, octdec, decbin, decoct, dechex, base_convert, sin, cos, tan, asin, acos, atan, atanh, sinh, cosh, tanh, asinh, acosh, expm1, log1p, exp, log10, sqrt, deg2rad, rad2deg},
        serialize::{serialize, unserialize},
        string::basic::{strlen, strtolower, strtoupper, ucfirst, lcfirst, ucwords, strrev, str_repeat, substr, substr_count, substr_compare, substr_replace, trim, ltrim, rtrim, chop, str_pad, ord, chr, strcmp, strcoll, strcasecmp, strncmp, strncasecmp, strnatcmp, strnatcasecmp, explode, implode, join, str_split, chunk_split, strtok, str_rot13, wordwrap, count_chars, str_word_count, similar_text, levenshtein, soundex, nl2br, utf8_encode, utf8_decode, str_increment, str_decrement},
        string::convert::{bin2hex, hex2bin, addslashes, stripslashes, addcslashes, stripcslashes, quotemeta, md5, sha1, crc32, base64_encode, base64_decode, urlencode, rawurlencode, urldecode, rawurldecode, http_build_query, htmlspecialchars, htmlspecialchars_decode, dirname, basename, pathinfo, version_compare, escapeshellarg},
        string::format::{sprintf, printf, vsprintf, vprintf, fprintf, vfprintf, number_format},
        string::search::{strpos, stripos, strrpos, strripos, str_contains, str_starts_with, str_ends_with, strstr, strchr, stristr, strrchr, strpbrk, strspn, strcspn, str_replace, str_ireplace, strtr},
    ],
    classes: [math::RoundingMode, serialize::IncompleteClass, file::classes::{Directory, UserFilter, StreamBucket}],
    constants: [array::CONSTANTS, locale::CONSTANTS, math::CONSTANTS, string::CONSTANTS, string::convert::CONSTANTS],
    globals: Globals,
}
