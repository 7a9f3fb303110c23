//! Walking what foreach can walk, and native iterators for classes.

use crate::error::check;
use crate::handlers::guarded;
use crate::{Ctx, GcRoots, R, Value, Visitor, host};
use plugin_api_abi::{CtxRaw, IterRaw, IteratorTable, NativeIterator, Status, Val, iter_step};

/// An iteration over an array, an object's visible properties, or a Traversable.
pub struct Iter(*mut IterRaw);

impl Iter {
    /// Starts.
    pub fn new(ctx: &mut Ctx, v: &Value) -> R<Iter> {
        let mut it = core::ptr::null_mut();
        // SAFETY: our context.
        check(unsafe { (host::obj().iter_new)(ctx.raw(), v.deref().raw(), &mut it) })?;
        Ok(Iter(it))
    }
    /// The next key and value.
    pub fn next(&mut self, ctx: &mut Ctx) -> R<Option<(Value, Value)>> {
        let (mut k, mut v, mut more) = (Val::NULL, Val::NULL, 0);
        // SAFETY: our context and iteration.
        check(unsafe { (host::obj().iter_next)(ctx.raw(), self.0, &mut k, &mut v, &mut more) })?;
        Ok((more != 0).then(|| (Value(k), Value(v))))
    }
    fn step(&mut self, ctx: &mut Ctx, step: u32) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context and iteration.
        check(unsafe { (host::obj().iter_step)(ctx.raw(), self.0, step, &mut out) })?;
        Ok(Value(out.by_parts()))
    }
    /// By hand: to the first element.
    pub fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        self.step(ctx, iter_step::REWIND).map(drop)
    }
    /// By hand: whether there is a current element.
    pub fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        Ok(self.step(ctx, iter_step::VALID)?.to_bool())
    }
    /// By hand: the current value.
    pub fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        self.step(ctx, iter_step::CURRENT)
    }
    /// By hand: the current key.
    pub fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        self.step(ctx, iter_step::KEY)
    }
    /// By hand: the current value is not kept any longer; asked again, the iterator computes it again.
    pub fn forget(&mut self, ctx: &mut Ctx) -> R<()> {
        self.step(ctx, iter_step::FORGET).map(drop)
    }
    /// By hand: on to the next element.
    pub fn advance(&mut self, ctx: &mut Ctx) -> R<()> {
        self.step(ctx, iter_step::NEXT).map(drop)
    }
}

impl GcRoots for Iter {
    fn visit(&mut self, v: &mut Visitor) {
        let (visit, data) = v.parts();
        // SAFETY: our iteration; the visitor's function follows the ABI.
        unsafe { (host::obj().iter_roots)(self.0, visit, data) }
    }
}

impl Drop for Iter {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { (host::obj().iter_free)(self.0) }
    }
}

/// A native iterator that foreach uses over an object of a native class.
pub trait NativeIter: GcRoots + 'static {
    /// Whether it can go back; one that cannot stands on its first element from the beginning.
    const REWINDS: bool = true;
    /// To the first element.
    fn rewind(&mut self, _: &mut Ctx) -> R<()> {
        Ok(())
    }
    /// Whether there is a current element.
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool>;
    /// The current value.
    fn current(&mut self, ctx: &mut Ctx) -> R<Value>;
    /// The current key.
    fn key(&mut self, ctx: &mut Ctx) -> R<Value>;
    /// Steps on.
    fn next(&mut self, ctx: &mut Ctx) -> R<()>;
}

unsafe fn state<'a, I>(p: *mut u8) -> &'a mut I {
    // SAFETY: the engine passes the state it was given.
    unsafe { &mut *p.cast::<I>() }
}

unsafe extern "C" fn free<I: NativeIter>(p: *mut u8) {
    // SAFETY: made by `native`, freed once.
    unsafe { drop(Box::from_raw(p.cast::<I>())) }
}
unsafe extern "C" fn valid<I: NativeIter>(ctx: *mut CtxRaw, p: *mut u8, out: *mut u32) -> Status {
    // SAFETY: the engine's context, state and result slot.
    guarded(ctx, |c| unsafe {
        *out = state::<I>(p).valid(c)? as u32;
        Ok(())
    })
}
unsafe extern "C" fn current<I: NativeIter>(ctx: *mut CtxRaw, p: *mut u8, out: *mut Val) -> Status {
    // SAFETY: as above.
    guarded(ctx, |c| unsafe {
        *out = state::<I>(p).current(c)?.into_raw();
        Ok(())
    })
}
unsafe extern "C" fn key<I: NativeIter>(ctx: *mut CtxRaw, p: *mut u8, out: *mut Val) -> Status {
    // SAFETY: as above.
    guarded(ctx, |c| unsafe {
        *out = state::<I>(p).key(c)?.into_raw();
        Ok(())
    })
}
unsafe extern "C" fn next<I: NativeIter>(ctx: *mut CtxRaw, p: *mut u8) -> Status {
    // SAFETY: as above.
    guarded(ctx, |c| unsafe { state::<I>(p).next(c) })
}
unsafe extern "C" fn rewind<I: NativeIter>(ctx: *mut CtxRaw, p: *mut u8) -> Status {
    // SAFETY: as above.
    guarded(ctx, |c| unsafe { state::<I>(p).rewind(c) })
}
unsafe extern "C" fn roots<I: NativeIter>(
    p: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: as above.
    unsafe { state::<I>(p).visit(&mut Visitor::new(visit, data)) }
}

struct Table<I>(core::marker::PhantomData<I>);
impl<I: NativeIter> Table<I> {
    const TABLE: IteratorTable = IteratorTable {
        size: size_of::<IteratorTable>() as u32,
        reserved: 0,
        free: free::<I>,
        valid: valid::<I>,
        current: current::<I>,
        key: Some(key::<I>),
        next: next::<I>,
        rewind: if I::REWINDS { Some(rewind::<I>) } else { None },
        roots: Some(roots::<I>),
    };
}

/// The iterator as the ABI passes it.
pub(crate) fn native<I: NativeIter>(it: I) -> NativeIterator {
    NativeIterator { state: Box::into_raw(Box::new(it)).cast(), table: &Table::<I>::TABLE }
}

impl Value {
    /// An `InternalIterator` object over a native iterator, as `getIterator()` of native classes gives.
    pub fn iterator_object(ctx: &mut Ctx, it: impl NativeIter) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; the iterator moves in.
        check(unsafe { (host::obj().iterator_object)(ctx.raw(), native(it), &mut out) })?;
        Ok(Value(out.by_parts()))
    }
}
