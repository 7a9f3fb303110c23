//! Resources: their types are the process's, their numbers and list the VM's.

use super::{text, vm};
use howdah_runtime::interner::intern;
use howdah_runtime::layout::Res;
use howdah_runtime::{array, memory};
use plugin_api_abi::{CtxRaw, HeapHdr, REFCOUNTED, RES, ResTable, StrHdr, StrSlice, Val};
use std::sync::RwLock;

type Dtor = Option<unsafe extern "C" fn(ptr: *mut u8)>;

static TYPES: RwLock<Vec<(String, Dtor)>> = RwLock::new(Vec::new());

thread_local! {
    /// Open resources of this VM by number.
    static OPEN: std::cell::RefCell<std::collections::BTreeMap<i64, *mut Res>> =
        const { std::cell::RefCell::new(std::collections::BTreeMap::new()) };
    static NEXT: std::cell::Cell<i64> = const { std::cell::Cell::new(1) };
}

/// The resource type of that name, registered when new.
pub fn register_type(name: &str, dtor: Dtor) -> i32 {
    let mut t = TYPES.write().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(i) = t.iter().position(|t| t.0 == name) {
        return i as i32;
    }
    t.push((name.to_owned(), dtor));
    (t.len() - 1) as i32
}

/// The number of a resource to come ([`new_numbered`]).
pub fn next_number() -> i64 {
    NEXT.replace(NEXT.get() + 1)
}

/// A fresh resource.
pub fn new_resource(ty: i32, ptr: *mut u8) -> Val {
    new_numbered(next_number(), ty, ptr)
}

/// A fresh resource under a number that [`next_number`] gave.
pub fn new_numbered(id: i64, ty: i32, ptr: *mut u8) -> Val {
    let r = memory::alloc(size_of::<Res>()).cast::<Res>();
    // SAFETY: fresh block.
    unsafe { r.write(Res { hdr: HeapHdr { rc: 1, info: RES as u32 }, id, type_id: ty, reserved: 0, ptr }) };
    OPEN.with_borrow_mut(|o| o.insert(id, r));
    Val { payload: r as u64, ty: RES as u32 | REFCOUNTED, aux: 0 }
}

/// Runs a resource's destructor once.
///
/// # Safety
/// `r` is a live resource.
pub unsafe fn close_resource(r: *mut Res) {
    // SAFETY: by the caller's promise.
    unsafe {
        if (*r).type_id < 0 {
            return;
        }
        let dtor = TYPES
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get((*r).type_id as usize)
            .and_then(|t| t.1);
        (*r).type_id = -1;
        let p = core::mem::replace(&mut (*r).ptr, core::ptr::null_mut());
        OPEN.with_borrow_mut(|o| o.remove(&(*r).id));
        if let Some(d) = dtor {
            d(p);
        }
    }
}

/// Closes what a request left open, newest first, and starts numbering anew.
pub fn close_all() {
    loop {
        let last = OPEN.with_borrow(|o| o.last_key_value().map(|(_, &r)| r));
        match last {
            // SAFETY: listed resources are live.
            Some(r) => unsafe { close_resource(r) },
            None => break,
        }
    }
    NEXT.set(1);
}

/// Name of a resource type.
pub fn type_name_of(ty: i32) -> Option<String> {
    let t = TYPES.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    usize::try_from(ty).ok().and_then(|i| t.get(i).map(|t| t.0.clone()))
}

fn res(v: Val) -> *mut Res {
    if v.tag() == RES { v.as_ptr() } else { core::ptr::null_mut() }
}

unsafe extern "C" fn register(name: StrSlice, dtor: Dtor) -> i32 {
    // SAFETY: live text.
    register_type(&unsafe { text(name) }, dtor)
}
unsafe extern "C" fn new(_: *mut CtxRaw, ty: i32, ptr: *mut u8) -> Val {
    new_resource(ty, ptr)
}
unsafe extern "C" fn get(v: Val, ty: i32) -> *mut u8 {
    let r = res(v);
    // SAFETY: live resource.
    unsafe { if r.is_null() || (*r).type_id != ty { core::ptr::null_mut() } else { (*r).ptr } }
}
unsafe extern "C" fn type_of(v: Val) -> i32 {
    let r = res(v);
    // SAFETY: live resource.
    unsafe { if r.is_null() { -1 } else { (*r).type_id } }
}
unsafe extern "C" fn type_name(ty: i32) -> *mut StrHdr {
    type_name_of(ty).map_or(core::ptr::null_mut(), |n| intern(n.as_bytes()))
}
unsafe extern "C" fn id(v: Val) -> i64 {
    let r = res(v);
    // SAFETY: live resource.
    unsafe { if r.is_null() { 0 } else { (*r).id } }
}
unsafe extern "C" fn close(v: Val) {
    let r = res(v);
    if !r.is_null() {
        // SAFETY: live resource.
        unsafe { close_resource(r) }
    }
}
unsafe extern "C" fn list(ctx: *mut CtxRaw, ty: i32, out: *mut Val) {
    // SAFETY: the engine's context; listed resources are live; the fresh array is ours.
    unsafe {
        let _vm = vm(ctx);
        let t = array::new(0);
        let open: Vec<(i64, *mut Res)> = OPEN.with_borrow(|o| o.iter().map(|(k, v)| (*k, *v)).collect());
        for (id, r) in open {
            if ty < 0 || (*r).type_id == ty {
                let v = Val { payload: r as u64, ty: RES as u32 | REFCOUNTED, aux: 0 };
                array::set(t, array::Key::Int(id), crate::rt::copy(v));
            }
        }
        *out = array::val(t);
    }
}

/// The table.
pub static TABLE: ResTable = ResTable {
    size: size_of::<ResTable>() as u32,
    reserved: 0,
    register,
    new,
    get,
    type_of,
    type_name,
    id,
    close,
    list,
};
