//! The mbstring extension: strings in many encodings.
//!
//! Strings are decoded to code points, changed, and encoded again ([`charset`]); tables of encodings and of Unicode's characters
//! lie in `tables`, with the scripts that make them from what a PHP does.

mod charset;
mod conversion;
mod detect;
mod http;
mod kana;
mod language;
mod mail;
mod mime;
mod regex;
mod settings;
mod state;
mod strings;
mod unicode;

use plugin_api::{Info, Module, php_module};
use state::State;

plugin_api::constants! {
    CONSTANTS;
    int MB_CASE_UPPER = 0;
    int MB_CASE_LOWER = 1;
    int MB_CASE_TITLE = 2;
    int MB_CASE_FOLD = 3;
    int MB_CASE_UPPER_SIMPLE = 4;
    int MB_CASE_LOWER_SIMPLE = 5;
    int MB_CASE_TITLE_SIMPLE = 6;
    int MB_CASE_FOLD_SIMPLE = 7;
}

/// Version of the library for regular expressions that is linked.
fn oniguruma() -> &'static str {
    // SAFETY: the library's own text, which lives as long as the process.
    unsafe { std::ffi::CStr::from_ptr(onig_sys::onig_version()) }.to_str().unwrap_or_default()
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.string_constant("MB_ONIGURUMA_VERSION", oniguruma());
    Ok(())
}

fn info(t: &mut Info) {
    t.row("Multibyte Support", "enabled");
    t.row("Multibyte string engine", "libmbfl");
    t.row("HTTP input encoding translation", "disabled");
    t.row("libmbfl version", "1.3.2");
    t.header(&["mbstring extension makes use of \"streamable kanji code filter and converter\", which is distributed under the GNU Lesser General Public License version 2.1."]);
    t.row("Multibyte (japanese) regex support", "enabled");
    t.row("Multibyte regex (oniguruma) version", oniguruma());
    t.ini();
}

php_module! {
    name: "mbstring",
    version: "8.4.24",
    requires: ["pcre"],
    functions: [
        settings::{
            mb_language, mb_internal_encoding, mb_http_input, mb_http_output, mb_detect_order, mb_substitute_character,
            mb_get_info,
        },
        conversion::{
            mb_convert_encoding, mb_convert_variables, mb_detect_encoding, mb_list_encodings, mb_encoding_aliases,
            mb_preferred_mime_name, mb_convert_kana, mb_encode_numericentity, mb_decode_numericentity, mb_check_encoding,
            mb_scrub, mb_ord, mb_chr,
        },
        http::{mb_parse_str, mb_output_handler},
        mime::{mb_encode_mimeheader, mb_decode_mimeheader},
        mail::mb_send_mail,
        strings::{
            mb_str_split, mb_strlen, mb_strpos, mb_strrpos, mb_stripos, mb_strripos, mb_strstr, mb_strrchr, mb_stristr,
            mb_strrichr, mb_substr_count, mb_substr, mb_strcut, mb_strwidth, mb_strimwidth, mb_convert_case, mb_strtoupper,
            mb_strtolower, mb_ucfirst, mb_lcfirst, mb_trim, mb_ltrim, mb_rtrim, mb_str_pad,
        },
        regex::{
            mb_regex_encoding, mb_ereg, mb_eregi, mb_ereg_replace, mb_eregi_replace, mb_split, mb_ereg_match,
            mb_ereg_replace_callback, mb_ereg_search, mb_ereg_search_pos, mb_ereg_search_regs, mb_ereg_search_init,
            mb_ereg_search_getregs, mb_ereg_search_getpos, mb_ereg_search_setpos, mb_regex_set_options,
        },
    ],
    constants: [CONSTANTS],
    ini: [
        "mbstring.language" = "neutral" => (ALL, on_modify: state::language_changed),
        "mbstring.detect_order" = none => (ALL, on_modify: state::order_changed),
        "mbstring.http_input" = none => (ALL, on_modify: state::input_changed),
        "mbstring.http_output" = none => (ALL, on_modify: state::output_changed),
        "mbstring.internal_encoding" = none => (ALL, on_modify: state::internal_changed),
        "mbstring.substitute_character" = none => (ALL, on_modify: state::substitute_changed),
        "mbstring.encoding_translation" = "0" => (PERDIR_SYSTEM, bind: translation),
        "mbstring.http_output_conv_mimetypes" = "^(text/|application/xhtml\\+xml)" => (ALL),
        "mbstring.strict_detection" = "0" => (ALL, bind: strict),
        "mbstring.regex_stack_limit" = "100000" => (ALL, bind: stack_limit),
        "mbstring.regex_retry_limit" = "1000000" => (ALL, bind: retry_limit),
    ],
    globals: State,
    minit: startup,
    rinit: state::begin,
    rshutdown: state::end,
    minfo: info,
}
