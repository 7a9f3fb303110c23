//! Texts that go to libxml2 and come from it.

use crate::sys;
use std::ffi::{CStr, CString};

/// A text for libxml2: up to its first NUL byte.
pub struct CText(CString);

impl CText {
    /// Takes a text over.
    pub fn new(text: impl AsRef<[u8]>) -> CText {
        let text = text.as_ref();
        let end = text.iter().position(|&c| c == 0).unwrap_or(text.len());
        CText(CString::new(&text[..end]).unwrap_or_default())
    }
    /// As libxml2 takes texts of XML.
    pub fn xml(&self) -> *const sys::xmlChar {
        self.0.as_ptr().cast()
    }
    /// As libxml2 takes other texts.
    pub fn c(&self) -> *const std::ffi::c_char {
        self.0.as_ptr()
    }
    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

/// A text that may be absent.
pub(crate) fn optional(text: Option<&CText>) -> *const sys::xmlChar {
    text.map_or(core::ptr::null(), CText::xml)
}

/// Takes a text that libxml2 allocated; `None` for null.
///
/// # Safety
/// `text` is null or a text that the caller is to free.
pub unsafe fn owned(text: *mut sys::xmlChar) -> Option<Vec<u8>> {
    if text.is_null() {
        return None;
    }
    // SAFETY: by the caller's promise.
    unsafe {
        let bytes = borrowed(text).to_vec();
        free(text.cast());
        Some(bytes)
    }
}

/// Frees what libxml2 allocated.
///
/// # Safety
/// `p` comes from libxml2's allocator and is not used any more.
pub(crate) unsafe fn free(p: *mut std::ffi::c_void) {
    // SAFETY: by the caller's promise; libxml2 always has this function.
    unsafe {
        if let Some(free) = sys::xmlFree {
            free(p);
        }
    }
}

/// The bytes of a text of libxml2; none for null.
///
/// # Safety
/// `text` is null or lives unchanged for `'a`.
pub(crate) unsafe fn borrowed<'a>(text: *const sys::xmlChar) -> &'a [u8] {
    if text.is_null() {
        return b"";
    }
    // SAFETY: by the caller's promise.
    unsafe { CStr::from_ptr(text.cast()).to_bytes() }
}

/// Whether a text is a Name of XML.
pub fn is_name(text: &[u8]) -> bool {
    let text = CText::new(text);
    // SAFETY: a live text.
    unsafe { sys::xmlValidateName(text.xml(), 0) == 0 }
}

/// Prefix and local name of a qualified name; `None` when it has no prefix.
pub fn split_name(name: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let name = CText::new(name);
    let mut prefix = core::ptr::null_mut();
    // SAFETY: a live text; both results are ours.
    unsafe {
        let local = owned(sys::xmlSplitQName2(name.xml(), &mut prefix));
        let prefix = owned(prefix);
        Some((prefix.unwrap_or_default(), local?))
    }
}
