//! Comparisons, plain and fused with a jump.

use super::S;
use crate::op;
use crate::rt::{self};
use plugin_api_abi::{DBL, INT, REFCOUNTED, STR, Status, TRUE, UNDEF, Val};
use std::sync::atomic::Ordering;

const II: u32 = INT as u32;
const DD: u32 = DBL as u32;

/// Which comparison.
const EQ: u8 = 0;
const IDENT: u8 = 1;
const LT: u8 = 2;
const LE: u8 = 3;

/// Result where both sides are ints or both are floats.
#[inline(always)]
unsafe fn same<const C: u8>(x: *const Val, y: *const Val) -> Option<bool> {
    // SAFETY: operands of the running op.
    unsafe {
        if (*x).ty == II && (*y).ty == II {
            let (p, q) = ((*x).as_int(), (*y).as_int());
            return Some(match C {
                EQ | IDENT => p == q,
                LT => p < q,
                _ => p <= q,
            });
        }
        if (*x).ty == DD && (*y).ty == DD {
            let (p, q) = ((*x).as_dbl(), (*y).as_dbl());
            return Some(match C {
                EQ | IDENT => p == q,
                LT => p < q,
                _ => p <= q,
            });
        }
        None
    }
}

/// Result where it takes no call: int with float; identity of plain values, or of values of different types.
#[inline(always)]
unsafe fn plain<const C: u8>(x: *const Val, y: *const Val) -> Option<bool> {
    // SAFETY: operands of the running op.
    unsafe {
        if C == IDENT {
            let (p, q) = ((*x).ty, (*y).ty);
            if p & 0xff == UNDEF as u32 || q & 0xff == UNDEF as u32 || (p | q) & REFCOUNTED != 0 {
                return None;
            }
            if p != q {
                return Some(false);
            }
            return (p <= TRUE as u32).then_some(true);
        }
        let num = |v: *const Val| match (*v).ty {
            DD => Some((*v).as_dbl()),
            II => Some((*v).as_int() as f64),
            _ => None,
        };
        let (p, q) = (num(x)?, num(y)?);
        Some(match C {
            EQ => p == q,
            LT => p < q,
            _ => p <= q,
        })
    }
}

/// The general case: undefined variables, conversions, objects. `keep_left`: operand b is peeked. Consumes temporaries.
#[inline(never)]
unsafe fn slow(s: S, c: u8, swap: bool, keep_left: bool) -> Result<bool, ()> {
    // SAFETY: contract of handlers.
    unsafe {
        let (b, cc) = (s.b(), s.c());
        let (pb, pc) = (s.rk(b), s.rk(cc));
        if c <= IDENT && (*pb).tag() == STR && (*pc).tag() == STR {
            let r = if c == IDENT { rt::str_eq(*pb, *pc) } else { rt::str_loose_eq(*pb, *pc) };
            if !keep_left {
                rt::free_tmp(s, b);
            }
            rt::free_tmp(s, cc);
            return Ok(r);
        }
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, pb, &mut st);
        let y = rt::read(vm, s.fp, pc, &mut st);
        let mut r = false;
        if st == Status::Ok {
            let (x, y) = if swap { (y, x) } else { (x, y) };
            r = match c {
                EQ => rt::loose_eq(vm, x, y),
                IDENT => rt::identical(x, y),
                LT => rt::less(vm, x, y),
                _ => rt::less_eq(vm, x, y),
            };
        }
        if !keep_left {
            rt::free_tmp(s, b);
        }
        rt::free_tmp(s, cc);
        if vm.pending() != Status::Ok { Err(()) } else { Ok(r) }
    }
}

macro_rules! cmp {
    ($name:ident, $plain:ident, $slow:ident, $c:ident, $neg:literal, $keep:literal) => {
        op! {
            [fast] $name(s) {
                match same::<$c>(s.rk(s.b()), s.rk(s.c())) {
                    Some(r) => { s.put_bool(s.a(), r != $neg); s.next(1) }
                    None => s.tail($plain),
                }
            }
            #[inline(never)]
            [fast] $plain(s) {
                match plain::<$c>(s.rk(s.b()), s.rk(s.c())) {
                    Some(r) => { s.put_bool(s.a(), r != $neg); s.next(1) }
                    None => s.tail($slow),
                }
            }
            #[inline(never)]
            $slow(s) {
                match slow(s, $c, false, $keep) {
                    Ok(r) => { s.put_bool(s.a(), r != $neg); s.next(1) }
                    Err(()) => s.tail(super::exceptions::unwind),
                }
            }
        }
    };
}
cmp!(Eq, eq_plain, eq_slow, EQ, false, false);
cmp!(Ne, ne_plain, ne_slow, EQ, true, false);
cmp!(Identical, ident_plain, ident_slow, IDENT, false, false);
cmp!(NotIdentical, nident_plain, nident_slow, IDENT, true, false);
cmp!(Lt, lt_plain, lt_slow, LT, false, false);
cmp!(Le, le_plain, le_slow, LE, false, false);
cmp!(CaseEq, case_eq_plain, case_eq_slow, EQ, false, true);
cmp!(CaseIdentical, case_ident_plain, case_ident_slow, IDENT, false, true);

macro_rules! jcmp {
    ($name:ident, $plain:ident, $slow:ident, $left:ident, $right:ident, $c:ident, $neg:literal, $swap:literal) => {
        op! {
            [fast] $name(s) {
                let (x, y): (*const Val, *const Val) = (s.$left(s.b()), s.$right(s.c()));
                match if $swap { same::<$c>(y, x) } else { same::<$c>(x, y) } {
                    Some(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    None => s.tail($plain),
                }
            }
            #[inline(never)]
            [fast] $plain(s) {
                let (x, y): (*const Val, *const Val) = (s.$left(s.b()), s.$right(s.c()));
                match if $swap { plain::<$c>(y, x) } else { plain::<$c>(x, y) } {
                    Some(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    None => s.tail($slow),
                }
            }
            #[inline(never)]
            $slow(s) {
                match slow(s, $c, $swap, false) {
                    Ok(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    Err(()) => s.tail(super::exceptions::unwind),
                }
            }
        }
    };
}
jcmp!(JmpLtRR, jlt_rr_plain, jlt_rr_slow, slot, slot, LT, false, false);
jcmp!(JmpLtRK, jlt_rk_plain, jlt_rk_slow, slot, kk, LT, false, false);
jcmp!(JmpNltRR, jnlt_rr_plain, jnlt_rr_slow, slot, slot, LT, true, false);
jcmp!(JmpNltRK, jnlt_rk_plain, jnlt_rk_slow, slot, kk, LT, true, false);
jcmp!(JmpLeRR, jle_rr_plain, jle_rr_slow, slot, slot, LE, false, false);
jcmp!(JmpLeRK, jle_rk_plain, jle_rk_slow, slot, kk, LE, false, false);
jcmp!(JmpNleRR, jnle_rr_plain, jnle_rr_slow, slot, slot, LE, true, false);
jcmp!(JmpNleRK, jnle_rk_plain, jnle_rk_slow, slot, kk, LE, true, false);
jcmp!(JmpGtRK, jgt_rk_plain, jgt_rk_slow, slot, kk, LT, false, true);
jcmp!(JmpNgtRK, jngt_rk_plain, jngt_rk_slow, slot, kk, LT, true, true);
jcmp!(JmpGeRK, jge_rk_plain, jge_rk_slow, slot, kk, LE, false, true);
jcmp!(JmpNgeRK, jnge_rk_plain, jnge_rk_slow, slot, kk, LE, true, true);
jcmp!(JmpEq, jeq_plain, jeq_slow, rk, rk, EQ, false, false);
jcmp!(JmpNe, jne_plain, jne_slow, rk, rk, EQ, true, false);
jcmp!(JmpIdentical, jident_plain, jident_slow, rk, rk, IDENT, false, false);
jcmp!(JmpNotIdentical, jnident_plain, jnident_slow, rk, rk, IDENT, true, false);

macro_rules! jloop {
    ($name:ident, $plain:ident, $slow:ident, $right:ident, $c:ident, $swap:literal) => {
        op! {
            [fast] $name(s) {
                let (x, y): (*const Val, *const Val) = (s.slot(s.b()), s.$right(s.c()));
                match if $swap { same::<$c>(y, x) } else { same::<$c>(x, y) } {
                    Some(true) if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 => s.tail(super::control::loop_x_interrupted),
                    Some(true) => s.jump_x(),
                    Some(false) => s.next(2),
                    None => s.tail($plain),
                }
            }
            #[inline(never)]
            [fast] $plain(s) {
                let (x, y): (*const Val, *const Val) = (s.slot(s.b()), s.$right(s.c()));
                match if $swap { plain::<$c>(y, x) } else { plain::<$c>(x, y) } {
                    Some(true) if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 => s.tail(super::control::loop_x_interrupted),
                    Some(true) => s.jump_x(),
                    Some(false) => s.next(2),
                    None => s.tail($slow),
                }
            }
            #[inline(never)]
            $slow(s) {
                match slow(s, $c, $swap, false) {
                    Ok(true) if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 => s.tail(super::control::loop_x_interrupted),
                    Ok(true) => s.jump_x(),
                    Ok(false) => s.next(2),
                    Err(()) => s.tail(super::exceptions::unwind),
                }
            }
        }
    };
}
jloop!(LoopLtRR, loop_lt_rr_plain, loop_lt_rr_slow, slot, LT, false);
jloop!(LoopLtRK, loop_lt_rk_plain, loop_lt_rk_slow, kk, LT, false);
jloop!(LoopLeRR, loop_le_rr_plain, loop_le_rr_slow, slot, LE, false);
jloop!(LoopLeRK, loop_le_rk_plain, loop_le_rk_slow, kk, LE, false);
jloop!(LoopGtRK, loop_gt_rk_plain, loop_gt_rk_slow, kk, LT, true);
jloop!(LoopGeRK, loop_ge_rk_plain, loop_ge_rk_slow, kk, LE, true);

op! {
    [fast] Spaceship(s) {
        let (x, y) = (s.rk(s.b()), s.rk(s.c()));
        if (*x).tag() != INT || (*y).tag() != INT {
            return s.tail(spaceship_floats);
        }
        let (x, y) = ((*x).as_int(), (*y).as_int());
        let d = s.slot(s.a());
        (*d).payload = ((x > y) as i64 - (x < y) as i64) as u64;
        (*d).ty = INT as u32;
        s.next(1)
    }
    #[inline(never)]
    [fast] spaceship_floats(s) {
        let (x, y) = (s.rk(s.b()), s.rk(s.c()));
        if (*x).tag() != DBL || (*y).tag() != DBL {
            return s.tail(spaceship_any);
        }
        let (x, y) = ((*x).as_dbl(), (*y).as_dbl());
        // NaN is greater than anything.
        let o = if x < y { -1 } else { (x != y) as i64 };
        let d = s.slot(s.a());
        (*d).payload = o as u64;
        (*d).ty = INT as u32;
        s.next(1)
    }
    #[inline(never)]
    spaceship_any(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let y = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            out = Val::int(rt::compare(vm, x, y) as i64);
            st = vm.pending();
        }
        rt::free_tmp(s, s.b());
        rt::free_tmp(s, s.c());
        *s.slot(s.a()) = out;
        s.done(st, 1)
    }
    BoolXor(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let y = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            out = Val::bool(rt::truth(vm, x) != rt::truth(vm, y));
            st = vm.pending();
        }
        rt::free_tmp(s, s.b());
        rt::free_tmp(s, s.c());
        *s.slot(s.a()) = out;
        s.done(st, 1)
    }
}
