//! The gettext extension: messages in the reader's language, by the C library.

use plugin_api::{Ctx, Info, OrFalse, R, Str, php_function, php_module};
use std::ffi::{CStr, CString, c_char, c_int, c_ulong};

/// The C library's functions.
mod c {
    use super::{c_char, c_int, c_ulong};

    unsafe extern "C" {
        pub fn textdomain(domain: *const c_char) -> *mut c_char;
        pub fn bindtextdomain(domain: *const c_char, folder: *const c_char) -> *mut c_char;
        pub fn bind_textdomain_codeset(domain: *const c_char, codeset: *const c_char) -> *mut c_char;
        pub fn dcgettext(domain: *const c_char, message: *const c_char, category: c_int) -> *mut c_char;
        pub fn dcngettext(
            domain: *const c_char,
            one: *const c_char,
            many: *const c_char,
            count: c_ulong,
            category: c_int,
        ) -> *mut c_char;
    }
}

/// A text for C: up to its first NUL byte.
fn text(t: &[u8]) -> CString {
    let end = t.iter().position(|&c| c == 0).unwrap_or(t.len());
    CString::new(&t[..end]).unwrap_or_default()
}

fn pointer(t: Option<&CString>) -> *const c_char {
    t.map_or(core::ptr::null(), |t| t.as_ptr())
}

/// A text of C as a string; `None` for null.
///
/// # Safety
/// `t` is null or a live text.
unsafe fn string(t: *const c_char) -> Option<Str> {
    // SAFETY: by the caller's promise.
    (!t.is_null()).then(|| Str::new(unsafe { CStr::from_ptr(t) }.to_bytes()))
}

fn domain(ctx: &mut Ctx, domain: &[u8]) -> R<CString> {
    match domain.len() {
        0 => Err(ctx.argument_value_error(1, "must not be empty")),
        1..=1024 => Ok(text(domain)),
        _ => Err(ctx.argument_value_error(1, "is too long")),
    }
}

fn message(ctx: &mut Ctx, n: u32, m: &[u8]) -> R<CString> {
    if m.len() > 4096 { Err(ctx.argument_value_error(n, "is too long")) } else { Ok(text(m)) }
}

fn category(ctx: &mut Ctx, n: u32, category: i64) -> R<c_int> {
    if category == i64::from(libc::LC_ALL) {
        return Err(ctx.argument_value_error(n, "cannot be LC_ALL"));
    }
    Ok(category as c_int)
}

/// A translation, or the very message.
fn translated(domain: Option<&CString>, given: &Str, message: &CString, category: c_int) -> Str {
    // SAFETY: live texts; what comes back is one of the catalogue's, or the message itself.
    unsafe {
        let found = c::dcgettext(pointer(domain), message.as_ptr(), category);
        if found.cast_const() == message.as_ptr() {
            return given.clone();
        }
        string(found).unwrap_or_else(|| given.clone())
    }
}

/// A translation for a count.
fn counted(domain: Option<&CString>, one: &CString, many: &CString, count: i64, category: c_int) -> Str {
    // SAFETY: as above.
    unsafe {
        let (one, many) = (one.as_ptr(), many.as_ptr());
        string(c::dcngettext(pointer(domain), one, many, count as c_ulong, category))
            .unwrap_or_else(Str::empty)
    }
}

/// Sets the domain; gives the one that is set.
#[php_function("textdomain(?string $domain = null): string")]
fn textdomain(ctx: &mut Ctx, domain: Option<&[u8]>) -> R<Str> {
    let name = match domain {
        Some(d) => {
            let name = self::domain(ctx, d)?;
            if d == b"0" {
                return Err(ctx.argument_value_error(1, "cannot be zero"));
            }
            Some(name)
        }
        None => None,
    };
    // SAFETY: null or a live text; the result is the C library's.
    Ok(unsafe { string(c::textdomain(pointer(name.as_ref()))) }.unwrap_or_else(Str::empty))
}

/// A message's translation.
#[php_function("gettext(string $message): string")]
fn gettext(ctx: &mut Ctx, message: &Str) -> R<Str> {
    let m = self::message(ctx, 1, message)?;
    Ok(translated(None, message, &m, libc::LC_MESSAGES))
}

/// As `gettext()`.
#[php_function("_(string $message): string")]
fn gettext_short(ctx: &mut Ctx, message: &Str) -> R<Str> {
    gettext(ctx, message)
}

/// A message's translation in a domain.
#[php_function("dgettext(string $domain, string $message): string")]
fn dgettext(ctx: &mut Ctx, domain: &[u8], message: &Str) -> R<Str> {
    let d = self::domain(ctx, domain)?;
    let m = self::message(ctx, 2, message)?;
    Ok(translated(Some(&d), message, &m, libc::LC_MESSAGES))
}

/// A message's translation in a domain, for a category.
#[php_function("dcgettext(string $domain, string $message, int $category): string")]
fn dcgettext(ctx: &mut Ctx, domain: &[u8], message: &Str, category: i64) -> R<Str> {
    let d = self::domain(ctx, domain)?;
    let m = self::message(ctx, 2, message)?;
    let category = self::category(ctx, 3, category)?;
    Ok(translated(Some(&d), message, &m, category))
}

fn no_nul(ctx: &mut Ctx, n: u32, t: &[u8]) -> R<()> {
    if t.contains(&0) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

/// Sets the folder of a domain; gives the one that is set.
#[php_function("bindtextdomain(string $domain, ?string $directory = null): string|false")]
fn bindtextdomain(ctx: &mut Ctx, domain: &[u8], directory: Option<&[u8]>) -> R<OrFalse<Str>> {
    no_nul(ctx, 1, domain)?;
    no_nul(ctx, 2, directory.unwrap_or_default())?;
    let d = self::domain(ctx, domain)?;
    let folder = match directory {
        None => None,
        Some(b"" | b"0") => match ctx.expand_path(b".") {
            Some(here) => Some(text(&here)),
            None => return Ok(OrFalse::FALSE),
        },
        Some(f) => {
            let full = ctx.expand_path(f);
            let real = full.and_then(|f| {
                use std::os::unix::ffi::{OsStrExt, OsStringExt};
                let real = std::fs::canonicalize(std::ffi::OsStr::from_bytes(&f)).ok()?;
                Some(real.into_os_string().into_vec())
            });
            match real {
                Some(f) => Some(text(&f)),
                None => return Ok(OrFalse::FALSE),
            }
        }
    };
    // SAFETY: null or live texts; the result is the C library's.
    Ok(unsafe { string(c::bindtextdomain(d.as_ptr(), pointer(folder.as_ref()))) }.into())
}

/// A translation for a count.
#[php_function("ngettext(string $singular, string $plural, int $count): string")]
fn ngettext(ctx: &mut Ctx, singular: &[u8], plural: &[u8], count: i64) -> R<Str> {
    let (one, many) = (message(ctx, 1, singular)?, message(ctx, 2, plural)?);
    Ok(counted(None, &one, &many, count, libc::LC_MESSAGES))
}

/// A translation for a count in a domain.
#[php_function("dngettext(string $domain, string $singular, string $plural, int $count): string")]
fn dngettext(ctx: &mut Ctx, domain: &[u8], singular: &[u8], plural: &[u8], count: i64) -> R<Str> {
    let d = self::domain(ctx, domain)?;
    let (one, many) = (message(ctx, 2, singular)?, message(ctx, 3, plural)?);
    Ok(counted(Some(&d), &one, &many, count, libc::LC_MESSAGES))
}

/// A translation for a count in a domain, for a category.
#[php_function(
    "dcngettext(string $domain, string $singular, string $plural, int $count, int $category): string"
)]
fn dcngettext(
    ctx: &mut Ctx,
    domain: &[u8],
    singular: &[u8],
    plural: &[u8],
    count: i64,
    category: i64,
) -> R<Str> {
    let d = self::domain(ctx, domain)?;
    let (one, many) = (message(ctx, 2, singular)?, message(ctx, 3, plural)?);
    let category = self::category(ctx, 5, category)?;
    Ok(counted(Some(&d), &one, &many, count, category))
}

/// Sets the character encoding of a domain's translations; gives the one that is set.
#[php_function("bind_textdomain_codeset(string $domain, ?string $codeset = null): string|false")]
fn bind_textdomain_codeset(ctx: &mut Ctx, domain: &[u8], codeset: Option<&[u8]>) -> R<OrFalse<Str>> {
    let d = self::domain(ctx, domain)?;
    let codeset = codeset.map(text);
    // SAFETY: null or live texts; the result is the C library's.
    Ok(unsafe { string(c::bind_textdomain_codeset(d.as_ptr(), pointer(codeset.as_ref()))) }.into())
}

fn info(t: &mut Info) {
    t.row("GetText Support", "enabled");
}

php_module! {
    name: "gettext",
    version: "8.4.24",
    functions: [
        textdomain, gettext, gettext_short as _, dgettext, dcgettext, bindtextdomain, ngettext, dngettext, dcngettext,
        bind_textdomain_codeset,
    ],
    minfo: info,
}
