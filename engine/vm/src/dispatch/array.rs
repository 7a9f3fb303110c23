//! Arrays: literals, elements read and written, strings' offsets, ArrayAccess.

use super::vars::IND;
use super::{S, is_none};
use crate::op;
use crate::rt::{self, addref, release};
use crate::vm::Vm;
use howdah_bytecode::{Op, fetch};
use howdah_runtime::array::{self, Key};
use howdah_runtime::convert::{KeyOf, to_key};
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::{array_probe, number, string, value};
use plugin_api_abi::{
    ARR, COLLECTABLE, DBL, FALSE, INT, NULL, OBJ, REFCOUNTED, STR, Status, StrHdr, TRUE, UNDEF, Val,
};

/// `Illegal offset` texts' type name.
fn illegal(vm: &mut Vm, k: Val, how: &str) -> Status {
    let msg = match how {
        "isset" => format!("Cannot access offset of type {} in isset or empty", value::value_name(k)),
        "unset" => format!("Cannot unset offset of type {} on array", value::value_name(k)),
        _ => format!("Cannot access offset of type {} on array", value::value_name(k)),
    };
    vm.throw_type(&msg)
}

fn undefined_key(vm: &mut Vm, k: Key) -> Status {
    match k {
        Key::Int(i) => vm.warning(&format!("Undefined array key {i}")),
        // SAFETY: live key.
        Key::Str(s) => vm.warning(&format!("Undefined array key \"{}\"", unsafe { rt::lossy(s) })),
    }
}

/// `c[k]` read in mode R or IS, an owned value.
pub(crate) unsafe fn read_dim(vm: &mut Vm, c: Val, k: Val, mode: u16, out: &mut Val) -> Status {
    // SAFETY: borrowed live values.
    unsafe {
        *out = Val::NULL;
        match c.tag() {
            ARR => match to_key(k) {
                Err(st) => st,
                Ok(KeyOf::Illegal) => illegal(vm, k, if mode == fetch::IS { "isset" } else { "read" }),
                Ok(KeyOf::Key(key)) => {
                    let mut p = array::find(c.as_ptr(), key);
                    if !p.is_null() && (*p).tag() == array::INDIRECT {
                        p = (*p).as_ptr();
                    }
                    if p.is_null() || (*p).tag() == UNDEF {
                        return if mode == fetch::IS { Status::Ok } else { undefined_key(vm, key) };
                    }
                    *out = rt::copy(value::deref(*p));
                    Status::Ok
                }
            },
            STR => read_str_offset(vm, c, k, mode, out),
            OBJ => vm.read_dim_obj(c, k, mode as u32, out),
            _ if mode == fetch::IS => Status::Ok,
            _ => vm.warning(&format!("Trying to access array offset on {}", value::value_name(c))),
        }
    }
}

/// The integer that indexes a string, by PHP's rules.
fn str_offset(vm: &mut Vm, k: Val) -> Result<i64, Status> {
    let k = value::deref(k);
    match k.tag() {
        INT => Ok(k.as_int()),
        STR => {
            // SAFETY: live string.
            let s = unsafe { StrHdr::bytes(k.as_ptr()) };
            let Some(number::Numeric { num: number::Num::Int(i), trailing, .. }) = number::parse_numeric(s)
            else {
                return Err(vm.throw_type("Cannot access offset of type string on string"));
            };
            if trailing {
                let st = vm.warning(&format!("Illegal string offset \"{}\"", String::from_utf8_lossy(s)));
                if st != Status::Ok {
                    return Err(st);
                }
            }
            Ok(i)
        }
        UNDEF | NULL | FALSE | plugin_api_abi::TRUE | DBL => {
            let st = vm.warning("String offset cast occurred");
            if st != Status::Ok {
                return Err(st);
            }
            Ok(howdah_runtime::convert::to_int(k))
        }
        _ => Err(vm.throw_type(&format!("Cannot access offset of type {} on string", value::value_name(k)))),
    }
}

/// Refuses a write within a string's byte, in the words for what is done with it: by the op that follows the one running.
fn wrong_string_offset(vm: &mut Vm, k: Val, mode: u16) -> Status {
    if let Err(st) = str_offset(vm, k) {
        return st;
    }
    if mode == fetch::REF {
        return vm.throw("Cannot create references to/from string offsets");
    }
    // SAFETY: the running frame's position is behind its op's first word, and no op stands last in its code.
    let next = unsafe {
        let pc = (*crate::frame::frame(vm.fp)).pc;
        let words = Op::from_u16((*pc.sub(1)).op).map_or(1, |op| op.words());
        Op::from_u16((*pc.add(words - 1)).op)
    };
    vm.throw(match next {
        Some(
            Op::FetchPropW
            | Op::FetchPropDynW
            | Op::AssignProp
            | Op::AssignPropDyn
            | Op::AssignPropOp
            | Op::IncDecProp
            | Op::AssignPropRef
            | Op::UnsetProp
            | Op::FetchProp
            | Op::FetchPropDyn,
        ) => "Cannot use string offset as an object",
        Some(Op::PreInc | Op::PreDec | Op::IncDecR | Op::IncDecInd | Op::IncI | Op::DecI | Op::IncDecI) => {
            "Cannot increment/decrement string offsets"
        }
        _ => "Cannot use string offset as an array",
    })
}

/// The byte that `isset` and `empty` look at.
unsafe fn has_byte(c: Val, k: Val) -> Result<Option<u8>, Status> {
    // SAFETY: borrowed live values.
    unsafe {
        let k = value::deref(k);
        let i = match k.tag() {
            INT => k.as_int(),
            DBL => {
                let i = howdah_runtime::convert::to_int(k);
                if i as f64 != k.as_dbl() {
                    let st = howdah_runtime::convert::precision_lost(k.as_dbl());
                    if st != Status::Ok {
                        return Err(st);
                    }
                }
                i
            }
            UNDEF | NULL | FALSE | plugin_api_abi::TRUE => howdah_runtime::convert::to_int(k),
            STR => match number::parse_numeric(StrHdr::bytes(k.as_ptr())) {
                Some(number::Numeric { num: number::Num::Int(i), trailing: false, .. }) => i,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let s = StrHdr::bytes(c.as_ptr());
        let at = if i < 0 { i + s.len() as i64 } else { i };
        Ok(usize::try_from(at).ok().and_then(|at| s.get(at).copied()))
    }
}

unsafe fn read_str_offset(vm: &mut Vm, c: Val, k: Val, mode: u16, out: &mut Val) -> Status {
    // SAFETY: borrowed live values.
    unsafe {
        let s = StrHdr::bytes(c.as_ptr());
        if mode == fetch::IS {
            let kk = value::deref(k);
            let i = match kk.tag() {
                INT | FALSE | plugin_api_abi::TRUE | DBL | UNDEF | NULL => {
                    howdah_runtime::convert::to_int(kk)
                }
                STR => match number::parse_numeric(StrHdr::bytes(kk.as_ptr())) {
                    Some(number::Numeric { num: number::Num::Int(_), .. }) => match str_offset(vm, kk) {
                        Ok(i) => i,
                        Err(st) => return st,
                    },
                    _ => return Status::Ok,
                },
                _ => {
                    return vm.throw_type(&format!(
                        "Cannot access offset of type {} on string",
                        value::value_name(kk)
                    ));
                }
            };
            let at = if i < 0 { i + s.len() as i64 } else { i };
            if at >= 0 && (at as usize) < s.len() {
                *out = string::new_val(&s[at as usize..at as usize + 1]);
            }
            return Status::Ok;
        }
        let i = match str_offset(vm, k) {
            Ok(i) => i,
            Err(st) => return st,
        };
        let at = if i < 0 { i + s.len() as i64 } else { i };
        if at < 0 || at as usize >= s.len() {
            *out = string::new_val(b"");
            return vm.warning(&format!("Uninitialized string offset {i}"));
        }
        *out = string::new_val(&s[at as usize..at as usize + 1]);
        Status::Ok
    }
}

/// Prepares a container variable for a write into it as an array: `Ok(Some)` an unshared array, `Ok(None)` it is something
/// else (string, object, scalar) that the caller handles.
unsafe fn array_for_write(vm: &mut Vm, p: *mut Val) -> Result<Option<*mut Arr>, Status> {
    // SAFETY: live variable.
    unsafe {
        let p = value::deref_ptr(p);
        match (*p).tag() {
            ARR => Ok(Some(array::separate(p))),
            UNDEF | NULL => {
                array::store(p, array::val(array::new(0)));
                Ok(Some((*p).as_ptr()))
            }
            FALSE => {
                let st = vm.deprecated("Automatic conversion of false to array is deprecated");
                if st != Status::Ok {
                    return Err(st);
                }
                array::store(p, array::val(array::new(0)));
                Ok(Some((*p).as_ptr()))
            }
            _ => Ok(None),
        }
    }
}

/// The address of `c[k]` for mode W, RW, UNSET or REF; `k` UNDEF appends.
unsafe fn dim_ptr(vm: &mut Vm, c: *mut Val, k: Val, append: bool, mode: u16) -> Result<*mut Val, Status> {
    // SAFETY: live variable and key.
    unsafe {
        if mode == fetch::UNSET {
            let p = value::deref_ptr(c);
            return match (*p).tag() {
                ARR => {
                    let key = match to_key(k)? {
                        KeyOf::Illegal => return Err(illegal(vm, k, "unset")),
                        KeyOf::Key(k) => k,
                    };
                    let a = array::separate(p);
                    let e = array::find(a, key);
                    if e.is_null() {
                        vm.scratch = Val::NULL;
                        return Ok(&raw mut vm.scratch);
                    }
                    Ok(e)
                }
                OBJ => obj_dim_ptr(vm, *p, k, mode),
                STR => Err(vm.throw("Cannot unset string offsets")),
                UNDEF | NULL | FALSE => {
                    vm.scratch = Val::NULL;
                    Ok(&raw mut vm.scratch)
                }
                _ => Err(vm.throw("Cannot unset offset in a non-array variable")),
            };
        }
        match array_for_write(vm, c)? {
            Some(a) => {
                if append {
                    return match array::push(a, Val::NULL) {
                        Ok(p) => Ok(p),
                        Err(_) => Err(vm.throw(
                            "Cannot add element to the array as the next element is already occupied",
                        )),
                    };
                }
                let key = match to_key(k)? {
                    KeyOf::Illegal => return Err(illegal(vm, k, "write")),
                    KeyOf::Key(k) => k,
                };
                if mode == fetch::RW {
                    let e = array::find(a, key);
                    if e.is_null() || (*e).tag() == UNDEF {
                        // The handler of the warning may touch the array.
                        addref(array::val(a));
                        let st = undefined_key(vm, key);
                        let gone = (*a).hdr.rc == 1;
                        release(array::val(a));
                        if st != Status::Ok || gone {
                            return Err(if st == Status::Ok { vm.pending() } else { st });
                        }
                    }
                }
                let (mut e, _) = array::entry(a, key);
                if (*e).tag() == array::INDIRECT {
                    e = (*e).as_ptr();
                    if (*e).is_undef() {
                        *e = Val::NULL;
                    }
                }
                Ok(e)
            }
            None => {
                let p = value::deref_ptr(c);
                match (*p).tag() {
                    OBJ => obj_dim_ptr(vm, *p, if append { Val::UNDEF } else { k }, mode),
                    STR if append => Err(vm.throw("[] operator not supported for strings")),
                    STR => Err(wrong_string_offset(vm, k, mode)),
                    _ => Err(vm.throw("Cannot use a scalar value as an array")),
                }
            }
        }
    }
}

/// An object's element as a variable: what its read handler gives, kept in the VM's scratch slot.
unsafe fn obj_dim_ptr(vm: &mut Vm, o: Val, k: Val, mode: u16) -> Result<*mut Val, Status> {
    // SAFETY: live object.
    unsafe {
        let mut out = Val::NULL;
        addref(o);
        let wanted = if matches!(mode, fetch::UNSET | fetch::RW) { mode } else { fetch::W };
        let st = vm.read_dim_obj(o, k, wanted as u32, &mut out);
        if st != Status::Ok {
            release(o);
            return Err(st);
        }
        if out.tag() != OBJ && out.tag() != plugin_api_abi::REF {
            let class = &*(*o.as_ptr::<Obj>()).class.cast::<crate::class::Class>();
            let st = vm.notice(&format!(
                "Indirect modification of overloaded element of {} has no effect",
                String::from_utf8_lossy(class.name())
            ));
            if st != Status::Ok {
                release(out);
                release(o);
                return Err(st);
            }
        }
        release(o);
        release(std::mem::replace(&mut vm.scratch, out));
        Ok(&raw mut vm.scratch)
    }
}

/// Reads key `o` of a write into lval `a`. The warning about an undefined variable may run PHP code that frees what an
/// address in `a` points into: then the write goes to a variable that nobody sees.
unsafe fn read_key(s: S, o: u16, st: &mut Status) -> Val {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = &mut *s.vm;
        let t = s.slot(s.a());
        if !(*s.rk(o)).is_undef() || (*t).tag() != IND {
            return rt::read(vm, s.fp, s.rk(o), st);
        }
        let p = (*t).as_ptr::<Val>();
        if (*p).tag() == STR && !(*p).is_refcounted() {
            array::store(p, counted_copy((*p).as_ptr()));
        }
        let held = rt::copy(*p);
        let k = rt::read(vm, s.fp, s.rk(o), st);
        if held.is_refcounted() && (*held.as_ptr::<plugin_api_abi::HeapHdr>()).rc == 1 {
            release(std::mem::replace(&mut vm.scratch, held));
            (*t).payload = &raw mut vm.scratch as u64;
        } else {
            release(held);
        }
        k
    }
}

/// `c[k] = v`; takes `v` over. `res` gets a copy of the assigned value.
unsafe fn assign_dim(
    vm: &mut Vm,
    c: *mut Val,
    k: Val,
    append: bool,
    v: Val,
    res: Option<*mut Val>,
) -> Status {
    // SAFETY: live variable and values.
    unsafe {
        let mut p = value::deref_ptr(c);
        if (*p).tag() == OBJ {
            let o = *p;
            addref(o);
            let st = vm.write_dim_obj(o, if append { Val::UNDEF } else { k }, v);
            if let Some(r) = res {
                *r = if st == Status::Ok { rt::copy(v) } else { Val::NULL };
            }
            release(v);
            release(o);
            return st;
        }
        if (*p).tag() == STR {
            let st = assign_str_offset(vm, p, k, append, v, res);
            release(v);
            return st;
        }
        match array_for_write(vm, c) {
            Err(st) => {
                release(v);
                return st;
            }
            Ok(None) => {
                release(v);
                return vm.throw("Cannot use a scalar value as an array");
            }
            Ok(Some(_)) => {}
        }
        p = value::deref_ptr(c);
        let a = (*p).as_ptr::<Arr>();
        if let Some(r) = res {
            *r = rt::copy(v);
        }
        if append {
            if array::push(a, v).is_err() {
                release(v);
                if let Some(r) = res {
                    release(*r);
                }
                return vm.throw("Cannot add element to the array as the next element is already occupied");
            }
            return Status::Ok;
        }
        let key = match to_key(k) {
            Ok(KeyOf::Key(k)) => k,
            other => {
                release(v);
                if let Some(r) = res {
                    release(*r);
                }
                return match other {
                    Err(st) => st,
                    _ => illegal(vm, k, "write"),
                };
            }
        };
        let (mut e, _) = array::entry(a, key);
        if (*e).tag() == array::INDIRECT {
            e = (*e).as_ptr();
        }
        rt::assign_cv(vm, e, v)
    }
}

/// Whether lval `a` holds what has no elements: then key and value are not even looked at.
unsafe fn is_scalar(s: S) -> bool {
    // SAFETY: contract of handlers.
    unsafe {
        let tag = (*value::deref_ptr(rt::lval(s, s.a()))).tag();
        matches!(tag, TRUE | INT | DBL | plugin_api_abi::RES)
    }
}

/// Fails an assignment to an element of a scalar.
unsafe fn no_array(s: S) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        rt::free_tmp(s, s.c());
        if s.is_tmp(s.a()) && (*s.slot(s.a())).tag() != IND {
            release(*s.slot(s.a()));
        }
        let st = s.save().throw("Cannot use a scalar value as an array");
        s.done(st, 2)
    }
}

/// A copy of a string in a block of its own, even where an interned one exists.
unsafe fn counted_copy(s: *const StrHdr) -> Val {
    // SAFETY: live string; the fresh block is as long.
    unsafe {
        let bytes = StrHdr::bytes(s);
        let n = string::with_len(bytes.len());
        core::ptr::copy_nonoverlapping(bytes.as_ptr(), string::data(n), bytes.len());
        string::val(n)
    }
}

unsafe fn assign_str_offset(
    vm: &mut Vm,
    p: *mut Val,
    k: Val,
    append: bool,
    v: Val,
    res: Option<*mut Val>,
) -> Status {
    // SAFETY: `p` holds a string.
    unsafe {
        if append {
            return vm.throw("[] operator not supported for strings");
        }
        // Messages may run PHP code that frees the variable: then the share held here is the last one.
        if !(*p).is_refcounted() {
            array::store(p, counted_copy((*p).as_ptr()));
        }
        let held = rt::copy(*p);
        let mut t = Val::NULL;
        let i = str_offset(vm, k);
        let st = if i.is_ok() { rt::to_str(v, &mut t) } else { Status::Ok };
        let lost = (*held.as_ptr::<plugin_api_abi::HeapHdr>()).rc == 1;
        release(held);
        let i = match i {
            Err(st) => return st,
            Ok(i) if st == Status::Ok && !lost => i,
            Ok(_) => {
                release(t);
                return st;
            }
        };
        let src = StrHdr::bytes(t.as_ptr()).to_vec();
        release(t);
        let old = StrHdr::bytes((*p).as_ptr());
        let at = if i < 0 { i + old.len() as i64 } else { i };
        if at < 0 {
            if let Some(r) = res {
                *r = Val::NULL;
            }
            return vm.warning(&format!("Illegal string offset {i}"));
        }
        if src.is_empty() {
            return vm.throw("Cannot assign an empty string to a string offset");
        }
        if src.len() > 1 {
            let st = vm.warning("Only the first byte will be assigned to the string offset");
            if st != Status::Ok {
                return st;
            }
        }
        let at = at as usize;
        let own = (*p).as_ptr::<StrHdr>();
        let old = StrHdr::bytes(own);
        if (*p).is_refcounted() && (*own).hdr.rc == 1 && at < old.len() {
            *string::data(own).add(at) = src[0];
            (*own).hash = 0;
        } else {
            let n = string::with_len(old.len().max(at + 1));
            let d = string::data(n);
            core::ptr::write_bytes(d, b' ', (*n).len);
            core::ptr::copy_nonoverlapping(old.as_ptr(), d, old.len());
            *d.add(at) = src[0];
            let prev = *p;
            array::store(p, string::val(n));
            release(prev);
        }
        if let Some(r) = res {
            *r = string::new_val(&src[..1]);
        }
        Status::Ok
    }
}

#[inline(never)]
unsafe fn fetch_dim(s: S, mode: u16, keep: bool) -> u64 {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let mut st = Status::Ok;
        let c = if mode == fetch::IS {
            rt::deref_quiet(s.rk(s.b()))
        } else {
            rt::read(vm, s.fp, s.rk(s.b()), &mut st)
        };
        let k = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
        let mut out = Val::NULL;
        // Taking apart what is no array gives nulls without a word.
        if st == Status::Ok && (!keep || matches!(c.tag(), ARR | OBJ)) {
            st = read_dim(vm, c, k, mode, &mut out);
        }
        if !keep {
            rt::free_tmp(s, s.b());
        }
        rt::free_tmp(s, s.c());
        *s.slot(s.a()) = out;
        if st != Status::Ok {
            release(out);
        }
        s.done(st, 2)
    }
}

op! {
    [fast] InitArray(s) {
        let a = if s.c() == 0 { array::new(s.x() as usize) } else { array::new_hash(s.x()) };
        let d = s.slot(s.a());
        (*d).payload = a as u64;
        (*d).ty = ARR as u32 | REFCOUNTED | COLLECTABLE;
        (*d).aux = 0;
        s.next(2)
    }
    [fast] InitArrayOf(s) {
        let a = array::dup_frozen((*s.lit(s.x())).as_ptr());
        let d = s.slot(s.a());
        (*d).payload = a as u64;
        (*d).ty = ARR as u32 | REFCOUNTED | COLLECTABLE;
        (*d).aux = 0;
        s.next(2)
    }
    #[inline(never)]
    set_elem_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.b()) { rt::take(s, s.b()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.b()), &mut st)) };
        if st == Status::Ok {
            let e = array_probe::element((*s.slot(s.a())).as_ptr(), s.c() as u32);
            array::store(e, v);
        } else {
            release(v);
        }
        s.done(st, 1)
    }
    #[inline(never)]
    add_elem_slow(s) {
        let vm = s.save();
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.b()) { rt::take(s, s.b()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.b()), &mut st)) };
        let k = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
        if st == Status::Ok {
            match to_key(k) {
                Ok(KeyOf::Key(k)) => array::set(a, k, v),
                Ok(KeyOf::Illegal) => { release(v); st = illegal(vm, k, "write"); }
                Err(e) => { release(v); st = e; }
            }
        } else {
            release(v);
        }
        rt::free_tmp(s, s.c());
        s.done(st, 1)
    }
    #[inline(never)]
    add_next_slow(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let vm = s.save();
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.b()) { rt::take(s, s.b()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.b()), &mut st)) };
        if st == Status::Ok && array::push(a, v).is_err() {
            release(v);
            st = vm.throw("Cannot add element to the array as the next element is already occupied");
        }
        s.done(st, 1)
    }
    AddElemRef(s) {
        let vm = s.save();
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let made = *s.slot(s.b());
        let v = if s.is_tmp(s.b()) && made.tag() == plugin_api_abi::REF {
            made
        } else {
            let v = value::ref_val(value::make_ref(rt::lval(s, s.b())));
            addref(v);
            v
        };
        let mut st = Status::Ok;
        if is_none(s.c()) {
            let _ = array::push(a, v);
        } else {
            let k = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
            match to_key(k) {
                Ok(KeyOf::Key(k)) => array::set(a, k, v),
                Ok(KeyOf::Illegal) => { release(v); st = illegal(vm, k, "write"); }
                Err(e) => { release(v); st = e; }
            }
            rt::free_tmp(s, s.c());
        }
        s.done(st, 1)
    }
    AddUnpack(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        if st == Status::Ok {
            st = match v.tag() {
                ARR => {
                    // Replaced values may have destructors, which may write the variable.
                    let held = rt::copy(v);
                    let done = array::append_all(a, v.as_ptr::<Arr>());
                    rt::release_tmp(held);
                    match done {
                        Ok(()) => Status::Ok,
                        Err(_) => vm.throw("Cannot add element to the array as the next element is already occupied"),
                    }
                }
                OBJ => vm.iterate(v, &mut |vm, k, x| {
                    match (k.tag(), to_key(k)) {
                        (STR, Ok(KeyOf::Key(key))) => array::set(a, key, rt::copy(x)),
                        (INT, _) => {
                            let x = rt::copy(x);
                            if array::push(a, x).is_err() {
                                release(x);
                                return vm.throw("Cannot add element to the array as the next element is already occupied");
                            }
                        }
                        _ => return vm.throw("Keys must be of type int|string during array unpacking"),
                    }
                    Status::Ok
                }),
                _ => vm.throw(&format!("Only arrays and Traversables can be unpacked, {} given", value::value_name(v))),
            };
        }
        rt::free_tmp(s, s.b());
        s.done(st, 1)
    }
    #[inline(never)]
    fetch_dim_slow(s) {
        let mode = if (*s.pc).op == Op::FetchDim as u16 { s.x() as u16 } else { fetch::R };
        fetch_dim(s, mode, false)
    }
    #[inline(never)]
    fetch_list_slow(s) { fetch_dim(s, s.x() as u16, true) }
    FetchListW(s) {
        let t = (*s.slot(s.b())).tag();
        if t == IND || t == plugin_api_abi::REF {
            return s.tail(fetch_dim_w);
        }
        let vm = s.save();
        let st = vm.notice("Attempting to set reference to non referenceable value");
        if st != Status::Ok {
            rt::free_tmp(s, s.c());
            return s.done(st, 2);
        }
        fetch_dim(s, fetch::R, true)
    }
    #[inline(never)]
    fetch_dim_w_slow(s) { s.tail(fetch_dim_w) }
    fetch_dim_w(s) {
        let vm = s.save();
        let c = rt::lval(s, s.b());
        let append = is_none(s.c());
        let mode = s.x() as u16;
        let mut st = Status::Ok;
        let k = if append { Val::UNDEF } else { rt::read(vm, s.fp, s.rk(s.c()), &mut st) };
        let r = if st == Status::Ok { dim_ptr(vm, c, k, append, mode) } else { Err(st) };
        if !append {
            rt::free_tmp(s, s.c());
        }
        match r {
            Ok(p) => {
                *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
                s.next(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
    #[inline(never)]
    assign_dim_general(s) {
        let vm = s.save();
        if is_scalar(s) {
            rt::free_tmp(s, s.b());
            return no_array(s);
        }
        let mut st = Status::Ok;
        let k = read_key(s, s.b(), &mut st);
        let v = if s.is_tmp(s.c()) { rt::take(s, s.c()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.c()), &mut st)) };
        let res = if s.x() as u16 == howdah_bytecode::NONE { None } else { Some(s.slot(s.x() as u16)) };
        let mut held = super::props::taken_base(s, s.a());
        if st == Status::Ok {
            let c = if held.is_undef() { rt::lval(s, s.a()) } else { &raw mut held };
            st = assign_dim(vm, c, k, false, v, res);
        } else {
            release(v);
        }
        rt::free_tmp(s, s.b());
        release(held);
        if st == Status::Ok { s.done_checked(2) } else { s.done(st, 2) }
    }
    #[inline(never)]
    assign_dim_next_slow(s) {
        let vm = s.save();
        if is_scalar(s) {
            return no_array(s);
        }
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.c()) { rt::take(s, s.c()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.c()), &mut st)) };
        let res = if s.x() as u16 == howdah_bytecode::NONE { None } else { Some(s.slot(s.x() as u16)) };
        let mut held = super::props::taken_base(s, s.a());
        if st == Status::Ok {
            let c = if held.is_undef() { rt::lval(s, s.a()) } else { &raw mut held };
            if (*c).tag() == ARR && res.is_none() && held.is_undef() {
                let a = array::separate(c);
                if array::push(a, v).is_ok() {
                    return s.next(2);
                }
            }
            st = assign_dim(vm, c, Val::UNDEF, true, v, res);
        } else {
            release(v);
        }
        release(held);
        s.done(st, 2)
    }
    #[inline(never)]
    assign_dim_op_slow(s) {
        let vm = s.save();
        let x = s.x();
        let (kind, res) = (x as u16, (x >> 16) as u16);
        let append = is_none(s.b());
        let mut st = Status::Ok;
        let k = if append { Val::UNDEF } else { read_key(s, s.b(), &mut st) };
        let y = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
        let c = rt::lval(s, s.a());
        let p = value::deref_ptr(c);
        let mut result = Val::NULL;
        if st == Status::Ok {
            if (*p).tag() == OBJ {
                let o = *p;
                addref(o);
                let mut old = Val::NULL;
                st = vm.read_dim_obj(o, k, 0, &mut old);
                if st == Status::Ok {
                    st = rt::binary(vm, kind, &mut result, old, y);
                    if st == Status::Ok {
                        st = vm.write_dim_obj(o, k, result);
                    }
                }
                release(old);
                release(o);
            } else if (*p).tag() == STR {
                st = if append {
                    vm.throw("[] operator not supported for strings")
                } else {
                    match str_offset(vm, k) {
                        Ok(_) => vm.throw("Cannot use assign-op operators with string offsets"),
                        Err(st) => st,
                    }
                };
            } else {
                match dim_ptr(vm, c, k, append, fetch::RW) {
                    Ok(e) => {
                        st = rt::assign_op_var(vm, kind, e, y);
                        if st == Status::Ok && res != howdah_bytecode::NONE {
                            result = rt::copy_deref(e);
                        }
                    }
                    Err(e) => st = e,
                }
            }
        }
        if !append { rt::free_tmp(s, s.b()); }
        rt::free_tmp(s, s.c());
        if s.is_tmp(s.a()) && (*s.slot(s.a())).tag() != IND {
            release(*s.slot(s.a()));
        }
        if res != howdah_bytecode::NONE && st == Status::Ok { *s.slot(res) = result; } else { release(result); }
        s.done(st, 2)
    }
    #[inline(never)]
    isset_dim_slow(s) {
        let vm = s.save();
        let empty = s.x() != 0;
        let c = rt::deref_quiet(s.rk(s.b()));
        let mut st = Status::Ok;
        let k = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
        let mut r = empty;
        if st == Status::Ok {
            if c.tag() == OBJ {
                match vm.has_dim_obj(c, k, empty) {
                    Ok(b) => r = b != empty,
                    Err(e) => st = e,
                }
            } else if c.tag() == STR {
                match has_byte(c, k) {
                    Ok(byte) => r = if empty { byte.is_none_or(|b| b == b'0') } else { byte.is_some() },
                    Err(e) => st = e,
                }
            } else {
                let mut out = Val::NULL;
                st = read_dim(vm, c, k, fetch::IS, &mut out);
                r = if empty { !rt::truth(vm, out) } else { out.tag() != NULL };
                release(out);
            }
        }
        rt::free_tmp(s, s.b());
        rt::free_tmp(s, s.c());
        *s.slot(s.a()) = Val::bool(r);
        s.done(st, 2)
    }
    UnsetDim(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let k = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let p = value::deref_ptr(rt::lval(s, s.a()));
        if st == Status::Ok {
            st = match (*p).tag() {
                ARR => match to_key(k) {
                    Ok(KeyOf::Key(key)) => {
                        let a = array::separate(p);
                        if let Some(old) = array::remove(a, key) {
                            if old.tag() == array::INDIRECT {
                                let q = old.as_ptr::<Val>();
                                let v = *q;
                                *q = Val::UNDEF;
                                release(v);
                            } else {
                                release(old);
                            }
                        }
                        vm.pending()
                    }
                    Ok(KeyOf::Illegal) => illegal(vm, k, "unset"),
                    Err(e) => e,
                },
                OBJ => vm.unset_dim_obj(*p, k),
                STR => vm.throw("Cannot unset string offsets"),
                FALSE => vm.deprecated("Automatic conversion of false to array is deprecated"),
                UNDEF | NULL => Status::Ok,
                _ => vm.throw("Cannot unset offset in a non-array variable"),
            };
        }
        rt::free_tmp(s, s.b());
        if s.is_tmp(s.a()) && (*s.slot(s.a())).tag() != IND {
            release(*s.slot(s.a()));
        }
        s.done(st, 1)
    }
}
