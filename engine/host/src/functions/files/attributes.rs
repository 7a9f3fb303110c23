//! What is known of files and set on them: `stat()` and its parts, `touch()`, `chmod()`, `chown()` and the rest.

use super::handles::stat_array;
use crate::functions::support::{
    Res, allowed, c_path, last_error, natives, os_path, path, redirected, streams, text, warn, yes,
};
use howdah_runtime::array;
use howdah_streams::stat::mode;
use howdah_streams::wrapper::{Change, stat_flags};
use howdah_streams::{Stat, path as paths};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api::files::purpose;
use plugin_api_abi::{INT, Status, Val};

/// Whether open_basedir lets a file of the machine's own be asked about, after the warning when it does not.
fn within_bounds(vm: &mut Vm, p: &[u8]) -> Result<bool, Status> {
    let s = streams(vm)?;
    let Some((w, local)) = s.locate(p, 0) else { return Ok(true) };
    let inside = !w.is_plain() || paths::allowed(s.env(), local, true);
    if vm.pending() != Status::Ok {
        return Err(vm.pending());
    }
    Ok(inside)
}

/// What is asked of a file without a word when it is not there.
fn quiet(vm: &mut Vm, a: &Args<'_>, bits: u32) -> Result<Option<Stat>, Status> {
    let p = a.bytes(0);
    if p.is_empty() || p.contains(&0) {
        return Ok(None);
    }
    let p = redirected(vm, p, purpose::STAT);
    if !within_bounds(vm, &p)? {
        return Ok(None);
    }
    Ok(streams(vm)?.stat(&p, bits | stat_flags::QUIET, None))
}

fn is_format(vm: &mut Vm, a: &Args<'_>, format: i64) -> Res {
    yes(quiet(vm, a, 0)?.is_some_and(|s| s.mode & mode::FORMAT == format))
}

/// A fact about a file; false, with a warning, when it is not there.
fn fact(vm: &mut Vm, a: &Args<'_>, f: fn(&Stat) -> Val) -> Res {
    stat_of(vm, a, 0, "stat", f)
}

fn stat_of(vm: &mut Vm, a: &Args<'_>, bits: u32, word: &str, f: fn(&Stat) -> Val) -> Res {
    let p = a.bytes(0);
    if p.is_empty() {
        return yes(false);
    }
    if p.contains(&0) {
        warn(vm, "Filename contains null byte")?;
        return yes(false);
    }
    let real = redirected(vm, p, purpose::STAT);
    if !within_bounds(vm, &real)? {
        return yes(false);
    }
    if let Some(s) = streams(vm)?.stat(&real, bits, None) {
        return Ok(f(&s));
    }
    if vm.pending() != Status::Ok {
        return Err(vm.pending());
    }
    let shown = String::from_utf8_lossy(p).into_owned();
    warn(vm, format!("{word} failed for {shown}"))?;
    yes(false)
}

/// `is_readable()` and its like: the system is asked for the machine's own files, the mode bits tell for others.
fn accessible(vm: &mut Vm, a: &Args<'_>, how: i32) -> Res {
    let p = a.bytes(0);
    if p.is_empty() || p.contains(&0) {
        return yes(false);
    }
    let p = redirected(vm, p, purpose::STAT);
    let s = streams(vm)?;
    let Some((w, local)) = s.locate(&p, 0) else { return yes(false) };
    if w.is_plain() {
        if !paths::allowed(s.env(), local, true) {
            return if vm.pending() == Status::Ok { yes(false) } else { Err(vm.pending()) };
        }
        let c = c_path(local);
        // SAFETY: a NUL-terminated path.
        return yes(unsafe { libc::access(c.as_ptr(), how) } == 0);
    }
    let bits = match how {
        libc::R_OK => 0o444,
        libc::W_OK => 0o222,
        _ => 0o111,
    };
    Ok(Val::bool(quiet(vm, a, 0)?.is_some_and(|s| s.mode & bits != 0)))
}

fn filetype(vm: &mut Vm, a: &Args<'_>) -> Res {
    stat_of(vm, a, stat_flags::LINK, "Lstat", |s| {
        text(match s.mode & mode::FORMAT {
            mode::LINK => b"link",
            mode::FIFO => b"fifo",
            mode::CHARACTER => b"char",
            mode::DIRECTORY => b"dir",
            mode::BLOCK => b"block",
            mode::REGULAR => b"file",
            mode::SOCKET => b"socket",
            _ => b"unknown",
        })
    })
}

/// A change through the file's wrapper.
fn change(vm: &mut Vm, p: &[u8], name: &str, c: &Change) -> Res {
    match streams(vm)?.change(p, c, None) {
        Some(done) => yes(done),
        None => {
            warn(vm, format!("Cannot call {name}() for a non-standard stream"))?;
            yes(false)
        }
    }
}

fn own(vm: &mut Vm, a: &Args<'_>, group: bool) -> Res {
    let p = path(vm, a, 0)?;
    let (name, c) = match (group, a.get(1).tag() == INT) {
        (true, true) => ("chgrp", Change::Group(a.int(1, 0))),
        (true, false) => ("chgrp", Change::GroupName(a.bytes(1).to_vec())),
        (false, true) => ("chown", Change::Owner(a.int(1, 0))),
        (false, false) => ("chown", Change::OwnerName(a.bytes(1).to_vec())),
    };
    change(vm, p, name, &c)
}

/// The id of a user or group by name.
fn id_of(name: &[u8], group: bool) -> Option<u32> {
    let c = c_path(name);
    // SAFETY: the name is terminated; what is found lives until the next call on this thread.
    unsafe {
        if group {
            libc::getgrnam(c.as_ptr()).as_ref().map(|g| g.gr_gid)
        } else {
            libc::getpwnam(c.as_ptr()).as_ref().map(|u| u.pw_uid)
        }
    }
}

/// `lchown()` and `lchgrp()`: of the link itself.
fn own_link(vm: &mut Vm, a: &Args<'_>, group: bool) -> Res {
    let p = path(vm, a, 0)?;
    let id = if a.get(1).tag() == INT { Some(a.int(1, 0) as u32) } else { id_of(a.bytes(1), group) };
    let Some(id) = id else {
        let what = if group { "gid" } else { "uid" };
        let shown = String::from_utf8_lossy(a.bytes(1)).into_owned();
        warn(vm, format!("Unable to find {what} for {shown}"))?;
        return yes(false);
    };
    if !allowed(vm, p) {
        return yes(false);
    }
    let c = c_path(p);
    let (u, g) = if group { (u32::MAX, id) } else { (id, u32::MAX) };
    // SAFETY: a NUL-terminated path.
    if unsafe { libc::lchown(c.as_ptr(), u, g) } != 0 {
        let why = last_error();
        warn(vm, why)?;
        return yes(false);
    }
    yes(true)
}

fn touch(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    if p.is_empty() {
        return yes(false);
    }
    let (m, at) = (a.get(1), a.get(2));
    let times = match (m.is_nullish(), at.is_nullish()) {
        (true, true) => None,
        (true, false) => {
            return Err(crate::functions::support::bad_value(
                vm,
                1,
                "cannot be null when argument #3 ($atime) is an integer",
            ));
        }
        (false, true) => Some((m.as_int(), m.as_int())),
        (false, false) => Some((m.as_int(), at.as_int())),
    };
    change(vm, p, "touch", &Change::Touch(times))
}

/// Bytes of a file system: free to the user, or all.
fn disk_space(vm: &mut Vm, a: &Args<'_>, free: bool) -> Res {
    let p = path(vm, a, 0)?;
    if !allowed(vm, p) {
        return yes(false);
    }
    match rustix::fs::statvfs(os_path(p)) {
        Ok(s) => {
            let unit = if s.f_frsize != 0 { s.f_frsize } else { s.f_bsize };
            let blocks = if free { s.f_bavail } else { s.f_blocks };
            Ok(Val::dbl(blocks as f64 * unit as f64))
        }
        Err(e) => {
            warn(vm, crate::functions::support::why(&e.into()))?;
            yes(false)
        }
    }
}

fn umask(vm: &mut Vm, a: &Args<'_>) -> Res {
    let new = (!a.get(0).is_nullish()).then(|| (a.int(0, 0) & 0o777) as u32);
    let host = crate::host::SapiHost::of(vm);
    // SAFETY: plain numbers. The mask is the process's; it is put back when the request ends.
    let old = unsafe {
        let old = libc::umask(new.unwrap_or(0o077));
        if new.is_none() {
            libc::umask(old);
        }
        old
    };
    if new.is_some()
        && let Some(h) = host
        && h.state.umask.get().is_none()
    {
        h.state.umask.set(Some(old));
    }
    Ok(Val::int(old as i64))
}

natives! {
    /// Functions of files' attributes.
    LIST;
    "file_exists(string $filename): bool" => |vm, a| {
        let there = quiet(vm, a, 0)?.is_some();
        yes(there)
    },
    "is_file(string $filename): bool" => |vm, a| is_format(vm, a, mode::REGULAR),
    "is_dir(string $filename): bool" => |vm, a| is_format(vm, a, mode::DIRECTORY),
    "is_link(string $filename): bool" => |vm, a| {
        yes(quiet(vm, a, stat_flags::LINK)?.is_some_and(|s| s.mode & mode::FORMAT == mode::LINK))
    },
    "is_readable(string $filename): bool" => |vm, a| accessible(vm, a, libc::R_OK),
    "is_writable(string $filename): bool" => |vm, a| accessible(vm, a, libc::W_OK),
    "is_writeable(string $filename): bool" => |vm, a| accessible(vm, a, libc::W_OK),
    "is_executable(string $filename): bool" => |vm, a| accessible(vm, a, libc::X_OK),
    "filesize(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.size)),
    "filemtime(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.mtime)),
    "fileatime(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.atime)),
    "filectime(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.ctime)),
    "fileperms(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.mode)),
    "fileowner(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.uid)),
    "filegroup(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.gid)),
    "fileinode(string $filename): int|false" => |vm, a| fact(vm, a, |s| Val::int(s.ino)),
    "stat(string $filename): array|false" => |vm, a| fact(vm, a, stat_array),
    "lstat(string $filename): array|false" => |vm, a| stat_of(vm, a, stat_flags::LINK, "Lstat", stat_array),
    "filetype(string $filename): string|false" => filetype,
    "clearstatcache(bool $clear_realpath_cache = false, string $filename = \"\"): void" => |_, _| Ok(Val::NULL),
    "realpath_cache_size(): int" => |_, _| Ok(Val::int(0)),
    "realpath_cache_get(): array" => |_, _| Ok(array::val(array::new(0))),
    "touch(string $filename, ?int $mtime = null, ?int $atime = null): bool" => touch,
    "chmod(string $filename, int $permissions): bool" => |vm, a| {
        let p = path(vm, a, 0)?;
        change(vm, p, "chmod", &Change::Access(a.int(1, 0)))
    },
    "chown(string $filename, string|int $user): bool" => |vm, a| own(vm, a, false),
    "chgrp(string $filename, string|int $group): bool" => |vm, a| own(vm, a, true),
    "lchown(string $filename, string|int $user): bool" => |vm, a| own_link(vm, a, false),
    "lchgrp(string $filename, string|int $group): bool" => |vm, a| own_link(vm, a, true),
    "disk_total_space(string $directory): float|false" => |vm, a| disk_space(vm, a, false),
    "disk_free_space(string $directory): float|false" => |vm, a| disk_space(vm, a, true),
    "diskfreespace(string $directory): float|false" => |vm, a| disk_space(vm, a, true),
    "umask(?int $mask = null): int" => umask,
    "stream_is_local($stream): bool" => |vm, a| {
        let v = a.get(0);
        if v.tag() == plugin_api_abi::RES {
            let s = crate::functions::support::stream(vm, a, 0)?;
            return yes(!s.wrapper().is_some_and(|w| w.is_url()));
        }
        let name = crate::functions::support::bytes_of(v)?;
        yes(!streams(vm)?.locate(&name, 0).is_some_and(|(w, _)| w.is_url()))
    },
    "stream_supports_lock($stream): bool" => |vm, a| {
        let s = crate::functions::support::stream(vm, a, 0)?;
        yes(s.ops().has_locks(&s))
    },
    "stream_isatty($stream): bool" => |vm, a| {
        let s = crate::functions::support::stream(vm, a, 0)?;
        let fd = s.descriptor(howdah_streams::ops::Cast::Descriptor, false);
        // SAFETY: a plain descriptor number.
        yes(fd.is_some_and(|fd| unsafe { libc::isatty(fd) } == 1))
    },
}
