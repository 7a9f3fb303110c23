//! Encryption of sockets by extensions behind the streams' trait, and the interface `engine.transports/1`.

use super::api::startup;
use crate::streams::{ArrayOptions, value_of};
use howdah_runtime::memory;
use howdah_streams::meta::MetaValue;
use howdah_streams::ops::{Failed, Io};
use howdah_streams::socket::crypto::{Below, Crypto, Enabled, Layer, SecureTransport, Session};
use howdah_streams::{Context, Stream, Streams, Value};
use howdah_vm::vm::current;
use plugin_api::transport::{CryptoOps, SocketState, TransportTable, session};
use plugin_api_abi::{ARR, ContextRaw, CtxRaw, ModuleCtx, StrSlice, StreamRaw, Val, stream_result};
use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

/// What module startups registered.
#[derive(Default)]
pub struct Registered {
    crypto: Option<&'static CryptoOps>,
    transports: Vec<(&'static [u8], u32, bool)>,
    wrappers: Vec<(&'static [u8], &'static [u8])>,
}

impl Registered {
    /// Gives it to a VM's streams.
    pub fn install(&self, streams: &Streams) {
        if let Some(ops) = self.crypto {
            streams.transports.set_crypto(Rc::new(PluginCrypto(ops)));
        }
        for &(scheme, method, by_context) in &self.transports {
            streams.transports.register(scheme, Rc::new(SecureTransport { method, by_context }));
        }
        for (scheme, like) in &self.wrappers {
            if let Some(w) = streams.find(like) {
                streams.add_builtin(scheme, w);
            }
        }
    }
}

struct PluginCrypto(&'static CryptoOps);

impl Crypto for PluginCrypto {
    fn layer(&self, host: Option<&[u8]>) -> Rc<dyn Layer> {
        // SAFETY: a live text, or none.
        let data = unsafe { (self.0.new)(host.map_or(StrSlice::NONE, StrSlice::of)) };
        Rc::new(PluginLayer { ops: self.0, data })
    }
}

struct PluginLayer {
    ops: &'static CryptoOps,
    /// Null where it could not be made.
    data: *mut u8,
}

impl Drop for PluginLayer {
    fn drop(&mut self) {
        if !self.data.is_null() {
            // SAFETY: what `new` made, freed once.
            unsafe { (self.ops.free)(self.data) }
        }
    }
}

fn microseconds(t: Option<Duration>) -> i64 {
    t.map_or(-1, |t| i64::try_from(t.as_micros()).unwrap_or(i64::MAX))
}

fn state(b: &Below) -> SocketState {
    SocketState {
        size: size_of::<SocketState>() as u32,
        fd: b.fd,
        blocking: b.blocking.into(),
        partial: b.partial.into(),
        timed_out: b.timed_out.into(),
        reserved: 0,
        timeout: microseconds(b.timeout),
        connect_timeout: microseconds(b.connect_timeout),
    }
}

fn raw(s: &Stream) -> *mut StreamRaw {
    core::ptr::from_ref(s).cast_mut().cast()
}

impl PluginLayer {
    /// Calls an operation with the thread's VM and the socket; `None` where there is none.
    fn call<R>(&self, below: &mut Below, f: impl FnOnce(*mut CtxRaw, &mut SocketState) -> R) -> Option<R> {
        let ctx: *mut CtxRaw = current().cast();
        if ctx.is_null() || self.data.is_null() {
            return None;
        }
        let mut socket = state(below);
        let r = f(ctx, &mut socket);
        below.timed_out = socket.timed_out != 0;
        Some(r)
    }
}

fn moved(r: Option<u32>, s: &Stream, done: usize) -> Io {
    let r = r.unwrap_or(stream_result::FAILED);
    if r & stream_result::END != 0 {
        s.set_eof(true);
    }
    if r & stream_result::FAILED == 0 { Ok(done) } else { Err(Failed) }
}

impl Layer for PluginLayer {
    fn set_up(&self, s: &Stream, below: &Below, method: u32, from: Option<Session>) -> bool {
        let ctx: *mut CtxRaw = current().cast();
        if ctx.is_null() || self.data.is_null() {
            return false;
        }
        let other = match &from {
            Some(Session::Of(l)) => l.as_any().downcast_ref::<PluginLayer>().filter(|l| !l.data.is_null()),
            _ => None,
        };
        let (kind, other) = match (from.as_ref(), other) {
            (_, Some(l)) => (session::OTHER, l.data),
            (None, _) => (session::FRESH, core::ptr::null_mut()),
            (Some(Session::None), _) => (session::FOREIGN, core::ptr::null_mut()),
            (Some(_), _) => (session::UNUSED, core::ptr::null_mut()),
        };
        let mut socket = state(below);
        // SAFETY: the thread's VM, a live stream and layers.
        unsafe { (self.ops.set_up)(ctx, raw(s), self.data, &mut socket, method, kind, other) != 0 }
    }
    fn enable(&self, s: &Stream, below: &mut Below, on: bool) -> Enabled {
        // SAFETY: the thread's VM, a live stream and layer.
        let r = self.call(below, |ctx, socket| unsafe {
            (self.ops.enable)(ctx, raw(s), self.data, socket, on.into())
        });
        match r {
            Some(1..) => Enabled::Yes,
            Some(0) => Enabled::Later,
            _ => Enabled::No,
        }
    }
    fn is_active(&self) -> bool {
        // SAFETY: a live layer.
        !self.data.is_null() && unsafe { (self.ops.active)(self.data) != 0 }
    }
    fn read(&self, s: &Stream, below: &mut Below, buf: &mut [u8]) -> Io {
        let mut done = 0;
        // SAFETY: the thread's VM, a live stream, layer, buffer and result slot.
        let r = self.call(below, |ctx, socket| unsafe {
            (self.ops.read)(ctx, raw(s), self.data, socket, buf.as_mut_ptr(), buf.len(), &mut done)
        });
        moved(r, s, done.min(buf.len()))
    }
    fn write(&self, s: &Stream, below: &mut Below, bytes: &[u8]) -> Io {
        let mut done = 0;
        // SAFETY: as above.
        let r = self.call(below, |ctx, socket| unsafe {
            (self.ops.write)(ctx, raw(s), self.data, socket, bytes.as_ptr(), bytes.len(), &mut done)
        });
        moved(r, s, done.min(bytes.len()))
    }
    fn pending(&self) -> usize {
        // SAFETY: a live layer.
        if self.data.is_null() { 0 } else { unsafe { (self.ops.pending)(self.data) } }
    }
    fn is_alive(&self, below: &mut Below) -> bool {
        // SAFETY: a live layer.
        self.call(below, |_, socket| unsafe { (self.ops.alive)(self.data, socket) != 0 }).unwrap_or(true)
    }
    fn describe(&self) -> Option<MetaValue> {
        if self.data.is_null() {
            return None;
        }
        // SAFETY: a live layer; the share of the result is ours.
        unsafe {
            let v = (self.ops.describe)(self.data);
            let told = (v.tag() == ARR).then(|| meta_of(&value_of(v)));
            memory::val_release(v);
            told
        }
    }
    fn close(&self) {
        if !self.data.is_null() {
            // SAFETY: a live layer.
            unsafe { (self.ops.close)(self.data) }
        }
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A value as metadata have it.
fn meta_of(v: &Value) -> MetaValue {
    match v {
        Value::Bool(b) => MetaValue::Bool(*b),
        Value::Int(i) => MetaValue::Int(*i),
        Value::Array(all) => MetaValue::List(all.iter().map(|(k, v)| (k.clone(), meta_of(v))).collect()),
        other => MetaValue::Text(other.to_text()),
    }
}

// ---- the table ----

unsafe extern "C" fn crypto(m: *mut ModuleCtx, ops: *const CryptoOps) {
    // SAFETY: module hooks are called with a Startup; operations live as long as the process.
    unsafe { startup(m).modules.transports.crypto = Some(&*ops) }
}
unsafe extern "C" fn transport(m: *mut ModuleCtx, scheme: StrSlice, method: u32, by_context: u32) {
    // SAFETY: as above; texts live as long as the process.
    unsafe { startup(m).modules.transports.transports.push((scheme.bytes(), method, by_context != 0)) }
}
unsafe extern "C" fn secured(m: *mut ModuleCtx, scheme: StrSlice, like: StrSlice) {
    // SAFETY: as above.
    unsafe { startup(m).modules.transports.wrappers.push((scheme.bytes(), like.bytes())) }
}
unsafe fn stream<'a>(s: *mut StreamRaw) -> &'a Stream {
    // SAFETY: a live stream, by the API's rules.
    unsafe { &*s.cast::<Stream>() }
}
unsafe extern "C" fn context(s: *mut StreamRaw) -> *mut ContextRaw {
    // SAFETY: a live stream, which keeps its context.
    unsafe { stream(s) }.context().map_or(core::ptr::null_mut(), |c| Rc::as_ptr(&c).cast_mut().cast())
}
unsafe extern "C" fn set_option(c: *mut ContextRaw, wrapper: StrSlice, name: StrSlice, v: Val) {
    // SAFETY: a live context, texts and value.
    unsafe {
        let c = &*c.cast::<Context>();
        if let Some(o) = c.options().as_any().downcast_ref::<ArrayOptions>() {
            o.put(wrapper.bytes(), name.bytes(), v);
        }
    }
}
unsafe extern "C" fn shut_down(s: *mut StreamRaw, how: u32) {
    // SAFETY: a live stream.
    howdah_streams::socket::shutdown(unsafe { stream(s) }, how.into());
}

/// The table.
pub static TABLE: TransportTable = TransportTable {
    size: size_of::<TransportTable>() as u32,
    reserved: 0,
    crypto,
    transport,
    secured,
    context,
    set_option,
    shut_down,
};
