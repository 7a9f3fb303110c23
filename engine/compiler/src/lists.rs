//! `[$a, 'k' => $b] = …` and `list(…) = …`: taking arrays apart.

use crate::func::{Opd, t};
use crate::lval::{can_write, is_variable_kind};
use crate::{C, Compiler, error};
use howdah_bytecode::{Literal, NONE, Op, fetch};
use howdah_syntax::ast::{ArrayElem, ArraySyntax, Expr, ExprKind};

/// Whether a pattern takes references from its source.
pub(crate) fn has_refs(elems: &[ArrayElem<'_>]) -> bool {
    elems.iter().any(|e| match e {
        ArrayElem::Item { by_ref: true, .. } => true,
        ArrayElem::Item { value: Expr { kind: ExprKind::Array(_, inner), .. }, .. } => has_refs(inner),
        _ => false,
    })
}

impl Compiler<'_> {
    pub(crate) fn assign_list(
        &mut self,
        target: &Expr<'_>,
        syntax: ArraySyntax,
        elems: &[ArrayElem<'_>],
        value: &Expr<'_>,
        hint: Option<u16>,
        want: bool,
    ) -> C<Option<Opd>> {
        let line = target.line;
        if syntax == ArraySyntax::Long {
            return error(line, "Cannot assign to array(), use [] instead");
        }
        if has_refs(elems) {
            if !is_variable_kind(value) && !self.is_call(value) {
                return error(line, "Cannot assign reference to non referenceable value");
            }
            self.no_reference_to_nullsafe(value)?;
            let src = if self.is_call(value) {
                let d = self.f.temp();
                self.expr_to(value, d)?;
                Opd::T(d)
            } else {
                let l = self.prepare(value)?;
                let src = self.fetch_lval(l, fetch::REF)?;
                self.ref_temp(src)
            };
            self.destructure(syntax, elems, src, line)?;
            return self.list_result(src, want, hint);
        }
        let v = self.expr(value)?;
        // The source must not change under the assignments: a variable is copied first.
        let src = match v {
            Opd::T(_) => v,
            o => {
                let d = self.f.temp();
                self.move_to(o, d);
                Opd::T(d)
            }
        };
        self.destructure(syntax, elems, src, line)?;
        self.list_result(src, want, hint)
    }

    fn list_result(&mut self, src: Opd, want: bool, hint: Option<u16>) -> C<Option<Opd>> {
        if !want {
            let a = self.f.consume(src);
            self.f.op(Op::Free, a, 0, 0);
            return Ok(None);
        }
        if let Some(d) = hint {
            self.move_to(src, d);
            return Ok(Some(Opd::T(d)));
        }
        Ok(Some(src))
    }

    fn check_list_target(&self, target: &Expr<'_>, syntax: ArraySyntax) -> C<()> {
        match target.kind {
            ExprKind::Array(ArraySyntax::Long, _) => {
                error(target.line, "Cannot assign to array(), use [] instead")
            }
            ExprKind::Array(inner, _) if inner != syntax => error(target.line, "Cannot mix [] and list()"),
            ExprKind::Array(..) => Ok(()),
            _ if !can_write(target) => error(target.line, "Assignments can only happen to writable values"),
            _ => Ok(()),
        }
    }

    /// Assigns the elements of `src` (a temporary, peeked) to the targets of a list pattern.
    pub(crate) fn destructure(
        &mut self,
        syntax: ArraySyntax,
        elems: &[ArrayElem<'_>],
        src: Opd,
        line: u32,
    ) -> C<()> {
        let first = elems.iter().find(|e| !matches!(e, ArrayElem::Hole));
        let keyed = matches!(first, Some(ArrayElem::Item { key: Some(_), .. }));
        for (i, e) in elems.iter().enumerate() {
            let (key, value, by_ref) = match *e {
                ArrayElem::Hole if keyed => {
                    return error(line, "Cannot use empty array entries in keyed array assignment");
                }
                ArrayElem::Hole => continue,
                ArrayElem::Unpack(_) => {
                    return error(line, "Spread operator is not supported in assignments");
                }
                ArrayElem::Item { key, value, by_ref } => (key, value, by_ref),
            };
            if keyed != key.is_some() {
                return error(line, "Cannot mix keyed and unkeyed array entries in assignments");
            }
            let k = match key {
                Some(k) => self.expr(k)?,
                None => self.f.k(Literal::Int(i as i64)),
            };
            self.check_list_target(value, syntax)?;
            let inner = match value.kind {
                ExprKind::Array(s, inner) => Some((s, inner)),
                _ => None,
            };
            let by_ref = by_ref || inner.is_some_and(|(_, i)| has_refs(i));
            self.f.line = value.line;
            let c = self.f.consume(k);
            let d = self.f.temp();
            let ic = self.f.ic();
            if by_ref {
                self.f.ext(Op::FetchListW, t(d), src.rk(), c, fetch::REF as u32, ic);
                self.f.op(Op::MakeRef, t(d), t(d), 0);
            } else {
                self.f.ext(Op::FetchList, t(d), src.rk(), c, fetch::R as u32, ic);
            }
            let o = self.f.def(d);
            match inner {
                Some((s, inner)) => {
                    self.destructure(s, inner, o, value.line)?;
                    let a = self.f.consume(o);
                    self.f.op(Op::Free, a, 0, 0);
                }
                None => self.assign_elem(value, o, by_ref)?,
            }
        }
        if first.is_none() {
            return error(line, "Cannot use empty list");
        }
        Ok(())
    }

    /// Assigns a value, or with `by_ref` binds a reference, that was fetched before its target is evaluated.
    pub(crate) fn assign_elem(&mut self, target: &Expr<'_>, o: Opd, by_ref: bool) -> C<()> {
        self.check_writable(target)?;
        let l = self.prepare(target)?;
        if !by_ref {
            self.store(l, o, None, false)?;
            return Ok(());
        }
        if let crate::lval::LVal::Prop(base, name, line) = l {
            let object = self.container(*base, fetch::W)?;
            let a = self.f.consume(object);
            let b = self.f.consume(o);
            let x = self.f.consume(name);
            self.f.line = line;
            self.f.ext(Op::AssignPropRef, a, b, NONE, x as u32, 0);
            return Ok(());
        }
        let a = self.fetch_lval(l, fetch::REF)?;
        let (a, b) = (self.f.consume(a), self.f.consume(o));
        self.f.op(Op::AssignRef, a, b, NONE);
        Ok(())
    }
}
