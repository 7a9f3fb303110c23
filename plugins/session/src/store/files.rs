//! The `files` store: a file `sess_ID` for each session, locked while the session is open.

use crate::id;
use crate::state::session;
use plugin_api::{Ctx, Level, R, Str};
use std::ffi::{CString, OsStr};
use std::fs::File;
use std::io::Error;
use std::os::fd::{AsRawFd, FromRawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::Path;
use std::time::{Duration, SystemTime};

const PREFIX: &[u8] = b"sess_";
/// `MAXPATHLEN`
const LONGEST_PATH: usize = 4096;

/// What the store has open.
pub struct Files {
    folder: Vec<u8>,
    /// Levels of folders, each named by a character of the id.
    depth: usize,
    /// Permissions of new files.
    mode: u32,
    /// The file that is open and locked, and the id that it is of.
    file: Option<(Vec<u8>, File)>,
    /// Bytes that were read.
    size: u64,
}

impl Files {
    /// The file of an id; `None` when there can be none.
    fn path(&self, id: &[u8]) -> Option<Vec<u8>> {
        let room = self.folder.len() + 2 * self.depth + id.len() + 5 + PREFIX.len() + 1;
        if id.len() <= self.depth || room > LONGEST_PATH {
            return None;
        }
        let mut path = self.folder.clone();
        path.push(b'/');
        for c in &id[..self.depth] {
            path.extend_from_slice(&[*c, b'/']);
        }
        path.extend_from_slice(PREFIX);
        path.extend_from_slice(id);
        Some(path)
    }
}

/// Runs `f` on what is open.
fn with<T>(ctx: &mut Ctx, f: impl FnOnce(&mut Files) -> T) -> Option<T> {
    session(ctx).files.borrow_mut().as_mut().map(f)
}

/// Text and number of an error of the system.
fn describe(e: &Error) -> String {
    let text = e.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    format!("{text} ({})", e.raw_os_error().unwrap_or(0))
}

fn last_error() -> String {
    describe(&Error::last_os_error())
}

/// A number as `strtol()` reads it; `None` when it is out of range.
fn number(text: &[u8], radix: u32) -> Option<i64> {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text.first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let mut n = 0i64;
    for d in digits.iter().map_while(|c| (*c as char).to_digit(radix)) {
        n = n.checked_mul(radix.into())?.checked_add(d.into())?;
    }
    Some(if negative { -n } else { n })
}

pub fn open(ctx: &mut Ctx, path: &[u8]) -> R<bool> {
    let temporary;
    let path = if path.is_empty() {
        temporary = ctx.call_function("sys_get_temp_dir", &[])?.to_str(ctx)?;
        if !ctx.path_allowed(&temporary) {
            return Ok(false);
        }
        temporary.as_bytes()
    } else {
        path
    };
    // At most two settings stand before the folder, which may hold semicolons itself.
    let parts: Vec<&[u8]> = path.splitn(3, |c| *c == b';').collect();
    let (mut depth, mut mode) = (0, 0o600);
    if parts.len() > 1 {
        match number(parts[0], 10) {
            Some(n) => depth = n as usize,
            None => {
                ctx.raise_plain(Level::Warning, "The first parameter in session.save_path is invalid")?;
                return Ok(false);
            }
        }
    }
    if parts.len() > 2 {
        match number(parts[1], 8) {
            Some(n @ 0..=0o7777) => mode = n as u32,
            _ => {
                ctx.raise_plain(Level::Warning, "The second parameter in session.save_path is invalid")?;
                return Ok(false);
            }
        }
    }
    let folder = parts.last().copied().unwrap_or_default().to_vec();
    let opened = Files { folder, depth, mode, file: None, size: 0 };
    session(ctx).files.replace(Some(opened));
    Ok(true)
}

/// Opens and locks the file of an id, unless it is open.
fn open_file(ctx: &mut Ctx, id: &[u8]) -> R<bool> {
    let (path, mode) = match with(ctx, |f| {
        if f.file.as_ref().is_some_and(|(of, _)| of == id) {
            return None;
        }
        f.file = None;
        Some((f.path(id), f.mode))
    }) {
        Some(None) => return Ok(true),
        Some(Some(needed)) => needed,
        None => return Ok(false),
    };
    if !id::is_valid(id) {
        ctx.warning(
            "Session ID is too long or contains illegal characters. Only the A-Z, a-z, 0-9, \"-\", and \",\" \
             characters are allowed",
        )?;
        return Ok(false);
    }
    let Some(c_path) = path.as_deref().and_then(|p| CString::new(p).ok()) else {
        ctx.warning(format!(
            "Failed to create session data file path. Too short session ID, invalid save_path or path length exceeds \
             {LONGEST_PATH} characters"
        ))?;
        return Ok(false);
    };
    let flags = libc::O_CREAT | libc::O_RDWR | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    // SAFETY: a live text and plain numbers.
    let fd = unsafe { libc::open(c_path.as_ptr(), flags, mode) };
    if fd < 0 {
        let why = last_error();
        let path = c_path.to_string_lossy();
        ctx.warning(format!("open({path}, O_RDWR) failed: {why}"))?;
        return Ok(false);
    }
    // SAFETY: a descriptor that was just opened and that nothing else closes.
    let file = unsafe { File::from_raw_fd(fd) };
    // SAFETY: no arguments.
    let (user, effective) = unsafe { (libc::getuid(), libc::geteuid()) };
    let ours = file.metadata().is_ok_and(|m| user == 0 || [0, user, effective].contains(&m.uid()));
    if !ours {
        ctx.warning("Session data file is not created by your uid")?;
        return Ok(false);
    }
    // SAFETY: the descriptor is open.
    while unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX) } == -1
        && Error::last_os_error().raw_os_error() == Some(libc::EINTR)
    {}
    with(ctx, |f| f.file = Some((id.to_vec(), file)));
    Ok(true)
}

pub fn read(ctx: &mut Ctx, id: &[u8]) -> R<Option<Str>> {
    if !open_file(ctx, id)? {
        return Ok(None);
    }
    let got = with(ctx, |f| {
        let (_, file) = f.file.as_ref()?;
        f.size = file.metadata().ok()?.len();
        let mut text = vec![0; f.size as usize];
        let n = file.read_at(&mut text, 0);
        Some(n.map(|n| (n, text)))
    });
    Ok(match got.flatten() {
        None => None,
        Some(Ok((n, text))) if n == text.len() => Some(text.into()),
        Some(Ok(_)) => {
            ctx.warning("Read returned less bytes than requested")?;
            None
        }
        Some(Err(e)) => {
            ctx.warning(format!("Read failed: {}", describe(&e)))?;
            None
        }
    })
}

pub fn write(ctx: &mut Ctx, id: &[u8], text: &[u8]) -> R<bool> {
    if !open_file(ctx, id)? {
        return Ok(false);
    }
    let done = with(ctx, |f| {
        let (_, file) = f.file.as_ref()?;
        if (text.len() as u64) < f.size {
            // A file that keeps its old end is found out when it is read.
            drop(file.set_len(0));
        }
        Some(file.write_at(text, 0))
    });
    Ok(match done.flatten() {
        None => false,
        Some(Ok(n)) if n == text.len() => true,
        Some(Ok(_)) => {
            ctx.warning("Write wrote less bytes than requested")?;
            false
        }
        Some(Err(e)) => {
            ctx.warning(format!("Write failed: {}", describe(&e)))?;
            false
        }
    })
}

pub fn touch(ctx: &mut Ctx, id: &[u8], text: &[u8]) -> R<bool> {
    let Some(path) = with(ctx, |f| f.path(id)).flatten() else { return Ok(false) };
    let Ok(c_path) = CString::new(path) else { return Ok(false) };
    // SAFETY: a live text; no times: now.
    if unsafe { libc::utime(c_path.as_ptr(), std::ptr::null()) } == 0 {
        return Ok(true);
    }
    write(ctx, id, text)
}

pub fn destroy(ctx: &mut Ctx, id: &[u8]) -> bool {
    with(ctx, |f| {
        let Some(path) = f.path(id) else { return false };
        if f.file.take().is_none() {
            return true;
        }
        let path = Path::new(OsStr::from_bytes(&path)).to_owned();
        // A session that was never written has no file.
        std::fs::remove_file(&path).is_ok() || !path.exists()
    })
    .unwrap_or(false)
}

pub fn exists(ctx: &mut Ctx, id: &[u8]) -> bool {
    with(ctx, |f| f.path(id).is_some_and(|p| Path::new(OsStr::from_bytes(&p)).exists())).unwrap_or(false)
}

pub fn create_id(ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
    for _ in 0..4 {
        let made = id::create(ctx)?;
        if !exists(ctx, &made) {
            return Ok(Some(made));
        }
    }
    Ok(None)
}

pub fn collect(ctx: &mut Ctx, lifetime: i64) -> R<i64> {
    // Sessions in folders of folders are for the system's administrator to clean up.
    let Some(folder) = with(ctx, |f| (f.depth == 0).then(|| f.folder.clone())).flatten() else {
        return Ok(-1);
    };
    let entries = match std::fs::read_dir(OsStr::from_bytes(&folder)) {
        Ok(e) => e,
        Err(e) => {
            let folder = String::from_utf8_lossy(&folder);
            ctx.notice(format!("ps_files_cleanup_dir: opendir({folder}) failed: {}", describe(&e)))?;
            return Ok(-1);
        }
    };
    let now = SystemTime::now();
    let old = |path: &Path| {
        let changed = std::fs::metadata(path).and_then(|m| m.modified());
        let age = changed.ok().and_then(|t| now.duration_since(t).ok()).as_ref().map(Duration::as_secs);
        age.is_some_and(|a| a as i64 > lifetime)
    };
    let mut gone = 0;
    for entry in entries.flatten() {
        if entry.file_name().as_bytes().starts_with(PREFIX) && old(&entry.path()) {
            // Another process may have been faster.
            drop(std::fs::remove_file(entry.path()));
            gone += 1;
        }
    }
    Ok(gone)
}
