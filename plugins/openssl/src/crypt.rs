//! Encrypting, signing and deriving with keys.

use crate::class::Key;
use crate::components;
use crate::errors;
use crate::own::{Own, Pkey, c_text};
use crate::pkey;
use crate::sys as ffi;
use plugin_api::{Array, Ctx, Kind, OrFalse, R, Reference, This, Value, php_function};
use std::ffi::c_int;
use std::ptr::{null, null_mut};

/// The digest of an `OPENSSL_ALGO_*`, or null.
pub fn digest_of(algorithm: i64) -> *const ffi::EVP_MD {
    // SAFETY: static objects.
    unsafe {
        match algorithm {
            1 => ffi::EVP_sha1(),
            2 => ffi::EVP_md5(),
            3 => ffi::EVP_md4(),
            6 => ffi::EVP_sha224(),
            7 => ffi::EVP_sha256(),
            8 => ffi::EVP_sha384(),
            9 => ffi::EVP_sha512(),
            10 => ffi::EVP_ripemd160(),
            _ => null(),
        }
    }
}

type Init = unsafe extern "C" fn(*mut ffi::EVP_PKEY_CTX) -> c_int;
type Run = unsafe extern "C" fn(*mut ffi::EVP_PKEY_CTX, *mut u8, *mut usize, *const u8, usize) -> c_int;

/// Does what `run` does with a key; the errors are stored when it fails.
fn with_key(ctx: &mut Ctx, key: &Pkey, init: Init, run: Run, data: &[u8], padding: i64) -> Option<Vec<u8>> {
    let mut len = 0;
    // SAFETY: fresh and live objects; the buffer has the room that was asked for.
    let out = unsafe {
        Own::new(ffi::EVP_PKEY_CTX_new(key.ptr(), null_mut())).and_then(|c| {
            let ready = init(c.ptr()) > 0
                && ffi::EVP_PKEY_CTX_set_rsa_padding(c.ptr(), padding as c_int) > 0
                && run(c.ptr(), null_mut(), &mut len, data.as_ptr(), data.len()) > 0;
            if !ready {
                return None;
            }
            let mut out = vec![0u8; len];
            (run(c.ptr(), out.as_mut_ptr(), &mut len, data.as_ptr(), data.len()) > 0).then(|| {
                out.truncate(len);
                out
            })
        })
    };
    if out.is_none() {
        errors::store(ctx);
    }
    out
}

/// The four functions that encrypt or decrypt with a key of argument 3.
fn convert(
    ctx: &mut Ctx,
    (data, output, key, padding): (&[u8], Reference, &Value, Option<i64>),
    public: bool,
    refused: &str,
    (init, run): (Init, Run),
) -> R<bool> {
    let key = if public { pkey::public(ctx, key, 3)? } else { pkey::private(ctx, key, Some(b""), 3)? };
    let Some(key) = key else {
        ctx.warning(refused)?;
        return Ok(false);
    };
    let padding = padding.unwrap_or(ffi::RSA_PKCS1_PADDING.into());
    match with_key(ctx, &key, init, run, data, padding) {
        Some(out) => {
            output.set(ctx, out)?;
            Ok(true)
        }
        None => Ok(false),
    }
}

/// Encrypts with a private key.
#[php_function(
    "openssl_private_encrypt(#[\\SensitiveParameter] string $data, &$encrypted_data, #[\\SensitiveParameter] $private_key, int $padding = OPENSSL_PKCS1_PADDING): bool"
)]
fn openssl_private_encrypt(
    ctx: &mut Ctx,
    data: &[u8],
    out: Reference,
    key: &Value,
    padding: Option<i64>,
) -> R<bool> {
    let how: (Init, Run) = (ffi::EVP_PKEY_sign_init, ffi::EVP_PKEY_sign);
    convert(ctx, (data, out, key, padding), false, "key param is not a valid private key", how)
}

/// Decrypts with a private key.
#[php_function(
    "openssl_private_decrypt(string $data, #[\\SensitiveParameter] &$decrypted_data, #[\\SensitiveParameter] $private_key, int $padding = OPENSSL_PKCS1_PADDING): bool"
)]
fn openssl_private_decrypt(
    ctx: &mut Ctx,
    data: &[u8],
    out: Reference,
    key: &Value,
    padding: Option<i64>,
) -> R<bool> {
    let how: (Init, Run) = (ffi::EVP_PKEY_decrypt_init, ffi::EVP_PKEY_decrypt);
    convert(ctx, (data, out, key, padding), false, "key parameter is not a valid private key", how)
}

/// Encrypts with a public key.
#[php_function(
    "openssl_public_encrypt(#[\\SensitiveParameter] string $data, &$encrypted_data, $public_key, int $padding = OPENSSL_PKCS1_PADDING): bool"
)]
fn openssl_public_encrypt(
    ctx: &mut Ctx,
    data: &[u8],
    out: Reference,
    key: &Value,
    padding: Option<i64>,
) -> R<bool> {
    let how: (Init, Run) = (ffi::EVP_PKEY_encrypt_init, ffi::EVP_PKEY_encrypt);
    convert(ctx, (data, out, key, padding), true, "key parameter is not a valid public key", how)
}

/// Decrypts with a public key.
#[php_function(
    "openssl_public_decrypt(string $data, #[\\SensitiveParameter] &$decrypted_data, $public_key, int $padding = OPENSSL_PKCS1_PADDING): bool"
)]
fn openssl_public_decrypt(
    ctx: &mut Ctx,
    data: &[u8],
    out: Reference,
    key: &Value,
    padding: Option<i64>,
) -> R<bool> {
    let how: (Init, Run) = (ffi::EVP_PKEY_verify_recover_init, ffi::EVP_PKEY_verify_recover);
    convert(ctx, (data, out, key, padding), true, "key parameter is not a valid public key", how)
}

/// The digest that an argument names; null stands for the key's own. `None` after the warning.
fn digest_argument(ctx: &mut Ctx, algorithm: Option<&Value>) -> R<Option<*const ffi::EVP_MD>> {
    let (digest, own) = match algorithm.map(Value::kind) {
        // SAFETY: a live text; digests are static.
        Some(Kind::Str(name)) => (unsafe { ffi::EVP_get_digestbyname(c_text(name).as_ptr()) }, false),
        Some(Kind::Int(n)) => (digest_of(n), n == 0),
        _ => (digest_of(1), false),
    };
    // A name that is not known goes with the default number, which stands for a digest.
    if digest.is_null() && !own {
        ctx.warning("Unknown digest algorithm")?;
        return Ok(None);
    }
    Ok(Some(digest))
}

/// Signs data.
#[php_function(
    "openssl_sign(string $data, &$signature, #[\\SensitiveParameter] $private_key, string|int $algorithm = OPENSSL_ALGO_SHA1): bool"
)]
fn openssl_sign(
    ctx: &mut Ctx,
    data: &[u8],
    signature: Reference,
    key: &Value,
    algorithm: Option<&Value>,
) -> R<bool> {
    let Some(key) = pkey::private(ctx, key, Some(b""), 3)? else {
        ctx.warning("Supplied key param cannot be coerced into a private key")?;
        return Ok(false);
    };
    let Some(digest) = digest_argument(ctx, algorithm)? else { return Ok(false) };
    let mut len = 0;
    // SAFETY: fresh and live objects; the buffer has the room that was asked for.
    let made = unsafe {
        Own::new(ffi::EVP_MD_CTX_new()).and_then(|c| {
            let ready = ffi::EVP_DigestSignInit(c.ptr(), null_mut(), digest, null_mut(), key.ptr()) > 0
                && ffi::EVP_DigestSign(c.ptr(), null_mut(), &mut len, data.as_ptr(), data.len()) > 0;
            if !ready {
                return None;
            }
            let mut out = vec![0u8; len];
            (ffi::EVP_DigestSign(c.ptr(), out.as_mut_ptr(), &mut len, data.as_ptr(), data.len()) > 0).then(
                || {
                    out.truncate(len);
                    out
                },
            )
        })
    };
    match made {
        Some(out) => {
            signature.set(ctx, out)?;
            Ok(true)
        }
        None => {
            errors::store(ctx);
            Ok(false)
        }
    }
}

/// Checks a signature: 1 good, 0 bad, -1 an error.
#[php_function(
    "openssl_verify(string $data, string $signature, $public_key, string|int $algorithm = OPENSSL_ALGO_SHA1): int|false"
)]
fn openssl_verify(
    ctx: &mut Ctx,
    data: &[u8],
    signature: &[u8],
    public_key: &Value,
    algorithm: Option<&Value>,
) -> R<OrFalse<i64>> {
    let Some(digest) = digest_argument(ctx, algorithm)? else { return Ok(OrFalse::FALSE) };
    let Some(key) = pkey::public(ctx, public_key, 3)? else {
        ctx.warning("Supplied key param cannot be coerced into a public key")?;
        return Ok(OrFalse::FALSE);
    };
    // SAFETY: fresh and live objects.
    let r = unsafe {
        match Own::new(ffi::EVP_MD_CTX_new()) {
            Some(c) if ffi::EVP_DigestVerifyInit(c.ptr(), null_mut(), digest, null_mut(), key.ptr()) > 0 => {
                let r = ffi::EVP_DigestVerify(
                    c.ptr(),
                    signature.as_ptr(),
                    signature.len(),
                    data.as_ptr(),
                    data.len(),
                );
                (r >= 0).then_some(r).ok_or(r)
            }
            _ => Err(0),
        }
    };
    if r.is_err() {
        errors::store(ctx);
    }
    let (Ok(n) | Err(n)) = r;
    Ok(OrFalse(Some(n.into())))
}

/// A cipher by name, or `None` after the warning.
fn cipher_argument(ctx: &mut Ctx, name: &[u8]) -> R<Option<*const ffi::EVP_CIPHER>> {
    let cipher = crate::cipher::by_name(name);
    if cipher.is_null() {
        ctx.warning("Unknown cipher algorithm")?;
    }
    Ok((!cipher.is_null()).then_some(cipher))
}

/// What sealing gives.
struct Sealed {
    data: Vec<u8>,
    keys: Vec<Vec<u8>>,
    iv: Vec<u8>,
}

fn seal(data: &[u8], keys: &[Pkey], cipher: *const ffi::EVP_CIPHER, iv_len: usize) -> Option<Sealed> {
    let mut iv = vec![0u8; ffi::EVP_MAX_IV_LENGTH as usize];
    let mut raw: Vec<*mut ffi::EVP_PKEY> = keys.iter().map(Pkey::ptr).collect();
    // SAFETY: live keys; buffers have the room that the library asks for.
    unsafe {
        let mut sealed: Vec<Vec<u8>> =
            keys.iter().map(|k| vec![0; ffi::EVP_PKEY_get_size(k.ptr()).max(0) as usize]).collect();
        let mut slots: Vec<*mut u8> = sealed.iter_mut().map(Vec::as_mut_ptr).collect();
        let mut lens: Vec<c_int> = vec![0; keys.len()];
        let c = Own::new(ffi::EVP_CIPHER_CTX_new())?;
        if ffi::EVP_EncryptInit_ex(c.ptr(), cipher, null_mut(), null(), null()) == 0 {
            return None;
        }
        let mut out = vec![0u8; data.len() + ffi::EVP_CIPHER_CTX_get_block_size(c.ptr()).max(0) as usize];
        ffi::EVP_CIPHER_CTX_reset(c.ptr());
        let (mut len, mut more) = (0, 0);
        let ok = ffi::EVP_SealInit(
            c.ptr(),
            cipher,
            slots.as_mut_ptr(),
            lens.as_mut_ptr(),
            iv.as_mut_ptr(),
            raw.as_mut_ptr(),
            keys.len() as c_int,
        ) > 0
            && ffi::EVP_EncryptUpdate(
                c.ptr(),
                out.as_mut_ptr(),
                &mut len,
                data.as_ptr(),
                data.len() as c_int,
            ) != 0
            && ffi::EVP_SealFinal(c.ptr(), out.as_mut_ptr().add(len as usize), &mut more) != 0;
        if !ok {
            return None;
        }
        out.truncate((len + more) as usize);
        for (key, len) in sealed.iter_mut().zip(lens) {
            key.truncate(len as usize);
        }
        iv.truncate(iv_len);
        Some(Sealed { data: out, keys: sealed, iv })
    }
}

/// Encrypts data for several holders of keys.
#[php_function(
    "openssl_seal(#[\\SensitiveParameter] string $data, &$sealed_data, &$encrypted_keys, array $public_key, string $cipher_algo, &$iv = null): int|false"
)]
fn openssl_seal(
    ctx: &mut Ctx,
    data: &[u8],
    sealed_data: Reference,
    encrypted_keys: Reference,
    public_key: &Array,
    cipher_algo: &[u8],
    iv: Option<Reference>,
) -> R<OrFalse<i64>> {
    if c_int::try_from(data.len()).is_err() {
        return Err(ctx.argument_value_error(1, "is too long"));
    }
    if public_key.is_empty() {
        return Err(ctx.argument_value_error(4, "must not be empty"));
    }
    let Some(cipher) = cipher_argument(ctx, cipher_algo)? else { return Ok(OrFalse::FALSE) };
    // SAFETY: a static object.
    let iv_len = unsafe { ffi::EVP_CIPHER_get_iv_length(cipher) }.max(0) as usize;
    if iv.is_none() && iv_len > 0 {
        return Err(ctx.argument_value_error(6, "cannot be null for the chosen cipher algorithm"));
    }
    let mut keys = Vec::new();
    for (i, v) in public_key.values().enumerate() {
        match pkey::public(ctx, v, 4)? {
            Some(k) => keys.push(k),
            None => {
                ctx.warning(format!("Not a public key ({}th member of pubkeys)", i + 1))?;
                return Ok(OrFalse::FALSE);
            }
        }
    }
    let Some(sealed) = seal(data, &keys, cipher, iv_len) else {
        errors::store(ctx);
        return Ok(OrFalse::FALSE);
    };
    let len = sealed.data.len() as i64;
    if len > 0 {
        sealed_data.set(ctx, sealed.data)?;
        encrypted_keys.set(ctx, sealed.keys.into_iter().collect::<Array>())?;
        if let Some(iv) = iv {
            iv.set(ctx, sealed.iv)?;
        }
    }
    Ok(OrFalse(Some(len)))
}

/// Decrypts what was sealed.
#[php_function(
    "openssl_open(string $data, #[\\SensitiveParameter] &$output, string $encrypted_key, #[\\SensitiveParameter] $private_key, string $cipher_algo, ?string $iv = null): bool"
)]
fn openssl_open(
    ctx: &mut Ctx,
    data: &[u8],
    output: Reference,
    encrypted_key: &[u8],
    private_key: &Value,
    cipher_algo: &[u8],
    iv: Option<&[u8]>,
) -> R<bool> {
    for (n, text) in [(1, data), (3, encrypted_key)] {
        if c_int::try_from(text.len()).is_err() {
            return Err(ctx.argument_value_error(n, "is too long"));
        }
    }
    let Some(key) = pkey::private(ctx, private_key, Some(b""), 4)? else {
        ctx.warning("Unable to coerce parameter 4 into a private key")?;
        return Ok(false);
    };
    let Some(cipher) = cipher_argument(ctx, cipher_algo)? else { return Ok(false) };
    // SAFETY: a static object.
    let iv_len = unsafe { ffi::EVP_CIPHER_get_iv_length(cipher) }.max(0) as usize;
    let mut iv_ptr = null();
    if iv_len > 0 {
        let Some(iv) = iv else {
            return Err(ctx.argument_value_error(6, "cannot be null for the chosen cipher algorithm"));
        };
        if iv.len() != iv_len {
            ctx.warning("IV length is invalid")?;
            return Ok(false);
        }
        iv_ptr = iv.as_ptr();
    }
    let mut out = vec![0u8; data.len() + ffi::EVP_MAX_BLOCK_LENGTH as usize];
    let (mut len, mut more) = (0, 0);
    // SAFETY: fresh and live objects; the buffer has room for the data and a block.
    let ok = unsafe {
        Own::new(ffi::EVP_CIPHER_CTX_new()).is_some_and(|c| {
            let sealed = encrypted_key.as_ptr();
            ffi::EVP_OpenInit(c.ptr(), cipher, sealed, encrypted_key.len() as c_int, iv_ptr, key.ptr()) != 0
                && ffi::EVP_DecryptUpdate(
                    c.ptr(),
                    out.as_mut_ptr(),
                    &mut len,
                    data.as_ptr(),
                    data.len() as c_int,
                ) != 0
                && ffi::EVP_OpenFinal(c.ptr(), out.as_mut_ptr().add(len as usize), &mut more) != 0
        })
    };
    out.truncate((len + more) as usize);
    if !ok || out.is_empty() {
        errors::store(ctx);
        return Ok(false);
    }
    output.set(ctx, out)?;
    Ok(true)
}

/// The secret that a key and a peer's share.
fn derive(ctx: &mut Ctx, key: &Pkey, peer: &Pkey, size: usize) -> Option<Vec<u8>> {
    let mut len = size;
    // SAFETY: fresh and live objects; the buffer has the room that is told.
    unsafe {
        let c = Own::new(ffi::EVP_PKEY_CTX_new(key.ptr(), null_mut()))?;
        let ready = ffi::EVP_PKEY_derive_init(c.ptr()) > 0
            && ffi::EVP_PKEY_derive_set_peer(c.ptr(), peer.ptr()) > 0
            && (len != 0 || ffi::EVP_PKEY_derive(c.ptr(), null_mut(), &mut len) > 0);
        if ready {
            let mut out = vec![0u8; len];
            if ffi::EVP_PKEY_derive(c.ptr(), out.as_mut_ptr(), &mut len) > 0 {
                out.truncate(len);
                return Some(out);
            }
        }
    }
    errors::store(ctx);
    None
}

/// The secret that a Diffie-Hellman key and a peer's public value share.
#[php_function(
    "openssl_dh_compute_key(string $public_key, #[\\SensitiveParameter] OpenSSLAsymmetricKey $private_key): string|false"
)]
fn openssl_dh_compute_key(ctx: &mut Ctx, public_key: &[u8], private_key: &This<Key>) -> R<OrFalse<Vec<u8>>> {
    if c_int::try_from(public_key.len()).is_err() {
        return Err(ctx.argument_value_error(1, "is too long"));
    }
    let key = pkey::of_this(ctx, private_key)?;
    // SAFETY: a live key.
    let key = key.filter(|k| unsafe { ffi::EVP_PKEY_get_base_id(k.ptr()) } == ffi::EVP_PKEY_DH);
    let Some(key) = key else { return Ok(OrFalse::FALSE) };
    match components::dh_peer(&key, public_key) {
        Some(peer) => Ok(derive(ctx, &key, &peer, 0).into()),
        None => {
            errors::store(ctx);
            Ok(OrFalse::FALSE)
        }
    }
}

/// The secret that two keys share.
#[php_function(
    "openssl_pkey_derive($public_key, #[\\SensitiveParameter] $private_key, int $key_length = 0): string|false"
)]
fn openssl_pkey_derive(
    ctx: &mut Ctx,
    public_key: &Value,
    private_key: &Value,
    key_length: i64,
) -> R<OrFalse<Vec<u8>>> {
    let Ok(size) = usize::try_from(key_length) else {
        return Err(ctx.argument_value_error(3, "must be greater than or equal to 0"));
    };
    let Some(key) = pkey::private(ctx, private_key, Some(b""), 2)? else { return Ok(OrFalse::FALSE) };
    let Some(peer) = pkey::public(ctx, public_key, 1)? else { return Ok(OrFalse::FALSE) };
    Ok(derive(ctx, &key, &peer, size).into())
}

/// The oldest error that was not told.
#[php_function("openssl_error_string(): string|false")]
fn openssl_error_string(ctx: &mut Ctx) -> OrFalse<Vec<u8>> {
    errors::next(ctx).into()
}
