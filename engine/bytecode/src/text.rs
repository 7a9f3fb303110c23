//! Names and string literals of compiled code.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

/// An interned text: immortal, and equal texts are the same bytes in memory, so it copies and compares as a pointer does.
/// Whoever runs the compiler supplies the interner; what else it keeps beside the bytes is its own affair.
#[derive(Clone, Copy)]
pub struct Text(&'static [u8]);

/// Gives the interned form of a text.
pub type Interner = fn(&[u8]) -> Text;

impl Text {
    /// A text that the interner gives out.
    ///
    /// # Safety
    /// `bytes` lie where the process's interner put them, and no other text of it has the same bytes.
    pub const unsafe fn from_interned(bytes: &'static [u8]) -> Text {
        Text(bytes)
    }

    /// The bytes, for as long as the process runs.
    pub const fn bytes(self) -> &'static [u8] {
        self.0
    }
}

impl Default for Text {
    /// The empty text.
    fn default() -> Text {
        Text(b"")
    }
}

impl Deref for Text {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        self.0
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Text) -> bool {
        self.0.len() == other.0.len() && (self.0.is_empty() || std::ptr::eq(self.0, other.0))
    }
}

impl Eq for Text {}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Text) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Text {
    /// By bytes.
    fn cmp(&self, other: &Text) -> std::cmp::Ordering {
        self.0.cmp(other.0)
    }
}

impl Hash for Text {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // All empty texts are equal, wherever they lie.
        state.write_usize(if self.0.is_empty() { 0 } else { self.0.as_ptr() as usize });
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        String::from_utf8_lossy(self.0).fmt(f)
    }
}
