//! The zlib extension: deflate, zlib and gzip data, over zlib.

mod codec;
mod context;
mod files;
mod filter;
mod functions;
mod gz;
mod output;

use plugin_api::{GcRoots, Info, Module, php_module};
use std::cell::{Cell, RefCell};
use std::ffi::CStr;

plugin_api::constants! {
    CONSTANTS;
    int FORCE_GZIP = 31;
    int FORCE_DEFLATE = 15;
    int ZLIB_ENCODING_RAW = -15;
    int ZLIB_ENCODING_GZIP = 31;
    int ZLIB_ENCODING_DEFLATE = 15;
    int ZLIB_RLE = 3;
    int ZLIB_HUFFMAN_ONLY = 2;
    int ZLIB_FILTERED = 1;
    int ZLIB_FIXED = 4;
    int ZLIB_DEFAULT_STRATEGY = 0;
    int ZLIB_NO_FLUSH = 0;
    int ZLIB_PARTIAL_FLUSH = 1;
    int ZLIB_SYNC_FLUSH = 2;
    int ZLIB_FULL_FLUSH = 3;
    int ZLIB_BLOCK = 5;
    int ZLIB_FINISH = 4;
    int ZLIB_OK = 0;
    int ZLIB_STREAM_END = 1;
    int ZLIB_NEED_DICT = 2;
    int ZLIB_ERRNO = -1;
    int ZLIB_STREAM_ERROR = -2;
    int ZLIB_DATA_ERROR = -3;
    int ZLIB_MEM_ERROR = -4;
    int ZLIB_BUF_ERROR = -5;
    int ZLIB_VERSION_ERROR = -6;
}

/// What the extension keeps for a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// `zlib.output_compression` as it is in force: 0, or a chunk's size.
    #[gc(skip)]
    compression: Cell<i64>,
    /// What the client takes, as window bits; 0 while it was not looked for, or none.
    #[gc(skip)]
    coding: Cell<i32>,
    /// What `ob_gzhandler()`, called as a function, compresses.
    #[gc(skip)]
    legacy: RefCell<Option<output::Compressor>>,
}

/// zlib's version.
fn version() -> &'static str {
    // SAFETY: a static text.
    unsafe { CStr::from_ptr(libz_sys::zlibVersion()) }.to_str().unwrap_or("unknown")
}

/// zlib's version as a number: a digit of 16 for each of its parts.
fn version_number() -> i64 {
    let parts = version().split('.').map(|p| p.parse::<i64>().unwrap_or(0)).chain([0, 0, 0, 0]);
    parts.take(4).fold(0, |n, p| n << 4 | p)
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.string_constant("ZLIB_VERSION", version());
    m.int_constant("ZLIB_VERNUM", version_number());
    m.wrapper("compress.zlib", &gz::GzWrapper);
    m.stream_filter::<filter::Zlib>("zlib.*");
    output::register(m);
    Ok(())
}

fn info(t: &mut Info) {
    t.row("ZLib Support", "enabled");
    t.row("Stream Wrapper", "compress.zlib://");
    t.row("Stream Filter", "zlib.inflate, zlib.deflate");
    t.row("Linked Version", version());
    t.ini();
}

php_module! {
    name: "zlib",
    version: "8.4.24",
    functions: [
        output::{ob_gzhandler, zlib_get_coding_type},
        files::{gzfile, gzopen, readgzfile},
        functions::{zlib_encode, zlib_decode, gzdeflate, gzencode, gzcompress, gzinflate, gzdecode, gzuncompress},
        files::{
            gzwrite, gzputs, gzrewind, gzclose, gzeof, gzgetc, gzpassthru, gzseek, gztell, gzread, gzgets,
        },
        context::{
            deflate_init, deflate_add, inflate_init, inflate_add, inflate_get_status, inflate_get_read_len,
        },
    ],
    classes: [context::InflateContext, context::DeflateContext],
    constants: [CONSTANTS],
    ini: [
        "zlib.output_compression" = "0" => (ALL, boolean, on_modify: output::compression_changed),
        "zlib.output_compression_level" = "-1" => (ALL),
        "zlib.output_handler" = "" => (ALL, on_modify: output::handler_changed),
    ],
    globals: Globals,
    minit: startup,
    rinit: output::request_start,
    rshutdown: output::request_end,
    minfo: info,
}
