//! Declaring classes: inheritance, interfaces, traits, enums.

use crate::class::*;
use crate::errors::level;
use crate::func::{Func, RT_FROM_TRAIT};
use crate::load::{func_of, literal_val, native_func, rt_type};
use crate::script::{Script, Thunk};
use crate::vm::Vm;
use howdah_bytecode::{ClassDecl, ClassKind, Literal, TraitRule};
use howdah_runtime::interner::{intern, lookup};
use howdah_runtime::layout::*;
use howdah_runtime::string;
use plugin_api_abi::{ClassDesc, HandlerTable, PTR, STR, Status, StrHdr, StrSlice, Val, flags};

/// A table with no handler: plain PHP objects.
pub static NO_HANDLERS: HandlerTable =
    // SAFETY: every entry is an optional function pointer, for which zero is `None`.
    unsafe { core::mem::zeroed() };

fn lossy(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

/// A literal as a stored default: thunks become PTR values that are evaluated on first use.
fn default_val(l: &Literal, script: *const Script) -> Val {
    match l {
        Literal::Thunk(i) => Val::ptr(Box::into_raw(Box::new(Thunk { script, index: *i }))),
        l => literal_val(l),
    }
}

impl Vm {
    fn new_class(&mut self, name: &[u8]) -> Box<Class> {
        self.next_class_id += 1;
        Box::new(Class {
            head: ClassHead {
                name: intern(name),
                num_slots: 0,
                flags: 0,
                id: self.next_class_id,
                native_size: 0,
                handlers: &NO_HANDLERS,
                native_free: None,
            },
            flags: 0,
            depth: 0,
            parent: core::ptr::null_mut(),
            lc_name: intern(&name.to_ascii_lowercase()),
            display: Vec::new(),
            interfaces: Vec::new(),
            traits: Vec::new(),
            consts: SymMap::default(),
            props: SymMap::default(),
            slot_infos: Vec::new(),
            default_slots: Vec::new(),
            static_slots: Vec::new(),
            methods: SymMap::default(),
            magic: Magic::NONE,
            enum_backing: 0,
            enum_table: None,
            decl: None,
            desc: core::ptr::null(),
            native_base: core::ptr::null(),
            ext: u32::MAX,
            updating: false,
        })
    }

    /// Whether a class can be declared before its statement runs: all it needs is there.
    pub fn can_bind_early(&mut self, d: &ClassDecl) -> bool {
        if self.find_class(&d.name).is_some() {
            return true;
        }
        d.parent.iter().chain(&d.interfaces).chain(&d.traits).all(|n| self.find_class(n).is_some())
    }

    fn class_error(&mut self, script: *const Script, line: u32, msg: &str) -> Status {
        // SAFETY: scripts are kept until the request ends.
        let file = unsafe { &(*script).unit.file };
        self.raise_at(level::COMPILE_ERROR, msg.as_bytes(), file, line);
        Status::Bailout
    }

    /// Declares class `i` of a script.
    pub fn declare_class(
        &mut self,
        script: *const Script,
        i: u32,
        anonymous: bool,
    ) -> Result<*mut Class, Status> {
        // SAFETY: scripts are kept until the request ends.
        let s = unsafe { &*script };
        let d = &s.unit.classes[i as usize];
        if let Some(&c) = self.declared.get(&(script as usize, i)) {
            return Ok(c);
        }
        let name = if anonymous {
            [&d.name[..], b"\0", &s.unit.file, format!(":{}${i:x}", d.start_line).as_bytes()].concat()
        } else {
            d.name.to_vec()
        };
        let lc = Sym(intern(&name.to_ascii_lowercase()));
        if self.classes.contains_key(&lc) {
            let word = match d.kind {
                ClassKind::Class => "class",
                ClassKind::Interface => "interface",
                ClassKind::Trait => "trait",
                ClassKind::Enum => "enum",
            };
            return Err(self.class_error(
                script,
                d.start_line,
                &format!("Cannot declare {word} {}, because the name is already in use", lossy(&d.name)),
            ));
        }
        let mut c = self.new_class(&name);
        c.flags = d.flags & (flags::FINAL | flags::ABSTRACT | flags::READONLY)
            | match d.kind {
                ClassKind::Class => 0,
                ClassKind::Interface => flags::INTERFACE | flags::ABSTRACT,
                ClassKind::Trait => flags::TRAIT,
                ClassKind::Enum => flags::ENUM | flags::FINAL | flags::NO_DYNAMIC,
            };
        if d.flags & flags::ABSTRACT != 0 {
            c.flags |= class_flags::EXPLICIT_ABSTRACT;
        }
        if anonymous {
            c.flags |= class_flags::ANONYMOUS;
        }
        c.decl = Some((script, i));
        if d.attributes.iter().any(|a| a.name.eq_ignore_ascii_case(b"AllowDynamicProperties")) {
            c.flags |= flags::ALLOW_DYNAMIC;
            c.head.flags |= CLASS_ALLOW_DYNAMIC;
        }
        let c = Box::into_raw(c);
        // SAFETY: the class is ours until it is in the table.
        unsafe {
            if let Some(p) = &d.parent {
                let parent = self.class_or_throw(p)?;
                let (cn, pn) = (lossy(&d.name), lossy((*parent).name()));
                let bad = match (*parent).flags {
                    f if f & flags::INTERFACE != 0 => {
                        Some(format!("Class {cn} cannot extend interface {pn}"))
                    }
                    f if f & flags::TRAIT != 0 => Some(format!("Class {cn} cannot extend trait {pn}")),
                    f if f & flags::FINAL != 0 => Some(format!("Class {cn} cannot extend final class {pn}")),
                    f if f & flags::READONLY != 0 && (*c).flags & flags::READONLY == 0 => {
                        Some(format!("Non-readonly class {cn} cannot extend readonly class {pn}"))
                    }
                    f if f & flags::READONLY == 0 && (*c).flags & flags::READONLY != 0 => {
                        Some(format!("Readonly class {cn} cannot extend non-readonly class {pn}"))
                    }
                    _ => None,
                };
                if let Some(msg) = bad {
                    return Err(self.class_error(script, d.start_line, &msg));
                }
                self.inherit(c, parent);
            }
            (*c).display.push(c);
            let mut interfaces = Vec::new();
            for n in &d.interfaces {
                let Some(k) = self.lookup_class(n, true)? else {
                    let msg = format!("{} \"{}\" not found", "Interface", lossy(n));
                    return Err(self.throw(&msg));
                };
                if (*k).flags & flags::INTERFACE == 0 {
                    let msg = format!(
                        "{} cannot implement {} - it is not an interface",
                        lossy(&d.name),
                        lossy((*k).name())
                    );
                    return Err(self.class_error(script, d.start_line, &msg));
                }
                interfaces.push(k);
            }
            if d.kind == ClassKind::Enum {
                interfaces.push(self.ce.unit_enum);
                if d.backing.is_some() {
                    interfaces.push(self.ce.backed_enum);
                }
            }
            self.own_members(c, script, d)?;
            self.use_traits(c, script, d)?;
            if (*c).methods.contains_key(&Sym(self.names.to_string)) && (*c).flags & flags::TRAIT == 0 {
                interfaces.push(self.ce.stringable);
            }
            for k in interfaces {
                self.implement(c, k);
            }
            self.finish_class(c);
            let st = self.check_abstract(c, script, d);
            if st != Status::Ok {
                return Err(st);
            }
            self.classes.insert(lc, c);
            self.declared.insert((script as usize, i), c);
        }
        Ok(c)
    }

    /// Takes over what a parent has.
    unsafe fn inherit(&mut self, c: *mut Class, parent: *mut Class) {
        // SAFETY: both are live.
        unsafe {
            let p = &*parent;
            let c = &mut *c;
            c.parent = parent;
            c.depth = p.depth + 1;
            c.display = p.display.clone();
            c.interfaces = p.interfaces.clone();
            c.head.handlers = p.head.handlers;
            c.head.native_size = p.head.native_size;
            c.head.native_free = p.head.native_free;
            c.head.flags |= p.head.flags & !CLASS_ENUM;
            c.native_base = p.native_base;
            c.flags |= p.flags
                & (class_flags::HAS_HOOKS
                    | class_flags::HAS_READONLY
                    | flags::ALLOW_DYNAMIC
                    | flags::NOT_SERIALIZABLE
                    | flags::UNCLONEABLE);
            c.default_slots = p.default_slots.clone();
            for v in &mut c.default_slots {
                if v.tag() == PTR {
                    let t = &*v.as_ptr::<Thunk>();
                    *v = Val::ptr(Box::into_raw(Box::new(Thunk { script: t.script, index: t.index })));
                }
            }
            c.slot_infos = p.slot_infos.clone();
            c.static_slots = p.static_slots.clone();
            for (k, v) in &p.props {
                c.props.insert(*k, *v);
            }
            for (k, v) in &p.consts {
                if v.flags & flags::PRIVATE == 0 {
                    c.consts.insert(*k, copy_const(v));
                }
            }
            for (k, v) in &p.methods {
                c.methods.insert(*k, *v);
            }
        }
    }

    /// Adds constants, properties and methods of a declaration.
    unsafe fn own_members(
        &mut self,
        c: *mut Class,
        script: *const Script,
        d: &ClassDecl,
    ) -> Result<(), Status> {
        // SAFETY: live class and script.
        unsafe {
            let s = &*script;
            let ci = (*c).decl.map_or(0, |x| x.1);
            for (i, k) in d.consts.iter().enumerate() {
                let name = Sym(intern(&k.name));
                if let Some(old) = (*c).consts.get(&name)
                    && old.flags & flags::FINAL != 0
                {
                    let msg = format!(
                        "{}::{} cannot override final constant {}::{}",
                        lossy(&d.name),
                        lossy(&k.name),
                        lossy((*old.class).name()),
                        lossy(&k.name)
                    );
                    return Err(self.class_error(script, k.line, &msg));
                }
                (*c).consts.insert(
                    name,
                    ClassConstant {
                        value: if k.is_case {
                            Val::ptr(Box::into_raw(Box::new(Thunk { script, index: u32::MAX })))
                        } else {
                            default_val(&k.value, script)
                        },
                        flags: k.flags,
                        ty: k.ty.as_ref().map(|t| rt_type(t, c)),
                        class: c,
                        is_case: k.is_case,
                        evaluating: false,
                        decl: Some((script, ci, i as u32)),
                        desc: core::ptr::null(),
                    },
                );
            }
            if d.kind == ClassKind::Enum {
                (*c).enum_backing = d
                    .backing
                    .as_ref()
                    .map_or(0, |t| if t.mask & 16 != 0 { plugin_api_abi::INT } else { STR });
                (*c).head.flags |= CLASS_ENUM | CLASS_NO_DYNAMIC;
                self.enum_members(c);
            }
            for (i, p) in d.props.iter().enumerate() {
                self.add_prop(c, script, ci, i as u32, p)?;
            }
            for &m in &d.methods {
                let proto = &s.unit.functions[m as usize];
                let f = func_of(proto, &s.literals[m as usize], script, c);
                self.add_method(c, f, script)?;
            }
        }
        Ok(())
    }

    unsafe fn add_prop(
        &mut self,
        c: *mut Class,
        script: *const Script,
        ci: u32,
        i: u32,
        p: &howdah_bytecode::Property,
    ) -> Result<(), Status> {
        // SAFETY: live class and script.
        unsafe {
            let s = &*script;
            let name = Sym(intern(&p.name));
            let cn = lossy((*c).name());
            let mut inherited = None;
            if let Some(&old) = (*c).props.get(&name) {
                let o = &*old;
                if o.flags & flags::PRIVATE == 0 {
                    let on = lossy((*o.class).name());
                    let pn = lossy(&p.name);
                    if o.flags & flags::STATIC != p.flags & flags::STATIC {
                        let w = |f: u32| if f & flags::STATIC != 0 { "static" } else { "non static" };
                        return Err(self.class_error(
                            script,
                            p.line,
                            &format!(
                                "Cannot redeclare {} {on}::${pn} as {} {cn}::${pn}",
                                w(o.flags),
                                w(p.flags)
                            ),
                        ));
                    }
                    let rank = |f: u32| {
                        if f & flags::PRIVATE != 0 {
                            2
                        } else if f & flags::PROTECTED != 0 {
                            1
                        } else {
                            0
                        }
                    };
                    if rank(p.flags) > rank(o.flags) {
                        let w = if rank(o.flags) == 0 { "public" } else { "protected" };
                        let weaker = if rank(o.flags) == 1 { " or weaker" } else { "" };
                        return Err(self.class_error(
                            script,
                            p.line,
                            &format!("Access level to {cn}::${pn} must be {w} (as in class {on}){weaker}"),
                        ));
                    }
                    if p.flags & flags::STATIC == 0 && o.slot != u32::MAX {
                        inherited = Some(o.slot);
                    }
                }
            }
            let ty = p.ty.as_ref().map(|t| rt_type(t, c));
            let default = match &p.default {
                Some(v) => default_val(&v.value, script),
                None if ty.is_some() => Val::UNDEF,
                None => Val::NULL,
            };
            let slot = if p.flags & flags::STATIC != 0 {
                let cell = Box::into_raw(Box::new(default));
                (*c).static_slots.push(cell);
                (*c).static_slots.len() as u32 - 1
            } else if p.flags & flags::VIRTUAL != 0 {
                u32::MAX
            } else if let Some(n) = inherited {
                (&mut (*c).default_slots)[n as usize] = default;
                n
            } else {
                (*c).default_slots.push(default);
                (*c).slot_infos.push(core::ptr::null_mut());
                (*c).default_slots.len() as u32 - 1
            };
            let hook = |h: Option<u32>| {
                h.map_or(core::ptr::null_mut(), |h| {
                    func_of(&s.unit.functions[h as usize], &s.literals[h as usize], script, c)
                })
            };
            let mut get = hook(p.get);
            let mut set = hook(p.set);
            if let Some(&old) = (*c).props.get(&name) {
                // A hook that is not redeclared is inherited.
                if get.is_null() {
                    get = (*old).get;
                }
                if set.is_null() {
                    set = (*old).set;
                }
            }
            if !get.is_null() || !set.is_null() {
                (*c).flags |= class_flags::HAS_HOOKS;
            }
            if ty.is_some() {
                (*c).head.flags |= CLASS_TYPED_PROPS;
            }
            let info = Box::into_raw(Box::new(PropInfo {
                name: name.0,
                flags: p.flags,
                slot,
                ty,
                class: c,
                get,
                set,
                prototype: core::ptr::null(),
                decl: Some((script, ci, i)),
                desc: core::ptr::null(),
            }));
            if p.flags & flags::STATIC == 0 && slot != u32::MAX {
                (&mut (*c).slot_infos)[slot as usize] = info;
            }
            (*c).props.insert(name, info);
        }
        Ok(())
    }

    unsafe fn add_method(
        &mut self,
        c: *mut Class,
        f: *mut Func,
        script: *const Script,
    ) -> Result<(), Status> {
        // SAFETY: live class and function.
        unsafe {
            let lc = Sym(intern(&StrHdr::bytes((*f).name).to_ascii_lowercase()));
            if let Some(&old) = (*c).methods.get(&lc) {
                let o = &*old;
                let line = if (*f).proto.is_null() { 0 } else { (*(*f).proto).start_line };
                let (cn, mn) = (lossy((*c).name()), crate::rt::lossy((*f).name));
                if o.flags & flags::PRIVATE == 0 || o.flags & flags::ABSTRACT != 0 {
                    let on = lossy((*o.scope).name());
                    let msg = if o.flags & flags::FINAL != 0 {
                        Some(format!("Cannot override final method {on}::{mn}()"))
                    } else if o.flags & flags::STATIC != (*f).flags & flags::STATIC {
                        Some(if o.flags & flags::STATIC != 0 {
                            format!("Cannot make static method {on}::{mn}() non static in class {cn}")
                        } else {
                            format!("Cannot make non static method {on}::{mn}() static in class {cn}")
                        })
                    } else {
                        let rank = |f: u32| {
                            if f & flags::PRIVATE != 0 {
                                2
                            } else if f & flags::PROTECTED != 0 {
                                1
                            } else {
                                0
                            }
                        };
                        (rank((*f).flags) > rank(o.flags)).then(|| {
                            let w = if rank(o.flags) == 0 { "public" } else { "protected" };
                            let weaker = if rank(o.flags) == 1 { " or weaker" } else { "" };
                            format!("Access level to {cn}::{mn}() must be {w} (as in class {on}){weaker}")
                        })
                    };
                    if let Some(msg) = msg
                        && !script.is_null()
                    {
                        return Err(self.class_error(script, line, &msg));
                    }
                    (*f).prototype = if o.prototype.is_null() { old } else { o.prototype };
                }
            }
            (*c).methods.insert(lc, f);
        }
        Ok(())
    }

    unsafe fn use_traits(
        &mut self,
        c: *mut Class,
        script: *const Script,
        d: &ClassDecl,
    ) -> Result<(), Status> {
        // SAFETY: live class and script.
        unsafe {
            let mut traits = Vec::new();
            for n in &d.traits {
                let Some(t) = self.lookup_class(n, true)? else {
                    return Err(self.throw(&format!("Trait \"{}\" not found", lossy(n))));
                };
                if (*t).flags & flags::TRAIT == 0 {
                    let msg =
                        format!("{} cannot use {} - it is not a trait", lossy(&d.name), lossy((*t).name()));
                    return Err(self.class_error(script, d.start_line, &msg));
                }
                traits.push(t);
            }
            (*c).traits = traits.clone();
            let own: Vec<Sym> = d
                .methods
                .iter()
                .map(|&m| Sym(intern(&(&(*script).unit.functions)[m as usize].name.to_ascii_lowercase())))
                .collect();
            let mut from_trait: rustc_hash::FxHashMap<Sym, *mut Class> = Default::default();
            for &t in &traits {
                let methods: Vec<(Sym, *mut Func)> = (*t).methods.iter().map(|(k, v)| (*k, *v)).collect();
                for (lc, f) in methods {
                    let mname = StrHdr::bytes(lc.0);
                    let tname = (*t).name();
                    let excluded = d.trait_rules.iter().any(|r| match r {
                        TraitRule::Precedence { method, over, .. } => {
                            method.eq_ignore_ascii_case(mname)
                                && over.iter().any(|o| o.eq_ignore_ascii_case(tname))
                        }
                        TraitRule::Alias { .. } => false,
                    });
                    let mut fl = (*f).flags;
                    for r in &d.trait_rules {
                        let TraitRule::Alias { from, method, alias, flags: nf } = r else { continue };
                        if !method.eq_ignore_ascii_case(mname)
                            || from.as_ref().is_some_and(|x| !x.eq_ignore_ascii_case(tname))
                        {
                            continue;
                        }
                        let with = if nf & 7 != 0 { (*f).flags & !7 | nf } else { (*f).flags | nf };
                        match alias {
                            Some(a) => {
                                let key = Sym(intern(&a.to_ascii_lowercase()));
                                let copy = self.trait_copy(f, c, with, Some(a));
                                if !own.contains(&key) {
                                    self.add_method(c, copy, script)?;
                                }
                            }
                            None => fl = with,
                        }
                    }
                    if excluded || own.contains(&lc) {
                        continue;
                    }
                    if let Some(other) = from_trait.get(&lc) {
                        if fl & flags::ABSTRACT != 0 {
                            continue;
                        }
                        let have = (&(*c).methods)[&lc];
                        if (*have).flags & flags::ABSTRACT == 0 {
                            let msg = format!(
                                "Trait method {}::{} has not been applied as {}::{}, because of collision with {}::{}",
                                lossy(tname),
                                crate::rt::lossy((*f).name),
                                lossy(&d.name),
                                crate::rt::lossy((*f).name),
                                lossy((**other).name()),
                                crate::rt::lossy((*f).name)
                            );
                            return Err(self.class_error(script, d.start_line, &msg));
                        }
                    }
                    if fl & flags::ABSTRACT != 0 && (*c).methods.contains_key(&lc) {
                        continue;
                    }
                    let copy = self.trait_copy(f, c, fl, None);
                    self.add_method(c, copy, script)?;
                    from_trait.insert(lc, t);
                }
                if let Some((ts, ti)) = (*t).decl {
                    let td = &(&(*ts).unit.classes)[ti as usize];
                    for (i, p) in td.props.iter().enumerate() {
                        let key = Sym(intern(&p.name));
                        if let Some(&have) = (*c).props.get(&key)
                            && (*have).class == c
                        {
                            continue;
                        }
                        self.add_prop(c, ts, ti, i as u32, p)?;
                    }
                    // Properties that the trait itself got from traits.
                    for (k, v) in &(*t).consts {
                        if !(*c).consts.contains_key(k) {
                            let mut copy = copy_const(v);
                            copy.class = c;
                            (*c).consts.insert(*k, copy);
                        }
                    }
                }
                for (k, &p) in &(*t).props {
                    if !(*c).props.contains_key(k)
                        && let Some((ps, pc, pi)) = (*p).decl
                    {
                        let decl = &(&(*ps).unit.classes)[pc as usize].props[pi as usize];
                        self.add_prop(c, ps, pc, pi, decl)?;
                    }
                }
            }
        }
        Ok(())
    }

    unsafe fn trait_copy(&mut self, f: *mut Func, c: *mut Class, fl: u32, alias: Option<&[u8]>) -> *mut Func {
        // SAFETY: live function of a trait.
        unsafe {
            let f = &*f;
            let s = &*f.script;
            let index = s.unit.functions.iter().position(|p| core::ptr::eq(p, f.proto)).unwrap_or(0);
            let n = func_of(&*f.proto, &s.literals[index], f.script, c);
            (*n).flags = fl;
            (*n).rt |= RT_FROM_TRAIT;
            (*n).origin = f.scope;
            if let Some(a) = alias {
                (*n).name = intern(a);
            }
            n
        }
    }

    /// Makes `c` implement `k` and what that extends.
    unsafe fn implement(&mut self, c: *mut Class, k: *mut Class) {
        // SAFETY: live classes.
        unsafe {
            let mut all = (*k).interfaces.clone();
            all.insert(0, k);
            for i in all {
                if (*c).interfaces.contains(&i) {
                    continue;
                }
                (*c).interfaces.push(i);
                for (n, v) in &(*i).consts {
                    if !(*c).consts.contains_key(n) {
                        (*c).consts.insert(*n, copy_const(v));
                    }
                }
                for (n, &m) in &(*i).methods {
                    match (*c).methods.get(n) {
                        None => {
                            (*c).methods.insert(*n, m);
                        }
                        Some(&have) if (*have).prototype.is_null() && have != m => (*have).prototype = m,
                        _ => {}
                    }
                }
                for (n, &p) in &(*i).props {
                    if !(*c).props.contains_key(n) {
                        (*c).props.insert(*n, p);
                    }
                }
            }
        }
    }

    /// Fills what objects and look-ups need.
    unsafe fn finish_class(&mut self, c: *mut Class) {
        // SAFETY: live class.
        unsafe {
            let c = &mut *c;
            c.head.num_slots = c.default_slots.len() as u32;
            let n = &self.names;
            let m = |s: *mut StrHdr| c.methods.get(&Sym(s)).copied().unwrap_or(core::ptr::null_mut());
            c.magic = Magic {
                ctor: m(n.construct),
                dtor: m(n.destruct),
                clone: m(n.clone),
                get: m(n.get),
                set: m(n.set),
                isset: m(n.isset),
                unset: m(n.unset),
                call: m(n.call),
                call_static: m(n.call_static),
                to_string: m(n.to_string),
                debug_info: m(n.debug_info),
                serialize: m(n.serialize),
                unserialize: m(n.unserialize),
                invoke: m(n.invoke),
                offset_get: m(n.offset_get),
                offset_set: m(n.offset_set),
                offset_exists: m(n.offset_exists),
                offset_unset: m(n.offset_unset),
                it_current: m(n.current),
                it_key: m(n.key),
                it_next: m(n.next),
                it_rewind: m(n.rewind),
                it_valid: m(n.valid),
                get_iterator: m(n.get_iterator),
                count: m(n.count),
            };
            if !c.magic.dtor.is_null() {
                c.head.flags |= CLASS_HAS_DTOR;
            }
            if !c.magic.ctor.is_null() {
                (*c.magic.ctor).rt |= crate::func::RT_CTOR;
            }
            c.flags |= class_flags::LINKED;
        }
    }

    unsafe fn check_abstract(&mut self, c: *mut Class, script: *const Script, d: &ClassDecl) -> Status {
        // SAFETY: live class.
        unsafe {
            if (*c).flags & (flags::ABSTRACT | flags::INTERFACE | flags::TRAIT) != 0 {
                return Status::Ok;
            }
            let missing: Vec<String> = (*c)
                .methods
                .values()
                .filter(|&&m| (*m).flags & flags::ABSTRACT != 0)
                .map(|&m| format!("{}::{}", lossy((*(*m).scope).name()), crate::rt::lossy((*m).name)))
                .collect();
            if missing.is_empty() {
                return Status::Ok;
            }
            let n = missing.len();
            let shown = if n > 3 { format!("{}, ...", missing[..3].join(", ")) } else { missing.join(", ") };
            let word = if d.kind == ClassKind::Enum { "Enum" } else { "Class" };
            let must = if d.kind == ClassKind::Enum {
                "implement the remaining private methods".replace("remaining private", "remaining")
            } else {
                "be declared abstract or implement the remaining methods".into()
            };
            let msg = format!(
                "{word} {} contains {n} abstract method{} and must therefore {must} ({shown})",
                lossy(&d.name),
                if n == 1 { "" } else { "s" }
            );
            self.class_error(script, d.start_line, &msg)
        }
    }

    /// Registers a native class, interface or exception.
    pub fn register_native(&mut self, desc: &'static ClassDesc, ext: u32) -> *mut Class {
        // SAFETY: descriptors are static; parents and interfaces are registered before.
        unsafe {
            let name = StrSlice::bytes(desc.name);
            let mut c = self.new_class(name);
            c.flags = desc.flags | class_flags::INTERNAL;
            if desc.flags & flags::INTERFACE != 0 {
                c.flags |= flags::ABSTRACT;
            }
            c.desc = desc;
            c.ext = ext;
            let c = Box::into_raw(c);
            if !desc.parent.is_none()
                && let Some(p) = self.find_class(StrSlice::bytes(desc.parent))
            {
                self.inherit(c, p);
            }
            (*c).display.push(c);
            if desc.native_size > 0 {
                (*c).head.native_size = desc.native_size;
                (*c).head.native_free = desc.free;
                (*c).head.flags |= CLASS_HAS_NATIVE;
                (*c).native_base = desc;
            }
            if !desc.handlers.is_null() {
                (*c).head.handlers = desc.handlers;
            }
            if desc.flags & flags::ALLOW_DYNAMIC != 0 {
                (*c).head.flags |= CLASS_ALLOW_DYNAMIC;
            }
            for p in desc.props.get() {
                let key = Sym(intern(p.name.bytes()));
                let v = if p.default.val.tag() == STR {
                    string::val(intern(p.default.text.bytes()))
                } else {
                    p.default.val
                };
                (*c).default_slots.push(v);
                let slot = (*c).default_slots.len() as u32 - 1;
                let info = Box::into_raw(Box::new(PropInfo {
                    name: key.0,
                    flags: p.flags,
                    slot,
                    ty: None,
                    class: c,
                    get: core::ptr::null_mut(),
                    set: core::ptr::null_mut(),
                    prototype: core::ptr::null(),
                    decl: None,
                    desc: p,
                }));
                (*c).slot_infos.push(info);
                (*c).props.insert(key, info);
            }
            for m in desc.methods.get() {
                let f = native_func(m, c, ext);
                let _ = self.add_method(c, f, core::ptr::null());
            }
            for i in desc.interfaces.get() {
                if let Some(k) = self.find_class(i.bytes()) {
                    self.implement(c, k);
                }
            }
            self.finish_class(c);
            self.classes.insert(Sym((*c).lc_name), c);
            c
        }
    }

    /// A class by name, without loading.
    pub fn find_class(&self, name: &[u8]) -> Option<*mut Class> {
        let name = name.strip_prefix(b"\\").unwrap_or(name);
        let lc = if name.iter().any(u8::is_ascii_uppercase) {
            lookup(&name.to_ascii_lowercase())
        } else {
            lookup(name)
        };
        lc.and_then(|s| self.classes.get(&Sym(s)).copied())
    }

    /// A class by name, through the autoloaders when `autoload`.
    pub fn lookup_class(&mut self, name: &[u8], autoload: bool) -> Result<Option<*mut Class>, Status> {
        if let Some(c) = self.find_class(name) {
            return Ok(Some(c));
        }
        let name = name.strip_prefix(b"\\").unwrap_or(name);
        if !autoload || self.autoloaders.is_empty() || name.is_empty() {
            return Ok(None);
        }
        let key = Sym(intern(&name.to_ascii_lowercase()));
        if self.autoloading.contains(&key) {
            return Ok(None);
        }
        self.autoloading.push(key);
        let hidden = crate::dispatch::exceptions::hide(self);
        let mut i = 0;
        let mut r = Ok(None);
        while i < self.autoloaders.len() {
            let callable = self.autoloaders[i].callable;
            let arg = string::new_val(name);
            let mut out = Val::NULL;
            let st = self.call_callable(callable, &[arg], &mut out);
            // SAFETY: ours.
            unsafe {
                crate::rt::release(arg);
                crate::rt::release(out);
            }
            if st != Status::Ok {
                r = Err(st);
                break;
            }
            if let Some(c) = self.find_class(name) {
                r = Ok(Some(c));
                break;
            }
            i += 1;
        }
        self.autoloading.retain(|k| *k != key);
        crate::dispatch::exceptions::restore(self, hidden);
        r
    }

    /// A class by name, or `Class "X" not found`.
    pub fn class_or_throw(&mut self, name: &[u8]) -> Result<*mut Class, Status> {
        match self.lookup_class(name, true)? {
            Some(c) => Ok(c),
            None => {
                if self.has_exception() {
                    return Err(Status::Exception);
                }
                Err(self.throw(&format!(
                    "Class \"{}\" not found",
                    lossy(name.strip_prefix(b"\\").unwrap_or(name))
                )))
            }
        }
    }

    /// `self`
    pub fn self_class(&mut self) -> Result<*mut Class, Status> {
        let c = self.scope();
        if c.is_null() {
            Err(self.throw("Cannot access \"self\" when no class scope is active"))
        } else {
            Ok(c)
        }
    }

    /// `parent`
    pub fn parent_class(&mut self) -> Result<*mut Class, Status> {
        let c = self.scope();
        if c.is_null() {
            return Err(self.throw("Cannot access \"parent\" when no class scope is active"));
        }
        // SAFETY: live class.
        let p = unsafe { (*c).parent };
        if p.is_null() {
            Err(self.throw("Cannot access \"parent\" when current class scope has no parent"))
        } else {
            Ok(p)
        }
    }
}

fn copy_const(v: &ClassConstant) -> ClassConstant {
    let value = if v.value.tag() == PTR {
        // SAFETY: thunks are leaked on purpose: constants live as long as the VM.
        let t = unsafe { &*v.value.as_ptr::<Thunk>() };
        Val::ptr(Box::into_raw(Box::new(Thunk { script: t.script, index: t.index })))
    } else {
        crate::rt::copy(v.value)
    };
    ClassConstant {
        value,
        flags: v.flags,
        ty: v.ty.clone(),
        class: v.class,
        is_case: v.is_case,
        evaluating: false,
        decl: v.decl,
        desc: v.desc,
    }
}
