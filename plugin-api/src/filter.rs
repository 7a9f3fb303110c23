//! Stream filters of an extension's own: the interface `engine.filters/1`, which the engine itself offers.

use crate::wrapper::Failed;
use crate::{Ctx, Module, Value};
use core::cell::RefCell;
use plugin_api_abi::{CtxRaw, ModuleCtx, StrSlice, Val};

/// Name of the interface.
pub const FILTERS: &str = "engine.filters/1";

/// Why a filter runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Flow {
    /// Data comes.
    Normal = 0,
    /// What can be is to be passed on.
    Flush = 1,
    /// The end.
    Close = 2,
}

/// What a filter came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Passed {
    /// Its output goes on.
    On = 0,
    /// It needs more.
    NeedsMore = 1,
    /// The stream is broken.
    Broken = 2,
}

/// Where a filter's output goes.
#[repr(C)]
pub struct Sink {
    _private: [u8; 0],
}

/// A kind of filter. `data` is what `create` made.
#[repr(C)]
pub struct FilterOps {
    /// `size_of::<FilterOps>()` of whoever built it.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Makes one; `params` UNDEF when none were given. Null: it cannot be made.
    pub create: unsafe extern "C" fn(ctx: *mut CtxRaw, name: StrSlice, params: Val) -> *mut u8,
    /// Takes pieces and passes bytes on; `consumed` gets how many it took. A [`Passed`].
    pub run: unsafe extern "C" fn(
        ctx: *mut CtxRaw,
        data: *mut u8,
        input: *const StrSlice,
        pieces: usize,
        flow: u32,
        sink: *mut Sink,
        consumed: *mut usize,
    ) -> u32,
    /// Ends it.
    pub free: unsafe extern "C" fn(data: *mut u8),
}

// SAFETY: descriptors are immutable static data.
unsafe impl Sync for FilterOps {}

/// The table of [`FILTERS`].
#[repr(C)]
pub struct FilterTable {
    /// `size_of::<FilterTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// Registers filters by a name, or a pattern (`convert.iconv.*`). `ops` lives as long as the process.
    pub register: unsafe extern "C" fn(m: *mut ModuleCtx, name: StrSlice, ops: *const FilterOps),
    /// Passes bytes on.
    pub emit: unsafe extern "C" fn(sink: *mut Sink, bytes: StrSlice),
}

/// A kind of stream filter.
pub trait StreamFilter: Sized + 'static {
    /// Makes one for a name that was asked for. `None`: it cannot be made.
    fn create(ctx: &mut Ctx, name: &[u8], params: Option<&Value>) -> Option<Self>;
    /// Takes a piece, or (`None`, at the end of what comes at once, where `flow` is not [`Flow::Normal`]) nothing, and
    /// adds to `out` what goes on. `Err`: the stream is broken.
    fn run(
        &mut self,
        ctx: &mut Ctx,
        input: Option<&[u8]>,
        flow: Flow,
        out: &mut Vec<u8>,
    ) -> Result<(), Failed>;
}

struct Filter<F> {
    filter: RefCell<F>,
    emit: unsafe extern "C" fn(sink: *mut Sink, bytes: StrSlice),
}

unsafe extern "C" fn create<F: StreamFilter>(ctx: *mut CtxRaw, name: StrSlice, params: Val) -> *mut u8 {
    let make = || {
        // SAFETY: the engine's context, live text and value.
        let (ctx, name) = unsafe { (Ctx::from_raw(ctx), name.bytes()) };
        let params = (!params.is_undef()).then(|| unsafe { Value::borrow(&params) });
        let table = ctx.interface(FILTERS)?;
        // SAFETY: the interface's name stands for this table.
        let emit = unsafe { (*table.cast::<FilterTable>()).emit };
        let filter = RefCell::new(F::create(ctx, name, params)?);
        Some(Box::into_raw(Box::new(Filter { filter, emit })).cast())
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(make))
        .ok()
        .flatten()
        .unwrap_or(core::ptr::null_mut())
}

unsafe extern "C" fn run<F: StreamFilter>(
    ctx: *mut CtxRaw,
    data: *mut u8,
    input: *const StrSlice,
    pieces: usize,
    flow: u32,
    sink: *mut Sink,
    consumed: *mut usize,
) -> u32 {
    let work = || {
        // SAFETY: the engine's context, pieces and sink; data that `create` made.
        let (ctx, f) = unsafe { (Ctx::from_raw(ctx), &*data.cast::<Filter<F>>()) };
        let mut filter = f.filter.try_borrow_mut().map_err(|_| Failed)?;
        let flow =
            [Flow::Normal, Flow::Flush, Flow::Close].get(flow as usize).copied().unwrap_or(Flow::Close);
        let (mut taken, mut any) = (0, false);
        let last = (flow != Flow::Normal).then_some(None);
        // SAFETY: as above.
        let given = (0..pieces).map(|i| Some(unsafe { (*input.add(i)).bytes() }));
        for piece in given.chain(last) {
            let mut out = Vec::new();
            filter.run(ctx, piece, flow, &mut out)?;
            taken += piece.map_or(0, <[u8]>::len);
            if !out.is_empty() {
                any = true;
                // SAFETY: the engine's function and sink.
                unsafe { (f.emit)(sink, StrSlice::of(&out)) };
            }
        }
        Ok((taken, any || flow != Flow::Normal))
    };
    let worked: Result<Result<(usize, bool), Failed>, _> =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    match worked {
        Ok(Ok((taken, any))) => {
            // SAFETY: the caller's result slot.
            unsafe { *consumed += taken };
            if any { Passed::On as u32 } else { Passed::NeedsMore as u32 }
        }
        _ => Passed::Broken as u32,
    }
}

unsafe extern "C" fn free<F: StreamFilter>(data: *mut u8) {
    if !data.is_null() {
        // SAFETY: made by `create`, freed once.
        drop(unsafe { Box::from_raw(data.cast::<Filter<F>>()) });
    }
}

struct Ops<F>(core::marker::PhantomData<F>);
impl<F: StreamFilter> Ops<F> {
    const TABLE: &'static FilterOps = &FilterOps {
        size: size_of::<FilterOps>() as u32,
        reserved: 0,
        create: create::<F>,
        run: run::<F>,
        free: free::<F>,
    };
}

impl Module {
    /// Registers stream filters by a name, or a pattern (`convert.iconv.*`). At module startup only.
    pub fn stream_filter<F: StreamFilter>(&mut self, name: &'static str) {
        if let Some(p) = self.import(FILTERS) {
            // SAFETY: the interface's name stands for this table; name and operations are static.
            unsafe { ((*p.cast::<FilterTable>()).register)(self.raw(), StrSlice::new(name), Ops::<F>::TABLE) }
        }
    }
}
