//! Jumps and safepoints.

use super::{S, is_none};
use crate::op;
use crate::rt::{self, release};
use howdah_runtime::layout::{Arr, Obj};
use plugin_api_abi::{ARR, DBL, FALSE, HeapHdr, INT, NULL, OBJ, REF, STR, Status, StrHdr, TRUE, UNDEF, Val};
use std::sync::atomic::Ordering;

/// Truth of an rk operand; undefined variables warn, temporaries are consumed. `None`: an exception is pending.
#[inline(never)]
unsafe fn truth_slow(s: S, o: u16) -> Option<bool> {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, s.rk(o), &mut st);
        let r = st == Status::Ok && rt::truth(vm, x);
        rt::free_tmp(s, o);
        if vm.pending() == Status::Ok { Some(r) } else { None }
    }
}

/// Truth of an rk operand where nothing has to be asked or destroyed; a temporary is consumed.
#[inline(always)]
pub(super) unsafe fn plain_truth(s: S, o: u16) -> Option<bool> {
    // SAFETY: operand of the running op.
    unsafe {
        let v = *s.behind(o, s.rk(o));
        let yes = match v.tag() {
            NULL | FALSE => false,
            TRUE => true,
            INT => v.payload != 0,
            DBL => v.as_dbl() != 0.0,
            STR => {
                let t = v.as_ptr::<StrHdr>();
                match (*t).len {
                    0 => false,
                    1 => *howdah_runtime::string::data(t) != b'0',
                    _ => true,
                }
            }
            ARR => (*v.as_ptr::<Arr>()).count != 0,
            OBJ if (*(*(*v.as_ptr::<Obj>()).class).handlers).cast.is_none() => true,
            _ => return None,
        };
        if v.is_refcounted() && s.is_tmp(o) {
            let h = v.as_ptr::<HeapHdr>();
            if (*h).rc == 1 {
                return None;
            }
            (*h).rc -= 1;
        }
        Some(yes)
    }
}

op! {
    [fast] Nop(s) { s.next(1) }
    [fast] Jmp(s) { s.jump() }
    [fast] Loop(s) {
        if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 {
            return s.tail(loop_interrupted);
        }
        s.jump()
    }
    #[cold]
    #[inline(never)]
    loop_interrupted(s) {
        let vm = s.save();
        if vm.safepoint() == Status::Ok { s.jump() } else { s.tail(super::exceptions::unwind) }
    }
    #[cold]
    #[inline(never)]
    loop_x_interrupted(s) {
        let vm = s.save();
        if vm.safepoint() == Status::Ok { s.jump_x() } else { s.tail(super::exceptions::unwind) }
    }
    [fast] LoopNZ(s) {
        let v = s.slot(s.a());
        let yes = match (*v).ty {
            3 => true,
            2 | 1 => false,
            t if t == INT as u32 => (*v).payload != 0,
            _ => return s.tail(loop_nz_slow),
        };
        if !yes {
            return s.next(1);
        }
        if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 {
            return s.tail(loop_interrupted);
        }
        s.jump()
    }
    #[inline(never)]
    loop_nz_slow(s) {
        match truth_slow(s, s.a()) {
            Some(true) if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 => s.tail(loop_interrupted),
            Some(true) => s.jump(),
            Some(false) => s.next(1),
            None => s.tail(super::exceptions::unwind),
        }
    }
    [fast] JmpZ(s) {
        match (*s.slot(s.a())).ty {
            3 => s.next(1),
            2 | 1 => s.jump(),
            t if t == INT as u32 => if (*s.slot(s.a())).payload == 0 { s.jump() } else { s.next(1) },
            _ => s.tail(jmpz_any),
        }
    }
    #[inline(never)]
    [fast] jmpz_any(s) {
        match plain_truth(s, s.a()) {
            Some(true) => s.next(1),
            Some(false) => s.jump(),
            None => s.tail(jmpz_slow),
        }
    }
    #[inline(never)]
    jmpz_slow(s) {
        match truth_slow(s, s.a()) {
            Some(true) => s.next(1),
            Some(false) => s.jump(),
            None => s.tail(super::exceptions::unwind),
        }
    }
    [fast] JmpNZ(s) {
        match (*s.slot(s.a())).ty {
            3 => s.jump(),
            2 | 1 => s.next(1),
            t if t == INT as u32 => if (*s.slot(s.a())).payload != 0 { s.jump() } else { s.next(1) },
            _ => s.tail(jmpnz_any),
        }
    }
    #[inline(never)]
    [fast] jmpnz_any(s) {
        match plain_truth(s, s.a()) {
            Some(true) => s.jump(),
            Some(false) => s.next(1),
            None => s.tail(jmpnz_slow),
        }
    }
    #[inline(never)]
    jmpnz_slow(s) {
        match truth_slow(s, s.a()) {
            Some(true) => s.jump(),
            Some(false) => s.next(1),
            None => s.tail(super::exceptions::unwind),
        }
    }
    [fast] JmpZEx(s) {
        let v = s.rk(s.b());
        let yes = match (*v).ty {
            3 => true,
            2 | 1 => false,
            t if t == INT as u32 => (*v).payload != 0,
            _ => return s.tail(jmpz_ex_slow),
        };
        s.put_bool(s.a(), yes);
        if yes { s.next(2) } else { s.jump_x() }
    }
    #[inline(never)]
    jmpz_ex_slow(s) {
        let r = match (*s.rk(s.b())).ty {
            3 => Some(true),
            2 => Some(false),
            _ => truth_slow(s, s.b()),
        };
        match r {
            Some(r) => { *s.slot(s.a()) = Val::bool(r); if r { s.next(2) } else { s.jump_x() } }
            None => s.tail(super::exceptions::unwind),
        }
    }
    [fast] JmpNZEx(s) {
        let v = s.rk(s.b());
        let yes = match (*v).ty {
            3 => true,
            2 | 1 => false,
            t if t == INT as u32 => (*v).payload != 0,
            _ => return s.tail(jmpnz_ex_slow),
        };
        s.put_bool(s.a(), yes);
        if yes { s.jump_x() } else { s.next(2) }
    }
    #[inline(never)]
    jmpnz_ex_slow(s) {
        let r = match (*s.rk(s.b())).ty {
            3 => Some(true),
            2 => Some(false),
            _ => truth_slow(s, s.b()),
        };
        match r {
            Some(r) => { *s.slot(s.a()) = Val::bool(r); if r { s.jump_x() } else { s.next(2) } }
            None => s.tail(super::exceptions::unwind),
        }
    }
    [fast] JmpSet(s) {
        let b = s.b();
        let p = s.rk(b);
        let v = (*p).by_parts();
        let yes = match v.tag() {
            NULL | FALSE => false,
            TRUE => true,
            INT => v.payload != 0,
            ARR => (*v.as_ptr::<Arr>()).count != 0,
            _ => return s.tail(jmp_set_slow),
        };
        if yes {
            if v.is_refcounted() && !s.is_tmp(b) {
                (*v.as_ptr::<HeapHdr>()).rc += 1;
            }
            *s.slot(s.a()) = v.by_parts();
            return s.jump_x();
        }
        if v.is_refcounted() {
            return s.tail(jmp_set_slow);
        }
        s.next(2)
    }
    #[inline(never)]
    jmp_set_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let r = st == Status::Ok && rt::truth(vm, x);
        if vm.pending() != Status::Ok {
            rt::free_tmp(s, s.b());
            return s.tail(super::exceptions::unwind);
        }
        if r {
            let v = rt::take(s, s.b());
            *s.slot(s.a()) = v;
            return s.jump_x();
        }
        rt::free_tmp(s, s.b());
        s.next(2)
    }
    [fast] Coalesce(s) {
        let b = s.b();
        let v = (*s.rk(b)).by_parts();
        if v.tag() == REF || v.is_refcounted() && v.tag() <= NULL {
            return s.tail(coalesce_slow);
        }
        if v.tag() > NULL {
            if v.is_refcounted() && !s.is_tmp(b) {
                (*v.as_ptr::<HeapHdr>()).rc += 1;
            }
            *s.slot(s.a()) = v.by_parts();
            return s.jump_x();
        }
        s.next(2)
    }
    #[inline(never)]
    coalesce_slow(s) {
        let p = rt::deref_ptr(s.rk(s.b()));
        if (*p).tag() > NULL {
            let v = rt::take(s, s.b());
            *s.slot(s.a()) = v;
            return s.jump_x();
        }
        rt::free_tmp(s, s.b());
        s.next(2)
    }
    JmpNull(s) {
        let p = rt::deref_ptr(s.slot(s.a()));
        if (*p).tag() > NULL {
            return s.next(2);
        }
        if s.is_tmp(s.a()) {
            release(*s.slot(s.a()));
        } else if (*p).is_undef() && s.c() & 4 == 0 {
            let vm = s.save();
            let st = rt::undefined_variable(vm, s.fp, s.slot(s.a()));
            if st != Status::Ok {
                return s.tail(super::exceptions::unwind);
            }
        }
        if !is_none(s.b()) {
            *s.slot(s.b()) = match s.c() & 3 { 0 => Val::NULL, 1 => Val::FALSE, _ => Val::TRUE };
        }
        s.jump_x()
    }
    Switch(s) {
        let proto = &*(*s.func()).proto;
        let table = &proto.switches[s.x() as usize];
        let v = *rt::deref_ptr(s.rk(s.a()));
        let hit = match v.tag() {
            INT if !table.strings || table.strict => table.find_int(v.as_int()),
            STR if table.strings || table.strict => table.find_str(StrHdr::bytes(v.as_ptr())),
            UNDEF if table.strict => return s.tail(match_undefined),
            _ if table.strict => None,
            _ => return s.next(2),
        };
        s.go(s.pc.offset(hit.unwrap_or(table.default) as isize))
    }
    #[cold]
    #[inline(never)]
    match_undefined(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        rt::read(vm, s.fp, s.rk(s.a()), &mut st);
        if st != Status::Ok {
            return s.tail(super::exceptions::unwind);
        }
        let table = &(&(*(*s.func()).proto).switches)[s.x() as usize];
        s.go(s.pc.offset(table.default as isize))
    }
    [fast] JmpAssert(s) {
        if (*s.vm).assertions <= 0 { s.jump_x() } else { s.next(2) }
    }
    Ticks(s) {
        let vm = s.save();
        let st = vm.run_ticks(s.a() as u32);
        s.done(st, 1)
    }
    MatchError(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let x = rt::read(vm, s.fp, s.rk(s.a()), &mut st);
        if st == Status::Ok {
            st = vm.unhandled_match(x);
        }
        rt::free_tmp(s, s.a());
        s.done(st, 1)
    }
}
