//! Room on the native stack for code that follows the nesting of values, which scripts decide.

use std::cell::Cell;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// How often the stack is looked at: each so many levels.
const EVERY: u32 = 32;
const LOW: usize = 192 << 10;
const PIECE: usize = 8 << 20;

struct Level;

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        DEPTH.with(|d| d.set(d.get().wrapping_sub(1)));
    }
}

/// Runs `f`, which is about to follow one more level of nested data, on a new piece of stack where the present one runs out.
/// Costs next to nothing on few levels.
#[inline]
pub fn deeper<T>(f: impl FnOnce() -> T) -> T {
    let depth = DEPTH.with(|d| {
        let depth = d.get().wrapping_add(1);
        d.set(depth);
        depth
    });
    let _level = Level;
    at(depth, f)
}

/// As [`deeper`] for code that counts its levels itself, from 0: `depth` of them are open.
#[inline]
pub fn at<T>(depth: u32, f: impl FnOnce() -> T) -> T {
    if depth.is_multiple_of(EVERY) { stacker::maybe_grow(LOW, PIECE, f) } else { f() }
}
