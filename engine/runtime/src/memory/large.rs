//! Blocks above the size classes. Each has a link in front of it, so that the end of a request finds those that are left;
//! up to [`MEDIUM`] bytes dead ones are kept for reuse, because arrays and strings that grow go through these sizes all the
//! time and the system's allocator is several times slower than a list.

use super::STEP;
use super::policy::Dead;
use std::alloc::{Layout, alloc, dealloc, realloc};

/// Blocks up to this many bytes are kept on lists when they die.
const MEDIUM: usize = 64 * 1024;
/// Four classes a doubling, from 2 KiB on.
const CLASSES: usize = 20;
/// Bytes of dead medium blocks that are kept at most.
const KEEP: usize = 4 << 20;
/// Bytes from which on PHP maps a block by itself and counts it apart from its 2 MiB chunks.
const HUGE: usize = (2 << 20) - 4096;

#[repr(C, align(16))]
struct Link {
    prev: *mut Link,
    next: *mut Link,
    /// Bytes behind the link.
    size: usize,
}

/// The large blocks of a request, or of the engine.
pub(super) struct Large {
    /// The ring's own link: a boxed one, because its neighbours point to it.
    ring: *mut Link,
    lists: [*mut u8; CLASSES],
    /// Bytes of live blocks that PHP would place in chunks.
    pub(super) bytes: usize,
    /// Bytes of live blocks that PHP would map by themselves.
    pub(super) huge: usize,
    /// Bytes of dead blocks on the lists.
    pub(super) kept: usize,
}

/// Class of a medium block and the class's bytes.
fn class(size: usize) -> (usize, usize) {
    let log = (size - 1).ilog2();
    let step = 1usize << (log - 2);
    let up = size.div_ceil(step) * step;
    let within = up / step - 4;
    (((log - 11) as usize * 4 + within) - 1, up)
}

fn capacity(size: usize) -> usize {
    if size <= MEDIUM { class(size).1 } else { size }
}

fn layout(size: usize) -> Option<Layout> {
    Layout::from_size_align(size.checked_add(size_of::<Link>())?, STEP).ok()
}

/// Bytes as `memory_get_usage(true)` counts them: mapped blocks go by pages.
pub(super) fn counted(size: usize) -> usize {
    if size >= HUGE { size.next_multiple_of(4096) } else { size }
}

impl Large {
    pub(super) fn new() -> Large {
        let none = core::ptr::null_mut();
        let ring = Box::into_raw(Box::new(Link { prev: none, next: none, size: 0 }));
        // SAFETY: fresh.
        unsafe {
            (*ring).prev = ring;
            (*ring).next = ring;
        }
        Large { ring, lists: [core::ptr::null_mut(); CLASSES], bytes: 0, huge: 0, kept: 0 }
    }

    fn count(&mut self, size: usize, born: bool) {
        let sum = if size >= HUGE { &mut self.huge } else { &mut self.bytes };
        let n = counted(size);
        *sum = if born { *sum + n } else { sum.saturating_sub(n) };
    }

    /// A block of `size` bytes; null when the system refuses.
    pub(super) fn alloc(&mut self, size: usize) -> *mut u8 {
        if size <= MEDIUM {
            let (c, bytes) = class(size);
            let p = self.lists[c];
            if !p.is_null() {
                // SAFETY: a kept block's first word is the next one.
                self.lists[c] = unsafe { *p.cast::<*mut u8>() };
                self.kept -= bytes;
                self.count(size, true);
                return p;
            }
        }
        let bytes = capacity(size);
        let Some(layout) = layout(bytes) else { return core::ptr::null_mut() };
        // SAFETY: the size is not zero; the ring's links are alive.
        unsafe {
            let l = alloc(layout).cast::<Link>();
            if l.is_null() {
                return core::ptr::null_mut();
            }
            let next = (*self.ring).next;
            l.write(Link { prev: self.ring, next, size: bytes });
            (*next).prev = l;
            (*self.ring).next = l;
            self.count(size, true);
            l.add(1).cast()
        }
    }

    /// Takes a dead block back.
    ///
    /// # Safety
    /// It came from [`Large::alloc`] with that size, and nobody uses it.
    pub(super) unsafe fn free(&mut self, d: Dead) {
        self.count(d.size, false);
        if d.size <= MEDIUM {
            let (c, bytes) = class(d.size);
            if self.kept + bytes <= KEEP {
                // SAFETY: the block is large enough for a word.
                unsafe { *d.p.cast::<*mut u8>() = self.lists[c] };
                self.lists[c] = d.p;
                self.kept += bytes;
                return;
            }
        }
        // SAFETY: by the caller's promise.
        unsafe { unlink(d.p.cast::<Link>().sub(1)) }
    }

    /// Resizes a block; null when the system refuses (the old one stays).
    ///
    /// # Safety
    /// As [`Large::free`].
    pub(super) unsafe fn realloc(&mut self, p: *mut u8, old: usize, new: usize) -> *mut u8 {
        let (from, to) = (capacity(old), capacity(new));
        // SAFETY: by the caller's promise; the neighbours learn the block's new address.
        unsafe {
            if from != to {
                if old <= MEDIUM || new <= MEDIUM {
                    let q = self.alloc(new);
                    if !q.is_null() {
                        core::ptr::copy_nonoverlapping(p, q, old.min(new));
                        self.free(Dead { p, size: old });
                    }
                    return q;
                }
                let (Some(was), Some(is)) = (layout(from), layout(to)) else { return core::ptr::null_mut() };
                let l = realloc(p.cast::<Link>().sub(1).cast(), was, is.size()).cast::<Link>();
                if l.is_null() {
                    return core::ptr::null_mut();
                }
                (*l).size = to;
                (*(*l).prev).next = l;
                (*(*l).next).prev = l;
                self.count(old, false);
                self.count(new, true);
                return l.add(1).cast();
            }
            self.count(old, false);
            self.count(new, true);
            p
        }
    }

    /// Gives kept dead blocks back to the system; bytes given.
    pub(super) fn trim(&mut self) -> usize {
        for list in &mut self.lists {
            let mut p = std::mem::replace(list, core::ptr::null_mut());
            while !p.is_null() {
                // SAFETY: kept blocks are chained through their first word and are nobody's.
                unsafe {
                    let next = *p.cast::<*mut u8>();
                    unlink(p.cast::<Link>().sub(1));
                    p = next;
                }
            }
        }
        std::mem::take(&mut self.kept)
    }

    /// Gives every block back, live ones too.
    ///
    /// # Safety
    /// Nobody uses any of them any more.
    pub(super) unsafe fn clear(&mut self) {
        // SAFETY: by the caller's promise.
        unsafe {
            let mut l = (*self.ring).next;
            while l != self.ring {
                let next = (*l).next;
                unlink(l);
                l = next;
            }
        }
        self.lists = [core::ptr::null_mut(); CLASSES];
        (self.bytes, self.huge, self.kept) = (0, 0, 0);
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        // SAFETY: the heap goes away, and with it everything in it; the ring's own link was boxed.
        unsafe {
            self.clear();
            drop(Box::from_raw(self.ring));
        }
    }
}

/// Takes a block out of its ring and gives it back to the system.
unsafe fn unlink(l: *mut Link) {
    // SAFETY: the caller says that it is a block's link, and that nobody uses the block.
    unsafe {
        (*(*l).prev).next = (*l).next;
        (*(*l).next).prev = (*l).prev;
        if let Some(layout) = layout((*l).size) {
            dealloc(l.cast(), layout);
        }
    }
}
