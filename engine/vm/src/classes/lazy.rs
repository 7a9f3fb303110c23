//! Lazy objects (RFC "Lazy Objects", php-src's zend_lazy_objects.c): ghosts that fill themselves in on first use, and proxies
//! that hand everything to an instance made on first use. Slots of an uninitialized one are empty and marked [`SLOT_LAZY`].

use super::{class_of, class_text};
use crate::class::{Class, PropInfo, SLOT_LAZY, SLOT_REINIT, SLOT_UNINIT, class_flags};
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_runtime::array;
use howdah_runtime::layout::{Arr, HDR_DTOR_DONE, HDR_LAZY, HDR_PROXY, Obj};
use howdah_runtime::memory::{self, obj_val, val_addref};
use howdah_runtime::value;
use plugin_api_abi::flags::{FINAL, READONLY, STATIC};
use plugin_api_abi::{NULL, OBJ, REF, Status, UNDEF, Val};

/// `ReflectionClass::SKIP_INITIALIZATION_ON_SERIALIZE`
pub const SKIP_INITIALIZATION_ON_SERIALIZE: u32 = 8;
/// `ReflectionClass::SKIP_DESTRUCTOR`
pub const SKIP_DESTRUCTOR: u32 = 16;

/// What is kept about a lazy object.
pub struct Lazy {
    /// The initializer or factory (owned); UNDEF once it ran.
    pub initializer: Val,
    /// A proxy, not a ghost.
    pub proxy: bool,
    /// `ReflectionClass::SKIP_*` bits.
    pub options: u32,
    /// An initialized proxy's instance (owned), or UNDEF.
    pub instance: Val,
    /// The initializer is running.
    pub running: bool,
}

impl Vm {
    /// Makes an object of `class` lazy, fresh or (with `existing`) again.
    ///
    /// # Errors
    /// The class cannot be lazy, or its constants threw.
    pub fn make_lazy(
        &mut self,
        class: *mut Class,
        existing: *mut Obj,
        initializer: Val,
        proxy: bool,
        options: u32,
    ) -> Result<Val, Status> {
        // SAFETY: live class; the object is live and of that class.
        unsafe {
            let c = &mut *class;
            let refuse = if c.flags & class_flags::INTERNAL != 0 && class != self.ce.std_class {
                Some(format!("Cannot make instance of internal class lazy: {} is internal", class_text(c)))
            } else {
                c.display
                    .iter()
                    .find(|&&k| (*k).flags & class_flags::INTERNAL != 0 && k != self.ce.std_class)
                    .map(|&k| {
                        format!(
                            "Cannot make instance of internal class lazy: {} inherits internal class {}",
                            class_text(c),
                            class_text(k)
                        )
                    })
            };
            if let Some(msg) = refuse {
                return Err(self.throw(&msg));
            }
            match self.update_constants(class) {
                Status::Ok => {}
                st => return Err(st),
            }
            let o = if existing.is_null() {
                let o = memory::alloc_object(&c.head);
                for i in 0..c.head.num_slots as usize {
                    *Obj::slot(o, i) = Val::UNDEF;
                }
                o
            } else {
                match self.reset_object(existing, c, options) {
                    Status::Ok => existing,
                    st => return Err(st),
                }
            };
            let mut any = false;
            for i in 0..c.head.num_slots as usize {
                if (*Obj::slot(o, i)).is_undef()
                    && !c.slot_infos[i].is_null()
                    && (*c.slot_infos[i]).flags & STATIC == 0
                {
                    (*Obj::slot(o, i)).aux = SLOT_UNINIT | SLOT_LAZY;
                    any = true;
                }
            }
            let v = obj_val(o);
            if !any {
                // Nothing to wait for: it is an ordinary object at once.
                return Ok(v);
            }
            (*o).hdr.info |= HDR_LAZY;
            self.cls.lazy.insert(
                o as usize,
                Lazy { initializer: copy(initializer), proxy, options, instance: Val::UNDEF, running: false },
            );
            Ok(v)
        }
    }

    /// Empties an object that becomes lazy (again): its destructor runs, and what the class `c` declares is unset.
    unsafe fn reset_object(&mut self, o: *mut Obj, c: &Class, options: u32) -> Status {
        // SAFETY: the caller's object is live and of class `c` or a child.
        unsafe {
            if self.cls.iterated.contains_key(&(self.lazy_instance(o) as usize)) {
                return self.throw("Can not reset an object during property iteration");
            }
            if (*o).hdr.info & HDR_PROXY != 0 {
                (*o).hdr.info &= !HDR_PROXY;
                self.lazy_gone(o);
            } else {
                if self.cls.lazy.get(&(o as usize)).is_some_and(|l| l.running) {
                    return self.throw("Can not reset an object while it is being initialized");
                }
                if options & SKIP_DESTRUCTOR == 0 {
                    val_addref(obj_val(o));
                    self.destruct(o);
                    (*o).hdr.rc -= 1;
                    crate::tri!(self.pending());
                }
            }
            (*o).hdr.info &= !HDR_DTOR_DONE;
            let props = std::mem::replace(&mut (*o).props, core::ptr::null_mut::<Arr>());
            if !props.is_null() {
                release(array::val(props));
            }
            for i in 0..c.head.num_slots as usize {
                let info = c.slot_infos[i];
                if info.is_null() {
                    continue;
                }
                let p = Obj::slot(o, i);
                let final_prop = class_of(o).flags & FINAL != 0 || (*info).flags & FINAL != 0;
                if !(*p).is_undef()
                    && (*info).flags & READONLY != 0
                    && (*p).aux & SLOT_REINIT == 0
                    && final_prop
                {
                    continue;
                }
                drop_property(o, i);
            }
            Status::Ok
        }
    }

    /// Whether an object is lazy and waits for its first use.
    pub fn lazy_uninitialized(&self, o: *mut Obj) -> bool {
        // SAFETY: live object.
        unsafe { (*o).hdr.info & HDR_LAZY != 0 }
    }

    /// What var_dump() puts before a lazy object: empty for others.
    pub fn lazy_prefix(&self, o: *mut Obj) -> &'static str {
        match self.cls.lazy.get(&(o as usize)) {
            // SAFETY: live object.
            Some(_) if unsafe { (*o).hdr.info } & (HDR_LAZY | HDR_PROXY) == 0 => "",
            Some(l) if l.proxy => "lazy proxy ",
            Some(_) => "lazy ghost ",
            None => "",
        }
    }

    /// The initializer or factory of an object that waits for its first use, as an owned value; else null.
    pub fn lazy_initializer(&self, o: *mut Obj) -> Val {
        match self.cls.lazy.get(&(o as usize)) {
            Some(l) if self.lazy_uninitialized(o) => copy(l.initializer),
            _ => Val::NULL,
        }
    }

    /// The instance behind a chain of initialized proxies.
    fn lazy_target(&self, o: *mut Obj) -> *mut Obj {
        let mut o = o;
        loop {
            let next = self.lazy_instance(o);
            if next == o {
                return o;
            }
            o = next;
        }
    }

    /// Whether a declared property of an object (or of a proxy's instance) waits for initialization.
    pub fn lazy_waits(&self, o: *mut Obj, p: &PropInfo) -> bool {
        // SAFETY: a property with a slot, of the object's class.
        unsafe { (*Obj::slot(self.lazy_target(o), p.slot as usize)).aux & SLOT_LAZY != 0 }
    }

    /// `ReflectionProperty::skipLazyInitialization`: the property gets its default, and no longer waits.
    pub fn lazy_skip(&mut self, o: *mut Obj, p: &PropInfo) {
        let o = self.lazy_target(o);
        // SAFETY: a property with a slot, of the object's class.
        unsafe {
            if (*Obj::slot(o, p.slot as usize)).aux & SLOT_LAZY != 0 {
                self.lazy_restore_slot(o, class_of(o), p.slot as usize);
                self.lazy_settled(o);
            }
        }
    }

    /// `ReflectionProperty::setRawValueWithoutLazyInitialization`: stores (a share of) `v` without hooks and without
    /// initializing the object.
    pub fn lazy_set_raw(&mut self, o: *mut Obj, p: &PropInfo, v: Val) -> Status {
        let o = self.lazy_target(o);
        // SAFETY: a property with a slot, of the object's class.
        unsafe {
            let slot = Obj::slot(o, p.slot as usize);
            let waited = (*slot).aux & SLOT_LAZY != 0;
            if p.flags & READONLY != 0 && !(*slot).is_undef() && (*slot).aux & SLOT_REINIT == 0 {
                return self.readonly_refused(p, "modify");
            }
            (*slot).aux &= !SLOT_LAZY;
            let mut v = v;
            let st = self.store_typed(o, p, &mut v);
            let slot = Obj::slot(o, p.slot as usize);
            if st != Status::Ok && waited && (*slot).is_undef() && self.lazy_uninitialized(o) {
                (*slot).aux |= SLOT_LAZY;
            } else if waited {
                self.lazy_settled(o);
            }
            st
        }
    }

    /// The instance behind an initialized proxy; of anything else the object itself.
    pub fn lazy_instance(&self, o: *mut Obj) -> *mut Obj {
        match self.cls.lazy.get(&(o as usize)) {
            Some(l) if l.instance.tag() == OBJ => l.instance.as_ptr(),
            _ => o,
        }
    }

    /// The object whose properties count: initialized when it was lazy, a proxy's instance.
    ///
    /// # Errors
    /// The initializer threw.
    pub fn lazy_real(&mut self, o: *mut Obj) -> Result<*mut Obj, Status> {
        // SAFETY: live object.
        if unsafe { (*o).hdr.info } & (HDR_LAZY | HDR_PROXY) == 0 {
            return Ok(o);
        }
        let real = self.lazy_init(o)?;
        if real != o { self.lazy_real(real) } else { Ok(real) }
    }

    /// Initializes a lazy object and gives the one that stands for it: itself (ghosts), or the instance (proxies). While its
    /// initializer runs, it is itself.
    ///
    /// # Errors
    /// The initializer threw or gave what it must not; the object is then lazy again.
    pub fn lazy_init(&mut self, o: *mut Obj) -> Result<*mut Obj, Status> {
        let Some(l) = self.cls.lazy.get_mut(&(o as usize)) else { return Ok(o) };
        if l.instance.tag() == OBJ {
            return Ok(l.instance.as_ptr());
        }
        if l.running {
            return Ok(o);
        }
        l.running = true;
        let (init, proxy) = (copy(l.initializer), l.proxy);
        val_addref(obj_val(o));
        let mut r = if proxy { self.init_proxy(o, init) } else { self.init_ghost(o, init) };
        if let Some(l) = self.cls.lazy.get_mut(&(o as usize)) {
            l.running = false;
        }
        // SAFETY: shares taken above.
        unsafe {
            release(init);
            if (*o).hdr.rc == 1 {
                r = Err(self.throw("Lazy object was released during initialization"));
            }
            release(obj_val(o));
        }
        r
    }

    fn init_ghost(&mut self, o: *mut Obj, init: Val) -> Result<*mut Obj, Status> {
        // SAFETY: live object.
        unsafe {
            let c = class_of(o);
            let n = c.head.num_slots as usize;
            let before: Vec<Val> = (0..n)
                .map(|i| {
                    let v = *Obj::slot(o, i);
                    val_addref(v);
                    v
                })
                .collect();
            let props = (*o).props;
            if !props.is_null() {
                val_addref(array::val(props));
            }
            for i in 0..n {
                let p = Obj::slot(o, i);
                if (*p).aux & SLOT_LAZY != 0 && (*p).is_undef() {
                    let d = c.default_slots[i];
                    val_addref(d);
                    *p = d;
                }
            }
            (*o).hdr.info &= !HDR_LAZY;
            let mut out = Val::NULL;
            let mut st = self.call_callable(init, &[obj_val(o)], &mut out);
            if st == Status::Ok && out.tag() > NULL {
                st = self.throw_type("Lazy object initializer must return NULL or no value");
            }
            release(out);
            if st == Status::Ok {
                before.into_iter().for_each(|v| release(v));
                if !props.is_null() {
                    release(array::val(props));
                }
                if let Some(l) = self.cls.lazy.remove(&(o as usize)) {
                    release(l.initializer);
                }
                return Ok(o);
            }
            // It failed: what it set is taken back, and it may be tried again.
            for (i, v) in before.into_iter().enumerate() {
                drop_property(o, i);
                let p = Obj::slot(o, i);
                *p = v;
                let info = c.slot_infos[i];
                if v.tag() == REF && !info.is_null() && (*info).ty.is_some() {
                    super::refs::add_source(v.as_ptr(), info);
                }
            }
            let now = std::mem::replace(&mut (*o).props, props);
            if !now.is_null() {
                release(array::val(now));
            }
            (*o).hdr.info |= HDR_LAZY;
            Err(st)
        }
    }

    fn init_proxy(&mut self, o: *mut Obj, init: Val) -> Result<*mut Obj, Status> {
        // SAFETY: live object.
        unsafe {
            let c = class_of(o);
            (*o).hdr.info &= !HDR_LAZY;
            let mut out = Val::NULL;
            let mut st = self.call_callable(init, &[obj_val(o)], &mut out);
            if st == Status::Ok {
                let v = value::deref(out);
                if v.tag() != OBJ {
                    let msg = format!(
                        "Lazy proxy factory must return an instance of a class compatible with {}, {} returned",
                        class_text(c),
                        if v.tag() == UNDEF { "null".into() } else { value::value_name(v) }
                    );
                    st = self.throw_type(&msg);
                } else if !compatible(class_of(v.as_ptr()), c) {
                    let msg = format!(
                        "The real instance class {} is not compatible with the proxy class {}. The proxy must be a instance of the same class as the real instance, or a sub-class with no additional properties, and no overrides of the __destructor or __clone methods.",
                        class_text(class_of(v.as_ptr())),
                        class_text(c)
                    );
                    st = self.throw_type(&msg);
                } else if v.payload == o as u64 || (*v.as_ptr::<Obj>()).hdr.info & (HDR_LAZY | HDR_PROXY) != 0
                {
                    st = self.throw("Lazy proxy factory must return a non-lazy object");
                }
            }
            if st != Status::Ok {
                release(out);
                (*o).hdr.info |= HDR_LAZY;
                return Err(st);
            }
            let real = copy(value::deref(out));
            release(out);
            (*o).hdr.info |= HDR_PROXY;
            let Some(l) = self.cls.lazy.get_mut(&(o as usize)) else { return Ok(o) };
            l.instance = real;
            let used = std::mem::replace(&mut l.initializer, Val::UNDEF);
            release(used);
            // All access goes to the instance from now on.
            let props = std::mem::replace(&mut (*o).props, core::ptr::null_mut::<Arr>());
            if !props.is_null() {
                release(array::val(props));
            }
            let rc = class_of(real.as_ptr());
            for i in 0..rc.head.num_slots as usize {
                if !rc.slot_infos[i].is_null() {
                    drop_property(o, i);
                    (*Obj::slot(o, i)).aux = SLOT_UNINIT | SLOT_LAZY;
                }
            }
            Ok(real.as_ptr())
        }
    }

    /// Makes a lazy object an ordinary one without running its initializer (`markLazyObjectAsInitialized`): defaults go in.
    pub fn lazy_mark_initialized(&mut self, o: *mut Obj) {
        // SAFETY: live object.
        unsafe {
            if (*o).hdr.info & HDR_LAZY == 0 {
                return;
            }
            let c = class_of(o);
            for i in 0..c.head.num_slots as usize {
                self.lazy_restore_slot(o, c, i);
            }
            self.lazy_settled(o);
        }
    }

    /// Gives one slot of a lazy object its default (`skipLazyInitialization`).
    ///
    /// # Safety
    /// `o` is live and of class `c`.
    pub unsafe fn lazy_restore_slot(&mut self, o: *mut Obj, c: &Class, i: usize) {
        // SAFETY: by the caller's promise.
        unsafe {
            let p = Obj::slot(o, i);
            if (*p).aux & SLOT_LAZY != 0 && (*p).is_undef() {
                let d = c.default_slots[i];
                val_addref(d);
                *p = d;
            }
        }
    }

    /// Ends laziness when no slot waits any more.
    pub fn lazy_settled(&mut self, o: *mut Obj) {
        // SAFETY: live object.
        unsafe {
            let c = class_of(o);
            let waits = (0..c.head.num_slots as usize).any(|i| {
                let v = *Obj::slot(o, i);
                v.is_undef() && v.aux & SLOT_LAZY != 0
            });
            if !waits && (*o).hdr.info & HDR_LAZY != 0 {
                (*o).hdr.info &= !HDR_LAZY;
                if let Some(l) = self.cls.lazy.remove(&(o as usize)) {
                    release(l.initializer);
                }
            }
        }
    }

    /// Clones an initialized proxy: proxy and instance both.
    pub(crate) fn clone_proxy(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        // SAFETY: live object.
        unsafe {
            let real = self.lazy_instance(o);
            let mut inner = Val::NULL;
            crate::tri!(self.clone_object(real, &mut inner));
            let c = class_of(o);
            let n = memory::alloc_object(&c.head);
            for i in 0..c.head.num_slots as usize {
                *Obj::slot(n, i) = Val { aux: (*Obj::slot(o, i)).aux, ..Val::UNDEF };
            }
            (*n).hdr.info |= HDR_PROXY;
            let options = self.cls.lazy.get(&(o as usize)).map_or(0, |l| l.options);
            self.cls.lazy.insert(
                n as usize,
                Lazy { initializer: Val::UNDEF, proxy: true, options, instance: inner, running: false },
            );
            *out = obj_val(n);
            Status::Ok
        }
    }

    /// Forgets a lazy object's state.
    pub(crate) fn lazy_gone(&mut self, o: *mut Obj) {
        if let Some(l) = self.cls.lazy.remove(&(o as usize)) {
            // SAFETY: both are owned here.
            unsafe {
                release(l.initializer);
                release(l.instance);
            }
        }
    }
}

/// Empties slot `i` of an object.
unsafe fn drop_property(o: *mut Obj, i: usize) {
    // SAFETY: the caller's object has the slot.
    unsafe {
        let p = Obj::slot(o, i);
        let old = *p;
        *p = Val::UNDEF;
        let info = class_of(o).slot_infos[i];
        if old.tag() == REF && !info.is_null() && (*info).ty.is_some() {
            super::refs::drop_source(old.as_ptr(), info);
        }
        release(old);
    }
}

/// Whether a proxy of class `proxy` may stand for an instance of class `real`.
fn compatible(real: &Class, proxy: &Class) -> bool {
    if core::ptr::eq(real, proxy) {
        return true;
    }
    proxy.is_a(real)
        && proxy.props.len() == real.props.len()
        && proxy.magic.dtor == real.magic.dtor
        && proxy.magic.clone == real.magic.clone
}
