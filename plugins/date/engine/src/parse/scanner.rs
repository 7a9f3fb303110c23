//! Cuts a date string into tokens with the automaton that `build.rs` makes of the grammar.

use super::reader::Reader;
use super::{Diagnostics, Message};
use crate::time::Time;

mod rules {
    include!(concat!(env!("OUT_DIR"), "/rules.rs"));
}

pub(super) use rules::Token;

/// The automaton's table; `build.rs` says how it is laid out.
static AUTOMATON: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/automaton.bin"));

/// Offset of state 0 in the table: after the number of classes and the class of each byte.
const STATES: usize = 257;

/// A date string on its way through the tokens.
pub(super) struct Scanner<'a> {
    text: &'a [u8],
    /// Where the current token begins.
    start: usize,
    /// Where it ends.
    end: usize,
    pub(super) time: &'a mut Time,
    pub(super) diagnostics: Diagnostics,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a [u8], time: &'a mut Time) -> Scanner<'a> {
        Scanner { text, start: 0, end: 0, time, diagnostics: Diagnostics::default() }
    }

    /// Reads every token.
    pub(super) fn run(&mut self) {
        while self.end <= self.text.len() {
            self.start = self.end;
            let token = self.next_token();
            self.apply(token);
        }
    }

    /// The byte at an offset, NUL behind the end.
    fn byte(&self, offset: usize) -> u8 {
        self.text.get(offset).copied().unwrap_or(0)
    }

    /// Finds the longest token here, and moves the end behind it.
    fn next_token(&mut self) -> Token {
        let row = 1 + AUTOMATON[0] as usize;
        let cell = |state: usize, column: usize| {
            let at = STATES + 2 * (state * row + column);
            u16::from_le_bytes([AUTOMATON[at], AUTOMATON[at + 1]]) as usize
        };
        let mut found = (Token::Unexpected, self.start + 1);
        let mut state = 1;
        let mut position = self.start;
        loop {
            let class = AUTOMATON[1 + self.byte(position) as usize] as usize;
            state = cell(state, 1 + class);
            if let Some(token) = cell(state, 0).checked_sub(1) {
                found = (rules::TOKENS[token], position);
            }
            if state == 0 {
                break;
            }
            position += 1;
        }
        self.end = found.1;
        found.0
    }

    /// The bytes of the current token.
    pub(super) fn reader(&self) -> Reader<'a> {
        Reader::new(&self.text[self.start.min(self.text.len())..self.end.min(self.text.len())])
    }

    fn message(&self, text: &'static str) -> Message {
        Message { position: self.start, character: self.byte(self.start), text }
    }

    pub(super) fn error(&mut self, text: &'static str) {
        self.diagnostics.errors.push(self.message(text));
    }

    pub(super) fn warn(&mut self, text: &'static str) {
        self.diagnostics.warnings.push(self.message(text));
    }
}
