//! Files, folders and streams (ext/standard's file.c, filestat.c, dir.c and streamsfuncs.c).

use super::Entry;
use crate::host::SapiHost;
use crate::streams::{close_stream, context_of, stream_of, stream_resource};
use howdah_runtime::layout::Arr;
use howdah_runtime::{array, string, value};
use howdah_streams::meta::MetaValue;
use howdah_streams::stat::mode;
use howdah_streams::{Context, Stat, Stream, Streams, Whence, options};
use howdah_vm::native::Args;
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ARR, RES, Status, Val};
use std::rc::Rc;

fn text(b: &[u8]) -> Val {
    string::new_val(b)
}

fn streams(vm: &mut Vm) -> Option<Rc<Streams>> {
    SapiHost::of(vm).map(|h| h.streams())
}

fn context(a: &Args<'_>, i: usize) -> Option<Rc<Context>> {
    context_of(a.get(i))
}

/// Name of the running function.
fn running(vm: &Vm) -> String {
    if vm.fp.is_null() {
        return String::new();
    }
    // SAFETY: the current frame is complete.
    unsafe { (*(*howdah_vm::frame::frame(vm.fp)).func).display() }
}

/// The stream of argument `i`, or PHP's TypeError.
fn stream(vm: &mut Vm, a: &Args<'_>, i: usize) -> Result<Rc<Stream>, Status> {
    let v = a.get(i);
    if let Some(s) = stream_of(v) {
        return Ok(s);
    }
    let f = running(vm);
    Err(if v.tag() == RES {
        vm.throw_type(&format!("{f}(): supplied resource is not a valid stream resource"))
    } else {
        let given = value::value_name(v);
        vm.throw_type(&format!(
            "{f}(): Argument #{} ($stream) must be of type resource, {given} given",
            i + 1
        ))
    })
}

macro_rules! on_stream {
    ($vm:ident, $a:ident, $s:ident, $body:expr) => {{
        let $s = match stream($vm, $a, 0) {
            Ok(s) => s,
            Err(st) => return st,
        };
        let st: Status = $body;
        if st == Status::Ok { $vm.pending() } else { st }
    }};
}

/// A path with a NUL byte names no file.
fn path<'a>(vm: &mut Vm, a: &'a Args<'_>, i: usize, name: &str) -> Result<&'a [u8], Status> {
    let p = a.bytes(i);
    if p.contains(&0) {
        let f = running(vm);
        return Err(
            vm.throw_value(&format!("{f}(): Argument #{} (${name}) must not contain any null bytes", i + 1))
        );
    }
    Ok(p)
}

macro_rules! with_path {
    ($vm:ident, $a:ident, $i:expr, $name:literal, $p:ident, $s:ident, $body:expr) => {{
        let $p = match path($vm, $a, $i, $name) {
            Ok(p) => p,
            Err(st) => return st,
        };
        let Some($s) = streams($vm) else { return Status::Ok };
        $body;
        $vm.pending()
    }};
}

fn fopen(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    with_path!(vm, a, 0, "filename", p, s, {
        let opts = options::REPORT_ERRORS | if a.bool(2, false) { options::USE_PATH } else { 0 };
        *out = s.open(p, a.bytes(1), opts, context(a, 3)).map_or(Val::FALSE, |o| stream_resource(&o.stream));
    })
}

fn contents(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    with_path!(vm, a, 0, "filename", p, s, {
        let max = a.get(4);
        if max.tag() == plugin_api_abi::INT && max.as_int() < 0 {
            return vm.throw_value(
                "file_get_contents(): Argument #5 ($length) must be greater than or equal to 0",
            );
        }
        *out = Val::FALSE;
        let opts = options::REPORT_ERRORS | if a.bool(1, false) { options::USE_PATH } else { 0 };
        if let Some(o) = s.open(p, b"rb", opts, context(a, 2)) {
            let offset = a.int(3, 0);
            let whence = if offset < 0 { Whence::End } else { Whence::Set };
            if offset == 0 || o.stream.seek(offset, whence) {
                let max = (max.tag() == plugin_api_abi::INT).then(|| max.as_int() as usize);
                *out = text(&o.stream.read_all(max));
            } else {
                let st = vm.warning(&format!(
                    "file_get_contents(): Failed to seek to position {offset} in the stream"
                ));
                if st != Status::Ok {
                    return st;
                }
            }
            o.stream.close();
        }
    })
}

fn put_contents(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    with_path!(vm, a, 0, "filename", p, s, {
        let flags = a.int(2, 0);
        let data = a.get(1);
        let mut bytes = Vec::new();
        *out = Val::FALSE;
        if let Some(from) = stream_of(data) {
            bytes = from.read_all(None);
        } else if data.tag() == ARR {
            // SAFETY: an array that the frame holds.
            for (_, v) in unsafe { array::iter(data.as_ptr::<Arr>()) } {
                let mut t = Val::NULL;
                // SAFETY: live element; the text is ours.
                unsafe {
                    let st = rt::to_str(value::deref(*v), &mut t);
                    if st != Status::Ok {
                        return st;
                    }
                    bytes.extend_from_slice(plugin_api_abi::StrHdr::bytes(t.as_ptr()));
                    rt::release(t);
                }
            }
        } else {
            let mut t = Val::NULL;
            let st = rt::to_str(data, &mut t);
            if st != Status::Ok {
                return st;
            }
            // SAFETY: the text is ours.
            unsafe {
                bytes.extend_from_slice(plugin_api_abi::StrHdr::bytes(t.as_ptr()));
                rt::release(t);
            }
        }
        let mode: &[u8] = if flags & 8 != 0 { b"ab" } else { b"wb" };
        let opts = options::REPORT_ERRORS | if flags & 1 != 0 { options::USE_PATH } else { 0 };
        if let Some(o) = s.open(p, mode, opts, context(a, 3)) {
            if let Ok(n) = o.stream.write(&bytes) {
                *out = Val::int(n as i64);
            }
            o.stream.close();
        }
    })
}

fn file(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    with_path!(vm, a, 0, "filename", p, s, {
        let flags = a.int(1, 0);
        if !(0..=31).contains(&flags) {
            return vm.throw_value("file(): Argument #2 ($flags) must be a valid flag value");
        }
        *out = Val::FALSE;
        let opts = options::REPORT_ERRORS | if flags & 1 != 0 { options::USE_PATH } else { 0 };
        if let Some(o) = s.open(p, b"rb", opts, context(a, 2)) {
            let all = o.stream.read_all(None);
            o.stream.close();
            let (no_newline, skip) = (flags & 2 != 0, flags & 4 != 0);
            let lines = all.split_inclusive(|c| *c == b'\n').map(|l| match no_newline {
                true => {
                    let l = l.strip_suffix(b"\n").unwrap_or(l);
                    l.strip_suffix(b"\r").unwrap_or(l)
                }
                false => l,
            });
            let vals: Vec<Val> = lines.filter(|l| !(skip && no_newline && l.is_empty())).map(text).collect();
            *out = array::val(array::from_vals(vals));
        }
    })
}

fn fread(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    on_stream!(vm, a, s, {
        let n = a.int(1, 0);
        if n <= 0 {
            return vm.throw_value("fread(): Argument #2 ($length) must be greater than 0");
        }
        *out = s.read_vec(n as usize).map_or(Val::FALSE, |b| text(&b));
        Status::Ok
    })
}

fn fwrite(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    on_stream!(vm, a, s, {
        let b = a.bytes(1);
        let n = if a.get(2).is_nullish() { b.len() } else { (a.int(2, 0).max(0) as usize).min(b.len()) };
        *out = if n == 0 { Val::int(0) } else { s.write(&b[..n]).map_or(Val::FALSE, |n| Val::int(n as i64)) };
        Status::Ok
    })
}

fn fgets(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    on_stream!(vm, a, s, {
        let max = if a.get(1).is_nullish() {
            None
        } else if a.int(1, 0) <= 0 {
            return vm.throw_value("fgets(): Argument #2 ($length) must be greater than 0");
        } else {
            Some(a.int(1, 0) as usize - 1)
        };
        *out = s.read_line(max).map_or(Val::FALSE, |b| text(&b));
        Status::Ok
    })
}

fn whence(w: i64) -> Option<Whence> {
    match w {
        0 => Some(Whence::Set),
        1 => Some(Whence::Current),
        2 => Some(Whence::End),
        _ => None,
    }
}

fn meta(v: &MetaValue, s: &Stream) -> Val {
    match v {
        MetaValue::Bool(b) => Val::bool(*b),
        MetaValue::Int(i) => Val::int(*i),
        MetaValue::Text(t) => text(t),
        MetaValue::WrapperData => s
            .wrapper_data()
            .and_then(|d| d.downcast_ref::<crate::streams::Held>().map(|h| rt::copy(h.get())))
            .unwrap_or(Val::NULL),
        MetaValue::List(l) => {
            let t = array::new(l.len());
            for (k, v) in l {
                // SAFETY: a fresh array.
                unsafe { array::set_bytes(t, k, meta(v, s)) };
            }
            array::val(t)
        }
    }
}

fn stat_array(s: &Stat) -> Val {
    let t = array::new(26);
    // SAFETY: a fresh array.
    unsafe {
        for (i, v) in s.values().into_iter().enumerate() {
            array::set(t, array::Key::Int(i as i64), Val::int(v));
        }
        for (n, v) in Stat::NAMES.iter().zip(s.values()) {
            array::set_bytes(t, n.as_bytes(), Val::int(v));
        }
    }
    array::val(t)
}

/// What is asked of a file without a word when it is not there.
fn quiet_stat(vm: &mut Vm, a: &Args<'_>) -> Option<Stat> {
    let p = a.bytes(0).to_vec();
    if p.is_empty() || p.contains(&0) {
        return None;
    }
    streams(vm)?.stat(&p, howdah_streams::wrapper::stat_flags::QUIET, None)
}

fn is_format(vm: &mut Vm, a: &Args<'_>, out: &mut Val, format: i64) -> Status {
    let s = quiet_stat(vm, a);
    *out = Val::bool(s.is_some_and(|s| s.mode & mode::FORMAT == format));
    vm.pending()
}

/// A fact about a file, false with a warning when it is not there.
fn fact(vm: &mut Vm, a: &Args<'_>, out: &mut Val, f: fn(&Stat) -> Val) -> Status {
    *out = Val::FALSE;
    if let Some(s) = quiet_stat(vm, a) {
        *out = f(&s);
        return vm.pending();
    }
    let st = vm.pending();
    if st != Status::Ok {
        return st;
    }
    let (name, p) = (running(vm), String::from_utf8_lossy(a.bytes(0)).into_owned());
    vm.warning(&format!("{name}(): stat failed for {p}"))
}

fn access(a: &Args<'_>, how: i32) -> bool {
    let Ok(p) = std::ffi::CString::new(a.bytes(0)) else { return false };
    // SAFETY: a NUL-terminated path.
    unsafe { libc::access(p.as_ptr(), how) == 0 }
}

fn os_path(b: &[u8]) -> &std::path::Path {
    use std::os::unix::ffi::OsStrExt;
    std::path::Path::new(std::ffi::OsStr::from_bytes(b))
}

fn path_val(p: &std::path::Path) -> Val {
    use std::os::unix::ffi::OsStrExt;
    text(p.as_os_str().as_bytes())
}

fn scandir(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    with_path!(vm, a, 0, "directory", p, s, {
        if p.is_empty() {
            return vm.throw_value("scandir(): Argument #1 ($directory) must not be empty");
        }
        *out = Val::FALSE;
        match s.scan_dir(p, context(a, 2)) {
            Some(mut names) => {
                match a.int(1, 0) {
                    0 => names.sort(),
                    1 => names.sort_by(|x, y| y.cmp(x)),
                    _ => {}
                }
                *out = array::val(array::from_vals(names.iter().map(|n| text(n)).collect::<Vec<_>>()));
            }
            None => {
                let st = vm.pending();
                if st != Status::Ok {
                    return st;
                }
                let st = vm.warning("scandir(): (errno 2): No such file or directory");
                if st != Status::Ok {
                    return st;
                }
            }
        }
    })
}

fn tempnam(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let dir = os_path(a.bytes(0));
    let prefix = String::from_utf8_lossy(a.bytes(1)).into_owned();
    let prefix = prefix.rsplit('/').next().unwrap_or("").chars().take(63).collect::<String>();
    let make = |d: &std::path::Path| tempfile::Builder::new().prefix(&prefix).rand_bytes(6).tempfile_in(d);
    let made = if dir.is_dir() { make(dir) } else { make(&std::env::temp_dir()) };
    *out = match made.ok().and_then(|f| f.keep().ok()) {
        Some((_, p)) => path_val(&p),
        None => Val::FALSE,
    };
    vm.pending()
}

pub(super) const LIST: &[Entry] = &[
    ("fopen(string $filename, string $mode, bool $use_include_path = false, $context = null)", fopen),
    ("fclose($stream): bool", |vm, a, out| {
        on_stream!(vm, a, _s, {
            close_stream(a.get(0));
            *out = Val::TRUE;
            Status::Ok
        })
    }),
    ("feof($stream): bool", |vm, a, out| {
        on_stream!(vm, a, s, {
            *out = Val::bool(s.at_end());
            Status::Ok
        })
    }),
    ("fread($stream, int $length): string|false", fread),
    ("fwrite($stream, string $data, ?int $length = null): int|false", fwrite),
    ("fputs($stream, string $data, ?int $length = null): int|false", fwrite),
    ("fgets($stream, ?int $length = null): string|false", fgets),
    ("fgetc($stream): string|false", |vm, a, out| {
        on_stream!(vm, a, s, {
            *out = s.read_byte().map_or(Val::FALSE, |b| text(&[b]));
            Status::Ok
        })
    }),
    ("fflush($stream): bool", |vm, a, out| {
        on_stream!(vm, a, s, {
            *out = Val::bool(s.flush().is_ok());
            Status::Ok
        })
    }),
    ("ftell($stream): int|false", |vm, a, out| {
        on_stream!(vm, a, s, {
            *out = Val::int(s.position());
            Status::Ok
        })
    }),
    ("fseek($stream, int $offset, int $whence = SEEK_SET): int", |vm, a, out| {
        on_stream!(vm, a, s, {
            let ok = whence(a.int(2, 0)).is_some_and(|w| s.seek(a.int(1, 0), w));
            *out = Val::int(if ok { 0 } else { -1 });
            Status::Ok
        })
    }),
    ("rewind($stream): bool", |vm, a, out| {
        on_stream!(vm, a, s, {
            *out = Val::bool(s.rewind());
            Status::Ok
        })
    }),
    ("fstat($stream): array|false", |vm, a, out| {
        on_stream!(vm, a, s, {
            *out = s.stat().map_or(Val::FALSE, |s| stat_array(&s));
            Status::Ok
        })
    }),
    ("fpassthru($stream): int", |vm, a, out| {
        on_stream!(vm, a, s, {
            *out = Val::int(s.pass_through().map_or(0, |n| n as i64));
            Status::Ok
        })
    }),
    (
        "readfile(string $filename, bool $use_include_path = false, $context = null): int|false",
        |vm, a, out| {
            with_path!(vm, a, 0, "filename", p, s, {
                *out = Val::FALSE;
                let opts = options::REPORT_ERRORS | if a.bool(1, false) { options::USE_PATH } else { 0 };
                if let Some(o) = s.open(p, b"rb", opts, context(a, 2)) {
                    *out = Val::int(o.stream.pass_through().map_or(0, |n| n as i64));
                    o.stream.close();
                }
            })
        },
    ),
    (
        "file_get_contents(string $filename, bool $use_include_path = false, $context = null, int $offset = 0, ?int $length = null): string|false",
        contents,
    ),
    (
        "file_put_contents(string $filename, mixed $data, int $flags = 0, $context = null): int|false",
        put_contents,
    ),
    ("file(string $filename, int $flags = 0, $context = null): array|false", file),
    ("stream_get_contents($stream, ?int $length = null, int $offset = -1): string|false", |vm, a, out| {
        on_stream!(vm, a, s, {
            let offset = a.int(2, -1);
            *out = Val::FALSE;
            if offset < 0 || s.seek(offset, Whence::Set) {
                let max = (a.int(1, -1) >= 0).then(|| a.int(1, 0) as usize);
                *out = text(&s.read_all(max));
            }
            Status::Ok
        })
    }),
    ("stream_get_meta_data($stream): array", |vm, a, out| {
        on_stream!(vm, a, s, {
            let list = s.metadata();
            let t = array::new(list.len());
            for (k, v) in &list {
                // SAFETY: a fresh array.
                unsafe { array::set_bytes(t, k, meta(v, &s)) };
            }
            *out = array::val(t);
            Status::Ok
        })
    }),
    ("stream_get_wrappers(): array", |vm, _, out| {
        let names = streams(vm).map_or(Vec::new(), |s| s.schemes());
        *out = array::val(array::from_vals(names.iter().map(|n| text(n)).collect::<Vec<_>>()));
        Status::Ok
    }),
    ("unlink(string $filename, $context = null): bool", |vm, a, out| {
        with_path!(vm, a, 0, "filename", p, s, *out = Val::bool(s.unlink(p, context(a, 1).as_ref())))
    }),
    ("rename(string $from, string $to, $context = null): bool", |vm, a, out| {
        with_path!(vm, a, 0, "from", p, s, *out = Val::bool(s.rename(p, a.bytes(1), context(a, 2).as_ref())))
    }),
    (
        "mkdir(string $directory, int $permissions = 0777, bool $recursive = false, $context = null): bool",
        |vm, a, out| {
            with_path!(
                vm,
                a,
                0,
                "directory",
                p,
                s,
                *out =
                    Val::bool(s.mkdir(p, a.int(1, 0o777) as u32, a.bool(2, false), context(a, 3).as_ref()))
            )
        },
    ),
    ("rmdir(string $directory, $context = null): bool", |vm, a, out| {
        with_path!(vm, a, 0, "directory", p, s, *out = Val::bool(s.rmdir(p, context(a, 1).as_ref())))
    }),
    (
        "scandir(string $directory, int $sorting_order = SCANDIR_SORT_ASCENDING, $context = null): array|false",
        scandir,
    ),
    ("file_exists(string $filename): bool", |vm, a, out| {
        *out = Val::bool(quiet_stat(vm, a).is_some());
        vm.pending()
    }),
    ("is_file(string $filename): bool", |vm, a, out| is_format(vm, a, out, mode::REGULAR)),
    ("is_dir(string $filename): bool", |vm, a, out| is_format(vm, a, out, mode::DIRECTORY)),
    ("is_link(string $filename): bool", |vm, a, out| {
        *out = Val::bool(os_path(a.bytes(0)).is_symlink());
        vm.pending()
    }),
    ("is_readable(string $filename): bool", |vm, a, out| {
        *out = Val::bool(access(a, libc::R_OK));
        vm.pending()
    }),
    ("is_writable(string $filename): bool", |vm, a, out| {
        *out = Val::bool(access(a, libc::W_OK));
        vm.pending()
    }),
    ("is_writeable(string $filename): bool", |vm, a, out| {
        *out = Val::bool(access(a, libc::W_OK));
        vm.pending()
    }),
    ("is_executable(string $filename): bool", |vm, a, out| {
        *out = Val::bool(access(a, libc::X_OK));
        vm.pending()
    }),
    ("filesize(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.size))),
    ("filemtime(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.mtime))),
    ("fileatime(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.atime))),
    ("filectime(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.ctime))),
    ("fileperms(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.mode))),
    ("fileowner(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.uid))),
    ("filegroup(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.gid))),
    ("fileinode(string $filename): int|false", |vm, a, out| fact(vm, a, out, |s| Val::int(s.ino))),
    ("stat(string $filename): array|false", |vm, a, out| fact(vm, a, out, stat_array)),
    ("clearstatcache(bool $clear_realpath_cache = false, string $filename = \"\"): void", |_, _, _| {
        Status::Ok
    }),
    ("realpath(string $path): string|false", |vm, a, out| {
        let p = if a.bytes(0).is_empty() { &b"."[..] } else { a.bytes(0) };
        *out = std::fs::canonicalize(os_path(p)).map_or(Val::FALSE, |p| path_val(&p));
        vm.pending()
    }),
    ("getcwd(): string|false", |_, _, out| {
        *out = std::env::current_dir().map_or(Val::FALSE, |p| path_val(&p));
        Status::Ok
    }),
    ("chdir(string $directory): bool", |vm, a, out| match std::env::set_current_dir(os_path(a.bytes(0))) {
        Ok(()) => {
            *out = Val::TRUE;
            Status::Ok
        }
        Err(e) => {
            *out = Val::FALSE;
            let why = howdah_streams::errno::of(&e);
            vm.warning(&format!("chdir(): {why} (errno {})", e.raw_os_error().unwrap_or(0)))
        }
    }),
    ("sys_get_temp_dir(): string", |vm, _, out| {
        *out = match vm.host.ini("sys_temp_dir").filter(|d| !d.is_empty()) {
            Some(d) => text(d),
            None => path_val(&std::env::temp_dir()),
        };
        Status::Ok
    }),
    ("tempnam(string $directory, string $prefix): string|false", tempnam),
    ("tmpfile()", |vm, _, out| {
        let Some(s) = streams(vm) else { return Status::Ok };
        *out = s
            .open(b"php://temp", b"r+b", options::REPORT_ERRORS, None)
            .map_or(Val::FALSE, |o| stream_resource(&o.stream));
        vm.pending()
    }),
];

/// Constants of these functions.
pub(super) const CONSTANTS: &[(&str, i64)] = &[
    ("SEEK_SET", 0),
    ("SEEK_CUR", 1),
    ("SEEK_END", 2),
    ("LOCK_SH", 1),
    ("LOCK_EX", 2),
    ("LOCK_UN", 3),
    ("LOCK_NB", 4),
    ("FILE_USE_INCLUDE_PATH", 1),
    ("FILE_IGNORE_NEW_LINES", 2),
    ("FILE_SKIP_EMPTY_LINES", 4),
    ("FILE_APPEND", 8),
    ("FILE_NO_DEFAULT_CONTEXT", 16),
    ("SCANDIR_SORT_ASCENDING", 0),
    ("SCANDIR_SORT_DESCENDING", 1),
    ("SCANDIR_SORT_NONE", 2),
];
