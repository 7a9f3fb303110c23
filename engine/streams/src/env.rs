//! What streams ask of the engine around them.

use std::any::Any;
use std::rc::Rc;

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// `E_WARNING`
    Warning,
    /// `E_NOTICE`
    Notice,
    /// `E_DEPRECATED`
    Deprecated,
}

/// Which exception to throw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thrown {
    /// `Error`
    Error,
    /// `TypeError`
    TypeError,
    /// `ValueError`
    ValueError,
}

/// The engine's side of streams. All calls may run PHP code (error handlers, output handlers), which may come back to
/// streams; so nothing of a stream is borrowed while they run.
pub trait Environment {
    /// Raises a message as `function(params): message`, with the running function's name.
    fn raise(&self, level: Level, params: &[&[u8]], message: &str);
    /// Throws an exception.
    fn throw(&self, class: Thrown, message: &str);
    /// Whether an exception is pending: no further warnings then.
    fn exception_pending(&self) -> bool {
        false
    }
    /// An ini value as text; empty when unset.
    fn ini(&self, name: &str) -> Vec<u8>;
    /// An ini value as a switch.
    fn ini_flag(&self, name: &str) -> bool {
        matches!(&self.ini(name).to_ascii_lowercase()[..], b"1" | b"on" | b"yes" | b"true")
            || std::str::from_utf8(&self.ini(name))
                .ok()
                .and_then(|t| t.trim().parse::<i64>().ok())
                .unwrap_or(0)
                != 0
    }
    /// Writes to the script's output (`php://output`).
    fn print(&self, bytes: &[u8]);
    /// The file of the PHP code that runs.
    fn script(&self) -> Option<Vec<u8>> {
        None
    }
    /// Whether this is the command line: it owns the standard descriptors, and `php://fd` is allowed.
    fn is_cli(&self) -> bool {
        true
    }
    /// The number of the next resource: every stream takes one, also those that no script sees.
    fn next_number(&self) -> i64 {
        0
    }
    /// The request's body for `php://input`, as much of it as was not taken otherwise.
    fn request_body(&self) -> Vec<u8> {
        Vec::new()
    }
    /// A request for a URL begins (`None`), or its answer's header lines are there. Gives what scripts see of them in the
    /// stream's metadata.
    fn response_headers(&self, lines: Option<&[Vec<u8>]>) -> Option<Rc<dyn Any>> {
        let _ = lines;
        None
    }
    /// Called before anything but the script's output uses a descriptor that others may watch: output that is held back
    /// must go out first.
    fn settle(&self) {}
    /// Whether the request may hold so many bytes more; where it may not, it is told so and ends.
    fn room_for(&self, bytes: usize) -> bool {
        let _ = bytes;
        true
    }
    /// Files changed: cached stat results are stale.
    fn files_changed(&self) {}
}

impl dyn Environment {
    /// `E_WARNING` without parameters.
    pub fn warn(&self, message: &str) {
        self.raise(Level::Warning, &[], message);
    }
    /// `E_NOTICE` without parameters.
    pub fn notice(&self, message: &str) {
        self.raise(Level::Notice, &[], message);
    }
}
