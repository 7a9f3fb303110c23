//! Properties: inline-cached fast paths here, everything else in `crate::props`.

use super::vars::IND;
use super::{S, is_none};
use crate::func::Ic;
use crate::op;
use crate::rt::{self, addref, release};
use howdah_bytecode::{Op, fetch};
use howdah_runtime::layout::{HDR_INTERNED, Obj, Ref};
use howdah_runtime::memory::obj_val;
use howdah_runtime::{interner, value};
use plugin_api_abi::{ARR, HeapHdr, INT, NULL, OBJ, REF, REFCOUNTED, STR, Status, StrHdr, TRUE, UNDEF, Val};

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

/// A member name operand: interned where any code names such a member, else a string that lives until the op is over.
pub(super) unsafe fn member(s: S, o: u16) -> Result<*mut StrHdr, Status> {
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
        if let Some(i) = interner::known(out.as_ptr()) {
            release(out);
            return Ok(i);
        }
        vm.hold_name(out);
        Ok(out.as_ptr())
    }
}

/// Moves an op's newest cache entry to its second place.
unsafe fn age(ic: *mut Ic) {
    // SAFETY: such ops have two cache slots.
    unsafe {
        *ic.add(1) = *ic;
        *ic = Ic::EMPTY;
    }
}

/// Remembers for the whole VM what a cache slot was filled with for a property's name.
#[cold]
#[inline(never)]
unsafe fn remember(s: S, name: *mut StrHdr, ic: *const Ic, write: bool) {
    // SAFETY: contract of handlers; live name.
    unsafe {
        let vm = &mut *s.vm;
        if (*ic).key == 0 || vm.fake_scope.is_some() || (*name).hdr.info & HDR_INTERNED == 0 {
            return;
        }
        let scope = (*s.func()).scope;
        let cache = if write { &mut vm.cls.writes } else { &mut vm.cls.reads };
        cache.put(name, scope, *ic);
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
                let mut found = Ic::EMPTY;
                st = vm.read_prop(v.as_ptr(), name, mode, &raw mut found, &mut out);
                release(v);
                if found.key != 0 {
                    if cached {
                        *s.icp() = found;
                    }
                    remember(s, name, &raw const found, false);
                }
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

/// Gives T `a` what the property in `slot` holds; false where that takes more than a look.
#[inline(always)]
unsafe fn give_slot(s: S, slot: *const Val) -> bool {
    // SAFETY: a live slot.
    unsafe {
        let ty = (*slot).ty;
        // Neither UNDEF nor REF.
        if (ty as u8).wrapping_sub(1) >= REF - 1 {
            return false;
        }
        let payload = (*slot).payload;
        if ty & REFCOUNTED != 0 {
            (*(payload as *mut HeapHdr)).rc += 1;
        }
        let d = s.slot(s.a());
        (*d).payload = payload;
        (*d).ty = ty;
        true
    }
}

/// Reads property `name` of the object that `q` holds, a variable, a temporary or `$this`, by what the VM remembers of it.
#[inline(always)]
unsafe fn fetch_remembered(s: S, q: *mut Val, name: *const StrHdr, tmp: bool) -> *const Ic {
    // SAFETY: contract of handlers.
    unsafe {
        let p = value::deref_ptr(q);
        if (*p).tag() != OBJ {
            return core::ptr::null();
        }
        let o = (*p).as_ptr::<Obj>();
        let hit = (*s.vm).cls.reads.get((*o).class, name, (*s.func()).scope);
        if hit.is_null() || tmp && ((*o).hdr.rc == 1 || q != p) {
            return core::ptr::null();
        }
        if !give_slot(s, value::deref_ptr(Obj::slot(o, (*hit).val as u32 as usize))) {
            return core::ptr::null();
        }
        (*o).hdr.rc -= tmp as u32;
        hit
    }
}

/// Whether the property that a cache for writes stands for takes a value as it is: undefined values and references never.
#[inline(always)]
unsafe fn property_takes(ic: *const Ic, v: *const Val) -> bool {
    // SAFETY: the cache was filled by `write_ic`, from a property that lives as long as its class.
    unsafe {
        let tag = (*v).tag();
        if (*ic).val >> 32 >> tag & 1 != 0 {
            return true;
        }
        let ty = (*ic).aux as *const crate::func::RtType;
        tag == OBJ && !ty.is_null() && core::ptr::eq((*(*v).as_ptr::<Obj>()).class, (*ty).seen.get())
    }
}

/// As [`property_takes`] for objects of more classes than one, by what the VM remembers.
#[inline(always)]
unsafe fn type_takes(s: S, ic: *const Ic, v: *const Val) -> bool {
    // SAFETY: as above.
    unsafe {
        (*v).tag() == OBJ
            && (*ic).aux != 0
            && !(*s.vm)
                .cls
                .fits
                .get((*(*v).as_ptr::<Obj>()).class, (*ic).aux as *const StrHdr, core::ptr::null())
                .is_null()
    }
}

/// Stores into a property slot when the cache says that nothing else is to be done: the property takes values of this type
/// as they are, and its old value holds nothing.
#[inline(always)]
unsafe fn store_fast(s: S, o: *mut Obj, b: u16) -> bool {
    // SAFETY: the cache was filled for this class.
    unsafe {
        let ic = s.icp();
        if (*ic).key != (*o).class as u64 || !is_none(s.c()) {
            return false;
        }
        let p = Obj::slot(o, (*ic).val as u32 as usize);
        let v = s.rk(b);
        let ty = (*v).ty;
        if (*p).ty & REFCOUNTED != 0 || !property_takes(ic, v) {
            return false;
        }
        if (*p).tag() == UNDEF {
            // One that was never initialized is as good as any; one that was unset asks magic methods.
            if (*p).aux != crate::class::SLOT_UNINIT {
                return false;
            }
            (*p).aux = 0;
        }
        if ty & REFCOUNTED != 0 && !s.is_tmp(b) {
            (*(*v).as_ptr::<HeapHdr>()).rc += 1;
        }
        (*p).payload = (*v).payload;
        (*p).ty = ty;
        true
    }
}

/// The object that an operand names without further ado: `$this` (NONE), a variable, or a variable by its address. Null
/// otherwise, temporaries included.
#[inline(always)]
unsafe fn plain_object(s: S, o: u16) -> *mut Obj {
    // SAFETY: contract of handlers.
    unsafe {
        let mut p = if is_none(o) { &raw mut (*s.frame()).this } else { s.slot(o) };
        if (*p).tag() == IND {
            p = (*p).as_ptr();
        } else if (*p).tag() == OBJ && !is_none(o) && s.is_tmp(o) {
            return core::ptr::null_mut();
        }
        if (*p).tag() == OBJ { (*p).as_ptr() } else { core::ptr::null_mut() }
    }
}

/// The slot of a property that the op's cache `ic` knows for objects of `o`'s class, or null. `name` is the op's name
/// operand: ops with a computed name have no cache.
#[inline(always)]
unsafe fn cached_slot(o: *mut Obj, ic: *const Ic, name: u32) -> *mut Val {
    // SAFETY: the cache was filled for this class.
    unsafe {
        if o.is_null() || name & 0x8000 == 0 || (*ic).key != (*o).class as u64 {
            return core::ptr::null_mut();
        }
        Obj::slot(o, (*ic).val as u32 as usize)
    }
}

/// The cache of an op that modifies a property: its number is in the upper half of the extension's y.
#[inline(always)]
unsafe fn modify_ic(s: S) -> *mut Ic {
    // SAFETY: the function has as many slots as its code names.
    unsafe { s.ic.add((s.ext().y >> 16) as usize) }
}

/// `$this`, or the object that an lval operand names; throws otherwise.
unsafe fn this_or_object(s: S, o: u16, name: *mut StrHdr, what: &str) -> Result<*mut Obj, Status> {
    // SAFETY: contract of handlers.
    unsafe {
        if !is_none(o) {
            return object_for(s, rt::lval(s, o), name, what);
        }
        let this = (*s.frame()).this;
        if this.tag() == OBJ {
            Ok(this.as_ptr())
        } else {
            Err(s.save().throw("Using $this when not in object context"))
        }
    }
}

/// Takes over what the op reads or writes a part of, where that is a temporary of its own and not a pointer to a variable: the
/// result may go to the same slot. Who calls it releases it at the end.
pub(super) unsafe fn taken_base(s: S, o: u16) -> Val {
    // SAFETY: contract of handlers.
    unsafe {
        let is_own = !is_none(o) && s.is_tmp(o) && (*s.slot(o)).tag() != IND;
        if is_own { std::mem::replace(&mut *s.slot(o), Val::UNDEF) } else { Val::UNDEF }
    }
}

/// `o -> name = rk b`, general way.
unsafe fn assign_prop(s: S, o: *mut Obj, name: *mut StrHdr, cached: bool) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let b = s.b();
        let mut st = Status::Ok;
        let of_this = (*s.pc).op == howdah_bytecode::Op::AssignThisProp as u16;
        let held = if of_this { Val::UNDEF } else { taken_base(s, s.a()) };
        let v = if s.is_tmp(b) { rt::take(s, b) } else { rt::copy(rt::read(vm, s.fp, s.rk(b), &mut st)) };
        if st == Status::Ok {
            let ic = if cached { s.icp() } else { core::ptr::null_mut() };
            let class = (*o).class;
            if cached && (*ic).key != 0 && (*ic).key != class as u64 {
                age(ic);
            }
            let mut v2 = v;
            st = vm.write_prop(o, name, &mut v2, ic);
            if cached && (*ic).key == class as u64 {
                if vm.cls.writes.get(class, name, (*s.func()).scope).is_null() {
                    remember(s, name, ic, true);
                }
                if st == Status::Ok && v.tag() == OBJ && v2.payload == v.payload && (*ic).aux != 0 {
                    let of = Ic { key: (*v.as_ptr::<Obj>()).class as u64, val: 0, aux: 0 };
                    vm.cls.fits.put((*ic).aux as *const StrHdr, core::ptr::null(), of);
                }
            }
            if st == Status::Ok && !is_none(s.c()) {
                *s.slot(s.c()) = rt::copy(v2);
            }
            release(v2);
        } else {
            release(v);
        }
        release(held);
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
        let v = s.slot(s.b() & 0x7fff);
        if (*v).tag() == OBJ && s.b() & 0x8000 == 0 {
            let o = (*v).as_ptr::<Obj>();
            let ic = s.icp();
            if (*ic).key == (*o).class as u64 {
                let tmp = s.is_tmp(s.b());
                if (!tmp || (*o).hdr.rc != 1) && give_slot(s, Obj::slot(o, (*ic).val as u32 as usize)) {
                    if tmp {
                        (*o).hdr.rc -= 1;
                    }
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_prop_shared)
    }
    /// Where objects of several classes come by.
    #[inline(never)]
    [fast] fetch_prop_shared(s) {
        let b = s.b();
        if b & 0x8000 == 0 {
            let hit = fetch_remembered(s, s.slot(b), (*s.lit(s.x())).as_ptr(), s.is_tmp(b));
            if !hit.is_null() {
                *s.icp() = *hit;
                return s.next(2);
            }
        }
        s.tail(fetch_prop_slow)
    }
    #[inline(never)]
    fetch_prop_slow(s) { fetch_prop(s, (*s.lit(s.x())).as_ptr(), s.c(), true) }
    [fast] FetchThisProp(s) {
        let v = &raw const (*s.frame()).this;
        if (*v).tag() == OBJ {
            let o = (*v).as_ptr::<Obj>();
            let ic = s.icp();
            if (*ic).key == (*o).class as u64 && give_slot(s, Obj::slot(o, (*ic).val as u32 as usize)) {
                return s.next(2);
            }
        }
        s.tail(fetch_this_prop_shared)
    }
    /// An element of an array in a property, which is neither shared nor put into a temporary for that.
    [fast] FetchThisPropDim(s) {
        let v = &raw const (*s.frame()).this;
        if (*v).tag() == OBJ {
            let o = (*v).as_ptr::<Obj>();
            let ic = s.icp();
            if (*ic).key == (*o).class as u64 {
                let p = Obj::slot(o, (*ic).val as u32 as usize);
                if (*p).tag() == ARR {
                    let next = S { pc: s.pc.add(2), ..s };
                    let e = super::dims::element_at_once(next, (*p).as_ptr());
                    if !e.is_null() && give_slot(next, e) {
                        return next.next(2);
                    }
                }
            }
        }
        s.tail(FetchThisProp)
    }
    #[inline(never)]
    [fast] fetch_this_prop_shared(s) {
        let hit = fetch_remembered(s, &raw mut (*s.frame()).this, (*s.lit(s.x())).as_ptr(), false);
        if !hit.is_null() {
            *s.icp() = *hit;
            return s.next(2);
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
        let mut found = Ic::EMPTY;
        let name = (*s.lit(s.x())).as_ptr();
        let st = vm.read_prop(v.as_ptr(), name, s.c(), &raw mut found, &mut out);
        if found.key != 0 {
            *s.icp() = found;
            remember(s, name, &raw const found, false);
        }
        *s.slot(s.a()) = out;
        if st != Status::Ok { release(out); }
        s.done(st, 2)
    }
    [fast] FetchPropDyn(s) {
        let (b, n) = (s.b(), s.rk(s.x() as u16));
        // A name that is remembered is interned, so there is nothing to release.
        if b & 0x8000 == 0
            && (*n).tag() == STR
            && !fetch_remembered(s, s.slot(b), (*n).as_ptr(), s.is_tmp(b)).is_null()
        {
            return s.next(2);
        }
        s.tail(fetch_prop_dyn_slow)
    }
    #[inline(never)]
    fetch_prop_dyn_slow(s) {
        match member(s, s.x() as u16) {
            Ok(n) => fetch_prop(s, n, s.c(), false),
            Err(st) => { rt::free_tmp(s, s.b()); s.done(st, 2) }
        }
    }
    [fast] FetchPropW(s) {
        if (*s.slot(s.b())).tag() != OBJ || !s.is_tmp(s.b()) {
            let p = cached_slot(plain_object(s, s.b()), s.icp(), 0x8000);
            if !p.is_null() && ((*p).tag() == ARR || (*p).tag() == OBJ) && s.c() != fetch::REF {
                *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
                return s.next(2);
            }
        }
        s.tail(fetch_prop_w_slow)
    }
    #[inline(never)]
    fetch_prop_w_slow(s) {
        let name = (*s.lit(s.x())).as_ptr();
        let v = *value::deref_ptr(rt::lval(s, s.b()));
        if v.tag() == OBJ && (*s.icp()).key != (*v.as_ptr::<Obj>()).class as u64 {
            (*s.vm).fp = s.fp;
            (*s.vm).cache_prop(v.as_ptr(), name, s.icp());
        }
        fetch_prop_w(s, name, s.c())
    }
    FetchPropDynW(s) {
        match member(s, s.x() as u16) {
            Ok(n) => fetch_prop_w(s, n, s.c()),
            Err(st) => s.done(st, 2),
        }
    }
    [fast] FetchThisPropW(s) {
        let p = cached_slot(plain_object(s, howdah_bytecode::NONE), s.icp(), 0x8000);
        // A write into an array or object leaves the property's type what it is.
        if !p.is_null() && ((*p).tag() == ARR || (*p).tag() == OBJ) && s.c() != fetch::REF {
            *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
            return s.next(2);
        }
        s.tail(fetch_this_prop_w_slow)
    }
    #[inline(never)]
    fetch_this_prop_w_slow(s) {
        let v = (*s.frame()).this;
        if v.tag() != OBJ {
            let st = s.save().throw("Using $this when not in object context");
            return s.done(st, 2);
        }
        let name = (*s.lit(s.x())).as_ptr();
        if (*s.icp()).key != (*v.as_ptr::<Obj>()).class as u64 {
            s.save().cache_prop(v.as_ptr(), name, s.icp());
        }
        prop_ptr(s, v.as_ptr(), name, s.c())
    }
    [fast] AssignProp(s) {
        let p = s.slot(s.a());
        if (*p).tag() == OBJ && store_fast(s, (*p).as_ptr(), s.b()) {
            if s.is_tmp(s.a()) {
                return s.tail(free_assigned);
            }
            return s.next(2);
        }
        s.tail(assign_prop_shared)
    }
    /// Where objects of several classes come by, and where the old value is held by others, too.
    #[inline(never)]
    [fast] assign_prop_shared(s) {
        let this = (*s.pc).op == Op::AssignThisProp as u16;
        let p = if this { &raw mut (*s.frame()).this } else { s.slot(s.a()) };
        let q = value::deref_ptr(if (*p).tag() == IND { (*p).as_ptr() } else { p });
        if (*q).tag() != OBJ || !is_none(s.c()) || !this && (*p).tag() == OBJ && s.is_tmp(s.a()) {
            return s.tail(assign_prop_any);
        }
        let o = (*q).as_ptr::<Obj>();
        let mut ic = s.icp().cast_const();
        if (*ic).key != (*o).class as u64 {
            ic = (*s.vm).cls.writes.get((*o).class, (*s.lit(s.x())).as_ptr(), (*s.func()).scope);
            if ic.is_null() {
                return s.tail(assign_prop_any);
            }
        }
        let v = s.rk(s.b());
        if !property_takes(ic, v) && !type_takes(s, ic, v) {
            return s.tail(assign_prop_any);
        }
        let mut e = Obj::slot(o, (*ic).val as u32 as usize);
        if (*e).tag() == REF && (*(*e).as_ptr::<Ref>()).sources.is_null() {
            e = &raw mut (*(*e).as_ptr::<Ref>()).val;
        }
        if (*e).tag() == UNDEF {
            if (*e).aux != crate::class::SLOT_UNINIT {
                return s.tail(assign_prop_any);
            }
            (*e).aux = 0;
        } else if !rt::is_plain((*e).ty) || !rt::sheds(e) {
            return s.tail(assign_prop_any);
        }
        rt::shed(*e);
        let (payload, ty) = ((*v).payload, (*v).ty);
        if ty & REFCOUNTED != 0 && !s.is_tmp(s.b()) {
            (*(payload as *mut HeapHdr)).rc += 1;
        }
        (*e).payload = payload;
        (*e).ty = ty;
        s.next(2)
    }
    #[inline(never)]
    [fast] assign_prop_any(s) {
        let this = (*s.pc).op == Op::AssignThisProp as u16;
        let p = if this { &raw mut (*s.frame()).this } else { s.slot(s.a()) };
        let q = value::deref_ptr(if (*p).tag() == IND { (*p).as_ptr() } else { p });
        let o = (*q).as_ptr::<Obj>();
        let v = s.rk(s.b());
        let mut ic = s.icp().cast_const();
        if (*q).tag() == OBJ && (*ic).key != (*o).class as u64 {
            ic = ic.add(1);
            if (*ic).key != (*o).class as u64 {
                ic = (*s.vm).cls.writes.get((*o).class, (*s.lit(s.x())).as_ptr(), (*s.func()).scope);
            }
        }
        if (*q).tag() == OBJ && !ic.is_null()
            && (*ic).key == (*o).class as u64
            && is_none(s.c())
            && (property_takes(ic, v) || type_takes(s, ic, v))
        {
            let mut e = Obj::slot(o, (*ic).val as u32 as usize);
            if (*e).tag() == REF && (*(*e).as_ptr::<Ref>()).sources.is_null() {
                e = &raw mut (*(*e).as_ptr::<Ref>()).val;
            }
            let old = (*e).by_parts();
            // A slot that was never initialized is as good as any; one that was unset asks magic methods.
            let plain = old.tag() != UNDEF || old.aux == crate::class::SLOT_UNINIT;
            if old.tag() != REF && plain {
                let v = *v;
                if v.is_refcounted() && !s.is_tmp(s.b()) {
                    (*v.as_ptr::<HeapHdr>()).rc += 1;
                }
                *e = Val { aux: if old.tag() == UNDEF { 0 } else { old.aux }, ..v };
                if !old.is_refcounted() && (this || (*p).tag() != OBJ || !s.is_tmp(s.a())) {
                    return s.next(2);
                }
                s.save();
                release(old);
                if !this && (*p).tag() == OBJ && s.is_tmp(s.a()) {
                    release(*p);
                }
                return s.done_checked(2);
            }
        }
        if this { s.tail(assign_this_prop_slow) } else { s.tail(assign_prop_slow) }
    }
    #[inline(never)]
    free_assigned(s) {
        s.save();
        release(*s.slot(s.a()));
        s.done_checked(2)
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
        if v.tag() == OBJ && store_fast(s, v.as_ptr(), s.b()) {
            return s.next(2);
        }
        s.tail(assign_prop_shared)
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
    [fast] AssignPropOp(s) {
        let ic = modify_ic(s);
        let p = cached_slot(plain_object(s, s.a()), ic, s.x());
        if !p.is_null() && s.ext().y as u16 == howdah_bytecode::NONE {
            let y = s.rk(s.b());
            if let Some(r) = super::arith::simple(s.c(), *p, *y)
                && (*ic).val >> 32 >> (r.ty & 0xff) & 1 != 0
            {
                (*p).payload = r.payload;
                (*p).ty = r.ty;
                return s.next(2);
            }
        }
        s.tail(assign_prop_op_slow)
    }
    #[inline(never)]
    assign_prop_op_slow(s) {
        let literal = s.x() as u16 & 0x8000 != 0;
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let o = match this_or_object(s, s.a(), name, "assign") {
            Ok(o) => o,
            Err(st) => { rt::free_tmp(s, s.b()); return s.done(st, 2); }
        };
        let held = taken_base(s, s.a());
        let vm = s.save();
        let mut st = Status::Ok;
        let y = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let ic = if literal { modify_ic(s) } else { core::ptr::null_mut() };
        if !ic.is_null() && (*ic).key != (*o).class as u64 {
            vm.cache_prop(o, name, ic);
        }
        let p = if ic.is_null() { core::ptr::null_mut() } else { cached_slot(o, ic, s.x()) };
        if st == Status::Ok && s.c() == 8 && !p.is_null() && (*p).tag() == STR && is_none(s.ext().y as u16) {
            // `.=` on a plain string property: in place.
            addref(obj_val(o));
            st = rt::binary_in_place(vm, 8, p, y);
            release(obj_val(o));
            rt::free_tmp(s, s.b());
            release(held);
            return s.done(st, 2);
        }
        let mut old = Val::NULL;
        let mut new = Val::NULL;
        if st == Status::Ok {
            st = vm.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut old);
        }
        if st == Status::Ok {
            st = rt::binary(vm, s.c(), &mut new, old, y);
        }
        if st == Status::Ok {
            st = vm.write_prop(o, name, &mut new, core::ptr::null_mut());
        }
        release(old);
        rt::free_tmp(s, s.b());
        let res = s.ext().y as u16;
        if res != howdah_bytecode::NONE && st == Status::Ok { *s.slot(res) = new; } else { release(new); }
        release(held);
        s.done(st, 2)
    }
    [fast] IncDecProp(s) {
        let p = cached_slot(plain_object(s, s.a()), modify_ic(s), s.x());
        if !p.is_null() && (*p).ty == INT as u32 {
            let kind = s.c();
            let old = (*p).as_int();
            if let Some(new) = old.checked_add(1 - 2 * (kind & 1) as i64) {
                (*p).payload = new as u64;
                if !is_none(s.b()) {
                    *s.slot(s.b()) = Val::int(if kind & 2 != 0 { old } else { new });
                }
                return s.next(2);
            }
        }
        s.tail(incdec_prop_slow)
    }
    #[inline(never)]
    incdec_prop_slow(s) {
        let literal = s.x() as u16 & 0x8000 != 0;
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let o = match this_or_object(s, s.a(), name, "increment/decrement") {
            Ok(o) => o,
            Err(st) => return s.done(st, 2),
        };
        let held = taken_base(s, s.a());
        let vm = s.save();
        if literal && (*modify_ic(s)).key != (*o).class as u64 {
            vm.cache_prop(o, name, modify_ic(s));
        }
        let kind = s.c();
        let mut old = Val::NULL;
        let mut st = vm.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut old);
        let mut new = rt::copy(old);
        if st == Status::Ok {
            st = rt::incdec(vm, &mut new, kind & 1 != 0);
        }
        if st == Status::Ok && old.tag() == INT && new.tag() == plugin_api_abi::DBL {
            st = vm.check_incdec_prop(o, name, kind & 1 != 0);
        }
        if st == Status::Ok {
            st = vm.write_prop(o, name, &mut new, core::ptr::null_mut());
        }
        if st == Status::Ok && !is_none(s.b()) {
            *s.slot(s.b()) = rt::copy(if kind & 2 != 0 { old } else { new });
        }
        release(old);
        release(new);
        release(held);
        s.done(st, 2)
    }
    AssignPropRef(s) {
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let o = match object_for(s, rt::lval(s, s.a()), name, "modify") {
            Ok(o) => o,
            Err(st) => {
                rt::free_tmp(s, s.b());
                return s.done(st, 2);
            }
        };
        let held = taken_base(s, s.a());
        let vm = s.save();
        let src = s.slot(s.b());
        let of_function = s.ext().y == 1;
        if of_function && (*src).tag() != REF {
            let mut st = vm.notice("Only variables should be assigned by reference");
            let mut v = *src;
            if st == Status::Ok {
                st = vm.write_prop(o, name, &mut v, core::ptr::null_mut());
            }
            if !is_none(s.c()) && st == Status::Ok {
                *s.slot(s.c()) = rt::copy(v);
            }
            release(v);
            release(held);
            return s.done(st, 2);
        }
        let r = if s.is_tmp(s.b()) && (*src).tag() == REF {
            (*src).as_ptr::<Ref>()
        } else {
            let p = rt::lval(s, s.b());
            let r = value::make_ref(p);
            addref(value::ref_val(r));
            vm.leave_scratch(p);
            r
        };
        let st = vm.assign_prop_ref(o, name, r);
        if !is_none(s.c()) && st == Status::Ok {
            *s.slot(s.c()) = rt::copy((*r).val);
        }
        release(held);
        if st == Status::Ok { s.done_checked(2) } else { s.done(st, 2) }
    }
    [fast] IssetProp(s) {
        let p = cached_slot(plain_object(s, s.b()), s.icp(), s.x());
        if !p.is_null() && (*p).tag() != UNDEF && (*p).tag() != REF {
            if s.c() == 0 {
                s.put_bool(s.a(), (*p).tag() > NULL);
                return s.next(2);
            }
            if (*p).tag() <= INT {
                s.put_bool(s.a(), (*p).ty != TRUE as u32 && ((*p).tag() != INT || (*p).payload == 0));
                return s.next(2);
            }
        }
        s.tail(isset_prop_slow)
    }
    #[inline(never)]
    isset_prop_slow(s) {
        let literal = s.x() as u16 & 0x8000 != 0;
        let name = match member(s, s.x() as u16) {
            Ok(n) => n,
            Err(st) => return s.done(st, 2),
        };
        let vm = s.save();
        let b = s.b();
        let v = if is_none(b) { (*s.frame()).this } else { rt::deref_quiet(s.rk(b)) };
        let empty = s.c() != 0;
        let mut st = Status::Ok;
        let mut r = empty;
        if v.tag() == OBJ {
            if literal && (*s.icp()).key != (*v.as_ptr::<Obj>()).class as u64 {
                vm.cache_prop(v.as_ptr(), name, s.icp());
            }
            match vm.has_prop(v.as_ptr(), name, empty as u32) {
                Ok(b) => r = b != empty,
                Err(e) => st = e,
            }
        }
        if !is_none(b) {
            rt::free_tmp(s, b);
        }
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
}
