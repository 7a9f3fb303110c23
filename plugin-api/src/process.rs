//! Interrupts of a VM and forks of its process: the interface `engine.process/1`, which the engine itself offers.

use crate::{Ctx, R};
use plugin_api_abi::{CtxRaw, Status};
use std::sync::atomic::AtomicU32;

/// Name of the interface.
pub const PROCESS: &str = "engine.process/1";

/// The table of [`PROCESS`].
#[repr(C)]
pub struct ProcessTable {
    /// `size_of::<ProcessTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// The word that, set to anything but 0 (by a signal handler, or another thread), makes the VM come to a safepoint soon. It
    /// lives as long as the VM.
    pub interrupt_word: unsafe extern "C" fn(ctx: *mut CtxRaw) -> *const AtomicU32,
    /// Has a function called at safepoints after the word was set, and with tick functions, as long as the VM lives.
    pub on_interrupt:
        unsafe extern "C" fn(ctx: *mut CtxRaw, hook: unsafe extern "C" fn(ctx: *mut CtxRaw) -> Status),
    /// Keeps fibers from being switched (1), or lets them again (0).
    pub block_fibers: unsafe extern "C" fn(ctx: *mut CtxRaw, on: u32),
    /// This process is about to fork: output that is held back is written, and none is held from now on.
    pub before_fork: unsafe extern "C" fn(ctx: *mut CtxRaw),
    /// This process is a fork.
    pub forked: unsafe extern "C" fn(ctx: *mut CtxRaw),
}

fn table(ctx: &mut Ctx) -> R<&'static ProcessTable> {
    match ctx.interface(PROCESS) {
        // SAFETY: the interface's name stands for this table, which lives as long as the process.
        Some(p) => Ok(unsafe { &*p.cast::<ProcessTable>() }),
        None => Err(ctx.error("This engine does not tell of its process")),
    }
}

/// The word that, set to anything but 0, makes the VM come to a safepoint soon. It lives as long as the VM.
pub fn interrupt_word(ctx: &mut Ctx) -> R<*const AtomicU32> {
    // SAFETY: our context.
    table(ctx).map(|t| unsafe { (t.interrupt_word)(ctx.raw()) })
}

/// Has a function called at safepoints after the interrupt word was set, and with tick functions.
pub fn on_interrupt(ctx: &mut Ctx, hook: unsafe extern "C" fn(ctx: *mut CtxRaw) -> Status) -> R<()> {
    // SAFETY: our context.
    table(ctx).map(|t| unsafe { (t.on_interrupt)(ctx.raw(), hook) })
}

/// Runs `f` while no fiber may be switched.
pub fn without_fibers<T>(ctx: &mut Ctx, f: impl FnOnce(&mut Ctx) -> R<T>) -> R<T> {
    let t = table(ctx)?;
    // SAFETY: our context.
    unsafe { (t.block_fibers)(ctx.raw(), 1) };
    let r = f(ctx);
    // SAFETY: our context.
    unsafe { (t.block_fibers)(ctx.raw(), 0) };
    r
}

/// Forks this process with `fork`, which gives 0 in the child, with the engine told before and after.
pub fn fork(ctx: &mut Ctx, fork: impl FnOnce() -> i32) -> R<i32> {
    let t = table(ctx)?;
    // SAFETY: our context.
    unsafe { (t.before_fork)(ctx.raw()) };
    let id = fork();
    if id == 0 {
        // SAFETY: our context.
        unsafe { (t.forked)(ctx.raw()) };
    }
    Ok(id)
}

/// The engine holds no output back from now on: this process is about to become another, or to be ended from outside.
pub fn release_output(ctx: &mut Ctx) -> R<()> {
    // SAFETY: our context.
    table(ctx).map(|t| unsafe { (t.before_fork)(ctx.raw()) })
}
