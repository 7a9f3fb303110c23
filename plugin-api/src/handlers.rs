//! What a native class does otherwise than a plain PHP object.

use crate::{Ctx, GcRoots, NativeClass, R, Slot, Str, This, Value, Visitor};
use core::cell::RefCell;
use plugin_api_abi::{CtxRaw, NativeIterator, Status, Val};

/// Why a property or element is fetched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropMode {
    /// Read; a missing one is a warning.
    Read,
    /// Read for writing into.
    Write,
    /// Read for a compound assignment.
    ReadWrite,
    /// Read for isset, empty and `??`: silent.
    Isset,
    /// Read for unset of something within.
    Unset,
}

impl PropMode {
    #[inline(always)]
    fn from_raw(m: u32) -> PropMode {
        match m {
            1 => PropMode::Write,
            2 => PropMode::ReadWrite,
            3 => PropMode::Isset,
            4 => PropMode::Unset,
            _ => PropMode::Read,
        }
    }
}

/// What comparing objects gives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// Smaller.
    Less,
    /// Equal.
    Equal,
    /// Greater.
    Greater,
    /// Neither.
    Uncomparable,
}

impl From<core::cmp::Ordering> for Comparison {
    fn from(o: core::cmp::Ordering) -> Comparison {
        match o {
            core::cmp::Ordering::Less => Comparison::Less,
            core::cmp::Ordering::Equal => Comparison::Equal,
            core::cmp::Ordering::Greater => Comparison::Greater,
        }
    }
}

/// What a payload knows of an element at once.
pub enum Known<'a> {
    /// It is there.
    Here(&'a Value),
    /// It is not there.
    Absent,
    /// That takes more than a look.
    Unsure,
}

impl<'a> From<Option<&'a Value>> for Known<'a> {
    #[inline]
    fn from(v: Option<&'a Value>) -> Known<'a> {
        v.map_or(Known::Absent, Known::Here)
    }
}

/// The handlers of a native class. Only those named in `#[php_class(handlers(…))]` are used; the others keep PHP's
/// standard behaviour. `None` from a handler means "the standard way".
#[expect(unused_variables, reason = "defaults take the standard way")]
pub trait Handlers: NativeClass {
    /// Reads a property.
    fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: PropMode) -> R<Option<Value>>
    where
        Self: Sized,
    {
        Ok(None)
    }
    /// Writes a property; false: the standard way.
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, value: &Value) -> R<bool>
    where
        Self: Sized,
    {
        Ok(false)
    }
    /// isset (0), not empty (1), exists (2).
    fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>>
    where
        Self: Sized,
    {
        Ok(None)
    }
    /// Unsets a property; false: the standard way.
    fn unset_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<bool>
    where
        Self: Sized,
    {
        Ok(false)
    }
    /// Reads `$o[$k]`; no key is `$o[]`. A PHP reference may be given for writing into.
    fn read_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, mode: PropMode) -> R<Option<Value>>
    where
        Self: Sized,
    {
        Ok(None)
    }
    /// What is known at once of the element that `$o[$k]` names: of objects whose class is native, before [`Handlers::read_dim`]
    /// and [`Handlers::has_dim`] are asked. Nothing is called, warned of or thrown here.
    #[inline]
    fn element<'a>(payload: &'a Self::Payload, key: &Value) -> Known<'a> {
        Known::Unsure
    }
    /// Where the value of an element lies that is there and may be replaced: of objects whose class is native, before
    /// [`Handlers::write_dim`] is asked. Nothing is called, warned of or thrown here.
    #[inline]
    fn place<'a>(payload: &'a mut Self::Payload, key: &Value) -> Option<Slot<'a>> {
        None
    }
    /// Writes `$o[$k]`; no key is `$o[] =`.
    fn write_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, value: &Value) -> R<()>
    where
        Self: Sized,
    {
        Ok(())
    }
    /// isset (false) or not empty (true) of `$o[$k]`.
    fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool>
    where
        Self: Sized,
    {
        Ok(false)
    }
    /// `unset($o[$k])`
    fn unset_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<()>
    where
        Self: Sized,
    {
        Ok(())
    }
    /// `<=>` where either side is such an object.
    fn compare(ctx: &mut Ctx, a: &Value, b: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
    /// Casts to the type with tag `to`; `None`: cannot.
    fn cast(this: &This<Self>, ctx: &mut Ctx, to: u8) -> R<Option<Value>>
    where
        Self: Sized,
    {
        Ok(None)
    }
    /// How many elements there are, where that takes only a look: of objects whose class is native, before [`Handlers::count`]
    /// is asked.
    #[inline]
    fn len(payload: &Self::Payload) -> Option<usize> {
        None
    }
    /// `count()`
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>>
    where
        Self: Sized,
    {
        Ok(None)
    }
    /// The properties for a purpose ([`plugin_api_abi::prop_purpose`]).
    fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<crate::Array>>
    where
        Self: Sized,
    {
        Ok(None)
    }
    /// Arithmetic ([`plugin_api_abi::operation`]); `None`: cannot.
    fn do_operation(ctx: &mut Ctx, op: u32, a: &Value, b: &Value) -> R<Option<Value>> {
        Ok(None)
    }
    /// Fills a fresh clone's payload.
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()>
    where
        Self: Sized,
    {
        Ok(())
    }
    /// What foreach walks; made with [`NativeIterator`]s of [`crate::NativeIter`].
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn crate::__private::ErasedIter>>
    where
        Self: Sized,
    {
        Err(ctx.error("no iterator"))
    }
    /// The object that serves a method which the class itself does not have.
    fn get_method(this: &This<Self>, ctx: &mut Ctx, name: &Str) -> R<Option<crate::Object>>
    where
        Self: Sized,
    {
        Ok(None)
    }
    /// Asked when `new` looks for the constructor: an error refuses.
    fn get_constructor(this: &This<Self>, ctx: &mut Ctx) -> R<()>
    where
        Self: Sized,
    {
        Ok(())
    }
}

/// Runs a callback of the engine; panics become the request's fatal error.
#[inline(always)]
pub(crate) fn guarded(ctx: *mut CtxRaw, f: impl FnOnce(&mut Ctx) -> R<()>) -> Status {
    // SAFETY: the engine calls with its own context.
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| f(unsafe { Ctx::from_raw(ctx) })));
    match r {
        Ok(Ok(())) => Status::Ok,
        Ok(Err(t)) => t.status(),
        Err(p) => crate::log::panicked(ctx, "", p),
    }
}

/// The payload to look for an element in: of an object whose class is native, while nothing writes to it.
#[inline(always)]
fn known<'a, T: NativeClass>(this: &'a This<T>, k: &Val) -> Option<&'a T::Payload> {
    if this.class().is_native() && !k.is_undef() { this.readable() } else { None }
}

#[inline(always)]
fn this<T: NativeClass>(v: &Val) -> &This<T> {
    // SAFETY: handlers are called on objects of their class; transparent.
    unsafe { &*core::ptr::from_ref(v).cast::<This<T>>() }
}
#[inline(always)]
fn value(v: &Val) -> &Value {
    // SAFETY: a live value borrowed for the call.
    unsafe { Value::borrow(v) }
}
#[inline(always)]
fn key(v: &Val) -> Option<&Value> {
    (!v.is_undef()).then(|| value(v))
}
#[inline(always)]
fn name(v: &Val) -> &Str {
    // SAFETY: property names are strings.
    unsafe { &*core::ptr::from_ref(v).cast::<Str>() }
}

macro_rules! handlers {
    ($($(#[$m:meta])* fn $f:ident($($a:ident: $t:ty),*) |$c:ident| $body:expr;)*) => { $(
        #[doc(hidden)]
        $(#[$m])*
        pub unsafe extern "C" fn $f<T: Handlers>(ctx: *mut CtxRaw, $($a: $t),*) -> Status {
            // SAFETY: the engine passes live values and result slots.
            #[allow(unused_unsafe)]
            guarded(ctx, |$c| unsafe { $body; Ok(()) })
        }
    )* };
}

handlers! {
    fn read_prop(o: Val, n: Val, mode: u32, out: *mut Val) |c| {
        if let Some(v) = T::read_prop(this(&o), c, name(&n), PropMode::from_raw(mode))? { *out = v.into_raw() }
    };
    fn write_prop(o: Val, n: Val, v: Val, handled: *mut u32) |c| *handled = T::write_prop(this(&o), c, name(&n), value(&v))? as u32;
    fn has_prop(o: Val, n: Val, mode: u32, out: *mut u32) |c| {
        *out = T::has_prop(this(&o), c, name(&n), mode)?.map_or(2, |b| b as u32)
    };
    fn unset_prop(o: Val, n: Val, handled: *mut u32) |c| *handled = T::unset_prop(this(&o), c, name(&n))? as u32;
    fn read_dim(o: Val, k: Val, mode: u32, out: *mut Val) |c| {
        let this = this::<T>(&o);
        let mode = PropMode::from_raw(mode);
        if let (PropMode::Read | PropMode::Isset, Some(p)) = (mode, known(this, &k))
            && let Known::Here(v) = T::element(p, value(&k))
        {
            let v = v.deref();
            crate::value::share(v.0);
            ((*out).payload, (*out).ty) = (v.0.payload, v.0.ty);
            return Ok(());
        }
        if let Some(v) = T::read_dim(this, c, key(&k), mode)? { *out = v.into_raw() }
    };
    fn write_dim(o: Val, k: Val, v: Val) |c| T::write_dim(this(&o), c, key(&k), value(&v))?;
    fn store_dim(o: Val, k: Val, v: *const Val) |c| {
        let this = this::<T>(&o);
        let v = value(&*v);
        if this.class().is_native() && !k.is_undef() && let Some(mut p) = this.writable()
            && let Some(slot) = T::place(&mut p, value(&k))
        {
            let v = v.deref();
            crate::value::share(v.0);
            let slot = slot.raw();
            let old = Val { payload: (*slot).payload, ty: (*slot).ty, aux: 0 };
            ((*slot).payload, (*slot).ty) = (v.0.payload, v.0.ty);
            drop(p);
            crate::value::give_back(old);
            return Ok(());
        }
        T::write_dim(this, c, key(&k), v)?
    };
    fn has_dim(o: Val, k: Val, mode: u32, out: *mut u32) |c| {
        let this = this::<T>(&o);
        if mode != 1 && let Some(p) = known(this, &k) {
            match T::element(p, value(&k)) {
                Known::Here(v) => {
                    *out = !v.is_null() as u32;
                    return Ok(());
                }
                Known::Absent => {
                    *out = 0;
                    return Ok(());
                }
                Known::Unsure => {}
            }
        }
        *out = T::has_dim(this, c, value(&k), mode == 1)? as u32
    };
    fn unset_dim(o: Val, k: Val) |c| T::unset_dim(this(&o), c, value(&k))?;
    fn compare(a: Val, b: Val, out: *mut i32) |c| {
        *out = match T::compare(c, value(&a), value(&b))? {
            Comparison::Less => -1,
            Comparison::Equal => 0,
            Comparison::Greater => 1,
            Comparison::Uncomparable => 2,
        }
    };
    fn count(o: Val, out: *mut i64) |c| {
        let this = this::<T>(&o);
        if this.class().is_native() && let Some(n) = this.readable().and_then(T::len) {
            *out = n as i64;
            return Ok(());
        }
        *out = T::count(this, c)?.unwrap_or(-1)
    };
    fn properties(o: Val, purpose: u32, out: *mut Val) |c| {
        if let Some(a) = T::properties(this(&o), c, purpose)? { *out = Value::from(a).into_raw() }
    };
    fn do_operation(op: u32, a: Val, b: Val, out: *mut Val) |c| {
        if let Some(v) = T::do_operation(c, op, value(&a), value(&b))? { *out = v.into_raw() }
    };
    fn clone(from: Val, to: Val) |c| T::clone(this(&from), this(&to), c)?;
    fn get_iterator(o: Val, by_ref: u32, out: *mut NativeIterator) |c| {
        *out = T::get_iterator(this(&o), c, by_ref != 0)?.erase()
    };
    fn get_method(o: Val, n: Val, out: *mut Val) |c| {
        if let Some(v) = T::get_method(this(&o), c, name(&n))? { *out = Value::from(v).into_raw() }
    };
    fn get_constructor(o: Val) |c| T::get_constructor(this(&o), c)?;
}

#[doc(hidden)]
pub unsafe extern "C" fn cast<T: Handlers>(ctx: *mut CtxRaw, o: Val, to: u8, out: *mut Val) -> Status {
    // SAFETY: the engine passes a live object and a result slot.
    guarded(ctx, |c| unsafe {
        if let Some(v) = T::cast(this(&o), c, to)? {
            *out = v.into_raw();
        }
        Ok(())
    })
}

/// Shows the collector what a payload owns. A payload that is being written keeps what it owns alive.
#[doc(hidden)]
pub unsafe extern "C" fn roots<P: GcRoots>(
    payload: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: the payload of an object of the class.
    let cell = unsafe { &*payload.cast::<RefCell<P>>() };
    if let Ok(mut p) = cell.try_borrow_mut() {
        p.visit(&mut Visitor::new(visit, data));
    }
}

#[doc(hidden)]
pub unsafe extern "C" fn create<P: Default>(_: *mut CtxRaw, _: Val, payload: *mut u8) -> Status {
    // SAFETY: a fresh payload block of this size and alignment.
    unsafe { payload.cast::<RefCell<P>>().write(RefCell::new(P::default())) };
    Status::Ok
}

#[doc(hidden)]
pub unsafe extern "C" fn free<P>(payload: *mut u8) {
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        // SAFETY: built by `create`, dropped once.
        unsafe { core::ptr::drop_in_place(payload.cast::<RefCell<P>>()) }
    }));
    if r.is_err() {
        tracing::error!("panic while an object's payload was dropped");
    }
}
