//! PHP source text to tokens to a syntax tree.

pub mod ast;
pub mod error;
pub mod lexer;
mod literal;
mod parser;
pub mod token;

pub use error::{ErrorKind, SyntaxError};
pub use parser::{ParseOptions, parse};
