//! Properties: inline-cached fast paths here, everything else in `crate::props`.

use super::vars::IND;
use super::{S, is_none};
use crate::class::Class;
use crate::op;
use crate::rt::{self, addref, release};
use howdah_bytecode::fetch;
use howdah_runtime::layout::Obj;
use howdah_runtime::{array, interner, value};
use plugin_api_abi::{NULL, OBJ, REF, REFCOUNTED, STR, Status, StrHdr, UNDEF, Val};

/// The object that an operand names for writing: borrowed; throws otherwise.
unsafe fn object_for(s: S, p: *mut Val, name: *mut StrHdr, what: &str) -> Result<*mut Obj, Status> {
    // SAFETY: contract of handlers.
    unsafe {
        let p = rt::deref_ptr(p);
        if (*p).tag() == OBJ {
            return Ok((*p).as_ptr());
        }
        let vm = s.save();
        if (*p).is_undef() && p >= s.fp {
            let st = rt::undefined_variable(vm, s.fp, p);
            if st != Status::Ok {
                return Err(st);
            }
        }
        Err(vm.throw(&format!(
            "Attempt to {what} property \"{}\" on {}",
            rt::lossy(name),
            value::value_name(*p)
        )))
    }
}

/// A member name operand as an interned string.
unsafe fn member(s: S, o: u16) -> Result<*mut StrHdr, Status> {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(o), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            st = rt::to_str(v, &mut out);
        }
        rt::free_tmp(s, o);
        if st != Status::Ok {
            release(out);
            return Err(st);
        }
        let i = interner::intern(StrHdr::bytes(out.as_ptr()));
        release(out);
        Ok(i)
    }
}

/// `b -> name` to T `a`.
unsafe fn fetch_prop(s: S, name: *mut StrHdr, mode: u16, cached: bool) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let b = s.b();
        let mut st = Status::Ok;
        let v =
            if mode == fetch::IS { rt::deref_quiet(s.rk(b)) } else { rt::read(vm, s.fp, s.rk(b), &mut st) };
        let mut out = Val::NULL;
        if st == Status::Ok {
            if v.tag() == OBJ {
                addref(v);
                let ic = if cached { s.icp() } else { core::ptr::null_mut() };
                st = vm.read_prop(v.as_ptr(), name, mode, ic, &mut out);
                release(v);
            } else if mode != fetch::IS {
                st = vm.warning(&format!(
                    "Attempt to read property \"{}\" on {}",
                    rt::lossy(name),
                    value::value_name(v)
                ));
            }
        }
        rt::free_tmp(s, b);
        *s.slot(s.a()) = out;
        if st != Status::Ok {
            release(out);
        }
        s.done(st, 2)
    }
}

/// Stores into a property slot when the cache says that nothing else is to be done.
#[inline(always)]
unsafe fn store_fast(s: S, o: *mut Obj, v: *mut Val, tmp: bool) -> bool {
    // SAFETY: the cache was filled for this class.
    unsafe {
        let ic = s.icp();
        if (*ic).key != (*o).class as u64 || (*ic).aux != 0 || !is_none(s.c()) {
            return false;
        }
        let p = Obj::slot(o, (*ic).val as usize);
        let x = *v;
        if (*p).ty & REFCOUNTED != 0 || (*p).tag() == UNDEF || x.tag() == UNDEF || x.tag() == REF {
            return false;
        }
        if !tmp {
            addref(x);
        }
        (*p).payload = x.payload;
        (*p).ty = x.ty;
        true
    }
}

/// `o -> name = rk b`, general way.
unsafe fn assign_prop(s: S, o: *mut Obj, name: *mut StrHdr, cached: bool) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let b = s.b();
        let mut st = Status::Ok;
        let v = if s.is_tmp(b) { rt::take(s, b) } else { rt::copy(rt::read(vm, s.fp, s.rk(b), &mut st)) };
        if st == Status::Ok {
            let ic = if cached { s.icp() } else { core::ptr::null_mut() };
            let mut v2 = v;
            st = vm.write_prop(o, name, &mut v2, ic);
            if st == Status::Ok && !is_none(s.c()) {
                *s.slot(s.c()) = rt::copy(v2);
            }
            release(v2);
        } else {
            release(v);
        }
        if s.is_tmp(s.a())
            && (*s.slot(s.a())).tag() != IND
            && (*s.pc).op != howdah_bytecode::Op::AssignThisProp as u16
        {
            release(*s.slot(s.a()));
        }
        if st == Status::Ok { s.done_checked(2) } else { s.done(st, 2) }
    }
}

unsafe fn prop_ptr(s: S, o: *mut Obj, name: *mut StrHdr, mode: u16) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        match vm.prop_ptr(o, name, mode) {
            Ok(p) => {
                *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
                s.next(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
}

/// Address of a property of lval `b`; other things than objects throw (or, unset, are ignored).
unsafe fn fetch_prop_w(s: S, name: *mut StrHdr, mode: u16) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let p = rt::lval(s, s.b());
        if mode == fetch::UNSET && (*rt::deref_ptr(p)).tag() != OBJ {
            let vm = s.save();
            vm.scratch = Val::NULL;
            *s.slot(s.a()) = Val { payload: &raw mut vm.scratch as u64, ty: IND as u32, aux: 0 };
            return s.next(2);
        }
        match object_for(s, p, name, "modify") {
            Ok(o) => {
                let tmp = s.is_tmp(s.b()) && (*s.slot(s.b())).tag() == OBJ;
                if tmp {
                    // The object must outlive the address that is used next.
                    let vm = s.save();
                    let old = std::mem::replace(&mut vm.scratch_object, *s.slot(s.b()));
                    let r = prop_ptr(s, o, name, mode);
                    release(old);
                    return r;
                }
                prop_ptr(s, o, name, mode)
            }
            Err(st) => s.done(st, 2),
        }
    }
}

op! {
    [fast] FetchProp(s) {
        let v = *s.slot(s.b() & 0x7fff);
        if v.tag() == OBJ && s.b() & 0x8000 == 0 && !s.is_tmp(s.b()) {
            let o = v.as_ptr::<Obj>();
            let ic = s.icp();
            if (*ic).key == (*o).class as u64 {
                let x = *Obj::slot(o, (*ic).val as usize);
                if x.tag() != UNDEF && x.tag() != REF {
                    addref(x);
                    *s.slot(s.a()) = Val { aux: 0, ..x };
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_prop_slow)
    }
    #[inline(never)]
    fetch_prop_slow(s) { fetch_prop(s, (*s.lit(s.x())).as_ptr(), s.c(), true) }
    [fast] FetchThisProp(s) {
        let v = (*s.frame()).this;
        if v.tag() == OBJ {
            let o = v.as_ptr::<Obj>();
            let ic = s.icp();
            if (*ic).key == (*o).class as u64 {
                let x = *Obj::slot(o, (*ic).val as usize);
                if x.tag() != UNDEF && x.tag() != REF {
                    addref(x);
                    *s.slot(s.a()) = Val { aux: 0, ..x };
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_this_prop_slow)
    }
    #[inline(never)]
    fetch_this_prop_slow(s) {
        let vm = s.save();
        let v = (*s.frame()).this;
        if v.tag() != OBJ {
            let st = vm.throw("Using $this when not in object context");
            return s.done(st, 2);
        }
        let mut out = Val::NULL;
        let st = vm.read_prop(v.as_ptr(), (*s.lit(s.x())).as_ptr(), s.c(), s.icp(), &mut out);
        *s.slot(s.a()) = out;
        if st != Status::Ok { release(out); }
        s.done(st, 2)
    }
    FetchPropDyn(s) {
        match member(s, s.x() as u16) {
            Ok(n) => fetch_prop(s, n, s.c(), false),
            Err(st) => { rt::free_tmp(s, s.b()); s.done(st, 2) }
        }
    }
    FetchPropW(s) { fetch_prop_w(s, (*s.lit(s.x())).as_ptr(), s.c()) }
    FetchPropDynW(s) {
        match member(s, s.x() as u16) {
            Ok(n) => fetch_prop_w(s, n, s.c()),
            Err(st) => s.done(st, 2),
        }
    }
    FetchThisPropW(s) {
        let v = (*s.frame()).this;
        if v.tag() != OBJ {
            let st = s.save().throw("Using $this when not in object context");
            return s.done(st, 2);
        }
        prop_ptr(s, v.as_ptr(), (*s.lit(s.x())).as_ptr(), s.c())
    }
    [fast] AssignProp(s) {
        let p = s.slot(s.a());
        if (*p).tag() == OBJ && !s.is_tmp(s.a()) && store_fast(s, (*p).as_ptr(), s.rk(s.b()), s.is_tmp(s.b())) {
            return s.next(2);
        }
        s.tail(assign_prop_slow)
    }
    #[inline(never)]
    assign_prop_slow(s) {
        let name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        match object_for(s, rt::lval(s, s.a()), name, "assign") {
            Ok(o) => assign_prop(s, o, name, true),
            Err(st) => { rt::free_tmp(s, s.b()); s.done(st, 2) }
        }
    }
    [fast] AssignThisProp(s) {
        let v = (*s.frame()).this;
        if v.tag() == OBJ && store_fast(s, v.as_ptr(), s.rk(s.b()), s.is_tmp(s.b())) {
            return s.next(2);
        }
        s.tail(assign_this_prop_slow)
    }
    #[inline(never)]
    assign_this_prop_slow(s) {
        let v = (*s.frame()).this;
        if v.tag() != OBJ {
            let st = s.save().throw("Using $this when not in object context");
            return s.done(st, 2);
        }
        assign_prop(s, v.as_ptr(), (*s.lit(s.x())).as_ptr(), true)
    }
    AssignPropDyn(s) {
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        match object_for(s, rt::lval(s, s.a()), name, "assign") {
            Ok(o) => assign_prop(s, o, name, false),
            Err(st) => { rt::free_tmp(s, s.b()); s.done(st, 2) }
        }
    }
    AssignPropOp(s) {
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let o = match object_for(s, rt::lval(s, s.a()), name, "assign") {
            Ok(o) => o,
            Err(st) => { rt::free_tmp(s, s.b()); return s.done(st, 2); }
        };
        let vm = s.save();
        let mut st = Status::Ok;
        let y = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut old = Val::NULL;
        let mut new = Val::NULL;
        if st == Status::Ok {
            st = vm.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut old);
        }
        if st == Status::Ok {
            if s.c() == 8 && old.tag() == STR {
                // Append in place: give the property's share away first when it is a plain one.
                new = old;
                old = Val::NULL;
                st = rt::binary_in_place(vm, 8, &mut new, y);
            } else {
                st = rt::binary(vm, s.c(), &mut new, old, y);
            }
        }
        if st == Status::Ok {
            st = vm.write_prop(o, name, &mut new, core::ptr::null_mut());
        }
        release(old);
        rt::free_tmp(s, s.b());
        let res = s.ext().y as u16;
        if res != howdah_bytecode::NONE && st == Status::Ok { *s.slot(res) = new; } else { release(new); }
        if s.is_tmp(s.a()) && (*s.slot(s.a())).tag() != IND {
            release(*s.slot(s.a()));
        }
        s.done(st, 2)
    }
    IncDecProp(s) {
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let o = match object_for(s, rt::lval(s, s.a()), name, "increment/decrement") {
            Ok(o) => o,
            Err(st) => return s.done(st, 2),
        };
        let vm = s.save();
        let kind = s.c();
        let mut old = Val::NULL;
        let mut st = vm.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut old);
        let mut new = rt::copy(old);
        if st == Status::Ok {
            st = rt::incdec(vm, &mut new, kind & 1 != 0);
        }
        if st == Status::Ok {
            st = vm.write_prop(o, name, &mut new, core::ptr::null_mut());
        }
        if st == Status::Ok && !is_none(s.b()) {
            *s.slot(s.b()) = rt::copy(if kind & 2 != 0 { old } else { new });
        }
        release(old);
        release(new);
        if s.is_tmp(s.a()) && (*s.slot(s.a())).tag() != IND {
            release(*s.slot(s.a()));
        }
        s.done(st, 2)
    }
    AssignPropRef(s) {
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let o = match object_for(s, rt::lval(s, s.a()), name, "modify") {
            Ok(o) => o,
            Err(st) => return s.done(st, 2),
        };
        let vm = s.save();
        let p = match vm.prop_ptr(o, name, fetch::REF) {
            Ok(p) => p,
            Err(st) => return s.done(st, 2),
        };
        let src = s.slot(s.b());
        let v = if s.is_tmp(s.b()) && (*src).tag() == REF {
            *src
        } else {
            let v = value::ref_val(value::make_ref(rt::lval(s, s.b())));
            addref(v);
            v
        };
        let old = *p;
        array::store(p, v);
        release(old);
        if !is_none(s.c()) {
            *s.slot(s.c()) = rt::copy_deref(p);
        }
        if s.is_tmp(s.a()) && (*s.slot(s.a())).tag() != IND {
            release(*s.slot(s.a()));
        }
        s.done_checked(2)
    }
    IssetProp(s) {
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let vm = s.save();
        let v = rt::deref_quiet(s.rk(s.b()));
        let empty = s.c() != 0;
        let mut st = Status::Ok;
        let mut r = empty;
        if v.tag() == OBJ {
            match vm.has_prop(v.as_ptr(), name, empty as u32) {
                Ok(b) => r = b != empty,
                Err(e) => st = e,
            }
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = Val::bool(r);
        s.done(st, 2)
    }
    UnsetProp(s) {
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let vm = s.save();
        let v = rt::deref_quiet(rt::lval(s, s.a()));
        let st = match v.tag() {
            OBJ => vm.unset_prop(v.as_ptr(), name),
            t if t <= NULL => Status::Ok,
            _ => vm.throw(&format!("Attempt to unset property \"{}\" on {}", rt::lossy(name), value::value_name(v))),
        };
        if s.is_tmp(s.a()) && (*s.slot(s.a())).tag() != IND {
            release(*s.slot(s.a()));
        }
        s.done(st, 2)
    }
    FetchStaticProp(s) {
        let c = s.c();
        let mode = s.b();
        let ic = s.icp();
        let named = c & 0x8000 != 0 && c != howdah_bytecode::class_ref::STATIC;
        if named && (*ic).key != 0 && mode == fetch::R {
            let p = rt::deref_ptr((*ic).key as *mut Val);
            if (*p).tag() != UNDEF {
                *s.slot(s.a()) = rt::copy(*p);
                return s.next(2);
            }
        }
        let vm = s.save();
        let class = match super::classes::class_operand(s, c) {
            Ok(c) => c,
            Err(st) => return s.done(st, 2),
        };
        let literal_name = s.x() as u16 & 0x8000 != 0;
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        match vm.static_prop(class, name, mode) {
            Ok(None) => { *s.slot(s.a()) = Val::NULL; s.next(2) }
            Ok(Some(p)) => {
                if mode == fetch::R || mode == fetch::IS {
                    if named && literal_name && mode == fetch::R {
                        (*ic).key = p as u64;
                    }
                    *s.slot(s.a()) = rt::copy_deref(p);
                } else {
                    *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
                }
                s.next(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
    IssetStaticProp(s) {
        let vm = s.save();
        let class = match super::classes::class_operand(s, s.c()) {
            Ok(c) => c,
            Err(st) => return s.done(st, 2),
        };
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let empty = s.b() != 0;
        match vm.static_prop(class, name, fetch::IS) {
            Ok(p) => {
                let v = p.map_or(Val::NULL, |p| rt::deref_quiet(p));
                *s.slot(s.a()) = Val::bool(if empty { !rt::truth(vm, v) } else { v.tag() > NULL });
                s.next(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
    UnsetStaticProp(s) {
        let vm = s.save();
        let class: *mut Class = match super::classes::class_operand(s, s.c()) {
            Ok(c) => c,
            Err(st) => return s.done(st, 2),
        };
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let st = vm.throw(&format!("Attempt to unset static property {}::${}", String::from_utf8_lossy((*class).name()), rt::lossy(name)));
        s.done(st, 2)
    }
}
