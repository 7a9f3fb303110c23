//! What a request's parts share: the SAPI, what is known of the request, the response's headers.

use crate::headers::{HeaderContext, HeaderOp, Headers};
use crate::output::{Origin, Output, Rewriter, Sink};
use crate::sapi::{RequestInfo, Sapi};
use howdah_vm::rt;
use howdah_vm::vm::current;
use plugin_api_abi::{Status, Val};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// The request of a VM. Nothing is borrowed from it while PHP code runs.
pub struct RequestState {
    /// The SAPI.
    pub sapi: RefCell<Box<dyn Sapi>>,
    /// What is known of the request.
    pub info: RefCell<RequestInfo>,
    /// Headers of the response.
    pub headers: RefCell<Headers>,
    /// The body, where it was read and kept (`php://input`).
    pub body: RefCell<Vec<u8>>,
    /// Whether the body was read to its end.
    pub body_read: Cell<bool>,
    /// Temporary files of uploads.
    pub uploaded: RefCell<Vec<Vec<u8>>>,
    /// `header_register_callback`: owned, or UNDEF.
    pub header_callback: Cell<Val>,
    /// What `putenv` set, or (`None`) took away, in this request. The process's environment is shared by all threads and
    /// never changes.
    pub changed_environment: RefCell<HashMap<Vec<u8>, Option<Vec<u8>>>>,
    /// Superglobals that are made once a script mentions them.
    pub waiting: Cell<u8>,
    /// The request is being set up: no script runs yet.
    pub starting: Cell<bool>,
    /// Output and headers are none of the client's any more (`fastcgi_finish_request`).
    pub finished: Cell<bool>,
    /// The folder that `readdir()` reads without an argument.
    pub last_directory: RefCell<Option<crate::streams::Held>>,
    /// The resource of the context that is used where none is given.
    pub default_context: RefCell<Option<crate::streams::Held>>,
    /// Header lines of the last answer that a request for a URL had (`http_get_last_response_headers()`).
    pub last_response: RefCell<Option<crate::streams::Held>>,
    /// What puts the script's variables and the session's into URLs that are printed.
    pub rewriters: [Rc<RefCell<Rewriter>>; 2],
    /// The process's file mode mask as it was before the request changed it.
    pub umask: Cell<Option<u32>>,
}

/// Why a header was not changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeaderError {
    /// Output began before: the warning's text.
    Sent(String),
    /// The line is no header: the warning's text; empty where nothing is said.
    Line(&'static str),
}

impl RequestState {
    /// The state of a thread that serves a SAPI's requests.
    pub fn new(sapi: Box<dyn Sapi>) -> RequestState {
        RequestState {
            sapi: RefCell::new(sapi),
            info: RefCell::default(),
            headers: RefCell::default(),
            body: RefCell::default(),
            body_read: Cell::new(false),
            uploaded: RefCell::default(),
            header_callback: Cell::new(Val::UNDEF),
            changed_environment: RefCell::default(),
            waiting: Cell::new(0),
            starting: Cell::new(false),
            finished: Cell::new(false),
            last_directory: RefCell::default(),
            default_context: RefCell::default(),
            last_response: RefCell::default(),
            rewriters: [Origin::Script, Origin::Session].map(|o| Rc::new(RefCell::new(Rewriter::new(o)))),
            umask: Cell::new(None),
        }
    }

    /// What puts variables into URLs.
    pub fn rewriter(&self, origin: Origin) -> Rc<RefCell<Rewriter>> {
        self.rewriters[(origin == Origin::Session) as usize].clone()
    }

    /// Whether headers can still be changed.
    fn open(&self, output: &Output) -> Result<(), HeaderError> {
        if !output.headers_sent() {
            return Ok(());
        }
        let mut text = "Cannot modify header information - headers already sent".to_owned();
        if let Some((file, line)) = output.started_at() {
            text.push_str(&format!(" by (output started at {}:{line})", String::from_utf8_lossy(&file)));
        }
        Err(HeaderError::Sent(text))
    }

    /// `header()`
    pub fn header(&self, output: &Output, line: &[u8], op: HeaderOp, code: i32) -> Result<(), HeaderError> {
        self.open(output)?;
        let info = self.info.borrow();
        let charset = setting("default_charset").unwrap_or_else(|| b"UTF-8".to_vec());
        let c = HeaderContext {
            default_charset: &charset,
            method: info.method.as_deref(),
            protocol: info.protocol,
        };
        self.headers.borrow_mut().set(line, op, code, &c).map_err(HeaderError::Line)
    }

    /// `header_remove()`; all of them without a name.
    pub fn header_remove(&self, output: &Output, name: Option<&[u8]>) -> Result<(), HeaderError> {
        self.open(output)?;
        let mut h = self.headers.borrow_mut();
        match name {
            Some(n) => h.remove(n).map_err(HeaderError::Line),
            None => {
                h.clear();
                Ok(())
            }
        }
    }

    /// `http_response_code($code)`
    pub fn set_code(&self, output: &Output, code: i32) -> Result<(), HeaderError> {
        self.open(output)?;
        self.headers.borrow_mut().set_code(code);
        Ok(())
    }

    /// Reads the rest of the body into [`RequestState::body`]. `limit`: bytes at which reading stops; 0 for none. False when
    /// there was more.
    pub fn read_body(&self, limit: i64) -> bool {
        let mut buf = [0; 16 << 10];
        while !self.body_read.get() {
            let n = self.sapi.borrow_mut().read_body(&mut buf);
            if n == 0 {
                self.body_read.set(true);
                break;
            }
            let mut body = self.body.borrow_mut();
            body.extend_from_slice(&buf[..n]);
            if limit > 0 && body.len() as i64 > limit {
                return false;
            }
        }
        true
    }

    /// A variable of the environment as the request sees it.
    pub fn environment(&self, name: &[u8]) -> Option<Vec<u8>> {
        match self.changed_environment.borrow().get(name) {
            Some(v) => v.clone(),
            None => crate::ini::config::environment(name),
        }
    }

    /// All variables of the environment as the request sees it.
    pub fn environment_variables(&self, set: &mut dyn FnMut(&[u8], &[u8])) {
        let changed = self.changed_environment.borrow();
        crate::sapi::process_environment(&mut |k, v| {
            if !changed.contains_key(k) {
                set(k, v);
            }
        });
        for (k, v) in changed.iter() {
            if let Some(v) = v {
                set(k, v);
            }
        }
    }

    /// Passes over the rest of the body.
    pub fn drain_body(&self) {
        let mut buf = [0; 16 << 10];
        while !self.body_read.get() {
            if self.sapi.borrow_mut().read_body(&mut buf) == 0 {
                self.body_read.set(true);
            }
        }
    }

    /// Removes temporary files of uploads that were not moved.
    pub fn remove_uploads(&self) {
        use std::os::unix::ffi::OsStrExt;
        for f in self.uploaded.take() {
            // A script may have removed it itself.
            drop(std::fs::remove_file(std::ffi::OsStr::from_bytes(&f)));
        }
    }
}

/// A setting of the thread's VM.
pub(crate) fn setting(name: &str) -> Option<Vec<u8>> {
    let vm = current();
    if vm.is_null() {
        return None;
    }
    // SAFETY: the thread's VM; the value is copied at once.
    unsafe { (*vm).host.ini(name).map(<[u8]>::to_vec) }
}

/// The SAPI as the end of the output layer.
pub struct SapiSink(pub Rc<RequestState>);

impl SapiSink {
    fn run_callback(&self) {
        let callback = self.0.header_callback.replace(Val::UNDEF);
        let vm = current();
        if callback.is_undef() || vm.is_null() {
            return;
        }
        let mut out = Val::NULL;
        // SAFETY: the thread's VM, within a request; the callable is owned.
        unsafe {
            let st = (*vm).call_callable(callback, &[], &mut out);
            if st == Status::Exception && (*vm).fp.is_null() {
                (*vm).uncaught();
            }
            rt::release(out);
            rt::release(callback);
        }
    }
}

impl Sink for SapiSink {
    fn write(&self, bytes: &[u8]) -> std::io::Result<()> {
        if self.0.finished.get() {
            return Ok(());
        }
        self.0.sapi.borrow_mut().write(bytes)
    }

    fn flush(&self) {
        if !self.0.finished.get() {
            // A reader that went away is found out by the next write.
            drop(self.0.sapi.borrow_mut().flush());
        }
    }

    fn prepare_headers(&self) {
        let mime = setting("default_mimetype").unwrap_or_default();
        let charset = setting("default_charset").unwrap_or_default();
        self.0.headers.borrow_mut().complete(&mime, &charset);
        self.run_callback();
    }

    fn send_headers(&self) -> bool {
        let info = self.0.info.borrow();
        let sent = self.0.sapi.borrow_mut().send_headers(&self.0.headers.borrow(), &info);
        sent.is_ok() && !info.is_head()
    }

    fn position(&self) -> Option<(Vec<u8>, u32)> {
        crate::output::position()
    }
}
