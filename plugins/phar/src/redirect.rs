//! Files of the running archive under relative paths: what `include` finds, and after `interceptFileFuncs()` also
//! `fopen()`, `stat()` and their like.

use crate::archive::Archive;
use crate::methods::script;
use crate::names::{self, Wanted};
use crate::registry::{Create, strip_scheme};
use plugin_api::abi::{CtxRaw, StrSlice, Val};
use plugin_api::files::{RedirectTable, purpose};
use plugin_api::wrapper::stat_flags;
use plugin_api::{Ctx, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// The archive that the running file is in, and its path as the file's URL has it.
fn running(ctx: &mut Ctx, wanted: Wanted) -> Option<(Rc<Archive>, Vec<u8>)> {
    let (file, _) = ctx.position()?;
    strip_scheme(&file)?;
    let registry = crate::registry(ctx);
    let (path, _) = registry.split(ctx, &file, wanted, Create::No).ok()?;
    let a = registry.get(ctx, &path, b"").ok()?;
    Some((a, path))
}

fn url(archive: &[u8], entry: &[u8]) -> Vec<u8> {
    [b"phar://", archive, b"/", names::relative(entry)].concat()
}

/// A path within the running archive, with `./` taken for the folder of the file that was included first.
fn fixed(ctx: &mut Ctx, path: &[u8]) -> Vec<u8> {
    let folder = crate::registry(ctx).folder.borrow().clone();
    names::fix(path, folder.as_deref())
}

/// What an include finds in the running archive, once a file of one of its folders was included.
fn included(ctx: &mut Ctx, path: &[u8]) -> Option<Vec<u8>> {
    let folder = crate::registry(ctx).folder.borrow().clone()?;
    let (a, archive) = running(ctx, Wanted::Executable)?;
    if path.starts_with(b".") {
        let entry = names::fix(path, Some(&folder));
        let entry = names::relative(&entry);
        if a.has(entry) {
            return Some(url(&archive, entry));
        }
        return None;
    }
    if path.starts_with(b"/") || memchr::memmem::find(path, b"://").is_some() {
        return None;
    }
    let include_path = ctx.ini("include_path").unwrap_or_default();
    let mut places = vec![url(&archive, &folder)];
    places.extend(folders(&include_path));
    places.into_iter().find_map(|place| {
        let full = [&place[..], b"/", path].concat();
        let full = if strip_scheme(&full).is_some() { full } else { ctx.expand_path(&full)?.to_vec() };
        let s = ctx.stat(&full, stat_flags::QUIET)?;
        (s.mode & 0o170_000 == 0o100_000).then_some(full)
    })
}

/// The folders of an include path, whose URLs have colons of their own.
fn folders(include_path: &[u8]) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    let mut rest = include_path;
    while !rest.is_empty() {
        let scheme =
            rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.')).count();
        let skip = if scheme > 1 && rest[scheme..].starts_with(b"://") { scheme + 3 } else { 0 };
        let end = memchr::memchr(b':', &rest[skip..]).map_or(rest.len(), |i| i + skip);
        out.push(rest[..end].to_vec());
        rest = rest.get(end + 1..).unwrap_or_default();
    }
    out
}

/// The functions that `interceptFileFuncs()` is about.
const INTERCEPTED: [&str; 22] = [
    "fopen",
    "file_get_contents",
    "is_file",
    "is_link",
    "is_dir",
    "opendir",
    "file_exists",
    "fileperms",
    "fileinode",
    "filesize",
    "fileowner",
    "filegroup",
    "fileatime",
    "filemtime",
    "filectime",
    "filetype",
    "is_writable",
    "is_readable",
    "is_executable",
    "lstat",
    "stat",
    "readfile",
];

/// The URL to take in place of a path.
fn redirected(ctx: &mut Ctx, path: &[u8], wanted_for: u32) -> Option<Vec<u8>> {
    if wanted_for == purpose::INCLUDE {
        return included(ctx, path);
    }
    if !crate::globals(ctx).intercepts.get() || crate::registry(ctx).is_empty() {
        return None;
    }
    if !INTERCEPTED.contains(&&*ctx.function_name()) {
        return None;
    }
    let (a, archive) = running(ctx, Wanted::Any)?;
    match wanted_for {
        purpose::OPEN_INCLUDED => included(ctx, path),
        purpose::DIRECTORY => {
            let entry = fixed(ctx, path);
            Some(url(&archive, &entry))
        }
        purpose::STAT => {
            crate::registry(ctx).relative.set(true);
            let entry = fixed(ctx, path);
            let entry = names::relative(&entry);
            if a.has(entry) || a.has_folder(entry) {
                return Some(url(&archive, entry));
            }
            // Not beside the first file: from the root of the archive, or not at all.
            Some(url(&archive, &names::fix(path, None)))
        }
        _ => {
            let entry = fixed(ctx, path);
            let entry = names::relative(&entry);
            a.has(entry).then(|| url(&archive, entry))
        }
    }
}

/// Runs `f` with the engine's context and text; what it gives goes over as a string.
unsafe fn answer(
    ctx: *mut CtxRaw,
    path: StrSlice,
    f: impl FnOnce(&mut Ctx, &[u8]) -> Option<Vec<u8>>,
) -> Val {
    // SAFETY: the engine's context and a live text.
    let run = AssertUnwindSafe(|| unsafe { f(Ctx::from_raw(ctx), path.bytes()) });
    match catch_unwind(run) {
        Ok(Some(b)) => Value::str(b).into_raw(),
        Ok(None) => Val::NULL,
        Err(_) => {
            plugin_api::tracing::error!("panic while a path was looked for in archives");
            Val::NULL
        }
    }
}

unsafe extern "C" fn path_of(ctx: *mut CtxRaw, path: StrSlice, wanted_for: u32) -> Val {
    // SAFETY: forwarded.
    unsafe { answer(ctx, path, |ctx, p| redirected(ctx, p, wanted_for)) }
}

unsafe extern "C" fn script_of(ctx: *mut CtxRaw, path: StrSlice) -> Val {
    // SAFETY: forwarded.
    unsafe { answer(ctx, path, script) }
}

/// The table of `files.redirect/1`.
pub static TABLE: RedirectTable =
    RedirectTable { size: size_of::<RedirectTable>() as u32, reserved: 0, path: path_of, script: script_of };

#[cfg(test)]
mod tests {
    #[test]
    fn include_paths_with_urls() {
        let f = super::folders(b".:/usr/share:phar:///a.phar/x:/b");
        assert_eq!(f, [&b"."[..], b"/usr/share", b"phar:///a.phar/x", b"/b"]);
    }
}
