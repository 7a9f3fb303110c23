//! Functions about classes, objects and functions.

use super::{Entry, arg, text};
use crate::class::{Class, Sym};
use crate::native::Args;
use crate::rt;
use crate::vm::{Callback, Vm};
use howdah_runtime::interner::{intern, lookup};
use howdah_runtime::layout::Obj;
use howdah_runtime::{array, string};
use plugin_api_abi::{OBJ, STR, Status, StrHdr, Val, flags};

fn exists(vm: &mut Vm, a: &Args<'_>, out: &mut Val, ok: fn(u32) -> bool) -> Status {
    let n = a.bytes(0).to_vec();
    match vm.lookup_class(&n, a.bool(1, true)) {
        Ok(c) => {
            // SAFETY: live class.
            *out = Val::bool(c.is_some_and(|c| ok(unsafe { (*c).flags })));
            Status::Ok
        }
        Err(st) => st,
    }
}

fn class_arg(vm: &mut Vm, v: Val) -> Option<*mut Class> {
    // SAFETY: live value.
    unsafe {
        match v.tag() {
            OBJ => Some((*v.as_ptr::<Obj>()).class.cast::<Class>().cast_mut()),
            STR => vm.lookup_class(StrHdr::bytes(v.as_ptr()), true).ok().flatten(),
            _ => None,
        }
    }
}

pub(crate) const LIST: &[Entry] = &[
    ("get_class(object $object = UNKNOWN): string", |vm, a, out| {
        let c =
            if a.is_empty() { Some(vm.scope()).filter(|c| !c.is_null()) } else { class_arg(vm, a.get(0)) };
        // SAFETY: live class.
        *out = c.map_or(Val::FALSE, |c| string::val(unsafe { (*c).head.name }));
        Status::Ok
    }),
    ("class_alias(string $class, string $alias, bool $autoload = true): bool", |vm, a, out| {
        let (name, alias) = (a.bytes(0).to_vec(), a.bytes(1).to_vec());
        let c = match vm.lookup_class(&name, a.bool(2, true)) {
            Ok(c) => c,
            Err(st) => return st,
        };
        *out = Val::FALSE;
        let Some(c) = c else {
            return vm.warning(&format!("Class \"{}\" not found", String::from_utf8_lossy(&name)));
        };
        let alias = alias.strip_prefix(b"\\").unwrap_or(&alias);
        let key = Sym(intern(&alias.to_ascii_lowercase()));
        if vm.classes.contains_key(&key) {
            return vm.warning(&format!("Cannot redeclare class {}", String::from_utf8_lossy(alias)));
        }
        vm.classes.insert(key, c);
        *out = Val::TRUE;
        Status::Ok
    }),
    ("get_class_vars(string $class): array", |vm, a, out| {
        let t = array::new(0);
        if let Some(c) = class_arg(vm, a.get(0)) {
            crate::tri!(vm.update_constants(c));
            let scope = vm.scope();
            // SAFETY: live class.
            unsafe {
                for (k, &p) in &(*c).props {
                    if !vm.prop_visible(&*p, scope) || (*p).slot == u32::MAX {
                        continue;
                    }
                    let v = if (*p).flags & flags::STATIC != 0 {
                        howdah_runtime::value::deref(*(&(*c).static_slots)[(*p).slot as usize])
                    } else {
                        (&(*c).default_slots)[(*p).slot as usize]
                    };
                    if !v.is_undef() {
                        array::set(t, array::Key::Str(k.0), rt::copy(v));
                    }
                }
            }
        }
        *out = array::val(t);
        Status::Ok
    }),
    ("class_exists(string $class, bool $autoload = true): bool", |vm, a, out| {
        exists(vm, a, out, |f| f & (flags::INTERFACE | flags::TRAIT) == 0)
    }),
    ("interface_exists(string $interface, bool $autoload = true): bool", |vm, a, out| {
        exists(vm, a, out, |f| f & flags::INTERFACE != 0)
    }),
    ("trait_exists(string $trait, bool $autoload = true): bool", |vm, a, out| {
        exists(vm, a, out, |f| f & flags::TRAIT != 0)
    }),
    ("enum_exists(string $enum, bool $autoload = true): bool", |vm, a, out| {
        exists(vm, a, out, |f| f & flags::ENUM != 0)
    }),
    ("function_exists(string $function): bool", |vm, a, out| {
        let n = a.bytes(0).strip_prefix(b"\\").unwrap_or(a.bytes(0)).to_ascii_lowercase();
        *out = Val::bool(lookup(&n).is_some_and(|s| vm.functions.contains_key(&Sym(s))));
        Status::Ok
    }),
    ("method_exists($object_or_class, string $method): bool", |vm, a, out| {
        let m = lookup(&a.bytes(1).to_ascii_lowercase());
        let c = class_arg(vm, a.get(0));
        // SAFETY: live class.
        *out =
            Val::bool(matches!((c, m), (Some(c), Some(m)) if unsafe { (*c).methods.contains_key(&Sym(m)) }));
        Status::Ok
    }),
    ("property_exists($object_or_class, string $property): bool", |vm, a, out| {
        let n = intern(a.bytes(1));
        let v = a.get(0);
        let c = class_arg(vm, v);
        // SAFETY: live class and object.
        unsafe {
            let declared = c.is_some_and(|c| (*c).props.contains_key(&Sym(n)));
            let dynamic = v.tag() == OBJ
                && !(*v.as_ptr::<Obj>()).props.is_null()
                && !array::find_str((*v.as_ptr::<Obj>()).props, n).is_null();
            *out = Val::bool(declared || dynamic);
        }
        Status::Ok
    }),
    ("get_object_vars(object $object): array", |vm, a, out| {
        let t = vm.visible_properties(a.get(0).as_ptr(), false);
        *out = array::val(t);
        Status::Ok
    }),
    ("get_class_methods(object|string $object_or_class): array", |vm, a, out| {
        let t = array::new(0);
        if let Some(c) = class_arg(vm, a.get(0)) {
            // SAFETY: live class.
            unsafe {
                for &m in (*c).methods.values() {
                    if vm.can_call(m, c) {
                        let _ = array::push(t, string::val((*m).name));
                    }
                }
            }
        }
        *out = array::val(t);
        Status::Ok
    }),
    ("get_parent_class(object|string $object_or_class = UNKNOWN): string|false", |vm, a, out| {
        let c = if a.is_empty() { Some(vm.scope()) } else { class_arg(vm, a.get(0)) };
        // SAFETY: live class.
        *out = match c.filter(|c| !c.is_null()).map(|c| unsafe { (*c).parent }).filter(|p| !p.is_null()) {
            // SAFETY: as above.
            Some(p) => string::val(unsafe { (*p).head.name }),
            None => Val::FALSE,
        };
        Status::Ok
    }),
    ("is_a(mixed $object_or_class, string $class, bool $allow_string = false): bool", |vm, a, out| {
        let v = a.get(0);
        let c = if v.tag() == OBJ || a.bool(2, false) { class_arg(vm, v) } else { None };
        let k = vm.find_class(a.bytes(1));
        // SAFETY: live classes.
        *out = Val::bool(matches!((c, k), (Some(c), Some(k)) if unsafe { (*c).is_a(k) }));
        Status::Ok
    }),
    (
        "is_subclass_of(mixed $object_or_class, string $class, bool $allow_string = true): bool",
        |vm, a, out| {
            let c = class_arg(vm, a.get(0));
            let k = vm.find_class(a.bytes(1));
            // SAFETY: live classes.
            *out = Val::bool(matches!((c, k), (Some(c), Some(k)) if c != k && unsafe { (*c).is_a(k) }));
            Status::Ok
        },
    ),
    ("spl_object_id(object $object): int", |_, a, out| {
        // SAFETY: live object.
        *out = Val::int(unsafe { (*a.get(0).as_ptr::<Obj>()).handle } as i64);
        Status::Ok
    }),
    ("spl_object_hash(object $object): string", |_, a, out| {
        // SAFETY: live object.
        text(out, format!("{:032x}", unsafe { (*a.get(0).as_ptr::<Obj>()).handle }).as_bytes())
    }),
    (
        "spl_autoload_register(?callable $callback = null, bool $throw = true, bool $prepend = false): bool",
        |vm, a, out| {
            *out = Val::TRUE;
            if a.get(0).is_nullish() {
                return Status::Ok;
            }
            let cb = Callback { callable: arg(a, 0), args: Vec::new() };
            if a.bool(2, false) {
                vm.autoloaders.insert(0, cb)
            } else {
                vm.autoloaders.push(cb)
            }
            Status::Ok
        },
    ),
    ("class_implements($object_or_class, bool $autoload = true): array|false", |vm, a, out| {
        let t = array::new(0);
        if let Some(c) = class_arg(vm, a.get(0)) {
            // SAFETY: live class.
            unsafe {
                for &i in &(*c).interfaces {
                    array::set(t, array::Key::Str((*i).head.name), rt::copy(string::val((*i).head.name)));
                }
            }
        }
        *out = array::val(t);
        Status::Ok
    }),
];
