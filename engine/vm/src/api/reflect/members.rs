//! Members of classes, and the VM's own lists.

use super::funcs::{has_thunk, interned, pending, store};
use super::{konst, name_val, prop, text_val};
use crate::api::{bytes, class, vm};
use crate::class::{Class, ClassConstant, PropInfo, Sym};
use crate::classes::link::SET_MASK;
use crate::rt::copy;
use howdah_bytecode::{ClassConst, Property};
use howdah_runtime::interner::{intern, lookup};
use howdah_runtime::{string, value};
use plugin_api_abi::flags::{
    ABSTRACT, DEPRECATED, FINAL, PRIVATE, PROTECTED, PUBLIC, READONLY, STATIC, VIRTUAL,
};
use plugin_api_abi::reflect::{
    const_number, const_text as ctxt, global_constant as fact, members as list, prop_bits,
    prop_number as num, prop_text as txt,
};
use plugin_api_abi::{
    ClassRaw, ConstRaw, CtxRaw, ExtDescriptor, FuncRaw, MemberVisitor, PropRaw, Status, StrSlice, UNDEF, Val,
};

unsafe fn get<'a>(c: *const ClassRaw) -> &'a Class {
    // SAFETY: handles are live classes.
    unsafe { &*c.cast::<Class>() }
}

pub(super) unsafe extern "C" fn method(c: *const ClassRaw, name: StrSlice) -> *mut FuncRaw {
    // SAFETY: a live handle.
    unsafe {
        lookup(bytes(name))
            .and_then(|n| get(c).methods.get(&Sym(n)))
            .map_or(core::ptr::null_mut(), |f| f.cast())
    }
}

pub(super) unsafe extern "C" fn property(c: *const ClassRaw, name: StrSlice) -> *mut PropRaw {
    // SAFETY: a live handle.
    unsafe {
        lookup(bytes(name))
            .and_then(|n| get(c).props.get(&Sym(n)))
            .map_or(core::ptr::null_mut(), |p| p.cast())
    }
}

pub(super) unsafe extern "C" fn constant(c: *const ClassRaw, name: StrSlice) -> *mut ConstRaw {
    // SAFETY: a live handle; constant tables do not change once a class is linked.
    unsafe {
        lookup(bytes(name))
            .and_then(|n| get(c).consts.get(&Sym(n)))
            .map_or(core::ptr::null_mut(), |k| core::ptr::from_ref(k).cast_mut().cast())
    }
}

pub(super) unsafe extern "C" fn members(
    ctx: *mut CtxRaw,
    c: *const ClassRaw,
    which: u32,
    data: *mut u8,
    visit: MemberVisitor,
) {
    // SAFETY: the engine's context; a live handle; the visitor runs no PHP code.
    unsafe {
        let vm = vm(ctx);
        match which {
            list::METHODS => get(c).methods.iter().for_each(|(n, f)| visit(data, f.cast(), n.0)),
            list::PROPERTIES => get(c).props.iter().for_each(|(n, p)| visit(data, p.cast(), n.0)),
            list::CONSTANTS => get(c)
                .consts
                .iter()
                .for_each(|(n, k)| visit(data, core::ptr::from_ref(k).cast_mut().cast(), n.0)),
            list::INTERFACES => {
                get(c).interfaces.iter().for_each(|&i| visit(data, i.cast(), (*i).head.name));
            }
            list::TRAITS => get(c).traits.iter().for_each(|&t| visit(data, t.cast(), (*t).head.name)),
            list::FUNCTIONS => vm.functions.iter().for_each(|(n, f)| visit(data, f.get().cast(), n.0)),
            list::CLASSES => {
                for c in vm.classes.values().copied().filter(|c| (**c).is_pending()).collect::<Vec<_>>() {
                    vm.link_pending(c);
                }
                vm.classes.iter().for_each(|(n, c)| visit(data, c.cast(), n.0));
            }
            list::GLOBAL_CONSTANTS => {
                vm.constants.iter().for_each(|(n, _)| visit(data, core::ptr::null_mut(), n.0));
            }
            _ => {}
        }
    }
}

// ---- properties ----

fn prop_decl(p: &PropInfo) -> Option<&Property> {
    // SAFETY: scripts are kept until the request ends.
    p.decl.map(|(s, c, i)| unsafe { &(&(&(*s).unit.classes)[c as usize].props)[i as usize] })
}

/// The default as the declaring class's table has it: UNDEF for none, tag PTR for one that waits.
unsafe fn default_slot(p: &PropInfo) -> Val {
    // SAFETY: live class, whose tables do not change once linked.
    unsafe {
        let c = &*p.class;
        if p.flags & STATIC != 0 {
            return c.static_slots.get(p.slot as usize).map_or(Val::UNDEF, |&v| value::deref(*v));
        }
        if p.slot == u32::MAX || prop_decl(p).is_some_and(|d| d.flags & VIRTUAL != 0) {
            return Val::UNDEF;
        }
        c.default_slots.get(p.slot as usize).copied().unwrap_or(Val::UNDEF)
    }
}

pub(super) unsafe extern "C" fn prop_number(p: *const PropRaw, what: u32) -> i64 {
    const SHOWN: u32 =
        PUBLIC | PROTECTED | PRIVATE | STATIC | READONLY | ABSTRACT | FINAL | VIRTUAL | SET_MASK;
    // SAFETY: a live handle.
    unsafe {
        let p = prop(p);
        match what {
            num::FLAGS => {
                let own_virtual = prop_decl(p).map_or(0, |d| d.flags & VIRTUAL);
                ((p.flags & SHOWN) | own_virtual) as i64
            }
            num::BITS => {
                let d = prop_decl(p);
                let has = has_default(p);
                let waits = p.flags & STATIC != 0 || pending(default_slot(p));
                let expression =
                    waits && d.and_then(|d| d.default.as_ref()).is_some_and(|d| has_thunk(&d.value));
                (if d.is_some_and(|d| d.promoted) { prop_bits::PROMOTED as i64 } else { 0 })
                    | (if has { prop_bits::HAS_DEFAULT as i64 } else { 0 })
                    | (if has && !expression { prop_bits::DEFAULT_IS_VALUE as i64 } else { 0 })
            }
            _ => 0,
        }
    }
}

/// Whether a property has a default: written, or the null of an untyped one that is not promoted.
unsafe fn has_default(p: &PropInfo) -> bool {
    match prop_decl(p) {
        Some(d) => d.flags & (VIRTUAL | ABSTRACT) == 0 && (d.default.is_some() || d.ty.is_none()),
        // SAFETY: as the caller's.
        None => unsafe { default_slot(p).tag() != UNDEF },
    }
}

pub(super) unsafe extern "C" fn prop_text(p: *const PropRaw, what: u32, out: *mut Val) {
    // SAFETY: a live handle; the caller's slot.
    unsafe {
        let p = prop(p);
        *out = match what {
            txt::NAME => name_val(p.name),
            txt::DOC => text_val(prop_decl(p).and_then(|d| d.doc.as_deref())),
            txt::TYPE => text_val(p.ty.as_ref().map(|t| t.text.as_bytes())),
            txt::DEFAULT => {
                text_val(prop_decl(p).and_then(|d| d.default.as_ref()).map(|d| d.text.as_bytes()))
            }
            _ => Val::NULL,
        };
    }
}

pub(super) unsafe extern "C" fn prop_class(p: *const PropRaw) -> *mut ClassRaw {
    // SAFETY: a live handle.
    unsafe { prop(p).class.cast() }
}

pub(super) unsafe extern "C" fn prop_hook(p: *const PropRaw, which: u32) -> *mut FuncRaw {
    // SAFETY: a live handle.
    let p = unsafe { prop(p) };
    (if which == 0 { p.get } else { p.set }).cast()
}

pub(super) unsafe extern "C" fn prop_default(ctx: *mut CtxRaw, p: *mut PropRaw, out: *mut Val) -> Status {
    // SAFETY: the engine's context; a live handle; the caller's slot.
    unsafe {
        let (vm, p) = (vm(ctx), prop(p));
        if !has_default(p) {
            *out = Val::UNDEF;
            return Status::Ok;
        }
        // What is declared counts, not what a static property holds now.
        if let Some(d) = prop_decl(p) {
            let Some(def) = &d.default else {
                *out = Val::NULL;
                return Status::Ok;
            };
            let slot = default_slot(p);
            if p.flags & STATIC == 0 && has_thunk(&def.value) && !pending(slot) && !slot.is_undef() {
                *out = copy(slot).by_parts();
                return Status::Ok;
            }
            let script = p.decl.map_or(core::ptr::null(), |d| d.0);
            return store(super::funcs::literal(vm, &def.value, script, p.class), out);
        }
        let v = default_slot(p);
        *out = if pending(v) { Val::UNDEF } else { copy(v) };
        Status::Ok
    }
}

// ---- constants ----

fn const_decl(k: &ClassConstant) -> Option<&ClassConst> {
    // SAFETY: scripts are kept until the request ends.
    k.decl.map(|(s, c, i)| unsafe { &(&(&(*s).unit.classes)[c as usize].consts)[i as usize] })
}

pub(super) unsafe extern "C" fn const_number(k: *const ConstRaw, what: u32) -> i64 {
    // SAFETY: a live handle.
    let k = unsafe { konst(k) };
    match what {
        const_number::FLAGS => {
            let deprecated = const_decl(k)
                .is_some_and(|d| d.attributes.iter().any(|a| a.name.eq_ignore_ascii_case(b"Deprecated")));
            let marked = if deprecated { DEPRECATED } else { k.flags & DEPRECATED };
            ((k.flags & (PUBLIC | PROTECTED | PRIVATE | FINAL)) | marked) as i64
        }
        const_number::IS_CASE => k.is_case as i64,
        _ => 0,
    }
}

pub(super) unsafe extern "C" fn const_text(k: *const ConstRaw, what: u32, out: *mut Val) {
    // SAFETY: a live handle; the caller's slot.
    unsafe {
        let k = konst(k);
        *out = match what {
            ctxt::DOC => text_val(const_decl(k).and_then(|d| d.doc.as_deref())),
            ctxt::TYPE => text_val(k.ty.as_ref().map(|t| t.text.as_bytes())),
            _ => Val::NULL,
        };
    }
}

pub(super) unsafe extern "C" fn const_class(k: *const ConstRaw) -> *mut ClassRaw {
    // SAFETY: a live handle.
    unsafe { konst(k).class.cast() }
}

pub(super) unsafe extern "C" fn const_value(
    ctx: *mut CtxRaw,
    k: *mut ConstRaw,
    name: StrSlice,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; a live handle; the caller's slot.
    unsafe {
        let n = interned(name);
        store(vm(ctx).const_value(k.cast::<ClassConstant>(), n).map(|v| copy(value::deref(*v))), out)
    }
}

// ---- the VM's own lists ----

pub(super) unsafe extern "C" fn extension(ctx: *mut CtxRaw, i: u32) -> *const ExtDescriptor {
    // SAFETY: the engine's context.
    unsafe { vm(ctx).extensions.get(i as usize).map_or(core::ptr::null(), |e| e.desc) }
}

pub(super) unsafe extern "C" fn global_constant(
    ctx: *mut CtxRaw,
    name: StrSlice,
    what: u32,
    out: *mut Val,
) -> u32 {
    // SAFETY: the engine's context; the caller's slot.
    unsafe {
        let vm = vm(ctx);
        let Some(v) = vm.find_constant(bytes(name)) else { return 0 };
        let entry = vm.constants.get(&Sym(intern(bytes(name))));
        *out = match what {
            fact::VALUE => copy(value::deref(v)),
            fact::EXTENSION => {
                // SAFETY: descriptors are static.
                let ext = entry.map(|c| c.ext).filter(|&e| e != u32::MAX);
                let name = ext.map(|e| {
                    vm.extensions
                        .get(e as usize)
                        .filter(|x| e != 0 || declares(x.desc, bytes(name)))
                        .map_or(&b"Core"[..], |x| x.desc.name.bytes())
                });
                name.map_or(Val::NULL, string::new_val)
            }
            fact::DEPRECATED => Val::bool(entry.is_some_and(|c| c.deprecated.is_some())),
            _ => Val::NULL,
        };
        1
    }
}

/// Whether an extension declares a global constant: the engine's own carry the number of the first one.
fn declares(d: &ExtDescriptor, name: &[u8]) -> bool {
    // SAFETY: descriptors are static.
    unsafe { d.constants.get().iter().any(|l| l.get().iter().any(|c| c.name.bytes() == name)) }
}

/// The class behind a handle, for the other parts.
pub(super) fn class_mut(c: *mut ClassRaw) -> *mut Class {
    class(c)
}
