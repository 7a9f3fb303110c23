//! Moves and assignments.

use super::dims::give;
use super::is_none;
use super::vars::IND;
use crate::op;
use crate::rt::{self, addref, release};
use howdah_runtime::array;
use howdah_runtime::layout::Ref;
use howdah_runtime::value;
use plugin_api_abi::{HeapHdr, OBJ, REF, REFCOUNTED, STR, Status, UNDEF, Val};

/// Makes variable `d` an alias of reference `r`, whose share is taken over. A typed static property checks its type.
unsafe fn bind(vm: &mut crate::vm::Vm, d: *mut Val, r: *mut Ref) -> Status {
    // SAFETY: live variable and reference.
    unsafe {
        let old = (*d).by_parts();
        if old.tag() == REF
            && !(*old.as_ptr::<Ref>()).sources.is_null()
            && let Some(info) = crate::classes::refs::static_source(old.as_ptr(), d)
        {
            return vm.bind_prop_ref(d, info, r);
        }
        array::store(d, value::ref_val(r));
        release(old);
        Status::Ok
    }
}

op! {
    [fast] LoadK(s) {
        *s.slot(s.a()) = *s.lit(s.x());
        s.next(2)
    }
    [fast] LoadK16(s) {
        *s.slot(s.a()) = *s.lit(s.b() as u32);
        s.next(1)
    }
    [fast] Move(s) {
        let (d, p) = (s.slot(s.a()), s.slot(s.b()));
        rt::put(d, p);
        (*d).aux = (*p).aux;
        s.next(1)
    }
    [fast] Copy(s) {
        let p = s.slot(s.b());
        let tag = (*p).tag();
        if tag == UNDEF || tag == REF {
            return s.tail(copy_ref);
        }
        give(s, p);
        s.next(1)
    }
    /// `Copy` of what is behind a reference.
    #[inline(never)]
    [fast] copy_ref(s) {
        let p = value::deref_ptr(s.slot(s.b()));
        if (*p).tag() == UNDEF {
            return s.tail(copy_slow);
        }
        give(s, p);
        s.next(1)
    }
    #[inline(never)]
    copy_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.slot(s.b()), &mut st);
        *s.slot(s.a()) = rt::copy(v);
        s.done(st, 1)
    }
    [fast] Dup(s) {
        let v = *s.slot(s.b());
        addref(v);
        *s.slot(s.a()) = v;
        s.next(1)
    }
    [fast] Free(s) {
        let v = *s.slot(s.a());
        if v.is_refcounted() && (v.tag() != STR || !(*s.vm).here.gives_up(v)) {
            return s.tail(free_slow);
        }
        s.next(1)
    }
    #[inline(never)]
    free_slow(s) {
        s.save();
        release(std::mem::replace(&mut *s.slot(s.a()), Val::UNDEF));
        s.done_checked(1)
    }
    [fast] Assign(s) {
        let d = s.slot(s.a());
        let b = s.b();
        let p = s.rk(b);
        let (payload, ty) = ((*p).payload, (*p).ty);
        if (*d).ty & REFCOUNTED == 0 && rt::is_plain(ty) {
            (*d).payload = payload;
            (*d).ty = ty;
            if ty & REFCOUNTED != 0 && !s.is_tmp(b) {
                (*(payload as *mut HeapHdr)).rc += 1;
            }
            return s.next(1);
        }
        s.tail(assign_shed)
    }
    /// To a variable whose value others hold, too; of a variable that is a reference.
    #[inline(never)]
    [fast] assign_shed(s) {
        let mut d = s.slot(s.a());
        let b = s.b();
        let p = s.rk(b);
        let v = value::deref_ptr(p);
        let tmp = s.is_tmp(b);
        if (*d).tag() == REF {
            let r = (*d).as_ptr::<Ref>();
            if !(*r).sources.is_null() {
                return s.tail(assign_any);
            }
            d = &raw mut (*r).val;
        }
        if (*v).tag() == UNDEF || tmp && v != p {
            return s.tail(assign_any);
        }
        let (payload, ty) = ((*v).payload, (*v).ty);
        // The new value may be the old one.
        let counted = ty & REFCOUNTED != 0 && !tmp;
        if counted {
            (*(payload as *mut HeapHdr)).rc += 1;
        }
        if !rt::gives_up((*s.vm).here, d) {
            if counted {
                (*(payload as *mut HeapHdr)).rc -= 1;
            }
            return s.tail(assign_any);
        }
        (*d).payload = payload;
        (*d).ty = ty;
        s.next(1)
    }
    #[inline(never)]
    [fast] assign_any(s) {
        let d = s.slot(s.a());
        let b = s.b();
        let v = *value::deref_ptr(s.rk(b));
        let old = (*d).by_parts();
        if old.tag() == REF || v.tag() == UNDEF || (*s.rk(b)).tag() == REF && s.is_tmp(b) {
            return s.tail(assign_slow);
        }
        if v.is_refcounted() && !s.is_tmp(b) {
            (*v.as_ptr::<HeapHdr>()).rc += 1;
        }
        (*d).payload = v.payload;
        (*d).ty = v.ty;
        if !old.is_refcounted() {
            return s.next(1);
        }
        s.save();
        release(old);
        s.done_checked(1)
    }
    #[inline(never)]
    assign_slow(s) {
        let vm = s.save();
        let b = s.b();
        let mut st = Status::Ok;
        let v = if s.is_tmp(b) { rt::take(s, b) } else { rt::copy(rt::read(vm, s.fp, s.rk(b), &mut st)) };
        if st != Status::Ok {
            release(v);
            return s.done(st, 1);
        }
        let st = rt::assign_cv(vm, s.slot(s.a()), v);
        if st != Status::Ok {
            return s.done(st, 1);
        }
        s.done_checked(1)
    }
    [fast] AssignR(s) {
        let d = s.slot(s.a());
        let b = s.b();
        let v = (*s.rk(b)).by_parts();
        if (*d).ty & REFCOUNTED == 0 && v.tag() != UNDEF && v.tag() != REF {
            if v.ty & REFCOUNTED != 0 {
                (*v.as_ptr::<HeapHdr>()).rc += 1 + !s.is_tmp(b) as u32;
            }
            (*d).payload = v.payload;
            (*d).ty = v.ty;
            *s.slot(s.c()) = v.by_parts();
            return s.next(1);
        }
        s.tail(assign_r_shed)
    }
    /// `AssignR` to a variable whose old value goes without a call.
    #[inline(never)]
    [fast] assign_r_shed(s) {
        let (d, b) = (s.slot(s.a()), s.b());
        let v = s.rk(b);
        if (*d).tag() == REF || (*v).tag() == UNDEF || (*v).tag() == REF {
            return s.tail(assign_r_slow);
        }
        let (payload, ty) = ((*v).payload, (*v).ty);
        // The new value may be the old one: its shares come first.
        let shares = if ty & REFCOUNTED != 0 { 1 + !s.is_tmp(b) as u32 } else { 0 };
        if shares != 0 {
            (*(payload as *mut HeapHdr)).rc += shares;
        }
        if !rt::gives_up((*s.vm).here, d) {
            if shares != 0 {
                (*(payload as *mut HeapHdr)).rc -= shares;
            }
            return s.tail(assign_r_slow);
        }
        Val::of(payload, ty).put(s.slot(s.c()));
        (*d).payload = payload;
        (*d).ty = ty;
        s.next(1)
    }
    #[inline(never)]
    assign_r_slow(s) {
        let vm = s.save();
        let b = s.b();
        let mut st = Status::Ok;
        let v = if s.is_tmp(b) { rt::take(s, b) } else { rt::copy(rt::read(vm, s.fp, s.rk(b), &mut st)) };
        if st != Status::Ok {
            release(v);
            return s.done(st, 1);
        }
        let d = s.slot(s.a());
        let st = rt::assign_cv(vm, d, v);
        *s.slot(s.c()) = if st == Status::Ok { rt::copy_deref(d) } else { Val::NULL };
        if st != Status::Ok {
            return s.done(st, 1);
        }
        s.done_checked(1)
    }
    [fast] AssignInd(s) {
        let p = s.slot(s.a());
        let d = (*p).as_ptr::<Val>();
        let b = s.b();
        let v = s.rk(b);
        let ty = (*v).ty;
        if (*p).tag() == IND && (*d).ty & REFCOUNTED == 0 && ty & 0xff != REF as u32 && ty & 0xff != UNDEF as u32 && is_none(s.c()) {
            if ty & REFCOUNTED != 0 && !s.is_tmp(b) {
                (*(*v).as_ptr::<HeapHdr>()).rc += 1;
            }
            (*d).payload = (*v).payload;
            (*d).ty = ty;
            return s.next(1);
        }
        s.tail(assign_ind_slow)
    }
    #[inline(never)]
    assign_ind_slow(s) {
        let vm = s.save();
        let d = rt::lval(s, s.a());
        let b = s.b();
        let mut st = Status::Ok;
        let v = if s.is_tmp(b) { rt::take(s, b) } else { rt::copy(rt::read(vm, s.fp, s.rk(b), &mut st)) };
        let c = s.c();
        if st == Status::Ok {
            // What a typed reference makes of a scalar is the result.
            let typed = !is_none(c) && v.tag() != OBJ && (*d).tag() == REF && !(*(*d).as_ptr::<Ref>()).sources.is_null();
            if typed {
                let r = rt::copy(*d);
                st = rt::assign_cv(vm, d, v);
                if st == Status::Ok {
                    *s.slot(c) = rt::copy(value::deref(r));
                }
                release(r);
                return s.done(st, 1);
            }
            if !is_none(c) {
                addref(v);
                *s.slot(c) = v;
            }
            st = rt::assign_cv(vm, d, v);
        } else {
            release(v);
        }
        s.done(st, 1)
    }
    AssignRef(s) {
        let vm = s.save();
        let (a, b) = (s.a(), s.b());
        let src = s.slot(b);
        // The source is a variable, an address, or a REF value made before.
        let r = if s.is_tmp(b) && (*src).tag() == REF {
            (*src).as_ptr::<Ref>()
        } else {
            let p = rt::lval(s, b);
            let r = value::make_ref(p);
            (*r).hdr.rc += 1;
            vm.leave_scratch(p);
            r
        };
        let d = rt::lval(s, a);
        let held = if is_none(s.c()) { Val::UNDEF } else { rt::copy(value::ref_val(r)) };
        let st = if core::ptr::eq(d, &raw const vm.scratch) && vm.exception.is_undef() {
            release(value::ref_val(r));
            vm.throw_error(vm.ce.error, "Cannot assign by reference to an array dimension of an object")
        } else {
            bind(vm, d, r)
        };
        if !is_none(s.c()) && st == Status::Ok {
            *s.slot(s.c()) = rt::copy((*r).val);
        }
        // As in PHP, that share was never a possible root.
        howdah_runtime::memory::release::val_release_tmp(held);
        if st == Status::Ok { s.done_checked(1) } else { s.done(st, 1) }
    }
    AssignRefFn(s) {
        let vm = s.save();
        let v = (*s.slot(s.b())).by_parts();
        let d = rt::lval(s, s.a());
        if v.tag() == REF {
            let st = bind(vm, d, v.as_ptr());
            if st != Status::Ok {
                return s.done(st, 1);
            }
        } else {
            let mut st = vm.notice("Only variables should be assigned by reference");
            if st == Status::Ok {
                // The assignment may free what holds the variable.
                let held = if (*d).tag() == REF { rt::copy(*d) } else { Val::UNDEF };
                st = rt::assign_cv(vm, d, v);
                if !is_none(s.c()) && st == Status::Ok {
                    *s.slot(s.c()) = if held.is_undef() { rt::copy_deref(d) } else { rt::copy(value::deref(held)) };
                }
                release(held);
            } else {
                release(v);
            }
            return s.done(st, 1);
        }
        if !is_none(s.c()) {
            *s.slot(s.c()) = rt::copy_deref(d);
        }
        s.done_checked(1)
    }
    FetchCvW(s) {
        let p = s.slot(s.b());
        if (*p).is_undef() { *p = Val::NULL; }
        *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
        s.next(1)
    }
    MakeRef(s) {
        let b = s.b();
        let v = *s.slot(b);
        if s.is_tmp(b) && v.tag() == REF {
            *s.slot(s.a()) = v;
            return s.next(1);
        }
        if s.is_tmp(b) && v.tag() != super::vars::IND {
            *s.slot(s.a()) = value::ref_val(value::new_ref(v));
            return s.next(1);
        }
        let p = rt::lval(s, b);
        let v = value::ref_val(value::make_ref(p));
        addref(v);
        (*s.vm).leave_scratch(p);
        *s.slot(s.a()) = v;
        s.next(1)
    }
    Fail(s) {
        let vm = s.save();
        let msg = rt::lossy((*s.lit(s.x())).as_ptr());
        let st = vm.throw(&msg);
        s.done(st, 2)
    }
    CheckConstBase(s) {
        let v = *rt::deref_ptr(s.slot(s.a()));
        if v.tag() != plugin_api_abi::OBJ {
            return s.next(1);
        }
        let vm = s.save();
        let case = crate::classes::class_of(v.as_ptr()).flags & plugin_api_abi::flags::ENUM != 0;
        let st = match s.c() {
            0 if case => Status::Ok,
            0 => vm.throw("Fetching properties on non-enums in constant expressions is not allowed"),
            _ => vm.throw("Cannot use [] on objects in constant expression"),
        };
        s.done(st, 1)
    }
    DerefInd(s) {
        let p = rt::lval(s, s.b());
        *s.slot(s.a()) = rt::copy_deref(p);
        s.next(1)
    }
    [fast] LoadThis(s) {
        let this = (*s.frame()).this;
        if this.tag() != OBJ {
            return s.tail(load_this_slow);
        }
        addref(this);
        *s.slot(s.a()) = this.by_parts();
        s.next(1)
    }
    #[inline(never)]
    load_this_slow(s) {
        match super::calls::this_share(s) {
            Some(v) => { *s.slot(s.a()) = v; s.next(1) }
            None if s.c() == 1 => { *s.slot(s.a()) = Val::NULL; s.next(1) }
            None => {
                let st = s.save().throw("Using $this when not in object context");
                s.done(st, 1)
            }
        }
    }
    IssetThis(s) {
        let there = (*s.frame()).this.tag() == plugin_api_abi::OBJ;
        *s.slot(s.a()) = Val::bool(there != (s.b() != 0));
        s.next(1)
    }
}
