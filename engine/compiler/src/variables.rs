//! Reading variables and chains of indices and properties.

use crate::func::{Opd, t};
use crate::{C, Compiler, error};
use howdah_bytecode::{Literal, NONE, Op, fetch, fn_flags};
use howdah_syntax::ast::{Expr, ExprKind, MemberName};

/// Superglobals live in the global symbol table from everywhere.
#[inline]
pub(crate) fn is_superglobal(name: &[u8]) -> bool {
    if !matches!(name.first(), Some(b'_' | b'G')) {
        return false;
    }
    matches!(
        name,
        b"_GET"
            | b"_POST"
            | b"_COOKIE"
            | b"_SERVER"
            | b"_ENV"
            | b"_REQUEST"
            | b"_FILES"
            | b"_SESSION"
            | b"GLOBALS"
    )
}

impl Compiler<'_> {
    pub(crate) fn read_var(&mut self, name: &[u8], hint: Option<u16>) -> C<Opd> {
        if name == b"this" {
            self.f.proto.flags |= fn_flags::USES_THIS;
            let d = hint.unwrap_or_else(|| self.f.temp());
            self.f.op(Op::LoadThis, t(d), 0, 0);
            return Ok(self.f.def(d));
        }
        if name == b"GLOBALS" {
            let d = hint.unwrap_or_else(|| self.f.temp());
            self.f.op(Op::LoadGlobals, t(d), 0, 0);
            return Ok(self.f.def(d));
        }
        if is_superglobal(name) {
            let o = self.f.str_opd(name);
            let b = self.f.consume(o);
            let d = hint.unwrap_or_else(|| self.f.temp());
            let ic = self.f.ic();
            self.f.ext(Op::FetchVar, t(d), b, fetch::R, 1, ic);
            return Ok(self.f.def(d));
        }
        Ok(self.f.cv(name))
    }

    /// Reads a chain (mode R or IS) with nullsafe short circuits.
    pub(crate) fn read_chain(&mut self, e: &Expr<'_>, mode: u16, hint: Option<u16>) -> C<Opd> {
        let outer = std::mem::take(&mut self.f.nullsafe);
        let o = self.chain(e, mode, hint)?;
        let jumps = std::mem::replace(&mut self.f.nullsafe, outer);
        if jumps.is_empty() {
            return Ok(o);
        }
        let d = match o {
            Opd::T(d) => d,
            o => {
                let d = hint.unwrap_or_else(|| self.f.temp());
                self.move_to(o, d);
                d
            }
        };
        self.f.end(d);
        for j in jumps {
            self.f.proto.code[j].b = t(d);
            self.f.patch(j);
        }
        Ok(self.f.def(d))
    }

    /// `?->`: leaves the chain when the object is null.
    pub(crate) fn nullsafe(&mut self, o: Opd, mode: u16) -> Opd {
        let o = match o {
            Opd::K(_) => {
                let d = self.f.temp();
                self.move_to(o, d);
                Opd::T(d)
            }
            o => o,
        };
        // The op peeks, so the live range goes on.
        let quiet = if mode == fetch::IS { 4 } else { 0 };
        let j = self.f.ext(Op::JmpNull, o.rk(), NONE, quiet, 0, 0);
        self.f.nullsafe.push(j);
        o
    }

    /// One link of a chain, the links before it included.
    fn chain(&mut self, e: &Expr<'_>, mode: u16, hint: Option<u16>) -> C<Opd> {
        let line = e.line;
        match e.kind {
            ExprKind::Index(_, None) => error(line, "Cannot use [] for reading"),
            ExprKind::Index(base, Some(dim)) => {
                if let ExprKind::Var(b"GLOBALS") = base.kind {
                    let n = self.expr(dim)?;
                    let b = self.f.consume(n);
                    let d = hint.unwrap_or_else(|| self.f.temp());
                    self.f.line = line;
                    let ic = self.f.ic();
                    self.f.ext(Op::FetchVar, t(d), b, mode, 1, ic);
                    return Ok(self.f.def(d));
                }
                let b = self.chain_base(base, mode)?;
                let i = self.expr(dim)?;
                self.check_const_base(b, 1);
                let (b, c) = (self.f.consume(b), self.f.consume(i));
                let d = hint.unwrap_or_else(|| self.f.temp());
                self.f.line = line;
                let ic = self.f.ic();
                if mode == fetch::R && b & 0x8000 == 0 {
                    let op = if i.is_k() { Op::FetchDimRK } else { Op::FetchDimRR };
                    self.f.ext(op, t(d), b, c, 0, ic);
                } else {
                    self.f.ext(Op::FetchDim, t(d), b, c, mode as u32, ic);
                }
                Ok(self.f.def(d))
            }
            ExprKind::Prop(p) => {
                let on_this = matches!(p.object.kind, ExprKind::Var(b"this")) && self.this_is_sure();
                if let (true, MemberName::Ident(name)) = (on_this && !p.nullsafe, p.name) {
                    self.note_backing(name.text);
                    self.f.proto.flags |= fn_flags::USES_THIS;
                    let k = self.f.str(name.text);
                    let ic = self.f.ic_pair();
                    let d = hint.unwrap_or_else(|| self.f.temp());
                    self.f.line = line;
                    self.f.ext(Op::FetchThisProp, t(d), 0, mode, k, ic);
                    return Ok(self.f.def(d));
                }
                if let (ExprKind::Var(b"this"), MemberName::Ident(name)) = (p.object.kind, p.name) {
                    self.note_backing(name.text);
                }
                let mut b = self.chain_base(p.object, mode)?;
                if p.nullsafe {
                    b = self.nullsafe(b, mode);
                }
                match p.name {
                    MemberName::Ident(name) => {
                        self.check_const_base(b, 0);
                        let k = self.f.str(name.text);
                        let ic = self.f.ic_pair();
                        let b = self.f.consume(b);
                        let d = hint.unwrap_or_else(|| self.f.temp());
                        self.f.line = line;
                        self.f.ext(Op::FetchProp, t(d), b, mode, k, ic);
                        Ok(self.f.def(d))
                    }
                    MemberName::Expr(n) => {
                        let mut n = self.expr(n)?;
                        if self.in_const_expr() && !n.is_k() {
                            let (v, d) = (self.f.consume(n), self.f.temp());
                            self.f.op(Op::Cast, t(d), v, 6);
                            n = self.f.def(d);
                        }
                        self.check_const_base(b, 0);
                        let b = self.f.consume(b);
                        let x = self.f.consume(n);
                        let d = hint.unwrap_or_else(|| self.f.temp());
                        self.f.line = line;
                        self.f.ext(Op::FetchPropDyn, t(d), b, mode, x as u32, 0);
                        Ok(self.f.def(d))
                    }
                }
            }
            ExprKind::StaticProp(p) => {
                let cls = self.class_opd(&p.class)?;
                let n = self.member_name(&p.name)?;
                let c = self.class_rk(cls);
                let x = self.f.consume(n);
                let d = hint.unwrap_or_else(|| self.f.temp());
                let ic = self.f.ic();
                self.f.line = line;
                self.f.ext(Op::FetchStaticProp, t(d), mode, c, x as u32, ic);
                Ok(self.f.def(d))
            }
            ExprKind::VarVar(n) => {
                self.f.proto.flags |= fn_flags::DYNAMIC_VARS;
                let n = self.expr(n)?;
                let b = self.f.consume(n);
                let d = hint.unwrap_or_else(|| self.f.temp());
                let ic = self.f.ic();
                self.f.ext(Op::FetchVar, t(d), b, mode, 0, ic);
                Ok(self.f.def(d))
            }
            ExprKind::MethodCall(c) => self.method_call(c, line, hint),
            ExprKind::Var(name) if mode == fetch::IS && is_superglobal(name) && name != b"GLOBALS" => {
                let o = self.f.str_opd(name);
                let b = self.f.consume(o);
                let d = hint.unwrap_or_else(|| self.f.temp());
                let ic = self.f.ic();
                self.f.ext(Op::FetchVar, t(d), b, mode, 1, ic);
                Ok(self.f.def(d))
            }
            _ => self.expr_hint(e, hint),
        }
    }

    fn in_const_expr(&self) -> bool {
        self.f.const_expr || self.f.proto.flags & fn_flags::THUNK != 0
    }

    /// Constant expressions ask enum cases for properties and arrays for elements, nothing else.
    fn check_const_base(&mut self, b: Opd, element: u16) {
        if self.in_const_expr() && matches!(b, Opd::T(_) | Opd::Cv(_)) {
            self.f.op(Op::CheckConstBase, b.rk(), 0, element);
        }
    }

    /// What stands before a link; stays in the same chain for nullsafe.
    pub(crate) fn chain_base(&mut self, e: &Expr<'_>, mode: u16) -> C<Opd> {
        match e.kind {
            ExprKind::Index(..) | ExprKind::Prop(_) | ExprKind::StaticProp(_) | ExprKind::VarVar(_) => {
                self.chain(e, mode, None)
            }
            ExprKind::MethodCall(_) => self.chain(e, fetch::R, None),
            ExprKind::Var(_) if mode == fetch::IS => self.chain_var_quiet(e),
            _ => self.expr(e),
        }
    }

    fn chain_var_quiet(&mut self, e: &Expr<'_>) -> C<Opd> {
        match e.kind {
            ExprKind::Var(name) if name != b"this" && !is_superglobal(name) => Ok(self.f.cv(name)),
            ExprKind::Var(b"this") if !self.this_is_sure() => {
                // An absent $this is simply not set.
                let d = self.f.temp();
                self.f.op(Op::LoadThis, t(d), 0, 1);
                Ok(self.f.def(d))
            }
            _ => self.chain(e, fetch::IS, None),
        }
    }

    /// `$this` is certainly there: a non-static method.
    pub(crate) fn this_is_sure(&self) -> bool {
        self.f.in_class_fn && !self.f.is_static
    }

    pub(crate) fn note_backing(&mut self, name: &[u8]) {
        if self.f.hook.as_deref() == Some(name) {
            self.f.uses_backing = true;
        }
    }

    pub(crate) fn member_name(&mut self, n: &MemberName<'_>) -> C<Opd> {
        match n {
            MemberName::Ident(i) => Ok(self.f.str_opd(i.text)),
            MemberName::Expr(e) => {
                let o = self.expr(e)?;
                let Opd::K(k) = o else { return Ok(o) };
                // Names in literals are strings.
                let text: Box<[u8]> = match &self.f.proto.literals[k as usize] {
                    Literal::Str(_) => return Ok(o),
                    Literal::Null | Literal::Bool(false) => Box::default(),
                    Literal::Bool(true) => b"1"[..].into(),
                    Literal::Int(i) => i.to_string().into_bytes().into(),
                    _ => {
                        let d = self.f.temp();
                        self.move_to(o, d);
                        return Ok(Opd::T(d));
                    }
                };
                Ok(self.f.str_opd(&text))
            }
        }
    }

    pub(crate) fn isset_empty(&mut self, e: &Expr<'_>, empty: bool, hint: Option<u16>) -> C<Opd> {
        let flag = empty as u16;
        let line = e.line;
        let outer = std::mem::take(&mut self.f.nullsafe);
        let d;
        match e.kind {
            ExprKind::Var(b"this") => {
                self.f.proto.flags |= fn_flags::USES_THIS;
                d = hint.unwrap_or_else(|| self.f.temp());
                self.f.op(Op::IssetThis, t(d), flag, 0);
            }
            ExprKind::Var(name) if !is_superglobal(name) => {
                let v = self.f.cv(name);
                d = hint.unwrap_or_else(|| self.f.temp());
                self.f.ext(Op::IssetV, v.rk(), t(d), 0, flag as u32, 0);
            }
            ExprKind::Var(name) => {
                let o = self.f.str_opd(name);
                let b = self.f.consume(o);
                d = hint.unwrap_or_else(|| self.f.temp());
                self.f.ext(Op::IssetVar, t(d), b, flag, 1, 0);
            }
            ExprKind::VarVar(n) => {
                self.f.proto.flags |= fn_flags::DYNAMIC_VARS;
                let n = self.expr(n)?;
                let b = self.f.consume(n);
                d = hint.unwrap_or_else(|| self.f.temp());
                self.f.ext(Op::IssetVar, t(d), b, flag, 0, 0);
            }
            ExprKind::Index(_, None) => return error(line, "Cannot use [] for reading"),
            ExprKind::Index(base, Some(dim)) => {
                if let ExprKind::Var(b"GLOBALS") = base.kind {
                    let n = self.expr(dim)?;
                    let b = self.f.consume(n);
                    d = hint.unwrap_or_else(|| self.f.temp());
                    self.f.ext(Op::IssetVar, t(d), b, flag, 1, 0);
                } else {
                    let b = self.chain_base(base, fetch::IS)?;
                    let i = self.expr(dim)?;
                    let (b, c) = (self.f.consume(b), self.f.consume(i));
                    d = hint.unwrap_or_else(|| self.f.temp());
                    self.f.ext(Op::IssetDim, t(d), b, c, flag as u32, 0);
                }
            }
            ExprKind::Prop(p) => {
                if let (ExprKind::Var(b"this"), MemberName::Ident(name)) = (p.object.kind, p.name) {
                    self.note_backing(name.text);
                }
                let this =
                    matches!(p.object.kind, ExprKind::Var(b"this")) && !p.nullsafe && self.this_is_sure();
                let b = if this {
                    self.f.proto.flags |= fn_flags::USES_THIS;
                    None
                } else {
                    let b = self.chain_base(p.object, fetch::IS)?;
                    Some(if p.nullsafe { self.nullsafe(b, fetch::IS) } else { b })
                };
                let n = self.member_name(&p.name)?;
                let b = b.map_or(NONE, |b| self.f.consume(b));
                let x = self.f.consume(n);
                d = hint.unwrap_or_else(|| self.f.temp());
                let ic = self.f.ic();
                self.f.ext(Op::IssetProp, t(d), b, flag, x as u32, ic);
            }
            ExprKind::StaticProp(p) => {
                let cls = self.class_opd(&p.class)?;
                let n = self.member_name(&p.name)?;
                let c = self.class_rk(cls);
                let x = self.f.consume(n);
                d = hint.unwrap_or_else(|| self.f.temp());
                let ic = self.f.ic();
                self.f.ext(Op::IssetStaticProp, t(d), flag, c, x as u32, ic);
            }
            _ if empty => {
                self.f.nullsafe = outer;
                return self.unary_op(Op::Not, e, 0, hint);
            }
            _ => {
                return error(
                    line,
                    "Cannot use isset() on the result of an expression (you can use \"null !== expression\" instead)",
                );
            }
        }
        let jumps = std::mem::replace(&mut self.f.nullsafe, outer);
        for j in jumps {
            self.f.proto.code[j].b = t(d);
            self.f.proto.code[j].c |= 1 + flag;
            self.f.patch(j);
        }
        Ok(self.f.def(d))
    }
}
