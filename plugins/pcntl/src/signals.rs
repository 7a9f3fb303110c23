//! Signals: handlers, the blocked ones, and waiting for them.

use crate::{Globals, errno, error_text, keep_error, pending};
use plugin_api::abi::{CtxRaw, Status};
use plugin_api::{Args, Array, Ctx, Kind, OrFalse, R, Reference, Value, php_function, process};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// One more than the last signal.
fn signal_count() -> i64 {
    i64::from(libc::SIGRTMAX()) + 1
}

/// What is known of a signal.
pub fn describe(signal: i32, info: &libc::siginfo_t) -> Array {
    let mut out = Array::new();
    out.set("signo", i64::from(info.si_signo));
    out.set("errno", i64::from(info.si_errno));
    out.set("code", i64::from(info.si_code));
    // SAFETY: which members a signal's structure has depends on the signal; all are numbers within it.
    unsafe {
        let sender = |out: &mut Array| {
            out.set("pid", i64::from(info.si_pid()));
            out.set("uid", i64::from(info.si_uid()));
        };
        match signal {
            libc::SIGCHLD => {
                out.set("status", i64::from(info.si_status()));
                out.set("utime", info.si_utime() as f64);
                out.set("stime", info.si_stime() as f64);
                sender(&mut out);
            }
            libc::SIGUSR1 | libc::SIGUSR2 => sender(&mut out),
            libc::SIGILL | libc::SIGFPE | libc::SIGSEGV | libc::SIGBUS => {
                out.set("addr", info.si_addr() as usize as f64)
            }
            libc::SIGPOLL => {
                // `si_band` and `si_fd`, which the libc crate does not name, follow the first three numbers.
                let at = std::ptr::from_ref(info).cast::<i64>().add(2);
                out.set("band", at.read());
                out.set("fd", i64::from(at.add(1).cast::<i32>().read()));
            }
            s if (libc::SIGRTMIN()..=libc::SIGRTMAX()).contains(&s) => sender(&mut out),
            _ => {}
        }
    }
    out
}

/// Sets what the system does with a signal; the error when it refuses.
fn install(signal: i32, handler: libc::sighandler_t, restart: bool, block_all: bool) -> Result<(), i32> {
    // SAFETY: a structure of numbers, filled before it is used; the handler is one of the system's or `pending::note`, which
    // does only what handlers may.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handler;
        action.sa_flags = libc::SA_SIGINFO | if restart { libc::SA_RESTART } else { 0 };
        if handler == libc::SIG_DFL || handler == libc::SIG_IGN {
            action.sa_flags &= !libc::SA_SIGINFO;
        }
        if block_all {
            libc::sigfillset(&mut action.sa_mask);
        } else {
            libc::sigemptyset(&mut action.sa_mask);
        }
        if libc::sigaction(signal, &action, std::ptr::null_mut()) != 0 {
            return Err(errno());
        }
    }
    Ok(())
}

fn installed(ctx: &mut Ctx, r: Result<(), i32>) -> R<bool> {
    match r {
        Ok(()) => Ok(true),
        Err(error) => {
            keep_error(ctx, error);
            ctx.warning("Error assigning signal")?;
            Ok(false)
        }
    }
}

/// Sets a signal's handler.
#[php_function("pcntl_signal(int $signal, $handler, bool $restart_syscalls = true): bool")]
fn pcntl_signal(ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
    let signal: i64 = args.arg(ctx, 0)?;
    let handler: &Value = args.arg(ctx, 1)?;
    if signal < 1 {
        return Err(ctx.argument_value_error(1, "must be greater than or equal to 1"));
    }
    if signal >= signal_count() {
        return Err(ctx.argument_value_error(1, format!("must be less than {}", signal_count())));
    }
    // What waits for an alarm is not to go on waiting, unless that is asked for.
    let restart = if args.len() > 2 { args.arg(ctx, 2)? } else { signal != i64::from(libc::SIGALRM) };
    let g = ctx.globals::<Globals>();
    if let Kind::Int(n) = handler.kind() {
        if n != libc::SIG_DFL as i64 && n != libc::SIG_IGN as i64 {
            let text = "must be either SIG_DFL or SIG_IGN when an integer value is given";
            return Err(ctx.argument_value_error(2, text));
        }
        let r = install(signal as i32, n as libc::sighandler_t, restart, false);
        if !installed(ctx, r)? {
            return Ok(false);
        }
    } else {
        if !handler.is_callable(ctx) {
            keep_error(ctx, libc::EINVAL);
            let given = handler.value_name();
            return Err(ctx.argument_type_error(2, format!("must be of type callable|int, {given} given")));
        }
        let note: extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void) = pending::note;
        let r = install(signal as i32, note as libc::sighandler_t, restart, true);
        if !installed(ctx, r)? {
            return Ok(false);
        }
    }
    let old = g.handlers.borrow_mut().get_or_insert_default().replace(signal, handler.dereferenced());
    drop(old);
    Ok(true)
}

/// A signal's handler.
#[php_function("pcntl_signal_get_handler(int $signal)")]
fn pcntl_signal_get_handler(ctx: &mut Ctx, signal: i64) -> R<Value> {
    let last = signal_count() - 1;
    if !(1..=last).contains(&signal) {
        return Err(ctx.argument_value_error(1, format!("must be between 1 and {last}")));
    }
    let kept = handler(ctx.globals::<Globals>(), signal);
    Ok(kept.unwrap_or(Value::int(libc::SIG_DFL as i64)))
}

/// The handler that was set for a signal.
fn handler(g: &Globals, signal: i64) -> Option<Value> {
    g.handlers.borrow().as_ref()?.get_index(signal).cloned()
}

/// Runs the handlers of the signals that have come.
fn dispatch(ctx: &mut Ctx) -> R<()> {
    let g = ctx.globals::<Globals>();
    if !pending::any() || g.running.get() {
        return Ok(());
    }
    g.running.set(true);
    // SAFETY: masks that are filled before they are used.
    let old = unsafe {
        let (mut all, mut old) = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, &mut old);
        old
    };
    let r = process::without_fibers(ctx, |ctx| {
        for info in pending::take() {
            let signal = info.si_signo;
            if let Some(h) = handler(g, signal.into()).filter(|h| h.as_int().is_none()) {
                h.call(ctx, &[Value::int(signal.into()), describe(signal, &info).into()])?;
            }
        }
        Ok(())
    });
    g.running.set(false);
    // SAFETY: the mask from before.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut()) };
    r
}

/// What is done at safepoints and ticks.
pub unsafe extern "C" fn at_safepoint(ctx: *mut CtxRaw) -> Status {
    // SAFETY: the engine's context.
    let ctx = unsafe { Ctx::from_raw(ctx) };
    match catch_unwind(AssertUnwindSafe(|| dispatch(ctx))) {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(t)) => t.status(),
        Err(_) => Status::Bailout,
    }
}

/// Runs handlers now.
#[php_function("pcntl_signal_dispatch(): bool")]
fn pcntl_signal_dispatch(ctx: &mut Ctx) -> R<bool> {
    dispatch(ctx)?;
    Ok(true)
}

/// Whether handlers run by themselves.
#[php_function("pcntl_async_signals(?bool $enable = null): bool")]
fn pcntl_async_signals(ctx: &mut Ctx, enable: Option<bool>) -> R<bool> {
    let g = ctx.globals::<Globals>();
    let old = g.asynchronous.get();
    if let Some(on) = enable {
        g.asynchronous.set(on);
        pending::raise(if on { process::interrupt_word(ctx)? } else { std::ptr::null() });
    }
    Ok(old)
}

/// A request ends: signals do what they do by themselves.
pub fn request_end(ctx: &mut Ctx) -> R<()> {
    pending::raise(std::ptr::null());
    let handlers = ctx.globals::<Globals>().handlers.take();
    for (k, h) in handlers.iter().flat_map(Array::iter) {
        if let plugin_api::Key::Int(signal) = k
            && h.as_int() != Some(libc::SIG_DFL as i64)
        {
            // A signal that could be handled can be left alone.
            install(signal as i32, libc::SIG_DFL, false, false).ok();
        }
    }
    pending::take();
    Ok(())
}

/// The set of signals in argument `n`; `None` after a warning.
fn set(ctx: &mut Ctx, signals: &Array, n: u32, may_be_empty: bool) -> R<Option<libc::sigset_t>> {
    if signals.is_empty() && !may_be_empty {
        return Err(ctx.argument_value_error(n, "must not be empty"));
    }
    // SAFETY: a set that is emptied before it is used.
    let mut out = unsafe {
        let mut out = std::mem::zeroed();
        libc::sigemptyset(&mut out);
        out
    };
    let last = signal_count() - 1;
    for v in signals.values() {
        let number = match v.kind() {
            Kind::Int(n) => Some(n),
            Kind::Bool(_) | Kind::Null | Kind::Float(_) => Some(v.to_int()),
            Kind::Str(s) => Value::numeric(s).filter(|(_, trailing)| !trailing).map(|(n, _)| n.to_int()),
            _ => None,
        };
        let Some(number) = number else {
            let given = v.value_name();
            return Err(ctx.argument_type_error(n, format!("signals must be of type int, {given} given")));
        };
        if !(1..=last).contains(&number) {
            return Err(ctx.argument_value_error(n, format!("signals must be between 1 and {last}")));
        }
        // SAFETY: a live set.
        if unsafe { libc::sigaddset(&mut out, number as i32) } != 0 {
            warn(ctx)?;
            return Ok(None);
        }
    }
    Ok(Some(out))
}

/// Warns of the error that the system told of.
fn warn(ctx: &mut Ctx) -> R<()> {
    let error = errno();
    keep_error(ctx, error);
    ctx.warning(error_text(error))
}

/// Changes which signals are blocked.
#[php_function("pcntl_sigprocmask(int $mode, array $signals, &$old_signals = null): bool")]
fn pcntl_sigprocmask(
    ctx: &mut Ctx,
    mode: i64,
    signals: &Array,
    old_signals: Option<Reference<'_>>,
) -> R<bool> {
    let modes = [libc::SIG_BLOCK, libc::SIG_UNBLOCK, libc::SIG_SETMASK];
    if !modes.iter().any(|m| i64::from(*m) == mode) {
        return Err(ctx.argument_value_error(1, "must be one of SIG_BLOCK, SIG_UNBLOCK, or SIG_SETMASK"));
    }
    let Some(wanted) = set(ctx, signals, 2, mode == i64::from(libc::SIG_SETMASK))? else { return Ok(false) };
    // SAFETY: live sets.
    let (r, old) = unsafe {
        let mut old = std::mem::zeroed();
        (libc::sigprocmask(mode as i32, &wanted, &mut old), old)
    };
    if r != 0 {
        warn(ctx)?;
        return Ok(false);
    }
    if let Some(out) = old_signals {
        // SAFETY: a live set and numbers of signals.
        let blocked = |n: &i64| unsafe { libc::sigismember(&old, *n as i32) } == 1;
        out.set(ctx, (1..signal_count()).filter(blocked).collect::<Array>())?;
    }
    Ok(true)
}

/// Tells of a signal that was waited for.
fn received(
    ctx: &mut Ctx,
    signal: i32,
    found: &libc::siginfo_t,
    info: Option<Reference<'_>>,
) -> R<OrFalse<i64>> {
    if let Some(i) = info {
        i.set(ctx, describe(signal, found))?;
    }
    Ok(OrFalse(Some(signal.into())))
}

/// Waits for a blocked signal.
#[php_function("pcntl_sigwaitinfo(array $signals, &$info = []): int|false")]
fn pcntl_sigwaitinfo(ctx: &mut Ctx, signals: &Array, info: Option<Reference<'_>>) -> R<OrFalse<i64>> {
    let Some(wanted) = set(ctx, signals, 1, false)? else { return Ok(OrFalse::FALSE) };
    // SAFETY: a live set and a structure that the call fills.
    let (signal, found) = unsafe {
        let mut found = std::mem::zeroed();
        (libc::sigwaitinfo(&wanted, &mut found), found)
    };
    if signal == -1 {
        warn(ctx)?;
        return Ok(OrFalse::FALSE);
    }
    received(ctx, signal, &found, info)
}

/// Waits some time for a blocked signal.
#[php_function(
    "pcntl_sigtimedwait(array $signals, &$info = [], int $seconds = 0, int $nanoseconds = 0): int|false"
)]
fn pcntl_sigtimedwait(
    ctx: &mut Ctx,
    signals: &Array,
    info: Option<Reference<'_>>,
    seconds: i64,
    nanoseconds: i64,
) -> R<OrFalse<i64>> {
    let Some(wanted) = set(ctx, signals, 1, false)? else { return Ok(OrFalse::FALSE) };
    if seconds < 0 {
        return Err(ctx.argument_value_error(3, "must be greater than or equal to 0"));
    }
    if !(0..1_000_000_000).contains(&nanoseconds) {
        return Err(ctx.argument_value_error(4, "must be between 0 and 1e9"));
    }
    if seconds == 0 && nanoseconds == 0 {
        return Err(ctx.value_error(
            "pcntl_sigtimedwait(): At least one of argument #3 ($seconds) or argument #4 ($nanoseconds) must be greater \
             than 0",
        ));
    }
    let time = libc::timespec { tv_sec: seconds, tv_nsec: nanoseconds };
    // SAFETY: live structures.
    let (signal, found) = unsafe {
        let mut found = std::mem::zeroed();
        (libc::sigtimedwait(&wanted, &mut found, &time), found)
    };
    if signal == -1 {
        if errno() != libc::EAGAIN {
            warn(ctx)?;
        }
        return Ok(OrFalse::FALSE);
    }
    received(ctx, signal, &found, info)
}
