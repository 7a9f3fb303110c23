//! Walking a Traversable: through the methods of an Iterator, or through the native iterator that its class makes.
//!
//! As in php-src (`zend_class_entry::get_iterator`), a class with a native iterator is walked by it alone, as long as no PHP
//! subclass overrides one of the methods that it stands for.

use crate::class::Class;
use crate::rt::{copy, release, truth};
use crate::tri;
use crate::vm::Vm;
use howdah_runtime::layout::Obj;
use howdah_runtime::memory::{give_handle, take_handle};
use howdah_runtime::value;
use plugin_api_abi::{CtxRaw, IteratorTable, NativeIterator, OBJ, Status, Val, iter_step};

/// [`IteratorTable::fetch`].
pub(crate) type Fetch =
    unsafe extern "C" fn(*mut CtxRaw, *mut u8, u32, key: *mut Val, val: *mut Val, more: *mut u32) -> Status;

/// The combined step of a native iterator, where its table reaches so far and has one.
pub(crate) fn fetch_of(it: &NativeIterator) -> Option<Fetch> {
    // SAFETY: a live table, as long as it says.
    unsafe {
        let end = core::mem::offset_of!(IteratorTable, fetch) + size_of::<Option<Fetch>>();
        if ((&raw const (*it.table).size).read() as usize) < end {
            return None;
        }
        (&raw const (*it.table).fetch).read()
    }
}

/// A walk over a Traversable.
pub(crate) enum Traversal {
    /// An Iterator or Generator (owned), and the number that the walk has among objects.
    Object(Val, u32),
    /// A native iterator, how many steps it has made, and the walk's number.
    Native(NativeIterator, i64, u32),
}

impl Traversal {
    /// Gives back what it owns.
    ///
    /// # Safety
    /// Called once.
    pub(crate) unsafe fn free(&self) {
        // SAFETY: by the caller's promise.
        unsafe {
            match self {
                Traversal::Object(o, n) => {
                    release(*o);
                    give_handle(*n);
                }
                Traversal::Native(it, _, n) => {
                    ((*it.table).free)(it.state);
                    give_handle(*n);
                }
            }
        }
    }

    /// Calls `visit` with what it owns.
    ///
    /// # Safety
    /// It was not freed.
    pub(crate) unsafe fn shares(&mut self, visit: &mut dyn FnMut(Val)) {
        unsafe extern "C" fn each(data: *mut u8, slot: *mut Val) {
            // SAFETY: `data` is the list below, `slot` a value of the iterator.
            unsafe { (*data.cast::<Vec<Val>>()).push(*slot) }
        }
        // SAFETY: by the caller's promise.
        unsafe {
            let mut list: Vec<Val> = Vec::new();
            self.roots(each, (&raw mut list).cast());
            list.into_iter().for_each(visit);
        }
    }

    /// Names the values that it owns.
    ///
    /// # Safety
    /// It was not freed; `visit` follows the ABI.
    pub(crate) unsafe fn roots(
        &mut self,
        visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
        data: *mut u8,
    ) {
        // SAFETY: by the caller's promise.
        unsafe {
            match self {
                Traversal::Object(o, _) => visit(data, o),
                Traversal::Native(it, ..) => {
                    if let Some(f) = (*it.table).roots {
                        f(it.state, visit, data);
                    }
                }
            }
        }
    }
}

/// Whether a subclass overrides what the native iterator of a class stands for.
fn is_overridden(c: &Class) -> bool {
    // SAFETY: parents and methods live as long as their classes.
    unsafe {
        let mut owner: *const Class = c;
        while !(*owner).parent.is_null() && core::ptr::eq((*(*owner).parent).head.handlers, c.head.handlers) {
            owner = (*owner).parent;
        }
        let m = &c.magic;
        [m.it_rewind, m.it_valid, m.it_current, m.it_key, m.it_next, m.get_iterator]
            .into_iter()
            .any(|f| !f.is_null() && !(*owner).is_a((*f).scope))
    }
}

impl Vm {
    /// The native iterator that an object's class makes; `None` when it has none, or its methods are overridden.
    pub(crate) fn native_iterator_of(
        &mut self,
        o: Val,
        by_ref: bool,
    ) -> Result<Option<NativeIterator>, Status> {
        // SAFETY: live object; handlers are never null.
        unsafe {
            let class = &*(*o.as_ptr::<Obj>()).class.cast::<Class>();
            let Some(make) = (*class.head.handlers).get_iterator else { return Ok(None) };
            if is_overridden(class) {
                return Ok(None);
            }
            let mut it = NativeIterator { state: core::ptr::null_mut(), table: core::ptr::null() };
            let ctx: *mut Vm = self;
            match make(ctx.cast::<CtxRaw>(), o, by_ref as u32, &mut it) {
                Status::Ok => Ok(Some(it)),
                st => Err(st),
            }
        }
    }

    /// How foreach walks an object; `None` for a plain object.
    pub(crate) fn traversal(&mut self, o: Val, by_ref: bool) -> Result<Option<Traversal>, Status> {
        let mut o = copy(o);
        loop {
            match self.native_iterator_of(o, by_ref) {
                Ok(Some(it)) => {
                    // SAFETY: ours; the iterator holds what it needs.
                    unsafe { release(o) };
                    return Ok(Some(Traversal::Native(it, 0, take_handle())));
                }
                Ok(None) => {}
                Err(st) => {
                    // SAFETY: ours.
                    unsafe { release(o) };
                    return Err(st);
                }
            }
            match self.iterator_step(o)? {
                None => return Ok(None),
                Some((it, true)) => return Ok(Some(Traversal::Object(it, take_handle()))),
                Some((next, false)) => o = next,
            }
        }
    }

    /// Does a step ([`iter_step`]) of a walk; what it gives is owned.
    pub(crate) fn traverse(&mut self, t: &mut Traversal, step: u32, out: &mut Val) -> Status {
        match t {
            Traversal::Object(o, _) => {
                let o = *o;
                match step {
                    iter_step::REWIND => self.it_call(o, |m| m.it_rewind, out),
                    iter_step::VALID => {
                        let mut ok = Val::NULL;
                        tri!(self.it_call(o, |m| m.it_valid, &mut ok));
                        *out = Val::bool(truth(self, value::deref(ok)));
                        // SAFETY: ours.
                        unsafe { release(ok) };
                        self.pending()
                    }
                    iter_step::CURRENT => self.it_call(o, |m| m.it_current, out),
                    iter_step::KEY => self.it_call(o, |m| m.it_key, out),
                    _ => self.it_call(o, |m| m.it_next, out),
                }
            }
            Traversal::Native(it, index, _) => {
                let ctx: *mut Vm = self;
                let ctx = ctx.cast::<CtxRaw>();
                // SAFETY: the extension's table and state.
                unsafe {
                    let f = &*it.table;
                    match step {
                        iter_step::REWIND => {
                            *index = 0;
                            f.rewind.map_or(Status::Ok, |f| f(ctx, it.state))
                        }
                        iter_step::VALID => {
                            let mut ok = 0;
                            let st = (f.valid)(ctx, it.state, &mut ok);
                            *out = Val::bool(ok != 0);
                            st
                        }
                        iter_step::CURRENT => (f.current)(ctx, it.state, out),
                        iter_step::KEY => match f.key {
                            Some(f) => f(ctx, it.state, out),
                            None => {
                                *out = Val::int(*index);
                                Status::Ok
                            }
                        },
                        _ => {
                            *index += 1;
                            (f.next)(ctx, it.state)
                        }
                    }
                }
            }
        }
    }

    /// As [`Vm::traverse`] where nothing is given but perhaps a truth.
    pub(crate) fn traverse_flag(&mut self, t: &mut Traversal, step: u32) -> Result<bool, Status> {
        let mut out = Val::NULL;
        let st = self.traverse(t, step, &mut out);
        let yes = out.tag() == plugin_api_abi::TRUE;
        // SAFETY: ours.
        unsafe { release(out) };
        if st == Status::Ok { Ok(yes) } else { Err(st) }
    }

    /// All that a loop does for an element: with `advance` on to the next one first, then, where there is one, unless `val` is
    /// null its value and, unless `key` is null too, its key, both owned. Nothing is given where it fails.
    ///
    /// # Safety
    /// The places hold nothing that is counted.
    pub(crate) unsafe fn traverse_fetch(
        &mut self,
        t: &mut Traversal,
        advance: bool,
        key: *mut Val,
        val: *mut Val,
    ) -> Result<bool, Status> {
        if let Traversal::Native(it, index, _) = t
            && let Some(f) = fetch_of(it)
        {
            *index += advance as i64;
            let mut more = 0;
            let ctx: *mut Vm = self;
            // SAFETY: the extension's state; the caller's places.
            let st = unsafe { f(ctx.cast(), it.state, advance as u32, key, val, &mut more) };
            if st == Status::Ok {
                return Ok(more != 0);
            }
            // SAFETY: what it gave before it failed.
            unsafe { val.as_mut().map(|v| release(core::mem::replace(v, Val::NULL))) };
            return Err(st);
        }
        if advance {
            self.traverse_flag(t, iter_step::NEXT)?;
        }
        if !self.traverse_flag(t, iter_step::VALID)? {
            return Ok(false);
        }
        // SAFETY: the caller's places.
        let (key, val) = unsafe { (key.as_mut(), val.as_mut()) };
        let Some(val) = val else { return Ok(true) };
        let mut st = self.traverse(t, iter_step::CURRENT, val);
        if st == Status::Ok
            && let Some(key) = key
        {
            st = self.traverse(t, iter_step::KEY, key);
        }
        if st == Status::Ok {
            return Ok(true);
        }
        // SAFETY: ours.
        unsafe { release(core::mem::replace(val, Val::NULL)) };
        Err(st)
    }

    /// Walks a Traversable: `f(key, value)`, both borrowed.
    pub fn iterate(&mut self, o: Val, f: &mut dyn FnMut(&mut Vm, Val, Val) -> Status) -> Status {
        let mut t = match self.traversal(o, false) {
            Ok(Some(t)) => t,
            Ok(None) => {
                return self.throw_type(&format!(
                    "Only arrays and Traversables can be unpacked, {} given",
                    howdah_runtime::value::value_name(o)
                ));
            }
            Err(st) => return st,
        };
        let st = self.walk(&mut t, f);
        // SAFETY: ours, once.
        unsafe { t.free() };
        st
    }

    fn walk(&mut self, t: &mut Traversal, f: &mut dyn FnMut(&mut Vm, Val, Val) -> Status) -> Status {
        if let Err(st) = self.traverse_flag(t, iter_step::REWIND) {
            return st;
        }
        let mut advance = false;
        loop {
            let (mut k, mut v) = (Val::NULL, Val::NULL);
            // SAFETY: the places hold null.
            match unsafe { self.traverse_fetch(t, core::mem::replace(&mut advance, true), &mut k, &mut v) } {
                Ok(true) => {}
                Ok(false) => return Status::Ok,
                Err(st) => return st,
            }
            let st = f(self, value::deref(k), value::deref(v));
            // SAFETY: ours.
            unsafe {
                release(k);
                release(v);
            }
            tri!(st);
        }
    }

    /// An object's Iterator (owned) and true; of an aggregate what its `getIterator` gives and false; `None` for an object
    /// that cannot be walked. Takes over `o`'s share.
    pub(crate) fn iterator_step(&mut self, o: Val) -> Result<Option<(Val, bool)>, Status> {
        // SAFETY: live object.
        unsafe {
            let class = (*o.as_ptr::<Obj>()).class.cast::<Class>().cast_mut();
            if (*class).is_a(self.ce.iterator) {
                return Ok(Some((o, true)));
            }
            if !(*class).is_a(self.ce.iterator_aggregate) {
                release(o);
                return Ok(None);
            }
            let mut out = Val::NULL;
            let st = self.call_func((*class).magic.get_iterator, o, class, &[], &mut out);
            if st != Status::Ok {
                release(o);
                return Err(st);
            }
            let name = String::from_utf8_lossy((*class).name()).into_owned();
            release(o);
            if out.tag() != OBJ || !(*(*out.as_ptr::<Obj>()).class.cast::<Class>()).is_a(self.ce.traversable)
            {
                release(out);
                let msg = format!(
                    "Objects returned by {name}::getIterator() must be traversable or implement interface Iterator"
                );
                return Err(self.throw_error(self.ce.exception, &msg));
            }
            Ok(Some((out, false)))
        }
    }
}
