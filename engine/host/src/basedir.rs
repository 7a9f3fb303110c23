//! `open_basedir`: the folders outside which scripts may open nothing (`main/fopen_wrappers.c`).

use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

const MAX_PATH: usize = 4096;

/// A path made absolute, with `.`, `..` and doubled slashes resolved by their text alone; `None` when it is too long.
pub fn expand(path: &[u8]) -> Option<Vec<u8>> {
    let mut full = Vec::new();
    if !path.starts_with(b"/") {
        full = std::env::current_dir().ok()?.into_os_string().into_vec();
        full.push(b'/');
    }
    full.extend_from_slice(path);
    let mut out = Vec::with_capacity(full.len());
    for part in full.split(|&c| c == b'/') {
        match part {
            b"" | b"." => {}
            b".." => out.truncate(out.iter().rposition(|&c| c == b'/').unwrap_or(0)),
            p => {
                out.push(b'/');
                out.extend_from_slice(p);
            }
        }
    }
    if out.is_empty() {
        out.push(b'/');
    }
    (out.len() < MAX_PATH).then_some(out)
}

fn real(path: &[u8]) -> Option<Vec<u8>> {
    std::fs::canonicalize(OsStr::from_bytes(path)).ok().map(|p| p.into_os_string().into_vec())
}

/// The real path of a file that need not exist: of as much of it as does, and a broken link's target.
fn resolve(path: &[u8]) -> Option<Vec<u8>> {
    let full = expand(path)?;
    let mut at = full.clone();
    let mut first = true;
    while !at.is_empty() {
        if let Some(r) = real(&at) {
            return Some(r);
        }
        if first && let Ok(target) = std::fs::read_link(OsStr::from_bytes(&at)) {
            at = target.into_os_string().into_vec();
        }
        first = false;
        at.truncate(at.iter().rposition(|&c| c == b'/')?);
    }
    Some(full)
}

fn within(dir: &[u8], path: &[u8]) -> bool {
    let Some(name) = resolve(path) else { return false };
    let Some(mut base) = (if dir == b"." { expand(b"") } else { expand(dir) }) else { return false };
    if let Some(r) = real(&base) {
        base = r;
    }
    if !base.ends_with(b"/") {
        base.push(b'/');
    }
    name.starts_with(&base) || name == base[..base.len() - 1]
}

/// Whether a colon-separated list of folders allows a path.
pub fn allows(dirs: &[u8], path: &[u8]) -> bool {
    path.len() < MAX_PATH && dirs.split(|&c| c == b':').any(|d| !d.is_empty() && within(d, path))
}

/// The warning's text for a path that the list does not allow.
pub fn refusal(dirs: &[u8], path: &[u8]) -> String {
    format!(
        "open_basedir restriction in effect. File({}) is not within the allowed path(s): ({})",
        String::from_utf8_lossy(path),
        String::from_utf8_lossy(dirs)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expands() {
        assert_eq!(expand(b"/a/./b//../c/").as_deref(), Some(&b"/a/c"[..]));
        assert_eq!(expand(b"/../..").as_deref(), Some(&b"/"[..]));
        assert_eq!(expand(&[b'x'; 5000]), None);
    }

    #[test]
    fn allows_only_inside() {
        let dir = std::env::temp_dir();
        let dir = dir.as_os_str().as_bytes();
        assert!(allows(dir, dir));
        assert!(allows(dir, &[dir, b"/not/there"].concat()));
        assert!(!allows(dir, &[dir, b"-other/x"].concat()));
        assert!(!allows(dir, &[dir, b"/../etc/passwd"].concat()));
    }
}
