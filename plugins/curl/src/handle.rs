//! A transfer: libcurl's handle and what PHP keeps beside it.
//!
//! Callbacks of libcurl come while PHP functions on the same handle run, so all of it changes through `&self`.

use crate::constants::id;
use crate::output::{CFile, Input, Output};
use crate::share::Share;
use crate::sys;
use plugin_api::abi::Val;
use plugin_api::{
    Callable, Comparison, Ctx, GcRoots, Handlers, Object, R, This, Value, Visitor, php_class, php_methods,
};
use std::cell::{Cell, RefCell, UnsafeCell};
use std::collections::HashMap;
use std::ffi::{c_char, c_long, c_void};
use std::rc::Rc;

/// A callback of an option.
pub type Callback = RefCell<Option<Rc<Callable>>>;

/// Bytes of an error's text, and its end.
const ERROR_TEXT: usize = 257;

/// What options refer to and libcurl does not copy. Copies of a handle share it.
#[derive(Default)]
pub struct Kept {
    lists: RefCell<HashMap<i64, *mut sys::curl_slist>>,
    old_lists: RefCell<Vec<*mut sys::curl_slist>>,
    forms: RefCell<Vec<*mut sys::Mime>>,
    /// Files of the forms.
    pub files: RefCell<Vec<Rc<crate::post::File>>>,
}

impl Kept {
    /// Keeps the list of an option; `alone`: nothing else uses the one before.
    pub fn list(&self, option: i64, list: *mut sys::curl_slist, alone: bool) {
        if let Some(old) = self.lists.borrow_mut().insert(option, list) {
            if alone {
                // SAFETY: a list that no handle uses any more.
                unsafe { sys::curl_slist_free_all(old) };
            } else {
                self.old_lists.borrow_mut().push(old);
            }
        }
    }
    /// Keeps a form; `alone`: nothing else uses those before.
    pub fn form(&self, form: *mut sys::Mime, alone: bool) {
        let old = if alone { self.forms.take() } else { Vec::new() };
        for f in old {
            // SAFETY: a form that no handle uses any more.
            unsafe { sys::curl_mime_free(f) };
        }
        self.forms.borrow_mut().push(form);
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // SAFETY: ours; the handles that used them are gone.
        unsafe {
            for f in self.forms.take() {
                sys::curl_mime_free(f);
            }
            for l in self.old_lists.take().into_iter().chain(self.lists.take().into_values()) {
                sys::curl_slist_free_all(l);
            }
        }
    }
}

/// A transfer.
pub struct Easy {
    curl: Cell<*mut sys::CURL>,
    /// The object; its share is not held here.
    object: Cell<Val>,
    /// Where the body goes.
    pub write: Output,
    /// Where the headers go.
    pub header: Output,
    /// Where what is sent comes from.
    pub read: Input,
    /// Progress.
    pub progress: Callback,
    /// Progress in exact numbers.
    pub transfer: Callback,
    /// Patterns of names.
    pub matcher: Callback,
    /// What is said and sent.
    pub debug: Callback,
    /// Asked before a request is sent.
    pub before: Callback,
    /// Asked about a host's key.
    pub host_key: Callback,
    /// The stream in place of the error output, and libcurl's view of it.
    pub errors: RefCell<Option<Value>>,
    /// Libcurl's view of it.
    pub errors_file: RefCell<Option<Rc<CFile>>>,
    /// What `CURLOPT_PRIVATE` keeps.
    pub private: RefCell<Option<Value>>,
    /// The form as it was given, for copies.
    pub fields: RefCell<Option<Value>>,
    /// The request's head as it was sent.
    pub request: RefCell<Option<Vec<u8>>>,
    /// What is shared with others.
    pub share: RefCell<Option<Rc<Share>>>,
    kept: RefCell<Rc<Kept>>,
    error: Cell<i64>,
    error_text: UnsafeCell<[c_char; ERROR_TEXT]>,
    /// A callback runs.
    pub calling: Cell<bool>,
}

impl Easy {
    /// Around a fresh handle.
    pub fn new(curl: *mut sys::CURL) -> Rc<Easy> {
        Rc::new(Easy {
            curl: Cell::new(curl),
            object: Cell::new(Val::NULL),
            write: Output::standard(),
            header: Output::ignored(),
            read: Input::default(),
            progress: RefCell::default(),
            transfer: RefCell::default(),
            matcher: RefCell::default(),
            debug: RefCell::default(),
            before: RefCell::default(),
            host_key: RefCell::default(),
            errors: RefCell::default(),
            errors_file: RefCell::default(),
            private: RefCell::default(),
            fields: RefCell::default(),
            request: RefCell::default(),
            share: RefCell::default(),
            kept: RefCell::default(),
            error: Cell::new(0),
            error_text: UnsafeCell::new([0; ERROR_TEXT]),
            calling: Cell::new(false),
        })
    }
    /// libcurl's handle.
    pub fn curl(&self) -> *mut sys::CURL {
        self.curl.get()
    }
    /// libcurl has freed it itself.
    pub fn forget(&self) {
        self.curl.set(std::ptr::null_mut());
    }
    /// The object, of which a share is taken.
    pub fn object(&self) -> Value {
        // SAFETY: callbacks come while the object is held by those who run the transfer.
        unsafe { Value::borrow(&self.object.get()) }.clone()
    }
    /// Tells which object it is of.
    pub fn set_object(&self, o: &Object) {
        self.object.set(o.raw());
    }
    /// What options refer to.
    pub fn kept(&self) -> Rc<Kept> {
        self.kept.borrow().clone()
    }
    /// Whether no copy refers to the same.
    pub fn is_alone(&self) -> bool {
        Rc::strong_count(&self.kept.borrow()) == 1
    }
    /// The last error.
    pub fn error(&self) -> i64 {
        self.error.get()
    }
    /// Remembers an error; whether there was none.
    pub fn took(&self, code: sys::CURLcode) -> bool {
        self.error.set(i64::from(code));
        code == sys::CURLE_OK
    }
    /// The last error's own text.
    pub fn error_text(&self) -> Vec<u8> {
        // SAFETY: the buffer ends with NUL, and libcurl does not write now.
        unsafe { std::ffi::CStr::from_ptr((*self.error_text.get()).as_ptr()) }.to_bytes().to_vec()
    }
    /// Forgets what the last transfer left.
    pub fn clear(&self) {
        self.write.forget();
        self.request.take();
        // SAFETY: libcurl does not write now.
        unsafe { *self.error_text.get() = [0; ERROR_TEXT] };
        self.error.set(0);
    }
    /// Sets an option that is a number.
    pub fn set_long(&self, option: i64, n: c_long) -> sys::CURLcode {
        // SAFETY: a live handle; the option takes a number.
        unsafe { sys::curl_easy_setopt(self.curl(), option as sys::CURLoption, n) }
    }
    /// Sets an option that is a pointer.
    pub fn set_pointer<T>(&self, option: i64, p: *const T) -> sys::CURLcode {
        // SAFETY: a live handle; the option takes such a pointer, and what it points to outlives its use.
        unsafe { sys::curl_easy_setopt(self.curl(), option as sys::CURLoption, p.cast::<c_void>()) }
    }
    /// This, as callbacks get it.
    pub fn me(&self) -> *const Easy {
        self
    }
    /// Sets what every handle begins with.
    pub fn set_defaults(&self, ctx: &mut Ctx) {
        self.set_long(id!(CURLOPT_NOPROGRESS), 1);
        self.set_long(id!(CURLOPT_VERBOSE), 0);
        self.set_pointer(crate::ERROR_BUFFER, self.error_text.get());
        crate::callbacks::install(self);
        self.point();
        self.set_long(id!(CURLOPT_DNS_CACHE_TIMEOUT), 120);
        self.set_long(id!(CURLOPT_MAXREDIRS), 20);
        // Signals would end threads that wait.
        self.set_long(id!(CURLOPT_NOSIGNAL), 1);
        let file =
            ["openssl.cafile", "curl.cainfo"].iter().find_map(|n| ctx.ini(n).filter(|v| !v.is_empty()));
        if let Some(file) = file.and_then(|f| std::ffi::CString::new(f).ok()) {
            self.set_pointer(id!(CURLOPT_CAINFO), file.as_ptr());
        }
    }
    /// Has the callbacks of reading and writing come here.
    fn point(&self) {
        for option in [id!(CURLOPT_FILE), id!(CURLOPT_INFILE), id!(CURLOPT_WRITEHEADER)] {
            self.set_pointer(option, self.me());
        }
    }
    /// Takes over what another has that libcurl does not copy.
    pub fn copy_from(&self, from: &Easy) {
        self.write.copy_from(&from.write);
        self.header.copy_from(&from.header);
        self.read.copy_from(&from.read);
        self.set_pointer(crate::ERROR_BUFFER, self.error_text.get());
        self.point();
        self.set_pointer(crate::callbacks::DEBUG_DATA, self.me());
        for (to, from, data) in [
            (&self.progress, &from.progress, crate::callbacks::PROGRESS_DATA),
            (&self.transfer, &from.transfer, crate::callbacks::PROGRESS_DATA),
            (&self.matcher, &from.matcher, crate::callbacks::MATCH_DATA),
            (&self.debug, &from.debug, crate::callbacks::DEBUG_DATA),
            (&self.before, &from.before, crate::callbacks::BEFORE_DATA),
            (&self.host_key, &from.host_key, crate::callbacks::HOST_KEY_DATA),
        ] {
            if let Some(c) = from.borrow().clone() {
                *to.borrow_mut() = Some(c);
                self.set_pointer(data, self.me());
            }
        }
        // libcurl's copy has the same file.
        *self.errors_file.borrow_mut() = from.errors_file.borrow().clone();
        *self.private.borrow_mut() = from.private.borrow().clone();
        *self.kept.borrow_mut() = from.kept();
    }
    /// Goes back to what a fresh handle has.
    pub fn reset(&self) {
        self.write.reset(crate::output::Method::Standard);
        self.header.reset(crate::output::Method::Ignored);
        self.read.reset();
        drop(self.errors.take());
        drop(self.errors_file.take());
        for c in [&self.progress, &self.transfer, &self.matcher, &self.debug, &self.before, &self.host_key] {
            drop(c.take());
        }
    }
    /// Goes back to the defaults where a stream was closed; says so with `report`.
    pub fn check_streams(&self, ctx: &mut Ctx, report: bool) -> R<()> {
        let mut gone = Vec::new();
        if self.errors.borrow().as_ref().is_some_and(crate::output::is_closed) {
            gone.push("CURLOPT_STDERR resource has gone away, resetting to stderr");
            drop(self.errors.take());
            self.set_pointer(id!(CURLOPT_STDERR), crate::output::standard_error());
            drop(self.errors_file.take());
        }
        if self.read.drop_closed() {
            gone.push("CURLOPT_INFILE resource has gone away, resetting to default");
        }
        if self.header.drop_closed(crate::output::Method::Ignored) {
            gone.push("CURLOPT_WRITEHEADER resource has gone away, resetting to default");
        }
        if self.write.drop_closed(crate::output::Method::Standard) {
            gone.push("CURLOPT_FILE resource has gone away, resetting to default");
        }
        for g in gone.iter().filter(|_| report) {
            ctx.warning(g)?;
        }
        Ok(())
    }
}

impl Drop for Easy {
    fn drop(&mut self) {
        let curl = self.curl.replace(std::ptr::null_mut());
        if !curl.is_null() {
            // SAFETY: ours, and no transfer of it runs.
            unsafe { sys::curl_easy_cleanup(curl) };
        }
    }
}

fn visit_callback(c: &Callback, v: &mut Visitor) {
    // What runs is shared with the call, and seen the next time.
    if let Ok(mut c) = c.try_borrow_mut()
        && let Some(c) = c.as_mut().and_then(Rc::get_mut)
    {
        c.visit(v);
    }
}

/// Shows the collector a value that a cell keeps.
pub fn visit_value(c: &RefCell<Option<Value>>, v: &mut Visitor) {
    if let Ok(mut c) = c.try_borrow_mut()
        && let Some(c) = c.as_mut()
    {
        c.visit(v);
    }
}

impl Easy {
    fn visit(&self, v: &mut Visitor) {
        self.write.visit(v, visit_callback);
        self.header.visit(v, visit_callback);
        self.read.visit(v, visit_callback);
        for c in [&self.progress, &self.transfer, &self.matcher, &self.debug, &self.before, &self.host_key] {
            visit_callback(c, v);
        }
        for c in [&self.errors, &self.private, &self.fields] {
            visit_value(c, v);
        }
    }
}

/// A transfer as an object.
#[derive(Default)]
#[php_class(
    "final class CurlHandle",
    handlers(get_constructor, compare, cast, clone),
    flags(not_serializable, no_dynamic)
)]
pub struct CurlHandle(pub Option<Rc<Easy>>);

impl GcRoots for CurlHandle {
    fn visit(&mut self, v: &mut Visitor) {
        if let Some(e) = &self.0 {
            e.visit(v);
        }
    }
}

/// The transfer of an object.
pub fn of(ctx: &mut Ctx, this: &This<CurlHandle>) -> R<Rc<Easy>> {
    let found = this.borrow(ctx)?.0.clone();
    found.ok_or_else(|| ctx.error("CurlHandle is not initialized"))
}

/// An object of a transfer.
pub fn object(ctx: &mut Ctx, easy: Rc<Easy>) -> R<Object> {
    let o = This::<CurlHandle>::create(ctx, CurlHandle(Some(easy.clone())))?;
    easy.set_object(&o);
    Ok(o)
}

/// A copy of a transfer with its options; `None`: libcurl makes none. The flag: its form could be made again.
pub fn copied(ctx: &mut Ctx, from: &Easy) -> R<Option<(Rc<Easy>, bool)>> {
    // SAFETY: a live handle.
    let curl = unsafe { sys::curl_easy_duphandle(from.curl()) };
    if curl.is_null() {
        return Ok(None);
    }
    let easy = Easy::new(curl);
    easy.copy_from(from);
    let fields = from.fields.borrow().clone();
    let made = match fields.as_ref().and_then(Value::as_array) {
        Some(a) => crate::post::set_form(ctx, &easy, a)?,
        None => true,
    };
    Ok(Some((easy, made)))
}

impl Handlers for CurlHandle {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct CurlHandle, use curl_init() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
    fn cast(this: &This<Self>, _: &mut Ctx, to: u8) -> R<Option<Value>> {
        Ok((to == plugin_api::abi::INT).then(|| Value::int(this.object().id().into())))
    }
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let source = of(ctx, from)?;
        match copied(ctx, &source)? {
            Some((easy, true)) => {
                easy.set_object(to.object());
                to.borrow_mut(ctx)?.0 = Some(easy);
                Ok(())
            }
            _ => Err(ctx.exception("Failed to clone CurlHandle")),
        }
    }
}

#[php_methods]
impl CurlHandle {}
