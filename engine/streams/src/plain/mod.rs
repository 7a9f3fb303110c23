//! The machine's own files: `file://` and paths.

mod dir;
mod fs;
pub mod handle;

use crate::context::Context;
use crate::env::Environment;
use crate::errno;
use crate::mode::OpenMode;
use crate::path;
use crate::stat::Stat;
use crate::stream::Stream;
use crate::wrapper::{Change, OpenFailure, OpenRequest, Opened, Wrapper, options, stat_flags};
use handle::FileHandle;
use std::any::Any;
use std::rc::Rc;

/// The wrapper.
pub struct PlainFiles;

/// A path without `file://`.
fn local(url: &[u8]) -> &[u8] {
    if url.len() >= 7 && url[..7].eq_ignore_ascii_case(b"file://") { &url[7..] } else { url }
}

/// Opens a file as a stream.
pub fn open_file(
    env: &Rc<dyn Environment>,
    path: &[u8],
    mode: &[u8],
    opts: u32,
) -> Result<Opened, OpenFailure> {
    let Some(m) = OpenMode::parse(mode) else {
        let shown = String::from_utf8_lossy(mode);
        return Err(OpenFailure::because(format!("`{shown}' is not a valid mode for fopen")));
    };
    let full = if opts & options::ASSUME_REALPATH != 0 { Some(path.to_vec()) } else { path::expand(path) };
    let full = full.ok_or_else(|| OpenFailure::io(&errno::last()))?;
    let perms = rustix::fs::Mode::from_raw_mode(0o666);
    let fd = rustix::fs::open(path::os(&full), m.flags(), perms).map_err(|e| OpenFailure::io(&e.into()))?;
    if opts & options::FOR_INCLUDE != 0 {
        let kind = rustix::fs::fstat(&fd).map(Stat::from).map(|s| s.format());
        if kind.is_ok_and(|k| k != crate::stat::mode::REGULAR) {
            // PHP shows whatever the last system call left, which succeeded.
            return Err(OpenFailure::because(errno::text(0)));
        }
    }
    env.files_changed();
    let stream = FileHandle::stream(env.clone(), fd, mode, !m.append);
    Ok(Opened { stream, path: Some(full) })
}

/// A temporary file that is removed when its stream is closed (`tmpfile()`). In `dir`, or where temporary files go.
pub fn temporary_file(env: &Rc<dyn Environment>, dir: Option<&[u8]>, prefix: &str) -> Option<Rc<Stream>> {
    let folder = dir.map_or_else(|| path::bytes(temp_dir(env)), <[u8]>::to_vec);
    let (file, temp) = named_temporary_file(path::os(&folder), prefix.as_bytes()).ok()?.into_parts();
    let name = path::bytes(temp.to_path_buf());
    let s = FileHandle::temporary(env.clone(), file.into(), temp);
    s.set_path(&name);
    Some(s)
}

/// A new file in `dir` whose name is `prefix` with PHP's random rest: 64 bits in base 32, so that case does not matter, and
/// the six characters of mkstemp(3).
pub fn named_temporary_file(
    dir: &std::path::Path,
    prefix: &[u8],
) -> std::io::Result<tempfile::NamedTempFile> {
    use std::hash::{BuildHasher, Hasher};
    let random = std::hash::RandomState::new().build_hasher().finish();
    let mut name = prefix.to_vec();
    name.extend((0..13).map(|i| b"0123456789abcdefghijklmnopqrstuv"[(random >> (5 * i)) as usize % 32]));
    tempfile::Builder::new().prefix(path::os(&name)).rand_bytes(6).tempfile_in(dir)
}

/// Where temporary files go: `sys_temp_dir`, `$TMPDIR`, `/tmp`.
pub fn temp_dir(env: &Rc<dyn Environment>) -> std::path::PathBuf {
    let trim = |mut d: Vec<u8>| {
        if d.len() > 1 && d.ends_with(b"/") {
            d.pop();
        }
        path::os(&d).to_owned()
    };
    let set = env.ini("sys_temp_dir");
    if !set.is_empty() {
        return trim(set);
    }
    match std::env::var_os("TMPDIR") {
        Some(d) if !d.is_empty() => trim(path::bytes(d.into())),
        _ => "/tmp".into(),
    }
}

impl Wrapper for PlainFiles {
    fn label(&self) -> &str {
        "plainfile"
    }
    fn is_plain(&self) -> bool {
        true
    }

    fn open(&self, r: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let env = r.streams.env();
        if r.options & options::NO_OPEN_BASEDIR == 0 && !path::allowed(env, r.path, true) {
            return Err(OpenFailure::because(errno::text(libc::EPERM)));
        }
        open_file(env, r.path, r.mode, r.options)
    }

    fn open_dir(&self, r: &OpenRequest<'_>) -> Result<Rc<Stream>, OpenFailure> {
        let env = r.streams.env();
        if r.options & options::NO_OPEN_BASEDIR == 0 && !path::allowed(env, r.path, true) {
            return Err(OpenFailure::because(errno::text(libc::EPERM)));
        }
        dir::open(env, r.path).map_err(|e| OpenFailure::io(&e))
    }

    fn has_url_stat(&self) -> bool {
        true
    }

    fn url_stat(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        bits: u32,
        _: Option<&Rc<Context>>,
    ) -> Option<Stat> {
        let p = local(url);
        if bits & stat_flags::NO_OPEN_BASEDIR == 0 && !path::allowed(env, p, bits & stat_flags::QUIET == 0) {
            return None;
        }
        let m = if bits & stat_flags::LINK != 0 {
            std::fs::symlink_metadata(path::os(p))
        } else {
            std::fs::metadata(path::os(p))
        };
        m.ok().as_ref().map(Stat::from)
    }

    fn unlink(&self, env: &Rc<dyn Environment>, url: &[u8], _: Option<&Rc<Context>>) -> Option<bool> {
        Some(fs::unlink(env, local(url)))
    }

    fn has_rename(&self) -> bool {
        true
    }

    fn rename(
        &self,
        env: &Rc<dyn Environment>,
        from: &[u8],
        to: &[u8],
        _: Option<&Rc<Context>>,
    ) -> Option<bool> {
        Some(fs::rename(env, local(from), local(to)))
    }

    fn mkdir(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        mode: u32,
        recursive: bool,
        _: Option<&Rc<Context>>,
    ) -> Option<bool> {
        Some(if recursive { fs::mkdir_all(env, local(url), mode) } else { fs::mkdir(env, local(url), mode) })
    }

    fn rmdir(&self, env: &Rc<dyn Environment>, url: &[u8], _: Option<&Rc<Context>>) -> Option<bool> {
        Some(fs::rmdir(env, local(url)))
    }

    fn change(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        change: &Change,
        _: Option<&Rc<Context>>,
    ) -> Option<bool> {
        Some(fs::change(env, local(url), change))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
