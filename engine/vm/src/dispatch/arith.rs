//! Arithmetic, bitwise and string operators. Int and float pairs are done here; everything else in `*_slow`, which asks
//! the runtime.

use super::S;
use crate::op;
use crate::rt::{self, assign_cv, binary, deref_quiet, release};
use howdah_bytecode::{binop, incdec};
use howdah_runtime::layout::Ref;
use howdah_runtime::{number, string};
use plugin_api_abi::{DBL, INT, NULL, REF, REFCOUNTED, STR, Status, StrHdr, TRUE, UNDEF, Val};

const II: u32 = INT as u32;
const DD: u32 = DBL as u32;

/// Puts an uncounted result into the destination: a temporary, or (`CV`) a variable that holds nothing counted.
/// Gives false when the variable's old value needs care.
#[inline(always)]
unsafe fn put<const CV: bool>(d: *mut Val, payload: u64, ty: u32) -> bool {
    // SAFETY: `d` is a slot of the frame.
    unsafe {
        if CV && (*d).ty & REFCOUNTED != 0 {
            return false;
        }
        (*d).payload = payload;
        (*d).ty = ty;
        true
    }
}

/// Any binary operation on rk operands; result to T `a`, or assigned to V `a`.
#[cold]
#[inline(never)]
unsafe fn binary_slow(s: S, kind: u16, cv: bool, words: usize) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let (a, b, c) = (s.a(), s.b(), s.c());
        let (pb, pc) = (s.rk(b), s.rk(c));
        // Numbers in variables that are references.
        if let Some(r) = simple(kind, *s.behind(b, pb), *s.behind(c, pc)) {
            let d = s.slot(a);
            let d = if cv { s.behind(a, d) } else { d };
            let typed = cv && (*s.slot(a)).tag() == REF && !(*(*s.slot(a)).as_ptr::<Ref>()).sources.is_null();
            if !typed && if cv { put::<true>(d, r.payload, r.ty) } else { put::<false>(d, r.payload, r.ty) } {
                return s.next(words);
            }
        }
        let vm = s.save();
        let mut st = Status::Ok;
        // A compound assignment reads its value first.
        let compound = cv && core::ptr::eq(s.slot(a), pb);
        let mut y = if compound { rt::read(vm, s.fp, pc, &mut st) } else { Val::NULL };
        let x = rt::read(vm, s.fp, pb, &mut st);
        if !compound {
            y = rt::read(vm, s.fp, pc, &mut st);
        }
        if st != Status::Ok {
            rt::free_tmp(s, b);
            rt::free_tmp(s, c);
            return s.done(st, words);
        }
        let d = s.slot(a);
        if cv {
            if core::ptr::eq(d, pb) && ((*d).tag() != REF || (*(*d).as_ptr::<Ref>()).sources.is_null()) {
                let d = howdah_runtime::value::deref_ptr(d);
                // Compound assignment on a plain variable: in place where the operation can.
                st = rt::binary_in_place(vm, kind, d, y);
                rt::free_tmp(s, c);
                return s.done(st, words);
            }
            let mut out = Val::NULL;
            st = binary(vm, kind, &mut out, x, y);
            rt::free_tmp(s, b);
            rt::free_tmp(s, c);
            if st == Status::Ok {
                st = assign_cv(vm, d, out);
            }
            return s.done(st, words);
        }
        let mut out = Val::NULL;
        st = binary(vm, kind, &mut out, x, y);
        rt::free_tmp(s, b);
        rt::free_tmp(s, c);
        *d = out.by_parts();
        s.done(st, words)
    }
}

macro_rules! slow {
    ($($name:ident $kind:ident $cv:literal;)*) => {
        op! { $( #[cold] #[inline(never)] $name(s) { binary_slow(s, binop::$kind, $cv, 1) } )* }
    };
}
slow! {
    add_general ADD false; add_general_v ADD true; sub_general SUB false; sub_general_v SUB true;
    mul_general MUL false; mul_general_v MUL true; mod_slow MOD false; band_slow BW_AND false; bor_slow BW_OR false;
    bxor_slow BW_XOR false; shl_slow SL false; shr_slow SR false; concat_slow CONCAT false;
}

/// `+ - *` of ints in variables that are references, into a temporary or a variable that may be one itself.
macro_rules! behind {
    ($($name:ident $cv:literal $checked:ident $rest:ident;)*) => {
        op! { $(
            #[inline(never)]
            [fast] $name(s) {
                let (x, y) = (s.behind(s.b(), s.rk(s.b())), s.behind(s.c(), s.rk(s.c())));
                if (*x).ty == II && (*y).ty == II
                    && let Some(r) = (*x).as_int().$checked((*y).as_int())
                {
                    let mut d = s.slot(s.a());
                    if $cv && (*d).ty as u8 == REF {
                        let cell = (*d).as_ptr::<Ref>();
                        if !(*cell).sources.is_null() {
                            return s.tail($rest);
                        }
                        d = &raw mut (*cell).val;
                    }
                    if put::<$cv>(d, r as u64, II) {
                        return s.next(1);
                    }
                }
                s.tail($rest)
            }
        )* }
    };
}
behind! {
    add_slow false checked_add add_general; add_slow_v true checked_add add_general_v;
    sub_slow false checked_sub sub_general; sub_slow_v true checked_sub sub_general_v;
    mul_slow false checked_mul mul_general; mul_slow_v true checked_mul mul_general_v;
}

/// `+ - *`: the op itself does pairs of ints without overflow and pairs of floats (few registers, so no spills), `$num` mixed
/// pairs and overflows, `$slow` the rest.
macro_rules! arith {
    ($name:ident, $num:ident, $right:ident, $cv:literal, $slow:ident, $checked:ident, $fop:tt) => {
        op! {
            [fast] $name(s) {
                let x = s.slot(s.b());
                let y = s.$right(s.c());
                if (*x).ty == II && (*y).ty == II {
                    if let Some(r) = (*x).as_int().$checked((*y).as_int())
                        && put::<$cv>(s.slot(s.a()), r as u64, II)
                    {
                        return s.next(1);
                    }
                } else if (*x).ty == DD && (*y).ty == DD {
                    let r = (*x).as_dbl() $fop (*y).as_dbl();
                    if put::<$cv>(s.slot(s.a()), r.to_bits(), DD) {
                        return s.next(1);
                    }
                }
                s.tail($num)
            }
            #[inline(never)]
            [fast] $num(s) {
                let x = s.slot(s.b());
                let y = s.$right(s.c());
                let p = if (*x).ty == DD { (*x).as_dbl() } else if (*x).ty == II { (*x).as_int() as f64 } else { return s.tail($slow) };
                let q = if (*y).ty == DD { (*y).as_dbl() } else if (*y).ty == II { (*y).as_int() as f64 } else { return s.tail($slow) };
                // Two ints come here when they overflow, or when the variable's old value needs care.
                let exact = (*x).ty == II && (*y).ty == II && (*x).as_int().$checked((*y).as_int()).is_some();
                if !exact && put::<$cv>(s.slot(s.a()), (p $fop q).to_bits(), DD) {
                    return s.next(1);
                }
                s.tail($slow)
            }
        }
    };
}
arith!(AddRR, add_rr_num, slot, false, add_slow, checked_add, +);
arith!(AddRK, add_rk_num, kk, false, add_slow, checked_add, +);
arith!(AddRRV, add_rrv_num, slot, true, add_slow_v, checked_add, +);
arith!(AddRKV, add_rkv_num, kk, true, add_slow_v, checked_add, +);
arith!(SubRR, sub_rr_num, slot, false, sub_slow, checked_sub, -);
arith!(SubRK, sub_rk_num, kk, false, sub_slow, checked_sub, -);
arith!(SubRRV, sub_rrv_num, slot, true, sub_slow_v, checked_sub, -);
arith!(SubRKV, sub_rkv_num, kk, true, sub_slow_v, checked_sub, -);
arith!(MulRR, mul_rr_num, slot, false, mul_slow, checked_mul, *);
arith!(MulRK, mul_rk_num, kk, false, mul_slow, checked_mul, *);
arith!(MulRRV, mul_rrv_num, slot, true, mul_slow_v, checked_mul, *);
arith!(MulRKV, mul_rkv_num, kk, true, mul_slow_v, checked_mul, *);

macro_rules! int_op {
    ($name:ident, $right:ident, $slow:ident, |$x:ident, $y:ident| $ok:expr, $r:expr) => {
        op! { [fast] $name(s) {
            let (p, q) = (s.slot(s.b()), s.$right(s.c()));
            if (*p).ty == II && (*q).ty == II {
                let ($x, $y) = ((*p).as_int(), (*q).as_int());
                if $ok {
                    let d = s.slot(s.a());
                    (*d).payload = ($r) as u64;
                    (*d).ty = II;
                    return s.next(1);
                }
            }
            s.tail($slow)
        } }
    };
}
int_op!(ModRR, slot, mod_slow, |x, y| y > 0, x % y);
int_op!(ModRK, kk, mod_slow, |x, y| y > 0, x % y);
int_op!(BandRR, slot, band_slow, |x, y| true, x & y);
int_op!(BandRK, kk, band_slow, |x, y| true, x & y);
int_op!(BorRR, slot, bor_slow, |x, y| true, x | y);
int_op!(BxorRR, slot, bxor_slow, |x, y| true, x ^ y);
int_op!(ShlRK, kk, shl_slow, |x, y| (0..64).contains(&y), x << y);
int_op!(ShrRK, kk, shr_slow, |x, y| (0..64).contains(&y), x >> y);

/// Results of the operations that need no help on two ints or floats.
#[inline(always)]
pub(super) fn simple(kind: u16, x: Val, y: Val) -> Option<Val> {
    if x.ty == II && y.ty == II {
        let (p, q) = (x.as_int(), y.as_int());
        return Some(match kind {
            binop::ADD => Val::int(p.checked_add(q)?),
            binop::SUB => Val::int(p.checked_sub(q)?),
            binop::MUL => Val::int(p.checked_mul(q)?),
            binop::DIV if q != 0 && q != -1 => {
                if p % q == 0 {
                    Val::int(p / q)
                } else {
                    Val::dbl(p as f64 / q as f64)
                }
            }
            binop::MOD if q > 0 => Val::int(p % q),
            binop::BW_AND => Val::int(p & q),
            binop::BW_OR => Val::int(p | q),
            binop::BW_XOR => Val::int(p ^ q),
            binop::SL if (0..64).contains(&q) => Val::int(p << q),
            binop::SR if (0..64).contains(&q) => Val::int(p >> q),
            _ => return None,
        });
    }
    let num = |v: Val| match v.ty {
        DD => Some(v.as_dbl()),
        II => Some(v.as_int() as f64),
        _ => None,
    };
    let (p, q) = (num(x)?, num(y)?);
    Some(Val::dbl(match kind {
        binop::ADD => p + q,
        binop::SUB => p - q,
        binop::MUL => p * q,
        binop::DIV if q != 0.0 => p / q,
        _ => return None,
    }))
}

op! {
    [fast] Binary(s) {
        let (x, y) = (*s.rk(s.b()), *s.rk(s.c()));
        if let Some(r) = simple(s.x() as u16, x, y) {
            let d = s.slot(s.a());
            (*d).payload = r.payload;
            (*d).ty = r.ty;
            return s.next(2);
        }
        s.tail(Binary_slow)
    }
    #[cold]
    #[inline(never)]
    Binary_slow(s) {
        binary_slow(s, s.x() as u16, false, 2)
    }
    [fast] BinaryV(s) {
        let (x, y) = (*s.rk(s.b()), *s.rk(s.c()));
        if let Some(r) = simple(s.x() as u16, x, y) && put::<true>(s.slot(s.a()), r.payload, r.ty) {
            return s.next(2);
        }
        s.tail(BinaryV_slow)
    }
    #[cold]
    #[inline(never)]
    BinaryV_slow(s) {
        binary_slow(s, s.x() as u16, true, 2)
    }
    [fast] Concat(s) {
        let (x, y) = (s.rk(s.b()), s.rk(s.c()));
        if (*x).tag() == STR && (*y).tag() == STR && !s.is_tmp(s.b()) && !s.is_tmp(s.c()) {
            *s.slot(s.a()) = rt::concat2(*x, *y);
            return s.next(1);
        }
        s.tail(concat_tmp)
    }
    #[inline(never)]
    concat_tmp(s) {
        let (x, y) = (s.rk(s.b()), s.rk(s.c()));
        if (*x).tag() == STR && (*y).tag() == STR {
            let vm = s.save();
            let _ = vm;
            let mut out;
            if !s.is_tmp(s.b()) {
                out = rt::concat2(*x, *y);
            } else if (*x).ty & REFCOUNTED != 0 && (*(*x).as_ptr::<plugin_api_abi::HeapHdr>()).rc == 1 {
                // The left side is ours alone: append to it in place.
                out = *x;
                rt::append(&mut out, *y);
            } else {
                out = rt::concat2(*x, *y);
                rt::release_tmp(*x);
            }
            if s.is_tmp(s.c()) {
                release((*y).by_parts());
            }
            *s.slot(s.a()) = out;
            return s.next(1);
        }
        if let Some(out) = howdah_runtime::ops::concat_plain(*x, *y) {
            s.save();
            rt::free_tmp(s, s.b());
            rt::free_tmp(s, s.c());
            *s.slot(s.a()) = out;
            return s.next(1);
        }
        s.tail(concat_slow)
    }
    [fast] ConcatAssign(s) {
        let d = s.slot(s.a());
        let y = s.rk(s.b());
        if (*d).tag() == STR && (*y).tag() == STR && s.c() == howdah_bytecode::NONE {
            rt::append(d, (*y).by_parts());
            if s.is_tmp(s.b()) {
                release((*y).by_parts());
            }
            return s.next(1);
        }
        s.tail(concat_assign_slow)
    }
    #[cold]
    #[inline(never)]
    concat_assign_slow(s) {
        assign_op(s, binop::CONCAT, s.b(), s.c(), 1)
    }
    AssignOpR(s) {
        assign_op(s, s.x() as u16, s.b(), s.c(), 2)
    }
    AssignOpInd(s) {
        let d = (*s.slot(s.a())).as_ptr::<Val>();
        let vm = s.save();
        let mut st = Status::Ok;
        let y = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        if st == Status::Ok {
            st = rt::assign_op_var(vm, s.x() as u16, d, y);
        }
        rt::free_tmp(s, s.b());
        if st == Status::Ok && s.c() != howdah_bytecode::NONE {
            *s.slot(s.c()) = rt::copy_deref(d);
        }
        s.done(st, 2)
    }
    [fast] Neg(s) {
        let x = s.rk(s.b());
        let d = s.slot(s.a());
        if (*x).ty == II && (*x).as_int() != i64::MIN {
            *d = Val::int(-(*x).as_int());
            return s.next(1);
        }
        if (*x).ty == DD {
            *d = Val::dbl(-(*x).as_dbl());
            return s.next(1);
        }
        s.tail(neg_slow)
    }
    #[inline(never)]
    neg_slow(s) {
        unary_slow(s, |vm, out, v| binary(vm, binop::MUL, out, v, Val::int(-1)))
    }
    Plus(s) {
        unary_slow(s, |vm, out, v| binary(vm, binop::MUL, out, v, Val::int(1)))
    }
    BitNot(s) {
        unary_slow(s, |vm, out, v| rt::bit_not(vm, out, v))
    }
    [fast] Not(s) {
        match (*s.rk(s.b())).ty {
            1 | 2 => { s.put_bool(s.a(), true); s.next(1) }
            3 => { s.put_bool(s.a(), false); s.next(1) }
            II => { s.put_bool(s.a(), (*s.rk(s.b())).payload == 0); s.next(1) }
            _ => s.tail(not_plain),
        }
    }
    #[inline(never)]
    [fast] not_plain(s) {
        match super::control::plain_truth(s, s.b()) {
            Some(r) => { s.put_bool(s.a(), !r); s.next(1) }
            None => s.tail(not_slow),
        }
    }
    #[inline(never)]
    not_slow(s) {
        unary_slow(s, |vm, out, v| { *out = Val::bool(!rt::truth(vm, v)); vm.pending() })
    }
    [fast] Bool(s) {
        let x = s.rk(s.b());
        if matches!((*x).ty, 2 | 3) {
            *s.slot(s.a()) = *x;
            return s.next(1);
        }
        s.tail(bool_plain)
    }
    #[inline(never)]
    [fast] bool_plain(s) {
        match super::control::plain_truth(s, s.b()) {
            Some(r) => { s.put_bool(s.a(), r); s.next(1) }
            None => s.tail(bool_slow),
        }
    }
    #[inline(never)]
    bool_slow(s) {
        unary_slow(s, |vm, out, v| { *out = Val::bool(rt::truth(vm, v)); vm.pending() })
    }
    [fast] Cast(s) {
        let x = s.rk(s.b());
        let tag = s.c() as u32;
        if (*x).ty == tag && (tag == II || tag == DD) {
            rt::put(s.slot(s.a()), x);
            return s.next(1);
        }
        if tag == DD && (*x).ty == II {
            *s.slot(s.a()) = Val::dbl((*x).as_int() as f64);
            return s.next(1);
        }
        s.tail(cast_text)
    }
    /// Numbers of texts, and the text of an integer.
    #[inline(never)]
    [fast] cast_text(s) {
        let x = s.rk(s.b());
        let (tag, ty) = (s.c() as u8, (*x).ty);
        let (payload, made) = if ty == II && tag == STR {
            let t = text_of((*x).as_int());
            (t as u64, string::val(t).ty)
        } else if ty as u8 == STR && tag == INT {
            (int_in((*x).as_ptr()) as u64, II)
        } else if ty as u8 == STR && tag == DBL {
            (float_in((*x).as_ptr()).to_bits(), DD)
        } else {
            return s.tail(cast_to_int);
        };
        if ty & REFCOUNTED != 0 && s.is_tmp(s.b()) && !(*s.vm).here.gives_up(*x) {
            // A long string goes with a call; what was made of it is counted by nobody.
            return s.tail(cast_general);
        }
        let d = s.slot(s.a());
        (*d).payload = payload;
        (*d).ty = made;
        (*d).aux = 0;
        s.next(1)
    }
    /// `(int)` of null, a bool or a float in range.
    #[inline(never)]
    [fast] cast_to_int(s) {
        let x = s.rk(s.b());
        let ty = (*x).ty;
        if s.c() as u32 == II {
            if ty.wrapping_sub(NULL as u32) <= (TRUE - NULL) as u32 {
                *s.slot(s.a()) = Val::int((ty == TRUE as u32) as i64);
                return s.next(1);
            }
            // The borders themselves and what is no number are left to the conversion.
            if ty == DD && (*x).as_dbl().abs() < 9_223_372_036_854_775_808.0 {
                *s.slot(s.a()) = Val::int((*x).as_dbl() as i64);
                return s.next(1);
            }
        }
        s.tail(cast_general)
    }
    #[inline(never)]
    cast_general(s) {
        let tag = s.c() as u8;
        cast_slow(s, tag)
    }
    [fast] PreInc(s) {
        let d = s.slot(s.a());
        if (*d).ty == II && let Some(r) = (*d).as_int().checked_add(1) {
            (*d).payload = r as u64;
            return s.next(1);
        }
        s.tail(pre_inc_ref)
    }
    [fast] PreDec(s) {
        let d = s.slot(s.a());
        if (*d).ty == II && let Some(r) = (*d).as_int().checked_sub(1) {
            (*d).payload = r as u64;
            return s.next(1);
        }
        s.tail(pre_dec_ref)
    }
    #[inline(never)]
    [fast] pre_inc_ref(s) {
        let d = s.behind(s.a(), s.slot(s.a()));
        if (*d).ty == II && let Some(r) = (*d).as_int().checked_add(1) {
            (*d).payload = r as u64;
            return s.next(1);
        }
        s.tail(pre_inc_slow)
    }
    #[inline(never)]
    [fast] pre_dec_ref(s) {
        let d = s.behind(s.a(), s.slot(s.a()));
        if (*d).ty == II && let Some(r) = (*d).as_int().checked_sub(1) {
            (*d).payload = r as u64;
            return s.next(1);
        }
        s.tail(pre_dec_slow)
    }
    #[cold]
    #[inline(never)]
    pre_inc_slow(s) { let st = incdec_var(s, s.slot(s.a()), incdec::PRE_INC, None); s.done(st, 1) }
    #[cold]
    #[inline(never)]
    pre_dec_slow(s) { let st = incdec_var(s, s.slot(s.a()), incdec::PRE_DEC, None); s.done(st, 1) }
    [fast] IncDecR(s) {
        let d = s.slot(s.a());
        let kind = s.c();
        if (*d).ty == II {
            let step = if kind & 1 == 0 { 1 } else { -1 };
            if let Some(r) = (*d).as_int().checked_add(step) {
                let old = (*d).as_int();
                (*d).payload = r as u64;
                *s.slot(s.b()) = Val::int(if kind & 2 != 0 { old } else { r });
                return s.next(1);
            }
        }
        s.tail(incdec_r_slow)
    }
    #[cold]
    #[inline(never)]
    incdec_r_slow(s) {
        let r = s.slot(s.b());
        let st = incdec_var(s, s.slot(s.a()), s.c(), Some(r));
        s.done(st, 1)
    }
    IncDecInd(s) {
        let d = (*s.slot(s.a())).as_ptr::<Val>();
        let r = if s.b() == howdah_bytecode::NONE { None } else { Some(s.slot(s.b())) };
        let st = incdec_var(s, d, s.c(), r);
        s.done(st, 1)
    }
}

/// `V op= rk`, with a result when `res` is not NONE.
#[inline(never)]
unsafe fn assign_op(s: S, kind: u16, right: u16, res: u16, words: usize) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let d = s.slot(s.a());
        let mut st = Status::Ok;
        // The value first, then the variable, as php-src's ZEND_ASSIGN_OP does.
        let y = rt::read(vm, s.fp, s.rk(right), &mut st);
        if st == Status::Ok && (*d).tag() == UNDEF {
            st = rt::undefined_variable(vm, s.fp, d);
            if (*d).tag() == UNDEF {
                *d = Val::NULL;
            }
        }
        if st == Status::Ok {
            st = rt::assign_op_var(vm, kind, d, y);
        }
        rt::free_tmp(s, right);
        if res != howdah_bytecode::NONE && st == Status::Ok {
            *s.slot(res) = rt::copy_deref(d);
        }
        s.done(st, words)
    }
}

/// One-operand op on rk `b`, result to T `a`.
#[inline(always)]
unsafe fn unary_slow(s: S, f: unsafe fn(&mut crate::vm::Vm, *mut Val, Val) -> Status) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            st = f(vm, &mut out, x);
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = out.by_parts();
        s.done(st, 1)
    }
}

#[inline(never)]
unsafe fn cast_slow(s: S, tag: u8) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            st = if tag == NULL { Status::Ok } else { rt::cast(vm, &mut out, x, tag) };
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = out.by_parts();
        s.done(st, 1)
    }
}

/// The text of an integer. Not inlined into a handler, as the next two: nothing of theirs may lie on its stack.
#[inline(never)]
fn text_of(i: i64) -> *mut StrHdr {
    string::from_int(i)
}
/// The integer that a string starts with.
#[inline(never)]
unsafe fn int_in(s: *const StrHdr) -> i64 {
    // SAFETY: an operand's live string.
    number::leading_int(unsafe { string::bytes(s) })
}
/// The float that a string starts with.
#[inline(never)]
unsafe fn float_in(s: *const StrHdr) -> f64 {
    // SAFETY: as above.
    number::leading_float(unsafe { string::bytes(s) })
}

/// Increments or decrements a variable of any type; the result (old or new value) goes to `res`.
#[inline(never)]
unsafe fn incdec_var(s: S, d: *mut Val, kind: u16, res: Option<*mut Val>) -> Status {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let mut st;
        if (*d).tag() == UNDEF {
            st = rt::undefined_variable(vm, s.fp, d);
            *d = Val::NULL;
            if st != Status::Ok {
                return st;
            }
        }
        let old = if kind & 2 != 0 { rt::copy(deref_quiet(d)) } else { Val::NULL };
        st = rt::incdec(vm, d, kind & 1 != 0);
        match res {
            Some(r) if kind & 2 != 0 => *r = old,
            Some(r) => *r = if st == Status::Ok { rt::copy_deref(d) } else { Val::NULL },
            None => release(old),
        }
        st
    }
}
