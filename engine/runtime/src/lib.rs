//! Values, strings, arrays, objects, conversions and memory.

pub mod layout;
