//! The front end that every policy shares: size-class free lists, popped and pushed inline.
//!
//! A free block's first word is the next free block of its class. [`Front::straight`] is what lets one comparison decide
//! between the inline push and everything else: it is [`MAX_SMALL`] as a rule, and 0 while dead blocks must be retired
//! (a guard is active, the run loop is pinned, or the heap is being debugged).

use super::heap;
use super::{CLASSES, MAX_SMALL, OutOfMemory, STEP};
use plugin_api_abi::{HeapHdr, STR, Val};
use std::cell::{Cell, UnsafeCell};

/// Heads of the free lists, by class.
pub(super) type Lists = [*mut u8; CLASSES];

/// No free block in any class.
pub(super) const EMPTY: Lists = [core::ptr::null_mut(); CLASSES];

pub(super) struct Front {
    lists: UnsafeCell<Lists>,
    /// Blocks of up to this many bytes go straight back on their list.
    straight: Cell<usize>,
}

thread_local! {
    static FRONT: Front =
        const { Front { lists: UnsafeCell::new(EMPTY), straight: Cell::new(MAX_SMALL) } };
}

/// This thread's front. Nothing is captured and nothing called on the way, so that no address of a local escapes in the
/// interpreter's handlers, into which this is inlined: that would cost them their sibling calls.
#[inline(always)]
fn front() -> *const Front {
    FRONT.with(std::ptr::from_ref)
}

/// Runs `f` on the lists of this thread.
pub(super) fn lists<R>(f: impl FnOnce(&mut Lists) -> R) -> R {
    // SAFETY: thread-local; the closures of this folder neither allocate nor leak the reference.
    f(unsafe { &mut *(*front()).lists.get() })
}

/// Says whether small blocks go straight back on their list.
pub(super) fn set_straight(on: bool) {
    FRONT.with(|l| l.straight.set(if on { MAX_SMALL } else { 0 }));
}

/// The class of a size, which is never near the largest number.
#[inline(always)]
fn class_of(size: usize) -> usize {
    (size + STEP - 1) >> STEP.trailing_zeros()
}

/// A block of `size` bytes, 16-byte aligned. Never null: over the memory limit the block is still given, and the VM's
/// interrupt word asks it to raise the fatal at the next safepoint. Callers that can ask for much use [`try_alloc`].
#[inline(always)]
pub fn alloc(size: usize) -> *mut u8 {
    if size <= MAX_SMALL {
        // SAFETY: thread-local, and no reference outlives this block; a free block's first word is the next free block.
        unsafe {
            let head = (*front()).lists.get().cast::<*mut u8>().add(class_of(size));
            let p = *head;
            if !p.is_null() {
                *head = *p.cast::<*mut u8>();
                return p;
            }
        }
    }
    heap::alloc_slow(size)
}

/// As [`alloc`], but refuses what the limit or the system does not allow, after a reclamation cycle.
pub fn try_alloc(size: usize) -> Result<*mut u8, OutOfMemory> {
    if size > MAX_SMALL { heap::try_alloc_large(size) } else { Ok(alloc(size)) }
}

/// Gives a block back. `size` is what was asked for.
///
/// # Safety
/// `p` came from this module with the same size, and nobody uses it any more.
#[inline(always)]
pub unsafe fn free(p: *mut u8, size: usize) {
    // SAFETY: thread-local; by the caller's promise the block is ours, and it is at least one word long.
    unsafe {
        let l = front();
        if size <= (*l).straight.get() {
            let head = (*l).lists.get().cast::<*mut u8>().add(class_of(size));
            *p.cast::<*mut u8>() = *head;
            *head = p;
        } else {
            heap::free_slow(p, size);
        }
    }
}

/// This thread's free lists, for who keeps them at hand: to find them takes a call where code is loaded at any address.
#[derive(Clone, Copy)]
pub struct Here(*const Front);

impl Here {
    /// Those of the running thread, on which alone it is used.
    pub fn new() -> Here {
        Here(front())
    }

    /// Gives up a share of a counted value where that takes no call: others hold the block, or it is a string that is not long.
    /// Else false, and nothing is done.
    ///
    /// # Safety
    /// The caller owns it and does not use the value any more; what is left of it is no cycle that this share kept alive.
    #[inline(always)]
    pub unsafe fn gives_up(self, v: Val) -> bool {
        // SAFETY: by the caller's promise; thread-local, and no reference outlives this.
        unsafe {
            let h = v.as_ptr::<HeapHdr>();
            if (*h).rc != 1 {
                (*h).rc -= 1;
                return true;
            }
            if v.tag() != STR {
                return false;
            }
            let size = crate::string::block_size(v.as_ptr());
            if size > (*self.0).straight.get() {
                return false;
            }
            let head = (*self.0).lists.get().cast::<*mut u8>().add(size / STEP);
            *h.cast::<*mut u8>() = *head;
            *head = h.cast();
            true
        }
    }
}

impl Default for Here {
    fn default() -> Here {
        Here::new()
    }
}

/// Puts a dead block of `class` on its list.
///
/// # Safety
/// The block is at least one word long and nobody uses it.
pub(super) unsafe fn push(lists: &mut Lists, p: *mut u8, class: usize) {
    let head = &mut lists[class];
    // SAFETY: by the caller's promise.
    unsafe { *p.cast::<*mut u8>() = *head };
    *head = p;
}

/// Resizes a block, moving it where needed.
///
/// # Safety
/// As [`free`]; the old pointer is dead afterwards.
pub unsafe fn realloc(p: *mut u8, old: usize, new: usize) -> *mut u8 {
    if old.div_ceil(STEP) == new.div_ceil(STEP) && old <= MAX_SMALL && new <= MAX_SMALL {
        return p;
    }
    // SAFETY: by the caller's promise.
    unsafe {
        if old > MAX_SMALL && new > MAX_SMALL {
            return heap::realloc_large(p, old, new);
        }
        let q = alloc(new);
        core::ptr::copy_nonoverlapping(p, q, old.min(new));
        free(p, old);
        q
    }
}
