//! foreach over arrays, objects, iterators and generators.

use super::{S, is_none};
use crate::class::Class;
use crate::op;
use crate::rt::{self, addref, release};
use crate::traverse::{Fetch, Traversal, fetch_of};
use crate::vm::Vm;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{ARR_PACKED, Arr, Obj};
use howdah_runtime::memory::give_handle;
use howdah_runtime::{array_iter, value};
use plugin_api_abi::{ARR, Bucket, HeapHdr, INT, OBJ, PTR, REF, REFCOUNTED, Status, UNDEF, Val, iter_step};

/// An iteration that a temporary holds by pointer, where an array value with a position in `aux` does not do.
pub(crate) enum Iter {
    /// By reference over a variable (REF, owned): registered position.
    Ref { var: Val, pos: u32 },
    /// Over an object's visible properties: owned object, its property table (owned copy), position.
    Props { obj: Val, table: *mut Arr, pos: u32 },
    /// An Iterator object, or a Generator by reference (owned); `.1`: it was stepped already; `.2`: the loop's number among
    /// objects.
    Object(Val, bool, u32),
    /// The native iterator of a class.
    Native(NativeLoop),
}

/// A loop over the native iterator of a class.
pub(crate) struct NativeLoop {
    walk: Traversal,
    /// It was stepped already.
    stepped: bool,
    /// The combined step, where the iterator has one, and where it puts what it gives.
    fetch: Option<Fetch>,
    key: Val,
    val: Val,
    more: u32,
}

/// Puts an owned value into a variable which is no reference, or into a temporary.
#[inline(always)]
unsafe fn put_owned(s: S, o: u16, v: Val) {
    // SAFETY: contract of handlers.
    unsafe {
        let d = s.slot(o);
        let old = Val { payload: (*d).payload, ty: (*d).ty, aux: 0 };
        (*d).payload = v.payload;
        (*d).ty = v.ty;
        if old.ty & REFCOUNTED != 0 && !s.is_tmp(o) {
            release(old);
        }
    }
}

/// Releases what an iterator slot holds.
pub(super) unsafe fn release_iterator(p: *mut Val) {
    // SAFETY: the slot holds an iterator.
    unsafe {
        let v = *p;
        if v.tag() != PTR {
            release(v);
            return;
        }
        match *Box::from_raw(v.as_ptr::<Iter>()) {
            Iter::Ref { var, pos } => {
                array_iter::del(pos);
                release(var);
            }
            Iter::Props { obj, table, .. } => {
                let vm = &mut *crate::vm::current();
                let key = vm.lazy_instance(obj.as_ptr()) as usize;
                if let Some(n) = vm.cls.iterated.get_mut(&key) {
                    *n -= 1;
                    if *n == 0 {
                        vm.cls.iterated.remove(&key);
                    }
                }
                release(array::val(table));
                release(obj);
            }
            Iter::Object(o, _, n) => {
                release(o);
                give_handle(n);
            }
            Iter::Native(l) => l.walk.free(),
        }
    }
}

/// Calls `visit` with what an iteration held by pointer owns a share of.
///
/// # Safety
/// The slot holds such an iteration.
pub(crate) unsafe fn iterator_shares(p: *mut Val, visit: &mut dyn FnMut(Val)) {
    // SAFETY: by the caller's promise.
    match unsafe { &mut *(*p).as_ptr::<Iter>() } {
        Iter::Ref { var, .. } => visit(*var),
        Iter::Props { obj, table, .. } => {
            visit(array::val(*table));
            visit(*obj);
        }
        Iter::Object(o, ..) => visit(*o),
        // SAFETY: by the caller's promise.
        Iter::Native(l) => unsafe { l.walk.shares(visit) },
    }
}

impl Vm {
    /// The Iterator (or Generator) that foreach uses for an object: owned; `None` for a plain object.
    pub(crate) fn object_iterator(&mut self, o: Val) -> Result<Option<Val>, Status> {
        let mut o = rt::copy(o);
        loop {
            match self.iterator_step(o)? {
                None => return Ok(None),
                Some((it, true)) => return Ok(Some(it)),
                Some((next, false)) => o = next,
            }
        }
    }

    /// Calls a method of an iterator.
    pub(crate) fn it_call(
        &mut self,
        o: Val,
        which: fn(&crate::class::Magic) -> *mut crate::func::Func,
        out: &mut Val,
    ) -> Status {
        // SAFETY: live object of a class that implements Iterator.
        unsafe {
            let class = (*o.as_ptr::<Obj>()).class.cast::<Class>().cast_mut();
            if class == self.ce.generator
                && let Some(st) = self.gen_iterator_op(o.as_ptr(), which(&(*class).magic), out)
            {
                return st;
            }
            self.call_func(which(&(*class).magic), o, class, &[], out)
        }
    }
}

/// Writes the loop's value or key to its slot.
pub(super) unsafe fn give(s: S, o: u16, v: Val) -> Status {
    // SAFETY: contract of handlers.
    unsafe {
        if s.is_tmp(o) {
            *s.slot(o) = v;
            return Status::Ok;
        }
        rt::assign_cv(s.save(), s.slot(o), v)
    }
}

/// Writes the loop's value, dereferenced, and its key to their slots, where both were there to be had.
unsafe fn give_pair(s: S, st: Status, v: Val, k: Val) -> Status {
    // SAFETY: contract of handlers; both are owned.
    unsafe {
        if st != Status::Ok {
            release(v);
            release(k);
            return st;
        }
        let mut v = v;
        if v.tag() == REF {
            let inner = rt::copy(value::deref(v));
            release(v);
            v = inner;
        }
        let mut st = give(s, s.b(), v);
        if st == Status::Ok {
            st = (*s.vm).pending();
        }
        if is_none(s.c()) || st != Status::Ok {
            release(k);
            return st;
        }
        give(s, s.c(), k)
    }
}

/// Starts an object's iteration in slot `a`; `Ok(true)`: there is nothing.
unsafe fn reset_object(s: S, o: Val, by_ref: bool) -> Result<bool, Status> {
    // SAFETY: contract of handlers; `o` is owned.
    unsafe {
        let vm = s.save();
        match vm.traversal(o, by_ref) {
            Err(st) => {
                release(o);
                Err(st)
            }
            Ok(Some(mut t @ Traversal::Native(..))) => {
                release(o);
                if let Err(st) = vm.traverse_flag(&mut t, iter_step::REWIND) {
                    t.free();
                    return Err(st);
                }
                let fetch = if let Traversal::Native(it, ..) = &t { fetch_of(it) } else { None };
                let (key, val) = (Val::NULL, Val::NULL);
                let l = NativeLoop { walk: t, stepped: false, fetch, key, val, more: 0 };
                *s.slot(s.a()) = Val::ptr(Box::into_raw(Box::new(Iter::Native(l))));
                Ok(false)
            }
            Ok(Some(Traversal::Object(it, number))) => {
                release(o);
                if by_ref && !vm.is_generator(it) {
                    release(it);
                    give_handle(number);
                    return Err(vm.throw("An iterator cannot be used with foreach by reference"));
                }
                let mut out = Val::NULL;
                let mut st = Status::Ok;
                if vm.is_generator(it) {
                    st = vm.gen_traversable(it.as_ptr(), by_ref);
                }
                let generator = !by_ref && vm.is_generator(it);
                if st == Status::Ok {
                    st = vm.it_call(it, |m| m.it_rewind, &mut out);
                }
                release(out);
                if st != Status::Ok {
                    release(it);
                    give_handle(number);
                    return Err(st);
                }
                if generator {
                    give_handle(number);
                    *s.slot(s.a()) = Val { aux: super::resume::HERE, ..it };
                    return Ok(false);
                }
                *s.slot(s.a()) = Val::ptr(Box::into_raw(Box::new(Iter::Object(it, false, number))));
                Ok(false)
            }
            Ok(None) => {
                let table = vm.visible_properties(o.as_ptr(), by_ref);
                let st = vm.pending();
                if st != Status::Ok {
                    release(array::val(table));
                    release(o);
                    return Err(st);
                }
                if array::count(table) == 0 {
                    release(array::val(table));
                    release(o);
                    return Ok(true);
                }
                *vm.cls.iterated.entry(vm.lazy_instance(o.as_ptr()) as usize).or_default() += 1;
                *s.slot(s.a()) = Val::ptr(Box::into_raw(Box::new(Iter::Props { obj: o, table, pos: 0 })));
                Ok(false)
            }
        }
    }
}

op! {
    FeReset(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.b()) { rt::take(s, s.b()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.b()), &mut st)) };
        if st != Status::Ok {
            release(v);
            return s.done(st, 2);
        }
        match v.tag() {
            ARR => {
                if array::count(v.as_ptr::<Arr>()) == 0 {
                    release(v);
                    return s.jump_x();
                }
                *s.slot(s.a()) = v.by_parts();
                s.next(2)
            }
            OBJ if vm.is_generator(v) && vm.gen_is_new(v.as_ptr()) => {
                *s.slot(s.a()) = Val { aux: super::resume::START, ..v };
                s.next(2)
            }
            OBJ => match reset_object(s, v, false) {
                Ok(false) => s.next(2),
                Ok(true) => s.jump_x(),
                Err(st) => s.done(st, 2),
            },
            _ => {
                let st = vm.warning(&format!("foreach() argument must be of type array|object, {} given", value::value_name(v)));
                release(v);
                if st != Status::Ok { return s.done(st, 2); }
                s.jump_x()
            }
        }
    }
    FeResetRef(s) {
        let vm = s.save();
        let p = rt::lval(s, s.b());
        let d = rt::deref_ptr(p);
        match (*d).tag() {
            ARR => {
                let var = if s.is_tmp(s.b()) && (*s.slot(s.b())).tag() == ARR {
                    value::ref_val(value::new_ref(*s.slot(s.b())))
                } else {
                    let v = value::ref_val(value::make_ref(p));
                    addref(v);
                    v
                };
                let inner = &raw mut (*var.as_ptr::<howdah_runtime::layout::Ref>()).val;
                let a = array::separate(inner);
                if array::count(a) == 0 {
                    release(var);
                    return s.jump_x();
                }
                let pos = array_iter::add(a, 0);
                *s.slot(s.a()) = Val::ptr(Box::into_raw(Box::new(Iter::Ref { var, pos })));
                s.next(2)
            }
            OBJ => {
                let o = rt::copy(*d);
                if s.is_tmp(s.b()) && (*s.slot(s.b())).tag() == OBJ {
                    release(o);
                }
                match reset_object(s, o, true) {
                    Ok(false) => s.next(2),
                    Ok(true) => s.jump_x(),
                    Err(st) => s.done(st, 2),
                }
            }
            UNDEF => {
                let st = rt::undefined_variable(vm, s.fp, d);
                if st != Status::Ok { return s.done(st, 2); }
                let st = vm.warning("foreach() argument must be of type array|object, null given");
                if st != Status::Ok { return s.done(st, 2); }
                s.jump_x()
            }
            _ => {
                let st = vm.warning(&format!("foreach() argument must be of type array|object, {} given", value::value_name(*d)));
                if st != Status::Ok { return s.done(st, 2); }
                s.jump_x()
            }
        }
    }
    [fast] FeFetch(s) {
        let it = s.slot(s.a());
        if (*it).tag() != ARR {
            return if (*it).tag() == OBJ { s.tail(super::resume::fe_fetch_generator) } else { s.tail(fe_fetch_native) };
        }
        let (a, i) = ((*it).as_ptr::<Arr>(), (*it).aux);
        if (*a).kind == ARR_PACKED && is_none(s.c()) {
            if i >= (*a).used {
                return s.jump_x();
            }
            let (e, d) = ((*a).data.cast::<Val>().add(i as usize), s.slot(s.b()));
            let (payload, ty) = ((*e).payload, (*e).ty);
            if rt::is_plain(ty) && (*d).ty & REFCOUNTED == 0 {
                (*it).aux = i + 1;
                if ty & REFCOUNTED != 0 {
                    (*(payload as *mut HeapHdr)).rc += 1;
                }
                (*d).payload = payload;
                (*d).ty = ty;
                return s.next(2);
            }
        }
        s.tail(fe_fetch_pair)
    }
    /// An element of any array, and its key, to variables whose values before need only be counted down.
    #[inline(never)]
    [fast] fe_fetch_pair(s) {
        let it = s.slot(s.a());
        let (a, i) = ((*it).as_ptr::<Arr>(), (*it).aux);
        let (b, c) = (s.b(), s.c());
        let d = s.slot(b);
        if i >= (*a).used {
            return s.jump_x();
        }
        let tmp = s.is_tmp(b);
        if b == c || !tmp && (!rt::sheds(d) || (*d).tag() == REF) {
            return s.tail(fe_fetch_array);
        }
        let packed = (*a).kind == ARR_PACKED;
        let bucket = (*a).data.cast::<Bucket>().add(i as usize);
        let e = if packed { (*a).data.cast::<Val>().add(i as usize) } else { &raw mut (*bucket).val };
        let e = value::deref_ptr(e);
        if !rt::is_plain((*e).ty) {
            return s.tail(fe_fetch_array);
        }
        if !is_none(c) {
            let kd = s.slot(c);
            // Two shares of one block may be all there are.
            if s.is_tmp(c)
                || (*kd).tag() == REF
                || !rt::sheds(kd)
                || (*kd).ty & REFCOUNTED != 0 && (*d).payload == (*kd).payload
            {
                return s.tail(fe_fetch_array);
            }
            let key = if packed { core::ptr::null_mut() } else { (*bucket).key };
            let (mut payload, mut ty) = (if packed { i as u64 } else { (*bucket).h }, INT as u32);
            if !key.is_null() {
                let k = howdah_runtime::string::val(key);
                addref(k);
                (payload, ty) = (k.payload, k.ty);
            }
            rt::shed(*kd);
            (*kd).payload = payload;
            (*kd).ty = ty;
        }
        (*it).aux = i + 1;
        let (payload, ty) = ((*e).payload, (*e).ty);
        if ty & REFCOUNTED != 0 {
            (*(payload as *mut HeapHdr)).rc += 1;
        }
        if !tmp {
            rt::shed(*d);
        }
        (*d).payload = payload;
        (*d).ty = ty;
        s.next(2)
    }
    #[inline(never)]
    [fast] fe_fetch_array(s) {
        let it = s.slot(s.a());
        let a = (*it).as_ptr::<Arr>();
        let (b, c) = (s.b(), s.c());
        let d = s.slot(b);
        if (*a).kind == ARR_PACKED && is_none(c) && (*d).tag() == plugin_api_abi::STR && !s.is_tmp(b) {
            // A string goes for the next element, which nothing can notice.
            let i = (*it).aux;
            if i >= (*a).used {
                return s.jump_x();
            }
            let e = (*a).data.cast::<Val>().add(i as usize);
            if (*e).tag() != UNDEF && (*e).tag() < REF {
                (*it).aux = i + 1;
                let old = *d;
                addref(*e);
                (*d).payload = (*e).payload;
                (*d).ty = (*e).ty;
                rt::release_tmp(old);
                return s.next(2);
            }
        }
        let i = array::next_live(a, (*it).aux);
        if i >= (*a).used {
            return s.jump_x();
        }
        let e = array::entry_at(a, i);
        if (*e).tag() == array::INDIRECT || (*d).tag() == REF || !is_none(c) && (*s.slot(c)).tag() == REF {
            return s.tail(fe_fetch_slow);
        }
        (*it).aux = i + 1;
        let v = *value::deref_ptr(e);
        addref(v);
        let old = if s.is_tmp(b) { Val::NULL } else { *d };
        (*d).payload = v.payload;
        (*d).ty = v.ty;
        let mut counted = old.is_refcounted();
        let mut old_key = Val::NULL;
        if !is_none(c) {
            let d = s.slot(c);
            if !s.is_tmp(c) {
                old_key = *d;
                counted |= old_key.is_refcounted();
            }
            match array::key_at(a, i) {
                Key::Int(n) => {
                    (*d).payload = n as u64;
                    (*d).ty = plugin_api_abi::INT as u32;
                }
                Key::Str(k) => {
                    let k = howdah_runtime::string::val(k);
                    addref(k);
                    (*d).payload = k.payload;
                    (*d).ty = k.ty;
                }
            }
        }
        if !counted {
            return s.next(2);
        }
        s.save();
        release(old);
        release(old_key);
        s.done_checked(2)
    }
    #[inline(never)]
    fe_fetch_slow(s) {
        s.save();
        let it = s.slot(s.a());
        let a = (*it).as_ptr::<Arr>();
        let mut i = (*it).aux;
        let mut e;
        loop {
            i = array::next_live(a, i);
            if i >= (*a).used {
                (*it).aux = i;
                return s.jump_x();
            }
            e = array::entry_at(a, i);
            if (*e).tag() == array::INDIRECT {
                e = (*e).as_ptr();
                if (*e).is_undef() {
                    i += 1;
                    continue;
                }
            }
            break;
        }
        (*it).aux = i + 1;
        let key = array::key_at(a, i);
        let mut st = give(s, s.b(), rt::copy(value::deref(*e)));
        if st == Status::Ok && !is_none(s.c()) {
            st = give(s, s.c(), rt::copy(key.val()));
        }
        if st != Status::Ok { return s.done(st, 2); }
        s.done_checked(2)
    }
    #[inline(never)]
    fe_fetch_object(s) {
        let vm = s.save();
        let it = &mut *(*s.slot(s.a())).as_ptr::<Iter>();
        match it {
            Iter::Object(o, stepped, _) => {
                let o = *o;
                let mut st = Status::Ok;
                if *stepped {
                    let mut out = Val::NULL;
                    st = vm.it_call(o, |m| m.it_next, &mut out);
                    release(out);
                }
                *stepped = true;
                let mut ok = Val::NULL;
                if st == Status::Ok {
                    st = vm.it_call(o, |m| m.it_valid, &mut ok);
                }
                if st != Status::Ok {
                    return s.done(st, 2);
                }
                let more = rt::truth(vm, ok);
                release(ok);
                if !more {
                    return s.jump_x();
                }
                let mut v = Val::NULL;
                st = vm.it_call(o, |m| m.it_current, &mut v);
                let mut k = Val::NULL;
                if st == Status::Ok && !is_none(s.c()) {
                    st = vm.it_call(o, |m| m.it_key, &mut k);
                }
                let st = give_pair(s, st, v, k);
                s.done(st, 2)
            }
            Iter::Props { obj, table, pos, .. } => {
                let (obj, table) = (*obj, *table);
                loop {
                    let i = array::next_live(table, *pos);
                    if i >= (*table).used {
                        return s.jump_x();
                    }
                    *pos = i + 1;
                    let key = array::key_at(table, i);
                    let Some(v) = vm.property_by_key(obj.as_ptr(), key, *array::entry_at(table, i)) else { continue };
                    let v = match v {
                        Ok(v) => v,
                        Err(st) => return s.done(st, 2),
                    };
                    let mut st = give(s, s.b(), v);
                    if st == Status::Ok && !is_none(s.c()) {
                        st = give(s, s.c(), rt::copy(key.val()));
                    }
                    return s.done(st, 2);
                }
            }
            Iter::Ref { .. } => s.tail(FeFetchRef),
            Iter::Native(..) => s.tail(fe_fetch_native_steps),
        }
    }
    /// All of a native iterator's step in one call.
    #[inline(never)]
    [fast] fe_fetch_native(s) {
        let Iter::Native(l) = &mut *(*s.slot(s.a())).as_ptr::<Iter>() else { return s.tail(fe_fetch_object) };
        let (Some(f), Traversal::Native(it, ..)) = (l.fetch, &l.walk) else { return s.tail(fe_fetch_object) };
        let vm: *mut Vm = s.save();
        let key = if is_none(s.c()) { core::ptr::null_mut() } else { &raw mut l.key };
        let advance = core::mem::replace(&mut l.stepped, true) as u32;
        l.more = 0;
        let st = f(vm.cast(), it.state, advance, key, &raw mut l.val, &raw mut l.more);
        let s = super::dim_objects::again(s);
        let Iter::Native(l) = &mut *(*s.slot(s.a())).as_ptr::<Iter>() else { return s.tail(fe_fetch_object) };
        if st != Status::Ok {
            release(core::mem::replace(&mut l.val, Val::NULL));
            return s.done(st, 2);
        }
        if l.more == 0 {
            return s.jump_x();
        }
        let (b, c) = (s.b(), s.c());
        let plain = is_none(c) || (*s.slot(c)).tag() != REF || s.is_tmp(c);
        if l.val.tag() == REF || !plain || (*s.slot(b)).tag() == REF && !s.is_tmp(b) {
            return s.tail(fe_give_fetched);
        }
        let v = Val { payload: l.val.payload, ty: l.val.ty, aux: 0 };
        l.val.ty = plugin_api_abi::NULL as u32;
        put_owned(s, b, v);
        if !is_none(c) {
            if (*s.vm).exception.ty != 0 || (*s.slot(c)).tag() == REF {
                // The destructor of the value before threw, or has made a reference of the variable.
                return s.tail(fe_give_key);
            }
            let k = Val { payload: l.key.payload, ty: l.key.ty, aux: 0 };
            l.key.ty = plugin_api_abi::NULL as u32;
            put_owned(s, c, k);
        }
        s.done_checked(2)
    }
    /// Gives the key that [`fe_fetch_native`] fetched, unless an exception is pending.
    #[inline(never)]
    fe_give_key(s) {
        let vm = s.save();
        let Iter::Native(l) = &mut *(*s.slot(s.a())).as_ptr::<Iter>() else { return s.jump_x() };
        let k = core::mem::replace(&mut l.key, Val::NULL);
        let mut st = vm.pending();
        if st == Status::Ok {
            st = give(s, s.c(), k);
        } else {
            release(k);
        }
        if st == Status::Ok { s.done_checked(2) } else { s.done(st, 2) }
    }
    /// Gives what [`fe_fetch_native`] fetched where a reference is among it or the variables.
    #[inline(never)]
    fe_give_fetched(s) {
        s.save();
        let Iter::Native(l) = &mut *(*s.slot(s.a())).as_ptr::<Iter>() else { return s.jump_x() };
        let v = core::mem::replace(&mut l.val, Val::NULL);
        let k = core::mem::replace(&mut l.key, Val::NULL);
        let st = give_pair(s, Status::Ok, v, k);
        if st == Status::Ok { s.done_checked(2) } else { s.done(st, 2) }
    }
    #[inline(never)]
    fe_fetch_native_steps(s) {
        let vm = s.save();
        let Iter::Native(NativeLoop { walk: t, stepped, .. }) = &mut *(*s.slot(s.a())).as_ptr::<Iter>() else { return s.jump_x() };
        if std::mem::replace(stepped, true)
            && let Err(st) = vm.traverse_flag(t, iter_step::NEXT)
        {
            return s.done(st, 2);
        }
        match vm.traverse_flag(t, iter_step::VALID) {
            Ok(true) => {}
            Ok(false) => return s.jump_x(),
            Err(st) => return s.done(st, 2),
        }
        let (mut v, mut k) = (Val::NULL, Val::NULL);
        let mut st = vm.traverse(t, iter_step::CURRENT, &mut v);
        if st == Status::Ok && !is_none(s.c()) {
            st = vm.traverse(t, iter_step::KEY, &mut k);
        }
        let st = give_pair(s, st, v, k);
        s.done(st, 2)
    }
    FeFetchRef(s) {
        let vm = s.save();
        let it = &mut *(*s.slot(s.a())).as_ptr::<Iter>();
        let (v, key) = match it {
            Iter::Ref { var, pos } => {
                let inner = &raw mut (*var.as_ptr::<howdah_runtime::layout::Ref>()).val;
                if (*inner).tag() != ARR {
                    if (*inner).tag() == OBJ {
                        return s.jump_x();
                    }
                    let st = vm.warning(&format!("foreach() argument must be of type array|object, {} given", value::value_name(*inner)));
                    if st != Status::Ok { return s.done(st, 2); }
                    return s.jump_x();
                }
                let a = array::separate(inner);
                let mut i = array_iter::pos(*pos, a);
                let mut e;
                loop {
                    i = array::next_live(a, i);
                    if i >= (*a).used {
                        return s.jump_x();
                    }
                    e = array::entry_at(a, i);
                    if (*e).tag() == array::INDIRECT {
                        e = (*e).as_ptr();
                        if (*e).is_undef() {
                            i += 1;
                            continue;
                        }
                    }
                    break;
                }
                array_iter::set(*pos, i + 1);
                let r = value::ref_val(value::make_ref(e));
                addref(r);
                (r, array::key_at(a, i))
            }
            Iter::Props { obj, table, pos, .. } => {
                let (obj, table) = (*obj, *table);
                let i = array::next_live(table, *pos);
                if i >= (*table).used {
                    return s.jump_x();
                }
                *pos = i + 1;
                let key = array::key_at(table, i);
                let name = match key {
                    Key::Str(n) => howdah_runtime::interner::intern(plugin_api_abi::StrHdr::bytes(n)),
                    Key::Int(n) => howdah_runtime::interner::intern(n.to_string().as_bytes()),
                };
                match vm.prop_ptr(obj.as_ptr(), name, howdah_bytecode::fetch::REF) {
                    Ok(p) => {
                        let r = value::ref_val(value::make_ref(p));
                        addref(r);
                        (r, key)
                    }
                    Err(st) => return s.done(st, 2),
                }
            }
            Iter::Object(..) => return s.tail(fe_fetch_gen_ref),
            Iter::Native(..) => return s.tail(fe_fetch_native_ref),
        };
        let mut st = Status::Ok;
        if s.is_tmp(s.b()) {
            *s.slot(s.b()) = v;
        } else {
            let d = s.slot(s.b());
            let old = *d;
            array::store(d, v);
            release(old);
        }
        if !is_none(s.c()) {
            st = give(s, s.c(), rt::copy(key.val()));
        }
        if st != Status::Ok { return s.done(st, 2); }
        s.done_checked(2)
    }
    #[inline(never)]
    fe_fetch_native_ref(s) {
        let vm = s.save();
        let Iter::Native(NativeLoop { walk: t, stepped, .. }) = &mut *(*s.slot(s.a())).as_ptr::<Iter>() else { return s.jump_x() };
        if std::mem::replace(stepped, true)
            && let Err(st) = vm.traverse_flag(t, iter_step::NEXT)
        {
            return s.done(st, 2);
        }
        match vm.traverse_flag(t, iter_step::VALID) {
            Ok(true) => {}
            Ok(false) => return s.jump_x(),
            Err(st) => return s.done(st, 2),
        }
        let mut v = Val::NULL;
        let mut st = vm.traverse(t, iter_step::CURRENT, &mut v);
        if st != Status::Ok {
            return s.done(st, 2);
        }
        if v.tag() != REF {
            v = value::ref_val(value::new_ref(v));
        }
        let d = s.slot(s.b());
        if s.is_tmp(s.b()) {
            *d = v;
        } else {
            let old = *d;
            array::store(d, v);
            release(old);
        }
        if !is_none(s.c()) {
            let mut k = Val::NULL;
            st = vm.traverse(t, iter_step::KEY, &mut k);
            if st == Status::Ok {
                st = give(s, s.c(), k);
            }
        }
        s.done(st, 2)
    }
    #[inline(never)]
    fe_fetch_gen_ref(s) {
        let vm = s.save();
        let Iter::Object(o, stepped, _) = &mut *(*s.slot(s.a())).as_ptr::<Iter>() else { return s.jump_x() };
        let o = *o;
        let mut st = Status::Ok;
        let mut tmp = Val::NULL;
        if *stepped {
            st = vm.it_call(o, |m| m.it_next, &mut tmp);
            release(tmp);
        }
        *stepped = true;
        let mut ok = Val::NULL;
        if st == Status::Ok {
            st = vm.it_call(o, |m| m.it_valid, &mut ok);
        }
        if st != Status::Ok {
            return s.done(st, 2);
        }
        if !rt::truth(vm, ok) {
            return s.jump_x();
        }
        let v = match vm.generator_current_ref(o) {
            Ok(v) => v,
            Err(st) => return s.done(st, 2),
        };
        if s.is_tmp(s.b()) {
            *s.slot(s.b()) = v;
        } else {
            let d = s.slot(s.b());
            let old = *d;
            array::store(d, v);
            release(old);
        }
        if !is_none(s.c()) {
            let mut k = Val::NULL;
            st = vm.it_call(o, |m| m.it_key, &mut k);
            if st == Status::Ok {
                st = give(s, s.c(), k);
            }
        }
        s.done(st, 2)
    }
    FeFree(s) {
        s.save();
        let p = s.slot(s.a());
        release_iterator(p);
        *p = Val::UNDEF;
        s.done_checked(1)
    }
}
