//! The policy of the command line: a worker that runs for months frees while it runs.
//!
//! While nobody borrows a block, a dead one goes straight to the free list (2.6 ns). While a guard is active it is
//! *retired*: put into a bag, and full bags go to `crossbeam-epoch` as one deferred function each (5.9 ns a block; one
//! `defer` an object costs 21 ns). The collector is the VM's own, with one participant: deferred functions run on whichever
//! thread collects and may touch only their own VM, and no stalled worker may hold everyone's garbage.
//!
//! With the run loop pinned, every dead block is retired, and a full bag is the moment to `repin` *and* `flush`: `repin`
//! alone never collects (2 GiB of growth). Within a guard `repin` has no effect, which is what the guard is for.

use super::policy::{Dead, HeapPolicy, RUN_MAX, Run};
use crossbeam_epoch::{Collector, Guard, LocalHandle};
use std::alloc::{Layout, alloc, dealloc};
use std::cell::RefCell;
use std::rc::Rc;

/// Blocks of a full bag.
pub const BAG: usize = 256;
/// Bytes at which a bag counts as full before it has that many blocks.
const BAG_BYTES: usize = 1 << 20;

/// Bags whose epoch has passed, on their way to the free lists.
type Ripe = RefCell<Vec<Vec<Dead>>>;

/// See the module's text.
pub struct EpochGcPolicy {
    // Guards go before the handle they came from; the handle holds the collector, whose last functions want `ripe`.
    guard: Option<Guard>,
    pin: Option<Guard>,
    handle: LocalHandle,
    ripe: Rc<Ripe>,
    bag: Vec<Dead>,
    bag_bytes: usize,
    retired: usize,
    /// Of the engine: outlive requests.
    engine: Vec<Run>,
    used: Vec<Run>,
    spare: Vec<Run>,
}

impl Default for EpochGcPolicy {
    fn default() -> EpochGcPolicy {
        EpochGcPolicy::new()
    }
}

fn run_layout(len: usize) -> Layout {
    Layout::from_size_align(len, 4096).unwrap_or(Layout::new::<u128>())
}

fn free_run(r: &Run) {
    // SAFETY: the run came from `alloc` with this layout, and the caller says that nobody uses it.
    unsafe { dealloc(r.start as *mut u8, run_layout(r.len)) }
}

impl EpochGcPolicy {
    /// A policy with a collector of its own.
    pub fn new() -> EpochGcPolicy {
        let collector = Collector::new();
        EpochGcPolicy {
            guard: None,
            pin: None,
            handle: collector.register(),
            ripe: Rc::default(),
            bag: Vec::with_capacity(BAG),
            bag_bytes: 0,
            retired: 0,
            engine: Vec::new(),
            used: Vec::new(),
            spare: Vec::new(),
        }
    }

    /// Hands the bag to the collector; collects what earlier epochs left.
    fn hand_over(&mut self, free: &mut Vec<Dead>) {
        let bag = std::mem::replace(&mut self.bag, Vec::with_capacity(BAG));
        self.bag_bytes = 0;
        let ripe = Rc::as_ptr(&self.ripe);
        let guard = self.handle.pin();
        // SAFETY: the function runs on this thread, whose participant is the collector's only one, or when the collector
        // is dropped; `ripe` is dropped after both.
        unsafe { guard.defer_unchecked(move || (*ripe).borrow_mut().push(bag)) };
        drop(guard);
        if let Some(g) = &mut self.pin {
            g.repin();
            g.flush();
        } else if let Some(g) = &mut self.guard {
            g.flush();
        }
        self.gather(free);
    }

    fn gather(&mut self, free: &mut Vec<Dead>) {
        for bag in self.ripe.borrow_mut().drain(..) {
            self.retired -= bag.len();
            free.extend(bag);
        }
    }

    /// Lets everything that was deferred ripen. No guard is active: two advances of the epoch pass all of it, and each
    /// flush runs a few of the collector's bags.
    fn drain(&mut self, free: &mut Vec<Dead>) {
        for _ in 0..self.retired / BAG + 3 {
            if self.retired == self.bag.len() {
                break;
            }
            if let Some(g) = &mut self.pin {
                g.repin();
                g.flush();
            } else {
                self.handle.pin().flush();
            }
            self.gather(free);
        }
    }
}

impl HeapPolicy for EpochGcPolicy {
    fn name(&self) -> &'static str {
        "epoch"
    }

    fn run(&mut self) -> Option<Run> {
        let run = match self.spare.pop() {
            Some(r) => r,
            None => {
                // SAFETY: the size is not zero.
                let p = unsafe { alloc(run_layout(RUN_MAX)) };
                if p.is_null() {
                    return None;
                }
                Run { start: p as usize, len: RUN_MAX }
            }
        };
        self.used.push(run);
        Some(run)
    }

    fn runs(&self) -> Vec<Run> {
        self.used.clone()
    }

    fn release(&mut self, idle: &[Run]) {
        self.used.retain(|r| !idle.contains(r));
        idle.iter().for_each(free_run);
    }

    fn guard_open(&mut self) {
        self.guard = Some(self.handle.pin());
    }

    fn retire(&mut self, dead: Dead, free: &mut Vec<Dead>) {
        self.retired += 1;
        self.bag_bytes += dead.size;
        self.bag.push(dead);
        if self.bag.len() >= BAG || self.bag_bytes >= BAG_BYTES {
            self.hand_over(free);
        }
    }

    fn guard_close(&mut self, free: &mut Vec<Dead>) {
        self.guard = None;
        if self.pin.is_none() {
            // Nobody can have borrowed what is left in the bag.
            self.retired -= self.bag.len();
            self.bag_bytes = 0;
            free.append(&mut self.bag);
            self.drain(free);
        }
    }

    fn pin(&mut self, on: bool) {
        self.pin = on.then(|| self.handle.pin());
    }

    fn safepoint(&mut self, free: &mut Vec<Dead>) {
        if self.guard.is_none() && self.retired > 0 {
            if !self.bag.is_empty() {
                self.hand_over(free);
            }
            self.drain(free);
        }
    }

    fn retired(&self) -> usize {
        self.retired
    }

    fn request_start(&mut self) {
        self.engine.append(&mut self.used);
    }

    fn request_end(&mut self) {
        self.guard = None;
        // What is retired lies in runs and large blocks that go as a whole.
        self.retired -= self.bag.len();
        self.bag.clear();
        self.bag_bytes = 0;
        self.drain(&mut Vec::new());
        self.retired = 0;
        // The command line has one request as a rule: keep a little, give the rest back.
        self.spare.append(&mut self.used);
        for r in self.spare.drain(self.spare.len().min(4)..) {
            free_run(&r);
        }
    }

    fn trim(&mut self) -> usize {
        self.spare
            .drain(..)
            .map(|r| {
                free_run(&r);
                r.len
            })
            .sum()
    }
}

impl Drop for EpochGcPolicy {
    fn drop(&mut self) {
        self.guard = None;
        self.pin = None;
        self.engine.iter().chain(&self.used).chain(&self.spare).for_each(free_run);
    }
}
