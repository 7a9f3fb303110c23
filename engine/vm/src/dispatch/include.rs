//! include, require, eval.

use crate::class::Sym;
use crate::frame::*;
use crate::op;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_bytecode::{CompileError, FRAME_SLOTS};
use howdah_runtime::interner::intern;
use plugin_api_abi::{Status, StrHdr, Val};
use std::sync::Arc;

op! {
    Include(s) {
        let vm = s.save();
        let kind = s.c();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut name = Val::NULL;
        if st == Status::Ok {
            st = rt::to_str(v, &mut name);
        }
        rt::free_tmp(s, s.b());
        if st != Status::Ok {
            release(name);
            return s.done(st, 1);
        }
        let path = StrHdr::bytes(name.as_ptr()).to_vec();
        release(name);
        // The op's own pc must show the construct (`c`) in backtraces while the file runs.
        let r = if kind == 4 { vm.compile_eval(&path) } else { vm.load_file(&path, kind) };
        let script = match r {
            Ok(Some(script)) => script,
            Ok(None) => {
                *s.slot(s.a()) = Val::TRUE;
                return s.next(1);
            }
            Err(Status::Ok) => {
                *s.slot(s.a()) = Val::FALSE;
                return s.next(1);
            }
            Err(st) => return s.done(st, 1),
        };
        let mut out = Val::NULL;
        let this = (*s.frame()).this;
        let called = (*s.frame()).called;
        let scope = (*s.func()).scope;
        let st = vm.run_included(script, s.fp, this, called, scope, &mut out);
        *s.slot(s.a()) = out;
        if st != Status::Ok {
            release(out);
        }
        s.done(st, 1)
    }
}

impl Vm {
    /// What messages name as the running function: a native one, or the include construct that PHP code stands on. `None`
    /// outside any script.
    pub fn active_function(&self) -> Option<String> {
        if self.fp.is_null() {
            return None;
        }
        // SAFETY: the current frame is complete; a user frame's pc lies in its code, behind the op that runs.
        unsafe {
            let fr = &*frame(self.fp);
            let f = &*fr.func;
            if f.is_user() && (*fr.pc.sub(1)).op == howdah_bytecode::Op::Include as u16 {
                return Some(rt::lossy(self.include_word(self.fp)));
            }
            Some(f.display())
        }
    }

    /// Compiles what an include names. `Ok(None)`: an _once that ran already. `Err(Ok)`: a warning was raised, the result is false.
    fn load_file(&mut self, path: &[u8], kind: u16) -> Result<Option<Arc<crate::script::Script>>, Status> {
        let words = ["include", "include_once", "require", "require_once"][kind as usize];
        let once = kind & 1 != 0;
        if let Some((full, script)) = self.host.ready(path) {
            let fresh = self.included.insert(Sym(intern(&full)));
            return Ok((fresh || !once).then_some(script));
        }
        let sources = self.host.sources();
        if once {
            let full = sources.resolve(path);
            if self.has_exception() {
                return Err(Status::Exception);
            }
            if self.included.contains(&Sym(intern(full.as_deref().unwrap_or(path)))) {
                return Ok(None);
            }
        }
        let shown = String::from_utf8_lossy(path).into_owned();
        let source = match sources.open(path) {
            Ok(s) => s,
            Err(crate::host::OpenError::Reported) => {
                let st = self.pending();
                if st != Status::Ok {
                    return Err(st);
                }
                let inc = self.host.ini("include_path").unwrap_or_default();
                let inc = String::from_utf8_lossy(inc).into_owned();
                if kind < 2 {
                    let st = self.warning(&format!(
                        "{words}(): Failed opening '{shown}' for inclusion (include_path='{inc}')"
                    ));
                    return Err(st);
                }
                return Err(self.throw(&format!("Failed opening required '{shown}' (include_path='{inc}')")));
            }
        };
        if once && self.included.contains(&Sym(intern(&source.path))) {
            return Ok(None);
        }
        self.included.insert(Sym(intern(&source.path)));
        match self.host.compile_file(&source) {
            Ok(script) => Ok(Some(script)),
            Err(e) => Err(self.compile_error(&source.path, &e)),
        }
    }

    /// Includes a file for native code, in the global scope.
    pub fn include_file(&mut self, path: &[u8], once: bool, out: &mut Val) -> Status {
        let mut script = match self.load_file(path, once as u16) {
            Ok(Some(s)) => s,
            Ok(None) => {
                *out = Val::TRUE;
                return Status::Ok;
            }
            Err(Status::Ok) => {
                *out = Val::FALSE;
                return Status::Ok;
            }
            Err(st) => return st,
        };
        self.adopt_literals(&mut script);
        match self.load_script(&script, core::ptr::null_mut()) {
            Ok(f) => {
                let g = self.globals;
                // SAFETY: the current frame is complete, and the main code has run then.
                unsafe {
                    let st = self.run_main(f, self.fp, g, Val::UNDEF, core::ptr::null_mut(), FR_INCLUDE, out);
                    self.forget_script(script, f);
                    st
                }
            }
            Err(st) => st,
        }
    }

    fn compile_eval(&mut self, code: &[u8]) -> Result<Option<Arc<crate::script::Script>>, Status> {
        // SAFETY: interned.
        let (file, line) =
            self.position().map_or((Vec::new(), 0), |(f, l)| (unsafe { StrHdr::bytes(f) }.to_vec(), l));
        let name = [&file[..], format!("({line}) : eval()'d code").as_bytes()].concat();
        match self.host.compile_eval(code, &name) {
            Ok(s) => Ok(Some(s)),
            Err(e) => Err(self.compile_error(&name, &e)),
        }
    }

    /// Raises a compile error: a ParseError is thrown, others are fatal.
    pub fn compile_error(&mut self, file: &[u8], e: &CompileError) -> Status {
        for d in &e.diagnostics {
            match self.raise_at(d.level, d.message.as_bytes(), file, d.line) {
                Status::Ok => {}
                st => return st,
            }
        }
        if !e.parse && !e.thrown {
            self.raise_at(crate::errors::level::COMPILE_ERROR, &e.message, file, e.line);
            return Status::Bailout;
        }
        let class = if e.parse { self.ce.parse_error } else { self.ce.compile_error };
        let mut o = Val::NULL;
        let st = self.instantiate(class, &mut o);
        if st != Status::Ok {
            return st;
        }
        // SAFETY: throwables have these slots.
        unsafe {
            use crate::errors::slots;
            use howdah_runtime::layout::Obj;
            let put = |i: usize, v: Val| {
                let p = Obj::slot(o.as_ptr(), i);
                let old = *p;
                *p = v;
                release(old);
            };
            put(slots::MESSAGE, howdah_runtime::string::new_val(&e.message));
            put(slots::FILE, howdah_runtime::string::new_val(file));
            put(slots::LINE, Val::int(e.line as i64));
        }
        self.throw_object(o)
    }

    /// Runs a script's main code within the scope and symbol table of frame `by`.
    ///
    /// # Safety
    /// `by` is the current user frame.
    pub unsafe fn run_included(
        &mut self,
        script: Arc<crate::script::Script>,
        by: *mut Val,
        this: Val,
        called: *mut crate::class::Class,
        scope: *mut crate::class::Class,
        out: &mut Val,
    ) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let symtab = self.symtab_of(by);
            let caller_attached = (*frame(by)).flags & FR_OWNS_SYMTAB == 0;
            let mut script = script;
            self.adopt_literals(&mut script);
            let func = match self.load_script(&script, scope) {
                Ok(f) => f,
                Err(st) => return st,
            };
            let st = self.run_main(func, by, symtab, this, called, FR_INCLUDE, out);
            // The caller's variables moved into the table under the included code's slots; take them back.
            let fr = &*frame(by);
            if caller_attached {
                self.attach_symtab(by);
            } else {
                let f = &*fr.func;
                for (i, name) in (*f.proto).cv_names.iter().enumerate() {
                    let (e, fresh) = howdah_runtime::array::entry_str(symtab, crate::load::text(*name));
                    let slot = by.add(i);
                    if fresh {
                        *slot = Val::UNDEF;
                    } else if (*e).tag() != super::vars::IND {
                        *slot = (*e).by_parts();
                    }
                    howdah_runtime::array::store(
                        e,
                        Val { payload: slot as u64, ty: super::vars::IND as u32, aux: 0 },
                    );
                }
            }
            self.forget_script(script, func);
            st
        }
    }

    /// Runs main code `func` with a symbol table.
    ///
    /// # Safety
    /// `prev` is the current frame or null.
    #[expect(clippy::too_many_arguments, reason = "a frame has that many parts")]
    pub unsafe fn run_main(
        &mut self,
        func: *mut crate::func::Func,
        prev: *mut Val,
        symtab: *mut howdah_runtime::layout::Arr,
        this: Val,
        called: *mut crate::class::Class,
        flags: u32,
        out: &mut Val,
    ) -> Status {
        // SAFETY: a complete frame is built above everything in use.
        unsafe {
            if self.native_stack_low() {
                return self.throw_stack_overflow();
            }
            let base = self.top();
            let st = self.ensure_stack(base, FRAME_SLOTS as usize + (*func).num_slots as usize);
            if st != Status::Ok {
                return st;
            }
            let fp = base.add(FRAME_SLOTS as usize);
            let mut flags = flags;
            if this.tag() == plugin_api_abi::OBJ {
                rt::addref(this);
                flags |= FR_OWNS_THIS;
            }
            frame(fp).write(Frame {
                func,
                prev,
                pc: (*func).code.add(1),
                ret: out,
                this,
                called,
                closure: core::ptr::null_mut(),
                argc: 0,
                flags: flags | FR_ENTRY,
                symtab,
                named: core::ptr::null_mut(),
                generator: core::ptr::null_mut(),
            });
            for i in 0..(*func).num_cvs as usize {
                *fp.add(i) = Val::UNDEF;
            }
            self.attach_symtab(fp);
            let saved = self.fp;
            self.depth += 1;
            let st = self.run(fp, (*func).code);
            self.depth -= 1;
            self.fp = saved;
            st
        }
    }
}
