//! Frame headers. A frame is contiguous slots on the VM stack; its header lies directly below slot 0.

use crate::class::Class;
use crate::func::Func;
use howdah_bytecode::{FRAME_SLOTS, Insn};
use howdah_runtime::layout::{Arr, Obj};
use plugin_api_abi::Val;

/// [`Frame::flags`]: entered from native code; its return leaves the run loop.
pub const FR_ENTRY: u32 = 1;
/// [`Frame::flags`]: the frame belongs to a generator (its slots are on the heap).
pub const FR_GENERATOR: u32 = 2;
/// [`Frame::flags`]: `this` is owned by the frame.
pub const FR_OWNS_THIS: u32 = 4;
/// [`Frame::flags`]: the frame runs a closure object (`closure`), which it owns.
pub const FR_CLOSURE: u32 = 8;
/// [`Frame::flags`]: called by `new`: when it throws, the object's destructor must not run.
pub const FR_CTOR: u32 = 16;
/// [`Frame::flags`]: `func` is a trampoline owned by this frame.
pub const FR_TRAMPOLINE: u32 = 32;
/// [`Frame::flags`]: main code of an include or eval: shares its caller's symbol table.
pub const FR_INCLUDE: u32 = 64;
/// [`Frame::flags`]: `symtab` is owned by the frame (not the globals, not a caller's).
pub const FR_OWNS_SYMTAB: u32 = 128;
/// [`Frame::flags`]: extra arguments (beyond the parameters) lie behind the last slot.
pub const FR_EXTRA_ARGS: u32 = 256;
/// [`Frame::flags`]: the frame has returned and releases what it holds: for what destructors see of the stack, it is gone.
pub const FR_LEAVING: u32 = 2048;
/// [`Frame::flags`]: the lowest frame of a fiber's stack: backtraces leave it out.
pub const FR_FIBER: u32 = 4096;
/// [`Frame::flags`]: a native function's frame.
pub const FR_NATIVE: u32 = 512;
/// [`Frame::flags`]: called through a value, not by name: functions that look into their caller refuse that.
pub const FR_DYNAMIC: u32 = 1024;

/// A frame's header: [`FRAME_SLOTS`] slots below its slot 0.
#[repr(C)]
pub struct Frame {
    /// What runs.
    pub func: *mut Func,
    /// Slot 0 of the calling frame, or null at the bottom of a stack.
    pub prev: *mut Val,
    /// Where this frame stands: the word *behind* the first word of the current op, or behind the op while it calls. The
    /// word before it belongs to the current op, which is what line and region look-ups use.
    pub pc: *const Insn,
    /// Where the result goes; null: dropped.
    pub ret: *mut Val,
    /// `$this` (OBJ) or UNDEF.
    pub this: Val,
    /// Class that a static call was made on (`static`); null outside classes.
    pub called: *mut Class,
    /// Closure object being run, or null.
    pub closure: *mut Obj,
    /// Arguments passed.
    pub argc: u32,
    /// `FR_*`
    pub flags: u32,
    /// Symbol table (`$$x`, includes, globals), or null.
    pub symtab: *mut Arr,
    /// Unknown named arguments of a variadic function, or null.
    pub named: *mut Arr,
    /// Generator that owns the frame, or null.
    pub generator: *mut Obj,
}

const _: () = assert!(size_of::<Frame>() <= FRAME_SLOTS as usize * size_of::<Val>());

/// The header of the frame whose slot 0 is `fp`.
#[inline(always)]
pub fn frame(fp: *mut Val) -> *mut Frame {
    fp.wrapping_sub(FRAME_SLOTS as usize).cast::<Frame>()
}

/// What a native function is told of its call ([`plugin_api_abi::call_flags`]).
#[inline(always)]
pub fn call_flags(fr: &Frame) -> u32 {
    use plugin_api_abi::call_flags::{DYNAMIC, UNUSED};
    let dynamic = if fr.flags & FR_DYNAMIC != 0 { DYNAMIC } else { 0 };
    dynamic | if fr.ret.is_null() { UNUSED } else { 0 }
}
