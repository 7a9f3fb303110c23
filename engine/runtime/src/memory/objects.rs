//! Objects: their blocks, their numbers, and what happens when the last share of one is given back.

use super::{alloc, free};
use crate::layout::{
    Arr, CLASS_HAS_DTOR, CLASS_HAS_NATIVE, CLASS_TYPED_PROPS, ClassHead, HDR_DTOR_DONE, HDR_FREED, HDR_LAZY,
    HDR_PROXY, HDR_WEAK, Obj, Res,
};
use plugin_api_abi::{COLLECTABLE, HeapHdr, OBJ, REF, REFCOUNTED, Val};
use std::cell::{Cell, UnsafeCell};

/// What the VM does for the heap. Set once per thread.
#[derive(Clone, Copy)]
pub struct ObjectHooks {
    /// Runs an object's destructor when it has one that must run. May resurrect it (then its count is above zero).
    pub destruct: unsafe fn(*mut Obj),
    /// As `destruct`, for the cycle collector.
    pub gc_destruct: unsafe fn(*mut Obj),
    /// The object is going away: weak references and maps forget it.
    pub weak_gone: unsafe fn(*mut Obj),
    /// A reference with typed sources goes away.
    pub drop_sources: unsafe fn(*mut u8),
    /// The table of a weak map: values by address of their key; null when it has none yet.
    pub weak_map: unsafe fn(*mut Obj) -> *mut Arr,
    /// Calls back with every weak map that has an object as a key.
    pub weak_maps_of: unsafe fn(*mut Obj, &mut dyn FnMut(*mut Obj)),
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

const NO_HOOKS: ObjectHooks = ObjectHooks {
    destruct: |_| (),
    gc_destruct: |_| (),
    weak_gone: |_| (),
    drop_sources: |_| (),
    weak_map: |_| core::ptr::null_mut(),
    weak_maps_of: |_, _| (),
    resource_zero: |_| (),
};

thread_local! {
    static HOOKS: Cell<ObjectHooks> = const { Cell::new(NO_HOOKS) };
    static TABLE: UnsafeCell<Table> = const { UnsafeCell::new(Table::new()) };
}

/// Sets the hooks of this thread.
pub fn set_hooks(h: ObjectHooks) {
    HOOKS.set(h);
}

pub(crate) fn hooks() -> ObjectHooks {
    HOOKS.get()
}

/// The live objects of a request.
pub(super) struct Table {
    /// By handle; null: free. Handle 0 is never used.
    objects: Vec<*mut Obj>,
    /// Free handles, last freed first (as php-src's zend_objects_store does).
    free: Vec<u32>,
    /// Handles of objects with a destructor or a native payload, some of them stale: all that a request's end looks at.
    finalizable: Vec<u32>,
    /// Live ones among them.
    finalizable_live: usize,
}

impl Table {
    pub(super) const fn new() -> Table {
        Table { objects: Vec::new(), free: Vec::new(), finalizable: Vec::new(), finalizable_live: 0 }
    }

    /// Forgets every object and restarts numbering; costs the same however many there are.
    pub(super) fn clear(&mut self) {
        self.objects.clear();
        self.free.clear();
        self.finalizable.clear();
        self.finalizable_live = 0;
    }

    #[cold]
    fn add_finalizable(&mut self, h: u32) {
        if self.finalizable.len() >= 64 + 2 * self.finalizable_live {
            let mut list = std::mem::take(&mut self.finalizable);
            list.retain(|&h| self.finalizable_at(h).is_some());
            list.sort_unstable();
            list.dedup();
            self.finalizable = list;
        }
        self.finalizable.push(h);
        self.finalizable_live += 1;
    }

    fn finalizable_at(&self, h: u32) -> Option<*mut Obj> {
        let o = self.objects.get(h as usize).copied().filter(|o| !o.is_null())?;
        // SAFETY: objects in the table are alive, and so are their classes.
        (unsafe { (*(*o).class).flags } & FINALIZABLE != 0).then_some(o)
    }
}

/// Objects of such classes cost something at the end of a request.
const FINALIZABLE: u32 = CLASS_HAS_DTOR | CLASS_HAS_NATIVE;

/// Swaps this thread's objects with parked ones.
pub(super) fn swap_table(other: &mut Table) {
    table(|t| std::mem::swap(t, other));
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
        let handle = table(|t| match t.free.pop() {
            Some(h) => {
                t.objects[h as usize] = o;
                h
            }
            None => new_handle(t, o),
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
        if (*class).flags & FINALIZABLE != 0 {
            table(|t| t.add_finalizable(handle));
        }
        o
    }
}

/// A fresh object of a class without native payload, its slots filled from `defaults`.
///
/// # Safety
/// As [`alloc_object`]; `defaults` has as many values as the class has slots.
#[inline(never)]
pub unsafe extern "C" fn new_plain(class: *const ClassHead, defaults: *const Val) -> *mut Obj {
    // SAFETY: by the caller's promise.
    unsafe {
        let o = alloc(block_size(&*class)).cast::<Obj>();
        let handle = table(|t| match t.free.pop() {
            Some(h) => {
                *t.objects.get_unchecked_mut(h as usize) = o;
                h
            }
            None => new_handle(t, o),
        });
        o.write(Obj {
            hdr: HeapHdr { rc: 1, info: OBJ as u32 },
            handle,
            gc: 0,
            class,
            props: core::ptr::null_mut(),
            native: core::ptr::null_mut(),
        });
        let n = (*class).num_slots as usize;
        let mut i = 0;
        while i < n {
            let v = *defaults.add(i);
            super::val_addref(v);
            *Obj::slot(o, i) = v;
            i += 1;
        }
        if (*class).flags & FINALIZABLE != 0 {
            table(|t| t.add_finalizable(handle));
        }
        o
    }
}

#[inline(never)]
fn new_handle(t: &mut Table, o: *mut Obj) -> u32 {
    if t.objects.is_empty() {
        t.objects.push(core::ptr::null_mut());
    }
    t.objects.push(o);
    (t.objects.len() - 1) as u32
}

/// Takes a number of an object away without there being one: php-src numbers the iterators of loops among objects.
pub fn take_handle() -> u32 {
    table(|t| t.free.pop().unwrap_or_else(|| new_handle(t, core::ptr::null_mut())))
}

/// Gives a number from [`take_handle`] back; of a request that is over it does nothing.
pub fn give_handle(h: u32) {
    table(|t| {
        if t.objects.get(h as usize).is_some_and(|o| o.is_null()) {
            t.free.push(h);
        }
    });
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

/// Live objects that have a destructor or a native payload, in order of their numbers.
pub fn finalizable_objects() -> Vec<*mut Obj> {
    table(|t| {
        let mut list = t.finalizable.clone();
        list.sort_unstable();
        list.dedup();
        list.into_iter().filter_map(|h| t.finalizable_at(h)).collect()
    })
}

/// Drops the native payloads of all live objects: the first thing at the end of a request, before its memory goes at once.
/// Payloads may release values; what dies of it goes the ordinary way, but no destructor runs any more.
///
/// # Safety
/// No PHP code runs in this request any more.
pub unsafe fn drop_payloads() {
    // SAFETY: objects in the table are alive; one that dies on the way leaves the table, so it is looked up each time.
    unsafe {
        let list = finalizable_objects();
        for &o in &list {
            (*o).hdr.info |= HDR_DTOR_DONE;
        }
        let handles: Vec<u32> = list.iter().map(|&o| (*o).handle).collect();
        for h in handles {
            let Some(o) = table(|t| t.finalizable_at(h)) else { continue };
            if let (false, Some(f)) = ((*o).native.is_null(), (*(*o).class).native_free) {
                // Held, it cannot die of what its own payload releases.
                (*o).hdr.rc += 1;
                (*o).hdr.info |= HDR_FREED;
                f((*o).native);
                (*o).native = core::ptr::null_mut();
            }
        }
    }
}

/// The count of `o` reached zero: destructor, then release of what it holds.
///
/// # Safety
/// Called once, by whoever gave the last share back.
pub unsafe fn zero(o: *mut Obj) {
    // SAFETY: by the caller's promise; the hooks are the VM's.
    unsafe {
        if (*(*o).class).flags & CLASS_HAS_DTOR != 0 {
            (*o).hdr.rc = 1;
            (hooks().destruct)(o);
            (*o).hdr.rc -= 1;
            if (*o).hdr.rc != 0 {
                return;
            }
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
        empty(o);
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
    unsafe { empty(o) }
}

#[inline(always)]
unsafe fn empty(o: *mut Obj) {
    // SAFETY: as `free_contents`.
    unsafe {
        let class = &*(*o).class;
        let info = (*o).hdr.info;
        (*o).hdr.info = info | HDR_FREED;
        // References that its typed properties are bound to are told when the first of them is met.
        let mut told = class.flags & CLASS_TYPED_PROPS == 0;
        if info & (HDR_WEAK | HDR_LAZY | HDR_PROXY) != 0 {
            (hooks().weak_gone)(o);
            told = true;
        }
        if !(*o).native.is_null() {
            free_payload(o, class);
        }
        let props = (*o).props;
        if !props.is_null() {
            (*o).props = core::ptr::null_mut();
            crate::array::release_arr(props);
        }
        let mut p = Obj::slot(o, 0);
        let end = p.add(class.num_slots as usize);
        while p < end {
            let v = *p;
            if v.is_refcounted() {
                if v.tag() == REF && !told {
                    (hooks().weak_gone)(o);
                    told = true;
                }
                *p = Val::UNDEF;
                super::release::release_child(v);
            }
            p = p.add(1);
        }
    }
}

unsafe fn free_payload(o: *mut Obj, class: &ClassHead) {
    // SAFETY: `o` is a live object of that class, with a payload.
    unsafe {
        if let Some(f) = class.native_free {
            f((*o).native);
        }
        free((*o).native, class.native_size as usize);
        (*o).native = core::ptr::null_mut();
    }
}

/// Gives an emptied object's number and block back.
///
/// # Safety
/// Nobody holds it.
#[inline]
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
                if (*(*o).class).flags & FINALIZABLE != 0 {
                    t.finalizable_live -= 1;
                }
            }
        });
        free(o.cast(), block_size(&*(*o).class));
    }
}
