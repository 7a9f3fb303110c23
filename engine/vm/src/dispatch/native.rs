//! Calling native functions from PHP code.

use super::{exceptions, misc};
use crate::call::{NATIVE_SLOTS, plain_args};
use crate::frame::*;
use crate::op;
use crate::rt::{release, release_tmp};
use howdah_bytecode::fn_flags;
use plugin_api_abi::{CallFrame, REFCOUNTED, Status, Val};
use std::sync::atomic::Ordering;

op! {
    /// Enters the native function whose frame is the state's, and goes on in its caller.
    #[inline(never)]
    enter_native(s) {
        let vm = &mut *s.vm;
        let fr = s.frame();
        let caller = (*fr).prev;
        let st = if vm.ensure_stack(s.fp, (*fr).argc as usize) == Status::Ok {
            vm.call_native(s.fp)
        } else {
            Status::Bailout
        };
        let n = s.enter(caller, (*frame(caller)).pc);
        if st != Status::Ok {
            return n.tail(exceptions::unwind);
        }
        if vm.interrupt.load(Ordering::Relaxed) != 0 {
            return n.tail(misc::interrupted);
        }
        n.go(n.pc)
    }
    /// As `enter_native`, of a function whose arguments need no more than a look at their tags. What it is called with lies
    /// on the VM's stack, above its arguments.
    #[inline(never)]
    [fast] enter_native_plain(s) {
        let fr = s.frame();
        let f = (*fr).func;
        let argc = (*fr).argc;
        let caller = (*fr).prev;
        let top = s.fp.add(argc as usize);
        if !plain_args(&*f, s.fp, argc)
            || (*fr).flags & (FR_TRAMPOLINE | FR_CLOSURE) != 0
            || !(*fr).named.is_null()
            || top.wrapping_add(NATIVE_SLOTS + 64) > (*s.vm).stack_end
        {
            return s.tail(super::calls::enter_general);
        }
        (*fr).flags |= FR_NATIVE;
        (*s.vm).fp = s.fp;
        let call = top.cast::<CallFrame>();
        (*call).size = size_of::<CallFrame>() as u32;
        (*call).argc = argc;
        (*call).args = s.fp;
        (*call).this = (*fr).this;
        (*call).named_extra.ty = 0;
        (*call).called_class = (*fr).called.cast();
        (*call).data = (*(*f).desc).data;
        (*call).strict = ((*(*frame(caller)).func).flags & fn_flags::STRICT != 0) as u32;
        (*call).flags = call_flags(&*fr);
        let out = top.add(NATIVE_SLOTS - 1);
        (*out).payload = 0;
        (*out).ty = plugin_api_abi::NULL as u32;
        let Some(code) = (*f).native else { return s.tail(enter_native) };
        let st = code(s.vm.cast(), call, out);
        let mut p = s.fp;
        (*fr).flags |= FR_LEAVING;
        while p != top {
            let v = *p;
            (*p).ty = 0;
            release_tmp(v);
            p = p.add(1);
        }
        if (*fr).flags & FR_OWNS_THIS != 0 {
            let this = (*fr).this;
            (*fr).this.ty = 0;
            release(this);
        }
        if st != Status::Ok || (*s.vm).exception.ty != 0 || (*s.vm).bailout.is_some() {
            return s.tail(native_failed);
        }
        (*s.vm).fp = caller;
        let ret = (*fr).ret;
        if ret.is_null() {
            if (*out).ty & REFCOUNTED != 0 {
                return s.tail(native_dropped);
            }
        } else {
            (*ret).payload = (*out).payload;
            (*ret).ty = (*out).ty;
            (*ret).aux = 0;
        }
        let n = s.enter(caller, (*frame(caller)).pc);
        if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 {
            return n.tail(misc::interrupted);
        }
        n.go(n.pc)
    }
    /// The result of the native function whose frame is the state's is wanted by nobody.
    #[inline(never)]
    native_dropped(s) {
        let fr = s.frame();
        let caller = (*fr).prev;
        release(*s.fp.add((*fr).argc as usize + NATIVE_SLOTS - 1));
        let n = s.enter(caller, (*frame(caller)).pc);
        if (*s.vm).pending() != Status::Ok {
            return n.tail(exceptions::unwind);
        }
        n.go(n.pc)
    }
    /// The native function whose frame is the state's has thrown, or one of its arguments' destructors has.
    #[cold]
    #[inline(never)]
    native_failed(s) {
        let vm = &mut *s.vm;
        let fr = s.frame();
        let (argc, caller, ret) = ((*fr).argc as usize, (*fr).prev, (*fr).ret);
        vm.fp = caller;
        release(*s.fp.add(argc + NATIVE_SLOTS - 1));
        if !ret.is_null() {
            *ret = Val::NULL;
        }
        s.enter(caller, (*frame(caller)).pc).tail(exceptions::unwind)
    }
}
