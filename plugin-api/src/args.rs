//! From the engine's call frame to Rust parameters, and back from results to values.

use crate::value::cell;
use crate::{Array, Ctx, Object, R, Resource, Str, Throw, Value, host};
use plugin_api_abi::{
    ARR, CallFrame, CtxRaw, DBL, FALSE, INT, NULL, OBJ, REF, RES, RefHead, STR, TRUE, UNDEF, Val,
};

/// The arguments of one call as the engine passed them: coerced and checked against the declared signature.
#[repr(transparent)]
pub struct Args<'f>(&'f CallFrame);

impl<'f> Args<'f> {
    /// # Safety
    /// `frame` is the engine's frame of the running call.
    #[inline(always)]
    pub(crate) unsafe fn new(frame: *mut CallFrame) -> Args<'f> {
        // SAFETY: by the caller's promise.
        Args(unsafe { &*frame })
    }
    /// Arguments passed.
    #[inline]
    pub fn len(&self) -> usize {
        self.0.argc as usize
    }
    /// Whether there are none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.argc == 0
    }
    /// Argument `i` as it is, if it was passed.
    #[inline(always)]
    pub fn get(&self, i: usize) -> Option<&'f Value> {
        if i >= self.len() {
            return None;
        }
        // SAFETY: `argc` arguments are live during the call.
        let v = unsafe { Value::borrow(self.0.args.add(i)) };
        if v.raw().tag() == UNDEF { None } else { Some(v) }
    }
    /// Arguments from `i` on.
    #[inline]
    pub fn rest(&self, i: usize) -> &'f [Value] {
        if i >= self.len() {
            return &[];
        }
        // SAFETY: `argc` arguments are live during the call; Value is transparent over Val.
        unsafe { core::slice::from_raw_parts(self.0.args.add(i).cast::<Value>(), self.len() - i) }
    }
    /// Extra named arguments of a variadic function.
    pub fn named(&self) -> Option<&'f Array> {
        // SAFETY: live during the call; the tag is checked.
        (self.0.named_extra.tag() == ARR)
            .then(|| unsafe { &*(&raw const self.0.named_extra).cast::<Array>() })
    }
    /// `$this`
    #[inline(always)]
    pub fn this(&self) -> Option<&'f Object> {
        // SAFETY: as above.
        (self.0.this.tag() == OBJ).then(|| unsafe { &*(&raw const self.0.this).cast::<Object>() })
    }
    /// The class a static method was called on.
    pub fn called_class(&self) -> Option<crate::Class> {
        // SAFETY: the engine passes a live class.
        (!self.0.called_class.is_null()).then(|| unsafe { crate::Class::from_raw(self.0.called_class) })
    }
    /// Whether the function was called through a value (`$f()`, a callback), not by name.
    pub fn dynamic(&self) -> bool {
        self.0.flags & plugin_api_abi::call_flags::DYNAMIC != 0
    }
    /// Whether nobody takes the result.
    pub fn unused(&self) -> bool {
        self.0.flags & plugin_api_abi::call_flags::UNUSED != 0
    }
    /// Whether the caller has `strict_types=1`.
    pub fn strict(&self) -> bool {
        self.0.strict != 0
    }

    /// Argument `i` where it is, if there is one; what a named call left out is UNDEF.
    #[inline(always)]
    fn slot(&self, i: usize) -> Option<&'f Value> {
        // SAFETY: `argc` arguments are live during the call.
        (i < self.len()).then(|| unsafe { Value::borrow(self.0.args.add(i)) })
    }
    #[doc(hidden)]
    #[inline(always)]
    pub fn arg<T: FromArg<'f>>(&self, ctx: &mut Ctx, i: usize) -> R<T> {
        match self.slot(i).map_or_else(T::absent, T::from_arg) {
            Some(v) => Ok(v),
            None => self.other(ctx, i, T::absent()),
        }
    }
    #[doc(hidden)]
    #[inline(always)]
    pub fn arg_or<T: FromArg<'f>>(&self, ctx: &mut Ctx, i: usize, default: T) -> R<T> {
        match self.slot(i) {
            None => Ok(default),
            Some(v) => match T::from_arg(v) {
                Some(v) => Ok(v),
                None => self.other(ctx, i, Some(default)),
            },
        }
    }
    /// An argument that is not simply of the parameter's type.
    #[cold]
    #[inline(never)]
    fn other<T: FromArg<'f>>(&self, ctx: &mut Ctx, i: usize, default: Option<T>) -> R<T> {
        match self.get(i) {
            Some(v) => match T::from_arg(v.deref()) {
                Some(v) => Ok(v),
                None => Err(ctx.error("argument does not have the type that the function declares")),
            },
            None => default.ok_or_else(|| ctx.error("missing argument")),
        }
    }
}

/// What a parameter can be.
pub trait FromArg<'a>: Sized {
    /// From an argument that was passed; `None` when it is of another type, or a reference to one of that type.
    fn from_arg(v: &'a Value) -> Option<Self>;
    /// What stands for an argument that was not passed.
    #[inline(always)]
    fn absent() -> Option<Self> {
        None
    }
}

macro_rules! from_arg {
    ($($t:ty => |$v:ident| $e:expr;)*) => { $( impl<'a> FromArg<'a> for $t {
        #[inline(always)]
        fn from_arg($v: &'a Value) -> Option<$t> { $e }
    } )* };
}

/// The argument as a handle of that tag.
macro_rules! handle {
    ($v:ident, $tag:expr, $t:ty) => {
        // SAFETY: the handles are transparent over Val, and the tag says which one it is.
        ($v.raw().tag() == $tag).then(|| unsafe { &*core::ptr::from_ref::<Value>($v).cast::<$t>() })
    };
}
from_arg! {
    bool => |v| match v.raw().tag() { TRUE => Some(true), FALSE => Some(false), _ => None };
    i64 => |v| (v.raw().tag() == INT).then(|| v.raw().as_int());
    f64 => |v| match v.raw().tag() {
        DBL => Some(v.raw().as_dbl()),
        INT => Some(v.raw().as_int() as f64),
        _ => None,
    };
    &'a Value => |v| (v.raw().tag() != UNDEF).then(|| v.deref());
    &'a Str => |v| handle!(v, STR, Str);
    &'a [u8] => |v| handle!(v, STR, Str).map(Str::as_bytes);
    &'a Array => |v| handle!(v, ARR, Array);
    &'a Object => |v| handle!(v, OBJ, Object);
    &'a Resource => |v| handle!(v, RES, Resource);
    Str => |v| handle!(v, STR, Str).cloned();
    Array => |v| handle!(v, ARR, Array).cloned();
    Value => |v| (v.raw().tag() != UNDEF).then(|| v.dereferenced());
    String => |v| handle!(v, STR, Str).map(|s| s.lossy().into_owned());
}
impl<'a, T: FromArg<'a>> FromArg<'a> for Option<T> {
    #[inline(always)]
    fn from_arg(v: &'a Value) -> Option<Option<T>> {
        if matches!(v.raw().tag(), UNDEF | NULL) { Some(None) } else { T::from_arg(v).map(Some) }
    }
    #[inline(always)]
    fn absent() -> Option<Option<T>> {
        Some(None)
    }
}

/// A by-reference argument: the caller's variable.
#[derive(Clone, Copy)]
pub struct Reference<'a>(&'a Value);

impl<'a> FromArg<'a> for Reference<'a> {
    #[inline(always)]
    fn from_arg(v: &'a Value) -> Option<Reference<'a>> {
        (v.raw().tag() != UNDEF).then_some(Reference(v))
    }
}

impl<'a> Reference<'a> {
    /// Its value now.
    #[inline]
    pub fn get(&self) -> &Value {
        self.0.deref()
    }
    /// Assigns; typed references may throw.
    #[inline]
    pub fn set(&self, ctx: &mut Ctx, v: impl Into<Value>) -> R<()> {
        let v = v.into();
        if self.0.raw().tag() != REF {
            return Ok(());
        }
        // SAFETY: the cell lives as long as the argument; nothing borrows its value here. What was there goes at last, since
        // that may run code.
        unsafe {
            let head = self.0.raw().as_ptr::<RefHead>();
            if (*head).sources.is_null() {
                let slot = &raw mut (*head).val;
                let old = Value::from_raw((*slot).by_parts());
                Val { aux: (*slot).aux, ..v.into_raw() }.put(slot);
                drop(old);
                return Ok(());
            }
        }
        // SAFETY: our context; the share moves in.
        crate::error::check(unsafe { (host::val().ref_assign)(ctx.raw(), self.0.raw(), v.into_raw()) })
    }
    /// Takes the array out of the variable for changing it without a copy, leaving null there for the time being; `None`
    /// when it is no array. Give it back with [`Reference::put_array`].
    #[inline]
    pub fn take_array(&self) -> Option<Array> {
        if self.0.raw().tag() != REF {
            return match self.0.kind() {
                crate::Kind::Array(a) => Some(a.clone()),
                _ => None,
            };
        }
        // SAFETY: the cell lives as long as the argument; nothing else borrows its value here.
        unsafe {
            let slot = cell(self.0.raw()).cast::<Value>();
            if (*slot).raw().tag() != ARR {
                return None;
            }
            let taken = (*slot).raw();
            core::ptr::write(slot, Value::NULL);
            Some(Array(taken))
        }
    }
    /// Runs `f` on the array in the variable, which is null meanwhile; `None` when it is no array.
    #[inline(always)]
    pub fn with_array<T>(&self, f: impl FnOnce(&mut Array) -> T) -> Option<T> {
        let mut a = self.take_array()?;
        let r = f(&mut a);
        self.put_array(a);
        Some(r)
    }
    /// Puts an array taken with [`Reference::take_array`] back, without type checks: it was there before.
    #[inline]
    pub fn put_array(&self, a: Array) {
        if self.0.raw().tag() == REF {
            // SAFETY: as above.
            let old = unsafe {
                let slot = cell(self.0.raw()).cast::<Value>();
                let old = (*slot).raw();
                core::ptr::write(slot, a.into());
                Value(old)
            };
            drop(old);
        }
    }
    /// The argument as it is: a PHP reference, or a value where the caller passed no variable.
    #[inline]
    pub fn value(&self) -> &'a Value {
        self.0
    }
}

/// The arguments that a variadic parameter collects.
#[derive(Clone, Copy)]
pub struct Rest<'a>(pub &'a [Value]);

impl core::ops::Deref for Rest<'_> {
    type Target = [Value];
    #[inline]
    fn deref(&self) -> &[Value] {
        self.0
    }
}

/// A result, or PHP's `false`.
pub struct OrFalse<T>(pub Option<T>);

impl<T> OrFalse<T> {
    /// `false`
    pub const FALSE: OrFalse<T> = OrFalse(None);
}
impl<T> From<Option<T>> for OrFalse<T> {
    fn from(v: Option<T>) -> OrFalse<T> {
        OrFalse(v)
    }
}
impl<T> From<T> for OrFalse<T> {
    fn from(v: T) -> OrFalse<T> {
        OrFalse(Some(v))
    }
}

/// What a function can return.
pub trait IntoRet {
    /// The value, or what was thrown.
    fn into_ret(self) -> R<Value>;
}
impl<T: Into<Value>> IntoRet for T {
    #[inline(always)]
    fn into_ret(self) -> R<Value> {
        Ok(self.into())
    }
}
impl<T: IntoRet> IntoRet for Result<T, Throw> {
    #[inline(always)]
    fn into_ret(self) -> R<Value> {
        self.and_then(IntoRet::into_ret)
    }
}
impl<T: Into<Value>> From<OrFalse<T>> for Value {
    #[inline]
    fn from(v: OrFalse<T>) -> Value {
        v.0.map_or(Value::bool(false), Into::into)
    }
}

/// Runs a native function's body with its arguments; panics become the request's fatal error.
#[inline(always)]
pub(crate) fn run(
    ctx: *mut CtxRaw,
    frame: *mut CallFrame,
    ret: *mut Val,
    name: &'static str,
    body: impl FnOnce(&mut Ctx, &Args<'_>) -> R<Value>,
) -> plugin_api_abi::Status {
    // The result goes to its slot within: what a closure gives back passes through memory.
    // SAFETY: the engine calls with its own context, frame and result slot.
    let r = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| unsafe {
        match body(Ctx::from_raw(ctx), &Args::new(frame)) {
            Ok(v) => {
                v.into_raw().put(ret);
                plugin_api_abi::Status::Ok
            }
            Err(t) => t.status(),
        }
    }));
    r.unwrap_or_else(|payload| crate::log::panicked(ctx, name, payload))
}
