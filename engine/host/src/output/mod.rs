//! The output layer: a stack of output buffers between what a script prints and the SAPI (PHP's `main/output.c`).
//!
//! Output enters at the top of the stack. Each handler keeps it until it is asked to pass it on, because its chunk is
//! full, it is flushed, or it ends; what leaves the lowest handler goes to the [`Sink`].
//!
//! Handlers are PHP callables as often as not, and what they print comes back here while they run. So everything takes
//! `&self`, and no borrow of the stack is held while a handler runs. Output printed by a running handler is kept in the
//! topmost buffer; any other operation on the stack from within one is refused and ends the request.

mod functions;
mod handler;
mod rewrite;
mod stdout;
mod user;

pub use functions::{constants, register};
pub use handler::{Handled, Handler, HandlerStatus, OutputHandler, flags, mode};
pub use rewrite::{Origin, Rewriter, add_variable};
pub use stdout::Stdout;
pub(crate) use user::position;
pub use user::{UserHandler, begin_request, end_buffers, start_user};

use handler::Code;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Where output goes in the end.
pub trait Sink {
    /// Takes output. An error means that nobody listens any more.
    fn write(&self, bytes: &[u8]) -> std::io::Result<()>;
    /// Sends on what the sink itself holds back.
    fn flush(&self);
    /// Called before headers count as sent: the last chance to change them.
    fn prepare_headers(&self) {}
    /// Sends the headers; called before the first output. False: there is to be no body.
    fn send_headers(&self) -> bool {
        true
    }
    /// File and line of the PHP code that runs, for `headers_sent()`.
    fn position(&self) -> Option<(Vec<u8>, u32)> {
        None
    }
}

/// Why an operation on the stack was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// An `E_NOTICE` to raise with the function's name before it.
    Notice(String),
    /// An `E_WARNING` to raise with the function's name before it.
    Warning(String),
    /// An `E_ERROR` to raise with the function's name before it. The stack is gone already.
    Fatal(&'static str),
}

impl Refusal {
    /// `E_*`
    pub fn level(&self) -> u32 {
        match self {
            Refusal::Notice(_) => 8,
            Refusal::Warning(_) => 2,
            Refusal::Fatal(_) => 1,
        }
    }
    /// Text without the function's name.
    pub fn message(&self) -> &str {
        match self {
            Refusal::Notice(m) | Refusal::Warning(m) => m,
            Refusal::Fatal(m) => m,
        }
    }
}

const LOCKED: Refusal = Refusal::Fatal("Cannot use output buffering in output buffering display handlers");

/// Bits of the layer's own state ([`Output::status`]).
mod layer {
    pub const IMPLICIT_FLUSH: u32 = 0x01;
    pub const DISABLED: u32 = 0x02;
    pub const WRITTEN: u32 = 0x04;
    pub const SENT: u32 = 0x08;
    pub const ACTIVE: u32 = 0x10;
    pub const LOCKED: u32 = 0x20;
    pub const ACTIVATED: u32 = 0x10_0000;
}

/// What became of input at one handler.
enum Step {
    /// The handler keeps it, or made nothing of it.
    Kept,
    /// This goes on.
    On(Vec<u8>),
    /// The handler is out of order: its input goes on.
    Skipped,
    /// The request is being torn down.
    Aborted,
}

/// Names of handlers that cannot stand on one stack.
struct Conflict {
    new: &'static [u8],
    old: &'static [u8],
}

/// Builds a handler of an extension that is started by name (`ob_start('ob_gzhandler')`): chunk size and abilities.
pub type AliasBuilder = Rc<dyn Fn(usize, u32) -> Handler>;

/// The output layer of one request.
pub struct Output {
    sink: Box<dyn Sink>,
    flags: Cell<u32>,
    handlers: RefCell<Vec<Handler>>,
    running: Cell<Option<usize>>,
    headers_sent: Cell<bool>,
    started_at: RefCell<Option<(Vec<u8>, u32)>>,
    aborted: Cell<bool>,
    aliases: RefCell<Vec<(&'static [u8], AliasBuilder)>>,
    conflicts: RefCell<Vec<Conflict>>,
}

impl Output {
    /// A layer without buffers, ready for use.
    pub fn new(sink: Box<dyn Sink>) -> Output {
        Output {
            sink,
            flags: Cell::new(layer::ACTIVATED),
            handlers: RefCell::new(Vec::new()),
            running: Cell::new(None),
            headers_sent: Cell::new(false),
            started_at: RefCell::new(None),
            aborted: Cell::new(false),
            aliases: RefCell::new(Vec::new()),
            conflicts: RefCell::new(Vec::new()),
        }
    }

    /// Begins a request: an empty stack, no output yet. Aliases and conflicts stay.
    pub fn activate(&self) {
        self.running.set(None);
        // Dropping a handler may run PHP code: not while the stack is borrowed.
        let gone = self.handlers.take();
        gone.into_iter().rev().for_each(drop);
        self.flags.set(layer::ACTIVATED);
        self.headers_sent.set(false);
        self.aborted.set(false);
        self.started_at.take();
    }

    /// Ends the stack without running its handlers. Output goes straight to the sink from here on.
    pub fn deactivate(&self) {
        if !self.has(layer::ACTIVATED) {
            return;
        }
        self.send_headers();
        self.flags.set(self.flags.get() & !layer::ACTIVATED);
        self.running.set(None);
        // Dropping a handler may run PHP code: not while the stack is borrowed.
        let gone = self.handlers.take();
        gone.into_iter().rev().for_each(drop);
    }

    fn has(&self, bit: u32) -> bool {
        self.flags.get() & bit != 0
    }

    fn set(&self, bit: u32) {
        self.flags.set(self.flags.get() | bit);
    }

    /// The layer's state as PHP's `php_output_get_status` gives it: 1 implicit flush, 2 disabled, 4 written, 8 sent, 16
    /// active, 32 a handler runs.
    pub fn status(&self) -> u32 {
        let active = if self.level() > 0 { layer::ACTIVE } else { 0 };
        let locked = if self.running.get().is_some() { layer::LOCKED } else { 0 };
        (self.flags.get() | active | locked) & 0xff
    }

    /// Drops all output from here on (`HEAD` requests, clients that went away).
    pub fn disable(&self) {
        self.set(layer::DISABLED);
    }

    /// Whether the sink failed: nobody listens any more.
    pub fn connection_aborted(&self) -> bool {
        self.aborted.get()
    }

    /// `ob_implicit_flush()`
    pub fn set_implicit_flush(&self, on: bool) {
        let f = self.flags.get();
        self.flags.set(if on { f | layer::IMPLICIT_FLUSH } else { f & !layer::IMPLICIT_FLUSH });
    }

    /// Whether headers (and so output) were sent.
    pub fn headers_sent(&self) -> bool {
        self.headers_sent.get()
    }

    /// What was printed until now is none of the request's: headers do not count as sent.
    pub fn forget_start(&self) {
        self.headers_sent.set(false);
        self.started_at.take();
    }

    /// File and line of the first output.
    pub fn started_at(&self) -> Option<(Vec<u8>, u32)> {
        self.started_at.borrow().clone()
    }

    /// Sends the headers if they are still to be sent.
    pub fn send_headers(&self) {
        if self.headers_sent.get() {
            return;
        }
        if self.started_at.borrow().is_none() {
            let at = self.sink.position();
            *self.started_at.borrow_mut() = at;
        }
        self.sink.prepare_headers();
        if self.headers_sent.replace(true) {
            // Printed while they were prepared.
            return;
        }
        if !self.sink.send_headers() {
            self.disable();
        }
    }

    // ---- writing ----

    /// Prints.
    pub fn write(&self, bytes: &[u8]) {
        if self.has(layer::ACTIVATED) {
            if !self.keep(bytes) {
                self.operate(mode::WRITE, bytes);
            }
        } else if !self.has(layer::DISABLED) {
            self.to_sink(bytes);
        }
    }

    /// Prints past all buffers.
    pub fn write_unbuffered(&self, bytes: &[u8]) {
        self.to_sink(bytes);
    }

    /// `flush()`: asks the sink to send what it holds back.
    pub fn flush_sink(&self) {
        self.sink.flush();
    }

    fn to_sink(&self, bytes: &[u8]) {
        if self.sink.write(bytes).is_err() {
            self.aborted.set(true);
            self.disable();
        }
    }

    /// Passes an operation and its input down the stack, and what comes out below to the sink.
    fn operate(&self, op: u32, input: &[u8]) {
        let top = self.level();
        if top == 0 {
            return self.send(input);
        }
        let mut owned: Option<Vec<u8>> = None;
        for level in (0..top).rev() {
            match self.run(level, op, owned.as_deref().unwrap_or(input)) {
                Step::Kept | Step::Aborted => return,
                Step::On(out) => owned = Some(out),
                Step::Skipped => {}
            }
        }
        self.send(owned.as_deref().unwrap_or(input));
    }

    /// The common case of a write to a buffer: nothing but to keep the bytes in the topmost one.
    #[inline]
    fn keep(&self, input: &[u8]) -> bool {
        let mut hs = self.handlers.borrow_mut();
        match hs.last_mut() {
            Some(h) if h.chunk_size == 0 && !h.is_disabled() => {
                if !input.is_empty() {
                    h.append(input);
                    self.set(layer::WRITTEN);
                }
                true
            }
            _ => false,
        }
    }

    fn send(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        self.send_headers();
        if self.has(layer::DISABLED) {
            return;
        }
        self.to_sink(bytes);
        if self.has(layer::IMPLICIT_FLUSH) {
            self.sink.flush();
        }
        self.set(layer::SENT);
    }

    /// Applies an operation to one handler.
    fn run(&self, level: usize, op: u32, input: &[u8]) -> Step {
        let (mut code, data, op_bits) = {
            let mut hs = self.handlers.borrow_mut();
            let Some(h) = hs.get_mut(level) else { return Step::Aborted };
            if h.is_disabled() {
                return Step::Skipped;
            }
            if !input.is_empty() {
                self.set(layer::WRITTEN);
            }
            let full = h.append(input);
            if op == mode::WRITE && (!full || self.running.get().is_some()) {
                return Step::Kept;
            }
            let bits = if h.flags & flags::STARTED == 0 { op | mode::START } else { op };
            match &h.code {
                // No code that could print meanwhile: the buffer moves on without a copy.
                Code::Default | Code::Null => {
                    h.flags |= flags::STARTED | flags::PROCESSED;
                    let out = std::mem::take(&mut h.buffer);
                    h.recount();
                    return if matches!(h.code, Code::Null) || out.is_empty() {
                        Step::Kept
                    } else {
                        Step::On(out)
                    };
                }
                Code::Running => return Step::Kept,
                Code::Custom(_) => {
                    let Code::Custom(c) = std::mem::replace(&mut h.code, Code::Running) else {
                        return Step::Kept;
                    };
                    (c, h.buffer.clone(), bits)
                }
            }
        };
        self.running.set(Some(level));
        let made = code.handle(&data, op_bits);
        if made == Handled::Aborted {
            return Step::Aborted;
        }
        self.running.set(None);
        let mut hs = self.handlers.borrow_mut();
        let Some(h) = hs.get_mut(level) else {
            drop(hs);
            return Step::Aborted;
        };
        if code.is_immutable() {
            h.flags &= !flags::STANDARD;
        }
        h.code = Code::Custom(code);
        h.flags |= flags::STARTED;
        match made {
            Handled::Failed => {
                h.flags |= flags::DISABLED;
                h.buffer_size = 0;
                Step::On(std::mem::take(&mut h.buffer))
            }
            Handled::Output(out) if !out.is_empty() => {
                h.buffer.clear();
                h.flags |= flags::PROCESSED;
                Step::On(out)
            }
            _ => {
                h.buffer.clear();
                h.flags |= flags::PROCESSED;
                Step::Kept
            }
        }
    }

    /// Refuses what a running handler must not do; the stack is gone then.
    fn check_lock(&self) -> Result<(), Refusal> {
        if self.running.get().is_some() && self.level() > 0 {
            self.deactivate();
            return Err(LOCKED);
        }
        Ok(())
    }

    // ---- the stack ----

    /// Buffers on the stack (`ob_get_level()`).
    pub fn level(&self) -> usize {
        self.handlers.borrow().len()
    }

    /// Contents of the topmost buffer (`ob_get_contents()`); `None` without one.
    pub fn contents(&self) -> Option<Vec<u8>> {
        self.handlers.borrow().last().map(|h| h.buffer.clone())
    }

    /// Bytes in the topmost buffer (`ob_get_length()`).
    pub fn length(&self) -> Option<usize> {
        self.handlers.borrow().last().map(|h| h.buffer.len())
    }

    /// Names of the handlers, lowest first (`ob_list_handlers()`).
    pub fn names(&self) -> Vec<Vec<u8>> {
        self.handlers.borrow().iter().map(|h| h.name.clone()).collect()
    }

    /// Status of all handlers, lowest first (`ob_get_status(true)`; the last is `ob_get_status()`'s).
    pub fn statuses(&self) -> Vec<HandlerStatus> {
        self.handlers.borrow().iter().enumerate().map(|(i, h)| HandlerStatus::of(h, i)).collect()
    }

    /// Whether a handler of that name stands on the stack.
    pub fn is_started(&self, name: &[u8]) -> bool {
        self.handlers.borrow().iter().any(|h| h.name == name)
    }

    /// Lets `ob_start(name)` start an extension's handler.
    pub fn register_alias(&self, name: &'static [u8], build: AliasBuilder) {
        self.aliases.borrow_mut().push((name, build));
    }

    /// The handler of an extension that goes by that name.
    pub fn alias(&self, name: &[u8]) -> Option<AliasBuilder> {
        self.aliases.borrow().iter().find(|a| a.0 == name).map(|a| a.1.clone())
    }

    /// Refuses to start `new` while `old` stands on the stack; `new` itself means it cannot be used twice.
    pub fn register_conflict(&self, new: &'static [u8], old: &'static [u8]) {
        self.conflicts.borrow_mut().push(Conflict { new, old });
    }

    fn conflict(&self, name: &[u8]) -> Option<Refusal> {
        let cs = self.conflicts.borrow();
        let c = cs.iter().find(|c| c.new == name && self.is_started(c.old))?;
        let show = String::from_utf8_lossy;
        Some(Refusal::Warning(if c.new == c.old {
            format!("Output handler '{}' cannot be used twice", show(c.new))
        } else {
            format!("Output handler '{}' conflicts with '{}'", show(c.new), show(c.old))
        }))
    }

    /// Puts a handler on the stack. `Err` holds what to raise, in order.
    pub fn start(&self, handler: Handler) -> Result<(), Vec<Refusal>> {
        let failed = || Refusal::Notice("Failed to create buffer".into());
        if !self.has(layer::ACTIVATED) {
            return Err(vec![failed()]);
        }
        self.check_lock().map_err(|r| vec![r])?;
        if let Some(r) = self.conflict(&handler.name) {
            return Err(vec![r, failed()]);
        }
        self.handlers.borrow_mut().push(handler);
        Ok(())
    }

    /// The topmost handler's flags.
    fn top(&self) -> Option<u32> {
        self.handlers.borrow().last().map(|h| h.flags)
    }

    /// The topmost handler as messages call it.
    fn shown(&self) -> String {
        let hs = self.handlers.borrow();
        let name = hs.last().map_or(&[][..], |h| &h.name);
        format!("{} ({})", String::from_utf8_lossy(name), hs.len().saturating_sub(1))
    }

    /// `ob_flush()`
    pub fn flush(&self) -> Result<(), Refusal> {
        let Some(f) = self.top() else {
            return Err(Refusal::Notice("Failed to flush buffer. No buffer to flush".into()));
        };
        if f & flags::FLUSHABLE == 0 {
            return Err(Refusal::Notice(format!("Failed to flush buffer of {}", self.shown())));
        }
        if f & flags::DISABLED != 0 {
            return Ok(());
        }
        self.check_lock()?;
        if let Step::On(out) = self.run(self.level() - 1, mode::FLUSH, b"")
            && !out.is_empty()
        {
            // The handlers below get it as if this one did not exist.
            let top = self.handlers.borrow_mut().pop();
            self.write(&out);
            if self.has(layer::ACTIVATED)
                && let Some(top) = top
            {
                self.handlers.borrow_mut().push(top);
            }
        }
        Ok(())
    }

    /// Flushes every buffer into the next (`php_output_flush_all`).
    pub fn flush_all(&self) -> Result<(), Refusal> {
        if self.level() > 0 {
            self.check_lock()?;
            self.operate(mode::FLUSH, b"");
        }
        Ok(())
    }

    /// `ob_clean()`
    pub fn clean(&self) -> Result<(), Refusal> {
        let Some(f) = self.top() else {
            return Err(Refusal::Notice("Failed to delete buffer. No buffer to delete".into()));
        };
        if f & flags::CLEANABLE == 0 {
            return Err(Refusal::Notice(format!("Failed to delete buffer of {}", self.shown())));
        }
        if f & flags::DISABLED != 0 {
            return Ok(());
        }
        self.check_lock()?;
        self.run(self.level() - 1, mode::CLEAN, b"");
        Ok(())
    }

    /// Ends the topmost buffer: passes its contents on, or with `discard` not. `force` ends those that are not removable.
    fn pop(&self, discard: bool, force: bool) -> Result<(), Refusal> {
        let word = if discard { "discard" } else { "send" };
        let Some(f) = self.top() else {
            return Err(Refusal::Notice(format!("Failed to {word} buffer. No buffer to {word}")));
        };
        if !force && f & flags::REMOVABLE == 0 {
            return Err(Refusal::Notice(format!("Failed to {word} buffer of {}", self.shown())));
        }
        let mut out = None;
        if f & flags::DISABLED == 0 {
            self.check_lock()?;
            let clean = if discard { mode::CLEAN } else { 0 };
            match self.run(self.level() - 1, mode::FINAL | clean, b"") {
                Step::On(o) => out = Some(o),
                Step::Aborted => return Ok(()),
                _ => {}
            }
        }
        let gone = self.handlers.borrow_mut().pop();
        if !discard && let Some(out) = out {
            self.write(&out);
        }
        drop(gone);
        Ok(())
    }

    /// `ob_end_flush()`
    pub fn end_flush(&self) -> Result<(), Refusal> {
        if self.level() == 0 {
            let why = "Failed to delete and flush buffer. No buffer to delete or flush";
            return Err(Refusal::Notice(why.into()));
        }
        self.pop(false, false)
    }

    /// `ob_end_clean()`
    pub fn end_clean(&self) -> Result<(), Refusal> {
        if self.level() == 0 {
            return Err(Refusal::Notice("Failed to delete buffer. No buffer to delete".into()));
        }
        self.pop(true, false)
    }

    /// `ob_get_flush()`: the contents, and what to raise.
    pub fn get_flush(&self) -> (Option<Vec<u8>>, Vec<Refusal>) {
        let Some(contents) = self.contents() else {
            let why = "Failed to delete and flush buffer. No buffer to delete or flush";
            return (None, vec![Refusal::Notice(why.into())]);
        };
        let refused = self.end_flush();
        (Some(contents), self.with_deletion(refused))
    }

    /// `ob_get_clean()`: the contents, and what to raise.
    pub fn get_clean(&self) -> (Option<Vec<u8>>, Vec<Refusal>) {
        let Some(contents) = self.contents() else { return (None, Vec::new()) };
        let refused = self.end_clean();
        (Some(contents), self.with_deletion(refused))
    }

    fn with_deletion(&self, r: Result<(), Refusal>) -> Vec<Refusal> {
        match (r, self.top()) {
            (Ok(()), _) => Vec::new(),
            (Err(r @ Refusal::Fatal(_)), _) | (Err(r), None) => vec![r],
            (Err(r), Some(_)) => {
                vec![r, Refusal::Notice(format!("Failed to delete buffer of {}", self.shown()))]
            }
        }
    }

    /// Ends all buffers, removable or not, passing their contents on (the end of a request).
    pub fn end_all(&self) -> Result<(), Refusal> {
        while self.level() > 0 {
            let before = self.level();
            self.pop(false, true)?;
            if self.level() >= before {
                break;
            }
        }
        Ok(())
    }

    /// Ends all buffers and throws their contents away (a fatal error with `display_errors` off, out of memory).
    pub fn discard_all(&self) -> Result<(), Refusal> {
        while self.level() > 0 {
            let before = self.level();
            self.pop(true, true)?;
            if self.level() >= before {
                break;
            }
        }
        Ok(())
    }

    /// Empties all buffers, cleanable or not (`php_output_clean_all`).
    pub fn clean_all(&self) -> Result<(), Refusal> {
        if self.level() == 0 {
            return Ok(());
        }
        self.check_lock()?;
        for level in (0..self.level()).rev() {
            if let Some(h) = self.handlers.borrow_mut().get_mut(level) {
                h.buffer.clear();
            }
            if matches!(self.run(level, mode::CLEAN, b""), Step::Aborted) {
                break;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
