//! The variables that a request came with: the interface `engine.request/1`, which the engine itself offers.

use crate::{Array, Ctx, Value};
use plugin_api_abi::{CtxRaw, Val};

/// Name of the interface.
pub const REQUEST: &str = "engine.request/1";

/// Where variables come from (PHP's `INPUT_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Source {
    /// The form.
    Post = 0,
    /// The query.
    Get = 1,
    /// The cookies.
    Cookie = 2,
    /// The environment.
    Env = 4,
    /// The server and the request.
    Server = 5,
}

/// The table of [`REQUEST`].
#[repr(C)]
pub struct RequestTable {
    /// `size_of::<RequestTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// The variables of a [`Source`]: an array (owned), or UNDEF. Of the first three what the superglobal holds now, of the
    /// others what a fresh one would.
    pub variables: unsafe extern "C" fn(ctx: *mut CtxRaw, source: u32) -> Val,
    /// Replaces the superglobal of one of the first three; takes over the share.
    pub replace: unsafe extern "C" fn(ctx: *mut CtxRaw, source: u32, variables: Val),
}

fn table(ctx: &mut Ctx) -> Option<&'static RequestTable> {
    // SAFETY: the interface's name stands for this table, which lives as long as the process.
    ctx.interface(REQUEST).map(|p| unsafe { &*p.cast::<RequestTable>() })
}

/// The variables of a source. Of query, form and cookies what the superglobal holds now, which at request startup is what the
/// client sent; of server and environment what a fresh superglobal would hold.
pub fn variables(ctx: &mut Ctx, source: Source) -> Option<Array> {
    let table = table(ctx)?;
    // SAFETY: our context; the share is ours.
    Array::try_from(unsafe { Value::from_raw((table.variables)(ctx.raw(), source as u32)) }).ok()
}

/// Replaces the superglobal of query, form or cookies, at request startup.
pub fn replace(ctx: &mut Ctx, source: Source, variables: Array) {
    if let Some(table) = table(ctx) {
        // SAFETY: our context; the share moves.
        unsafe { (table.replace)(ctx.raw(), source as u32, Value::from(variables).into_raw()) }
    }
}
