//! A syntax tree back to source, in the form that messages of `assert()` show.
//!
//! The output is PHP's own (behaviour of `zend_ast_export` in php-src `Zend/zend_ast.c`, pinned by
//! `Zend/tests/assert/expect_015.phpt`), with its habits: one statement per `echo`, `global` and `static` operand, short
//! array syntax everywhere, parentheses only where precedence needs them, no parameter lists on property hooks.

mod decl;
mod stmt;
mod text;

use crate::ast::*;

/// Renders an expression as PHP shows it. `precision` is the ini setting of that name, for floats (-1: shortest).
pub fn export_expr(expr: &Expr<'_>, precision: i32) -> Vec<u8> {
    let mut exporter = Exporter { out: Vec::new(), precision, names: None };
    exporter.expr(expr, 0, 0);
    exporter.out
}

/// What the names in an expression stand for.
pub trait FullNames {
    /// Full name of a class, a leading backslash included; `self` and the like as they are, and so is (`of_constant`) what is
    /// its full name as it is written.
    fn class(&self, name: &Name<'_>, of_constant: bool) -> Vec<u8>;
    /// Full name of a constant.
    fn constant(&self, name: &Name<'_>) -> Vec<u8>;
}

/// As [`export_expr`], with full names of classes and constants: how reflection shows constant expressions.
pub fn export_resolved(expr: &Expr<'_>, precision: i32, names: &dyn FullNames) -> Vec<u8> {
    let mut exporter = Exporter { out: Vec::new(), precision, names: Some(names) };
    exporter.expr(expr, 0, 0);
    exporter.out
}

/// Renders statements as PHP shows them, one a line.
pub fn export_stmts(stmts: &[Stmt<'_>], precision: i32) -> Vec<u8> {
    let mut exporter = Exporter { out: Vec::new(), precision, names: None };
    exporter.stmts(stmts, 0);
    exporter.out
}

struct Exporter<'n> {
    out: Vec<u8>,
    precision: i32,
    names: Option<&'n dyn FullNames>,
}

/// Levels from which an operand is put in parentheses: the operator's own, its left and its right operand's.
type Levels = (u32, u32, u32);

const ASSIGN: Levels = (90, 91, 90);
const PREFIX: u32 = 240;

fn binary_operator(op: BinaryOp) -> (&'static str, Levels) {
    match op {
        BinaryOp::Add => ("+", (200, 200, 201)),
        BinaryOp::Sub => ("-", (200, 200, 201)),
        BinaryOp::Mul => ("*", (210, 210, 211)),
        BinaryOp::Div => ("/", (210, 210, 211)),
        BinaryOp::Mod => ("%", (210, 210, 211)),
        BinaryOp::Pow => ("**", (250, 251, 250)),
        BinaryOp::Concat => (".", (185, 185, 186)),
        BinaryOp::Shl => ("<<", (190, 190, 191)),
        BinaryOp::Shr => (">>", (190, 190, 191)),
        BinaryOp::BitAnd => ("&", (160, 160, 161)),
        BinaryOp::BitOr => ("|", (140, 140, 141)),
        BinaryOp::BitXor => ("^", (150, 150, 151)),
        BinaryOp::And => ("&&", (130, 130, 131)),
        BinaryOp::Or => ("||", (120, 120, 121)),
        BinaryOp::Xor => ("xor", (40, 40, 41)),
        BinaryOp::Equal => ("==", (170, 171, 171)),
        BinaryOp::NotEqual => ("!=", (170, 171, 171)),
        BinaryOp::Identical => ("===", (170, 171, 171)),
        BinaryOp::NotIdentical => ("!==", (170, 171, 171)),
        BinaryOp::Less => ("<", (180, 181, 181)),
        BinaryOp::LessEqual => ("<=", (180, 181, 181)),
        BinaryOp::Greater => (">", (180, 181, 181)),
        BinaryOp::GreaterEqual => (">=", (180, 181, 181)),
        BinaryOp::Spaceship => ("<=>", (180, 181, 181)),
        BinaryOp::Coalesce => ("??", (110, 111, 110)),
    }
}

impl Exporter<'_> {
    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn bytes(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }

    fn indent(&mut self, indent: usize) {
        for _ in 0..indent {
            self.push("    ");
        }
    }

    /// Items with `, ` between them.
    fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Self, &T)) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            each(self, item);
        }
    }

    fn name(&mut self, name: &Name<'_>) {
        match name.kind {
            NameKind::FullyQualified => self.push("\\"),
            NameKind::Relative => self.push("namespace\\"),
            NameKind::Unqualified | NameKind::Qualified => {}
        }
        self.bytes(name.text);
    }

    fn name_or_expr(&mut self, name: &NameOrExpr<'_>, indent: usize) {
        match name {
            NameOrExpr::Name(name) => self.name(name),
            NameOrExpr::Expr(expr) => self.expr(expr, 0, indent),
        }
    }

    fn class_ref(&mut self, class: &NameOrExpr<'_>, of_constant: bool, indent: usize) {
        match (class, self.names) {
            (NameOrExpr::Name(name), Some(names)) => self.bytes(&names.class(name, of_constant)),
            _ => self.name_or_expr(class, indent),
        }
    }

    /// What follows `$`: a name, a variable, or anything else in braces.
    fn var_name(&mut self, name: &[u8]) {
        let valid = name.first().is_some_and(|c| !c.is_ascii_digit())
            && name.iter().all(|&c| c.is_ascii_alphanumeric() || c == b'_' || c >= 127);
        if valid {
            self.bytes(name);
        } else {
            self.push("{");
            self.bytes(name);
            self.push("}");
        }
    }

    fn var_expr(&mut self, expr: &Expr<'_>, indent: usize) {
        if matches!(expr.kind, ExprKind::Var(_) | ExprKind::VarVar(_)) {
            return self.expr(expr, 0, indent);
        }
        self.push("{");
        self.expr(expr, 0, indent);
        self.push("}");
    }

    fn member_name(&mut self, name: &MemberName<'_>, indent: usize) {
        match name {
            MemberName::Ident(name) => self.var_name(name.text),
            MemberName::Expr(expr) => self.var_expr(expr, indent),
        }
    }

    fn args(&mut self, args: &Args<'_>, indent: usize) {
        self.push("(");
        match args {
            Args::Callable => self.push("..."),
            Args::List(args) => self.list(args, |x, arg| {
                if let Some(name) = arg.name {
                    x.bytes(name.text);
                    x.push(": ");
                }
                if arg.unpack {
                    x.push("...");
                }
                x.expr(arg.value, 20, indent);
            }),
        }
        self.push(")");
    }

    /// An expression as operand of something that needs parentheses around operators below `priority`.
    fn expr(&mut self, expr: &Expr<'_>, priority: u32, indent: usize) {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.expr_kind(expr, priority, indent));
    }

    fn expr_kind(&mut self, expr: &Expr<'_>, priority: u32, indent: usize) {
        match &expr.kind {
            ExprKind::Int(n) => self.push(&n.to_string()),
            ExprKind::Float(n) => {
                let text = text::float(*n, self.precision);
                self.push(&text);
            }
            ExprKind::String(s) => text::quoted(&mut self.out, s),
            ExprKind::Interp(parts) => self.interpolated(parts, b'"', indent),
            ExprKind::ShellExec(parts) => self.interpolated(parts, b'`', indent),
            ExprKind::Const(name) => match self.names {
                Some(names) => self.bytes(&names.constant(name)),
                None => self.name(name),
            },
            ExprKind::Magic(magic) => self.push(magic_name(*magic)),
            ExprKind::Var(name) => {
                self.push("$");
                self.var_name(name);
            }
            ExprKind::VarVar(name) => {
                self.push("$");
                self.var_expr(name, indent);
            }
            ExprKind::Array(_, elems) => {
                self.push("[");
                self.list(elems, |x, elem| x.array_elem(elem, indent));
                self.push("]");
            }
            ExprKind::Closure(function) => self.function(function, indent),
            ExprKind::Match(m) => self.match_expr(m, indent),
            ExprKind::New(new) => self.new_expr(new, indent),
            ExprKind::Index(..)
            | ExprKind::Prop(_)
            | ExprKind::StaticProp(_)
            | ExprKind::ClassConst(_)
            | ExprKind::ClassName(_)
            | ExprKind::Call(_)
            | ExprKind::MethodCall(_)
            | ExprKind::StaticCall(_) => self.access(expr, indent),
            _ => self.operation(expr, priority, indent),
        }
    }

    /// Element, member and call.
    fn access(&mut self, expr: &Expr<'_>, indent: usize) {
        match &expr.kind {
            ExprKind::Index(base, index) => {
                self.expr(base, 260, indent);
                self.push("[");
                if let Some(index) = index {
                    self.expr(index, 0, indent);
                }
                self.push("]");
            }
            ExprKind::Prop(fetch) => {
                self.expr(fetch.object, 0, indent);
                self.push(if fetch.nullsafe { "?->" } else { "->" });
                self.member_name(&fetch.name, indent);
            }
            ExprKind::StaticProp(prop) => {
                self.name_or_expr(&prop.class, indent);
                self.push("::$");
                self.member_name(&prop.name, indent);
            }
            ExprKind::ClassConst(fetch) => {
                self.class_ref(&fetch.class, true, indent);
                self.push("::");
                match &fetch.name {
                    MemberName::Ident(name) => self.bytes(name.text),
                    MemberName::Expr(expr) => self.expr(expr, 0, indent),
                }
            }
            ExprKind::ClassName(class) => {
                self.class_ref(class, false, indent);
                self.push("::class");
            }
            ExprKind::Call(call) => {
                self.name_or_expr(&call.callee, indent);
                self.args(&call.args, indent);
            }
            ExprKind::MethodCall(call) => {
                self.expr(call.object, 0, indent);
                self.push(if call.nullsafe { "?->" } else { "->" });
                self.member_name(&call.name, indent);
                self.args(&call.args, indent);
            }
            ExprKind::StaticCall(call) => {
                self.name_or_expr(&call.class, indent);
                self.push("::");
                self.member_name(&call.name, indent);
                self.args(&call.args, indent);
            }
            _ => {}
        }
    }

    /// Operators and language constructs.
    fn operation(&mut self, expr: &Expr<'_>, priority: u32, indent: usize) {
        match &expr.kind {
            ExprKind::Assign(a, b) => self.binary(a, " = ", b, ASSIGN, priority, indent),
            ExprKind::AssignRef(a, b) => self.binary(a, " =& ", b, ASSIGN, priority, indent),
            ExprKind::AssignOp(op, a, b) => {
                let op = format!(" {}= ", binary_operator(*op).0);
                self.binary(a, &op, b, ASSIGN, priority, indent);
            }
            ExprKind::Binary(op, a, b) => {
                let (op, levels) = binary_operator(*op);
                self.binary(a, &format!(" {op} "), b, levels, priority, indent);
            }
            ExprKind::Unary(op, a) => {
                let op = match op {
                    UnaryOp::Plus => "+",
                    UnaryOp::Minus => "-",
                    UnaryOp::Not => "!",
                    UnaryOp::BitNot => "~",
                };
                self.prefix(op, a, PREFIX, priority, indent);
            }
            ExprKind::PreInc(a) => self.prefix("++", a, PREFIX, priority, indent),
            ExprKind::PreDec(a) => self.prefix("--", a, PREFIX, priority, indent),
            ExprKind::PostInc(a) => self.postfix(a, "++", priority, indent),
            ExprKind::PostDec(a) => self.postfix(a, "--", priority, indent),
            ExprKind::Cast(kind, a) => {
                let cast = match kind {
                    CastKind::Int => "(int)",
                    CastKind::Float => "(double)",
                    CastKind::String => "(string)",
                    CastKind::Bool => "(bool)",
                    CastKind::Array => "(array)",
                    CastKind::Object => "(object)",
                    CastKind::Unset => "(unset)",
                };
                self.prefix(cast, a, PREFIX, priority, indent);
            }
            ExprKind::Silence(a) => self.prefix("@", a, PREFIX, priority, indent),
            ExprKind::Clone(a) => self.prefix("clone ", a, 270, priority, indent),
            ExprKind::Print(a) => self.prefix("print ", a, 60, priority, indent),
            ExprKind::YieldFrom(a) => self.prefix("yield from ", a, 85, priority, indent),
            ExprKind::Throw(a) => {
                self.push("throw ");
                self.expr(a, priority, indent);
            }
            ExprKind::Yield(key, value) => self.parenthesize(priority > 70, |x| {
                x.push("yield ");
                if let Some(key) = key {
                    x.expr(key, 70, indent);
                    x.push(" => ");
                }
                if let Some(value) = value {
                    x.expr(value, 70, indent);
                }
            }),
            ExprKind::Ternary(t) => self.parenthesize(priority > 100, |x| {
                x.expr(t.cond, 100, indent);
                match t.then {
                    Some(then) => {
                        x.push(" ? ");
                        x.expr(then, 101, indent);
                        x.push(" : ");
                    }
                    None => x.push(" ?: "),
                }
                x.expr(t.els, 101, indent);
            }),
            ExprKind::InstanceOf(a, class) => {
                self.expr(a, 0, indent);
                self.push(" instanceof ");
                self.name_or_expr(class, indent);
            }
            ExprKind::Isset(a) => self.construct("isset", a, indent),
            ExprKind::Empty(a) => self.construct("empty", a, indent),
            ExprKind::Include(kind, a) => {
                let name = match kind {
                    IncludeKind::Include => "include",
                    IncludeKind::IncludeOnce => "include_once",
                    IncludeKind::Require => "require",
                    IncludeKind::RequireOnce => "require_once",
                    IncludeKind::Eval => "eval",
                };
                self.construct(name, a, indent);
            }
            _ => {}
        }
    }

    fn parenthesize(&mut self, needed: bool, inner: impl FnOnce(&mut Self)) {
        if needed {
            self.push("(");
        }
        inner(self);
        if needed {
            self.push(")");
        }
    }

    fn binary(&mut self, a: &Expr<'_>, op: &str, b: &Expr<'_>, levels: Levels, priority: u32, indent: usize) {
        self.parenthesize(priority > levels.0, |x| {
            x.expr(a, levels.1, indent);
            x.push(op);
            x.expr(b, levels.2, indent);
        });
    }

    fn prefix(&mut self, op: &str, a: &Expr<'_>, level: u32, priority: u32, indent: usize) {
        self.parenthesize(priority > level, |x| {
            x.push(op);
            x.expr(a, level + 1, indent);
        });
    }

    fn postfix(&mut self, a: &Expr<'_>, op: &str, priority: u32, indent: usize) {
        self.parenthesize(priority > PREFIX, |x| {
            x.expr(a, PREFIX + 1, indent);
            x.push(op);
        });
    }

    fn construct(&mut self, name: &str, a: &Expr<'_>, indent: usize) {
        self.push(name);
        self.push("(");
        self.expr(a, 0, indent);
        self.push(")");
    }

    fn array_elem(&mut self, elem: &ArrayElem<'_>, indent: usize) {
        match elem {
            ArrayElem::Hole => {}
            ArrayElem::Unpack(expr) => {
                self.push("...");
                self.expr(expr, 20, indent);
            }
            ArrayElem::Item { key, value, by_ref } => {
                if let Some(key) = key {
                    self.expr(key, 80, indent);
                    self.push(" => ");
                }
                if *by_ref {
                    self.push("&");
                }
                self.expr(value, 80, indent);
            }
        }
    }

    fn interpolated(&mut self, parts: &[InterpPart<'_>], quote: u8, indent: usize) {
        self.out.push(quote);
        for (i, part) in parts.iter().enumerate() {
            match part {
                InterpPart::Text(s) => text::escaped(&mut self.out, s, quote),
                InterpPart::Expr(e) | InterpPart::DollarVar(e) | InterpPart::DollarExpr(e) => {
                    let next = match parts.get(i + 1) {
                        Some(InterpPart::Text(s)) => s.first().copied(),
                        _ => None,
                    };
                    let joins =
                        next.is_some_and(|c| c == b'[' || c == b'_' || c.is_ascii_alphanumeric() || c >= 127);
                    let plain = matches!(e.kind, ExprKind::Var(_)) && !joins;
                    if !plain {
                        self.push("{");
                    }
                    self.expr(e, 0, indent);
                    if !plain {
                        self.push("}");
                    }
                }
            }
        }
        self.out.push(quote);
    }

    fn match_expr(&mut self, m: &Match<'_>, indent: usize) {
        self.push("match (");
        self.expr(m.subject, 0, indent);
        self.push(") {\n");
        for arm in m.arms {
            self.indent(indent + 1);
            match arm.conds {
                Some(conds) => {
                    self.list(conds, |x, cond| x.expr(cond, 0, indent + 1));
                    self.push(" => ");
                }
                None => self.push("default => "),
            }
            // Results begin again at the margin.
            self.expr(arm.body, 0, 0);
            self.push(",\n");
        }
        self.indent(indent);
        self.push("}");
    }

    fn new_expr(&mut self, new: &New<'_>, indent: usize) {
        self.push("new ");
        match &new.class {
            NewClass::Ref(class) => {
                self.class_ref(class, false, indent);
                self.args(&new.args, indent);
            }
            NewClass::Anonymous(class) => {
                self.attributes(class.attributes, indent, false);
                self.push("class");
                if !matches!(new.args, Args::List([])) {
                    self.args(&new.args, indent);
                }
                self.class_rest(class, indent);
            }
        }
    }
}

fn magic_name(magic: MagicConst) -> &'static str {
    match magic {
        MagicConst::Line => "__LINE__",
        MagicConst::File => "__FILE__",
        MagicConst::Dir => "__DIR__",
        MagicConst::Class => "__CLASS__",
        MagicConst::Trait => "__TRAIT__",
        MagicConst::Method => "__METHOD__",
        MagicConst::Function => "__FUNCTION__",
        MagicConst::Property => "__PROPERTY__",
        MagicConst::Namespace => "__NAMESPACE__",
    }
}
