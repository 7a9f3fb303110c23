//! What handlers use of the runtime, with the VM's messages around it.

use crate::dispatch::S;
use crate::frame::frame;
use crate::vm::Vm;
use howdah_bytecode::RK_LITERAL;
use howdah_runtime::layout::{Arr, HDR_BUFFERED, Ref};
use howdah_runtime::memory::Here;
use howdah_runtime::{array, compare as cmp, convert, hooks, ops, string, value};
use plugin_api_abi::{ARR, COLLECTABLE, HeapHdr, OBJ, REF, REFCOUNTED, STR, Status, StrHdr, UNDEF, Val};

pub use howdah_runtime::memory::release::val_release_tmp as release_tmp;
pub use howdah_runtime::memory::{val_addref as addref, val_release as release};
pub use howdah_runtime::value::deref_ptr;

/// The value of an operand for reading: dereferenced; an undefined variable warns and is null. Borrowed.
#[inline(always)]
pub unsafe fn read(vm: &mut Vm, fp: *mut Val, p: *mut Val, st: &mut Status) -> Val {
    // SAFETY: `p` is an operand of the running op.
    unsafe {
        match (*p).tag() {
            REF => (*(*p).as_ptr::<Ref>()).val.by_parts(),
            UNDEF => {
                if *st == Status::Ok {
                    *st = undefined_variable(vm, fp, p);
                }
                Val::NULL
            }
            _ => (*p).by_parts(),
        }
    }
}

/// The value behind a reference, quietly; borrowed.
pub unsafe fn deref_quiet(p: *mut Val) -> Val {
    // SAFETY: live slot.
    let v = unsafe { (*value::deref_ptr(p)).by_parts() };
    if v.is_undef() { Val::NULL } else { v }
}

impl Vm {
    /// The variable without an address is given up, when `p` is it: an alias of its value has been made.
    pub(crate) unsafe fn leave_scratch(&mut self, p: *mut Val) {
        if core::ptr::eq(p, &raw const self.scratch) {
            let v = std::mem::replace(&mut self.scratch, Val::NULL);
            // SAFETY: the share was the scratch variable's.
            unsafe { release(v) };
        }
    }
}

/// A share of `v`.
#[inline(always)]
pub fn copy(v: Val) -> Val {
    addref(v);
    v.by_parts()
}

/// A share of what a variable holds.
pub unsafe fn copy_deref(p: *mut Val) -> Val {
    // SAFETY: live slot.
    unsafe { copy(deref_quiet(p)) }
}

/// Takes the operand's value over (temporaries) or a share of it (variables, literals); dereferenced.
pub unsafe fn take(s: S, o: u16) -> Val {
    // SAFETY: operand of the running op.
    unsafe {
        let p = s.rk(o);
        if s.is_tmp(o) {
            let v = (*p).by_parts();
            if v.tag() == REF {
                let inner = copy(value::deref(v));
                release(v);
                return inner;
            }
            return v.by_parts();
        }
        copy_deref(p)
    }
}

/// Copies a value's payload and type, without counting. Field by field: a slot is mostly written so, and a 16-byte load of
/// what was just stored in two parts waits for both stores to leave the store buffer.
///
/// # Safety
/// Both are live slots.
#[inline(always)]
pub unsafe fn put(d: *mut Val, p: *const Val) {
    // SAFETY: by the caller's promise; volatile only so that the two loads are not made one.
    unsafe {
        let payload = (&raw const (*p).payload).read_volatile();
        let ty = (&raw const (*p).ty).read_volatile();
        (*d).payload = payload;
        (*d).ty = ty;
    }
}

/// Whether giving up a share of `*p` takes no call: nothing is counted, or others hold it and the collector need not be told.
///
/// # Safety
/// A live slot.
#[inline(always)]
pub unsafe fn sheds(p: *const Val) -> bool {
    // SAFETY: by the caller's promise.
    unsafe {
        let ty = (*p).ty;
        if ty & REFCOUNTED == 0 {
            return true;
        }
        let h = (*p).as_ptr::<HeapHdr>();
        (*h).rc > 1 && (ty & COLLECTABLE == 0 || (*h).info & HDR_BUFFERED != 0)
    }
}

/// Gives up a share of what [`sheds`] is true of.
///
/// # Safety
/// The caller owns it.
#[inline(always)]
pub unsafe fn shed(v: Val) {
    if v.ty & REFCOUNTED != 0 {
        // SAFETY: not the last share of a live block.
        unsafe { (*v.as_ptr::<HeapHdr>()).rc -= 1 };
    }
}

/// Gives up the share of a value that another one takes the place of, where that takes no call: else false, and nothing is done.
/// The last share of a string goes, too, if that is not long.
///
/// # Safety
/// The caller owns it, and the new value has a share of its own.
#[inline(always)]
pub unsafe fn gives_up(here: Here, p: *const Val) -> bool {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*p).ty & REFCOUNTED != 0 && (*p).tag() == STR {
            return here.gives_up(*p);
        }
        if !sheds(p) {
            return false;
        }
        shed(*p);
        true
    }
}

/// Whether a value is neither undefined nor a reference, nor anything that only containers hold.
#[inline(always)]
pub fn is_plain(ty: u32) -> bool {
    (ty as u8).wrapping_sub(1) < REF - 1
}

/// Releases an operand that is a temporary.
#[inline(always)]
pub unsafe fn free_tmp(s: S, o: u16) {
    // SAFETY: operand of the running op.
    unsafe {
        if o & RK_LITERAL == 0 && s.is_tmp(o) {
            release_tmp((*s.slot(o)).by_parts());
        }
    }
}

/// `Undefined variable $x` for the CV at `p`.
#[cold]
#[inline(never)]
pub unsafe fn undefined_variable(vm: &mut Vm, fp: *mut Val, p: *mut Val) -> Status {
    // SAFETY: `p` is a slot of the frame at `fp`.
    unsafe {
        let f = &*(*frame(fp)).func;
        let i = p.offset_from(fp);
        let names = &(*f.proto).cv_names;
        let name = usize::try_from(i).ok().and_then(|i| names.get(i));
        match name {
            Some(n) => vm.warning(&format!("Undefined variable ${}", String::from_utf8_lossy(n))),
            None => Status::Ok,
        }
    }
}

/// `a KIND b` to an owned value.
pub unsafe fn binary(_vm: &mut Vm, kind: u16, out: *mut Val, a: Val, b: Val) -> Status {
    // SAFETY: `out` is a local of the caller.
    ops::binary(kind, unsafe { &mut *out }, a, b)
}

/// `*d KIND= y` on a plain variable (no reference), in place where the operation can.
pub unsafe fn binary_in_place(_vm: &mut Vm, kind: u16, d: *mut Val, y: Val) -> Status {
    // SAFETY: `d` is a live slot.
    unsafe {
        if kind == 8 && (*d).tag() == STR {
            if value::deref(y).tag() == STR {
                append(&mut *d, value::deref(y));
                return Status::Ok;
            }
            // Conversion may run PHP code that changes the variable: the text that was there is what counts.
            let left = copy(*d);
            let mut t = Val::NULL;
            let st = convert::to_str(y, &mut t);
            if st == Status::Ok && (*d).payload == left.payload && (*d).tag() == STR {
                release(left);
                append(&mut *d, t);
            } else if st == Status::Ok {
                let old = (*d).by_parts();
                array::store(d, concat2(left, t));
                release(old);
                release(left);
            } else {
                release(left);
            }
            release(t);
            return st;
        }
        let y = value::deref(y);
        if kind == 1 && (*d).tag() == ARR && y.tag() == ARR {
            if y.payload != (*d).payload {
                let a = array::separate(d);
                ops::union_into(a, y.as_ptr::<Arr>());
            }
            return Status::Ok;
        }
        let mut out = Val::NULL;
        let st = ops::binary(kind, &mut out, *d, y);
        if st != Status::Ok {
            release(out);
            return st;
        }
        let old = (*d).by_parts();
        array::store(d, out);
        release(old);
        Status::Ok
    }
}

/// `*p KIND= y` on a variable that may be a reference.
pub unsafe fn assign_op_var(vm: &mut Vm, kind: u16, p: *mut Val, y: Val) -> Status {
    // SAFETY: live slot.
    unsafe {
        if (*p).tag() == REF {
            let r = (*p).as_ptr::<Ref>();
            if !(*r).sources.is_null() {
                let mut out = Val::NULL;
                let st = ops::binary(kind, &mut out, (*r).val, y);
                if st != Status::Ok {
                    return st;
                }
                return assign_cv(vm, p, out);
            }
            return binary_in_place(vm, kind, &raw mut (*r).val, y);
        }
        binary_in_place(vm, kind, p, y)
    }
}

/// Assigns an owned value to a variable: through a reference, with typed references checked, old value released last.
pub unsafe fn assign_cv(vm: &mut Vm, p: *mut Val, v: Val) -> Status {
    // SAFETY: live slot; `v` is ours.
    unsafe {
        let mut p = p;
        if (*p).tag() == REF {
            let r = (*p).as_ptr::<Ref>();
            if !(*r).sources.is_null() {
                return vm.assign_typed_ref(r, v);
            }
            p = &raw mut (*r).val;
        }
        let old = (*p).by_parts();
        array::store(p, v);
        release(old);
        Status::Ok
    }
}

/// `++`/`--` on a variable.
pub unsafe fn incdec(vm: &mut Vm, p: *mut Val, dec: bool) -> Status {
    // SAFETY: live slot.
    unsafe {
        if (*p).tag() == REF {
            let r = (*p).as_ptr::<Ref>();
            if !(*r).sources.is_null() {
                // What holds an integer takes the next one as well.
                let v = &raw mut (*r).val;
                let next = if dec { (*v).as_int().checked_sub(1) } else { (*v).as_int().checked_add(1) };
                if let (plugin_api_abi::INT, Some(next)) = ((*v).tag(), next) {
                    (*v).payload = next as u64;
                    return Status::Ok;
                }
                let mut t = copy((*r).val);
                let mut st = ops::incdec(&mut t, dec);
                if st == Status::Ok {
                    st = vm.check_incdec_ref(r, (*r).val, t, dec);
                }
                if st != Status::Ok {
                    release(t);
                    return st;
                }
                return vm.assign_typed_ref(r, t);
            }
            return ops::incdec(&raw mut (*r).val, dec);
        }
        ops::incdec(p, dec)
    }
}

/// Two strings joined, into a fresh string.
#[inline(always)]
pub unsafe fn concat2(a: Val, b: Val) -> Val {
    // SAFETY: both are live strings.
    unsafe { string::val(string::concat(StrHdr::bytes(a.as_ptr()), StrHdr::bytes(b.as_ptr()))) }
}

/// Appends string `b` to the string variable `d`.
#[inline]
pub unsafe fn append(d: *mut Val, b: Val) {
    // SAFETY: both hold strings.
    unsafe { string::append(&mut *d, StrHdr::bytes(b.as_ptr())) }
}

/// Truth.
#[inline]
pub fn truth(_vm: &mut Vm, v: Val) -> bool {
    convert::to_bool(v)
}

/// Casts to a type's tag; objects from anything included.
pub unsafe fn cast(vm: &mut Vm, out: *mut Val, v: Val, tag: u8) -> Status {
    // SAFETY: `out` is a local of the caller.
    unsafe {
        if tag == OBJ {
            return vm.to_object(v, &mut *out);
        }
        convert::cast(v, tag, &mut *out)
    }
}

/// `~v`
pub unsafe fn bit_not(_vm: &mut Vm, out: *mut Val, v: Val) -> Status {
    // SAFETY: `out` is a local of the caller.
    ops::bit_not(unsafe { &mut *out }, v)
}

/// Same bytes.
#[inline]
pub unsafe fn str_eq(a: Val, b: Val) -> bool {
    // SAFETY: both are strings.
    unsafe { string::eq(a.as_ptr(), b.as_ptr()) }
}

/// `==` on strings.
#[inline]
pub unsafe fn str_loose_eq(a: Val, b: Val) -> bool {
    // SAFETY: both are strings.
    unsafe { a.payload == b.payload || cmp::smart_eq(StrHdr::bytes(a.as_ptr()), StrHdr::bytes(b.as_ptr())) }
}

/// `==`
pub fn loose_eq(_vm: &mut Vm, a: Val, b: Val) -> bool {
    cmp::loose_eq(a, b)
}
/// `===`
pub fn identical(a: Val, b: Val) -> bool {
    cmp::identical(a, b)
}
/// `<=>`
pub fn compare(_vm: &mut Vm, a: Val, b: Val) -> i32 {
    cmp::compare(a, b)
}
/// `<`: false with NaN.
pub fn less(_vm: &mut Vm, a: Val, b: Val) -> bool {
    cmp::compare(a, b) < 0
}
/// `<=`
pub fn less_eq(_vm: &mut Vm, a: Val, b: Val) -> bool {
    // `a <= b` with an uncomparable pair is false: ask the other way round only for what compare calls smaller or equal.
    cmp::compare(a, b) <= 0
}

/// Text of a value for names (variables, members): owned string.
pub fn to_str(v: Val, out: &mut Val) -> Status {
    convert::to_str(v, out)
}

/// A TypeError.
pub fn type_error(msg: &str) -> Status {
    hooks::throw(hooks::ErrorKind::TypeError, msg)
}

/// Lossy text of a string.
pub unsafe fn lossy(s: *const StrHdr) -> String {
    // SAFETY: live string.
    String::from_utf8_lossy(unsafe { StrHdr::bytes(s) }).into_owned()
}

/// The variable that an lval operand names: a CV, or what an IND temporary points to.
#[inline(always)]
pub unsafe fn lval(s: S, o: u16) -> *mut Val {
    // SAFETY: operand of the running op.
    unsafe {
        let p = s.slot(o);
        if (*p).tag() == crate::dispatch::vars::IND { (*p).as_ptr() } else { p }
    }
}

/// A share of an element for another container: a reference that only one holder has is its value.
pub unsafe fn copy_ref(v: Val) -> Val {
    // SAFETY: live value.
    unsafe {
        if v.tag() == REF && (*v.as_ptr::<Ref>()).hdr.rc == 1 {
            return copy(value::deref(v));
        }
        copy(v)
    }
}
