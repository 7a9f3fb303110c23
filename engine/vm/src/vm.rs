//! The state of one VM: its stack, tables and pending conditions.

use crate::class::{Class, Sym, SymMap};
use crate::func::Func;
use crate::host::Host;
use crate::script::Script;
use howdah_runtime::layout::{Arr, Obj};
use plugin_api_abi::{ExtDescriptor, Status, Val};

/// Why a request ends before its script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BailoutKind {
    /// `exit`
    Exit,
    /// Fatal error, time-out, out of memory: destructors do not run.
    Fatal,
}

/// A global constant.
pub struct Constant {
    /// The value; tag PTR: a thunk or native expression to evaluate on first use.
    pub value: Val,
    /// Extension that defined it, `u32::MAX` for user constants.
    pub ext: u32,
    /// `#[\Deprecated]` or compile-time deprecation text.
    pub deprecated: Option<Box<str>>,
}

/// A callable kept by the engine (autoloaders, handlers, shutdown functions) with bound arguments.
pub struct Callback {
    /// The callable value, owned.
    pub callable: Val,
    /// Arguments, owned.
    pub args: Vec<Val>,
}

/// A registered extension.
pub struct Extension {
    /// Its descriptor.
    pub desc: &'static ExtDescriptor,
    /// This VM's globals for it.
    pub globals: *mut u8,
}

/// One interpreter. It stays on its thread.
#[repr(C)]
pub struct Vm {
    // ---- what handlers touch ----
    /// Slot 0 of the running frame, as of the last point that could call out.
    pub fp: *mut Val,
    /// First slot beyond the VM stack in use by this fiber or the main stack.
    pub stack_end: *mut Val,
    /// Set asynchronously: time limit, memory limit, signals, fiber request. Checked at loops and calls.
    pub interrupt: std::sync::atomic::AtomicU32,
    /// error_reporting
    pub error_reporting: u32,
    /// The pending exception (OBJ), or UNDEF.
    pub exception: Val,
    /// Why the request is ending, with [`Status::Bailout`].
    pub bailout: Option<BailoutKind>,
    /// Exit status.
    pub exit_status: i32,
    /// Nested native entries into the run loop.
    pub depth: u32,
    // ---- tables ----
    /// Functions by lower-cased name.
    pub functions: SymMap<*mut Func>,
    /// Classes by lower-cased name.
    pub classes: SymMap<*mut Class>,
    /// Global constants by name.
    pub constants: SymMap<Constant>,
    /// Global symbol table.
    pub globals: *mut Arr,
    /// Paths included so far.
    pub included: indexmap::IndexSet<Sym, rustc_hash::FxBuildHasher>,
    /// Extensions.
    pub extensions: Vec<Extension>,
    /// Scripts loaded in this request (kept until its end).
    pub scripts: Vec<std::sync::Arc<Script>>,
    /// spl_autoload_register's list.
    pub autoloaders: Vec<Callback>,
    /// Classes being autoloaded now (recursion guard).
    pub autoloading: Vec<Sym>,
    /// set_error_handler: callable or UNDEF, and its mask; saved ones below.
    pub error_handler: (Val, u32),
    /// Saved error handlers.
    pub error_handlers: Vec<(Val, u32)>,
    /// set_exception_handler: callable or UNDEF.
    pub exception_handler: Val,
    /// Saved exception handlers.
    pub exception_handlers: Vec<Val>,
    /// register_shutdown_function.
    pub shutdown_functions: Vec<Callback>,
    /// register_tick_function.
    pub tick_functions: Vec<Callback>,
    /// Names used by the engine all the time.
    pub names: crate::names::Names,
    /// Engine classes by role.
    pub ce: crate::names::CoreClasses,
    /// First slot of the main stack.
    pub stack_base: *mut Val,
    /// Magic-method recursion guards: (object handle, name) → bits 1 get 2 set 4 isset 8 unset.
    pub guards: rustc_hash::FxHashMap<(u32, Sym), u32>,
    /// Next class id.
    pub next_class_id: u32,
    /// Memory of this VM.
    pub mm: howdah_runtime::memory::MemoryManager,
    /// What the VM asks of its surroundings.
    pub host: Box<dyn Host>,
    /// `declare(ticks)` counter.
    pub ticks: u32,
    /// Running fiber object, or null in the main context.
    pub fiber: *mut Obj,
    /// Native stack address below which nested entries are refused (zend.max_allowed_stack_size); 0 = no limit.
    pub native_stack_limit: usize,
    /// error_get_last()
    pub last_error: Option<crate::errors::LastError>,
    /// Turns errors into exceptions while an SPL-like constructor runs: the exception class, or null.
    pub error_to_exception: *mut Class,
    /// zend.assertions
    pub assertions: i64,
    /// Exit requested from a nested level: value already handled.
    pub ob_disabled: bool,
}

/// Turns a status other than Ok into an early return.
#[macro_export]
macro_rules! tri {
    ($e:expr) => {
        match $e {
            plugin_api_abi::Status::Ok => {}
            s => return s,
        }
    };
}

impl Vm {
    /// Whether an exception is pending.
    #[inline(always)]
    pub fn has_exception(&self) -> bool {
        !self.exception.is_undef()
    }

    /// [`Status::Exception`] or [`Status::Bailout`] while one is pending, else Ok.
    #[inline]
    pub fn pending(&self) -> Status {
        if self.bailout.is_some() {
            Status::Bailout
        } else if self.has_exception() {
            Status::Exception
        } else {
            Status::Ok
        }
    }
}
