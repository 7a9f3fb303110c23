//! The specialised code: what each generic instruction becomes.

use crate::cells::*;
use crate::flow::{Blocks, State, Types, Way, binary_kind, to_variable};
use crate::insn::{I, literal_of, slot_of, switch_targets};
use crate::roles::{Role, slots};
use howdah_bytecode::{FnProto, Literal, MAX_SLOT, Op, binop, incdec, rk_literal};

/// Parameters without a declared type that are worth being taken as ints: used as numbers, and never as anything else.
pub fn guards(f: &FnProto, code: &[I]) -> Vec<usize> {
    use Op::*;
    let mut numeric = vec![0u32; f.params.len()];
    let mut other = vec![false; f.params.len()];
    for i in code {
        let number = matches!(
            i.op,
            AddRR
                | AddRK
                | SubRR
                | SubRK
                | MulRR
                | MulRK
                | AddRRV
                | AddRKV
                | SubRRV
                | SubRKV
                | MulRRV
                | MulRKV
                | ModRR
                | ModRK
                | LoopLtRR
                | LoopLeRR
                | LoopLtRK
                | LoopLeRK
                | LoopGtRK
                | LoopGeRK
                | JmpLtRR
                | JmpLtRK
                | JmpNltRR
                | JmpNltRK
                | JmpLeRR
                | JmpLeRK
                | JmpNleRR
                | JmpNleRK
                | JmpGtRK
                | JmpNgtRK
                | JmpGeRK
                | JmpNgeRK
                | PreInc
                | PreDec
                | IncDecR
                | ShlRK
                | ShrRK
                | BandRR
                | BandRK
                | BorRR
                | BxorRR
        );
        let neutral = matches!(i.op, Copy | Assign | SendVar | FetchDimRR | AssignDimR | Binary | BinaryV);
        for (role, v) in slots(i) {
            if v >= f.params.len() {
                continue;
            }
            if number {
                numeric[v] += 1;
            } else if !neutral || role != Role::Use || slot_of(i.b) == Some(v) && i.op == FetchDimRR {
                // A variable that is passed on may be passed by reference.
                other[v] |= i.op != SendVar;
            }
        }
    }
    (0..f.params.len())
        .filter(|&v| {
            let p = &f.params[v];
            v < f.required as usize
                && p.ty.is_none()
                && !p.by_ref
                && !p.variadic
                && numeric[v] > 0
                && !other[v]
        })
        .collect()
}

/// The new code: for each generic instruction what it became, `None` where nothing is left of it. `None` as a whole: nothing
/// was gained.
pub fn rewrite(
    f: &mut FnProto,
    code: &[I],
    blocks: &Blocks,
    types: &Types,
    dead: &[bool],
    guards: &[usize],
) -> Option<Vec<Option<I>>> {
    let mut w = Rewrite {
        types: Types { at: Vec::new(), lits: types.lits.clone(), intern: types.intern },
        literals: std::mem::take(&mut f.literals),
        out: code.iter().copied().map(Some).collect(),
        gained: !guards.is_empty(),
    };
    for b in 0..blocks.len() {
        let Some(mut s) = types.at[b].clone() else {
            for n in blocks.range(b) {
                w.out[n] = None;
                w.gained = true;
            }
            continue;
        };
        for n in blocks.range(b) {
            w.instruction(f, code, n, &s, dead[n]);
            w.types.step(f, &code[n], &mut s);
        }
    }
    f.literals = w.literals;
    if !w.gained {
        return None;
    }
    let mut out = w.out;
    let named = code.iter().filter(|i| i.op == Op::Switch).flat_map(|i| switch_targets(f, code, i));
    let named: Vec<usize> = named.chain(blocks.catches.iter().map(|c| c.2)).collect();
    tidy(&mut out, f.num_cvs as usize, &named);
    Some(out)
}

struct Rewrite {
    types: Types,
    /// The function's literals, growing.
    literals: Vec<Literal>,
    out: Vec<Option<I>>,
    gained: bool,
}

impl Rewrite {
    fn put(&mut self, n: usize, i: I) {
        self.out[n] = Some(i);
        self.gained = true;
    }

    fn remove(&mut self, n: usize) {
        self.out[n] = None;
        self.gained = true;
    }

    /// Index of a literal of the function.
    fn literal(&mut self, l: &Literal) -> Option<u16> {
        if let Some(n) = self.literals.iter().position(|o| same(o, l)) {
            return (n < MAX_SLOT as usize).then_some(n as u16);
        }
        if self.literals.len() >= MAX_SLOT as usize {
            return None;
        }
        self.literals.push(l.clone());
        Some((self.literals.len() - 1) as u16)
    }

    /// The literal of a cell as one of the function.
    fn own_literal(&mut self, c: Cell) -> Option<u16> {
        if c.lit == NO_LITERAL {
            return None;
        }
        // The analysis' literals begin with the function's.
        if let (Some(own), Some(found)) =
            (self.literals.get(c.lit as usize), self.types.lits.get(c.lit as usize))
            && (same(own, found)
                || core::mem::discriminant(own) == core::mem::discriminant(found) && own == found)
        {
            return Some(c.lit);
        }
        let l = self.types.lits.get(c.lit as usize)?.clone();
        self.literal(&l)
    }

    /// An operand as a float literal or slot: (rk operand, is a literal). Int literals become floats.
    fn float_operand(&mut self, o: u16, c: Cell) -> Option<(u16, bool)> {
        if literal_of(o).is_some() || c.lit != NO_LITERAL {
            let d = match self.types.lits.get(c.lit as usize)? {
                &Literal::Dbl(d) => d,
                Literal::Int(i) => *i as f64,
                _ => return None,
            };
            return Some((rk_literal(self.literal(&Literal::Dbl(d))?), true));
        }
        c.within(DBL).then_some((o, false))
    }

    fn instruction(&mut self, f: &FnProto, code: &[I], n: usize, s: &State, dead: bool) {
        use Op::*;
        let i = code[n];
        match self.types.way(s, &i) {
            Way::Jump => return self.always(n, i, s),
            Way::Next if i.target.is_some() => return self.never(n, i, s),
            _ => {}
        }
        let overwritable =
            |o: u16| slot_of(o).is_some_and(|d| d >= f.num_cvs as usize || s[d].overwritable());
        if i.op != Copy
            && i.op != Move
            && let Some(c) = self.types.constant(s, &i)
            && overwritable(i.a)
            && self.consumes_nothing(f, s, &i)
        {
            if dead && to_variable(i.op) {
                return self.remove(n);
            }
            if let Some(k) = self.own_literal(c) {
                return self.put(n, I { op: LoadK16, b: k, c: 0, x: 0, y: 0, ..i });
            }
        }
        match i.op {
            Assign => self.assign(f, n, i, s, dead),
            Copy => {
                let from = slot_of(i.b).map_or(Cell::TOP, |v| s[v]);
                if let Some(k) = self.own_literal(from) {
                    self.put(n, I { op: LoadK16, b: k, ..i });
                } else if from.mask & (HEAP | UNDEF) == 0 {
                    self.put(n, I { op: Move, ..i });
                }
            }
            PreInc | PreDec if self.types.operand(s, i.a).within(INT) && overwritable(i.a) => {
                self.put(n, I { op: if i.op == PreInc { IncI } else { DecI }, ..i });
            }
            IncDecR if s[(i.a >> 1) as usize].within(INT) && i.c <= incdec::POST_DEC => {
                self.put(n, I { op: IncDecI, ..i });
            }
            _ if binary_kind(&i).is_some() => self.binary(n, i, s, dead),
            _ if i.target.is_some() => self.compare(n, i, s),
            _ => {}
        }
    }

    /// Whether no operand is a temporary that holds something to release.
    fn consumes_nothing(&self, f: &FnProto, s: &State, i: &I) -> bool {
        slots(i).all(|(r, v)| {
            r != Role::Use || v < f.num_cvs as usize || s.get(v).is_some_and(|c| c.overwritable())
        })
    }

    /// A jump that is always taken.
    fn always(&mut self, n: usize, i: I, s: &State) {
        use Op::*;
        match i.op {
            Jmp | Loop => {}
            JmpZ | JmpNZ => self.put(n, I { op: Jmp, ..i }),
            LoopNZ => self.put(n, I { op: Loop, ..i }),
            JmpSet => {
                // A LoadK16 with a target is followed by a Jmp: see `layout`.
                let value = self.types.operand(s, i.b);
                if let Some(k) = self.own_literal(value) {
                    self.put(n, I { op: LoadK16, b: k, c: 0, x: 0, y: 0, ..i });
                }
            }
            _ => {
                if i.op.jump_words() == 2 && fused(i.op) {
                    let back =
                        matches!(i.op, LoopLtRR | LoopLtRK | LoopLeRR | LoopLeRK | LoopGtRK | LoopGeRK);
                    self.put(n, I { op: if back { Loop } else { Jmp }, ..i });
                }
            }
        }
    }

    /// A jump that is never taken.
    fn never(&mut self, n: usize, i: I, s: &State) {
        use Op::*;
        match i.op {
            JmpZ | JmpNZ | LoopNZ if s[(i.a >> 1) as usize].overwritable() => self.remove(n),
            JmpSet if self.types.operand(s, i.b).lit != NO_LITERAL => self.remove(n),
            _ if fused(i.op) => self.remove(n),
            _ => {}
        }
    }

    fn assign(&mut self, f: &FnProto, n: usize, i: I, s: &State, dead: bool) {
        let Some(d) = slot_of(i.a) else { return };
        if !s[d].overwritable() {
            return;
        }
        if let Some(k) = literal_of(i.b) {
            return if dead {
                self.remove(n)
            } else {
                self.put(n, I { op: Op::LoadK16, b: k as u16, c: 0, ..i })
            };
        }
        let Some(v) = slot_of(i.b) else { return };
        if v >= f.num_cvs as usize {
            // A temporary's value moves, whatever it is; references do not stay references.
            if s[v].mask & REF != 0 {
                return;
            }
            return self.put(
                n,
                I { op: if dead { Op::Free } else { Op::Move }, a: if dead { i.b } else { i.a }, ..i },
            );
        }
        if s[v].mask & (HEAP | UNDEF) == 0 {
            if dead { self.remove(n) } else { self.put(n, I { op: Op::Move, ..i }) }
        }
    }

    fn binary(&mut self, n: usize, i: I, s: &State, dead: bool) {
        use Op::*;
        let Some(d) = slot_of(i.a) else { return };
        if to_variable(i.op) && !s[d].overwritable() {
            return;
        }
        let kind = binary_kind(&i).unwrap_or_default();
        let (x, y) = (self.types.operand(s, i.b), self.types.operand(s, i.c));
        let (kx, ky) = (literal_of(i.b), literal_of(i.c));
        let plain = I { x: 0, y: 0, ..i };
        if x.within(INT) && y.within(INT) {
            let (op, b, c) = match (kind, kx.is_some(), ky.is_some()) {
                (binop::ADD, false, false) => (AddIIRR, i.b, i.c),
                (binop::ADD, false, true) => (AddIIRK, i.b, i.c),
                (binop::ADD, true, false) => (AddIIRK, i.c, i.b),
                (binop::SUB, false, false) => (SubIIRR, i.b, i.c),
                (binop::SUB, false, true) => (SubIIRK, i.b, i.c),
                (binop::SUB, true, false) => (SubIIKR, i.b, i.c),
                (binop::MUL, false, false) => (MulIIRR, i.b, i.c),
                (binop::MUL, false, true) => (MulIIRK, i.b, i.c),
                (binop::MUL, true, false) => (MulIIRK, i.c, i.b),
                (binop::MOD, false, true)
                    if ky.is_some_and(|k| matches!(self.literals.get(k), Some(Literal::Int(1..)))) =>
                {
                    (ModIIRK, i.b, i.c)
                }
                (binop::BW_AND, false, false) => (BandIIRR, i.b, i.c),
                (binop::BW_AND, false, true) => (BandIIRK, i.b, i.c),
                _ => return,
            };
            let one = |o: u16| literal_of(o).is_some_and(|k| self.literals.get(k) == Some(&Literal::Int(1)));
            return match op {
                _ if dead => self.remove(n),
                AddIIRK if i.a == b && one(c) => self.put(n, I { op: IncI, b: 0, c: 0, ..plain }),
                SubIIRK if i.a == b && one(c) => self.put(n, I { op: DecI, b: 0, c: 0, ..plain }),
                _ => self.put(n, I { op, b, c, ..plain }),
            };
        }
        if !x.within(NUM) || !y.within(NUM) {
            return;
        }
        let floats = if x.within(DBL) || y.within(DBL) {
            self.float_operand(i.b, x).zip(self.float_operand(i.c, y))
        } else {
            None
        };
        let Some(((b, kb), (c, kc))) = floats else {
            // The literal goes to the right, where there are ops for it.
            if let (Some(_), None, binop::ADD | binop::MUL) = (kx, ky, kind)
                && let Some(op) = Op::binary(kind, true, to_variable(i.op))
            {
                self.put(n, I { op, b: i.c, c: i.b, ..plain });
            }
            return;
        };
        let (op, b, c) = match (kind, kb, kc) {
            (binop::ADD, false, false) => (AddDDRR, b, c),
            (binop::ADD, false, true) => (AddDDRK, b, c),
            (binop::ADD, true, false) => (AddDDRK, c, b),
            (binop::SUB, false, false) => (SubDDRR, b, c),
            (binop::SUB, false, true) => (SubDDRK, b, c),
            (binop::SUB, true, false) => (SubDDKR, b, c),
            (binop::MUL, false, false) => (MulDDRR, b, c),
            (binop::MUL, false, true) => (MulDDRK, b, c),
            (binop::MUL, true, false) => (MulDDRK, c, b),
            (binop::DIV, false, false) => (DivDDRR, b, c),
            (binop::DIV, false, true) => (DivDDRK, b, c),
            (binop::DIV, true, false) => (DivDDKR, b, c),
            _ => return,
        };
        if dead && kind != binop::DIV { self.remove(n) } else { self.put(n, I { op, b, c, ..plain }) }
    }

    /// Jumps on comparisons.
    fn compare(&mut self, n: usize, i: I, s: &State) {
        use Op::*;
        if !fused(i.op) {
            return;
        }
        let (x, y) = (self.types.operand(s, i.b), self.types.operand(s, i.c));
        let (kx, ky) = (literal_of(i.b).is_some(), literal_of(i.c).is_some());
        if x.within(INT) && y.within(INT) {
            let (op, b, c) = match i.op {
                JmpLtRR => (JmpLtIIRR, i.b, i.c),
                JmpLtRK => (JmpLtIIRK, i.b, i.c),
                JmpNltRR => (JmpLeIIRR, i.c, i.b),
                JmpNltRK => (JmpGeIIRK, i.b, i.c),
                JmpLeRR => (JmpLeIIRR, i.b, i.c),
                JmpLeRK => (JmpLeIIRK, i.b, i.c),
                JmpNleRR => (JmpLtIIRR, i.c, i.b),
                JmpNleRK => (JmpGtIIRK, i.b, i.c),
                JmpGtRK => (JmpGtIIRK, i.b, i.c),
                JmpNgtRK => (JmpLeIIRK, i.b, i.c),
                JmpGeRK => (JmpGeIIRK, i.b, i.c),
                JmpNgeRK => (JmpLtIIRK, i.b, i.c),
                LoopLtRR => (LoopLtIIRR, i.b, i.c),
                LoopLtRK => (LoopLtIIRK, i.b, i.c),
                LoopLeRR => (LoopLeIIRR, i.b, i.c),
                LoopLeRK => (LoopLeIIRK, i.b, i.c),
                LoopGtRK => (LoopGtIIRK, i.b, i.c),
                LoopGeRK => (LoopGeIIRK, i.b, i.c),
                JmpEq | JmpIdentical => match (kx, ky) {
                    (false, false) => (JmpEqIIRR, i.b, i.c),
                    (false, true) => (JmpEqIIRK, i.b, i.c),
                    (true, false) => (JmpEqIIRK, i.c, i.b),
                    _ => return,
                },
                JmpNe | JmpNotIdentical => match (kx, ky) {
                    (false, false) => (JmpNeIIRR, i.b, i.c),
                    (false, true) => (JmpNeIIRK, i.b, i.c),
                    (true, false) => (JmpNeIIRK, i.c, i.b),
                    _ => return,
                },
                _ => return,
            };
            return self.put(n, I { op, b, c, ..i });
        }
        if !x.within(NUM) || !y.within(NUM) || !x.within(DBL) && !y.within(DBL) || kx {
            return;
        }
        let op = match i.op {
            JmpLtRR => JmpLtDDRR,
            JmpLtRK => JmpLtDDRK,
            JmpNltRR => JmpNltDDRR,
            JmpNltRK => JmpNltDDRK,
            JmpLeRR => JmpLeDDRR,
            JmpLeRK => JmpLeDDRK,
            JmpNleRR => JmpNleDDRR,
            JmpNleRK => JmpNleDDRK,
            JmpGtRK => JmpGtDDRK,
            JmpNgtRK => JmpNgtDDRK,
            JmpGeRK => JmpGeDDRK,
            JmpNgeRK => JmpNgeDDRK,
            _ => return,
        };
        if let (Some((b, _)), Some((c, _))) = (self.float_operand(i.b, x), self.float_operand(i.c, y)) {
            self.put(n, I { op, b, c, ..i });
        }
    }
}

/// Jumps on a comparison of b and c.
fn fused(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        LoopLtRR
            | LoopLtRK
            | LoopLeRR
            | LoopLeRK
            | LoopGtRK
            | LoopGeRK
            | JmpLtRR
            | JmpLtRK
            | JmpNltRR
            | JmpNltRK
            | JmpLeRR
            | JmpLeRK
            | JmpNleRR
            | JmpNleRK
            | JmpGtRK
            | JmpNgtRK
            | JmpGeRK
            | JmpNgeRK
            | JmpEq
            | JmpNe
            | JmpIdentical
            | JmpNotIdentical
    )
}

/// Whether an op only puts a value into slot `a`: it may store it elsewhere, or go when nobody wants it.
fn pure(op: Op) -> bool {
    use Op::*;
    matches!(
        op,
        LoadK
            | LoadK16
            | Move
            | AddIIRR
            | AddIIRK
            | SubIIRR
            | SubIIRK
            | SubIIKR
            | MulIIRR
            | MulIIRK
            | ModIIRK
            | BandIIRR
            | BandIIRK
            | AddDDRR
            | AddDDRK
            | SubDDRR
            | SubDDRK
            | SubDDKR
            | MulDDRR
            | MulDDRK
            | DivDDRR
            | DivDDRK
            | DivDDKR
    )
}

/// The form of a binary op that assigns a variable.
fn assigning(op: Op) -> Option<Op> {
    use Op::*;
    Some(match op {
        AddRR => AddRRV,
        AddRK => AddRKV,
        SubRR => SubRRV,
        SubRK => SubRKV,
        MulRR => MulRRV,
        MulRK => MulRKV,
        Binary => BinaryV,
        _ => return None,
    })
}

/// The first instruction that is left from `n` on: what stands for a removed one.
fn next(out: &[Option<I>], mut n: usize) -> usize {
    while n < out.len() && out[n].is_none() {
        n += 1;
    }
    n
}

/// Which instructions are jumped to.
fn targets(out: &[Option<I>], named: &[usize]) -> Vec<bool> {
    let mut t = vec![false; out.len() + 1];
    for n in out.iter().flatten().filter_map(|i| i.target).chain(named.iter().copied()) {
        t[next(out, n)] = true;
    }
    t
}

/// Joins neighbours: what moves or frees the result of the op before it, increments before loop ends; drops jumps to the next
/// op. `named`: instructions that switches and try regions name.
fn tidy(out: &mut [Option<I>], vars: usize, named: &[usize]) {
    let temporary = |o: u16| slot_of(o).is_some_and(|s| s >= vars);
    let mut again = true;
    while again {
        again = false;
        let target = targets(out, named);
        let mut n = next(out, 0);
        while n < out.len() {
            let m = next(out, n + 1);
            let (Some(i), Some(j)) = (out[n], out.get(m).copied().flatten()) else { break };
            if matches!(i.op, Op::Jmp | Op::LoadK16) && i.target.is_some_and(|t| next(out, t) == m) {
                out[n] = (i.op == Op::LoadK16).then_some(I { target: None, ..i });
                again = true;
            } else if let (Some(op), Op::Assign | Op::Move) = (assigning(i.op), j.op)
                && temporary(i.a)
                && j.b == i.a
                && !temporary(j.a)
                && j.a != i.b
                && !target[m]
            {
                out[n] = Some(I { op, a: j.a, ..i });
                out[m] = None;
                again = true;
            } else if pure(i.op) && i.target.is_none() && temporary(i.a) && !target[m] {
                if j.op == Op::Move && j.b == i.a {
                    out[n] = Some(I { a: j.a, ..i });
                    out[m] = None;
                    again = true;
                    continue;
                }
                if j.op == Op::Free && j.a == i.a {
                    out[n] = None;
                    out[m] = None;
                    again = true;
                }
            }
            n = next(out, n + 1);
        }
    }
    for n in 0..out.len() {
        let Some(i) = out[n].filter(|i| i.op == Op::IncI) else { continue };
        let Some(j) = out.get(next(out, n + 1)).copied().flatten() else { continue };
        let op = match j.op {
            Op::LoopLtIIRR => Op::IncLoopLtRR,
            Op::LoopLtIIRK => Op::IncLoopLtRK,
            Op::LoopLeIIRR => Op::IncLoopLeRR,
            Op::LoopLeIIRK => Op::IncLoopLeRK,
            _ => continue,
        };
        out[n] = Some(I { op, ..i });
    }
}
