//! Locales' names (`uloc`).

use super::enumeration::{self, Enumeration};
use super::{BUFFER_OVERFLOW_ERROR, Code, OK, c_string, failed, functions, text, written};
use std::ffi::c_char;

functions! {
    fn uloc_getDefault() -> *const c_char;
    fn uloc_getISO3Language(locale: *const c_char) -> *const c_char;
    fn uloc_canonicalize(locale: *const c_char, out: *mut c_char, room: i32, code: *mut Code) -> i32;
    fn uloc_getLanguage(locale: *const c_char, out: *mut c_char, room: i32, code: *mut Code) -> i32;
    fn uloc_getScript(locale: *const c_char, out: *mut c_char, room: i32, code: *mut Code) -> i32;
    fn uloc_getCountry(locale: *const c_char, out: *mut c_char, room: i32, code: *mut Code) -> i32;
    fn uloc_getVariant(locale: *const c_char, out: *mut c_char, room: i32, code: *mut Code) -> i32;
    fn uloc_getDisplayName(locale: *const c_char, shown_in: *const c_char, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn uloc_getDisplayLanguage(locale: *const c_char, shown_in: *const c_char, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn uloc_getDisplayScript(locale: *const c_char, shown_in: *const c_char, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn uloc_getDisplayCountry(locale: *const c_char, shown_in: *const c_char, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn uloc_getDisplayVariant(locale: *const c_char, shown_in: *const c_char, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn uloc_openKeywords(locale: *const c_char, code: *mut Code) -> *mut enumeration::Raw;
    fn uloc_getKeywordValue(locale: *const c_char, keyword: *const c_char, out: *mut c_char, room: i32, code: *mut Code) -> i32;
    fn uloc_acceptLanguageFromHTTP(out: *mut c_char, room: i32, found: *mut i32, header: *const c_char, available: *mut enumeration::Raw, code: *mut Code) -> i32;
    fn ures_openAvailableLocales(package: *const c_char, code: *mut Code) -> *mut enumeration::Raw;
}

/// A part of a locale's name, or the whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The name in its canonical form; shown: the whole name.
    Whole,
    /// The language.
    Language,
    /// The script.
    Script,
    /// The region.
    Region,
    /// The variants.
    Variant,
}

/// The locale that the process's environment names.
pub fn default_name() -> &'static str {
    // SAFETY: the process's default, which this extension never changes.
    text(unsafe { uloc_getDefault() })
}

/// The three letters of a locale's language; none for what is no language.
pub fn iso3_language(locale: &[u8]) -> &'static str {
    // SAFETY: the name ends with NUL; a static text.
    text(unsafe { uloc_getISO3Language(c_string(locale).as_ptr()) })
}

fn bytes(out: Vec<c_char>) -> Vec<u8> {
    out.into_iter().map(|c| c as u8).collect()
}

/// A part of a locale's name.
pub fn part(locale: &[u8], part: Part) -> Result<Vec<u8>, Code> {
    let locale = c_string(locale);
    let get = match part {
        Part::Whole => uloc_canonicalize,
        Part::Language => uloc_getLanguage,
        Part::Script => uloc_getScript,
        Part::Region => uloc_getCountry,
        Part::Variant => uloc_getVariant,
    };
    // SAFETY: the name ends with NUL; a buffer with its size.
    written(|out, room, code| unsafe { get(locale.as_ptr(), out, room, code) }).map(bytes)
}

/// A locale's name in its canonical form.
pub fn canonical(locale: &[u8]) -> Result<Vec<u8>, Code> {
    part(locale, Part::Whole)
}

/// A part of a locale's name, or the whole, as people of another locale call it.
pub fn display(locale: &[u8], part: Part, shown_in: &[u8]) -> Result<Vec<u16>, Code> {
    let (locale, shown_in) = (c_string(locale), c_string(shown_in));
    let get = match part {
        Part::Whole => uloc_getDisplayName,
        Part::Language => uloc_getDisplayLanguage,
        Part::Script => uloc_getDisplayScript,
        Part::Region => uloc_getDisplayCountry,
        Part::Variant => uloc_getDisplayVariant,
    };
    // SAFETY: the names end with NUL; a buffer with its size.
    written(|out, room, code| unsafe { get(locale.as_ptr(), shown_in.as_ptr(), out, room, code) })
}

/// The keywords of a locale's name with their values; `None`: there are none.
pub fn keywords(locale: &[u8]) -> Result<Option<Vec<(Vec<u8>, Vec<u8>)>>, Code> {
    let name = c_string(locale);
    let mut code = OK;
    // SAFETY: the name ends with NUL; the enumeration is ours.
    let opened = unsafe { Enumeration::opened(uloc_openKeywords(name.as_ptr(), &mut code), code) };
    let Ok(mut list) = opened else { return Ok(None) };
    let mut found = Vec::new();
    while let Ok(Some(keyword)) = list.next() {
        let key = c_string(&keyword);
        // SAFETY: the names end with NUL; a buffer with its size.
        let value = written(|out, room, code| unsafe {
            uloc_getKeywordValue(name.as_ptr(), key.as_ptr(), out, room, code)
        })?;
        found.push((keyword, bytes(value)));
    }
    Ok(Some(found))
}

/// The locales that a package has (without one: ICU's own).
pub fn available(package: Option<&[u8]>) -> Result<Enumeration, Code> {
    let package = package.map(c_string);
    let mut code = OK;
    // SAFETY: the name ends with NUL, or there is none; the enumeration is ours.
    unsafe {
        let raw =
            ures_openAvailableLocales(package.as_ref().map_or(std::ptr::null(), |p| p.as_ptr()), &mut code);
        Enumeration::opened(raw, code)
    }
}

/// Which of the available locales an `Accept-Language` header asks for, in `room` bytes at most; `None`: it asks for none.
pub fn accepted(header: &[u8], available: &Enumeration, room: usize) -> Result<Option<Vec<u8>>, Code> {
    let mut out: Vec<c_char> = vec![0; room];
    let (mut found, mut code) = (0, OK);
    let size = i32::try_from(room).map_err(|_| BUFFER_OVERFLOW_ERROR)?;
    let header = c_string(header);
    // SAFETY: a buffer with its size; the header ends with NUL; a live enumeration.
    let len = unsafe {
        uloc_acceptLanguageFromHTTP(
            out.as_mut_ptr(),
            size,
            &mut found,
            header.as_ptr(),
            available.raw(),
            &mut code,
        )
    };
    if failed(code) {
        return Err(code);
    }
    // ULOC_ACCEPT_FAILED
    if found == 0 {
        return Ok(None);
    }
    Ok(usize::try_from(len).ok().map(|len| {
        out.truncate(len);
        bytes(out)
    }))
}
