//! Arrays filled and cut in bulk: whoever fills one writes buckets, and the index follows once for all of them.

use super::{
    END, Key, MIN_CAP, buckets, bump_next, grow_packed, heads, key_at, link, mix, prev_live, rehash,
    remove_at, store, vals,
};
use crate::layout::{ARR_HASH, ARR_PACKED, Arr, HDR_IMMORTAL};
use crate::memory::val_release;
use crate::string;
use plugin_api_abi::{StrHdr, Val};

/// Makes room for `n` more buckets in a hash; false when that are too many.
///
/// # Safety
/// `a` is an unshared hash.
pub unsafe fn hash_room(a: *mut Arr, n: usize) -> bool {
    // SAFETY: by the caller's promise.
    unsafe {
        let need = (*a).used as usize + n;
        if (*a).kind != ARR_HASH || need >= u32::MAX as usize / 64 {
            return false;
        }
        if need > (*a).cap as usize {
            rehash(a, need as u32);
        }
        true
    }
}

/// Makes `n` buckets written behind the others elements. Of one key the last value stays, in the place of the first.
///
/// # Safety
/// `a` is an unshared hash without holes; the buckets are written within its room, and their shares are the array's now.
/// With `unique` no key is there twice.
pub unsafe fn hash_filled(a: *mut Arr, n: u32, unique: bool) {
    // SAFETY: by the caller's promise.
    unsafe {
        let first = (*a).used;
        let mut to = first;
        for i in first..first + n {
            let from = buckets(a).add(i as usize);
            let key = (*from).key;
            if key.is_null() {
                bump_next(a, (*from).h as i64);
            } else {
                (*from).h = string::hash(key);
            }
            if !unique {
                let old = find_bucket(a, (*from).h, key);
                if !old.is_null() {
                    let before = *old;
                    store(old, (*from).val);
                    val_release(before);
                    if !key.is_null() {
                        val_release(string::val(key));
                    }
                    continue;
                }
            }
            let b = buckets(a).add(to as usize);
            if to != i {
                *b = *from;
            }
            link(a, b, to);
            to += 1;
            // A value that is replaced later may have a destructor, which sees the array as it is.
            (*a).used = to;
            (*a).count = to;
        }
    }
}

/// The element of a key whose hash is known, or null.
#[inline(always)]
pub(super) unsafe fn find_bucket(a: *const Arr, h: u64, key: *mut StrHdr) -> *mut Val {
    // SAFETY: `a` is a live hash, `key` null or live.
    unsafe {
        let mut at = *heads(a).add(mix(h) as usize & (*a).mask as usize);
        while at != END {
            let b = buckets(a).add(at as usize);
            if (*b).h == h
                && ((*b).key == key || !(*b).key.is_null() && !key.is_null() && string::eq((*b).key, key))
            {
                return &raw mut (*b).val;
            }
            at = (*b).val.aux;
        }
        core::ptr::null_mut()
    }
}

/// Takes the last element out. Its integer key is the next one again where it was the one before that; the internal pointer
/// goes to the beginning.
///
/// # Safety
/// `a` is unshared; the share of what comes out is the caller's.
pub unsafe fn pop(a: *mut Arr) -> Option<Val> {
    // SAFETY: by the caller's promise.
    unsafe {
        let at = prev_live(a, (*a).used)?;
        let key = key_at(a, at);
        let v = remove_at(a, at);
        if let Key::Int(i) = key
            && (*a).next_free == i.wrapping_add(1)
        {
            (*a).next_free = i;
        }
        (*a).cursor = 0;
        Some(v)
    }
}

/// Replaces `removed` elements from place `at` on by `n` values in a packed array without holes that nobody else holds; those
/// taken out go to `out`. False, and nothing done, for any other array.
///
/// # Safety
/// `a` is live, `at + removed` within it; the values' shares move in, those in `out` are the caller's.
pub unsafe fn splice(
    a: *mut Arr,
    at: usize,
    removed: usize,
    new: *const Val,
    n: usize,
    out: *mut Val,
) -> bool {
    // SAFETY: by the caller's promise; every entry of a packed array without holes is a value.
    unsafe {
        let used = (*a).used as usize;
        let len = used - removed.min(used) + n;
        if (*a).hdr.rc != 1
            || (*a).hdr.info & HDR_IMMORTAL != 0
            || (*a).kind != ARR_PACKED
            || (*a).count as usize != used
            || at + removed > used
            || len >= u32::MAX as usize / 64
        {
            return false;
        }
        if len > (*a).cap as usize {
            grow_packed(a, (len as u32).max((*a).cap.saturating_mul(2)).max(MIN_CAP));
        }
        let p = vals(a).add(at);
        core::ptr::copy_nonoverlapping(p, out, removed);
        core::ptr::copy(p.add(removed), p.add(n), used - at - removed);
        for i in 0..n {
            *p.add(i) = (*new.add(i)).by_parts();
        }
        ((*a).used, (*a).count, (*a).next_free, (*a).cursor) = (len as u32, len as u32, len as i64, 0);
        true
    }
}
