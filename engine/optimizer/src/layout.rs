//! Puts the specialised code behind the generic one, with everything that names places in it.

use crate::insn::{I, at_word};
use howdah_bytecode::{FnProto, Insn, LiveRange, Op, SwitchTable, TryRegion};

/// Appends `new` (for each generic instruction what it became) to the function, begun by a guard for each of `guards`.
pub fn append(f: &mut FnProto, code: &[I], new: &[Option<I>], guards: &[usize]) {
    let entry = f.code.len() as u32;
    f.entry = entry;
    for &g in guards {
        f.code.push(Insn { op: Op::GuardI as u16, a: (g << 1) as u16, b: 0, c: 0 });
        f.lines.push(f.lines.first().copied().unwrap_or(0));
        f.deopt.push(0);
    }
    // The new word of each instruction; a removed one's is that of the next.
    let mut word = Vec::with_capacity(code.len() + 1);
    let mut at = f.code.len() as u32;
    for i in new {
        word.push(at);
        at += i.map_or(0, |i| words(&i)) as u32;
    }
    word.push(at);
    for i in new.iter().flatten() {
        let line = f.lines[i.at as usize];
        let here = f.code.len() as i64;
        let offset = i.target.map(|t| (word[t] as i64 - here) as i32 as u32);
        let mut w = Insn { op: i.op as u16, a: i.a, b: i.b, c: i.c };
        let mut x = i.x;
        match (i.op.jump_words(), offset) {
            (1, Some(o)) => (w.b, w.c) = (o as u16, (o >> 16) as u16),
            (2, Some(o)) => x = o,
            _ => {}
        }
        if i.op == Op::Switch {
            let old = f.switches[i.x as usize].clone();
            let moved = |o: i32| {
                let target = at_word(code, (i64::from(i.at) + i64::from(o)) as u32);
                (word[target] as i64 - here) as i32
            };
            x = f.switches.len() as u32;
            f.switches.push(SwitchTable {
                cases: old.cases.iter().map(|(k, o)| (k.clone(), moved(*o))).collect(),
                default: moved(old.default),
                ..old
            });
        }
        f.code.push(w);
        if i.op.words() == 2 {
            f.code.push(Insn { op: x as u16, a: (x >> 16) as u16, b: i.y as u16, c: (i.y >> 16) as u16 });
        }
        if let (0, Some(o)) = (i.op.jump_words(), offset) {
            // A value on a way that was a jump.
            let o = o.wrapping_sub(1);
            f.code.push(Insn { op: Op::Jmp as u16, a: 0, b: o as u16, c: (o >> 16) as u16 });
        }
        for _ in 0..words(i) {
            f.lines.push(line);
            f.deopt.push(i.at);
        }
    }
    let moved = |w: u32| word[at_word(code, w)];
    for n in 0..f.regions.len() {
        let r = f.regions[n];
        f.regions.push(TryRegion {
            start: moved(r.start),
            end: moved(r.end),
            catch: moved(r.catch),
            finally: 0,
            finally_end: 0,
            finally_slot: r.finally_slot,
        });
    }
    for n in 0..f.live.len() {
        let l = f.live[n];
        let (start, end) = (moved(l.start), moved(l.end));
        if start < end {
            f.live.push(LiveRange { start, end, ..l });
        }
    }
    f.fuse(entry as usize);
}

/// Words of an instruction, with the jump behind a value.
fn words(i: &I) -> usize {
    i.op.words() + usize::from(i.target.is_some() && i.op.jump_words() == 0)
}
