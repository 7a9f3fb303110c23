//! Where bytes go and come from: the output, streams, strings, callbacks.

use crate::handle::{Callback, visit_value};
use crate::sys;
use plugin_api::{Ctx, Stream, Value, Visitor};
use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_int, c_void};
use std::rc::Rc;

/// Where to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The script's output.
    Standard,
    /// A stream.
    File,
    /// A string that is given back.
    Returned,
    /// A callback.
    User,
    /// Nowhere.
    Ignored,
}

/// Whether the stream of a resource was closed.
pub fn is_closed(v: &Value) -> bool {
    Stream::of(v).is_none()
}

/// Where bytes go.
pub struct Output {
    /// How.
    pub method: Cell<Method>,
    /// The callback.
    pub callback: Callback,
    /// The stream.
    pub stream: RefCell<Option<Value>>,
    /// The string; `None`: nothing came.
    pub text: RefCell<Option<Vec<u8>>>,
}

impl Output {
    fn new(method: Method) -> Output {
        let (callback, stream, text) = Default::default();
        Output { method: Cell::new(method), callback, stream, text }
    }
    /// To the output.
    pub fn standard() -> Output {
        Output::new(Method::Standard)
    }
    /// Nowhere.
    pub fn ignored() -> Output {
        Output::new(Method::Ignored)
    }
    /// Forgets the string.
    pub fn forget(&self) {
        self.text.take();
    }
    /// To a stream, or without one where `method` says.
    pub fn set_stream(&self, stream: Option<Value>, method: Method) {
        self.method.set(if stream.is_some() { Method::File } else { method });
        drop(self.stream.replace(stream));
    }
    /// As another does it.
    pub fn copy_from(&self, from: &Output) {
        self.method.set(from.method.get());
        *self.callback.borrow_mut() = from.callback.borrow().clone();
        *self.stream.borrow_mut() = from.stream.borrow().clone();
    }
    /// As a fresh one, with that method.
    pub fn reset(&self, method: Method) {
        self.set_stream(None, method);
    }
    /// Goes back to a method when the stream was closed; whether it was.
    pub fn drop_closed(&self, method: Method) -> bool {
        let closed = self.stream.borrow().as_ref().is_some_and(is_closed);
        if closed {
            self.set_stream(None, method);
        }
        closed
    }
    /// Adds to the string.
    pub fn append(&self, bytes: &[u8]) {
        self.text.borrow_mut().get_or_insert_default().extend_from_slice(bytes);
    }
    /// Writes to the stream; how many bytes.
    pub fn to_stream(&self, ctx: &mut Ctx, bytes: &[u8]) -> usize {
        let stream = self.stream.borrow().as_ref().and_then(Stream::of);
        stream.and_then(|s| s.write(ctx, bytes).ok().flatten()).unwrap_or(0)
    }
    /// Has the stream write out what it holds back.
    pub fn flush(&self, ctx: &mut Ctx) {
        let stream =
            self.stream.borrow().as_ref().filter(|_| self.method.get() == Method::File).and_then(Stream::of);
        if let Some(s) = stream {
            // A failure shows where the stream is used.
            let _ = s.flush(ctx);
        }
    }
    /// Shows the collector what it keeps.
    pub fn visit(&self, v: &mut Visitor, callback: impl FnOnce(&Callback, &mut Visitor)) {
        callback(&self.callback, v);
        visit_value(&self.stream, v);
    }
}

/// Where bytes come from.
#[derive(Default)]
pub struct Input {
    /// A callback, where it is used.
    pub callback: Callback,
    /// The stream.
    pub stream: RefCell<Option<Value>>,
    /// The callback is asked, not the stream.
    pub user: Cell<bool>,
}

impl Input {
    /// As another does it.
    pub fn copy_from(&self, from: &Input) {
        self.user.set(from.user.get());
        *self.callback.borrow_mut() = from.callback.borrow().clone();
        *self.stream.borrow_mut() = from.stream.borrow().clone();
    }
    /// As a fresh one.
    pub fn reset(&self) {
        drop(self.stream.take());
        self.user.set(false);
    }
    /// Forgets a stream that was closed; whether it was.
    pub fn drop_closed(&self) -> bool {
        let closed = self.stream.borrow().as_ref().is_some_and(is_closed);
        if closed {
            drop(self.stream.take());
        }
        closed
    }
    /// Reads from the stream; how many bytes.
    pub fn read_stream(&self, ctx: &mut Ctx, out: &mut [u8]) -> usize {
        let Some(s) = self.stream.borrow().as_ref().and_then(Stream::of) else { return 0 };
        let mut done = 0;
        while done < out.len() {
            match s.read(ctx, out.len() - done) {
                Ok(Some(b)) if !b.is_empty() => {
                    out[done..done + b.len()].copy_from_slice(&b);
                    done += b.len();
                }
                _ => break,
            }
        }
        done
    }
    /// Shows the collector what it keeps.
    pub fn visit(&self, v: &mut Visitor, callback: impl FnOnce(&Callback, &mut Visitor)) {
        callback(&self.callback, v);
        visit_value(&self.stream, v);
    }
}

unsafe extern "C" {
    static stderr: *mut libc::FILE;
}

/// The process's error output.
pub fn standard_error() -> *mut libc::FILE {
    // SAFETY: the C library's, which nobody changes.
    unsafe { stderr }
}

/// A PHP stream as the C library's.
pub struct CFile {
    file: *mut libc::FILE,
    _stream: Rc<Value>,
}

unsafe extern "C" fn write_cookie(cookie: *mut c_void, buf: *const c_char, len: usize) -> isize {
    // SAFETY: the value that `CFile::new` keeps, and live bytes.
    let (stream, bytes) =
        unsafe { (&*cookie.cast::<Value>(), std::slice::from_raw_parts(buf.cast::<u8>(), len)) };
    let done = Ctx::current(|ctx| Stream::of(stream).and_then(|s| s.write(ctx, bytes).ok().flatten()));
    // What cannot be written is passed over: the transfer goes on.
    done.flatten().map_or(len as isize, |n| n as isize)
}

unsafe extern "C" fn close_cookie(_: *mut c_void) -> c_int {
    0
}

impl CFile {
    /// Of a stream to write to.
    pub fn new(stream: Value) -> Option<CFile> {
        let stream = Rc::new(stream);
        let io =
            sys::CookieIo { read: None, write: Some(write_cookie), seek: None, close: Some(close_cookie) };
        // SAFETY: the value lives as long as the file, which is not buffered.
        let file = unsafe {
            let f = sys::fopencookie(Rc::as_ptr(&stream).cast_mut().cast(), c"w".as_ptr(), io);
            if !f.is_null() {
                libc::setvbuf(f, std::ptr::null_mut(), libc::_IONBF, 0);
            }
            f
        };
        (!file.is_null()).then_some(CFile { file, _stream: stream })
    }
    /// The C library's file.
    pub fn file(&self) -> *mut libc::FILE {
        self.file
    }
}

impl Drop for CFile {
    fn drop(&mut self) {
        // SAFETY: ours, closed once; nothing is buffered.
        unsafe { libc::fclose(self.file) };
    }
}
