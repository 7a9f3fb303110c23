//! What Closure and WeakReference objects show when dumped.

use crate::classes::name_text;
use crate::func::{FUNC_USER, Func};
use crate::rt::{copy, copy_ref};
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::obj_val;
use howdah_runtime::{array, string};
use plugin_api_abi::{CtxRaw, OBJ, REF, Status, StrHdr, UNDEF, Val, prop_purpose};

/// Gives `table` as the answer when the purpose is display.
fn answer(purpose: u32, out: *mut Val, table: impl FnOnce() -> *mut Arr) -> Status {
    if purpose == prop_purpose::DEBUG {
        // SAFETY: the VM's result slot.
        unsafe { *out = array::val(table()) };
    }
    Status::Ok
}

/// `Class::name` of a function.
fn full_name(f: &Func) -> Val {
    // SAFETY: names are interned, classes live as long as the VM.
    unsafe {
        let name = StrHdr::bytes(f.name);
        if f.scope.is_null() {
            return string::new_val(name);
        }
        string::new_val(&[(*f.scope).name(), b"::", name].concat())
    }
}

pub(crate) unsafe extern "C" fn closure(_: *mut CtxRaw, o: Val, purpose: u32, out: *mut Val) -> Status {
    answer(purpose, out, || {
        let t = array::new(4);
        // SAFETY: a live Closure; the table is fresh.
        unsafe {
            let c = crate::closure::of(o.as_ptr());
            let f = &*c.func;
            if c.fake {
                array::set_bytes(t, b"function", full_name(f));
            } else {
                array::set_bytes(t, b"name", string::new_val(StrHdr::bytes(f.name)));
                array::set_bytes(t, b"file", copy(string::val((*f.script).file)));
                array::set_bytes(t, b"line", Val::int((*f.proto).start_line as i64));
            }
            let statics = static_values(f, &c.captures);
            if array::count(statics) > 0 {
                array::set_bytes(t, b"static", array::val(statics));
            } else {
                crate::rt::release(array::val(statics));
            }
            if c.this.tag() == OBJ {
                array::set_bytes(t, b"this", copy(c.this));
            }
            if !f.params.is_empty() {
                array::set_bytes(t, b"parameter", array::val(parameters(f)));
            }
        }
        t
    })
}

/// Captured values and static variables.
unsafe fn static_values(f: &Func, captures: &[Val]) -> *mut Arr {
    let t = array::new(0);
    if f.kind != FUNC_USER {
        return t;
    }
    // SAFETY: compiled functions live as long as their script; the table is fresh.
    unsafe {
        let proto = &*f.proto;
        for (c, v) in proto.captures.iter().zip(captures) {
            if v.tag() != UNDEF {
                array::set_bytes(t, &c.name, copy_ref(*v));
            }
        }
        for (s, v) in proto.statics.iter().zip(&f.statics) {
            let shown = match (v.tag(), &s.init) {
                (UNDEF, Some(l)) => crate::load::literal_val(l),
                (UNDEF, None) => Val::NULL,
                (REF, _) => copy_ref(*v),
                _ => copy(*v),
            };
            array::set_bytes(t, &s.name, shown);
        }
    }
    t
}

unsafe fn parameters(f: &Func) -> *mut Arr {
    let t = array::new(0);
    for (i, p) in f.params.iter().enumerate() {
        let name = format!("{}${}", if p.by_ref { "&" } else { "" }, name_text(p.name));
        let kind = if i as u32 >= f.required { &b"<optional>"[..] } else { b"<required>" };
        // SAFETY: a fresh table.
        unsafe { array::set_bytes(t, name.as_bytes(), string::new_val(kind)) };
    }
    t
}

pub(crate) unsafe extern "C" fn weak_reference(
    _: *mut CtxRaw,
    o: Val,
    purpose: u32,
    out: *mut Val,
) -> Status {
    answer(purpose, out, || {
        let t = array::new(1);
        // SAFETY: a live WeakReference, whose payload is one pointer; the table is fresh.
        unsafe {
            let target = *(*o.as_ptr::<Obj>()).native.cast::<*mut Obj>();
            let v = if target.is_null() { Val::NULL } else { copy(obj_val(target)) };
            array::set_bytes(t, b"object", v);
        }
        t
    })
}
