//! Folding of constant expressions, and thunks for those that must wait until run time.

use crate::control::literal_truth;
use crate::func::{Lower, array_key};
use crate::names::special_class;
use crate::{C, Compiler, error};
use howdah_bytecode::{Literal, Op, fn_flags};
use howdah_syntax::ast::{
    Args, ArrayElem, ArraySyntax, BinaryOp, Call, Expr, ExprKind, MagicConst, MemberName, NameKind,
    NameOrExpr, UnaryOp,
};

impl Compiler<'_> {
    /// The value of an expression that is constant already here.
    #[inline]
    pub(crate) fn fold(&mut self, e: &Expr<'_>) -> C<Option<Literal>> {
        if !e.constant {
            return Ok(None);
        }
        match e.kind {
            ExprKind::Int(i) => Ok(Some(Literal::Int(i))),
            ExprKind::String(s) => Ok(Some(Literal::Str(self.text(s)))),
            ExprKind::Call(_) if !self.folds_calls => Ok(None),
            ExprKind::Unary(..) | ExprKind::Binary(..) | ExprKind::Array(..) | ExprKind::Call(_) => {
                stacker::maybe_grow(64 * 1024, 4 * 1024 * 1024, || self.fold_constant(e))
            }
            _ => self.fold_constant(e),
        }
    }

    /// As [`Compiler::fold`], and calls of pure functions on constants are made: for expressions whose value is all that
    /// counts, not what the language calls constant.
    #[inline]
    pub(crate) fn fold_calls(&mut self, e: &Expr<'_>) -> C<Option<Literal>> {
        if !e.constant {
            return Ok(None);
        }
        let outer = std::mem::replace(&mut self.folds_calls, true);
        let folded = self.fold(e);
        self.folds_calls = outer;
        folded
    }

    /// What a call of a pure function gives, when its arguments are constant.
    fn fold_call(&mut self, e: &Expr<'_>, c: &Call<'_>) -> C<Option<Literal>> {
        let (NameOrExpr::Name(name), Args::List(args)) = (c.callee, c.args) else { return Ok(None) };
        let (full, fallback) = self.function_name(&name);
        let lower = Lower::new(&full);
        let lower = lower.get();
        // A function of the namespace would come first.
        if fallback.is_some()
            || !(self.opts.builtin)(lower).is_some_and(|b| b.pure)
            || self.own_functions.contains_key(lower)
            || self.is_disabled(lower)
            || self.unfoldable.contains(&std::ptr::from_ref(e).addr())
        {
            return Ok(None);
        }
        let mut values = Vec::with_capacity(args.len());
        for a in args {
            match self.fold(a.value)? {
                Some(v) => values.push(v),
                None => break,
            }
        }
        let folded = match values.len() == args.len() {
            true => (self.opts.evaluate)(lower, &values),
            false => None,
        };
        if folded.is_none() {
            // Nor is it tried again as a part of something else.
            self.unfoldable.insert(std::ptr::from_ref(e).addr());
        }
        Ok(folded)
    }

    fn fold_constant(&mut self, e: &Expr<'_>) -> C<Option<Literal>> {
        Ok(Some(match e.kind {
            ExprKind::Int(i) => Literal::Int(i),
            ExprKind::Float(d) => Literal::Dbl(d),
            ExprKind::String(s) => Literal::Str(self.text(s)),
            ExprKind::Const(n) if n.kind != NameKind::Qualified && n.kind != NameKind::Relative => {
                if n.text.eq_ignore_ascii_case(b"true") {
                    Literal::Bool(true)
                } else if n.text.eq_ignore_ascii_case(b"false") {
                    Literal::Bool(false)
                } else if n.text.eq_ignore_ascii_case(b"null") {
                    Literal::Null
                } else if n.text == b"__COMPILER_HALT_OFFSET__"
                    && let Some(h) = self.halt
                {
                    Literal::Int(h as i64)
                } else {
                    return Ok(None);
                }
            }
            ExprKind::Magic(m) => return Ok(self.magic(m, e.line)),
            ExprKind::ClassName(NameOrExpr::Name(n)) if special_class(n).is_none() => {
                Literal::Str(self.text(&self.class_name(n)))
            }
            ExprKind::ClassName(NameOrExpr::Name(n)) if n.text.eq_ignore_ascii_case(b"self") => {
                match &self.class {
                    Some(c)
                        if c.kind != howdah_syntax::ast::ClassKind::Trait && !self.f.is_closure_like() =>
                    {
                        match &c.name {
                            Some(n) => Literal::Str(*n),
                            None => return Ok(None),
                        }
                    }
                    _ => return Ok(None),
                }
            }
            ExprKind::Call(c) => return self.fold_call(e, c),
            ExprKind::Unary(..) => return self.fold_prefixes(e),
            ExprKind::Binary(..) => return self.fold_chain(e),
            ExprKind::Array(ArraySyntax::Long | ArraySyntax::Short, elems) => {
                let mut out: Vec<(howdah_bytecode::ArrayKey, Literal)> = Vec::with_capacity(elems.len());
                let mut next: i64 = 0;
                let mut seen: rustc_hash::FxHashMap<howdah_bytecode::ArrayKey, usize> =
                    rustc_hash::FxHashMap::default();
                for el in elems {
                    let ArrayElem::Item { key, value, by_ref: false } = *el else { return Ok(None) };
                    let Some(v) = self.fold(value)? else { return Ok(None) };
                    let k = match key {
                        Some(k) => {
                            let Some(k) = self.fold(k)? else { return Ok(None) };
                            let Some(k) = array_key(&k) else { return Ok(None) };
                            k
                        }
                        None => howdah_bytecode::ArrayKey::Int(next),
                    };
                    if let howdah_bytecode::ArrayKey::Int(i) = k {
                        if i == i64::MAX {
                            return Ok(None);
                        }
                        if i >= next
                            || out.iter().all(|(k, _)| !matches!(k, howdah_bytecode::ArrayKey::Int(_)))
                        {
                            next = i + 1;
                        }
                    }
                    match seen.get(&k) {
                        Some(&at) => out[at].1 = v,
                        None => {
                            seen.insert(k.clone(), out.len());
                            out.push((k, v));
                        }
                    }
                }
                Literal::Array(out)
            }
            _ => return Ok(None),
        }))
    }

    /// Folds operators in front of a constant, however many.
    fn fold_prefixes(&mut self, e: &Expr<'_>) -> C<Option<Literal>> {
        let mut outer = Vec::new();
        let mut e = e;
        while let ExprKind::Unary(op, a) = e.kind {
            outer.push(op);
            e = a;
        }
        let Some(mut v) = self.fold(e)? else { return Ok(None) };
        while let Some(op) = outer.pop() {
            v = match (op, v) {
                (UnaryOp::Minus, Literal::Int(i)) if i != i64::MIN => Literal::Int(-i),
                (UnaryOp::Minus, Literal::Dbl(d)) => Literal::Dbl(-d),
                (UnaryOp::Plus, v @ (Literal::Int(_) | Literal::Dbl(_))) => v,
                (UnaryOp::Not, Literal::Bool(b)) => Literal::Bool(!b),
                (UnaryOp::BitNot, Literal::Int(i)) => Literal::Int(!i),
                _ => return Ok(None),
            };
        }
        Ok(Some(v))
    }

    /// Folds a binary operation. Chains of them lean to the left and may be long.
    fn fold_chain(&mut self, e: &Expr<'_>) -> C<Option<Literal>> {
        if self.unfoldable.contains(&std::ptr::from_ref(e).addr()) {
            return Ok(None);
        }
        let mut steps = Vec::new();
        let mut left = e;
        while let ExprKind::Binary(op, a, b) = left.kind {
            steps.push((op, b));
            left = a;
        }
        let long = steps.len() > 8;
        let folded = self.fold_steps(left, &mut steps)?;
        // The caller goes on with the left part of the chain: it need not try what has just failed once more.
        if folded.is_none() && long {
            let mut failed = e;
            for _ in 0..=steps.len() {
                self.unfoldable.insert(std::ptr::from_ref(failed).addr());
                let ExprKind::Binary(_, a, _) = failed.kind else { break };
                failed = a;
            }
        }
        Ok(folded)
    }

    /// Folds `left` and the operations on it, last one first; what is left of those was not got to.
    fn fold_steps(&mut self, left: &Expr<'_>, steps: &mut Vec<(BinaryOp, &Expr<'_>)>) -> C<Option<Literal>> {
        let Some(mut acc) = self.fold(left)? else { return Ok(None) };
        while let Some((op, b)) = steps.pop() {
            let Some(y) = self.fold(b)? else { return Ok(None) };
            let done = if op == BinaryOp::Concat {
                // All that is concatenated in a row becomes one string.
                let mut out = Vec::new();
                let mut good = concat_text(&acc, &mut out) && concat_text(&y, &mut out);
                while let (true, Some(&(BinaryOp::Concat, b))) = (good, steps.last()) {
                    let Some(y) = self.fold(b)? else { return Ok(None) };
                    good = concat_text(&y, &mut out);
                    steps.pop();
                }
                good.then(|| Literal::Str(self.text(&out)))
            } else {
                fold_binary(op, &acc, &y)
            };
            match done {
                Some(l) => acc = l,
                None => return Ok(None),
            }
        }
        Ok(Some(acc))
    }

    /// Magic constants; `None` where only run time knows.
    fn magic(&mut self, m: MagicConst, line: u32) -> Option<Literal> {
        let s = |b: &[u8]| Literal::Str(self.text(b));
        let class = self.class.as_ref();
        let class_text = |c: Option<&crate::ClassCtx>| -> Vec<u8> {
            c.map_or(Vec::new(), |c| c.name.as_deref().unwrap_or(b"class@anonymous").to_vec())
        };
        Some(match m {
            MagicConst::Line => Literal::Int(line as i64),
            MagicConst::File => s(self.file),
            MagicConst::Dir => {
                let dir = match self.file.iter().rposition(|&c| c == b'/') {
                    Some(0) => &b"/"[..],
                    Some(i) => &self.file[..i],
                    None => {
                        // Code without a file is where the process is.
                        let here = std::env::current_dir().ok();
                        let here = here.as_deref().map_or(&b"."[..], |d| d.as_os_str().as_encoded_bytes());
                        return Some(s(here));
                    }
                };
                s(dir)
            }
            MagicConst::Namespace => s(&self.names.namespace),
            MagicConst::Class => match class {
                Some(c) if c.kind == howdah_syntax::ast::ClassKind::Trait || c.name.is_none() => return None,
                None if self.f.is_closure_like() => return None,
                c => s(&class_text(c)),
            },
            MagicConst::Trait => match class {
                Some(c) if c.kind == howdah_syntax::ast::ClassKind::Trait => s(&class_text(class)),
                _ => s(b""),
            },
            MagicConst::Function => Literal::Str(self.f.display_name),
            MagicConst::Method => {
                let f = &self.f.display_name;
                match class {
                    Some(_) if !f.is_empty() && !self.f.is_closure_like() => {
                        s(&[&class_text(class)[..], b"::", f].concat())
                    }
                    _ => Literal::Str(*f),
                }
            }
            MagicConst::Property => Literal::Str(self.f.hook.unwrap_or_default()),
        })
    }

    /// A literal, or a thunk for a constant expression that must be evaluated later.
    pub(crate) fn const_expr(&mut self, e: &Expr<'_>) -> C<Literal> {
        self.const_expr_where(e, false)
    }

    /// As [`Compiler::const_expr`], where `new` may stand.
    pub(crate) fn const_expr_new(&mut self, e: &Expr<'_>) -> C<Literal> {
        self.const_expr_where(e, true)
    }

    /// A property's default: `__PROPERTY__` is its name.
    pub(crate) fn const_expr_of_prop(&mut self, e: &Expr<'_>, prop: &[u8]) -> C<Literal> {
        let prop = self.text(prop);
        let outer = self.f.hook.replace(prop);
        let r = self.const_expr(e);
        self.f.hook = outer;
        r
    }

    fn const_expr_where(&mut self, e: &Expr<'_>, new: bool) -> C<Literal> {
        if let Some(l) = self.fold(e)? {
            return Ok(l);
        }
        self.check_const(e, new)?;
        let name = self.text(b"[constant expression]");
        let outer = self.open_function();
        let f = &mut self.f;
        f.proto.name = name;
        f.proto.flags = fn_flags::THUNK | if self.strict { fn_flags::STRICT } else { 0 };
        f.proto.start_line = e.line;
        f.proto.end_line = e.line;
        f.line = e.line;
        f.display_name = outer.display_name;
        f.hook = outer.hook;
        match self.expr(e) {
            Ok(o) => {
                let a = self.f.consume(o);
                self.f.op(Op::Ret, a, 0, 0);
            }
            Err(e) => {
                self.f = outer;
                return Err(e);
            }
        }
        let done = self.close_function(outer)?;
        self.functions.push(done);
        Ok(Literal::Thunk(self.functions.len() as u32 - 1))
    }

    /// What PHP allows in constant expressions.
    fn check_const(&self, e: &Expr<'_>, new: bool) -> C<()> {
        let bad = || error(e.line, "Constant expression contains invalid operations");
        match e.kind {
            ExprKind::Int(_)
            | ExprKind::Float(_)
            | ExprKind::String(_)
            | ExprKind::Const(_)
            | ExprKind::Magic(_) => Ok(()),
            ExprKind::ClassConst(c) => {
                if let NameOrExpr::Expr(e) = c.class
                    && !matches!(e.kind, ExprKind::String(_))
                {
                    return error(
                        e.line,
                        "Dynamic class names are not allowed in compile-time class constant references",
                    );
                }
                if let NameOrExpr::Name(n) = &c.class
                    && n.text.eq_ignore_ascii_case(b"static")
                    && n.kind == NameKind::Unqualified
                {
                    return error(e.line, "\"static::\" is not allowed in compile-time constants");
                }
                match c.name {
                    MemberName::Ident(_) => Ok(()),
                    MemberName::Expr(e) => self.check_const(e, new),
                }
            }
            ExprKind::ClassName(NameOrExpr::Name(n)) => {
                if n.text.eq_ignore_ascii_case(b"static") {
                    return error(
                        e.line,
                        "static::class cannot be used for compile-time class name resolution",
                    );
                }
                Ok(())
            }
            ExprKind::ClassName(_) => {
                error(e.line, "(expression)::class cannot be used in constant expressions")
            }
            ExprKind::Array(_, elems) => elems.iter().try_for_each(|el| match el {
                ArrayElem::Item { key, value, by_ref: false } => {
                    key.map_or(Ok(()), |k| self.check_const(k, new))?;
                    self.check_const(value, new)
                }
                ArrayElem::Unpack(e) => self.check_const(e, new),
                ArrayElem::Hole => error(e.line, "Cannot use empty array elements in arrays"),
                ArrayElem::Item { .. } => bad(),
            }),
            ExprKind::Binary(_, a, b) => {
                self.check_const(a, new)?;
                self.check_const(b, new)
            }
            ExprKind::Unary(_, a) => self.check_const(a, new),
            ExprKind::Ternary(t) => {
                self.check_const(t.cond, new)?;
                t.then.map_or(Ok(()), |e| self.check_const(e, new))?;
                self.check_const(t.els, new)
            }
            ExprKind::Index(a, Some(b)) => {
                self.check_const(a, new)?;
                self.check_const(b, new)
            }
            ExprKind::Index(_, None) => error(e.line, "Cannot use [] for reading"),
            ExprKind::Prop(p) => {
                self.check_const(p.object, new)?;
                match p.name {
                    MemberName::Ident(_) => Ok(()),
                    MemberName::Expr(e) => self.check_const(e, new),
                }
            }
            ExprKind::New(_) if !new => error(e.line, "New expressions are not supported in this context"),
            ExprKind::New(n) => self.check_const_new(n, e.line),
            _ => bad(),
        }
    }

    fn check_const_new(&self, n: &howdah_syntax::ast::New<'_>, line: u32) -> C<()> {
        use howdah_syntax::ast::NewClass;
        match n.class {
            NewClass::Anonymous(_) => {
                return error(line, "Cannot use anonymous class in constant expression");
            }
            NewClass::Ref(NameOrExpr::Expr(_)) => {
                return error(line, "Cannot use dynamic class name in constant expression");
            }
            NewClass::Ref(NameOrExpr::Name(name))
                if name.kind == NameKind::Unqualified && name.text.eq_ignore_ascii_case(b"static") =>
            {
                return error(line, "\"static\" is not allowed in compile-time constants");
            }
            NewClass::Ref(_) => {}
        }
        let Args::List(args) = n.args else {
            return error(line, "Cannot create Closure for new expression");
        };
        let mut named = false;
        for a in args {
            if a.unpack {
                return error(line, "Argument unpacking in constant expressions is not supported");
            }
            if named && a.name.is_none() {
                return error(line, "Cannot use positional argument after named argument");
            }
            named |= a.name.is_some();
            self.check_const(a.value, true)?;
        }
        Ok(())
    }
}

/// Appends a value as `.` has it; gives false where that is left to run time.
fn concat_text(l: &Literal, out: &mut Vec<u8>) -> bool {
    match l {
        Literal::Str(s) => out.extend_from_slice(s),
        Literal::Int(i) => out.extend_from_slice(i.to_string().as_bytes()),
        Literal::Null | Literal::Bool(false) => {}
        Literal::Bool(true) => out.push(b'1'),
        Literal::Dbl(_) | Literal::Array(_) | Literal::Thunk(_) => return false,
    }
    true
}

fn fold_binary(op: BinaryOp, x: &Literal, y: &Literal) -> Option<Literal> {
    use Literal::{Bool, Dbl, Int};
    match op {
        BinaryOp::And => return Some(Bool(literal_truth(x) && literal_truth(y))),
        BinaryOp::Or => return Some(Bool(literal_truth(x) || literal_truth(y))),
        _ => {}
    }
    Some(match (x, y) {
        (Int(a), Int(b)) => {
            let (a, b) = (*a, *b);
            match op {
                BinaryOp::Add => a.checked_add(b).map_or(Dbl(a as f64 + b as f64), Int),
                BinaryOp::Sub => a.checked_sub(b).map_or(Dbl(a as f64 - b as f64), Int),
                BinaryOp::Mul => a.checked_mul(b).map_or(Dbl(a as f64 * b as f64), Int),
                BinaryOp::Div if b != 0 && b != -1 => {
                    if a % b == 0 {
                        Int(a / b)
                    } else {
                        Dbl(a as f64 / b as f64)
                    }
                }
                BinaryOp::Mod if b > 0 => Int(a % b),
                BinaryOp::BitAnd => Int(a & b),
                BinaryOp::BitOr => Int(a | b),
                BinaryOp::BitXor => Int(a ^ b),
                BinaryOp::Shl if (0..64).contains(&b) => Int(a << b),
                BinaryOp::Shr if (0..64).contains(&b) => Int(a >> b),
                BinaryOp::Equal | BinaryOp::Identical => Bool(a == b),
                BinaryOp::NotEqual | BinaryOp::NotIdentical => Bool(a != b),
                BinaryOp::Less => Bool(a < b),
                BinaryOp::LessEqual => Bool(a <= b),
                BinaryOp::Greater => Bool(a > b),
                BinaryOp::GreaterEqual => Bool(a >= b),
                _ => return None,
            }
        }
        (Int(_) | Dbl(_), Int(_) | Dbl(_)) => {
            let f = |l: &Literal| match l {
                Int(i) => *i as f64,
                Dbl(d) => *d,
                _ => 0.0,
            };
            let (a, b) = (f(x), f(y));
            match op {
                BinaryOp::Add => Dbl(a + b),
                BinaryOp::Sub => Dbl(a - b),
                BinaryOp::Mul => Dbl(a * b),
                BinaryOp::Div if b != 0.0 => Dbl(a / b),
                _ => return None,
            }
        }
        _ => return None,
    })
}
