//! Inheriting members, and the rules an overriding member must keep.

use super::variance::{self, Fit, Obligation, PropVariance};
use super::{Linked, Linker, PPP, SET_MASK};
use crate::class::{Class, ClassConstant, PROP_CHANGED, PropInfo, Sym, class_flags};
use crate::classes::lookup::{kind_word, kind_word_uc};
use crate::classes::{class_text, name_text, visibility};
use crate::func::{Func, RT_CTOR};
use howdah_runtime::memory::val_addref;
use plugin_api_abi::flags::{
    ABSTRACT, FINAL, INTERFACE, PRIVATE, PRIVATE_SET, PROTECTED, PROTECTED_SET, PUBLIC, READONLY,
    RETURNS_REF, STATIC, VIRTUAL,
};
use plugin_api_abi::{PTR, Val};

/// What [`Linker::check_method`] looks at and sets.
#[derive(Clone, Copy)]
pub(crate) struct MethodRules {
    pub visibility: bool,
    pub set_prototype: bool,
    pub reset_override: bool,
}

impl MethodRules {
    pub(crate) const CLASS: MethodRules =
        MethodRules { visibility: true, set_prototype: true, reset_override: true };
}

fn word(on: u32, yes: &'static str, no: &'static str) -> &'static str {
    if on != 0 { yes } else { no }
}

fn weaker(flags: u32) -> &'static str {
    if flags & PUBLIC != 0 { "" } else { " or weaker" }
}

impl Linker<'_> {
    /// Takes the parent's properties, constants and methods over.
    pub(crate) fn inherit_parent(&mut self) -> Linked<()> {
        let c = self.class();
        if c.parent.is_null() {
            return Ok(());
        }
        // SAFETY: parents are live classes, which linking a child does not change.
        let p: &'static Class = unsafe { &*c.parent };
        for (k, &info) in &p.props {
            if !c.props.contains_key(k) {
                c.props.insert(*k, info);
            }
        }
        for (k, konst) in &p.consts {
            self.inherit_const(*k, konst, false)?;
        }
        for (k, &f) in &p.methods {
            self.inherit_method(*k, f, false)?;
        }
        // SAFETY: methods live as long as their classes.
        let ctor = Sym(self.vm.names.construct);
        if let (Some(&own), Some(&above)) = (c.methods.get(&ctor), p.methods.get(&ctor))
            && own != above
            && unsafe { (*above).flags & FINAL != 0 }
        {
            // SAFETY: as above.
            let msg = unsafe {
                format!(
                    "Cannot override final {}::{}() with {}::{}()",
                    class_text(p),
                    name_text((*above).name),
                    class_text(c),
                    name_text((*own).name)
                )
            };
            return Err(self.fail_as(crate::errors::level::ERROR, &msg));
        }
        Ok(())
    }

    /// A method of the parent or of an interface.
    pub(crate) fn inherit_method(&mut self, key: Sym, parent: *mut Func, interface: bool) -> Linked<()> {
        let c = self.class();
        match c.methods.get(&key).copied() {
            Some(child) => {
                if child == parent {
                    return Ok(());
                }
                let rules = if interface && c.flags & INTERFACE != 0 {
                    MethodRules { set_prototype: false, ..MethodRules::CLASS }
                } else {
                    MethodRules::CLASS
                };
                // SAFETY: functions live as long as the VM's request.
                let (cs, ps) = unsafe { ((*child).scope, (*parent).scope) };
                self.check_method(key, child, cs, parent, ps, rules)
            }
            None => {
                // SAFETY: as above.
                if unsafe { (*parent).flags } & ABSTRACT != 0 {
                    c.flags |= ABSTRACT;
                }
                c.methods.insert(key, parent);
                Ok(())
            }
        }
    }

    /// Checks that `child` may stand for `parent`.
    pub(crate) fn check_method(
        &mut self,
        key: Sym,
        child: *mut Func,
        child_scope: *mut Class,
        parent: *mut Func,
        parent_scope: *mut Class,
        rules: MethodRules,
    ) -> Linked<()> {
        // SAFETY: functions and classes live as long as the VM's request.
        unsafe {
            let (cf, pf) = ((*child).flags, (*parent).flags);
            if self.class().flags & class_flags::INTERNAL != 0 {
                // What extensions declare is taken at its word.
                if (*child).scope == self.c && pf & PRIVATE == 0 && rules.set_prototype {
                    (*child).prototype =
                        if (*parent).prototype.is_null() { parent } else { (*parent).prototype };
                }
                return Ok(());
            }
            let ctor = (*parent).rt & RT_CTOR != 0;
            if pf & (PRIVATE | ABSTRACT) == PRIVATE && !ctor {
                return Ok(());
            }
            let name = name_text((*child).name);
            let pn = class_text((*parent).scope);
            let cn = class_text((*child).scope);
            if pf & FINAL != 0 {
                return Err(self.fail_at(child, &format!("Cannot override final method {pn}::{name}()")));
            }
            if (cf ^ pf) & STATIC != 0 {
                let msg = if cf & STATIC != 0 {
                    format!("Cannot make non static method {pn}::{name}() static in class {cn}")
                } else {
                    format!("Cannot make static method {pn}::{name}() non static in class {cn}")
                };
                return Err(self.fail_at(child, &msg));
            }
            if cf & ABSTRACT > pf & ABSTRACT {
                return Err(self.fail_at(
                    child,
                    &format!("Cannot make non abstract method {pn}::{name}() abstract in class {cn}"),
                ));
            }
            let proto = if (*parent).prototype.is_null() { parent } else { (*parent).prototype };
            let mut against = parent;
            let mut against_scope = parent_scope;
            if ctor {
                // Constructors answer only to an abstract one or an interface's.
                if (*proto).flags & ABSTRACT == 0 {
                    return Ok(());
                }
                against = proto;
                if proto != parent {
                    against_scope = (*proto).scope;
                }
            }
            if rules.set_prototype && (*child).scope == self.c {
                (*child).prototype = proto;
            }
            if rules.visibility && cf & PPP > pf & PPP {
                let msg = format!(
                    "Access level to {cn}::{name}() must be {} (as in class {}){}",
                    visibility(pf),
                    class_text((*against).scope),
                    weaker(pf)
                );
                return Err(self.fail_at(child, &msg));
            }
            self.check_signature(child, child_scope, against, against_scope)?;
            if rules.reset_override {
                self.overrides.retain(|s| *s != key);
            }
            Ok(())
        }
    }

    fn check_signature(
        &mut self,
        child: *mut Func,
        child_scope: *mut Class,
        parent: *mut Func,
        parent_scope: *mut Class,
    ) -> Linked<()> {
        // SAFETY: as above.
        let fit = unsafe { variance::signatures(self.vm, &*child, child_scope, &*parent, parent_scope) };
        match fit {
            Fit::Yes => Ok(()),
            Fit::Unknown => {
                let o = Obligation::Method { child, child_scope, parent, parent_scope };
                self.vm.cls.obligations.push((self.c, o));
                Ok(())
            }
            fit => self.report_signature(child, child_scope, parent, parent_scope, fit),
        }
    }

    pub(crate) fn report_signature(
        &mut self,
        child: *mut Func,
        child_scope: *mut Class,
        parent: *mut Func,
        parent_scope: *mut Class,
        fit: Fit,
    ) -> Linked<()> {
        // SAFETY: as above.
        let (cd, pd) = unsafe {
            (variance::declaration(&*child, child_scope), variance::declaration(&*parent, parent_scope))
        };
        match fit {
            Fit::Yes => Ok(()),
            Fit::Unknown => {
                let missing = variance::missing_class(self.vm, child, parent);
                Err(self.fail_at(child, &format!("Could not check compatibility between {cd} and {pd}, because class {missing} is not available")))
            }
            Fit::Tentative => {
                // SAFETY: user functions have a proto.
                let quiet = unsafe {
                    (*child).is_user()
                        && (*(*child).proto)
                            .attributes
                            .iter()
                            .any(|a| a.name.eq_ignore_ascii_case(b"ReturnTypeWillChange"))
                };
                // SAFETY: as above.
                if quiet || unsafe { !(*child).is_user() } {
                    return Ok(());
                }
                let msg = format!(
                    "Return type of {cd} should either be compatible with {pd}, or the #[\\ReturnTypeWillChange] attribute should be used to temporarily suppress the notice"
                );
                // SAFETY: as above.
                let (file, line) = unsafe { ((*(*child).script).file, (*(*child).proto).start_line) };
                // SAFETY: interned.
                let st = self.vm.raise_at(
                    crate::errors::level::DEPRECATED,
                    msg.as_bytes(),
                    unsafe { plugin_api_abi::StrHdr::bytes(file) },
                    line,
                );
                if st != plugin_api_abi::Status::Ok {
                    if self.vm.has_exception() {
                        let msg = format!("During inheritance of {}", class_text(parent_scope));
                        return Err(self.vm.fatal_uncaught(&msg, file, line));
                    }
                    return Err(st);
                }
                Ok(())
            }
            Fit::No => Err(self.fail_at(child, &format!("Declaration of {cd} must be compatible with {pd}"))),
        }
    }

    /// A constant of the parent or of an interface.
    pub(crate) fn inherit_const(&mut self, key: Sym, from: &ClassConstant, interface: bool) -> Linked<()> {
        let c = self.class();
        if c.consts.contains_key(&key) {
            return self.check_const(key, from);
        }
        if !interface && from.flags & PRIVATE != 0 {
            return Ok(());
        }
        c.consts.insert(key, inherited_const(from));
        Ok(())
    }

    /// Checks a constant that stands for an inherited one.
    pub(crate) fn check_const(&mut self, key: Sym, from: &ClassConstant) -> Linked<()> {
        let c = self.class();
        let Some(own) = c.consts.get(&key) else { return Ok(()) };
        let name = name_text(key.0);
        let (oc, fc) = (class_text(own.class), class_text(from.class));
        if from.class != own.class && from.flags & FINAL != 0 {
            return Err(self.fail(&format!("{oc}::{name} cannot override final constant {fc}::{name}")));
        }
        if own.class != from.class && own.class != self.c {
            let msg = format!(
                "{} {} inherits both {oc}::{name} and {fc}::{name}, which is ambiguous",
                kind_word_uc(c.flags),
                class_text(c)
            );
            return Err(self.fail(&msg));
        }
        if own.flags & PPP > from.flags & PPP {
            // SAFETY: live class.
            let kind = unsafe { kind_word((*from.class).flags) };
            let msg = format!(
                "Access level to {}::{name} must be {} (as in {kind} {fc}){}",
                class_text(c),
                visibility(from.flags),
                weaker(from.flags)
            );
            return Err(self.fail(&msg));
        }
        if from.flags & PRIVATE == 0 && from.ty.is_some() {
            match variance::const_types(self.vm, from, own) {
                Fit::Yes | Fit::Tentative => {}
                Fit::Unknown => {
                    let o = Obligation::Const { name: key, parent: from.class };
                    self.vm.cls.obligations.push((self.c, o));
                }
                Fit::No => return Err(self.const_type_error(key, own, from)),
            }
        }
        Ok(())
    }

    pub(crate) fn const_type_error(
        &mut self,
        key: Sym,
        own: &ClassConstant,
        from: &ClassConstant,
    ) -> plugin_api_abi::Status {
        let name = name_text(key.0);
        let ty = from.ty.as_ref().map_or(String::new(), |t| variance::resolved_text(t, from.class));
        let (oc, fc) = (class_text(own.class), class_text(from.class));
        self.fail(&format!("Type of {oc}::{name} must be compatible with {fc}::{name} of type {ty}"))
    }

    /// Checks property `child` of this class against one that it redeclares.
    pub(crate) fn check_prop(&mut self, child: *mut PropInfo, parent: &PropInfo) -> Linked<()> {
        let c = self.class();
        // SAFETY: property infos live as long as their classes; the child is this class's own.
        let ch = unsafe { &mut *child };
        let name = name_text(ch.name);
        let (cn, pn) = (class_text(c), class_text(parent.class));
        if parent.flags & (PRIVATE | PROP_CHANGED) != 0 {
            ch.flags |= PROP_CHANGED;
        }
        if parent.flags & FINAL != 0 {
            return Err(self.fail(&format!("Cannot override final property {pn}::${name}")));
        }
        if parent.flags & PRIVATE != 0 {
            return Ok(());
        }
        // SAFETY: live class.
        if unsafe { (*parent.class).flags } & INTERFACE == 0 {
            ch.prototype = parent.prototype;
        }
        if (parent.flags ^ ch.flags) & STATIC != 0 {
            let msg = format!(
                "Cannot redeclare {}{pn}::${name} as {}{cn}::${name}",
                word(parent.flags & STATIC, "static ", "non static "),
                word(ch.flags & STATIC, "static ", "non static ")
            );
            return Err(self.fail(&msg));
        }
        if (parent.flags ^ ch.flags) & READONLY != 0 && parent.flags & ABSTRACT == 0 {
            let msg = format!(
                "Cannot redeclare {} property {pn}::${name} as {} {cn}::${name}",
                word(parent.flags & READONLY, "readonly", "non-readonly"),
                word(ch.flags & READONLY, "readonly", "non-readonly")
            );
            return Err(self.fail(&msg));
        }
        let parent_hooked = !parent.get.is_null() || !parent.set.is_null();
        if ch.flags & SET_MASK != 0 && !(parent_hooked && parent.flags & VIRTUAL != 0 && parent.set.is_null())
        {
            let mut above = parent.flags & SET_MASK;
            if above == 0 {
                above = match parent.flags & PPP {
                    PROTECTED => PROTECTED_SET,
                    PRIVATE => PRIVATE_SET,
                    _ => 0,
                };
            }
            if ch.flags & SET_MASK > above {
                let how = if parent.flags & PRIVATE_SET != 0 {
                    "private(set)"
                } else if parent.flags & PROTECTED_SET != 0 {
                    "protected(set)"
                } else {
                    "omitted"
                };
                let tail = if parent.flags & SET_MASK == 0 { "" } else { " or weaker" };
                return Err(self.fail(&format!(
                    "Set access level of {cn}::${name} must be {how} (as in class {pn}){tail}"
                )));
            }
        }
        if ch.flags & PPP > parent.flags & PPP {
            let msg = format!(
                "Access level to {cn}::${name} must be {} (as in class {pn}){}",
                visibility(parent.flags),
                weaker(parent.flags)
            );
            return Err(self.fail(&msg));
        }
        if parent_hooked || !ch.get.is_null() || !ch.set.is_null() {
            self.inherit_hook(ch, parent, true)?;
            self.inherit_hook(ch, parent, false)?;
        }
        let how = variance::prop_variance(parent);
        if parent.ty.is_some() {
            match variance::prop_types(self.vm, parent, ch, how) {
                Fit::Yes | Fit::Tentative => self.check_set_type(ch, parent)?,
                Fit::Unknown => {
                    let o = Obligation::Prop { child, parent: parent as *const PropInfo };
                    self.vm.cls.obligations.push((self.c, o));
                }
                Fit::No => return Err(self.prop_type_error(ch, parent, how)),
            }
        } else if ch.ty.is_some() {
            return Err(self.fail(&format!("Type of {cn}::${name} must not be defined (as in class {pn})")));
        }
        Ok(())
    }

    /// A property without a `set` hook must take what an abstract `set` hook takes.
    pub(crate) fn check_set_type(&mut self, child: &PropInfo, parent: &PropInfo) -> Linked<()> {
        if parent.flags & ABSTRACT == 0 || parent.set.is_null() || !child.set.is_null() {
            return Ok(());
        }
        // SAFETY: hooks live as long as their class.
        let set = unsafe { &*parent.set };
        let (Some(want), Some(have)) = (set.params.first().and_then(|p| p.ty.as_ref()), child.ty.as_ref())
        else {
            return Ok(());
        };
        if variance::covariant(self.vm, want, parent.class, have, child.class) == Fit::No {
            let msg = format!(
                "Set type of {}::${} must be supertype of {} (as in {} {})",
                class_text(child.class),
                name_text(child.name),
                variance::resolved_text(want, parent.class),
                // SAFETY: live class.
                unsafe { kind_word((*parent.class).flags) },
                class_text(parent.class)
            );
            return Err(self.fail(&msg));
        }
        Ok(())
    }

    pub(crate) fn prop_type_error(
        &mut self,
        child: &PropInfo,
        parent: &PropInfo,
        how: PropVariance,
    ) -> plugin_api_abi::Status {
        let ty = parent.ty.as_ref().map_or(String::new(), |t| variance::resolved_text(t, parent.class));
        let rel = match how {
            PropVariance::Invariant => "",
            PropVariance::Covariant => "subtype of ",
            PropVariance::Contravariant => "supertype of ",
        };
        let msg = format!(
            "Type of {}::${} must be {rel}{ty} (as in class {})",
            class_text(child.class),
            name_text(child.name),
            class_text(parent.class)
        );
        self.fail(&msg)
    }

    fn inherit_hook(&mut self, child: &mut PropInfo, parent: &PropInfo, get: bool) -> Linked<()> {
        let above = if get { parent.get } else { parent.set };
        let own = if get { child.get } else { child.set };
        if above.is_null() {
            return Ok(());
        }
        // SAFETY: hooks live as long as their classes.
        unsafe {
            if own.is_null() {
                if (*above).flags & ABSTRACT != 0 {
                    let has = child.flags & VIRTUAL == 0 && (get || child.flags & READONLY == 0);
                    if has {
                        return Ok(());
                    }
                    self.class().flags |= ABSTRACT;
                }
                if get {
                    child.get = above;
                } else {
                    child.set = above;
                }
                self.class().flags |= crate::class::class_flags::HAS_HOOKS;
                return Ok(());
            }
            (*own).prototype = if (*above).prototype.is_null() { above } else { (*above).prototype };
            let pf = (*above).flags;
            if pf & PRIVATE != 0 {
                return Ok(());
            }
            if pf & FINAL != 0 {
                let msg = format!(
                    "Cannot override final property hook {}::{}()",
                    class_text((*above).scope),
                    name_text((*above).name)
                );
                return Err(self.fail(&msg));
            }
            let (cs, ps) = ((*own).scope, (*above).scope);
            let rules = MethodRules { reset_override: false, ..MethodRules::CLASS };
            self.check_method(Sym((*own).name), own, cs, above, ps, rules)
        }
    }

    /// Rules of a property with hooks.
    pub(crate) fn verify_hooked(&mut self, info: *mut PropInfo) -> Linked<()> {
        // SAFETY: property infos and hooks live as long as their classes.
        let p = unsafe { &*info };
        let (cn, pn) = (class_text(self.c), name_text(p.name));
        let mut abstract_error = p.flags & ABSTRACT != 0;
        for (get, h) in [(true, p.get), (false, p.set)] {
            if h.is_null() {
                continue;
            }
            // SAFETY: as above.
            let f = unsafe { (*h).flags };
            if get && f & RETURNS_REF != 0 && p.flags & VIRTUAL == 0 && !p.set.is_null() {
                return Err(self.fail(&format!(
                    "Get hook of backed property {cn}::{pn} with set hook may not return by reference"
                )));
            }
            if f & ABSTRACT != 0 {
                abstract_error = false;
                let c = self.class();
                if c.flags & INTERFACE == 0 {
                    c.flags |= ABSTRACT;
                }
            }
        }
        if abstract_error {
            return Err(
                self.fail(&format!("Abstract property {cn}::${pn} must specify at least one abstract hook"))
            );
        }
        if p.flags & VIRTUAL != 0 && p.flags & SET_MASK != 0 && (p.get.is_null() || p.set.is_null()) {
            let prefix = if p.get.is_null() { "Write-only" } else { "Read-only" };
            return Err(self.fail(&format!(
                "{prefix} virtual property {cn}::${pn} must not specify asymmetric visibility"
            )));
        }
        Ok(())
    }
}

/// A constant as a child keeps it. What is not evaluated yet is looked up in the declaring class when it is needed.
pub(crate) fn inherited_const(from: &ClassConstant) -> ClassConstant {
    let value = if from.value.tag() == PTR { Val::ptr(core::ptr::null_mut::<u8>()) } else { from.value };
    val_addref(value);
    ClassConstant {
        value,
        flags: from.flags,
        ty: from.ty.clone(),
        class: from.class,
        is_case: from.is_case,
        evaluating: false,
        decl: from.decl,
        desc: from.desc,
    }
}
