//! Instructions as the optimizer handles them: decoded, with jump targets as indices of instructions.

use howdah_bytecode::{FnProto, Op, RK_LITERAL};

/// One instruction.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct I {
    /// Index of its first word in the generic code.
    pub at: u32,
    /// The op.
    pub op: Op,
    /// Operand.
    pub a: u16,
    /// Operand; meaningless in one-word jumps.
    pub b: u16,
    /// Operand; meaningless in one-word jumps.
    pub c: u16,
    /// Extension word; meaningless in jumps.
    pub x: u32,
    /// Extension word.
    pub y: u32,
    /// Where it may jump: index of an instruction. A `Switch` has its table instead.
    pub target: Option<usize>,
}

/// The instructions of a function; `None` when the code is not what it should be.
pub fn decode(f: &FnProto) -> Option<Vec<I>> {
    let mut index = vec![usize::MAX; f.code.len()];
    let mut out = Vec::with_capacity(f.code.len());
    let mut at = 0;
    while at < f.code.len() {
        let w = f.code[at];
        let op = match Op::from_u16(w.op)? {
            // What runs together is told anew when the code is final.
            Op::FetchThisPropDim => Op::FetchThisProp,
            op => op,
        };
        index[at] = out.len();
        let (x, y) = if op.words() == 2 {
            if at + 1 >= f.code.len() {
                return None;
            }
            let e = f.ext(at + 1);
            (e.x, e.y)
        } else {
            (0, 0)
        };
        out.push(I { at: at as u32, op, a: w.a, b: w.b, c: w.c, x, y, target: None });
        at += op.words();
    }
    for i in &mut out {
        let offset = match i.op.jump_words() {
            1 => f.code[i.at as usize].jump(),
            2 => i.x as i32,
            _ => continue,
        };
        if offset == 0 && matches!(i.op, Op::New | Op::Catch) {
            continue;
        }
        i.target = Some(word_index(&index, i64::from(i.at) + i64::from(offset))?);
    }
    // Every other place that is named must be an instruction too.
    for i in &out {
        if i.op == Op::Switch {
            let t = f.switches.get(i.x as usize)?;
            for o in t.cases.iter().map(|c| c.1).chain([t.default]) {
                word_index(&index, i64::from(i.at) + i64::from(o))?;
            }
        }
    }
    for r in &f.regions {
        if r.catch == 0 || r.finally != 0 {
            return None;
        }
        word_index(&index, i64::from(r.catch))?;
    }
    Some(out)
}

fn word_index(index: &[usize], word: i64) -> Option<usize> {
    index.get(usize::try_from(word).ok()?).copied().filter(|&i| i != usize::MAX)
}

/// Index of the instruction at a word; the code was checked by [`decode`].
pub fn at_word(code: &[I], word: u32) -> usize {
    code.partition_point(|i| i.at < word)
}

/// Instructions that a `Switch` may jump to.
pub fn switch_targets<'a>(f: &'a FnProto, code: &'a [I], i: &'a I) -> impl Iterator<Item = usize> + 'a {
    let t = &f.switches[i.x as usize];
    let at = i.at as i64;
    t.cases.iter().map(|c| c.1).chain([t.default]).map(move |o| at_word(code, (at + i64::from(o)) as u32))
}

/// The slot that an operand names; `None` for literals.
pub fn slot_of(o: u16) -> Option<usize> {
    (o & RK_LITERAL == 0).then_some((o >> 1) as usize)
}

/// The literal that an rk operand names.
pub fn literal_of(o: u16) -> Option<usize> {
    (o & RK_LITERAL != 0).then_some(((o & !RK_LITERAL) >> 1) as usize)
}

impl I {
    /// Whether the next instruction can follow.
    pub fn falls_through(&self) -> bool {
        !matches!(
            self.op,
            Op::Jmp
                | Op::Loop
                | Op::Ret
                | Op::RetRef
                | Op::Throw
                | Op::GenRet
                | Op::MatchError
                | Op::Fail
                | Op::VerifyNever
        )
    }
}
