//! Comparing texts (`UCollator`).

use super::{Code, OK, c_string, functions, len32, text};
use std::ffi::c_char;
use std::ptr::NonNull;

/// ICU's own.
pub(super) enum Raw {}

functions! {
    fn ucol_open(locale: *const c_char, code: *mut Code) -> *mut Raw;
    fn ucol_close(collator: *mut Raw);
    fn ucol_strcoll(collator: *const Raw, a: *const u16, a_len: i32, b: *const u16, b_len: i32) -> i32;
    fn ucol_getAttribute(collator: *const Raw, attribute: i32, code: *mut Code) -> i32;
    fn ucol_setAttribute(collator: *mut Raw, attribute: i32, value: i32, code: *mut Code);
    fn ucol_getStrength(collator: *const Raw) -> i32;
    fn ucol_setStrength(collator: *mut Raw, strength: i32);
    fn ucol_getLocaleByType(collator: *const Raw, kind: i32, code: *mut Code) -> *const c_char;
    fn ucol_getSortKey(collator: *const Raw, source: *const u16, len: i32, out: *mut u8, room: i32) -> i32;
}

/// A collator.
pub struct Collator(NonNull<Raw>);

impl Collator {
    /// The collator of a locale, and the code that opening it left (a warning, when it is another locale's).
    pub fn open(locale: &[u8]) -> (Option<Collator>, Code) {
        let mut code = OK;
        // SAFETY: the name ends with NUL.
        let raw = unsafe { ucol_open(c_string(locale).as_ptr(), &mut code) };
        (NonNull::new(raw).map(Collator), code)
    }
    /// -1, 0 or 1.
    pub fn compare(&self, a: &[u16], b: &[u16]) -> i32 {
        // SAFETY: ours; texts with their lengths.
        unsafe { ucol_strcoll(self.0.as_ptr(), a.as_ptr(), len32(a), b.as_ptr(), len32(b)) }
    }
    /// An attribute's value, and a code.
    pub fn attribute(&self, attribute: i32) -> (i32, Code) {
        let mut code = OK;
        // SAFETY: ours; unknown attributes are an error.
        let value = unsafe { ucol_getAttribute(self.0.as_ptr(), attribute, &mut code) };
        (value, code)
    }
    /// Sets an attribute.
    pub fn set_attribute(&self, attribute: i32, value: i32) -> Code {
        // SAFETY: ours, on one thread.
        unsafe { set_attribute(self.0.as_ptr(), attribute, value) }
    }
    /// The strength.
    pub fn strength(&self) -> i32 {
        // SAFETY: ours.
        unsafe { ucol_getStrength(self.0.as_ptr()) }
    }
    /// Sets the strength.
    pub fn set_strength(&self, strength: i32) {
        // SAFETY: ours, on one thread; what is no strength is ignored.
        unsafe { ucol_setStrength(self.0.as_ptr(), strength) };
    }
    /// The locale's name, actual (0) or valid (1).
    pub fn locale(&self, kind: i32) -> (String, Code) {
        let mut code = OK;
        // SAFETY: ours; the text lives as long as it, and is copied.
        let name = text(unsafe { ucol_getLocaleByType(self.0.as_ptr(), kind, &mut code) }).to_owned();
        (name, code)
    }
    /// The key whose bytes compare as the text does, without the NUL at its end; empty when there is none.
    pub fn sort_key(&self, source: &[u16]) -> Vec<u8> {
        // SAFETY: ours; the key is written into as much room as its length asks for.
        unsafe {
            let (p, n) = (source.as_ptr(), len32(source));
            let len = ucol_getSortKey(self.0.as_ptr(), p, n, std::ptr::null_mut(), 0);
            let mut key = vec![0; usize::try_from(len).unwrap_or(0)];
            let len = ucol_getSortKey(self.0.as_ptr(), p, n, key.as_mut_ptr(), len32(&key));
            key.truncate(usize::try_from(len).unwrap_or(0).saturating_sub(1));
            key
        }
    }
}

impl Drop for Collator {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { ucol_close(self.0.as_ptr()) };
    }
}

/// Sets an attribute of a collator that something else of ICU's owns.
///
/// # Safety
/// The collator lives, and only this thread uses it.
pub(super) unsafe fn set_attribute(collator: *mut Raw, attribute: i32, value: i32) -> Code {
    let mut code = OK;
    // SAFETY: by the caller's promise; unknown attributes and values are an error.
    unsafe { ucol_setAttribute(collator, attribute, value, &mut code) };
    code
}
