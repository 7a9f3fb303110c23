//! Comparison: `===`, `==`, `<=>` with PHP 8 semantics.

use crate::array::{self, Key};
use crate::convert;
use crate::hooks;
use crate::layout::{Arr, HDR_PROTECTED};
use crate::number::{self, Num};
use crate::stack::deeper;
use crate::string;
use crate::value::{deref, is_true};
use plugin_api_abi::{ARR, DBL, FALSE, HeapHdr, INT, NULL, OBJ, RES, STR, StrHdr, TRUE, UNDEF, Val};
use std::cmp::Ordering;

/// `a === b`
pub fn identical(a: Val, b: Val) -> bool {
    let (a, b) = (deref(a), deref(b));
    let tag = |v: Val| if v.is_undef() { NULL } else { v.tag() };
    if tag(a) != tag(b) {
        return false;
    }
    match a.tag() {
        INT => a.as_int() == b.as_int(),
        DBL => a.as_dbl() == b.as_dbl(),
        // SAFETY: live strings.
        STR => unsafe { string::eq(a.as_ptr(), b.as_ptr()) },
        // SAFETY: live arrays.
        ARR => unsafe {
            let (a, b) = (a.as_ptr(), b.as_ptr());
            // Most arrays that differ do so in size: no need to go deeper for those.
            core::ptr::eq(a, b) || array::count(a) == array::count(b) && deeper(|| arrays_identical(a, b))
        },
        OBJ | RES => a.payload == b.payload,
        _ => true,
    }
}

/// Compares arrays of the same size.
unsafe fn arrays_identical(a: *mut Arr, b: *mut Arr) -> bool {
    // SAFETY: by the caller's promise; nothing here writes.
    unsafe {
        if (*a).hdr.info & HDR_PROTECTED != 0 {
            let _ = (hooks::get().throw)(
                hooks::ErrorKind::Error,
                "Nesting level too deep - recursive dependency?",
            );
            return false;
        }
        protect(a, true);
        let r = array::iter(a).zip(array::iter(b)).all(|((k, p), (l, q))| {
            (match (k, l) {
                (Key::Int(i), Key::Int(j)) => i == j,
                (Key::Str(s), Key::Str(t)) => string::eq(s, t),
                _ => false,
            }) && identical(*p, *q)
        });
        protect(a, false);
        r
    }
}

unsafe fn protect(a: *mut Arr, on: bool) {
    // SAFETY: live array; immutable ones hold no cycles.
    unsafe {
        if (*a).hdr.info & crate::layout::HDR_IMMORTAL == 0 {
            let h = &mut *a.cast::<HeapHdr>();
            if on { h.info |= HDR_PROTECTED } else { h.info &= !HDR_PROTECTED }
        }
    }
}

fn ord(o: Ordering) -> i32 {
    o as i32
}

fn floats(a: f64, b: f64) -> i32 {
    match a.partial_cmp(&b) {
        Some(o) => ord(o),
        None => 1,
    }
}

/// Compares two strings as `==` and `<=>` do: as numbers where both are numeric.
pub fn smart_str(a: &[u8], b: &[u8]) -> i32 {
    // What a number begins with is no letter; and digits compare like the numbers that they are.
    let may_be = |s: &[u8]| s.first().is_some_and(|&c| c <= b'9');
    if !may_be(a) || !may_be(b) || a.len() == 1 && b.len() == 1 {
        return bytes(a, b);
    }
    let numeric = |s| number::parse_numeric(s).filter(|n| !n.trailing);
    if let (Some(x), Some(y)) = (numeric(a), numeric(b)) {
        return match (x.num, y.num) {
            (Num::Int(i), Num::Int(j)) => ord(i.cmp(&j)),
            // Both overflow the same way: the texts decide, floats would call different ones equal.
            (Num::Dbl(d), Num::Dbl(e)) if x.overflow != 0 && x.overflow == y.overflow && d - e == 0.0 => {
                bytes(a, b)
            }
            // As do those of what is too large for a float.
            (Num::Dbl(d), Num::Dbl(e)) if d == e && d.is_infinite() => bytes(a, b),
            (Num::Dbl(d), Num::Dbl(e)) => floats(d, e),
            (Num::Int(i), Num::Dbl(e)) => {
                if y.overflow != 0 {
                    -(y.overflow as i32)
                } else {
                    floats(i as f64, e)
                }
            }
            (Num::Dbl(d), Num::Int(j)) => {
                if x.overflow != 0 {
                    x.overflow as i32
                } else {
                    floats(d, j as f64)
                }
            }
        };
    }
    bytes(a, b)
}

fn bytes(a: &[u8], b: &[u8]) -> i32 {
    ord(a.cmp(b))
}

/// Equality of two strings as `==` says.
pub fn smart_eq(a: &[u8], b: &[u8]) -> bool {
    let digit = |s: &[u8]| s.first().is_some_and(|&c| c <= b'9');
    if digit(a) && digit(b) { smart_str(a, b) == 0 } else { a == b }
}

fn int_with_str(i: i64, s: &[u8]) -> i32 {
    match number::parse_numeric(s).filter(|n| !n.trailing) {
        Some(n) => match n.num {
            Num::Int(j) => ord(i.cmp(&j)),
            Num::Dbl(e) => floats(i as f64, e),
        },
        None => bytes(itoa::Buffer::new().format(i).as_bytes(), s),
    }
}

fn dbl_with_str(d: f64, s: &[u8]) -> i32 {
    if d.is_nan() {
        return 1;
    }
    match number::parse_numeric(s).filter(|n| !n.trailing) {
        Some(n) => match n.num {
            Num::Int(j) => floats(d, j as f64),
            Num::Dbl(e) => floats(d, e),
        },
        None => number::with_float(d, (hooks::get().precision)(), |text| bytes(text, s)),
    }
}

/// `a <=> b`; 1 also for uncomparable values. Objects' handlers may leave an exception pending.
pub fn compare(a: Val, b: Val) -> i32 {
    let (a, b) = (deref(a), deref(b));
    let norm = |v: Val| if v.is_undef() { NULL } else { v.tag() };
    match (norm(a), norm(b)) {
        (INT, INT) => ord(a.as_int().cmp(&b.as_int())),
        (DBL, DBL) => floats(a.as_dbl(), b.as_dbl()),
        (INT, DBL) => floats(a.as_int() as f64, b.as_dbl()),
        (DBL, INT) => floats(a.as_dbl(), b.as_int() as f64),
        // SAFETY: live arrays.
        (ARR, ARR) => deeper(|| unsafe { arrays(a.as_ptr(), b.as_ptr()) }),
        // SAFETY: live strings.
        (STR, STR) => unsafe {
            if a.payload == b.payload {
                return 0;
            }
            smart_str(StrHdr::bytes(a.as_ptr()), StrHdr::bytes(b.as_ptr()))
        },
        (NULL, NULL) => 0,
        // SAFETY: live strings.
        (NULL, STR) => unsafe { if (*b.as_ptr::<StrHdr>()).len == 0 { 0 } else { -1 } },
        // SAFETY: as above.
        (STR, NULL) => unsafe { if (*a.as_ptr::<StrHdr>()).len == 0 { 0 } else { 1 } },
        // SAFETY: as above.
        (INT, STR) => int_with_str(a.as_int(), unsafe { StrHdr::bytes(b.as_ptr()) }),
        // SAFETY: as above.
        (STR, INT) => -int_with_str(b.as_int(), unsafe { StrHdr::bytes(a.as_ptr()) }),
        // SAFETY: as above.
        (DBL, STR) => dbl_with_str(a.as_dbl(), unsafe { StrHdr::bytes(b.as_ptr()) }),
        // SAFETY: as above.
        (STR, DBL) => {
            let r = dbl_with_str(b.as_dbl(), unsafe { StrHdr::bytes(a.as_ptr()) });
            if b.as_dbl().is_nan() { 1 } else { -r }
        }
        (OBJ, _) | (_, OBJ) => {
            if a.tag() == OBJ && b.tag() == OBJ && a.payload == b.payload {
                return 0;
            }
            let mut out = 1;
            let _ = (hooks::get().compare)(a, b, &mut out);
            if out == 2 { 1 } else { out }
        }
        (NULL | FALSE | TRUE, _) | (_, NULL | FALSE | TRUE) => {
            let (p, q) = (is_true(a), is_true(b));
            p as i32 - q as i32
        }
        (ARR, _) => 1,
        (_, ARR) => -1,
        _ => floats(convert::to_dbl(a), convert::to_dbl(b)),
    }
}

/// `a == b`
pub fn loose_eq(a: Val, b: Val) -> bool {
    let (a, b) = (deref(a), deref(b));
    if a.tag() == STR && b.tag() == STR {
        // SAFETY: live strings.
        return unsafe {
            a.payload == b.payload || smart_eq(StrHdr::bytes(a.as_ptr()), StrHdr::bytes(b.as_ptr()))
        };
    }
    compare(a, b) == 0
}

/// Orders arrays: by size, then key by key of `a`; a key missing in `b` is uncomparable (1).
unsafe fn arrays(a: *mut Arr, b: *mut Arr) -> i32 {
    // SAFETY: by the caller's promise; handlers of objects within may run code, but hold shares themselves.
    unsafe {
        if core::ptr::eq(a, b) {
            return 0;
        }
        let (n, m) = (array::iter(a).count(), array::iter(b).count());
        if n != m {
            return ord(n.cmp(&m));
        }
        if (*a).hdr.info & HDR_PROTECTED != 0 {
            let _ = (hooks::get().throw)(
                hooks::ErrorKind::Error,
                "Nesting level too deep - recursive dependency?",
            );
            return 1;
        }
        protect(a, true);
        let mut r = 0;
        for (k, p) in array::iter(a) {
            let mut q = array::find(b, k);
            if !q.is_null() && (*q).tag() == array::INDIRECT {
                q = (*q).as_ptr();
            }
            if q.is_null() || (*q).tag() == UNDEF {
                r = 1;
                break;
            }
            r = compare(*p, *q);
            if r != 0 {
                break;
            }
        }
        protect(a, false);
        r
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn php8_comparisons() {
        let s = |t: &str| string::new_val(t.as_bytes());
        assert!(!loose_eq(Val::int(0), s("a")));
        assert!(loose_eq(s("1e3"), s("1000")));
        assert!(loose_eq(Val::NULL, Val::FALSE));
        assert!(!loose_eq(s("abc"), Val::int(0)));
        assert!(loose_eq(s("1"), s("01")));
        assert!(!identical(s("1"), s("01")));
        assert_eq!(compare(s("abc"), s("abd")), -1);
        assert!(compare(Val::dbl(f64::NAN), Val::dbl(1.0)) == 1);
    }
}
