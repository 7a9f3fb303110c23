//! Weak references and weak maps: who refers to an object without holding it.

use super::class_of;
use crate::native::{Args, Native, NativeClass};
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_runtime::array::{self, Key};
use howdah_runtime::layout::{Arr, HDR_WEAK, Obj};
use howdah_runtime::memory::obj_val;
use howdah_runtime::value;
use plugin_api_abi::flags::{FINAL, NO_DYNAMIC, NOT_SERIALIZABLE, UNCLONEABLE};
use plugin_api_abi::{HandlerTable, OBJ, Status, Val, fetch};
use rustc_hash::FxHashMap;

/// By object: its WeakReference, the WeakMaps that it is a key of, and what extensions gave it.
#[derive(Default)]
pub struct Registry {
    refs: FxHashMap<usize, *mut Obj>,
    maps: FxHashMap<usize, Vec<*mut Obj>>,
    attached: FxHashMap<usize, Vec<Attached>>,
}

/// Data of an extension on an object of any class.
#[derive(Clone, Copy)]
struct Attached {
    key: *const u8,
    data: *mut u8,
    copy: unsafe extern "C" fn(*mut u8) -> *mut u8,
    free: unsafe extern "C" fn(*mut u8),
}

/// Gives an object data of an extension under a key, in place of what it had there.
///
/// # Safety
/// `o` is live; `copy` and `free` are for this data.
pub(crate) unsafe fn attach(
    vm: &mut Vm,
    o: *mut Obj,
    key: *const u8,
    data: *mut u8,
    copy: unsafe extern "C" fn(*mut u8) -> *mut u8,
    free: unsafe extern "C" fn(*mut u8),
) {
    // SAFETY: by the caller's promise.
    unsafe {
        detach(vm, o, key);
        (*o).hdr.info |= HDR_WEAK;
    }
    vm.cls.weak.attached.entry(o as usize).or_default().push(Attached { key, data, copy, free });
}

/// What an object was given under a key, or null.
pub(crate) fn attached(vm: &Vm, o: *const Obj, key: *const u8) -> *mut u8 {
    let all = vm.cls.weak.attached.get(&(o as usize));
    all.and_then(|l| l.iter().find(|a| a.key == key)).map_or(core::ptr::null_mut(), |a| a.data)
}

/// Takes away what an object was given under a key.
///
/// # Safety
/// `o` is live.
pub(crate) unsafe fn detach(vm: &mut Vm, o: *const Obj, key: *const u8) {
    let Some(all) = vm.cls.weak.attached.get_mut(&(o as usize)) else { return };
    let Some(i) = all.iter().position(|a| a.key == key) else { return };
    let old = all.remove(i);
    // SAFETY: given with its data, called once.
    unsafe { (old.free)(old.data) };
}

/// Gives a clone copies of what its original was given.
///
/// # Safety
/// Both are live.
pub(crate) unsafe fn copy_attached(vm: &mut Vm, from: *const Obj, to: *mut Obj) {
    let all = vm.cls.weak.attached.get(&(from as usize)).cloned().unwrap_or_default();
    for a in all {
        // SAFETY: given with its data; by the caller's promise.
        unsafe {
            let data = (a.copy)(a.data);
            if !data.is_null() {
                attach(vm, to, a.key, data, a.copy, a.free);
            }
        }
    }
}

impl Registry {
    /// Weak maps that have an object as a key.
    pub(crate) fn maps_of(&self, o: *const Obj) -> &[*mut Obj] {
        self.maps.get(&(o as usize)).map_or(&[], |l| l)
    }
}

/// The table of a weak map, or null.
///
/// # Safety
/// `m` is a live WeakMap.
pub(crate) unsafe fn table(m: *mut Obj) -> *mut Arr {
    // SAFETY: by the caller's promise.
    unsafe {
        let p = (*m).native.cast::<*mut Arr>();
        if p.is_null() { core::ptr::null_mut() } else { *p }
    }
}

/// An object with [`HDR_WEAK`] loses its contents.
pub(crate) fn gone(vm: &mut Vm, o: *mut Obj) {
    if let Some(r) = vm.cls.weak.refs.remove(&(o as usize)) {
        // SAFETY: a registered WeakReference is live.
        unsafe { *(*r).native.cast::<*mut Obj>() = core::ptr::null_mut() };
    }
    let maps = vm.cls.weak.maps.remove(&(o as usize)).unwrap_or_default();
    // SAFETY: a registered WeakMap is live. Values go last: one may be another of the maps.
    unsafe {
        let values: Vec<Val> =
            maps.into_iter().filter_map(|m| array::remove(map(m), Key::Int(o as i64))).collect();
        values.into_iter().for_each(|v| release(v));
    }
    for a in vm.cls.weak.attached.remove(&(o as usize)).unwrap_or_default() {
        // SAFETY: given with its data, called once.
        unsafe { (a.free)(a.data) };
    }
}

// ---- WeakReference: the payload is the object, or null once it is gone ----

fn create(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let o = a.get(0).as_ptr::<Obj>();
    if let Some(&r) = vm.cls.weak.refs.get(&(o as usize)) {
        *out = copy(obj_val(r));
        return Status::Ok;
    }
    crate::tri!(vm.instantiate_raw(vm.ce.weak_reference, out));
    let r = out.as_ptr::<Obj>();
    // SAFETY: both are live; the payload is one pointer.
    unsafe {
        *(*r).native.cast::<*mut Obj>() = o;
        (*o).hdr.info |= HDR_WEAK;
    }
    vm.cls.weak.refs.insert(o as usize, r);
    Status::Ok
}

fn get(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    // SAFETY: a WeakReference.
    let o = unsafe { *(*a.this().as_ptr::<Obj>()).native.cast::<*mut Obj>() };
    if !o.is_null() {
        *out = copy(obj_val(o));
    }
    Status::Ok
}

unsafe extern "C" fn free_reference(payload: *mut u8) {
    // SAFETY: the payload of a WeakReference; its VM is the thread's current one.
    unsafe {
        let o = *payload.cast::<*mut Obj>();
        let vm = crate::vm::current();
        if !o.is_null() && !vm.is_null() {
            (*vm).cls.weak.refs.remove(&(o as usize));
        }
    }
}

// ---- WeakMap: the payload is an array by the object's address ----

unsafe fn map(m: *mut Obj) -> *mut Arr {
    // SAFETY: the payload of a live WeakMap.
    unsafe {
        let p = (*m).native.cast::<*mut Arr>();
        if (*p).is_null() {
            *p = array::new(0);
        }
        *p
    }
}

unsafe extern "C" fn free_map(payload: *mut u8) {
    // SAFETY: the payload of a WeakMap; its VM is the thread's current one.
    unsafe {
        let t = *payload.cast::<*mut Arr>();
        let vm = crate::vm::current();
        if t.is_null() || vm.is_null() {
            return;
        }
        let keys: Vec<usize> =
            array::iter(t).map(|(k, _)| if let Key::Int(i) = k { i as usize } else { 0 }).collect();
        for k in keys {
            let reg = &mut (*vm).cls.weak.maps;
            if let Some(list) = reg.get_mut(&k) {
                list.retain(|m| (**m).native != payload);
                if list.is_empty() {
                    reg.remove(&k);
                }
            }
        }
        release(array::val(t));
    }
}

unsafe extern "C" fn map_roots(
    payload: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: the payload of a WeakMap.
    unsafe {
        let t = *payload.cast::<*mut Arr>();
        if !t.is_null() {
            for (_, p) in array::iter(t) {
                visit(data, p);
            }
        }
    }
}

fn key(vm: &mut Vm, k: Val) -> Result<*mut Obj, Status> {
    let k = value::deref(k);
    if k.tag() != OBJ {
        return Err(vm.throw_type("WeakMap key must be an object"));
    }
    Ok(k.as_ptr())
}

unsafe extern "C" fn read_dim(
    ctx: *mut plugin_api_abi::CtxRaw,
    o: Val,
    k: Val,
    mode: u32,
    out: *mut Val,
) -> Status {
    // SAFETY: called by the VM with a live WeakMap.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        if k.is_undef() {
            return vm.throw("Cannot append to WeakMap");
        }
        let k = match key(vm, k) {
            Ok(k) => k,
            Err(st) => return st,
        };
        let p = array::find_int(map(o.as_ptr()), k as i64);
        if p.is_null() {
            *out = Val::NULL;
            if mode == fetch::ISSET {
                return Status::Ok;
            }
            return vm.throw(&format!(
                "Object {}#{} not contained in WeakMap",
                super::class_text(class_of(k)),
                (*k).handle
            ));
        }
        if mode == fetch::WRITE || mode == fetch::READ_WRITE {
            let r = value::make_ref(p);
            *out = copy(value::ref_val(r));
            return Status::Ok;
        }
        *out = copy(value::deref(*p));
        Status::Ok
    }
}

unsafe extern "C" fn write_dim(ctx: *mut plugin_api_abi::CtxRaw, o: Val, k: Val, v: Val) -> Status {
    // SAFETY: as `read_dim`.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        if k.is_undef() {
            return vm.throw("Cannot append to WeakMap");
        }
        let k = match key(vm, k) {
            Ok(k) => k,
            Err(st) => return st,
        };
        let m = o.as_ptr::<Obj>();
        let (p, fresh) = array::entry_int(map(m), k as i64);
        if fresh {
            (*k).hdr.info |= HDR_WEAK;
            vm.cls.weak.maps.entry(k as usize).or_default().push(m);
        }
        let p = value::deref_ptr(p);
        let old = *p;
        array::store(p, copy(value::deref(v)));
        release(old);
        Status::Ok
    }
}

unsafe extern "C" fn has_dim(
    ctx: *mut plugin_api_abi::CtxRaw,
    o: Val,
    k: Val,
    mode: u32,
    out: *mut u32,
) -> Status {
    // SAFETY: as `read_dim`.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        let k = match key(vm, k) {
            Ok(k) => k,
            Err(st) => return st,
        };
        let p = array::find_int(map(o.as_ptr()), k as i64);
        let v = if p.is_null() { Val::NULL } else { value::deref(*p) };
        *out =
            if mode == 1 { crate::rt::truth(vm, v) as u32 } else { (v.tag() > plugin_api_abi::NULL) as u32 };
        Status::Ok
    }
}

unsafe extern "C" fn unset_dim(ctx: *mut plugin_api_abi::CtxRaw, o: Val, k: Val) -> Status {
    // SAFETY: as `read_dim`.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        let k = match key(vm, k) {
            Ok(k) => k,
            Err(st) => return st,
        };
        let m = o.as_ptr::<Obj>();
        if let Some(old) = array::remove(map(m), Key::Int(k as i64)) {
            if let Some(list) = vm.cls.weak.maps.get_mut(&(k as usize)) {
                list.retain(|x| *x != m);
            }
            release(old);
        }
        Status::Ok
    }
}

unsafe extern "C" fn count(_: *mut plugin_api_abi::CtxRaw, o: Val, out: *mut i64) -> Status {
    // SAFETY: as `read_dim`.
    unsafe { *out = array::count(map(o.as_ptr())) as i64 };
    Status::Ok
}

unsafe extern "C" fn clone(ctx: *mut plugin_api_abi::CtxRaw, from: Val, to: Val) -> Status {
    // SAFETY: as `read_dim`.
    unsafe {
        let vm = &mut *ctx.cast::<Vm>();
        let m = to.as_ptr::<Obj>();
        let t = map(m);
        for (k, p) in array::iter(map(from.as_ptr())) {
            if let Key::Int(i) = k {
                array::set(t, k, copy(value::deref(*p)));
                vm.cls.weak.maps.entry(i as usize).or_default().push(m);
            }
        }
        Status::Ok
    }
}

unsafe extern "C" fn properties(
    _: *mut plugin_api_abi::CtxRaw,
    o: Val,
    purpose: u32,
    out: *mut Val,
) -> Status {
    if purpose != plugin_api_abi::prop_purpose::DEBUG {
        return Status::Ok;
    }
    // SAFETY: as `read_dim`.
    unsafe {
        let t = array::new(0);
        for (k, p) in array::iter(map(o.as_ptr())) {
            let Key::Int(i) = k else { continue };
            let pair = array::new(0);
            array::set_bytes(pair, b"key", copy(obj_val(i as *mut Obj)));
            array::set_bytes(pair, b"value", crate::rt::copy_ref(*p));
            let _ = array::push(t, array::val(pair));
        }
        *out = array::val(t);
    }
    Status::Ok
}

static REFERENCE_HANDLERS: HandlerTable = HandlerTable {
    properties: Some(super::builtin::debug::weak_reference),
    ..super::link::STD_HANDLERS_VALUE
};

static MAP_HANDLERS: HandlerTable = HandlerTable {
    read_dim: Some(read_dim),
    write_dim: Some(write_dim),
    has_dim: Some(has_dim),
    unset_dim: Some(unset_dim),
    count: Some(count),
    clone: Some(clone),
    properties: Some(properties),
    roots: Some(map_roots),
    ..super::link::STD_HANDLERS_VALUE
};

fn offset_get(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    // SAFETY: a WeakMap.
    unsafe { read_dim(core::ptr::from_mut(vm).cast(), a.this(), a.get(0), fetch::READ, out) }
}
fn offset_set(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    let k = if a.get(0).tag() == plugin_api_abi::NULL { Val::UNDEF } else { a.get(0) };
    // SAFETY: as above.
    unsafe { write_dim(core::ptr::from_mut(vm).cast(), a.this(), k, a.get(1)) }
}
fn offset_exists(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let mut r = 0;
    // SAFETY: as above.
    crate::tri!(unsafe { has_dim(core::ptr::from_mut(vm).cast(), a.this(), a.get(0), 0, &mut r) });
    *out = Val::bool(r != 0);
    Status::Ok
}
fn offset_unset(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    // SAFETY: as above.
    unsafe { unset_dim(core::ptr::from_mut(vm).cast(), a.this(), a.get(0)) }
}
fn map_count(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    // SAFETY: a WeakMap.
    *out = Val::int(unsafe { array::count(map(a.this().as_ptr())) } as i64);
    Status::Ok
}
fn get_iterator(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    // SAFETY: a WeakMap, whose keys are live objects.
    let pairs = unsafe {
        array::iter(map(a.this().as_ptr()))
            .filter_map(|(k, p)| {
                if let Key::Int(i) = k {
                    Some((copy(obj_val(i as *mut Obj)), crate::rt::copy_ref(*p)))
                } else {
                    None
                }
            })
            .collect()
    };
    super::builtin::iterator::internal_iterator(vm, pairs, out)
}

/// WeakReference and WeakMap.
pub(crate) fn register(vm: &mut Vm) {
    let common = FINAL | NO_DYNAMIC | NOT_SERIALIZABLE;
    super::builtin::register(
        vm,
        NativeClass {
            name: "WeakReference",
            flags: common | UNCLONEABLE,
            methods: vec![
                (
                    "public __construct()",
                    Some(
                        (|vm, _, _| {
                            vm.throw("Direct instantiation of WeakReference is not allowed, use WeakReference::create instead")
                        }) as Native,
                    ),
                ),
                ("public static create(object $object): WeakReference", Some(create)),
                ("public get(): ?object", Some(get)),
            ],
            free: Some(free_reference),
            handlers: Some(&REFERENCE_HANDLERS),
            ..NativeClass::default()
        },
    );
    let map = super::builtin::register(
        vm,
        NativeClass {
            name: "WeakMap",
            interfaces: &["ArrayAccess", "Countable", "IteratorAggregate"],
            flags: common,
            methods: vec![
                ("public offsetGet($object): mixed", Some(offset_get as Native)),
                ("public offsetSet($object, mixed $value): void", Some(offset_set)),
                ("public offsetExists($object): bool", Some(offset_exists)),
                ("public offsetUnset($object): void", Some(offset_unset)),
                ("public count(): int", Some(map_count)),
                ("public getIterator(): Iterator", Some(get_iterator)),
            ],
            free: Some(free_map),
            handlers: Some(&MAP_HANDLERS),
            ..NativeClass::default()
        },
    );
    // SAFETY: just registered.
    unsafe { (*map).head.flags |= howdah_runtime::layout::CLASS_WEAK_MAP };
}
