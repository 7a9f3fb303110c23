//! Where text is put together.

use crate::{Str, Value, host};
use plugin_api_abi::text;
use std::cell::Cell;
use std::mem::ManuallyDrop;

/// A `Vec` behind a pointer: one word, where a `Vec` is three.
#[allow(clippy::box_collection)]
type Room = Box<Vec<u8>>;

thread_local! {
    /// The room that the last one gave back.
    static SPARE: Cell<Option<Room>> = const { Cell::new(None) };
}

/// More room than this is not kept.
const KEPT: usize = 256 << 10;

/// Bytes of a text that grows. Its room is used again for the next one, so that short texts cost no memory from the system,
/// and it becomes a PHP string of just its length. Otherwise it is a `Vec`, behind a pointer, which is cheap to pass on.
pub struct Buffer(ManuallyDrop<Room>);

impl Buffer {
    /// An empty one.
    #[inline]
    pub fn new() -> Buffer {
        match SPARE.try_with(Cell::take) {
            Ok(Some(room)) => Buffer(ManuallyDrop::new(room)),
            _ => Buffer::from(Vec::new()),
        }
    }
    /// An empty one with room.
    #[inline]
    pub fn with_capacity(n: usize) -> Buffer {
        let mut b = Buffer::new();
        b.0.reserve(n);
        b
    }
    #[inline(always)]
    fn room_for(&mut self, n: usize) {
        if self.0.capacity() - self.0.len() < n {
            self.grow(n);
        }
    }
    #[cold]
    fn grow(&mut self, n: usize) {
        self.0.reserve(n.max(64));
    }
    /// Appends a byte.
    #[inline(always)]
    pub fn push(&mut self, b: u8) {
        self.room_for(1);
        self.0.push(b);
    }
    /// Appends bytes; few of them without a call.
    #[inline(always)]
    pub fn extend_from_slice(&mut self, b: &[u8]) {
        self.room_for(b.len());
        let len = self.0.len();
        // SAFETY: there is room for them behind the others, where they are written.
        unsafe {
            text::put(self.0.as_mut_ptr().add(len), b.as_ptr(), b.len());
            self.0.set_len(len + b.len());
        }
    }
    /// Appends text.
    #[inline(always)]
    pub fn push_str(&mut self, s: &str) {
        self.extend_from_slice(s.as_bytes());
    }
    /// Appends a byte so many times.
    #[inline]
    pub fn pad(&mut self, b: u8, n: usize) {
        let len = self.0.len();
        self.0.resize(len + n, b);
    }
    /// Appends an integer's decimal text.
    #[inline]
    pub fn push_int(&mut self, i: i64) {
        let n = text::decimal_len(i);
        self.room_for(n);
        let len = self.0.len();
        // SAFETY: there is room for its digits behind the others, where they are written.
        unsafe {
            text::put_int(self.0.as_mut_ptr().add(len), i, n);
            self.0.set_len(len + n);
        }
    }
    /// Appends an integer's decimal text with something before and behind it.
    #[inline(always)]
    pub fn push_framed(&mut self, before: &str, i: i64, behind: &str) {
        let n = text::decimal_len(i);
        let all = before.len() + n + behind.len();
        self.room_for(all);
        let len = self.0.len();
        // SAFETY: there is room for the three behind the others, where they are written.
        unsafe {
            let at = text::put(self.0.as_mut_ptr().add(len), before.as_ptr(), before.len());
            let at = text::put_int(at, i, n);
            text::put(at, behind.as_ptr(), behind.len());
            self.0.set_len(len + all);
        }
    }
    /// Appends a float's text: -1 the shortest that reads back equal, else that many significant digits.
    pub fn push_float(&mut self, d: f64, precision: i32) {
        /// What the ABI asks for.
        const ROOM: usize = 400;
        self.room_for(ROOM);
        let len = self.0.len();
        // SAFETY: there is the room that the ABI asks for; what is written there is counted.
        unsafe {
            let n = (host::val().format_float)(d, precision, self.0.as_mut_ptr().add(len));
            self.0.set_len(len + n.min(ROOM));
        }
    }
    /// The bytes with their room.
    pub fn into_vec(mut self) -> Vec<u8> {
        core::mem::take(&mut **self.0)
    }
}

impl Drop for Buffer {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the buffer ends here.
        let mut room = unsafe { ManuallyDrop::take(&mut self.0) };
        if (1..=KEPT).contains(&room.capacity()) {
            room.clear();
            // Where the thread ends already it goes.
            let _ = SPARE.try_with(|s| drop(s.replace(Some(room))));
        }
    }
}

impl core::ops::Deref for Buffer {
    type Target = Vec<u8>;
    #[inline]
    fn deref(&self) -> &Vec<u8> {
        &self.0
    }
}
impl core::ops::DerefMut for Buffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut Vec<u8> {
        &mut self.0
    }
}
impl core::fmt::Write for Buffer {
    #[inline]
    fn write_str(&mut self, s: &str) -> core::fmt::Result {
        self.push_str(s);
        Ok(())
    }
}
impl Default for Buffer {
    #[inline]
    fn default() -> Buffer {
        Buffer::new()
    }
}
impl AsRef<[u8]> for Buffer {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}
impl From<Vec<u8>> for Buffer {
    fn from(v: Vec<u8>) -> Buffer {
        Buffer(ManuallyDrop::new(Box::new(v)))
    }
}
impl From<Buffer> for Str {
    #[inline]
    fn from(b: Buffer) -> Str {
        Str::new(&b.0)
    }
}
impl From<Buffer> for Value {
    #[inline]
    fn from(b: Buffer) -> Value {
        Str::new(&b.0).into()
    }
}
