//! Requests for certificates, and signing them.

use crate::class::{self, Request};
use crate::config::{self, Config};
use crate::errors;
use crate::own::{Bio, Cert, Own, Pkey, c_text, raw, written};
use crate::path::{self, Place};
use crate::pkey;
use crate::sys as ffi;
use crate::x509;
use plugin_api::{Array, Ctx, Key as Offset, Object, OrFalse, R, Reference, This, Value, php_function};
use std::ffi::{CStr, c_char, c_int};
use std::ptr::null_mut;

type Csr = Own<ffi::X509_REQ>;

/// Adds a text to a name.
fn add_part(ctx: &mut Ctx, name: *mut ffi::X509_NAME, nid: c_int, v: &Value) -> R<bool> {
    let text = v.to_str(ctx)?;
    let given = c_text(&text);
    // SAFETY: a live name and text.
    let ok = unsafe {
        ffi::X509_NAME_add_entry_by_NID(
            name,
            nid,
            ffi::MBSTRING_UTF8,
            given.as_ptr().cast_mut().cast(),
            -1,
            -1,
            0,
        )
    };
    if ok == 0 {
        errors::store(ctx);
        let text = given.to_string_lossy();
        ctx.warning(format!(
            "dn: add_entry_by_NID {nid} -> {text} (failed; check error queue and value of string_mask OpenSSL option if illegal characters are reported)"
        ))?;
    }
    Ok(ok != 0)
}

/// Adds the parts that a call names.
fn add_parts(ctx: &mut Ctx, name: *mut ffi::X509_NAME, parts: &Array) -> R<bool> {
    for (key, v) in parts {
        let Offset::Str(key) = key else { continue };
        // SAFETY: a live text.
        let nid = unsafe { ffi::OBJ_txt2nid(c_text(&key).as_ptr()) };
        if nid == ffi::NID_undef {
            ctx.warning(format!("dn: {} is not a recognized name", String::from_utf8_lossy(&key)))?;
            continue;
        }
        let several = v.as_array().map(|a| a.values().cloned().collect::<Vec<_>>());
        for one in several.unwrap_or_else(|| vec![v.clone()]) {
            if !add_part(ctx, name, nid, &one)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Adds the parts that a configuration file has defaults for (`name_default`) and the name does not have yet.
fn add_defaults(
    ctx: &mut Ctx,
    name: *mut ffi::X509_NAME,
    all: &[(std::ffi::CString, std::ffi::CString)],
) -> R<bool> {
    for (key, v) in all {
        let Some(kind) = key.to_bytes().strip_suffix(b"_default").filter(|k| !k.is_empty()) else { continue };
        let kind = &kind[..kind.len().min(200)];
        // What is before a separator only tells several of one kind apart.
        let kind = match kind.iter().position(|c| matches!(c, b':' | b',' | b'.')) {
            Some(i) if i + 1 < kind.len() => &kind[i + 1..],
            _ => kind,
        };
        let kind = c_text(kind);
        // SAFETY: a live name and texts.
        unsafe {
            let nid = ffi::OBJ_txt2nid(kind.as_ptr());
            if ffi::X509_NAME_get_index_by_NID(name, nid, -1) >= 0 {
                continue;
            }
            let text = v.as_ptr().cast_mut().cast();
            if ffi::X509_NAME_add_entry_by_txt(name, kind.as_ptr(), ffi::MBSTRING_UTF8, text, -1, -1, 0) == 0
            {
                errors::store(ctx);
                let (kind, v) = (kind.to_string_lossy(), v.to_string_lossy());
                ctx.warning(format!("add_entry_by_txt {kind} -> {v} (failed)"))?;
                return Ok(false);
            }
            if ffi::X509_NAME_entry_count(name) == 0 {
                ctx.warning("No objects specified in config file")?;
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Adds attributes: those of a call, then what the configuration file has for others.
fn add_attributes(
    ctx: &mut Ctx,
    csr: &Csr,
    given: &Array,
    defaults: &[(std::ffi::CString, std::ffi::CString)],
) -> R<bool> {
    for (key, v) in given {
        let Offset::Str(key) = key else {
            ctx.warning("attributes: numeric fild names are not supported")?;
            continue;
        };
        // SAFETY: a live text.
        let nid = unsafe { ffi::OBJ_txt2nid(c_text(&key).as_ptr()) };
        if nid == ffi::NID_undef {
            let key = String::from_utf8_lossy(&key);
            ctx.warning(format!("attributes: {key} is not a recognized attribute name"))?;
            continue;
        }
        let text = v.to_str(ctx)?;
        // SAFETY: a live request and text.
        let ok = unsafe {
            let len = text.len() as c_int;
            ffi::X509_REQ_add1_attr_by_NID(csr.ptr(), nid, ffi::MBSTRING_UTF8, text.as_ptr(), len)
        };
        if ok == 0 {
            errors::store(ctx);
            ctx.warning(format!("attributes: add_attr_by_NID {nid} -> {} (failed)", text.lossy()))?;
            return Ok(false);
        }
    }
    for (name, v) in defaults {
        // SAFETY: a live request and texts.
        let ok = unsafe {
            let nid = ffi::OBJ_txt2nid(name.as_ptr());
            ffi::X509_REQ_get_attr_by_NID(csr.ptr(), nid, -1) >= 0
                || ffi::X509_REQ_add1_attr_by_txt(
                    csr.ptr(),
                    name.as_ptr(),
                    ffi::MBSTRING_UTF8,
                    v.as_ptr().cast(),
                    -1,
                ) != 0
        };
        if !ok {
            errors::store(ctx);
            let (name, v) = (name.to_string_lossy(), v.to_string_lossy());
            ctx.warning(format!(
                "add1_attr_by_txt {name} -> {v} (failed; check error queue and value of string_mask OpenSSL option if illegal characters are reported)"
            ))?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Fills a request in.
fn fill(
    ctx: &mut Ctx,
    config: &Config,
    csr: &Csr,
    key: &Pkey,
    names: &Array,
    attributes: Option<&Array>,
) -> R<bool> {
    // SAFETY: live objects.
    let names_section = unsafe {
        let p =
            ffi::NCONF_get_string(config.conf.ptr(), config.section.as_ptr(), c"distinguished_name".as_ptr());
        (!p.is_null()).then(|| CStr::from_ptr(p).to_owned())
    };
    let defaults = names_section.and_then(|s| config::section(&config.conf, &s));
    let Some(defaults) = defaults else {
        errors::store(ctx);
        return Ok(false);
    };
    let attribute_defaults = match config.value(c"attributes") {
        None => Some(Vec::new()),
        Some(s) => config::section(&config.conf, &s),
    };
    let Some(attribute_defaults) = attribute_defaults else {
        errors::store(ctx);
        return Ok(false);
    };
    // SAFETY: a live request.
    let name = unsafe {
        if ffi::X509_REQ_set_version(csr.ptr(), 0) == 0 {
            errors::store(ctx);
            return Ok(false);
        }
        ffi::X509_REQ_get_subject_name(csr.ptr())
    };
    if !add_parts(ctx, name, names)? || !add_defaults(ctx, name, &defaults)? {
        return Ok(false);
    }
    if let Some(given) = attributes
        && !add_attributes(ctx, csr, given, &attribute_defaults)?
    {
        return Ok(false);
    }
    // SAFETY: live objects.
    if unsafe { ffi::X509_REQ_set_pubkey(csr.ptr(), key.ptr()) } == 0 {
        errors::store(ctx);
    }
    Ok(true)
}

/// Makes a request, and a key where none is given.
#[php_function(
    "openssl_csr_new(array $distinguished_names, #[\\SensitiveParameter] &$private_key, ?array $options = null, ?array $extra_attributes = null): OpenSSLCertificateSigningRequest|bool"
)]
fn openssl_csr_new(
    ctx: &mut Ctx,
    distinguished_names: &Array,
    private_key: Reference,
    options: Option<&Array>,
    extra_attributes: Option<&Array>,
) -> R<Value> {
    let failed = Ok(Value::bool(false));
    let Some(config) = Config::new(ctx, options)? else { return failed };
    let given = private_key.get().clone();
    if given.is_null() {
        return request(ctx, &config, None, distinguished_names, private_key, extra_attributes);
    }
    match pkey::private(ctx, &given, None, 2) {
        Ok(key) => request(ctx, &config, key, distinguished_names, private_key, extra_attributes),
        // A request is made all the same, with what there is to say of it.
        Err(thrown) => {
            let Some(exception) = ctx.take_exception() else { return Err(thrown) };
            request(ctx, &config, None, distinguished_names, private_key, extra_attributes)?;
            Err(ctx.throw_object(exception))
        }
    }
}

/// Makes a request for a key, or for a new one.
fn request(
    ctx: &mut Ctx,
    config: &Config,
    given: Option<Pkey>,
    distinguished_names: &Array,
    private_key: Reference,
    extra_attributes: Option<&Array>,
) -> R<Value> {
    let failed = Ok(Value::bool(false));
    let made = given.is_none();
    let key = match given {
        Some(k) => Some(k),
        None => config.generate(ctx)?,
    };
    let Some(key) = key else {
        ctx.warning("Unable to generate a private key")?;
        return failed;
    };
    // SAFETY: a fresh object.
    let Some(csr) = (unsafe { Own::new(ffi::X509_REQ_new()) }) else {
        errors::store(ctx);
        return failed;
    };
    if !fill(ctx, config, &csr, &key, distinguished_names, extra_attributes)? {
        return failed;
    }
    if let Some(section) = &config.request_extensions {
        let mut v3 = ffi::extension_context();
        // SAFETY: live objects.
        let ok = unsafe {
            ffi::X509V3_set_ctx(&mut v3, null_mut(), null_mut(), csr.ptr(), null_mut(), 0);
            ffi::X509V3_set_nconf(&mut v3, config.conf.ptr());
            ffi::X509V3_EXT_REQ_add_nconf(config.conf.ptr(), &mut v3, section.as_ptr(), csr.ptr())
        };
        if ok == 0 {
            errors::store(ctx);
            ctx.warning(format!("Error loading extension section {}", section.to_string_lossy()))?;
            return failed;
        }
    }
    // SAFETY: live objects.
    let signed = unsafe { ffi::X509_REQ_sign(csr.ptr(), key.ptr(), config.digest) } != 0;
    let out = if signed {
        This::<Request>::create(ctx, Request(Some(csr)))?.into()
    } else {
        errors::store(ctx);
        ctx.warning("Error signing request")?;
        Value::bool(true)
    };
    if made {
        let o = class::key(ctx, key, true)?;
        private_key.set(ctx, o)?;
    }
    Ok(out)
}

/// The request that argument 1 is or describes.
fn argument(ctx: &mut Ctx, v: &Value) -> R<Option<Csr>> {
    if let Some(this) = v.as_object().and_then(This::<Request>::of) {
        let p = this.borrow(ctx)?;
        // SAFETY: a live request; the copy is ours.
        return Ok(p.0.as_ref().and_then(|r| unsafe { Own::new(ffi::X509_REQ_dup(r.ptr())) }));
    }
    let source = v.to_str(ctx)?;
    let bio = match path::of_url(&source) {
        None => Bio::of(&source),
        Some(p) => match path::checked(ctx, p, Place::argument(1))? {
            Some(p) => Bio::file(&p, c"rb"),
            None => return Ok(None),
        },
    };
    // SAFETY: a live source; the request is ours.
    let found = bio
        .and_then(|b| unsafe { Own::new(ffi::PEM_read_bio_X509_REQ(b.ptr(), null_mut(), None, null_mut())) });
    match found {
        Some(r) => Ok(Some(r)),
        None => errors::none(ctx),
    }
}

/// As [`argument`], with the warning.
fn needed(ctx: &mut Ctx, v: &Value) -> R<Option<Csr>> {
    const UNUSABLE: &str = "X.509 Certificate Signing Request cannot be retrieved";
    match argument(ctx, v) {
        Ok(Some(c)) => Ok(Some(c)),
        Ok(None) => {
            ctx.warning(UNUSABLE)?;
            Ok(None)
        }
        Err(thrown) => Err(errors::warn_beside(ctx, thrown, UNUSABLE)),
    }
}

/// Writes a request to a file.
#[php_function(
    "openssl_csr_export_to_file(OpenSSLCertificateSigningRequest|string $csr, string $output_filename, bool $no_text = true): bool"
)]
fn openssl_csr_export_to_file(ctx: &mut Ctx, csr: &Value, file: &[u8], no_text: bool) -> R<bool> {
    path::plain(ctx, 2, file)?;
    let Some(csr) = needed(ctx, csr)? else { return Ok(false) };
    let Some(path) = path::checked(ctx, file, Place::argument(2))? else { return Ok(false) };
    let shown = path.to_string_lossy().into_owned();
    let Some(bio) = Bio::file(&path, c"wb") else {
        errors::store(ctx);
        ctx.warning(format!("Error opening file {shown}"))?;
        return Ok(false);
    };
    // SAFETY: live objects.
    unsafe {
        if !no_text && ffi::X509_REQ_print(bio.ptr(), csr.ptr()) == 0 {
            errors::store(ctx);
            return Ok(false);
        }
        if ffi::PEM_write_bio_X509_REQ(bio.ptr(), csr.ptr()) == 0 {
            ctx.warning(format!("Error writing PEM to file {shown}"))?;
            errors::store(ctx);
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives a request as text.
#[php_function(
    "openssl_csr_export(OpenSSLCertificateSigningRequest|string $csr, &$output, bool $no_text = true): bool"
)]
fn openssl_csr_export(ctx: &mut Ctx, csr: &Value, output: Reference, no_text: bool) -> R<bool> {
    let Some(csr) = needed(ctx, csr)? else { return Ok(false) };
    // SAFETY: live objects.
    let out = written(|b| unsafe {
        if !no_text && ffi::X509_REQ_print(b, csr.ptr()) == 0 {
            0
        } else {
            ffi::PEM_write_bio_X509_REQ(b, csr.ptr())
        }
    });
    match out {
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

/// The name in a request.
#[php_function(
    "openssl_csr_get_subject(OpenSSLCertificateSigningRequest|string $csr, bool $short_names = true): array|false"
)]
fn openssl_csr_get_subject(ctx: &mut Ctx, csr: &Value, short_names: bool) -> R<OrFalse<Array>> {
    let Some(csr) = argument(ctx, csr)? else { return Ok(OrFalse::FALSE) };
    let mut out = Array::new();
    // SAFETY: a live request.
    let name = unsafe { ffi::X509_REQ_get_subject_name(csr.ptr()) };
    x509::add_name(ctx, &mut out, name, short_names);
    Ok(OrFalse(Some(out)))
}

/// The key in a request.
#[php_function(
    "openssl_csr_get_public_key(OpenSSLCertificateSigningRequest|string $csr, bool $short_names = true): OpenSSLAsymmetricKey|false"
)]
fn openssl_csr_get_public_key(ctx: &mut Ctx, csr: &Value, short_names: bool) -> R<OrFalse<Object>> {
    let _ = short_names;
    let Some(csr) = argument(ctx, csr)? else { return Ok(OrFalse::FALSE) };
    // Through its text, so that nothing but the public part is kept.
    // SAFETY: live objects; the keys are ours.
    let key = unsafe {
        let key = Own::new(ffi::X509_REQ_get_pubkey(csr.ptr()));
        let text = written(|b| ffi::PEM_write_bio_PUBKEY(b, raw(key.as_ref())));
        text.and_then(|t| Bio::of(&t))
            .and_then(|b| Own::new(ffi::PEM_read_bio_PUBKEY(b.ptr(), null_mut(), None, null_mut())))
    };
    match key {
        Some(k) => Ok(OrFalse(Some(class::key(ctx, k, false)?))),
        None => {
            errors::store(ctx);
            Ok(OrFalse::FALSE)
        }
    }
}

/// Gives a new certificate its number.
fn set_serial(ctx: &mut Ctx, cert: &Cert, serial: i64, hex: Option<&[u8]>) -> R<bool> {
    // SAFETY: a live certificate; the buffer has the room that is told.
    unsafe {
        let slot = ffi::X509_get_serialNumber(cert.ptr());
        let Some(hex) = hex else {
            if ffi::ASN1_INTEGER_set_int64(slot, serial) == 0 {
                errors::store(ctx);
                ctx.warning("Error setting serial number")?;
                return Ok(false);
            }
            return Ok(true);
        };
        if hex.len() > 200 {
            ctx.warning("Error parsing serial number because it is too long")?;
            return Ok(false);
        }
        let Some(source) = Bio::of(hex) else {
            errors::store(ctx);
            ctx.warning("Error parsing serial number because memory allocation failed")?;
            return Ok(false);
        };
        let mut buf = [0 as c_char; 256];
        if ffi::a2i_ASN1_INTEGER(source.ptr(), slot, buf.as_mut_ptr(), buf.len() as c_int) == 0 {
            errors::store(ctx);
            ctx.warning("Error parsing serial number")?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Makes a certificate of a request, signed by an authority or, without one, by its own key.
#[php_function(
    "openssl_csr_sign(OpenSSLCertificateSigningRequest|string $csr, OpenSSLCertificate|string|null $ca_certificate, #[\\SensitiveParameter] $private_key, int $days, ?array $options = null, int $serial = 0, ?string $serial_hex = null): OpenSSLCertificate|false"
)]
fn openssl_csr_sign(
    ctx: &mut Ctx,
    csr: &Value,
    ca_certificate: &Value,
    private_key: &Value,
    days: i64,
    options: Option<&Array>,
    serial: i64,
    serial_hex: Option<&[u8]>,
) -> R<OrFalse<Object>> {
    const MOST_DAYS: i64 = i64::MAX / 86400;
    let failed = Ok(OrFalse::FALSE);
    let Some(csr) = needed(ctx, csr)? else { return failed };
    let mut ca = None;
    if !ca_certificate.is_null() {
        ca = x509::argument(ctx, ca_certificate, 2)?;
        if ca.is_none() {
            return failed;
        }
    }
    let Some(key) = pkey::private(ctx, private_key, Some(b""), 3)? else {
        ctx.warning("Cannot get private key from parameter 3")?;
        return failed;
    };
    if ca.as_ref().is_some_and(|c| !x509::has_key(c, &key)) {
        errors::store(ctx);
        ctx.warning("Private key does not correspond to signing cert")?;
        return failed;
    }
    if !(0..=MOST_DAYS).contains(&days) {
        ctx.warning(format!("Days must be between 0 and {MOST_DAYS}"))?;
        return failed;
    }
    let Some(config) = Config::new(ctx, options)? else { return failed };
    // SAFETY: live objects; the key is ours.
    let subject_key = unsafe { Own::new(ffi::X509_REQ_get_pubkey(csr.ptr())) };
    let Some(subject_key) = subject_key else {
        errors::store(ctx);
        ctx.warning("Error unpacking public key")?;
        return failed;
    };
    // SAFETY: live objects.
    match unsafe { ffi::X509_REQ_verify(csr.ptr(), subject_key.ptr()) } {
        n if n < 0 => {
            errors::store(ctx);
            ctx.warning("Signature verification problems")?;
            return failed;
        }
        0 => {
            ctx.warning("Signature did not match the certificate request")?;
            return failed;
        }
        _ => {}
    }
    // SAFETY: a fresh object; versions are counted from 0.
    let cert = unsafe { Own::new(ffi::X509_new()).filter(|c| ffi::X509_set_version(c.ptr(), 2) != 0) };
    let Some(cert) = cert else {
        errors::store(ctx);
        ctx.warning("No memory")?;
        return failed;
    };
    if !set_serial(ctx, &cert, serial, serial_hex)? {
        return failed;
    }
    // SAFETY: live objects and what belongs to them.
    let filled = unsafe {
        ffi::X509_set_subject_name(cert.ptr(), ffi::X509_REQ_get_subject_name(csr.ptr())) != 0 && {
            let issuer = ca.as_ref().unwrap_or(&cert).ptr();
            let mut v3 = ffi::extension_context();
            ffi::X509_set_issuer_name(cert.ptr(), ffi::X509_get_subject_name(issuer)) != 0
                && !ffi::X509_gmtime_adj(ffi::X509_getm_notBefore(cert.ptr()), 0).is_null()
                && !ffi::X509_gmtime_adj(ffi::X509_getm_notAfter(cert.ptr()), 86400 * days).is_null()
                && ffi::X509_set_pubkey(cert.ptr(), subject_key.ptr()) != 0
                && config.extensions.as_ref().is_none_or(|section| {
                    ffi::X509V3_set_ctx(&mut v3, issuer, cert.ptr(), csr.ptr(), null_mut(), 0);
                    ffi::X509V3_set_nconf(&mut v3, config.conf.ptr());
                    ffi::X509V3_EXT_add_nconf(config.conf.ptr(), &mut v3, section.as_ptr(), cert.ptr()) != 0
                })
        }
    };
    if !filled {
        errors::store(ctx);
        return failed;
    }
    // SAFETY: live objects.
    if unsafe { ffi::X509_sign(cert.ptr(), key.ptr(), config.digest) } == 0 {
        errors::store(ctx);
        ctx.warning("Failed to sign it")?;
        return failed;
    }
    Ok(OrFalse(Some(class::certificate(ctx, cert)?)))
}
