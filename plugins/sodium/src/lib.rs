//! The sodium extension: cryptography, over libsodium.

mod aead;
mod asymmetric;
mod common;
mod constants;
mod encode;
mod exchange;
mod ffi;
mod hash;
mod password;
mod ristretto;
mod secretstream;
mod sign;
mod symmetric;

use plugin_api::{Info, Module, php_module};

/// libsodium's own version.
fn version() -> &'static str {
    // SAFETY: libsodium's static text.
    unsafe { std::ffi::CStr::from_ptr(ffi::sodium_version_string()) }.to_str().unwrap_or_default()
}

fn startup(m: &mut Module) -> Result<(), String> {
    // SAFETY: may be called any number of times.
    unsafe {
        if ffi::sodium_init() < 0 {
            return Err("sodium_init()".into());
        }
        m.int_constant("SODIUM_LIBRARY_MAJOR_VERSION", ffi::sodium_library_version_major().into());
        m.int_constant("SODIUM_LIBRARY_MINOR_VERSION", ffi::sodium_library_version_minor().into());
    }
    m.string_constant("SODIUM_LIBRARY_VERSION", version());
    Ok(())
}

fn end(_: &mut Module) -> Result<(), String> {
    // SAFETY: nobody asks for random bytes any more.
    unsafe { ffi::randombytes_close() };
    Ok(())
}

fn info(t: &mut Info) {
    t.row("sodium support", "enabled");
    t.row("libsodium headers version", version());
    t.row("libsodium library version", version());
}

php_module! {
    name: "sodium",
    version: "8.4.24",
    requires: ["standard"],
    functions: [
        aead::{
            sodium_crypto_aead_aes256gcm_is_available, sodium_crypto_aead_aes256gcm_decrypt,
            sodium_crypto_aead_aes256gcm_encrypt, sodium_crypto_aead_aes256gcm_keygen,
            sodium_crypto_aead_chacha20poly1305_decrypt, sodium_crypto_aead_chacha20poly1305_encrypt,
            sodium_crypto_aead_chacha20poly1305_keygen, sodium_crypto_aead_chacha20poly1305_ietf_decrypt,
            sodium_crypto_aead_chacha20poly1305_ietf_encrypt, sodium_crypto_aead_chacha20poly1305_ietf_keygen,
            sodium_crypto_aead_xchacha20poly1305_ietf_decrypt, sodium_crypto_aead_xchacha20poly1305_ietf_keygen,
            sodium_crypto_aead_xchacha20poly1305_ietf_encrypt,
        },
        hash::{sodium_crypto_auth, sodium_crypto_auth_keygen, sodium_crypto_auth_verify},
        asymmetric::{
            sodium_crypto_box, sodium_crypto_box_keypair, sodium_crypto_box_seed_keypair,
            sodium_crypto_box_keypair_from_secretkey_and_publickey, sodium_crypto_box_open,
            sodium_crypto_box_publickey, sodium_crypto_box_publickey_from_secretkey, sodium_crypto_box_seal,
            sodium_crypto_box_seal_open, sodium_crypto_box_secretkey,
        },
        ristretto::{
            sodium_crypto_core_ristretto255_add, sodium_crypto_core_ristretto255_from_hash,
            sodium_crypto_core_ristretto255_is_valid_point, sodium_crypto_core_ristretto255_random,
            sodium_crypto_core_ristretto255_scalar_add, sodium_crypto_core_ristretto255_scalar_complement,
            sodium_crypto_core_ristretto255_scalar_invert, sodium_crypto_core_ristretto255_scalar_mul,
            sodium_crypto_core_ristretto255_scalar_negate, sodium_crypto_core_ristretto255_scalar_random,
            sodium_crypto_core_ristretto255_scalar_reduce, sodium_crypto_core_ristretto255_scalar_sub,
            sodium_crypto_core_ristretto255_sub,
        },
        exchange::{
            sodium_crypto_kx_keypair, sodium_crypto_kx_publickey, sodium_crypto_kx_secretkey,
            sodium_crypto_kx_seed_keypair, sodium_crypto_kx_client_session_keys,
            sodium_crypto_kx_server_session_keys,
        },
        hash::{
            sodium_crypto_generichash, sodium_crypto_generichash_keygen, sodium_crypto_generichash_init,
            sodium_crypto_generichash_update, sodium_crypto_generichash_final, sodium_crypto_kdf_derive_from_key,
            sodium_crypto_kdf_keygen,
        },
        password::{
            sodium_crypto_pwhash, sodium_crypto_pwhash_str, sodium_crypto_pwhash_str_verify,
            sodium_crypto_pwhash_str_needs_rehash, sodium_crypto_pwhash_scryptsalsa208sha256,
            sodium_crypto_pwhash_scryptsalsa208sha256_str, sodium_crypto_pwhash_scryptsalsa208sha256_str_verify,
        },
        exchange::{sodium_crypto_scalarmult},
        ristretto::{sodium_crypto_scalarmult_ristretto255, sodium_crypto_scalarmult_ristretto255_base},
        symmetric::{sodium_crypto_secretbox, sodium_crypto_secretbox_keygen, sodium_crypto_secretbox_open},
        secretstream::{
            sodium_crypto_secretstream_xchacha20poly1305_keygen,
            sodium_crypto_secretstream_xchacha20poly1305_init_push,
            sodium_crypto_secretstream_xchacha20poly1305_push,
            sodium_crypto_secretstream_xchacha20poly1305_init_pull,
            sodium_crypto_secretstream_xchacha20poly1305_pull,
            sodium_crypto_secretstream_xchacha20poly1305_rekey,
        },
        hash::{sodium_crypto_shorthash, sodium_crypto_shorthash_keygen},
        sign::{
            sodium_crypto_sign, sodium_crypto_sign_detached, sodium_crypto_sign_ed25519_pk_to_curve25519,
            sodium_crypto_sign_ed25519_sk_to_curve25519, sodium_crypto_sign_keypair,
            sodium_crypto_sign_keypair_from_secretkey_and_publickey, sodium_crypto_sign_open,
            sodium_crypto_sign_publickey, sodium_crypto_sign_secretkey,
            sodium_crypto_sign_publickey_from_secretkey, sodium_crypto_sign_seed_keypair,
            sodium_crypto_sign_verify_detached,
        },
        symmetric::{
            sodium_crypto_stream, sodium_crypto_stream_keygen, sodium_crypto_stream_xor,
            sodium_crypto_stream_xchacha20, sodium_crypto_stream_xchacha20_keygen,
            sodium_crypto_stream_xchacha20_xor, sodium_crypto_stream_xchacha20_xor_ic,
        },
        encode::{
            sodium_add, sodium_compare, sodium_increment, sodium_memcmp, sodium_memzero, sodium_pad, sodium_unpad,
            sodium_bin2hex, sodium_hex2bin, sodium_bin2base64, sodium_base642bin,
        },
        exchange::{sodium_crypto_scalarmult_base},
    ],
    classes: [common::SodiumException],
    constants: [constants::CONSTANTS],
    minit: startup,
    mshutdown: end,
    minfo: info,
}
