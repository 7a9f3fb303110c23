//! var_dump, print_r, var_export.

use super::Entry;
use crate::class::Class;
use crate::native::Args;
use crate::rt::release;
use crate::vm::Vm;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{Arr, HDR_PROTECTED, Obj};
use howdah_runtime::{number, value};
use plugin_api_abi::{ARR, DBL, FALSE, HeapHdr, INT, OBJ, REF, RES, STR, Status, StrHdr, TRUE, Val, flags};
use std::borrow::Cow;

pub(crate) const LIST: &[Entry] = &[
    ("var_dump(mixed $value, mixed ...$values): void", var_dump),
    ("print_r(mixed $value, bool $return = false): string|true", print_r),
    ("var_export(mixed $value, bool $return = false): ?string", var_export),
];

fn class_of(o: *mut Obj) -> &'static Class {
    // SAFETY: live object; classes live as long as the VM.
    unsafe { &*(*o).class.cast::<Class>() }
}

fn shown_class(c: &Class) -> String {
    String::from_utf8_lossy(c.name()).into_owned()
}

/// A mangled key: name, and `protected` or the private class. The name of an anonymous class has a NUL of its own.
fn unmangle(k: &[u8]) -> (&[u8], Option<&[u8]>) {
    if k.first() == Some(&0)
        && let Some(i) = k[1..].iter().position(|&c| c == 0)
        && let Some(j) = k.iter().rposition(|&c| c == 0)
    {
        return (&k[j + 1..], Some(&k[1..=i]));
    }
    (k, None)
}

/// Properties for display: the class's own idea of them, `__debugInfo`'s, or all.
fn debug_table(vm: &mut Vm, o: *mut Obj) -> Result<*mut Arr, Status> {
    let mut out = Val::NULL;
    match vm.properties_for(o, plugin_api_abi::prop_purpose::DEBUG, &mut out) {
        Status::Ok if out.tag() == ARR => Ok(out.as_ptr()),
        Status::Ok => Ok(array::new(0)),
        st => Err(st),
    }
}

/// Typed properties without a value, each with the number of properties that have one before it.
fn uninitialized(c: &Class, o: *mut Obj) -> Vec<(usize, *const crate::class::PropInfo)> {
    let mut before = 0;
    let mut out = Vec::new();
    // SAFETY: live object with the slots of its class.
    unsafe {
        let proxy = (*o).hdr.info & howdah_runtime::layout::HDR_PROXY != 0;
        if proxy || !c.magic.debug_info.is_null() || (*c.head.handlers).properties.is_some() {
            return out;
        }
        for (i, p) in c.slot_infos.iter().enumerate().filter(|(_, p)| !p.is_null()) {
            if !(*Obj::slot(o, i)).is_undef() {
                before += 1;
            } else if (**p).ty.is_some() {
                out.push((before, (*p).cast_const()));
            }
        }
    }
    out
}

fn dump_uninitialized(p: &crate::class::PropInfo, indent: usize, out: &mut Vec<u8>) {
    // SAFETY: classes live as long as the VM.
    let vis = if p.flags & flags::PRIVATE != 0 {
        format!(":\"{}\":private", crate::classes::class_text(p.class))
    } else if p.flags & flags::PROTECTED != 0 {
        ":protected".into()
    } else {
        String::new()
    };
    let ty = p.ty.as_ref().map_or("", |t| &t.text);
    let name = crate::classes::name_text(p.name);
    let n = indent + 2;
    out.extend_from_slice(format!("{:n$}[\"{name}\"{vis}]=>\n{:n$}uninitialized({ty})\n", "", "").as_bytes());
}

/// Spaces.
fn pad(out: &mut Vec<u8>, n: usize) {
    out.resize(out.len() + n, b' ');
}

/// An integer's text.
fn put_int(out: &mut Vec<u8>, i: impl itoa::Integer) {
    out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes());
}

/// The line of a key in var_dump()'s form.
fn dump_key(k: Key, indent: usize, out: &mut Vec<u8>) {
    pad(out, indent + 2);
    match k {
        Key::Int(i) => {
            out.push(b'[');
            put_int(out, i);
            out.extend_from_slice(b"]=>\n");
        }
        Key::Str(s) => {
            out.extend_from_slice(b"[\"");
            // SAFETY: a key of a live array.
            out.extend_from_slice(unsafe { StrHdr::bytes(s) });
            out.extend_from_slice(b"\"]=>\n");
        }
    }
}

fn dump(vm: &mut Vm, v: Val, indent: usize, out: &mut Vec<u8>) -> Status {
    if vm.native_stack_low() {
        return vm.throw_stack_overflow();
    }
    let w = |out: &mut Vec<u8>, s: &str| out.extend_from_slice(s.as_bytes());
    // An element that others share by reference is marked.
    // SAFETY: live value.
    let shared = indent > 0 && v.tag() == REF && unsafe { (*v.as_ptr::<HeapHdr>()).rc } > 1;
    let v = value::deref(v);
    pad(out, indent);
    // SAFETY: live value.
    unsafe {
        let guarded = matches!(v.tag(), ARR | OBJ) && (*v.as_ptr::<HeapHdr>()).info & HDR_PROTECTED != 0;
        let is_case = v.tag() == OBJ && class_of(v.as_ptr()).flags & flags::ENUM != 0;
        if guarded && !is_case {
            w(out, "*RECURSION*\n");
            return Status::Ok;
        }
        if shared {
            out.push(b'&');
        }
        match v.tag() {
            INT => {
                w(out, "int(");
                put_int(out, v.as_int());
                w(out, ")\n");
            }
            DBL => {
                w(out, "float(");
                number::write_float(v.as_dbl(), vm.serialize_precision(), out);
                w(out, ")\n");
            }
            TRUE => w(out, "bool(true)\n"),
            FALSE => w(out, "bool(false)\n"),
            STR => {
                let s = StrHdr::bytes(v.as_ptr());
                w(out, "string(");
                put_int(out, s.len());
                w(out, ") \"");
                out.extend_from_slice(s);
                w(out, "\"\n");
            }
            ARR => {
                let h = v.as_ptr::<HeapHdr>();
                let counted = v.is_refcounted();
                if counted {
                    (*h).info |= HDR_PROTECTED;
                }
                w(out, "array(");
                put_int(out, array::iter(v.as_ptr()).count());
                w(out, ") {\n");
                let mut st = Status::Ok;
                for (k, p) in array::iter(v.as_ptr()) {
                    dump_key(k, indent, out);
                    st = dump(vm, *p, indent + 2, out);
                    if st != Status::Ok {
                        break;
                    }
                }
                if counted {
                    (*h).info &= !HDR_PROTECTED;
                }
                crate::tri!(st);
                pad(out, indent);
                w(out, "}\n");
            }
            OBJ => {
                let o = v.as_ptr::<Obj>();
                let c = class_of(o);
                if is_case {
                    let name = value::deref(*Obj::slot(o, 0));
                    let n = if name.tag() == STR { crate::rt::lossy(name.as_ptr()) } else { String::new() };
                    w(out, &format!("enum({}::{n})\n", shown_class(c)));
                    return Status::Ok;
                }
                (*o).hdr.info |= HDR_PROTECTED;
                let t = match debug_table(vm, o) {
                    Ok(t) => t,
                    Err(st) => {
                        // Nothing is written of it.
                        out.truncate(out.len() - indent - shared as usize);
                        (*o).hdr.info &= !HDR_PROTECTED;
                        return st;
                    }
                };
                let mut name = c.name();
                if let Some(i) = name.iter().position(|&c| c == 0) {
                    name = &name[..i];
                }
                let n = array::count(t);
                let mut uninit = uninitialized(c, o).into_iter().peekable();
                let lazy = vm.lazy_prefix(o);
                w(out, lazy);
                w(out, "object(");
                out.extend_from_slice(name);
                w(out, &format!(")#{} ({n}) {{\n", (*o).handle));
                let mut st = Status::Ok;
                for (n, (k, p)) in array::iter(t).enumerate() {
                    while let Some((_, p)) = uninit.next_if(|(before, _)| *before <= n) {
                        dump_uninitialized(&*p, indent, out);
                    }
                    match k {
                        Key::Int(_) => dump_key(k, indent, out),
                        Key::Str(s) => {
                            let (n, of) = unmangle(StrHdr::bytes(s));
                            pad(out, indent + 2);
                            w(out, "[\"");
                            out.extend_from_slice(n);
                            w(out, "\"");
                            match of {
                                Some(b"*") => w(out, ":protected"),
                                Some(c) => w(out, &format!(":\"{}\":private", String::from_utf8_lossy(c))),
                                None => {}
                            }
                            w(out, "]=>\n");
                        }
                    }
                    st = dump(vm, *p, indent + 2, out);
                    if st != Status::Ok {
                        break;
                    }
                }
                if st == Status::Ok {
                    for (_, p) in uninit {
                        dump_uninitialized(&*p, indent, out);
                    }
                }
                release(array::val(t));
                (*o).hdr.info &= !HDR_PROTECTED;
                crate::tri!(st);
                pad(out, indent);
                w(out, "}\n");
            }
            RES => {
                let r = v.as_ptr::<howdah_runtime::layout::Res>();
                let ty = crate::api::res::type_name_of((*r).type_id).unwrap_or_else(|| "Unknown".into());
                w(out, &format!("resource({}) of type ({ty})\n", (*r).id));
            }
            _ => w(out, "NULL\n"),
        }
    }
    Status::Ok
}

fn var_dump(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    for i in 0..a.len() {
        let mut out = Vec::new();
        let st = dump(vm, a.get(i), 0, &mut out);
        vm.host.write(&out);
        crate::tri!(st);
    }
    Status::Ok
}

fn print(vm: &mut Vm, v: Val, indent: usize, out: &mut Vec<u8>) -> Status {
    if vm.native_stack_low() {
        return vm.throw_stack_overflow();
    }
    let v = value::deref(v);
    // SAFETY: live value.
    unsafe {
        let (table, head, owned, hdr) = match v.tag() {
            ARR => (v.as_ptr::<Arr>(), Cow::Borrowed("Array\n"), false, v.as_ptr::<HeapHdr>()),
            OBJ => {
                let o = v.as_ptr::<Obj>();
                let c = class_of(o);
                let name = shown_class(c);
                let name = name.split('\0').next().unwrap_or("").to_owned();
                let word = if c.flags & flags::ENUM != 0 {
                    let b = match c.enum_backing {
                        INT => ":int",
                        STR => ":string",
                        _ => "",
                    };
                    format!("{name} Enum{b}\n")
                } else {
                    format!("{name} Object\n")
                };
                if (*o).hdr.info & HDR_PROTECTED != 0 {
                    out.extend_from_slice(word.as_bytes());
                    out.extend_from_slice(b" *RECURSION*");
                    return Status::Ok;
                }
                match debug_table(vm, o) {
                    Ok(t) => (t, Cow::Owned(word), true, v.as_ptr::<HeapHdr>()),
                    Err(st) => return st,
                }
            }
            STR => {
                out.extend_from_slice(StrHdr::bytes(v.as_ptr()));
                return Status::Ok;
            }
            INT => {
                put_int(out, v.as_int());
                return Status::Ok;
            }
            DBL => {
                number::write_float(v.as_dbl(), vm.precision(), out);
                return Status::Ok;
            }
            _ => {
                let mut t = Val::NULL;
                crate::tri!(crate::rt::to_str(v, &mut t));
                out.extend_from_slice(StrHdr::bytes(t.as_ptr()));
                release(t);
                return Status::Ok;
            }
        };
        if (*hdr).info & HDR_PROTECTED != 0 {
            out.extend_from_slice(head.as_bytes());
            out.extend_from_slice(b" *RECURSION*");
            return Status::Ok;
        }
        let counted = v.is_refcounted();
        if counted {
            (*hdr).info |= HDR_PROTECTED;
        }
        out.extend_from_slice(head.as_bytes());
        pad(out, indent);
        out.extend_from_slice(b"(\n");
        let mut st = Status::Ok;
        for (k, p) in array::iter(table) {
            pad(out, indent + 4);
            out.push(b'[');
            match k {
                Key::Int(i) => put_int(out, i),
                Key::Str(s) => {
                    let (n, of) = if owned { unmangle(StrHdr::bytes(s)) } else { (StrHdr::bytes(s), None) };
                    out.extend_from_slice(n);
                    match of {
                        Some(b"*") => out.extend_from_slice(b":protected"),
                        Some(c) => {
                            out.push(b':');
                            out.extend_from_slice(c);
                            out.extend_from_slice(b":private");
                        }
                        None => {}
                    }
                }
            }
            out.extend_from_slice(b"] => ");
            st = print(vm, *p, indent + 8, out);
            if st != Status::Ok {
                break;
            }
            out.push(b'\n');
        }
        if counted {
            (*hdr).info &= !HDR_PROTECTED;
        }
        if owned {
            release(array::val(table));
        }
        crate::tri!(st);
        pad(out, indent);
        out.extend_from_slice(b")\n");
    }
    Status::Ok
}

fn print_r(vm: &mut Vm, a: &Args<'_>, ret: &mut Val) -> Status {
    let mut out = Vec::new();
    crate::tri!(print(vm, a.get(0), 0, &mut out));
    if a.bool(1, false) {
        return super::text(ret, &out);
    }
    vm.host.write(&out);
    *ret = Val::TRUE;
    Status::Ok
}

fn export_str(s: &[u8], out: &mut Vec<u8>) {
    out.push(b'\'');
    let mut plain = s;
    while let Some(at) = plain.iter().position(|c| matches!(c, b'\'' | b'\\' | 0)) {
        out.extend_from_slice(&plain[..at]);
        match plain[at] {
            0 => out.extend_from_slice(b"' . \"\\0\" . '"),
            c => out.extend_from_slice(&[b'\\', c]),
        }
        plain = &plain[at + 1..];
    }
    out.extend_from_slice(plain);
    out.push(b'\'');
}

/// Whether an array or object is being written already.
unsafe fn is_within(v: Val, within: &[*mut Obj]) -> bool {
    // SAFETY: a live array or object.
    unsafe {
        if v.tag() == OBJ {
            within.contains(&v.as_ptr())
        } else {
            v.is_refcounted() && (*v.as_ptr::<HeapHdr>()).info & HDR_PROTECTED != 0
        }
    }
}

/// `within` lists the objects being written: other dumps that run at the same time guard theirs apart.
fn export(vm: &mut Vm, v: Val, indent: usize, within: &mut Vec<*mut Obj>, out: &mut Vec<u8>) -> Status {
    if vm.native_stack_low() {
        return vm.throw_stack_overflow();
    }
    let v = value::deref(v);
    // SAFETY: live value.
    unsafe {
        match v.tag() {
            INT if v.as_int() == i64::MIN => out.extend_from_slice(b"-9223372036854775807-1"),
            INT => put_int(out, v.as_int()),
            DBL => {
                let from = out.len();
                number::write_float(v.as_dbl(), vm.serialize_precision(), out);
                // A float is seen to be one.
                if v.as_dbl().is_finite() && !out[from..].contains(&b'.') {
                    out.extend_from_slice(b".0");
                }
            }
            TRUE => out.extend_from_slice(b"true"),
            FALSE => out.extend_from_slice(b"false"),
            STR => export_str(StrHdr::bytes(v.as_ptr()), out),
            ARR | OBJ if is_within(v, within) => {
                out.extend_from_slice(b"NULL");
                return vm.warning("var_export does not handle circular references");
            }
            ARR | OBJ => {
                let (table, close, owned) = if v.tag() == ARR {
                    out.extend_from_slice(b"array (\n");
                    (v.as_ptr::<Arr>(), ")", false)
                } else {
                    let o = v.as_ptr::<Obj>();
                    let c = class_of(o);
                    if c.flags & flags::ENUM != 0 {
                        let n = value::deref(*Obj::slot(o, 0));
                        out.extend_from_slice(
                            format!("\\{}::{}", shown_class(c), crate::rt::lossy(n.as_ptr())).as_bytes(),
                        );
                        return Status::Ok;
                    }
                    let mut table = Val::NULL;
                    crate::tri!(vm.properties_for(o, plugin_api_abi::prop_purpose::VAR_EXPORT, &mut table));
                    let close = if core::ptr::eq(c, vm.ce.std_class) {
                        out.extend_from_slice(b"(object) array(\n");
                        ")"
                    } else {
                        out.extend_from_slice(
                            format!("\\{}::__set_state(array(\n", shown_class(c)).as_bytes(),
                        );
                        "))"
                    };
                    (table.as_ptr::<Arr>(), close, true)
                };
                let guarded = v.tag() == ARR && v.is_refcounted();
                if v.tag() == OBJ {
                    within.push(v.as_ptr());
                } else if guarded {
                    (*v.as_ptr::<HeapHdr>()).info |= HDR_PROTECTED;
                }
                let mut st = Status::Ok;
                for (k, p) in array::iter(table) {
                    pad(out, indent + if owned { 3 } else { 2 });
                    match k {
                        Key::Int(i) => put_int(out, i),
                        Key::Str(s) => export_str(
                            if owned { unmangle(StrHdr::bytes(s)).0 } else { StrHdr::bytes(s) },
                            out,
                        ),
                    }
                    out.extend_from_slice(b" => ");
                    let inner = value::deref(*p);
                    if matches!(inner.tag(), ARR | OBJ) && !is_within(inner, within) {
                        out.push(b'\n');
                        pad(out, indent + 2);
                    }
                    st = export(vm, *p, indent + 2, within, out);
                    if st != Status::Ok {
                        break;
                    }
                    out.extend_from_slice(b",\n");
                }
                if v.tag() == OBJ {
                    within.pop();
                } else if guarded {
                    (*v.as_ptr::<HeapHdr>()).info &= !HDR_PROTECTED;
                }
                if owned {
                    release(array::val(table));
                }
                crate::tri!(st);
                pad(out, indent);
                out.extend_from_slice(close.as_bytes());
            }
            _ => out.extend_from_slice(b"NULL"),
        }
    }
    Status::Ok
}

fn var_export(vm: &mut Vm, a: &Args<'_>, ret: &mut Val) -> Status {
    let mut out = Vec::new();
    crate::tri!(export(vm, a.get(0), 0, &mut Vec::new(), &mut out));
    if a.bool(1, false) {
        return super::text(ret, &out);
    }
    vm.host.write(&out);
    Status::Ok
}
