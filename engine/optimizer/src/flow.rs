//! Forward analysis: types and constants at the start of every block, following only branches that can be taken.

use crate::cells::*;
use crate::insn::{I, at_word, literal_of, slot_of, switch_targets};
use crate::roles::{Role, slots};
use howdah_bytecode::{ArrayKey, FnProto, Interner, Literal, NONE, Op, binop};

/// The basic blocks of a function.
pub struct Blocks {
    /// First instruction of each block, then the number of instructions.
    starts: Vec<usize>,
    /// Try bodies as words `from..to`, with the instruction that catches begin at.
    pub catches: Vec<(u32, u32, usize)>,
}

impl Blocks {
    /// Splits code at jump targets and behind jumps.
    pub fn of(f: &FnProto, code: &[I]) -> Blocks {
        let mut leader = vec![false; code.len() + 1];
        leader[0] = true;
        leader[code.len()] = true;
        for (n, i) in code.iter().enumerate() {
            if let Some(t) = i.target {
                leader[t] = true;
                leader[n + 1] = true;
            }
            if i.op == Op::Switch {
                leader[n + 1] = true;
                for t in switch_targets(f, code, i) {
                    leader[t] = true;
                }
            }
            if !i.falls_through() {
                leader[n + 1] = true;
            }
        }
        let mut catches = Vec::new();
        for r in &f.regions {
            let t = at_word(code, r.catch);
            leader[t] = true;
            catches.push((r.start, r.end, t));
        }
        let starts = (0..=code.len()).filter(|&n| leader[n]).collect();
        Blocks { starts, catches }
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// Instructions of a block.
    pub fn range(&self, b: usize) -> std::ops::Range<usize> {
        self.starts[b]..self.starts[b + 1]
    }

    /// The block that starts at an instruction.
    pub fn starting_at(&self, n: usize) -> usize {
        self.starts.partition_point(|&s| s < n)
    }
}

/// State of all slots.
pub type State = Vec<Cell>;

/// What the analysis found.
pub struct Types {
    /// State at the start of each block; `None`: never reached.
    pub at: Vec<Option<State>>,
    /// The function's literals, and those that came up.
    pub lits: Vec<Literal>,
    /// Interns strings that come up.
    pub intern: Interner,
}

/// Which way control goes on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// To the next instruction or the target.
    Both,
    /// To the next one only.
    Next,
    /// To the target only.
    Jump,
}

/// Runs the analysis. `guards`: parameters that are ints, or else this code is not entered.
pub fn analyse(f: &FnProto, code: &[I], blocks: &Blocks, guards: &[usize], intern: Interner) -> Types {
    let mut t = Types { at: vec![None; blocks.len()], lits: f.literals.clone(), intern };
    let mut entry = vec![Cell::of(UNDEF); f.num_slots as usize];
    for c in entry.iter_mut().take(f.params.len()) {
        *c = Cell::TOP;
    }
    for c in entry.iter_mut().skip(f.num_cvs as usize) {
        *c = Cell::TOP;
    }
    for &g in guards {
        entry[g] = Cell::of(INT);
    }
    t.at[0] = Some(entry);
    let mut todo = vec![0];
    while let Some(b) = todo.pop() {
        let Some(mut s) = t.at[b].clone() else { continue };
        let mut falls = true;
        for n in blocks.range(b) {
            let i = &code[n];
            let caught = |t: &mut Types, s: &State, todo: &mut Vec<usize>| {
                for &(from, to, target) in &blocks.catches {
                    if i.at >= from && i.at < to {
                        t.flow(blocks.starting_at(target), s, todo);
                    }
                }
            };
            caught(&mut t, &s, &mut todo);
            let way = t.step(f, i, &mut s);
            caught(&mut t, &s, &mut todo);
            if i.op == Op::Switch {
                for target in switch_targets(f, code, i) {
                    t.flow(blocks.starting_at(target), &s, &mut todo);
                }
            }
            if let Some(target) = i.target
                && way != Way::Next
            {
                t.flow(blocks.starting_at(target), &s, &mut todo);
            }
            falls = i.falls_through() && way != Way::Jump;
        }
        if falls && b + 1 < blocks.len() {
            t.flow(b + 1, &s, &mut todo);
        }
    }
    t
}

/// The operation of a binary op.
pub fn binary_kind(i: &I) -> Option<u16> {
    use Op::*;
    Some(match i.op {
        AddRR | AddRK | AddRRV | AddRKV => binop::ADD,
        SubRR | SubRK | SubRRV | SubRKV => binop::SUB,
        MulRR | MulRK | MulRRV | MulRKV => binop::MUL,
        ModRR | ModRK => binop::MOD,
        BandRR | BandRK => binop::BW_AND,
        BorRR => binop::BW_OR,
        BxorRR => binop::BW_XOR,
        ShlRK => binop::SL,
        ShrRK => binop::SR,
        Binary | BinaryV => i.x as u16,
        Concat => binop::CONCAT,
        _ => return None,
    })
}

/// Whether a binary op assigns its result to a variable.
pub fn to_variable(op: Op) -> bool {
    use Op::*;
    matches!(op, AddRRV | AddRKV | SubRRV | SubRKV | MulRRV | MulRKV | BinaryV)
}

/// Types of a binary operation's result. `exact`: ints that overflow leave this code.
fn binary_mask(kind: u16, x: Cell, y: Cell, exact: bool) -> u16 {
    let both = |m| x.within(m) && y.within(m);
    let objects = (x.mask | y.mask) & OBJ != 0;
    match kind {
        binop::ADD | binop::SUB | binop::MUL | binop::DIV => {
            if kind != binop::DIV && exact && both(INT) {
                INT
            } else if both(NUM) && (x.within(DBL) || y.within(DBL)) {
                DBL
            } else if both(NUM) || (x.mask | y.mask) & (OBJ | ARR) == 0 {
                NUM
            } else {
                VALUE
            }
        }
        binop::POW if both(NUM) => NUM,
        binop::MOD | binop::SL | binop::SR if !objects => INT,
        binop::BW_AND | binop::BW_OR | binop::BW_XOR if both(NUM | BOOL | NULL) => INT,
        binop::CONCAT if !objects => STR,
        _ => VALUE,
    }
}

/// The result of an operation on two literals, where it needs no message.
fn fold_binary(kind: u16, x: &Literal, y: &Literal) -> Option<Literal> {
    use Literal::{Dbl, Int};
    Some(match (x, y) {
        (&Int(p), &Int(q)) => Int(match kind {
            binop::ADD => p.checked_add(q)?,
            binop::SUB => p.checked_sub(q)?,
            binop::MUL => p.checked_mul(q)?,
            binop::MOD if q > 0 => p % q,
            binop::BW_AND => p & q,
            binop::BW_OR => p | q,
            binop::BW_XOR => p ^ q,
            _ => return None,
        }),
        (&Dbl(p), &Dbl(q)) => Dbl(match kind {
            binop::ADD => p + q,
            binop::SUB => p - q,
            binop::MUL => p * q,
            binop::DIV if q != 0.0 => p / q,
            _ => return None,
        }),
        _ => return None,
    })
}

/// An element of a constant array, or a byte of a constant string.
fn fold_dim(base: &Literal, key: &Literal, intern: Interner) -> Option<Literal> {
    let key = match key {
        Literal::Int(i) => ArrayKey::Int(*i),
        Literal::Str(s) if !s.first().is_some_and(|c| c.is_ascii_digit() || *c == b'-') => ArrayKey::Str(*s),
        _ => return None,
    };
    match (base, key) {
        (Literal::Array(a), key) => {
            let v = &a.iter().rev().find(|(k, _)| *k == key)?.1;
            (!matches!(v, Literal::Array(_) | Literal::Thunk(_))).then(|| v.clone())
        }
        (Literal::Str(s), ArrayKey::Int(i)) => {
            let c = *s.get(usize::try_from(i).ok()?)?;
            Some(Literal::Str(intern(&[c])))
        }
        _ => None,
    }
}

/// A comparison of two int literals.
fn fold_compare(op: Op, x: &Literal, y: &Literal) -> Option<bool> {
    let (&Literal::Int(p), &Literal::Int(q)) = (x, y) else { return None };
    use Op::*;
    Some(match op {
        JmpLtRR | JmpLtRK | LoopLtRR | LoopLtRK | Lt => p < q,
        JmpNltRR | JmpNltRK => p >= q,
        JmpLeRR | JmpLeRK | LoopLeRR | LoopLeRK | Le => p <= q,
        JmpNleRR | JmpNleRK => p > q,
        JmpGtRK | LoopGtRK => p > q,
        JmpNgtRK => p <= q,
        JmpGeRK | LoopGeRK => p >= q,
        JmpNgeRK => p < q,
        JmpEq | JmpIdentical | Eq | Identical => p == q,
        JmpNe | JmpNotIdentical | Ne | NotIdentical => p != q,
        _ => return None,
    })
}

impl Types {
    /// Joins a state into a block's.
    fn flow(&mut self, b: usize, s: &State, todo: &mut Vec<usize>) {
        let changed = match &mut self.at[b] {
            None => {
                self.at[b] = Some(s.clone());
                true
            }
            Some(old) => {
                let mut changed = false;
                for (o, n) in old.iter_mut().zip(s) {
                    let j = o.join(*n);
                    changed |= j != *o;
                    *o = j;
                }
                changed
            }
        };
        if changed && !todo.contains(&b) {
            todo.push(b);
        }
    }

    /// What an rk operand reads.
    pub fn operand(&self, s: &State, o: u16) -> Cell {
        match (literal_of(o), slot_of(o)) {
            (Some(k), _) => match self.lits.get(k) {
                Some(l) => Cell { mask: literal_mask(l), lit: k as u16 },
                None => Cell::of(VALUE),
            },
            (_, Some(n)) => s.get(n).map_or(Cell::of(VALUE), |c| c.read()),
            _ => Cell::of(VALUE),
        }
    }

    fn lit(&self, c: Cell) -> Option<&Literal> {
        self.lits.get(c.lit as usize).filter(|_| c.lit != NO_LITERAL)
    }

    /// The cell of a literal, which is added when it is new.
    fn literal(&mut self, l: Literal) -> Cell {
        let mask = literal_mask(&l);
        let n = match self.lits.iter().position(|o| same(o, &l)) {
            Some(n) => n,
            None if self.lits.len() < howdah_bytecode::MAX_SLOT as usize => {
                self.lits.push(l);
                self.lits.len() - 1
            }
            None => return Cell::of(mask),
        };
        Cell { mask, lit: n as u16 }
    }

    /// Whether exact int arithmetic can be emitted for a binary op: its result may be stored without a look.
    pub fn exact(&self, s: &State, i: &I) -> bool {
        let slots = slot_of(i.b).is_some() || slot_of(i.c).is_some();
        slots && (!to_variable(i.op) || slot_of(i.a).is_some_and(|d| s[d].overwritable()))
    }

    /// The constant that an op gives, if it is one.
    pub fn constant(&mut self, s: &State, i: &I) -> Option<Cell> {
        use Op::*;
        let (x, y) = (self.operand(s, i.b), self.operand(s, i.c));
        let l = match i.op {
            Copy | Move => return (x.lit != NO_LITERAL).then_some(x),
            FetchDimRR | FetchDimRK => fold_dim(self.lit(x)?, self.lit(y)?, self.intern)?,
            FetchDim if matches!(i.x, 0 | 3) => fold_dim(self.lit(x)?, self.lit(y)?, self.intern)?,
            Not => Literal::Bool(!truth(self.lit(x)?)?),
            Bool => Literal::Bool(truth(self.lit(x)?)?),
            Lt | Le | Eq | Ne | Identical | NotIdentical => {
                Literal::Bool(fold_compare(i.op, self.lit(x)?, self.lit(y)?)?)
            }
            _ => fold_binary(binary_kind(i)?, self.lit(x)?, self.lit(y)?)?,
        };
        Some(self.literal(l))
    }

    /// Which way a jump goes.
    pub fn way(&self, s: &State, i: &I) -> Way {
        use Op::*;
        if i.target.is_none() {
            return Way::Next;
        }
        let known = match i.op {
            Jmp | Loop => Some(true),
            JmpZ => self.lit(self.operand(s, i.a)).and_then(truth).map(|t| !t),
            JmpNZ | LoopNZ => self.lit(self.operand(s, i.a)).and_then(truth),
            JmpZEx => self.lit(self.operand(s, i.b)).and_then(truth).map(|t| !t),
            JmpNZEx | JmpSet => self.lit(self.operand(s, i.b)).and_then(truth),
            _ => match (self.lit(self.operand(s, i.b)), self.lit(self.operand(s, i.c))) {
                (Some(x), Some(y)) => fold_compare(i.op, x, y),
                _ => None,
            },
        };
        match known {
            Some(true) => Way::Jump,
            Some(false) => Way::Next,
            None => Way::Both,
        }
    }

    /// What an instruction does to the state.
    pub fn step(&mut self, f: &FnProto, i: &I, s: &mut State) -> Way {
        use Op::*;
        let way = self.way(s, i);
        let result = self.result(i, s, way);
        // A variable that is a reference may be anything after any write.
        let set = |s: &mut State, n: usize, c: Cell| {
            if let Some(old) = s.get_mut(n) {
                *old = if old.mask & REF != 0 && n < f.num_cvs as usize { Cell::TOP } else { c };
            }
        };
        match i.op {
            Recv | RecvInit | RecvOr | RecvVariadic => {
                let n = i.a as usize;
                if let (Some(p), true) = (f.params.get(n), n < s.len()) {
                    s[n] = received(i, p);
                }
                return way;
            }
            UnsetV => {
                if let Some(n) = slot_of(i.a).filter(|&n| n < s.len()) {
                    s[n] = Cell::of(UNDEF);
                }
                return way;
            }
            Move if slot_of(i.a).is_some_and(|n| n < s.len()) => {
                s[(i.a >> 1) as usize] = self.operand(s, i.b);
                return way;
            }
            _ => {}
        }
        let primary = (i.a != NONE).then(|| slot_of(i.a)).flatten();
        for (role, n) in slots(i) {
            match role {
                Role::Escape => {
                    if n < s.len() {
                        s[n] = Cell::TOP;
                    }
                }
                Role::Change => {
                    let c = changed(i, s.get(n).copied().unwrap_or(Cell::TOP));
                    set(s, n, c);
                }
                Role::Def if Some(n) == primary => set(s, n, result),
                Role::Def => {
                    let c = match i.op {
                        AssignR => self.operand(s, i.b),
                        IncDecR => Cell::of(if s[(i.a >> 1) as usize].within(INT) { INT } else { VALUE }),
                        IssetV => Cell::of(BOOL),
                        _ => Cell::TOP,
                    };
                    // Variables that a loop assigns are never references through it.
                    set(s, n, if i.op == FeFetch && n < f.num_cvs as usize { Cell::of(VALUE) } else { c });
                }
                _ => {}
            }
        }
        if i.op == FeFetch
            && let Some(n) = slot_of(i.b)
            && n >= f.num_cvs as usize
            && n < s.len()
        {
            s[n] = Cell::of(VALUE);
        }
        way
    }

    /// What the op's slot `a` gets.
    fn result(&mut self, i: &I, s: &State, way: Way) -> Cell {
        use Op::*;
        if let Some(c) = self.constant(s, i)
            && (!to_variable(i.op) || slot_of(i.a).is_some_and(|d| s[d].overwritable()))
        {
            return c;
        }
        let x = self.operand(s, i.b);
        if let Some(kind) = binary_kind(i) {
            let y = self.operand(s, i.c);
            return Cell::of(binary_mask(kind, x, y, self.exact(s, i)));
        }
        match i.op {
            LoadK => self.known(i.x as usize),
            LoadK16 => self.known(i.b as usize),
            Assign | AssignR | Copy => x,
            JmpSet => match way {
                Way::Jump => x,
                Way::Next => slot_of(i.a).map_or(Cell::TOP, |n| s[n]),
                Way::Both => Cell::of(VALUE),
            },
            Neg if x.within(DBL) => Cell::of(DBL),
            Neg if x.within(NUM) => Cell::of(NUM),
            Not | Bool | Eq | Ne | Identical | NotIdentical | Lt | Le | BoolXor | CaseEq | CaseIdentical
            | IdenticalStr | NotIdenticalStr | EqStr | NeStr | CaseEqStr | CaseIdenticalStr
            | IdenticalTag | NotIdenticalTag | InstanceOf | IssetDim | IssetProp | IssetStaticProp
            | TypeCheck | ArrayKeyExists | InArray | IssetThis | JmpZEx | JmpNZEx => Cell::of(BOOL),
            Spaceship | Strlen | Ord | Count | FuncNumArgs => Cell::of(INT),
            BitNot if x.within(NUM) => Cell::of(INT),
            Cast => Cell::of(match i.c {
                2 => BOOL,
                4 => INT,
                5 => DBL,
                6 => STR,
                7 => ARR,
                _ => VALUE,
            }),
            ConcatN => Cell::of(STR),
            InitArray | InitArrayOf | FuncGetArgs | LoadGlobals => Cell::of(ARR),
            FetchDimRR | FetchDimRK | FetchDim | FetchProp | FetchThisProp | FetchConst | FetchClassConst
            | Plus | Neg | BitNot | Clone | LoadThis | MakeClosure | RopePart | ClassName | GetClass
            | GetType | GetCalledClass | FetchPropDyn => Cell::of(VALUE),
            Catch => Cell::of(OBJ),
            _ => Cell::TOP,
        }
    }

    fn known(&self, k: usize) -> Cell {
        match self.lits.get(k) {
            Some(l) => Cell { mask: literal_mask(l), lit: k as u16 },
            None => Cell::of(VALUE),
        }
    }
}

/// Types of a parameter behind its Recv op.
fn received(i: &I, p: &howdah_bytecode::Param) -> Cell {
    if p.by_ref {
        return Cell::TOP;
    }
    if p.variadic {
        return Cell::of(ARR);
    }
    let Some(t) = &p.ty else { return Cell::TOP };
    // Above the tags: callable, iterable and the like.
    if t.mask >> 11 != 0 {
        return Cell::TOP;
    }
    let mut mask = t.mask as u16 & ANY;
    if !t.classes.is_empty() {
        mask |= OBJ;
    }
    if i.op != Op::Recv && p.default.is_some() {
        // The default is of the type, but for constants that are looked up: those are checked when they are passed on.
        mask |= match p.default.as_ref().map(|d| &d.value) {
            Some(Literal::Thunk(_)) | None => VALUE,
            Some(l) => literal_mask(l),
        };
    }
    if mask == 0 { Cell::TOP } else { Cell::of(mask) }
}

/// What an op that changes a variable in place leaves in it.
fn changed(i: &I, old: Cell) -> Cell {
    use Op::*;
    let c = old.read();
    Cell::of(match i.op {
        PreInc | PreDec | IncDecR if c.within(INT) => INT,
        PreInc | PreDec | IncDecR if c.within(DBL) => DBL,
        PreInc | PreDec | IncDecR if c.within(NUM) => NUM,
        ConcatAssign if c.mask & OBJ == 0 => STR,
        AddElem | AddNext | AddUnpack | SetElem => ARR,
        ArgsAdd | ArgsUnpack => ARR,
        AssignDimR | AssignDimK | AssignDimNext | AssignDimOp | FetchDimW if c.within(ARR | NULL) => ARR,
        _ => VALUE,
    })
}
