//! Using traits: their members become the class's own, by the rules of `insteadof` and `as`.

use super::inherit::MethodRules;
use super::variance::{self, Fit};
use super::{Linked, Linker, NewProp, PPP};
use crate::class::{Class, ClassConstant, PROP_CHANGED, PropInfo, Sym};
use crate::classes::{class_text, name_text, sym, text};
use crate::errors::level;
use crate::func::{Func, RT_CTOR, RT_FROM_TRAIT};
use crate::script::Thunk;
use howdah_bytecode::{ClassDecl, TraitRule};
use howdah_runtime::interner::intern;
use plugin_api_abi::flags::{ABSTRACT, FINAL, PRIVATE, READONLY, STATIC, TRAIT, VIRTUAL};
use plugin_api_abi::{PTR, StrHdr, UNDEF, Val};

/// An `as` rule with its trait found.
struct Alias<'d> {
    of: *mut Class,
    method: &'d [u8],
    alias: Option<&'d [u8]>,
    flags: u32,
}

/// Trait, and lower-cased names of its methods that are left out.
type Excluded = Vec<(*mut Class, Sym)>;

/// A method of a trait as the using class will have it: code compiled for the class's own `self`, scope still the trait's.
unsafe fn copy_method(f: *mut Func, c: *mut Class, name: *mut StrHdr, flags: u32) -> *mut Func {
    // SAFETY: trait methods are user functions, whose literals belong to their script.
    unsafe {
        let f = &*f;
        let proto = &*f.proto;
        let lits = core::slice::from_raw_parts(f.k, proto.literals.len());
        let n = crate::load::func_of(proto, lits, f.script, c);
        (*n).name = name;
        (*n).flags = flags;
        (*n).rt |= f.rt & RT_CTOR | RT_FROM_TRAIT;
        (*n).scope = f.scope;
        (*n).origin = f.scope;
        if StrHdr::bytes(name).eq_ignore_ascii_case(b"__tostring") {
            super::implicit_string(n);
        }
        n
    }
}

/// Whether two user functions were compiled from the same declaration.
unsafe fn same_code(a: &Func, b: &Func) -> bool {
    // SAFETY: the functions' scripts live as long as they do.
    a.script == b.script
        && !a.proto.is_null()
        && !b.proto.is_null()
        && unsafe { (*a.proto).index == (*b.proto).index }
}

impl Linker<'_> {
    pub(crate) fn bind_traits(&mut self, decl: &ClassDecl) -> Linked<()> {
        let (excluded, aliases) = self.trait_rules(decl)?;
        let traits = self.class().traits.clone();
        for &t in &traits {
            // SAFETY: traits live as long as the VM's request and are not changed by who uses them.
            let list: Vec<(Sym, *mut Func)> = unsafe { (*t).methods.iter().map(|(k, f)| (*k, *f)).collect() };
            for (k, f) in list {
                self.copy_functions(k, f, t, &excluded, &aliases)?;
            }
        }
        let c = self.class();
        for &f in c.methods.values() {
            // SAFETY: live functions and classes.
            unsafe {
                if (*(*f).scope).flags & TRAIT != 0 && (*f).scope != self.c && (*f).rt & RT_FROM_TRAIT != 0 {
                    (*f).scope = self.c;
                    if (*f).flags & ABSTRACT != 0 {
                        c.flags |= ABSTRACT;
                    }
                }
            }
        }
        for (n, &t) in traits.iter().enumerate() {
            self.bind_constants(t, &traits[..n])?;
        }
        for (n, &t) in traits.iter().enumerate() {
            self.bind_properties(t, &traits[..n])?;
        }
        Ok(())
    }

    fn used_trait(&mut self, name: &[u8]) -> Linked<*mut Class> {
        let Some(t) = self.vm.find_class(name) else {
            return Err(self.fail(&format!("Could not find trait {}", text(name))));
        };
        // SAFETY: live class.
        if unsafe { (*t).flags } & TRAIT == 0 {
            let msg = format!(
                "Class {} is not a trait, Only traits may be used in 'as' and 'insteadof' statements",
                class_text(t)
            );
            return Err(self.fail(&msg));
        }
        if !self.class().traits.contains(&t) {
            return Err(self.fail(&format!(
                "Required Trait {} wasn't added to {}",
                class_text(t),
                class_text(self.c)
            )));
        }
        Ok(t)
    }

    fn trait_rules<'d>(&mut self, decl: &'d ClassDecl) -> Linked<(Excluded, Vec<Alias<'d>>)> {
        let mut excluded = Excluded::new();
        let mut aliases = Vec::new();
        for r in &decl.trait_rules {
            let TraitRule::Precedence { from, method, over } = r else { continue };
            let t = self.used_trait(from)?;
            let lc = sym(&method.to_ascii_lowercase());
            let m = text(method);
            // SAFETY: live class.
            if unsafe { !(*t).methods.contains_key(&lc) } {
                let msg = format!(
                    "A precedence rule was defined for {}::{m} but this method does not exist",
                    class_text(t)
                );
                return Err(self.fail(&msg));
            }
            for o in over {
                let x = self.used_trait(o)?;
                if excluded.contains(&(x, lc)) {
                    let msg = format!(
                        "Failed to evaluate a trait precedence ({m}). Method of trait {} was defined to be excluded multiple times",
                        class_text(x)
                    );
                    return Err(self.fail(&msg));
                }
                excluded.push((x, lc));
                if x == t {
                    let n = class_text(t);
                    let msg = format!(
                        "Inconsistent insteadof definition. The method {m} is to be used from {n}, but {n} is also on the exclude list"
                    );
                    return Err(self.fail(&msg));
                }
            }
        }
        for r in &decl.trait_rules {
            let TraitRule::Alias { from, method, alias, flags } = r else { continue };
            let lc = sym(&method.to_ascii_lowercase());
            let m = text(method);
            // SAFETY: live classes.
            let has = |t: *mut Class| unsafe { (*t).methods.contains_key(&lc) };
            let of = match from {
                Some(n) => {
                    let t = self.used_trait(n)?;
                    if !has(t) {
                        let msg = format!(
                            "An alias was defined for {}::{m} but this method does not exist",
                            class_text(t)
                        );
                        return Err(self.fail(&msg));
                    }
                    t
                }
                None => {
                    let mut found = self.class().traits.iter().copied().filter(|&t| has(t));
                    let (first, second) = (found.next(), found.next());
                    if let (Some(a), Some(b)) = (first, second) {
                        let (a, b) = (class_text(a), class_text(b));
                        let msg = format!(
                            "An alias was defined for method {m}(), which exists in both {a} and {b}. Use {a}::{m} or {b}::{m} to resolve the ambiguity"
                        );
                        return Err(self.fail(&msg));
                    }
                    match first {
                        Some(t) => t,
                        None => {
                            let msg = match alias {
                                Some(a) => format!(
                                    "An alias ({}) was defined for method {m}(), but this method does not exist",
                                    text(a)
                                ),
                                None => format!(
                                    "The modifiers of the trait method {m}() are changed, but this method does not exist. Error"
                                ),
                            };
                            return Err(self.fail(&msg));
                        }
                    }
                }
            };
            aliases.push(Alias { of, method, alias: alias.as_deref(), flags: *flags });
        }
        Ok((excluded, aliases))
    }

    fn copy_functions(
        &mut self,
        key: Sym,
        f: *mut Func,
        t: *mut Class,
        excluded: &Excluded,
        aliases: &[Alias<'_>],
    ) -> Linked<()> {
        // SAFETY: live function.
        let (flags, name) = unsafe { ((*f).flags, (*f).name) };
        // SAFETY: interned.
        let lc = unsafe { StrHdr::bytes(key.0) };
        let with = |m: u32| if m & PPP != 0 { m | flags & !PPP } else { m | flags };
        for a in aliases.iter().filter(|a| a.of == t && a.method.eq_ignore_ascii_case(lc)) {
            if let Some(alias) = a.alias {
                let new = with(a.flags);
                self.warn_private_final(flags, new, alias)?;
                self.add_trait_method(f, intern(alias), sym(&alias.to_ascii_lowercase()), new)?;
            }
        }
        if excluded.contains(&(t, key)) {
            return Ok(());
        }
        let mut new = flags;
        for a in aliases
            .iter()
            .filter(|a| a.of == t && a.alias.is_none() && a.flags != 0 && a.method.eq_ignore_ascii_case(lc))
        {
            new = with(a.flags);
        }
        self.warn_private_final(flags, new, lc)?;
        self.add_trait_method(f, name, key, new)
    }

    fn warn_private_final(&mut self, old: u32, new: u32, name: &[u8]) -> Linked<()> {
        if old & FINAL == 0
            && new & PRIVATE != 0
            && new & FINAL != 0
            && !name.eq_ignore_ascii_case(b"__construct")
        {
            let msg = b"Private methods cannot be final as they are never overridden by other classes";
            // SAFETY: interned.
            let st =
                self.vm.raise_at(level::COMPILE_WARNING, msg, unsafe { StrHdr::bytes(self.file) }, self.line);
            if st != plugin_api_abi::Status::Ok {
                return Err(st);
            }
        }
        Ok(())
    }

    fn add_trait_method(&mut self, f: *mut Func, name: *mut StrHdr, key: Sym, flags: u32) -> Linked<()> {
        let c = self.class();
        // SAFETY: functions and classes live as long as the VM's request.
        unsafe {
            let existing = c.methods.get(&key).copied();
            let mut check = false;
            if let Some(e) = existing {
                let e = &*e;
                let from_trait = (*e.scope).flags & TRAIT != 0;
                if same_code(e, &*f) && (e.flags ^ flags) & PPP == 0 && from_trait {
                    return Ok(());
                }
                if flags & ABSTRACT != 0 {
                    let new = copy_method(f, self.c, name, flags);
                    let rules = MethodRules { visibility: false, set_prototype: false, reset_override: true };
                    return self.check_method(key, e as *const Func as *mut Func, self.c, new, self.c, rules);
                }
                if e.scope == self.c {
                    return Ok(());
                }
                if from_trait && e.flags & ABSTRACT == 0 {
                    let msg = format!(
                        "Trait method {}::{} has not been applied as {}::{}, because of collision with {}::{}",
                        class_text((*f).scope),
                        name_text((*f).name),
                        class_text(c),
                        name_text(name),
                        class_text(e.scope),
                        name_text(e.name)
                    );
                    return Err(self.fail(&msg));
                }
                check = true;
            }
            let new = copy_method(f, self.c, name, flags);
            if (*new).name == self.vm.names.construct {
                (*new).rt |= RT_CTOR;
            }
            if (*(*new).proto).attributes.iter().any(|a| a.name.eq_ignore_ascii_case(b"Override")) {
                self.overrides.push(key);
            }
            c.methods.insert(key, new);
            if let Some(e) = existing.filter(|_| check) {
                let from_trait = (*(*e).scope).flags & TRAIT != 0;
                let e_scope = if from_trait { self.c } else { (*e).scope };
                let rules = if from_trait {
                    MethodRules { visibility: true, set_prototype: false, reset_override: false }
                } else {
                    MethodRules::CLASS
                };
                self.check_method(key, new, self.c, e, e_scope, rules)?;
                if !from_trait && (*e).flags & PRIVATE == 0 {
                    (*new).prototype = if (*e).prototype.is_null() { e } else { (*e).prototype };
                }
            }
        }
        Ok(())
    }

    /// Which class to name as the first to define a member.
    fn first_definer(
        &self,
        owner: *mut Class,
        before: &[*mut Class],
        has: impl Fn(&Class) -> bool,
    ) -> String {
        if owner == self.c {
            for &t in before {
                // SAFETY: live class.
                if unsafe { has(&*t) } {
                    return class_text(t);
                }
            }
        }
        class_text(owner)
    }

    fn bind_constants(&mut self, t: *mut Class, before: &[*mut Class]) -> Linked<()> {
        let c = self.class();
        // SAFETY: traits are not changed by who uses them.
        let consts: &'static crate::class::SymMap<ClassConstant> = unsafe { &(*t).consts };
        for (k, k2) in consts {
            let Some(own) = c.consts.get(k) else {
                let value = fresh_value(k2.value);
                c.consts.insert(
                    *k,
                    ClassConstant {
                        value,
                        flags: k2.flags,
                        ty: k2.ty.clone(),
                        class: self.c,
                        is_case: false,
                        evaluating: false,
                        decl: k2.decl,
                        desc: k2.desc,
                    },
                );
                continue;
            };
            let name = name_text(k.0);
            if own.is_case {
                let (tn, cn) = (class_text(k2.class), class_text(c));
                return Err(self.fail(&format!(
                    "Cannot use trait {tn}, because {tn}::{name} conflicts with enum case {cn}::{name}"
                )));
            }
            let mask = PPP | FINAL;
            let mut ok = (own.flags ^ k2.flags) & mask == 0 && own.ty.is_some() == k2.ty.is_some();
            if let (Some(a), Some(b)) = (&own.ty, &k2.ty) {
                ok &= variance::covariant(self.vm, a, self.c, b, t) != Fit::No
                    && variance::covariant(self.vm, b, t, a, self.c) != Fit::No;
            }
            let (own_value, own_class) = (own.value, own.class);
            if !ok || !self.same_value(k2.value, own_value)? {
                let first = self.first_definer(own_class, before, |x| x.consts.contains_key(k));
                let msg = format!(
                    "{first} and {} define the same constant ({name}) in the composition of {}. However, the definition differs and is considered incompatible. Class was composed",
                    class_text(k2.class),
                    class_text(c)
                );
                return Err(self.fail(&msg));
            }
        }
        Ok(())
    }

    fn bind_properties(&mut self, t: *mut Class, before: &[*mut Class]) -> Linked<()> {
        let c = self.class();
        // SAFETY: traits are not changed by who uses them.
        let tc: &'static Class = unsafe { &*t };
        for (k, &info) in &tc.props {
            // SAFETY: property infos live as long as their classes.
            let p: &'static PropInfo = unsafe { &*info };
            let name = name_text(k.0);
            let mut flags = p.flags;
            if let Some(&other) = c.props.get(k) {
                // SAFETY: as above.
                let o: &'static PropInfo = unsafe { &*other };
                if o.flags & PRIVATE != 0 && o.class != self.c {
                    c.props.shift_remove(k);
                    flags |= PROP_CHANGED;
                } else {
                    let first = self.first_definer(o.class, before, |x| x.props.contains_key(k));
                    let (pn, cn) = (class_text(p.class), class_text(c));
                    if [o.get, o.set, p.get, p.set].iter().any(|h| !h.is_null()) {
                        let msg = format!(
                            "{first} and {pn} define the same hooked property (${name}) in the composition of {cn}. Conflict resolution between hooked properties is currently not supported. Class was composed"
                        );
                        return Err(self.fail(&msg));
                    }
                    let mask = PPP | STATIC | READONLY;
                    let ok = (o.flags ^ flags) & mask == 0
                        && variance::prop_types(self.vm, p, o, variance::PropVariance::Invariant) == Fit::Yes
                        && self.same_value(default_of(tc, p), default_of(c, o))?;
                    if !ok {
                        let msg = format!(
                            "{first} and {pn} define the same property (${name}) in the composition of {cn}. However, the definition differs and is considered incompatible. Class was composed"
                        );
                        return Err(self.fail(&msg));
                    }
                    if flags & STATIC == 0 || o.class == self.c {
                        continue;
                    }
                }
            }
            if c.flags & READONLY != 0 && p.flags & READONLY == 0 {
                let msg = format!(
                    "Readonly class {} cannot use trait with a non-readonly property {}::${name}",
                    class_text(c),
                    class_text(p.class)
                );
                return Err(self.fail(&msg));
            }
            let default = if flags & VIRTUAL != 0 { Val::UNDEF } else { fresh_value(default_of(tc, p)) };
            let hook = |h: *mut Func| {
                if h.is_null() {
                    return h;
                }
                // SAFETY: trait hooks are user functions.
                unsafe {
                    let n = copy_method(h, self.c, (*h).name, (*h).flags);
                    (*n).scope = self.c;
                    n
                }
            };
            let (get, set) = (hook(p.get), hook(p.set));
            let ty = match (&p.ty, p.decl) {
                // SAFETY: scripts are kept until the request ends.
                (Some(_), Some((s, ci, pi))) => unsafe {
                    (&(&(*s).unit.classes)[ci as usize].props)[pi as usize]
                        .ty
                        .as_ref()
                        .map(|t| crate::load::rt_type(t, self.c))
                },
                (ty, _) => (*ty).clone(),
            };
            self.declare_prop(NewProp {
                name: k.0,
                flags,
                ty,
                default,
                get,
                set,
                decl: p.decl,
                desc: p.desc,
            })?;
        }
        Ok(())
    }

    /// Whether two declared values are the same; constant expressions are evaluated.
    fn same_value(&mut self, a: Val, b: Val) -> Linked<bool> {
        if a.tag() == PTR && b.tag() == PTR {
            let (x, y) = (a.as_ptr::<Thunk>(), b.as_ptr::<Thunk>());
            // SAFETY: thunks of declared members are alive.
            unsafe {
                if x == y
                    || !x.is_null() && !y.is_null() && (*x).script == (*y).script && (*x).index == (*y).index
                {
                    return Ok(true);
                }
            }
        }
        let mut eval = |v: Val| -> Linked<Val> {
            if v.tag() != PTR || v.payload == 0 {
                return Ok(crate::rt::copy(v));
            }
            let mut out = Val::NULL;
            // SAFETY: as above.
            match unsafe { self.vm.run_thunk(&*v.as_ptr::<Thunk>(), self.c, &mut out) } {
                plugin_api_abi::Status::Ok => Ok(out),
                st => Err(st),
            }
        };
        let (x, y) = (eval(a)?, eval(b)?);
        let same = (x.tag() == UNDEF) == (y.tag() == UNDEF) && howdah_runtime::compare::identical(x, y);
        // SAFETY: both are ours.
        unsafe {
            crate::rt::release(x);
            crate::rt::release(y);
        }
        Ok(same)
    }
}

/// A declared value for another class: thunks are evaluated for each class on its own.
fn fresh_value(v: Val) -> Val {
    if v.tag() == PTR && v.payload != 0 {
        // SAFETY: thunks of declared members are alive.
        let t = unsafe { &*v.as_ptr::<Thunk>() };
        return Val::ptr(Box::into_raw(Box::new(Thunk { script: t.script, index: t.index })));
    }
    crate::rt::copy(v)
}

/// Declared default of a property.
fn default_of(c: &Class, p: &PropInfo) -> Val {
    if p.slot == u32::MAX {
        return Val::UNDEF;
    }
    if p.flags & STATIC != 0 {
        // SAFETY: static cells live as long as their class.
        return unsafe { *c.static_slots[p.slot as usize] };
    }
    c.default_slots[p.slot as usize]
}
