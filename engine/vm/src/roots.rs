//! Who holds values in a VM, beside the heap's own blocks: one [`GcRootProvider`] for each kind of holder. What extensions
//! hold in their globals, they name themselves ([`howdah_runtime::memory::MemoryManager::add_roots`]).

use crate::call::arg_slot;
use crate::dispatch::foreach;
use crate::frame::{FR_CLOSURE, FR_EXTRA_ARGS, FR_OWNS_SYMTAB, FR_OWNS_THIS, frame};
use crate::vm::{Callback, Vm};
use howdah_bytecode::{FRAME_SLOTS, LiveKind};
use howdah_runtime::memory::{self, GcRootProvider, obj_val};
use howdah_runtime::{array, interner, string};
use plugin_api_abi::{OBJ, PTR, Val};

type Visit<'f> = &'f mut dyn FnMut(Val);

/// What frames hold: variables, live temporaries, `$this`, arguments.
pub struct StackRoots<'v>(pub &'v Vm);
/// The global symbol table.
pub struct GlobalRoots<'v>(pub &'v Vm);
/// Values of global constants.
pub struct ConstantRoots<'v>(pub &'v Vm);
/// Constants, defaults and static properties of classes, static variables of functions.
pub struct ClassRoots<'v>(pub &'v Vm);
/// Interned strings: immortal, so they keep nothing else alive.
pub struct InternerRoots;
/// What the request keeps: handlers, shutdown and tick functions, autoloaders, the pending exception, lazy objects.
pub struct RequestRoots<'v>(pub &'v Vm);
/// Values within the native payloads of live objects.
pub struct PayloadRoots;

impl GcRootProvider for StackRoots<'_> {
    fn name(&self) -> &'static str {
        "stack"
    }

    fn visit_roots(&self, visit: Visit<'_>) {
        let mut fp = self.0.fp;
        while !fp.is_null() {
            // SAFETY: frames of the running code are complete.
            unsafe {
                visit_frame(fp, visit);
                fp = (*frame(fp)).prev;
            }
        }
    }
}

impl GcRootProvider for GlobalRoots<'_> {
    fn name(&self) -> &'static str {
        "globals"
    }

    fn visit_roots(&self, visit: Visit<'_>) {
        visit(array::val(self.0.globals));
    }
}

impl GcRootProvider for ConstantRoots<'_> {
    fn name(&self) -> &'static str {
        "constants"
    }

    fn visit_roots(&self, visit: Visit<'_>) {
        self.0.constants.values().for_each(|c| visit(c.value));
    }
}

impl GcRootProvider for ClassRoots<'_> {
    fn name(&self) -> &'static str {
        "classes"
    }

    fn visit_roots(&self, visit: Visit<'_>) {
        let engine = self.0.classes.values().copied().filter(|c| !self.0.cls.owned.contains(c));
        for c in self.0.cls.owned.iter().copied().chain(engine) {
            // SAFETY: classes and their static cells live as long as the request.
            unsafe {
                (*c).consts.values().for_each(|k| visit(k.value));
                (*c).default_slots.iter().for_each(|&v| visit(v));
                (*c).own_statics.iter().for_each(|&cell| visit(*cell));
            }
        }
        for &f in &self.0.owned_funcs {
            // SAFETY: functions live as long as the request.
            unsafe { (*f).statics.iter().for_each(|&v| visit(v)) };
        }
    }
}

impl GcRootProvider for InternerRoots {
    fn name(&self) -> &'static str {
        "interner"
    }

    fn visit_roots(&self, visit: Visit<'_>) {
        interner::each(&mut |s| visit(string::val(s)));
    }
}

impl GcRootProvider for RequestRoots<'_> {
    fn name(&self) -> &'static str {
        "request"
    }

    fn visit_roots(&self, visit: Visit<'_>) {
        let vm = self.0;
        let mut callbacks = |list: &[Callback]| {
            for c in list {
                visit(c.callable);
                c.args.iter().for_each(|&a| visit(a));
            }
        };
        callbacks(&vm.autoloaders);
        callbacks(&vm.shutdown_functions);
        callbacks(&vm.tick_functions);
        for v in [vm.exception, vm.exception_handler, vm.error_handler.0, vm.scratch, vm.scratch_object] {
            visit(v);
        }
        vm.exception_handlers.iter().for_each(|&v| visit(v));
        vm.error_handlers.iter().for_each(|h| visit(h.0));
        vm.held_names.iter().for_each(|h| visit(h.2));
        for lazy in vm.cls.lazy.values() {
            visit(lazy.initializer);
            visit(lazy.instance);
        }
    }
}

impl GcRootProvider for PayloadRoots {
    fn name(&self) -> &'static str {
        "payloads"
    }

    fn visit_roots(&self, visit: Visit<'_>) {
        unsafe extern "C" fn each(data: *mut u8, slot: *mut Val) {
            // SAFETY: `data` is the visitor below, `slot` a value of the payload.
            unsafe { (*data.cast::<Visit<'_>>())(*slot) }
        }
        let mut visit = visit;
        for o in memory::finalizable_objects() {
            // SAFETY: objects in the table are alive, and so are their payloads.
            unsafe {
                let handlers = (*(*o).class).handlers;
                if let (false, false, Some(f)) =
                    ((*o).native.is_null(), handlers.is_null(), (*handlers).roots)
                {
                    f((*o).native, each, (&raw mut visit).cast());
                }
            }
        }
    }
}

impl Vm {
    /// Calls `visit` with the holder's name and each value that a holder outside the heap's blocks owns a share of. Native
    /// payloads are not among them: their objects are heap blocks.
    pub fn visit_roots(&self, visit: &mut dyn FnMut(&'static str, Val)) {
        let providers: [&dyn GcRootProvider; 5] = [
            &StackRoots(self),
            &GlobalRoots(self),
            &ConstantRoots(self),
            &ClassRoots(self),
            &RequestRoots(self),
        ];
        for p in providers {
            p.visit_roots(&mut |v| visit(p.name(), v));
        }
        self.memory.visit_roots(visit);
    }
}

/// Calls `visit` with each value that a frame owns a share of.
///
/// # Safety
/// `fp` is complete: the running code's, or a suspended generator's copy.
pub(crate) unsafe fn visit_frame(fp: *mut Val, visit: Visit<'_>) {
    // SAFETY: by the caller's promise.
    unsafe {
        let fr = &*frame(fp);
        let f = &*fr.func;
        visit_header(fp, visit);
        if !f.is_user() {
            (0..fr.argc).for_each(|i| visit(*fp.add(i as usize)));
            return;
        }
        (0..f.num_cvs as usize).for_each(|i| visit(*fp.add(i)));
        if fr.flags & FR_EXTRA_ARGS != 0 {
            (f.num_params..fr.argc).for_each(|i| visit(*arg_slot(fp, f, i)));
        }
        if fr.pc.is_null() {
            return;
        }
        let at = (fr.pc.offset_from(f.code) - 1).max(0) as u32;
        for l in (*f.proto).live.iter().filter(|l| l.start <= at && at < l.end) {
            let p = fp.add(l.slot as usize);
            match l.kind {
                LiveKind::Tmp | LiveKind::New => visit(*p),
                LiveKind::Loop if (*p).tag() == PTR => foreach::iterator_shares(p, visit),
                LiveKind::Loop => visit(*p),
                LiveKind::Silence => {}
                LiveKind::Window => visit_header(p.add(FRAME_SLOTS as usize), visit),
                LiveKind::FastCall => {
                    if (*p).tag() == OBJ {
                        visit(*p);
                    }
                    visit(*p.add(1));
                }
            }
        }
    }
}

unsafe fn visit_header(fp: *mut Val, visit: Visit<'_>) {
    // SAFETY: by the caller's promise.
    unsafe {
        let fr = &*frame(fp);
        if fr.flags & FR_OWNS_THIS != 0 {
            visit(fr.this);
        }
        if fr.flags & FR_CLOSURE != 0 {
            visit(obj_val(fr.closure));
        }
        if !fr.named.is_null() {
            visit(array::val(fr.named));
        }
        if fr.flags & FR_OWNS_SYMTAB != 0 && !fr.symtab.is_null() {
            visit(array::val(fr.symtab));
        }
    }
}
