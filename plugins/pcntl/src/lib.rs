//! The pcntl extension: processes and signals.
//!
//! A signal's handler only notes the signal ([`pending`]); the script's own handlers run at the VM's next safepoint, tick or
//! call of `pcntl_signal_dispatch()` ([`signals`]).

mod constants;
mod exec;
mod pending;
mod priority;
pub mod qos;
mod signals;
mod system;
mod wait;

use plugin_api::{Array, Ctx, GcRoots, Info, R, php_module};
use std::cell::{Cell, RefCell};

/// What the extension keeps for a VM.
#[derive(Default, GcRoots)]
pub struct Globals {
    /// The error number of the call that failed last.
    #[gc(skip)]
    last_error: Cell<i32>,
    /// Handlers by signal; `None` while there are none, and between requests.
    handlers: RefCell<Option<Array>>,
    /// Handlers run at safepoints.
    #[gc(skip)]
    asynchronous: Cell<bool>,
    /// Handlers run now.
    #[gc(skip)]
    running: Cell<bool>,
}

/// Keeps an error number for `pcntl_get_last_error()`.
fn keep_error(ctx: &mut Ctx, number: i32) {
    ctx.globals::<Globals>().last_error.set(number);
}

/// The error number that the C library has just set.
fn errno() -> i32 {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// What an error number means.
fn error_text(number: i32) -> String {
    // SAFETY: the call gives a text for every number.
    unsafe { std::ffi::CStr::from_ptr(libc::strerror(number)) }.to_string_lossy().into_owned()
}

fn info(t: &mut Info) {
    t.row("pcntl support", "enabled");
}

fn request_start(ctx: &mut Ctx) -> R<()> {
    let g = ctx.globals::<Globals>();
    g.last_error.set(0);
    g.asynchronous.set(false);
    g.running.set(false);
    plugin_api::process::on_interrupt(ctx, signals::at_safepoint)
}

php_module! {
    name: "pcntl",
    version: "8.4.24",
    functions: [
        system::pcntl_fork,
        wait::{pcntl_waitpid, pcntl_waitid, pcntl_wait},
        signals::{
            pcntl_signal, pcntl_signal_get_handler, pcntl_signal_dispatch, pcntl_sigprocmask, pcntl_sigwaitinfo,
            pcntl_sigtimedwait,
        },
        wait::{
            pcntl_wifexited, pcntl_wifstopped, pcntl_wifcontinued, pcntl_wifsignaled, pcntl_wexitstatus, pcntl_wtermsig,
            pcntl_wstopsig,
        },
        exec::pcntl_exec,
        system::{pcntl_alarm, pcntl_get_last_error, pcntl_errno},
        priority::{pcntl_getpriority, pcntl_setpriority},
        system::pcntl_strerror,
        signals::pcntl_async_signals,
        system::{pcntl_unshare, pcntl_setns},
        priority::{pcntl_getcpuaffinity, pcntl_setcpuaffinity, pcntl_getcpu},
    ],
    classes: [qos::QosClass],
    constants: [constants::CONSTANTS],
    globals: Globals,
    rinit: request_start,
    rshutdown: signals::request_end,
    minfo: info,
}
