//! The places of properties: for references, for changes in place, for elements of what they hold.

use super::props::{BIND, IN_GET, SET_MASK, Where, ok};
use super::{class_of, class_text, name_text};
use crate::class::*;
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_bytecode::{Op, fetch};
use howdah_runtime::array::{self};
use howdah_runtime::layout::{HDR_LAZY, HDR_PROXY, Obj, Ref};
use howdah_runtime::memory::{obj_val, val_addref};
use howdah_runtime::{string, value};
use plugin_api_abi::flags::{READONLY, RETURNS_REF, VIRTUAL};
use plugin_api_abi::{CtxRaw, OBJ, REF, Status, StrHdr, UNDEF, Val, type_mask};

impl Vm {
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
}
