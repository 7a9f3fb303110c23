//! Operators on any values: what the interpreter's fast paths leave over. Operands are borrowed, results owned.

use crate::array::{self, Key};
use crate::convert;
use crate::hooks::{self, ErrorKind};
use crate::layout::Arr;
use crate::memory::{val_addref, val_release};
use crate::number::{self, Num, dbl_to_int};
use crate::string;
use crate::value::{deref, type_name, value_name};
use plugin_api_abi::{ARR, DBL, FALSE, INT, NULL, OBJ, STR, Status, StrHdr, TRUE, UNDEF, Val};

/// Numbers of operations, as the ABI's `operation`.
const SYMBOLS: [&str; 13] = ["", "+", "-", "*", "/", "%", "<<", ">>", ".", "|", "&", "^", "**"];

fn unsupported(kind: u16, a: Val, b: Val) -> Status {
    let name = |v: Val| match deref(v).tag() {
        OBJ => value_name(v),
        _ => type_name(v).to_owned(),
    };
    hooks::throw(
        ErrorKind::TypeError,
        &format!("Unsupported operand types: {} {} {}", name(a), SYMBOLS[kind as usize], name(b)),
    )
}

/// The number that an operand of arithmetic stands for.
fn number(kind: u16, a: Val, b: Val, which: Val) -> Result<Num, Status> {
    let v = deref(which);
    Ok(match v.tag() {
        INT => Num::Int(v.as_int()),
        DBL => Num::Dbl(v.as_dbl()),
        UNDEF | NULL | FALSE => Num::Int(0),
        TRUE => Num::Int(1),
        OBJ => {
            let mut out = Val::UNDEF;
            let st = (hooks::get().cast)(v.as_ptr(), INT | 0x80, &mut out);
            if st != Status::Ok {
                return Err(st);
            }
            match out.tag() {
                INT => Num::Int(out.as_int()),
                DBL => Num::Dbl(out.as_dbl()),
                _ => return Err(unsupported(kind, a, b)),
            }
        }
        _ => return Err(unsupported(kind, a, b)),
    })
}

/// The number of an operand. Leading-numeric text warns; text that is no number is a TypeError.
fn operand(kind: u16, a: Val, b: Val, which: Val) -> Result<Num, Status> {
    let v = deref(which);
    if v.tag() == STR {
        // SAFETY: live string.
        let s = unsafe { StrHdr::bytes(v.as_ptr()) };
        return match number::parse_numeric(s) {
            Some(n) if !n.trailing => Ok(n.num),
            Some(n) => match hooks::warning("A non-numeric value encountered") {
                Status::Ok => Ok(n.num),
                st => Err(st),
            },
            None => Err(unsupported(kind, a, b)),
        };
    }
    number(kind, a, b, which)
}

/// The integer that an operand of `%`, shifts and bit operations stands for.
fn int_operand(kind: u16, a: Val, b: Val, which: Val) -> Result<i64, Status> {
    let v = deref(which);
    let is_string = v.tag() == STR;
    match operand(kind, a, b, which)? {
        Num::Int(i) => Ok(i),
        Num::Dbl(d) => {
            if !number::is_int_compatible(d) {
                let st = if is_string {
                    // SAFETY: live string.
                    let s = String::from_utf8_lossy(unsafe { StrHdr::bytes(v.as_ptr()) }).into_owned();
                    hooks::deprecated(&format!(
                        "Implicit conversion from float-string \"{s}\" to int loses precision"
                    ))
                } else {
                    convert::precision_lost(d)
                };
                if st != Status::Ok {
                    return Err(st);
                }
            }
            Ok(if is_string { number::dbl_to_int_cap(d) } else { dbl_to_int(d) })
        }
    }
}

fn object_operation(kind: u16, a: Val, b: Val, out: &mut Val) -> Option<Status> {
    let (x, y) = (deref(a), deref(b));
    if x.tag() != OBJ && y.tag() != OBJ {
        return None;
    }
    let mut r = Val::UNDEF;
    let st = (hooks::get().operation)(kind as u32, x, y, &mut r);
    if st != Status::Ok {
        return Some(st);
    }
    if r.is_undef() {
        return None;
    }
    *out = r;
    Some(Status::Ok)
}

/// `a KIND b`, kind as the ABI's `operation`.
pub fn binary(kind: u16, out: &mut Val, a: Val, b: Val) -> Status {
    match compute(kind, out, a, b) {
        Ok(()) => Status::Ok,
        Err(st) => st,
    }
}

fn compute(kind: u16, out: &mut Val, a: Val, b: Val) -> Result<(), Status> {
    if let Some(st) = object_operation(kind, a, b, out) {
        return if st == Status::Ok { Ok(()) } else { Err(st) };
    }
    let (x, y) = (deref(a), deref(b));
    match kind {
        1 if x.tag() == ARR && y.tag() == ARR => {
            *out = array_union(x, y);
            return Ok(());
        }
        8 => return concat(out, x, y),
        9..=11 if x.tag() == STR && y.tag() == STR => {
            *out = bitwise_strings(kind, x, y);
            return Ok(());
        }
        5 | 6 | 7 | 9 | 10 | 11 => {
            check_types(kind, x, y)?;
            let p = int_operand(kind, x, y, x)?;
            let q = int_operand(kind, x, y, y)?;
            *out = Val::int(int_op(kind, p, q)?);
            return Ok(());
        }
        _ => {}
    }
    check_types(kind, x, y)?;
    let p = operand(kind, x, y, x)?;
    let q = operand(kind, x, y, y)?;
    arith(kind, p, q, out)
}

/// Arrays take part in no arithmetic but `array + array`; null, bool, int, float, string, resource do.
fn check_types(kind: u16, x: Val, y: Val) -> Result<(), Status> {
    if x.tag() == ARR || y.tag() == ARR {
        return Err(unsupported(kind, x, y));
    }
    Ok(())
}

fn int_op(kind: u16, p: i64, q: i64) -> Result<i64, Status> {
    Ok(match kind {
        5 if q == 0 => return Err(hooks::throw(ErrorKind::DivisionByZeroError, "Modulo by zero")),
        5 => p.checked_rem(q).unwrap_or(0),
        6 | 7 if q < 0 => {
            return Err(hooks::throw(ErrorKind::ArithmeticError, "Bit shift by negative number"));
        }
        6 => {
            if q >= 64 {
                0
            } else {
                p << q
            }
        }
        7 => {
            if q >= 64 {
                p >> 63
            } else {
                p >> q
            }
        }
        9 => p | q,
        10 => p & q,
        _ => p ^ q,
    })
}

fn arith(kind: u16, p: Num, q: Num, out: &mut Val) -> Result<(), Status> {
    let f = |n: Num| match n {
        Num::Int(i) => i as f64,
        Num::Dbl(d) => d,
    };
    if let (Num::Int(i), Num::Int(j)) = (p, q) {
        let exact = match kind {
            1 => i.checked_add(j).map_or_else(|| Val::dbl(i as f64 + j as f64), Val::int),
            2 => i.checked_sub(j).map_or_else(|| Val::dbl(i as f64 - j as f64), Val::int),
            3 => i.checked_mul(j).map_or_else(|| Val::dbl(i as f64 * j as f64), Val::int),
            4 if j != 0 => match i.checked_rem(j) {
                Some(0) => Val::int(i / j),
                Some(_) => Val::dbl(i as f64 / j as f64),
                None => Val::dbl(-(i as f64)),
            },
            12 if j >= 0 => int_pow(i, j),
            _ => Val::UNDEF,
        };
        if !exact.is_undef() {
            *out = exact;
            return Ok(());
        }
    }
    let (d, e) = (f(p), f(q));
    *out = Val::dbl(match kind {
        1 => d + e,
        2 => d - e,
        3 => d * e,
        4 if e == 0.0 => return Err(hooks::throw(ErrorKind::DivisionByZeroError, "Division by zero")),
        4 => d / e,
        _ => {
            if d == 0.0 && e < 0.0 {
                match hooks::deprecated("Power of base 0 and negative exponent is deprecated") {
                    Status::Ok => {}
                    st => return Err(st),
                }
            }
            d.powf(e)
        }
    });
    Ok(())
}

fn int_pow(base: i64, exp: i64) -> Val {
    let (mut acc, mut b, mut e) = (1i64, base, exp);
    loop {
        if e & 1 == 1 {
            match acc.checked_mul(b) {
                Some(v) => acc = v,
                None => return Val::dbl(acc as f64 * b as f64 * (b as f64).powf((e - 1) as f64)),
            }
        }
        e >>= 1;
        if e == 0 {
            return Val::int(acc);
        }
        match b.checked_mul(b) {
            Some(v) => b = v,
            None => return Val::dbl(acc as f64 * (b as f64 * b as f64).powf(e as f64)),
        }
    }
}

/// Bytes of a string, or of an integer's text.
#[inline(always)]
fn text_len(v: Val) -> Option<usize> {
    match v.tag() {
        // SAFETY: a live string, held by the caller.
        STR => Some(unsafe { (*v.as_ptr::<StrHdr>()).len }),
        INT => Some(string::decimal_len(v.as_int())),
        _ => None,
    }
}

/// Writes a string's text, or an integer's, which are `n` bytes, and gives the place behind it.
///
/// # Safety
/// There is room for it.
#[inline(always)]
unsafe fn put_text(d: *mut u8, v: Val, n: usize) -> *mut u8 {
    // SAFETY: by the caller's promise.
    unsafe {
        if v.tag() == STR {
            string::put(d, string::data(v.as_ptr::<StrHdr>()), n)
        } else {
            string::put_int(d, v.as_int(), n)
        }
    }
}

/// Strings and integers joined; `None` for anything else.
pub fn concat_plain(x: Val, y: Val) -> Option<Val> {
    let (m, n) = (text_len(x)?, text_len(y)?);
    let s = string::with_len(m + n);
    // SAFETY: room for both.
    unsafe { put_text(put_text(string::data(s), x, m), y, n) };
    Some(string::val(s))
}

fn concat(out: &mut Val, x: Val, y: Val) -> Result<(), Status> {
    if let Some(v) = concat_plain(x, y) {
        *out = v;
        return Ok(());
    }
    let mut p = Val::NULL;
    let st = convert::to_str(x, &mut p);
    if st != Status::Ok {
        // SAFETY: `p` holds null or an owned string.
        unsafe { val_release(p) };
        return Err(st);
    }
    let mut q = Val::NULL;
    let st = convert::to_str(y, &mut q);
    // SAFETY: both hold owned strings (or null on failure).
    unsafe {
        if st == Status::Ok {
            *out = string::val(string::concat(StrHdr::bytes(p.as_ptr()), StrHdr::bytes(q.as_ptr())));
        }
        val_release(p);
        val_release(q);
    }
    if st == Status::Ok { Ok(()) } else { Err(st) }
}

fn bitwise_strings(kind: u16, x: Val, y: Val) -> Val {
    // SAFETY: both are live strings.
    let (p, q) = unsafe { (StrHdr::bytes(x.as_ptr()), StrHdr::bytes(y.as_ptr())) };
    let mut r: Vec<u8> = match kind {
        9 => p.iter().zip(q).map(|(a, b)| a | b).collect(),
        10 => p.iter().zip(q).map(|(a, b)| a & b).collect(),
        _ => p.iter().zip(q).map(|(a, b)| a ^ b).collect(),
    };
    if kind == 9 {
        let longer = if p.len() > q.len() { p } else { q };
        r.extend_from_slice(&longer[r.len()..]);
    }
    string::new_val(&r)
}

fn array_union(x: Val, y: Val) -> Val {
    // SAFETY: both are live arrays; the copy is ours.
    unsafe {
        if core::ptr::eq(x.as_ptr::<Arr>(), y.as_ptr::<Arr>()) {
            val_addref(x);
            return x;
        }
        let a = array::dup(x.as_ptr());
        union_into(a, y.as_ptr());
        array::val(a)
    }
}

/// Adds to `a` the elements of `b` whose keys it lacks.
///
/// # Safety
/// `a` is unshared, `b` is live and another array.
pub unsafe fn union_into(a: *mut Arr, b: *mut Arr) {
    // SAFETY: by the caller's promise.
    unsafe {
        for (k, p) in array::iter(b) {
            let (slot, new) = array::entry(a, k);
            if new {
                let v = *p;
                let v = if v.tag() == plugin_api_abi::REF && (*v.as_ptr::<plugin_api_abi::HeapHdr>()).rc == 1
                {
                    deref(v)
                } else {
                    v
                };
                val_addref(v);
                array::store(slot, v);
            }
        }
    }
}

/// `~v`
pub fn bit_not(out: &mut Val, v: Val) -> Status {
    let v = deref(v);
    match v.tag() {
        INT => *out = Val::int(!v.as_int()),
        DBL => {
            if !number::is_int_compatible(v.as_dbl()) {
                let st = convert::precision_lost(v.as_dbl());
                if st != Status::Ok {
                    return st;
                }
            }
            *out = Val::int(!dbl_to_int(v.as_dbl()));
        }
        STR => {
            // SAFETY: live string.
            let r: Vec<u8> = unsafe { StrHdr::bytes(v.as_ptr()) }.iter().map(|b| !b).collect();
            *out = string::new_val(&r);
        }
        _ => {
            let mut r = Val::UNDEF;
            if v.tag() == OBJ {
                let st = (hooks::get().operation)(13, v, Val::NULL, &mut r);
                if st != Status::Ok {
                    return st;
                }
            }
            if r.is_undef() {
                return hooks::throw(
                    ErrorKind::TypeError,
                    &format!("Cannot perform bitwise not on {}", value_name(v)),
                );
            }
            *out = r;
        }
    }
    Status::Ok
}

/// `++` or `--` on the plain (dereferenced) variable `p`.
///
/// # Safety
/// `p` is a live slot that holds no reference.
pub unsafe fn incdec(p: *mut Val, dec: bool) -> Status {
    // SAFETY: by the caller's promise.
    unsafe {
        let v = *p;
        let d = if dec { -1 } else { 1 };
        let new = match v.tag() {
            INT => match v.as_int().checked_add(d) {
                Some(i) => Val::int(i),
                None => Val::dbl(v.as_int() as f64 + d as f64),
            },
            DBL => Val::dbl(v.as_dbl() + d as f64),
            UNDEF | NULL if dec => {
                let st = hooks::warning(
                    "Decrement on type null has no effect, this will change in the next major version of PHP",
                );
                array::store(p, Val::NULL);
                return st;
            }
            UNDEF | NULL => Val::int(1),
            FALSE | TRUE => {
                let word = if dec { "Decrement" } else { "Increment" };
                return hooks::warning(&format!(
                    "{word} on type bool has no effect, this will change in the next major version of PHP"
                ));
            }
            STR => {
                let s = StrHdr::bytes(v.as_ptr());
                let r = match number::parse_numeric(s) {
                    Some(n) if !n.trailing => match n.num {
                        Num::Int(i) => {
                            i.checked_add(d).map_or_else(|| Val::dbl(i as f64 + d as f64), Val::int)
                        }
                        Num::Dbl(f) => Val::dbl(f + d as f64),
                    },
                    _ if dec && s.is_empty() => {
                        let st = hooks::deprecated("Decrement on empty string is deprecated as non-numeric");
                        if st != Status::Ok {
                            return st;
                        }
                        Val::int(-1)
                    }
                    _ if dec => {
                        return hooks::deprecated(
                            "Decrement on non-numeric string has no effect and is deprecated",
                        );
                    }
                    _ => {
                        if s.is_empty() || !s.iter().all(u8::is_ascii_alphanumeric) {
                            let st = hooks::deprecated("Increment on non-alphanumeric string is deprecated");
                            if st != Status::Ok {
                                return st;
                            }
                        }
                        if s.is_empty() {
                            string::new_val(b"1")
                        } else {
                            string::new_val(&increment_string(s))
                        }
                    }
                };
                array::store(p, r);
                val_release(v);
                return Status::Ok;
            }
            OBJ => {
                let mut r = Val::UNDEF;
                let st = (hooks::get().operation)(if dec { 2 } else { 1 }, v, Val::int(1), &mut r);
                if st != Status::Ok {
                    return st;
                }
                if r.is_undef() {
                    let word = if dec { "decrement" } else { "increment" };
                    return hooks::throw(ErrorKind::TypeError, &format!("Cannot {word} {}", value_name(v)));
                }
                array::store(p, r);
                val_release(v);
                return Status::Ok;
            }
            _ => {
                let word = if dec { "decrement" } else { "increment" };
                return hooks::throw(ErrorKind::TypeError, &format!("Cannot {word} {}", type_name(v)));
            }
        };
        array::store(p, new);
        Status::Ok
    }
}

/// Perl-style increment: `az` → `ba`, `Zz` → `AAa`, `a9` → `b0`.
fn increment_string(s: &[u8]) -> Vec<u8> {
    let mut r = s.to_vec();
    for i in (0..r.len()).rev() {
        match r[i] {
            b'z' => r[i] = b'a',
            b'Z' => r[i] = b'A',
            b'9' => r[i] = b'0',
            b'a'..=b'y' | b'A'..=b'Y' | b'0'..=b'8' => {
                r[i] += 1;
                return r;
            }
            _ => return r,
        }
    }
    let first = match r[0] {
        b'a' => b'a',
        b'A' => b'A',
        _ => b'1',
    };
    r.insert(0, first);
    r
}

/// Key helper for callers that have text.
pub fn key_of(b: &[u8]) -> Key {
    match number::int_key(b) {
        Some(i) => Key::Int(i),
        None => Key::Str(string::new(b)),
    }
}
