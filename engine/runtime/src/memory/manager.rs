//! [`MemoryManager`]: what a VM owns of all this, and what extensions allocate through.

use super::arena::ArenaPolicy;
use super::epoch::EpochGcPolicy;
use super::heap::{self, Heap};
use super::policy::HeapPolicy;
use super::roots::GcRootProvider;
use super::{OutOfMemory, front};
use crate::value::Value;
use plugin_api_abi::Val;
use std::marker::PhantomData;

/// Which server interface a VM runs under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SapiMode {
    /// The `php` command.
    Cli,
    /// A worker of `php-fpm`.
    FpmFcgi,
    /// The built-in web server.
    CliServer,
    /// Within another program.
    Embed,
}

impl SapiMode {
    /// Requests that come and go want all their memory dropped at once; programs that stay want it freed as they run.
    fn policy(self) -> Box<dyn HeapPolicy> {
        match self {
            SapiMode::FpmFcgi | SapiMode::CliServer => Box::new(ArenaPolicy::new()),
            SapiMode::Cli | SapiMode::Embed => Box::new(EpochGcPolicy::new()),
        }
    }
}

/// A value that an extension keeps. It is a root until it is freed or its request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Handle {
    index: u32,
    generation: u32,
}

struct Slot {
    generation: u32,
    value: Option<Value>,
}

/// A VM's memory. One VM runs on a thread at a time; the manager made or [activated](MemoryManager::activate) last is the
/// one that the thread's allocations go to.
pub struct MemoryManager {
    heap: *mut Heap,
    mode: SapiMode,
    slots: Vec<Slot>,
    free: Vec<u32>,
    providers: Vec<Box<dyn GcRootProvider>>,
}

impl MemoryManager {
    /// A manager with the policy that suits the SAPI, active on this thread.
    pub fn new(mode: SapiMode) -> MemoryManager {
        MemoryManager::with_checks(mode, super::debug::asked())
    }

    /// As [`MemoryManager::new`], with the heap's own checks on or off whatever the environment says.
    pub fn with_checks(mode: SapiMode, checks: bool) -> MemoryManager {
        let heap = Box::into_raw(Box::new(Heap::new(mode.policy(), checks)));
        heap::activate(heap);
        MemoryManager { heap, mode, slots: Vec::new(), free: Vec::new(), providers: Vec::new() }
    }

    /// Makes this the manager of the calling thread's allocations.
    pub fn activate(&mut self) {
        heap::activate(self.heap);
    }

    /// The SAPI it was made for.
    pub fn mode(&self) -> SapiMode {
        self.mode
    }

    fn with<R>(&self, f: impl FnOnce(&mut Heap) -> R) -> R {
        heap::activate(self.heap);
        heap::with(f)
    }

    /// The policy's name, for diagnostics: `arena` or `epoch`.
    pub fn policy_name(&self) -> &'static str {
        self.with(|h| h.policy.name())
    }

    /// Keeps a value for an extension.
    pub fn alloc_val(&mut self, value: Value) -> Handle {
        let index = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, value: None });
            (self.slots.len() - 1) as u32
        });
        let slot = &mut self.slots[index as usize];
        slot.value = Some(value);
        Handle { index, generation: slot.generation }
    }

    /// The value behind a handle, borrowed; `None` when it was freed.
    pub fn get(&self, h: Handle) -> Option<Val> {
        let slot = self.slots.get(h.index as usize).filter(|s| s.generation == h.generation)?;
        slot.value.as_ref().map(Value::get)
    }

    /// Gives a handle's value back to the caller; the handle is dead then.
    pub fn take(&mut self, h: Handle) -> Option<Value> {
        let slot = self.slots.get_mut(h.index as usize).filter(|s| s.generation == h.generation)?;
        let v = slot.value.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(h.index);
        Some(v)
    }

    /// Frees a handle and its share of the value; false when it was dead already.
    pub fn free(&mut self, h: Handle) -> bool {
        self.take(h).is_some()
    }

    /// Values that handles keep.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Whether no handle keeps a value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// `len` zeroed bytes that go with the block, or with the request at the latest. Fails at once, with the memory
    /// limit's own error, where the limit or the system refuses even after a reclamation cycle.
    pub fn alloc_bytes(&mut self, len: usize) -> Result<MemoryBlock, OutOfMemory> {
        heap::activate(self.heap);
        let p = front::try_alloc(len.max(1))?;
        // SAFETY: a fresh block of that size.
        unsafe { p.write_bytes(0, len) };
        Ok(MemoryBlock { p, len, heap: self.heap, request: heap::with(|h| h.serial), _thread: PhantomData })
    }

    /// Blocks that died while a guard was active and wait for it.
    pub fn retired(&self) -> usize {
        self.with(|h| h.policy.retired())
    }

    /// Pins the run loop (every dead block is retired then, guard or not) or lets it go.
    pub fn pin_run_loop(&mut self, on: bool) {
        self.with(|h| h.pin(on));
    }

    /// Registers a holder of values outside the VM's own structures.
    pub fn add_roots(&mut self, provider: Box<dyn GcRootProvider>) {
        self.providers.push(provider);
    }

    /// Calls `visit` with the name of each registered holder and each value that it owns a share of.
    pub fn visit_roots(&self, visit: &mut dyn FnMut(&'static str, Val)) {
        for s in &self.slots {
            if let Some(v) = &s.value {
                visit("handles", v.get());
            }
        }
        for p in &self.providers {
            p.visit_roots(&mut |v| visit(p.name(), v));
        }
    }

    /// Begins a request: what is allocated from now on goes when it ends. `limit` is in bytes, `usize::MAX` for none.
    pub fn request_start(&mut self, limit: usize) {
        self.with(|h| h.request_start(limit));
        crate::gc::reset();
    }

    /// Whether a request runs.
    pub fn in_request(&self) -> bool {
        self.with(|h| h.in_request())
    }

    /// Ends a request: everything it allocated goes at once, whatever its counts. Destructors have run before. Handles of
    /// the request are dead.
    ///
    /// # Safety
    /// Nobody keeps a pointer or value of the request.
    pub unsafe fn request_end(&mut self) {
        for (i, s) in self.slots.iter_mut().enumerate() {
            if let Some(v) = s.value.take() {
                // The block goes with the request.
                let _ = v.into_val();
                s.generation = s.generation.wrapping_add(1);
                self.free.push(i as u32);
            }
        }
        // SAFETY: by the caller's promise.
        self.with(|h| unsafe { h.request_end() });
    }

    /// Whether the heap's own checks are on.
    pub fn checks(&self) -> bool {
        self.with(|h| h.debug.is_some())
    }

    /// With the heap's checks on, while no code of the request runs: compares every count with the shares that `roots`
    /// name, the registered holders' ([`MemoryManager::visit_roots`]) among them. Gives the faults found so far, in all.
    pub fn verify(&self, roots: Vec<Val>) -> u64 {
        super::verify::verify(roots);
        self.faults()
    }

    /// With the heap's checks on: faults found so far.
    pub fn faults(&self) -> u64 {
        self.with(|h| h.debug.as_ref().map_or(0, |d| d.faults))
    }
}

impl Drop for MemoryManager {
    fn drop(&mut self) {
        for s in &mut self.slots {
            if let Some(v) = s.value.take() {
                let _ = v.into_val();
            }
        }
        if heap::is_active(self.heap) {
            heap::activate(core::ptr::null_mut());
        }
        // SAFETY: made by `new`, and no longer any thread's heap.
        drop(unsafe { Box::from_raw(self.heap) });
    }
}

/// Bytes on the VM's heap, counted against the memory limit.
pub struct MemoryBlock {
    p: *mut u8,
    len: usize,
    heap: *const Heap,
    request: u32,
    _thread: PhantomData<*mut u8>,
}

impl MemoryBlock {
    fn alive(&self) -> bool {
        heap::is_active(self.heap) && heap::with(|h| h.serial) == self.request
    }

    /// The bytes; none once the block's request has ended.
    pub fn bytes(&self) -> &[u8] {
        if !self.alive() {
            return &[];
        }
        // SAFETY: the block is ours until its request ends.
        unsafe { core::slice::from_raw_parts(self.p, self.len) }
    }

    /// The bytes, to write; none once the block's request has ended.
    pub fn bytes_mut(&mut self) -> &mut [u8] {
        if !self.alive() {
            return &mut [];
        }
        // SAFETY: as above, and borrowed mutably.
        unsafe { core::slice::from_raw_parts_mut(self.p, self.len) }
    }

    /// Bytes of the block.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

impl Drop for MemoryBlock {
    fn drop(&mut self) {
        if self.alive() {
            // SAFETY: ours, and nobody borrows it.
            unsafe { front::free(self.p, self.len.max(1)) };
        }
    }
}

/// While it exists, no block that dies is used again: values may be borrowed without touching their counts.
pub struct HeapGuard(PhantomData<*mut u8>);

/// A guard for the calling thread's heap. Meant for the length of a native call, not of a program: what dies meanwhile
/// waits.
#[inline]
pub fn guard() -> HeapGuard {
    heap::guard_enter();
    HeapGuard(PhantomData)
}

impl Drop for HeapGuard {
    #[inline]
    fn drop(&mut self) {
        heap::guard_leave();
    }
}
