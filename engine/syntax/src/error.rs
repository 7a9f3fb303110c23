//! The error that ends a parse.

use std::fmt;

/// Which exception or fatal error PHP raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// `ParseError`, printed as `PHP Parse error:  …`
    Parse,
    /// `CompileError` thrown while parsing, printed as `PHP Fatal error:  …`
    Compile,
    /// A fatal error that no code can catch.
    Fatal,
}

/// Why a source does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// PHP's text, without `PHP Parse error:  ` and without file and line. Bytes, because it quotes the source.
    pub message: Vec<u8>,
    /// Line PHP reports: where the scanner stood.
    pub line: u32,
    /// Parse or compile error.
    pub kind: ErrorKind,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} on line {}", String::from_utf8_lossy(&self.message), self.line)
    }
}

impl std::error::Error for SyntaxError {}
