//! Panics and `tracing` events on their way to the engine.

use crate::host;
use core::cell::RefCell;
use plugin_api_abi::{CtxRaw, Status, StrSlice};
use std::fmt::Write;

thread_local! {
    /// Where the last panic of this thread happened: text, file, line.
    static LAST: RefCell<Option<(String, String, u32)>> = const { RefCell::new(None) };
}

/// Keeps panics of this copy of the standard library from printing; [`panicked`] reports them.
pub(crate) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|info| {
        let text = info.payload_as_str().unwrap_or("explicit panic").to_owned();
        let (file, line) = info.location().map_or((String::new(), 0), |l| (l.file().to_owned(), l.line()));
        LAST.with(|l| {
            if let Ok(mut l) = l.try_borrow_mut() {
                *l = Some((text, file, line));
            }
        });
    }));
}

/// Makes a caught panic the request's fatal error.
#[cold]
pub(crate) fn panicked(
    ctx: *mut CtxRaw,
    name: &'static str,
    payload: Box<dyn std::any::Any + Send>,
) -> Status {
    let seen = LAST.with(|l| l.try_borrow_mut().ok().and_then(|mut l| l.take()));
    let (msg, file, line) = seen.unwrap_or_else(|| {
        let text = payload
            .downcast_ref::<&str>()
            .map(|s| (*s).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "explicit panic".into());
        (text, String::new(), 0)
    });
    let s = |t: &str| StrSlice::of(t.as_bytes());
    // SAFETY: the engine's context.
    unsafe { (host::err().panicked)(ctx, s(""), s(name), s(&msg), s(&file), line) }
}

/// A subscriber that hands events to the engine.
struct Forward;

struct Text(String);
impl tracing::field::Visit for Text {
    fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
        if !self.0.is_empty() {
            self.0.push(' ');
        }
        let r = if field.name() == "message" {
            write!(self.0, "{value:?}")
        } else {
            write!(self.0, "{}={value:?}", field.name())
        };
        // Writing to a String does not fail.
        debug_assert!(r.is_ok());
    }
}

fn number(l: &tracing::Level) -> u32 {
    match *l {
        tracing::Level::ERROR => 1,
        tracing::Level::WARN => 2,
        tracing::Level::INFO => 3,
        tracing::Level::DEBUG => 4,
        tracing::Level::TRACE => 5,
    }
}

impl tracing::Subscriber for Forward {
    fn enabled(&self, m: &tracing::Metadata<'_>) -> bool {
        // SAFETY: borrowed text.
        unsafe { (host::err().trace_enabled)(number(m.level()), StrSlice::of(m.target().as_bytes())) != 0 }
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::span::Id {
        tracing::span::Id::from_u64(1)
    }
    fn record(&self, _: &tracing::span::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::span::Id, _: &tracing::span::Id) {}
    fn event(&self, e: &tracing::Event<'_>) {
        let m = e.metadata();
        let mut t = Text(String::new());
        e.record(&mut t);
        let s = |t: &str| StrSlice::of(t.as_bytes());
        // SAFETY: borrowed text.
        unsafe {
            (host::err().trace)(
                number(m.level()),
                s(m.target()),
                s(&t.0),
                s(m.file().unwrap_or("")),
                m.line().unwrap_or(0),
            )
        }
    }
    fn enter(&self, _: &tracing::span::Id) {}
    fn exit(&self, _: &tracing::span::Id) {}
}

/// Forwards this copy's `tracing` events to the engine.
pub(crate) fn forward_tracing() {
    // A plugin that installed a subscriber of its own keeps it.
    let _ = tracing::subscriber::set_global_default(Forward);
}
