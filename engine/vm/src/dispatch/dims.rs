//! Elements of arrays and bytes of strings where nothing is to be warned of, converted or created beside the element itself;
//! the rest is in [`super::array`]. Each op's own handler does packed arrays with integer keys without a call; a second one
//! does what needs calls: hashes, growing, copying shared arrays, temporaries.

use super::array::*;
use super::vars::IND;
use super::{S, is_none};
use crate::op;
use crate::rt::{self, addref, release};
use howdah_bytecode::{NONE, Op, binop, fetch};
use howdah_runtime::array::{self, INDIRECT, Key};
use howdah_runtime::layout::{ARR_PACKED, Arr};
use howdah_runtime::{interner, number, string, value};
use plugin_api_abi::{ARR, HeapHdr, INT, NULL, REF, REFCOUNTED, STR, StrHdr, TRUE, UNDEF, Val};

const II: u32 = INT as u32;

/// The key that an integer or string operand stands for.
#[inline(always)]
unsafe fn simple_key(k: Val) -> Option<Key> {
    // SAFETY: a live operand.
    unsafe {
        match k.tag() {
            INT => Some(Key::Int(k.as_int())),
            STR => {
                let s = k.as_ptr::<StrHdr>();
                // The text ends in a NUL: the first byte may always be looked at.
                if *string::data(s) > b'9' {
                    return Some(Key::Str(s));
                }
                Some(number::int_key(StrHdr::bytes(s)).map_or(Key::Str(s), Key::Int))
            }
            _ => None,
        }
    }
}

/// The element of a packed array, or null: no hole, no reference.
#[inline(always)]
unsafe fn packed_at(a: *const Arr, i: i64) -> *mut Val {
    // SAFETY: `a` is live.
    unsafe {
        if (*a).kind != ARR_PACKED || i as u64 >= (*a).used as u64 {
            return core::ptr::null_mut();
        }
        let p = (*a).data.cast::<Val>().add(i as usize);
        if (*p).tag() == UNDEF || (*p).tag() == REF { core::ptr::null_mut() } else { p }
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
        let v = *s.rk(o);
        if v.tag() == REF {
            return Val::UNDEF;
        }
        if v.ty & REFCOUNTED != 0 && !s.is_tmp(o) {
            (*v.as_ptr::<HeapHdr>()).rc += 1;
        }
        Val { aux: 0, ..v }
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
    [fast] FetchDimRR(s) {
        let (c, k) = (value::deref_ptr(s.slot(s.b())), s.slot(s.c()));
        if (*c).tag() == ARR && (*k).ty == II && !s.is_tmp(s.b()) {
            let p = packed_at((*c).as_ptr(), (*k).as_int());
            if !p.is_null() {
                let d = s.slot(s.a());
                rt::put(d, p);
                if (*d).ty & REFCOUNTED != 0 {
                    (*(*d).as_ptr::<HeapHdr>()).rc += 1;
                }
                return s.next(2);
            }
        }
        if (*c).tag() == STR && (*k).ty == II && !s.is_tmp(s.b()) {
            return s.tail(fetch_byte);
        }
        s.tail(fetch_dim_any)
    }
    /// One byte of a string variable.
    #[inline(never)]
    [fast] fetch_byte(s) {
        let c = value::deref_ptr(s.slot(s.b()));
        let t = (*c).as_ptr::<StrHdr>();
        let i = (*s.slot(s.c())).payload;
        if i >= (*t).len as u64 {
            return s.tail(fetch_dim_any);
        }
        let byte = interner::known_byte(*string::data(t).add(i as usize));
        if byte.is_null() {
            return s.tail(fetch_dim_any);
        }
        let d = s.slot(s.a());
        (*d).payload = byte as u64;
        (*d).ty = STR as u32;
        (*d).aux = 0;
        s.next(2)
    }
    [fast] FetchDimRK(s) {
        let (c, k) = (value::deref_ptr(s.slot(s.b())), s.kk(s.c()));
        if (*c).tag() == ARR && !s.is_tmp(s.b()) {
            let a = (*c).as_ptr::<Arr>();
            let p = if (*k).ty == II {
                packed_at(a, (*k).as_int())
            } else {
                array::bucket_at(a, (*s.icp()).val as u32, (*k).as_ptr())
            };
            if !p.is_null() && (*p).tag() < REF {
                let d = s.slot(s.a());
                rt::put(d, p);
                if (*d).ty & REFCOUNTED != 0 {
                    (*(*d).as_ptr::<HeapHdr>()).rc += 1;
                }
                return s.next(2);
            }
        }
        s.tail(fetch_dim_any)
    }
    [fast] FetchDim(s) { s.tail(fetch_dim_any) }
    #[inline(never)]
    [fast] fetch_dim_any(s) {
        let (b, c) = (s.b(), s.c());
        let container = *value::deref_ptr(s.rk(b));
        let k = *s.rk(c);
        let tmp = s.is_tmp(b);
        let v;
        if container.tag() == ARR {
            let Some(key) = simple_key(k) else { return s.tail(fetch_dim_slow) };
            let a = container.as_ptr::<Arr>();
            let mut p = array::find(a, key);
            if !p.is_null() && (*p).tag() == INDIRECT {
                p = (*p).as_ptr();
            }
            if p.is_null() || (*p).tag() == UNDEF {
                return s.tail(fetch_dim_slow);
            }
            if tmp && container.is_refcounted() {
                if (*a).hdr.rc == 1 || (*s.rk(b)).tag() == REF {
                    return s.tail(fetch_dim_slow);
                }
                (*a).hdr.rc -= 1;
            }
            if (*s.pc).op == Op::FetchDimRK as u16 && k.tag() == STR && (*a).kind != ARR_PACKED && matches!(key, Key::Str(_)) {
                (*s.icp()).val = array::bucket_index(a, p) as u64;
            }
            v = *value::deref_ptr(p);
            addref(v);
            if k.is_refcounted() && s.is_tmp(c) {
                release(k);
            }
        } else if container.tag() == STR && k.ty == II {
            let t = container.as_ptr::<StrHdr>();
            let n = (*t).len;
            let i = k.as_int();
            let at = if i < 0 { i.wrapping_add(n as i64) } else { i };
            if at as u64 >= n as u64 {
                return s.tail(fetch_dim_slow);
            }
            v = string::byte_val(*string::data(t).add(at as usize));
            if tmp {
                release(*s.rk(b));
            }
        } else {
            return s.tail(fetch_dim_slow);
        }
        *s.slot(s.a()) = Val { aux: 0, ..v };
        s.next(2)
    }
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
        s.tail(fetch_dim_w_any)
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
        let c = s.slot(s.a());
        let k = s.slot(s.b());
        let v = s.rk(s.c());
        let p = value::deref_ptr(if (*c).tag() == IND { (*c).as_ptr() } else { c });
        let a = own_array(p);
        if !a.is_null() && (*k).ty == II && s.x() == NONE as u32 && (*v).ty & REFCOUNTED == 0 && (*v).tag() != UNDEF {
            let e = packed_at(a, (*k).as_int());
            if !e.is_null() && (*e).ty & REFCOUNTED == 0 {
                (*e).payload = (*v).payload;
                (*e).ty = (*v).ty;
                return s.next(2);
            }
        }
        s.tail(assign_dim_append)
    }
    #[inline(never)]
    [fast] assign_dim_append(s) {
        let c = s.slot(s.a());
        let k = s.slot(s.b());
        let v = s.rk(s.c());
        let p = value::deref_ptr(if (*c).tag() == IND { (*c).as_ptr() } else { c });
        let a = own_array(p);
        if !a.is_null()
            && (*k).ty == II
            && (*a).kind == ARR_PACKED
            && (*k).as_int() == (*a).used as i64
            && (*a).used < (*a).cap
            && (*a).next_free == (*a).used as i64
            && s.x() == NONE as u32
            && (*v).tag() != REF
            && (*v).tag() != UNDEF
            // An array put into itself is copied first.
            && (*v).payload != a as u64
        {
            let e = (*a).data.cast::<Val>().add((*a).used as usize);
            let ty = (*v).ty;
            (*e).payload = (*v).payload;
            (*e).ty = ty;
            if ty & REFCOUNTED != 0 && !s.is_tmp(s.c()) {
                (*(*e).as_ptr::<HeapHdr>()).rc += 1;
            }
            (*a).used += 1;
            (*a).count += 1;
            (*a).next_free += 1;
            return s.next(2);
        }
        s.tail(assign_dim_any)
    }
    [fast] AssignDimK(s) { s.tail(assign_dim_any) }
    #[inline(never)]
    [fast] assign_dim_any(s) {
        let (b, c) = (s.b(), s.c());
        let k = *s.rk(b);
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
        let old = *e;
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
        let c = s.slot(s.a());
        let v = s.rk(s.c());
        let p = if (*c).tag() == IND { (*c).as_ptr() } else { c };
        let a = own_array(p);
        if !a.is_null()
            && (*a).kind == ARR_PACKED
            && (*a).used < (*a).cap
            && (*a).next_free == (*a).used as i64
            && s.x() == NONE as u32
            && (*v).tag() != REF
            && (*v).tag() != UNDEF
            // An array put into itself is copied first.
            && (*v).payload != a as u64
        {
            let e = (*a).data.cast::<Val>().add((*a).used as usize);
            let ty = (*v).ty;
            (*e).payload = (*v).payload;
            (*e).ty = ty;
            if ty & REFCOUNTED != 0 && !s.is_tmp(s.c()) {
                (*(*e).as_ptr::<HeapHdr>()).rc += 1;
            }
            (*a).used += 1;
            (*a).count += 1;
            (*a).next_free += 1;
            return s.next(2);
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
            return s.tail(assign_dim_next_slow);
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
        let (k, y) = (*s.rk(b), *s.rk(c));
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
    [fast] IssetDim(s) {
        let (c, k) = (s.slot(s.b() & 0x7fff), s.rk(s.c()));
        if (*c).tag() == ARR && (*k).ty == II && s.b() & 0x8000 == 0 && !s.is_tmp(s.b()) && s.x() == 0 {
            let p = packed_at((*c).as_ptr(), (*k).as_int());
            if !p.is_null() {
                s.put_bool(s.a(), (*p).tag() > NULL);
                return s.next(2);
            }
        }
        s.tail(isset_dim_any)
    }
    #[inline(never)]
    [fast] isset_dim_any(s) {
        let (b, c) = (s.b(), s.c());
        let container = *value::deref_ptr(s.rk(b));
        let k = *s.rk(c);
        let Some(key) = simple_key(k) else { return s.tail(isset_dim_slow) };
        if container.tag() != ARR || s.is_tmp(b) && container.is_refcounted() {
            return s.tail(isset_dim_slow);
        }
        let mut p = array::find(container.as_ptr(), key);
        if !p.is_null() && (*p).tag() == INDIRECT {
            p = (*p).as_ptr();
        }
        let v = if p.is_null() { Val::NULL } else { *value::deref_ptr(p) };
        let yes = if s.x() == 0 {
            v.tag() > NULL
        } else if v.tag() <= INT {
            v.tag() != TRUE && (v.tag() != INT || v.payload == 0)
        } else {
            return s.tail(isset_dim_slow);
        };
        if k.is_refcounted() && s.is_tmp(c) {
            release(k);
        }
        s.put_bool(s.a(), yes);
        s.next(2)
    }
    [fast] AddElem(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let (b, c) = (s.b(), s.c());
        let k = *s.rk(c);
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
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let b = s.b();
        if matches!((*s.rk(b)).tag(), UNDEF | REF) || (*a).next_free == i64::MAX {
            return s.tail(add_next_slow);
        }
        let _ = array::push(a, plain_value(s, b));
        s.next(1)
    }
}
