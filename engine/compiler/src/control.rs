//! Conditions, loops, switch, match, try.

use crate::func::{Finally, Loop, Opd, Scope, t};
use crate::types::MIXED;
use crate::{C, Compiler, error};
use howdah_bytecode::{
    ArrayKey, Diagnostic, Literal, LiveKind, NONE, Op, SwitchTable, TryRegion, fetch, fn_flags,
};
use howdah_syntax::ast::{
    BinaryOp, Expr, ExprKind, ForStmt, ForeachStmt, IfArm, Match, Stmt, SwitchCase, TryStmt, UnaryOp,
};

fn is_literal(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Int(_) | ExprKind::Float(_) | ExprKind::String(_))
}

impl Compiler<'_> {
    /// Jumps taken when the condition's truth equals `when`; falls through otherwise.
    pub(crate) fn cond_jumps(&mut self, e: &Expr<'_>, when: bool) -> C<Vec<usize>> {
        if let Some(l) = self.fold(e)? {
            let truth = literal_truth(&l);
            return Ok(if truth == when { vec![self.f.jump(Op::Jmp, 0)] } else { Vec::new() });
        }
        match e.kind {
            ExprKind::Unary(UnaryOp::Not, a) => return self.cond_jumps(a, !when),
            ExprKind::Binary(op @ (BinaryOp::And | BinaryOp::Or), a, b) => {
                let and = op == BinaryOp::And;
                if and != when {
                    // `a && b` jumping when false, `a || b` when true: either side jumps out.
                    let mut js = self.cond_jumps(a, when)?;
                    js.extend(self.cond_jumps(b, when)?);
                    return Ok(js);
                }
                let skip = self.cond_jumps(a, !when)?;
                let js = self.cond_jumps(b, when)?;
                skip.into_iter().for_each(|j| self.f.patch(j));
                return Ok(js);
            }
            ExprKind::Binary(op, a, b) => {
                if let Some(j) = self.compare_jump(op, a, b, e.line, when)? {
                    return Ok(vec![j]);
                }
            }
            _ => {}
        }
        let o = self.expr(e)?;
        let o = if o.is_k() {
            let d = self.f.temp();
            self.move_to(o, d);
            Opd::T(d)
        } else {
            o
        };
        let a = self.f.consume(o);
        self.f.line = e.line;
        Ok(vec![self.f.jump(if when { Op::JmpNZ } else { Op::JmpZ }, a)])
    }

    fn compare_jump(
        &mut self,
        op: BinaryOp,
        a: &Expr<'_>,
        b: &Expr<'_>,
        line: u32,
        when: bool,
    ) -> C<Option<usize>> {
        use BinaryOp::{Equal, Greater, GreaterEqual, Identical, Less, LessEqual, NotEqual, NotIdentical};
        if !matches!(
            op,
            Equal | NotEqual | Identical | NotIdentical | Less | LessEqual | Greater | GreaterEqual
        ) {
            return Ok(None);
        }
        let x = self.expr(a)?;
        let y = self.expr(b)?;
        self.f.line = line;
        let (xk, yk) = (x.is_k(), y.is_k());
        let (xr, yr) = (self.f.consume(x), self.f.consume(y));
        let (o, l, r) = match (op, when) {
            (Equal, true) | (NotEqual, false) => (Op::JmpEq, xr, yr),
            (Equal, false) | (NotEqual, true) => (Op::JmpNe, xr, yr),
            (Identical, true) | (NotIdentical, false) => (Op::JmpIdentical, xr, yr),
            (Identical, false) | (NotIdentical, true) => (Op::JmpNotIdentical, xr, yr),
            _ if xk && yk => {
                let d = self.f.temp();
                let (o, l, r) = match op {
                    Less => (Op::Lt, xr, yr),
                    LessEqual => (Op::Le, xr, yr),
                    Greater => (Op::Lt, yr, xr),
                    _ => (Op::Le, yr, xr),
                };
                self.f.op(o, t(d), l, r);
                self.f.free_temp(d);
                return Ok(Some(self.f.jump(if when { Op::JmpNZ } else { Op::JmpZ }, t(d))));
            }
            (Less, _) if xk => (if when { Op::JmpGtRK } else { Op::JmpNgtRK }, yr, xr),
            (LessEqual, _) if xk => (if when { Op::JmpGeRK } else { Op::JmpNgeRK }, yr, xr),
            (Greater, _) if xk => (if when { Op::JmpLtRK } else { Op::JmpNltRK }, yr, xr),
            (GreaterEqual, _) if xk => (if when { Op::JmpLeRK } else { Op::JmpNleRK }, yr, xr),
            (Less, w) => (pick(yk, w, [Op::JmpLtRK, Op::JmpNltRK, Op::JmpLtRR, Op::JmpNltRR]), xr, yr),
            (LessEqual, w) => (pick(yk, w, [Op::JmpLeRK, Op::JmpNleRK, Op::JmpLeRR, Op::JmpNleRR]), xr, yr),
            (Greater, w) if yk => (if w { Op::JmpGtRK } else { Op::JmpNgtRK }, xr, yr),
            (GreaterEqual, w) if yk => (if w { Op::JmpGeRK } else { Op::JmpNgeRK }, xr, yr),
            (Greater, w) => (if w { Op::JmpLtRR } else { Op::JmpNltRR }, yr, xr),
            (_, w) => (if w { Op::JmpLeRR } else { Op::JmpNleRR }, yr, xr),
        };
        Ok(Some(self.f.ext(o, 0, l, r, 0, 0)))
    }

    fn patch_all(&mut self, js: Vec<usize>) {
        js.into_iter().for_each(|j| self.f.patch(j));
    }

    pub(crate) fn if_stmt(&mut self, arms: &[IfArm<'_>]) -> C<()> {
        let mut ends = Vec::new();
        for (i, arm) in arms.iter().enumerate() {
            match arm.cond {
                Some(c) => {
                    let no = self.cond_jumps(c, false)?;
                    self.stmt(arm.body)?;
                    if i + 1 < arms.len() {
                        ends.push(self.f.jump(Op::Jmp, 0));
                    }
                    self.patch_all(no);
                }
                None => self.stmt(arm.body)?,
            }
        }
        self.patch_all(ends);
        Ok(())
    }

    pub(crate) fn push_loop(&mut self, var: Option<(u16, bool)>, is_switch: bool) {
        let finally_depth = self.f.finallys.len();
        let scope = self.f.scope_id();
        self.f.scopes.push(Scope::Loop(scope));
        self.f.loops.push(Loop {
            breaks: Vec::new(),
            continues: Vec::new(),
            var,
            finally_depth,
            is_switch,
            scope,
        });
    }

    /// Ends the innermost loop: patches `continue`s to `cont` and gives the `break`s.
    fn pop_loop(&mut self, cont: usize) -> Vec<usize> {
        self.f.scopes.pop();
        let Some(l) = self.f.loops.pop() else { return Vec::new() };
        for j in l.continues {
            self.f.patch_to(j, cont);
        }
        l.breaks
    }

    pub(crate) fn while_stmt(&mut self, cond: &Expr<'_>, body: &Stmt<'_>) -> C<()> {
        let entry = self.f.jump(Op::Jmp, 0);
        self.push_loop(None, false);
        let top = self.f.here();
        self.stmt(body)?;
        self.f.patch(entry);
        let test = self.f.here();
        let out = self.cond_jumps(cond, false)?;
        self.loop_end(out, top);
        let breaks = self.pop_loop(test);
        self.patch_all(breaks);
        Ok(())
    }

    /// Goes back to `top` after a loop's condition, whose jumps `out` leave the loop.
    fn loop_end(&mut self, mut out: Vec<usize>, top: usize) {
        match out.last() {
            Some(&last) if self.f.loop_back(last, top) => {
                out.pop();
            }
            _ => {
                let back = self.f.jump(Op::Loop, 0);
                self.f.patch_to(back, top);
            }
        }
        self.patch_all(out);
    }

    pub(crate) fn do_while(&mut self, body: &Stmt<'_>, cond: &Expr<'_>) -> C<()> {
        self.push_loop(None, false);
        let top = self.f.here();
        self.stmt(body)?;
        let test = self.f.here();
        let out = self.cond_jumps(cond, false)?;
        self.loop_end(out, top);
        let breaks = self.pop_loop(test);
        self.patch_all(breaks);
        Ok(())
    }

    pub(crate) fn for_stmt(&mut self, s: &ForStmt<'_>) -> C<()> {
        for e in s.init {
            self.expr_stmt(e)?;
        }
        let entry = self.f.jump(Op::Jmp, 0);
        self.push_loop(None, false);
        let top = self.f.here();
        self.stmt(s.body)?;
        let cont = self.f.here();
        for e in s.step {
            self.expr_stmt(e)?;
        }
        self.f.patch(entry);
        let mut out = Vec::new();
        if let Some((last, before)) = s.cond.split_last() {
            for e in before {
                self.expr_stmt(e)?;
            }
            out = self.cond_jumps(last, false)?;
        }
        self.loop_end(out, top);
        let breaks = self.pop_loop(cont);
        self.patch_all(breaks);
        Ok(())
    }

    pub(crate) fn foreach(&mut self, s: &ForeachStmt<'_>, line: u32) -> C<()> {
        if s.key_by_ref {
            return error(line, "Key element cannot be a reference");
        }
        if let Some(k) = s.key
            && let ExprKind::Array(..) = k.kind
        {
            return error(line, "Cannot use list as key element");
        }
        if let ExprKind::Var(b"this") = s.value.kind {
            return error(line, "Cannot re-assign $this");
        }
        let list_refs = matches!(s.value.kind, ExprKind::Array(_, elems) if crate::lists::has_refs(elems));
        let by_ref = s.by_ref || list_refs;
        let it = self.f.temp_reserved();
        let reset = if by_ref && crate::lval::can_write(s.subject) {
            let l = self.prepare(s.subject)?;
            let o = self.fetch_lval(l, fetch::REF)?;
            let b = self.f.consume(o);
            self.f.ext(Op::FeResetRef, t(it), b, 0, 0, 0)
        } else {
            let o = self.expr(s.subject)?;
            let b = self.f.consume(o);
            let op = if by_ref { Op::FeResetRef } else { Op::FeReset };
            let b = if by_ref && b & 0x8000 != 0 {
                let d = self.f.temp();
                self.move_to(Opd::K((b & 0x7fff) >> 1), d);
                self.f.end(d);
                self.f.free_temp(d);
                t(d)
            } else {
                b
            };
            self.f.ext(op, t(it), b, 1, 0, 0)
        };
        self.f.def_kind(it, LiveKind::Loop);
        self.push_loop(Some((it, true)), false);
        let top = self.f.here();
        self.f.line = line;
        // Simple targets are written by the fetch itself.
        let simple = |e: &Expr<'_>| matches!(e.kind, ExprKind::Var(n) if n != b"this" && !crate::variables::is_superglobal(n));
        let value_simple = simple(s.value);
        let vt = if value_simple { None } else { Some(self.f.temp()) };
        let v = match (s.value.kind, vt) {
            (ExprKind::Var(n), None) => self.f.cv(n).rk(),
            (_, Some(v)) => t(v),
            _ => NONE,
        };
        let (kt, k) = match s.key {
            None => (None, NONE),
            Some(Expr { kind: ExprKind::Var(n), .. }) if s.key.is_some_and(simple) => {
                (None, self.f.cv(n).rk())
            }
            Some(_) => {
                let d = self.f.temp();
                (Some(d), t(d))
            }
        };
        let fetch_op = if by_ref { Op::FeFetchRef } else { Op::FeFetch };
        let next = self.f.ext(fetch_op, t(it), v, k, 0, 0);
        if let Some(d) = kt {
            self.f.def(d);
        }
        if let Some(d) = vt {
            let o = self.f.def(d);
            match s.value.kind {
                ExprKind::Array(syntax, elems) => {
                    self.destructure(syntax, elems, o, s.value.line)?;
                    let a = self.f.consume(o);
                    self.f.op(Op::Free, a, 0, 0);
                }
                _ => self.assign_elem(s.value, o, by_ref)?,
            }
        }
        if let (Some(d), Some(key)) = (kt, s.key) {
            self.assign_elem(key, Opd::T(d), false)?;
        }
        self.stmt(s.body)?;
        let back = self.f.jump(Op::Loop, 0);
        self.f.patch_to(back, top);
        let breaks = self.pop_loop(back);
        self.f.patch(next);
        self.patch_all(breaks);
        self.f.end(it);
        self.f.op(Op::FeFree, t(it), 0, 0);
        self.f.patch(reset);
        self.f.free_temp(it);
        Ok(())
    }

    pub(crate) fn switch(&mut self, subject: &Expr<'_>, cases: &[SwitchCase<'_>], line: u32) -> C<()> {
        let o = self.expr(subject)?;
        let temp = o.temporary();
        self.push_loop(temp.map(|d| (d, false)), true);
        let mut jumps: Vec<(usize, usize)> = Vec::new();
        let mut default = None;
        // A table, when all cases are ints or all are strings that are no numbers.
        let mut keys = Vec::new();
        for (i, c) in cases.iter().enumerate() {
            match c.cond {
                None if default.is_some() => {
                    return error(c.line, "Switch statements may only contain one default clause");
                }
                None => default = Some(i),
                Some(e) => keys.push(self.fold(e)?),
            }
        }
        let ints = keys.len() >= 5 && keys.iter().all(|k| matches!(k, Some(Literal::Int(_))));
        let strs = keys.len() >= 2
            && keys.iter().all(|k| matches!(k, Some(Literal::Str(s)) if s.first().is_none_or(|c| *c > b'9')));
        let table = (ints || strs).then(|| {
            let i = self.f.proto.switches.len();
            self.f.proto.switches.push(SwitchTable {
                strings: strs,
                cases: Vec::new(),
                default: 0,
                strict: false,
            });
            (i, self.f.ext(Op::Switch, o.rk(), 0, 0, i as u32, 0))
        });
        for (i, c) in cases.iter().enumerate() {
            let Some(cond) = c.cond else { continue };
            jumps.push((self.compare_case(o, cond, c.line, [Op::CaseEq, Op::JmpEq])?, i));
        }
        let last = self.f.jump(Op::Jmp, 0);
        let mut starts = vec![0; cases.len()];
        let mut jumps = jumps.into_iter().peekable();
        for (i, c) in cases.iter().enumerate() {
            starts[i] = self.f.here();
            while let Some((j, _)) = jumps.next_if(|&(_, n)| n == i) {
                self.f.patch(j);
            }
            if default == Some(i) {
                self.f.patch(last);
            }
            self.stmts(c.body)?;
        }
        let end = self.f.here();
        let breaks = self.pop_loop(end);
        self.patch_all(breaks);
        if default.is_none() {
            self.f.patch(last);
        }
        if let Some((n, at)) = table {
            let mut out = Vec::new();
            let mut ki = 0;
            for (i, c) in cases.iter().enumerate() {
                if c.cond.is_none() {
                    continue;
                }
                let key = match &keys[ki] {
                    Some(Literal::Int(v)) => ArrayKey::Int(*v),
                    Some(Literal::Str(s)) => ArrayKey::Str(*s),
                    _ => ArrayKey::Int(0),
                };
                ki += 1;
                out.push((key, (starts[i] as i64 - at as i64) as i32));
            }
            let target = default.map_or(end, |i| starts[i]);
            let sw = &mut self.f.proto.switches[n];
            sw.set_cases(out);
            sw.default = (target as i64 - at as i64) as i32;
        }
        self.f.line = line;
        if let Some(d) = temp {
            self.f.end(d);
            self.f.op(Op::Free, t(d), 0, 0);
            self.f.free_temp(d);
        }
        Ok(())
    }

    /// Compares the subject of a switch or match, which stays, with a case's expression; gives the jump that is taken when
    /// they are the same. `ops`: comparison of a temporary, and comparing jump of a variable or constant, which is read anew
    /// for each case.
    fn compare_case(&mut self, subject: Opd, cond: &Expr<'_>, line: u32, ops: [Op; 2]) -> C<usize> {
        let v = self.expr(cond)?;
        let b = self.f.consume(v);
        self.f.line = line;
        Ok(match subject.temporary() {
            Some(d) => {
                let r = self.f.temp();
                self.f.op(ops[0], t(r), t(d), b);
                self.f.free_temp(r);
                self.f.jump(Op::JmpNZ, t(r))
            }
            None => self.f.ext(ops[1], 0, subject.rk(), b, 0, 0),
        })
    }

    pub(crate) fn match_expr(
        &mut self,
        m: &Match<'_>,
        line: u32,
        hint: Option<u16>,
        _want: bool,
    ) -> C<Option<Opd>> {
        let o = self.expr(m.subject)?;
        let temp = o.temporary();
        let held: Vec<u16> = temp.into_iter().collect();
        let mut default = None;
        let mut jumps: Vec<(usize, usize)> = Vec::new();
        let table = self.match_keys(m)?.map(|keys| {
            let n = self.f.proto.switches.len();
            self.f.proto.switches.push(SwitchTable {
                strings: false,
                cases: Vec::new(),
                default: 0,
                strict: true,
            });
            self.f.line = line;
            (keys, n, self.f.ext(Op::Switch, o.rk(), 0, 0, n as u32, 0))
        });
        let mut looked_over = true;
        for (i, arm) in m.arms.iter().enumerate() {
            match arm.conds {
                None if default.is_some() => {
                    return error(arm.line, "Match expressions may only contain one default arm");
                }
                None => default = Some(i),
                Some(_) if table.is_some() => {}
                Some(conds) => {
                    for c in conds {
                        // While keys were looked over for a table, a named constant got the line of the `match`.
                        let key = self.fold(c)?;
                        let l = if looked_over && key.is_some() && !is_literal(c) { line } else { c.line };
                        looked_over &= matches!(key, Some(Literal::Int(_) | Literal::Str(_)));
                        jumps.push((self.compare_case(o, c, l, [Op::CaseIdentical, Op::JmpIdentical])?, i));
                    }
                }
            }
        }
        let kinds = self.f.pause(&held);
        let mut ends = Vec::new();
        let missed = self.f.here();
        let last = if default.is_some() {
            Some(self.f.jump(Op::Jmp, 0))
        } else {
            self.f.line = line;
            self.f.op(Op::MatchError, o.rk(), 0, 0);
            None
        };
        let r = hint.unwrap_or_else(|| self.f.temp());
        let mut starts = Vec::with_capacity(m.arms.len());
        let mut jumps = jumps.into_iter().peekable();
        for (i, arm) in m.arms.iter().enumerate() {
            starts.push(self.f.here());
            while let Some((j, _)) = jumps.next_if(|&(_, n)| n == i) {
                self.f.patch(j);
            }
            if default == Some(i)
                && let Some(j) = last
            {
                self.f.patch(j);
            }
            self.f.resume(&held, &kinds);
            if let Some(d) = temp {
                self.f.end(d);
                self.f.op(Op::Free, t(d), 0, 0);
            }
            self.expr_to(arm.body, r)?;
            self.f.end(r);
            ends.push(self.f.jump(Op::Jmp, 0));
        }
        self.patch_all(ends);
        if let Some(d) = temp {
            self.f.free_temp(d);
        }
        if let Some((keys, n, at)) = table {
            let offset = |place: usize| (place as i64 - at as i64) as i32;
            let sw = &mut self.f.proto.switches[n];
            sw.set_cases(keys.into_iter().map(|(k, arm)| (k, offset(starts[arm]))).collect());
            sw.default = offset(missed);
        }
        Ok(Some(self.f.def(r)))
    }

    /// The keys of a `match` whose conditions are all constant ints and strings, each with its arm, when a table pays.
    fn match_keys(&mut self, m: &Match<'_>) -> C<Option<Vec<(ArrayKey, usize)>>> {
        let mut keys = Vec::new();
        for (i, arm) in m.arms.iter().enumerate() {
            for c in arm.conds.into_iter().flatten() {
                keys.push(match self.fold(c)? {
                    Some(Literal::Int(n)) => (ArrayKey::Int(n), i),
                    Some(Literal::Str(s)) => (ArrayKey::Str(s), i),
                    _ => return Ok(None),
                });
            }
        }
        Ok((keys.len() > 2).then_some(keys))
    }

    // ---- leaving loops ----

    pub(crate) fn break_stmt(&mut self, depth: Option<&Expr<'_>>, is_continue: bool, line: u32) -> C<()> {
        let word = if is_continue { "continue" } else { "break" };
        let n = match depth.map(|d| d.kind) {
            None => 1,
            Some(ExprKind::Int(n)) if n >= 1 => n as usize,
            Some(ExprKind::Int(_)) => {
                return error(line, format!("'{word}' operator accepts only positive integers"));
            }
            Some(_) => {
                return error(
                    line,
                    format!("'{word}' operator with non-integer operand is no longer supported"),
                );
            }
        };
        let open = self.f.loops.len();
        if open == 0 {
            return error(line, format!("'{word}' not in the 'loop' or 'switch' context"));
        }
        if n > open {
            return error(line, format!("Cannot '{word}' {n} level{}", if n == 1 { "" } else { "s" }));
        }
        let target = open - n;
        let depth = self.f.loops[target].finally_depth;
        if self.f.finallys[depth..].iter().any(|f| f.inside) {
            return error(line, "jump out of a finally block is disallowed");
        }
        self.leave(target + 1, depth, None, None);
        let j = self.f.jump(Op::Jmp, 0);
        let is_switch = self.f.loops[target].is_switch;
        if is_continue && is_switch {
            self.warn_continue_switch(n, open, line);
        }
        if is_continue && !is_switch {
            self.f.loops[target].continues.push(j);
        } else {
            self.f.loops[target].breaks.push(j);
        }
        Ok(())
    }

    /// `continue` within a switch acts as `break`, which is seldom meant.
    fn warn_continue_switch(&mut self, n: usize, open: usize, line: u32) {
        let shown = |w: &str, n: usize| if n == 1 { w.to_owned() } else { format!("{w} {n}") };
        let mut msg = format!(
            "\"{}\" targeting switch is equivalent to \"{}\"",
            shown("continue", n),
            shown("break", n)
        );
        if n < open {
            msg += &format!(". Did you mean to use \"continue {}\"?", n + 1);
        }
        self.diagnostics.push(Diagnostic { level: 2, message: msg.into(), line });
    }

    /// Emits what leaving loops from index `from` on (inner first) and finally blocks above `depth` takes. A temporary
    /// `carried` by a return travels in the finally blocks' own temporaries; gives where it ends up. `log` notes each op
    /// with the scope that it leaves.
    pub(crate) fn leave(
        &mut self,
        from: usize,
        depth: usize,
        mut carried: Option<u16>,
        mut log: Option<&mut Vec<(usize, usize)>>,
    ) -> Option<u16> {
        let mut note = |op, scope| {
            if let Some(l) = log.as_deref_mut() {
                l.push((op, scope));
            }
        };
        let mut loop_at = self.f.loops.len();
        let mut fin_at = self.f.finallys.len();
        while loop_at > from || fin_at > depth {
            // Whichever is inner comes first.
            let loop_depth =
                if loop_at > from { Some(self.f.loops[loop_at - 1].finally_depth) } else { None };
            if fin_at > depth && loop_depth.is_none_or(|d| d < fin_at) {
                fin_at -= 1;
                let f = self.f.finallys[fin_at].clone();
                if f.inside {
                    note(self.f.op(Op::DiscardExc, t(f.slot), 0, 0), f.scope);
                } else {
                    let kept = f.slot + 1;
                    match carried {
                        Some(d) => {
                            self.f.end(d);
                            self.f.free_temp(d);
                            self.f.op(Op::Move, t(kept), t(d), 0);
                        }
                        None => {
                            let null = self.f.literal(Literal::Null);
                            note(self.f.load(kept, null), f.scope);
                        }
                    }
                    let at = self.f.jump(Op::FastCall, t(f.slot));
                    note(at, f.scope);
                    self.f.finallys[fin_at].calls.push(at);
                    if carried.is_some() {
                        self.f.def(kept);
                        carried = Some(kept);
                    }
                }
            } else {
                loop_at -= 1;
                let l = &self.f.loops[loop_at];
                let scope = l.scope;
                // Operand b: the loop is left early.
                match l.var {
                    Some((v, true)) => note(self.f.op(Op::FeFree, t(v), 1, 0), scope),
                    Some((v, false)) => note(self.f.op(Op::Free, t(v), 1, 0), scope),
                    None => {}
                }
            }
        }
        carried
    }

    /// [`Compiler::leave`] for a return of `o`.
    fn leave_all(&mut self, o: Opd) -> Opd {
        match o {
            Opd::T(d) => self.leave(0, 0, Some(d), None).map_or(o, Opd::T),
            o => {
                self.leave(0, 0, None, None);
                o
            }
        }
    }

    pub(crate) fn return_stmt(&mut self, e: Option<&Expr<'_>>, line: u32) -> C<()> {
        let flags = self.f.proto.flags;
        let generator = flags & fn_flags::GENERATOR != 0;
        let by_ref = flags & 1 << 12 != 0 && !generator;
        self.check_return(e, line)?;
        let clean = self.f.loops.iter().any(|l| l.var.is_some()) || !self.f.finallys.is_empty();
        if by_ref && let Some(e) = e {
            self.no_reference_to_nullsafe(e)?;
            let (o, value) = if self.is_variable(e) && !matches!(e.kind, ExprKind::Var(b"this")) {
                let l = self.prepare(e)?;
                let o = self.fetch_lval(l, fetch::REF)?;
                let b = self.f.consume(o);
                let d = self.f.temp();
                self.f.op(Op::MakeRef, t(d), b, 0);
                (self.f.def(d), 2)
            } else {
                let call = self.is_call(e);
                let d = self.f.temp();
                self.expr_to(e, d)?;
                (Opd::T(d), if call { 2 } else { 1 })
            };
            let o = self.verify_return(o, line)?;
            let o = if clean { self.leave_all(o) } else { o };
            let a = self.f.consume(o);
            self.f.line = line;
            self.f.op(Op::RetRef, a, value, 0);
            self.f.reserve_finally_slots();
            return Ok(());
        }
        if by_ref && !clean {
            self.f.line = line;
            self.return_nothing();
            return Ok(());
        }
        let o = match e {
            Some(e) => self.expr(e)?,
            None => self.f.null(),
        };
        let o = if e.is_some() && !generator { self.verify_return(o, line)? } else { o };
        let o = if clean && matches!(o, Opd::Cv(_)) {
            let d = self.f.temp();
            self.move_to(o, d);
            Opd::T(d)
        } else {
            o
        };
        let o = if clean { self.leave_all(o) } else { o };
        let a = self.f.consume(o);
        self.f.line = line;
        self.f.op(if generator { Op::GenRet } else { Op::Ret }, a, 0, 0);
        self.f.reserve_finally_slots();
        Ok(())
    }

    fn verify_return(&mut self, o: Opd, line: u32) -> C<Opd> {
        let Some(ty) = &self.f.proto.ret else { return Ok(o) };
        if ty.mask & MIXED == MIXED {
            return Ok(o);
        }
        if let Opd::K(k) = o
            && literal_matches(&self.f.proto.literals[k as usize], ty.mask)
        {
            return Ok(o);
        }
        let tags = ty.mask & MIXED;
        let d = match o {
            Opd::T(d) => d,
            o => {
                let d = self.f.temp();
                self.move_to(o, d);
                d
            }
        };
        self.f.line = line;
        self.f.op(Op::VerifyRet, t(d), tags as u16, 0);
        Ok(Opd::T(d))
    }

    // ---- try ----

    pub(crate) fn try_stmt(&mut self, s: &TryStmt<'_>, line: u32) -> C<()> {
        if s.catches.is_empty() && s.finally.is_none() {
            return error(line, "Cannot use try without catch or finally");
        }
        let slot = s.finally.map(|_| self.f.pair_reserved());
        let scope = self.f.scope_id();
        if let Some(slot) = slot {
            self.f.proto.flags |= fn_flags::HAS_FINALLY;
            self.f.finallys.push(Finally { slot, calls: Vec::new(), inside: false, scope });
            self.f.scopes.push(Scope::Try(scope));
        }
        let region = self.f.proto.regions.len();
        self.f.proto.regions.push(TryRegion {
            start: self.f.here() as u32,
            end: 0,
            catch: 0,
            finally: 0,
            finally_end: 0,
            finally_slot: slot.map_or(0, |s| 0x2000 + s),
        });
        self.stmts(s.body)?;
        let mut ends = vec![self.f.jump(Op::Jmp, 0)];
        self.f.proto.regions[region].end = self.f.here() as u32;
        let mut next: Option<usize> = None;
        for (i, c) in s.catches.iter().enumerate() {
            if i == 0 {
                self.f.proto.regions[region].catch = self.f.here() as u32;
            }
            if let Some(j) = next.take() {
                self.f.patch(j);
            }
            let mut first = None;
            let mut count = 0;
            for n in c.types {
                if crate::names::special_class(n).is_some() {
                    return error(c.line, "Bad class name in the catch statement");
                }
                let full = self.class_name(n);
                // Pairs (written, lower-cased) in consecutive literals.
                let k = self.f.fresh_pair(&full);
                first.get_or_insert(k);
                count += 1;
            }
            let v = match c.var {
                Some(v) if v.text == b"this" => return error(v.line, "Cannot re-assign $this"),
                Some(v) => self.f.cv(v.text).rk(),
                None => NONE,
            };
            self.f.line = c.line;
            let at = self.f.ext(Op::Catch, v, 0, count, 0, first.unwrap_or(0));
            if i + 1 < s.catches.len() {
                next = Some(at);
            }
            self.stmts(c.body)?;
            ends.push(self.f.jump(Op::Jmp, 0));
        }
        self.patch_all(ends);
        if let (Some(body), Some(slot)) = (s.finally, slot) {
            let null = self.f.literal(Literal::Null);
            self.f.load(slot + 1, null);
            let call = self.f.jump(Op::FastCall, t(slot));
            let over = self.f.jump(Op::Jmp, 0);
            self.f.scopes.pop();
            let body_scope = self.f.scope_id();
            self.f.scopes.push(Scope::Finally(body_scope));
            let f = self.f.finallys.last_mut().map(|f| {
                f.inside = true;
                f.scope = body_scope;
                std::mem::take(&mut f.calls)
            });
            let at = self.f.here();
            self.f.proto.regions[region].finally = at as u32;
            self.f.patch_to(call, at);
            for j in f.unwrap_or_default() {
                self.f.patch_to(j, at);
            }
            self.f.def_kind(slot, LiveKind::FastCall);
            self.stmts(body)?;
            self.f.end(slot);
            self.f.op(Op::FastRet, t(slot), 0, 0);
            self.f.patch(over);
            self.f.proto.regions[region].finally_end = self.f.here() as u32;
            self.f.finallys.pop();
            self.f.scopes.pop();
            self.f.free_temp(slot);
            self.f.free_temp(slot + 1);
        }
        Ok(())
    }
}

fn pick(k: bool, when: bool, ops: [Op; 4]) -> Op {
    ops[(!k as usize) * 2 + (!when) as usize]
}

pub(crate) fn literal_truth(l: &Literal) -> bool {
    match l {
        Literal::Null => false,
        Literal::Bool(b) => *b,
        Literal::Int(i) => *i != 0,
        Literal::Dbl(d) => *d != 0.0,
        Literal::Str(s) => !(s.is_empty() || &**s == b"0"),
        Literal::Array(a) => !a.is_empty(),
        Literal::Thunk(_) => true,
    }
}

/// Whether a literal is of one of a type's builtin alternatives as it stands.
pub(crate) fn literal_matches(l: &Literal, mask: u32) -> bool {
    let bit = match l {
        Literal::Null => 1,
        Literal::Bool(false) => 2,
        Literal::Bool(true) => 3,
        Literal::Int(_) => 4,
        Literal::Dbl(_) => 5,
        Literal::Str(_) => 6,
        Literal::Array(_) => 7,
        Literal::Thunk(_) => return false,
    };
    mask >> bit & 1 != 0
}
