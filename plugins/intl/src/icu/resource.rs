//! Data of locales (`UResourceBundle`).

use super::{Code, OK, c_string, failed, functions, text, to_utf8};
use std::ffi::c_char;
use std::ptr::{NonNull, null, null_mut};

/// ICU's own.
enum Raw {}

functions! {
    fn ures_open(package: *const c_char, locale: *const c_char, code: *mut Code) -> *mut Raw;
    fn ures_openDirect(package: *const c_char, locale: *const c_char, code: *mut Code) -> *mut Raw;
    fn ures_close(bundle: *mut Raw);
    fn ures_getByKey(bundle: *const Raw, key: *const c_char, fill: *mut Raw, code: *mut Code) -> *mut Raw;
    fn ures_getByIndex(bundle: *const Raw, index: i32, fill: *mut Raw, code: *mut Code) -> *mut Raw;
    fn ures_getType(bundle: *const Raw) -> i32;
    fn ures_getSize(bundle: *const Raw) -> i32;
    fn ures_getKey(bundle: *const Raw) -> *const c_char;
    fn ures_getString(bundle: *const Raw, len: *mut i32, code: *mut Code) -> *const u16;
    fn ures_getBinary(bundle: *const Raw, len: *mut i32, code: *mut Code) -> *const u8;
    fn ures_getInt(bundle: *const Raw, code: *mut Code) -> i32;
    fn ures_getIntVector(bundle: *const Raw, len: *mut i32, code: *mut Code) -> *const i32;
    fn ures_getLocaleByType(bundle: *const Raw, kind: i32, code: *mut Code) -> *const c_char;
}

/// A table, list or value.
pub struct Bundle(NonNull<Raw>);

/// What a bundle is.
pub enum Content {
    /// A text.
    Text(Vec<u8>),
    /// Bytes.
    Binary(Vec<u8>),
    /// A number.
    Int(i32),
    /// Numbers.
    Ints(Vec<i32>),
    /// A table or list.
    Bundle(Bundle),
}

/// Which value of a bundle is asked for, and fails.
pub enum Failure {
    /// A text.
    Text(Code),
    /// A text, which is no UTF-16.
    Encoding(Code),
    /// Bytes.
    Binary(Code),
    /// A number.
    Int(Code),
    /// Numbers.
    Ints(Code),
}

/// Elements of a value that ICU keeps.
///
/// # Safety
/// `p` is null, or has `len` elements that nothing changes now.
unsafe fn list<T: Clone>(p: *const T, len: i32) -> Vec<T> {
    match usize::try_from(len) {
        // SAFETY: by the caller's promise.
        Ok(len) if !p.is_null() => unsafe { std::slice::from_raw_parts(p, len) }.to_vec(),
        _ => Vec::new(),
    }
}

impl Bundle {
    /// A locale's data of a package (without one: ICU's own), and a code; `direct`: without the locales that stand in for it.
    pub fn open(package: Option<&[u8]>, locale: &[u8], direct: bool) -> (Option<Bundle>, Code) {
        let mut code = OK;
        let package = package.map(c_string);
        let open = if direct { ures_openDirect } else { ures_open };
        // SAFETY: names that end with NUL, or none.
        let raw = unsafe {
            open(package.as_ref().map_or(null(), |p| p.as_ptr()), c_string(locale).as_ptr(), &mut code)
        };
        (NonNull::new(raw).map(Bundle), code)
    }
    fn element(raw: *mut Raw, code: Code) -> (Option<Bundle>, Code) {
        (NonNull::new(raw).map(Bundle).filter(|_| !failed(code)), code)
    }
    /// The element of a key, and a code.
    pub fn by_key(&self, key: &[u8]) -> (Option<Bundle>, Code) {
        let mut code = OK;
        // SAFETY: ours; a name that ends with NUL.
        let raw = unsafe { ures_getByKey(self.0.as_ptr(), c_string(key).as_ptr(), null_mut(), &mut code) };
        Bundle::element(raw, code)
    }
    /// The element of a number, and a code.
    pub fn by_index(&self, index: i32) -> (Option<Bundle>, Code) {
        let mut code = OK;
        // SAFETY: ours; a number that is out of range is an error.
        let raw = unsafe { ures_getByIndex(self.0.as_ptr(), index, null_mut(), &mut code) };
        Bundle::element(raw, code)
    }
    /// Whether elements have keys.
    pub fn is_table(&self) -> bool {
        // SAFETY: ours. URES_TABLE
        unsafe { ures_getType(self.0.as_ptr()) == 2 }
    }
    /// How many elements it has.
    pub fn len(&self) -> i32 {
        // SAFETY: ours.
        unsafe { ures_getSize(self.0.as_ptr()) }
    }
    /// Its key in the table that it is of.
    pub fn key(&self) -> String {
        // SAFETY: ours; the text is copied.
        text(unsafe { ures_getKey(self.0.as_ptr()) }).to_owned()
    }
    /// The locale whose data it is.
    pub fn locale(&self) -> String {
        let mut code = OK;
        // SAFETY: ours; the text is copied.
        text(unsafe { ures_getLocaleByType(self.0.as_ptr(), 0, &mut code) }).to_owned()
    }
    /// What it is.
    pub fn content(self) -> Result<Content, Failure> {
        let (raw, mut len, mut code) = (self.0.as_ptr(), 0, OK);
        // SAFETY: ours; what is given is copied while it lives.
        unsafe {
            match ures_getType(raw) {
                // URES_STRING
                0 => {
                    let units = list(ures_getString(raw, &mut len, &mut code), len);
                    if failed(code) {
                        return Err(Failure::Text(code));
                    }
                    to_utf8(&units).map(Content::Text).map_err(Failure::Encoding)
                }
                // URES_BINARY
                1 => {
                    let bytes = list(ures_getBinary(raw, &mut len, &mut code), len);
                    if failed(code) { Err(Failure::Binary(code)) } else { Ok(Content::Binary(bytes)) }
                }
                // URES_INT
                7 => {
                    let n = ures_getInt(raw, &mut code);
                    if failed(code) { Err(Failure::Int(code)) } else { Ok(Content::Int(n)) }
                }
                // URES_INT_VECTOR
                14 => {
                    let numbers = list(ures_getIntVector(raw, &mut len, &mut code), len);
                    if failed(code) { Err(Failure::Ints(code)) } else { Ok(Content::Ints(numbers)) }
                }
                _ => Ok(Content::Bundle(self)),
            }
        }
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { ures_close(self.0.as_ptr()) };
    }
}
