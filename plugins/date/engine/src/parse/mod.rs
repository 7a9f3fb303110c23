//! Reads date strings: by PHP's grammar ([`parse`]), or by a given format ([`parse_with_format`]).
//!
//! Neither fails: what could not be understood is listed in [`Diagnostics`], with the fields understood so far.

mod reader;
mod scanner;
mod token;
mod with_format;
mod words;
mod zone;

use crate::time::Time;

pub use with_format::parse_with_format;

/// Something wrong with a date string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Message {
    /// Offset of the byte at which it was noticed.
    pub position: usize,
    /// That byte, 0 at the end.
    pub character: u8,
    /// PHP's text for it.
    pub text: &'static str,
}

/// What is wrong with a date string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnostics {
    /// What makes it doubtful.
    pub warnings: Vec<Message>,
    /// What makes it no date.
    pub errors: Vec<Message>,
}

impl Diagnostics {
    /// Whether there is nothing to complain about.
    pub fn is_empty(&self) -> bool {
        self.warnings.is_empty() && self.errors.is_empty()
    }
}

/// Reads a date string. Fields it does not name stay [`crate::time::UNSET`].
pub fn parse(text: &[u8]) -> (Time, Diagnostics) {
    let mut time = Time::unset();
    let diagnostics = parse_into(text, &mut time);
    (time, diagnostics)
}

/// As [`parse`], into a time that is unset so far.
pub fn parse_into(text: &[u8], time: &mut Time) -> Diagnostics {
    let text = trim(text);
    if text.is_empty() {
        let message = Message { position: 0, character: 0, text: "Empty string" };
        return Diagnostics { errors: vec![message], ..Diagnostics::default() };
    }
    let mut scanner = scanner::Scanner::new(text, time);
    scanner.run();
    let mut diagnostics = scanner.diagnostics;
    let end = Message { position: text.len() + 1, character: 0, text: "" };
    with_format::check_ranges(time, time.time_count > 0, time.has_date, end, &mut diagnostics);
    diagnostics
}

/// Reads the zone that a string begins with into `time`; whether it is known, and how many bytes name it.
pub(crate) fn parse_zone(text: &[u8], time: &mut Time) -> (bool, usize) {
    let mut reader = reader::Reader::new(text);
    let is_known = reader.zone(time);
    (is_known, reader.position())
}

/// Without the white space of C's `isspace` at both ends; of nothing but white space its last byte.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let start = text.iter().position(|byte| !is_space(byte)).unwrap_or(text.len().saturating_sub(1));
    let end = text.iter().rposition(|byte| !is_space(byte)).map_or(text.len(), |last| last + 1);
    &text[start..end]
}
