//! Stream filters of extensions behind the streams' trait, and the interface `engine.filters/1`.

use super::api::startup;
use crate::streams::Held;
use howdah_streams::filter::{Brigade, Filter, FilterFactory, FilterParams, FilterStatus, Flow};
use howdah_streams::{Environment, Stream, Streams};
use howdah_vm::vm::current;
use plugin_api::filter::{FilterOps, FilterTable, Passed, Sink};
use plugin_api_abi::{CtxRaw, ModuleCtx, StrSlice, Val};
use std::rc::Rc;

/// A kind of filter that an extension registered at module startup.
pub struct Registered {
    name: &'static [u8],
    ops: &'static FilterOps,
}

impl Registered {
    /// Gives it to a VM's streams.
    pub fn install(&self, streams: &Streams) {
        streams.filters.register(self.name, Rc::new(PluginFactory(self.ops)));
    }
}

struct PluginFactory(&'static FilterOps);

impl FilterFactory for PluginFactory {
    fn create(&self, _: &Rc<dyn Environment>, name: &[u8], params: &FilterParams) -> Option<Box<dyn Filter>> {
        let ctx: *mut CtxRaw = current().cast();
        if ctx.is_null() {
            return None;
        }
        let given =
            params.original.as_ref().and_then(|p| p.downcast_ref::<Held>()).map_or(Val::UNDEF, Held::get);
        // SAFETY: the thread's VM, a live text and value.
        let data = unsafe { (self.0.create)(ctx, StrSlice::of(name), given) };
        (!data.is_null()).then(|| Box::new(PluginFilter { ops: self.0, data }) as Box<dyn Filter>)
    }
}

struct PluginFilter {
    ops: &'static FilterOps,
    data: *mut u8,
}

impl Filter for PluginFilter {
    fn run(
        &mut self,
        _: &Stream,
        input: &mut Brigade,
        output: &mut Brigade,
        consumed: &mut usize,
        flow: Flow,
    ) -> FilterStatus {
        let ctx: *mut CtxRaw = current().cast();
        if ctx.is_null() {
            return FilterStatus::Fatal;
        }
        let pieces: Vec<StrSlice> = input.iter().map(|b| StrSlice::of(b)).collect();
        let sink = std::ptr::from_mut(output).cast::<Sink>();
        let flow = flow.number() as u32;
        // SAFETY: the thread's VM, data that the extension made, live pieces and result slots.
        let passed =
            unsafe { (self.ops.run)(ctx, self.data, pieces.as_ptr(), pieces.len(), flow, sink, consumed) };
        match passed {
            p if p == Passed::On as u32 => FilterStatus::PassOn,
            p if p == Passed::NeedsMore as u32 => FilterStatus::FeedMe,
            _ => FilterStatus::Fatal,
        }
    }
}

impl Drop for PluginFilter {
    fn drop(&mut self) {
        // SAFETY: data that the extension made, freed once.
        unsafe { (self.ops.free)(self.data) }
    }
}

unsafe extern "C" fn register(m: *mut ModuleCtx, name: StrSlice, ops: *const FilterOps) {
    // SAFETY: a startup; name and table live as long as the process.
    unsafe { startup(m).modules.filters.push(Registered { name: name.bytes(), ops: &*ops }) }
}

unsafe extern "C" fn emit(sink: *mut Sink, bytes: StrSlice) {
    // SAFETY: the brigade that a filter was run with, a live text.
    unsafe { (*sink.cast::<Brigade>()).push_back(bytes.bytes().to_vec()) }
}

/// The interface.
pub static TABLE: FilterTable =
    FilterTable { size: size_of::<FilterTable>() as u32, reserved: 0, register, emit };
