//! Lazy objects, and access to properties past their hooks.

use super::prop;
use crate::api::{class, vm};
use crate::class::{PropInfo, SLOT_LAZY};
use crate::classes::class_of;
use crate::func::Ic;
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_runtime::layout::{HDR_LAZY, HDR_PROXY, Obj};
use howdah_runtime::memory::obj_val;
use howdah_runtime::value;
use plugin_api_abi::{ClassRaw, CtxRaw, OBJ, PropRaw, Status, Val};

const NO_IC: *mut Ic = core::ptr::null_mut();

pub(super) unsafe extern "C" fn lazy_make(
    ctx: *mut CtxRaw,
    c: *mut ClassRaw,
    existing: Val,
    initializer: Val,
    proxy: u32,
    options: u32,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live class and values; the caller's slot.
    unsafe {
        let old = if existing.tag() == OBJ { existing.as_ptr::<Obj>() } else { core::ptr::null_mut() };
        let r = vm(ctx).make_lazy(class(c), old, value::deref(initializer), proxy != 0, options);
        match r {
            Ok(v) => {
                *out = if old.is_null() { v } else { copy(v) };
                Status::Ok
            }
            Err(st) => st,
        }
    }
}

pub(super) unsafe extern "C" fn lazy_init(ctx: *mut CtxRaw, o: Val, run: u32, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live object; the caller's slot.
    unsafe {
        let (vm, p) = (vm(ctx), o.as_ptr::<Obj>());
        if run == 0 {
            vm.lazy_mark_initialized(p);
        } else if (*p).hdr.info & HDR_LAZY != 0
            && let Err(st) = vm.lazy_init(p)
        {
            return st;
        }
        *out = copy(obj_val(vm.lazy_instance(p)));
        Status::Ok
    }
}

pub(super) unsafe extern "C" fn lazy_pending(ctx: *mut CtxRaw, o: Val, initializer: *mut Val) -> u32 {
    // SAFETY: the engine's context; live object; the caller's slot or null.
    unsafe {
        let p = o.as_ptr::<Obj>();
        if (*p).hdr.info & HDR_LAZY == 0 {
            return 0;
        }
        if !initializer.is_null()
            && let Some(l) = vm(ctx).cls.lazy.get(&(p as usize))
        {
            *initializer = copy(l.initializer);
        }
        1
    }
}

pub(super) unsafe extern "C" fn lazy_instance(ctx: *mut CtxRaw, o: Val) -> Val {
    // SAFETY: the engine's context; live object.
    unsafe {
        let vm = vm(ctx);
        let mut p = o.as_ptr::<Obj>();
        while (*p).hdr.info & HDR_PROXY != 0 {
            let real = vm.lazy_instance(p);
            if real == p {
                break;
            }
            p = real;
        }
        copy(obj_val(p))
    }
}

/// The object slot of a property, or null.
unsafe fn slot_of(o: *mut Obj, p: &PropInfo) -> *mut Val {
    if p.slot == u32::MAX || p.flags & plugin_api_abi::flags::STATIC != 0 {
        return core::ptr::null_mut();
    }
    // SAFETY: the caller's object is of the property's class.
    unsafe { Obj::slot(o, p.slot as usize) }
}

pub(super) unsafe extern "C" fn lazy_prop(o: Val, p: *const PropRaw) -> u32 {
    // SAFETY: live object and property of its class.
    unsafe {
        let s = slot_of(o.as_ptr(), prop(p));
        (!s.is_null() && (*s).aux & SLOT_LAZY != 0 && (*s).is_undef()) as u32
    }
}

pub(super) unsafe extern "C" fn lazy_skip(
    ctx: *mut CtxRaw,
    o: Val,
    scope: *mut ClassRaw,
    p: *const PropRaw,
    v: Val,
) -> Status {
    // SAFETY: the engine's context; live object and property of its class.
    unsafe {
        let (vm, object, info) = (vm(ctx), o.as_ptr::<Obj>(), prop(p));
        let slot = slot_of(object, info);
        if slot.is_null() {
            return Status::Ok;
        }
        let waited = (*slot).aux & SLOT_LAZY != 0 && (*slot).is_undef();
        if v.is_undef() {
            if waited {
                vm.lazy_restore_slot(object, class_of(object), info.slot as usize);
                vm.lazy_settled(object);
            }
            return Status::Ok;
        }
        (*slot).aux &= !SLOT_LAZY;
        let st = set_past_hook(vm, object, class(scope), info, v);
        if st != Status::Ok && waited && (*slot).is_undef() && (*object).hdr.info & HDR_LAZY != 0 {
            (*slot).aux |= SLOT_LAZY;
        } else if waited {
            vm.lazy_settled(object);
        }
        st
    }
}

unsafe fn set_past_hook(
    vm: &mut Vm,
    o: *mut Obj,
    scope: *mut crate::class::Class,
    p: &PropInfo,
    v: Val,
) -> Status {
    // SAFETY: live object, property and value.
    unsafe {
        let mut t = copy(value::deref(v));
        let hooked = !p.set.is_null();
        let old = vm.cls.raw_access;
        if hooked {
            vm.cls.raw_access = Some((p.prototype, o));
        }
        let st = vm.with_scope(scope, |vm| vm.write_prop(o, p.name, &mut t, NO_IC));
        vm.cls.raw_access = old;
        release(t);
        st
    }
}

pub(super) unsafe extern "C" fn raw_get(
    ctx: *mut CtxRaw,
    o: Val,
    scope: *mut ClassRaw,
    p: *const PropRaw,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live object and property of its class; the caller's slot.
    unsafe {
        let (vm, object, info) = (vm(ctx), o.as_ptr::<Obj>(), prop(p));
        let old = vm.cls.raw_access.replace((info.prototype, object));
        let mut t = Val::NULL;
        let st = vm.with_scope(class(scope), |vm| {
            vm.read_prop(object, info.name, howdah_bytecode::fetch::R, NO_IC, &mut t)
        });
        vm.cls.raw_access = old;
        if st == Status::Ok {
            *out = t;
        } else {
            release(t);
        }
        st
    }
}

pub(super) unsafe extern "C" fn raw_set(
    ctx: *mut CtxRaw,
    o: Val,
    scope: *mut ClassRaw,
    p: *const PropRaw,
    v: Val,
) -> Status {
    // SAFETY: the engine's context; live object, property of its class, and value.
    unsafe { set_past_hook(vm(ctx), o.as_ptr(), class(scope), prop(p), v) }
}
