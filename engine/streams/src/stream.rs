//! Streams: a kind of stream ([`Ops`]) with a read buffer, filters, position and flags (PHP's `main/streams/streams.c`).

use crate::context::Context;
use crate::env::Environment;
use crate::filter::Chain;
use crate::ops::{Buffering, Failed, Io, Ops, Sought, Whence};
use crate::stat::Stat;
use crate::wrapper::Wrapper;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Bytes read at once.
pub const CHUNK: usize = 8192;

/// Bytes from which on it is asked whether the request may hold them.
pub const LARGE: usize = 1 << 20;

/// Bits of a stream's state.
pub mod flags {
    /// Cannot seek, whatever its kind can do.
    pub const NO_SEEK: u32 = 0x1;
    /// Reads and seeks go past the buffer.
    pub const NO_BUFFER: u32 = 0x2;
    /// Line ends are still to be found out (`auto_detect_line_endings`).
    pub const DETECT_EOL: u32 = 0x4;
    /// Lines end with a carriage return.
    pub const EOL_MAC: u32 = 0x8;
    /// Something was written since the last flush.
    pub const WAS_WRITTEN: u32 = 0x10;
    /// A directory.
    pub const IS_DIR: u32 = 0x20;
    /// Failing reads and writes raise no notices.
    pub const QUIET: u32 = 0x40;
    /// The descriptor stays open when the stream is closed.
    pub const KEEP_HANDLE: u32 = 0x80;
    /// The descriptor stays open when the stream goes without being closed (the standard ones).
    pub const KEEP_AT_END: u32 = 0x100;
    /// A listening socket: nothing is read from it.
    pub const NO_IO: u32 = 0x200;
}

/// What was read and not yet handed out.
#[derive(Default)]
pub(crate) struct Buffer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) at: usize,
    /// PHP's size of the buffer: it decides how much is asked of the kind at once.
    capacity: usize,
}

impl Buffer {
    pub(crate) fn unread(&self) -> &[u8] {
        &self.bytes[self.at..]
    }

    fn compact(&mut self) {
        self.bytes.drain(..self.at);
        self.at = 0;
    }
}

/// A stream. Shared through `Rc`: what PHP code sees as a resource.
pub struct Stream {
    env: Rc<dyn Environment>,
    number: i64,
    ops: RefCell<Rc<dyn Ops>>,
    mode: RefCell<Vec<u8>>,
    wrapper: RefCell<Option<Rc<dyn Wrapper>>>,
    path: RefCell<Option<Vec<u8>>>,
    context: RefCell<Option<Rc<Context>>>,
    wrapper_data: RefCell<Option<Rc<dyn Any>>>,
    companion: RefCell<Option<Rc<Stream>>>,
    flags: Cell<u32>,
    chunk: Cell<usize>,
    position: Cell<i64>,
    eof: Cell<bool>,
    fatal: Cell<bool>,
    closed: Cell<bool>,
    /// The read that runs has something to give already: its kind need not wait.
    partial: Cell<bool>,
    pub(crate) buffer: RefCell<Buffer>,
    /// Filters on what is read.
    pub read_filters: Chain,
    /// Filters on what is written.
    pub write_filters: Chain,
    me: Weak<Stream>,
}

impl Stream {
    /// A stream over `ops`. `mode` is what metadata shows.
    pub fn new(env: Rc<dyn Environment>, ops: Rc<dyn Ops>, mode: &[u8]) -> Rc<Stream> {
        let number = env.next_number();
        Stream::numbered(env, ops, mode, number)
    }

    /// As [`Stream::new`], under a number that the environment gave before.
    pub(crate) fn numbered(
        env: Rc<dyn Environment>,
        ops: Rc<dyn Ops>,
        mode: &[u8],
        number: i64,
    ) -> Rc<Stream> {
        let detect = env.ini_flag("auto_detect_line_endings");
        Rc::new_cyclic(|me| Stream {
            env,
            number,
            ops: RefCell::new(ops),
            mode: RefCell::new(mode.to_vec()),
            wrapper: RefCell::new(None),
            path: RefCell::new(None),
            context: RefCell::new(None),
            wrapper_data: RefCell::new(None),
            companion: RefCell::new(None),
            flags: Cell::new(if detect { flags::DETECT_EOL } else { 0 }),
            chunk: Cell::new(CHUNK),
            position: Cell::new(0),
            eof: Cell::new(false),
            fatal: Cell::new(false),
            closed: Cell::new(false),
            partial: Cell::new(false),
            buffer: RefCell::new(Buffer::default()),
            read_filters: Chain::default(),
            write_filters: Chain::default(),
            me: me.clone(),
        })
    }

    // ---- parts ----

    /// The engine around.
    pub fn env(&self) -> &Rc<dyn Environment> {
        &self.env
    }
    /// Its number as a resource.
    pub fn number(&self) -> i64 {
        self.number
    }
    /// The shared handle of this stream. `None` while it is being dropped.
    pub fn handle(&self) -> Option<Rc<Stream>> {
        self.me.upgrade()
    }
    /// Its kind.
    pub fn ops(&self) -> Rc<dyn Ops> {
        self.ops.borrow().clone()
    }
    /// Gives it another kind (a socket that turns to TLS).
    pub fn set_ops(&self, ops: Rc<dyn Ops>) {
        *self.ops.borrow_mut() = ops;
    }
    /// The mode as metadata shows it.
    pub fn mode(&self) -> Vec<u8> {
        self.mode.borrow().clone()
    }
    /// Changes what metadata shows.
    pub fn set_mode(&self, mode: &[u8]) {
        *self.mode.borrow_mut() = mode.to_vec();
    }
    /// The wrapper that opened it.
    pub fn wrapper(&self) -> Option<Rc<dyn Wrapper>> {
        self.wrapper.borrow().clone()
    }
    /// Names the wrapper that opened it.
    pub fn set_wrapper(&self, w: Rc<dyn Wrapper>) {
        *self.wrapper.borrow_mut() = Some(w);
    }
    /// What it was opened as.
    pub fn path(&self) -> Option<Vec<u8>> {
        self.path.borrow().clone()
    }
    /// Tells what it was opened as.
    pub fn set_path(&self, path: &[u8]) {
        *self.path.borrow_mut() = Some(path.to_vec());
    }
    /// Its context.
    pub fn context(&self) -> Option<Rc<Context>> {
        self.context.borrow().clone()
    }
    /// Gives it a context.
    pub fn set_context(&self, context: Option<Rc<Context>>) {
        let old = self.context.replace(context);
        drop(old);
    }
    /// What the wrapper keeps for scripts (`wrapper_data`: a user-space wrapper's object, HTTP headers).
    pub fn wrapper_data(&self) -> Option<Rc<dyn Any>> {
        self.wrapper_data.borrow().clone()
    }
    /// Sets [`Stream::wrapper_data`].
    pub fn set_wrapper_data(&self, data: Option<Rc<dyn Any>>) {
        let old = self.wrapper_data.replace(data);
        drop(old);
    }
    pub(crate) fn has_wrapper_data(&self) -> bool {
        self.wrapper_data.borrow().is_some()
    }
    /// A stream that its wrapper keeps beside it (the control connection of FTP).
    pub fn companion(&self) -> Option<Rc<Stream>> {
        self.companion.borrow().clone()
    }
    /// Sets [`Stream::companion`].
    pub fn set_companion(&self, s: Option<Rc<Stream>>) {
        let old = self.companion.replace(s);
        drop(old);
    }
    /// Whether a flag of [`flags`] is set.
    pub fn has(&self, flag: u32) -> bool {
        self.flags.get() & flag != 0
    }
    /// Sets or clears flags.
    pub fn set_flags(&self, bits: u32, on: bool) {
        let f = self.flags.get();
        self.flags.set(if on { f | bits } else { f & !bits });
    }
    /// Bytes read at once.
    pub fn chunk_size(&self) -> usize {
        self.chunk.get()
    }
    /// Changes how much is read at once; gives the old size.
    pub fn set_chunk_size(&self, n: usize) -> usize {
        if self.ops().set_chunk_size(self, n) {
            return n;
        }
        self.chunk.replace(n.max(1))
    }
    /// `stream_set_read_buffer()`: whether it succeeded.
    pub fn set_read_buffering(&self, how: Buffering) -> bool {
        self.ops().set_read_buffering(self, how).unwrap_or_else(|| {
            self.set_flags(flags::NO_BUFFER, how == Buffering::None);
            true
        })
    }
    /// Where the next byte is read from or written to; -1 unknown.
    pub fn position(&self) -> i64 {
        self.position.get()
    }
    /// Sets the position without seeking (a kind that knows better).
    pub fn set_position(&self, p: i64) {
        self.position.set(p);
    }
    /// Whether the kind reported its end; see [`Stream::at_end`] for `feof()`.
    pub fn eof(&self) -> bool {
        self.eof.get()
    }
    /// Reports the end.
    pub fn set_eof(&self, eof: bool) {
        self.eof.set(eof);
    }
    /// Whether a filter failed for good.
    pub fn has_failed(&self) -> bool {
        self.fatal.get()
    }
    pub(crate) fn set_failed(&self) {
        self.eof.set(true);
        self.fatal.set(true);
    }
    /// Bytes in the read buffer.
    pub fn unread(&self) -> usize {
        self.buffer.borrow().unread().len()
    }
    /// Whether it was closed.
    pub fn is_closed(&self) -> bool {
        self.closed.get()
    }
    pub(crate) fn is_plain(&self) -> bool {
        self.wrapper.borrow().as_ref().is_some_and(|w| w.is_plain())
    }

    pub(crate) fn clear_end(&self) {
        self.eof.set(false);
        self.fatal.set(false);
    }

    fn advance(&self, n: usize) {
        self.position.set(self.position.get().wrapping_add(n as i64));
    }

    // ---- reading ----

    /// Makes at least `size` bytes available in the buffer if one read gives as many.
    pub fn fill(&self, size: usize) -> Result<(), Failed> {
        let was_eof = self.eof();
        let r = if self.read_filters.is_empty() { self.fill_plain(size) } else { self.fill_filtered(size) };
        if was_eof != self.eof()
            && let Some(c) = self.context()
        {
            c.notify_completed();
        }
        r
    }

    fn fill_plain(&self, size: usize) -> Result<(), Failed> {
        if self.unread() >= size {
            return Ok(());
        }
        let chunk = self.chunk.get();
        // The buffer is not in its place while the kind reads: it may run PHP code that comes back here.
        let mut b = self.buffer.take();
        if b.capacity - b.bytes.len().min(b.capacity) < chunk {
            b.compact();
        }
        if b.capacity - b.bytes.len().min(b.capacity) < chunk {
            b.capacity += chunk;
        }
        let start = b.bytes.len();
        let want = b.capacity - start;
        b.bytes.resize(start + want, 0);
        let r = self.ops().read(self, &mut b.bytes[start..]);
        b.bytes.truncate(start + r.unwrap_or(0).min(want));
        let meanwhile = self.buffer.replace(b);
        self.append(meanwhile.unread());
        r.map(|_| ())
    }

    fn fill_filtered(&self, size: usize) -> Result<(), Failed> {
        let wanted = size.min(self.chunk.get());
        let mut chunk = vec![0; self.chunk.get()];
        while !self.eof() && self.unread() < wanted {
            let read = match self.ops().read(self, &mut chunk) {
                Err(f) if self.unread() == 0 => return Err(f),
                r => r.unwrap_or(0),
            };
            if !self.filter_read(&chunk[..read])? || read == 0 {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn append(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let mut b = self.buffer.borrow_mut();
        if b.at > 0 && b.capacity < b.bytes.len() + bytes.len() {
            b.compact();
        }
        b.bytes.extend_from_slice(bytes);
        b.capacity = b.capacity.max(b.bytes.len());
    }

    pub(crate) fn replace_buffer(&self, bytes: &[u8]) {
        self.drop_buffer();
        self.append(bytes);
    }

    pub(crate) fn drop_buffer(&self) {
        let mut b = self.buffer.borrow_mut();
        b.bytes.clear();
        b.at = 0;
    }

    /// Takes what the buffer holds, at most `out.len()`.
    fn take(&self, out: &mut [u8]) -> usize {
        let mut b = self.buffer.borrow_mut();
        let n = b.unread().len().min(out.len());
        out[..n].copy_from_slice(&b.unread()[..n]);
        b.at += n;
        n
    }

    /// Skips `n` buffered bytes and moves the position with them.
    pub(crate) fn consume(&self, n: usize) {
        self.buffer.borrow_mut().at += n;
        self.advance(n);
    }

    /// Reads at most `out.len()` bytes. Files and memory give as many as there are; others what one read gives.
    pub fn read(&self, out: &mut [u8]) -> Io {
        let mut got = 0;
        while got < out.len() {
            got += self.take(&mut out[got..]);
            if got == out.len() {
                break;
            }
            self.partial.set(got > 0);
            let raw = self.read_filters.is_empty() && (self.has(flags::NO_BUFFER) || self.chunk.get() == 1);
            let now = if raw {
                let r = self.ops().read(self, &mut out[got..]);
                r.map(|n| n.min(out.len() - got))
            } else {
                self.fill(out.len() - got).map(|()| self.take(&mut out[got..]))
            };
            match now {
                Ok(0) => break,
                Ok(n) => got += n,
                Err(f) if got == 0 => return Err(f),
                Err(_) => break,
            }
            if !self.is_plain() && !self.ops().reads_greedily() {
                break;
            }
        }
        self.partial.set(false);
        self.advance(got);
        Ok(got)
    }

    pub(crate) fn has_partial(&self) -> bool {
        self.partial.get()
    }

    /// Reads at most `n` bytes into a vector of their own.
    pub fn read_vec(&self, n: usize) -> Result<Vec<u8>, Failed> {
        let mut out = vec![0; n];
        let got = self.read(&mut out)?;
        out.truncate(got);
        Ok(out)
    }

    /// `fgetc()`
    pub fn read_byte(&self) -> Option<u8> {
        let mut b = [0];
        matches!(self.read(&mut b), Ok(1)).then_some(b[0])
    }

    /// `feof()`
    pub fn at_end(&self) -> bool {
        if self.unread() > 0 {
            return false;
        }
        if !self.eof() && !self.ops().is_alive(self) {
            self.eof.set(true);
        }
        self.eof()
    }

    // ---- writing ----

    /// Writes. Raises a notice when the kind cannot write.
    pub fn write(&self, bytes: &[u8]) -> Io {
        if bytes.is_empty() {
            return Ok(0);
        }
        if !self.ops().has_write() {
            self.env.notice("Stream is not writable");
            return Err(Failed);
        }
        let r = if self.write_filters.is_empty() {
            self.write_raw(bytes)
        } else {
            self.filter_write(Some(bytes), crate::filter::Flow::Normal)
        };
        if r != Ok(0) {
            self.set_flags(flags::WAS_WRITTEN, true);
        }
        r
    }

    /// Writes past the filters, at the stream's position.
    pub(crate) fn write_raw(&self, bytes: &[u8]) -> Io {
        let ops = self.ops();
        if ops.has_seek() && !self.has(flags::NO_SEEK) && self.unread() > 0 {
            self.drop_buffer();
            let s = ops.seek(self, self.position.get(), Whence::Set);
            self.moved(s);
        }
        let was_eof = self.eof();
        let step = if ops.writes_in_chunks() { self.chunk.get() } else { bytes.len() };
        let mut done = 0;
        let mut result = Ok(0);
        while done < bytes.len() {
            let end = bytes.len().min(done + step);
            match ops.write(self, &bytes[done..end]) {
                Ok(n) if n > 0 => {
                    done += n;
                    self.advance(n);
                }
                r => {
                    result = r;
                    break;
                }
            }
        }
        if was_eof != self.eof()
            && let Some(c) = self.context()
        {
            c.notify_completed();
        }
        if done == 0 { result } else { Ok(done) }
    }

    /// `fflush()`
    pub fn flush(&self) -> Result<(), Failed> {
        self.flush_with(crate::filter::Flow::Flush)
    }

    fn flush_with(&self, flow: crate::filter::Flow) -> Result<(), Failed> {
        if !self.write_filters.is_empty() && self.ops().has_write() {
            let _ = self.filter_write(None, flow);
        }
        self.set_flags(flags::WAS_WRITTEN, false);
        self.ops().flush(self)
    }

    // ---- position ----

    fn moved(&self, s: Sought) {
        if let Some(p) = s.position {
            self.position.set(p);
        }
    }

    /// `fseek()`: whether it succeeded. Forward moves on what cannot seek are made by reading.
    pub fn seek(&self, offset: i64, whence: Whence) -> bool {
        if !self.has(flags::NO_BUFFER) {
            let ahead = match whence {
                Whence::Current => Some(offset),
                Whence::Set => offset.checked_sub(self.position.get()),
                Whence::End => None,
            };
            if let Some(n) = ahead
                && n > 0
                && n as u64 <= self.unread() as u64
            {
                self.consume(n as usize);
                self.clear_end();
                return true;
            }
        }
        let ops = self.ops();
        if ops.has_seek() && !self.has(flags::NO_SEEK) {
            if !self.write_filters.is_empty() {
                let _ = self.flush();
            }
            let (to, from) = match whence {
                Whence::Current => (self.position.get().saturating_add(offset), Whence::Set),
                Whence::Set if offset < 0 => return false,
                w => (offset, w),
            };
            let s = ops.seek(self, to, from);
            self.moved(s);
            if s.ok {
                self.clear_end();
            }
            if s.ok || !self.has(flags::NO_SEEK) {
                self.drop_buffer();
                return s.ok;
            }
        }
        if whence == Whence::Current && offset >= 0 {
            return self.skip(offset as u64);
        }
        self.env.warn("Stream does not support seeking");
        false
    }

    fn skip(&self, mut n: u64) -> bool {
        let mut tmp = [0; 1024];
        while n > 0 {
            let step = n.min(tmp.len() as u64) as usize;
            match self.read(&mut tmp[..step]) {
                Ok(got) if got > 0 => n -= got as u64,
                _ => return false,
            }
        }
        self.clear_end();
        true
    }

    /// `rewind()`
    pub fn rewind(&self) -> bool {
        self.seek(0, Whence::Set)
    }

    /// After opening for appending: the position that the kind has.
    pub(crate) fn find_position(&self) {
        let s = self.ops().seek(self, 0, Whence::Current);
        if s.ok {
            self.moved(s);
        }
    }

    // ---- the rest ----

    /// `fstat()`
    pub fn stat(&self) -> Option<Stat> {
        let wrapped = self.wrapper().and_then(|w| w.stream_stat(self));
        wrapped.unwrap_or_else(|| self.ops().stat(self))
    }

    /// Closes: flushes, ends filters, closes the kind and drops wrapper data and context. Gives the exit status of a
    /// process. Closing twice does nothing.
    pub fn close(&self) -> i32 {
        self.close_with(self.has(flags::KEEP_HANDLE))
    }

    /// Closes and leaves the descriptor open.
    pub fn detach(&self) -> i32 {
        self.close_with(true)
    }

    /// Closes because nobody holds its resource any more: the standard descriptors stay open.
    pub fn release(&self) -> i32 {
        self.close_with(self.has(flags::KEEP_HANDLE | flags::KEEP_AT_END))
    }

    fn close_with(&self, keep: bool) -> i32 {
        if self.closed.replace(true) {
            return 0;
        }
        if self.has(flags::WAS_WRITTEN) || !self.write_filters.is_empty() {
            let _ = self.flush_with(crate::filter::Flow::Close);
        }
        let status = self.ops().close(self, keep);
        self.read_filters.clear();
        self.write_filters.clear();
        if let Some(w) = self.wrapper() {
            w.stream_closed(self);
        }
        self.set_wrapper_data(None);
        self.drop_buffer();
        self.set_context(None);
        status
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.release();
    }
}
