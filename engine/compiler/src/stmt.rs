//! Statements, namespaces and imports.

use crate::func::{Goto, Label, Opd, Scope, t};
use crate::names::seen;
use crate::{C, Compiler, error, lossy};
use howdah_bytecode::{Literal, NONE, Op, StaticVar, fetch, fn_flags};
use howdah_syntax::ast::{DeclareStmt, Expr, ExprKind, NamespaceStmt, Program, Stmt, StmtKind, UseStmt};

impl Compiler<'_> {
    pub(crate) fn file_body(&mut self, p: &Program<'_>) -> C<()> {
        for s in p.stmts {
            self.prologue &= matches!(s.kind, StmtKind::Declare(_));
            self.before_namespace &= matches!(s.kind, StmtKind::Declare(_) | StmtKind::Empty)
                || matches!(s.kind, StmtKind::Namespace(_));
            let outside = match s.kind {
                StmtKind::Namespace(_)
                | StmtKind::Declare(_)
                | StmtKind::Empty
                | StmtKind::HaltCompiler(_) => false,
                StmtKind::InlineHtml(h) => !h.is_empty(),
                _ => true,
            };
            if outside && self.bracketed == Some(true) {
                return error(s.line, "No code may exist outside of namespace {}");
            }
            self.stmt(s)?;
        }
        self.end_of_function(p.end_line)
    }

    /// The implicit return at a function's end.
    pub(crate) fn end_of_function(&mut self, line: u32) -> C<()> {
        self.resolve_gotos()?;
        self.f.line = line;
        let flags = self.f.proto.flags;
        if flags & fn_flags::MAIN != 0 {
            let k = self.f.k(Literal::Int(1));
            self.f.op(Op::Ret, k.rk(), 0, 0);
            return Ok(());
        }
        if flags & fn_flags::GENERATOR != 0 {
            let k = self.f.null();
            self.f.op(Op::GenRet, k.rk(), 0, 0);
            return Ok(());
        }
        if let Some(ty) = &self.f.proto.ret {
            if ty.mask & 1 << 19 != 0 {
                self.f.op(Op::VerifyNever, 0, 0, 0);
            } else if ty.mask & 1 << 18 == 0 {
                self.f.op(Op::VerifyRet, NONE, 0, 0);
            }
        }
        self.return_nothing();
        Ok(())
    }

    /// Returns null; by reference that is a value, which is worth a notice.
    pub(crate) fn return_nothing(&mut self) {
        let k = self.f.null();
        if self.f.proto.flags & 1 << 12 == 0 {
            self.f.op(Op::Ret, k.rk(), 0, 0);
            return;
        }
        let d = self.f.temp();
        self.move_to(k, d);
        let a = self.f.consume(Opd::T(d));
        self.f.op(Op::RetRef, a, 1, 0);
    }

    pub(crate) fn stmts(&mut self, list: &[Stmt<'_>]) -> C<()> {
        // Functions declared at the top of a file exist before its first statement runs.
        list.iter().try_for_each(|s| self.stmt(s))
    }

    pub(crate) fn stmt(&mut self, s: &Stmt<'_>) -> C<()> {
        if self.f.nested > 900 {
            return stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.stmt_inner(s));
        }
        self.f.nested += 1;
        let r = self.stmt_inner(s);
        self.f.nested -= 1;
        r
    }

    fn stmt_inner(&mut self, s: &Stmt<'_>) -> C<()> {
        let line = s.line;
        self.f.line = line;
        match s.kind {
            StmtKind::Empty => {}
            StmtKind::Block(list) => self.stmts(list)?,
            StmtKind::Expr(e) => self.expr_stmt(e)?,
            StmtKind::Echo(list) => {
                for e in list {
                    let o = self.expr(e)?;
                    let a = self.f.consume(o);
                    self.f.line = e.line;
                    self.f.op(Op::Echo, a, 0, 0);
                }
            }
            StmtKind::InlineHtml(text) => {
                if !text.is_empty() {
                    let o = self.f.str_opd(text);
                    let a = self.f.consume(o);
                    self.f.op(Op::Echo, a, 0, 0);
                }
            }
            StmtKind::If(arms) => self.if_stmt(arms)?,
            StmtKind::While(c, b) => self.while_stmt(c, b)?,
            StmtKind::DoWhile(b, c) => self.do_while(b, c)?,
            StmtKind::For(f) => self.for_stmt(f)?,
            StmtKind::Foreach(f) => self.foreach(f, line)?,
            StmtKind::Switch(e, cases) => self.switch(e, cases, line)?,
            StmtKind::Break(d) => self.break_stmt(d, false, line)?,
            StmtKind::Continue(d) => self.break_stmt(d, true, line)?,
            StmtKind::Return(e) => self.return_stmt(e, line)?,
            StmtKind::Global(list) => {
                for e in list {
                    self.global(e)?;
                }
            }
            StmtKind::StaticVars(list) => {
                for v in list {
                    self.static_var(v.name.text, v.init, v.name.line)?;
                }
            }
            StmtKind::Unset(list) => list.iter().try_for_each(|e| self.unset(e))?,
            StmtKind::Try(ts) => self.try_stmt(ts, line)?,
            StmtKind::Goto(l) => {
                let scopes = self.f.scopes.clone();
                let mut leaves = Vec::new();
                self.leave(0, 0, None, Some(&mut leaves));
                let jump = self.f.jump(Op::Jmp, 0);
                self.f.gotos.push(Goto { jump, label: self.text(l.text), line, scopes, leaves });
            }
            StmtKind::Label(l) => {
                let at = self.f.here();
                let scopes = self.f.scopes.clone();
                let label = self.text(l.text);
                if self.f.labels.insert(label, Label { at, scopes }).is_some() {
                    return error(line, format!("Label '{}' already defined", lossy(l.text)));
                }
            }
            StmtKind::Declare(d) => self.declare(d, line)?,
            StmtKind::Namespace(n) => self.namespace(n, line)?,
            StmtKind::Use(u) => self.use_stmt(u)?,
            StmtKind::Const(list) => {
                for c in list {
                    let name = self.prefixed(c.name.text);
                    if matches!(&c.name.text.to_ascii_lowercase()[..], b"true" | b"false" | b"null") {
                        return error(
                            c.name.line,
                            format!("Cannot redeclare constant '{}'", lossy(c.name.text)),
                        );
                    }
                    let l = self.const_expr_new(c.value)?;
                    if self.imported_otherwise(seen::CONST, c.name.text, &name) {
                        return error(
                            c.name.line,
                            format!(
                                "Cannot declare const {} because the name is already in use",
                                lossy(&name)
                            ),
                        );
                    }
                    self.declare_name(seen::CONST, &name);
                    let k = self.f.str(&name);
                    let v = match l {
                        Literal::Thunk(_) => {
                            // Evaluated here and now: compile the expression in place.
                            self.f.const_expr = true;
                            let o = self.expr(c.value);
                            self.f.const_expr = false;
                            o?
                        }
                        l => self.f.k(l),
                    };
                    let b = self.f.consume(v);
                    self.f.line = c.name.line;
                    self.f.ext(Op::DeclConst, 0, b, 0, k, 0);
                }
            }
            StmtKind::Function(f) => {
                let top = self.f.proto.flags & fn_flags::MAIN != 0 && self.f.nested <= self.top_nesting();
                let i = self.function_decl(f, top)?;
                if !top {
                    self.f.line = f.start_line;
                    self.f.ext(Op::DeclFn, 0, 0, 0, i, 0);
                }
            }
            StmtKind::Class(c) => {
                let top = self.f.proto.flags & fn_flags::MAIN != 0 && self.f.nested <= self.top_nesting();
                let i = self.class_decl(c, top)?;
                self.f.line = c.start_line;
                self.f.ext(Op::DeclClass, 0, 0, 0, i, 0);
            }
            StmtKind::HaltCompiler(_) => {
                let k = self.f.k(Literal::Int(1));
                self.f.op(Op::Ret, k.rk(), 0, 0);
            }
        }
        if self.ticks > 0
            && !matches!(
                s.kind,
                StmtKind::Declare(_) | StmtKind::Empty | StmtKind::Block(_) | StmtKind::Label(_)
            )
        {
            self.f.op(Op::Ticks, self.ticks.min(0x3fff) as u16, 0, 0);
        }
        Ok(())
    }

    /// Statement nesting at which declarations are unconditional: the file's own level, one more in `namespace {}`.
    fn top_nesting(&self) -> u32 {
        self.names.depth + 1
    }

    pub(crate) fn expr_stmt(&mut self, e: &Expr<'_>) -> C<()> {
        self.f.line = e.line;
        match e.kind {
            ExprKind::Assign(target, value) => {
                self.assign(target, value, None, false)?;
                return Ok(());
            }
            ExprKind::AssignRef(a, b) => return self.assign_ref(a, b, None),
            ExprKind::AssignOp(op, a, b) if op != howdah_syntax::ast::BinaryOp::Coalesce => {
                return self.assign_op(op, a, b, None);
            }
            ExprKind::PreInc(v) | ExprKind::PostInc(v) => {
                self.incdec(v, 0, None, false)?;
                return Ok(());
            }
            ExprKind::PreDec(v) | ExprKind::PostDec(v) => {
                self.incdec(v, 1, None, false)?;
                return Ok(());
            }
            ExprKind::Call(c) if self.is_trivial_call(c) => return Ok(()),
            ExprKind::StaticCall(c) if self.is_trivial_static_call(c) => return Ok(()),
            ExprKind::Call(c) => {
                let o = self.call(c, e.line, None, false)?;
                self.drop_opd(o);
                return Ok(());
            }
            _ => {}
        }
        let o = self.expr(e)?;
        if let Opd::Cv(_) = o {
            // A lone `$x;` reads it, with its warning.
            let d = self.f.temp();
            self.move_to(o, d);
            self.drop_opd(Opd::T(d));
            return Ok(());
        }
        self.drop_opd(o);
        Ok(())
    }

    fn drop_opd(&mut self, o: Opd) {
        if let Opd::T(_) = o {
            let a = self.f.consume(o);
            if !self.f.drop_result(a) {
                self.f.op(Op::Free, a, 0, 0);
            }
        }
    }

    fn global(&mut self, e: &Expr<'_>) -> C<()> {
        match e.kind {
            ExprKind::Var(b"this") => error(e.line, "Cannot use $this as global variable"),
            ExprKind::Var(n) if crate::variables::is_superglobal(n) => {
                error(e.line, "Cannot use auto-global as global variable")
            }
            ExprKind::Var(n) => {
                let v = self.f.cv(n);
                let k = self.f.str(n);
                let ic = self.f.ic();
                self.f.ext(Op::BindGlobal, v.rk(), 0, 0, k, ic);
                Ok(())
            }
            ExprKind::VarVar(n) => {
                self.f.proto.flags |= fn_flags::DYNAMIC_VARS;
                let o = self.expr(n)?;
                let name = match o {
                    Opd::T(d) => d,
                    o => {
                        let d = self.f.temp();
                        self.move_to(o, d);
                        d
                    }
                };
                let copy = self.f.temp();
                self.f.op(Op::Dup, t(copy), t(name), 0);
                self.f.def(copy);
                let b = self.f.consume(Opd::T(name));
                let g = self.f.temp();
                let ic = self.f.ic();
                self.f.ext(Op::FetchVar, t(g), b, fetch::REF, 1, ic);
                self.f.op(Op::MakeRef, t(g), t(g), 0);
                self.f.def(g);
                let b = self.f.consume(Opd::T(copy));
                let l = self.f.temp();
                let ic = self.f.ic();
                self.f.ext(Op::FetchVar, t(l), b, fetch::REF, 0, ic);
                let a = self.f.consume(Opd::Ind(l));
                let b = self.f.consume(Opd::T(g));
                self.f.op(Op::AssignRef, a, b, NONE);
                Ok(())
            }
            _ => error(e.line, "Cannot use this expression as global variable"),
        }
    }

    fn static_var(&mut self, name: &[u8], init: Option<&Expr<'_>>, line: u32) -> C<()> {
        if name == b"this" {
            return error(line, "Cannot use $this as static variable");
        }
        let own = self.text(name);
        if !self.f.statics.insert(own) || !self.f.is_arrow && self.f.captured.contains(&own) {
            return error(line, format!("Duplicate declaration of static variable ${}", lossy(name)));
        }
        let cv = self.f.cv(name);
        let folded = match init {
            None => Some(Literal::Null),
            Some(e) => self.fold(e)?,
        };
        let i = self.f.proto.statics.len() as u16;
        let dynamic = folded.is_none();
        self.f.proto.statics.push(StaticVar { name: own, init: folded });
        let at = self.f.ext(Op::BindStatic, cv.rk(), i, 0, 0, 0);
        if dynamic && let Some(e) = init {
            let o = self.expr(e)?;
            let c = self.f.consume(o);
            self.f.op(Op::InitStatic, cv.rk(), i, c);
        }
        self.f.patch(at);
        Ok(())
    }

    fn resolve_gotos(&mut self) -> C<()> {
        for g in std::mem::take(&mut self.f.gotos) {
            let Some(label) = self.f.labels.get(&g.label) else {
                return error(g.line, format!("'goto' to undefined label '{}'", lossy(&g.label)));
            };
            let entered = |s: &&Scope| !g.scopes.contains(s);
            if label.scopes.iter().filter(entered).any(|s| matches!(s, Scope::Loop(_))) {
                return error(g.line, "'goto' into loop or switch statement is disallowed");
            }
            if label.scopes.iter().filter(entered).any(|s| matches!(s, Scope::Finally(_))) {
                return error(g.line, "jump into a finally block is disallowed");
            }
            if g.scopes.iter().any(|s| matches!(s, Scope::Finally(_)) && !label.scopes.contains(s)) {
                return error(g.line, "jump out of a finally block is disallowed");
            }
            let at = label.at;
            let stays = |id: usize| label.scopes.iter().any(|s| s.id() == id);
            for &(op, _) in g.leaves.iter().filter(|&&(_, id)| stays(id)) {
                self.f.proto.code[op].op = Op::Nop as u16;
            }
            self.f.patch_to(g.jump, at);
            if at <= g.jump {
                self.f.proto.code[g.jump].op = Op::Loop as u16;
            }
        }
        Ok(())
    }

    fn declare(&mut self, d: &DeclareStmt<'_>, line: u32) -> C<()> {
        let ticks = self.ticks;
        for c in d.directives {
            let name = lossy(c.name.text).into_owned();
            let v = match c.value.kind {
                ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::String(_) => self.fold(c.value)?,
                _ => None,
            };
            let Some(v) = v else {
                return error(line, format!("declare({name}) value must be a literal"));
            };
            match &c.name.text.to_ascii_lowercase()[..] {
                b"ticks" => {
                    self.ticks = match v {
                        Literal::Int(n) => n.max(0) as u32,
                        Literal::Str(s) => lossy(&s).trim().parse().unwrap_or(0),
                        Literal::Dbl(d) => d as u32,
                        _ => 0,
                    }
                }
                b"encoding" if !self.prologue => {
                    return error(
                        line,
                        "Encoding declaration pragma must be the very first statement in the script",
                    );
                }
                b"encoding" => {}
                b"strict_types" => self.strict_types(&v, d.body.is_some(), line)?,
                _ => self.diagnostics.push(howdah_bytecode::Diagnostic {
                    level: 128,
                    message: format!("Unsupported declare '{name}'").into(),
                    line,
                }),
            }
        }
        if let Some(body) = d.body {
            self.prologue = false;
            self.stmt(body)?;
            self.ticks = ticks;
        }
        Ok(())
    }

    fn strict_types(&mut self, v: &Literal, block: bool, line: u32) -> C<()> {
        if !self.prologue {
            return error(line, "strict_types declaration must be the very first statement in the script");
        }
        if block {
            return error(line, "strict_types declaration must not use block mode");
        }
        match v {
            Literal::Int(1) => {
                self.strict = true;
                self.f.proto.flags |= fn_flags::STRICT;
            }
            Literal::Int(0) => {}
            _ => return error(line, "strict_types declaration must have 0 or 1 as its value"),
        }
        Ok(())
    }

    fn namespace(&mut self, n: &NamespaceStmt<'_>, line: u32) -> C<()> {
        let block = n.body.is_some();
        if self.bracketed.is_some_and(|b| b != block) {
            return error(
                line,
                "Cannot mix bracketed namespace declarations with unbracketed namespace declarations",
            );
        }
        if block && self.names.depth > 0 {
            return error(line, "Namespace declarations cannot be nested");
        }
        if self.bracketed.is_none() && !self.before_namespace {
            return error(
                line,
                "Namespace declaration statement has to be the very first statement or after any declare call in the script",
            );
        }
        if let Some(name) = n.name.filter(|n| n.text.eq_ignore_ascii_case(b"namespace")) {
            return error(line, format!("Cannot use '{}' as namespace name", lossy(name.text)));
        }
        self.bracketed = Some(block);
        self.names = crate::names::Names::default();
        self.names.namespace = n.name.map_or(Vec::new(), |n| n.text.to_vec());
        if let Some(body) = n.body {
            self.names.depth = 1;
            self.stmts(body)?;
            self.names = crate::names::Names::default();
        }
        Ok(())
    }

    fn use_stmt(&mut self, u: &UseStmt<'_>) -> C<()> {
        for item in u.items {
            let full: Vec<u8> = match u.prefix {
                Some(p) => [p.text, b"\\", item.name.text].concat(),
                None => item.name.text.to_vec(),
            };
            self.import(item.kind, &full, item.alias.map(|a| a.text), item.name.line)?;
        }
        Ok(())
    }
}
