//! Names within archives, and names of archives within URLs: pure text work.

/// Checks the name of an entry and gives it without a leading slash; what stands behind `?` is cut off. `Err` says what is
/// wrong with it.
pub fn check(path: &[u8]) -> Result<&[u8], &'static str> {
    match path {
        b"." => return Err("current directory reference"),
        b".." => return Err("upper directory reference"),
        _ => {}
    }
    let mut i = 0;
    while i < path.len() {
        let rest = &path[i..];
        let ends = |n: usize| matches!(rest.get(n), None | Some(b'/' | 0));
        if rest.starts_with(b"//") {
            return Err("double slash");
        }
        if rest.starts_with(b"/..") && ends(3) {
            return Err("upper directory reference");
        }
        if rest.starts_with(b"/.") && ends(2) {
            return Err("current directory reference");
        }
        match rest[0] {
            b'\\' => return Err("back-slash"),
            b'*' => return Err("star"),
            b'?' => return Ok(relative(&path[..i])),
            0x1a..=0x7f => i += 1,
            _ => match utf8_len(rest) {
                Some(n) => i += n,
                None => return Err("illegal character"),
            },
        }
    }
    Ok(relative(path))
}

/// Length of the UTF-8 character that a text begins with, if it is one beyond ASCII.
fn utf8_len(b: &[u8]) -> Option<usize> {
    let n = match b[0] {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return None,
    };
    std::str::from_utf8(b.get(..n)?).is_ok().then_some(n)
}

/// A path without its leading slash.
pub fn relative(path: &[u8]) -> &[u8] {
    path.strip_prefix(b"/").unwrap_or(path)
}

/// Whether a name is that of the folder `.phar`, or of something in it.
pub fn is_magic(path: &[u8]) -> bool {
    relative(path).strip_prefix(b".phar").is_some_and(|r| matches!(r.first(), None | Some(b'/' | b'\\')))
}

/// Whether a text may be an alias.
pub fn is_alias(alias: &[u8]) -> bool {
    !alias.iter().any(|c| matches!(c, b'/' | b'\\' | b':' | b';' | b'\n' | b'\r'))
}

/// Takes `.` and `..` out of a path; one that begins with `./` counts from `cwd`, if that is given. A path of one component
/// stays as it is.
pub fn fix(path: &[u8], cwd: Option<&[u8]>) -> Vec<u8> {
    let mut out = match cwd {
        Some(cwd) if !cwd.is_empty() && path.len() > 2 && path.starts_with(b"./") => cwd.to_vec(),
        _ => b"/".to_vec(),
    };
    let first = path.iter().position(|c| *c != b'/').unwrap_or(path.len());
    let rest = &path[first..];
    if !rest.is_empty() && !rest.contains(&b'/') {
        return if rest == b"." || rest == b".." { b"/".to_vec() } else { path.to_vec() };
    }
    for part in rest.split(|c| *c == b'/').filter(|p| !p.is_empty()) {
        if part.len() >= 2 && part.iter().all(|c| *c == b'.') {
            while out.len() > 1 && out.last() != Some(&b'/') {
                out.pop();
            }
            if out[0] == b'/' && out.len() > 1 {
                out.pop();
            }
        } else if part != b"." {
            if out.len() > 1 {
                out.push(b'/');
            }
            out.extend_from_slice(part);
        }
    }
    out
}

/// How many bytes at the end of an archive's path are its extension: from the first dot of its name on.
pub fn extension_len(path: &[u8]) -> usize {
    let Some(slash) = memchr::memrchr(b'/', path) else { return 0 };
    memchr::memchr(b'.', &path[slash..]).map_or(0, |dot| path.len() - slash - dot)
}

/// Whether `.phar` in the extension (and all that follows it) of an archive's name makes it an executable one.
fn is_executable_extension(from: &[u8], len: usize) -> bool {
    let Some(pos) = memchr::memmem::find(from, b".phar") else { return false };
    if pos > 0 && from[pos - 1] == b'/' || len >= pos && len - pos < 5 {
        return false;
    }
    matches!(from.get(pos + 5), None | Some(0 | b'/' | b'.'))
}

/// Which archives are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wanted {
    /// Of data only.
    Data,
    /// Executable ones.
    Executable,
    /// Both.
    Any,
}

/// Whether an extension that stands at `at` of a name, `len` bytes long, is one of the archives that are wanted.
pub fn suits(name: &[u8], at: usize, len: usize, wanted: Wanted) -> bool {
    if len >= 50 {
        return false;
    }
    let from = &name[at..];
    let begins = !matches!(from.get(1), None | Some(0 | b'.' | b'/'));
    match wanted {
        Wanted::Executable => is_executable_extension(from, len),
        Wanted::Any => begins,
        Wanted::Data => {
            let phar = memchr::memmem::find(from, b".phar").is_some_and(|p| {
                (at + p == 0 || name[at + p - 1] != b'/')
                    && matches!(from.get(p + 5), None | Some(0 | b'/' | b'.'))
            });
            !phar && begins
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_entries() {
        assert_eq!(check(b"/a/b.txt"), Ok(&b"a/b.txt"[..]));
        assert_eq!(check(b"a?x"), Ok(&b"a"[..]));
        assert_eq!(check(b"a//b"), Err("double slash"));
        assert_eq!(check(b"a/../b"), Err("upper directory reference"));
        assert_eq!(check(b"a/."), Err("current directory reference"));
        assert_eq!(check(b"a\\b"), Err("back-slash"));
        assert_eq!(check(b"a*b"), Err("star"));
        assert_eq!(check(b"a\x01b"), Err("illegal character"));
        assert_eq!(check("ä/ö".as_bytes()), Ok("ä/ö".as_bytes()));
        assert_eq!(check(b"..."), Ok(&b"..."[..]));
    }

    #[test]
    fn paths_are_cleaned() {
        let f = |p: &[u8], c: Option<&[u8]>| String::from_utf8(fix(p, c)).unwrap_or_default();
        assert_eq!(f(b"a", None), "a");
        assert_eq!(f(b"/a", None), "/a");
        assert_eq!(f(b"/a/../b/./c//d", None), "/b/c/d");
        assert_eq!(f(b"/..", None), "/");
        assert_eq!(f(b"./x.php", Some(b"lib/sub")), "lib/sub/x.php");
        assert_eq!(f(b"./x.php", None), "/x.php");
    }

    #[test]
    fn magic_names() {
        assert!(is_magic(b".phar/stub.php") && is_magic(b"/.phar") && !is_magic(b".pharx"));
    }
}
