//! libmagic, which knows files by what is in them.

use std::ffi::{CStr, CString, c_char, c_int, c_void};

mod c {
    use super::{c_char, c_int, c_void};

    unsafe extern "C" {
        pub fn magic_open(flags: c_int) -> *mut c_void;
        pub fn magic_close(magic: *mut c_void);
        pub fn magic_load(magic: *mut c_void, file: *const c_char) -> c_int;
        pub fn magic_setflags(magic: *mut c_void, flags: c_int) -> c_int;
        pub fn magic_buffer(magic: *mut c_void, bytes: *const c_void, len: usize) -> *const c_char;
        pub fn magic_getparam(magic: *mut c_void, which: c_int, value: *mut c_void) -> c_int;
        pub fn magic_errno(magic: *mut c_void) -> c_int;
        pub fn magic_error(magic: *mut c_void) -> *const c_char;
        pub fn magic_version() -> c_int;
    }
}

/// Which parameter says how much of a file is looked at.
const BYTES_MAX: c_int = 6;

/// A database, loaded.
pub struct Magic(*mut c_void);

impl Drop for Magic {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { c::magic_close(self.0) }
    }
}

impl Magic {
    /// With flags, before a database is loaded.
    pub fn open(flags: i64) -> Option<Magic> {
        // SAFETY: a plain number.
        let raw = unsafe { c::magic_open(flags as c_int) };
        (!raw.is_null()).then_some(Magic(raw))
    }
    /// Loads a database, or the system's; whether that went well.
    pub fn load(&self, file: Option<&[u8]>) -> bool {
        let file = file.map(|f| CString::new(f).unwrap_or_default());
        // SAFETY: ours; null or a live text.
        unsafe { c::magic_load(self.0, file.as_ref().map_or(core::ptr::null(), |f| f.as_ptr())) == 0 }
    }
    /// Sets the flags; whether there are such flags.
    pub fn set_flags(&self, flags: i64) -> bool {
        // SAFETY: ours.
        unsafe { c::magic_setflags(self.0, flags as c_int) != -1 }
    }
    /// How much of a file it looks at.
    pub fn most(&self) -> usize {
        let mut n = 0usize;
        // SAFETY: ours; room for the value.
        match unsafe { c::magic_getparam(self.0, BYTES_MAX, (&raw mut n).cast()) } {
            0 => n,
            _ => 1 << 20,
        }
    }
    /// What bytes are.
    pub fn look(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        // SAFETY: ours; live bytes; the text is copied at once.
        unsafe {
            let found = c::magic_buffer(self.0, bytes.as_ptr().cast(), bytes.len());
            (!found.is_null()).then(|| CStr::from_ptr(found).to_bytes().to_vec())
        }
    }
    /// The number and words of the last error.
    pub fn error(&self) -> (i32, Vec<u8>) {
        // SAFETY: ours; the text is copied at once.
        unsafe {
            let words = c::magic_error(self.0);
            let words =
                if words.is_null() { b"(null)".to_vec() } else { CStr::from_ptr(words).to_bytes().to_vec() };
            (c::magic_errno(self.0), words)
        }
    }
}

/// libmagic's version.
pub fn version() -> i32 {
    // SAFETY: no arguments.
    unsafe { c::magic_version() }
}
