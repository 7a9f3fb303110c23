//! Formatting and reading dates (`UDateFormat`), and their patterns (`DateTimePatternGenerator`).

use super::calendar::{self, Calendar};
use super::zone::{self, TimeZone};
use super::{Code, OK, c_string, failed, functions, len32, text, written};
use std::ffi::c_char;
use std::ptr::{NonNull, null, null_mut};

/// ICU's own.
enum Raw {}
/// ICU's own patterns.
enum RawPatterns {}
/// Where fields are in a result; never asked for.
enum FieldPosition {}

functions! {
    fn udat_open(time: i32, date: i32, locale: *const c_char, zone: *const u16, zone_len: i32, pattern: *const u16, len: i32, code: *mut Code) -> *mut Raw;
    fn udat_close(f: *mut Raw);
    fn udat_clone(f: *const Raw, code: *mut Code) -> *mut Raw;
    fn udat_format(f: *const Raw, date: f64, out: *mut u16, room: i32, at: *mut FieldPosition, code: *mut Code) -> i32;
    fn udat_parse(f: *const Raw, text: *const u16, len: i32, at: *mut i32, code: *mut Code) -> f64;
    fn udat_parseCalendar(f: *const Raw, calendar: *mut calendar::Raw, text: *const u16, len: i32, at: *mut i32, code: *mut Code);
    fn udat_getCalendar(f: *const Raw) -> *const calendar::Raw;
    fn udat_isLenient(f: *const Raw) -> i8;
    fn udat_setLenient(f: *mut Raw, lenient: i8);
    fn udat_toPattern(f: *const Raw, localized: i8, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn udat_applyPattern(f: *mut Raw, localized: i8, pattern: *const u16, len: i32);
    fn udat_getLocaleByType(f: *const Raw, kind: i32, code: *mut Code) -> *const c_char;
    fn ucal_get(c: *const calendar::Raw, field: i32, code: *mut Code) -> i32;
    fn ucal_getMillis(c: *const calendar::Raw, code: *mut Code) -> f64;
    fn ucal_inDaylightTime(c: *const calendar::Raw, code: *mut Code) -> i8;
}

unsafe extern "C" {
    fn howdah_format_create(
        pattern: *const u16,
        len: i32,
        date: i32,
        time: i32,
        locale: *const c_char,
        code: *mut Code,
    ) -> *mut Raw;
    fn howdah_format_zone(f: *const Raw) -> *mut zone::Raw;
    fn howdah_format_set_zone(f: *mut Raw, zone: *const zone::Raw);
    fn howdah_format_set_calendar(f: *mut Raw, calendar: *const calendar::Raw);
    fn howdah_locale_is_valid(name: *const c_char) -> i8;
    fn howdah_patterns_create(locale: *const c_char, code: *mut Code) -> *mut RawPatterns;
    fn howdah_patterns_clone(p: *const RawPatterns) -> *mut RawPatterns;
    fn howdah_patterns_delete(p: *mut RawPatterns);
    fn howdah_patterns_skeleton(
        p: *mut RawPatterns,
        of: *const u16,
        len: i32,
        out: *mut u16,
        room: i32,
        code: *mut Code,
    ) -> i32;
    fn howdah_patterns_best(
        p: *mut RawPatterns,
        skeleton: *const u16,
        len: i32,
        out: *mut u16,
        room: i32,
        code: *mut Code,
    ) -> i32;
}

/// Whether a text can be a locale's name.
pub fn is_locale(name: &[u8]) -> bool {
    // SAFETY: the name ends with NUL.
    unsafe { howdah_locale_is_valid(c_string(name).as_ptr()) != 0 }
}

/// A format of dates.
pub struct DateFormat(NonNull<Raw>);

fn result<T>(found: T, code: Code) -> Result<T, Code> {
    if failed(code) { Err(code) } else { Ok(found) }
}

fn pointer(at: Option<&mut i32>) -> *mut i32 {
    at.map_or(null_mut(), std::ptr::from_mut)
}

impl DateFormat {
    /// # Safety
    /// `raw` is null or a format that nothing else closes.
    unsafe fn owned(raw: *mut Raw, code: Code) -> Result<DateFormat, Code> {
        match NonNull::new(raw).map(DateFormat) {
            Some(f) if !failed(code) => Ok(f),
            _ => Err(if failed(code) { code } else { super::MEMORY_ALLOCATION_ERROR }),
        }
    }
    fn raw(&self) -> *mut Raw {
        self.0.as_ptr()
    }
    /// The format of styles, and of a pattern if the style of times wants one.
    pub fn open(date: i32, time: i32, locale: &[u8], pattern: Option<&[u16]>) -> Result<DateFormat, Code> {
        let mut code = OK;
        let (p, n) = pattern.map_or((null(), 0), |p| (p.as_ptr(), len32(p)));
        let locale = c_string(locale);
        // SAFETY: the pattern with its length; the name ends with NUL; no zone; the format is ours.
        unsafe { DateFormat::owned(udat_open(time, date, locale.as_ptr(), null(), 0, p, n, &mut code), code) }
    }
    /// The format of a pattern.
    pub fn of_pattern(pattern: &[u16], locale: &[u8]) -> Result<DateFormat, Code> {
        let mut code = OK;
        let locale = c_string(locale);
        // SAFETY: the pattern with its length; the name ends with NUL; the format is ours.
        unsafe {
            let raw =
                howdah_format_create(pattern.as_ptr(), len32(pattern), 0, 0, locale.as_ptr(), &mut code);
            DateFormat::owned(raw, code)
        }
    }
    /// The format of styles.
    pub fn of_styles(date: i32, time: i32, locale: &[u8]) -> Result<DateFormat, Code> {
        let mut code = OK;
        let locale = c_string(locale);
        // SAFETY: no pattern; the name ends with NUL; the format is ours.
        unsafe {
            let raw = howdah_format_create(null(), 0, date, time, locale.as_ptr(), &mut code);
            DateFormat::owned(raw, code)
        }
    }
    /// A copy.
    pub fn copy(&self) -> Result<DateFormat, Code> {
        let mut code = OK;
        // SAFETY: ours.
        unsafe { DateFormat::owned(udat_clone(self.raw(), &mut code), code) }
    }
    /// A date (milliseconds since 1970) as text.
    pub fn format(&self, date: f64) -> Result<Vec<u16>, Code> {
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { udat_format(self.raw(), date, out, room, null_mut(), code) })
    }
    /// The date at a position of a text, which moves behind it or to what is wrong.
    pub fn parse(&self, s: &[u16], at: Option<&mut i32>) -> Result<f64, Code> {
        let mut code = OK;
        // SAFETY: ours; a text with its length.
        let v = unsafe { udat_parse(self.raw(), s.as_ptr(), len32(s), pointer(at), &mut code) };
        result(v, code)
    }
    /// As [`DateFormat::parse`], into the format's own calendar.
    pub fn parse_into_calendar(&self, s: &[u16], at: Option<&mut i32>) -> Result<(), Code> {
        let mut code = OK;
        // SAFETY: ours, on one thread, with its calendar; a text with its length.
        unsafe {
            let calendar = udat_getCalendar(self.raw()).cast_mut();
            udat_parseCalendar(self.raw(), calendar, s.as_ptr(), len32(s), pointer(at), &mut code);
        }
        result((), code)
    }
    /// The time of the format's calendar.
    pub fn calendar_time(&self) -> Result<f64, Code> {
        let mut code = OK;
        // SAFETY: ours, with its calendar.
        let v = unsafe { ucal_getMillis(udat_getCalendar(self.raw()), &mut code) };
        result(v, code)
    }
    /// A field of the format's calendar; callers pass one that there is.
    pub fn calendar_field(&self, field: i32) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours, with its calendar.
        let v = unsafe { ucal_get(udat_getCalendar(self.raw()), field, &mut code) };
        result(v, code)
    }
    /// Whether daylight saving time is in effect in the format's calendar.
    pub fn calendar_in_daylight_time(&self) -> Result<bool, Code> {
        let mut code = OK;
        // SAFETY: ours, with its calendar.
        let v = unsafe { ucal_inDaylightTime(udat_getCalendar(self.raw()), &mut code) };
        result(v != 0, code)
    }
    /// A copy of its calendar.
    pub fn calendar(&self) -> Result<Calendar, Code> {
        // SAFETY: ours, with its calendar.
        unsafe { Calendar::copy_of(udat_getCalendar(self.raw())) }
    }
    /// Sets its calendar, and with it the zone.
    pub fn set_calendar(&self, calendar: &Calendar) {
        // SAFETY: ours, on one thread; a live calendar, which is copied.
        unsafe { howdah_format_set_calendar(self.raw(), calendar.raw()) };
    }
    /// A copy of its zone.
    pub fn zone(&self) -> Option<TimeZone> {
        // SAFETY: ours; the zone is ours.
        unsafe { TimeZone::owned(howdah_format_zone(self.raw())) }
    }
    /// Sets its zone.
    pub fn set_zone(&self, zone: &TimeZone) {
        // SAFETY: ours, on one thread; a live zone, which is copied.
        unsafe { howdah_format_set_zone(self.raw(), zone.raw()) };
    }
    /// Whether it reads texts that are not quite right.
    pub fn is_lenient(&self) -> bool {
        // SAFETY: ours.
        unsafe { udat_isLenient(self.raw()) != 0 }
    }
    /// Sets whether it reads texts that are not quite right.
    pub fn set_lenient(&self, lenient: bool) {
        // SAFETY: ours, on one thread.
        unsafe { udat_setLenient(self.raw(), lenient.into()) };
    }
    /// The pattern.
    pub fn pattern(&self) -> Result<Vec<u16>, Code> {
        // SAFETY: ours; a buffer with its size.
        written(|out, room, code| unsafe { udat_toPattern(self.raw(), 0, out, room, code) })
    }
    /// Sets the pattern, which is in the letters of the locale if `localized`.
    pub fn set_pattern(&self, pattern: &[u16], localized: bool) {
        // SAFETY: ours, on one thread; a text with its length.
        unsafe { udat_applyPattern(self.raw(), localized.into(), pattern.as_ptr(), len32(pattern)) };
    }
    /// The locale's name, actual (0) or valid (1).
    pub fn locale(&self, kind: i32) -> Result<String, Code> {
        let mut code = OK;
        // SAFETY: ours; the name is copied.
        let name = text(unsafe { udat_getLocaleByType(self.raw(), kind, &mut code) }).to_owned();
        result(name, code)
    }
}

impl Drop for DateFormat {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { udat_close(self.raw()) };
    }
}

/// What makes patterns for a locale.
pub struct Patterns(NonNull<RawPatterns>);

impl Patterns {
    /// For a locale.
    pub fn new(locale: &[u8]) -> Result<Patterns, Code> {
        let mut code = OK;
        // SAFETY: the name ends with NUL; the patterns are ours.
        let raw = unsafe { howdah_patterns_create(c_string(locale).as_ptr(), &mut code) };
        match NonNull::new(raw).map(Patterns) {
            Some(patterns) if !failed(code) => Ok(patterns),
            _ => Err(if failed(code) { code } else { super::MEMORY_ALLOCATION_ERROR }),
        }
    }
    fn raw(&self) -> *mut RawPatterns {
        self.0.as_ptr()
    }
    /// A copy.
    pub fn copy(&self) -> Option<Patterns> {
        // SAFETY: ours; so is the copy.
        NonNull::new(unsafe { howdah_patterns_clone(self.raw()) }).map(Patterns)
    }
    /// The fields that a pattern has.
    pub fn skeleton(&self, of: &[u16]) -> Result<Vec<u16>, Code> {
        // SAFETY: ours, on one thread; a text with its length; a buffer with its size.
        written(|out, room, code| unsafe {
            howdah_patterns_skeleton(self.raw(), of.as_ptr(), len32(of), out, room, code)
        })
    }
    /// The pattern that has the fields.
    pub fn best(&self, skeleton: &[u16]) -> Result<Vec<u16>, Code> {
        // SAFETY: ours, on one thread; a text with its length; a buffer with its size.
        written(|out, room, code| unsafe {
            howdah_patterns_best(self.raw(), skeleton.as_ptr(), len32(skeleton), out, room, code)
        })
    }
}

impl Drop for Patterns {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { howdah_patterns_delete(self.raw()) };
    }
}
