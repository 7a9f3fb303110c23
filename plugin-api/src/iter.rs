//! Walking what foreach can walk, and native iterators for classes.

use crate::error::check;
use crate::handlers::guarded;
use crate::{Ctx, GcRoots, R, Value, Visitor, host};
use plugin_api_abi::{CtxRaw, IterRaw, IteratorTable, NativeIterator, Status, Val, iter_step};

/// What [`Iter::fetch`] found.
pub enum Step {
    /// Nothing more.
    End,
    /// The element's key, or null where it was not asked for, and its value.
    Element(Value, Value),
    /// The iteration calls methods: nothing was done.
    ByHand,
}

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
    /// All that a loop does for an element in one go, with `advance` on to the next one first; by hand where the iteration calls
    /// methods, between which the order of what else is done can be told.
    #[inline]
    pub fn fetch(&mut self, ctx: &mut Ctx, advance: bool, key: bool) -> R<Step> {
        let (mut k, mut v, mut more) = (Val::NULL, Val::NULL, 0);
        let to = if key { &raw mut k } else { core::ptr::null_mut() };
        // SAFETY: our context and iteration.
        check(unsafe { (host::obj().iter_fetch)(ctx.raw(), self.0, advance as u32, to, &mut v, &mut more) })?;
        Ok(match more {
            0 => Step::End,
            1 => Step::Element(Value(k), Value(v)),
            _ => Step::ByHand,
        })
    }
    /// As [`Iter::fetch`] where not even the value is asked for: whether there is an element, `None` by hand.
    #[inline]
    pub fn fetch_nothing(&mut self, ctx: &mut Ctx, advance: bool) -> R<Option<bool>> {
        let (null, mut more) = (core::ptr::null_mut(), 0);
        // SAFETY: our context and iteration.
        check(unsafe { (host::obj().iter_fetch)(ctx.raw(), self.0, advance as u32, null, null, &mut more) })?;
        Ok((more != 2).then_some(more == 1))
    }
    /// The next element of a walk that was rewound, or with `advance` has given elements: its key, or null where it is not asked
    /// for, and its value. Steps are made one by one where the iteration calls methods.
    #[inline]
    pub fn element(&mut self, ctx: &mut Ctx, advance: bool, key: bool) -> R<Option<(Value, Value)>> {
        match self.fetch(ctx, advance, key)? {
            Step::End => return Ok(None),
            Step::Element(k, v) => return Ok(Some((k, v))),
            Step::ByHand => {}
        }
        if advance {
            self.advance(ctx)?;
        }
        if !self.valid(ctx)? {
            return Ok(None);
        }
        let v = self.current(ctx)?;
        let k = if key { self.key(ctx)? } else { Value::NULL };
        Ok(Some((k, v)))
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
    /// All that a loop does for an element: with `advance` on to the next one first, then, where there is one, its value and, if it
    /// is wanted, its key. Whether there is one.
    #[inline]
    fn fetch(&mut self, ctx: &mut Ctx, advance: bool, to: &mut Fetched<'_>) -> R<bool> {
        if advance {
            self.next(ctx)?;
        }
        if !self.valid(ctx)? {
            return Ok(false);
        }
        to.fill(ctx, self, Self::current, Self::key)
    }
}

/// Where an iterator puts an element that it is asked for.
pub struct Fetched<'a> {
    key: Option<&'a mut Val>,
    val: Option<&'a mut Val>,
}

impl Fetched<'_> {
    /// Gives what is asked for; true.
    #[inline]
    pub fn fill<I: ?Sized>(
        &mut self,
        ctx: &mut Ctx,
        it: &mut I,
        current: impl FnOnce(&mut I, &mut Ctx) -> R<Value>,
        key: impl FnOnce(&mut I, &mut Ctx) -> R<Value>,
    ) -> R<bool> {
        if self.wants_value() {
            self.value(current(it, ctx)?);
        }
        if self.wants_key() {
            self.key(key(it, ctx)?);
        }
        Ok(true)
    }
    /// Whether the value is asked for.
    #[inline]
    pub fn wants_value(&self) -> bool {
        self.val.is_some()
    }
    /// Whether the key is asked for.
    #[inline]
    pub fn wants_key(&self) -> bool {
        self.key.is_some()
    }
    /// Gives the value, if it is asked for. Once.
    #[inline]
    pub fn value(&mut self, v: Value) {
        if let Some(to) = &mut self.val {
            put(to, v);
        }
    }
    /// Gives the key, if it is asked for. Once.
    #[inline]
    pub fn key(&mut self, k: Value) {
        if let Some(to) = &mut self.key {
            put(to, k);
        }
    }
}

/// Writes a value in the two parts in which the engine reads it.
#[inline]
fn put(to: &mut Val, v: Value) {
    let Val { payload, ty, .. } = v.into_raw();
    (to.payload, to.ty) = (payload, ty);
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
unsafe extern "C" fn fetch<I: NativeIter>(
    ctx: *mut CtxRaw,
    p: *mut u8,
    advance: u32,
    key: *mut Val,
    val: *mut Val,
    more: *mut u32,
) -> Status {
    // SAFETY: as above; the engine's places.
    guarded(ctx, |c| unsafe {
        let mut to = Fetched { key: key.as_mut(), val: val.as_mut() };
        *more = state::<I>(p).fetch(c, advance != 0, &mut to)? as u32;
        Ok(())
    })
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
        fetch: Some(fetch::<I>),
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
