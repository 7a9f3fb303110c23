//! Keys: reading, making, writing, what they are made of.

use crate::class::{self, Certificate, Key};
use crate::components;
use crate::config::Config;
use crate::errors;
use crate::own::{Bio, Own, Pkey, c_text, text, written};
use crate::path::{self, Place};
use crate::sys as ffi;
use crate::x509;
use plugin_api::{Array, Ctx, Kind, Object, OrFalse, R, Reference, Str, This, Value, php_function};
use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr::null_mut;

const KEY_ARRAY: &str = "Key array must be of the form array(0 => key, 1 => phrase)";

/// Gives the passphrase that `data` points to; without one, reading fails instead of asking on the terminal.
unsafe extern "C" fn passphrase(buf: *mut c_char, size: c_int, _: c_int, data: *mut c_void) -> c_int {
    // SAFETY: `data` is what `read` passes, alive while it reads; `buf` has room for `size` bytes.
    unsafe {
        let Some(pass) = data.cast::<&[u8]>().as_ref() else { return -1 };
        let n = pass.len().min(size.max(0) as usize);
        std::ptr::copy_nonoverlapping(pass.as_ptr(), buf.cast(), n);
        n as c_int
    }
}

/// Reads a private key.
fn read(bio: &Bio, pass: Option<&[u8]>) -> Option<Pkey> {
    // SAFETY: a live source; the passphrase lives as long as the call.
    unsafe {
        Own::new(match &pass {
            None => ffi::PEM_read_bio_PrivateKey(bio.ptr(), null_mut(), None, null_mut()),
            Some(p) => ffi::PEM_read_bio_PrivateKey(
                bio.ptr(),
                null_mut(),
                Some(passphrase),
                std::ptr::from_ref(p).cast_mut().cast(),
            ),
        })
    }
}

/// A private key of argument `n`: an object, a text, a file's URL, or such a thing with its passphrase in an array. Its
/// warning was raised where it is `None` and there was one.
pub fn private(ctx: &mut Ctx, v: &Value, pass: Option<&[u8]>, n: u32) -> R<Option<Pkey>> {
    of_value(ctx, v, false, pass, n)
}

/// A public key of argument `n`, or that of a certificate.
pub fn public(ctx: &mut Ctx, v: &Value, n: u32) -> R<Option<Pkey>> {
    of_value(ctx, v, true, None, n)
}

fn of_value(ctx: &mut Ctx, v: &Value, public: bool, pass: Option<&[u8]>, n: u32) -> R<Option<Pkey>> {
    let Some(pair) = v.as_array() else { return of_source(ctx, v, public, pass, n) };
    let Some(phrase) = pair.get_index(1) else { return Err(ctx.value_error(KEY_ARRAY)) };
    let phrase = phrase.to_str(ctx)?;
    match pair.get_index(0).cloned() {
        Some(source) => of_source(ctx, &source, public, Some(&phrase), n),
        None => Err(ctx.value_error(KEY_ARRAY)),
    }
}

fn of_source(ctx: &mut Ctx, v: &Value, public: bool, pass: Option<&[u8]>, n: u32) -> R<Option<Pkey>> {
    match v.kind() {
        Kind::Object(o) => {
            if let Some(this) = This::<Key>::of(o) {
                return of_object(ctx, this, public);
            }
            if This::<Certificate>::of(o).is_some() {
                let cert = class::of_certificate(ctx, o)?;
                errors::store(ctx);
                // SAFETY: a live certificate; the key is ours.
                let key =
                    cert.filter(|_| public).and_then(|c| unsafe { Own::new(ffi::X509_get_pubkey(c.ptr())) });
                if key.is_none() {
                    errors::store(ctx);
                }
                return Ok(key);
            }
        }
        Kind::Str(_) => {}
        _ => return Ok(None),
    }
    let source = v.to_str(ctx)?;
    let file = match path::of_url(&source) {
        None => None,
        Some(p) => match path::checked(ctx, p, Place::argument(n))? {
            Some(p) => Some(p),
            None => return Ok(None),
        },
    };
    let open = || file.as_ref().map_or_else(|| Bio::of(&source), |f| Bio::file(f, c"rb"));
    if !public {
        let key = open().and_then(|b| read(&b, pass));
        if key.is_none() {
            errors::store(ctx);
        }
        return Ok(key);
    }
    let before = errors::mark(ctx);
    if let Some(cert) = x509::of_value(ctx, &source.clone().into(), Place::argument(n))? {
        errors::store(ctx);
        // SAFETY: a live certificate; the key is ours.
        let key = unsafe { Own::new(ffi::X509_get_pubkey(cert.ptr())) };
        if key.is_none() {
            errors::store(ctx);
        }
        return Ok(key);
    }
    // No certificate: a key by itself, perhaps.
    errors::restore(ctx, before);
    // SAFETY: a live source; the key is ours.
    let key = open()
        .and_then(|b| unsafe { Own::new(ffi::PEM_read_bio_PUBKEY(b.ptr(), null_mut(), None, null_mut())) });
    if key.is_none() {
        errors::store(ctx);
    }
    Ok(key)
}

fn of_object(ctx: &mut Ctx, this: &This<Key>, public: bool) -> R<Option<Pkey>> {
    let (key, is_private) = {
        let p = this.borrow(ctx)?;
        (p.key.as_ref().map(Pkey::share), p.private)
    };
    let refused = match (public, is_private) {
        (false, false) => "Supplied key param is a public key",
        (true, true) => "Don't know how to get public key from this private key",
        _ => return Ok(key),
    };
    ctx.warning(refused)?;
    Ok(None)
}

/// The key of an object.
pub fn of_this(ctx: &mut Ctx, this: &This<Key>) -> R<Option<Pkey>> {
    Ok(this.borrow(ctx)?.key.as_ref().map(Pkey::share))
}

fn object(ctx: &mut Ctx, key: Option<Pkey>, private: bool) -> R<OrFalse<Object>> {
    match key {
        Some(k) => Ok(OrFalse(Some(class::key(ctx, k, private)?))),
        None => Ok(OrFalse::FALSE),
    }
}

/// Makes a private key, or one of the components in the options.
#[php_function("openssl_pkey_new(?array $options = null): OpenSSLAsymmetricKey|false")]
fn openssl_pkey_new(ctx: &mut Ctx, options: Option<&Array>) -> R<OrFalse<Object>> {
    if let Some(options) = options {
        for (name, kind) in components::KINDS {
            if let Some(data) = options.get(name).and_then(Value::as_array) {
                return match components::build(ctx, kind, data)? {
                    Some((key, private)) => object(ctx, Some(key), private),
                    None => Ok(OrFalse::FALSE),
                };
            }
        }
    }
    let Some(config) = Config::new(ctx, options)? else { return Ok(OrFalse::FALSE) };
    let key = config.generate(ctx)?;
    object(ctx, key, true)
}

/// Checks that a passphrase is no longer than OpenSSL counts, and reads the key to export.
fn exported(ctx: &mut Ctx, key: &Value, pass: Option<&[u8]>) -> R<Option<Pkey>> {
    if pass.is_some_and(|p| c_int::try_from(p.len()).is_err()) {
        return Err(ctx.argument_value_error(3, "is too long"));
    }
    let key = private(ctx, key, pass, 1)?;
    if key.is_none() {
        ctx.warning("Cannot get key from parameter 1")?;
    }
    Ok(key)
}

fn write(config: &Config, out: *mut ffi::BIO, key: &Pkey, pass: Option<&[u8]>) -> c_int {
    let p = pass.unwrap_or_default();
    // SAFETY: live objects and text. Without a passphrase none is asked for: nothing is encrypted.
    unsafe {
        let phrase = if pass.is_some() { p.as_ptr().cast_mut() } else { null_mut() };
        let cipher = config.key_cipher(pass);
        ffi::PEM_write_bio_PrivateKey(out, key.ptr(), cipher, phrase, p.len() as c_int, None, null_mut())
    }
}

/// Writes a private key to a file.
#[php_function(
    "openssl_pkey_export_to_file(#[\\SensitiveParameter] $key, string $output_filename, #[\\SensitiveParameter] ?string $passphrase = null, ?array $options = null): bool"
)]
fn openssl_pkey_export_to_file(
    ctx: &mut Ctx,
    key: &Value,
    file: &[u8],
    pass: Option<&[u8]>,
    options: Option<&Array>,
) -> R<bool> {
    path::plain(ctx, 2, file)?;
    let Some(key) = exported(ctx, key, pass)? else { return Ok(false) };
    let Some(path) = path::checked(ctx, file, Place::argument(2))? else { return Ok(false) };
    let Some(config) = Config::new(ctx, options)? else { return Ok(false) };
    let done = Bio::file(&path, c"wb").is_some_and(|b| write(&config, b.ptr(), &key, pass) != 0);
    if !done {
        errors::store(ctx);
    }
    Ok(done)
}

/// Gives a private key as text.
#[php_function(
    "openssl_pkey_export(#[\\SensitiveParameter] $key, &$output, #[\\SensitiveParameter] ?string $passphrase = null, ?array $options = null): bool"
)]
fn openssl_pkey_export(
    ctx: &mut Ctx,
    key: &Value,
    output: Reference,
    pass: Option<&[u8]>,
    options: Option<&Array>,
) -> R<bool> {
    let Some(key) = exported(ctx, key, pass)? else { return Ok(false) };
    let Some(config) = Config::new(ctx, options)? else { return Ok(false) };
    match written(|b| write(&config, b, &key, pass)) {
        Some(text) => {
            output.set(ctx, text)?;
            Ok(true)
        }
        None => {
            errors::store(ctx);
            Ok(false)
        }
    }
}

/// Reads a public key.
#[php_function("openssl_pkey_get_public($public_key): OpenSSLAsymmetricKey|false")]
fn openssl_pkey_get_public(ctx: &mut Ctx, public_key: &Value) -> R<OrFalse<Object>> {
    let key = public(ctx, public_key, 1)?;
    object(ctx, key, false)
}

/// Reads a public key.
#[php_function("openssl_get_publickey($public_key): OpenSSLAsymmetricKey|false")]
fn openssl_get_publickey(ctx: &mut Ctx, public_key: &Value) -> R<OrFalse<Object>> {
    openssl_pkey_get_public(ctx, public_key)
}

/// Does nothing: keys are freed with their objects.
#[php_function(
    "openssl_pkey_free(OpenSSLAsymmetricKey $key): void",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'as OpenSSLAsymmetricKey objects are freed automatically')]"
)]
fn openssl_pkey_free(key: &This<Key>) {
    let _ = key;
}

/// Does nothing: keys are freed with their objects.
#[php_function(
    "openssl_free_key(OpenSSLAsymmetricKey $key): void",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'as OpenSSLAsymmetricKey objects are freed automatically')]"
)]
fn openssl_free_key(key: &This<Key>) {
    let _ = key;
}

fn get_private(ctx: &mut Ctx, key: &Value, pass: Option<&Value>) -> R<OrFalse<Object>> {
    // Left out, it is empty; null, there is none.
    let pass = match pass {
        None => Some(Str::empty()),
        Some(v) => v.as_str().cloned(),
    };
    if pass.as_ref().is_some_and(|p| c_int::try_from(p.len()).is_err()) {
        return Err(ctx.argument_value_error(2, "is too long"));
    }
    let key = private(ctx, key, pass.as_deref(), 1)?;
    object(ctx, key, true)
}

/// Reads a private key.
#[php_function(
    "openssl_pkey_get_private(#[\\SensitiveParameter] $private_key, #[\\SensitiveParameter] ?string $passphrase = null): OpenSSLAsymmetricKey|false"
)]
fn openssl_pkey_get_private(ctx: &mut Ctx, args: &plugin_api::Args<'_>) -> R<OrFalse<Object>> {
    get_private(ctx, args.get(0).unwrap_or(&Value::NULL), args.get(1))
}

/// Reads a private key.
#[php_function(
    "openssl_get_privatekey(#[\\SensitiveParameter] $private_key, #[\\SensitiveParameter] ?string $passphrase = null): OpenSSLAsymmetricKey|false"
)]
fn openssl_get_privatekey(ctx: &mut Ctx, args: &plugin_api::Args<'_>) -> R<OrFalse<Object>> {
    get_private(ctx, args.get(0).unwrap_or(&Value::NULL), args.get(1))
}

/// Adds the numbers of a key.
fn add_numbers(out: &mut Array, key: &Pkey, all: &[(&CStr, &str)]) {
    for (param, name) in all {
        let mut n = null_mut();
        // SAFETY: a live key and result slot; the number is ours.
        unsafe {
            if ffi::EVP_PKEY_get_bn_param(key.ptr(), param.as_ptr(), &mut n) > 0
                && let Some(n) = Own::new(n)
            {
                out.set(*name, components::bytes_of(n.ptr()));
            }
        }
    }
}

/// Adds the byte strings of a key.
fn add_strings(out: &mut Array, key: &Pkey, all: &[(&CStr, &str)]) {
    for (param, name) in all {
        let mut buf = [0u8; 64];
        let mut len = 0;
        // SAFETY: a live key, a buffer of that room and a result slot.
        let ok = unsafe {
            ffi::EVP_PKEY_get_octet_string_param(
                key.ptr(),
                param.as_ptr(),
                buf.as_mut_ptr(),
                buf.len(),
                &mut len,
            )
        };
        if ok > 0 {
            out.set(*name, &buf[..len.min(buf.len())]);
        }
    }
}

/// Name and number of the curve of a key.
fn add_curve(out: &mut Array, key: &Pkey) {
    let mut buf = [0 as c_char; 80];
    let mut len = 0;
    // SAFETY: a live key, buffers of that room and a result slot.
    unsafe {
        if ffi::EVP_PKEY_get_utf8_string_param(key.ptr(), c"group".as_ptr(), buf.as_mut_ptr(), 64, &mut len)
            <= 0
        {
            return;
        }
        let name = text(buf.as_ptr());
        let nid = ffi::OBJ_sn2nid(c_text(&name).as_ptr());
        out.set("curve_name", name);
        if nid != ffi::NID_undef {
            ffi::OBJ_obj2txt(buf.as_mut_ptr(), buf.len() as c_int, ffi::OBJ_nid2obj(nid), 1);
            out.set("curve_oid", text(buf.as_ptr()));
        }
    }
}

/// The type of a key, also of one that only a provider knows.
fn base_type(key: &Pkey) -> c_int {
    // SAFETY: a live key and what belongs to it.
    unsafe {
        if ffi::EVP_PKEY_get_id(key.ptr()) != -1 {
            return ffi::EVP_PKEY_get_base_id(key.ptr());
        }
        let name = ffi::EVP_PKEY_get0_type_name(key.ptr());
        let nid = if name.is_null() { ffi::NID_undef } else { ffi::OBJ_txt2nid(name) };
        if nid == ffi::NID_undef { 0 } else { ffi::EVP_PKEY_type(nid) }
    }
}

const RSA: &[(&CStr, &str)] = &[
    (c"n", "n"),
    (c"e", "e"),
    (c"d", "d"),
    (c"rsa-factor1", "p"),
    (c"rsa-factor2", "q"),
    (c"rsa-exponent1", "dmp1"),
    (c"rsa-exponent2", "dmq1"),
    (c"rsa-coefficient1", "iqmp"),
];
const DSA: &[(&CStr, &str)] =
    &[(c"p", "p"), (c"q", "q"), (c"g", "g"), (c"priv", "priv_key"), (c"pub", "pub_key")];
const DH: &[(&CStr, &str)] = &[(c"p", "p"), (c"g", "g"), (c"priv", "priv_key"), (c"pub", "pub_key")];
const EC: &[(&CStr, &str)] = &[(c"qx", "x"), (c"qy", "y"), (c"priv", "d")];
const RAW: &[(&CStr, &str)] = &[(c"priv", "priv_key"), (c"pub", "pub_key")];

/// What a key is made of.
#[php_function("openssl_pkey_get_details(OpenSSLAsymmetricKey $key): array|false")]
fn openssl_pkey_get_details(ctx: &mut Ctx, key: &This<Key>) -> R<OrFalse<Array>> {
    let Some(key) = of_this(ctx, key)? else { return Ok(OrFalse::FALSE) };
    // SAFETY: a live key.
    let Some(text) = written(|b| unsafe { ffi::PEM_write_bio_PUBKEY(b, key.ptr()) }) else {
        errors::store(ctx);
        return Ok(OrFalse::FALSE);
    };
    let mut out = Array::new();
    // SAFETY: a live key.
    out.set("bits", i64::from(unsafe { ffi::EVP_PKEY_get_bits(key.ptr()) }));
    out.set("key", text);
    let mut parts = Array::new();
    let kind = match base_type(&key) {
        ffi::EVP_PKEY_RSA => {
            add_numbers(&mut parts, &key, RSA);
            Some((0, "rsa"))
        }
        ffi::EVP_PKEY_DSA => {
            add_numbers(&mut parts, &key, DSA);
            Some((1, "dsa"))
        }
        ffi::EVP_PKEY_DH => {
            add_numbers(&mut parts, &key, DH);
            Some((2, "dh"))
        }
        ffi::EVP_PKEY_EC => {
            add_curve(&mut parts, &key);
            add_numbers(&mut parts, &key, EC);
            Some((3, "ec"))
        }
        other => {
            add_strings(&mut parts, &key, RAW);
            match other {
                ffi::EVP_PKEY_X25519 => Some((4, "x25519")),
                ffi::EVP_PKEY_ED25519 => Some((5, "ed25519")),
                ffi::EVP_PKEY_X448 => Some((6, "x448")),
                ffi::EVP_PKEY_ED448 => Some((7, "ed448")),
                _ => None,
            }
        }
    };
    if let Some((_, name)) = kind {
        out.set(name, parts);
    }
    out.set("type", kind.map_or(-1i64, |(n, _)| n));
    Ok(OrFalse(Some(out)))
}
