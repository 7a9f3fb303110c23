//! Classes that the engine itself defines.

use crate::class::Class;
use crate::errors::slots;
use crate::native::{Args, Native, NativeClass, class};
use crate::rt;
use crate::vm::Vm;
use howdah_runtime::array;
use howdah_runtime::layout::Obj;
use howdah_runtime::{string, value};
use plugin_api_abi::{ConstValue, HandlerTable, INT, OBJ, STR, Status, StrHdr, Val, flags};

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

fn get_trace_as_string(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = string::new_val(&crate::trace::text(vm, slot(a, slots::TRACE), true));
    Status::Ok
}

/// A throwable and what it was caused by, the first cause first.
fn throwable_to_string(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let mut seen: Vec<*mut Obj> = Vec::new();
    let mut text: Vec<u8> = Vec::new();
    let mut e = a.this();
    while e.tag() == OBJ && !seen.contains(&e.as_ptr()) {
        let o = e.as_ptr::<Obj>();
        seen.push(o);
        // SAFETY: a live throwable, with the slots of its properties first.
        let (mut this, next) = unsafe { (throwable_head(o), value::deref(*Obj::slot(o, slots::PREVIOUS))) };
        this.extend_from_slice(b"\nStack trace:\n");
        // SAFETY: as above.
        let trace = value::deref(unsafe { *Obj::slot(o, slots::TRACE) });
        this.extend_from_slice(&crate::trace::text(vm, trace, true));
        if !text.is_empty() {
            this.extend_from_slice(b"\n\nNext ");
            this.append(&mut text);
        }
        text = this;
        e = next;
    }
    let v = string::new_val(&text);
    // SAFETY: methods of throwables run on throwables.
    unsafe { put(a.this().as_ptr(), slots::STRING, v) };
    *out = v;
    Status::Ok
}

/// `Class: message in file:line`
unsafe fn throwable_head(o: *mut Obj) -> Vec<u8> {
    // SAFETY: the caller's throwable has these slots.
    unsafe {
        let bytes = |i| {
            let mut t = Val::NULL;
            let st = rt::to_str(value::deref(*Obj::slot(o, i)), &mut t);
            let b = if st == Status::Ok { StrHdr::bytes(t.as_ptr()).to_vec() } else { Vec::new() };
            rt::release(t);
            b
        };
        let class = (*(*o).class.cast::<Class>()).name();
        let mut head = class.to_vec();
        let message = bytes(slots::MESSAGE);
        if !message.is_empty() {
            head.extend_from_slice(b": ");
            head.extend_from_slice(&message);
            if matches!(class, b"TypeError" | b"ArgumentCountError")
                && memchr::memmem::find(&message, b", called in ").is_some()
            {
                head.extend_from_slice(b" and defined");
            }
        }
        head.extend_from_slice(b" in ");
        head.extend_from_slice(&bytes(slots::FILE));
        head.push(b':');
        head.extend_from_slice(&bytes(slots::LINE));
        head
    }
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
    // SAFETY: a fresh closure; the arguments are the frame's.
    unsafe {
        let target = vm.closure_target(bound.as_ptr());
        let args = array::from_vals((1..a.len()).map(|i| rt::copy_ref(a.get(i))));
        if !a.named().is_null() {
            for (k, p) in array::iter(a.named()) {
                array::set(args, k, rt::copy_ref(*p));
            }
        }
        let st = vm.call_target_array(&target, args, out);
        rt::release(array::val(args));
        target.release();
        rt::release(bound);
        st
    }
}
fn closure_from_callable(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let v = a.get(0);
    // SAFETY: live value.
    unsafe {
        if v.tag() == OBJ && (*v.as_ptr::<Obj>()).class.cast::<Class>().cast_mut() == vm.ce.closure {
            *out = rt::copy(v);
            return Status::Ok;
        }
        match vm.callback(v, false) {
            Ok(Ok(t)) => {
                *out = vm.closure_around(t);
                Status::Ok
            }
            Ok(Err(why)) => vm.throw_type(&format!("Failed to create closure from callable: {why}")),
            Err(st) => st,
        }
    }
}

fn throwable(name: &'static str) -> NativeClass {
    let s = |t: &'static str| ConstValue::string(t);
    let null = ConstValue::scalar(Val::NULL);
    NativeClass {
        name,
        interfaces: &["Throwable"],
        flags: flags::UNCLONEABLE,
        methods: vec![
            ("private __clone(): void", Some((|_, _, _| Status::Ok) as Native)),
            (
                "public __construct(string $message = \"\", int $code = 0, ?Throwable $previous = null)",
                Some(construct),
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
    let mut t = crate::classes::link::STD_HANDLERS_VALUE;
    t.roots = Some(crate::closure::closure_roots);
    t.properties = Some(crate::classes::builtin::debug::closure);
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
            (
                "private __construct()",
                Some(|vm, _, _| vm.throw("Instantiation of class Closure is not allowed")),
            ),
            (
                "public static fromCallable(@unchecked callable $callback): Closure",
                Some(closure_from_callable),
            ),
        ],
        free: Some(crate::closure::free_closure),
        handlers: Some(&CLOSURE_HANDLERS),
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
        closed_generator_exception,
        ..crate::names::CoreClasses::NONE
    };
}
