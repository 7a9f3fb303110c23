//! Positions in arrays that survive writes: foreach by reference stands on one (behaviour of php-src's
//! zend_hash_iterators).

use crate::array;
use crate::layout::Arr;
use std::cell::RefCell;

struct Iter {
    arr: *mut Arr,
    pos: u32,
}

thread_local! {
    static ITERS: RefCell<Vec<Iter>> = const { RefCell::new(Vec::new()) };
}

/// Registers a position; gives its number.
///
/// # Safety
/// `a` is live.
pub unsafe fn add(a: *mut Arr, pos: u32) -> u32 {
    // SAFETY: by the caller's promise.
    unsafe { (*a).iterators = (*a).iterators.saturating_add(1) };
    ITERS.with_borrow_mut(|v| {
        let slot = v.iter().position(|i| i.arr as usize == FREE);
        let e = Iter { arr: a, pos };
        match slot {
            Some(i) => {
                v[i] = e;
                i as u32
            }
            None => {
                v.push(e);
                (v.len() - 1) as u32
            }
        }
    })
}

const FREE: usize = 1;

/// Unregisters a position.
pub fn del(n: u32) {
    ITERS.with_borrow_mut(|v| {
        let Some(i) = v.get_mut(n as usize) else { return };
        if !i.arr.is_null() && i.arr as usize != FREE {
            // SAFETY: registered arrays are live: `gone` unregisters dying ones.
            unsafe { (*i.arr).iterators = (*i.arr).iterators.saturating_sub(1) };
        }
        i.arr = FREE as *mut Arr;
        while v.last().is_some_and(|i| i.arr as usize == FREE) {
            v.pop();
        }
    });
}

/// The position for array `a`: where it was, or its start when the iterator stood on another array.
///
/// # Safety
/// `a` is live.
pub unsafe fn pos(n: u32, a: *mut Arr) -> u32 {
    ITERS.with_borrow_mut(|v| {
        let i = &mut v[n as usize];
        if i.arr != a {
            // SAFETY: by the caller's promise.
            unsafe { i.adopt(a) };
        }
        i.pos
    })
}

impl Iter {
    /// Goes to the start of another array.
    ///
    /// # Safety
    /// `a` is live.
    #[cold]
    unsafe fn adopt(&mut self, a: *mut Arr) {
        // SAFETY: registered arrays are live, and so is `a`.
        unsafe {
            if !self.arr.is_null() {
                (*self.arr).iterators = (*self.arr).iterators.saturating_sub(1);
            }
            (*a).iterators = (*a).iterators.saturating_add(1);
            self.pos = (*a).cursor;
        }
        self.arr = a;
    }
}

/// The entry at or behind the position for array `a`, as [`pos`] finds it; with `advance` the position moves on to the one behind
/// that, which is given. `None` where there is none.
///
/// # Safety
/// `a` is live.
pub unsafe fn step(n: u32, a: *mut Arr, advance: bool) -> Option<u32> {
    ITERS.with_borrow_mut(|v| {
        let i = &mut v[n as usize];
        // SAFETY: by the caller's promise.
        unsafe {
            if i.arr != a {
                i.adopt(a);
            }
            let mut at = array::next_live(a, i.pos);
            if advance && at < (*a).used {
                at = array::next_live(a, at + 1);
                i.pos = at;
            }
            (at < (*a).used).then_some(at)
        }
    })
}

/// Moves a position.
pub fn set(n: u32, pos: u32) {
    ITERS.with_borrow_mut(|v| v[n as usize].pos = pos);
}

fn each(a: *mut Arr, f: impl Fn(&mut Iter)) {
    ITERS.with_borrow_mut(|v| v.iter_mut().filter(|i| i.arr == a).for_each(f));
}

/// Entry `from` became entry `to`.
pub(crate) unsafe fn moved(a: *mut Arr, from: u32, to: u32) {
    // SAFETY: `a` is live.
    if unsafe { (*a).iterators } > 0 && from != to {
        each(a, |i| {
            if i.pos == from {
                i.pos = to;
            }
        });
    }
}

/// Entry `at` was removed; the next live one is `next`.
pub(crate) unsafe fn removed(a: *mut Arr, at: u32, next: u32) {
    // SAFETY: `a` is live.
    if unsafe { (*a).iterators } > 0 {
        each(a, |i| {
            if i.pos == at {
                i.pos = next;
            }
        });
    }
}

/// The array's entries end at `used` now.
pub(crate) unsafe fn shrunk(a: *mut Arr, used: u32) {
    // SAFETY: `a` is live.
    if unsafe { (*a).iterators } > 0 {
        each(a, |i| i.pos = i.pos.min(used));
    }
}

/// `to` takes the place of `from`, or is it: `removed` entries from `at` on are gone and `inserted` ones stand there; with `at` -1
/// `inserted` ones stand in front of all.
///
/// # Safety
/// Both are live.
pub unsafe fn edited(from: *mut Arr, to: *mut Arr, at: i64, removed: u32, inserted: u32) {
    // SAFETY: by the caller's promise.
    unsafe {
        let n = (*from).iterators;
        if n == 0 {
            return;
        }
        let (at, end) = (at, at.max(0) + removed as i64);
        each(from, |i| {
            let pos = i.pos as i64;
            let pos = if pos >= end && pos > at {
                pos - removed as i64 + inserted as i64
            } else if pos > at || pos == at && removed > 0 {
                at + inserted as i64
            } else {
                pos
            };
            i.pos = pos as u32;
            i.arr = to;
        });
        if from != to {
            (*from).iterators = 0;
            (*to).iterators = (*to).iterators.saturating_add(n);
        }
    }
}

/// The array dies.
#[inline]
pub(crate) unsafe fn gone(a: *mut Arr) {
    // SAFETY: `a` is still readable.
    if unsafe { (*a).iterators } > 0 {
        each(a, |i| i.arr = core::ptr::null_mut());
    }
}

/// `to` was copied from `from` to be written in its place: iterators follow the variable.
pub(crate) unsafe fn copied(from: *mut Arr, to: *mut Arr) {
    // SAFETY: both are live.
    unsafe {
        if (*from).iterators > 0 {
            let n = (*from).iterators;
            each(from, |i| i.arr = to);
            (*from).iterators = 0;
            (*to).iterators = n;
        }
    }
}
