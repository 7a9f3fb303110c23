//! Raw request memory for extensions.

use crate::{Ctx, R, host};

/// Bytes of request memory, counted against memory_limit, freed on drop.
pub struct MemoryBlock {
    ptr: *mut u8,
    len: usize,
}

const ALIGN: usize = 16;

impl Ctx {
    /// Allocates zeroed request memory; PHP's `Allowed memory size … exhausted` when the limit forbids it.
    pub fn alloc_bytes(&mut self, len: usize) -> R<MemoryBlock> {
        // SAFETY: plain numbers; a fresh block of that size is zeroed before anyone sees it.
        unsafe {
            let ptr = (host::val().alloc)(len.max(1), ALIGN);
            if ptr.is_null() {
                let limit = self.memory(4);
                return Err(self.fatal(format!(
                    "Allowed memory size of {limit} bytes exhausted (tried to allocate {len} bytes)"
                )));
            }
            ptr.write_bytes(0, len);
            Ok(MemoryBlock { ptr, len })
        }
    }
    /// Tells the engine of memory that the extension holds elsewhere; negative when it is given back.
    pub fn account_external(&mut self, delta: isize) {
        // SAFETY: plain number.
        unsafe { (host::val().account)(delta) }
    }
}

impl core::ops::Deref for MemoryBlock {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        // SAFETY: the block is ours and initialized.
        unsafe { core::slice::from_raw_parts(self.ptr, self.len) }
    }
}
impl core::ops::DerefMut for MemoryBlock {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: the block is ours and initialized.
        unsafe { core::slice::from_raw_parts_mut(self.ptr, self.len) }
    }
}
impl Drop for MemoryBlock {
    fn drop(&mut self) {
        // SAFETY: allocated with the same size and alignment.
        unsafe { (host::val().free)(self.ptr, self.len.max(1), ALIGN) }
    }
}
