//! Files by name: removed, moved, made, changed.

use crate::env::{Environment, Level};
use crate::errno;
use crate::path;
use crate::wrapper::Change;
use rustix::fs::{AtFlags, CWD, Mode, Timespec, Timestamps};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::rc::Rc;

type Env = Rc<dyn Environment>;

/// Raises a system error with the path as parameter.
fn report(env: &Env, params: &[&[u8]], e: &io::Error) -> bool {
    env.raise(Level::Warning, params, &errno::of(e));
    false
}

pub(super) fn unlink(env: &Env, p: &[u8]) -> bool {
    if !path::allowed(env, p, true) {
        return false;
    }
    if let Err(e) = rustix::fs::unlink(path::os(p)) {
        return report(env, &[p], &e.into());
    }
    env.files_changed();
    true
}

pub(super) fn rename(env: &Env, from: &[u8], to: &[u8]) -> bool {
    if !path::allowed(env, from, true) || !path::allowed(env, to, true) {
        return false;
    }
    let done = match std::fs::rename(path::os(from), path::os(to)) {
        Ok(()) => true,
        Err(e) if errno::code(&e) == libc::EXDEV => move_across(env, from, to),
        Err(e) => report(env, &[from, to], &e),
    };
    if done {
        env.files_changed();
    }
    done
}

/// A rename from one file system to another: copied with owner and permissions, then removed.
fn move_across(env: &Env, from: &[u8], to: &[u8]) -> bool {
    let (src, dst) = (path::os(from), path::os(to));
    let meta = match std::fs::copy(src, dst).and_then(|_| std::fs::metadata(src)) {
        Ok(m) => m,
        Err(e) => return report(env, &[from, to], &e),
    };
    let owned = std::os::unix::fs::chown(dst, Some(meta.uid()), Some(meta.gid()));
    let allowed = std::fs::set_permissions(dst, std::fs::Permissions::from_mode(meta.mode()));
    for r in [owned, allowed] {
        if let Err(e) = r {
            report(env, &[from, to], &e);
            if errno::code(&e) != libc::EPERM {
                return false;
            }
        }
    }
    // PHP does not look at what this gives either.
    drop(std::fs::remove_file(src));
    true
}

fn make(p: &[u8], mode: u32) -> io::Result<()> {
    std::fs::DirBuilder::new().mode(mode).create(path::os(p))
}

pub(super) fn mkdir(env: &Env, p: &[u8], mode: u32) -> bool {
    path::allowed(env, p, true) && make(p, mode).map_or_else(|e| report(env, &[], &e), |()| true)
}

pub(super) fn mkdir_all(env: &Env, p: &[u8], mode: u32) -> bool {
    let Some(full) = path::expand(p) else {
        env.warn("Invalid path");
        return false;
    };
    if !path::allowed(env, &full, true) {
        return false;
    }
    let ends: Vec<usize> = (1..=full.len()).filter(|&i| i == full.len() || full[i] == b'/').collect();
    // The longest part that is there already; all below it are made.
    let there = ends.iter().rposition(|&e| e < full.len() && path::os(&full[..e]).exists());
    let missing = &ends[there.map_or(0, |i| i + 1)..];
    for (i, &e) in missing.iter().enumerate() {
        let last = i + 1 == missing.len();
        match make(&full[..e], mode) {
            Err(err) if last || err.kind() != io::ErrorKind::AlreadyExists => return report(env, &[], &err),
            _ => {}
        }
    }
    true
}

pub(super) fn rmdir(env: &Env, p: &[u8]) -> bool {
    if !path::allowed(env, p, true) {
        return false;
    }
    if let Err(e) = rustix::fs::rmdir(path::os(p)) {
        return report(env, &[p], &e.into());
    }
    env.files_changed();
    true
}

fn touch(env: &Env, p: &[u8], times: Option<(i64, i64)>) -> Result<(), Option<io::Error>> {
    if rustix::fs::access(path::os(p), rustix::fs::Access::EXISTS).is_err() {
        let made = std::fs::OpenOptions::new().append(true).create(true).open(path::os(p));
        if let Err(e) = made {
            let shown = String::from_utf8_lossy(p);
            let msg = format!("Unable to create file {shown} because {}", errno::of(&e));
            env.raise(Level::Warning, &[], &msg);
            return Err(None);
        }
    }
    let now = Timespec { tv_sec: 0, tv_nsec: rustix::fs::UTIME_NOW };
    let at = |s: i64| Timespec { tv_sec: s, tv_nsec: 0 };
    let (mtime, atime) = times.map_or((now, now), |(m, a)| (at(m), at(a)));
    let stamps = Timestamps { last_access: atime, last_modification: mtime };
    rustix::fs::utimensat(CWD, path::os(p), &stamps, AtFlags::empty()).map_err(|e| Some(e.into()))
}

/// The id of a user or group by name.
fn id_of(env: &Env, name: &[u8], group: bool) -> Option<u32> {
    let found = std::ffi::CString::new(name).ok().and_then(|c| {
        // SAFETY: the name is terminated; what is found lives until the next call on this thread.
        unsafe {
            if group {
                libc::getgrnam(c.as_ptr()).as_ref().map(|g| g.gr_gid)
            } else {
                libc::getpwnam(c.as_ptr()).as_ref().map(|u| u.pw_uid)
            }
        }
    });
    if found.is_none() {
        let what = if group { "gid" } else { "uid" };
        let msg = format!("Unable to find {what} for {}", String::from_utf8_lossy(name));
        env.raise(Level::Warning, &[], &msg);
    }
    found
}

pub(super) fn change(env: &Env, p: &[u8], change: &Change) -> bool {
    if !path::allowed(env, p, true) {
        return false;
    }
    let own = |u: Option<u32>, g: Option<u32>| std::os::unix::fs::chown(path::os(p), u, g).map_err(Some);
    let done = match change {
        Change::Touch(times) => touch(env, p, *times),
        Change::Owner(id) => own(Some(*id as u32), None),
        Change::Group(id) => own(None, Some(*id as u32)),
        Change::OwnerName(n) => id_of(env, n, false).map_or(Err(None), |id| own(Some(id), None)),
        Change::GroupName(n) => id_of(env, n, true).map_or(Err(None), |id| own(None, Some(id))),
        Change::Access(mode) => {
            rustix::fs::chmod(path::os(p), Mode::from_raw_mode(*mode as u32)).map_err(|e| Some(e.into()))
        }
    };
    match done {
        Ok(()) => {
            env.files_changed();
            true
        }
        Err(e) => {
            if let Some(e) = e {
                env.raise(Level::Warning, &[], &errno::of(&e));
            }
            false
        }
    }
}
