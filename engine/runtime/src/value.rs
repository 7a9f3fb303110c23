//! Small questions about values, and the owned [`Value`].

use crate::layout::{ARR_HASH, Obj, Ref, Res};
use crate::memory::{val_addref, val_release};
use plugin_api_abi::{
    ARR, COLLECTABLE, DBL, FALSE, HeapHdr, INT, NULL, OBJ, REF, REFCOUNTED, RES, STR, StrHdr, TRUE, UNDEF,
    Val,
};

/// The value behind a reference, or the value itself (no share taken).
#[inline(always)]
pub fn deref(v: Val) -> Val {
    if v.tag() == REF {
        // SAFETY: a REF's payload is a live reference cell.
        return unsafe { (*v.as_ptr::<Ref>()).val.by_parts() };
    }
    v.by_parts()
}

/// The variable behind a reference, or the slot itself.
///
/// # Safety
/// `p` is a live slot.
#[inline(always)]
pub unsafe fn deref_ptr(p: *mut Val) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe { if (*p).tag() == REF { &raw mut (*(*p).as_ptr::<Ref>()).val } else { p } }
}

/// The value that stands for a reference (no share taken).
#[inline(always)]
pub fn ref_val(r: *mut Ref) -> Val {
    Val { payload: r as u64, ty: REF as u32 | REFCOUNTED | COLLECTABLE, aux: 0 }
}

/// Makes the variable in `p` a reference (null when it was undefined) and gives the cell; no share taken.
///
/// # Safety
/// `p` is a live slot.
pub unsafe fn make_ref(p: *mut Val) -> *mut Ref {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*p).tag() == REF {
            return (*p).as_ptr();
        }
        let inner = if (*p).tag() == UNDEF { Val::NULL } else { *p };
        let r = new_ref(inner);
        crate::array::store(p, ref_val(r));
        r
    }
}

/// A fresh reference cell with count 1 around a value whose share it takes over.
pub fn new_ref(v: Val) -> *mut Ref {
    let r = crate::memory::alloc(size_of::<Ref>()).cast::<Ref>();
    // SAFETY: fresh block.
    unsafe {
        r.write(Ref {
            hdr: HeapHdr { rc: 1, info: REF as u32 },
            sources: core::ptr::null_mut(),
            val: v.by_parts(),
        });
    }
    r
}

/// Truth of a non-object value; objects are true (casting handlers are asked by [`crate::convert::to_bool`]).
#[inline]
pub fn is_true(v: Val) -> bool {
    match v.tag() {
        UNDEF | NULL | FALSE => false,
        TRUE => true,
        INT => v.as_int() != 0,
        DBL => v.as_dbl() != 0.0,
        // SAFETY: live string.
        STR => unsafe {
            let s = StrHdr::bytes(v.as_ptr());
            !(s.is_empty() || s == b"0")
        },
        // SAFETY: live array.
        ARR => unsafe { crate::array::count(v.as_ptr()) != 0 },
        REF => is_true(deref(v)),
        _ => true,
    }
}

/// Type name as messages about values print it (`zend_zval_type_name`): `int`, `bool`, `string` …
pub fn type_name(v: Val) -> &'static str {
    match deref(v).tag() {
        UNDEF | NULL => "null",
        FALSE | TRUE => "bool",
        INT => "int",
        DBL => "float",
        STR => "string",
        ARR => "array",
        OBJ => "object",
        RES => "resource",
        _ => "mixed",
    }
}

/// As [`type_name`] with `true`, `false` and class names (`zend_zval_value_name`).
pub fn value_name(v: Val) -> String {
    let v = deref(v);
    match v.tag() {
        FALSE => "false".into(),
        TRUE => "true".into(),
        OBJ => String::from_utf8_lossy((crate::hooks::get().class_name)(v.as_ptr::<Obj>())).into_owned(),
        _ => type_name(v).into(),
    }
}

/// `gettype()`'s word.
pub fn gettype(v: Val) -> &'static str {
    let v = deref(v);
    match v.tag() {
        UNDEF | NULL => "NULL",
        FALSE | TRUE => "boolean",
        INT => "integer",
        DBL => "double",
        STR => "string",
        ARR => "array",
        OBJ => "object",
        // SAFETY: live resource.
        RES if unsafe { (*v.as_ptr::<Res>()).type_id } < 0 => "resource (closed)",
        RES => "resource",
        _ => "unknown type",
    }
}

/// Whether an array is a list: keys 0 … n-1 in order.
///
/// # Safety
/// `a` is live.
pub unsafe fn is_list(a: *const crate::layout::Arr) -> bool {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*a).kind != ARR_HASH && (*a).count == (*a).used {
            return true;
        }
        crate::array::iter(a)
            .enumerate()
            .all(|(n, (k, _))| matches!(k, crate::array::Key::Int(i) if i == n as i64))
    }
}

/// An owned value: a share that is given back on drop.
#[repr(transparent)]
pub struct Value(Val);

impl Value {
    /// Takes over `v`'s share.
    pub const fn from_val(v: Val) -> Value {
        Value(v)
    }
    /// Takes a share of `v`.
    pub fn of(v: Val) -> Value {
        val_addref(v);
        Value(v)
    }
    /// The value, still owned here.
    pub const fn get(&self) -> Val {
        self.0
    }
    /// The value, whose share is now the caller's.
    pub const fn into_val(self) -> Val {
        let v = self.0;
        core::mem::forget(self);
        v
    }
}

impl Clone for Value {
    fn clone(&self) -> Value {
        Value::of(self.0)
    }
}

impl Drop for Value {
    fn drop(&mut self) {
        // SAFETY: the share is ours.
        unsafe { val_release(self.0) }
    }
}
