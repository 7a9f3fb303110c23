//! Compiled units made ready to run: literals as values, functions as [`Func`]s.

use crate::class::{Class, Sym};
use crate::func::*;
use crate::script::{Script, Special};
use crate::vm::Vm;
use howdah_bytecode::{ArrayKey, ClassType, FnProto, Literal, Text, Type, Unit, fn_flags};
use howdah_runtime::array::{self, Key};
use howdah_runtime::interner::{self, intern};
use howdah_runtime::layout::Arr;
use howdah_runtime::string;
use plugin_api_abi::{FunctionDesc, ParamDesc, Status, StrHdr, StrSlice, Val, param_flags, type_mask};
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

/// The string of a text of compiled code.
pub fn text(t: Text) -> *mut StrHdr {
    // SAFETY: the compiler is given the interner below, and an empty text is fine.
    unsafe { interner::of_text(t.bytes()) }
}

/// The interner, for the compiler.
pub fn intern_text(b: &[u8]) -> Text {
    // SAFETY: there is one interned string for each text.
    unsafe { Text::from_interned(interner::intern_text(b)) }
}

/// A literal as an immortal value; arrays belong to the caller (see [`howdah_runtime::frozen`]). Thunks are not values: they
/// become null here and are evaluated by whoever asks.
fn frozen_val(l: &Literal) -> Val {
    // SAFETY: a fresh array that nobody else holds.
    literal(l, frozen_val, |a| unsafe { array::val(howdah_runtime::frozen::freeze(a)) })
}

/// A literal as an immortal value of the running request; arrays belong to the VM's pool.
pub fn literal_val(l: &Literal) -> Val {
    let v = frozen_val(l);
    let vm = crate::vm::current();
    // SAFETY: the thread's VM is alive; nobody uses the fresh literal yet.
    if vm.is_null() { v } else { unsafe { (*vm).frozen.adopt(v) } }
}

/// A literal as a value like any other, which the caller owns.
pub(crate) fn value_of(l: &Literal) -> Val {
    literal(l, value_of, array::val)
}

fn literal(l: &Literal, element: fn(&Literal) -> Val, finish: impl Fn(*mut Arr) -> Val) -> Val {
    match l {
        Literal::Null | Literal::Thunk(_) => Val::NULL,
        Literal::Bool(b) => Val::bool(*b),
        Literal::Int(i) => Val::int(*i),
        Literal::Dbl(d) => Val::dbl(*d),
        Literal::Str(s) => string::val(text(*s)),
        Literal::Array(items) => {
            let a = array::new(items.len());
            for (k, v) in items {
                let k = match k {
                    ArrayKey::Int(i) => Key::Int(*i),
                    ArrayKey::Str(s) => Key::Str(text(*s)),
                };
                // SAFETY: fresh, unshared.
                unsafe { array::set(a, k, element(v)) };
            }
            finish(a)
        }
    }
}

impl Script {
    /// Makes a unit ready to run.
    pub fn new(unit: Unit) -> Script {
        let literals = unit.functions.iter().map(|f| f.literals.iter().map(frozen_val).collect()).collect();
        let file = intern(&unit.file);
        let special = unit.functions.iter().map(|_| OnceLock::new()).collect();
        Script { unit, literals, file, special, adopted: false }
    }

    /// The specialised form of function `i`, made when it is first asked for.
    fn special(&self, i: usize) -> Option<&Special> {
        let made = self.special.get(i)?.get_or_init(|| {
            let mut proto = self.unit.functions.get(i)?.clone();
            howdah_optimizer::function(&mut proto, intern_text);
            if proto.entry == 0 {
                return None;
            }
            // The literals that came up are no arrays: nobody has to free them.
            let old = self.literals.get(i)?;
            let new = proto.literals.get(old.len()..)?;
            let literals = old.iter().copied().chain(new.iter().map(frozen_val)).collect();
            Some(Box::new(Special { proto, literals }))
        });
        made.as_deref()
    }
}

fn class_name(n: &[u8], scope: *mut Class) -> ClassName {
    let full: Vec<u8> = if n == b"self" && !scope.is_null() {
        // SAFETY: live class.
        unsafe { (*scope).name().to_vec() }
    } else if n == b"parent" && !scope.is_null() {
        // SAFETY: live class.
        unsafe { if (*scope).parent.is_null() { n.to_vec() } else { (*(*scope).parent).name().to_vec() } }
    } else {
        n.to_vec()
    };
    ClassName { name: intern(&full), lc: intern(&full.to_ascii_lowercase()) }
}

/// Has a function that is called for the first time start with its specialised code, if there is any.
///
/// # Safety
/// `f` is a live user function, and its script too.
pub unsafe fn specialise(f: *mut Func) {
    // SAFETY: by the caller's promise; what a script holds stays where it is.
    unsafe {
        let f = &mut *f;
        match (*f.script).special((*f.proto).index as usize) {
            Some(s) => {
                f.proto = &s.proto;
                f.code = s.proto.code.as_ptr();
                f.entry = f.code.add(s.proto.entry as usize);
                f.k = s.literals.as_ptr();
            }
            None => f.entry = f.code,
        }
    }
}

/// A declared type, ready to check.
pub fn rt_type(t: &Type, scope: *mut Class) -> RtType {
    let classes = t
        .classes
        .iter()
        .map(|c| match c {
            ClassType::Name(n) => Box::from([class_name(n, scope)]),
            ClassType::All(ns) => ns.iter().map(|n| class_name(n, scope)).collect(),
        })
        .collect();
    RtType::new(t.mask, classes, t.text.clone())
}

/// Hands a function to the thread's VM, which frees it at the end of the request (one made outside of requests: with itself).
fn own(f: Box<Func>) -> *mut Func {
    let f = Box::into_raw(f);
    let vm = crate::vm::current();
    if !vm.is_null() {
        // SAFETY: the thread's VM is alive, and nobody else looks at the list.
        unsafe { (*vm).owned_funcs.push(f) };
    }
    f
}

/// A function of a script, as this VM runs it.
pub fn func_of(proto: &FnProto, literals: &[Val], script: *const Script, scope: *mut Class) -> *mut Func {
    let variadic = proto.flags & fn_flags::VARIADIC != 0;
    let mut by_ref = 0;
    let params: Box<[RtParam]> = proto
        .params
        .iter()
        .enumerate()
        .map(|(i, p)| {
            if p.by_ref {
                by_ref |= 1 << i.min(63);
            }
            RtParam {
                name: text(p.name),
                ty: p.ty.as_ref().map(|t| rt_type(t, scope)),
                by_ref: p.by_ref,
                prefer_ref: false,
                variadic: p.variadic,
                sensitive: p.attributes.iter().any(|a| a.name.eq_ignore_ascii_case(b"SensitiveParameter")),
            }
        })
        .collect();
    let ics = vec![Ic::EMPTY; proto.ic_slots as usize].into_boxed_slice();
    own(Box::new(Func {
        code: proto.code.as_ptr(),
        entry: proto.code.as_ptr().wrapping_add(proto.entry as usize),
        k: literals.as_ptr(),
        ic: Box::into_raw(ics).cast(),
        kind: FUNC_USER,
        plain_max: 0,
        _pad: [0; 2],
        rt: RT_OWNS_IC,
        flags: proto.flags,
        num_cvs: proto.num_cvs as u32,
        num_slots: proto.num_slots as u32,
        num_params: (proto.params.len() - variadic as usize) as u32,
        required: proto.required as u32,
        takes: [0; crate::func::MAX_PLAIN_ARGS],
        by_ref,
        name: text(proto.name),
        scope,
        proto,
        script,
        native: None,
        data: core::ptr::null(),
        desc: core::ptr::null(),
        statics: vec![Val::UNDEF; proto.statics.len()],
        params: Params::new(params),
        ret: Ret::new(proto.ret.as_ref().map(|t| rt_type(t, scope))),
        prototype: core::ptr::null_mut(),
        origin: core::ptr::null_mut(),
        ext: u32::MAX,
        calls: 0,
        prop: core::ptr::null(),
    }))
}

pub(crate) fn native_type(t: &plugin_api_abi::TypeDesc) -> Option<RtType> {
    if t.text.is_none() {
        return None;
    }
    // SAFETY: descriptors are static.
    unsafe {
        let classes = t
            .classes
            .get()
            .iter()
            .map(|c| Box::from([class_name(c.bytes(), core::ptr::null_mut())]))
            .collect();
        Some(RtType::new(t.mask, classes, in_order(&String::from_utf8_lossy(t.text.bytes())).into()))
    }
}

/// A union's text in the order that PHP shows: classes, then built-in types in an order of their own.
fn in_order(text: &str) -> String {
    const ORDER: [&str; 13] = [
        "callable", "object", "array", "string", "int", "float", "iterable", "bool", "false", "true", "void",
        "never", "null",
    ];
    if !text.contains('|') || text.contains('(') {
        return text.to_owned();
    }
    let mut parts: Vec<&str> = text.split('|').collect();
    parts.sort_by_key(|p| ORDER.iter().position(|o| o == p).map_or(0, |i| i + 1));
    parts.join("|")
}

/// Which parameters of a native are taken, or rather taken, by reference: [`Func::by_ref`].
pub(crate) fn by_ref_params(params: &[ParamDesc]) -> u64 {
    let by_ref = |p: &&ParamDesc| p.flags & (param_flags::BY_REF | param_flags::PREFER_REF) != 0;
    params.iter().enumerate().filter(|(_, p)| by_ref(p)).fold(0, |bits, (i, _)| bits | 1 << i.min(63))
}

/// A native's parameters, as its descriptor tells them.
pub(crate) fn native_params(desc: &'static FunctionDesc) -> Rc<[RtParam]> {
    // SAFETY: descriptors are static.
    let params = unsafe { desc.params.get() };
    let read = |p: &'static ParamDesc| RtParam {
        // SAFETY: descriptors are static.
        name: intern(unsafe { p.name.bytes() }),
        ty: native_type(&p.ty),
        by_ref: p.flags & param_flags::BY_REF != 0,
        prefer_ref: p.flags & param_flags::PREFER_REF != 0,
        variadic: p.flags & param_flags::VARIADIC != 0,
        sensitive: p.flags & param_flags::SENSITIVE != 0,
    };
    params.iter().map(read).collect()
}

/// A native function from its descriptor.
pub fn native_func(desc: &'static FunctionDesc, scope: *mut Class, ext: u32) -> *mut Func {
    own(native_box(desc, scope, ext))
}

/// As [`native_func`], for who frees it himself.
pub(crate) fn native_box(desc: &'static FunctionDesc, scope: *mut Class, ext: u32) -> Box<Func> {
    // SAFETY: descriptors are static.
    let (params, name) = unsafe { (desc.params.get(), StrSlice::bytes(desc.name)) };
    let is = |p: &ParamDesc, flags: u32| p.flags & flags != 0;
    let by_ref = by_ref_params(params);
    let variadic = params.last().is_some_and(|p| is(p, param_flags::VARIADIC));
    let mut flags = desc.flags & !fn_flags::VARIADIC;
    if variadic {
        flags |= fn_flags::VARIADIC;
    }
    let (mut rt, mut plain_max, mut takes) = (0, 0, [0; MAX_PLAIN_ARGS]);
    if params.len() <= takes.len() && flags & plugin_api_abi::flags::DEPRECATED == 0 {
        rt = RT_PLAIN_ARGS;
        let last = params.last().filter(|_| variadic);
        plain_max = if variadic { takes.len() } else { params.len() } as u8;
        for (m, p) in takes.iter_mut().zip(params.iter().chain(last.into_iter().cycle())) {
            let is_plain = !p.ty.text.is_none() && !is(p, param_flags::BY_REF);
            // What a named call left out stays absent.
            *m = if is_plain { p.ty.mask & 0x3ff | 1 } else { !0 };
            if p.ty.mask & type_mask::CALLABLE != 0 {
                *m |= TAKES_CLOSURE;
            }
        }
    }
    Box::new(Func {
        code: core::ptr::null(),
        entry: core::ptr::null(),
        k: core::ptr::null(),
        ic: core::ptr::null_mut(),
        kind: FUNC_NATIVE,
        plain_max,
        _pad: [0; 2],
        rt,
        flags,
        num_cvs: 0,
        num_slots: 0,
        num_params: (params.len() - variadic as usize) as u32,
        required: desc.required,
        takes,
        by_ref,
        name: intern(name),
        scope,
        proto: core::ptr::null(),
        script: core::ptr::null(),
        native: desc.func,
        data: desc.data.cast(),
        desc,
        statics: Vec::new(),
        params: Params::native(desc),
        ret: Ret::native(desc),
        prototype: core::ptr::null_mut(),
        origin: core::ptr::null_mut(),
        ext,
        calls: 0,
        prop: core::ptr::null(),
    })
}

impl Func {
    /// `A::f` or `f`, for messages.
    pub fn display(&self) -> String {
        // SAFETY: names are interned, classes live as long as the VM.
        unsafe {
            let n = crate::rt::lossy(self.name);
            if self.scope.is_null() { n } else { format!("{}::{n}", crate::classes::class_text(self.scope)) }
        }
    }

    /// Name of parameter `i`; arguments of a variadic one have none.
    pub fn param_name(&self, i: u32) -> Option<String> {
        let p = self.params.get(i as usize).filter(|p| !p.variadic)?;
        // SAFETY: interned.
        Some(unsafe { crate::rt::lossy(p.name) })
    }

    /// ` ($name)` of parameter `i` for messages, or nothing.
    pub(crate) fn shown_param(&self, i: u32) -> String {
        self.param_name(i).map_or(String::new(), |n| format!(" (${n})"))
    }

    /// Whether parameter `i` takes a reference where it can and a value otherwise.
    pub fn prefers_ref(&self, i: u32) -> bool {
        self.params
            .get(i as usize)
            .or_else(|| self.params.last().filter(|p| p.variadic))
            .is_some_and(|p| p.prefer_ref)
    }
}

fn done(st: Status) -> Result<(), Status> {
    if st == Status::Ok { Ok(()) } else { Err(st) }
}

/// What a script declares at its top level.
enum Declaration {
    Function(u32),
    Class(u32),
}

/// Declarations in the order of the source, each with the line up to which PHP has compiled when it binds it: functions are
/// declared before their code is compiled, classes after.
fn declarations(u: &Unit) -> Vec<(u32, Declaration)> {
    let functions = u.functions.iter().enumerate().filter(|(_, f)| f.flags & fn_flags::TOP_LEVEL != 0);
    let functions = functions.map(|(i, f)| (f.start_line.saturating_sub(1), Declaration::Function(i as u32)));
    let classes = u.classes.iter().enumerate().filter(|(_, c)| c.top_level);
    let mut all: Vec<_> =
        functions.chain(classes.map(|(i, c)| (c.end_line, Declaration::Class(i as u32)))).collect();
    all.sort_by_key(|(line, _)| *line);
    all
}

impl Vm {
    /// Keeps a script, binds its top-level functions and the classes that can be bound, and gives its main code.
    pub fn load_script(&mut self, script: &Arc<Script>, scope: *mut Class) -> Result<*mut Func, Status> {
        // Code that nobody else keeps lives as long as the request.
        if Arc::strong_count(script) == 1 && script.declares() {
            self.count_memory(crate::script::bytes(&script.unit));
        }
        self.scripts.push(script.clone());
        if let Some(f) = self.on_load {
            f(self, script);
        }
        let p = Arc::as_ptr(script);
        let u = &script.unit;
        // What the compiler had to say comes as far as each declaration before that is bound, as when PHP compiles.
        let mut said = u.diagnostics.iter().peekable();
        for (line, what) in declarations(u) {
            while let Some(d) = said.next_if(|d| d.line <= line) {
                done(self.raise_at(d.level, d.message.as_bytes(), &u.file, d.line))?;
            }
            match what {
                Declaration::Function(i) => done(self.declare_function(p, i))?,
                Declaration::Class(i) => {
                    let c = &u.classes[i as usize];
                    if self.types_known(u, c) && self.can_bind_early(u, c) {
                        self.declare_class(p, i, false)?;
                    }
                }
            }
        }
        for d in said {
            done(self.raise_at(d.level, d.message.as_bytes(), &u.file, d.line))?;
        }
        let main = func_of(&u.functions[0], &script.literals[0], p, scope);
        Ok(main)
    }

    /// Whether the classes that a child class's declared types name are there: only then can its members be compared with
    /// its parent's before its statement runs.
    fn types_known(&self, u: &Unit, d: &howdah_bytecode::ClassDecl) -> bool {
        if d.parent.is_none() {
            return true;
        }
        let known = |t: &Type| {
            let one = |n: &[u8]| {
                matches!(n, b"self" | b"parent") || n.eq_ignore_ascii_case(&d.name) || self.has_class(n)
            };
            t.classes.iter().all(|c| match c {
                ClassType::Name(n) => one(n),
                ClassType::All(ns) => ns.iter().all(|n| one(n)),
            })
        };
        let methods = d.methods.iter().map(|&m| &u.functions[m as usize]);
        methods.flat_map(|f| f.ret.iter().chain(f.params.iter().filter_map(|p| p.ty.as_ref()))).all(known)
            && d.props.iter().filter_map(|p| p.ty.as_ref()).all(known)
            && d.consts.iter().filter_map(|c| c.ty.as_ref()).all(known)
    }

    /// Declares function `i` of a script under its name.
    pub fn declare_function(&mut self, script: *const Script, i: u32) -> Status {
        // SAFETY: scripts are kept until the request ends.
        let s = unsafe { &*script };
        let proto = &s.unit.functions[i as usize];
        let lc = Sym(intern(&proto.name.to_ascii_lowercase()));
        if let Some(old) = self.functions.get(&lc) {
            // SAFETY: functions live as long as the VM.
            let old = unsafe { &*old.get() };
            let name = String::from_utf8_lossy(&proto.name).into_owned();
            let msg = if old.is_user() {
                // SAFETY: as above.
                let (file, line) = unsafe { (crate::rt::lossy((*old.script).file), (*old.proto).start_line) };
                format!("Cannot redeclare function {name}() (previously declared in {file}:{line})")
            } else {
                format!("Cannot redeclare function {name}()")
            };
            self.raise_at(
                crate::errors::level::COMPILE_ERROR,
                msg.as_bytes(),
                &s.unit.file,
                proto.start_line,
            );
            return Status::Bailout;
        }
        let f = func_of(proto, &s.literals[i as usize], script, core::ptr::null_mut());
        self.functions.insert(lc, Entry::user(f));
        Status::Ok
    }
}
