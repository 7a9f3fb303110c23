//! Iterations that extensions hold, and native iterators behind InternalIterator.

use super::vm;
use crate::rt::{copy, release};
use crate::traverse::Traversal;
use howdah_runtime::array;
use howdah_runtime::layout::Arr;
use howdah_runtime::value;
use plugin_api_abi::{ARR, CtxRaw, IterRaw, NativeIterator, OBJ, Status, Val, iter_step};

/// An iteration over a snapshot of an array, or over a Traversable.
enum Walk {
    Array {
        a: Val,
        pos: u32,
    },
    /// `current`: what an Iterator's `current()` gave, until it is moved (as php-src's zend_user_iterator keeps it).
    Object {
        walk: Traversal,
        started: bool,
        current: Val,
    },
}

pub(super) unsafe extern "C" fn iter_new(ctx: *mut CtxRaw, v: Val, out: *mut *mut IterRaw) -> Status {
    // SAFETY: the engine's context; live value.
    unsafe {
        let vm = vm(ctx);
        let walk = match v.tag() {
            ARR => Walk::Array { a: copy(v), pos: 0 },
            OBJ => match vm.traversal(v, false) {
                Ok(Some(walk)) => {
                    if let Traversal::Object(o, _) = walk
                        && vm.is_generator(o)
                    {
                        let st = vm.gen_traversable(o.as_ptr(), false);
                        if st != Status::Ok {
                            walk.free();
                            return st;
                        }
                    }
                    Walk::Object { walk, started: false, current: Val::UNDEF }
                }
                Ok(None) => Walk::Array { a: array::val(vm.visible_properties(v.as_ptr(), false)), pos: 0 },
                Err(st) => return st,
            },
            _ => return vm.throw_type("Only arrays and Traversables can be iterated"),
        };
        *out = Box::into_raw(Box::new(walk)).cast();
        Status::Ok
    }
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
            Walk::Object { walk, started, .. } => {
                let advance = core::mem::replace(started, true);
                if !advance && let Err(st) = vm.traverse_flag(walk, iter_step::REWIND) {
                    return st;
                }
                let (mut k, mut v) = (Val::NULL, Val::NULL);
                match vm.traverse_fetch(walk, advance, &mut k, &mut v) {
                    Ok(true) => (*key, *val, *more) = (k, v, 1),
                    Ok(false) => {}
                    Err(st) => return st,
                }
                Status::Ok
            }
        }
    }
}

pub(super) unsafe extern "C" fn iter_fetch(
    ctx: *mut CtxRaw,
    it: *mut IterRaw,
    advance: u32,
    key: *mut Val,
    val: *mut Val,
    more: *mut u32,
) -> Status {
    // SAFETY: the engine's context; made by `iter_new`; the caller's places.
    unsafe {
        match &mut *it.cast::<Walk>() {
            Walk::Array { a, pos } => {
                let t = a.as_ptr::<Arr>();
                let i = array::next_live(t, *pos);
                *pos = i;
                if advance != 0 && i < (*t).used {
                    *pos = array::next_live(t, i + 1);
                }
                *more = (*pos < (*t).used) as u32;
                if *more != 0 && !val.is_null() {
                    *val = copy(value::deref(*array::entry_at(t, *pos)));
                    if !key.is_null() {
                        *key = copy(array::key_at(t, *pos).val());
                    }
                }
                Status::Ok
            }
            Walk::Object { walk, .. } if matches!(walk, Traversal::Native(..)) => {
                match vm(ctx).traverse_fetch(walk, advance != 0, key, val) {
                    Ok(yes) => {
                        *more = yes as u32;
                        Status::Ok
                    }
                    Err(st) => st,
                }
            }
            Walk::Object { .. } => {
                *more = 2;
                Status::Ok
            }
        }
    }
}

pub(super) unsafe extern "C" fn iter_step(
    ctx: *mut CtxRaw,
    it: *mut IterRaw,
    step: u32,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; made by `iter_new`.
    unsafe {
        let vm = vm(ctx);
        let mut v = Val::NULL;
        let st = match &mut *it.cast::<Walk>() {
            Walk::Object { walk, current, .. } => match step {
                iter_step::CURRENT if !current.is_undef() => {
                    v = copy(*current);
                    Status::Ok
                }
                iter_step::CURRENT => {
                    let keeps = matches!(walk, Traversal::Object(o, _) if !vm.is_generator(*o));
                    let st = vm.traverse(walk, step, &mut v);
                    if keeps && st == Status::Ok {
                        *current = copy(v);
                    }
                    st
                }
                iter_step::VALID | iter_step::KEY => vm.traverse(walk, step, &mut v),
                _ => {
                    release(core::mem::replace(current, Val::UNDEF));
                    if step == iter_step::FORGET { Status::Ok } else { vm.traverse(walk, step, &mut v) }
                }
            },
            Walk::Array { a, pos } => {
                let t = a.as_ptr::<Arr>();
                let i = array::next_live(t, *pos);
                let there = i < (*t).used;
                match step {
                    iter_step::REWIND => *pos = 0,
                    iter_step::VALID => v = Val::bool(there),
                    iter_step::CURRENT if there => v = copy(value::deref(*array::entry_at(t, i))),
                    iter_step::KEY if there => v = copy(array::key_at(t, i).val()),
                    iter_step::NEXT => *pos = i.saturating_add(1),
                    _ => {}
                }
                Status::Ok
            }
        };
        if st == Status::Ok {
            *out = v;
        } else {
            release(v);
        }
        st
    }
}

pub(super) unsafe extern "C" fn iter_roots(
    it: *mut IterRaw,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: made by `iter_new`.
    unsafe {
        match &mut *it.cast::<Walk>() {
            Walk::Array { a, .. } => visit(data, a),
            Walk::Object { walk, current, .. } => {
                visit(data, current);
                walk.roots(visit, data);
            }
        }
    }
}

pub(super) unsafe extern "C" fn iter_free(it: *mut IterRaw) {
    // SAFETY: made by `iter_new`, freed once.
    unsafe {
        match *Box::from_raw(it.cast::<Walk>()) {
            Walk::Array { a, .. } => release(a),
            Walk::Object { walk, current, .. } => {
                release(current);
                walk.free();
            }
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
            *out = o.by_parts();
        }
        st
    }
}
