//! Lists of names (`UEnumeration`).

use super::{Code, OK, failed, functions};
use std::ffi::c_char;
use std::ptr::NonNull;

/// ICU's own.
pub enum Raw {}

functions! {
    fn uenum_close(e: *mut Raw);
    fn uenum_next(e: *mut Raw, len: *mut i32, code: *mut Code) -> *const c_char;
    fn uenum_reset(e: *mut Raw, code: *mut Code);
}

/// A list of names that is walked.
pub struct Enumeration(NonNull<Raw>);

impl Enumeration {
    /// Around what a function of ICU opened, unless that failed.
    ///
    /// # Safety
    /// `raw` is null or an enumeration that nothing else closes.
    pub unsafe fn opened(raw: *mut Raw, code: Code) -> Result<Enumeration, Code> {
        let opened = NonNull::new(raw).map(Enumeration);
        match opened {
            Some(e) if !failed(code) => Ok(e),
            _ => Err(if failed(code) { code } else { super::MEMORY_ALLOCATION_ERROR }),
        }
    }
    /// ICU's own, for its functions.
    pub(super) fn raw(&self) -> *mut Raw {
        self.0.as_ptr()
    }
    /// The next name.
    pub fn next(&mut self) -> Result<Option<Vec<u8>>, Code> {
        let (mut len, mut code) = (0, OK);
        // SAFETY: ours; the name is copied before anything else happens to the enumeration.
        unsafe {
            let name = uenum_next(self.0.as_ptr(), &mut len, &mut code);
            if failed(code) {
                return Err(code);
            }
            if name.is_null() {
                return Ok(None);
            }
            let len = usize::try_from(len).unwrap_or(0);
            Ok(Some(std::slice::from_raw_parts(name.cast::<u8>(), len).to_vec()))
        }
    }
    /// Back to the first name.
    pub fn reset(&mut self) -> Result<(), Code> {
        let mut code = OK;
        // SAFETY: ours.
        unsafe { uenum_reset(self.0.as_ptr(), &mut code) };
        if failed(code) { Err(code) } else { Ok(()) }
    }
}

impl Drop for Enumeration {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { uenum_close(self.0.as_ptr()) };
    }
}
