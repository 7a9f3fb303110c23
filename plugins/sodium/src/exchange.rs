//! Agreeing on keys.

use crate::common::{Secret, fail, made, random, sized};
use crate::ffi;
use crate::hash::hash_of;
use plugin_api::{Array, Ctx, R, Str, Value, php_function};

const KEY: usize = 32;

/// A point times a number.
#[php_function("secret sodium_crypto_scalarmult(string $n, string $p): string")]
fn sodium_crypto_scalarmult(ctx: &mut Ctx, n: &[u8], p: &[u8]) -> R<Str> {
    sized(ctx, 1, "n", n, KEY, "SCALARMULT_SCALARBYTES")?;
    sized(ctx, 2, "p", p, KEY, "SCALARMULT_BYTES")?;
    // SAFETY: room for a point; number and point of 32 bytes.
    made(ctx, KEY, |out| unsafe { ffi::crypto_scalarmult(out, n.as_ptr(), p.as_ptr()) })
}

/// The public key of a secret one.
#[php_function("secret sodium_crypto_scalarmult_base(#[\\SensitiveParameter] string $secret_key): string")]
fn sodium_crypto_scalarmult_base(ctx: &mut Ctx, secret_key: &[u8]) -> R<Str> {
    sized(ctx, 1, "secret_key", secret_key, KEY, "BOX_SECRETKEYBYTES")?;
    // SAFETY: room for a point; a number of 32 bytes.
    made(ctx, KEY, |out| unsafe { ffi::crypto_scalarmult_base(out, secret_key.as_ptr()) })
}

fn pair(ctx: &mut Ctx, secret: &Secret) -> R<Str> {
    made(ctx, 2 * KEY, |out| unsafe {
        // SAFETY: room for two keys; a secret one of 32 bytes.
        core::ptr::copy_nonoverlapping(secret.0.as_ptr(), out, KEY);
        ffi::crypto_scalarmult_base(out.add(KEY), secret.0.as_ptr())
    })
}

/// A fresh pair of keys.
#[php_function("sodium_crypto_kx_keypair(): string")]
fn sodium_crypto_kx_keypair(ctx: &mut Ctx) -> R<Str> {
    pair(ctx, &Secret(random(KEY)))
}

/// The public key of a pair.
#[php_function("secret sodium_crypto_kx_publickey(#[\\SensitiveParameter] string $key_pair): string")]
fn sodium_crypto_kx_publickey(ctx: &mut Ctx, key_pair: &[u8]) -> R<Vec<u8>> {
    sized(ctx, 1, "key_pair", key_pair, 2 * KEY, "KX_KEYPAIRBYTES")?;
    Ok(key_pair[KEY..].to_vec())
}

/// The secret key of a pair.
#[php_function("secret sodium_crypto_kx_secretkey(#[\\SensitiveParameter] string $key_pair): string")]
fn sodium_crypto_kx_secretkey(ctx: &mut Ctx, key_pair: &[u8]) -> R<Vec<u8>> {
    sized(ctx, 1, "key_pair", key_pair, 2 * KEY, "KX_KEYPAIRBYTES")?;
    Ok(key_pair[..KEY].to_vec())
}

/// The pair of keys of a seed.
#[php_function("secret sodium_crypto_kx_seed_keypair(#[\\SensitiveParameter] string $seed): string")]
fn sodium_crypto_kx_seed_keypair(ctx: &mut Ctx, seed: &[u8]) -> R<Str> {
    sized(ctx, 1, "seed", seed, 32, "KX_SEEDBYTES")?;
    pair(ctx, &hash_of(&[seed], KEY))
}

/// The keys that a client and a server agree on: the client's to receive with, then to send with.
fn session(ctx: &mut Ctx, pair: (&[u8], &str), other: (&[u8], &str), client: bool) -> R<[Value; 2]> {
    sized(ctx, 1, pair.1, pair.0, 2 * KEY, "KX_KEYPAIRBYTES")?;
    sized(ctx, 2, other.1, other.0, KEY, "KX_PUBLICKEYBYTES")?;
    let (secret, own) = pair.0.split_at(KEY);
    let mut shared = Secret(vec![0; KEY]);
    // SAFETY: room for a point; keys of 32 bytes.
    let status = unsafe { ffi::crypto_scalarmult(shared.0.as_mut_ptr(), secret.as_ptr(), other.0.as_ptr()) };
    if status != 0 {
        return Err(fail(ctx, "internal error"));
    }
    let publics = if client { [own, other.0] } else { [other.0, own] };
    let keys = hash_of(&[&shared.0, publics[0], publics[1]], 2 * KEY);
    Ok([Value::str(&keys.0[..KEY]), Value::str(&keys.0[KEY..])])
}

/// The client's keys for a session.
#[php_function(
    "secret sodium_crypto_kx_client_session_keys(#[\\SensitiveParameter] string $client_key_pair, string $server_key): array"
)]
fn sodium_crypto_kx_client_session_keys(
    ctx: &mut Ctx,
    client_key_pair: &[u8],
    server_key: &[u8],
) -> R<Array> {
    let keys = session(ctx, (client_key_pair, "client_key_pair"), (server_key, "server_key"), true)?;
    Ok(keys.into_iter().collect())
}

/// The server's keys for a session.
#[php_function(
    "secret sodium_crypto_kx_server_session_keys(#[\\SensitiveParameter] string $server_key_pair, string $client_key): array"
)]
fn sodium_crypto_kx_server_session_keys(
    ctx: &mut Ctx,
    server_key_pair: &[u8],
    client_key: &[u8],
) -> R<Array> {
    let keys = session(ctx, (server_key_pair, "server_key_pair"), (client_key, "client_key"), false)?;
    Ok(keys.into_iter().rev().collect())
}
