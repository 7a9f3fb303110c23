//! The system's allocator, where running out ends the process as PHP's does: with its fatal error and status 255, not with a
//! signal.
//!
//! `memory_limit` comes long before, except where it is off or larger than what the system gives.

use std::alloc::{GlobalAlloc, Layout, System};

/// For `#[global_allocator]` of a command.
#[derive(Debug)]
pub struct Allocator;

/// Bytes from which on glibc maps a block by itself, as PHP does with blocks of its chunks' size.
#[cfg(target_env = "gnu")]
const MAPPED: libc::c_int = 8 << 20;
/// Bytes of idle memory at the end of glibc's heap that it keeps.
#[cfg(target_env = "gnu")]
const IDLE: libc::c_int = 16 << 20;

/// Has the system's allocator keep what large arrays and strings leave behind: glibc's own measure, 128 KiB, has every array
/// of some thousand elements fault its pages in anew.
pub fn keep_idle_memory() {
    #[cfg(target_env = "gnu")]
    // SAFETY: sets two numbers of the allocator's.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED);
        libc::mallopt(libc::M_TRIM_THRESHOLD, IDLE);
    }
}

/// Says what PHP says (`zend_out_of_memory`), without allocating, and ends the process.
#[cold]
fn exhausted(size: usize) -> ! {
    let mut digits = [0; 20];
    let (mut at, mut left) = (digits.len(), size);
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    let parts: [&[u8]; 3] =
        [b"\nFatal error: Out of memory (tried to allocate ", &digits[at..], b" bytes)\n"];
    // SAFETY: live bytes; nothing of this process is used any more.
    unsafe {
        for p in parts {
            libc::write(1, p.as_ptr().cast(), p.len());
        }
        libc::_exit(255)
    }
}

fn got(p: *mut u8, size: usize) -> *mut u8 {
    if p.is_null() {
        exhausted(size);
    }
    p
}

// SAFETY: the system's allocator does it all.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's promise.
        got(unsafe { System.alloc(layout) }, layout.size())
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's promise.
        got(unsafe { System.alloc_zeroed(layout) }, layout.size())
    }

    #[inline]
    unsafe fn realloc(&self, p: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: by the caller's promise.
        got(unsafe { System.realloc(p, layout, size) }, size)
    }

    #[inline]
    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        // SAFETY: by the caller's promise.
        unsafe { System.dealloc(p, layout) }
    }
}
