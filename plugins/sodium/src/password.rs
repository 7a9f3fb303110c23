//! Hashes of passwords, and keys of them.

use crate::common::{fail, refuse, sized, written};
use crate::ffi;
use plugin_api::{Ctx, Level, R, Str, php_function};
use std::ffi::{CString, c_char, c_int};

const LONG: u64 = 0xffff_ffff;

/// The least that Argon2 takes.
const ARGON: (i64, i64) = (1, 8192);
/// The least that PHP takes for scrypt.
const SCRYPT: (i64, i64) = (524_288, 16_777_216);

/// Effort and memory, which come as two arguments from `at` on.
struct Limits {
    at: u32,
    ops: i64,
    mem: i64,
}

impl Limits {
    fn positive(&self, ctx: &mut Ctx) -> R<()> {
        for (i, (name, n)) in [("opslimit", self.ops), ("memlimit", self.mem)].into_iter().enumerate() {
            if n <= 0 {
                return Err(refuse(ctx, self.at + i as u32, name, "must be greater than 0"));
            }
        }
        Ok(())
    }
    fn at_least(&self, ctx: &mut Ctx, least: (i64, i64)) -> R<()> {
        let both = [("opslimit", self.ops, least.0), ("memlimit", self.mem, least.1)];
        for (i, (name, n, least)) in both.into_iter().enumerate() {
            if n < least {
                let message = format!("must be greater than or equal to {least}");
                return Err(refuse(ctx, self.at + i as u32, name, &message));
            }
        }
        Ok(())
    }
}

fn not_too_long(ctx: &mut Ctx, n: u32, password: &[u8]) -> R<()> {
    if ffi::len(password) >= LONG { Err(refuse(ctx, n, "password", "is too long")) } else { Ok(()) }
}

fn warn_if_empty(ctx: &mut Ctx, password: &[u8]) -> R<()> {
    if password.is_empty() { ctx.raise_plain(Level::Warning, "empty password") } else { Ok(()) }
}

/// A text that a function writes, up to its NUL byte.
fn text(ctx: &mut Ctx, room: usize, f: impl FnOnce(*mut c_char) -> c_int) -> R<Vec<u8>> {
    let mut out = vec![0u8; room];
    if f(out.as_mut_ptr().cast()) != 0 {
        return Err(fail(ctx, "internal error"));
    }
    let end = out.iter().position(|&c| c == 0).unwrap_or(room);
    out.truncate(end);
    Ok(out)
}

fn c_text(t: &[u8]) -> CString {
    let end = t.iter().position(|&c| c == 0).unwrap_or(t.len());
    CString::new(&t[..end]).unwrap_or_default()
}

/// A key of a password.
#[php_function(
    "secret sodium_crypto_pwhash(int $length, #[\\SensitiveParameter] string $password, string $salt, int $opslimit, int $memlimit, int $algo = SODIUM_CRYPTO_PWHASH_ALG_DEFAULT): string"
)]
fn sodium_crypto_pwhash(
    ctx: &mut Ctx,
    length: i64,
    password: &[u8],
    salt: &[u8],
    opslimit: i64,
    memlimit: i64,
    algo: Option<i64>,
) -> R<Str> {
    let algo = algo.unwrap_or(2);
    if length <= 0 {
        return Err(refuse(ctx, 1, "length", "must be greater than 0"));
    }
    if length as u64 >= LONG {
        return Err(refuse(ctx, 1, "length", "is too large"));
    }
    not_too_long(ctx, 2, password)?;
    let limits = Limits { at: 4, ops: opslimit, mem: memlimit };
    limits.positive(ctx)?;
    if algo != 1 && algo != 2 {
        return Err(fail(ctx, "unsupported password hashing algorithm"));
    }
    warn_if_empty(ctx, password)?;
    sized(ctx, 3, "salt", salt, 16, "PWHASH_SALTBYTES")?;
    limits.at_least(ctx, ARGON)?;
    // SAFETY: room for `length` bytes; a salt of 16.
    let key = written(length as usize, |out| unsafe {
        let (p, n) = (password.as_ptr().cast(), ffi::len(password));
        let (ops, mem) = (opslimit as u64, memlimit as usize);
        ffi::crypto_pwhash(out, length as u64, p, n, salt.as_ptr(), ops, mem, algo as c_int)
    })?;
    key.ok_or_else(|| fail(ctx, "internal error"))
}

/// A hash of a password, with all that is needed to verify it.
#[php_function(
    "secret sodium_crypto_pwhash_str(#[\\SensitiveParameter] string $password, int $opslimit, int $memlimit): string"
)]
fn sodium_crypto_pwhash_str(ctx: &mut Ctx, password: &[u8], opslimit: i64, memlimit: i64) -> R<Vec<u8>> {
    let limits = Limits { at: 2, ops: opslimit, mem: memlimit };
    limits.positive(ctx)?;
    not_too_long(ctx, 1, password)?;
    warn_if_empty(ctx, password)?;
    limits.at_least(ctx, ARGON)?;
    // SAFETY: room for what libsodium writes at most.
    text(ctx, 128, |out| unsafe {
        let (p, n) = (password.as_ptr().cast(), ffi::len(password));
        ffi::crypto_pwhash_str(out, p, n, opslimit as u64, memlimit as usize)
    })
}

/// Whether a hash is a password's.
#[php_function(
    "secret sodium_crypto_pwhash_str_verify(string $hash, #[\\SensitiveParameter] string $password): bool"
)]
fn sodium_crypto_pwhash_str_verify(ctx: &mut Ctx, hash: &[u8], password: &[u8]) -> R<bool> {
    not_too_long(ctx, 2, password)?;
    warn_if_empty(ctx, password)?;
    // SAFETY: live texts.
    let status = unsafe {
        let (p, n) = (password.as_ptr().cast(), ffi::len(password));
        ffi::crypto_pwhash_str_verify(c_text(hash).as_ptr(), p, n)
    };
    Ok(status == 0)
}

/// Whether a hash was made with other limits.
#[php_function("sodium_crypto_pwhash_str_needs_rehash(string $password, int $opslimit, int $memlimit): bool")]
fn sodium_crypto_pwhash_str_needs_rehash(password: &[u8], opslimit: i64, memlimit: i64) -> bool {
    let hash = c_text(password);
    // SAFETY: a live text.
    unsafe { ffi::crypto_pwhash_str_needs_rehash(hash.as_ptr(), opslimit as u64, memlimit as usize) != 0 }
}

/// A key of a password, by scrypt.
#[php_function(
    "secret sodium_crypto_pwhash_scryptsalsa208sha256(int $length, #[\\SensitiveParameter] string $password, string $salt, int $opslimit, int $memlimit): string"
)]
fn sodium_crypto_pwhash_scryptsalsa208sha256(
    ctx: &mut Ctx,
    length: i64,
    password: &[u8],
    salt: &[u8],
    opslimit: i64,
    memlimit: i64,
) -> R<Str> {
    if !(1..=0x1f_ffff_ffe0).contains(&length) {
        return Err(refuse(ctx, 1, "length", "must be greater than 0"));
    }
    let limits = Limits { at: 4, ops: opslimit, mem: memlimit };
    limits.positive(ctx)?;
    warn_if_empty(ctx, password)?;
    sized(ctx, 3, "salt", salt, 32, "PWHASH_SCRYPTSALSA208SHA256_SALTBYTES")?;
    limits.at_least(ctx, SCRYPT)?;
    // SAFETY: room for `length` bytes; a salt of 32.
    let key = written(length as usize, |out| unsafe {
        let (p, n) = (password.as_ptr().cast(), ffi::len(password));
        let (ops, mem) = (opslimit as u64, memlimit as usize);
        ffi::crypto_pwhash_scryptsalsa208sha256(out, length as u64, p, n, salt.as_ptr(), ops, mem)
    })?;
    key.ok_or_else(|| fail(ctx, "internal error"))
}

const SCRYPT_TEXT: usize = 102;

/// A hash of a password, by scrypt.
#[php_function(
    "secret sodium_crypto_pwhash_scryptsalsa208sha256_str(#[\\SensitiveParameter] string $password, int $opslimit, int $memlimit): string"
)]
fn sodium_crypto_pwhash_scryptsalsa208sha256_str(
    ctx: &mut Ctx,
    password: &[u8],
    opslimit: i64,
    memlimit: i64,
) -> R<Vec<u8>> {
    let limits = Limits { at: 2, ops: opslimit, mem: memlimit };
    limits.positive(ctx)?;
    warn_if_empty(ctx, password)?;
    limits.at_least(ctx, SCRYPT)?;
    // SAFETY: room for what libsodium writes.
    text(ctx, SCRYPT_TEXT, |out| unsafe {
        let (p, n) = (password.as_ptr().cast(), ffi::len(password));
        let (ops, mem) = (opslimit as u64, memlimit as usize);
        ffi::crypto_pwhash_scryptsalsa208sha256_str(out, p, n, ops, mem)
    })
}

/// Whether a hash by scrypt is a password's.
#[php_function(
    "secret sodium_crypto_pwhash_scryptsalsa208sha256_str_verify(string $hash, #[\\SensitiveParameter] string $password): bool"
)]
fn sodium_crypto_pwhash_scryptsalsa208sha256_str_verify(
    ctx: &mut Ctx,
    hash: &[u8],
    password: &[u8],
) -> R<bool> {
    warn_if_empty(ctx, password)?;
    if hash.len() != SCRYPT_TEXT - 1 {
        ctx.raise_plain(Level::Warning, "wrong size for the hashed password")?;
        return Ok(false);
    }
    // SAFETY: live texts; the hash has its length before a NUL byte, or is none to libsodium.
    let status = unsafe {
        let (p, n) = (password.as_ptr().cast(), ffi::len(password));
        let mut room = [0u8; SCRYPT_TEXT];
        room[..hash.len()].copy_from_slice(hash);
        ffi::crypto_pwhash_scryptsalsa208sha256_str_verify(room.as_ptr().cast(), p, n)
    };
    Ok(status == 0)
}
