//! Class constants, defaults and enum cases: evaluated when they are first needed (php-src's zend_update_class_constants).

use super::{class_text, name_text, visibility};
use crate::class::{Class, ClassConstant, EnumKey, Sym, class_flags};
use crate::frame::frame;
use crate::rt::{copy, release};
use crate::script::Thunk;
use crate::vm::Vm;
use howdah_bytecode::{Op, class_ref};
use howdah_runtime::layout::Obj;
use howdah_runtime::{array, interner, number, string, value};
use plugin_api_abi::flags::{PRIVATE, PROTECTED, TRAIT};
use plugin_api_abi::{INT, PTR, STR, Status, StrHdr, Val};

impl Vm {
    /// Evaluates a waiting constant expression in a class's scope; `out` is owned.
    pub fn run_thunk(&mut self, t: &Thunk, scope: *mut Class, out: &mut Val) -> Status {
        let key = (t.script as usize, t.index, scope as usize);
        let f = match self.cls.thunks.get(&key) {
            Some(&f) => f,
            None => {
                // SAFETY: scripts are kept until the request ends.
                let f = unsafe {
                    let s = &*t.script;
                    crate::load::func_of(
                        &s.unit.functions[t.index as usize],
                        &s.literals[t.index as usize],
                        t.script,
                        scope,
                    )
                };
                self.cls.thunks.insert(key, f);
                f
            }
        };
        self.call_func(f, Val::UNDEF, scope, &[], out)
    }

    /// Evaluates what is left of a class's defaults and static properties, its parents' first.
    pub fn update_constants(&mut self, class: *mut Class) -> Status {
        // SAFETY: classes live as long as the VM's request.
        let c = unsafe { &mut *class };
        if c.flags & class_flags::CONSTANTS_UPDATED != 0 || c.updating {
            return Status::Ok;
        }
        c.updating = true;
        let st = self.update_all(c);
        c.updating = false;
        if st == Status::Ok {
            c.flags |= class_flags::CONSTANTS_UPDATED;
        }
        st
    }

    fn update_all(&mut self, c: &mut Class) -> Status {
        if !c.parent.is_null() {
            crate::tri!(self.update_constants(c.parent));
        }
        let me: *mut Class = c;
        let pending: Vec<*mut StrHdr> =
            c.consts.iter().filter(|(_, k)| !k.is_case && k.value.tag() == PTR).map(|(n, _)| n.0).collect();
        for n in pending {
            let Some(k) = c.consts.get_mut(&Sym(n)) else { continue };
            let k: *mut ClassConstant = k;
            // SAFETY: a live constant of a linked class.
            if let Err(st) = unsafe { self.const_value(k, n) } {
                return st;
            }
        }
        for i in 0..c.default_slots.len() {
            let v = c.default_slots[i];
            if v.tag() != PTR {
                continue;
            }
            let info = c.slot_infos[i];
            // SAFETY: thunks and property infos live as long as their class.
            unsafe {
                let scope = if info.is_null() { me } else { (*info).class };
                let mut out = Val::NULL;
                let t = v.as_ptr::<Thunk>();
                crate::tri!(self.run_thunk(&*t, scope, &mut out));
                if !info.is_null() && (*info).ty.is_some() {
                    let st = self.check_prop_value(&*info, &mut out, true);
                    if st != Status::Ok {
                        release(out);
                        return st;
                    }
                }
                // Evaluation may have come back here by another way.
                if c.default_slots[i].tag() == PTR {
                    c.default_slots[i] = out.by_parts();
                    drop(Box::from_raw(t));
                } else {
                    release(out);
                }
            }
        }
        for i in 0..c.own_statics.len() {
            let cell = c.own_statics[i];
            // SAFETY: cells live as long as their class.
            unsafe {
                if (*cell).tag() != PTR {
                    continue;
                }
                let t = (*cell).as_ptr::<Thunk>();
                let mut out = Val::NULL;
                crate::tri!(self.run_thunk(&*t, me, &mut out));
                let info = c.props.values().copied().find(|&p| {
                    (*p).flags & plugin_api_abi::flags::STATIC != 0
                        && c.static_slots.get((*p).slot as usize).is_some_and(|&x| x == cell)
                });
                if let Some(info) = info.filter(|&p| (*p).ty.is_some()) {
                    let st = self.check_prop_value(&*info, &mut out, true);
                    if st != Status::Ok {
                        release(out);
                        return st;
                    }
                }
                if (*cell).tag() == PTR {
                    *cell = out.by_parts();
                    drop(Box::from_raw(t));
                } else {
                    release(out);
                }
            }
        }
        Status::Ok
    }

    /// A class constant's value, checked for visibility; evaluated on first use. The pointer stays valid.
    ///
    /// # Errors
    /// There is none, it may not be seen, or its expression threw.
    pub fn class_const(&mut self, class: *mut Class, name: *mut StrHdr) -> Result<*const Val, Status> {
        // SAFETY: classes live as long as the VM's request, and their constant tables do not change once linked.
        unsafe {
            let Some(k) = (*class).consts.get_mut(&Sym(name)) else {
                let by = if self.in_thunk() { self.written_class_text(class) } else { class_text(class) };
                return Err(self.throw(&format!("Undefined constant {by}::{}", name_text(name))));
            };
            let k: *mut ClassConstant = k;
            if (*k).flags & (PRIVATE | PROTECTED) != 0 {
                let scope = self.scope();
                if !self.const_visible(&*k, scope) {
                    let msg = format!(
                        "Cannot access {} constant {}::{}",
                        visibility((*k).flags),
                        class_text(class),
                        name_text(name)
                    );
                    return Err(self.throw(&msg));
                }
            }
            if (*class).flags & TRAIT != 0 && self.written_class() != Some(class_ref::SELF) {
                let msg = format!(
                    "Cannot access trait constant {}::{} directly",
                    class_text(class),
                    name_text(name)
                );
                return Err(self.throw(&msg));
            }
            self.deprecated_const(k, class, name)?;
            if (*class).enum_backing != 0 && (*class).enum_table.is_none() && !self.in_thunk() {
                self.build_enum_table(class)?;
            }
            self.const_value(k, name)
        }
    }

    /// Whether code of class `scope` may use a class constant.
    pub(crate) fn const_visible(&self, k: &ClassConstant, scope: *mut Class) -> bool {
        k.flags & (PRIVATE | PROTECTED) == 0
            || scope == k.class
            || k.flags & PROTECTED != 0 && Vm::protected_ok(k.class, scope)
    }

    /// The value of a constant whose visibility does not matter (reflection, other constants).
    ///
    /// # Safety
    /// `k` is in the table of a linked class.
    ///
    /// # Errors
    /// Its expression threw.
    pub unsafe fn const_value(
        &mut self,
        k: *mut ClassConstant,
        name: *mut StrHdr,
    ) -> Result<*const Val, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let pending = (*k).value.tag() == PTR || (*k).is_case && (*k).value.tag() != plugin_api_abi::OBJ;
            if !pending {
                return Ok(&raw const (*k).value);
            }
            let owner = (*k).class;
            // An inherited constant is evaluated where it is declared.
            if let Some(own) = (*owner).consts.get_mut(&Sym(name))
                && !core::ptr::eq(own, k)
            {
                let own: *mut ClassConstant = own;
                let v = copy(*self.const_value(own, name)?);
                (*k).value = v;
                self.cls.note_evaluated(k, owner);
                return Ok(&raw const (*k).value);
            }
            if (*k).evaluating {
                let by = self.written_class_text(owner);
                return Err(self
                    .throw(&format!("Cannot declare self-referencing constant {by}::{}", name_text(name))));
            }
            // What code asks for is marked only by constant expressions that lead back to it.
            (*k).evaluating = self.in_thunk();
            let st =
                if (*k).is_case { self.make_case(k, owner, name) } else { self.eval_const(k, owner, name) };
            (*k).evaluating = false;
            match st {
                Status::Ok => Ok(&raw const (*k).value),
                st => Err(st),
            }
        }
    }

    /// Whether a constant expression is being evaluated.
    fn in_thunk(&self) -> bool {
        // SAFETY: frames on the stack are complete.
        !self.fp.is_null()
            && unsafe {
                let f = &*(*frame(self.fp)).func;
                f.is_user() && f.flags & howdah_bytecode::fn_flags::THUNK != 0
            }
    }

    unsafe fn eval_const(&mut self, k: *mut ClassConstant, owner: *mut Class, name: *mut StrHdr) -> Status {
        // SAFETY: as `const_value`.
        unsafe {
            let t = (*k).value.as_ptr::<Thunk>();
            let mut out = Val::NULL;
            let st = if t.is_null() {
                let text =
                    if (*k).desc.is_null() { Vec::new() } else { (*(*k).desc).value.text.bytes().to_vec() };
                match self.eval_text(&text, owner) {
                    Ok(v) => {
                        out = v;
                        Status::Ok
                    }
                    Err(st) => st,
                }
            } else {
                self.run_thunk(&*t, owner, &mut out)
            };
            if st != Status::Ok {
                return st;
            }
            if (*k).value.tag() != PTR || (*k).value.as_ptr::<Thunk>() != t {
                // The expression's own code asked for the constant and had it evaluated.
                release(out);
                return Status::Ok;
            }
            if let Some(ty) = &(*k).ty {
                let v = value::deref(out);
                let mut tmp = copy(v);
                let ok = self.coerce(ty, &mut tmp, owner, true);
                match ok {
                    Ok(true) => {
                        release(out);
                        out = tmp;
                    }
                    Ok(false) => {
                        let msg = format!(
                            "Cannot assign {} to class constant {}::{} of type {}",
                            value::value_name(v),
                            class_text(owner),
                            name_text(name),
                            ty.text
                        );
                        release(tmp);
                        release(out);
                        return self.throw_type(&msg);
                    }
                    Err(st) => {
                        release(tmp);
                        release(out);
                        return st;
                    }
                }
            }
            if !t.is_null() {
                drop(Box::from_raw(t));
            }
            (*k).value = out.by_parts();
            self.cls.note_evaluated(k, owner);
            Status::Ok
        }
    }

    unsafe fn make_case(&mut self, k: *mut ClassConstant, owner: *mut Class, name: *mut StrHdr) -> Status {
        // SAFETY: as `const_value`.
        unsafe {
            let mut backing = Val::NULL;
            let v = (*k).value;
            if v.tag() == PTR && v.payload != 0 {
                crate::tri!(self.run_thunk(&*v.as_ptr::<Thunk>(), owner, &mut backing));
                if (*k).value.tag() != PTR {
                    release(backing);
                    return Status::Ok;
                }
                if backing.tag() != (*owner).enum_backing {
                    let msg = backing_mismatch(backing, (*owner).enum_backing);
                    release(backing);
                    return self.throw_type(&msg);
                }
                drop(Box::from_raw(v.as_ptr::<Thunk>()));
                (*k).value = backing;
            } else if v.tag() != PTR {
                backing = v;
                if (*owner).enum_backing != 0 && v.tag() != (*owner).enum_backing {
                    let msg = backing_mismatch(v, (*owner).enum_backing);
                    return self.throw_type(&msg);
                }
            }
            let mut o = Val::NULL;
            crate::tri!(self.instantiate_raw(owner, &mut o));
            let slot = |i| Obj::slot(o.as_ptr(), i);
            *slot(0) = string::val(name);
            if (*owner).enum_backing != 0 {
                *slot(1) = copy(backing).by_parts();
            }
            release((*k).value);
            (*k).value = o;
            self.cls.note_evaluated(k, owner);
            Status::Ok
        }
    }

    /// How the running op names its class, when it fetches a class constant.
    fn written_class(&self) -> Option<u16> {
        if self.fp.is_null() {
            return None;
        }
        // SAFETY: frames on the stack are complete; a user frame's pc lies behind its op's first word.
        unsafe {
            let fr = &*frame(self.fp);
            if !(*fr.func).is_user() || fr.pc.is_null() {
                return None;
            }
            let insn = *fr.pc.sub(1);
            (insn.op == Op::FetchClassConst as u16).then_some(insn.c)
        }
    }

    fn written_class_text(&self, owner: *mut Class) -> String {
        match self.written_class() {
            Some(class_ref::SELF) => "self".into(),
            Some(class_ref::PARENT) => "parent".into(),
            Some(class_ref::STATIC) => "static".into(),
            _ => class_text(owner),
        }
    }

    /// Evaluates a PHP constant expression given as text (defaults and constants of natives); the value is owned.
    ///
    /// # Errors
    /// It does not compile, or threw.
    pub fn eval_text(&mut self, text: &[u8], scope: *mut Class) -> Result<Val, Status> {
        let t = text.trim_ascii();
        match t {
            b"null" | b"NULL" => return Ok(Val::NULL),
            b"true" => return Ok(Val::TRUE),
            b"false" => return Ok(Val::FALSE),
            b"[]" => return Ok(array::val(array::new(0))),
            _ => {}
        }
        if let Some(i) = number::int_key(t) {
            return Ok(Val::int(i));
        }
        if t.len() >= 2
            && matches!(t[0], b'"' | b'\'')
            && t[t.len() - 1] == t[0]
            && !t[1..t.len() - 1].iter().any(|b| matches!(b, b'\\' | b'$') || *b == t[0])
        {
            return Ok(string::val(interner::intern(&t[1..t.len() - 1])));
        }
        if t.iter().all(|b| *b == b'_' || b.is_ascii_alphanumeric())
            && let Some(v) = self.find_constant(t)
        {
            return Ok(copy(v));
        }
        let code = [b"return ", t, b";"].concat();
        let script = match self.host.compile_eval(&code, b"internal constant") {
            Ok(s) => s,
            Err(_) => {
                return Err(
                    self.throw(&format!("Invalid constant expression {}", String::from_utf8_lossy(t)))
                );
            }
        };
        let f = self.load_script(&script, scope)?;
        let mut out = Val::NULL;
        let table = array::new(0);
        let fp = self.fp;
        // SAFETY: the frame is built above everything in use.
        let st = unsafe { self.run_main(f, fp, table, Val::UNDEF, scope, 0, &mut out) };
        self.fp = fp;
        // SAFETY: ours.
        unsafe { release(array::val(table)) };
        if st == Status::Ok { Ok(out) } else { Err(st) }
    }

    /// Finds the cases of a backed enum by their values, which must all differ.
    fn build_enum_table(&mut self, class: *mut Class) -> Result<(), Status> {
        // SAFETY: live class, whose tables do not change once linked.
        unsafe {
            let names: Vec<*mut StrHdr> =
                (*class).consts.iter().filter(|(_, k)| k.is_case).map(|(n, _)| n.0).collect();
            let mut table = std::collections::HashMap::new();
            for n in names {
                let Some(k) = (*class).consts.get_mut(&Sym(n)) else { continue };
                let k: *mut ClassConstant = k;
                let o = *self.const_value(k, n)?;
                let v = *Obj::slot(o.as_ptr(), 1);
                if let Some(old) = table.insert(key_of(v), n) {
                    let msg = format!(
                        "Duplicate value in enum {} for cases {} and {}",
                        class_text(class),
                        name_text(old),
                        name_text(n)
                    );
                    return Err(self.throw(&msg));
                }
            }
            (*class).enum_table = Some(table);
            Ok(())
        }
    }

    /// The case of a backed enum with a backing value; `Ok(None)` when there is none.
    ///
    /// # Errors
    /// Evaluating the cases threw, or two have the same value.
    pub fn enum_case(&mut self, class: *mut Class, backing: Val) -> Result<Option<Val>, Status> {
        // SAFETY: live class, whose tables do not change once linked.
        unsafe {
            if (*class).enum_table.is_none() {
                self.build_enum_table(class)?;
            }
            let Some(n) = (*class).enum_table.as_ref().and_then(|t| t.get(&key_of(backing)).copied()) else {
                return Ok(None);
            };
            let Some(k) = (*class).consts.get_mut(&Sym(n)) else { return Ok(None) };
            let k: *mut ClassConstant = k;
            Ok(Some(*self.const_value(k, n)?))
        }
    }
}

fn key_of(v: Val) -> EnumKey {
    if v.tag() == STR {
        // SAFETY: live string.
        EnumKey::Str(unsafe { StrHdr::bytes(v.as_ptr()) }.into())
    } else {
        EnumKey::Int(v.as_int())
    }
}

fn backing_mismatch(v: Val, want: u8) -> String {
    let want = if want == INT { "int" } else { "string" };
    format!("Enum case type {} does not match enum backing type {want}", value::type_name(v))
}
