//! Calling native functions from PHP code.

use super::{S, exceptions, is_none, misc};
use crate::call::{NATIVE_SLOTS, plain_args};
use crate::frame::*;
use crate::func::Func;
use crate::op;
use crate::rt::{release, release_tmp, shed, sheds};
use howdah_bytecode::{FRAME_SLOTS, fn_flags};
use plugin_api_abi::{CallFrame, NativeFn, REFCOUNTED, Status, Val};
use std::sync::atomic::Ordering;

/// Runs the native function whose frame is the state's, whose arguments are as it takes them; they go, and its caller goes on.
#[inline(always)]
unsafe fn native_runs(s: S) -> u64 {
    // SAFETY: contract of handlers; there is room above the arguments.
    unsafe {
        let fr = s.frame();
        let f = (*fr).func;
        let argc = (*fr).argc;
        let caller = (*fr).prev;
        let top = s.fp.add(argc as usize);
        (*fr).flags |= FR_NATIVE;
        (*s.vm).fp = s.fp;
        let call = top.cast::<CallFrame>();
        (*call).size = size_of::<CallFrame>() as u32;
        (*call).argc = argc;
        (*call).args = s.fp;
        (*call).this = (*fr).this.by_parts();
        (*call).named_extra.ty = 0;
        (*call).called_class = (*fr).called.cast();
        (*call).data = (*f).data.cast();
        (*call).strict = ((*(*frame(caller)).func).flags & fn_flags::STRICT != 0) as u32;
        (*call).flags = call_flags(&*fr);
        let out = top.add(NATIVE_SLOTS - 1);
        (*out).payload = 0;
        (*out).ty = plugin_api_abi::NULL as u32;
        let Some(code) = (*f).native else { return s.tail(enter_native) };
        native_code(s, code, call, out)
    }
}

/// Runs a native function whose frame is the state's; its arguments go, and its caller goes on.
#[inline(always)]
unsafe fn native_code(s: S, code: NativeFn, call: *mut CallFrame, out: *mut Val) -> u64 {
    // SAFETY: contract of handlers; the frame, what the function is called with and the place of its result are complete.
    unsafe {
        let st = code(s.vm.cast(), call, out);
        // Nothing outlives the call but the frame and the VM.
        let s = S {
            pc: core::ptr::null(),
            fp: s.fp,
            vm: s.vm,
            k: core::ptr::null(),
            ic: core::ptr::null_mut(),
            plain: false,
        };
        let fr = s.frame();
        if st != Status::Ok {
            return native_rest(s, s.fp, st);
        }
        let top = s.fp.add((*fr).argc as usize);
        let mut p = s.fp;
        while p != top {
            if (*p).ty & REFCOUNTED != 0 && !(*s.vm).here.gives_up(*p) {
                return native_rest(s, p, st);
            }
            p = p.add(1);
        }
        if (*fr).flags & FR_OWNS_THIS != 0 {
            // The collector is told of an object once.
            let this = &raw const (*fr).this;
            if !sheds(this) {
                return native_rest(s, top, st);
            }
            shed(*this);
        }
        if (*s.vm).exception.ty != 0 || (*s.vm).bailout.is_some() {
            return s.tail(native_failed);
        }
        let (caller, ret, out) = ((*fr).prev, (*fr).ret, top.add(NATIVE_SLOTS - 1));
        (*s.vm).fp = caller;
        if ret.is_null() {
            if (*out).ty & REFCOUNTED != 0 {
                return s.tail(native_dropped);
            }
        } else {
            (*out).by_parts().put(ret);
        }
        let n = s.enter(caller, (*frame(caller)).pc);
        if (*s.vm).interrupt.load(Ordering::Relaxed) != 0 {
            return n.tail(misc::interrupted);
        }
        n.go(n.pc)
    }
}

/// Goes on in [`native_leaves`]: in the state's `pc` is whether the function has thrown, in `ic` the first argument that is
/// still to be given back.
#[inline(always)]
unsafe fn native_rest(s: S, from: *mut Val, st: Status) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        S { pc: core::ptr::without_provenance((st as usize) << 8), ic: from.cast(), ..s }.tail(native_leaves)
    }
}

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
    /// `CallFn` of a native function that takes as many arguments, where they need no more than a look at their tags.
    #[inline(never)]
    [fast] call_native_fn(s) {
        let f = (*s.icp()).val as *mut Func;
        let argc = s.c();
        let fr = s.slot(s.b()).cast::<Frame>();
        let fp = fr.cast::<Val>().add(FRAME_SLOTS as usize);
        let top = fp.add(argc as usize);
        if top.wrapping_add(NATIVE_SLOTS + 64) > (*s.vm).stack_end {
            return s.tail(super::calls::call_fn_any);
        }
        let (mut p, mut takes) = (fp, (&raw const (*f).takes).cast::<u32>());
        while p != top {
            if *takes >> ((*p).ty & 31) & 1 == 0 {
                return s.tail(super::calls::call_fn_any);
            }
            (p, takes) = (p.add(1), takes.add(1));
        }
        let Some(code) = (*f).native else { return s.tail(super::calls::call_fn_any) };
        let ret = if is_none(s.a()) { core::ptr::null_mut() } else { s.slot(s.a()) };
        (*s.frame()).pc = s.pc.add(2);
        (*fr).func = f;
        (*fr).prev = s.fp;
        (*fr).ret = ret;
        (*fr).this.ty = 0;
        (*fr).called = core::ptr::null_mut();
        (*fr).closure = core::ptr::null_mut();
        (*fr).argc = argc as u32;
        (*fr).flags = FR_NATIVE;
        (*fr).symtab = core::ptr::null_mut();
        (*fr).named = core::ptr::null_mut();
        (*fr).generator = core::ptr::null_mut();
        (*s.vm).fp = fp;
        let call = top.cast::<CallFrame>();
        (*call).size = size_of::<CallFrame>() as u32;
        (*call).argc = argc as u32;
        (*call).args = fp;
        (*call).this = Val::UNDEF;
        (*call).named_extra.ty = 0;
        (*call).called_class = core::ptr::null_mut();
        (*call).data = (*f).data.cast();
        (*call).strict = ((*s.func()).flags & fn_flags::STRICT != 0) as u32;
        (*call).flags = if ret.is_null() { plugin_api_abi::call_flags::UNUSED } else { 0 };
        let out = top.add(NATIVE_SLOTS - 1);
        (*out).payload = 0;
        (*out).ty = plugin_api_abi::NULL as u32;
        native_code(S { fp, k: core::ptr::null(), ic: core::ptr::null_mut(), ..s }, code, call, out)
    }
    /// As `enter_native`, of a function whose arguments need no more than a look at their tags. What it is called with lies
    /// on the VM's stack, above its arguments.
    #[inline(never)]
    [fast] enter_native_plain(s) {
        // All that is needed is in the frame.
        let s = S { k: core::ptr::null(), ic: core::ptr::null_mut(), ..s };
        let fr = s.frame();
        let f = (*fr).func;
        let argc = (*fr).argc;
        if argc < (*f).required
            || argc > (*f).plain_max as u32
            || (*fr).flags & (FR_TRAMPOLINE | FR_CLOSURE) != 0
            || !(*fr).named.is_null()
            || s.fp.wrapping_add(argc as usize + NATIVE_SLOTS + 64) > (*s.vm).stack_end
        {
            return s.tail(super::calls::enter_general);
        }
        let top = s.fp.add(argc as usize);
        let (mut p, mut takes) = (s.fp, (&raw const (*f).takes).cast::<u32>());
        while p != top {
            if *takes >> ((*p).ty & 31) & 1 == 0 {
                return s.tail(enter_native_closure);
            }
            (p, takes) = (p.add(1), takes.add(1));
        }
        native_runs(s)
    }
    /// As `enter_native_plain`, where an argument is neither of a type that the function takes as it is: perhaps a closure.
    #[inline(never)]
    enter_native_closure(s) {
        let fr = s.frame();
        if plain_args(&*(*fr).func, s.fp, (*fr).argc, (*s.vm).ce.closure) {
            return s.tail(native_takes_closure);
        }
        s.tail(super::calls::enter_general)
    }
    /// Runs the native function whose frame is the state's; its arguments are as it takes them.
    #[inline(never)]
    [fast] native_takes_closure(s) {
        native_runs(s)
    }
    /// The native function whose frame is the state's has returned; `pc` is no address but nothing or, where it has thrown,
    /// something. More is to be done than to count shares: something is destroyed, or an exception is there.
    #[inline(never)]
    native_leaves(s) {
        let fr = s.frame();
        let (argc, caller, ret) = ((*fr).argc as usize, (*fr).prev, (*fr).ret);
        (*fr).flags |= FR_LEAVING;
        let (mut p, from) = (s.fp, s.ic.cast::<Val>());
        while p < from {
            (*p).ty = 0;
            p = p.add(1);
        }
        while p < s.fp.add(argc) {
            let v = (*p).by_parts();
            (*p).ty = 0;
            release_tmp(v);
            p = p.add(1);
        }
        if (*fr).flags & FR_OWNS_THIS != 0 {
            let this = (*fr).this;
            (*fr).this.ty = 0;
            release(this);
        }
        let failed = !s.pc.is_null();
        // Where to go on is part of what a plain handler tells.
        let s = S { pc: (*frame(caller)).pc, ..s };
        if failed || (*s.vm).exception.ty != 0 || (*s.vm).bailout.is_some() {
            return s.tail(native_failed);
        }
        (*s.vm).fp = caller;
        let out = (*s.fp.add(argc + NATIVE_SLOTS - 1)).by_parts();
        if !ret.is_null() {
            *ret = out.by_parts();
        } else if out.is_refcounted() {
            return s.tail(native_dropped);
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
        release((*s.fp.add((*fr).argc as usize + NATIVE_SLOTS - 1)).by_parts());
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
        release((*s.fp.add(argc + NATIVE_SLOTS - 1)).by_parts());
        if !ret.is_null() {
            *ret = Val::NULL;
        }
        s.enter(caller, (*frame(caller)).pc).tail(exceptions::unwind)
    }
}
