//! Signals that have come and that no handler has been told of: a ring that a signal's handler fills and the VM's thread
//! empties. The handler runs with all signals blocked, so it is the only one that writes.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicPtr, AtomicU32, AtomicUsize, Ordering};

/// Signals that are kept; further ones are dropped.
const ROOM: usize = 65;

struct Ring(UnsafeCell<[MaybeUninit<libc::siginfo_t>; ROOM]>);

// SAFETY: a slot is written before `WRITTEN` counts it, and read before `READ` does; there is one writer at a time.
unsafe impl Sync for Ring {}

static RING: Ring = Ring(UnsafeCell::new([const { MaybeUninit::uninit() }; ROOM]));
static WRITTEN: AtomicUsize = AtomicUsize::new(0);
static READ: AtomicUsize = AtomicUsize::new(0);
/// The interrupt word that a signal sets, or null.
static WORD: AtomicPtr<AtomicU32> = AtomicPtr::new(std::ptr::null_mut());

/// Sets the word that a signal raises; null for none.
pub fn raise(word: *const AtomicU32) {
    WORD.store(word.cast_mut(), Ordering::Release);
}

/// The handler: notes the signal.
pub extern "C" fn note(_: i32, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    let at = WRITTEN.load(Ordering::Relaxed);
    if at - READ.load(Ordering::Acquire) == ROOM {
        return;
    }
    // SAFETY: the system's structure; a slot that nothing reads, by the check above.
    unsafe { (*RING.0.get())[at % ROOM] = MaybeUninit::new(*info) };
    WRITTEN.store(at + 1, Ordering::Release);
    let word = WORD.load(Ordering::Acquire);
    if !word.is_null() {
        // SAFETY: the word of a VM that takes it away before it goes.
        unsafe { (*word).store(1, Ordering::Relaxed) };
    }
}

/// Whether there is a signal.
pub fn any() -> bool {
    WRITTEN.load(Ordering::Acquire) != READ.load(Ordering::Relaxed)
}

/// Takes the signals that have come.
pub fn take() -> Vec<libc::siginfo_t> {
    let (from, to) = (READ.load(Ordering::Relaxed), WRITTEN.load(Ordering::Acquire));
    // SAFETY: these slots are written, and not written again until they count as read.
    let list = (from..to).map(|i| unsafe { (*RING.0.get())[i % ROOM].assume_init() }).collect();
    READ.store(to, Ordering::Release);
    list
}
