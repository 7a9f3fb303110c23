//! Fibers: PHP code on a native stack and a VM stack of its own (behaviour of php-src's zend_fibers.c).
//!
//! A fiber is resumed by someone and suspends to whoever resumed it, which is what `corosensei`'s asymmetric coroutines do.
//! What the VM keeps per stack (frame pointer, stack bounds, recursion limits, `error_reporting`) is exchanged around each
//! switch. The lowest frame of a fiber's VM stack is a base frame without code of its own; while the fiber runs, the frame
//! before it is the one that resumed it, so backtraces go on through there.
//!
//! Destroying a suspended fiber resumes it with [`BailoutKind::Unwind`]: finally blocks run, catch blocks do not.

use crate::call::Target;
use crate::frame::*;
use crate::func::Func;
use crate::rt::{self, release};
use crate::vm::{BailoutKind, Vm};
use corosensei::stack::DefaultStack;
use corosensei::{Coroutine, CoroutineResult, Yielder};
use howdah_bytecode::FRAME_SLOTS;
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::{self, obj_val};
use plugin_api_abi::{OBJ, Status, Val};
use std::alloc::Layout;

/// Address space of a fiber's VM stack.
const VM_STACK: usize = 64 << 20;
/// Bytes of it accounted for from the start, as php-src's first page.
const VM_STACK_START: usize = 16 << 10;
/// Native stack without `fiber.stack_size`.
const NATIVE_STACK: usize = 2 << 20;
/// Least native stack: natives in Rust want more than php-src's minimum.
const NATIVE_STACK_MIN: usize = 256 << 10;
/// Native stack kept free for what does not check its depth.
const NATIVE_RESERVE: usize = 96 << 10;
/// Stacks kept for the next fiber.
const POOLED: usize = 32;

/// Where a fiber stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FiberStatus {
    /// Not started.
    Init,
    /// Runs, or waits for a fiber that it resumed.
    Running,
    /// Suspended.
    Suspended,
    /// Over.
    Dead,
}

/// What travels into a fiber that is resumed.
enum Transfer {
    Value(Val),
    Throw(Val),
    /// The fiber is being destroyed.
    Unwind,
}

/// What a Fiber object's payload points to.
pub struct Fiber {
    /// Where it stands.
    pub status: FiberStatus,
    /// It ended by an exception.
    pub threw: bool,
    /// It ended by a fatal error or exit.
    pub bailed: bool,
    /// It is being destroyed: must not suspend any more.
    pub destroyed: bool,
    /// What it runs; UNDEF once it is over.
    pub callable: Val,
    /// Return value.
    pub result: Val,
    /// Arguments of start() by position and name, while it starts.
    args: *mut Arr,
    /// The object whose destructor it runs for the cycle collector (owned), or null.
    dtor: *mut Obj,
    transfer: Transfer,
    /// What Fiber::suspend() hands out.
    out: Val,
    co: Option<Coroutine<(), (), (), DefaultStack>>,
    yielder: *const Yielder<(), ()>,
    vm_stack: Option<VmStack>,
    /// State of this stack while it does not run.
    saved: Switch,
    /// Slot 0 of the base frame.
    base: *mut Val,
    /// The fiber that resumed it, or null.
    outer: *mut Obj,
}

/// What the VM keeps per stack.
#[derive(Clone, Copy)]
struct Switch {
    fp: *mut Val,
    stack_base: *mut Val,
    stack_end: *mut Val,
    stack_limit: *mut Val,
    native_stack_limit: usize,
    depth: u32,
    destroy_depth: u32,
    error_reporting: u32,
}

/// A VM stack of a fiber.
struct VmStack {
    base: *mut Val,
    /// Bytes accounted for.
    used: usize,
}

/// Stacks that ended fibers left, and the base frames' function.
#[derive(Default)]
pub struct Fibers {
    vm_stacks: Vec<*mut Val>,
    native_stacks: Vec<DefaultStack>,
    base_func: Option<Box<Func>>,
    gc_func: Option<Box<Func>>,
    /// Places on the stack that no fiber may be switched in.
    pub(crate) blocked: u32,
}

fn vm_stack_layout() -> Layout {
    Layout::from_size_align(VM_STACK, 4096).unwrap_or(Layout::new::<u128>())
}

impl Drop for Fibers {
    fn drop(&mut self) {
        for p in self.vm_stacks.drain(..) {
            // SAFETY: allocated with this layout, and no fiber uses it.
            unsafe { std::alloc::dealloc(p.cast(), vm_stack_layout()) };
        }
    }
}

/// The fiber behind an object.
///
/// # Safety
/// `o` is a Fiber.
pub unsafe fn fiber_of(o: *mut Obj) -> &'static mut Fiber {
    // SAFETY: by the caller's promise; the payload is there from construction on.
    unsafe {
        let p = (*o).native.cast::<*mut Fiber>();
        if (*p).is_null() {
            *p = Box::into_raw(Box::new(Fiber::new()));
        }
        &mut **p
    }
}

/// Drops a Fiber's payload.
pub(crate) unsafe extern "C" fn free_fiber(payload: *mut u8) {
    // SAFETY: called once, on the VM's thread.
    unsafe {
        let p = *payload.cast::<*mut Fiber>();
        if p.is_null() {
            return;
        }
        let mut f = *Box::from_raw(p);
        let vm = &mut *crate::vm::current();
        if let Some(mut co) = f.co.take() {
            // Suspended for ever: after a fatal error nothing of it runs again.
            if !co.done() {
                co.force_reset();
            }
            vm.keep_native_stack(co.into_stack());
        }
        vm.keep_vm_stack(&mut f);
        for v in [&mut f.callable, &mut f.result, &mut f.out] {
            release(std::mem::replace(v, Val::UNDEF));
        }
        if let Transfer::Value(v) | Transfer::Throw(v) = f.transfer {
            release(v);
        }
        if !f.args.is_null() {
            release(howdah_runtime::array::val(f.args));
        }
        if !f.dtor.is_null() {
            release(obj_val(f.dtor));
        }
    }
}

/// What a Fiber holds, for the cycle collector.
pub(crate) unsafe extern "C" fn fiber_roots(
    payload: *mut u8,
    visit: unsafe extern "C" fn(*mut u8, *mut Val),
    data: *mut u8,
) {
    // SAFETY: a Fiber's payload; frames of a suspended fiber are complete.
    unsafe {
        let p = *payload.cast::<*mut Fiber>();
        if p.is_null() {
            return;
        }
        let f = &mut *p;
        for v in [&mut f.callable, &mut f.result, &mut f.out] {
            visit(data, v);
        }
        if !f.dtor.is_null() {
            visit(data, &mut obj_val(f.dtor));
        }
        if f.status != FiberStatus::Suspended {
            return;
        }
        let mut fp = f.saved.fp;
        while !fp.is_null() && fp != f.base {
            let fr = &*frame(fp);
            // Frames of generators between the running one and the stack are suspended, and named by their objects.
            if fr.flags & FR_GENERATOR == 0 || on_stack(f, fp) {
                crate::roots::visit_frame(fp, &mut |mut v| visit(data, &mut v));
            }
            fp = fr.prev;
        }
    }
}

fn on_stack(f: &Fiber, fp: *mut Val) -> bool {
    f.vm_stack.as_ref().is_some_and(|s| {
        let at = fp as usize;
        at >= s.base as usize && at < s.base as usize + VM_STACK
    })
}

impl Fiber {
    fn new() -> Fiber {
        Fiber {
            status: FiberStatus::Init,
            threw: false,
            bailed: false,
            destroyed: false,
            callable: Val::UNDEF,
            result: Val::UNDEF,
            args: core::ptr::null_mut(),
            dtor: core::ptr::null_mut(),
            transfer: Transfer::Value(Val::NULL),
            out: Val::NULL,
            co: None,
            yielder: core::ptr::null(),
            vm_stack: None,
            saved: Switch {
                fp: core::ptr::null_mut(),
                stack_base: core::ptr::null_mut(),
                stack_end: core::ptr::null_mut(),
                stack_limit: core::ptr::null_mut(),
                native_stack_limit: 0,
                depth: 0,
                destroy_depth: 0,
                error_reporting: 0,
            },
            base: core::ptr::null_mut(),
            outer: core::ptr::null_mut(),
        }
    }
}

impl Vm {
    /// Starts a fiber with arguments by position and name (an owned array); `out`: what it suspends with, or null at its end.
    pub(crate) fn fiber_start(&mut self, o: *mut Obj, args: *mut Arr, out: &mut Val) -> Status {
        // SAFETY: a Fiber that has not started.
        unsafe {
            let f = fiber_of(o);
            let stack = match self.native_stack() {
                Ok(s) => s,
                Err(st) => {
                    release(howdah_runtime::array::val(args));
                    return st;
                }
            };
            f.args = args;
            let limit = corosensei::stack::Stack::limit(&stack).get() + NATIVE_RESERVE;
            self.fiber_vm_stack(f, limit);
            f.co = Some(Coroutine::with_stack(stack, move |y: &Yielder<(), ()>, ()| {
                let f = fiber_of(o);
                f.yielder = y;
                (*crate::vm::current()).fiber_main(o);
            }));
            self.fiber_switch(o, self.fp, out)
        }
    }

    /// Resumes a suspended fiber with an owned value, or an owned exception to throw there.
    pub(crate) fn fiber_resume(&mut self, o: *mut Obj, v: Val, throw: bool, out: &mut Val) -> Status {
        // SAFETY: a suspended Fiber.
        unsafe {
            fiber_of(o).transfer = if throw { Transfer::Throw(v) } else { Transfer::Value(v) };
            self.fiber_switch(o, self.fp, out)
        }
    }

    /// Suspends the running fiber with an owned value; `out`: what it is resumed with.
    pub(crate) fn fiber_suspend(&mut self, v: Val, out: &mut Val) -> Status {
        let o = self.fiber;
        // SAFETY: the running fiber; its yielder lives as long as its stack.
        unsafe {
            let f = fiber_of(o);
            f.out = v;
            f.status = FiberStatus::Suspended;
            let yielder = f.yielder;
            self.other_stacks_run(|| (*yielder).suspend(()));
            let f = fiber_of(o);
            match std::mem::replace(&mut f.transfer, Transfer::Value(Val::NULL)) {
                Transfer::Value(v) => {
                    *out = v;
                    Status::Ok
                }
                Transfer::Throw(e) => self.throw_object(e),
                Transfer::Unwind => {
                    self.bailout = Some(BailoutKind::Unwind);
                    Status::Bailout
                }
            }
        }
    }

    /// Switches stacks through `switch`, while other frames change this VM: nothing of it is kept in registers over the switch.
    #[inline(never)]
    fn other_stacks_run<T>(&mut self, switch: impl FnOnce() -> T) -> T {
        std::hint::black_box(self as *mut Vm);
        let r = switch();
        std::hint::black_box(self as *mut Vm);
        r
    }

    /// Runs fiber `o` until it suspends or ends. Backtraces within it go on with frame `caller`.
    unsafe fn fiber_switch(&mut self, o: *mut Obj, caller: *mut Val, out: &mut Val) -> Status {
        // SAFETY: the caller's fiber has a stack, and does not run.
        unsafe {
            rt::addref(obj_val(o));
            let f = fiber_of(o);
            let Some(mut co) = f.co.take() else { return Status::Ok };
            let here = self.exchange(f.saved);
            f.outer = std::mem::replace(&mut self.fiber, o);
            f.status = FiberStatus::Running;
            (*frame(f.base)).prev = caller;
            let hidden = crate::dispatch::exceptions::hide(self);
            let r = self.other_stacks_run(|| co.resume(()));
            let f = fiber_of(o);
            self.fiber = std::mem::replace(&mut f.outer, core::ptr::null_mut());
            f.saved = self.exchange(here);
            (*frame(f.base)).prev = core::ptr::null_mut();
            match r {
                CoroutineResult::Yield(()) => f.co = Some(co),
                CoroutineResult::Return(()) => {
                    f.status = FiberStatus::Dead;
                    self.keep_native_stack(co.into_stack());
                    self.keep_vm_stack(f);
                }
            }
            *out = std::mem::replace(&mut f.out, Val::NULL);
            crate::dispatch::exceptions::restore(self, hidden);
            let st = self.pending();
            release(obj_val(o));
            st
        }
    }

    /// Runs `look` with the frames of a fiber alone to be seen; `None` when it has not started or is over.
    pub(crate) fn in_fiber<T>(&mut self, o: *mut Obj, look: impl FnOnce(&mut Vm) -> T) -> Option<T> {
        // SAFETY: a Fiber; frames are complete while their fiber is not over, and the links are put back.
        unsafe {
            let f = fiber_of(o);
            let top = match f.status {
                FiberStatus::Suspended => f.saved.fp,
                FiberStatus::Running => self.running_top(o),
                FiberStatus::Init | FiberStatus::Dead => return None,
            };
            let outer = std::mem::replace(&mut (*frame(f.base)).prev, core::ptr::null_mut());
            let fp = std::mem::replace(&mut self.fp, top);
            let r = look(self);
            self.fp = fp;
            (*frame(f.base)).prev = outer;
            Some(r)
        }
    }

    /// The innermost frame of a fiber that runs, or waits for one that it resumed.
    unsafe fn running_top(&self, o: *mut Obj) -> *mut Val {
        let (mut at, mut fp) = (self.fiber, self.fp);
        // SAFETY: the fibers that run are alive, the frame before each base frame is the one that resumed it.
        unsafe {
            while at != o && !at.is_null() {
                let f = fiber_of(at);
                fp = (*frame(f.base)).prev;
                at = f.outer;
            }
        }
        fp
    }

    /// Puts the state of another stack in place; gives the state of this one.
    fn exchange(&mut self, s: Switch) -> Switch {
        let here = Switch {
            fp: self.fp,
            stack_base: self.stack_base,
            stack_end: self.stack_end,
            stack_limit: self.stack_limit,
            native_stack_limit: self.native_stack_limit,
            depth: self.depth,
            destroy_depth: memory::release::swap_depth(s.destroy_depth),
            error_reporting: self.error_reporting,
        };
        self.fp = s.fp;
        self.stack_base = s.stack_base;
        self.stack_end = s.stack_end;
        self.stack_limit = s.stack_limit;
        self.native_stack_limit = s.native_stack_limit;
        self.depth = s.depth;
        self.error_reporting = s.error_reporting;
        here
    }

    /// What runs on the fiber's own stack.
    unsafe fn fiber_main(&mut self, o: *mut Obj) {
        // SAFETY: the fiber runs on its own stacks, from its base frame.
        unsafe {
            let f = fiber_of(o);
            let args = std::mem::replace(&mut f.args, core::ptr::null_mut());
            let mut result = Val::NULL;
            let st = if f.dtor.is_null() {
                match self.resolve_callable(f.callable, true) {
                    Ok(Some(t)) => self.call_with_array(&t, args, &mut result),
                    Ok(None) => Status::Ok,
                    Err(st) => st,
                }
            } else {
                self.destruct(f.dtor);
                release(obj_val(std::mem::replace(&mut fiber_of(o).dtor, core::ptr::null_mut())));
                self.pending()
            };
            let f = fiber_of(o);
            release(std::mem::replace(&mut f.callable, Val::UNDEF));
            let f = fiber_of(o);
            match st {
                Status::Ok => f.result = result,
                Status::Exception => f.threw = true,
                Status::Bailout if self.bailout == Some(BailoutKind::Unwind) => self.bailout = None,
                Status::Bailout => f.bailed = true,
            }
            if st != Status::Ok {
                release(result);
            }
        }
    }

    /// Ends a fiber that is suspended: its finally blocks run.
    pub(crate) fn fiber_destroy(&mut self, o: *mut Obj) {
        // SAFETY: a Fiber.
        unsafe {
            let f = fiber_of(o);
            if f.status != FiberStatus::Suspended {
                return;
            }
            f.destroyed = true;
            f.transfer = Transfer::Unwind;
            let mut out = Val::NULL;
            self.fiber_switch(o, core::ptr::null_mut(), &mut out);
            release(out);
        }
    }

    /// A VM stack with its base frame, as the state to switch to.
    unsafe fn fiber_vm_stack(&mut self, f: &mut Fiber, native_limit: usize) {
        let base = self.fibers.vm_stacks.pop().unwrap_or_else(|| {
            // SAFETY: not a zero size; pages are touched as the stack grows.
            let p = unsafe { std::alloc::alloc(vm_stack_layout()) };
            if p.is_null() {
                std::alloc::handle_alloc_error(vm_stack_layout());
            }
            p.cast()
        });
        memory::account(VM_STACK_START as isize);
        f.vm_stack = Some(VmStack { base, used: VM_STACK_START });
        let (slot, name, flags) = if f.dtor.is_null() {
            (&mut self.fibers.base_func, &b""[..], FR_FIBER)
        } else {
            (&mut self.fibers.gc_func, &b"gc_destructor_fiber"[..], 0)
        };
        let func: *mut Func = &mut **slot.get_or_insert_with(|| Box::new(Func::native_stub(name)));
        // SAFETY: the stack has room for the frame.
        unsafe {
            let fp = base.add(FRAME_SLOTS as usize);
            frame(fp).write(Frame {
                func,
                prev: core::ptr::null_mut(),
                pc: core::ptr::null(),
                ret: core::ptr::null_mut(),
                this: Val::UNDEF,
                called: core::ptr::null_mut(),
                closure: core::ptr::null_mut(),
                argc: 0,
                flags: FR_NATIVE | flags,
                symtab: core::ptr::null_mut(),
                named: core::ptr::null_mut(),
                generator: core::ptr::null_mut(),
            });
            f.base = fp;
            f.saved = Switch {
                fp,
                stack_base: base,
                stack_end: base.byte_add(VM_STACK_START),
                stack_limit: base.byte_add(VM_STACK - 65536),
                native_stack_limit: native_limit,
                depth: 0,
                destroy_depth: 0,
                error_reporting: self.reporting_setting(),
            };
        }
    }

    /// The error_reporting setting, whatever `@` says now.
    fn reporting_setting(&self) -> u32 {
        self.host
            .ini("error_reporting")
            .and_then(|v| std::str::from_utf8(v).ok())
            .and_then(|v| v.trim().parse().ok())
            .unwrap_or(crate::errors::level::ALL)
    }

    /// A native stack of the size that `fiber.stack_size` asks for.
    fn native_stack(&mut self) -> Result<DefaultStack, Status> {
        let asked = self
            .host
            .ini("fiber.stack_size")
            .and_then(|v| std::str::from_utf8(v).ok())
            .map_or(0, crate::fiber::parse_size);
        let size = if asked == 0 { NATIVE_STACK } else { asked.max(NATIVE_STACK_MIN) };
        if size == NATIVE_STACK
            && let Some(s) = self.fibers.native_stacks.pop()
        {
            return Ok(s);
        }
        DefaultStack::new(size).map_err(|e| {
            self.throw_error(
                self.ce.exception,
                &format!("Fiber stack allocate failed: {e} ({})", e.raw_os_error().unwrap_or(0)),
            )
        })
    }

    fn keep_native_stack(&mut self, s: DefaultStack) {
        use corosensei::stack::Stack;
        let size = s.base().get() - s.limit().get();
        if self.fibers.native_stacks.len() < POOLED && (NATIVE_STACK..2 * NATIVE_STACK).contains(&size) {
            self.fibers.native_stacks.push(s);
        }
    }

    fn keep_vm_stack(&mut self, f: &mut Fiber) {
        let Some(s) = f.vm_stack.take() else { return };
        let grown = (f.saved.stack_end as usize - s.base as usize).max(s.used);
        memory::account(-(grown as isize));
        if self.fibers.vm_stacks.len() < POOLED && grown <= 1 << 20 {
            self.fibers.vm_stacks.push(s.base);
        } else {
            // SAFETY: allocated with this layout; the fiber is over.
            unsafe { std::alloc::dealloc(s.base.cast(), vm_stack_layout()) };
        }
    }

    /// Runs a destructor for the cycle collector: within a fiber in one of its own, so that it may suspend.
    pub(crate) fn gc_destruct(&mut self, o: *mut Obj) {
        // SAFETY: the collector holds the object.
        unsafe {
            let mut v = Val::NULL;
            if self.fiber.is_null()
                || self.fibers.blocked > 0
                || super::classes::class_of(o).magic.dtor.is_null()
                || self.instantiate_raw(self.ce.fiber, &mut v) != Status::Ok
            {
                return self.destruct(o);
            }
            let f = fiber_of(v.as_ptr());
            rt::addref(obj_val(o));
            f.dtor = o;
            let mut out = Val::NULL;
            self.fiber_start(v.as_ptr(), howdah_runtime::array::new(0), &mut out);
            release(out);
            release(v);
        }
    }

    /// Calls a resolved callable with an owned array of arguments, string keys being names. The target's shares and the
    /// array are given back.
    pub(crate) fn call_with_array(&mut self, t: &Target, args: *mut Arr, out: &mut Val) -> Status {
        // SAFETY: a complete frame is built above everything in use; the target's shares are ours.
        unsafe {
            let args_val = howdah_runtime::array::val(args);
            if self.native_stack_low() {
                t.release();
                release(args_val);
                return self.throw_stack_overflow();
            }
            let saved = self.fp;
            let base = self.top();
            let f: &Func = &*t.func;
            let n = howdah_runtime::array::count(args) as usize + f.params.len();
            let st = self.ensure_stack(base, FRAME_SLOTS as usize + n + (*t.func).num_slots as usize);
            if st != Status::Ok {
                t.release();
                release(args_val);
                return st;
            }
            let fp = base.add(FRAME_SLOTS as usize);
            let owns = if t.this.tag() == OBJ { FR_OWNS_THIS } else { 0 };
            let closure = if t.closure.is_null() { 0 } else { FR_CLOSURE };
            let trampoline = (*t.func).rt & crate::func::RT_TRAMPOLINE != 0;
            frame(fp).write(Frame {
                func: t.func,
                prev: saved,
                pc: core::ptr::null(),
                ret: out,
                this: t.this,
                called: t.called,
                closure: t.closure,
                argc: 0,
                flags: FR_DYNAMIC | owns | closure | if trampoline { FR_TRAMPOLINE } else { 0 },
                symtab: core::ptr::null_mut(),
                named: core::ptr::null_mut(),
                generator: core::ptr::null_mut(),
            });
            let st = self.spread_args(fp, args);
            release(args_val);
            let st = if st == Status::Ok {
                self.run_frame(fp, out)
            } else {
                for i in 0..(*frame(fp)).argc as usize {
                    release(*fp.add(i));
                }
                self.leave_header(fp);
                st
            };
            self.fp = saved;
            st
        }
    }
}

/// A size as ini files write it: digits and K, M or G.
pub(crate) fn parse_size(s: &str) -> usize {
    let s = s.trim();
    let end = s.find(|c: char| !c.is_ascii_digit()).unwrap_or(s.len());
    let n: usize = s[..end].parse().unwrap_or(0);
    match s[end..].trim_start().bytes().next() {
        Some(b'k' | b'K') => n.saturating_mul(1 << 10),
        Some(b'm' | b'M') => n.saturating_mul(1 << 20),
        Some(b'g' | b'G') => n.saturating_mul(1 << 30),
        _ => n,
    }
}
