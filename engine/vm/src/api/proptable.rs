//! The property table of an object as extensions walk it (ArrayObject): declared slots in order, then dynamic properties,
//! each under its mangled name. Nothing here looks at visibility, hooks or types.

use super::{bytes, vm};
use crate::class::Class;
use crate::classes::class_text;
use crate::classes::refs::add_source;
use crate::classes::table::mangled;
use crate::rt::release;
use howdah_runtime::array::{self, Key};
use howdah_runtime::interner::intern;
use howdah_runtime::layout::Obj;
use howdah_runtime::value;
use plugin_api_abi::flags::READONLY;
use plugin_api_abi::{CtxRaw, REF, Status, StrHdr, StrSlice, Val};

/// Where an entry is.
enum Place {
    Slot(usize),
    Dynamic(u32),
    Nowhere,
}

fn class<'a>(o: *mut Obj) -> &'a Class {
    // SAFETY: live object.
    unsafe { &*(*o).class.cast::<Class>() }
}

fn place(o: *mut Obj, pos: u32) -> Place {
    let slots = class(o).slot_infos.len() as u32;
    if pos < slots {
        return Place::Slot(pos as usize);
    }
    // SAFETY: live object.
    unsafe {
        if (*o).props.is_null() || pos - slots >= (*(*o).props).used {
            Place::Nowhere
        } else {
            Place::Dynamic(pos - slots)
        }
    }
}

pub(super) unsafe extern "C" fn table_next(o: Val, pos: u32) -> u32 {
    let o = o.as_ptr::<Obj>();
    let c = class(o);
    let slots = c.slot_infos.len() as u32;
    // SAFETY: live object with the slots of its class.
    unsafe {
        for i in pos..slots {
            if !c.slot_infos[i as usize].is_null() && !(*Obj::slot(o, i as usize)).is_undef() {
                return i;
            }
        }
        if (*o).props.is_null() {
            return u32::MAX;
        }
        let i = array::next_live((*o).props, pos.max(slots) - slots);
        if i < (*(*o).props).used { slots + i } else { u32::MAX }
    }
}

pub(super) unsafe extern "C" fn table_key(o: Val, pos: u32) -> *mut StrHdr {
    let o = o.as_ptr::<Obj>();
    // SAFETY: live object; infos live as long as their class.
    unsafe {
        match place(o, pos) {
            Place::Slot(i) if !class(o).slot_infos[i].is_null() => mangled(&*class(o).slot_infos[i]),
            Place::Dynamic(i) => match array::key_at((*o).props, i) {
                Key::Str(s) => s,
                Key::Int(n) => intern(itoa::Buffer::new().format(n).as_bytes()),
            },
            _ => core::ptr::null_mut(),
        }
    }
}

pub(super) unsafe extern "C" fn table_at(o: Val, pos: u32) -> *mut Val {
    let o = o.as_ptr::<Obj>();
    // SAFETY: live object.
    unsafe {
        let p = match place(o, pos) {
            Place::Slot(i) => Obj::slot(o, i),
            Place::Dynamic(i) => array::entry_at(array::separate_ptr(&mut (*o).props), i),
            Place::Nowhere => core::ptr::null_mut(),
        };
        if p.is_null() || (*p).is_undef() { core::ptr::null_mut() } else { p }
    }
}

pub(super) unsafe extern "C" fn table_find(o: Val, key: StrSlice) -> u32 {
    let o = o.as_ptr::<Obj>();
    let c = class(o);
    // SAFETY: live object and text; infos live as long as their class.
    unsafe {
        let key = bytes(key);
        for (i, info) in c.slot_infos.iter().enumerate() {
            if !info.is_null() && !(*Obj::slot(o, i)).is_undef() && StrHdr::bytes(mangled(&**info)) == key {
                return i as u32;
            }
        }
        if (*o).props.is_null() {
            return u32::MAX;
        }
        let p = array::find_str((*o).props, intern(key));
        if p.is_null() || (*p).is_undef() {
            return u32::MAX;
        }
        let t = (*o).props;
        (0..(*t).used)
            .find(|&i| core::ptr::eq(array::entry_at(t, i), p))
            .map_or(u32::MAX, |i| c.slot_infos.len() as u32 + i)
    }
}

pub(super) unsafe extern "C" fn table_set(o: Val, key: StrSlice, v: Val) {
    let o = o.as_ptr::<Obj>();
    let c = class(o);
    // SAFETY: live object and text; the share is ours.
    unsafe {
        let name = intern(bytes(key));
        let slot = c.slot_infos.iter().position(|i| !i.is_null() && mangled(&**i) == name);
        let p = match slot {
            Some(i) => Obj::slot(o, i),
            None => {
                if (*o).props.is_null() {
                    (*o).props = array::new(0);
                }
                array::entry_str(array::separate_ptr(&mut (*o).props), name).0
            }
        };
        let p = if (*p).tag() == REF { value::deref_ptr(p) } else { p };
        let old = *p;
        *p = Val { aux: if slot.is_some() { 0 } else { (*p).aux }, ..v };
        release(old);
    }
}

pub(super) unsafe extern "C" fn table_remove(o: Val, pos: u32) -> Val {
    let o = o.as_ptr::<Obj>();
    // SAFETY: live object.
    unsafe {
        match place(o, pos) {
            Place::Slot(i) => {
                let p = Obj::slot(o, i);
                let old = *p;
                *p = Val::UNDEF;
                old.by_parts()
            }
            Place::Dynamic(i) => {
                let t = array::separate_ptr(&mut (*o).props);
                let k = array::key_at(t, i);
                array::remove(t, k).unwrap_or(Val::UNDEF)
            }
            Place::Nowhere => Val::UNDEF,
        }
    }
}

pub(super) unsafe extern "C" fn table_ref(ctx: *mut CtxRaw, o: Val, pos: u32, out: *mut Val) -> Status {
    let object = o.as_ptr::<Obj>();
    // SAFETY: the engine's context; live object; infos live as long as their class.
    unsafe {
        let p = table_at(o, pos);
        if p.is_null() {
            *out = Val::NULL;
            return Status::Ok;
        }
        let info = match place(object, pos) {
            Place::Slot(i) => class(object).slot_infos[i],
            _ => core::ptr::null_mut(),
        };
        if (*p).tag() != REF {
            if !info.is_null() && (*info).flags & READONLY != 0 {
                let msg = format!(
                    "Cannot acquire reference to readonly property {}::${}",
                    class_text((*info).class),
                    crate::rt::lossy((*info).name)
                );
                return vm(ctx).throw(&msg);
            }
            let r = value::make_ref(p);
            if !info.is_null() && (*info).ty.is_some() {
                add_source(r, info);
            }
        }
        *out = copy_ref_share(*p);
        Status::Ok
    }
}

/// A share of a reference.
fn copy_ref_share(v: Val) -> Val {
    howdah_runtime::memory::val_addref(v);
    v.by_parts()
}
