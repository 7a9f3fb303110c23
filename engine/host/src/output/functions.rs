//! PHP's functions over the output layer.

use super::{HandlerStatus, Origin, Output, Refusal, add_variable, flags, mode, start_user};
use crate::host::SapiHost;
use howdah_runtime::{array, string};
use howdah_vm::native::{Args, Native};
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, Val};
use std::rc::Rc;

/// `PHP_OUTPUT_HANDLER_*`
pub fn constants() -> [(&'static str, i64); 13] {
    [
        ("PHP_OUTPUT_HANDLER_START", mode::START as i64),
        ("PHP_OUTPUT_HANDLER_WRITE", mode::WRITE as i64),
        ("PHP_OUTPUT_HANDLER_FLUSH", mode::FLUSH as i64),
        ("PHP_OUTPUT_HANDLER_CLEAN", mode::CLEAN as i64),
        ("PHP_OUTPUT_HANDLER_FINAL", mode::FINAL as i64),
        ("PHP_OUTPUT_HANDLER_CONT", mode::WRITE as i64),
        ("PHP_OUTPUT_HANDLER_END", mode::FINAL as i64),
        ("PHP_OUTPUT_HANDLER_CLEANABLE", flags::CLEANABLE as i64),
        ("PHP_OUTPUT_HANDLER_FLUSHABLE", flags::FLUSHABLE as i64),
        ("PHP_OUTPUT_HANDLER_REMOVABLE", flags::REMOVABLE as i64),
        ("PHP_OUTPUT_HANDLER_STDFLAGS", flags::STANDARD as i64),
        ("PHP_OUTPUT_HANDLER_STARTED", flags::STARTED as i64),
        ("PHP_OUTPUT_HANDLER_DISABLED", flags::DISABLED as i64),
    ]
}

/// Registers the functions and constants with a VM whose host is a [`SapiHost`].
pub fn register(vm: &mut Vm) {
    howdah_vm::core_functions::register_list(vm, LIST);
    for (name, v) in constants() {
        vm.define(name, Val::int(v));
    }
    vm.define("PHP_OUTPUT_HANDLER_PROCESSED", Val::int(flags::PROCESSED as i64));
}

fn output(vm: &mut Vm) -> Option<Rc<Output>> {
    vm.host.as_any().downcast_mut::<SapiHost>().map(|h| h.output())
}

/// Raises what an operation refused, with the function's name before it.
fn raise(vm: &mut Vm, function: &str, refusals: &[Refusal]) -> Status {
    for r in refusals {
        let st = vm.raise(r.level(), format!("{function}(): {}", r.message()).as_bytes());
        if st != Status::Ok {
            return st;
        }
    }
    Status::Ok
}

/// A function that is one operation and tells whether it succeeded.
fn operation(
    vm: &mut Vm,
    out: &mut Val,
    function: &str,
    op: impl FnOnce(&Output) -> Result<(), Refusal>,
) -> Status {
    let Some(o) = output(vm) else { return Status::Ok };
    let r = op(&o);
    *out = Val::bool(r.is_ok());
    r.map_or_else(|r| raise(vm, function, &[r]), |()| Status::Ok)
}

/// A function that gives a buffer's contents, or false.
fn taking(
    vm: &mut Vm,
    out: &mut Val,
    function: &str,
    op: impl FnOnce(&Output) -> (Option<Vec<u8>>, Vec<Refusal>),
) -> Status {
    let Some(o) = output(vm) else { return Status::Ok };
    let (contents, refusals) = op(&o);
    *out = contents.map_or(Val::FALSE, |c| string::new_val(&c));
    raise(vm, function, &refusals)
}

fn status_array(s: &HandlerStatus) -> Val {
    let t = array::new(0);
    // SAFETY: a fresh array.
    unsafe {
        array::set_bytes(t, b"name", string::new_val(&s.name));
        array::set_bytes(t, b"type", Val::int(s.kind as i64));
        array::set_bytes(t, b"flags", Val::int(s.flags as i64));
        array::set_bytes(t, b"level", Val::int(s.level as i64));
        array::set_bytes(t, b"chunk_size", Val::int(s.chunk_size as i64));
        array::set_bytes(t, b"buffer_size", Val::int(s.buffer_size as i64));
        array::set_bytes(t, b"buffer_used", Val::int(s.buffer_used as i64));
    }
    array::val(t)
}

fn ob_start(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let Some(o) = output(vm) else { return Status::Ok };
    let chunk_size = a.int(1, 0).max(0) as usize;
    let r = start_user(vm, &o, a.get(0), chunk_size, a.int(2, flags::STANDARD as i64) as u32);
    *out = Val::bool(r.is_ok());
    r.map_or_else(|rs| raise(vm, "ob_start", &rs), |()| Status::Ok)
}

fn ob_get_status(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let Some(o) = output(vm) else { return Status::Ok };
    let all = o.statuses();
    *out = match (a.bool(0, false), all.last()) {
        (_, None) => array::val(array::new(0)),
        (false, Some(s)) => status_array(s),
        (true, _) => array::val(array::from_vals(all.iter().map(status_array))),
    };
    Status::Ok
}

const LIST: &[(&str, Native)] = &[
    ("output_add_rewrite_var(string $name, string $value): bool", |vm, a, out| {
        *out = Val::TRUE;
        add_variable(vm, Origin::Script, a.bytes(0), a.bytes(1)).map_or_else(|st| st, |()| Status::Ok)
    }),
    ("output_reset_rewrite_vars(): bool", |vm, _, out| {
        if let Some(h) = SapiHost::of(vm) {
            h.state.rewriter(Origin::Script).borrow_mut().clear();
        }
        *out = Val::TRUE;
        Status::Ok
    }),
    (
        "ob_start($callback = null, int $chunk_size = 0, int $flags = PHP_OUTPUT_HANDLER_STDFLAGS): bool",
        ob_start,
    ),
    ("ob_flush(): bool", |vm, _, out| operation(vm, out, "ob_flush", Output::flush)),
    ("ob_clean(): bool", |vm, _, out| operation(vm, out, "ob_clean", Output::clean)),
    ("ob_end_flush(): bool", |vm, _, out| operation(vm, out, "ob_end_flush", Output::end_flush)),
    ("ob_end_clean(): bool", |vm, _, out| operation(vm, out, "ob_end_clean", Output::end_clean)),
    ("ob_get_flush(): string|false", |vm, _, out| taking(vm, out, "ob_get_flush", Output::get_flush)),
    ("ob_get_clean(): string|false", |vm, _, out| taking(vm, out, "ob_get_clean", Output::get_clean)),
    ("ob_get_contents(): string|false", |vm, _, out| {
        taking(vm, out, "ob_get_contents", |o| (o.contents(), Vec::new()))
    }),
    ("ob_get_level(): int", |vm, _, out| {
        *out = Val::int(output(vm).map_or(0, |o| o.level()) as i64);
        Status::Ok
    }),
    ("ob_get_length(): int|false", |vm, _, out| {
        *out = output(vm).and_then(|o| o.length()).map_or(Val::FALSE, |n| Val::int(n as i64));
        Status::Ok
    }),
    ("ob_list_handlers(): array", |vm, _, out| {
        let names = output(vm).map_or(Vec::new(), |o| o.names());
        *out = array::val(array::from_vals(names.iter().map(|n| string::new_val(n))));
        Status::Ok
    }),
    ("ob_get_status(bool $full_status = false): array", ob_get_status),
    ("ob_implicit_flush(bool $enable = true): void", |vm, a, _| {
        if let Some(o) = output(vm) {
            o.set_implicit_flush(a.bool(0, true));
        }
        Status::Ok
    }),
    ("flush(): void", |vm, _, _| {
        let headers =
            crate::host::SapiHost::of(vm).is_some_and(|h| h.state.sapi.borrow().flush_sends_headers());
        if let Some(o) = output(vm) {
            if headers {
                o.send_headers();
            }
            o.flush_sink();
        }
        Status::Ok
    }),
];
