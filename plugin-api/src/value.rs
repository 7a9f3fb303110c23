//! Owned and borrowed PHP values.

use crate::{Array, Object, R, Resource, Str, host};
use crate::{Ctx, error::check};
use plugin_api_abi::{
    ARR, COLLECTABLE, DBL, FALSE, HeapHdr, INT, NULL, OBJ, REF, RES, RefHead, STR, TRUE, UNDEF, Val,
};

/// A PHP value. Owned: its share is given back on drop. `&Value` is a borrowed one.
#[repr(transparent)]
pub struct Value(pub(crate) Val);

/// What a value is, dereferenced.
#[derive(Clone, Copy)]
pub enum Kind<'a> {
    /// Null, or absent.
    Null,
    /// A bool.
    Bool(bool),
    /// An int.
    Int(i64),
    /// A float.
    Float(f64),
    /// A string.
    Str(&'a Str),
    /// An array.
    Array(&'a Array),
    /// An object.
    Object(&'a Object),
    /// A resource.
    Resource(&'a Resource),
}

impl Value {
    /// `null`
    pub const NULL: Value = Value(Val::NULL);

    /// An int.
    #[inline]
    pub const fn int(i: i64) -> Value {
        Value(Val::int(i))
    }
    /// A float.
    #[inline]
    pub const fn float(d: f64) -> Value {
        Value(Val::dbl(d))
    }
    /// A bool.
    #[inline]
    pub const fn bool(b: bool) -> Value {
        Value(Val::bool(b))
    }
    /// A string with those bytes.
    #[inline]
    pub fn str(b: impl AsRef<[u8]>) -> Value {
        Str::new(b.as_ref()).into()
    }

    /// Takes over the share of a raw value.
    ///
    /// # Safety
    /// The share is the caller's to give.
    #[inline(always)]
    pub const unsafe fn from_raw(v: Val) -> Value {
        Value(v)
    }
    /// Borrows a raw value.
    ///
    /// # Safety
    /// `v` is live and unchanged for `'a`.
    #[inline(always)]
    pub const unsafe fn borrow<'a>(v: *const Val) -> &'a Value {
        // SAFETY: transparent; liveness by the caller's promise.
        unsafe { &*v.cast::<Value>() }
    }
    /// The raw value, whose share stays here.
    #[inline(always)]
    pub const fn raw(&self) -> Val {
        self.0.by_parts()
    }
    /// The raw value, whose share is now the caller's.
    #[inline(always)]
    pub const fn into_raw(self) -> Val {
        let v = self.0.by_parts();
        core::mem::forget(self);
        v
    }

    /// The value behind a reference, or itself.
    #[expect(clippy::should_implement_trait, reason = "a PHP reference, not a Rust one")]
    #[inline(always)]
    pub fn deref(&self) -> &Value {
        if self.0.tag() == REF {
            // SAFETY: the cell lives as long as this value holds its share.
            return unsafe { Value::borrow(cell(self.0)) };
        }
        self
    }
    /// Whether it is a PHP reference (only elements and by-reference arguments can be).
    #[inline]
    pub fn is_reference(&self) -> bool {
        self.0.tag() == REF
    }
    /// The type tag, dereferenced: one of the ABI's constants.
    #[inline(always)]
    pub fn tag(&self) -> u8 {
        self.deref().0.tag()
    }
    /// What it is, dereferenced.
    #[inline(always)]
    pub fn kind(&self) -> Kind<'_> {
        let v = self.deref();
        // SAFETY: the handles are transparent over Val, and the tag says which one it is.
        unsafe {
            match v.0.tag() {
                FALSE => Kind::Bool(false),
                TRUE => Kind::Bool(true),
                INT => Kind::Int(v.0.as_int()),
                DBL => Kind::Float(v.0.as_dbl()),
                STR => Kind::Str(&*core::ptr::from_ref(v).cast()),
                ARR => Kind::Array(&*core::ptr::from_ref(v).cast()),
                OBJ => Kind::Object(&*core::ptr::from_ref(v).cast()),
                RES => Kind::Resource(&*core::ptr::from_ref(v).cast()),
                _ => Kind::Null,
            }
        }
    }
    /// Whether it is null or absent.
    #[inline]
    pub fn is_null(&self) -> bool {
        matches!(self.tag(), UNDEF | NULL)
    }
    /// As a string, if it is one.
    #[inline]
    pub fn as_str(&self) -> Option<&Str> {
        if let Kind::Str(s) = self.kind() { Some(s) } else { None }
    }
    /// As an array, if it is one.
    #[inline]
    pub fn as_array(&self) -> Option<&Array> {
        if let Kind::Array(a) = self.kind() { Some(a) } else { None }
    }
    /// As an array to write to, if it is one (through a reference too).
    pub fn as_array_mut(&mut self) -> Option<&mut Array> {
        let p: *mut Value = match self.0.tag() {
            REF => cell(self.0).cast(),
            _ => self,
        };
        // SAFETY: transparent, and the tag is checked.
        unsafe { if (*p).0.tag() == ARR { Some(&mut *p.cast()) } else { None } }
    }
    /// As an object, if it is one.
    #[inline]
    pub fn as_object(&self) -> Option<&Object> {
        if let Kind::Object(o) = self.kind() { Some(o) } else { None }
    }
    /// As an int, if it is one.
    #[inline]
    pub fn as_int(&self) -> Option<i64> {
        if let Kind::Int(i) = self.kind() { Some(i) } else { None }
    }

    /// Truth.
    #[inline]
    pub fn to_bool(&self) -> bool {
        match self.kind() {
            Kind::Null => false,
            Kind::Bool(b) => b,
            Kind::Int(i) => i != 0,
            // SAFETY: live value.
            _ => unsafe { (host::val().to_bool)(self.raw()) != 0 },
        }
    }
    /// `(int)`
    #[inline]
    pub fn to_int(&self) -> i64 {
        match self.kind() {
            Kind::Int(i) => i,
            // SAFETY: live value.
            _ => unsafe { (host::val().to_int)(self.raw()) },
        }
    }
    /// `(float)`
    #[inline]
    pub fn to_float(&self) -> f64 {
        match self.kind() {
            Kind::Float(d) => d,
            // SAFETY: live value.
            _ => unsafe { (host::val().to_dbl)(self.raw()) },
        }
    }
    /// `(string)`: objects' `__toString` may throw, arrays warn.
    pub fn to_str(&self, ctx: &mut Ctx) -> R<Str> {
        if let Kind::Str(s) = self.kind() {
            return Ok(s.clone());
        }
        let mut out = Val::NULL;
        // SAFETY: live value; the result is a string.
        unsafe {
            check((host::val().to_str)(ctx.raw(), self.0, &mut out))?;
            Ok(Str(out.by_parts()))
        }
    }
    /// `(array)`
    pub fn to_array(&self, ctx: &mut Ctx) -> R<Array> {
        if let Kind::Array(a) = self.kind() {
            return Ok(a.clone());
        }
        let mut out = Val::NULL;
        // SAFETY: live value; the result is an array.
        unsafe {
            check((host::val().to_array)(ctx.raw(), self.0, &mut out))?;
            Ok(Array(out.by_parts()))
        }
    }
    /// `<=>`; may leave an exception pending, see [`Ctx::pending`].
    #[inline]
    pub fn compare(&self, other: &Value) -> i32 {
        // SAFETY: live values.
        unsafe { (host::val().compare)(self.deref().raw(), other.deref().raw()) }
    }
    /// `==`
    pub fn loose_eq(&self, other: &Value) -> bool {
        // SAFETY: live values.
        unsafe { (host::val().loose_eq)(self.deref().raw(), other.deref().raw()) != 0 }
    }
    /// `===`
    pub fn identical(&self, other: &Value) -> bool {
        // SAFETY: live values.
        unsafe { (host::val().identical)(self.deref().raw(), other.deref().raw()) != 0 }
    }
    fn word(&self, which: u32) -> String {
        let mut buf = [0u8; 256];
        // SAFETY: the buffer has that room.
        let n = unsafe { (host::val().type_word)(self.deref().raw(), which, buf.as_mut_ptr(), buf.len()) };
        String::from_utf8_lossy(&buf[..n.min(buf.len())]).into_owned()
    }
    /// Type as messages name it (`int`, `bool`, `string`, the class of an object).
    pub fn type_name(&self) -> String {
        self.word(0)
    }
    /// As [`Value::type_name`] with `true` and `false` told apart (what "… given" says).
    pub fn value_name(&self) -> String {
        self.word(1)
    }
    /// `gettype()`'s word.
    pub fn gettype(&self) -> String {
        self.word(2)
    }
    /// A share of the value behind a reference.
    #[inline]
    pub fn dereferenced(&self) -> Value {
        self.deref().clone()
    }
    /// The number that a numeric string or number is, PHP's rules; `None` otherwise. The flag: only its beginning is numeric.
    #[inline]
    pub fn numeric(bytes: &[u8]) -> Option<(Value, bool)> {
        let mut out = Val::NULL;
        // SAFETY: plain bytes.
        match unsafe { (host::val().parse_numeric)(bytes.as_ptr(), bytes.len(), &mut out) } {
            0 => None,
            n => Some((Value(out.by_parts()), n == 2)),
        }
    }
    /// Sets the recursion guard of an array or object; whether it was set already.
    #[inline]
    pub fn protect(&self) -> bool {
        // SAFETY: live value.
        unsafe { (host::val().protect)(self.deref().raw(), 1) != 0 }
    }
    /// Clears the recursion guard.
    #[inline]
    pub fn unprotect(&self) {
        // SAFETY: live value.
        unsafe { (host::val().protect)(self.deref().raw(), 0) };
    }
    /// Owners of the value's heap block; 0 for values that are not counted.
    #[inline]
    pub fn refcount(&self) -> u32 {
        // SAFETY: counted blocks begin with their header.
        if self.0.is_refcounted() { unsafe { (*self.0.as_ptr::<HeapHdr>()).rc } } else { 0 }
    }
    /// A fresh PHP reference around a value.
    pub fn new_reference(v: Value) -> Value {
        // SAFETY: the share moves in.
        Value(unsafe { (host::val().ref_new)(v.into_raw()) })
    }
    /// Assigns to a PHP reference; typed ones may throw. Other values stay what they are.
    pub fn assign(&self, ctx: &mut Ctx, v: impl Into<Value>) -> R<()> {
        if !self.is_reference() {
            return Ok(());
        }
        // SAFETY: our context; the share moves in.
        check(unsafe { (host::val().ref_assign)(ctx.raw(), self.0, v.into().into_raw()) })
    }
    /// The result of a binary operator: one of the ABI's `operation` numbers.
    pub fn binary(ctx: &mut Ctx, op: u32, a: &Value, b: &Value) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: live values.
        check(unsafe { (host::val().binary)(ctx.raw(), op, a.deref().0, b.deref().0, &mut out) })?;
        Ok(Value(out.by_parts()))
    }
    /// Casts to the type with that tag (`FALSE`: bool).
    pub fn cast(&self, ctx: &mut Ctx, tag: u8) -> R<Value> {
        let mut out = Val::NULL;
        // SAFETY: live value.
        check(unsafe { (host::val().cast)(ctx.raw(), self.deref().raw(), tag as u32, &mut out) })?;
        Ok(Value(out.by_parts()))
    }
}

/// Where the value behind a reference is.
#[inline(always)]
pub(crate) fn cell(r: Val) -> *mut Val {
    debug_assert!(r.tag() == REF);
    r.as_ptr::<u8>().wrapping_add(core::mem::offset_of!(RefHead, val)).cast()
}

/// Takes a share of what a value points to.
///
/// # Safety
/// The value is live.
#[inline(always)]
pub(crate) unsafe fn share(v: Val) {
    if v.is_refcounted() {
        // SAFETY: counted blocks begin with their header.
        unsafe { (*v.as_ptr::<HeapHdr>()).rc += 1 };
    }
}

/// Gives a share back. The engine is asked only where it has more to do than to count: the last share, and what may be part
/// of a cycle.
///
/// # Safety
/// The share is the caller's, who does not use the value any more.
#[inline(always)]
pub(crate) unsafe fn give_back(v: Val) {
    if v.is_refcounted() {
        // SAFETY: by the caller's promise.
        unsafe {
            let h = v.as_ptr::<HeapHdr>();
            if (*h).rc > 1 && v.ty & COLLECTABLE == 0 {
                (*h).rc -= 1;
            } else {
                (host::val().release)(v);
            }
        }
    }
}

impl Clone for Value {
    #[inline]
    fn clone(&self) -> Value {
        // SAFETY: live value.
        unsafe { share(self.0) };
        Value(self.0.by_parts())
    }
}

impl Drop for Value {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the share is ours.
        unsafe { give_back(self.0) };
    }
}

impl Default for Value {
    #[inline]
    fn default() -> Value {
        Value::NULL
    }
}

impl core::fmt::Debug for Value {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self.kind() {
            Kind::Null => f.write_str("null"),
            Kind::Bool(b) => write!(f, "{b}"),
            Kind::Int(i) => write!(f, "{i}"),
            Kind::Float(d) => write!(f, "{d:?}"),
            Kind::Str(s) => write!(f, "{:?}", String::from_utf8_lossy(s)),
            Kind::Array(a) => write!(f, "array({})", a.len()),
            Kind::Object(o) => write!(f, "object#{}", o.id()),
            Kind::Resource(r) => write!(f, "resource#{}", r.id()),
        }
    }
}

macro_rules! from {
    ($($t:ty => |$v:ident| $e:expr;)*) => { $( impl From<$t> for Value { #[inline] fn from($v: $t) -> Value { $e } } )* };
}
from! {
    () => |_v| Value::NULL;
    bool => |v| Value::bool(v);
    i64 => |v| Value::int(v);
    i32 => |v| Value::int(v as i64);
    u32 => |v| Value::int(v as i64);
    usize => |v| Value::int(v as i64);
    f64 => |v| Value::float(v);
    &str => |v| Str::new(v.as_bytes()).into();
    &[u8] => |v| Str::new(v).into();
    String => |v| Str::new(v.as_bytes()).into();
    Vec<u8> => |v| Str::new(&v).into();
    &Value => |v| v.clone();
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(v: Option<T>) -> Value {
        v.map_or(Value::NULL, Into::into)
    }
}

/// Common parts of the typed handles: transparent over a value of one tag.
macro_rules! handle {
    ($name:ident, $tag:expr) => {
        impl Clone for $name {
            #[inline]
            fn clone(&self) -> $name {
                // SAFETY: live value.
                unsafe { $crate::value::share(self.0) };
                $name(self.0.by_parts())
            }
        }
        impl Drop for $name {
            #[inline]
            fn drop(&mut self) {
                // SAFETY: the share is ours.
                unsafe { $crate::value::give_back(self.0) };
            }
        }
        impl From<$name> for $crate::Value {
            #[inline]
            fn from(v: $name) -> $crate::Value {
                let raw = v.0.by_parts();
                core::mem::forget(v);
                $crate::Value(raw)
            }
        }
        impl From<&$name> for $crate::Value {
            #[inline]
            fn from(v: &$name) -> $crate::Value {
                v.clone().into()
            }
        }
        impl TryFrom<$crate::Value> for $name {
            type Error = $crate::Value;
            fn try_from(v: $crate::Value) -> Result<$name, $crate::Value> {
                let v = if v.is_reference() { v.dereferenced() } else { v };
                if v.0.tag() == $tag { Ok($name(v.into_raw())) } else { Err(v) }
            }
        }
        impl $name {
            /// The value, borrowed.
            #[inline(always)]
            pub fn as_value(&self) -> &$crate::Value {
                // SAFETY: both are transparent over Val.
                unsafe { &*core::ptr::from_ref(self).cast() }
            }
            /// The raw value, whose share stays here.
            #[inline(always)]
            pub const fn raw(&self) -> Val {
                self.0.by_parts()
            }
        }
    };
}
pub(crate) use handle;

/// Puts a value into a slot of the engine's and drops what was there. What the slot keeps beside its value (an array's chain of
/// entries with one hash) stays.
///
/// # Safety
/// A live slot.
pub(crate) unsafe fn store(slot: *mut Val, v: Value) {
    // SAFETY: by the caller's promise; the shares move.
    unsafe {
        let old = Value((*slot.cast::<Value>()).raw());
        let new = v.into_raw();
        ((*slot).payload, (*slot).ty) = (new.payload, new.ty);
        drop(old);
    }
}
