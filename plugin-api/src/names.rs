//! Texts that come again and again: those that the source names, and the keys of records that are read.

use crate::{Str, Value, host};
use plugin_api_abi::StrHdr;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A text of the source as a PHP string, interned when it is first used: what [`crate::literal!`] makes. As a key or a value it
/// takes no memory and has its hash already.
pub struct Literal {
    text: &'static str,
    string: AtomicPtr<StrHdr>,
}

impl Literal {
    /// That text, not interned yet.
    pub const fn new(text: &'static str) -> Literal {
        Literal { text, string: AtomicPtr::new(core::ptr::null_mut()) }
    }
    #[inline]
    pub(crate) fn hdr(&self) -> *mut StrHdr {
        // Whoever sees the address has interned the text on this thread or sees what the other one wrote.
        let s = self.string.load(Ordering::Acquire);
        if s.is_null() { self.intern() } else { s }
    }
    #[cold]
    fn intern(&self) -> *mut StrHdr {
        // SAFETY: plain bytes.
        let s = unsafe { (host::val().str_intern)(self.text.as_ptr(), self.text.len()) };
        self.string.store(s, Ordering::Release);
        s
    }
}

impl From<&Literal> for Str {
    #[inline]
    fn from(l: &Literal) -> Str {
        // SAFETY: interned strings live for ever and need no share.
        unsafe { Str(crate::string::string_val(l.hdr())) }
    }
}
impl From<&Literal> for Value {
    #[inline]
    fn from(l: &Literal) -> Value {
        Str::from(l).into()
    }
}

/// A text of the source as a string that is made once: `array.set(literal!("host"), v)`. It is a key as it stands, a number too.
#[macro_export]
macro_rules! literal {
    ($text:expr) => {{
        static LITERAL: $crate::Literal = $crate::Literal::new($text);
        &LITERAL
    }};
}

/// How many are remembered.
const SLOTS: usize = 16;

/// Strings made once for texts that repeat. The last text of each kind (length, first and last byte) is remembered; longer
/// ones are not. A key that is shared takes no memory of its own and has its hash already.
pub struct Names {
    slots: [Value; SLOTS],
}

/// Longer texts are hardly keys that repeat.
const LONGEST: usize = 40;

impl Names {
    /// None yet.
    #[inline]
    pub fn new() -> Names {
        Names { slots: [const { Value::NULL }; SLOTS] }
    }
    /// The string of a text.
    #[inline]
    pub fn get(&mut self, text: &[u8]) -> Str {
        let (&[first, ..], &[.., last]) = (text, text) else { return Str::new(text) };
        if text.len() > LONGEST {
            return Str::new(text);
        }
        let kind = text.len() * 7 + first as usize * 3 + last as usize * 5;
        let slot = &mut self.slots[kind % SLOTS];
        if let Some(s) = slot.as_str()
            && s.as_bytes() == text
        {
            return s.clone();
        }
        let s = Str::new(text);
        *slot = (&s).into();
        s
    }
}

impl Default for Names {
    #[inline]
    fn default() -> Names {
        Names::new()
    }
}
