//! Elements of arrays written and added where nothing is to be warned of, converted or created beside the element itself, in
//! the stages that [`super::dims`] tells of.

use super::array::*;
use super::dim_objects::{assign_dim_object, assign_next_object};
use super::dims::{II, hash_key, is_counted_tmp, may_be_number, packed_at, probe, simple_key};
use super::vars::IND;
use super::{S, is_none};
use crate::op;
use crate::rt::{self, release};
use howdah_bytecode::{NONE, binop, fetch};
use howdah_runtime::array::{self, INDIRECT, Key};
use howdah_runtime::layout::{ARR_PACKED, Arr, Ref};
use howdah_runtime::{array_probe, value};
use plugin_api_abi::{ARR, HeapHdr, NULL, OBJ, REF, REFCOUNTED, STR, UNDEF, Val};

/// Adds an element for a key that [`probe`] did not find, where that needs no call: null otherwise.
#[inline(always)]
unsafe fn append(a: *mut Arr, k: *const Val) -> *mut Val {
    // SAFETY: `a` is unshared.
    unsafe {
        if (*k).ty == II {
            array_probe::append_int(a, (*k).as_int())
        } else {
            array_probe::append_str(a, (*k).as_ptr())
        }
    }
}

/// Adds an element at the end of a packed array whose next key is the one behind its last, where there is room: null
/// otherwise. It is for the caller to fill.
#[inline(always)]
unsafe fn append_next(a: *mut Arr) -> *mut Val {
    // SAFETY: `a` is unshared, and there is room.
    unsafe {
        let n = (*a).used;
        let is_next = (*a).next_free == n as i64 || n == 0 && (*a).next_free == i64::MIN;
        if (*a).kind != ARR_PACKED || n >= (*a).cap || !is_next {
            return core::ptr::null_mut();
        }
        (*a).used = n + 1;
        (*a).count += 1;
        (*a).next_free = n as i64 + 1;
        (*a).data.cast::<Val>().add(n as usize)
    }
}

/// Whether value operand `v` may go into array `a` as it is: neither undefined nor a reference, nor the array itself.
#[inline(always)]
unsafe fn storable(v: *const Val, a: *const Arr) -> bool {
    // SAFETY: a live operand.
    unsafe { ((*v).ty as u8).wrapping_sub(1) < REF - 1 && (*v).payload != a as u64 }
}

/// Stores what [`storable`] is true of into an element, taking it over or sharing it.
#[inline(always)]
unsafe fn fill(s: S, e: *mut Val, v: *const Val, o: u16) {
    // SAFETY: live slots.
    unsafe {
        let (payload, ty) = ((*v).payload, (*v).ty);
        (*e).payload = payload;
        (*e).ty = ty;
        if ty & REFCOUNTED != 0 && !s.is_tmp(o) {
            (*(payload as *mut HeapHdr)).rc += 1;
        }
    }
}

/// The array that a variable holds alone, or null.
#[inline(always)]
unsafe fn own_array(p: *const Val) -> *mut Arr {
    // SAFETY: live variable.
    unsafe {
        let a = (*p).as_ptr::<Arr>();
        if (*p).tag() == ARR && (*p).is_refcounted() && (*a).hdr.rc == 1 { a } else { core::ptr::null_mut() }
    }
}

/// The array to write into that an lval operand names: made unshared, or new where the variable is unset. Null for anything
/// else, temporary objects included.
#[inline(always)]
unsafe fn array_to_write(s: S, o: u16) -> *mut Arr {
    // SAFETY: operand of the running op.
    unsafe {
        let p = s.slot(o);
        let p = if (*p).tag() == IND { (*p).as_ptr() } else { p };
        let p = value::deref_ptr(p);
        match (*p).tag() {
            ARR => array::separate(p),
            UNDEF | NULL if !s.is_tmp(o) || (*s.slot(o)).tag() == IND => {
                array::store(p, array::val(array::new(0)));
                (*p).as_ptr()
            }
            _ => core::ptr::null_mut(),
        }
    }
}

/// The value operand, taken over or shared; UNDEF where it is undefined or a reference.
#[inline(always)]
unsafe fn plain_value(s: S, o: u16) -> Val {
    // SAFETY: operand of the running op.
    unsafe {
        let v = (*s.rk(o)).by_parts();
        if v.tag() == REF {
            return Val::UNDEF;
        }
        if v.ty & REFCOUNTED != 0 && !s.is_tmp(o) {
            (*v.as_ptr::<HeapHdr>()).rc += 1;
        }
        v.by_parts()
    }
}

/// Finds or makes the element of `k`, giving null where it is a reference.
#[inline(always)]
unsafe fn element(a: *mut Arr, k: Key) -> *mut Val {
    // SAFETY: `a` is unshared.
    unsafe {
        let (mut e, _) = array::entry(a, k);
        if (*e).tag() == INDIRECT {
            e = (*e).as_ptr();
            if (*e).is_undef() {
                *e = Val::NULL;
            }
        }
        if (*e).tag() == REF { core::ptr::null_mut() } else { e }
    }
}

op! {
    [fast] FetchDimW(s) {
        let c = s.slot(s.b());
        if s.x() <= fetch::RW as u32 && !is_none(s.c()) && (*s.rk(s.c())).ty == II {
            let k = s.rk(s.c());
            let p = if (*c).tag() == IND { (*c).as_ptr() } else { c };
            let a = own_array(p);
            if !a.is_null() {
                let e = packed_at(a, (*k).as_int());
                if !e.is_null() {
                    *s.slot(s.a()) = Val { payload: e as u64, ty: IND as u32, aux: 0 };
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_dim_w_str)
    }
    /// The address of an element that the very string is the key of, in an array that nobody else holds.
    #[inline(never)]
    [fast] fetch_dim_w_str(s) {
        if s.c() & 0x8000 == 0 || s.x() > fetch::RW as u32 {
            return s.tail(fetch_dim_w_hash);
        }
        let c = s.slot(s.b());
        let a = own_array(value::deref_ptr(if (*c).tag() == IND { (*c).as_ptr() } else { c }));
        if a.is_null() {
            return s.tail(fetch_dim_w_hash);
        }
        let k = s.kk(s.c());
        if (*k).tag() == STR && !may_be_number((*k).as_ptr()) {
            let at = array_probe::probe_same(a, (*k).as_ptr());
            if at < array_probe::UNSURE {
                let e = array_probe::element(a, at);
                if (*e).tag() != UNDEF && (*e).tag() != INDIRECT {
                    let d = s.slot(s.a());
                    (*d).payload = e as u64;
                    (*d).ty = IND as u32;
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_dim_w_hash)
    }
    /// The address of an element of an array that nobody else holds, found or added without a call.
    #[inline(never)]
    [fast] fetch_dim_w_hash(s) {
        let (c, mode) = (s.slot(s.b()), s.x() as u16);
        let p = value::deref_ptr(if (*c).tag() == IND { (*c).as_ptr() } else { c });
        let a = own_array(p);
        if a.is_null() || mode > fetch::RW || is_none(s.c()) {
            return s.tail(fetch_dim_w_any);
        }
        let kq = s.rk(s.c());
        let k = value::deref_ptr(kq);
        let Some(mut e) = probe(a, k) else { return s.tail(fetch_dim_w_any) };
        if (*kq).ty & REFCOUNTED != 0 && s.is_tmp(s.c()) {
            return s.tail(fetch_dim_w_any);
        }
        if e.is_null() {
            if mode != fetch::W {
                return s.tail(fetch_dim_w_any);
            }
            e = append(a, k);
            if e.is_null() {
                return s.tail(fetch_dim_w_any);
            }
            (*e).ty = NULL as u32;
        } else if (*e).tag() == UNDEF || (*e).tag() == INDIRECT {
            return s.tail(fetch_dim_w_any);
        }
        *s.slot(s.a()) = Val { payload: e as u64, ty: IND as u32, aux: 0 };
        s.next(2)
    }
    #[inline(never)]
    [fast] fetch_dim_w_any(s) {
        let mode = s.x() as u16;
        if mode != fetch::W && mode != fetch::RW {
            return s.tail(fetch_dim_w_slow);
        }
        let append = is_none(s.c());
        let k = if append { Val::UNDEF } else { *s.rk(s.c()) };
        let key = if append { None } else { simple_key(k) };
        if !append && key.is_none() {
            return s.tail(fetch_dim_w_slow);
        }
        let a = array_to_write(s, s.b());
        if a.is_null() {
            return s.tail(fetch_dim_w_slow);
        }
        let mut e = match key {
            Some(key) if mode == fetch::RW => array::find(a, key),
            Some(key) => array::entry(a, key).0,
            None => match array::push(a, Val::NULL) {
                Ok(e) => e,
                Err(_) => return s.tail(fetch_dim_w_slow),
            },
        };
        if !e.is_null() && (*e).tag() == INDIRECT {
            e = (*e).as_ptr();
        }
        if e.is_null() || (*e).tag() == UNDEF {
            return s.tail(fetch_dim_w_slow);
        }
        if k.is_refcounted() && s.is_tmp(s.c()) {
            release(k);
        }
        *s.slot(s.a()) = Val { payload: e as u64, ty: IND as u32, aux: 0 };
        s.next(2)
    }
    [fast] AssignDimR(s) {
        let (c, k) = (s.slot(s.a()), s.slot(s.b()));
        let p = value::deref_ptr(if (*c).tag() == IND { (*c).as_ptr() } else { c });
        let a = own_array(p);
        if !a.is_null() && (*k).ty == II && s.x() == NONE as u32 && (*a).kind == ARR_PACKED {
            let i = (*k).payload;
            if i < (*a).used as u64 {
                let e = (*a).data.cast::<Val>().add(i as usize);
                let v = s.rk(s.c());
                let (payload, ty) = ((*v).payload, (*v).ty);
                // A reference is counted.
                if (*e).ty & REFCOUNTED == 0 && (*e).tag() != UNDEF && rt::is_plain(ty) && ty as u8 != ARR {
                    (*e).payload = payload;
                    (*e).ty = ty;
                    if ty & REFCOUNTED != 0 && !s.is_tmp(s.c_again()) {
                        (*(payload as *mut HeapHdr)).rc += 1;
                    }
                    return s.next(2);
                }
            } else if i == (*a).used as u64 && i < (*a).cap as u64 {
                return s.tail(assign_dim_append);
            }
        }
        if (*p).tag() == OBJ {
            return s.tail(assign_dim_object);
        }
        if (*k).ty == II { s.tail(assign_dim_hash) } else { s.tail(assign_dim_str) }
    }
    /// The element behind the last of a packed array with room.
    #[inline(never)]
    [fast] assign_dim_append(s) {
        let c = s.slot(s.a());
        let a = (*value::deref_ptr(if (*c).tag() == IND { (*c).as_ptr() } else { c })).as_ptr::<Arr>();
        let v = s.rk(s.c());
        if storable(v, a) {
            let e = append_next(a);
            if !e.is_null() {
                fill(s, e, v, s.c());
                return s.next(2);
            }
        }
        s.tail(assign_dim_hash)
    }
    [fast] AssignDimK(s) { s.tail(assign_dim_str) }
    /// An element that the very string is the key of, or that no string with its hash is, of an array that nobody else holds.
    #[inline(never)]
    [fast] assign_dim_str(s) {
        let t = s.slot(s.a());
        let a = own_array(value::deref_ptr(if (*t).tag() == IND { (*t).as_ptr() } else { t }));
        let k = s.rk(s.b());
        if a.is_null() || (*k).tag() != STR || may_be_number((*k).as_ptr()) || s.x() != NONE as u32 {
            return s.tail(assign_dim_hash);
        }
        if s.b_again() & 0x8000 == 0 && is_counted_tmp(s, s.b_again()) || !storable(s.rk(s.c()), a) {
            return s.tail(assign_dim_hash);
        }
        let at = array_probe::probe_same(a, (*k).as_ptr());
        if at == array_probe::UNSURE {
            return s.tail(assign_dim_hash);
        }
        let e;
        if at == array_probe::ABSENT {
            e = array_probe::append_str(a, (*k).as_ptr());
            if e.is_null() {
                return s.tail(assign_dim_any);
            }
        } else {
            e = array_probe::element(a, at);
            if !rt::is_plain((*e).ty) || !rt::sheds(e) {
                return s.tail(assign_dim_hash);
            }
            rt::shed(*e);
        }
        fill(s, e, s.rk(s.c_again()), s.c_again());
        s.next(2)
    }
    /// An element of an array that nobody else holds, found or added without a call, and nothing to release that takes one.
    #[inline(never)]
    [fast] assign_dim_hash(s) {
        let (b, c, t) = (s.b(), s.c(), s.slot(s.a()));
        let a = own_array(value::deref_ptr(if (*t).tag() == IND { (*t).as_ptr() } else { t }));
        let (kq, v) = (s.rk(b), s.rk(c));
        let k = value::deref_ptr(kq);
        if a.is_null() || s.x() != NONE as u32 || !storable(v, a) {
            return s.tail(assign_dim_object);
        }
        let Some(mut e) = probe(a, k) else { return s.tail(assign_dim_any) };
        let key_tmp = (*kq).ty & REFCOUNTED != 0 && s.is_tmp(b);
        if key_tmp && ((*kq).tag() != STR || (*(*kq).as_ptr::<HeapHdr>()).rc == 1) {
            return s.tail(assign_dim_any);
        }
        if e.is_null() {
            e = append(a, k);
            if e.is_null() {
                return s.tail(assign_dim_any);
            }
        } else {
            if (*e).tag() == REF {
                let r = (*e).as_ptr::<Ref>();
                if !(*r).sources.is_null() {
                    return s.tail(assign_dim_any);
                }
                e = &raw mut (*r).val;
            }
            if !rt::is_plain((*e).ty) || !rt::sheds(e) {
                return s.tail(assign_dim_any);
            }
            rt::shed(*e);
        }
        if key_tmp {
            (*(*kq).as_ptr::<HeapHdr>()).rc -= 1;
        }
        fill(s, e, v, c);
        s.next(2)
    }
    #[inline(never)]
    [fast] assign_dim_any(s) {
        let (b, c) = (s.b(), s.c());
        if hash_key(value::deref_ptr(s.rk(b))) {
            return s.tail(assign_dim_hash);
        }
        let k = (*s.rk(b)).by_parts();
        let (Some(key), true) = (simple_key(k), s.x() == NONE as u32) else { return s.tail(assign_dim_general) };
        if matches!((*s.rk(c)).tag(), UNDEF | REF) {
            return s.tail(assign_dim_general);
        }
        // The value is read before the container: they may be the same variable.
        let v = plain_value(s, c);
        let a = array_to_write(s, s.a());
        let e = if a.is_null() { core::ptr::null_mut() } else { element(a, key) };
        if e.is_null() {
            if !s.is_tmp(c) {
                rt::release_tmp(v);
            }
            return s.tail(assign_dim_general);
        }
        let old = (*e).by_parts();
        (*e).payload = v.payload;
        (*e).ty = v.ty;
        if k.is_refcounted() && s.is_tmp(b) {
            release(k);
        }
        if !old.is_refcounted() {
            return s.next(2);
        }
        s.save();
        release(old);
        s.done_checked(2)
    }
    [fast] AssignDimNext(s) {
        let (c, v) = (s.slot(s.a()), s.rk(s.c()));
        let p = if (*c).tag() == IND { (*c).as_ptr() } else { c };
        let a = own_array(p);
        if !a.is_null() && s.x() == NONE as u32 && storable(v, a) {
            let e = append_next(a);
            if !e.is_null() {
                fill(s, e, v, s.c());
                return s.next(2);
            }
        }
        s.tail(assign_dim_next_any)
    }
    #[inline(never)]
    [fast] assign_dim_next_any(s) {
        let c = s.c();
        if s.x() != NONE as u32 || matches!((*s.rk(c)).tag(), UNDEF | REF) {
            return s.tail(assign_dim_next_slow);
        }
        let v = plain_value(s, c);
        let a = array_to_write(s, s.a());
        if a.is_null() || array::push(a, v).is_err() {
            if !s.is_tmp(c) {
                rt::release_tmp(v);
            }
            return s.tail(assign_next_object);
        }
        s.next(2)
    }
    [fast] AssignDimOp(s) {
        let x = s.x();
        let c = s.slot(s.a());
        if x >> 16 == NONE as u32 && !is_none(s.b()) && (*s.rk(s.b())).ty == II {
            let k = s.rk(s.b());
            let p = if (*c).tag() == IND { (*c).as_ptr() } else { c };
            let a = own_array(p);
            if !a.is_null() {
                let e = packed_at(a, (*k).as_int());
                if !e.is_null()
                    && let Some(r) = super::arith::simple(x as u16, *e, *s.rk(s.c()))
                {
                    (*e).payload = r.payload;
                    (*e).ty = r.ty;
                    return s.next(2);
                }
            }
        }
        s.tail(assign_dim_op_any)
    }
    #[inline(never)]
    [fast] assign_dim_op_any(s) {
        let (b, c) = (s.b(), s.c());
        let x = s.x();
        if x >> 16 != NONE as u32 || is_none(b) {
            return s.tail(assign_dim_op_slow);
        }
        let (k, y) = ((*s.rk(b)).by_parts(), (*s.rk(c)).by_parts());
        let Some(key) = simple_key(k) else { return s.tail(assign_dim_op_slow) };
        let p = s.slot(s.a());
        let p = if (*p).tag() == IND { (*p).as_ptr() } else { p };
        let a = own_array(value::deref_ptr(p));
        let mut e = if a.is_null() { a.cast::<Val>() } else { array::find(a, key) };
        if !e.is_null() && (*e).tag() == INDIRECT {
            e = (*e).as_ptr();
        }
        if e.is_null() {
            return s.tail(assign_dim_op_slow);
        }
        if x as u16 == binop::ADD
            && (*e).ty == II
            && y.ty == II
            && let Some(sum) = (*e).as_int().checked_add(y.as_int())
        {
            (*e).payload = sum as u64;
        } else if let Some(r) = super::arith::simple(x as u16, *e, y) {
            (*e).payload = r.payload;
            (*e).ty = r.ty;
        } else if x as u16 == binop::CONCAT && (*e).tag() == STR && y.tag() == STR {
            rt::append(e, y);
            if y.is_refcounted() && s.is_tmp(c) {
                release(y);
            }
        } else {
            return s.tail(assign_dim_op_slow);
        }
        if k.is_refcounted() && s.is_tmp(b) {
            release(k);
        }
        s.next(2)
    }
    [fast] SetElem(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        if !storable(s.rk(s.b()), a) {
            return s.tail(set_elem_slow);
        }
        fill(s, array_probe::element(a, s.c() as u32), s.rk(s.b_again()), s.b_again());
        s.next(1)
    }
    [fast] AddElem(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let k = s.rk(s.c());
        if s.c_again() & 0x8000 != 0
            && (*k).tag() == STR
            && !may_be_number((*k).as_ptr())
            && storable(s.rk(s.b()), a)
            && array_probe::probe_same(a, (*k).as_ptr()) == array_probe::ABSENT
        {
            let e = array_probe::append_str(a, (*k).as_ptr());
            if !e.is_null() {
                fill(s, e, s.rk(s.b_again()), s.b_again());
                return s.next(1);
            }
        }
        s.tail(add_elem_hash)
    }
    /// An element of a new array by a key that needs no conversion, added without a call.
    #[inline(never)]
    [fast] add_elem_hash(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let (k, v) = (s.rk(s.c()), s.rk(s.b()));
        if storable(v, a) && matches!(probe(a, k), Some(e) if e.is_null()) {
            let e = append(a, k);
            if !e.is_null() {
                // The array has a share of its own.
                if (*k).ty & REFCOUNTED != 0 && s.is_tmp(s.c()) {
                    (*(*k).as_ptr::<HeapHdr>()).rc -= 1;
                }
                fill(s, e, v, s.b());
                return s.next(1);
            }
        }
        s.tail(add_elem_any)
    }
    #[inline(never)]
    [fast] add_elem_any(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let (b, c) = (s.b(), s.c());
        let k = (*s.rk(c)).by_parts();
        let Some(key) = simple_key(k) else { return s.tail(add_elem_slow) };
        if matches!((*s.rk(b)).tag(), UNDEF | REF) {
            return s.tail(add_elem_slow);
        }
        let (e, fresh) = array::entry(a, key);
        if !fresh {
            return s.tail(add_elem_slow);
        }
        array::store(e, plain_value(s, b));
        if k.is_refcounted() && s.is_tmp(c) {
            release(k);
        }
        s.next(1)
    }
    [fast] AddNext(s) {
        let (a, v) = ((*s.slot(s.a())).as_ptr::<Arr>(), s.rk(s.b()));
        if storable(v, a) {
            let e = append_next(a);
            if !e.is_null() {
                fill(s, e, v, s.b());
                return s.next(1);
            }
        }
        s.tail(add_next_any)
    }
    #[inline(never)]
    [fast] add_next_any(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let b = s.b();
        if matches!((*s.rk(b)).tag(), UNDEF | REF) || (*a).next_free == i64::MAX {
            return s.tail(add_next_slow);
        }
        let _ = array::push(a, plain_value(s, b));
        s.next(1)
    }
}
