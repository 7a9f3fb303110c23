//! `extractTo()`: entries as files, under names that cannot lead out of the folder.

use crate::class::{ZipArchive, entries, with};
use howdah_libzip::flags;
use plugin_api::wrapper::{Handle, open_options, stat_flags};
use plugin_api::{Ctx, Kind, R, This, Value};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

const MAX_PATH: usize = 4096;

/// An entry's name with `.`, `..` and doubled slashes resolved by their text; leading `..` of relative names stay.
fn resolve(name: &[u8]) -> Vec<u8> {
    let absolute = name.starts_with(b"/");
    let mut parts: Vec<&[u8]> = Vec::new();
    for part in name.split(|&c| c == b'/') {
        match part {
            b"" | b"." => {}
            b".." => match parts.last() {
                Some(&last) if last != b".." => {
                    parts.pop();
                }
                _ if !absolute => parts.push(b".."),
                _ => {}
            },
            p => parts.push(p),
        }
    }
    let mut out = if absolute { b"/".to_vec() } else { Vec::new() };
    out.extend(parts.join(&b'/'));
    if name.ends_with(b"/") && !parts.is_empty() {
        out.push(b'/');
    }
    out
}

/// A resolved name within a folder: what follows the root, or the last part that ends with a dot (PHP looks for `../`).
fn relative(path: &[u8]) -> &[u8] {
    if let Some(rest) = path.strip_prefix(b"/") {
        return rest;
    }
    let from = (2..path.len()).rev().find(|&i| path[i] == b'/' && path[i - 1] == b'.');
    from.map_or(path, |i| &path[i + 1..])
}

/// Folder and last part of a path.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|&c| c == b'/') {
        Some(i) => (&path[..i], &path[i + 1..]),
        None => (b"", path),
    }
}

/// Writes one entry; whether it succeeded.
fn entry(this: &This<ZipArchive>, ctx: &mut Ctx, to: &[u8], name: &[u8], index: u64) -> R<bool> {
    if name.is_empty() || name.len() >= MAX_PATH - 1 {
        return Ok(false);
    }
    let resolved = resolve(name);
    let local = relative(&resolved);
    let Some(stat) = with(this, ctx, |z| z.stat_index(index, 0))? else { return Ok(false) };
    let is_dir = local.len() > 1 && local.ends_with(b"/");
    let (dir, base) = if is_dir { (local, &b""[..]) } else { split(local) };
    let dir = if dir.is_empty() { to.to_vec() } else { [to, b"/", dir].concat() };
    if !is_dir && !ctx.path_allowed(&dir) {
        return Ok(false);
    }
    if ctx.stat(&dir, stat_flags::QUIET).is_none() && !ctx.make_dir(&dir, 0o777, true) {
        ctx.pending()?;
        return Ok(false);
    }
    if is_dir {
        return Ok(true);
    }
    let path = [&dir, &b"/"[..], base].concat();
    if path.len() > MAX_PATH {
        ctx.warning(format!("Full extraction path exceed MAXPATHLEN ({MAX_PATH})"))?;
        return Ok(false);
    }
    if !ctx.path_allowed(&path) {
        return Ok(false);
    }
    let Some(mut file) = with(this, ctx, |z| z.open_index(index, 0))? else { return Ok(false) };
    let Ok(out) = Handle::open(ctx, &path, b"w+b", open_options::REPORT_ERRORS) else {
        ctx.pending()?;
        return Ok(false);
    };
    let mut buf = [0; 8192];
    while let Ok(n @ 1..) = file.read(&mut buf) {
        // What cannot be written is told by the stream, and extraction goes on as PHP's does.
        let _ = out.write(ctx, buf.get(..n).unwrap_or_default());
    }
    ctx.touch(&path, stat.mtime, stat.mtime);
    out.close(ctx);
    ctx.pending()?;
    Ok(true)
}

fn named(this: &This<ZipArchive>, ctx: &mut Ctx, to: &[u8], name: &[u8]) -> R<bool> {
    match with(this, ctx, |z| z.locate(name, 0))? {
        Some(i) => entry(this, ctx, to, name, i),
        None => Ok(false),
    }
}

/// Makes the folder to extract to, without a word when it fails.
fn make(ctx: &mut Ctx, to: &[u8]) -> bool {
    if to.windows(3).any(|w| w == b"://") {
        return ctx.make_dir(to, 0o777, true);
    }
    ctx.path_allowed(to) && std::fs::create_dir_all(OsStr::from_bytes(to)).is_ok()
}

/// Extracts all entries, the one of a name, or those of a list.
pub fn extract_to(this: &This<ZipArchive>, ctx: &mut Ctx, to: &[u8], files: Option<&Value>) -> R<bool> {
    if to.is_empty() {
        return Ok(false);
    }
    if ctx.stat(to, stat_flags::QUIET).is_none() && !make(ctx, to) {
        return Ok(false);
    }
    match files.map(Value::kind) {
        None | Some(Kind::Null) => {
            let n = with(this, ctx, |z| Ok(entries(z)))?.unwrap_or(0).cast_unsigned();
            for i in 0..n {
                let Some(name) = with(this, ctx, |z| Ok(z.name(i, flags::UNCHANGED)))?.flatten() else {
                    return Ok(false);
                };
                if !entry(this, ctx, to, &name, i)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        Some(Kind::Array(list)) => {
            let n = i64::try_from(list.len()).unwrap_or(i64::MAX);
            for i in 0..n {
                let name = list.get_index(i).map(Value::dereferenced);
                if let Some(name) = name.as_ref().and_then(Value::as_str)
                    && !named(this, ctx, to, name)?
                {
                    return Ok(false);
                }
            }
            Ok(n > 0)
        }
        Some(_) => match files.and_then(Value::as_str) {
            Some(name) => named(this, ctx, to, name),
            None => Ok(false),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{relative, resolve};

    fn local(name: &[u8]) -> Vec<u8> {
        relative(&resolve(name)).to_vec()
    }

    #[test]
    fn names_stay_within() {
        assert_eq!(local(b"a/b.txt"), b"a/b.txt");
        assert_eq!(local(b"/etc/passwd"), b"etc/passwd");
        assert_eq!(local(b"../../x"), b"x");
        assert_eq!(local(b"a/../../../x/y"), b"x/y");
        assert_eq!(local(b"a/./b//c/"), b"a/b/c/");
        assert_eq!(local(b"/../.."), b"");
        assert_eq!(local(b".."), b"..");
    }
}
