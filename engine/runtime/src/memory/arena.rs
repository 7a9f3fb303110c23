//! The policy of servers: runs come from `bumpalo`, dead blocks go back to the free lists at once, and the end of a
//! request drops everything by forgetting it.
//!
//! Bumping alone, without reuse, needs 1.25 GB where the free lists above need 76 KiB (performance.md section 3), so
//! bumpalo serves as the provider of runs only. `Bump::reset` keeps just its newest chunk, hence one `Bump` a chunk and a
//! list of them here. As many as the last requests needed on average are kept, as php-src's `zend_mm_shutdown` does.

use super::policy::{Dead, HeapPolicy, RUN_MAX, RUN_MIN, Run};
use bumpalo::Bump;
use std::alloc::Layout;

/// See the module's text.
#[derive(Default)]
pub struct ArenaPolicy {
    /// Of the engine: outlive requests.
    engine: Vec<(Bump, Run)>,
    /// In use.
    used: Vec<(Bump, Run)>,
    /// Kept for the next request.
    spare: Vec<Bump>,
    /// Dead blocks that an active guard holds.
    held: Vec<Dead>,
    /// Runs that a request needed lately, on average, in sixteenths.
    average: usize,
    guarded: bool,
    pinned: bool,
}

impl ArenaPolicy {
    /// An arena that holds nothing yet.
    pub fn new() -> ArenaPolicy {
        ArenaPolicy::default()
    }

    /// Chunks kept for the next request.
    pub fn spare(&self) -> usize {
        self.spare.len()
    }
}

fn whole(bump: &Bump) -> Option<Run> {
    let len = bump.chunk_capacity() & !15;
    let layout = Layout::from_size_align(len, 16).ok()?;
    let p = bump.try_alloc_layout(layout).ok()?;
    Some(Run { start: p.as_ptr() as usize, len })
}

impl HeapPolicy for ArenaPolicy {
    fn name(&self) -> &'static str {
        "arena"
    }

    fn run(&mut self) -> Option<Run> {
        let bump = match self.spare.pop() {
            Some(b) => b,
            None => {
                // Small requests stay small: two of 64 KiB, two of 128, then 256.
                let len = (RUN_MIN << (self.used.len() / 2).min(2)).min(RUN_MAX);
                // Room for bumpalo's own footer within a round number of pages.
                Bump::try_with_capacity(len - 128).ok()?
            }
        };
        let run = whole(&bump)?;
        self.used.push((bump, run));
        Some(run)
    }

    fn runs(&self) -> Vec<Run> {
        self.used.iter().map(|u| u.1).collect()
    }

    fn release(&mut self, idle: &[Run]) {
        let (idle, used) = std::mem::take(&mut self.used).into_iter().partition(|u| idle.contains(&u.1));
        self.used = used;
        drop(idle);
    }

    fn guard_open(&mut self) {
        self.guarded = true;
    }

    fn retire(&mut self, dead: Dead, free: &mut Vec<Dead>) {
        if self.guarded {
            self.held.push(dead);
        } else {
            free.push(dead);
        }
    }

    fn guard_close(&mut self, free: &mut Vec<Dead>) {
        self.guarded = false;
        free.append(&mut self.held);
    }

    fn pin(&mut self, on: bool) {
        self.pinned = on;
    }

    fn safepoint(&mut self, free: &mut Vec<Dead>) {
        free.append(&mut self.held);
    }

    fn retired(&self) -> usize {
        self.held.len()
    }

    fn request_start(&mut self) {
        self.engine.append(&mut self.used);
    }

    fn request_end(&mut self) {
        self.held.clear();
        self.guarded = false;
        let needed = self.used.len() * 16;
        self.average = if self.average == 0 { needed } else { (self.average * 7 + needed) / 8 };
        let keep = self.average.div_ceil(16) + 1;
        for (mut bump, _) in self.used.drain(..).rev() {
            if self.spare.len() < keep {
                bump.reset();
                self.spare.push(bump);
            }
        }
        self.spare.truncate(keep);
    }

    fn trim(&mut self) -> usize {
        self.spare.drain(..).map(|b| b.allocated_bytes()).sum()
    }
}
