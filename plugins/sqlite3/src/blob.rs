//! A blob of a table as a stream.

use crate::database::{Database, text};
use libsqlite3_sys as sys;
use plugin_api::wrapper::{Chunk, Failed, Handle, NativeStream, Sought, Stat, Whence};
use plugin_api::{Ctx, R, Value};
use std::ffi::c_int;
use std::rc::Rc;

struct Blob {
    raw: *mut sys::sqlite3_blob,
    position: i64,
    size: i64,
    flags: i64,
    // Closed after the blob.
    _db: Rc<Database>,
}

impl Drop for Blob {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { sys::sqlite3_blob_close(self.raw) };
    }
}

const READ_ONLY: i64 = 1;
const READ_WRITE: i64 = 2;

/// Opens the blob in a database, table and column at a row; `None` when there is none, which is told.
pub fn open(ctx: &mut Ctx, db: &Rc<Database>, place: [&[u8]; 3], row: i64, flags: i64) -> R<Option<Value>> {
    let write = flags & READ_WRITE != 0;
    let [name, table, column] = place.map(text);
    let mut raw = core::ptr::null_mut();
    // SAFETY: a live connection and texts.
    let code = unsafe {
        let (name, table, column) = (name.as_ptr(), table.as_ptr(), column.as_ptr());
        sys::sqlite3_blob_open(db.raw(), name, table, column, row, write.into(), &mut raw)
    };
    db.settle(ctx)?;
    if code != sys::SQLITE_OK {
        db.last_error(ctx, "Unable to open blob: ")?;
        return Ok(None);
    }
    // SAFETY: a live blob.
    let size = unsafe { sys::sqlite3_blob_bytes(raw) }.into();
    let blob = Blob { raw, position: 0, size, flags, _db: db.clone() };
    let stream = Handle::new(ctx, blob, if write { b"r+b" } else { b"rb" }, true);
    Ok(stream.map(|s| s.resource(ctx)))
}

impl NativeStream for Blob {
    const LABEL: &'static str = "SQLite3";
    const WRITES: bool = true;
    const SEEKS: bool = true;

    fn read(&mut self, _: &mut Ctx, _: &Handle, out: &mut [u8]) -> Result<Chunk, Failed> {
        let left = usize::try_from(self.size - self.position).unwrap_or(0);
        let len = left.min(out.len());
        if len > 0 {
            let (n, at) = (len as c_int, self.position as c_int);
            // SAFETY: a live blob, which has that many bytes from there on, and a buffer with room for them.
            if unsafe { sys::sqlite3_blob_read(self.raw, out.as_mut_ptr().cast(), n, at) } != sys::SQLITE_OK {
                return Err(Failed);
            }
            self.position += i64::from(n);
        }
        Ok(Chunk { len, end: self.position >= self.size })
    }
    fn write(&mut self, ctx: &mut Ctx, _: &Handle, bytes: &[u8]) -> Result<usize, Failed> {
        if self.flags & READ_ONLY != 0 {
            let _ = ctx.warning("Can't write to blob stream: is open as read only");
            return Err(Failed);
        }
        let len = i64::try_from(bytes.len()).map_err(|_| Failed)?;
        if self.position + len > self.size {
            let _ = ctx.warning("It is not possible to increase the size of a BLOB");
            return Err(Failed);
        }
        let (n, at) = (len as c_int, self.position as c_int);
        // SAFETY: a live blob and bytes.
        if unsafe { sys::sqlite3_blob_write(self.raw, bytes.as_ptr().cast(), n, at) } != sys::SQLITE_OK {
            return Err(Failed);
        }
        self.position += len;
        Ok(bytes.len())
    }
    fn seek(&mut self, _: &mut Ctx, _: &Handle, offset: i64, whence: Whence) -> Sought {
        let from = match whence {
            Whence::Start => 0,
            Whence::Current => self.position,
            Whence::End => self.size,
        };
        let to = from.saturating_add(offset);
        // From the start, what is before it is past the end: offsets count without a sign there.
        let below = if matches!(whence, Whence::Start) { self.size } else { 0 };
        let (ok, at) = match to {
            t if t < 0 => (false, below),
            t if t > self.size => (false, self.size),
            t => (true, t),
        };
        self.position = at;
        Sought { ok, position: Some(if ok { at } else { -1 }) }
    }
    fn stat(&mut self, _: &mut Ctx, _: &Handle) -> Option<Stat> {
        Some(Stat { size: self.size, ..Stat::default() })
    }
}
