//! Wrappers that scripts write: classes with `stream_open()` and the like (PHP's `main/streams/userspace.c`). The host
//! makes the objects and calls their methods; what the methods' results mean is said here.

use crate::context::Context;
use crate::env::Environment;
use crate::ops::{Buffering, Cast, Failed, Io, Lock, Locked, Ops, Sought, Whence};
use crate::stat::Stat;
use crate::stream::Stream;
use crate::value::Value;
use crate::wrapper::{Change, OpenFailure, OpenRequest, Opened, Wrapper, options};
use std::any::Any;
use std::cell::RefCell;
use std::os::fd::RawFd;
use std::rc::Rc;
use std::time::Duration;

/// An argument of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arg<'a> {
    /// null
    Null,
    /// int
    Int(i64),
    /// string
    Text(&'a [u8]),
    /// list of ints
    Ints(Vec<i64>),
    /// A reference to null that the method may fill with a string (`&$opened_path`).
    Out,
}

/// What a result is wanted as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// As it is.
    Value,
    /// A string by PHP's conversion, its errors included; bools stay bools.
    Text,
    /// A stream resource.
    Stream,
}

/// What came of a call.
pub enum Called {
    /// There is no such method.
    Missing,
    /// An exception is pending, or the request ends.
    Threw,
    /// It returned.
    Returned(Returned),
}

/// What a method returned.
pub struct Returned {
    /// The value.
    pub value: Value,
    /// What [`Arg::Out`] was filled with.
    pub out: Option<Vec<u8>>,
    /// The stream, for [`Want::Stream`].
    pub stream: Option<Rc<Stream>>,
}

/// An object of a wrapper class.
pub trait UserObject {
    /// Calls a method.
    fn call(&self, method: &str, args: &[Arg<'_>], want: Want) -> Called;
    /// Whether there is a method that can be called.
    fn has(&self, method: &str) -> bool;
    /// The object itself, for `wrapper_data`.
    fn data(&self) -> Rc<dyn Any>;
}

/// A class that was registered for a scheme.
pub trait UserClass {
    /// Its name.
    fn name(&self) -> String;
    /// A new object with its `context` property set and its constructor called. `None`: it could not be made.
    fn create(&self, context: Option<&Rc<Context>>) -> Option<Rc<dyn UserObject>>;
}

/// The wrapper over a class.
pub struct UserWrapper {
    class: Rc<dyn UserClass>,
    url: bool,
}

impl UserWrapper {
    /// A wrapper; `url` is `STREAM_IS_URL` of `stream_wrapper_register()`.
    pub fn new(class: Rc<dyn UserClass>, url: bool) -> UserWrapper {
        UserWrapper { class, url }
    }

    /// The class.
    pub fn class(&self) -> &Rc<dyn UserClass> {
        &self.class
    }

    fn missing(&self, env: &Rc<dyn Environment>, method: &str) {
        env.warn(&format!("{}::{method} is not implemented!", self.class.name()));
    }

    /// Calls a method of a fresh object that gives a bool.
    fn ask(
        &self,
        env: &Rc<dyn Environment>,
        context: Option<&Rc<Context>>,
        method: &str,
        args: &[Arg<'_>],
    ) -> bool {
        let Some(object) = self.class.create(context) else { return false };
        match object.call(method, args, Want::Value) {
            Called::Returned(r) => matches!(r.value, Value::Bool(true)),
            Called::Missing => {
                self.missing(env, method);
                false
            }
            Called::Threw => false,
        }
    }

    /// Opens by `method`; a path that is being opened already is not opened again.
    fn open_by(
        &self,
        r: &OpenRequest<'_>,
        method: &str,
        args: &[Arg<'_>],
    ) -> Result<(Rc<dyn UserObject>, Option<Vec<u8>>), OpenFailure> {
        if r.streams.user_opening.borrow().as_deref() == Some(r.path) {
            return Err(OpenFailure::because("infinite recursion prevented"));
        }
        *r.streams.user_opening.borrow_mut() = Some(r.path.to_vec());
        let made = self.class.create(r.context.as_ref()).map(|o| (o.call(method, args, Want::Value), o));
        r.streams.user_opening.borrow_mut().take();
        match made {
            Some((Called::Returned(ret), o)) if ret.value.is_true() => Ok((o, ret.out)),
            Some(_) => {
                let name = self.class.name();
                Err(OpenFailure::because(format!("\"{name}::{method}\" call failed")))
            }
            None => Err(OpenFailure::default()),
        }
    }
}

/// A stat result from a method's array.
fn stat_of(v: &Value) -> Option<Stat> {
    let Value::Array(entries) = v else { return None };
    let mut s = Stat::default();
    for (k, v) in entries {
        if let Ok(name) = std::str::from_utf8(k) {
            s.set(name, v.to_int());
        }
    }
    Some(s)
}

impl Wrapper for UserWrapper {
    fn label(&self) -> &str {
        "user-space"
    }
    fn is_url(&self) -> bool {
        self.url
    }

    fn open(&self, r: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let flag = &r.streams.in_user_include;
        let before = flag.get();
        let env = r.streams.env();
        if !self.url && r.options & options::FOR_INCLUDE != 0 && !env.ini_flag("allow_url_include") {
            flag.set(true);
        }
        let args = [Arg::Text(r.path), Arg::Text(r.mode), Arg::Int(r.options as i64), Arg::Out];
        let opened = self.open_by(r, "stream_open", &args);
        flag.set(before);
        let (object, path) = opened?;
        let data = object.data();
        let ops = UserStream { class: self.class.clone(), object: RefCell::new(Some(object)) };
        let stream = Stream::new(env.clone(), Rc::new(ops), r.mode);
        stream.set_wrapper_data(Some(data));
        Ok(Opened { stream, path })
    }

    fn open_dir(&self, r: &OpenRequest<'_>) -> Result<Rc<Stream>, OpenFailure> {
        let args = [Arg::Text(r.path), Arg::Int(r.options as i64)];
        let (object, _) = self.open_by(r, "dir_opendir", &args)?;
        let data = object.data();
        let ops = UserDirectory { class: self.class.clone(), object: RefCell::new(Some(object)) };
        let stream = Stream::new(r.streams.env().clone(), Rc::new(ops), r.mode);
        stream.set_wrapper_data(Some(data));
        Ok(stream)
    }

    fn has_url_stat(&self) -> bool {
        true
    }

    fn url_stat(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        bits: u32,
        context: Option<&Rc<Context>>,
    ) -> Option<Stat> {
        let object = self.class.create(context)?;
        match object.call("url_stat", &[Arg::Text(url), Arg::Int(bits as i64)], Want::Value) {
            Called::Returned(r) => stat_of(&r.value),
            Called::Missing => {
                self.missing(env, "url_stat");
                None
            }
            Called::Threw => None,
        }
    }

    fn unlink(&self, env: &Rc<dyn Environment>, url: &[u8], context: Option<&Rc<Context>>) -> Option<bool> {
        Some(self.ask(env, context, "unlink", &[Arg::Text(url)]))
    }

    fn has_rename(&self) -> bool {
        true
    }

    fn rename(
        &self,
        env: &Rc<dyn Environment>,
        from: &[u8],
        to: &[u8],
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        Some(self.ask(env, context, "rename", &[Arg::Text(from), Arg::Text(to)]))
    }

    fn mkdir(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        mode: u32,
        recursive: bool,
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let bits = options::REPORT_ERRORS | if recursive { options::RECURSIVE } else { 0 };
        let args = [Arg::Text(url), Arg::Int(mode as i64), Arg::Int(bits as i64)];
        Some(self.ask(env, context, "mkdir", &args))
    }

    fn rmdir(&self, env: &Rc<dyn Environment>, url: &[u8], context: Option<&Rc<Context>>) -> Option<bool> {
        Some(self.ask(env, context, "rmdir", &[Arg::Text(url), Arg::Int(options::REPORT_ERRORS as i64)]))
    }

    fn change(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        change: &Change,
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let (option, value) = match change {
            Change::Touch(t) => (1, Arg::Ints(t.map_or(Vec::new(), |(m, a)| vec![m, a]))),
            Change::OwnerName(n) => (2, Arg::Text(n)),
            Change::Owner(id) => (3, Arg::Int(*id)),
            Change::GroupName(n) => (4, Arg::Text(n)),
            Change::Group(id) => (5, Arg::Int(*id)),
            Change::Access(m) => (6, Arg::Int(*m)),
        };
        Some(self.ask(env, context, "stream_metadata", &[Arg::Text(url), Arg::Int(option), value]))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A stream over an object.
struct UserStream {
    class: Rc<dyn UserClass>,
    object: RefCell<Option<Rc<dyn UserObject>>>,
}

impl UserStream {
    fn call(&self, method: &str, args: &[Arg<'_>], want: Want) -> Called {
        match self.object.borrow().clone() {
            Some(o) => o.call(method, args, want),
            None => Called::Threw,
        }
    }

    fn missing(&self, s: &Stream, method: &str, more: &str) {
        s.env().warn(&format!("{}::{method} is not implemented!{more}", self.class.name()));
    }

    /// `stream_set_option()`
    fn option(&self, s: &Stream, option: i64, a: i64, b: Option<i64>) -> bool {
        let args = [Arg::Int(option), Arg::Int(a), b.map_or(Arg::Null, Arg::Int)];
        match self.call("stream_set_option", &args, Want::Value) {
            Called::Returned(r) => r.value.is_true(),
            Called::Missing => {
                self.missing(s, "stream_set_option", "");
                false
            }
            Called::Threw => false,
        }
    }
}

/// C's `BUFSIZ`, which stands where no size is given.
const BUFSIZ: i64 = 8192;

fn buffering_args(how: Buffering) -> (i64, Option<i64>) {
    match how {
        Buffering::None => (0, Some(BUFSIZ)),
        Buffering::Line => (1, Some(BUFSIZ)),
        Buffering::Full(n) => (2, Some(n as i64)),
    }
}

impl Ops for UserStream {
    fn label(&self) -> &'static str {
        "user-space"
    }

    fn read(&self, s: &Stream, buf: &mut [u8]) -> Io {
        let text = match self.call("stream_read", &[Arg::Int(buf.len() as i64)], Want::Text) {
            Called::Threw => return Err(Failed),
            Called::Missing => {
                self.missing(s, "stream_read", "");
                return Err(Failed);
            }
            Called::Returned(Returned { value: Value::Bool(false), .. }) => return Err(Failed),
            Called::Returned(r) => r.value.to_text(),
        };
        let (got, max) = (text.len(), buf.len());
        if got > max {
            s.env().warn(&format!(
                "{}::stream_read - read {} bytes more data than requested ({got} read, {max} max) - excess data will be lost",
                self.class.name(),
                got - max
            ));
        }
        let n = got.min(max);
        buf[..n].copy_from_slice(&text[..n]);
        match self.call("stream_eof", &[], Want::Value) {
            Called::Threw => {
                s.set_eof(true);
                return Err(Failed);
            }
            Called::Missing => {
                self.missing(s, "stream_eof", " Assuming EOF");
                s.set_eof(true);
            }
            Called::Returned(r) => {
                if r.value.is_true() {
                    s.set_eof(true);
                }
            }
        }
        Ok(n)
    }

    fn write(&self, s: &Stream, bytes: &[u8]) -> Io {
        let n = match self.call("stream_write", &[Arg::Text(bytes)], Want::Value) {
            Called::Threw => return Err(Failed),
            Called::Missing => {
                self.missing(s, "stream_write", "");
                return Err(Failed);
            }
            Called::Returned(Returned { value: Value::Bool(false), .. }) => return Err(Failed),
            Called::Returned(r) => r.value.to_int(),
        };
        let max = bytes.len() as i64;
        if n > max {
            s.env().warn(&format!(
                "{}::stream_write wrote {} bytes more data than requested ({n} written, {max} max)",
                self.class.name(),
                n - max
            ));
        }
        usize::try_from(n.min(max)).map_err(|_| Failed)
    }

    fn has_seek(&self) -> bool {
        true
    }

    fn seek(&self, s: &Stream, offset: i64, whence: Whence) -> Sought {
        match self.call("stream_seek", &[Arg::Int(offset), Arg::Int(whence as i64)], Want::Value) {
            Called::Missing => {
                s.set_flags(crate::stream::flags::NO_SEEK, true);
                return Sought::FAILED;
            }
            Called::Returned(r) if r.value.is_true() => {}
            _ => return Sought::FAILED,
        }
        match self.call("stream_tell", &[], Want::Value) {
            Called::Returned(Returned { value: Value::Int(p), .. }) => Sought::at(p),
            Called::Missing => {
                self.missing(s, "stream_tell", "");
                Sought::FAILED
            }
            _ => Sought::FAILED,
        }
    }

    fn flush(&self, _: &Stream) -> Result<(), Failed> {
        match self.call("stream_flush", &[], Want::Value) {
            Called::Returned(r) if r.value.is_true() => Ok(()),
            _ => Err(Failed),
        }
    }

    fn close(&self, _: &Stream, _: bool) -> i32 {
        self.call("stream_close", &[], Want::Value);
        let object = self.object.borrow_mut().take();
        drop(object);
        0
    }

    fn stat(&self, s: &Stream) -> Option<Stat> {
        match self.call("stream_stat", &[], Want::Value) {
            Called::Returned(r) => stat_of(&r.value),
            Called::Missing => {
                self.missing(s, "stream_stat", "");
                None
            }
            Called::Threw => None,
        }
    }

    fn can_cast(&self, s: &Stream, cast: Cast) -> bool {
        self.cast(s, cast, false).is_some()
    }

    fn descriptor(&self, s: &Stream, cast: Cast) -> Option<RawFd> {
        self.cast(s, cast, true)?.descriptor(cast, true)
    }

    fn set_blocking(&self, s: &Stream, on: bool) -> Option<bool> {
        self.option(s, 1, on as i64, None).then_some(true)
    }

    fn has_locks(&self, s: &Stream) -> bool {
        match self.call("stream_lock", &[Arg::Int(0)], Want::Value) {
            Called::Missing => true,
            Called::Returned(Returned { value: Value::Bool(b), .. }) => b,
            _ => s.is_closed(),
        }
    }

    fn lock(&self, s: &Stream, lock: Lock, wait: bool) -> Locked {
        let op = match lock {
            Lock::Shared => 1,
            Lock::Exclusive => 2,
            Lock::Unlock => 3,
        };
        match self.call("stream_lock", &[Arg::Int(op | if wait { 0 } else { 4 })], Want::Value) {
            Called::Returned(Returned { value: Value::Bool(true), .. }) => Locked::Yes,
            Called::Missing => {
                self.missing(s, "stream_lock", "");
                Locked::No
            }
            _ => Locked::No,
        }
    }

    fn has_truncate(&self, _: &Stream) -> bool {
        self.object.borrow().as_ref().is_some_and(|o| o.has("stream_truncate"))
    }

    fn truncate(&self, s: &Stream, size: u64) -> bool {
        let Ok(size) = i64::try_from(size) else { return false };
        match self.call("stream_truncate", &[Arg::Int(size)], Want::Value) {
            Called::Returned(Returned { value: Value::Bool(b), .. }) => b,
            Called::Returned(_) => {
                s.env().warn(&format!("{}::stream_truncate did not return a boolean!", self.class.name()));
                false
            }
            Called::Missing => {
                self.missing(s, "stream_truncate", "");
                false
            }
            Called::Threw => false,
        }
    }

    fn set_timeout(&self, s: &Stream, timeout: Option<Duration>) -> bool {
        let t = timeout.unwrap_or_default();
        self.option(s, 4, t.as_secs() as i64, Some(t.subsec_micros() as i64))
    }

    fn set_write_buffering(&self, s: &Stream, how: Buffering) -> bool {
        let (mode, size) = buffering_args(how);
        self.option(s, 3, mode, size)
    }

    fn set_read_buffering(&self, s: &Stream, how: Buffering) -> Option<bool> {
        let (mode, size) = buffering_args(how);
        Some(self.option(s, 2, mode, size))
    }

    fn is_alive(&self, s: &Stream) -> bool {
        match self.call("stream_eof", &[], Want::Value) {
            Called::Returned(Returned { value: Value::Bool(eof), .. }) => !eof,
            _ => {
                self.missing(s, "stream_eof", " Assuming EOF");
                false
            }
        }
    }

    fn writes_in_chunks(&self) -> bool {
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl UserStream {
    /// The stream below, by `stream_cast()`.
    fn cast(&self, s: &Stream, cast: Cast, report: bool) -> Option<Rc<Stream>> {
        let number = if cast == Cast::Select { 3 } else { 0 };
        let r = match self.call("stream_cast", &[Arg::Int(number)], Want::Stream) {
            Called::Returned(r) => r,
            Called::Missing => {
                if report {
                    self.missing(s, "stream_cast", "");
                }
                return None;
            }
            Called::Threw => return None,
        };
        let say = |what: &str| {
            if report {
                s.env().warn(&format!("{}::stream_cast {what}", self.class.name()));
            }
        };
        match r.stream {
            Some(inner) if std::ptr::eq(&*inner, s) => {
                say("must not return itself");
                None
            }
            Some(inner) => Some(inner),
            None => {
                if r.value.is_true() {
                    say("must return a stream resource");
                }
                None
            }
        }
    }
}

/// A directory over an object.
struct UserDirectory {
    class: Rc<dyn UserClass>,
    object: RefCell<Option<Rc<dyn UserObject>>>,
}

impl UserDirectory {
    fn call(&self, method: &str, want: Want) -> Called {
        match self.object.borrow().clone() {
            Some(o) => o.call(method, &[], want),
            None => Called::Threw,
        }
    }
}

impl Ops for UserDirectory {
    fn label(&self) -> &'static str {
        "user-space-dir"
    }
    fn read(&self, _: &Stream, _: &mut [u8]) -> Io {
        Err(Failed)
    }
    fn has_write(&self) -> bool {
        false
    }
    fn has_seek(&self) -> bool {
        true
    }
    fn seek(&self, _: &Stream, _: i64, _: Whence) -> Sought {
        self.call("dir_rewinddir", Want::Value);
        Sought { ok: true, position: None }
    }
    fn read_dir(&self, s: &Stream) -> Option<Vec<u8>> {
        match self.call("dir_readdir", Want::Text) {
            Called::Returned(Returned { value: Value::Bool(_), .. }) | Called::Threw => None,
            Called::Returned(r) => Some(r.value.to_text()),
            Called::Missing => {
                s.env().warn(&format!("{}::dir_readdir is not implemented!", self.class.name()));
                None
            }
        }
    }
    fn close(&self, _: &Stream, _: bool) -> i32 {
        self.call("dir_closedir", Want::Value);
        let object = self.object.borrow_mut().take();
        drop(object);
        0
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests;
