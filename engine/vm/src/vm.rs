//! The state of one VM: its stack, tables and pending conditions.

use crate::class::{Class, Sym, SymMap};
use crate::func::Func;
use crate::host::Host;
use crate::script::Script;
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::{MemoryManager, SapiMode};
use plugin_api_abi::{ExtDescriptor, Status, Val};

/// Why a request ends before its script does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BailoutKind {
    /// `exit`
    Exit,
    /// A generator or fiber is being destroyed: its finally blocks run, nothing else of it.
    Unwind,
    /// Fatal error, time-out, out of memory: destructors do not run.
    Fatal,
    /// The host gave the request up: nothing of it runs any more.
    Abandon,
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

/// What an extension does at safepoints.
pub type InterruptHook = unsafe extern "C" fn(ctx: *mut plugin_api_abi::CtxRaw) -> Status;

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
    /// Where a plain handler's body wants to go on: frame, literals, caches.
    pub regs: [u64; 3],
    /// The thread's free lists.
    pub here: howdah_runtime::memory::Here,
    /// The class that code asks as, where it is not the running function's (set by the plugin API).
    pub fake_scope: Option<*mut Class>,
    /// The handler to go on with, where it is not the op's own.
    pub next_handler: u64,
    /// Set asynchronously: time limit, memory limit, signals, fiber request. Checked at loops and calls.
    pub interrupt: std::sync::atomic::AtomicU32,
    /// Functions of extensions that run at safepoints after [`Vm::interrupt`] was raised, and with tick functions.
    pub interrupt_hooks: Vec<InterruptHook>,
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
    pub functions: SymMap<crate::func::Entry>,
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
    /// Where the globals of extensions were found, by the address of the descriptor.
    pub(crate) globals_seen: [(*const plugin_api_abi::ExtDescriptor, *mut u8); 16],
    /// What the settings `precision` and `serialize_precision` are, and after how many changes of settings.
    pub(crate) precisions: std::cell::Cell<(u64, i32, i32)>,
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
    /// Bytes outside the heap that the request keeps to its end.
    pub(crate) kept_bytes: usize,
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
    /// What the VM asks of its surroundings.
    pub host: Box<dyn Host>,
    /// `declare(ticks)` counter.
    pub ticks: u32,
    /// Tick functions that run now, by index.
    pub(crate) ticking: Vec<usize>,
    /// Stacks for fibers.
    pub(crate) fibers: crate::fiber::Fibers,
    /// Running fiber object, or null in the main context.
    pub fiber: *mut Obj,
    /// Native stack address below which nested entries are refused (zend.max_allowed_stack_size); 0 = no limit.
    pub native_stack_limit: usize,
    /// error_get_last()
    pub last_error: Option<crate::errors::LastError>,
    /// The compiler calls a function: what is to be reported is not, and makes the call fail.
    pub(crate) evaluating: bool,
    /// Such a call had something to report.
    pub(crate) evaluation_failed: bool,
    /// Turns errors into exceptions while an SPL-like constructor runs: the exception class, or null.
    pub error_to_exception: *mut Class,
    /// zend.assertions
    pub assertions: i64,
    /// A variable that stands for what has no address (overloaded elements).
    pub scratch: Val,
    /// Keeps a temporary object alive while an address into it is used.
    pub scratch_object: Val,
    /// End of the reserved stack.
    pub stack_limit: *mut Val,
    /// What `new` calls for a class without a constructor.
    pub nop_func: *mut Func,
    /// What is kept about classes beside the class table.
    pub cls: crate::classes::State,
    /// Closures' functions by script, index and scope.
    pub closure_templates: rustc_hash::FxHashMap<(usize, u32, usize), *mut Func>,
    /// Told of each script before its declarations take effect.
    pub on_load: Option<fn(&mut Vm, &Script)>,
    // ---- memory: last, so that it goes last ----
    /// Names that ops in progress use: the fiber, how deep it is in native calls, and the owned string.
    pub(crate) held_names: Vec<(*mut Obj, u32, Val)>,
    /// Functions made in this request, and before the first one the engine's.
    pub(crate) owned_funcs: Vec<*mut Func>,
    /// Methods of native classes, which live as long as the VM.
    pub(crate) native_methods: Vec<*mut Func>,
    /// Literal arrays of scripts that are gone: values of this request.
    pub(crate) frozen: howdah_runtime::frozen::Pool,
    /// What the tables held before the first request.
    pub(crate) engine: crate::request::Engine,
    /// The heap, its policy, and what extensions allocate through.
    pub memory: MemoryManager,
}

thread_local! {
    static CURRENT: std::cell::Cell<*mut Vm> = const { std::cell::Cell::new(core::ptr::null_mut()) };
}

/// The VM of this thread; null when there is none.
pub fn current() -> *mut Vm {
    CURRENT.get()
}

/// Slots reserved for the stack: 256 MiB of address space.
const STACK_BYTES: usize = 256 << 20;

/// Native stack that calls may take before they count as endless; as much again is left for what native code does itself.
pub(crate) const NATIVE_STACK: usize = 7 << 20;
/// Bytes of it that a request has from its start.
pub(crate) const STACK_START: usize = 256 * 1024;

impl Vm {
    /// A VM of the command line; see [`Vm::with_sapi`].
    pub fn new(host: Box<dyn Host>) -> Box<Vm> {
        Vm::with_sapi(host, SapiMode::Cli)
    }

    /// A VM with the memory policy that suits the SAPI; see [`Vm::with_memory`].
    pub fn with_sapi(host: Box<dyn Host>, sapi: SapiMode) -> Box<Vm> {
        Vm::with_memory(host, MemoryManager::new(sapi))
    }

    /// A VM for this thread on a heap of its own, with the engine's classes registered. It becomes the thread's current one.
    pub fn with_memory(host: Box<dyn Host>, mut memory: MemoryManager) -> Box<Vm> {
        memory.activate();
        let layout = std::alloc::Layout::from_size_align(STACK_BYTES, 4096)
            .unwrap_or(std::alloc::Layout::new::<u128>());
        // SAFETY: not a zero size; the pages are touched as the stack grows.
        let base = unsafe { std::alloc::alloc(layout) }.cast::<Val>();
        if base.is_null() {
            std::alloc::handle_alloc_error(layout);
        }
        let marker = 0u8;
        let mut vm = Box::new(Vm {
            fp: core::ptr::null_mut(),
            stack_end: base.wrapping_byte_add(STACK_START),
            here: howdah_runtime::memory::Here::new(),
            interrupt: std::sync::atomic::AtomicU32::new(0),
            interrupt_hooks: Vec::new(),
            error_reporting: crate::errors::level::ALL,
            exception: Val::UNDEF,
            bailout: None,
            exit_status: 0,
            depth: 0,
            functions: SymMap::default(),
            classes: SymMap::default(),
            constants: SymMap::default(),
            globals: howdah_runtime::array::new(0),
            included: indexmap::IndexSet::default(),
            extensions: Vec::new(),
            globals_seen: [(core::ptr::null(), core::ptr::null_mut()); 16],
            precisions: std::cell::Cell::new((u64::MAX, 0, 0)),
            scripts: Vec::new(),
            autoloaders: Vec::new(),
            autoloading: Vec::new(),
            error_handler: (Val::UNDEF, 0),
            error_handlers: Vec::new(),
            kept_bytes: 0,
            exception_handler: Val::UNDEF,
            exception_handlers: Vec::new(),
            shutdown_functions: Vec::new(),
            tick_functions: Vec::new(),
            names: crate::names::Names::new(),
            ce: crate::names::CoreClasses::NONE,
            stack_base: base,
            guards: rustc_hash::FxHashMap::default(),
            next_class_id: 0,
            host,
            ticks: 0,
            ticking: Vec::new(),
            fibers: crate::fiber::Fibers::default(),
            fiber: core::ptr::null_mut(),
            native_stack_limit: (&raw const marker as usize).saturating_sub(NATIVE_STACK),
            last_error: None,
            evaluating: false,
            evaluation_failed: false,
            error_to_exception: core::ptr::null_mut(),
            assertions: 1,
            scratch: Val::NULL,
            scratch_object: Val::NULL,
            stack_limit: base.wrapping_byte_add(STACK_BYTES - 65536),
            nop_func: core::ptr::null_mut(),
            cls: crate::classes::State::default(),
            closure_templates: rustc_hash::FxHashMap::default(),
            regs: [0; 3],
            fake_scope: None,
            next_handler: 0,
            on_load: None,
            held_names: Vec::new(),
            owned_funcs: Vec::new(),
            native_methods: Vec::new(),
            frozen: howdah_runtime::frozen::Pool::default(),
            engine: crate::request::Engine::default(),
            memory,
        });
        CURRENT.set(&mut *vm);
        vm.install_hooks();
        crate::builtin::register(&mut vm);
        crate::classes::builtin::register_rest(&mut vm);
        static NOP: std::sync::OnceLock<&plugin_api_abi::FunctionDesc> = std::sync::OnceLock::new();
        let nop = NOP.get_or_init(|| {
            let nop = crate::native::function("__construct(mixed ...$args)", Some(|_, _, _| Status::Ok));
            Box::leak(Box::new(nop))
        });
        vm.nop_func = crate::load::native_func(nop, core::ptr::null_mut(), 0);
        vm
    }

    /// Connects the runtime's hooks to this VM.
    fn install_hooks(&mut self) {
        use howdah_runtime::{hooks, memory};
        // SAFETY (each closure): hooks run on the thread whose current VM this is, while it lives.
        hooks::set(hooks::Hooks {
            raise: |level, msg| unsafe { (*current()).raise(level, msg.as_bytes()) },
            throw: |kind, msg| unsafe { (*current()).throw_kind(kind, msg) },
            fatal: |msg| unsafe { (*current()).fatal(crate::errors::level::ERROR, msg, None) },
            to_string: |o, out| unsafe { (*current()).object_to_string(o, out) },
            cast: |o, tag, out| unsafe {
                let class = &*(*o).class;
                if let Some(f) = (*class.handlers).cast {
                    return f(current().cast(), memory::obj_val(o), tag & 0x7f, out);
                }
                if tag == plugin_api_abi::FALSE {
                    *out = Val::TRUE;
                }
                Status::Ok
            },
            compare: |a, b, out| unsafe { (*current()).compare_objects(a, b, out) },
            operation: |op, a, b, out| unsafe {
                for v in [a, b] {
                    if v.tag() == plugin_api_abi::OBJ
                        && let Some(f) = (*(*(*v.as_ptr::<Obj>()).class).handlers).do_operation
                    {
                        return f(current().cast(), op, a, b, out);
                    }
                }
                Status::Ok
            },
            to_array: |o, out| unsafe { (*current()).object_to_array(o, out) },
            class_name: |o| unsafe { plugin_api_abi::StrHdr::bytes((*(*o).class).name) },
            precision: || unsafe { (*current()).precision() },
        });
        memory::set_hooks(memory::ObjectHooks {
            destruct: |o| unsafe { (*current()).destruct(o) },
            gc_destruct: |o| unsafe { (*current()).gc_destruct(o) },
            weak_gone: |o| unsafe { (*current()).object_gone(o) },
            drop_sources: |p| unsafe { crate::classes::refs::free_sources(p) },
            weak_map: |o| unsafe { crate::classes::weak::table(o) },
            weak_maps_of: |o, f| unsafe {
                (*current()).cls.weak.maps_of(o).iter().for_each(|&m| f(m));
            },
            resource_zero: |r| unsafe { crate::api::res::close_resource(r) },
        });
        memory::set_interrupt_word(&self.interrupt);
    }

    /// The setting `precision`.
    pub fn precision(&self) -> i32 {
        self.precisions().0
    }

    /// The setting `serialize_precision`.
    pub fn serialize_precision(&self) -> i32 {
        self.precisions().1
    }

    fn precisions(&self) -> (i32, i32) {
        let (seen, precision, serialize) = self.precisions.get();
        let changes = self.host.ini_changes();
        if seen == changes {
            return (precision, serialize);
        }
        let read = |name: &str, default: i32| {
            let text = self.host.ini(name).and_then(|v| std::str::from_utf8(v).ok());
            text.and_then(|t| t.trim().parse().ok()).unwrap_or(default)
        };
        let (precision, serialize) = (read("precision", 14), read("serialize_precision", -1));
        self.precisions.set((changes, precision, serialize));
        (precision, serialize)
    }

    /// Runs a script as the main program, then shutdown functions and destructors. Gives the exit status.
    pub fn run_program(&mut self, script: &std::sync::Arc<Script>) -> i32 {
        self.run_script(script);
        self.finish();
        self.exit_status
    }

    /// Runs a script in the global scope and tells of what it did not catch. False when it ended the request.
    pub fn run_script(&mut self, script: &std::sync::Arc<Script>) -> bool {
        let mut out = Val::NULL;
        let ok = self.run_script_value(script, &mut out);
        // SAFETY: ours.
        unsafe { crate::rt::release(out) };
        ok
    }

    /// As [`Vm::run_script`], but what the script does not catch is PHP's fatal error: its exception handler is not asked.
    pub fn run_text(&mut self, script: &std::sync::Arc<Script>) -> bool {
        let mut out = Val::NULL;
        let st = self.run_status(script, &mut out);
        // SAFETY: ours.
        unsafe { crate::rt::release(out) };
        if st != Status::Exception {
            return self.ended(st, script);
        }
        let handler = std::mem::replace(&mut self.exception_handler, Val::UNDEF);
        self.uncaught();
        self.exception_handler = handler;
        false
    }

    /// As [`Vm::run_script`]; `out` gets what the script returns.
    pub fn run_script_value(&mut self, script: &std::sync::Arc<Script>, out: &mut Val) -> bool {
        let st = self.run_status(script, out);
        self.ended(st, script)
    }

    fn run_status(&mut self, script: &std::sync::Arc<Script>, out: &mut Val) -> Status {
        match self.load_script(script, core::ptr::null_mut()) {
            Ok(f) => {
                let g = self.globals;
                // SAFETY: no frame runs.
                unsafe {
                    self.run_main(f, core::ptr::null_mut(), g, Val::UNDEF, core::ptr::null_mut(), 0, out)
                }
            }
            Err(st) => st,
        }
    }

    /// Sees to how a script ended; whether the request goes on.
    fn ended(&mut self, st: Status, script: &Script) -> bool {
        if st == Status::Exception {
            return self.uncaught() == Status::Ok;
        }
        // Memory that ran out in the script's last operations is met by no further safepoint.
        if st == Status::Ok
            && let Some(oom) = howdah_runtime::memory::take_oom()
        {
            let msg = oom.to_string();
            let line = script.unit.functions.first().and_then(|f| f.lines.last().copied()).unwrap_or(0);
            // SAFETY: file names are interned.
            let file = unsafe { plugin_api_abi::StrHdr::bytes(script.file) };
            self.raise_at(crate::errors::level::ERROR, msg.as_bytes(), file, line);
            return false;
        }
        st == Status::Ok
    }

    /// Ends the script with PHP's fatal after `seconds` of computing; 0: never.
    pub fn set_time_limit(&mut self, seconds: i64) {
        let limit = u64::try_from(seconds).ok().filter(|&s| s > 0).map(std::time::Duration::from_secs);
        let word = &raw const self.interrupt;
        self.host.set_time_limit(limit, word);
    }

    /// Counts memory outside the heap that the request keeps to its end.
    pub(crate) fn count_memory(&mut self, bytes: usize) {
        self.kept_bytes += bytes;
        howdah_runtime::memory::account(bytes as isize);
    }

    /// Whether `memory_limit` allows so many bytes more. Where it does not, the request ends with PHP's fatal error.
    pub fn room_for(&mut self, bytes: usize) -> bool {
        if !howdah_runtime::memory::would_exceed(bytes) {
            return true;
        }
        let oom =
            howdah_runtime::memory::OutOfMemory { tried: bytes, limit: howdah_runtime::memory::limit() };
        self.fatal(crate::errors::level::ERROR, &oom.to_string(), None);
        false
    }

    /// Remembers the main script as included.
    pub fn mark_included(&mut self, path: &[u8]) {
        self.included.insert(Sym(howdah_runtime::interner::intern(path)));
    }

    /// Shutdown functions, then destructors of what is left.
    pub fn finish(&mut self) {
        self.fp = core::ptr::null_mut();
        if self.bailout.take_if(|b| *b == BailoutKind::Abandon).is_some() {
            self.engine.fatal = true;
            return;
        }
        let fatal = self.bailout == Some(BailoutKind::Fatal);
        self.bailout = None;
        let mut i = 0;
        while i < self.shutdown_functions.len() {
            let (c, args) = (self.shutdown_functions[i].callable, self.shutdown_functions[i].args.clone());
            let mut out = Val::NULL;
            let st = self.call_callable(c, &args, &mut out);
            // SAFETY: ours.
            unsafe { crate::rt::release(out) };
            if st == Status::Exception {
                self.uncaught();
            }
            if st == Status::Bailout {
                break;
            }
            i += 1;
        }
        if fatal || self.bailout == Some(BailoutKind::Fatal) {
            self.engine.fatal = true;
            return;
        }
        self.bailout = None;
        // Objects that only a global holds go first, last ones first, as often as that frees more; then whatever lives on.
        // SAFETY: no frame runs; the table is ours.
        unsafe {
            while self.drop_global_objects() {}
            // Objects that destructors make with higher numbers have their turn as well.
            let mut last = 0;
            loop {
                let mut list = howdah_runtime::memory::finalizable_objects();
                list.retain(|&o| (*o).handle > last);
                if list.is_empty() {
                    return;
                }
                let numbers: Vec<u32> = list.iter().map(|&o| (*o).handle).collect();
                for (o, n) in list.into_iter().zip(numbers) {
                    last = n;
                    if howdah_runtime::memory::object_by_handle(n) != Some(o) {
                        continue;
                    }
                    self.destruct(o);
                    if self.has_exception() {
                        self.uncaught();
                        return;
                    }
                }
            }
        }
    }
}

impl Vm {
    /// The end of a VM whose process ends with it: what the script and the extensions hold goes, and the tables are left to
    /// the system, which is quicker at it. It is not used again, and not dropped.
    pub fn leave(&mut self) {
        self.set_time_limit(0);
        self.request_end();
        self.extensions.clear();
        self.globals_seen.fill((core::ptr::null(), core::ptr::null_mut()));
        if CURRENT.get() == std::ptr::from_mut(self) {
            CURRENT.set(core::ptr::null_mut());
        }
    }
}

impl Drop for Vm {
    fn drop(&mut self) {
        self.set_time_limit(0);
        self.request_end();
        self.drop_engine_code();
        if CURRENT.get() == std::ptr::from_mut(self) {
            CURRENT.set(core::ptr::null_mut());
        }
        if let Ok(layout) = std::alloc::Layout::from_size_align(STACK_BYTES, 4096) {
            // SAFETY: allocated with this layout; no frame runs.
            unsafe { std::alloc::dealloc(self.stack_base.cast(), layout) };
        }
    }
}

impl Vm {
    /// Releases the objects that only global variables hold; false: there were none.
    unsafe fn drop_global_objects(&mut self) -> bool {
        use howdah_runtime::array;
        let mut any = false;
        // SAFETY: no frame runs; the table is ours.
        unsafe {
            let g = self.globals;
            for i in (0..(*g).used).rev() {
                let p = if i < (*g).used { array::entry_at(g, i) } else { core::ptr::null_mut() };
                if p.is_null()
                    || (*p).tag() != plugin_api_abi::OBJ
                    || (*(*p).as_ptr::<plugin_api_abi::HeapHdr>()).rc > 1
                {
                    continue;
                }
                any = true;
                if let Some(v) = array::remove(g, array::key_at(g, i)) {
                    crate::rt::release(v);
                }
                if self.has_exception() {
                    self.uncaught();
                    self.bailout = None;
                }
            }
        }
        any
    }
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

/// The value of a result, or an early return of its status.
#[macro_export]
macro_rules! tri_ok {
    ($e:expr) => {
        match $e {
            Ok(v) => v,
            Err(s) => return s,
        }
    };
}

impl Vm {
    /// Keeps an owned name until the op that asks is over: until another one asks in the same run loop or an outer one.
    pub(crate) fn hold_name(&mut self, name: Val) {
        let (fiber, depth) = (self.fiber, self.depth);
        self.held_names.retain(|&(f, d, v)| {
            let live = f != fiber || d < depth;
            if !live {
                // SAFETY: the share is the list's; strings have no destructors.
                unsafe { crate::rt::release(v) };
            }
            live
        });
        self.held_names.push((fiber, depth, name));
    }

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
