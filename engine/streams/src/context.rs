//! Stream contexts: options per wrapper, and a notifier.

use crate::value::Value;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Where a context's options are kept. The host keeps them as a PHP array; [`OptionMap`] serves without PHP.
pub trait Options {
    /// `$options[$wrapper][$name]`
    fn get(&self, wrapper: &str, name: &str) -> Option<Value>;
    /// Sets one option.
    fn set(&self, wrapper: &str, name: &str, value: Value);
    /// The implementation itself.
    fn as_any(&self) -> &dyn Any;
}

/// Options in a map.
#[derive(Default)]
pub struct OptionMap(RefCell<BTreeMap<(String, String), Value>>);

impl Options for OptionMap {
    fn get(&self, wrapper: &str, name: &str) -> Option<Value> {
        self.0.borrow().get(&(wrapper.to_owned(), name.to_owned())).cloned()
    }
    fn set(&self, wrapper: &str, name: &str, value: Value) {
        self.0.borrow_mut().insert((wrapper.to_owned(), name.to_owned()), value);
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `STREAM_NOTIFY_*`
pub mod notify {
    #![expect(missing_docs, reason = "each is the STREAM_NOTIFY_* of its name")]
    pub const RESOLVE: i64 = 1;
    pub const CONNECT: i64 = 2;
    pub const AUTH_REQUIRED: i64 = 3;
    pub const MIME_TYPE_IS: i64 = 4;
    pub const FILE_SIZE_IS: i64 = 5;
    pub const REDIRECTED: i64 = 6;
    pub const PROGRESS: i64 = 7;
    pub const COMPLETED: i64 = 8;
    pub const FAILURE: i64 = 9;
    pub const AUTH_RESULT: i64 = 10;
    pub const SEVERITY_INFO: i64 = 0;
    pub const SEVERITY_WARN: i64 = 1;
    pub const SEVERITY_ERR: i64 = 2;
}

/// What a notifier is told.
#[derive(Clone, Debug, Default)]
pub struct Notice {
    /// One of [`notify`].
    pub code: i64,
    /// `STREAM_NOTIFY_SEVERITY_*`
    pub severity: i64,
    /// Text.
    pub message: Option<Vec<u8>>,
    /// Number that goes with the text (HTTP status).
    pub message_code: i64,
    /// Bytes so far.
    pub transferred: u64,
    /// Bytes in all, 0 unknown.
    pub total: u64,
}

/// A `notification` callback.
pub trait Notifier {
    /// Tells it.
    fn notify(&self, notice: &Notice);
    /// The implementation itself.
    fn as_any(&self) -> &dyn Any;
}

/// A context.
pub struct Context {
    options: Box<dyn Options>,
    notifier: RefCell<Option<Rc<dyn Notifier>>>,
    progress: Cell<(u64, u64)>,
    /// Whether transfers are counted: not before one has begun.
    counting: Cell<bool>,
}

impl Context {
    /// A context over a host's options.
    pub fn new(options: Box<dyn Options>) -> Rc<Context> {
        Rc::new(Context {
            options,
            notifier: RefCell::new(None),
            progress: Cell::new((0, 0)),
            counting: Cell::new(false),
        })
    }

    /// A context without options.
    pub fn empty() -> Rc<Context> {
        Context::new(Box::new(OptionMap::default()))
    }

    /// The options.
    pub fn options(&self) -> &dyn Options {
        &*self.options
    }

    /// One option.
    pub fn get(&self, wrapper: &str, name: &str) -> Option<Value> {
        self.options.get(wrapper, name)
    }

    /// The notifier.
    pub fn notifier(&self) -> Option<Rc<dyn Notifier>> {
        self.notifier.borrow().clone()
    }

    /// Sets the notifier.
    pub fn set_notifier(&self, n: Option<Rc<dyn Notifier>>) {
        let old = self.notifier.replace(n);
        drop(old);
    }

    /// Tells the notifier, if there is one.
    pub fn notify(&self, notice: &Notice) {
        if let Some(n) = self.notifier() {
            n.notify(notice);
        }
    }

    /// Starts counting a transfer of `total` bytes.
    pub fn begin_progress(&self, total: u64) {
        if self.notifier.borrow().is_none() {
            return;
        }
        self.counting.set(true);
        self.progress.set((0, total));
        self.notify_progress();
    }

    /// Counts `more` bytes of the transfer.
    pub fn add_progress(&self, more: u64) {
        if !self.counting.get() {
            return;
        }
        let (done, total) = self.progress.get();
        self.progress.set((done + more, total));
        self.notify_progress();
    }

    fn notify_progress(&self) {
        let (transferred, total) = self.progress.get();
        self.notify(&Notice { code: notify::PROGRESS, transferred, total, ..Notice::default() });
    }

    /// Tells that a stream came to its end.
    pub fn notify_completed(&self) {
        let (transferred, total) = self.progress.get();
        self.notify(&Notice { code: notify::COMPLETED, transferred, total, ..Notice::default() });
    }
}
