//! The memory of a VM.
//!
//! | file | subject |
//! |---|---|
//! | `front` | size-class free lists, popped and pushed inline: all that the hot path sees |
//! | `counted` | free blocks off the lists, counted for the usage |
//! | `heap` | runs, large blocks, accounts, limit, reclamation: the slow paths |
//! | `policy`, `arena`, `epoch` | what differs between servers and the command line |
//! | `manager` | [`MemoryManager`], which a VM owns; handles, blocks and guards for extensions |
//! | `roots`, `verify`, `debug` | who holds values, and the mode that checks every count |
//! | `release`, `objects` | counts reaching zero |
//!
//! One VM runs on a thread at a time, so the free lists are thread-local (measured: 2.6 ns for an allocation and its
//! release, performance.md section 3). Outside of a request the engine allocates what lives as long as the VM; between
//! [`MemoryManager::request_start`] and [`MemoryManager::request_end`] everything belongs to the request and goes with it.

pub mod arena;
mod counted;
mod debug;
pub mod epoch;
mod front;
mod heap;
mod large;
pub mod manager;
pub mod objects;
pub mod policy;
pub mod release;
pub mod roots;
mod verify;

#[cfg(test)]
mod tests;

pub use front::{Here, alloc, free, realloc, try_alloc};
pub use heap::{
    account, limit, over_limit, pace_gc, peak_usage, reset_peak, safepoint, set_interrupt_word, set_limit,
    take_gc_due, take_oom, trim, usage, would_exceed,
};
pub use manager::{Handle, HeapGuard, MemoryBlock, MemoryManager, SapiMode, guard};
pub use objects::*;
pub use release::{addref, release, val_addref, val_release};
pub use roots::GcRootProvider;

/// Blocks up to this many bytes come from size classes.
pub const MAX_SMALL: usize = 2048;
/// Bytes between size classes, and the alignment of every block.
const STEP: usize = 16;
const CLASSES: usize = MAX_SMALL / STEP + 1;

/// An allocation that the memory limit or the system refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory {
    /// Bytes asked for.
    pub tried: usize,
    /// The limit in force.
    pub limit: usize,
}

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Allowed memory size of {} bytes exhausted (tried to allocate {} bytes)",
            self.limit, self.tried
        )
    }
}

impl std::error::Error for OutOfMemory {}

/// Bit raised in the VM's interrupt word when memory ran out.
pub const INTERRUPT_OOM: u32 = 2;
/// Bit raised in the VM's interrupt word when growth asks for a collection.
pub const INTERRUPT_GC: u32 = 4;
