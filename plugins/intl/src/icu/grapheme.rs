//! What people take for one character (`UBreakIterator`), and searching for them (`UStringSearch`).

use super::{Code, OK, collation, failed, functions, len32};
use std::ffi::c_char;
use std::marker::PhantomData;
use std::ptr::{NonNull, null, null_mut};

/// ICU's own.
pub(super) enum Raw {}
/// A text that is walked.
pub(super) enum Text {}
/// A search.
enum Search {}

functions! {
    fn ubrk_open(kind: i32, locale: *const c_char, text: *const u16, len: i32, code: *mut Code) -> *mut Raw;
    fn ubrk_clone(b: *const Raw, code: *mut Code) -> *mut Raw;
    fn ubrk_close(b: *mut Raw);
    fn ubrk_setText(b: *mut Raw, text: *const u16, len: i32, code: *mut Code);
    fn ubrk_setUText(b: *mut Raw, text: *mut Text, code: *mut Code);
    fn ubrk_next(b: *mut Raw) -> i32;
    fn ubrk_previous(b: *mut Raw) -> i32;
    fn ubrk_first(b: *mut Raw) -> i32;
    fn ubrk_last(b: *mut Raw) -> i32;
    fn ubrk_isBoundary(b: *mut Raw, at: i32) -> i8;
    fn utext_openUTF8(t: *mut Text, s: *const c_char, len: i64, code: *mut Code) -> *mut Text;
    fn utext_close(t: *mut Text) -> *mut Text;
    fn usearch_open(pattern: *const u16, pattern_len: i32, text: *const u16, len: i32, locale: *const c_char, b: *mut Raw, code: *mut Code) -> *mut Search;
    fn usearch_close(s: *mut Search);
    fn usearch_getCollator(s: *const Search) -> *mut collation::Raw;
    fn usearch_reset(s: *mut Search);
    fn usearch_setOffset(s: *mut Search, at: i32, code: *mut Code);
    fn usearch_next(s: *mut Search, code: *mut Code) -> i32;
    fn usearch_last(s: *mut Search, code: *mut Code) -> i32;
}

/// The rules for characters, of which [`Clusters`] are made.
pub struct Rules(NonNull<Raw>);

impl Rules {
    /// The rules, which are every locale's.
    pub fn open() -> Result<Rules, Code> {
        let mut code = OK;
        // SAFETY: no text yet; ours from now on. UBRK_CHARACTER
        let raw = unsafe { ubrk_open(0, null(), null(), 0, &mut code) };
        NonNull::new(raw).map(Rules).filter(|_| !failed(code)).ok_or(code)
    }
    fn copy(&self) -> Result<Rules, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let raw = unsafe { ubrk_clone(self.0.as_ptr(), &mut code) };
        NonNull::new(raw).map(Rules).filter(|_| !failed(code)).ok_or(code)
    }
    /// Walks the characters of UTF-16.
    pub fn over_utf16<'a>(&self, text: &'a [u16]) -> Result<Clusters<'a>, Code> {
        let (rules, mut code) = (self.copy()?, OK);
        // SAFETY: ours; a text with its length, which outlives the walk.
        unsafe { ubrk_setText(rules.0.as_ptr(), text.as_ptr(), len32(text), &mut code) };
        if failed(code) { Err(code) } else { Ok(Clusters { rules, text: null_mut(), of: PhantomData }) }
    }
    /// Walks the characters of UTF-8; positions are of bytes.
    pub fn over_utf8<'a>(&self, text: &'a [u8]) -> Result<Clusters<'a>, Code> {
        let (rules, mut code) = (self.copy()?, OK);
        // SAFETY: a text with its length, which outlives the walk; closed when that ends.
        unsafe {
            let opened = utext_openUTF8(null_mut(), text.as_ptr().cast(), len32(text).into(), &mut code);
            let clusters = Clusters { rules, text: opened, of: PhantomData };
            if !failed(code) {
                ubrk_setUText(clusters.raw(), opened, &mut code);
            }
            if failed(code) { Err(code) } else { Ok(clusters) }
        }
    }
    /// The first place of a text in another that is not empty (`last`: the last one), from a position on; texts that only
    /// differ in case are the same to `ignore_case`. A negative `offset` with `last`: the last place up to the position.
    pub fn search(
        &self,
        text: &[u16],
        pattern: &[u16],
        ignore_case: bool,
        last: bool,
        offset: i32,
        position: i32,
    ) -> Result<Option<i32>, (Code, &'static str)> {
        let rules = self.copy().map_err(|code| (code, "Failed to get iterator"))?;
        let mut code = OK;
        // SAFETY: texts with their lengths and the rules outlive the search, which is closed once.
        unsafe {
            let raw = usearch_open(
                pattern.as_ptr(),
                len32(pattern),
                text.as_ptr(),
                len32(text),
                c"".as_ptr(),
                rules.0.as_ptr(),
                &mut code,
            );
            let closing = NonNull::new(raw).map(Closing);
            let search = match &closing {
                Some(search) if !failed(code) => search.0.as_ptr(),
                _ => return Err((code, "Error creating search object")),
            };
            if ignore_case {
                // UCOL_STRENGTH, UCOL_SECONDARY
                code = collation::set_attribute(usearch_getCollator(search), 5, 1);
                if failed(code) {
                    return Err((code, "Error setting collation strength"));
                }
                usearch_reset(search);
            }
            if offset != 0 {
                usearch_setOffset(search, if last { 0 } else { position }, &mut code);
                if failed(code) {
                    return Err((code, "Invalid search offset"));
                }
            }
            // USEARCH_DONE is -1.
            let found = if !last {
                usearch_next(search, &mut code)
            } else if offset >= 0 {
                let found = usearch_last(search, &mut code);
                if found < position { -1 } else { found }
            } else {
                let mut previous = -1;
                loop {
                    let found = usearch_next(search, &mut code);
                    if found < 0 || found > position {
                        break previous;
                    }
                    previous = found;
                }
            };
            if failed(code) {
                return Err((code, "Error looking up string"));
            }
            Ok(Some(found).filter(|f| *f >= 0))
        }
    }
}

/// A search that is closed when it goes.
struct Closing(NonNull<Search>);

impl Drop for Closing {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { usearch_close(self.0.as_ptr()) };
    }
}

impl Drop for Rules {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { ubrk_close(self.0.as_ptr()) };
    }
}

/// A walk over a text's characters: positions between them.
pub struct Clusters<'a> {
    rules: Rules,
    text: *mut Text,
    of: PhantomData<&'a [u8]>,
}

impl Clusters<'_> {
    fn raw(&self) -> *mut Raw {
        self.rules.0.as_ptr()
    }
    /// The next position; `None` at the end.
    pub fn next(&mut self) -> Option<i32> {
        // SAFETY: ours, with a live text. UBRK_DONE is -1.
        Some(unsafe { ubrk_next(self.raw()) }).filter(|p| *p >= 0)
    }
    /// The position before; `None` at the beginning.
    pub fn previous(&mut self) -> Option<i32> {
        // SAFETY: ours, with a live text.
        Some(unsafe { ubrk_previous(self.raw()) }).filter(|p| *p >= 0)
    }
    /// To the beginning.
    pub fn first(&mut self) {
        // SAFETY: ours, with a live text.
        unsafe { ubrk_first(self.raw()) };
    }
    /// To the end.
    pub fn last(&mut self) {
        // SAFETY: ours, with a live text.
        unsafe { ubrk_last(self.raw()) };
    }
    /// Whether a character begins at a position.
    pub fn is_boundary(&mut self, at: i32) -> bool {
        // SAFETY: ours, with a live text.
        unsafe { ubrk_isBoundary(self.raw(), at) != 0 }
    }
}

impl Drop for Clusters<'_> {
    fn drop(&mut self) {
        if !self.text.is_null() {
            // SAFETY: ours, once; the rules, which go later, only close what they made of it.
            unsafe { utext_close(self.text) };
        }
    }
}
