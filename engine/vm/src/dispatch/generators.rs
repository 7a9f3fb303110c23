//! Generators' ops: creation, yield, return.

use super::{S, is_none};
use crate::frame::*;
use crate::generator::{Gen, gen_of};
use crate::op;
use crate::rt::{self, release};
use howdah_runtime::layout::Obj;
use howdah_runtime::value;
use plugin_api_abi::{ARR, OBJ, Status, Val};

/// Suspends the running generator frame behind the op, and goes on where it was resumed.
#[inline(always)]
unsafe fn suspend(s: S, words: usize) -> u64 {
    // SAFETY: the frame is a generator's.
    unsafe {
        let fr = &mut *s.frame();
        fr.pc = s.pc.add(words);
        let o = fr.generator;
        gen_of(o).unmount(s.fp);
        if fr.flags & FR_ENTRY != 0 {
            (*s.vm).fp = fr.prev;
            return Status::Ok as u64;
        }
        super::resume::resumed(s, o, Status::Ok)
    }
}

/// Index of a slot in the block of the running generator.
unsafe fn block_index(s: S, g: &Gen, slot: *mut Val) -> usize {
    // SAFETY: the slot is one of the frame's.
    unsafe { slot.offset_from(s.fp) as usize + g.head }
}

op! {
    GenCreate(s) {
        let vm = s.save();
        let mut out = Val::NULL;
        let class = vm.ce.generator;
        let st = vm.instantiate_raw(class, &mut out);
        if st != Status::Ok {
            return s.done(st, 1);
        }
        let fr = &mut *s.frame();
        let base = crate::call::frame_base(s.fp);
        let (prev, ret, flags) = (fr.prev, fr.ret, fr.flags);
        fr.flags &= !FR_ENTRY;
        if fr.this.tag() == OBJ && fr.flags & FR_OWNS_THIS == 0 {
            // The generator outlives the frame that `$this` was borrowed from.
            rt::addref(fr.this);
            fr.flags |= FR_OWNS_THIS;
        }
        fr.pc = s.pc.add(1);
        let n = crate::call::frame_top(s.fp).offset_from(base) as usize;
        let slots = std::slice::from_raw_parts(base, n);
        let g = Gen::create(slots, s.fp.offset_from(base) as usize, fr.func);
        *(*out.as_ptr::<Obj>()).native.cast::<*mut Gen>() = g;
        vm.fp = prev;
        if ret.is_null() { release(out); } else { *ret = out; }
        if flags & FR_ENTRY != 0 {
            return Status::Ok as u64;
        }
        let n = s.enter(prev, (*frame(prev)).pc);
        n.go(n.pc)
    }
    #[inline(never)]
    yield_any(s) {
        let vm = s.save();
        let fr = &*s.frame();
        let g = gen_of(fr.generator);
        let mut st = Status::Ok;
        if g.forced {
            if !is_none(s.b()) {
                rt::free_tmp(s, s.b());
            }
            if !is_none(s.c()) {
                rt::free_tmp(s, s.c());
            }
            let st = vm.throw("Cannot yield from finally in a force-closed generator");
            return s.done(st, 2);
        }
        let by_ref = (*fr.func).flags & 1 << 12 != 0;
        let b = s.b();
        let v = if is_none(b) {
            Val::NULL
        } else if by_ref && b & 0x8000 == 0 && ((*s.slot(b)).tag() == super::vars::IND || !s.is_tmp(b)) {
            let v = value::ref_val(value::make_ref(rt::lval(s, b)));
            rt::addref(v);
            v
        } else if by_ref {
            // Only variables and calls of functions that return references have a reference to give.
            let v = if s.is_tmp(b) { *s.slot(b) } else { rt::copy(*s.rk(b)) };
            if v.tag() != plugin_api_abi::REF {
                st = vm.notice("Only variable references should be yielded by reference");
            }
            v.by_parts()
        } else if s.is_tmp(b) {
            rt::take(s, b)
        } else {
            rt::copy(rt::read(vm, s.fp, s.rk(b), &mut st))
        };
        let k = if is_none(s.c()) {
            g.auto_key += 1;
            Val::int(g.auto_key)
        } else {
            let k = if s.is_tmp(s.c()) { rt::take(s, s.c()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.c()), &mut st)) };
            if k.tag() == plugin_api_abi::INT && k.as_int() > g.auto_key {
                g.auto_key = k.as_int();
            }
            k
        };
        if st != Status::Ok {
            release(v);
            release(k);
            return s.done(st, 2);
        }
        release(std::mem::replace(&mut g.value, v));
        release(std::mem::replace(&mut g.key, k));
        let d = s.slot(s.a());
        *d = Val::NULL;
        g.send_slot = Some(block_index(s, g, d));
        suspend(s, 2)
    }
    YieldFrom(s) {
        let vm = s.save();
        let o = (*s.frame()).generator;
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.b()) { rt::take(s, s.b()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.b()), &mut st)) };
        if st == Status::Ok && gen_of(o).forced {
            st = vm.throw("Cannot use \"yield from\" in a force-closed generator");
        }
        if st != Status::Ok {
            release(v);
            return s.done(st, 1);
        }
        let d = s.slot(s.a());
        *d = Val::NULL;
        let direct = v;
        let src = match v.tag() {
            ARR => v,
            OBJ if vm.is_generator(v) => {
                let i = gen_of(v.as_ptr());
                let error = if i.done && i.ret.is_undef() {
                    Some("Generator passed to yield from was aborted without proper return and is unable to continue")
                } else if i.done {
                    *d = rt::copy(i.ret);
                    release(v);
                    return s.next(1);
                } else {
                    match vm.gen_current(v.as_ptr()) {
                        Ok(c) if c == o => Some("Impossible to yield from the Generator being currently run"),
                        Ok(_) => None,
                        Err(st) => {
                            release(v);
                            return s.done(st, 1);
                        }
                    }
                };
                if let Some(msg) = error {
                    release(v);
                    let st = vm.throw(msg);
                    return s.done(st, 1);
                }
                gen_of(o).fresh = true;
                v
            }
            OBJ => match vm.object_iterator(v) {
                Ok(Some(it)) => {
                    release(v);
                    let mut t = Val::NULL;
                    let st = vm.it_call(it, |m| m.it_rewind, &mut t);
                    release(t);
                    if st != Status::Ok {
                        release(it);
                        return s.done(st, 1);
                    }
                    it
                }
                Ok(None) => {
                    release(v);
                    let st = vm.throw("Can use \"yield from\" only with arrays and Traversables");
                    return s.done(st, 1);
                }
                Err(st) => { release(v); return s.done(st, 1); }
            },
            _ => {
                release(v);
                let st = vm.throw("Can use \"yield from\" only with arrays and Traversables");
                return s.done(st, 1);
            }
        };
        let g = gen_of(o);
        g.from = src.by_parts();
        g.stepped = false;
        g.iterated = src.tag() == OBJ && src.payload != direct.payload;
        g.from_slot = block_index(s, g, d);
        g.send_slot = None;
        suspend(s, 1)
    }
    GenRet(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let a = s.a();
        let v = if s.is_tmp(a) { rt::take(s, a) } else { rt::copy(rt::read(vm, s.fp, s.rk(a), &mut st)) };
        if st != Status::Ok {
            release(v);
            return s.done(st, 1);
        }
        let fr = &*s.frame();
        let g = gen_of(fr.generator);
        release(std::mem::replace(&mut g.ret, v));
        g.done = true;
        let fr = s.frame();
        let (o, prev, flags) = ((*fr).generator, (*fr).prev, (*fr).flags);
        vm.leave_frame(s.fp);
        vm.fp = prev;
        let st = vm.pending();
        if flags & FR_ENTRY != 0 {
            return st as u64;
        }
        super::resume::resumed(s, o, st)
    }
}
