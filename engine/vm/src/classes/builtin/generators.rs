//! Generator's methods.

use crate::class::Sym;
use crate::generator::{free_gen, gen_of, gen_properties, gen_roots};
use crate::native::{Args, Native, NativeClass};
use crate::rt;
use crate::vm::Vm;
use howdah_runtime::layout::{CLASS_HAS_DTOR, Obj};
use plugin_api_abi::{HandlerTable, Status, Val, flags};

fn this(a: &Args<'_>) -> *mut Obj {
    a.this().as_ptr()
}

fn debug_info(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let vm: *mut Vm = vm;
    // SAFETY: the method's own object and result slot.
    unsafe { gen_properties(vm.cast(), a.this(), plugin_api_abi::prop_purpose::DEBUG, out) }
}

fn rewind(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    vm.gen_rewind(this(a))
}

fn valid(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = Val::bool(crate::tri_ok!(vm.gen_valid(this(a))));
    Status::Ok
}

fn current(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    vm.gen_value(this(a), out)
}

fn key(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    vm.gen_key(this(a), out)
}

fn next(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    vm.gen_next(this(a))
}

fn send(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let o = this(a);
    let Some(g) = crate::tri_ok!(vm.gen_element(o)) else { return Status::Ok };
    if let Some(i) = g.send_slot
        && let Some(slot) = g.slot(i)
    {
        let old = std::mem::replace(slot, rt::copy(a.get(0)));
        // SAFETY: the slot's share was the generator's.
        unsafe { rt::release(old) };
    }
    crate::tri!(vm.gen_resume(o));
    vm.gen_last(o, out)
}

fn throw(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let o = this(a);
    crate::tri!(vm.gen_start(o));
    let cur = crate::tri_ok!(vm.gen_current(o));
    // SAFETY: Generators.
    unsafe {
        if gen_of(cur).running {
            return vm.throw("Cannot resume an already running generator");
        }
        let st = vm.throw_object(rt::copy(a.get(0)));
        if gen_of(o).done {
            return st;
        }
    }
    crate::tri!(vm.gen_resume(o));
    vm.gen_last(o, out)
}

fn get_return(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    crate::tri!(vm.gen_start(this(a)));
    // SAFETY: a Generator.
    let g = unsafe { gen_of(this(a)) };
    if g.ret.is_undef() {
        let msg = "Cannot get return value of a generator that hasn't returned";
        return vm.throw_error(vm.ce.exception, msg);
    }
    *out = rt::copy(g.ret);
    Status::Ok
}

static HANDLERS: HandlerTable = {
    let mut t = crate::classes::link::STD_HANDLERS_VALUE;
    t.roots = Some(gen_roots);
    t.properties = Some(gen_properties);
    t
};

/// Registers Generator.
pub(crate) fn register(vm: &mut Vm) {
    let c = super::register(
        vm,
        NativeClass {
            name: "Generator",
            interfaces: &["Iterator"],
            flags: flags::FINAL
                | flags::NO_DYNAMIC
                | flags::NOT_SERIALIZABLE
                | flags::NOT_INSTANTIABLE
                | flags::UNCLONEABLE,
            methods: vec![
                ("public rewind(): void", Some(rewind as Native)),
                ("public valid(): bool", Some(valid)),
                ("public current(): mixed", Some(current)),
                ("public key(): mixed", Some(key)),
                ("public next(): void", Some(next)),
                ("public send(mixed $value): mixed", Some(send)),
                ("public throw(Throwable $exception): mixed", Some(throw)),
                ("public getReturn(): mixed", Some(get_return)),
                ("public __debugInfo(): array", Some(debug_info)),
            ],
            free: Some(free_gen),
            handlers: Some(&HANDLERS),
            ..NativeClass::default()
        },
    );
    // SAFETY: the class is fresh. Its destructor is the VM's own: finally blocks.
    unsafe { (*c).head.flags |= CLASS_HAS_DTOR };
    vm.ce.generator = c;
    for name in [&b"send"[..], b"next"] {
        // SAFETY: methods live as long as their class.
        unsafe {
            if let Some(&f) = (*c).methods.get(&Sym(howdah_runtime::interner::intern(name))) {
                (*f).rt = (*f).rt & !crate::func::RT_PLAIN_ARGS | crate::func::RT_RESUMES;
            }
        }
    }
}
