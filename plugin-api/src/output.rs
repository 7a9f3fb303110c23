//! Output handlers of an extension's own (what `ob_start('ob_gzhandler')` starts): the interface `engine.output/1`, which
//! the engine itself offers.

use crate::{Ctx, Module, Value};
use core::cell::RefCell;
use plugin_api_abi::{CtxRaw, ModuleCtx, StrSlice, Val};

/// Name of the interface.
pub const OUTPUT: &str = "engine.output/1";

/// Why a handler runs: the bits of its mode.
pub mod mode {
    /// Its first run.
    pub const START: u32 = 1;
    /// The buffer is thrown away.
    pub const CLEAN: u32 = 2;
    /// The buffer is passed on.
    pub const FLUSH: u32 = 4;
    /// Its last run.
    pub const FINAL: u32 = 8;
}

/// State of the output layer ([`Ctx::output_status`]).
pub mod status {
    /// Nothing goes out any more.
    pub const DISABLED: u32 = 2;
    /// Something was written.
    pub const WRITTEN: u32 = 4;
    /// Something was sent.
    pub const SENT: u32 = 8;
}

/// Bits of what [`OutputOps::handle`] gives.
pub mod result {
    /// It failed: its input goes on as it is, and it is not run again.
    pub const FAILED: u32 = 1;
    /// From now on scripts can neither clean nor flush nor remove it.
    pub const IMMUTABLE: u32 = 2;
}

/// A kind of handler.
#[repr(C)]
pub struct OutputOps {
    /// `size_of::<OutputOps>()` of whoever built it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Makes one: its data.
    pub create: unsafe extern "C" fn(ctx: *mut CtxRaw) -> *mut u8,
    /// Transforms what was written; bits of [`result`]. `out` gets a string, or null for nothing.
    pub handle: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        data: *mut u8,
        input: StrSlice,
        mode: u32,
        out: *mut Val,
    ) -> u32,
    /// Ends it.
    pub free: unsafe extern "C" fn(data: *mut u8),
}

// SAFETY: descriptors are immutable static data.
unsafe impl Sync for OutputOps {}

/// The table of [`OUTPUT`].
#[repr(C)]
pub struct OutputTable {
    /// `size_of::<OutputTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Lets `ob_start(NAME)` start a handler. `ops` lives as long as the process.
    pub alias: unsafe extern "C" fn(m: *mut ModuleCtx, name: StrSlice, ops: *const OutputOps),
    /// Refuses to start `new` while `old` is on the stack.
    pub conflict: unsafe extern "C" fn(m: *mut ModuleCtx, new: StrSlice, old: StrSlice),
    /// Puts a handler on the stack; 0 when it was refused.
    pub start: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        name: StrSlice,
        ops: *const OutputOps,
        chunk: usize,
        flags: u32,
    ) -> u32,
    /// Bits of [`status`].
    pub status: unsafe extern "C" fn(ctx: *mut CtxRaw) -> u32,
    /// Whether a handler of that name is on the stack.
    pub started: unsafe extern "C" fn(ctx: *mut CtxRaw, name: StrSlice) -> u32,
}

/// What a handler made of its input.
#[derive(Debug, PartialEq, Eq)]
pub struct Handled {
    /// What goes on; `None`: it failed, and its input goes on.
    pub output: Option<Vec<u8>>,
    /// From now on scripts can neither clean nor flush nor remove it.
    pub immutable: bool,
}

/// A kind of output handler. A fresh value serves each one on the stack.
pub trait OutputHandler: Sized + 'static {
    /// Makes one.
    fn create(ctx: &mut Ctx) -> Self;
    /// Transforms what was written; `mode` has the bits of [`mode`].
    fn handle(&mut self, ctx: &mut Ctx, input: &[u8], mode: u32) -> Handled;
}

unsafe extern "C" fn create<H: OutputHandler>(ctx: *mut CtxRaw) -> *mut u8 {
    // SAFETY: the engine's context.
    let made = std::panic::catch_unwind(|| H::create(unsafe { Ctx::from_raw(ctx) }));
    made.map_or(core::ptr::null_mut(), |h| Box::into_raw(Box::new(RefCell::new(h))).cast())
}

unsafe extern "C" fn handle<H: OutputHandler>(
    ctx: *mut CtxRaw,
    data: *mut u8,
    input: StrSlice,
    mode: u32,
    out: *mut Val,
) -> u32 {
    if data.is_null() {
        return result::FAILED;
    }
    let run = || {
        // SAFETY: the engine's context and text; data that `create` made.
        let (ctx, h, input) = unsafe { (Ctx::from_raw(ctx), &*data.cast::<RefCell<H>>(), input.bytes()) };
        h.try_borrow_mut().ok().map(|mut h| h.handle(ctx, input, mode))
    };
    let Ok(Some(h)) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) else {
        return result::FAILED;
    };
    let bits = if h.immutable { result::IMMUTABLE } else { 0 };
    match h.output {
        None => bits | result::FAILED,
        Some(bytes) => {
            // SAFETY: the caller's result slot.
            unsafe { *out = Value::from(bytes).into_raw() };
            bits
        }
    }
}

unsafe extern "C" fn free<H: OutputHandler>(data: *mut u8) {
    if !data.is_null() {
        // SAFETY: made by `create`, freed once.
        drop(unsafe { Box::from_raw(data.cast::<RefCell<H>>()) });
    }
}

struct Ops<H>(core::marker::PhantomData<H>);
impl<H: OutputHandler> Ops<H> {
    const TABLE: &'static OutputOps = &OutputOps {
        size: size_of::<OutputOps>() as u32,
        reserved: 0,
        create: create::<H>,
        handle: handle::<H>,
        free: free::<H>,
    };
}

fn of(p: Option<*const u8>) -> Option<&'static OutputTable> {
    // SAFETY: the interface's name stands for this table, which lives as long as the process.
    p.map(|p| unsafe { &*p.cast::<OutputTable>() })
}

impl Module {
    /// Lets `ob_start(NAME)` start a handler. At module startup only.
    pub fn output_handler<H: OutputHandler>(&mut self, name: &'static str) {
        if let Some(t) = of(self.import(OUTPUT)) {
            // SAFETY: the engine's context; name and table are static.
            unsafe { (t.alias)(self.raw(), StrSlice::new(name), Ops::<H>::TABLE) }
        }
    }
    /// Refuses to start the output handler `new` while `old` is on the stack. At module startup only.
    pub fn output_conflict(&mut self, new: &'static str, old: &'static str) {
        if let Some(t) = of(self.import(OUTPUT)) {
            // SAFETY: the engine's context; static names.
            unsafe { (t.conflict)(self.raw(), StrSlice::new(new), StrSlice::new(old)) }
        }
    }
}

impl Ctx {
    fn output(&mut self) -> Option<&'static OutputTable> {
        of(self.interface(OUTPUT))
    }
    /// Puts an output handler on the stack that scripts may clean, flush and remove; false when it was refused.
    pub fn start_output<H: OutputHandler>(&mut self, name: &str, chunk: usize) -> bool {
        const STANDARD: u32 = 0x70;
        let Some(t) = self.output() else { return false };
        // SAFETY: our context; the table is static.
        unsafe { (t.start)(self.raw(), StrSlice::of(name.as_bytes()), Ops::<H>::TABLE, chunk, STANDARD) != 0 }
    }
    /// State of the output layer: bits of [`status`].
    pub fn output_status(&mut self) -> u32 {
        // SAFETY: our context.
        self.output().map_or(0, |t| unsafe { (t.status)(self.raw()) })
    }
    /// Whether an output handler of that name is on the stack.
    pub fn output_started(&mut self, name: &str) -> bool {
        // SAFETY: our context; a live text.
        self.output().is_some_and(|t| unsafe { (t.started)(self.raw(), StrSlice::of(name.as_bytes())) != 0 })
    }
}
