//! Static methods of Phar and PharData.

use crate::archive::{bits, text};
use crate::classes::no_nul;
use crate::contents;
use crate::convert::throw_if;
use crate::methods::{PHAR_EXCEPTION, throw};
use crate::names::Wanted;
use crate::open::{self, Request};
use crate::registry::{Create, Found, strip_scheme};
use crate::{signature, stub, web};
use plugin_api::{Array, Ctx, R, Value};

/// `canCompress()`
pub fn can_compress(ctx: &mut Ctx, method: i64) -> bool {
    match u32::try_from(method) {
        Ok(bits::GZ) => crate::has_zlib(ctx),
        Ok(bits::BZ2) => crate::has_bz2(ctx),
        _ => crate::has_zlib(ctx) || crate::has_bz2(ctx),
    }
}

/// `createDefaultStub()`
pub fn create_default_stub(ctx: &mut Ctx, index: Option<&[u8]>, web: Option<&[u8]>) -> R<Vec<u8>> {
    for (i, name) in [index, web].into_iter().enumerate() {
        no_nul(ctx, i, name.unwrap_or_default())?;
    }
    stub::create(index, web).map_err(|why| throw(ctx, PHAR_EXCEPTION, why.unwrap_or_default()))
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> Array {
    let mut out = Array::new();
    for n in names {
        out.push(Value::str(n));
    }
    out
}

/// `getSupportedCompression()`
pub fn supported_compression(ctx: &mut Ctx) -> Array {
    let (zlib, bz2) = (crate::has_zlib(ctx), crate::has_bz2(ctx));
    list([("GZ", zlib), ("BZIP2", bz2)].into_iter().filter_map(|(n, there)| there.then_some(n)))
}

/// `getSupportedSignatures()`
pub fn supported_signatures(ctx: &mut Ctx) -> Array {
    let keys = signature::has_openssl(ctx);
    let all = [
        signature::MD5,
        signature::SHA1,
        signature::SHA256,
        signature::SHA512,
        signature::OPENSSL,
        signature::OPENSSL_SHA256,
        signature::OPENSSL_SHA512,
    ];
    list(all.into_iter().filter(|k| keys || !signature::has_key(*k)).filter_map(signature::name))
}

/// `isValidPharFilename()`
pub fn is_valid_filename(ctx: &mut Ctx, name: &[u8], executable: bool) -> R<bool> {
    no_nul(ctx, 0, name)?;
    let wanted = if executable { Wanted::Executable } else { Wanted::Data };
    let found = crate::registry(ctx).detect(ctx, name, wanted, Create::Maybe, true);
    Ok(matches!(found, Ok(Found::Extension(..))))
}

/// `loadPhar()`
pub fn load(ctx: &mut Ctx, name: &[u8], alias: Option<&[u8]>) -> R<bool> {
    no_nul(ctx, 0, name)?;
    crate::begin(ctx);
    let request = Request { path: name, alias: alias.unwrap_or_default(), is_data: false, report: true };
    let opened = open::from_file(ctx, &request);
    Ok(throw_if(ctx, opened, PHAR_EXCEPTION)?.is_some())
}

/// `mapPhar()`
pub fn map(ctx: &mut Ctx, alias: Option<&[u8]>) -> R<bool> {
    crate::begin(ctx);
    let opened = open::executed(ctx, alias.unwrap_or_default());
    Ok(throw_if(ctx, opened, PHAR_EXCEPTION)?.is_some())
}

/// The archive that the running file is in, if it is in one.
pub fn running_archive(ctx: &mut Ctx) -> Option<Vec<u8>> {
    let (file, _) = ctx.position()?;
    strip_scheme(&file)?;
    let (path, _) = crate::registry(ctx).split(ctx, &file, Wanted::Any, Create::No).ok()?;
    Some(path)
}

/// `running()`
pub fn running(ctx: &mut Ctx, url: bool) -> Vec<u8> {
    match running_archive(ctx) {
        Some(path) if url => [b"phar://", &path[..]].concat(),
        Some(path) => path,
        None => Vec::new(),
    }
}

/// `mount()`
pub fn mount(ctx: &mut Ctx, path: &[u8], external: &[u8]) -> R<()> {
    no_nul(ctx, 0, path)?;
    no_nul(ctx, 1, external)?;
    let file = ctx.position().map(|p| p.0).unwrap_or_default();
    let registry = crate::registry(ctx);
    let (shown, outside) = (text(path), text(external));
    let in_url = match file.len() > 7 && file.starts_with(b"phar://") {
        true => registry.split(ctx, &file, Wanted::Any, Create::No).ok(),
        false => None,
    };
    let (archive, name) = if let Some((archive, _)) = in_url {
        if path.len() > 7 && path.starts_with(b"phar://") {
            let why = format!(
                "Can only mount internal paths within a phar archive, use a relative path instead of \"{shown}\""
            );
            return Err(throw(ctx, PHAR_EXCEPTION, why));
        }
        (archive, path.to_vec())
    } else if registry.at(&file).is_some() {
        (file, path.to_vec())
    } else if let Ok((archive, name)) = registry.split(ctx, path, Wanted::Any, Create::No) {
        (archive, name)
    } else {
        return Err(throw(ctx, PHAR_EXCEPTION, format!("Mounting of {shown} to {outside} failed")));
    };
    let within = text(&archive);
    let Some(a) = registry.at(&archive) else {
        let why = format!("{within} is not a phar archive, cannot mount");
        return Err(throw(ctx, PHAR_EXCEPTION, why));
    };
    let a = registry.writeable_copy(&a);
    if !contents::mount(ctx, &a, external, &name) {
        ctx.pending()?;
        let shown = text(&name);
        let why = format!("Mounting of {shown} to {outside} within phar {within} failed");
        return Err(throw(ctx, PHAR_EXCEPTION, why));
    }
    Ok(())
}

/// `mungServer()`
pub fn mung_server(ctx: &mut Ctx, names: &Array) -> R<()> {
    const EXPECTED: &str =
        "expecting an array of any of these strings: PHP_SELF, REQUEST_URI, SCRIPT_FILENAME, SCRIPT_NAME";
    let bad = |ctx: &mut Ctx, what: &str| {
        Err(throw(ctx, PHAR_EXCEPTION, format!("{what} passed to Phar::mungServer(), {EXPECTED}")))
    };
    if names.is_empty() {
        return bad(ctx, "No values");
    }
    if names.len() > 4 {
        return bad(ctx, "Too many values");
    }
    for v in names.values() {
        let Some(name) = v.as_str() else { return bad(ctx, "Non-string value") };
        if let Some(bit) = web::MUNGED.iter().position(|m| m.as_bytes() == &**name) {
            let g = crate::globals(ctx);
            g.munged.set(g.munged.get() | 1 << bit);
        }
    }
    Ok(())
}

/// `unlinkArchive()`
pub fn unlink_archive(ctx: &mut Ctx, name: &[u8]) -> R<bool> {
    use std::os::unix::ffi::OsStrExt;
    no_nul(ctx, 0, name)?;
    let shown = text(name);
    if name.is_empty() {
        return Err(throw(ctx, PHAR_EXCEPTION, "Unknown phar archive \"\""));
    }
    let a = match open::from_file(ctx, &Request { path: name, alias: b"", is_data: false, report: true }) {
        Ok(a) => a,
        Err(why) => {
            ctx.pending()?;
            let why = why.map_or(String::new(), |w| format!(": {w}"));
            return Err(throw(ctx, PHAR_EXCEPTION, format!("Unknown phar archive \"{shown}\"{why}")));
        }
    };
    let why = if running_archive(ctx).as_deref() == Some(name) {
        format!("phar archive \"{shown}\" cannot be unlinked from within itself")
    } else if a.cached.get() {
        format!("phar archive \"{shown}\" is in phar.cache_list, cannot unlinkArchive()")
    } else if a.users.get() > 0 {
        format!(
            "phar archive \"{shown}\" has open file handles or objects.  fclose() all file handles, and unset() all objects prior to calling unlinkArchive()"
        )
    } else {
        crate::registry(ctx).forget(&a);
        // As with PHP, whether the file went is not told.
        let _ = std::fs::remove_file(std::ffi::OsStr::from_bytes(&a.path));
        ctx.files_changed();
        return Ok(true);
    };
    Err(throw(ctx, PHAR_EXCEPTION, why))
}
