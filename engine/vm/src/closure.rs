//! Closure objects: a function, its `$this` and scope, and what it captured.

use crate::call::Target;
use crate::class::Class;
use crate::frame::{Frame, frame};
use crate::func::*;
use crate::script::Script;
use crate::vm::Vm;
use howdah_bytecode::fn_flags;
use howdah_runtime::layout::Obj;
use howdah_runtime::memory::{obj_val, val_addref, val_release};
use plugin_api_abi::{OBJ, Val};

/// A Closure object's payload (by pointer).
pub struct Closure {
    /// What it runs: a copy of its own where it has statics.
    pub func: *mut Func,
    /// `$this` (owned) or UNDEF.
    pub this: Val,
    /// Class for `static`.
    pub called: *mut Class,
    /// Captured values (owned): plain or REF.
    pub captures: Vec<Val>,
    /// Made from an existing function (`f(...)`, fromCallable).
    pub fake: bool,
}

/// The closure behind an object.
///
/// # Safety
/// `o` is a Closure object.
pub unsafe fn of(o: *mut Obj) -> &'static mut Closure {
    // SAFETY: Closure objects carry a pointer to a boxed Closure for all their life.
    unsafe { &mut **(*o).native.cast::<*mut Closure>() }
}

/// What calling a Closure object runs, with shares.
///
/// # Safety
/// `o` is a Closure object.
pub(crate) unsafe fn target(o: *mut Obj) -> Target {
    // SAFETY: by the caller's promise.
    unsafe {
        let c = of(o);
        val_addref(c.this);
        val_addref(obj_val(o));
        Target { func: c.func, this: c.this, called: c.called, closure: o }
    }
}

/// Whether two Closures are those of the same function, called on the same object and class: what `==` asks.
///
/// # Safety
/// Both are Closure objects.
pub(crate) unsafe fn same(x: *mut Obj, y: *mut Obj) -> bool {
    // SAFETY: by the caller's promise; functions live as long as their closures.
    unsafe {
        let (a, b) = (of(x), of(y));
        let (f, g) = (&*a.func, &*b.func);
        a.fake
            && b.fake
            && a.this.tag() == b.this.tag()
            && (a.this.tag() != OBJ || a.this.payload == b.this.payload)
            && a.called == b.called
            && f.kind == g.kind
            && f.scope == g.scope
            && f.name == g.name
    }
}

/// Drops a Closure's payload.
pub(crate) unsafe extern "C" fn free_closure(payload: *mut u8) {
    // SAFETY: called once, with the payload of a Closure.
    unsafe {
        let p = *payload.cast::<*mut Closure>();
        if p.is_null() {
            return;
        }
        let c = Box::from_raw(p);
        val_release(c.this);
        c.captures.iter().for_each(|v| val_release(*v));
        if (*c.func).rt & RT_CLOSURE_COPY != 0 {
            let f = Box::from_raw(c.func);
            f.statics.iter().for_each(|v| val_release(*v));
        }
    }
}

/// Names the values a Closure's payload owns.
pub(crate) unsafe extern "C" fn closure_roots(
    payload: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: the payload of a Closure.
    unsafe {
        let p = *payload.cast::<*mut Closure>();
        if p.is_null() {
            return;
        }
        visit(data, &raw mut (*p).this);
        for v in (*p).captures.iter_mut() {
            visit(data, v);
        }
        for v in (*(*p).func).statics.iter_mut() {
            visit(data, v);
        }
    }
}

/// Stores captured variable `i` (owned).
///
/// # Safety
/// `o` is a Closure object.
pub unsafe fn set_capture(o: *mut Obj, i: usize, v: Val) {
    // SAFETY: by the caller's promise.
    unsafe {
        let c = of(o);
        if c.captures.len() <= i {
            c.captures.resize(i + 1, Val::UNDEF);
        }
        c.captures[i] = v;
    }
}

/// A copy of a function for a closure object. The inline caches stay shared: they depend on the code, not on the object.
unsafe fn copy_func(f: *mut Func, scope: *mut Class) -> *mut Func {
    // SAFETY: functions live as long as the VM.
    unsafe {
        let f = &*f;
        let shared = scope == f.scope || f.proto.is_null();
        Box::into_raw(Box::new(Func {
            code: f.code,
            entry: f.entry,
            k: f.k,
            ic: if shared {
                f.ic
            } else {
                Box::into_raw(vec![Ic::EMPTY; (*f.proto).ic_slots as usize].into_boxed_slice()).cast()
            },
            kind: f.kind,
            plain_max: f.plain_max,
            _pad: [0; 2],
            rt: f.rt & !(RT_TRAMPOLINE | RT_OWNS_IC) | RT_CLOSURE_COPY | if shared { 0 } else { RT_OWNS_IC },
            flags: f.flags,
            num_cvs: f.num_cvs,
            num_slots: f.num_slots,
            num_params: f.num_params,
            required: f.required,
            takes: f.takes,
            by_ref: f.by_ref,
            name: f.name,
            scope,
            proto: f.proto,
            script: f.script,
            native: f.native,
            data: f.data,
            desc: f.desc,
            statics: f
                .statics
                .iter()
                .map(|v| {
                    // Statics of a bound copy start from the values of now.
                    if v.tag() == plugin_api_abi::REF {
                        let inner = howdah_runtime::value::deref(*v);
                        val_addref(inner);
                        howdah_runtime::value::ref_val(howdah_runtime::value::new_ref(inner))
                    } else {
                        *v
                    }
                })
                .collect(),
            params: f.params.clone(),
            ret: f.ret.clone(),
            prototype: f.prototype,
            origin: f.origin,
            ext: f.ext,
            calls: 0,
            prop: core::ptr::null(),
        }))
    }
}

impl Vm {
    /// A fresh Closure object around a function (copied), `this` and `called` taken as shares of the caller's values.
    pub fn new_closure(
        &mut self,
        func: *mut Func,
        scope: *mut Class,
        this: Val,
        called: *mut Class,
        captures: Vec<Val>,
        fake: bool,
    ) -> Val {
        let mut out = Val::NULL;
        let class = self.ce.closure;
        let _ = self.instantiate_raw(class, &mut out);
        // SAFETY: Closure objects have a pointer-sized payload.
        unsafe {
            // Only statics (which a function's own closure shares with it), another scope and trampolines (whose frame
            // owns them) ask for a copy.
            let f = &*func;
            let own = !fake && !f.statics.is_empty()
                || scope != f.scope
                || f.rt & (RT_TRAMPOLINE | RT_CLOSURE_COPY) != 0;
            let func = if own { copy_func(func, scope) } else { func };
            let c = Closure { func, this, called, captures, fake };
            *(*out.as_ptr::<Obj>()).native.cast::<*mut Closure>() = Box::into_raw(Box::new(c));
        }
        out
    }

    /// The closure of what a callable names, whose shares it takes over.
    pub(crate) fn closure_around(&mut self, t: Target) -> Val {
        // SAFETY: the target is alive; a trampoline is the target's own, and the closure has a copy of it.
        unsafe {
            if !t.closure.is_null() && (*t.func).flags & fn_flags::CLOSURE != 0 {
                val_release(t.this);
                return obj_val(t.closure);
            }
            let out = self.new_closure(t.func, (*t.func).scope, t.this, t.called, Vec::new(), true);
            if (*t.func).rt & RT_TRAMPOLINE != 0 {
                drop(Box::from_raw(t.func));
            }
            if !t.closure.is_null() {
                val_release(obj_val(t.closure));
            }
            out
        }
    }

    /// The closure of unit function `i`, made in frame `fp`.
    ///
    /// # Safety
    /// `fp` is the running user frame.
    pub unsafe fn make_closure(
        &mut self,
        script: *const Script,
        i: u32,
        is_static: bool,
        fp: *mut Val,
    ) -> Val {
        // SAFETY: by the caller's promise; scripts are kept until the request ends.
        unsafe {
            let fr = &*frame(fp);
            let outer = &*fr.func;
            let key = (script as usize, i, outer.scope as usize);
            let template = match self.closure_templates.get(&key) {
                Some(&t) => t,
                None => {
                    let s = &*script;
                    let f = crate::load::func_of(
                        &s.unit.functions[i as usize],
                        &s.literals[i as usize],
                        script,
                        outer.scope,
                    );
                    self.closure_templates.insert(key, f);
                    f
                }
            };
            let this = if is_static || fr.this.tag() != OBJ { Val::UNDEF } else { crate::rt::copy(fr.this) };
            let called =
                if fr.this.tag() == OBJ { (*fr.this.as_ptr::<Obj>()).class as *mut Class } else { fr.called };
            let n = (*(*template).proto).captures.len();
            self.new_closure(template, outer.scope, this, called, vec![Val::UNDEF; n], false)
        }
    }

    /// `f(...)`: the closure of an initialized window, whose shares it takes over.
    ///
    /// # Safety
    /// `fr` is an initialized header.
    pub unsafe fn closure_of(&mut self, fr: &Frame) -> Val {
        // SAFETY: by the caller's promise.
        unsafe {
            if fr.flags & crate::frame::FR_CLOSURE != 0 && (*fr.func).flags & fn_flags::CLOSURE != 0 {
                val_release(fr.this);
                return obj_val(fr.closure);
            }
            let out = self.new_closure(fr.func, (*fr.func).scope, fr.this, fr.called, Vec::new(), true);
            if fr.flags & crate::frame::FR_CLOSURE != 0 {
                val_release(obj_val(fr.closure));
            }
            out
        }
    }

    /// As [`target`].
    ///
    /// # Safety
    /// `o` is a Closure object.
    pub unsafe fn closure_target(&mut self, o: *mut Obj) -> Target {
        // SAFETY: by the caller's promise.
        unsafe { target(o) }
    }

    /// Whose statics a frame uses.
    ///
    /// # Safety
    /// `fp` is the running user frame.
    pub unsafe fn statics_owner(&self, fp: *mut Val) -> *mut Func {
        // SAFETY: by the caller's promise.
        unsafe { (*frame(fp)).func }
    }
}
