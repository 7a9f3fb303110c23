//! The engine's own interface `engine.process/1`: interrupts and forks for extensions.

use crate::host::SapiHost;
use howdah_vm::vm::{InterruptHook, Vm};
use plugin_api::process::ProcessTable;
use plugin_api_abi::CtxRaw;
use std::sync::atomic::AtomicU32;

unsafe fn vm<'a>(ctx: *mut CtxRaw) -> &'a mut Vm {
    // SAFETY: by the caller's promise.
    unsafe { howdah_vm::api::vm(ctx) }
}

unsafe extern "C" fn interrupt_word(ctx: *mut CtxRaw) -> *const AtomicU32 {
    // SAFETY: the engine's context.
    unsafe { &raw const vm(ctx).interrupt }
}

unsafe extern "C" fn on_interrupt(ctx: *mut CtxRaw, hook: InterruptHook) {
    // SAFETY: the engine's context.
    let hooks = unsafe { &mut vm(ctx).interrupt_hooks };
    if !hooks.iter().any(|h| std::ptr::fn_addr_eq(*h, hook)) {
        hooks.push(hook);
    }
}

unsafe extern "C" fn block_fibers(ctx: *mut CtxRaw, on: u32) {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).block_fibers(on != 0) }
}

unsafe extern "C" fn before_fork(ctx: *mut CtxRaw) {
    // SAFETY: the engine's context.
    if let Some(h) = SapiHost::of(unsafe { vm(ctx) }) {
        // A reader that went away is found out by the next write.
        drop(h.state.sapi.borrow_mut().share_output());
    }
}

unsafe extern "C" fn forked(ctx: *mut CtxRaw) {
    crate::timer::forked();
    // SAFETY: the engine's context.
    let vm = unsafe { vm(ctx) };
    let limit = vm.host.ini("max_execution_time").map_or(0, crate::ini::quantity::to_long);
    vm.set_time_limit(limit);
}

/// The interface.
pub static TABLE: ProcessTable = ProcessTable {
    size: size_of::<ProcessTable>() as u32,
    reserved: 0,
    interrupt_word,
    on_interrupt,
    block_fibers,
    before_fork,
    forked,
};
