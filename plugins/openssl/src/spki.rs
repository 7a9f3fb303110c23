//! Signed public keys and challenges (`<keygen>` of old browsers).

use crate::class::Key;
use crate::crypt::digest_of;
use crate::errors;
use crate::own::{Own, Pkey, written};
use crate::pkey;
use crate::sys as ffi;
use crate::x509::{asn1_bytes, take_text};
use plugin_api::{Ctx, OrFalse, R, This, php_function};
use std::ffi::c_int;

type Spki = Own<ffi::NETSCAPE_SPKI>;

/// Makes one.
#[php_function(
    "openssl_spki_new(#[\\SensitiveParameter] OpenSSLAsymmetricKey $private_key, string $challenge, int $digest_algo = OPENSSL_ALGO_MD5): string|false"
)]
fn openssl_spki_new(
    ctx: &mut Ctx,
    private_key: &This<Key>,
    challenge: &[u8],
    digest_algo: Option<i64>,
) -> R<OrFalse<Vec<u8>>> {
    let Some(key) = pkey::private(ctx, private_key.object().as_value(), Some(challenge), 1)? else {
        ctx.warning("Unable to use supplied private key")?;
        return Ok(OrFalse::FALSE);
    };
    let digest = digest_of(digest_algo.unwrap_or(2));
    if digest.is_null() {
        ctx.warning("Unknown digest algorithm")?;
        return Ok(OrFalse::FALSE);
    }
    // SAFETY: a fresh object, a live key and text; what is made for us is freed.
    let made = unsafe {
        let Some(spki) = Spki::new(ffi::NETSCAPE_SPKI_new()) else {
            return Ok(errors::warn_none(ctx, "Unable to create new SPKAC")?.into());
        };
        let slot = (*(*spki.ptr()).spkac).challenge;
        if ffi::ASN1_STRING_set(slot.cast(), challenge.as_ptr().cast(), challenge.len() as c_int) == 0 {
            return Ok(errors::warn_none(ctx, "Unable to set challenge data")?.into());
        }
        if ffi::NETSCAPE_SPKI_set_pubkey(spki.ptr(), key.ptr()) == 0 {
            return Ok(errors::warn_none(ctx, "Unable to embed public key")?.into());
        }
        if ffi::NETSCAPE_SPKI_sign(spki.ptr(), key.ptr(), digest) == 0 {
            return Ok(errors::warn_none(ctx, "Unable to sign with specified digest algorithm")?.into());
        }
        take_text(ffi::NETSCAPE_SPKI_b64_encode(spki.ptr()))
    };
    match made {
        Some(t) => Ok(OrFalse(Some([b"SPKAC=", &t[..]].concat()))),
        None => Ok(errors::warn_none(ctx, "Unable to encode SPKAC")?.into()),
    }
}

/// Reads one.
fn decoded(ctx: &mut Ctx, text: &[u8], refused: &str) -> R<Option<Spki>> {
    let upto = text.iter().position(|c| *c == 0).unwrap_or(text.len());
    let clean: Vec<u8> = text[..upto].iter().copied().filter(|c| !matches!(c, b'\r' | b'\n')).collect();
    if clean.is_empty() {
        ctx.warning("Invalid SPKAC")?;
        return Ok(None);
    }
    // SAFETY: a live text; the object is ours.
    match unsafe { Spki::new(ffi::NETSCAPE_SPKI_b64_decode(clean.as_ptr().cast(), clean.len() as c_int)) } {
        Some(s) => Ok(Some(s)),
        None => errors::warn_none(ctx, refused),
    }
}

/// Reads one, and its key.
fn with_key(ctx: &mut Ctx, text: &[u8]) -> R<Option<(Spki, Pkey)>> {
    let Some(spki) = decoded(ctx, text, "Unable to decode supplied SPKAC")? else { return Ok(None) };
    // SAFETY: a live object; the key is ours.
    match unsafe { Own::new(ffi::X509_PUBKEY_get((*(*spki.ptr()).spkac).pubkey)) } {
        Some(k) => Ok(Some((spki, k))),
        None => errors::warn_none(ctx, "Unable to acquire signed public key"),
    }
}

/// Whether the signature is good.
#[php_function("openssl_spki_verify(string $spki): bool")]
fn openssl_spki_verify(ctx: &mut Ctx, spki: &[u8]) -> R<bool> {
    let found = with_key(ctx, spki)?;
    // SAFETY: live objects.
    let good = found.is_some_and(|(s, k)| unsafe { ffi::NETSCAPE_SPKI_verify(s.ptr(), k.ptr()) > 0 });
    if !good {
        errors::store(ctx);
    }
    Ok(good)
}

/// The key.
#[php_function("openssl_spki_export(string $spki): string|false")]
fn openssl_spki_export(ctx: &mut Ctx, spki: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let Some((_, key)) = with_key(ctx, spki)? else { return Ok(OrFalse::FALSE) };
    // SAFETY: a live key.
    let out = written(|b| unsafe { ffi::PEM_write_bio_PUBKEY(b, key.ptr()) });
    if out.is_none() {
        errors::store(ctx);
    }
    Ok(out.into())
}

/// The challenge.
#[php_function("openssl_spki_export_challenge(string $spki): string|false")]
fn openssl_spki_export_challenge(ctx: &mut Ctx, spki: &[u8]) -> R<OrFalse<Vec<u8>>> {
    let Some(spki) = decoded(ctx, spki, "Unable to decode SPKAC")? else { return Ok(OrFalse::FALSE) };
    // SAFETY: a live object.
    let mut text = unsafe { asn1_bytes((*(*spki.ptr()).spkac).challenge.cast()) };
    text.truncate(text.iter().position(|c| *c == 0).unwrap_or(text.len()));
    Ok(OrFalse(Some(text)))
}
