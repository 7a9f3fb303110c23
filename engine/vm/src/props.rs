//! Properties of plain objects: visibility, types, readonly, magic methods, hooks, dynamic properties.

use crate::class::*;
use crate::func::Ic;
use crate::rt::{self, release};
use crate::vm::Vm;
use howdah_bytecode::{fetch, fn_flags};
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::*;
use howdah_runtime::memory::{obj_val, val_addref};
use howdah_runtime::value;
use plugin_api_abi::{NULL, REF, Status, StrHdr, UNDEF, Val, flags};

fn lossy(b: &[u8]) -> String {
    String::from_utf8_lossy(b).into_owned()
}

/// What a name means on an object for the running code.
enum Found {
    /// A declared property.
    Declared(*mut PropInfo),
    /// Maybe a dynamic one.
    Dynamic,
    /// Declared, but not to be seen from here.
    Hidden(*mut PropInfo),
}

const GET: u32 = 1;
const SET: u32 = 2;
const ISSET: u32 = 4;
const UNSET: u32 = 8;

impl Vm {
    /// Whether code of class `scope` may read a property.
    pub fn prop_visible(&self, p: &PropInfo, scope: *mut Class) -> bool {
        if p.flags & (flags::PRIVATE | flags::PROTECTED) == 0 {
            return true;
        }
        if p.flags & flags::PRIVATE != 0 {
            return p.class == scope;
        }
        // SAFETY: classes live as long as the VM.
        !scope.is_null() && unsafe { (*scope).is_a(p.class) || (*p.class).is_a(scope) }
    }

    fn look_up(&self, class: &Class, name: *mut StrHdr, scope: *mut Class) -> Found {
        let own = class.props.get(&Sym(name)).copied();
        // SAFETY: property tables live as long as their classes.
        unsafe {
            if let Some(p) = own
                && (*p).flags & (flags::PRIVATE | flags::PROTECTED) == 0
                && (scope.is_null() || core::ptr::eq(scope, class))
            {
                return if (*p).flags & flags::STATIC != 0 { Found::Dynamic } else { Found::Declared(p) };
            }
            // A private property of the calling class wins.
            if !scope.is_null()
                && !core::ptr::eq(scope, class)
                && class.is_a(scope)
                && let Some(&p) = (*scope).props.get(&Sym(name))
                && (*p).flags & flags::PRIVATE != 0
                && (*p).class == scope
                && (*p).flags & flags::STATIC == 0
            {
                return Found::Declared(p);
            }
            match own {
                None => Found::Dynamic,
                Some(p) if (*p).flags & flags::STATIC != 0 => Found::Dynamic,
                Some(p) if self.prop_visible(&*p, scope) => Found::Declared(p),
                // A parent's private property is nobody's here.
                Some(p) if (*p).flags & flags::PRIVATE != 0 && !core::ptr::eq((*p).class, class) => {
                    Found::Dynamic
                }
                Some(p) => Found::Hidden(p),
            }
        }
    }

    fn guard(&mut self, o: *mut Obj, name: *mut StrHdr, bit: u32) -> bool {
        // SAFETY: live object.
        let key = (unsafe { (*o).handle }, Sym(name));
        let g = self.guards.entry(key).or_default();
        if *g & bit != 0 {
            return false;
        }
        *g |= bit;
        true
    }

    fn unguard(&mut self, o: *mut Obj, name: *mut StrHdr, bit: u32) {
        // SAFETY: live object.
        let key = (unsafe { (*o).handle }, Sym(name));
        if let Some(g) = self.guards.get_mut(&key) {
            *g &= !bit;
            if *g == 0 {
                self.guards.remove(&key);
            }
        }
    }

    fn magic_call(
        &mut self,
        o: *mut Obj,
        f: *mut crate::func::Func,
        name: *mut StrHdr,
        bit: u32,
        v: Option<Val>,
        out: &mut Val,
    ) -> Option<Status> {
        if f.is_null() || !self.guard(o, name, bit) {
            return None;
        }
        // SAFETY: live object.
        unsafe {
            let class = (*o).class.cast::<Class>().cast_mut();
            val_addref(obj_val(o));
            let n = howdah_runtime::string::val(name);
            let st = match v {
                Some(v) => self.call_func(f, obj_val(o), class, &[n, v], out),
                None => self.call_func(f, obj_val(o), class, &[n], out),
            };
            self.unguard(o, name, bit);
            release(obj_val(o));
            Some(st)
        }
    }

    fn hidden_error(&mut self, class: &Class, p: *mut PropInfo, name: *mut StrHdr) -> Status {
        // SAFETY: live property.
        let word = if unsafe { (*p).flags } & flags::PRIVATE != 0 { "private" } else { "protected" };
        // SAFETY: interned.
        self.throw(&format!("Cannot access {word} property {}::${}", lossy(class.name()), unsafe {
            rt::lossy(name)
        }))
    }

    /// Whether the running code is a hook of this very property: then it works on the backing store.
    fn in_hook_of(&self, p: &PropInfo) -> bool {
        if self.fp.is_null() {
            return false;
        }
        // SAFETY: the frame is complete.
        unsafe {
            let f = &*(*crate::frame::frame(self.fp)).func;
            f.is_user() && f.flags & fn_flags::HOOK != 0 && {
                let n = StrHdr::bytes(f.name);
                let pn = StrHdr::bytes(p.name);
                n.len() > pn.len() + 1 && n[0] == b'$' && &n[1..=pn.len()] == pn && n[pn.len() + 1] == b':'
            }
        }
    }

    /// Reads a property: an owned, dereferenced value.
    ///
    /// # Safety
    /// `o` is live; `ic` is null or a cache slot of the running op.
    pub unsafe fn read_prop(
        &mut self,
        o: *mut Obj,
        name: *mut StrHdr,
        mode: u16,
        ic: *mut Ic,
        out: &mut Val,
    ) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let class = &*(*o).class.cast::<Class>();
            let scope = self.scope();
            *out = Val::NULL;
            if let Some(f) = (*class.head.handlers).read_prop {
                let ctx: *mut Vm = self;
                let mut v = Val::UNDEF;
                let st = f(ctx.cast(), obj_val(o), howdah_runtime::string::val(name), mode as u32, &mut v);
                if st != Status::Ok || !v.is_undef() {
                    *out = if v.is_undef() { Val::NULL } else { v };
                    return st;
                }
            }
            let found = self.look_up(class, name, scope);
            match found {
                Found::Declared(p) => {
                    let p = &*p;
                    if !p.get.is_null() && !self.in_hook_of(p) {
                        let st = self.call_func(
                            p.get,
                            obj_val(o),
                            (*o).class.cast::<Class>().cast_mut(),
                            &[],
                            out,
                        );
                        if out.tag() == REF {
                            let v = rt::copy(value::deref(*out));
                            release(*out);
                            *out = v;
                        }
                        return st;
                    }
                    if p.slot == u32::MAX {
                        return self.throw(&format!(
                            "Property {}::${} is write-only",
                            lossy((*p.class).name()),
                            rt::lossy(name)
                        ));
                    }
                    let v = *Obj::slot(o, p.slot as usize);
                    if v.tag() != UNDEF {
                        if !ic.is_null() && p.get.is_null() && p.set.is_null() {
                            *ic = Ic {
                                key: class as *const Class as u64,
                                val: p.slot as u64,
                                aux: (p.ty.is_some()
                                    || p.flags
                                        & (flags::READONLY | flags::PROTECTED_SET | flags::PRIVATE_SET)
                                        != 0) as u64,
                            };
                        }
                        *out = rt::copy(value::deref(v));
                        return Status::Ok;
                    }
                    if mode == fetch::IS && class.magic.isset.is_null() {
                        return Status::Ok;
                    }
                    if let Some(st) = self.magic_read(o, class, name, mode, out) {
                        return st;
                    }
                    if mode == fetch::IS {
                        return Status::Ok;
                    }
                    if p.ty.is_some() {
                        return self.throw(&format!(
                            "Typed property {}::${} must not be accessed before initialization",
                            lossy((*p.class).name()),
                            rt::lossy(name)
                        ));
                    }
                }
                Found::Dynamic => {
                    if !(*o).props.is_null() {
                        let p = array::find_str((*o).props, name);
                        if !p.is_null() && (*p).tag() != UNDEF {
                            *out = rt::copy(value::deref(*p));
                            return Status::Ok;
                        }
                    }
                    if let Some(st) = self.magic_read(o, class, name, mode, out) {
                        return st;
                    }
                    if mode == fetch::IS {
                        return Status::Ok;
                    }
                }
                Found::Hidden(p) => {
                    if let Some(st) = self.magic_read(o, class, name, mode, out) {
                        return st;
                    }
                    if mode == fetch::IS {
                        return Status::Ok;
                    }
                    return self.hidden_error(class, p, name);
                }
            }
            self.warning(&format!("Undefined property: {}::${}", lossy(class.name()), rt::lossy(name)))
        }
    }

    /// `__get` (in mode IS after `__isset`).
    unsafe fn magic_read(
        &mut self,
        o: *mut Obj,
        class: &Class,
        name: *mut StrHdr,
        mode: u16,
        out: &mut Val,
    ) -> Option<Status> {
        // SAFETY: live object.
        unsafe {
            if mode == fetch::IS && !class.magic.isset.is_null() {
                let mut r = Val::NULL;
                if let Some(st) = self.magic_call(o, class.magic.isset, name, ISSET, None, &mut r) {
                    if st != Status::Ok {
                        return Some(st);
                    }
                    let yes = rt::truth(self, r);
                    release(r);
                    if !yes {
                        return Some(Status::Ok);
                    }
                    if class.magic.get.is_null() {
                        return Some(Status::Ok);
                    }
                }
            }
            if class.magic.get.is_null() {
                return None;
            }
            let st = self.magic_call(o, class.magic.get, name, GET, None, out)?;
            if out.tag() == REF {
                let v = rt::copy(value::deref(*out));
                release(*out);
                *out = v;
            }
            Some(st)
        }
    }

    /// Writes a property; `v` is borrowed and, where a type coerces it, replaced by what was stored.
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub unsafe fn write_prop(&mut self, o: *mut Obj, name: *mut StrHdr, v: &mut Val, ic: *mut Ic) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let class = &*(*o).class.cast::<Class>();
            let scope = self.scope();
            if let Some(f) = (*class.head.handlers).write_prop {
                let ctx: *mut Vm = self;
                let mut handled = 0;
                let st = f(ctx.cast(), obj_val(o), howdah_runtime::string::val(name), *v, &mut handled);
                if st != Status::Ok || handled != 0 {
                    return st;
                }
            }
            match self.look_up(class, name, scope) {
                Found::Declared(p) => {
                    let p = &*p;
                    let own_hook = self.in_hook_of(p);
                    if !p.set.is_null() && !own_hook {
                        let mut r = Val::NULL;
                        let st = self.call_func(
                            p.set,
                            obj_val(o),
                            (*o).class.cast::<Class>().cast_mut(),
                            &[*v],
                            &mut r,
                        );
                        release(r);
                        return st;
                    }
                    if p.slot == u32::MAX {
                        return self.throw(&format!(
                            "Property {}::${} is read-only",
                            lossy((*p.class).name()),
                            rt::lossy(name)
                        ));
                    }
                    let slot = Obj::slot(o, p.slot as usize);
                    if p.flags & (flags::READONLY | flags::PRIVATE_SET | flags::PROTECTED_SET) != 0 {
                        let st = self.check_write_access(o, p, slot, scope, "modify");
                        if st != Status::Ok {
                            return st;
                        }
                    }
                    if (*slot).tag() == UNDEF && p.ty.is_none() && !class.magic.set.is_null() {
                        let mut r = Val::NULL;
                        if let Some(st) = self.magic_call(o, class.magic.set, name, SET, Some(*v), &mut r) {
                            release(r);
                            return st;
                        }
                    }
                    if let Some(ty) = &p.ty {
                        let strict = self.caller_strict();
                        match self.coerce(ty, v, p.class, strict) {
                            Ok(true) => {}
                            Ok(false) => {
                                let msg = format!(
                                    "Cannot assign {} to property {}::${} of type {}",
                                    value::value_name(*v),
                                    lossy((*p.class).name()),
                                    rt::lossy(name),
                                    ty.text
                                );
                                return self.throw_type(&msg);
                            }
                            Err(st) => return st,
                        }
                    } else if !ic.is_null()
                        && p.flags & (flags::READONLY | flags::PRIVATE_SET | flags::PROTECTED_SET) == 0
                        && p.get.is_null()
                        && p.set.is_null()
                    {
                        *ic = Ic { key: class as *const Class as u64, val: p.slot as u64, aux: 0 };
                    }
                    let d = value::deref_ptr(slot);
                    let old = *d;
                    array::store(d, rt::copy(*v));
                    release(old);
                    Status::Ok
                }
                Found::Hidden(p) => {
                    let mut r = Val::NULL;
                    if let Some(st) = self.magic_call(o, class.magic.set, name, SET, Some(*v), &mut r) {
                        release(r);
                        return st;
                    }
                    self.hidden_error(class, p, name)
                }
                Found::Dynamic => {
                    if !(*o).props.is_null() {
                        let p = array::find_str((*o).props, name);
                        if !p.is_null() && (*p).tag() != UNDEF {
                            let t = array::separate_ptr(&mut (*o).props);
                            let p = value::deref_ptr(array::find_str(t, name));
                            let old = *p;
                            array::store(p, rt::copy(*v));
                            release(old);
                            return Status::Ok;
                        }
                    }
                    let mut r = Val::NULL;
                    if let Some(st) = self.magic_call(o, class.magic.set, name, SET, Some(*v), &mut r) {
                        release(r);
                        return st;
                    }
                    let st = self.check_dynamic(class, name);
                    if st != Status::Ok {
                        return st;
                    }
                    if (*o).props.is_null() {
                        (*o).props = array::new(0);
                    }
                    let t = array::separate_ptr(&mut (*o).props);
                    array::set(t, Key::Str(name), rt::copy(*v));
                    Status::Ok
                }
            }
        }
    }

    /// Whether the code that runs has strict types.
    fn caller_strict(&self) -> bool {
        // SAFETY: the frame is complete.
        !self.fp.is_null() && unsafe { (*(*crate::frame::frame(self.fp)).func).flags & fn_flags::STRICT != 0 }
    }

    /// Readonly and asymmetric visibility.
    unsafe fn check_write_access(
        &mut self,
        o: *mut Obj,
        p: &PropInfo,
        slot: *mut Val,
        scope: *mut Class,
        verb: &str,
    ) -> Status {
        // SAFETY: live object and slot.
        unsafe {
            let (cn, pn) = (lossy((*p.class).name()), rt::lossy(p.name));
            let in_scope = scope == p.class;
            if p.flags & flags::READONLY != 0 {
                if (*slot).tag() != UNDEF && !(self.cloning.contains(&o) && in_scope) {
                    return self.throw(&format!("Cannot {verb} readonly property {cn}::${pn}"));
                }
                let family = !scope.is_null() && ((*scope).is_a(p.class) || (*p.class).is_a(scope));
                let ok = if p.flags & flags::PRIVATE_SET != 0
                    || p.flags & (flags::PRIVATE_SET | flags::PROTECTED_SET) == 0
                        && p.flags & flags::PRIVATE != 0
                {
                    in_scope
                } else {
                    in_scope || family
                };
                if !ok {
                    let from = if scope.is_null() {
                        "global scope".to_owned()
                    } else {
                        format!("scope {}", lossy((*scope).name()))
                    };
                    let word =
                        if p.flags & flags::PRIVATE_SET != 0 { "private(set)" } else { "protected(set)" };
                    return self
                        .throw(&format!("Cannot {verb} {word} readonly property {cn}::${pn} from {from}"));
                }
                return Status::Ok;
            }
            let ok = if p.flags & flags::PRIVATE_SET != 0 {
                in_scope
            } else {
                !scope.is_null() && ((*scope).is_a(p.class) || (*p.class).is_a(scope))
            };
            if ok {
                return Status::Ok;
            }
            let from = if scope.is_null() {
                "global scope".to_owned()
            } else {
                format!("scope {}", lossy((*scope).name()))
            };
            let word = if p.flags & flags::PRIVATE_SET != 0 { "private(set)" } else { "protected(set)" };
            self.throw(&format!("Cannot {verb} {word} property {cn}::${pn} from {from}"))
        }
    }

    /// Whether a dynamic property may be made.
    fn check_dynamic(&mut self, class: &Class, name: *mut StrHdr) -> Status {
        // SAFETY: interned.
        let n = unsafe { rt::lossy(name) };
        if n.starts_with('\0') {
            return self.throw("Cannot access property starting with \"\\0\"");
        }
        if class.head.flags & CLASS_NO_DYNAMIC != 0
            || class.flags & (flags::NO_DYNAMIC | flags::READONLY) != 0
        {
            return self.throw(&format!("Cannot create dynamic property {}::${n}", lossy(class.name())));
        }
        if class.head.flags & CLASS_ALLOW_DYNAMIC == 0 && !core::ptr::eq(class, self.ce.std_class) {
            return self.deprecated(&format!(
                "Creation of dynamic property {}::${n} is deprecated",
                lossy(class.name())
            ));
        }
        Status::Ok
    }

    /// The address of a property for a write into it.
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub unsafe fn prop_ptr(&mut self, o: *mut Obj, name: *mut StrHdr, mode: u16) -> Result<*mut Val, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let class = &*(*o).class.cast::<Class>();
            let scope = self.scope();
            let through_magic = |vm: &mut Vm| -> Result<*mut Val, Status> {
                let mut out = Val::NULL;
                let st = vm.read_prop(
                    o,
                    name,
                    if mode == fetch::UNSET { fetch::IS } else { fetch::R },
                    core::ptr::null_mut(),
                    &mut out,
                );
                if st != Status::Ok {
                    return Err(st);
                }
                if out.tag() != plugin_api_abi::OBJ && mode != fetch::UNSET {
                    let st = vm.notice(&format!(
                        "Indirect modification of overloaded property {}::${} has no effect",
                        lossy(class.name()),
                        rt::lossy(name)
                    ));
                    if st != Status::Ok {
                        release(out);
                        return Err(st);
                    }
                }
                release(std::mem::replace(&mut vm.scratch, out));
                Ok(&raw mut vm.scratch)
            };
            match self.look_up(class, name, scope) {
                Found::Declared(p) => {
                    let p = &*p;
                    if (!p.get.is_null() || !p.set.is_null()) && !self.in_hook_of(p) {
                        return through_magic(self);
                    }
                    let slot = Obj::slot(o, p.slot as usize);
                    if p.flags & (flags::READONLY | flags::PRIVATE_SET | flags::PROTECTED_SET) != 0
                        && !((*slot).tag() == plugin_api_abi::OBJ && mode != fetch::REF)
                    {
                        let verb =
                            if p.flags & flags::READONLY != 0 { "modify" } else { "indirectly modify" };
                        let st = self.check_write_access(o, p, slot, scope, verb);
                        if st != Status::Ok {
                            return Err(st);
                        }
                    }
                    if (*slot).tag() == UNDEF {
                        if !class.magic.get.is_null() && p.ty.is_none() {
                            return through_magic(self);
                        }
                        if let Some(ty) = &p.ty {
                            if mode == fetch::RW || mode == fetch::REF && ty.mask >> NULL & 1 == 0 {
                                return Err(self.throw(&format!(
                                    "Typed property {}::${} must not be accessed before initialization",
                                    lossy((*p.class).name()),
                                    rt::lossy(name)
                                )));
                            }
                        } else if mode == fetch::RW {
                            let st = self.warning(&format!(
                                "Undefined property: {}::${}",
                                lossy(class.name()),
                                rt::lossy(name)
                            ));
                            if st != Status::Ok {
                                return Err(st);
                            }
                        }
                        if mode != fetch::UNSET {
                            *slot = Val::NULL;
                        }
                    }
                    Ok(slot)
                }
                Found::Hidden(p) => {
                    if !class.magic.get.is_null() {
                        return through_magic(self);
                    }
                    Err(self.hidden_error(class, p, name))
                }
                Found::Dynamic => {
                    if !(*o).props.is_null() {
                        let p = array::find_str((*o).props, name);
                        if !p.is_null() && (*p).tag() != UNDEF {
                            let t = array::separate_ptr(&mut (*o).props);
                            return Ok(array::find_str(t, name));
                        }
                    }
                    if !class.magic.get.is_null() {
                        return through_magic(self);
                    }
                    if mode == fetch::UNSET {
                        self.scratch = Val::NULL;
                        return Ok(&raw mut self.scratch);
                    }
                    let st = self.check_dynamic(class, name);
                    if st != Status::Ok {
                        return Err(st);
                    }
                    if mode == fetch::RW {
                        let st = self.warning(&format!(
                            "Undefined property: {}::${}",
                            lossy(class.name()),
                            rt::lossy(name)
                        ));
                        if st != Status::Ok {
                            return Err(st);
                        }
                    }
                    if (*o).props.is_null() {
                        (*o).props = array::new(0);
                    }
                    let t = array::separate_ptr(&mut (*o).props);
                    Ok(array::entry_str(t, name).0)
                }
            }
        }
    }

    /// isset (0), not empty (1), exists (2).
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub unsafe fn has_prop(&mut self, o: *mut Obj, name: *mut StrHdr, mode: u32) -> Result<bool, Status> {
        // SAFETY: by the caller's promise.
        unsafe {
            let class = &*(*o).class.cast::<Class>();
            let scope = self.scope();
            let v = match self.look_up(class, name, scope) {
                Found::Declared(p) => {
                    let p = &*p;
                    if !p.get.is_null() && !self.in_hook_of(p) {
                        if mode == 2 {
                            return Ok(true);
                        }
                        let mut out = Val::NULL;
                        let st = self.read_prop(o, name, fetch::IS, core::ptr::null_mut(), &mut out);
                        if st != Status::Ok {
                            return Err(st);
                        }
                        let r = if mode == 1 { rt::truth(self, out) } else { out.tag() > NULL };
                        release(out);
                        return Ok(r);
                    }
                    if p.slot == u32::MAX { Val::UNDEF } else { *Obj::slot(o, p.slot as usize) }
                }
                Found::Dynamic if !(*o).props.is_null() => {
                    let p = array::find_str((*o).props, name);
                    if p.is_null() { Val::UNDEF } else { *p }
                }
                _ => Val::UNDEF,
            };
            if v.tag() != UNDEF {
                let v = value::deref(v);
                return Ok(match mode {
                    0 => v.tag() > NULL,
                    1 => rt::truth(self, v),
                    _ => true,
                });
            }
            if mode == 2 || class.magic.isset.is_null() {
                return Ok(false);
            }
            let mut r = Val::NULL;
            match self.magic_call(o, class.magic.isset, name, ISSET, None, &mut r) {
                None => Ok(false),
                Some(Status::Ok) => {
                    let mut yes = rt::truth(self, r);
                    release(r);
                    if yes && mode == 1 && !class.magic.get.is_null() {
                        let mut v = Val::NULL;
                        match self.magic_call(o, class.magic.get, name, GET, None, &mut v) {
                            Some(Status::Ok) => {
                                yes = rt::truth(self, v);
                                release(v);
                            }
                            Some(st) => return Err(st),
                            None => yes = false,
                        }
                    }
                    Ok(yes)
                }
                Some(st) => Err(st),
            }
        }
    }

    /// `unset($o->name)`
    ///
    /// # Safety
    /// As [`Vm::read_prop`].
    pub unsafe fn unset_prop(&mut self, o: *mut Obj, name: *mut StrHdr) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let class = &*(*o).class.cast::<Class>();
            let scope = self.scope();
            match self.look_up(class, name, scope) {
                Found::Declared(p) => {
                    let p = &*p;
                    if !p.get.is_null() || !p.set.is_null() {
                        return self.throw(&format!(
                            "Cannot unset hooked property {}::${}",
                            lossy((*p.class).name()),
                            rt::lossy(name)
                        ));
                    }
                    let slot = Obj::slot(o, p.slot as usize);
                    if p.flags & (flags::READONLY | flags::PRIVATE_SET | flags::PROTECTED_SET) != 0 {
                        let st = self.check_write_access(o, p, slot, scope, "unset");
                        if st != Status::Ok {
                            return st;
                        }
                    }
                    if (*slot).tag() != UNDEF {
                        let old = *slot;
                        *slot = Val::UNDEF;
                        release(old);
                        return self.pending();
                    }
                    let mut r = Val::NULL;
                    if let Some(st) = self.magic_call(o, class.magic.unset, name, UNSET, None, &mut r) {
                        release(r);
                        return st;
                    }
                    Status::Ok
                }
                Found::Hidden(p) => {
                    let mut r = Val::NULL;
                    if let Some(st) = self.magic_call(o, class.magic.unset, name, UNSET, None, &mut r) {
                        release(r);
                        return st;
                    }
                    self.hidden_error(class, p, name)
                }
                Found::Dynamic => {
                    if !(*o).props.is_null() {
                        let t = array::separate_ptr(&mut (*o).props);
                        if let Some(old) = array::remove(t, Key::Str(name)) {
                            release(old);
                            return self.pending();
                        }
                    }
                    let mut r = Val::NULL;
                    if let Some(st) = self.magic_call(o, class.magic.unset, name, UNSET, None, &mut r) {
                        release(r);
                        return st;
                    }
                    Status::Ok
                }
            }
        }
    }

    /// Assigns an owned value through a reference that typed properties hold.
    ///
    /// # Safety
    /// `r` is live.
    pub unsafe fn assign_typed_ref(&mut self, r: *mut Ref, v: Val) -> Status {
        // SAFETY: by the caller's promise.
        unsafe {
            let old = (*r).val;
            (*r).val = Val { aux: 0, ..v };
            release(old);
            Status::Ok
        }
    }
}
