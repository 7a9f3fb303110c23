//! Counts: taking and giving back shares of heap blocks.

use super::{free, objects};
use crate::array;
use crate::layout::{Arr, HDR_IMMORTAL, Obj, Ref, Res};
use plugin_api_abi::{ARR, HeapHdr, OBJ, REF, RES, STR, StrHdr, Val};

/// Takes a share of whatever `v` points to.
#[inline(always)]
pub fn val_addref(v: Val) {
    if v.is_refcounted() {
        // SAFETY: the bit says that the payload points to a live counted block.
        unsafe { (*v.as_ptr::<HeapHdr>()).rc += 1 };
    }
}

/// Gives a share back; the last one destroys the block.
///
/// # Safety
/// The caller owns a share of `v` and does not use it any more.
#[inline(always)]
pub unsafe fn val_release(v: Val) {
    if v.is_refcounted() {
        // SAFETY: as above.
        unsafe {
            let h = v.as_ptr::<HeapHdr>();
            (*h).rc -= 1;
            if (*h).rc == 0 {
                destroy(v);
            } else if v.ty & plugin_api_abi::COLLECTABLE != 0 {
                crate::gc::possible_root(v);
            }
        }
    }
}

/// As [`val_release`], where what is left cannot be a cycle that this share kept alive: a temporary's share of what a
/// variable holds as well (php-src's `zval_ptr_dtor_nogc`).
///
/// # Safety
/// As [`val_release`].
#[inline(always)]
pub unsafe fn val_release_tmp(v: Val) {
    if v.is_refcounted() {
        // SAFETY: as above.
        unsafe {
            let h = v.as_ptr::<HeapHdr>();
            (*h).rc -= 1;
            if (*h).rc == 0 {
                destroy(v);
            }
        }
    }
}

/// Short names for the two.
pub use {val_addref as addref, val_release as release};

/// Destroys a block whose count reached zero.
///
/// # Safety
/// Nobody else holds it.
#[inline(never)]
pub unsafe fn destroy(v: Val) {
    // SAFETY: by the caller's promise, and by what each tag says of the block.
    unsafe {
        match v.tag() {
            STR => free_str(v.as_ptr()),
            ARR => array::destroy(v.as_ptr::<Arr>()),
            OBJ => objects::zero(v.as_ptr::<Obj>()),
            REF => {
                let r = v.as_ptr::<Ref>();
                let inner = (*r).val;
                if !(*r).sources.is_null() {
                    objects::hooks().drop_sources((*r).sources);
                }
                crate::gc::forget(v.as_ptr());
                free(r.cast(), size_of::<Ref>());
                val_release(inner);
            }
            RES => {
                let r = v.as_ptr::<Res>();
                objects::hooks().resource_zero(r);
                free(r.cast(), size_of::<Res>());
            }
            _ => {}
        }
    }
}

/// Frees a string's block.
///
/// # Safety
/// Nobody else holds it.
#[inline]
pub unsafe fn free_str(s: *mut StrHdr) {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*s).hdr.info & HDR_IMMORTAL == 0 {
            let n = crate::string::block_size(s);
            free(s.cast(), n);
        }
    }
}
