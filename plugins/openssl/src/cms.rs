//! CMS messages (RFC 5652; S/MIME 3).

use crate::cipher;
use crate::errors;
use crate::own::{Bio, Own, Stack, items, raw};
use crate::path;
use crate::pkey;
use crate::smime::{DER, PEM, SMIME, bits, headers, open, reading, receivers, write_signers, writing};
use crate::store;
use crate::sys as ffi;
use crate::x509;
use plugin_api::{Array, Ctx, R, Reference, Value, php_function};
use std::ffi::{c_int, c_uint};
use std::ptr::null_mut;

type Cms = Own<ffi::CMS_ContentInfo>;

const DETACHED: i64 = 0x40;
const STREAM: i64 = 0x1000;
const PARTIAL: i64 = 0x4000;
const NO_DETACHED_SMIME: &str = "Detached signatures not possible with S/MIME encoding";

/// Reads a message, and the content that is beside it. The flag: there is such an encoding.
fn read(bio: &Bio, encoding: i64) -> (Option<Cms>, Option<Bio>, bool) {
    let mut content = null_mut();
    // SAFETY: live objects and result slot; what is given is ours.
    unsafe {
        let message = match encoding {
            PEM => ffi::PEM_read_bio_CMS(bio.ptr(), null_mut(), None, null_mut()),
            DER => ffi::d2i_CMS_bio(bio.ptr(), null_mut()),
            SMIME => ffi::SMIME_read_CMS(bio.ptr(), &mut content),
            _ => return (None, None, false),
        };
        (Own::new(message), Own::new(content), true)
    }
}

/// Checks a message's signatures.
#[php_function(
    "openssl_cms_verify(string $input_filename, int $flags = 0, ?string $certificates = null, array $ca_info = [], ?string $untrusted_certificates_filename = null, ?string $content = null, ?string $pk7 = null, ?string $sigfile = null, int $encoding = OPENSSL_ENCODING_SMIME): bool"
)]
fn openssl_cms_verify(
    ctx: &mut Ctx,
    input: &[u8],
    flags: i64,
    certificates: Option<&[u8]>,
    ca_info: Option<&Array>,
    untrusted: Option<&[u8]>,
    content: Option<&[u8]>,
    pk7: Option<&[u8]>,
    sigfile: Option<&[u8]>,
    encoding: Option<i64>,
) -> R<bool> {
    let paths = [(1, Some(input)), (3, certificates), (5, untrusted), (6, content), (7, pk7), (8, sigfile)];
    for (n, p) in paths {
        path::plain(ctx, n, p.unwrap_or_default())?;
    }
    let encoding = encoding.unwrap_or(SMIME);
    let detached = flags & DETACHED != 0;
    let Some(source) = open(ctx, input, 1, reading(flags))? else { return Ok(false) };
    let signature = match sigfile.filter(|_| detached) {
        None => None,
        Some(_) if encoding == SMIME => {
            ctx.warning(NO_DETACHED_SMIME)?;
            return Ok(false);
        }
        Some(f) => match open(ctx, f, 1, reading(flags))? {
            Some(s) => Some(s),
            None => return Ok(false),
        },
    };
    let (message, beside, known) = read(signature.as_ref().unwrap_or(&source), encoding);
    if !known {
        ctx.warning("Unknown encoding")?;
        return Ok(false);
    }
    let Some(message) = message else {
        errors::store(ctx);
        return Ok(false);
    };
    let others = match untrusted {
        None => None,
        Some(f) => match x509::of_file(ctx, f, 5)? {
            Some(o) => Some(o),
            None => return Ok(false),
        },
    };
    let Some(store) = store::of_list(ctx, ca_info, 4)? else { return Ok(false) };
    let mut outputs = [None, None];
    for (slot, (n, file)) in outputs.iter_mut().zip([(6, content), (7, pk7)]) {
        if let Some(f) = file {
            *slot = open(ctx, f, n, c"wb")?;
            if slot.is_none() {
                return Ok(false);
            }
        }
    }
    let [data, copy] = outputs;
    // SAFETY: live objects.
    let good = unsafe {
        let content = match encoding {
            SMIME => raw(beside.as_ref()),
            _ if detached => source.ptr(),
            _ => null_mut(),
        };
        let others = others.as_ref().map_or(null_mut(), Stack::ptr);
        ffi::CMS_verify(message.ptr(), others, store.ptr(), content, raw(data.as_ref()), flags as c_uint) != 0
    };
    if !good {
        errors::store(ctx);
        return Ok(false);
    }
    let Some(file) = certificates else { return Ok(true) };
    // SAFETY: live objects; the stack is ours, the certificates are not.
    let written = write_signers(ctx, file, 3, || unsafe {
        let sk = ffi::CMS_get0_signers(message.ptr());
        (!sk.is_null()).then(|| {
            let all = items(sk).collect();
            ffi::OPENSSL_sk_free(sk.cast());
            all
        })
    })?;
    if let Some(copy) = copy {
        // SAFETY: live objects.
        if unsafe { ffi::PEM_write_bio_CMS(copy.ptr(), message.ptr()) } == 0 {
            ctx.warning("Failed to write CMS to file")?;
            errors::store(ctx);
            return Ok(false);
        }
    }
    Ok(written)
}

/// Writes a message in an encoding.
fn write(ctx: &mut Ctx, out: &Bio, message: &Cms, source: &Bio, flags: i64, encoding: i64) -> R<bool> {
    // SAFETY: live objects.
    let done = unsafe {
        // Without its content it is not whole yet.
        let whole = || {
            flags & PARTIAL == 0
                || flags & STREAM != 0
                || ffi::CMS_final(message.ptr(), source.ptr(), null_mut(), flags as c_uint) == 1
        };
        match encoding {
            SMIME => ffi::SMIME_write_CMS(out.ptr(), message.ptr(), source.ptr(), bits(flags)) != 0,
            DER => whole() && ffi::i2d_CMS_bio(out.ptr(), message.ptr()) == 1,
            PEM if flags & STREAM != 0 => {
                ffi::PEM_write_bio_CMS_stream(out.ptr(), message.ptr(), source.ptr(), bits(flags)) != 0
            }
            PEM => whole() && ffi::PEM_write_bio_CMS(out.ptr(), message.ptr()) != 0,
            _ => {
                ctx.warning("Unknown OPENSSL encoding")?;
                return Ok(false);
            }
        }
    };
    if !done {
        errors::store(ctx);
    }
    Ok(done)
}

/// Encrypts a message.
#[php_function(
    "openssl_cms_encrypt(string $input_filename, string $output_filename, $certificate, ?array $headers, int $flags = 0, int $encoding = OPENSSL_ENCODING_SMIME, int $cipher_algo = OPENSSL_CIPHER_AES_128_CBC): bool"
)]
fn openssl_cms_encrypt(
    ctx: &mut Ctx,
    input: &[u8],
    output: &[u8],
    certificate: &Value,
    lines: Option<&Array>,
    flags: i64,
    encoding: Option<i64>,
    cipher_algo: Option<i64>,
) -> R<bool> {
    path::plain(ctx, 1, input)?;
    path::plain(ctx, 2, output)?;
    let encoding = encoding.unwrap_or(SMIME);
    let Some(source) = open(ctx, input, 1, reading(flags))? else { return Ok(false) };
    let Some(out) = open(ctx, output, 2, writing(flags))? else { return Ok(false) };
    let Some(certs) = receivers(ctx, certificate)? else { return Ok(false) };
    let cipher = cipher::by_number(cipher_algo.unwrap_or(5));
    if cipher.is_null() {
        ctx.warning("Failed to get cipher")?;
        return Ok(false);
    }
    // SAFETY: live objects; what is made is ours.
    let made = unsafe { Cms::new(ffi::CMS_encrypt(certs.ptr(), source.ptr(), cipher, flags as c_uint)) };
    let Some(made) = made else {
        errors::store(ctx);
        return Ok(false);
    };
    if encoding == SMIME && !headers(ctx, &out, lines)? {
        return Ok(false);
    }
    source.rewind();
    write(ctx, &out, &made, &source, flags, encoding)
}

/// Signs a message.
#[php_function(
    "openssl_cms_sign(string $input_filename, string $output_filename, OpenSSLCertificate|string $certificate, #[\\SensitiveParameter] $private_key, ?array $headers, int $flags = 0, int $encoding = OPENSSL_ENCODING_SMIME, ?string $untrusted_certificates_filename = null): bool"
)]
fn openssl_cms_sign(
    ctx: &mut Ctx,
    input: &[u8],
    output: &[u8],
    certificate: &Value,
    private_key: &Value,
    lines: Option<&Array>,
    flags: i64,
    encoding: Option<i64>,
    untrusted: Option<&[u8]>,
) -> R<bool> {
    for (n, p) in [(1, Some(input)), (2, Some(output)), (8, untrusted)] {
        path::plain(ctx, n, p.unwrap_or_default())?;
    }
    let encoding = encoding.unwrap_or(SMIME);
    let others = match untrusted {
        None => None,
        Some(f) => match x509::of_file(ctx, f, 8)? {
            Some(o) => Some(o),
            None => return Ok(false),
        },
    };
    let Some(key) = pkey::private(ctx, private_key, Some(b""), 4)? else {
        ctx.warning("Error getting private key")?;
        return Ok(false);
    };
    let Some(cert) = x509::argument(ctx, certificate, 3)? else { return Ok(false) };
    if encoding & SMIME != 0 && flags & DETACHED != 0 {
        ctx.warning(NO_DETACHED_SMIME)?;
        return Ok(false);
    }
    let Some(source) = open(ctx, input, 1, reading(flags))? else {
        ctx.warning(format!("Error opening input file {}!", String::from_utf8_lossy(input)))?;
        return Ok(false);
    };
    let Some(out) = open(ctx, output, 2, c"wb")? else {
        ctx.warning(format!("Error opening output file {}!", String::from_utf8_lossy(output)))?;
        return Ok(false);
    };
    // SAFETY: live objects; what is made is ours.
    let made = unsafe {
        let others = others.as_ref().map_or(null_mut(), Stack::ptr);
        Cms::new(ffi::CMS_sign(cert.ptr(), key.ptr(), others, source.ptr(), flags as c_uint))
    };
    let Some(made) = made else {
        errors::store(ctx);
        ctx.warning("Error creating CMS structure!")?;
        return Ok(false);
    };
    if !source.rewind() {
        errors::store(ctx);
        return Ok(false);
    }
    if encoding == SMIME && !headers(ctx, &out, lines)? {
        return Ok(false);
    }
    write(ctx, &out, &made, &source, flags, encoding)
}

/// Decrypts a message.
#[php_function(
    "openssl_cms_decrypt(string $input_filename, string $output_filename, #[\\SensitiveParameter] $certificate, #[\\SensitiveParameter] $private_key = null, int $encoding = OPENSSL_ENCODING_SMIME): bool"
)]
fn openssl_cms_decrypt(
    ctx: &mut Ctx,
    input: &[u8],
    output: &[u8],
    certificate: &Value,
    private_key: Option<&Value>,
    encoding: Option<i64>,
) -> R<bool> {
    path::plain(ctx, 1, input)?;
    path::plain(ctx, 2, output)?;
    let Some(cert) = x509::argument(ctx, certificate, 3)? else { return Ok(false) };
    let (from, n) = private_key.map_or((certificate, 3), |k| (k, 4));
    let Some(key) = pkey::private(ctx, from, Some(b""), n)? else {
        ctx.warning("Unable to get private key")?;
        return Ok(false);
    };
    let Some(source) = open(ctx, input, 1, c"rb")? else { return Ok(false) };
    let Some(out) = open(ctx, output, 2, c"wb")? else { return Ok(false) };
    let (message, _beside, known) = read(&source, encoding.unwrap_or(SMIME));
    if !known {
        return Err(ctx.argument_value_error(5, "must be an OPENSSL_ENCODING_* constant"));
    }
    // SAFETY: live objects.
    let done = message.is_some_and(|m| unsafe {
        ffi::CMS_decrypt(m.ptr(), key.ptr(), cert.ptr(), null_mut(), out.ptr(), 0) != 0
    });
    if !done {
        errors::store(ctx);
    }
    Ok(done)
}

/// The certificates and revocation lists in a message.
#[php_function("openssl_cms_read(string $input_filename, &$certificates): bool")]
fn openssl_cms_read(ctx: &mut Ctx, data: &[u8], certificates: Reference) -> R<bool> {
    if c_int::try_from(data.len()).is_err() {
        return Err(ctx.argument_value_error(1, "is too long"));
    }
    let message = Bio::of(data).and_then(|b| read(&b, PEM).0);
    let Some(message) = message else {
        errors::store(ctx);
        return Ok(false);
    };
    // SAFETY: a live message; the stacks and what is in them are ours.
    let out = unsafe {
        let kind = ffi::OBJ_obj2nid(ffi::CMS_get0_type(message.ptr()));
        if kind == ffi::NID_pkcs7_signed || kind == ffi::NID_pkcs7_signedAndEnveloped {
            let certs = Stack::<ffi::X509>::new(ffi::CMS_get1_certs(message.ptr()));
            let crls = Stack::<ffi::X509_CRL>::new(ffi::CMS_get1_crls(message.ptr()));
            let certs_ptr: *mut ffi::OPENSSL_STACK = certs.as_ref().map_or(null_mut(), Stack::ptr);
            let crls_ptr: *mut ffi::OPENSSL_STACK = crls.as_ref().map_or(null_mut(), Stack::ptr);
            x509::texts(certs_ptr, crls_ptr)
        } else {
            Array::new()
        }
    };
    certificates.set(ctx, out)?;
    Ok(true)
}
