//! Streams of messages, encrypted one after the other.

use crate::common::{Secret, fail, random, refuse, sized, variable};
use crate::ffi;
use plugin_api::{Array, Ctx, OrFalse, R, Reference, Str, Throw, Value, php_function};

const KEY: usize = 32;
const HEADER: usize = 24;
const EXTRA: usize = 17;
const MOST: u64 = 274_877_906_816;

fn state_size() -> usize {
    // SAFETY: no arguments.
    unsafe { ffi::crypto_secretstream_xchacha20poly1305_statebytes() }
}

fn fresh() -> Secret {
    Secret(vec![0; state_size()])
}

/// The state in a variable; `wrong` throws for one of another length.
fn state(ctx: &mut Ctx, v: &Reference<'_>, wrong: impl FnOnce(&mut Ctx) -> Throw) -> R<Secret> {
    let state = variable(ctx, v, |ctx| refuse(ctx, 1, "state", "must be a reference to a state"))?;
    if state.0.len() == state_size() { Ok(state) } else { Err(wrong(ctx)) }
}

fn incorrect(ctx: &mut Ctx) -> Throw {
    fail(ctx, "incorrect state length")
}

/// A key for a stream.
#[php_function("sodium_crypto_secretstream_xchacha20poly1305_keygen(): string")]
fn sodium_crypto_secretstream_xchacha20poly1305_keygen() -> Vec<u8> {
    random(KEY)
}

/// Begins to encrypt: the state, and the stream's header.
#[php_function(
    "secret sodium_crypto_secretstream_xchacha20poly1305_init_push(#[\\SensitiveParameter] string $key): array"
)]
fn sodium_crypto_secretstream_xchacha20poly1305_init_push(ctx: &mut Ctx, key: &[u8]) -> R<Array> {
    sized(ctx, 1, "key", key, KEY, "SECRETSTREAM_XCHACHA20POLY1305_KEYBYTES")?;
    let mut state = fresh();
    let mut header = [0; HEADER];
    // SAFETY: a state of libsodium's size, which may lie anywhere; room for a header; a key of 32 bytes.
    let status = unsafe {
        let state = state.0.as_mut_ptr().cast();
        ffi::crypto_secretstream_xchacha20poly1305_init_push(state, header.as_mut_ptr(), key.as_ptr())
    };
    if status != 0 {
        return Err(fail(ctx, "internal error"));
    }
    Ok([Value::str(&state.0), Value::str(header)].into_iter().collect())
}

/// Encrypts the next message.
#[php_function(
    "secret sodium_crypto_secretstream_xchacha20poly1305_push(@unchecked string &$state, #[\\SensitiveParameter] string $message, string $additional_data = \"\", int $tag = SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_TAG_MESSAGE): string"
)]
fn sodium_crypto_secretstream_xchacha20poly1305_push(
    ctx: &mut Ctx,
    state: Reference<'_>,
    message: &[u8],
    additional_data: &[u8],
    tag: Option<i64>,
) -> R<Vec<u8>> {
    let mut s = self::state(ctx, &state, |ctx| refuse(ctx, 1, "state", "must have a correct length"))?;
    if ffi::len(message) > MOST {
        let most = "must be at most SODIUM_CRYPTO_SECRETSTREAM_XCHACHA20POLY1305_MESSAGEBYTES_MAX bytes long";
        return Err(refuse(ctx, 2, "message", most));
    }
    let Ok(tag) = u8::try_from(tag.unwrap_or(0)) else {
        return Err(refuse(ctx, 4, "tag", "must be in the range of 0-255"));
    };
    let mut out = vec![0; message.len() + EXTRA];
    let mut len = 0;
    // SAFETY: a state of libsodium's; room for the message and what is added.
    let status = unsafe {
        let (m, n) = (message.as_ptr(), ffi::len(message));
        let (d, d_len) = (additional_data.as_ptr(), ffi::len(additional_data));
        let state = s.0.as_mut_ptr().cast();
        ffi::crypto_secretstream_xchacha20poly1305_push(
            state,
            out.as_mut_ptr(),
            &mut len,
            m,
            n,
            d,
            d_len,
            tag,
        )
    };
    state.set(ctx, Str::new(&s.0))?;
    if status != 0 {
        return Err(fail(ctx, "internal error"));
    }
    out.truncate(len as usize);
    Ok(out)
}

/// Begins to decrypt.
#[php_function(
    "secret sodium_crypto_secretstream_xchacha20poly1305_init_pull(string $header, #[\\SensitiveParameter] string $key): string"
)]
fn sodium_crypto_secretstream_xchacha20poly1305_init_pull(
    ctx: &mut Ctx,
    header: &[u8],
    key: &[u8],
) -> R<Str> {
    sized(ctx, 1, "header", header, HEADER, "SECRETSTREAM_XCHACHA20POLY1305_HEADERBYTES")?;
    sized(ctx, 2, "key", key, KEY, "SECRETSTREAM_XCHACHA20POLY1305_KEYBYTES")?;
    let mut state = fresh();
    // SAFETY: as in `init_push`.
    let status = unsafe {
        let state = state.0.as_mut_ptr().cast();
        ffi::crypto_secretstream_xchacha20poly1305_init_pull(state, header.as_ptr(), key.as_ptr())
    };
    if status != 0 {
        return Err(fail(ctx, "internal error"));
    }
    Ok(Str::new(&state.0))
}

/// Decrypts the next message: it, and its tag.
#[php_function(
    "secret sodium_crypto_secretstream_xchacha20poly1305_pull(@unchecked string &$state, string $ciphertext, string $additional_data = \"\"): array|false"
)]
fn sodium_crypto_secretstream_xchacha20poly1305_pull(
    ctx: &mut Ctx,
    state: Reference<'_>,
    ciphertext: &[u8],
    additional_data: &[u8],
) -> R<OrFalse<Array>> {
    let mut s = self::state(ctx, &state, incorrect)?;
    let Some(most) = ciphertext.len().checked_sub(EXTRA) else { return Ok(OrFalse::FALSE) };
    let mut out = vec![0; most];
    let (mut len, mut tag) = (0, 0);
    // SAFETY: a state of libsodium's; room for the message.
    let status = unsafe {
        let (c, n) = (ciphertext.as_ptr(), ffi::len(ciphertext));
        let (d, d_len) = (additional_data.as_ptr(), ffi::len(additional_data));
        let (state, to) = (s.0.as_mut_ptr().cast(), out.as_mut_ptr());
        ffi::crypto_secretstream_xchacha20poly1305_pull(state, to, &mut len, &mut tag, c, n, d, d_len)
    };
    state.set(ctx, Str::new(&s.0))?;
    if status != 0 {
        return Ok(OrFalse::FALSE);
    }
    let message = Value::str(&out[..most.min(len as usize)]);
    Ok(OrFalse(Some([message, Value::int(tag.into())].into_iter().collect())))
}

/// Changes the key of both sides.
#[php_function("secret sodium_crypto_secretstream_xchacha20poly1305_rekey(@unchecked string &$state): void")]
fn sodium_crypto_secretstream_xchacha20poly1305_rekey(ctx: &mut Ctx, state: Reference<'_>) -> R<()> {
    let mut s = self::state(ctx, &state, incorrect)?;
    // SAFETY: a state of libsodium's.
    unsafe { ffi::crypto_secretstream_xchacha20poly1305_rekey(s.0.as_mut_ptr().cast()) };
    state.set(ctx, Str::new(&s.0))
}
