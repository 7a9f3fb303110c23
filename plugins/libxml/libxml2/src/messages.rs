//! What libxml2 tells: warnings of PHP, or a list for `libxml_get_errors()`.

use crate::sys;
use crate::text::borrowed;
use core::cell::RefCell;
use plugin_api::{Ctx, Level, Value};
use std::ffi::{c_char, c_int, c_void};

unsafe extern "C" {
    fn howdah_xml_generic(context: *mut c_void, format: *const c_char, ...);
    fn howdah_xml_error(context: *mut c_void, format: *const c_char, ...);
    fn howdah_xml_warning(context: *mut c_void, format: *const c_char, ...);
}

/// One of libxml2's errors.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Error {
    /// 1 a warning, 2 an error, 3 a fatal error.
    pub level: i64,
    /// libxml2's number.
    pub code: i64,
    /// Column, 0 when unknown.
    pub column: i64,
    /// The text, with its end of line.
    pub message: Vec<u8>,
    /// The file.
    pub file: Vec<u8>,
    /// The line.
    pub line: i64,
}

#[derive(Default)]
struct State {
    list: Option<Vec<Error>>,
    unfinished: Vec<u8>,
}

thread_local! {
    static STATE: RefCell<State> = RefCell::default();
}

fn with<T>(f: impl FnOnce(&mut State) -> T) -> T {
    STATE.with_borrow_mut(f)
}

/// Once per process, before libxml2 is used.
pub(crate) fn startup() {
    // SAFETY: functions that live as long as the process: for threads that come to libxml2 later, and for this one.
    unsafe {
        sys::xmlThrDefSetGenericErrorFunc(core::ptr::null_mut(), Some(howdah_xml_generic));
        sys::xmlSetGenericErrorFunc(core::ptr::null_mut(), Some(howdah_xml_generic));
    }
}

/// Begins a request: messages go to PHP, files through its streams.
pub fn begin() {
    if crate::lazy::loaded() {
        // SAFETY: a function that lives as long as the process; libxml2 keeps it for this thread.
        unsafe { sys::xmlSetGenericErrorFunc(core::ptr::null_mut(), Some(howdah_xml_generic)) };
    }
    crate::io::begin();
}

/// Ends a request.
pub fn end() {
    if crate::lazy::loaded() {
        // SAFETY: null puts the default back.
        unsafe {
            sys::xmlSetStructuredErrorFunc(core::ptr::null_mut(), None);
            sys::xmlResetLastError();
        }
    }
    with(|s| *s = State::default());
    crate::io::end();
}

/// Whether errors are collected.
pub fn collecting() -> bool {
    with(|s| s.list.is_some())
}

/// Collects errors, or raises them as messages again.
pub fn collect(on: bool) {
    type Wanted = unsafe extern "C" fn(*mut c_void, *mut sys::xmlError);
    type Declared = unsafe fn(*mut c_void, *mut sys::xmlError);
    // SAFETY: a function that lives as long as the process; the bindings leave out that libxml2 calls it as C does.
    unsafe {
        let handler = core::mem::transmute::<Wanted, Declared>(structured as Wanted);
        sys::xmlSetStructuredErrorFunc(core::ptr::null_mut(), on.then_some(handler));
    }
    with(|s| match on {
        true => drop(s.list.get_or_insert_default()),
        false => s.list = None,
    });
}

/// The errors collected; `None` when they are not.
pub fn collected() -> Option<Vec<Error>> {
    with(|s| s.list.clone())
}

/// The last error.
pub fn last() -> Option<Error> {
    if let Some(list) = collected() {
        return list.last().cloned();
    }
    // SAFETY: null or the error that libxml2 keeps for this thread.
    unsafe { read(sys::xmlGetLastError()) }
}

/// Forgets all errors.
pub fn clear() {
    // SAFETY: no arguments.
    unsafe { sys::xmlResetLastError() };
    with(|s| {
        if let Some(list) = &mut s.list {
            list.clear();
        }
    });
}

unsafe fn read(e: *const sys::xmlError) -> Option<Error> {
    // SAFETY: null or a live error, by the caller's promise.
    let e = unsafe { e.as_ref()? };
    // SAFETY: its texts are null or live.
    let (message, file) = unsafe { (borrowed(e.message.cast()), borrowed(e.file.cast())) };
    Some(Error {
        level: e.level.into(),
        code: e.code.into(),
        column: e.int2.into(),
        message: message.to_vec(),
        file: file.to_vec(),
        line: e.line.into(),
    })
}

unsafe extern "C" fn structured(_: *mut c_void, e: *mut sys::xmlError) {
    // SAFETY: libxml2 passes a live error.
    if let Some(e) = unsafe { read(e) } {
        with(|s| {
            if let Some(list) = &mut s.list {
                list.push(e);
            }
        });
    }
}

/// Who tells.
#[derive(Clone, Copy, PartialEq, Eq)]
enum From {
    Library,
    Parser(Level),
}

/// Takes a piece of a message: the whole of it is told at its end of line.
fn take(from: From, parser: *mut sys::xmlParserCtxt, text: &[u8]) {
    let end = text.iter().rposition(|&c| c != b'\n').map_or(usize::from(!text.is_empty()), |i| i + 1);
    let whole = end < text.len();
    let mut place = None;
    if from != From::Library && !parser.is_null() {
        // SAFETY: a parser tells about itself while it runs.
        unsafe {
            if let Some(input) = (*parser).input.as_ref() {
                let file = (!input.filename.is_null()).then(|| borrowed(input.filename.cast()).to_vec());
                place = Some((file, input.line, input.col));
            }
        }
    }
    let told = with(|s| {
        s.unfinished.extend_from_slice(&text[..end]);
        if !whole {
            return None;
        }
        let message = core::mem::take(&mut s.unfinished);
        if let Some(list) = &mut s.list {
            let (line, column) = place.as_ref().map_or((0, 0), |p| (p.1, p.2));
            list.push(Error {
                level: 2,
                code: 1,
                column: column.into(),
                message,
                file: Vec::new(),
                line: line.into(),
            });
            return None;
        }
        Some(message)
    });
    let Some(mut message) = told else { return };
    Ctx::current(|ctx| {
        if ctx.pending().is_err() {
            return;
        }
        let mut level = Level::Warning;
        if let (From::Parser(l), Some((file, line, _))) = (from, place) {
            level = l;
            message.extend_from_slice(b" in ");
            message.extend_from_slice(file.as_deref().unwrap_or(b"Entity"));
            message.extend_from_slice(format!(", line: {line}").as_bytes());
        }
        // A handler's exception stays pending for the call that runs the parser.
        let _ = ctx.raise_bytes(level as u32, &message, true);
    });
}

/// Where `glue/messages.c` passes a text.
#[unsafe(no_mangle)]
unsafe extern "C" fn howdah_xml_message(kind: c_int, context: *mut c_void, text: *const c_char, len: usize) {
    let run = std::panic::AssertUnwindSafe(|| {
        // SAFETY: the glue passes a live text of that length.
        let text = unsafe { core::slice::from_raw_parts(text.cast::<u8>(), len) };
        match kind {
            1 => take(From::Parser(Level::Warning), context.cast(), text),
            2 => take(From::Parser(Level::Notice), context.cast(), text),
            _ => take(From::Library, core::ptr::null_mut(), text),
        }
    });
    if std::panic::catch_unwind(run).is_err() {
        plugin_api::tracing::error!("panic while a message of libxml2 was told");
    }
}

/// Tells an error of a parser as libxml2 itself would.
pub(crate) fn tell_parser(parser: *mut sys::xmlParserCtxt, text: &str) {
    take(From::Parser(Level::Warning), parser, text.as_bytes());
}

/// What tells what has no place in a text.
pub(crate) fn library_teller() -> unsafe extern "C" fn(*mut c_void, *const c_char, ...) {
    howdah_xml_generic
}

/// Raises a warning, or adds it to the errors that are collected.
///
/// # Errors
/// Whatever an error handler throws.
pub fn issue(ctx: &mut Ctx, level: Level, text: &str) -> plugin_api::R<()> {
    let listed = with(|s| {
        let Some(list) = &mut s.list else { return false };
        let message = text.as_bytes().to_vec();
        list.push(Error { level: 2, code: 1, message, ..Error::default() });
        true
    });
    if listed { Ok(()) } else { ctx.raise(level, text) }
}

/// Lets a parser tell with its file and line, as DOM's parsers do.
///
/// # Safety
/// `parser` is live.
pub unsafe fn tell_with_place(parser: *mut sys::xmlParserCtxt, quiet: bool) {
    // SAFETY: a live parser with its own table of functions.
    unsafe {
        let (error, warning): (sys::errorSAXFunc, sys::warningSAXFunc) =
            if quiet { (None, None) } else { (Some(howdah_xml_error), Some(howdah_xml_warning)) };
        (*parser).vctxt.error = error;
        (*parser).vctxt.warning = warning;
        if let Some(sax) = (*parser).sax.as_mut() {
            sax.error = error;
            sax.warning = warning;
        }
    }
}

/// An error as an object of `LibXMLError`.
impl Error {
    /// Names and values of its properties.
    pub fn properties(&self) -> [(&'static str, Value); 6] {
        [
            ("level", Value::int(self.level)),
            ("code", Value::int(self.code)),
            ("column", Value::int(self.column)),
            ("message", Value::str(&self.message)),
            ("file", Value::str(&self.file)),
            ("line", Value::int(self.line)),
        ]
    }
}
