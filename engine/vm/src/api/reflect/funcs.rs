//! Functions, methods, closures and their parameters.

use super::{func, name_val, text_val};
use crate::api::{bytes, class, vm};
use crate::call::Target;
use crate::class::{Class, Sym};
use crate::func::{Func, RT_CTOR, RtParam};
use crate::rt::{copy, copy_ref};
use crate::script::Thunk;
use crate::vm::Vm;
use howdah_bytecode::{FnProto, Literal, fn_flags};
use howdah_runtime::array;
use howdah_runtime::interner::{intern, lookup};
use howdah_runtime::layout::Obj;
use howdah_runtime::memory::{obj_val, val_addref};
use plugin_api_abi::flags::{ABSTRACT, DEPRECATED, FINAL, PRIVATE, PROTECTED, PUBLIC, RETURNS_REF, STATIC};
use plugin_api_abi::reflect::{
    func_bits, func_number as num, func_text as txt, param_bits, param_text as ptxt,
};
use plugin_api_abi::{ClassRaw, CtxRaw, FuncRaw, OBJ, PTR, ParamDesc, Status, StrHdr, StrSlice, UNDEF, Val};

/// Bits of [`Func::flags`] that mean the same in the ABI.
const SHOWN: u32 = PUBLIC | PROTECTED | PRIVATE | STATIC | FINAL | ABSTRACT | DEPRECATED | RETURNS_REF;

pub(super) unsafe extern "C" fn function(ctx: *mut CtxRaw, name: StrSlice) -> *mut FuncRaw {
    // SAFETY: the engine's context; live bytes.
    unsafe {
        lookup(bytes(name))
            .and_then(|n| vm(ctx).functions.get(&Sym(n)))
            .map_or(core::ptr::null_mut(), |f| f.get().cast())
    }
}

pub(super) unsafe extern "C" fn closure_func(ctx: *mut CtxRaw, o: Val) -> *mut FuncRaw {
    // SAFETY: the engine's context; live object.
    unsafe {
        if o.tag() != OBJ || crate::api::obj::class_ptr(o) != vm(ctx).ce.closure {
            return core::ptr::null_mut();
        }
        crate::closure::of(o.as_ptr()).func.cast()
    }
}

pub(super) unsafe extern "C" fn closure_this(o: Val) -> Val {
    // SAFETY: a Closure.
    unsafe { crate::closure::of(o.as_ptr()).this }
}

pub(super) unsafe extern "C" fn closure_called(o: Val) -> *mut ClassRaw {
    // SAFETY: a Closure.
    unsafe { crate::closure::of(o.as_ptr()).called.cast() }
}

pub(super) unsafe extern "C" fn closure_is_fake(o: Val) -> u32 {
    // SAFETY: a Closure.
    unsafe { crate::closure::of(o.as_ptr()).fake as u32 }
}

fn proto(f: &Func) -> Option<&FnProto> {
    // SAFETY: scripts are kept until the request ends.
    unsafe { f.proto.as_ref() }
}

pub(super) unsafe extern "C" fn func_number(f: *const FuncRaw, what: u32) -> i64 {
    // SAFETY: a live handle.
    let f = unsafe { func(f) };
    match what {
        num::FLAGS => (f.flags & SHOWN) as i64,
        num::BITS => bits(f) as i64,
        num::START_LINE => proto(f).map_or(0, |p| p.start_line as i64),
        num::END_LINE => proto(f).map_or(0, |p| p.end_line as i64),
        num::PARAMETERS => f.params.len() as i64,
        num::REQUIRED => f.required as i64,
        num::VARIABLES => proto(f).map_or(0, |p| (p.statics.len() + p.captures.len()) as i64),
        _ => 0,
    }
}

fn bits(f: &Func) -> u32 {
    // SAFETY: descriptors are static.
    let tentative = !f.desc.is_null() && unsafe { (*f.desc).ret.tentative != 0 };
    [
        (f.is_user(), func_bits::USER),
        (f.is_user() && f.flags & fn_flags::CLOSURE != 0, func_bits::CLOSURE),
        (f.is_user() && f.flags & fn_flags::GENERATOR != 0, func_bits::GENERATOR),
        (f.flags & fn_flags::VARIADIC != 0, func_bits::VARIADIC),
        (f.rt & RT_CTOR != 0, func_bits::CTOR),
        (tentative, func_bits::TENTATIVE),
        (f.is_user() && f.flags & fn_flags::HOOK != 0, func_bits::HOOK),
        (f.is_user() && f.flags & fn_flags::STRICT != 0, func_bits::STRICT),
    ]
    .iter()
    .filter(|b| b.0)
    .fold(0, |all, b| all | b.1)
}

pub(super) unsafe extern "C" fn func_text(ctx: *mut CtxRaw, f: *const FuncRaw, what: u32, out: *mut Val) {
    // SAFETY: the engine's context; a live handle; the caller's slot.
    unsafe {
        let f = func(f);
        *out = match what {
            txt::NAME => name_val(f.name),
            txt::DOC => text_val(proto(f).and_then(|p| p.doc.as_deref())),
            txt::FILE if f.is_user() => name_val((*f.script).file),
            txt::RETURN_TYPE => text_val(f.ret.as_ref().map(|t| t.text.as_bytes())),
            txt::EXTENSION if !f.is_user() => text_val(extension_of(vm(ctx), f)),
            _ => Val::NULL,
        };
    }
}

/// Name of the extension of a native function; what the engine adds to enums of PHP code is of none.
fn extension_of<'v>(vm: &'v Vm, f: &Func) -> Option<&'v [u8]> {
    // SAFETY: live class.
    if let Some(c) = unsafe { f.scope.as_ref() } {
        let internal = c.flags & crate::class::class_flags::INTERNAL != 0;
        return internal.then(|| super::classes::extension_of(vm, c));
    }
    // SAFETY: a live function's name.
    Some(vm.home(f.ext, unsafe { StrHdr::bytes(f.name) }))
}

pub(super) unsafe extern "C" fn func_class(f: *const FuncRaw) -> *mut ClassRaw {
    // SAFETY: a live handle.
    unsafe { func(f).scope.cast() }
}

pub(super) unsafe extern "C" fn func_prototype(f: *const FuncRaw) -> *mut FuncRaw {
    // SAFETY: a live handle.
    unsafe { func(f).prototype.cast() }
}

pub(super) unsafe extern "C" fn func_variables(
    ctx: *mut CtxRaw,
    f: *mut FuncRaw,
    closure: Val,
    used: u32,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; a live handle and object; the caller's slot.
    unsafe {
        let (vm, f) = (vm(ctx), func(f));
        let table = array::new(0);
        if let Some(p) = proto(f) {
            if closure.tag() == OBJ {
                let c = crate::closure::of(closure.as_ptr());
                for (i, k) in p.captures.iter().enumerate() {
                    let v = c.captures.get(i).copied().unwrap_or(Val::UNDEF);
                    if !v.is_undef() {
                        let v = if used != 0 { copy(v) } else { copy_ref(v) };
                        array::set_bytes(table, &k.name, v);
                    }
                }
            }
            if used == 0 {
                for (i, s) in p.statics.iter().enumerate() {
                    match static_value(vm, f, i) {
                        Ok(v) => array::set_bytes(table, &s.name, v),
                        Err(st) => {
                            array::release_arr(table);
                            return st;
                        }
                    }
                }
            }
        }
        *out = array::val(table);
        Status::Ok
    }
}

/// A static variable's value now, or what it will begin with.
fn static_value(vm: &mut Vm, f: &Func, i: usize) -> Result<Val, Status> {
    let bound = f.statics.get(i).copied().unwrap_or(Val::UNDEF);
    if bound.tag() != UNDEF {
        // SAFETY: a live value.
        return Ok(unsafe { copy_ref(bound) });
    }
    match proto(f).and_then(|p| p.statics[i].init.as_ref()) {
        Some(l) => literal(vm, l, f.script, f.scope),
        None => Ok(Val::NULL),
    }
}

/// The value of a literal, an expression's evaluated.
pub(super) fn literal(
    vm: &mut Vm,
    l: &Literal,
    script: *const crate::script::Script,
    scope: *mut Class,
) -> Result<Val, Status> {
    match l {
        Literal::Thunk(index) => {
            let mut v = Val::NULL;
            match vm.run_thunk(&Thunk { script, index: *index }, scope, &mut v) {
                Status::Ok => Ok(v),
                st => {
                    // SAFETY: ours.
                    unsafe { crate::rt::release(v) };
                    Err(st)
                }
            }
        }
        l => Ok(crate::load::literal_val(l)),
    }
}

pub(super) unsafe extern "C" fn func_call(
    ctx: *mut CtxRaw,
    f: *mut FuncRaw,
    this: Val,
    called: *mut ClassRaw,
    closure: Val,
    args: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live handles and values.
    unsafe {
        let t = Target {
            func: f.cast(),
            this,
            called: class(called),
            closure: if closure.tag() == OBJ { closure.as_ptr::<Obj>() } else { core::ptr::null_mut() },
        };
        if !t.closure.is_null() {
            val_addref(obj_val(t.closure));
        }
        let mut r = Val::NULL;
        let st = vm(ctx).call_target_array(&t, args.as_ptr(), &mut r);
        if !t.closure.is_null() {
            crate::rt::release(obj_val(t.closure));
        }
        crate::api::call::finish(st, r, out)
    }
}

pub(super) unsafe extern "C" fn func_closure(
    ctx: *mut CtxRaw,
    f: *mut FuncRaw,
    this: Val,
    called: *mut ClassRaw,
    out: *mut Val,
) {
    // SAFETY: the engine's context; live handles; the caller's slot.
    unsafe {
        let func: *mut Func = f.cast();
        let this = if this.tag() == OBJ { copy(this) } else { Val::UNDEF };
        *out = vm(ctx).new_closure(func, (*func).scope, this, class(called), Vec::new(), true);
    }
}

fn rt_param(f: &Func, i: u32) -> Option<&RtParam> {
    f.params.get(i as usize)
}

fn native_param(f: &Func, i: u32) -> Option<&ParamDesc> {
    // SAFETY: descriptors are static.
    unsafe { f.desc.as_ref().and_then(|d| d.params.get().get(i as usize)) }
}

/// The default that parameter `i` of a user function has: those before a required one are dropped.
fn user_default(f: &Func, i: u32) -> Option<&howdah_bytecode::Default> {
    if i < f.required {
        return None;
    }
    proto(f)?.params.get(i as usize)?.default.as_ref()
}

pub(super) unsafe extern "C" fn param_number(f: *const FuncRaw, i: u32, _what: u32) -> i64 {
    // SAFETY: a live handle.
    let f = unsafe { func(f) };
    let Some(p) = rt_param(f, i) else { return 0 };
    let user = user_default(f, i);
    let native = native_param(f, i).filter(|p| !p.default.is_none());
    let promoted = proto(f).and_then(|q| q.params.get(i as usize)).is_some_and(|q| q.promoted);
    let value = user.is_some_and(|d| !has_thunk(&d.value));
    [
        (p.by_ref, param_bits::BY_REF),
        (p.prefer_ref, param_bits::PREFER_REF),
        (p.variadic, param_bits::VARIADIC),
        (promoted, param_bits::PROMOTED),
        (user.is_some() || native.is_some(), param_bits::HAS_DEFAULT),
        (value, param_bits::DEFAULT_IS_VALUE),
    ]
    .iter()
    .filter(|b| b.0)
    .fold(0, |all, b| all | b.1) as i64
}

/// Whether a literal is an expression.
pub(super) fn has_thunk(l: &Literal) -> bool {
    matches!(l, Literal::Thunk(_))
}

pub(super) unsafe extern "C" fn param_text(f: *const FuncRaw, i: u32, what: u32, out: *mut Val) {
    // SAFETY: a live handle; the caller's slot; descriptors are static.
    unsafe {
        let f = func(f);
        let Some(p) = rt_param(f, i) else { return };
        *out = match what {
            ptxt::NAME => name_val(p.name),
            ptxt::TYPE => text_val(p.ty.as_ref().map(|t| t.text.as_bytes())),
            ptxt::DEFAULT => match (user_default(f, i), native_param(f, i)) {
                (Some(d), _) => text_val(Some(d.text.as_bytes())),
                (None, Some(d)) if !d.default.is_none() => text_val(Some(d.default.bytes())),
                _ => Val::NULL,
            },
            _ => Val::NULL,
        };
    }
}

pub(super) unsafe extern "C" fn param_default(
    ctx: *mut CtxRaw,
    f: *mut FuncRaw,
    i: u32,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; a live handle; the caller's slot; descriptors are static.
    unsafe {
        let (vm, f) = (vm(ctx), func(f));
        let r = match (user_default(f, i), native_param(f, i)) {
            (Some(d), _) => literal(vm, &d.value, f.script, f.scope),
            (None, Some(d)) if !d.default.is_none() => vm.eval_text(d.default.bytes(), f.scope),
            _ => Ok(Val::UNDEF),
        };
        store(r, out)
    }
}

/// Hands a result over.
pub(super) unsafe fn store(r: Result<Val, Status>, out: *mut Val) -> Status {
    match r {
        Ok(v) => {
            // SAFETY: the caller's slot.
            unsafe { *out = v.by_parts() };
            Status::Ok
        }
        Err(st) => st,
    }
}

/// The interned name of a slice.
pub(super) unsafe fn interned(s: StrSlice) -> *mut plugin_api_abi::StrHdr {
    // SAFETY: live for the call.
    intern(unsafe { bytes(s) })
}

/// Whether a table's value still waits for its evaluation.
pub(super) fn pending(v: Val) -> bool {
    v.tag() == PTR
}
