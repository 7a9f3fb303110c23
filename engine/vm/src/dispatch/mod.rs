//! The interpreter's loop.
//!
//! Each op is one `extern "C-unwind"` function whose five arguments are the machine state; it ends with a call of the next op's
//! function in tail position, which LLVM turns into a jump from opt-level 1 on (measured in performance.md, section 2: sibling
//! calls with every slow path a tail call are the fastest stable form). What is rare is a `#[cold]` function of the same
//! signature, reached by a tail call too, so hot handlers keep no registers across calls. Without optimization (`cfg(vm_loop)`,
//! set by build.rs) the same functions return to a loop that calls the next one.
//!
//! No handler holds a value with `Drop`: failures are statuses, and the pending exception lives in the [`Vm`]. A panic, which
//! is always a mistake in the engine, unwinds through the handlers to [`Vm::run`], where it becomes PHP's fatal error; handlers
//! pay nothing for that, as there is nothing in them to clean up.

pub mod args;
pub mod arith;
pub mod array;
pub mod assign;
pub mod calls;
pub mod classes;
pub mod compare;
pub mod control;
pub mod dim_objects;
pub mod dim_writes;
pub mod dims;
pub mod exceptions;
pub mod foreach;
pub mod generators;
pub mod include;
pub mod misc;
pub mod native;
pub mod props;
pub mod resume;
pub mod spec;
pub mod static_props;
pub mod vars;

use crate::frame::{Frame, frame};
use crate::func::{Func, Ic};
use crate::vm::Vm;
use howdah_bytecode::{Ext, Insn, NONE, RK_LITERAL};
use plugin_api_abi::{FALSE, Status, Val};

/// Set in what a plain handler's body returns: go on in `Vm::next_handler` in place of the next op's own handler.
const TAIL: u64 = 1;

/// An op's code.
///
/// What it gives: a [`Status`] (0 to 2) that leaves the run loop, or where to go on: the op's address, with the rest of the
/// state in `Vm::regs`.
pub type Handler = unsafe extern "C-unwind" fn(*const Insn, *mut Val, *mut Vm, *const Val, *mut Ic) -> u64;

/// The machine state, as handlers pass it on. Lives in registers.
#[derive(Clone, Copy)]
pub struct S {
    /// Current op.
    pub pc: *const Insn,
    /// Slot 0 of the running frame.
    pub fp: *mut Val,
    /// The VM.
    pub vm: *mut Vm,
    /// Literals of the running function.
    pub k: *const Val,
    /// Inline caches of the running function.
    pub ic: *mut Ic,
    /// The body of a plain handler runs: continuations are returned, not called.
    pub plain: bool,
}

/// Defines handlers: `op! { [fast] Name(s) { …; s.next(1) } }`.
///
/// A `[fast]` handler ends in a sibling call of the next one. That needs a body none of whose locals has its address taken,
/// so only ops that are nothing but loads, stores and compares are fast, and they leave for a plain handler by
/// [`S::tail`]. A plain handler's body runs in a function of its own, which says where to go on; the handler around it has
/// nothing left on its stack and makes the sibling call.
#[macro_export]
macro_rules! op {
    ($( $(#[$m:meta])* $([$fast:ident])? $name:ident ($s:ident) $body:block )*) => { $(
        $crate::op_one! { $([$fast])? ($(#[$m])*) $name $s $body }
    )* };
}

/// One handler of [`op!`].
#[macro_export]
macro_rules! op_one {
    ([fast] ($(#[$m:meta])*) $name:ident $s:ident $body:block) => {
        $(#[$m])*
        #[allow(non_snake_case, missing_docs)]
        pub unsafe extern "C-unwind" fn $name(
            pc: *const howdah_bytecode::Insn, fp: *mut plugin_api_abi::Val, vm: *mut $crate::vm::Vm,
            k: *const plugin_api_abi::Val, ic: *mut $crate::func::Ic,
        ) -> u64 {
            let $s = $crate::dispatch::S { pc, fp, vm, k, ic, plain: false };
            // SAFETY: the compiler emitted operands that are in range for this frame, and the dispatch loop hands over
            // consistent state.
            unsafe { $body }
        }
    };
    (($(#[$m:meta])*) $name:ident $s:ident $body:block) => {
        $(#[$m])*
        #[allow(non_snake_case, missing_docs)]
        pub unsafe extern "C-unwind" fn $name(
            pc: *const howdah_bytecode::Insn, fp: *mut plugin_api_abi::Val, vm: *mut $crate::vm::Vm,
            k: *const plugin_api_abi::Val, ic: *mut $crate::func::Ic,
        ) -> u64 {
            // Not inlined, so that the handler itself keeps nothing on its stack.
            #[inline(never)]
            unsafe extern "C-unwind" fn body(
                pc: *const howdah_bytecode::Insn, fp: *mut plugin_api_abi::Val, vm: *mut $crate::vm::Vm,
                k: *const plugin_api_abi::Val, ic: *mut $crate::func::Ic,
            ) -> u64 {
                let $s = $crate::dispatch::S { pc, fp, vm, k, ic, plain: true };
                // SAFETY: as for fast handlers.
                unsafe { $body }
            }
            // SAFETY: as above.
            unsafe { $crate::dispatch::resume(body(pc, fp, vm, k, ic), vm) }
        }
    };
}

/// Goes on as a plain handler's body said.
#[inline(always)]
#[doc(hidden)]
pub unsafe fn resume(r: u64, vm: *mut Vm) -> u64 {
    #[cfg(not(vm_loop))]
    // SAFETY: the body left a consistent state.
    unsafe {
        if r > Status::Bailout as u64 {
            let [fp, k, ic] = (*vm).regs;
            let pc = (r & !TAIL) as *const Insn;
            let h = if r & TAIL == 0 {
                *TABLE.get_unchecked((*pc).op as usize)
            } else {
                core::mem::transmute::<u64, Handler>((*vm).next_handler)
            };
            return h(pc, fp as _, vm, k as _, ic as _);
        }
    }
    let _ = vm;
    r
}

impl S {
    /// Continues with the op `n` words on.
    #[inline(always)]
    pub unsafe fn next(self, n: usize) -> u64 {
        // SAFETY: code ends with a return op, so there is a next word.
        unsafe { self.go(self.pc.add(n)) }
    }

    /// Continues at `pc`.
    #[inline(always)]
    pub unsafe fn go(self, pc: *const Insn) -> u64 {
        // SAFETY: `op` is a valid op number, the table has one handler for each; the VM is alive.
        unsafe {
            if self.plain || cfg!(vm_loop) {
                (*self.vm).regs = [self.fp as u64, self.k as u64, self.ic as u64];
                return pc as u64;
            }
            let h = *TABLE.get_unchecked((*pc).op as usize);
            h(pc, self.fp, self.vm, self.k, self.ic)
        }
    }

    /// Continues in a cold part of the same op.
    #[inline(always)]
    pub unsafe fn tail(self, h: Handler) -> u64 {
        // SAFETY: same state, same contract.
        unsafe {
            if self.plain && !cfg!(vm_loop) {
                (*self.vm).regs = [self.fp as u64, self.k as u64, self.ic as u64];
                (*self.vm).next_handler = h as usize as u64;
                return self.pc as u64 | TAIL;
            }
            h(self.pc, self.fp, self.vm, self.k, self.ic)
        }
    }

    /// Jumps by the offset of a one-word jump.
    #[inline(always)]
    pub unsafe fn jump(self) -> u64 {
        // SAFETY: the compiler's offset stays within the code.
        unsafe { self.go(self.pc.offset((*self.pc).jump() as isize)) }
    }

    /// Jumps by the extension word's x.
    #[inline(always)]
    pub unsafe fn jump_x(self) -> u64 {
        // SAFETY: as above.
        unsafe { self.go(self.pc.offset(self.x() as i32 as isize)) }
    }

    /// Operand a.
    #[inline(always)]
    pub unsafe fn a(self) -> u16 {
        // SAFETY: pc points to an instruction.
        unsafe { (*self.pc).a }
    }
    /// Operand b.
    #[inline(always)]
    pub unsafe fn b(self) -> u16 {
        // SAFETY: as above.
        unsafe { (*self.pc).b }
    }
    /// Operand c.
    #[inline(always)]
    pub unsafe fn c(self) -> u16 {
        // SAFETY: as above.
        unsafe { (*self.pc).c }
    }
    /// Operand b, read once more. There are four registers beside those of the state: what a handler needs late is better read
    /// again than held, which would cost it saved registers.
    #[inline(always)]
    pub unsafe fn b_again(self) -> u16 {
        // SAFETY: as above; volatile only so that it is no longer the same read.
        unsafe { (&raw const (*self.pc).b).read_volatile() }
    }
    /// Operand a, read once more.
    #[inline(always)]
    pub unsafe fn a_again(self) -> u16 {
        // SAFETY: as above.
        unsafe { (&raw const (*self.pc).a).read_volatile() }
    }
    /// Operand c, read once more.
    #[inline(always)]
    pub unsafe fn c_again(self) -> u16 {
        // SAFETY: as above.
        unsafe { (&raw const (*self.pc).c).read_volatile() }
    }
    /// The extension word.
    #[inline(always)]
    pub unsafe fn ext(self) -> Ext {
        // SAFETY: two-word ops are followed by it; same size and alignment need (`Ext` is 4-aligned: code is 8-aligned).
        unsafe { self.pc.add(1).cast::<Ext>().read_unaligned() }
    }
    /// Extension word's x.
    #[inline(always)]
    pub unsafe fn x(self) -> u32 {
        // SAFETY: as above.
        unsafe { self.ext().x }
    }
    /// The inline cache slot that the extension word's y names.
    #[inline(always)]
    pub unsafe fn icp(self) -> *mut Ic {
        // SAFETY: the function has as many slots as its code names.
        unsafe { self.ic.add(self.ext().y as usize) }
    }

    /// The slot of a slot operand.
    #[inline(always)]
    pub unsafe fn slot(self, o: u16) -> *mut Val {
        // SAFETY: operands are slot << 1, i.e. in units of 8 bytes.
        unsafe { self.fp.cast::<u64>().add(o as usize).cast::<Val>() }
    }

    /// The value of an rk operand: slot or literal.
    #[inline(always)]
    pub unsafe fn rk(self, o: u16) -> *mut Val {
        let base = if o & RK_LITERAL != 0 { self.k.cast_mut() } else { self.fp };
        // SAFETY: as above, over literals.
        unsafe { base.cast::<u64>().add((o & !RK_LITERAL) as usize).cast::<Val>() }
    }

    /// Puts a bool into a temporary.
    #[inline(always)]
    pub unsafe fn put_bool(self, o: u16, b: bool) {
        // SAFETY: as above.
        unsafe { (*self.slot(o)).ty = FALSE as u32 + b as u32 }
    }

    /// The literal of an rk operand known to be one.
    #[inline(always)]
    pub unsafe fn kk(self, o: u16) -> *const Val {
        // SAFETY: as above.
        unsafe { self.k.cast::<u64>().add((o & !RK_LITERAL) as usize).cast::<Val>() }
    }

    /// The literal with a plain index.
    #[inline(always)]
    pub unsafe fn lit(self, i: u32) -> *const Val {
        // SAFETY: the compiler's index is in range.
        unsafe { self.k.add(i as usize) }
    }

    /// The running function.
    #[inline(always)]
    pub unsafe fn func(self) -> *mut Func {
        // SAFETY: fp is a frame's slot 0.
        unsafe { (*frame(self.fp)).func }
    }

    /// The frame header.
    #[inline(always)]
    pub fn frame(self) -> *mut Frame {
        frame(self.fp)
    }

    /// Whether an rk operand is a temporary (whose value the op owns).
    #[inline(always)]
    pub unsafe fn is_tmp(self, o: u16) -> bool {
        // SAFETY: the frame's function is alive.
        unsafe { o & RK_LITERAL == 0 && (o >> 1) as u32 >= (*self.func()).num_cvs }
    }

    /// What is behind an operand that is a variable's reference; else the operand. A temporary that is a reference is left as
    /// it is: whoever takes it gives it back.
    #[inline(always)]
    pub unsafe fn behind(self, o: u16, p: *const Val) -> *mut Val {
        // SAFETY: `p` is operand `o` of the running op; references are alive.
        unsafe {
            if (*p).ty as u8 != plugin_api_abi::REF || self.is_tmp(o) {
                return p.cast_mut();
            }
            &raw mut (*(*p).as_ptr::<howdah_runtime::layout::Ref>()).val
        }
    }

    /// Publishes where the frame stands, before anything that may call out, warn or throw.
    #[inline(always)]
    pub unsafe fn save(self) -> &'static mut Vm {
        // SAFETY: the VM outlives every handler; the reference is used within the handler only.
        unsafe {
            (*self.frame()).pc = self.pc.add(1);
            (*self.vm).fp = self.fp;
            &mut *self.vm
        }
    }

    /// Goes on with the next op, or unwinds, as a status says.
    #[inline(always)]
    pub unsafe fn done(self, st: Status, words: usize) -> u64 {
        // SAFETY: contract of handlers.
        unsafe {
            if st == Status::Ok {
                return self.next(words);
            }
            self.tail(exceptions::unwind)
        }
    }

    /// As [`S::done`], where the callee may have left an exception without saying so.
    #[inline(always)]
    pub unsafe fn done_checked(self, words: usize) -> u64 {
        // SAFETY: contract of handlers.
        unsafe {
            let st = (*self.vm).pending();
            self.done(st, words)
        }
    }

    /// The state of frame `fp` about to run at `pc`.
    #[inline(always)]
    pub unsafe fn enter(self, fp: *mut Val, pc: *const Insn) -> S {
        // SAFETY: fp is a user function's frame.
        unsafe {
            let f = (*frame(fp)).func;
            S { pc, fp, vm: self.vm, k: (*f).k, ic: (*f).ic, plain: self.plain }
        }
    }
}

/// Whether an operand is absent.
#[inline(always)]
pub fn is_none(o: u16) -> bool {
    o == NONE
}

macro_rules! table {
    ($($name:ident),*) => {
        #[allow(unused_imports)]
        mod all {
            pub use super::arith::*; pub use super::array::*; pub use super::assign::*; pub use super::calls::*;
            pub use super::args::*; pub use super::classes::*; pub use super::compare::*; pub use super::control::*; pub use super::dim_writes::*; pub use super::dims::*;
            pub use super::exceptions::*; pub use super::foreach::*; pub use super::generators::*;
            pub use super::include::*; pub use super::misc::*; pub use super::props::*; pub use super::resume::*;
            pub use super::spec::*; pub use super::static_props::*; pub use super::vars::*;
        }
        static TABLE: [Handler; howdah_bytecode::Op::COUNT] = [ $( all::$name ),* ];

        /// Runs one op of the loop form.
        #[cfg(vm_loop)]
        #[inline(always)]
        unsafe fn step(pc: *const Insn, fp: *mut Val, vm: *mut Vm, k: *const Val, ic: *mut Ic) -> u64 {
            // SAFETY: `op` numbers are valid.
            unsafe {
                match core::mem::transmute::<u16, howdah_bytecode::Op>((*pc).op) {
                    $( howdah_bytecode::Op::$name => all::$name(pc, fp, vm, k, ic), )*
                }
            }
        }
    };
}
howdah_bytecode::for_each_op!(table);

/// Runs handlers. A panic in one ends the request with PHP's fatal error, never the process.
#[inline(always)]
fn guarded(vm: *mut Vm, run: impl FnOnce() -> u64) -> u64 {
    let depth = howdah_runtime::memory::release::depth();
    match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
        Ok(r) => r,
        Err(payload) => {
            howdah_runtime::memory::release::swap_depth(depth);
            // SAFETY: the VM that ran.
            unsafe { (*vm).panicked(&*payload) as u64 }
        }
    }
}

impl Vm {
    /// Runs the frame `fp` from `pc` until it returns to native code.
    ///
    /// # Safety
    /// `fp` is a complete frame of a user function with [`crate::frame::FR_ENTRY`] set.
    pub unsafe fn run(&mut self, fp: *mut Val, pc: *const Insn) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let vm: *mut Vm = self;
            let f = (*frame(fp)).func;
            let r;
            #[cfg(not(vm_loop))]
            {
                let h = TABLE[(*pc).op as usize];
                r = guarded(vm, || h(pc, fp, vm, (*f).k, (*f).ic));
            }
            #[cfg(vm_loop)]
            {
                let mut pc = pc as u64;
                let mut regs = [fp as u64, (*f).k as u64, (*f).ic as u64];
                r = guarded(vm, || {
                    loop {
                        pc = step(pc as _, regs[0] as _, vm, regs[1] as _, regs[2] as _);
                        if pc <= Status::Bailout as u64 {
                            break pc;
                        }
                        regs = (*vm).regs;
                    }
                });
            }
            match r {
                0 => Status::Ok,
                1 => Status::Exception,
                _ => Status::Bailout,
            }
        }
    }

    /// Unwinds from frame `fp`, where an exception is pending, and goes on where it is caught.
    ///
    /// # Safety
    /// As [`Vm::run`].
    pub unsafe fn run_unwind(&mut self, fp: *mut Val) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let vm: *mut Vm = self;
            let f = (*frame(fp)).func;
            let pc = (*frame(fp)).pc;
            let s = S { pc, fp, vm, k: (*f).k, ic: (*f).ic, plain: false };
            let r = guarded(vm, || s.tail(exceptions::unwind));
            #[cfg(vm_loop)]
            if r > Status::Bailout as u64 {
                return self.run((*vm).regs[0] as _, r as _);
            }
            match r {
                0 => Status::Ok,
                1 => Status::Exception,
                _ => Status::Bailout,
            }
        }
    }
}
