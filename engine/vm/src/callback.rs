//! Whether a value is a callback, what it names, and why it is none (php-src's zend_is_callable_at_frame).

use crate::call::Target;
use crate::class::{Class, Sym};
use crate::classes::{class_of, class_text, name_text, text, visibility};
use crate::frame::{FR_DYNAMIC, FR_ENTRY, FR_EXTRA_ARGS, Frame, frame};
use crate::func::{Func, RT_TRAMPOLINE};
use crate::vm::Vm;
use howdah_bytecode::FRAME_SLOTS;
use howdah_runtime::interner::intern;
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::{array, memory, value};
use plugin_api_abi::flags::{ABSTRACT, PRIVATE, PUBLIC, STATIC};
use plugin_api_abi::{ARR, OBJ, REF, STR, Status, StrHdr, Val};

/// What a callback names, or why it names nothing.
pub type Named<T> = Result<Result<T, String>, Status>;

/// Passes a status on, and a refusal as the inner error.
macro_rules! named {
    ($e:expr) => {
        match $e? {
            Ok(v) => v,
            Err(why) => return Ok(Err(why)),
        }
    };
}

/// Class and object that a callback's class part names. Nothing is owned.
#[derive(Clone, Copy)]
struct Place {
    class: *mut Class,
    called: *mut Class,
    object: Val,
    /// Named itself, not as the class of an object.
    strict: bool,
}

/// Who asks: the innermost PHP code.
#[derive(Clone, Copy)]
struct Asker {
    scope: *mut Class,
    this: Val,
    called: *mut Class,
}

impl Vm {
    fn asker(&self) -> Asker {
        let mut fp = self.fp;
        // SAFETY: frames on the stack are complete.
        unsafe {
            while !fp.is_null() && !(*(*frame(fp)).func).is_user() {
                fp = (*frame(fp)).prev;
            }
            if fp.is_null() {
                return Asker {
                    scope: core::ptr::null_mut(),
                    this: Val::UNDEF,
                    called: core::ptr::null_mut(),
                };
            }
            let fr = &*frame(fp);
            let called = if fr.this.tag() == OBJ {
                class_of(fr.this.as_ptr::<Obj>()) as *mut Class
            } else {
                fr.called
            };
            Asker { scope: (*fr.func).scope, this: fr.this, called }
        }
    }

    /// What a callback names, with shares of its own; deprecated forms are reported unless `quiet`.
    ///
    /// # Errors
    /// An autoloader or an error handler threw.
    pub fn callback(&mut self, v: Val, quiet: bool) -> Named<Target> {
        let v = value::deref(v);
        let who = self.asker();
        // SAFETY: live value.
        unsafe {
            match v.tag() {
                STR => self.callback_function(StrHdr::bytes(v.as_ptr()), who, quiet),
                ARR => {
                    let a = v.as_ptr::<Arr>();
                    let (p, q) = (array::find_int(a, 0), array::find_int(a, 1));
                    if array::count(a) != 2 || p.is_null() || q.is_null() {
                        return Ok(Err("array callback must have exactly two members".into()));
                    }
                    let (c, m) = (value::deref(*p), value::deref(*q));
                    if !matches!(c.tag(), STR | OBJ) {
                        return Ok(Err("first array member is not a valid class name or object".into()));
                    }
                    if m.tag() != STR {
                        return Ok(Err("second array member is not a valid method".into()));
                    }
                    let place = if c.tag() == STR {
                        named!(self.callback_class(
                            StrHdr::bytes(c.as_ptr()),
                            who.scope,
                            who,
                            Val::UNDEF,
                            quiet
                        ))
                    } else {
                        let class = class_of(c.as_ptr::<Obj>()) as *mut Class;
                        Place { class, called: class, object: c, strict: false }
                    };
                    self.callback_method(place, StrHdr::bytes(m.as_ptr()), who, quiet)
                }
                OBJ => {
                    let o = v.as_ptr::<Obj>();
                    let class = class_of(o);
                    if core::ptr::eq(class, self.ce.closure) {
                        return Ok(Ok(self.closure_target(o)));
                    }
                    if class.magic.invoke.is_null() {
                        return Ok(Err("no array or string given".into()));
                    }
                    let func = class.magic.invoke;
                    let this = if (*func).flags & STATIC != 0 { Val::UNDEF } else { crate::rt::copy(v) };
                    Ok(Ok(Target { func, this, called: class, closure: core::ptr::null_mut() }))
                }
                _ => Ok(Err("no array or string given".into())),
            }
        }
    }

    fn callback_function(&mut self, name: &[u8], who: Asker, quiet: bool) -> Named<Target> {
        let plain = name.strip_prefix(b"\\").unwrap_or(name).to_ascii_lowercase();
        if let Some(f) = howdah_runtime::interner::lookup(&plain).and_then(|n| self.functions.get(&Sym(n))) {
            let func = f.get();
            let none = core::ptr::null_mut();
            return Ok(Ok(Target { func, this: Val::UNDEF, called: none, closure: core::ptr::null_mut() }));
        }
        match split(name) {
            Some((class, method)) => {
                let place = named!(self.callback_class(class, who.scope, who, Val::UNDEF, quiet));
                self.find_callback(place, None, method, who)
            }
            None => Ok(Err(format!("function \"{}\" not found or invalid function name", text(name)))),
        }
    }

    /// `[class or object, name]`, where the name may name a parent's method as `parent::name`.
    fn callback_method(&mut self, of: Place, name: &[u8], who: Asker, quiet: bool) -> Named<Target> {
        let Some((class, method)) = split(name) else {
            return self.find_callback(of, Some(of.class), name, who);
        };
        let place = named!(self.callback_class(class, of.class, who, of.object, true));
        // SAFETY: live classes.
        if unsafe { !(*of.class).is_a(place.class) } {
            return Ok(Err(format!(
                "class {} is not a subclass of {}",
                class_text(of.class),
                class_text(place.class)
            )));
        }
        if !quiet {
            let msg = format!(
                "Callables of the form [\"{}\", \"{}\"] are deprecated",
                class_text(of.class),
                text(name)
            );
            match self.deprecated(&msg) {
                Status::Ok => {}
                st => return Err(st),
            }
        }
        self.find_callback(place, Some(of.class), method, who)
    }

    /// The class part of a callback. `object`: what the callback gives already.
    fn callback_class(
        &mut self,
        name: &[u8],
        scope: *mut Class,
        who: Asker,
        object: Val,
        quiet: bool,
    ) -> Named<Place> {
        let lower = name.to_ascii_lowercase();
        let object_or_this = if object.tag() == OBJ { object } else { who.this };
        // SAFETY: live classes.
        unsafe {
            let special = match &lower[..] {
                b"self" | b"parent" if scope.is_null() => {
                    return Ok(Err(format!(
                        "cannot access \"{}\" when no class scope is active",
                        text(&lower)
                    )));
                }
                b"self" => Some((scope, false)),
                b"parent" if (*scope).parent.is_null() => {
                    return Ok(Err("cannot access \"parent\" when current class scope has no parent".into()));
                }
                b"parent" => Some(((*scope).parent, true)),
                b"static" if who.called.is_null() => {
                    return Ok(Err("cannot access \"static\" when no class scope is active".into()));
                }
                b"static" => Some((who.called, true)),
                _ => None,
            };
            if let Some((class, strict)) = special {
                if !quiet {
                    let msg = format!("Use of \"{}\" in callables is deprecated", text(&lower));
                    match self.deprecated(&msg) {
                        Status::Ok => {}
                        st => return Err(st),
                    }
                }
                let fits = !who.called.is_null() && (scope.is_null() || (*who.called).is_a(scope));
                let called = if fits { who.called } else { class };
                return Ok(Ok(Place { class, called, object: object_or_this, strict }));
            }
            let Some(class) = self.load_class(name)? else {
                return Ok(Err(format!(
                    "class \"{}\" not found",
                    text(name.strip_prefix(b"\\").unwrap_or(name))
                )));
            };
            let mut place = Place { class, called: class, object, strict: true };
            if object.tag() == OBJ {
                place.called = class_of(object.as_ptr::<Obj>());
            } else if !who.scope.is_null() && who.this.tag() == OBJ {
                let of = class_of(who.this.as_ptr::<Obj>());
                if of.is_a(who.scope) && (*who.scope).is_a(class) {
                    place.object = who.this;
                    place.called = of;
                }
            }
            Ok(Ok(place))
        }
    }

    /// The method itself. `given`: class of an array callback's first member.
    fn find_callback(
        &mut self,
        mut place: Place,
        given: Option<*mut Class>,
        name: &[u8],
        who: Asker,
    ) -> Named<Target> {
        let lc = Sym(intern(&name.to_ascii_lowercase()));
        let class = place.class;
        // SAFETY: live classes and functions.
        unsafe {
            let mut found = (*class).methods.get(&lc).copied();
            if let Some(f) = found
                && !place.strict
                && !who.scope.is_null()
                && (*f).scope != who.scope
                && (*class).is_a(who.scope)
                && let Some(&own) = (*who.scope).methods.get(&lc)
                && (*own).flags & PRIVATE != 0
                && (*own).scope == who.scope
            {
                found = Some(own);
            }
            let magic =
                if place.object.tag() == OBJ { (*class).magic.call } else { (*class).magic.call_static };
            if let Some(f) = found
                && (*f).flags & PUBLIC == 0
                && !magic.is_null()
                && !self.visible(&*f, who.scope)
            {
                found = None;
            }
            let Some(f) = found else {
                return Ok(self.magic_callback(place, given, name, lc, who).ok_or_else(|| {
                    format!("class {} does not have a method \"{}\"", class_text(class), text(name))
                }));
            };
            if let Some(why) = self.refuse_callback(&*f, &place, who) {
                return Ok(Err(why));
            }
            if (*f).flags & STATIC != 0 {
                place.object = Val::UNDEF;
            }
            Ok(Ok(target(f, &place)))
        }
    }

    unsafe fn refuse_callback(&self, f: &Func, place: &Place, who: Asker) -> Option<String> {
        // SAFETY: live class.
        let shown = || format!("{}::{}()", class_text(place.class), name_text(f.name));
        if f.flags & ABSTRACT != 0 {
            return Some(format!("cannot call abstract method {}", shown()));
        }
        if place.object.tag() != OBJ && f.flags & STATIC == 0 {
            return Some(format!("non-static method {} cannot be called statically", shown()));
        }
        if f.flags & PUBLIC == 0 && !self.visible(f, who.scope) {
            return Some(format!("cannot access {} method {}", visibility(f.flags), shown()));
        }
        None
    }

    /// A method that is not declared: `__call`, `__callStatic`, a closure's `__invoke`.
    unsafe fn magic_callback(
        &mut self,
        mut place: Place,
        given: Option<*mut Class>,
        name: &[u8],
        lc: Sym,
        who: Asker,
    ) -> Option<Target> {
        let written = intern(name);
        // SAFETY: live class and object.
        unsafe {
            let class = &*place.class;
            if place.object.tag() == OBJ && given == Some(place.class) {
                let o = place.object.as_ptr::<Obj>();
                if core::ptr::eq(class, self.ce.closure) && StrHdr::bytes(lc.0) == b"__invoke" {
                    return Some(self.closure_target(o));
                }
                if class.magic.call.is_null() {
                    return None;
                }
                return Some(target(self.trampoline(class.magic.call, written), &place));
            }
            // As a static call finds it: `$this` of the asker counts where it fits.
            let fits = who.this.tag() == OBJ && class_of(who.this.as_ptr::<Obj>()).is_a(place.class);
            if fits && !class.magic.call.is_null() {
                place.object = who.this;
                return Some(target(self.trampoline(class.magic.call, written), &place));
            }
            if class.magic.call_static.is_null() {
                return None;
            }
            place.object = Val::UNDEF;
            Some(target(self.trampoline(class.magic.call_static, written), &place))
        }
    }

    /// What a callable names; `Ok(None)` when it is not callable (no exception is left pending).
    ///
    /// # Errors
    /// An autoloader threw.
    pub fn resolve_callable(&mut self, v: Val, _strict: bool) -> Result<Option<Target>, Status> {
        Ok(self.callback(v, true)?.ok())
    }

    /// Why a value is no callback, in the words of messages.
    pub fn why_not_callable(&mut self, v: Val) -> String {
        match self.callback(v, true) {
            Ok(Err(why)) => why,
            Ok(Ok(t)) => {
                // SAFETY: just resolved, never run.
                unsafe { t.discard() };
                String::new()
            }
            Err(_) => String::new(),
        }
    }

    /// `is_callable`; deprecated forms are reported. What an error handler throws is left pending.
    pub fn is_callable(&mut self, v: Val) -> bool {
        match self.callback(v, false) {
            Ok(Ok(t)) => {
                // SAFETY: just resolved, never run.
                unsafe { t.discard() };
                true
            }
            _ => false,
        }
    }
}

impl Vm {
    /// Calls what [`Func::runs_plainly_from`] allows with so many arguments; the frame takes no shares of object and closure.
    /// `None`, and nothing done, where the stack has to grow first, or what goes by reference is none.
    ///
    /// # Safety
    /// All parts of the callable are live until the call is over, and so are the arguments; `out` is the caller's, and holds
    /// nothing.
    #[inline]
    pub(crate) unsafe fn call_held(
        &mut self,
        held: &Held,
        args: *const Val,
        argc: usize,
        out: *mut Val,
    ) -> Option<Status> {
        // SAFETY: by the caller's promise; the frame is complete before it runs, above everything in use.
        unsafe {
            let f = &*held.func;
            let base = self.top();
            if self.bailout.is_some()
                || self.native_stack_low()
                || base.wrapping_add(f.num_slots as usize + argc + 128) > self.stack_end
            {
                return None;
            }
            let by_ref = f.by_ref != 0;
            if by_ref && (0..argc).any(|i| f.is_by_ref(i as u32) && (*args.add(i)).tag() != REF) {
                return None;
            }
            let (saved, scope) = (self.fp, self.fake_scope);
            self.fake_scope = None;
            // Arguments beyond the parameters lie below the header.
            let user = f.is_user();
            let own = if user { argc.min(f.num_params as usize) } else { argc };
            let fp = base.add(argc - own + FRAME_SLOTS as usize);
            *out = Val::NULL;
            let extra = if own < argc { FR_EXTRA_ARGS } else { 0 };
            let entry = if user { FR_ENTRY } else { 0 };
            frame(fp).write(Frame {
                func: held.func,
                prev: saved,
                pc: f.entry.wrapping_add(user as usize),
                ret: out,
                this: held.this,
                called: held.called,
                closure: held.closure,
                argc: argc as u32,
                flags: FR_DYNAMIC | entry | extra,
                symtab: core::ptr::null_mut(),
                named: core::ptr::null_mut(),
                generator: core::ptr::null_mut(),
            });
            let mut i = 0;
            while i < argc {
                let mut v = (*args.add(i)).by_parts();
                if !by_ref || !f.is_by_ref(i as u32) {
                    v = value::deref(v);
                }
                if v.is_undef() && (i as u32) < f.required {
                    v = Val::NULL;
                }
                memory::val_addref(v);
                let to = if i < own { fp.add(i) } else { base.add(i - own) };
                *to = v.by_parts();
                i += 1;
            }
            let st = if user {
                let mut i = own;
                while i < f.num_cvs as usize {
                    *fp.add(i) = Val::UNDEF;
                    i += 1;
                }
                self.depth += 1;
                let st = self.run(fp, f.entry);
                self.depth -= 1;
                st
            } else {
                self.call_native(fp)
            };
            self.fp = saved;
            self.fake_scope = scope;
            Some(st)
        }
    }
}

/// What a callable runs, held by somebody for as long as it runs.
pub(crate) struct Held {
    /// The function.
    pub func: *mut Func,
    /// Its object, or UNDEF.
    pub this: Val,
    /// The class it is called on.
    pub called: *mut Class,
    /// Its closure, or null.
    pub closure: *mut Obj,
}

impl Target {
    /// Gives up a target that is not run.
    ///
    /// # Safety
    /// It was just resolved, with shares of its own.
    pub unsafe fn discard(&self) {
        // SAFETY: by the caller's promise; a trampoline belongs to whom it was made for.
        unsafe {
            if (*self.func).rt & RT_TRAMPOLINE != 0 {
                drop(Box::from_raw(self.func));
            }
            self.release();
        }
    }
}

fn target(func: *mut Func, place: &Place) -> Target {
    let this = if place.object.tag() == OBJ { crate::rt::copy(place.object) } else { Val::UNDEF };
    let called = if this.tag() == OBJ { class_of(this.as_ptr::<Obj>()) } else { place.called };
    Target { func, this, called, closure: core::ptr::null_mut() }
}

/// `Class::method` at the first colons that are not at the start.
fn split(name: &[u8]) -> Option<(&[u8], &[u8])> {
    let i = memchr::memmem::find(name, b"::").filter(|i| *i > 0)?;
    Some((&name[..i], &name[i + 2..]))
}
