//! Generators. A suspended generator keeps its frame's slots in a heap block; resuming copies them onto the VM stack, so that
//! callees' windows lie where they always lie.

use super::{S, is_none};
use crate::class::Class;
use crate::frame::*;
use crate::op;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_runtime::array::{self};
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::obj_val;
use howdah_runtime::value;
use plugin_api_abi::{ARR, OBJ, Status, Val};

/// What a Generator object's payload points to.
pub struct Gen {
    /// Header and slots while suspended; empty when finished.
    pub frame: Vec<Val>,
    /// Where slot 0 is in it: behind extra arguments and the header.
    pub head: usize,
    /// Current value and key.
    pub value: Val,
    /// Current key.
    pub key: Val,
    /// Return value, UNDEF before.
    pub ret: Val,
    /// Where `send()` puts its value: slot index, or none.
    pub send_slot: Option<usize>,
    /// Largest integer key so far.
    pub auto_key: i64,
    /// Started, running, finished.
    pub started: bool,
    /// Running now.
    pub running: bool,
    /// Ended (return, exception, destroyed).
    pub done: bool,
    /// The delegated iterator was stepped already.
    pub advanced: bool,
    /// Went past its first yield: no rewind any more.
    pub moved: bool,
    /// What `yield from` delegates to: array with position, or an iterator object.
    pub from: Val,
    /// Slot of the `yield from` result.
    pub from_slot: Option<usize>,
}

/// The generator behind an object.
pub(crate) unsafe fn gen_of(o: *mut Obj) -> &'static mut Gen {
    // SAFETY: Generator objects carry a pointer to a boxed Gen in their payload for all their life.
    unsafe { &mut **(*o).native.cast::<*mut Gen>() }
}

/// Drops a Generator's payload.
pub(crate) unsafe extern "C" fn free_gen(payload: *mut u8) {
    // SAFETY: as above; called once.
    unsafe {
        let p = *payload.cast::<*mut Gen>();
        if p.is_null() {
            return;
        }
        let mut g = *Box::from_raw(p);
        destroy(&mut g);
    }
}

/// Names the values that a Generator's payload owns, those of its suspended frame included.
pub(crate) unsafe extern "C" fn gen_roots(
    payload: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: the payload of a Generator; the suspended frame is complete.
    unsafe {
        let p = *payload.cast::<*mut Gen>();
        if p.is_null() {
            return;
        }
        let g = &mut *p;
        for v in [&mut g.value, &mut g.key, &mut g.ret, &mut g.from] {
            visit(data, v);
        }
        if !g.frame.is_empty() {
            let fp = g.frame.as_mut_ptr().add(g.head);
            crate::roots::visit_frame(fp, &mut |mut v| visit(data, &mut v));
        }
    }
}

/// Releases what a generator holds, its frame included.
unsafe fn destroy(g: &mut Gen) {
    // SAFETY: the suspended frame is complete.
    unsafe {
        g.done = true;
        for v in [&mut g.value, &mut g.key, &mut g.ret, &mut g.from] {
            release(std::mem::replace(v, Val::NULL));
        }
        if !g.frame.is_empty() {
            let mut block = std::mem::take(&mut g.frame);
            let fp = block.as_mut_ptr().add(g.head);
            let fr = &mut *frame(fp);
            let f = &*fr.func;
            let vm = crate::vm::current();
            let at = (fr.pc.offset_from(f.code) - 1).max(0) as u32;
            let saved = (*vm).fp;
            super::exceptions::clean_live(&mut *vm, fp, &*f.proto, at, None);
            (*vm).leave_frame(fp);
            (*vm).fp = saved;
        }
    }
}

impl Vm {
    /// Whether an object is a Generator.
    pub(crate) fn is_generator(&self, o: Val) -> bool {
        // SAFETY: live object.
        o.tag() == OBJ
            && unsafe { (*o.as_ptr::<Obj>()).class.cast::<Class>().cast_mut() == self.ce.generator }
    }

    /// The current value as a reference (foreach by reference over a generator).
    pub(crate) unsafe fn generator_current_ref(&mut self, o: Val) -> Val {
        // SAFETY: a Generator.
        unsafe {
            let g = gen_of(o.as_ptr());
            let v = value::ref_val(value::make_ref(&raw mut g.value));
            rt::addref(v);
            v
        }
    }

    /// Runs a generator up to its first yield.
    pub(crate) fn gen_start(&mut self, o: *mut Obj) -> Status {
        // SAFETY: a Generator.
        let g = unsafe { gen_of(o) };
        if g.started || g.done {
            return Status::Ok;
        }
        g.started = true;
        self.gen_resume(o, None)
    }

    /// Resumes a suspended generator; `exc`: an owned exception to throw at the yield.
    pub(crate) fn gen_resume(&mut self, o: *mut Obj, exc: Option<Val>) -> Status {
        // SAFETY: a Generator; its frame is complete.
        unsafe {
            let g = gen_of(o);
            if g.done {
                return Status::Ok;
            }
            if g.running {
                if let Some(e) = exc {
                    release(e);
                }
                return self.throw("Cannot resume an already running generator");
            }
            if exc.is_none() && g.from.tag() != plugin_api_abi::UNDEF {
                match self.gen_delegate(o) {
                    Ok(true) => return Status::Ok,
                    Ok(false) => {}
                    Err(st) => return self.gen_throw_into(o, st),
                }
            }
            release(std::mem::replace(&mut g.value, Val::NULL));
            release(std::mem::replace(&mut g.key, Val::NULL));
            let saved = self.fp;
            let base = self.top();
            let n = g.frame.len();
            let st = self.ensure_stack(base, n + 64);
            if st != Status::Ok {
                return st;
            }
            core::ptr::copy_nonoverlapping(g.frame.as_ptr(), base, n);
            let fp = base.add(g.head);
            let fr = &mut *frame(fp);
            fr.prev = saved;
            fr.flags |= FR_ENTRY | FR_GENERATOR;
            fr.generator = o;
            fr.ret = core::ptr::null_mut();
            g.running = true;
            g.frame.clear();
            rt::addref(obj_val(o));
            let st = if let Some(e) = exc {
                self.fp = fp;
                self.throw_object(e);
                self.run_unwind(fp)
            } else {
                self.depth += 1;
                let r = self.run(fp, fr.pc);
                self.depth -= 1;
                r
            };
            let g = gen_of(o);
            g.running = false;
            if g.frame.is_empty() {
                g.done = true;
                release(std::mem::replace(&mut g.value, Val::NULL));
                release(std::mem::replace(&mut g.key, Val::NULL));
            }
            self.fp = saved;
            release(obj_val(o));
            st
        }
    }

    /// Turns a failure of a delegated iterator into an exception at the `yield from`.
    fn gen_throw_into(&mut self, o: *mut Obj, st: Status) -> Status {
        if st != Status::Exception {
            return st;
        }
        let e = super::exceptions::hide(self);
        // SAFETY: a Generator.
        let g = unsafe { gen_of(o) };
        let from = std::mem::replace(&mut g.from, Val::UNDEF);
        // SAFETY: owned.
        unsafe { release(from) };
        self.gen_resume(o, Some(e))
    }

    /// Steps what `yield from` delegates to. `Ok(true)`: it has a current element; `Ok(false)`: over, its result is stored.
    fn gen_delegate(&mut self, o: *mut Obj) -> Result<bool, Status> {
        // SAFETY: a Generator.
        unsafe {
            let g = gen_of(o);
            let from = g.from;
            if from.tag() == ARR {
                let a = from.as_ptr::<Arr>();
                let i = array::next_live(a, g.from.aux);
                if i < (*a).used {
                    g.from.aux = i + 1;
                    let v = rt::copy(value::deref(*array::entry_at(a, i)));
                    let k = rt::copy(array::key_at(a, i).val());
                    release(std::mem::replace(&mut g.value, v));
                    release(std::mem::replace(&mut g.key, k));
                    return Ok(true);
                }
                g.from = Val::UNDEF;
                release(Val { aux: 0, ..from });
                self.gen_from_result(o, Val::NULL);
                return Ok(false);
            }
            if self.is_generator(from) {
                let inner = from.as_ptr::<Obj>();
                let step = std::mem::replace(&mut g.advanced, true);
                let st = if step { self.gen_resume(inner, None) } else { self.gen_start(inner) };
                if st != Status::Ok {
                    return Err(st);
                }
                let g = gen_of(o);
                let i = gen_of(inner);
                if !i.done {
                    release(std::mem::replace(&mut g.value, rt::copy(value::deref(i.value))));
                    release(std::mem::replace(&mut g.key, rt::copy(i.key)));
                    return Ok(true);
                }
                let r = if i.ret.is_undef() { Val::NULL } else { rt::copy(i.ret) };
                g.from = Val::UNDEF;
                release(from);
                self.gen_from_result(o, r);
                return Ok(false);
            }
            let step = std::mem::replace(&mut g.advanced, true);
            let mut t = Val::NULL;
            let st = self.it_call(from, if step { |m| m.it_next } else { |m| m.it_rewind }, &mut t);
            release(t);
            if st != Status::Ok {
                return Err(st);
            }
            let mut ok = Val::NULL;
            let st = self.it_call(from, |m| m.it_valid, &mut ok);
            if st != Status::Ok {
                return Err(st);
            }
            if rt::truth(self, ok) {
                let (mut v, mut k) = (Val::NULL, Val::NULL);
                let mut st = self.it_call(from, |m| m.it_current, &mut v);
                if st == Status::Ok {
                    st = self.it_call(from, |m| m.it_key, &mut k);
                }
                if st != Status::Ok {
                    return Err(st);
                }
                let g = gen_of(o);
                release(std::mem::replace(&mut g.value, v));
                release(std::mem::replace(&mut g.key, k));
                return Ok(true);
            }
            let g = gen_of(o);
            g.from = Val::UNDEF;
            release(from);
            self.gen_from_result(o, Val::NULL);
            Ok(false)
        }
    }

    /// Puts the result of `yield from` into its slot of the suspended frame.
    fn gen_from_result(&mut self, o: *mut Obj, v: Val) {
        // SAFETY: a Generator with a suspended frame.
        unsafe {
            let g = gen_of(o);
            match g.from_slot.take() {
                Some(i) if !g.frame.is_empty() => g.frame[i] = v,
                _ => release(v),
            }
        }
    }
}

/// Suspends the running generator frame at `pc`: copies its slots to the heap and leaves the run loop.
unsafe fn suspend(s: S, g: &mut Gen, words: usize) -> u64 {
    // SAFETY: the frame is a generator's.
    unsafe {
        let fr = &mut *s.frame();
        fr.pc = s.pc.add(words);
        let top = crate::call::frame_top(s.fp);
        let base = crate::call::frame_base(s.fp);
        let n = top.offset_from(base) as usize;
        g.frame = std::slice::from_raw_parts(base, n).to_vec();
        (*s.vm).fp = fr.prev;
        Status::Ok as u64
    }
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
        let top = crate::call::frame_top(s.fp);
        let base = crate::call::frame_base(s.fp);
        let (prev, ret, flags) = (fr.prev, fr.ret, fr.flags);
        fr.flags &= !FR_ENTRY;
        fr.pc = s.pc.add(1);
        let n = top.offset_from(base) as usize;
        let g = Gen {
            frame: std::slice::from_raw_parts(base, n).to_vec(),
            head: s.fp.offset_from(base) as usize,
            value: Val::NULL, key: Val::NULL, ret: Val::UNDEF, send_slot: None, auto_key: -1,
            started: false, running: false, done: false, advanced: false, moved: false, from: Val::UNDEF, from_slot: None,
        };
        *(*out.as_ptr::<Obj>()).native.cast::<*mut Gen>() = Box::into_raw(Box::new(g));
        vm.fp = prev;
        if ret.is_null() { release(out); } else { *ret = out; }
        if flags & FR_ENTRY != 0 {
            return Status::Ok as u64;
        }
        let n = s.enter(prev, (*frame(prev)).pc);
        n.go(n.pc)
    }
    Yield(s) {
        let vm = s.save();
        let fr = &*s.frame();
        let g = gen_of(fr.generator);
        let mut st = Status::Ok;
        let by_ref = (*fr.func).flags & 1 << 12 != 0;
        let b = s.b();
        let v = if by_ref && b & 0x8000 == 0 && ((*s.slot(b)).tag() == super::vars::IND || !s.is_tmp(b)) {
            let v = value::ref_val(value::make_ref(rt::lval(s, b)));
            rt::addref(v);
            v
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
            return s.done(st, 1);
        }
        release(std::mem::replace(&mut g.value, v));
        release(std::mem::replace(&mut g.key, k));
        let d = s.slot(s.a());
        *d = Val::NULL;
        g.send_slot = Some(d.offset_from(s.fp) as usize + g.head);
        suspend(s, g, 1)
    }
    YieldFrom(s) {
        let vm = s.save();
        let fr = &*s.frame();
        let o = fr.generator;
        let mut st = Status::Ok;
        let v = if s.is_tmp(s.b()) { rt::take(s, s.b()) } else { rt::copy(rt::read(vm, s.fp, s.rk(s.b()), &mut st)) };
        if st != Status::Ok {
            release(v);
            return s.done(st, 1);
        }
        let src = match v.tag() {
            ARR => v,
            OBJ => match vm.object_iterator(v) {
                Ok(Some(it)) => { release(v); it }
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
        if vm.is_generator(src) {
            let i = gen_of(src.as_ptr());
            if i.running {
                release(src);
                let st = vm.throw("Impossible to yield from the Generator being currently run");
                return s.done(st, 1);
            }
            if i.done && i.ret.is_undef() {
                release(src);
                let st = vm.throw("Generator passed to yield from was aborted without proper return and is unable to continue");
                return s.done(st, 1);
            }
        }
        g.from = Val { aux: 0, ..src };
        g.advanced = false;
        let d = s.slot(s.a());
        *d = Val::NULL;
        g.from_slot = Some(d.offset_from(s.fp) as usize + g.head);
        g.send_slot = None;
        // Step once; when there is nothing the code goes on at once.
        let held = suspend(s, g, 1);
        vm.fp = s.fp;
        match vm.gen_delegate(o) {
            Ok(true) => { vm.fp = fr.prev; held }
            Ok(false) => {
                let g = gen_of(o);
                let block = std::mem::take(&mut g.frame);
                core::ptr::copy_nonoverlapping(block.as_ptr(), s.fp.sub(g.head), block.len());
                s.next(1)
            }
            Err(st) => {
                let g = gen_of(o);
                g.frame.clear();
                release(std::mem::replace(&mut g.from, Val::UNDEF));
                s.done(st, 1)
            }
        }
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
        super::calls::finish_return(s, Val::NULL)
    }
}
