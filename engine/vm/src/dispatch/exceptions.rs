//! Throwing, catching, finally; unwinding.

use super::is_none;
use crate::frame::*;
use crate::op;
use crate::rt::{self, release};
use crate::vm::{BailoutKind, Vm};
use howdah_bytecode::{FnProto, LiveKind, Op};
use howdah_runtime::layout::{HDR_DTOR_DONE, Obj};
use plugin_api_abi::{OBJ, Status, StrHdr, TRUE, Val};

/// Releases the temporaries that are live at word `at` of frame `fp` and not at `target`.
pub(crate) unsafe fn clean_live(vm: &mut Vm, fp: *mut Val, proto: &FnProto, at: u32, target: Option<u32>) {
    // SAFETY: the compiler's ranges say which slots hold what.
    unsafe {
        for l in &proto.live {
            if l.start > at {
                break;
            }
            if at >= l.end || target.is_some_and(|t| l.start <= t && t < l.end) {
                continue;
            }
            let p = fp.add(l.slot as usize);
            match l.kind {
                LiveKind::Tmp => release(*p),
                LiveKind::Loop => super::foreach::release_iterator(p),
                LiveKind::Silence => vm.end_silence(*p),
                LiveKind::New => {
                    let o = (*p).as_ptr::<Obj>();
                    (*o).hdr.info |= HDR_DTOR_DONE;
                    release(*p);
                }
                LiveKind::Window => vm.leave_header(p.add(howdah_bytecode::FRAME_SLOTS as usize)),
                LiveKind::FastCall => {
                    release(std::mem::replace(&mut *p.add(1), Val::NULL));
                    if (*p).tag() == OBJ {
                        let old = *p;
                        if vm.has_exception() {
                            let e = vm.exception;
                            vm.chain(e, old);
                        } else {
                            release(old);
                        }
                    }
                }
            }
        }
    }
}

/// What goes wrong while a loop's variable is released on the way out of it (break, return, goto) counts as thrown behind the
/// loop: gives that place, and releases what was live only inside.
unsafe fn leave_loop(vm: &mut Vm, fp: *mut Val, f: &crate::func::Func, at: u32) -> u32 {
    // SAFETY: `at` is a place in the function's code, and its ranges say which slots hold what.
    unsafe {
        let insn = *f.code.add(at as usize);
        if insn.b != 1 || insn.op != Op::FeFree as u16 && insn.op != Op::Free as u16 {
            return at;
        }
        let proto = &*f.proto;
        let slot = insn.a >> 1;
        let Some(l) = proto.live.iter().find(|l| l.slot == slot && l.start <= at && at < l.end) else {
            return at;
        };
        clean_live(vm, fp, proto, at, Some(l.end));
        (*frame(fp)).pc = f.code.add(l.end as usize + 1);
        l.end
    }
}

op! {
    /// Goes on after a failure: to the handler that takes the pending exception, or out of the loop.
    #[cold]
    #[inline(never)]
    unwind(s) {
        let vm: &mut Vm = &mut *s.vm;
        let mut fp = s.fp;
        loop {
            let fr = frame(fp);
            let f = &*(*fr).func;
            let proto = &*f.proto;
            let at = ((*fr).pc.offset_from(f.code) - 1).max(0) as u32;
            let at = leave_loop(vm, fp, f, at);
            vm.fp = fp;
            let mut unwinding = vm.bailout == Some(BailoutKind::Unwind);
            if vm.bailout.is_none() || unwinding {
                for r in proto.regions.iter().rev() {
                    if at >= r.start && at < r.end && r.catch != 0 && !unwinding {
                        clean_live(vm, fp, proto, at, Some(r.catch));
                        let n = s.enter(fp, f.code.add(r.catch as usize));
                        return n.go(n.pc);
                    }
                    if unwinding && r.finally != 0 && r.finally <= at && at < r.finally_end {
                        // The exception that the finally block was entered with goes on instead.
                        let slot = fp.add(r.finally_slot as usize);
                        if (*slot).tag() == OBJ {
                            vm.exception = std::mem::replace(&mut *slot, Val::NULL);
                            vm.bailout = None;
                            unwinding = false;
                        }
                    }
                    if r.finally != 0 && at >= r.start && at < r.finally {
                        clean_live(vm, fp, proto, at, Some(r.finally));
                        let slot = fp.add(r.finally_slot as usize);
                        *slot = if unwinding { Val::TRUE } else { std::mem::replace(&mut vm.exception, Val::UNDEF) };
                        vm.bailout = None;
                        *slot.add(1) = Val::NULL;
                        let n = s.enter(fp, f.code.add(r.finally as usize));
                        return n.go(n.pc);
                    }
                }
            }
            let keep = vm.bailout == Some(BailoutKind::Fatal);
            let (flags, prev, generator) = ((*fr).flags, (*fr).prev, (*fr).generator);
            if !keep {
                let e = vm.bailout;
                if flags & FR_CTOR != 0 && (*fr).this.tag() == OBJ {
                    (*(*fr).this.as_ptr::<Obj>()).hdr.info |= HDR_DTOR_DONE;
                }
                clean_live(vm, fp, proto, at, None);
                vm.leave_frame(fp);
                if vm.bailout.is_none() { vm.bailout = e; }
            } else if !(*fr).symtab.is_null() && flags & FR_OWNS_SYMTAB == 0 {
                vm.detach_symtab(fp);
            }
            vm.fp = prev;
            if flags & FR_ENTRY != 0 {
                let st = vm.pending();
                return if st == Status::Ok { Status::Exception as u64 } else { st as u64 };
            }
            if flags & FR_GENERATOR != 0 {
                let st = vm.pending();
                return super::resume::resumed(s, generator, if st == Status::Ok { Status::Exception } else { st });
            }
            fp = prev;
        }
    }
    Throw(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.a()) { rt::take(s, s.a()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.a()), &mut st)) };
        if st != Status::Ok {
            return s.done(st, 1);
        }
        if v.tag() != OBJ || !(*(*v.as_ptr::<Obj>()).class.cast::<crate::class::Class>()).is_a(vm.ce.throwable) {
            let msg = if v.tag() == OBJ {
                "Cannot throw objects that do not implement Throwable"
            } else {
                "Can only throw objects"
            };
            release(v);
            let st = vm.throw(msg);
            return s.done(st, 1);
        }
        let st = vm.throw_object(v);
        s.done(st, 1)
    }
    Catch(s) {
        let vm = s.save();
        let e = vm.exception;
        let class = (*e.as_ptr::<Obj>()).class.cast::<crate::class::Class>();
        for i in 0..s.c() as u32 {
            let lc = (*s.lit(s.ext().y + 2 * i + 1)).as_ptr::<StrHdr>();
            if let Some(c) = vm.find_class_sym(lc)
                && (*class).is_a(c)
            {
                vm.exception = Val::UNDEF;
                if is_none(s.a()) {
                    release(e);
                    return s.done_checked(2);
                }
                let st = rt::assign_cv(vm, s.slot(s.a()), e);
                return if st == Status::Ok { s.done_checked(2) } else { s.done(st, 2) };
            }
        }
        if s.x() != 0 {
            return s.jump_x();
        }
        s.tail(unwind)
    }
    FastCall(s) {
        *s.slot(s.a()) = Val::ptr(s.pc.add(1).cast_mut());
        s.jump()
    }
    FastRet(s) {
        let v = *s.slot(s.a());
        if v.tag() == OBJ {
            let vm = s.save();
            vm.exception = v;
            return s.tail(unwind);
        }
        if v.tag() == TRUE {
            s.save().bailout = Some(BailoutKind::Unwind);
            return s.tail(unwind);
        }
        s.go(v.as_ptr::<howdah_bytecode::Insn>())
    }
    DiscardExc(s) {
        s.save();
        let p = s.slot(s.a());
        if (*p).tag() == OBJ {
            release(std::mem::replace(&mut *p, Val::NULL));
        }
        release(std::mem::replace(&mut *p.add(1), Val::NULL));
        s.done_checked(1)
    }
}

/// Keeps an exception alive while code runs that must not see it; [`restore`] puts it back.
pub(crate) fn hide(vm: &mut Vm) -> Val {
    std::mem::replace(&mut vm.exception, Val::UNDEF)
}

/// Puts a hidden exception back; one thrown meanwhile gets it as its previous one.
pub(crate) fn restore(vm: &mut Vm, e: Val) {
    if e.is_undef() {
        return;
    }
    if vm.has_exception() {
        let new = vm.exception;
        vm.chain(new, e);
    } else {
        vm.exception = e;
    }
}
