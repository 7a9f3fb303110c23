//! Subtyping: whether signatures and types of overriding members fit. Behaviour follows php-src's zend_inheritance.c; a
//! class that is not loaded yet makes an answer unknown, and the check waits until linking is through.

use super::{Linked, Linker};
use crate::class::{Class, ClassConstant, PropInfo, Sym, class_flags};
use crate::classes::{class_text, name_text};
use crate::func::{ClassName, Func, RtParam, RtType};
use crate::vm::Vm;
use howdah_bytecode::Literal;
use plugin_api_abi::flags::{ABSTRACT, RETURNS_REF, VIRTUAL};
use plugin_api_abi::{StrHdr, type_mask};

/// Whether one type or signature fits another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fit {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// A class is missing.
    Unknown,
    /// Only the tentative return type does not fit.
    Tentative,
}

/// How a redeclared property's type may differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropVariance {
    /// Not at all.
    Invariant,
    /// Narrower: it can only be read.
    Covariant,
    /// Wider: it can only be written.
    Contravariant,
}

/// A check that waits for classes.
pub enum Obligation {
    /// An overriding method.
    Method {
        /// The method.
        child: *mut Func,
        /// What `self` means in it.
        child_scope: *mut Class,
        /// The overridden one.
        parent: *mut Func,
        /// What `self` means in that.
        parent_scope: *mut Class,
    },
    /// A redeclared property.
    Prop {
        /// The property.
        child: *const PropInfo,
        /// The one above.
        parent: *const PropInfo,
    },
    /// A redeclared constant.
    Const {
        /// Its name.
        name: Sym,
        /// The class above.
        parent: *mut Class,
    },
    /// A `set` hook's parameter against its property.
    Hook {
        /// The property.
        prop: *const PropInfo,
    },
}

impl Linker<'_> {
    /// Repeats a check whose classes were loaded meanwhile.
    pub(crate) fn resolve(&mut self, o: Obligation) -> Linked<()> {
        // SAFETY: functions, classes and property infos live as long as the VM's request.
        unsafe {
            match o {
                Obligation::Method { child, child_scope, parent, parent_scope } => {
                    let fit = signatures(self.vm, &*child, child_scope, &*parent, parent_scope);
                    self.report_signature(child, child_scope, parent, parent_scope, fit)
                }
                Obligation::Prop { child, parent } => {
                    let how = prop_variance(&*parent);
                    match prop_types(self.vm, &*parent, &*child, how) {
                        Fit::Yes => self.check_set_type(&*child, &*parent),
                        _ => Err(self.prop_type_error(&*child, &*parent, how)),
                    }
                }
                Obligation::Const { name, parent } => {
                    let (Some(own), Some(from)) =
                        (self.class().consts.get(&name), (*parent).consts.get(&name))
                    else {
                        return Ok(());
                    };
                    match const_types(self.vm, from, own) {
                        Fit::Yes => Ok(()),
                        _ => Err(self.const_type_error(name, own, from)),
                    }
                }
                Obligation::Hook { prop } => match hook_type(self.vm, &*prop) {
                    Fit::Yes => Ok(()),
                    _ => Err(self.hook_type_error(&*prop)),
                },
            }
        }
    }

    pub(crate) fn hook_type_error(&mut self, p: &PropInfo) -> plugin_api_abi::Status {
        // SAFETY: the property has a set hook with a parameter.
        let param = unsafe { (*p.set).params.first().map_or(String::new(), |q| name_text(q.name)) };
        let msg = format!(
            "Type of parameter ${param} of hook {}::${}::set must be compatible with property type",
            class_text(p.class),
            name_text(p.name)
        );
        self.fail(&msg)
    }
}

/// Whether a `set` hook takes all that its property holds.
pub(crate) fn hook_type(vm: &mut Vm, p: &PropInfo) -> Fit {
    // SAFETY: the hook lives as long as its class.
    let Some(param) = (unsafe { (*p.set).params.first().and_then(|q| q.ty.as_ref()) }) else {
        return Fit::Yes;
    };
    match &p.ty {
        None => Fit::No,
        Some(t) => covariant(vm, t, p.class, param, p.class),
    }
}

/// Which way a redeclaration of `p` may differ.
pub(crate) fn prop_variance(p: &PropInfo) -> PropVariance {
    if p.flags & VIRTUAL != 0 && (!p.get.is_null() || !p.set.is_null()) {
        if p.set.is_null() {
            return PropVariance::Covariant;
        }
        if p.get.is_null() {
            return PropVariance::Contravariant;
        }
    }
    PropVariance::Invariant
}

/// Whether a property's type fits the one above.
pub(crate) fn prop_types(vm: &mut Vm, parent: &PropInfo, child: &PropInfo, how: PropVariance) -> Fit {
    let (p, c) = match (&parent.ty, &child.ty) {
        (Some(p), Some(c)) => (p, c),
        (None, None) => return Fit::Yes,
        _ => return Fit::No,
    };
    if p.mask == c.mask && same_classes(p, c) {
        return Fit::Yes;
    }
    let down = if how == PropVariance::Contravariant {
        Fit::Yes
    } else {
        covariant(vm, c, child.class, p, parent.class)
    };
    let up = if how == PropVariance::Covariant {
        Fit::Yes
    } else {
        covariant(vm, p, parent.class, c, child.class)
    };
    match (down, up) {
        (Fit::Yes, Fit::Yes) => Fit::Yes,
        (Fit::No, _) | (_, Fit::No) => Fit::No,
        _ => Fit::Unknown,
    }
}

fn same_classes(a: &RtType, b: &RtType) -> bool {
    a.classes.len() == b.classes.len()
        && a.classes
            .iter()
            .zip(&b.classes)
            .all(|(x, y)| x.len() == y.len() && x.iter().zip(y).all(|(m, n)| m.lc == n.lc))
}

/// Whether a constant's type fits the one above.
pub(crate) fn const_types(vm: &mut Vm, parent: &ClassConstant, child: &ClassConstant) -> Fit {
    match (&parent.ty, &child.ty) {
        (None, _) => Fit::Yes,
        (Some(_), None) => Fit::No,
        (Some(p), Some(c)) => covariant(vm, c, child.class, p, parent.class),
    }
}

/// The name that a type's class stands for within `scope`.
fn real(n: &ClassName, scope: *mut Class) -> (*mut StrHdr, *mut StrHdr) {
    // SAFETY: interned names, live classes.
    unsafe {
        let class = match StrHdr::bytes(n.lc) {
            b"self" => scope,
            b"parent" if !scope.is_null() => (*scope).parent,
            _ => core::ptr::null_mut(),
        };
        if class.is_null() { (n.name, n.lc) } else { ((*class).head.name, (*class).lc_name) }
    }
}

/// The class of a name, linked or not; the scope itself where it is not in the table yet.
fn lookup(vm: &mut Vm, lc: *mut StrHdr, scope: *mut Class) -> Option<*mut Class> {
    if let Some(c) = vm.class_at(Sym(lc)) {
        return Some(c);
    }
    // SAFETY: live class.
    unsafe { (!scope.is_null() && (*scope).lc_name == lc).then_some(scope) }
}

fn is_sub(child: *mut Class, parent: *mut Class) -> bool {
    // SAFETY: live classes, whose hierarchy is known from the start of linking on.
    unsafe { (*child).is_a(parent) }
}

/// Whether class `name` is within type `t`.
fn class_fits(vm: &mut Vm, name: &ClassName, scope: *mut Class, t: &RtType, t_scope: *mut Class) -> Fit {
    let (_, lc) = real(name, scope);
    let mut unknown = false;
    let class = lookup(vm, lc, scope);
    if t.mask & type_mask::OBJECT != 0 {
        if class.is_some() {
            return Fit::Yes;
        }
        unknown = true;
    }
    for alt in &t.classes {
        let mut all = Fit::Yes;
        for n in alt {
            let (_, want) = real(n, t_scope);
            if want == lc {
                continue;
            }
            match (class, lookup(vm, want, t_scope)) {
                (Some(c), Some(p)) if is_sub(c, p) => {}
                (Some(_), Some(_)) => {
                    all = Fit::No;
                    break;
                }
                _ => all = Fit::Unknown,
            }
        }
        match all {
            Fit::Yes => return Fit::Yes,
            Fit::Unknown => unknown = true,
            _ => {}
        }
    }
    if unknown { Fit::Unknown } else { Fit::No }
}

/// Whether an intersection is within type `t`: for one alternative of `t`, each of its classes has a subclass in it.
fn intersection_fits(
    vm: &mut Vm,
    names: &[ClassName],
    scope: *mut Class,
    t: &RtType,
    t_scope: *mut Class,
) -> Fit {
    let mut unknown = false;
    if t.mask & type_mask::OBJECT != 0 {
        if names.iter().any(|n| lookup(vm, real(n, scope).1, scope).is_some()) {
            return Fit::Yes;
        }
        unknown = true;
    }
    for alt in &t.classes {
        let mut all = Fit::Yes;
        for want in alt {
            let single = RtType::new(0, Box::from([Box::from([*want])]), "".into());
            let mut any = Fit::No;
            for n in names {
                match class_fits(vm, n, scope, &single, t_scope) {
                    Fit::Yes => {
                        any = Fit::Yes;
                        break;
                    }
                    Fit::Unknown => any = Fit::Unknown,
                    _ => {}
                }
            }
            match any {
                Fit::Yes => {}
                Fit::Unknown if all == Fit::Yes => all = Fit::Unknown,
                Fit::Unknown => {}
                _ => {
                    all = Fit::No;
                    break;
                }
            }
        }
        match all {
            Fit::Yes => return Fit::Yes,
            Fit::Unknown => unknown = true,
            _ => {}
        }
    }
    if unknown { Fit::Unknown } else { Fit::No }
}

/// A type with `iterable` spelled out.
fn expand(vm: &Vm, t: &RtType) -> RtType {
    let mut t = t.clone();
    if t.mask & type_mask::ITERABLE != 0 {
        t.mask = t.mask & !type_mask::ITERABLE | type_mask::ARRAY;
        // SAFETY: Traversable is registered first of all.
        let (name, lc) = unsafe { ((*vm.ce.traversable).head.name, (*vm.ce.traversable).lc_name) };
        let mut list = t.classes.to_vec();
        list.push(Box::from([ClassName { name, lc }]));
        t.classes = list.into();
    }
    t
}

/// Whether `fe` is a subtype of `proto`.
pub(crate) fn covariant(
    vm: &mut Vm,
    fe: &RtType,
    fe_scope: *mut Class,
    proto: &RtType,
    proto_scope: *mut Class,
) -> Fit {
    if proto.mask & type_mask::MIXED == type_mask::MIXED && fe.mask & type_mask::VOID == 0 {
        return Fit::Yes;
    }
    let (fe, proto) = (expand(vm, fe), expand(vm, proto));
    let mut added = fe.mask & !proto.mask;
    if added & type_mask::STATIC != 0 {
        let me = if fe_scope.is_null() { None } else { Some(fe_scope) };
        let permits = proto.mask & type_mask::OBJECT != 0
            || proto.classes.iter().any(|alt| {
                alt.iter().all(|n| match (me, lookup(vm, real(n, proto_scope).1, proto_scope)) {
                    (Some(m), Some(p)) => is_sub(m, p),
                    _ => false,
                })
            });
        if permits {
            added &= !type_mask::STATIC;
        }
    }
    if added == type_mask::NEVER {
        return Fit::Yes;
    }
    if added != 0 {
        return Fit::No;
    }
    let mut unknown = false;
    for alt in &fe.classes {
        let fit = match &**alt {
            [one] => class_fits(vm, one, fe_scope, &proto, proto_scope),
            many => intersection_fits(vm, many, fe_scope, &proto, proto_scope),
        };
        match fit {
            Fit::No => return Fit::No,
            Fit::Unknown => unknown = true,
            _ => {}
        }
    }
    if !unknown {
        return Fit::Yes;
    }
    for (t, scope) in [(&fe, fe_scope), (&proto, proto_scope)] {
        for n in t.classes.iter().flatten() {
            let (name, lc) = real(n, scope);
            if lookup(vm, lc, scope).is_none() && !vm.cls.delayed.contains(&name) {
                vm.cls.delayed.push(name);
            }
        }
    }
    Fit::Unknown
}

fn param(f: &Func, i: usize) -> Option<&RtParam> {
    f.params.get(i).or_else(|| f.params.last().filter(|p| p.variadic))
}

/// Whether the return type that `f` declares is tentative.
fn is_tentative(f: &Func) -> bool {
    // SAFETY: descriptors are static.
    !f.desc.is_null() && unsafe { (*f.desc).ret.tentative != 0 }
}

/// Whether `fe` may stand for `proto`.
pub(crate) fn signatures(
    vm: &mut Vm,
    fe: &Func,
    fe_scope: *mut Class,
    proto: &Func,
    proto_scope: *mut Class,
) -> Fit {
    if proto.required < fe.required || proto.flags & RETURNS_REF != 0 && fe.flags & RETURNS_REF == 0 {
        return Fit::No;
    }
    let variadic = |f: &Func| f.params.last().is_some_and(|p| p.variadic);
    if variadic(proto) && !variadic(fe) {
        return Fit::No;
    }
    let mut status = Fit::Yes;
    for i in 0..proto.params.len().max(fe.params.len()) {
        let Some(p) = param(proto, i) else { continue };
        let Some(f) = param(fe, i) else { return Fit::No };
        if let Some(ft) = &f.ty
            && ft.mask & type_mask::MIXED != type_mask::MIXED
        {
            let Some(pt) = &p.ty else { return Fit::No };
            match covariant(vm, pt, proto_scope, ft, fe_scope) {
                Fit::Yes => {}
                Fit::Unknown => status = Fit::Unknown,
                _ => return Fit::No,
            }
        }
        if f.by_ref != p.by_ref || f.prefer_ref != p.prefer_ref {
            return Fit::No;
        }
    }
    let Some(pr) = &*proto.ret else { return status };
    let Some(fr) = &*fe.ret else {
        if !is_tentative(proto) {
            return Fit::No;
        }
        return if status == Fit::Yes { Fit::Tentative } else { status };
    };
    match covariant(vm, fr, fe_scope, pr, proto_scope) {
        Fit::Yes => status,
        Fit::No if is_tentative(proto) => Fit::Tentative,
        fit => fit,
    }
}

/// A type as messages print it, `self` and `parent` replaced by names.
pub(crate) fn resolved_text(t: &RtType, scope: *mut Class) -> String {
    let mut out = String::new();
    let mut rest = &*t.text;
    while !rest.is_empty() {
        let word = rest.find(['|', '&', '(', ')', '?']).unwrap_or(rest.len());
        let (w, tail) = rest.split_at(word);
        // SAFETY: live class.
        let class = unsafe {
            match w.to_ascii_lowercase().as_str() {
                "self" => scope,
                "parent" if !scope.is_null() => (*scope).parent,
                _ => core::ptr::null_mut(),
            }
        };
        if class.is_null() {
            out.push_str(w);
        } else {
            out.push_str(&class_text(class));
        }
        let mut chars = tail.chars();
        if let Some(sep) = chars.next() {
            out.push(sep);
        }
        rest = chars.as_str();
    }
    out
}

/// A method's declaration as messages print it.
pub(crate) fn declaration(f: &Func, scope: *mut Class) -> String {
    let mut s = String::new();
    if f.flags & RETURNS_REF != 0 {
        s.push_str("& ");
    }
    if !f.scope.is_null() {
        s.push_str(&class_text(f.scope));
        s.push_str("::");
    }
    s.push_str(&name_text(f.name));
    s.push('(');
    for (i, p) in f.params.iter().enumerate() {
        if i > 0 {
            s.push_str(", ");
        }
        if let Some(t) = &p.ty {
            s.push_str(&resolved_text(t, scope));
            s.push(' ');
        }
        if p.by_ref || p.prefer_ref {
            s.push('&');
        }
        if p.variadic {
            s.push_str("...");
        }
        s.push('$');
        s.push_str(&name_text(p.name));
        if i >= f.required as usize && !p.variadic {
            s.push_str(" = ");
            s.push_str(&default_text(f, i));
        }
    }
    s.push(')');
    if let Some(t) = &*f.ret {
        s.push_str(": ");
        s.push_str(&resolved_text(t, scope));
    }
    s
}

fn default_text(f: &Func, i: usize) -> String {
    // SAFETY: descriptors are static, protos live as long as their script.
    unsafe {
        if !f.desc.is_null() {
            let d = (*f.desc).params.get()[i].default;
            return if d.is_none() {
                "<default>".into()
            } else {
                String::from_utf8_lossy(d.bytes()).into_owned()
            };
        }
        let Some(d) = (&(*f.proto).params)[i].default.as_ref() else { return "<default>".into() };
        match &d.value {
            Literal::Null => "null".into(),
            Literal::Bool(b) => b.to_string(),
            Literal::Int(n) => n.to_string(),
            Literal::Dbl(x) => {
                howdah_runtime::number::format_float(*x, (howdah_runtime::hooks::get().precision)())
            }
            Literal::Str(b) => {
                let cut = String::from_utf8_lossy(&b[..b.len().min(10)]).into_owned();
                format!("'{cut}{}'", if b.len() > 10 { "..." } else { "" })
            }
            Literal::Array(a) => {
                if a.is_empty() {
                    "[]".into()
                } else {
                    "[...]".into()
                }
            }
            Literal::Thunk(_) => {
                let name = |s: &str| {
                    !s.is_empty()
                        && s.bytes()
                            .all(|b| b == b'_' || b == b'\\' || b >= 0x80 || b.is_ascii_alphanumeric())
                };
                let plain = match d.text.split_once("::") {
                    Some((a, b)) => name(a) && name(b),
                    None => name(&d.text),
                };
                if plain { d.text.trim_start_matches('\\').into() } else { "<expression>".into() }
            }
        }
    }
}

/// The first class of two signatures that is not there.
pub(crate) fn missing_class(vm: &Vm, a: *const Func, b: *const Func) -> String {
    // SAFETY: live functions.
    let (a, b) = unsafe { (&*a, &*b) };
    let types = |f: &'static Func| f.params.iter().filter_map(|p| p.ty.as_ref()).chain(f.ret.as_deref());
    // SAFETY: functions live as long as the VM's request.
    let (a, b) = unsafe { (&*(a as *const Func), &*(b as *const Func)) };
    for t in types(a).chain(types(b)) {
        for n in t.classes.iter().flatten() {
            let known = vm.classes.get(&Sym(n.lc)).is_some_and(|&c| {
                // SAFETY: live class.
                unsafe {
                    (*c).flags & (class_flags::LINKED | class_flags::LINKING | class_flags::INTERNAL) != 0
                }
            });
            if !known {
                return name_text(n.name);
            }
        }
    }
    "?".into()
}

/// Whether a function must be implemented further down.
pub(crate) fn is_abstract(f: *const Func) -> bool {
    // SAFETY: live function.
    !f.is_null() && unsafe { (*f).flags & ABSTRACT != 0 }
}
