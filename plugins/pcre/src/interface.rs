//! What other extensions may use: `pcre.regex/1`.

use crate::pattern::{Found, Pattern};
use crate::{Search, compile, globals};
use plugin_api::abi::{CtxRaw, Status, StrSlice};
use plugin_api::regex::RegexTable;
use plugin_api::{Ctx, Throw};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

unsafe extern "C" fn compile_pattern(ctx: *mut CtxRaw, pattern: StrSlice, out: *mut *mut u8) -> Status {
    let run = AssertUnwindSafe(|| {
        // SAFETY: the caller's context and text.
        let (ctx, pattern) = unsafe { (Ctx::from_raw(ctx), pattern.bytes()) };
        let g = globals(ctx);
        compile(ctx, g, pattern)
    });
    match catch_unwind(run) {
        Ok(Ok(found)) => {
            if let Some(p) = found {
                // SAFETY: the caller's result slot; the share is given back by `free`.
                unsafe { *out = Rc::into_raw(p).cast_mut().cast() };
            }
            Status::Ok
        }
        Ok(Err(t)) => t.status(),
        Err(_) => Throw::Bailout.status(),
    }
}

unsafe extern "C" fn is_match(ctx: *mut CtxRaw, regex: *mut u8, subject: StrSlice) -> u32 {
    let run = AssertUnwindSafe(|| {
        // SAFETY: the caller's context and text, and a pattern of `compile_pattern`, of which a share is taken.
        let (ctx, pattern, subject) = unsafe {
            Rc::increment_strong_count(regex.cast::<Pattern>());
            (Ctx::from_raw(ctx), Rc::from_raw(regex.cast::<Pattern>()), subject.bytes())
        };
        matches!(Search::new(globals(ctx), &pattern, subject, 0).next(), Found::Match(_))
    });
    catch_unwind(run).unwrap_or(false).into()
}

unsafe extern "C" fn free(regex: *mut u8) {
    // SAFETY: a share of `compile_pattern`, given back once.
    unsafe { Rc::decrement_strong_count(regex.cast::<Pattern>()) }
}

/// The table.
pub static TABLE: RegexTable = RegexTable {
    size: size_of::<RegexTable>() as u32,
    reserved: 0,
    compile: compile_pattern,
    is_match,
    free,
};
