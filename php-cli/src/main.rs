//! The `php` command.

mod modes;
mod options;
mod sapi;
mod server;
mod shell;
mod title;

use howdah_builtin as _;
use howdah_host::allocator::Allocator;
use options::{CommandLine, Mode, Stop};
use std::os::unix::ffi::OsStringExt;

#[global_allocator]
static ALLOCATOR: Allocator = Allocator;

/// One heap for all threads: the one that runs scripts is hardly ever disturbed by another, and the heap that glibc would
/// make for it grows by a page and a system call at a time.
fn one_heap() {
    #[cfg(target_env = "gnu")]
    // SAFETY: a parameter of the allocator, set before there are other threads.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1);
    }
}

fn main() {
    one_heap();
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
    // Deep recursion in native code (comparisons, nested callbacks) needs room; the VM's own stack is elsewhere.
    let run =
        std::thread::Builder::new().name("php".into()).stack_size(16 << 20).spawn(move || dispatch(&line));
    let code = match run.map(|h| h.join()) {
        Ok(Ok(code)) => code,
        _ => 255,
    };
    std::process::exit(code);
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
