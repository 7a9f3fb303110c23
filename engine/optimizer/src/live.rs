//! Backward analysis: which assignments store a value that the generic code never reads.

use crate::flow::Blocks;
use crate::insn::{I, slot_of, switch_targets};
use crate::roles::{Role, slots};
use howdah_bytecode::{FnProto, Op};

/// For each instruction: whether it assigns slot `a`, a local variable that nothing reads before it is assigned again or
/// the function ends. Parameters always count as read: backtraces show them.
pub fn analyse(f: &FnProto, code: &[I], blocks: &Blocks) -> Vec<bool> {
    let vars = f.num_cvs as usize;
    let mut at_start = vec![vec![false; vars]; blocks.len()];
    let mut dead = vec![false; code.len()];
    // Blocks mostly flow forwards: going through them backwards until nothing changes takes few rounds.
    let mut changed = true;
    while changed {
        changed = false;
        for b in (0..blocks.len()).rev() {
            let range = blocks.range(b);
            let mut live = vec![false; vars];
            let join = |live: &mut Vec<bool>, from: &[bool]| {
                for (l, f) in live.iter_mut().zip(from) {
                    *l |= f;
                }
            };
            let last = &code[range.end - 1];
            if last.falls_through() && b + 1 < blocks.len() {
                join(&mut live, &at_start[b + 1]);
            }
            if let Some(t) = last.target {
                join(&mut live, &at_start[blocks.starting_at(t)]);
            }
            if last.op == Op::Switch {
                for t in switch_targets(f, code, last) {
                    join(&mut live, &at_start[blocks.starting_at(t)]);
                }
            }
            for n in range.rev() {
                let i = &code[n];
                dead[n] = defined(i).is_some_and(|v| v < vars && v >= f.params.len() && !live[v]);
                for (role, v) in slots(i) {
                    if role == Role::Def && v < vars {
                        live[v] = false;
                    }
                }
                for (role, v) in slots(i) {
                    if role != Role::Def && v < vars {
                        live[v] = true;
                    }
                }
                for &(from, to, target) in &blocks.catches {
                    if i.at >= from && i.at < to {
                        join(&mut live, &at_start[blocks.starting_at(target)]);
                    }
                }
            }
            if live != at_start[b] {
                at_start[b] = live;
                changed = true;
            }
        }
    }
    dead
}

/// The variable that an op assigns without reading it.
fn defined(i: &I) -> Option<usize> {
    use Op::*;
    matches!(i.op, Assign | AddRRV | AddRKV | SubRRV | SubRKV | MulRRV | MulRKV | BinaryV)
        .then(|| slot_of(i.a))
        .flatten()
}
