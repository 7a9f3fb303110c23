//! Functions about classes, objects and functions.

use super::Entry;
use crate::class::{Class, PropInfo, Sym};
use crate::classes::class_of;
use crate::native::Args;
use crate::rt;
use crate::vm::Vm;
use howdah_runtime::interner::{intern, lookup};
use howdah_runtime::layout::Obj;
use howdah_runtime::{array, string, value};
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

/// The class that an argument of type object|string names, by PHP's wording where it names none.
fn class_or_object(vm: &mut Vm, a: &Args<'_>, f: &str) -> Result<*mut Class, Status> {
    let v = a.get(0);
    if v.tag() == OBJ {
        return Ok(class_of(v.as_ptr()));
    }
    // SAFETY: live string.
    let name = if v.tag() == STR { unsafe { StrHdr::bytes(v.as_ptr()).to_vec() } } else { Vec::new() };
    match if v.tag() == STR { vm.load_class(&name)? } else { None } {
        Some(c) => Ok(c),
        None => Err(vm.throw_type(&format!(
            "{f}(): Argument #1 ($object_or_class) must be an object or a valid class name, {} given",
            value::value_name(v)
        ))),
    }
}

/// The properties that a class has, its own before its parents'.
fn all_props(c: *mut Class) -> Vec<*mut PropInfo> {
    let mut out: Vec<*mut PropInfo> = Vec::new();
    let mut at = c;
    // SAFETY: live classes and their property infos.
    unsafe {
        while !at.is_null() {
            for &p in &(*at).own_props {
                if !out.iter().any(|&q| (*q).name == (*p).name) {
                    out.push(p);
                }
            }
            at = (*at).parent;
        }
    }
    out
}

fn get_class_vars(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let name = a.bytes(0).to_vec();
    let Some(c) = crate::tri_ok!(vm.load_class(&name)) else {
        return vm.throw_type(&format!(
            "get_class_vars(): Argument #1 ($class) must be a valid class name, {} given",
            String::from_utf8_lossy(&name)
        ));
    };
    crate::tri!(vm.update_constants(c));
    let t = array::new(0);
    let scope = vm.scope();
    // SAFETY: live class with its slots; the table is fresh.
    unsafe {
        for want in [0, flags::STATIC] {
            for p in all_props(c) {
                let own = (*c).props.get(&Sym((*p).name)).copied().unwrap_or(p);
                let p = if (*p).flags & flags::PRIVATE != 0 { p } else { own };
                if (*p).flags & flags::STATIC != want || !vm.prop_visible(&*p, scope) || (*p).slot == u32::MAX
                {
                    continue;
                }
                let v = if want != 0 {
                    value::deref(*(&(*(*p).class).static_slots)[(*p).slot as usize])
                } else {
                    (&(*c).default_slots)[(*p).slot as usize]
                };
                if !v.is_undef() {
                    array::set(t, array::Key::Str((*p).name), rt::copy(v));
                }
            }
        }
    }
    *out = array::val(t);
    Status::Ok
}

fn class_alias(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let (name, alias) = (a.bytes(0).to_vec(), a.bytes(1).to_vec());
    let found = crate::tri_ok!(vm.lookup_class(&name, a.bool(2, true)));
    *out = Val::FALSE;
    let Some(c) = found else {
        return vm.warning(&format!("Class \"{}\" not found", String::from_utf8_lossy(&name)));
    };
    let alias = alias.strip_prefix(b"\\").unwrap_or(&alias);
    let last = alias.rsplit(|&c| c == b'\\').next().unwrap_or(alias).to_ascii_lowercase();
    let shown = String::from_utf8_lossy(alias).into_owned();
    if RESERVED.contains(&&last[..]) {
        let msg = format!("Cannot use \"{shown}\" as a class alias as it is reserved");
        return vm.fatal(crate::errors::level::COMPILE_ERROR, &msg, None);
    }
    if alias == b"_" {
        crate::tri!(vm.deprecated("Using \"_\" as a class alias is deprecated since 8.4"));
    }
    let key = Sym(intern(&alias.to_ascii_lowercase()));
    if vm.classes.contains_key(&key) {
        let msg = crate::classes::lookup::redeclaration_as(c, &shown);
        return vm.warning(&msg);
    }
    vm.enter_class(key, c);
    *out = Val::TRUE;
    Status::Ok
}

/// Names that no class may have.
const RESERVED: [&[u8]; 15] = [
    b"bool",
    b"false",
    b"float",
    b"int",
    b"null",
    b"parent",
    b"self",
    b"static",
    b"string",
    b"true",
    b"void",
    b"never",
    b"iterable",
    b"object",
    b"mixed",
];

fn method_exists(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let v = a.get(0);
    if !matches!(v.tag(), OBJ | STR) {
        return vm.throw_type(&format!(
            "method_exists(): Argument #1 ($object_or_class) must be of type object|string, {} given",
            value::value_name(v)
        ));
    }
    *out = Val::FALSE;
    let Some(c) = class_arg(vm, v) else { return vm.pending() };
    let name = a.bytes(1).to_ascii_lowercase();
    // SAFETY: live class and its methods.
    unsafe {
        let f = lookup(&name).and_then(|m| (*c).methods.get(&Sym(m)).copied());
        *out = Val::bool(match f {
            Some(f) => v.tag() == OBJ || (*f).flags & flags::PRIVATE == 0 || (*f).scope == c,
            None => c == vm.ce.closure && name == b"__invoke",
        });
    }
    Status::Ok
}

fn property_exists(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let v = a.get(0);
    if !matches!(v.tag(), OBJ | STR) {
        return vm.throw_type(&format!(
            "property_exists(): Argument #1 ($object_or_class) must be of type object|string, {} given",
            value::value_name(v)
        ));
    }
    *out = Val::FALSE;
    let Some(c) = class_arg(vm, v) else { return vm.pending() };
    let n = intern(a.bytes(1));
    // SAFETY: live class and object.
    unsafe {
        let declared =
            (*c).props.get(&Sym(n)).is_some_and(|&p| (*p).flags & flags::PRIVATE == 0 || (*p).class == c);
        let there = !declared && v.tag() == OBJ && crate::tri_ok!(vm.has_prop(v.as_ptr(), n, 2));
        *out = Val::bool(declared || there);
    }
    Status::Ok
}

/// The scope that a function without an argument is about, with its deprecation.
fn own_class(vm: &mut Vm, name: &str) -> Result<*mut Class, Status> {
    match vm.deprecated(&format!("Calling {name}() without arguments is deprecated")) {
        Status::Ok => Ok(vm.scope()),
        st => Err(st),
    }
}

fn is_a(vm: &mut Vm, a: &Args<'_>, out: &mut Val, subclass: bool) -> Status {
    let v = a.get(0);
    *out = Val::FALSE;
    let c = match v.tag() {
        OBJ => class_arg(vm, v),
        STR if a.bool(2, subclass) => class_arg(vm, v),
        _ => None,
    };
    let Some(c) = c else { return vm.pending() };
    if let Some(k) = vm.find_class(a.bytes(1)) {
        // SAFETY: live classes.
        *out = Val::bool((!subclass || c != k) && unsafe { (*c).is_a(k) });
    }
    Status::Ok
}

pub(crate) const LIST: &[Entry] = &[
    ("get_class(object $object = UNKNOWN): string", |vm, a, out| {
        let c: *const Class = if a.is_empty() {
            if vm.scope().is_null() {
                return vm.throw("get_class() without arguments must be called from within a class");
            }
            crate::tri_ok!(own_class(vm, "get_class"))
        } else {
            class_of(a.get(0).as_ptr())
        };
        // SAFETY: live class.
        *out = rt::copy(string::val(unsafe { (*c).head.name }));
        Status::Ok
    }),
    ("get_called_class(): string", |vm, _, out| {
        // SAFETY: frames on the stack are complete.
        let c = unsafe {
            let caller = (*crate::frame::frame(vm.fp)).prev;
            if caller.is_null() {
                core::ptr::null_mut()
            } else {
                let fr = &*crate::frame::frame(caller);
                if fr.this.tag() == OBJ { class_of(fr.this.as_ptr()) as *mut Class } else { fr.called }
            }
        };
        if c.is_null() {
            return vm.throw("get_called_class() must be called from within a class");
        }
        // SAFETY: live class.
        *out = rt::copy(string::val(unsafe { (*c).head.name }));
        Status::Ok
    }),
    ("class_alias(string $class, string $alias, bool $autoload = true): bool", class_alias),
    ("get_class_vars(string $class): array", get_class_vars),
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
    ("method_exists($object_or_class, string $method): bool", method_exists),
    ("property_exists($object_or_class, string $property): bool", property_exists),
    ("get_object_vars(object $object): array", |vm, a, out| {
        let t = vm.visible_properties(a.get(0).as_ptr(), false);
        *out = array::val(t);
        Status::Ok
    }),
    ("get_mangled_object_vars(object $object): array", |vm, a, out| {
        let t = vm.properties(a.get(0).as_ptr());
        *out = array::val(t);
        Status::Ok
    }),
    ("get_class_methods(@unchecked object|string $object_or_class): array", |vm, a, out| {
        let c = crate::tri_ok!(class_or_object(vm, a, "get_class_methods"));
        let t = array::new(0);
        // SAFETY: live class and methods.
        unsafe {
            for &m in (*c).methods.values() {
                if vm.can_call(m, c) {
                    let _ = array::push(t, rt::copy(string::val((*m).name)));
                }
            }
        }
        *out = array::val(t);
        Status::Ok
    }),
    ("get_parent_class(@unchecked object|string $object_or_class = UNKNOWN): string|false", |vm, a, out| {
        let c = crate::tri_ok!(if a.is_empty() {
            own_class(vm, "get_parent_class")
        } else {
            class_or_object(vm, a, "get_parent_class")
        });
        *out = Val::FALSE;
        // SAFETY: live classes.
        unsafe {
            if !c.is_null() && !(*c).parent.is_null() {
                *out = rt::copy(string::val((*(*c).parent).head.name));
            }
        }
        Status::Ok
    }),
    ("is_a(mixed $object_or_class, string $class, bool $allow_string = false): bool", |vm, a, out| {
        is_a(vm, a, out, false)
    }),
    (
        "is_subclass_of(mixed $object_or_class, string $class, bool $allow_string = true): bool",
        |vm, a, out| is_a(vm, a, out, true),
    ),
];
