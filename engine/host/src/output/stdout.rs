//! Standard output as a sink.

use super::Sink;
use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, Write};

/// Bytes held back before they are written.
const HELD: usize = 1 << 16;

/// Standard output. What is printed to a pipe or file is held back until there is much of it, the script ends, or
/// something else is about to use the standard descriptors ([`Sink::flush`]).
pub struct Stdout {
    held: RefCell<Vec<u8>>,
    limit: Cell<usize>,
}

impl Stdout {
    /// Standard output; unbuffered when somebody watches.
    pub fn new() -> Stdout {
        let limit = if std::io::stdout().is_terminal() { 0 } else { HELD };
        Stdout { held: RefCell::new(Vec::with_capacity(limit)), limit: Cell::new(limit) }
    }

    /// Writes what is held, and everything from now on at once.
    pub fn hold_nothing(&self) {
        self.limit.set(0);
        self.flush();
    }

    fn send(&self) -> std::io::Result<()> {
        let mut held = self.held.borrow_mut();
        let mut o = std::io::stdout().lock();
        let r = o.write_all(&held).and_then(|()| o.flush());
        held.clear();
        r
    }
}

impl Default for Stdout {
    fn default() -> Stdout {
        Stdout::new()
    }
}

impl Sink for Stdout {
    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        let mut held = self.held.borrow_mut();
        held.extend_from_slice(bytes);
        let full = held.len() >= self.limit.get();
        drop(held);
        if full { self.send() } else { Ok(()) }
    }

    fn flush(&self) {
        // A reader that went away is found out by the next write.
        drop(self.send());
    }

    fn position(&self) -> Option<(Vec<u8>, u32)> {
        super::user::position()
    }
}
