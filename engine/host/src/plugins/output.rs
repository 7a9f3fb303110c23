//! Output handlers of extensions behind the output layer's trait, and the interface `engine.output/1`.

use super::api::startup;
use crate::host::SapiHost;
use crate::output::{Handled, Handler, Output, OutputHandler};
use howdah_vm::vm::current;
use plugin_api::output::{OutputOps, OutputTable, result};
use plugin_api_abi::{CtxRaw, ModuleCtx, STR, StrHdr, StrSlice, Val};
use std::rc::Rc;

/// What extensions registered at module startup.
#[derive(Default)]
pub struct Registered {
    aliases: Vec<(&'static [u8], &'static OutputOps)>,
    conflicts: Vec<(&'static [u8], &'static [u8])>,
}

impl Registered {
    /// Gives it to an output layer.
    pub fn install(&self, output: &Output) {
        for (name, ops) in self.aliases.iter().copied() {
            let build =
                move |chunk, flags| Handler::native(name, Box::new(PluginHandler::new(ops)), chunk, flags);
            output.register_alias(name, Rc::new(build));
        }
        for (new, old) in &self.conflicts {
            output.register_conflict(new, old);
        }
    }
}

/// A handler of an extension.
struct PluginHandler {
    ops: &'static OutputOps,
    data: *mut u8,
    immutable: bool,
}

impl PluginHandler {
    fn new(ops: &'static OutputOps) -> PluginHandler {
        let ctx: *mut CtxRaw = current().cast();
        // SAFETY: the thread's VM.
        let data = if ctx.is_null() { std::ptr::null_mut() } else { unsafe { (ops.create)(ctx) } };
        PluginHandler { ops, data, immutable: false }
    }
}

impl OutputHandler for PluginHandler {
    fn handle(&mut self, buffer: &[u8], mode: u32) -> Handled {
        let ctx: *mut CtxRaw = current().cast();
        if ctx.is_null() {
            return Handled::Failed;
        }
        let mut out = Val::NULL;
        // SAFETY: the thread's VM, data that the extension made, a live result slot.
        let bits = unsafe { (self.ops.handle)(ctx, self.data, StrSlice::of(buffer), mode, &mut out) };
        self.immutable |= bits & result::IMMUTABLE != 0;
        if bits & result::FAILED != 0 {
            return Handled::Failed;
        }
        if out.tag() != STR {
            return Handled::Nothing;
        }
        // SAFETY: an owned string.
        unsafe {
            let bytes = StrHdr::bytes(out.as_ptr()).to_vec();
            howdah_vm::rt::release(out);
            Handled::Output(bytes)
        }
    }
    fn is_immutable(&self) -> bool {
        self.immutable
    }
}

impl Drop for PluginHandler {
    fn drop(&mut self) {
        // SAFETY: data that the extension made, freed once.
        unsafe { (self.ops.free)(self.data) }
    }
}

/// A text that lives as long as the process, by the interface's rules.
unsafe fn text(s: StrSlice) -> &'static [u8] {
    // SAFETY: by the caller's promise.
    unsafe { s.bytes() }
}

unsafe extern "C" fn alias(m: *mut ModuleCtx, name: StrSlice, ops: *const OutputOps) {
    // SAFETY: a startup; name and table live as long as the process.
    unsafe { startup(m).modules.output.aliases.push((text(name), &*ops)) }
}

unsafe extern "C" fn conflict(m: *mut ModuleCtx, new: StrSlice, old: StrSlice) {
    // SAFETY: as above.
    unsafe { startup(m).modules.output.conflicts.push((text(new), text(old))) }
}

fn output(ctx: *mut CtxRaw) -> Option<Rc<Output>> {
    // SAFETY: the engine's context.
    SapiHost::of(unsafe { howdah_vm::api::vm(ctx) }).map(|h| h.output())
}

unsafe extern "C" fn start(
    ctx: *mut CtxRaw,
    name: StrSlice,
    ops: *const OutputOps,
    chunk: usize,
    flags: u32,
) -> u32 {
    let Some(o) = output(ctx) else { return 0 };
    // SAFETY: a live text; the table lives as long as the process.
    let handler = unsafe { Handler::native(name.bytes(), Box::new(PluginHandler::new(&*ops)), chunk, flags) };
    o.start(handler).is_ok().into()
}

unsafe extern "C" fn status(ctx: *mut CtxRaw) -> u32 {
    output(ctx).map_or(0, |o| o.status())
}

unsafe extern "C" fn started(ctx: *mut CtxRaw, name: StrSlice) -> u32 {
    // SAFETY: a live text.
    output(ctx).is_some_and(|o| o.is_started(unsafe { name.bytes() })).into()
}

/// The interface.
pub static TABLE: OutputTable = OutputTable {
    size: size_of::<OutputTable>() as u32,
    reserved: 0,
    alias,
    conflict,
    start,
    status,
    started,
};
