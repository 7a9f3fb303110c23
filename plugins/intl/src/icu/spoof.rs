//! Texts that look like others (`USpoofChecker`).

use super::{Code, OK, c_string, failed, functions, len32};
use std::ffi::c_char;
use std::ptr::{NonNull, null_mut};

/// ICU's own.
enum Raw {}
/// A set of characters.
enum Set {}
/// Details of a check.
enum Details {}

functions! {
    fn uspoof_open(code: *mut Code) -> *mut Raw;
    fn uspoof_close(c: *mut Raw);
    fn uspoof_clone(c: *const Raw, code: *mut Code) -> *mut Raw;
    fn uspoof_setRestrictionLevel(c: *mut Raw, level: i32);
    fn uspoof_check2UTF8(c: *const Raw, text: *const c_char, len: i32, details: *mut Details, code: *mut Code) -> i32;
    fn uspoof_areConfusableUTF8(c: *const Raw, a: *const c_char, a_len: i32, b: *const c_char, b_len: i32, code: *mut Code) -> i32;
    fn uspoof_setAllowedLocales(c: *mut Raw, locales: *const c_char, code: *mut Code);
    fn uspoof_setAllowedChars(c: *mut Raw, set: *const Set, code: *mut Code);
    fn uspoof_setChecks(c: *mut Raw, checks: i32, code: *mut Code);
    fn uset_openEmpty() -> *mut Set;
    fn uset_close(s: *mut Set);
    fn uset_applyPattern(s: *mut Set, pattern: *const u16, len: i32, options: u32, code: *mut Code) -> i32;
    fn uset_compact(s: *mut Set);
}

/// A checker.
pub struct Checker(NonNull<Raw>);

/// Why characters were not allowed.
pub enum Failure {
    /// The pattern is wrong.
    Pattern(Code),
    /// The checker refused them.
    Refused(Code),
}

fn result(code: Code) -> Result<(), Code> {
    if failed(code) { Err(code) } else { Ok(()) }
}

impl Checker {
    /// A checker of all that can be checked.
    pub fn open() -> Result<Checker, Code> {
        let mut code = OK;
        // SAFETY: ours from now on.
        let raw = unsafe { uspoof_open(&mut code) };
        NonNull::new(raw).map(Checker).filter(|_| !failed(code)).ok_or(code)
    }
    /// A copy.
    pub fn copy(&self) -> Result<Checker, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let raw = unsafe { uspoof_clone(self.0.as_ptr(), &mut code) };
        NonNull::new(raw).map(Checker).filter(|_| !failed(code)).ok_or(code)
    }
    /// The checks that a text fails.
    pub fn check(&self, text: &[u8]) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours; a text with its length; details are not asked for.
        let found = unsafe {
            uspoof_check2UTF8(self.0.as_ptr(), text.as_ptr().cast(), len32(text), null_mut(), &mut code)
        };
        result(code).map(|()| found)
    }
    /// How two texts can be taken for each other.
    pub fn confusable(&self, a: &[u8], b: &[u8]) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours; texts with their lengths.
        let found = unsafe {
            let (p, q) = (a.as_ptr().cast(), b.as_ptr().cast());
            uspoof_areConfusableUTF8(self.0.as_ptr(), p, len32(a), q, len32(b), &mut code)
        };
        result(code).map(|()| found)
    }
    /// Allows the characters of locales' scripts.
    pub fn set_locales(&self, locales: &[u8]) -> Result<(), Code> {
        let mut code = OK;
        // SAFETY: ours, on one thread; a text that ends with NUL.
        unsafe { uspoof_setAllowedLocales(self.0.as_ptr(), c_string(locales).as_ptr(), &mut code) };
        result(code)
    }
    /// Sets what is checked.
    pub fn set_checks(&self, checks: i32) -> Result<(), Code> {
        let mut code = OK;
        // SAFETY: ours, on one thread; unknown checks are an error.
        unsafe { uspoof_setChecks(self.0.as_ptr(), checks, &mut code) };
        result(code)
    }
    /// Sets which scripts may be mixed.
    pub fn set_level(&self, level: i32) {
        // SAFETY: ours, on one thread.
        unsafe { uspoof_setRestrictionLevel(self.0.as_ptr(), level) };
    }
    /// Allows the characters of a pattern.
    pub fn set_chars(&self, pattern: &[u16], options: u32) -> Result<(), Failure> {
        let mut code = OK;
        // SAFETY: ours, on one thread; the set is closed once; a pattern with its length.
        unsafe {
            let set = uset_openEmpty();
            uset_applyPattern(set, pattern.as_ptr(), len32(pattern), options, &mut code);
            if failed(code) {
                uset_close(set);
                return Err(Failure::Pattern(code));
            }
            uset_compact(set);
            uspoof_setAllowedChars(self.0.as_ptr(), set, &mut code);
            uset_close(set);
        }
        result(code).map_err(Failure::Refused)
    }
}

impl Drop for Checker {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { uspoof_close(self.0.as_ptr()) };
    }
}
