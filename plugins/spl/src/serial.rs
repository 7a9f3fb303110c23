//! The serialization formats of before PHP 7.4, where an object writes a text of its own: parts that `serialize()` makes,
//! with marks between them.

use crate::support::throw;
use plugin_api::{Ctx, R, Throw, Value, serial};

/// What `__unserialize` says of data that it did not make.
pub const ILL_TYPED: &str = "Incomplete or ill-typed serialization data";

/// Reads such a text.
pub struct Reader<'a> {
    values: &'a serial::Reader,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// Runs `f` with a reader at the beginning of a text.
    pub fn run(ctx: &mut Ctx, bytes: &[u8], f: impl FnOnce(&mut Ctx, &mut Reader<'_>) -> R<()>) -> R<()> {
        serial::Reader::run(ctx, |ctx, values| f(ctx, &mut Reader { values, bytes, at: 0 }))
    }
    /// The byte to be read.
    pub fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
    /// Steps over `b` if it is there.
    pub fn take(&mut self, b: u8) -> bool {
        let there = self.peek() == Some(b);
        self.at += there as usize;
        there
    }
    /// Whether everything was read.
    pub fn at_end(&self) -> bool {
        self.at == self.bytes.len()
    }
    /// Reads a value; `None` when there is none. The text of ints, floats, bools and null ends behind its `;`.
    pub fn value(&mut self, ctx: &mut Ctx) -> R<Option<Value>> {
        let (v, used) = self.values.value(ctx, &self.bytes[self.at..])?;
        self.at += used;
        Ok(v)
    }
    /// Steps back one byte.
    pub fn back(&mut self) {
        self.at = self.at.saturating_sub(1);
    }
    /// The exception that tells where reading stopped.
    pub fn fail(&self, ctx: &mut Ctx) -> Throw {
        throw(
            ctx,
            "UnexpectedValueException",
            format!("Error at offset {} of {} bytes", self.at, self.bytes.len()),
        )
    }
}
