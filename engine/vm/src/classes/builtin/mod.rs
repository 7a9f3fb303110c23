//! Engine classes beyond the first ones in [`crate::builtin`]: weak references, attributes, internal iterators, and what
//! enums and closures do.

pub mod attributes;
pub mod closures;
pub mod debug;
pub mod enums;
pub mod fibers;
pub mod generators;
pub mod iterator;

use crate::class::{Class, PropInfo, Sym};
use crate::func::{ClassName, RtType};
use crate::native::{NativeClass, class};
use crate::vm::Vm;
use howdah_runtime::{array, interner};
use plugin_api_abi::{Val, type_mask};

/// Registers one class.
pub(crate) fn register(vm: &mut Vm, c: NativeClass) -> *mut Class {
    vm.register_native(class(c), 0)
}

/// Registers the classes of this folder.
pub(crate) fn register_rest(vm: &mut Vm) {
    type_throwables(vm);
    generators::register(vm);
    fibers::register(vm);
    iterator::register(vm);
    attributes::register(vm);
    super::weak::register(vm);
    register(
        vm,
        NativeClass {
            name: "__PHP_Incomplete_Class",
            flags: plugin_api_abi::flags::FINAL | plugin_api_abi::flags::ALLOW_DYNAMIC,
            ..NativeClass::default()
        },
    );
}

/// Keeps the engine's own pointers to its classes, by name.
pub(crate) fn assign_role(vm: &mut Vm, name: &[u8], c: *mut Class) {
    if let Some(slot) = role(&mut vm.ce, name) {
        *slot = c;
    }
}

/// Whether the engine looks for a class of this name.
pub(crate) fn has_role(name: &[u8]) -> bool {
    let mut none = crate::names::CoreClasses::NONE;
    role(&mut none, name).is_some()
}

fn role<'a>(ce: &'a mut crate::names::CoreClasses, name: &[u8]) -> Option<&'a mut *mut Class> {
    Some(match name {
        b"stdClass" => &mut ce.std_class,
        b"Traversable" => &mut ce.traversable,
        b"Iterator" => &mut ce.iterator,
        b"IteratorAggregate" => &mut ce.iterator_aggregate,
        b"ArrayAccess" => &mut ce.array_access,
        b"Countable" => &mut ce.countable,
        b"Stringable" => &mut ce.stringable,
        b"Serializable" => &mut ce.serializable,
        b"UnitEnum" => &mut ce.unit_enum,
        b"BackedEnum" => &mut ce.backed_enum,
        b"Throwable" => &mut ce.throwable,
        b"Exception" => &mut ce.exception,
        b"ErrorException" => &mut ce.error_exception,
        b"Error" => &mut ce.error,
        b"CompileError" => &mut ce.compile_error,
        b"ParseError" => &mut ce.parse_error,
        b"TypeError" => &mut ce.type_error,
        b"ValueError" => &mut ce.value_error,
        b"ArgumentCountError" => &mut ce.argument_count_error,
        b"ArithmeticError" => &mut ce.arithmetic_error,
        b"DivisionByZeroError" => &mut ce.division_by_zero_error,
        b"UnhandledMatchError" => &mut ce.unhandled_match_error,
        b"RequestParseBodyException" => &mut ce.request_parse_body_exception,
        b"Closure" => &mut ce.closure,
        b"Generator" => &mut ce.generator,
        b"ClosedGeneratorException" => &mut ce.closed_generator_exception,
        b"WeakReference" => &mut ce.weak_reference,
        b"WeakMap" => &mut ce.weak_map,
        b"Fiber" => &mut ce.fiber,
        b"FiberError" => &mut ce.fiber_error,
        b"Attribute" => &mut ce.attribute,
        b"ReturnTypeWillChange" => &mut ce.return_type_will_change,
        b"AllowDynamicProperties" => &mut ce.allow_dynamic_properties,
        b"SensitiveParameter" => &mut ce.sensitive_parameter,
        b"SensitiveParameterValue" => &mut ce.sensitive_parameter_value,
        b"Override" => &mut ce.override_,
        b"Deprecated" => &mut ce.deprecated,
        b"InternalIterator" => &mut ce.internal_iterator,
        b"__PHP_Incomplete_Class" => &mut ce.incomplete_class,
        _ => return None,
    })
}

/// Types of Throwable's properties: `private string $string`, `protected string $file`, `protected int $line`,
/// `private array $trace`, `private ?Throwable $previous`.
fn type_throwables(vm: &mut Vm) {
    let builtin = |mask: u32, text: &str| RtType::new(mask, Box::default(), text.into());
    // SAFETY: Throwable is registered.
    let (name, lc) = unsafe { ((*vm.ce.throwable).head.name, (*vm.ce.throwable).lc_name) };
    let previous = RtType::new(
        type_mask::NULL,
        Box::from([Box::from([ClassName { name, lc }]) as Box<[ClassName]>]),
        "?Throwable".into(),
    );
    let types = [
        (&b"string"[..], builtin(type_mask::STRING, "string")),
        (b"file", builtin(type_mask::STRING, "string")),
        (b"line", builtin(type_mask::INT, "int")),
        (b"trace", builtin(type_mask::ARRAY, "array")),
        (b"previous", previous),
    ];
    let empty = array::new(0);
    // SAFETY: nobody else holds it.
    unsafe { array::make_immortal(empty) };
    let set = |c: *mut Class, n: &[u8], f: &mut dyn FnMut(&mut PropInfo)| {
        // SAFETY: registered classes and their property infos are alive.
        unsafe {
            if let Some(&p) = (*c).props.get(&Sym(interner::intern(n))) {
                f(&mut *p);
            }
        }
    };
    for c in [vm.ce.exception, vm.ce.error] {
        for (n, t) in &types {
            set(c, n, &mut |p| p.ty = Some(t.clone()));
        }
    }
    set(vm.ce.error_exception, b"severity", &mut |p| p.ty = Some(builtin(type_mask::INT, "int")));
    for &c in vm.classes.values() {
        // SAFETY: as above.
        unsafe {
            if (*c).is_a(vm.ce.exception) || (*c).is_a(vm.ce.error) {
                let slots = &mut (*c).default_slots;
                slots[crate::errors::slots::TRACE] = array::val(empty);
                // Error's has no default.
                let line = if (*c).is_a(vm.ce.error) { Val::UNDEF } else { Val::int(0) };
                slots[crate::errors::slots::LINE] = line;
                (*c).head.flags |= howdah_runtime::layout::CLASS_TYPED_PROPS;
            }
        }
    }
}
