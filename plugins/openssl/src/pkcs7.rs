//! PKCS#7 messages (S/MIME 2).

use crate::cipher;
use crate::errors;
use crate::own::{Bio, Own, Stack, items};
use crate::pkey;
use crate::smime::{bits, headers, open, reading, receivers, write_signers, writing};
use crate::store;
use crate::sys as ffi;
use crate::x509;
use plugin_api::{Array, Ctx, R, Reference, Value, php_function};
use std::ffi::c_int;
use std::ptr::null_mut;

type Pkcs7 = Own<ffi::PKCS7>;

const DETACHED: i64 = 0x40;

/// Reads a message of S/MIME, and the content that is beside it.
fn read(bio: &Bio) -> (Option<Pkcs7>, Option<Bio>) {
    let mut content = null_mut();
    // SAFETY: live objects and result slot; what is given is ours.
    unsafe { (Own::new(ffi::SMIME_read_PKCS7(bio.ptr(), &mut content)), Own::new(content)) }
}

/// Checks a message's signatures: -1 where that could not be done.
#[php_function(
    "openssl_pkcs7_verify(string $input_filename, int $flags, ?string $signers_certificates_filename = null, array $ca_info = [], ?string $untrusted_certificates_filename = null, ?string $content = null, ?string $output_filename = null): bool|int"
)]
fn openssl_pkcs7_verify(
    ctx: &mut Ctx,
    input: &[u8],
    flags: i64,
    signers: Option<&[u8]>,
    ca_info: Option<&Array>,
    untrusted: Option<&[u8]>,
    content: Option<&[u8]>,
    output: Option<&[u8]>,
) -> R<Value> {
    let unknown = Ok(Value::int(-1));
    for (n, p) in [(1, Some(input)), (3, signers), (5, untrusted), (6, content), (7, output)] {
        crate::path::plain(ctx, n, p.unwrap_or_default())?;
    }
    let others = match untrusted {
        None => None,
        Some(f) => match x509::of_file(ctx, f, 5)? {
            Some(o) => Some(o),
            None => return unknown,
        },
    };
    let flags = flags & !DETACHED;
    let Some(store) = store::of_list(ctx, ca_info, 4)? else { return unknown };
    let Some(source) = open(ctx, input, 1, reading(flags))? else { return unknown };
    let (message, beside) = read(&source);
    let Some(message) = message else {
        errors::store(ctx);
        return unknown;
    };
    let mut outputs = [None, None];
    for (slot, (n, file)) in outputs.iter_mut().zip([(6, content), (7, output)]) {
        if let Some(f) = file {
            *slot = open(ctx, f, n, c"wb")?;
            if slot.is_none() {
                return unknown;
            }
        }
    }
    let [data, copy] = outputs;
    let others_ptr = || others.as_ref().map_or(null_mut(), Stack::ptr);
    // SAFETY: live objects.
    let good = unsafe {
        let beside = crate::own::raw(beside.as_ref());
        let data = crate::own::raw(data.as_ref());
        ffi::PKCS7_verify(message.ptr(), others_ptr(), store.ptr(), beside, data, bits(flags)) != 0
    };
    if !good {
        errors::store(ctx);
        return Ok(false.into());
    }
    let Some(file) = signers else { return Ok(true.into()) };
    // SAFETY: live objects; the stack is ours, the certificates are not.
    let written = write_signers(ctx, file, 3, || unsafe {
        let sk = ffi::PKCS7_get0_signers(message.ptr(), others_ptr(), bits(flags));
        (!sk.is_null()).then(|| {
            let all = items(sk).collect();
            ffi::OPENSSL_sk_free(sk.cast());
            all
        })
    })?;
    if let Some(copy) = copy {
        // SAFETY: live objects.
        if unsafe { ffi::PEM_write_bio_PKCS7(copy.ptr(), message.ptr()) } == 0 {
            ctx.warning("Failed to write PKCS7 to file")?;
            errors::store(ctx);
            return Ok(false.into());
        }
    }
    Ok(if written { true.into() } else { Value::int(-1) })
}

/// Encrypts a message.
#[php_function(
    "openssl_pkcs7_encrypt(string $input_filename, string $output_filename, $certificate, ?array $headers, int $flags = 0, int $cipher_algo = OPENSSL_CIPHER_AES_128_CBC): bool"
)]
fn openssl_pkcs7_encrypt(
    ctx: &mut Ctx,
    input: &[u8],
    output: &[u8],
    certificate: &Value,
    lines: Option<&Array>,
    flags: i64,
    cipher_algo: Option<i64>,
) -> R<bool> {
    crate::path::plain(ctx, 2, output)?;
    let Some(source) = open(ctx, input, 1, reading(flags))? else { return Ok(false) };
    let Some(out) = open(ctx, output, 2, writing(flags))? else { return Ok(false) };
    let Some(certs) = receivers(ctx, certificate)? else { return Ok(false) };
    let cipher = cipher::by_number(cipher_algo.unwrap_or(5));
    if cipher.is_null() {
        ctx.warning("Failed to get cipher")?;
        return Ok(false);
    }
    // SAFETY: live objects; what is made is ours.
    let made = unsafe { Pkcs7::new(ffi::PKCS7_encrypt(certs.ptr(), source.ptr(), cipher, bits(flags))) };
    let Some(made) = made else {
        errors::store(ctx);
        return Ok(false);
    };
    if !headers(ctx, &out, lines)? {
        return Ok(false);
    }
    source.rewind();
    write(ctx, &out, &made, &source, flags)
}

fn write(ctx: &mut Ctx, out: &Bio, message: &Pkcs7, source: &Bio, flags: i64) -> R<bool> {
    // SAFETY: live objects.
    let done = unsafe { ffi::SMIME_write_PKCS7(out.ptr(), message.ptr(), source.ptr(), bits(flags)) } != 0;
    if !done {
        errors::store(ctx);
    }
    Ok(done)
}

/// Signs a message.
#[php_function(
    "openssl_pkcs7_sign(string $input_filename, string $output_filename, OpenSSLCertificate|string $certificate, #[\\SensitiveParameter] $private_key, ?array $headers, int $flags = PKCS7_DETACHED, ?string $untrusted_certificates_filename = null): bool"
)]
fn openssl_pkcs7_sign(
    ctx: &mut Ctx,
    input: &[u8],
    output: &[u8],
    certificate: &Value,
    private_key: &Value,
    lines: Option<&Array>,
    flags: Option<i64>,
    untrusted: Option<&[u8]>,
) -> R<bool> {
    for (n, p) in [(1, Some(input)), (2, Some(output)), (7, untrusted)] {
        crate::path::plain(ctx, n, p.unwrap_or_default())?;
    }
    let flags = flags.unwrap_or(DETACHED);
    let others = match untrusted {
        None => None,
        Some(f) => match x509::of_file(ctx, f, 7)? {
            Some(o) => Some(o),
            None => return Ok(false),
        },
    };
    let Some(key) = pkey::private(ctx, private_key, Some(b""), 4)? else {
        ctx.warning("Error getting private key")?;
        return Ok(false);
    };
    let Some(cert) = x509::argument(ctx, certificate, 3)? else { return Ok(false) };
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
        Pkcs7::new(ffi::PKCS7_sign(cert.ptr(), key.ptr(), others, source.ptr(), bits(flags)))
    };
    let Some(made) = made else {
        errors::store(ctx);
        ctx.warning("Error creating PKCS7 structure!")?;
        return Ok(false);
    };
    source.rewind();
    if !headers(ctx, &out, lines)? {
        return Ok(false);
    }
    write(ctx, &out, &made, &source, flags)
}

/// Decrypts a message.
#[php_function(
    "openssl_pkcs7_decrypt(string $input_filename, string $output_filename, #[\\SensitiveParameter] $certificate, #[\\SensitiveParameter] $private_key = null): bool"
)]
fn openssl_pkcs7_decrypt(
    ctx: &mut Ctx,
    input: &[u8],
    output: &[u8],
    certificate: &Value,
    private_key: Option<&Value>,
) -> R<bool> {
    crate::path::plain(ctx, 1, input)?;
    crate::path::plain(ctx, 2, output)?;
    let Some(cert) = x509::argument(ctx, certificate, 3)? else { return Ok(false) };
    let Some(key) = pkey::private(ctx, private_key.unwrap_or(certificate), Some(b""), 4)? else {
        ctx.warning("Unable to get private key")?;
        return Ok(false);
    };
    let Some(source) = open(ctx, input, 1, c"rb")? else { return Ok(false) };
    let Some(out) = open(ctx, output, 2, c"wb")? else { return Ok(false) };
    let (message, _beside) = read(&source);
    // SAFETY: live objects.
    let done = message.is_some_and(|m| unsafe {
        ffi::PKCS7_decrypt(m.ptr(), key.ptr(), cert.ptr(), out.ptr(), DETACHED as c_int) != 0
    });
    if !done {
        errors::store(ctx);
    }
    Ok(done)
}

/// The certificates and revocation lists in a message.
#[php_function("openssl_pkcs7_read(string $data, &$certificates): bool")]
fn openssl_pkcs7_read(ctx: &mut Ctx, data: &[u8], certificates: Reference) -> R<bool> {
    if c_int::try_from(data.len()).is_err() {
        return Err(ctx.argument_value_error(1, "is too long"));
    }
    // SAFETY: live objects; the message is ours.
    let message = unsafe {
        Bio::of(data).and_then(|b| Pkcs7::new(ffi::PEM_read_bio_PKCS7(b.ptr(), null_mut(), None, null_mut())))
    };
    let Some(message) = message else {
        errors::store(ctx);
        return Ok(false);
    };
    // SAFETY: a live message, whose member is that of its type.
    let out = unsafe {
        let m = &*message.ptr();
        let (mut certs, mut crls) = (null_mut(), null_mut());
        match ffi::OBJ_obj2nid(m.type_) {
            ffi::NID_pkcs7_signed if !m.d.sign.is_null() => {
                (certs, crls) = ((*m.d.sign).cert, (*m.d.sign).crl);
            }
            ffi::NID_pkcs7_signedAndEnveloped if !m.d.signed_and_enveloped.is_null() => {
                let both = &*m.d.signed_and_enveloped;
                (certs, crls) = (both.cert, both.crl);
            }
            _ => {}
        }
        x509::texts(certs, crls)
    };
    certificates.set(ctx, out)?;
    Ok(true)
}
