//! Classes, and objects with a native payload.

use crate::error::check;
use crate::object::PropSlot;
use crate::{Ctx, FromArg, GcRoots, Object, R, Str, Throw, Value, host};
use core::cell::RefCell;
use core::marker::PhantomData;
use plugin_api_abi::{ClassDesc, ClassRaw, ClassTop, StrSlice, Val};

/// A class, interface, trait or enum of the running VM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Class(*mut ClassRaw);

impl Class {
    /// # Safety
    /// `p` is a live class.
    #[inline(always)]
    pub unsafe fn from_raw(p: *mut ClassRaw) -> Class {
        Class(p)
    }
    /// The raw pointer.
    #[inline(always)]
    pub fn raw(self) -> *mut ClassRaw {
        self.0
    }
    /// The class of a native type of this extension.
    pub fn of<T: NativeClass>(ctx: &mut Ctx) -> R<Class> {
        // SAFETY: our context; the descriptor is static.
        let c = unsafe { (host::obj().class_by_desc)(ctx.raw(), T::desc()) };
        if c.is_null() { Err(ctx.error("class of an extension that is not loaded")) } else { Ok(Class(c)) }
    }
    /// Where objects of this class have a declared property, for [`Object::set_slot_at`].
    pub fn slot(self, prop: &str) -> Option<PropSlot> {
        // SAFETY: live class.
        let index = unsafe { (host::obj().slot_index)(self.0, StrSlice::of(prop.as_bytes())) };
        (index != u32::MAX).then_some(PropSlot(index))
    }
    /// Whether it is native, not of PHP code.
    #[inline]
    pub fn is_native(self) -> bool {
        // SAFETY: a live class, which begins with this.
        unsafe { !(*self.0.cast::<ClassTop>()).own.is_null() }
    }
    /// Whether it is the native class `T` itself, or is of PHP code and extends that before any other native class.
    #[inline]
    pub fn begins_at<T: NativeClass>(self) -> bool {
        // SAFETY: live classes, which begin with this.
        unsafe {
            let mut c = self.0;
            while !c.is_null() {
                let own = (*c.cast::<ClassTop>()).own;
                if !own.is_null() {
                    return core::ptr::eq(own, T::desc());
                }
                c = (host::obj().class_parent)(c);
            }
            false
        }
    }
    /// Name as declared.
    pub fn name(self) -> Str {
        // SAFETY: live class; names are interned.
        unsafe { Str((host::val().str_val)((host::obj().class_name)(self.0))) }
    }
    /// Parent.
    pub fn parent(self) -> Option<Class> {
        // SAFETY: live class.
        let p = unsafe { (host::obj().class_parent)(self.0) };
        (!p.is_null()).then_some(Class(p))
    }
    /// The ABI's `flags`.
    pub fn flags(self) -> u32 {
        // SAFETY: live class.
        unsafe { (host::obj().class_flags)(self.0) }
    }
    /// Whether it is `other`, a descendant or an implementor.
    pub fn is_a(self, other: Class) -> bool {
        // SAFETY: live classes.
        unsafe { (host::obj().is_a)(self.0, other.0) != 0 }
    }
    /// Names of all interfaces (0) or of the traits used (1).
    pub fn names(self, which: u32) -> Value {
        // SAFETY: live class.
        unsafe { Value((host::obj().class_list)(self.0, which)) }
    }
    /// The class that declares a method (lower case) which this class has.
    pub fn method_class(self, method: &str) -> Option<Class> {
        // SAFETY: live class.
        let c = unsafe { (host::obj().method_class)(self.0, method.as_ptr(), method.len()) };
        (!c.is_null()).then_some(Class(c))
    }
    /// A class constant.
    pub fn constant(self, ctx: &mut Ctx, name: &str) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        check(unsafe { (host::obj().class_const)(ctx.raw(), self.0, name.as_ptr(), name.len(), &mut out) })?;
        Ok(Value(out.by_parts()))
    }
    /// `new` with arguments.
    pub fn instantiate(self, ctx: &mut Ctx, args: &[Value]) -> R<Object> {
        let mut out = Val::NULL;
        // SAFETY: our context; Value is transparent over Val.
        check(unsafe {
            (host::obj().new)(ctx.raw(), self.0, args.as_ptr().cast(), args.len(), Val::UNDEF, &mut out)
        })?;
        Ok(Object(out.by_parts()))
    }
    /// An instance whose constructor does not run; abstract classes and the like are refused.
    pub fn instantiate_raw(self, ctx: &mut Ctx) -> R<Object> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        check(unsafe { (host::obj().new_raw)(ctx.raw(), self.0, 1, &mut out) })?;
        Ok(Object(out.by_parts()))
    }
    /// Calls this class's own method on an object of it or of a subclass, whatever the subclass overrides.
    pub fn call(self, ctx: &mut Ctx, o: &Object, method: &str, args: &[Value]) -> R<Value> {
        let (lc, mut out) = (method.to_ascii_lowercase(), Val::NULL);
        // SAFETY: our context, a live class and object; Value is transparent over Val.
        check(unsafe {
            (host::call().invoke)(
                ctx.raw(),
                self.0,
                StrSlice::of(lc.as_bytes()),
                o.0,
                args.as_ptr().cast(),
                args.len(),
                Val::UNDEF,
                &mut out,
            )
        })?;
        Ok(Value(out.by_parts()))
    }
    /// The case of a backed enum for a value.
    pub fn enum_case(self, ctx: &mut Ctx, backing: &Value) -> R<Option<Object>> {
        let mut out = Val::UNDEF;
        // SAFETY: our context.
        check(unsafe { (host::obj().enum_case)(ctx.raw(), self.0, backing.deref().0, &mut out) })?;
        Ok(Object::try_from(Value(out.by_parts())).ok())
    }
}

/// A Rust type that is the native payload of a PHP class. Implemented by [`crate::php_class`].
pub trait NativeClass: 'static {
    /// What objects of the class carry; the type itself, or the parent's.
    type Payload: Default + GcRoots + 'static;
    /// The class's descriptor.
    fn desc() -> &'static ClassDesc;
    /// The descriptor of the class that owns the payload.
    fn payload_desc() -> &'static ClassDesc;
}

/// An object of the native class `T` (or a subclass of it).
#[repr(transparent)]
pub struct This<T: NativeClass>(Object, PhantomData<T>);

/// A payload borrowed for reading.
pub type Ref<'a, T> = core::cell::Ref<'a, T>;
/// A payload borrowed for writing.
pub type RefMut<'a, T> = core::cell::RefMut<'a, T>;

impl<T: NativeClass> This<T> {
    /// The object as one of class `T`, if it is.
    #[inline]
    pub fn of(o: &Object) -> Option<&This<T>> {
        // SAFETY: live object; This is transparent over Object.
        unsafe {
            let d = (*o.head().class.cast::<ClassTop>()).payload;
            core::ptr::eq(d, T::payload_desc()).then(|| &*core::ptr::from_ref(o).cast::<This<T>>())
        }
    }
    /// # Safety
    /// The object is one of class `T`.
    #[doc(hidden)]
    #[inline(always)]
    pub unsafe fn assume(o: &Object) -> &This<T> {
        // SAFETY: by the caller's promise.
        unsafe { &*core::ptr::from_ref(o).cast::<This<T>>() }
    }
    /// A fresh object of class `T` around a payload, its constructor not run.
    pub fn create(ctx: &mut Ctx, payload: T::Payload) -> R<Object> {
        let class = Class::of::<T>(ctx)?;
        This::<T>::create_as(ctx, class, payload)
    }
    /// As [`This::create`] of a subclass.
    pub fn create_as(ctx: &mut Ctx, class: Class, payload: T::Payload) -> R<Object> {
        let o = class.instantiate_raw(ctx)?;
        match This::<T>::of(&o) {
            Some(t) => *t.borrow_mut(ctx)? = payload,
            None => return Err(ctx.error("not a class of this extension")),
        }
        Ok(o)
    }
    #[inline]
    fn cell(&self) -> &RefCell<T::Payload> {
        // SAFETY: objects of the class carry this payload, built when the object was made.
        unsafe { &*self.0.head().native.cast::<RefCell<T::Payload>>() }
    }
    /// The payload for reading. Panics are not possible: a payload that is being written is an Error of PHP.
    #[inline]
    pub fn borrow(&self, ctx: &mut Ctx) -> R<Ref<'_, T::Payload>> {
        self.cell().try_borrow().map_err(|_| busy(ctx))
    }
    /// The payload for writing; an Error of PHP while something else uses it (a callback that comes back to the object).
    #[inline]
    pub fn borrow_mut(&self, ctx: &mut Ctx) -> R<RefMut<'_, T::Payload>> {
        self.cell().try_borrow_mut().map_err(|_| busy(ctx))
    }
    /// Runs `f` on the payload, which must not be in use; `None` when it is.
    #[inline]
    pub fn with<U>(&self, f: impl FnOnce(&mut T::Payload) -> U) -> Option<U> {
        self.cell().try_borrow_mut().ok().map(|mut p| f(&mut p))
    }
    /// The payload for reading, while nothing writes to it: for a look that calls nothing.
    #[inline(always)]
    pub(crate) fn readable(&self) -> Option<&T::Payload> {
        // SAFETY: callers hold the reference only as long as nothing is called that could write to the payload.
        unsafe { self.cell().try_borrow_unguarded().ok() }
    }
    /// Runs `f` on the payload, unless it is being written: then `None`.
    #[inline]
    pub fn look<U>(&self, f: impl FnOnce(&T::Payload) -> U) -> Option<U> {
        self.cell().try_borrow().ok().map(|p| f(&p))
    }
    /// The payload for writing, while it is not in use.
    #[inline(always)]
    pub(crate) fn writable(&self) -> Option<RefMut<'_, T::Payload>> {
        self.cell().try_borrow_mut().ok()
    }
    /// The object.
    #[inline(always)]
    pub fn object(&self) -> &Object {
        &self.0
    }
}

#[cold]
fn busy(ctx: &mut Ctx) -> Throw {
    ctx.error("Object is in use by a call that has not returned")
}

impl<T: NativeClass> core::ops::Deref for This<T> {
    type Target = Object;
    #[inline(always)]
    fn deref(&self) -> &Object {
        &self.0
    }
}

impl<'a, T: NativeClass> FromArg<'a> for &'a This<T> {
    fn from_arg(v: &'a Value) -> Option<Self> {
        v.as_object().and_then(This::<T>::of)
    }
}
