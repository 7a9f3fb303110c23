//! Files by name: removed, moved, copied, linked, made.

use crate::functions::support::{
    Res, allowed, c_path, context, last_error, natives, opening_context, os_path, path, path_val, streams,
    text, warn, yes,
};
use howdah_streams::wrapper::stat_flags;
use howdah_streams::{Streams, options, path as paths};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::Val;
use std::os::unix::ffi::OsStrExt;

/// Whether two paths name one file of this machine.
fn same_file(s: &Streams, from: &[u8], to: &[u8]) -> bool {
    match (paths::real(from), paths::real(to)) {
        (Some(a), Some(b)) => a == b && s.locate(from, 0).is_some_and(|(w, _)| w.is_plain()),
        _ => false,
    }
}

fn copy(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (from, to) = (path(vm, a, 0)?, path(vm, a, 1)?);
    let s = streams(vm)?;
    let context = context(vm, a, 2)?;
    if s.locate(from, 0).is_some_and(|(w, p)| w.is_plain() && !paths::allowed(s.env(), p, true)) {
        return yes(false);
    }
    let stat = |p: &[u8]| s.stat(p, stat_flags::QUIET, context.as_ref());
    if let Some(st) = stat(from) {
        if st.format() == howdah_streams::stat::mode::DIRECTORY {
            warn(vm, "The first argument to copy() function cannot be a directory")?;
            return yes(false);
        }
        if stat(to).is_some_and(|t| t.format() == howdah_streams::stat::mode::DIRECTORY) {
            warn(vm, "The second argument to copy() function cannot be a directory")?;
            return yes(false);
        }
        if same_file(&s, from, to) {
            return yes(false);
        }
    }
    let Some(src) = s.open(from, b"rb", options::REPORT_ERRORS, context.clone()) else { return yes(false) };
    let Some(dst) = s.open(to, b"wb", options::REPORT_ERRORS, context) else {
        src.stream.close();
        return yes(false);
    };
    let done = src.stream.copy_to(&dst.stream, None).1.is_ok();
    src.stream.close();
    dst.stream.close();
    yes(done)
}

/// Makes a link with one of the system's calls.
fn link_with(
    vm: &mut Vm,
    a: &Args<'_>,
    make: unsafe extern "C" fn(*const libc::c_char, *const libc::c_char) -> i32,
    symbolic: bool,
) -> Res {
    let (target, link) = (path(vm, a, 0)?, path(vm, a, 1)?);
    let s = streams(vm)?;
    for p in [target, link] {
        if s.locate(p, 0).is_some_and(|(w, _)| w.is_url()) || memchr::memmem::find(p, b"://").is_some() {
            let what = if symbolic { "symlink" } else { "link" };
            warn(vm, format!("Unable to {what} to a URL"))?;
            return yes(false);
        }
    }
    let Some(full) = paths::expand(link) else {
        let why = howdah_streams::errno::text(libc::ENOENT);
        warn(vm, why)?;
        return yes(false);
    };
    // A target is seen from the link's folder.
    let seen = if target.starts_with(b"/") || !symbolic {
        target.to_vec()
    } else {
        let end = full.iter().rposition(|c| *c == b'/').unwrap_or(0);
        [&full[..=end], target].concat()
    };
    if !allowed(vm, &seen) || !allowed(vm, &full) {
        return yes(false);
    }
    let (t, l) = (c_path(target), c_path(link));
    // SAFETY: NUL-terminated paths.
    if unsafe { make(t.as_ptr(), l.as_ptr()) } != 0 {
        let why = last_error();
        warn(vm, why)?;
        return yes(false);
    }
    yes(true)
}

fn readlink(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    if !allowed(vm, p) {
        return yes(false);
    }
    match std::fs::read_link(os_path(p)) {
        Ok(t) => Ok(path_val(&t)),
        Err(e) => {
            warn(vm, crate::functions::support::why(&e))?;
            yes(false)
        }
    }
}

fn linkinfo(vm: &mut Vm, a: &Args<'_>) -> Res {
    use std::os::unix::fs::MetadataExt;
    let p = path(vm, a, 0)?;
    let Some(full) = paths::expand(p) else { return yes(false) };
    let end = full.iter().rposition(|c| *c == b'/').unwrap_or(0);
    if !allowed(vm, if end == 0 { b"/" } else { &full[..end] }) {
        return yes(false);
    }
    match std::fs::symlink_metadata(os_path(p)) {
        Ok(m) => Ok(Val::int(m.dev() as i64)),
        Err(e) => {
            warn(vm, crate::functions::support::why(&e))?;
            Ok(Val::int(-1))
        }
    }
}

fn mkdir(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    let c = opening_context(vm, a, 3)?;
    yes(streams(vm)?.mkdir(p, a.int(1, 0o777) as u32, a.bool(2, false), c.as_ref()))
}

fn rename(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (from, to) = (path(vm, a, 0)?, path(vm, a, 1)?);
    let c = opening_context(vm, a, 2)?;
    yes(streams(vm)?.rename(from, to, c.as_ref()))
}

fn temp_name(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (dir, prefix) = (path(vm, a, 0)?, path(vm, a, 1)?);
    let prefix = prefix.rsplit(|c| *c == b'/').next().unwrap_or_default();
    let prefix = &prefix[..prefix.len().min(63)];
    let s = streams(vm)?;
    let make = |d: &std::path::Path| {
        let made = howdah_streams::plain::named_temporary_file(d, prefix);
        made.ok().and_then(|f| f.keep().ok()).map(|(_, p)| p)
    };
    let full = if dir.is_empty() { None } else { paths::expand(dir) };
    if let Some(d) = &full {
        if !allowed(vm, d) {
            return yes(false);
        }
        if let Some(p) = make(os_path(d)) {
            return Ok(path_val(&p));
        }
    }
    let temp = howdah_streams::plain::temp_dir(s.env());
    if !allowed(vm, temp.as_os_str().as_bytes()) {
        return yes(false);
    }
    if !dir.is_empty() {
        crate::functions::support::notice(vm, "file created in the system's temporary directory")?;
    }
    Ok(make(&temp).map_or(Val::FALSE, |p| path_val(&p)))
}

fn chdir(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    if !allowed(vm, p) {
        return yes(false);
    }
    match std::env::set_current_dir(os_path(p)) {
        Ok(()) => yes(true),
        Err(e) => {
            let code = e.raw_os_error().unwrap_or(0);
            warn(vm, format!("{} (errno {code})", howdah_streams::errno::of(&e)))?;
            yes(false)
        }
    }
}

fn chroot(vm: &mut Vm, a: &Args<'_>) -> Res {
    let c = c_path(path(vm, a, 0)?);
    // SAFETY: a NUL-terminated path.
    if unsafe { libc::chroot(c.as_ptr()) } != 0 {
        let e = std::io::Error::last_os_error();
        let code = e.raw_os_error().unwrap_or(0);
        warn(vm, format!("{} (errno {code})", howdah_streams::errno::of(&e)))?;
        return yes(false);
    }
    yes(std::env::set_current_dir("/").is_ok())
}

fn fnmatch(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (pattern, name) = (path(vm, a, 0)?, path(vm, a, 1)?);
    for (what, p) in [("Filename", name), ("Pattern", pattern)] {
        if p.len() >= paths::MAX_PATH {
            let max = paths::MAX_PATH;
            warn(vm, format!("{what} exceeds the maximum allowed length of {max} characters"))?;
            return yes(false);
        }
    }
    let (p, n) = (c_path(pattern), c_path(name));
    // SAFETY: NUL-terminated texts.
    yes(unsafe { libc::fnmatch(p.as_ptr(), n.as_ptr(), a.int(2, 0) as i32) } == 0)
}

fn glob(vm: &mut Vm, a: &Args<'_>) -> Res {
    let pattern = path(vm, a, 0)?;
    let bits = a.int(1, 0);
    if bits & !(howdah_streams::glob::flags::AVAILABLE as i64) != 0 {
        warn(vm, "At least one of the passed flags is invalid or not supported on this platform")?;
        return yes(false);
    }
    let s = streams(vm)?;
    let found = howdah_streams::glob::find(s.env(), pattern, bits as i32);
    Ok(found.map_or(Val::FALSE, crate::functions::support::texts))
}

fn ftok(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    if p.is_empty() {
        return Err(crate::functions::support::bad_value(vm, 0, "must not be empty"));
    }
    let &[id] = a.bytes(1) else {
        return Err(crate::functions::support::bad_value(vm, 1, "must be a single character"));
    };
    if !allowed(vm, p) {
        return Ok(Val::int(-1));
    }
    let c = c_path(p);
    // SAFETY: a NUL-terminated path.
    let key = unsafe { libc::ftok(c.as_ptr(), id as i32) };
    if key == -1 {
        let why = last_error();
        warn(vm, format!("ftok() failed - {why}"))?;
    }
    Ok(Val::int(key as i64))
}

natives! {
    /// Functions of names.
    LIST;
    "unlink(string $filename, $context = null): bool" => |vm, a| {
        let p = path(vm, a, 0)?;
        let c = opening_context(vm, a, 1)?;
        yes(streams(vm)?.unlink(p, c.as_ref()))
    },
    "rename(string $from, string $to, $context = null): bool" => rename,
    "copy(string $from, string $to, $context = null): bool" => copy,
    "link(string $target, string $link): bool" => |vm, a| link_with(vm, a, libc::link, false),
    "symlink(string $target, string $link): bool" => |vm, a| link_with(vm, a, libc::symlink, true),
    "readlink(string $path): string|false" => readlink,
    "linkinfo(string $path): int|false" => linkinfo,
    "mkdir(string $directory, int $permissions = 0777, bool $recursive = false, $context = null): bool" => mkdir,
    "rmdir(string $directory, $context = null): bool" => |vm, a| {
        let p = path(vm, a, 0)?;
        let c = opening_context(vm, a, 1)?;
        yes(streams(vm)?.rmdir(p, c.as_ref()))
    },
    "realpath(string $path): string|false" => |vm, a| {
        let p = path(vm, a, 0)?;
        let p = if p.is_empty() { &b"."[..] } else { p };
        let Some(real) = paths::real(p) else { return yes(false) };
        if !allowed(vm, &real) {
            return yes(false);
        }
        Ok(text(&real))
    },
    "getcwd(): string|false" => |_, _| {
        Ok(std::env::current_dir().map_or(Val::FALSE, |p| path_val(&p)))
    },
    "chdir(string $directory): bool" => chdir,
    "chroot(string $directory): bool" => chroot,
    "sys_get_temp_dir(): string" => |vm, _| {
        let s = streams(vm)?;
        Ok(path_val(&howdah_streams::plain::temp_dir(s.env())))
    },
    "tempnam(string $directory, string $prefix): string|false" => temp_name,
    "fnmatch(string $pattern, string $filename, int $flags = 0): bool" => fnmatch,
    "glob(string $pattern, int $flags = 0): array|false" => glob,
    "ftok(string $filename, string $project_id): int" => ftok,
    "stream_resolve_include_path(string $filename): string|false" => |vm, a| {
        let p = path(vm, a, 0)?;
        let s = streams(vm)?;
        let found = paths::resolve_include(&s, p, &s.env().ini("include_path"));
        Ok(found.map_or(Val::FALSE, |f| text(&f)))
    },
}
