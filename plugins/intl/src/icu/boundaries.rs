//! Boundaries in texts: of characters, words, lines, sentences (`UBreakIterator`), and of code points.

use super::grapheme::{Raw, Text as RawText};
use super::{Code, OK, ParseError, c_string, failed, functions, len32, text, written};
use plugin_api::Str;
use std::cell::{Cell, RefCell};
use std::ffi::c_char;
use std::ptr::{NonNull, null, null_mut};
use std::rc::Rc;

functions! {
    fn ubrk_close(b: *mut Raw);
    fn ubrk_clone(b: *const Raw, code: *mut Code) -> *mut Raw;
    fn ubrk_openRules(rules: *const u16, len: i32, text: *const u16, text_len: i32, error: *mut ParseError, code: *mut Code) -> *mut Raw;
    fn ubrk_openBinaryRules(rules: *const u8, len: i32, text: *const u16, text_len: i32, code: *mut Code) -> *mut Raw;
    fn ubrk_setUText(b: *mut Raw, text: *mut RawText, code: *mut Code);
    fn ubrk_current(b: *const Raw) -> i32;
    fn ubrk_next(b: *mut Raw) -> i32;
    fn ubrk_previous(b: *mut Raw) -> i32;
    fn ubrk_first(b: *mut Raw) -> i32;
    fn ubrk_last(b: *mut Raw) -> i32;
    fn ubrk_preceding(b: *mut Raw, at: i32) -> i32;
    fn ubrk_following(b: *mut Raw, at: i32) -> i32;
    fn ubrk_isBoundary(b: *mut Raw, at: i32) -> i8;
    fn ubrk_getRuleStatus(b: *mut Raw) -> i32;
    fn ubrk_getRuleStatusVec(b: *mut Raw, out: *mut i32, room: i32, code: *mut Code) -> i32;
    fn ubrk_getLocaleByType(b: *const Raw, kind: i32, code: *mut Code) -> *const c_char;
    fn ubrk_getBinaryRules(b: *mut Raw, out: *mut u8, room: i32, code: *mut Code) -> i32;
    fn utext_close(t: *mut RawText) -> *mut RawText;
    fn utext_clone(into: *mut RawText, from: *const RawText, deep: i8, readonly: i8, code: *mut Code) -> *mut RawText;
    fn utext_equals(one: *const RawText, two: *const RawText) -> i8;
    fn utext_nativeLength(t: *mut RawText) -> i64;
    fn utext_setNativeIndex(t: *mut RawText, at: i64);
    fn utext_getNativeIndex(t: *const RawText) -> i64;
    fn utext_next32(t: *mut RawText) -> i32;
    fn utext_previous32(t: *mut RawText) -> i32;
    fn utext_next32From(t: *mut RawText, at: i64) -> i32;
    fn utext_previous32From(t: *mut RawText, at: i64) -> i32;
    fn utext_current32(t: *mut RawText) -> i32;
    fn utext_moveIndex32(t: *mut RawText, steps: i32) -> i8;
}

unsafe extern "C" {
    fn howdah_boundaries_create(kind: i32, locale: *const c_char, code: *mut Code) -> *mut Raw;
    fn howdah_boundaries_are_rules(b: *const Raw) -> i8;
    fn howdah_boundaries_equal(one: *const Raw, two: *const Raw) -> i8;
    fn howdah_boundaries_step(b: *mut Raw, steps: i32) -> i32;
    fn howdah_boundaries_rules(b: *const Raw, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn howdah_text_open(text: *const c_char, len: i64, code: *mut Code) -> *mut RawText;
}

/// No boundary (`UBRK_DONE`).
pub const DONE: i32 = -1;

/// An UTF-8 text as ICU reads it, with its bytes.
struct Text {
    raw: NonNull<RawText>,
    /// What ICU reads; freed after the text that points to it.
    bytes: Str,
}

impl Text {
    fn new(bytes: Str) -> Result<Text, Code> {
        let len = i64::try_from(bytes.as_bytes().len()).unwrap_or(i64::MAX);
        let mut code = OK;
        // SAFETY: the bytes with their number, kept as long as the text.
        let raw = unsafe { howdah_text_open(bytes.as_bytes().as_ptr().cast(), len, &mut code) };
        Text::opened(raw, bytes, code)
    }
    fn opened(raw: *mut RawText, bytes: Str, code: Code) -> Result<Text, Code> {
        match NonNull::new(raw) {
            Some(raw) if !failed(code) => Ok(Text { raw, bytes }),
            _ => Err(if failed(code) { code } else { super::MEMORY_ALLOCATION_ERROR }),
        }
    }
    fn copy(&self) -> Result<Text, Code> {
        let mut code = OK;
        // SAFETY: ours; the copy reads the same bytes, which it keeps.
        let raw = unsafe { utext_clone(null_mut(), self.raw.as_ptr(), 0, 1, &mut code) };
        Text::opened(raw, self.bytes.clone(), code)
    }
    fn index(&self) -> i32 {
        // SAFETY: ours.
        unsafe { utext_getNativeIndex(self.raw.as_ptr()) as i32 }
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { utext_close(self.raw.as_ptr()) };
    }
}

/// Boundaries that ICU finds.
pub struct Found {
    raw: NonNull<Raw>,
    /// The bytes that ICU reads; freed after the iterator.
    text: RefCell<Option<Str>>,
    /// Compiled rules that ICU reads; freed after the iterator.
    compiled: Option<Rc<[u32]>>,
}

impl Found {
    fn opened(raw: *mut Raw, code: Code) -> Result<Found, Code> {
        match NonNull::new(raw).map(|raw| Found { raw, text: RefCell::new(None), compiled: None }) {
            Some(found) if !failed(code) => Ok(found),
            _ => Err(if failed(code) { code } else { super::MEMORY_ALLOCATION_ERROR }),
        }
    }
    fn raw(&self) -> *mut Raw {
        self.raw.as_ptr()
    }
}

impl Drop for Found {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { ubrk_close(self.raw()) };
    }
}

/// Boundaries between code points.
pub struct CodePoints {
    text: RefCell<Text>,
    last: Cell<i32>,
}

/// Boundaries in a text.
pub enum Boundaries {
    /// Those that ICU finds.
    Found(Found),
    /// Those between code points.
    CodePoints(CodePoints),
}

/// Where to look for a boundary.
#[derive(Clone, Copy)]
pub enum To {
    /// The beginning.
    First,
    /// The end.
    Last,
    /// In front of the current one.
    Previous,
    /// Behind the current one.
    Next,
    /// So many further.
    Steps(i32),
    /// Behind a position.
    Following(i32),
    /// In front of a position.
    Preceding(i32),
}

impl Boundaries {
    /// Boundaries of characters (0), words (1), lines (2), sentences (3) or titles (4) in a locale.
    pub fn new(kind: i32, locale: &[u8]) -> Result<Boundaries, Code> {
        let mut code = OK;
        // SAFETY: the name ends with NUL; the iterator is ours.
        let raw = unsafe { howdah_boundaries_create(kind, c_string(locale).as_ptr(), &mut code) };
        Found::opened(raw, code).map(Boundaries::Found)
    }
    /// Boundaries by rules.
    pub fn of_rules(rules: &[u16]) -> Result<Boundaries, (Code, ParseError)> {
        let (mut code, mut error) = (OK, ParseError::default());
        let mut rules = rules.to_vec();
        // ICU before 76 looks for the end of a quoted text for ever; at the end of the line it gives up.
        if super::version::major() < 76 && rules.contains(&u16::from(b'\'')) {
            rules.push(u16::from(b'\n'));
        }
        // SAFETY: the rules with their length; no text; a place for the error; the iterator is ours.
        let raw = unsafe { ubrk_openRules(rules.as_ptr(), len32(&rules), null(), 0, &mut error, &mut code) };
        Found::opened(raw, code).map(Boundaries::Found).map_err(|code| (code, error))
    }
    /// Boundaries by rules that were compiled.
    pub fn of_compiled(rules: &[u8]) -> Result<Boundaries, Code> {
        let mut code = OK;
        // ICU reads numbers of 32 bits.
        let words: Rc<[u32]> = rules
            .chunks(4)
            .map(|bytes| {
                let mut word = [0; 4];
                word.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
                u32::from_ne_bytes(word)
            })
            .collect();
        // SAFETY: the rules with their length, aligned, which the iterator and its copies keep.
        let raw = unsafe { ubrk_openBinaryRules(words.as_ptr().cast(), len32(rules), null(), 0, &mut code) };
        let mut found = Found::opened(raw, code)?;
        found.compiled = Some(words);
        Ok(Boundaries::Found(found))
    }
    /// Boundaries between code points.
    pub fn code_points() -> Result<Boundaries, Code> {
        let text = Text::new(Str::empty())?;
        Ok(Boundaries::CodePoints(CodePoints { text: RefCell::new(text), last: Cell::new(-1) }))
    }
    /// A copy.
    pub fn copy(&self) -> Result<Boundaries, Code> {
        match self {
            Boundaries::Found(f) => {
                let mut code = OK;
                // SAFETY: ours; the copy reads the same text, which it keeps.
                let raw = unsafe { ubrk_clone(f.raw(), &mut code) };
                let mut copy = Found::opened(raw, code)?;
                copy.compiled.clone_from(&f.compiled);
                copy.text.replace(f.text.borrow().clone());
                Ok(Boundaries::Found(copy))
            }
            Boundaries::CodePoints(c) => {
                let text = c.text.borrow().copy()?;
                Ok(Boundaries::CodePoints(CodePoints {
                    text: RefCell::new(text),
                    last: Cell::new(c.last.get()),
                }))
            }
        }
    }
    /// Whether they are found by rules.
    pub fn has_rules(&self) -> bool {
        match self {
            // SAFETY: ours.
            Boundaries::Found(f) => unsafe { howdah_boundaries_are_rules(f.raw()) != 0 },
            Boundaries::CodePoints(_) => false,
        }
    }
    /// Whether they are the same ones of the same text.
    pub fn equal(&self, other: &Boundaries) -> bool {
        match (self, other) {
            // SAFETY: live iterators.
            (Boundaries::Found(one), Boundaries::Found(two)) => unsafe {
                howdah_boundaries_equal(one.raw(), two.raw()) != 0
            },
            (Boundaries::CodePoints(one), Boundaries::CodePoints(two)) => {
                let (one, two) = (one.text.borrow(), two.text.borrow());
                // SAFETY: live texts.
                unsafe { utext_equals(one.raw.as_ptr(), two.raw.as_ptr()) != 0 }
            }
            _ => false,
        }
    }
    /// Sets the text.
    pub fn set_text(&self, bytes: &Str) -> Result<(), Code> {
        let text = Text::new(bytes.clone())?;
        match self {
            Boundaries::Found(f) => {
                let mut code = OK;
                // SAFETY: ours, on one thread; a live text, of which a copy is made that reads the bytes kept.
                unsafe { ubrk_setUText(f.raw(), text.raw.as_ptr(), &mut code) };
                if failed(code) {
                    return Err(code);
                }
                let old = f.text.replace(Some(bytes.clone()));
                drop(old);
            }
            Boundaries::CodePoints(c) => {
                let old = c.text.replace(text);
                drop(old);
            }
        }
        Ok(())
    }
    /// The current boundary.
    pub fn current(&self) -> i32 {
        match self {
            // SAFETY: ours.
            Boundaries::Found(f) => unsafe { ubrk_current(f.raw()) },
            Boundaries::CodePoints(c) => c.text.borrow().index(),
        }
    }
    /// Moves to a boundary, and gives it.
    pub fn go(&self, to: To) -> i32 {
        match self {
            Boundaries::Found(f) => {
                let raw = f.raw();
                // SAFETY: ours, on one thread.
                unsafe {
                    match to {
                        To::First => ubrk_first(raw),
                        To::Last => ubrk_last(raw),
                        To::Previous => ubrk_previous(raw),
                        To::Next => ubrk_next(raw),
                        To::Steps(steps) => howdah_boundaries_step(raw, steps),
                        To::Following(at) => ubrk_following(raw, at),
                        To::Preceding(at) => ubrk_preceding(raw, at),
                    }
                }
            }
            Boundaries::CodePoints(c) => c.go(to),
        }
    }
    /// Whether a position is a boundary; moves there, or behind it.
    pub fn is_boundary(&self, at: i32) -> bool {
        match self {
            // SAFETY: ours, on one thread.
            Boundaries::Found(f) => unsafe { ubrk_isBoundary(f.raw(), at) != 0 },
            Boundaries::CodePoints(c) => {
                let text = c.text.borrow();
                // SAFETY: ours, on one thread.
                unsafe { utext_setNativeIndex(text.raw.as_ptr(), at.into()) };
                text.index() == at
            }
        }
    }
    /// The locale's name, actual (0) or valid (1).
    pub fn locale(&self, kind: i32) -> Result<String, Code> {
        let Boundaries::Found(f) = self else { return Ok(String::new()) };
        let mut code = OK;
        // SAFETY: ours; the name is copied.
        let name = text(unsafe { ubrk_getLocaleByType(f.raw(), kind, &mut code) }).to_owned();
        if failed(code) { Err(code) } else { Ok(name) }
    }
    /// The code point that was passed last; -1: none.
    pub fn last_code_point(&self) -> i32 {
        match self {
            Boundaries::Found(_) => DONE,
            Boundaries::CodePoints(c) => c.last.get(),
        }
    }
    fn rules_iterator(&self) -> Result<&Found, Code> {
        match self {
            Boundaries::Found(f) if self.has_rules() => Ok(f),
            _ => Err(super::UNSUPPORTED_ERROR),
        }
    }
    /// The rules.
    pub fn rules(&self) -> Result<Vec<u16>, Code> {
        let f = self.rules_iterator()?;
        // SAFETY: ours, of rules; a buffer with its size.
        written(|out, room, code| unsafe { howdah_boundaries_rules(f.raw(), out, room, code) })
    }
    /// The rules, compiled.
    pub fn compiled(&self) -> Result<Vec<u8>, Code> {
        let f = self.rules_iterator()?;
        let mut code = OK;
        // SAFETY: ours, of rules; no buffer asks for the size.
        let len = unsafe { ubrk_getBinaryRules(f.raw(), null_mut(), 0, &mut code) };
        let mut out = vec![0; usize::try_from(len).unwrap_or(0)];
        code = OK;
        // SAFETY: a buffer with its size.
        unsafe { ubrk_getBinaryRules(f.raw(), out.as_mut_ptr(), len32(&out), &mut code) };
        if failed(code) { Err(code) } else { Ok(out) }
    }
    /// Status of the rule that found the current boundary; 0 when no rule did.
    pub fn status(&self) -> i32 {
        // SAFETY: ours, on one thread, of rules.
        self.rules_iterator().map_or(0, |f| unsafe { ubrk_getRuleStatus(f.raw()) })
    }
    /// Statuses of the rules that found the current boundary.
    pub fn statuses(&self) -> Result<Vec<i32>, Code> {
        let f = self.rules_iterator()?;
        // SAFETY: ours, on one thread, of rules; a buffer with its size.
        written(|out, room, code| unsafe { ubrk_getRuleStatusVec(f.raw(), out, room, code) })
    }
}

impl CodePoints {
    fn go(&self, to: To) -> i32 {
        let text = self.text.borrow();
        let raw = text.raw.as_ptr();
        // SAFETY: ours, on one thread.
        let passed = unsafe {
            match to {
                To::First | To::Last => {
                    let at = if matches!(to, To::First) { 0 } else { utext_nativeLength(raw) };
                    utext_setNativeIndex(raw, at);
                    self.last.set(DONE);
                    return at as i32;
                }
                To::Steps(steps) => {
                    if utext_moveIndex32(raw, steps) == 0 {
                        self.last.set(DONE);
                        return DONE;
                    }
                    self.last.set(utext_current32(raw));
                    return text.index();
                }
                To::Previous => utext_previous32(raw),
                To::Next => utext_next32(raw),
                To::Following(at) => utext_next32From(raw, at.into()),
                To::Preceding(at) => utext_previous32From(raw, at.into()),
            }
        };
        self.last.set(passed);
        if passed == DONE { DONE } else { text.index() }
    }
}
