//! Memory of syntax trees. A thread keeps what its last compilation took, so that one file after the other finds its memory
//! mapped already.

use bumpalo::Bump;
use std::alloc::Layout;
use std::cell::Cell;

thread_local! {
    static KEPT: Cell<Option<Bump>> = const { Cell::new(None) };
}

/// More than this is given back.
const KEEP: usize = 1 << 20;
/// Bytes that a tree takes for each byte of its source, mostly.
const PER_BYTE: usize = 6;
const HUGE_PAGE: usize = 2 << 20;

/// Calls `f` with memory for the tree of a source of `len` bytes.
pub(crate) fn with<R>(len: usize, f: impl FnOnce(&Bump) -> R) -> R {
    let wanted = len.saturating_mul(PER_BYTE);
    let mut arena = match KEPT.take() {
        Some(kept) if kept.chunk_capacity() >= wanted.min(KEEP / 2) => kept,
        _ if wanted >= HUGE_PAGE => huge(wanted),
        _ => Bump::with_capacity(wanted),
    };
    let r = f(&arena);
    arena.reset();
    if arena.chunk_capacity() <= KEEP {
        KEPT.set(Some(arena));
    }
    r
}

/// An arena in huge pages where the system has them: a large tree takes thousands of small ones.
fn huge(wanted: usize) -> Bump {
    let arena = Bump::with_capacity(wanted.next_multiple_of(HUGE_PAGE).saturating_add(HUGE_PAGE));
    #[cfg(target_os = "linux")]
    {
        // Chunks fill from their end.
        let end = arena.alloc_layout(Layout::new::<u8>()).as_ptr() as usize;
        let start = (end - arena.chunk_capacity()).next_multiple_of(HUGE_PAGE);
        if let Some(size) = (end / HUGE_PAGE * HUGE_PAGE).checked_sub(start) {
            let start = std::ptr::with_exposed_provenance_mut(start);
            // SAFETY: the range lies in the arena's chunk, whose contents the advice leaves alone. Without it, pages are small.
            let _ = unsafe { rustix::mm::madvise(start, size, rustix::mm::Advice::LinuxHugepage) };
        }
    }
    arena
}
