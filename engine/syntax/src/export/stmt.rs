//! Statements.

use super::*;

impl Exporter<'_> {
    pub(super) fn stmts(&mut self, stmts: &[Stmt<'_>], indent: usize) {
        for stmt in stmts {
            self.stmt(stmt, indent);
        }
    }

    /// `keyword a;` for each operand.
    fn each<T>(&mut self, items: &[T], indent: usize, mut each: impl FnMut(&mut Self, &T)) {
        for item in items {
            self.indent(indent);
            each(self, item);
            self.push(";\n");
        }
    }

    /// A statement on lines of its own.
    fn stmt(&mut self, stmt: &Stmt<'_>, indent: usize) {
        match &stmt.kind {
            StmtKind::Empty => {}
            StmtKind::Block(stmts) => {
                stacker::maybe_grow(64 << 10, 1 << 20, || self.stmts(stmts, indent));
            }
            StmtKind::Echo(exprs) => self.each(exprs, indent, |x, e| {
                x.push("echo ");
                x.expr(e, 0, indent);
            }),
            StmtKind::Global(vars) => self.each(vars, indent, |x, e| {
                x.push("global ");
                x.expr(e, 0, indent);
            }),
            StmtKind::Unset(vars) => self.each(vars, indent, |x, e| x.construct("unset", e, indent)),
            StmtKind::StaticVars(vars) => self.each(vars, indent, |x, var| {
                x.push("static $");
                x.bytes(var.name.text);
                x.default_value(var.init, indent);
            }),
            _ => {
                self.indent(indent);
                self.compound(stmt, indent);
                self.push("\n");
            }
        }
    }

    fn default_value(&mut self, value: Option<&Expr<'_>>, indent: usize) {
        if let Some(value) = value {
            self.push(" = ");
            self.expr(value, 0, indent);
        }
    }

    /// A statement that is one node, with its `;` if it takes one.
    fn compound(&mut self, stmt: &Stmt<'_>, indent: usize) {
        match &stmt.kind {
            StmtKind::If(arms) => self.if_stmt(arms, indent),
            StmtKind::While(cond, body) => {
                self.push("while (");
                self.expr(cond, 0, indent);
                self.body(body, indent);
            }
            StmtKind::DoWhile(body, cond) => {
                self.push("do {\n");
                self.stmt(body, indent + 1);
                self.indent(indent);
                self.push("} while (");
                self.expr(cond, 0, indent);
                self.push(");");
            }
            StmtKind::For(node) => {
                self.push("for (");
                self.list(node.init, |x, e| x.expr(e, 20, indent));
                for exprs in [node.cond, node.step] {
                    self.push(if exprs.is_empty() { ";" } else { "; " });
                    self.list(exprs, |x, e| x.expr(e, 20, indent));
                }
                self.body(node.body, indent);
            }
            StmtKind::Foreach(node) => {
                self.push("foreach (");
                self.expr(node.subject, 0, indent);
                self.push(" as ");
                if let Some(key) = node.key {
                    self.push(if node.key_by_ref { "&" } else { "" });
                    self.expr(key, 0, indent);
                    self.push(" => ");
                }
                self.push(if node.by_ref { "&" } else { "" });
                self.expr(node.value, 0, indent);
                self.body(node.body, indent);
            }
            StmtKind::Switch(subject, cases) => self.switch_stmt(subject, cases, indent),
            StmtKind::Try(node) => self.try_stmt(node, indent),
            StmtKind::Declare(node) => {
                self.push("declare(");
                self.const_elems(node.directives, indent);
                self.push(")");
                match node.body {
                    Some(body) => {
                        self.push(" {\n");
                        self.stmt(body, indent + 1);
                        self.indent(indent);
                        self.push("}");
                    }
                    None => self.push(";"),
                }
            }
            StmtKind::Namespace(node) => {
                self.push("namespace");
                if let Some(name) = node.name {
                    self.push(" ");
                    self.bytes(name.text);
                }
                match node.body {
                    Some(body) => {
                        self.push(" {\n");
                        self.stmts(body, indent + 1);
                        self.indent(indent);
                        self.push("}\n");
                    }
                    None => self.push(";"),
                }
            }
            StmtKind::Label(label) => {
                self.bytes(label.text);
                self.push(":");
            }
            StmtKind::Function(function) => self.function(function, indent),
            StmtKind::Class(class) => self.class(class, indent),
            _ => {
                self.simple(stmt, indent);
                self.push(";");
            }
        }
    }

    /// A statement that ends with `;`, without it.
    fn simple(&mut self, stmt: &Stmt<'_>, indent: usize) {
        let jump = |x: &mut Self, word: &str, operand: Option<&Expr<'_>>| {
            x.push(word);
            if let Some(operand) = operand {
                x.push(" ");
                x.expr(operand, 0, indent);
            }
        };
        match &stmt.kind {
            StmtKind::Expr(expr) => self.expr(expr, 0, indent),
            StmtKind::InlineHtml(html) => {
                self.push("echo ");
                text::quoted(&mut self.out, html);
            }
            StmtKind::Break(operand) => jump(self, "break", *operand),
            StmtKind::Continue(operand) => jump(self, "continue", *operand),
            StmtKind::Return(operand) => jump(self, "return", *operand),
            StmtKind::Goto(label) => {
                self.push("goto ");
                self.bytes(label.text);
            }
            StmtKind::Const(consts) => {
                self.push("const ");
                self.const_elems(consts, indent);
            }
            StmtKind::Use(node) => {
                self.push("use ");
                if let Some(prefix) = node.prefix {
                    self.bytes(prefix.text);
                    self.push("\\{");
                }
                self.list(node.items, |x, item| {
                    x.bytes(item.name.text);
                    if let Some(alias) = item.alias {
                        x.push(" as ");
                        x.bytes(alias.text);
                    }
                });
                if node.prefix.is_some() {
                    self.push("}");
                }
            }
            StmtKind::HaltCompiler(_) => self.push("__HALT_COMPILER()"),
            _ => {}
        }
    }

    /// `) {`, the body, `}`.
    fn body(&mut self, body: &Stmt<'_>, indent: usize) {
        self.push(") {\n");
        self.stmt(body, indent + 1);
        self.indent(indent);
        self.push("}");
    }

    pub(super) fn const_elems(&mut self, consts: &[ConstElem<'_>], indent: usize) {
        self.list(consts, |x, c| {
            x.bytes(c.name.text);
            x.push(" = ");
            x.expr(c.value, 20, indent);
        });
    }

    fn if_stmt(&mut self, arms: &[IfArm<'_>], indent: usize) {
        let mut arms = arms;
        let mut i = 0;
        while let Some(arm) = arms.get(i) {
            if let Some(cond) = arm.cond {
                if i > 0 {
                    self.indent(indent);
                    self.push("} else");
                }
                self.push("if (");
                self.expr(cond, 0, indent);
                self.push(") {\n");
            } else {
                self.indent(indent);
                self.push("} else ");
                if let StmtKind::If(inner) = arm.body.kind {
                    arms = inner;
                    i = 0;
                    continue;
                }
                self.push("{\n");
            }
            self.stmt(arm.body, indent + 1);
            i += 1;
        }
        self.indent(indent);
        self.push("}");
    }

    fn switch_stmt(&mut self, subject: &Expr<'_>, cases: &[SwitchCase<'_>], indent: usize) {
        self.push("switch (");
        self.expr(subject, 0, indent);
        self.push(") {\n");
        for case in cases {
            self.indent(indent + 1);
            match case.cond {
                Some(cond) => {
                    self.push("case ");
                    self.expr(cond, 0, indent + 1);
                    self.push(":\n");
                }
                None => self.push("default:\n"),
            }
            self.stmts(case.body, indent + 2);
        }
        self.indent(indent);
        self.push("}");
    }

    fn try_stmt(&mut self, node: &TryStmt<'_>, indent: usize) {
        self.push("try {\n");
        self.stmts(node.body, indent + 1);
        self.indent(indent);
        for catch in node.catches {
            self.push("} catch (");
            for (i, name) in catch.types.iter().enumerate() {
                self.push(if i > 0 { "|" } else { "" });
                self.bytes(name.text);
            }
            if let Some(var) = catch.var {
                self.push(" $");
                self.bytes(var.text);
            }
            self.push(") {\n");
            self.stmts(catch.body, indent + 1);
            self.indent(indent);
        }
        if let Some(finally) = node.finally {
            self.push("} finally {\n");
            self.stmts(finally, indent + 1);
            self.indent(indent);
        }
        self.push("}");
    }
}
