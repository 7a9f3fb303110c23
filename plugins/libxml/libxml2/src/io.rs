//! Files of libxml2, read and written through PHP's streams, and who is asked for external entities.

use crate::messages::tell_parser;
use crate::sys;
use crate::text::{CText, borrowed, owned};
use core::cell::{Cell, RefCell};
use plugin_api::{Array, Callable, Ctx, Kind, Stream, Value};
use std::ffi::{c_char, c_int, c_void};
use std::sync::OnceLock;

#[derive(Default)]
struct Settings {
    context: Option<Value>,
    loader: Option<Callable>,
}

thread_local! {
    static SETTINGS: RefCell<Settings> = RefCell::default();
    static CLOSED: Cell<bool> = const { Cell::new(false) };
    static RUNNING: Cell<bool> = const { Cell::new(false) };
}

/// What libxml2 loaded entities with before it was asked to come here.
static DEFAULT_LOADER: OnceLock<sys::xmlExternalEntityLoader> = OnceLock::new();

/// Once per process, before libxml2 is used.
pub(crate) fn startup() {
    DEFAULT_LOADER.get_or_init(|| {
        // SAFETY: functions that live as long as the process.
        unsafe {
            sys::xmlInitParser();
            let before = sys::xmlGetExternalEntityLoader();
            sys::xmlSetExternalEntityLoader(Some(load_entity));
            // For threads that come to libxml2 later, and for this one.
            sys::xmlThrDefParserInputBufferCreateFilenameDefault(Some(input));
            sys::xmlThrDefOutputBufferCreateFilenameDefault(Some(output));
            hand_over();
            before
        }
    });
}

/// Files of this thread are opened here.
fn hand_over() {
    // SAFETY: functions that live as long as the process; libxml2 keeps them for this thread.
    unsafe {
        sys::xmlParserInputBufferCreateFilenameDefault(Some(input));
        sys::xmlOutputBufferCreateFilenameDefault(Some(output));
    }
}

pub(crate) fn begin() {
    if crate::lazy::loaded() {
        hand_over();
    }
    CLOSED.set(false);
    RUNNING.set(true);
}

pub(crate) fn end() {
    RUNNING.set(false);
    drop(SETTINGS.take());
}

/// Sets the context that streams are opened with.
pub fn set_context(context: Value) {
    drop(SETTINGS.with_borrow_mut(|s| s.context.replace(context)));
}

/// Says whether nothing may be loaded from files; gives what was said before.
pub fn close(closed: bool) -> bool {
    CLOSED.replace(closed)
}

/// Sets who is asked for external entities.
pub fn set_loader(loader: Option<Callable>) {
    let before = SETTINGS.with_borrow_mut(|s| core::mem::replace(&mut s.loader, loader));
    drop(before);
}

/// Who is asked for external entities.
pub fn loader() -> Option<Value> {
    SETTINGS.with_borrow(|s| s.loader.as_ref().map(|l| l.value().clone()))
}

/// Opens a file or URL as libxml2 names it.
fn open(ctx: &mut Ctx, name: &[u8], mode: &str) -> Option<Stream> {
    if name.windows(3).any(|w| w == b"%00") {
        let _ = ctx.warning("URI must not contain percent-encoded NUL bytes");
        return None;
    }
    let text = CText::new(name);
    let mut path = name.to_vec();
    let mut scheme = None;
    // SAFETY: live texts; what libxml2 makes is freed here.
    unsafe {
        let uri = sys::xmlParseURI(text.c());
        if !uri.is_null() {
            if !(*uri).scheme.is_null() {
                scheme = Some(borrowed((*uri).scheme.cast()).to_ascii_lowercase());
            }
            if scheme.as_deref().is_none_or(|s| s == b"file") {
                let plain = sys::xmlURIUnescapeString(text.c(), 0, core::ptr::null_mut());
                path = owned(plain.cast())?;
            }
            sys::xmlFreeURI(uri);
        }
    }
    // A file that is not there is no reason to warn. Some kinds of streams cannot tell before they are opened.
    let can_ask = !matches!(scheme.as_deref(), Some(b"http" | b"https" | b"ftp" | b"data" | b"php"));
    if mode == "rb" && can_ask && ctx.stat(&path, plugin_api::abi::stat_flags::QUIET).is_none() {
        return None;
    }
    let set = SETTINGS.with_borrow(|s| s.context.clone());
    let context = set.or_else(|| ctx.call_function("stream_context_get_default", &[]).ok());
    Stream::open_with(ctx, &path, mode.as_bytes(), false, context.as_ref()).ok()?
}

/// What libxml2 reads from or writes to.
struct File {
    stream: Stream,
    /// Somebody else's: not closed here.
    shared: bool,
}

fn boxed(stream: Stream, shared: bool) -> *mut c_void {
    Box::into_raw(Box::new(File { stream, shared })).cast()
}

unsafe extern "C" fn read(file: *mut c_void, out: *mut c_char, len: c_int) -> c_int {
    // SAFETY: libxml2 passes what `boxed` made.
    let file = unsafe { &*file.cast::<File>() };
    let text = Ctx::current(|ctx| file.stream.read(ctx, usize::try_from(len).unwrap_or(0)));
    let Some(Ok(Some(text))) = text else { return -1 };
    let n = text.len().min(usize::try_from(len).unwrap_or(0));
    // SAFETY: the buffer has room for `len` bytes.
    unsafe { core::ptr::copy_nonoverlapping(text.as_ptr(), out.cast(), n) };
    c_int::try_from(n).unwrap_or(-1)
}

unsafe extern "C" fn write(file: *mut c_void, bytes: *const c_char, len: c_int) -> c_int {
    // SAFETY: libxml2 passes what `boxed` made, and live bytes.
    let (file, bytes) = unsafe {
        let len = usize::try_from(len).unwrap_or(0);
        (&*file.cast::<File>(), core::slice::from_raw_parts(bytes.cast::<u8>(), len))
    };
    match Ctx::current(|ctx| file.stream.write(ctx, bytes)) {
        Some(Ok(Some(n))) => c_int::try_from(n).unwrap_or(-1),
        _ => -1,
    }
}

unsafe extern "C" fn close_file(file: *mut c_void) -> c_int {
    // SAFETY: libxml2 closes once what `boxed` made.
    let file = unsafe { Box::from_raw(file.cast::<File>()) };
    if !file.shared {
        Ctx::current(|ctx| file.stream.close(ctx));
    }
    0
}

unsafe extern "C" fn input(
    name: *const c_char,
    encoding: sys::xmlCharEncoding,
) -> sys::xmlParserInputBufferPtr {
    if name.is_null() || CLOSED.get() {
        return core::ptr::null_mut();
    }
    // SAFETY: libxml2 passes a live name.
    let name = unsafe { borrowed(name.cast()) };
    let Some(Some(stream)) = Ctx::current(|ctx| open(ctx, name, "rb")) else { return core::ptr::null_mut() };
    // SAFETY: the functions fit what `boxed` makes; libxml2 owns it from here on.
    unsafe { sys::xmlParserInputBufferCreateIO(Some(read), Some(close_file), boxed(stream, false), encoding) }
}

unsafe extern "C" fn output(
    name: *const c_char,
    encoder: sys::xmlCharEncodingHandlerPtr,
    _: c_int,
) -> sys::xmlOutputBufferPtr {
    // SAFETY: libxml2 passes null or a live name.
    let name = unsafe { borrowed(name.cast()) };
    let stream = Ctx::current(|ctx| open(ctx, name, "wb")).flatten();
    // SAFETY: the functions fit what `boxed` makes; libxml2 owns it and the encoder from here on.
    unsafe {
        match stream {
            Some(s) => sys::xmlOutputBufferCreateIO(Some(write), Some(close_file), boxed(s, false), encoder),
            None => {
                sys::xmlCharEncCloseFunc(encoder);
                core::ptr::null_mut()
            }
        }
    }
}

/// What reads a stream that stays its owner's, what ends that, and what both are given, which libxml2 ends once.
pub(crate) fn shared_input(
    stream: Stream,
) -> (sys::xmlInputReadCallback, sys::xmlInputCloseCallback, *mut c_void) {
    (Some(read), Some(close_file), boxed(stream, true))
}

/// An output of libxml2 over a stream that stays its owner's.
pub(crate) fn shared_output(stream: Stream) -> sys::xmlOutputBufferPtr {
    // SAFETY: as in `output`.
    unsafe {
        sys::xmlOutputBufferCreateIO(
            Some(write),
            Some(close_file),
            boxed(stream, true),
            core::ptr::null_mut(),
        )
    }
}

unsafe extern "C" fn load_entity(
    url: *const c_char,
    id: *const c_char,
    parser: sys::xmlParserCtxtPtr,
) -> sys::xmlParserInputPtr {
    let callable = SETTINGS.with_borrow(|s| s.loader.is_some());
    if !callable || !RUNNING.get() {
        return match DEFAULT_LOADER.get() {
            // SAFETY: libxml2's own function with libxml2's arguments.
            Some(Some(f)) => unsafe { f(url, id, parser) },
            _ => core::ptr::null_mut(),
        };
    }
    let run = std::panic::AssertUnwindSafe(|| {
        // SAFETY: libxml2 passes null or live texts, and a live parser.
        Ctx::current(|ctx| unsafe { ask_loader(ctx, url, id, parser) })
    });
    std::panic::catch_unwind(run).ok().flatten().unwrap_or(core::ptr::null_mut())
}

unsafe fn ask_loader(
    ctx: &mut Ctx,
    url: *const c_char,
    id: *const c_char,
    parser: sys::xmlParserCtxtPtr,
) -> sys::xmlParserInputPtr {
    let text = |t: *const c_char| {
        // SAFETY: null or a live text.
        if t.is_null() { Value::NULL } else { Value::str(unsafe { borrowed(t.cast()) }) }
    };
    let mut about = Array::new();
    // SAFETY: a live parser.
    unsafe {
        let p = &*parser;
        about.set("directory", text(p.directory));
        about.set("intSubName", text(p.intSubName.cast()));
        about.set("extSubURI", text(p.extSubURI.cast()));
        about.set("extSubSystem", text(p.extSubSystem.cast()));
    }
    let Some(callee) = loader() else { return core::ptr::null_mut() };
    let answer = callee.call(ctx, &[text(id), text(url), about.into()]);
    let mut resource = None;
    match &answer {
        Err(_) => {
            let (_, name, _) = callee.callable_info(ctx, false);
            let name = name.as_str().map(|s| s.lossy().into_owned()).unwrap_or_default();
            tell_parser(parser, &format!("Call to user entity loader callback '{name}' has failed"));
        }
        Ok(v) => match v.kind() {
            Kind::Null => {}
            Kind::Resource(_) => match Stream::of(v) {
                Some(stream) => {
                    // SAFETY: the functions fit what `boxed` makes; libxml2 owns the buffer.
                    unsafe {
                        let buffer = sys::xmlParserInputBufferCreateIO(
                            Some(read),
                            Some(close_file),
                            boxed(stream, false),
                            sys::xmlCharEncoding_XML_CHAR_ENCODING_NONE,
                        );
                        if buffer.is_null() {
                            return core::ptr::null_mut();
                        }
                        let input = sys::xmlNewIOInputStream(
                            parser,
                            buffer,
                            sys::xmlCharEncoding_XML_CHAR_ENCODING_NONE,
                        );
                        if input.is_null() {
                            sys::xmlFreeParserInputBuffer(buffer);
                        }
                        return input;
                    }
                }
                None => {
                    let (_, name, _) = callee.callable_info(ctx, false);
                    let name = name.as_str().map(|s| s.lossy().into_owned()).unwrap_or_default();
                    let function = ctx.function_name();
                    let _ = ctx.type_error(format!(
                        "{function}(): The user entity loader callback \"{name}\" has returned a resource, but it is not a stream"
                    ));
                }
            },
            _ => resource = v.to_str(ctx).ok(),
        },
    }
    match resource {
        // SAFETY: a live parser and text.
        Some(name) => unsafe { sys::xmlNewInputFromFile(parser, CText::new(&*name).c()) },
        None => {
            // SAFETY: null or a live text.
            let id = (!id.is_null()).then(|| String::from_utf8_lossy(unsafe { borrowed(id.cast()) }));
            match id {
                None => tell_parser(
                    parser,
                    "Failed to load external entity because the resolver function returned null\n",
                ),
                Some(id) => tell_parser(parser, &format!("Failed to load external entity \"{id}\"\n")),
            }
            core::ptr::null_mut()
        }
    }
}
