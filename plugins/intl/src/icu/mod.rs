//! ICU's interface: the only unsafe code of the extension.
//!
//! Each file is a service of ICU with types that own what they open. C functions are declared with [`functions`], which adds
//! the version that ICU's symbols carry; what only C++ has comes from `shim/`, as functions that throw nothing.

pub mod boundaries;
pub mod calendar;
pub mod chars;
pub mod collation;
pub mod converter;
pub mod dateformat;
pub mod enumeration;
pub mod grapheme;
pub mod idna;
pub mod locale;
pub mod message;
pub mod normal;
pub mod number;
pub mod resource;
pub mod spoof;
pub mod transliteration;
pub mod version;
pub mod zone;

use std::ffi::{CStr, CString, c_char};

/// Declares functions of ICU's C interface under their plain names.
macro_rules! functions {
    ($(fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?;)*) => {
        unsafe extern "C" {
            $(
                #[link_name = concat!(stringify!($name), env!("ICU_SUFFIX"))]
                fn $name($($arg: $ty),*) $(-> $ret)?;
            )*
        }
    };
}
use functions;

/// An `UErrorCode`: above zero a failure, below it a warning.
pub type Code = i32;

/// `U_ZERO_ERROR`
pub const OK: Code = 0;
/// `U_USING_DEFAULT_WARNING`
pub const USING_DEFAULT_WARNING: Code = -127;
/// `U_USING_FALLBACK_WARNING`
pub const USING_FALLBACK_WARNING: Code = -128;
/// `U_ILLEGAL_ARGUMENT_ERROR`
pub const ILLEGAL_ARGUMENT_ERROR: Code = 1;
/// `U_INVALID_FORMAT_ERROR`
pub const INVALID_FORMAT_ERROR: Code = 3;
/// `U_INTERNAL_PROGRAM_ERROR`
pub const INTERNAL_PROGRAM_ERROR: Code = 5;
/// `U_MEMORY_ALLOCATION_ERROR`
pub const MEMORY_ALLOCATION_ERROR: Code = 7;
/// `U_PARSE_ERROR`
pub const PARSE_ERROR: Code = 9;
/// `U_INVALID_CHAR_FOUND`
pub const INVALID_CHAR_FOUND: Code = 10;
/// `U_BUFFER_OVERFLOW_ERROR`
pub const BUFFER_OVERFLOW_ERROR: Code = 15;
/// `U_UNSUPPORTED_ERROR`
pub const UNSUPPORTED_ERROR: Code = 16;
/// `U_ARGUMENT_TYPE_MISMATCH`
pub const ARGUMENT_TYPE_MISMATCH: Code = 65804;
/// `U_PATTERN_SYNTAX_ERROR`
pub const PATTERN_SYNTAX_ERROR: Code = 65799;
/// `U_INVALID_STATE_ERROR`
pub const INVALID_STATE_ERROR: Code = 27;

/// Whether a code is a failure.
pub fn failed(code: Code) -> bool {
    code > OK
}

functions! {
    fn u_errorName(code: Code) -> *const c_char;
}

/// The name of a code.
pub fn error_name(code: Code) -> &'static str {
    // SAFETY: a static text for any number.
    text(unsafe { u_errorName(code) })
}

/// An ASCII text of ICU's that is static, or copied before its owner goes.
fn text(p: *const c_char) -> &'static str {
    if p.is_null() {
        return "";
    }
    // SAFETY: every caller passes such a text, which ends with NUL.
    unsafe { CStr::from_ptr(p) }.to_str().unwrap_or_default()
}

/// Bytes up to their first NUL, as C takes them.
pub fn c_string(bytes: &[u8]) -> CString {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    CString::new(bytes.get(..end).unwrap_or_default()).unwrap_or_default()
}

/// The text that a function of ICU writes: it is called with a buffer, its size and a code, and gives the text's length;
/// once more when the buffer was too small.
fn written<T: Copy + Default>(mut write: impl FnMut(*mut T, i32, &mut Code) -> i32) -> Result<Vec<T>, Code> {
    let mut out = vec![T::default(); 256];
    for _ in 0..2 {
        let mut code = OK;
        let room = i32::try_from(out.len()).unwrap_or(i32::MAX);
        let len = usize::try_from(write(out.as_mut_ptr(), room, &mut code)).unwrap_or(0);
        if code == BUFFER_OVERFLOW_ERROR && len > out.len() {
            out = vec![T::default(); len + 1];
            continue;
        }
        if failed(code) {
            return Err(code);
        }
        out.truncate(len);
        return Ok(out);
    }
    Err(BUFFER_OVERFLOW_ERROR)
}

/// Length of a slice as ICU takes it.
fn len32<T>(s: &[T]) -> i32 {
    i32::try_from(s.len()).unwrap_or(i32::MAX)
}

/// UTF-8 as UTF-16.
pub fn to_utf16(bytes: &[u8]) -> Result<Vec<u16>, Code> {
    if i32::try_from(bytes.len()).is_err() {
        return Err(BUFFER_OVERFLOW_ERROR);
    }
    match std::str::from_utf8(bytes) {
        Ok(s) => Ok(s.encode_utf16().collect()),
        Err(_) => Err(INVALID_CHAR_FOUND),
    }
}

/// UTF-16 as UTF-8.
pub fn to_utf8(units: &[u16]) -> Result<Vec<u8>, Code> {
    String::from_utf16(units).map(String::into_bytes).map_err(|_| INVALID_CHAR_FOUND)
}

/// Where a pattern or rules are wrong (`UParseError`).
#[repr(C)]
#[derive(Default)]
pub struct ParseError {
    /// The line, from 1, of what has lines.
    pub line: i32,
    /// Units in front, of the line or of the whole.
    pub offset: i32,
    before: [u16; 16],
    behind: [u16; 16],
}

impl ParseError {
    /// In words, as PHP tells it.
    pub fn describe(&self) -> String {
        let mut parts = Vec::new();
        if self.line > 0 {
            parts.push(format!("on line {}", self.line));
        }
        if self.offset >= 0 {
            let word = if parts.is_empty() { "at " } else { "" };
            parts.push(format!("{word}offset {}", self.offset));
        }
        for (context, words, name) in
            [(&self.before, "after", "pre-context"), (&self.behind, "before or at", "post-context")]
        {
            let end = context.iter().position(|u| *u == 0).unwrap_or(context.len());
            let Some(units) = context.get(..end).filter(|u| !u.is_empty()) else { continue };
            let text = String::from_utf16(units)
                .unwrap_or_else(|_| format!("(could not convert parser error {name} to UTF-8)"));
            parts.push(format!("{words} \"{text}\""));
        }
        if parts.is_empty() {
            "no parse error".to_owned()
        } else {
            format!("parse error {}", parts.join(", "))
        }
    }
}

/// The first character of UTF-8 and its bytes; what is no character takes the bytes that begin like one, at least one (of
/// an empty text too).
pub fn first_char(bytes: &[u8]) -> (usize, Option<char>) {
    let Some(chunk) = bytes.get(..bytes.len().min(4)).and_then(|b| b.utf8_chunks().next()) else {
        return (1, None);
    };
    match chunk.valid().chars().next() {
        Some(c) => (c.len_utf8(), Some(c)),
        None => (chunk.invalid().len().max(1), None),
    }
}
