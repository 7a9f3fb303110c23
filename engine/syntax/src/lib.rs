//! PHP source text to tokens to a syntax tree.
//!
//! [`parse`] gives a tree in an arena, or the error PHP 8.4 reports for the source. [`lexer::Lexer`] gives every token,
//! whitespace and comments included, with the ids of PHP's `T_*` constants. [`export`] turns a tree back to source.
//!
//! The crate knows no values: what a name means is the compiler's business.

pub mod ast;
pub mod error;
pub mod export;
pub mod lexer;
mod literal;
mod parser;
pub mod token;
pub mod tokens;

#[cfg(test)]
mod tests;

pub use error::{ErrorKind, SyntaxError};
pub use parser::{COMPILER_STACK, ParseOptions, parse};
