//! Attributes: those of PHP code as compiled, those of natives compiled from their descriptors' text when first asked for.

use super::funcs::{has_thunk, literal, store};
use super::members::class_mut;
use super::{func, konst, name_val, prop};
use crate::api::vm;
use crate::class::{Class, class_flags};
use crate::rt::release;
use crate::script::Script;
use crate::vm::Vm;
use howdah_bytecode::Attribute;
use howdah_runtime::interner::intern;
use howdah_runtime::memory::val_release;
use howdah_runtime::{array, string};
use plugin_api_abi::flags::PUBLIC;
use plugin_api_abi::reflect::owner;
use plugin_api_abi::{AttributeOwner, ClassRaw, CtxRaw, Status, StrSlice, Val};

/// An owner's attributes with what their arguments are evaluated in.
struct Carried<'a> {
    list: &'a [Attribute],
    script: *const Script,
    scope: *mut Class,
}

const NOTHING: Carried<'static> =
    Carried { list: &[], script: core::ptr::null(), scope: core::ptr::null_mut() };

/// Attributes of the engine's own classes.
fn engine_text(class: &[u8]) -> Option<&'static str> {
    Some(match class {
        b"Attribute" | b"AllowDynamicProperties" => "#[\\Attribute(\\Attribute::TARGET_CLASS)]",
        b"ReturnTypeWillChange" | b"Override" => "#[\\Attribute(\\Attribute::TARGET_METHOD)]",
        b"SensitiveParameter" => "#[\\Attribute(\\Attribute::TARGET_PARAMETER)]",
        b"Deprecated" => {
            "#[\\Attribute(\\Attribute::TARGET_METHOD|\\Attribute::TARGET_FUNCTION|\\Attribute::TARGET_CLASS_CONSTANT)]"
        }
        b"stdClass" | b"__PHP_Incomplete_Class" => "#[\\AllowDynamicProperties]",
        _ => return None,
    })
}

/// The text of a native's attributes: written out, or the message of a deprecation alone.
unsafe fn native_text(text: StrSlice, deprecated: bool) -> Option<Vec<u8>> {
    // SAFETY: descriptors are static.
    let t = if text.is_none() { &b""[..] } else { unsafe { text.bytes() } };
    if t.starts_with(b"#[") {
        return Some(t.to_vec());
    }
    if !deprecated {
        return None;
    }
    let since = t.strip_prefix(b" since ").and_then(|r| {
        let at = memchr::memmem::find(r, b", ")?;
        Some((&r[..at], &r[at + 2..]))
    });
    let quote = |b: &[u8]| String::from_utf8_lossy(b).replace('\\', "\\\\").replace('\'', "\\'");
    Some(
        match since {
            Some((since, message)) => {
                format!("#[\\Deprecated(since: '{}', message: '{}')]", quote(since), quote(message))
            }
            None if t.is_empty() => "#[\\Deprecated]".to_owned(),
            None => format!("#[\\Deprecated(message: '{}')]", quote(t)),
        }
        .into_bytes(),
    )
}

/// What the attributes of a native are compiled before.
const FUNCTION: &[u8] = b"function f() {}";
const CLASS: &[u8] = b"class A {}";

/// The attributes that a native's text stands for: those of the PHP declaration `of`, as not every one may stand anywhere.
fn compiled(vm: &mut Vm, key: usize, text: &[u8], of: &[u8], scope: *mut Class) -> Carried<'static> {
    if !vm.cls.native_attributes.contains_key(&key) {
        let code = [text, b" ", of].concat();
        let Ok(script) = vm.host.compile_eval(&code, b"internal attribute") else { return NOTHING };
        vm.cls.native_attributes.insert(key, script);
    }
    let Some(script) = vm.cls.native_attributes.get(&key) else { return NOTHING };
    let script = std::sync::Arc::as_ptr(script);
    // SAFETY: the VM keeps the script as long as it lives.
    let unit = unsafe { &(*script).unit };
    let of_class = unit.classes.first().map(|c| &c.attributes[..]);
    let of_function = || unit.functions.iter().map(|f| &f.attributes[..]).find(|list| !list.is_empty());
    of_class.or_else(of_function).map_or(NOTHING, |list| Carried { list, script, scope })
}

/// The attribute of a native's sensitive parameter.
fn sensitive_parameter(vm: &mut Vm) -> Carried<'static> {
    const KEY: usize = 1;
    if !vm.cls.native_attributes.contains_key(&KEY) {
        let code = b"function f(#[\\SensitiveParameter] $p) {}";
        let Ok(script) = vm.host.compile_eval(code, b"internal attribute") else { return NOTHING };
        vm.cls.native_attributes.insert(KEY, script);
    }
    let Some(script) = vm.cls.native_attributes.get(&KEY) else { return NOTHING };
    let script = std::sync::Arc::as_ptr(script);
    // SAFETY: the VM keeps the script as long as it lives.
    let unit = unsafe { &(*script).unit };
    let list = unit.functions.iter().find_map(|f| f.params.first()).map(|p| &p.attributes[..]);
    list.map_or(NOTHING, |list| Carried { list, script, scope: core::ptr::null_mut() })
}

unsafe fn carried<'a>(vm: &mut Vm, o: &AttributeOwner) -> Carried<'a> {
    // SAFETY: owners are live handles of their kind; scripts are kept until the request ends.
    unsafe {
        match o.kind {
            owner::FUNCTION | owner::PARAMETER => {
                let f = func(o.item.cast());
                if let Some(p) = f.proto.as_ref() {
                    let list = if o.kind == owner::FUNCTION {
                        &p.attributes
                    } else {
                        match p.params.get(o.param as usize) {
                            Some(p) => &p.attributes,
                            None => return NOTHING,
                        }
                    };
                    return Carried { list, script: f.script, scope: f.scope };
                }
                if o.kind == owner::PARAMETER {
                    let sensitive = f.params.get(o.param as usize).is_some_and(|p| p.sensitive);
                    return if sensitive { sensitive_parameter(vm) } else { NOTHING };
                }
                let Some(d) = f.desc.as_ref() else { return NOTHING };
                match native_text(d.attributes, d.flags & plugin_api_abi::flags::DEPRECATED != 0) {
                    Some(t) => compiled(vm, f.desc as usize, &t, FUNCTION, f.scope),
                    None => NOTHING,
                }
            }
            owner::CLASS => {
                let c = &*o.item.cast::<Class>();
                let scope = o.item.cast::<Class>().cast_mut();
                if let Some((script, i)) = c.decl {
                    return Carried {
                        list: &(&(*script).unit.classes)[i as usize].attributes,
                        script,
                        scope,
                    };
                }
                let text = match c.desc.as_ref() {
                    Some(d) if !d.attributes.is_none() => Some(d.attributes.bytes().to_vec()),
                    _ => engine_text(c.name()).map(|t| t.as_bytes().to_vec()),
                };
                match text {
                    Some(t) => compiled(vm, o.item as usize, &t, CLASS, scope),
                    None => NOTHING,
                }
            }
            owner::PROPERTY => {
                let p = prop(o.item.cast());
                p.decl.map_or(NOTHING, |(script, c, i)| Carried {
                    list: &(&(&(*script).unit.classes)[c as usize].props)[i as usize].attributes,
                    script,
                    scope: p.class,
                })
            }
            owner::CONSTANT => {
                let k = konst(o.item.cast());
                if let Some((script, c, i)) = k.decl {
                    let list = &(&(&(*script).unit.classes)[c as usize].consts)[i as usize].attributes;
                    return Carried { list, script, scope: k.class };
                }
                let text = k.desc.as_ref().and_then(|d| {
                    native_text(d.attributes, d.flags & plugin_api_abi::flags::DEPRECATED != 0)
                });
                match text {
                    Some(t) => compiled(vm, k.desc as usize, &t, FUNCTION, k.class),
                    None => NOTHING,
                }
            }
            _ => NOTHING,
        }
    }
}

pub(super) unsafe extern "C" fn attribute_count(ctx: *mut CtxRaw, o: AttributeOwner) -> u32 {
    // SAFETY: the engine's context; a live owner.
    unsafe { carried(vm(ctx), &o).list.len() as u32 }
}

pub(super) unsafe extern "C" fn attribute_name(ctx: *mut CtxRaw, o: AttributeOwner, i: u32, out: *mut Val) {
    // SAFETY: the engine's context; a live owner; the caller's slot.
    unsafe {
        if let Some(a) = carried(vm(ctx), &o).list.get(i as usize) {
            *out = name_val(intern(&a.name));
        }
    }
}

pub(super) unsafe extern "C" fn attribute_arity(ctx: *mut CtxRaw, o: AttributeOwner, i: u32) -> u32 {
    // SAFETY: the engine's context; a live owner.
    unsafe { carried(vm(ctx), &o).list.get(i as usize).map_or(0, |a| a.args.len() as u32) }
}

pub(super) unsafe extern "C" fn attribute_argument(
    ctx: *mut CtxRaw,
    o: AttributeOwner,
    i: u32,
    n: u32,
    text: u32,
    name: *mut Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; a live owner; the caller's slots.
    unsafe {
        let vm = vm(ctx);
        let c = carried(vm, &o);
        let attribute = c.list.get(i as usize);
        let Some((key, l)) = attribute.and_then(|a| a.args.get(n as usize)) else {
            *out = Val::UNDEF;
            return Status::Ok;
        };
        *name = key.as_ref().map_or(Val::NULL, |k| string::val(intern(k)));
        if text != 0 {
            let shown = attribute.and_then(|a| a.texts.get(n as usize)).filter(|_| has_thunk(l));
            *out = shown.map_or(Val::UNDEF, |t| string::new_val(t.as_bytes()));
            return Status::Ok;
        }
        store(literal(vm, l, c.script, c.scope), out)
    }
}

pub(super) unsafe extern "C" fn attribute_object(
    ctx: *mut CtxRaw,
    o: AttributeOwner,
    i: u32,
    class: *mut ClassRaw,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; a live owner and class; the caller's slot; the array is ours.
    unsafe {
        let vm = vm(ctx);
        let c = carried(vm, &o);
        let Some(a) = c.list.get(i as usize) else { return Status::Ok };
        let mut object = Val::NULL;
        crate::tri!(vm.instantiate(class_mut(class), &mut object));
        let args = array::new(0);
        let mut st = Status::Ok;
        for (key, l) in &a.args {
            match literal(vm, l, c.script, c.scope) {
                Ok(v) => match key {
                    Some(k) => array::set_bytes(args, k, v),
                    None => {
                        let _ = array::push(args, v);
                    }
                },
                Err(e) => {
                    st = e;
                    break;
                }
            }
        }
        if st == Status::Ok {
            st = construct(vm, class_mut(class), object, args);
        }
        array::release_arr(args);
        if st == Status::Ok {
            *out = object;
        } else {
            (*object.as_ptr::<howdah_runtime::layout::Obj>()).hdr.info |=
                howdah_runtime::layout::HDR_DTOR_DONE;
            val_release(object);
        }
        st
    }
}

/// Runs an attribute's constructor.
unsafe fn construct(
    vm: &mut Vm,
    class: *mut Class,
    object: Val,
    args: *mut howdah_runtime::layout::Arr,
) -> Status {
    // SAFETY: live class, object and arguments.
    unsafe {
        let c = &*class;
        let ctor = c.magic.ctor;
        let name = crate::classes::class_text(c);
        if ctor.is_null() {
            if array::count(args) != 0 {
                return vm.throw(&format!(
                    "Attribute class {name} does not have a constructor, cannot pass arguments"
                ));
            }
            return Status::Ok;
        }
        if (*ctor).flags & PUBLIC == 0 && c.flags & class_flags::INTERNAL == 0 {
            return vm.throw(&format!("Attribute constructor of class {name} must be public"));
        }
        let t =
            crate::call::Target { func: ctor, this: object, called: class, closure: core::ptr::null_mut() };
        let mut r = Val::NULL;
        let st = vm.call_target_array(&t, args, &mut r);
        release(r);
        st
    }
}
