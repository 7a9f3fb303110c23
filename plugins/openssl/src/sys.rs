//! OpenSSL's functions: those of `openssl-sys`, and what it does not declare.

#![expect(non_camel_case_types, reason = "the names are OpenSSL's")]

pub use openssl_sys::*;
use std::ffi::{c_char, c_int, c_long, c_uchar, c_uint, c_ulong, c_void};

/// A name and value of a configuration file.
#[repr(C)]
pub struct CONF_VALUE {
    pub section: *mut c_char,
    pub name: *mut c_char,
    pub value: *mut c_char,
}

/// A curve that the library knows.
#[repr(C)]
pub struct EC_builtin_curve {
    pub nid: c_int,
    pub comment: *const c_char,
}

/// The library's form of a public key in a certificate.
pub enum X509_PUBKEY {}

/// What is signed in a [`NETSCAPE_SPKI`].
#[repr(C)]
pub struct NETSCAPE_SPKAC {
    pub pubkey: *mut X509_PUBKEY,
    pub challenge: *mut ASN1_STRING,
}

/// A signed public key and challenge. The members behind are the library's.
#[repr(C)]
pub struct NETSCAPE_SPKI {
    pub spkac: *mut NETSCAPE_SPKAC,
}

/// A name of the library's table of names.
#[repr(C)]
pub struct OBJ_NAME {
    pub kind: c_int,
    pub alias: c_int,
    pub name: *const c_char,
    pub data: *const c_char,
}

/// What one part of a PEM file held. The members behind are the library's.
#[repr(C)]
pub struct X509_INFO {
    pub x509: *mut X509,
}

/// A context for making extensions, to be filled in.
pub fn extension_context() -> X509V3_CTX {
    // SAFETY: a structure of a number and pointers.
    unsafe { std::mem::zeroed() }
}

pub const BIO_CTRL_RESET: c_int = 1;
pub const CTX_TEST: c_int = 1;
pub const EVP_CIPH_GCM_MODE: c_int = 6;
pub const EVP_CIPH_CCM_MODE: c_int = 7;
pub const EVP_CIPH_OCB_MODE: c_int = 0x10003;
pub const EVP_CIPH_WRAP_MODE: c_int = 0x10002;
pub const EVP_CTRL_AEAD_SET_IVLEN: c_int = 9;
pub const EVP_CTRL_AEAD_GET_TAG: c_int = 0x10;
pub const EVP_CTRL_AEAD_SET_TAG: c_int = 0x11;
pub const EVP_MAX_BLOCK_LENGTH: c_int = 32;
pub const EVP_MAX_IV_LENGTH: c_int = 16;
pub const OBJ_NAME_TYPE_MD_METH: c_int = 1;
pub const OPENSSL_INIT_LOAD_CONFIG: u64 = 0x40;
pub const SSL_CB_HANDSHAKE_START: c_int = 0x10;
pub const SSL_R_NO_SHARED_CIPHER: c_int = 193;
pub const X509_L_FILE_LOAD: c_int = 1;
pub const X509_L_ADD_DIR: c_int = 2;

unsafe extern "C" {
    pub fn ERR_peek_error() -> c_ulong;
    pub fn PEM_read_bio_Parameters(bp: *mut BIO, x: *mut *mut EVP_PKEY) -> *mut EVP_PKEY;
    pub fn SSL_CTX_set_default_passwd_cb(ctx: *mut SSL_CTX, cb: pem_password_cb);
    pub fn SSL_CTX_set_default_passwd_cb_userdata(ctx: *mut SSL_CTX, u: *mut c_void);
    pub fn SSL_copy_session_id(to: *mut SSL, from: *const SSL) -> c_int;
    pub fn SSL_set_fd(s: *mut SSL, fd: c_int) -> c_int;
    pub fn SSL_set_info_callback(ssl: *mut SSL, cb: Option<unsafe extern "C" fn(*const SSL, c_int, c_int)>);
    pub fn X509_NAME_get_text_by_NID(
        name: *const X509_NAME,
        nid: c_int,
        buf: *mut c_char,
        len: c_int,
    ) -> c_int;
    pub fn ASN1_INTEGER_set_int64(a: *mut ASN1_INTEGER, r: i64) -> c_int;
    pub fn ASN1_STRING_set_default_mask_asc(p: *const c_char) -> c_int;
    pub fn BIO_new_file(filename: *const c_char, mode: *const c_char) -> *mut BIO;
    pub fn BN_mod_exp_mont_consttime(
        rr: *mut BIGNUM,
        a: *const BIGNUM,
        p: *const BIGNUM,
        m: *const BIGNUM,
        ctx: *mut BN_CTX,
        mont: *mut BN_MONT_CTX,
    ) -> c_int;
    pub fn CMS_final(cms: *mut CMS_ContentInfo, data: *mut BIO, dcont: *mut BIO, flags: c_uint) -> c_int;
    pub fn CMS_get0_signers(cms: *mut CMS_ContentInfo) -> *mut stack_st_X509;
    pub fn CMS_get0_type(cms: *const CMS_ContentInfo) -> *const ASN1_OBJECT;
    pub fn CMS_get1_certs(cms: *mut CMS_ContentInfo) -> *mut stack_st_X509;
    pub fn CMS_get1_crls(cms: *mut CMS_ContentInfo) -> *mut OPENSSL_STACK;
    pub fn EC_GROUP_check_named_curve(group: *const EC_GROUP, nist_only: c_int, ctx: *mut BN_CTX) -> c_int;
    pub fn EC_GROUP_set_seed(group: *mut EC_GROUP, seed: *const c_uchar, len: usize) -> usize;
    pub fn EC_POINT_point2buf(
        group: *const EC_GROUP,
        point: *const EC_POINT,
        form: point_conversion_form_t,
        pbuf: *mut *mut c_uchar,
        ctx: *mut BN_CTX,
    ) -> usize;
    pub fn EC_get_builtin_curves(r: *mut EC_builtin_curve, nitems: usize) -> usize;
    pub fn ERR_error_string_n(e: c_ulong, buf: *mut c_char, len: usize);
    pub fn ERR_pop_to_mark() -> c_int;
    pub fn ERR_set_mark() -> c_int;
    pub fn EVP_CIPHER_CTX_reset(c: *mut EVP_CIPHER_CTX) -> c_int;
    pub fn EVP_CIPHER_do_all_provided(
        libctx: *mut OSSL_LIB_CTX,
        f: Option<unsafe extern "C" fn(*mut EVP_CIPHER, *mut c_void)>,
        arg: *mut c_void,
    );
    pub fn EVP_CIPHER_get0_name(cipher: *const EVP_CIPHER) -> *const c_char;
    pub fn EVP_CIPHER_get_mode(cipher: *const EVP_CIPHER) -> c_int;
    pub fn EVP_CIPHER_names_do_all(
        cipher: *const EVP_CIPHER,
        f: Option<unsafe extern "C" fn(*const c_char, *mut c_void)>,
        data: *mut c_void,
    ) -> c_int;
    pub fn EVP_CipherFinal_ex(ctx: *mut EVP_CIPHER_CTX, out: *mut c_uchar, len: *mut c_int) -> c_int;
    pub fn EVP_PKEY_CTX_set_ec_param_enc(ctx: *mut EVP_PKEY_CTX, enc: c_int) -> c_int;
    pub fn EVP_PKEY_get0_type_name(key: *const EVP_PKEY) -> *const c_char;
    pub fn EVP_PKEY_get_base_id(key: *const EVP_PKEY) -> c_int;
    pub fn EVP_PKEY_public_check_quick(ctx: *mut EVP_PKEY_CTX) -> c_int;
    pub fn EVP_PKEY_set1_encoded_public_key(key: *mut EVP_PKEY, public: *const c_uchar, len: usize) -> c_int;
    pub fn EVP_PKEY_type(kind: c_int) -> c_int;
    pub fn EVP_md4() -> *const EVP_MD;
    pub fn EVP_rc2_64_cbc() -> *const EVP_CIPHER;
    pub fn GENERAL_NAME_print(out: *mut BIO, name: *mut GENERAL_NAME) -> c_int;
    pub fn NCONF_get_number_e(
        conf: *const CONF,
        group: *const c_char,
        name: *const c_char,
        result: *mut c_long,
    ) -> c_int;
    pub fn NCONF_get_section(conf: *const CONF, section: *const c_char) -> *mut OPENSSL_STACK;
    pub fn NCONF_get_string(conf: *const CONF, group: *const c_char, name: *const c_char) -> *mut c_char;
    pub fn NCONF_load(conf: *mut CONF, file: *const c_char, eline: *mut c_long) -> c_int;
    pub fn NETSCAPE_SPKI_b64_decode(text: *const c_char, len: c_int) -> *mut NETSCAPE_SPKI;
    pub fn NETSCAPE_SPKI_b64_encode(x: *mut NETSCAPE_SPKI) -> *mut c_char;
    pub fn NETSCAPE_SPKI_free(x: *mut NETSCAPE_SPKI);
    pub fn NETSCAPE_SPKI_new() -> *mut NETSCAPE_SPKI;
    pub fn NETSCAPE_SPKI_set_pubkey(x: *mut NETSCAPE_SPKI, key: *mut EVP_PKEY) -> c_int;
    pub fn NETSCAPE_SPKI_sign(x: *mut NETSCAPE_SPKI, key: *mut EVP_PKEY, md: *const EVP_MD) -> c_int;
    pub fn NETSCAPE_SPKI_verify(x: *mut NETSCAPE_SPKI, key: *mut EVP_PKEY) -> c_int;
    pub fn OBJ_NAME_do_all_sorted(
        kind: c_int,
        f: Option<unsafe extern "C" fn(*const OBJ_NAME, *mut c_void)>,
        arg: *mut c_void,
    );
    pub fn OBJ_create_objects(source: *mut BIO) -> c_int;
    pub fn OBJ_ln2nid(s: *const c_char) -> c_int;
    pub fn OBJ_txt2nid(s: *const c_char) -> c_int;
    pub fn PEM_X509_INFO_read_bio(
        bp: *mut BIO,
        sk: *mut OPENSSL_STACK,
        cb: pem_password_cb,
        u: *mut c_void,
    ) -> *mut OPENSSL_STACK;
    pub fn PEM_write_bio_CMS_stream(
        out: *mut BIO,
        cms: *mut CMS_ContentInfo,
        source: *mut BIO,
        flags: c_int,
    ) -> c_int;
    pub fn RAND_file_name(file: *mut c_char, num: usize) -> *const c_char;
    pub fn RAND_load_file(file: *const c_char, max_bytes: c_long) -> c_int;
    pub fn RAND_write_file(file: *const c_char) -> c_int;
    pub fn SMIME_write_CMS(bio: *mut BIO, cms: *mut CMS_ContentInfo, data: *mut BIO, flags: c_int) -> c_int;
    pub fn X509V3_EXT_REQ_add_nconf(
        conf: *mut CONF,
        ctx: *mut X509V3_CTX,
        section: *const c_char,
        req: *mut X509_REQ,
    ) -> c_int;
    pub fn X509V3_EXT_add_nconf(
        conf: *mut CONF,
        ctx: *mut X509V3_CTX,
        section: *const c_char,
        cert: *mut X509,
    ) -> c_int;
    pub fn X509_INFO_free(a: *mut X509_INFO);
    pub fn X509_NAME_oneline(a: *const X509_NAME, buf: *mut c_char, size: c_int) -> *mut c_char;
    pub fn X509_PUBKEY_get(key: *const X509_PUBKEY) -> *mut EVP_PKEY;
    pub fn X509_PURPOSE_get0_name(p: *const X509_PURPOSE) -> *mut c_char;
    pub fn X509_PURPOSE_get0_sname(p: *const X509_PURPOSE) -> *mut c_char;
    pub fn X509_PURPOSE_get_count() -> c_int;
    pub fn X509_STORE_CTX_set_purpose(ctx: *mut X509_STORE_CTX, purpose: c_int) -> c_int;
    pub fn X509_check_private_key(x509: *const X509, key: *const EVP_PKEY) -> c_int;
    pub fn X509_check_purpose(x: *mut X509, id: c_int, ca: c_int) -> c_int;
    pub fn X509_get_default_cert_area() -> *const c_char;
    pub fn X509_get_default_private_dir() -> *const c_char;
    pub fn a2i_ASN1_INTEGER(bp: *mut BIO, bs: *mut ASN1_INTEGER, buf: *mut c_char, size: c_int) -> c_int;
    pub fn d2i_CMS_bio(bp: *mut BIO, cms: *mut *mut CMS_ContentInfo) -> *mut CMS_ContentInfo;
    pub fn d2i_PKCS12_bio(bp: *mut BIO, p12: *mut *mut PKCS12) -> *mut PKCS12;
    pub fn i2d_CMS_bio(bp: *mut BIO, cms: *mut CMS_ContentInfo) -> c_int;
    pub fn i2s_ASN1_INTEGER(meth: *mut c_void, a: *const ASN1_INTEGER) -> *mut c_char;
}
