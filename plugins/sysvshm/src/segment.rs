//! A segment of shared memory with values under numbers, laid out as PHP's are: other programs of PHP read and write it too.
//!
//! Five words of head (a mark, start and end of what is used, what is free, the size), then one chunk after the other: its
//! number, the length of its text, how far the next one is, the text. All of it may be changed by others at any time, so
//! that every number is checked against the segment's size before it is used.

use std::sync::atomic::{AtomicI64, Ordering};

const WORD: usize = 8;
/// Bytes of the head.
pub const HEAD: usize = 5 * WORD;
/// Bytes of a chunk before its text.
const CHUNK: usize = 3 * WORD;
/// What PHP's compiler makes of a chunk's head and one byte of text.
const CHUNK_ROUNDED: usize = 4 * WORD;
const MARK: i64 = i64::from_le_bytes(*b"PHP_SM\0\0");

/// A segment that this process is attached to.
pub struct Segment {
    address: *mut u8,
    /// Bytes that the system gave.
    size: usize,
}

impl Drop for Segment {
    fn drop(&mut self) {
        // SAFETY: attached by `attach`, given back once.
        unsafe { libc::shmdt(self.address.cast()) };
    }
}

/// Words of the head.
#[derive(Clone, Copy)]
enum Head {
    Mark = 0,
    Start = 1,
    End = 2,
    Free = 3,
    Total = 4,
}

impl Segment {
    /// Attaches to a segment, and sets it up for values in `size` bytes where nobody has; `None` and `errno` when that fails.
    pub fn attach(id: i32, size: i64) -> Option<Segment> {
        // SAFETY: zeros are a value of this plain structure, which is then written; anywhere in our address space.
        let (address, given) = unsafe {
            let mut about: libc::shmid_ds = core::mem::zeroed();
            if libc::shmctl(id, libc::IPC_STAT, &mut about) != 0 {
                return None;
            }
            (libc::shmat(id, core::ptr::null(), 0), about.shm_segsz)
        };
        if address as isize == -1 {
            return None;
        }
        let s = Segment { address: address.cast(), size: given };
        // The mark ends with its NUL byte; what is behind it is nobody's.
        if given >= HEAD && s.head(Head::Mark) & 0x00ff_ffff_ffff_ffff != MARK {
            s.set_head(Head::Mark, MARK);
            s.set_head(Head::Start, HEAD as i64);
            s.set_head(Head::End, HEAD as i64);
            s.set_head(Head::Total, size);
            s.set_head(Head::Free, size - HEAD as i64);
        }
        Some(s)
    }

    fn word(&self, at: usize) -> Option<&AtomicI64> {
        let fits = at.is_multiple_of(WORD) && at.checked_add(WORD).is_some_and(|end| end <= self.size);
        // SAFETY: within the segment, which is aligned to a page, and so is the word.
        fits.then(|| unsafe { &*self.address.add(at).cast::<AtomicI64>() })
    }
    fn get(&self, at: usize) -> i64 {
        self.word(at).map_or(0, |w| w.load(Ordering::Relaxed))
    }
    fn set(&self, at: usize, v: i64) {
        if let Some(w) = self.word(at) {
            w.store(v, Ordering::Relaxed);
        }
    }
    fn head(&self, which: Head) -> i64 {
        self.get(which as usize * WORD)
    }
    fn set_head(&self, which: Head, v: i64) {
        self.set(which as usize * WORD, v);
    }
    /// Where values end, within the segment.
    fn end(&self) -> usize {
        usize::try_from(self.head(Head::End)).map_or(0, |e| e.min(self.size))
    }

    /// Where the chunk of a number is.
    fn find(&self, key: i64) -> Option<usize> {
        let mut at = usize::try_from(self.head(Head::Start)).ok()?;
        while at < self.end() {
            if self.get(at) == key {
                return Some(at);
            }
            let next = usize::try_from(self.get(at + 2 * WORD)).ok().filter(|&n| n > 0)?;
            at = at.checked_add(next)?;
        }
        None
    }
    /// Whether there is a value under a number.
    pub fn has(&self, key: i64) -> bool {
        self.find(key).is_some()
    }
    /// The text under a number.
    pub fn text(&self, key: i64) -> Option<Vec<u8>> {
        let at = self.find(key)?;
        let from = at + CHUNK;
        let len = usize::try_from(self.get(at + WORD)).unwrap_or(0).min(self.size.saturating_sub(from));
        let mut out = vec![0; len];
        // SAFETY: within the segment.
        unsafe { core::ptr::copy_nonoverlapping(self.address.add(from), out.as_mut_ptr(), len) };
        Some(out)
    }
    /// Takes a value out; whether there was one.
    pub fn remove(&self, key: i64) -> bool {
        let Some(at) = self.find(key) else { return false };
        let (end, len) = (self.end(), self.get(at + 2 * WORD));
        let next = at + usize::try_from(len).unwrap_or(0);
        self.set_head(Head::Free, self.head(Head::Free) + len);
        self.set_head(Head::End, self.head(Head::End) - len);
        if next < end {
            // SAFETY: both runs are within the segment.
            unsafe { core::ptr::copy(self.address.add(next), self.address.add(at), end - next) };
        }
        true
    }
    /// Puts a text under a number; false when there is no room, and then nothing is there any more.
    pub fn put(&self, key: i64, text: &[u8]) -> bool {
        let room = (text.len() + CHUNK_ROUNDED - 1) / WORD * WORD + WORD;
        self.remove(key);
        let end = self.end();
        if self.head(Head::Free) < room as i64 || end < HEAD || self.size - end < room {
            return false;
        }
        self.set(end, key);
        self.set(end + WORD, text.len() as i64);
        self.set(end + 2 * WORD, room as i64);
        // SAFETY: within the segment.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr(), self.address.add(end + CHUNK), text.len());
        }
        self.set_head(Head::End, self.head(Head::End) + room as i64);
        self.set_head(Head::Free, self.head(Head::Free) - room as i64);
        true
    }
}
