//! PHP strings: bytes with a length, shared by count.

use crate::host;
use crate::value::handle;
use core::mem::MaybeUninit;
use plugin_api_abi::{HDR_IMMORTAL, REFCOUNTED, STR, StrHdr, Val, text};

/// A PHP string. Dereferences to its bytes.
#[repr(transparent)]
pub struct Str(pub(crate) Val);
handle!(Str, STR);

/// The value that stands for a string; no share is taken.
///
/// # Safety
/// The string is live.
#[inline(always)]
pub(crate) unsafe fn string_val(s: *mut StrHdr) -> Val {
    // SAFETY: by the caller's promise.
    let counted = unsafe { (*s).hdr.info & HDR_IMMORTAL == 0 };
    Val::of(s as u64, STR as u32 | if counted { REFCOUNTED } else { 0 })
}

/// The place of a string's text while [`Str::compose`] writes it.
pub struct Room<'a> {
    at: *mut u8,
    left: usize,
    _of: core::marker::PhantomData<&'a mut [u8]>,
}

impl Room<'_> {
    /// Writes a piece.
    ///
    /// # Panics
    /// When there is no room for it.
    #[inline]
    pub fn put(&mut self, b: &[u8]) {
        assert!(b.len() <= self.left, "a text longer than was said");
        // SAFETY: there is room for them; nobody else has the place.
        self.at = unsafe { text::put(self.at, b.as_ptr(), b.len()) };
        self.left -= b.len();
    }
    /// Writes an integer's decimal text.
    ///
    /// # Panics
    /// When there is no room for it.
    #[inline]
    pub fn put_int(&mut self, i: i64) {
        let n = text::decimal_len(i);
        assert!(n <= self.left, "a text longer than was said");
        // SAFETY: as above.
        self.at = unsafe { text::put_int(self.at, i, n) };
        self.left -= n;
    }
    /// Writes a byte so many times.
    ///
    /// # Panics
    /// When there is no room for it.
    #[inline]
    pub fn pad(&mut self, byte: u8, n: usize) {
        assert!(n <= self.left, "a text longer than was said");
        // SAFETY: as above.
        self.at = unsafe { text::fill(self.at, byte, n) };
        self.left -= n;
    }
    /// Writes a piece so many times.
    ///
    /// # Panics
    /// When there is no room for it.
    #[inline]
    pub fn repeat(&mut self, b: &[u8], times: usize) {
        let n = b.len().checked_mul(times).filter(|n| *n <= self.left);
        let n = n.expect("a text longer than was said");
        if n == 0 {
            return;
        }
        // SAFETY: there is room for them all; what is copied is written already and ends before the place that it is copied to.
        unsafe {
            let start = self.at;
            let mut done = b.len();
            self.at = text::put(start, b.as_ptr(), done);
            while done < n {
                let more = done.min(n - done);
                self.at = text::put(self.at, start, more);
                done += more;
            }
        }
        self.left -= n;
    }
    /// Has the next `n` bytes written by `write`, which is given their place and gives back what it has written, from the start
    /// of that place on; an empty slice: nothing.
    ///
    /// # Panics
    /// When there is no room for it, or `write` gives back something else.
    #[inline]
    pub fn write(&mut self, n: usize, write: impl FnOnce(&mut [MaybeUninit<u8>]) -> &mut [u8]) {
        assert!(n <= self.left, "a text longer than was said");
        let at = self.at;
        // SAFETY: there is room for them; nobody else has the place.
        let written = write(unsafe { core::slice::from_raw_parts_mut(at.cast(), n) });
        assert!(
            written.is_empty() || written.as_ptr() == at && written.len() <= n,
            "not the place that was given"
        );
        self.at = at.wrapping_add(written.len());
        self.left -= written.len();
    }
    /// Bytes of an integer's decimal text.
    #[inline]
    pub fn int_len(i: i64) -> usize {
        text::decimal_len(i)
    }
}

impl Str {
    /// A string with those bytes.
    #[inline]
    pub fn new(b: &[u8]) -> Str {
        // SAFETY: plain bytes; the fresh share is ours.
        unsafe { Str(string_val((host::val().str_new)(b.as_ptr(), b.len()))) }
    }
    /// The interned string with those bytes: for names used again and again.
    pub fn interned(b: &[u8]) -> Str {
        // SAFETY: plain bytes; interned strings need no share.
        unsafe { Str((host::val().str_val)((host::val().str_intern)(b.as_ptr(), b.len()))) }
    }
    /// A string of `len` bytes that `fill` writes; its buffer starts out as zeros. `None` when memory_limit forbids it.
    #[inline]
    pub fn build(len: usize, fill: impl FnOnce(&mut [u8])) -> Option<Str> {
        // SAFETY: the fresh block has room for `len` bytes behind its header.
        unsafe {
            let s = (host::val().str_alloc)(len);
            if s.is_null() {
                return None;
            }
            let p = s.cast::<u8>().add(StrHdr::BYTES);
            p.write_bytes(0, len);
            fill(core::slice::from_raw_parts_mut(p, len));
            Some(Str(string_val(s)))
        }
    }
    /// A string of `len` bytes that `fill` writes piece by piece; what it leaves out is zeros. `None` when memory_limit forbids
    /// it.
    #[inline]
    pub fn compose(len: usize, fill: impl FnOnce(&mut Room<'_>)) -> Option<Str> {
        // SAFETY: the fresh block has room for `len` bytes behind its header; the room does not go beyond them, and what is left
        // of it is written here.
        unsafe {
            let s = (host::val().str_alloc)(len);
            if s.is_null() {
                return None;
            }
            let made = Str(string_val(s));
            let mut room =
                Room { at: s.cast::<u8>().add(StrHdr::BYTES), left: len, _of: core::marker::PhantomData };
            fill(&mut room);
            if room.left != 0 {
                room.at.write_bytes(0, room.left);
            }
            Some(made)
        }
    }
    /// A string of these bytes after a change. `None` when memory_limit forbids it.
    #[inline]
    pub fn changed(from: &[u8], change: impl FnOnce(&mut [u8])) -> Option<Str> {
        // SAFETY: the fresh block has room for them behind its header, where they are written before they are lent.
        unsafe {
            let s = (host::val().str_alloc)(from.len());
            if s.is_null() {
                return None;
            }
            let made = Str(string_val(s));
            let p = s.cast::<u8>().add(StrHdr::BYTES);
            text::put(p, from.as_ptr(), from.len());
            change(core::slice::from_raw_parts_mut(p, from.len()));
            Some(made)
        }
    }
    /// The bytes.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        // SAFETY: the string lives as long as this handle.
        unsafe { StrHdr::bytes(self.0.as_ptr()) }
    }
    /// The bytes as text, invalid UTF-8 replaced.
    pub fn lossy(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.as_bytes())
    }
    /// The empty string.
    #[inline]
    pub fn empty() -> Str {
        Str::interned(b"")
    }
    /// Appends, in place when nobody shares the string.
    #[inline]
    pub fn append(&mut self, b: &[u8]) {
        // SAFETY: the share is ours.
        unsafe { (host::val().str_append)(&mut self.0, b.as_ptr(), b.len()) }
    }
    /// The cached hash.
    #[inline]
    pub fn hash(&self) -> u64 {
        // SAFETY: live string.
        unsafe { (host::val().str_hash)(self.0.as_ptr()) }
    }
    pub(crate) fn hdr(&self) -> *mut StrHdr {
        self.0.as_ptr()
    }
    /// Whether both are the very same block.
    pub fn same(&self, other: &Str) -> bool {
        self.0.payload == other.0.payload
    }
}

impl core::ops::Deref for Str {
    type Target = [u8];
    #[inline(always)]
    fn deref(&self) -> &[u8] {
        self.as_bytes()
    }
}
impl AsRef<[u8]> for Str {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}
impl PartialEq for Str {
    #[inline]
    fn eq(&self, other: &Str) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}
impl Eq for Str {}
impl core::fmt::Debug for Str {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{:?}", self.lossy())
    }
}
impl From<&str> for Str {
    fn from(s: &str) -> Str {
        Str::new(s.as_bytes())
    }
}
impl From<String> for Str {
    fn from(s: String) -> Str {
        Str::new(s.as_bytes())
    }
}
impl From<Vec<u8>> for Str {
    fn from(s: Vec<u8>) -> Str {
        Str::new(&s)
    }
}
impl From<&[u8]> for Str {
    fn from(s: &[u8]) -> Str {
        Str::new(s)
    }
}
