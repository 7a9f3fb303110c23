//! Encryption with a key that both sides have, of messages with further data that is not secret.

use crate::common::{fail, random, refuse, sized};
use crate::ffi;
use plugin_api::{Ctx, OrFalse, R, php_function};

/// A way to encrypt.
struct Way {
    /// As its constants name it.
    name: &'static str,
    nonce: usize,
    encrypt: ffi::Encrypt,
    decrypt: ffi::Decrypt,
    /// How long a message can be.
    most: u64,
}

const KEY: usize = 32;
const MAC: usize = 16;

const AES: Way = Way {
    name: "AES256GCM",
    nonce: 12,
    encrypt: ffi::crypto_aead_aes256gcm_encrypt,
    decrypt: ffi::crypto_aead_aes256gcm_decrypt,
    most: 16 * ((1 << 32) - 2) - MAC as u64,
};
const CHACHA: Way = Way {
    name: "CHACHA20POLY1305",
    nonce: 8,
    encrypt: ffi::crypto_aead_chacha20poly1305_encrypt,
    decrypt: ffi::crypto_aead_chacha20poly1305_decrypt,
    most: u64::MAX,
};
const IETF: Way = Way {
    name: "CHACHA20POLY1305_IETF",
    nonce: 12,
    encrypt: ffi::crypto_aead_chacha20poly1305_ietf_encrypt,
    decrypt: ffi::crypto_aead_chacha20poly1305_ietf_decrypt,
    most: 64 * (1 << 32) - 64,
};
const XCHACHA: Way = Way {
    name: "XCHACHA20POLY1305_IETF",
    nonce: 24,
    encrypt: ffi::crypto_aead_xchacha20poly1305_ietf_encrypt,
    decrypt: ffi::crypto_aead_xchacha20poly1305_ietf_decrypt,
    most: u64::MAX,
};

fn sizes(ctx: &mut Ctx, way: &Way, nonce: &[u8], key: &[u8]) -> R<()> {
    sized(ctx, 3, "nonce", nonce, way.nonce, &format!("AEAD_{}_NPUBBYTES", way.name))?;
    sized(ctx, 4, "key", key, KEY, &format!("AEAD_{}_KEYBYTES", way.name))
}

fn encrypt(ctx: &mut Ctx, way: &Way, message: &[u8], data: &[u8], nonce: &[u8], key: &[u8]) -> R<Vec<u8>> {
    sizes(ctx, way, nonce, key)?;
    if ffi::len(message) > way.most {
        return Err(fail(ctx, "message too long for a single key"));
    }
    let mut out = vec![0; message.len() + MAC];
    let mut len = 0;
    // SAFETY: room for the message and the code; nonce and key of the lengths that the function takes.
    let status = unsafe {
        let (m, m_len, d, d_len) = (message.as_ptr(), ffi::len(message), data.as_ptr(), ffi::len(data));
        let none = core::ptr::null();
        (way.encrypt)(out.as_mut_ptr(), &mut len, m, m_len, d, d_len, none, nonce.as_ptr(), key.as_ptr())
    };
    if status != 0 {
        return Err(fail(ctx, "internal error"));
    }
    out.truncate(len as usize);
    Ok(out)
}

fn decrypt(
    ctx: &mut Ctx,
    way: &Way,
    ciphertext: &[u8],
    data: &[u8],
    nonce: &[u8],
    key: &[u8],
) -> R<OrFalse<Vec<u8>>> {
    sizes(ctx, way, nonce, key)?;
    let Some(most) = ciphertext.len().checked_sub(MAC) else { return Ok(OrFalse::FALSE) };
    if most as u64 > way.most {
        return Err(match way.name {
            "AES256GCM" => refuse(ctx, 1, "ciphertext", "is too long"),
            _ => fail(ctx, "message too long for a single key"),
        });
    }
    let mut out = vec![0; ciphertext.len()];
    let mut len = 0;
    // SAFETY: as above.
    let status = unsafe {
        let (c, c_len, d, d_len) = (ciphertext.as_ptr(), ffi::len(ciphertext), data.as_ptr(), ffi::len(data));
        let none = core::ptr::null_mut();
        (way.decrypt)(out.as_mut_ptr(), &mut len, none, c, c_len, d, d_len, nonce.as_ptr(), key.as_ptr())
    };
    if status != 0 {
        return Ok(OrFalse::FALSE);
    }
    out.truncate(len as usize);
    Ok(out.into())
}

/// Whether this machine computes AES itself.
#[php_function("sodium_crypto_aead_aes256gcm_is_available(): bool")]
fn sodium_crypto_aead_aes256gcm_is_available() -> bool {
    // SAFETY: no arguments.
    unsafe { ffi::crypto_aead_aes256gcm_is_available() != 0 }
}

/// The functions of a way.
macro_rules! ways {
    ($($way:ident: $dec:ident $dec_text:literal, $enc:ident $enc_text:literal, $gen:ident $gen_text:literal;)*) => { $(
        /// What was encrypted.
        #[php_function($dec_text)]
        fn $dec(ctx: &mut Ctx, ciphertext: &[u8], additional_data: &[u8], nonce: &[u8], key: &[u8]) -> R<OrFalse<Vec<u8>>> {
            decrypt(ctx, &$way, ciphertext, additional_data, nonce, key)
        }
        /// Encrypts a message.
        #[php_function($enc_text)]
        fn $enc(ctx: &mut Ctx, message: &[u8], additional_data: &[u8], nonce: &[u8], key: &[u8]) -> R<Vec<u8>> {
            encrypt(ctx, &$way, message, additional_data, nonce, key)
        }
        /// A key.
        #[php_function($gen_text)]
        fn $gen() -> Vec<u8> {
            random(KEY)
        }
    )* };
}

ways! {
    AES:
    sodium_crypto_aead_aes256gcm_decrypt "secret sodium_crypto_aead_aes256gcm_decrypt(string $ciphertext, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string|false",
    sodium_crypto_aead_aes256gcm_encrypt "secret sodium_crypto_aead_aes256gcm_encrypt(#[\\SensitiveParameter] string $message, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string",
    sodium_crypto_aead_aes256gcm_keygen "sodium_crypto_aead_aes256gcm_keygen(): string";
    CHACHA:
    sodium_crypto_aead_chacha20poly1305_decrypt "secret sodium_crypto_aead_chacha20poly1305_decrypt(string $ciphertext, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string|false",
    sodium_crypto_aead_chacha20poly1305_encrypt "secret sodium_crypto_aead_chacha20poly1305_encrypt(#[\\SensitiveParameter] string $message, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string",
    sodium_crypto_aead_chacha20poly1305_keygen "sodium_crypto_aead_chacha20poly1305_keygen(): string";
    IETF:
    sodium_crypto_aead_chacha20poly1305_ietf_decrypt "secret sodium_crypto_aead_chacha20poly1305_ietf_decrypt(string $ciphertext, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string|false",
    sodium_crypto_aead_chacha20poly1305_ietf_encrypt "secret sodium_crypto_aead_chacha20poly1305_ietf_encrypt(#[\\SensitiveParameter] string $message, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string",
    sodium_crypto_aead_chacha20poly1305_ietf_keygen "sodium_crypto_aead_chacha20poly1305_ietf_keygen(): string";
    XCHACHA:
    sodium_crypto_aead_xchacha20poly1305_ietf_decrypt "secret sodium_crypto_aead_xchacha20poly1305_ietf_decrypt(string $ciphertext, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string|false",
    sodium_crypto_aead_xchacha20poly1305_ietf_encrypt "secret sodium_crypto_aead_xchacha20poly1305_ietf_encrypt(#[\\SensitiveParameter] string $message, string $additional_data, string $nonce, #[\\SensitiveParameter] string $key): string",
    sodium_crypto_aead_xchacha20poly1305_ietf_keygen "sodium_crypto_aead_xchacha20poly1305_ietf_keygen(): string";
}
