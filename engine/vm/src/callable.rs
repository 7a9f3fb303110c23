//! What `$f()`, `$o->m()` and `C::m()` run; methods and their visibility.

use crate::call::Target;
use crate::class::{Class, Sym};
use crate::func::*;
use crate::vm::Vm;
use howdah_bytecode::fn_flags;
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::val_addref;
use howdah_runtime::{array, interner::intern, value};
use plugin_api_abi::{ARR, OBJ, STR, Status, StrHdr, Val};

fn lossy(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

/// A method that was found for an object.
pub struct Method {
    /// What runs.
    pub func: *mut Func,
    /// The closure that it is of, or null.
    pub closure: *mut Obj,
    /// Another object that serves the method instead (owned), or UNDEF.
    pub instead: Val,
}

impl Method {
    fn own(func: *mut Func) -> Method {
        Method { func, closure: core::ptr::null_mut(), instead: Val::UNDEF }
    }

    /// Whether every object of the class has it so from the same scope: it is no `__call`, no closure, and runs with `$this`.
    pub(crate) fn is_fixed(&self) -> bool {
        // SAFETY: a live function.
        let f = unsafe { &*self.func };
        f.rt & crate::func::RT_TRAMPOLINE == 0
            && self.closure.is_null()
            && self.instead.is_undef()
            && f.flags & 16 == 0
    }

    /// How it is called on the object `this` (borrowed) that was asked for it.
    pub(crate) fn target(self, this: Val) -> Target {
        // SAFETY: live function and objects.
        unsafe {
            if !self.closure.is_null() {
                return crate::closure::target(self.closure);
            }
            let this = if self.instead.is_undef() { crate::rt::copy(this) } else { self.instead };
            let called = (*this.as_ptr::<Obj>()).class as *mut Class;
            let mut t = Target { func: self.func, this, called, closure: self.closure };
            if (*self.func).drops_this() {
                crate::rt::release(this);
                t.this = Val::UNDEF;
            }
            t
        }
    }
}

impl Vm {
    /// Whether code of class `scope` may call `f`.
    pub(crate) fn visible(&self, f: &Func, scope: *mut Class) -> bool {
        if f.flags & 6 == 0 || f.scope == scope {
            return true;
        }
        if f.flags & 4 != 0 || scope.is_null() {
            return false;
        }
        // SAFETY: classes live as long as the VM.
        unsafe {
            let root = if f.prototype.is_null() { f.scope } else { (*f.prototype).scope };
            (*scope).is_a(root) || (*root).is_a(scope)
        }
    }

    /// Whether the running code may call `f` of `class`.
    pub fn can_call(&self, f: *mut Func, _class: *mut Class) -> bool {
        // SAFETY: functions live as long as the VM.
        self.visible(unsafe { &*f }, self.scope())
    }

    /// A copy of `__call`/`__callStatic` that runs under another name: owned by the frame that runs it.
    pub(crate) fn trampoline(&mut self, magic: *mut Func, name: *mut StrHdr) -> *mut Func {
        // SAFETY: magic methods live as long as the VM.
        unsafe {
            let m = &*magic;
            Box::into_raw(Box::new(Func {
                code: m.code,
                entry: m.entry,
                k: m.k,
                ic: m.ic,
                kind: FUNC_NATIVE,
                plain_max: 0,
                _pad: [0; 2],
                rt: RT_TRAMPOLINE,
                flags: m.flags & !(1 << 12) & !fn_flags::STRICT,
                num_cvs: 0,
                num_slots: 0,
                num_params: 0,
                required: 0,
                takes: [0; crate::func::MAX_PLAIN_ARGS],
                by_ref: 0,
                name: intern(StrHdr::bytes(name)),
                scope: m.scope,
                proto: core::ptr::null(),
                script: core::ptr::null(),
                native: Some(call_trampoline),
                data: core::ptr::null(),
                desc: core::ptr::null(),
                statics: Vec::new(),
                params: crate::func::Params::new(Box::default()),
                ret: crate::func::Ret::new(None),
                prototype: magic,
                origin: core::ptr::null_mut(),
                ext: u32::MAX,
                calls: 0,
                prop: core::ptr::null(),
            }))
        }
    }

    /// What `parent::$name::get()` (or `set`) runs: the parent's hook, or the plain access that it overrides.
    pub(crate) fn parent_hook(&mut self, name: *mut StrHdr, set: bool) -> Result<Target, Status> {
        // SAFETY: classes and functions live as long as the request; the running frame is a hook's.
        unsafe {
            let scope = self.scope();
            let this = (*crate::frame::frame(self.fp)).this;
            let parent = if scope.is_null() { core::ptr::null_mut() } else { (*scope).parent };
            if parent.is_null() || this.tag() != OBJ {
                return Err(self.throw("Cannot use \"parent\" when current class scope has no parent"));
            }
            let shown = || format!("{}::${}", lossy((*parent).name()), crate::rt::lossy(name));
            let Some(&p) = (*parent).props.get(&Sym(name)) else {
                return Err(self.throw(&format!("Undefined property {}", shown())));
            };
            if (*p).flags & plugin_api_abi::flags::PRIVATE != 0 {
                return Err(self.throw(&format!("Cannot access private property {}", shown())));
            }
            let hook = if set { (*p).set } else { (*p).get };
            let func = if hook.is_null() { hook_trampoline(&*p, set) } else { hook };
            val_addref(this);
            let called = (*this.as_ptr::<Obj>()).class as *mut Class;
            Ok(Target { func, this, called, closure: core::ptr::null_mut() })
        }
    }

    /// As [`Vm::find_method`], for a name that was made at run time, or where objects of many classes come by.
    pub fn find_method_named(&mut self, o: *mut Obj, name: *mut StrHdr) -> Result<Method, Status> {
        // SAFETY: live object and name; functions live as long as their classes, and those no shorter than what remembers them.
        unsafe {
            let (class, scope) = ((*o).class, self.scope());
            let known = self.cls.methods.get(class, name, scope);
            if !known.is_null() {
                return Ok(Method::own(known));
            }
            let lc = howdah_runtime::interner::lookup_lower(StrHdr::bytes(name)).unwrap_or(name);
            let found = self.find_method(o, name, lc)?;
            if found.is_fixed() {
                self.cls.methods.put(class, name, scope, found.func);
            }
            Ok(found)
        }
    }

    /// The method that `$o->name()` runs; for a Closure's `__invoke` that closure too (no share taken). A private method of the calling class wins over what the object's class has.
    pub fn find_method(&mut self, o: *mut Obj, name: *mut StrHdr, lc: *mut StrHdr) -> Result<Method, Status> {
        // SAFETY: live object; classes and functions live as long as the VM.
        unsafe {
            let class = &*(*o).class.cast::<Class>();
            let scope = self.scope();
            let lc = Sym(lc);
            let mut found = class.methods.get(&lc).copied();
            if let Some(f) = found {
                if (*f).flags & 6 == 0
                    && (*f).flags & fn_flags::HOOK == 0
                    && (scope.is_null() || std::ptr::eq(scope, class))
                {
                    return Ok(Method::own(f));
                }
                if !scope.is_null()
                    && scope != (*f).scope
                    && class.is_a(scope)
                    && let Some(&g) = (*scope).methods.get(&lc)
                    && (*g).flags & 4 != 0
                    && (*g).scope == scope
                {
                    return Ok(Method::own(g));
                }
                if self.visible(&*f, scope) {
                    return Ok(Method::own(f));
                }
            } else if !scope.is_null()
                && class.is_a(scope)
                && let Some(&g) = (*scope).methods.get(&lc)
                && (*g).flags & 4 != 0
            {
                return Ok(Method::own(g));
            }
            if std::ptr::eq(class, self.ce.closure) && StrHdr::bytes(lc.0) == b"__invoke" {
                return Ok(Method { func: crate::closure::of(o).func, closure: o, instead: Val::UNDEF });
            }
            if !class.magic.call.is_null() {
                let f = self.trampoline(class.magic.call, name);
                return Ok(Method::own(f));
            }
            if found.is_none()
                && let Some(ask) = (*class.head.handlers).get_method
            {
                let ctx: *mut Vm = self;
                let mut other = Val::UNDEF;
                let st = ask(
                    ctx.cast(),
                    howdah_runtime::memory::obj_val(o),
                    howdah_runtime::string::val(name),
                    &mut other,
                );
                if st != Status::Ok {
                    return Err(st);
                }
                let serves = |c: &Class| {
                    c.methods.contains_key(&lc)
                        || !c.magic.call.is_null()
                        || (*c.head.handlers).get_method.is_some()
                };
                if other.tag() == OBJ && !serves(&*(*other.as_ptr::<Obj>()).class.cast::<Class>()) {
                    crate::rt::release(other);
                } else if other.tag() == OBJ {
                    let m = self.find_method(other.as_ptr(), name, lc.0);
                    return match m {
                        Ok(m) if m.instead.is_undef() => Ok(Method { instead: other, ..m }),
                        m => {
                            crate::rt::release(other);
                            m
                        }
                    };
                }
            }
            let shown = lossy(StrHdr::bytes(name));
            let cn = lossy(class.name());
            Err(match found.take() {
                Some(f) => {
                    let word = if (*f).flags & 4 != 0 { "private" } else { "protected" };
                    let from = if scope.is_null() {
                        "global scope".to_owned()
                    } else {
                        format!("scope {}", lossy((*scope).name()))
                    };
                    let of = crate::classes::class_text((*f).scope);
                    self.throw(&format!("Call to {word} method {of}::{shown}() from {from}"))
                }
                None => self.throw(&format!("Call to undefined method {cn}::{shown}()")),
            })
        }
    }

    /// What `Class::name()` runs. `special`: through self, parent or static, which keep the called class.
    pub fn static_target(
        &mut self,
        class: *mut Class,
        name: *mut StrHdr,
        lc: *mut StrHdr,
        special: bool,
    ) -> Result<Target, Status> {
        // SAFETY: classes and functions live as long as the VM.
        unsafe {
            let c = &*class;
            let fr = if self.fp.is_null() { None } else { Some(&*crate::frame::frame(self.fp)) };
            let this = fr.map_or(Val::UNDEF, |f| f.this);
            let this_fits = this.tag() == OBJ && (*(*this.as_ptr::<Obj>()).class.cast::<Class>()).is_a(class);
            let scope = self.scope();
            let f = c.methods.get(&Sym(lc)).copied();
            let visible = f.is_some_and(|f| self.visible(&*f, scope));
            let called_static = || match fr {
                Some(fr) if special => {
                    if fr.this.tag() == OBJ {
                        (*fr.this.as_ptr::<Obj>()).class as *mut Class
                    } else if fr.called.is_null() {
                        class
                    } else {
                        fr.called
                    }
                }
                _ => class,
            };
            match f {
                Some(f) if visible => {
                    if (*f).flags & 64 != 0 {
                        return Err(self.throw(&format!("Cannot call abstract method {}()", (*f).display())));
                    }
                    if (*f).flags & 16 != 0 {
                        if (*(*f).scope).flags & plugin_api_abi::flags::TRAIT != 0 {
                            let msg = format!(
                                "Calling static trait method {} is deprecated, it should only be called on a class using the trait",
                                (*f).display()
                            );
                            match self.deprecated(&msg) {
                                Status::Ok => {}
                                st => return Err(st),
                            }
                        }
                        let called = called_static();
                        let called = if (*called).is_a(class) { called } else { class };
                        return Ok(Target {
                            func: f,
                            this: Val::UNDEF,
                            called,
                            closure: core::ptr::null_mut(),
                        });
                    }
                    if this_fits {
                        val_addref(this);
                        let called = (*this.as_ptr::<Obj>()).class as *mut Class;
                        return Ok(Target { func: f, this, called, closure: core::ptr::null_mut() });
                    }
                    Err(self.throw(&format!(
                        "Non-static method {}() cannot be called statically",
                        (*f).display()
                    )))
                }
                _ => {
                    if this_fits && !c.magic.call.is_null() {
                        // The object's own `__call`, even where a parent is named.
                        let own = (*(*this.as_ptr::<Obj>()).class.cast::<Class>()).magic.call;
                        let t = self.trampoline(own, name);
                        val_addref(this);
                        return Ok(Target { func: t, this, called: class, closure: core::ptr::null_mut() });
                    }
                    if !c.magic.call_static.is_null() {
                        let t = self.trampoline(c.magic.call_static, name);
                        return Ok(Target {
                            func: t,
                            this: Val::UNDEF,
                            called: class,
                            closure: core::ptr::null_mut(),
                        });
                    }
                    let cn = lossy(c.name());
                    Err(match f {
                        Some(f) => {
                            let word = if (*f).flags & 4 != 0 { "private" } else { "protected" };
                            let from = if scope.is_null() {
                                "global scope".to_owned()
                            } else {
                                format!("scope {}", lossy((*scope).name()))
                            };
                            let of = crate::classes::class_text((*f).scope);
                            let shown = lossy(StrHdr::bytes(name));
                            self.throw(&format!("Call to {word} method {of}::{shown}() from {from}"))
                        }
                        None => self.throw(&format!(
                            "Call to undefined method {cn}::{}()",
                            lossy(StrHdr::bytes(name))
                        )),
                    })
                }
            }
        }
    }

    /// `$v(...)`: throws PHP's errors.
    pub fn resolve_dynamic_call(&mut self, v: Val) -> Result<Target, Status> {
        // SAFETY: live value.
        unsafe {
            match v.tag() {
                STR => {
                    let s = StrHdr::bytes(v.as_ptr());
                    if let Some(i) = memchr::memmem::find(s, b"::") {
                        let class = self.class_or_throw(&s[..i])?;
                        let m = intern(&s[i + 2..]);
                        let lc = intern(&s[i + 2..].to_ascii_lowercase());
                        return self.static_target(class, m, lc, false);
                    }
                    let bare = s.strip_prefix(b"\\").unwrap_or(s);
                    match howdah_runtime::interner::lookup_lower(bare)
                        .and_then(|n| self.functions.get(&Sym(n)).map(crate::func::Entry::get))
                    {
                        Some(f) => Ok(Target {
                            func: f,
                            this: Val::UNDEF,
                            called: core::ptr::null_mut(),
                            closure: core::ptr::null_mut(),
                        }),
                        None => Err(self.throw(&format!("Call to undefined function {}()", lossy(bare)))),
                    }
                }
                ARR => {
                    let a = v.as_ptr::<Arr>();
                    let (p, q) = (array::find_int(a, 0), array::find_int(a, 1));
                    if array::count(a) != 2 || p.is_null() || q.is_null() {
                        return Err(self.throw(if array::count(a) == 2 {
                            "Array callback has to contain indices 0 and 1"
                        } else {
                            "Array callback must have exactly two elements"
                        }));
                    }
                    let (c, m) = (value::deref(*p), value::deref(*q));
                    if m.tag() != STR {
                        return Err(self.throw("Second array member is not a valid method"));
                    }
                    let name = m.as_ptr::<StrHdr>();
                    match c.tag() {
                        OBJ => {
                            let o = c.as_ptr::<Obj>();
                            let text = StrHdr::bytes(name);
                            if let Some(i) = memchr::memmem::find(text, b"::") {
                                let class = if text[..i].eq_ignore_ascii_case(b"parent") {
                                    (*(*o).class.cast::<Class>()).parent
                                } else {
                                    self.class_or_throw(&text[..i])?
                                };
                                if !class.is_null()
                                    && let Some(&f) = (*class)
                                        .methods
                                        .get(&Sym(intern(&text[i + 2..].to_ascii_lowercase())))
                                {
                                    val_addref(c);
                                    return Ok(Target {
                                        func: f,
                                        this: c,
                                        called: (*o).class as *mut Class,
                                        closure: core::ptr::null_mut(),
                                    });
                                }
                            }
                            Ok(self.find_method_named(o, name)?.target(c))
                        }
                        STR => {
                            let class = self.class_by_text(StrHdr::bytes(c.as_ptr()))?;
                            let lc =
                                howdah_runtime::interner::lookup_lower(StrHdr::bytes(name)).unwrap_or(name);
                            self.static_target(class, name, lc, false)
                        }
                        _ => Err(self.throw("First array member is not a valid class name or object")),
                    }
                }
                OBJ => {
                    let o = v.as_ptr::<Obj>();
                    let class = &*(*o).class.cast::<Class>();
                    if std::ptr::eq(class, self.ce.closure) {
                        return Ok(self.closure_target(o));
                    }
                    if class.magic.invoke.is_null() {
                        let msg = format!("Object of type {} is not callable", lossy(class.name()));
                        return Err(self.throw(&msg));
                    }
                    val_addref(v);
                    Ok(Target {
                        func: class.magic.invoke,
                        this: v,
                        called: class as *const Class as *mut Class,
                        closure: core::ptr::null_mut(),
                    })
                }
                _ => Err(self.throw(&format!("Value of type {} is not callable", value::value_name(v)))),
            }
        }
    }

    fn class_by_text(&mut self, s: &[u8]) -> Result<*mut Class, Status> {
        match &s.to_ascii_lowercase()[..] {
            b"self" => self.self_class(),
            b"parent" => self.parent_class(),
            _ => self.class_or_throw(s),
        }
    }
}

/// Stands for a hook that a property does not have: owned by the frame that runs it.
fn hook_trampoline(p: &crate::class::PropInfo, set: bool) -> *mut Func {
    // SAFETY: names are interned.
    let name = unsafe { StrHdr::bytes(p.name) };
    let kind: &[u8] = if set { b"::set" } else { b"::get" };
    let full = [&b"$"[..], name, kind].concat();
    let mut f = Func::native_stub(&full);
    f.rt = RT_TRAMPOLINE;
    f.scope = p.class;
    f.prop = p;
    f.native = Some(if set { set_backing } else { get_backing });
    Box::into_raw(Box::new(f))
}

/// A property's access without hooks, as the one that overrides it asks for it.
unsafe extern "C" fn get_backing(
    ctx: *mut plugin_api_abi::CtxRaw,
    fr: *mut plugin_api_abi::CallFrame,
    ret: *mut Val,
) -> Status {
    // SAFETY: called by the VM with its own frame, on an object that has the property.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        let p = (*(*crate::frame::frame(vm.fp)).func).prop;
        if (*fr).argc != 0 {
            return backing_arity(vm, (*fr).argc, 0);
        }
        let o = (*fr).this.as_ptr::<Obj>();
        let mode = howdah_bytecode::fetch::R;
        vm.read_prop(o, (*p).name, mode, core::ptr::null_mut(), &mut *ret)
    }
}

unsafe extern "C" fn set_backing(
    ctx: *mut plugin_api_abi::CtxRaw,
    fr: *mut plugin_api_abi::CallFrame,
    ret: *mut Val,
) -> Status {
    // SAFETY: as for `get_backing`.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        let p = (*(*crate::frame::frame(vm.fp)).func).prop;
        if (*fr).argc != 1 {
            return backing_arity(vm, (*fr).argc, 1);
        }
        let mut v = value::deref(*(*fr).args);
        let st = vm.write_prop((*fr).this.as_ptr(), (*p).name, &mut v, core::ptr::null_mut());
        if st == Status::Ok {
            *ret = crate::rt::copy(v);
        }
        st
    }
}

unsafe fn backing_arity(vm: &mut Vm, given: u32, want: u32) -> Status {
    // SAFETY: the trampoline's frame is the running one.
    let name = unsafe { (*(*crate::frame::frame(vm.fp)).func).display() };
    let s = if want == 1 { "" } else { "s" };
    let msg = format!("{name}() expects exactly {want} argument{s}, {given} given");
    vm.throw_error(vm.ce.argument_count_error, &msg)
}

/// Runs `__call` or `__callStatic` with name and arguments.
unsafe extern "C" fn call_trampoline(
    ctx: *mut plugin_api_abi::CtxRaw,
    fr: *mut plugin_api_abi::CallFrame,
    ret: *mut Val,
) -> Status {
    // SAFETY: called by the VM with its own frame.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        let func = &*(*crate::frame::frame(vm.fp)).func;
        let args = array::new((*fr).argc as usize);
        for i in 0..(*fr).argc as usize {
            let _ = array::push(args, crate::rt::copy(value::deref(*(*fr).args.add(i))));
        }
        if (*fr).named_extra.tag() == ARR {
            for (k, p) in array::iter((*fr).named_extra.as_ptr::<Arr>()) {
                array::set(args, k, crate::rt::copy(*p));
            }
        }
        let name = howdah_runtime::string::val(func.name);
        let a = [name, array::val(args)];
        let st = vm.call_func(func.prototype, (*fr).this, (*fr).called_class.cast(), &a, &mut *ret);
        crate::rt::release(a[1]);
        st
    }
}
