//! The heap of a VM: size-class free lists over chunks, with PHP's accounting and limit.
//!
//! One VM runs on a thread at a time, so the free lists are thread-local and popped inline (measured: 2.6 ns for an
//! allocation and its release, performance.md section 3). What differs between hosts (when dead memory may be used again,
//! what the end of a request does) is the matter of [`policy`].

pub mod objects;
pub mod release;

pub use objects::*;
pub use release::{addref, release, val_addref, val_release};

use std::alloc::{Layout, alloc as sys_alloc, dealloc as sys_dealloc, realloc as sys_realloc};
use std::cell::{Cell, UnsafeCell};

/// Blocks up to this many bytes come from size classes.
pub const MAX_SMALL: usize = 2048;
/// Bytes between size classes, and the alignment of every block.
const STEP: usize = 16;
const CLASSES: usize = MAX_SMALL / STEP + 1;
/// Bytes of a chunk.
pub const CHUNK: usize = 256 * 1024;

struct Lists(UnsafeCell<[*mut u8; CLASSES]>);

thread_local! {
    static FREE: Lists = const { Lists(UnsafeCell::new([core::ptr::null_mut(); CLASSES])) };
    static HEAP: UnsafeCell<Heap> = const { UnsafeCell::new(Heap::new()) };
    static INTERRUPT: Cell<*const std::sync::atomic::AtomicU32> = const { Cell::new(core::ptr::null()) };
}

/// A thread's heap: where chunks come from, and the accounts.
pub struct Heap {
    bump: usize,
    bump_end: usize,
    chunks: Vec<usize>,
    /// Bytes in chunks.
    chunk_bytes: usize,
    /// Bytes in large blocks.
    large_bytes: usize,
    /// Bytes handed out of chunks and not on a free list is not tracked per block; `small_live` counts blocks' bytes.
    peak: usize,
    limit: usize,
    /// Set when an allocation went over the limit: bytes asked for.
    oom_pending: usize,
    /// Bytes that the VM counts itself (its stack).
    external: usize,
}

/// An allocation that the memory limit or the system refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory {
    /// Bytes asked for.
    pub tried: usize,
    /// The limit in force.
    pub limit: usize,
}

/// Bit raised in the VM's interrupt word when memory ran out.
pub const INTERRUPT_OOM: u32 = 2;

impl Heap {
    const fn new() -> Heap {
        Heap {
            bump: 0,
            bump_end: 0,
            chunks: Vec::new(),
            chunk_bytes: 0,
            large_bytes: 0,
            peak: 0,
            limit: usize::MAX,
            oom_pending: 0,
            external: 0,
        }
    }

    fn total(&self) -> usize {
        self.chunk_bytes + self.large_bytes + self.external
    }

    fn grew(&mut self, tried: usize) {
        let t = self.total();
        self.peak = self.peak.max(t);
        if t > self.limit && self.oom_pending == 0 {
            self.oom_pending = tried;
            let flag = INTERRUPT.get();
            if !flag.is_null() {
                // SAFETY: the VM registered its interrupt word and unregisters it before it goes away.
                unsafe { (*flag).fetch_or(INTERRUPT_OOM, std::sync::atomic::Ordering::Relaxed) };
            }
        }
    }
}

fn heap<R>(f: impl FnOnce(&mut Heap) -> R) -> R {
    HEAP.with(|h| {
        // SAFETY: the closures passed in this module neither re-enter nor leak the reference.
        f(unsafe { &mut *h.get() })
    })
}

/// Registers the word in which [`INTERRUPT_OOM`] is raised; null unregisters.
pub fn set_interrupt_word(word: *const std::sync::atomic::AtomicU32) {
    INTERRUPT.set(word);
}

/// Takes the pending out-of-memory condition, if any.
pub fn take_oom() -> Option<OutOfMemory> {
    heap(|h| {
        let tried = std::mem::take(&mut h.oom_pending);
        (tried != 0).then_some(OutOfMemory { tried, limit: h.limit })
    })
}

/// A block of `size` bytes, 16-byte aligned. Never null: over the memory limit the block is still given, and the VM's
/// interrupt word asks it to raise the fatal at the next safepoint. Callers that can ask for much use [`try_alloc`].
#[inline(always)]
pub fn alloc(size: usize) -> *mut u8 {
    if size <= MAX_SMALL {
        let class = size.div_ceil(STEP);
        let p = FREE.with(|l| {
            // SAFETY: thread-local, and no reference outlives this closure.
            let head = unsafe { &mut (*l.0.get())[class] };
            let p = *head;
            if !p.is_null() {
                // SAFETY: a free block's first word is the next free block.
                *head = unsafe { *p.cast::<*mut u8>() };
            }
            p
        });
        if !p.is_null() {
            return p;
        }
    }
    alloc_slow(size)
}

#[cold]
#[inline(never)]
fn alloc_slow(size: usize) -> *mut u8 {
    if size > MAX_SMALL {
        let p = heap(|h| {
            h.large_bytes += size;
            h.grew(size);
            // SAFETY: size is not zero.
            unsafe { sys_alloc(layout(size)) }
        });
        if p.is_null() {
            std::alloc::handle_alloc_error(layout(size));
        }
        return p;
    }
    let size = size.div_ceil(STEP).max(1) * STEP;
    heap(|h| {
        if h.bump_end - h.bump < size {
            // SAFETY: CHUNK is not zero.
            let c = unsafe { sys_alloc(layout(CHUNK)) };
            if c.is_null() {
                std::alloc::handle_alloc_error(layout(CHUNK));
            }
            h.chunks.push(c as usize);
            h.chunk_bytes += CHUNK;
            h.bump = c as usize;
            h.bump_end = c as usize + CHUNK;
            h.grew(size);
        }
        let p = h.bump;
        h.bump += size;
        p as *mut u8
    })
}

fn layout(size: usize) -> Layout {
    Layout::from_size_align(size, STEP).unwrap_or(Layout::new::<u128>())
}

/// As [`alloc`], but refuses what the limit does not allow.
pub fn try_alloc(size: usize) -> Result<*mut u8, OutOfMemory> {
    if size > MAX_SMALL {
        let (over, limit) = heap(|h| (h.total().saturating_add(size) > h.limit, h.limit));
        if over || size > isize::MAX as usize - STEP {
            heap(|h| h.oom_pending = 0);
            return Err(OutOfMemory { tried: size, limit });
        }
    }
    Ok(alloc(size))
}

/// Gives a block back. `size` is what was asked for.
///
/// # Safety
/// `p` came from this module with the same size, and nobody uses it any more.
#[inline(always)]
pub unsafe fn free(p: *mut u8, size: usize) {
    if size <= MAX_SMALL {
        let class = size.div_ceil(STEP);
        FREE.with(|l| {
            // SAFETY: thread-local; the block is ours and at least one word long.
            unsafe {
                let head = &mut (*l.0.get())[class];
                *p.cast::<*mut u8>() = *head;
                *head = p;
            }
        });
    } else {
        // SAFETY: by the caller's promise.
        unsafe { free_large(p, size) }
    }
}

#[cold]
#[inline(never)]
unsafe fn free_large(p: *mut u8, size: usize) {
    heap(|h| h.large_bytes -= size);
    // SAFETY: by the caller's promise.
    unsafe { sys_dealloc(p, layout(size)) }
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
            heap(|h| {
                h.large_bytes = h.large_bytes - old + new;
                h.grew(new);
            });
            let q = sys_realloc(p, layout(old), new);
            if q.is_null() {
                std::alloc::handle_alloc_error(layout(new));
            }
            return q;
        }
        let q = alloc(new);
        core::ptr::copy_nonoverlapping(p, q, old.min(new));
        free(p, old);
        q
    }
}

/// Sets the memory limit in bytes; `usize::MAX` for none.
pub fn set_limit(limit: usize) {
    heap(|h| h.limit = limit);
}

/// The memory limit in bytes.
pub fn limit() -> usize {
    heap(|h| h.limit)
}

/// Counts bytes that the VM holds outside the heap (its stack); negative gives back.
pub fn account(delta: isize) {
    heap(|h| {
        h.external = h.external.wrapping_add_signed(delta);
        if delta > 0 {
            h.grew(delta as usize);
        }
    });
}

/// Bytes in use: all chunks and large blocks (`real`), or without what is unused in them.
pub fn usage(real: bool) -> usize {
    let idle = if real { 0 } else { idle_bytes() };
    heap(|h| h.total() - idle.min(h.total()))
}

/// Highest [`usage`] so far.
pub fn peak_usage() -> usize {
    heap(|h| h.peak)
}

/// Forgets the peak.
pub fn reset_peak() {
    heap(|h| h.peak = h.total());
}

fn idle_bytes() -> usize {
    let lists: usize = FREE.with(|l| {
        // SAFETY: thread-local, walked only here.
        let lists = unsafe { &*l.0.get() };
        lists
            .iter()
            .enumerate()
            .map(|(class, &head)| {
                let (mut n, mut p) = (0, head);
                while !p.is_null() {
                    n += 1;
                    // SAFETY: free blocks are chained through their first word.
                    p = unsafe { *p.cast::<*mut u8>() };
                }
                n * class * STEP
            })
            .sum()
    });
    lists + heap(|h| h.bump_end - h.bump)
}
