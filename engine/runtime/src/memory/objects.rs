//! Objects: their blocks, their numbers, and what happens when the last share of one is given back.

use super::{alloc, free};
use crate::layout::{ClassHead, HDR_FREED, Obj, Res};
use plugin_api_abi::{COLLECTABLE, HeapHdr, OBJ, REFCOUNTED, Val};
use std::cell::{Cell, UnsafeCell};

/// What the VM does for the heap. Set once per thread.
#[derive(Clone, Copy)]
pub struct ObjectHooks {
    /// Runs an object's destructor when it has one that must run. May resurrect it (then its count is above zero).
    pub destruct: unsafe fn(*mut Obj),
    /// The object is going away: weak references and maps forget it.
    pub weak_gone: unsafe fn(*mut Obj),
    /// A reference with typed sources goes away.
    pub drop_sources: unsafe fn(*mut u8),
    /// A resource goes away: closes what it stands for.
    pub resource_zero: unsafe fn(*mut Res),
}

impl ObjectHooks {
    pub(crate) unsafe fn drop_sources(&self, p: *mut u8) {
        // SAFETY: forwarded.
        unsafe { (self.drop_sources)(p) }
    }
    pub(crate) unsafe fn resource_zero(&self, p: *mut Res) {
        // SAFETY: forwarded.
        unsafe { (self.resource_zero)(p) }
    }
}

const NO_HOOKS: ObjectHooks =
    ObjectHooks { destruct: |_| (), weak_gone: |_| (), drop_sources: |_| (), resource_zero: |_| () };

thread_local! {
    static HOOKS: Cell<ObjectHooks> = const { Cell::new(NO_HOOKS) };
    static TABLE: UnsafeCell<Table> = const { UnsafeCell::new(Table { objects: Vec::new(), free: Vec::new() }) };
}

/// Sets the hooks of this thread.
pub fn set_hooks(h: ObjectHooks) {
    HOOKS.set(h);
}

pub(crate) fn hooks() -> ObjectHooks {
    HOOKS.get()
}

struct Table {
    /// By handle; null: free. Handle 0 is never used.
    objects: Vec<*mut Obj>,
    /// Free handles, last freed first (as php-src's zend_objects_store does).
    free: Vec<u32>,
}

fn table<R>(f: impl FnOnce(&mut Table) -> R) -> R {
    TABLE.with(|t| {
        // SAFETY: closures in this module neither re-enter nor leak the reference.
        f(unsafe { &mut *t.get() })
    })
}

/// Bytes of an object's block.
pub fn block_size(class: &ClassHead) -> usize {
    Obj::SLOTS + class.num_slots as usize * size_of::<Val>()
}

/// A fresh object with count 1 and a number; slots are for the caller to fill. The native payload is zeroed.
///
/// # Safety
/// `class` is complete and outlives the object.
pub unsafe fn alloc_object(class: *const ClassHead) -> *mut Obj {
    // SAFETY: by the caller's promise.
    unsafe {
        let o = alloc(block_size(&*class)).cast::<Obj>();
        let handle = table(|t| {
            if t.objects.is_empty() {
                t.objects.push(core::ptr::null_mut());
            }
            match t.free.pop() {
                Some(h) => {
                    t.objects[h as usize] = o;
                    h
                }
                None => {
                    t.objects.push(o);
                    (t.objects.len() - 1) as u32
                }
            }
        });
        let native = match (*class).native_size as usize {
            0 => core::ptr::null_mut(),
            n => {
                let p = alloc(n);
                p.write_bytes(0, n);
                p
            }
        };
        o.write(Obj {
            hdr: HeapHdr { rc: 1, info: OBJ as u32 },
            handle,
            gc: 0,
            class,
            props: core::ptr::null_mut(),
            native,
        });
        o
    }
}

/// The value that stands for an object (no share taken).
#[inline(always)]
pub fn obj_val(o: *mut Obj) -> Val {
    Val { payload: o as u64, ty: OBJ as u32 | REFCOUNTED | COLLECTABLE, aux: 0 }
}

/// Live objects in order of their numbers.
pub fn live_objects() -> Vec<*mut Obj> {
    table(|t| t.objects.iter().copied().filter(|o| !o.is_null()).collect())
}

/// The live object of a number.
pub fn object_by_handle(h: u32) -> Option<*mut Obj> {
    table(|t| t.objects.get(h as usize).copied().filter(|o| !o.is_null()))
}

/// Forgets every object and restarts numbering: after a request's end.
pub fn reset_objects() {
    table(|t| {
        t.objects.clear();
        t.free.clear();
    });
}

/// The count of `o` reached zero: destructor, then release of what it holds.
///
/// # Safety
/// Called once, by whoever gave the last share back.
pub unsafe fn zero(o: *mut Obj) {
    // SAFETY: by the caller's promise; the hooks are the VM's.
    unsafe {
        (*o).hdr.rc = 1;
        (hooks().destruct)(o);
        (*o).hdr.rc -= 1;
        if (*o).hdr.rc != 0 {
            return;
        }
        free_object(o);
    }
}

/// Releases an object's contents and its block without asking for its destructor.
///
/// # Safety
/// Nobody uses the object any more.
pub unsafe fn free_object(o: *mut Obj) {
    // SAFETY: by the caller's promise.
    unsafe {
        // Keep the block alive while its contents go.
        (*o).hdr.rc = 1;
        free_contents(o);
        crate::gc::forget(o.cast());
        free_block(o);
    }
}

/// Releases what an object holds; the block stays.
///
/// # Safety
/// The caller holds the object, and nobody will look into it again.
pub unsafe fn free_contents(o: *mut Obj) {
    // SAFETY: by the caller's promise.
    unsafe {
        let class = &*(*o).class;
        (*o).hdr.info |= HDR_FREED;
        (hooks().weak_gone)(o);
        if !(*o).native.is_null() {
            if let Some(f) = class.native_free {
                f((*o).native);
            }
            free((*o).native, class.native_size as usize);
            (*o).native = core::ptr::null_mut();
        }
        let props = core::mem::replace(&mut (*o).props, core::ptr::null_mut());
        if !props.is_null() {
            crate::array::release_arr(props);
        }
        for i in 0..class.num_slots as usize {
            let p = Obj::slot(o, i);
            let v = *p;
            *p = Val::UNDEF;
            super::val_release(v);
        }
    }
}

/// Gives an emptied object's number and block back.
///
/// # Safety
/// Nobody holds it.
pub unsafe fn free_block(o: *mut Obj) {
    // SAFETY: by the caller's promise.
    unsafe {
        let h = (*o).handle;
        table(|t| {
            if let Some(e) = t.objects.get_mut(h as usize)
                && *e == o
            {
                *e = core::ptr::null_mut();
                t.free.push(h);
            }
        });
        free(o.cast(), block_size(&*(*o).class));
    }
}
