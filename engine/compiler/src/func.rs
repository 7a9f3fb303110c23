//! The function under construction: code, slots, literals, live ranges.

use crate::{C, error};
use howdah_bytecode::{
    ArrayKey, FRAME_SLOTS, FnProto, Insn, Interner, Literal, LiveKind, LiveRange, MAX_SLOT, NONE, Op,
    RK_LITERAL, Text, fn_flags,
};
use rustc_hash::{FxHashMap, FxHashSet};

/// Temporaries are numbered from here until the number of CVs is known.
const T_BASE: u16 = 0x2000;

/// So many CVs, and so many temporaries, can be numbered.
const MAX_SLOTS: usize = (MAX_SLOT - T_BASE) as usize;

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

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum LitKey {
    Null,
    Bool(bool),
    Int(i64),
    Dbl(u64),
    Str(Text),
    /// A name as written, next to its lower-cased form.
    Name(Text),
    /// Names of a function: full, fallback.
    Function(Text, Option<Text>),
    /// Names of a constant: full, fallback.
    Const(Text, Text),
}

/// A temporary.
#[derive(Clone, Copy)]
struct Temp {
    used: bool,
    /// Where its value begins to live, and what it is.
    live: Option<(u32, LiveKind)>,
}

const FREE: Temp = Temp { used: false, live: None };

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
    pub label: Text,
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
    intern: Interner,
    /// CVs by name, once there are more than a look through the list is good for.
    cvs: FxHashMap<Text, u16>,
    lits: FxHashMap<LitKey, u32>,
    temps: Vec<Temp>,
    max_temps: usize,
    pub loops: Vec<Loop>,
    pub scopes: Vec<Scope>,
    next_scope: usize,
    pub finallys: Vec<Finally>,
    pub labels: FxHashMap<Text, Label>,
    pub gotos: Vec<Goto>,
    /// Names of the static variables.
    pub statics: FxHashSet<Text>,
    /// Names of the captured variables.
    pub captured: FxHashSet<Text>,
    pub line: u32,
    /// A constant expression is being compiled in place.
    pub const_expr: bool,
    /// Pending jumps of nullsafe operators in the chain being compiled.
    pub nullsafe: Vec<usize>,
    pub is_static: bool,
    pub in_class_fn: bool,
    /// Named property of the hook being compiled.
    pub hook: Option<Text>,
    /// The hooked property's backing store is used.
    pub uses_backing: bool,
    pub display_name: Text,
    pub is_arrow: bool,
    pub nested: u32,
    /// Where the last op begins.
    last: usize,
    /// The furthest place that a jump was patched to land at.
    landing: usize,
}

/// Literals from here on may have an index that only ops with an extension word can name.
const SHORT_INDICES: usize = MAX_SLOT as usize - 16;

/// So many CVs are looked for one by one.
const FEW_CVS: usize = 16;

impl FnCtx {
    pub fn new(intern: Interner) -> FnCtx {
        FnCtx {
            proto: FnProto::default(),
            intern,
            cvs: FxHashMap::default(),
            lits: FxHashMap::default(),
            temps: Vec::new(),
            max_temps: 0,
            loops: Vec::new(),
            scopes: Vec::new(),
            next_scope: 0,
            finallys: Vec::new(),
            labels: FxHashMap::default(),
            gotos: Vec::new(),
            statics: FxHashSet::default(),
            captured: FxHashSet::default(),
            line: 1,
            nullsafe: Vec::new(),
            is_static: false,
            in_class_fn: false,
            hook: None,
            uses_backing: false,
            display_name: Text::default(),
            is_arrow: false,
            nested: 0,
            const_expr: false,
            last: 0,
            landing: 0,
        }
    }

    /// The slot of a variable, made on first use.
    pub fn cv(&mut self, name: &[u8]) -> Opd {
        let name = (self.intern)(name);
        Opd::Cv(self.find_cv(name).unwrap_or_else(|| self.new_cv(name)))
    }

    /// Whether the function has a variable of this name so far.
    pub fn has_cv(&self, name: &[u8]) -> bool {
        self.find_cv((self.intern)(name)).is_some()
    }

    fn find_cv(&self, name: Text) -> Option<u16> {
        if self.proto.cv_names.len() > FEW_CVS {
            return self.cvs.get(&name).copied();
        }
        self.proto.cv_names.iter().position(|n| *n == name).map(|i| i as u16)
    }

    fn new_cv(&mut self, name: Text) -> u16 {
        let i = self.proto.cv_names.len();
        self.proto.cv_names.push(name);
        if *name == *b"http_response_header" {
            // Opening a URL sets it.
            self.proto.flags |= howdah_bytecode::fn_flags::DYNAMIC_VARS;
        }
        match i {
            0..FEW_CVS => {}
            FEW_CVS => self.cvs.extend(self.proto.cv_names.iter().zip(0..).map(|(n, i)| (*n, i))),
            _ => {
                self.cvs.insert(name, i.min(MAX_SLOTS) as u16);
            }
        }
        i.min(MAX_SLOTS) as u16
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
        let i = self.temps.iter().position(|t| !t.used).unwrap_or(self.temps.len());
        self.take(i)
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

    /// Takes temporary `i`. One beyond the highest number is only counted: the function does not compile then.
    fn take(&mut self, i: usize) -> u16 {
        self.max_temps = self.max_temps.max(i + 1);
        let i = i.min(MAX_SLOTS);
        if i >= self.temps.len() {
            self.temps.resize(i + 1, FREE);
        }
        self.temps[i].used = true;
        i as u16
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
    pub fn fresh_pair(&mut self, name: &[u8]) -> u32 {
        let i = self.proto.literals.len() as u32;
        self.push_pair((self.intern)(name));
        i
    }

    fn push_pair(&mut self, name: Text) {
        let lower = self.lower(name);
        self.proto.literals.extend([Literal::Str(name), Literal::Str(lower)]);
    }

    /// A name in lower case.
    fn lower(&self, name: Text) -> Text {
        if !name.iter().any(u8::is_ascii_uppercase) {
            return name;
        }
        (self.intern)(Lower::new(&name).get())
    }

    /// A temporary above a window, so that the window's header stays free of it.
    pub fn temp_above(&mut self, w: u16) -> u16 {
        let mut i = (w + FRAME_SLOTS) as usize;
        while self.temps.get(i).is_some_and(|t| t.used) {
            i += 1;
        }
        self.take(i)
    }

    /// `n` consecutive temporaries above everything in use.
    pub fn block(&mut self, n: u16) -> u16 {
        let base = self.temps_in_use() as usize;
        for i in base..base + n as usize {
            self.take(i);
        }
        base.min(MAX_SLOTS) as u16
    }

    /// Below which number all temporaries in use are.
    pub fn temps_in_use(&self) -> u32 {
        self.temps.iter().rposition(|t| t.used).map_or(0, |i| i as u32 + 1)
    }

    /// A call window for `argc` arguments: gives its first slot.
    pub fn window(&mut self, argc: usize) -> u16 {
        self.block(FRAME_SLOTS + argc as u16)
    }

    /// Ends a window: all its slots are free.
    pub fn free_window(&mut self, w: u16, argc: usize) {
        let end = (w + FRAME_SLOTS) as usize + argc;
        for i in w as usize..end.min(self.temps.len()) {
            self.temps[i].used = false;
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
        if let Some(t) = self.temps.get_mut(i as usize) {
            t.used = false;
        }
    }

    /// The temporary holds a value from here on.
    pub fn def(&mut self, i: u16) -> Opd {
        self.def_kind(i, LiveKind::Tmp)
    }

    pub fn def_kind(&mut self, i: u16, kind: LiveKind) -> Opd {
        let at = self.here() as u32;
        if let Some(t) = self.temps.get_mut(i as usize) {
            t.live = Some((at, kind));
        }
        Opd::T(i)
    }

    /// The next op consumes the temporary: ends its live range.
    pub fn end(&mut self, i: u16) {
        if let Some((start, kind)) = self.temps.get_mut(i as usize).and_then(|t| t.live.take()) {
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
                let live = self.temps.get(i as usize).and_then(|t| t.live);
                let kind = live.map_or(LiveKind::Tmp, |l| l.1);
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

    /// The index of a literal that others may share.
    fn lit(&mut self, key: LitKey, l: impl FnOnce(&mut Self)) -> u32 {
        if let Some(&i) = self.lits.get(&key) {
            return i;
        }
        if self.proto.literals.len() == SHORT_INDICES {
            self.common_literals();
        }
        let i = self.proto.literals.len() as u32;
        l(self);
        self.lits.insert(key, i);
        i
    }

    /// Those literals that ops name without an index of 32 bits are there before the short indices end.
    #[cold]
    fn common_literals(&mut self) {
        let common = [
            (LitKey::Null, Literal::Null),
            (LitKey::Bool(false), Literal::Bool(false)),
            (LitKey::Bool(true), Literal::Bool(true)),
            (LitKey::Int(1), Literal::Int(1)),
        ];
        for (key, l) in common {
            let next = self.proto.literals.len() as u32;
            if *self.lits.entry(key).or_insert(next) == next {
                self.proto.literals.push(l);
            }
        }
    }

    /// The literal index of a string.
    pub fn str(&mut self, s: &[u8]) -> u32 {
        let s = (self.intern)(s);
        self.text(s)
    }

    fn text(&mut self, s: Text) -> u32 {
        self.lit(LitKey::Str(s), |f| f.proto.literals.push(Literal::Str(s)))
    }

    /// A string as an operand.
    pub fn str_opd(&mut self, s: &[u8]) -> Opd {
        let i = self.str(s);
        self.opd(i)
    }

    /// The index of a literal.
    pub fn literal(&mut self, l: Literal) -> u32 {
        let key = match &l {
            Literal::Null => LitKey::Null,
            Literal::Bool(b) => LitKey::Bool(*b),
            Literal::Int(i) => LitKey::Int(*i),
            Literal::Dbl(d) => LitKey::Dbl(d.to_bits()),
            Literal::Str(s) => LitKey::Str(*s),
            Literal::Array(_) | Literal::Thunk(_) => {
                self.proto.literals.push(l);
                return self.proto.literals.len() as u32 - 1;
            }
        };
        self.lit(key, |f| f.proto.literals.push(l))
    }

    /// A name's written form at the index, the lower-cased one behind it.
    pub fn name_pair(&mut self, name: &[u8]) -> u32 {
        let name = (self.intern)(name);
        self.lit(LitKey::Name(name), |f| f.push_pair(name))
    }

    /// The name of a class as an operand: a name pair, or a string to find the class by.
    pub fn class_opd(&mut self, name: &[u8]) -> Opd {
        let i = self.name_pair(name);
        self.opd(i)
    }

    /// Function names for InitFn and CallFn: lower-cased full name, [lower-cased fallback], name as written.
    pub fn fn_names(&mut self, full: &[u8], fallback: Option<&[u8]>) -> u32 {
        let (full, fallback) = ((self.intern)(full), fallback.map(self.intern));
        self.lit(LitKey::Function(full, fallback), |f| {
            for name in [Some(full), fallback].into_iter().flatten() {
                let name = f.lower(name);
                f.proto.literals.push(Literal::Str(name));
            }
            f.proto.literals.push(Literal::Str(full));
        })
    }

    /// Constant names for FetchConst: full name and, next to it, the fallback.
    pub fn const_names(&mut self, full: &[u8], fallback: Option<&[u8]>) -> u32 {
        let full = (self.intern)(full);
        let Some(fallback) = fallback else { return self.text(full) };
        let fallback = (self.intern)(fallback);
        self.lit(LitKey::Const(full, fallback), |f| {
            f.proto.literals.extend([Literal::Str(full), Literal::Str(fallback)]);
        })
    }

    /// A literal as an operand.
    pub fn k(&mut self, l: Literal) -> Opd {
        let i = self.literal(l);
        self.opd(i)
    }

    /// A literal by its index as an operand: one beyond the short indices is loaded into a temporary.
    fn opd(&mut self, i: u32) -> Opd {
        if let Ok(i) = u16::try_from(i)
            && i <= MAX_SLOT
        {
            return Opd::K(i);
        }
        let d = self.temp();
        self.ext(Op::LoadK, t(d), 0, 0, i, 0);
        self.def(d)
    }

    pub fn null(&mut self) -> Opd {
        self.k(Literal::Null)
    }

    /// Puts a literal into a temporary, which is not yet defined by that.
    pub fn load(&mut self, d: u16, i: u32) -> usize {
        match u16::try_from(i) {
            Ok(i) => self.op(Op::LoadK16, t(d), i, 0),
            Err(_) => self.ext(Op::LoadK, t(d), 0, 0, i, 0),
        }
    }

    /// Gives the finished function, its temporaries numbered behind the CVs, and makes this ready for another one.
    ///
    /// # Errors
    /// The function has more variables or temporaries than can be numbered.
    pub fn finish(&mut self) -> C<FnProto> {
        if self.proto.cv_names.len() > MAX_SLOTS || self.max_temps > MAX_SLOTS {
            return error(
                self.proto.start_line,
                "The function has too many variables or too large expressions",
            );
        }
        let n = self.proto.cv_names.len() as u16;
        let fix = |o: u16| if (0x4000..0x8000).contains(&o) { ((o >> 1) - T_BASE + n) << 1 } else { o };
        let fix_plain = |o: u16| if o >= T_BASE && o != NONE { o - T_BASE + n } else { o };
        let mut loops = false;
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
            self.with_literal(i, op);
            loops |= op.is_loop();
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
        if loops && self.proto.flags & (fn_flags::MAIN | fn_flags::THUNK) == 0 {
            self.proto.entry = self.here() as u32;
            self.line = self.proto.start_line;
            self.op(Op::Specialise, 0, 0, 0);
        }
        self.proto.fuse(0);
        self.proto.num_cvs = n;
        self.proto.num_slots = n + self.max_temps as u16;
        Ok(self.take_proto())
    }

    /// Equality with a literal that says how to compare has ops of its own: what `op` at `i` becomes.
    fn with_literal(&mut self, i: usize, op: Op) {
        use Op::*;
        if !matches!(
            op,
            Eq | Ne
                | Identical
                | NotIdentical
                | CaseEq
                | CaseIdentical
                | JmpEq
                | JmpNe
                | JmpIdentical
                | JmpNotIdentical
        ) {
            return;
        }
        let w = &mut self.proto.code[i];
        let literal = |o: u16| (o & RK_LITERAL != 0).then_some(((o & !RK_LITERAL) >> 1) as usize);
        // Either side may be the literal, unless the left one is only looked at.
        let (b, c, k) = match (literal(w.b), literal(w.c)) {
            (None, Some(k)) => (w.b, w.c, k),
            (Some(k), None) if !matches!(op, CaseEq | CaseIdentical) => (w.c, w.b, k),
            _ => return,
        };
        let (tag, text, word) = match &self.proto.literals[k] {
            Literal::Null | Literal::Bool(_) => (true, false, false),
            Literal::Str(t) => (false, true, no_number(t)),
            _ => return,
        };
        let op = match op {
            Identical if text => IdenticalStr,
            NotIdentical if text => NotIdenticalStr,
            CaseIdentical if text => CaseIdenticalStr,
            JmpIdentical if text => JmpIdenticalStr,
            JmpNotIdentical if text => JmpNotIdenticalStr,
            Eq if word => EqStr,
            Ne if word => NeStr,
            CaseEq if word => CaseEqStr,
            JmpEq if word => JmpEqStr,
            JmpNe if word => JmpNeStr,
            Identical if tag => IdenticalTag,
            NotIdentical if tag => NotIdenticalTag,
            JmpIdentical if tag => JmpIdenticalTag,
            JmpNotIdentical if tag => JmpNotIdenticalTag,
            JmpEq if matches!(self.proto.literals[k], Literal::Bool(_)) => JmpEqBool,
            JmpNe if matches!(self.proto.literals[k], Literal::Bool(_)) => JmpNeBool,
            _ => return,
        };
        (w.op, w.b, w.c) = (op as u16, b, c);
    }

    /// The function in vectors of just its size; the large ones that it was built in stay here.
    fn take_proto(&mut self) -> FnProto {
        let mut done = std::mem::take(&mut self.proto);
        // Clearing a map takes time by its room, which one large function must not cost all after it.
        if self.lits.capacity() > 1024 {
            self.lits = FxHashMap::default();
        }
        self.lits.clear();
        self.cvs.clear();
        self.temps.clear();
        *self = FnCtx {
            lits: std::mem::take(&mut self.lits),
            cvs: std::mem::take(&mut self.cvs),
            temps: std::mem::take(&mut self.temps),
            ..FnCtx::new(self.intern)
        };
        fit(&mut done.cv_names, &mut self.proto.cv_names);
        fit(&mut done.code, &mut self.proto.code);
        fit(&mut done.lines, &mut self.proto.lines);
        fit(&mut done.literals, &mut self.proto.literals);
        fit(&mut done.live, &mut self.proto.live);
        done
    }
}

/// Moves what `v` holds into a vector of just that size, and its room to `room`.
fn fit<T>(v: &mut Vec<T>, room: &mut Vec<T>) {
    let mut fitted = Vec::with_capacity(v.len());
    fitted.append(v);
    *room = std::mem::replace(v, fitted);
}

/// A name in lower case, on the stack if it is short.
pub(crate) struct Lower {
    short: [u8; 64],
    long: Vec<u8>,
    len: usize,
}

impl Lower {
    pub fn new(name: &[u8]) -> Lower {
        let mut l = Lower { short: [0; 64], long: Vec::new(), len: name.len() };
        match l.short.get_mut(..name.len()) {
            Some(s) => {
                s.copy_from_slice(name);
                s.make_ascii_lowercase();
            }
            None => l.long = name.to_ascii_lowercase(),
        }
        l
    }

    pub fn get(&self) -> &[u8] {
        if self.long.is_empty() { &self.short[..self.len] } else { &self.long }
    }
}

/// Normalizes a constant array key.
pub(crate) fn array_key(l: &Literal) -> Option<ArrayKey> {
    Some(match l {
        Literal::Int(i) => ArrayKey::Int(*i),
        Literal::Str(s) => match int_key(s) {
            Some(i) => ArrayKey::Int(i),
            None => ArrayKey::Str(*s),
        },
        Literal::Bool(b) => ArrayKey::Int(*b as i64),
        Literal::Null => ArrayKey::Str(Text::default()),
        _ => return None,
    })
}

fn int_key(s: &[u8]) -> Option<i64> {
    if !s.first().is_some_and(|c| c.is_ascii_digit() || *c == b'-') {
        return None;
    }
    let text = std::str::from_utf8(s).ok()?;
    let i: i64 = text.parse().ok()?;
    (i.to_string() == text && i != i64::MIN).then_some(i)
}

/// Whether a text is none of the strings that are compared as numbers, which is seen from how it begins.
fn no_number(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"\x0b").unwrap_or(text);
    let text = text.strip_prefix(b"+").or(text.strip_prefix(b"-")).unwrap_or(text);
    let text = text.strip_prefix(b".").unwrap_or(text);
    text.first().is_none_or(|c| !c.is_ascii_digit() && !c.is_ascii_whitespace() && *c != 0x0b)
}
