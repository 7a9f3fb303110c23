//! The cryptography behind WinZip's AES encryption, by RustCrypto: what `glue/zip_crypto.h` declares. libzip calls it with
//! buffers of the lengths it states.

use aes::cipher::generic_array::GenericArray;
use aes::cipher::{BlockEncrypt, KeyInit};
use aes::{Aes128, Aes192, Aes256};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use std::ptr;

/// A key schedule.
pub enum Aes {
    A128(Aes128),
    A192(Aes192),
    A256(Aes256),
}

/// A running HMAC-SHA1.
pub struct Hasher(Hmac<Sha1>);

/// `len` bytes at `p`.
unsafe fn bytes<'a>(p: *const u8, len: usize) -> &'a [u8] {
    // SAFETY: by the caller's promise; a null pointer comes with no bytes.
    if len == 0 { &[] } else { unsafe { std::slice::from_raw_parts(p, len) } }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_aes_new(key: *const u8, bits: u16, _: *mut libc::c_void) -> *mut Aes {
    // SAFETY: the key has as many bits as it says.
    let key = unsafe { bytes(key, bits as usize / 8) };
    let aes = match bits {
        128 => Aes128::new_from_slice(key).map(Aes::A128),
        192 => Aes192::new_from_slice(key).map(Aes::A192),
        _ => Aes256::new_from_slice(key).map(Aes::A256),
    };
    aes.map_or(ptr::null_mut(), |a| Box::into_raw(Box::new(a)))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_aes_encrypt_block(aes: *mut Aes, from: *const u8, to: *mut u8) -> bool {
    // SAFETY: a schedule of `_zip_crypto_aes_new`; both blocks have 16 bytes and may be the same.
    unsafe {
        let mut block = GenericArray::clone_from_slice(bytes(from, 16));
        match &*aes {
            Aes::A128(a) => a.encrypt_block(&mut block),
            Aes::A192(a) => a.encrypt_block(&mut block),
            Aes::A256(a) => a.encrypt_block(&mut block),
        }
        ptr::copy_nonoverlapping(block.as_ptr(), to, 16);
    }
    true
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_aes_free(aes: *mut Aes) {
    if !aes.is_null() {
        // SAFETY: made by `_zip_crypto_aes_new`, freed once.
        drop(unsafe { Box::from_raw(aes) });
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_hmac_new(secret: *const u8, len: u64, _: *mut libc::c_void) -> *mut Hasher {
    // SAFETY: the secret has that length.
    let mac = <Hmac<Sha1> as Mac>::new_from_slice(unsafe { bytes(secret, len as usize) });
    mac.map_or(ptr::null_mut(), |m| Box::into_raw(Box::new(Hasher(m))))
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_hmac(hmac: *mut Hasher, data: *const u8, len: u64) -> bool {
    // SAFETY: a hasher of `_zip_crypto_hmac_new`; the data has that length.
    unsafe { (*hmac).0.update(bytes(data, len as usize)) };
    true
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_hmac_output(hmac: *mut Hasher, out: *mut u8) -> bool {
    // SAFETY: as above; `out` has room for a SHA-1.
    unsafe {
        let sum = (*hmac).0.clone().finalize().into_bytes();
        ptr::copy_nonoverlapping(sum.as_ptr(), out, 20);
    }
    true
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_hmac_free(hmac: *mut Hasher) {
    if !hmac.is_null() {
        // SAFETY: made by `_zip_crypto_hmac_new`, freed once.
        drop(unsafe { Box::from_raw(hmac) });
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn _zip_crypto_pbkdf2(
    key: *const u8,
    key_len: u64,
    salt: *const u8,
    salt_len: u16,
    iterations: u32,
    out: *mut u8,
    out_len: u16,
) -> bool {
    // SAFETY: the buffers have those lengths.
    unsafe {
        let out = std::slice::from_raw_parts_mut(out, out_len as usize);
        pbkdf2::pbkdf2::<Hmac<Sha1>>(
            bytes(key, key_len as usize),
            bytes(salt, salt_len as usize),
            iterations,
            out,
        )
        .is_ok()
    }
}

#[unsafe(no_mangle)]
unsafe extern "C" fn zip_secure_random(out: *mut u8, len: u16) -> bool {
    // SAFETY: the buffer has that length.
    getrandom::fill(unsafe { std::slice::from_raw_parts_mut(out, len as usize) }).is_ok()
}
