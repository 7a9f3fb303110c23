//! What requests and new keys are made by: the options of a call over those of an OpenSSL configuration file.

use crate::cipher;
use crate::errors;
use crate::own::{Bio, Own, Pkey, c_text, items, text};
use crate::path::{self, Place};
use crate::sys as ffi;
use crate::x509::text_ptr;
use plugin_api::{Array, Ctx, Kind, R};
use std::ffi::{CStr, CString, c_char, c_int, c_long};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

/// The file that serves where a call names none.
pub fn default_file() -> &'static CStr {
    static FILE: OnceLock<CString> = OnceLock::new();
    FILE.get_or_init(|| {
        use std::os::unix::ffi::OsStringExt;
        let named = std::env::var_os("OPENSSL_CONF").or_else(|| std::env::var_os("SSLEAY_CONF"));
        match named {
            Some(f) => c_text(&f.into_vec()),
            // SAFETY: a static text.
            None => {
                c_text(&[&unsafe { text(ffi::X509_get_default_cert_area()) }[..], b"/openssl.cnf"].concat())
            }
        }
    })
}

/// The options.
pub struct Config {
    /// The configuration file, read.
    pub conf: Own<ffi::CONF>,
    /// Its section for requests.
    pub section: CString,
    /// Digest for signing.
    pub digest: *const ffi::EVP_MD,
    /// Section of a certificate's extensions.
    pub extensions: Option<CString>,
    /// Section of a request's extensions.
    pub request_extensions: Option<CString>,
    /// Length of a new key.
    pub bits: c_int,
    /// Kind of a new key, `OPENSSL_KEYTYPE_*`.
    pub kind: c_int,
    /// Whether keys are encrypted.
    pub encrypt: bool,
    /// … by what; null for the usual.
    pub cipher: *const ffi::EVP_CIPHER,
    /// Curve of a new key.
    pub curve: c_int,
}

/// An option that is a text.
fn string_option(options: Option<&Array>, name: &str) -> Option<CString> {
    options.and_then(|o| o.get(name)).and_then(|v| v.as_str()).map(|s| c_text(s))
}

fn int_option(options: Option<&Array>, name: &str) -> Option<c_int> {
    options.and_then(|o| o.get(name)).and_then(|v| v.as_int()).map(|i| i as c_int)
}

/// A configuration file.
fn load(file: &CStr) -> Option<Own<ffi::CONF>> {
    // SAFETY: a fresh object and a live text.
    unsafe {
        let conf = Own::new(ffi::NCONF_new(null_mut()))?;
        (ffi::NCONF_load(conf.ptr(), file.as_ptr(), null_mut()) != 0).then_some(conf)
    }
}

/// A value of a file; one that is missing is no error.
fn value(conf: &Own<ffi::CONF>, section: Option<&CStr>, name: &CStr) -> Option<CString> {
    // SAFETY: live objects; the text is copied.
    unsafe {
        ffi::ERR_set_mark();
        let p = ffi::NCONF_get_string(conf.ptr(), text_ptr(section), name.as_ptr());
        ffi::ERR_pop_to_mark();
        (!p.is_null()).then(|| CStr::from_ptr(p).to_owned())
    }
}

/// A number of a file, 0 when it is missing.
fn number(conf: &Own<ffi::CONF>, section: &CStr, name: &CStr) -> c_int {
    let mut n: c_long = 0;
    // SAFETY: live objects and result slot.
    unsafe {
        ffi::ERR_set_mark();
        ffi::NCONF_get_number_e(conf.ptr(), section.as_ptr(), name.as_ptr(), &mut n);
        ffi::ERR_pop_to_mark();
    }
    n as c_int
}

/// Names and values of a section; `None` when it is missing.
pub fn section(conf: &Own<ffi::CONF>, name: &CStr) -> Option<Vec<(CString, CString)>> {
    // SAFETY: live objects; the texts are copied.
    unsafe {
        let sk = ffi::NCONF_get_section(conf.ptr(), name.as_ptr());
        if sk.is_null() {
            return None;
        }
        let own =
            |p: *mut c_char| if p.is_null() { CString::default() } else { CStr::from_ptr(p).to_owned() };
        Some(items::<ffi::CONF_VALUE, _>(sk).map(|v| (own((*v).name), own((*v).value))).collect())
    }
}

/// Adds the object names that a file declares.
fn add_names(ctx: &mut Ctx, conf: &Own<ffi::CONF>) -> R<bool> {
    if let Some(file) = value(conf, None, c"oid_file")
        && let Some(p) = path::checked(ctx, file.to_bytes(), Place::option("oid_file"))?
        && let Some(bio) = Bio::file(&p, c"rb")
    {
        // SAFETY: a live file.
        unsafe { ffi::OBJ_create_objects(bio.ptr()) };
        errors::store(ctx);
    }
    let Some(name) = value(conf, None, c"oid_section") else { return Ok(true) };
    let Some(all) = section(conf, &name) else {
        errors::store(ctx);
        ctx.warning(format!("Problem loading oid section {}", name.to_string_lossy()))?;
        return Ok(false);
    };
    for (name, oid) in all {
        // SAFETY: live texts.
        let known = unsafe {
            ffi::OBJ_sn2nid(name.as_ptr()) != ffi::NID_undef
                || ffi::OBJ_ln2nid(name.as_ptr()) != ffi::NID_undef
                || ffi::OBJ_create(oid.as_ptr(), name.as_ptr(), name.as_ptr()) != ffi::NID_undef
        };
        if !known {
            errors::store(ctx);
            let (name, oid) = (name.to_string_lossy(), oid.to_string_lossy());
            ctx.warning(format!("Problem creating object {name}={oid}"))?;
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the extensions of a section can be made at all.
fn can_be_made(
    ctx: &mut Ctx,
    conf: &Own<ffi::CONF>,
    file: &CStr,
    label: &str,
    section: Option<&CStr>,
) -> R<bool> {
    let Some(section) = section else { return Ok(true) };
    let mut v3 = ffi::extension_context();
    // SAFETY: live objects; a null certificate only checks.
    let ok = unsafe {
        ffi::X509V3_set_ctx(&mut v3, null_mut(), null_mut(), null_mut(), null_mut(), ffi::CTX_TEST);
        ffi::X509V3_set_nconf(&mut v3, conf.ptr());
        ffi::X509V3_EXT_add_nconf(conf.ptr(), &mut v3, section.as_ptr(), null_mut()) != 0
    };
    if !ok {
        errors::store(ctx);
        let (section, file) = (section.to_string_lossy(), file.to_string_lossy());
        ctx.warning(format!("Error loading {label} section {section} of {file}"))?;
    }
    Ok(ok)
}

impl Config {
    /// Reads the options of a call; `None` after what there was to say.
    pub fn new(ctx: &mut Ctx, options: Option<&Array>) -> R<Option<Config>> {
        if load(default_file()).is_none() {
            errors::store(ctx);
        }
        let file = string_option(options, "config").unwrap_or_else(|| default_file().to_owned());
        let section = string_option(options, "config_section_name").unwrap_or_else(|| c"req".to_owned());
        let Some(conf) = load(&file) else { return Ok(None) };
        if !add_names(ctx, &conf)? {
            return Ok(None);
        }
        let mut named = |option: &str, name: &CStr| {
            let found = string_option(options, option).or_else(|| value(&conf, Some(&section), name));
            if found.is_none() {
                errors::store(ctx);
            }
            found
        };
        let digest_name = named("digest_alg", c"default_md");
        let extensions = named("x509_extensions", c"x509_extensions");
        let request_extensions = named("req_extensions", c"req_extensions");
        let bits = int_option(options, "private_key_bits")
            .unwrap_or_else(|| number(&conf, &section, c"default_bits"));
        let kind = int_option(options, "private_key_type").unwrap_or(0);
        let encrypt = match options.and_then(|o| o.get("encrypt_key")) {
            Some(v) => matches!(v.kind(), Kind::Bool(true)),
            None => {
                let set = value(&conf, Some(&section), c"encrypt_rsa_key")
                    .or_else(|| value(&conf, Some(&section), c"encrypt_key"));
                set.is_none_or(|s| s.to_bytes() != b"no")
            }
        };
        let mut by = null();
        if encrypt
            && let Some(id) = options.and_then(|o| o.get("encrypt_key_cipher")).and_then(|v| v.as_int())
        {
            by = cipher::by_number(id);
            if by.is_null() {
                ctx.warning("Unknown cipher algorithm for private key")?;
                return Ok(None);
            }
        }
        // SAFETY: a live text; digests are static.
        let mut digest = digest_name.map_or(null(), |n| unsafe {
            if n.to_bytes() == b"null" { ffi::EVP_md_null() } else { ffi::EVP_get_digestbyname(n.as_ptr()) }
        });
        if digest.is_null() {
            // SAFETY: a static object.
            digest = unsafe { ffi::EVP_sha1() };
            errors::store(ctx);
        }
        if !can_be_made(ctx, &conf, &file, "extensions_section", extensions.as_deref())? {
            return Ok(None);
        }
        let mut curve = ffi::NID_undef;
        if let Some(name) = string_option(options, "curve_name") {
            // SAFETY: a live text.
            curve = unsafe { ffi::OBJ_sn2nid(name.as_ptr()) };
            if curve == ffi::NID_undef {
                ctx.warning(format!("Unknown elliptic curve (short) name {}", name.to_string_lossy()))?;
                return Ok(None);
            }
        }
        if let Some(mask) = value(&conf, Some(&section), c"string_mask") {
            // SAFETY: a live text.
            if unsafe { ffi::ASN1_STRING_set_default_mask_asc(mask.as_ptr()) } == 0 {
                ctx.warning(format!("Invalid global string mask setting {}", mask.to_string_lossy()))?;
                return Ok(None);
            }
        }
        let label = "request_extensions_section";
        if !can_be_made(ctx, &conf, &file, label, request_extensions.as_deref())? {
            return Ok(None);
        }
        let cipher = by;
        Ok(Some(Config {
            conf,
            section,
            digest,
            extensions,
            request_extensions,
            bits,
            kind,
            encrypt,
            cipher,
            curve,
        }))
    }

    /// A value of the section for requests; one that is missing is no error.
    pub fn value(&self, name: &CStr) -> Option<CString> {
        value(&self.conf, Some(&self.section), name)
    }

    /// What private keys are encrypted by when there is a passphrase; null: nothing.
    pub fn key_cipher(&self, passphrase: Option<&[u8]>) -> *const ffi::EVP_CIPHER {
        if passphrase.is_none() || !self.encrypt {
            return null();
        }
        // SAFETY: a static object.
        if self.cipher.is_null() { unsafe { ffi::EVP_des_ede3_cbc() } } else { self.cipher }
    }

    /// Makes a new private key.
    pub fn generate(&self, ctx: &mut Ctx) -> R<Option<Pkey>> {
        const SHORTEST: c_int = 384;
        let kind = match self.kind {
            0 => ffi::EVP_PKEY_RSA,
            1 => ffi::EVP_PKEY_DSA,
            2 => ffi::EVP_PKEY_DH,
            3 => ffi::EVP_PKEY_EC,
            4 => ffi::EVP_PKEY_X25519,
            5 => ffi::EVP_PKEY_ED25519,
            6 => ffi::EVP_PKEY_X448,
            7 => ffi::EVP_PKEY_ED448,
            _ => {
                ctx.warning("Unsupported private key type")?;
                return Ok(None);
            }
        };
        if self.kind <= 2 && self.bits < SHORTEST {
            let bits = self.bits;
            ctx.warning(format!(
                "Private key length must be at least {SHORTEST} bits, configured to {bits}"
            ))?;
            return Ok(None);
        }
        let seeds = Seeds::load(ctx, self.value(c"RANDFILE"))?;
        let made = self.generate_kind(ctx, kind)?;
        seeds.save(ctx)?;
        Ok(made)
    }

    fn generate_kind(&self, ctx: &mut Ctx, kind: c_int) -> R<Option<Pkey>> {
        // SAFETY: fresh objects and what belongs to them.
        unsafe {
            let Some(mut by) = Own::new(ffi::EVP_PKEY_CTX_new_id(kind, null_mut())) else {
                return errors::none(ctx);
            };
            if kind != ffi::EVP_PKEY_RSA {
                if ffi::EVP_PKEY_paramgen_init(by.ptr()) <= 0 {
                    return errors::none(ctx);
                }
                let set = match kind {
                    ffi::EVP_PKEY_DSA => ffi::EVP_PKEY_CTX_set_dsa_paramgen_bits(by.ptr(), self.bits),
                    ffi::EVP_PKEY_DH => ffi::EVP_PKEY_CTX_set_dh_paramgen_prime_len(by.ptr(), self.bits),
                    ffi::EVP_PKEY_EC => {
                        if self.curve == ffi::NID_undef {
                            ctx.warning("Missing configuration value: \"curve_name\" not set")?;
                            return Ok(None);
                        }
                        ffi::EVP_PKEY_CTX_set_ec_paramgen_curve_nid(by.ptr(), self.curve)
                            .min(ffi::EVP_PKEY_CTX_set_ec_param_enc(by.ptr(), ffi::OPENSSL_EC_NAMED_CURVE))
                    }
                    _ => 1,
                };
                let mut params = null_mut();
                if set <= 0 || ffi::EVP_PKEY_paramgen(by.ptr(), &mut params) <= 0 {
                    return errors::none(ctx);
                }
                let params = Own::new(params);
                let Some(next) =
                    Own::new(ffi::EVP_PKEY_CTX_new(crate::own::raw(params.as_ref()), null_mut()))
                else {
                    return errors::none(ctx);
                };
                by = next;
            }
            let mut key = null_mut();
            if ffi::EVP_PKEY_keygen_init(by.ptr()) <= 0
                || kind == ffi::EVP_PKEY_RSA
                    && ffi::EVP_PKEY_CTX_set_rsa_keygen_bits(by.ptr(), self.bits) <= 0
                || ffi::EVP_PKEY_keygen(by.ptr(), &mut key) <= 0
            {
                return errors::none(ctx);
            }
            Ok(Own::new(key))
        }
    }
}

/// The file that keeps random seeds from one run to the next, where it was good.
struct Seeds(Option<CString>);

/// Where seeds are kept unless a configuration says otherwise.
fn usual_seeds() -> Option<CString> {
    let mut buf = [0 as c_char; libc::PATH_MAX as usize];
    // SAFETY: a buffer of that length; the text in it is copied.
    unsafe {
        let p = ffi::RAND_file_name(buf.as_mut_ptr(), buf.len());
        (!p.is_null()).then(|| CStr::from_ptr(p).to_owned())
    }
}

impl Seeds {
    fn load(ctx: &mut Ctx, file: Option<CString>) -> R<Seeds> {
        let file = file.or_else(usual_seeds);
        // SAFETY: a live text.
        let read = file.as_ref().is_some_and(|f| unsafe { ffi::RAND_load_file(f.as_ptr(), -1) } >= 0);
        // SAFETY: no arguments.
        if !read && unsafe { ffi::RAND_status() } == 0 {
            errors::store(ctx);
            ctx.warning("Unable to load random state; not enough random data!")?;
        }
        Ok(Seeds(file.filter(|_| read)))
    }

    fn save(self, ctx: &mut Ctx) -> R<()> {
        let Some(file) = self.0 else { return Ok(()) };
        // SAFETY: a live text.
        if unsafe { ffi::RAND_write_file(file.as_ptr()) } < 0 {
            errors::store(ctx);
            ctx.warning("Unable to write random state")?;
        }
        Ok(())
    }
}
