//! The tokens of PHP source: the interface `engine.tokens/1`, which the engine itself offers.

use crate::error::check;
use crate::{Ctx, R};
use plugin_api_abi::{CtxRaw, Status, StrSlice};

/// Name of the interface.
pub const TOKENS: &str = "engine.tokens/1";

/// A token: bytes `start` to `end` of the source.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// One of PHP's `T_*`, or the code of a character.
    pub id: u32,
    /// Offset of its first byte.
    pub start: u32,
    /// Offset behind its last byte.
    pub end: u32,
    /// Line of its first byte, from 1.
    pub line: u32,
}

/// The table of [`TOKENS`].
#[repr(C)]
pub struct TokensTable {
    /// `size_of::<TokensTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Shows each token of a source. With `parse` 1 the source is parsed first, which may throw its ParseError, and keywords
    /// used as names are `T_STRING`.
    pub scan: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        source: StrSlice,
        parse: u32,
        data: *mut u8,
        visit: unsafe extern "C" fn(data: *mut u8, token: Token),
    ) -> Status,
    /// Name of a token id (`T_*`), or NONE.
    pub name: unsafe extern "C" fn(id: u32) -> StrSlice,
}

fn table(ctx: &mut Ctx) -> R<&'static TokensTable> {
    match ctx.interface(TOKENS) {
        // SAFETY: the interface's name stands for this table, which lives as long as the process.
        Some(p) => Ok(unsafe { &*p.cast::<TokensTable>() }),
        None => Err(ctx.error("this engine does not give tokens")),
    }
}

unsafe extern "C" fn collect(data: *mut u8, token: Token) {
    // SAFETY: the list that `scan` passed.
    unsafe { (*data.cast::<Vec<Token>>()).push(token) }
}

/// The tokens of a source, comments and white space too. With `parse` it has to parse (else its ParseError is thrown), and
/// keywords used as names are `T_STRING`.
pub fn scan(ctx: &mut Ctx, source: &[u8], parse: bool) -> R<Vec<Token>> {
    let table = table(ctx)?;
    let mut out: Vec<Token> = Vec::new();
    // SAFETY: our context, a live text; the list outlives the call.
    check(unsafe {
        (table.scan)(ctx.raw(), StrSlice::of(source), parse.into(), (&raw mut out).cast(), collect)
    })?;
    Ok(out)
}

/// The `T_*` name of a token id; `None` for characters and unknown ones.
pub fn name(ctx: &mut Ctx, id: u32) -> R<Option<&'static str>> {
    // SAFETY: names are static text.
    let s = unsafe { (table(ctx)?.name)(id) };
    // SAFETY: as above.
    Ok(if s.is_none() { None } else { str::from_utf8(unsafe { s.bytes() }).ok() })
}
