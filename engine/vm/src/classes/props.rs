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
use howdah_bytecode::{Op, fetch};
use howdah_runtime::array::{self, Key};
use howdah_runtime::interner;
use howdah_runtime::layout::{HDR_LAZY, HDR_PROXY, Obj, Ref};
use howdah_runtime::memory::{obj_val, val_addref};
use howdah_runtime::{string, value};
use plugin_api_abi::flags::{
    ALLOW_DYNAMIC, NO_DYNAMIC, PRIVATE, PRIVATE_SET, PROTECTED, PROTECTED_SET, PUBLIC, READONLY, RETURNS_REF,
    STATIC, VIRTUAL,
};
use plugin_api_abi::{CtxRaw, NULL, OBJ, REF, Status, StrHdr, UNDEF, Val, type_mask};

const SET_MASK: u32 = PROTECTED_SET | PRIVATE_SET;

/// A mode of [`Vm::prop_ptr`] beyond [`fetch`]: the address is for a reference to be bound to it, so its value and type do not
/// matter yet.
const BIND: u16 = 0x10;
const IN_GET: u32 = 1;
const IN_SET: u32 = 2;
const IN_ISSET: u32 = 4;
const IN_UNSET: u32 = 8;

/// What a name means on an object for the running code.
#[derive(Clone, Copy)]
enum Where {
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
    fn locate(&mut self, c: &Class, name: *mut StrHdr, silent: bool) -> Result<Where, Status> {
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

    fn in_guard(&self, o: *mut Obj, name: *mut StrHdr, bit: u32) -> bool {
        // SAFETY: live object and name.
        !self.guards.is_empty()
            && unsafe { interner::known(name) }
                .and_then(|n| self.guards.get(&(unsafe { (*o).handle }, Sym(n))))
                .is_some_and(|g| g & bit != 0)
    }

    /// Where the guards of a name on an object are: by its text, so the name is interned.
    unsafe fn guard_key(o: *mut Obj, name: *mut StrHdr) -> (u32, Sym) {
        // SAFETY: live object and name.
        unsafe {
            ((*o).handle, Sym(interner::known(name).unwrap_or_else(|| interner::intern(StrHdr::bytes(name)))))
        }
    }

    /// Calls a magic method with the name (and a value) while its guard is up.
    unsafe fn magic(
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
    fn runs_hook(&self, p: &PropInfo, o: *mut Obj) -> bool {
        let at = self.in_hook(p);
        // SAFETY: `at` is null or the running frame's live `$this`.
        at.is_null() || at != o && unsafe { (*at).hdr.info & HDR_PROXY == 0 || self.lazy_instance(at) != o }
    }

    fn no_backing(&mut self, c: &Class, name: *mut StrHdr, read: bool) -> Status {
        let how = if read { "read from" } else { "write to" };
        self.throw(&format!("Must not {how} virtual property {}::${}", class_text(c), name_text(name)))
    }

    fn uninitialized(&mut self, p: &PropInfo) -> Status {
        let msg = format!(
            "Typed property {}::${} must not be accessed before initialization",
            class_text(p.class),
            name_text(p.name)
        );
        self.throw(&msg)
    }

    fn undefined(&mut self, c: &Class, name: *mut StrHdr) -> Status {
        self.warning(&format!("Undefined property: {}::${}", class_text(c), name_text(name)))
    }

    /// Whether the running code may write a property with a set visibility.
    fn may_set(&self, p: &PropInfo) -> bool {
        let scope = self.scope();
        // SAFETY: prototypes live as long as their classes.
        p.class == scope
            || p.flags & PROTECTED_SET != 0 && Vm::protected_ok(unsafe { (*p.prototype).class }, scope)
    }

    fn set_refused(&mut self, p: &PropInfo, how: &str) -> Status {
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
    fn check_write(&mut self, p: &PropInfo, slot: *mut Val, how: &str) -> Status {
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
    unsafe fn may_create(&mut self, o: *mut Obj, c: &Class, name: *mut StrHdr) -> Status {
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
    unsafe fn park(&mut self, v: Val) -> *mut Val {
        // SAFETY: the old value is ours.
        unsafe {
            release(std::mem::replace(&mut self.scratch, v));
        }
        &raw mut self.scratch
    }

    /// The address of a property for a write into it: mode W, RW, UNSET or REF. What has no address (overloaded, readonly,
    /// hooked) is read into a place of its own. In mode REF a typed property is made a reference that knows its type.
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub unsafe fn prop_ptr(&mut self, o: *mut Obj, name: *mut StrHdr, mode: u16) -> Result<*mut Val, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let c = class_of(o);
            if let Some(f) = (*c.head.handlers).read_prop {
                let wanted = match mode {
                    fetch::RW => plugin_api_abi::fetch::READ_WRITE,
                    fetch::UNSET => plugin_api_abi::fetch::UNSET,
                    _ => plugin_api_abi::fetch::WRITE,
                };
                let ctx: *mut Vm = self;
                let mut v = Val::UNDEF;
                ok(f(ctx.cast::<CtxRaw>(), obj_val(o), string::val(name), wanted, &mut v))?;
                if !v.is_undef() {
                    return Ok(self.park(v));
                }
            }
            let place = self.locate(c, name, !c.magic.get.is_null())?;
            match place {
                Where::Slot(p) => self.slot_ptr(o, c, &*p, name, mode),
                Where::Hooked(p) => {
                    let p = &*p;
                    if p.flags & VIRTUAL == 0 && !self.runs_hook(p, o) {
                        (*Obj::slot(o, p.slot as usize)).aux |= SLOT_UNINIT;
                        return self.slot_ptr(o, c, p, name, mode);
                    }
                    self.hooked_ptr(o, c, p, name, mode)
                }
                Where::Dynamic => {
                    if !(*o).props.is_null() {
                        let t = array::separate_ptr(&mut (*o).props);
                        let p = array::find_str(t, name);
                        if !p.is_null() && (*p).tag() != UNDEF {
                            return Ok(p);
                        }
                    }
                    if !c.magic.get.is_null() && !self.in_guard(o, name, IN_GET) {
                        return self.overloaded_ptr(o, c, name, mode);
                    }
                    if (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 {
                        let real = self.lazy_init(o)?;
                        if real != o || (*o).hdr.info & HDR_LAZY == 0 {
                            return self.forward(o, real, name, IN_GET, |vm| vm.prop_ptr(real, name, mode));
                        }
                    }
                    if mode == fetch::UNSET {
                        return Ok(self.park(Val::NULL));
                    }
                    ok(self.may_create(o, c, name))?;
                    if mode == fetch::RW {
                        ok(self.undefined(c, name))?;
                    }
                    if (*o).props.is_null() {
                        (*o).props = array::new(0);
                    }
                    let t = array::separate_ptr(&mut (*o).props);
                    let (p, fresh) = array::entry_str(t, name);
                    if fresh || (*p).is_undef() {
                        array::store(p, Val::NULL);
                    }
                    Ok(p)
                }
                Where::Wrong => self.overloaded_ptr(o, c, name, mode),
            }
        }
    }

    /// `$o->name =& …`: binds the property to a reference, whose share is taken over.
    ///
    /// # Safety
    /// As [`Vm::read_prop`]; `r` is live.
    pub unsafe fn assign_prop_ref(&mut self, o: *mut Obj, name: *mut StrHdr, r: *mut Ref) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let p = match self.prop_ptr(o, name, BIND) {
                Ok(p) => p,
                Err(st) => {
                    release(value::ref_val(r));
                    return st;
                }
            };
            if core::ptr::eq(p, &raw const self.scratch) {
                release(value::ref_val(r));
                return self.throw("Cannot assign by reference to overloaded object");
            }
            let c = class_of(o);
            let info = c
                .slot_infos
                .iter()
                .enumerate()
                .find(|(i, info)| !info.is_null() && core::ptr::eq(Obj::slot(o, *i), p))
                .map_or(core::ptr::null(), |(_, info)| (*info).cast_const());
            self.bind_prop_ref(p, info, r)
        }
    }

    /// Fails when `++` or `--` leaves the range of a declared property that holds no floats.
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub(crate) unsafe fn check_incdec_prop(&mut self, o: *mut Obj, name: *mut StrHdr, dec: bool) -> Status {
        let info = match self.declared_prop(o, name) {
            Ok(Some(p)) => p,
            Ok(None) => return Status::Ok,
            Err(st) => return st,
        };
        // SAFETY: property infos live as long as their class, `o` is live.
        unsafe {
            let p = &*info;
            if p.ty.as_ref().is_none_or(|t| t.mask & type_mask::FLOAT != 0) || p.slot == u32::MAX {
                return Status::Ok;
            }
            let v = *Obj::slot(o, p.slot as usize);
            let held = v.tag() == REF && (*v.as_ptr::<Ref>()).hdr.rc > 1;
            self.incdec_out_of_range(p, held, dec)
        }
    }

    unsafe fn slot_ptr(
        &mut self,
        o: *mut Obj,
        c: &mut Class,
        p: &PropInfo,
        name: *mut StrHdr,
        mode: u16,
    ) -> Result<*mut Val, Status> {
        // SAFETY: `p` is a property of `o` with a slot.
        unsafe {
            let slot = Obj::slot(o, p.slot as usize);
            if (*slot).is_undef() {
                let word = (*slot).aux;
                if word & SLOT_UNINIT == 0 && !c.magic.get.is_null() && !self.in_guard(o, name, IN_GET) {
                    return self.overloaded_ptr(o, c, name, mode);
                }
                if word & SLOT_LAZY != 0 && (*o).hdr.info & (HDR_LAZY | HDR_PROXY) != 0 {
                    let real = self.lazy_init(o)?;
                    return self.forward(o, real, name, IN_GET, |vm| vm.prop_ptr(real, name, mode));
                }
            }
            let guarded = p.flags & READONLY != 0 || p.flags & SET_MASK != 0 && !self.may_set(p);
            if guarded {
                // An object may be changed all the same, anything else by an assignment only.
                let v = value::deref(*slot);
                if v.tag() == OBJ {
                    return Ok(self.park(copy(v)));
                }
                if v.is_undef() && mode == fetch::UNSET {
                    return Ok(self.park(Val::NULL));
                }
                if v.is_undef() && mode == fetch::RW && p.ty.is_some() {
                    return Err(self.uninitialized(p));
                }
                return Err(if p.flags & READONLY != 0 {
                    self.readonly_refused(p, "indirectly modify")
                } else {
                    self.set_refused(p, "indirectly modify")
                });
            }
            if mode == BIND {
                return Ok(slot);
            }
            if (*slot).is_undef() {
                match &p.ty {
                    Some(_) if mode == fetch::RW => return Err(self.uninitialized(p)),
                    Some(ty) if mode == fetch::REF && ty.mask & 2 == 0 => {
                        let msg = format!(
                            "Cannot access uninitialized non-nullable property {}::${} by reference",
                            class_text(p.class),
                            name_text(p.name)
                        );
                        return Err(self.throw(&msg));
                    }
                    _ if mode == fetch::UNSET => return Ok(self.park(Val::NULL)),
                    None if mode == fetch::RW => ok(self.undefined(c, name))?,
                    _ => {}
                }
                if (*slot).is_undef() {
                    array::store(slot, Val::NULL);
                }
            }
            if let Some(ty) = &p.ty {
                if mode == fetch::REF {
                    let r = value::make_ref(slot);
                    if !super::refs::sources(r).contains(&(p as *const PropInfo)) {
                        super::refs::add_source(r, p);
                    }
                } else if mode == fetch::W
                    && value::deref(*slot).tag() <= plugin_api_abi::FALSE
                    && ty.mask & (type_mask::ARRAY | type_mask::ITERABLE) == 0
                    && self.writes_element()
                {
                    let msg = format!(
                        "Cannot auto-initialize an array inside property {}::${} of type {}",
                        class_text(p.class),
                        name_text(p.name),
                        ty.text
                    );
                    return Err(self.throw_type(&msg));
                }
                // The address may be written through plainly: an inner type is kept by a reference that knows it.
                if matches!(mode, fetch::W | fetch::RW) && (*slot).tag() != REF && !self.next_is_container() {
                    let r = value::make_ref(slot);
                    super::refs::add_source(r, p);
                }
            }
            Ok(slot)
        }
    }

    /// The op behind the running two-word one.
    unsafe fn next_op(&self) -> Option<Op> {
        // SAFETY: a user frame's pc lies behind its op's first word, and code ends with a return op.
        unsafe {
            let fr = &*crate::frame::frame(self.fp);
            if self.fp.is_null() || !(*fr.func).is_user() {
                return None;
            }
            Op::from_u16((*fr.pc.add(1)).op)
        }
    }

    /// Whether the address that is being fetched is for writing an element of an array in it.
    unsafe fn writes_element(&self) -> bool {
        // SAFETY: as above.
        unsafe {
            matches!(
                self.next_op(),
                Some(Op::FetchDimW | Op::AssignDimR | Op::AssignDimK | Op::AssignDimNext | Op::AssignDimOp)
            )
        }
    }

    /// Whether the address is used to go further in (elements, properties), not to be assigned itself.
    unsafe fn next_is_container(&self) -> bool {
        // SAFETY: as above.
        unsafe {
            !matches!(
                self.next_op(),
                Some(
                    Op::AssignInd
                        | Op::AssignOpInd
                        | Op::IncDecInd
                        | Op::FeFetch
                        | Op::FeFetchRef
                        | Op::AssignRef
                        | Op::AssignRefFn
                )
            )
        }
    }

    /// A hooked property fetched for writing: only by a reference that its `get` returns, or an object.
    unsafe fn hooked_ptr(
        &mut self,
        o: *mut Obj,
        c: &mut Class,
        p: &PropInfo,
        name: *mut StrHdr,
        mode: u16,
    ) -> Result<*mut Val, Status> {
        // SAFETY: live object.
        unsafe {
            let mut v = Val::NULL;
            if p.get.is_null() {
                ok(self.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut v))?;
            } else {
                val_addref(obj_val(o));
                let st = self.call_func(p.get, obj_val(o), c, &[], &mut v);
                release(obj_val(o));
                ok(st)?;
            }
            let by_ref = v.tag() == REF && !p.get.is_null() && (*p.get).flags & RETURNS_REF != 0;
            if !by_ref && value::deref(v).tag() != OBJ && mode != fetch::UNSET && mode != BIND {
                release(v);
                return Err(self.throw(&format!(
                    "Indirect modification of {}::${} is not allowed",
                    class_text(c),
                    name_text(name)
                )));
            }
            Ok(self.park(v))
        }
    }

    unsafe fn overloaded_ptr(
        &mut self,
        o: *mut Obj,
        c: &mut Class,
        name: *mut StrHdr,
        mode: u16,
    ) -> Result<*mut Val, Status> {
        // SAFETY: live object.
        unsafe {
            if c.magic.get.is_null() || self.in_guard(o, name, IN_GET) {
                self.locate(c, name, false)?;
                return Ok(self.park(Val::NULL));
            }
            let mut v = Val::NULL;
            ok(self.magic(o, c.magic.get, name, IN_GET, None, &mut v))?;
            if v.tag() != REF && v.tag() != OBJ && mode != fetch::IS {
                let msg = format!(
                    "Indirect modification of overloaded property {}::${} has no effect",
                    class_text(c),
                    name_text(name)
                );
                let st = self.notice(&msg);
                if st != Status::Ok {
                    release(v);
                    return Err(st);
                }
            }
            Ok(self.park(v))
        }
    }

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
    unsafe fn forward<R>(
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
    unsafe fn guarded_instance(&mut self, o: *mut Obj, name: *mut StrHdr, bit: u32) -> Option<*mut Obj> {
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

fn ok(st: Status) -> Result<(), Status> {
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
