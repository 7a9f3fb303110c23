//! What other extensions may use: `standard.serial/1`.

use super::read::{Known, from_bytes, part, settle as settled};
use super::{Numbered, to_bytes};
use crate::Globals;
use plugin_api::abi::{CtxRaw, Status, StrSlice, Val};
use plugin_api::serial::SerialTable;
use plugin_api::{Ctx, Place, R, Throw, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `f`; a panic ends the request.
unsafe fn guard(ctx: *mut CtxRaw, f: impl FnOnce(&mut Ctx) -> R<()>) -> Status {
    // SAFETY: the caller's context.
    match catch_unwind(AssertUnwindSafe(|| f(unsafe { Ctx::from_raw(ctx) }))) {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(t)) => t.status(),
        Err(_) => Throw::Bailout.status(),
    }
}

unsafe extern "C" fn write_begin(ctx: *mut CtxRaw) -> u32 {
    // SAFETY: the caller's context.
    let mut known = unsafe { Ctx::from_raw(ctx) }.globals::<Globals>().serializing.borrow_mut();
    let begins = known.is_none();
    known.get_or_insert_with(Numbered::default);
    begins.into()
}

unsafe extern "C" fn write(ctx: *mut CtxRaw, v: Val, out: *mut Val) -> Status {
    // SAFETY: the caller's context, value and result slot.
    unsafe {
        guard(ctx, |ctx| {
            let text = to_bytes(ctx, Value::borrow(&v))?;
            *out = Value::str(text).into_raw();
            Ok(())
        })
    }
}

unsafe extern "C" fn write_end(ctx: *mut CtxRaw, begun: u32) {
    if begun != 0 {
        // SAFETY: the caller's context.
        drop(unsafe { Ctx::from_raw(ctx) }.globals::<Globals>().serializing.take());
    }
}

unsafe extern "C" fn read_begin(ctx: *mut CtxRaw) -> u32 {
    // SAFETY: the caller's context.
    let mut known = unsafe { Ctx::from_raw(ctx) }.globals::<Globals>().unserializing.borrow_mut();
    let begins = known.is_none();
    known.get_or_insert_with(Known::default);
    begins.into()
}

unsafe extern "C" fn read(ctx: *mut CtxRaw, text: StrSlice, used: *mut usize, out: *mut Val) -> Status {
    // SAFETY: the caller's context, text and result slots.
    unsafe { read_part(ctx, text, used, out, false) }
}

unsafe extern "C" fn read_element(
    ctx: *mut CtxRaw,
    text: StrSlice,
    used: *mut usize,
    out: *mut Val,
) -> Status {
    // SAFETY: as above.
    unsafe { read_part(ctx, text, used, out, true) }
}

unsafe extern "C" fn settle(elements: Val) -> Val {
    // SAFETY: a live value.
    settled(unsafe { Value::borrow(&elements) }).into_raw()
}

unsafe extern "C" fn from_text(ctx: *mut CtxRaw, text: StrSlice, options: Val, out: *mut Val) -> Status {
    // SAFETY: the caller's context, text, value and result slot.
    unsafe {
        guard(ctx, |ctx| {
            let options = Value::borrow(&options).as_array().cloned();
            let mut v = Value::NULL;
            if from_bytes(ctx, text.bytes(), options.as_ref(), Place::of(&mut v))? {
                *out = v.into_raw();
            }
            Ok(())
        })
    }
}

unsafe fn read_part(
    ctx: *mut CtxRaw,
    text: StrSlice,
    used: *mut usize,
    out: *mut Val,
    element: bool,
) -> Status {
    // SAFETY: by the caller's promise.
    unsafe {
        guard(ctx, |ctx| {
            let (v, at) = part(ctx, text.bytes(), element)?;
            *used = at;
            if let Some(v) = v {
                *out = v.into_raw();
            }
            Ok(())
        })
    }
}

unsafe extern "C" fn read_end(ctx: *mut CtxRaw, begun: u32) -> Status {
    if begun == 0 {
        return Status::Ok;
    }
    // SAFETY: the caller's context.
    unsafe {
        guard(ctx, |ctx| match ctx.globals::<Globals>().unserializing.take() {
            Some(known) => known.finish(ctx),
            None => Ok(()),
        })
    }
}

/// The table.
pub static TABLE: SerialTable = SerialTable {
    size: size_of::<SerialTable>() as u32,
    reserved: 0,
    write_begin,
    write,
    write_end,
    read_begin,
    read,
    read_end,
    read_element,
    settle,
    from_text,
};
