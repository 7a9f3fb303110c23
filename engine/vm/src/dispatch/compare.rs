//! Comparisons, plain and fused with a jump.

use super::S;
use crate::op;
use crate::rt::{self};
use howdah_bytecode::RK_LITERAL;
use howdah_runtime::layout::Arr;
use howdah_runtime::memory::release::val_release_shared;
use plugin_api_abi::{
    ARR, DBL, HeapHdr, INT, NULL, OBJ, REF, REFCOUNTED, STR, Status, StrHdr, TRUE, UNDEF, Val,
};
use std::sync::atomic::Ordering;

const II: u32 = INT as u32;
const DD: u32 = DBL as u32;
/// What is not counted: literals and strings of one byte.
const STRING_LITERAL: u32 = STR as u32;

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

/// Result where it takes no call: numbers; strings that differ in the first byte, one of them beginning as no number.
#[inline(always)]
unsafe fn plain<const C: u8>(x: *const Val, y: *const Val) -> Option<bool> {
    // SAFETY: operands of the running op.
    unsafe {
        if C >= LT && (*x).ty == STRING_LITERAL && (*y).ty == STRING_LITERAL {
            // An empty string begins with its closing NUL.
            let (p, q) =
                (*(*x).as_ptr::<StrHdr>().add(1).cast::<u8>(), *(*y).as_ptr::<StrHdr>().add(1).cast::<u8>());
            return (p != q && p.max(q) > b'9').then_some(p < q);
        }
        // Of integers, one was a reference.
        if let Some(r) = same::<C>(x, y) {
            return Some(r);
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

/// Whether two strings are the same, byte for byte. Without a call: long ones are for [`slow`].
#[inline(always)]
unsafe fn texts<const C: u8>(x: *const StrHdr, y: *const StrHdr) -> Option<bool> {
    // SAFETY: live strings, aligned to eight bytes; no byte beyond their ends is read.
    unsafe {
        if core::ptr::eq(x, y) {
            return Some(true);
        }
        let (mut p, mut q) = (x.add(1).cast::<u8>(), y.add(1).cast::<u8>());
        // What begins with more than a digit is no number; an empty string begins with its closing NUL.
        if C == EQ && *p <= b'9' && *q <= b'9' && (*x).len != 0 && (*y).len != 0 {
            return None;
        }
        let mut n = (*x).len;
        if n != (*y).len {
            return Some(false);
        }
        while n >= 8 {
            if p.cast::<u64>().read() != q.cast::<u64>().read() {
                return Some(false);
            }
            (p, q, n) = (p.add(8), q.add(8), n - 8);
        }
        if n & 4 != 0 {
            if p.cast::<u32>().read() != q.cast::<u32>().read() {
                return Some(false);
            }
            (p, q) = (p.add(4), q.add(4));
        }
        if n & 2 != 0 {
            if p.cast::<u16>().read() != q.cast::<u16>().read() {
                return Some(false);
            }
            (p, q) = (p.add(2), q.add(2));
        }
        Some(n & 1 == 0 || *p == *q)
    }
}

/// Equality of strings, of plain values, and of values whose types tell: what takes no call.
#[inline(always)]
unsafe fn equal<const C: u8>(x: *const Val, y: *const Val) -> Option<bool> {
    // SAFETY: operands of the running op.
    unsafe {
        let (p, q) = ((*x).ty as u8, (*y).ty as u8);
        if p == STR && q == STR {
            return texts::<C>((*x).as_ptr(), (*y).as_ptr());
        }
        if C == IDENT {
            if p == UNDEF || q == UNDEF || p == REF || q == REF {
                return None;
            }
            if p != q {
                return Some(false);
            }
            if p <= TRUE {
                return Some(true);
            }
            if p == OBJ {
                return Some((*x).payload == (*y).payload);
            }
            if p == ARR {
                let (x, y) = ((*x).as_ptr::<Arr>(), (*y).as_ptr::<Arr>());
                if core::ptr::eq(x, y) || (*x).count != (*y).count || (*x).count == 0 {
                    return Some((*x).count == (*y).count);
                }
            }
            return None;
        }
        if p > UNDEF && q > UNDEF && p <= TRUE && q <= TRUE {
            return Some((p == TRUE) == (q == TRUE));
        }
        if p == NULL && q == STR {
            return Some((*(*y).as_ptr::<StrHdr>()).len == 0);
        }
        if p == STR && q == NULL {
            return Some((*(*x).as_ptr::<StrHdr>()).len == 0);
        }
        plain::<EQ>(x, y)
    }
}

/// Whether an operand is a temporary that holds a share of something.
#[inline(always)]
unsafe fn holds(s: S, o: u16) -> bool {
    // SAFETY: operands of the running op.
    unsafe { o & RK_LITERAL == 0 && (*s.slot(o)).ty & REFCOUNTED != 0 && s.is_tmp(o) }
}

/// As [`equal`], of temporaries, whose shares it gives back; nothing is done when it does not know, or when a share is the
/// last one.
#[inline(always)]
unsafe fn equal_held<const C: u8>(s: S, keep_left: bool) -> Option<bool> {
    // SAFETY: operands of the running op.
    unsafe {
        let (b, c) = (s.b(), s.c());
        let (x, y) = (s.rk(b), s.rk(c));
        let r = equal::<C>(x, y)?;
        let (left, right) = (!keep_left && holds(s, b), holds(s, c));
        if left && (*(*x).as_ptr::<HeapHdr>()).rc == 1 || right && (*(*y).as_ptr::<HeapHdr>()).rc == 1 {
            return None;
        }
        if left {
            (*(*x).as_ptr::<HeapHdr>()).rc -= 1;
        }
        if right {
            (*(*y).as_ptr::<HeapHdr>()).rc -= 1;
        }
        Some(r)
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

macro_rules! equality {
    ($name:ident, $equal:ident, $held:ident, $slow:ident, $c:ident, $neg:literal, $keep:literal) => {
        op! {
            [fast] $name(s) {
                match same::<$c>(s.rk(s.b()), s.rk(s.c())) {
                    Some(r) => { s.put_bool(s.a(), r != $neg); s.next(1) }
                    None => s.tail($equal),
                }
            }
            #[inline(never)]
            [fast] $equal(s) {
                if !$keep && holds(s, s.b()) || holds(s, s.c()) {
                    return s.tail($held);
                }
                match equal::<$c>(s.behind(s.b(), s.rk(s.b())), s.behind(s.c(), s.rk(s.c()))) {
                    Some(r) => { s.put_bool(s.a(), r != $neg); s.next(1) }
                    None => s.tail($slow),
                }
            }
            #[inline(never)]
            [fast] $held(s) {
                match equal_held::<$c>(s, $keep) {
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
equality!(Eq, eq_equal, eq_held, eq_slow, EQ, false, false);
equality!(Ne, ne_equal, ne_held, ne_slow, EQ, true, false);
equality!(Identical, ident_equal, ident_held, ident_slow, IDENT, false, false);
equality!(NotIdentical, nident_equal, nident_held, nident_slow, IDENT, true, false);
equality!(CaseEq, case_eq_equal, case_eq_held, case_eq_slow, EQ, false, true);
equality!(CaseIdentical, case_ident_equal, case_ident_held, case_ident_slow, IDENT, false, true);

macro_rules! jequality {
    ($name:ident, $equal:ident, $held:ident, $slow:ident, $c:ident, $neg:literal) => {
        op! {
            [fast] $name(s) {
                match same::<$c>(s.rk(s.b()), s.rk(s.c())) {
                    Some(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    None => s.tail($equal),
                }
            }
            #[inline(never)]
            [fast] $equal(s) {
                if holds(s, s.b()) || holds(s, s.c()) {
                    return s.tail($held);
                }
                match equal::<$c>(s.behind(s.b(), s.rk(s.b())), s.behind(s.c(), s.rk(s.c()))) {
                    Some(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    None => s.tail($slow),
                }
            }
            #[inline(never)]
            [fast] $held(s) {
                match equal_held::<$c>(s, false) {
                    Some(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    None => s.tail($slow),
                }
            }
            #[inline(never)]
            $slow(s) {
                match slow(s, $c, false, false) {
                    Ok(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    Err(()) => s.tail(super::exceptions::unwind),
                }
            }
        }
    };
}
jequality!(JmpEq, jeq_equal, jeq_held, jeq_slow, EQ, false);
jequality!(JmpNe, jne_equal, jne_held, jne_slow, EQ, true);
jequality!(JmpIdentical, jident_equal, jident_held, jident_slow, IDENT, false);
jequality!(JmpNotIdentical, jnident_equal, jnident_held, jnident_slow, IDENT, true);

/// As [`equal`], of a slot with a string literal that settles it; the literal is neither counted nor a temporary.
#[inline(always)]
unsafe fn equal_text<const C: u8>(s: S, keep: bool) -> Option<bool> {
    // SAFETY: operands of the running op.
    unsafe {
        let (x, y) = (s.slot(s.b()), s.kk(s.c()));
        let ty = (*x).ty;
        if !keep
            && ty & REFCOUNTED != 0
            && (ty as u8 == STR || C == IDENT && ty as u8 != REF)
            && !gone(s, s.b(), x)
        {
            return None;
        }
        // What is looked at now has other owners.
        if ty as u8 == STR {
            return texts::<IDENT>((*x).as_ptr(), (*y).as_ptr());
        }
        match C {
            IDENT => (ty as u8 != UNDEF && ty as u8 != REF).then_some(false),
            _ => (ty as u8 == NULL).then(|| (*(*y).as_ptr::<StrHdr>()).len == 0),
        }
    }
}

/// Whether a slot is of the type that is all there is to a literal.
#[inline(always)]
unsafe fn equal_tag(s: S) -> Option<bool> {
    // SAFETY: operands of the running op.
    unsafe {
        let (x, y) = (s.slot(s.b()), s.kk(s.c()));
        let ty = (*x).ty;
        if ty as u8 == UNDEF || ty as u8 == REF {
            return None;
        }
        (ty & REFCOUNTED == 0 || gone(s, s.b(), x)).then_some(ty as u8 == (*y).ty as u8)
    }
}

/// Gives back a temporary's share of something counted, unless it is the last one: then false, and nothing is done.
#[inline(always)]
unsafe fn gone(s: S, o: u16, x: *mut Val) -> bool {
    // SAFETY: operands of the running op.
    unsafe { !s.is_tmp(o) || val_release_shared(*x) }
}

macro_rules! literal {
    ($name:ident, $slow:ident, $equal:expr, $neg:literal) => {
        op! {
            [fast] $name(s) {
                match $equal(s) {
                    Some(r) => { s.put_bool(s.a(), r != $neg); s.next(1) }
                    None => s.tail($slow),
                }
            }
        }
    };
}
literal!(IdenticalStr, ident_slow, |s| equal_text::<IDENT>(s, false), false);
literal!(NotIdenticalStr, nident_slow, |s| equal_text::<IDENT>(s, false), true);
literal!(EqStr, eq_slow, |s| equal_text::<EQ>(s, false), false);
literal!(NeStr, ne_slow, |s| equal_text::<EQ>(s, false), true);
literal!(CaseIdenticalStr, case_ident_slow, |s| equal_text::<IDENT>(s, true), false);
literal!(CaseEqStr, case_eq_slow, |s| equal_text::<EQ>(s, true), false);
literal!(IdenticalTag, ident_slow, |s| equal_tag(s), false);
literal!(NotIdenticalTag, nident_slow, |s| equal_tag(s), true);

macro_rules! jliteral {
    ($name:ident, $slow:ident, $equal:expr, $neg:literal) => {
        op! {
            [fast] $name(s) {
                match $equal(s) {
                    Some(r) => if r != $neg { s.jump_x() } else { s.next(2) },
                    None => s.tail($slow),
                }
            }
        }
    };
}
jliteral!(JmpIdenticalStr, jident_slow, |s| equal_text::<IDENT>(s, false), false);
jliteral!(JmpNotIdenticalStr, jnident_slow, |s| equal_text::<IDENT>(s, false), true);
jliteral!(JmpEqStr, jeq_slow, |s| equal_text::<EQ>(s, false), false);
jliteral!(JmpNeStr, jne_slow, |s| equal_text::<EQ>(s, false), true);
jliteral!(JmpIdenticalTag, jident_slow, |s| equal_tag(s), false);
jliteral!(JmpNotIdenticalTag, jnident_slow, |s| equal_tag(s), true);

macro_rules! jbool {
    ($name:ident, $plain:ident, $slow:ident, $neg:literal) => {
        op! {
            [fast] $name(s) {
                let ty = (*s.slot(s.b())).ty as u8;
                if !(NULL..=TRUE).contains(&ty) {
                    return s.tail($plain);
                }
                if ((ty == TRUE) == ((*s.kk(s.c())).ty as u8 == TRUE)) != $neg { s.jump_x() } else { s.next(2) }
            }
            #[inline(never)]
            [fast] $plain(s) {
                match super::control::plain_truth(s, s.b()) {
                    Some(r) => if (r == ((*s.kk(s.c())).ty as u8 == TRUE)) != $neg { s.jump_x() } else { s.next(2) },
                    None => s.tail($slow),
                }
            }
        }
    };
}
jbool!(JmpEqBool, jeq_bool_plain, jeq_slow, false);
jbool!(JmpNeBool, jne_bool_plain, jne_slow, true);

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
                match plain::<$c>(s.behind(s.b(), s.rk(s.b())), s.behind(s.c(), s.rk(s.c()))) {
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
cmp!(Lt, lt_plain, lt_slow, LT, false, false);
cmp!(Le, le_plain, le_slow, LE, false, false);

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
                let x: *const Val = s.behind(s.b(), s.$left(s.b()));
                let y: *const Val = s.behind(s.c(), s.$right(s.c()));
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
                let x: *const Val = s.behind(s.b(), s.slot(s.b()));
                let y: *const Val = s.behind(s.c(), s.$right(s.c()));
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
