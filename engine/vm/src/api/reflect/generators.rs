//! What is known of generators and fibers, standing still or running.

use crate::api::vm;
use crate::frame::{FR_CLOSURE, frame};
use crate::generator::gen_of;
use crate::rt::copy;
use crate::vm::Vm;
use howdah_runtime::layout::Obj;
use howdah_runtime::memory::obj_val;
use howdah_runtime::{array, string};
use plugin_api_abi::reflect::{fiber as fiber_fact, generator as fact};
use plugin_api_abi::{CtxRaw, FuncRaw, OBJ, Val};

/// Slot 0 of a generator's frame, suspended or running; null when it has ended.
unsafe fn frame_of(vm: &Vm, o: *mut Obj) -> *mut Val {
    // SAFETY: a Generator; frames on the stack are complete.
    unsafe {
        let g = gen_of(o);
        if g.done {
            return core::ptr::null_mut();
        }
        if g.suspended {
            return g.fp();
        }
        let mut fp = vm.fp;
        while !fp.is_null() && (*frame(fp)).generator != o {
            fp = (*frame(fp)).prev;
        }
        fp
    }
}

pub(super) unsafe extern "C" fn generator(ctx: *mut CtxRaw, o: Val, what: u32, out: *mut Val) {
    // SAFETY: the engine's context; a live Generator; the caller's slot.
    unsafe {
        let vm = vm(ctx);
        let object = o.as_ptr::<Obj>();
        let fp = frame_of(vm, object);
        if what == fact::CLOSED {
            *out = Val::int(fp.is_null() as i64);
            return;
        }
        if fp.is_null() {
            return;
        }
        *out = match what {
            fact::LINE => Val::int(vm.line_of(fp) as i64),
            fact::FILE => copy(string::val(vm.file_of(fp))),
            fact::THIS if (*frame(fp)).this.tag() == OBJ => copy((*frame(fp)).this),
            fact::CLOSURE if (*frame(fp)).flags & FR_CLOSURE != 0 => copy(obj_val((*frame(fp)).closure)),
            fact::EXECUTING => match vm.gen_current(object) {
                Ok(cur) => copy(obj_val(cur)),
                Err(_) => Val::NULL,
            },
            fact::TRACE | fact::TRACE_OBJECTS => trace(vm, object, what == fact::TRACE_OBJECTS),
            _ => Val::NULL,
        };
    }
}

/// The backtrace as code in the innermost generator would see it, up to `o`.
unsafe fn trace(vm: &mut Vm, o: *mut Obj, objects: bool) -> Val {
    // SAFETY: a Generator that has not ended; the frames' links are put back.
    unsafe {
        let Ok(cur) = vm.gen_current(o) else { return array::val(array::new(0)) };
        let mut chain: Vec<*mut Val> = vm.gen_chain(o).into_iter().map(|g| frame_of(vm, g)).collect();
        chain.retain(|fp| !fp.is_null());
        if chain.is_empty() {
            chain.push(frame_of(vm, cur));
        }
        let old: Vec<*mut Val> = chain.iter().map(|&fp| (*frame(fp)).prev).collect();
        let mut above = core::ptr::null_mut();
        for &fp in &chain {
            (*frame(fp)).prev = above;
            above = fp;
        }
        let running = std::mem::replace(&mut vm.fp, above);
        let t = vm.build_trace(0, true, objects, 0);
        vm.fp = running;
        for (&fp, prev) in chain.iter().zip(old) {
            (*frame(fp)).prev = prev;
        }
        array::val(t)
    }
}

pub(super) unsafe extern "C" fn generator_func(o: Val) -> *mut FuncRaw {
    // SAFETY: a live Generator.
    unsafe { gen_of(o.as_ptr()).func.cast() }
}

pub(super) unsafe extern "C" fn fiber(ctx: *mut CtxRaw, o: Val, what: u32, out: *mut Val) {
    // SAFETY: the engine's context; a live Fiber; the caller's slot.
    unsafe {
        let vm = vm(ctx);
        let object = o.as_ptr::<Obj>();
        let f = crate::fiber::fiber_of(object);
        *out = match what {
            fiber_fact::STATUS => Val::int(f.status as i64),
            fiber_fact::CALLABLE if !f.callable.is_undef() => copy(f.callable),
            fiber_fact::LINE | fiber_fact::FILE => match vm.in_fiber(object, |vm| vm.position()).flatten() {
                Some((_, line)) if what == fiber_fact::LINE => Val::int(line as i64),
                Some((file, _)) => copy(string::val(file)),
                None => Val::NULL,
            },
            fiber_fact::TRACE | fiber_fact::TRACE_OBJECTS => {
                let objects = what == fiber_fact::TRACE_OBJECTS;
                let t = vm.in_fiber(object, |vm| vm.build_trace(0, true, objects, 0));
                t.map_or(Val::NULL, array::val)
            }
            _ => Val::NULL,
        };
    }
}
