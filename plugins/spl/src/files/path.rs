//! Names of files taken apart, and what is known of the files.

use plugin_api::Ctx;
use plugin_api::wrapper::{Stat, stat_flags};

/// `stat()` of a path or URL, or with `link` `lstat()`, without warnings.
pub fn stat(ctx: &mut Ctx, path: &[u8], link: bool) -> Option<Stat> {
    if path.is_empty() || path.contains(&0) {
        return None;
    }
    ctx.stat(path, stat_flags::QUIET | if link { stat_flags::LINK } else { 0 })
}

/// Whether it is a directory.
pub fn is_directory(s: &Stat) -> bool {
    s.mode & 0o170_000 == 0o040_000
}

/// The last component of a path, without `suffix` unless that is all of it.
pub fn base_name<'a>(path: &'a [u8], suffix: &[u8]) -> &'a [u8] {
    let end = path.iter().rposition(|&c| c != b'/').map_or(0, |i| i + 1);
    let start = path[..end].iter().rposition(|&c| c == b'/').map_or(0, |i| i + 1);
    let name = &path[start..end];
    match name.strip_suffix(suffix) {
        Some(rest) if !rest.is_empty() => rest,
        _ => name,
    }
}

/// What follows the last dot of a name.
pub fn extension(name: &[u8]) -> &[u8] {
    name.iter().rposition(|&c| c == b'.').map_or(b"", |i| &name[i + 1..])
}

/// The folder that a path is in: `.` without any, `/` for the root.
pub fn dir_name(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b"";
    }
    let Some(end) = path.iter().rposition(|&c| c != b'/') else { return b"/" };
    let Some(slash) = path[..end].iter().rposition(|&c| c == b'/') else { return b"." };
    match path[..slash].iter().rposition(|&c| c != b'/') {
        Some(i) => &path[..=i],
        None => b"/",
    }
}

/// Where the folder part of a path ends: without its slash.
pub fn folder_len(path: &[u8]) -> usize {
    let mut n = path.len();
    while n > 1 && path[n - 1] != b'/' {
        n -= 1;
    }
    n.saturating_sub(1)
}

/// Whether a name is that of the folder itself or of the one above.
pub fn is_dot(name: &[u8]) -> bool {
    name == b"." || name == b".."
}
