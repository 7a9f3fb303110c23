//! Formatting and reading numbers (`UNumberFormat`).

use super::{
    Code, OK, PARSE_ERROR, ParseError, UNSUPPORTED_ERROR, c_string, failed, functions, len32, text, written,
};
use std::ffi::c_char;
use std::ptr::{NonNull, null_mut};

/// ICU's own.
enum Raw {}
/// Where fields are in a result; never asked for.
enum FieldPosition {}

functions! {
    fn unum_open(style: i32, pattern: *const u16, len: i32, locale: *const c_char, error: *mut ParseError, code: *mut Code) -> *mut Raw;
    fn unum_close(f: *mut Raw);
    fn unum_clone(f: *const Raw, code: *mut Code) -> *mut Raw;
    fn unum_format(f: *const Raw, n: i32, out: *mut u16, room: i32, at: *mut FieldPosition, code: *mut Code) -> i32;
    fn unum_formatInt64(f: *const Raw, n: i64, out: *mut u16, room: i32, at: *mut FieldPosition, code: *mut Code) -> i32;
    fn unum_formatDouble(f: *const Raw, n: f64, out: *mut u16, room: i32, at: *mut FieldPosition, code: *mut Code) -> i32;
    fn unum_formatDoubleCurrency(f: *const Raw, n: f64, currency: *mut u16, out: *mut u16, room: i32, at: *mut FieldPosition, code: *mut Code) -> i32;
    fn unum_parse(f: *const Raw, text: *const u16, len: i32, at: *mut i32, code: *mut Code) -> i32;
    fn unum_parseInt64(f: *const Raw, text: *const u16, len: i32, at: *mut i32, code: *mut Code) -> i64;
    fn unum_parseDouble(f: *const Raw, text: *const u16, len: i32, at: *mut i32, code: *mut Code) -> f64;
    fn unum_parseDoubleCurrency(f: *const Raw, text: *const u16, len: i32, at: *mut i32, currency: *mut u16, code: *mut Code) -> f64;
    fn unum_getAttribute(f: *const Raw, attribute: i32) -> i32;
    fn unum_setAttribute(f: *mut Raw, attribute: i32, value: i32);
    fn unum_getDoubleAttribute(f: *const Raw, attribute: i32) -> f64;
    fn unum_setDoubleAttribute(f: *mut Raw, attribute: i32, value: f64);
    fn unum_getTextAttribute(f: *const Raw, attribute: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn unum_setTextAttribute(f: *mut Raw, attribute: i32, value: *const u16, len: i32, code: *mut Code);
    fn unum_getSymbol(f: *const Raw, symbol: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn unum_setSymbol(f: *mut Raw, symbol: i32, value: *const u16, len: i32, code: *mut Code);
    fn unum_toPattern(f: *const Raw, localized: i8, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn unum_applyPattern(f: *mut Raw, localized: i8, pattern: *const u16, len: i32, error: *mut ParseError, code: *mut Code);
    fn unum_getLocaleByType(f: *const Raw, kind: i32, code: *mut Code) -> *const c_char;
}

unsafe extern "C" {
    fn howdah_icu_number_symbols() -> i32;
}

/// How many symbols there are.
pub fn symbols() -> i32 {
    // SAFETY: a number.
    unsafe { howdah_icu_number_symbols() }
}

/// `UNUM_MULTIPLIER`
const MULTIPLIER: i32 = 9;

/// A formatter of numbers.
pub struct NumberFormat(NonNull<Raw>);

impl NumberFormat {
    /// The formatter of a style, a pattern (for styles that take one) and a locale.
    pub fn open(style: i32, pattern: Option<&[u16]>, locale: &[u8]) -> (Option<NumberFormat>, Code) {
        let mut code = OK;
        let (p, n) = pattern.map_or((std::ptr::null(), 0), |p| (p.as_ptr(), len32(p)));
        // SAFETY: the pattern with its length; the name ends with NUL; no details of errors are asked for.
        let raw = unsafe { unum_open(style, p, n, c_string(locale).as_ptr(), null_mut(), &mut code) };
        (NonNull::new(raw).map(NumberFormat), code)
    }
    fn raw(&self) -> *mut Raw {
        self.0.as_ptr()
    }
    /// A copy.
    pub fn copy(&self) -> Option<NumberFormat> {
        let mut code = OK;
        // SAFETY: ours.
        let raw = unsafe { unum_clone(self.raw(), &mut code) };
        NonNull::new(raw).map(NumberFormat).filter(|_| !failed(code))
    }
    /// Whether it has rules in place of a pattern: such know no multiplier.
    fn has_rules(&self) -> bool {
        self.attribute(MULTIPLIER) == -1
    }
    /// The lowest number of 64 bits as text. Rules cannot say it; ICU takes the locale's decimal format, which may have rules
    /// again (those of a numbering system that its keywords name), without an end.
    fn format_lowest(&self) -> Result<Vec<u16>, Code> {
        let (locale, _) = self.locale(1);
        let plain = locale.split('@').next().unwrap_or_default();
        // UNUM_DECIMAL
        match NumberFormat::open(1, None, plain.as_bytes()) {
            (Some(f), code) if !failed(code) && !f.has_rules() => f.format_i64(i64::MIN),
            (_, code) => Err(if failed(code) { code } else { UNSUPPORTED_ERROR }),
        }
    }
    /// A number of 32 bits as text.
    pub fn format_i32(&self, n: i32) -> Result<Vec<u16>, Code> {
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { unum_format(self.raw(), n, out, room, null_mut(), code) })
    }
    /// A number of 64 bits as text.
    pub fn format_i64(&self, n: i64) -> Result<Vec<u16>, Code> {
        if n == i64::MIN && self.has_rules() {
            return self.format_lowest();
        }
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { unum_formatInt64(self.raw(), n, out, room, null_mut(), code) })
    }
    /// A float as text.
    pub fn format_f64(&self, n: f64) -> Result<Vec<u16>, Code> {
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { unum_formatDouble(self.raw(), n, out, room, null_mut(), code) })
    }
    /// An amount of a currency as text.
    pub fn format_currency(&self, n: f64, currency: &[u16]) -> Result<Vec<u16>, Code> {
        // A code has three units; the text ends with NUL.
        let mut currency = currency.to_vec();
        currency.extend([0; 4]);
        // SAFETY: ours; a text that ends with NUL; a buffer with its size.
        written(|out, room, code| unsafe {
            unum_formatDoubleCurrency(self.raw(), n, currency.as_mut_ptr(), out, room, null_mut(), code)
        })
    }
    /// The number of 32 bits at a position, which moves behind it; with a code.
    pub fn parse_i32(&self, s: &[u16], at: Option<&mut i32>) -> (i32, Code) {
        let mut code = OK;
        // SAFETY: ours; a text with its length.
        let n = unsafe { unum_parse(self.raw(), s.as_ptr(), len32(s), pointer(at), &mut code) };
        (n, code)
    }
    /// As [`NumberFormat::parse_i32`] of 64 bits.
    pub fn parse_i64(&self, s: &[u16], at: Option<&mut i32>) -> (i64, Code) {
        let mut code = OK;
        // SAFETY: ours; a text with its length.
        let n = unsafe { unum_parseInt64(self.raw(), s.as_ptr(), len32(s), pointer(at), &mut code) };
        (n, code)
    }
    /// As [`NumberFormat::parse_i32`] of a float.
    pub fn parse_f64(&self, s: &[u16], at: Option<&mut i32>) -> (f64, Code) {
        let mut code = OK;
        // SAFETY: ours; a text with its length.
        let n = unsafe { unum_parseDouble(self.raw(), s.as_ptr(), len32(s), pointer(at), &mut code) };
        (n, code)
    }
    /// The amount at a position, its currency, and a code.
    pub fn parse_currency(&self, s: &[u16], at: Option<&mut i32>) -> (f64, Vec<u16>, Code) {
        // ICU follows a null pointer in what has rules.
        if self.has_rules() {
            return (0.0, Vec::new(), UNSUPPORTED_ERROR);
        }
        // And where there is nothing to read.
        let from = at.as_deref().copied().unwrap_or(0);
        if !usize::try_from(from).is_ok_and(|from| from < s.len()) {
            return (0.0, Vec::new(), PARSE_ERROR);
        }
        let (mut code, mut currency) = (OK, [0u16; 8]);
        // SAFETY: ours; a text with its length; room for the four units of a currency and NUL.
        let n = unsafe {
            unum_parseDoubleCurrency(
                self.raw(),
                s.as_ptr(),
                len32(s),
                pointer(at),
                currency.as_mut_ptr(),
                &mut code,
            )
        };
        (n, currency.into_iter().take_while(|u| *u != 0).collect(), code)
    }
    /// A number that governs the format; -1 when it has none.
    pub fn attribute(&self, attribute: i32) -> i32 {
        // SAFETY: ours.
        unsafe { unum_getAttribute(self.raw(), attribute) }
    }
    /// Sets such a number.
    pub fn set_attribute(&self, attribute: i32, value: i32) {
        // SAFETY: ours, on one thread.
        unsafe { unum_setAttribute(self.raw(), attribute, value) }
    }
    /// A float that governs the format; -1 when it has none.
    pub fn float_attribute(&self, attribute: i32) -> f64 {
        // SAFETY: ours.
        unsafe { unum_getDoubleAttribute(self.raw(), attribute) }
    }
    /// Sets such a float.
    pub fn set_float_attribute(&self, attribute: i32, value: f64) {
        // SAFETY: ours, on one thread.
        unsafe { unum_setDoubleAttribute(self.raw(), attribute, value) }
    }
    /// A text that governs the format.
    pub fn text_attribute(&self, attribute: i32) -> Result<Vec<u16>, Code> {
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { unum_getTextAttribute(self.raw(), attribute, out, room, code) })
    }
    /// Sets such a text.
    pub fn set_text_attribute(&self, attribute: i32, value: &[u16]) -> Code {
        let mut code = OK;
        // SAFETY: ours, on one thread; a text with its length.
        unsafe { unum_setTextAttribute(self.raw(), attribute, value.as_ptr(), len32(value), &mut code) };
        code
    }
    /// A symbol.
    pub fn symbol(&self, symbol: i32) -> Result<Vec<u16>, Code> {
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { unum_getSymbol(self.raw(), symbol, out, room, code) })
    }
    /// Sets a symbol.
    pub fn set_symbol(&self, symbol: i32, value: &[u16]) -> Code {
        let mut code = OK;
        // SAFETY: ours, on one thread; a text with its length.
        unsafe { unum_setSymbol(self.raw(), symbol, value.as_ptr(), len32(value), &mut code) };
        code
    }
    /// The pattern.
    pub fn pattern(&self) -> Result<Vec<u16>, Code> {
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { unum_toPattern(self.raw(), 0, out, room, code) })
    }
    /// Sets the pattern.
    pub fn set_pattern(&self, pattern: &[u16]) -> (ParseError, Code) {
        let (mut error, mut code) = (ParseError::default(), OK);
        // SAFETY: ours, on one thread; a text with its length.
        unsafe {
            unum_applyPattern(self.raw(), 0, pattern.as_ptr(), len32(pattern), &mut error, &mut code);
        }
        (error, code)
    }
    /// The locale's name, actual (0) or valid (1).
    pub fn locale(&self, kind: i32) -> (String, Code) {
        let mut code = OK;
        // SAFETY: ours; the name is copied.
        let name = text(unsafe { unum_getLocaleByType(self.raw(), kind, &mut code) }).to_owned();
        (name, code)
    }
}

fn pointer(at: Option<&mut i32>) -> *mut i32 {
    at.map_or(null_mut(), std::ptr::from_mut)
}

impl Drop for NumberFormat {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { unum_close(self.raw()) };
    }
}
