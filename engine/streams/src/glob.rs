//! `glob()` and `glob://`: names by pattern, through the C library's own matcher.

use crate::env::Environment;
use crate::ops::{Failed, Io, Ops, Sought, Whence};
use crate::path;
use crate::stream::Stream;
use crate::wrapper::{OpenFailure, OpenRequest, Wrapper, options};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString};
use std::rc::Rc;

/// Flags of PHP's `glob()`: the C library's numbers, and one of PHP's own.
pub mod flags {
    #![expect(missing_docs, reason = "each is the GLOB_* of its name")]
    pub const MARK: i32 = libc::GLOB_MARK;
    pub const NOSORT: i32 = libc::GLOB_NOSORT;
    pub const NOCHECK: i32 = libc::GLOB_NOCHECK;
    pub const NOESCAPE: i32 = libc::GLOB_NOESCAPE;
    pub const ERR: i32 = libc::GLOB_ERR;
    pub const BRACE: i32 = 1 << 10;
    /// Only directories; sifted by the caller.
    pub const ONLYDIR: i32 = 1 << 13;
    pub const AVAILABLE: i32 = MARK | NOSORT | NOCHECK | NOESCAPE | ERR | BRACE | ONLYDIR;
}

/// Names that match a pattern. `None` when reading a directory failed, with [`flags::ERR`].
pub fn matches(pattern: &[u8], bits: i32) -> Option<Vec<Vec<u8>>> {
    let pattern = CString::new(pattern).ok()?;
    // SAFETY: all zeros is a valid, empty glob_t.
    let mut g: libc::glob_t = unsafe { std::mem::zeroed() };
    // SAFETY: the pattern is terminated; results are read before globfree, once.
    unsafe {
        let rc = libc::glob(pattern.as_ptr(), bits & !flags::ONLYDIR, None, &mut g);
        let names = (0..g.gl_pathc).map(|i| CStr::from_ptr(*g.gl_pathv.add(i)).to_bytes().to_vec());
        let names = match rc {
            0 => Some(names.collect()),
            libc::GLOB_NOMATCH => Some(Vec::new()),
            _ => None,
        };
        libc::globfree(&mut g);
        names
    }
}

/// `glob()` as PHP has it: directories only where asked, `open_basedir` heeded. `None`: false with no more to say.
pub fn find(env: &Rc<dyn Environment>, pattern: &[u8], bits: i32) -> Option<Vec<Vec<u8>>> {
    if pattern.len() >= path::MAX_PATH {
        env.warn(&format!("Pattern exceeds the maximum allowed length of {} characters", path::MAX_PATH));
        return None;
    }
    let mut names = matches(pattern, bits)?;
    let all = names.len();
    names.retain(|n| path::allowed(env, n, false));
    if names.is_empty() && all > 0 && !path::allowed(env, pattern, false) {
        return None;
    }
    if bits & flags::ONLYDIR != 0 {
        names.retain(|n| path::os(n).is_dir());
    }
    Some(names)
}

/// The wrapper of `glob://`.
pub struct GlobWrapper;

/// The names that a `glob://` directory lists.
pub struct GlobDirectory {
    names: Vec<Vec<u8>>,
    at: Cell<usize>,
    folder: RefCell<Option<Vec<u8>>>,
    pattern: Vec<u8>,
}

/// The folder of a name, as `GlobIterator` gives it: without its slash unless it is the root.
fn split(name: &[u8]) -> (&[u8], &[u8]) {
    match name.iter().rposition(|&c| c == b'/') {
        Some(i) => (&name[..i.max(usize::from(i == 0))], &name[i + 1..]),
        None => (b"", name),
    }
}

impl GlobDirectory {
    /// How many names there are.
    pub fn count(&self) -> usize {
        self.names.len()
    }
    /// The folder of the name that was read last.
    pub fn folder(&self) -> Option<Vec<u8>> {
        self.folder.borrow().clone()
    }
    /// The pattern without its folder.
    pub fn pattern(&self) -> &[u8] {
        &self.pattern
    }
}

impl Wrapper for GlobWrapper {
    fn label(&self) -> &str {
        "glob"
    }

    fn open_dir(&self, r: &OpenRequest<'_>) -> Result<Rc<Stream>, OpenFailure> {
        let env = r.streams.env();
        let pattern = r.path.strip_prefix(b"glob://").unwrap_or(r.path);
        let mut names = matches(pattern, 0).ok_or_else(OpenFailure::default)?;
        let folder = split(names.first().map_or(pattern, |n| n)).0.to_vec();
        if r.options & options::NO_OPEN_BASEDIR == 0 {
            names.retain(|n| path::allowed(env, n, false));
        }
        let dir = GlobDirectory {
            names,
            at: Cell::new(0),
            folder: RefCell::new(Some(folder)),
            pattern: split(pattern).1.to_vec(),
        };
        Ok(Stream::new(env.clone(), Rc::new(dir), r.mode))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Ops for GlobDirectory {
    fn label(&self) -> &'static str {
        "glob"
    }
    fn read(&self, _: &Stream, _: &mut [u8]) -> Io {
        Err(Failed)
    }
    fn has_write(&self) -> bool {
        false
    }
    fn has_seek(&self) -> bool {
        true
    }
    fn seek(&self, _: &Stream, _: i64, _: Whence) -> Sought {
        self.at.set(0);
        *self.folder.borrow_mut() = None;
        Sought { ok: true, position: None }
    }
    fn read_dir(&self, _: &Stream) -> Option<Vec<u8>> {
        let Some(name) = self.names.get(self.at.get()) else {
            *self.folder.borrow_mut() = None;
            return None;
        };
        let (folder, file) = split(name);
        *self.folder.borrow_mut() = Some(folder.to_vec());
        self.at.set(self.at.get() + 1);
        Some(file.to_vec())
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}
