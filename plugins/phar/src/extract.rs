//! `extractTo()`: files of archives to a folder.

use crate::archive::{Archive, Entry, Fail, bits, fail, read_file, text};
use crate::classes::{archive_of, path};
use crate::methods::{PHAR_EXCEPTION, RUNTIME, throw};
use crate::{contents, names};
use plugin_api::wrapper::{Handle, open_options, stat_flags};
use plugin_api::{Args, Ctx, Kind, Object, R, Value};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::rc::Rc;

const MAX_PATH: usize = 4096;
const INVALID: &str = "InvalidArgumentException";

/// A name with `.` and `..` taken out, so that it stays within the folder that it is put to.
fn within(name: &[u8]) -> Vec<u8> {
    let mut parts: Vec<&[u8]> = Vec::new();
    for p in name.split(|c| *c == b'/') {
        match p {
            b"" | b"." => {}
            b".." => drop(parts.pop()),
            p => parts.push(p),
        }
    }
    parts.join(&b'/')
}

/// The first bytes of a name for a message.
fn short(name: &[u8]) -> String {
    match name.get(..50).filter(|_| name.len() > 50) {
        Some(n) => format!("{}...", text(n)),
        None => text(name).into_owned(),
    }
}

/// Makes a folder and those above it, without a word when it fails.
fn make_folder(ctx: &mut Ctx, path: &[u8], mode: u32) -> bool {
    use std::os::unix::fs::DirBuilderExt;
    if memchr::memmem::find(path, b"://").is_some() {
        return ctx.make_dir(path, mode, true);
    }
    let made = ctx.path_allowed(path)
        && std::fs::DirBuilder::new().recursive(true).mode(mode).create(OsStr::from_bytes(path)).is_ok();
    ctx.files_changed();
    made
}

fn file(ctx: &mut Ctx, e: &Rc<Entry>, to: &[u8], overwrite: bool) -> Result<(), Fail> {
    let name = e.name();
    if e.is_mounted() || names::is_magic(&name) {
        return Ok(());
    }
    let shown = e.shown();
    let local = within(&name);
    if local.is_empty() {
        return fail(format!("Cannot extract \"{shown}\", internal error"));
    }
    let full = [to, b"/", &local].concat();
    let target = text(&full).into_owned();
    if full.len() >= MAX_PATH {
        let (name, to) = (short(&name), text(&full[..50]));
        return fail(format!(
            "Cannot extract \"{name}\" to \"{to}...\", extracted filename is too long for filesystem"
        ));
    }
    if !ctx.path_allowed(&full) {
        return fail(format!(
            "Cannot extract \"{shown}\" to \"{target}\", openbasedir/safe mode restrictions in effect"
        ));
    }
    if !overwrite && ctx.stat(&full, stat_flags::QUIET).is_some() {
        return fail(format!("Cannot extract \"{shown}\" to \"{target}\", path already exists"));
    }
    let is_dir = e.is_dir.get();
    // Of a folder only those above it are made: it comes with the first file in it.
    let folder = match memchr::memrchr(b'/', &local) {
        Some(slash) => [to, b"/", &local[..slash]].concat(),
        None => to.to_vec(),
    };
    if ctx.stat(&folder, stat_flags::QUIET).is_none() {
        let mode = if is_dir { e.flags.get() & bits::PERMISSIONS } else { 0o777 };
        if !make_folder(ctx, &folder, mode) {
            let folder = text(&folder);
            return fail(format!("Cannot extract \"{shown}\", could not create directory \"{folder}\""));
        }
    }
    if is_dir {
        return Ok(());
    }
    let Ok(out) = Handle::open(ctx, &full, b"w+b", open_options::REPORT_ERRORS) else {
        return fail(format!("Cannot extract \"{shown}\", could not open for writing \"{target}\""));
    };
    let bytes = match contents::open(ctx, e) {
        Ok(c) => c.to_vec(),
        Err(why) => {
            let why = why.map_or(String::new(), |w| format!(": {w}"));
            return fail(format!(
                "Cannot extract \"{shown}\" to \"{target}\", unable to open internal file pointer{why}"
            ));
        }
    };
    let copied = out.write(ctx, &bytes).is_ok_and(|n| n == bytes.len());
    out.close(ctx);
    if !copied {
        return fail(format!("Cannot extract \"{shown}\" to \"{target}\", copying contents failed"));
    }
    let mode = std::fs::Permissions::from_mode(e.flags.get() & bits::PERMISSIONS);
    if std::fs::set_permissions(OsStr::from_bytes(&full), mode).is_err() {
        return fail(format!("Cannot extract \"{shown}\" to \"{target}\", setting file permissions failed"));
    }
    ctx.files_changed();
    Ok(())
}

/// Extracts all entries, those of a folder (a name with a slash behind), or one; how many.
fn some(
    ctx: &mut Ctx,
    a: &Archive,
    wanted: Option<&[u8]>,
    to: &[u8],
    overwrite: bool,
) -> Result<usize, Fail> {
    let chosen: Vec<_> = match wanted {
        None => a.entries(),
        Some(w) if w.ends_with(b"/") => {
            a.entries().into_iter().filter(|e| e.name.borrow().starts_with(w)).collect()
        }
        Some(w) => a.find(w).into_iter().collect(),
    };
    for e in &chosen {
        file(ctx, e, to, overwrite)?;
    }
    Ok(chosen.len())
}

/// As [`some`]; what goes wrong is thrown, also that there is nothing of that name.
fn extract(ctx: &mut Ctx, a: &Archive, wanted: Option<&[u8]>, to: &[u8], overwrite: bool) -> R<()> {
    let file = a.shown();
    let why = match (some(ctx, a, wanted, to, overwrite), wanted) {
        (Err(why), _) => {
            ctx.pending()?;
            format!("Extraction from phar \"{file}\" failed: {}", why.unwrap_or_default())
        }
        (Ok(0), Some(w)) => {
            let w = text(w);
            format!(
                "phar error: attempted to extract non-existent file or directory \"{w}\" from phar \"{file}\""
            )
        }
        _ => return Ok(()),
    };
    Err(throw(ctx, PHAR_EXCEPTION, why))
}

/// `extractTo()`
pub fn extract_to(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let to = path(ctx, args, 0)?;
    let overwrite = args.get(2).is_some_and(Value::to_bool);
    let a = archive_of(this, ctx)?;
    if read_file(&a.path).is_none() {
        let why = format!("Invalid argument, {} cannot be found", a.shown());
        return Err(throw(ctx, INVALID, why));
    }
    if to.is_empty() {
        return Err(throw(ctx, INVALID, "Invalid argument, extraction path must be non-zero length"));
    }
    if to.len() >= MAX_PATH {
        let why = format!(
            "Cannot extract to \"{}...\", destination directory is too long for filesystem",
            text(&to[..50])
        );
        return Err(throw(ctx, INVALID, why));
    }
    let shown = text(&to);
    match ctx.stat(&to, stat_flags::QUIET) {
        None if !make_folder(ctx, &to, 0o777) => {
            ctx.pending()?;
            return Err(throw(ctx, RUNTIME, format!("Unable to create path \"{shown}\" for extraction")));
        }
        Some(s) if s.mode & 0o040_000 == 0 => {
            let why =
                format!("Unable to use path \"{shown}\" for extraction, it is a file, must be a directory");
            return Err(throw(ctx, RUNTIME, why));
        }
        _ => {}
    }
    match args.get(1).map_or(Kind::Null, Value::kind) {
        Kind::Array(list) if list.is_empty() => return Ok(Value::bool(false)),
        Kind::Array(list) => {
            for v in list.values() {
                let v = v.dereferenced();
                let Some(name) = v.as_str() else {
                    let why = "Invalid argument, array of filenames to extract contains non-string value";
                    return Err(throw(ctx, INVALID, why));
                };
                extract(ctx, &a, Some(name), &to, overwrite)?;
            }
        }
        Kind::Str(name) => extract(ctx, &a, Some(name), &to, overwrite)?,
        _ => extract(ctx, &a, None, &to, overwrite)?,
    }
    Ok(Value::bool(true))
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_stay_within() {
        assert_eq!(super::within(b"../../a/./b/../c"), b"a/c");
        assert_eq!(super::within(b".."), b"");
    }
}
