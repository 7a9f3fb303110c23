//! Hashes, authentication codes and keys derived from keys.

use crate::common::{Secret, fail, forget, made, random, refuse, sized, variable};
use crate::ffi;
use plugin_api::{Ctx, R, Reference, Str, php_function};

/// An authentication code.
#[php_function("secret sodium_crypto_auth(string $message, #[\\SensitiveParameter] string $key): string")]
fn sodium_crypto_auth(ctx: &mut Ctx, message: &[u8], key: &[u8]) -> R<Str> {
    sized(ctx, 2, "key", key, 32, "AUTH_KEYBYTES")?;
    // SAFETY: room for 32 bytes; a key of 32.
    made(ctx, 32, |out| unsafe { ffi::crypto_auth(out, message.as_ptr(), ffi::len(message), key.as_ptr()) })
}

/// A key for `sodium_crypto_auth()`.
#[php_function("sodium_crypto_auth_keygen(): string")]
fn sodium_crypto_auth_keygen() -> Vec<u8> {
    random(32)
}

/// Whether an authentication code is a message's.
#[php_function(
    "secret sodium_crypto_auth_verify(string $mac, string $message, #[\\SensitiveParameter] string $key): bool"
)]
fn sodium_crypto_auth_verify(ctx: &mut Ctx, mac: &[u8], message: &[u8], key: &[u8]) -> R<bool> {
    sized(ctx, 3, "key", key, 32, "AUTH_KEYBYTES")?;
    sized(ctx, 1, "mac", mac, 32, "AUTH_BYTES")?;
    // SAFETY: a code and a key of 32 bytes.
    let status =
        unsafe { ffi::crypto_auth_verify(mac.as_ptr(), message.as_ptr(), ffi::len(message), key.as_ptr()) };
    Ok(status == 0)
}

/// A short hash.
#[php_function(
    "secret sodium_crypto_shorthash(string $message, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_shorthash(ctx: &mut Ctx, message: &[u8], key: &[u8]) -> R<Str> {
    sized(ctx, 2, "key", key, 16, "SHORTHASH_KEYBYTES")?;
    // SAFETY: room for 8 bytes; a key of 16.
    made(ctx, 8, |out| unsafe {
        ffi::crypto_shorthash(out, message.as_ptr(), ffi::len(message), key.as_ptr())
    })
}

/// A key for `sodium_crypto_shorthash()`.
#[php_function("sodium_crypto_shorthash_keygen(): string")]
fn sodium_crypto_shorthash_keygen() -> Vec<u8> {
    random(16)
}

fn output(ctx: &mut Ctx, length: i64) -> R<usize> {
    match usize::try_from(length) {
        Ok(n) if (16..=64).contains(&n) => Ok(n),
        _ => Err(fail(ctx, "unsupported output length")),
    }
}

fn key_pointer(ctx: &mut Ctx, key: &[u8]) -> R<*const u8> {
    match key.len() {
        0 => Ok(core::ptr::null()),
        16..=64 => Ok(key.as_ptr()),
        _ => Err(fail(ctx, "unsupported key length")),
    }
}

/// A hash, with or without a key.
#[php_function(
    "secret sodium_crypto_generichash(string $message, #[\\SensitiveParameter] string $key = \"\", int $length = SODIUM_CRYPTO_GENERICHASH_BYTES): string"
)]
fn sodium_crypto_generichash(ctx: &mut Ctx, message: &[u8], key: &[u8], length: Option<i64>) -> R<Str> {
    let len = output(ctx, length.unwrap_or(32))?;
    let from = key_pointer(ctx, key)?;
    // SAFETY: room for `len` bytes; live bytes.
    made(ctx, len, |out| unsafe {
        ffi::crypto_generichash(out, len, message.as_ptr(), ffi::len(message), from, key.len())
    })
}

/// A key for `sodium_crypto_generichash()`.
#[php_function("sodium_crypto_generichash_keygen(): string")]
fn sodium_crypto_generichash_keygen() -> Vec<u8> {
    random(32)
}

/// A state of hashing, where libsodium wants it.
#[repr(C, align(64))]
struct State([u8; State::ROOM]);

impl State {
    const ROOM: usize = 512;

    fn new() -> State {
        State([0; State::ROOM])
    }
    /// How much of it libsodium uses.
    fn size() -> usize {
        // SAFETY: no arguments.
        unsafe { ffi::crypto_generichash_statebytes() }.min(State::ROOM)
    }
    fn raw(&mut self) -> *mut std::ffi::c_void {
        self.0.as_mut_ptr().cast()
    }
    /// The state in a variable.
    fn of(ctx: &mut Ctx, v: &Reference<'_>) -> R<State> {
        let held = variable(ctx, v, |ctx| refuse(ctx, 1, "state", "must be a reference to a state"))?;
        if held.0.len() != State::size() {
            return Err(fail(ctx, "incorrect state length"));
        }
        let mut state = State::new();
        state.0[..held.0.len()].copy_from_slice(&held.0);
        Ok(state)
    }
    fn text(&self) -> Str {
        Str::new(&self.0[..State::size()])
    }
}

impl Drop for State {
    fn drop(&mut self) {
        // SAFETY: a live buffer.
        unsafe { ffi::sodium_memzero(self.raw(), State::ROOM) };
    }
}

/// Begins a hash.
#[php_function(
    "secret sodium_crypto_generichash_init(#[\\SensitiveParameter] string $key = \"\", int $length = SODIUM_CRYPTO_GENERICHASH_BYTES): string"
)]
fn sodium_crypto_generichash_init(ctx: &mut Ctx, key: &[u8], length: Option<i64>) -> R<Str> {
    let len = output(ctx, length.unwrap_or(32))?;
    let from = key_pointer(ctx, key)?;
    let mut state = State::new();
    // SAFETY: a state that has room and is aligned; live bytes.
    match unsafe { ffi::crypto_generichash_init(state.raw(), from, key.len(), len) } {
        0 => Ok(state.text()),
        _ => Err(fail(ctx, "internal error")),
    }
}

/// Hashes on.
#[php_function("secret sodium_crypto_generichash_update(@unchecked string &$state, string $message): true")]
fn sodium_crypto_generichash_update(ctx: &mut Ctx, state: Reference<'_>, message: &[u8]) -> R<bool> {
    let mut s = State::of(ctx, &state)?;
    // SAFETY: a state of libsodium's; live bytes.
    if unsafe { ffi::crypto_generichash_update(s.raw(), message.as_ptr(), ffi::len(message)) } != 0 {
        return Err(fail(ctx, "internal error"));
    }
    state.set(ctx, s.text())?;
    Ok(true)
}

/// Ends a hash.
#[php_function(
    "secret sodium_crypto_generichash_final(@unchecked string &$state, int $length = SODIUM_CRYPTO_GENERICHASH_BYTES): string"
)]
fn sodium_crypto_generichash_final(ctx: &mut Ctx, state: Reference<'_>, length: Option<i64>) -> R<Str> {
    let mut s = State::of(ctx, &state)?;
    let len = output(ctx, length.unwrap_or(32))?;
    // SAFETY: a state of libsodium's; room for `len` bytes.
    let hash = made(ctx, len, |out| unsafe { ffi::crypto_generichash_final(s.raw(), out, len) })?;
    forget(ctx, &state)?;
    Ok(hash)
}

/// A key that is derived from a key, by number and context.
#[php_function(
    "secret sodium_crypto_kdf_derive_from_key(int $subkey_length, int $subkey_id, string $context, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_kdf_derive_from_key(
    ctx: &mut Ctx,
    subkey_length: i64,
    subkey_id: i64,
    context: &[u8],
    key: &[u8],
) -> R<Str> {
    let len = match subkey_length {
        ..16 => {
            let message = "must be greater than or equal to SODIUM_CRYPTO_KDF_BYTES_MIN";
            return Err(refuse(ctx, 1, "subkey_length", message));
        }
        65.. => {
            let message = "must be less than or equal to SODIUM_CRYPTO_KDF_BYTES_MAX";
            return Err(refuse(ctx, 1, "subkey_length", message));
        }
        n => n as usize,
    };
    let Ok(id) = u64::try_from(subkey_id) else {
        return Err(refuse(ctx, 2, "subkey_id", "must be greater than or equal to 0"));
    };
    sized(ctx, 3, "context", context, 8, "KDF_CONTEXTBYTES")?;
    sized(ctx, 4, "key", key, 32, "KDF_KEYBYTES")?;
    // SAFETY: room for `len` bytes; a context of 8 and a key of 32.
    made(ctx, len, |out| unsafe {
        ffi::crypto_kdf_derive_from_key(out, len, id, context.as_ptr().cast(), key.as_ptr())
    })
}

/// A key for `sodium_crypto_kdf_derive_from_key()`.
#[php_function("sodium_crypto_kdf_keygen(): string")]
fn sodium_crypto_kdf_keygen() -> Vec<u8> {
    random(32)
}

/// The hash of texts one after the other, of a length that libsodium takes.
pub fn hash_of(parts: &[&[u8]], len: usize) -> Secret {
    let mut out = Secret(vec![0; len]);
    let mut state = State::new();
    // SAFETY: a state that has room and is aligned; live bytes; room for `len` bytes.
    unsafe {
        ffi::crypto_generichash_init(state.raw(), core::ptr::null(), 0, len);
        for p in parts {
            ffi::crypto_generichash_update(state.raw(), p.as_ptr(), ffi::len(p));
        }
        ffi::crypto_generichash_final(state.raw(), out.0.as_mut_ptr(), len);
    }
    out
}
