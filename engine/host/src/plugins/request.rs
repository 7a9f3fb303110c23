//! The engine's own interface `engine.request/1`: the request's variables for extensions.

use crate::superglobals;
use plugin_api::request::{RequestTable, Source};
use plugin_api_abi::{CtxRaw, Val};

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

/// The interface.
pub static TABLE: RequestTable =
    RequestTable { size: size_of::<RequestTable>() as u32, reserved: 0, variables, replace };
