//! Functions and classes.

use super::*;

impl Exporter<'_> {
    pub(super) fn attributes(&mut self, groups: &[AttributeGroup<'_>], indent: usize, lines: bool) {
        for group in groups {
            self.push("#[");
            self.list(group.attributes, |x, attribute| {
                x.name(&attribute.name);
                if let Some(args) = &attribute.args {
                    x.args(args, indent);
                }
            });
            self.push("]");
            if lines {
                self.push("\n");
                self.indent(indent);
            } else {
                self.push(" ");
            }
        }
    }

    fn modifiers(&mut self, modifiers: Modifiers, words: &[(Modifiers, &str)]) {
        for (bit, word) in words {
            if modifiers.intersects(*bit) {
                self.push(word);
                self.push(" ");
            }
        }
    }

    fn visibility(&mut self, modifiers: Modifiers) {
        const WORDS: &[(Modifiers, &str)] = &[
            (Modifiers::PUBLIC, "public"),
            (Modifiers::PROTECTED, "protected"),
            (Modifiers::PRIVATE, "private"),
            (Modifiers::PRIVATE_SET, "private(set)"),
            (Modifiers::PROTECTED_SET, "protected(set)"),
            (Modifiers::PUBLIC_SET, "public(set)"),
        ];
        self.modifiers(modifiers, WORDS);
    }

    fn ty(&mut self, ty: &Type<'_>) {
        match &ty.kind {
            TypeKind::Name(name) => self.name(name),
            TypeKind::Array => self.push("array"),
            TypeKind::Callable => self.push("callable"),
            TypeKind::Static => self.push("static"),
            TypeKind::Nullable(inner) => {
                self.push("?");
                self.ty(inner);
            }
            TypeKind::Union(types) | TypeKind::Intersection(types) => {
                let separator = if matches!(ty.kind, TypeKind::Union(_)) { "|" } else { "&" };
                for (i, ty) in types.iter().enumerate() {
                    self.push(if i > 0 { separator } else { "" });
                    self.ty(ty);
                }
            }
        }
    }

    pub(super) fn function(&mut self, f: &Function<'_>, indent: usize) {
        let named = matches!(f.kind, FunctionKind::Function | FunctionKind::Method);
        self.attributes(f.attributes, indent, named);
        self.visibility(f.modifiers);
        const WORDS: &[(Modifiers, &str)] =
            &[(Modifiers::STATIC, "static"), (Modifiers::ABSTRACT, "abstract"), (Modifiers::FINAL, "final")];
        self.modifiers(f.modifiers, WORDS);
        self.push(if f.kind == FunctionKind::Arrow { "fn" } else { "function " });
        self.push(if f.by_ref { "&" } else { "" });
        self.bytes(f.name.text);
        self.push("(");
        self.list(f.params, |x, p| x.param(p, indent));
        self.push(")");
        if !f.uses.is_empty() {
            self.push(" use(");
            self.list(f.uses, |x, var| {
                x.push(if var.by_ref { "&$" } else { "$" });
                x.bytes(var.name.text);
            });
            self.push(")");
        }
        if let Some(ty) = f.return_type {
            self.push(": ");
            self.ty(ty);
        }
        match f.body {
            FunctionBody::None => self.push(";\n"),
            FunctionBody::Expr(expr) => {
                self.push(" => ");
                self.expr(expr, 0, indent);
            }
            FunctionBody::Block(stmts) => {
                self.push(" {\n");
                self.stmts(stmts, indent + 1);
                self.indent(indent);
                self.push(if named { "}\n" } else { "}" });
            }
        }
    }

    fn param(&mut self, p: &Param<'_>, indent: usize) {
        self.attributes(p.attributes, indent, false);
        self.visibility(p.modifiers);
        if let Some(ty) = p.ty {
            self.ty(ty);
            self.push(" ");
        }
        self.push(if p.by_ref { "&" } else { "" });
        self.push(if p.variadic { "..." } else { "" });
        self.push("$");
        self.bytes(p.name.text);
        if let Some(default) = p.default {
            self.push(" = ");
            self.expr(default, 0, indent);
        }
        if let Some(hooks) = p.hooks {
            self.hooks(hooks, indent);
        }
    }

    fn hooks(&mut self, hooks: &[&Function<'_>], indent: usize) {
        self.push(" {\n");
        self.indent(indent + 1);
        for (i, hook) in hooks.iter().enumerate() {
            if i > 0 {
                self.push("\n");
                self.indent(indent + 1);
            }
            self.modifiers(hook.modifiers, &[(Modifiers::FINAL, "final")]);
            self.bytes(hook.name.text);
            match hook.body {
                FunctionBody::None => self.push(";"),
                FunctionBody::Expr(expr) => {
                    self.push(" => ");
                    self.expr(expr, 0, indent + 1);
                    self.push(";");
                }
                FunctionBody::Block(stmts) => {
                    self.push(" {\n");
                    self.stmts(stmts, indent + 2);
                    self.indent(indent + 1);
                    self.push("}");
                }
            }
        }
        self.push("\n");
        self.indent(indent);
        self.push("}");
    }

    pub(super) fn class(&mut self, class: &ClassDecl<'_>, indent: usize) {
        self.attributes(class.attributes, indent, true);
        const WORDS: &[(Modifiers, &str)] = &[
            (Modifiers::ABSTRACT, "abstract"),
            (Modifiers::FINAL, "final"),
            (Modifiers::READONLY, "readonly"),
        ];
        self.modifiers(class.modifiers, WORDS);
        self.push(match class.kind {
            ClassKind::Class => "class ",
            ClassKind::Interface => "interface ",
            ClassKind::Trait => "trait ",
            ClassKind::Enum => "enum ",
        });
        if let Some(name) = class.name {
            self.bytes(name.text);
        }
        if let Some(ty) = class.backing_type {
            self.push(": ");
            self.ty(ty);
        }
        self.class_rest(class, indent);
        self.push("\n");
    }

    /// What follows a class's name. PHP shows an interface's parents as `implements`, too.
    pub(super) fn class_rest(&mut self, class: &ClassDecl<'_>, indent: usize) {
        if let Some(parent) = &class.extends {
            self.push(" extends ");
            self.name(parent);
        }
        if !class.implements.is_empty() {
            self.push(" implements ");
            self.names(class.implements);
        }
        self.push(" {\n");
        for member in class.members {
            self.indent(indent + 1);
            self.member(member, indent + 1);
            self.push("\n");
        }
        self.indent(indent);
        self.push("}");
    }

    fn names(&mut self, names: &[Name<'_>]) {
        self.list(names, |x, name| x.bytes(name.text));
    }

    fn member(&mut self, member: &Member<'_>, indent: usize) {
        match member {
            Member::Properties(group) => {
                self.attributes(group.attributes, indent, true);
                self.visibility(group.modifiers);
                const WORDS: &[(Modifiers, &str)] =
                    &[(Modifiers::STATIC, "static"), (Modifiers::READONLY, "readonly")];
                self.modifiers(group.modifiers, WORDS);
                if let Some(ty) = group.ty {
                    self.ty(ty);
                    self.push(" ");
                }
                self.list(group.props, |x, prop| {
                    x.push("$");
                    x.bytes(prop.name.text);
                    if let Some(default) = prop.default {
                        x.push(" = ");
                        x.expr(default, 0, indent + 1);
                    }
                    if let Some(hooks) = prop.hooks {
                        x.hooks(hooks, indent);
                    }
                });
                if group.props.iter().all(|p| p.hooks.is_none()) {
                    self.push(";");
                }
            }
            Member::Consts(group) => {
                self.attributes(group.attributes, indent, true);
                self.visibility(group.modifiers);
                self.push("const ");
                if let Some(ty) = group.ty {
                    self.ty(ty);
                    self.push(" ");
                }
                self.const_elems(group.consts, indent);
                self.push(";");
            }
            Member::Method(method) => self.function(method, indent),
            Member::Case(case) => {
                self.attributes(case.attributes, indent, true);
                self.push("case ");
                self.bytes(case.name.text);
                if let Some(value) = case.value {
                    self.push(" = ");
                    self.expr(value, 0, indent);
                }
                self.push(";");
            }
            Member::UseTrait(node) => self.use_trait(node, indent),
        }
    }

    fn use_trait(&mut self, node: &UseTrait<'_>, indent: usize) {
        self.push("use ");
        self.names(node.traits);
        if node.adaptations.is_empty() {
            return self.push(";");
        }
        self.push(" {\n");
        for adaptation in node.adaptations {
            self.indent(indent + 1);
            self.adaptation(adaptation);
            self.push(";\n");
        }
        self.indent(indent);
        self.push("}");
    }

    fn adaptation(&mut self, adaptation: &TraitAdaptation<'_>) {
        match adaptation {
            TraitAdaptation::Precedence { class, method, insteadof } => {
                self.bytes(class.text);
                self.push("::");
                self.bytes(method.text);
                self.push(" insteadof ");
                self.names(insteadof);
            }
            TraitAdaptation::Alias { class, method, modifiers, alias } => {
                if let Some(class) = class {
                    self.bytes(class.text);
                    self.push("::");
                }
                self.bytes(method.text);
                let visibility = [
                    (Modifiers::PUBLIC, " as public"),
                    (Modifiers::PROTECTED, " as protected"),
                    (Modifiers::PRIVATE, " as private"),
                ];
                let word = visibility.iter().find(|(bit, _)| modifiers.intersects(*bit));
                match (word, alias) {
                    (Some((_, word)), _) => self.push(word),
                    (None, Some(_)) => self.push(" as"),
                    (None, None) => {}
                }
                if let Some(alias) = alias {
                    self.push(" ");
                    self.bytes(alias.text);
                }
            }
        }
    }
}
