//! Functions that list what there is: classes, functions, constants, files, extensions, resources.

use super::{Entry, text};
use crate::class::class_flags;
use crate::native::Args;
use crate::rt;
use crate::vm::Vm;
use howdah_runtime::layout::Res;
use howdah_runtime::{array, string};
use plugin_api_abi::{PTR, RES, Status, StrHdr, Val, flags};

pub(crate) const LIST: &[Entry] = &[
    ("get_declared_classes(): array", |vm, _, out| declared(vm, out, 0)),
    ("get_declared_interfaces(): array", |vm, _, out| declared(vm, out, flags::INTERFACE)),
    ("get_declared_traits(): array", |vm, _, out| declared(vm, out, flags::TRAIT)),
    ("get_defined_functions(bool $exclude_disabled = true): array", defined_functions),
    ("get_defined_constants(bool $categorize = false): array", defined_constants),
    ("get_included_files(): array", included_files),
    ("get_required_files(): array", included_files),
    ("get_loaded_extensions(bool $zend_extensions = false): array", loaded_extensions),
    ("extension_loaded(string $extension): bool", |vm, a, out| {
        let n = a.bytes(0).to_ascii_lowercase();
        *out = Val::bool(extension_names(vm).iter().any(|e| e.eq_ignore_ascii_case(&n)));
        Status::Ok
    }),
    ("get_extension_funcs(string $extension): array|false", extension_funcs),
    ("get_resource_type($resource): string", |vm, a, out| {
        let r = crate::tri_ok!(resource(vm, a, "get_resource_type"));
        // SAFETY: live resource.
        let name = crate::api::res::type_name_of(unsafe { (*r).type_id });
        text(out, name.as_deref().unwrap_or("Unknown").as_bytes())
    }),
    ("get_resource_id($resource): int", |vm, a, out| {
        let r = crate::tri_ok!(resource(vm, a, "get_resource_id"));
        // SAFETY: live resource.
        *out = Val::int(unsafe { (*r).id });
        Status::Ok
    }),
    ("zend_version(): string", |_, _, out| text(out, b"4.4.24")),
];

fn declared(vm: &mut Vm, out: &mut Val, kind: u32) -> Status {
    let t = array::new(vm.classes.len());
    // SAFETY: classes in the table are alive; names are interned.
    unsafe {
        for (k, &c) in &vm.classes {
            let f = (*c).flags;
            if f & (class_flags::LINKED | class_flags::INTERNAL) != 0
                && f & (flags::INTERFACE | flags::TRAIT) == kind
            {
                let alias = k.0 != (*c).lc_name;
                let name = if alias { k.0 } else { (*c).head.name };
                let _ = array::push(t, rt::copy(string::val(name)));
            }
        }
    }
    *out = array::val(t);
    Status::Ok
}

fn defined_functions(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    if !a.bool(0, true) {
        crate::tri!(
            vm.deprecated("get_defined_functions(): Setting $exclude_disabled to false has no effect")
        );
    }
    let (t, internal, user) = (array::new(2), array::new(0), array::new(0));
    // SAFETY: functions live as long as the VM; the arrays are fresh.
    unsafe {
        for (k, f) in &vm.functions {
            let _ = array::push(if f.is_native() { internal } else { user }, rt::copy(string::val(k.0)));
        }
        array::set_bytes(t, b"internal", array::val(internal));
        array::set_bytes(t, b"user", array::val(user));
    }
    *out = array::val(t);
    Status::Ok
}

fn defined_constants(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let t = array::new(0);
    // SAFETY: constants' names are interned; the arrays are fresh.
    unsafe {
        for (k, c) in &vm.constants {
            if c.value.tag() == PTR || StrHdr::bytes(k.0).first() == Some(&0) {
                continue;
            }
            let v = rt::copy(c.value);
            if !a.bool(0, false) {
                array::set(t, array::Key::Str(k.0), v);
                continue;
            }
            let group: &[u8] = match c.ext {
                u32::MAX => b"user",
                n => vm.home(n, StrHdr::bytes(k.0)),
            };
            let p = array::find_bytes(t, group);
            let inner = if p.is_null() {
                let inner = array::new(0);
                array::set_bytes(t, group, array::val(inner));
                inner
            } else {
                (*p).as_ptr()
            };
            array::set(inner, array::Key::Str(k.0), v);
        }
    }
    *out = array::val(t);
    Status::Ok
}

fn included_files(vm: &mut Vm, _: &Args<'_>, out: &mut Val) -> Status {
    *out = array::val(array::from_vals(vm.included.iter().map(|s| rt::copy(string::val(s.0)))));
    Status::Ok
}

/// Names of the extensions by index; the first is Core.
fn extension_names(vm: &Vm) -> Vec<Vec<u8>> {
    let mut out = vec![b"Core".to_vec()];
    for e in &vm.extensions {
        // SAFETY: descriptors are static.
        let name = unsafe { e.desc.name.bytes() };
        if !name.eq_ignore_ascii_case(b"core") {
            out.push(name.to_vec());
        }
    }
    out
}

fn loaded_extensions(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let names = if a.bool(0, false) { Vec::new() } else { extension_names(vm) };
    *out = array::val(array::from_vals(names.iter().map(|n| string::new_val(n))));
    Status::Ok
}

fn extension_funcs(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let wanted =
        if a.bytes(0).eq_ignore_ascii_case(b"zend") { b"core".to_vec() } else { a.bytes(0).to_vec() };
    *out = Val::FALSE;
    if !extension_names(vm).iter().any(|n| n.eq_ignore_ascii_case(&wanted)) {
        return Status::Ok;
    }
    let t = array::new(0);
    // SAFETY: functions live as long as the VM; the array is fresh.
    unsafe {
        for f in vm.functions.values() {
            if f.is_native() && vm.home(f.ext(), StrHdr::bytes((*f.get()).name)).eq_ignore_ascii_case(&wanted)
            {
                let _ = array::push(t, rt::copy(string::val((*f.get()).name)));
            }
        }
    }
    *out = array::val(t);
    Status::Ok
}

fn resource(vm: &mut Vm, a: &Args<'_>, f: &str) -> Result<*mut Res, Status> {
    let v = a.get(0);
    if v.tag() == RES {
        return Ok(v.as_ptr());
    }
    Err(vm.throw_type(&format!(
        "{f}(): Argument #1 ($resource) must be of type resource, {} given",
        howdah_runtime::value::value_name(v)
    )))
}
