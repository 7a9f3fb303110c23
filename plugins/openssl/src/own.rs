//! OpenSSL's objects as owned values: each is given back once, when its owner is dropped.

use crate::sys as ffi;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::marker::PhantomData;
use std::ptr::{NonNull, null_mut};

/// What can be given back to OpenSSL.
pub trait Freed {
    /// Gives a share back.
    ///
    /// # Safety
    /// `p` is a share of the caller's, not used afterwards.
    unsafe fn free(p: *mut Self);
}

/// A share of an object.
pub struct Own<T: Freed>(NonNull<T>);

impl<T: Freed> Own<T> {
    /// Takes over what a function gave; `None` for null.
    ///
    /// # Safety
    /// `p` is null or a share of the caller's.
    pub unsafe fn new(p: *mut T) -> Option<Own<T>> {
        NonNull::new(p).map(Own)
    }
    /// The object, which stays here.
    pub fn ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
    /// The object, whose share is now the caller's.
    pub fn into_raw(self) -> *mut T {
        let p = self.ptr();
        std::mem::forget(self);
        p
    }
}

impl<T: Freed> Drop for Own<T> {
    fn drop(&mut self) {
        // SAFETY: our share.
        unsafe { T::free(self.0.as_ptr()) }
    }
}

/// The object of an owner that there may be, or null.
pub fn raw<T: Freed>(o: Option<&Own<T>>) -> *mut T {
    o.map_or(null_mut(), Own::ptr)
}

macro_rules! freed {
    ($($t:ident: $f:ident;)*) => { $( impl Freed for ffi::$t {
        unsafe fn free(p: *mut Self) {
            // SAFETY: by the caller's promise.
            unsafe { ffi::$f(p) };
        }
    } )* };
}

freed! {
    X509: X509_free;
    X509_REQ: X509_REQ_free;
    X509_STORE: X509_STORE_free;
    X509_STORE_CTX: X509_STORE_CTX_free;
    EVP_PKEY: EVP_PKEY_free;
    EVP_PKEY_CTX: EVP_PKEY_CTX_free;
    EVP_MD_CTX: EVP_MD_CTX_free;
    EVP_CIPHER_CTX: EVP_CIPHER_CTX_free;
    BIO: BIO_free_all;
    PKCS7: PKCS7_free;
    PKCS12: PKCS12_free;
    CMS_ContentInfo: CMS_ContentInfo_free;
    NETSCAPE_SPKI: NETSCAPE_SPKI_free;
    BIGNUM: BN_clear_free;
    BN_CTX: BN_CTX_free;
    OSSL_PARAM: OSSL_PARAM_free;
    OSSL_PARAM_BLD: OSSL_PARAM_BLD_free;
    EC_GROUP: EC_GROUP_free;
    EC_POINT: EC_POINT_free;
    CONF: NCONF_free;
    SSL: SSL_free;
    SSL_CTX: SSL_CTX_free;
}

/// A certificate.
pub type Cert = Own<ffi::X509>;
/// A key.
pub type Pkey = Own<ffi::EVP_PKEY>;
/// Something to read from or write to.
pub type Bio = Own<ffi::BIO>;

impl Pkey {
    /// Another share of it.
    pub fn share(&self) -> Pkey {
        // SAFETY: a live key; the new share becomes the result's.
        unsafe {
            ffi::EVP_PKEY_up_ref(self.ptr());
            Own(self.0)
        }
    }
}

impl Bio {
    /// An empty one in memory.
    pub fn memory() -> Option<Bio> {
        // SAFETY: a fresh object.
        unsafe { Own::new(ffi::BIO_new(ffi::BIO_s_mem())) }
    }
    /// One that reads a copy of some bytes.
    pub fn of(bytes: &[u8]) -> Option<Bio> {
        let bio = Bio::memory()?;
        // SAFETY: live bytes. Arguments are at most as long as an int counts, what is longer is cut.
        unsafe {
            if !bytes.is_empty() {
                ffi::BIO_write(
                    bio.ptr(),
                    bytes.as_ptr().cast(),
                    c_int::try_from(bytes.len()).unwrap_or(c_int::MAX),
                );
            }
        }
        Some(bio)
    }
    /// A file.
    pub fn file(path: &CStr, mode: &CStr) -> Option<Bio> {
        // SAFETY: live texts; a fresh object.
        unsafe { Own::new(ffi::BIO_new_file(path.as_ptr(), mode.as_ptr())) }
    }
    /// What was written to one in memory.
    pub fn contents(&self) -> Vec<u8> {
        let mut p: *mut c_char = null_mut();
        // SAFETY: the text is the object's and copied at once.
        unsafe {
            let len = ffi::BIO_ctrl(self.ptr(), ffi::BIO_CTRL_INFO, 0, (&raw mut p).cast::<c_void>());
            bytes(p.cast(), usize::try_from(len).unwrap_or(0))
        }
    }
    /// Writes all of it; whether that succeeded.
    pub fn put(&self, text: &[u8]) -> bool {
        // SAFETY: live bytes.
        text.is_empty()
            || unsafe { ffi::BIO_write(self.ptr(), text.as_ptr().cast(), text.len() as c_int) } > 0
    }
    /// Goes back to the beginning.
    pub fn rewind(&self) -> bool {
        // SAFETY: a live object.
        unsafe { ffi::BIO_ctrl(self.ptr(), ffi::BIO_CTRL_RESET, 0, null_mut()) == 0 }
    }
}

/// What `write` writes to memory; `None` when it fails.
pub fn written(write: impl FnOnce(*mut ffi::BIO) -> c_int) -> Option<Vec<u8>> {
    let bio = Bio::memory()?;
    (write(bio.ptr()) > 0).then(|| bio.contents())
}

/// A copy of bytes that OpenSSL owns.
///
/// # Safety
/// `len` bytes at `p`, or none.
pub unsafe fn bytes(p: *const u8, len: usize) -> Vec<u8> {
    if p.is_null() || len == 0 {
        return Vec::new();
    }
    // SAFETY: by the caller's promise.
    unsafe { std::slice::from_raw_parts(p, len) }.to_vec()
}

/// A copy of a C text; empty for null.
///
/// # Safety
/// `p` is null or a live C text.
pub unsafe fn text(p: *const c_char) -> Vec<u8> {
    if p.is_null() {
        return Vec::new();
    }
    // SAFETY: by the caller's promise.
    unsafe { CStr::from_ptr(p) }.to_bytes().to_vec()
}

/// A C text of the bytes before the first NUL.
pub fn c_text(b: &[u8]) -> CString {
    let end = b.iter().position(|c| *c == 0).unwrap_or(b.len());
    CString::new(&b[..end]).unwrap_or_default()
}

/// An element of a stack.
pub trait Element {
    /// Frees one.
    const FREE: unsafe extern "C" fn(*mut c_void);
}

macro_rules! elements {
    ($($t:ident: $f:ident, $glue:ident;)*) => { $(
        unsafe extern "C" fn $glue(p: *mut c_void) {
            // SAFETY: an element of a stack of this type.
            unsafe { ffi::$f(p.cast()) }
        }
        impl Element for ffi::$t {
            const FREE: unsafe extern "C" fn(*mut c_void) = $glue;
        }
    )* };
}
elements! {
    X509: X509_free, free_x509;
    X509_CRL: X509_CRL_free, free_crl;
    X509_INFO: X509_INFO_free, free_info;
    GENERAL_NAME: GENERAL_NAME_free, free_general_name;
}

/// A stack that owns its elements.
pub struct Stack<T: Element>(*mut ffi::OPENSSL_STACK, PhantomData<T>);

impl<T: Element> Stack<T> {
    /// An empty one.
    pub fn empty() -> Stack<T> {
        // SAFETY: a fresh object.
        Stack(unsafe { ffi::OPENSSL_sk_new_null() }, PhantomData)
    }
    /// Takes over a stack and what is in it; `None` for null.
    ///
    /// # Safety
    /// `p` is null or the caller's stack of that type, who gives up its elements too.
    pub unsafe fn new<S>(p: *mut S) -> Option<Stack<T>> {
        (!p.is_null()).then_some(Stack(p.cast(), PhantomData))
    }
    /// The stack, which stays here.
    pub fn ptr<S>(&self) -> *mut S {
        self.0.cast()
    }
    /// Its elements in order.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = *mut T> + '_ {
        // SAFETY: a live stack.
        unsafe { items(self.0) }
    }
}

impl Stack<ffi::X509> {
    /// Puts a certificate on top.
    pub fn push(&self, cert: Cert) -> bool {
        // SAFETY: a live stack, which owns the certificate when there is room.
        unsafe {
            if ffi::OPENSSL_sk_push(self.0, cert.ptr().cast()) <= 0 {
                return false;
            }
        }
        cert.into_raw();
        true
    }
}

impl<T: Element> Drop for Stack<T> {
    fn drop(&mut self) {
        // SAFETY: ours, with its elements.
        unsafe { ffi::OPENSSL_sk_pop_free(self.0, Some(T::FREE)) }
    }
}

/// The elements of a stack that somebody else owns; none for null.
///
/// # Safety
/// A live stack of that type, or null.
pub unsafe fn items<'a, T: 'a, S>(stack: *mut S) -> impl DoubleEndedIterator<Item = *mut T> + 'a {
    let sk = stack.cast::<ffi::OPENSSL_STACK>();
    // SAFETY: by the caller's promise.
    let n = if sk.is_null() { 0 } else { unsafe { ffi::OPENSSL_sk_num(sk) } };
    // SAFETY: as above.
    (0..n).map(move |i| unsafe { ffi::OPENSSL_sk_value(sk, i) }.cast())
}
