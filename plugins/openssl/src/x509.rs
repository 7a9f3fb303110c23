//! Certificates: reading, writing, what they say.

use crate::class::{self, Certificate};
use crate::errors;
use crate::own::{Bio, Cert, Own, Stack, bytes, c_text, items, text, written};
use crate::path::{self, Place};
use crate::pkey;
use crate::store;
use crate::sys as ffi;
use plugin_api::{Array, Ctx, OrFalse, R, Reference, Value, php_function};
use std::ffi::{CStr, c_char, c_int};
use std::ptr::{null, null_mut};

const UNUSABLE: &str = "X.509 Certificate cannot be retrieved";

/// Reads a certificate from its text, or from the file that a `file://` URL names.
fn parse(ctx: &mut Ctx, source: &[u8], at: Place<'_>) -> R<Option<Cert>> {
    let bio = match path::of_url(source) {
        None => Bio::of(source),
        Some(p) => match path::checked(ctx, p, at)? {
            Some(p) => Bio::file(&p, c"rb"),
            None => return Ok(None),
        },
    };
    let Some(bio) = bio else { return errors::none(ctx) };
    // SAFETY: a live source; the certificate is ours.
    match unsafe { Own::new(ffi::PEM_read_bio_X509(bio.ptr(), null_mut(), None, null_mut())) } {
        Some(c) => Ok(Some(c)),
        None => errors::none(ctx),
    }
}

/// The certificate that a value is or describes.
pub fn of_value(ctx: &mut Ctx, v: &Value, at: Place<'_>) -> R<Option<Cert>> {
    if let Some(o) = v.as_object()
        && let Some(c) = class::of_certificate(ctx, o)?
    {
        return Ok(Some(c));
    }
    let source = v.to_str(ctx)?;
    parse(ctx, &source, at)
}

/// The certificate of argument `n`, or `None` after the warning.
pub fn argument(ctx: &mut Ctx, v: &Value, n: u32) -> R<Option<Cert>> {
    match of_value(ctx, v, Place::argument(n)) {
        Ok(Some(c)) => Ok(Some(c)),
        Ok(None) => {
            ctx.warning(UNUSABLE)?;
            Ok(None)
        }
        Err(thrown) => Err(errors::warn_beside(ctx, thrown, UNUSABLE)),
    }
}

/// A certificate of one's own.
pub fn copy(cert: &Cert) -> Option<Cert> {
    // SAFETY: a live certificate; the copy is ours.
    unsafe { Own::new(ffi::X509_dup(cert.ptr())) }
}

/// The certificates that a value, or the elements of an array, are; what cannot be read ends the list without more.
/// `None`: nothing can be done with them.
pub fn list(ctx: &mut Ctx, v: &Value, n: u32, option: Option<&str>) -> R<(Stack<ffi::X509>, bool)> {
    let certs = Stack::empty();
    let several = v.as_array().is_some();
    let sources: Vec<Value> = match v.as_array() {
        Some(a) => a.values().cloned().collect(),
        None => vec![v.clone()],
    };
    for source in sources {
        let found = of_value(ctx, &source, Place { argument: n, in_array: several, option })?;
        let copied = found.and_then(|c| copy(&c));
        let Some(cert) = copied else { return Ok((certs, false)) };
        if !certs.push(cert) {
            errors::store(ctx);
            return Ok((certs, false));
        }
    }
    Ok((certs, true))
}

/// Reads the certificates of a file.
pub fn of_file(ctx: &mut Ctx, file: &[u8], n: u32) -> R<Option<Stack<ffi::X509>>> {
    let Some(path) = path::checked(ctx, file, Place::argument(n))? else { return Ok(None) };
    let shown = path.to_string_lossy().into_owned();
    let Some(bio) = Bio::file(&path, c"rb") else {
        return errors::warn_none(ctx, &format!("Error opening the file, {shown}"));
    };
    // SAFETY: a live source; the stack is ours.
    let found = unsafe {
        Stack::<ffi::X509_INFO>::new(ffi::PEM_X509_INFO_read_bio(bio.ptr(), null_mut(), None, null_mut()))
    };
    let Some(found) = found else {
        return errors::warn_none(ctx, &format!("Error reading the file, {shown}"));
    };
    let certs = Stack::empty();
    let mut n = 0;
    for info in found.items() {
        // SAFETY: a live element, whose certificate is taken out of it.
        if let Some(cert) = unsafe { Own::new(std::mem::replace(&mut (*info).x509, null_mut())) } {
            n += certs.push(cert) as usize;
        }
    }
    if n == 0 {
        ctx.warning(format!("No certificates in file, {shown}"))?;
        return Ok(None);
    }
    Ok(Some(certs))
}

/// A certificate as PEM text, after its plain text perhaps.
pub fn pem(cert: *mut ffi::X509, with_text: bool) -> Option<Vec<u8>> {
    // SAFETY: a live certificate.
    written(|out| unsafe {
        if with_text && ffi::X509_print(out, cert) == 0 { 0 } else { ffi::PEM_write_bio_X509(out, cert) }
    })
}

/// Writes a certificate to a file.
#[php_function(
    "openssl_x509_export_to_file(OpenSSLCertificate|string $certificate, string $output_filename, bool $no_text = true): bool"
)]
fn openssl_x509_export_to_file(ctx: &mut Ctx, certificate: &Value, file: &[u8], no_text: bool) -> R<bool> {
    path::plain(ctx, 2, file)?;
    let Some(cert) = argument(ctx, certificate, 1)? else { return Ok(false) };
    let Some(path) = path::checked(ctx, file, Place::argument(2))? else { return Ok(false) };
    let Some(bio) = Bio::file(&path, c"wb") else {
        errors::store(ctx);
        ctx.warning(format!("Error opening file {}", path.to_string_lossy()))?;
        return Ok(false);
    };
    // SAFETY: a live certificate and file.
    let done = unsafe {
        (no_text || ffi::X509_print(bio.ptr(), cert.ptr()) != 0)
            && ffi::PEM_write_bio_X509(bio.ptr(), cert.ptr()) != 0
    };
    if !done {
        errors::store(ctx);
    }
    Ok(done)
}

/// Gives a certificate as text.
#[php_function(
    "openssl_x509_export(OpenSSLCertificate|string $certificate, &$output, bool $no_text = true): bool"
)]
fn openssl_x509_export(ctx: &mut Ctx, certificate: &Value, output: Reference, no_text: bool) -> R<bool> {
    let Some(cert) = argument(ctx, certificate, 1)? else { return Ok(false) };
    let Some(out) = pem(cert.ptr(), !no_text) else {
        errors::store(ctx);
        return Ok(false);
    };
    output.set(ctx, out)?;
    Ok(true)
}

/// Hexadecimal digits.
pub fn hex(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|d| b"0123456789abcdef"[d as usize]).collect()
}

/// The digest of a certificate by the name of its algorithm.
pub fn fingerprint(ctx: &mut Ctx, cert: *mut ffi::X509, algorithm: &[u8]) -> R<Option<Vec<u8>>> {
    let mut out = [0u8; ffi::EVP_MAX_MD_SIZE as usize];
    let mut len = 0;
    // SAFETY: live texts and certificate; the buffer has the room that any digest needs.
    unsafe {
        let md = ffi::EVP_get_digestbyname(c_text(algorithm).as_ptr());
        if md.is_null() {
            ctx.warning("Unknown digest algorithm")?;
            return Ok(None);
        }
        if ffi::X509_digest(cert, md, out.as_mut_ptr(), &mut len) == 0 {
            errors::store(ctx);
            return Err(ctx.fatal("Could not generate signature"));
        }
    }
    Ok(Some(out[..len as usize].to_vec()))
}

/// The digest of a certificate.
#[php_function(
    "openssl_x509_fingerprint(OpenSSLCertificate|string $certificate, string $digest_algo = \"sha1\", bool $binary = false): string|false"
)]
fn openssl_x509_fingerprint(
    ctx: &mut Ctx,
    certificate: &Value,
    digest_algo: &[u8],
    binary: bool,
) -> R<OrFalse<Vec<u8>>> {
    let Some(cert) = argument(ctx, certificate, 1)? else { return Ok(OrFalse::FALSE) };
    let digest = fingerprint(ctx, cert.ptr(), digest_algo)?;
    Ok(digest.map(|d| if binary { d } else { hex(&d) }).into())
}

/// Whether a private key belongs to a certificate.
pub fn has_key(cert: &Cert, key: &Own<ffi::EVP_PKEY>) -> bool {
    // SAFETY: live objects.
    unsafe { ffi::X509_check_private_key(cert.ptr(), key.ptr()) == 1 }
}

/// Whether a private key belongs to a certificate.
#[php_function(
    "openssl_x509_check_private_key(OpenSSLCertificate|string $certificate, #[\\SensitiveParameter] $private_key): bool"
)]
fn openssl_x509_check_private_key(ctx: &mut Ctx, certificate: &Value, private_key: &Value) -> R<bool> {
    let Some(cert) = of_value(ctx, certificate, Place::argument(1))? else { return Ok(false) };
    let key = pkey::private(ctx, private_key, Some(b""), 2)?;
    Ok(key.is_some_and(|k| has_key(&cert, &k)))
}

/// Checks a certificate's signature: 1 good, 0 bad, -1 an error.
#[php_function("openssl_x509_verify(OpenSSLCertificate|string $certificate, $public_key): int")]
fn openssl_x509_verify(ctx: &mut Ctx, certificate: &Value, public_key: &Value) -> R<i64> {
    let Some(cert) = of_value(ctx, certificate, Place::argument(1))? else { return Ok(-1) };
    let Some(key) = pkey::public(ctx, public_key, 2)? else { return Ok(-1) };
    // SAFETY: live objects.
    let r = unsafe { ffi::X509_verify(cert.ptr(), key.ptr()) };
    if r < 0 {
        errors::store(ctx);
    }
    Ok(r.into())
}

/// Adds the parts of a name; parts that come again make a list.
pub fn add_name(ctx: &mut Ctx, out: &mut Array, name: *mut ffi::X509_NAME, short: bool) {
    // SAFETY: a live name, its entries and their texts; what is converted is freed.
    unsafe {
        for i in 0..ffi::X509_NAME_entry_count(name) {
            let entry = ffi::X509_NAME_get_entry(name, i);
            let nid = ffi::OBJ_obj2nid(ffi::X509_NAME_ENTRY_get_object(entry));
            let key = text(if short { ffi::OBJ_nid2sn(nid) } else { ffi::OBJ_nid2ln(nid) });
            let key = String::from_utf8_lossy(&key).into_owned();
            let Some(value) = utf8(ffi::X509_NAME_ENTRY_get_data(entry)) else {
                errors::store(ctx);
                continue;
            };
            let value = match out.get(&key) {
                None => Value::from(value),
                Some(first) => {
                    let mut all = first.as_array().cloned().unwrap_or_else(|| Array::list([first.clone()]));
                    all.push(value);
                    all.into()
                }
            };
            out.set(key.as_str(), value);
        }
    }
}

/// A string of ASN.1 in UTF-8.
///
/// # Safety
/// A live string.
pub unsafe fn utf8(s: *mut ffi::ASN1_STRING) -> Option<Vec<u8>> {
    // SAFETY: by the caller's promise; the copy is freed.
    unsafe {
        if ffi::ASN1_STRING_type(s) == ffi::V_ASN1_UTF8STRING {
            return Some(asn1_bytes(s));
        }
        let mut p = null_mut();
        let n = ffi::ASN1_STRING_to_UTF8(&mut p, s);
        let out = usize::try_from(n).ok().map(|n| bytes(p, n));
        free(p.cast());
        out
    }
}

/// What a string of ASN.1 holds.
///
/// # Safety
/// A live string.
pub unsafe fn asn1_bytes(s: *const ffi::ASN1_STRING) -> Vec<u8> {
    // SAFETY: by the caller's promise.
    unsafe { bytes(ffi::ASN1_STRING_get0_data(s), ffi::ASN1_STRING_length(s) as usize) }
}

/// Frees what OpenSSL allocated.
///
/// # Safety
/// Such a block, or null.
pub unsafe fn free(p: *mut c_char) {
    // SAFETY: by the caller's promise.
    unsafe { ffi::CRYPTO_free(p.cast(), c"".as_ptr(), 0) }
}

/// A text that OpenSSL allocated for us.
///
/// # Safety
/// Such a text, or null.
pub unsafe fn take_text(p: *mut c_char) -> Option<Vec<u8>> {
    // SAFETY: by the caller's promise.
    unsafe {
        let out = (!p.is_null()).then(|| text(p));
        free(p);
        out
    }
}

/// A time in seconds; -1 after a warning. Times are `YYMMDDhhmmssZ` or `YYYYMMDDhhmmssZ`.
fn seconds(ctx: &mut Ctx, time: *const ffi::ASN1_TIME) -> R<i64> {
    let time = time.cast::<ffi::ASN1_STRING>();
    // SAFETY: a live time.
    let (kind, shown) = unsafe { (ffi::ASN1_STRING_type(time), asn1_bytes(time)) };
    let long = kind == ffi::V_ASN1_GENERALIZEDTIME;
    if !long && kind != ffi::V_ASN1_UTCTIME {
        ctx.warning("Illegal ASN1 data type for timestamp")?;
        return Ok(-1);
    }
    if shown.contains(&0) {
        ctx.warning("Illegal length in timestamp")?;
        return Ok(-1);
    }
    if shown.len() < if long { 15 } else { 13 } {
        let shown = String::from_utf8_lossy(&shown);
        ctx.warning(format!("Unable to parse time string {shown} correctly"))?;
        return Ok(-1);
    }
    let year_digits = if long { 4 } else { 2 };
    let digits = |from: usize, n: usize| {
        let t = &shown[from.min(shown.len())..(from + n).min(shown.len())];
        t.iter().map_while(|c| (*c as char).to_digit(10)).fold(0i64, |a, d| a * 10 + i64::from(d))
    };
    // Fields are counted from the end, where the Z is.
    let end = shown.len() - 1;
    let field = |back: usize| digits(end - back, 2);
    let mut year = digits(end - 10 - year_digits, year_digits);
    if !long {
        year += if year < 68 { 2000 } else { 1900 };
    }
    // SAFETY: a plain structure, filled in before it is used.
    let mut tm: libc::tm = unsafe { std::mem::zeroed() };
    tm.tm_year = (year - 1900) as c_int;
    tm.tm_mon = field(10) as c_int - 1;
    tm.tm_mday = field(8) as c_int;
    tm.tm_hour = field(6) as c_int;
    tm.tm_min = field(4) as c_int;
    tm.tm_sec = field(2) as c_int;
    // SAFETY: a live structure.
    Ok(unsafe { libc::timegm(&mut tm) })
}

/// The names that an extension lists, with what could pass for a separator left as it is in the texts.
fn alternative_names(ctx: &mut Ctx, extension: *mut ffi::X509_EXTENSION) -> Option<Vec<u8>> {
    // SAFETY: a live extension, whose decoded names are ours.
    let names = unsafe {
        Stack::<ffi::GENERAL_NAME>::new(ffi::X509V3_EXT_d2i(extension).cast::<ffi::OPENSSL_STACK>())
    };
    let Some(names) = names else {
        errors::store(ctx);
        return None;
    };
    let mut out = Vec::new();
    for (i, name) in names.items().enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        // SAFETY: a live name, whose member is that of its type.
        unsafe {
            let prefix: &[u8] = match (*name).type_ {
                ffi::GEN_EMAIL => b"email:",
                ffi::GEN_DNS => b"DNS:",
                ffi::GEN_URI => b"URI:",
                _ => {
                    out.extend(written(|b| {
                        ffi::GENERAL_NAME_print(b, name);
                        1
                    })?);
                    continue;
                }
            };
            out.extend_from_slice(prefix);
            out.extend(asn1_bytes((*name).d.cast()));
        }
    }
    Some(out)
}

/// What an extension of a certificate is called, and what it says.
fn extension(ctx: &mut Ctx, e: *mut ffi::X509_EXTENSION) -> Option<(Vec<u8>, Vec<u8>)> {
    // SAFETY: a live extension; the buffer has the room that is told.
    unsafe {
        let object = ffi::X509_EXTENSION_get_object(e);
        let nid = ffi::OBJ_obj2nid(object);
        let name = if nid == ffi::NID_undef {
            let mut buf = [0 as c_char; 256];
            ffi::OBJ_obj2txt(buf.as_mut_ptr(), buf.len() as c_int - 1, object, 1);
            text(buf.as_ptr())
        } else {
            text(ffi::OBJ_nid2sn(nid))
        };
        if nid == ffi::NID_subject_alt_name {
            return Some((name, alternative_names(ctx, e)?));
        }
        let said = written(|b| ffi::X509V3_EXT_print(b, e, 0, 0));
        Some((name, said.unwrap_or_else(|| asn1_bytes(ffi::X509_EXTENSION_get_data(e).cast()))))
    }
}

/// Whether a certificate serves each purpose, as itself and as an authority's.
fn purposes(cert: &Cert, short: bool) -> Array {
    let mut out = Array::new();
    // SAFETY: a live certificate; the purposes are static.
    unsafe {
        for i in 0..ffi::X509_PURPOSE_get_count() {
            let p = ffi::X509_PURPOSE_get0(i);
            let id = ffi::X509_PURPOSE_get_id(p);
            let name = if short { ffi::X509_PURPOSE_get0_sname(p) } else { ffi::X509_PURPOSE_get0_name(p) };
            let mut one = Array::new();
            one.push(ffi::X509_check_purpose(cert.ptr(), id, 0) != 0);
            one.push(ffi::X509_check_purpose(cert.ptr(), id, 1) != 0);
            one.push(text(name));
            out.set(i64::from(id), one);
        }
    }
    out
}

/// What a certificate says.
fn described(ctx: &mut Ctx, cert: &Cert, short: bool) -> R<Option<Array>> {
    let mut out = Array::new();
    // SAFETY: a live certificate and what belongs to it; texts that are made for us are freed.
    unsafe {
        let subject = ffi::X509_get_subject_name(cert.ptr());
        let Some(name) = take_text(ffi::X509_NAME_oneline(subject, null_mut(), 0)) else {
            return errors::none(ctx);
        };
        out.set("name", name);
        let mut parts = Array::new();
        add_name(ctx, &mut parts, subject, short);
        out.set("subject", parts);
        out.set("hash", format!("{:08x}", ffi::X509_subject_name_hash(cert.ptr())));
        let mut parts = Array::new();
        add_name(ctx, &mut parts, ffi::X509_get_issuer_name(cert.ptr()), short);
        out.set("issuer", parts);
        out.set("version", Value::int(ffi::X509_get_version(cert.ptr())));
        let serial = ffi::X509_get_serialNumber(cert.ptr());
        let Some(number) = Own::new(ffi::ASN1_INTEGER_to_BN(serial, null_mut())) else {
            return errors::none(ctx);
        };
        let hex = take_text(ffi::BN_bn2hex(number.ptr()));
        let decimal = take_text(ffi::i2s_ASN1_INTEGER(null_mut(), serial));
        let (Some(hex), Some(decimal)) = (hex, decimal) else { return errors::none(ctx) };
        out.set("serialNumber", decimal);
        out.set("serialNumberHex", hex);
        let (from, to) = (ffi::X509_getm_notBefore(cert.ptr()), ffi::X509_getm_notAfter(cert.ptr()));
        out.set("validFrom", asn1_bytes(from.cast()));
        out.set("validTo", asn1_bytes(to.cast()));
        out.set("validFrom_time_t", seconds(ctx, from)?);
        out.set("validTo_time_t", seconds(ctx, to)?);
        let alias = ffi::X509_alias_get0(cert.ptr(), null_mut());
        if !alias.is_null() {
            out.set("alias", text(alias.cast()));
        }
        let nid = ffi::X509_get_signature_nid(cert.ptr());
        out.set("signatureTypeSN", text(ffi::OBJ_nid2sn(nid)));
        out.set("signatureTypeLN", text(ffi::OBJ_nid2ln(nid)));
        out.set("signatureTypeNID", i64::from(nid));
        out.set("purposes", purposes(cert, short));
        let mut extensions = Array::new();
        for i in 0..ffi::X509_get_ext_count(cert.ptr()) {
            let Some((name, said)) = extension(ctx, ffi::X509_get_ext(cert.ptr(), i)) else {
                return Ok(None);
            };
            extensions.set(String::from_utf8_lossy(&name).as_ref(), said);
        }
        out.set("extensions", extensions);
    }
    Ok(Some(out))
}

/// What a certificate says.
#[php_function(
    "openssl_x509_parse(OpenSSLCertificate|string $certificate, bool $short_names = true): array|false"
)]
fn openssl_x509_parse(ctx: &mut Ctx, certificate: &Value, short_names: bool) -> R<OrFalse<Array>> {
    let Some(cert) = of_value(ctx, certificate, Place::argument(1))? else { return Ok(OrFalse::FALSE) };
    Ok(described(ctx, &cert, short_names)?.into())
}

/// Whether a certificate serves a purpose: -1 where that could not be found out.
#[php_function(
    "openssl_x509_checkpurpose(OpenSSLCertificate|string $certificate, int $purpose, array $ca_info = [], ?string $untrusted_certificates_file = null): bool|int"
)]
fn openssl_x509_checkpurpose(
    ctx: &mut Ctx,
    certificate: &Value,
    purpose: i64,
    ca_info: Option<&Array>,
    untrusted: Option<&[u8]>,
) -> R<Value> {
    let unknown = Ok(Value::int(-1));
    let chain = match untrusted {
        None => None,
        Some(f) => match of_file(ctx, f, 4)? {
            Some(c) => Some(c),
            None => return unknown,
        },
    };
    let Some(store) = store::of_list(ctx, ca_info, 3)? else { return unknown };
    let Some(cert) = of_value(ctx, certificate, Place::argument(1))? else { return unknown };
    // SAFETY: live objects.
    let r = unsafe {
        let Some(check) = Own::new(ffi::X509_STORE_CTX_new()) else {
            errors::store(ctx);
            return Err(ctx.fatal("Memory allocation failure"));
        };
        let chain = chain.as_ref().map_or(null_mut(), Stack::ptr);
        if ffi::X509_STORE_CTX_init(check.ptr(), store.ptr(), cert.ptr(), chain) == 0 {
            errors::store(ctx);
            ctx.warning("Certificate store initialization failed")?;
            return Ok(false.into());
        }
        if purpose as c_int >= 0 && ffi::X509_STORE_CTX_set_purpose(check.ptr(), purpose as c_int) == 0 {
            errors::store(ctx);
        }
        ffi::X509_verify_cert(check.ptr())
    };
    if r < 0 {
        errors::store(ctx);
    }
    Ok(if r == 0 || r == 1 { (r == 1).into() } else { Value::int(r.into()) })
}

/// Reads a certificate.
#[php_function("openssl_x509_read(OpenSSLCertificate|string $certificate): OpenSSLCertificate|false")]
fn openssl_x509_read(ctx: &mut Ctx, certificate: &Value) -> R<OrFalse<plugin_api::Object>> {
    let Some(mut cert) = argument(ctx, certificate, 1)? else { return Ok(OrFalse::FALSE) };
    if certificate.as_object().is_some() {
        match copy(&cert) {
            Some(c) => cert = c,
            None => {
                ctx.warning("X.509 Certificate could not be duplicated")?;
                return Ok(OrFalse::FALSE);
            }
        }
    }
    Ok(OrFalse(Some(class::certificate(ctx, cert)?)))
}

/// Does nothing: certificates are freed with their objects.
#[php_function(
    "openssl_x509_free(OpenSSLCertificate $certificate): void",
    deprecated = "#[\\Deprecated(since: '8.0', message: 'as OpenSSLCertificate objects are freed automatically')]"
)]
fn openssl_x509_free(certificate: &plugin_api::This<Certificate>) {
    let _ = certificate;
}

/// Where OpenSSL looks for certificates.
#[php_function("openssl_get_cert_locations(): array")]
fn openssl_get_cert_locations(ctx: &mut Ctx) -> Array {
    let mut out = Array::new();
    // SAFETY: static texts.
    unsafe {
        out.set("default_cert_file", text(ffi::X509_get_default_cert_file()));
        out.set("default_cert_file_env", text(ffi::X509_get_default_cert_file_env()));
        out.set("default_cert_dir", text(ffi::X509_get_default_cert_dir()));
        out.set("default_cert_dir_env", text(ffi::X509_get_default_cert_dir_env()));
        out.set("default_private_dir", text(ffi::X509_get_default_private_dir()));
        out.set("default_default_cert_area", text(ffi::X509_get_default_cert_area()));
    }
    out.set("ini_cafile", ctx.ini("openssl.cafile").unwrap_or_default());
    out.set("ini_capath", ctx.ini("openssl.capath").unwrap_or_default());
    out
}

/// The certificates and revocation lists of a message, as texts. Both are numbered from 0: a list hides a certificate.
///
/// # Safety
/// Live stacks or null.
pub unsafe fn texts<A, B>(certs: *mut A, crls: *mut B) -> Array {
    let mut out = Array::new();
    // SAFETY: by the caller's promise.
    unsafe {
        for (i, c) in items::<ffi::X509, _>(certs).enumerate() {
            if let Some(t) = pem(c, false) {
                out.set(i, t);
            }
        }
        for (i, c) in items::<ffi::X509_CRL, _>(crls).enumerate() {
            if let Some(t) = written(|b| ffi::PEM_write_bio_X509_CRL(b, c)) {
                out.set(i, t);
            }
        }
    }
    out
}

/// A C text, or null.
pub fn text_ptr(t: Option<&CStr>) -> *const c_char {
    t.map_or(null(), CStr::as_ptr)
}
