//! Classes that the engine itself defines.

use crate::class::Class;
use crate::dispatch::generators::{free_gen, gen_of};
use crate::errors::slots;
use crate::native::{Args, Native, NativeClass, class};
use crate::rt;
use crate::vm::Vm;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::{string, value};
use plugin_api_abi::{ARR, ConstValue, HandlerTable, INT, OBJ, STR, Status, StrHdr, Val, flags};

fn slot(a: &Args<'_>, i: usize) -> Val {
    // SAFETY: methods of throwables run on throwables.
    value::deref(unsafe { *Obj::slot(a.this().as_ptr(), i) })
}

macro_rules! getter {
    ($name:ident, $slot:ident) => {
        fn $name(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
            *out = rt::copy(slot(a, slots::$slot));
            Status::Ok
        }
    };
}
getter!(get_message, MESSAGE);
getter!(get_code, CODE);
getter!(get_file, FILE);
getter!(get_line, LINE);
getter!(get_trace, TRACE);
getter!(get_previous, PREVIOUS);

unsafe fn put(o: *mut Obj, i: usize, v: Val) {
    // SAFETY: the caller's object has the slot.
    unsafe {
        let p = value::deref_ptr(Obj::slot(o, i));
        let old = *p;
        array::store(p, rt::copy(v));
        rt::release(old);
    }
}

fn construct(_: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    let o = a.this().as_ptr::<Obj>();
    // SAFETY: throwables have these slots.
    unsafe {
        if a.get(0).tag() == STR {
            put(o, slots::MESSAGE, a.get(0));
        }
        if a.get(1).tag() == INT {
            put(o, slots::CODE, a.get(1));
        }
        if a.get(2).tag() == OBJ {
            put(o, slots::PREVIOUS, a.get(2));
        }
    }
    Status::Ok
}

fn construct_error_exception(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let st = construct(vm, a, out);
    let o = a.this().as_ptr::<Obj>();
    // SAFETY: ErrorException has severity behind Throwable's slots.
    unsafe {
        put(o, 7, if a.get(2).tag() == INT { a.get(2) } else { Val::int(1) });
        if a.get(3).tag() == STR {
            put(o, slots::FILE, a.get(3));
            put(o, slots::LINE, if a.get(4).tag() == INT { a.get(4) } else { Val::int(0) });
        } else if a.get(4).tag() == INT {
            put(o, slots::LINE, a.get(4));
        }
        if a.get(5).tag() == OBJ {
            put(o, slots::PREVIOUS, a.get(5));
        }
    }
    st
}

fn get_severity(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = rt::copy(slot(a, 7));
    Status::Ok
}

/// One argument in a trace line.
fn trace_arg(v: Val, out: &mut String) {
    let v = value::deref(v);
    // SAFETY: live value.
    unsafe {
        match v.tag() {
            STR => {
                let s = StrHdr::bytes(v.as_ptr());
                out.push('\'');
                out.push_str(&String::from_utf8_lossy(&s[..s.len().min(15)]));
                out.push_str(if s.len() > 15 { "...'" } else { "'" });
            }
            ARR => out.push_str("Array"),
            OBJ => {
                out.push_str("Object(");
                let n = (*(*v.as_ptr::<Obj>()).class.cast::<Class>()).name();
                out.push_str(&String::from_utf8_lossy(n.split(|&c| c == 0).next().unwrap_or(n)));
                out.push(')');
            }
            INT => out.push_str(&v.as_int().to_string()),
            plugin_api_abi::DBL => out.push_str(&howdah_runtime::number::format_float(v.as_dbl(), 17)),
            plugin_api_abi::TRUE => out.push_str("true"),
            plugin_api_abi::FALSE => out.push_str("false"),
            plugin_api_abi::RES => {
                out.push_str(&format!("Resource id #{}", (*v.as_ptr::<howdah_runtime::layout::Res>()).id))
            }
            _ => out.push_str("NULL"),
        }
    }
}

/// A trace array as getTraceAsString prints it.
pub(crate) fn trace_text(trace: Val) -> String {
    let mut out = String::new();
    let mut n = 0;
    // SAFETY: live array.
    unsafe {
        let text = |a: *mut Arr, k: &[u8]| -> Option<String> {
            let p = array::find_bytes(a, k);
            (!p.is_null()).then(|| value::deref(*p)).filter(|v| v.tag() == STR).map(|v| rt::lossy(v.as_ptr()))
        };
        if trace.tag() == ARR {
            for (_, e) in array::iter(trace.as_ptr()) {
                let e = value::deref(*e);
                if e.tag() != ARR {
                    continue;
                }
                let e = e.as_ptr::<Arr>();
                out.push_str(&format!("#{n} "));
                match text(e, b"file") {
                    Some(f) => {
                        let l = array::find_bytes(e, b"line");
                        let l = if l.is_null() { 0 } else { value::deref(*l).as_int() };
                        out.push_str(&format!("{f}({l}): "));
                    }
                    None => out.push_str("[internal function]: "),
                }
                out.push_str(&text(e, b"class").unwrap_or_default());
                out.push_str(&text(e, b"type").unwrap_or_default());
                out.push_str(&text(e, b"function").unwrap_or_default());
                out.push('(');
                let args = array::find_bytes(e, b"args");
                if !args.is_null() && (*args).tag() == ARR {
                    let mut first = true;
                    for (k, v) in array::iter((*args).as_ptr()) {
                        if !first {
                            out.push_str(", ");
                        }
                        first = false;
                        if let Key::Str(s) = k {
                            out.push_str(&format!("{}: ", rt::lossy(s)));
                        }
                        trace_arg(*v, &mut out);
                    }
                }
                out.push_str(")\n");
                n += 1;
            }
        }
    }
    out.push_str(&format!("#{n} {{main}}"));
    out
}

fn get_trace_as_string(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = string::new_val(trace_text(slot(a, slots::TRACE)).as_bytes());
    Status::Ok
}

fn throwable_to_string(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let mut text = String::new();
    let mut e = a.this();
    // SAFETY: throwables have these slots.
    unsafe {
        while e.tag() == OBJ {
            let o = e.as_ptr::<Obj>();
            let get = |i| value::deref(*Obj::slot(o, i));
            let class = String::from_utf8_lossy((*(*o).class.cast::<Class>()).name()).into_owned();
            let mut msg = Val::NULL;
            let _ = rt::to_str(get(slots::MESSAGE), &mut msg);
            let mut msg = if msg.tag() == STR { rt::lossy(msg.as_ptr()) } else { String::new() };
            if matches!(&*class, "TypeError" | "ArgumentCountError") && msg.contains(", called in ") {
                msg.push_str(" and defined");
            }
            let file = get(slots::FILE);
            let file = if file.tag() == STR { rt::lossy(file.as_ptr()) } else { String::new() };
            let line = get(slots::LINE).as_int();
            let head = if msg.is_empty() {
                format!("{class} in {file}:{line}")
            } else {
                format!("{class}: {msg} in {file}:{line}")
            };
            let this = format!("{head}\nStack trace:\n{}", trace_text(get(slots::TRACE)));
            text = if text.is_empty() { this } else { format!("{this}\n\nNext {text}") };
            e = get(slots::PREVIOUS);
        }
    }
    *out = string::new_val(text.as_bytes());
    Status::Ok
}

// ---- Closure ----

fn closure_bind(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    crate::classes::builtin::closures::bind(vm, a.get(0), a.get(1), a.get(2), out)
}
fn closure_bind_to_m(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    crate::classes::builtin::closures::bind(vm, a.this(), a.get(0), a.get(1), out)
}
fn closure_call(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let mut bound = Val::NULL;
    crate::tri!(crate::classes::builtin::closures::bind(vm, a.this(), a.get(0), a.get(0), &mut bound));
    if bound.tag() != OBJ {
        return Status::Ok;
    }
    let args: Vec<Val> = (1..a.len()).map(|i| a.get(i)).collect();
    let st = vm.call_callable(bound, &args, out);
    // SAFETY: ours.
    unsafe { rt::release(bound) };
    st
}
fn closure_from_callable(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let v = a.get(0);
    // SAFETY: live value.
    unsafe {
        if v.tag() == OBJ && (*v.as_ptr::<Obj>()).class.cast::<Class>().cast_mut() == vm.ce.closure {
            *out = rt::copy(v);
            return Status::Ok;
        }
        match vm.resolve_callable(v, true) {
            Ok(Some(t)) => {
                *out = vm.new_closure(t.func, (*t.func).scope, t.this, t.called, Vec::new(), true);
                Status::Ok
            }
            Ok(None) => vm.throw_type("Failed to create closure from callable: no array or string given"),
            Err(st) => st,
        }
    }
}

// ---- Generator ----

fn generator(a: &Args<'_>) -> *mut Obj {
    a.this().as_ptr()
}
fn gen_current(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    crate::tri!(vm.gen_start(generator(a)));
    // SAFETY: a Generator.
    *out = unsafe { rt::copy(value::deref(gen_of(generator(a)).value)) };
    Status::Ok
}
fn gen_key(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    crate::tri!(vm.gen_start(generator(a)));
    // SAFETY: a Generator.
    *out = unsafe { rt::copy(gen_of(generator(a)).key) };
    Status::Ok
}
fn gen_next(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    // SAFETY: a Generator.
    let g = unsafe { gen_of(generator(a)) };
    if !g.started {
        return vm.gen_start(generator(a));
    }
    g.moved = true;
    vm.gen_resume(generator(a), None)
}
fn gen_valid(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    crate::tri!(vm.gen_start(generator(a)));
    // SAFETY: a Generator.
    *out = Val::bool(unsafe { !gen_of(generator(a)).done });
    Status::Ok
}
fn gen_rewind(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    crate::tri!(vm.gen_start(generator(a)));
    // SAFETY: a Generator.
    if unsafe { gen_of(generator(a)).moved } {
        return vm.throw_error(vm.ce.exception, "Cannot rewind a generator that was already run");
    }
    Status::Ok
}
fn gen_send(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let o = generator(a);
    crate::tri!(vm.gen_start(o));
    // SAFETY: a Generator with a suspended frame.
    unsafe {
        let g = gen_of(o);
        if g.done {
            return Status::Ok;
        }
        g.moved = true;
        if let Some(i) = g.send_slot
            && !g.frame.is_empty()
        {
            g.frame[i] = rt::copy(a.get(0));
        }
        crate::tri!(vm.gen_resume(o, None));
        *out = rt::copy(value::deref(gen_of(o).value));
    }
    Status::Ok
}
fn gen_throw(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let o = generator(a);
    crate::tri!(vm.gen_start(o));
    // SAFETY: a Generator.
    unsafe {
        let e = rt::copy(a.get(0));
        if gen_of(o).done {
            return vm.throw_object(e);
        }
        crate::tri!(vm.gen_resume(o, Some(e)));
        *out = rt::copy(value::deref(gen_of(o).value));
    }
    Status::Ok
}
fn gen_get_return(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    // SAFETY: a Generator.
    let g = unsafe { gen_of(generator(a)) };
    if g.ret.is_undef() {
        return vm
            .throw_error(vm.ce.exception, "Cannot get return value of a generator that hasn't returned");
    }
    *out = rt::copy(g.ret);
    Status::Ok
}

fn throwable(name: &'static str) -> NativeClass {
    let s = |t: &'static str| ConstValue::string(t);
    let null = ConstValue::scalar(Val::NULL);
    NativeClass {
        name,
        interfaces: &["Throwable"],
        methods: vec![
            (
                "public __construct(string $message = \"\", int $code = 0, ?Throwable $previous = null)",
                Some(construct as Native),
            ),
            ("public __wakeup(): ~void", Some(|_, _, _| Status::Ok)),
            ("final public getMessage(): string", Some(get_message)),
            ("final public getCode()", Some(get_code)),
            ("final public getFile(): string", Some(get_file)),
            ("final public getLine(): int", Some(get_line)),
            ("final public getTrace(): array", Some(get_trace)),
            ("final public getPrevious(): ?Throwable", Some(get_previous)),
            ("final public getTraceAsString(): string", Some(get_trace_as_string)),
            ("public __toString(): string", Some(throwable_to_string)),
        ],
        props: vec![
            ("message", flags::PROTECTED, s("")),
            ("string", flags::PRIVATE, s("")),
            ("code", flags::PROTECTED, ConstValue::scalar(Val::int(0))),
            ("file", flags::PROTECTED, s("")),
            ("line", flags::PROTECTED, ConstValue::scalar(Val::int(0))),
            ("trace", flags::PRIVATE, null),
            ("previous", flags::PRIVATE, null),
        ],
        ..NativeClass::default()
    }
}

static CLOSURE_HANDLERS: HandlerTable = {
    // SAFETY: every entry is an optional function pointer, for which zero is `None`.
    let mut t: HandlerTable = unsafe { core::mem::zeroed() };
    t.roots = Some(crate::closure::closure_roots);
    t
};

/// Registers the engine's classes.
pub fn register(vm: &mut Vm) {
    let interface = |name, interfaces, methods: &[&'static str]| NativeClass {
        name,
        interfaces,
        flags: flags::INTERFACE,
        methods: methods.iter().map(|m| (*m, None)).collect(),
        ..NativeClass::default()
    };
    let child = |name, parent| NativeClass { name, parent: Some(parent), ..NativeClass::default() };
    let mut reg = |c: NativeClass| vm.register_native(class(c), 0);
    let traversable = reg(interface("Traversable", &[], &[]));
    let iterator = reg(interface(
        "Iterator",
        &["Traversable"],
        &["current(): ~mixed", "next(): ~void", "key(): ~mixed", "valid(): ~bool", "rewind(): ~void"],
    ));
    let iterator_aggregate =
        reg(interface("IteratorAggregate", &["Traversable"], &["getIterator(): ~Traversable"]));
    let array_access = reg(interface(
        "ArrayAccess",
        &[],
        &[
            "offsetExists(mixed $offset): ~bool",
            "offsetGet(mixed $offset): ~mixed",
            "offsetSet(mixed $offset, mixed $value): ~void",
            "offsetUnset(mixed $offset): ~void",
        ],
    ));
    let countable = reg(interface("Countable", &[], &["count(): ~int"]));
    let stringable = reg(interface("Stringable", &[], &["__toString(): string"]));
    let serializable = reg(interface("Serializable", &[], &["serialize()", "unserialize(string $data)"]));
    let unit_enum = reg(interface("UnitEnum", &[], &["static cases(): array"]));
    let backed_enum = reg(interface(
        "BackedEnum",
        &["UnitEnum"],
        &["static from(int|string $value): static", "static tryFrom(int|string $value): ?static"],
    ));
    let th = reg(interface(
        "Throwable",
        &["Stringable"],
        &[
            "getMessage(): string",
            "getCode()",
            "getFile(): string",
            "getLine(): int",
            "getTrace(): array",
            "getPrevious(): ?Throwable",
            "getTraceAsString(): string",
        ],
    ));
    let std_class =
        reg(NativeClass { name: "stdClass", flags: flags::ALLOW_DYNAMIC, ..NativeClass::default() });
    let exception = reg(throwable("Exception"));
    let error_exception = reg(NativeClass {
        methods: vec![
            (
                "public __construct(string $message = \"\", int $code = 0, int $severity = E_ERROR, ?string $filename = null, ?int $line = null, ?Throwable $previous = null)",
                Some(construct_error_exception as Native),
            ),
            ("final public getSeverity(): int", Some(get_severity)),
        ],
        props: vec![("severity", flags::PROTECTED, ConstValue::scalar(Val::int(1)))],
        ..child("ErrorException", "Exception")
    });
    let error = reg(throwable("Error"));
    let compile_error = reg(child("CompileError", "Error"));
    let parse_error = reg(child("ParseError", "CompileError"));
    reg(child("AssertionError", "Error"));
    let type_error = reg(child("TypeError", "Error"));
    let value_error = reg(child("ValueError", "Error"));
    let argument_count_error = reg(child("ArgumentCountError", "TypeError"));
    let arithmetic_error = reg(child("ArithmeticError", "Error"));
    let division_by_zero_error = reg(child("DivisionByZeroError", "ArithmeticError"));
    let unhandled_match_error = reg(child("UnhandledMatchError", "Error"));
    let request_parse_body_exception = reg(child("RequestParseBodyException", "Exception"));
    let closure = reg(NativeClass {
        name: "Closure",
        flags: flags::FINAL | flags::NO_DYNAMIC | flags::NOT_SERIALIZABLE | flags::NOT_INSTANTIABLE,
        methods: vec![
            (
                "public static bind(Closure $closure, ?object $newThis, object|string|null $newScope = \"static\"): ?Closure",
                Some(closure_bind as Native),
            ),
            (
                "public bindTo(?object $newThis, object|string|null $newScope = \"static\"): ?Closure",
                Some(closure_bind_to_m),
            ),
            ("public call(object $newThis, mixed ...$args): mixed", Some(closure_call)),
            ("public static fromCallable(callable $callback): Closure", Some(closure_from_callable)),
        ],
        free: Some(crate::closure::free_closure),
        handlers: Some(&CLOSURE_HANDLERS),
        ..NativeClass::default()
    });
    let generator = reg(NativeClass {
        name: "Generator",
        interfaces: &["Iterator"],
        flags: flags::FINAL
            | flags::NO_DYNAMIC
            | flags::NOT_SERIALIZABLE
            | flags::NOT_INSTANTIABLE
            | flags::UNCLONEABLE,
        methods: vec![
            ("public rewind(): void", Some(gen_rewind as Native)),
            ("public valid(): bool", Some(gen_valid)),
            ("public current(): mixed", Some(gen_current)),
            ("public key(): mixed", Some(gen_key)),
            ("public next(): void", Some(gen_next)),
            ("public send(mixed $value): mixed", Some(gen_send)),
            ("public throw(Throwable $exception): mixed", Some(gen_throw)),
            ("public getReturn(): mixed", Some(gen_get_return)),
        ],
        free: Some(free_gen),
        ..NativeClass::default()
    });
    let closed_generator_exception = reg(child("ClosedGeneratorException", "Exception"));
    vm.ce = crate::names::CoreClasses {
        traversable,
        iterator,
        iterator_aggregate,
        array_access,
        countable,
        stringable,
        serializable,
        unit_enum,
        backed_enum,
        throwable: th,
        std_class,
        exception,
        error_exception,
        error,
        compile_error,
        parse_error,
        type_error,
        value_error,
        argument_count_error,
        arithmetic_error,
        division_by_zero_error,
        unhandled_match_error,
        request_parse_body_exception,
        closure,
        generator,
        closed_generator_exception,
        ..crate::names::CoreClasses::NONE
    };
}
