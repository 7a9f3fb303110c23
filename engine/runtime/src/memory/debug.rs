//! The heap's own checks, switched on by `HOWDAH_HEAP_DEBUG=1`: every block is recorded, a dead one is filled with a pattern
//! and kept back for a while, and the pattern is looked at before the block is used again.
//!
//! Found this way: blocks given back twice or with another size, writes into dead blocks, reads of them (the pattern is no
//! sensible count, tag or pointer), and blocks that a request leaves behind. What is found goes to standard error.

use super::policy::Dead;
use super::{CLASSES, MAX_SMALL, STEP};
use std::collections::{HashMap, VecDeque};

/// What dead bytes look like.
const POISON: u8 = 0xdb;
/// Bytes of dead blocks kept back.
const QUARANTINE: usize = 8 << 20;

/// A live block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Live {
    pub(super) size: usize,
    /// Request that allocated it.
    request: u32,
    /// Its number among all allocations.
    born: u64,
}

#[derive(Default)]
pub(super) struct Debug {
    live: HashMap<usize, Live>,
    quarantine: VecDeque<Dead>,
    quarantined: usize,
    lists: HashMap<usize, Vec<usize>>,
    clock: u64,
    pub(super) faults: u64,
}

/// Whether the environment asks for the checks.
pub(super) fn asked() -> bool {
    std::env::var_os("HOWDAH_HEAP_DEBUG").is_some_and(|v| !v.is_empty() && v != "0")
}

fn class_of(size: usize) -> usize {
    size.div_ceil(STEP).min(CLASSES)
}

impl Debug {
    pub(super) fn fault(&mut self, text: &str) {
        self.faults += 1;
        if self.faults <= 50 {
            eprintln!("heap: {text}");
        }
    }

    /// Notes an allocation.
    pub(super) fn born(&mut self, p: *mut u8, size: usize, request: u32) {
        self.clock += 1;
        let new = Live { size, request, born: self.clock };
        if let Some(old) = self.live.insert(p as usize, new) {
            self.fault(&format!("block {p:p} given out twice ({} and {size} bytes)", old.size));
        }
    }

    /// Notes a death and fills the block with the pattern.
    pub(super) fn died(&mut self, d: Dead) {
        match self.live.remove(&(d.p as usize)) {
            None => {
                self.fault(&format!("block {:p} of {} bytes given back, but it is not alive", d.p, d.size));
            }
            Some(l) => {
                let same =
                    if d.size <= MAX_SMALL { class_of(l.size) == class_of(d.size) } else { l.size == d.size };
                if !same {
                    self.fault(&format!("block {:p} of {} bytes given back as {}", d.p, l.size, d.size));
                }
                // SAFETY: dead, and at least that long.
                unsafe { d.p.write_bytes(POISON, l.size.min(d.size)) };
            }
        }
    }

    /// Keeps a dead block back. Small ones stay here for reuse; a large one that was kept long enough is given out.
    pub(super) fn quarantine(&mut self, d: Dead) -> Option<Dead> {
        self.quarantined += d.size;
        self.quarantine.push_back(d);
        if self.quarantined <= QUARANTINE {
            return None;
        }
        let old = self.quarantine.pop_front()?;
        self.quarantined -= old.size;
        self.check(old);
        if old.size > MAX_SMALL {
            return Some(old);
        }
        self.lists.entry(class_of(old.size)).or_default().push(old.p as usize);
        None
    }

    fn check(&mut self, d: Dead) {
        // SAFETY: kept back since its death, so it is still that long.
        let bytes = unsafe { std::slice::from_raw_parts(d.p, d.size) };
        if let Some(at) = bytes.iter().position(|&b| b != POISON) {
            let word = bytes[at];
            self.fault(&format!("dead block {:p} of {} bytes was written at {at} ({word:#x})", d.p, d.size));
        }
    }

    /// A block that was kept back long enough.
    pub(super) fn reuse(&mut self, size: usize) -> Option<*mut u8> {
        if size > MAX_SMALL {
            return None;
        }
        self.lists.get_mut(&class_of(size.max(1)))?.pop().map(|p| p as *mut u8)
    }

    /// Looks at everything kept back, and forgets all of it and all blocks of the request: they are gone.
    pub(super) fn request_end(&mut self, serial: u32) {
        for d in std::mem::take(&mut self.quarantine) {
            self.quarantined -= d.size;
        }
        self.lists.clear();
        self.live.retain(|_, l| l.request + 1 != serial);
    }

    /// Checks everything kept back.
    pub(super) fn check_quarantine(&mut self) {
        for d in self.quarantine.iter().copied().collect::<Vec<_>>() {
            self.check(d);
        }
    }

    /// Live blocks of request `serial` by order of their allocation: number, address, bytes.
    pub(super) fn of_request(&self, serial: u32) -> Vec<(u64, usize, usize)> {
        let mut all: Vec<_> = self
            .live
            .iter()
            .filter(|(_, l)| l.request == serial)
            .map(|(&p, l)| (l.born, p, l.size))
            .collect();
        all.sort_unstable();
        all
    }
}
