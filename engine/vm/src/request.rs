//! A request's beginning and end, as the VM sees them: what the engine registered stays, what the request loaded goes.
//!
//! The values of a request go with its heap, all at once ([`howdah_runtime::memory`]). What lies outside the heap is freed
//! here one by one: functions, classes, scripts, native payloads. Output, ini settings and superglobals are the host's.

use crate::class::{Class, ClassConstant};
use crate::classes::link::native::const_value;
use crate::func::Func;
use crate::script::{Script, Thunk};
use crate::vm::{STACK_START, Vm};
use howdah_runtime::{array, memory};
use plugin_api_abi::{PTR, Val};
use std::sync::Arc;

/// Lengths of the tables before the first request, and what goes on counting from there.
#[derive(Default)]
pub(crate) struct Engine {
    functions: usize,
    classes: usize,
    constants: usize,
    owned_funcs: usize,
    class_id: u32,
    /// The request ended with a fatal error: what its frames held was not given back.
    pub(crate) fatal: bool,
    /// The request is being taken down.
    ending: bool,
}

impl Vm {
    /// Begins a request: values, functions and classes made from now on go when it ends. What was registered before belongs
    /// to the engine. `limit` is `memory_limit` in bytes, `usize::MAX` for none.
    pub fn request_start(&mut self, limit: usize) {
        if self.memory.in_request() {
            memory::set_limit(limit);
            return;
        }
        self.engine = Engine {
            functions: self.functions.len(),
            classes: self.classes.len(),
            constants: self.constants.len(),
            owned_funcs: self.owned_funcs.len(),
            class_id: self.next_class_id,
            fatal: false,
            ending: false,
        };
        self.memory.activate();
        // SAFETY: the table made outside of requests is ours, and nothing runs.
        unsafe { array::release_arr(self.globals) };
        self.memory.request_start(limit);
        memory::set_interrupt_word(&self.interrupt);
        memory::account(STACK_START as isize);
        self.globals = array::new(0);
    }

    /// Whether PHP code may run: within a request that neither failed nor is being taken down, and not while cycles are.
    pub fn may_run(&self) -> bool {
        self.memory.in_request()
            && !self.engine.ending
            && !self.engine.fatal
            && self.bailout.is_none()
            && !howdah_runtime::gc::freeing()
    }

    /// Ends a request: after shutdown functions, destructors and output. Nothing that it made is left.
    pub fn request_end(&mut self) {
        if !self.memory.in_request() {
            return;
        }
        self.fp = core::ptr::null_mut();
        crate::api::res::close_all();
        self.engine.ending = true;
        if self.memory.checks() && !self.engine.fatal {
            self.verify_heap();
        }
        // SAFETY: no PHP code runs any more.
        unsafe { memory::drop_payloads() };
        self.forget_values();
        memory::account(-((self.stack_end as usize - self.stack_base as usize) as isize));
        self.stack_end = self.stack_base.wrapping_byte_add(STACK_START);
        // SAFETY: the VM's own pointers into the heap are gone, and the host's went before.
        unsafe { self.memory.request_end() };
        self.drop_request_code();
        self.globals = array::new(0);
    }

    /// With the heap's checks on: compares all counts with the shares that the holders of values name. Gives the faults
    /// found so far.
    pub fn verify_heap(&mut self) -> u64 {
        howdah_runtime::gc::collect();
        let mut roots = Vec::new();
        self.visit_roots(&mut |_, v| roots.push(v));
        self.memory.verify(roots)
    }

    /// Forgets every value of the request without giving shares back: their blocks go at once.
    fn forget_values(&mut self) {
        self.exception = Val::UNDEF;
        self.bailout = None;
        self.exit_status = 0;
        self.depth = 0;
        self.included.clear();
        self.autoloaders.clear();
        self.autoloading.clear();
        self.error_handler = (Val::UNDEF, 0);
        self.error_handlers.clear();
        self.exception_handler = Val::UNDEF;
        self.exception_handlers.clear();
        self.shutdown_functions.clear();
        howdah_runtime::memory::account(-(std::mem::take(&mut self.kept_bytes) as isize));
        self.tick_functions.clear();
        self.guards.clear();
        self.held_names.clear();
        self.ticks = 0;
        self.fiber = core::ptr::null_mut();
        self.last_error = None;
        self.error_to_exception = core::ptr::null_mut();
        self.scratch = Val::NULL;
        self.scratch_object = Val::NULL;
        self.interrupt.store(0, std::sync::atomic::Ordering::Relaxed);
        for k in std::mem::take(&mut self.cls.evaluated) {
            // SAFETY: constants of internal classes live as long as the VM, copies of them in user classes until below.
            unsafe { (*k).value = unevaluated(&*k) };
        }
    }

    /// Before an included or evaluated script is loaded: if it declares nothing, and no cache holds it, its literal arrays go
    /// to the VM's pool, so that the script may go as soon as it ran.
    pub(crate) fn adopt_literals(&mut self, script: &mut Arc<Script>) {
        let Some(s) = Arc::get_mut(script).filter(|s| !s.declares()) else { return };
        for v in s.literals.iter_mut().flatten() {
            // SAFETY: the script is fresh: nobody uses its literals yet.
            *v = unsafe { self.frozen.adopt(*v) };
        }
        s.adopted = true;
    }

    /// After an included or evaluated script ran: frees what nothing refers to any more, so that a program may include and
    /// evaluate for ever. A script that declares anything stays until the request ends, as in PHP.
    ///
    /// # Safety
    /// `main` is the script's main code, and not running.
    pub(crate) unsafe fn forget_script(&mut self, script: Arc<Script>, main: *mut Func) {
        if script.declares() {
            return;
        }
        let Some(at) = self.owned_funcs.iter().rposition(|&f| f == main) else { return };
        self.owned_funcs.swap_remove(at);
        // SAFETY: nobody else knows the main code; its static variables are its own.
        unsafe {
            let main = Box::from_raw(main);
            main.statics.iter().for_each(|&v| crate::rt::release(v));
        }
        // Arrays that were literals may still be the values of variables: then the script stays, once.
        let mut others = self.scripts.iter().rev().enumerate().filter(|(_, s)| Arc::ptr_eq(s, &script));
        let last = others.next().map(|(i, _)| self.scripts.len() - 1 - i);
        let again = others.next().is_some();
        if let Some(at) = last.filter(|_| script.adopted || again || !script.has_arrays()) {
            self.scripts.swap_remove(at);
        }
    }

    /// Frees the functions, classes and scripts of the request.
    fn drop_request_code(&mut self) {
        self.functions.truncate(self.engine.functions);
        self.classes.truncate(self.engine.classes);
        self.constants.truncate(self.engine.constants);
        self.next_class_id = self.engine.class_id;
        self.closure_templates.clear();
        let cls = std::mem::take(&mut self.cls);
        for c in cls.owned {
            // SAFETY: a user class, which nobody uses any more.
            unsafe { drop_class(c) };
        }
        for f in self.owned_funcs.drain(self.engine.owned_funcs..) {
            // SAFETY: made by `load`, and nobody uses it any more.
            drop(unsafe { Box::from_raw(f) });
        }
        self.scripts.clear();
        // SAFETY: the values and scripts that used them are gone.
        unsafe { self.frozen.clear() };
    }

    /// Frees what the engine registered: the VM goes away.
    pub(crate) fn drop_engine_code(&mut self) {
        let mut all: Vec<*mut Class> = self.classes.drain(..).map(|(_, c)| c).collect();
        all.append(&mut self.cls.owned);
        all.sort_unstable();
        all.dedup();
        for c in all {
            // SAFETY: nobody uses the VM any more; a class with several names is here once.
            unsafe { drop_class(c) };
        }
        for f in self.owned_funcs.drain(..).chain(self.native_methods.drain(..)) {
            // SAFETY: as above.
            drop(unsafe { Box::from_raw(f) });
        }
    }
}

/// A constant of an internal class as it was registered.
fn unevaluated(k: &ClassConstant) -> Val {
    if k.desc.is_null() {
        return Val::ptr(core::ptr::null_mut::<u8>());
    }
    // SAFETY: descriptors are static.
    const_value(unsafe { &(*k.desc).value })
}

/// Frees a thunk that was never evaluated.
unsafe fn drop_thunk(v: Val) {
    if v.tag() == PTR && v.payload != 0 {
        // SAFETY: members own their thunks.
        drop(unsafe { Box::from_raw(v.as_ptr::<Thunk>()) });
    }
}

/// Frees a class and what it owns outside the heap: property infos, static cells, thunks.
unsafe fn drop_class(c: *mut Class) {
    // SAFETY: by the caller's promise; members that classes share are owned by the one that declares them.
    unsafe {
        let class = Box::from_raw(c);
        for k in class.consts.values() {
            drop_thunk(k.value);
        }
        for &v in &class.default_slots {
            drop_thunk(v);
        }
        for &cell in &class.own_statics {
            drop_thunk(*cell);
            drop(Box::from_raw(cell));
        }
        for &p in &class.own_props {
            drop(Box::from_raw(p));
        }
    }
}
