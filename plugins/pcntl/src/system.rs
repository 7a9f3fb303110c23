//! Forks, alarms, namespaces, and errors.

use crate::{Globals, errno, error_text, keep_error};
use plugin_api::{Ctx, R, php_function, process};

/// Forks this process.
#[php_function("pcntl_fork(): int")]
fn pcntl_fork(ctx: &mut Ctx) -> R<i64> {
    // SAFETY: the child goes on with the one thread that it has.
    let id = process::fork(ctx, || unsafe { libc::fork() })?;
    if id == -1 {
        let error = errno();
        keep_error(ctx, error);
        ctx.warning(match error {
            libc::EAGAIN => format!("Error {error}: Reached the maximum limit of number of processes"),
            libc::ENOMEM => format!("Error {error}: Insufficient memory"),
            libc::ENOSYS => format!("Error {error}: Unimplemented"),
            libc::EBADF => format!("Error {error}: File descriptor concurrency issue"),
            _ => format!("Error {error}"),
        })?;
    }
    Ok(id.into())
}

/// Sends this process a signal in some seconds.
#[php_function("pcntl_alarm(int $seconds): int")]
fn pcntl_alarm(seconds: i64) -> i64 {
    // SAFETY: plain number.
    unsafe { libc::alarm(seconds as u32) }.into()
}

fn last_error(ctx: &mut Ctx) -> i64 {
    ctx.globals::<Globals>().last_error.get().into()
}

/// Error number of the call that failed last.
#[php_function("pcntl_get_last_error(): int")]
fn pcntl_get_last_error(ctx: &mut Ctx) -> i64 {
    last_error(ctx)
}

/// As `pcntl_get_last_error()`.
#[php_function("pcntl_errno(): int")]
fn pcntl_errno(ctx: &mut Ctx) -> i64 {
    last_error(ctx)
}

/// What an error number means.
#[php_function("pcntl_strerror(int $error_code): string")]
fn pcntl_strerror(error_code: i64) -> String {
    error_text(error_code as i32)
}

/// Leaves namespaces that this process shares.
#[php_function("pcntl_unshare(int $flags): bool")]
fn pcntl_unshare(ctx: &mut Ctx, flags: i64) -> R<bool> {
    // SAFETY: plain number.
    if unsafe { libc::unshare(flags as i32) } == 0 {
        return Ok(true);
    }
    let error = errno();
    keep_error(ctx, error);
    let why = match error {
        libc::EINVAL => {
            return Err(ctx.argument_value_error(
                1,
                "must be a combination of CLONE_* flags, or at least one flag is unsupported by the kernel",
            ));
        }
        libc::ENOMEM => "Insufficient memory for unshare",
        libc::EPERM => "No privilege to use these flags",
        libc::ENOSPC => "Reached the maximum nesting limit for one of the specified namespaces",
        libc::EUSERS => "Reached the maximum nesting limit for the user namespace",
        _ => {
            ctx.warning(format!("Unknown error {error} has occurred"))?;
            return Ok(false);
        }
    };
    ctx.warning(format!("Error {error}: {why}"))?;
    Ok(false)
}

/// Joins a namespace of a process.
#[php_function("pcntl_setns(?int $process_id = null, int $nstype = CLONE_NEWNET): bool")]
fn pcntl_setns(ctx: &mut Ctx, process_id: Option<i64>, nstype: Option<i64>) -> R<bool> {
    let pid = process_id.unwrap_or_else(|| std::process::id().into());
    let nstype = nstype.unwrap_or(libc::CLONE_NEWNET.into());
    // SAFETY: plain numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid as libc::pid_t, 0) } as i32;
    if fd == -1 {
        let error = errno();
        keep_error(ctx, error);
        let why = match error {
            libc::EINVAL | libc::ESRCH => {
                return Err(ctx.argument_value_error(1, format!("is not a valid process ({pid})")));
            }
            libc::ENFILE => ": File descriptors per-process limit reached",
            libc::ENODEV => ": Anonymous inode fs unsupported",
            libc::ENOMEM => ": Insufficient memory for pidfd_open",
            _ => "",
        };
        ctx.warning(format!("Error {error}{why}"))?;
        return Ok(false);
    }
    // SAFETY: a descriptor that was just opened, closed once.
    let (joined, error) = unsafe {
        let r = libc::setns(fd, nstype as i32);
        let error = errno();
        libc::close(fd);
        (r == 0, error)
    };
    if joined {
        return Ok(true);
    }
    keep_error(ctx, error);
    let why = match error {
        libc::ESRCH => {
            return Err(ctx.argument_value_error(1, format!("process no longer available ({pid})")));
        }
        libc::EINVAL => return Err(ctx.argument_value_error(2, format!("is an invalid nstype ({nstype})"))),
        libc::EPERM => ": No required capability for this process",
        _ => "",
    };
    ctx.warning(format!("Error {error}{why}"))?;
    Ok(false)
}
