//! Typed references: what a reference bound to typed properties may hold. `Ref::sources` is a list of the properties,
//! a heap block like the reference itself.

use super::{class_text, name_text};
use crate::class::PropInfo;
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_runtime::layout::Ref;
use howdah_runtime::{memory, value};
use plugin_api_abi::{DBL, INT, Status, Val, type_mask};

/// A list's head; the properties follow it.
#[repr(C, align(16))]
struct Sources {
    len: usize,
    cap: usize,
}

impl Sources {
    const fn bytes(cap: usize) -> usize {
        size_of::<Sources>() + cap * size_of::<*const PropInfo>()
    }
}

/// The properties of a list.
unsafe fn items<'a>(p: *mut u8) -> &'a mut [*const PropInfo] {
    // SAFETY: `p` is a list made here.
    unsafe {
        let s = p.cast::<Sources>();
        core::slice::from_raw_parts_mut(s.add(1).cast(), (*s).len)
    }
}

/// Binds a reference to one more typed property.
///
/// # Safety
/// `r` is live; `p` lives as long as its class.
pub unsafe fn add_source(r: *mut Ref, p: *const PropInfo) {
    // SAFETY: `sources` is null or a list made here.
    unsafe {
        if (*p).ty.is_none() {
            return;
        }
        let mut s = (*r).sources.cast::<Sources>();
        if s.is_null() {
            s = memory::alloc(Sources::bytes(2)).cast();
            s.write(Sources { len: 0, cap: 2 });
        } else if (*s).len == (*s).cap {
            let cap = (*s).cap * 2;
            s = memory::realloc(s.cast(), Sources::bytes((*s).cap), Sources::bytes(cap)).cast();
            (*s).cap = cap;
        }
        (*r).sources = s.cast();
        (*s).len += 1;
        if let Some(last) = items(s.cast()).last_mut() {
            *last = p;
        }
    }
}

/// Takes one binding back.
///
/// # Safety
/// As [`add_source`].
pub unsafe fn drop_source(r: *mut Ref, p: *const PropInfo) {
    // SAFETY: as above.
    unsafe {
        if (*r).sources.is_null() {
            return;
        }
        let list = items((*r).sources);
        if let Some(i) = list.iter().position(|&x| x == p) {
            list.swap(i, list.len() - 1);
            (*(*r).sources.cast::<Sources>()).len -= 1;
        }
        if items((*r).sources).is_empty() {
            free_sources((*r).sources);
            (*r).sources = core::ptr::null_mut();
        }
    }
}

/// Frees a list: the reference goes away.
///
/// # Safety
/// It was made by [`add_source`] and nobody uses it any more.
pub unsafe fn free_sources(p: *mut u8) {
    // SAFETY: by the caller's promise.
    unsafe { memory::free(p, Sources::bytes((*p.cast::<Sources>()).cap)) }
}

/// The static property among a reference's sources whose cell is `cell`.
///
/// # Safety
/// `r` is live.
pub(crate) unsafe fn static_source(r: *mut Ref, cell: *mut Val) -> Option<*const PropInfo> {
    // SAFETY: sources name properties, which live as long as their classes.
    unsafe {
        sources(r).into_iter().find(|&p| {
            (*p).flags & plugin_api_abi::flags::STATIC != 0 && static_cell(&*(*p).class, (*p).slot) == cell
        })
    }
}

/// The properties that a reference is bound to.
///
/// # Safety
/// `r` is live.
pub unsafe fn sources(r: *mut Ref) -> Vec<*const PropInfo> {
    // SAFETY: as above.
    unsafe { if (*r).sources.is_null() { Vec::new() } else { items((*r).sources).to_vec() } }
}

/// Whether nobody but the property itself holds the reference.
unsafe fn own(r: *mut Ref) -> bool {
    // SAFETY: by the caller's promise, `r` is live.
    unsafe { (*r).hdr.rc <= 1 }
}

fn prop_text(p: &PropInfo) -> String {
    format!("{}::${}", class_text(p.class), name_text(p.name))
}

fn type_text(p: &PropInfo) -> &str {
    p.ty.as_ref().map_or("mixed", |t| &t.text)
}

impl Vm {
    /// Checks and coerces an owned value against a property's type.
    pub(crate) fn check_prop_value(&mut self, p: &PropInfo, v: &mut Val, strict: bool) -> Status {
        let Some(ty) = &p.ty else { return Status::Ok };
        if ty.mask >> v.tag() & 1 != 0 {
            return Status::Ok;
        }
        // SAFETY: `v` is a live local of the caller.
        match unsafe { self.coerce(ty, v, p.class, strict) } {
            Ok(true) => Status::Ok,
            Err(st) => st,
            Ok(false) => {
                let msg = format!(
                    "Cannot assign {} to property {} of type {}",
                    value::value_name(*v),
                    prop_text(p),
                    ty.text
                );
                self.throw_type(&msg)
            }
        }
    }

    /// Whether the running code has strict types.
    pub(crate) fn caller_strict(&self) -> bool {
        // SAFETY: the frame is complete.
        !self.fp.is_null()
            && unsafe {
                (*(*crate::frame::frame(self.fp)).func).flags & howdah_bytecode::fn_flags::STRICT != 0
            }
    }

    /// Assigns an owned value through a reference that typed properties hold: it must suit them all in one form.
    ///
    /// # Safety
    /// `r` is live.
    pub unsafe fn assign_typed_ref(&mut self, r: *mut Ref, v: Val) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            // What suits them all as it is needs no copies.
            let suits = |p: &*const PropInfo| (**p).ty.as_ref().is_none_or(|ty| ty.mask >> v.tag() & 1 != 0);
            if !(*r).sources.is_null() && items((*r).sources).iter().all(suits) {
                let old = (*r).val;
                (*r).val = v.by_parts();
                release(old);
                return Status::Ok;
            }
            let strict = self.caller_strict();
            let mut first: Option<(*const PropInfo, Val)> = None;
            let mut st = Status::Ok;
            for p in sources(r) {
                let Some(ty) = &(*p).ty else { continue };
                let mut tmp = copy(v);
                match self.coerce(ty, &mut tmp, (*p).class, strict) {
                    Ok(true) => {}
                    Ok(false) => {
                        let msg = format!(
                            "Cannot assign {} to {}property {} of type {}",
                            value::value_name(v),
                            if own(r) { "" } else { "reference held by " },
                            prop_text(&*p),
                            type_text(&*p)
                        );
                        st = self.throw_type(&msg);
                    }
                    Err(e) => st = e,
                }
                if st != Status::Ok {
                    release(tmp);
                    break;
                }
                match &first {
                    None => first = Some((p, tmp)),
                    Some((q, f)) => {
                        let same = f.tag() == tmp.tag() && howdah_runtime::compare::identical(*f, tmp);
                        release(tmp);
                        if !same {
                            let msg = format!(
                                "Cannot assign {} to reference held by property {} of type {} and property {} of type {}, as this would result in an inconsistent type conversion",
                                value::value_name(v),
                                prop_text(&**q),
                                type_text(&**q),
                                prop_text(&*p),
                                type_text(&*p)
                            );
                            st = self.throw_type(&msg);
                            break;
                        }
                    }
                }
            }
            if st != Status::Ok {
                if let Some((_, f)) = first {
                    release(f);
                }
                release(v);
                return st;
            }
            let new = match first {
                Some((_, f)) => {
                    release(v);
                    f
                }
                None => v,
            };
            let old = (*r).val;
            (*r).val = new.by_parts();
            release(old);
            Status::Ok
        }
    }

    /// `++` and `--` of an int that ran out of its range, in a property of type int or a reference that one holds.
    ///
    /// # Safety
    /// `r` is live.
    pub(crate) unsafe fn check_incdec_ref(&mut self, r: *mut Ref, old: Val, new: Val, dec: bool) -> Status {
        if old.tag() != INT || new.tag() != DBL {
            return Status::Ok;
        }
        // SAFETY: by the caller's promise; property infos outlive references to them.
        unsafe {
            for p in sources(r) {
                if (*p).ty.as_ref().is_some_and(|t| t.mask & type_mask::FLOAT == 0) {
                    return self.incdec_out_of_range(&*p, !own(r), dec);
                }
            }
        }
        Status::Ok
    }

    pub(crate) fn incdec_out_of_range(&mut self, p: &PropInfo, held: bool, dec: bool) -> Status {
        let (how, end) = if dec { ("decrement", "minimal") } else { ("increment", "maximal") };
        let what = if held { "a reference held by " } else { "" };
        let msg = format!(
            "Cannot {how} {what}property {} of type {} past its {end} value",
            prop_text(p),
            type_text(p)
        );
        self.throw_type(&msg)
    }

    /// Binds property slot `p` of `info` to reference `r` (whose share is taken over): `$o->x =& $y`. The value must suit the
    /// property's type, and the property joins the reference's sources.
    ///
    /// # Safety
    /// `p` is the property's slot, `r` is live.
    pub unsafe fn bind_prop_ref(&mut self, p: *mut Val, info: *const PropInfo, r: *mut Ref) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            if !info.is_null() && (*info).ty.is_some() {
                let mut v = copy((*r).val);
                let strict = self.caller_strict();
                let st = self.check_prop_value(&*info, &mut v, strict);
                if st != Status::Ok {
                    release(v);
                    release(value::ref_val(r));
                    return st;
                }
                let st = self.assign_typed_ref(r, v);
                if st != Status::Ok {
                    release(value::ref_val(r));
                    return st;
                }
                add_source(r, info);
            }
            let old = *p;
            if old.tag() == plugin_api_abi::REF && !info.is_null() {
                drop_source(old.as_ptr(), info);
            }
            if info.is_null() {
                // An element of a hash: what its slot keeps beside the value stays.
                howdah_runtime::array::store(p, value::ref_val(r));
            } else {
                *p = value::ref_val(r).by_parts();
            }
            release(old);
            Status::Ok
        }
    }
}

/// The cell of a static property; null where there is none.
fn static_cell(class: &crate::class::Class, slot: u32) -> *mut Val {
    class.static_slots.get(slot as usize).copied().unwrap_or(core::ptr::null_mut())
}
