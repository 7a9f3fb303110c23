//! Classes, interfaces, traits, enums.

use crate::function::modifier_bits;
use crate::{C, ClassCtx, Compiler, error, lossy};
use howdah_bytecode::{
    ClassConst, ClassDecl, ClassKind, Default as PropDefault, Literal, Property, TraitRule, fn_flags,
};
use howdah_syntax::ast::{self, Function, FunctionBody, Member, Modifiers, TraitAdaptation};

fn text(e: &ast::Expr<'_>) -> Box<str> {
    lossy(&howdah_syntax::export::export_expr(e, 17)).into_owned().into()
}

impl Compiler<'_> {
    /// Compiles a class-like and gives its index in the unit.
    pub(crate) fn class_decl(&mut self, c: &ast::ClassDecl<'_>, top: bool) -> C<u32> {
        let (name, anonymous) = match c.name {
            Some(n) => {
                let lower = n.text.to_ascii_lowercase();
                if matches!(
                    &lower[..],
                    b"self"
                        | b"parent"
                        | b"static"
                        | b"int"
                        | b"float"
                        | b"bool"
                        | b"string"
                        | b"true"
                        | b"false"
                        | b"null"
                        | b"void"
                        | b"never"
                        | b"iterable"
                        | b"object"
                        | b"mixed"
                ) {
                    return error(
                        c.start_line,
                        format!("Cannot use '{}' as class name as it is reserved", lossy(n.text)),
                    );
                }
                (self.prefixed(n.text), false)
            }
            None => {
                let base = match (&c.extends, c.implements.first()) {
                    (Some(p), _) => self.class_name(p),
                    (None, Some(i)) => self.class_name(i),
                    _ => b"class".to_vec(),
                };
                ([&base[..], b"@anonymous"].concat(), true)
            }
        };
        let parent: Option<Box<[u8]>> = c.extends.as_ref().map(|p| self.class_name(p).into());
        let outer_class = self.class.replace(ClassCtx {
            name: (!anonymous).then(|| name.clone().into()),
            kind: c.kind,
            has_parent: parent.is_some(),
        });
        let r = self.class_members(c, &name, anonymous, parent, top);
        self.class = outer_class;
        let decl = r?;
        self.classes.push(decl);
        Ok(self.classes.len() as u32 - 1)
    }

    fn class_members(
        &mut self,
        c: &ast::ClassDecl<'_>,
        name: &[u8],
        anonymous: bool,
        parent: Option<Box<[u8]>>,
        top: bool,
    ) -> C<ClassDecl> {
        let mut flags = modifier_bits(c.modifiers);
        if anonymous {
            flags |= ClassDecl::ANONYMOUS;
        }
        let readonly_class = c.modifiers.intersects(Modifiers::READONLY);
        let attributes = self.attributes(c.attributes, 1)?;
        let mut d = ClassDecl {
            name: name.into(),
            kind: match c.kind {
                ast::ClassKind::Class => ClassKind::Class,
                ast::ClassKind::Interface => ClassKind::Interface,
                ast::ClassKind::Trait => ClassKind::Trait,
                ast::ClassKind::Enum => ClassKind::Enum,
            },
            flags,
            parent,
            interfaces: c.implements.iter().map(|n| self.class_name(n).into()).collect(),
            traits: Vec::new(),
            trait_rules: Vec::new(),
            backing: None,
            consts: Vec::new(),
            props: Vec::new(),
            methods: Vec::new(),
            attributes,
            doc: c.doc.map(Into::into),
            start_line: c.start_line,
            end_line: c.end_line,
            top_level: top,
        };
        if let Some(b) = c.backing_type {
            let ty = self.ty(b)?;
            if !matches!(ty.mask, 16 | 64) || !ty.classes.is_empty() {
                return error(b.line, format!("Enum backing type must be int or string, {} given", ty.text));
            }
            d.backing = Some(ty);
        }
        for m in c.members {
            match *m {
                Member::Properties(g) => self.properties(&mut d, g, readonly_class)?,
                Member::Consts(g) => {
                    let ty = g.ty.map(|t| self.ty(t)).transpose()?;
                    let attributes = self.attributes(g.attributes, 16)?;
                    for k in g.consts {
                        if k.name.text.eq_ignore_ascii_case(b"class") {
                            return error(
                                k.name.line,
                                "A class constant must not be called 'class'; it is reserved for class name fetching",
                            );
                        }
                        if d.consts.iter().any(|x| &*x.name == k.name.text) {
                            return error(
                                k.name.line,
                                format!(
                                    "Cannot redefine class constant {}::{}",
                                    lossy(name),
                                    lossy(k.name.text)
                                ),
                            );
                        }
                        let value = self.const_expr(k.value)?;
                        d.consts.push(ClassConst {
                            name: k.name.text.into(),
                            flags: modifier_bits(g.modifiers),
                            ty: ty.clone(),
                            value,
                            is_case: false,
                            attributes: attributes.clone(),
                            doc: k.doc.map(Into::into),
                            line: k.name.line,
                            text: text(k.value),
                        });
                    }
                }
                Member::Case(k) => {
                    if c.kind != ast::ClassKind::Enum {
                        return error(k.name.line, "Case can only be used in enums");
                    }
                    let value = match (k.value, &d.backing) {
                        (Some(e), Some(_)) => self.const_expr(e)?,
                        (Some(_), None) => {
                            return error(
                                k.name.line,
                                format!(
                                    "Case {} of non-backed enum {} must not have a value",
                                    lossy(k.name.text),
                                    lossy(name)
                                ),
                            );
                        }
                        (None, Some(_)) => {
                            return error(
                                k.name.line,
                                format!(
                                    "Case {} of backed enum {} must have a value",
                                    lossy(k.name.text),
                                    lossy(name)
                                ),
                            );
                        }
                        (None, None) => Literal::Null,
                    };
                    let attributes = self.attributes(k.attributes, 16)?;
                    d.consts.push(ClassConst {
                        name: k.name.text.into(),
                        flags: 1,
                        ty: None,
                        value,
                        is_case: true,
                        attributes,
                        doc: k.doc.map(Into::into),
                        line: k.name.line,
                        text: k.value.map_or("".into(), text),
                    });
                }
                Member::Method(f) => self.method(&mut d, f, c.kind)?,
                Member::UseTrait(u) => {
                    for n in u.traits {
                        let full = self.class_name(n).into();
                        d.traits.push(full);
                    }
                    for a in u.adaptations {
                        let rule = match *a {
                            TraitAdaptation::Precedence { class, method, insteadof } => {
                                TraitRule::Precedence {
                                    from: self.class_name(&class).into(),
                                    method: method.text.into(),
                                    over: insteadof.iter().map(|n| self.class_name(n).into()).collect(),
                                }
                            }
                            TraitAdaptation::Alias { class, method, modifiers, alias } => TraitRule::Alias {
                                from: class.as_ref().map(|n| self.class_name(n).into()),
                                method: method.text.into(),
                                alias: alias.map(|a| a.text.into()),
                                flags: modifier_bits(modifiers),
                            },
                        };
                        d.trait_rules.push(rule);
                    }
                }
            }
        }
        Ok(d)
    }

    fn method(&mut self, d: &mut ClassDecl, f: &Function<'_>, kind: ast::ClassKind) -> C<()> {
        let line = f.start_line;
        let (cn, mn) = (lossy(&d.name).into_owned(), lossy(f.name.text).into_owned());
        let is_abstract = f.modifiers.intersects(Modifiers::ABSTRACT) || kind == ast::ClassKind::Interface;
        let has_body = !matches!(f.body, FunctionBody::None);
        if kind == ast::ClassKind::Interface {
            if has_body {
                return error(line, format!("Interface function {cn}::{mn}() cannot contain body"));
            }
            if !f.modifiers.intersects(Modifiers::PUBLIC) {
                return error(line, format!("Access type for interface method {cn}::{mn}() must be public"));
            }
            if f.modifiers.intersects(Modifiers::FINAL) {
                return error(line, format!("Interface method {cn}::{mn}() must not be final"));
            }
            if f.modifiers.intersects(Modifiers::ABSTRACT) {
                return error(line, format!("Interface method {cn}::{mn}() must not be abstract"));
            }
        } else if is_abstract {
            if f.modifiers.intersects(Modifiers::PRIVATE) && kind != ast::ClassKind::Trait {
                return error(line, format!("Abstract function {cn}::{mn}() cannot be declared private"));
            }
            if has_body {
                return error(line, format!("Abstract function {cn}::{mn}() cannot contain body"));
            }
            if kind == ast::ClassKind::Class && d.flags & 64 == 0 {
                return error(
                    line,
                    format!(
                        "Class {cn} declares abstract method {mn}() and must therefore be declared abstract"
                    ),
                );
            }
            if kind == ast::ClassKind::Enum {
                return error(line, format!("Enum method {cn}::{mn}() must not be abstract"));
            }
        } else if !has_body {
            return error(line, format!("Non-abstract method {cn}::{mn}() must contain body"));
        }
        if d.methods.iter().any(|&m| self.functions[m as usize].name.eq_ignore_ascii_case(f.name.text)) {
            return error(line, format!("Cannot redeclare {cn}::{mn}()"));
        }
        let i = self.function(f, f.name.text, if is_abstract { 64 } else { 0 })?;
        d.methods.push(i);
        if f.name.text.eq_ignore_ascii_case(b"__construct") {
            for p in f.params.iter().filter(|p| !p.modifiers.is_empty() || p.hooks.is_some()) {
                if is_abstract {
                    return error(
                        p.line,
                        "Cannot declare promoted property in an abstract/interface constructor",
                    );
                }
                if p.variadic {
                    return error(p.line, "Cannot declare variadic promoted property");
                }
                let ty = p.ty.map(|t| self.ty(t)).transpose()?;
                let readonly = p.modifiers.intersects(Modifiers::READONLY) || d.flags & 128 != 0;
                if readonly && ty.is_none() {
                    return error(
                        p.line,
                        format!("Readonly property {cn}::${} must have type", lossy(p.name.text)),
                    );
                }
                let mut flags = modifier_bits(p.modifiers) | if readonly { 128 } else { 0 };
                if flags & 7 == 0 {
                    flags |= 1;
                }
                self.check_prop_dup(d, p.name.text, p.line)?;
                let attributes = self.attributes(p.attributes, 8)?;
                let mut prop = Property {
                    name: p.name.text.into(),
                    flags,
                    ty,
                    default: None,
                    get: None,
                    set: None,
                    promoted: true,
                    attributes,
                    doc: p.doc.map(Into::into),
                    line: p.line,
                };
                if let Some(h) = p.hooks {
                    self.hooks(&mut prop, h)?;
                }
                d.props.push(prop);
            }
        } else if let Some(p) = f.params.iter().find(|p| !p.modifiers.is_empty()) {
            return error(p.line, "Cannot declare promoted property outside a constructor");
        }
        Ok(())
    }

    fn check_prop_dup(&self, d: &ClassDecl, name: &[u8], line: u32) -> C<()> {
        if d.props.iter().any(|p| &*p.name == name) {
            return error(line, format!("Cannot redeclare {}::${}", lossy(&d.name), lossy(name)));
        }
        Ok(())
    }

    fn properties(&mut self, d: &mut ClassDecl, g: &ast::PropertyGroup<'_>, readonly_class: bool) -> C<()> {
        let cn = lossy(&d.name).into_owned();
        if d.kind == ClassKind::Enum {
            return error(g.line, format!("Enum {cn} cannot include properties"));
        }
        if d.kind == ClassKind::Interface && g.props.iter().any(|p| p.hooks.is_none()) {
            return error(g.line, "Interfaces may only include hooked properties");
        }
        let ty = g.ty.map(|t| self.ty(t)).transpose()?;
        if let Some(t) = &ty
            && t.mask & (1 << 16 | 1 << 18 | 1 << 19 | 1 << 20) != 0
        {
            return error(
                g.line,
                format!("Property {cn}::${} cannot have type {}", lossy(g.props[0].name.text), t.text),
            );
        }
        let attributes = self.attributes(g.attributes, 8)?;
        for p in g.props {
            let mut flags = modifier_bits(g.modifiers);
            if flags & 7 == 0 {
                flags |= 1;
            }
            if readonly_class && flags & 16 == 0 {
                flags |= 128;
            }
            if d.kind == ClassKind::Interface {
                flags |= 64;
            }
            self.check_prop_dup(d, p.name.text, p.name.line)?;
            let pn = lossy(p.name.text).into_owned();
            if flags & 128 != 0 {
                if flags & 16 != 0 {
                    return error(p.name.line, format!("Static property {cn}::${pn} cannot be readonly"));
                }
                if ty.is_none() {
                    return error(p.name.line, format!("Readonly property {cn}::${pn} must have type"));
                }
                if p.default.is_some() {
                    return error(
                        p.name.line,
                        format!("Readonly property {cn}::${pn} cannot have default value"),
                    );
                }
            }
            let default = match p.default {
                Some(e) => {
                    let value = self.const_expr(e)?;
                    if let Some(t) = &ty {
                        self.check_prop_default(&cn, &pn, t, &value, p.name.line)?;
                    }
                    Some(PropDefault { value: coerce_default(value, ty.as_ref()), text: text(e) })
                }
                None => None,
            };
            let mut prop = Property {
                name: p.name.text.into(),
                flags,
                ty: ty.clone(),
                default,
                get: None,
                set: None,
                promoted: false,
                attributes: attributes.clone(),
                doc: p.doc.map(Into::into),
                line: p.name.line,
            };
            if let Some(h) = p.hooks {
                self.hooks(&mut prop, h)?;
            }
            d.props.push(prop);
        }
        Ok(())
    }

    fn check_prop_default(
        &self,
        cn: &str,
        pn: &str,
        t: &howdah_bytecode::Type,
        v: &Literal,
        line: u32,
    ) -> C<()> {
        if matches!(v, Literal::Thunk(_)) || crate::control::literal_matches(v, t.mask) {
            return Ok(());
        }
        if matches!(v, Literal::Int(_)) && t.mask & 1 << 5 != 0
            || matches!(v, Literal::Array(_)) && t.mask & 1 << 17 != 0
        {
            return Ok(());
        }
        if *v == Literal::Null {
            let hint = if t.classes.is_empty() && t.text.contains('|')
                || t.text.contains('&')
                || t.text.contains('|')
            {
                format!("{}|null", t.text)
            } else {
                format!("?{}", t.text)
            };
            return error(
                line,
                format!(
                    "Default value for property of type {} may not be null. Use the nullable type {hint} to allow null default value",
                    t.text
                ),
            );
        }
        let word = match v {
            Literal::Bool(_) => "bool",
            Literal::Int(_) => "int",
            Literal::Dbl(_) => "float",
            Literal::Str(_) => "string",
            _ => "array",
        };
        error(line, format!("Cannot use {word} as default value for property {cn}::${pn} of type {}", t.text))
    }

    /// Property hooks. A property none of whose hooks touches its own backing store is virtual.
    fn hooks(&mut self, p: &mut Property, hooks: &[&Function<'_>]) -> C<()> {
        let mut backed = false;
        let mut any_body = false;
        for h in hooks {
            let kind = h.name.text.to_ascii_lowercase();
            let name = [b"$", &p.name[..], b"::", &kind[..]].concat();
            let has_body = !matches!(h.body, FunctionBody::None);
            any_body |= has_body;
            let i = self.hook(
                h,
                &name,
                &p.name,
                p,
                &mut backed,
                if has_body { p.flags & 7 } else { p.flags & 7 | 64 },
            )?;
            match &kind[..] {
                b"get" if p.get.is_none() => p.get = Some(i),
                b"set" if p.set.is_none() => p.set = Some(i),
                b"get" | b"set" => {
                    return error(
                        h.start_line,
                        format!("Cannot redeclare property hook \"{}\"", lossy(&kind)),
                    );
                }
                _ => {
                    return error(
                        h.start_line,
                        format!(
                            "Unknown hook \"{}\" for property, expected \"get\" or \"set\"",
                            lossy(&kind)
                        ),
                    );
                }
            }
        }
        if !backed && (any_body || p.flags & 64 != 0) {
            p.flags |= 1 << 24;
        }
        Ok(())
    }

    fn hook(
        &mut self,
        h: &Function<'_>,
        name: &[u8],
        prop: &[u8],
        p: &Property,
        backed: &mut bool,
        flags: u32,
    ) -> C<u32> {
        // A `set` hook without a list takes `$value` of the property's type.
        let index = self.functions.len();
        let implicit = h.name.text.eq_ignore_ascii_case(b"set") && !h.has_param_list;
        self.hook_prop = Some((prop.into(), implicit.then(|| p.ty.clone())));
        let i = self.function(h, name, flags)?;
        debug_assert_eq!(i as usize, index);
        *backed |= std::mem::take(&mut self.hook_backed);
        if self.functions[i as usize].flags & fn_flags::HOOK != 0
            && h.name.text.eq_ignore_ascii_case(b"get")
            && self.functions[i as usize].ret.is_none()
        {
            self.functions[i as usize].ret = p.ty.clone();
        }
        Ok(i)
    }
}

/// An int default of a float property is stored as float.
fn coerce_default(v: Literal, ty: Option<&howdah_bytecode::Type>) -> Literal {
    match (v, ty) {
        (Literal::Int(i), Some(t)) if t.mask & 1 << 4 == 0 && t.mask & 1 << 5 != 0 => Literal::Dbl(i as f64),
        (v, _) => v,
    }
}
