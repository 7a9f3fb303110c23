//! PKCS#12: a certificate, its key and others in one encrypted file.

use crate::errors;
use crate::own::{Bio, Cert, Own, Pkey, Stack, c_text, written};
use crate::path::{self, Place};
use crate::pkey;
use crate::sys as ffi;
use crate::x509;
use plugin_api::{Array, Ctx, R, Reference, Value, php_function};
use std::ffi::c_int;
use std::ptr::null_mut;

type Pkcs12 = Own<ffi::PKCS12>;

/// Certificate and key of a call's arguments 1 and 3.
fn parts(ctx: &mut Ctx, certificate: &Value, key: &Value) -> R<Option<(Cert, Pkey)>> {
    let Some(cert) = x509::argument(ctx, certificate, 1)? else { return Ok(None) };
    let Some(key) = pkey::private(ctx, key, Some(b""), 3)? else {
        ctx.warning("Cannot get private key from parameter 3")?;
        return Ok(None);
    };
    if !x509::has_key(&cert, &key) {
        return errors::warn_none(ctx, "Private key does not correspond to cert");
    }
    Ok(Some((cert, key)))
}

fn make(
    ctx: &mut Ctx,
    (cert, key): &(Cert, Pkey),
    pass: &[u8],
    options: Option<&Array>,
) -> R<Option<Pkcs12>> {
    let name = options.and_then(|o| o.get("friendly_name")).and_then(Value::as_str).map(|s| c_text(s));
    let others = match options.and_then(|o| o.get("extracerts")).cloned() {
        Some(v) => Some(x509::list(ctx, &v, 5, Some("extracerts"))?.0),
        None => None,
    };
    let pass = c_text(pass);
    // SAFETY: live objects and texts; what is made is ours.
    let made = unsafe {
        Own::new(ffi::PKCS12_create(
            pass.as_ptr().cast_mut(),
            x509::text_ptr(name.as_deref()).cast_mut(),
            key.ptr(),
            cert.ptr(),
            others.as_ref().map_or(null_mut(), Stack::ptr),
            0,
            0,
            0,
            0,
            0,
        ))
    };
    if made.is_none() {
        errors::store(ctx);
    }
    Ok(made)
}

/// Writes it to a file.
#[php_function(
    "openssl_pkcs12_export_to_file(OpenSSLCertificate|string $certificate, string $output_filename, #[\\SensitiveParameter] $private_key, #[\\SensitiveParameter] string $passphrase, array $options = []): bool"
)]
fn openssl_pkcs12_export_to_file(
    ctx: &mut Ctx,
    certificate: &Value,
    file: &[u8],
    private_key: &Value,
    pass: &[u8],
    options: Option<&Array>,
) -> R<bool> {
    path::plain(ctx, 2, file)?;
    let Some(parts) = parts(ctx, certificate, private_key)? else { return Ok(false) };
    let Some(path) = path::checked(ctx, file, Place::argument(2))? else { return Ok(false) };
    let Some(made) = make(ctx, &parts, pass, options)? else { return Ok(false) };
    let shown = path.to_string_lossy().into_owned();
    let Some(bio) = Bio::file(&path, c"wb") else {
        errors::store(ctx);
        ctx.warning(format!("Error opening file {shown}"))?;
        return Ok(false);
    };
    // SAFETY: live objects.
    if unsafe { ffi::i2d_PKCS12_bio(bio.ptr(), made.ptr()) } == 0 {
        errors::store(ctx);
        ctx.warning(format!("Error writing to file {shown}"))?;
        return Ok(false);
    }
    Ok(true)
}

/// Gives it as bytes.
#[php_function(
    "openssl_pkcs12_export(OpenSSLCertificate|string $certificate, &$output, #[\\SensitiveParameter] $private_key, #[\\SensitiveParameter] string $passphrase, array $options = []): bool"
)]
fn openssl_pkcs12_export(
    ctx: &mut Ctx,
    certificate: &Value,
    output: Reference,
    private_key: &Value,
    pass: &[u8],
    options: Option<&Array>,
) -> R<bool> {
    let Some(parts) = parts(ctx, certificate, private_key)? else { return Ok(false) };
    let Some(made) = make(ctx, &parts, pass, options)? else { return Ok(false) };
    // SAFETY: live objects.
    match written(|b| unsafe { ffi::i2d_PKCS12_bio(b, made.ptr()) }) {
        Some(out) => {
            output.set(ctx, out)?;
            Ok(true)
        }
        None => {
            errors::store(ctx);
            Ok(false)
        }
    }
}

/// Takes it apart.
#[php_function(
    "openssl_pkcs12_read(string $pkcs12, &$certificates, #[\\SensitiveParameter] string $passphrase): bool"
)]
fn openssl_pkcs12_read(ctx: &mut Ctx, pkcs12: &[u8], certificates: Reference, pass: &[u8]) -> R<bool> {
    if c_int::try_from(pkcs12.len()).is_err() {
        return Err(ctx.argument_value_error(1, "is too long"));
    }
    let pass = c_text(pass);
    // SAFETY: live objects, text and result slots; what is given is ours.
    let found = unsafe {
        let p12 = Bio::of(pkcs12)
            .filter(|_| !pkcs12.is_empty())
            .and_then(|b| Pkcs12::new(ffi::d2i_PKCS12_bio(b.ptr(), null_mut())));
        p12.and_then(|p12| {
            let (mut key, mut cert, mut others) = (null_mut(), null_mut(), null_mut());
            let ok = ffi::PKCS12_parse(p12.ptr(), pass.as_ptr(), &mut key, &mut cert, &mut others) != 0;
            let all = (Pkey::new(key), Cert::new(cert), Stack::<ffi::X509>::new(others));
            ok.then_some(all)
        })
    };
    let Some((key, cert, others)) = found else {
        errors::store(ctx);
        return Ok(false);
    };
    let mut out = Array::new();
    if let Some(cert) = cert {
        match x509::pem(cert.ptr(), false) {
            Some(t) => out.set("cert", t),
            None => errors::store(ctx),
        }
    }
    if let Some(key) = key {
        // SAFETY: a live key.
        let text = written(|b| unsafe {
            let cipher = std::ptr::null();
            ffi::PEM_write_bio_PrivateKey(b, key.ptr(), cipher, null_mut(), 0, None, null_mut())
        });
        match text {
            Some(t) => out.set("pkey", t),
            None => errors::store(ctx),
        }
    }
    if let Some(others) = others.filter(|o| o.items().next().is_some()) {
        let texts = others.items().rev().filter_map(|c| x509::pem(c, false));
        out.set("extracerts", texts.collect::<Array>());
    }
    certificates.set(ctx, out)?;
    Ok(true)
}
