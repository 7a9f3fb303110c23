//! Hash states as the arrays that a serialized `HashContext` holds. A layout (see [`Algorithm::layout`]) lists the fields of
//! PHP's context struct; runs of bytes become strings, everything else 32-bit numbers, the lower half first.
//!
//! [`Algorithm::layout`]: crate::algorithm::Algorithm::layout

use plugin_api::{Array, Kind, Str, Value};

/// A field of a layout.
struct Field {
    /// Offset in the struct.
    at: usize,
    /// Bytes of one number.
    size: usize,
    count: usize,
    skipped: bool,
}

impl Field {
    fn end(&self) -> usize {
        self.at + self.size * self.count
    }
}

fn fields(layout: &str) -> Vec<Field> {
    let b = layout.as_bytes();
    let (mut i, mut at) = (0, 0usize);
    let mut out = Vec::new();
    while i < b.len() {
        let size = match b[i].to_ascii_lowercase() {
            b'q' => 8,
            b'l' => 4,
            _ => 1,
        };
        let skipped = b[i].is_ascii_uppercase();
        let digits = b[i + 1..].iter().take_while(|c| c.is_ascii_digit()).count();
        let count = layout[i + 1..i + 1 + digits].parse().unwrap_or(1);
        i += 1 + digits;
        at = at.next_multiple_of(size);
        out.push(Field { at, size, count, skipped });
        at += size * count;
    }
    out
}

/// The array of a state.
pub fn to_array(layout: &str, state: &[u8]) -> Array {
    let mut out = Array::new();
    for f in fields(layout).iter().filter(|f| !f.skipped) {
        let bytes = &state[f.at..f.end()];
        if f.size == 1 {
            if f.count > 1 {
                out.push(Str::new(bytes));
            } else {
                out.push(i64::from(bytes[0]));
            }
            continue;
        }
        for half in bytes.chunks_exact(4) {
            out.push(i64::from(i32::from_le_bytes([half[0], half[1], half[2], half[3]])));
        }
    }
    out
}

/// The state of an array.
///
/// # Errors
/// PHP's number for the field that is missing or of another kind.
pub fn from_array(layout: &str, array: &Array) -> Result<Vec<u8>, i64> {
    let fields = fields(layout);
    let mut state = vec![0; fields.last().map_or(0, Field::end)];
    let mut next = 0;
    for f in fields.iter().filter(|f| !f.skipped) {
        if f.size == 1 && f.count > 1 {
            match array.get_index(next).and_then(Value::as_str) {
                Some(s) if s.len() == f.count => state[f.at..f.end()].copy_from_slice(s),
                _ => return Err(-1000 - f.at as i64),
            }
            next += 1;
            continue;
        }
        let piece = f.size.min(4);
        for at in (f.at..f.end()).step_by(piece) {
            let Some(Kind::Int(n)) = array.get_index(next).map(Value::kind) else {
                return Err(-1000 - (at - (at - f.at) % f.size) as i64);
            };
            state[at..at + piece].copy_from_slice(&n.to_le_bytes()[..piece]);
            next += 1;
        }
    }
    Ok(state)
}

/// Writes a state field by field.
#[derive(Default)]
pub struct Writer(pub Vec<u8>);

impl Writer {
    /// 32-bit numbers.
    pub fn words(&mut self, w: &[u32]) -> &mut Self {
        w.iter().for_each(|w| self.0.extend(w.to_le_bytes()));
        self
    }
    /// 64-bit numbers.
    pub fn longs(&mut self, w: &[u64]) -> &mut Self {
        w.iter().for_each(|w| self.0.extend(w.to_le_bytes()));
        self
    }
    /// Bytes, zeros behind them up to `len`.
    pub fn bytes(&mut self, b: &[u8], len: usize) -> &mut Self {
        self.0.extend(b);
        self.0.resize(self.0.len() + len - b.len(), 0);
        self
    }
}

/// Reads a state field by field.
pub struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    /// The next `n` bytes.
    pub fn bytes(&mut self, n: usize) -> &'a [u8] {
        let (head, tail) = self.0.split_at(n);
        self.0 = tail;
        head
    }
    /// The next 32-bit number.
    pub fn word(&mut self) -> u32 {
        let b = self.bytes(4);
        u32::from_le_bytes([b[0], b[1], b[2], b[3]])
    }
    /// The next 64-bit number.
    pub fn long(&mut self) -> u64 {
        u64::from(self.word()) | u64::from(self.word()) << 32
    }
}
