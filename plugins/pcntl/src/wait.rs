//! Waiting for children, and what their status words say.

use crate::signals::describe;
use crate::{errno, keep_error};
use plugin_api::{Array, Ctx, R, Reference, php_function};

/// What a child used.
fn usage(u: &libc::rusage) -> Array {
    let mut out = Array::new();
    for (key, n) in [
        ("ru_oublock", u.ru_oublock),
        ("ru_inblock", u.ru_inblock),
        ("ru_msgsnd", u.ru_msgsnd),
        ("ru_msgrcv", u.ru_msgrcv),
        ("ru_maxrss", u.ru_maxrss),
        ("ru_ixrss", u.ru_ixrss),
        ("ru_idrss", u.ru_idrss),
        ("ru_minflt", u.ru_minflt),
        ("ru_majflt", u.ru_majflt),
        ("ru_nsignals", u.ru_nsignals),
        ("ru_nvcsw", u.ru_nvcsw),
        ("ru_nivcsw", u.ru_nivcsw),
        ("ru_nswap", u.ru_nswap),
        ("ru_utime.tv_usec", u.ru_utime.tv_usec),
        ("ru_utime.tv_sec", u.ru_utime.tv_sec),
        ("ru_stime.tv_usec", u.ru_stime.tv_usec),
        ("ru_stime.tv_sec", u.ru_stime.tv_sec),
    ] {
        out.set(key, n);
    }
    out
}

/// Waits for a child: its number, -1 when there is none.
fn wait(
    ctx: &mut Ctx,
    pid: i64,
    status: Reference<'_>,
    flags: i64,
    resource_usage: Option<Reference<'_>>,
) -> R<i64> {
    let mut word = status.get().to_int() as i32;
    // SAFETY: a structure of numbers, which the call fills.
    let (child, used) = unsafe {
        let mut used: libc::rusage = std::mem::zeroed();
        (libc::wait4(pid as i32, &mut word, flags as i32, &mut used), used)
    };
    let error = errno();
    if child < 0 {
        keep_error(ctx, error);
    }
    if let Some(r) = resource_usage {
        r.set(ctx, if child > 0 { usage(&used) } else { Array::new() })?;
    }
    status.set(ctx, i64::from(word))?;
    Ok(child.into())
}

/// Waits for a child.
#[php_function("pcntl_waitpid(int $process_id, &$status, int $flags = 0, &$resource_usage = []): int")]
fn pcntl_waitpid(
    ctx: &mut Ctx,
    process_id: i64,
    status: Reference<'_>,
    flags: i64,
    resource_usage: Option<Reference<'_>>,
) -> R<i64> {
    wait(ctx, process_id, status, flags, resource_usage)
}

/// Waits for any child.
#[php_function("pcntl_wait(&$status, int $flags = 0, &$resource_usage = []): int")]
fn pcntl_wait(
    ctx: &mut Ctx,
    status: Reference<'_>,
    flags: i64,
    resource_usage: Option<Reference<'_>>,
) -> R<i64> {
    wait(ctx, -1, status, flags, resource_usage)
}

/// Waits for a child to change.
#[php_function("pcntl_waitid(int $idtype = P_ALL, ?int $id = null, &$info = [], int $flags = WEXITED): bool")]
fn pcntl_waitid(
    ctx: &mut Ctx,
    idtype: Option<i64>,
    id: Option<i64>,
    info: Option<Reference<'_>>,
    flags: Option<i64>,
) -> R<bool> {
    let flags = flags.unwrap_or(libc::WEXITED.into()) as i32;
    // SAFETY: a structure of numbers, which the call fills.
    let (r, found) = unsafe {
        let mut found: libc::siginfo_t = std::mem::zeroed();
        let kind = idtype.unwrap_or(libc::P_ALL.into()) as libc::idtype_t;
        (libc::waitid(kind, id.unwrap_or(0) as libc::id_t, &mut found, flags), found)
    };
    if r == -1 {
        let error = errno();
        keep_error(ctx, error);
        return Ok(false);
    }
    if let Some(i) = info {
        i.set(ctx, describe(libc::SIGCHLD, &found))?;
    }
    Ok(true)
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident, $sig:literal, $ret:ty, $of:expr;)*) => { $(
        $(#[$doc])*
        #[php_function($sig)]
        fn $name(status: i64) -> $ret {
            let of: fn(i32) -> $ret = $of;
            of(status as i32)
        }
    )* };
}

words! {
    /// Whether a child ended by itself.
    pcntl_wifexited, "pcntl_wifexited(int $status): bool", bool, |w| libc::WIFEXITED(w);
    /// Whether a child was stopped.
    pcntl_wifstopped, "pcntl_wifstopped(int $status): bool", bool, |w| libc::WIFSTOPPED(w);
    /// Whether a child goes on.
    pcntl_wifcontinued, "pcntl_wifcontinued(int $status): bool", bool, |w| libc::WIFCONTINUED(w);
    /// Whether a signal ended a child.
    pcntl_wifsignaled, "pcntl_wifsignaled(int $status): bool", bool, |w| libc::WIFSIGNALED(w);
    /// A child's exit code.
    pcntl_wexitstatus, "pcntl_wexitstatus(int $status): int|false", i64, |w| libc::WEXITSTATUS(w).into();
    /// The signal that ended a child.
    pcntl_wtermsig, "pcntl_wtermsig(int $status): int|false", i64, |w| libc::WTERMSIG(w).into();
    /// The signal that stopped a child.
    pcntl_wstopsig, "pcntl_wstopsig(int $status): int|false", i64, |w| libc::WSTOPSIG(w).into();
}
