//! Objects: made, cloned, destroyed, converted, compared.

use super::{class_of, class_text};
use crate::class::{Class, SLOT_REINIT, class_flags};
use crate::errors::slots;
use crate::rt::{copy, release};
use crate::vm::{BailoutKind, Vm};
use howdah_runtime::layout::{
    Arr, CLASS_HAS_DTOR, HDR_DTOR_DONE, HDR_LAZY, HDR_PROTECTED, HDR_PROXY, Obj, Ref,
};
use howdah_runtime::memory::{self, obj_val, val_addref};
use howdah_runtime::{array, compare, convert, interner, string, value};
use plugin_api_abi::flags::{
    ABSTRACT, ENUM, INTERFACE, NOT_INSTANTIABLE, PRIVATE, PROTECTED, READONLY, SECRET, TRAIT, UNCLONEABLE,
};
use plugin_api_abi::{ARR, CtxRaw, DBL, FALSE, INT, OBJ, REF, STR, Status, StrHdr, TRUE, UNDEF, Val};

impl Vm {
    /// `from global scope` or `from scope A`, as visibility errors end.
    pub(crate) fn scope_text(&self) -> String {
        let s = self.scope();
        if s.is_null() { "global scope".into() } else { format!("scope {}", class_text(s)) }
    }

    /// A fresh object of any class, without the checks of `new` and without running a constructor.
    pub fn instantiate_raw(&mut self, class: *mut Class, out: &mut Val) -> Status {
        // SAFETY: classes live as long as the VM's request.
        unsafe {
            if (*class).flags & class_flags::CONSTANTS_UPDATED == 0 {
                crate::tri!(self.update_constants(class));
            }
            let c = &*class;
            let o = memory::alloc_object(&c.head);
            let mut p = Obj::slot(o, 0);
            for v in &c.default_slots {
                val_addref(*v);
                *p = *v;
                p = p.add(1);
            }
            *out = obj_val(o);
            if !c.native_base.is_null()
                && let Some(create) = (*c.native_base).create
            {
                let ctx: *mut Vm = self;
                let st = create(ctx.cast::<CtxRaw>(), *out, (*o).native);
                if st != Status::Ok {
                    (*o).hdr.info |= HDR_DTOR_DONE;
                    release(*out);
                    *out = Val::NULL;
                    return st;
                }
            }
            if !self.ce.throwable.is_null() && !c.interfaces.is_empty() && c.is_a(self.ce.throwable) {
                self.fill_throwable(o);
            }
            Status::Ok
        }
    }

    /// Whether making an object of a class means no more than filling its slots.
    pub(crate) fn is_plain(&self, class: *mut Class) -> bool {
        // SAFETY: live class; handlers are never null.
        unsafe {
            let c = &*class;
            c.flags & class_flags::CONSTANTS_UPDATED != 0
                && c.head.native_size == 0
                && c.native_base.is_null()
                && (*c.head.handlers).get_constructor.is_none()
                && (self.ce.throwable.is_null() || !c.is_a(self.ce.throwable))
        }
    }

    /// An object whose constructor is not looked for: refuses what cannot be instantiated.
    pub fn allocate(&mut self, class: *mut Class, out: &mut Val) -> Status {
        // SAFETY: live class.
        let c = unsafe { &*class };
        if c.flags & (INTERFACE | TRAIT | ENUM | ABSTRACT | NOT_INSTANTIABLE) != 0 {
            return self.refuse_new(c);
        }
        self.instantiate_raw(class, out)
    }

    /// `new` without the constructor: as [`Vm::allocate`], and the class may refuse it.
    pub fn instantiate(&mut self, class: *mut Class, out: &mut Val) -> Status {
        crate::tri!(self.allocate(class, out));
        // SAFETY: live class; handlers are never null.
        if let Some(ask) = unsafe { (*(*class).head.handlers).get_constructor } {
            let ctx: *mut Vm = self;
            // SAFETY: the callback follows the ABI.
            let st = unsafe { ask(ctx.cast(), *out) };
            if st != Status::Ok {
                // SAFETY: ours, fresh.
                unsafe {
                    (*out.as_ptr::<Obj>()).hdr.info |= HDR_DTOR_DONE;
                    release(*out);
                }
                *out = Val::NULL;
                return st;
            }
        }
        Status::Ok
    }

    #[cold]
    fn refuse_new(&mut self, c: &Class) -> Status {
        let word = match c.flags {
            f if f & INTERFACE != 0 => "interface",
            f if f & TRAIT != 0 => "trait",
            f if f & ENUM != 0 => "enum",
            f if f & ABSTRACT != 0 => "abstract class",
            _ => {
                let name = class_text(c);
                return match &*name {
                    "Generator" => self.throw("The \"Generator\" class is reserved for internal use and cannot be manually instantiated"),
                    "WeakReference" => self.throw("Direct instantiation of WeakReference is not allowed, use WeakReference::create instead"),
                    "InternalIterator" => self.throw("Cannot manually construct InternalIterator"),
                    _ => self.throw(&format!("Instantiation of class {name} is not allowed")),
                };
            }
        };
        self.throw(&format!("Cannot instantiate {word} {}", class_text(c)))
    }

    /// File, line and trace of a fresh throwable.
    unsafe fn fill_throwable(&mut self, o: *mut Obj) {
        // SAFETY: throwables have these slots.
        unsafe {
            let put = |i: usize, v: Val| {
                let p = Obj::slot(o, i);
                let old = *p;
                *p = v;
                release(old);
            };
            if let Some((file, line)) = self.position() {
                put(slots::FILE, string::val(file));
                put(slots::LINE, Val::int(line as i64));
            } else {
                put(slots::FILE, string::new_val(b"[no active file]"));
                put(slots::LINE, Val::int(0));
            }
            let args = self.host.ini("zend.exception_ignore_args").is_none_or(|v| v.is_empty() || v == b"0");
            let t = self.build_trace(0, args, false, 0);
            if self.is_secret(o) {
                for (_, frame) in array::iter(t) {
                    let args = array::find_str((*frame).as_ptr(), self.names.args);
                    if !args.is_null() {
                        let shown = *args;
                        array::store(args, array::val(array::new(0)));
                        release(shown);
                    }
                }
            }
            put(slots::TRACE, array::val(t));
        }
    }

    /// Whether the trace of a fresh throwable is to show no arguments: for its class, or for what runs.
    unsafe fn is_secret(&self, o: *mut Obj) -> bool {
        // SAFETY: a live object; classes live as long as the VM, frames on the stack are complete.
        unsafe {
            let mut c: *const Class = class_of(o);
            while !c.is_null() {
                if (*c).flags & SECRET != 0 {
                    return true;
                }
                c = (*c).parent;
            }
            let f = if self.fp.is_null() { return false } else { &*(*crate::frame::frame(self.fp)).func };
            !f.is_user() && f.flags & SECRET != 0
        }
    }

    /// Clones an object.
    pub fn clone_object(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        let c = class_of(o);
        let class: *mut Class = c;
        // SAFETY: live object; handlers are never null.
        unsafe {
            let handlers = &*c.head.handlers;
            let payload = !(*o).native.is_null() && class != self.ce.closure;
            if c.flags & (UNCLONEABLE | ENUM) != 0 || payload && handlers.clone.is_none() {
                return self
                    .throw(&format!("Trying to clone an uncloneable object of class {}", class_text(c)));
            }
            if !c.magic.clone.is_null()
                && (*c.magic.clone).flags & (PRIVATE | PROTECTED) != 0
                && !self.can_call(c.magic.clone, class)
            {
                let msg = format!(
                    "Call to {} {}::__clone() from {}",
                    super::visibility((*c.magic.clone).flags),
                    class_text(c),
                    self.scope_text()
                );
                return self.throw(&msg);
            }
            let mut o = o;
            if (*o).hdr.info & HDR_LAZY != 0 {
                match self.lazy_init(o) {
                    Ok(real) if (*o).hdr.info & HDR_PROXY == 0 => o = real,
                    Ok(_) => {}
                    Err(st) => return st,
                }
            }
            if (*o).hdr.info & HDR_PROXY != 0 {
                return self.clone_proxy(o, out);
            }
            if class == self.ce.closure {
                let k = crate::closure::of(o);
                let captures = k.captures.iter().map(|v| copy(*v)).collect();
                *out = self.new_closure(k.func, (*k.func).scope, copy(k.this), k.called, captures, k.fake);
                return Status::Ok;
            }
            let n = memory::alloc_object(&c.head);
            for i in 0..c.head.num_slots as usize {
                let mut v = *Obj::slot(o, i);
                if v.tag() == REF {
                    let r = v.as_ptr::<Ref>();
                    if (*r).hdr.rc == 1 {
                        v = Val { aux: v.aux, ..(*r).val };
                    } else if !(*r).sources.is_null() && !c.slot_infos[i].is_null() {
                        super::refs::add_source(r, c.slot_infos[i]);
                    }
                }
                val_addref(v);
                *Obj::slot(n, i) = v;
            }
            if !(*o).props.is_null() {
                (*n).props = array::dup((*o).props);
            }
            *out = obj_val(n);
            if let (true, Some(f)) = (payload, handlers.clone) {
                let ctx: *mut Vm = self;
                if let Some(create) = c.native_base.as_ref().and_then(|d| d.create) {
                    let st = create(ctx.cast(), obj_val(n), (*n).native);
                    if st != Status::Ok {
                        (*n).hdr.info |= HDR_DTOR_DONE;
                        release(*out);
                        *out = Val::NULL;
                        return st;
                    }
                }
                let st = f(ctx.cast(), obj_val(o), *out);
                if st != Status::Ok {
                    (*n).hdr.info |= HDR_DTOR_DONE;
                    release(*out);
                    *out = Val::NULL;
                    return st;
                }
            }
            if (*o).hdr.info & howdah_runtime::layout::HDR_WEAK != 0 {
                super::weak::copy_attached(self, o, n);
            }
            if c.magic.clone.is_null() {
                return Status::Ok;
            }
            self.run_clone(c, n)
        }
    }

    /// `__clone` of a fresh copy, which may set its readonly properties once more.
    pub(crate) unsafe fn run_clone(&mut self, c: &mut Class, n: *mut Obj) -> Status {
        // SAFETY: `n` is a live object of class `c`.
        unsafe {
            let readonly: Vec<usize> = if c.flags & class_flags::HAS_READONLY != 0 {
                (0..c.slot_infos.len())
                    .filter(|&i| !c.slot_infos[i].is_null() && (*c.slot_infos[i]).flags & READONLY != 0)
                    .collect()
            } else {
                Vec::new()
            };
            for &i in &readonly {
                (*Obj::slot(n, i)).aux |= SLOT_REINIT;
            }
            let mut r = Val::NULL;
            let st = self.call_func(c.magic.clone, obj_val(n), c, &[], &mut r);
            release(r);
            for &i in &readonly {
                (*Obj::slot(n, i)).aux &= !SLOT_REINIT;
            }
            st
        }
    }

    /// Runs an object's destructor, if it has one that has not run; a pending exception becomes the previous one of what the
    /// destructor throws.
    ///
    /// # Safety
    /// `o` is live, with a count.
    pub unsafe fn destruct(&mut self, o: *mut Obj) {
        let c = class_of(o);
        let dtor = c.magic.dtor;
        // SAFETY: by the caller's promise.
        unsafe {
            if dtor.is_null() && c.head.flags & CLASS_HAS_DTOR != 0 {
                return self.destruct_native(o);
            }
            if self.bailout == Some(BailoutKind::Unwind) {
                self.bailout = None;
                self.destruct(o);
                self.bailout = self.bailout.or(Some(BailoutKind::Unwind));
                return;
            }
            if dtor.is_null()
                || (*o).hdr.info & (HDR_DTOR_DONE | HDR_LAZY | HDR_PROXY) != 0
                || self.bailout.is_some()
            {
                return;
            }
            (*o).hdr.info |= HDR_DTOR_DONE;
            if (*dtor).flags & (PRIVATE | PROTECTED) != 0 && !self.can_call(dtor, c) {
                let word = super::visibility((*dtor).flags);
                if self.fp.is_null() {
                    let _ = self.warning(&format!(
                        "Call to {word} {}::__destruct() from global scope during shutdown ignored",
                        class_text(c)
                    ));
                } else {
                    let _ = self.throw(&format!(
                        "Call to {word} {}::__destruct() from {}",
                        class_text(c),
                        self.scope_text()
                    ));
                }
                return;
            }
            let hidden = crate::dispatch::exceptions::hide(self);
            let saved = self.fp;
            let mut out = Val::NULL;
            // What the destructor's code lets go of is destroyed within it, however deep that nests.
            let depth = howdah_runtime::memory::release::swap_depth(0);
            let _ = self.call_func(dtor, obj_val(o), c, &[], &mut out);
            howdah_runtime::memory::release::swap_depth(depth);
            self.fp = saved;
            release(out);
            crate::dispatch::exceptions::restore(self, hidden);
        }
    }

    /// The destructor of a class of the engine's own that has one.
    unsafe fn destruct_native(&mut self, o: *mut Obj) {
        // SAFETY: the caller's object is live.
        unsafe {
            if (*o).hdr.info & HDR_DTOR_DONE != 0 {
                return;
            }
            (*o).hdr.info |= HDR_DTOR_DONE;
            let outer = self.bailout.take_if(|b| *b == BailoutKind::Unwind);
            if self.is_generator(obj_val(o)) {
                self.gen_destroy(o);
            } else if (*o).class.cast::<Class>().cast_mut() == self.ce.fiber {
                self.fiber_destroy(o);
            }
            self.bailout = self.bailout.or(outer);
        }
    }

    /// What else an object's end means: weak references, typed references, lazy state. Called before its contents go.
    ///
    /// # Safety
    /// `o` is about to lose its contents.
    pub(crate) unsafe fn object_gone(&mut self, o: *mut Obj) {
        // SAFETY: by the caller's promise.
        unsafe {
            let info = (*o).hdr.info;
            if info & howdah_runtime::layout::HDR_WEAK != 0 {
                super::weak::gone(self, o);
            }
            if info & (HDR_LAZY | HDR_PROXY) != 0 {
                self.lazy_gone(o);
            }
            let c = class_of(o);
            if c.head.flags & howdah_runtime::layout::CLASS_TYPED_PROPS != 0 {
                for i in 0..c.head.num_slots as usize {
                    let v = *Obj::slot(o, i);
                    if v.tag() == REF {
                        super::refs::drop_source(v.as_ptr(), c.slot_infos[i]);
                    }
                }
            }
        }
    }

    /// `(string)$o`
    pub fn object_to_string(&mut self, o: *mut Obj, out: &mut Val) -> Status {
        let c = class_of(o);
        *out = Val::NULL;
        // SAFETY: live object; handlers are never null.
        unsafe {
            if let Some(cast) = (*c.head.handlers).cast {
                let ctx: *mut Vm = self;
                let mut v = Val::UNDEF;
                crate::tri!(cast(ctx.cast(), obj_val(o), STR, &mut v));
                if v.tag() == STR {
                    *out = v;
                    return Status::Ok;
                }
                release(v);
            }
            if c.magic.to_string.is_null() {
                return self
                    .throw(&format!("Object of class {} could not be converted to string", class_text(c)));
            }
            val_addref(obj_val(o));
            let st = self.call_func(c.magic.to_string, obj_val(o), c, &[], out);
            release(obj_val(o));
            if st == Status::Ok && out.tag() != STR {
                let v = value::deref(*out);
                if v.tag() == STR {
                    let s = copy(v);
                    release(*out);
                    *out = s;
                    return Status::Ok;
                }
                let given = if v.tag() == UNDEF { "none".into() } else { value::value_name(v) };
                release(*out);
                *out = Val::NULL;
                return self.throw_type(&format!(
                    "{}::__toString(): Return value must be of type string, {given} returned",
                    class_text(c)
                ));
            }
            st
        }
    }

    /// Compares where at least one side is an object: -1, 0, 1, or 2 for uncomparable.
    pub fn compare_objects(&mut self, a: Val, b: Val, out: &mut i32) -> Status {
        *out = 2;
        // SAFETY: live values; handlers are never null.
        unsafe {
            for v in [a, b] {
                if v.tag() == OBJ
                    && let Some(f) = (*(*(*v.as_ptr::<Obj>()).class).handlers).compare
                {
                    let ctx: *mut Vm = self;
                    return f(ctx.cast(), a, b, out);
                }
            }
            self.compare_plain(a, b, out)
        }
    }

    /// As [`Vm::compare_objects`], handlers not asked.
    pub(crate) fn compare_plain(&mut self, a: Val, b: Val, out: &mut i32) -> Status {
        // SAFETY: live values; handlers are never null.
        unsafe {
            if a.tag() == OBJ && b.tag() == OBJ {
                return self.compare_two(a.as_ptr(), b.as_ptr(), out);
            }
            let (o, other, sign) = if a.tag() == OBJ { (a, b, 1) } else { (b, a, -1) };
            let target = match other.tag() {
                UNDEF | plugin_api_abi::NULL | FALSE | TRUE => FALSE,
                t => t,
            };
            let mut cast = Val::UNDEF;
            match target {
                FALSE => cast = Val::bool(convert::to_bool(o)),
                STR => {
                    let c = class_of(o.as_ptr());
                    if !c.magic.to_string.is_null() || (*c.head.handlers).cast.is_some() {
                        crate::tri!(self.object_to_string(o.as_ptr(), &mut cast));
                    }
                }
                INT | DBL => {
                    let c = class_of(o.as_ptr());
                    if (*c.head.handlers).cast.is_some() {
                        cast = if target == INT {
                            Val::int(convert::to_int(o))
                        } else {
                            Val::dbl(convert::to_dbl(o))
                        };
                    } else {
                        let word = if target == INT { "int" } else { "float" };
                        crate::tri!(self.notice(&format!(
                            "Object of class {} could not be converted to {word}",
                            class_text(c)
                        )));
                        cast = Val::int(1);
                    }
                }
                _ => {}
            }
            crate::tri!(self.pending());
            if cast.is_undef() {
                *out = sign;
                return Status::Ok;
            }
            *out = sign * compare::compare(cast, other);
            release(cast);
            Status::Ok
        }
    }

    unsafe fn compare_two(&mut self, x: *mut Obj, y: *mut Obj, out: &mut i32) -> Status {
        // SAFETY: live objects.
        unsafe {
            let c = class_of(x);
            let class: *const Class = c;
            if x == y {
                *out = 0;
                return Status::Ok;
            }
            if class == self.ce.closure.cast_const() && (*y).class.cast() == class {
                *out = if crate::closure::same(x, y) { 0 } else { 2 };
                return Status::Ok;
            }
            if (*x).class != (*y).class || c.flags & ENUM != 0 {
                *out = 2;
                return Status::Ok;
            }
            if ((*x).hdr.info | (*y).hdr.info) & (HDR_LAZY | HDR_PROXY) != 0 {
                let (a, b) = match (self.lazy_real(x), self.lazy_real(y)) {
                    (Ok(a), Ok(b)) => (a, b),
                    (Err(st), _) | (_, Err(st)) => return st,
                };
                if a != x || b != y {
                    return self.compare_two(a, b, out);
                }
            }
            if self.native_stack_low() {
                return self.throw("Maximum call stack size reached during object comparison");
            }
            if (*x).hdr.info & HDR_PROTECTED != 0 {
                return self.throw("Nesting level too deep - recursive dependency?");
            }
            (*x).hdr.info |= HDR_PROTECTED;
            *out = 0;
            for i in 0..c.head.num_slots as usize {
                let (p, q) = (*Obj::slot(x, i), *Obj::slot(y, i));
                match (p.is_undef(), q.is_undef()) {
                    (true, true) => continue,
                    (false, false) => *out = compare::compare(p, q),
                    _ => *out = 1,
                }
                if *out != 0 {
                    break;
                }
            }
            if *out == 0 {
                *out = match ((*x).props.is_null(), (*y).props.is_null()) {
                    (true, true) => 0,
                    (false, false) => compare::compare(array::val((*x).props), array::val((*y).props)),
                    (true, false) => {
                        if array::count((*y).props) == 0 {
                            0
                        } else {
                            -1
                        }
                    }
                    (false, true) => {
                        if array::count((*x).props) == 0 {
                            0
                        } else {
                            1
                        }
                    }
                };
            }
            (*x).hdr.info &= !HDR_PROTECTED;
            self.pending()
        }
    }

    /// `(object)$v`
    pub fn to_object(&mut self, v: Val, out: &mut Val) -> Status {
        if v.tag() == OBJ {
            *out = copy(v);
            return Status::Ok;
        }
        crate::tri!(self.instantiate_raw(self.ce.std_class, out));
        // SAFETY: fresh object; live value.
        unsafe {
            let o = out.as_ptr::<Obj>();
            match v.tag() {
                ARR if array::count(v.as_ptr::<Arr>()) > 0 => {
                    let t = array::new(0);
                    for (k, p) in array::iter(v.as_ptr::<Arr>()) {
                        let key = match k {
                            array::Key::Int(i) => {
                                interner::Name::new(itoa::Buffer::new().format(i).as_bytes())
                            }
                            array::Key::Str(s) => interner::Name::new(StrHdr::bytes(s)),
                        };
                        array::set(t, array::Key::Str(key.get()), crate::rt::copy_ref(*p));
                    }
                    (*o).props = t;
                }
                ARR | UNDEF | plugin_api_abi::NULL => {}
                _ => {
                    let t = array::new(0);
                    array::set(t, array::Key::Str(interner::intern(b"scalar")), copy(v));
                    (*o).props = t;
                }
            }
        }
        Status::Ok
    }
}
