//! Ciphers, digests, random bytes.

use crate::errors;
use crate::own::{Own, c_text, text};
use crate::sys as ffi;
use crate::x509::hex;
use base64::Engine;
use plugin_api::{Array, Ctx, OrFalse, R, Reference, Str, php_function};
use std::ffi::{c_char, c_int, c_void};
use std::ptr::{null, null_mut};

const RAW_DATA: i64 = 1;
const ZERO_PADDING: i64 = 2;
const DONT_ZERO_PAD_KEY: i64 = 4;

/// A cipher by its name, or null.
pub fn by_name(name: &[u8]) -> *const ffi::EVP_CIPHER {
    // SAFETY: a live text; ciphers found so are static.
    unsafe { ffi::EVP_get_cipherbyname(c_text(name).as_ptr()) }
}

/// The cipher of an `OPENSSL_CIPHER_*`, or null.
pub fn by_number(n: i64) -> *const ffi::EVP_CIPHER {
    // SAFETY: static objects.
    unsafe {
        match n {
            0 => ffi::EVP_rc2_40_cbc(),
            1 => ffi::EVP_rc2_cbc(),
            2 => ffi::EVP_rc2_64_cbc(),
            3 => ffi::EVP_des_cbc(),
            4 => ffi::EVP_des_ede3_cbc(),
            5 => ffi::EVP_aes_128_cbc(),
            6 => ffi::EVP_aes_192_cbc(),
            7 => ffi::EVP_aes_256_cbc(),
            _ => null(),
        }
    }
}

/// What the mode of a cipher asks for.
#[derive(Clone, Copy, Default)]
struct Mode {
    /// Data are authenticated by a tag.
    tagged: bool,
    /// All data go in at once, after their length.
    at_once: bool,
    /// The length of the tag is told whenever …
    tag_length_always: bool,
    /// … or when encrypting.
    tag_length_to_encrypt: bool,
    /// Keys are wrapped: the output may be a block longer.
    wraps: bool,
}

impl Mode {
    fn of(cipher: *const ffi::EVP_CIPHER) -> Mode {
        // SAFETY: a static object.
        let (mode, nid) = unsafe { (ffi::EVP_CIPHER_get_mode(cipher), ffi::EVP_CIPHER_get_nid(cipher)) };
        let tagged = Mode { tagged: true, ..Mode::default() };
        match mode {
            ffi::EVP_CIPH_GCM_MODE => tagged,
            ffi::EVP_CIPH_CCM_MODE => Mode { at_once: true, tag_length_to_encrypt: true, ..tagged },
            ffi::EVP_CIPH_OCB_MODE => Mode { tag_length_always: true, ..tagged },
            ffi::EVP_CIPH_WRAP_MODE => Mode { wraps: true, ..Mode::default() },
            _ if nid == ffi::NID_chacha20_poly1305 => tagged,
            _ => Mode::default(),
        }
    }
}

/// One run of a cipher.
struct Run {
    cipher: *const ffi::EVP_CIPHER,
    context: Own<ffi::EVP_CIPHER_CTX>,
    mode: Mode,
    encrypt: bool,
}

impl Run {
    fn new(ctx: &mut Ctx, name: &[u8], encrypt: bool) -> R<Option<Run>> {
        let cipher = by_name(name);
        if cipher.is_null() {
            ctx.warning("Unknown cipher algorithm")?;
            return Ok(None);
        }
        // SAFETY: a fresh object.
        let Some(context) = (unsafe { Own::new(ffi::EVP_CIPHER_CTX_new()) }) else {
            ctx.warning("Failed to create cipher context")?;
            return Ok(None);
        };
        Ok(Some(Run { cipher, context, mode: Mode::of(cipher), encrypt }))
    }

    fn control(&self, what: c_int, n: c_int, p: *mut c_void) -> bool {
        // SAFETY: a live object; `p` is what the command takes.
        unsafe { ffi::EVP_CIPHER_CTX_ctrl(self.context.ptr(), what, n, p) > 0 }
    }

    /// The initialization vector to use: filled up or cut to what the cipher takes.
    fn vector(&self, ctx: &mut Ctx, iv: &[u8], wanted: usize) -> R<Option<Vec<u8>>> {
        if self.mode.tagged {
            if !self.control(ffi::EVP_CTRL_AEAD_SET_IVLEN, iv.len() as c_int, null_mut()) {
                ctx.warning("Setting of IV length for AEAD mode failed")?;
                return Ok(None);
            }
            return Ok(Some(iv.to_vec()));
        }
        let mut out = iv.to_vec();
        out.resize(wanted, 0);
        let given = iv.len();
        if given > wanted {
            ctx.warning(format!(
                "IV passed is {given} bytes long which is longer than the {wanted} expected by selected cipher, truncating"
            ))?;
        } else if given > 0 && given < wanted {
            ctx.warning(format!(
                "IV passed is only {given} bytes long, cipher expects an IV of precisely {wanted} bytes, padding with \\0"
            ))?;
        }
        Ok(Some(out))
    }

    /// The key to use, filled up to what the cipher takes.
    fn key(&self, ctx: &mut Ctx, password: &[u8], options: i64) -> R<Option<Vec<u8>>> {
        // SAFETY: live objects.
        let (wanted, set) = unsafe {
            let wanted = ffi::EVP_CIPHER_get_key_length(self.cipher).max(0) as usize;
            (wanted, || ffi::EVP_CIPHER_CTX_set_key_length(self.context.ptr(), password.len() as c_int) != 0)
        };
        let mut key = password.to_vec();
        if password.len() < wanted {
            if options & DONT_ZERO_PAD_KEY != 0 && !set() {
                return errors::warn_none(ctx, "Key length cannot be set for the cipher algorithm");
            }
            key.resize(wanted, 0);
        } else if password.len() > wanted && !set() {
            errors::store(ctx);
        }
        Ok(Some(key))
    }

    /// Sets it up; `tag` and its length are those of authenticated modes.
    fn start(
        &self,
        ctx: &mut Ctx,
        password: &[u8],
        options: i64,
        iv: &[u8],
        tag: Option<&[u8]>,
        tag_length: c_int,
    ) -> R<Option<()>> {
        let enc = c_int::from(self.encrypt);
        // SAFETY: live objects.
        let iv_length = unsafe { ffi::EVP_CIPHER_get_iv_length(self.cipher) }.max(0) as usize;
        if self.encrypt && iv.is_empty() && iv_length > 0 && !self.mode.tagged {
            ctx.warning(
                "Using an empty Initialization Vector (iv) is potentially insecure and not recommended",
            )?;
        }
        // SAFETY: live objects.
        if unsafe { ffi::EVP_CipherInit_ex(self.context.ptr(), self.cipher, null_mut(), null(), null(), enc) }
            == 0
        {
            return errors::none(ctx);
        }
        let Some(iv) = self.vector(ctx, iv, iv_length)? else { return Ok(None) };
        let set_length = self.mode.tag_length_always || self.encrypt && self.mode.tag_length_to_encrypt;
        if set_length && !self.control(ffi::EVP_CTRL_AEAD_SET_TAG, tag_length, null_mut()) {
            ctx.warning("Setting tag length for AEAD cipher failed")?;
            return Ok(None);
        }
        if let Some(tag) = tag.filter(|t| !t.is_empty()) {
            if !self.mode.tagged {
                ctx.warning("The tag cannot be used because the cipher algorithm does not support AEAD")?;
            } else if !self.control(ffi::EVP_CTRL_AEAD_SET_TAG, tag_length, tag.as_ptr().cast_mut().cast()) {
                ctx.warning("Setting tag for AEAD cipher decryption failed")?;
                return Ok(None);
            }
        }
        let Some(key) = self.key(ctx, password, options)? else { return Ok(None) };
        // SAFETY: live objects; key and vector are as long as the cipher takes.
        unsafe {
            let c = self.context.ptr();
            if ffi::EVP_CipherInit_ex(c, null(), null_mut(), key.as_ptr(), iv.as_ptr(), enc) == 0 {
                return errors::none(ctx);
            }
            if options & ZERO_PADDING != 0 {
                ffi::EVP_CIPHER_CTX_set_padding(c, 0);
            }
        }
        Ok(Some(()))
    }

    /// Puts the data through.
    fn update(&self, ctx: &mut Ctx, data: &[u8], aad: &[u8]) -> R<Option<Vec<u8>>> {
        let c = self.context.ptr();
        let mut n = 0;
        // SAFETY: live objects; the buffer has the room that the library may need.
        unsafe {
            if self.mode.at_once
                && ffi::EVP_CipherUpdate(c, null_mut(), &mut n, null(), data.len() as c_int) == 0
            {
                return errors::warn_none(ctx, "Setting of data length failed");
            }
            if self.mode.tagged
                && ffi::EVP_CipherUpdate(c, null_mut(), &mut n, aad.as_ptr(), aad.len() as c_int) == 0
            {
                return errors::warn_none(ctx, "Setting of additional application data failed");
            }
            let block = ffi::EVP_CIPHER_get_block_size(self.cipher).max(0) as usize;
            let room = data.len() + block + if self.mode.wraps { block } else { 0 };
            // Beyond it, what the end may write.
            let mut out = vec![0u8; room + ffi::EVP_MAX_BLOCK_LENGTH as usize];
            if ffi::EVP_CipherUpdate(c, out.as_mut_ptr(), &mut n, data.as_ptr(), data.len() as c_int) == 0 {
                return errors::none(ctx);
            }
            let mut more = 0;
            // Tags of data that go in at once are checked at once.
            if self.encrypt || !self.mode.at_once {
                let rest = out.as_mut_ptr().add(n as usize);
                if ffi::EVP_CipherFinal_ex(c, rest, &mut more) == 0 {
                    return errors::none(ctx);
                }
            }
            out.truncate((n + more) as usize);
            Ok(Some(out))
        }
    }
}

/// Checks that lengths are such as the library counts.
fn check_lengths(ctx: &mut Ctx, all: [(&str, usize); 4]) -> R<()> {
    for (name, len) in all {
        if c_int::try_from(len).is_err() {
            return Err(ctx.value_error(format!("{name} is too long")));
        }
    }
    Ok(())
}

/// Encrypts.
#[php_function(
    "openssl_encrypt(#[\\SensitiveParameter] string $data, string $cipher_algo, #[\\SensitiveParameter] string $passphrase, int $options = 0, string $iv = \"\", &$tag = null, string $aad = \"\", int $tag_length = 16): string|false"
)]
fn openssl_encrypt(
    ctx: &mut Ctx,
    data: &[u8],
    cipher_algo: &[u8],
    passphrase: &[u8],
    options: i64,
    iv: &[u8],
    tag: Option<Reference>,
    aad: &[u8],
    tag_length: i64,
) -> R<OrFalse<Vec<u8>>> {
    let lens = [("data", data.len()), ("password", passphrase.len()), ("aad", aad.len()), ("tag_len", 0)];
    check_lengths(ctx, lens)?;
    let Ok(tag_len) = c_int::try_from(tag_length) else { return Err(ctx.value_error("tag_len is too long")) };
    let Some(run) = Run::new(ctx, cipher_algo, true)? else { return Ok(OrFalse::FALSE) };
    if run.start(ctx, passphrase, options, iv, None, tag_len)?.is_none() {
        return Ok(OrFalse::FALSE);
    }
    let Some(mut out) = run.update(ctx, data, aad)? else { return Ok(OrFalse::FALSE) };
    if options & RAW_DATA == 0 {
        out = base64::engine::general_purpose::STANDARD.encode(out).into_bytes();
    }
    match tag {
        Some(tag) if run.mode.tagged => {
            let mut made = vec![0u8; tag_len.max(0) as usize];
            if !run.control(ffi::EVP_CTRL_AEAD_GET_TAG, tag_len, made.as_mut_ptr().cast()) {
                ctx.warning("Retrieving verification tag failed")?;
                return Ok(OrFalse::FALSE);
            }
            tag.set(ctx, made)?;
        }
        Some(tag) => tag.set(ctx, ())?,
        None if run.mode.tagged => {
            ctx.warning("A tag should be provided when using AEAD mode")?;
            return Ok(OrFalse::FALSE);
        }
        None => {}
    }
    Ok(OrFalse(Some(out)))
}

/// The bytes of a base64 text as `base64_decode()` takes it: what is no digit is passed over.
fn from_base64(data: &[u8]) -> Option<Vec<u8>> {
    let mut digits: Vec<u8> =
        data.iter().copied().filter(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/')).collect();
    // A digit alone says nothing.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    let lenient = base64::engine::GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(base64::engine::DecodePaddingMode::Indifferent);
    base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, lenient).decode(digits).ok()
}

/// Decrypts.
#[php_function(
    "openssl_decrypt(string $data, string $cipher_algo, #[\\SensitiveParameter] string $passphrase, int $options = 0, string $iv = \"\", ?string $tag = null, string $aad = \"\"): string|false"
)]
fn openssl_decrypt(
    ctx: &mut Ctx,
    data: &[u8],
    cipher_algo: &[u8],
    passphrase: &[u8],
    options: i64,
    iv: &[u8],
    tag: Option<&[u8]>,
    aad: &[u8],
) -> R<OrFalse<Vec<u8>>> {
    if cipher_algo.is_empty() {
        return Err(ctx.argument_value_error(2, "must not be empty"));
    }
    let tag_len = tag.map_or(0, <[u8]>::len);
    let lens = [("data", data.len()), ("password", passphrase.len()), ("aad", aad.len()), ("tag", tag_len)];
    check_lengths(ctx, lens)?;
    let Some(run) = Run::new(ctx, cipher_algo, false)? else { return Ok(OrFalse::FALSE) };
    let decoded;
    let data = if options & RAW_DATA != 0 {
        data
    } else {
        let Some(d) = from_base64(data) else {
            ctx.warning("Failed to base64 decode the input")?;
            return Ok(OrFalse::FALSE);
        };
        decoded = d;
        &decoded[..]
    };
    if run.start(ctx, passphrase, options, iv, tag, tag_len as c_int)?.is_none() {
        return Ok(OrFalse::FALSE);
    }
    Ok(run.update(ctx, data, aad)?.into())
}

fn length(
    ctx: &mut Ctx,
    name: &[u8],
    of: unsafe extern "C" fn(*const ffi::EVP_CIPHER) -> c_int,
) -> R<OrFalse<i64>> {
    if name.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    let cipher = by_name(name);
    if cipher.is_null() {
        ctx.warning("Unknown cipher algorithm")?;
        return Ok(OrFalse::FALSE);
    }
    // SAFETY: a static object.
    Ok(OrFalse(Some(unsafe { of(cipher) }.into())))
}

/// The length of a cipher's initialization vector.
#[php_function("openssl_cipher_iv_length(string $cipher_algo): int|false")]
fn openssl_cipher_iv_length(ctx: &mut Ctx, cipher_algo: &[u8]) -> R<OrFalse<i64>> {
    length(ctx, cipher_algo, ffi::EVP_CIPHER_get_iv_length)
}

/// The length of a cipher's key.
#[php_function("openssl_cipher_key_length(string $cipher_algo): int|false")]
fn openssl_cipher_key_length(ctx: &mut Ctx, cipher_algo: &[u8]) -> R<OrFalse<i64>> {
    length(ctx, cipher_algo, ffi::EVP_CIPHER_get_key_length)
}

/// The digest of data.
#[php_function("openssl_digest(string $data, string $digest_algo, bool $binary = false): string|false")]
fn openssl_digest(ctx: &mut Ctx, data: &[u8], digest_algo: &[u8], binary: bool) -> R<OrFalse<Vec<u8>>> {
    let mut out = vec![0u8; ffi::EVP_MAX_MD_SIZE as usize];
    let mut len = 0;
    // SAFETY: fresh and live objects; the buffer has the room that any digest needs.
    let ok = unsafe {
        let md = ffi::EVP_get_digestbyname(c_text(digest_algo).as_ptr());
        if md.is_null() {
            ctx.warning("Unknown digest algorithm")?;
            return Ok(OrFalse::FALSE);
        }
        Own::new(ffi::EVP_MD_CTX_new()).is_some_and(|c| {
            ffi::EVP_DigestInit_ex(c.ptr(), md, null_mut()) != 0
                && ffi::EVP_DigestUpdate(c.ptr(), data.as_ptr().cast(), data.len()) != 0
                && ffi::EVP_DigestFinal_ex(c.ptr(), out.as_mut_ptr(), &mut len) != 0
        })
    };
    if !ok {
        errors::store(ctx);
        return Ok(OrFalse::FALSE);
    }
    out.truncate(len as usize);
    Ok(OrFalse(Some(if binary { out } else { hex(&out) })))
}

/// A key of a password (PKCS#5, PBKDF2).
#[php_function(
    "openssl_pbkdf2(#[\\SensitiveParameter] string $password, string $salt, int $key_length, int $iterations, string $digest_algo = \"sha1\"): string|false"
)]
fn openssl_pbkdf2(
    ctx: &mut Ctx,
    password: &[u8],
    salt: &[u8],
    key_length: i64,
    iterations: i64,
    digest_algo: &[u8],
) -> R<OrFalse<Vec<u8>>> {
    for (n, len) in [(1, password.len()), (2, salt.len())] {
        if c_int::try_from(len).is_err() {
            return Err(ctx.argument_value_error(n, "is too long"));
        }
    }
    for (n, v) in [(3, key_length), (4, iterations)] {
        if c_int::try_from(v).is_err() {
            return Err(ctx.argument_value_error(n, "is too long"));
        }
    }
    if key_length <= 0 {
        return Err(ctx.argument_value_error(3, "must be greater than 0"));
    }
    let mut out = vec![0u8; key_length as usize];
    // SAFETY: live objects and texts; the buffer has the room that is told.
    let ok = unsafe {
        let md = if digest_algo.is_empty() {
            ffi::EVP_sha1()
        } else {
            ffi::EVP_get_digestbyname(c_text(digest_algo).as_ptr())
        };
        if md.is_null() {
            ctx.warning("Unknown digest algorithm")?;
            return Ok(OrFalse::FALSE);
        }
        ffi::PKCS5_PBKDF2_HMAC(
            password.as_ptr().cast(),
            password.len() as c_int,
            salt.as_ptr(),
            salt.len() as c_int,
            iterations as c_int,
            md,
            key_length as c_int,
            out.as_mut_ptr(),
        ) == 1
    };
    if !ok {
        errors::store(ctx);
        return Ok(OrFalse::FALSE);
    }
    Ok(OrFalse(Some(out)))
}

/// Random bytes.
#[php_function("openssl_random_pseudo_bytes(int $length, &$strong_result = null): string")]
fn openssl_random_pseudo_bytes(ctx: &mut Ctx, length: i64, strong_result: Option<Reference>) -> R<Str> {
    let mut failed = None;
    let mut out = None;
    match c_int::try_from(length) {
        _ if length <= 0 => failed = Some(ctx.argument_value_error(1, "must be greater than 0")),
        Err(_) => {
            let most = c_int::MAX;
            failed = Some(ctx.argument_value_error(1, format!("must be less than or equal to {most}")));
        }
        Ok(n) => {
            let mut good = false;
            // SAFETY: the buffer has the room that is told.
            let made = Str::build(n as usize, |b| good = unsafe { ffi::RAND_bytes(b.as_mut_ptr(), n) > 0 });
            out = made.filter(|_| good);
            if out.is_none() {
                errors::store(ctx);
            }
        }
    }
    match out {
        Some(bytes) => {
            if let Some(r) = strong_result {
                r.set(ctx, true)?;
            }
            Ok(bytes)
        }
        None => Err(failed.unwrap_or_else(|| ctx.exception("Error reading from source device"))),
    }
}

unsafe extern "C" fn add_any(name: *const ffi::OBJ_NAME, out: *mut c_void) {
    // SAFETY: called with a live name and what `openssl_get_md_methods` passes.
    unsafe { (*out.cast::<Vec<Vec<u8>>>()).push(text((*name).name)) }
}

unsafe extern "C" fn add_own(name: *const ffi::OBJ_NAME, out: *mut c_void) {
    // SAFETY: as above.
    unsafe {
        if (*name).alias == 0 {
            add_any(name, out);
        }
    }
}

/// The names of digests.
#[php_function("openssl_get_md_methods(bool $aliases = false): array")]
fn openssl_get_md_methods(aliases: bool) -> Array {
    let mut out: Vec<Vec<u8>> = Vec::new();
    // SAFETY: the list lives as long as the call.
    unsafe {
        let add = if aliases { add_any } else { add_own };
        ffi::OBJ_NAME_do_all_sorted(ffi::OBJ_NAME_TYPE_MD_METH, Some(add), (&raw mut out).cast());
    }
    out.into_iter().collect()
}

unsafe extern "C" fn add_cipher_name(name: *const c_char, out: *mut c_void) {
    // SAFETY: called with a live text and what `openssl_get_cipher_methods` passes.
    unsafe { (*out.cast::<Vec<Vec<u8>>>()).push(text(name).to_ascii_lowercase()) }
}

unsafe extern "C" fn add_cipher(cipher: *mut ffi::EVP_CIPHER, out: *mut c_void) {
    // SAFETY: as above, with a live cipher.
    unsafe { add_cipher_name(ffi::EVP_CIPHER_get0_name(cipher), out) }
}

unsafe extern "C" fn add_cipher_names(cipher: *mut ffi::EVP_CIPHER, out: *mut c_void) {
    // SAFETY: as above.
    unsafe {
        ffi::EVP_CIPHER_names_do_all(cipher, Some(add_cipher_name), out);
    }
}

/// The names of ciphers.
#[php_function("openssl_get_cipher_methods(bool $aliases = false): array")]
fn openssl_get_cipher_methods(aliases: bool) -> Array {
    let mut out: Vec<Vec<u8>> = Vec::new();
    // SAFETY: the list lives as long as the call.
    unsafe {
        let add = if aliases { add_cipher_names } else { add_cipher };
        ffi::EVP_CIPHER_do_all_provided(null_mut(), Some(add), (&raw mut out).cast());
    }
    out.sort();
    out.into_iter().collect()
}

/// The names of elliptic curves.
#[php_function("openssl_get_curve_names(): array|false")]
fn openssl_get_curve_names() -> OrFalse<Array> {
    // SAFETY: the buffer has room for as many as there are; names are static.
    unsafe {
        let n = ffi::EC_get_builtin_curves(null_mut(), 0);
        let mut all = Vec::with_capacity(n);
        if ffi::EC_get_builtin_curves(all.as_mut_ptr(), n) == 0 {
            return OrFalse::FALSE;
        }
        all.set_len(n);
        let names =
            all.iter().map(|c: &ffi::EC_builtin_curve| ffi::OBJ_nid2sn(c.nid)).filter(|p| !p.is_null());
        OrFalse(Some(names.map(|p| text(p)).collect()))
    }
}
