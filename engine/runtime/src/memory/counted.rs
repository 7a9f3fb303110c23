//! Free blocks that have been counted: what is handed out is what runs hold less the free blocks, and a program that asks
//! for its usage again and again (a test runner does at every event) must not walk every free list each time. Counting
//! therefore takes the blocks off the front's lists; they come back a batch at a time once a list there is empty, so that a
//! block is walked again only after it was at hand, and the inline paths keep no count.

use super::STEP;
use super::front::{EMPTY, Lists};

/// Blocks that come back at once.
const BATCH: usize = 64;

/// Chains of free blocks by class, and their number.
pub(super) struct Counted {
    heads: Lists,
    numbers: [usize; super::CLASSES],
}

impl Counted {
    pub(super) const fn new() -> Counted {
        Counted { heads: EMPTY, numbers: [0; super::CLASSES] }
    }

    /// Takes all blocks off `lists`.
    pub(super) fn take(&mut self, lists: &mut Lists) {
        for (class, list) in lists.iter_mut().enumerate() {
            if let Some((number, last)) = measure(*list, usize::MAX) {
                // SAFETY: a free block, whose first word is the next one.
                unsafe { *last.cast::<*mut u8>() = self.heads[class] };
                self.heads[class] = std::mem::replace(list, core::ptr::null_mut());
                self.numbers[class] += number;
            }
        }
    }

    /// Bytes of the blocks.
    pub(super) fn bytes(&self) -> usize {
        self.numbers.iter().enumerate().map(|(class, n)| n * class * STEP).sum()
    }

    /// Takes a block of `class`, whose list of `lists` is empty, and puts some more on the list.
    pub(super) fn refill(&mut self, lists: &mut Lists, class: usize) -> Option<*mut u8> {
        let block = self.heads[class];
        let (number, last) = measure(block, BATCH)?;
        // SAFETY: free blocks, whose first words are the next ones.
        unsafe {
            self.heads[class] = std::mem::replace(&mut *last.cast::<*mut u8>(), core::ptr::null_mut());
            lists[class] = *block.cast::<*mut u8>();
        }
        self.numbers[class] -= number;
        Some(block)
    }

    /// Puts all blocks back on `lists`.
    pub(super) fn give_back(&mut self, lists: &mut Lists) {
        self.take(lists);
        *lists = std::mem::replace(self, Counted::new()).heads;
    }
}

/// Length and last block of a chain of free blocks, or of as many as `most` of it.
fn measure(head: *mut u8, most: usize) -> Option<(usize, *mut u8)> {
    let mut number = 0;
    let last = super::heap::chain(head).take(most).inspect(|_| number += 1).last()?;
    Some((number, last))
}
