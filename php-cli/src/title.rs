//! `cli_set_process_title()`: what `ps` shows of this process is the memory that holds its arguments (Linux), and of that
//! there is more when the environment behind it moves away.

use howdah_runtime::interner::intern;
use howdah_runtime::string;
use howdah_vm::native::{Args, Native};
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, Val};
use std::ffi::{CStr, c_char, c_int};
use std::sync::Mutex;
use std::sync::atomic::{AtomicPtr, AtomicUsize, Ordering};

static ARGV: AtomicPtr<*mut c_char> = AtomicPtr::new(core::ptr::null_mut());
static ARGC: AtomicUsize = AtomicUsize::new(0);

/// Start and length of the memory that a title may use, and the title.
static TITLE: Mutex<Option<(usize, usize, Vec<u8>)>> = Mutex::new(None);

unsafe extern "C" {
    static mut environ: *mut *mut c_char;
}

/// Called by the C library before `main`, with what the kernel put there.
extern "C" fn remember(argc: c_int, argv: *mut *mut c_char, _: *mut *mut c_char) {
    ARGC.store(usize::try_from(argc).unwrap_or(0), Ordering::Relaxed);
    ARGV.store(argv, Ordering::Relaxed);
}

#[used]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
// SAFETY: glibc calls what this section lists with argc, argv and envp.
#[unsafe(link_section = ".init_array")]
static REMEMBER: extern "C" fn(c_int, *mut *mut c_char, *mut *mut c_char) = remember;

/// End of the strings of a null-terminated list that lie one behind the other from `end` on.
///
/// # Safety
/// `list` is a list of strings.
unsafe fn end_of(mut list: *mut *mut c_char, mut end: usize) -> usize {
    // SAFETY: the caller's list ends with null.
    unsafe {
        while !list.is_null() && !(*list).is_null() {
            if *list as usize != end {
                break;
            }
            end += CStr::from_ptr(*list).count_bytes() + 1;
            list = list.add(1);
        }
    }
    end
}

/// The memory of the arguments and the environment, whose strings get other places.
fn claim() -> Option<(usize, usize)> {
    let argv = ARGV.load(Ordering::Relaxed);
    if argv.is_null() || ARGC.load(Ordering::Relaxed) == 0 {
        return None;
    }
    // SAFETY: the kernel's lists. Nobody else changes the environment: the engine keeps changes of scripts to itself until a
    // child is started, and strings once read are copies.
    unsafe {
        let start = *argv as usize;
        let end = end_of(argv, start);
        let all = end_of(environ, end);
        let mut e = environ;
        while !e.is_null() && !(*e).is_null() {
            let copy = libc::strdup(*e);
            if copy.is_null() {
                return Some((start, end - start));
            }
            *e = copy;
            e = e.add(1);
        }
        Some((start, all - start))
    }
}

/// Writes a title; false where there is no place for one.
fn set(title: &[u8]) -> bool {
    let mut held = TITLE.lock().unwrap_or_else(|e| e.into_inner());
    if held.is_none() {
        *held = claim().map(|(at, len)| (at, len, Vec::new()));
    }
    let Some((at, len, now)) = held.as_mut() else { return false };
    let room = len.saturating_sub(1);
    let shown = &title[..title.len().min(room)];
    // SAFETY: the arguments' memory, `len` bytes of it, which only this function uses.
    unsafe {
        let to = *at as *mut u8;
        core::ptr::write_bytes(to, 0, *len);
        core::ptr::copy_nonoverlapping(shown.as_ptr(), to, shown.len());
    }
    *now = shown.to_vec();
    true
}

/// `-H`: the arguments are no longer there for whoever lists processes.
pub fn hide_arguments() {
    let argv = ARGV.load(Ordering::Relaxed);
    // SAFETY: the kernel's list; options and arguments were copied.
    unsafe {
        for i in 1..ARGC.load(Ordering::Relaxed) {
            let a = *argv.add(i);
            core::ptr::write_bytes(a, 0, CStr::from_ptr(a).count_bytes());
        }
    }
}

fn set_process_title(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let done = set(a.bytes(0));
    *out = if done { Val::TRUE } else { Val::FALSE };
    if done {
        return Status::Ok;
    }
    vm.warning("cli_set_process_title had an error: Not initialized correctly")
}

fn get_process_title(_: &mut Vm, _: &Args<'_>, out: &mut Val) -> Status {
    let held = TITLE.lock().unwrap_or_else(|e| e.into_inner());
    *out = string::new_val(held.as_ref().map_or(b"", |(_, _, t)| t));
    Status::Ok
}

const LIST: &[(&str, Native)] = &[
    ("cli_set_process_title(string $title): bool", set_process_title),
    ("cli_get_process_title(): ?string", get_process_title),
];

/// Registers the functions.
pub fn register(vm: &mut Vm) {
    howdah_vm::core_functions::register_list(vm, LIST);
    // PHP counts them to standard, as it does getenv().
    let named = |name: &[u8]| howdah_vm::class::Sym(intern(name));
    let Some(home) = vm.functions.get(&named(b"getenv")).map(|f| f.ext()) else { return };
    for name in [&b"cli_set_process_title"[..], b"cli_get_process_title"] {
        if let Some(f) = vm.functions.get_mut(&named(name)) {
            f.set_ext(home);
        }
    }
}
