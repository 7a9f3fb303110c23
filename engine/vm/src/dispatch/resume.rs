//! Running a generator's code in the run loop of who resumes it: foreach, `send()`, `next()`.
//!
//! The generator's frame is put on top of the resuming one, without [`FR_ENTRY`]. Where it leaves the stack again (`yield`, its
//! end, an exception), [`resumed`] goes on in the resuming frame: foreach runs its FeFetch again, which finds the element there;
//! the frame of a native method is finished. Whatever is less plain (iterators behind `yield from`, symbol tables, an
//! interrupt) is left to the general way in [`crate::generator`].

use super::generators::yield_any;
use super::vars::IND;
use super::{S, exceptions, is_none};
use crate::call::NATIVE_SLOTS;
use crate::frame::*;
use crate::generator::{Gen, gen_of};
use crate::op;
use crate::rt::{self, addref, release, release_tmp};
use howdah_runtime::layout::Obj;
use howdah_runtime::value;
use plugin_api_abi::{INT, REF, REFCOUNTED, STR, Status, UNDEF, Val};
use std::sync::atomic::Ordering;

/// What a foreach over a generator does next, in the `aux` of its slot: runs it up to its first element.
pub(super) const START: u32 = 0;
/// Takes the element that is there.
pub(super) const HERE: u32 = 1;
/// Steps to the next element.
pub(super) const STEP: u32 = 2;

#[inline(always)]
unsafe fn gen_ptr(o: *mut Obj) -> *mut Gen {
    // SAFETY: a Generator.
    unsafe { *(*o).native.cast::<*mut Gen>() }
}

/// The innermost generator that `g` delegates to, or `g`.
#[inline(always)]
unsafe fn leaf(g: *mut Gen) -> *mut Gen {
    // SAFETY: a live generator, which holds those in its path.
    unsafe {
        let path = &(*g).path;
        if path.is_empty() { g } else { gen_ptr(*path.as_ptr().add(path.len() - 1)) }
    }
}

/// Puts the frame of the generator `o` (or of the one that it delegates to) at `base`, resumed by frame `back`. Null: that
/// takes the general way, and nothing has changed.
unsafe fn mount(s: S, o: *mut Obj, base: *mut Val, back: *mut Val) -> *mut Val {
    // SAFETY: a Generator; the frames on the stack are complete.
    unsafe {
        let vm = &mut *s.vm;
        let g = gen_of(o);
        let cur = if g.path.is_empty() { o } else { g.path[g.path.len() - 1] };
        let c = gen_of(cur);
        if !c.is_plain()
            || g.fresh
            || !(*frame(c.fp())).symtab.is_null()
            || vm.interrupt.load(Ordering::Relaxed) != 0
            || base.wrapping_add(c.len() + 64) > vm.stack_end
        {
            return core::ptr::null_mut();
        }
        let prev = if cur == o {
            back
        } else {
            vm.fp = back;
            vm.gen_link(o, cur)
        };
        c.running = true;
        c.resumer = (back, o);
        g.at_first = false;
        c.mount(cur, base, prev)
    }
}

/// Goes on where the generator `cur` was resumed in this run loop. Its frame has left the stack: it gave an element, or
/// turned to another source, or is over; `st` tells of an exception.
pub(super) unsafe fn resumed(s: S, cur: *mut Obj, st: Status) -> u64 {
    // SAFETY: a Generator, held by who resumed it, as is the one that it runs for.
    unsafe {
        let vm = &mut *s.vm;
        let c = gen_of(cur);
        c.running = false;
        c.done |= !c.suspended;
        let (back, root) = c.resumer;
        vm.fp = back;
        let st = if c.from.is_undef() && (cur == root || !c.done) {
            if st == Status::Ok { vm.pending() } else { st }
        } else {
            vm.gen_finish(root, cur, st)
        };
        if !(*(*frame(back)).func).is_user() {
            return finish_method(s, back, root, st);
        }
        let n = s.enter(back, (*frame(back)).pc.sub(1));
        if st != Status::Ok {
            return n.tail(exceptions::unwind);
        }
        n.go(n.pc)
    }
}

/// Ends the frame `fp` of `send()` or `next()` of the generator `o`, and goes on in its caller.
unsafe fn finish_method(s: S, fp: *mut Val, o: *mut Obj, mut st: Status) -> u64 {
    // SAFETY: the frame is complete; it holds the generator.
    unsafe {
        let vm = &mut *s.vm;
        let fr = &mut *frame(fp);
        let mut out = Val::NULL;
        if st == Status::Ok && fr.argc != 0 {
            st = vm.gen_last(o, &mut out);
        }
        for i in 0..fr.argc as usize {
            release(*fp.add(i));
        }
        let (prev, ret) = (fr.prev, fr.ret);
        vm.leave_header(fp);
        vm.fp = prev;
        if st == Status::Ok {
            st = vm.pending();
        }
        let n = s.enter(prev, (*frame(prev)).pc);
        if st != Status::Ok {
            release(out);
            return n.tail(exceptions::unwind);
        }
        if ret.is_null() {
            release(out);
        } else {
            *ret = out.by_parts();
        }
        n.go(n.pc)
    }
}

op! {
    /// FeFetch over a generator.
    #[inline(never)]
    [fast] fe_fetch_generator(s) {
        let it = s.slot(s.a());
        if (*it).aux != HERE {
            return s.tail(fe_step_generator);
        }
        let g = gen_ptr((*it).as_ptr::<Obj>());
        let e = leaf(g);
        let (b, c) = (s.b(), s.c());
        let v = &raw const (*e).value;
        let d = s.slot(b);
        if (*g).done
            || (*e).done
            || !(*e).from.is_undef()
            || matches!((*v).tag(), UNDEF | REF)
            || (*d).ty & REFCOUNTED != 0
            || !is_none(c) && ((*s.slot(c)).ty & REFCOUNTED != 0 || matches!((*e).key.tag(), UNDEF | REF))
        {
            return s.tail(fe_fetch_generator_any);
        }
        addref(*v);
        (*d).payload = (*v).payload;
        (*d).ty = (*v).ty;
        if !is_none(c) {
            let k = &raw const (*e).key;
            let d = s.slot(c);
            addref(*k);
            (*d).payload = (*k).payload;
            (*d).ty = (*k).ty;
        }
        (*it).aux = STEP;
        s.next(2)
    }
    #[inline(never)]
    [fast] fe_step_generator(s) {
        let it = s.slot(s.a());
        let o = (*it).as_ptr::<Obj>();
        let g = gen_ptr(o);
        let e = leaf(g);
        let top = s.fp.add((*s.func()).num_slots as usize);
        let first = (*it).aux == START;
        let vm = s.vm;
        if !(*e).ready
            || e != g && ((*g).fresh || first)
            || (*vm).interrupt.load(Ordering::Relaxed) != 0
            || top.wrapping_add((*e).len() + 64) > (*vm).stack_end
        {
            return s.tail(fe_fetch_generator_any);
        }
        let (mut cur, mut prev) = (o, s.fp);
        if e != g {
            if (*g).path.len() > 1 {
                return s.tail(fe_step_chain);
            }
            cur = *(*g).path.as_ptr();
            prev = (*g).fp();
            (*frame(prev)).prev = s.fp;
        }
        (*e).running = true;
        (*e).resumer = (s.fp, o);
        (*g).at_first = first;
        let fp = (*e).mount_small(cur, top, prev);
        (*it).aux = HERE;
        (*s.frame()).pc = s.pc.add(1);
        let n = s.enter(fp, (*frame(fp)).pc);
        n.go(n.pc)
    }
    /// As `fe_step_generator`, of one that delegates to one that delegates, and so on.
    #[inline(never)]
    [fast] fe_step_chain(s) {
        let it = s.slot(s.a());
        let o = (*it).as_ptr::<Obj>();
        let g = gen_ptr(o);
        let cur = *(*g).path.as_ptr().add((*g).path.len() - 1);
        (*s.vm).fp = s.fp;
        let prev = (*s.vm).gen_link(o, cur);
        let e = gen_ptr(cur);
        (*e).running = true;
        (*e).resumer = (s.fp, o);
        (*g).at_first = false;
        let fp = (*e).mount_small(cur, s.fp.add((*s.func()).num_slots as usize), prev);
        (*it).aux = HERE;
        (*s.frame()).pc = s.pc.add(1);
        let n = s.enter(fp, (*frame(fp)).pc);
        n.go(n.pc)
    }
    /// `yield` of a plain value, with a plain key or none.
    [fast] Yield(s) {
        let fr = s.frame();
        let g = gen_ptr((*fr).generator);
        let (b, c) = (s.b(), s.c());
        let p = s.rk(b);
        let k = s.rk(c);
        let slots = (*(*fr).func).num_cvs as usize + s.x() as usize;
        if !(*g).plain
            || slots > Gen::SMALL
            || (*g).forced
            || !rt::sheds(&raw const (*g).value)
            || !rt::sheds(&raw const (*g).key)
            || is_none(b)
            || matches!((*p).tag(), UNDEF | REF | IND)
            || !is_none(c) && !matches!((*k).tag(), INT | STR)
            || !(*fr).symtab.is_null()
        {
            return s.tail(yield_any);
        }
        rt::shed((*g).value);
        rt::shed((*g).key);
        let first_tmp = ((*(*fr).func).num_cvs << 1) as u16;
        // A temporary is taken over, of a variable or literal it is a share.
        if b & 0x8000 != 0 || b < first_tmp {
            addref(*p);
        }
        (*g).value.payload = (*p).payload;
        (*g).value.ty = (*p).ty;
        if is_none(c) {
            (*g).auto_key += 1;
            (*g).key.payload = (*g).auto_key as u64;
            (*g).key.ty = INT as u32;
        } else {
            if c & 0x8000 != 0 || c < first_tmp {
                addref(*k);
            }
            if (*k).tag() == INT && (*k).as_int() > (*g).auto_key {
                (*g).auto_key = (*k).as_int();
            }
            (*g).key.payload = (*k).payload;
            (*g).key.ty = (*k).ty;
        }
        let i = (s.a() >> 1) as usize + (*g).head;
        (*g).send_slot = Some(i);
        (*g).unmount_small(s.fp, slots, s.pc.add(2));
        *(*g).slot_ptr(i) = Val::NULL;
        s.tail(suspended)
    }
    /// The generator whose frame the state has was just suspended by a `yield`.
    [fast] suspended(s) {
        let fr = s.frame();
        if (*fr).flags & FR_ENTRY != 0 {
            (*s.vm).fp = (*fr).prev;
            return Status::Ok as u64;
        }
        let g = gen_ptr((*fr).generator);
        let back = (*g).resumer.0;
        if !(*(*frame(back)).func).is_user() {
            return s.tail(suspended_method);
        }
        (*g).running = false;
        (*s.vm).fp = back;
        s.enter(back, (*frame(back)).pc.sub(1)).tail(fe_fetch_generator)
    }
    /// As `suspended`, where `send()` or `next()` is what it was resumed by.
    #[inline(never)]
    [fast] suspended_method(s) {
        let o = (*s.frame()).generator;
        let g = gen_ptr(o);
        let (back, root) = (*g).resumer;
        let fr = frame(back);
        let v = &raw const (*g).value;
        if root != o || (*fr).flags & (FR_CLOSURE | FR_TRAMPOLINE) != 0 || matches!((*v).tag(), UNDEF | REF) {
            return s.tail(suspended_any);
        }
        (*g).running = false;
        let (argc, prev, ret) = ((*fr).argc, (*fr).prev, (*fr).ret);
        // The result may lie over the frame.
        let (this, flags) = ((*fr).this, (*fr).flags);
        let arg = if argc == 0 { Val::NULL } else { *back };
        (*s.vm).fp = prev;
        if !ret.is_null() {
            let r = if argc == 0 { Val::NULL } else { *v };
            addref(r);
            (*ret).payload = r.payload;
            (*ret).ty = r.ty;
            (*ret).aux = 0;
        }
        release_tmp(arg);
        if flags & FR_OWNS_THIS != 0 {
            release(this);
        }
        let n = s.enter(prev, (*frame(prev)).pc);
        if (*s.vm).exception.ty != 0 || (*s.vm).bailout.is_some() {
            return n.tail(exceptions::unwind);
        }
        n.go(n.pc)
    }
    #[inline(never)]
    suspended_any(s) {
        resumed(s, (*s.frame()).generator, Status::Ok)
    }
    #[inline(never)]
    fe_fetch_generator_any(s) {
        let vm = s.save();
        let it = s.slot(s.a());
        let o = (*it).as_ptr::<Obj>();
        let how = std::mem::replace(&mut (*it).aux, HERE);
        if how != HERE {
            if how == STEP && !gen_of(o).value.is_undef() {
                let fp = mount(s, o, vm.top(), s.fp);
                if !fp.is_null() {
                    let n = s.enter(fp, (*frame(fp)).pc);
                    return n.go(n.pc);
                }
            }
            let st = if how == START { vm.gen_start(o) } else { vm.gen_next(o) };
            if st != Status::Ok {
                return s.done(st, 2);
            }
        }
        let g = match vm.gen_element(o) {
            Ok(Some(g)) => g,
            Ok(None) => return s.jump_x(),
            Err(st) => return s.done(st, 2),
        };
        (*s.slot(s.a())).aux = STEP;
        let k = if is_none(s.c()) { Val::NULL } else { rt::copy_deref(&raw mut g.key) };
        let mut st = super::foreach::give(s, s.b(), rt::copy_deref(&raw mut g.value));
        if !is_none(s.c()) {
            if st == Status::Ok { st = super::foreach::give(s, s.c(), k); } else { release(k); }
        }
        s.done(st, 2)
    }
    /// `send()` and `next()`: the state's frame is the method's.
    #[inline(never)]
    [fast] resume_method(s) {
        let fr = s.frame();
        let o = (*fr).this.as_ptr::<Obj>();
        let argc = (*fr).argc;
        let g = gen_ptr(o);
        let top = s.fp.add(argc as usize + NATIVE_SLOTS);
        if argc != (*(*fr).func).required
            || !(*fr).named.is_null()
            || !(*g).ready
            || (*g).value.is_undef()
            || !(*g).path.is_empty()
            || top.wrapping_add((*g).len() + 64) > (*s.vm).stack_end
            || argc != 0 && ((*s.fp).tag() == REF || (*g).send_slot.is_none())
        {
            return s.tail(resume_method_any);
        }
        (*fr).flags |= FR_NATIVE;
        (*g).running = true;
        (*g).resumer = (s.fp, o);
        (*g).at_first = false;
        let fp = (*g).mount_small(o, top, s.fp);
        if argc != 0 {
            let d = top.add((*g).send_slot.unwrap_or(0));
            let old = *d;
            addref(*s.fp);
            (*d).payload = (*s.fp).payload;
            (*d).ty = (*s.fp).ty;
            release_tmp(old);
        }
        let n = s.enter(fp, (*frame(fp)).pc);
        n.go(n.pc)
    }
    #[inline(never)]
    resume_method_any(s) {
        let fr = s.frame();
        let o = (*fr).this.as_ptr::<Obj>();
        let send = (*(*fr).func).required != 0;
        let g = gen_of(o);
        let argc = (*fr).argc;
        if g.value.is_undef() || argc != send as u32 || !(*fr).named.is_null() {
            return s.tail(super::native::enter_native);
        }
        let top = s.fp.add(argc as usize + NATIVE_SLOTS);
        let fp = mount(s, o, top, s.fp);
        if fp.is_null() {
            return s.tail(super::native::enter_native);
        }
        (*fr).flags |= FR_NATIVE;
        let c = gen_of((*frame(fp)).generator);
        if send && let Some(i) = c.send_slot {
            let d = fp.sub(c.head).add(i);
            let old = std::mem::replace(&mut *d, rt::copy(value::deref(*s.fp)));
            release(old);
        }
        let n = s.enter(fp, (*frame(fp)).pc);
        n.go(n.pc)
    }
}
