//! PHP source text to tokens to a syntax tree.
