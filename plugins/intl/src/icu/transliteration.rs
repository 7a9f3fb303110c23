//! Rewriting texts by rules (`UTransliterator`).

use super::enumeration::{self, Enumeration};
use super::{BUFFER_OVERFLOW_ERROR, Code, OK, ParseError, failed, functions, len32, to_utf8};
use std::ptr::{NonNull, null};

/// ICU's own.
enum Raw {}

functions! {
    fn utrans_openU(id: *const u16, id_len: i32, direction: i32, rules: *const u16, rules_len: i32, error: *mut ParseError, code: *mut Code) -> *mut Raw;
    fn utrans_openInverse(t: *const Raw, code: *mut Code) -> *mut Raw;
    fn utrans_clone(t: *const Raw, code: *mut Code) -> *mut Raw;
    fn utrans_close(t: *mut Raw);
    fn utrans_getUnicodeID(t: *const Raw, len: *mut i32) -> *const u16;
    fn utrans_openIDs(code: *mut Code) -> *mut enumeration::Raw;
    fn utrans_transUChars(t: *const Raw, text: *mut u16, len: *mut i32, room: i32, start: i32, limit: *mut i32, code: *mut Code);
}

/// A transliterator.
pub struct Transliterator(NonNull<Raw>);

impl Transliterator {
    fn opened(raw: *mut Raw, code: Code) -> Result<Transliterator, Code> {
        // What failed is closed here too.
        let opened = NonNull::new(raw).map(Transliterator);
        opened.filter(|_| !failed(code)).ok_or(if failed(code) {
            code
        } else {
            super::INTERNAL_PROGRAM_ERROR
        })
    }
    /// That of an ID, or of rules under an ID; `reverse`: its other direction.
    pub fn open(
        id: &[u16],
        rules: Option<&[u16]>,
        reverse: bool,
    ) -> Result<Transliterator, (Code, ParseError)> {
        let (mut code, mut error) = (OK, ParseError::default());
        let (p, n) = rules.map_or((null(), -1), |r| (r.as_ptr(), len32(r)));
        // SAFETY: texts with their lengths.
        let raw =
            unsafe { utrans_openU(id.as_ptr(), len32(id), i32::from(reverse), p, n, &mut error, &mut code) };
        Transliterator::opened(raw, code).map_err(|code| (code, error))
    }
    /// Its inverse.
    pub fn inverse(&self) -> Result<Transliterator, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let raw = unsafe { utrans_openInverse(self.0.as_ptr(), &mut code) };
        Transliterator::opened(raw, code)
    }
    /// A copy.
    pub fn copy(&self) -> Result<Transliterator, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let raw = unsafe { utrans_clone(self.0.as_ptr(), &mut code) };
        Transliterator::opened(raw, code)
    }
    /// Its ID.
    pub fn id(&self) -> Result<Vec<u8>, Code> {
        let mut len = 0;
        // SAFETY: ours; the text is copied.
        let id = unsafe {
            let p = utrans_getUnicodeID(self.0.as_ptr(), &mut len);
            let len = usize::try_from(len).unwrap_or(0);
            if p.is_null() { Vec::new() } else { std::slice::from_raw_parts(p, len).to_vec() }
        };
        to_utf8(&id)
    }
    /// Rewrites a text between two positions within it.
    pub fn apply(&self, source: &[u16], start: i32, end: i32) -> Result<Vec<u16>, Code> {
        let mut room = source.len() + 1;
        loop {
            let mut out = source.to_vec();
            out.resize(room, 0);
            let (mut len, mut end, mut code) = (len32(source), end, OK);
            // SAFETY: ours; a buffer with the size it has and the length of the text in it; positions within the text.
            unsafe {
                utrans_transUChars(
                    self.0.as_ptr(),
                    out.as_mut_ptr(),
                    &mut len,
                    len32(&out),
                    start,
                    &mut end,
                    &mut code,
                );
            }
            let len = usize::try_from(len).unwrap_or(0);
            if code == BUFFER_OVERFLOW_ERROR && len >= room {
                room = len + 1;
                continue;
            }
            if failed(code) {
                return Err(code);
            }
            out.truncate(len);
            return Ok(out);
        }
    }
}

impl Drop for Transliterator {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { utrans_close(self.0.as_ptr()) };
    }
}

/// The IDs that there are.
pub fn ids() -> Result<Enumeration, Code> {
    let mut code = OK;
    // SAFETY: the enumeration is ours.
    unsafe { Enumeration::opened(utrans_openIDs(&mut code), code) }
}
