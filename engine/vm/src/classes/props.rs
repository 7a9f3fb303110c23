//! Properties of objects as php-src's zend_object_handlers.c serves them: visibility, magic methods, types, readonly,
//! asymmetric visibility, hooks, lazy objects, dynamic properties. Native handlers are asked first.
//!
//! Names are interned strings. Slots keep in `Val::aux` whether a typed property was never initialized ([`SLOT_UNINIT`]):
//! such a one is an error to read and bypasses magic methods, while one that was unset asks them.

use super::{class_of, class_text, name_text, visibility};
use crate::class::*;
use crate::func::{Func, Ic};
use crate::rt::{self, copy, release};
use crate::vm::Vm;
use howdah_bytecode::fetch;
use howdah_runtime::array::{self, Key};
use howdah_runtime::interner;
use howdah_runtime::layout::{HDR_LAZY, HDR_PROXY, Obj, Ref};
use howdah_runtime::memory::{obj_val, val_addref};
use howdah_runtime::{string, value};
use plugin_api_abi::flags::{
    ALLOW_DYNAMIC, NO_DYNAMIC, PRIVATE, PRIVATE_SET, PROTECTED, PROTECTED_SET, PUBLIC, READONLY, STATIC,
    VIRTUAL,
};
use plugin_api_abi::{CtxRaw, OBJ, REF, Status, StrHdr, UNDEF, Val, type_mask};

pub(super) const SET_MASK: u32 = PROTECTED_SET | PRIVATE_SET;

/// A mode of [`Vm::prop_ptr`] beyond [`fetch`]: the address is for a reference to be bound to it, so its value and type do not
/// matter yet.
pub(super) const BIND: u16 = 0x10;
pub(super) const IN_GET: u32 = 1;
const IN_SET: u32 = 2;
pub(super) const IN_ISSET: u32 = 4;
pub(super) const IN_UNSET: u32 = 8;

/// What a name means on an object for the running code.
#[derive(Clone, Copy)]
pub(super) enum Where {
    /// A declared property with a slot and without hooks.
    Slot(*mut PropInfo),
    /// A declared property with hooks.
    Hooked(*mut PropInfo),
    /// A dynamic property, there or not.
    Dynamic,
    /// Declared but not to be seen, or no possible name.
    Wrong,
}

/// The cache entry for writes to a declared property: class; slot, and above it the tags (`1 << tag`) of the values that it
/// takes as they are; its type or null.
fn write_ic(c: &Class, p: &PropInfo) -> Ic {
    // No reference, no undefined value, no class to be checked.
    const PLAIN: u32 = type_mask::NULL
        | type_mask::BOOL
        | type_mask::INT
        | type_mask::FLOAT
        | type_mask::STRING
        | type_mask::ARRAY;
    let (mask, ty) = match &p.ty {
        None => (PLAIN | type_mask::OBJECT | type_mask::RESOURCE, core::ptr::null()),
        Some(ty) => (ty.mask & (PLAIN | type_mask::OBJECT), core::ptr::from_ref(ty)),
    };
    Ic { key: c as *const Class as u64, val: p.slot as u64 | (mask as u64) << 32, aux: ty as u64 }
}

impl Vm {
    /// Whether code of class `scope` may read a property.
    pub fn prop_visible(&self, p: &PropInfo, scope: *mut Class) -> bool {
        // SAFETY: prototypes live as long as their classes.
        p.flags & PUBLIC != 0
            || p.class == scope
            || p.flags & PROTECTED != 0 && Vm::protected_ok(unsafe { (*p.prototype).class }, scope)
    }

    /// Finds what `name` means on objects of class `c`; unless `silent`, reports why it cannot be used.
    pub(super) fn locate(&mut self, c: &Class, name: *mut StrHdr, silent: bool) -> Result<Where, Status> {
        let Some(&info) = c.props.get(&Sym(name)) else {
            // SAFETY: interned.
            if unsafe { StrHdr::bytes(name) }.first() == Some(&0) {
                return if silent {
                    Ok(Where::Wrong)
                } else {
                    Err(self.throw("Cannot access property starting with \"\\0\""))
                };
            }
            return Ok(Where::Dynamic);
        };
        // SAFETY: property infos and classes live as long as the VM's request.
        unsafe {
            let mut p = info;
            let flags = (*p).flags;
            if flags & (PROP_CHANGED | PRIVATE | PROTECTED) != 0 {
                let scope = self.scope();
                if (*p).class != scope {
                    let own = if flags & PROP_CHANGED != 0 { parent_private(c, name, scope) } else { None };
                    match own {
                        Some(q) if (*q).flags & STATIC == 0 || flags & STATIC != 0 => p = q,
                        _ if flags & PUBLIC != 0 => {}
                        _ if flags & PRIVATE != 0 && !core::ptr::eq((*p).class, c) => {
                            return Ok(Where::Dynamic);
                        }
                        _ if flags & PROTECTED != 0 && Vm::protected_ok((*(*p).prototype).class, scope) => {}
                        _ if silent => return Ok(Where::Wrong),
                        _ => {
                            let msg = format!(
                                "Cannot access {} property {}::${}",
                                visibility(flags),
                                class_text(c),
                                name_text(name)
                            );
                            return Err(self.throw(&msg));
                        }
                    }
                }
            }
            if (*p).flags & STATIC != 0 {
                if !silent {
                    match self.notice(&format!(
                        "Accessing static property {}::${} as non static",
                        class_text(c),
                        name_text(name)
                    )) {
                        Status::Ok => {}
                        st => return Err(st),
                    }
                }
                return Ok(Where::Dynamic);
            }
            if !(*p).get.is_null() || !(*p).set.is_null() {
                return Ok(Where::Hooked(p));
            }
            Ok(Where::Slot(p))
        }
    }

    pub(super) fn in_guard(&self, o: *mut Obj, name: *mut StrHdr, bit: u32) -> bool {
        // SAFETY: live object and name.
        !self.guards.is_empty()
            && unsafe { interner::known(name) }
                .and_then(|n| self.guards.get(&(unsafe { (*o).handle }, Sym(n))))
                .is_some_and(|g| g & bit != 0)
    }

    /// Where the guards of a name on an object are: by its text, so the name is interned.
    pub(super) unsafe fn guard_key(o: *mut Obj, name: *mut StrHdr) -> (u32, Sym) {
        // SAFETY: live object and name.
        unsafe {
            ((*o).handle, Sym(interner::known(name).unwrap_or_else(|| interner::intern(StrHdr::bytes(name)))))
        }
    }

    /// Calls a magic method with the name (and a value) while its guard is up.
    pub(super) unsafe fn magic(
        &mut self,
        o: *mut Obj,
        f: *mut Func,
        name: *mut StrHdr,
        bit: u32,
        v: Option<Val>,
        out: &mut Val,
    ) -> Status {
        // SAFETY: live object.
        unsafe {
            let key = Self::guard_key(o, name);
            *self.guards.entry(key).or_default() |= bit;
            val_addref(obj_val(o));
            let n = string::val(name);
            let st = match v {
                Some(v) => self.call_func(f, obj_val(o), class_of(o), &[n, v], out),
                None => self.call_func(f, obj_val(o), class_of(o), &[n], out),
            };
            if let Some(g) = self.guards.get_mut(&key) {
                *g &= !bit;
                if *g == 0 {
                    self.guards.remove(&key);
                }
            }
            release(obj_val(o));
            st
        }
    }

    /// Whether the running function is a hook of this very property (or of one it overrides).
    fn in_hook(&self, p: &PropInfo) -> *mut Obj {
        if let Some((q, o)) = self.cls.raw_access
            && q == p.prototype
        {
            return o;
        }
        if self.fp.is_null() {
            return core::ptr::null_mut();
        }
        // SAFETY: the frame is complete; hooks' properties live as long as their classes.
        unsafe {
            let fr = &*crate::frame::frame(self.fp);
            let q = (*fr.func).prop;
            if q.is_null() || (*q).prototype != p.prototype || fr.this.tag() != OBJ {
                return core::ptr::null_mut();
            }
            fr.this.as_ptr()
        }
    }

    /// Whether an access to `p` of `o` runs its hooks: not within them on the same object.
    pub(super) fn runs_hook(&self, p: &PropInfo, o: *mut Obj) -> bool {
        let at = self.in_hook(p);
        // SAFETY: `at` is null or the running frame's live `$this`.
        at.is_null() || at != o && unsafe { (*at).hdr.info & HDR_PROXY == 0 || self.lazy_instance(at) != o }
    }

    pub(super) fn no_backing(&mut self, c: &Class, name: *mut StrHdr, read: bool) -> Status {
        let how = if read { "read from" } else { "write to" };
        self.throw(&format!("Must not {how} virtual property {}::${}", class_text(c), name_text(name)))
    }

    pub(super) fn uninitialized(&mut self, p: &PropInfo) -> Status {
        let msg = format!(
            "Typed property {}::${} must not be accessed before initialization",
            class_text(p.class),
            name_text(p.name)
        );
        self.throw(&msg)
    }

    pub(super) fn undefined(&mut self, c: &Class, name: *mut StrHdr) -> Status {
        self.warning(&format!("Undefined property: {}::${}", class_text(c), name_text(name)))
    }

    /// Whether the running code may write a property with a set visibility.
    pub(super) fn may_set(&self, p: &PropInfo) -> bool {
        let scope = self.scope();
        // SAFETY: prototypes live as long as their classes.
        p.class == scope
            || p.flags & PROTECTED_SET != 0 && Vm::protected_ok(unsafe { (*p.prototype).class }, scope)
    }

    pub(super) fn set_refused(&mut self, p: &PropInfo, how: &str) -> Status {
        let word = if p.flags & PRIVATE_SET != 0 { "private(set)" } else { "protected(set)" };
        let ro = if p.flags & READONLY != 0 { "readonly " } else { "" };
        let msg = format!(
            "Cannot {how} {word} {ro}property {}::${} from {}",
            class_text(p.class),
            name_text(p.name),
            self.scope_text()
        );
        self.throw(&msg)
    }

    pub(super) fn readonly_refused(&mut self, p: &PropInfo, how: &str) -> Status {
        self.throw(&format!("Cannot {how} readonly property {}::${}", class_text(p.class), name_text(p.name)))
    }

    /// Checks readonly and set visibility before `p` is written (`modify`) or unset.
    pub(super) fn check_write(&mut self, p: &PropInfo, slot: *mut Val, how: &str) -> Status {
        // SAFETY: live slot.
        let (undef, again) = unsafe { ((*slot).is_undef(), (*slot).aux & SLOT_REINIT != 0) };
        if p.flags & READONLY != 0 && !undef && !again {
            return self.readonly_refused(p, how);
        }
        if p.flags & SET_MASK != 0 && !self.may_set(p) {
            return self.set_refused(p, how);
        }
        Status::Ok
    }

    /// Fills a cache slot for an op that modifies `name` in place, when it is a plain declared property of `o`'s class that
    /// the running code may write: see [`write_ic`].
    ///
    /// # Safety
    /// `o` is live, `name` interned, `ic` a cache slot of the running op.
    #[cold]
    pub unsafe fn cache_prop(&mut self, o: *mut Obj, name: *mut StrHdr, ic: *mut Ic) {
        // SAFETY: by the caller's promise.
        unsafe {
            let c = class_of(o);
            let h = &*c.head.handlers;
            if h.read_prop.is_some() || h.write_prop.is_some() || h.has_prop.is_some() {
                return;
            }
            if let Ok(Where::Slot(p)) = self.locate(c, name, true)
                && (*p).flags & (READONLY | SET_MASK) == 0
            {
                *ic = write_ic(c, &*p);
            }
        }
    }

    /// Reads a property: an owned, dereferenced value. Fills `ic` when the property is a plain visible slot.
    ///
    /// # Safety
    /// `o` is live and stays so; `ic` is null or a cache slot of the running op; `name` is interned.
    pub unsafe fn read_prop(
        &mut self,
        o: *mut Obj,
        name: *mut StrHdr,
        mode: u16,
        ic: *mut Ic,
        out: &mut Val,
    ) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            *out = Val::NULL;
            let c = class_of(o);
            if let Some(f) = (*c.head.handlers).read_prop {
                let ctx: *mut Vm = self;
                let mut v = Val::UNDEF;
                crate::tri!(f(ctx.cast::<CtxRaw>(), obj_val(o), string::val(name), mode as u32, &mut v));
                if !v.is_undef() {
                    *out = v;
                    return Status::Ok;
                }
            }
            let place = match self.locate(c, name, mode == fetch::IS || !c.magic.get.is_null()) {
                Ok(p) => p,
                Err(st) => return st,
            };
            let mut info: *mut PropInfo = core::ptr::null_mut();
            let mut word = 0;
            match place {
                Where::Slot(p) => {
                    let slot = Obj::slot(o, (*p).slot as usize);
                    let v = *slot;
                    if !v.is_undef() {
                        if !ic.is_null() && (*c.head.handlers).read_prop.is_none() {
                            *ic = Ic { key: c as *const Class as u64, val: (*p).slot as u64, aux: 0 };
                        }
                        *out = copy(value::deref(v));
                        return Status::Ok;
                    }
                    info = p;
                    word = (*slot).aux;
                }
                Where::Dynamic => {
                    if !(*o).props.is_null() {
                        let p = array::find_str((*o).props, name);
                        if !p.is_null() && (*p).tag() != UNDEF {
                            *out = copy(value::deref(*p));
                            return Status::Ok;
                        }
                    }
                }
                Where::Hooked(p) => {
                    let p = &*p;
                    if p.get.is_null() && p.flags & VIRTUAL != 0 {
                        return self.throw(&format!(
                            "Property {}::${} is write-only",
                            class_text(c),
                            name_text(name)
                        ));
                    }
                    if !p.get.is_null() {
                        if self.runs_hook(p, o) {
                            val_addref(obj_val(o));
                            let st = self.call_func(p.get, obj_val(o), c, &[], out);
                            release(obj_val(o));
                            unref(out);
                            return st;
                        }
                        if p.flags & VIRTUAL != 0 {
                            return self.no_backing(c, name, true);
                        }
                    }
                    let slot = Obj::slot(o, p.slot as usize);
                    if !(*slot).is_undef() {
                        *out = copy(value::deref(*slot));
                        return Status::Ok;
                    }
                    info = p as *const PropInfo as *mut PropInfo;
                    word = (*slot).aux | SLOT_UNINIT;
                }
                Where::Wrong => {}
            }
            if word & SLOT_UNINIT == 0 {
                if let Some(real) = self.guarded_instance(
                    o,
                    name,
                    if mode == fetch::IS && !c.magic.isset.is_null() { IN_ISSET } else { IN_GET },
                ) {
                    return self.read_prop(real, name, mode, core::ptr::null_mut(), out);
                }
                if mode == fetch::IS && !c.magic.isset.is_null() {
                    if !self.in_guard(o, name, IN_ISSET) {
                        let mut r = Val::NULL;
                        crate::tri!(self.magic(o, c.magic.isset, name, IN_ISSET, None, &mut r));
                        let yes = rt::truth(self, r);
                        release(r);
                        if !yes {
                            return self.pending();
                        }
                        if !c.magic.get.is_null() && !self.in_guard(o, name, IN_GET) {
                            return self.run_getter(o, c, name, info, out);
                        }
                    } else if !c.magic.get.is_null() && !self.in_guard(o, name, IN_GET) {
                        return self.run_getter(o, c, name, info, out);
                    }
                } else if !c.magic.get.is_null() {
                    if !self.in_guard(o, name, IN_GET) {
                        return self.run_getter(o, c, name, info, out);
                    }
                    if let Where::Wrong = place {
                        return match self.locate(c, name, false) {
                            Err(st) => st,
                            Ok(_) => Status::Ok,
                        };
                    }
                }
            }
            if (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 && (info.is_null() || word & SLOT_LAZY != 0) {
                let real = match self.lazy_init(o) {
                    Ok(r) => r,
                    Err(st) => return st,
                };
                if real != o || (*o).hdr.info & (HDR_LAZY | HDR_PROXY) == 0 {
                    return self.forward(o, real, name, IN_GET, |vm| {
                        vm.read_prop(real, name, mode, core::ptr::null_mut(), out)
                    });
                }
            }
            if mode == fetch::IS {
                return Status::Ok;
            }
            if !info.is_null() && (*info).ty.is_some() {
                return self.uninitialized(&*info);
            }
            self.undefined(c, name)
        }
    }

    unsafe fn run_getter(
        &mut self,
        o: *mut Obj,
        c: &mut Class,
        name: *mut StrHdr,
        info: *mut PropInfo,
        out: &mut Val,
    ) -> Status {
        // SAFETY: live object.
        unsafe {
            let st = self.magic(o, c.magic.get, name, IN_GET, None, out);
            unref(out);
            if st == Status::Ok && !info.is_null() && (*info).ty.is_some() {
                // What __get returns for an unset typed property must suit its type.
                let p = &*info;
                if let Some(ty) = &p.ty
                    && ty.mask >> out.tag() & 1 == 0
                {
                    let strict = (*c.magic.get).flags & howdah_bytecode::fn_flags::STRICT != 0;
                    match self.coerce(ty, out, p.class, strict) {
                        Ok(true) => {}
                        Ok(false) => {
                            let msg = format!(
                                "Value of type {} returned from {}::__get() must be compatible with unset property {}::${} of type {}",
                                value::type_name(*out),
                                class_text(c),
                                class_text(p.class),
                                name_text(p.name),
                                ty.text
                            );
                            return self.throw_type(&msg);
                        }
                        Err(st) => return st,
                    }
                }
            }
            st
        }
    }

    /// Writes a property. `v` is the caller's; where a type coerces it, what was stored takes its place.
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub unsafe fn write_prop(&mut self, o: *mut Obj, name: *mut StrHdr, v: &mut Val, ic: *mut Ic) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let c = class_of(o);
            if let Some(f) = (*c.head.handlers).write_prop {
                let ctx: *mut Vm = self;
                let mut handled = 0;
                crate::tri!(f(ctx.cast::<CtxRaw>(), obj_val(o), string::val(name), *v, &mut handled));
                if handled != 0 {
                    return Status::Ok;
                }
            }
            let place = match self.locate(c, name, !c.magic.set.is_null()) {
                Ok(p) => p,
                Err(st) => return st,
            };
            let mut free_slot: *mut PropInfo = core::ptr::null_mut();
            match place {
                Where::Slot(p) => {
                    if let Some(st) = self.write_slot(o, c, &*p, name, v, ic) {
                        return st;
                    }
                    free_slot = p;
                }
                Where::Dynamic => {
                    if !(*o).props.is_null() {
                        let t = array::separate_ptr(&mut (*o).props);
                        let p = array::find_str(t, name);
                        if !p.is_null() && (*p).tag() != UNDEF {
                            return self.assign_plain(p, *v);
                        }
                    }
                }
                Where::Hooked(p) => {
                    let p = &*p;
                    if p.set.is_null() && p.flags & VIRTUAL != 0 {
                        return self.throw(&format!(
                            "Property {}::${} is read-only",
                            class_text(c),
                            name_text(name)
                        ));
                    }
                    if p.set.is_null() || !self.runs_hook(p, o) {
                        if p.flags & VIRTUAL != 0 {
                            return self.no_backing(c, name, false);
                        }
                        (*Obj::slot(o, p.slot as usize)).aux |= SLOT_UNINIT;
                        return self
                            .write_slot(o, c, p, name, v, core::ptr::null_mut())
                            .unwrap_or(Status::Ok);
                    }
                    if p.flags & SET_MASK != 0 && !self.may_set(p) {
                        return self.set_refused(p, "modify");
                    }
                    val_addref(obj_val(o));
                    let mut r = Val::NULL;
                    let st = self.call_func(p.set, obj_val(o), c, &[*v], &mut r);
                    release(r);
                    release(obj_val(o));
                    return st;
                }
                Where::Wrong => {}
            }
            if let Some(real) = self.guarded_instance(o, name, IN_SET) {
                return self.write_prop(real, name, v, core::ptr::null_mut());
            }
            if !c.magic.set.is_null() {
                if !self.in_guard(o, name, IN_SET) {
                    let mut r = Val::NULL;
                    let st = self.magic(o, c.magic.set, name, IN_SET, Some(*v), &mut r);
                    release(r);
                    return st;
                }
                if let Where::Wrong = place {
                    return self.locate(c, name, false).err().unwrap_or(Status::Ok);
                }
            }
            if (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 && free_slot.is_null() {
                match self.lazy_init(o) {
                    Ok(real) if real != o || (*o).hdr.info & HDR_LAZY == 0 => {
                        return self.forward(o, real, name, IN_SET, |vm| {
                            vm.write_prop(real, name, v, core::ptr::null_mut())
                        });
                    }
                    Ok(_) => {}
                    Err(st) => return st,
                }
            }
            if !free_slot.is_null() {
                return self.store_typed(o, &*free_slot, v);
            }
            crate::tri!(self.may_create(o, c, name));
            if (*o).props.is_null() {
                (*o).props = array::new(0);
            }
            let t = array::separate_ptr(&mut (*o).props);
            array::set(t, Key::Str(name), copy(*v));
            Status::Ok
        }
    }

    /// Writes a declared slot; `None` when the slot was unset and magic methods are to be asked.
    unsafe fn write_slot(
        &mut self,
        o: *mut Obj,
        c: &Class,
        p: &PropInfo,
        name: *mut StrHdr,
        v: &mut Val,
        ic: *mut Ic,
    ) -> Option<Status> {
        // SAFETY: `p` is a property of `o` with a slot.
        unsafe {
            let slot = Obj::slot(o, p.slot as usize);
            let word = (*slot).aux;
            if p.flags & (READONLY | SET_MASK) != 0 {
                let magic = (*slot).is_undef()
                    && word & SLOT_UNINIT == 0
                    && !c.magic.set.is_null()
                    && !self.in_guard(o, name, IN_SET);
                if !magic {
                    let st = self.check_write(p, slot, "modify");
                    if st != Status::Ok {
                        return Some(st);
                    }
                }
            } else if !ic.is_null() && (!(*slot).is_undef() || word & SLOT_UNINIT != 0) {
                *ic = write_ic(c, p);
            }
            if (*slot).is_undef() {
                if word & SLOT_UNINIT == 0 {
                    return None;
                }
                if word & SLOT_LAZY != 0 && (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 {
                    return Some(match self.lazy_init(o) {
                        Ok(real) => self.forward(o, real, name, IN_SET, |vm| {
                            vm.write_prop(real, name, v, core::ptr::null_mut())
                        }),
                        Err(st) => st,
                    });
                }
            }
            Some(self.store_typed(o, p, v))
        }
    }

    /// Stores into a declared slot after checking the type.
    pub(super) unsafe fn store_typed(&mut self, o: *mut Obj, p: &PropInfo, v: &mut Val) -> Status {
        // SAFETY: `p` is a property of `o` with a slot.
        unsafe {
            let slot = Obj::slot(o, p.slot as usize);
            if let Some(ty) = &p.ty
                && ty.mask >> v.tag() & 1 == 0
            {
                let strict = self.caller_strict();
                // __toString may release the object.
                val_addref(obj_val(o));
                let st = self.check_prop_value(p, v, strict);
                release(obj_val(o));
                crate::tri!(st);
            }
            (*slot).aux &= !(SLOT_UNINIT | SLOT_REINIT | SLOT_LAZY);
            self.assign_plain(slot, *v)
        }
    }

    /// Stores a share of `v` into a variable, through a reference.
    unsafe fn assign_plain(&mut self, p: *mut Val, v: Val) -> Status {
        // SAFETY: live slot.
        unsafe {
            let v = copy(v);
            if (*p).tag() == REF {
                let r = (*p).as_ptr::<Ref>();
                if !(*r).sources.is_null() {
                    return self.assign_typed_ref(r, v);
                }
                let old = (*r).val;
                (*r).val = v;
                release(old);
                return Status::Ok;
            }
            let old = *p;
            array::store(p, v);
            release(old);
            Status::Ok
        }
    }

    /// Whether a dynamic property may be made; deprecated where the class does not allow it.
    pub(super) unsafe fn may_create(&mut self, o: *mut Obj, c: &Class, name: *mut StrHdr) -> Status {
        // SAFETY: live object.
        unsafe {
            if c.flags & NO_DYNAMIC != 0 {
                return self.throw(&format!(
                    "Cannot create dynamic property {}::${}",
                    class_text(c),
                    name_text(name)
                ));
            }
            if c.flags & ALLOW_DYNAMIC != 0 {
                return Status::Ok;
            }
            val_addref(obj_val(o));
            let st = self.deprecated(&format!(
                "Creation of dynamic property {}::${} is deprecated",
                class_text(c),
                name_text(name)
            ));
            let last = (*o).hdr.rc == 1;
            release(obj_val(o));
            if last && st == Status::Ok {
                return self.throw(&format!(
                    "Cannot create dynamic property {}::${}",
                    class_text(c),
                    name_text(name)
                ));
            }
            st
        }
    }

    /// A place for a value that has no address: overwritten by the next one.
    pub(super) unsafe fn park(&mut self, v: Val) -> *mut Val {
        // SAFETY: the old value is ours.
        unsafe {
            release(std::mem::replace(&mut self.scratch, v));
        }
        &raw mut self.scratch
    }

    /// The property behind a declared name on an object, when it has a slot the running code may use (for binding references).
    ///
    /// # Errors
    /// It may not be seen.
    pub fn declared_prop(&mut self, o: *mut Obj, name: *mut StrHdr) -> Result<Option<*mut PropInfo>, Status> {
        let c = class_of(o);
        Ok(match self.locate(c, name, true)? {
            Where::Slot(p) | Where::Hooked(p) => Some(p),
            _ => None,
        })
    }

    /// Does with `real` what was asked of the lazy object `o` that it stands for: a magic method that runs on `o` for this
    /// name does not run on `real` as well.
    pub(super) unsafe fn forward<R>(
        &mut self,
        o: *mut Obj,
        real: *mut Obj,
        name: *mut StrHdr,
        bit: u32,
        f: impl FnOnce(&mut Vm) -> R,
    ) -> R {
        // SAFETY: live objects.
        let key = (unsafe { (*real).handle }, Sym(name));
        let guards = real != o && self.in_guard(o, name, bit) && !self.in_guard(real, name, bit);
        if guards {
            *self.guards.entry(key).or_default() |= bit;
        }
        let r = f(self);
        if guards && let Some(g) = self.guards.get_mut(&key) {
            *g &= !bit;
            if *g == 0 {
                self.guards.remove(&key);
            }
        }
        r
    }

    /// For an initialized proxy whose instance is inside the same magic method: the instance.
    pub(super) unsafe fn guarded_instance(
        &mut self,
        o: *mut Obj,
        name: *mut StrHdr,
        bit: u32,
    ) -> Option<*mut Obj> {
        // SAFETY: live object.
        unsafe {
            if (*o).hdr.info & HDR_PROXY == 0 {
                return None;
            }
            let real = self.lazy_instance(o);
            (real != o && self.in_guard(real, name, bit)).then_some(real)
        }
    }
}

/// The private property of the scope's class that `name` means on an object of a descendant.
fn parent_private(c: &Class, name: *mut StrHdr, scope: *mut Class) -> Option<*mut PropInfo> {
    // SAFETY: live classes and property infos.
    unsafe {
        if scope.is_null() || core::ptr::eq(scope, c) || !c.is_a(scope) {
            return None;
        }
        (*scope).props.get(&Sym(name)).copied().filter(|&p| (*p).flags & PRIVATE != 0 && (*p).class == scope)
    }
}

pub(super) fn ok(st: Status) -> Result<(), Status> {
    if st == Status::Ok { Ok(()) } else { Err(st) }
}

/// Replaces a reference by what it holds.
fn unref(v: &mut Val) {
    if v.tag() == REF {
        let inner = copy(value::deref(*v));
        // SAFETY: ours.
        unsafe { release(*v) };
        *v = inner;
    }
}
