//! The classes: a certificate, a request for one, a key.

use crate::own::{Cert, Own, Pkey};
use crate::sys as ffi;
use plugin_api::{Comparison, Ctx, GcRoots, Handlers, Object, R, This, Value, php_class, php_methods};

macro_rules! made_by_functions {
    ($($t:ident, $class:literal, $by:literal;)*) => { $(
        impl Handlers for $t {
            fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
                Err(ctx.error(concat!("Cannot directly construct ", $class, ", use ", $by, "() instead")))
            }
            fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
                Ok(Comparison::Uncomparable)
            }
        }
        #[php_methods]
        impl $t {}
    )* };
}

/// A certificate.
#[derive(Default, GcRoots)]
#[php_class(
    "final class OpenSSLCertificate",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct Certificate(#[gc(skip)] pub Option<Cert>);

/// A request for a certificate.
#[derive(Default, GcRoots)]
#[php_class(
    "final class OpenSSLCertificateSigningRequest",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct Request(#[gc(skip)] pub Option<Own<ffi::X509_REQ>>);

/// A key.
#[derive(Default, GcRoots)]
#[php_class(
    "final class OpenSSLAsymmetricKey",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct Key {
    /// The key.
    #[gc(skip)]
    pub key: Option<Pkey>,
    /// Whether it is a private one.
    pub private: bool,
}

made_by_functions! {
    Certificate, "OpenSSLCertificate", "openssl_x509_read";
    Request, "OpenSSLCertificateSigningRequest", "openssl_csr_new";
    Key, "OpenSSLAsymmetricKey", "openssl_pkey_new";
}

/// An object of a certificate.
pub fn certificate(ctx: &mut Ctx, cert: Cert) -> R<Object> {
    This::<Certificate>::create(ctx, Certificate(Some(cert)))
}

/// An object of a key.
pub fn key(ctx: &mut Ctx, key: Pkey, private: bool) -> R<Object> {
    This::<Key>::create(ctx, Key { key: Some(key), private })
}

/// A share of the certificate of an object, if it is one.
pub fn of_certificate(ctx: &mut Ctx, o: &Object) -> R<Option<Cert>> {
    let Some(this) = This::<Certificate>::of(o) else { return Ok(None) };
    let p = this.borrow(ctx)?;
    // SAFETY: a live certificate; the share becomes the result's.
    Ok(p.0.as_ref().and_then(|c| unsafe {
        ffi::X509_up_ref(c.ptr());
        Own::new(c.ptr())
    }))
}
