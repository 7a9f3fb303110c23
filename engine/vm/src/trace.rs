//! The text of backtraces, as exceptions and debug_print_backtrace() show them (php-src zend_exceptions.c).

use crate::class::Class;
use crate::vm::Vm;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{Arr, CLASS_ENUM, Obj, Res};
use howdah_runtime::{number, value};
use plugin_api_abi::{ARR, DBL, FALSE, INT, OBJ, RES, STR, StrHdr, TRUE, Val};

/// Bytes of a string argument shown when zend.exception_string_param_max_len does not say otherwise.
const STRING_PARAM_MAX: usize = 15;

/// A trace array as text; `main` adds the line `{main}`.
pub(crate) fn text(vm: &mut Vm, trace: Val, main: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let mut n = 0;
    if trace.tag() == ARR {
        // SAFETY: live array, held by the caller.
        for (k, e) in unsafe { array::iter(trace.as_ptr()) } {
            // SAFETY: live element.
            let e = value::deref(unsafe { *e });
            if e.tag() != ARR {
                let i = if let Key::Int(i) = k { i } else { 0 };
                vm.warning(&format!("Expected array for frame {i}"));
                continue;
            }
            line(vm, n, e.as_ptr(), &mut out);
            n += 1;
        }
    }
    if main {
        out.extend_from_slice(format!("#{n} {{main}}").as_bytes());
    }
    out
}

/// What a frame's array has under a key.
fn get(e: *mut Arr, key: &[u8]) -> Option<Val> {
    // SAFETY: live array.
    unsafe {
        let p = array::find_bytes(e, key);
        (!p.is_null()).then(|| value::deref(*p))
    }
}

fn line(vm: &mut Vm, n: usize, e: *mut Arr, out: &mut Vec<u8>) {
    out.extend_from_slice(format!("#{n} ").as_bytes());
    match get(e, b"file") {
        None => out.extend_from_slice(b"[internal function]: "),
        Some(f) if f.tag() != STR => {
            vm.warning("File name is not a string");
            out.extend_from_slice(b"[unknown file]: ");
        }
        Some(f) => {
            let line = match get(e, b"line") {
                Some(l) if l.tag() == INT => l.as_int(),
                Some(_) => {
                    vm.warning("Line is not an int");
                    0
                }
                None => 0,
            };
            // SAFETY: live string.
            out.extend_from_slice(unsafe { StrHdr::bytes(f.as_ptr()) });
            out.extend_from_slice(format!("({line}): ").as_bytes());
        }
    }
    for key in ["class", "type", "function"] {
        match get(e, key.as_bytes()) {
            // SAFETY: live string.
            Some(v) if v.tag() == STR => out.extend_from_slice(to_nul(unsafe { StrHdr::bytes(v.as_ptr()) })),
            Some(_) => {
                vm.warning(&format!("Value for {key} is not a string"));
                out.extend_from_slice(b"[unknown]");
            }
            None => {}
        }
    }
    out.push(b'(');
    match get(e, b"args") {
        Some(a) if a.tag() == ARR => arguments(vm, a.as_ptr(), out),
        Some(_) => {
            vm.warning("args element is not an array");
        }
        None => {}
    }
    out.extend_from_slice(b")\n");
}

fn arguments(vm: &mut Vm, args: *mut Arr, out: &mut Vec<u8>) {
    let max = vm
        .host
        .ini("zend.exception_string_param_max_len")
        .and_then(|v| std::str::from_utf8(v).ok())
        .and_then(|v| v.parse().ok())
        .unwrap_or(STRING_PARAM_MAX);
    let precision = (howdah_runtime::hooks::get().precision)();
    // SAFETY: live array.
    for (i, (k, v)) in unsafe { array::iter(args) }.enumerate() {
        if i > 0 {
            out.extend_from_slice(b", ");
        }
        if let Key::Str(s) = k {
            // SAFETY: live key.
            out.extend_from_slice(unsafe { StrHdr::bytes(s) });
            out.extend_from_slice(b": ");
        }
        // SAFETY: live element.
        argument(value::deref(unsafe { *v }), max, precision, out);
    }
}

fn argument(v: Val, max: usize, precision: i32, out: &mut Vec<u8>) {
    // SAFETY: live values of the kinds that their tags name.
    unsafe {
        match v.tag() {
            STR => {
                let s = StrHdr::bytes(v.as_ptr());
                out.push(b'\'');
                escaped(&s[..s.len().min(max)], out);
                out.extend_from_slice(if s.len() > max { b"...'" } else { b"'" });
            }
            ARR => out.extend_from_slice(b"Array"),
            OBJ => object(v.as_ptr(), out),
            INT => out.extend_from_slice(v.as_int().to_string().as_bytes()),
            DBL => out.extend_from_slice(number::format_float_frac(v.as_dbl(), precision).as_bytes()),
            TRUE => out.extend_from_slice(b"true"),
            FALSE => out.extend_from_slice(b"false"),
            RES => out.extend_from_slice(format!("Resource id #{}", (*v.as_ptr::<Res>()).id).as_bytes()),
            _ => out.extend_from_slice(b"NULL"),
        }
    }
}

unsafe fn object(o: *mut Obj, out: &mut Vec<u8>) {
    // SAFETY: live object; enum cases have their name in the first slot.
    unsafe {
        let class = &*(*o).class.cast::<Class>();
        if class.head.flags & CLASS_ENUM != 0 {
            out.extend_from_slice(class.name());
            out.extend_from_slice(b"::");
            out.extend_from_slice(StrHdr::bytes((*Obj::slot(o, 0)).as_ptr()));
            return;
        }
        out.extend_from_slice(b"Object(");
        out.extend_from_slice(to_nul(class.name()));
        out.push(b')');
    }
}

/// A name up to its first NUL: what anonymous classes show.
fn to_nul(s: &[u8]) -> &[u8] {
    memchr::memchr(0, s).map_or(s, |i| &s[..i])
}

/// Control and non-ASCII bytes as escape sequences.
pub(crate) fn escaped(s: &[u8], out: &mut Vec<u8>) {
    for &c in s {
        match c {
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            0x0c => out.extend_from_slice(b"\\f"),
            0x0b => out.extend_from_slice(b"\\v"),
            b'\\' => out.extend_from_slice(b"\\\\"),
            0x1b => out.extend_from_slice(b"\\e"),
            32..=126 => out.push(c),
            _ => out.extend_from_slice(format!("\\x{c:02X}").as_bytes()),
        }
    }
}
