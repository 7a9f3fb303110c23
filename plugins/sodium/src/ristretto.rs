//! The group Ristretto255.

use crate::common::{fail, made, refuse, sized, written};
use crate::ffi;
use plugin_api::{Ctx, R, Str, php_function};

const SIZE: usize = 32;

fn point(ctx: &mut Ctx, n: u32, name: &str, p: &[u8]) -> R<()> {
    sized(ctx, n, name, p, SIZE, "CORE_RISTRETTO255_BYTES")
}

fn scalar(ctx: &mut Ctx, n: u32, name: &str, s: &[u8]) -> R<()> {
    sized(ctx, n, name, s, SIZE, "CORE_RISTRETTO255_SCALARBYTES")
}

fn points(ctx: &mut Ctx, f: ffi::Two, p: &[u8], q: &[u8]) -> R<Str> {
    point(ctx, 1, "p", p)?;
    point(ctx, 2, "q", q)?;
    // SAFETY: room for a point; points of 32 bytes.
    made(ctx, SIZE, |out| unsafe { f(out, p.as_ptr(), q.as_ptr()) })
}

fn scalars(ctx: &mut Ctx, f: ffi::SureTwo, x: &[u8], y: &[u8]) -> R<Str> {
    scalar(ctx, 1, "x", x)?;
    scalar(ctx, 2, "y", y)?;
    // SAFETY: room for a number; numbers of 32 bytes.
    made(ctx, SIZE, |out| unsafe {
        f(out, x.as_ptr(), y.as_ptr());
        0
    })
}

fn changed(ctx: &mut Ctx, f: ffi::Sure, s: &[u8]) -> R<Str> {
    // SAFETY: room for a number; a number of the length that the function takes.
    made(ctx, SIZE, |out| unsafe {
        f(out, s.as_ptr());
        0
    })
}

/// The sum of two points.
#[php_function("secret sodium_crypto_core_ristretto255_add(string $p, string $q): string")]
fn sodium_crypto_core_ristretto255_add(ctx: &mut Ctx, p: &[u8], q: &[u8]) -> R<Str> {
    points(ctx, ffi::crypto_core_ristretto255_add, p, q)
}

/// The point of a hash.
#[php_function("secret sodium_crypto_core_ristretto255_from_hash(string $s): string")]
fn sodium_crypto_core_ristretto255_from_hash(ctx: &mut Ctx, s: &[u8]) -> R<Str> {
    sized(ctx, 1, "s", s, 64, "CORE_RISTRETTO255_HASHBYTES")?;
    // SAFETY: room for a point; a hash of 64 bytes.
    made(ctx, SIZE, |out| unsafe { ffi::crypto_core_ristretto255_from_hash(out, s.as_ptr()) })
}

/// Whether it is a point.
#[php_function("secret sodium_crypto_core_ristretto255_is_valid_point(string $s): bool")]
fn sodium_crypto_core_ristretto255_is_valid_point(ctx: &mut Ctx, s: &[u8]) -> R<bool> {
    point(ctx, 1, "s", s)?;
    // SAFETY: 32 bytes.
    Ok(unsafe { ffi::crypto_core_ristretto255_is_valid_point(s.as_ptr()) } != 0)
}

/// A random point.
#[php_function("sodium_crypto_core_ristretto255_random(): string")]
fn sodium_crypto_core_ristretto255_random(ctx: &mut Ctx) -> R<Str> {
    // SAFETY: room for a point.
    made(ctx, SIZE, |out| unsafe {
        ffi::crypto_core_ristretto255_random(out);
        0
    })
}

/// The sum of two numbers.
#[php_function("secret sodium_crypto_core_ristretto255_scalar_add(string $x, string $y): string")]
fn sodium_crypto_core_ristretto255_scalar_add(ctx: &mut Ctx, x: &[u8], y: &[u8]) -> R<Str> {
    scalars(ctx, ffi::crypto_core_ristretto255_scalar_add, x, y)
}

/// 1 less a number.
#[php_function("secret sodium_crypto_core_ristretto255_scalar_complement(string $s): string")]
fn sodium_crypto_core_ristretto255_scalar_complement(ctx: &mut Ctx, s: &[u8]) -> R<Str> {
    scalar(ctx, 1, "s", s)?;
    changed(ctx, ffi::crypto_core_ristretto255_scalar_complement, s)
}

/// 1 by a number.
#[php_function("secret sodium_crypto_core_ristretto255_scalar_invert(string $s): string")]
fn sodium_crypto_core_ristretto255_scalar_invert(ctx: &mut Ctx, s: &[u8]) -> R<Str> {
    scalar(ctx, 1, "s", s)?;
    // SAFETY: room for a number; a number of 32 bytes.
    made(ctx, SIZE, |out| unsafe { ffi::crypto_core_ristretto255_scalar_invert(out, s.as_ptr()) })
}

/// The product of two numbers.
#[php_function("secret sodium_crypto_core_ristretto255_scalar_mul(string $x, string $y): string")]
fn sodium_crypto_core_ristretto255_scalar_mul(ctx: &mut Ctx, x: &[u8], y: &[u8]) -> R<Str> {
    scalars(ctx, ffi::crypto_core_ristretto255_scalar_mul, x, y)
}

/// 0 less a number.
#[php_function("secret sodium_crypto_core_ristretto255_scalar_negate(string $s): string")]
fn sodium_crypto_core_ristretto255_scalar_negate(ctx: &mut Ctx, s: &[u8]) -> R<Str> {
    scalar(ctx, 1, "s", s)?;
    changed(ctx, ffi::crypto_core_ristretto255_scalar_negate, s)
}

/// A random number.
#[php_function("sodium_crypto_core_ristretto255_scalar_random(): string")]
fn sodium_crypto_core_ristretto255_scalar_random(ctx: &mut Ctx) -> R<Str> {
    // SAFETY: room for a number.
    made(ctx, SIZE, |out| unsafe {
        ffi::crypto_core_ristretto255_scalar_random(out);
        0
    })
}

/// A long number, within the group's order.
#[php_function("secret sodium_crypto_core_ristretto255_scalar_reduce(string $s): string")]
fn sodium_crypto_core_ristretto255_scalar_reduce(ctx: &mut Ctx, s: &[u8]) -> R<Str> {
    sized(ctx, 1, "s", s, 64, "CORE_RISTRETTO255_NONREDUCEDSCALARBYTES")?;
    changed(ctx, ffi::crypto_core_ristretto255_scalar_reduce, s)
}

/// One number less another.
#[php_function("secret sodium_crypto_core_ristretto255_scalar_sub(string $x, string $y): string")]
fn sodium_crypto_core_ristretto255_scalar_sub(ctx: &mut Ctx, x: &[u8], y: &[u8]) -> R<Str> {
    scalars(ctx, ffi::crypto_core_ristretto255_scalar_sub, x, y)
}

/// One point less another.
#[php_function("secret sodium_crypto_core_ristretto255_sub(string $p, string $q): string")]
fn sodium_crypto_core_ristretto255_sub(ctx: &mut Ctx, p: &[u8], q: &[u8]) -> R<Str> {
    points(ctx, ffi::crypto_core_ristretto255_sub, p, q)
}

/// A point times a number.
#[php_function("secret sodium_crypto_scalarmult_ristretto255(string $n, string $p): string")]
fn sodium_crypto_scalarmult_ristretto255(ctx: &mut Ctx, n: &[u8], p: &[u8]) -> R<Str> {
    sized(ctx, 1, "n", n, SIZE, "SCALARMULT_RISTRETTO255_SCALARBYTES")?;
    sized(ctx, 2, "p", p, SIZE, "SCALARMULT_RISTRETTO255_BYTES")?;
    // SAFETY: room for a point; number and point of 32 bytes.
    let q = written(SIZE, |out| unsafe { ffi::crypto_scalarmult_ristretto255(out, n.as_ptr(), p.as_ptr()) })?;
    q.ok_or_else(|| fail(ctx, "Result is identity element"))
}

/// The base point times a number.
#[php_function("secret sodium_crypto_scalarmult_ristretto255_base(string $n): string")]
fn sodium_crypto_scalarmult_ristretto255_base(ctx: &mut Ctx, n: &[u8]) -> R<Str> {
    sized(ctx, 1, "n", n, SIZE, "SCALARMULT_RISTRETTO255_SCALARBYTES")?;
    // SAFETY: room for a point; a number of 32 bytes.
    let q = written(SIZE, |out| unsafe { ffi::crypto_scalarmult_ristretto255_base(out, n.as_ptr()) })?;
    q.ok_or_else(|| refuse(ctx, 1, "n", "must not be zero"))
}
