//! Fiber and FiberError.

use crate::fiber::{FiberStatus, fiber_of, fiber_roots, free_fiber};
use crate::native::{Args, Native, NativeClass};
use crate::rt;
use crate::vm::Vm;
use howdah_runtime::array;
use howdah_runtime::layout::{CLASS_HAS_DTOR, Obj};
use howdah_runtime::memory::obj_val;
use plugin_api_abi::{HandlerTable, Status, UNDEF, Val, flags};

fn this(a: &Args<'_>) -> *mut Obj {
    a.this().as_ptr()
}

fn status(a: &Args<'_>) -> FiberStatus {
    // SAFETY: methods of Fiber run on fibers.
    unsafe { fiber_of(this(a)) }.status
}

fn error(vm: &mut Vm, msg: &str) -> Status {
    vm.throw_error(vm.ce.fiber_error, msg)
}

fn construct(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    // SAFETY: methods of Fiber run on fibers.
    let f = unsafe { fiber_of(this(a)) };
    if f.status != FiberStatus::Init || !f.callable.is_undef() {
        return error(vm, "Cannot call constructor twice");
    }
    f.callable = rt::copy(a.get(0));
    Status::Ok
}

/// Whether fibers may be switched here; an exception is pending if not.
fn switchable(vm: &mut Vm) -> Status {
    if vm.fibers.blocked > 0 {
        return error(vm, "Cannot switch fibers in current execution context");
    }
    Status::Ok
}

fn start(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    crate::tri!(switchable(vm));
    if status(a) != FiberStatus::Init {
        return error(vm, "Cannot start a fiber that has already been started");
    }
    let args = array::from_vals((0..a.len()).map(|i| rt::copy(a.get(i))));
    let named = a.named();
    if !named.is_null() {
        // SAFETY: the frame holds the array of named arguments.
        for (k, p) in unsafe { array::iter(named) } {
            // SAFETY: fresh array; live element.
            unsafe { array::set(args, k, rt::copy(*p)) };
        }
    }
    vm.fiber_start(this(a), args, out)
}

fn resume(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    continue_with(vm, a, false, out)
}

fn throw(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    continue_with(vm, a, true, out)
}

fn continue_with(vm: &mut Vm, a: &Args<'_>, throw: bool, out: &mut Val) -> Status {
    crate::tri!(switchable(vm));
    if status(a) != FiberStatus::Suspended {
        return error(vm, "Cannot resume a fiber that is not suspended");
    }
    let v = a.get(0);
    let v = if v.tag() == UNDEF { Val::NULL } else { rt::copy(v) };
    vm.fiber_resume(this(a), v, throw, out)
}

fn suspend(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    if vm.fiber.is_null() {
        return error(vm, "Cannot suspend outside of a fiber");
    }
    // SAFETY: the running fiber.
    if unsafe { fiber_of(vm.fiber) }.destroyed {
        return error(vm, "Cannot suspend in a force-closed fiber");
    }
    crate::tri!(switchable(vm));
    let v = a.get(0);
    vm.fiber_suspend(if v.tag() == UNDEF { Val::NULL } else { rt::copy(v) }, out)
}

fn get_return(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    // SAFETY: methods of Fiber run on fibers.
    let f = unsafe { fiber_of(this(a)) };
    let why = match f.status {
        FiberStatus::Dead if f.threw => "The fiber threw an exception",
        FiberStatus::Dead if f.bailed => "The fiber exited with a fatal error",
        FiberStatus::Dead => {
            *out = rt::copy(howdah_runtime::value::deref(f.result));
            return Status::Ok;
        }
        FiberStatus::Init => "The fiber has not been started",
        _ => "The fiber has not returned",
    };
    error(vm, &format!("Cannot get fiber return value: {why}"))
}

fn get_current(vm: &mut Vm, _: &Args<'_>, out: &mut Val) -> Status {
    if !vm.fiber.is_null() {
        *out = rt::copy(obj_val(vm.fiber));
    }
    Status::Ok
}

fn reserved(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    let class = super::super::class_text(super::super::class_of(this(a)));
    vm.throw(&format!(
        "The \"{class}\" class is reserved for internal use and cannot be manually instantiated"
    ))
}

static HANDLERS: HandlerTable = {
    let mut t = crate::classes::link::STD_HANDLERS_VALUE;
    t.roots = Some(fiber_roots);
    t
};

/// Registers both.
pub(crate) fn register(vm: &mut Vm) {
    let is = |want: FiberStatus| {
        let f: Native = match want {
            FiberStatus::Init => |_, a, out| {
                *out = Val::bool(status(a) != FiberStatus::Init);
                Status::Ok
            },
            FiberStatus::Running => |_, a, out| {
                *out = Val::bool(status(a) == FiberStatus::Running);
                Status::Ok
            },
            FiberStatus::Suspended => |_, a, out| {
                *out = Val::bool(status(a) == FiberStatus::Suspended);
                Status::Ok
            },
            FiberStatus::Dead => |_, a, out| {
                *out = Val::bool(status(a) == FiberStatus::Dead);
                Status::Ok
            },
        };
        Some(f)
    };
    let c = super::register(
        vm,
        NativeClass {
            name: "Fiber",
            flags: flags::FINAL | flags::NO_DYNAMIC | flags::NOT_SERIALIZABLE | flags::UNCLONEABLE,
            methods: vec![
                ("public __construct(callable $callback)", Some(construct as Native)),
                ("public start(mixed ...$args): mixed", Some(start)),
                ("public resume(mixed $value = null): mixed", Some(resume)),
                ("public throw(Throwable $exception): mixed", Some(throw)),
                ("public isStarted(): bool", is(FiberStatus::Init)),
                ("public isSuspended(): bool", is(FiberStatus::Suspended)),
                ("public isRunning(): bool", is(FiberStatus::Running)),
                ("public isTerminated(): bool", is(FiberStatus::Dead)),
                ("public getReturn(): mixed", Some(get_return)),
                ("public static getCurrent(): ?Fiber", Some(get_current)),
                ("public static suspend(mixed $value = null): mixed", Some(suspend)),
            ],
            free: Some(free_fiber),
            handlers: Some(&HANDLERS),
            ..NativeClass::default()
        },
    );
    // SAFETY: the class is fresh. Its destructor is the VM's own: a suspended fiber is unwound.
    unsafe { (*c).head.flags |= CLASS_HAS_DTOR };
    vm.ce.fiber = c;
    vm.ce.fiber_error = super::register(
        vm,
        NativeClass {
            name: "FiberError",
            parent: Some("Error"),
            flags: flags::FINAL,
            methods: vec![("public __construct()", Some(reserved as Native))],
            ..NativeClass::default()
        },
    );
}
