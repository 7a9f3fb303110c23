//! Questions about values, math, time, calls.

use super::{Entry, text};
use crate::native::Args;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_runtime::array;
use howdah_runtime::layout::Arr;
use howdah_runtime::{convert, number, value};
use plugin_api_abi::{ARR, DBL, INT, OBJ, STR, Status, Val};

pub(crate) const LIST: &[Entry] = &[
    ("pure gettype(mixed $value): string", |_, a, out| text(out, value::gettype(a.get(0)).as_bytes())),
    ("pure is_null(mixed $value): bool", |_, a, out| is(a, out, 1 << 1)),
    ("pure is_bool(mixed $value): bool", |_, a, out| is(a, out, 1 << 2 | 1 << 3)),
    ("pure is_int(mixed $value): bool", |_, a, out| is(a, out, 1 << 4)),
    ("pure is_integer(mixed $value): bool", |_, a, out| is(a, out, 1 << 4)),
    ("pure is_float(mixed $value): bool", |_, a, out| is(a, out, 1 << 5)),
    ("pure is_string(mixed $value): bool", |_, a, out| is(a, out, 1 << 6)),
    ("pure is_array(mixed $value): bool", |_, a, out| is(a, out, 1 << 7)),
    ("is_object(mixed $value): bool", |_, a, out| is(a, out, 1 << 8)),
    ("pure is_scalar(mixed $value): bool", |_, a, out| is(a, out, 0x7c)),
    ("pure boolval(mixed $value): bool", |_, a, out| {
        *out = Val::bool(convert::to_bool(a.get(0)));
        Status::Ok
    }),
    ("strval(mixed $value): string", |_, a, out| rt::to_str(a.get(0), out)),
    ("func_num_args(): int", |vm, _, out| caller_args(vm, out, true)),
    ("func_get_args(): array", |vm, _, out| caller_args(vm, out, false)),
    ("pure is_numeric(mixed $value): bool", |_, a, out| {
        let v = a.get(0);
        let ok = matches!(v.tag(), INT | DBL)
            || v.tag() == STR && number::parse_numeric(a.bytes(0)).is_some_and(|n| !n.trailing);
        *out = Val::bool(ok);
        Status::Ok
    }),
    ("pure is_iterable(mixed $value): bool", |vm, a, out| {
        let v = a.get(0);
        // SAFETY: live object.
        let t = v.tag() == OBJ
            && unsafe {
                (*(*v.as_ptr::<howdah_runtime::layout::Obj>()).class.cast::<crate::class::Class>())
                    .is_a(vm.ce.traversable)
            };
        *out = Val::bool(v.tag() == ARR || t);
        Status::Ok
    }),
    ("pure get_debug_type(mixed $value): string", |_, a, out| {
        let v = a.get(0);
        let n = match v.tag() {
            2 | 3 => "bool".to_owned(),
            plugin_api_abi::RES => {
                // SAFETY: a live resource.
                let ty = unsafe { (*v.as_ptr::<howdah_runtime::layout::Res>()).type_id };
                format!("resource ({})", crate::api::res::type_name_of(ty).unwrap_or_else(|| "closed".into()))
            }
            _ => value::value_name(v),
        };
        text(out, n.split('\0').next().unwrap_or("").as_bytes())
    }),
    ("microtime(bool $as_float = false): string|float", |_, a, out| {
        let t = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        if a.bool(0, false) {
            *out = Val::dbl(t.as_secs_f64());
            return Status::Ok;
        }
        text(out, format!("{:.8} {}", t.subsec_nanos() as f64 / 1e9, t.as_secs()).as_bytes())
    }),
    ("hrtime(bool $as_number = false): array|int|float|false", |_, a, out| {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        let t = START.get_or_init(std::time::Instant::now).elapsed();
        *out = if a.bool(0, false) {
            Val::int(t.as_nanos() as i64)
        } else {
            array::val(array::from_vals([Val::int(t.as_secs() as i64), Val::int(t.subsec_nanos() as i64)]))
        };
        Status::Ok
    }),
    ("usleep(int $microseconds): void", |vm, a, _| {
        if a.int(0, 0) < 0 {
            return vm
                .throw_value("usleep(): Argument #1 ($microseconds) must be greater than or equal to 0");
        }
        // A signal ends it.
        // SAFETY: a plain number.
        unsafe { libc::usleep(a.int(0, 0).clamp(0, u32::MAX.into()) as u32) };
        Status::Ok
    }),
    ("call_user_func(callable $callback, mixed ...$args): mixed", |vm, a, out| {
        let Some(t) = crate::tri_ok!(vm.resolve_callable(a.get(0), true)) else { return Status::Ok };
        let args: Vec<Val> = (1..a.len()).map(|i| a.get(i)).collect();
        // SAFETY: the frame holds its arguments for the call; the target is ours.
        unsafe {
            let named = a.named();
            let st = if named.is_null() {
                vm.call_func_closure(t.func, t.this, t.called, t.closure, &args, named, out)
            } else {
                let all = array::from_vals(args.iter().map(|v| rt::copy_ref(*v)));
                for (k, p) in array::iter(named) {
                    array::set(all, k, rt::copy_ref(*p));
                }
                let st = vm.call_target_array(&t, all, out);
                release(array::val(all));
                st
            };
            t.release();
            st
        }
    }),
    ("call_user_func_array(callable $callback, array $args): mixed", |vm, a, out| {
        let Some(t) = crate::tri_ok!(vm.resolve_callable(a.get(0), true)) else { return Status::Ok };
        let st = vm.call_target_array(&t, a.get(1).as_ptr::<Arr>(), out);
        // SAFETY: resolved above.
        unsafe { t.release() };
        st
    }),
    ("forward_static_call(callable $callback, mixed ...$args): mixed", |vm, a, out| {
        let Some(mut t) = crate::tri_ok!(vm.resolve_callable(a.get(0), true)) else { return Status::Ok };
        crate::tri!(forward_class(vm, &mut t));
        let args: Vec<Val> = (1..a.len()).map(|i| a.get(i)).collect();
        // SAFETY: the frame holds its arguments for the call; the target is ours.
        unsafe {
            let named = a.named();
            let st = if named.is_null() {
                vm.call_func_closure(t.func, t.this, t.called, t.closure, &args, named, out)
            } else {
                let all = array::from_vals(args.iter().map(|v| rt::copy_ref(*v)));
                for (k, p) in array::iter(named) {
                    array::set(all, k, rt::copy_ref(*p));
                }
                let st = vm.call_target_array(&t, all, out);
                release(array::val(all));
                st
            };
            t.release();
            st
        }
    }),
    ("forward_static_call_array(callable $callback, array $args): mixed", |vm, a, out| {
        let Some(mut t) = crate::tri_ok!(vm.resolve_callable(a.get(0), true)) else { return Status::Ok };
        crate::tri!(forward_class(vm, &mut t));
        let st = vm.call_target_array(&t, a.get(1).as_ptr::<Arr>(), out);
        // SAFETY: resolved above.
        unsafe { t.release() };
        st
    }),
    ("func_get_arg(int $position): mixed", |vm, a, out| {
        // SAFETY: frames on the stack are complete.
        unsafe {
            if a.int(0, 0) < 0 {
                return vm.throw_value(
                    "func_get_arg(): Argument #1 ($position) must be greater than or equal to 0",
                );
            }
            let fp = crate::tri_ok!(caller_of_args(vm, "cannot be called from the global scope"));
            let args = vm.frame_args(fp);
            let p = array::find_int(args, a.int(0, 0));
            let missing = p.is_null();
            if !missing {
                *out = rt::copy(*p);
            }
            release(array::val(args));
            if missing {
                return vm.throw_value("func_get_arg(): Argument #1 ($position) must be less than the number of the arguments passed to the currently executed function");
            }
        }
        Status::Ok
    }),
    ("get_defined_vars(): array", |vm, _, out| {
        // SAFETY: the caller is a user frame.
        unsafe {
            crate::tri!(vm.forbid_dynamic_call());
            let Some(t) = vm.caller_symtab() else { return Status::Ok };
            *out = array::val(array::dup(t));
        }
        Status::Ok
    }),
    ("memory_get_usage(bool $real_usage = false): int", |_, a, out| {
        *out = Val::int(howdah_runtime::memory::usage(a.bool(0, false)) as i64);
        Status::Ok
    }),
    ("memory_get_peak_usage(bool $real_usage = false): int", |_, a, out| {
        *out = Val::int(howdah_runtime::memory::peak_usage(a.bool(0, false)) as i64);
        Status::Ok
    }),
    ("memory_reset_peak_usage(): void", |_, _, _| {
        howdah_runtime::memory::reset_peak();
        Status::Ok
    }),
    ("gc_mem_caches(): int", |_, _, out| {
        *out = Val::int(howdah_runtime::memory::trim() as i64);
        Status::Ok
    }),
    ("gc_collect_cycles(): int", |vm, _, out| {
        *out = Val::int(howdah_runtime::gc::collect() as i64);
        vm.pending()
    }),
    ("gc_status(): array", |_, _, out| {
        let s = howdah_runtime::gc::status();
        let time = |d: std::time::Duration| Val::dbl(d.as_secs_f64());
        let fields = [
            ("running", Val::bool(s.running)),
            ("protected", Val::bool(s.protected)),
            ("full", Val::FALSE),
            ("runs", Val::int(s.runs as i64)),
            ("collected", Val::int(s.collected as i64)),
            ("threshold", Val::int(s.threshold as i64)),
            ("buffer_size", Val::int(s.buffer_size as i64)),
            ("roots", Val::int(s.roots as i64)),
            ("application_time", time(s.application)),
            ("collector_time", time(s.collector)),
            ("destructor_time", time(s.destructor)),
            ("free_time", time(s.free)),
        ];
        let a = array::new(0);
        for (k, v) in fields {
            // SAFETY: fresh and ours.
            unsafe { array::set_bytes(a, k.as_bytes(), v) };
        }
        *out = array::val(a);
        Status::Ok
    }),
    ("gc_enable(): void", |_, _, _| {
        howdah_runtime::gc::enable(true);
        Status::Ok
    }),
    ("gc_disable(): void", |_, _, _| {
        howdah_runtime::gc::enable(false);
        Status::Ok
    }),
    ("gc_enabled(): bool", |_, _, out| {
        *out = Val::bool(howdah_runtime::gc::enabled());
        Status::Ok
    }),
];

fn is(a: &Args<'_>, out: &mut Val, mask: u32) -> Status {
    *out = Val::bool(mask >> a.get(0).tag() & 1 != 0);
    Status::Ok
}

/// The frame whose arguments func_get_args() and its kin tell; `place` is what they say outside a function.
/// `static` of the calling method goes on to a method of a parent class.
fn forward_class(vm: &mut Vm, t: &mut crate::call::Target) -> Status {
    let caller = vm.scope();
    if caller.is_null() {
        // SAFETY: a resolved target that is not run.
        unsafe { t.discard() };
        // SAFETY: the current frame is complete.
        let f = unsafe { (*(*crate::frame::frame(vm.fp)).func).display() };
        return vm.throw(&format!("Cannot call {f}() when no class scope is active"));
    }
    // SAFETY: frames on the stack are complete; live classes.
    unsafe {
        let fr = &*crate::frame::frame((*crate::frame::frame(vm.fp)).prev);
        let called = if fr.this.tag() == OBJ {
            (*fr.this.as_ptr::<howdah_runtime::layout::Obj>()).class.cast::<crate::class::Class>().cast_mut()
        } else {
            fr.called
        };
        if !called.is_null() && !t.called.is_null() && (*called).is_a(t.called) {
            t.called = called;
        }
    }
    Status::Ok
}

fn caller_of_args(vm: &mut Vm, place: &str) -> Result<*mut Val, Status> {
    // SAFETY: frames on the stack are complete.
    unsafe {
        let fr = &*crate::frame::frame(vm.fp);
        let fp = fr.prev;
        let name = (*fr.func).display();
        let main =
            !fp.is_null() && (*(*crate::frame::frame(fp)).func).flags & howdah_bytecode::fn_flags::MAIN != 0;
        if main || fp.is_null() {
            return Err(vm.throw(&format!("{name}() {place}")));
        }
        match vm.forbid_dynamic_call() {
            Status::Ok => Ok(fp),
            st => Err(st),
        }
    }
}

/// Arguments (or their number) of the PHP function that called.
fn caller_args(vm: &mut Vm, out: &mut Val, number: bool) -> Status {
    // SAFETY: frames on the stack are complete.
    unsafe {
        let place = if number {
            "must be called from a function context"
        } else {
            "cannot be called from the global scope"
        };
        let fp = crate::tri_ok!(caller_of_args(vm, place));
        *out = if number {
            Val::int((*crate::frame::frame(fp)).argc as i64)
        } else {
            array::val(vm.frame_args(fp))
        };
    }
    Status::Ok
}
