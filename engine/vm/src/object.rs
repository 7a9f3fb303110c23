//! Objects: made, cloned, destroyed, converted, compared; class constants and static properties.

use crate::class::*;
use crate::func::Func;
use crate::rt::{self, release};
use crate::script::Thunk;
use crate::vm::{Constant, Vm};
use howdah_bytecode::fetch;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::*;
use howdah_runtime::memory::{self, obj_val, val_addref};
use howdah_runtime::{interner, string, value};
use plugin_api_abi::{ARR, CtxRaw, INT, OBJ, PTR, STR, Status, StrHdr, UNDEF, Val, flags};

fn lossy(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

impl Vm {
    /// Evaluates a waiting constant expression in a class's scope.
    pub fn eval_thunk(&mut self, t: &Thunk, scope: *mut Class, out: &mut Val) -> Status {
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
        self.call_func(f, Val::UNDEF, scope, &[], out)
    }

    /// Evaluates what is left of a class's defaults and static properties.
    pub fn update_constants(&mut self, class: *mut Class) -> Status {
        // SAFETY: live class.
        unsafe {
            if (*class).flags & class_flags::CONSTANTS_UPDATED != 0 || (*class).updating {
                return Status::Ok;
            }
            (*class).updating = true;
            if !(*class).parent.is_null() {
                crate::tri!(self.update_constants((*class).parent));
            }
            for i in 0..(*class).default_slots.len() {
                let v = (&(*class).default_slots)[i];
                if v.tag() == PTR {
                    let mut out = Val::NULL;
                    let info = (&(*class).slot_infos)[i];
                    let scope = if info.is_null() { class } else { (*info).class };
                    let st = self.eval_thunk(&*v.as_ptr::<Thunk>(), scope, &mut out);
                    if st != Status::Ok {
                        (*class).updating = false;
                        return st;
                    }
                    (&mut (*class).default_slots)[i] = out;
                }
            }
            for i in 0..(*class).static_slots.len() {
                let cell = (&(*class).static_slots)[i];
                if (*cell).tag() == PTR {
                    let mut out = Val::NULL;
                    let t = (*cell).as_ptr::<Thunk>();
                    let st = self.eval_thunk(&*t, class, &mut out);
                    if st != Status::Ok {
                        (*class).updating = false;
                        return st;
                    }
                    *cell = out;
                }
            }
            (*class).updating = false;
            (*class).flags |= class_flags::CONSTANTS_UPDATED;
            Status::Ok
        }
    }

    /// A fresh object of any class, without the checks of `new`.
    pub fn instantiate_raw(&mut self, class: *mut Class, out: &mut Val) -> Status {
        // SAFETY: live class.
        unsafe {
            let st = if (*class).flags & class_flags::CONSTANTS_UPDATED == 0 {
                self.update_constants(class)
            } else {
                Status::Ok
            };
            if st != Status::Ok {
                return st;
            }
            let o = memory::alloc_object(&(*class).head);
            for (i, v) in (*class).default_slots.iter().enumerate() {
                val_addref(*v);
                *Obj::slot(o, i) = Val { aux: 0, ..*v };
            }
            *out = obj_val(o);
            let base = (*class).native_base;
            if !base.is_null()
                && let Some(create) = (*base).create
            {
                let ctx: *mut Vm = self;
                let st = create(ctx.cast::<CtxRaw>(), *out, (*o).native);
                if st != Status::Ok {
                    release(*out);
                    *out = Val::NULL;
                    return st;
                }
            }
            if (*class).is_a(self.ce.throwable) && !self.ce.throwable.is_null() {
                self.fill_throwable(o);
            }
            Status::Ok
        }
    }

    /// `new` without the constructor.
    pub fn instantiate(&mut self, class: *mut Class, out: &mut Val) -> Status {
        // SAFETY: live class.
        unsafe {
            let f = (*class).flags;
            if f & (flags::INTERFACE | flags::TRAIT | flags::ENUM | flags::ABSTRACT) != 0 {
                let word = if f & flags::INTERFACE != 0 {
                    "interface"
                } else if f & flags::TRAIT != 0 {
                    "trait"
                } else if f & flags::ENUM != 0 {
                    "enum"
                } else {
                    "abstract class"
                };
                return self.throw(&format!("Cannot instantiate {word} {}", lossy((*class).name())));
            }
            if f & flags::NOT_INSTANTIABLE != 0 {
                return self
                    .throw(&format!("Instantiation of class {} is not allowed", lossy((*class).name())));
            }
        }
        self.instantiate_raw(class, out)
    }

    /// File, line and trace of a fresh throwable.
    unsafe fn fill_throwable(&mut self, o: *mut Obj) {
        // SAFETY: throwables have these slots.
        unsafe {
            use crate::errors::slots;
            let put = |i: usize, v: Val| {
                let p = Obj::slot(o, i);
                let old = *p;
                *p = v;
                release(old);
            };
            if let Some((file, line)) = self.position() {
                put(slots::FILE, string::val(file));
                put(slots::LINE, Val::int(line as i64));
            }
            // The constructor's own frame is not on the stack yet: nothing to skip.
            let t = self.build_trace(0, true, false, 0);
            put(slots::TRACE, array::val(t));
        }
    }

    /// Clones an object.
    pub fn clone_object(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        // SAFETY: live object.
        unsafe {
            let class = (*o).class.cast::<Class>().cast_mut();
            let c = &*class;
            let cn = lossy(c.name());
            if c.flags & (flags::UNCLONEABLE | flags::ENUM) != 0 {
                let msg = format!("Trying to clone an uncloneable object of class {cn}");
                return self.throw(&msg);
            }
            if !c.magic.clone.is_null() && !self.can_call(c.magic.clone, class) {
                let word = if (*c.magic.clone).flags & 4 != 0 { "private" } else { "protected" };
                let scope = self.scope();
                let from = if scope.is_null() {
                    "global scope".to_owned()
                } else {
                    format!("scope {}", lossy((*scope).name()))
                };
                return self.throw(&format!("Call to {word} {cn}::__clone() from {from}"));
            }
            let n = memory::alloc_object(&c.head);
            for i in 0..c.head.num_slots as usize {
                let v = *Obj::slot(o, i);
                let v = if v.tag() == plugin_api_abi::REF && (*v.as_ptr::<Ref>()).hdr.rc == 1 {
                    value::deref(v)
                } else {
                    v
                };
                val_addref(v);
                *Obj::slot(n, i) = v;
            }
            if !(*o).props.is_null() {
                (*n).props = array::dup((*o).props);
            }
            *out = obj_val(n);
            if !(*o).native.is_null() {
                match (*c.head.handlers).clone {
                    Some(f) => {
                        let ctx: *mut Vm = self;
                        let st = f(ctx.cast(), obj_val(o), *out);
                        if st != Status::Ok {
                            (*n).hdr.info |= HDR_DTOR_DONE;
                            release(*out);
                            *out = Val::NULL;
                            return st;
                        }
                    }
                    None if class == self.ce.closure => {
                        let c = crate::closure::of(o);
                        let captures = c.captures.iter().map(|v| rt::copy(*v)).collect();
                        let copy = self.new_closure(
                            c.func,
                            (*c.func).scope,
                            rt::copy(c.this),
                            c.called,
                            captures,
                            c.fake,
                        );
                        release(*out);
                        *out = copy;
                        return Status::Ok;
                    }
                    None => {
                        release(*out);
                        *out = Val::NULL;
                        return self.throw(&format!("Trying to clone an uncloneable object of class {cn}"));
                    }
                }
            }
            if !c.magic.clone.is_null() {
                self.cloning.push(n);
                let mut r = Val::NULL;
                let st = self.call_func(c.magic.clone, *out, class, &[], &mut r);
                self.cloning.pop();
                release(r);
                return st;
            }
            Status::Ok
        }
    }

    /// Runs an object's destructor, keeping a pending exception as its previous one.
    ///
    /// # Safety
    /// `o` is live, with a count.
    pub unsafe fn destruct(&mut self, o: *mut Obj) {
        // SAFETY: by the caller's promise.
        unsafe {
            let c = &*(*o).class.cast::<Class>();
            if c.magic.dtor.is_null() || (*o).hdr.info & HDR_DTOR_DONE != 0 || self.bailout.is_some() {
                return;
            }
            (*o).hdr.info |= HDR_DTOR_DONE;
            let hidden = crate::dispatch::exceptions::hide(self);
            let mut out = Val::NULL;
            let saved = self.fp;
            let st = self.call_func(c.magic.dtor, obj_val(o), c as *const Class as *mut Class, &[], &mut out);
            self.fp = saved;
            let _ = st;
            release(out);
            crate::dispatch::exceptions::restore(self, hidden);
        }
    }

    /// `(string)$o`
    pub fn object_to_string(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        // SAFETY: live object.
        unsafe {
            let c = &*(*o).class.cast::<Class>();
            if c.magic.to_string.is_null() {
                if let Some(cast) = (*c.head.handlers).cast {
                    let ctx: *mut Vm = self;
                    *out = Val::UNDEF;
                    let st = cast(ctx.cast(), obj_val(o), STR, out);
                    if st != Status::Ok || out.tag() == STR {
                        return st;
                    }
                }
                *out = Val::NULL;
                return self
                    .throw(&format!("Object of class {} could not be converted to string", lossy(c.name())));
            }
            val_addref(obj_val(o));
            let st = self.call_func(c.magic.to_string, obj_val(o), c as *const Class as *mut Class, &[], out);
            release(obj_val(o));
            if st == Status::Ok && out.tag() != STR {
                let given = value::value_name(*out);
                release(*out);
                *out = Val::NULL;
                return self.throw_type(&format!(
                    "{}::__toString(): Return value must be of type string, {given} returned",
                    lossy(c.name())
                ));
            }
            st
        }
    }

    /// Compares where a side is an object.
    pub fn compare_objects(&mut self, a: Val, b: Val, out: &mut i32) -> Status {
        // SAFETY: live values.
        unsafe {
            *out = 1;
            if a.tag() == OBJ && b.tag() == OBJ {
                let (x, y) = (a.as_ptr::<Obj>(), b.as_ptr::<Obj>());
                let c = (*x).class.cast::<Class>().cast_mut();
                if let Some(f) = (*(*c).head.handlers).compare {
                    let ctx: *mut Vm = self;
                    return f(ctx.cast(), a, b, out);
                }
                if (*x).class != (*y).class || (*c).flags & flags::ENUM != 0 || c == self.ce.closure {
                    return Status::Ok;
                }
                if (*x).hdr.info & HDR_PROTECTED != 0 {
                    return self.fatal(
                        crate::errors::level::ERROR,
                        "Nesting level too deep - recursive dependency?",
                        None,
                    );
                }
                (*x).hdr.info |= HDR_PROTECTED;
                let (p, q) = (self.properties(x), self.properties(y));
                *out = howdah_runtime::compare::compare(array::val(p), array::val(q));
                release(array::val(p));
                release(array::val(q));
                (*x).hdr.info &= !HDR_PROTECTED;
                return self.pending();
            }
            let (o, other, sign) = if a.tag() == OBJ { (a, b, 1) } else { (b, a, -1) };
            let c = &*(*o.as_ptr::<Obj>()).class.cast::<Class>();
            match other.tag() {
                t if t <= plugin_api_abi::NULL => *out = sign,
                plugin_api_abi::FALSE | plugin_api_abi::TRUE => {
                    *out = sign * (1 - (other.tag() == plugin_api_abi::TRUE) as i32);
                }
                STR if !c.magic.to_string.is_null() => {
                    let mut t = Val::NULL;
                    crate::tri!(self.object_to_string(o.as_ptr(), &mut t));
                    *out = sign * howdah_runtime::compare::compare(t, other);
                    release(t);
                }
                INT | plugin_api_abi::DBL => {
                    let n = if other.tag() == INT {
                        howdah_runtime::convert::to_int(o) as f64
                    } else {
                        howdah_runtime::convert::to_dbl(o)
                    };
                    *out = sign * howdah_runtime::compare::compare(Val::dbl(n), other);
                }
                _ => *out = sign,
            }
            Status::Ok
        }
    }

    /// All properties of an object under their mangled names: a fresh array.
    pub fn properties(&mut self, o: *mut Obj) -> *mut Arr {
        let t = array::new(0);
        // SAFETY: live object.
        unsafe {
            let c = &*(*o).class.cast::<Class>();
            for i in 0..c.head.num_slots as usize {
                let v = *Obj::slot(o, i);
                let info = c.slot_infos[i];
                if v.is_undef() || info.is_null() {
                    continue;
                }
                let p = &*info;
                let name = StrHdr::bytes(p.name);
                let key = if p.flags & flags::PRIVATE != 0 {
                    [b"\0", (*p.class).name(), b"\0", name].concat()
                } else if p.flags & flags::PROTECTED != 0 {
                    [b"\0*\0", name].concat()
                } else {
                    name.to_vec()
                };
                array::set_bytes(t, &key, rt::copy_ref(v));
            }
            if !(*o).props.is_null() {
                for (k, p) in array::iter((*o).props) {
                    array::set(t, k, rt::copy_ref(*p));
                }
            }
        }
        t
    }

    /// The properties that the running code may see, under their plain names: a fresh array.
    pub fn visible_properties(&mut self, o: *mut Obj, _by_ref: bool) -> *mut Arr {
        let t = array::new(0);
        let scope = self.scope();
        // SAFETY: live object.
        unsafe {
            let c = &*(*o).class.cast::<Class>();
            for (i, &info) in c.slot_infos.iter().enumerate() {
                if info.is_null() {
                    continue;
                }
                let p = &*info;
                let v = *Obj::slot(o, i);
                if v.is_undef() || !self.prop_visible(p, scope) {
                    continue;
                }
                if p.flags & flags::PRIVATE == 0 || p.class == scope {
                    let v = if p.get.is_null() { rt::copy_ref(v) } else { Val::NULL };
                    array::set(t, Key::Str(p.name), v);
                }
            }
            for (k, &info) in &c.props {
                let p = &*info;
                if p.slot == u32::MAX && !p.get.is_null() && self.prop_visible(p, scope) {
                    array::set(t, Key::Str(k.0), Val::NULL);
                }
            }
            if !(*o).props.is_null() {
                for (k, p) in array::iter((*o).props) {
                    let k = match k {
                        Key::Str(s) => howdah_runtime::number::int_key(StrHdr::bytes(s)).map_or(k, Key::Int),
                        k => k,
                    };
                    array::set(t, k, rt::copy_ref(*p));
                }
            }
        }
        t
    }

    /// The current value of a property that foreach walks, by its key; `None` when it is gone.
    pub fn property_by_key(&mut self, o: *mut Obj, key: Key, _seen: Val) -> Option<Result<Val, Status>> {
        // SAFETY: live object and key.
        unsafe {
            let name = match key {
                Key::Str(s) => interner::intern(StrHdr::bytes(s)),
                Key::Int(i) => interner::intern(i.to_string().as_bytes()),
            };
            match self.has_prop(o, name, 2) {
                Ok(true) => {}
                Ok(false) => return None,
                Err(st) => return Some(Err(st)),
            }
            let mut out = Val::NULL;
            let st = self.read_prop(o, name, fetch::R, core::ptr::null_mut(), &mut out);
            Some(if st == Status::Ok { Ok(out) } else { Err(st) })
        }
    }

    /// `(object)$v`
    pub fn to_object(&mut self, v: Val, out: &mut Val) -> Status {
        if v.tag() == OBJ {
            *out = rt::copy(v);
            return Status::Ok;
        }
        let class = self.ce.std_class;
        let st = self.instantiate_raw(class, out);
        // SAFETY: fresh object.
        unsafe {
            let o = out.as_ptr::<Obj>();
            match v.tag() {
                ARR => {
                    let t = array::new(0);
                    for (k, p) in array::iter(v.as_ptr::<Arr>()) {
                        let key = match k {
                            Key::Int(i) => i.to_string().into_bytes(),
                            Key::Str(s) => StrHdr::bytes(s).to_vec(),
                        };
                        array::set(t, Key::Str(interner::intern(&key)), rt::copy_ref(*p));
                    }
                    (*o).props = t;
                }
                t if t <= plugin_api_abi::NULL => {}
                _ => {
                    let t = array::new(0);
                    array::set(t, Key::Str(interner::intern(b"scalar")), rt::copy(v));
                    (*o).props = t;
                }
            }
        }
        st
    }

    /// A class constant's value; evaluated on first use.
    pub fn class_const(&mut self, class: *mut Class, name: *mut StrHdr) -> Result<*const Val, Status> {
        // SAFETY: live class.
        unsafe {
            let cn = lossy((*class).name());
            let Some(k) = (*class).consts.get_mut(&Sym(name)) else {
                return Err(self.throw(&format!("Undefined constant {cn}::{}", rt::lossy(name))));
            };
            let k: *mut ClassConstant = k;
            if (*k).flags & 6 != 0 {
                let scope = self.scope();
                let ok = if (*k).flags & flags::PRIVATE != 0 {
                    scope == (*k).class
                } else {
                    !scope.is_null() && ((*scope).is_a((*k).class) || (*(*k).class).is_a(scope))
                };
                if !ok {
                    let word = if (*k).flags & flags::PRIVATE != 0 { "private" } else { "protected" };
                    return Err(
                        self.throw(&format!("Cannot access {word} constant {cn}::{}", rt::lossy(name)))
                    );
                }
            }
            if (*k).value.tag() != PTR {
                return Ok(&raw const (*k).value);
            }
            if (*k).evaluating {
                return Err(self.throw(&format!(
                    "Cannot declare self-referencing constant {}::{}",
                    "self",
                    rt::lossy(name)
                )));
            }
            (*k).evaluating = true;
            let r = self.eval_const(class, k, name);
            (*k).evaluating = false;
            r.map(|()| &raw const (*k).value)
        }
    }

    unsafe fn eval_const(
        &mut self,
        _class: *mut Class,
        k: *mut ClassConstant,
        name: *mut StrHdr,
    ) -> Result<(), Status> {
        // SAFETY: the constant lives in its class's table, which is complete.
        unsafe {
            let owner = (*k).class;
            if (*k).is_case {
                // Inherited tables (enums implementing interfaces do not inherit cases) all point to the enum itself.
                let mut backing = Val::NULL;
                if let Some((s, ci, i)) = (*k).decl {
                    let lit = &(&(*s).unit.classes)[ci as usize].consts[i as usize].value;
                    backing = match lit {
                        howdah_bytecode::Literal::Thunk(t) => {
                            let mut out = Val::NULL;
                            let st = self.eval_thunk(&Thunk { script: s, index: *t }, owner, &mut out);
                            if st != Status::Ok {
                                return Err(st);
                            }
                            out
                        }
                        l => crate::load::literal_val(l),
                    };
                }
                let mut o = Val::NULL;
                let st = self.instantiate_raw(owner, &mut o);
                if st != Status::Ok {
                    return Err(st);
                }
                *Obj::slot(o.as_ptr(), 0) = string::val(name);
                if (*owner).enum_backing != 0 {
                    *Obj::slot(o.as_ptr(), 1) = backing;
                }
                (*k).value = o;
                return Ok(());
            }
            let t = (*k).value.as_ptr::<Thunk>();
            let mut out = Val::NULL;
            let st = self.eval_thunk(&*t, owner, &mut out);
            if st != Status::Ok {
                return Err(st);
            }
            (*k).value = out;
            Ok(())
        }
    }

    /// Name and value properties and the methods of an enum.
    pub(crate) fn enum_members(&mut self, c: *mut Class) {
        // SAFETY: the class is being declared.
        unsafe {
            let add = |n: &[u8], v: Val| {
                (*c).default_slots.push(v);
                let slot = (*c).default_slots.len() as u32 - 1;
                let info = Box::into_raw(Box::new(PropInfo {
                    name: interner::intern(n),
                    flags: flags::PUBLIC | flags::READONLY,
                    slot,
                    ty: None,
                    class: c,
                    get: core::ptr::null_mut(),
                    set: core::ptr::null_mut(),
                    prototype: core::ptr::null(),
                    decl: None,
                    desc: core::ptr::null(),
                }));
                (*c).slot_infos.push(info);
                (*c).props.insert(Sym(interner::intern(n)), info);
            };
            add(b"name", Val::UNDEF);
            if (*c).enum_backing != 0 {
                add(b"value", Val::UNDEF);
            }
            let backed = (*c).enum_backing != 0;
            for d in crate::builtin::enum_methods(backed) {
                let f = crate::load::native_func(d, c, u32::MAX);
                (*c).methods.insert(
                    Sym(interner::intern(&plugin_api_abi::StrSlice::bytes(d.name).to_ascii_lowercase())),
                    f,
                );
            }
        }
    }

    /// A static property's cell; `Ok(None)` in mode IS when there is none.
    pub fn static_prop(
        &mut self,
        class: *mut Class,
        name: *mut StrHdr,
        mode: u16,
    ) -> Result<Option<*mut Val>, Status> {
        // SAFETY: live class.
        unsafe {
            let st = self.update_constants(class);
            if st != Status::Ok {
                return Err(st);
            }
            let info = (*class).props.get(&Sym(name)).copied().filter(|&p| (*p).flags & flags::STATIC != 0);
            let Some(p) = info else {
                if mode == fetch::IS {
                    return Ok(None);
                }
                return Err(self.throw(&format!(
                    "Access to undeclared static property {}::${}",
                    lossy((*class).name()),
                    rt::lossy(name)
                )));
            };
            let scope = self.scope();
            if !self.prop_visible(&*p, scope) {
                if mode == fetch::IS {
                    return Ok(None);
                }
                let word = if (*p).flags & flags::PRIVATE != 0 { "private" } else { "protected" };
                return Err(self.throw(&format!(
                    "Cannot access {word} property {}::${}",
                    lossy((*class).name()),
                    rt::lossy(name)
                )));
            }
            let cell = (&(*class).static_slots)[(*p).slot as usize];
            if (*cell).tag() == UNDEF && (mode == fetch::R || mode == fetch::RW) {
                return Err(self.throw(&format!(
                    "Typed static property {}::${} must not be accessed before initialization",
                    lossy((*(*p).class).name()),
                    rt::lossy(name)
                )));
            }
            Ok(Some(cell))
        }
    }

    /// A global constant by name: namespaced part in any case, `true`, `null` … in any case.
    pub fn find_constant(&mut self, name: &[u8]) -> Option<Val> {
        let name = name.strip_prefix(b"\\").unwrap_or(name);
        let s = interner::lookup(name)?;
        if let Some(c) = self.constants.get(&Sym(s)) {
            return Some(c.value);
        }
        let i = name.iter().rposition(|&c| c == b'\\');
        if let Some(i) = i {
            let alt = [name[..i].to_ascii_lowercase(), name[i..].to_vec()].concat();
            return interner::lookup(&alt).and_then(|s| self.constants.get(&Sym(s))).map(|c| c.value);
        }
        match &name.to_ascii_lowercase()[..] {
            b"true" => Some(Val::TRUE),
            b"false" => Some(Val::FALSE),
            b"null" => Some(Val::NULL),
            _ => None,
        }
    }

    /// Defines an engine constant.
    pub fn define(&mut self, name: &str, v: Val) {
        self.constants
            .insert(Sym(interner::intern(name.as_bytes())), Constant { value: v, ext: 0, deprecated: None });
    }

    /// `count($v)`
    pub fn count(&mut self, v: Val, out: &mut Val) -> Status {
        // SAFETY: live value.
        unsafe {
            match v.tag() {
                ARR => *out = Val::int(array::iter(v.as_ptr::<Arr>()).count() as i64),
                OBJ => {
                    let c = (*v.as_ptr::<Obj>()).class.cast::<Class>().cast_mut();
                    if !(*c).is_a(self.ce.countable) {
                        return self.throw_type(&format!(
                            "count(): Argument #1 ($value) must be of type Countable|array, {} given",
                            value::value_name(v)
                        ));
                    }
                    let mut r = Val::NULL;
                    crate::tri!(self.call_func((*c).magic.count, v, c, &[], &mut r));
                    *out = Val::int(howdah_runtime::convert::to_int(r));
                    release(r);
                }
                _ => {
                    return self.throw_type(&format!(
                        "count(): Argument #1 ($value) must be of type Countable|array, {} given",
                        value::value_name(v)
                    ));
                }
            }
            Status::Ok
        }
    }

    // ---- ArrayAccess ----

    fn dim_method(
        &mut self,
        o: Val,
        pick: fn(&Magic) -> *mut Func,
    ) -> Result<(*mut Func, *mut Class), Status> {
        // SAFETY: live object.
        unsafe {
            let c = (*o.as_ptr::<Obj>()).class.cast::<Class>().cast_mut();
            if !(*c).is_a(self.ce.array_access) {
                return Err(self.throw(&format!("Cannot use object of type {} as array", lossy((*c).name()))));
            }
            Ok((pick(&(*c).magic), c))
        }
    }

    /// `$o[$k]` through offsetGet; mode 3 (IS) asks offsetExists first.
    pub fn read_dim_obj(&mut self, o: Val, k: Val, mode: u32, out: &mut Val) -> Status {
        *out = Val::NULL;
        if mode == 3 {
            match self.has_dim_obj(o, k, false) {
                Ok(true) => {}
                Ok(false) => return Status::Ok,
                Err(st) => return st,
            }
        }
        let k = if k.is_undef() { Val::NULL } else { k };
        match self.dim_method(o, |m| m.offset_get) {
            Ok((f, c)) => self.call_func(f, o, c, &[k], out),
            Err(st) => st,
        }
    }

    /// `$o[$k] = $v` through offsetSet.
    pub fn write_dim_obj(&mut self, o: Val, k: Val, v: Val) -> Status {
        let k = if k.is_undef() { Val::NULL } else { k };
        match self.dim_method(o, |m| m.offset_set) {
            Ok((f, c)) => {
                let mut out = Val::NULL;
                let st = self.call_func(f, o, c, &[k, v], &mut out);
                // SAFETY: ours.
                unsafe { release(out) };
                st
            }
            Err(st) => st,
        }
    }

    /// `isset($o[$k])`, or with `empty` whether it is set and not empty.
    pub fn has_dim_obj(&mut self, o: Val, k: Val, empty: bool) -> Result<bool, Status> {
        let (f, c) = self.dim_method(o, |m| m.offset_exists)?;
        let mut out = Val::NULL;
        let st = self.call_func(f, o, c, &[k], &mut out);
        if st != Status::Ok {
            return Err(st);
        }
        let mut r = rt::truth(self, out);
        // SAFETY: ours.
        unsafe { release(out) };
        if r && empty {
            let mut v = Val::NULL;
            let st = self.read_dim_obj(o, k, 0, &mut v);
            if st != Status::Ok {
                return Err(st);
            }
            r = rt::truth(self, v);
            // SAFETY: ours.
            unsafe { release(v) };
        }
        Ok(r)
    }

    /// `unset($o[$k])`
    pub fn unset_dim_obj(&mut self, o: Val, k: Val) -> Status {
        match self.dim_method(o, |m| m.offset_unset) {
            Ok((f, c)) => {
                let mut out = Val::NULL;
                val_addref(o);
                let st = self.call_func(f, o, c, &[k], &mut out);
                // SAFETY: ours.
                unsafe {
                    release(out);
                    release(o);
                }
                st
            }
            Err(st) => st,
        }
    }
}
