//! Signatures.

use crate::common::{fail, made, sized, written};
use crate::ffi;
use plugin_api::{Ctx, OrFalse, R, Str, php_function};

const SECRET: usize = 64;
const PUBLIC: usize = 32;
const SIGNATURE: usize = 64;

/// A message behind its signature.
#[php_function(
    "secret sodium_crypto_sign(string $message, #[\\SensitiveParameter] string $secret_key): string"
)]
fn sodium_crypto_sign(ctx: &mut Ctx, message: &[u8], secret_key: &[u8]) -> R<Str> {
    sized(ctx, 2, "secret_key", secret_key, SECRET, "SIGN_SECRETKEYBYTES")?;
    // SAFETY: room for the message and a signature; a key of 64 bytes.
    made(ctx, message.len() + SIGNATURE, |out| unsafe {
        let (m, n) = (message.as_ptr(), ffi::len(message));
        ffi::crypto_sign(out, core::ptr::null_mut(), m, n, secret_key.as_ptr())
    })
}

/// A message's signature.
#[php_function(
    "secret sodium_crypto_sign_detached(string $message, #[\\SensitiveParameter] string $secret_key): string"
)]
fn sodium_crypto_sign_detached(ctx: &mut Ctx, message: &[u8], secret_key: &[u8]) -> R<Str> {
    sized(ctx, 2, "secret_key", secret_key, SECRET, "SIGN_SECRETKEYBYTES")?;
    // SAFETY: room for a signature; a key of 64 bytes.
    let signature = written(SIGNATURE, |out| unsafe {
        let (m, n) = (message.as_ptr(), ffi::len(message));
        ffi::crypto_sign_detached(out, core::ptr::null_mut(), m, n, secret_key.as_ptr())
    })?;
    signature.ok_or_else(|| fail(ctx, "signature creation failed"))
}

fn convert(ctx: &mut Ctx, f: ffi::One, key: &[u8]) -> R<Str> {
    // SAFETY: room for a key of 32 bytes; a key of the length that the function takes.
    let made = written(32, |out| unsafe { f(out, key.as_ptr()) })?;
    made.ok_or_else(|| fail(ctx, "conversion failed"))
}

/// A public key for signatures as one for boxes.
#[php_function("secret sodium_crypto_sign_ed25519_pk_to_curve25519(string $public_key): string")]
fn sodium_crypto_sign_ed25519_pk_to_curve25519(ctx: &mut Ctx, public_key: &[u8]) -> R<Str> {
    sized(ctx, 1, "public_key", public_key, PUBLIC, "SIGN_PUBLICKEYBYTES")?;
    convert(ctx, ffi::crypto_sign_ed25519_pk_to_curve25519, public_key)
}

/// A secret key for signatures as one for boxes.
#[php_function(
    "secret sodium_crypto_sign_ed25519_sk_to_curve25519(#[\\SensitiveParameter] string $secret_key): string"
)]
fn sodium_crypto_sign_ed25519_sk_to_curve25519(ctx: &mut Ctx, secret_key: &[u8]) -> R<Str> {
    sized(ctx, 1, "secret_key", secret_key, SECRET, "SIGN_SECRETKEYBYTES")?;
    convert(ctx, ffi::crypto_sign_ed25519_sk_to_curve25519, secret_key)
}

/// A fresh pair of keys.
#[php_function("sodium_crypto_sign_keypair(): string")]
fn sodium_crypto_sign_keypair(ctx: &mut Ctx) -> R<Str> {
    // SAFETY: room for both keys.
    made(ctx, SECRET + PUBLIC, |out| unsafe { ffi::crypto_sign_keypair(out.add(SECRET), out) })
}

/// A pair of keys of its two keys.
#[php_function(
    "secret sodium_crypto_sign_keypair_from_secretkey_and_publickey(#[\\SensitiveParameter] string $secret_key, string $public_key): string"
)]
fn sodium_crypto_sign_keypair_from_secretkey_and_publickey(
    ctx: &mut Ctx,
    secret_key: &[u8],
    public_key: &[u8],
) -> R<Vec<u8>> {
    sized(ctx, 1, "secret_key", secret_key, SECRET, "SIGN_SECRETKEYBYTES")?;
    sized(ctx, 2, "public_key", public_key, PUBLIC, "SIGN_PUBLICKEYBYTES")?;
    Ok([secret_key, public_key].concat())
}

/// The message behind a signature, when it is its.
#[php_function("secret sodium_crypto_sign_open(string $signed_message, string $public_key): string|false")]
fn sodium_crypto_sign_open(ctx: &mut Ctx, signed_message: &[u8], public_key: &[u8]) -> R<OrFalse<Vec<u8>>> {
    sized(ctx, 2, "public_key", public_key, PUBLIC, "SIGN_PUBLICKEYBYTES")?;
    if signed_message.len() < SIGNATURE {
        return Ok(OrFalse::FALSE);
    }
    let mut out = vec![0; signed_message.len()];
    let mut len = 0;
    // SAFETY: room for what is signed and its signature; a key of 32 bytes.
    let status = unsafe {
        let (m, n) = (signed_message.as_ptr(), ffi::len(signed_message));
        ffi::crypto_sign_open(out.as_mut_ptr(), &mut len, m, n, public_key.as_ptr())
    };
    if status != 0 {
        return Ok(OrFalse::FALSE);
    }
    out.truncate(len as usize);
    Ok(out.into())
}

/// The public key of a pair.
#[php_function("secret sodium_crypto_sign_publickey(#[\\SensitiveParameter] string $key_pair): string")]
fn sodium_crypto_sign_publickey(ctx: &mut Ctx, key_pair: &[u8]) -> R<Vec<u8>> {
    sized(ctx, 1, "key_pair", key_pair, SECRET + PUBLIC, "SIGN_KEYPAIRBYTES")?;
    Ok(key_pair[SECRET..].to_vec())
}

/// The secret key of a pair.
#[php_function("secret sodium_crypto_sign_secretkey(#[\\SensitiveParameter] string $key_pair): string")]
fn sodium_crypto_sign_secretkey(ctx: &mut Ctx, key_pair: &[u8]) -> R<Vec<u8>> {
    sized(ctx, 1, "key_pair", key_pair, SECRET + PUBLIC, "SIGN_KEYPAIRBYTES")?;
    Ok(key_pair[..SECRET].to_vec())
}

/// The public key of a secret one.
#[php_function(
    "secret sodium_crypto_sign_publickey_from_secretkey(#[\\SensitiveParameter] string $secret_key): string"
)]
fn sodium_crypto_sign_publickey_from_secretkey(ctx: &mut Ctx, secret_key: &[u8]) -> R<Str> {
    sized(ctx, 1, "secret_key", secret_key, SECRET, "SIGN_SECRETKEYBYTES")?;
    // SAFETY: room for a key of 32 bytes; a key of 64.
    made(ctx, PUBLIC, |out| unsafe { ffi::crypto_sign_ed25519_sk_to_pk(out, secret_key.as_ptr()) })
}

/// The pair of keys of a seed.
#[php_function("secret sodium_crypto_sign_seed_keypair(#[\\SensitiveParameter] string $seed): string")]
fn sodium_crypto_sign_seed_keypair(ctx: &mut Ctx, seed: &[u8]) -> R<Str> {
    sized(ctx, 1, "seed", seed, 32, "SIGN_SEEDBYTES")?;
    // SAFETY: room for both keys; a seed of 32 bytes.
    made(ctx, SECRET + PUBLIC, |out| unsafe {
        ffi::crypto_sign_seed_keypair(out.add(SECRET), out, seed.as_ptr())
    })
}

/// Whether a signature is a message's.
#[php_function(
    "secret sodium_crypto_sign_verify_detached(string $signature, string $message, string $public_key): bool"
)]
fn sodium_crypto_sign_verify_detached(
    ctx: &mut Ctx,
    signature: &[u8],
    message: &[u8],
    public_key: &[u8],
) -> R<bool> {
    sized(ctx, 1, "signature", signature, SIGNATURE, "SIGN_BYTES")?;
    sized(ctx, 3, "public_key", public_key, PUBLIC, "SIGN_PUBLICKEYBYTES")?;
    // SAFETY: a signature of 64 bytes and a key of 32.
    let status = unsafe {
        let (m, n) = (message.as_ptr(), ffi::len(message));
        ffi::crypto_sign_verify_detached(signature.as_ptr(), m, n, public_key.as_ptr())
    };
    Ok(status == 0)
}
