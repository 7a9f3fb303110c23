//! The engine's side of the plugin API: the functions behind the tables that extensions call.
//!
//! One file a table. What needs the SAPI (output, ini, streams) is the host's own file; see `howdah_host::api`.

pub mod arr;
pub mod call;
pub mod err;
pub mod iter;
pub mod obj;
mod proptable;
pub mod reflect;
pub mod res;
pub mod val;

use crate::class::Class;
use crate::vm::Vm;
use plugin_api_abi::{ClassRaw, CtxRaw, StrSlice, Val};

/// The VM behind a context.
///
/// # Safety
/// `ctx` is what the engine called the extension with.
pub unsafe fn vm<'a>(ctx: *mut CtxRaw) -> &'a mut Vm {
    // SAFETY: the context is the VM.
    unsafe { &mut *ctx.cast::<Vm>() }
}

fn class(c: *mut ClassRaw) -> *mut Class {
    c.cast()
}

/// The bytes of a slice.
unsafe fn bytes<'a>(s: StrSlice) -> &'a [u8] {
    // SAFETY: live for the call, by the ABI's rules.
    unsafe { s.bytes() }
}

/// Raw bytes.
unsafe fn raw<'a>(p: *const u8, n: usize) -> &'a [u8] {
    // SAFETY: live for the call, by the ABI's rules.
    unsafe { StrSlice { ptr: p, len: n }.bytes() }
}

unsafe fn text<'a>(s: StrSlice) -> std::borrow::Cow<'a, str> {
    // SAFETY: as in `bytes`.
    String::from_utf8_lossy(unsafe { bytes(s) })
}

unsafe fn args<'a>(p: *const Val, n: usize) -> &'a [Val] {
    // SAFETY: live for the call, by the ABI's rules.
    if n == 0 { &[] } else { unsafe { core::slice::from_raw_parts(p, n) } }
}
