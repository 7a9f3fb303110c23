//! Priorities and processors.

use crate::{errno, keep_error};
use plugin_api::{Array, Ctx, Kind, OrFalse, R, Value, php_function};

/// Sets the error number to 0: what the next call gives may be any number.
fn clear_errno() {
    // SAFETY: this thread's own variable.
    unsafe { *libc::__errno_location() = 0 }
}

/// Priority of a process, group or user.
#[php_function("pcntl_getpriority(?int $process_id = null, int $mode = PRIO_PROCESS): int|false")]
fn pcntl_getpriority(ctx: &mut Ctx, process_id: Option<i64>, mode: Option<i64>) -> R<OrFalse<i64>> {
    clear_errno();
    // SAFETY: plain numbers.
    let priority = unsafe { libc::getpriority(mode.unwrap_or(0) as _, process_id.unwrap_or(0) as u32) };
    let error = errno();
    if error == 0 {
        return Ok(OrFalse(Some(priority.into())));
    }
    keep_error(ctx, error);
    match error {
        libc::ESRCH => {
            ctx.warning(format!("Error {error}: No process was located using the given parameters"))?
        }
        libc::EINVAL => {
            return Err(ctx.argument_value_error(2, "must be one of PRIO_PGRP, PRIO_USER, or PRIO_PROCESS"));
        }
        _ => ctx.warning(format!("Unknown error {error} has occurred"))?,
    }
    Ok(OrFalse::FALSE)
}

/// Sets the priority of a process, group or user.
#[php_function("pcntl_setpriority(int $priority, ?int $process_id = null, int $mode = PRIO_PROCESS): bool")]
fn pcntl_setpriority(ctx: &mut Ctx, priority: i64, process_id: Option<i64>, mode: Option<i64>) -> R<bool> {
    let who = process_id.unwrap_or(0) as u32;
    // SAFETY: plain numbers.
    if unsafe { libc::setpriority(mode.unwrap_or(0) as _, who, priority as i32) } == 0 {
        return Ok(true);
    }
    let error = errno();
    keep_error(ctx, error);
    let why = match error {
        libc::ESRCH => "No process was located using the given parameters",
        libc::EINVAL => {
            return Err(ctx.argument_value_error(3, "must be one of PRIO_PGRP, PRIO_USER, or PRIO_PROCESS"));
        }
        libc::EPERM => {
            "A process was located, but neither its effective nor real user ID matched the effective user ID of the caller"
        }
        libc::EACCES => "Only a super user may attempt to increase the process priority",
        _ => {
            ctx.warning(format!("Unknown error {error} has occurred"))?;
            return Ok(false);
        }
    };
    ctx.warning(format!("Error {error}: {why}"))?;
    Ok(false)
}

/// How many processors the system may have.
fn processors() -> i64 {
    // SAFETY: plain number.
    unsafe { libc::sysconf(libc::_SC_NPROCESSORS_CONF) }
}

/// The processors that a process may run on.
#[php_function("pcntl_getcpuaffinity(?int $process_id = null): array|false")]
fn pcntl_getcpuaffinity(ctx: &mut Ctx, process_id: Option<i64>) -> R<OrFalse<Array>> {
    let pid = process_id.unwrap_or(0);
    // SAFETY: a structure of numbers, which the call fills.
    let (r, mask) = unsafe {
        let mut mask: libc::cpu_set_t = std::mem::zeroed();
        (libc::sched_getaffinity(pid as i32, size_of_val(&mask), &mut mask), mask)
    };
    if r == 0 {
        // SAFETY: numbers within the set.
        let may = |i: &i64| *i < libc::CPU_SETSIZE.into() && unsafe { libc::CPU_ISSET(*i as usize, &mask) };
        return Ok(OrFalse(Some((0..processors()).filter(may).collect())));
    }
    let error = errno();
    keep_error(ctx, error);
    match error {
        libc::ESRCH => return Err(ctx.argument_value_error(1, format!("invalid process ({pid})"))),
        libc::EINVAL => return Err(ctx.value_error("invalid cpu affinity mask size")),
        libc::EPERM => ctx.warning("Calling process not having the proper privileges")?,
        _ => ctx.warning(format!("Error {error}"))?,
    }
    Ok(OrFalse::FALSE)
}

/// The number of a processor that an element names.
fn processor(ctx: &mut Ctx, v: &Value) -> R<i64> {
    match v.kind() {
        Kind::Int(n) => Ok(n),
        Kind::Str(s) => match plugin_api::Key::from(s) {
            plugin_api::Key::Int(n) => Ok(n),
            plugin_api::Key::Str(_) => {
                Err(ctx.argument_value_error(2, format!("cpu id invalid value ({})", s.lossy())))
            }
        },
        _ => {
            let given = v.value_name();
            Err(ctx.argument_type_error(2, format!("value must be of type int|string, {given} given")))
        }
    }
}

/// Sets the processors that a process may run on.
#[php_function("pcntl_setcpuaffinity(?int $process_id = null, array $cpu_ids = []): bool")]
fn pcntl_setcpuaffinity(ctx: &mut Ctx, process_id: Option<i64>, cpu_ids: Option<&Array>) -> R<bool> {
    let Some(cpu_ids) = cpu_ids.filter(|a| !a.is_empty()) else {
        return Err(ctx.argument_value_error(2, "must not be empty"));
    };
    let (pid, most) = (process_id.unwrap_or(0), processors());
    // SAFETY: a set of numbers, all bits 0: the empty one.
    let mut mask: libc::cpu_set_t = unsafe { std::mem::zeroed() };
    for v in cpu_ids.values() {
        let cpu = processor(ctx, v)?;
        if !(0..most.min(libc::CPU_SETSIZE.into())).contains(&cpu) {
            let text = format!("cpu id must be between 0 and {most} ({cpu})");
            return Err(ctx.argument_value_error(2, text));
        }
        // SAFETY: within the set.
        unsafe { libc::CPU_SET(cpu as usize, &mut mask) };
    }
    // SAFETY: a live set of that size.
    if unsafe { libc::sched_setaffinity(pid as i32, size_of_val(&mask), &mask) } == 0 {
        return Ok(true);
    }
    let error = errno();
    keep_error(ctx, error);
    match error {
        libc::ESRCH => return Err(ctx.argument_value_error(1, format!("invalid process ({pid})"))),
        libc::EINVAL => {
            let text = "invalid cpu affinity mask size or unmapped cpu id(s)";
            return Err(ctx.argument_value_error(2, text));
        }
        libc::EPERM => ctx.warning("Calling process not having the proper privileges")?,
        _ => ctx.warning(format!("Error {error}"))?,
    }
    Ok(false)
}

/// The processor that runs this.
#[php_function("pcntl_getcpu(): int")]
fn pcntl_getcpu() -> i64 {
    // SAFETY: no arguments.
    unsafe { libc::sched_getcpu() }.into()
}
