//! Calling PHP.

use crate::error::check;
use crate::{Array, Ctx, R, Value, host};
use plugin_api_abi::{CallableRaw, Val};

/// A resolved callable: calls skip the look-up. It keeps its object and closure alive.
pub struct Callable {
    raw: *mut CallableRaw,
    value: Value,
}

impl Callable {
    /// Resolves a value; `None` when it is not callable (nothing is thrown).
    pub fn new(ctx: &mut Ctx, v: &Value) -> R<Option<Callable>> {
        let mut raw = core::ptr::null_mut();
        // SAFETY: our context, live value.
        check(unsafe { (host::call().callable_new)(ctx.raw(), v.deref().raw(), 0, &mut raw) })?;
        Ok((!raw.is_null()).then(|| Callable { raw, value: v.dereferenced() }))
    }
    /// Calls it.
    #[inline]
    pub fn call(&self, ctx: &mut Ctx, args: &[Value]) -> R<Value> {
        self.call_named(ctx, args, None)
    }
    /// Calls it with values that stay the caller's.
    #[inline]
    pub fn call_with<const N: usize>(&self, ctx: &mut Ctx, args: [&Value; N]) -> R<Value> {
        let mut raw = [Val::NULL; N];
        let mut i = 0;
        while i < N {
            raw[i] = args[i].deref().raw();
            i += 1;
        }
        // SAFETY: the values live as long as the borrows.
        unsafe { self.call_raw(ctx, &raw) }
    }
    /// Calls it with named arguments too.
    #[inline]
    pub fn call_named(&self, ctx: &mut Ctx, args: &[Value], named: Option<&Array>) -> R<Value> {
        let mut out = Val::NULL;
        let named = named.map_or(Val::UNDEF, Array::raw);
        // SAFETY: our context; Value is transparent over Val.
        check(unsafe {
            (host::call().callable_call)(
                ctx.raw(),
                self.raw,
                args.as_ptr().cast(),
                args.len(),
                named,
                &mut out,
            )
        })?;
        Ok(Value(out.by_parts()))
    }
    /// Calls it with values as they are: references stay references.
    #[inline]
    pub fn call_as_is<const N: usize>(&self, ctx: &mut Ctx, args: [&Value; N]) -> R<Value> {
        let mut raw = [Val::NULL; N];
        let mut i = 0;
        while i < N {
            raw[i] = args[i].raw();
            i += 1;
        }
        // SAFETY: the values live as long as the borrows.
        unsafe { self.call_raw(ctx, &raw) }
    }
    /// # Safety
    /// The values live.
    #[inline]
    unsafe fn call_raw(&self, ctx: &mut Ctx, args: &[Val]) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; by the caller's promise.
        check(unsafe {
            (host::call().callable_call)(ctx.raw(), self.raw, args.as_ptr(), args.len(), Val::UNDEF, &mut out)
        })?;
        Ok(Value(out.by_parts()))
    }
    /// Whether its parameter `i` takes a reference.
    pub fn takes_reference(&self, i: u32) -> bool {
        // SAFETY: our callable.
        unsafe { (host::call().callable_by_ref)(self.raw, i) != 0 }
    }
    pub(crate) fn value_mut(&mut self) -> &mut Value {
        &mut self.value
    }
    /// The value it was resolved from.
    pub fn value(&self) -> &Value {
        &self.value
    }
}

impl Drop for Callable {
    fn drop(&mut self) {
        // SAFETY: ours, once.
        unsafe { (host::call().callable_free)(self.raw) }
    }
}

impl Value {
    /// Calls this value, throwing PHP's error when it is not callable.
    #[inline]
    pub fn call(&self, ctx: &mut Ctx, args: &[Value]) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; Value is transparent over Val.
        check(unsafe {
            (host::call().call)(
                ctx.raw(),
                self.deref().raw(),
                args.as_ptr().cast(),
                args.len(),
                Val::UNDEF,
                &mut out,
            )
        })?;
        Ok(Value(out.by_parts()))
    }
    /// Whether it can be called now.
    pub fn is_callable(&self, ctx: &mut Ctx) -> bool {
        // SAFETY: our context; no results wanted.
        unsafe {
            (host::call().is_callable)(
                ctx.raw(),
                self.deref().raw(),
                0,
                core::ptr::null_mut(),
                core::ptr::null_mut(),
            ) != 0
        }
    }
    /// As [`Value::is_callable`]: its display name, and PHP's reason when it is not (`function "x" not found or invalid function name`).
    pub fn callable_info(&self, ctx: &mut Ctx, syntax_only: bool) -> (bool, Value, Value) {
        let (mut name, mut why) = (Val::NULL, Val::NULL);
        // SAFETY: our context.
        let ok = unsafe {
            (host::call().is_callable)(ctx.raw(), self.deref().raw(), syntax_only as u32, &mut name, &mut why)
        };
        (ok != 0, Value(name), Value(why))
    }
}
