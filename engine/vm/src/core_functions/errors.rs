//! Error handling, ini, constants, exit.

use super::{Entry, arg, text};
use crate::class::Sym;
use crate::native::Args;
use crate::rt::release;
use crate::vm::{Callback, Constant, Vm};
use howdah_runtime::array;
use howdah_runtime::interner::intern;
use plugin_api_abi::{INT, STR, Status, Val};

pub(crate) const LIST: &[Entry] = &[
    ("set_error_handler(?callable $callback, int $error_levels = E_ALL)", |vm, a, out| {
        let old = vm.error_handler;
        *out = if old.0.is_undef() { Val::NULL } else { crate::rt::copy(old.0) };
        vm.error_handlers.push(old);
        vm.error_handler =
            if a.get(0).is_nullish() { (Val::UNDEF, 0) } else { (arg(a, 0), a.int(1, 30719) as u32) };
        Status::Ok
    }),
    ("restore_error_handler(): true", |vm, _, out| {
        if let Some(h) = vm.error_handlers.pop() {
            let old = std::mem::replace(&mut vm.error_handler, h);
            // SAFETY: ours.
            unsafe { release(old.0) };
        }
        *out = Val::TRUE;
        Status::Ok
    }),
    ("set_exception_handler(?callable $callback)", |vm, a, out| {
        let old = vm.exception_handler;
        *out = if old.is_undef() { Val::NULL } else { crate::rt::copy(old) };
        vm.exception_handlers.push(old);
        vm.exception_handler = if a.get(0).is_nullish() { Val::UNDEF } else { arg(a, 0) };
        Status::Ok
    }),
    ("restore_exception_handler(): true", |vm, _, out| {
        if let Some(h) = vm.exception_handlers.pop() {
            let old = std::mem::replace(&mut vm.exception_handler, h);
            // SAFETY: ours.
            unsafe { release(old) };
        }
        *out = Val::TRUE;
        Status::Ok
    }),
    ("trigger_error(string $message, int $error_level = E_USER_NOTICE): true", trigger),
    ("user_error(string $message, int $error_level = E_USER_NOTICE): true", trigger),
    ("error_get_last(): ?array", |vm, _, out| {
        if let Some(e) = &vm.last_error {
            let t = array::new(0);
            // SAFETY: fresh array.
            unsafe {
                array::set_bytes(t, b"type", Val::int(e.level as i64));
                array::set_bytes(t, b"message", howdah_runtime::string::new_val(&e.message));
                array::set_bytes(t, b"file", howdah_runtime::string::new_val(&e.file));
                array::set_bytes(t, b"line", Val::int(e.line as i64));
            }
            *out = array::val(t);
        }
        Status::Ok
    }),
    ("register_shutdown_function(callable $callback, mixed ...$args): void", |vm, a, _| {
        let args: Vec<Val> = (1..a.len()).map(|i| arg(a, i)).collect();
        // Methods are found now: from whom they are called decides what `self` is and what may be called.
        let callable = a.get(0);
        let callable = if callable.tag() == plugin_api_abi::OBJ {
            arg(a, 0)
        } else {
            match crate::tri_ok!(vm.resolve_callable(callable, true)) {
                // SAFETY: a live function.
                Some(t) if unsafe { !(*t.func).scope.is_null() } => vm.closure_around(t),
                Some(t) => {
                    // SAFETY: just resolved, never run.
                    unsafe { t.discard() };
                    arg(a, 0)
                }
                None => arg(a, 0),
            }
        };
        vm.count_memory(size_of::<Callback>() + size_of_val(&args[..]));
        vm.shutdown_functions.push(Callback { callable, args });
        Status::Ok
    }),
    ("register_tick_function(callable $callback, mixed ...$args): bool", |vm, a, out| {
        let args = (1..a.len()).map(|i| arg(a, i)).collect();
        vm.tick_functions.push(Callback { callable: arg(a, 0), args });
        *out = Val::TRUE;
        Status::Ok
    }),
    ("define(string $constant_name, mixed $value, bool $case_insensitive = false): bool", define),
    ("defined(string $constant_name): bool", |vm, a, out| {
        let n = a.bytes(0).to_vec();
        let Some(i) = memchr::memmem::rfind(&n, b"::") else {
            *out = Val::bool(vm.find_constant(&n).is_some());
            return Status::Ok;
        };
        let c = crate::tri_ok!(class_named(vm, &n[..i]));
        // SAFETY: live class.
        *out = Val::bool(c.is_some_and(|c| unsafe {
            let scope = vm.scope();
            (*c).flags & plugin_api_abi::flags::TRAIT == 0
                && (*c).consts.get(&Sym(intern(&n[i + 2..]))).is_some_and(|k| vm.const_visible(k, scope))
        }));
        Status::Ok
    }),
    ("constant(string $name): mixed", |vm, a, out| {
        let n = a.bytes(0).to_vec();
        if let Some(i) = memchr::memmem::find(&n, b"::") {
            let Some(c) = crate::tri_ok!(class_named(vm, &n[..i])) else {
                return vm.throw(&format!("Class \"{}\" not found", String::from_utf8_lossy(&n[..i])));
            };
            return match vm.class_const(c, intern(&n[i + 2..])) {
                // SAFETY: a live constant.
                Ok(v) => {
                    *out = crate::rt::copy(unsafe { *v });
                    Status::Ok
                }
                Err(st) => st,
            };
        }
        match vm.find_constant(&n) {
            Some(v) => {
                *out = crate::rt::copy(v);
                vm.report_constant(&n)
            }
            None => vm.throw(&format!("Undefined constant \"{}\"", String::from_utf8_lossy(&n))),
        }
    }),
    ("exit(string|int $status = 0): never", exit),
    ("die(string|int $status = 0): never", exit),
    (
        "debug_backtrace(int $options = DEBUG_BACKTRACE_PROVIDE_OBJECT, int $limit = 0): array",
        |vm, a, out| {
            let o = a.int(0, 1);
            let t = vm.build_trace(1, o & 2 == 0, o & 1 != 0, a.int(1, 0).max(0) as usize);
            *out = array::val(t);
            Status::Ok
        },
    ),
    ("debug_print_backtrace(int $options = 0, int $limit = 0): void", |vm, a, _| {
        let t = vm.build_trace(1, a.int(0, 0) & 2 == 0, false, a.int(1, 0).max(0) as usize);
        let text = crate::trace::text(vm, array::val(t), false);
        vm.host.write(&text);
        // SAFETY: ours.
        unsafe { release(array::val(t)) };
        Status::Ok
    }),
    ("phpversion(?string $extension = null): string|false", |_, _, out| {
        text(out, crate::PHP_VERSION.as_bytes())
    }),
];

fn exit(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    let v = a.get(0);
    if v.tag() == STR {
        let t = a.bytes(0).to_vec();
        vm.host.write(&t);
        return vm.exit(0);
    }
    vm.exit(if v.tag() == INT { v.as_int() as i32 & 0xff } else { 0 })
}

/// The class part of a constant's name.
fn class_named(vm: &mut Vm, name: &[u8]) -> Result<Option<*mut crate::class::Class>, Status> {
    match &name.to_ascii_lowercase()[..] {
        b"self" => vm.self_class().map(Some),
        b"parent" => vm.parent_class().map(Some),
        b"static" => vm.self_class().map(Some),
        _ => vm.load_class(name),
    }
}

fn define(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let name = a.bytes(0).to_vec();
    if memchr::memmem::find(&name, b"::").is_some() {
        return vm.throw_value("define(): Argument #1 ($constant_name) cannot be a class constant");
    }
    if a.bool(2, false) {
        crate::tri!(vm.warning("define(): Argument #3 ($case_insensitive) is ignored since declaration of case-insensitive constants is no longer supported"));
    }
    *out = Val::FALSE;
    // The namespace's part of a name has no case.
    let mut key = name.strip_prefix(b"\\").unwrap_or(&name).to_vec();
    if let Some(i) = key.iter().rposition(|&c| c == b'\\') {
        key[..i].make_ascii_lowercase();
    }
    let special = matches!(&key.to_ascii_lowercase()[..], b"true" | b"false" | b"null");
    if special || key == b"__COMPILER_HALT_OFFSET__" || vm.find_constant(&key).is_some() {
        return vm.warning(&format!("Constant {} already defined", String::from_utf8_lossy(&name)));
    }
    let value = if a.get(1).tag() == plugin_api_abi::ARR {
        let mut open = Vec::new();
        match constant_array(a.get(1), &mut open) {
            Some(v) => v,
            None => {
                return vm.throw_value("define(): Argument #2 ($value) cannot be a recursive array");
            }
        }
    } else {
        arg(a, 1)
    };
    vm.constants.insert(Sym(intern(&key)), Constant { value, ext: u32::MAX, deprecated: None });
    *out = Val::TRUE;
    Status::Ok
}

/// A copy of an array without references; `None` for one that contains itself.
fn constant_array(v: Val, open: &mut Vec<*mut howdah_runtime::layout::Arr>) -> Option<Val> {
    use howdah_runtime::layout::Arr;
    let a = v.as_ptr::<Arr>();
    if open.contains(&a) {
        return None;
    }
    open.push(a);
    let t = array::new(0);
    // SAFETY: live array, held by the caller; the copy is fresh.
    let whole = unsafe {
        array::iter(a).all(|(k, p)| {
            let e = howdah_runtime::value::deref(*p);
            let e = if e.tag() == plugin_api_abi::ARR {
                constant_array(e, open)
            } else {
                Some(crate::rt::copy(e))
            };
            e.inspect(|e| array::set(t, k, *e)).is_some()
        })
    };
    open.pop();
    if whole {
        return Some(array::val(t));
    }
    // SAFETY: ours.
    unsafe { release(array::val(t)) };
    None
}

fn trigger(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    use crate::errors::level;
    let lvl = a.int(1, 1024) as u32;
    if !matches!(lvl, level::USER_ERROR | level::USER_WARNING | level::USER_NOTICE | level::USER_DEPRECATED) {
        return vm.throw_value("trigger_error(): Argument #2 ($error_level) must be one of E_USER_ERROR, E_USER_WARNING, E_USER_NOTICE, or E_USER_DEPRECATED");
    }
    if lvl == level::USER_ERROR {
        crate::tri!(vm.deprecated("Passing E_USER_ERROR to trigger_error() is deprecated since 8.4, throw an exception or call exit with a string message instead"));
    }
    *out = Val::TRUE;
    let msg = a.bytes(0).to_vec();
    vm.raise(lvl, &msg)
}
