//! Frozen arrays: the literal arrays of compiled code. They are immortal (never counted), belong to the script that holds
//! them, and lie outside every VM's heap, so threads share them and they outlive requests.

use crate::array;
use crate::layout::{Arr, HDR_IMMORTAL};
use plugin_api_abi::{ARR, Val};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};

fn layout(bytes: usize) -> Layout {
    Layout::from_size_align(bytes.max(16), 16).unwrap_or(Layout::new::<u128>())
}

unsafe fn copy(from: *const u8, bytes: usize) -> *mut u8 {
    // SAFETY: the caller's block is that long; the size is not zero.
    unsafe {
        let p = alloc(layout(bytes));
        if p.is_null() {
            handle_alloc_error(layout(bytes));
        }
        core::ptr::copy_nonoverlapping(from, p, bytes);
        p
    }
}

/// Moves an array out of the heap, to stay until [`free`]. Its elements are interned strings, frozen arrays and values
/// without a block.
///
/// # Safety
/// Nobody but the caller holds `a`, which is dead afterwards.
pub unsafe fn freeze(a: *mut Arr) -> *mut Arr {
    // SAFETY: by the caller's promise.
    unsafe {
        (*a).cursor = 0;
        let f = copy(a.cast(), size_of::<Arr>()).cast::<Arr>();
        (*f).hdr.info |= HDR_IMMORTAL;
        let (start, bytes) = array::data_block(a);
        if !start.is_null() {
            let block = copy(start, bytes);
            (*f).data = block.add((*a).data as usize - start as usize);
        }
        array::destroy(a);
        f
    }
}

/// Frees a frozen array and the frozen arrays in it.
///
/// # Safety
/// It came from [`freeze`], and nobody uses it any more.
pub unsafe fn free(a: *mut Arr) {
    // SAFETY: by the caller's promise.
    unsafe {
        for i in 0..(*a).used {
            let v = array::entry_at(a, i);
            if !v.is_null() {
                free_val(*v);
            }
        }
        let (start, bytes) = array::data_block(a);
        if !start.is_null() {
            dealloc(start, layout(bytes));
        }
        dealloc(a.cast(), layout(size_of::<Arr>()));
    }
}

/// Frees what a literal holds beyond interned strings.
///
/// # Safety
/// As [`free`].
pub unsafe fn free_val(v: Val) {
    if v.tag() == ARR {
        // SAFETY: by the caller's promise.
        unsafe { free(v.as_ptr()) }
    }
}
