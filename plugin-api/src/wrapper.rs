//! Wrappers and kinds of stream of an extension's own, and files as scripts reach them.
//!
//! A kind of stream implements [`NativeStream`], `Handle::new` makes one; a wrapper implements [`Wrapper`] and is registered
//! at module startup with [`Module::wrapper`].

use crate::{Array, Ctx, Module, Resource, Str, Value, host};
use core::cell::RefCell;
use core::mem::ManuallyDrop;
use core::ptr::NonNull;
use plugin_api_abi as abi;
use plugin_api_abi::{
    ContextRaw, CtxRaw, OpenArgs, OpenOut, StrSlice, StreamRaw, Val, WrapperOps, stream_result,
};
use std::rc::Rc;

pub use abi::{StatData as Stat, open_options, stat_flags};

/// A stream operation failed; what there was to say has been said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failed;

/// What a read came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Chunk {
    /// Bytes read.
    pub len: usize,
    /// Nothing comes after them.
    pub end: bool,
}

/// What a seek came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sought {
    /// Whether it succeeded.
    pub ok: bool,
    /// The position from now on, also after some failures; `None` leaves it.
    pub position: Option<i64>,
}

/// Where a seek counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// `SEEK_SET`
    Start,
    /// `SEEK_CUR`
    Current,
    /// `SEEK_END`
    End,
}

/// A kind of stream. The value is dropped when the stream is closed. While one operation runs PHP code (a warning's
/// handler), others on the same stream fail.
pub trait NativeStream: Sized + 'static {
    /// `stream_type` of the metadata.
    const LABEL: &'static str;
    /// Whether there is [`NativeStream::write`].
    const WRITES: bool = false;
    /// Whether there is [`NativeStream::seek`]; [`Handle::new`] may forbid it for one stream.
    const SEEKS: bool = false;
    /// Whether it is a directory: there is [`NativeStream::read_dir`]. Going back to the first name is a seek to 0.
    const LISTS: bool = false;
    /// Reads at most `out.len()` bytes.
    fn read(&mut self, ctx: &mut Ctx, stream: &Handle, out: &mut [u8]) -> Result<Chunk, Failed>;
    /// Writes; gives how many bytes.
    fn write(&mut self, ctx: &mut Ctx, stream: &Handle, bytes: &[u8]) -> Result<usize, Failed> {
        let _ = (ctx, stream, bytes);
        Err(Failed)
    }
    /// Seeks.
    fn seek(&mut self, ctx: &mut Ctx, stream: &Handle, offset: i64, whence: Whence) -> Sought {
        let _ = (ctx, stream, offset, whence);
        Sought { ok: false, position: None }
    }
    /// Writes out what is held back.
    fn flush(&mut self, ctx: &mut Ctx, stream: &Handle) -> Result<(), Failed> {
        let _ = (ctx, stream);
        Ok(())
    }
    /// The next name of a directory.
    fn read_dir(&mut self, ctx: &mut Ctx, stream: &Handle) -> Option<Vec<u8>> {
        let _ = (ctx, stream);
        None
    }
    /// `fstat()`; `None`: false.
    fn stat(&mut self, ctx: &mut Ctx, stream: &Handle) -> Option<Stat> {
        let _ = (ctx, stream);
        None
    }
}

type Cell<T> = RefCell<T>;

/// Runs an operation on a stream's value; a panic is the request's fatal error.
unsafe fn operate<T: NativeStream>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    f: impl FnOnce(&mut T, &mut Ctx, &Handle) -> u32,
) -> u32 {
    let Some(s) = NonNull::new(s) else { return stream_result::FAILED };
    // SAFETY: the engine passes a stream of this kind: `data` is the share of `Handle::new`. It takes one of its own, for
    // PHP code may close the stream meanwhile. The stream is borrowed.
    let (cell, stream) = unsafe {
        Rc::increment_strong_count(data.cast::<Cell<T>>());
        (Rc::from_raw(data.cast::<Cell<T>>()), ManuallyDrop::new(Handle(s)))
    };
    let run = std::panic::AssertUnwindSafe(|| match cell.try_borrow_mut() {
        // SAFETY: the engine's context.
        Ok(mut t) => f(&mut t, unsafe { Ctx::from_raw(ctx) }, &stream),
        Err(_) => stream_result::FAILED,
    });
    std::panic::catch_unwind(run).unwrap_or_else(|p| {
        crate::log::panicked(ctx, "", p);
        stream_result::FAILED
    })
}

unsafe extern "C" fn read<T: NativeStream>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    buf: *mut u8,
    len: usize,
    done: *mut usize,
) -> u32 {
    // SAFETY: the engine's stream, buffer and result slot.
    unsafe {
        operate::<T>(ctx, s, data, |t, ctx, s| {
            match t.read(ctx, s, core::slice::from_raw_parts_mut(buf, len)) {
                Ok(c) => {
                    *done = c.len.min(len);
                    if c.end { stream_result::END } else { stream_result::OK }
                }
                Err(Failed) => stream_result::FAILED | stream_result::END,
            }
        })
    }
}

unsafe extern "C" fn write<T: NativeStream>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    buf: *const u8,
    len: usize,
    done: *mut usize,
) -> u32 {
    // SAFETY: the engine's stream, bytes and result slot.
    unsafe {
        operate::<T>(ctx, s, data, |t, ctx, s| match t.write(ctx, s, StrSlice { ptr: buf, len }.bytes()) {
            Ok(n) => {
                *done = n.min(len);
                stream_result::OK
            }
            Err(Failed) => stream_result::FAILED,
        })
    }
}

unsafe extern "C" fn seek<T: NativeStream>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    offset: i64,
    whence: u32,
    position: *mut i64,
) -> u32 {
    let whence = match whence {
        0 => Whence::Start,
        1 => Whence::Current,
        _ => Whence::End,
    };
    // SAFETY: the engine's stream and result slot.
    unsafe {
        operate::<T>(ctx, s, data, |t, ctx, s| {
            let r = t.seek(ctx, s, offset, whence);
            let failed = if r.ok { stream_result::OK } else { stream_result::FAILED };
            match r.position {
                Some(p) => {
                    *position = p;
                    failed | stream_result::MOVED
                }
                None => failed,
            }
        })
    }
}

unsafe extern "C" fn flush<T: NativeStream>(ctx: *mut CtxRaw, s: *mut StreamRaw, data: *mut u8) -> u32 {
    // SAFETY: the engine's stream.
    unsafe {
        operate::<T>(ctx, s, data, |t, ctx, s| match t.flush(ctx, s) {
            Ok(()) => stream_result::OK,
            Err(Failed) => stream_result::FAILED,
        })
    }
}

unsafe extern "C" fn stat<T: NativeStream>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    out: *mut Stat,
) -> u32 {
    // SAFETY: the engine's stream and result slot.
    unsafe {
        operate::<T>(ctx, s, data, |t, ctx, s| match t.stat(ctx, s) {
            Some(st) => {
                *out = st;
                stream_result::OK
            }
            None => stream_result::FAILED,
        })
    }
}

unsafe extern "C" fn read_dir<T: NativeStream>(ctx: *mut CtxRaw, s: *mut StreamRaw, data: *mut u8) -> Val {
    let mut out = Val::NULL;
    // SAFETY: the engine's stream.
    unsafe {
        operate::<T>(ctx, s, data, |t, ctx, s| {
            if let Some(name) = t.read_dir(ctx, s) {
                out = Value::str(name).into_raw();
            }
            stream_result::OK
        });
    }
    out
}

unsafe extern "C" fn close<T: NativeStream>(data: *mut u8) {
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        // SAFETY: the share of `Handle::new`, given back once.
        drop(unsafe { Rc::from_raw(data.cast::<Cell<T>>()) });
    }));
    if r.is_err() {
        tracing::error!("panic while a stream was closed");
    }
}

/// The operations of a kind.
struct Ops<T>(core::marker::PhantomData<T>);

impl<T: NativeStream> Ops<T> {
    const TABLE: &'static abi::StreamOps = &abi::StreamOps {
        size: size_of::<abi::StreamOps>() as u32,
        reserved: 0,
        label: StrSlice::new(T::LABEL),
        read: read::<T>,
        write: if T::WRITES { Some(write::<T>) } else { None },
        seek: if T::SEEKS { Some(seek::<T>) } else { None },
        flush: Some(flush::<T>),
        stat: Some(stat::<T>),
        close: close::<T>,
        read_dir: if T::LISTS { Some(read_dir::<T>) } else { None },
    };
}

/// A share of a stream.
pub struct Handle(pub(crate) NonNull<StreamRaw>);

impl Clone for Handle {
    fn clone(&self) -> Handle {
        // SAFETY: a live stream.
        unsafe { (host::wrapper().retain)(self.0.as_ptr()) };
        Handle(self.0)
    }
}
impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: our share.
        unsafe { (host::wrapper().release)(self.0.as_ptr()) }
    }
}

impl Handle {
    pub(crate) fn raw(&self) -> *mut StreamRaw {
        self.0.as_ptr()
    }
    /// A stream over `t`, with the mode that metadata shows. Without `can_seek` it cannot, whatever its kind can.
    pub fn new<T: NativeStream>(ctx: &mut Ctx, t: T, mode: &[u8], can_seek: bool) -> Option<Handle> {
        Handle::with_flags(ctx, t, mode, if can_seek { 0 } else { abi::stream_flags::NO_SEEK })
    }
    /// As [`Handle::new`] of a stream that can seek and of which nothing is read ahead.
    pub fn unbuffered<T: NativeStream>(ctx: &mut Ctx, t: T, mode: &[u8]) -> Option<Handle> {
        Handle::with_flags(ctx, t, mode, abi::stream_flags::NO_BUFFER)
    }
    fn with_flags<T: NativeStream>(ctx: &mut Ctx, t: T, mode: &[u8], flags: u32) -> Option<Handle> {
        let data = Rc::into_raw(Rc::new(RefCell::new(t))).cast_mut().cast::<u8>();
        // SAFETY: our context; the table is static and belongs to this type of data.
        NonNull::new(unsafe {
            (host::wrapper().new)(ctx.raw(), Ops::<T>::TABLE, data, StrSlice::of(mode), flags)
        })
        .map(Handle)
    }
    /// Opens a path or URL, with bits of [`open_options`].
    pub fn open(ctx: &mut Ctx, path: &[u8], mode: &[u8], options: u32) -> Result<Handle, Failed> {
        // SAFETY: our context.
        let s = unsafe {
            let (path, mode) = (StrSlice::of(path), StrSlice::of(mode));
            (host::wrapper().open)(ctx.raw(), path, mode, options, core::ptr::null_mut())
        };
        NonNull::new(s).map(Handle).ok_or(Failed)
    }
    /// The open stream of a resource.
    pub fn of(r: &Resource) -> Option<Handle> {
        // SAFETY: a live resource.
        NonNull::new(unsafe { (host::wrapper().of)(r.0) }).map(Handle)
    }
    /// Its resource.
    pub fn resource(&self, ctx: &mut Ctx) -> Value {
        // SAFETY: our context; the share is ours.
        Value(unsafe { (host::wrapper().resource)(ctx.raw(), self.raw()) })
    }
    /// Reads at most `out.len()` bytes; 0 at the end.
    pub fn read(&self, ctx: &mut Ctx, out: &mut [u8]) -> Result<usize, Failed> {
        let mut done = 0;
        // SAFETY: our context; a live buffer.
        let r =
            unsafe { (host::wrapper().read)(ctx.raw(), self.raw(), out.as_mut_ptr(), out.len(), &mut done) };
        if r & stream_result::FAILED == 0 { Ok(done) } else { Err(Failed) }
    }
    /// Writes; gives how many bytes.
    pub fn write(&self, ctx: &mut Ctx, bytes: &[u8]) -> Result<usize, Failed> {
        let mut done = 0;
        // SAFETY: our context; live bytes.
        let r =
            unsafe { (host::wrapper().write)(ctx.raw(), self.raw(), bytes.as_ptr(), bytes.len(), &mut done) };
        if r & stream_result::FAILED == 0 { Ok(done) } else { Err(Failed) }
    }
    /// Closes it now.
    pub fn close(self, ctx: &mut Ctx) {
        // SAFETY: our context; a live stream.
        unsafe { (host::wrapper().close)(ctx.raw(), self.raw()) }
    }
    /// What it was opened as.
    pub fn path(&self) -> Option<Str> {
        // SAFETY: a live stream; the share is ours.
        Str::try_from(Value(unsafe { (host::wrapper().path)(self.raw()) })).ok()
    }
    /// Tells what it was opened as.
    pub fn set_path(&self, path: &[u8]) {
        // SAFETY: a live stream.
        unsafe { (host::wrapper().set_path)(self.raw(), StrSlice::of(path)) }
    }
}

// ---- wrappers ----

/// What a wrapper is asked to open.
pub struct OpenRequest<'a> {
    /// The whole URL.
    pub path: &'a [u8],
    /// The mode.
    pub mode: &'a [u8],
    /// Bits of [`open_options`].
    pub options: u32,
    context: *mut ContextRaw,
}

impl OpenRequest<'_> {
    /// An option of the context: `$options[$wrapper][$name]`.
    pub fn option(&self, wrapper: &str, name: &str) -> Option<Value> {
        option(self.context, wrapper, name)
    }
}

pub(crate) fn option(context: *mut ContextRaw, wrapper: &str, name: &str) -> Option<Value> {
    if context.is_null() {
        return None;
    }
    // SAFETY: the context of a call that runs; the share is ours.
    let v = unsafe {
        (host::wrapper().option)(context, StrSlice::of(wrapper.as_bytes()), StrSlice::of(name.as_bytes()))
    };
    (!v.is_undef()).then_some(Value(v))
}

/// What a wrapper opened.
pub struct Opened {
    /// The stream.
    pub stream: Handle,
    /// Where it really is, for `__FILE__` and `include_once`; `None`: as it was asked for.
    pub path: Option<Vec<u8>>,
}

/// Why a wrapper could not open; without a reason PHP says "operation failed".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenFailure(pub Option<String>);

/// What opens the URLs of a scheme. One value serves all threads.
pub trait Wrapper: Sync + 'static {
    /// `wrapper_type` of the metadata.
    const LABEL: &'static str;
    /// Whether it reaches beyond this machine (`allow_url_fopen` and `allow_url_include` count).
    const IS_URL: bool = false;
    /// Whether there is [`Wrapper::url_stat`].
    const STATS: bool = false;
    /// Whether there is [`Wrapper::open_dir`].
    const LISTS: bool = false;
    /// Whether there are [`Wrapper::unlink`], [`Wrapper::rename`], [`Wrapper::make_dir`] and [`Wrapper::remove_dir`].
    const CHANGES: bool = false;
    /// Opens.
    fn open(&self, ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure>;
    /// Opens a directory: a stream of a kind that lists.
    fn open_dir(&self, ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<Handle, OpenFailure> {
        let _ = (ctx, request);
        Err(OpenFailure::default())
    }
    /// `unlink()`: whether it succeeded. Why not is told here, as of those that follow.
    fn unlink(&self, ctx: &mut Ctx, url: &[u8]) -> bool {
        let _ = (ctx, url);
        false
    }
    /// `rename()`, within the wrapper.
    fn rename(&self, ctx: &mut Ctx, from: &[u8], to: &[u8]) -> bool {
        let _ = (ctx, from, to);
        false
    }
    /// `mkdir()`
    fn make_dir(&self, ctx: &mut Ctx, url: &[u8], mode: u32, recursive: bool) -> bool {
        let _ = (ctx, url, mode, recursive);
        false
    }
    /// `rmdir()`
    fn remove_dir(&self, ctx: &mut Ctx, url: &[u8]) -> bool {
        let _ = (ctx, url);
        false
    }
    /// `stat()` of a URL, with [`stat_flags`].
    fn url_stat(&self, ctx: &mut Ctx, url: &[u8], flags: u32) -> Option<Stat> {
        let _ = (ctx, url, flags);
        None
    }
}

unsafe extern "C" fn wrapper_open<W: Wrapper>(
    ctx: *mut CtxRaw,
    data: *mut u8,
    args: *const OpenArgs,
    out: *mut OpenOut,
) {
    let run = std::panic::AssertUnwindSafe(|| {
        // SAFETY: the engine's context and request; `data` is the wrapper that was registered.
        unsafe {
            let a = &*args;
            let request = OpenRequest {
                path: a.path.bytes(),
                mode: a.mode.bytes(),
                options: a.options,
                context: a.context,
            };
            (*data.cast::<W>()).open(Ctx::from_raw(ctx), &request)
        }
    });
    match std::panic::catch_unwind(run) {
        // SAFETY: the engine's result slots; shares move into them.
        Ok(Ok(o)) => unsafe {
            (*out).path = o.path.map_or(Val::NULL, |p| Value::str(p).into_raw());
            (*out).stream = ManuallyDrop::new(o.stream).raw();
        },
        // SAFETY: as above.
        Ok(Err(f)) => unsafe { (*out).reason = f.0.map_or(Val::NULL, |r| Value::str(r).into_raw()) },
        Err(p) => {
            crate::log::panicked(ctx, "", p);
        }
    }
}

unsafe extern "C" fn wrapper_stat<W: Wrapper>(
    ctx: *mut CtxRaw,
    data: *mut u8,
    url: StrSlice,
    flags: u32,
    _: *mut ContextRaw,
    out: *mut Stat,
) -> u32 {
    let run = std::panic::AssertUnwindSafe(|| {
        // SAFETY: the engine's context and text; `data` is the wrapper that was registered.
        unsafe { (*data.cast::<W>()).url_stat(Ctx::from_raw(ctx), url.bytes(), flags) }
    });
    match std::panic::catch_unwind(run) {
        Ok(Some(st)) => {
            // SAFETY: the engine's result slot.
            unsafe { *out = st };
            stream_result::OK
        }
        Ok(None) => stream_result::FAILED,
        Err(p) => {
            crate::log::panicked(ctx, "", p);
            stream_result::FAILED
        }
    }
}

unsafe extern "C" fn wrapper_open_dir<W: Wrapper>(
    ctx: *mut CtxRaw,
    data: *mut u8,
    args: *const OpenArgs,
    out: *mut OpenOut,
) {
    let run = std::panic::AssertUnwindSafe(|| {
        // SAFETY: the engine's context and request; `data` is the wrapper that was registered.
        unsafe {
            let a = &*args;
            let request = OpenRequest {
                path: a.path.bytes(),
                mode: a.mode.bytes(),
                options: a.options,
                context: a.context,
            };
            (*data.cast::<W>()).open_dir(Ctx::from_raw(ctx), &request)
        }
    });
    match std::panic::catch_unwind(run) {
        // SAFETY: the engine's result slots; shares move into them.
        Ok(Ok(s)) => unsafe { (*out).stream = ManuallyDrop::new(s).raw() },
        // SAFETY: as above.
        Ok(Err(f)) => unsafe { (*out).reason = f.0.map_or(Val::NULL, |r| Value::str(r).into_raw()) },
        Err(p) => {
            crate::log::panicked(ctx, "", p);
        }
    }
}

/// Runs a change by a wrapper; a panic is the request's fatal error.
unsafe fn change<W: Wrapper>(ctx: *mut CtxRaw, data: *mut u8, f: impl FnOnce(&W, &mut Ctx) -> bool) -> u32 {
    // SAFETY: the engine's context; `data` is the wrapper that was registered.
    let run = std::panic::AssertUnwindSafe(|| unsafe { f(&*data.cast::<W>(), Ctx::from_raw(ctx)) });
    match std::panic::catch_unwind(run) {
        Ok(done) => done.into(),
        Err(p) => {
            crate::log::panicked(ctx, "", p);
            0
        }
    }
}

unsafe extern "C" fn wrapper_unlink<W: Wrapper>(ctx: *mut CtxRaw, data: *mut u8, url: StrSlice) -> u32 {
    // SAFETY: the engine's context and text, the wrapper that was registered.
    unsafe { change::<W>(ctx, data, |w, ctx| w.unlink(ctx, url.bytes())) }
}

unsafe extern "C" fn wrapper_rename<W: Wrapper>(
    ctx: *mut CtxRaw,
    data: *mut u8,
    from: StrSlice,
    to: StrSlice,
) -> u32 {
    // SAFETY: as above.
    unsafe { change::<W>(ctx, data, |w, ctx| w.rename(ctx, from.bytes(), to.bytes())) }
}

unsafe extern "C" fn wrapper_make_dir<W: Wrapper>(
    ctx: *mut CtxRaw,
    data: *mut u8,
    url: StrSlice,
    mode: u32,
    recursive: u32,
) -> u32 {
    // SAFETY: as above.
    unsafe { change::<W>(ctx, data, |w, ctx| w.make_dir(ctx, url.bytes(), mode, recursive != 0)) }
}

unsafe extern "C" fn wrapper_remove_dir<W: Wrapper>(ctx: *mut CtxRaw, data: *mut u8, url: StrSlice) -> u32 {
    // SAFETY: as above.
    unsafe { change::<W>(ctx, data, |w, ctx| w.remove_dir(ctx, url.bytes())) }
}

struct WrapperTable<W>(core::marker::PhantomData<W>);

impl<W: Wrapper> WrapperTable<W> {
    const TABLE: &'static WrapperOps = &WrapperOps {
        size: size_of::<WrapperOps>() as u32,
        is_url: W::IS_URL as u32,
        label: StrSlice::new(W::LABEL),
        open: wrapper_open::<W>,
        url_stat: if W::STATS { Some(wrapper_stat::<W>) } else { None },
        open_dir: if W::LISTS { Some(wrapper_open_dir::<W>) } else { None },
        unlink: if W::CHANGES { Some(wrapper_unlink::<W>) } else { None },
        rename: if W::CHANGES { Some(wrapper_rename::<W>) } else { None },
        make_dir: if W::CHANGES { Some(wrapper_make_dir::<W>) } else { None },
        remove_dir: if W::CHANGES { Some(wrapper_remove_dir::<W>) } else { None },
    };
}

impl Module {
    /// Registers a wrapper for a scheme (`zip` for `zip://`). At module startup only.
    pub fn wrapper<W: Wrapper>(&mut self, scheme: &'static str, w: &'static W) {
        let data = core::ptr::from_ref(w).cast_mut().cast::<u8>();
        // SAFETY: the engine's context; table and wrapper are static.
        unsafe {
            (host::wrapper().wrapper)(self.raw(), StrSlice::new(scheme), WrapperTable::<W>::TABLE, data);
        }
    }
}

// ---- files ----

impl Ctx {
    /// `stat()` of a path or URL, with [`stat_flags`].
    pub fn stat(&mut self, path: &[u8], flags: u32) -> Option<Stat> {
        let mut out = Stat::default();
        // SAFETY: our context; a live result slot.
        let found = unsafe { (host::wrapper().stat)(self.raw(), StrSlice::of(path), flags, &mut out) };
        (found != 0).then_some(out)
    }
    /// `mkdir()`; warns when it fails.
    pub fn make_dir(&mut self, path: &[u8], mode: u32, recursive: bool) -> bool {
        // SAFETY: our context.
        unsafe { (host::wrapper().make_dir)(self.raw(), StrSlice::of(path), mode, recursive.into()) != 0 }
    }
    /// Sets a file's times in seconds.
    pub fn touch(&mut self, path: &[u8], mtime: i64, atime: i64) -> bool {
        // SAFETY: our context.
        unsafe { (host::wrapper().touch)(self.raw(), StrSlice::of(path), mtime, atime) != 0 }
    }
    /// The names in a directory, unsorted; warns when it cannot be opened.
    pub fn list_dir(&mut self, path: &[u8]) -> Option<Array> {
        // SAFETY: our context; the share is ours.
        Array::try_from(Value(unsafe { (host::wrapper().list)(self.raw(), StrSlice::of(path)) })).ok()
    }
    /// Names that match a pattern, with flags of the C library's `glob()`; `None` when it failed. `open_basedir` is not asked.
    pub fn glob(&mut self, pattern: &[u8], flags: u32) -> Option<Array> {
        // SAFETY: our context; the share is ours.
        let found = Value(unsafe { (host::wrapper().glob)(self.raw(), StrSlice::of(pattern), flags) });
        Array::try_from(found).ok()
    }
    /// An absolute path without `.` and `..`; links are not followed. `None` when there can be none.
    pub fn expand_path(&mut self, path: &[u8]) -> Option<Str> {
        // SAFETY: our context; the share is ours.
        Str::try_from(Value(unsafe { (host::wrapper().expand)(self.raw(), StrSlice::of(path)) })).ok()
    }
    /// Whether `open_basedir` lets a path through; warns when it does not.
    pub fn path_allowed(&mut self, path: &[u8]) -> bool {
        // SAFETY: our context.
        unsafe { (host::wrapper().allowed)(self.raw(), StrSlice::of(path)) != 0 }
    }
    /// Says that files were changed otherwise than through streams: results of `stat()` that are remembered are stale.
    pub fn files_changed(&mut self) {
        // SAFETY: our context.
        unsafe { (host::wrapper().files_changed)(self.raw()) }
    }
    /// Runs `f` with the context of the VM of this thread, for code that was given none (a payload that is dropped);
    /// `None` where no PHP code may run.
    pub fn current<T>(f: impl FnOnce(&mut Ctx) -> T) -> Option<T> {
        // SAFETY: no arguments; a context that is given is good for calls from this thread.
        unsafe {
            let ctx = (host::sapi().context)();
            (!ctx.is_null()).then(|| f(Ctx::from_raw(ctx)))
        }
    }
}
