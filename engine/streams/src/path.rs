//! Paths: made absolute, looked up in the include path, checked against `open_basedir`.

use crate::env::Environment;
use crate::wrapper::{Streams, options, scheme, stat_flags};
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// Longest path, with its end.
pub const MAX_PATH: usize = 4096;

/// A path of the system from PHP's bytes.
pub fn os(path: &[u8]) -> &Path {
    Path::new(OsStr::from_bytes(path))
}

/// PHP's bytes of a path.
pub fn bytes(path: PathBuf) -> Vec<u8> {
    path.into_os_string().into_vec()
}

/// An absolute path without `.`, `..` and doubled slashes; links are not followed. `None` when it is empty or too long,
/// or there is no working directory.
pub fn expand(path: &[u8]) -> Option<Vec<u8>> {
    if path.is_empty() {
        return None;
    }
    let mut full = Vec::new();
    if path[0] != b'/' {
        full = bytes(std::env::current_dir().ok()?);
        full.push(b'/');
    }
    full.extend_from_slice(path);
    let mut out: Vec<&[u8]> = Vec::new();
    for part in full.split(|&c| c == b'/') {
        match part {
            b"" | b"." => {}
            b".." => {
                out.pop();
            }
            p => out.push(p),
        }
    }
    let joined = [b"/", &out.join(&b'/')[..]].concat();
    (joined.len() < MAX_PATH).then_some(joined)
}

/// The path with all links followed; `None` when there is nothing of that name.
pub fn real(path: &[u8]) -> Option<Vec<u8>> {
    if path.is_empty() || path.contains(&0) {
        return None;
    }
    std::fs::canonicalize(os(path)).ok().map(bytes)
}

fn is_relative_to_dir(path: &[u8]) -> bool {
    path.starts_with(b"./") || path.starts_with(b"../")
}

fn has_scheme(path: &[u8]) -> bool {
    scheme(path).is_some() && memchr::memmem::find(path, b"://").is_some()
}

/// A try: a plain path by its real name, a URL as it is when its wrapper knows it. `None`: not there.
fn attempt(streams: &Streams, path: Vec<u8>, url: bool) -> Option<Vec<u8>> {
    if !url {
        return real(&path);
    }
    let (w, local) = streams.locate(&path, options::FOR_INCLUDE)?;
    if w.is_plain() {
        return real(local);
    }
    let there = w.has_url_stat() && w.url_stat(streams.env(), &path, stat_flags::QUIET, None).is_some();
    there.then_some(path)
}

/// The parts of an include path. A `:` that belongs to a scheme does not part.
fn entries(include_path: &[u8]) -> Vec<(&[u8], bool)> {
    let (mut out, mut rest) = (Vec::new(), include_path);
    while !rest.is_empty() {
        let n =
            rest.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.')).count();
        let url = n > 1 && rest[n..].starts_with(b"://") && &rest[..n] != b"..";
        let from = if url { n + 3 } else { 0 };
        let end = memchr::memchr(b':', &rest[from..]).map(|i| i + from);
        out.push((&rest[..end.unwrap_or(rest.len())], url));
        rest = end.map_or(&b""[..], |e| &rest[e + 1..]);
    }
    out
}

/// The file that an include names: found through the include path and then beside the running script, by its real name.
/// URLs other than `file://` give `None`: they are opened as they are.
pub fn resolve_include(streams: &Streams, name: &[u8], include_path: &[u8]) -> Option<Vec<u8>> {
    if name.is_empty() || name.contains(&0) {
        return None;
    }
    if has_scheme(name) {
        let (w, local) = streams.locate(name, options::FOR_INCLUDE)?;
        return if w.is_plain() { real(local) } else { None };
    }
    if is_relative_to_dir(name) || name[0] == b'/' || include_path.is_empty() {
        return real(name);
    }
    for (dir, url) in entries(include_path) {
        if let Some(found) = attempt(streams, [dir, b"/", name].concat(), url) {
            return Some(found);
        }
        if streams.env().exception_pending() {
            return None;
        }
    }
    let script = streams.env().script()?;
    let slash = script.iter().rposition(|&c| c == b'/').filter(|&i| i > 0)?;
    let beside = [&script[..=slash], name].concat();
    let url = has_scheme(&beside);
    attempt(streams, beside, url)
}

/// Whether `open_basedir` lets a path through; raises the warning with `warn`.
pub fn allowed(env: &Rc<dyn Environment>, path: &[u8], warn: bool) -> bool {
    let dirs = env.ini("open_basedir");
    if dirs.is_empty() {
        return true;
    }
    if path.len() > MAX_PATH - 1 {
        let shown = String::from_utf8_lossy(path);
        env.warn(&format!(
            "File name is longer than the maximum allowed path length on this platform ({MAX_PATH}): {shown}"
        ));
        return false;
    }
    if dirs.split(|&c| c == b':').any(|d| !d.is_empty() && within(d, path)) {
        return true;
    }
    if warn {
        env.warn(&format!(
            "open_basedir restriction in effect. File({}) is not within the allowed path(s): ({})",
            String::from_utf8_lossy(path),
            String::from_utf8_lossy(&dirs)
        ));
    }
    false
}

/// Whether a path, links followed as far as it exists, lies in a directory.
fn within(dir: &[u8], path: &[u8]) -> bool {
    let Some(full) = expand(path) else { return false };
    let mut known = full.clone();
    let mut first = true;
    let mut resolved = loop {
        if let Some(r) = real(&known) {
            break r;
        }
        if first && let Ok(target) = std::fs::read_link(os(&known)) {
            known = bytes(target);
        }
        first = false;
        match known.iter().rposition(|&c| c == b'/') {
            None => return false,
            Some(0) => break b"/".to_vec(),
            Some(i) => known.truncate(i),
        }
    };
    let Some(mut base) = expand(dir) else { return false };
    if base.last() != Some(&b'/') {
        base.push(b'/');
    }
    if path.last() == Some(&b'/') && resolved.last() != Some(&b'/') {
        resolved.push(b'/');
    }
    resolved.starts_with(&base)
        || (!dir.ends_with(b"/") || !resolved.ends_with(b"/")) && [&resolved[..], b"/"].concat() == base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expansion() {
        assert_eq!(expand(b"/a/./b/../c//d/").as_deref(), Some(&b"/a/c/d"[..]));
        assert_eq!(expand(b"/..").as_deref(), Some(&b"/"[..]));
        let here = bytes(std::env::current_dir().unwrap());
        assert_eq!(expand(b"x"), Some([&here[..], b"/x"].concat()));
        assert_eq!(expand(b""), None);
    }

    #[test]
    fn include_path_entries() {
        let e: Vec<_> = entries(b".:/a:zip://x.zip#b:c");
        assert_eq!(e, [(&b"."[..], false), (b"/a", false), (b"zip://x.zip#b", true), (b"c", false)]);
    }
}
