//! Classes, interfaces, traits, enums.

use crate::attributes::target;
use crate::function::modifier_bits;
use crate::names::{assert_class_name, seen};
use crate::properties::type_word;
use crate::types::{CALLABLE, NEVER, VOID};
use crate::{C, ClassCtx, Compiler, MemberKind, error, lossy};
use howdah_bytecode::{ClassConst, ClassDecl, ClassKind, Diagnostic, Literal, Text, TraitRule};
use howdah_syntax::ast::{self, Function, FunctionBody, Member, Modifiers, TraitAdaptation};
use rustc_hash::FxHashSet;

impl howdah_syntax::export::FullNames for Compiler<'_> {
    fn class(&self, name: &ast::Name<'_>, of_constant: bool) -> Vec<u8> {
        if crate::names::special_class(name).is_some() {
            return name.text.to_vec();
        }
        let full = self.class_name(name);
        if of_constant && name.kind != ast::NameKind::FullyQualified && full == name.text {
            return full.into_owned();
        }
        [b"\\", &full[..]].concat()
    }
    fn constant(&self, name: &ast::Name<'_>) -> Vec<u8> {
        let word = name.text.to_ascii_lowercase();
        if matches!(&word[..], b"null" | b"true" | b"false") {
            return name.text.to_vec();
        }
        self.const_name(name).0.into_owned()
    }
}

impl Compiler<'_> {
    /// A constant expression as reflection shows it.
    pub(crate) fn const_text(&self, e: &ast::Expr<'_>) -> Box<str> {
        lossy(&howdah_syntax::export::export_resolved(e, 17, self)).into_owned().into()
    }

    /// Compiles a class-like and gives its index in the unit.
    pub(crate) fn class_decl(&mut self, c: &ast::ClassDecl<'_>, top: bool) -> C<u32> {
        let (name, anonymous) = match c.name {
            Some(n) => {
                if self.class.is_some() {
                    return error(c.start_line, "Class declarations may not be nested");
                }
                let what = match c.kind {
                    ast::ClassKind::Class => "a class name",
                    ast::ClassKind::Interface => "an interface name",
                    ast::ClassKind::Trait => "a trait name",
                    ast::ClassKind::Enum => "an enum name",
                };
                assert_class_name(self, n.text, what, c.start_line)?;
                let full = self.prefixed(n.text);
                if self.imported_otherwise(seen::CLASS, n.text, &full) {
                    return error(
                        c.start_line,
                        format!(
                            "Cannot redeclare class {} (previously declared as local import)",
                            lossy(&full)
                        ),
                    );
                }
                self.declare_name(seen::CLASS, &full);
                (full, false)
            }
            None => {
                let base = match (&c.extends, c.implements.first()) {
                    (Some(p), _) => self.class_name(p),
                    (None, Some(i)) => self.class_name(i),
                    _ => b"class"[..].into(),
                };
                ([&base[..], b"@anonymous"].concat().into(), true)
            }
        };
        let parent: Option<Text> = match &c.extends {
            Some(p) => Some(self.const_class_text(p, "class name")?),
            None => None,
        };
        let outer_class = self.class.replace(ClassCtx {
            name: (!anonymous).then(|| self.text(&name)),
            kind: c.kind,
            has_parent: parent.is_some(),
            members: FxHashSet::default(),
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
        parent: Option<Text>,
        top: bool,
    ) -> C<ClassDecl> {
        let mut flags = modifier_bits(c.modifiers);
        if anonymous {
            flags |= ClassDecl::ANONYMOUS;
        }
        let readonly_class = c.modifiers.intersects(Modifiers::READONLY);
        let attributes = self.attributes(c.attributes, target::CLASS)?;
        let interfaces =
            c.implements.iter().map(|n| self.const_class_text(n, "interface name")).collect::<C<Vec<_>>>()?;
        let mut d = ClassDecl {
            name: self.text(name),
            kind: match c.kind {
                ast::ClassKind::Class => ClassKind::Class,
                ast::ClassKind::Interface => ClassKind::Interface,
                ast::ClassKind::Trait => ClassKind::Trait,
                ast::ClassKind::Enum => ClassKind::Enum,
            },
            flags,
            parent,
            interfaces,
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
                Member::Consts(g) => self.constants(&mut d, g)?,
                Member::Case(k) => self.case(&mut d, k)?,
                Member::Method(f) => self.method(&mut d, f, c.kind)?,
                Member::UseTrait(u) => self.use_trait(&mut d, u)?,
            }
        }
        self.check_abstract(&d)?;
        Ok(d)
    }

    fn method(&mut self, d: &mut ClassDecl, f: &Function<'_>, kind: ast::ClassKind) -> C<()> {
        let line = f.start_line;
        let (cn, mn) = (lossy(&d.name).into_owned(), lossy(f.name.text).into_owned());
        let interface = kind == ast::ClassKind::Interface;
        let has = |m| f.modifiers.intersects(m);
        let is_abstract = has(Modifiers::ABSTRACT) || interface;
        let has_body = !matches!(f.body, FunctionBody::None);
        if has(Modifiers::PRIVATE)
            && has(Modifiers::FINAL)
            && !f.name.text.eq_ignore_ascii_case(b"__construct")
        {
            self.diagnostics.push(Diagnostic {
                level: 128,
                message: "Private methods cannot be final as they are never overridden by other classes"
                    .into(),
                line,
            });
        }
        if interface {
            if !has(Modifiers::PUBLIC) {
                return error(line, format!("Access type for interface method {cn}::{mn}() must be public"));
            }
            if has(Modifiers::FINAL) {
                return error(line, format!("Interface method {cn}::{mn}() must not be final"));
            }
            if has(Modifiers::ABSTRACT) {
                return error(line, format!("Interface method {cn}::{mn}() must not be abstract"));
            }
        }
        let word = if interface { "Interface" } else { "Abstract" };
        if is_abstract {
            if has(Modifiers::PRIVATE) && kind != ast::ClassKind::Trait {
                return error(line, format!("{word} function {cn}::{mn}() cannot be declared private"));
            }
            if has_body {
                return error(line, format!("{word} function {cn}::{mn}() cannot contain body"));
            }
        } else if !has_body {
            return error(line, format!("Non-abstract method {cn}::{mn}() must contain body"));
        }
        if !self.new_member(MemberKind::Method, f.name.text) {
            return error(line, format!("Cannot redeclare {cn}::{mn}()"));
        }
        let i = self.function(f, f.name.text, if is_abstract { 64 } else { 0 })?;
        d.methods.push(i);
        self.check_magic(d, i, line)?;
        if f.name.text.eq_ignore_ascii_case(b"__construct") {
            self.promoted(d, f, is_abstract)?;
        }
        Ok(())
    }

    /// A class that is not abstract has no abstract members.
    fn check_abstract(&self, d: &ClassDecl) -> C<()> {
        if d.flags & 64 != 0 || matches!(d.kind, ClassKind::Interface | ClassKind::Trait) {
            return Ok(());
        }
        let hooks = d.props.iter().flat_map(|p| [p.get, p.set]).flatten();
        let missing: Vec<String> = d
            .methods
            .iter()
            .copied()
            .chain(hooks)
            .map(|i| &self.functions[i as usize])
            .filter(|f| f.flags & 64 != 0)
            .map(|f| format!("{}::{}", lossy(&d.name), lossy(&f.name)))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let n = missing.len();
        let more = if n > 3 { ", ..." } else { "" };
        error(
            d.start_line,
            format!(
                "{} {} contains {n} abstract method{} and must therefore be declared abstract or implement the remaining methods ({}{more})",
                if d.kind == ClassKind::Enum { "Enum" } else { "Class" },
                lossy(&d.name),
                if n == 1 { "" } else { "s" },
                missing[..n.min(3)].join(", ")
            ),
        )
    }

    fn use_trait(&mut self, d: &mut ClassDecl, u: &ast::UseTrait<'_>) -> C<()> {
        const WHAT: &str = "trait name";
        for n in u.traits {
            if d.kind == ClassKind::Interface {
                return error(
                    u.line,
                    format!(
                        "Cannot use traits inside of interfaces. {} is used in {}",
                        lossy(n.text),
                        lossy(&d.name)
                    ),
                );
            }
            d.traits.push(self.const_class_text(n, WHAT)?);
        }
        for a in u.adaptations {
            let rule = match *a {
                TraitAdaptation::Precedence { class, method, insteadof } => {
                    let from = self.const_class_text(&class, WHAT)?;
                    let over: C<Vec<Text>> =
                        insteadof.iter().map(|n| self.const_class_text(n, WHAT)).collect();
                    TraitRule::Precedence { from, method: self.text(method.text), over: over? }
                }
                TraitAdaptation::Alias { class, method, modifiers, alias } => {
                    for (m, w) in [(Modifiers::STATIC, "static"), (Modifiers::ABSTRACT, "abstract")] {
                        if modifiers.intersects(m) {
                            return error(
                                method.line,
                                format!("Cannot use \"{w}\" as method modifier in trait alias"),
                            );
                        }
                    }
                    let from = class.as_ref().map(|n| self.const_class_text(n, WHAT)).transpose()?;
                    TraitRule::Alias {
                        from,
                        method: self.text(method.text),
                        alias: alias.map(|a| self.text(a.text)),
                        flags: modifier_bits(modifiers),
                    }
                }
            };
            d.trait_rules.push(rule);
        }
        Ok(())
    }

    fn constants(&mut self, d: &mut ClassDecl, g: &ast::ClassConstGroup<'_>) -> C<()> {
        let flags = modifier_bits(g.modifiers);
        for k in g.consts {
            let line = k.name.line;
            let place = format!("{}::{}", lossy(&d.name), lossy(k.name.text));
            let ty = g.ty.map(|t| self.ty(t)).transpose()?;
            if let Some(t) = ty.as_ref().filter(|t| t.mask & (CALLABLE | VOID | NEVER) != 0) {
                return error(line, format!("Class constant {place} cannot have type {}", t.text));
            }
            if g.modifiers.intersects(Modifiers::PRIVATE) && g.modifiers.intersects(Modifiers::FINAL) {
                return error(
                    line,
                    format!("Private constant {place} cannot be final as it is not visible to other classes"),
                );
            }
            let value = self.const_expr(k.value)?;
            let value = match &ty {
                Some(t) => match self.check_default(t, value) {
                    Ok(v) => v,
                    Err(v) => {
                        return error(
                            line,
                            format!(
                                "Cannot use {} as value for class constant {place} of type {}",
                                type_word(&v),
                                t.text
                            ),
                        );
                    }
                },
                None => value,
            };
            self.check_const_name(d, k.name.text, g.modifiers.intersects(Modifiers::PUBLIC), line)?;
            let attributes = self.attributes(g.attributes, target::CLASS_CONST)?;
            d.consts.push(ClassConst {
                name: self.text(k.name.text),
                flags: flags | deprecated_flag(&attributes),
                ty,
                value,
                is_case: false,
                attributes,
                doc: k.doc.map(Into::into),
                line,
                text: self.const_text(k.value),
            });
        }
        Ok(())
    }

    fn check_const_name(&mut self, d: &ClassDecl, name: &[u8], public: bool, line: u32) -> C<()> {
        if d.kind == ClassKind::Interface && !public {
            return error(
                line,
                format!(
                    "Access type for interface constant {}::{} must be public",
                    lossy(&d.name),
                    lossy(name)
                ),
            );
        }
        if name.eq_ignore_ascii_case(b"class") {
            return error(
                line,
                "A class constant must not be called 'class'; it is reserved for class name fetching",
            );
        }
        if !self.new_member(MemberKind::Const, name) {
            return error(
                line,
                format!("Cannot redefine class constant {}::{}", lossy(&d.name), lossy(name)),
            );
        }
        Ok(())
    }

    fn case(&mut self, d: &mut ClassDecl, k: &ast::EnumCase<'_>) -> C<()> {
        let line = k.name.line;
        if d.kind != ClassKind::Enum {
            return error(line, "Case can only be used in enums");
        }
        let (cn, kn) = (lossy(&d.name).into_owned(), lossy(k.name.text).into_owned());
        let value = match (k.value, &d.backing) {
            (Some(e), Some(_)) => self.const_expr(e)?,
            (Some(_), None) => {
                return error(line, format!("Case {kn} of non-backed enum {cn} must not have a value"));
            }
            (None, Some(_)) => {
                return error(line, format!("Case {kn} of backed enum {cn} must have a value"));
            }
            (None, None) => Literal::Null,
        };
        self.check_const_name(d, k.name.text, true, line)?;
        let attributes = self.attributes(k.attributes, target::CLASS_CONST)?;
        d.consts.push(ClassConst {
            name: self.text(k.name.text),
            flags: 1 | deprecated_flag(&attributes),
            ty: None,
            value,
            is_case: true,
            attributes,
            doc: k.doc.map(Into::into),
            line,
            text: k.value.map_or("".into(), |v| self.const_text(v)),
        });
        Ok(())
    }
}

fn deprecated_flag(attributes: &[howdah_bytecode::Attribute]) -> u32 {
    let deprecated = attributes.iter().any(|a| a.name.eq_ignore_ascii_case(b"Deprecated"));
    if deprecated { 1 << 11 } else { 0 }
}
