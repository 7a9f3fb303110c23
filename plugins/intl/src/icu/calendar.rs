//! Calendars (`UCalendar`).

use super::enumeration::{self, Enumeration};
use super::zone::{self, TimeZone};
use super::{Code, OK, c_string, failed, functions, text};
use std::ffi::c_char;
use std::ptr::{NonNull, null};

/// ICU's own.
pub enum Raw {}

functions! {
    fn ucal_close(c: *mut Raw);
    fn ucal_clone(c: *const Raw, code: *mut Code) -> *mut Raw;
    fn ucal_getNow() -> f64;
    fn ucal_countAvailable() -> i32;
    fn ucal_getAvailable(i: i32) -> *const c_char;
    fn ucal_getKeywordValuesForLocale(key: *const c_char, locale: *const c_char, common: i8, code: *mut Code) -> *mut enumeration::Raw;
    fn ucal_get(c: *const Raw, field: i32, code: *mut Code) -> i32;
    fn ucal_set(c: *mut Raw, field: i32, value: i32);
    fn ucal_isSet(c: *const Raw, field: i32) -> i8;
    fn ucal_clear(c: *mut Raw);
    fn ucal_clearField(c: *mut Raw, field: i32);
    fn ucal_add(c: *mut Raw, field: i32, amount: i32, code: *mut Code);
    fn ucal_roll(c: *mut Raw, field: i32, amount: i32, code: *mut Code);
    fn ucal_getMillis(c: *const Raw, code: *mut Code) -> f64;
    fn ucal_setMillis(c: *mut Raw, date: f64, code: *mut Code);
    fn ucal_getFieldDifference(c: *mut Raw, target: f64, field: i32, code: *mut Code) -> i32;
    fn ucal_getLimit(c: *const Raw, field: i32, kind: i32, code: *mut Code) -> i32;
    fn ucal_getDayOfWeekType(c: *const Raw, day: i32, code: *mut Code) -> i32;
    fn ucal_getWeekendTransition(c: *const Raw, day: i32, code: *mut Code) -> i32;
    fn ucal_isWeekend(c: *const Raw, date: f64, code: *mut Code) -> i8;
    fn ucal_inDaylightTime(c: *const Raw, code: *mut Code) -> i8;
    fn ucal_getAttribute(c: *const Raw, attribute: i32) -> i32;
    fn ucal_setAttribute(c: *mut Raw, attribute: i32, value: i32);
    fn ucal_getLocaleByType(c: *const Raw, kind: i32, code: *mut Code) -> *const c_char;
    fn ucal_getType(c: *const Raw, code: *mut Code) -> *const c_char;
}

unsafe extern "C" {
    fn howdah_calendar_fields() -> i32;
    fn howdah_calendar_create(zone: *const zone::Raw, locale: *const c_char, code: *mut Code) -> *mut Raw;
    fn howdah_calendar_gregorian(zone: *const zone::Raw, locale: *const c_char, code: *mut Code) -> *mut Raw;
    fn howdah_calendar_of_fields(fields: *const i32, count: i32, code: *mut Code) -> *mut Raw;
    fn howdah_calendar_is_gregorian(c: *const Raw) -> i8;
    fn howdah_calendar_is_leap_year(c: *const Raw, year: i32) -> i8;
    fn howdah_calendar_gregorian_change(c: *const Raw) -> f64;
    fn howdah_calendar_set_gregorian_change(c: *mut Raw, date: f64, code: *mut Code);
    fn howdah_calendar_before(one: *const Raw, two: *const Raw, code: *mut Code) -> i8;
    fn howdah_calendar_after(one: *const Raw, two: *const Raw, code: *mut Code) -> i8;
    fn howdah_calendar_equals(one: *const Raw, two: *const Raw, code: *mut Code) -> i8;
    fn howdah_calendar_equivalent(one: *const Raw, two: *const Raw) -> i8;
    fn howdah_calendar_is_weekend_now(c: *const Raw) -> i8;
    fn howdah_calendar_zone(c: *const Raw) -> *mut zone::Raw;
    fn howdah_calendar_set_zone(c: *mut Raw, zone: *const zone::Raw);
    fn howdah_calendar_minimum(c: *const Raw, field: i32, kind: i32) -> i32;
}

/// A limit of a field in any date.
#[derive(Clone, Copy)]
pub enum Limit {
    /// The least value.
    Minimum,
    /// The greatest value.
    Maximum,
    /// The greatest of the least values that dates have.
    GreatestMinimum,
    /// The least of the greatest values that dates have.
    LeastMaximum,
}

/// `UCAL_LENIENT`
pub const LENIENT: i32 = 0;
/// `UCAL_FIRST_DAY_OF_WEEK`
pub const FIRST_DAY_OF_WEEK: i32 = 1;
/// `UCAL_MINIMAL_DAYS_IN_FIRST_WEEK`
pub const MINIMAL_DAYS: i32 = 2;
/// `UCAL_REPEATED_WALL_TIME`
pub const REPEATED_WALL_TIME: i32 = 3;
/// `UCAL_SKIPPED_WALL_TIME`
pub const SKIPPED_WALL_TIME: i32 = 4;

/// How two calendars can be compared.
#[derive(Clone, Copy)]
pub enum Order {
    /// The first is earlier.
    Before,
    /// The first is later.
    After,
    /// Both are the same instant.
    Equal,
}

/// A date in a calendar.
pub struct Calendar(NonNull<Raw>);

fn result<T>(found: T, code: Code) -> Result<T, Code> {
    if failed(code) { Err(code) } else { Ok(found) }
}

impl Calendar {
    /// # Safety
    /// `raw` is null or a calendar that nothing else closes.
    unsafe fn owned(raw: *mut Raw, code: Code) -> Result<Calendar, Code> {
        match NonNull::new(raw).map(Calendar) {
            Some(c) if !failed(code) => Ok(c),
            _ => Err(if failed(code) { code } else { super::MEMORY_ALLOCATION_ERROR }),
        }
    }
    /// A copy of a calendar of ICU's.
    ///
    /// # Safety
    /// `raw` is a live calendar.
    pub(super) unsafe fn copy_of(raw: *const Raw) -> Result<Calendar, Code> {
        let mut code = OK;
        // SAFETY: by the caller's promise; the copy is ours.
        unsafe { Calendar::owned(ucal_clone(raw, &mut code), code) }
    }
    /// ICU's own, for its functions.
    pub(super) fn raw(&self) -> *mut Raw {
        self.0.as_ptr()
    }
    /// Now, in the calendar of a locale; without a zone it is the process's.
    pub fn new(zone: Option<&TimeZone>, locale: &[u8]) -> Result<Calendar, Code> {
        let mut code = OK;
        let zone = zone.map_or(null(), |z| z.raw().cast_const());
        // SAFETY: a live zone or none; the name ends with NUL; the calendar is ours.
        unsafe { Calendar::owned(howdah_calendar_create(zone, c_string(locale).as_ptr(), &mut code), code) }
    }
    /// As [`Calendar::new`] of the Gregorian calendar.
    pub fn gregorian(zone: Option<&TimeZone>, locale: &[u8]) -> Result<Calendar, Code> {
        let mut code = OK;
        let zone = zone.map_or(null(), |z| z.raw().cast_const());
        // SAFETY: a live zone or none; the name ends with NUL; the calendar is ours.
        unsafe {
            Calendar::owned(howdah_calendar_gregorian(zone, c_string(locale).as_ptr(), &mut code), code)
        }
    }
    /// Year, month and day, perhaps hour and minute, perhaps second, of the Gregorian calendar in the process's zone.
    pub fn of_fields(fields: &[i32]) -> Result<Calendar, Code> {
        let count = match fields.len() {
            3 => 3,
            5 => 5,
            6 => 6,
            _ => return Err(super::ILLEGAL_ARGUMENT_ERROR),
        };
        let mut code = OK;
        // SAFETY: so many numbers; the calendar is ours.
        unsafe { Calendar::owned(howdah_calendar_of_fields(fields.as_ptr(), count, &mut code), code) }
    }
    /// A copy.
    pub fn copy(&self) -> Result<Calendar, Code> {
        // SAFETY: live.
        unsafe { Calendar::copy_of(self.raw()) }
    }
    /// Whether it is the Gregorian one.
    pub fn is_gregorian(&self) -> bool {
        // SAFETY: ours.
        unsafe { howdah_calendar_is_gregorian(self.raw()) != 0 }
    }
    /// Whether a year is a leap year, of a Gregorian calendar.
    pub fn is_leap_year(&self, year: i32) -> bool {
        // SAFETY: ours, and a Gregorian one.
        self.is_gregorian() && unsafe { howdah_calendar_is_leap_year(self.raw(), year) != 0 }
    }
    /// When a Gregorian calendar followed the Julian one.
    pub fn gregorian_change(&self) -> f64 {
        // SAFETY: ours, and a Gregorian one.
        if self.is_gregorian() { unsafe { howdah_calendar_gregorian_change(self.raw()) } } else { 0.0 }
    }
    /// Sets when a Gregorian calendar followed the Julian one.
    pub fn set_gregorian_change(&self, date: f64) -> Code {
        let mut code = OK;
        if !self.is_gregorian() {
            return super::UNSUPPORTED_ERROR;
        }
        // SAFETY: ours, on one thread, and a Gregorian one.
        unsafe { howdah_calendar_set_gregorian_change(self.raw(), date, &mut code) };
        code
    }
    /// A field.
    pub fn get(&self, field: i32) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours; callers pass a field that there is.
        let v = unsafe { ucal_get(self.raw(), field, &mut code) };
        result(v, code)
    }
    /// Sets a field.
    pub fn set(&self, field: i32, value: i32) {
        // SAFETY: ours, on one thread; callers pass a field that there is.
        unsafe { ucal_set(self.raw(), field, value) };
    }
    /// Whether a field is set.
    pub fn is_set(&self, field: i32) -> bool {
        // SAFETY: ours; callers pass a field that there is.
        unsafe { ucal_isSet(self.raw(), field) != 0 }
    }
    /// Forgets a field, or all.
    pub fn clear(&self, field: Option<i32>) {
        // SAFETY: ours, on one thread; callers pass a field that there is.
        unsafe {
            match field {
                Some(field) => ucal_clearField(self.raw(), field),
                None => ucal_clear(self.raw()),
            }
        }
    }
    /// Adds to a field; others follow.
    pub fn add(&self, field: i32, amount: i32) -> Code {
        let mut code = OK;
        // SAFETY: ours, on one thread; callers pass a field that there is.
        unsafe { ucal_add(self.raw(), field, amount, &mut code) };
        code
    }
    /// Adds to a field; greater ones stay.
    pub fn roll(&self, field: i32, amount: i32) -> Code {
        let mut code = OK;
        // SAFETY: ours, on one thread; callers pass a field that there is.
        unsafe { ucal_roll(self.raw(), field, amount, &mut code) };
        code
    }
    /// Milliseconds since 1970.
    pub fn time(&self) -> Result<f64, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let v = unsafe { ucal_getMillis(self.raw(), &mut code) };
        result(v, code)
    }
    /// Sets milliseconds since 1970.
    pub fn set_time(&self, date: f64) -> Code {
        let mut code = OK;
        // SAFETY: ours, on one thread.
        unsafe { ucal_setMillis(self.raw(), date, &mut code) };
        code
    }
    /// How many of a field lie between the date, which moves, and another one.
    pub fn difference(&self, target: f64, field: i32) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours, on one thread; callers pass a field that there is.
        let v = unsafe { ucal_getFieldDifference(self.raw(), target, field, &mut code) };
        result(v, code)
    }
    /// A limit of a field.
    pub fn limit(&self, field: i32, limit: Limit) -> i32 {
        // SAFETY: ours; callers pass a field that there is.
        unsafe { howdah_calendar_minimum(self.raw(), field, limit as i32) }
    }
    /// The least or the greatest value of a field at this date.
    pub fn actual_limit(&self, field: i32, greatest: bool) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours; callers pass a field that there is; UCAL_ACTUAL_MINIMUM, UCAL_ACTUAL_MAXIMUM.
        let v = unsafe { ucal_getLimit(self.raw(), field, 4 + i32::from(greatest), &mut code) };
        result(v, code)
    }
    /// Whether a day of the week is a working day, of the weekend, or both.
    pub fn day_type(&self, day: i32) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let v = unsafe { ucal_getDayOfWeekType(self.raw(), day, &mut code) };
        result(v, code)
    }
    /// The millisecond of a day at which the weekend begins or ends.
    pub fn weekend_transition(&self, day: i32) -> Result<i32, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let v = unsafe { ucal_getWeekendTransition(self.raw(), day, &mut code) };
        result(v, code)
    }
    /// Whether a date, or this one, is in the weekend.
    pub fn is_weekend(&self, date: Option<f64>) -> Result<bool, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let v = unsafe {
            match date {
                Some(date) => ucal_isWeekend(self.raw(), date, &mut code),
                None => howdah_calendar_is_weekend_now(self.raw()),
            }
        };
        result(v != 0, code)
    }
    /// Whether daylight saving time is in effect.
    pub fn in_daylight_time(&self) -> Result<bool, Code> {
        let mut code = OK;
        // SAFETY: ours.
        let v = unsafe { ucal_inDaylightTime(self.raw(), &mut code) };
        result(v != 0, code)
    }
    /// An attribute ([`LENIENT`] and the others).
    pub fn attribute(&self, attribute: i32) -> i32 {
        // SAFETY: ours.
        unsafe { ucal_getAttribute(self.raw(), attribute) }
    }
    /// Sets an attribute.
    pub fn set_attribute(&self, attribute: i32, value: i32) {
        // SAFETY: ours, on one thread.
        unsafe { ucal_setAttribute(self.raw(), attribute, value) };
    }
    /// The locale's name, actual (0) or valid (1).
    pub fn locale(&self, kind: i32) -> Result<String, Code> {
        let mut code = OK;
        // SAFETY: ours; the name is copied.
        let name = text(unsafe { ucal_getLocaleByType(self.raw(), kind, &mut code) }).to_owned();
        result(name, code)
    }
    /// Which calendar it is.
    pub fn kind(&self) -> String {
        let mut code = OK;
        // SAFETY: ours; the name is copied.
        text(unsafe { ucal_getType(self.raw(), &mut code) }).to_owned()
    }
    /// Compares with another one.
    pub fn compare(&self, other: &Calendar, order: Order) -> Result<bool, Code> {
        let mut code = OK;
        let f = match order {
            Order::Before => howdah_calendar_before,
            Order::After => howdah_calendar_after,
            Order::Equal => howdah_calendar_equals,
        };
        // SAFETY: live calendars.
        let v = unsafe { f(self.raw(), other.raw(), &mut code) };
        result(v != 0, code)
    }
    /// Whether both differ in their dates only.
    pub fn is_equivalent(&self, other: &Calendar) -> bool {
        // SAFETY: live calendars.
        unsafe { howdah_calendar_equivalent(self.raw(), other.raw()) != 0 }
    }
    /// A copy of its zone.
    pub fn zone(&self) -> Option<TimeZone> {
        // SAFETY: ours; the zone is ours.
        unsafe { TimeZone::owned(howdah_calendar_zone(self.raw())) }
    }
    /// Sets its zone.
    pub fn set_zone(&self, zone: &TimeZone) {
        // SAFETY: ours, on one thread; a live zone, which is copied.
        unsafe { howdah_calendar_set_zone(self.raw(), zone.raw()) };
    }
}

impl Drop for Calendar {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { ucal_close(self.raw()) };
    }
}

/// How many fields there are.
pub fn fields() -> i32 {
    // SAFETY: a number.
    unsafe { howdah_calendar_fields() }
}

/// Milliseconds since 1970, now.
pub fn now() -> f64 {
    // SAFETY: a number.
    unsafe { ucal_getNow() }
}

/// The locales that have calendars.
pub fn locales() -> Vec<String> {
    // SAFETY: static names; numbers below the count.
    unsafe { (0..ucal_countAvailable()).map(|i| text(ucal_getAvailable(i)).to_owned()).collect() }
}

/// The values of a keyword in a locale.
pub fn keyword_values(key: &[u8], locale: &[u8], common: bool) -> Result<Enumeration, Code> {
    let mut code = OK;
    // SAFETY: the names end with NUL; the enumeration is ours.
    unsafe {
        let raw = ucal_getKeywordValuesForLocale(
            c_string(key).as_ptr(),
            c_string(locale).as_ptr(),
            common.into(),
            &mut code,
        );
        Enumeration::opened(raw, code)
    }
}
