//! The posix extension: what the operating system knows of processes, users, groups and files.

mod constants;
mod files;
mod limits;
mod process;
mod users;

use plugin_api::{Ctx, GcRoots, php_module};
use std::cell::Cell;

/// What the extension keeps for a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// The error number of the call that failed last.
    #[gc(skip)]
    last_error: Cell<i32>,
}

/// Keeps an error number for `posix_get_last_error()`.
fn keep_error(ctx: &mut Ctx, number: i32) {
    ctx.globals::<Globals>().last_error.set(number);
}

/// The error number that the C library has just set.
fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Whether a call of the C library succeeded; otherwise its error is kept.
fn succeeded(ctx: &mut Ctx, result: i64) -> bool {
    if result >= 0 {
        return true;
    }
    keep_error(ctx, errno());
    false
}

php_module! {
    name: "posix",
    version: "8.4.24",
    functions: [
        process::{posix_kill, posix_getpid, posix_getppid},
        users::{posix_getuid, posix_setuid, posix_geteuid, posix_seteuid, posix_getgid, posix_setgid, posix_getegid, posix_setegid, posix_getgroups, posix_getlogin},
        process::{posix_getpgrp, posix_setsid, posix_setpgid, posix_getpgid, posix_getsid, posix_uname, posix_times},
        files::{posix_ctermid, posix_ttyname, posix_isatty, posix_getcwd, posix_mkfifo, posix_mknod, posix_access, posix_eaccess},
        users::{posix_getgrnam, posix_getgrgid, posix_getpwnam, posix_getpwuid},
        limits::{posix_getrlimit, posix_setrlimit},
        process::{posix_get_last_error, posix_errno, posix_strerror},
        users::posix_initgroups,
        limits::{posix_sysconf, posix_pathconf, posix_fpathconf},
    ],
    constants: [constants::CONSTANTS],
    globals: Globals,
    minfo: info,
}

fn info(t: &mut plugin_api::Info) {
    t.row("POSIX support", "enabled");
}
