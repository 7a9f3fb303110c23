//! What went wrong.

use crate::sys;
use std::ffi::CStr;

/// An operation failed; the archive's or file's error says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// A libzip error: its code and the system's or zlib's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Error {
    /// `ZIP_ER_*`
    pub zip: i32,
    /// `errno`, zlib's code or a detail, as [`Error::zip`] has it.
    pub system: i32,
}

impl Error {
    /// Its text.
    pub fn message(self) -> String {
        // SAFETY: the error is initialized first and cleaned up last; the text is copied before.
        unsafe {
            let mut e = std::mem::MaybeUninit::<sys::ZipError>::uninit();
            sys::zip_error_init(e.as_mut_ptr());
            sys::zip_error_set(e.as_mut_ptr(), self.zip, self.system);
            let text = CStr::from_ptr(sys::zip_error_strerror(e.as_mut_ptr())).to_string_lossy().into_owned();
            sys::zip_error_fini(e.as_mut_ptr());
            text
        }
    }

    /// # Safety
    /// `e` is a live error of libzip.
    pub(crate) unsafe fn copy(e: *const sys::ZipError) -> Error {
        // SAFETY: by the caller's promise.
        unsafe { Error { zip: (*e).zip_err, system: (*e).sys_err } }
    }
}
