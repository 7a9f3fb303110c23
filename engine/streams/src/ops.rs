//! What a kind of stream implements: the operations below the buffer.

use crate::meta::MetaValue;
use crate::stat::Stat;
use crate::stream::Stream;
use std::any::Any;
use std::os::fd::RawFd;
use std::time::Duration;

/// An operation failed; what there was to say has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// Bytes moved, or failure.
pub type Io = Result<usize, Failed>;

/// Where a seek counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// `SEEK_SET`
    Set,
    /// `SEEK_CUR`
    Current,
    /// `SEEK_END`
    End,
}

impl Whence {
    /// From PHP's number.
    pub fn from_php(n: i64) -> Option<Whence> {
        Some(match n {
            0 => Whence::Set,
            1 => Whence::Current,
            2 => Whence::End,
            _ => return None,
        })
    }
}

/// What a seek came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Whether it succeeded.
    pub ok: bool,
    /// The stream's position from now on, also after some failures; `None` leaves it.
    pub position: Option<i64>,
}

impl Sought {
    /// Arrived.
    pub fn at(position: i64) -> Sought {
        Sought { ok: true, position: Some(position) }
    }
    /// Failed without moving.
    pub const FAILED: Sought = Sought { ok: false, position: None };
}

/// What a descriptor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cast {
    /// To read and write with.
    Descriptor,
    /// To wait on.
    Select,
    /// A C `FILE *` would do: a temporary stream moves to a file for it.
    Stdio,
    /// A socket's, to use as one.
    Socket,
}

/// `flock()`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lock {
    /// `LOCK_SH`
    Shared,
    /// `LOCK_EX`
    Exclusive,
    /// `LOCK_UN`
    Unlock,
}

/// What a lock came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locked {
    /// Done.
    Yes,
    /// Refused.
    No,
    /// Somebody else holds it (with `LOCK_NB`).
    WouldBlock,
}

/// How writes are buffered by the stream's own layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Buffering {
    /// Not.
    None,
    /// By lines.
    Line,
    /// By this many bytes.
    Full(usize),
}

/// The operations of one kind of stream. They take the stream itself for its flags (`eof`, path, context). All take
/// `&self`: PHP code that they run may come back to the same stream.
pub trait Ops: 'static {
    /// `stream_type` of the metadata.
    fn label(&self) -> &'static str;
    /// Reads at most `buf.len()` bytes. At the end sets `eof`.
    fn read(&self, stream: &Stream, buf: &mut [u8]) -> Io;
    /// Writes.
    fn write(&self, stream: &Stream, bytes: &[u8]) -> Io {
        let _ = (stream, bytes);
        Err(Failed)
    }
    /// Whether there is a write operation at all ("Stream is not writable").
    fn has_write(&self) -> bool {
        true
    }
    /// Whether there is a seek operation at all; a stream may still be flagged as not seekable.
    fn has_seek(&self) -> bool {
        false
    }
    /// Seeks.
    fn seek(&self, stream: &Stream, offset: i64, whence: Whence) -> Sought {
        let _ = (stream, offset, whence);
        Sought::FAILED
    }
    /// Writes out what is held back.
    fn flush(&self, stream: &Stream) -> Result<(), Failed> {
        let _ = stream;
        Ok(())
    }
    /// Closes; gives the exit status of processes. With `keep_handle` the descriptor stays open.
    fn close(&self, stream: &Stream, keep_handle: bool) -> i32 {
        let _ = (stream, keep_handle);
        0
    }
    /// `fstat()`
    fn stat(&self, stream: &Stream) -> Option<Stat> {
        let _ = stream;
        None
    }
    /// The descriptor behind it, for a purpose.
    fn descriptor(&self, stream: &Stream, cast: Cast) -> Option<RawFd> {
        let _ = (stream, cast);
        None
    }
    /// Whether [`Ops::descriptor`] would give one, without converting anything.
    fn can_cast(&self, stream: &Stream, cast: Cast) -> bool {
        self.descriptor(stream, cast).is_some()
    }
    /// Switches blocking; gives whether it blocked before. `None`: not supported.
    fn set_blocking(&self, stream: &Stream, on: bool) -> Option<bool> {
        let _ = (stream, on);
        None
    }
    /// Whether locks are supported.
    fn has_locks(&self, stream: &Stream) -> bool {
        let _ = stream;
        false
    }
    /// `flock()`
    fn lock(&self, stream: &Stream, lock: Lock, wait: bool) -> Locked {
        let _ = (stream, lock, wait);
        Locked::No
    }
    /// Whether truncation is supported.
    fn has_truncate(&self, stream: &Stream) -> bool {
        let _ = stream;
        false
    }
    /// `ftruncate()`
    fn truncate(&self, stream: &Stream, size: u64) -> bool {
        let _ = (stream, size);
        false
    }
    /// Whether `fsync()` is supported.
    fn has_sync(&self, stream: &Stream) -> bool {
        let _ = stream;
        false
    }
    /// `fsync()`, `fdatasync()`
    fn sync(&self, stream: &Stream, data_only: bool) -> bool {
        let _ = (stream, data_only);
        false
    }
    /// `stream_set_timeout()`; `None`: no timeout. False: not supported.
    fn set_timeout(&self, stream: &Stream, timeout: Option<Duration>) -> bool {
        let _ = (stream, timeout);
        false
    }
    /// Whether the other side is still there, asked by `feof()`.
    fn is_alive(&self, stream: &Stream) -> bool {
        let _ = stream;
        true
    }
    /// `stream_set_write_buffer()`
    fn set_write_buffering(&self, stream: &Stream, how: Buffering) -> bool {
        let _ = (stream, how);
        false
    }
    /// Asked before reads are buffered or not; `None`: not its own matter.
    fn set_read_buffering(&self, stream: &Stream, how: Buffering) -> Option<bool> {
        let _ = (stream, how);
        None
    }
    /// Asked before a read buffer's size changes; false: not its own matter.
    fn set_chunk_size(&self, stream: &Stream, size: usize) -> bool {
        let _ = (stream, size);
        false
    }
    /// Adds its own metadata. False: the usual `timed_out`, `blocked`, `eof` are added.
    fn metadata(&self, stream: &Stream, out: &mut Vec<(Vec<u8>, MetaValue)>) -> bool {
        let _ = (stream, out);
        false
    }
    /// The next name of a directory.
    fn read_dir(&self, stream: &Stream) -> Option<Vec<u8>> {
        let _ = stream;
        None
    }
    /// Whether reads go on until all that was asked for is there (memory, and files through their wrapper).
    fn reads_greedily(&self) -> bool {
        false
    }
    /// Whether writes are cut into chunks (user-space streams).
    fn writes_in_chunks(&self) -> bool {
        false
    }
    /// The implementation itself.
    fn as_any(&self) -> &dyn Any;
}
