//! The openssl extension: keys, certificates, messages and ciphers, and TLS for streams, over OpenSSL.

mod cipher;
mod class;
mod cms;
mod components;
mod config;
mod crypt;
mod csr;
mod errors;
mod options;
mod own;
mod path;
mod pkcs12;
mod pkcs7;
mod pkey;
mod smime;
mod spki;
mod store;
mod sys;
mod tls;
mod tls_context;
mod tls_limit;
mod verify;
mod x509;

use plugin_api::transport::SecureScheme;
use plugin_api::{GcRoots, Info, Module, php_module};
use std::cell::Cell;
use std::ffi::CStr;

plugin_api::constants! {
    CONSTANTS;
    int X509_PURPOSE_SSL_CLIENT = 1;
    int X509_PURPOSE_SSL_SERVER = 2;
    int X509_PURPOSE_NS_SSL_SERVER = 3;
    int X509_PURPOSE_SMIME_SIGN = 4;
    int X509_PURPOSE_SMIME_ENCRYPT = 5;
    int X509_PURPOSE_CRL_SIGN = 6;
    int X509_PURPOSE_ANY = 7;
    int X509_PURPOSE_OCSP_HELPER = 8;
    int X509_PURPOSE_TIMESTAMP_SIGN = 9;
    int OPENSSL_ALGO_SHA1 = 1;
    int OPENSSL_ALGO_MD5 = 2;
    int OPENSSL_ALGO_MD4 = 3;
    int OPENSSL_ALGO_SHA224 = 6;
    int OPENSSL_ALGO_SHA256 = 7;
    int OPENSSL_ALGO_SHA384 = 8;
    int OPENSSL_ALGO_SHA512 = 9;
    int OPENSSL_ALGO_RMD160 = 10;
    int PKCS7_DETACHED = 64;
    int PKCS7_TEXT = 1;
    int PKCS7_NOINTERN = 16;
    int PKCS7_NOVERIFY = 32;
    int PKCS7_NOCHAIN = 8;
    int PKCS7_NOCERTS = 2;
    int PKCS7_NOATTR = 256;
    int PKCS7_BINARY = 128;
    int PKCS7_NOSIGS = 4;
    int PKCS7_NOOLDMIMETYPE = 1024;
    int OPENSSL_CMS_DETACHED = 64;
    int OPENSSL_CMS_TEXT = 1;
    int OPENSSL_CMS_NOINTERN = 16;
    int OPENSSL_CMS_NOVERIFY = 32;
    int OPENSSL_CMS_NOCERTS = 2;
    int OPENSSL_CMS_NOATTR = 256;
    int OPENSSL_CMS_BINARY = 128;
    int OPENSSL_CMS_NOSIGS = 12;
    int OPENSSL_CMS_OLDMIMETYPE = 1024;
    int OPENSSL_PKCS1_PADDING = 1;
    int OPENSSL_NO_PADDING = 3;
    int OPENSSL_PKCS1_OAEP_PADDING = 4;
    int OPENSSL_CIPHER_RC2_40 = 0;
    int OPENSSL_CIPHER_RC2_128 = 1;
    int OPENSSL_CIPHER_RC2_64 = 2;
    int OPENSSL_CIPHER_DES = 3;
    int OPENSSL_CIPHER_3DES = 4;
    int OPENSSL_CIPHER_AES_128_CBC = 5;
    int OPENSSL_CIPHER_AES_192_CBC = 6;
    int OPENSSL_CIPHER_AES_256_CBC = 7;
    int OPENSSL_KEYTYPE_RSA = 0;
    int OPENSSL_KEYTYPE_DSA = 1;
    int OPENSSL_KEYTYPE_DH = 2;
    int OPENSSL_KEYTYPE_EC = 3;
    int OPENSSL_KEYTYPE_X25519 = 4;
    int OPENSSL_KEYTYPE_ED25519 = 5;
    int OPENSSL_KEYTYPE_X448 = 6;
    int OPENSSL_KEYTYPE_ED448 = 7;
    int OPENSSL_RAW_DATA = 1;
    int OPENSSL_ZERO_PADDING = 2;
    int OPENSSL_DONT_ZERO_PAD_KEY = 4;
    int OPENSSL_TLSEXT_SERVER_NAME = 1;
    int OPENSSL_ENCODING_DER = 0;
    int OPENSSL_ENCODING_SMIME = 1;
    int OPENSSL_ENCODING_PEM = 2;
}

/// The ciphers of streams whose context names none.
const STREAM_CIPHERS: &str = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:DHE-DSS-AES128-GCM-SHA256:kEDH+AESGCM:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES256-SHA384:ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA:ECDHE-ECDSA-AES256-SHA:DHE-RSA-AES128-SHA256:DHE-RSA-AES128-SHA:DHE-DSS-AES128-SHA256:DHE-RSA-AES256-SHA256:DHE-DSS-AES256-SHA:DHE-RSA-AES256-SHA:AES128-GCM-SHA256:AES256-GCM-SHA384:AES128:AES256:HIGH:!SSLv2:!aNULL:!eNULL:!EXPORT:!DES:!MD5:!RC4:!ADH";

/// What the extension keeps for a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// Errors that the script was not told.
    #[gc(skip)]
    errors: Cell<errors::Errors>,
}

/// The library's version as a text.
fn version() -> &'static str {
    // SAFETY: a static text.
    unsafe { CStr::from_ptr(sys::OpenSSL_version(sys::OPENSSL_VERSION)) }.to_str().unwrap_or("unknown")
}

fn startup(m: &mut Module) -> Result<(), String> {
    // SAFETY: may be called any number of times.
    unsafe { sys::OPENSSL_init_ssl(sys::OPENSSL_INIT_LOAD_CONFIG, std::ptr::null()) };
    m.string_constant("OPENSSL_DEFAULT_STREAM_CIPHERS", STREAM_CIPHERS);
    m.string_constant("OPENSSL_VERSION_TEXT", version());
    // SAFETY: a plain number.
    m.int_constant("OPENSSL_VERSION_NUMBER", unsafe { sys::OpenSSL_version_num() }.cast_signed());
    register_streams(m)
}

/// Transports that begin with TLS, and the wrappers over them.
fn register_streams(m: &mut Module) -> Result<(), String> {
    let scheme = |scheme, method, by_context| SecureScheme { scheme, method, by_context };
    let any = 0b111_1001;
    let schemes = [
        scheme("ssl", any, true),
        scheme("tls", any, true),
        scheme("tlsv1.0", 1 << 3 | 1, false),
        scheme("tlsv1.1", 1 << 4 | 1, false),
        scheme("tlsv1.2", 1 << 5 | 1, false),
        scheme("tlsv1.3", 1 << 6 | 1, false),
    ];
    if m.crypto::<tls::Tls>(&schemes, &[("https", "http"), ("ftps", "ftp")]) {
        Ok(())
    } else {
        Err("this engine has no sockets that can be encrypted".to_owned())
    }
}

fn info(t: &mut Info) {
    t.row("OpenSSL support", "enabled");
    t.row("OpenSSL Library Version", version());
    t.row("OpenSSL Header Version", version());
    t.row("Openssl default config", &config::default_file().to_string_lossy());
    t.ini();
}

php_module! {
    name: "openssl",
    version: "8.4.24",
    functions: [
        x509::{
            openssl_x509_export_to_file, openssl_x509_export, openssl_x509_fingerprint, openssl_x509_check_private_key,
            openssl_x509_verify, openssl_x509_parse, openssl_x509_checkpurpose, openssl_x509_read, openssl_x509_free,
        },
        pkcs12::{openssl_pkcs12_export_to_file, openssl_pkcs12_export, openssl_pkcs12_read},
        csr::{
            openssl_csr_export_to_file, openssl_csr_export, openssl_csr_sign, openssl_csr_new, openssl_csr_get_subject,
            openssl_csr_get_public_key,
        },
        pkey::{
            openssl_pkey_new, openssl_pkey_export_to_file, openssl_pkey_export, openssl_pkey_get_public,
            openssl_get_publickey, openssl_pkey_free, openssl_free_key, openssl_pkey_get_private,
            openssl_get_privatekey, openssl_pkey_get_details,
        },
        cipher::{openssl_pbkdf2},
        pkcs7::{
            openssl_pkcs7_verify, openssl_pkcs7_encrypt, openssl_pkcs7_sign, openssl_pkcs7_decrypt, openssl_pkcs7_read,
        },
        cms::{openssl_cms_verify, openssl_cms_encrypt, openssl_cms_sign, openssl_cms_decrypt, openssl_cms_read},
        crypt::{
            openssl_private_encrypt, openssl_private_decrypt, openssl_public_encrypt, openssl_public_decrypt,
            openssl_error_string, openssl_sign, openssl_verify, openssl_seal, openssl_open,
        },
        cipher::{
            openssl_get_md_methods, openssl_get_cipher_methods, openssl_get_curve_names, openssl_digest,
            openssl_encrypt, openssl_decrypt, openssl_cipher_iv_length, openssl_cipher_key_length,
        },
        crypt::{openssl_dh_compute_key, openssl_pkey_derive},
        cipher::{openssl_random_pseudo_bytes},
        spki::{openssl_spki_new, openssl_spki_verify, openssl_spki_export, openssl_spki_export_challenge},
        x509::{openssl_get_cert_locations},
    ],
    classes: [class::Certificate, class::Request, class::Key],
    constants: [CONSTANTS],
    ini: ["openssl.cafile" = none => (PERDIR), "openssl.capath" = none => (PERDIR)],
    globals: Globals,
    minit: startup,
    minfo: info,
}
