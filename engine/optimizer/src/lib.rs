//! The optimizer: a second, specialised form of functions with loops.
//!
//! Types and constants of every slot are found by one forward analysis that only follows the branches it cannot rule out
//! (Wegman and Zadeck's sparse conditional constant propagation, over basic blocks instead of SSA edges), and which stores nobody
//! reads by a backward one. Ops with proven operand types lose their checks, constant results and dead stores go. What a
//! specialised op cannot do, such as an overflow, goes on at the same place of the generic code, which stays in front of the
//! specialised code: both use the same frame, so nothing has to be rebuilt.
//!
//! Left alone: main code (its variables are globals), functions with `$$x` and the like, `finally`, by-reference generators.

mod cells;
mod flow;
mod insn;
mod layout;
mod live;
mod rewrite;
mod roles;

use howdah_bytecode::{FnProto, Interner, Op, Unit, fn_flags};

/// `RETURNS_REF` of the modifier bits.
const RETURNS_REF: u32 = 1 << 12;
/// Largest function that is analysed, in code words.
const MAX_WORDS: usize = 20_000;
/// Most cells of block states (blocks × slots).
const MAX_CELLS: usize = 400_000;

/// Adds specialised code to the functions of a unit that gain from it; strings that come up are interned by `intern`.
pub fn optimize(unit: &mut Unit, intern: Interner) {
    for f in &mut unit.functions {
        function(f, intern);
    }
}

/// Adds specialised code to a function, when there is something to gain; calls start at the generic code otherwise.
pub fn function(f: &mut FnProto, intern: Interner) {
    if f.code.last().is_some_and(|w| w.op == Op::Specialise as u16) {
        f.code.pop();
        f.lines.pop();
        f.entry = 0;
    }
    let left =
        fn_flags::MAIN | fn_flags::DYNAMIC_VARS | fn_flags::HAS_FINALLY | fn_flags::THUNK | RETURNS_REF;
    if f.flags & left != 0 || f.entry != 0 || f.code.len() > MAX_WORDS || !has_loop(f) {
        return;
    }
    let Some(code) = insn::decode(f) else { return };
    if code
        .iter()
        .any(|i| matches!(i.op, Op::FetchVar | Op::IssetVar | Op::UnsetVar | Op::Include | Op::FastCall))
    {
        return;
    }
    let blocks = flow::Blocks::of(f, &code);
    if blocks.len().saturating_mul(f.num_slots as usize) > MAX_CELLS {
        return;
    }
    let guards = rewrite::guards(f, &code);
    let types = flow::analyse(f, &code, &blocks, &guards, intern);
    let live = live::analyse(f, &code, &blocks);
    if let Some(new) = rewrite::rewrite(f, &code, &blocks, &types, &live, &guards) {
        layout::append(f, &code, &new, &guards);
    }
}

fn has_loop(f: &FnProto) -> bool {
    let mut i = 0;
    while i < f.code.len() {
        let Some(op) = Op::from_u16(f.code[i].op) else { return false };
        if op.is_loop() {
            return true;
        }
        i += op.words();
    }
    false
}
