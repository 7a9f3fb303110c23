//! libcurl's functions: those of `curl-sys`, and what it does not declare.

pub use curl_sys::*;
use std::ffi::{c_char, c_int, c_void};

/// A form that is built.
pub enum Mime {}
/// A field of a form.
pub enum MimePart {}
/// Headers of a push.
pub enum PushHeaders {}

/// Certificates of a connection, each a list of texts.
#[repr(C)]
pub struct CertInfo {
    pub count: c_int,
    pub lists: *mut *mut curl_slist,
}

/// Bytes of an option.
#[repr(C)]
pub struct Blob {
    pub data: *mut c_void,
    pub len: usize,
    pub flags: u32,
}

/// The library has a copy of a [`Blob`].
pub const BLOB_COPY: u32 = 1;

/// What `curl_version_info()` tells, up to what PHP shows.
#[repr(C)]
pub struct VersionInfo {
    pub age: c_int,
    pub version: *const c_char,
    pub version_num: u32,
    pub host: *const c_char,
    pub features: c_int,
    pub ssl_version: *const c_char,
    pub ssl_version_num: std::ffi::c_long,
    pub libz_version: *const c_char,
    pub protocols: *const *const c_char,
    pub ares: *const c_char,
    pub ares_num: c_int,
    pub libidn: *const c_char,
    pub iconv_ver_num: c_int,
    pub libssh_version: *const c_char,
    pub brotli_ver_num: u32,
    pub brotli_version: *const c_char,
}

/// What a C stream calls.
#[repr(C)]
pub struct CookieIo {
    pub read: Option<unsafe extern "C" fn(*mut c_void, *mut c_char, usize) -> isize>,
    pub write: Option<unsafe extern "C" fn(*mut c_void, *const c_char, usize) -> isize>,
    pub seek: Option<unsafe extern "C" fn(*mut c_void, *mut i64, c_int) -> c_int>,
    pub close: Option<unsafe extern "C" fn(*mut c_void) -> c_int>,
}

/// Reads the bytes of a field.
pub type ReadFn = unsafe extern "C" fn(*mut c_char, usize, usize, *mut c_void) -> usize;
/// Moves in the bytes of a field.
pub type SeekFn = unsafe extern "C" fn(*mut c_void, i64, c_int) -> c_int;
/// Ends the bytes of a field.
pub type FreeFn = unsafe extern "C" fn(*mut c_void);

unsafe extern "C" {
    pub fn curl_easy_upkeep(curl: *mut CURL) -> CURLcode;
    pub fn curl_mime_init(easy: *mut CURL) -> *mut Mime;
    pub fn curl_mime_free(mime: *mut Mime);
    pub fn curl_mime_addpart(mime: *mut Mime) -> *mut MimePart;
    pub fn curl_mime_name(part: *mut MimePart, name: *const c_char) -> CURLcode;
    pub fn curl_mime_filename(part: *mut MimePart, name: *const c_char) -> CURLcode;
    pub fn curl_mime_type(part: *mut MimePart, name: *const c_char) -> CURLcode;
    pub fn curl_mime_data(part: *mut MimePart, data: *const c_char, len: usize) -> CURLcode;
    pub fn curl_mime_data_cb(
        part: *mut MimePart,
        len: i64,
        read: Option<ReadFn>,
        seek: Option<SeekFn>,
        free: Option<FreeFn>,
        arg: *mut c_void,
    ) -> CURLcode;
    pub fn curl_pushheader_bynum(h: *mut PushHeaders, num: usize) -> *mut c_char;
    pub fn fopencookie(cookie: *mut c_void, mode: *const c_char, io: CookieIo) -> *mut libc::FILE;
}
