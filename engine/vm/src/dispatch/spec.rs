//! Ops that the optimizer emits where it proved the operands' types: no checks of types, and results go raw into their slot.
//! What one of them cannot do goes on in the generic code.

// Not less is not greater or equal: either side may be NaN.
#![allow(clippy::neg_cmp_op_on_partial_ord)]

use super::S;
use crate::op;
use howdah_bytecode::incdec;
use plugin_api_abi::{DBL, INT, Val};
use std::sync::atomic::Ordering;

const II: u32 = INT as u32;
const DD: u32 = DBL as u32;

#[inline(always)]
unsafe fn put_int(d: *mut Val, i: i64) {
    // SAFETY: a slot of the running frame.
    unsafe {
        (*d).payload = i as u64;
        (*d).ty = II;
    }
}

#[inline(always)]
unsafe fn put_dbl(d: *mut Val, v: f64) {
    // SAFETY: as above.
    unsafe {
        (*d).payload = v.to_bits();
        (*d).ty = DD;
    }
}

op! {
    /// Goes on at the op's place in the generic code.
    #[cold]
    #[inline(never)]
    deoptimize(s) {
        let f = s.func();
        let proto = &*(*f).proto;
        let at = s.pc.offset_from((*f).code) as usize - proto.entry as usize;
        s.go((*f).code.add(proto.deopt[at] as usize))
    }
    Specialise(s) {
        let f = s.func();
        crate::load::specialise(f);
        (*s.frame()).pc = (*f).entry.add(1);
        let n = S { pc: (*f).entry, k: (*f).k, ..s };
        n.go(n.pc)
    }
    [fast] GuardI(s) {
        if (*s.slot(s.a())).ty == II { s.next(1) } else { s.tail(deoptimize) }
    }
    [fast] IncI(s) {
        let d = s.slot(s.a());
        match (*d).as_int().checked_add(1) {
            Some(r) => { (*d).payload = r as u64; s.next(1) }
            None => s.tail(deoptimize),
        }
    }
    [fast] DecI(s) {
        let d = s.slot(s.a());
        match (*d).as_int().checked_sub(1) {
            Some(r) => { (*d).payload = r as u64; s.next(1) }
            None => s.tail(deoptimize),
        }
    }
    [fast] IncDecI(s) {
        let d = s.slot(s.a());
        let kind = s.c();
        let old = (*d).as_int();
        match old.checked_add(1 - 2 * (kind & incdec::PRE_DEC) as i64) {
            Some(r) => {
                (*d).payload = r as u64;
                put_int(s.slot(s.b()), if kind & incdec::POST_INC != 0 { old } else { r });
                s.next(1)
            }
            None => s.tail(deoptimize),
        }
    }
    [fast] ModIIRK(s) {
        let r = (*s.slot(s.b())).as_int() % (*s.kk(s.c())).as_int().max(1);
        put_int(s.slot(s.a()), r);
        s.next(1)
    }
    [fast] BandIIRR(s) {
        let r = (*s.slot(s.b())).as_int() & (*s.slot(s.c())).as_int();
        put_int(s.slot(s.a()), r);
        s.next(1)
    }
    [fast] BandIIRK(s) {
        let r = (*s.slot(s.b())).as_int() & (*s.kk(s.c())).as_int();
        put_int(s.slot(s.a()), r);
        s.next(1)
    }
}

macro_rules! int_arith {
    ($($name:ident $left:ident $right:ident $checked:ident;)*) => {
        op! { $( [fast] $name(s) {
            match (*s.$left(s.b())).as_int().$checked((*s.$right(s.c())).as_int()) {
                Some(r) => { put_int(s.slot(s.a()), r); s.next(1) }
                None => s.tail(deoptimize),
            }
        } )* }
    };
}
int_arith! {
    AddIIRR slot slot checked_add; AddIIRK slot kk checked_add;
    SubIIRR slot slot checked_sub; SubIIRK slot kk checked_sub; SubIIKR kk slot checked_sub;
    MulIIRR slot slot checked_mul; MulIIRK slot kk checked_mul;
}

macro_rules! dbl_arith {
    ($($name:ident $left:ident $op:tt $right:ident;)*) => {
        op! { $( [fast] $name(s) {
            let r = (*s.$left(s.b())).as_dbl() $op (*s.$right(s.c())).as_dbl();
            put_dbl(s.slot(s.a()), r);
            s.next(1)
        } )* }
    };
}
dbl_arith! {
    AddDDRR slot + slot; AddDDRK slot + kk;
    SubDDRR slot - slot; SubDDRK slot - kk; SubDDKR kk - slot;
    MulDDRR slot * slot; MulDDRK slot * kk;
}

macro_rules! dbl_div {
    ($($name:ident $left:ident $right:ident;)*) => {
        op! { $( [fast] $name(s) {
            let q = (*s.$right(s.c())).as_dbl();
            if q == 0.0 {
                return s.tail(deoptimize);
            }
            put_dbl(s.slot(s.a()), (*s.$left(s.b())).as_dbl() / q);
            s.next(1)
        } )* }
    };
}
dbl_div! { DivDDRR slot slot; DivDDRK slot kk; DivDDKR kk slot; }

macro_rules! jumps {
    ($($name:ident $as:ident $right:ident |$x:ident, $y:ident| $cond:expr;)*) => {
        op! { $( [fast] $name(s) {
            let ($x, $y) = ((*s.slot(s.b())).$as(), (*s.$right(s.c())).$as());
            if $cond { s.jump_x() } else { s.next(2) }
        } )* }
    };
}
jumps! {
    JmpLtIIRR as_int slot |x, y| x < y; JmpLtIIRK as_int kk |x, y| x < y;
    JmpLeIIRR as_int slot |x, y| x <= y; JmpLeIIRK as_int kk |x, y| x <= y;
    JmpGtIIRK as_int kk |x, y| x > y; JmpGeIIRK as_int kk |x, y| x >= y;
    JmpEqIIRR as_int slot |x, y| x == y; JmpEqIIRK as_int kk |x, y| x == y;
    JmpNeIIRR as_int slot |x, y| x != y; JmpNeIIRK as_int kk |x, y| x != y;
}
jumps! {
    JmpLtDDRR as_dbl slot |x, y| x < y; JmpLtDDRK as_dbl kk |x, y| x < y;
    JmpNltDDRR as_dbl slot |x, y| !(x < y); JmpNltDDRK as_dbl kk |x, y| !(x < y);
    JmpLeDDRR as_dbl slot |x, y| x <= y; JmpLeDDRK as_dbl kk |x, y| x <= y;
    JmpNleDDRR as_dbl slot |x, y| !(x <= y); JmpNleDDRK as_dbl kk |x, y| !(x <= y);
    JmpGtDDRK as_dbl kk |x, y| x > y; JmpNgtDDRK as_dbl kk |x, y| !(x > y);
    JmpGeDDRK as_dbl kk |x, y| x >= y; JmpNgeDDRK as_dbl kk |x, y| !(x >= y);
}

macro_rules! loops {
    ($($name:ident $right:ident $op:tt;)*) => {
        op! { $( [fast] $name(s) {
            if !((*s.slot(s.b())).as_int() $op (*s.$right(s.c())).as_int()) {
                return s.next(2);
            }
            if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 {
                return s.tail(super::control::loop_x_interrupted);
            }
            s.jump_x()
        } )* }
    };
}
loops! {
    LoopLtIIRR slot <; LoopLtIIRK kk <; LoopLeIIRR slot <=; LoopLeIIRK kk <=; LoopGtIIRK kk >; LoopGeIIRK kk >=;
}

macro_rules! inc_loops {
    ($($name:ident $right:ident $op:tt;)*) => {
        op! { $( [fast] $name(s) {
            let d = s.slot(s.a());
            let Some(r) = (*d).as_int().checked_add(1) else { return s.tail(deoptimize) };
            (*d).payload = r as u64;
            // The loop's end is the next op, and has its own operands.
            let s = S { pc: s.pc.add(1), ..s };
            if !((*s.slot(s.b())).as_int() $op (*s.$right(s.c())).as_int()) {
                return s.next(2);
            }
            if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 {
                return s.tail(super::control::loop_x_interrupted);
            }
            s.jump_x()
        } )* }
    };
}
inc_loops! { IncLoopLtRR slot <; IncLoopLtRK kk <; IncLoopLeRR slot <=; IncLoopLeRK kk <=; }
