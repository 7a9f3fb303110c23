//! Counts: taking and giving back shares of heap blocks.

use super::{free, objects};
use crate::array;
use crate::layout::{Arr, HDR_IMMORTAL, Obj, Ref, Res};
use plugin_api_abi::{ARR, HeapHdr, OBJ, REF, RES, STR, StrHdr, Val};
use std::cell::{Cell, RefCell};

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

/// As [`val_release_tmp`], unless that is the last share: then false, and nothing is done.
///
/// # Safety
/// As [`val_release`].
#[inline(always)]
pub unsafe fn val_release_shared(v: Val) -> bool {
    // SAFETY: as above.
    unsafe {
        let h = v.as_ptr::<HeapHdr>();
        if (*h).rc == 1 {
            return false;
        }
        (*h).rc -= 1;
    }
    true
}

/// Short names for the two.
pub use {val_addref as addref, val_release as release};

/// Destructions within destructions that are done by native recursion, which keeps PHP's order of destructors. Deeper ones
/// wait in a list until the one at this depth takes them up, so that a graph of any depth goes in bounded native stack.
const MAX_DEPTH: u32 = 200;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static WAITING: RefCell<Vec<Val>> = const { RefCell::new(Vec::new()) };
}

/// How deep destructions are nested on the native stack in use.
#[inline]
pub fn depth() -> u32 {
    DEPTH.get()
}

/// Sets how deep destructions are nested on the native stack in use, and gives the old depth: for switching stacks.
pub fn swap_depth(depth: u32) -> u32 {
    DEPTH.replace(depth)
}

/// Destroys a block whose count reached zero. `extern "C-unwind"` passes the value in registers: handlers that call this keep no
/// value in memory, which a sibling call needs.
///
/// # Safety
/// Nobody else holds it.
#[inline(never)]
pub unsafe extern "C-unwind" fn destroy(v: Val) {
    // SAFETY: by the caller's promise; what is counted is not immortal.
    unsafe {
        match v.tag() {
            STR => free_counted_str(v.as_ptr()),
            // Its elements nest, it does not by itself.
            ARR => array::destroy(v.as_ptr()),
            _ => destroy_deep(v),
        }
    }
}

/// As [`val_release`], of what a dying block held.
///
/// # Safety
/// As [`val_release`].
#[inline(always)]
pub(crate) unsafe fn release_child(v: Val) {
    if v.is_refcounted() {
        // SAFETY: by the caller's promise.
        unsafe {
            let h = v.as_ptr::<HeapHdr>();
            (*h).rc -= 1;
            if (*h).rc == 0 {
                if v.tag() == STR {
                    free_counted_str(v.as_ptr());
                } else {
                    destroy_deep(v);
                }
            } else if v.ty & plugin_api_abi::COLLECTABLE != 0 {
                crate::gc::possible_root(v);
            }
        }
    }
}

/// Gives a dying array's share of a key back.
///
/// # Safety
/// The caller owns it and does not use it any more.
#[inline(always)]
pub(crate) unsafe fn release_key(s: *mut StrHdr) {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*s).hdr.info & HDR_IMMORTAL == 0 {
            (*s).hdr.rc -= 1;
            if (*s).hdr.rc == 0 {
                free_counted_str(s);
            }
        }
    }
}

/// Destroys what may hold other blocks.
#[inline(never)]
unsafe extern "C-unwind" fn destroy_deep(v: Val) {
    // SAFETY: by the caller's promise.
    unsafe {
        let depth = DEPTH.get();
        if depth >= MAX_DEPTH {
            // The list holds it: destructors may still meet it through weak references.
            (*v.as_ptr::<HeapHdr>()).rc = 1;
            WAITING.with_borrow_mut(|w| w.push(v));
            return;
        }
        DEPTH.set(depth + 1);
        destroy_now(v);
        if depth + 1 == MAX_DEPTH {
            destroy_waiting();
        }
        DEPTH.set(depth);
    }
}

/// Destroys what waits, each block's children before the next block.
#[inline(never)]
unsafe fn destroy_waiting() {
    let mut from = 0;
    loop {
        let next = WAITING.with_borrow_mut(|w| {
            // What the last one left is taken in its own order. A destructor's code may have emptied the list meanwhile.
            if let Some(left) = w.get_mut(from..) {
                left.reverse();
            }
            let v = w.pop();
            from = w.len();
            v
        });
        let Some(v) = next else { return };
        // SAFETY: the list's share is given back; at zero nobody else holds the block.
        unsafe {
            let h = v.as_ptr::<HeapHdr>();
            (*h).rc -= 1;
            if (*h).rc == 0 {
                destroy_now(v);
            }
        }
    }
}

#[inline(always)]
unsafe fn destroy_now(v: Val) {
    // SAFETY: by the caller's promise, and by what each tag says of the block.
    unsafe {
        match v.tag() {
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
            free_counted_str(s);
        }
    }
}

/// Frees the block of a string that is counted.
#[inline(always)]
unsafe fn free_counted_str(s: *mut StrHdr) {
    // SAFETY: nobody else holds it.
    unsafe { free(s.cast(), crate::string::block_size(s)) }
}
