//! The standard extension: PHP's library of arrays, strings, mathematics and serialization.

pub mod array;
pub mod assert;
pub mod browscap;
pub mod crypt;
pub mod file;
pub mod getopt;
pub mod html;
pub mod image;
pub mod locale;
pub mod mail;
pub mod math;
pub mod network;
pub mod order;
pub mod process;
pub mod serialize;
pub mod string;
pub mod types;
pub mod url;

use plugin_api::{Ctx, GcRoots, R, Value, php_module};
use std::cell::{Cell, RefCell};

/// State of a VM's functions.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// strtok()'s text and place.
    #[gc(skip)]
    pub strtok: RefCell<Option<(Vec<u8>, usize)>>,
    /// `assert_options(ASSERT_CALLBACK)`, and the setting as it was then.
    #[gc(skip)]
    pub assert_callback: RefCell<Option<(Option<Value>, Option<Vec<u8>>)>>,
    /// The parsed browscap file and where it was read.
    #[gc(skip)]
    pub browscap: RefCell<Option<(Vec<u8>, std::rc::Rc<Vec<browscap::Section>>)>>,
    /// `openlog()`'s prefix, which the C library points to.
    #[gc(skip)]
    pub log_prefix: RefCell<Option<std::ffi::CString>>,
    /// What an unserialize() knows whose object reads its own text, for the calls that it makes.
    #[gc(skip)]
    pub unserializing: RefCell<Option<serialize::read::Known>>,
    /// What a serialize() has numbered whose object writes its own text, for the calls that it makes.
    #[gc(skip)]
    pub serializing: RefCell<Option<serialize::Numbered>>,
    /// Formats of pack() and unpack().
    #[gc(skip)]
    pub formats: string::pack::Formats,
    /// The configured character set, and after how many changes of settings it was that.
    #[gc(skip)]
    pub charset: Cell<Option<(u64, html::charset::Charset)>>,
}

/// What a request leaves behind goes with it.
fn end(ctx: &mut Ctx) -> R<()> {
    let g = ctx.globals::<Globals>();
    g.assert_callback.replace(None);
    g.strtok.take();
    g.unserializing.take();
    g.serializing.take();
    g.formats.clear();
    Ok(())
}

php_module! {
    name: "standard",
    version: "8.4.24",
    optional: ["session"],
    functions: [
        array::basic::{count, sizeof, array_is_list, in_array, array_search, array_key_exists, key_exists, array_key_first, array_key_last, array_keys, array_values, array_count_values, array_column, array_fill, array_fill_keys, array_push, array_pop, array_shift, array_unshift, array_slice, array_splice, array_pad, array_flip, array_reverse, array_change_key_case, array_chunk, array_combine, min, max, array_sum, array_product, array_unique},
        array::cursor::{current, pos, key, next, prev, reset, end},
        array::functional::{array_map, array_filter, array_reduce, array_find, array_find_key, array_any, array_all, array_walk, array_walk_recursive},
        array::merge::{array_merge, array_merge_recursive, array_replace, array_replace_recursive},
        array::sets::{array_diff, array_diff_key, array_diff_assoc, array_diff_ukey, array_udiff, array_diff_uassoc, array_udiff_assoc, array_udiff_uassoc, array_intersect, array_intersect_key, array_intersect_assoc, array_intersect_ukey, array_uintersect, array_intersect_uassoc, array_uintersect_assoc, array_uintersect_uassoc},
        array::sort::{sort, rsort, asort, arsort, ksort, krsort, natsort, natcasesort, usort, uasort, uksort, array_multisort},
        array::range::range,
        array::random::{shuffle, str_shuffle, array_rand},
        array::variables::{compact, extract},
        assert::{assert, assert_options},
        browscap::get_browser,
        crypt::{crypt, password_hash, password_verify, password_get_info, password_needs_rehash, password_algos},
        file::csv::{str_getcsv, fgetcsv, fputcsv},
        image::{image_type_to_mime_type, image_type_to_extension, getimagesize, getimagesizefromstring, iptc::{iptcparse, iptcembed}},
        html::functions::{htmlspecialchars, htmlentities, htmlspecialchars_decode, html_entity_decode, get_html_translation_table},
        locale::{setlocale, localeconv, nl_langinfo},
        math::{abs, ceil, floor, round, pi, atan2, hypot, fmod, fdiv, fpow, intdiv, pow, log, is_finite, is_nan, is_infinite, bindec, hexdec, octdec, decbin, decoct, dechex, base_convert, sin, cos, tan, asin, acos, atan, atanh, sinh, cosh, tanh, asinh, acosh, expm1, log1p, exp, log10, sqrt, deg2rad, rad2deg},
        mail::mail,
        network::{ip2long, long2ip, inet_pton, inet_ntop, gethostbyname, gethostbynamel, gethostbyaddr, getservbyname, getservbyport, getprotobyname, getprotobynumber, openlog, closelog, syslog, dns_check_record, checkdnsrr, dns_get_record, dns_get_mx, getmxrr, net_get_interfaces},
        process::{getmypid, getmyuid, getmygid, getmyinode, getlastmod, get_current_user, php_uname, sleep, time_nanosleep, time_sleep_until, gettimeofday, getrusage, sys_getloadavg, uniqid, strptime},
        serialize::{serialize, read::unserialize},
        string::basic::{strlen, strtolower, strtoupper, ucfirst, lcfirst, ucwords, strrev, str_repeat, substr, substr_count, substr_compare, substr_replace, trim, ltrim, rtrim, chop, str_pad, ord, chr, strcmp, strcoll, strcasecmp, strncmp, strncasecmp, strnatcmp, strnatcasecmp, explode, implode, join, str_split, chunk_split, strtok, str_rot13, wordwrap, count_chars, str_word_count, similar_text, levenshtein, soundex, nl2br, utf8_encode, utf8_decode, str_increment, str_decrement},
        string::convert::{bin2hex, hex2bin, addslashes, stripslashes, addcslashes, stripcslashes, quotemeta, md5, sha1, crc32, base64_encode, base64_decode, urlencode, rawurlencode, urldecode, rawurldecode, http_build_query, dirname, basename, pathinfo, version_compare, escapeshellarg},
        string::encode::{convert_uuencode, convert_uudecode, quoted_printable_encode, quoted_printable_decode, md5_file, sha1_file, hebrev},
        string::metaphone::metaphone,
        string::pack::{pack, unpack},
        string::scan::{sscanf, fscanf},
        string::tags::{strip_tags, get_meta_tags},
        getopt::{getopt, escapeshellcmd, setcookie, setrawcookie},
        types::{is_long, is_double, is_resource, is_countable, is_callable, floatval, doubleval, intval, settype, error_clear_last, get_resources, unregister_tick_function, debug_zval_dump},
        url::{parse_url, parse_str},
        string::format::{sprintf, printf, vsprintf, vprintf, fprintf, vfprintf, number_format},
        string::search::{strpos, stripos, strrpos, strripos, str_contains, str_starts_with, str_ends_with, strstr, strchr, stristr, strrchr, strpbrk, strspn, strcspn, str_replace, str_ireplace, strtr},
    ],
    classes: [assert::AssertionError, math::RoundingMode, serialize::IncompleteClass, file::classes::{Directory, UserFilter, StreamBucket}],
    constants: [array::CONSTANTS, assert::CONSTANTS, crypt::CONSTANTS, html::functions::CONSTANTS,
        image::CONSTANTS, network::CONSTANTS, url::CONSTANTS, locale::CONSTANTS, locale::ITEMS, math::CONSTANTS, string::CONSTANTS, string::convert::CONSTANTS],
    globals: Globals,
    exports: ["standard.serial/1" = &serialize::interface::TABLE],
    rshutdown: end,
}
