//! Objects and classes.

use super::{args, bytes, class, iter, proptable, raw, vm};
use crate::class::{Class, Sym};
use crate::classes::{sym, weak};
use crate::func::Ic;
use crate::vm::Vm;
use howdah_bytecode::fetch as bc_fetch;
use howdah_runtime::array::{self, Key};
use howdah_runtime::interner::{Name, intern, lookup};
use howdah_runtime::layout::{Arr, HDR_DTOR_DONE, HDR_LAZY, Obj};
use howdah_runtime::memory::val_release;
use howdah_runtime::value;
use plugin_api_abi::{
    ClassDesc, ClassRaw, CtxRaw, FuncRaw, OBJ, ObjTable, RawKey, Status, StrHdr, StrSlice, Val, fetch, flags,
};

fn obj(o: Val) -> *mut Obj {
    debug_assert!(o.tag() == OBJ);
    o.as_ptr()
}

/// Class of an object.
pub(crate) fn class_ptr(o: Val) -> *mut Class {
    // SAFETY: live object.
    unsafe { (*obj(o)).class as *mut Class }
}

unsafe extern "C" fn find_class(ctx: *mut CtxRaw, p: *const u8, n: usize, fl: u32) -> *mut ClassRaw {
    // SAFETY: the engine's context; live bytes.
    unsafe {
        let name = raw(p, n);
        vm(ctx).lookup_class(name, fl & 1 != 0).ok().flatten().unwrap_or(core::ptr::null_mut()).cast()
    }
}
unsafe extern "C" fn class_by_desc(ctx: *mut CtxRaw, desc: *const ClassDesc) -> *mut ClassRaw {
    // SAFETY: the engine's context; static descriptor.
    unsafe {
        let name = StrSlice::bytes((*desc).name);
        let c = vm(ctx).find_class(name).unwrap_or(core::ptr::null_mut());
        if !c.is_null() && core::ptr::eq((*c).desc, desc) { c.cast() } else { core::ptr::null_mut() }
    }
}
unsafe extern "C" fn class_of(o: Val) -> *mut ClassRaw {
    class_ptr(o).cast()
}
unsafe extern "C" fn class_name(c: *const ClassRaw) -> *mut StrHdr {
    // SAFETY: live class.
    unsafe { (*c.cast::<Class>()).head.name }
}
unsafe extern "C" fn class_parent(c: *const ClassRaw) -> *mut ClassRaw {
    // SAFETY: live class.
    unsafe { (*c.cast::<Class>()).parent.cast() }
}
unsafe extern "C" fn class_flags(c: *const ClassRaw) -> u32 {
    // SAFETY: live class.
    unsafe { (*c.cast::<Class>()).flags }
}
unsafe extern "C" fn is_a(c: *const ClassRaw, of: *const ClassRaw) -> u32 {
    // SAFETY: live classes.
    unsafe { (*c.cast::<Class>()).is_a(of.cast()) as u32 }
}
unsafe extern "C" fn class_list(c: *const ClassRaw, which: u32) -> Val {
    // SAFETY: live class.
    unsafe {
        let c = &*c.cast::<Class>();
        let list = if which == 0 { &c.interfaces } else { &c.traits };
        super::arr::names(list.iter().map(|i| (**i).head.name))
    }
}
unsafe extern "C" fn native_desc(c: *const ClassRaw) -> *const ClassDesc {
    // SAFETY: live class.
    unsafe { (*c.cast::<Class>()).head.payload }
}
unsafe extern "C" fn method_class(c: *const ClassRaw, p: *const u8, n: usize) -> *mut ClassRaw {
    // SAFETY: live class.
    unsafe {
        lookup(raw(p, n))
            .and_then(|s| (*c.cast::<Class>()).methods.get(&Sym(s)).copied())
            .map_or(core::ptr::null_mut(), |f| (*f).scope.cast())
    }
}
unsafe extern "C" fn class_const(
    ctx: *mut CtxRaw,
    c: *mut ClassRaw,
    p: *const u8,
    n: usize,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live class.
    unsafe {
        match vm(ctx).class_const(class(c), intern(raw(p, n))) {
            Ok(v) => {
                *out = crate::rt::copy(value::deref(*v));
                Status::Ok
            }
            Err(st) => st,
        }
    }
}
unsafe extern "C" fn static_prop(ctx: *mut CtxRaw, c: *mut ClassRaw, p: *const u8, n: usize) -> *mut Val {
    // SAFETY: the engine's context; live class.
    unsafe {
        let v = vm(ctx);
        let name = intern(raw(p, n));
        let found = v.with_scope(class(c), |v| v.static_prop(class(c), name, bc_fetch::IS));
        match found {
            Ok(Some(p)) => value::deref_ptr(p),
            _ => core::ptr::null_mut(),
        }
    }
}
unsafe extern "C" fn new(
    ctx: *mut CtxRaw,
    c: *mut ClassRaw,
    a: *const Val,
    argc: usize,
    named: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live class and arguments.
    unsafe {
        let v = vm(ctx);
        let mut o = Val::NULL;
        crate::tri!(v.instantiate(class(c), &mut o));
        let ctor = (*class(c)).magic.ctor;
        if !ctor.is_null() {
            let mut r = Val::NULL;
            let named = if named.is_undef() { core::ptr::null_mut() } else { named_share(named) };
            let st =
                v.call_func_closure(ctor, o, class(c), core::ptr::null_mut(), args(a, argc), named, &mut r);
            val_release(r);
            if st != Status::Ok {
                (*obj(o)).hdr.info |= HDR_DTOR_DONE;
                val_release(o);
                return st;
            }
        }
        *out = o.by_parts();
        Status::Ok
    }
}

/// A share of a named-argument array for a frame, null when it is empty.
pub(crate) fn named_share(named: Val) -> *mut Arr {
    // SAFETY: live array.
    if named.tag() != plugin_api_abi::ARR || unsafe { array::count(named.as_ptr()) } == 0 {
        return core::ptr::null_mut();
    }
    crate::rt::copy(named).as_ptr()
}
unsafe extern "C" fn new_raw(ctx: *mut CtxRaw, c: *mut ClassRaw, check: u32, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live class.
    unsafe {
        let mut o = Val::NULL;
        let st = if check != 0 {
            vm(ctx).allocate(class(c), &mut o)
        } else {
            vm(ctx).instantiate_raw(class(c), &mut o)
        };
        if st == Status::Ok {
            *out = o.by_parts();
        }
        st
    }
}
unsafe extern "C" fn payload(o: Val) -> *mut u8 {
    // SAFETY: live object.
    unsafe { (*obj(o)).native }
}
unsafe extern "C" fn handle(o: Val) -> u32 {
    // SAFETY: live object.
    unsafe { (*obj(o)).handle }
}
unsafe extern "C" fn clone(ctx: *mut CtxRaw, o: Val, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let mut n = Val::NULL;
        let st = vm(ctx).clone_object(obj(o), &mut n);
        if st == Status::Ok {
            *out = n.by_parts();
        }
        st
    }
}

fn mode_of(m: u32) -> u16 {
    match m {
        fetch::ISSET => bc_fetch::IS,
        fetch::WRITE => bc_fetch::W,
        fetch::READ_WRITE => bc_fetch::RW,
        fetch::UNSET => bc_fetch::UNSET,
        _ => bc_fetch::R,
    }
}

const NO_IC: *mut Ic = core::ptr::null_mut();

unsafe extern "C" fn read_prop(
    ctx: *mut CtxRaw,
    o: Val,
    scope: *mut ClassRaw,
    name: StrSlice,
    mode: u32,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let n = Name::new(bytes(name));
        let mut t = Val::NULL;
        let st =
            vm(ctx).with_scope(class(scope), |v| v.read_prop(obj(o), n.get(), mode_of(mode), NO_IC, &mut t));
        if st == Status::Ok {
            *out = t.by_parts();
        }
        st
    }
}
unsafe extern "C" fn write_prop(
    ctx: *mut CtxRaw,
    o: Val,
    scope: *mut ClassRaw,
    name: StrSlice,
    v: Val,
) -> Status {
    // SAFETY: the engine's context; live object and value.
    unsafe {
        let n = Name::new(bytes(name));
        let mut t = crate::rt::copy(value::deref(v));
        let st = vm(ctx).with_scope(class(scope), |v| v.write_prop(obj(o), n.get(), &mut t, NO_IC));
        val_release(t);
        st
    }
}
unsafe extern "C" fn has_prop(
    ctx: *mut CtxRaw,
    o: Val,
    scope: *mut ClassRaw,
    name: StrSlice,
    mode: u32,
    out: *mut u32,
) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let n = Name::new(bytes(name));
        match vm(ctx).with_scope(class(scope), |v| v.has_prop(obj(o), n.get(), mode)) {
            Ok(b) => {
                *out = b as u32;
                Status::Ok
            }
            Err(st) => st,
        }
    }
}
unsafe extern "C" fn has_own_prop(
    ctx: *mut CtxRaw,
    o: Val,
    name: StrSlice,
    mode: u32,
    out: *mut u32,
) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let n = Name::new(bytes(name));
        match vm(ctx).has_prop_plain(obj(o), n.get(), mode) {
            Ok(b) => {
                *out = b as u32;
                Status::Ok
            }
            Err(st) => st,
        }
    }
}
unsafe extern "C" fn compare_plain(ctx: *mut CtxRaw, a: Val, b: Val, out: *mut i32) -> Status {
    // SAFETY: the engine's context; live values.
    unsafe { vm(ctx).compare_plain(a, b, &mut *out) }
}
unsafe extern "C" fn unset_prop(ctx: *mut CtxRaw, o: Val, scope: *mut ClassRaw, name: StrSlice) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let n = Name::new(bytes(name));
        vm(ctx).with_scope(class(scope), |v| v.unset_prop(obj(o), n.get()))
    }
}
/// The slot of a declared property in objects of a class.
fn declared_slot(c: &Class, name: &[u8]) -> Option<u32> {
    // SAFETY: classes and their properties live as long as the request.
    unsafe {
        // A private property of a native parent is found by its slot, whatever a subclass declares under its name.
        let mut at: *const Class = c;
        while !at.is_null() && (*at).desc.is_null() {
            at = (*at).parent;
        }
        let native = at;
        if !native.is_null()
            && let Some(slot) = (*native).asked.get(name)
        {
            return Some(slot);
        }
        let n = Sym(lookup(name)?);
        let of_objects = |p: &crate::class::PropInfo| p.flags & flags::STATIC == 0 && p.slot != u32::MAX;
        while !at.is_null() {
            if !(*at).desc.is_null()
                && let Some((&key, &p)) = (*at).props.get_key_value(&n)
                && of_objects(&*p)
            {
                (*native).asked.set(name, key, (*p).slot);
                return Some((*p).slot);
            }
            at = (*at).parent;
        }
        c.props.get(&n).filter(|p| of_objects(&***p)).map(|p| (**p).slot)
    }
}
unsafe extern "C" fn prop_slot(o: Val, name: StrSlice) -> *mut Val {
    // SAFETY: live object.
    unsafe {
        match declared_slot(&*class_ptr(o), bytes(name)) {
            Some(slot) => Obj::slot(obj(o), slot as usize),
            None => core::ptr::null_mut(),
        }
    }
}
unsafe extern "C" fn slot_index(c: *const ClassRaw, name: StrSlice) -> u32 {
    // SAFETY: live class.
    unsafe { declared_slot(&*c.cast::<Class>(), bytes(name)).unwrap_or(u32::MAX) }
}
unsafe extern "C" fn slot_at(o: Val, index: u32) -> *mut Val {
    // SAFETY: live object; the slot is one of its own.
    unsafe {
        if index < (*class_ptr(o)).head.num_slots {
            Obj::slot(obj(o), index as usize)
        } else {
            core::ptr::null_mut()
        }
    }
}
unsafe extern "C" fn properties(ctx: *mut CtxRaw, o: Val, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        *out = array::val(vm(ctx).properties(obj(o)));
        Status::Ok
    }
}
unsafe extern "C" fn properties_for(ctx: *mut CtxRaw, o: Val, purpose: u32, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let mut t = Val::NULL;
        let st = vm(ctx).properties_for(obj(o), purpose, &mut t);
        if st == Status::Ok {
            *out = t.by_parts();
        } else {
            val_release(t);
        }
        st
    }
}
unsafe extern "C" fn visible_vars(ctx: *mut CtxRaw, o: Val, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let mut t = Val::NULL;
        let st = vm(ctx).object_vars(obj(o), &mut t);
        if st == Status::Ok {
            *out = t.by_parts();
        }
        st
    }
}
/// Sets a declared property in its slot, if the value suits its type; takes over the share.
unsafe fn set_slot(vm: &mut Vm, o: Val, p: *mut crate::class::PropInfo, v: Val) -> Status {
    // SAFETY: live object of the property's class.
    unsafe {
        let slot = Obj::slot(obj(o), (*p).slot as usize);
        if v.tag() == plugin_api_abi::REF {
            return vm.bind_prop_ref(slot, p, v.as_ptr());
        }
        let mut t = v;
        let st = vm.check_prop_value(&*p, &mut t, true);
        if st != Status::Ok {
            val_release(t);
            return st;
        }
        let old = (*slot).by_parts();
        t.by_parts().put(slot);
        val_release(old);
        Status::Ok
    }
}
unsafe extern "C" fn set_mangled(ctx: *mut CtxRaw, o: Val, key: RawKey, v: Val) -> Status {
    // SAFETY: the engine's context; live object; the share is ours.
    unsafe {
        let int;
        let k = if key.key.is_null() {
            int = key.h.to_string();
            int.as_bytes()
        } else {
            StrHdr::bytes(key.key)
        };
        let vm = vm(ctx);
        let c = class_ptr(o);
        // Mostly a property is there as it is called.
        let is = |p: &*mut crate::class::PropInfo| {
            !p.is_null() && {
                let own = crate::classes::table::mangled(&**p);
                own == key.key || StrHdr::bytes(own) == k
            }
        };
        let infos = &(*c).slot_infos;
        if let Some(slot) = infos.iter().position(is) {
            return set_slot(vm, o, infos[slot], v);
        }
        let (owner, name) = crate::classes::table::unmangle(k);
        let name = intern(name);
        let scope = match owner {
            Some(b"*") | None => c,
            Some(n) => vm.find_class(n).filter(|&k| (*c).is_a(k)).unwrap_or(c),
        };
        if let Some(&p) = (*scope).props.get(&Sym(name))
            && (*p).flags & flags::STATIC == 0
            && (*p).slot != u32::MAX
        {
            return set_slot(vm, o, p, v);
        }
        if v.tag() == plugin_api_abi::REF {
            return vm.with_scope(c, |vm| vm.assign_prop_ref(obj(o), name, v.as_ptr()));
        }
        let mut t = v;
        let st = vm.with_scope(c, |v| v.write_prop(obj(o), name, &mut t, NO_IC));
        val_release(t);
        st
    }
}
unsafe extern "C" fn call_known(
    ctx: *mut CtxRaw,
    o: Val,
    method: *mut FuncRaw,
    a: *const Val,
    argc: usize,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live object, method and arguments.
    unsafe {
        let mut r = Val::NULL;
        let st = vm(ctx).call_func(method.cast(), o, class_ptr(o), args(a, argc), &mut r);
        super::call::finish(st, r, out)
    }
}
unsafe extern "C" fn call_method(
    ctx: *mut CtxRaw,
    o: Val,
    p: *const u8,
    n: usize,
    a: *const Val,
    argc: usize,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live object and arguments.
    unsafe {
        let v = vm(ctx);
        let c = class_ptr(o);
        let lc = sym(raw(p, n));
        let mut r = Val::NULL;
        let st = match (*c).methods.get(&lc).copied() {
            Some(f) => v.call_func(
                f,
                if (*f).flags & flags::STATIC != 0 { Val::UNDEF } else { o },
                c,
                args(a, argc),
                &mut r,
            ),
            // What another object serves (`get_method`) is called on that one.
            None if (*(*c).head.handlers).get_method.is_some() && (*c).magic.call.is_null() => {
                match v.find_method(obj(o), lc.0, lc.0) {
                    Ok(m) => {
                        let t = m.target(o);
                        let none = core::ptr::null_mut();
                        let st = v.call_func_closure(
                            t.func,
                            t.this,
                            t.called,
                            t.closure,
                            args(a, argc),
                            none,
                            &mut r,
                        );
                        t.release();
                        st
                    }
                    Err(st) => st,
                }
            }
            None if !(*c).magic.call.is_null() => match v.find_method(obj(o), lc.0, lc.0) {
                Ok(m) => v.call_func(m.func, o, c, args(a, argc), &mut r),
                Err(st) => st,
            },
            None => {
                let msg = format!(
                    "Call to undefined method {}::{}()",
                    crate::classes::class_text(c),
                    String::from_utf8_lossy(raw(p, n))
                );
                v.throw(&msg)
            }
        };
        if st == Status::Ok {
            *out = r;
        } else {
            val_release(r);
        }
        st
    }
}
unsafe extern "C" fn has_method(o: Val, p: *const u8, n: usize) -> u32 {
    // SAFETY: live object.
    unsafe { lookup(raw(p, n)).is_some_and(|s| (*class_ptr(o)).methods.contains_key(&Sym(s))) as u32 }
}
unsafe extern "C" fn read_dim(ctx: *mut CtxRaw, o: Val, k: Val, mode: u32, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live object.
    unsafe {
        let mut t = Val::NULL;
        let st = vm(ctx).read_dim_obj(o, k, mode, &mut t);
        if st == Status::Ok {
            *out = t.by_parts();
        }
        st
    }
}
unsafe extern "C" fn write_dim(ctx: *mut CtxRaw, o: Val, k: Val, v: Val) -> Status {
    // SAFETY: the engine's context; live values.
    unsafe { vm(ctx).write_dim_obj(o, k, v) }
}
unsafe extern "C" fn has_dim(ctx: *mut CtxRaw, o: Val, k: Val, mode: u32, out: *mut u32) -> Status {
    // SAFETY: the engine's context; live values.
    unsafe {
        match vm(ctx).has_dim_obj(o, k, mode == 1) {
            Ok(b) => {
                *out = b as u32;
                Status::Ok
            }
            Err(st) => st,
        }
    }
}
unsafe extern "C" fn unset_dim(ctx: *mut CtxRaw, o: Val, k: Val) -> Status {
    // SAFETY: the engine's context; live values.
    unsafe { vm(ctx).unset_dim_obj(o, k) }
}
unsafe extern "C" fn count(ctx: *mut CtxRaw, v: Val, out: *mut i64) -> Status {
    // SAFETY: the engine's context; live value.
    unsafe {
        let mut n = Val::NULL;
        let st = vm(ctx).count(v, &mut n);
        *out = n.as_int();
        st
    }
}
unsafe extern "C" fn is(o: Val, what: u32) -> u32 {
    // SAFETY: live object.
    unsafe {
        let c = &*class_ptr(o);
        match what {
            0 => (c.flags & flags::ENUM != 0) as u32,
            1 => (c.name() == b"Closure") as u32,
            2 => ((*obj(o)).hdr.info & HDR_LAZY != 0) as u32,
            3 => ((*obj(o)).hdr.info & HDR_DTOR_DONE != 0) as u32,
            4 => {
                (*obj(o)).hdr.info |= HDR_DTOR_DONE;
                1
            }
            _ => 0,
        }
    }
}
unsafe extern "C" fn enum_case(ctx: *mut CtxRaw, c: *mut ClassRaw, backing: Val, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live class.
    unsafe {
        match vm(ctx).enum_case(class(c), backing) {
            Ok(v) => {
                *out = v.map_or(Val::UNDEF, crate::rt::copy);
                Status::Ok
            }
            Err(st) => st,
        }
    }
}

impl Vm {
    /// Runs `f` as code of class `scope` (null: of none) where properties and constants look at who asks.
    pub fn with_scope<T>(&mut self, scope: *mut Class, f: impl FnOnce(&mut Vm) -> T) -> T {
        let old = self.fake_scope.replace(scope);
        let r = f(self);
        self.fake_scope = old;
        r
    }
}

/// Shares of keys for pairs.
pub(crate) fn str_key(b: &[u8]) -> Key {
    Key::Str(intern(b))
}

/// Sets a text key of a fresh array.
pub(crate) fn put(a: *mut Arr, k: &str, v: Val) {
    // SAFETY: the fresh array is ours; the share moves in.
    unsafe { array::set(a, str_key(k.as_bytes()), v) }
}

unsafe extern "C" fn attach(
    o: Val,
    key: *const u8,
    data: *mut u8,
    copy: unsafe extern "C" fn(*mut u8) -> *mut u8,
    free: unsafe extern "C" fn(*mut u8),
) {
    // SAFETY: live object of the thread's VM; the functions are those of the data, by the ABI's rules.
    unsafe { weak::attach(&mut *crate::vm::current(), obj(o), key, data, copy, free) }
}
unsafe extern "C" fn attached(o: Val, key: *const u8) -> *mut u8 {
    // SAFETY: live object of the thread's VM.
    unsafe { weak::attached(&*crate::vm::current(), obj(o), key) }
}
unsafe extern "C" fn detach(o: Val, key: *const u8) {
    // SAFETY: live object of the thread's VM.
    unsafe { weak::detach(&mut *crate::vm::current(), obj(o), key) }
}

/// The table.
pub static TABLE: ObjTable = ObjTable {
    size: size_of::<ObjTable>() as u32,
    reserved: 0,
    find_class,
    class_by_desc,
    class_of,
    class_name,
    class_parent,
    class_flags,
    is_a,
    class_list,
    native_desc,
    method_class,
    class_const,
    static_prop,
    new,
    new_raw,
    payload,
    handle,
    clone,
    read_prop,
    write_prop,
    has_prop,
    unset_prop,
    prop_slot,
    properties,
    properties_for,
    visible_vars,
    set_mangled,
    call_method,
    has_method,
    read_dim,
    write_dim,
    has_dim,
    unset_dim,
    count,
    is,
    enum_case,
    iter_new: iter::iter_new,
    iter_next: iter::iter_next,
    iter_free: iter::iter_free,
    iterator_object: iter::iterator_object,
    iter_step: iter::iter_step,
    iter_roots: iter::iter_roots,
    table_next: proptable::table_next,
    table_key: proptable::table_key,
    table_at: proptable::table_at,
    table_find: proptable::table_find,
    table_set: proptable::table_set,
    table_remove: proptable::table_remove,
    table_ref: proptable::table_ref,
    has_own_prop,
    compare_plain,
    attach,
    attached,
    detach,
    slot_index,
    slot_at,
    iter_fetch: iter::iter_fetch,
    call_known,
};
