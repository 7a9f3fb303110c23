//! Values, strings, arrays, objects, conversions and memory.

pub mod array;
pub mod array_iter;
pub mod array_probe;
pub mod compare;
pub mod convert;
pub mod frozen;
pub mod gc;
pub mod hash;
pub mod hooks;
pub mod interner;
pub mod layout;
pub mod memory;
pub mod number;
pub mod ops;
pub mod stack;
pub mod string;
pub mod value;
