//! Elements of arrays and bytes of strings read and tested where nothing is to be warned of or converted; writing is in
//! [`super::dim_writes`], the rest in [`super::array`]. Each op's own handler does packed arrays with integer keys; a second one
//! does hashes, still without a call; a third one what takes calls.

use super::S;
use super::array::*;
use super::dim_objects::{fetch_dim_object, isset_dim_object};
use crate::op;
use crate::rt::{self, addref, release};
use howdah_bytecode::{Op, fetch};
use howdah_runtime::array::{self, INDIRECT, Key};
use howdah_runtime::array_probe::{self, Probe};
use howdah_runtime::layout::{ARR_PACKED, Arr, Ref};
use howdah_runtime::{interner, number, string, value};
use plugin_api_abi::{ARR, HeapHdr, INT, NULL, OBJ, REF, REFCOUNTED, STR, StrHdr, TRUE, UNDEF, Val};

pub(super) const II: u32 = INT as u32;

/// The key that an integer or string operand stands for.
#[inline(always)]
pub(super) unsafe fn simple_key(k: Val) -> Option<Key> {
    // SAFETY: a live operand.
    unsafe {
        match k.tag() {
            INT => Some(Key::Int(k.as_int())),
            STR => {
                let s = k.as_ptr::<StrHdr>();
                if !may_be_number(s) {
                    return Some(Key::Str(s));
                }
                Some(number::int_key(StrHdr::bytes(s)).map_or(Key::Str(s), Key::Int))
            }
            _ => None,
        }
    }
}

/// The element of a packed array, or null: no hole, no reference.
#[inline(always)]
pub(super) unsafe fn packed_at(a: *const Arr, i: i64) -> *mut Val {
    // SAFETY: `a` is live.
    unsafe {
        if (*a).kind != ARR_PACKED || i as u64 >= (*a).used as u64 {
            return core::ptr::null_mut();
        }
        let p = (*a).data.cast::<Val>().add(i as usize);
        if rt::is_plain((*p).ty) { p } else { core::ptr::null_mut() }
    }
}

/// What the element of a packed array holds, or null: no hole.
#[inline(always)]
unsafe fn packed_any(a: *const Arr, i: i64) -> *mut Val {
    // SAFETY: `a` is live.
    unsafe {
        if (*a).kind != ARR_PACKED || i as u64 >= (*a).used as u64 {
            return core::ptr::null_mut();
        }
        let p = (*a).data.cast::<Val>().add(i as usize);
        if rt::is_plain((*p).ty) {
            p
        } else if (*p).tag() == REF {
            &raw mut (*(*p).as_ptr::<Ref>()).val
        } else {
            core::ptr::null_mut()
        }
    }
}

/// The element of array `a` that the op's key names, as far as that takes no search: null otherwise.
#[inline(always)]
pub(super) unsafe fn element_at_once(s: S, a: *const Arr) -> *mut Val {
    // SAFETY: operand of the op; a live array.
    unsafe {
        let k = s.rk(s.c());
        if (*k).ty == II {
            packed_any(a, (*k).as_int())
        } else {
            array::bucket_at(a, (*s.icp()).val as u32, (*k).as_ptr())
        }
    }
}

/// What is read where there is nothing.
static NOTHING: Val = Val::NULL;

/// Gives T `a` a share of `*p`, which is a value.
#[inline(always)]
pub(super) unsafe fn give(s: S, p: *const Val) {
    // SAFETY: live slots.
    unsafe {
        let d = s.slot(s.a());
        let (payload, ty) = ((*p).payload, (*p).ty);
        if ty & REFCOUNTED != 0 {
            (*(payload as *mut HeapHdr)).rc += 1;
        }
        (*d).payload = payload;
        (*d).ty = ty;
    }
}

/// Gives up the share that a temporary slot operand b has of the array or string in it; false, and nothing done, where it is
/// the last one. What was found in it stays, as others hold it.
#[inline(always)]
unsafe fn give_up_base(s: S) -> bool {
    // SAFETY: the operand is a slot with an array or string.
    unsafe {
        let b = s.b_again();
        if (b >> 1) as u32 >= (*s.func()).num_cvs {
            let q = s.slot(b);
            if (&raw const (*q).ty).read_volatile() & REFCOUNTED != 0 {
                let h = (&raw const (*q).payload).read_volatile() as *mut HeapHdr;
                if (*h).rc == 1 {
                    return false;
                }
                (*h).rc -= 1;
            }
        }
        true
    }
}

/// Whether a string may be the text of an integer, as far as its first byte tells.
#[inline(always)]
pub(super) unsafe fn may_be_number(t: *mut StrHdr) -> bool {
    // SAFETY: a live string. Its text ends in a NUL: the first byte may always be looked at.
    let beyond_minus = unsafe { *string::data(t) }.wrapping_sub(b'-');
    // Of what is from `-` to `9`, all but `.` and `/`.
    beyond_minus <= b'9' - b'-' && beyond_minus.wrapping_sub(1) > 1
}

/// Computes the hash of a string key that has none yet; false: there was nothing to be done.
#[inline(always)]
pub(super) unsafe fn hash_key(k: *const Val) -> bool {
    // SAFETY: a live operand.
    unsafe {
        let t = (*k).as_ptr::<StrHdr>();
        if (*k).tag() != STR || (*t).hash != 0 || may_be_number(t) {
            return false;
        }
        string::hash(t);
        true
    }
}

/// Whether operand `o` is a temporary that holds something counted.
#[inline(always)]
pub(super) unsafe fn is_counted_tmp(s: S, o: u16) -> bool {
    // SAFETY: operand of the running op.
    unsafe { s.is_tmp(o) && (&raw const (*s.slot(o)).ty).read_volatile() & REFCOUNTED != 0 }
}

/// The element that key `*k` names, or null where there is none; `None` where it takes a call to tell: keys of other types,
/// strings that may be numbers, strings whose hash is not known, long ones.
#[inline(always)]
pub(super) unsafe fn probe(a: *const Arr, k: *const Val) -> Option<*mut Val> {
    // SAFETY: a live array and operand.
    unsafe {
        if (*k).ty == II {
            return Some(array_probe::probe_int(a, (*k).as_int()));
        }
        let t = (*k).as_ptr::<StrHdr>();
        if (*k).tag() != STR || may_be_number(t) {
            return None;
        }
        match array_probe::probe_str(a, t) {
            Probe::At(e) => Some(e),
            Probe::Absent => Some(core::ptr::null_mut()),
            Probe::Unsure => None,
        }
    }
}

op! {
    [fast] FetchDimRR(s) {
        let (q, k) = (s.slot(s.b()), s.slot(s.c()));
        if (*q).tag() == ARR && (*k).ty == II {
            let e = packed_any((*q).as_ptr(), (*k).as_int());
            if !e.is_null() {
                if !give_up_base(s) {
                    return s.tail(fetch_dim_any);
                }
                give(s, e);
                return s.next(2);
            }
        }
        if (*q).tag() == STR {
            return s.tail(fetch_byte);
        }
        if (*k).ty == II { s.tail(fetch_dim_int) } else { s.tail(fetch_dim_str) }
    }
    /// An element that an integer key has in any array, also in one behind a reference.
    #[inline(never)]
    [fast] fetch_dim_int(s) {
        let (p, k) = (value::deref_ptr(s.slot(s.b())), s.slot(s.c()));
        if (*p).tag() == ARR && (*k).ty == II {
            let e = array_probe::probe_int((*p).as_ptr(), (*k).as_int());
            if !e.is_null() {
                let e = value::deref_ptr(e);
                if rt::is_plain((*e).ty) && give_up_base(s) {
                    give(s, e);
                    return s.next(2);
                }
            }
        }
        if (*p).tag() == OBJ {
            return s.tail(fetch_dim_object);
        }
        s.tail(fetch_dim_hash)
    }
    /// One byte of a string.
    #[inline(never)]
    [fast] fetch_byte(s) {
        let (q, kq) = (s.rk(s.b()), s.rk(s.c()));
        let k = value::deref_ptr(kq);
        if (*q).tag() == STR && (*k).ty == II && (core::ptr::eq(k, kq) || !s.is_tmp(s.c_again())) {
            let t = (*q).as_ptr::<StrHdr>();
            let i = (*k).payload;
            if i < (*t).len as u64 {
                let byte = interner::known_byte(*string::data(t).add(i as usize));
                if !byte.is_null() && (s.b_again() & 0x8000 != 0 || give_up_base(s)) {
                    let d = s.slot(s.a());
                    (*d).payload = byte as u64;
                    (*d).ty = STR as u32;
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_byte_any)
    }
    /// From the end; of a string that is a reference or a temporary.
    #[inline(never)]
    [fast] fetch_byte_any(s) {
        let q = s.rk(s.b());
        let (c, k) = (value::deref_ptr(q), value::deref_ptr(s.rk(s.c())));
        let t = (*c).as_ptr::<StrHdr>();
        if (*c).tag() != STR || (*k).ty != II || s.is_tmp(s.c()) && !core::ptr::eq(k, s.rk(s.c())) {
            return s.tail(fetch_dim_any);
        }
        let (mut i, len) = ((*k).as_int(), (*t).len as i64);
        if i < 0 {
            i += len;
        }
        if i as u64 >= len as u64 {
            return s.tail(fetch_dim_any);
        }
        let byte = interner::known_byte(*string::data(t).add(i as usize));
        if byte.is_null() {
            return s.tail(fetch_dim_any);
        }
        if is_counted_tmp(s, s.b()) {
            if (*t).hdr.rc == 1 || q != c {
                return s.tail(fetch_dim_any);
            }
            (*t).hdr.rc -= 1;
        }
        let d = s.slot(s.a());
        (*d).payload = byte as u64;
        (*d).ty = STR as u32;
        s.next(2)
    }
    [fast] FetchDimRK(s) {
        let (q, k) = (s.slot(s.b()), s.kk(s.c()));
        if (*q).tag() == ARR {
            let a = (*q).as_ptr::<Arr>();
            let e = if (*k).ty == II {
                packed_at(a, (*k).as_int())
            } else {
                array::bucket_at(a, (*s.icp()).val as u32, (*k).as_ptr())
            };
            if !e.is_null() && rt::is_plain((*e).ty) {
                if !give_up_base(s) {
                    return s.tail(fetch_dim_any);
                }
                give(s, e);
                return s.next(2);
            }
        }
        if (*q).tag() == STR { s.tail(fetch_byte) } else { s.tail(fetch_dim_str) }
    }
    /// An element that a string key has in a hash, where the key is the very string.
    #[inline(never)]
    [fast] fetch_dim_str(s) {
        if s.b() & 0x8000 != 0 {
            return s.tail(fetch_dim_hash);
        }
        let (q, k) = (s.slot(s.b()), s.rk(s.c()));
        if (*q).tag() == ARR && (*k).tag() == STR && !may_be_number((*k).as_ptr()) {
            let a = (*q).as_ptr::<Arr>();
            let at = array_probe::probe_same(a, (*k).as_ptr());
            if at < array_probe::UNSURE {
                let e = array_probe::element(a, at);
                if rt::is_plain((*e).ty) {
                    if s.c_again() & 0x8000 != 0 {
                        (*s.icp()).val = at as u64;
                    } else if is_counted_tmp(s, s.c_again()) {
                        return s.tail(fetch_dim_hash);
                    }
                    if !give_up_base(s) {
                        return s.tail(fetch_dim_any);
                    }
                    give(s, e);
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_dim_text)
    }
    /// An element that a string key has in a hash, whichever string it is.
    #[inline(never)]
    [fast] fetch_dim_text(s) {
        let (q, k) = (s.rk(s.b()), s.rk(s.c()));
        if (*q).tag() == ARR && (*k).tag() == STR && !may_be_number((*k).as_ptr()) && s.b() & 0x8000 == 0 {
            let a = (*q).as_ptr::<Arr>();
            if let Probe::At(e) = array_probe::probe_str(a, (*k).as_ptr())
                && rt::is_plain((*e).ty)
                && !is_counted_tmp(s, s.c_again())
            {
                if !give_up_base(s) {
                    return s.tail(fetch_dim_any);
                }
                give(s, e);
                return s.next(2);
            }
        }
        s.tail(fetch_dim_hash)
    }
    /// An element of any array by a key that needs no conversion, found without a call.
    #[inline(never)]
    [fast] fetch_dim_hash(s) {
        let (b, c) = (s.b(), s.c());
        let (q, kq) = (s.rk(b), s.rk(c));
        let (p, k) = (value::deref_ptr(q), value::deref_ptr(kq));
        if (*p).tag() != ARR {
            return if (*p).tag() == STR { s.tail(fetch_byte) } else { s.tail(fetch_dim_object) };
        }
        let a = (*p).as_ptr::<Arr>();
        let Some(mut e) = probe(a, k) else { return s.tail(fetch_dim_any) };
        let tmp = (*q).ty & REFCOUNTED != 0 && s.is_tmp(b);
        if tmp && ((*a).hdr.rc == 1 || p != q) {
            return s.tail(fetch_dim_any);
        }
        if !e.is_null() {
            if (*s.pc).op == Op::FetchDimRK as u16 && (*a).kind != ARR_PACKED && (*k).tag() == STR {
                (*s.icp()).val = array::bucket_index(a, e) as u64;
            }
            e = value::deref_ptr(e);
        }
        if e.is_null() || (*e).tag() == UNDEF {
            if (*s.pc).op != Op::FetchDim as u16 || s.x() as u16 != fetch::IS {
                return s.tail(fetch_dim_slow);
            }
            e = (&raw const NOTHING).cast_mut();
        } else if (*e).tag() == INDIRECT {
            return s.tail(fetch_dim_any);
        }
        // A temporary key is released last; the last share of one takes a call.
        if (*kq).ty & REFCOUNTED != 0 && s.is_tmp(c) {
            if (*kq).tag() != STR || (*(*kq).as_ptr::<HeapHdr>()).rc == 1 {
                return s.tail(fetch_dim_any);
            }
            (*(*kq).as_ptr::<HeapHdr>()).rc -= 1;
        }
        give(s, e);
        if tmp {
            (*a).hdr.rc -= 1;
        }
        s.next(2)
    }
    [fast] FetchDim(s) {
        let (q, k) = (s.rk(s.b()), s.rk(s.c()));
        if (*q).tag() == ARR && (*k).ty == II && s.b() & 0x8000 == 0 {
            let e = packed_any((*q).as_ptr(), (*k).as_int());
            if !e.is_null() {
                if !give_up_base(s) {
                    return s.tail(fetch_dim_any);
                }
                give(s, e);
                return s.next(2);
            }
        }
        if (*q).tag() == STR { s.tail(fetch_byte) } else { s.tail(fetch_dim_str) }
    }
    /// As `FetchDim`, and the container stays: the next element is to be fetched from it.
    [fast] FetchList(s) {
        let (q, k) = (s.rk(s.b()), s.rk(s.c()));
        if (*q).tag() == ARR && !is_counted_tmp(s, s.c_again()) && let Some(e) = probe((*q).as_ptr(), k) && !e.is_null() {
            let e = value::deref_ptr(e);
            if rt::is_plain((*e).ty) {
                give(s, e);
                (*s.slot(s.a())).aux = 0;
                return s.next(2);
            }
        }
        s.tail(fetch_list_slow)
    }
    #[inline(never)]
    [fast] fetch_dim_any(s) {
        let (b, c) = (s.b(), s.c());
        if hash_key(value::deref_ptr(s.rk(c))) {
            return s.tail(fetch_dim_hash);
        }
        let container = *value::deref_ptr(s.rk(b));
        let k = (*s.rk(c)).by_parts();
        let tmp = s.is_tmp(b);
        let v;
        if container.tag() == ARR {
            let Some(key) = simple_key(k) else { return s.tail(fetch_dim_slow) };
            let a = container.as_ptr::<Arr>();
            let mut p = array::find(a, key);
            if !p.is_null() && (*p).tag() == INDIRECT {
                p = (*p).as_ptr();
            }
            if p.is_null() || (*p).tag() == UNDEF {
                return s.tail(fetch_dim_slow);
            }
            if tmp && container.is_refcounted() {
                if (*a).hdr.rc == 1 || (*s.rk(b)).tag() == REF {
                    return s.tail(fetch_dim_slow);
                }
                (*a).hdr.rc -= 1;
            }
            if (*s.pc).op == Op::FetchDimRK as u16 && k.tag() == STR && (*a).kind != ARR_PACKED && matches!(key, Key::Str(_)) {
                (*s.icp()).val = array::bucket_index(a, p) as u64;
            }
            v = *value::deref_ptr(p);
            addref(v);
            if k.is_refcounted() && s.is_tmp(c) {
                release(k);
            }
        } else if container.tag() == STR && k.ty == II {
            let t = container.as_ptr::<StrHdr>();
            let n = (*t).len;
            let i = k.as_int();
            let at = if i < 0 { i.wrapping_add(n as i64) } else { i };
            if at as u64 >= n as u64 {
                return s.tail(fetch_dim_slow);
            }
            v = string::byte_val(*string::data(t).add(at as usize));
            if tmp {
                release((*s.rk(b)).by_parts());
            }
        } else {
            return s.tail(fetch_dim_slow);
        }
        *s.slot(s.a()) = v.by_parts();
        s.next(2)
    }
    [fast] IssetDim(s) {
        let (c, k) = (s.slot(s.b() & 0x7fff), s.rk(s.c()));
        if (*c).tag() == ARR && (*k).ty == II && s.b() & 0x8000 == 0 && !s.is_tmp(s.b()) && s.x() == 0 {
            let p = packed_at((*c).as_ptr(), (*k).as_int());
            if !p.is_null() {
                s.put_bool(s.a(), (*p).tag() > NULL);
                return s.next(2);
            }
        }
        if (*c).tag() == OBJ && s.b() & 0x8000 == 0 {
            return s.tail(isset_dim_object);
        }
        if (*c).tag() == STR { s.tail(isset_byte) } else { s.tail(isset_dim_str) }
    }
    /// isset of a byte of a string.
    #[inline(never)]
    [fast] isset_byte(s) {
        if s.b() & 0x8000 == 0 && s.x() == 0 && !is_counted_tmp(s, s.b()) {
            let (q, kq) = (s.slot(s.b()), s.rk(s.c()));
            let k = value::deref_ptr(kq);
            if (*q).tag() == STR && (*k).ty == II && (core::ptr::eq(k, kq) || !s.is_tmp(s.c_again())) {
                let (i, len) = ((*k).payload, (*(*q).as_ptr::<StrHdr>()).len as u64);
                s.put_bool(s.a(), i < len || i.wrapping_add(len) < len);
                return s.next(2);
            }
        }
        s.tail(isset_dim_hash)
    }
    /// isset of a string key that is the very string in a hash, or in none.
    #[inline(never)]
    [fast] isset_dim_str(s) {
        if s.b() & 0x8000 != 0 || s.x() != 0 {
            return s.tail(isset_dim_hash);
        }
        let (q, k) = (s.slot(s.b()), s.rk(s.c()));
        if (*q).tag() == ARR && (*k).tag() == STR && !may_be_number((*k).as_ptr()) {
            let a = (*q).as_ptr::<Arr>();
            let at = array_probe::probe_same(a, (*k).as_ptr());
            if at != array_probe::UNSURE {
                let tag = if at == array_probe::ABSENT { NULL } else { (*array_probe::element(a, at)).tag() };
                // What is behind references and in variables takes the next stage.
                if tag < REF && (s.c_again() & 0x8000 != 0 || !is_counted_tmp(s, s.c_again())) && give_up_base(s) {
                    s.put_bool(s.a(), tag > NULL);
                    return s.next(2);
                }
            } else {
                return if (*(*k).as_ptr::<StrHdr>()).hash == 0 { s.tail(isset_dim_any) } else { s.tail(isset_dim_text) };
            }
        }
        s.tail(isset_dim_hash)
    }
    /// isset of a string key in a hash, whichever string it is.
    #[inline(never)]
    [fast] isset_dim_text(s) {
        let (q, k) = (s.rk(s.b()), s.rk(s.c()));
        if (*q).tag() == ARR && (*k).tag() == STR && !may_be_number((*k).as_ptr()) && s.x() == 0 && s.b() & 0x8000 == 0 {
            let yes = match array_probe::probe_str((*q).as_ptr(), (*k).as_ptr()) {
                Probe::At(e) if (*e).tag() == INDIRECT => return s.tail(isset_dim_any),
                Probe::At(e) => (*value::deref_ptr(e)).tag() > NULL,
                Probe::Absent => false,
                Probe::Unsure => return s.tail(isset_dim_any),
            };
            if !is_counted_tmp(s, s.c_again()) && give_up_base(s) {
                s.put_bool(s.a_again(), yes);
                return s.next(2);
            }
        }
        s.tail(isset_dim_hash)
    }
    /// Whatever is no object, and a key that needs no conversion, looked for without a call.
    #[inline(never)]
    [fast] isset_dim_hash(s) {
        let (b, c) = (s.b(), s.c());
        let (q, kq) = (s.rk(b), s.rk(c));
        let (p, k) = (value::deref_ptr(q), value::deref_ptr(kq));
        let mut e = (&raw const NOTHING).cast_mut();
        let mut byte = -1;
        match (*p).tag() {
            ARR => {
                let Some(found) = probe((*p).as_ptr(), k) else { return s.tail(isset_dim_any) };
                if !found.is_null() {
                    e = value::deref_ptr(found);
                }
            }
            STR if (*k).ty == II => {
                let t = (*p).as_ptr::<StrHdr>();
                let (mut i, len) = ((*k).as_int(), (*t).len as i64);
                if i < 0 {
                    i += len;
                }
                if (i as u64) < len as u64 {
                    byte = *string::data(t).add(i as usize) as i32;
                }
            }
            OBJ => return s.tail(isset_dim_object),
            STR => return s.tail(isset_dim_slow),
            _ if (*k).tag() != INT && (*k).tag() != STR => return s.tail(isset_dim_slow),
            _ => {}
        }
        let tag = (*e).tag();
        let yes = if s.x() == 0 {
            tag > NULL || byte >= 0
        } else if byte >= 0 {
            byte == b'0' as i32
        } else if tag <= INT {
            tag != TRUE && (tag != INT || (*e).payload == 0)
        } else if tag == STR {
            let t = (*e).as_ptr::<StrHdr>();
            (*t).len == 0 || (*t).len == 1 && *string::data(t) == b'0'
        } else if tag == ARR {
            array::count((*e).as_ptr()) == 0
        } else {
            return s.tail(isset_dim_slow);
        };
        if tag == INDIRECT {
            return s.tail(isset_dim_any);
        }
        let (tmp, key_tmp) = ((*q).ty & REFCOUNTED != 0 && s.is_tmp(b), (*kq).ty & REFCOUNTED != 0 && s.is_tmp(c));
        let (h, kh) = ((*q).as_ptr::<HeapHdr>(), (*kq).as_ptr::<HeapHdr>());
        if tmp && ((*h).rc == 1 || p != q) || key_tmp && ((*kh).rc == 1 || k != kq || h == kh) {
            return s.tail(isset_dim_slow);
        }
        if tmp {
            (*h).rc -= 1;
        }
        if key_tmp {
            (*kh).rc -= 1;
        }
        s.put_bool(s.a(), yes);
        s.next(2)
    }
    #[inline(never)]
    [fast] isset_dim_any(s) {
        let (b, c) = (s.b(), s.c());
        if hash_key(value::deref_ptr(s.rk(c))) {
            return s.tail(isset_dim_text);
        }
        let container = *value::deref_ptr(s.rk(b));
        let k = (*s.rk(c)).by_parts();
        let Some(key) = simple_key(k) else { return s.tail(isset_dim_slow) };
        if container.tag() != ARR || s.is_tmp(b) && container.is_refcounted() && (*container.as_ptr::<HeapHdr>()).rc == 1 {
            return s.tail(isset_dim_slow);
        }
        let mut p = array::find(container.as_ptr(), key);
        if !p.is_null() && (*p).tag() == INDIRECT {
            p = (*p).as_ptr();
        }
        let v = if p.is_null() { Val::NULL } else { *value::deref_ptr(p) };
        let yes = if s.x() == 0 {
            v.tag() > NULL
        } else if v.tag() <= INT {
            v.tag() != TRUE && (v.tag() != INT || v.payload == 0)
        } else {
            return s.tail(isset_dim_slow);
        };
        if k.is_refcounted() && s.is_tmp(c) {
            release(k);
        }
        if s.is_tmp(b) && (*s.slot(b)).is_refcounted() {
            rt::release_tmp(*s.slot(b));
        }
        s.put_bool(s.a(), yes);
        s.next(2)
    }
}
