//! The heap behind the free lists: carving of runs, large blocks, accounts and limit, and what happens when memory runs out.
//!
//! Accounts follow PHP's: *real* usage is what was taken from the system, in 2 MiB chunks plus blocks mapped by themselves;
//! usage proper is what is handed out. The memory limit goes by real usage.

use super::counted::Counted;
use super::debug::Debug;
use super::front::{self, EMPTY, Lists};
use super::large::{self, Large};
use super::objects::Table;
use super::policy::{Dead, HeapPolicy, RUN_MIN, Run};
use super::{INTERRUPT_GC, INTERRUPT_OOM, MAX_SMALL, OutOfMemory, STEP};
use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};

/// PHP takes memory from the system in chunks of this size.
const PHP_CHUNK: usize = 2 << 20;
/// Growth since the last collection that starts one, at least.
const GC_BYTES: usize = 32 << 20;

thread_local! {
    static BACK: Cell<*mut Heap> = const { Cell::new(core::ptr::null_mut()) };
}

/// What belongs to a request, or to the engine outside of requests.
pub(super) struct Region {
    /// Free lists, while the region is not the thread's current one.
    lists: Lists,
    /// Free blocks that are on no list.
    counted: Counted,
    bump: usize,
    bump_end: usize,
    pub(super) large: Large,
    /// Bytes of the runs.
    small: usize,
    pub(super) table: Table,
    pub(super) gc: crate::gc::Gc,
}

impl Region {
    fn new() -> Region {
        Region {
            lists: EMPTY,
            counted: Counted::new(),
            bump: 0,
            bump_end: 0,
            large: Large::new(),
            small: 0,
            table: Table::new(),
            gc: crate::gc::Gc::new(),
        }
    }

    /// Swaps what the thread keeps at hand with what is parked here.
    fn swap_in(&mut self) {
        front::lists(|l| std::mem::swap(l, &mut self.lists));
        super::objects::swap_table(&mut self.table);
        crate::gc::swap(&mut self.gc);
    }
}

/// A VM's heap.
pub(super) struct Heap {
    pub(super) policy: Box<dyn HeapPolicy>,
    pub(super) current: Region,
    /// The engine's own region while a request runs.
    engine: Option<Region>,
    /// Requests so far.
    pub(super) serial: u32,
    pub(super) guards: u32,
    pub(super) pinned: bool,
    limit: usize,
    /// Bytes of an allocation that went over the limit and was given all the same.
    oom_pending: usize,
    /// Bytes that the VM counts itself (its stack).
    external: usize,
    peak_real: usize,
    peak_used: usize,
    /// Real usage when `peak_used` was taken last.
    sampled: usize,
    /// Usage at which a collection is due.
    gc_at: usize,
    gc_due: bool,
    interrupt: *const AtomicU32,
    /// Blocks on their way back to the free lists.
    ripe: Vec<Dead>,
    pub(super) debug: Option<Debug>,
}

impl Heap {
    pub(super) fn new(policy: Box<dyn HeapPolicy>, debug: bool) -> Heap {
        Heap {
            policy,
            current: Region::new(),
            engine: None,
            serial: 0,
            guards: 0,
            pinned: false,
            limit: usize::MAX,
            oom_pending: 0,
            external: 0,
            peak_real: 0,
            peak_used: 0,
            sampled: 0,
            gc_at: GC_BYTES,
            gc_due: false,
            interrupt: core::ptr::null(),
            ripe: Vec::new(),
            debug: debug.then(Debug::default),
        }
    }

    fn chunked(&self) -> usize {
        self.current.small + self.current.large.bytes + self.current.large.kept + self.external
    }

    /// Real usage, were `more` bytes added to the chunks.
    fn real_with(&self, more: usize) -> usize {
        (self.chunked() + more).next_multiple_of(PHP_CHUNK) + self.current.large.huge
    }

    fn over(&self, size: usize) -> bool {
        let counted = large::counted(size);
        let (chunked, huge) = if counted == size { (size, 0) } else { (0, counted) };
        self.real_with(chunked).saturating_add(huge) > self.limit
    }

    /// Notes growth: peaks, the limit, the collector's pace.
    fn grew(&mut self, tried: usize) {
        let real = self.real_with(0);
        self.peak_real = self.peak_real.max(real);
        if real > self.limit && self.oom_pending == 0 {
            self.oom_pending = tried;
            self.raise(INTERRUPT_OOM);
        }
        let total = self.chunked() + self.current.large.huge;
        // A walk of the free lists at every eighth of growth costs a constant share.
        if total >= self.sampled + self.sampled / 8 {
            self.sampled = total;
            self.peak_used = self.peak_used.max(self.used());
        }
        if total > self.gc_at && !self.gc_due {
            self.gc_due = true;
            self.raise(INTERRUPT_GC);
        }
    }

    fn raise(&self, bit: u32) {
        if !self.interrupt.is_null() {
            // SAFETY: the VM registered its interrupt word and unregisters it before it goes away.
            unsafe { (*self.interrupt).fetch_or(bit, Ordering::Relaxed) };
        }
    }

    /// Bytes handed out.
    fn used(&mut self) -> usize {
        front::lists(|l| self.current.counted.take(l));
        let idle = self.current.counted.bytes();
        let tail = self.current.bump_end - self.current.bump;
        let total = self.current.small + self.current.large.bytes + self.current.large.huge + self.external;
        total.saturating_sub(idle + tail)
    }

    /// Carves a small block; `None` when the system refuses.
    fn carve(&mut self, size: usize) -> Option<*mut u8> {
        let size = size.div_ceil(STEP).max(1) * STEP;
        if self.current.bump_end - self.current.bump < size {
            let run = self.policy.run()?;
            self.retire_tail();
            self.current.small += run.len;
            self.current.bump = run.start;
            self.current.bump_end = run.start + run.len;
            self.grew(size);
        }
        let p = self.current.bump;
        self.current.bump += size;
        Some(p as *mut u8)
    }

    /// A small block that was counted, if there is one of its class.
    fn refill(&mut self, size: usize) -> Option<*mut u8> {
        let class = size.div_ceil(STEP);
        front::lists(|l| if l[class].is_null() { self.current.counted.refill(l, class) } else { None })
    }

    /// What is left of a run becomes a free block.
    fn retire_tail(&mut self) {
        let tail = self.current.bump_end - self.current.bump;
        if (STEP..=MAX_SMALL).contains(&tail) && self.debug.is_none() {
            let p = self.current.bump as *mut u8;
            // SAFETY: the tail of our run, smaller than the block that did not fit, so of a small class.
            front::lists(|l| unsafe { front::push(l, p, tail / STEP) });
        }
        self.current.bump = self.current.bump_end;
    }

    /// Puts blocks back for reuse.
    fn reuse(&mut self, d: Dead) {
        let d = match &mut self.debug {
            Some(debug) => match debug.quarantine(d) {
                Some(d) => d,
                None => return,
            },
            None => d,
        };
        if d.size <= MAX_SMALL {
            // SAFETY: the block is dead, and its policy says that nobody borrows it.
            front::lists(|l| unsafe { front::push(l, d.p, d.size.div_ceil(STEP)) });
        } else {
            // SAFETY: as above.
            unsafe { self.current.large.free(d) };
        }
    }

    /// Runs a policy's step and puts back what it gives free.
    fn step(&mut self, f: impl FnOnce(&mut dyn HeapPolicy, &mut Vec<Dead>)) {
        let mut ripe = std::mem::take(&mut self.ripe);
        f(&mut *self.policy, &mut ripe);
        for d in ripe.drain(..) {
            self.reuse(d);
        }
        self.ripe = ripe;
    }

    fn set_straight(&self) {
        front::set_straight(self.guards == 0 && !self.pinned && self.debug.is_none());
    }

    /// Finds runs without a live block and gives them back, with all other cached memory; bytes given.
    fn trim(&mut self) -> usize {
        let mut given = self.current.large.trim();
        if self.debug.is_none() && self.policy.retired() == 0 {
            let mut runs = self.policy.runs();
            runs.sort_by_key(|r| r.start);
            let idle = front::lists(|l| {
                self.current.counted.give_back(l);
                idle_runs(l, &runs)
            });
            self.policy.release(&idle);
            given += idle.iter().map(|r| r.len).sum::<usize>();
            self.current.small -= idle.iter().map(|r| r.len).sum::<usize>();
        }
        given + self.policy.trim()
    }
}

/// The blocks of a free list.
pub(super) fn chain(head: *mut u8) -> impl Iterator<Item = *mut u8> {
    // SAFETY: free blocks are chained through their first word.
    let next = |&p: &*mut u8| Some(unsafe { *p.cast::<*mut u8>() }).filter(|n| !n.is_null());
    std::iter::successors(Some(head).filter(|p| !p.is_null()), next)
}

/// Runs all of whose bytes are on the free lists; their blocks are taken off the lists.
fn idle_runs(lists: &mut Lists, runs: &[Run]) -> Vec<Run> {
    let of = |p: *mut u8| runs.partition_point(|r| r.start <= p as usize).checked_sub(1);
    let inside = |i: &usize, p: *mut u8| (p as usize) < runs[*i].start + runs[*i].len;
    let mut idle = vec![0usize; runs.len()];
    for (class, &head) in lists.iter().enumerate() {
        for p in chain(head) {
            if let Some(i) = of(p).filter(|i| inside(i, p)) {
                idle[i] += class * STEP;
            }
        }
    }
    let whole: Vec<bool> = runs.iter().zip(&idle).map(|(r, &n)| n == r.len).collect();
    for head in lists.iter_mut() {
        let mut kept = core::ptr::null_mut();
        for p in chain(*head).collect::<Vec<_>>() {
            if !of(p).filter(|i| inside(i, p)).is_some_and(|i| whole[i]) {
                // SAFETY: a free block.
                unsafe { *p.cast::<*mut u8>() = kept };
                kept = p;
            }
        }
        *head = kept;
    }
    runs.iter().zip(whole).filter_map(|(r, w)| w.then_some(*r)).collect()
}

/// Runs `f` on this thread's heap; a thread without a VM (tools, tests) gets one that lives as long as its process.
pub(super) fn with<R>(f: impl FnOnce(&mut Heap) -> R) -> R {
    let mut p = BACK.get();
    if p.is_null() {
        p = Box::into_raw(Box::new(Heap::new(
            Box::new(super::epoch::EpochGcPolicy::new()),
            super::debug::asked(),
        )));
        BACK.set(p);
        // SAFETY: just made.
        unsafe { (*p).set_straight() };
    }
    // SAFETY: the heap is this thread's and alive; the closures of this folder do not re-enter.
    f(unsafe { &mut *p })
}

/// Makes `heap` the thread's own, parking the one before.
pub(super) fn activate(heap: *mut Heap) {
    let old = BACK.get();
    if old == heap {
        return;
    }
    // SAFETY: both are null or alive.
    unsafe {
        if !old.is_null() {
            (*old).current.swap_in();
        }
        BACK.set(heap);
        if heap.is_null() {
            front::set_straight(true);
        } else {
            (*heap).current.swap_in();
            (*heap).set_straight();
        }
    }
}

/// Whether `heap` is the thread's own at the moment.
pub(super) fn is_active(heap: *const Heap) -> bool {
    core::ptr::eq(BACK.get(), heap)
}

#[cold]
#[inline(never)]
pub(super) fn alloc_slow(size: usize) -> *mut u8 {
    let p = match attempt(size) {
        Some(p) => p,
        None => {
            reclaim();
            match attempt(size) {
                Some(p) => p,
                None => std::alloc::handle_alloc_error(std::alloc::Layout::new::<u128>()),
            }
        }
    };
    with(|h| {
        let serial = h.serial;
        if let Some(d) = &mut h.debug {
            d.born(p, size, serial);
        }
    });
    p
}

/// One attempt at a block; over the limit it is tried to make room first.
fn attempt(size: usize) -> Option<*mut u8> {
    if let Some(p) = with(|h| h.debug.as_mut().and_then(|d| d.reuse(size))) {
        return Some(p);
    }
    if size <= MAX_SMALL
        && let Some(p) = with(|h| h.refill(size))
    {
        return Some(p);
    }
    let room = if size > MAX_SMALL { size } else { RUN_MIN };
    if with(|h| h.oom_pending == 0 && needs_memory(h, size) && h.over(room)) {
        reclaim();
    }
    with(|h| {
        if size <= MAX_SMALL {
            return h.carve(size);
        }
        let p = h.current.large.alloc(size);
        if !p.is_null() {
            h.grew(size);
        }
        (!p.is_null()).then_some(p)
    })
}

fn needs_memory(h: &Heap, size: usize) -> bool {
    size > MAX_SMALL || h.current.bump_end - h.current.bump < size.next_multiple_of(STEP)
}

/// A reclamation cycle without PHP code: what is retired, what is cached, and cycles of garbage without destructors.
fn reclaim() {
    if with(|h| h.guards == 0) {
        with(|h| h.step(|p, free| p.safepoint(free)));
        crate::gc::collect_quietly();
    }
    with(|h| h.trim());
}

pub(super) fn try_alloc_large(size: usize) -> Result<*mut u8, OutOfMemory> {
    let refused = |h: &Heap| size > isize::MAX as usize - 4096 || h.over(size);
    if with(|h| refused(h)) {
        reclaim();
        if with(|h| refused(h)) {
            return Err(OutOfMemory { tried: size, limit: limit() });
        }
    }
    Ok(alloc_slow(size))
}

/// Takes back a block that does not go straight to its list.
#[cold]
#[inline(never)]
pub(super) unsafe fn free_slow(p: *mut u8, size: usize) {
    let d = Dead { p, size };
    with(|h| {
        if let Some(debug) = &mut h.debug {
            debug.died(d);
        }
        if h.guards > 0 || h.pinned {
            h.step(|p, free| p.retire(d, free));
        } else {
            h.reuse(d);
        }
    });
}

pub(super) unsafe fn realloc_large(p: *mut u8, old: usize, new: usize) -> *mut u8 {
    let plain = with(|h| h.debug.is_none() && h.guards == 0 && !h.pinned);
    if new > old && with(|h| h.oom_pending == 0 && h.over(new - old)) {
        reclaim();
    }
    // SAFETY: by the caller's promise.
    unsafe {
        if plain {
            let q = with(|h| {
                let q = h.current.large.realloc(p, old, new);
                h.grew(new);
                q
            });
            if q.is_null() {
                std::alloc::handle_alloc_error(std::alloc::Layout::new::<u128>());
            }
            return q;
        }
        let q = alloc_slow(new);
        core::ptr::copy_nonoverlapping(p, q, old.min(new));
        free_slow(p, old);
        q
    }
}

/// Registers the word in which `INTERRUPT_*` bits are raised; null unregisters.
pub fn set_interrupt_word(word: *const AtomicU32) {
    with(|h| h.interrupt = word);
}

/// Takes the pending out-of-memory condition, if any.
pub fn take_oom() -> Option<OutOfMemory> {
    with(|h| {
        let tried = std::mem::take(&mut h.oom_pending);
        (tried != 0).then_some(OutOfMemory { tried, limit: h.limit })
    })
}

/// Whether real usage is above the limit.
pub fn over_limit() -> bool {
    with(|h| h.real_with(0) > h.limit)
}

/// Whether growth asks for a collection; asking takes the request.
pub fn take_gc_due() -> bool {
    with(|h| std::mem::take(&mut h.gc_due))
}

/// Sets the growth at which the next collection is due, after one that found `useful` garbage or did not.
pub fn pace_gc(useful: bool) {
    with(|h| {
        let total = h.chunked() + h.current.large.huge;
        let room = if useful { total / 2 } else { total * 2 };
        h.gc_at = total + room.max(GC_BYTES);
    });
}

/// Sets the memory limit in bytes; `usize::MAX` for none.
pub fn set_limit(limit: usize) {
    with(|h| h.limit = limit);
}

/// The memory limit in bytes.
pub fn limit() -> usize {
    with(|h| h.limit)
}

/// Whether `bytes` more would go over the limit.
pub fn would_exceed(bytes: usize) -> bool {
    with(|h| h.over(bytes))
}

/// Counts bytes that the VM holds outside the heap (its stack); negative gives back.
pub fn account(delta: isize) {
    with(|h| {
        h.external = h.external.wrapping_add_signed(delta);
        if delta > 0 {
            h.grew(delta as usize);
        }
    });
}

/// Bytes handed out, or (`real`) taken from the system.
pub fn usage(real: bool) -> usize {
    with(|h| if real { h.real_with(0) } else { h.used() })
}

/// Highest [`usage`] so far. What is handed out is sampled as the heap grows, so the peak may lie an eighth too low.
pub fn peak_usage(real: bool) -> usize {
    with(|h| {
        if real {
            return h.peak_real.max(h.real_with(0));
        }
        h.peak_used = h.peak_used.max(h.used());
        h.peak_used
    })
}

/// Forgets the peaks.
pub fn reset_peak() {
    with(|h| {
        h.peak_real = h.real_with(0);
        h.peak_used = h.used();
        h.sampled = h.chunked() + h.current.large.huge;
    });
}

/// Gives cached memory back to the system; bytes given.
pub fn trim() -> usize {
    with(|h| {
        if h.guards == 0 {
            h.step(|p, free| p.safepoint(free));
        }
        h.trim()
    })
}

/// The VM stands between two instructions: retired blocks may be reclaimed.
pub fn safepoint() {
    with(|h| {
        if h.guards == 0 {
            h.step(|p, free| p.safepoint(free));
        }
    });
}

/// One more guard; the outermost one stops reuse.
#[inline]
pub(super) fn guard_enter() {
    with(|h| {
        h.guards += 1;
        if h.guards == 1 {
            h.policy.guard_open();
            h.set_straight();
        }
    });
}

/// One guard less.
#[inline]
pub(super) fn guard_leave() {
    with(|h| {
        if h.guards == 0 {
            // Its request is over.
            return;
        }
        h.guards -= 1;
        if h.guards == 0 {
            h.step(|p, free| p.guard_close(free));
            h.set_straight();
        }
    });
}

impl Heap {
    /// Pins the run loop or lets it go.
    pub(super) fn pin(&mut self, on: bool) {
        self.pinned = on;
        self.policy.pin(on);
        self.step(|p, free| p.safepoint(free));
        self.set_straight();
    }

    /// From here on, everything belongs to a request.
    pub(super) fn request_start(&mut self, limit: usize) {
        if self.engine.is_none() {
            self.policy.request_start();
            let mut engine = std::mem::replace(&mut self.current, Region::new());
            engine.swap_in();
            self.engine = Some(engine);
            // The thread's lists, objects and collector are now the fresh ones of the request.
        }
        self.limit = limit;
        self.oom_pending = 0;
        self.gc_at = GC_BYTES;
        self.gc_due = false;
        (self.peak_real, self.peak_used, self.sampled) = (0, 0, 0);
    }

    /// Everything that the request allocated is gone.
    ///
    /// # Safety
    /// Nobody keeps a pointer to any of it.
    pub(super) unsafe fn request_end(&mut self) {
        let Some(mut engine) = self.engine.take() else { return };
        self.guards = 0;
        self.serial += 1;
        self.ripe.clear();
        engine.swap_in();
        engine.lists = EMPTY;
        engine.table.clear();
        engine.gc.clear();
        self.current = engine;
        self.policy.request_end();
        self.limit = usize::MAX;
        self.oom_pending = 0;
        self.set_straight();
        if let Some(d) = &mut self.debug {
            d.request_end(self.serial);
        }
    }

    /// Whether a request runs.
    pub(super) fn in_request(&self) -> bool {
        self.engine.is_some()
    }
}
