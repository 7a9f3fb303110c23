//! The errors that `openssl_error_string()` tells: OpenSSL's own queue is emptied into one of the extension's, which keeps
//! the last of them for the script.

use crate::Globals;
use crate::own;
use crate::sys as ffi;
use plugin_api::{Ctx, R, Throw};
use std::ffi::{c_char, c_ulong};

/// Places in the ring; one stays free.
const ROOM: usize = 16;

/// The ring of errors.
#[derive(Clone, Copy, Default)]
pub struct Errors {
    codes: [u32; ROOM],
    top: usize,
    bottom: usize,
}

impl Errors {
    fn push(&mut self, code: c_ulong) {
        self.top = (self.top + 1) % ROOM;
        if self.top == self.bottom {
            self.bottom = (self.bottom + 1) % ROOM;
        }
        self.codes[self.top] = code as u32;
    }
    fn shift(&mut self) -> Option<u32> {
        if self.top == self.bottom {
            return None;
        }
        self.bottom = (self.bottom + 1) % ROOM;
        Some(self.codes[self.bottom])
    }
}

/// Takes over what OpenSSL's queue holds.
pub fn store(ctx: &mut Ctx) {
    let mut errors = ctx.globals::<Globals>().errors.get();
    loop {
        // SAFETY: the queue of this thread.
        match unsafe { ffi::ERR_get_error() } {
            0 => break,
            code => errors.push(code),
        }
    }
    ctx.globals::<Globals>().errors.set(errors);
}

/// The ring as it is, to go back to with [`restore`].
pub fn mark(ctx: &mut Ctx) -> Errors {
    ctx.globals::<Globals>().errors.get()
}

/// Forgets the errors since [`mark`].
pub fn restore(ctx: &mut Ctx, errors: Errors) {
    ctx.globals::<Globals>().errors.set(errors);
}

/// Stores the errors and gives nothing: how most functions fail.
pub fn none<T>(ctx: &mut Ctx) -> R<Option<T>> {
    store(ctx);
    Ok(None)
}

/// Stores the errors, warns and gives nothing.
pub fn warn_none<T>(ctx: &mut Ctx, message: &str) -> R<Option<T>> {
    store(ctx);
    ctx.warning(message)?;
    Ok(None)
}

/// Warns although an exception is pending, which goes on: what failed for it says so as well.
pub fn warn_beside(ctx: &mut Ctx, thrown: Throw, message: &str) -> Throw {
    match ctx.warning(message) {
        Ok(()) => thrown,
        Err(t) => t,
    }
}

/// An error's words.
pub fn words(code: c_ulong) -> Vec<u8> {
    let mut buf = [0 as c_char; 512];
    // SAFETY: the buffer has that room and is ended.
    unsafe {
        ffi::ERR_error_string_n(code, buf.as_mut_ptr(), 256);
        own::text(buf.as_ptr())
    }
}

/// The oldest error that was not told.
pub fn next(ctx: &mut Ctx) -> Option<Vec<u8>> {
    store(ctx);
    let mut errors = ctx.globals::<Globals>().errors.get();
    let code = errors.shift();
    ctx.globals::<Globals>().errors.set(errors);
    // Errors of the system have the highest bit, which an int keeps as its sign.
    code.filter(|c| *c != 0).map(|c| words(c.cast_signed() as c_ulong))
}
