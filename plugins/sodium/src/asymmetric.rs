//! Encryption for the holder of a key: boxes.

use crate::common::{made, sized, written};
use crate::ffi;
use plugin_api::{Ctx, OrFalse, R, Str, php_function};

const MAC: usize = 16;
const SEAL: usize = 48;
const KEY: usize = 32;

/// Encrypts a message from one holder of keys to another.
#[php_function(
    "secret sodium_crypto_box(#[\\SensitiveParameter] string $message, string $nonce, #[\\SensitiveParameter] string $key_pair): string"
)]
fn sodium_crypto_box(ctx: &mut Ctx, message: &[u8], nonce: &[u8], key_pair: &[u8]) -> R<Str> {
    sized(ctx, 2, "nonce", nonce, 24, "BOX_NONCEBYTES")?;
    sized(ctx, 3, "key_pair", key_pair, 2 * KEY, "BOX_KEYPAIRBYTES")?;
    let (secret, public) = key_pair.split_at(KEY);
    // SAFETY: room for the message and the code; a nonce of 24 bytes and keys of 32.
    made(ctx, message.len() + MAC, |out| unsafe {
        let (m, n) = (message.as_ptr(), ffi::len(message));
        ffi::crypto_box_easy(out, m, n, nonce.as_ptr(), public.as_ptr(), secret.as_ptr())
    })
}

/// A fresh pair of keys.
#[php_function("sodium_crypto_box_keypair(): string")]
fn sodium_crypto_box_keypair(ctx: &mut Ctx) -> R<Str> {
    // SAFETY: room for two keys of 32 bytes.
    made(ctx, 2 * KEY, |out| unsafe { ffi::crypto_box_keypair(out.add(KEY), out) })
}

/// The pair of keys of a seed.
#[php_function("secret sodium_crypto_box_seed_keypair(#[\\SensitiveParameter] string $seed): string")]
fn sodium_crypto_box_seed_keypair(ctx: &mut Ctx, seed: &[u8]) -> R<Str> {
    sized(ctx, 1, "seed", seed, 32, "BOX_SEEDBYTES")?;
    // SAFETY: room for two keys of 32 bytes; a seed of 32.
    made(ctx, 2 * KEY, |out| unsafe { ffi::crypto_box_seed_keypair(out.add(KEY), out, seed.as_ptr()) })
}

/// A pair of keys of its two keys.
#[php_function(
    "secret sodium_crypto_box_keypair_from_secretkey_and_publickey(#[\\SensitiveParameter] string $secret_key, string $public_key): string"
)]
fn sodium_crypto_box_keypair_from_secretkey_and_publickey(
    ctx: &mut Ctx,
    secret_key: &[u8],
    public_key: &[u8],
) -> R<Vec<u8>> {
    sized(ctx, 1, "secret_key", secret_key, KEY, "BOX_SECRETKEYBYTES")?;
    sized(ctx, 2, "public_key", public_key, KEY, "BOX_PUBLICKEYBYTES")?;
    Ok([secret_key, public_key].concat())
}

/// What `sodium_crypto_box()` encrypted.
#[php_function(
    "secret sodium_crypto_box_open(string $ciphertext, string $nonce, #[\\SensitiveParameter] string $key_pair): string|false"
)]
fn sodium_crypto_box_open(
    ctx: &mut Ctx,
    ciphertext: &[u8],
    nonce: &[u8],
    key_pair: &[u8],
) -> R<OrFalse<Str>> {
    sized(ctx, 2, "nonce", nonce, 24, "BOX_NONCEBYTES")?;
    sized(ctx, 3, "key_pair", key_pair, 2 * KEY, "BOX_KEYPAIRBYTES")?;
    let (secret, public) = key_pair.split_at(KEY);
    let Some(len) = ciphertext.len().checked_sub(MAC) else { return Ok(OrFalse::FALSE) };
    // SAFETY: room for the message; a nonce of 24 bytes and keys of 32.
    let message = written(len, |out| unsafe {
        let (c, n) = (ciphertext.as_ptr(), ffi::len(ciphertext));
        ffi::crypto_box_open_easy(out, c, n, nonce.as_ptr(), public.as_ptr(), secret.as_ptr())
    })?;
    Ok(message.into())
}

/// The public key of a pair.
#[php_function("secret sodium_crypto_box_publickey(#[\\SensitiveParameter] string $key_pair): string")]
fn sodium_crypto_box_publickey(ctx: &mut Ctx, key_pair: &[u8]) -> R<Vec<u8>> {
    sized(ctx, 1, "key_pair", key_pair, 2 * KEY, "BOX_KEYPAIRBYTES")?;
    Ok(key_pair[KEY..].to_vec())
}

/// The public key of a secret one.
#[php_function(
    "secret sodium_crypto_box_publickey_from_secretkey(#[\\SensitiveParameter] string $secret_key): string"
)]
fn sodium_crypto_box_publickey_from_secretkey(ctx: &mut Ctx, secret_key: &[u8]) -> R<Str> {
    sized(ctx, 1, "secret_key", secret_key, KEY, "BOX_SECRETKEYBYTES")?;
    // SAFETY: room for a key of 32 bytes; a key of 32.
    made(ctx, KEY, |out| unsafe { ffi::crypto_scalarmult_base(out, secret_key.as_ptr()) })
}

/// Encrypts a message to a holder of keys, from nobody.
#[php_function(
    "secret sodium_crypto_box_seal(#[\\SensitiveParameter] string $message, string $public_key): string"
)]
fn sodium_crypto_box_seal(ctx: &mut Ctx, message: &[u8], public_key: &[u8]) -> R<Str> {
    sized(ctx, 2, "public_key", public_key, KEY, "BOX_PUBLICKEYBYTES")?;
    // SAFETY: room for the message and the seal; a key of 32 bytes.
    made(ctx, message.len() + SEAL, |out| unsafe {
        ffi::crypto_box_seal(out, message.as_ptr(), ffi::len(message), public_key.as_ptr())
    })
}

/// What `sodium_crypto_box_seal()` encrypted.
#[php_function(
    "secret sodium_crypto_box_seal_open(string $ciphertext, #[\\SensitiveParameter] string $key_pair): string|false"
)]
fn sodium_crypto_box_seal_open(ctx: &mut Ctx, ciphertext: &[u8], key_pair: &[u8]) -> R<OrFalse<Str>> {
    sized(ctx, 2, "key_pair", key_pair, 2 * KEY, "BOX_KEYPAIRBYTES")?;
    let (secret, public) = key_pair.split_at(KEY);
    let Some(len) = ciphertext.len().checked_sub(SEAL) else { return Ok(OrFalse::FALSE) };
    // SAFETY: room for the message; keys of 32 bytes.
    let message = written(len, |out| unsafe {
        let (c, n) = (ciphertext.as_ptr(), ffi::len(ciphertext));
        ffi::crypto_box_seal_open(out, c, n, public.as_ptr(), secret.as_ptr())
    })?;
    Ok(message.into())
}

/// The secret key of a pair.
#[php_function("secret sodium_crypto_box_secretkey(#[\\SensitiveParameter] string $key_pair): string")]
fn sodium_crypto_box_secretkey(ctx: &mut Ctx, key_pair: &[u8]) -> R<Vec<u8>> {
    sized(ctx, 1, "key_pair", key_pair, 2 * KEY, "BOX_KEYPAIRBYTES")?;
    Ok(key_pair[..KEY].to_vec())
}
