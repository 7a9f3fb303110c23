//! The `php` command.

mod declarations;
mod modes;
mod options;
mod sapi;
mod server;
mod shell;
mod title;

use howdah_builtin as _;
use howdah_host::allocator::{Allocator, keep_idle_memory};
use options::{CommandLine, Mode, Stop};
use std::os::unix::ffi::OsStringExt;
use std::panic::{AssertUnwindSafe, catch_unwind};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

fn main() {
    keep_idle_memory();
    let args: Vec<Vec<u8>> = std::env::args_os().map(OsStringExt::into_vec).collect();
    let line = match options::read(&args) {
        Ok(line) => line,
        Err(stop) => std::process::exit(refuse(&args, stop)),
    };
    if line.mode == Mode::Server {
        server::block_interrupts();
    } else {
        one_allocator_arena();
    }
    let server = line.mode == Mode::Server;
    // Deep recursion in native code (comparisons, nested callbacks) needs room; the VM's own stack is elsewhere.
    let run = std::thread::Builder::new().name("php".into()).stack_size(16 << 20).spawn(move || {
        let code = catch_unwind(AssertUnwindSafe(|| dispatch(&line)));
        // A script that forks goes on in a process that has this thread alone.
        std::process::exit(code.unwrap_or(255))
    });
    if !server {
        block_signals();
    }
    if let Ok(thread) = run {
        // It ends the process.
        drop(thread.join());
    }
    std::process::exit(255);
}

/// Leaves signals to the thread that runs the script.
fn block_signals() {
    // SAFETY: a mask that is filled before it is used.
    unsafe {
        let mut all = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_BLOCK, &all, std::ptr::null_mut());
    }
}

/// Scripts run on a thread of their own, which glibc gives an arena of its own: one that grows by a system call for each page
/// or so. With just one such thread there is no need for it.
fn one_allocator_arena() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

/// Says why nothing is run; the exit status.
fn refuse(args: &[Vec<u8>], stop: Stop) -> i32 {
    match stop {
        Stop::Conflict(text) => {
            print!("{text}");
            1
        }
        Stop::Usage { error } => {
            if let Some(e) = &error {
                eprintln!("{e}");
            }
            print!("{}", options::usage(args.first().map_or(b"", |a| a)));
            error.is_some() as i32
        }
    }
}

fn dispatch(line: &CommandLine) -> i32 {
    match line.mode {
        Mode::Server => server::run(line),
        _ => modes::run(line),
    }
}
