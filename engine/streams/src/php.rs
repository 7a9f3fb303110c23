//! `php://`: standard descriptors, memory, output, the request's body, filters.

use crate::context::Context;
use crate::data::url_decode;
use crate::env::{Environment, Thrown};
use crate::errno;
use crate::filter::{Direction, FilterParams};
use crate::memory::{self, MAX_MEMORY};
use crate::ops::{Failed, Io, Ops, Sought, Whence};
use crate::plain::handle::FileHandle;
use crate::socket;
use crate::stat::{Stat, mode};
use crate::stream::{Stream, flags};
use crate::wrapper::{OpenFailure, OpenRequest, Opened, Streams, Wrapper, options};
use std::any::Any;
use std::cell::Cell;
use std::os::fd::{BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::rc::Rc;

/// The wrapper. It remembers which standard descriptors were given out: the first stream over each owns it.
#[derive(Default)]
pub struct PhpWrapper {
    taken: [Cell<bool>; 3],
}

fn starts(path: &[u8], word: &str) -> bool {
    path.len() >= word.len() && path[..word.len()].eq_ignore_ascii_case(word.as_bytes())
}

impl Wrapper for PhpWrapper {
    fn label(&self) -> &str {
        "PHP"
    }

    fn open(&self, r: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let env = r.streams.env();
        let what = if starts(r.path, "php://") { &r.path[6..] } else { r.path };
        let is = |word: &str| what.eq_ignore_ascii_case(word.as_bytes());
        if starts(what, "temp") {
            return temp(env, &what[4..], r.mode).map(Opened::from);
        }
        if is("memory") {
            return Ok(memory::memory(env, r.mode, Vec::new()).into());
        }
        if is("output") {
            return Ok(Stream::new(env.clone(), Rc::new(Output), b"wb").into());
        }
        if is("input") {
            include_allowed(r)?;
            return Ok(input(env).into());
        }
        for (n, word) in ["stdin", "stdout", "stderr"].into_iter().enumerate() {
            if is(word) {
                if n == 0 {
                    include_allowed(r)?;
                }
                return self.standard(env, n, r.mode);
            }
        }
        if starts(what, "fd/") {
            return descriptor(r, &what[3..]);
        }
        if starts(what, "filter/") {
            return filtered(r, &what[6..]);
        }
        env.warn("Invalid php:// URL specified");
        Err(OpenFailure::default())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `allow_url_include` bounds what an include may read from here.
fn include_allowed(r: &OpenRequest<'_>) -> Result<(), OpenFailure> {
    if r.options & options::FOR_INCLUDE != 0 && !r.streams.env().ini_flag("allow_url_include") {
        return Err(OpenFailure::default());
    }
    Ok(())
}

fn temp(env: &Rc<dyn Environment>, rest: &[u8], mode: &[u8]) -> Result<Rc<Stream>, OpenFailure> {
    let mut limit = MAX_MEMORY;
    if starts(rest, "/maxmemory:") {
        let n = crate::value::Value::Text(rest[11..].to_vec()).to_int();
        let Ok(n) = usize::try_from(n) else {
            env.throw(Thrown::ValueError, "fopen(): Argument #2 ($mode) must be greater than or equal to 0");
            return Err(OpenFailure::default());
        };
        limit = n;
    }
    Ok(memory::temporary(env, mode, limit, None))
}

impl PhpWrapper {
    fn standard(&self, env: &Rc<dyn Environment>, n: usize, mode: &[u8]) -> Result<Opened, OpenFailure> {
        let first = env.is_cli() && !self.taken[n].replace(true);
        let fd = if first {
            // SAFETY: the process's own descriptor, which its first stream owns from here on.
            unsafe { OwnedFd::from_raw_fd(n as RawFd) }
        } else {
            duplicate(n as RawFd).map_err(|e| OpenFailure::io(&e))?
        };
        Ok(over(env, fd, mode).into())
    }
}

fn duplicate(fd: RawFd) -> std::io::Result<OwnedFd> {
    if fd < 0 {
        return Err(std::io::Error::from_raw_os_error(libc::EBADF));
    }
    // SAFETY: only passed to dup, which checks it.
    Ok(rustix::io::dup(unsafe { BorrowedFd::borrow_raw(fd) })?)
}

/// A stream over a descriptor of unknown kind.
fn over(env: &Rc<dyn Environment>, fd: OwnedFd, mode_text: &[u8]) -> Rc<Stream> {
    let kind = rustix::fs::fstat(&fd).map(Stat::from).map(|s| s.format());
    if kind.is_ok_and(|k| k == mode::SOCKET) {
        return socket::from_descriptor(env, fd, mode_text);
    }
    FileHandle::stream(env.clone(), fd, mode_text, false)
}

fn descriptor(r: &OpenRequest<'_>, digits: &[u8]) -> Result<Opened, OpenFailure> {
    let env = r.streams.env();
    if !env.is_cli() {
        return Err(OpenFailure::default());
    }
    include_allowed(r)?;
    let text = std::str::from_utf8(digits).unwrap_or("").trim_start();
    let n: i64 = text.parse().map_err(|_| {
        OpenFailure::because("php://fd/ stream must be specified in the form php://fd/<orig fd>")
    })?;
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(1024);
    if n < 0 || n as u64 >= limit {
        return Err(OpenFailure::because(format!(
            "The file descriptors must be non-negative numbers smaller than {limit}"
        )));
    }
    let fd = duplicate(n as RawFd).map_err(|e| {
        OpenFailure::because(format!(
            "Error duping file descriptor {n}; possibly it doesn't exist: [{}]: {}",
            errno::code(&e),
            errno::of(&e)
        ))
    })?;
    Ok(over(env, fd, r.mode).into())
}

/// `php://filter/read=a|b/write=c/resource=URL`
fn filtered(r: &OpenRequest<'_>, spec: &[u8]) -> Result<Opened, OpenFailure> {
    let env = r.streams.env();
    let Some(at) = memchr::memmem::find(spec, b"/resource=") else {
        env.throw(Thrown::Error, "No URL resource specified");
        return Err(OpenFailure::default());
    };
    let has = |c: u8| r.mode.contains(&c);
    let (read, write) = (has(b'r') || has(b'+'), has(b'w') || has(b'+') || has(b'a'));
    let context: Option<Rc<Context>> = r.context.clone();
    let opened =
        r.streams.open(&spec[at + 10..], r.mode, r.options, context).ok_or_else(OpenFailure::default)?;
    let inner = &opened.stream;
    for part in spec[..at].split(|&c| c == b'/').filter(|p| !p.is_empty()) {
        if starts(part, "read=") {
            apply(r.streams, inner, &part[5..], true, false);
        } else if starts(part, "write=") {
            apply(r.streams, inner, &part[6..], false, true);
        } else {
            apply(r.streams, inner, part, read, write);
        }
    }
    if env.exception_pending() {
        inner.close();
        return Err(OpenFailure::default());
    }
    Ok(opened)
}

fn apply(streams: &Streams, s: &Stream, names: &[u8], read: bool, write: bool) {
    let env = streams.env();
    for name in names.split(|&c| c == b'|').filter(|n| !n.is_empty()) {
        let name = url_decode(name);
        for (wanted, d) in [(read, Direction::Read), (write, Direction::Write)] {
            if !wanted {
                continue;
            }
            match streams.filters.create(env, &name, &FilterParams::default()) {
                Some(f) => drop(s.append_filter(d, &name, f)),
                None => {
                    env.warn(&format!("Unable to create filter ({})", String::from_utf8_lossy(&name)));
                }
            }
        }
    }
}

/// `php://output`
struct Output;

impl Ops for Output {
    fn label(&self) -> &'static str {
        "Output"
    }
    fn read(&self, s: &Stream, _: &mut [u8]) -> Io {
        s.set_eof(true);
        Err(Failed)
    }
    fn write(&self, s: &Stream, bytes: &[u8]) -> Io {
        s.env().print(bytes);
        Ok(bytes.len())
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `php://input`: a view of the request's body with a position of its own.
struct Input {
    body: Rc<Stream>,
    at: Cell<i64>,
}

fn input(env: &Rc<dyn Environment>) -> Rc<Stream> {
    let body = memory::memory(env, b"w+b", env.request_body());
    Stream::new(env.clone(), Rc::new(Input { body, at: Cell::new(0) }), b"rb")
}

impl Ops for Input {
    fn label(&self) -> &'static str {
        "Input"
    }
    fn read(&self, s: &Stream, buf: &mut [u8]) -> Io {
        if self.body.read_filters.is_empty() {
            self.body.seek(self.at.get(), Whence::Set);
        }
        let r = self.body.read(buf);
        match r {
            Ok(n) if n > 0 => self.at.set(self.at.get() + n as i64),
            _ => s.set_eof(true),
        }
        r
    }
    fn flush(&self, _: &Stream) -> Result<(), Failed> {
        Err(Failed)
    }
    fn has_seek(&self) -> bool {
        true
    }
    fn seek(&self, _: &Stream, offset: i64, whence: Whence) -> Sought {
        let ok = self.body.seek(offset, whence);
        self.at.set(self.body.position());
        Sought { ok, position: Some(self.at.get()) }
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A stream over one of the process's standard descriptors (`STDIN` 0, `STDOUT` 1, `STDERR` 2). The descriptor stays open
/// unless the stream is closed explicitly.
pub fn standard_stream(streams: &Streams, n: usize) -> Option<Rc<Stream>> {
    let (path, mode): (&[u8], &[u8]) = match n {
        0 => (b"php://stdin", b"rb"),
        1 => (b"php://stdout", b"wb"),
        _ => (b"php://stderr", b"wb"),
    };
    let s = streams.open(path, mode, 0, None)?.stream;
    s.set_flags(flags::KEEP_AT_END, true);
    Some(s)
}
