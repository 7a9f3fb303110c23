//! Calling from native code, frames' ends, native functions.

use crate::class::Class;
use crate::frame::*;
use crate::func::{Func, RT_PLAIN_ARGS, RT_TRAMPOLINE, TAKES_CLOSURE};
use crate::host::Interruption;
use crate::vm::{BailoutKind, Vm};
use howdah_bytecode::{FRAME_SLOTS, fn_flags};
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::memory::{self, val_addref, val_release};
use howdah_runtime::{array, string};
use plugin_api_abi::{ARR, CallFrame, CtxRaw, OBJ, STR, Status, StrHdr, UNDEF, Val};

/// Where argument `i` of a frame is: extra ones of a user function lie below its header.
///
/// # Safety
/// `fp` is a frame of `f` with more than `i` arguments.
pub unsafe fn arg_slot(fp: *mut Val, f: &Func, i: u32) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        if !f.is_user() || i < f.num_params || (*frame(fp)).flags & FR_EXTRA_ARGS == 0 {
            fp.add(i as usize)
        } else {
            frame_base(fp).add((i - f.num_params) as usize)
        }
    }
}

/// First slot of a frame: its extra arguments, then the header.
///
/// # Safety
/// `fp` is a complete frame.
pub unsafe fn frame_base(fp: *mut Val) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        let fr = &*frame(fp);
        let extra = if fr.flags & FR_EXTRA_ARGS != 0 { fr.argc - (*fr.func).num_params } else { 0 };
        fp.sub((FRAME_SLOTS as u32 + extra) as usize)
    }
}

/// Slots above the arguments of a native function: its [`CallFrame`], and its result until it is over.
pub(crate) const NATIVE_SLOTS: usize = size_of::<CallFrame>().div_ceil(size_of::<Val>()) + 1;

/// First slot above a frame.
///
/// # Safety
/// `fp` is a complete frame.
pub unsafe fn frame_top(fp: *mut Val) -> *mut Val {
    // SAFETY: by the caller's promise.
    unsafe {
        let fr = &*frame(fp);
        let f = &*fr.func;
        if !f.is_user() {
            return fp.add(fr.argc as usize + NATIVE_SLOTS);
        }
        fp.add(f.num_slots as usize)
    }
}

/// Whether the arguments of a native function's frame are as it takes them: as many as it may have, none to be converted.
/// `closure` is the class of closures.
#[inline(always)]
pub(crate) unsafe fn plain_args(f: &Func, fp: *mut Val, argc: u32, closure: *const Class) -> bool {
    if f.rt & RT_PLAIN_ARGS == 0 || argc < f.required || argc > f.plain_max as u32 {
        return false;
    }
    let mut i = 0;
    while i < argc as usize {
        // SAFETY: the frame has that many arguments, and `plain_max` is at most MAX_PLAIN_ARGS.
        let (takes, v) = unsafe { (*f.takes.get_unchecked(i), *fp.add(i)) };
        if takes >> v.tag() & 1 == 0 {
            // SAFETY: an object that the frame holds.
            let is_closure = takes & TAKES_CLOSURE != 0
                && v.tag() == OBJ
                && unsafe { core::ptr::eq((*v.as_ptr::<Obj>()).class.cast::<Class>(), closure) };
            if !is_closure {
                return false;
            }
        }
        i += 1;
    }
    true
}

impl Vm {
    /// First free slot of the stack.
    pub fn top(&self) -> *mut Val {
        if self.fp.is_null() {
            return self.stack_base;
        }
        // SAFETY: the current frame is complete.
        unsafe { frame_top(self.fp) }
    }

    /// Makes room for `n` slots from `at` on; a fatal when the memory limit does not allow the stack to grow.
    #[inline]
    pub fn ensure_stack(&mut self, at: *mut Val, n: usize) -> Status {
        let end = at.wrapping_add(n + 64);
        if end <= self.stack_end {
            return Status::Ok;
        }
        self.grow_stack(end)
    }

    #[cold]
    fn grow_stack(&mut self, end: *mut Val) -> Status {
        const PAGE: usize = 256 * 1024;
        let need = (end as usize - self.stack_end as usize).div_ceil(PAGE) * PAGE;
        let over = memory::would_exceed(need);
        if over || end as usize >= self.stack_limit as usize {
            let limit = memory::limit();
            let msg = if over || limit != usize::MAX {
                format!("Allowed memory size of {limit} bytes exhausted (tried to allocate {PAGE} bytes)")
            } else {
                "Maximum function nesting of the VM stack reached".to_owned()
            };
            return self.fatal(crate::errors::level::ERROR, &msg, None);
        }
        memory::account(need as isize);
        self.stack_end = (self.stack_end as usize + need) as *mut Val;
        Status::Ok
    }

    /// Throws that calls nest too deeply on the native stack.
    #[cold]
    pub fn throw_stack_overflow(&mut self) -> Status {
        self.throw(&format!(
            "Maximum call stack size of {} bytes (zend.max_allowed_stack_size - \
             zend.reserved_stack_size) reached. Infinite recursion?",
            crate::vm::NATIVE_STACK
        ))
    }

    /// Whether native recursion has come close to the end of the native stack.
    #[inline]
    pub fn native_stack_low(&self) -> bool {
        let marker = 0u8;
        self.native_stack_limit != 0 && (&raw const marker as usize) < self.native_stack_limit
    }

    /// Calls a function from native code. Arguments are borrowed; the result is owned by the caller.
    pub fn call_func(
        &mut self,
        func: *mut Func,
        this: Val,
        called: *mut Class,
        args: &[Val],
        out: &mut Val,
    ) -> Status {
        self.call_func_closure(func, this, called, core::ptr::null_mut(), args, core::ptr::null_mut(), out)
    }

    /// As [`Vm::call_func`], of a closure object, and with named extra arguments.
    #[expect(clippy::too_many_arguments, reason = "a call has that many parts")]
    pub fn call_func_closure(
        &mut self,
        func: *mut Func,
        this: Val,
        called: *mut Class,
        closure: *mut Obj,
        args: &[Val],
        named: *mut Arr,
        out: &mut Val,
    ) -> Status {
        if self.bailout.is_some() {
            return Status::Bailout;
        }
        if self.native_stack_low() {
            return self.throw_stack_overflow();
        }
        let saved = self.fp;
        let scope = self.fake_scope.take();
        // SAFETY: a complete frame is built above everything in use.
        unsafe {
            let base = self.top();
            if (*func).takes_plainly(args.len())
                && named.is_null()
                && base.wrapping_add((*func).num_slots as usize + 128) <= self.stack_end
            {
                let st = self.call_plain(base, func, this, called, closure, args, out);
                self.fp = saved;
                self.fake_scope = scope;
                return st;
            }
            let st = self.ensure_stack(base, FRAME_SLOTS as usize + args.len() + (*func).num_slots as usize);
            if st != Status::Ok {
                return st;
            }
            let fp = base.add(FRAME_SLOTS as usize);
            let mut flags = FR_DYNAMIC;
            if this.tag() == OBJ {
                val_addref(this);
                flags |= FR_OWNS_THIS;
            }
            if !closure.is_null() {
                val_addref(memory::obj_val(closure));
                flags |= FR_CLOSURE;
            }
            if (*func).rt & RT_TRAMPOLINE != 0 {
                flags |= FR_TRAMPOLINE;
            }
            frame(fp).write(Frame {
                func,
                prev: saved,
                pc: core::ptr::null(),
                ret: out,
                this: if this.tag() == OBJ { this } else { Val::UNDEF },
                called,
                closure,
                argc: args.len() as u32,
                flags,
                symtab: core::ptr::null_mut(),
                named,
                generator: core::ptr::null_mut(),
            });
            for (i, a) in args.iter().enumerate() {
                let mut v = *a;
                if (*func).is_by_ref(i as u32) {
                    if v.tag() != plugin_api_abi::REF {
                        if !(*func).prefers_ref(i as u32) {
                            let st = self.must_be_ref(&*func, i as u32);
                            if st != Status::Ok {
                                for p in 0..i {
                                    val_release(*fp.add(p));
                                }
                                self.leave_header(fp);
                                return st;
                            }
                        }
                        val_addref(v);
                        v = howdah_runtime::value::ref_val(howdah_runtime::value::new_ref(v));
                        *fp.add(i) = v;
                        continue;
                    }
                } else {
                    v = howdah_runtime::value::deref(v);
                }
                if v.is_undef() && (i as u32) < (*func).required {
                    v = Val::NULL;
                }
                val_addref(v);
                *fp.add(i) = v.by_parts();
            }
            let st = self.run_frame(fp, out);
            self.fp = saved;
            self.fake_scope = scope;
            st
        }
    }

    /// Calls a function of PHP code for which [`Func::takes_plainly`] holds; the stack has room for its frame from `base` on.
    #[expect(clippy::too_many_arguments, reason = "a call has that many parts")]
    unsafe fn call_plain(
        &mut self,
        base: *mut Val,
        func: *mut Func,
        this: Val,
        called: *mut Class,
        closure: *mut Obj,
        args: &[Val],
        out: &mut Val,
    ) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let fp = base.add(FRAME_SLOTS as usize);
            let f = &*func;
            let mut flags = FR_DYNAMIC | FR_ENTRY;
            if this.tag() == OBJ {
                val_addref(this);
                flags |= FR_OWNS_THIS;
            }
            if !closure.is_null() {
                val_addref(memory::obj_val(closure));
                flags |= FR_CLOSURE;
            }
            *out = Val::NULL;
            frame(fp).write(Frame {
                func,
                prev: self.fp,
                pc: f.entry.add(1),
                ret: out,
                this: if this.tag() == OBJ { this } else { Val::UNDEF },
                called,
                closure,
                argc: args.len() as u32,
                flags,
                symtab: core::ptr::null_mut(),
                named: core::ptr::null_mut(),
                generator: core::ptr::null_mut(),
            });
            for (i, a) in args.iter().enumerate() {
                let mut v = howdah_runtime::value::deref(*a);
                if v.is_undef() && (i as u32) < f.required {
                    v = Val::NULL;
                }
                val_addref(v);
                *fp.add(i) = v.by_parts();
            }
            for i in args.len()..f.num_cvs as usize {
                *fp.add(i) = Val::UNDEF;
            }
            self.depth += 1;
            let st = self.run(fp, f.entry);
            self.depth -= 1;
            st
        }
    }

    /// Runs a complete frame (arguments in place, owned) to its end, from native code.
    ///
    /// # Safety
    /// `fp` is complete and above everything in use.
    pub unsafe fn run_frame(&mut self, fp: *mut Val, out: &mut Val) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            *out = Val::NULL;
            let fr = frame(fp);
            (*fr).ret = out;
            let f = &*(*fr).func;
            if !f.is_user() {
                return self.call_native(fp);
            }
            (*fr).flags |= FR_ENTRY;
            let fp = match self.enter_user(fp) {
                Ok(fp) => fp,
                Err(_) => return self.unwind_to_entry(fp),
            };
            self.depth += 1;
            let r = self.run(fp, f.entry);
            self.depth -= 1;
            r
        }
    }

    /// After a frame could not be entered: leaves it.
    unsafe fn unwind_to_entry(&mut self, fp: *mut Val) -> Status {
        // SAFETY: the frame is complete.
        unsafe {
            self.leave_frame(fp);
            self.pending()
        }
    }

    /// Prepares a user frame whose arguments are in place: other CVs undefined, argument count checked. Extra arguments go
    /// below the header, where no callee's window comes, which moves the frame: gives its place.
    ///
    /// # Safety
    /// `fp` is complete but for that.
    pub unsafe fn enter_user(&mut self, fp: *mut Val) -> Result<*mut Val, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            let f = &*fr.func;
            let argc = fr.argc;
            let st = self.ensure_stack(fp, (f.num_slots + 2 * argc) as usize);
            if st != Status::Ok {
                for i in argc..f.num_cvs {
                    *fp.add(i as usize) = Val::UNDEF;
                }
                fr.argc = argc.min(f.num_cvs);
                return Err(st);
            }
            fr.pc = f.entry.add(1);
            if argc > f.num_params {
                let extra = (argc - f.num_params) as usize;
                fr.flags |= FR_EXTRA_ARGS;
                let base = fp.sub(FRAME_SLOTS as usize).cast::<core::mem::MaybeUninit<Val>>();
                core::slice::from_raw_parts_mut(base, FRAME_SLOTS as usize + argc as usize)
                    .rotate_right(extra);
                let fp = fp.add(extra);
                for i in f.num_params..f.num_cvs {
                    *fp.add(i as usize) = Val::UNDEF;
                }
                return Ok(fp);
            }
            for i in argc..f.num_cvs {
                *fp.add(i as usize) = Val::UNDEF;
            }
            if argc < f.required && f.flags & fn_flags::MAIN == 0 {
                return Err(self.too_few_args(fp));
            }
            Ok(fp)
        }
    }

    #[cold]
    unsafe fn too_few_args(&mut self, fp: *mut Val) -> Status {
        // SAFETY: complete frame.
        unsafe {
            let fr = &*frame(fp);
            let f = &*fr.func;
            // A named call may have left holes that defaults fill; only a really missing one counts.
            let word = if f.required == f.num_params && f.flags & fn_flags::VARIADIC == 0 {
                "exactly"
            } else {
                "at least"
            };
            let place = if !fr.prev.is_null() && (*(*frame(fr.prev)).func).is_user() {
                format!(" in {} on line {}", crate::rt::lossy(self.file_of(fr.prev)), self.line_of(fr.prev))
            } else {
                String::new()
            };
            let msg = format!(
                "Too few arguments to function {}(), {} passed{place} and {word} {} expected",
                f.display(),
                fr.argc,
                f.required
            );
            self.fp = fp;
            let st = self.throw_error(self.ce.argument_count_error, &msg);
            let proto = &*f.proto;
            if let Some(p) = proto.params.get(fr.argc as usize)
                && self.exception.tag() == OBJ
            {
                // Parameters are received one by one, each at its own line.
                *Obj::slot(self.exception.as_ptr(), crate::errors::slots::LINE) = Val::int(p.line as i64);
            }
            st
        }
    }

    /// Calls the native function of frame `fp`: coerces arguments, runs it, releases the frame. The result is at `ret`.
    ///
    /// # Safety
    /// `fp` is complete.
    pub unsafe fn call_native(&mut self, fp: *mut Val) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            fr.flags |= FR_NATIVE;
            let f = fr.func;
            self.fp = fp;
            let mut out = Val::NULL;
            let strict = !fr.prev.is_null() && {
                let c = &*(*frame(fr.prev)).func;
                c.is_user() && c.flags & fn_flags::STRICT != 0
            };
            let mut st = Status::Ok;
            if !plain_args(&*f, fp, fr.argc, self.ce.closure) {
                if (*f).flags & plugin_api_abi::flags::DEPRECATED != 0 {
                    st = self.deprecated_native_call(fp);
                }
                if st == Status::Ok {
                    st = self.check_native_args(fp, strict);
                }
            }
            if st == Status::Ok {
                let mut call = CallFrame {
                    size: size_of::<CallFrame>() as u32,
                    argc: fr.argc,
                    args: fp,
                    this: fr.this.by_parts(),
                    named_extra: if fr.named.is_null() { Val::UNDEF } else { array::val(fr.named) },
                    called_class: fr.called.cast(),
                    data: (*f).data.cast(),
                    strict: strict as u32,
                    flags: crate::frame::call_flags(fr),
                };
                if let Some(code) = (*f).native {
                    let ctx: *mut Vm = self;
                    st = code(ctx.cast::<CtxRaw>(), &mut call, &mut out);
                }
                if st == Status::Ok {
                    st = self.pending();
                }
            }
            let prev = fr.prev;
            fr.flags |= FR_LEAVING;
            for i in 0..fr.argc as usize {
                let v = (*fp.add(i)).by_parts();
                (*fp.add(i)).ty = 0;
                crate::rt::release_tmp(v);
            }
            if fr.flags & (FR_OWNS_THIS | FR_TRAMPOLINE | FR_CLOSURE) != 0 || !fr.named.is_null() {
                self.leave_header(fp);
            }
            self.fp = prev;
            let ret = fr.ret;
            if st != Status::Ok {
                val_release(out);
                out = Val::NULL;
            }
            if ret.is_null() {
                val_release(out);
            } else {
                *ret = out.by_parts();
            }
            if st == Status::Ok && self.has_exception() {
                st = Status::Exception;
            }
            st
        }
    }

    /// Releases what a frame's header owns.
    ///
    /// # Safety
    /// Once per frame.
    pub unsafe fn leave_header(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            if fr.flags & FR_OWNS_THIS != 0 {
                let this = fr.this;
                fr.this = Val::UNDEF;
                val_release(this);
            }
            if !fr.named.is_null() {
                let n = core::mem::replace(&mut fr.named, core::ptr::null_mut());
                val_release(array::val(n));
            }
            if fr.flags & FR_TRAMPOLINE != 0 {
                drop(Box::from_raw(fr.func));
            }
            if fr.flags & FR_CLOSURE != 0 {
                val_release(memory::obj_val(fr.closure));
            }
        }
    }

    /// Releases a user frame: variables, extra arguments, symbol table, header.
    ///
    /// # Safety
    /// Once per frame; its temporaries are gone already.
    pub unsafe fn leave_frame(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            self.fp = fp;
            self.release_frame(fp);
        }
    }

    /// As [`Vm::leave_frame`], of a frame that is not on the stack.
    ///
    /// # Safety
    /// As [`Vm::leave_frame`].
    pub(crate) unsafe fn release_frame(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            let f = &*fr.func;
            fr.flags |= FR_LEAVING;
            if !fr.symtab.is_null() {
                self.leave_symtab(fp);
            }
            for i in 0..f.num_cvs as usize {
                let p = fp.add(i);
                let v = *p;
                if v.is_refcounted() {
                    *p = Val::UNDEF;
                    val_release(v);
                }
            }
            if fr.flags & FR_EXTRA_ARGS != 0 {
                for i in f.num_params..fr.argc {
                    val_release(*arg_slot(fp, f, i));
                }
            }
            self.leave_header(fp);
        }
    }

    /// Calls whatever a callable value names.
    pub fn call_callable(&mut self, callable: Val, args: &[Val], out: &mut Val) -> Status {
        match self.resolve_callable(callable, true) {
            Ok(Some(t)) => {
                let st = self.call_func_closure(
                    t.func,
                    t.this,
                    t.called,
                    t.closure,
                    args,
                    core::ptr::null_mut(),
                    out,
                );
                // SAFETY: the resolved target's shares are ours.
                unsafe { t.release() };
                st
            }
            Ok(None) => {
                let name = self.callable_name(callable);
                self.throw(&format!("Invalid callback {name}"))
            }
            Err(st) => st,
        }
    }

    /// Calls a resolved callback with the elements of an array: positional ones in order, string keys as names.
    pub fn call_target_array(&mut self, t: &Target, args: *mut Arr, out: &mut Val) -> Status {
        // SAFETY: the target is alive, the caller holds the array.
        unsafe {
            let mut list = Vec::new();
            let mut named: *mut Arr = core::ptr::null_mut();
            for (k, p) in array::iter(args) {
                match k {
                    array::Key::Int(_) if !named.is_null() => {
                        val_release(array::val(named));
                        return self.throw("Cannot use positional argument after named argument");
                    }
                    array::Key::Int(_) => list.push(*p),
                    array::Key::Str(_) => {
                        if named.is_null() {
                            named = array::new(0);
                        }
                        array::set(named, k, crate::rt::copy_ref(*p));
                    }
                }
            }
            if named.is_null() {
                return self.call_func_closure(t.func, t.this, t.called, t.closure, &list, named, out);
            }
            let st = self.place_named(&*t.func, &mut list, named);
            let st = match st {
                Ok(rest) => self.call_func_closure(t.func, t.this, t.called, t.closure, &list, rest, out),
                Err(st) => st,
            };
            val_release(array::val(named));
            st
        }
    }

    /// `…must be passed by reference, value given`: the call goes on with a reference of its own.
    #[cold]
    pub(crate) fn must_be_ref(&mut self, f: &Func, i: u32) -> Status {
        let name = f.param_name(i).map_or(String::new(), |n| format!(" (${n})"));
        self.warning(&format!(
            "{}(): Argument #{}{name} must be passed by reference, value given",
            f.display(),
            i + 1
        ))
    }

    /// Arguments of `call_user_func_array`: by-reference parameters that get plain values are warned about.
    ///
    /// # Errors
    /// A handler of the warning threw.
    pub(crate) fn user_args(&mut self, f: &Func, args: *mut Arr) -> Result<*mut Arr, Status> {
        let out = array::new(0);
        // SAFETY: the caller holds the array; `out` is fresh.
        unsafe {
            let mut named = false;
            for (n, (k, p)) in array::iter(args).enumerate() {
                let i = match k {
                    array::Key::Int(_) if named => {
                        val_release(array::val(out));
                        return Err(self.throw("Cannot use positional argument after named argument"));
                    }
                    array::Key::Int(_) => Some(n),
                    array::Key::Str(s) => {
                        named = true;
                        f.params.iter().position(|q| !q.variadic && StrHdr::bytes(q.name) == StrHdr::bytes(s))
                    }
                };
                let mut v = crate::rt::copy_ref(*p);
                if let Some(i) = i.map(|i| i as u32)
                    && f.is_by_ref(i)
                    && !f.prefers_ref(i)
                    && v.tag() != plugin_api_abi::REF
                {
                    let st = self.must_be_ref(f, i);
                    if st != Status::Ok {
                        val_release(v);
                        val_release(array::val(out));
                        return Err(st);
                    }
                    v = howdah_runtime::value::ref_val(howdah_runtime::value::new_ref(v));
                }
                match k {
                    array::Key::Int(_) => {
                        let _ = array::push(out, v);
                    }
                    array::Key::Str(_) => array::set(out, k, v),
                }
            }
        }
        Ok(out)
    }

    /// Displays a callable.
    pub fn callable_name(&mut self, v: Val) -> String {
        // SAFETY: values are live.
        unsafe {
            match v.tag() {
                STR => crate::rt::lossy(v.as_ptr::<StrHdr>()),
                ARR => {
                    let a = v.as_ptr::<Arr>();
                    let (p, q) = (array::find_int(a, 0), array::find_int(a, 1));
                    if p.is_null() || q.is_null() {
                        return "Array".into();
                    }
                    let (c, m) = (howdah_runtime::value::deref(*p), howdah_runtime::value::deref(*q));
                    let class = match c.tag() {
                        OBJ => String::from_utf8_lossy((*(*c.as_ptr::<Obj>()).class.cast::<Class>()).name())
                            .into_owned(),
                        STR => crate::rt::lossy(c.as_ptr()),
                        _ => return "Array".into(),
                    };
                    if m.tag() != STR {
                        return "Array".into();
                    }
                    format!("{class}::{}", crate::rt::lossy(m.as_ptr()))
                }
                OBJ => {
                    let class = (*v.as_ptr::<Obj>()).class.cast::<Class>();
                    let mut name = String::from_utf8_lossy((*class).name()).into_owned();
                    name.push_str("::__invoke");
                    name
                }
                _ => howdah_runtime::value::type_name(v).into(),
            }
        }
    }

    /// Polls what the interrupt word asks for.
    pub fn safepoint(&mut self) -> Status {
        self.interrupt.store(0, std::sync::atomic::Ordering::Relaxed);
        if memory::take_gc_due() {
            let found = howdah_runtime::gc::collect();
            memory::pace_gc(found >= 100);
        }
        if let Some(oom) = memory::take_oom() {
            // Now that PHP code may run, garbage with destructors can go as well.
            howdah_runtime::gc::collect();
            memory::trim();
            if memory::over_limit() {
                memory::set_limit(usize::MAX);
                let st = self.fatal(crate::errors::level::ERROR, &oom.to_string(), None);
                return st;
            }
        }
        if self.host.trace_wanted() {
            let calls = self.calls();
            self.host.traced(&calls);
        }
        match self.host.interrupted() {
            Some(Interruption::Fatal(msg)) => self.fatal(crate::errors::level::ERROR, &msg, None),
            Some(Interruption::Abandon) => {
                self.exit_status = 255;
                self.bailout = Some(BailoutKind::Abandon);
                Status::Bailout
            }
            None => self.run_interrupt_hooks(),
        }
    }

    /// Runs what extensions do at safepoints.
    fn run_interrupt_hooks(&mut self) -> Status {
        for i in 0..self.interrupt_hooks.len() {
            let ctx: *mut Vm = self;
            // SAFETY: the extension's function, called with the VM it registered with.
            let st = unsafe { self.interrupt_hooks[i](ctx.cast()) };
            if st != Status::Ok {
                return st;
            }
        }
        Status::Ok
    }

    /// Keeps fibers from being switched while native code must not be left (`on`), or lets them again.
    pub fn block_fibers(&mut self, on: bool) {
        if on {
            self.fibers.blocked += 1;
        } else {
            self.fibers.blocked -= 1;
        }
    }

    /// Refuses to go on when the running native function was called through a value: it looks into its caller.
    pub fn forbid_dynamic_call(&mut self) -> Status {
        // SAFETY: a native function's frame is the current one.
        unsafe {
            let fr = &*frame(self.fp);
            if fr.flags & FR_DYNAMIC == 0 {
                return Status::Ok;
            }
            let name = (*fr.func).display();
            self.throw(&format!("Cannot call {name}() dynamically"))
        }
    }

    /// The symbol table of the PHP function (or main code) that runs, natives passed over; `None` outside any.
    pub fn caller_symtab(&mut self) -> Option<*mut Arr> {
        let mut fp = self.fp;
        // SAFETY: frames on the stack are complete.
        unsafe {
            while !fp.is_null() && !(*(*frame(fp)).func).is_user() {
                fp = (*frame(fp)).prev;
            }
            if fp.is_null() { None } else { Some(self.symtab_of(fp)) }
        }
    }

    /// `exit`
    pub fn exit(&mut self, status: i32) -> Status {
        self.exit_status = status;
        self.bailout = Some(BailoutKind::Exit);
        Status::Bailout
    }

    /// Runs the functions of register_tick_function.
    pub fn run_ticks(&mut self, every: u32) -> Status {
        self.ticks += 1;
        if self.ticks < every {
            return Status::Ok;
        }
        self.ticks = 0;
        let st = self.run_interrupt_hooks();
        if st != Status::Ok {
            return st;
        }
        for i in 0..self.tick_functions.len() {
            if self.ticking.contains(&i) {
                continue;
            }
            let Some(c) = self.tick_functions.get(i) else { break };
            let (c, args) = (c.callable, c.args.clone());
            let mut out = Val::NULL;
            self.ticking.push(i);
            self.fibers.blocked += 1;
            let st = self.call_callable(c, &args, &mut out);
            self.fibers.blocked -= 1;
            self.ticking.pop();
            // SAFETY: ours.
            unsafe { val_release(out) };
            if st != Status::Ok {
                return st;
            }
        }
        Status::Ok
    }

    /// `Unhandled match case …`
    pub fn unhandled_match(&mut self, v: Val) -> Status {
        // SAFETY: live value.
        let text = unsafe {
            match v.tag() {
                _ if self.host.ini("zend.exception_ignore_args").is_some_and(|v| v == b"1") => {
                    format!("of type {}", type_or_class(v))
                }
                STR => {
                    let s = StrHdr::bytes(v.as_ptr());
                    let cut = &s[..s.len().min(15)];
                    let dots = if s.len() > 15 { "..." } else { "" };
                    let mut text = Vec::new();
                    crate::trace::escaped(cut, &mut text);
                    format!("'{}{dots}'", String::from_utf8_lossy(&text))
                }
                UNDEF | plugin_api_abi::NULL => "NULL".into(),
                plugin_api_abi::FALSE => "false".into(),
                plugin_api_abi::TRUE => "true".into(),
                plugin_api_abi::INT => v.as_int().to_string(),
                plugin_api_abi::DBL => howdah_runtime::number::format_float_frac(v.as_dbl(), -1),
                OBJ if crate::classes::class_of(v.as_ptr()).flags & plugin_api_abi::flags::ENUM != 0 => {
                    let o = v.as_ptr::<Obj>();
                    let case = howdah_runtime::value::deref(*Obj::slot(o, 0));
                    format!(
                        "{}::{}",
                        crate::classes::class_text((*o).class.cast::<Class>()),
                        crate::rt::lossy(case.as_ptr())
                    )
                }
                OBJ | ARR | plugin_api_abi::RES => {
                    format!("of type {}", howdah_runtime::value::value_name(v))
                }
                _ => String::new(),
            }
        };
        self.throw_error(self.ce.unhandled_match_error, &format!("Unhandled match case {text}"))
    }
}

/// A resolved callable, with shares of its object and closure.
pub struct Target {
    /// What to run.
    pub func: *mut Func,
    /// `$this` (owned share) or UNDEF.
    pub this: Val,
    /// Class for `static`.
    pub called: *mut Class,
    /// Closure object (owned share) or null.
    pub closure: *mut Obj,
}

impl Target {
    /// Gives the shares back.
    ///
    /// # Safety
    /// Once.
    pub unsafe fn release(&self) {
        // SAFETY: by the caller's promise.
        unsafe {
            val_release(self.this);
            if !self.closure.is_null() {
                val_release(memory::obj_val(self.closure));
            }
        }
    }
}

/// An interned, lower-cased name; `None` when no such name exists anywhere.
pub fn lower(b: &[u8]) -> Option<*mut StrHdr> {
    howdah_runtime::interner::lookup_lower(b)
}

/// Text as a value.
pub fn text(s: &str) -> Val {
    string::new_val(s.as_bytes())
}

/// A value's type, of objects the class.
fn type_or_class(v: Val) -> String {
    if v.tag() == OBJ {
        return crate::classes::class_text(crate::classes::class_of(v.as_ptr()));
    }
    howdah_runtime::value::type_name(v).into()
}
