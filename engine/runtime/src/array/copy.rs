//! Copies: of whole arrays, and of one array's elements in another.

use super::build::find_bucket;
use super::{
    Full, INDIRECT, Key, MIN_CAP, buckets, bump_next, filled, grow_packed, hash_bytes, hash_room, heads,
    iter, link, new, new_hash_block, next_index, packed_room, push, rehash, set, store, to_hash, vals,
};
use crate::layout::{ARR_HASH, ARR_PACKED, Arr, HDR_IMMORTAL, Ref};
use crate::memory::{alloc, free, val_addref, val_release};
use crate::string;
use plugin_api_abi::{ARR, Bucket, HeapHdr, REF, StrHdr, UNDEF, Val};

/// A copy with count 1 of a hash that is immortal with all that it holds: nothing in it is counted.
///
/// # Safety
/// `a` is such an array.
pub unsafe fn dup_frozen(a: *const Arr) -> *mut Arr {
    // SAFETY: by the caller's promise; the new block is as large as the old one.
    unsafe {
        let heads = ((*a).mask as usize + 1) * 4;
        let block = alloc(hash_bytes((*a).cap, (*a).mask));
        core::ptr::copy_nonoverlapping(
            (*a).data.sub(heads),
            block,
            heads + (*a).used as usize * size_of::<Bucket>(),
        );
        let n = alloc(size_of::<Arr>()).cast::<Arr>();
        n.write(Arr {
            hdr: HeapHdr { rc: 1, info: ARR as u32 },
            kind: ARR_HASH,
            flags: 0,
            iterators: 0,
            mask: (*a).mask,
            used: (*a).used,
            count: (*a).count,
            cap: (*a).cap,
            cursor: 0,
            next_free: (*a).next_free,
            data: block.add(heads),
            gc: 0,
            reserved: 0,
        });
        n
    }
}

/// A copy with count 1. References that only this array holds lose their reference-ness in the copy.
///
/// # Safety
/// `a` is live.
pub unsafe fn dup(a: *const Arr) -> *mut Arr {
    // SAFETY: by the caller's promise.
    unsafe {
        let n = new(0);
        (*n).count = (*a).count;
        (*n).next_free = (*a).next_free;
        if (*a).data.is_null() {
            return n;
        }
        if (*a).kind == ARR_PACKED {
            if (*a).used > 0 {
                grow_packed(n, (*a).used.max(MIN_CAP));
            }
            (*n).used = (*a).used;
            (*n).cursor = (*a).cursor;
            if (*a).hdr.info & HDR_IMMORTAL != 0 {
                // So is what it holds.
                core::ptr::copy_nonoverlapping(vals(a), vals(n), (*a).used as usize);
                return n;
            }
            for i in 0..(*a).used as usize {
                *vals(n).add(i) = dup_val(*vals(a).add(i));
            }
            return n;
        }
        let as_it_is = (*a).used == (*a).count && (*a).cap == hash_room((*a).count);
        if as_it_is && dup_whole(a, n) {
            return n;
        }
        new_hash_block(n, (*a).count);
        let mut at = 0;
        let mut cursor = None;
        for i in 0..(*a).used {
            if i >= (*a).cursor && cursor.is_none() {
                cursor = Some(at);
            }
            let mut b = *buckets(a).add(i as usize);
            if b.val.tag() == INDIRECT {
                b.val = *b.val.as_ptr::<Val>();
                if b.val.tag() == UNDEF {
                    (*n).count -= 1;
                    continue;
                }
            }
            if b.val.tag() == UNDEF {
                continue;
            }
            if !b.key.is_null() {
                val_addref(string::val(b.key));
            }
            let nb = buckets(n).add(at as usize);
            nb.write(Bucket { val: dup_val(b.val), ..b });
            link(n, nb, at);
            at += 1;
        }
        (*n).used = at;
        (*n).cursor = cursor.unwrap_or(at);
        n
    }
}

/// Makes an empty array a copy of a hash without holes, of the same capacity: index and buckets as they are. False, and nothing
/// done, where an element stands for a variable.
unsafe fn dup_whole(a: *const Arr, n: *mut Arr) -> bool {
    // SAFETY: the new block is as large as the old one, whose index lies directly before the buckets.
    unsafe {
        let (cap, mask, used) = ((*a).cap, (*a).mask, (*a).used as usize);
        let (bytes, index) = (hash_bytes(cap, mask), (mask as usize + 1) * 4);
        let block = alloc(bytes);
        core::ptr::copy_nonoverlapping(heads(a).cast(), block, index + used * size_of::<Bucket>());
        let first = block.add(index).cast::<Bucket>();
        let mut b = first;
        // What an immortal array holds is immortal.
        let end = if (*a).hdr.info & HDR_IMMORTAL != 0 { first } else { first.add(used) };
        while b < end {
            let v = (*b).val;
            if v.tag() < REF {
                val_addref(v);
            } else if v.tag() != INDIRECT {
                store(&raw mut (*b).val, dup_val(v));
            } else {
                // The shares taken so far go back; nobody saw them.
                while b > first {
                    b = b.sub(1);
                    val_release((*b).val);
                    if !(*b).key.is_null() {
                        val_release(string::val((*b).key));
                    }
                }
                free(block, bytes);
                return false;
            }
            let key = (*b).key;
            if !key.is_null() && (*key).hdr.info & HDR_IMMORTAL == 0 {
                (*key).hdr.rc += 1;
            }
            b = b.add(1);
        }
        ((*n).data, (*n).kind) = (first.cast(), ARR_HASH);
        ((*n).cap, (*n).mask, (*n).used, (*n).cursor) = (cap, mask, (*a).used, (*a).cursor);
        true
    }
}

#[inline(always)]
unsafe fn dup_val(v: Val) -> Val {
    // SAFETY: `v` is a live element.
    unsafe {
        if v.tag() == REF {
            let r = v.as_ptr::<Ref>();
            if (*r).hdr.rc == 1 {
                let inner = (*r).val;
                val_addref(inner);
                return inner.by_parts();
            }
        }
        val_addref(v);
        v
    }
}

/// Appends copies of another array's elements: those with integer keys under the next keys, those with string keys under
/// theirs, where they replace what was there. References that only `from` holds become values.
///
/// # Errors
/// [`Full`] where a next key is taken; the elements before it are there.
///
/// # Safety
/// `a` is unshared and another array than `from`, which is live.
pub unsafe fn append_all(a: *mut Arr, from: *const Arr) -> Result<(), Full> {
    // SAFETY: by the caller's promise.
    unsafe {
        let n = (*from).count;
        if n == 0 {
            return Ok(());
        }
        if (*from).kind == ARR_PACKED && (*a).kind == ARR_PACKED {
            let mut p = packed_room(a, n);
            if !p.is_null() {
                for i in 0..(*from).used as usize {
                    let v = *vals(from).add(i);
                    if v.tag() != UNDEF {
                        *p = Val { aux: 0, ..dup_val(v) };
                        p = p.add(1);
                    }
                }
                filled(a, n);
                return Ok(());
            }
        }
        if next_index(a).checked_add(n as i64).is_some() {
            let empty = (*a).count == 0;
            hashed(a, n);
            match (empty, (*from).kind) {
                (true, ARR_HASH) => copy_into::<false, true, true>(a, from),
                (_, ARR_HASH) => copy_into::<false, true, false>(a, from),
                _ => copy_into::<true, true, false>(a, from),
            }
            return Ok(());
        }
        for (k, v) in iter(from) {
            let v = Val { aux: 0, ..dup_val(*v) };
            match k {
                Key::Int(_) => {
                    if push(a, v).is_err() {
                        val_release(v);
                        return Err(Full);
                    }
                }
                Key::Str(_) => set(a, k, v),
            }
        }
        Ok(())
    }
}

/// Puts copies of another array's elements under their keys, where they replace what was there. References that only `from`
/// holds become values.
///
/// # Safety
/// `a` is unshared and another array than `from`, which is live.
pub unsafe fn put_all(a: *mut Arr, from: *const Arr) {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*from).kind == ARR_HASH && ((*a).kind == ARR_HASH || (*a).count == 0) {
            hashed(a, (*from).count);
            copy_into::<false, false, false>(a, from);
            return;
        }
        for (k, v) in iter(from) {
            set(a, k, Val { aux: 0, ..dup_val(*v) });
        }
    }
}

/// Makes an array a hash with room for `n` more.
unsafe fn hashed(a: *mut Arr, n: u32) {
    // SAFETY: `a` is unshared.
    unsafe {
        let need = (*a).used.saturating_add(n);
        if (*a).kind == ARR_PACKED {
            to_hash(a, need.max((*a).cap));
        } else if need > (*a).cap {
            rehash(a, need);
        }
    }
}

/// Puts copies of an array's elements into a hash that has room for all of them. `NUMBER`: integer keys are given anew.
/// `NEW`: the hash has none of the string keys.
unsafe fn copy_into<const PACKED: bool, const NUMBER: bool, const NEW: bool>(a: *mut Arr, from: *const Arr) {
    // SAFETY: the arrays are live, `a` is unshared; what is released is released when both are as they should be.
    unsafe {
        let mut next = next_index(a);
        for i in 0..(*from).used {
            let (mut v, mut h, key) = if PACKED {
                (*vals(from).add(i as usize), i as u64, core::ptr::null_mut::<StrHdr>())
            } else {
                let b = buckets(from).add(i as usize);
                ((*b).val, (*b).h, (*b).key)
            };
            if v.tag() == UNDEF {
                continue;
            }
            if v.tag() == INDIRECT {
                v = *v.as_ptr::<Val>();
                if v.tag() == UNDEF {
                    continue;
                }
            }
            let v = dup_val(v);
            if NUMBER && key.is_null() {
                h = next as u64;
                next += 1;
                (*a).next_free = next;
            } else {
                if !NEW {
                    let old = find_bucket(a, h, key);
                    if !old.is_null() {
                        let before = (*old).by_parts();
                        store(old, v);
                        val_release(before);
                        continue;
                    }
                }
                if key.is_null() {
                    bump_next(a, h as i64);
                } else {
                    val_addref(string::val(key));
                }
            }
            let to = (*a).used;
            let b = buckets(a).add(to as usize);
            b.write(Bucket { val: v, h, key });
            link(a, b, to);
            (*a).used = to + 1;
            (*a).count += 1;
        }
    }
}
