//! Requests that take too long: `slowlog` and `request_terminate_timeout`.
//!
//! Workers are threads, which nobody can stop from outside. The master raises the interrupt word of the worker's VM; at its
//! next safepoint (a loop's turn, a call's end) the VM shows the calls that run, or gives the request up. The web server is
//! told at once: the master shuts the connection down.

use crate::conf::Pool;
use crate::zlog;
use howdah_host::clock;
use howdah_host::host::Watcher;
use howdah_vm::host::Call;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The calls are to be logged.
pub const TRACE: u32 = 1;
/// The request is to be given up.
pub const ABANDON: u32 = 2;

/// Opens a slow log for appending.
///
/// # Errors
/// The system's.
pub fn open(path: &str) -> std::io::Result<std::fs::File> {
    std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(path)
}

/// What the master wants of a worker; bits of [`TRACE`] and [`ABANDON`].
#[derive(Debug, Default)]
pub struct Wanted(AtomicU32);

impl Wanted {
    /// Asks for something.
    pub fn ask(&self, what: u32) {
        self.0.fetch_or(what, Ordering::AcqRel);
    }
    /// Takes all that was asked back, when a request ends.
    pub fn clear(&self) {
        self.0.store(0, Ordering::Release);
    }
    /// Whether something is asked.
    pub fn is(&self, what: u32) -> bool {
        self.0.load(Ordering::Acquire) & what != 0
    }
}

/// The worker's end.
pub struct Watch {
    /// What is wanted.
    pub wanted: Arc<Wanted>,
    /// The pool's settings.
    pub conf: Pool,
    /// Number of the worker.
    pub id: usize,
    /// The script that runs.
    pub script: Box<dyn Fn() -> String>,
}

impl Watcher for Watch {
    fn trace_wanted(&self) -> bool {
        self.wanted.is(TRACE)
    }

    fn traced(&self, calls: &[Call]) {
        self.wanted.0.fetch_and(!TRACE, Ordering::AcqRel);
        zlog::notice(&format!("about to trace {}", self.id));
        let path = self.conf.slowlog.as_deref().unwrap_or_default();
        let text = text(&self.conf, self.id, &(self.script)(), calls);
        if let Err(e) = open(path).and_then(|mut f| f.write_all(text.as_bytes())) {
            zlog::error(&format!("unable to open slowlog ({path}): {}", crate::conf_reason(&e)));
        }
        zlog::notice(&format!("finished trace of {}", self.id));
    }

    fn abandons(&self) -> bool {
        self.wanted.is(ABANDON)
    }
}

/// An entry of the slow log.
fn text(conf: &Pool, id: usize, script: &str, calls: &[Call]) -> String {
    let time = clock::local(clock::now() as i64).log();
    let mut out = format!("\n[{time}]  [pool {}] pid {id}\nscript_filename = {script}\n", conf.name);
    for c in calls.iter().take(usize::try_from(conf.slowlog_depth).unwrap_or(20)) {
        let name = c.function.as_deref().unwrap_or("[INCLUDE_OR_EVAL]");
        let (file, line) = c.place.as_ref().map_or(("unknown", 0), |(f, l)| (f.as_str(), *l));
        out.push_str(&format!("[0x{:016x}] {name}() {file}:{line}\n", c.frame));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry() {
        let mut conf = Pool::new("www");
        conf.slowlog_depth = 2;
        let call = |f: Option<&str>, line| Call {
            frame: 0x7f00,
            function: f.map(Into::into),
            place: Some(("/a.php".into(), line)),
        };
        let t = text(&conf, 3, "/a.php", &[call(Some("f"), 4), call(None, 5), call(Some("g"), 6)]);
        let (head, rest) = t.split_once(" [pool www]").unwrap_or_default();
        assert!(head.starts_with("\n["));
        assert_eq!(
            rest,
            " pid 3\nscript_filename = /a.php\n[0x0000000000007f00] f() /a.php:4\n\
             [0x0000000000007f00] [INCLUDE_OR_EVAL]() /a.php:5\n"
        );
    }
}
