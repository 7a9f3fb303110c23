//! The function under construction: code, slots, literals, live ranges.

use howdah_bytecode::{
    ArrayKey, FRAME_SLOTS, FnProto, Insn, Literal, LiveKind, LiveRange, NONE, Op, RK_LITERAL,
};
use rustc_hash::FxHashMap;

/// Temporaries are numbered from here until the number of CVs is known.
const T_BASE: u16 = 0x2000;

/// An operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opd {
    /// A compiled variable.
    Cv(u16),
    /// A temporary that holds a value.
    T(u16),
    /// A temporary that holds a pointer to a variable.
    Ind(u16),
    /// A literal.
    K(u16),
}

impl Opd {
    /// As a slot or rk operand.
    pub fn rk(self) -> u16 {
        match self {
            Opd::Cv(i) => i << 1,
            Opd::T(i) | Opd::Ind(i) => (T_BASE + i) << 1,
            Opd::K(i) => i << 1 | RK_LITERAL,
        }
    }
    /// The temporary that holds it.
    pub fn temporary(self) -> Option<u16> {
        match self {
            Opd::T(i) | Opd::Ind(i) => Some(i),
            Opd::Cv(_) | Opd::K(_) => None,
        }
    }
    pub fn is_k(self) -> bool {
        matches!(self, Opd::K(_))
    }
}

/// A temporary as a slot operand.
pub(crate) fn t(i: u16) -> u16 {
    (T_BASE + i) << 1
}

#[derive(PartialEq, Eq, Hash)]
enum LitKey {
    Null,
    Bool(bool),
    Int(i64),
    Dbl(u64),
    Str(Box<[u8]>),
    /// A lower-cased name with its written form next to it.
    Pair(Box<[u8]>, Box<[u8]>),
}

/// A loop or switch that break and continue can leave.
pub(crate) struct Loop {
    pub breaks: Vec<usize>,
    pub continues: Vec<usize>,
    /// Foreach iterator or switch subject to release when left early.
    pub var: Option<(u16, bool)>,
    /// Depth of try-finally nesting at its start.
    pub finally_depth: usize,
    pub is_switch: bool,
    pub scope: usize,
}

/// An open try-finally.
#[derive(Clone)]
pub(crate) struct Finally {
    /// First of two reserved temporaries: the return point or pending exception, and the value that a `return` on its way
    /// through the finally block carries.
    pub slot: u16,
    /// FastCall ops to patch.
    pub calls: Vec<usize>,
    /// We are inside the finally block itself (its return point must be dropped on return).
    pub inside: bool,
    pub scope: usize,
}

/// What a jump can leave or enter.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A loop or switch.
    Loop(usize),
    /// A try (or catch) whose finally runs on leaving.
    Try(usize),
    /// A finally block.
    Finally(usize),
}

impl Scope {
    pub fn id(self) -> usize {
        match self {
            Scope::Loop(i) | Scope::Try(i) | Scope::Finally(i) => i,
        }
    }
}

/// A `goto` whose label may not be known yet.
pub(crate) struct Goto {
    pub jump: usize,
    pub label: Box<[u8]>,
    pub line: u32,
    pub scopes: Vec<Scope>,
    /// Ops that leave scopes, each with the scope it leaves: those that the label is in as well are dropped.
    pub leaves: Vec<(usize, usize)>,
}

/// A label of `goto`.
pub(crate) struct Label {
    pub at: usize,
    pub scopes: Vec<Scope>,
}

pub(crate) struct FnCtx {
    pub proto: FnProto,
    pub cvs: FxHashMap<Box<[u8]>, u16>,
    lits: FxHashMap<LitKey, u16>,
    used: Vec<bool>,
    max_temps: u16,
    starts: FxHashMap<u16, (u32, LiveKind)>,
    pub loops: Vec<Loop>,
    pub scopes: Vec<Scope>,
    next_scope: usize,
    pub finallys: Vec<Finally>,
    pub labels: FxHashMap<Box<[u8]>, Label>,
    pub gotos: Vec<Goto>,
    pub line: u32,
    /// A constant expression is being compiled in place.
    pub const_expr: bool,
    /// Pending jumps of nullsafe operators in the chain being compiled.
    pub nullsafe: Vec<usize>,
    pub is_static: bool,
    pub in_class_fn: bool,
    /// Named property of the hook being compiled.
    pub hook: Option<Box<[u8]>>,
    /// The hooked property's backing store is used.
    pub uses_backing: bool,
    pub display_name: Box<[u8]>,
    pub is_arrow: bool,
    pub nested: u32,
    /// Where the last op begins.
    last: usize,
    /// The furthest place that a jump was patched to land at.
    landing: usize,
}

impl FnCtx {
    pub fn new() -> FnCtx {
        FnCtx {
            proto: FnProto::default(),
            cvs: FxHashMap::default(),
            lits: FxHashMap::default(),
            used: Vec::new(),
            max_temps: 0,
            starts: FxHashMap::default(),
            loops: Vec::new(),
            scopes: Vec::new(),
            next_scope: 0,
            finallys: Vec::new(),
            labels: FxHashMap::default(),
            gotos: Vec::new(),
            line: 1,
            nullsafe: Vec::new(),
            is_static: false,
            in_class_fn: false,
            hook: None,
            uses_backing: false,
            display_name: Box::default(),
            is_arrow: false,
            nested: 0,
            const_expr: false,
            last: 0,
            landing: 0,
        }
    }

    /// The slot of a variable, made on first use.
    pub fn cv(&mut self, name: &[u8]) -> Opd {
        if let Some(&i) = self.cvs.get(name) {
            return Opd::Cv(i);
        }
        let i = self.proto.cv_names.len() as u16;
        self.proto.cv_names.push(name.into());
        self.cvs.insert(name.into(), i);
        Opd::Cv(i)
    }

    pub fn here(&self) -> usize {
        self.proto.code.len()
    }

    pub fn op(&mut self, op: Op, a: u16, b: u16, c: u16) -> usize {
        self.last = self.here();
        self.proto.emit(self.line, op, a, b, c)
    }

    /// Ends a loop whose condition's last jump, out of it when false, is `out`: where nothing lands behind that jump it
    /// becomes the jump back to `top`. Gives false where it cannot.
    pub fn loop_back(&mut self, out: usize, top: usize) -> bool {
        if self.landing == self.here() || self.last != out {
            return false;
        }
        let Some(op) = Op::from_u16(self.proto.code[out].op) else { return false };
        let back = match op {
            Op::JmpZ => Op::LoopNZ,
            Op::JmpNltRR => Op::LoopLtRR,
            Op::JmpNltRK => Op::LoopLtRK,
            Op::JmpNleRR => Op::LoopLeRR,
            Op::JmpNleRK => Op::LoopLeRK,
            Op::JmpNgtRK => Op::LoopGtRK,
            Op::JmpNgeRK => Op::LoopGeRK,
            _ => return false,
        };
        self.proto.code[out].op = back as u16;
        self.patch_to(out, top);
        true
    }

    /// Makes the call just emitted drop its result, which it would put into slot `a`; gives false where it cannot.
    pub fn drop_result(&mut self, a: u16) -> bool {
        if self.landing == self.here() {
            return false;
        }
        match self.proto.code.get_mut(self.last) {
            Some(w) if w.op == Op::Call as u16 && w.a == a => {
                w.a = NONE;
                true
            }
            _ => false,
        }
    }

    pub fn ext(&mut self, op: Op, a: u16, b: u16, c: u16, x: u32, y: u32) -> usize {
        self.last = self.here();
        self.proto.emit_ext(self.line, op, (a, b, c), x, y)
    }

    pub fn ic(&mut self) -> u32 {
        self.proto.ic_slots += 1;
        self.proto.ic_slots - 1
    }

    /// Two inline-cache slots next to each other: gives the first.
    pub fn ic_pair(&mut self) -> u32 {
        self.proto.ic_slots += 2;
        self.proto.ic_slots - 2
    }

    /// A forward jump to patch later.
    pub fn jump(&mut self, op: Op, a: u16) -> usize {
        self.op(op, a, 0, 0)
    }

    pub fn patch(&mut self, at: usize) {
        let here = self.here();
        self.landing = here;
        self.proto.patch(at, here);
    }

    pub fn patch_to(&mut self, at: usize, target: usize) {
        self.landing = self.landing.max(target);
        self.proto.patch(at, target);
    }

    // ---- temporaries ----

    pub fn temp(&mut self) -> u16 {
        let i = self.used.iter().position(|u| !u).unwrap_or(self.used.len());
        self.take(i);
        i as u16
    }

    /// A number for a scope.
    pub fn scope_id(&mut self) -> usize {
        self.next_scope += 1;
        self.next_scope
    }

    /// The open finally blocks' temporaries are taken (again): a return gave one back.
    pub fn reserve_finally_slots(&mut self) {
        for i in 0..self.finallys.len() {
            let slot = self.finallys[i].slot as usize;
            self.take(slot);
            self.take(slot + 1);
        }
    }

    fn take(&mut self, i: usize) {
        if i >= self.used.len() {
            self.used.resize(i + 1, false);
        }
        self.used[i] = true;
        self.max_temps = self.max_temps.max(i as u16 + 1);
    }

    /// A temporary that other code paths must not reuse while it is open: above everything in use.
    pub fn temp_reserved(&mut self) -> u16 {
        self.block(1)
    }

    /// Two such temporaries next to each other.
    pub fn pair_reserved(&mut self) -> u16 {
        self.block(2)
    }

    /// A name pair in literals of its own, so that several stand next to each other.
    pub fn fresh_pair(&mut self, name: &[u8]) -> u16 {
        let i = self.proto.literals.len() as u16;
        self.proto.literals.push(Literal::Str(name.into()));
        self.proto.literals.push(Literal::Str(name.to_ascii_lowercase().into()));
        i
    }

    /// A temporary above a window, so that the window's header stays free of it.
    pub fn temp_above(&mut self, w: u16) -> u16 {
        let mut i = (w + FRAME_SLOTS) as usize;
        while self.used.get(i).copied().unwrap_or(false) {
            i += 1;
        }
        self.take(i);
        i as u16
    }

    /// `n` consecutive temporaries above everything in use.
    pub fn block(&mut self, n: u16) -> u16 {
        let base = self.used.iter().rposition(|&u| u).map_or(0, |i| i + 1);
        for i in base..base + n as usize {
            self.take(i);
        }
        base as u16
    }

    /// A call window for `argc` arguments: gives its first slot.
    pub fn window(&mut self, argc: usize) -> u16 {
        self.block(FRAME_SLOTS + argc as u16)
    }

    /// Ends a window: all its slots are free.
    pub fn free_window(&mut self, w: u16, argc: usize) {
        for i in w..w + FRAME_SLOTS + argc as u16 {
            self.used[i as usize] = false;
        }
    }

    /// Closures may be bound to a class later.
    pub fn is_closure_like(&self) -> bool {
        self.proto.flags & howdah_bytecode::fn_flags::CLOSURE != 0
    }

    /// Main code may be included from within a method.
    pub fn dynamic_scope(&self) -> bool {
        self.proto.flags & (howdah_bytecode::fn_flags::MAIN | howdah_bytecode::fn_flags::THUNK) != 0
    }

    pub fn free_temp(&mut self, i: u16) {
        self.used[i as usize] = false;
    }

    /// The temporary holds a value from here on.
    pub fn def(&mut self, i: u16) -> Opd {
        self.def_kind(i, LiveKind::Tmp)
    }

    pub fn def_kind(&mut self, i: u16, kind: LiveKind) -> Opd {
        let at = self.here() as u32;
        self.starts.insert(i, (at, kind));
        Opd::T(i)
    }

    /// The next op consumes the temporary: ends its live range.
    pub fn end(&mut self, i: u16) {
        if let Some((start, kind)) = self.starts.remove(&i) {
            let end = self.here() as u32;
            if start < end {
                self.proto.live.push(LiveRange { start, end, slot: T_BASE + i, kind });
            }
        }
    }

    /// The next op consumes the operand; a temporary's slot is free again after it.
    pub fn consume(&mut self, o: Opd) -> u16 {
        if let Opd::T(i) = o {
            self.end(i);
            self.free_temp(i);
        }
        if let Opd::Ind(i) = o {
            self.free_temp(i);
        }
        o.rk()
    }

    /// Ends the ranges of temporaries that two branches share; [`FnCtx::resume`] starts them again in each.
    pub fn pause(&mut self, temps: &[u16]) -> Vec<LiveKind> {
        temps
            .iter()
            .map(|&i| {
                let kind = self.starts.get(&i).map_or(LiveKind::Tmp, |s| s.1);
                self.end(i);
                kind
            })
            .collect()
    }

    /// The temporaries hold their values from here on (again).
    pub fn resume(&mut self, temps: &[u16], kinds: &[LiveKind]) {
        for (&i, &kind) in temps.iter().zip(kinds) {
            self.take(i as usize);
            self.def_kind(i, kind);
        }
    }

    // ---- literals ----

    fn lit(&mut self, key: LitKey, l: Literal) -> u16 {
        if let Some(&i) = self.lits.get(&key) {
            return i;
        }
        let i = self.proto.literals.len() as u16;
        self.proto.literals.push(l);
        self.lits.insert(key, i);
        i
    }

    pub fn str(&mut self, s: &[u8]) -> u16 {
        self.lit(LitKey::Str(s.into()), Literal::Str(s.into()))
    }

    pub fn literal(&mut self, l: Literal) -> u16 {
        match l {
            Literal::Null => self.lit(LitKey::Null, l),
            Literal::Bool(b) => self.lit(LitKey::Bool(b), l),
            Literal::Int(i) => self.lit(LitKey::Int(i), l),
            Literal::Dbl(d) => self.lit(LitKey::Dbl(d.to_bits()), l),
            Literal::Str(s) => self.lit(LitKey::Str(s.clone()), Literal::Str(s)),
            other => {
                self.proto.literals.push(other);
                self.proto.literals.len() as u16 - 1
            }
        }
    }

    /// A name's written form at the index, the lower-cased one behind it.
    pub fn name_pair(&mut self, name: &[u8]) -> u16 {
        let key = LitKey::Pair(name.into(), Box::default());
        if let Some(&i) = self.lits.get(&key) {
            return i;
        }
        let i = self.proto.literals.len() as u16;
        self.proto.literals.push(Literal::Str(name.into()));
        self.proto.literals.push(Literal::Str(name.to_ascii_lowercase().into()));
        self.lits.insert(key, i);
        i
    }

    /// Function names for InitFn and CallFn: lower-cased full name, [lower-cased fallback], name as written.
    pub fn fn_names(&mut self, full: &[u8], fallback: Option<&[u8]>) -> u16 {
        let key = LitKey::Pair(full.into(), fallback.unwrap_or(b"\0").into());
        if let Some(&i) = self.lits.get(&key) {
            return i;
        }
        let i = self.proto.literals.len() as u16;
        self.proto.literals.push(Literal::Str(full.to_ascii_lowercase().into()));
        if let Some(f) = fallback {
            self.proto.literals.push(Literal::Str(f.to_ascii_lowercase().into()));
        }
        self.proto.literals.push(Literal::Str(full.into()));
        self.lits.insert(key, i);
        i
    }

    /// Constant names for FetchConst: full name and, next to it, the fallback.
    pub fn const_names(&mut self, full: &[u8], fallback: Option<&[u8]>) -> u16 {
        let Some(f) = fallback else { return self.str(full) };
        let key = LitKey::Pair(full.into(), [b"c", f].concat().into());
        if let Some(&i) = self.lits.get(&key) {
            return i;
        }
        let i = self.proto.literals.len() as u16;
        self.proto.literals.push(Literal::Str(full.into()));
        self.proto.literals.push(Literal::Str(f.into()));
        self.lits.insert(key, i);
        i
    }

    pub fn k(&mut self, l: Literal) -> Opd {
        Opd::K(self.literal(l))
    }

    pub fn null(&mut self) -> Opd {
        self.k(Literal::Null)
    }

    /// Numbers temporaries behind the CVs.
    pub fn finish(mut self) -> FnProto {
        let n = self.proto.cv_names.len() as u16;
        let fix = |o: u16| if (0x4000..0x8000).contains(&o) { ((o >> 1) - T_BASE + n) << 1 } else { o };
        let fix_plain = |o: u16| if o >= T_BASE && o != NONE { o - T_BASE + n } else { o };
        let mut i = 0;
        while i < self.proto.code.len() {
            let w = self.proto.code[i];
            let Some(op) = Op::from_u16(w.op) else { break };
            let one_word_jump =
                matches!(op, Op::Jmp | Op::Loop | Op::LoopNZ | Op::JmpZ | Op::JmpNZ | Op::FastCall);
            self.proto.code[i].a = fix(w.a);
            if !one_word_jump {
                self.proto.code[i].b = fix(w.b);
                self.proto.code[i].c = fix(w.c);
            }
            if op.words() == 2 {
                let e: &mut Insn = &mut self.proto.code[i + 1];
                match op {
                    Op::AssignDimR
                    | Op::AssignDimK
                    | Op::AssignDimNext
                    | Op::FetchPropDyn
                    | Op::FetchPropDynW
                    | Op::AssignPropDyn
                    | Op::IncDecProp
                    | Op::AssignPropRef
                    | Op::IssetProp
                    | Op::UnsetProp
                    | Op::FetchStaticProp
                    | Op::IssetStaticProp
                    | Op::UnsetStaticProp
                    | Op::FetchClassConst
                    | Op::InitMethodDyn
                    | Op::InitStaticDyn
                    | Op::SendVar
                    | Op::SendFnResult => e.op = fix(e.op),
                    Op::AssignDimOp => e.a = fix(e.a),
                    Op::AssignPropOp => {
                        e.op = fix(e.op);
                        e.b = fix(e.b);
                    }
                    _ => {}
                }
            }
            i += op.words();
        }
        for l in &mut self.proto.live {
            l.slot = fix_plain(l.slot);
        }
        self.proto.live.sort_by_key(|l| l.start);
        for r in &mut self.proto.regions {
            r.finally_slot = fix_plain(r.finally_slot);
        }
        self.proto.num_cvs = n;
        self.proto.num_slots = n + self.max_temps;
        self.proto
    }
}

/// Normalizes a constant array key.
pub(crate) fn array_key(l: &Literal) -> Option<ArrayKey> {
    Some(match l {
        Literal::Int(i) => ArrayKey::Int(*i),
        Literal::Str(s) => match int_key(s) {
            Some(i) => ArrayKey::Int(i),
            None => ArrayKey::Str(s.clone()),
        },
        Literal::Bool(b) => ArrayKey::Int(*b as i64),
        Literal::Null => ArrayKey::Str(Box::default()),
        _ => return None,
    })
}

fn int_key(s: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(s).ok()?;
    let i: i64 = text.parse().ok()?;
    (i.to_string() == text && i != i64::MIN).then_some(i)
}
