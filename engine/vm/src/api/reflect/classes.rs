//! Classes as a whole, and their static properties.

use super::funcs::{interned, store};
use super::{extension_name, name_val, text_val};
use crate::api::{class, vm};
use crate::class::{Class, Sym, class_flags};
use crate::rt::copy;
use crate::vm::Vm;
use howdah_bytecode::{ClassDecl, TraitRule, fetch};
use howdah_runtime::{array, string, value};
use plugin_api_abi::flags::{ABSTRACT, ENUM, INTERFACE, TRAIT, UNCLONEABLE};
use plugin_api_abi::reflect::{class_bits, class_number as num, class_text as txt};
use plugin_api_abi::{ClassDesc, ClassRaw, CtxRaw, FuncRaw, Status, StrSlice, Val};

unsafe fn get<'a>(c: *const ClassRaw) -> &'a Class {
    // SAFETY: handles are live classes.
    unsafe { &*c.cast::<Class>() }
}

/// The declaration of a user class.
pub(super) fn decl(c: &Class) -> Option<&ClassDecl> {
    // SAFETY: scripts are kept until the request ends.
    c.decl.map(|(s, i)| unsafe { &(&(*s).unit.classes)[i as usize] })
}

pub(super) unsafe extern "C" fn class_number(c: *const ClassRaw, what: u32) -> i64 {
    // SAFETY: a live handle.
    let c = unsafe { get(c) };
    match what {
        num::BITS => bits(c) as i64,
        num::START_LINE => decl(c).map_or(0, |d| d.start_line as i64),
        num::END_LINE => decl(c).map_or(0, |d| d.end_line as i64),
        num::ENUM_BACKING => c.enum_backing as i64,
        _ => 0,
    }
}

fn bits(c: &Class) -> u32 {
    // SAFETY: handlers are never null; methods live as long as their classes.
    let (handlers, abstract_method) =
        unsafe { (&*c.head.handlers, c.methods.values().any(|&f| (*f).flags & ABSTRACT != 0)) };
    let closure = c.name() == b"Closure";
    let native = c.head.native_size != 0 || !c.native_base.is_null();
    let cloneable = c.flags & (UNCLONEABLE | ENUM) == 0 && (!native || closure || handlers.clone.is_some());
    [
        (c.flags & class_flags::INTERNAL != 0, class_bits::INTERNAL),
        (c.flags & class_flags::ANONYMOUS != 0, class_bits::ANONYMOUS),
        (c.flags & class_flags::EXPLICIT_ABSTRACT != 0, class_bits::EXPLICIT_ABSTRACT),
        (abstract_method && c.flags & (INTERFACE | TRAIT) == 0, class_bits::IMPLICIT_ABSTRACT),
        (cloneable, class_bits::CLONEABLE),
        (native, class_bits::NATIVE),
        (handlers.get_iterator.is_some(), class_bits::ITERABLE),
        (handlers.properties.is_some(), class_bits::LISTS_PROPERTIES),
    ]
    .iter()
    .filter(|b| b.0)
    .fold(0, |all, b| all | b.1)
}

pub(super) unsafe extern "C" fn class_text(ctx: *mut CtxRaw, c: *const ClassRaw, what: u32, out: *mut Val) {
    // SAFETY: the engine's context; a live handle; the caller's slot; scripts are kept.
    unsafe {
        let c = get(c);
        *out = match what {
            txt::DOC => text_val(decl(c).and_then(|d| d.doc.as_deref())),
            txt::FILE => c.decl.map_or(Val::NULL, |(s, _)| name_val((*s).file)),
            txt::EXTENSION if c.flags & class_flags::INTERNAL != 0 => {
                text_val(Some(extension_of(vm(ctx), c)))
            }
            _ => Val::NULL,
        };
    }
}

/// Name of the extension that an internal class is of.
pub(super) fn extension_of<'v>(vm: &'v Vm, c: &Class) -> &'v [u8] {
    let desc: *const ClassDesc = c.desc;
    // SAFETY: descriptors are static.
    extension_name(vm, |d| unsafe { d.classes.get() }.iter().any(|k| core::ptr::eq(*k, desc)))
}

pub(super) unsafe extern "C" fn class_func(c: *const ClassRaw, what: u32) -> *mut FuncRaw {
    // SAFETY: a live handle.
    let m = unsafe { &get(c).magic };
    match what {
        0 => m.ctor.cast(),
        1 => m.clone.cast(),
        _ => core::ptr::null_mut(),
    }
}

pub(super) unsafe extern "C" fn trait_aliases(c: *const ClassRaw, out: *mut Val) {
    // SAFETY: a live handle; the caller's slot; the array is fresh.
    unsafe {
        let c = get(c);
        let table = array::new(0);
        for rule in decl(c).map_or(&[][..], |d| &d.trait_rules) {
            let TraitRule::Alias { from, method, alias: Some(alias), .. } = rule else { continue };
            let of = match from {
                Some(n) => n.to_vec(),
                None => trait_with(c, method).map_or(Vec::new(), |t| t.name().to_vec()),
            };
            let text = [&of[..], b"::", method].concat();
            array::set_bytes(table, alias, string::new_val(&text));
        }
        *out = array::val(table);
    }
}

/// The first used trait that has a method.
fn trait_with<'a>(c: &'a Class, method: &[u8]) -> Option<&'a Class> {
    let key = Sym(crate::call::lower(method)?);
    // SAFETY: traits live as long as the VM's request.
    c.traits.iter().map(|&t| unsafe { &*t }).find(|t| t.methods.contains_key(&key))
}

pub(super) unsafe extern "C" fn class_prepare(ctx: *mut CtxRaw, c: *mut ClassRaw) -> Status {
    // SAFETY: the engine's context; a live handle.
    unsafe { vm(ctx).update_constants(class(c)) }
}

pub(super) unsafe extern "C" fn static_get(
    ctx: *mut CtxRaw,
    c: *mut ClassRaw,
    name: StrSlice,
    quiet: u32,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; a live handle; the caller's slot.
    unsafe {
        let n = interned(name);
        let mode = if quiet != 0 { fetch::IS } else { fetch::R };
        let found = vm(ctx).with_scope(class(c), |v| v.static_prop(class(c), n, mode));
        store(found.map(|p| p.map_or(Val::UNDEF, |p| copy(value::deref(*p)))), out)
    }
}

pub(super) unsafe extern "C" fn static_set(
    ctx: *mut CtxRaw,
    c: *mut ClassRaw,
    name: StrSlice,
    v: Val,
) -> Status {
    // SAFETY: the engine's context; a live handle and value.
    unsafe {
        let (vm, n) = (vm(ctx), interned(name));
        match vm.with_scope(class(c), |v| v.static_prop(class(c), n, fetch::W)) {
            Ok(Some(p)) => crate::rt::assign_cv(vm, p, copy(value::deref(v))),
            Ok(None) => Status::Ok,
            Err(st) => st,
        }
    }
}
