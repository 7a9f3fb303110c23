//! Iterations that extensions hold, and native iterators behind InternalIterator.

use super::vm;
use crate::rt::{copy, release};
use crate::tri;
use crate::vm::Vm;
use howdah_runtime::array;
use howdah_runtime::layout::Arr;
use howdah_runtime::value;
use plugin_api_abi::{ARR, CtxRaw, IterRaw, NativeIterator, OBJ, Status, Val};

/// An iteration over a snapshot of an array, or over an Iterator.
enum Walk {
    Array { a: Val, pos: u32 },
    Object { it: Val, started: bool },
}

pub(super) unsafe extern "C" fn iter_new(ctx: *mut CtxRaw, v: Val, out: *mut *mut IterRaw) -> Status {
    // SAFETY: the engine's context; live value.
    unsafe {
        let vm = vm(ctx);
        let walk = match v.tag() {
            ARR => Walk::Array { a: copy(v), pos: 0 },
            OBJ => match vm.object_iterator(v) {
                Ok(Some(it)) => Walk::Object { it, started: false },
                Ok(None) => Walk::Array { a: array::val(vm.visible_properties(v.as_ptr(), false)), pos: 0 },
                Err(st) => return st,
            },
            _ => return vm.throw_type("Only arrays and Traversables can be iterated"),
        };
        *out = Box::into_raw(Box::new(walk)).cast();
        Status::Ok
    }
}

fn call(
    vm: &mut Vm,
    it: Val,
    which: fn(&crate::class::Magic) -> *mut crate::func::Func,
    out: &mut Val,
) -> Status {
    vm.it_call(it, which, out)
}

pub(super) unsafe extern "C" fn iter_next(
    ctx: *mut CtxRaw,
    it: *mut IterRaw,
    key: *mut Val,
    val: *mut Val,
    more: *mut u32,
) -> Status {
    // SAFETY: the engine's context; made by `iter_new`.
    unsafe {
        *more = 0;
        let vm = vm(ctx);
        match &mut *it.cast::<Walk>() {
            Walk::Array { a, pos } => {
                let t = a.as_ptr::<Arr>();
                let i = array::next_live(t, *pos);
                if i < (*t).used {
                    *key = copy(array::key_at(t, i).val());
                    *val = copy(value::deref(*array::entry_at(t, i)));
                    *pos = i + 1;
                    *more = 1;
                }
                Status::Ok
            }
            Walk::Object { it, started } => {
                let it = *it;
                let mut r = Val::NULL;
                if *started {
                    tri!(call(vm, it, |m| m.it_next, &mut r));
                } else {
                    tri!(call(vm, it, |m| m.it_rewind, &mut r));
                    *started = true;
                }
                release(r);
                let mut ok = Val::NULL;
                tri!(call(vm, it, |m| m.it_valid, &mut ok));
                let valid = crate::rt::truth(vm, ok);
                release(ok);
                if !valid {
                    return Status::Ok;
                }
                let (mut k, mut v) = (Val::NULL, Val::NULL);
                tri!(call(vm, it, |m| m.it_current, &mut v));
                let st = call(vm, it, |m| m.it_key, &mut k);
                if st != Status::Ok {
                    release(v);
                    return st;
                }
                (*key, *val, *more) = (k, v, 1);
                Status::Ok
            }
        }
    }
}

pub(super) unsafe extern "C" fn iter_free(it: *mut IterRaw) {
    // SAFETY: made by `iter_new`, freed once.
    unsafe {
        match *Box::from_raw(it.cast::<Walk>()) {
            Walk::Array { a, .. } => release(a),
            Walk::Object { it, .. } => release(it),
        }
    }
}

pub(super) unsafe extern "C" fn iterator_object(
    ctx: *mut CtxRaw,
    it: NativeIterator,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; the iterator moves in.
    unsafe {
        let mut o = Val::NULL;
        let st = crate::classes::builtin::iterator::native_iterator(vm(ctx), it, &mut o);
        if st == Status::Ok {
            *out = o;
        }
        st
    }
}
