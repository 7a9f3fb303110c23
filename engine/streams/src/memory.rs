//! `php://memory` and `php://temp`: streams in memory, the latter in a file once they grow.

use crate::env::Environment;
use crate::meta::MetaValue;
use crate::ops::{Buffering, Cast, Failed, Io, Lock, Locked, Ops, Sought, Whence};
use crate::plain;
use crate::stat::{Stat, mode};
use crate::stream::{LARGE, Stream, flags};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::os::fd::RawFd;
use std::rc::Rc;
use std::time::Duration;

/// Memory that `php://temp` takes before it moves to a file.
pub const MAX_MEMORY: usize = 2 * 1024 * 1024;

/// What may be done with a stream in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    ReadWrite,
    ReadOnly,
    Append,
}

impl Access {
    fn of(mode: &[u8]) -> Access {
        if mode.contains(&b'a') {
            Access::Append
        } else if mode.contains(&b'w') || mode.contains(&b'+') {
            Access::ReadWrite
        } else {
            Access::ReadOnly
        }
    }

    fn mode(self) -> &'static [u8] {
        match self {
            Access::ReadOnly => b"rb",
            Access::Append => b"a+b",
            Access::ReadWrite => b"w+b",
        }
    }
}

/// A stream in memory.
pub struct Memory {
    data: RefCell<Vec<u8>>,
    at: Cell<usize>,
    access: Access,
}

/// A stream over `data`.
pub fn memory(env: &Rc<dyn Environment>, mode: &[u8], data: Vec<u8>) -> Rc<Stream> {
    let access = Access::of(mode);
    let ops = Memory { data: RefCell::new(data), at: Cell::new(0), access };
    let s = Stream::new(env.clone(), Rc::new(ops), access.mode());
    s.set_flags(flags::NO_BUFFER, true);
    s
}

impl Memory {
    /// What it holds.
    pub fn contents(&self) -> Vec<u8> {
        self.data.borrow().clone()
    }
}

impl Ops for Memory {
    fn label(&self) -> &'static str {
        "MEMORY"
    }

    fn read(&self, s: &Stream, buf: &mut [u8]) -> Io {
        let data = self.data.borrow();
        let Some(rest) = data.get(self.at.get()..).filter(|r| !r.is_empty()) else {
            s.set_eof(true);
            return Ok(0);
        };
        let n = rest.len().min(buf.len());
        buf[..n].copy_from_slice(&rest[..n]);
        self.at.set(self.at.get() + n);
        Ok(n)
    }

    fn write(&self, s: &Stream, bytes: &[u8]) -> Io {
        if self.access == Access::ReadOnly {
            return Err(Failed);
        }
        let held = self.data.borrow().len();
        let at = if self.access == Access::Append { held } else { self.at.get() };
        let Some(end) = at.checked_add(bytes.len()) else { return Err(Failed) };
        if end >= LARGE && end > self.data.borrow().capacity() && !s.env().room_for(end) {
            return Err(Failed);
        }
        let mut data = self.data.borrow_mut();
        if data.len() < end {
            data.resize(end, 0);
        }
        data[at..end].copy_from_slice(bytes);
        self.at.set(end);
        Ok(bytes.len())
    }

    fn has_seek(&self) -> bool {
        true
    }

    fn seek(&self, _: &Stream, offset: i64, whence: Whence) -> Sought {
        let base = match whence {
            Whence::Set => 0,
            Whence::Current => self.at.get() as i64,
            Whence::End => self.data.borrow().len() as i64,
        };
        match base.checked_add(offset).filter(|p| *p >= 0) {
            Some(p) => {
                self.at.set(p as usize);
                Sought::at(p)
            }
            None => {
                self.at.set(0);
                Sought { ok: false, position: Some(-1) }
            }
        }
    }

    fn stat(&self, _: &Stream) -> Option<Stat> {
        let bits = if self.access == Access::ReadOnly { 0o444 } else { 0o666 };
        Some(Stat {
            dev: 0xc,
            mode: mode::REGULAR | bits,
            nlink: 1,
            rdev: -1,
            size: self.data.borrow().len() as i64,
            blksize: -1,
            blocks: -1,
            ..Stat::default()
        })
    }

    fn has_truncate(&self, _: &Stream) -> bool {
        true
    }

    fn truncate(&self, _: &Stream, size: u64) -> bool {
        if self.access == Access::ReadOnly {
            return false;
        }
        let Ok(size) = usize::try_from(size) else { return false };
        let mut data = self.data.borrow_mut();
        if size < data.len() {
            self.at.set(self.at.get().min(size));
        }
        data.resize(size, 0);
        true
    }

    fn reads_greedily(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A stream in memory that moves to a file beyond a limit.
pub struct Temporary {
    inner: RefCell<Rc<Stream>>,
    limit: usize,
    dir: Option<Vec<u8>>,
    /// `data:` streams: their label and metadata, and that they are not written to.
    rfc2397: Option<Vec<(Vec<u8>, MetaValue)>>,
}

/// An empty temporary stream, kept in memory up to `limit` bytes and then in a file in `dir`.
pub fn temporary(env: &Rc<dyn Environment>, mode: &[u8], limit: usize, dir: Option<Vec<u8>>) -> Rc<Stream> {
    let access = Access::of(mode);
    // The stream that scripts see is numbered before the one inside it.
    let number = env.next_number();
    let inner = memory(env, access.mode(), Vec::new());
    let ops = Temporary { inner: RefCell::new(inner), limit, dir, rfc2397: None };
    let s = Stream::numbered(env.clone(), Rc::new(ops), access.mode(), number);
    s.set_flags(flags::NO_BUFFER, true);
    s
}

/// The stream of a `data:` URL.
pub(crate) fn data_stream(
    env: &Rc<dyn Environment>,
    mode: &[u8],
    data: Vec<u8>,
    meta: Vec<(Vec<u8>, MetaValue)>,
) -> Rc<Stream> {
    let number = env.next_number();
    let inner = memory(env, b"w+b", data);
    let ops = Temporary { inner: RefCell::new(inner), limit: usize::MAX, dir: None, rfc2397: Some(meta) };
    let s = Stream::numbered(env.clone(), Rc::new(ops), mode, number);
    s.set_flags(flags::NO_BUFFER, true);
    s
}

impl Temporary {
    fn inner(&self) -> Rc<Stream> {
        self.inner.borrow().clone()
    }

    /// Moves what is in memory to a file. False, after a warning, when none can be made.
    fn move_to_file(&self, env: &Rc<dyn Environment>, warning: &str) -> bool {
        let inner = self.inner();
        let ops = inner.ops();
        let Some(m) = ops.as_any().downcast_ref::<Memory>() else { return true };
        let Some(file) = plain::temporary_file(env, self.dir.as_deref(), "php") else {
            env.warn(warning);
            return false;
        };
        let at = inner.position();
        let held = m.contents();
        if file.write(&held) != Ok(held.len()) {
            env.warn(warning);
            return false;
        }
        file.seek(at, Whence::Set);
        *self.inner.borrow_mut() = file;
        true
    }
}

impl Ops for Temporary {
    fn label(&self) -> &'static str {
        if self.rfc2397.is_some() { "RFC2397" } else { "TEMP" }
    }

    fn read(&self, s: &Stream, buf: &mut [u8]) -> Io {
        let inner = self.inner();
        let r = inner.read(buf);
        s.set_eof(inner.eof());
        r
    }

    fn has_write(&self) -> bool {
        self.rfc2397.is_none()
    }

    fn write(&self, s: &Stream, bytes: &[u8]) -> Io {
        let end = usize::try_from(self.inner().position()).unwrap_or(0).saturating_add(bytes.len());
        let warning = "Unable to create temporary file, Check permissions in temporary files directory.";
        if end >= self.limit && !self.move_to_file(s.env(), warning) {
            return Ok(0);
        }
        self.inner().write(bytes)
    }

    fn has_seek(&self) -> bool {
        true
    }

    fn seek(&self, s: &Stream, offset: i64, whence: Whence) -> Sought {
        let inner = self.inner();
        let ok = inner.seek(offset, whence);
        s.set_eof(inner.eof());
        Sought { ok, position: Some(inner.position()) }
    }

    fn flush(&self, _: &Stream) -> Result<(), Failed> {
        self.inner().flush()
    }

    fn close(&self, _: &Stream, _: bool) -> i32 {
        self.inner().close()
    }

    fn stat(&self, _: &Stream) -> Option<Stat> {
        self.inner().stat()
    }

    fn can_cast(&self, s: &Stream, cast: Cast) -> bool {
        let inner = self.inner();
        if inner.ops().as_any().is::<Memory>() { cast == Cast::Stdio } else { inner.ops().can_cast(s, cast) }
    }

    fn descriptor(&self, s: &Stream, cast: Cast) -> Option<RawFd> {
        let fresh = self.inner().ops().as_any().is::<Memory>();
        if !self.move_to_file(s.env(), "Unable to create temporary file.") {
            return None;
        }
        let inner = self.inner();
        if cast == Cast::Socket {
            // Which the file below is not: it says so itself.
            return inner.descriptor(cast, fresh);
        }
        inner.ops().descriptor(&inner, cast)
    }

    fn set_blocking(&self, _: &Stream, on: bool) -> Option<bool> {
        let inner = self.inner();
        inner.ops().set_blocking(&inner, on)
    }

    fn has_locks(&self, _: &Stream) -> bool {
        let inner = self.inner();
        inner.ops().has_locks(&inner)
    }

    fn lock(&self, _: &Stream, lock: Lock, wait: bool) -> Locked {
        let inner = self.inner();
        inner.ops().lock(&inner, lock, wait)
    }

    fn has_truncate(&self, _: &Stream) -> bool {
        let inner = self.inner();
        inner.ops().has_truncate(&inner)
    }

    fn truncate(&self, _: &Stream, size: u64) -> bool {
        let inner = self.inner();
        inner.ops().truncate(&inner, size)
    }

    fn has_sync(&self, _: &Stream) -> bool {
        let inner = self.inner();
        inner.ops().has_sync(&inner)
    }

    fn sync(&self, _: &Stream, data_only: bool) -> bool {
        let inner = self.inner();
        inner.ops().sync(&inner, data_only)
    }

    fn set_timeout(&self, _: &Stream, timeout: Option<Duration>) -> bool {
        let inner = self.inner();
        inner.ops().set_timeout(&inner, timeout)
    }

    fn set_write_buffering(&self, _: &Stream, how: Buffering) -> bool {
        let inner = self.inner();
        inner.ops().set_write_buffering(&inner, how)
    }

    fn metadata(&self, _: &Stream, out: &mut Vec<(Vec<u8>, MetaValue)>) -> bool {
        out.extend(self.rfc2397.iter().flatten().cloned());
        true
    }

    fn reads_greedily(&self) -> bool {
        self.rfc2397.is_none()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
