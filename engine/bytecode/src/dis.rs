//! The disassembler: code as text, for tests and `-d` dumps.

use crate::{FnProto, NONE, Op, RK_LITERAL};
use std::fmt::Write;

fn operand(f: &FnProto, v: u16) -> String {
    if v == NONE {
        return "-".into();
    }
    if v & RK_LITERAL != 0 {
        let i = (v & !RK_LITERAL) >> 1;
        return match f.literals.get(i as usize) {
            Some(l) => format!("k{i}={l:?}"),
            None => format!("#{v:x}"),
        };
    }
    let s = v >> 1;
    match f.cv_names.get(s as usize) {
        Some(n) if s < f.num_cvs => format!("${}", String::from_utf8_lossy(n)),
        _ => format!("t{s}"),
    }
}

/// One function as text, a line an op: index, line, name, operands (as slots where they look like slots), x and y.
pub fn function(f: &FnProto) -> String {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}: cvs {} slots {} ics {}",
        String::from_utf8_lossy(&f.name),
        f.num_cvs,
        f.num_slots,
        f.ic_slots
    );
    let mut i = 0;
    while i < f.code.len() {
        let w = f.code[i];
        let Some(op) = Op::from_u16(w.op) else {
            let _ = writeln!(out, "{i:5} ?? {w:?}");
            i += 1;
            continue;
        };
        let _ = write!(
            out,
            "{i:5} L{:<4} {:<16} {} {} {}",
            f.lines[i],
            op.name(),
            operand(f, w.a),
            operand(f, w.b),
            operand(f, w.c)
        );
        if op.words() == 2 {
            let e = f.ext(i + 1);
            let _ = write!(out, " x={} y={}", e.x as i32, e.y);
        } else if matches!(op, Op::Jmp | Op::Loop | Op::LoopNZ | Op::JmpZ | Op::JmpNZ | Op::FastCall) {
            let _ = write!(out, " -> {}", i as i64 + w.jump() as i64);
        }
        out.push('\n');
        i += op.words();
    }
    out
}
