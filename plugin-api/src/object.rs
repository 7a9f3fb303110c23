//! PHP objects.

use crate::error::check;
use crate::value::handle;
use crate::{Array, Class, Ctx, R, Value, host};
use plugin_api_abi::{OBJ, ObjHead, REF, RawKey, StrSlice, Val};

/// A PHP object.
#[repr(transparent)]
pub struct Object(pub(crate) Val);
handle!(Object, OBJ);

fn name(n: &(impl AsRef<[u8]> + ?Sized)) -> StrSlice {
    StrSlice::of(n.as_ref())
}
/// A method's name as classes know it; mostly it is written so.
#[inline]
fn lowercase(method: &str) -> std::borrow::Cow<'_, str> {
    if method.bytes().any(|c| c.is_ascii_uppercase()) {
        method.to_ascii_lowercase().into()
    } else {
        method.into()
    }
}

fn scope_of(s: Option<Class>) -> *mut plugin_api_abi::ClassRaw {
    s.map_or(core::ptr::null_mut(), |c| c.raw())
}

impl Object {
    #[inline(always)]
    pub(crate) fn head(&self) -> &ObjHead {
        // SAFETY: the handle holds a live object, which begins with its head.
        unsafe { &*self.0.as_ptr::<ObjHead>() }
    }
    /// Its class.
    #[inline]
    pub fn class(&self) -> Class {
        // SAFETY: live object; classes live as long as their objects.
        unsafe { Class::from_raw(self.head().class) }
    }
    /// `spl_object_id()`
    #[inline]
    pub fn id(&self) -> u32 {
        self.head().handle
    }
    /// Whether both are the same object.
    #[inline]
    pub fn same(&self, other: &Object) -> bool {
        self.0.payload == other.0.payload
    }
    /// `instanceof`
    #[inline]
    pub fn instance_of(&self, c: Class) -> bool {
        self.class().is_a(c)
    }
    /// `clone`
    pub fn clone_object(&self, ctx: &mut Ctx) -> R<Object> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        check(unsafe { (host::obj().clone)(ctx.raw(), self.0, &mut out) })?;
        Ok(Object(out.by_parts()))
    }
    /// Reads a property as code of `scope` does (magic methods, hooks and visibility included).
    pub fn get(&self, ctx: &mut Ctx, prop: impl AsRef<[u8]>, scope: Option<Class>) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        check(unsafe {
            (host::obj().read_prop)(ctx.raw(), self.0, scope_of(scope), name(&prop), 0, &mut out)
        })?;
        Ok(Value(out.by_parts()))
    }
    /// Writes a property as code of `scope` does.
    pub fn set(
        &self,
        ctx: &mut Ctx,
        prop: impl AsRef<[u8]>,
        v: impl Into<Value>,
        scope: Option<Class>,
    ) -> R<()> {
        let v = v.into();
        // SAFETY: our context; the value is borrowed.
        check(unsafe { (host::obj().write_prop)(ctx.raw(), self.0, scope_of(scope), name(&prop), v.0) })
    }
    /// isset (0), not empty (1), exists (2).
    pub fn has(&self, ctx: &mut Ctx, prop: impl AsRef<[u8]>, mode: u32, scope: Option<Class>) -> R<bool> {
        let mut out = 0;
        // SAFETY: our context.
        check(unsafe {
            (host::obj().has_prop)(ctx.raw(), self.0, scope_of(scope), name(&prop), mode, &mut out)
        })?;
        Ok(out != 0)
    }
    /// Unsets a property.
    pub fn unset(&self, ctx: &mut Ctx, prop: impl AsRef<[u8]>, scope: Option<Class>) -> R<()> {
        // SAFETY: our context.
        check(unsafe { (host::obj().unset_prop)(ctx.raw(), self.0, scope_of(scope), name(&prop)) })
    }
    /// The value in the slot of a declared property, without hooks; `None` when there is no such slot.
    pub fn slot(&self, prop: &str) -> Option<Value> {
        // SAFETY: live object; the slot is read at once.
        unsafe {
            let p = (host::obj().prop_slot)(self.0, name(prop));
            if p.is_null() || (*p).is_undef() { None } else { Some(Value::borrow(p).dereferenced()) }
        }
    }
    /// Writes the slot of a declared property, without hooks, types or readonly rules: for an extension's own classes.
    pub fn set_slot(&self, prop: &str, v: impl Into<Value>) {
        // SAFETY: live object.
        unsafe { put((host::obj().prop_slot)(self.0, name(prop)), v.into()) }
    }
    /// As [`Object::set_slot`], of a slot that the object's class was asked for before.
    #[inline]
    pub fn set_slot_at(&self, slot: PropSlot, v: impl Into<Value>) {
        // SAFETY: live object.
        unsafe { put((host::obj().slot_at)(self.0, slot.0), v.into()) }
    }
    /// The standard property table, keys mangled (`"\0*\0x"`): a copy.
    pub fn properties(&self, ctx: &mut Ctx) -> R<Array> {
        let mut out = Val::NULL;
        // SAFETY: our context; the result is an array.
        check(unsafe { (host::obj().properties)(ctx.raw(), self.0, &mut out) })?;
        Ok(Array(out.by_parts()))
    }
    /// The properties for a purpose ([`plugin_api_abi::prop_purpose`]), class handlers asked first.
    pub fn properties_for(&self, ctx: &mut Ctx, purpose: u32) -> R<Array> {
        let mut out = Val::NULL;
        // SAFETY: our context; the result is an array.
        check(unsafe { (host::obj().properties_for)(ctx.raw(), self.0, purpose, &mut out) })?;
        Ok(Array::try_from(Value(out.by_parts())).unwrap_or_default())
    }
    /// `get_object_vars()` as seen from the calling code.
    pub fn visible_vars(&self, ctx: &mut Ctx) -> R<Array> {
        let mut out = Val::NULL;
        // SAFETY: our context; the result is an array.
        check(unsafe { (host::obj().visible_vars)(ctx.raw(), self.0, &mut out) })?;
        Ok(Array(out.by_parts()))
    }
    /// Sets a property by mangled key, as unserialize() does.
    pub fn set_mangled(&self, ctx: &mut Ctx, key: &[u8], v: Value) -> R<()> {
        self.set_mangled_str(ctx, &crate::Str::new(key), v)
    }
    /// As [`Object::set_mangled`], of a key that is a string.
    pub fn set_mangled_str(&self, ctx: &mut Ctx, key: &crate::Str, v: Value) -> R<()> {
        let k = RawKey { key: key.hdr(), h: 0 };
        // SAFETY: our context; the share moves in.
        check(unsafe { (host::obj().set_mangled)(ctx.raw(), self.0, k, v.into_raw()) })
    }
    /// isset (0), not empty (1), exists (2) for the running code, past the class's own handlers.
    pub fn has_own(&self, ctx: &mut Ctx, prop: impl AsRef<[u8]>, mode: u32) -> R<bool> {
        let mut out = 0;
        // SAFETY: our context.
        check(unsafe { (host::obj().has_own_prop)(ctx.raw(), self.0, name(&prop), mode, &mut out) })?;
        Ok(out != 0)
    }
    /// First entry at or after `pos` of the property table: declared slots that are set, then dynamic properties.
    pub fn table_next(&self, pos: u32) -> Option<u32> {
        // SAFETY: live object.
        let i = unsafe { (host::obj().table_next)(self.0, pos) };
        (i != u32::MAX).then_some(i)
    }
    /// Mangled key of an entry of the property table.
    pub fn table_key(&self, pos: u32) -> Option<crate::Str> {
        // SAFETY: live object; the handle takes a share of the borrowed string.
        unsafe {
            let s = (host::obj().table_key)(self.0, pos);
            if s.is_null() {
                return None;
            }
            let borrowed = core::mem::ManuallyDrop::new(crate::Str((host::val().str_val)(s)));
            Some(crate::Str::clone(&borrowed))
        }
    }
    /// Value at an entry of the property table as it is, past visibility and hooks.
    pub fn table_at(&self, pos: u32) -> Option<Value> {
        // SAFETY: live object; the entry is copied at once.
        unsafe {
            let p = (host::obj().table_at)(self.0, pos);
            if p.is_null() { None } else { Some(Value::borrow(p).clone()) }
        }
    }
    /// Entry of a mangled key in the property table.
    pub fn table_find(&self, key: &[u8]) -> Option<u32> {
        // SAFETY: live object.
        let i = unsafe { (host::obj().table_find)(self.0, StrSlice::of(key)) };
        (i != u32::MAX).then_some(i)
    }
    /// Sets an entry of the property table.
    pub fn table_set(&self, key: &[u8], v: Value) {
        // SAFETY: live object; the share moves in.
        unsafe { (host::obj().table_set)(self.0, StrSlice::of(key), v.into_raw()) }
    }
    /// Takes an entry out of the property table.
    pub fn table_remove(&self, pos: u32) -> Option<Value> {
        // SAFETY: live object; the share is ours.
        let v = unsafe { (host::obj().table_remove)(self.0, pos) };
        if v.is_undef() { None } else { Some(Value(v)) }
    }
    /// A PHP reference to the value at an entry; a typed property's reference keeps to its type.
    pub fn table_ref(&self, ctx: &mut Ctx, pos: u32) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        check(unsafe { (host::obj().table_ref)(ctx.raw(), self.0, pos, &mut out) })?;
        Ok(Value(out.by_parts()))
    }
    /// Compares by properties as `<=>` does without handlers; `None`: uncomparable.
    pub fn compare_plain(&self, ctx: &mut Ctx, other: &Object) -> R<Option<i32>> {
        let mut out = 2;
        // SAFETY: our context.
        check(unsafe { (host::obj().compare_plain)(ctx.raw(), self.0, other.0, &mut out) })?;
        Ok((out != 2).then_some(out))
    }
    /// The instance behind a lazy object, which is initialized; else the object itself.
    pub fn initialized(&self, ctx: &mut Ctx) -> R<Object> {
        let mut out = Val::NULL;
        // SAFETY: our context; an ordinary object gives itself.
        check(unsafe { (host::reflect().lazy_init)(ctx.raw(), self.0, 1, &mut out) })?;
        Ok(Object::try_from(Value(out.by_parts())).unwrap_or_else(|_| self.clone()))
    }
    /// Calls a method whatever its visibility.
    pub fn call(&self, ctx: &mut Ctx, method: &str, args: &[Value]) -> R<Value> {
        let lc = lowercase(method);
        let mut out = Val::NULL;
        // SAFETY: our context; Value is transparent over Val.
        check(unsafe {
            (host::obj().call_method)(
                ctx.raw(),
                self.0,
                lc.as_ptr(),
                lc.len(),
                args.as_ptr().cast(),
                args.len(),
                &mut out,
            )
        })?;
        Ok(Value(out.by_parts()))
    }
    /// Calls a method of its class ([`Class::method`]) that is not static.
    #[inline]
    pub fn call_known(&self, ctx: &mut Ctx, method: crate::introspect::Function, args: &[Value]) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context; Value is transparent over Val.
        check(unsafe {
            let args_at = args.as_ptr().cast();
            (host::obj().call_known)(ctx.raw(), self.0, method.raw(), args_at, args.len(), &mut out)
        })?;
        Ok(Value(out))
    }
    /// Whether it has that method.
    pub fn has_method(&self, method: &str) -> bool {
        let lc = lowercase(method);
        // SAFETY: live object.
        unsafe { (host::obj().has_method)(self.0, lc.as_ptr(), lc.len()) != 0 }
    }
    /// `$o[$k]`
    pub fn get_dim(&self, ctx: &mut Ctx, k: &Value) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: our context.
        check(unsafe { (host::obj().read_dim)(ctx.raw(), self.0, k.deref().0, 0, &mut out) })?;
        Ok(Value(out.by_parts()))
    }
    /// `$o[$k] = $v`
    pub fn set_dim(&self, ctx: &mut Ctx, k: &Value, v: &Value) -> R<()> {
        // SAFETY: our context.
        check(unsafe { (host::obj().write_dim)(ctx.raw(), self.0, k.deref().0, v.deref().0) })
    }
    /// Whether it is an enum case.
    pub fn is_enum(&self) -> bool {
        // SAFETY: live object.
        unsafe { (host::obj().is)(self.0, 0) != 0 }
    }
    /// Whether it is a Closure.
    pub fn is_closure(&self) -> bool {
        // SAFETY: live object.
        unsafe { (host::obj().is)(self.0, 1) != 0 }
    }
    /// Marks the destructor as done, so that it will not run.
    pub fn forget_destructor(&self) {
        // SAFETY: live object.
        unsafe { (host::obj().is)(self.0, 4) };
    }
}

impl Value {
    /// `count()` of an array or object.
    pub fn count(&self, ctx: &mut Ctx) -> R<i64> {
        let mut n = 0;
        // SAFETY: our context.
        check(unsafe { (host::obj().count)(ctx.raw(), self.deref().0, &mut n) })?;
        Ok(n)
    }
}

impl PartialEq for Object {
    fn eq(&self, other: &Object) -> bool {
        self.same(other)
    }
}

/// The slot of a declared property in objects of a class and of those that extend it (see [`Class::slot`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PropSlot(pub(crate) u32);

/// Puts a value into an object's slot, if there is one.
///
/// # Safety
/// `p` is null or a live object's slot.
#[inline]
unsafe fn put(p: *mut Val, v: Value) {
    if p.is_null() {
        return;
    }
    // SAFETY: by the caller's promise; the old value is released after the slot holds the new one.
    unsafe {
        let p = if (*p).tag() == REF { (host::val().ref_slot)(*p) } else { p };
        let old = core::mem::replace(&mut *p.cast::<Value>(), v);
        drop(old);
    }
}
