//! Comparing, counting, padding, hexadecimal and Base64 text, in time that tells nothing of what is secret.

use crate::common::{fail, forget, refuse, variable, written};
use crate::ffi;
use plugin_api::{Ctx, R, Reference, Str, Throw, php_function};
use std::ffi::{CString, c_char, c_int};

fn not_a_string(ctx: &mut Ctx) -> Throw {
    fail(ctx, "a PHP string is required")
}

fn same_length(ctx: &mut Ctx, a: &[u8], b: &[u8]) -> R<()> {
    if a.len() == b.len() {
        return Ok(());
    }
    Err(refuse(ctx, 1, "string1", "and argument #2 ($string_2) must have the same length"))
}

/// Adds the second number to the first, little end first.
#[php_function("secret sodium_add(@unchecked string &$string1, string $string2): void")]
fn sodium_add(ctx: &mut Ctx, string1: Reference<'_>, string2: &[u8]) -> R<()> {
    let mut sum = variable(ctx, &string1, |ctx| fail(ctx, "PHP strings are required"))?;
    same_length(ctx, &sum.0, string2)?;
    // SAFETY: live buffers of that length.
    unsafe { ffi::sodium_add(sum.0.as_mut_ptr(), string2.as_ptr(), string2.len()) };
    string1.set(ctx, Str::new(&sum.0))
}

/// Compares two numbers, little end first: -1, 0 or 1.
#[php_function(
    "secret sodium_compare(#[\\SensitiveParameter] string $string1, #[\\SensitiveParameter] string $string2): int"
)]
fn sodium_compare(ctx: &mut Ctx, string1: &[u8], string2: &[u8]) -> R<i64> {
    same_length(ctx, string1, string2)?;
    // SAFETY: live bytes of that length.
    Ok(unsafe { ffi::sodium_compare(string1.as_ptr(), string2.as_ptr(), string1.len()) }.into())
}

/// Adds 1 to a number, little end first.
#[php_function("secret sodium_increment(@unchecked string &$string): void")]
fn sodium_increment(ctx: &mut Ctx, string: Reference<'_>) -> R<()> {
    let mut n = variable(ctx, &string, not_a_string)?;
    // SAFETY: a live buffer.
    unsafe { ffi::sodium_increment(n.0.as_mut_ptr(), n.0.len()) };
    string.set(ctx, Str::new(&n.0))
}

/// Whether two strings are the same: 0, else -1.
#[php_function(
    "secret sodium_memcmp(#[\\SensitiveParameter] string $string1, #[\\SensitiveParameter] string $string2): int"
)]
fn sodium_memcmp(ctx: &mut Ctx, string1: &[u8], string2: &[u8]) -> R<i64> {
    same_length(ctx, string1, string2)?;
    // SAFETY: live bytes of that length.
    Ok(unsafe { ffi::sodium_memcmp(string1.as_ptr().cast(), string2.as_ptr().cast(), string1.len()) }.into())
}

/// Wipes a string, and makes the variable null.
#[php_function("secret sodium_memzero(#[\\SensitiveParameter] @unchecked string &$string): void")]
fn sodium_memzero(ctx: &mut Ctx, string: Reference<'_>) -> R<()> {
    if string.get().as_str().is_none() {
        return Err(not_a_string(ctx));
    }
    forget(ctx, &string)
}

fn block(ctx: &mut Ctx, size: i64) -> R<usize> {
    match usize::try_from(size) {
        Ok(n) if n > 0 => Ok(n),
        _ => Err(refuse(ctx, 2, "block_size", "must be greater than 0")),
    }
}

/// Pads to a multiple of a block's size.
#[php_function("secret sodium_pad(#[\\SensitiveParameter] string $string, int $block_size): string")]
fn sodium_pad(ctx: &mut Ctx, string: &[u8], block_size: i64) -> R<Str> {
    let block = block(ctx, block_size)?;
    let pad = block - string.len() % block;
    let Some(len) = string.len().checked_add(pad).filter(|&n| n < isize::MAX as usize) else {
        return Err(fail(ctx, "input is too large"));
    };
    let padded = written(len, |out| {
        // SAFETY: the buffer has that length, which holds the text and its padding.
        unsafe {
            core::ptr::copy_nonoverlapping(string.as_ptr(), out, string.len());
            ffi::sodium_pad(core::ptr::null_mut(), out, string.len(), block, len)
        }
    })?;
    padded.ok_or_else(|| fail(ctx, "internal error"))
}

/// Takes the padding off.
#[php_function("secret sodium_unpad(#[\\SensitiveParameter] string $string, int $block_size): string")]
fn sodium_unpad(ctx: &mut Ctx, string: &[u8], block_size: i64) -> R<Vec<u8>> {
    let block = block(ctx, block_size)?;
    if string.len() < block {
        return Err(refuse(ctx, 1, "string", "must be at least as long as the block size"));
    }
    let mut len = 0;
    // SAFETY: live bytes of that length.
    let status = unsafe { ffi::sodium_unpad(&mut len, string.as_ptr(), string.len(), block) };
    match string.get(..len).filter(|_| status == 0) {
        Some(t) => Ok(t.to_vec()),
        None => Err(fail(ctx, "invalid padding")),
    }
}

/// A text of a length that ends with NUL where the function writes it.
fn text(len: usize, f: impl FnOnce(*mut c_char)) -> R<Vec<u8>> {
    let mut out = vec![0; len + 1];
    f(out.as_mut_ptr().cast());
    out.truncate(len);
    Ok(out)
}

/// Hexadecimal digits.
#[php_function("secret sodium_bin2hex(#[\\SensitiveParameter] string $string): string")]
fn sodium_bin2hex(ctx: &mut Ctx, string: &[u8]) -> R<Vec<u8>> {
    if string.len() >= usize::MAX / 2 {
        return Err(fail(ctx, "arithmetic overflow"));
    }
    let len = string.len() * 2;
    // SAFETY: room for the digits and a NUL byte.
    text(len, |out| unsafe {
        ffi::sodium_bin2hex(out, len + 1, string.as_ptr(), string.len());
    })
}

/// Characters to pass over, as a text of C; null for none, which is not the same to libsodium.
fn ignored(given: Option<&[u8]>) -> Option<CString> {
    let end = |g: &[u8]| g.iter().position(|&c| c == 0).unwrap_or(g.len());
    given.map(|g| CString::new(&g[..end(g)]).unwrap_or_default())
}

/// What a decoder made of all of a text; `None` when it is not one.
fn decoded(
    max: usize,
    given: &[u8],
    f: impl FnOnce(*mut u8, *const c_char, *mut usize, *mut *const c_char) -> c_int,
) -> Option<Vec<u8>> {
    let mut out = vec![0; max];
    let (mut len, mut end) = (0, core::ptr::null());
    let status = f(out.as_mut_ptr(), given.as_ptr().cast(), &mut len, &mut end);
    let all = end as usize == given.as_ptr() as usize + given.len();
    if status != 0 || !all || len > max {
        return None;
    }
    out.truncate(len);
    Some(out)
}

/// What hexadecimal digits stand for.
#[php_function(
    "secret sodium_hex2bin(#[\\SensitiveParameter] string $string, string $ignore = \"\"): string"
)]
fn sodium_hex2bin(ctx: &mut Ctx, string: &[u8], ignore: Option<&[u8]>) -> R<Vec<u8>> {
    let ignore = ignored(ignore);
    let skip = ignore.as_ref().map_or(core::ptr::null(), |i| i.as_ptr());
    let max = string.len() / 2;
    // SAFETY: live texts, and room for `max` bytes.
    let bytes = decoded(max, string, |out, from, len, end| unsafe {
        ffi::sodium_hex2bin(out, max, from, string.len(), skip, len, end)
    });
    bytes.ok_or_else(|| refuse(ctx, 1, "string", "must be a valid hexadecimal string"))
}

fn variant(ctx: &mut Ctx, id: i64) -> R<c_int> {
    if (id as u32) & !6 != 1 {
        return Err(refuse(ctx, 2, "id", "must be a valid base64 variant identifier"));
    }
    Ok(id as c_int)
}

/// Base64 text.
#[php_function("secret sodium_bin2base64(#[\\SensitiveParameter] string $string, int $id): string")]
fn sodium_bin2base64(ctx: &mut Ctx, string: &[u8], id: i64) -> R<Vec<u8>> {
    let variant = variant(ctx, id)?;
    if string.len() >= usize::MAX / 4 * 3 - 4 {
        return Err(fail(ctx, "arithmetic overflow"));
    }
    // SAFETY: a variant that libsodium knows.
    let len = unsafe { ffi::sodium_base64_encoded_len(string.len(), variant) };
    // SAFETY: room for the text and a NUL byte.
    text(len - 1, |out| unsafe {
        ffi::sodium_bin2base64(out, len, string.as_ptr(), string.len(), variant);
    })
}

/// What Base64 text stands for.
#[php_function(
    "secret sodium_base642bin(#[\\SensitiveParameter] string $string, int $id, string $ignore = \"\"): string"
)]
fn sodium_base642bin(ctx: &mut Ctx, string: &[u8], id: i64, ignore: Option<&[u8]>) -> R<Vec<u8>> {
    let variant = variant(ctx, id)?;
    let ignore = ignored(ignore);
    let skip = ignore.as_ref().map_or(core::ptr::null(), |i| i.as_ptr());
    let max = string.len() / 4 * 3 + 2;
    // SAFETY: live texts, and room for `max` bytes.
    let bytes = decoded(max, string, |out, from, len, end| unsafe {
        ffi::sodium_base642bin(out, max, from, string.len(), skip, len, end, variant)
    });
    bytes.ok_or_else(|| refuse(ctx, 1, "string", "must be a valid base64 string"))
}
