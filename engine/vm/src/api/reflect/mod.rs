//! Introspection: what the engine knows of functions, classes, properties and constants, for reflection and tools.
//!
//! Handles are the VM's own structures; they live as long as the request, a closure's function as long as its object.

mod attributes;
mod classes;
mod funcs;
mod generators;
mod lazy;
mod members;

use crate::func::Func;
use crate::vm::Vm;
use howdah_runtime::string;
use plugin_api_abi::{ConstRaw, ExtDescriptor, FuncRaw, PropRaw, ReflectTable, StrHdr, Val};

/// The table.
pub static TABLE: ReflectTable = ReflectTable {
    size: size_of::<ReflectTable>() as u32,
    reserved: 0,
    function: funcs::function,
    closure_func: funcs::closure_func,
    closure_this: funcs::closure_this,
    closure_called: funcs::closure_called,
    closure_is_fake: funcs::closure_is_fake,
    method: members::method,
    property: members::property,
    constant: members::constant,
    members: members::members,
    func_number: funcs::func_number,
    func_text: funcs::func_text,
    func_class: funcs::func_class,
    func_prototype: funcs::func_prototype,
    func_variables: funcs::func_variables,
    func_call: funcs::func_call,
    func_closure: funcs::func_closure,
    param_number: funcs::param_number,
    param_text: funcs::param_text,
    param_default: funcs::param_default,
    class_number: classes::class_number,
    class_text: classes::class_text,
    class_func: classes::class_func,
    trait_aliases: classes::trait_aliases,
    class_prepare: classes::class_prepare,
    static_get: classes::static_get,
    static_set: classes::static_set,
    prop_number: members::prop_number,
    prop_text: members::prop_text,
    prop_class: members::prop_class,
    prop_hook: members::prop_hook,
    prop_default: members::prop_default,
    const_number: members::const_number,
    const_text: members::const_text,
    const_class: members::const_class,
    const_value: members::const_value,
    attribute_count: attributes::attribute_count,
    attribute_name: attributes::attribute_name,
    attribute_arity: attributes::attribute_arity,
    attribute_argument: attributes::attribute_argument,
    attribute_object: attributes::attribute_object,
    lazy_make: lazy::lazy_make,
    lazy_init: lazy::lazy_init,
    lazy_pending: lazy::lazy_pending,
    lazy_instance: lazy::lazy_instance,
    lazy_prop: lazy::lazy_prop,
    lazy_skip: lazy::lazy_skip,
    raw_get: lazy::raw_get,
    raw_set: lazy::raw_set,
    generator: generators::generator,
    generator_func: generators::generator_func,
    fiber: generators::fiber,
    extension: members::extension,
    global_constant: members::global_constant,
};

/// The function behind a handle.
unsafe fn func<'a>(f: *const FuncRaw) -> &'a Func {
    // SAFETY: handles are functions of the VM.
    unsafe { &*f.cast::<Func>() }
}

/// The property behind a handle.
unsafe fn prop<'a>(p: *const PropRaw) -> &'a crate::class::PropInfo {
    // SAFETY: handles are properties of live classes.
    unsafe { &*p.cast() }
}

/// The constant behind a handle.
unsafe fn konst<'a>(k: *const ConstRaw) -> &'a crate::class::ClassConstant {
    // SAFETY: handles are constants of live classes.
    unsafe { &*k.cast() }
}

/// An interned name as a value.
fn name_val(s: *mut StrHdr) -> Val {
    crate::rt::copy(string::val(s))
}

/// Text or null.
fn text_val(b: Option<&[u8]>) -> Val {
    b.map_or(Val::NULL, string::new_val)
}

/// Name of the extension that a native descriptor is in: `list` picks the extension's descriptors of that kind.
fn extension_name(vm: &Vm, has: impl Fn(&ExtDescriptor) -> bool) -> &[u8] {
    vm.extensions
        .iter()
        .find(|e| has(e.desc))
        // SAFETY: descriptors are static.
        .map_or(b"Core", |e| unsafe { e.desc.name.bytes() })
}
