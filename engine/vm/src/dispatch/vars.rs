//! Variables by name, globals, statics, symbol tables.

use super::S;
use crate::frame::*;
use crate::op;
use crate::rt::{self, addref, release};
use crate::vm::Vm;
use howdah_bytecode::fetch;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::Arr;
use howdah_runtime::{interner, string, value};
use plugin_api_abi::{NULL, REF, STR, Status, StrHdr, UNDEF, Val};

/// Tag of a temporary that points to a variable.
pub const IND: u8 = array::INDIRECT;

impl Vm {
    /// The symbol table of a frame, built from its CVs on first use.
    ///
    /// # Safety
    /// `fp` is a user frame.
    pub unsafe fn symtab_of(&mut self, fp: *mut Val) -> *mut Arr {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            if fr.symtab.is_null() {
                fr.symtab = array::new(0);
                fr.flags |= FR_OWNS_SYMTAB;
                let f = &*fr.func;
                for (i, name) in (*f.proto).cv_names.iter().enumerate() {
                    let (e, _) = array::entry_str(fr.symtab, crate::load::text(*name));
                    array::store(e, Val { payload: fp.add(i) as u64, ty: IND as u32, aux: 0 });
                }
            }
            fr.symtab
        }
    }

    /// Points the CVs of main code into its symbol table: values move into the slots, entries become indirections.
    ///
    /// # Safety
    /// `fp` is a user frame whose CVs hold nothing of their own.
    pub unsafe fn attach_symtab(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &*frame(fp);
            for (i, name) in (*(*fr.func).proto).cv_names.iter().enumerate() {
                let (e, fresh) = array::entry_str(fr.symtab, crate::load::text(*name));
                let slot = fp.add(i);
                *slot = if fresh {
                    Val::UNDEF
                } else if (*e).tag() == IND {
                    *(*e).as_ptr::<Val>()
                } else {
                    *e
                };
                (*slot).aux = 0;
                array::store(e, Val { payload: slot as u64, ty: IND as u32, aux: 0 });
            }
        }
    }

    /// Moves the CVs of main code back into its symbol table.
    ///
    /// # Safety
    /// `fp` was attached.
    pub unsafe fn detach_symtab(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &*frame(fp);
            for (i, name) in (*(*fr.func).proto).cv_names.iter().enumerate() {
                let slot = fp.add(i);
                let key = Key::Str(crate::load::text(*name));
                if (*slot).tag() == UNDEF {
                    let _ = array::remove(fr.symtab, key);
                } else {
                    let (e, _) = array::entry(fr.symtab, key);
                    array::store(e, *slot);
                    *slot = Val::UNDEF;
                }
            }
        }
    }

    /// Points the entries of a frame's own symbol table to its variables, after the frame was moved.
    ///
    /// # Safety
    /// `fp` is a user frame with a symbol table.
    pub(crate) unsafe fn move_symtab(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &*frame(fp);
            for (i, name) in (*(*fr.func).proto).cv_names.iter().enumerate() {
                let (e, _) = array::entry_str(fr.symtab, crate::load::text(*name));
                array::store(e, Val { payload: fp.add(i) as u64, ty: IND as u32, aux: 0 });
            }
        }
    }

    /// A frame with a symbol table ends.
    ///
    /// # Safety
    /// `fp` is a user frame with one.
    pub unsafe fn leave_symtab(&mut self, fp: *mut Val) {
        // SAFETY: by the caller's promise.
        unsafe {
            let fr = &mut *frame(fp);
            if fr.flags & FR_OWNS_SYMTAB == 0 {
                self.detach_symtab(fp);
                fr.symtab = core::ptr::null_mut();
                return;
            }
            let t = core::mem::replace(&mut fr.symtab, core::ptr::null_mut());
            // Indirections point into the frame, which releases its CVs itself.
            for i in 0..(*t).used {
                let p = array::entry_at(t, i);
                if !p.is_null() && (*p).tag() == IND {
                    array::store(p, Val::NULL);
                }
            }
            release(array::val(t));
        }
    }

    /// A variable in a symbol table: its slot, or null.
    ///
    /// # Safety
    /// `t` is a symbol table.
    pub unsafe fn var_in(&self, t: *mut Arr, name: *mut StrHdr) -> *mut Val {
        // SAFETY: by the caller's promise.
        unsafe {
            let mut p = array::find_str(t, name);
            if !p.is_null() && (*p).tag() == IND {
                p = (*p).as_ptr();
            }
            p
        }
    }
}

/// The symbol table that an op's scope names.
unsafe fn table(s: S, scope: u32) -> *mut Arr {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = &mut *s.vm;
        if scope == 1 { vm.globals } else { vm.symtab_of(s.fp) }
    }
}

/// The name operand as a string (owned value).
unsafe fn name_of(s: S, o: u16) -> Result<Val, Status> {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(o), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            st = rt::to_str(v, &mut out);
        }
        rt::free_tmp(s, o);
        if st != Status::Ok {
            release(out);
            return Err(st);
        }
        if out.tag() == STR {
            // Names that the code has are interned, and found by their address.
            if let Some(i) = interner::known(out.as_ptr()) {
                release(out);
                out = string::val(i);
            }
        }
        Ok(out)
    }
}

op! {
    [fast] FetchVar(s) {
        // The cache remembers where in the global table the name is.
        if s.x() == 1 && s.b() & 0x8000 != 0 {
            let mut p = array::bucket_at((*s.vm).globals, (*s.icp()).val as u32, (*s.kk(s.b())).as_ptr());
            if !p.is_null() {
                if (*p).tag() == IND {
                    p = (*p).as_ptr();
                }
                if s.c() == fetch::R || s.c() == fetch::IS {
                    p = value::deref_ptr(p);
                    if (*p).tag() != UNDEF {
                        let v = *p;
                        addref(v);
                        *s.slot(s.a()) = v.by_parts();
                        return s.next(2);
                    }
                } else if (*p).tag() != UNDEF {
                    *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
                    return s.next(2);
                }
            }
        }
        s.tail(fetch_var_slow)
    }
    #[inline(never)]
    fetch_var_slow(s) {
        let literal = s.b() & 0x8000 != 0;
        let name = match name_of(s, s.b()) {
            Ok(n) => n.as_ptr::<StrHdr>(),
            Err(st) => return s.done(st, 2),
        };
        let vm = s.save();
        let mode = s.c();
        let scope = s.x();
        if scope == 0 && StrHdr::bytes(name) == b"this" {
            let this = (*s.frame()).this;
            *s.slot(s.a()) = if this.tag() == plugin_api_abi::OBJ { rt::copy(this) } else { Val::NULL };
            return s.next(2);
        }
        let t = table(s, scope);
        if literal && scope == 1 {
            let e = array::find_str(t, name);
            if !e.is_null() {
                (*s.icp()).val = array::bucket_index(t, e) as u64;
            }
        }
        let p = vm.var_in(t, name);
        let there = !p.is_null() && (*p).tag() != UNDEF;
        if mode == fetch::R || mode == fetch::IS {
            if there {
                *s.slot(s.a()) = rt::copy(value::deref(*p));
                return s.next(2);
            }
            *s.slot(s.a()) = Val::NULL;
            let st = if mode == fetch::IS {
                Status::Ok
            } else if scope == 1 {
                vm.warning(&format!("Undefined global variable ${}", rt::lossy(name)))
            } else {
                vm.warning(&format!("Undefined variable ${}", rt::lossy(name)))
            };
            return s.done(st, 2);
        }
        let p = if there {
            p
        } else {
            if mode == fetch::RW {
                let word = if scope == 1 { "global variable" } else { "variable" };
                let st = vm.warning(&format!("Undefined {word} ${}", rt::lossy(name)));
                if st != Status::Ok {
                    return s.done(st, 2);
                }
            }
            if p.is_null() {
                array::entry_str(t, name).0
            } else {
                *p = Val::NULL;
                p
            }
        };
        *s.slot(s.a()) = Val { payload: p as u64, ty: IND as u32, aux: 0 };
        s.next(2)
    }
    IssetVar(s) {
        let name = match name_of(s, s.b()) {
            Ok(n) => n.as_ptr::<StrHdr>(),
            Err(st) => return s.done(st, 2),
        };
        let vm = s.save();
        let p = vm.var_in(table(s, s.x()), name);
        let v = if p.is_null() { Val::NULL } else { value::deref(*p) };
        let r = if s.c() != 0 { !rt::truth(vm, v) } else { v.tag() > NULL };
        *s.slot(s.a()) = Val::bool(r);
        s.next(2)
    }
    UnsetVar(s) {
        let name = match name_of(s, s.b()) {
            Ok(n) => n.as_ptr::<StrHdr>(),
            Err(st) => return s.done(st, 2),
        };
        let t = table(s, s.x());
        let p = array::find_str(t, name);
        if !p.is_null() {
            if (*p).tag() == IND {
                let q = (*p).as_ptr::<Val>();
                let old = *q;
                *q = Val::UNDEF;
                release(old);
            } else if let Some(old) = array::remove(t, Key::Str(name)) {
                release(old);
            }
        }
        s.done_checked(2)
    }
    LoadGlobals(s) {
        let g = array::dup((*s.vm).globals);
        *s.slot(s.a()) = array::val(g);
        s.next(1)
    }
    BindGlobal(s) {
        let vm = s.save();
        let name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        let mut p = vm.var_in(vm.globals, name);
        if p.is_null() {
            p = array::entry_str(vm.globals, name).0;
        }
        let r = value::make_ref(p);
        let v = value::ref_val(r);
        addref(v);
        let d = s.slot(s.a());
        let old = *d;
        *d = v;
        release(old);
        s.done_checked(2)
    }
    BindStatic(s) {
        let vm = s.save();
        let i = s.b() as usize;
        let f = vm.statics_owner(s.fp);
        let cell = &raw mut (&mut (*f).statics)[i];
        let known = (*cell).tag() == REF;
        if !known {
            let init = &(&(*(*f).proto).statics)[i].init;
            let v = match init {
                Some(l) => crate::load::literal_val(l),
                None => Val::NULL,
            };
            if init.is_none() {
                return s.next(2);
            }
            *cell = value::ref_val(value::new_ref(v));
        }
        let v = *cell;
        addref(v);
        let d = s.slot(s.a());
        let old = *d;
        *d = v;
        release(old);
        s.jump_x()
    }
    InitStatic(s) {
        let vm = s.save();
        let v = rt::take(s, s.c());
        let f = vm.statics_owner(s.fp);
        let cell = &raw mut (&mut (*f).statics)[s.b() as usize];
        if (*cell).tag() != REF {
            *cell = value::ref_val(value::new_ref(v));
        } else {
            release(v);
        }
        let r = *cell;
        addref(r);
        let d = s.slot(s.a());
        let old = *d;
        *d = r;
        release(old);
        s.next(1)
    }
    IssetV(s) {
        let v = value::deref(*s.slot(s.a()));
        let r = if s.x() != 0 { !rt::truth(s.save(), v) } else { v.tag() > NULL };
        *s.slot(s.b()) = Val::bool(r);
        s.next(2)
    }
    UnsetV(s) {
        let d = s.slot(s.a());
        let old = *d;
        (*d) = Val::UNDEF;
        if old.is_refcounted() {
            s.save();
            release(old);
            return s.done_checked(1);
        }
        s.next(1)
    }
}
