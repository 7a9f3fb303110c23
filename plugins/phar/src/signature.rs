//! Signatures: digests, and those of the openssl extension with a key.

use crate::archive::{Archive, Fail, fail, read_file, text};
use md5::{Digest, Md5};
use plugin_api::{Ctx, Value};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

/// MD5
pub const MD5: u32 = 1;
/// SHA-1
pub const SHA1: u32 = 2;
/// SHA-256
pub const SHA256: u32 = 3;
/// SHA-512
pub const SHA512: u32 = 4;
/// A key with SHA-1
pub const OPENSSL: u32 = 0x10;
/// A key with SHA-256
pub const OPENSSL_SHA256: u32 = 0x11;
/// A key with SHA-512
pub const OPENSSL_SHA512: u32 = 0x12;

/// Whether a kind of signature needs a key.
pub fn has_key(kind: u32) -> bool {
    (OPENSSL..=OPENSSL_SHA512).contains(&kind)
}

/// Whether a kind of signature is known.
pub fn is_known(kind: u32) -> bool {
    (MD5..=SHA512).contains(&kind) || has_key(kind)
}

/// What a kind is called; `None` for an unknown one.
pub fn name(kind: u32) -> Option<&'static str> {
    Some(match kind {
        MD5 => "MD5",
        SHA1 => "SHA-1",
        SHA256 => "SHA-256",
        SHA512 => "SHA-512",
        OPENSSL => "OpenSSL",
        OPENSSL_SHA256 => "OpenSSL_SHA256",
        OPENSSL_SHA512 => "OpenSSL_SHA512",
        _ => return None,
    })
}

fn digest(kind: u32, bytes: &[u8]) -> Option<Vec<u8>> {
    Some(match kind {
        MD5 => Md5::digest(bytes).to_vec(),
        SHA1 => Sha1::digest(bytes).to_vec(),
        SHA256 => Sha256::digest(bytes).to_vec(),
        SHA512 => Sha512::digest(bytes).to_vec(),
        _ => return None,
    })
}

/// Bytes of a digest of a kind.
pub fn len(kind: u32) -> Option<usize> {
    digest(kind, b"").map(|d| d.len())
}

fn hexadecimal(b: &[u8]) -> String {
    b.iter().fold(String::with_capacity(b.len() * 2), |mut s, c| {
        use std::fmt::Write;
        // Writing to a string does not fail.
        let _ = write!(s, "{c:02X}");
        s
    })
}

/// The openssl extension's number of a digest.
fn algorithm(kind: u32) -> i64 {
    match kind {
        OPENSSL_SHA512 => 9,
        OPENSSL_SHA256 => 7,
        _ => 1,
    }
}

/// Whether the openssl extension is there.
pub fn has_openssl(ctx: &mut Ctx) -> bool {
    ctx.function_exists("openssl_sign") && ctx.function_exists("openssl_verify")
}

/// Checks the signature of bytes; gives it in hexadecimal.
pub fn verify(
    ctx: &mut Ctx,
    signed: &[u8],
    kind: u32,
    signature: &[u8],
    path: &[u8],
) -> Result<String, Fail> {
    if has_key(kind) {
        return verify_with_key(ctx, signed, kind, signature, path);
    }
    let Some(d) = digest(kind, signed) else { return fail("broken or unsupported signature") };
    if !signature.starts_with(&d) {
        return fail("broken signature");
    }
    Ok(hexadecimal(&d))
}

fn verify_with_key(
    ctx: &mut Ctx,
    signed: &[u8],
    kind: u32,
    signature: &[u8],
    path: &[u8],
) -> Result<String, Fail> {
    if !has_openssl(ctx) {
        return fail("openssl not loaded");
    }
    let key = read_file(&[path, b".pubkey"].concat()).filter(|k| !k.is_empty());
    let Some(key) = key else { return fail("openssl public key could not be read") };
    let Ok(key) = ctx.call_function("openssl_pkey_get_public", &[Value::str(&key)]) else { return Err(None) };
    if !key.to_bool() {
        return fail("openssl signature could not be processed");
    }
    let args = [Value::str(signed), Value::str(signature), key, Value::int(algorithm(kind))];
    match ctx.call_function("openssl_verify", &args) {
        Ok(v) if v.as_int() == Some(1) => Ok(hexadecimal(signature)),
        Ok(_) => fail("broken openssl signature"),
        Err(_) => Err(None),
    }
}

/// Signs bytes as an archive wants it (with SHA-256 when it does not say), and remembers the signature.
pub fn sign(ctx: &mut Ctx, a: &Archive, bytes: &[u8]) -> Result<Vec<u8>, Fail> {
    drop(a.signature.take());
    let kind = a.signed_with.get();
    let signature = if has_key(kind) {
        sign_with_key(ctx, a, bytes, kind)?
    } else {
        match digest(kind, bytes) {
            Some(d) => d,
            None => {
                a.signed_with.set(SHA256);
                digest(SHA256, bytes).unwrap_or_default()
            }
        }
    };
    a.signature.replace(Some(hexadecimal(&signature)));
    Ok(signature)
}

fn sign_with_key(ctx: &mut Ctx, a: &Archive, bytes: &[u8], kind: u32) -> Result<Vec<u8>, Fail> {
    let failed =
        || fail(format!("unable to write phar \"{}\" with requested openssl signature", text(&a.path)));
    if !has_openssl(ctx) {
        return failed();
    }
    let key = crate::globals(ctx).key.borrow().clone();
    let Ok(key) = ctx.call_function("openssl_pkey_get_private", &[Value::str(&key)]) else {
        return Err(None);
    };
    if !key.to_bool() {
        return fail("unable to process private key");
    }
    let out = Value::new_reference(Value::NULL);
    let args = [Value::str(bytes), out.clone(), key, Value::int(algorithm(kind))];
    match ctx.call_function("openssl_sign", &args) {
        Ok(v) if v.to_bool() => Ok(out.deref().as_str().map(|s| s.to_vec()).unwrap_or_default()),
        Ok(_) => failed(),
        Err(_) => Err(None),
    }
}
