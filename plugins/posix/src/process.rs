//! Processes, their groups and sessions, the system's name, and errors.

use crate::{Globals, succeeded};
use plugin_api::{Array, Ctx, OrFalse, Value, php_function};
use std::ffi::CStr;

/// Sends a signal.
#[php_function("posix_kill(int $process_id, int $signal): bool")]
fn posix_kill(ctx: &mut Ctx, process_id: i64, signal: i64) -> bool {
    // SAFETY: plain numbers.
    let r = unsafe { libc::kill(process_id as i32, signal as i32) };
    succeeded(ctx, r.into())
}

/// Number of this process.
#[php_function("posix_getpid(): int")]
fn posix_getpid() -> i64 {
    std::process::id().into()
}

/// Number of the parent.
#[php_function("posix_getppid(): int")]
fn posix_getppid() -> i64 {
    std::os::unix::process::parent_id().into()
}

/// Group of this process.
#[php_function("posix_getpgrp(): int")]
fn posix_getpgrp() -> i64 {
    // SAFETY: no arguments.
    unsafe { libc::getpgrp() }.into()
}

/// Begins a session.
#[php_function("posix_setsid(): int")]
fn posix_setsid() -> i64 {
    // SAFETY: no arguments.
    unsafe { libc::setsid() }.into()
}

/// Moves a process to a group.
#[php_function("posix_setpgid(int $process_id, int $process_group_id): bool")]
fn posix_setpgid(ctx: &mut Ctx, process_id: i64, process_group_id: i64) -> bool {
    // SAFETY: plain numbers.
    let r = unsafe { libc::setpgid(process_id as i32, process_group_id as i32) };
    succeeded(ctx, r.into())
}

/// Group of a process.
#[php_function("posix_getpgid(int $process_id): int|false")]
fn posix_getpgid(ctx: &mut Ctx, process_id: i64) -> OrFalse<i64> {
    // SAFETY: plain number.
    let r = unsafe { libc::getpgid(process_id as i32) }.into();
    OrFalse(succeeded(ctx, r).then_some(r))
}

/// Session of a process.
#[php_function("posix_getsid(int $process_id): int|false")]
fn posix_getsid(ctx: &mut Ctx, process_id: i64) -> OrFalse<i64> {
    // SAFETY: plain number.
    let r = unsafe { libc::getsid(process_id as i32) }.into();
    OrFalse(succeeded(ctx, r).then_some(r))
}

/// A text of the C library.
///
/// # Safety
/// `p` is null or points to a text that ends with NUL.
pub unsafe fn text(p: *const libc::c_char) -> Value {
    if p.is_null() {
        return Value::NULL;
    }
    // SAFETY: by the caller's promise.
    Value::str(unsafe { CStr::from_ptr(p) }.to_bytes())
}

/// What the system calls itself.
#[php_function("posix_uname(): array|false")]
fn posix_uname(ctx: &mut Ctx) -> OrFalse<Array> {
    // SAFETY: a struct of byte arrays, which the call fills with texts.
    let (r, u) = unsafe {
        let mut u: libc::utsname = std::mem::zeroed();
        (libc::uname(&mut u), u)
    };
    if !succeeded(ctx, r.into()) {
        return OrFalse::FALSE;
    }
    let mut out = Array::new();
    for (key, part) in [
        ("sysname", &u.sysname),
        ("nodename", &u.nodename),
        ("release", &u.release),
        ("version", &u.version),
        ("machine", &u.machine),
        ("domainname", &u.domainname),
    ] {
        // SAFETY: the system ends each text with NUL.
        out.set(key, unsafe { text(part.as_ptr()) });
    }
    OrFalse(Some(out))
}

/// Clock ticks, and those that this process and its children used.
#[php_function("posix_times(): array|false")]
fn posix_times(ctx: &mut Ctx) -> OrFalse<Array> {
    // SAFETY: a struct of numbers, which the call fills.
    let (ticks, t) = unsafe {
        let mut t: libc::tms = std::mem::zeroed();
        (libc::times(&mut t), t)
    };
    if !succeeded(ctx, if ticks == -1 { -1 } else { 0 }) {
        return OrFalse::FALSE;
    }
    let mut out = Array::new();
    out.set("ticks", ticks);
    out.set("utime", t.tms_utime);
    out.set("stime", t.tms_stime);
    out.set("cutime", t.tms_cutime);
    out.set("cstime", t.tms_cstime);
    OrFalse(Some(out))
}

fn last_error(ctx: &mut Ctx) -> i64 {
    ctx.globals::<Globals>().last_error.get().into()
}

/// Error number of the call that failed last.
#[php_function("posix_get_last_error(): int")]
fn posix_get_last_error(ctx: &mut Ctx) -> i64 {
    last_error(ctx)
}

/// As `posix_get_last_error()`.
#[php_function("posix_errno(): int")]
fn posix_errno(ctx: &mut Ctx) -> i64 {
    last_error(ctx)
}

/// What an error number means.
#[php_function("posix_strerror(int $error_code): string")]
fn posix_strerror(error_code: i64) -> Value {
    // SAFETY: the call gives a text for every number.
    unsafe { text(libc::strerror(error_code as i32)) }
}
