//! Functions, closures, parameters.

use crate::attributes::target;
use crate::func::{Opd, t};
use crate::names::seen;
use crate::types::{MIXED, NEVER, VOID};
use crate::{C, Compiler, HookCtx, error, lossy};
use howdah_bytecode::{Capture, Default as ParamDefault, FnProto, Literal, NONE, Op, Param, Type, fn_flags};
use howdah_syntax::ast::{self, Expr, ExprKind, Function, FunctionBody, FunctionKind, Modifiers};

/// Modifier bits as the bytecode has them.
pub(crate) fn modifier_bits(m: Modifiers) -> u32 {
    let pairs = [
        (Modifiers::PUBLIC, 1),
        (Modifiers::PROTECTED, 2),
        (Modifiers::PRIVATE, 4),
        (Modifiers::STATIC, 16),
        (Modifiers::FINAL, 32),
        (Modifiers::ABSTRACT, 64),
        (Modifiers::READONLY, 128),
        (Modifiers::PROTECTED_SET, 1 << 25),
        (Modifiers::PRIVATE_SET, 1 << 26),
        (Modifiers::PUBLIC_SET, 1 << 27),
    ];
    pairs.iter().filter(|(f, _)| m.intersects(*f)).fold(0, |a, (_, b)| a | b)
}

impl Compiler<'_> {
    /// Compiles a function and gives its index in the unit.
    pub(crate) fn function_decl(&mut self, f: &Function<'_>, top: bool) -> C<u32> {
        let name = self.prefixed(f.name.text);
        let line = f.start_line;
        if self.imported_otherwise(seen::FUNCTION, f.name.text, &name) {
            return error(
                line,
                format!("Cannot redeclare function {}() (previously declared as local import)", lossy(&name)),
            );
        }
        if name.eq_ignore_ascii_case(b"__autoload") {
            return error(line, "__autoload() is no longer supported, use spl_autoload_register() instead");
        }
        if f.name.text.eq_ignore_ascii_case(b"assert") {
            return error(
                line,
                "Defining a custom assert() function is not allowed, as the function has special semantics",
            );
        }
        self.declare_name(seen::FUNCTION, &name);
        let mut flags = 0;
        if top {
            flags |= fn_flags::TOP_LEVEL;
        }
        self.function(f, &name, flags)
    }

    /// Compiles a function under a name with extra flags; gives its index.
    pub(crate) fn function(&mut self, f: &Function<'_>, name: &[u8], flags: u32) -> C<u32> {
        let index = self.functions.len() as u32;
        self.functions.push(FnProto::default());
        let closure = matches!(f.kind, FunctionKind::Closure | FunctionKind::Arrow);
        let mut bits = flags | modifier_bits(f.modifiers);
        if f.by_ref {
            bits |= 1 << 12;
        }
        if f.is_generator {
            bits |= fn_flags::GENERATOR;
        }
        if self.strict {
            bits |= fn_flags::STRICT;
        }
        if closure {
            bits |= fn_flags::CLOSURE;
        }
        if f.kind == FunctionKind::Arrow {
            bits |= fn_flags::ARROW;
        }
        if f.kind == FunctionKind::Hook {
            bits |= fn_flags::HOOK;
        }
        let (name, namespace) = (self.text(name), self.text(&self.names.namespace));
        let outer = self.open_function();
        let ctx = &mut self.f;
        ctx.line = f.start_line;
        ctx.proto.flags = bits;
        ctx.proto.name = name;
        ctx.proto.namespace = namespace;
        ctx.proto.start_line = f.start_line;
        ctx.proto.end_line = f.end_line;
        ctx.proto.doc = f.doc.map(Into::into);
        ctx.display_name = name;
        ctx.is_static = f.modifiers.intersects(Modifiers::STATIC);
        ctx.in_class_fn = self.class.is_some() && matches!(f.kind, FunctionKind::Method | FunctionKind::Hook)
            || closure && outer.in_class_fn && !outer.is_static;
        ctx.is_static |= closure && outer.is_static;
        ctx.is_arrow = f.kind == FunctionKind::Arrow;
        let hook = if f.kind == FunctionKind::Hook { self.hook_prop.take() } else { None };
        ctx.hook = hook.as_ref().map(|h| h.prop);
        let ticks = self.ticks;
        // A function declared within a method is none of its class.
        let class = if f.kind == FunctionKind::Function { self.class.take() } else { None };
        let r = self.function_body(f, hook);
        if class.is_some() {
            self.class = class;
        }
        self.ticks = ticks;
        if f.kind == FunctionKind::Hook {
            self.hook_backed = self.f.uses_backing;
        }
        if r.is_err() {
            self.f = outer;
            return r.map(|()| index);
        }
        self.functions[index as usize] = self.close_function(outer)?;
        Ok(index)
    }

    fn function_body(&mut self, f: &Function<'_>, hook: Option<HookCtx>) -> C<()> {
        let on = match f.kind {
            FunctionKind::Method | FunctionKind::Hook => target::METHOD,
            _ => target::FUNCTION,
        };
        self.f.proto.attributes = self.attributes(f.attributes, on)?;
        if self.f.proto.attributes.iter().any(|a| a.name.eq_ignore_ascii_case(b"Deprecated")) {
            self.f.proto.flags |= 1 << 11;
            self.f.op(Op::NoteDeprecated, 0, 0, 0);
        }
        let (implicit, hook_ret) = hook.map_or((None, None), |h| (h.value, h.ret));
        let declared = f.return_type.map(|t| self.ty(t)).transpose()?;
        let to_string = f.kind == FunctionKind::Method && f.name.text.eq_ignore_ascii_case(b"__tostring");
        let implied = to_string.then(|| Type { mask: 1 << 6, classes: Vec::new(), text: "string".into() });
        if let Some(ty) = declared.or(hook_ret).or(implied) {
            self.f.proto.flags |= fn_flags::HAS_RETURN_TYPE;
            if ty.mask & VOID != 0 && f.by_ref {
                let msg = format!(
                    "{}(): Returning by reference from a void function is deprecated",
                    self.shown_function()
                );
                self.deprecated(f.start_line, msg);
            }
            self.check_generator_type(f, &ty)?;
            self.f.proto.ret = Some(ty);
        }
        if let Some(ty) = implicit {
            self.f.cv(b"value");
            self.f.proto.required = 1;
            if ty.is_some() {
                self.f.proto.flags |= fn_flags::HAS_TYPES;
                self.f.op(Op::Recv, 0, 0, 0);
            }
            self.f.proto.params.push(Param {
                name: self.text(b"value"),
                ty,
                default: None,
                by_ref: false,
                variadic: false,
                promoted: false,
                attributes: Vec::new(),
                line: f.start_line,
            });
        } else {
            self.params(f)?;
        }
        for u in f.uses {
            if u.name.text == b"this" {
                return error(u.name.line, "Cannot use $this as lexical variable");
            }
            if crate::variables::is_superglobal(u.name.text) {
                return error(u.name.line, "Cannot use auto-global as lexical variable");
            }
            if f.params.iter().any(|p| p.name.text == u.name.text) {
                return error(
                    u.name.line,
                    format!("Cannot use lexical variable ${} as a parameter name", lossy(u.name.text)),
                );
            }
            if self.f.captured.contains(&self.text(u.name.text)) {
                return error(u.name.line, format!("Cannot use variable ${} twice", lossy(u.name.text)));
            }
            self.capture(u.name.text, u.by_ref);
        }
        if self.f.is_arrow {
            let mut names = Vec::new();
            free_vars_fn(f, &mut names);
            for n in names {
                if !f.params.iter().any(|p| p.name.text == &n[..]) {
                    self.capture(&n, false);
                }
            }
        }
        if self.f.proto.flags & fn_flags::GENERATOR != 0 {
            self.f.op(Op::GenCreate, 0, 0, 0);
        }
        match f.body {
            FunctionBody::None => {
                let k = self.f.null();
                self.f.op(Op::Ret, k.rk(), 0, 0);
                return Ok(());
            }
            FunctionBody::Block(b) => self.stmts(b)?,
            FunctionBody::Expr(e) => {
                self.f.line = e.line;
                let void = self.f.proto.ret.as_ref().is_some_and(|t| t.mask & (1 << 18 | 1 << 19) != 0);
                if void || f.kind == FunctionKind::Hook && f.name.text.eq_ignore_ascii_case(b"set") {
                    self.hook_set_expr(f, e)?;
                } else {
                    self.return_stmt(Some(e), e.line)?;
                }
            }
        }
        // Generators' declared return type concerns the generator object, not its final value.
        self.end_of_function(f.end_line)
    }

    /// `set => expr` assigns the backing property; a void arrow function only evaluates.
    fn hook_set_expr(&mut self, f: &Function<'_>, e: &Expr<'_>) -> C<()> {
        if f.kind == FunctionKind::Hook
            && let Some(prop) = self.f.hook
        {
            self.f.uses_backing = true;
            let v = self.expr(e)?;
            let b = self.f.consume(v);
            let k = self.f.str(&prop);
            let ic = self.f.ic_pair();
            self.f.ext(Op::AssignThisProp, 0, b, NONE, k, ic);
            return Ok(());
        }
        self.return_stmt(Some(e), e.line)
    }

    fn check_generator_type(&self, f: &Function<'_>, ty: &Type) -> C<()> {
        let ok = !f.is_generator
            || ty.mask & (1 << 8 | 1 << 17) != 0
            || ty.classes.iter().any(|c| match c {
                howdah_bytecode::ClassType::Name(n) => {
                    [&b"Generator"[..], b"Iterator", b"Traversable"].iter().any(|g| n.eq_ignore_ascii_case(g))
                }
                howdah_bytecode::ClassType::All(_) => false,
            });
        if ok {
            return Ok(());
        }
        error(
            f.start_line,
            format!("Generator return type must be a supertype of Generator, {} given", ty.text),
        )
    }

    fn capture(&mut self, name: &[u8], by_ref: bool) {
        let i = self.f.proto.captures.len() as u16;
        let own = self.text(name);
        if !self.f.captured.insert(own) {
            return;
        }
        self.f.proto.captures.push(Capture { name: own, by_ref });
        let v = self.f.cv(name);
        self.f.op(Op::LoadUse, v.rk(), i, 0);
    }

    /// The name of the function being compiled as messages have it.
    fn shown_function(&self) -> String {
        self.method_display(&lossy(&self.f.proto.name))
    }

    fn params(&mut self, f: &Function<'_>) -> C<()> {
        let last_required = f.params.iter().rposition(|p| p.default.is_none() && !p.variadic);
        // CVs in parameter order first.
        for p in f.params {
            if crate::variables::is_superglobal(p.name.text) {
                return error(
                    p.name.line,
                    format!("Cannot re-assign auto-global variable {}", lossy(p.name.text)),
                );
            }
            if self.f.has_cv(p.name.text) {
                return error(p.name.line, format!("Redefinition of parameter ${}", lossy(p.name.text)));
            }
            if p.name.text == b"this" {
                return error(p.name.line, "Cannot use $this as parameter");
            }
            self.f.cv(p.name.text);
        }
        for (i, p) in f.params.iter().enumerate() {
            self.f.line = p.line;
            if i + 1 < f.params.len() && p.variadic {
                return error(f.params[i + 1].line, "Only the last parameter can be variadic");
            }
            if p.variadic && p.default.is_some() {
                return error(p.line, "Variadic parameter cannot have a default value");
            }
            let required_later = last_required.filter(|l| *l > i).map(|l| f.params[l].name.text);
            self.param(f, i, required_later)?;
        }
        self.assign_promoted(f);
        Ok(())
    }

    /// Compiles parameter `i`; a default before a required parameter counts for nothing but the type.
    fn param(&mut self, f: &Function<'_>, i: usize, required_later: Option<&[u8]>) -> C<()> {
        let p = &f.params[i];
        let promoted = !p.modifiers.is_empty() || p.hooks.is_some();
        let mut value = p.default.map(|d| self.const_expr_new(d)).transpose()?;
        let skip = if promoted { target::PROPERTY } else { 0 };
        let attributes = self.attributes_promoted(p.attributes, target::PARAMETER, skip)?;
        let (ty, forced_null) = self.param_type(p, &mut value, promoted)?;
        let mut default = None;
        if let (Some(v), Some(e)) = (value, p.default) {
            if let Some(later) = required_later {
                if !forced_null {
                    let msg = format!(
                        "{}(): Optional parameter ${} declared before required parameter ${} is implicitly treated as a required parameter",
                        self.shown_function(),
                        lossy(p.name.text),
                        lossy(later)
                    );
                    self.deprecated(self.f.proto.start_line, msg);
                }
            } else {
                default = Some(ParamDefault { value: v, text: self.const_text(e) });
            }
        }
        if !p.variadic && default.is_none() {
            self.f.proto.required = i as u16 + 1;
        }
        if ty.is_some() {
            self.f.proto.flags |= fn_flags::HAS_TYPES;
        }
        if p.variadic {
            self.f.proto.flags |= fn_flags::VARIADIC;
            self.f.op(Op::RecvVariadic, i as u16, 0, 0);
        } else if let Some(ParamDefault { value: Literal::Thunk(thunk), .. }) = &default {
            let ic = self.f.ic();
            self.f.ext(Op::RecvOr, i as u16, 0, 0, *thunk, ic);
        } else if let Some(d) = &default {
            let k = self.f.literal(d.value.clone());
            let plain = ty.as_ref().map_or(MIXED, |t| t.mask & MIXED);
            self.f.ext(Op::RecvInit, i as u16, plain as u16, 0, k, 0);
        } else if let Some(t) = ty.as_ref().filter(|t| t.mask & MIXED != MIXED) {
            self.f.op(Op::Recv, i as u16, (t.mask & MIXED) as u16, 0);
        }
        if promoted && !(self.class.is_some() && f.name.text.eq_ignore_ascii_case(b"__construct")) {
            return error(p.line, "Cannot declare promoted property outside a constructor");
        }
        let name = self.text(p.name.text);
        self.f.proto.params.push(Param {
            name,
            ty,
            default,
            by_ref: p.by_ref,
            variadic: p.variadic,
            promoted,
            attributes,
            line: p.line,
        });
        Ok(())
    }

    /// A parameter's type, made nullable by a default of null; tells whether it was. An int default of a float becomes one.
    fn param_type(
        &mut self,
        p: &ast::Param<'_>,
        value: &mut Option<Literal>,
        promoted: bool,
    ) -> C<(Option<Type>, bool)> {
        let Some(t) = p.ty else { return Ok((None, false)) };
        let mut ty = self.ty(t)?;
        let force = *value == Some(Literal::Null) && !promoted;
        let forced = force && ty.mask & 2 == 0;
        if forced {
            let line = self.f.proto.start_line;
            for (bit, word) in [(VOID, "Void"), (NEVER, "never")] {
                if ty.mask & bit != 0 {
                    return error(t.line, format!("{word} can only be used as a standalone type"));
                }
            }
            ty.mask |= 2;
            ty.text = crate::types::nullable(&ty.text).into();
            let msg = format!(
                "{}(): Implicitly marking parameter ${} as nullable is deprecated, the explicit nullable type must be used instead",
                self.shown_function(),
                lossy(p.name.text)
            );
            self.deprecated(line, msg);
        }
        if ty.mask & VOID != 0 {
            return error(p.line, "void cannot be used as a parameter type");
        }
        if ty.mask & NEVER != 0 {
            return error(p.line, "never cannot be used as a parameter type");
        }
        if let Some(v) = value.take() {
            match self.check_default(&ty, v) {
                Ok(v) => *value = Some(v),
                Err(v) => {
                    return error(
                        p.line,
                        format!(
                            "Cannot use {} as default value for parameter ${} of type {}",
                            crate::properties::type_word(&v),
                            lossy(p.name.text),
                            ty.text
                        ),
                    );
                }
            }
        }
        Ok((Some(ty), forced))
    }

    /// Promoted parameters are assigned after all are received.
    fn assign_promoted(&mut self, f: &Function<'_>) {
        for (i, p) in
            f.params.iter().enumerate().filter(|(_, p)| !p.modifiers.is_empty() || p.hooks.is_some())
        {
            let k = self.f.str(p.name.text);
            let ic = self.f.ic_pair();
            self.f.line = p.line;
            if p.by_ref {
                let name = self.f.str_opd(p.name.text);
                let d = self.f.temp();
                self.f.op(Op::LoadThis, t(d), 0, 0);
                self.f.free_temp(d);
                let x = self.f.consume(name);
                self.f.ext(Op::AssignPropRef, t(d), (i as u16) << 1, NONE, x as u32, 0);
            } else {
                self.f.ext(Op::AssignThisProp, 0, (i as u16) << 1, NONE, k, ic);
            }
        }
    }

    fn method_display(&self, f: &str) -> String {
        match &self.class {
            Some(c) if !self.f.is_closure_like() => {
                format!("{}::{f}", c.name.as_deref().map_or("class@anonymous".into(), lossy))
            }
            _ => f.to_owned(),
        }
    }

    pub(crate) fn check_return(&self, e: Option<&Expr<'_>>, line: u32) -> C<()> {
        let Some(ty) = &self.f.proto.ret else { return Ok(()) };
        if self.f.proto.flags & fn_flags::GENERATOR != 0 {
            return Ok(());
        }
        let in_arrow = self.f.is_arrow;
        if ty.mask & 1 << 18 != 0 {
            if let (Some(e), false) = (e, in_arrow) {
                if matches!(e.kind, ExprKind::Const(n) if n.text.eq_ignore_ascii_case(b"null")) {
                    return error(
                        line,
                        format!(
                            "A void {} must not return a value (did you mean \"return;\" instead of \"return null;\"?)",
                            self.callable_word()
                        ),
                    );
                }
                return error(line, format!("A void {} must not return a value", self.callable_word()));
            }
        } else if ty.mask & 1 << 19 != 0 {
            if !in_arrow {
                return error(line, format!("A never-returning {} must not return", self.callable_word()));
            }
        } else if e.is_none() {
            if ty.mask & 2 != 0 && ty.mask & 0x3FE != 0x3FE {
                return error(
                    line,
                    format!(
                        "A {} with return type must return a value (did you mean \"return null;\" instead of \"return;\"?)",
                        self.callable_word()
                    ),
                );
            }
            return error(line, format!("A {} with return type must return a value", self.callable_word()));
        }
        Ok(())
    }

    fn callable_word(&self) -> &'static str {
        if self.class.is_some() && !self.f.is_closure_like() { "method" } else { "function" }
    }

    pub(crate) fn closure(&mut self, f: &Function<'_>, hint: Option<u16>) -> C<Opd> {
        // PHP 8.4 names closures after where they are: {closure:FUNCTION():LINE} or {closure:FILE:LINE}.
        let place = if self.f.display_name.is_empty() {
            lossy(self.file).into_owned()
        } else if self.f.is_closure_like() {
            lossy(&self.f.display_name).into_owned()
        } else {
            match &self.class {
                Some(c) => format!(
                    "{}::{}()",
                    c.name.as_deref().map_or("class@anonymous".into(), lossy),
                    lossy(&self.f.display_name)
                ),
                None => format!("{}()", lossy(&self.f.display_name)),
            }
        };
        let name = format!("{{closure:{place}:{}}}", f.start_line);
        let i = self.function(f, name.as_bytes(), 0)?;
        let captures = self.functions[i as usize].captures.clone();
        let uses_this = self.functions[i as usize].flags & fn_flags::USES_THIS != 0;
        if uses_this && !f.modifiers.intersects(Modifiers::STATIC) {
            self.f.proto.flags |= fn_flags::USES_THIS;
        }
        let d = hint.unwrap_or_else(|| self.f.temp());
        self.f.ext(Op::MakeClosure, t(d), 0, f.modifiers.intersects(Modifiers::STATIC) as u16, i, 0);
        self.f.def(d);
        for (n, c) in captures.iter().enumerate() {
            if f.kind == FunctionKind::Arrow && !self.f.has_cv(&c.name) && !self.f.is_arrow {
                // Nothing of that name here: the arrow function's variable stays undefined.
                continue;
            }
            let v = self.f.cv(&c.name);
            let x = if f.kind == FunctionKind::Arrow { 2 } else { c.by_ref as u32 };
            self.f.ext(Op::BindUse, t(d), v.rk(), n as u16, x, 0);
        }
        Ok(Opd::T(d))
    }
}

/// Variables that an arrow function's body mentions: captured by value from outside.
fn free_vars_fn(f: &Function<'_>, out: &mut Vec<Vec<u8>>) {
    for p in f.params {
        if let Some(d) = p.default {
            free_vars(d, out);
        }
    }
    match f.body {
        FunctionBody::Expr(e) => free_vars(e, out),
        FunctionBody::Block(_) | FunctionBody::None => {}
    }
}

fn add(name: &[u8], out: &mut Vec<Vec<u8>>) {
    if name != b"this" && !crate::variables::is_superglobal(name) && !out.iter().any(|n| n == name) {
        out.push(name.to_vec());
    }
}

fn free_vars(e: &Expr<'_>, out: &mut Vec<Vec<u8>>) {
    use ast::{Args, ArrayElem, InterpPart, MemberName, NameOrExpr, NewClass};
    let member = |m: &MemberName<'_>, out: &mut Vec<Vec<u8>>| {
        if let MemberName::Expr(e) = m {
            free_vars(e, out);
        }
    };
    let class = |c: &NameOrExpr<'_>, out: &mut Vec<Vec<u8>>| {
        if let NameOrExpr::Expr(e) = c {
            free_vars(e, out);
        }
    };
    let args = |a: &Args<'_>, out: &mut Vec<Vec<u8>>| {
        if let Args::List(l) = a {
            l.iter().for_each(|a| free_vars(a.value, out));
        }
    };
    match e.kind {
        ExprKind::Var(n) => add(n, out),
        ExprKind::Interp(parts) | ExprKind::ShellExec(parts) => parts.iter().for_each(|p| match p {
            InterpPart::Text(_) => {}
            InterpPart::Expr(e) | InterpPart::DollarVar(e) | InterpPart::DollarExpr(e) => free_vars(e, out),
        }),
        ExprKind::VarVar(a)
        | ExprKind::Unary(_, a)
        | ExprKind::PreInc(a)
        | ExprKind::PreDec(a)
        | ExprKind::PostInc(a)
        | ExprKind::PostDec(a)
        | ExprKind::Cast(_, a)
        | ExprKind::Silence(a)
        | ExprKind::Clone(a)
        | ExprKind::Print(a)
        | ExprKind::Isset(a)
        | ExprKind::Empty(a)
        | ExprKind::Include(_, a)
        | ExprKind::YieldFrom(a)
        | ExprKind::Throw(a) => free_vars(a, out),
        ExprKind::Index(a, b) => {
            free_vars(a, out);
            if let Some(b) = b {
                free_vars(b, out);
            }
        }
        ExprKind::Prop(p) => {
            free_vars(p.object, out);
            member(&p.name, out);
        }
        ExprKind::StaticProp(p) => {
            class(&p.class, out);
            member(&p.name, out);
        }
        ExprKind::ClassConst(c) => {
            class(&c.class, out);
            member(&c.name, out);
        }
        ExprKind::ClassName(c) => class(c, out),
        ExprKind::Call(c) => {
            class(&c.callee, out);
            args(&c.args, out);
            if let NameOrExpr::Name(n) = c.callee
                && n.text.eq_ignore_ascii_case(b"compact")
                && let Args::List(l) = c.args
            {
                for a in l {
                    if let ExprKind::String(s) = a.value.kind {
                        add(s, out);
                    }
                }
            }
        }
        ExprKind::MethodCall(c) => {
            free_vars(c.object, out);
            member(&c.name, out);
            args(&c.args, out);
        }
        ExprKind::StaticCall(c) => {
            class(&c.class, out);
            member(&c.name, out);
            args(&c.args, out);
        }
        ExprKind::New(n) => {
            if let NewClass::Ref(c) = &n.class {
                class(c, out);
            }
            args(&n.args, out);
        }
        ExprKind::Array(_, elems) => elems.iter().for_each(|el| match el {
            ArrayElem::Hole => {}
            ArrayElem::Item { key, value, .. } => {
                if let Some(k) = key {
                    free_vars(k, out);
                }
                free_vars(value, out);
            }
            ArrayElem::Unpack(e) => free_vars(e, out),
        }),
        ExprKind::Assign(a, b)
        | ExprKind::AssignRef(a, b)
        | ExprKind::AssignOp(_, a, b)
        | ExprKind::Binary(_, a, b) => {
            free_vars(a, out);
            free_vars(b, out);
        }
        ExprKind::Ternary(tern) => {
            free_vars(tern.cond, out);
            if let Some(t) = tern.then {
                free_vars(t, out);
            }
            free_vars(tern.els, out);
        }
        ExprKind::InstanceOf(a, c) => {
            free_vars(a, out);
            class(c, out);
        }
        ExprKind::Yield(a, b) => {
            for e in [a, b].into_iter().flatten() {
                free_vars(e, out);
            }
        }
        ExprKind::Closure(f) => {
            if f.kind == FunctionKind::Arrow {
                let mut inner = Vec::new();
                free_vars_fn(f, &mut inner);
                inner
                    .iter()
                    .filter(|n| !f.params.iter().any(|p| p.name.text == &n[..]))
                    .for_each(|n| add(n, out));
            } else {
                f.uses.iter().for_each(|u| add(u.name.text, out));
            }
        }
        ExprKind::Match(m) => {
            free_vars(m.subject, out);
            for a in m.arms {
                a.conds.into_iter().flatten().for_each(|c| free_vars(c, out));
                free_vars(a.body, out);
            }
        }
        ExprKind::Int(_)
        | ExprKind::Float(_)
        | ExprKind::String(_)
        | ExprKind::Const(_)
        | ExprKind::Magic(_) => {}
    }
}
