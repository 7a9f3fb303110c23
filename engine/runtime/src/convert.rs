//! Conversions between types, with PHP's warnings.

use crate::array::{self, Key};
use crate::hooks::{self, ErrorKind};
use crate::layout::{Arr, Obj, Res};
use crate::memory::{val_addref, val_release};
use crate::number::{self, dbl_to_int};
use crate::string;
use crate::value::{deref, is_true};
use plugin_api_abi::{ARR, DBL, FALSE, INT, NULL, OBJ, RES, STR, Status, StrHdr, TRUE, UNDEF, Val};

/// Truth; objects with a cast handler are asked.
#[inline]
pub fn to_bool(v: Val) -> bool {
    let v = deref(v);
    if v.tag() == OBJ {
        let mut out = Val::UNDEF;
        let _ = (hooks::get().cast)(v.as_ptr(), FALSE, &mut out);
        return out.tag() != FALSE;
    }
    is_true(v)
}

/// `(int)$v`. Objects warn and give 1.
pub fn to_int(v: Val) -> i64 {
    let v = deref(v);
    match v.tag() {
        UNDEF | NULL | FALSE => 0,
        TRUE => 1,
        INT => v.as_int(),
        DBL => dbl_to_int(v.as_dbl()),
        // SAFETY: live string.
        STR => number::leading_int(unsafe { StrHdr::bytes(v.as_ptr()) }),
        // SAFETY: live array.
        ARR => (unsafe { array::count(v.as_ptr()) } != 0) as i64,
        // SAFETY: live resource.
        RES => unsafe { (*v.as_ptr::<Res>()).id },
        OBJ => match object_number(v.as_ptr(), INT) {
            Some(n) => n.as_int(),
            None => 1,
        },
        _ => 0,
    }
}

/// `(float)$v`.
pub fn to_dbl(v: Val) -> f64 {
    let v = deref(v);
    match v.tag() {
        DBL => v.as_dbl(),
        // SAFETY: live string.
        STR => number::leading_float(unsafe { StrHdr::bytes(v.as_ptr()) }),
        OBJ => match object_number(v.as_ptr(), DBL) {
            Some(n) => n.as_dbl(),
            None => 1.0,
        },
        _ => to_int(v) as f64,
    }
}

fn object_number(o: *mut Obj, tag: u8) -> Option<Val> {
    let mut out = Val::UNDEF;
    let st = (hooks::get().cast)(o, tag, &mut out);
    if st == Status::Ok && out.tag() == tag {
        return Some(out);
    }
    if st == Status::Ok {
        let name = String::from_utf8_lossy((hooks::get().class_name)(o)).into_owned();
        let to = if tag == INT { "int" } else { "float" };
        let _ = hooks::warning(&format!("Object of class {name} could not be converted to {to}"));
    }
    None
}

/// The string form: writes an owned string. Arrays warn; objects are asked and may throw.
#[inline]
pub fn to_str(v: Val, out: &mut Val) -> Status {
    if v.tag() == STR {
        val_addref(v);
        *out = v.by_parts();
        return Status::Ok;
    }
    to_str_slow(v, out)
}

fn to_str_slow(v: Val, out: &mut Val) -> Status {
    let v = deref(v);
    *out = match v.tag() {
        UNDEF | NULL | FALSE => string::new_val(b""),
        TRUE => string::new_val(b"1"),
        INT => string::val(string::from_int(v.as_int())),
        DBL => number::with_float(v.as_dbl(), (hooks::get().precision)(), string::new_val),
        STR => {
            val_addref(v);
            v.by_parts()
        }
        ARR => {
            *out = string::val(crate::interner::intern(b"Array"));
            return hooks::warning("Array to string conversion");
        }
        // SAFETY: live resource.
        RES => string::new_val(format!("Resource id #{}", unsafe { (*v.as_ptr::<Res>()).id }).as_bytes()),
        OBJ => return (hooks::get().to_string)(v.as_ptr(), out),
        _ => string::new_val(b""),
    };
    Status::Ok
}

/// `(array)$v`: an owned array.
pub fn to_array(v: Val, out: &mut Val) -> Status {
    let v = deref(v);
    match v.tag() {
        ARR => {
            val_addref(v);
            *out = v;
        }
        UNDEF | NULL => *out = array::val(array::new(0)),
        OBJ => return (hooks::get().to_array)(v.as_ptr(), out),
        _ => {
            val_addref(v);
            *out = array::val(array::from_vals([v]));
        }
    }
    Status::Ok
}

/// What may be used as an array key.
pub enum KeyOf {
    /// A key.
    Key(Key),
    /// Not allowed as a key (array, object).
    Illegal,
}

/// The key that a value stands for when it indexes an array. Floats that lose their fraction are deprecated and
/// resources warn: `Status` tells when a handler threw.
#[inline]
pub fn to_key(v: Val) -> Result<KeyOf, Status> {
    let k = match v.tag() {
        INT => Key::Int(v.as_int()),
        STR => {
            let s = v.as_ptr::<StrHdr>();
            // SAFETY: live string.
            match number::int_key(unsafe { StrHdr::bytes(s) }) {
                Some(i) => Key::Int(i),
                None => Key::Str(s),
            }
        }
        _ => return to_key_slow(v),
    };
    Ok(KeyOf::Key(k))
}

fn to_key_slow(v: Val) -> Result<KeyOf, Status> {
    let v = deref(v);
    let ok = |st: Status, k: Key| if st == Status::Ok { Ok(KeyOf::Key(k)) } else { Err(st) };
    match v.tag() {
        INT | STR => to_key(v),
        UNDEF | NULL => Ok(KeyOf::Key(Key::Str(crate::interner::short(b"")))),
        FALSE => Ok(KeyOf::Key(Key::Int(0))),
        TRUE => Ok(KeyOf::Key(Key::Int(1))),
        DBL => {
            let d = v.as_dbl();
            let i = dbl_to_int(d);
            let st = if number::is_int_compatible(d) { Status::Ok } else { precision_lost(d) };
            ok(st, Key::Int(i))
        }
        RES => {
            // SAFETY: live resource.
            let id = unsafe { (*v.as_ptr::<Res>()).id };
            ok(
                hooks::warning(&format!("Resource ID#{id} used as offset, casting to integer ({id})")),
                Key::Int(id),
            )
        }
        _ => Ok(KeyOf::Illegal),
    }
}

/// Deprecation for a float whose fraction gets lost.
pub fn precision_lost(d: f64) -> Status {
    hooks::deprecated(&format!(
        "Implicit conversion from float {} to int loses precision",
        number::format_float(d, -1)
    ))
}

/// Casts to the type of `tag` (FALSE stands for bool); writes an owned value. Objects from arrays are the VM's.
pub fn cast(v: Val, tag: u8, out: &mut Val) -> Status {
    match tag {
        FALSE | TRUE => *out = Val::bool(to_bool(v)),
        INT => *out = Val::int(to_int(v)),
        DBL => *out = Val::dbl(to_dbl(v)),
        STR => return to_str(v, out),
        ARR => return to_array(v, out),
        NULL => *out = Val::NULL,
        _ => {
            let _ = hooks::throw(ErrorKind::Error, "Invalid cast");
            return Status::Exception;
        }
    }
    Status::Ok
}

/// Releases an array's share by pointer.
///
/// # Safety
/// The caller owns it.
pub unsafe fn drop_arr(a: *mut Arr) {
    // SAFETY: by the caller's promise.
    unsafe { val_release(array::val(a)) }
}
