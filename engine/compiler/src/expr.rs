//! Expressions by value.

use crate::func::{Opd, t};
use crate::names::special_class;
use crate::{C, Compiler, error};
use howdah_bytecode::{ArrayKey, FRAME_SLOTS, Literal, LiveKind, NONE, Op, binop, fetch, incdec};
use howdah_syntax::ast::{
    ArrayElem, ArraySyntax, BinaryOp, CastKind, Expr, ExprKind, IncludeKind, InterpPart, MagicConst,
    MemberName, NameOrExpr, Ternary, UnaryOp,
};

/// So many parts of a string are joined at once.
pub(crate) const ROPE: usize = 64;
/// Elements of an array literal that is made from a copy of its constant part.
const MAX_SHAPE: usize = 256;

/// How a class operand was compiled.
#[derive(Clone, Copy)]
pub(crate) enum ClassOpd {
    Special(u16),
    Opd(Opd),
}

pub(crate) fn binop_number(op: BinaryOp) -> Option<u16> {
    Some(match op {
        BinaryOp::Add => binop::ADD,
        BinaryOp::Sub => binop::SUB,
        BinaryOp::Mul => binop::MUL,
        BinaryOp::Div => binop::DIV,
        BinaryOp::Mod => binop::MOD,
        BinaryOp::Pow => binop::POW,
        BinaryOp::Concat => binop::CONCAT,
        BinaryOp::Shl => binop::SL,
        BinaryOp::Shr => binop::SR,
        BinaryOp::BitAnd => binop::BW_AND,
        BinaryOp::BitOr => binop::BW_OR,
        BinaryOp::BitXor => binop::BW_XOR,
        _ => return None,
    })
}

impl Compiler<'_> {
    /// Evaluates an expression to an operand of the compiler's choice.
    pub(crate) fn expr(&mut self, e: &Expr<'_>) -> C<Opd> {
        self.expr_hint(e, None)
    }

    /// Evaluates into the temporary `d` (already allocated); it is defined afterwards.
    pub(crate) fn expr_to(&mut self, e: &Expr<'_>, d: u16) -> C<()> {
        let o = self.expr_hint(e, Some(d))?;
        self.move_to(o, d);
        Ok(())
    }

    /// Puts an operand's value into the temporary `d`.
    pub(crate) fn move_to(&mut self, o: Opd, d: u16) {
        match o {
            Opd::T(i) if i == d => {}
            Opd::T(_) | Opd::Ind(_) => {
                let b = self.f.consume(o);
                self.f.op(Op::Move, t(d), b, 0);
                self.f.def(d);
            }
            Opd::Cv(_) => {
                self.f.op(Op::Copy, t(d), o.rk(), 0);
                self.f.def(d);
            }
            Opd::K(k) => {
                self.f.op(Op::LoadK16, t(d), k, 0);
                self.f.def(d);
            }
        }
    }

    fn dst(&mut self, hint: Option<u16>) -> u16 {
        hint.unwrap_or_else(|| self.f.temp())
    }

    pub(crate) fn unary_op(&mut self, op: Op, e: &Expr<'_>, c: u16, hint: Option<u16>) -> C<Opd> {
        let o = self.expr(e)?;
        let b = self.f.consume(o);
        let d = self.dst(hint);
        self.f.op(op, t(d), b, c);
        Ok(self.f.def(d))
    }

    pub(crate) fn expr_hint(&mut self, e: &Expr<'_>, hint: Option<u16>) -> C<Opd> {
        self.f.nested += 1;
        if self.f.nested > 900 {
            let r = stacker::maybe_grow(256 * 1024, 4 * 1024 * 1024, || self.expr_inner(e, hint));
            self.f.nested -= 1;
            return r;
        }
        let r = self.expr_inner(e, hint);
        self.f.nested -= 1;
        r
    }

    fn expr_inner(&mut self, e: &Expr<'_>, hint: Option<u16>) -> C<Opd> {
        if let Some(l) = self.fold_calls(e)? {
            return Ok(self.f.k(l));
        }
        let line = e.line;
        self.f.line = line;
        match e.kind {
            ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::String(_) => Ok(self.f.null()),
            ExprKind::Interp(parts) => self.interp(parts, hint),
            ExprKind::ShellExec(parts) => {
                let w = self.f.window(1);
                let arg = w + FRAME_SLOTS;
                let o = self.interp(parts, Some(arg))?;
                self.move_to(o, arg);
                self.f.end(arg);
                self.f.free_window(w, 1);
                let d = self.dst(hint);
                let x = self.f.fn_names(b"shell_exec", None);
                let ic = self.f.ic();
                self.f.ext(Op::CallFn, t(d), t(w), 1, x, ic);
                Ok(self.f.def(d))
            }
            ExprKind::Const(n) => {
                let (full, fallback) = self.const_name(n);
                let x = self.f.const_names(&full, fallback);
                let ic = self.f.ic();
                let d = self.dst(hint);
                self.f.ext(Op::FetchConst, t(d), fallback.is_some() as u16, 0, x, ic);
                Ok(self.f.def(d))
            }
            ExprKind::Magic(m) => self.magic_runtime(m, hint),
            ExprKind::Var(name) => self.read_var(name, hint),
            ExprKind::VarVar(_) | ExprKind::Index(..) | ExprKind::Prop(_) | ExprKind::StaticProp(_) => {
                self.read_chain(e, fetch::R, hint)
            }
            ExprKind::MethodCall(_) => self.read_chain(e, fetch::R, hint),
            ExprKind::ClassConst(c) => {
                let cls = self.class_opd(&c.class)?;
                let (x, name) = match c.name {
                    MemberName::Ident(i) => {
                        let o = self.f.str_opd(i.text);
                        (o, Some(o))
                    }
                    MemberName::Expr(e) => {
                        let o = self.expr(e)?;
                        (o, Some(o))
                    }
                };
                let cc = self.class_rk(cls);
                if let Some(o) = name {
                    self.f.consume(o);
                }
                let d = self.dst(hint);
                let ic = self.f.ic();
                self.f.line = line;
                self.f.ext(Op::FetchClassConst, t(d), 0, cc, x.rk() as u32, ic);
                Ok(self.f.def(d))
            }
            ExprKind::ClassName(c) => {
                let b = match c {
                    NameOrExpr::Name(n) => match special_class(n) {
                        Some(s) => {
                            self.check_scope_now(s, line)?;
                            s
                        }
                        None => {
                            let full = self.class_name(n);
                            let full = self.text(&full);
                            return Ok(self.f.k(Literal::Str(full)));
                        }
                    },
                    NameOrExpr::Expr(e) => {
                        if let ExprKind::String(s) = e.kind {
                            let s = self.text(s);
                            return Ok(self.f.k(Literal::Str(s)));
                        }
                        if matches!(e.kind, ExprKind::Int(_) | ExprKind::Float(_)) {
                            return error(line, "Illegal class name");
                        }
                        if let Some(l) = self.fold(e)? {
                            let word = crate::properties::type_word(&l);
                            return error(line, format!("Cannot use \"::class\" on {word}"));
                        }
                        let o = self.expr(e)?;
                        self.f.consume(o)
                    }
                };
                let d = self.dst(hint);
                self.f.op(Op::ClassName, t(d), b, 0);
                Ok(self.f.def(d))
            }
            ExprKind::Call(c) => self.call(c, line, hint, true),
            ExprKind::StaticCall(c) => self.static_call(c, line, hint),
            ExprKind::New(n) => self.new_expr(n, line, hint),
            ExprKind::Array(syntax, elems) => {
                if syntax == ArraySyntax::List {
                    return error(line, "Cannot use list() as standalone expression");
                }
                self.array(elems, line, hint)
            }
            ExprKind::Assign(target, value) => {
                self.assign(target, value, hint, true).map(|o| o.unwrap_or(Opd::K(0)))
            }
            ExprKind::AssignRef(target, value) => {
                let d = self.dst(hint);
                self.assign_ref(target, value, Some(d))?;
                Ok(self.f.def(d))
            }
            ExprKind::AssignOp(BinaryOp::Coalesce, target, value) => {
                self.assign_coalesce(target, value, hint)
            }
            ExprKind::AssignOp(op, target, value) => {
                let d = self.dst(hint);
                self.assign_op(op, target, value, Some(d))?;
                Ok(self.f.def(d))
            }
            ExprKind::Binary(op, a, b) => self.binary(op, a, b, line, hint),
            ExprKind::Unary(op, a) => {
                let o = match op {
                    UnaryOp::Plus => Op::Plus,
                    UnaryOp::Minus => Op::Neg,
                    UnaryOp::Not => Op::Not,
                    UnaryOp::BitNot => Op::BitNot,
                };
                self.unary_op(o, a, 0, hint)
            }
            ExprKind::PreInc(v) => self.incdec(v, incdec::PRE_INC, hint, true),
            ExprKind::PreDec(v) => self.incdec(v, incdec::PRE_DEC, hint, true),
            ExprKind::PostInc(v) => self.incdec(v, incdec::POST_INC, hint, true),
            ExprKind::PostDec(v) => self.incdec(v, incdec::POST_DEC, hint, true),
            ExprKind::Cast(kind, a) => {
                let tag = match kind {
                    CastKind::Int => 4,
                    CastKind::Float => 5,
                    CastKind::String => 6,
                    CastKind::Bool => 2,
                    CastKind::Array => 7,
                    CastKind::Object => 8,
                    CastKind::Unset => return error(line, "The (unset) cast is no longer supported"),
                };
                if tag == 2 {
                    self.unary_op(Op::Bool, a, 0, hint)
                } else {
                    self.unary_op(Op::Cast, a, tag, hint)
                }
            }
            ExprKind::Ternary(tern) => self.ternary(tern, line, hint),
            ExprKind::InstanceOf(a, cls) => {
                let o = self.expr(a)?;
                let c = self.class_opd_noload(cls)?;
                let cc = self.class_rk(c);
                let b = self.f.consume(o);
                let d = self.dst(hint);
                let ic = self.f.ic();
                self.f.ext(Op::InstanceOf, t(d), b, cc, 0, ic);
                Ok(self.f.def(d))
            }
            ExprKind::Silence(a) => {
                let s = self.f.temp();
                self.f.op(Op::BeginSilence, t(s), 0, 0);
                self.f.def_kind(s, LiveKind::Silence);
                let o = match a.kind {
                    // A variable is read within the silence.
                    ExprKind::Var(_) => {
                        let d = self.dst(hint);
                        let o = self.expr(a)?;
                        self.move_to(o, d);
                        Opd::T(d)
                    }
                    _ => self.expr_hint(a, hint)?,
                };
                self.f.end(s);
                self.f.op(Op::EndSilence, t(s), 0, 0);
                self.f.free_temp(s);
                Ok(o)
            }
            ExprKind::Clone(a) => self.unary_op(Op::Clone, a, 0, hint),
            ExprKind::Print(a) => {
                let o = self.expr(a)?;
                let b = self.f.consume(o);
                self.f.op(Op::Echo, b, 0, 0);
                Ok(self.f.k(Literal::Int(1)))
            }
            ExprKind::Isset(a) => self.isset_empty(a, false, hint),
            ExprKind::Empty(a) => self.isset_empty(a, true, hint),
            ExprKind::Include(kind, a) => {
                self.f.proto.flags |= howdah_bytecode::fn_flags::DYNAMIC_VARS;
                let k = match kind {
                    IncludeKind::Include => 0,
                    IncludeKind::IncludeOnce => 1,
                    IncludeKind::Require => 2,
                    IncludeKind::RequireOnce => 3,
                    IncludeKind::Eval => 4,
                };
                self.unary_op(Op::Include, a, k, hint)
            }
            ExprKind::Yield(..) | ExprKind::YieldFrom(_)
                if self.f.proto.flags & howdah_bytecode::fn_flags::GENERATOR == 0 =>
            {
                error(line, "The \"yield\" expression can only be used inside a function")
            }
            ExprKind::Yield(key, value) => self.yield_expr(key, value, line, hint),
            ExprKind::YieldFrom(a) => {
                if self.f.proto.flags & (1 << 12) != 0 {
                    return error(line, "Cannot use \"yield from\" inside a by-reference generator");
                }
                self.unary_op(Op::YieldFrom, a, 0, hint)
            }
            ExprKind::Throw(a) => {
                let o = self.expr(a)?;
                let x = self.f.consume(o);
                self.f.line = line;
                self.f.op(Op::Throw, x, 0, 0);
                Ok(self.f.null())
            }
            ExprKind::Closure(f) => self.closure(f, hint),
            ExprKind::Match(m) => self.match_expr(m, line, hint, true).map(|o| o.unwrap_or(Opd::K(0))),
        }
    }

    fn yield_expr(
        &mut self,
        key: Option<&Expr<'_>>,
        value: Option<&Expr<'_>>,
        line: u32,
        hint: Option<u16>,
    ) -> C<Opd> {
        let k = key.map(|k| self.expr(k)).transpose()?;
        let by_ref = self.f.proto.flags & (1 << 12) != 0;
        let v = match value {
            Some(v) if by_ref && crate::lval::is_variable_kind(v) => {
                self.no_reference_to_nullsafe(v)?;
                let l = self.prepare(v)?;
                self.fetch_lval(l, fetch::REF)?
            }
            Some(v) => self.expr(v)?,
            None => Opd::K(NONE),
        };
        let b = if value.is_none() { NONE } else { self.f.consume(v) };
        let c = k.map_or(NONE, |k| self.f.consume(k));
        let d = self.dst(hint);
        self.f.line = line;
        let temps = self.f.temps_in_use();
        self.f.ext(Op::Yield, t(d), b, c, temps, 0);
        Ok(self.f.def(d))
    }

    pub(crate) fn binary(
        &mut self,
        op: BinaryOp,
        a: &Expr<'_>,
        b: &Expr<'_>,
        line: u32,
        hint: Option<u16>,
    ) -> C<Opd> {
        match op {
            BinaryOp::And | BinaryOp::Or => return self.logical(op == BinaryOp::And, a, b, hint),
            BinaryOp::Coalesce => return self.coalesce(a, b, hint),
            BinaryOp::Concat => return self.concat(a, b, line, hint),
            _ => {}
        }
        // Long left-associative chains must not recurse per term.
        let mut chain = vec![(op, b, line)];
        let mut left = a;
        while let ExprKind::Binary(o, x, y) = left.kind {
            if matches!(o, BinaryOp::And | BinaryOp::Or | BinaryOp::Coalesce | BinaryOp::Concat)
                || self.fold(left)?.is_some()
            {
                break;
            }
            chain.push((o, y, left.line));
            left = x;
        }
        let mut acc = self.expr(left)?;
        while let Some((o, right, l)) = chain.pop() {
            let r = self.expr(right)?;
            self.f.line = l;
            let h = if chain.is_empty() { hint } else { None };
            acc = self.emit_binary(o, acc, r, h, None)?;
        }
        Ok(acc)
    }

    /// Emits a binary operation; result into CV `cv` when given.
    pub(crate) fn emit_binary(
        &mut self,
        op: BinaryOp,
        a: Opd,
        b: Opd,
        hint: Option<u16>,
        cv: Option<u16>,
    ) -> C<Opd> {
        if let Some(kind) = binop_number(op) {
            // PHP's VM has handlers of these for one order of operand kinds only, which warnings and errors show.
            let rank = |o: Opd| match o {
                Opd::K(_) => 0,
                Opd::T(_) | Opd::Ind(_) => 1,
                Opd::Cv(_) => 2,
            };
            let swaps = matches!(kind, binop::MUL | binop::BW_AND | binop::BW_OR | binop::BW_XOR);
            let (a, b) = if swaps && rank(a) < rank(b) { (b, a) } else { (a, b) };
            let (x, y) = (self.f.consume(a), self.f.consume(b));
            let fast = if a.is_k() { None } else { Op::binary(kind, b.is_k(), cv.is_some()) };
            let d = match cv {
                Some(v) => v << 1,
                None => t(self.dst(hint)),
            };
            match fast {
                Some(o) => {
                    self.f.op(o, d, x, y);
                }
                None if kind == binop::CONCAT && cv.is_none() => {
                    self.f.op(Op::Concat, d, x, y);
                }
                None => {
                    let o = if cv.is_some() { Op::BinaryV } else { Op::Binary };
                    self.f.ext(o, d, x, y, kind as u32, 0);
                }
            }
            return Ok(match cv {
                Some(v) => Opd::Cv(v),
                None => self.def_slot(d),
            });
        }
        let (o, swap) = match op {
            BinaryOp::Equal => (Op::Eq, false),
            BinaryOp::NotEqual => (Op::Ne, false),
            BinaryOp::Identical => (Op::Identical, false),
            BinaryOp::NotIdentical => (Op::NotIdentical, false),
            BinaryOp::Less => (Op::Lt, false),
            BinaryOp::LessEqual => (Op::Le, false),
            BinaryOp::Greater => (Op::Lt, true),
            BinaryOp::GreaterEqual => (Op::Le, true),
            BinaryOp::Spaceship => (Op::Spaceship, false),
            _ => (Op::BoolXor, false),
        };
        let (x, y) = (self.f.consume(a), self.f.consume(b));
        let d = self.dst(hint);
        let (x, y) = if swap { (y, x) } else { (x, y) };
        self.f.op(o, t(d), x, y);
        Ok(self.f.def(d))
    }

    fn def_slot(&mut self, slot: u16) -> Opd {
        let i = (slot >> 1) - 0x2000;
        self.f.def(i)
    }

    fn logical(&mut self, and: bool, a: &Expr<'_>, b: &Expr<'_>, hint: Option<u16>) -> C<Opd> {
        if let Some(l) = self.fold(a)?
            && crate::control::literal_truth(&l) != and
        {
            // What is never reached is not compiled: nothing is said about it.
            return Ok(self.f.k(Literal::Bool(!and)));
        }
        let op = if and { Op::JmpZEx } else { Op::JmpNZEx };
        let o = self.expr(a)?;
        let x = self.f.consume(o);
        let d = self.dst(hint);
        let j = self.f.ext(op, t(d), x, 0, 0, 0);
        let r = self.expr(b)?;
        let y = self.f.consume(r);
        self.f.op(Op::Bool, t(d), y, 0);
        self.f.patch(j);
        Ok(self.f.def(d))
    }

    fn coalesce(&mut self, a: &Expr<'_>, b: &Expr<'_>, hint: Option<u16>) -> C<Opd> {
        let o = self.read_quiet(a)?;
        let x = self.f.consume(o);
        let d = self.dst(hint);
        let j = self.f.ext(Op::Coalesce, t(d), x, 0, 0, 0);
        self.expr_to(b, d)?;
        self.f.end(d);
        self.f.patch(j);
        Ok(self.f.def(d))
    }

    /// Reads without complaint about what is not there.
    pub(crate) fn read_quiet(&mut self, e: &Expr<'_>) -> C<Opd> {
        match e.kind {
            ExprKind::Var(name) if name != b"this" && !crate::variables::is_superglobal(name) => {
                Ok(self.f.cv(name))
            }
            ExprKind::Var(_)
            | ExprKind::VarVar(_)
            | ExprKind::Index(..)
            | ExprKind::Prop(_)
            | ExprKind::StaticProp(_) => self.read_chain(e, fetch::IS, None),
            _ => self.expr(e),
        }
    }

    fn ternary(&mut self, tern: &Ternary<'_>, line: u32, hint: Option<u16>) -> C<Opd> {
        if let ExprKind::Ternary(inner) = tern.cond.kind
            && !inner.parenthesized
            && (tern.then.is_some() || inner.then.is_some())
        {
            let msg = match (inner.then.is_some(), tern.then.is_some()) {
                (true, true) => {
                    "Unparenthesized `a ? b : c ? d : e` is not supported. Use either `(a ? b : c) ? d : e` or `a ? b : (c ? d : e)`"
                }
                (true, false) => {
                    "Unparenthesized `a ? b : c ?: d` is not supported. Use either `(a ? b : c) ?: d` or `a ? b : (c ?: d)`"
                }
                _ => {
                    "Unparenthesized `a ?: b ? c : d` is not supported. Use either `(a ?: b) ? c : d` or `a ?: (b ? c : d)`"
                }
            };
            return error(line, msg);
        }
        match tern.then {
            None => {
                let o = self.expr(tern.cond)?;
                let x = self.f.consume(o);
                let d = self.dst(hint);
                let j = self.f.ext(Op::JmpSet, t(d), x, 0, 0, 0);
                self.expr_to(tern.els, d)?;
                self.f.end(d);
                self.f.patch(j);
                Ok(self.f.def(d))
            }
            Some(then) => {
                let no = self.cond_jumps(tern.cond, false)?;
                let d = self.dst(hint);
                self.expr_to(then, d)?;
                self.f.end(d);
                let end = self.f.jump(Op::Jmp, 0);
                no.into_iter().for_each(|j| self.f.patch(j));
                self.expr_to(tern.els, d)?;
                self.f.end(d);
                self.f.patch(end);
                Ok(self.f.def(d))
            }
        }
    }

    // ---- strings ----

    pub(crate) fn interp(&mut self, parts: &[InterpPart<'_>], hint: Option<u16>) -> C<Opd> {
        let mut chunks = parts.chunks(ROPE).peekable();
        let mut acc: Option<Opd> = None;
        while let Some(chunk) = chunks.next() {
            let n = (chunk.len() + acc.is_some() as usize) as u16;
            let base = self.f.block(n);
            let mut slot = base;
            if let Some(o) = acc.take() {
                let x = self.f.consume(o);
                self.f.op(Op::Move, t(slot), x, 0);
                self.f.def(slot);
                slot += 1;
            }
            for p in chunk {
                self.interp_part(p, slot)?;
                self.f.def(slot);
                slot += 1;
            }
            let h = if chunks.peek().is_none() { hint } else { None };
            acc = Some(self.rope_end(base, n, h)?);
        }
        match acc {
            Some(o) => Ok(o),
            None => Ok(self.f.str_opd(b"")),
        }
    }

    /// Puts a part of an interpolated string into `slot`.
    fn interp_part(&mut self, p: &InterpPart<'_>, slot: u16) -> C<()> {
        let e = match *p {
            InterpPart::Text(text) => {
                let k = self.f.str(text);
                self.f.load(slot, k);
                return Ok(());
            }
            InterpPart::Expr(e) => e,
            InterpPart::DollarVar(e) => {
                self.deprecated(e.line, "Using ${var} in strings is deprecated, use {$var} instead");
                e
            }
            InterpPart::DollarExpr(e) => {
                self.deprecated(
                    e.line,
                    "Using ${expr} (variable variables) in strings is deprecated, use {${expr}} instead",
                );
                e
            }
        };
        let o = self.expr(e)?;
        let b = self.f.consume(o);
        self.f.op(Op::RopePart, t(slot), b, 0);
        Ok(())
    }

    pub(crate) fn rope_end(&mut self, base: u16, n: u16, hint: Option<u16>) -> C<Opd> {
        for i in base..base + n {
            self.f.end(i);
            self.f.free_temp(i);
        }
        let d = self.dst(hint);
        self.f.op(Op::ConcatN, t(d), t(base), n);
        Ok(self.f.def(d))
    }

    fn concat(&mut self, a: &Expr<'_>, b: &Expr<'_>, line: u32, hint: Option<u16>) -> C<Opd> {
        let mut terms = vec![b];
        let mut left = a;
        while let ExprKind::Binary(BinaryOp::Concat, x, y) = left.kind {
            if self.fold(left)?.is_some() {
                break;
            }
            terms.push(y);
            left = x;
        }
        terms.push(left);
        terms.reverse();
        if terms.len() == 2 {
            let x = self.expr(left)?;
            let y = self.expr(b)?;
            self.f.line = line;
            let (x, y) = (self.f.consume(x), self.f.consume(y));
            let d = self.dst(hint);
            self.f.op(Op::Concat, t(d), x, y);
            return Ok(self.f.def(d));
        }
        // The first two operands of a chain are read together, as `a . b` reads them; the rest as they come.
        let mut chunks = terms.chunks(ROPE).peekable();
        let mut acc: Option<Opd> = None;
        while let Some(chunk) = chunks.next() {
            let n = (chunk.len() + acc.is_some() as usize) as u16;
            let base = self.f.block(n);
            let mut at = base;
            if let Some(o) = acc.take() {
                let x = self.f.consume(o);
                self.f.op(Op::Move, t(at), x, 0);
                self.f.def(at);
                at += 1;
            }
            for e in chunk {
                let o = self.expr(e)?;
                match o {
                    Opd::K(k) => {
                        self.f.op(Op::RopePart, t(at), Opd::K(k).rk(), 0);
                    }
                    _ => {
                        let x = self.f.consume(o);
                        self.f.op(Op::RopePart, t(at), x, 0);
                    }
                }
                self.f.def(at);
                at += 1;
            }
            self.f.line = line;
            let h = if chunks.peek().is_none() { hint } else { None };
            acc = Some(self.rope_end(base, n, h)?);
        }
        Ok(acc.unwrap_or(Opd::K(0)))
    }

    // ---- arrays ----

    /// The constant part of an array literal whose keys are at least two distinct constant strings: the keys, each with its
    /// value where that is constant, else with null, which `SetElem` replaces; and the places and expressions of those. None
    /// for other arrays.
    #[allow(clippy::type_complexity)]
    fn array_shape<'e, 'a>(
        &mut self,
        elems: &'e [ArrayElem<'a>],
    ) -> C<Option<(Vec<(ArrayKey, Literal)>, Vec<(u16, &'e Expr<'a>)>)>> {
        if elems.len() < 2 || elems.len() > MAX_SHAPE {
            return Ok(None);
        }
        let (mut whole, mut open) = (Vec::with_capacity(elems.len()), Vec::with_capacity(elems.len()));
        let mut seen = rustc_hash::FxHashSet::default();
        for (at, e) in elems.iter().enumerate() {
            let ArrayElem::Item { key: Some(key), value, by_ref: false } = *e else { return Ok(None) };
            let Some(key) = self.fold(key)?.as_ref().and_then(crate::func::array_key) else {
                return Ok(None);
            };
            if !matches!(key, ArrayKey::Str(_)) || !seen.insert(key.clone()) {
                return Ok(None);
            }
            let value = match self.fold(value)? {
                Some(v) => v,
                None => {
                    open.push((at as u16, value));
                    Literal::Null
                }
            };
            whole.push((key, value));
        }
        Ok(Some((whole, open)))
    }

    fn array(&mut self, elems: &[ArrayElem<'_>], line: u32, hint: Option<u16>) -> C<Opd> {
        if let Some((whole, open)) = self.array_shape(elems)? {
            let a = self.dst(hint);
            let k = self.f.literal(Literal::Array(whole));
            self.f.ext(Op::InitArrayOf, t(a), 0, 0, k, 0);
            self.f.def(a);
            for (at, value) in open {
                let v = self.expr(value)?;
                let b = self.f.consume(v);
                self.f.op(Op::SetElem, t(a), b, at);
            }
            return Ok(Opd::T(a));
        }
        let a = self.dst(hint);
        let init = self.f.ext(Op::InitArray, t(a), 0, 0, elems.len() as u32, 0);
        self.f.def(a);
        for (n, e) in elems.iter().enumerate() {
            match *e {
                ArrayElem::Hole => return error(line, "Cannot use empty array elements in arrays"),
                ArrayElem::Unpack(e) => {
                    let o = self.expr(e)?;
                    let b = self.f.consume(o);
                    self.f.op(Op::AddUnpack, t(a), b, 0);
                }
                ArrayElem::Item { key, value, by_ref: true } => {
                    let k = key.map(|k| self.expr(k)).transpose()?;
                    let l = self.prepare(value)?;
                    let v = self.fetch_lval_ref(l)?;
                    let b = self.f.consume(v);
                    let c = k.map_or(NONE, |k| self.f.consume(k));
                    self.f.op(Op::AddElemRef, t(a), b, c);
                }
                ArrayElem::Item { key: Some(k), value, .. } => {
                    let k = self.expr(k)?;
                    if let (0, Opd::K(i)) = (n, k)
                        && let Literal::Str(_) = self.f.proto.literals[i as usize]
                    {
                        self.f.proto.code[init].c = 1;
                    }
                    let v = self.expr(value)?;
                    let (b, c) = (self.f.consume(v), self.f.consume(k));
                    self.f.op(Op::AddElem, t(a), b, c);
                }
                ArrayElem::Item { value, .. } => {
                    let v = self.expr(value)?;
                    let b = self.f.consume(v);
                    self.f.op(Op::AddNext, t(a), b, 0);
                }
            }
        }
        Ok(Opd::T(a))
    }

    // ---- classes in expressions ----

    pub(crate) fn check_class_scope(&self, s: u16, line: u32) -> C<()> {
        // Constant expressions complain when they are evaluated.
        if self.f.proto.flags & howdah_bytecode::fn_flags::THUNK != 0 {
            return Ok(());
        }
        self.check_scope_now(s, line)
    }

    fn check_scope_now(&self, s: u16, line: u32) -> C<()> {
        use howdah_bytecode::class_ref::{PARENT, SELF};
        let word = match s {
            SELF => "self",
            PARENT => "parent",
            _ => "static",
        };
        if !self.scope_is_known() {
            return Ok(());
        }
        let Some(c) = &self.class else {
            return error(line, format!("Cannot use \"{word}\" when no class scope is active"));
        };
        if s == PARENT && !c.has_parent {
            return error(line, "Cannot use \"parent\" when current class scope has no parent");
        }
        Ok(())
    }

    /// Whether `self` means here what it will mean at run time: not in closures, traits and included code.
    pub(crate) fn scope_is_known(&self) -> bool {
        if self.f.is_closure_like() {
            return false;
        }
        match &self.class {
            None => !self.f.dynamic_scope(),
            Some(c) => c.kind != howdah_syntax::ast::ClassKind::Trait,
        }
    }

    pub(crate) fn class_opd(&mut self, c: &NameOrExpr<'_>) -> C<ClassOpd> {
        match c {
            NameOrExpr::Name(n) => {
                if let Some(s) = special_class(n) {
                    self.check_class_scope(s, n.line)?;
                    return Ok(ClassOpd::Special(s));
                }
                let full = self.class_name(n);
                Ok(ClassOpd::Opd(self.f.class_opd(&full)))
            }
            NameOrExpr::Expr(e) => {
                match self.fold(e)? {
                    None => {}
                    Some(Literal::Str(s)) => {
                        let n = howdah_syntax::ast::Name {
                            text: &s,
                            line: e.line,
                            kind: howdah_syntax::ast::NameKind::Unqualified,
                        };
                        if let Some(special) = special_class(&n) {
                            self.check_class_scope(special, e.line)?;
                            return Ok(ClassOpd::Special(special));
                        }
                        let name = s.strip_prefix(b"\\").unwrap_or(&s);
                        return Ok(ClassOpd::Opd(self.f.class_opd(name)));
                    }
                    Some(_) => return error(e.line, "Illegal class name"),
                }
                Ok(ClassOpd::Opd(self.expr(e)?))
            }
        }
    }

    fn class_opd_noload(&mut self, c: &NameOrExpr<'_>) -> C<ClassOpd> {
        self.class_opd(c)
    }

    /// The operand of a compiled class; a temporary is consumed.
    pub(crate) fn class_rk(&mut self, c: ClassOpd) -> u16 {
        match c {
            ClassOpd::Special(s) => s,
            ClassOpd::Opd(o) => self.f.consume(o),
        }
    }

    fn magic_runtime(&mut self, m: MagicConst, hint: Option<u16>) -> C<Opd> {
        // Only __CLASS__ in traits and closures is not known here.
        debug_assert_eq!(m, MagicConst::Class);
        let d = self.dst(hint);
        self.f.op(Op::ClassName, t(d), howdah_bytecode::class_ref::SELF, 1);
        Ok(self.f.def(d))
    }
}
