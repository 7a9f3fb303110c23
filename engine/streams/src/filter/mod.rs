//! Filters: what is read from or written to a stream passes through a chain of them, in buckets.

mod base64;
mod dechunk;
mod quoted_printable;
mod standard;

pub use standard::standard_filters;

use crate::env::Environment;
use crate::ops::{Failed, Io};
use crate::stream::Stream;
use crate::value::Value;
use std::any::Any;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;

/// Buckets in order.
pub type Brigade = VecDeque<Vec<u8>>;

/// Why a filter runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// `PSFS_FLAG_NORMAL`: data comes.
    Normal,
    /// `PSFS_FLAG_FLUSH_INC`: pass on what can be.
    Flush,
    /// `PSFS_FLAG_FLUSH_CLOSE`: the end.
    Close,
}

impl Flow {
    /// PHP's number.
    pub fn number(self) -> i64 {
        match self {
            Flow::Normal => 0,
            Flow::Flush => 1,
            Flow::Close => 2,
        }
    }
}

/// What a filter came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FilterStatus {
    /// `PSFS_PASS_ON`: its output goes on.
    PassOn,
    /// `PSFS_FEED_ME`: it needs more.
    FeedMe,
    /// `PSFS_ERR_FATAL`: the stream is broken.
    Fatal,
}

/// A filter at work.
pub trait Filter {
    /// Takes `input` and adds to `output`. Adds to `consumed` the bytes it took. Buckets left in `input` are lost.
    fn run(
        &mut self,
        stream: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        flow: Flow,
    ) -> FilterStatus;
}

/// Makes filters of one name or pattern.
pub trait FilterFactory {
    /// A filter. `None`, after a warning where one is due, when it cannot be made.
    fn create(
        &self,
        env: &Rc<dyn Environment>,
        name: &[u8],
        params: &FilterParams,
    ) -> Option<Box<dyn Filter>>;
}

/// `$params` of `stream_filter_append()`.
#[derive(Clone, Default)]
pub struct FilterParams {
    /// What standard filters read; `None` when not given.
    pub value: Option<Value>,
    /// The PHP value itself, for user filters.
    pub original: Option<Rc<dyn Any>>,
}

/// A filter on a stream: what PHP code sees as a resource.
pub struct AttachedFilter {
    name: Vec<u8>,
    code: RefCell<Option<Box<dyn Filter>>>,
}

impl AttachedFilter {
    /// The name it was made by.
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// Runs it; one that is running already passes nothing on.
    fn run(
        &self,
        stream: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        flow: Flow,
    ) -> FilterStatus {
        let Some(mut code) = self.code.borrow_mut().take() else { return FilterStatus::FeedMe };
        let r = code.run(stream, input, output, consumed, flow);
        *self.code.borrow_mut() = Some(code);
        input.clear();
        r
    }
}

/// The filters of one direction.
#[derive(Default)]
pub struct Chain(RefCell<Vec<Rc<AttachedFilter>>>);

impl Chain {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.borrow().is_empty()
    }

    fn list(&self) -> Vec<Rc<AttachedFilter>> {
        self.0.borrow().clone()
    }

    /// Whether a filter is in it.
    pub fn contains(&self, f: &Rc<AttachedFilter>) -> bool {
        self.0.borrow().iter().any(|x| Rc::ptr_eq(x, f))
    }

    fn remove(&self, f: &Rc<AttachedFilter>) {
        self.0.borrow_mut().retain(|x| !Rc::ptr_eq(x, f));
    }

    pub(crate) fn clear(&self) {
        let gone = self.0.take();
        for f in gone {
            let code = f.code.borrow_mut().take();
            drop(code);
        }
    }
}

/// Which direction a filter works on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// What is read.
    Read,
    /// What is written.
    Write,
}

impl Stream {
    fn chain(&self, d: Direction) -> &Chain {
        match d {
            Direction::Read => &self.read_filters,
            Direction::Write => &self.write_filters,
        }
    }

    /// Puts a filter before all others.
    pub fn prepend_filter(&self, d: Direction, name: &[u8], code: Box<dyn Filter>) -> Rc<AttachedFilter> {
        let f = Rc::new(AttachedFilter { name: name.to_vec(), code: RefCell::new(Some(code)) });
        self.chain(d).0.borrow_mut().insert(0, f.clone());
        f
    }

    /// Puts a filter after all others. What was read ahead passes through it at once; when that fails, a warning is raised
    /// and the filter is not attached.
    pub fn append_filter(
        &self,
        d: Direction,
        name: &[u8],
        code: Box<dyn Filter>,
    ) -> Result<Rc<AttachedFilter>, Failed> {
        let f = Rc::new(AttachedFilter { name: name.to_vec(), code: RefCell::new(Some(code)) });
        self.chain(d).0.borrow_mut().push(f.clone());
        if d == Direction::Read && self.unread() > 0 {
            let ahead = self.buffer.borrow().unread().to_vec();
            let (mut input, mut output, mut consumed) = (Brigade::from([ahead.clone()]), Brigade::new(), 0);
            let mut status = f.run(self, &mut input, &mut output, &mut consumed, Flow::Normal);
            if consumed > ahead.len() {
                status = FilterStatus::Fatal;
            }
            match status {
                FilterStatus::Fatal => {
                    self.env().warn("Filter failed to process pre-buffered data");
                    self.read_filters.remove(&f);
                    return Err(Failed);
                }
                FilterStatus::FeedMe => self.drop_buffer(),
                FilterStatus::PassOn => self.replace_buffer(&output.into_iter().collect::<Vec<_>>().concat()),
            }
        }
        Ok(f)
    }

    /// Takes a filter away after it has passed on what it held (`stream_filter_remove()`). False: it failed to.
    pub fn remove_filter(&self, f: &Rc<AttachedFilter>) -> bool {
        let d = if self.read_filters.contains(f) {
            Direction::Read
        } else if self.write_filters.contains(f) {
            Direction::Write
        } else {
            return false;
        };
        let flushed = self.flush_filter(d, f);
        self.chain(d).remove(f);
        let code = f.code.borrow_mut().take();
        drop(code);
        flushed
    }

    fn flush_filter(&self, d: Direction, from: &Rc<AttachedFilter>) -> bool {
        let (mut input, mut flow) = (Brigade::new(), Flow::Close);
        for f in self.chain(d).list().iter().skip_while(|f| !Rc::ptr_eq(f, from)) {
            let mut output = Brigade::new();
            match f.run(self, &mut input, &mut output, &mut 0, flow) {
                FilterStatus::FeedMe => return true,
                FilterStatus::Fatal => return false,
                FilterStatus::PassOn => {}
            }
            input = output;
            flow = Flow::Normal;
        }
        match d {
            Direction::Read => input.iter().for_each(|b| self.append(b)),
            Direction::Write => {
                for b in input {
                    if let Ok(n) = self.ops().write(self, &b) {
                        self.set_position(self.position() + n as i64);
                    }
                }
            }
        }
        true
    }

    /// Passes what was read through the filters into the buffer. `Ok(false)` would end reading.
    pub(crate) fn filter_read(&self, bytes: &[u8]) -> Result<bool, Failed> {
        let flow = match (self.eof(), bytes.is_empty()) {
            (true, _) => Flow::Close,
            (false, true) => Flow::Flush,
            (false, false) => Flow::Normal,
        };
        let mut input = Brigade::new();
        if !bytes.is_empty() {
            input.push_back(bytes.to_vec());
        }
        for f in self.read_filters.list() {
            let mut output = Brigade::new();
            match f.run(self, &mut input, &mut output, &mut 0, flow) {
                FilterStatus::PassOn => input = output,
                FilterStatus::FeedMe => return Ok(true),
                FilterStatus::Fatal => {
                    self.set_failed();
                    return Err(Failed);
                }
            }
        }
        input.iter().for_each(|b| self.append(b));
        Ok(true)
    }

    /// Passes what is written through the filters to the kind. Gives how much the first filter took.
    pub(crate) fn filter_write(&self, bytes: Option<&[u8]>, flow: Flow) -> Io {
        let mut consumed = 0;
        let mut input: Brigade = bytes.map(<[u8]>::to_vec).into_iter().collect();
        for (i, f) in self.write_filters.list().into_iter().enumerate() {
            let (mut output, mut other) = (Brigade::new(), 0);
            let count = if i == 0 { &mut consumed } else { &mut other };
            match f.run(self, &mut input, &mut output, count, flow) {
                FilterStatus::PassOn => input = output,
                FilterStatus::FeedMe => return Ok(consumed),
                FilterStatus::Fatal => return Err(Failed),
            }
        }
        let mut failed = false;
        for b in input {
            failed |= self.write_raw(&b).is_err();
        }
        if failed { Err(Failed) } else { Ok(consumed) }
    }
}

/// Filters by name and pattern (`convert.*`).
#[derive(Default)]
pub struct FilterRegistry {
    known: RefCell<Vec<(Vec<u8>, Rc<dyn FilterFactory>)>>,
    /// Names of those that scripts registered.
    of_request: RefCell<Vec<Vec<u8>>>,
}

impl FilterRegistry {
    /// As [`FilterRegistry::register`], until the request's end.
    pub fn register_for_request(&self, name: &[u8], factory: Rc<dyn FilterFactory>) -> bool {
        let added = self.register(name, factory);
        if added {
            self.of_request.borrow_mut().push(name.to_vec());
        }
        added
    }

    /// Forgets what scripts registered.
    pub(crate) fn reset(&self) {
        let names = self.of_request.take();
        self.known.borrow_mut().retain(|(n, _)| !names.contains(n));
    }

    /// Adds a filter; false when the name is taken.
    pub fn register(&self, name: &[u8], factory: Rc<dyn FilterFactory>) -> bool {
        if self.find(name).is_some() {
            return false;
        }
        self.known.borrow_mut().push((name.to_vec(), factory));
        true
    }

    fn find(&self, name: &[u8]) -> Option<Rc<dyn FilterFactory>> {
        self.known.borrow().iter().find(|(n, _)| n == name).map(|(_, f)| f.clone())
    }

    /// Names and patterns in order of registration (`stream_get_filters()`).
    pub fn names(&self) -> Vec<Vec<u8>> {
        self.known.borrow().iter().map(|(n, _)| n.clone()).collect()
    }

    /// A filter by its name, or by the longest pattern that covers it. `None` after a warning.
    pub fn create(
        &self,
        env: &Rc<dyn Environment>,
        name: &[u8],
        params: &FilterParams,
    ) -> Option<Box<dyn Filter>> {
        let mut known = false;
        let mut made = None;
        if let Some(f) = self.find(name) {
            known = true;
            made = f.create(env, name, params);
        } else {
            let mut stem = name;
            while let Some(dot) = stem.iter().rposition(|&c| c == b'.') {
                if let Some(f) = self.find(&[&stem[..=dot], b"*"].concat()) {
                    known = true;
                    made = f.create(env, name, params);
                    if made.is_some() {
                        break;
                    }
                }
                stem = &stem[..dot];
            }
        }
        if made.is_none() {
            let words = if known { "create or locate" } else { "locate" };
            env.warn(&format!("Unable to {words} filter \"{}\"", String::from_utf8_lossy(name)));
        }
        made
    }
}
