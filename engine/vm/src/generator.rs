//! Generators as objects: resuming, delegation, early ends (behaviour of php-src's zend_generators.c).
//!
//! A suspended generator keeps its frame's slots in a heap block; resuming copies them onto the VM stack, so that callees'
//! windows lie where they always lie. foreach, `send()` and `next()` run a generator's code in their own run loop (see
//! `dispatch::resume`); what is less plain goes the general way here, which nests a run loop. `yield from` another generator does not nest: who resumes the outer one runs the
//! innermost one directly, and results travel outwards one generator at a time, so chains of any length need no native stack.
//! Generators may share the one that they delegate to.

mod state;

pub use state::Gen;

use crate::dispatch::exceptions;
use crate::frame::*;
use crate::rt::{self, release};
use crate::vm::{BailoutKind, Vm};
use howdah_runtime::array;
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::{self, obj_val};
use howdah_runtime::value;
use plugin_api_abi::{ARR, OBJ, Status, UNDEF, Val};

/// The generator behind an object.
#[inline(always)]
pub(crate) unsafe fn gen_of(o: *mut Obj) -> &'static mut Gen {
    // SAFETY: Generator objects carry a pointer to a boxed Gen in their payload for all their life.
    unsafe { &mut **(*o).native.cast::<*mut Gen>() }
}

/// What var_dump() shows of a Generator.
pub(crate) unsafe extern "C" fn gen_properties(
    _: *mut plugin_api_abi::CtxRaw,
    o: Val,
    purpose: u32,
    out: *mut Val,
) -> Status {
    if purpose != plugin_api_abi::prop_purpose::DEBUG {
        return Status::Ok;
    }
    // SAFETY: a Generator; functions live as long as the VM.
    unsafe {
        let g = gen_of(o.as_ptr());
        let t = array::new(0);
        if !g.func.is_null() {
            let f = &*g.func;
            let mut name = plugin_api_abi::StrHdr::bytes(f.name).to_vec();
            if !f.scope.is_null() && f.flags & howdah_bytecode::fn_flags::CLOSURE == 0 {
                name = [(*f.scope).name(), b"::", &name].concat();
            }
            array::set_bytes(t, b"function", howdah_runtime::string::new_val(&name));
        }
        *out = array::val(t);
    }
    Status::Ok
}

/// Drops a Generator's payload.
pub(crate) unsafe extern "C" fn free_gen(payload: *mut u8) {
    // SAFETY: as above; called once, by the VM's thread.
    unsafe {
        let p = *payload.cast::<*mut Gen>();
        if p.is_null() {
            return;
        }
        let g = &mut *p;
        for v in [&mut g.value, &mut g.key, &mut g.ret, &mut g.from] {
            release(std::mem::replace(v, Val::UNDEF));
        }
        forget_path(g);
        (*crate::vm::current()).gen_close(g);
        let size = Gen::bytes(g.len);
        core::ptr::drop_in_place(p);
        memory::free(p.cast(), size);
    }
}

/// What a Generator holds, for the cycle collector.
pub(crate) unsafe extern "C" fn gen_roots(
    payload: *mut u8,
    visit: unsafe extern "C" fn(*mut u8, *mut Val),
    data: *mut u8,
) {
    // SAFETY: as above; the collector's visitor takes each value that is held.
    unsafe {
        let p = *payload.cast::<*mut Gen>();
        if p.is_null() {
            return;
        }
        let g = &mut *p;
        for v in [&mut g.value, &mut g.key, &mut g.ret, &mut g.from] {
            visit(data, v);
        }
        for &o in &g.path {
            let mut v = obj_val(o);
            visit(data, &mut v);
        }
        if g.suspended {
            crate::roots::visit_frame(g.fp(), &mut |mut v| visit(data, &mut v));
        }
    }
}

fn forget_path(g: &mut Gen) {
    if g.path.is_empty() {
        return;
    }
    for o in std::mem::take(&mut g.path) {
        // SAFETY: the path's shares are ours.
        unsafe { release(obj_val(o)) };
    }
}

impl Vm {
    /// Whether an object is a Generator.
    #[inline(always)]
    pub(crate) fn is_generator(&self, o: Val) -> bool {
        // SAFETY: live object.
        o.tag() == OBJ
            && unsafe {
                (*o.as_ptr::<Obj>()).class.cast::<crate::class::Class>().cast_mut() == self.ce.generator
            }
    }

    /// Whether a generator delegates to another one, which its callers then deal with.
    fn delegates(&self, g: &Gen) -> bool {
        !g.iterated && self.is_generator(g.from)
    }

    /// Runs a generator up to its first yield, if it did not start yet.
    pub(crate) fn gen_start(&mut self, o: *mut Obj) -> Status {
        // SAFETY: a Generator.
        let g = unsafe { gen_of(o) };
        if !g.value.is_undef() || g.done || self.delegates(g) {
            return Status::Ok;
        }
        let st = self.gen_resume(o);
        // SAFETY: as above.
        unsafe { gen_of(o) }.at_first = true;
        st
    }

    /// Whether a generator has not run at all.
    pub(crate) fn gen_is_new(&self, o: *mut Obj) -> bool {
        // SAFETY: a Generator.
        let g = unsafe { gen_of(o) };
        g.value.is_undef() && g.is_plain() && g.path.is_empty()
    }

    /// The value that a generator stands at behind a resumption, dereferenced; null when it is over.
    pub(crate) fn gen_last(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        let cur = crate::tri_ok!(self.gen_current(o));
        // SAFETY: Generators.
        unsafe {
            if !gen_of(o).done && !gen_of(cur).value.is_undef() {
                *out = rt::copy(value::deref(gen_of(cur).value));
            }
        }
        Status::Ok
    }

    /// Starts a traversal.
    pub(crate) fn gen_rewind(&mut self, o: *mut Obj) -> Status {
        crate::tri!(self.gen_start(o));
        // SAFETY: a Generator.
        if unsafe { gen_of(o) }.at_first {
            return Status::Ok;
        }
        self.throw_error(self.ce.exception, "Cannot rewind a generator that was already run")
    }

    /// The current value, dereferenced.
    pub(crate) fn gen_value(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        if let Some(g) = crate::tri_ok!(self.gen_element(o))
            && !g.value.is_undef()
        {
            *out = rt::copy(value::deref(g.value));
        }
        Status::Ok
    }

    /// The current key.
    pub(crate) fn gen_key(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        if let Some(g) = crate::tri_ok!(self.gen_element(o))
            && !g.key.is_undef()
        {
            *out = rt::copy(value::deref(g.key));
        }
        Status::Ok
    }

    /// Steps to the next element.
    pub(crate) fn gen_next(&mut self, o: *mut Obj) -> Status {
        crate::tri!(self.gen_start(o));
        self.gen_resume(o)
    }

    /// What one of Iterator's methods does for a Generator, without a call that backtraces would show. `None`: not one.
    pub(crate) fn gen_iterator_op(
        &mut self,
        o: *mut Obj,
        method: *mut crate::func::Func,
        out: &mut Val,
    ) -> Option<Status> {
        // SAFETY: a Generator.
        let m = unsafe { &(*self.ce.generator).magic };
        Some(if method == m.it_valid {
            match self.gen_valid(o) {
                Ok(more) => {
                    *out = Val::bool(more);
                    Status::Ok
                }
                Err(st) => st,
            }
        } else if method == m.it_current {
            self.gen_value(o, out)
        } else if method == m.it_key {
            self.gen_key(o, out)
        } else if method == m.it_next {
            self.gen_next(o)
        } else if method == m.it_rewind {
            self.gen_rewind(o)
        } else {
            return None;
        })
    }

    /// What foreach asks of a Generator before it starts: not over, and yields references when they are wanted.
    pub(crate) fn gen_traversable(&mut self, o: *mut Obj, by_ref: bool) -> Status {
        // SAFETY: a Generator.
        let g = unsafe { gen_of(o) };
        if g.done || !g.suspended && !g.running {
            return self.throw_error(self.ce.exception, "Cannot traverse an already closed generator");
        }
        // SAFETY: the frame is complete while it is suspended.
        if by_ref && g.suspended && unsafe { (*(*frame(g.fp())).func).flags } & 1 << 12 == 0 {
            let msg =
                "You can only iterate a generator by-reference if it declared that it yields by-reference";
            return self.throw_error(self.ce.exception, msg);
        }
        Status::Ok
    }

    /// Whether there is a current element.
    pub(crate) fn gen_valid(&mut self, o: *mut Obj) -> Result<bool, Status> {
        self.gen_element(o).map(|g| g.is_some())
    }

    /// The generator that the current element of `o` comes from; `None` when `o` is over.
    pub(crate) fn gen_element(&mut self, o: *mut Obj) -> Result<Option<&'static mut Gen>, Status> {
        match self.gen_start(o) {
            Status::Ok => {}
            st => return Err(st),
        }
        let cur = self.gen_current(o)?;
        // SAFETY: Generators.
        Ok(unsafe { if gen_of(o).done { None } else { Some(gen_of(cur)) } })
    }

    /// The current value as a reference (foreach by reference over a generator).
    pub(crate) unsafe fn generator_current_ref(&mut self, o: Val) -> Result<Val, Status> {
        let Some(g) = self.gen_element(o.as_ptr())? else { return Ok(Val::NULL) };
        // SAFETY: the value is a live variable.
        unsafe {
            let v = value::ref_val(value::make_ref(&raw mut g.value));
            rt::addref(v);
            Ok(v)
        }
    }

    /// `o` and the generators that it delegates to, outer ones first, as far as known.
    pub(crate) fn gen_chain(&self, o: *mut Obj) -> Vec<*mut Obj> {
        // SAFETY: a Generator.
        let path = unsafe { &gen_of(o).path };
        std::iter::once(o).chain(path.iter().copied()).collect()
    }

    /// The generator to run when `o` is resumed: itself, or the innermost that it delegates to. Results of delegated ones
    /// that are over are handed on.
    pub(crate) fn gen_current(&mut self, o: *mut Obj) -> Result<*mut Obj, Status> {
        // SAFETY: Generators; the path holds those in it.
        unsafe {
            loop {
                let g = gen_of(o);
                let cur = *g.path.last().unwrap_or(&o);
                let c = gen_of(cur);
                if c.done && cur != o {
                    g.path.pop();
                    let parent = *g.path.last().unwrap_or(&o);
                    let r = self.gen_hand_on(o, parent, cur);
                    release(obj_val(cur));
                    match r {
                        Status::Ok => continue,
                        st => return Err(st),
                    }
                }
                if self.delegates(c) {
                    rt::addref(c.from);
                    g.path.push(c.from.as_ptr());
                    continue;
                }
                return Ok(cur);
            }
        }
    }

    /// `parent` goes on behind its `yield from` of `over`, which is done. `o` is the one being resumed.
    unsafe fn gen_hand_on(&mut self, o: *mut Obj, parent: *mut Obj, over: *mut Obj) -> Status {
        // SAFETY: Generators.
        unsafe {
            let (p, c) = (gen_of(parent), gen_of(over));
            if p.from.tag() != OBJ || p.from.as_ptr::<Obj>() != over {
                return Status::Ok;
            }
            let held = std::mem::replace(&mut p.from, Val::UNDEF);
            let mut st = Status::Ok;
            if !self.has_exception() && !p.done {
                if c.ret.is_undef() {
                    p.aborted = true;
                    st = self.gen_resume(o);
                } else {
                    release(std::mem::replace(&mut p.value, rt::copy(c.value)));
                    if let Some(slot) = p.slot(p.from_slot) {
                        *slot = rt::copy(c.ret);
                    }
                }
            }
            release(held);
            st
        }
    }

    /// Resumes a suspended generator, with the pending exception thrown at its yield if there is one.
    pub(crate) fn gen_resume(&mut self, o: *mut Obj) -> Status {
        // SAFETY: Generators; frames are complete while they are suspended.
        unsafe {
            let cur = crate::tri_ok!(self.gen_current(o));
            if gen_of(cur).done {
                return self.pending();
            }
            rt::addref(obj_val(o));
            let st = self.gen_resume_at(o, cur);
            gen_of(o).fresh = false;
            release(obj_val(o));
            st
        }
    }

    /// Steps `cur` on behalf of `o`, and whatever it turns to, until there is an element or the end.
    unsafe fn gen_resume_at(&mut self, o: *mut Obj, mut cur: *mut Obj) -> Status {
        // SAFETY: Generators; frames are complete while they are suspended.
        unsafe {
            loop {
                let c = gen_of(cur);
                if c.running {
                    break self.throw("Cannot resume an already running generator");
                }
                let g = gen_of(o);
                if g.fresh && !c.value.is_undef() && !self.has_exception() && !c.aborted {
                    g.fresh = false;
                    break Status::Ok;
                }
                g.at_first = false;
                if self.interrupt.load(std::sync::atomic::Ordering::Relaxed) != 0 {
                    match self.safepoint() {
                        Status::Ok => {}
                        st => break st,
                    }
                }
                let st = self.gen_step(o, cur);
                match self.gen_stepped(o, cur, st) {
                    Ok(Some(next)) => cur = next,
                    Ok(None) => break self.pending(),
                    Err(st) => break st,
                }
            }
        }
    }

    /// Whether a resumption of `o` goes on after a step of `cur` that ended as `st` says: with the generator that is given.
    unsafe fn gen_stepped(
        &mut self,
        o: *mut Obj,
        cur: *mut Obj,
        st: Status,
    ) -> Result<Option<*mut Obj>, Status> {
        match st {
            Status::Ok => {}
            // SAFETY: a Generator.
            Status::Exception if cur != o => unsafe { gen_of(o) }.fresh = false,
            st => return Err(st),
        }
        // SAFETY: as above.
        let c = unsafe { gen_of(cur) };
        if cur != o && c.done || !self.has_exception() && self.delegates(c) || c.fresh_source() {
            return self.gen_current(o).map(Some);
        }
        Ok(None)
    }

    /// Finishes a resumption of `o` whose first step, of `cur`, ended as `st` says in the run loop of who resumes it.
    pub(crate) fn gen_finish(&mut self, o: *mut Obj, cur: *mut Obj, st: Status) -> Status {
        // SAFETY: Generators.
        unsafe {
            let st = match self.gen_stepped(o, cur, st) {
                Ok(Some(next)) => {
                    // The same loop goes on as in any resumption that has made its first step.
                    rt::addref(obj_val(o));
                    let st = self.gen_resume_at(o, next);
                    release(obj_val(o));
                    st
                }
                Ok(None) => self.pending(),
                Err(st) => st,
            };
            gen_of(o).fresh = false;
            st
        }
    }

    /// One element of what generator `cur` delegates to, or a run of its own code, on behalf of `o`.
    unsafe fn gen_step(&mut self, o: *mut Obj, cur: *mut Obj) -> Status {
        // SAFETY: Generators; the frame is complete.
        unsafe {
            let c = gen_of(cur);
            if !self.has_exception() && c.from.tag() == ARR && next_of_array(c) {
                return Status::Ok;
            }
            if self.native_stack_low() {
                return self.throw_stack_overflow();
            }
            let saved = self.fp;
            let fp = crate::tri_ok!(self.gen_mount(o, cur));
            self.fp = fp;
            let c = gen_of(cur);
            c.running = true;
            if self.has_exception() && c.from.tag() != UNDEF && !self.delegates(c) {
                release(std::mem::replace(&mut c.from, Val::UNDEF));
            }
            if std::mem::take(&mut c.aborted) {
                let msg = "Generator yielded from aborted, no return value available";
                self.throw_error(self.ce.closed_generator_exception, msg);
            }
            let more = gen_of(cur).from.tag() == OBJ && !self.has_exception() && self.next_of_iterator(cur);
            let st = if more {
                gen_of(cur).unmount(fp);
                Status::Ok
            } else {
                self.gen_run(fp)
            };
            let c = gen_of(cur);
            c.running = false;
            c.done |= !c.suspended;
            self.fp = saved;
            st
        }
    }

    unsafe fn gen_run(&mut self, fp: *mut Val) -> Status {
        // SAFETY: a mounted frame.
        unsafe {
            if self.pending() != Status::Ok {
                return self.run_unwind(fp);
            }
            self.depth += 1;
            let st = self.run(fp, (*frame(fp)).pc);
            self.depth -= 1;
            st
        }
    }

    /// Puts the suspended frame of `cur` onto the stack, called by the frames that lead to `o`.
    unsafe fn gen_mount(&mut self, o: *mut Obj, cur: *mut Obj) -> Result<*mut Val, Status> {
        // SAFETY: the block holds a complete frame; the stack has room for it.
        unsafe {
            let base = self.top();
            match self.ensure_stack(base, gen_of(cur).len + 64) {
                Status::Ok => {}
                st => return Err(st),
            }
            let prev = self.gen_link(o, cur);
            let fp = gen_of(cur).mount(cur, base, prev);
            let fr = &mut *frame(fp);
            fr.flags |= FR_ENTRY;
            if !fr.symtab.is_null() {
                self.move_symtab(fp);
            }
            Ok(fp)
        }
    }

    /// Links the suspended frames of the generators between `o` and `cur`, for backtraces; gives the caller of `cur`.
    pub(crate) unsafe fn gen_link(&mut self, o: *mut Obj, cur: *mut Obj) -> *mut Val {
        // SAFETY: those frames are suspended, and complete.
        unsafe {
            if cur == o {
                return self.fp;
            }
            let g = gen_of(o);
            (*frame(g.fp())).prev = self.fp;
            let n = g.path.len() - 1;
            // What is linked for `o` already is a prefix of the path.
            let mut from = n;
            while from > 0 && gen_of(g.path[from - 1]).linked != o {
                from -= 1;
            }
            let mut prev = if from == 0 { g.fp() } else { gen_of(g.path[from - 1]).fp() };
            for i in from..n {
                let m = gen_of(g.path[i]);
                (*frame(m.fp())).prev = prev;
                m.linked = o;
                prev = m.fp();
            }
            prev
        }
    }

    /// Steps the iterator object that a running generator delegates to. False: over, or an exception is pending.
    unsafe fn next_of_iterator(&mut self, cur: *mut Obj) -> bool {
        // SAFETY: a Generator; the iterator is held meanwhile.
        unsafe {
            let g = gen_of(cur);
            let it = rt::copy(g.from);
            let mut t = Val::NULL;
            let mut st = Status::Ok;
            if std::mem::replace(&mut g.stepped, true) {
                st = self.it_call(it, |m| m.it_next, &mut t);
            }
            release(t);
            let mut ok = Val::NULL;
            if st == Status::Ok {
                st = self.it_call(it, |m| m.it_valid, &mut ok);
            }
            let mut more = st == Status::Ok && rt::truth(self, ok);
            release(ok);
            let (mut v, mut k) = (Val::UNDEF, Val::UNDEF);
            if more {
                st = self.it_call(it, |m| m.it_current, &mut v);
                if st == Status::Ok {
                    st = self.it_call(it, |m| m.it_key, &mut k);
                }
                more = st == Status::Ok;
            }
            release(it);
            let g = gen_of(cur);
            if more {
                release(std::mem::replace(&mut g.value, v));
                release(std::mem::replace(&mut g.key, k));
            } else {
                release(v);
                release(k);
                release(std::mem::replace(&mut g.from, Val::UNDEF));
            }
            more
        }
    }

    /// The end of a Generator object that may not be over: runs the finally blocks that it stands in.
    pub(crate) fn gen_destroy(&mut self, o: *mut Obj) {
        // SAFETY: a Generator; its frame is complete while it is suspended.
        unsafe {
            let g = gen_of(o);
            if g.running {
                g.forced = true;
                return;
            }
            if let Some(&cur) = g.path.last()
                && gen_of(cur).running
            {
                g.forced = true;
                return;
            }
            release(std::mem::replace(&mut g.from, Val::UNDEF));
            forget_path(g);
            if !g.suspended || self.bailout.is_some() {
                return;
            }
            let fr = &*frame(g.fp());
            let f = &*fr.func;
            let at = (fr.pc.offset_from(f.code) - 1).max(0) as u32;
            let fp = g.fp();
            let mut inside = false;
            for r in (*f.proto).regions.iter().rev().filter(|r| r.finally != 0 && r.start <= at) {
                if at < r.finally {
                    inside = true;
                    break;
                }
                if at < r.finally_end {
                    // A finally block that was under way: what it was entered with is given up.
                    let slot = fp.add(r.finally_slot as usize);
                    if (*slot).tag() == OBJ {
                        release(std::mem::replace(&mut *slot, Val::NULL));
                    }
                }
            }
            if inside {
                let hidden = exceptions::hide(self);
                g.forced = true;
                self.bailout = Some(BailoutKind::Unwind);
                let st = self.gen_step(o, o);
                if st == Status::Bailout && self.bailout == Some(BailoutKind::Unwind) {
                    self.bailout = None;
                }
                exceptions::restore(self, hidden);
            }
            let g = gen_of(o);
            g.done = true;
            self.gen_close(g);
        }
    }

    /// Releases a suspended frame.
    unsafe fn gen_close(&mut self, g: &mut Gen) {
        g.done = true;
        g.ready = false;
        if !std::mem::take(&mut g.suspended) {
            return;
        }
        // SAFETY: the block holds a complete frame.
        unsafe {
            let fp = g.fp();
            let fr = &mut *frame(fp);
            let f = &*fr.func;
            let at = (fr.pc.offset_from(f.code) - 1).max(0) as u32;
            let saved = self.fp;
            if !fr.symtab.is_null() {
                self.move_symtab(fp);
            }
            exceptions::clean_live(self, fp, &*f.proto, at, None);
            self.fp = saved;
            self.release_frame(fp);
        }
    }
}

impl Gen {
    /// Whether it stands at a `yield from` of an array or iterator that gave nothing yet.
    fn fresh_source(&self) -> bool {
        !self.done && self.suspended && !self.from.is_undef() && !self.stepped
    }
}

/// The next element of the array that a generator delegates to; false at its end.
unsafe fn next_of_array(g: &mut Gen) -> bool {
    // SAFETY: `from` holds the array.
    unsafe {
        let a = g.from.as_ptr::<Arr>();
        let i = array::next_live(a, g.from.aux);
        g.stepped = true;
        if i < (*a).used {
            g.from.aux = i + 1;
            let v = rt::copy(value::deref(*array::entry_at(a, i)));
            let k = rt::copy(array::key_at(a, i).val());
            release(std::mem::replace(&mut g.value, v));
            release(std::mem::replace(&mut g.key, k));
            return true;
        }
        let from = std::mem::replace(&mut g.from, Val::UNDEF);
        release(from.by_parts());
        false
    }
}
