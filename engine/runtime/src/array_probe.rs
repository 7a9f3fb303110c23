//! Looking for elements, and adding some, without calling anything: for handlers that keep their state in registers.

use crate::array::{END, buckets, heads, link, mix, vals};
use crate::layout::{ARR_HASH, ARR_PACKED, Arr};
use crate::memory::val_addref;
use crate::string;
use plugin_api_abi::{StrHdr, Val};

/// Bytes of a key that [`probe_str`] compares on its own.
const SHORT_KEY: usize = 32;

/// What a look-up without calls comes to.
pub enum Probe {
    /// The element.
    At(*mut Val),
    /// There is none.
    Absent,
    /// It takes a call to tell.
    Unsure,
}

/// The element with an integer key, or null.
///
/// # Safety
/// `a` is live.
#[inline(always)]
pub unsafe fn probe_int(a: *const Arr, i: i64) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind == ARR_PACKED {
            let v = vals(a).add(i as usize);
            return if (i as u64) < (*a).used as u64 { v } else { core::ptr::null_mut() };
        }
        let mut at = *heads(a).add(mix(i as u64) as usize & (*a).mask as usize);
        while at != END {
            let b = buckets(a).add(at as usize);
            if (*b).h == i as u64 && (*b).key.is_null() {
                return &raw mut (*b).val;
            }
            at = (*b).val.aux;
        }
        core::ptr::null_mut()
    }
}

/// As [`probe_int`] for a string key, taken literally.
///
/// # Safety
/// `a` and `s` are live.
#[inline(always)]
pub unsafe fn probe_str(a: *const Arr, s: *const StrHdr) -> Probe {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind == ARR_PACKED {
            return Probe::Absent;
        }
        let h = (*s).hash;
        if h == 0 {
            return Probe::Unsure;
        }
        let mut at = *heads(a).add(mix(h) as usize & (*a).mask as usize);
        while at != END {
            let b = buckets(a).add(at as usize);
            if core::ptr::eq((*b).key, s) {
                return Probe::At(&raw mut (*b).val);
            }
            if (*b).h == h && !(*b).key.is_null() {
                let k = (*b).key;
                let n = (*s).len;
                if n > SHORT_KEY {
                    return Probe::Unsure;
                }
                if (*k).len == n && string::same_short(string::data(k), string::data(s.cast_mut()), n) {
                    return Probe::At(&raw mut (*b).val);
                }
            }
            at = (*b).val.aux;
        }
        Probe::Absent
    }
}

/// What [`probe_same`] gives where the key is in no bucket.
pub const ABSENT: u32 = END;
/// What [`probe_same`] gives where it takes more to tell: the key's hash is not known, or another string has the same.
pub const UNSURE: u32 = END - 1;

/// The bucket whose key is the very string `s`, taken literally; [`ABSENT`], or [`UNSURE`].
///
/// # Safety
/// `a` and `s` are live.
#[inline(always)]
pub unsafe fn probe_same(a: *const Arr, s: *const StrHdr) -> u32 {
    // SAFETY: by the caller's promise.
    unsafe {
        let h = (*s).hash;
        if h == 0 {
            return UNSURE;
        }
        if (*a).kind == ARR_PACKED {
            return ABSENT;
        }
        let mut at = *heads(a).add(mix(h) as usize & (*a).mask as usize);
        while at != END {
            let b = buckets(a).add(at as usize);
            if core::ptr::eq((*b).key, s) {
                return at;
            }
            if (*b).h == h && !(*b).key.is_null() {
                return UNSURE;
            }
            at = (*b).val.aux;
        }
        ABSENT
    }
}

/// The element in bucket `i` of a hash.
///
/// # Safety
/// `a` is live and has that bucket.
#[inline(always)]
pub unsafe fn element(a: *const Arr, i: u32) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe { &raw mut (*buckets(a).add(i as usize)).val }
}

/// Adds an element with a string key that [`probe_str`] did not find, where that needs no room to be made: null otherwise.
/// Takes a share of the key; the element is for the caller to fill.
///
/// # Safety
/// `a` is unshared, `s` is live, and its hash is known.
#[inline(always)]
pub unsafe fn append_str(a: *mut Arr, s: *mut StrHdr) -> *mut Val {
    // SAFETY: by the caller's promise; there is room for one more bucket.
    unsafe {
        if (*a).kind != ARR_HASH || (*a).used == (*a).cap {
            return core::ptr::null_mut();
        }
        val_addref(string::val(s));
        append_bucket(a, (*s).hash, s)
    }
}

/// As [`append_str`] for an integer key that is in no packed array.
///
/// # Safety
/// `a` is unshared.
#[inline(always)]
pub unsafe fn append_int(a: *mut Arr, i: i64) -> *mut Val {
    // SAFETY: as above.
    unsafe {
        if (*a).kind != ARR_HASH || (*a).used == (*a).cap || i == i64::MAX {
            return core::ptr::null_mut();
        }
        if i >= (*a).next_free {
            (*a).next_free = i + 1;
        }
        append_bucket(a, i as u64, core::ptr::null_mut())
    }
}

#[inline(always)]
unsafe fn append_bucket(a: *mut Arr, h: u64, key: *mut StrHdr) -> *mut Val {
    // SAFETY: by the callers' checks there is room.
    unsafe {
        let n = (*a).used;
        let b = buckets(a).add(n as usize);
        (*b).h = h;
        (*b).key = key;
        link(a, b, n);
        (*a).used = n + 1;
        (*a).count += 1;
        &raw mut (*b).val
    }
}
