//! PHP source text to tokens to a syntax tree.

pub mod ast;
