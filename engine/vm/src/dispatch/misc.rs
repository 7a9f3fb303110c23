//! Output, silence, ropes, and functions that have an op of their own.

use super::dims::is_counted_tmp;
use crate::op;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_runtime::array::Key;
use howdah_runtime::layout::Arr;
use howdah_runtime::{array, array_probe, convert, interner, number, string, value};
use plugin_api_abi::{ARR, FALSE, HeapHdr, INT, NULL, OBJ, REFCOUNTED, STR, Status, StrHdr, Val};

impl Vm {
    /// Ends `@`: restores error_reporting.
    pub(crate) fn end_silence(&mut self, saved: Val) {
        // Code within may have set the level, and an outer `@` may have ended first.
        const FATAL: u32 = 1 | 4 | 16 | 64 | 256 | 4096;
        let saved = saved.as_int() as u32;
        if self.error_reporting & !FATAL == 0 && saved & !FATAL != 0 {
            self.error_reporting = saved;
        }
    }
}

op! {
    #[cold]
    #[inline(never)]
    interrupted(s) {
        let vm = &mut *s.vm;
        vm.fp = s.fp;
        if vm.safepoint() == Status::Ok { s.go(s.pc) } else { s.tail(super::exceptions::unwind) }
    }
    Echo(s) {
        let v = (*s.rk(s.a())).by_parts();
        let vm = s.save();
        match v.tag() {
            STR => vm.host.write(StrHdr::bytes(v.as_ptr())),
            INT => vm.host.write(itoa::Buffer::new().format(v.as_int()).as_bytes()),
            _ => return s.tail(echo_slow),
        }
        rt::free_tmp(s, s.a());
        s.done_checked(1)
    }
    #[inline(never)]
    echo_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.a()), &mut st);
        let mut t = Val::NULL;
        if st == Status::Ok {
            st = rt::to_str(v, &mut t);
        }
        if st == Status::Ok {
            vm.host.write(StrHdr::bytes(t.as_ptr()));
        }
        release(t);
        rt::free_tmp(s, s.a());
        s.done(st, 1)
    }
    [fast] RopePart(s) {
        let b = s.b();
        let v = (*s.rk(b)).by_parts();
        if v.tag() == INT || v.tag() == STR {
            if v.ty & REFCOUNTED != 0 && !s.is_tmp(b) {
                (*v.as_ptr::<HeapHdr>()).rc += 1;
            }
            *s.slot(s.a()) = v.by_parts();
            return s.next(1);
        }
        s.tail(rope_part_slow)
    }
    #[inline(never)]
    rope_part_slow(s) {
        let b = s.b();
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(b), &mut st);
        let mut t = Val::NULL;
        if st == Status::Ok {
            st = rt::to_str(v, &mut t);
        }
        rt::free_tmp(s, b);
        *s.slot(s.a()) = t;
        if st != Status::Ok { release(t); }
        s.done(st, 1)
    }
    ConcatN(s) {
        let base = s.slot(s.b());
        let n = s.c() as usize;
        let mut len = 0;
        for i in 0..n {
            let v = *base.add(i);
            len += if v.tag() == STR { (*v.as_ptr::<StrHdr>()).len } else { string::decimal_len(v.as_int()) };
        }
        let p = string::with_len(len);
        let mut d = string::data(p);
        for i in 0..n {
            let v = *base.add(i);
            d = if v.tag() == STR {
                let t = v.as_ptr::<StrHdr>();
                string::put(d, string::data(t), (*t).len)
            } else {
                string::put_int(d, v.as_int(), string::decimal_len(v.as_int()))
            };
        }
        let out = string::val(p);
        for i in 0..n {
            if (*base.add(i)).ty & REFCOUNTED != 0 {
                rt::release_tmp(*base.add(i));
            }
        }
        *s.slot(s.a()) = out;
        s.next(1)
    }
    BeginSilence(s) {
        let vm = s.save();
        *s.slot(s.a()) = Val::int(vm.error_reporting as i64);
        vm.error_reporting &= 1 | 16 | 64 | 256 | 4096 | 4;
        s.next(1)
    }
    EndSilence(s) {
        let vm = s.save();
        vm.end_silence(*s.slot(s.a()));
        s.next(1)
    }
    [fast] Strlen(s) {
        let v = s.rk(s.b());
        if (*v).tag() == STR && ((*v).ty & REFCOUNTED == 0 || !s.is_tmp(s.b())) {
            let n = (*(*v).as_ptr::<StrHdr>()).len as i64;
            *s.slot(s.a()) = Val::int(n);
            return s.next(1);
        }
        s.tail(strlen_tmp)
    }
    [fast] Ord(s) {
        let v = s.rk(s.b());
        if (*v).tag() != STR {
            return s.tail(ord_slow);
        }
        // A string's text ends in a NUL.
        let byte = *string::data((*v).as_ptr());
        if (*v).ty & REFCOUNTED != 0 && s.is_tmp(s.b()) && !(*s.vm).here.gives_up((*v).by_parts()) {
            return s.tail(ord_slow);
        }
        *s.slot(s.a()) = Val::int(byte as i64);
        s.next(1)
    }
    /// Calls the function, which says what it thinks of other types.
    #[inline(never)]
    ord_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            let f = vm.functions.get(&crate::class::Sym(interner::intern(b"ord"))).map(|e| e.get());
            st = match f {
                Some(f) => vm.call_func(f, Val::UNDEF, core::ptr::null_mut(), &[v], &mut out),
                None => vm.throw("Call to undefined function ord()"),
            };
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = out.by_parts();
        s.done(st, 1)
    }
    #[inline(never)]
    [fast] strlen_tmp(s) {
        let v = (*s.rk(s.b())).by_parts();
        if v.tag() != STR {
            return s.tail(strlen_slow);
        }
        let n = (*v.as_ptr::<StrHdr>()).len as i64;
        if v.is_refcounted() && !(*s.vm).here.gives_up(v) {
            return s.tail(strlen_slow);
        }
        *s.slot(s.a()) = Val::int(n);
        s.next(1)
    }
    #[inline(never)]
    strlen_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            let strict = (*s.func()).flags & howdah_bytecode::fn_flags::STRICT != 0;
            if v.tag() == plugin_api_abi::NULL && !strict {
                st = vm.deprecated("strlen(): Passing null to parameter #1 ($string) of type string is deprecated");
                out = Val::int(0);
            } else if matches!(v.tag(), ARR | plugin_api_abi::RES) || strict && v.tag() != STR
                || v.tag() == OBJ && (*(*v.as_ptr::<howdah_runtime::layout::Obj>()).class.cast::<crate::class::Class>()).magic.to_string.is_null() {
                st = vm.throw_type(&format!("strlen(): Argument #1 ($string) must be of type string, {} given", value::value_name(v)));
            } else {
                let mut t = Val::NULL;
                st = rt::to_str(v, &mut t);
                if st == Status::Ok {
                    out = Val::int((*t.as_ptr::<StrHdr>()).len as i64);
                }
                release(t);
            }
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = out;
        s.done(st, 1)
    }
    [fast] Count(s) {
        let v = s.rk(s.b());
        if (*v).tag() == ARR && ((*v).ty & REFCOUNTED == 0 || !s.is_tmp(s.b())) {
            let a = (*v).as_ptr::<howdah_runtime::layout::Arr>();
            // A symbol table counts what its indirections stand for.
            if !core::ptr::eq(a, (*s.vm).globals) {
                *s.slot(s.a()) = Val::int((*a).count as i64);
                return s.next(1);
            }
        }
        s.tail(super::dim_objects::count_object)
    }
    #[inline(never)]
    count_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        if v.tag() == ARR {
            let n = array::count(v.as_ptr::<Arr>());
            rt::free_tmp(s, s.b());
            Val::int(n as i64).put(s.slot(s.a()));
            return s.done_checked(1);
        }
        let mut out = Val::int(0);
        if st == Status::Ok {
            st = vm.count(v, &mut out);
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = out.by_parts();
        s.done(st, 1)
    }
    [fast] TypeCheck(s) {
        let v = s.rk(s.b());
        let tag = (*v).tag();
        if tag != plugin_api_abi::UNDEF && tag < plugin_api_abi::RES && ((*v).ty & REFCOUNTED == 0 || !s.is_tmp(s.b())) {
            s.put_bool(s.a(), s.c() >> tag & 1 != 0);
            return s.next(1);
        }
        s.tail(type_check_slow)
    }
    #[inline(never)]
    type_check_slow(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut r = s.c() >> v.tag() & 1 != 0;
        if r && v.tag() == plugin_api_abi::RES {
            r = (*v.as_ptr::<howdah_runtime::layout::Res>()).type_id >= 0;
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = Val::bool(r);
        s.done(st, 1)
    }
    ArrayKeyExists(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let k = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let a = rt::read(vm, s.fp, s.rk(s.c()), &mut st);
        let mut r = false;
        if st == Status::Ok {
            if a.tag() != ARR {
                st = vm.throw_type(&format!("array_key_exists(): Argument #2 ($array) must be of type array, {} given", value::value_name(a)));
            } else {
                let has = |k| {
                    let mut p = array::find(a.as_ptr(), k);
                    if !p.is_null() && (*p).tag() == array::INDIRECT { p = (*p).as_ptr(); }
                    !p.is_null() && !(*p).is_undef()
                };
                if k.tag() == STR && number::int_key(StrHdr::bytes(k.as_ptr())).is_none() {
                    let found = has(Key::Str(k.as_ptr()));
                    rt::free_tmp(s, s.b());
                    rt::free_tmp(s, s.c());
                    s.put_bool(s.a(), found);
                    return s.done_checked(1);
                }
                match convert::to_key(k) {
                    Ok(convert::KeyOf::Key(k)) => r = has(k),
                    Ok(convert::KeyOf::Illegal) => st = vm.throw_type(&format!("Cannot access offset of type {} on array", value::value_name(k))),
                    Err(e) => st = e,
                }
            }
        }
        rt::free_tmp(s, s.b());
        rt::free_tmp(s, s.c());
        *s.slot(s.a()) = Val::bool(r);
        s.done(st, 1)
    }
    [fast] InArray(s) {
        let k = s.rk(s.b());
        if (*k).tag() == STR && (s.b_again() & 0x8000 != 0 || !is_counted_tmp(s, s.b_again())) {
            let a = (*s.rk(s.c())).as_ptr::<Arr>();
            let at = array_probe::probe_same(a, (*k).as_ptr());
            if at != array_probe::UNSURE {
                s.put_bool(s.a(), at != array_probe::ABSENT);
                return s.next(2);
            }
        }
        s.tail(in_array_any)
    }
    #[inline(never)]
    in_array_any(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let a = (*s.rk(s.c())).as_ptr::<Arr>();
        let found = match v.tag() {
            STR => !array::find(a, Key::Str(v.as_ptr())).is_null(),
            INT if s.x() != 0 => !array::find(a, Key::Int(v.as_int())).is_null(),
            _ if s.x() != 0 => false,
            NULL | FALSE => !array::find(a, Key::Str(interner::short(b""))).is_null(),
            _ => (0..(*a).used).any(|i| rt::loose_eq(vm, v, array::key_at(a, i).val())),
        };
        rt::free_tmp(s, s.b());
        s.put_bool(s.a(), found);
        s.done_checked(2)
    }
    [fast] FuncNumArgs(s) {
        *s.slot(s.a()) = Val::int((*s.frame()).argc as i64);
        s.next(1)
    }
    FuncGetArgs(s) {
        let vm = s.save();
        let a = vm.frame_args(s.fp);
        *s.slot(s.a()) = array::val(a);
        s.next(1)
    }
    GetType(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let t = string::new_val(value::gettype(v).as_bytes());
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = t;
        s.done(st, 1)
    }
}
