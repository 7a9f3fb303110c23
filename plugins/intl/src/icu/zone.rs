//! Time zones (`TimeZone`).

use super::enumeration::{self, Enumeration};
use super::{Code, OK, c_string, failed, functions, len32, text, written};
use std::ffi::c_char;
use std::ptr::{NonNull, null};

/// ICU's own.
pub enum Raw {}

functions! {
    fn ucal_openTimeZoneIDEnumeration(kind: i32, region: *const c_char, offset: *const i32, code: *mut Code) -> *mut enumeration::Raw;
    fn ucal_getTZDataVersion(code: *mut Code) -> *const c_char;
    fn ucal_getCanonicalTimeZoneID(id: *const u16, len: i32, out: *mut u16, room: i32, system: *mut i8, code: *mut Code) -> i32;
    fn ucal_getWindowsTimeZoneID(id: *const u16, len: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn ucal_getTimeZoneIDForWindowsID(id: *const u16, len: i32, region: *const c_char, out: *mut u16, room: i32, code: *mut Code) -> i32;
}

unsafe extern "C" {
    fn howdah_zone_create(id: *const u16, len: i32) -> *mut Raw;
    fn howdah_zone_default() -> *mut Raw;
    fn howdah_zone_gmt() -> *mut Raw;
    fn howdah_zone_unknown() -> *mut Raw;
    fn howdah_zone_clone(zone: *const Raw) -> *mut Raw;
    fn howdah_zone_delete(zone: *mut Raw);
    fn howdah_zone_equal(one: *const Raw, two: *const Raw) -> i8;
    fn howdah_zone_is_unknown(zone: *const Raw) -> i8;
    fn howdah_zone_same_rules(one: *const Raw, two: *const Raw) -> i8;
    fn howdah_zone_id(zone: *const Raw, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn howdah_zone_display_name(
        zone: *const Raw,
        daylight: i8,
        style: i32,
        locale: *const c_char,
        out: *mut u16,
        room: i32,
        code: *mut Code,
    ) -> i32;
    fn howdah_zone_uses_daylight(zone: *const Raw) -> i8;
    fn howdah_zone_raw_offset(zone: *const Raw) -> i32;
    fn howdah_zone_savings(zone: *const Raw) -> i32;
    fn howdah_zone_offset(
        zone: *const Raw,
        date: f64,
        local: i8,
        raw: *mut i32,
        daylight: *mut i32,
        code: *mut Code,
    );
    fn howdah_zone_count_equivalent(id: *const u16, len: i32) -> i32;
    fn howdah_zone_equivalent(
        id: *const u16,
        len: i32,
        index: i32,
        out: *mut u16,
        room: i32,
        code: *mut Code,
    ) -> i32;
    fn howdah_zone_iana_id(id: *const u16, len: i32, out: *mut u16, room: i32, code: *mut Code) -> i32;
    fn howdah_zone_region(id: *const u16, len: i32, out: *mut c_char, room: i32, code: *mut Code) -> i32;
}

/// A time zone, which does not change.
pub struct TimeZone(NonNull<Raw>);

impl TimeZone {
    /// Around a zone that a function gave.
    ///
    /// # Safety
    /// `raw` is null or a zone that nothing else deletes.
    pub(super) unsafe fn owned(raw: *mut Raw) -> Option<TimeZone> {
        NonNull::new(raw).map(TimeZone)
    }
    /// ICU's own, for its functions.
    pub(super) fn raw(&self) -> *mut Raw {
        self.0.as_ptr()
    }
    /// The zone of an ID; what is no ID gives the unknown zone.
    pub fn new(id: &[u16]) -> Option<TimeZone> {
        // SAFETY: a text with its length; the zone is ours.
        unsafe { TimeZone::owned(howdah_zone_create(id.as_ptr(), len32(id))) }
    }
    /// The process's.
    pub fn system() -> Option<TimeZone> {
        // SAFETY: the zone is ours.
        unsafe { TimeZone::owned(howdah_zone_default()) }
    }
    /// Greenwich's.
    pub fn gmt() -> Option<TimeZone> {
        // SAFETY: the zone is ours.
        unsafe { TimeZone::owned(howdah_zone_gmt()) }
    }
    /// The unknown one.
    pub fn unknown() -> Option<TimeZone> {
        // SAFETY: the zone is ours.
        unsafe { TimeZone::owned(howdah_zone_unknown()) }
    }
    /// A copy.
    pub fn copy(&self) -> Option<TimeZone> {
        // SAFETY: a live zone; the copy is ours.
        unsafe { TimeZone::owned(howdah_zone_clone(self.raw())) }
    }
    /// Whether it equals another one.
    pub fn equals(&self, other: &TimeZone) -> bool {
        // SAFETY: live zones.
        unsafe { howdah_zone_equal(self.raw(), other.raw()) != 0 }
    }
    /// Whether it is the unknown one.
    pub fn is_unknown(&self) -> bool {
        // SAFETY: a live zone.
        unsafe { howdah_zone_is_unknown(self.raw()) != 0 }
    }
    /// Whether it differs from another one in the name only.
    pub fn has_same_rules(&self, other: &TimeZone) -> bool {
        // SAFETY: live zones.
        unsafe { howdah_zone_same_rules(self.raw(), other.raw()) != 0 }
    }
    /// Its ID.
    pub fn id(&self) -> Result<Vec<u16>, Code> {
        // SAFETY: a live zone; a buffer with its size.
        written(|out, room, code| unsafe { howdah_zone_id(self.raw(), out, room, code) })
    }
    /// Its name in a style and a locale.
    pub fn display_name(&self, daylight: bool, style: i32, locale: &[u8]) -> Result<Vec<u16>, Code> {
        let locale = c_string(locale);
        // SAFETY: a live zone; the locale's name ends with NUL; a buffer with its size.
        written(|out, room, code| unsafe {
            howdah_zone_display_name(self.raw(), daylight.into(), style, locale.as_ptr(), out, room, code)
        })
    }
    /// Whether it has daylight saving time.
    pub fn uses_daylight(&self) -> bool {
        // SAFETY: a live zone.
        unsafe { howdah_zone_uses_daylight(self.raw()) != 0 }
    }
    /// Milliseconds from Greenwich's time, without daylight saving.
    pub fn raw_offset(&self) -> i32 {
        // SAFETY: a live zone.
        unsafe { howdah_zone_raw_offset(self.raw()) }
    }
    /// Milliseconds of daylight saving.
    pub fn savings(&self) -> i32 {
        // SAFETY: a live zone.
        unsafe { howdah_zone_savings(self.raw()) }
    }
    /// Milliseconds from Greenwich's time at an instant (of the zone's own clock if `local`), and of daylight saving.
    pub fn offset(&self, date: f64, local: bool) -> Result<(i32, i32), Code> {
        let (mut raw, mut daylight, mut code) = (0, 0, OK);
        // SAFETY: a live zone; places for the results.
        unsafe { howdah_zone_offset(self.raw(), date, local.into(), &mut raw, &mut daylight, &mut code) };
        if failed(code) { Err(code) } else { Ok((raw, daylight)) }
    }
}

impl Drop for TimeZone {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { howdah_zone_delete(self.raw()) };
    }
}

/// IDs of a kind (0 any, 1 canonical, 2 of a place), of a region, and of an offset.
pub fn ids(kind: i32, region: Option<&[u8]>, offset: Option<i32>) -> Result<Enumeration, Code> {
    let region = region.map(c_string);
    let mut code = OK;
    // SAFETY: the name ends with NUL, or there is none; the enumeration is ours.
    unsafe {
        let raw = ucal_openTimeZoneIDEnumeration(
            kind,
            region.as_ref().map_or(null(), |r| r.as_ptr()),
            offset.as_ref().map_or(null(), std::ptr::from_ref),
            &mut code,
        );
        Enumeration::opened(raw, code)
    }
}

/// How many IDs mean the same zone.
pub fn count_equivalent(id: &[u16]) -> i32 {
    // SAFETY: a text with its length.
    unsafe { howdah_zone_count_equivalent(id.as_ptr(), len32(id)) }
}

/// One of the IDs that mean the same zone; an empty one when there are not so many.
pub fn equivalent(id: &[u16], index: i32) -> Result<Vec<u16>, Code> {
    // SAFETY: a text with its length; a buffer with its size.
    written(|out, room, code| unsafe {
        howdah_zone_equivalent(id.as_ptr(), len32(id), index, out, room, code)
    })
}

/// The canonical ID, and whether it is one of the system's.
pub fn canonical(id: &[u16]) -> Result<(Vec<u16>, bool), Code> {
    let mut system = 0;
    // SAFETY: a text with its length; a buffer with its size; a place for the flag.
    let found = written(|out, room, code| unsafe {
        ucal_getCanonicalTimeZoneID(id.as_ptr(), len32(id), out, room, &mut system, code)
    })?;
    Ok((found, system != 0))
}

/// The ID that the IANA has.
pub fn iana(id: &[u16]) -> Result<Vec<u16>, Code> {
    // SAFETY: a text with its length; a buffer with its size.
    written(|out, room, code| unsafe { howdah_zone_iana_id(id.as_ptr(), len32(id), out, room, code) })
}

/// The region.
pub fn region(id: &[u16]) -> Result<Vec<u8>, Code> {
    // SAFETY: a text with its length; a buffer with its size.
    let found: Vec<c_char> =
        written(|out, room, code| unsafe { howdah_zone_region(id.as_ptr(), len32(id), out, room, code) })?;
    Ok(found.into_iter().map(|c| c as u8).collect())
}

/// The name that Windows has for it; empty when it has none.
pub fn windows(id: &[u16]) -> Result<Vec<u16>, Code> {
    // SAFETY: a text with its length; a buffer with its size.
    written(|out, room, code| unsafe { ucal_getWindowsTimeZoneID(id.as_ptr(), len32(id), out, room, code) })
}

/// The ID of a name of Windows's in a region; empty when there is none.
pub fn of_windows(id: &[u16], region: Option<&[u8]>) -> Result<Vec<u16>, Code> {
    let region = region.map(c_string);
    let region = region.as_ref().map_or(null(), |r| r.as_ptr());
    // SAFETY: a text with its length; the region ends with NUL, or there is none; a buffer with its size.
    written(|out, room, code| unsafe {
        ucal_getTimeZoneIDForWindowsID(id.as_ptr(), len32(id), region, out, room, code)
    })
}

/// Version of the data.
pub fn data_version() -> Result<&'static str, Code> {
    let mut code = OK;
    // SAFETY: a static text.
    let version = text(unsafe { ucal_getTZDataVersion(&mut code) });
    if failed(code) { Err(code) } else { Ok(version) }
}
