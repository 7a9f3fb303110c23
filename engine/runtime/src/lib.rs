//! Values, strings, arrays, objects, conversions and memory.
