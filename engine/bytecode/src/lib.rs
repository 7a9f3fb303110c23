//! Oplines, literals and immutable compiled units.
//!
//! A [`Unit`] is what one file (or one `eval`) compiles to: functions, classes, and main code as function 0. It is
//! immutable, position-independent and knows neither values nor the heap; inline caches and counters live beside it, per VM.
//!
//! # Frames and operands
//! A function runs on `num_slots` contiguous 16-byte slots: compiled variables (CVs; parameters first) at `0..num_cvs`,
//! temporaries above. An operand is one of
//! - **slot**: `slot << 1` in a `u16` (scaled to 8-byte units), see [`slot`];
//! - **rk**: a slot, or a literal when the sign bit [`RK_LITERAL`] is set: `index | 0x8000`, see [`rk_literal`];
//! - **k32**: a plain literal index in an extension word.
//!
//! Rules the compiler keeps and the VM relies on:
//! - Temporaries are defined once on each path and consumed once. An op that reads a temporary *consumes* it (takes over its
//!   count) unless the op's documentation says "peeks". An op that reads a CV borrows it, and warns when it is undefined
//!   (`Undefined variable $x`) unless it says "quiet". Whether a slot is a temporary: `slot >= num_cvs`.
//! - Values in temporaries are never [`Undef`](Literal), never references unless the op says so. `IND` marks temporaries that
//!   hold a pointer to a variable (an array element, property or CV) for the very next op that names them.
//! - Every op can be restarted from (pc, frame): it reads all operands before it writes, and writes its result last.
//! - Every temporary that holds a value across an op that can throw is in [`FnProto::live`].
//!
//! # Calls
//! A call window starts at a temporary slot `w`: [`FRAME_SLOTS`] slots of frame header, then the arguments, which the caller
//! evaluates straight into their places (`w + FRAME_SLOTS + i`). The callee's frame *is* that window: its slot 0 is the first
//! argument. `Init*` resolves the callee and fills the header, `Call` enters it. Windows nest: an inner call's window starts
//! above what the outer one has filled so far. `num_slots` of the caller includes its windows.

pub mod builder;
pub mod dis;
pub mod op;
pub mod text;
pub mod unit;

pub use op::Op;
pub use text::{Interner, Text};
pub use unit::*;

/// Slots of a frame header.
pub const FRAME_SLOTS: u16 = 6;
/// Set in an rk operand that names a literal.
pub const RK_LITERAL: u16 = 0x8000;
/// "No slot": an absent result or key.
pub const NONE: u16 = 0xFFFF;
/// Highest slot and rk literal index.
pub const MAX_SLOT: u16 = 0x3FF0;

/// Encodes a slot operand.
pub const fn slot(index: u16) -> u16 {
    index << 1
}
/// Encodes an rk operand that names literal `index` (at most [`MAX_SLOT`]; higher ones go through [`Op::LoadK`]).
pub const fn rk_literal(index: u16) -> u16 {
    index << 1 | RK_LITERAL
}

/// One instruction word. Ops of two words ([`Op::words`]) are followed by an [`Ext`].
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insn {
    /// [`Op`] as a number.
    pub op: u16,
    /// First operand, mostly the destination.
    pub a: u16,
    /// Second operand.
    pub b: u16,
    /// Third operand.
    pub c: u16,
}

/// The second word of an instruction.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ext {
    /// Mostly a literal index, table index or jump offset.
    pub x: u32,
    /// Mostly an inline-cache slot.
    pub y: u32,
}

const _: () = assert!(size_of::<Insn>() == 8 && size_of::<Ext>() == 8);

impl Insn {
    /// The relative jump offset of a one-word jump, in words from this instruction's first word.
    #[inline(always)]
    pub const fn jump(self) -> i32 {
        (self.b as u32 | (self.c as u32) << 16) as i32
    }
}

/// How a class is named in an operand.
pub mod class_ref {
    /// `self`
    pub const SELF: u16 = 0xFFFF;
    /// `parent`
    pub const PARENT: u16 = 0xFFFE;
    /// `static`
    pub const STATIC: u16 = 0xFFFD;
    // Otherwise rk: a literal class name (resolved with autoload, cached), or a slot holding an object or a string.
}

/// Binary operations, for ops that take the operation as a number. Numbers 1-12 are PHP's ZEND_ADD … ZEND_POW order.
pub mod binop {
    /// `+`
    pub const ADD: u16 = 1;
    /// `-`
    pub const SUB: u16 = 2;
    /// `*`
    pub const MUL: u16 = 3;
    /// `/`
    pub const DIV: u16 = 4;
    /// `%`
    pub const MOD: u16 = 5;
    /// `<<`
    pub const SL: u16 = 6;
    /// `>>`
    pub const SR: u16 = 7;
    /// `.`
    pub const CONCAT: u16 = 8;
    /// `|`
    pub const BW_OR: u16 = 9;
    /// `&`
    pub const BW_AND: u16 = 10;
    /// `^`
    pub const BW_XOR: u16 = 11;
    /// `**`
    pub const POW: u16 = 12;
}

/// Kinds of increment: bit 0 decrement, bit 1 post (result is the old value).
pub mod incdec {
    /// `++$x`
    pub const PRE_INC: u16 = 0;
    /// `--$x`
    pub const PRE_DEC: u16 = 1;
    /// `$x++`
    pub const POST_INC: u16 = 2;
    /// `$x--`
    pub const POST_DEC: u16 = 3;
}

/// Modes of fetches, numbered as the plugin ABI's `fetch`.
pub mod fetch {
    /// Read.
    pub const R: u16 = 0;
    /// For writing into: creates.
    pub const W: u16 = 1;
    /// For read-modify-write: warns, creates.
    pub const RW: u16 = 2;
    /// isset, empty, `??`: silent.
    pub const IS: u16 = 3;
    /// For unset within: silent, creates nothing.
    pub const UNSET: u16 = 4;
    /// As `W`, and a reference to it is about to be made (typed properties register the reference).
    pub const REF: u16 = 5;
}
