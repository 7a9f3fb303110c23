//! Streams of extensions: their kinds of stream and wrappers behind the engine's traits, and the table of wrappers.

use super::api::startup;
use crate::host::SapiHost;
use crate::streams::{stream_of, stream_resource};
use howdah_runtime::{array, memory, string};
use howdah_streams::ops::{Failed, Io, Ops, Sought, Whence};
use howdah_streams::stream::flags;
use howdah_streams::wrapper::{Change, OpenFailure, OpenRequest};
use howdah_streams::{Context, Environment, Opened, Stat, Stream, Streams, Wrapper, path};
use howdah_vm::vm::{Vm, current};
use plugin_api_abi::{
    ContextRaw, CtxRaw, ModuleCtx, OpenArgs, OpenOut, STR, StatData, StrHdr, StrSlice, StreamOps, StreamRaw,
    Val, WrapperOps, WrapperTable, stream_flags, stream_result,
};
use std::any::Any;
use std::cell::Cell;
use std::rc::Rc;

// ---- kinds of stream ----

/// A stream of an extension.
struct PluginStream {
    ops: &'static StreamOps,
    /// Null once it is closed.
    data: Cell<*mut u8>,
}

fn raw(s: &Stream) -> *mut StreamRaw {
    core::ptr::from_ref(s).cast_mut().cast()
}

fn ctx() -> *mut CtxRaw {
    current().cast()
}

fn text(s: StrSlice) -> &'static str {
    // SAFETY: labels of tables live as long as the process.
    std::str::from_utf8(unsafe { s.bytes() }).unwrap_or("")
}

impl PluginStream {
    /// Calls an operation with what it needs; `FAILED` once the stream is closed.
    fn call(&self, f: impl FnOnce(*mut CtxRaw, *mut u8) -> u32) -> u32 {
        let (ctx, data) = (ctx(), self.data.get());
        if ctx.is_null() || data.is_null() { stream_result::FAILED } else { f(ctx, data) }
    }

    fn end(&self) {
        let data = self.data.replace(core::ptr::null_mut());
        if !data.is_null() {
            // SAFETY: what `new` was given, closed once.
            unsafe { (self.ops.close)(data) };
        }
    }
}

/// An entry of a table of operations that was added later: `None` of an extension that was built before.
fn extended<T>(size: u32, at: usize, f: impl FnOnce() -> Option<T>) -> Option<T> {
    if size as usize > at { f() } else { None }
}

fn moved(r: u32, done: usize) -> Io {
    if r & stream_result::FAILED == 0 { Ok(done) } else { Err(Failed) }
}

impl Ops for PluginStream {
    fn label(&self) -> &'static str {
        text(self.ops.label)
    }
    fn read(&self, stream: &Stream, buf: &mut [u8]) -> Io {
        let mut done = 0;
        // SAFETY: a live stream of this kind, buffer and result slot.
        let r = self.call(|ctx, data| unsafe {
            (self.ops.read)(ctx, raw(stream), data, buf.as_mut_ptr(), buf.len(), &mut done)
        });
        if r & stream_result::END != 0 {
            stream.set_eof(true);
        }
        moved(r, done.min(buf.len()))
    }
    fn write(&self, stream: &Stream, bytes: &[u8]) -> Io {
        let Some(f) = self.ops.write else { return Err(Failed) };
        let mut done = 0;
        // SAFETY: a live stream of this kind, bytes and result slot.
        let r = self
            .call(|ctx, data| unsafe { f(ctx, raw(stream), data, bytes.as_ptr(), bytes.len(), &mut done) });
        moved(r, done.min(bytes.len()))
    }
    fn has_write(&self) -> bool {
        self.ops.write.is_some()
    }
    fn has_seek(&self) -> bool {
        self.ops.seek.is_some()
    }
    fn seek(&self, stream: &Stream, offset: i64, whence: Whence) -> Sought {
        let Some(f) = self.ops.seek else { return Sought::FAILED };
        let from = match whence {
            Whence::Set => 0,
            Whence::Current => 1,
            Whence::End => 2,
        };
        let mut at = 0;
        // SAFETY: a live stream of this kind and result slot.
        let r = self.call(|ctx, data| unsafe { f(ctx, raw(stream), data, offset, from, &mut at) });
        Sought { ok: r & stream_result::FAILED == 0, position: (r & stream_result::MOVED != 0).then_some(at) }
    }
    fn flush(&self, stream: &Stream) -> Result<(), Failed> {
        let Some(f) = self.ops.flush else { return Ok(()) };
        // SAFETY: a live stream of this kind.
        moved(self.call(|ctx, data| unsafe { f(ctx, raw(stream), data) }), 0).map(|_| ())
    }
    fn close(&self, _: &Stream, _: bool) -> i32 {
        self.end();
        0
    }
    fn read_dir(&self, stream: &Stream) -> Option<Vec<u8>> {
        let f = extended(self.ops.size, core::mem::offset_of!(StreamOps, read_dir), || self.ops.read_dir)?;
        let mut name = Val::NULL;
        self.call(|ctx, data| {
            // SAFETY: a live stream of this kind; the share is ours.
            name = unsafe { f(ctx, raw(stream), data) };
            stream_result::OK
        });
        take_text(name)
    }
    fn stat(&self, stream: &Stream) -> Option<Stat> {
        let f = self.ops.stat?;
        let mut out = StatData::default();
        // SAFETY: a live stream of this kind and result slot.
        let r = self.call(|ctx, data| unsafe { f(ctx, raw(stream), data, &mut out) });
        (r & stream_result::FAILED == 0).then(|| stat_of(&out))
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for PluginStream {
    fn drop(&mut self) {
        self.end();
    }
}

macro_rules! same_members {
    ($from:ident, $to:ident { $($m:ident),* }) => { $to { $($m: $from.$m),* } };
}

fn stat_of(s: &StatData) -> Stat {
    same_members!(
        s,
        Stat { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks }
    )
}

fn data_of(s: &Stat) -> StatData {
    same_members!(
        s,
        StatData { dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime, ctime, blksize, blocks }
    )
}

// ---- wrappers ----

/// A wrapper that a module startup registered.
pub struct Registered {
    scheme: Vec<u8>,
    ops: *const WrapperOps,
    data: *mut u8,
}

// SAFETY: table and wrapper live as long as the process and serve all threads, by the API's rules.
unsafe impl Send for Registered {}
// SAFETY: as above.
unsafe impl Sync for Registered {}

impl Registered {
    /// Gives it to a VM's streams.
    pub fn install(&self, streams: &Streams) {
        // SAFETY: the table lives as long as the process.
        let w = PluginWrapper { ops: unsafe { &*self.ops }, data: self.data };
        streams.add_builtin(&self.scheme, Rc::new(w));
    }
}

struct PluginWrapper {
    ops: &'static WrapperOps,
    data: *mut u8,
}

fn context_raw(c: Option<&Rc<Context>>) -> *mut ContextRaw {
    c.map_or(core::ptr::null_mut(), |c| Rc::as_ptr(c).cast_mut().cast())
}

/// The bytes of an owned string; `None` for other values.
pub(super) fn take_text(v: Val) -> Option<Vec<u8>> {
    // SAFETY: a live value, whose share is ours.
    unsafe {
        let text = (v.tag() == STR).then(|| StrHdr::bytes(v.as_ptr()).to_vec());
        memory::val_release(v);
        text
    }
}

/// An operation that wrappers got later.
macro_rules! later {
    ($w:ident, $f:ident) => {
        extended($w.ops.size, core::mem::offset_of!(WrapperOps, $f), || $w.ops.$f)
    };
}

impl PluginWrapper {
    /// Runs a change; `None` where there is no VM.
    fn change(&self, f: impl FnOnce(*mut CtxRaw, *mut u8) -> u32) -> Option<bool> {
        let ctx = ctx();
        (!ctx.is_null()).then(|| f(ctx, self.data) != 0)
    }
    /// What `open` and `open_dir` have in common.
    fn opened(
        &self,
        request: &OpenRequest<'_>,
        f: unsafe extern "C" fn(*mut CtxRaw, *mut u8, *const OpenArgs, *mut OpenOut),
    ) -> Result<Opened, OpenFailure> {
        let ctx = ctx();
        if ctx.is_null() {
            return Err(OpenFailure::default());
        }
        let args = OpenArgs {
            size: size_of::<OpenArgs>() as u32,
            options: request.options,
            path: StrSlice::of(request.path),
            mode: StrSlice::of(request.mode),
            context: context_raw(request.context.as_ref()),
        };
        let mut out = OpenOut { stream: core::ptr::null_mut(), path: Val::NULL, reason: Val::NULL };
        // SAFETY: live arguments and result slots; the shares in them are ours afterwards.
        unsafe { f(ctx, self.data, &args, &mut out) };
        let (path, reason) = (take_text(out.path), take_text(out.reason));
        if out.stream.is_null() {
            return Err(reason.map_or_else(OpenFailure::default, |r| {
                OpenFailure::because(String::from_utf8_lossy(&r).into_owned())
            }));
        }
        // SAFETY: a share that `new` gave.
        Ok(Opened { stream: unsafe { Rc::from_raw(out.stream.cast::<Stream>()) }, path })
    }
}

impl Wrapper for PluginWrapper {
    fn label(&self) -> &str {
        text(self.ops.label)
    }
    fn is_url(&self) -> bool {
        self.ops.is_url != 0
    }
    fn open(&self, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        self.opened(request, self.ops.open)
    }
    fn open_dir(&self, request: &OpenRequest<'_>) -> Result<Rc<Stream>, OpenFailure> {
        match later!(self, open_dir) {
            Some(f) => self.opened(request, f).map(|o| o.stream),
            None => Err(OpenFailure::because("not implemented")),
        }
    }
    fn unlink(&self, _: &Rc<dyn Environment>, url: &[u8], _: Option<&Rc<Context>>) -> Option<bool> {
        let f = later!(self, unlink)?;
        // SAFETY: a live text, the wrapper's own function.
        self.change(|ctx, data| unsafe { f(ctx, data, StrSlice::of(url)) })
    }
    fn has_rename(&self) -> bool {
        later!(self, rename).is_some()
    }
    fn rename(
        &self,
        _: &Rc<dyn Environment>,
        from: &[u8],
        to: &[u8],
        _: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let f = later!(self, rename)?;
        // SAFETY: live texts, the wrapper's own function.
        self.change(|ctx, data| unsafe { f(ctx, data, StrSlice::of(from), StrSlice::of(to)) })
    }
    fn mkdir(
        &self,
        _: &Rc<dyn Environment>,
        url: &[u8],
        mode: u32,
        recursive: bool,
        _: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let f = later!(self, make_dir)?;
        // SAFETY: a live text, the wrapper's own function.
        self.change(|ctx, data| unsafe { f(ctx, data, StrSlice::of(url), mode, recursive.into()) })
    }
    fn rmdir(&self, _: &Rc<dyn Environment>, url: &[u8], _: Option<&Rc<Context>>) -> Option<bool> {
        let f = later!(self, remove_dir)?;
        // SAFETY: a live text, the wrapper's own function.
        self.change(|ctx, data| unsafe { f(ctx, data, StrSlice::of(url)) })
    }
    fn has_url_stat(&self) -> bool {
        self.ops.url_stat.is_some()
    }
    fn url_stat(
        &self,
        _: &Rc<dyn Environment>,
        url: &[u8],
        bits: u32,
        context: Option<&Rc<Context>>,
    ) -> Option<Stat> {
        let f = self.ops.url_stat?;
        let ctx = ctx();
        if ctx.is_null() {
            return None;
        }
        let mut out = StatData::default();
        // SAFETY: live arguments and result slot.
        let r = unsafe { f(ctx, self.data, StrSlice::of(url), bits, context_raw(context), &mut out) };
        (r & stream_result::FAILED == 0).then(|| stat_of(&out))
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

// ---- the table ----

unsafe fn vm<'a>(ctx: *mut CtxRaw) -> &'a mut Vm {
    // SAFETY: by the caller's promise.
    unsafe { howdah_vm::api::vm(ctx) }
}

unsafe fn streams(ctx: *mut CtxRaw) -> Option<Rc<Streams>> {
    // SAFETY: by the caller's promise.
    SapiHost::of(unsafe { vm(ctx) }).map(|h| h.streams())
}

/// A share as a raw pointer.
fn give(s: Option<Rc<Stream>>) -> *mut StreamRaw {
    s.map_or(core::ptr::null_mut(), |s| Rc::into_raw(s).cast_mut().cast())
}

unsafe fn stream<'a>(s: *mut StreamRaw) -> &'a Stream {
    // SAFETY: a live stream, by the ABI's rules.
    unsafe { &*s.cast::<Stream>() }
}

fn owned_text(b: &[u8]) -> Val {
    string::new_val(b)
}

unsafe extern "C" fn wrapper(m: *mut ModuleCtx, scheme: StrSlice, ops: *const WrapperOps, data: *mut u8) {
    // SAFETY: module hooks are called with a Startup.
    unsafe {
        let r = Registered { scheme: scheme.bytes().to_vec(), ops, data };
        startup(m).modules.wrappers.push(r);
    }
}
unsafe extern "C" fn new(
    ctx: *mut CtxRaw,
    ops: *const StreamOps,
    data: *mut u8,
    mode: StrSlice,
    bits: u32,
) -> *mut StreamRaw {
    // SAFETY: the engine's context; the table lives as long as the process.
    unsafe {
        let kind = Rc::new(PluginStream { ops: &*ops, data: Cell::new(data) });
        let Some(all) = streams(ctx) else { return core::ptr::null_mut() };
        let s = Stream::new(all.env().clone(), kind, mode.bytes());
        s.set_flags(flags::NO_SEEK, bits & stream_flags::NO_SEEK != 0);
        if bits & stream_flags::NO_BUFFER != 0 {
            s.set_flags(flags::NO_BUFFER, true);
        }
        give(Some(s))
    }
}
unsafe extern "C" fn retain(s: *mut StreamRaw) {
    // SAFETY: a live stream.
    unsafe { Rc::increment_strong_count(s.cast::<Stream>()) }
}
unsafe extern "C" fn release(s: *mut StreamRaw) {
    // SAFETY: a share of the caller's.
    unsafe { Rc::decrement_strong_count(s.cast::<Stream>()) }
}
unsafe extern "C" fn resource(_: *mut CtxRaw, s: *mut StreamRaw) -> Val {
    // SAFETY: a live stream.
    unsafe { stream(s) }.handle().map_or(Val::FALSE, |s| stream_resource(&s))
}
unsafe extern "C" fn of(v: Val) -> *mut StreamRaw {
    give(stream_of(v))
}
unsafe extern "C" fn open(
    ctx: *mut CtxRaw,
    path: StrSlice,
    mode: StrSlice,
    options: u32,
    context: *mut ContextRaw,
) -> *mut StreamRaw {
    // SAFETY: the engine's context, live texts, a live stream context or null.
    unsafe {
        let Some(all) = streams(ctx) else { return core::ptr::null_mut() };
        let context = (!context.is_null()).then(|| {
            Rc::increment_strong_count(context.cast::<Context>());
            Rc::from_raw(context.cast::<Context>())
        });
        give(all.open(path.bytes(), mode.bytes(), options, context).map(|o| o.stream))
    }
}

fn io(r: Io, done: *mut usize) -> u32 {
    match r {
        Ok(n) => {
            // SAFETY: the caller's result slot.
            unsafe { *done = n };
            stream_result::OK
        }
        Err(Failed) => stream_result::FAILED,
    }
}

unsafe extern "C" fn read(
    _: *mut CtxRaw,
    s: *mut StreamRaw,
    buf: *mut u8,
    len: usize,
    done: *mut usize,
) -> u32 {
    // SAFETY: a live stream and buffer.
    io(unsafe { stream(s).read(core::slice::from_raw_parts_mut(buf, len)) }, done)
}
unsafe extern "C" fn write(
    _: *mut CtxRaw,
    s: *mut StreamRaw,
    buf: *const u8,
    len: usize,
    done: *mut usize,
) -> u32 {
    // SAFETY: a live stream and bytes.
    io(unsafe { stream(s).write(StrSlice { ptr: buf, len }.bytes()) }, done)
}
unsafe extern "C" fn close(_: *mut CtxRaw, s: *mut StreamRaw) {
    // SAFETY: a live stream.
    unsafe { stream(s).close() };
}
unsafe extern "C" fn path_of(s: *mut StreamRaw) -> Val {
    // SAFETY: a live stream.
    unsafe { stream(s) }.path().map_or(Val::NULL, |p| owned_text(&p))
}
unsafe extern "C" fn set_path(s: *mut StreamRaw, path: StrSlice) {
    // SAFETY: a live stream and text.
    unsafe { stream(s).set_path(path.bytes()) }
}
unsafe extern "C" fn option(c: *mut ContextRaw, wrapper: StrSlice, name: StrSlice) -> Val {
    // SAFETY: a live context and texts.
    unsafe {
        let c = &*c.cast::<Context>();
        // PHP's own value, where there is one.
        if let Some(o) = c.options().as_any().downcast_ref::<crate::streams::ArrayOptions>() {
            return o.element(wrapper.bytes(), name.bytes()).unwrap_or(Val::UNDEF);
        }
        let (w, n) = (String::from_utf8_lossy(wrapper.bytes()), String::from_utf8_lossy(name.bytes()));
        c.get(&w, &n).map_or(Val::UNDEF, |v| crate::streams::val_of(&v))
    }
}
unsafe extern "C" fn stat(ctx: *mut CtxRaw, path: StrSlice, bits: u32, out: *mut StatData) -> u32 {
    // SAFETY: the engine's context, a live text and result slot.
    unsafe {
        let found = streams(ctx).and_then(|s| s.stat(path.bytes(), bits, None));
        if let Some(s) = &found {
            *out = data_of(s);
        }
        found.is_some().into()
    }
}
unsafe extern "C" fn make_dir(ctx: *mut CtxRaw, path: StrSlice, mode: u32, recursive: u32) -> u32 {
    // SAFETY: the engine's context, a live text.
    unsafe { streams(ctx).is_some_and(|s| s.mkdir(path.bytes(), mode, recursive != 0, None)).into() }
}
unsafe extern "C" fn touch(ctx: *mut CtxRaw, path: StrSlice, mtime: i64, atime: i64) -> u32 {
    let change = Change::Touch(Some((mtime, atime)));
    // SAFETY: the engine's context, a live text.
    unsafe { streams(ctx).and_then(|s| s.change(path.bytes(), &change, None)).unwrap_or(false).into() }
}
fn owned_list(names: Option<Vec<Vec<u8>>>) -> Val {
    let Some(names) = names else { return Val::FALSE };
    array::val(array::from_vals(names.iter().map(|n| owned_text(n)).collect::<Vec<_>>()))
}
unsafe extern "C" fn list(ctx: *mut CtxRaw, path: StrSlice) -> Val {
    // SAFETY: the engine's context, a live text.
    owned_list(unsafe { streams(ctx).and_then(|s| s.scan_dir(path.bytes(), None)) })
}
unsafe extern "C" fn glob(_: *mut CtxRaw, pattern: StrSlice, flags: u32) -> Val {
    // SAFETY: a live text.
    owned_list(howdah_streams::glob::matches(unsafe { pattern.bytes() }, flags.cast_signed()))
}
unsafe extern "C" fn expand(_: *mut CtxRaw, name: StrSlice) -> Val {
    // SAFETY: a live text.
    path::expand(unsafe { name.bytes() }).map_or(Val::NULL, |p| owned_text(&p))
}
unsafe extern "C" fn allowed(ctx: *mut CtxRaw, name: StrSlice) -> u32 {
    // SAFETY: the engine's context, a live text.
    unsafe { streams(ctx).is_some_and(|s| path::allowed(s.env(), name.bytes(), true)).into() }
}
unsafe extern "C" fn files_changed(ctx: *mut CtxRaw) {
    // SAFETY: the engine's context.
    if let Some(s) = unsafe { streams(ctx) } {
        s.env().files_changed();
    }
}

/// The table.
pub static TABLE: WrapperTable = WrapperTable {
    size: size_of::<WrapperTable>() as u32,
    reserved: 0,
    wrapper,
    new,
    retain,
    release,
    resource,
    of,
    open,
    read,
    write,
    close,
    path: path_of,
    set_path,
    option,
    stat,
    make_dir,
    touch,
    list,
    glob,
    expand,
    allowed,
    files_changed,
};
