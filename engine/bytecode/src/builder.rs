//! Emits code words and patches jumps.

use crate::{FnProto, Insn, Op};

impl FnProto {
    /// Appends a one-word op; gives its index.
    pub fn emit(&mut self, line: u32, op: Op, a: u16, b: u16, c: u16) -> usize {
        debug_assert!(op.words() == 1, "{op:?} has two words");
        self.code.push(Insn { op: op as u16, a, b, c });
        self.lines.push(line);
        self.code.len() - 1
    }

    /// Appends a two-word op; gives the index of its first word.
    pub fn emit_ext(&mut self, line: u32, op: Op, abc: (u16, u16, u16), x: u32, y: u32) -> usize {
        debug_assert!(op.words() == 2, "{op:?} has one word");
        let at = self.code.len();
        self.code.push(Insn { op: op as u16, a: abc.0, b: abc.1, c: abc.2 });
        self.code.push(Insn { op: x as u16, a: (x >> 16) as u16, b: y as u16, c: (y >> 16) as u16 });
        self.lines.push(line);
        self.lines.push(line);
        at
    }

    /// Makes ops from code index `from` on run together with the one behind them: see [`Op::FetchThisPropDim`].
    pub fn fuse(&mut self, from: usize) {
        let mut last: Option<usize> = None;
        let mut i = from;
        while i < self.code.len() {
            let w = self.code[i];
            let Some(op) = Op::from_u16(w.op) else { return };
            if let Some(p) = last
                && matches!(op, Op::FetchDimRR | Op::FetchDimRK | Op::FetchDim)
                && w.b == self.code[p].a
            {
                self.code[p].op = Op::FetchThisPropDim as u16;
            }
            last = (op == Op::FetchThisProp).then_some(i);
            i += op.words();
        }
    }

    /// Points the jump at `at` (one or two words) to code index `target`.
    pub fn patch(&mut self, at: usize, target: usize) {
        let offset = (target as i64 - at as i64) as i32 as u32;
        let two = Op::from_u16(self.code[at].op).is_some_and(|op| op.words() == 2);
        if two {
            self.code[at + 1].op = offset as u16;
            self.code[at + 1].a = (offset >> 16) as u16;
        } else {
            self.code[at].b = offset as u16;
            self.code[at].c = (offset >> 16) as u16;
        }
    }
}
