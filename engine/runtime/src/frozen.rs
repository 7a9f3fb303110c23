//! Frozen arrays: the literal arrays of compiled code. They are immortal (never counted), belong to the script that holds
//! them, and lie outside every VM's heap, so threads share them and they outlive requests.

use crate::array;
use crate::layout::{Arr, HDR_IMMORTAL};
use plugin_api_abi::{ARR, Val};
use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

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

/// Frozen arrays that outlive the script they were literals of, each content once: a file that is included again and again
/// leaves its arrays here a single time.
#[derive(Default)]
pub struct Pool {
    by_hash: HashMap<u64, Vec<Val>>,
}

impl Pool {
    /// Takes over a literal, and gives the one to use in its place.
    ///
    /// # Safety
    /// Arrays came from [`freeze`], and nobody uses this one yet.
    pub unsafe fn adopt(&mut self, v: Val) -> Val {
        if v.tag() != ARR {
            return v;
        }
        // SAFETY: literals are alive while they are in the pool.
        unsafe {
            let mut h = DefaultHasher::new();
            digest(v, &mut h);
            let same = self.by_hash.entry(h.finish()).or_default();
            if let Some(&old) = same.iter().find(|&&o| equal(o, v)) {
                free_val(v);
                return old;
            }
            same.push(v);
        }
        v
    }

    /// Frees all of it.
    ///
    /// # Safety
    /// No value is one of these arrays any more.
    pub unsafe fn clear(&mut self) {
        for v in self.by_hash.drain().flat_map(|(_, l)| l) {
            // SAFETY: by the caller's promise.
            unsafe { free_val(v) };
        }
    }
}

unsafe fn pairs(v: Val) -> impl Iterator<Item = (u64, bool, Val)> {
    // SAFETY: a live frozen array; its keys are interned.
    let items = unsafe { array::iter(v.as_ptr::<Arr>()) };
    items.map(|(k, p)| match k {
        // SAFETY: as above.
        array::Key::Int(i) => (i as u64, false, unsafe { *p }),
        // SAFETY: as above.
        array::Key::Str(s) => (s as u64, true, unsafe { *p }),
    })
}

unsafe fn digest(v: Val, h: &mut DefaultHasher) {
    v.tag().hash(h);
    if v.tag() == ARR {
        // SAFETY: by the caller's promise.
        for (k, named, e) in unsafe { pairs(v) } {
            (k, named).hash(h);
            // SAFETY: elements are frozen, too.
            unsafe { digest(e, h) };
        }
    } else {
        v.payload.hash(h);
    }
}

unsafe fn equal(a: Val, b: Val) -> bool {
    if a.tag() != b.tag() {
        return false;
    }
    if a.tag() != ARR {
        return a.payload == b.payload;
    }
    // SAFETY: by the caller's promise.
    unsafe {
        let (mut x, mut y) = (pairs(a), pairs(b));
        loop {
            match (x.next(), y.next()) {
                (None, None) => return true,
                (Some((k, n, v)), Some((l, m, w))) if k == l && n == m && equal(v, w) => {}
                _ => return false,
            }
        }
    }
}
