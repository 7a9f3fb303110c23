//! What differs between hosts: where fresh memory comes from, when a dead block may be used again, and what a safepoint
//! and the end of a request do. Everything on the hot path is the front end's; a policy is asked on slow paths only.

/// Bytes of the smallest and the largest run.
pub const RUN_MIN: usize = 64 * 1024;
/// See [`RUN_MIN`].
pub const RUN_MAX: usize = 256 * 1024;

/// Memory for the size classes to carve blocks from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    /// First byte, 16-byte aligned.
    pub start: usize,
    /// Bytes, a multiple of 16.
    pub len: usize,
}

/// A block that nobody owns any more.
#[derive(Clone, Copy, Debug)]
pub struct Dead {
    /// Its address.
    pub p: *mut u8,
    /// Bytes that were asked for.
    pub size: usize,
}

/// One way to manage the memory below the size-class lists.
///
/// A *guard* promises its holder that no block that died while the guard was active is used again before the guard is
/// gone, so values may be borrowed without touching their counts. A policy hears of the outermost guard only.
pub trait HeapPolicy {
    /// Short name for diagnostics: `arena`, `epoch`.
    fn name(&self) -> &'static str;

    /// A fresh run of [`RUN_MIN`] to [`RUN_MAX`] bytes; `None` when the system refuses.
    fn run(&mut self) -> Option<Run>;

    /// Runs in use by the current request (or by the engine, outside of requests).
    fn runs(&self) -> Vec<Run>;

    /// Gives runs back in which no block is alive.
    fn release(&mut self, idle: &[Run]);

    /// The outermost guard begins.
    fn guard_open(&mut self);

    /// A block dies while a guard is active or the run loop is pinned. What may be used again by now goes to `free`.
    fn retire(&mut self, dead: Dead, free: &mut Vec<Dead>);

    /// The outermost guard is gone: what was held for it goes to `free`, unless the run loop's own pin still holds it.
    fn guard_close(&mut self, free: &mut Vec<Dead>);

    /// Pins the run loop or lets it go: while pinned, every dead block is retired, guard or not.
    fn pin(&mut self, on: bool);

    /// The VM stands between two instructions and no guard is active: nothing borrows a block.
    fn safepoint(&mut self, free: &mut Vec<Dead>);

    /// Blocks retired and not yet given back.
    fn retired(&self) -> usize;

    /// What was carved so far belongs to the engine and outlives requests.
    fn request_start(&mut self);

    /// Every run handed out since [`HeapPolicy::request_start`] is free again, whatever it holds.
    fn request_end(&mut self);

    /// Gives cached memory back to the system; bytes given.
    fn trim(&mut self) -> usize;
}
