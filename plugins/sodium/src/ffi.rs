//! The functions of libsodium that the extension calls, and a few safe forms of them.

use std::ffi::{c_char, c_int, c_ulonglong, c_void};

type Out = *mut u8;
type In = *const u8;
type Len = c_ulonglong;

/// One input of a fixed length.
pub type One = unsafe extern "C" fn(Out, In) -> c_int;
/// Two inputs of fixed lengths.
pub type Two = unsafe extern "C" fn(Out, In, In) -> c_int;
/// As [`One`], of what cannot fail.
pub type Sure = unsafe extern "C" fn(Out, In);
/// As [`Two`], of what cannot fail.
pub type SureTwo = unsafe extern "C" fn(Out, In, In);
/// Message, nonce and key.
pub type Boxed = unsafe extern "C" fn(Out, In, Len, In, In) -> c_int;
/// Cipher text and its length; message, further data, a secret nonce that is none, nonce and key.
pub type Encrypt = unsafe extern "C" fn(Out, *mut Len, In, Len, In, Len, In, In, In) -> c_int;
/// Message and its length; a secret nonce that is none, cipher text, further data, nonce and key.
pub type Decrypt = unsafe extern "C" fn(Out, *mut Len, Out, In, Len, In, Len, In, In) -> c_int;

unsafe extern "C" {
    pub fn sodium_init() -> c_int;
    pub fn sodium_version_string() -> *const c_char;
    pub fn sodium_library_version_major() -> c_int;
    pub fn sodium_library_version_minor() -> c_int;
    pub fn randombytes_buf(out: *mut c_void, len: usize);
    pub fn randombytes_close() -> c_int;

    pub fn sodium_memzero(p: *mut c_void, len: usize);
    pub fn sodium_memcmp(a: *const c_void, b: *const c_void, len: usize) -> c_int;
    pub fn sodium_compare(a: In, b: In, len: usize) -> c_int;
    pub fn sodium_increment(n: Out, len: usize);
    pub fn sodium_add(a: Out, b: In, len: usize);
    pub fn sodium_pad(padded: *mut usize, b: Out, len: usize, block: usize, max: usize) -> c_int;
    pub fn sodium_unpad(unpadded: *mut usize, b: In, len: usize, block: usize) -> c_int;
    pub fn sodium_bin2hex(hex: *mut c_char, max: usize, bin: In, len: usize) -> *mut c_char;
    pub fn sodium_hex2bin(
        bin: Out,
        max: usize,
        hex: *const c_char,
        len: usize,
        ignore: *const c_char,
        bin_len: *mut usize,
        end: *mut *const c_char,
    ) -> c_int;
    pub fn sodium_base64_encoded_len(len: usize, variant: c_int) -> usize;
    pub fn sodium_bin2base64(
        b64: *mut c_char,
        max: usize,
        bin: In,
        len: usize,
        variant: c_int,
    ) -> *mut c_char;
    pub fn sodium_base642bin(
        bin: Out,
        max: usize,
        b64: *const c_char,
        len: usize,
        ignore: *const c_char,
        bin_len: *mut usize,
        end: *mut *const c_char,
        variant: c_int,
    ) -> c_int;

    pub fn crypto_auth(mac: Out, msg: In, len: Len, key: In) -> c_int;
    pub fn crypto_auth_verify(mac: In, msg: In, len: Len, key: In) -> c_int;
    pub fn crypto_shorthash(hash: Out, msg: In, len: Len, key: In) -> c_int;
    pub fn crypto_generichash(hash: Out, n: usize, msg: In, len: Len, key: In, key_len: usize) -> c_int;
    pub fn crypto_generichash_init(state: *mut c_void, key: In, key_len: usize, n: usize) -> c_int;
    pub fn crypto_generichash_update(state: *mut c_void, msg: In, len: Len) -> c_int;
    pub fn crypto_generichash_final(state: *mut c_void, hash: Out, n: usize) -> c_int;
    pub fn crypto_generichash_statebytes() -> usize;
    pub fn crypto_kdf_derive_from_key(out: Out, n: usize, id: u64, ctx: *const c_char, key: In) -> c_int;

    pub fn crypto_secretbox_easy(c: Out, m: In, len: Len, nonce: In, key: In) -> c_int;
    pub fn crypto_secretbox_open_easy(m: Out, c: In, len: Len, nonce: In, key: In) -> c_int;
    pub fn crypto_box_keypair(public: Out, secret: Out) -> c_int;
    pub fn crypto_box_seed_keypair(public: Out, secret: Out, seed: In) -> c_int;
    pub fn crypto_box_easy(c: Out, m: In, len: Len, nonce: In, public: In, secret: In) -> c_int;
    pub fn crypto_box_open_easy(m: Out, c: In, len: Len, nonce: In, public: In, secret: In) -> c_int;
    pub fn crypto_box_seal(c: Out, m: In, len: Len, public: In) -> c_int;
    pub fn crypto_box_seal_open(m: Out, c: In, len: Len, public: In, secret: In) -> c_int;

    pub fn crypto_sign_keypair(public: Out, secret: Out) -> c_int;
    pub fn crypto_sign_seed_keypair(public: Out, secret: Out, seed: In) -> c_int;
    pub fn crypto_sign(signed: Out, n: *mut Len, m: In, len: Len, secret: In) -> c_int;
    pub fn crypto_sign_open(m: Out, n: *mut Len, signed: In, len: Len, public: In) -> c_int;
    pub fn crypto_sign_detached(sig: Out, n: *mut Len, m: In, len: Len, secret: In) -> c_int;
    pub fn crypto_sign_verify_detached(sig: In, m: In, len: Len, public: In) -> c_int;
    pub fn crypto_sign_ed25519_sk_to_pk(public: Out, secret: In) -> c_int;
    pub fn crypto_sign_ed25519_sk_to_curve25519(x: Out, ed: In) -> c_int;
    pub fn crypto_sign_ed25519_pk_to_curve25519(x: Out, ed: In) -> c_int;

    pub fn crypto_stream(c: Out, n: Len, nonce: In, key: In) -> c_int;
    pub fn crypto_stream_xor(c: Out, m: In, len: Len, nonce: In, key: In) -> c_int;
    pub fn crypto_stream_xchacha20(c: Out, n: Len, nonce: In, key: In) -> c_int;
    pub fn crypto_stream_xchacha20_xor(c: Out, m: In, len: Len, nonce: In, key: In) -> c_int;
    pub fn crypto_stream_xchacha20_xor_ic(c: Out, m: In, len: Len, nonce: In, ic: u64, key: In) -> c_int;

    pub fn crypto_scalarmult(q: Out, n: In, p: In) -> c_int;
    pub fn crypto_scalarmult_base(q: Out, n: In) -> c_int;
    pub fn crypto_scalarmult_ristretto255(q: Out, n: In, p: In) -> c_int;
    pub fn crypto_scalarmult_ristretto255_base(q: Out, n: In) -> c_int;
    pub fn crypto_core_ristretto255_add(r: Out, p: In, q: In) -> c_int;
    pub fn crypto_core_ristretto255_sub(r: Out, p: In, q: In) -> c_int;
    pub fn crypto_core_ristretto255_from_hash(r: Out, h: In) -> c_int;
    pub fn crypto_core_ristretto255_is_valid_point(p: In) -> c_int;
    pub fn crypto_core_ristretto255_random(r: Out);
    pub fn crypto_core_ristretto255_scalar_random(r: Out);
    pub fn crypto_core_ristretto255_scalar_invert(r: Out, s: In) -> c_int;
    pub fn crypto_core_ristretto255_scalar_negate(r: Out, s: In);
    pub fn crypto_core_ristretto255_scalar_complement(r: Out, s: In);
    pub fn crypto_core_ristretto255_scalar_add(r: Out, x: In, y: In);
    pub fn crypto_core_ristretto255_scalar_sub(r: Out, x: In, y: In);
    pub fn crypto_core_ristretto255_scalar_mul(r: Out, x: In, y: In);
    pub fn crypto_core_ristretto255_scalar_reduce(r: Out, s: In);

    pub fn crypto_aead_aes256gcm_is_available() -> c_int;
    pub fn crypto_aead_aes256gcm_encrypt(
        c: Out,
        n: *mut Len,
        m: In,
        len: Len,
        ad: In,
        ad_len: Len,
        none: In,
        nonce: In,
        key: In,
    ) -> c_int;
    pub fn crypto_aead_aes256gcm_decrypt(
        m: Out,
        n: *mut Len,
        none: Out,
        c: In,
        len: Len,
        ad: In,
        ad_len: Len,
        nonce: In,
        key: In,
    ) -> c_int;
    pub fn crypto_aead_chacha20poly1305_encrypt(
        c: Out,
        n: *mut Len,
        m: In,
        len: Len,
        ad: In,
        ad_len: Len,
        none: In,
        nonce: In,
        key: In,
    ) -> c_int;
    pub fn crypto_aead_chacha20poly1305_decrypt(
        m: Out,
        n: *mut Len,
        none: Out,
        c: In,
        len: Len,
        ad: In,
        ad_len: Len,
        nonce: In,
        key: In,
    ) -> c_int;
    pub fn crypto_aead_chacha20poly1305_ietf_encrypt(
        c: Out,
        n: *mut Len,
        m: In,
        len: Len,
        ad: In,
        ad_len: Len,
        none: In,
        nonce: In,
        key: In,
    ) -> c_int;
    pub fn crypto_aead_chacha20poly1305_ietf_decrypt(
        m: Out,
        n: *mut Len,
        none: Out,
        c: In,
        len: Len,
        ad: In,
        ad_len: Len,
        nonce: In,
        key: In,
    ) -> c_int;
    pub fn crypto_aead_xchacha20poly1305_ietf_encrypt(
        c: Out,
        n: *mut Len,
        m: In,
        len: Len,
        ad: In,
        ad_len: Len,
        none: In,
        nonce: In,
        key: In,
    ) -> c_int;
    pub fn crypto_aead_xchacha20poly1305_ietf_decrypt(
        m: Out,
        n: *mut Len,
        none: Out,
        c: In,
        len: Len,
        ad: In,
        ad_len: Len,
        nonce: In,
        key: In,
    ) -> c_int;

    pub fn crypto_secretstream_xchacha20poly1305_init_push(state: *mut c_void, header: Out, key: In)
    -> c_int;
    pub fn crypto_secretstream_xchacha20poly1305_push(
        state: *mut c_void,
        c: Out,
        n: *mut Len,
        m: In,
        len: Len,
        ad: In,
        ad_len: Len,
        tag: u8,
    ) -> c_int;
    pub fn crypto_secretstream_xchacha20poly1305_init_pull(state: *mut c_void, header: In, key: In) -> c_int;
    pub fn crypto_secretstream_xchacha20poly1305_pull(
        state: *mut c_void,
        m: Out,
        n: *mut Len,
        tag: *mut u8,
        c: In,
        len: Len,
        ad: In,
        ad_len: Len,
    ) -> c_int;
    pub fn crypto_secretstream_xchacha20poly1305_rekey(state: *mut c_void);
    pub fn crypto_secretstream_xchacha20poly1305_statebytes() -> usize;

    pub fn crypto_pwhash(
        out: Out,
        n: Len,
        pw: *const c_char,
        len: Len,
        salt: In,
        ops: Len,
        mem: usize,
        alg: c_int,
    ) -> c_int;
    pub fn crypto_pwhash_str(out: *mut c_char, pw: *const c_char, len: Len, ops: Len, mem: usize) -> c_int;
    pub fn crypto_pwhash_str_verify(hash: *const c_char, pw: *const c_char, len: Len) -> c_int;
    pub fn crypto_pwhash_str_needs_rehash(hash: *const c_char, ops: Len, mem: usize) -> c_int;
    pub fn crypto_pwhash_scryptsalsa208sha256(
        out: Out,
        n: Len,
        pw: *const c_char,
        len: Len,
        salt: In,
        ops: Len,
        mem: usize,
    ) -> c_int;
    pub fn crypto_pwhash_scryptsalsa208sha256_str(
        out: *mut c_char,
        pw: *const c_char,
        len: Len,
        ops: Len,
        mem: usize,
    ) -> c_int;
    pub fn crypto_pwhash_scryptsalsa208sha256_str_verify(
        hash: *const c_char,
        pw: *const c_char,
        len: Len,
    ) -> c_int;
}

/// A length as libsodium takes those of messages.
pub fn len(bytes: &[u8]) -> Len {
    bytes.len() as Len
}
