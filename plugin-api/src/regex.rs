//! Regular expressions of the pcre extension for other extensions: the interface `pcre.regex/1`.

use crate::error::check;
use crate::{Ctx, R};
use core::ptr::null_mut;
use plugin_api_abi::{CtxRaw, Status, StrSlice};

/// Name of the interface.
pub const REGEX: &str = "pcre.regex/1";

/// The table of [`REGEX`].
#[repr(C)]
pub struct RegexTable {
    /// `size_of::<RegexTable>()` of the extension that offers it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Compiles a pattern with delimiters and modifiers; `out` stays null after a warning.
    pub compile: unsafe extern "C" fn(ctx: *mut CtxRaw, pattern: StrSlice, out: *mut *mut u8) -> Status,
    /// Whether it matches anywhere in a subject; 0 also when matching failed.
    pub is_match: unsafe extern "C" fn(ctx: *mut CtxRaw, regex: *mut u8, subject: StrSlice) -> u32,
    /// Gives it back.
    pub free: unsafe extern "C" fn(regex: *mut u8),
}

/// A compiled pattern.
pub struct Regex {
    table: &'static RegexTable,
    raw: *mut u8,
}

impl Regex {
    /// Compiles a pattern with delimiters and modifiers, as `preg_match()` takes it; `None` after a warning under the
    /// running function's name, or without the pcre extension.
    pub fn compile(ctx: &mut Ctx, pattern: &[u8]) -> R<Option<Regex>> {
        let Some(p) = ctx.interface(REGEX) else { return Ok(None) };
        // SAFETY: the interface's name stands for this table, which lives as long as the process.
        let table = unsafe { &*p.cast::<RegexTable>() };
        let mut raw = null_mut();
        // SAFETY: our context, a live text and result slot.
        check(unsafe { (table.compile)(ctx.raw(), StrSlice::of(pattern), &mut raw) })?;
        Ok((!raw.is_null()).then(|| Regex { table, raw }))
    }
    /// Whether it matches anywhere in a subject.
    pub fn is_match(&self, ctx: &mut Ctx, subject: &[u8]) -> bool {
        // SAFETY: our context, a live pattern and text.
        unsafe { (self.table.is_match)(ctx.raw(), self.raw, StrSlice::of(subject)) != 0 }
    }
}

impl Drop for Regex {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { (self.table.free)(self.raw) }
    }
}
