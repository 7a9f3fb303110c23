//! What PKCS#7 and CMS messages have in common: files, headers, certificates of the receivers.

use crate::errors;
use crate::own::{Bio, Stack};
use crate::path::{self, Place};
use crate::sys as ffi;
use crate::x509;
use plugin_api::{Array, Ctx, Key, R, Value};
use std::ffi::{CStr, c_int};

/// `OPENSSL_ENCODING_DER`
pub const DER: i64 = 0;
/// `OPENSSL_ENCODING_SMIME`
pub const SMIME: i64 = 1;
/// `OPENSSL_ENCODING_PEM`
pub const PEM: i64 = 2;

/// The bit of binary messages, whose line ends stay as they are.
pub const BINARY: i64 = 0x80;

/// Opens the file of argument `n`; `None` after the errors were stored.
pub fn open(ctx: &mut Ctx, file: &[u8], n: u32, mode: &CStr) -> R<Option<Bio>> {
    path::plain(ctx, n, file)?;
    let Some(path) = path::checked(ctx, file, Place::argument(n))? else { return Ok(None) };
    match Bio::file(&path, mode) {
        Some(b) => Ok(Some(b)),
        None => errors::none(ctx),
    }
}

/// How a message is read.
pub fn reading(flags: i64) -> &'static CStr {
    if flags & BINARY != 0 { c"rb" } else { c"r" }
}

/// How a message is written.
pub fn writing(flags: i64) -> &'static CStr {
    if flags & BINARY != 0 { c"wb" } else { c"w" }
}

/// The certificates of the receivers, argument 3. `None`: one of them cannot be read.
pub fn receivers(ctx: &mut Ctx, v: &Value) -> R<Option<Stack<ffi::X509>>> {
    let (certs, all) = x509::list(ctx, v, 3, None)?;
    Ok(all.then_some(certs))
}

/// Writes the headers of a message.
pub fn headers(ctx: &mut Ctx, out: &Bio, headers: Option<&Array>) -> R<bool> {
    for (key, v) in headers.into_iter().flatten() {
        let text = v.to_str(ctx)?;
        let line = match key {
            Key::Str(name) => [&name[..], b": ", &text, b"\n"].concat(),
            Key::Int(_) => [&text[..], b"\n"].concat(),
        };
        if !out.put(&line) {
            errors::store(ctx);
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes the certificates of those who signed to a file.
pub fn write_signers(
    ctx: &mut Ctx,
    file: &[u8],
    n: u32,
    signers: impl FnOnce() -> Option<Vec<*mut ffi::X509>>,
) -> R<bool> {
    let Some(out) = open(ctx, file, n, c"wb")? else {
        let file = String::from_utf8_lossy(file);
        ctx.warning(format!("Signature OK, but cannot open {file} for writing"))?;
        return Ok(false);
    };
    let Some(signers) = signers() else {
        errors::store(ctx);
        return Ok(false);
    };
    let mut done = true;
    for (i, s) in signers.into_iter().enumerate() {
        // SAFETY: live objects.
        if unsafe { ffi::PEM_write_bio_X509(out.ptr(), s) } == 0 {
            errors::store(ctx);
            done = false;
            ctx.warning(format!("Failed to write signer {i}"))?;
        }
    }
    Ok(done)
}

/// Flags as the library takes them.
pub fn bits(flags: i64) -> c_int {
    flags as c_int
}
