//! Encryption of sockets by an extension: the interface `engine.transports/1`, which the engine itself offers. The extension
//! implements [`CryptoLayer`] and registers it, with the schemes that begin with it, at module startup.

use crate::wrapper::{Chunk, Failed, Handle};
use crate::{Array, Ctx, Module, Value};
use core::mem::ManuallyDrop;
use plugin_api_abi::{ContextRaw, CtxRaw, ModuleCtx, StrSlice, StreamRaw, Val, stream_result};

/// Name of the interface.
pub const TRANSPORTS: &str = "engine.transports/1";

/// A socket as the layer above it sees it.
#[repr(C)]
pub struct SocketState {
    /// `size_of::<SocketState>()` of the engine.
    pub size: u32,
    /// The descriptor.
    pub fd: i32,
    /// 1: the script wants it to block.
    pub blocking: u32,
    /// 1: something was read already; more is only wanted if it is there.
    pub partial: u32,
    /// Set to 1: the time was over.
    pub timed_out: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Microseconds that reading and writing may take; -1: as long as it takes.
    pub timeout: i64,
    /// Microseconds that connecting may take; -1: as long as it takes.
    pub connect_timeout: i64,
}

/// Where the session of a layer is taken from, in [`CryptoOps::set_up`].
pub mod session {
    /// It makes one of its own.
    pub const FRESH: u32 = 0;
    /// A stream that is no socket that can be encrypted.
    pub const FOREIGN: u32 = 1;
    /// A socket that has no layer yet.
    pub const UNUSED: u32 = 2;
    /// Another layer.
    pub const OTHER: u32 = 3;
}

/// What a layer does. `data` is what `new` made.
#[repr(C)]
pub struct CryptoOps {
    /// `size_of::<CryptoOps>()` of whoever built it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Makes a layer; `host` is what the address named, or none.
    pub new: unsafe extern "C" fn(host: StrSlice) -> *mut u8,
    /// Gets it ready; `other` is a layer where `from` is [`session::OTHER`]. 0: failed.
    pub set_up: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        s: *mut StreamRaw,
        data: *mut u8,
        socket: *mut SocketState,
        method: u32,
        from: u32,
        other: *mut u8,
    ) -> u32,
    /// Begins or ends encryption: 1 done, 0 not yet, -1 failed.
    pub enable: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        s: *mut StreamRaw,
        data: *mut u8,
        socket: *mut SocketState,
        on: u32,
    ) -> i32,
    /// Whether it encrypts.
    pub active: unsafe extern "C" fn(data: *mut u8) -> u32,
    /// Reads at most `len` bytes; `done` gets how many.
    pub read: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        s: *mut StreamRaw,
        data: *mut u8,
        socket: *mut SocketState,
        buf: *mut u8,
        len: usize,
        done: *mut usize,
    ) -> u32,
    /// Writes.
    pub write: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        s: *mut StreamRaw,
        data: *mut u8,
        socket: *mut SocketState,
        buf: *const u8,
        len: usize,
        done: *mut usize,
    ) -> u32,
    /// Bytes that can be read without the socket.
    pub pending: unsafe extern "C" fn(data: *mut u8) -> usize,
    /// Whether the other end is still there.
    pub alive: unsafe extern "C" fn(data: *mut u8, socket: *mut SocketState) -> u32,
    /// `crypto` of the metadata: an owned array, or UNDEF.
    pub describe: unsafe extern "C" fn(data: *mut u8) -> Val,
    /// Ends it in good order.
    pub close: unsafe extern "C" fn(data: *mut u8),
    /// Frees it. Called once, last.
    pub free: unsafe extern "C" fn(data: *mut u8),
}

// SAFETY: tables are immutable static data.
unsafe impl Sync for CryptoOps {}

/// The table of [`TRANSPORTS`].
#[repr(C)]
pub struct TransportTable {
    /// `size_of::<TransportTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Has a layer encrypt TCP sockets, for the life of the process.
    pub crypto: unsafe extern "C" fn(m: *mut ModuleCtx, ops: *const CryptoOps),
    /// A transport whose connections are encrypted from the beginning, with bits of `STREAM_CRYPTO_METHOD_*`; with
    /// `by_context` 1 the context's `crypto_method` counts instead.
    pub transport: unsafe extern "C" fn(m: *mut ModuleCtx, scheme: StrSlice, method: u32, by_context: u32),
    /// A wrapper that is another one under its own scheme (`https`, which is `http`).
    pub secured: unsafe extern "C" fn(m: *mut ModuleCtx, scheme: StrSlice, like: StrSlice),
    /// The context of a stream, which lives as long as the stream; or null.
    pub context: unsafe extern "C" fn(s: *mut StreamRaw) -> *mut ContextRaw,
    /// Sets `$options[$wrapper][$name]` of a context to a value, which is borrowed.
    pub set_option: unsafe extern "C" fn(c: *mut ContextRaw, wrapper: StrSlice, name: StrSlice, v: Val),
    /// Shuts a socket down: 0 reading, 1 writing, 2 both.
    pub shut_down: unsafe extern "C" fn(s: *mut StreamRaw, how: u32),
}

/// What encrypting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enabled {
    /// Done.
    Yes,
    /// Not yet: the socket does not block.
    Later,
    /// Failed, or there was nothing to do.
    No,
}

/// Where the session of a layer is taken from.
pub enum Session<'a, T> {
    /// It makes one of its own.
    Fresh,
    /// A stream that is no socket that can be encrypted.
    Foreign,
    /// A socket that has no layer yet.
    Unused,
    /// Another layer.
    Other(&'a T),
}

/// A layer of encryption over one socket. Its methods may come back while one runs PHP code.
pub trait CryptoLayer: Sized + 'static {
    /// A layer; `host` is what the address named.
    fn new(host: Option<&[u8]>) -> Self;
    /// Gets it ready, with the bits of `STREAM_CRYPTO_METHOD_*`.
    fn set_up(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &SocketState,
        method: u32,
        session: Session<'_, Self>,
    ) -> bool;
    /// Begins or ends encryption.
    fn enable(&self, ctx: &mut Ctx, stream: &Handle, socket: &mut SocketState, on: bool) -> Enabled;
    /// Whether it encrypts.
    fn is_active(&self) -> bool;
    /// Reads at most `out.len()` bytes.
    fn read(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &mut SocketState,
        out: &mut [u8],
    ) -> Result<Chunk, Failed>;
    /// Writes; gives how many bytes.
    fn write(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &mut SocketState,
        bytes: &[u8],
    ) -> Result<usize, Failed>;
    /// Bytes that can be read without the socket.
    fn pending(&self) -> usize;
    /// Whether the other end is still there.
    fn is_alive(&self, socket: &mut SocketState) -> bool;
    /// `crypto` of the metadata.
    fn describe(&self) -> Option<Array>;
    /// Ends it in good order.
    fn close(&self);
}

/// Runs an operation; a panic is the request's fatal error.
fn guarded<R>(ctx: *mut CtxRaw, otherwise: R, f: impl FnOnce() -> R) -> R {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(f)).unwrap_or_else(|p| {
        if !ctx.is_null() {
            crate::log::panicked(ctx, "", p);
        }
        otherwise
    })
}

/// Runs an operation on a layer and its stream.
unsafe fn operate<T: CryptoLayer, R>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    otherwise: R,
    f: impl FnOnce(&T, &mut Ctx, &Handle) -> R,
) -> R {
    // SAFETY: the engine passes a live stream, which is borrowed, its context, and what `new` made.
    let Some(stream) = (unsafe { Handle::borrowed(s) }) else { return otherwise };
    let stream = ManuallyDrop::new(stream);
    // SAFETY: as above.
    guarded(ctx, otherwise, || unsafe { f(&*data.cast::<T>(), Ctx::from_raw(ctx), &stream) })
}

unsafe extern "C" fn new<T: CryptoLayer>(name: StrSlice) -> *mut u8 {
    guarded(core::ptr::null_mut(), core::ptr::null_mut(), || {
        // SAFETY: a live text, or none.
        let host = if name.is_none() { None } else { Some(unsafe { name.bytes() }) };
        Box::into_raw(Box::new(T::new(host))).cast()
    })
}
unsafe extern "C" fn set_up<T: CryptoLayer>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    socket: *mut SocketState,
    method: u32,
    from: u32,
    other: *mut u8,
) -> u32 {
    // SAFETY: the engine's stream, layers and socket.
    unsafe {
        let session = match from {
            session::FOREIGN => Session::Foreign,
            session::UNUSED => Session::Unused,
            session::OTHER => Session::Other(&*other.cast::<T>()),
            _ => Session::Fresh,
        };
        operate::<T, _>(ctx, s, data, false, |t, c, s| t.set_up(c, s, &*socket, method, session)).into()
    }
}
unsafe extern "C" fn enable<T: CryptoLayer>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    socket: *mut SocketState,
    on: u32,
) -> i32 {
    // SAFETY: as above.
    let done = unsafe {
        operate::<T, _>(ctx, s, data, Enabled::No, |t, c, s| t.enable(c, s, &mut *socket, on != 0))
    };
    match done {
        Enabled::Yes => 1,
        Enabled::Later => 0,
        Enabled::No => -1,
    }
}
unsafe extern "C" fn active<T: CryptoLayer>(data: *mut u8) -> u32 {
    // SAFETY: what `new` made.
    guarded(core::ptr::null_mut(), false, || unsafe { (*data.cast::<T>()).is_active() }).into()
}
unsafe extern "C" fn read<T: CryptoLayer>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    socket: *mut SocketState,
    buf: *mut u8,
    len: usize,
    done: *mut usize,
) -> u32 {
    // SAFETY: the engine's stream, layer, socket, buffer and result slot.
    unsafe {
        operate::<T, _>(ctx, s, data, stream_result::FAILED, |t, c, s| {
            match t.read(c, s, &mut *socket, core::slice::from_raw_parts_mut(buf, len)) {
                Ok(c) => {
                    *done = c.len.min(len);
                    if c.end { stream_result::END } else { stream_result::OK }
                }
                Err(Failed) => stream_result::FAILED,
            }
        })
    }
}
unsafe extern "C" fn write<T: CryptoLayer>(
    ctx: *mut CtxRaw,
    s: *mut StreamRaw,
    data: *mut u8,
    socket: *mut SocketState,
    buf: *const u8,
    len: usize,
    done: *mut usize,
) -> u32 {
    // SAFETY: as above.
    unsafe {
        operate::<T, _>(ctx, s, data, stream_result::FAILED, |t, c, s| {
            match t.write(c, s, &mut *socket, StrSlice { ptr: buf, len }.bytes()) {
                Ok(n) => {
                    *done = n.min(len);
                    stream_result::OK
                }
                Err(Failed) => stream_result::FAILED,
            }
        })
    }
}
unsafe extern "C" fn pending<T: CryptoLayer>(data: *mut u8) -> usize {
    // SAFETY: what `new` made.
    guarded(core::ptr::null_mut(), 0, || unsafe { (*data.cast::<T>()).pending() })
}
unsafe extern "C" fn alive<T: CryptoLayer>(data: *mut u8, socket: *mut SocketState) -> u32 {
    // SAFETY: what `new` made, and the engine's socket.
    guarded(core::ptr::null_mut(), true, || unsafe { (*data.cast::<T>()).is_alive(&mut *socket) }).into()
}
unsafe extern "C" fn describe<T: CryptoLayer>(data: *mut u8) -> Val {
    // SAFETY: what `new` made.
    let told = guarded(core::ptr::null_mut(), None, || unsafe { (*data.cast::<T>()).describe() });
    told.map_or(Val::UNDEF, |a| Value::from(a).into_raw())
}
unsafe extern "C" fn close<T: CryptoLayer>(data: *mut u8) {
    // SAFETY: what `new` made.
    guarded(core::ptr::null_mut(), (), || unsafe { (*data.cast::<T>()).close() });
}
unsafe extern "C" fn free<T: CryptoLayer>(data: *mut u8) {
    // SAFETY: what `new` made, freed once.
    guarded(core::ptr::null_mut(), (), || drop(unsafe { Box::from_raw(data.cast::<T>()) }));
}

struct Ops<T>(core::marker::PhantomData<T>);

impl<T: CryptoLayer> Ops<T> {
    const TABLE: &'static CryptoOps = &CryptoOps {
        size: size_of::<CryptoOps>() as u32,
        reserved: 0,
        new: new::<T>,
        set_up: set_up::<T>,
        enable: enable::<T>,
        active: active::<T>,
        read: read::<T>,
        write: write::<T>,
        pending: pending::<T>,
        alive: alive::<T>,
        describe: describe::<T>,
        close: close::<T>,
        free: free::<T>,
    };
}

/// A transport whose connections are encrypted from the beginning.
pub struct SecureScheme {
    /// Its scheme.
    pub scheme: &'static str,
    /// Bits of `STREAM_CRYPTO_METHOD_*`.
    pub method: u32,
    /// Whether the context's `crypto_method` counts instead.
    pub by_context: bool,
}

impl Module {
    /// Has `T` encrypt TCP sockets, and transports begin with it. `wrappers` are schemes that are others under their own
    /// name (`https`, which is `http`). False: this engine has no such sockets. At module startup only.
    pub fn crypto<T: CryptoLayer>(
        &mut self,
        schemes: &[SecureScheme],
        wrappers: &[(&'static str, &'static str)],
    ) -> bool {
        let Some(table) = self.import(TRANSPORTS) else { return false };
        // SAFETY: the interface's name stands for this table, which lives as long as the process; the context is the
        // engine's, texts and operations are static.
        unsafe {
            let table = &*table.cast::<TransportTable>();
            (table.crypto)(self.raw(), Ops::<T>::TABLE);
            for s in schemes {
                (table.transport)(self.raw(), StrSlice::new(s.scheme), s.method, s.by_context.into());
            }
            for (scheme, like) in wrappers {
                (table.secured)(self.raw(), StrSlice::new(scheme), StrSlice::new(like));
            }
        }
        true
    }
}

/// The context of a stream.
pub struct StreamContext {
    raw: *mut ContextRaw,
    table: &'static TransportTable,
}

impl StreamContext {
    /// `$options[$wrapper][$name]`
    pub fn option(&self, wrapper: &str, name: &str) -> Option<Value> {
        crate::wrapper::option(self.raw, wrapper, name)
    }
    /// Sets `$options[$wrapper][$name]`.
    pub fn set_option(&self, wrapper: &str, name: &str, v: &Value) {
        let (wrapper, name) = (StrSlice::of(wrapper.as_bytes()), StrSlice::of(name.as_bytes()));
        // SAFETY: the context lives as long as its stream; the value is borrowed.
        unsafe { (self.table.set_option)(self.raw, wrapper, name, v.raw()) }
    }
}

fn table(ctx: &mut Ctx) -> Option<&'static TransportTable> {
    // SAFETY: the interface's name stands for this table, which lives as long as the process.
    ctx.interface(TRANSPORTS).map(|p| unsafe { &*p.cast::<TransportTable>() })
}

impl Handle {
    /// The stream of an operation, whose share stays the engine's.
    pub(crate) unsafe fn borrowed(s: *mut StreamRaw) -> Option<Handle> {
        core::ptr::NonNull::new(s).map(Handle)
    }
    /// Its context, to be used while the stream is.
    pub fn context(&self, ctx: &mut Ctx) -> Option<StreamContext> {
        let table = table(ctx)?;
        // SAFETY: a live stream.
        let raw = unsafe { (table.context)(self.raw()) };
        (!raw.is_null()).then_some(StreamContext { raw, table })
    }
    /// Shuts a socket down for reading and writing.
    pub fn shut_down(&self, ctx: &mut Ctx) {
        if let Some(t) = table(ctx) {
            // SAFETY: a live stream.
            unsafe { (t.shut_down)(self.raw(), 2) }
        }
    }
}
