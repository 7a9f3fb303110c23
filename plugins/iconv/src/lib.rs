//! The iconv extension: texts in other encodings, over the C library's `iconv()`.

mod converter;
mod filter;
mod functions;
mod mime;
mod mime_decode;
mod output;
mod settings;
mod strings;

use plugin_api::{Info, Module, php_module};
use std::ffi::CStr;

plugin_api::constants! {
    CONSTANTS;
    string ICONV_IMPL = "glibc";
    int ICONV_MIME_DECODE_STRICT = mime_decode::STRICT;
    int ICONV_MIME_DECODE_CONTINUE_ON_ERROR = mime_decode::CONTINUE;
}

/// Version of the C library.
fn library_version() -> &'static str {
    // SAFETY: a static text.
    unsafe { CStr::from_ptr(libc::gnu_get_libc_version()) }.to_str().unwrap_or("unknown")
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.string_constant("ICONV_VERSION", library_version());
    m.stream_filter::<filter::Iconv>("convert.iconv.*");
    m.output_handler::<output::Handler>("ob_iconv_handler");
    m.output_conflict("ob_iconv_handler", "ob_iconv_handler");
    m.output_conflict("ob_iconv_handler", "mb_output_handler");
    Ok(())
}

fn info(t: &mut Info) {
    t.row("iconv support", "enabled");
    t.row("iconv implementation", "glibc");
    t.row("iconv library version", library_version());
    t.ini();
}

php_module! {
    name: "iconv",
    version: "8.4.24",
    functions: [functions::{
        iconv_strlen, iconv_substr, iconv_strpos, iconv_strrpos, iconv_mime_encode, iconv_mime_decode,
        iconv_mime_decode_headers, iconv, iconv_set_encoding, iconv_get_encoding,
    }],
    constants: [CONSTANTS],
    ini: [
        "iconv.input_encoding" = "" => (ALL, on_modify: settings::input),
        "iconv.output_encoding" = "" => (ALL, on_modify: settings::output),
        "iconv.internal_encoding" = "" => (ALL, on_modify: settings::internal),
    ],
    minit: startup,
    minfo: info,
}
