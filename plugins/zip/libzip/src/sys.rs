//! The functions of libzip that are used here, as `c/zip.h` declares them.

use std::ffi::{c_char, c_int, c_void};

/// `zip_t`
#[repr(C)]
pub struct Zip {
    _private: [u8; 0],
}
/// `zip_file_t`
#[repr(C)]
pub struct ZipFile {
    _private: [u8; 0],
}
/// `zip_source_t`
#[repr(C)]
pub struct ZipSource {
    _private: [u8; 0],
}

/// `zip_error_t`
#[repr(C)]
pub struct ZipError {
    pub zip_err: c_int,
    pub sys_err: c_int,
    pub str: *mut c_char,
}

/// `zip_stat_t`
#[repr(C)]
pub struct ZipStat {
    pub valid: u64,
    pub name: *const c_char,
    pub index: u64,
    pub size: u64,
    pub comp_size: u64,
    pub mtime: libc::time_t,
    pub crc: u32,
    pub comp_method: u16,
    pub encryption_method: u16,
    pub flags: u32,
}

pub type ProgressCallback = unsafe extern "C" fn(zip: *mut Zip, state: f64, data: *mut c_void);
pub type CancelCallback = unsafe extern "C" fn(zip: *mut Zip, data: *mut c_void) -> c_int;
pub type FreeCallback = unsafe extern "C" fn(data: *mut c_void);

unsafe extern "C" {
    pub fn zip_libzip_version() -> *const c_char;
    pub fn zip_compression_method_supported(method: i32, compress: c_int) -> c_int;
    pub fn zip_encryption_method_supported(method: u16, encrypt: c_int) -> c_int;

    pub fn zip_open(path: *const c_char, flags: c_int, error: *mut c_int) -> *mut Zip;
    pub fn zip_close(zip: *mut Zip) -> c_int;
    pub fn zip_discard(zip: *mut Zip);

    pub fn zip_get_error(zip: *mut Zip) -> *mut ZipError;
    pub fn zip_error_clear(zip: *mut Zip);
    pub fn zip_error_init(error: *mut ZipError);
    pub fn zip_error_set(error: *mut ZipError, zip_err: c_int, sys_err: c_int);
    pub fn zip_error_fini(error: *mut ZipError);
    pub fn zip_error_strerror(error: *mut ZipError) -> *const c_char;

    pub fn zip_get_num_entries(zip: *mut Zip, flags: u32) -> i64;
    pub fn zip_get_name(zip: *mut Zip, index: u64, flags: u32) -> *const c_char;
    pub fn zip_name_locate(zip: *mut Zip, name: *const c_char, flags: u32) -> i64;
    pub fn zip_stat(zip: *mut Zip, name: *const c_char, flags: u32, stat: *mut ZipStat) -> c_int;
    pub fn zip_stat_index(zip: *mut Zip, index: u64, flags: u32, stat: *mut ZipStat) -> c_int;

    pub fn zip_source_buffer(zip: *mut Zip, data: *const c_void, len: u64, free: c_int) -> *mut ZipSource;
    pub fn zip_source_file(zip: *mut Zip, path: *const c_char, start: u64, len: i64) -> *mut ZipSource;
    pub fn zip_source_filep(zip: *mut Zip, file: *mut libc::FILE, start: u64, len: i64) -> *mut ZipSource;
    pub fn zip_source_free(source: *mut ZipSource);

    pub fn zip_dir_add(zip: *mut Zip, name: *const c_char, flags: u32) -> i64;
    pub fn zip_file_add(zip: *mut Zip, name: *const c_char, source: *mut ZipSource, flags: u32) -> i64;
    pub fn zip_file_replace(zip: *mut Zip, index: u64, source: *mut ZipSource, flags: u32) -> c_int;
    pub fn zip_file_rename(zip: *mut Zip, index: u64, name: *const c_char, flags: u32) -> c_int;
    pub fn zip_delete(zip: *mut Zip, index: u64) -> c_int;
    pub fn zip_unchange(zip: *mut Zip, index: u64) -> c_int;
    pub fn zip_unchange_all(zip: *mut Zip) -> c_int;
    pub fn zip_unchange_archive(zip: *mut Zip) -> c_int;

    pub fn zip_get_archive_comment(zip: *mut Zip, len: *mut c_int, flags: u32) -> *const c_char;
    pub fn zip_set_archive_comment(zip: *mut Zip, comment: *const c_char, len: u16) -> c_int;
    pub fn zip_file_get_comment(zip: *mut Zip, index: u64, len: *mut u32, flags: u32) -> *const c_char;
    pub fn zip_file_set_comment(
        zip: *mut Zip,
        index: u64,
        comment: *const c_char,
        len: u16,
        flags: u32,
    ) -> c_int;
    pub fn zip_get_archive_flag(zip: *mut Zip, flag: u32, flags: u32) -> c_int;
    pub fn zip_set_archive_flag(zip: *mut Zip, flag: u32, value: c_int) -> c_int;

    pub fn zip_set_default_password(zip: *mut Zip, password: *const c_char) -> c_int;
    pub fn zip_file_set_encryption(zip: *mut Zip, index: u64, method: u16, password: *const c_char) -> c_int;
    pub fn zip_set_file_compression(zip: *mut Zip, index: u64, method: i32, level: u32) -> c_int;
    pub fn zip_file_set_mtime(zip: *mut Zip, index: u64, time: libc::time_t, flags: u32) -> c_int;
    pub fn zip_file_get_external_attributes(
        zip: *mut Zip,
        index: u64,
        flags: u32,
        system: *mut u8,
        attributes: *mut u32,
    ) -> c_int;
    pub fn zip_file_set_external_attributes(
        zip: *mut Zip,
        index: u64,
        flags: u32,
        system: u8,
        attributes: u32,
    ) -> c_int;

    pub fn zip_register_progress_callback_with_state(
        zip: *mut Zip,
        precision: f64,
        callback: Option<ProgressCallback>,
        free: Option<FreeCallback>,
        data: *mut c_void,
    ) -> c_int;
    pub fn zip_register_cancel_callback_with_state(
        zip: *mut Zip,
        callback: Option<CancelCallback>,
        free: Option<FreeCallback>,
        data: *mut c_void,
    ) -> c_int;

    pub fn zip_fopen_index(zip: *mut Zip, index: u64, flags: u32) -> *mut ZipFile;
    pub fn zip_fopen(zip: *mut Zip, name: *const c_char, flags: u32) -> *mut ZipFile;
    pub fn zip_fread(file: *mut ZipFile, out: *mut c_void, len: u64) -> i64;
    pub fn zip_fseek(file: *mut ZipFile, offset: i64, whence: c_int) -> i8;
    pub fn zip_ftell(file: *mut ZipFile) -> i64;
    pub fn zip_file_is_seekable(file: *mut ZipFile) -> c_int;
    pub fn zip_file_get_error(file: *mut ZipFile) -> *mut ZipError;
    pub fn zip_fclose(file: *mut ZipFile) -> c_int;
}
