//! libzip, the library behind PHP's zip extension, built from its source (`c/`, see `c/ORIGIN.md`) and made safe.
//!
//! [`Archive`] and [`File`] take names, indexes and flags as libzip does and tell of failure by [`Failed`]; why is then
//! [`Archive::error`] or [`File::error`]. Texts with a NUL byte end there, as for C.

mod archive;
mod crypto;
mod error;
mod file;
mod sys;
#[cfg(test)]
mod tests;

pub use archive::{Archive, Stat, Watch};
pub use error::{Error, Failed};
pub use file::{File, Whence};

// The codecs that libzip calls are linked through their crates.
use bzip2_sys as _;
use liblzma_sys as _;
use libz_sys as _;
use zstd_sys as _;

use std::ffi::{CStr, CString};

/// Flags of [`Archive::open`].
pub mod open {
    /// The file need not exist.
    pub const CREATE: i32 = 1;
    /// The file's contents are thrown away.
    pub const TRUNCATE: i32 = 8;
    /// Nothing can be changed.
    pub const RDONLY: i32 = 16;
}

/// Flags of names, contents and texts.
pub mod flags {
    /// Upper and lower case count as equal.
    pub const NOCASE: u32 = 1;
    /// The entry as it is in the file, whatever was changed since.
    pub const UNCHANGED: u32 = 8;
    /// The text as it is in the file.
    pub const ENC_RAW: u32 = 64;
}

/// No encryption, [`Archive::set_encryption`].
pub const NO_ENCRYPTION: u16 = 0;

/// libzip's version.
pub fn version() -> &'static str {
    // SAFETY: a static text.
    unsafe { CStr::from_ptr(sys::zip_libzip_version()) }.to_str().unwrap_or("")
}

/// Whether a compression method can be read, or with `compress` written.
pub fn can_compress(method: i32, compress: bool) -> bool {
    // SAFETY: plain numbers.
    unsafe { sys::zip_compression_method_supported(method, compress.into()) != 0 }
}

/// Whether an encryption method can be read, or with `encrypt` written.
pub fn can_encrypt(method: u16, encrypt: bool) -> bool {
    // SAFETY: plain numbers.
    unsafe { sys::zip_encryption_method_supported(method, encrypt.into()) != 0 }
}

/// A text for C: up to its first NUL byte.
fn c_text(b: &[u8]) -> CString {
    let end = b.iter().position(|&c| c == 0).unwrap_or(b.len());
    CString::new(&b[..end]).unwrap_or_default()
}
