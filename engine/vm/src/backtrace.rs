//! Backtraces as arrays (php-src's zend_fetch_debug_backtrace).

use crate::frame::*;
use crate::func::Func;
use crate::vm::Vm;
use howdah_bytecode::{Op, fn_flags};
use howdah_runtime::array;
use howdah_runtime::layout::{Arr, Obj};
use howdah_runtime::{string, value};
use plugin_api_abi::{OBJ, StrHdr, Val};

impl Vm {
    /// The backtrace as exceptions keep it, innermost call first. `skip` calls are left out at the top; `args` adds arguments.
    /// An include at the top shows none: PHP knows its file from the call above it.
    pub fn build_trace(&mut self, skip: usize, args: bool, object: bool, limit: usize) -> *mut Arr {
        let trace = array::new(8);
        let mut fp = self.fp;
        let mut n = 0;
        // SAFETY: frames on the stack are complete; arrays are fresh.
        unsafe {
            while !fp.is_null() {
                let fr = &*frame(fp);
                if fr.flags & (FR_FIBER | FR_LEAVING) != 0 {
                    fp = fr.prev;
                    continue;
                }
                let f = &*fr.func;
                let main = f.is_user() && f.flags & fn_flags::MAIN != 0;
                if main && fr.flags & FR_INCLUDE == 0 {
                    break;
                }
                let this = fp;
                fp = caller(fr);
                if n < skip {
                    n += 1;
                    continue;
                }
                let e = if is_thunk(this) {
                    match self.thunk_entry(this, n == skip) {
                        Some(e) => e,
                        None => continue,
                    }
                } else {
                    self.entry(this, main, args && (n > skip || !main), object)
                };
                let _ = array::push(trace, array::val(e));
                n += 1;
                if !main && (limit == 0 || n - skip < limit) && self.is_including(fp) {
                    // The topmost call tells no file.
                    let above = args && n - 1 > skip && f.is_user();
                    self.push_opening(trace, fp, above.then(|| self.file_of(this)));
                }
                if limit != 0 && n - skip >= limit {
                    break;
                }
            }
        }
        trace
    }

    /// The calls that have not returned, innermost first, up to the main script.
    pub fn calls(&self) -> Vec<crate::host::Call> {
        let mut out = Vec::new();
        let mut fp = self.fp;
        // SAFETY: frames on the stack are complete; names are interned.
        unsafe {
            while !fp.is_null() {
                let fr = &*frame(fp);
                let f = &*fr.func;
                let main = f.is_user() && f.flags & fn_flags::MAIN != 0;
                if main && fr.flags & FR_INCLUDE == 0 {
                    break;
                }
                let at = past_thunks(caller(fr));
                if fr.flags & FR_FIBER == 0 && !is_thunk(fp) {
                    let text = |s: *mut StrHdr| String::from_utf8_lossy(StrHdr::bytes(s)).into_owned();
                    let code = !at.is_null() && (*(*frame(at)).func).is_user();
                    out.push(crate::host::Call {
                        frame: fp as usize,
                        function: (!main).then(|| text(f.name)),
                        place: code.then(|| (text(self.file_of(at)), self.line_of(at))),
                    });
                }
                fp = caller(fr);
            }
        }
        out
    }

    /// What goes wrong in opening or compiling a file happens within the include construct, before its code runs. As its
    /// argument PHP tells the file of the call above, whichever that is.
    unsafe fn push_opening(&self, trace: *mut Arr, at: *mut Val, above: Option<*mut StrHdr>) {
        // SAFETY: frames on the stack are complete; the trace is fresh.
        unsafe {
            let e = self.place(at);
            let word = self.include_word(at);
            self.name(e, self.names.function, word);
            if let Some(file) = above.filter(|_| word != self.names.eval) {
                let a = array::from_vals([string::val(file)]);
                array::add_new(e, self.names.args, array::val(a));
            }
            let _ = array::push(trace, array::val(e));
        }
    }

    /// A fresh entry with file and line of the frame `at`, when that is PHP code.
    unsafe fn place(&self, at: *mut Val) -> *mut Arr {
        // No entry has more keys, and each is added once.
        let e = array::new_hash(7);
        // SAFETY: frames on the stack are complete.
        unsafe {
            if !at.is_null() && (*(*frame(at)).func).is_user() {
                self.name(e, self.names.file, self.file_of(at));
                array::add_new(e, self.names.line, Val::int(self.line_of(at) as i64));
            }
        }
        e
    }

    unsafe fn name(&self, e: *mut Arr, key: *mut StrHdr, name: *mut StrHdr) {
        // SAFETY: a fresh array and a live string.
        unsafe { array::add_new(e, key, crate::rt::copy(string::val(name))) };
    }

    unsafe fn entry(&mut self, fp: *mut Val, main: bool, args: bool, object: bool) -> *mut Arr {
        // SAFETY: frames on the stack are complete.
        unsafe {
            let fr = &*frame(fp);
            let f = &*fr.func;
            let from = past_thunks(caller(fr));
            let e = self.place(from);
            if main {
                let word = self.include_word(from);
                self.name(e, self.names.function, word);
                if args && word != self.names.eval {
                    let a = array::from_vals([string::val(self.file_of(fp))]);
                    array::add_new(e, self.names.args, array::val(a));
                }
                return e;
            }
            self.name(e, self.names.function, f.name);
            if !f.scope.is_null() {
                self.name(e, self.names.class, (*f.scope).head.name);
                if object && fr.this.tag() == OBJ {
                    array::add_new(e, self.names.object, crate::rt::copy(fr.this));
                }
                let arrow = if fr.this.tag() == OBJ { self.names.arrow } else { self.names.colons };
                self.name(e, self.names.type_, arrow);
            }
            if args {
                let a = self.shown_args(fp);
                array::add_new(e, self.names.args, array::val(a));
            }
            e
        }
    }

    /// A constant expression shows only when what it does itself goes wrong, elsewhere than where it is used.
    unsafe fn thunk_entry(&self, fp: *mut Val, innermost: bool) -> Option<*mut Arr> {
        // SAFETY: frames on the stack are complete.
        unsafe {
            let at = past_thunks(caller(&*frame(fp)));
            if !innermost || at.is_null() || !(*(*frame(at)).func).is_user() || receives_default(at) {
                return None;
            }
            if (self.file_of(at), self.line_of(at)) == (self.file_of(fp), self.line_of(fp)) {
                return None;
            }
            let e = self.place(at);
            self.name(e, self.names.function, (*(*frame(fp)).func).name);
            Some(e)
        }
    }

    /// Whether a frame stands on an include construct whose code does not run.
    unsafe fn is_including(&self, fp: *mut Val) -> bool {
        // SAFETY: frames on the stack are complete; a user frame's pc lies behind its op's first word.
        unsafe {
            !fp.is_null()
                && (*(*frame(fp)).func).is_user()
                && (*(*frame(fp)).pc.sub(1)).op == Op::Include as u16
        }
    }

    /// Which include construct the calling frame stands on.
    pub(crate) unsafe fn include_word(&self, caller: *mut Val) -> *mut StrHdr {
        // SAFETY: the caller is a user frame that runs an Include op.
        unsafe {
            if caller.is_null() || !(*(*frame(caller)).func).is_user() {
                return self.names.include;
            }
            let insn = *(*frame(caller)).pc.sub(1);
            [
                self.names.include,
                self.names.include_once,
                self.names.require,
                self.names.require_once,
                self.names.eval,
            ][insn.c.min(4) as usize]
        }
    }

    /// Arguments of a frame, as they are now.
    pub fn frame_args(&mut self, fp: *mut Val) -> *mut Arr {
        let a = array::new(0);
        // SAFETY: the frame is complete.
        unsafe {
            let fr = &*frame(fp);
            for i in 0..fr.argc {
                let v = value::deref(*crate::call::arg_slot(fp, &*fr.func, i));
                let v = if v.is_undef() { Val::NULL } else { crate::rt::copy(v) };
                let _ = array::push(a, v);
            }
        }
        a
    }

    /// Arguments of a frame as backtraces show them: sensitive ones hidden, named extra ones under their names.
    fn shown_args(&mut self, fp: *mut Val) -> *mut Arr {
        // SAFETY: the frame is complete.
        let a = array::new(unsafe { (*frame(fp)).argc } as usize);
        // SAFETY: as above.
        unsafe {
            let fr = &*frame(fp);
            let f = &*fr.func;
            for i in 0..fr.argc {
                let v = value::deref(*crate::call::arg_slot(fp, f, i));
                let v = if v.is_undef() {
                    Val::NULL
                } else if is_sensitive(f, i) {
                    self.hidden_value(v)
                } else {
                    crate::rt::copy(v)
                };
                let _ = array::push(a, v);
            }
            if !fr.named.is_null() {
                let hide = f.params.last().is_some_and(|p| p.variadic && p.sensitive);
                for (k, p) in array::iter(fr.named) {
                    let v = value::deref(*p);
                    let v = if hide { self.hidden_value(v) } else { crate::rt::copy(v) };
                    array::set(a, k, v);
                }
            }
        }
        a
    }

    /// A SensitiveParameterValue around a value.
    fn hidden_value(&mut self, v: Val) -> Val {
        let mut out = Val::NULL;
        let class = self.ce.sensitive_parameter_value;
        let _ = self.instantiate_raw(class, &mut out);
        if out.tag() == OBJ {
            // SAFETY: fresh; the class declares one slot.
            unsafe { *Obj::slot(out.as_ptr(), 0) = crate::rt::copy(v) };
        }
        out
    }
}

fn is_sensitive(f: &Func, i: u32) -> bool {
    match f.params.get(i as usize) {
        Some(p) => p.sensitive,
        None => f.params.last().is_some_and(|p| p.variadic && p.sensitive),
    }
}

/// The frame that called; frames on their way out do not count.
fn caller(fr: &Frame) -> *mut Val {
    let mut fp = fr.prev;
    // SAFETY: frames on the stack are complete.
    unsafe {
        while !fp.is_null() && (*frame(fp)).flags & (FR_LEAVING | FR_FIBER) != 0 {
            fp = (*frame(fp)).prev;
        }
    }
    fp
}

/// Whether a frame evaluates a constant expression.
fn is_thunk(fp: *mut Val) -> bool {
    // SAFETY: frames on the stack are complete.
    unsafe {
        let f = &*(*frame(fp)).func;
        f.is_user() && f.flags & fn_flags::THUNK != 0
    }
}

/// Leaves out frames of constant expressions.
fn past_thunks(mut fp: *mut Val) -> *mut Val {
    while !fp.is_null() && is_thunk(fp) {
        // SAFETY: frames on the stack are complete.
        fp = unsafe { caller(&*frame(fp)) };
    }
    fp
}

/// Whether a frame evaluates a parameter's default.
fn receives_default(fp: *mut Val) -> bool {
    // SAFETY: a user function's frame, whose pc lies behind its current op's first word.
    unsafe { (*(*frame(fp)).pc.sub(1)).op == Op::RecvOr as u16 }
}
