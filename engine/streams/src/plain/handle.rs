//! Streams over a file descriptor.

use crate::env::{Environment, Level};
use crate::errno;
use crate::meta::MetaValue;
use crate::ops::{Cast, Failed, Io, Lock, Locked, Ops, Sought, Whence};
use crate::stat::{Stat, mode};
use crate::stream::{Stream, flags};
use rustix::fs::{FlockOperation, OFlags, SeekFrom};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};
use std::process::Child;
use std::rc::Rc;

/// A stream over a descriptor: a file, a pipe, a terminal.
pub struct FileHandle {
    fd: RefCell<Option<Rc<OwnedFd>>>,
    seekable: bool,
    /// Output held back must go out before this is used.
    shared: bool,
    stat: Cell<Option<Stat>>,
    temp: RefCell<Option<tempfile::TempPath>>,
    process: RefCell<Option<Child>>,
}

/// Whether seeking makes sense: not on pipes and most character devices.
fn is_seekable(s: &Stat) -> bool {
    match s.format() {
        mode::FIFO | mode::SOCKET => false,
        mode::CHARACTER => {
            let dev = s.rdev as u64;
            rustix::fs::major(dev) == 1 && matches!(rustix::fs::minor(dev), 1..=5 | 7)
        }
        _ => true,
    }
}

impl FileHandle {
    fn build(fd: OwnedFd, seekable: bool, shared: bool, stat: Option<Stat>) -> FileHandle {
        FileHandle {
            fd: RefCell::new(Some(Rc::new(fd))),
            seekable,
            shared,
            stat: Cell::new(stat),
            temp: RefCell::new(None),
            process: RefCell::new(None),
        }
    }

    /// A stream over `fd`. `at_start`: it is known to stand at 0.
    pub fn stream(env: Rc<dyn Environment>, fd: OwnedFd, mode: &[u8], at_start: bool) -> Rc<Stream> {
        let stat = rustix::fs::fstat(&fd).ok().map(Stat::from);
        let seekable = stat.as_ref().is_none_or(is_seekable);
        let place = if at_start { Ok(0) } else { rustix::fs::seek(&fd, SeekFrom::Current(0)) };
        let shared = stat.is_none_or(|s| s.format() != mode::REGULAR) || fd.as_raw_fd() <= 2;
        let handle = FileHandle::build(fd, seekable, shared, stat);
        let s = Stream::new(env, Rc::new(handle), mode);
        match place {
            Ok(p) if seekable => s.set_position(p as i64),
            _ => {
                s.set_flags(flags::NO_SEEK, true);
                s.set_position(if seekable { 0 } else { -1 });
            }
        }
        s
    }

    /// A temporary file, removed when the stream is closed.
    pub(super) fn temporary(env: Rc<dyn Environment>, fd: OwnedFd, temp: tempfile::TempPath) -> Rc<Stream> {
        let handle = FileHandle::build(fd, true, false, None);
        *handle.temp.borrow_mut() = Some(temp);
        Stream::new(env, Rc::new(handle), b"r+b")
    }

    /// One end of a pipe to a process that ends with the stream (`popen()`).
    pub fn process(env: Rc<dyn Environment>, fd: OwnedFd, child: Child, mode: &[u8]) -> Rc<Stream> {
        let handle = FileHandle::build(fd, false, true, None);
        *handle.process.borrow_mut() = Some(child);
        let s = Stream::new(env, Rc::new(handle), mode);
        s.set_flags(flags::NO_SEEK, true);
        s
    }

    fn fd(&self) -> Option<Rc<OwnedFd>> {
        self.fd.borrow().clone()
    }

    fn failed(&self, s: &Stream, verb: &str, n: usize, e: rustix::io::Errno) {
        if !s.has(flags::QUIET) {
            let code = e.raw_os_error();
            let msg = format!("{verb} of {n} bytes failed with errno={code} {}", errno::text(code));
            s.env().raise(Level::Notice, &[], &msg);
        }
    }
}

fn is_transient(e: rustix::io::Errno) -> bool {
    e == rustix::io::Errno::AGAIN || e == rustix::io::Errno::WOULDBLOCK
}

impl Ops for FileHandle {
    fn label(&self) -> &'static str {
        "STDIO"
    }

    fn read(&self, s: &Stream, buf: &mut [u8]) -> Io {
        let Some(fd) = self.fd() else { return Err(Failed) };
        if self.shared {
            s.env().settle();
        }
        let mut r = rustix::io::read(&*fd, &mut *buf);
        if r == Err(rustix::io::Errno::INTR) {
            r = rustix::io::read(&*fd, &mut *buf);
        }
        match r {
            Ok(0) => {
                s.set_eof(true);
                Ok(0)
            }
            Ok(n) => Ok(n),
            Err(e) if is_transient(e) => Ok(0),
            Err(e) if e == rustix::io::Errno::INTR => Err(Failed),
            Err(e) => {
                self.failed(s, "Read", buf.len(), e);
                if e != rustix::io::Errno::BADF {
                    s.set_eof(true);
                }
                Err(Failed)
            }
        }
    }

    fn write(&self, s: &Stream, bytes: &[u8]) -> Io {
        let Some(fd) = self.fd() else { return Err(Failed) };
        if self.shared {
            s.env().settle();
        }
        let r = rustix::io::write(&*fd, bytes);
        s.env().files_changed();
        match r {
            Ok(n) => Ok(n),
            Err(e) if is_transient(e) => Ok(0),
            Err(e) => {
                if e != rustix::io::Errno::INTR {
                    self.failed(s, "Write", bytes.len(), e);
                }
                Err(Failed)
            }
        }
    }

    fn has_seek(&self) -> bool {
        true
    }

    fn seek(&self, s: &Stream, offset: i64, whence: Whence) -> Sought {
        if !self.seekable {
            s.env().warn("Cannot seek on this stream");
            return Sought::FAILED;
        }
        let Some(fd) = self.fd() else { return Sought::FAILED };
        let to = match whence {
            Whence::Set => match u64::try_from(offset) {
                Ok(o) => SeekFrom::Start(o),
                Err(_) => return Sought::FAILED,
            },
            Whence::Current => SeekFrom::Current(offset),
            Whence::End => SeekFrom::End(offset),
        };
        rustix::fs::seek(&*fd, to).map_or(Sought::FAILED, |p| Sought::at(p as i64))
    }

    fn flush(&self, s: &Stream) -> Result<(), Failed> {
        s.env().files_changed();
        Ok(())
    }

    fn close(&self, s: &Stream, keep_handle: bool) -> i32 {
        let fd = self.fd.borrow_mut().take();
        let mut status = 0;
        match fd {
            Some(fd) if keep_handle => {
                if let Ok(fd) = Rc::try_unwrap(fd) {
                    // The descriptor stays open for whoever knows its number.
                    let _: RawFd = fd.into_raw_fd();
                }
                return 0;
            }
            fd => drop(fd),
        }
        if let Some(mut child) = self.process.borrow_mut().take() {
            s.env().settle();
            status = child.wait().map_or(-1, crate::process::exit_status);
        }
        let temp = self.temp.borrow_mut().take();
        drop(temp);
        status
    }

    fn stat(&self, _: &Stream) -> Option<Stat> {
        let s = rustix::fs::fstat(&*self.fd()?).ok().map(Stat::from);
        self.stat.set(s);
        s
    }

    fn descriptor(&self, _: &Stream, cast: Cast) -> Option<RawFd> {
        self.fd().filter(|_| cast != Cast::Socket).map(|fd| fd.as_raw_fd())
    }

    fn set_blocking(&self, _: &Stream, on: bool) -> Option<bool> {
        set_blocking(self.fd()?.as_fd(), on)
    }

    fn has_locks(&self, _: &Stream) -> bool {
        self.fd().is_some()
    }

    fn lock(&self, _: &Stream, lock: Lock, wait: bool) -> Locked {
        let Some(fd) = self.fd() else { return Locked::No };
        let op = match (lock, wait) {
            (Lock::Shared, true) => FlockOperation::LockShared,
            (Lock::Shared, false) => FlockOperation::NonBlockingLockShared,
            (Lock::Exclusive, true) => FlockOperation::LockExclusive,
            (Lock::Exclusive, false) => FlockOperation::NonBlockingLockExclusive,
            (Lock::Unlock, true) => FlockOperation::Unlock,
            (Lock::Unlock, false) => FlockOperation::NonBlockingUnlock,
        };
        match rustix::fs::flock(&*fd, op) {
            Ok(()) => Locked::Yes,
            Err(e) if is_transient(e) => Locked::WouldBlock,
            Err(_) => Locked::No,
        }
    }

    fn has_truncate(&self, _: &Stream) -> bool {
        self.fd().is_some()
    }

    fn truncate(&self, _: &Stream, size: u64) -> bool {
        self.fd().is_some_and(|fd| rustix::fs::ftruncate(&*fd, size).is_ok())
    }

    fn has_sync(&self, _: &Stream) -> bool {
        self.fd().is_some()
    }

    fn sync(&self, _: &Stream, data_only: bool) -> bool {
        let Some(fd) = self.fd() else { return false };
        if data_only { rustix::fs::fdatasync(&*fd).is_ok() } else { rustix::fs::fsync(&*fd).is_ok() }
    }

    fn metadata(&self, s: &Stream, out: &mut Vec<(Vec<u8>, MetaValue)>) -> bool {
        let Some(fd) = self.fd() else { return false };
        let blocked = rustix::fs::fcntl_getfl(&*fd).is_ok_and(|f| !f.contains(OFlags::NONBLOCK));
        out.push((b"timed_out".to_vec(), MetaValue::Bool(false)));
        out.push((b"blocked".to_vec(), MetaValue::Bool(blocked)));
        out.push((b"eof".to_vec(), MetaValue::Bool(s.eof())));
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Switches a descriptor's blocking; gives whether it blocked before.
pub(crate) fn set_blocking(fd: BorrowedFd<'_>, on: bool) -> Option<bool> {
    let mut f = rustix::fs::fcntl_getfl(fd).ok()?;
    let before = !f.contains(OFlags::NONBLOCK);
    f.set(OFlags::NONBLOCK, !on);
    rustix::fs::fcntl_setfl(fd, f).ok()?;
    Some(before)
}
