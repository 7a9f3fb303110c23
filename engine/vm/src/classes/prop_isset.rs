//! `isset()` and `unset()` of properties.

use super::props::{IN_GET, IN_ISSET, IN_UNSET, SET_MASK, Where, ok};
use super::{class_of, class_text, name_text};
use crate::class::*;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{HDR_LAZY, HDR_PROXY, Obj};
use howdah_runtime::memory::{obj_val, val_addref};
use howdah_runtime::{string, value};
use plugin_api_abi::flags::{READONLY, VIRTUAL};
use plugin_api_abi::{CtxRaw, NULL, REF, Status, StrHdr, Val};

impl Vm {
    /// isset (0), not empty (1), exists (2).
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    ///
    /// # Errors
    /// A hook or magic method threw.
    pub unsafe fn has_prop(&mut self, o: *mut Obj, name: *mut StrHdr, mode: u32) -> Result<bool, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let c = class_of(o);
            if let Some(f) = (*c.head.handlers).has_prop {
                let ctx: *mut Vm = self;
                let mut r = 2;
                ok(f(ctx.cast::<CtxRaw>(), obj_val(o), string::val(name), mode, &mut r))?;
                if r != 2 {
                    return Ok(r != 0);
                }
            }
            self.has_prop_plain(o, name, mode)
        }
    }

    /// As [`Vm::has_prop`], the class's handlers not asked.
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    ///
    /// # Errors
    /// A hook or magic method threw.
    pub unsafe fn has_prop_plain(
        &mut self,
        o: *mut Obj,
        name: *mut StrHdr,
        mode: u32,
    ) -> Result<bool, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let c = class_of(o);
            let mut word = 0;
            let mut declared = false;
            let place = self.locate(c, name, true)?;
            let v = match place {
                Where::Slot(p) => {
                    let slot = Obj::slot(o, (*p).slot as usize);
                    word = (*slot).aux;
                    declared = true;
                    *slot
                }
                Where::Dynamic if !(*o).props.is_null() => {
                    let p = array::find_str((*o).props, name);
                    if p.is_null() { Val::UNDEF } else { *p }
                }
                Where::Hooked(p) => {
                    let p = &*p;
                    if mode == 2 && p.flags & VIRTUAL != 0 {
                        return Ok(true);
                    }
                    if p.get.is_null() && p.flags & VIRTUAL != 0 && mode != 2 {
                        return Err(self.throw(&format!(
                            "Property {}::${} is write-only",
                            class_text(c),
                            name_text(name)
                        )));
                    }
                    if mode != 2 && !p.get.is_null() {
                        if self.runs_hook(p, o) {
                            let mut r = Val::NULL;
                            val_addref(obj_val(o));
                            let st = self.call_func(p.get, obj_val(o), c, &[], &mut r);
                            release(obj_val(o));
                            ok(st)?;
                            let yes = self.counts(value::deref(r), mode);
                            release(r);
                            return Ok(yes);
                        }
                        if p.flags & VIRTUAL != 0 {
                            return Err(self.no_backing(c, name, true));
                        }
                    }
                    declared = true;
                    let slot = Obj::slot(o, p.slot as usize);
                    word = (*slot).aux | SLOT_UNINIT;
                    *slot
                }
                _ => Val::UNDEF,
            };
            if !v.is_undef() {
                return Ok(self.counts(value::deref(v), mode));
            }
            if word & SLOT_UNINIT == 0 && mode != 2 && !c.magic.isset.is_null() {
                if let Some(real) = self.guarded_instance(o, name, IN_ISSET) {
                    return self.has_prop(real, name, mode);
                }
                if !self.in_guard(o, name, IN_ISSET) {
                    return self.magic_isset(o, c, name, mode);
                }
            }
            if (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 && (!declared || word & SLOT_LAZY != 0) {
                let real = self.lazy_init(o)?;
                if real != o || (*o).hdr.info & HDR_LAZY == 0 {
                    return self.forward(o, real, name, IN_ISSET, |vm| vm.has_prop(real, name, mode));
                }
            }
            Ok(false)
        }
    }

    unsafe fn magic_isset(
        &mut self,
        o: *mut Obj,
        c: &mut Class,
        name: *mut StrHdr,
        mode: u32,
    ) -> Result<bool, Status> {
        // SAFETY: live object.
        unsafe {
            let key = Self::guard_key(o, name);
            let mut r = Val::NULL;
            ok(self.magic(o, c.magic.isset, name, IN_ISSET, None, &mut r))?;
            let mut yes = rt::truth(self, value::deref(r));
            release(r);
            if mode == 1 && yes {
                yes = false;
                if !c.magic.get.is_null() && !self.in_guard(o, name, IN_GET) {
                    // The isset guard stays up while __get runs.
                    *self.guards.entry(key).or_default() |= IN_ISSET;
                    let mut v = Val::NULL;
                    let st = self.magic(o, c.magic.get, name, IN_GET, None, &mut v);
                    if let Some(g) = self.guards.get_mut(&key) {
                        *g &= !IN_ISSET;
                        if *g == 0 {
                            self.guards.remove(&key);
                        }
                    }
                    ok(st)?;
                    yes = rt::truth(self, value::deref(v));
                    release(v);
                }
            }
            ok(self.pending())?;
            Ok(yes)
        }
    }

    fn counts(&mut self, v: Val, mode: u32) -> bool {
        match mode {
            0 => v.tag() > NULL,
            1 => rt::truth(self, v),
            _ => true,
        }
    }

    /// `unset($o->name)`
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub unsafe fn unset_prop(&mut self, o: *mut Obj, name: *mut StrHdr) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let c = class_of(o);
            if let Some(f) = (*c.head.handlers).unset_prop {
                let ctx: *mut Vm = self;
                let mut handled = 0;
                crate::tri!(f(ctx.cast::<CtxRaw>(), obj_val(o), string::val(name), &mut handled));
                if handled != 0 {
                    return Status::Ok;
                }
            }
            let place = match self.locate(c, name, !c.magic.unset.is_null()) {
                Ok(p) => p,
                Err(st) => return st,
            };
            let mut declared = false;
            match place {
                Where::Slot(p) => {
                    let p = &*p;
                    declared = true;
                    let slot = Obj::slot(o, p.slot as usize);
                    let word = (*slot).aux;
                    if p.flags & (READONLY | SET_MASK) != 0 {
                        let magic = (*slot).is_undef()
                            && word & SLOT_UNINIT == 0
                            && !c.magic.unset.is_null()
                            && !self.in_guard(o, name, IN_UNSET);
                        if !magic {
                            crate::tri!(self.check_write(p, slot, "unset"));
                        }
                    }
                    if !(*slot).is_undef() {
                        let old = *slot;
                        if old.tag() == REF {
                            super::refs::drop_source(old.as_ptr(), p);
                        }
                        *slot = Val::UNDEF;
                        release(old);
                        return self.pending();
                    }
                    if word & SLOT_UNINIT != 0 {
                        if word & SLOT_LAZY != 0 && (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 {
                            return match self.lazy_init(o) {
                                Ok(real) => {
                                    self.forward(o, real, name, IN_UNSET, |vm| vm.unset_prop(real, name))
                                }
                                Err(st) => st,
                            };
                        }
                        (*slot).aux = 0;
                        return Status::Ok;
                    }
                }
                Where::Dynamic => {
                    if !(*o).props.is_null() {
                        let t = array::separate_ptr(&mut (*o).props);
                        if let Some(old) = array::remove(t, Key::Str(name)) {
                            release(old);
                            return self.pending();
                        }
                    }
                }
                Where::Hooked(_) => {
                    return self.throw(&format!(
                        "Cannot unset hooked property {}::${}",
                        class_text(c),
                        name_text(name)
                    ));
                }
                Where::Wrong => {}
            }
            if let Some(real) = self.guarded_instance(o, name, IN_UNSET) {
                return self.unset_prop(real, name);
            }
            if !c.magic.unset.is_null() {
                if !self.in_guard(o, name, IN_UNSET) {
                    let mut r = Val::NULL;
                    let st = self.magic(o, c.magic.unset, name, IN_UNSET, None, &mut r);
                    release(r);
                    return st;
                }
                if let Where::Wrong = place {
                    return self.locate(c, name, false).err().unwrap_or(Status::Ok);
                }
            }
            if (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 && !declared {
                return match self.lazy_init(o) {
                    Ok(real) if real != o || (*o).hdr.info & HDR_LAZY == 0 => {
                        self.forward(o, real, name, IN_UNSET, |vm| vm.unset_prop(real, name))
                    }
                    Ok(_) => Status::Ok,
                    Err(st) => st,
                };
            }
            Status::Ok
        }
    }
}
