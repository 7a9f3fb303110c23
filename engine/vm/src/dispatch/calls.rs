//! Resolving callees, entering and leaving functions.

use super::{S, is_none};
use crate::call::Target;
use crate::class::{Class, Sym};
use crate::frame::*;
use crate::func::{Func, Ic};
use crate::op;
use crate::rt::{self, addref, release};
use crate::vm::Vm;
use howdah_bytecode::{FRAME_SLOTS, class_ref, fn_flags};
use howdah_runtime::layout::Obj;
use howdah_runtime::layout::{HDR_BUFFERED, HDR_IMMORTAL, HDR_INTERNED};
use howdah_runtime::memory::{self, obj_val};
use plugin_api_abi::{COLLECTABLE, HeapHdr, OBJ, REFCOUNTED, STR, Status, StrHdr, Val};

/// Fills the header of window `w`.
#[inline(always)]
unsafe fn init(w: *mut Val, func: *mut Func, this: Val, called: *mut Class, closure: *mut Obj, flags: u32) {
    // SAFETY: the window's slots are the frame's own.
    unsafe {
        // The call itself sets the rest: where it comes from and goes back to, and with how many arguments.
        let fr = w.cast::<Frame>();
        (*fr).func = func;
        (*fr).this = this;
        (*fr).called = called;
        (*fr).closure = closure;
        (*fr).flags = flags;
        (*fr).symtab = core::ptr::null_mut();
        (*fr).named = core::ptr::null_mut();
        (*fr).generator = core::ptr::null_mut();
    }
}

/// Fills window `w` from a resolved target, taking its shares over.
pub(super) unsafe fn init_target(w: *mut Val, t: Target) {
    let mut flags = 0;
    if t.this.tag() == OBJ {
        flags |= FR_OWNS_THIS;
    }
    if !t.closure.is_null() {
        flags |= FR_CLOSURE;
    }
    // SAFETY: as `init`; the function is alive.
    unsafe {
        if (*t.func).rt & crate::func::RT_TRAMPOLINE != 0 {
            flags |= FR_TRAMPOLINE;
        }
        init(w, t.func, t.this, t.called, t.closure, flags);
    }
}

/// What an InitStatic2's cache holds (its third word): a static method of a named class.
const STATIC_NAMED: u64 = 1;
/// A static method by `self`, `parent` or `static`, which keep the called class; of `static` for that class only.
const STATIC_FORWARD: u64 = 2;
/// An instance method by `self`, `parent` or `static`: called on `$this`; of `static` for objects of that class only.
const STATIC_THIS: u64 = 3;

/// The class that `static` stands for in the running function, or null.
#[inline(always)]
unsafe fn called_class(s: S) -> *mut Class {
    // SAFETY: the frame is complete.
    unsafe {
        let fr = s.frame();
        if (*fr).this.tag() == OBJ { (*(*fr).this.as_ptr::<Obj>()).class as *mut Class } else { (*fr).called }
    }
}

/// Whether a value is of the class that `static` stands for where `$this` is there, and the type takes it.
#[inline(always)]
unsafe fn is_static(s: S, ty: &crate::func::RtType, v: *const Val) -> bool {
    // SAFETY: the frame is complete, the value live.
    unsafe {
        let this = &raw const (*s.frame()).this;
        ty.mask & plugin_api_abi::type_mask::STATIC != 0
            && (*v).tag() == OBJ
            && (*this).tag() == OBJ
            && (*(*v).as_ptr::<Obj>()).class == (*(*this).as_ptr::<Obj>()).class
    }
}

/// Gives a share back that is not the last one, of what the collector has nothing to do with or knows already; false: it is
/// something else, and nothing is done.
#[inline(always)]
unsafe fn shared_goes(payload: u64, ty: u32) -> bool {
    // SAFETY: a live counted block, of which the caller owns a share.
    unsafe {
        let h = payload as *mut HeapHdr;
        // The count is not kept in a register, of which there are few. References are never buffered themselves.
        if (&raw const (*h).rc).read_volatile() == 1
            || ty & COLLECTABLE != 0 && (*h).info & (HDR_BUFFERED | HDR_IMMORTAL) == 0
        {
            return false;
        }
        (*h).rc -= 1;
        true
    }
}

/// Returns the general way what has been taken out of `p`. The variables before `from` hold nothing any more.
#[inline(always)]
unsafe fn ret_with(s: S, p: *mut Val, ty: u32, from: *mut Val) -> u64 {
    // SAFETY: contract of handlers; literals, which are not counted, are not written to.
    unsafe {
        if ty & REFCOUNTED != 0 {
            (*p).ty = ty;
        }
        S { k: core::ptr::null(), ic: from.cast(), ..s }.tail(ret_counted)
    }
}

/// Enters the user function whose window starts at slot `w`; `pc_after` is where the caller goes on.
#[inline(always)]
unsafe fn enter(s: S, w: *mut Val, argc: u32, ret: *mut Val, pc_after: usize) -> u64 {
    // SAFETY: Init filled the window; arguments are in place.
    unsafe {
        let fr = w.cast::<Frame>();
        let fp = w.add(FRAME_SLOTS as usize);
        (*s.frame()).pc = s.pc.add(pc_after);
        (*fr).prev = s.fp;
        (*fr).argc = argc;
        (*fr).ret = ret;
        let f = (*fr).func;
        if (*f).kind == crate::func::FUNC_USER
            && argc <= (*f).num_params
            && argc >= (*f).required
            && fp.add((*f).num_slots as usize + 64) <= (*s.vm).stack_end
        {
            let end = fp.add((*f).num_cvs as usize);
            let mut p = fp.add(argc as usize);
            while p.wrapping_add(4) <= end {
                (*p).ty = 0;
                (*p.add(1)).ty = 0;
                (*p.add(2)).ty = 0;
                (*p.add(3)).ty = 0;
                p = p.add(4);
            }
            while p < end {
                (*p).ty = 0;
                p = p.add(1);
            }
            let entry = (*f).entry;
            (*fr).pc = entry.add(1);
            let n = S { pc: entry, fp, k: (*f).k, ic: (*f).ic, ..s };
            return n.go(n.pc);
        }
        // What follows reads what it needs from the frame's header.
        let n = S { fp, k: core::ptr::null(), ic: core::ptr::null_mut(), ..s };
        if (*f).rt & crate::func::RT_PLAIN_ARGS != 0 {
            return n.tail(super::native::enter_native_plain);
        }
        if (*f).rt & crate::func::RT_RESUMES != 0 {
            return n.tail(super::resume::resume_method);
        }
        n.tail(enter_general)
    }
}

/// Calls the function that the op's cache holds.
#[inline(always)]
unsafe fn call_fn(s: S) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let f = (*s.icp()).val as *mut Func;
        if f.is_null() {
            return s.tail(call_fn_resolve);
        }
        let w = s.slot(s.b());
        init(w, f, Val::UNDEF, core::ptr::null_mut(), core::ptr::null_mut(), 0);
        let a = s.a();
        let ret = if is_none(a) { core::ptr::null_mut() } else { s.slot(a) };
        enter(s, w, s.c() as u32, ret, 2)
    }
}

/// The key of a method by its name: interned, as the keys of method tables are; of a name that no method has, the name.
unsafe fn method_key(name: *mut StrHdr) -> *mut StrHdr {
    // SAFETY: a live string.
    howdah_runtime::interner::lookup_lower(unsafe { StrHdr::bytes(name) }).unwrap_or(name)
}

op! {
    #[inline(never)]
    enter_general(s) {
        let fr = s.frame();
        let f = (*fr).func;
        let caller = (*fr).prev;
        if (*f).kind == crate::func::FUNC_USER {
            let vm = &mut *s.vm;
            vm.fp = caller;
            return match vm.enter_user(s.fp) {
                Ok(fp) => {
                    let n = s.enter(fp, (*f).entry);
                    n.go(n.pc)
                }
                // The callee's frame is complete: unwinding starts in it.
                Err(_) => s.tail(super::exceptions::unwind),
            };
        }
        if (*f).rt & crate::func::RT_RESUMES != 0 {
            return s.tail(super::resume::resume_method);
        }
        s.tail(super::native::enter_native)
    }
    [fast] Call(s) {
        let a = s.a();
        let ret = if is_none(a) { core::ptr::null_mut() } else { s.slot(a) };
        enter(s, s.slot(s.b()), s.c() as u32, ret, 1)
    }
    [fast] CallFn(s) {
        // The cache holds the function, and whether it is a native one that takes so many arguments.
        if (*s.icp()).key != 0 { s.tail(super::native::call_native_fn) } else { call_fn(s) }
    }
    #[inline(never)]
    [fast] call_fn_any(s) {
        call_fn(s)
    }
    #[cold]
    #[inline(never)]
    call_fn_resolve(s) {
        let vm = s.save();
        let name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        match vm.functions.get(&Sym(name)) {
            Some(f) => {
                let f = f.get();
                let takes = (*f).required..=(*f).plain_max as u32;
                let plain = (*f).rt & crate::func::RT_PLAIN_ARGS != 0 && takes.contains(&(s.c() as u32));
                *s.icp() = Ic { key: plain as u64, val: f as u64, aux: 0 };
                s.tail(CallFn)
            }
            None => {
                let shown = rt::lossy((*s.lit(s.x() + 1)).as_ptr());
                for i in 0..s.c() as usize {
                    release(*s.slot(s.b()).add(FRAME_SLOTS as usize + i));
                }
                let st = vm.throw(&format!("Call to undefined function {shown}()"));
                s.done(st, 2)
            }
        }
    }
    [fast] InitFn(s) {
        let f = (*s.icp()).val as *mut Func;
        if f.is_null() {
            return s.tail(init_fn_resolve);
        }
        init(s.slot(s.a()), f, Val::UNDEF, core::ptr::null_mut(), core::ptr::null_mut(), 0);
        s.next(2)
    }
    #[cold]
    #[inline(never)]
    init_fn_resolve(s) {
        let vm = s.save();
        let x = s.x();
        let fallback = s.c() & 1 != 0;
        let name = (*s.lit(x)).as_ptr::<StrHdr>();
        let f = vm.functions.get(&Sym(name)).or_else(|| {
            if fallback { vm.functions.get(&Sym((*s.lit(x + 1)).as_ptr())) } else { None }
        });
        match f {
            Some(f) => {
                (*s.icp()).val = f.get() as u64;
                s.tail(InitFn)
            }
            None => {
                let shown = rt::lossy((*s.lit(x + 1 + fallback as u32)).as_ptr());
                let st = vm.throw(&format!("Call to undefined function {shown}()"));
                s.done(st, 2)
            }
        }
    }
    [fast] InitDyn(s) {
        let p = s.slot(s.b() & 0x7fff);
        let o = (*p).as_ptr::<Obj>();
        if s.b() & 0x8000 == 0 && (*p).tag() == OBJ && core::ptr::eq((*o).class.cast::<Class>(), (*s.vm).ce.closure) {
            let c: *const crate::closure::Closure = *(*o).native.cast::<*mut crate::closure::Closure>();
            let this = (*c).this;
            addref(this);
            (*o).hdr.rc += !s.is_tmp(s.b()) as u32;
            let flags = if this.tag() == OBJ { FR_CLOSURE | FR_OWNS_THIS } else { FR_CLOSURE };
            init(s.slot(s.a()), (*c).func, this, (*c).called, o, flags);
            return s.next(1);
        }
        s.tail(init_dyn_slow)
    }
    #[inline(never)]
    init_dyn_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        if st != Status::Ok {
            return s.done(st, 1);
        }
        let r = vm.resolve_dynamic_call(v);
        rt::free_tmp(s, s.b());
        match r {
            Ok(t) => {
                // What the callee was named by may have had a destructor.
                let st = vm.pending();
                if st != Status::Ok {
                    t.discard();
                    return s.done(st, 1);
                }
                let w = s.slot(s.a());
                init_target(w, t);
                (*w.cast::<Frame>()).flags |= FR_DYNAMIC;
                s.next(1)
            }
            Err(st) => s.done(st, 1),
        }
    }
    InitUser(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        if st != Status::Ok {
            return s.done(st, 1);
        }
        let r = vm.callback(v, false);
        rt::free_tmp(s, s.b());
        match r {
            Ok(Ok(t)) => {
                let w = s.slot(s.a());
                init_target(w, t);
                (*w.cast::<Frame>()).flags |= FR_DYNAMIC;
                s.next(1)
            }
            Ok(Err(why)) => {
                let name = if s.c() == 0 { "call_user_func" } else { "call_user_func_array" };
                let st = vm.throw_type(&format!("{name}(): Argument #1 ($callback) must be a valid callback, {why}"));
                s.done(st, 1)
            }
            Err(st) => s.done(st, 1),
        }
    }
    SendUser(s) {
        let f = &*(*s.slot(s.b()).cast::<Frame>()).func;
        let p = s.slot(s.a());
        let i = s.c() as u32;
        if !f.is_by_ref(i) || f.prefers_ref(i) {
            return s.next(1);
        }
        let vm = s.save();
        let st = vm.must_be_ref(f, i);
        if st == Status::Ok {
            *p = howdah_runtime::value::ref_val(howdah_runtime::value::new_ref(*p));
        } else {
            release(*p);
        }
        s.done(st, 1)
    }
    SendUserArray(s) {
        let vm = s.save();
        let f = &*(*s.slot(s.b()).cast::<Frame>()).func;
        let v = *s.slot(s.a());
        let given = howdah_runtime::value::deref(v);
        if given.tag() != plugin_api_abi::ARR {
            let msg = format!(
                "call_user_func_array(): Argument #2 ($args) must be of type array, {} given",
                howdah_runtime::value::value_name(given)
            );
            release(v);
            let st = vm.throw_type(&msg);
            return s.done(st, 1);
        }
        match vm.user_args(f, given.as_ptr()) {
            Ok(a) => {
                release(v);
                *s.slot(s.a()) = howdah_runtime::array::val(a);
                s.next(1)
            }
            Err(st) => {
                release(v);
                s.done(st, 1)
            }
        }
    }
    [fast] InitMethod(s) {
        let b = s.b();
        let ic = s.icp();
        if is_none(b) {
            // The running frame holds `$this` for as long as the call lasts.
            let this = &raw const (*s.frame()).this;
            let o = (*this).as_ptr::<Obj>();
            if (*this).tag() == OBJ && ((*ic).key == (*o).class as u64 || (*ic.add(1)).key == (*o).class as u64) {
                let ic = if (*ic).key == (*o).class as u64 { ic } else { ic.add(1) };
                init(s.slot(s.a()), (*ic).val as *mut Func, obj_val(o), (*o).class as *mut Class, core::ptr::null_mut(), 0);
                return s.next(2);
            }
            return s.tail(init_method_slow);
        }
        let p = s.slot(b & 0x7fff);
        let o = (*p).as_ptr::<Obj>();
        if (*p).tag() == OBJ && b & 0x8000 == 0 && (*ic).key == (*o).class as u64 {
            (*o).hdr.rc += !s.is_tmp(b) as u32;
            init(s.slot(s.a()), (*ic).val as *mut Func, obj_val(o), (*o).class as *mut Class, core::ptr::null_mut(), FR_OWNS_THIS);
            return s.next(2);
        }
        s.tail(init_method_second)
    }
    #[inline(never)]
    [fast] init_method_second(s) {
        let b = s.b();
        let ic = s.icp().add(1);
        let p = s.slot(b & 0x7fff);
        let o = (*p).as_ptr::<Obj>();
        if (*p).tag() == OBJ && b & 0x8000 == 0 && (*ic).key == (*o).class as u64 {
            (*o).hdr.rc += !s.is_tmp(b) as u32;
            init(s.slot(s.a()), (*ic).val as *mut Func, obj_val(o), (*o).class as *mut Class, core::ptr::null_mut(), FR_OWNS_THIS);
            return s.next(2);
        }
        s.tail(init_method_slow)
    }
    #[inline(never)]
    init_method_slow(s) {
        let vm = s.save();
        let b = s.b();
        let mut st = Status::Ok;
        let this = if is_none(b) { (*s.frame()).this } else { rt::read(vm, s.fp, s.rk(b), &mut st) };
        if st != Status::Ok {
            return s.done(st, 2);
        }
        let name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        if this.tag() != OBJ {
            let st = if is_none(b) {
                vm.throw("Using $this when not in object context")
            } else {
                vm.throw(&format!("Call to a member function {}() on {}", rt::lossy(name), howdah_runtime::value::value_name(this)))
            };
            if !is_none(b) {
                rt::free_tmp(s, b);
            }
            return s.done(st, 2);
        }
        let o = this.as_ptr::<Obj>();
        let r = vm.find_method_named(o, name);
        match r {
            Ok(m) => {
                let f = m.func;
                if m.is_fixed() {
                    // Private methods depend on the scope, which this site's function fixes as well.
                    *s.icp().add(1) = *s.icp();
                    (*s.icp()).key = (*o).class as u64;
                    (*s.icp()).val = f as u64;
                }
                let t = m.target(Val { aux: 0, ..this });
                if !is_none(b) {
                    rt::free_tmp(s, b);
                }
                init_target(s.slot(s.a()), t);
                s.next(2)
            }
            Err(st) => {
                if !is_none(b) {
                    rt::free_tmp(s, b);
                }
                s.done(st, 2)
            }
        }
    }
    [fast] InitMethodDyn(s) {
        // The cache holds a class, an interned name, which nobody counts, and the method.
        let (b, ic) = (s.b(), s.icp());
        let m = s.rk(s.x() as u16);
        let this = if is_none(b) { &raw mut (*s.frame()).this } else { s.rk(b) };
        let o = (*this).as_ptr::<Obj>();
        if (*ic).key == 0
            || (*m).ty != STR as u32
            || (*m).payload != (*ic).aux
            || (*this).tag() != OBJ
            || (*o).class as u64 != (*ic).key
        {
            return s.tail(init_method_dyn_slow);
        }
        let mut flags = 0;
        if !is_none(b) {
            (*o).hdr.rc += !s.is_tmp(b) as u32;
            flags = FR_OWNS_THIS;
        }
        init(s.slot(s.a()), (*ic).val as *mut Func, obj_val(o), (*o).class as *mut Class, core::ptr::null_mut(), flags);
        s.next(2)
    }
    #[inline(never)]
    init_method_dyn_slow(s) {
        let vm = s.save();
        let b = s.b();
        let mut st = Status::Ok;
        let this = if is_none(b) { (*s.frame()).this } else { rt::read(vm, s.fp, s.rk(b), &mut st) };
        let xo = s.x() as u16;
        let m = rt::read(vm, s.fp, s.rk(xo), &mut st);
        let r = if st != Status::Ok {
            Err(st)
        } else if m.tag() == OBJ && (*m.as_ptr::<Obj>()).class as *mut Class == vm.ce.closure {
            vm.resolve_dynamic_call(m)
        } else if m.tag() != plugin_api_abi::STR {
            Err(vm.throw("Method name must be a string"))
        } else if this.tag() != OBJ {
            Err(vm.throw(&format!("Call to a member function {}() on {}", rt::lossy(m.as_ptr()), howdah_runtime::value::value_name(this))))
        } else {
            let o = this.as_ptr::<Obj>();
            let name = m.as_ptr::<StrHdr>();
            vm.find_method_named(o, name).map(|found| {
                if found.is_fixed() && (*name).hdr.info & HDR_INTERNED != 0 {
                    *s.icp() = Ic { key: (*o).class as u64, val: found.func as u64, aux: m.payload };
                }
                found.target(this)
            })
        };
        if !is_none(b) {
            rt::free_tmp(s, b);
        }
        rt::free_tmp(s, xo);
        match r {
            Ok(t) => { init_target(s.slot(s.a()), t); s.next(2) }
            Err(st) => s.done(st, 2),
        }
    }
    [fast] InitStatic2(s) {
        let ic = s.icp();
        let f = (*ic).val as *mut Func;
        match (*ic).aux {
            STATIC_NAMED => {
                init(s.slot(s.a()), f, Val::UNDEF, (*ic).key as *mut Class, core::ptr::null_mut(), 0);
                s.next(2)
            }
            STATIC_FORWARD => {
                let class = called_class(s);
                if class.is_null() || s.b() == class_ref::STATIC && class as u64 != (*ic).key {
                    return s.tail(init_static_slow);
                }
                init(s.slot(s.a()), f, Val::UNDEF, class, core::ptr::null_mut(), 0);
                s.next(2)
            }
            STATIC_THIS => {
                let this = &raw const (*s.frame()).this;
                let o = (*this).as_ptr::<Obj>();
                if (*this).tag() != OBJ || s.b() == class_ref::STATIC && (*o).class as u64 != (*ic).key {
                    return s.tail(init_static_slow);
                }
                init(s.slot(s.a()), f, obj_val(o), (*o).class as *mut Class, core::ptr::null_mut(), 0);
                s.next(2)
            }
            _ => s.tail(init_static_slow),
        }
    }
    #[inline(never)]
    init_static_slow(s) {
        let vm = s.save();
        let b = s.b();
        let name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        let lc = (*s.lit(s.x() + 1)).as_ptr::<StrHdr>();
        let class = match super::classes::class_operand(s, b) {
            Ok(c) => c,
            Err(st) => return s.done(st, 2),
        };
        match vm.static_target(class, name, lc, b >= class_ref::STATIC) {
            Ok(t) => {
                if (*t.func).rt & crate::func::RT_TRAMPOLINE == 0 && t.closure.is_null() {
                    let is_static = (*t.func).flags & 16 != 0;
                    let how = match b {
                        class_ref::STATIC.. if is_static => STATIC_FORWARD,
                        class_ref::STATIC.. => STATIC_THIS,
                        0x8000.. if is_static => STATIC_NAMED,
                        _ => 0,
                    };
                    *s.icp() = Ic { key: class as u64, val: t.func as u64, aux: how };
                }
                init_target(s.slot(s.a()), t);
                s.next(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
    InitStaticDyn(s) {
        let vm = s.save();
        let b = s.b();
        let xo = s.x() as u16;
        let mut st = Status::Ok;
        let m = rt::read(vm, s.fp, s.rk(xo), &mut st);
        let r = match super::classes::class_operand(s, b) {
            Err(st) => Err(st),
            Ok(_) if st != Status::Ok => Err(st),
            Ok(_) if m.tag() == OBJ && (*m.as_ptr::<Obj>()).class as *mut Class == vm.ce.closure => vm.resolve_dynamic_call(m),
            Ok(_) if m.tag() != plugin_api_abi::STR => Err(vm.throw("Method name must be a string")),
            Ok(class) => {
                let lc = method_key(m.as_ptr());
                vm.static_target(class, m.as_ptr(), lc, b >= class_ref::STATIC)
            }
        };
        rt::free_tmp(s, xo);
        match r {
            Ok(t) => { init_target(s.slot(s.a()), t); s.next(2) }
            Err(st) => s.done(st, 2),
        }
    }
    [fast] InitCtor(s) {
        let this = &raw const (*s.frame()).this;
        let scope = (*s.func()).scope;
        if s.b() == class_ref::PARENT && (*this).tag() == OBJ && !scope.is_null() && !(*scope).parent.is_null() {
            let f = (*(*scope).parent).magic.ctor;
            // A private one is not for the child.
            if !f.is_null() && (*f).flags & 4 == 0 {
                let o = (*this).as_ptr::<Obj>();
                init(s.slot(s.a()), f, obj_val(o), (*o).class as *mut Class, core::ptr::null_mut(), 0);
                return s.next(2);
            }
        }
        s.tail(init_ctor_slow)
    }
    InitParentHook(s) {
        let vm = s.save();
        let name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        match vm.parent_hook(name, s.b() != 0) {
            Ok(t) => { init_target(s.slot(s.a()), t); s.next(2) }
            Err(st) => s.done(st, 2),
        }
    }
    #[inline(never)]
    init_ctor_slow(s) {
        let vm = s.save();
        let b = s.b();
        let class = match super::classes::class_operand(s, b) {
            Ok(c) => c,
            Err(st) => return s.done(st, 2),
        };
        let f = (*class).magic.ctor;
        if f.is_null() {
            let st = vm.throw("Cannot call constructor");
            return s.done(st, 2);
        }
        let this = (*s.frame()).this;
        if (*f).flags & 4 != 0 && (*f).scope != vm.scope() {
            let st = vm.throw(&format!("Cannot call private {}::__construct()", String::from_utf8_lossy((*class).name())));
            return s.done(st, 2);
        }
        if this.tag() != OBJ || !(*(*this.as_ptr::<Obj>()).class.cast::<Class>()).is_a(class) {
            let st = vm.throw(&format!("Non-static method {}() cannot be called statically", (*f).display()));
            return s.done(st, 2);
        }
        let called = (*this.as_ptr::<Obj>()).class as *mut Class;
        init_target(s.slot(s.a()), Target { func: f, this: rt::copy(this), called, closure: core::ptr::null_mut() });
        s.next(2)
    }
    [fast] New(s) {
        let ic = s.icp();
        if (*ic).key == 0 {
            return s.tail(new_slow);
        }
        // The cache says: nothing but slots to fill, the constructor may be called.
        let class = (*ic).key as *mut Class;
        let o = memory::new_plain(&raw const (*class).head, (*class).default_slots.as_ptr());
        *s.slot(s.a()) = obj_val(o);
        let ctor = (*ic).val as *mut Func;
        if ctor.is_null() {
            if s.x() != 0 {
                return s.jump_x();
            }
            init(s.slot(s.b()), (*s.vm).nop_func, Val::UNDEF, core::ptr::null_mut(), core::ptr::null_mut(), 0);
            return s.next(2);
        }
        (*o).hdr.rc = 2;
        init(s.slot(s.b()), ctor, obj_val(o), class, core::ptr::null_mut(), FR_OWNS_THIS | FR_CTOR);
        s.next(2)
    }
    #[inline(never)]
    new_slow(s) {
        let vm = s.save();
        let c = s.c();
        let fixed = c & 0x8000 != 0 && c != class_ref::STATIC;
        // aux: the class, where it is always the same one.
        let class = match (*s.icp()).aux as *mut Class {
            p if !p.is_null() => p,
            _ => match super::classes::class_operand(s, c) {
                Ok(class) => class,
                Err(st) => return s.done(st, 2),
            },
        };
        if fixed {
            (*s.icp()).aux = class as u64;
        }
        let mut o = Val::NULL;
        let st = vm.instantiate(class, &mut o);
        if st != Status::Ok {
            return s.done(st, 2);
        }
        let ctor = (*class).magic.ctor;
        *s.slot(s.a()) = o;
        if ctor.is_null() {
            if fixed && vm.is_plain(class) {
                *s.icp() = Ic { key: class as u64, val: 0, aux: 0 };
            }
            if s.x() != 0 {
                return s.jump_x();
            }
            let f = vm.nop_func;
            init(s.slot(s.b()), f, Val::UNDEF, core::ptr::null_mut(), core::ptr::null_mut(), 0);
            return s.next(2);
        }
        if (*ctor).flags & 6 != 0 && !vm.can_call(ctor, class) {
            let word = if (*ctor).flags & 4 != 0 { "private" } else { "protected" };
            let scope = vm.scope();
            let from = if scope.is_null() { "global scope".to_owned() } else { format!("scope {}", String::from_utf8_lossy((*scope).name())) };
            let st = vm.throw(&format!("Call to {word} {}::__construct() from {from}", crate::classes::class_text((*ctor).scope)));
            (*o.as_ptr::<Obj>()).hdr.info |= howdah_runtime::layout::HDR_DTOR_DONE;
            release(o);
            return s.done(st, 2);
        }
        if fixed && vm.is_plain(class) {
            *s.icp() = Ic { key: class as u64, val: ctor as u64, aux: 0 };
        }
        addref(o);
        init(s.slot(s.b()), ctor, o, class, core::ptr::null_mut(), FR_OWNS_THIS | FR_CTOR);
        s.next(2)
    }
    [fast] CheckByVal(s) {
        let fr = s.slot(s.a()).cast::<Frame>();
        let f = (*fr).func;
        let i = s.b() as u32;
        if (*f).by_ref == 0 || i < (*f).num_params.min(63) && (*f).by_ref >> (i & 63) & 1 == 0 { s.next(1) } else { s.tail(check_by_val) }
    }
    #[inline(never)]
    check_by_val(s) {
        let fr = s.slot(s.a()).cast::<Frame>();
        let f = &*(*fr).func;
        let i = s.b() as u32;
        if !f.is_by_ref(i) || f.prefers_ref(i) {
            return s.next(1);
        }
        let vm = s.save();
        let name = f.param_name(i);
        let msg = format!("{}(): Argument #{}{} could not be passed by reference", f.display(), i + 1, name.map_or(String::new(), |n| format!(" (${n})")));
        // The argument is live here and goes with the other temporaries.
        let st = vm.throw(&msg);
        s.done(st, 1)
    }
    [fast] SendVar(s) {
        let fr = s.slot(s.x() as u16).cast::<Frame>();
        let f = (*fr).func;
        if (*f).by_ref != 0 && (s.c() as u32 >= (*f).num_params.min(63) || (*f).by_ref >> (s.c() & 63) & 1 != 0) {
            return s.tail(send_var_by_ref);
        }
        let p = s.slot(s.b());
        let ty = (*p).ty;
        if ty & 0xff == 0 || ty & 0xff == plugin_api_abi::REF as u32 {
            return s.tail(send_var_ref);
        }
        let payload = (*p).payload;
        if ty & REFCOUNTED != 0 {
            (*(payload as *mut HeapHdr)).rc += 1;
        }
        let d = s.slot(s.a());
        (*d).payload = payload;
        (*d).ty = ty;
        s.next(2)
    }
    /// The variable is sent by reference, or as [`send_var_slow`] finds out.
    #[inline(never)]
    [fast] send_var_by_ref(s) {
        let f = (*s.slot(s.x() as u16).cast::<Frame>()).func;
        let p = s.slot(s.b());
        if (*p).ty & 0xff != plugin_api_abi::REF as u32 || s.c() as u32 >= (*f).num_params.min(63) {
            return s.tail(send_var_slow);
        }
        addref(*p);
        rt::put(s.slot(s.a()), p);
        s.next(2)
    }
    /// What the variable's reference refers to is sent.
    #[inline(never)]
    [fast] send_var_ref(s) {
        let p = s.slot(s.b());
        if (*p).ty & 0xff == 0 {
            return s.tail(send_var_slow);
        }
        let v = &raw const (*(*p).as_ptr::<howdah_runtime::layout::Ref>()).val;
        let d = s.slot(s.a());
        addref(*v);
        rt::put(d, v);
        s.next(2)
    }
    #[inline(never)]
    send_var_slow(s) {
        let fr = s.slot(s.x() as u16).cast::<Frame>();
        let p = s.slot(s.b());
        if (*(*fr).func).is_by_ref(s.c() as u32) {
            let v = howdah_runtime::value::ref_val(howdah_runtime::value::make_ref(p));
            addref(v);
            *s.slot(s.a()) = v;
            return s.next(2);
        }
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, p, &mut st);
        *s.slot(s.a()) = rt::copy(v);
        s.done(st, 2)
    }
    SendRef(s) {
        let p = rt::lval(s, s.b());
        let r = howdah_runtime::value::make_ref(p);
        let v = howdah_runtime::value::ref_val(r);
        addref(v);
        *s.slot(s.a()) = v;
        s.next(1)
    }
    [fast] SendFnResult(s) {
        // The result is in its place already.
        let fr = s.slot(s.x() as u16).cast::<Frame>();
        if (*(*fr).func).by_ref == 0 && s.a() == s.b() && (*s.slot(s.a())).tag() != plugin_api_abi::REF {
            return s.next(2);
        }
        s.tail(send_fn_result)
    }
    #[inline(never)]
    send_fn_result(s) {
        let fr = s.slot(s.x() as u16).cast::<Frame>();
        let f = &*(*fr).func;
        let i = s.c() as u32;
        let d = s.slot(s.a());
        let v = (*s.slot(s.b())).by_parts();
        if !f.is_by_ref(i) {
            *d = v;
            if v.tag() == plugin_api_abi::REF {
                *d = rt::copy(howdah_runtime::value::deref(v));
                release(v);
            }
            return s.next(2);
        }
        *d = v;
        if v.tag() == plugin_api_abi::REF {
            return s.next(2);
        }
        *d = howdah_runtime::value::ref_val(howdah_runtime::value::new_ref(v));
        if f.prefers_ref(i) {
            return s.next(2);
        }
        let vm = s.save();
        let st = vm.notice("Only variables should be passed by reference");
        if st != Status::Ok {
            release(*d);
        }
        s.done(st, 2)
    }
    [fast] JmpByVal(s) {
        let f = (*s.slot(s.a()).cast::<Frame>()).func;
        if (*f).by_ref == 0 { s.jump_x() } else { s.tail(jmp_by_val) }
    }
    #[inline(never)]
    jmp_by_val(s) {
        let f = (*s.slot(s.a()).cast::<Frame>()).func;
        if (*f).is_by_ref(s.b() as u32) { s.next(2) } else { s.jump_x() }
    }
    CallableOf(s) {
        let vm = s.save();
        let w = s.slot(s.b()).cast::<Frame>();
        let fr = core::ptr::read(w);
        if fr.flags & FR_OWNS_THIS == 0 {
            addref(fr.this);
        }
        let out = vm.closure_of(&fr);
        *s.slot(s.a()) = out;
        s.next(1)
    }
    [fast] Ret(s) {
        let fr = s.frame();
        let p = s.rk(s.a());
        let ty = (*p).ty;
        // What this leaves undone, the general way does: counts that reach zero, roots for the collector to look at.
        if (*fr).flags & !(FR_OWNS_THIS | FR_CTOR | FR_DYNAMIC | FR_ENTRY) != 0
            || ty & 0xff == 0
            || ty & 0xff == plugin_api_abi::REF as u32
            || (*fr).symtab as usize | (*fr).named as usize != 0
            || (*fr).ret.is_null() && ty & REFCOUNTED != 0
        {
            return ret_with(s, p, 0, s.fp);
        }
        if ty & REFCOUNTED != 0 {
            // A temporary is ours; a variable dies with the frame. Literals are not counted.
            (*p).ty = 0;
        }
        let end = s.fp.add((*(*fr).func).num_cvs as usize);
        let mut q = s.fp;
        while q < end {
            if (*q).ty & REFCOUNTED != 0 {
                if !shared_goes((*q).payload, (*q).ty) {
                    return ret_with(s, p, ty, q);
                }
                (*q).ty = 0;
            }
            q = q.add(1);
        }
        // The header is read again, here and below: there are few registers to keep it in.
        if (*fr).flags & FR_OWNS_THIS != 0 && !shared_goes((*fr).this.payload, (*fr).this.ty) {
            return ret_with(s, p, ty, q);
        }
        // The result may lie over the header, which is read before.
        let (prev, ret, entered) = ((*fr).prev, (*fr).ret, (*fr).flags & FR_ENTRY);
        if !ret.is_null() {
            Val::of((*p).payload, ty).put(ret);
        }
        if entered != 0 {
            (*s.vm).fp = prev;
            return Status::Ok as u64;
        }
        let n = s.enter(prev, (*frame(prev)).pc);
        n.go(n.pc)
    }
    #[inline(never)]
    [fast] ret_counted(s) {
        // Of the state, this needs the frame and where it is; in the caches' place is the first variable to look at.
        let fr = s.frame();
        let from = s.ic.cast::<Val>();
        let s = S { k: (*(*fr).func).k, ic: (*(*fr).func).ic, ..s };
        let a = s.a();
        let p = s.rk(a);
        let v = (*p).by_parts();
        let flags = (*fr).flags;
        if flags & !(FR_OWNS_THIS | FR_CTOR | FR_CLOSURE | FR_ENTRY | FR_DYNAMIC | FR_EXTRA_ARGS) != 0
            || matches!(v.tag(), plugin_api_abi::UNDEF | plugin_api_abi::REF)
            || !(*fr).symtab.is_null()
            || !(*fr).named.is_null()
        {
            return s.tail(ret_general);
        }
        if a & 0x8000 == 0 {
            // A temporary is ours; a variable dies with the frame.
            (*p).ty = 0;
        }
        (*fr).pc = s.pc.add(1);
        (*fr).flags |= FR_LEAVING;
        (*s.vm).fp = s.fp;
        let end = s.fp.add((*(*fr).func).num_cvs as usize);
        let mut q = from;
        while q < end {
            if (*q).ty & REFCOUNTED != 0 {
                let old = (*q).by_parts();
                (*q).ty = 0;
                release(old);
            }
            q = q.add(1);
        }
        if flags & FR_EXTRA_ARGS != 0 {
            let base = crate::call::frame_base(s.fp);
            for i in 0..((*fr).argc - (*(*fr).func).num_params) as usize {
                let extra = (*base.add(i)).by_parts();
                (*base.add(i)).ty = 0;
                release(extra);
            }
        }
        let (prev, ret) = ((*fr).prev, (*fr).ret);
        if flags & FR_OWNS_THIS != 0 {
            let this = (*fr).this;
            (*fr).this = Val::UNDEF;
            release(this);
        }
        if flags & FR_CLOSURE != 0 {
            release(obj_val((*fr).closure));
        }
        if ret.is_null() {
            release(v);
        } else {
            *ret = Val { aux: 0, ..v };
        }
        (*s.vm).fp = prev;
        let st = (*s.vm).pending();
        if flags & FR_ENTRY != 0 {
            if st != Status::Ok && !ret.is_null() {
                release(*ret);
                *ret = Val::NULL;
            }
            return st as u64;
        }
        let n = s.enter(prev, (*frame(prev)).pc);
        if st != Status::Ok {
            if !ret.is_null() {
                release(*ret);
            }
            return n.tail(super::exceptions::unwind);
        }
        n.go(n.pc)
    }
    #[inline(never)]
    ret_general(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let a = s.a();
        let v = if s.is_tmp(a) {
            rt::take(s, a)
        } else if a & 0x8000 == 0 && (*s.rk(a)).tag() > 0 && (*s.rk(a)).tag() != plugin_api_abi::REF && (*s.frame()).symtab.is_null() {
            // The variable dies with the frame: move it out.
            let p = s.rk(a);
            let v = (*p).by_parts();
            (*p).ty = 0;
            v
        } else {
            rt::copy(rt::read(vm, s.fp, s.rk(a), &mut st))
        };
        if st != Status::Ok {
            release(v);
            return s.done(st, 1);
        }
        finish_return(s, v)
    }
    RetRef(s) {
        let vm = s.save();
        let p = s.slot(s.a());
        let v = if s.is_tmp(s.a()) && (*p).tag() != crate::dispatch::vars::IND {
            let v = (*p).by_parts();
            if v.tag() == plugin_api_abi::REF {
                v
            } else {
                if s.b() != 0 {
                    let st = vm.notice("Only variable references should be returned by reference");
                    if st != Status::Ok {
                        release(v);
                        return s.done(st, 1);
                    }
                }
                howdah_runtime::value::ref_val(howdah_runtime::value::new_ref(v))
            }
        } else {
            let r = howdah_runtime::value::make_ref(rt::lval(s, s.a()));
            let v = howdah_runtime::value::ref_val(r);
            addref(v);
            v
        };
        finish_return(s, v)
    }
    [fast] VerifyRet(s) {
        let a = s.a();
        // A function that returns nothing has no slot to look at, and no tags that would do.
        if !is_none(a) && s.b() as u32 >> ((*s.slot(a)).ty & 15) & 1 != 0 { s.next(1) } else { s.tail(verify_ret_object) }
    }
    #[inline(never)]
    [fast] verify_ret_object(s) {
        if !is_none(s.a()) {
            let p = s.slot(s.a());
            if let Some(ty) = &*(*s.func()).ret
                && (ty.takes_object(p) || ty.widen(p) || is_static(s, ty, p))
            {
                return s.next(1);
            }
        }
        s.tail(verify_ret_slow)
    }
    #[inline(never)]
    verify_ret_slow(s) {
        let vm = s.save();
        let f = &*s.func();
        if is_none(s.a()) {
            let Some(ty) = &*f.ret else { return s.next(1) };
            if ty.mask & 1 << 18 != 0 {
                return s.next(1);
            }
            let msg = format!("{}(): Return value must be of type {}, none returned", f.display(), vm.type_text(ty, f.scope));
            let st = vm.throw_type(&msg);
            return s.done(st, 1);
        }
        let p = s.slot(s.a());
        let Some(ty) = &*f.ret else { return s.next(1) };
        let p = rt::deref_ptr(p);
        if ty.mask >> (*p).tag() & 1 != 0 {
            return s.next(1);
        }
        let strict = f.flags & fn_flags::STRICT != 0;
        match vm.coerce(ty, p, f.scope, strict) {
            Ok(true) => s.next(1),
            Ok(false) => {
                let msg = format!("{}(): Return value must be of type {}, {} returned", f.display(), vm.type_text(ty, f.scope), howdah_runtime::value::value_name(*p));
                let st = vm.throw_type(&msg);
                s.done(st, 1)
            }
            Err(st) => s.done(st, 1),
        }
    }
    VerifyNever(s) {
        let vm = s.save();
        let f = &*s.func();
        let word = if f.scope.is_null() { "function" } else { "method" };
        let st = vm.throw_type(&format!("{}(): never-returning {word} must not implicitly return", f.display()));
        s.done(st, 1)
    }
}

/// Leaves the frame with an owned result.
#[inline(never)]
pub(super) unsafe fn finish_return(s: S, v: Val) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm: &mut Vm = s.save();
        let fr = s.frame();
        let (prev, ret, flags) = ((*fr).prev, (*fr).ret, (*fr).flags);
        vm.leave_frame(s.fp);
        if ret.is_null() {
            release(v);
        } else {
            *ret = Val { aux: 0, ..v };
        }
        vm.fp = prev;
        let st = vm.pending();
        if flags & FR_ENTRY != 0 {
            if st != Status::Ok && !ret.is_null() {
                release(*ret);
                *ret = Val::NULL;
            }
            return st as u64;
        }
        let n = s.enter(prev, (*frame(prev)).pc);
        if st != Status::Ok {
            if !ret.is_null() {
                release(*ret);
            }
            return n.tail(super::exceptions::unwind);
        }
        n.go(n.pc)
    }
}

/// A share of `$this` of the running frame.
pub(super) unsafe fn this_share(s: S) -> Option<Val> {
    // SAFETY: the frame is complete.
    let this = unsafe { (*s.frame()).this };
    (this.tag() == OBJ).then(|| {
        let v = obj_val(this.as_ptr());
        addref(v);
        v
    })
}
