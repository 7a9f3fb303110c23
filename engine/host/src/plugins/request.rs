//! The engine's own interface `engine.request/1`: the request's variables and response headers for extensions.

use crate::headers::HeaderOp;
use crate::host::SapiHost;
use crate::output::{Origin, add_variable};
use crate::superglobals;
use howdah_runtime::{interner, string};
use howdah_vm::class::Sym;
use howdah_vm::vm::Constant;
use plugin_api::request::{RequestTable, Source};
use plugin_api_abi::{CtxRaw, Status, StrSlice, Val};

unsafe extern "C" fn variables(ctx: *mut CtxRaw, source: u32) -> Val {
    // SAFETY: the engine's context.
    let vm = unsafe { howdah_vm::api::vm(ctx) };
    superglobals::variables(vm, source)
}

unsafe extern "C" fn replace(ctx: *mut CtxRaw, source: u32, v: Val) {
    // SAFETY: the engine's context; the share moves.
    let vm = unsafe { howdah_vm::api::vm(ctx) };
    match superglobals::name_of(source) {
        Some(name) if source <= Source::Cookie as u32 => superglobals::define(vm, name, v),
        // SAFETY: the share is ours.
        _ => unsafe { howdah_vm::rt::release(v) },
    }
}

unsafe extern "C" fn set_global(ctx: *mut CtxRaw, name: StrSlice, v: Val) {
    // SAFETY: the engine's context; the share moves.
    unsafe { superglobals::define(howdah_vm::api::vm(ctx), name.bytes(), v) }
}

unsafe extern "C" fn set_constant(ctx: *mut CtxRaw, name: StrSlice, v: Val, deprecated: u32) {
    // SAFETY: the engine's context; a live name.
    let (vm, key) = unsafe { (howdah_vm::api::vm(ctx), Sym(interner::intern(name.bytes()))) };
    match vm.constants.get_mut(&key) {
        Some(k) => {
            let old = std::mem::replace(&mut k.value, v);
            // SAFETY: the constant's own share.
            unsafe { howdah_vm::rt::release(old) };
        }
        None => {
            let deprecated = (deprecated != 0).then(Box::default);
            // It is counted to the extension whose function runs.
            let ext = if vm.fp.is_null() {
                u32::MAX
            } else {
                // SAFETY: the frame of what runs; its function is live.
                unsafe { (*(*howdah_vm::frame::frame(vm.fp)).func).ext }
            };
            vm.constants.insert(key, Constant { value: v, ext, deprecated });
        }
    }
}

unsafe extern "C" fn headers_sent(ctx: *mut CtxRaw, file: *mut Val, line: *mut u32) -> u32 {
    // SAFETY: the engine's context; the result slots are the caller's.
    unsafe {
        let Some(out) = SapiHost::of(howdah_vm::api::vm(ctx)).map(|h| h.output()) else { return 0 };
        if let Some((f, l)) = out.started_at() {
            *file = string::new_val(&f);
            *line = l;
        }
        out.headers_sent().into()
    }
}

unsafe extern "C" fn header(ctx: *mut CtxRaw, line: StrSlice, replace: u32) {
    // SAFETY: the engine's context; a live text.
    let (vm, line) = unsafe { (howdah_vm::api::vm(ctx), line.bytes()) };
    let Some(h) = SapiHost::of(vm) else { return };
    let (s, out) = (h.state.clone(), h.output());
    let op = if replace != 0 { HeaderOp::Replace } else { HeaderOp::Add };
    if s.sapi.borrow().has_headers() {
        // A line that is none, or comes too late, is dropped.
        drop(s.header(&out, line, op, 0));
    }
}

unsafe extern "C" fn remove_headers(ctx: *mut CtxRaw, start: StrSlice) {
    // SAFETY: the engine's context; a live text.
    let (vm, start) = unsafe { (howdah_vm::api::vm(ctx), start.bytes()) };
    if let Some(h) = SapiHost::of(vm) {
        h.state.headers.borrow_mut().remove_lines(start);
    }
}

unsafe extern "C" fn script(ctx: *mut CtxRaw) -> Val {
    // SAFETY: the engine's context.
    let vm = unsafe { howdah_vm::api::vm(ctx) };
    let path = SapiHost::of(vm).map_or(Vec::new(), |h| h.state.info.borrow().script.clone());
    if path.is_empty() { Val::NULL } else { string::new_val(&path) }
}

unsafe extern "C" fn time(ctx: *mut CtxRaw) -> f64 {
    // SAFETY: the engine's context.
    let vm = unsafe { howdah_vm::api::vm(ctx) };
    SapiHost::of(vm).map_or(0.0, |h| h.state.info.borrow().time)
}

unsafe extern "C" fn add_rewrite(ctx: *mut CtxRaw, name: StrSlice, value: StrSlice) -> Status {
    // SAFETY: the engine's context; live texts.
    let (vm, name, value) = unsafe { (howdah_vm::api::vm(ctx), name.bytes(), value.bytes()) };
    add_variable(vm, Origin::Session, name, value).map_or_else(|st| st, |()| Status::Ok)
}

unsafe extern "C" fn remove_rewrite(ctx: *mut CtxRaw, name: StrSlice) -> u32 {
    // SAFETY: the engine's context; a live text.
    let (vm, name) = unsafe { (howdah_vm::api::vm(ctx), name.bytes()) };
    SapiHost::of(vm).is_some_and(|h| h.state.rewriter(Origin::Session).borrow_mut().remove(name)).into()
}

/// The interface.
pub static TABLE: RequestTable = RequestTable {
    size: size_of::<RequestTable>() as u32,
    reserved: 0,
    variables,
    replace,
    set_global,
    set_constant,
    headers_sent,
    header,
    remove_headers,
    script,
    time,
    add_rewrite,
    remove_rewrite,
};
