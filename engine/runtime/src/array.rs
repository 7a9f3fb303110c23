//! PHP arrays: packed lists and ordered hashes (layout: [`Arr`]). Functions that write expect an unshared array
//! ([`separate`] makes one); they take over the value's share.

pub mod build;
mod copy;

pub use copy::{append_all, dup, dup_frozen, put_all};

use crate::layout::{ARR_HASH, ARR_PACKED, Arr, HDR_BUFFERED, HDR_IMMORTAL};
use crate::memory::release::{release_child, release_key};
use crate::memory::{alloc, free, val_addref, val_release};
use crate::string;
use plugin_api_abi::{ARR, ArrView, Bucket, COLLECTABLE, HeapHdr, REFCOUNTED, StrHdr, UNDEF, Val};

/// Tag of an element that stands for a variable elsewhere (compiled variables in a symbol table, declared properties in a
/// property table): payload is a `*mut Val`.
pub const INDIRECT: u8 = 12;
/// End of a hash chain.
pub(crate) const END: u32 = u32::MAX;
const MIN_CAP: u32 = 8;

/// The next free key is taken: `i64::MAX` is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

/// A key.
#[derive(Clone, Copy)]
pub enum Key {
    /// Integer.
    Int(i64),
    /// String (never a decimal integer where it comes from user code).
    Str(*mut StrHdr),
}

impl Key {
    /// The key as a value (no share taken).
    pub fn val(self) -> Val {
        match self {
            Key::Int(i) => Val::int(i),
            Key::Str(s) => string::val(s),
        }
    }
}

/// A fresh array with room for `cap` entries, count 1, packed until told otherwise.
#[inline]
pub fn new(cap: usize) -> *mut Arr {
    let a = alloc(size_of::<Arr>()).cast::<Arr>();
    // SAFETY: fresh block of the right size.
    unsafe {
        a.write(Arr {
            hdr: HeapHdr { rc: 1, info: ARR as u32 },
            kind: ARR_PACKED,
            flags: 0,
            iterators: 0,
            mask: 0,
            used: 0,
            count: 0,
            cap: 0,
            cursor: 0,
            next_free: i64::MIN,
            data: core::ptr::null_mut(),
            gc: 0,
            reserved: 0,
        });
        if cap > 0 {
            grow_packed(a, cap.min(u32::MAX as usize / 64) as u32);
        }
    }
    a
}

/// The value that stands for an array (no share taken).
#[inline(always)]
pub fn val(a: *mut Arr) -> Val {
    // SAFETY: `a` is live.
    let counted = unsafe { (*a).hdr.info & HDR_IMMORTAL == 0 };
    Val::of(a as u64, ARR as u32 | if counted { REFCOUNTED | COLLECTABLE } else { 0 })
}

fn hash_bytes(cap: u32, mask: u32) -> usize {
    (mask as usize + 1) * 4 + cap as usize * size_of::<Bucket>()
}

unsafe fn grow_packed(a: *mut Arr, cap: u32) {
    // SAFETY: `a` is a packed array; the new block holds what the old one held.
    unsafe {
        let old = (*a).cap as usize * size_of::<Val>();
        let new = cap as usize * size_of::<Val>();
        (*a).data =
            if (*a).data.is_null() { alloc(new) } else { crate::memory::realloc((*a).data, old, new) };
        (*a).cap = cap;
    }
}

#[inline(always)]
pub(crate) unsafe fn vals(a: *const Arr) -> *mut Val {
    // SAFETY: packed arrays hold values.
    unsafe { (*a).data.cast() }
}

#[inline(always)]
pub(crate) unsafe fn buckets(a: *const Arr) -> *mut Bucket {
    // SAFETY: hash arrays hold buckets.
    unsafe { (*a).data.cast() }
}

#[inline(always)]
pub(crate) unsafe fn heads(a: *const Arr) -> *mut u32 {
    // SAFETY: the index lies directly before the buckets.
    unsafe { (*a).data.cast::<u32>().sub((*a).mask as usize + 1) }
}

/// The block behind an array's entries and its bytes; null when there is none.
pub(crate) unsafe fn data_block(a: *const Arr) -> (*mut u8, usize) {
    // SAFETY: the caller's array is live.
    unsafe {
        if (*a).data.is_null() {
            (core::ptr::null_mut(), 0)
        } else if (*a).kind == ARR_PACKED {
            ((*a).data, (*a).cap as usize * size_of::<Val>())
        } else {
            (heads(a).cast(), hash_bytes((*a).cap, (*a).mask))
        }
    }
}

unsafe fn free_data(a: *mut Arr) {
    // SAFETY: `a` owns its block.
    unsafe {
        let (p, bytes) = data_block(a);
        if !p.is_null() {
            free(p, bytes);
        }
    }
}

/// Entries for which a hash that is to hold so many gets room.
#[inline(always)]
fn hash_room(cap: u32) -> u32 {
    cap.max(MIN_CAP).next_power_of_two()
}

unsafe fn new_hash_block(a: *mut Arr, cap: u32) {
    // SAFETY: writes only the fields of `a`; the old block is the caller's to free.
    unsafe {
        let cap = hash_room(cap);
        let mask = cap - 1;
        let p = alloc(hash_bytes(cap, mask));
        (*a).data = p.add((mask as usize + 1) * 4);
        (*a).cap = cap;
        (*a).mask = mask;
        (*a).kind = ARR_HASH;
        if mask == MIN_CAP - 1 {
            // Most are of this size. In plain stores, which the first look-ups need not wait for.
            p.cast::<[u64; MIN_CAP as usize / 2]>().write_unaligned([u64::MAX; MIN_CAP as usize / 2]);
        } else {
            core::ptr::write_bytes(p, 0xff, (mask as usize + 1) * 4);
        }
    }
}

/// Makes a packed array a hash with room for `cap`.
///
/// # Safety
/// `a` is unshared.
pub unsafe fn to_hash(a: *mut Arr, cap: u32) {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind == ARR_HASH {
            return;
        }
        let (old, old_cap, used) = ((*a).data, (*a).cap, (*a).used);
        new_hash_block(a, cap.max(used));
        for i in 0..used {
            let v = *old.cast::<Val>().add(i as usize);
            let b = buckets(a).add(i as usize);
            b.write(Bucket { val: v, h: i as u64, key: core::ptr::null_mut() });
            if v.tag() != UNDEF {
                link(a, b, i);
            }
        }
        if !old.is_null() {
            free(old, old_cap as usize * size_of::<Val>());
        }
    }
}

#[inline(always)]
pub(crate) unsafe fn link(a: *mut Arr, b: *mut Bucket, i: u32) {
    // SAFETY: `b` is bucket `i` of hash `a`.
    unsafe {
        let head = heads(a).add(mix((*b).h) as usize & (*a).mask as usize);
        (*b).val.aux = *head;
        *head = i;
    }
}

/// Index bits of a hash or integer key.
#[inline(always)]
pub(crate) fn mix(h: u64) -> u32 {
    (h ^ h >> 32) as u32
}

unsafe fn rehash(a: *mut Arr, cap: u32) {
    // SAFETY: `a` is an unshared hash.
    unsafe {
        let (old, old_heads, old_bytes, used) =
            ((*a).data.cast::<Bucket>(), heads(a), hash_bytes((*a).cap, (*a).mask), (*a).used);
        let cursor = (*a).cursor;
        new_hash_block(a, cap);
        if used == (*a).count {
            core::ptr::copy_nonoverlapping(old, buckets(a), used as usize);
            let (heads, mask) = (heads(a), (*a).mask as usize);
            for i in 0..used {
                let b = buckets(a).add(i as usize);
                let head = heads.add(mix((*b).h) as usize & mask);
                (*b).val.aux = *head;
                *head = i;
            }
            free(old_heads.cast(), old_bytes);
            return;
        }
        let mut n = 0;
        let mut new_cursor = None;
        for i in 0..used {
            let b = *old.add(i as usize);
            if i >= cursor && new_cursor.is_none() {
                new_cursor = Some(n);
            }
            if b.val.tag() == UNDEF {
                continue;
            }
            let nb = buckets(a).add(n as usize);
            nb.write(b);
            link(a, nb, n);
            crate::array_iter::moved(a, i, n);
            n += 1;
        }
        (*a).cursor = new_cursor.unwrap_or(n);
        (*a).used = n;
        free(old_heads.cast(), old_bytes);
    }
}

/// Makes sure that a hash can take one more bucket.
#[inline(always)]
unsafe fn reserve_bucket(a: *mut Arr) {
    // SAFETY: `a` is an unshared hash.
    unsafe {
        if (*a).used == (*a).cap {
            // Many holes: compact in place of growing.
            let cap = if (*a).count + ((*a).count >> 5) < (*a).used {
                (*a).cap
            } else {
                (*a).cap.saturating_mul(2)
            };
            rehash(a, cap);
        }
    }
}

/// The element with an integer key, or null.
///
/// # Safety
/// `a` is live.
#[inline(always)]
pub unsafe fn find_int(a: *const Arr, i: i64) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind == ARR_PACKED {
            if (i as u64) < (*a).used as u64 {
                let v = vals(a).add(i as usize);
                if (*v).tag() != UNDEF {
                    return v;
                }
            }
            return core::ptr::null_mut();
        }
        find_int_hash(a, i)
    }
}

#[inline(never)]
unsafe fn find_int_hash(a: *const Arr, i: i64) -> *mut Val {
    // SAFETY: `a` is a live hash.
    unsafe { crate::array_probe::probe_int(a, i) }
}

/// The element with a string key (taken literally), or null.
///
/// # Safety
/// `a` and `s` are live.
#[inline(never)]
pub unsafe fn find_str(a: *const Arr, s: *mut StrHdr) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind == ARR_PACKED {
            return core::ptr::null_mut();
        }
        let h = string::hash(s);
        let mut at = *heads(a).add(mix(h) as usize & (*a).mask as usize);
        while at != END {
            let b = buckets(a).add(at as usize);
            if (*b).key == s || (*b).h == h && !(*b).key.is_null() && string::eq((*b).key, s) {
                return &raw mut (*b).val;
            }
            at = (*b).val.aux;
        }
        core::ptr::null_mut()
    }
}

/// As [`find_str`] by text.
///
/// # Safety
/// `a` is live.
pub unsafe fn find_bytes(a: *const Arr, k: &[u8]) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind == ARR_PACKED {
            return core::ptr::null_mut();
        }
        let h = crate::hash::hash_bytes(k);
        let mut at = *heads(a).add(mix(h) as usize & (*a).mask as usize);
        while at != END {
            let b = buckets(a).add(at as usize);
            if (*b).h == h && !(*b).key.is_null() && StrHdr::bytes((*b).key) == k {
                return &raw mut (*b).val;
            }
            at = (*b).val.aux;
        }
        core::ptr::null_mut()
    }
}

/// The element of a key, or null.
///
/// # Safety
/// `a` is live.
#[inline(always)]
pub unsafe fn find(a: *const Arr, k: Key) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        match k {
            Key::Int(i) => find_int(a, i),
            Key::Str(s) => find_str(a, s),
        }
    }
}

/// The index of the bucket that holds `v`, for inline caches.
///
/// # Safety
/// `v` is an element of the hash `a`.
#[inline]
pub unsafe fn bucket_index(a: *const Arr, v: *const Val) -> u32 {
    // SAFETY: by the caller's promise.
    unsafe { v.cast::<Bucket>().offset_from(buckets(a)) as u32 }
}

/// The value of bucket `i` when its key is the very string `key`, else null.
///
/// # Safety
/// `a` is live.
#[inline(always)]
pub unsafe fn bucket_at(a: *const Arr, i: u32, key: *const StrHdr) -> *mut Val {
    // SAFETY: bounds are checked.
    unsafe {
        if (*a).kind == ARR_HASH && i < (*a).used {
            let b = buckets(a).add(i as usize);
            if core::ptr::eq((*b).key, key) && (*b).val.tag() != UNDEF {
                return &raw mut (*b).val;
            }
        }
        core::ptr::null_mut()
    }
}

#[inline]
unsafe fn bump_next(a: *mut Arr, i: i64) {
    // SAFETY: `a` is live.
    unsafe {
        if i >= (*a).next_free {
            (*a).next_free = i.saturating_add(1);
            if i == i64::MAX {
                (*a).next_free = i64::MAX;
            }
        }
    }
}

/// Entries for which a packed array that becomes a hash gets room: as many as it was made for while it is empty.
#[inline(always)]
unsafe fn room(a: *const Arr) -> u32 {
    // SAFETY: `a` is live.
    unsafe { if (*a).used == 0 { (*a).cap } else { (*a).used + 1 } }
}

/// The slot of an integer key, made (null) when it is not there; `.1`: it is new.
///
/// # Safety
/// `a` is unshared.
pub unsafe fn entry_int(a: *mut Arr, i: i64) -> (*mut Val, bool) {
    // SAFETY: by the caller's promise.
    unsafe {
        let found = find_int(a, i);
        if !found.is_null() {
            return (found, false);
        }
        if (*a).kind == ARR_PACKED {
            // Stay packed while keys come in order with few gaps (php-src's _zend_hash_index_add_or_update_i): within the
            // room there is, or within twice that when half of it is in use.
            let (used, cap) = ((*a).used as i64, ((*a).cap as i64).max(MIN_CAP as i64));
            let grows = i == used || i >> 1 < cap && cap >> 1 < (*a).count as i64;
            if i >= used && (i < cap || grows && i < u32::MAX as i64 / 64) {
                if i >= (*a).cap as i64 {
                    grow_packed(a, if i < cap { MIN_CAP.max((*a).cap) } else { (*a).cap * 2 });
                }
                for j in used..=i {
                    *vals(a).add(j as usize) = Val::UNDEF;
                }
                (*a).used = i as u32 + 1;
                let v = vals(a).add(i as usize);
                *v = Val::NULL;
                (*a).count += 1;
                bump_next(a, i);
                return (v, true);
            }
            to_hash(a, room(a));
        }
        reserve_bucket(a);
        let n = (*a).used;
        let b = buckets(a).add(n as usize);
        b.write(Bucket { val: Val::NULL, h: i as u64, key: core::ptr::null_mut() });
        link(a, b, n);
        (*a).used += 1;
        (*a).count += 1;
        bump_next(a, i);
        (&raw mut (*b).val, true)
    }
}

/// The slot of a string key, made (null) when it is not there; `.1`: it is new. Takes its own share of the key.
///
/// # Safety
/// `a` is unshared, `s` is live.
pub unsafe fn entry_str(a: *mut Arr, s: *mut StrHdr) -> (*mut Val, bool) {
    // SAFETY: by the caller's promise.
    unsafe {
        let found = find_str(a, s);
        if !found.is_null() {
            return (found, false);
        }
        to_hash(a, room(a));
        reserve_bucket(a);
        let n = (*a).used;
        let b = buckets(a).add(n as usize);
        val_addref(string::val(s));
        b.write(Bucket { val: Val::NULL, h: string::hash(s), key: s });
        link(a, b, n);
        (*a).used += 1;
        (*a).count += 1;
        (&raw mut (*b).val, true)
    }
}

/// The slot of a key, made when it is not there.
///
/// # Safety
/// `a` is unshared.
#[inline]
pub unsafe fn entry(a: *mut Arr, k: Key) -> (*mut Val, bool) {
    // SAFETY: by the caller's promise.
    unsafe {
        match k {
            Key::Int(i) => entry_int(a, i),
            Key::Str(s) => entry_str(a, s),
        }
    }
}

/// Sets an element, releasing what was there (a reference is replaced, not written through).
///
/// # Safety
/// `a` is unshared; takes over `v`'s share.
pub unsafe fn set(a: *mut Arr, k: Key, v: Val) {
    // SAFETY: by the caller's promise.
    unsafe {
        let (p, fresh) = entry(a, k);
        if fresh {
            store(p, v);
            return;
        }
        let old = (*p).by_parts();
        store(p, v);
        val_release(old);
    }
}

/// As [`set`] with a text key.
///
/// # Safety
/// As [`set`].
pub unsafe fn set_bytes(a: *mut Arr, k: &[u8], v: Val) {
    // SAFETY: by the caller's promise.
    unsafe {
        let s = string::new(k);
        set(a, Key::Str(s), v);
        val_release(string::val(s));
    }
}

/// Overwrites a slot's value, keeping the container's word.
///
/// # Safety
/// `p` is a slot; its old value is the caller's to release.
#[inline(always)]
pub unsafe fn store(p: *mut Val, v: Val) {
    // SAFETY: by the caller's promise.
    unsafe {
        (*p).payload = v.payload;
        (*p).ty = v.ty;
    }
}

/// A fresh hash with room for `cap` entries, for [`add_new`].
pub fn new_hash(cap: u32) -> *mut Arr {
    let a = new(0);
    // SAFETY: fresh, and without a block yet.
    unsafe { new_hash_block(a, cap) };
    a
}

/// Adds an element under a string key that the array does not have, without looking for it. Takes its own share of the key,
/// and `v`'s over.
///
/// # Safety
/// `a` is an unshared hash without that key, `s` is live.
pub unsafe fn add_new(a: *mut Arr, s: *mut StrHdr, v: Val) {
    // SAFETY: by the caller's promise.
    unsafe {
        reserve_bucket(a);
        let n = (*a).used;
        let b = buckets(a).add(n as usize);
        val_addref(string::val(s));
        b.write(Bucket { val: v, h: string::hash(s), key: s });
        link(a, b, n);
        (*a).used += 1;
        (*a).count += 1;
    }
}

/// Appends, taking over `v`'s share, and gives the slot.
///
/// # Safety
/// `a` is unshared.
#[inline(always)]
pub unsafe fn push(a: *mut Arr, v: Val) -> Result<*mut Val, Full> {
    // SAFETY: by the caller's promise.
    unsafe {
        let used = (*a).used;
        let next = (*a).next_free;
        if (*a).kind == ARR_PACKED
            && used < (*a).cap
            && (next == used as i64 || used == 0 && next == i64::MIN)
        {
            let p = vals(a).add(used as usize);
            *p = v;
            (*a).used = used + 1;
            (*a).count += 1;
            (*a).next_free = used as i64 + 1;
            return Ok(p);
        }
        let p = push_slow(a, v);
        if p.is_null() { Err(Full) } else { Ok(p) }
    }
}

#[inline(never)]
unsafe extern "C-unwind" fn push_slow(a: *mut Arr, v: Val) -> *mut Val {
    // SAFETY: as [`push`].
    unsafe {
        let i = if (*a).next_free == i64::MIN { 0 } else { (*a).next_free };
        if i == i64::MAX && !find_int(a, i).is_null() {
            return core::ptr::null_mut();
        }
        let (p, _) = entry_int(a, i);
        store(p, v);
        p
    }
}

/// Where the next `n` elements of a packed array go, whose room grows for them; null for a hash, and where the next key is
/// not the number of entries. [`filled`] says how many were written.
///
/// # Safety
/// `a` is unshared.
pub unsafe fn packed_room(a: *mut Arr, n: u32) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        let (used, next) = ((*a).used, (*a).next_free);
        if (*a).kind != ARR_PACKED || !(next == used as i64 || used == 0 && next == i64::MIN) {
            return core::ptr::null_mut();
        }
        let Some(need) = used.checked_add(n).filter(|&n| n < u32::MAX / 64) else {
            return core::ptr::null_mut();
        };
        if need > (*a).cap {
            let twice = if used == 0 { 0 } else { (*a).cap.saturating_mul(2) };
            grow_packed(a, need.max(twice).max(MIN_CAP));
        }
        vals(a).add(used as usize)
    }
}

/// Makes `n` values written where [`packed_room`] said elements.
///
/// # Safety
/// They are written there, within that room; their shares are the array's now.
pub unsafe fn filled(a: *mut Arr, n: u32) {
    if n > 0 {
        // SAFETY: by the caller's promise.
        unsafe {
            (*a).used += n;
            (*a).count += n;
            (*a).next_free = (*a).used as i64;
        }
    }
}

/// The key that [`push`] would take.
///
/// # Safety
/// `a` is live.
pub unsafe fn next_index(a: *const Arr) -> i64 {
    // SAFETY: by the caller's promise.
    unsafe { if (*a).next_free == i64::MIN { 0 } else { (*a).next_free } }
}

/// Removes the entry at index `i`, giving its value (whose share is now the caller's).
///
/// # Safety
/// `a` is unshared and the entry is live.
pub unsafe fn remove_at(a: *mut Arr, i: u32) -> Val {
    // SAFETY: by the caller's promise.
    unsafe {
        (*a).count -= 1;
        let v;
        if (*a).kind == ARR_PACKED {
            let p = vals(a).add(i as usize);
            v = *p;
            (*p).ty = UNDEF as u32;
        } else {
            let b = buckets(a).add(i as usize);
            let mut at = heads(a).add(mix((*b).h) as usize & (*a).mask as usize);
            while *at != i {
                at = &raw mut (*buckets(a).add(*at as usize)).val.aux;
            }
            *at = (*b).val.aux;
            v = (*b).val;
            (*b).val.ty = UNDEF as u32;
            if !(*b).key.is_null() {
                val_release(string::val((*b).key));
                (*b).key = core::ptr::null_mut();
            }
        }
        if (*a).iterators > 0 || (*a).cursor == i {
            let next = next_live(a, i + 1);
            crate::array_iter::removed(a, i, next);
            if (*a).cursor == i {
                (*a).cursor = next;
            }
        }
        if i + 1 == (*a).used {
            let mut u = i;
            while u > 0 && entry_at(a, u - 1).is_null() {
                u -= 1;
            }
            (*a).used = u;
            (*a).cursor = (*a).cursor.min(u);
            crate::array_iter::shrunk(a, u);
        }
        v.by_parts()
    }
}

/// Removes a key; gives the old value (the caller releases it) when it was there.
///
/// # Safety
/// `a` is unshared.
pub unsafe fn remove(a: *mut Arr, k: Key) -> Option<Val> {
    // SAFETY: by the caller's promise.
    unsafe {
        let p = find(a, k);
        if p.is_null() {
            return None;
        }
        let i = if (*a).kind == ARR_PACKED { p.offset_from(vals(a)) as u32 } else { bucket_index(a, p) };
        Some(remove_at(a, i))
    }
}

/// The first live entry's index from `i` on; `used` when there is none.
///
/// # Safety
/// `a` is live.
#[inline]
pub unsafe fn next_live(a: *const Arr, mut i: u32) -> u32 {
    // SAFETY: by the caller's promise.
    unsafe {
        while i < (*a).used && entry_at(a, i).is_null() {
            i += 1;
        }
        i.min((*a).used)
    }
}

/// The last live entry's index below `i`, or `None`.
///
/// # Safety
/// `a` is live and `i <= used`.
pub unsafe fn prev_live(a: *const Arr, mut i: u32) -> Option<u32> {
    // SAFETY: by the caller's promise.
    unsafe {
        while i > 0 {
            i -= 1;
            if !entry_at(a, i).is_null() {
                return Some(i);
            }
        }
        None
    }
}

/// The value of entry `i`, or null for a hole.
///
/// # Safety
/// `a` is live and `i < used`.
#[inline(always)]
pub unsafe fn entry_at(a: *const Arr, i: u32) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        let p = if (*a).kind == ARR_PACKED {
            vals(a).add(i as usize)
        } else {
            &raw mut (*buckets(a).add(i as usize)).val
        };
        if (*p).tag() == UNDEF { core::ptr::null_mut() } else { p }
    }
}

/// The key of entry `i`.
///
/// # Safety
/// As [`entry_at`], and the entry is live.
#[inline(always)]
pub unsafe fn key_at(a: *const Arr, i: u32) -> Key {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind == ARR_PACKED {
            return Key::Int(i as i64);
        }
        let b = buckets(a).add(i as usize);
        if (*b).key.is_null() { Key::Int((*b).h as i64) } else { Key::Str((*b).key) }
    }
}

/// Entries in order (holes skipped, indirections resolved, unset ones skipped).
///
/// # Safety
/// `a` stays alive and unwritten while the iterator is used.
pub unsafe fn iter(a: *const Arr) -> impl Iterator<Item = (Key, *mut Val)> {
    // SAFETY: by the caller's promise.
    let used = unsafe { (*a).used };
    (0..used).filter_map(move |i| {
        // SAFETY: `i < used` and the array is unwritten.
        unsafe {
            let mut p = entry_at(a, i);
            if p.is_null() {
                return None;
            }
            if (*p).tag() == INDIRECT {
                p = (*p).as_ptr();
                if (*p).tag() == UNDEF {
                    return None;
                }
            }
            Some((key_at(a, i), p))
        }
    })
}

/// A borrowed look for extensions.
///
/// # Safety
/// `a` is live.
pub unsafe fn view(a: *const Arr) -> ArrView {
    // SAFETY: by the caller's promise.
    unsafe {
        ArrView {
            data: (*a).data,
            used: (*a).used,
            count: (*a).count,
            packed: ((*a).kind == ARR_PACKED) as u32,
            reserved: 0,
        }
    }
}

/// Number of elements, indirect unset ones left out.
///
/// # Safety
/// `a` is live.
pub unsafe fn count(a: *const Arr) -> usize {
    // SAFETY: by the caller's promise.
    unsafe { (*a).count as usize }
}

/// Gives a share of an array back.
///
/// # Safety
/// The caller owns the share.
pub unsafe fn release_arr(a: *mut Arr) {
    // SAFETY: by the caller's promise.
    unsafe { val_release(val(a)) }
}

/// Releases every element and the block: the count reached zero.
///
/// # Safety
/// Nobody else holds it.
pub unsafe extern "C-unwind" fn destroy(a: *mut Arr) {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).hdr.info & (HDR_IMMORTAL | HDR_BUFFERED) != 0 || (*a).iterators != 0 {
            if (*a).hdr.info & HDR_IMMORTAL != 0 {
                return;
            }
            // A destructor that runs below may not find a half-dead array through the collector.
            crate::gc::forget(a.cast());
            crate::array_iter::gone(a);
        }
        let used = (*a).used as usize;
        if (*a).kind == ARR_PACKED {
            let mut at = vals(a);
            let end = at.wrapping_add(used);
            while at < end {
                release_child(*at);
                at = at.add(1);
            }
        } else {
            let mut at = buckets(a);
            let end = at.wrapping_add(used);
            while at < end {
                let (v, key) = ((*at).val, (*at).key);
                if v.tag() != UNDEF {
                    if !key.is_null() {
                        release_key(key);
                    }
                    release_child(v);
                }
                at = at.add(1);
            }
        }
        free_data(a);
        free(a.cast(), size_of::<Arr>());
    }
}

/// Makes the array that `v` holds unshared, copying it where somebody else holds it too; gives it.
///
/// # Safety
/// `v` is a variable that holds an array.
#[inline(always)]
pub unsafe fn separate(v: *mut Val) -> *mut Arr {
    // SAFETY: by the caller's promise.
    unsafe {
        let a = (*v).as_ptr::<Arr>();
        if (*v).is_refcounted() && (*a).hdr.rc == 1 {
            return a;
        }
        separate_slow(v)
    }
}

#[inline(never)]
unsafe fn separate_slow(v: *mut Val) -> *mut Arr {
    // SAFETY: as [`separate`].
    unsafe {
        let a = (*v).as_ptr::<Arr>();
        let n = dup(a);
        crate::array_iter::copied(a, n);
        let old = *v;
        store(v, val(n));
        val_release(old);
        n
    }
}

/// An array made of these values in order.
pub fn from_vals(items: impl IntoIterator<Item = Val>) -> *mut Arr {
    let items = items.into_iter();
    let a = new(items.size_hint().0);
    // SAFETY: fresh, unshared, packed; values are written within its room.
    unsafe {
        let mut n = 0;
        for v in items {
            if n == (*a).cap {
                grow_packed(a, n.saturating_mul(2).max(MIN_CAP));
            }
            *vals(a).add(n as usize) = v;
            n += 1;
        }
        if n > 0 {
            ((*a).used, (*a).count, (*a).next_free) = (n, n, n as i64);
        }
    }
    a
}

/// Takes the first element out of a packed array without holes that nobody else holds: the others move down, whoever stands in
/// the array stays with its element, and the internal pointer goes to the beginning. `None`, and nothing done, for any other
/// array.
///
/// # Safety
/// `a` is live; the share of what comes out is the caller's.
pub unsafe fn shift(a: *mut Arr) -> Option<Val> {
    // SAFETY: by the caller's promise; every entry of a packed array without holes is a value.
    unsafe {
        let n = (*a).used;
        if (*a).hdr.rc != 1
            || (*a).hdr.info & HDR_IMMORTAL != 0
            || (*a).kind != ARR_PACKED
            || n == 0
            || (*a).count != n
        {
            return None;
        }
        let first = *vals(a);
        core::ptr::copy(vals(a).add(1), vals(a), n as usize - 1);
        if (*a).iterators != 0 {
            (1..=n).for_each(|i| crate::array_iter::moved(a, i, i - 1));
        }
        ((*a).used, (*a).count, (*a).next_free, (*a).cursor) = (n - 1, n - 1, n as i64 - 1, 0);
        Some(first.by_parts())
    }
}

/// Makes an array immortal: literals. Its elements are immortal already.
///
/// # Safety
/// Nobody but the caller holds it.
pub unsafe fn make_immortal(a: *mut Arr) {
    // SAFETY: by the caller's promise.
    unsafe { (*a).hdr.info |= HDR_IMMORTAL };
}

/// Replaces the contents by these pairs (shares taken over), renumbering when `renumber`. For sorting and the like.
///
/// # Safety
/// `a` is unshared; the old elements' shares were moved into `pairs` (nothing is released here).
pub unsafe fn refill(a: *mut Arr, pairs: &[(Key, Val)], renumber: bool) {
    // SAFETY: by the caller's promise; string keys keep the share the array had.
    unsafe {
        free_data(a);
        (*a).data = core::ptr::null_mut();
        (*a).kind = ARR_PACKED;
        (*a).mask = 0;
        (*a).cap = 0;
        (*a).used = 0;
        (*a).count = 0;
        (*a).cursor = 0;
        let next = (*a).next_free;
        (*a).next_free = i64::MIN;
        for &(k, v) in pairs {
            let v = v.by_parts();
            match k {
                _ if renumber => {
                    if let Key::Str(s) = k {
                        val_release(string::val(s));
                    }
                    let _ = push(a, v);
                }
                Key::Int(i) => store(entry_int(a, i).0, v),
                Key::Str(s) => {
                    store(entry_str(a, s).0, v);
                    val_release(string::val(s));
                }
            }
        }
        if !renumber {
            (*a).next_free = (*a).next_free.max(next);
        }
    }
}

/// Releases every element; the array is empty afterwards.
///
/// # Safety
/// The caller holds `a`, and it is not shared in a way that anyone still reads it.
pub unsafe fn clear(a: *mut Arr) {
    // SAFETY: by the caller's promise; the elements are moved out before anything is released.
    unsafe {
        let mut old: Vec<(Val, Val)> = Vec::with_capacity((*a).count as usize);
        for i in 0..(*a).used {
            let p = entry_at(a, i);
            if !p.is_null() {
                old.push((key_at(a, i).val(), *p));
            }
        }
        free_data(a);
        (*a).data = core::ptr::null_mut();
        (*a).kind = ARR_PACKED;
        (*a).mask = 0;
        (*a).cap = 0;
        (*a).used = 0;
        (*a).count = 0;
        (*a).cursor = 0;
        (*a).next_free = i64::MIN;
        for (k, v) in old {
            val_release(k);
            val_release(v);
        }
    }
}

/// As [`separate`] for an array held by a bare pointer.
///
/// # Safety
/// `p` holds a share of an array.
pub unsafe fn separate_ptr(p: &mut *mut Arr) -> *mut Arr {
    // SAFETY: by the caller's promise.
    unsafe {
        if (**p).hdr.rc > 1 {
            let n = dup(*p);
            (**p).hdr.rc -= 1;
            *p = n;
        }
        *p
    }
}
