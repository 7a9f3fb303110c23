//! The serialization formats of before PHP 7.4, where an object writes a text of its own: parts that `serialize()` makes,
//! with marks between them.

use crate::support::throw;
use plugin_api::{Ctx, R, Throw, Value};

/// What `__unserialize` says of data that it did not make.
pub const ILL_TYPED: &str = "Incomplete or ill-typed serialization data";

/// `serialize($v)`
pub fn serialize(ctx: &mut Ctx, v: &Value) -> R<Vec<u8>> {
    let s = ctx.call_function("serialize", core::slice::from_ref(v))?;
    Ok(s.as_str().map(|s| s.to_vec()).unwrap_or_default())
}

/// Reads such a text.
pub struct Reader {
    bytes: Vec<u8>,
    at: usize,
}

impl Reader {
    /// At its beginning.
    pub fn new(_: &mut Ctx, bytes: &[u8]) -> R<Reader> {
        Ok(Reader { bytes: bytes.to_vec(), at: 0 })
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
        let Some(n) = extent(&self.bytes[self.at..]) else { return Ok(None) };
        let text = Value::str(&self.bytes[self.at..self.at + n]);
        let v = ctx.call_function("unserialize", &[text])?;
        self.at += n;
        Ok(Some(v))
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

/// How many bytes the serialized value at the beginning takes.
fn extent(b: &[u8]) -> Option<usize> {
    let number = |from: usize, end: u8| -> Option<(usize, usize)> {
        let n = b.get(from..)?.iter().position(|&c| c == end)?;
        let v: usize = core::str::from_utf8(&b[from..from + n]).ok()?.parse().ok()?;
        Some((v, from + n + 1))
    };
    let expect = |at: usize, c: u8| (b.get(at) == Some(&c)).then_some(at + 1);
    match (b.first()?, b.get(1)?) {
        (b'N', b';') => Some(2),
        (b'i' | b'b' | b'd' | b'r' | b'R', b':') => Some(b.iter().position(|&c| c == b';')? + 1),
        (b's' | b'E', b':') => {
            let (n, at) = number(2, b':')?;
            let at = expect(at, b'"')?.checked_add(n)?;
            expect(expect(at, b'"')?, b';')
        }
        (b'a', b':') => {
            let (n, at) = number(2, b':')?;
            pairs(b, expect(at, b'{')?, n)
        }
        (b'O' | b'C', b':') => {
            let (n, at) = number(2, b':')?;
            let at = expect(expect(at, b'"')?.checked_add(n)?, b'"')?;
            let (n, at) = number(expect(at, b':')?, b':')?;
            let at = expect(at, b'{')?;
            if b[0] == b'O' { pairs(b, at, n) } else { expect(at.checked_add(n)?, b'}') }
        }
        _ => None,
    }
}

/// Where a list of `n` keys and values that begins at `at` ends, its brace included.
fn pairs(b: &[u8], mut at: usize, n: usize) -> Option<usize> {
    for _ in 0..n.checked_mul(2)? {
        at += extent(b.get(at..)?)?;
    }
    (b.get(at) == Some(&b'}')).then_some(at + 1)
}
