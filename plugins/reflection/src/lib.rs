//! The Reflection extension: functions, classes, properties and the rest of a program as objects.
//!
//! Everything known comes through [`plugin_api::introspect`]; a class here holds a handle and asks it. What a handle depends
//! on (a Closure, an object) is held beside it.

mod attribute;
mod class;
mod constant;
mod enums;
mod extension;
mod fiber;
mod function;
mod generator;
mod instantiate;
mod lazy;
mod method;
mod parameter;
mod property;
mod reference;
mod support;
mod text;
mod types;

use plugin_api::{Info, php_module};

fn info(page: &mut Info) {
    page.row("Reflection", "enabled");
}

php_module! {
    name: "Reflection",
    version: "8.4.24",
    classes: [
        support::ReflectionException,
        support::Reflection,
        support::Reflector,
        function::ReflectionFunctionAbstract,
        function::ReflectionFunction,
        generator::ReflectionGenerator,
        parameter::ReflectionParameter,
        types::ReflectionType,
        types::ReflectionNamedType,
        types::ReflectionUnionType,
        types::ReflectionIntersectionType,
        method::ReflectionMethod,
        class::ReflectionClass,
        class::ReflectionObject,
        property::PropertyHookType,
        property::ReflectionProperty,
        constant::ReflectionClassConstant,
        extension::ReflectionExtension,
        extension::ReflectionZendExtension,
        reference::ReflectionReference,
        attribute::ReflectionAttribute,
        enums::ReflectionEnum,
        enums::ReflectionEnumUnitCase,
        enums::ReflectionEnumBackedCase,
        fiber::ReflectionFiber,
        constant::ReflectionConstant,
    ],
    minfo: info,
}
