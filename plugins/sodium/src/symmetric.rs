//! Encryption with a key that both sides have: boxes and streams.

use crate::common::{fail, made, random, refuse, sized, written};
use crate::ffi;
use plugin_api::{Ctx, OrFalse, R, Str, php_function};

const MAC: usize = 16;

/// Encrypts a message and lets nobody change it.
#[php_function(
    "secret sodium_crypto_secretbox(#[\\SensitiveParameter] string $message, string $nonce, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_secretbox(ctx: &mut Ctx, message: &[u8], nonce: &[u8], key: &[u8]) -> R<Str> {
    sized(ctx, 2, "nonce", nonce, 24, "SECRETBOX_NONCEBYTES")?;
    sized(ctx, 3, "key", key, 32, "SECRETBOX_KEYBYTES")?;
    // SAFETY: room for the message and the code; a nonce of 24 bytes and a key of 32.
    made(ctx, message.len() + MAC, |out| unsafe {
        ffi::crypto_secretbox_easy(out, message.as_ptr(), ffi::len(message), nonce.as_ptr(), key.as_ptr())
    })
}

/// A key for `sodium_crypto_secretbox()`.
#[php_function("sodium_crypto_secretbox_keygen(): string")]
fn sodium_crypto_secretbox_keygen() -> Vec<u8> {
    random(32)
}

/// What `sodium_crypto_secretbox()` encrypted.
#[php_function(
    "secret sodium_crypto_secretbox_open(string $ciphertext, string $nonce, #[\\SensitiveParameter] string $key): string|false"
)]
fn sodium_crypto_secretbox_open(
    ctx: &mut Ctx,
    ciphertext: &[u8],
    nonce: &[u8],
    key: &[u8],
) -> R<OrFalse<Str>> {
    sized(ctx, 2, "nonce", nonce, 24, "SECRETBOX_NONCEBYTES")?;
    sized(ctx, 3, "key", key, 32, "SECRETBOX_KEYBYTES")?;
    let Some(len) = ciphertext.len().checked_sub(MAC) else { return Ok(OrFalse::FALSE) };
    // SAFETY: room for the message; a nonce of 24 bytes and a key of 32.
    let message = written(len, |out| unsafe {
        let (c, n) = (ciphertext.as_ptr(), ffi::len(ciphertext));
        ffi::crypto_secretbox_open_easy(out, c, n, nonce.as_ptr(), key.as_ptr())
    })?;
    Ok(message.into())
}

fn length(ctx: &mut Ctx, n: i64) -> R<usize> {
    match usize::try_from(n) {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(refuse(ctx, 1, "length", "must be greater than 0")),
    }
}

fn stream_sizes(ctx: &mut Ctx, nonce: &[u8], key: &[u8], key_at: u32, of: &str) -> R<()> {
    sized(ctx, 2, "nonce", nonce, 24, &format!("{of}_NONCEBYTES"))?;
    sized(ctx, key_at, "key", key, 32, &format!("{of}_KEYBYTES"))
}

/// Bytes that look random, from a nonce and a key.
#[php_function(
    "secret sodium_crypto_stream(int $length, string $nonce, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_stream(ctx: &mut Ctx, length: i64, nonce: &[u8], key: &[u8]) -> R<Str> {
    let n = self::length(ctx, length)?;
    stream_sizes(ctx, nonce, key, 3, "STREAM")?;
    // SAFETY: room for `n` bytes; a nonce of 24 bytes and a key of 32.
    made(ctx, n, |out| unsafe { ffi::crypto_stream(out, n as u64, nonce.as_ptr(), key.as_ptr()) })
}

/// A key for `sodium_crypto_stream()`.
#[php_function("sodium_crypto_stream_keygen(): string")]
fn sodium_crypto_stream_keygen() -> Vec<u8> {
    random(32)
}

fn mixed(ctx: &mut Ctx, f: ffi::Boxed, message: &[u8], nonce: &[u8], key: &[u8], of: &str) -> R<Str> {
    stream_sizes(ctx, nonce, key, 3, of)?;
    // SAFETY: room for as many bytes as the message has; a nonce of 24 bytes and a key of 32.
    made(ctx, message.len(), |out| unsafe {
        f(out, message.as_ptr(), ffi::len(message), nonce.as_ptr(), key.as_ptr())
    })
}

/// A message, mixed with the bytes of `sodium_crypto_stream()`.
#[php_function(
    "secret sodium_crypto_stream_xor(#[\\SensitiveParameter] string $message, string $nonce, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_stream_xor(ctx: &mut Ctx, message: &[u8], nonce: &[u8], key: &[u8]) -> R<Str> {
    mixed(ctx, ffi::crypto_stream_xor, message, nonce, key, "STREAM")
}

/// As `sodium_crypto_stream()`, by XChaCha20.
#[php_function(
    "secret sodium_crypto_stream_xchacha20(int $length, string $nonce, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_stream_xchacha20(ctx: &mut Ctx, length: i64, nonce: &[u8], key: &[u8]) -> R<Str> {
    let n = self::length(ctx, length)?;
    stream_sizes(ctx, nonce, key, 3, "STREAM_XCHACHA20")?;
    // SAFETY: room for `n` bytes; a nonce of 24 bytes and a key of 32.
    made(ctx, n, |out| unsafe { ffi::crypto_stream_xchacha20(out, n as u64, nonce.as_ptr(), key.as_ptr()) })
}

/// A key for `sodium_crypto_stream_xchacha20()`.
#[php_function("sodium_crypto_stream_xchacha20_keygen(): string")]
fn sodium_crypto_stream_xchacha20_keygen() -> Vec<u8> {
    random(32)
}

/// As `sodium_crypto_stream_xor()`, by XChaCha20.
#[php_function(
    "secret sodium_crypto_stream_xchacha20_xor(#[\\SensitiveParameter] string $message, string $nonce, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_stream_xchacha20_xor(ctx: &mut Ctx, message: &[u8], nonce: &[u8], key: &[u8]) -> R<Str> {
    mixed(ctx, ffi::crypto_stream_xchacha20_xor, message, nonce, key, "STREAM_XCHACHA20")
}

/// As `sodium_crypto_stream_xchacha20_xor()`, from a block on.
#[php_function(
    "secret sodium_crypto_stream_xchacha20_xor_ic(#[\\SensitiveParameter] string $message, string $nonce, int $counter, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_stream_xchacha20_xor_ic(
    ctx: &mut Ctx,
    message: &[u8],
    nonce: &[u8],
    counter: i64,
    key: &[u8],
) -> R<Str> {
    sized(ctx, 2, "nonce", nonce, 24, "STREAM_XCHACHA20_NONCEBYTES")?;
    if key.len() != 32 {
        // PHP counts the key as argument 3 here, whose name is the counter's.
        let message = "must be SODIUM_CRYPTO_STREAM_XCHACHA20_KEYBYTES bytes long";
        return Err(refuse(ctx, 3, "counter", message));
    }
    let made = written(message.len(), |out| unsafe {
        // SAFETY: room for as many bytes as the message has; a nonce of 24 bytes and a key of 32.
        let (m, n) = (message.as_ptr(), ffi::len(message));
        ffi::crypto_stream_xchacha20_xor_ic(out, m, n, nonce.as_ptr(), counter as u64, key.as_ptr())
    })?;
    made.ok_or_else(|| fail(ctx, "internal error"))
}
