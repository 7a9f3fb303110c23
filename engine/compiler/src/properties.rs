//! Properties: declared, promoted, hooked.

use crate::attributes::target;
use crate::control::literal_matches;
use crate::function::modifier_bits;
use crate::types::{CALLABLE, NEVER, VOID};
use crate::{C, Compiler, MemberKind, error, lossy};
use howdah_bytecode::{ClassDecl, ClassKind, Default as PropDefault, Literal, Property, Type};
use howdah_syntax::ast::{self, Function, FunctionBody, Modifiers};

const PPP: u32 = 7;
const PUBLIC: u32 = 1;
const PRIVATE: u32 = 4;
const STATIC: u32 = 16;
const FINAL: u32 = 32;
const ABSTRACT: u32 = 64;
const READONLY: u32 = 128;
const VIRTUAL: u32 = 1 << 24;

/// The word for a literal's type in messages.
pub(crate) fn type_word(v: &Literal) -> &'static str {
    match v {
        Literal::Null => "null",
        Literal::Bool(_) => "bool",
        Literal::Int(_) => "int",
        Literal::Dbl(_) => "float",
        Literal::Str(_) => "string",
        Literal::Array(_) | Literal::Thunk(_) => "array",
    }
}

impl Compiler<'_> {
    /// A constant default as a declared type takes it (ints become floats), or back when it does not.
    pub(crate) fn check_default(&self, t: &Type, v: Literal) -> Result<Literal, Literal> {
        match v {
            Literal::Thunk(_) => Ok(v),
            _ if literal_matches(&v, t.mask) => Ok(v),
            Literal::Int(i) if t.mask & 1 << 5 != 0 => Ok(Literal::Dbl(i as f64)),
            Literal::Array(_) if t.mask & 1 << 17 != 0 => Ok(v),
            _ => Err(v),
        }
    }

    fn check_prop_dup(&mut self, d: &ClassDecl, name: &[u8], line: u32) -> C<()> {
        if !self.new_member(MemberKind::Property, name) {
            return error(line, format!("Cannot redeclare {}::${}", lossy(&d.name), lossy(name)));
        }
        Ok(())
    }

    /// Properties that a constructor's parameters declare.
    pub(crate) fn promoted(&mut self, d: &mut ClassDecl, f: &Function<'_>, is_abstract: bool) -> C<()> {
        let cn = lossy(&d.name).into_owned();
        for p in f.params.iter().filter(|p| !p.modifiers.is_empty() || p.hooks.is_some()) {
            let pn = lossy(p.name.text).into_owned();
            if is_abstract {
                return error(p.line, "Cannot declare promoted property in an abstract constructor");
            }
            if p.variadic {
                return error(p.line, "Cannot declare variadic promoted property");
            }
            self.check_prop_dup(d, p.name.text, p.line)?;
            let ty = p.ty.map(|t| self.ty(t)).transpose()?;
            if let Some(t) = ty.as_ref().filter(|t| t.mask & CALLABLE != 0) {
                return error(p.line, format!("Property {cn}::${pn} cannot have type {}", t.text));
            }
            let mut flags = modifier_bits(p.modifiers) | d.flags & READONLY;
            if flags & READONLY != 0 && ty.is_none() && p.hooks.is_none() {
                return error(p.line, format!("Readonly property {cn}::${pn} must have type"));
            }
            if flags & PPP == 0 {
                flags |= PUBLIC;
            }
            let attributes = self.attributes_promoted(p.attributes, target::PROPERTY, target::PARAMETER)?;
            let mut prop = Property {
                name: self.text(p.name.text),
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
                self.hooks(d, &mut prop, h, p.line)?;
            }
            d.props.push(prop);
        }
        Ok(())
    }

    fn check_group(&self, d: &ClassDecl, g: &ast::PropertyGroup<'_>) -> C<()> {
        let has = |m| g.modifiers.intersects(m);
        let fail = |msg: &str| error(g.line, msg);
        if d.kind == ClassKind::Enum {
            return fail(&format!("Enum {} cannot include properties", lossy(&d.name)));
        }
        if has(Modifiers::FINAL) && has(Modifiers::PRIVATE) {
            return fail("Property cannot be both final and private");
        }
        if has(Modifiers::STATIC) && has(Modifiers::SET_VISIBILITY) {
            return fail("Static property may not have asymmetric visibility");
        }
        if d.kind == ClassKind::Interface {
            if has(Modifiers::FINAL) {
                return fail("Property in interface cannot be final");
            }
            if has(Modifiers::PROTECTED) || has(Modifiers::PRIVATE) {
                return fail("Property in interface cannot be protected or private");
            }
            if has(Modifiers::ABSTRACT) {
                return fail(
                    "Property in interface cannot be explicitly abstract. All interface members are implicitly abstract",
                );
            }
        }
        Ok(())
    }

    pub(crate) fn properties(
        &mut self,
        d: &mut ClassDecl,
        g: &ast::PropertyGroup<'_>,
        readonly_class: bool,
    ) -> C<()> {
        let cn = lossy(&d.name).into_owned();
        self.check_group(d, g)?;
        for p in g.props {
            let line = p.name.line;
            let pn = lossy(p.name.text).into_owned();
            let mut flags = modifier_bits(g.modifiers);
            if p.hooks.is_none() {
                if d.kind == ClassKind::Interface {
                    return error(line, "Interfaces may only include hooked properties");
                }
                if flags & ABSTRACT != 0 {
                    return error(line, "Only hooked properties may be declared abstract");
                }
            }
            if flags & PPP == 0 {
                flags |= PUBLIC;
            }
            if d.kind == ClassKind::Interface {
                flags |= ABSTRACT;
            }
            let ty = g.ty.map(|t| self.ty(t)).transpose()?;
            if let Some(t) = ty.as_ref().filter(|t| t.mask & (VOID | NEVER | CALLABLE) != 0) {
                return error(line, format!("Property {cn}::${pn} cannot have type {}", t.text));
            }
            self.check_prop_dup(d, p.name.text, line)?;
            let default = match p.default {
                Some(e) => {
                    let value = self.const_expr_of_prop(e, p.name.text)?;
                    let value = match &ty {
                        Some(t) => self.prop_default(&cn, &pn, t, value, line)?,
                        None => value,
                    };
                    Some(PropDefault { value, text: self.const_text(e) })
                }
                None => None,
            };
            if readonly_class {
                flags |= READONLY;
            }
            if flags & READONLY != 0 {
                if ty.is_none() {
                    return error(line, format!("Readonly property {cn}::${pn} must have type"));
                }
                if default.is_some() {
                    return error(line, format!("Readonly property {cn}::${pn} cannot have default value"));
                }
                if flags & STATIC != 0 {
                    return error(line, format!("Static property {cn}::${pn} cannot be readonly"));
                }
            }
            let mut prop = Property {
                name: self.text(p.name.text),
                flags,
                ty,
                default,
                get: None,
                set: None,
                promoted: false,
                attributes: Vec::new(),
                doc: p.doc.map(Into::into),
                line,
            };
            if let Some(h) = p.hooks {
                self.hooks(d, &mut prop, h, line)?;
            }
            prop.attributes = self.attributes(g.attributes, target::PROPERTY)?;
            d.props.push(prop);
        }
        Ok(())
    }

    fn prop_default(&self, cn: &str, pn: &str, t: &Type, v: Literal, line: u32) -> C<Literal> {
        let v = match self.check_default(t, v) {
            Ok(v) => return Ok(v),
            Err(v) => v,
        };
        let pure_intersection = t.text.contains('&') && !t.text.contains('|');
        if v == Literal::Null && !pure_intersection {
            let hint = crate::types::nullable(&t.text);
            return error(
                line,
                format!(
                    "Default value for property of type {} may not be null. Use the nullable type {hint} to allow null default value",
                    t.text
                ),
            );
        }
        let word = match v {
            Literal::Bool(b) => ["false", "true"][b as usize],
            ref v => type_word(v),
        };
        error(line, format!("Cannot use {word} as default value for property {cn}::${pn} of type {}", t.text))
    }

    /// Property hooks. A property none of whose hooks touches its own backing store is virtual.
    fn hooks(&mut self, d: &ClassDecl, p: &mut Property, hooks: &[&Function<'_>], line: u32) -> C<()> {
        if p.flags & READONLY != 0 {
            return error(line, "Hooked properties cannot be readonly");
        }
        if hooks.is_empty() {
            return error(line, "Property hook list must not be empty");
        }
        let mut backed = false;
        for h in hooks {
            let visibility = if p.flags & PRIVATE != 0 { PRIVATE } else { PUBLIC };
            let has_body = !matches!(h.body, FunctionBody::None);
            let is_abstract = d.kind == ClassKind::Interface || p.flags & ABSTRACT != 0 && !has_body;
            check_hook_modifiers(p, h, visibility, is_abstract, has_body)?;
            let is_set = self.check_hook_params(d, p, h)?;
            let kind = h.name.text.to_ascii_lowercase();
            let name = [b"$", &p.name[..], b"::", &kind[..]].concat();
            let flags = visibility | if is_abstract { ABSTRACT } else { 0 };
            let i = self.hook(h, &name, p, &mut backed, flags)?;
            let entry = if is_set { &mut p.set } else { &mut p.get };
            if entry.replace(i).is_some() {
                return error(
                    h.start_line,
                    format!("Cannot redeclare property hook \"{}\"", lossy(h.name.text)),
                );
            }
        }
        if !backed {
            p.flags |= VIRTUAL;
        }
        Ok(())
    }

    /// Fails when a hook's name or parameters are not those of a hook; tells whether it is a `set`.
    fn check_hook_params(&mut self, d: &ClassDecl, p: &Property, h: &Function<'_>) -> C<bool> {
        let line = h.start_line;
        let place = format!("{}::${}", lossy(&d.name), lossy(&p.name));
        let word = lossy(h.name.text);
        if h.name.text.eq_ignore_ascii_case(b"get") {
            if h.has_param_list {
                return error(line, format!("get hook of property {place} must not have a parameter list"));
            }
            return Ok(false);
        }
        if !h.name.text.eq_ignore_ascii_case(b"set") {
            return error(
                line,
                format!("Unknown hook \"{word}\" for property {place}, expected \"get\" or \"set\""),
            );
        }
        if !h.has_param_list {
            return Ok(true);
        }
        let [value] = h.params else {
            return error(
                line,
                format!("{word} hook of property {place} must accept exactly one parameters"),
            );
        };
        let what = format!("Parameter ${} of {word} hook {place} must not", lossy(value.name.text));
        if value.by_ref {
            return error(line, format!("{what} be pass-by-reference"));
        }
        if value.variadic {
            return error(line, format!("{what} be variadic"));
        }
        if value.default.is_some() {
            return error(line, format!("{what} have a default value"));
        }
        if p.ty.is_some() != value.ty.is_some() {
            return error(
                line,
                format!(
                    "Type of parameter ${} of hook {place}::set must be compatible with property type",
                    lossy(value.name.text)
                ),
            );
        }
        Ok(true)
    }

    fn hook(&mut self, h: &Function<'_>, name: &[u8], p: &Property, backed: &mut bool, flags: u32) -> C<u32> {
        // A `set` hook without a list takes `$value` of the property's type.
        let is_set = h.name.text.eq_ignore_ascii_case(b"set");
        let implicit = is_set && !h.has_param_list;
        self.hook_prop = Some(crate::HookCtx {
            prop: p.name,
            value: implicit.then(|| p.ty.clone()),
            ret: if is_set { Some(void()) } else { p.ty.clone() },
        });
        let i = self.function(h, name, flags)?;
        *backed |= std::mem::take(&mut self.hook_backed);
        Ok(i)
    }
}

fn void() -> Type {
    Type { mask: VOID, classes: Vec::new(), text: "void".into() }
}

fn check_hook_modifiers(
    p: &Property,
    h: &Function<'_>,
    visibility: u32,
    is_abstract: bool,
    has_body: bool,
) -> C<()> {
    let fail = |msg| error(h.start_line, msg);
    let is_final = modifier_bits(h.modifiers) & FINAL != 0;
    if p.flags & STATIC != 0 {
        return fail("Cannot declare hooks for static property");
    }
    if is_final && visibility == PRIVATE {
        return fail("Property hook cannot be both final and private");
    }
    if !is_abstract {
        return if has_body { Ok(()) } else { fail("Non-abstract property hook must have a body") };
    }
    if has_body {
        return fail("Abstract property hook cannot have body");
    }
    if visibility == PRIVATE {
        return fail("Property hook cannot be both abstract and private");
    }
    if is_final {
        return fail("Property hook cannot be both abstract and final");
    }
    Ok(())
}
