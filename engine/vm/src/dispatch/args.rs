//! Arguments by array (unpacking, names), and receiving parameters.

use super::{S, is_none};
use crate::frame::*;
use crate::func::Ic;
use crate::op;
use crate::rt::{self, addref, release};
use crate::vm::Vm;
use howdah_bytecode::{FRAME_SLOTS, fn_flags};
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::Arr;
use howdah_runtime::value;
use plugin_api_abi::{ARR, OBJ, Status, StrHdr, Val};

op! {
    ArgsAdd(s) {
        let v = rt::take(s, s.c());
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let _ = array::push(a, v);
        s.next(1)
    }
    ArgsAddVar(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let f = &*(*s.slot(s.b()).cast::<Frame>()).func;
        let p = rt::lval(s, s.c());
        let n = array::next_index(a) as u32;
        let v = if f.is_by_ref(n) {
            let v = value::ref_val(value::make_ref(p));
            addref(v);
            v
        } else {
            let vm = s.save();
            let mut st = Status::Ok;
            let v = rt::copy(rt::read(vm, s.fp, p, &mut st));
            if st != Status::Ok {
                return s.done(st, 1);
            }
            v
        };
        let _ = array::push(a, v);
        s.next(1)
    }
    ArgsUnpack(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let f = &*(*s.slot(s.b()).cast::<Frame>()).func;
        let variable = s.c() & 0x8000 == 0 && !s.is_tmp(s.c());
        let p = s.rk(s.c());
        let v = rt::read(vm, s.fp, p, &mut st);
        if st == Status::Ok {
            st = match v.tag() {
                ARR => unpack_array(vm, f, a, if variable { value::deref_ptr(p) } else { core::ptr::null_mut() }, v),
                OBJ => vm.iterate(v, &mut |vm, k, x| {
                    if k.tag() == plugin_api_abi::STR {
                        let name = k.as_ptr::<StrHdr>();
                        let by_ref = f.params.iter().position(|q| q.name == name && q.by_ref && !q.prefer_ref && !q.variadic);
                        return match (unpack_named(vm, a, name, rt::copy(x)), by_ref) {
                            (Status::Ok, Some(n)) => by_value_instead(vm, f, n),
                            (st, _) => st,
                        };
                    }
                    if k.tag() != plugin_api_abi::INT {
                        return vm.throw("Keys must be of type int|string during argument unpacking");
                    }
                    if has_names(a) {
                        return vm.throw("Cannot use positional argument after named argument during unpacking");
                    }
                    let n = array::next_index(a) as u32;
                    let _ = array::push(a, rt::copy(x));
                    if f.is_by_ref(n) && !f.prefers_ref(n) {
                        return by_value_instead(vm, f, n as usize);
                    }
                    Status::Ok
                }),
                _ => vm.throw_type(&format!("Only arrays and Traversables can be unpacked, {} given", value::value_name(v))),
            };
        }
        rt::free_tmp(s, s.c());
        s.done(st, 1)
    }
    ArgsIsRef(s) {
        let f = &*(*s.slot(s.b()).cast::<Frame>()).func;
        let e = s.ext();
        let r = if e.y == 0 {
            f.is_by_ref(array::next_index((*s.slot(s.c())).as_ptr::<Arr>()) as u32)
        } else {
            let name = (*s.lit(e.x)).as_ptr::<StrHdr>();
            f.params.iter().any(|q| q.name == name && !q.variadic && (q.by_ref || q.prefer_ref))
        };
        *s.slot(s.a()) = Val::bool(r);
        s.next(2)
    }
    ArgsNamed(s) {
        let a = (*s.slot(s.a())).as_ptr::<Arr>();
        let name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        let lval = s.ext().y == 1;
        let vm = s.save();
        if !array::find_str(a, name).is_null() {
            if !lval { rt::free_tmp(s, s.c()); }
            let st = vm.throw(&format!("Named parameter ${} overwrites previous argument", rt::lossy(name)));
            return s.done(st, 2);
        }
        if s.ext().y == 2 {
            let f = &*(*s.slot(s.b()).cast::<Frame>()).func;
            if let Some(i) = f.params.iter().position(|q| q.name == name && q.by_ref && !q.prefer_ref && !q.variadic) {
                rt::free_tmp(s, s.c());
                let msg = format!(
                    "{}(): Argument #{} (${}) could not be passed by reference",
                    f.display(),
                    i + 1,
                    rt::lossy(name)
                );
                let st = vm.throw(&msg);
                return s.done(st, 2);
            }
        }
        let v = if lval {
            let f = &*(*s.slot(s.b()).cast::<Frame>()).func;
            let p = rt::lval(s, s.c());
            let param = f.params.iter().find(|q| q.name == name && !q.variadic).or(f.params.last().filter(|q| q.variadic));
            if param.is_some_and(|q| q.by_ref) {
                let v = value::ref_val(value::make_ref(p));
                addref(v);
                v
            } else {
                let mut st = Status::Ok;
                let v = rt::copy(rt::read(vm, s.fp, p, &mut st));
                if st != Status::Ok {
                    return s.done(st, 2);
                }
                v
            }
        } else {
            rt::take(s, s.c())
        };
        array::set(a, Key::Str(name), v);
        s.next(2)
    }
    CallArray(s) {
        let vm = s.save();
        let arr = *s.slot(s.c());
        let w = s.slot(s.b());
        let fr = w.cast::<Frame>();
        let fp = w.add(FRAME_SLOTS as usize);
        let a = s.a();
        (*fr).ret = if is_none(a) { core::ptr::null_mut() } else { s.slot(a) };
        (*fr).prev = s.fp;
        let n = array::count(arr.as_ptr::<Arr>());
        let f = &*(*fr).func;
        let need = n + f.params.len() + f.num_slots as usize;
        let mut st = vm.ensure_stack(fp, need);
        if st == Status::Ok {
            // The array lies within the area that the arguments will take: it is ours already.
            st = vm.spread_args(fp, arr.as_ptr());
        } else {
            (*fr).argc = 0;
        }
        release(arr);
        if st != Status::Ok {
            for i in 0..(*fr).argc {
                release(*fp.add(i as usize));
            }
            vm.leave_header(fp);
            return s.done(st, 1);
        }
        (*s.frame()).pc = s.pc.add(1);
        let n = S { fp, ..s };
        n.tail(super::calls::enter_general)
    }
    [fast] Recv(s) {
        let p = s.fp.add(s.a() as usize);
        if s.b() as u32 >> ((*p).ty & 15) & 1 != 0 { s.next(1) } else { s.tail(recv_object) }
    }
    #[inline(never)]
    [fast] recv_object(s) {
        if receives(s) { s.next(1) } else { s.tail(recv_slow) }
    }
    #[inline(never)]
    [fast] recv_init_object(s) {
        if receives(s) { s.next(2) } else { s.tail(recv_slow) }
    }
    #[inline(never)]
    recv_slow(s) {
        let vm = s.save();
        let i = s.a() as u32;
        let words = howdah_bytecode::Op::from_u16((*s.pc).op).map_or(1, |o| o.words());
        let st = vm.check_param(s.fp, i, s.fp.add(i as usize));
        s.done(st, words)
    }
    NoteDeprecated(s) {
        let vm = s.save();
        let st = vm.deprecated_call();
        s.done(st, 1)
    }
    [fast] RecvInit(s) {
        let p = s.fp.add(s.a() as usize);
        let ty = (*p).ty;
        if s.b() as u32 >> (ty & 15) & 1 != 0 {
            return s.next(2);
        }
        if ty & 0xff == 0 {
            rt::put(p, s.lit(s.x()));
            return s.next(2);
        }
        s.tail(recv_init_object)
    }
    RecvOr(s) {
        let f = &*s.func();
        let i = s.a() as usize;
        let p = s.fp.add(i);
        let (ic, key) = (s.icp(), f.scope as u64 + 1);
        if (*p).is_undef() && (*ic).key == key {
            // What came of the expression in this scope before.
            *p = Val { payload: (*ic).val, ty: (*ic).aux as u32, aux: 0 };
        } else if (*p).is_undef() {
            let vm = s.save();
            let thunk = crate::script::Thunk { script: f.script, index: s.x() };
            let mut out = Val::NULL;
            let st = vm.run_thunk(&thunk, f.scope, &mut out);
            if st != Status::Ok {
                return s.done(st, 2);
            }
            if !out.is_refcounted() {
                *ic = Ic { key, val: out.payload, aux: out.ty.into() };
            }
            *s.fp.add(i) = out;
        }
        match &f.params[i].ty {
            Some(ty) if ty.mask >> (*s.fp.add(i)).tag() & 1 == 0 => s.tail(recv_slow),
            _ => s.next(2),
        }
    }
    RecvVariadic(s) {
        let vm = s.save();
        let i = s.a() as u32;
        let fr = &mut *s.frame();
        let f = &*fr.func;
        let out = array::new(0);
        let mut st = Status::Ok;
        if fr.flags & FR_EXTRA_ARGS != 0 {
            for n in i..fr.argc {
                let p = crate::call::arg_slot(s.fp, f, n);
                if st == Status::Ok && f.params[i as usize].ty.is_some() {
                    st = vm.check_param(s.fp, n, p);
                }
                let v = (*p).by_parts();
                addref(v);
                let _ = array::push(out, v.by_parts());
            }
        }
        if !fr.named.is_null() {
            for (k, p) in array::iter(fr.named) {
                array::set(out, k, rt::copy_ref(*p));
            }
        }
        *s.fp.add(i as usize) = array::val(out);
        let _ = fn_flags::VARIADIC;
        s.done(st, 1)
    }
}

/// Whether a parameter's value is an object of its type, as far as this can be told without a call, or an integer that became
/// the float it takes.
#[inline(always)]
unsafe fn receives(s: S) -> bool {
    // SAFETY: contract of handlers.
    unsafe {
        let i = s.a() as usize;
        let p = s.fp.add(i);
        let ty = &(&(*s.func()).params)[i].ty;
        if (*p).ty as u8 == plugin_api_abi::REF {
            let v = &raw const (*(*p).as_ptr::<howdah_runtime::layout::Ref>()).val;
            return s.b() as u32 >> ((*v).ty & 15) & 1 != 0
                || ty.as_ref().is_none_or(|ty| ty.takes_object(v));
        }
        match ty {
            Some(ty) => ty.takes_object(p) || ty.widen(p),
            None => true,
        }
    }
}

/// Warns that argument `n` (from 0) is no reference, for a Traversable gave it.
fn by_value_instead(vm: &mut Vm, f: &crate::func::Func, n: usize) -> Status {
    vm.warning(&format!(
        "Cannot pass by-reference argument {} of {}() by unpacking a Traversable, passing by-value instead",
        n + 1,
        f.display()
    ))
}

/// Whether arguments given by name are among those collected.
unsafe fn has_names(args: *mut Arr) -> bool {
    // SAFETY: the array of a call's arguments is live; positions in it run from 0.
    unsafe { array::next_index(args) as usize != array::count(args) }
}

/// Adds an owned argument given by name.
unsafe fn unpack_named(vm: &mut Vm, args: *mut Arr, name: *mut StrHdr, v: Val) -> Status {
    // SAFETY: the array of a call's arguments is live and unshared.
    unsafe {
        if !array::find_str(args, name).is_null() {
            release(v);
            return vm.throw(&format!("Named parameter ${} overwrites previous argument", rt::lossy(name)));
        }
        array::set(args, Key::Str(name), v);
    }
    Status::Ok
}

/// Adds the elements of the array `v` to a call's arguments. `variable` is where it is kept, when that is a variable: elements for
/// parameters taken by reference become references there.
unsafe fn unpack_array(
    vm: &mut Vm,
    f: &crate::func::Func,
    args: *mut Arr,
    variable: *mut Val,
    v: Val,
) -> Status {
    // SAFETY: both arrays are live, the arguments' is unshared.
    unsafe {
        let mut from = v.as_ptr::<Arr>();
        let first = array::next_index(args) as u32;
        let named_ref = |k: &Key| matches!(k, Key::Str(name) if f.params.iter().any(|q| q.name == *name && q.by_ref && !q.variadic));
        if !variable.is_null()
            && f.by_ref != 0
            && array::iter(from)
                .zip(first..)
                .any(|((k, _), n)| if matches!(k, Key::Int(_)) { f.is_by_ref(n) } else { named_ref(&k) })
        {
            from = array::separate(variable);
        }
        for (k, p) in array::iter(from) {
            let by_ref = match k {
                Key::Int(_) => f.is_by_ref(array::next_index(args) as u32),
                Key::Str(_) => named_ref(&k),
            };
            let x = if by_ref && !variable.is_null() {
                let r = value::ref_val(value::make_ref(p));
                addref(r);
                r
            } else {
                rt::copy(value::deref(*p))
            };
            let st = match k {
                Key::Str(name) => unpack_named(vm, args, name, x),
                Key::Int(_) if has_names(args) => {
                    release(x);
                    vm.throw("Cannot use positional argument after named argument during unpacking")
                }
                Key::Int(_) => {
                    let _ = array::push(args, x);
                    Status::Ok
                }
            };
            if st != Status::Ok {
                return st;
            }
        }
        Status::Ok
    }
}
