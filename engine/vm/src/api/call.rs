//! Calls, the call stack, variables and constants by name.

use super::obj::named_share;
use super::{args, bytes, class, text, vm};
use crate::call::Target;
use crate::callback::Held;
use crate::class::Sym;
use crate::frame::frame;
use crate::func::{Func, RT_TRAMPOLINE};
use crate::rt::{copy, release};
use crate::vm::{Callback, Constant, Vm};
use howdah_runtime::array;
use howdah_runtime::interner::{intern, lookup};
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::{compare, memory, string, value};
use plugin_api_abi::{
    ARR, CallTable, CallableRaw, ClassRaw, CtxRaw, OBJ, STR, Status, StrHdr, StrSlice, Val, callable_flags,
};

/// A resolved callable. It borrows from the value it came from, which the extension keeps alive.
struct Resolved {
    value: Val,
    func: *mut Func,
    this: Val,
    called: *mut crate::class::Class,
    closure: *mut Obj,
    /// Found through `__call`: resolved anew for each call, whose frame frees the trampoline.
    magic: bool,
    /// Runs with so many arguments at least without anything to prepare; `u32::MAX`: never.
    plain: u32,
}

/// The request's heap, as PHP code makes callables by the thousand.
fn boxed(r: Resolved) -> *mut CallableRaw {
    let p = memory::alloc(size_of::<Resolved>()).cast::<Resolved>();
    // SAFETY: a fresh block of that size; blocks are aligned for values.
    unsafe { p.write(r) };
    p.cast()
}

unsafe extern "C" fn callable_new(
    ctx: *mut CtxRaw,
    v: Val,
    _flags: u32,
    out: *mut *mut CallableRaw,
) -> Status {
    // SAFETY: the engine's context; live value.
    unsafe {
        match vm(ctx).resolve_callable(v, true) {
            Ok(Some(t)) => {
                let magic = (*t.func).rt & RT_TRAMPOLINE != 0;
                let r = Resolved {
                    value: v,
                    func: t.func,
                    this: t.this,
                    called: t.called,
                    closure: t.closure,
                    magic,
                    plain: if magic { u32::MAX } else { (*t.func).runs_plainly_from() },
                };
                drop_target(t);
                *out = boxed(r);
                Status::Ok
            }
            Ok(None) => {
                *out = core::ptr::null_mut();
                Status::Ok
            }
            Err(st) => st,
        }
    }
}

/// Gives back what a target that is not called holds.
unsafe fn drop_target(t: Target) {
    // SAFETY: the target's shares are ours; its trampoline is not run.
    unsafe {
        if (*t.func).rt & RT_TRAMPOLINE != 0 {
            drop(Box::from_raw(t.func));
        }
        t.release();
    }
}

unsafe extern "C" fn callable_call(
    ctx: *mut CtxRaw,
    c: *mut CallableRaw,
    a: *const Val,
    argc: usize,
    named: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; made by `callable_new`, whose value is still alive.
    unsafe {
        let r = &*c.cast::<Resolved>();
        if argc as u32 >= r.plain && named.tag() != ARR {
            let held = Held { func: r.func, this: r.this, called: r.called, closure: r.closure };
            if let Some(st) = vm(ctx).call_held(&held, a, argc, out) {
                return if (*out).tag() == plugin_api_abi::REF { finish(st, *out, out) } else { st };
            }
        }
        if r.magic {
            return call(ctx, r.value, a, argc, named, out);
        }
        let mut t = Val::NULL;
        let st = vm(ctx).call_func_closure(
            r.func,
            r.this,
            r.called,
            r.closure,
            args(a, argc),
            named_share(named),
            &mut t,
        );
        finish(st, t, out)
    }
}

/// Hands a call's result over.
pub(crate) unsafe fn finish(st: Status, t: Val, out: *mut Val) -> Status {
    // SAFETY: the result is ours, the slot the caller's.
    unsafe {
        if st == Status::Ok {
            if t.tag() == plugin_api_abi::REF {
                *out = copy(value::deref(t));
                release(t);
            } else {
                *out = t.by_parts();
            }
        } else {
            release(t);
        }
        st
    }
}

unsafe extern "C" fn callable_free(c: *mut CallableRaw) {
    // SAFETY: made by `callable_new`, freed once.
    unsafe { memory::free(c.cast(), size_of::<Resolved>()) }
}

unsafe extern "C" fn callable_by_ref(c: *mut CallableRaw, i: u32) -> u32 {
    // SAFETY: made by `callable_new`, whose value is still alive; a trampoline is gone, and takes nothing by reference.
    unsafe {
        let r = &*c.cast::<Resolved>();
        (!r.magic && (*r.func).is_by_ref(i)) as u32
    }
}

unsafe extern "C" fn call(
    ctx: *mut CtxRaw,
    v: Val,
    a: *const Val,
    argc: usize,
    named: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live values.
    unsafe {
        let vm = vm(ctx);
        let mut t = Val::NULL;
        let st = match vm.resolve_dynamic_call(value::deref(v)) {
            Ok(target) => {
                let st = vm.call_func_closure(
                    target.func,
                    target.this,
                    target.called,
                    target.closure,
                    args(a, argc),
                    named_share(named),
                    &mut t,
                );
                target.release();
                st
            }
            Err(st) => st,
        };
        finish(st, t, out)
    }
}

/// PHP's word on why a value is no callable.
fn reason(vm: &mut Vm, v: Val) -> String {
    // SAFETY: live value.
    unsafe {
        let lossy = |s: Val| crate::rt::lossy(s.as_ptr::<StrHdr>());
        match v.tag() {
            STR => {
                let s = lossy(v);
                match s.split_once("::") {
                    Some((c, m)) => member_reason(vm, c, m),
                    None => format!("function \"{s}\" not found or invalid function name"),
                }
            }
            ARR => {
                let a = v.as_ptr::<Arr>();
                let (p, q) = (array::find_int(a, 0), array::find_int(a, 1));
                if array::count(a) != 2 || p.is_null() || q.is_null() {
                    return "array callback must have exactly two members".into();
                }
                let (c, m) = (value::deref(*p), value::deref(*q));
                if m.tag() != STR || !matches!(c.tag(), STR | OBJ) {
                    return "first array member is not a valid class name or object".into();
                }
                let c = match c.tag() {
                    STR => lossy(c),
                    _ => crate::classes::class_text(super::obj::class_ptr(c)),
                };
                member_reason(vm, &c, &lossy(m))
            }
            _ => "no array or string given".into(),
        }
    }
}

fn member_reason(vm: &mut Vm, class: &str, method: &str) -> String {
    let Ok(Some(c)) = vm.lookup_class(class.as_bytes(), true) else {
        return format!("class \"{class}\" not found");
    };
    // SAFETY: live class.
    let found = lookup(method.to_ascii_lowercase().as_bytes())
        .and_then(|m| unsafe { (*c).methods.get(&Sym(m)).copied() });
    let name = crate::classes::class_text(c);
    // SAFETY: live function.
    match found.map(|f| unsafe { &*f }) {
        None => format!("class {name} does not have a method \"{method}\""),
        Some(f) if f.flags & plugin_api_abi::flags::ABSTRACT != 0 => {
            format!("cannot call abstract method {}()", f.display())
        }
        Some(f) if f.flags & (plugin_api_abi::flags::PRIVATE | plugin_api_abi::flags::PROTECTED) != 0 => {
            format!("cannot access {} method {}()", crate::classes::visibility(f.flags), f.display())
        }
        Some(f) => format!("non-static method {}() cannot be called statically", f.display()),
    }
}

unsafe extern "C" fn is_callable(ctx: *mut CtxRaw, v: Val, fl: u32, name: *mut Val, why: *mut Val) -> u32 {
    // SAFETY: the engine's context; live value; slots are null or the caller's.
    unsafe {
        let vm = vm(ctx);
        let v = value::deref(v);
        if !name.is_null() {
            *name = string::new_val(vm.callable_name(v).as_bytes());
        }
        let ok = if fl & callable_flags::SYNTAX_ONLY != 0 {
            match v.tag() {
                STR => true,
                OBJ => vm.is_callable(v),
                ARR => {
                    let a = v.as_ptr::<Arr>();
                    let (p, q) = (array::find_int(a, 0), array::find_int(a, 1));
                    array::count(a) == 2
                        && !p.is_null()
                        && !q.is_null()
                        && matches!(value::deref(*p).tag(), STR | OBJ)
                        && value::deref(*q).tag() == STR
                }
                _ => false,
            }
        } else {
            vm.is_callable(v)
        };
        if !ok && !why.is_null() {
            *why = string::new_val(reason(vm, v).as_bytes());
        }
        ok as u32
    }
}
unsafe extern "C" fn closure(ctx: *mut CtxRaw, v: Val, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live value.
    unsafe {
        let vm = vm(ctx);
        match vm.resolve_dynamic_call(value::deref(v)) {
            Ok(t) => {
                *out = vm.new_closure(t.func, (*t.func).scope, t.this, t.called, Vec::new(), true);
                Status::Ok
            }
            Err(st) => st,
        }
    }
}
unsafe extern "C" fn function_name(ctx: *mut CtxRaw) -> *mut StrHdr {
    // SAFETY: the engine's context; the current frame is complete.
    unsafe {
        let fp = vm(ctx).fp;
        if fp.is_null() { core::ptr::null_mut() } else { (*(*frame(fp)).func).name }
    }
}

/// The innermost frame of PHP code.
pub(crate) fn user_frame(vm: &Vm) -> *mut Val {
    let mut fp = vm.fp;
    // SAFETY: frames on the stack are complete.
    unsafe {
        while !fp.is_null() && !(*(*frame(fp)).func).is_user() {
            fp = (*frame(fp)).prev;
        }
    }
    fp
}

impl Vm {
    /// Sets a variable of the running PHP function, where the function has it or keeps its variables by name. Takes `v`
    /// over.
    pub fn set_known_local(&mut self, name: &[u8], v: Val) {
        let fp = user_frame(self);
        // SAFETY: frames on the stack are complete; the value is ours.
        unsafe {
            let mut slot = core::ptr::null_mut();
            if !fp.is_null() {
                let fr = &*frame(fp);
                if let Some(i) = (*(*fr.func).proto).cv_names.iter().position(|n| **n == *name) {
                    slot = fp.add(i);
                } else if !fr.symtab.is_null() {
                    slot = array::entry_str(fr.symtab, intern(name)).0;
                    if (*slot).tag() == crate::dispatch::vars::IND {
                        slot = (*slot).as_ptr();
                    }
                }
            }
            if slot.is_null() {
                release(v);
            } else {
                // What a typed reference refuses is thrown already.
                let _ = crate::rt::assign_cv(self, slot, v);
            }
        }
    }
}

unsafe extern "C" fn scope(ctx: *mut CtxRaw) -> *mut ClassRaw {
    // SAFETY: the engine's context.
    unsafe {
        let fp = user_frame(vm(ctx));
        if fp.is_null() { core::ptr::null_mut() } else { (*(*frame(fp)).func).scope.cast() }
    }
}
unsafe extern "C" fn caller_this(ctx: *mut CtxRaw) -> Val {
    // SAFETY: the engine's context.
    unsafe {
        let fp = user_frame(vm(ctx));
        if fp.is_null() { Val::UNDEF } else { (*frame(fp)).this }
    }
}
unsafe extern "C" fn position(ctx: *mut CtxRaw, line: *mut u32) -> *mut StrHdr {
    // SAFETY: the engine's context.
    unsafe {
        match vm(ctx).position() {
            Some((f, l)) => {
                *line = l;
                f
            }
            None => core::ptr::null_mut(),
        }
    }
}
unsafe extern "C" fn backtrace(ctx: *mut CtxRaw, options: u32, limit: u32, out: *mut Val) {
    // SAFETY: the engine's context.
    unsafe {
        let t = vm(ctx).build_trace(1, options & 2 == 0, options & 1 != 0, limit as usize);
        *out = array::val(t);
    }
}
unsafe extern "C" fn local(ctx: *mut CtxRaw, name: StrSlice, create: u32) -> *mut Val {
    // SAFETY: the engine's context; the caller's frame is complete.
    unsafe {
        let vm = vm(ctx);
        let fp = user_frame(vm);
        if fp.is_null() {
            return core::ptr::null_mut();
        }
        let name = bytes(name);
        if let Some(i) = cv_named(&*(*frame(fp)).func, name) {
            return fp.add(i);
        }
        let table = vm.symtab_of(fp);
        if create == 0 {
            return lookup(name).map_or(core::ptr::null_mut(), |n| vm.var_in(table, n));
        }
        let p = array::entry_str(table, intern(name)).0;
        if (*p).tag() == crate::dispatch::vars::IND { (*p).as_ptr() } else { p }
    }
}
/// Which compiled variable has a name.
#[inline]
unsafe fn cv_named(f: &Func, name: &[u8]) -> Option<usize> {
    let (first, last) = (name.first(), name.last());
    // Most names differ in their length, their first or their last byte.
    let same = |n: &[u8]| {
        n.len() == name.len() && n.last() == last && n.first() == first && (n.len() <= 2 || *n == *name)
    };
    // SAFETY: the function's code is live.
    unsafe { (*f.proto).cv_names.iter().position(|n| same(n)) }
}
unsafe extern "C" fn local_named(ctx: *mut CtxRaw, name: *mut StrHdr, create: u32) -> *mut Val {
    // SAFETY: the engine's context; the caller's frame is complete, the string live.
    unsafe {
        let vm = vm(ctx);
        let fp = user_frame(vm);
        if fp.is_null() {
            return core::ptr::null_mut();
        }
        if let Some(i) = cv_named(&*(*frame(fp)).func, StrHdr::bytes(name)) {
            return fp.add(i);
        }
        let table = vm.symtab_of(fp);
        if create == 0 {
            return vm.var_in(table, name);
        }
        let mut p = array::find_str(table, name);
        if p.is_null() {
            // Names in symbol tables are interned.
            p = array::entry_str(table, intern(StrHdr::bytes(name))).0;
        }
        if (*p).tag() == crate::dispatch::vars::IND { (*p).as_ptr() } else { p }
    }
}
unsafe extern "C" fn locals(ctx: *mut CtxRaw, out: *mut Val) {
    // SAFETY: the engine's context; the caller's frame is complete.
    unsafe {
        let vm = vm(ctx);
        let t = array::new(0);
        let fp = user_frame(vm);
        if !fp.is_null() {
            for (k, p) in array::iter(vm.symtab_of(fp)) {
                let v = if (*p).tag() == crate::dispatch::vars::IND { *(*p).as_ptr::<Val>() } else { *p };
                if !v.is_undef() {
                    array::set(t, k, crate::rt::copy_ref(v));
                }
            }
        }
        *out = array::val(t);
    }
}
unsafe extern "C" fn globals(ctx: *mut CtxRaw) -> Val {
    // SAFETY: the engine's context.
    array::val(unsafe { vm(ctx).globals })
}
unsafe extern "C" fn constant(ctx: *mut CtxRaw, name: StrSlice, out: *mut Val) -> u32 {
    // SAFETY: the engine's context.
    unsafe {
        match vm(ctx).find_constant(bytes(name)) {
            Some(v) => {
                *out = copy(v);
                1
            }
            None => 0,
        }
    }
}
unsafe extern "C" fn define(ctx: *mut CtxRaw, name: StrSlice, v: Val) -> u32 {
    // SAFETY: the engine's context; live value.
    unsafe {
        let vm = vm(ctx);
        let key = Sym(intern(bytes(name)));
        if vm.constants.contains_key(&key) {
            return 0;
        }
        vm.constants.insert(key, Constant { value: copy(value::deref(v)), ext: u32::MAX, deprecated: None });
        1
    }
}
unsafe extern "C" fn function_exists(ctx: *mut CtxRaw, name: StrSlice) -> u32 {
    // SAFETY: the engine's context.
    unsafe { lookup(bytes(name)).is_some_and(|n| vm(ctx).functions.contains_key(&Sym(n))) as u32 }
}
unsafe extern "C" fn invoke(
    ctx: *mut CtxRaw,
    c: *mut ClassRaw,
    name: StrSlice,
    this: Val,
    a: *const Val,
    argc: usize,
    named: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live class and values.
    unsafe {
        let vm = vm(ctx);
        let key = lookup(bytes(name)).map(Sym);
        let f = if c.is_null() {
            key.and_then(|k| vm.functions.get(&k).map(crate::func::Entry::get))
        } else {
            key.and_then(|k| (*class(c)).methods.get(&k).copied())
        };
        let Some(f) = f else {
            return vm.throw(&format!("Call to undefined function {}()", text(name)));
        };
        let called = if this.tag() == OBJ { super::obj::class_ptr(this) } else { class(c) };
        let mut t = Val::NULL;
        let st = vm.call_func_closure(
            f,
            this,
            called,
            core::ptr::null_mut(),
            args(a, argc),
            named_share(named),
            &mut t,
        );
        finish(st, t, out)
    }
}
unsafe extern "C" fn eval_const(
    ctx: *mut CtxRaw,
    t: StrSlice,
    scope: *mut ClassRaw,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context.
    unsafe {
        match vm(ctx).eval_text(bytes(t), class(scope)) {
            Ok(v) => {
                *out = v;
                Status::Ok
            }
            Err(st) => st,
        }
    }
}

fn list(vm: &mut Vm, what: u32) -> &mut Vec<Callback> {
    match what {
        0 => &mut vm.shutdown_functions,
        1 => &mut vm.tick_functions,
        _ => &mut vm.autoloaders,
    }
}

unsafe extern "C" fn register(
    ctx: *mut CtxRaw,
    what: u32,
    v: Val,
    a: *const Val,
    argc: usize,
    arg: u32,
) -> u32 {
    // SAFETY: the engine's context; live values.
    unsafe {
        let l = list(vm(ctx), what);
        if what == 2 && l.iter().any(|c| compare::identical(c.callable, v)) {
            return 0;
        }
        let cb = Callback {
            callable: copy(value::deref(v)),
            args: args(a, argc).iter().map(|v| copy(value::deref(*v))).collect(),
        };
        if arg == 1 {
            l.insert(0, cb)
        } else {
            l.push(cb)
        }
        1
    }
}
unsafe extern "C" fn unregister(ctx: *mut CtxRaw, what: u32, v: Val) -> u32 {
    // SAFETY: the engine's context; live value.
    unsafe {
        let l = list(vm(ctx), what);
        let Some(i) = l.iter().position(|c| compare::identical(c.callable, value::deref(v))) else {
            return 0;
        };
        let cb = l.remove(i);
        release(cb.callable);
        cb.args.into_iter().for_each(|v| release(v));
        1
    }
}
unsafe extern "C" fn registered(ctx: *mut CtxRaw, what: u32, out: *mut Val) {
    // SAFETY: the engine's context.
    unsafe {
        let vals: Vec<Val> = list(vm(ctx), what).iter().map(|c| copy(c.callable)).collect();
        *out = array::val(array::from_vals(vals));
    }
}
unsafe extern "C" fn include(ctx: *mut CtxRaw, path: StrSlice, once: u32, out: *mut Val) -> Status {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).include_file(bytes(path), once != 0, &mut *out) }
}

/// The table.
pub static TABLE: CallTable = CallTable {
    size: size_of::<CallTable>() as u32,
    reserved: 0,
    callable_new,
    callable_call,
    callable_free,
    call,
    is_callable,
    closure,
    function_name,
    scope,
    caller_this,
    position,
    backtrace,
    local,
    locals,
    globals,
    constant,
    define,
    function_exists,
    invoke,
    eval_const,
    register,
    unregister,
    registered,
    include,
    callable_by_ref,
    local_named,
};
