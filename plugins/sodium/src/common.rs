//! Errors, lengths and results that all functions share.

use crate::ffi;
use plugin_api::{Ctx, R, Reference, Str, Throw, Value, php_class};
use std::ffi::c_int;

/// What went wrong; its trace shows no arguments.
#[php_class("class SodiumException extends Exception", flags(secret))]
pub struct SodiumException;

/// Throws a `SodiumException`.
pub fn fail(ctx: &mut Ctx, message: &str) -> Throw {
    ctx.throw_named("SodiumException", message, 0)
}

/// Throws a `SodiumException` that tells of argument `n`, counted from 1.
pub fn refuse(ctx: &mut Ctx, n: u32, name: &str, message: &str) -> Throw {
    let f = ctx.function_name();
    fail(ctx, &format!("{f}(): Argument #{n} (${name}) {message}"))
}

/// Argument `n`, which must have a length that a constant names.
pub fn sized(ctx: &mut Ctx, n: u32, name: &str, given: &[u8], len: usize, constant: &str) -> R<()> {
    if given.len() == len {
        return Ok(());
    }
    Err(refuse(ctx, n, name, &format!("must be SODIUM_CRYPTO_{constant} bytes long")))
}

/// A string of `len` bytes that `f` writes; what `f` gives is 0 when it went well.
pub fn written(len: usize, f: impl FnOnce(*mut u8) -> c_int) -> R<Option<Str>> {
    let mut status = 0;
    match Str::build(len, |b| status = f(b.as_mut_ptr())) {
        Some(s) => Ok((status == 0).then_some(s)),
        // The memory limit; the request ends.
        None => Err(Throw::Bailout),
    }
}

/// As [`written`], of what hardly fails.
pub fn made(ctx: &mut Ctx, len: usize, f: impl FnOnce(*mut u8) -> c_int) -> R<Str> {
    written(len, f)?.ok_or_else(|| fail(ctx, "internal error"))
}

/// Random bytes.
pub fn random(len: usize) -> Vec<u8> {
    let mut out = vec![0; len];
    // SAFETY: a live buffer.
    unsafe { ffi::randombytes_buf(out.as_mut_ptr().cast(), len) };
    out
}

/// A copy of secret bytes, wiped when it goes.
pub struct Secret(pub Vec<u8>);

impl Drop for Secret {
    fn drop(&mut self) {
        // SAFETY: a live buffer.
        unsafe { ffi::sodium_memzero(self.0.as_mut_ptr().cast(), self.0.len()) };
    }
}

/// The string in a variable, or what `otherwise` throws.
pub fn variable(ctx: &mut Ctx, v: &Reference<'_>, otherwise: impl FnOnce(&mut Ctx) -> Throw) -> R<Secret> {
    let bytes = v.get().as_str().map(|s| Secret(s.to_vec()));
    bytes.ok_or_else(|| otherwise(ctx))
}

/// Wipes the string in a variable, unless others have it too, and makes the variable null.
pub fn forget(ctx: &mut Ctx, v: &Reference<'_>) -> R<()> {
    let held = v.get();
    if let Some(s) = held.as_str().filter(|_| held.refcount() == 1) {
        // SAFETY: the variable alone has the string, which nobody reads from here on.
        unsafe { ffi::sodium_memzero(s.as_bytes().as_ptr().cast_mut().cast(), s.len()) };
    }
    v.set(ctx, Value::NULL)
}
