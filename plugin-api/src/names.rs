//! Texts that come again and again while something is read: the keys of records.

use crate::{Str, Value};

/// How many are remembered.
const SLOTS: usize = 16;

/// Strings made once for texts that repeat. The last text of each kind (length, first and last byte) is remembered; longer
/// ones are not. A key that is shared takes no memory of its own and has its hash already.
pub struct Names {
    slots: [Value; SLOTS],
}

/// Longer texts are hardly keys that repeat.
const LONGEST: usize = 40;

impl Names {
    /// None yet.
    #[inline]
    pub fn new() -> Names {
        Names { slots: [const { Value::NULL }; SLOTS] }
    }
    /// The string of a text.
    #[inline]
    pub fn get(&mut self, text: &[u8]) -> Str {
        let (&[first, ..], &[.., last]) = (text, text) else { return Str::new(text) };
        if text.len() > LONGEST {
            return Str::new(text);
        }
        let kind = text.len() * 7 + first as usize * 3 + last as usize * 5;
        let slot = &mut self.slots[kind % SLOTS];
        if let Some(s) = slot.as_str()
            && s.as_bytes() == text
        {
            return s.clone();
        }
        let s = Str::new(text);
        *slot = (&s).into();
        s
    }
}

impl Default for Names {
    #[inline]
    fn default() -> Names {
        Names::new()
    }
}
