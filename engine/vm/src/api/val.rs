//! Values, strings, conversions, comparison.

use super::{raw, vm};
use howdah_runtime::layout::Ref;
use howdah_runtime::{compare as cmp, convert, interner, memory, number, ops, string, value};
use plugin_api_abi::{ARR, CtxRaw, HeapHdr, OBJ, REF, Status, StrHdr, Val, ValTable};

unsafe extern "C" fn addref(v: Val) {
    memory::val_addref(v);
}
unsafe extern "C" fn release(v: Val) {
    // SAFETY: the caller's share.
    unsafe { memory::val_release(v) }
}
unsafe extern "C" fn str_new(p: *const u8, n: usize) -> *mut StrHdr {
    // SAFETY: live bytes.
    let b = unsafe { raw(p, n) };
    if n < 2 { interner::short(b) } else { string::new(b) }
}
unsafe extern "C" fn str_alloc(n: usize) -> *mut StrHdr {
    if n <= memory::MAX_SMALL {
        return string::with_len(n);
    }
    string::try_with_len(n).unwrap_or(core::ptr::null_mut())
}
unsafe extern "C" fn str_val(s: *mut StrHdr) -> Val {
    string::val(s)
}
unsafe extern "C" fn str_intern(p: *const u8, n: usize) -> *mut StrHdr {
    // SAFETY: live bytes.
    interner::intern(unsafe { raw(p, n) })
}
unsafe extern "C" fn str_append(v: *mut Val, p: *const u8, n: usize) {
    // SAFETY: the caller's string.
    unsafe { string::append(&mut *v, raw(p, n)) }
}
unsafe extern "C" fn str_hash(s: *mut StrHdr) -> u64 {
    // SAFETY: live string.
    unsafe { string::hash(s) }
}
unsafe extern "C" fn ref_new(v: Val) -> Val {
    value::ref_val(value::new_ref(if v.is_undef() { Val::NULL } else { v }))
}
unsafe extern "C" fn ref_slot(v: Val) -> *mut Val {
    if v.tag() != REF {
        return core::ptr::null_mut();
    }
    // SAFETY: a live reference cell.
    unsafe { &raw mut (*v.as_ptr::<Ref>()).val }
}
unsafe extern "C" fn ref_assign(ctx: *mut CtxRaw, r: Val, v: Val) -> Status {
    // SAFETY: a live reference; the share is ours.
    unsafe {
        let mut slot = r;
        crate::rt::assign_cv(vm(ctx), &mut slot, v)
    }
}
unsafe extern "C" fn to_bool(v: Val) -> u32 {
    convert::to_bool(v) as u32
}
unsafe extern "C" fn to_int(v: Val) -> i64 {
    convert::to_int(v)
}
unsafe extern "C" fn to_dbl(v: Val) -> f64 {
    convert::to_dbl(v)
}
unsafe extern "C" fn to_str(_: *mut CtxRaw, v: Val, out: *mut Val) -> Status {
    // SAFETY: the caller's slot.
    convert::to_str(value::deref(v), unsafe { &mut *out })
}
unsafe extern "C" fn to_array(_: *mut CtxRaw, v: Val, out: *mut Val) -> Status {
    // SAFETY: the caller's slot.
    convert::to_array(value::deref(v), unsafe { &mut *out })
}
unsafe extern "C" fn cast(ctx: *mut CtxRaw, v: Val, tag: u32, out: *mut Val) -> Status {
    // SAFETY: the caller's slot.
    unsafe { crate::rt::cast(vm(ctx), out, v, tag as u8) }
}
unsafe extern "C" fn compare(a: Val, b: Val) -> i32 {
    cmp::compare(a, b)
}
unsafe extern "C" fn loose_eq(a: Val, b: Val) -> u32 {
    cmp::loose_eq(a, b) as u32
}
unsafe extern "C" fn identical(a: Val, b: Val) -> u32 {
    cmp::identical(a, b) as u32
}
unsafe extern "C" fn parse_numeric(p: *const u8, n: usize, out: *mut Val) -> u32 {
    // SAFETY: live bytes and the caller's slot.
    unsafe {
        let b = raw(p, n);
        match number::parse_numeric(b) {
            Some(num) => {
                *out = match num.num {
                    number::Num::Int(i) => Val::int(i),
                    number::Num::Dbl(d) => Val::dbl(d),
                };
                if num.trailing {
                    2
                } else if b.last().is_some_and(u8::is_ascii_whitespace) {
                    3
                } else {
                    1
                }
            }
            None => 0,
        }
    }
}
unsafe extern "C" fn format_float(d: f64, precision: i32, buf: *mut u8) -> usize {
    number::with_float(d, precision, |s| {
        let n = s.len().min(400);
        // SAFETY: the caller's buffer has 400 bytes.
        unsafe { buf.copy_from_nonoverlapping(s.as_ptr(), n) };
        n
    })
}
unsafe extern "C" fn dbl_to_int(d: f64) -> i64 {
    number::dbl_to_int(d)
}
unsafe extern "C" fn binary(ctx: *mut CtxRaw, op: u32, a: Val, b: Val, out: *mut Val) -> Status {
    // SAFETY: live values; the caller's slot.
    unsafe {
        let st = ops::binary(op as u16, &mut *out, a, b);
        if st == Status::Ok { vm(ctx).pending() } else { st }
    }
}
unsafe extern "C" fn incdec(_: *mut CtxRaw, v: *mut Val, dec: u32) -> Status {
    // SAFETY: the caller's value.
    unsafe { ops::incdec(v, dec != 0) }
}
unsafe extern "C" fn type_word(v: Val, which: u32, buf: *mut u8, cap: usize) -> usize {
    let s = match which {
        0 if v.tag() == OBJ => value::value_name(v),
        0 => value::type_name(v).to_owned(),
        1 => value::value_name(v),
        _ => value::gettype(v).to_owned(),
    };
    let n = s.len().min(cap);
    // SAFETY: the caller's buffer has `cap` bytes.
    unsafe { buf.copy_from_nonoverlapping(s.as_ptr(), n) };
    n
}
unsafe extern "C" fn alloc(size: usize, _align: usize) -> *mut u8 {
    memory::try_alloc(size).unwrap_or(core::ptr::null_mut())
}
unsafe extern "C" fn free(p: *mut u8, size: usize, _align: usize) {
    // SAFETY: what `alloc` gave.
    unsafe { memory::free(p, size) }
}
unsafe extern "C" fn account(delta: isize) {
    memory::account(delta);
}
unsafe extern "C" fn memory_of(what: u32) -> usize {
    match what {
        0 => memory::usage(false),
        1 => memory::usage(true),
        4 => memory::limit(),
        2 => memory::peak_usage(false),
        _ => memory::peak_usage(true),
    }
}
unsafe extern "C" fn reset_peak() {
    memory::reset_peak();
}
unsafe extern "C" fn refcount(v: Val) -> u32 {
    // SAFETY: counted values point to a heap header.
    if v.is_refcounted() { unsafe { (*v.as_ptr::<HeapHdr>()).rc } } else { 0 }
}
unsafe extern "C" fn protect(v: Val, what: u32) -> u32 {
    use howdah_runtime::layout::{HDR_IMMORTAL, HDR_PROTECTED};
    if !matches!(v.tag(), ARR | OBJ) {
        return 0;
    }
    // SAFETY: a live heap block.
    unsafe {
        let h = v.as_ptr::<HeapHdr>();
        let was = (*h).info & HDR_PROTECTED != 0;
        if (*h).info & HDR_IMMORTAL == 0 {
            match what {
                0 => (*h).info &= !HDR_PROTECTED,
                1 => (*h).info |= HDR_PROTECTED,
                _ => {}
            }
        }
        was as u32
    }
}

/// The table.
pub static TABLE: ValTable = ValTable {
    size: size_of::<ValTable>() as u32,
    reserved: 0,
    addref,
    release,
    str_new,
    str_alloc,
    str_val,
    str_intern,
    str_append,
    str_hash,
    ref_new,
    ref_slot,
    ref_assign,
    to_bool,
    to_int,
    to_dbl,
    to_str,
    to_array,
    cast,
    compare,
    loose_eq,
    identical,
    parse_numeric,
    format_float,
    dbl_to_int,
    binary,
    incdec,
    type_word,
    alloc,
    free,
    account,
    memory: memory_of,
    reset_peak,
    refcount,
    protect,
};
