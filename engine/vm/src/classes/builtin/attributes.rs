//! Attribute and the attributes that the engine knows, and SensitiveParameterValue.

use super::register as reg;
use crate::class::{ClassConstant, Sym};
use crate::func::RtType;
use crate::native::{Args, Native, NativeClass};
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_runtime::array;
use howdah_runtime::interner::intern;
use howdah_runtime::layout::Obj;
use plugin_api_abi::flags::{FINAL, NO_DYNAMIC, NOT_SERIALIZABLE, PRIVATE, PUBLIC, READONLY};
use plugin_api_abi::{ConstValue, HandlerTable, INT, Status, UNDEF, Val, type_mask};

/// Names and values of Attribute's constants.
const TARGETS: [(&str, i64); 8] = [
    ("TARGET_CLASS", 1),
    ("TARGET_FUNCTION", 2),
    ("TARGET_METHOD", 4),
    ("TARGET_PROPERTY", 8),
    ("TARGET_CLASS_CONSTANT", 16),
    ("TARGET_PARAMETER", 32),
    ("TARGET_ALL", 63),
    ("IS_REPEATABLE", 64),
];

fn put(o: Val, i: usize, v: Val) {
    // SAFETY: the object's class declares the slot.
    unsafe {
        let p = Obj::slot(o.as_ptr(), i);
        let old = *p;
        *p = copy(v).by_parts();
        release(old);
    }
}

fn construct_attribute(_: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    put(a.this(), 0, if a.get(0).tag() == INT { a.get(0) } else { Val::int(63) });
    Status::Ok
}

fn construct_deprecated(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    // SAFETY: the object's class declares two slots.
    if unsafe { (*Obj::slot(a.this().as_ptr(), 0)).tag() != UNDEF } {
        return vm.throw("Cannot modify readonly property Deprecated::$message");
    }
    for i in 0..2 {
        let v = a.get(i);
        put(a.this(), i, if v.is_undef() { Val::NULL } else { v });
    }
    Status::Ok
}

fn nothing(_: &mut Vm, _: &Args<'_>, _: &mut Val) -> Status {
    Status::Ok
}

fn construct_sensitive(_: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    put(a.this(), 0, a.get(0));
    Status::Ok
}

fn get_value(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    // SAFETY: a SensitiveParameterValue has one slot.
    *out = copy(unsafe { *Obj::slot(a.this().as_ptr(), 0) });
    Status::Ok
}

fn debug_info(_: &mut Vm, _: &Args<'_>, out: &mut Val) -> Status {
    *out = array::val(array::new(0));
    Status::Ok
}

unsafe extern "C" fn hide(_: *mut plugin_api_abi::CtxRaw, _: Val, purpose: u32, out: *mut Val) -> Status {
    if purpose == plugin_api_abi::prop_purpose::DEBUG {
        // SAFETY: the VM's result slot.
        unsafe { *out = array::val(array::new(0)) };
    }
    Status::Ok
}

static HIDDEN: HandlerTable =
    HandlerTable { properties: Some(hide), ..crate::classes::link::STD_HANDLERS_VALUE };

pub(super) fn register(vm: &mut Vm) {
    let c = reg(
        vm,
        NativeClass {
            name: "Attribute",
            flags: FINAL,
            methods: vec![(
                "public __construct(int $flags = Attribute::TARGET_ALL)",
                Some(construct_attribute as Native),
            )],
            props: vec![("int flags", PUBLIC, ConstValue::NONE)],
            ..NativeClass::default()
        },
    );
    for (n, v) in TARGETS {
        let k = ClassConstant {
            value: Val::int(v),
            flags: PUBLIC,
            ty: Some(RtType::new(type_mask::INT, Box::default(), "int".into())),
            class: c,
            is_case: false,
            evaluating: false,
            decl: None,
            desc: core::ptr::null(),
        };
        // SAFETY: just registered.
        unsafe { (*c).consts.insert(Sym(intern(n.as_bytes())), k) };
    }
    let plain = |name| NativeClass {
        name,
        flags: FINAL,
        methods: vec![("public __construct()", Some(nothing as Native))],
        ..NativeClass::default()
    };
    for name in ["ReturnTypeWillChange", "AllowDynamicProperties", "SensitiveParameter", "Override"] {
        reg(vm, plain(name));
    }
    reg(
        vm,
        NativeClass {
            name: "Deprecated",
            flags: FINAL,
            methods: vec![(
                "public __construct(?string $message = null, ?string $since = null)",
                Some(construct_deprecated as Native),
            )],
            props: vec![
                ("?string message", PUBLIC | READONLY, ConstValue::NONE),
                ("?string since", PUBLIC | READONLY, ConstValue::NONE),
            ],
            ..NativeClass::default()
        },
    );
    reg(
        vm,
        NativeClass {
            name: "SensitiveParameterValue",
            flags: FINAL | NO_DYNAMIC | NOT_SERIALIZABLE,
            methods: vec![
                ("public __construct(mixed $value)", Some(construct_sensitive as Native)),
                ("public getValue(): mixed", Some(get_value)),
                ("public __debugInfo(): array", Some(debug_info)),
            ],
            props: vec![("mixed value", PRIVATE | READONLY, ConstValue::NONE)],
            handlers: Some(&HIDDEN),
            ..NativeClass::default()
        },
    );
}
