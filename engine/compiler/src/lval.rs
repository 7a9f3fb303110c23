//! Writing: assignments, references, increments, unset. A target is first *prepared* (everything in it that must be
//! evaluated is), then the value is evaluated, then containers are fetched and the write happens: the order of
//! php-src's delayed compilation.

use crate::expr::{ClassOpd, binop_number};
use crate::func::{Opd, t};
use crate::variables::is_superglobal;
use crate::{C, Compiler, error};
use howdah_bytecode::{NONE, Op, binop, fetch, fn_flags};
use howdah_syntax::ast::{BinaryOp, Expr, ExprKind, MemberName};

/// A prepared target.
pub(crate) enum LVal {
    Cv(u16),
    /// Variable by name; scope 0 local, 1 global.
    Named(Opd, u32, u32),
    Dim(Box<LVal>, Option<Opd>, u32),
    /// Object and name operand (literal names are plain string literals).
    Prop(Box<LVal>, Opd, u32),
    This,
    Static(ClassOpd, Opd, u32),
    /// A value that is no variable: a call's result.
    Value(Opd),
}

/// Whether an expression has the form of a variable.
pub(crate) fn is_variable_kind(e: &Expr<'_>) -> bool {
    matches!(
        e.kind,
        ExprKind::Var(_)
            | ExprKind::VarVar(_)
            | ExprKind::Index(..)
            | ExprKind::StaticProp(_)
            | ExprKind::Prop(_)
    )
}

/// Whether an expression is a variable, or an element or property of one (zend_can_write_to_variable).
pub(crate) fn can_write(e: &Expr<'_>) -> bool {
    match e.kind {
        ExprKind::Index(b, _) => can_write(b),
        ExprKind::Prop(p) if !p.nullsafe => can_write(p.object),
        ExprKind::Var(_) | ExprKind::VarVar(_) | ExprKind::StaticProp(_) => true,
        _ => false,
    }
}

impl Compiler<'_> {
    /// Whether an expression can be written to or referenced.
    pub(crate) fn is_variable(&self, e: &Expr<'_>) -> bool {
        is_variable_kind(e) && !self.has_nullsafe(e)
    }

    pub(crate) fn has_nullsafe(&self, e: &Expr<'_>) -> bool {
        match e.kind {
            ExprKind::Prop(p) => p.nullsafe || self.has_nullsafe(p.object),
            ExprKind::MethodCall(c) => c.nullsafe || self.has_nullsafe(c.object),
            ExprKind::Index(b, _) => self.has_nullsafe(b),
            _ => false,
        }
    }

    /// Fails for a chain with `?->`: it may end in no variable at all.
    pub(crate) fn no_reference_to_nullsafe(&self, e: &Expr<'_>) -> C<()> {
        if self.has_nullsafe(e) {
            return error(e.line, "Cannot take reference of a nullsafe chain");
        }
        Ok(())
    }

    pub(crate) fn is_call(&self, e: &Expr<'_>) -> bool {
        matches!(e.kind, ExprKind::Call(_) | ExprKind::MethodCall(_) | ExprKind::StaticCall(_))
    }

    /// Evaluates what a target needs and leaves the fetching for later.
    pub(crate) fn prepare(&mut self, e: &Expr<'_>) -> C<LVal> {
        let line = e.line;
        Ok(match e.kind {
            ExprKind::Var(b"this") => {
                self.f.proto.flags |= fn_flags::USES_THIS;
                LVal::This
            }
            ExprKind::Var(name) if is_superglobal(name) => LVal::Named(self.f.str_opd(name), 1, line),
            ExprKind::Var(name) => match self.f.cv(name) {
                Opd::Cv(i) => LVal::Cv(i),
                o => LVal::Value(o),
            },
            ExprKind::VarVar(n) => {
                self.f.proto.flags |= fn_flags::DYNAMIC_VARS;
                LVal::Named(self.expr(n)?, 0, line)
            }
            ExprKind::Index(base, dim) => {
                if let (ExprKind::Var(b"GLOBALS"), Some(dim)) = (base.kind, dim) {
                    return Ok(LVal::Named(self.expr(dim)?, 1, line));
                }
                if let ExprKind::Var(b"GLOBALS") = base.kind {
                    return error(line, "Cannot append to $GLOBALS");
                }
                let b = self.prepare(base)?;
                let d = dim.map(|d| self.expr(d)).transpose()?;
                LVal::Dim(Box::new(b), d, line)
            }
            ExprKind::Prop(p) => {
                if p.nullsafe {
                    return error(line, "Can't use nullsafe operator in write context");
                }
                if let (ExprKind::Var(b"this"), MemberName::Ident(name)) = (p.object.kind, p.name) {
                    self.note_backing(name.text);
                }
                let b = self.prepare(p.object)?;
                let n = self.member_name(&p.name)?;
                LVal::Prop(Box::new(b), n, line)
            }
            ExprKind::StaticProp(p) => {
                let c = self.class_opd(&p.class)?;
                let n = self.member_name(&p.name)?;
                LVal::Static(c, n, line)
            }
            _ => LVal::Value(self.expr(e)?),
        })
    }

    /// The container that a write goes into, as an lval operand (CV or IND), or an object value.
    pub(crate) fn container(&mut self, l: LVal, mode: u16) -> C<Opd> {
        match l {
            LVal::Cv(i) => Ok(Opd::Cv(i)),
            LVal::This => {
                let d = self.f.temp();
                self.f.op(Op::LoadThis, t(d), 0, 0);
                Ok(self.f.def(d))
            }
            LVal::Value(o) => Ok(o),
            l => self.fetch_lval(l, mode),
        }
    }

    /// The object operand of an op that modifies a property: NONE for `$this`.
    fn object_operand(&mut self, base: LVal) -> C<u16> {
        if let LVal::This = base {
            return Ok(NONE);
        }
        let o = self.container(base, fetch::RW)?;
        Ok(self.f.consume(o))
    }

    /// The name operand of an op that modifies a property, and its inline cache, whose number must fit 16 bits: beyond that
    /// the name goes through a temporary, which makes the op use none.
    fn cached_name(&mut self, name: Opd) -> (u16, u32) {
        let ic = self.f.ic();
        if let (Opd::K(k), true) = (&name, ic >= 0xFFFF) {
            let d = self.f.temp();
            self.f.ext(Op::LoadK, t(d), 0, 0, *k as u32, 0);
            let o = self.f.def(d);
            return (self.f.consume(o), 0);
        }
        (self.f.consume(name), ic & 0xFFFF)
    }

    /// Fetches a prepared target's address: a CV, or an IND temporary.
    pub(crate) fn fetch_lval(&mut self, l: LVal, mode: u16) -> C<Opd> {
        Ok(match l {
            LVal::Cv(i) => Opd::Cv(i),
            LVal::This => self.container(LVal::This, mode)?,
            LVal::Value(o) => o,
            LVal::Named(n, scope, line) => {
                let b = self.f.consume(n);
                let d = self.f.temp();
                self.f.line = line;
                let ic = self.f.ic();
                self.f.ext(Op::FetchVar, t(d), b, mode, scope, ic);
                Opd::Ind(d)
            }
            LVal::Dim(base, dim, line) => {
                let inner = match mode {
                    fetch::REF => fetch::W,
                    m => m,
                };
                let b = self.container(*base, inner)?;
                let (b, c) = (self.f.consume(b), dim.map_or(NONE, |d| self.f.consume(d)));
                let d = self.f.temp();
                let ic = self.f.ic();
                self.f.line = line;
                self.f.ext(Op::FetchDimW, t(d), b, c, mode as u32, ic);
                Opd::Ind(d)
            }
            LVal::Prop(base, name, line) => {
                let inner = match mode {
                    fetch::REF | fetch::RW => fetch::W,
                    m => m,
                };
                let this = matches!(*base, LVal::This) && self.this_is_sure();
                let b = if this { None } else { Some(self.container(*base, inner)?) };
                let d;
                match (b, name) {
                    (None, Opd::K(k)) => {
                        d = self.f.temp();
                        let ic = self.f.ic();
                        self.f.line = line;
                        self.f.ext(Op::FetchThisPropW, t(d), 0, mode, k as u32, ic);
                    }
                    (Some(b), Opd::K(k)) => {
                        let b = self.f.consume(b);
                        d = self.f.temp();
                        let ic = self.f.ic();
                        self.f.line = line;
                        self.f.ext(Op::FetchPropW, t(d), b, mode, k as u32, ic);
                    }
                    (b, name) => {
                        let b = match b {
                            Some(b) => b,
                            None => self.container(LVal::This, inner)?,
                        };
                        let b = self.f.consume(b);
                        let x = self.f.consume(name);
                        d = self.f.temp();
                        self.f.line = line;
                        self.f.ext(Op::FetchPropDynW, t(d), b, mode, x as u32, 0);
                    }
                }
                Opd::Ind(d)
            }
            LVal::Static(cls, n, line) => {
                let c = self.class_rk(cls);
                let x = self.f.consume(n);
                let d = self.f.temp();
                let ic = self.f.ic();
                self.f.line = line;
                self.f.ext(Op::FetchStaticProp, t(d), mode, c, x as u32, ic);
                Opd::Ind(d)
            }
        })
    }

    pub(crate) fn check_writable(&self, target: &Expr<'_>) -> C<()> {
        let line = target.line;
        match target.kind {
            ExprKind::Var(b"this") => return error(line, "Cannot re-assign $this"),
            ExprKind::Var(b"GLOBALS") => {
                return error(
                    line,
                    "$GLOBALS can only be modified using the $GLOBALS[$name] = $value syntax",
                );
            }
            ExprKind::Call(_) => return error(line, "Can't use function return value in write context"),
            ExprKind::MethodCall(_) | ExprKind::StaticCall(_) => {
                return error(line, "Can't use method return value in write context");
            }
            _ => {}
        }
        if self.has_nullsafe(target) {
            return error(line, "Can't use nullsafe operator in write context");
        }
        self.check_base(target)
    }

    /// Fails when what a write goes into is no variable and no call's result.
    pub(crate) fn check_base(&self, e: &Expr<'_>) -> C<()> {
        match e.kind {
            ExprKind::Index(base, _) => self.check_base(base),
            ExprKind::Prop(p) => self.check_base(p.object),
            ExprKind::Var(_)
            | ExprKind::VarVar(_)
            | ExprKind::StaticProp(_)
            | ExprKind::MethodCall(_)
            | ExprKind::StaticCall(_) => Ok(()),
            ExprKind::Call(c) if !self.has_own_op(c) => Ok(()),
            ExprKind::Call(_) => error(e.line, "Cannot use result of built-in function in write context"),
            _ => error(e.line, "Cannot use temporary expression in write context"),
        }
    }

    /// `target = value`; gives the result operand when wanted.
    pub(crate) fn assign(
        &mut self,
        target: &Expr<'_>,
        value: &Expr<'_>,
        hint: Option<u16>,
        want: bool,
    ) -> C<Option<Opd>> {
        let line = target.line;
        if let ExprKind::Array(syntax, elems) = target.kind {
            return self.assign_list(target, syntax, elems, value, hint, want);
        }
        self.check_writable(target)?;
        if let ExprKind::Var(name) = target.kind
            && !is_superglobal(name)
        {
            return self.assign_cv(name, value, line, hint, want);
        }
        let l = self.prepare(target)?;
        let v = self.expr(value)?;
        self.f.line = line;
        self.store(l, v, hint, want)
    }

    fn assign_cv(
        &mut self,
        name: &[u8],
        value: &Expr<'_>,
        line: u32,
        hint: Option<u16>,
        want: bool,
    ) -> C<Option<Opd>> {
        let cv = self.f.cv(name);
        let Opd::Cv(i) = cv else { return Ok(None) };
        // Arithmetic goes straight into the variable.
        if !want
            && let ExprKind::Binary(op, a, b) = value.kind
            && binop_number(op).is_some()
            && op != BinaryOp::Concat
            && !matches!(a.kind, ExprKind::Binary(..))
            && self.fold(value)?.is_none()
        {
            let x = self.expr(a)?;
            let y = self.expr(b)?;
            self.f.line = line;
            if x == cv && !y.is_k() {
                // Into one of its own operands it would be a compound assignment, which reads the other one first.
                let v = self.emit_binary(op, x, y, None, None)?;
                let b = self.f.consume(v);
                self.f.op(Op::Assign, cv.rk(), b, 0);
            } else {
                self.emit_binary(op, x, y, None, Some(i))?;
            }
            return Ok(None);
        }
        let v = self.expr(value)?;
        self.f.line = line;
        let b = self.f.consume(v);
        if !want {
            self.f.op(Op::Assign, cv.rk(), b, 0);
            return Ok(None);
        }
        let d = hint.unwrap_or_else(|| self.f.temp());
        self.f.op(Op::AssignR, cv.rk(), b, t(d));
        Ok(Some(self.f.def(d)))
    }

    /// Stores an evaluated value into a prepared target.
    pub(crate) fn store(&mut self, l: LVal, v: Opd, hint: Option<u16>, want: bool) -> C<Option<Opd>> {
        let res = |c: &mut Self| if want { Some(hint.unwrap_or_else(|| c.f.temp())) } else { None };
        let line = self.f.line;
        let slot = |d: Option<u16>| d.map_or(NONE, t);
        let d;
        match l {
            LVal::Cv(i) => {
                let b = self.f.consume(v);
                d = res(self);
                match d {
                    Some(d) => self.f.op(Op::AssignR, i << 1, b, t(d)),
                    None => self.f.op(Op::Assign, i << 1, b, 0),
                };
            }
            LVal::Dim(base, dim, l2) => {
                let b = self.container(*base, fetch::W)?;
                let (a, c) = (self.f.consume(b), self.f.consume(v));
                let dimo = dim.map(|o| (o.is_k(), self.f.consume(o)));
                d = res(self);
                let ic = self.f.ic();
                self.f.line = l2;
                let x = slot(d) as u32;
                match dimo {
                    None => self.f.ext(Op::AssignDimNext, a, 0, c, x, ic),
                    Some((true, k)) => self.f.ext(Op::AssignDimK, a, k, c, x, ic),
                    Some((false, s)) => self.f.ext(Op::AssignDimR, a, s, c, x, ic),
                };
            }
            LVal::Prop(base, name, l2) => {
                let this = matches!(*base, LVal::This) && self.this_is_sure();
                let o = if this && name.is_k() { None } else { Some(self.container(*base, fetch::W)?) };
                let b = self.f.consume(v);
                match (o, name) {
                    (None, Opd::K(k)) => {
                        d = res(self);
                        let ic = self.f.ic_pair();
                        self.f.line = l2;
                        self.f.ext(Op::AssignThisProp, 0, b, slot(d), k as u32, ic);
                    }
                    (Some(o), Opd::K(k)) => {
                        let a = self.f.consume(o);
                        d = res(self);
                        let ic = self.f.ic_pair();
                        self.f.line = l2;
                        self.f.ext(Op::AssignProp, a, b, slot(d), k as u32, ic);
                    }
                    (o, name) => {
                        let a = o.map_or(NONE, |o| self.f.consume(o));
                        let x = self.f.consume(name);
                        d = res(self);
                        self.f.line = l2;
                        self.f.ext(Op::AssignPropDyn, a, b, slot(d), x as u32, 0);
                    }
                }
            }
            l => {
                let p = self.fetch_lval(l, fetch::W)?;
                let (a, b) = (self.f.consume(p), self.f.consume(v));
                d = res(self);
                self.f.op(Op::AssignInd, a, b, slot(d));
            }
        }
        self.f.line = line;
        Ok(d.map(|d| self.f.def(d)))
    }

    /// `target =& source`.
    pub(crate) fn assign_ref(&mut self, target: &Expr<'_>, source: &Expr<'_>, res: Option<u16>) -> C<()> {
        let line = target.line;
        if let ExprKind::Array(..) = target.kind {
            return error(line, "Cannot assign reference to non referenceable value");
        }
        self.check_writable(target)?;
        let l = self.prepare(target)?;
        let slot = res.map_or(NONE, t);
        self.no_reference_to_nullsafe(source)?;
        if self.is_variable(source) {
            if let ExprKind::Var(b"GLOBALS") = source.kind {
                return error(line, "Cannot acquire reference to $GLOBALS");
            }
            let s = self.prepare(source)?;
            let b = self.fetch_lval_ref(s)?;
            if let LVal::Prop(base, name, l2) = l {
                let b = self.ref_temp(b);
                let o = self.container(*base, fetch::W)?;
                let a = self.f.consume(o);
                let b = self.f.consume(b);
                let x = self.f.consume(name);
                self.f.line = l2;
                self.f.ext(Op::AssignPropRef, a, b, slot, x as u32, 0);
                return Ok(());
            }
            let b = if matches!(l, LVal::Cv(_)) { b } else { self.ref_temp(b) };
            // A static property need not be initialized to be bound.
            let mode = if matches!(l, LVal::Static(..)) { fetch::W } else { fetch::REF };
            let a = self.fetch_lval(l, mode)?;
            let (a, b) = (self.f.consume(a), self.f.consume(b));
            self.f.line = line;
            self.f.op(Op::AssignRef, a, b, slot);
            return Ok(());
        }
        if !self.is_call(source) {
            return error(line, "Cannot assign reference to non referenceable value");
        }
        self.check_base(source)?;
        let d = self.f.temp();
        self.expr_to(source, d)?;
        let v = Opd::T(d);
        if let LVal::Prop(base, name, l2) = l {
            let o = self.container(*base, fetch::W)?;
            let a = self.f.consume(o);
            let b = self.f.consume(Opd::T(d));
            let x = self.f.consume(name);
            self.f.line = l2;
            self.f.ext(Op::AssignPropRef, a, b, slot, x as u32, 1);
            return Ok(());
        }
        let a = self.fetch_lval(l, fetch::REF)?;
        let (a, b) = (self.f.consume(a), self.f.consume(v));
        self.f.line = line;
        self.f.op(Op::AssignRefFn, a, b, slot);
        Ok(())
    }

    /// Fetches for a reference: `$this` has no address, a reference of its own stands for it.
    pub(crate) fn fetch_lval_ref(&mut self, l: LVal) -> C<Opd> {
        let this = matches!(l, LVal::This);
        let o = self.fetch_lval(l, fetch::REF)?;
        Ok(if this { self.ref_temp(o) } else { o })
    }

    /// Turns an address into a REF value, which survives what comes before its use.
    pub(crate) fn ref_temp(&mut self, o: Opd) -> Opd {
        let b = self.f.consume(o);
        let d = self.f.temp();
        self.f.op(Op::MakeRef, t(d), b, 0);
        self.f.def(d)
    }

    /// `target op= value`, result to `res`.
    pub(crate) fn assign_op(
        &mut self,
        op: BinaryOp,
        target: &Expr<'_>,
        value: &Expr<'_>,
        res: Option<u16>,
    ) -> C<()> {
        let line = target.line;
        self.check_writable(target)?;
        let Some(kind) = binop_number(op) else {
            return error(line, "Cannot use this operator in an assignment");
        };
        let l = self.prepare(target)?;
        let v = self.expr(value)?;
        self.f.line = line;
        let slot = res.map_or(NONE, t);
        match l {
            LVal::Cv(i) => {
                let a = i << 1;
                if kind == binop::CONCAT {
                    let b = self.f.consume(v);
                    self.f.op(Op::ConcatAssign, a, b, slot);
                } else if res.is_none() {
                    self.emit_binary(op, Opd::Cv(i), v, None, Some(i))?;
                } else {
                    let b = self.f.consume(v);
                    self.f.ext(Op::AssignOpR, a, b, slot, kind as u32, 0);
                }
            }
            LVal::Dim(base, dim, l2) => {
                let b = self.container(*base, fetch::RW)?;
                let (a, c) = (self.f.consume(b), self.f.consume(v));
                let d = dim.map_or(NONE, |o| self.f.consume(o));
                let ic = self.f.ic();
                self.f.line = l2;
                self.f.ext(Op::AssignDimOp, a, d, c, kind as u32 | (slot as u32) << 16, ic);
            }
            LVal::Prop(base, name, l2) => {
                let a = self.object_operand(*base)?;
                let b = self.f.consume(v);
                let (x, ic) = self.cached_name(name);
                self.f.line = l2;
                self.f.ext(Op::AssignPropOp, a, b, kind, x as u32, slot as u32 | ic << 16);
            }
            l => {
                let p = self.fetch_lval(l, fetch::RW)?;
                let (a, b) = (self.f.consume(p), self.f.consume(v));
                self.f.ext(Op::AssignOpInd, a, b, slot, kind as u32, 0);
            }
        }
        Ok(())
    }

    /// `target ??= value`.
    pub(crate) fn assign_coalesce(
        &mut self,
        target: &Expr<'_>,
        value: &Expr<'_>,
        hint: Option<u16>,
    ) -> C<Opd> {
        self.check_writable(target)?;
        // Operands are evaluated once: they go to temporaries of their own, which both reads use.
        let d = hint.unwrap_or_else(|| self.f.temp());
        let (read, write, kept) = self.prepare_twice(target)?;
        let o = self.read_prepared(read)?;
        let x = self.f.consume(o);
        let j = self.f.ext(Op::Coalesce, t(d), x, 0, 0, 0);
        let spans = self.f.pause(&kept);
        self.f.resume(&kept, &spans);
        let v = self.expr(value)?;
        if let Some(o) = self.store(write, v, Some(d), true)? {
            self.move_to(o, d);
        }
        self.f.end(d);
        let end = self.f.jump(Op::Jmp, 0);
        self.f.patch(j);
        // Here the kept operands were not consumed by the write.
        self.f.resume(&kept, &spans);
        for k in &kept {
            self.f.end(*k);
            self.f.op(Op::Free, t(*k), 0, 0);
            self.f.free_temp(*k);
        }
        self.f.patch(end);
        Ok(self.f.def(d))
    }

    /// Prepares a target so that it can be read once and written once; gives the temporaries that both share (the read
    /// uses copies).
    fn prepare_twice(&mut self, e: &Expr<'_>) -> C<(LVal, LVal, Vec<u16>)> {
        let w = self.prepare(e)?;
        let mut kept = Vec::new();
        let r = self.copy_lval(&w, &mut kept);
        Ok((r, w, kept))
    }

    fn copy_opd(&mut self, o: Opd, kept: &mut Vec<u16>) -> Opd {
        if let Opd::T(i) = o {
            kept.push(i);
            let d = self.f.temp();
            self.f.op(Op::Dup, t(d), t(i), 0);
            return self.f.def(d);
        }
        o
    }

    fn copy_lval(&mut self, l: &LVal, kept: &mut Vec<u16>) -> LVal {
        match l {
            LVal::Cv(i) => LVal::Cv(*i),
            LVal::This => LVal::This,
            LVal::Value(o) => LVal::Value(self.copy_opd(*o, kept)),
            LVal::Named(o, s, line) => LVal::Named(self.copy_opd(*o, kept), *s, *line),
            LVal::Dim(b, d, line) => {
                let b = self.copy_lval(b, kept);
                let d = d.map(|d| self.copy_opd(d, kept));
                LVal::Dim(Box::new(b), d, *line)
            }
            LVal::Prop(b, n, line) => {
                let b = self.copy_lval(b, kept);
                let n = self.copy_opd(*n, kept);
                LVal::Prop(Box::new(b), n, *line)
            }
            LVal::Static(c, n, line) => {
                let c = match c {
                    ClassOpd::Special(s) => ClassOpd::Special(*s),
                    ClassOpd::Opd(o) => ClassOpd::Opd(self.copy_opd(*o, kept)),
                };
                let n = self.copy_opd(*n, kept);
                LVal::Static(c, n, *line)
            }
        }
    }

    /// Reads a prepared target quietly.
    fn read_prepared(&mut self, l: LVal) -> C<Opd> {
        self.read_prepared_mode(l, fetch::IS)
    }

    /// Reads a prepared target by value in mode R or IS.
    pub(crate) fn read_prepared_mode(&mut self, l: LVal, mode: u16) -> C<Opd> {
        Ok(match l {
            LVal::Cv(i) => Opd::Cv(i),
            LVal::This => self.container(LVal::This, mode)?,
            LVal::Value(o) => o,
            LVal::Named(n, scope, line) => {
                let b = self.f.consume(n);
                let d = self.f.temp();
                self.f.line = line;
                let ic = self.f.ic();
                self.f.ext(Op::FetchVar, t(d), b, mode, scope, ic);
                self.f.def(d)
            }
            LVal::Dim(_, None, line) => return error(line, "Cannot use [] for reading"),
            LVal::Dim(base, Some(dim), line) => {
                let b = self.read_prepared_mode(*base, mode)?;
                let (b, c) = (self.f.consume(b), self.f.consume(dim));
                let d = self.f.temp();
                let ic = self.f.ic();
                self.f.line = line;
                self.f.ext(Op::FetchDim, t(d), b, c, mode as u32, ic);
                self.f.def(d)
            }
            LVal::Prop(base, name, line) => {
                let b = self.read_prepared_mode(*base, mode)?;
                let b = self.f.consume(b);
                let x = self.f.consume(name);
                let d = self.f.temp();
                self.f.line = line;
                self.f.ext(Op::FetchPropDyn, t(d), b, mode, x as u32, 0);
                self.f.def(d)
            }
            LVal::Static(cls, n, line) => {
                let c = self.class_rk(cls);
                let x = self.f.consume(n);
                let d = self.f.temp();
                let ic = self.f.ic();
                self.f.line = line;
                self.f.ext(Op::FetchStaticProp, t(d), mode, c, x as u32, ic);
                self.f.def(d)
            }
        })
    }

    pub(crate) fn incdec(&mut self, target: &Expr<'_>, kind: u16, hint: Option<u16>, want: bool) -> C<Opd> {
        let line = target.line;
        self.check_writable(target)?;
        let l = self.prepare(target)?;
        self.f.line = line;
        let d;
        match l {
            LVal::Cv(i) if !want => {
                let op = if kind & 1 == 0 { Op::PreInc } else { Op::PreDec };
                self.f.op(op, i << 1, 0, 0);
                return Ok(self.f.null());
            }
            LVal::Cv(i) => {
                d = hint.unwrap_or_else(|| self.f.temp());
                self.f.op(Op::IncDecR, i << 1, t(d), kind);
            }
            LVal::Prop(base, name, l2) => {
                let a = self.object_operand(*base)?;
                let (x, ic) = self.cached_name(name);
                d = hint.unwrap_or_else(|| self.f.temp());
                self.f.line = l2;
                let b = if want { t(d) } else { NONE };
                self.f.ext(Op::IncDecProp, a, b, kind, x as u32, ic << 16);
            }
            l => {
                let p = self.fetch_lval(l, fetch::RW)?;
                let a = self.f.consume(p);
                d = hint.unwrap_or_else(|| self.f.temp());
                let b = if want { t(d) } else { NONE };
                self.f.op(Op::IncDecInd, a, b, kind);
            }
        }
        if !want {
            if hint.is_none() {
                self.f.free_temp(d);
            }
            return Ok(self.f.null());
        }
        Ok(self.f.def(d))
    }

    // ---- unset ----

    pub(crate) fn unset(&mut self, e: &Expr<'_>) -> C<()> {
        let line = e.line;
        match e.kind {
            ExprKind::Var(b"this") => return error(line, "Cannot unset $this"),
            ExprKind::Var(b"GLOBALS") => {
                return error(
                    line,
                    "$GLOBALS can only be modified using the $GLOBALS[$name] = $value syntax",
                );
            }
            ExprKind::Index(_, None) => return error(line, "Cannot use [] for unsetting"),
            _ => self.check_writable(e)?,
        }
        let l = self.prepare(e)?;
        self.f.line = line;
        match l {
            LVal::Cv(i) => {
                self.f.op(Op::UnsetV, i << 1, 0, 0);
            }
            LVal::Named(n, scope, _) => {
                let b = self.f.consume(n);
                self.f.ext(Op::UnsetVar, 0, b, 0, scope, 0);
            }
            LVal::Dim(base, dim, _) => {
                let b = self.container(*base, fetch::UNSET)?;
                let a = self.f.consume(b);
                let d = dim.map_or(NONE, |d| self.f.consume(d));
                self.f.op(Op::UnsetDim, a, d, 0);
            }
            LVal::Prop(base, name, _) => {
                let b = self.container(*base, fetch::UNSET)?;
                let a = self.f.consume(b);
                let x = self.f.consume(name);
                self.f.ext(Op::UnsetProp, a, 0, 0, x as u32, 0);
            }
            LVal::Static(cls, n, _) => {
                let c = self.class_rk(cls);
                let x = self.f.consume(n);
                self.f.ext(Op::UnsetStaticProp, 0, 0, c, x as u32, 0);
            }
            LVal::This | LVal::Value(_) => return error(line, "Cannot unset this expression"),
        }
        Ok(())
    }
}
