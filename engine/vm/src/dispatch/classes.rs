//! Class operands, constants, declarations, closures.

use super::{S, is_none};
use crate::class::{Class, Sym, class_flags};
use crate::frame::frame;
use crate::func::Ic;
use crate::op;
use crate::rt::{self, addref, release};
use crate::vm::Constant;
use howdah_bytecode::class_ref;
use howdah_runtime::layout::Obj;
use howdah_runtime::{interner, string, value};
use plugin_api_abi::{HeapHdr, OBJ, REFCOUNTED, STR, Status, StrHdr, UNDEF, Val};

/// Key of the cache of an `instanceof` whose class is not there.
const NO_CLASS: u64 = 1;

/// The class that an operand names; a temporary is consumed.
pub(super) unsafe fn class_operand(s: S, o: u16) -> Result<*mut Class, Status> {
    // SAFETY: contract of handlers.
    unsafe {
        let vm = s.save();
        match o {
            class_ref::SELF => vm.self_class(),
            class_ref::PARENT => vm.parent_class(),
            class_ref::STATIC => {
                let fr = &*s.frame();
                if fr.this.tag() == OBJ {
                    return Ok((*fr.this.as_ptr::<Obj>()).class as *mut Class);
                }
                if fr.called.is_null() {
                    return Err(vm.throw("Cannot access \"static\" when no class scope is active"));
                }
                Ok(fr.called)
            }
            o => {
                let mut st = Status::Ok;
                let v = rt::read(vm, s.fp, s.rk(o), &mut st);
                let r = if st != Status::Ok {
                    Err(st)
                } else if v.tag() == OBJ {
                    Ok((*v.as_ptr::<Obj>()).class as *mut Class)
                } else if v.tag() == STR {
                    vm.class_or_throw(StrHdr::bytes(v.as_ptr()))
                } else {
                    Err(vm.throw("Class name must be a valid object or a string"))
                };
                rt::free_tmp(s, o);
                r
            }
        }
    }
}

op! {
    [fast] FetchConst(s) {
        let ic = s.icp();
        if (*ic).key != 0 {
            // Constants stay as they are: the cache holds the value itself.
            let v = Val { payload: (*ic).val, ty: (*ic).aux as u32, aux: 0 };
            addref(v);
            *s.slot(s.a()) = v;
            return s.next(2);
        }
        s.tail(fetch_const_slow)
    }
    #[cold]
    #[inline(never)]
    fetch_const_slow(s) {
        let vm = s.save();
        let x = s.x();
        let name = (*s.lit(x)).as_ptr::<StrHdr>();
        let mut c = vm.find_constant(StrHdr::bytes(name));
        if c.is_none() && s.b() == 1 {
            c = vm.find_constant(StrHdr::bytes((*s.lit(x + 1)).as_ptr()));
        }
        match c {
            Some(v) => {
                *s.slot(s.a()) = rt::copy(v);
                let found = if vm.constant_is_deprecated(StrHdr::bytes(name)) {
                    StrHdr::bytes(name)
                } else if s.b() == 1 && vm.constant_is_deprecated(StrHdr::bytes((*s.lit(x + 1)).as_ptr())) {
                    StrHdr::bytes((*s.lit(x + 1)).as_ptr())
                } else {
                    *s.icp() = Ic { key: 1, val: v.payload, aux: v.ty as u64 };
                    return s.next(2);
                };
                let st = vm.report_constant(found);
                s.done(st, 2)
            }
            None => {
                let st = vm.throw(&format!("Undefined constant \"{}\"", rt::lossy(name)));
                s.done(st, 2)
            }
        }
    }
    [fast] FetchClassConst(s) {
        // key: the constant's cell; val: the class it was found in, where the class is not fixed.
        let ic = s.icp();
        let p = (*ic).key as *const Val;
        let c = s.c();
        if p.is_null() || c & 0x8000 != 0 && (*ic).val != 0 {
            return s.tail(fetch_class_const_slow);
        }
        if c & 0x8000 == 0 {
            let o = (*s.slot(c)).as_ptr::<Obj>();
            if (*s.slot(c)).tag() != OBJ || (*o).class as u64 != (*ic).val {
                return s.tail(fetch_class_const_slow);
            }
            if s.is_tmp(c) {
                if (*o).hdr.rc == 1 {
                    return s.tail(fetch_class_const_slow);
                }
                (*o).hdr.rc -= 1;
            }
        }
        let v = *p;
        addref(v);
        *s.slot(s.a()) = v.by_parts();
        s.next(2)
    }
    #[inline(never)]
    fetch_class_const_slow(s) {
        let ic = s.icp();
        let c = s.c();
        let vm = s.save();
        let xo = s.x() as u16;
        let cached = xo & 0x8000 != 0 && c != class_ref::STATIC;
        let by_object = c & 0x8000 == 0 && (*s.slot(c)).tag() == OBJ;
        let class = match class_operand(s, c) {
            Ok(c) => c,
            Err(st) => { rt::free_tmp(s, xo); return s.done(st, 2); }
        };
        let mut st = Status::Ok;
        let n = rt::read(vm, s.fp, s.rk(xo), &mut st);
        if st == Status::Ok && n.tag() != STR {
            st = vm.throw_type(&format!("Cannot use value of type {} as class constant name", value::value_name(n)));
        }
        if st != Status::Ok {
            rt::free_tmp(s, xo);
            return s.done(st, 2);
        }
        let name = interner::intern(StrHdr::bytes(n.as_ptr()));
        rt::free_tmp(s, xo);
        if StrHdr::bytes(name).eq_ignore_ascii_case(b"class") {
            *s.slot(s.a()) = string::val((*class).head.name);
            return s.next(2);
        }
        match vm.class_const(class, name) {
            Ok(p) => {
                if cached && (c & 0x8000 != 0 || by_object) {
                    *ic = Ic { key: p as u64, val: if by_object { class as u64 } else { 0 }, aux: 0 };
                }
                *s.slot(s.a()) = rt::copy(*p);
                s.next(2)
            }
            Err(st) => s.done(st, 2),
        }
    }
    ClassName(s) {
        let vm = s.save();
        let b = s.b();
        if b >= class_ref::STATIC {
            if s.c() == 1 && vm.scope().is_null() {
                *s.slot(s.a()) = string::new_val(b"");
                return s.next(1);
            }
            let scope = vm.scope();
            if scope.is_null() || b == class_ref::PARENT && (*scope).parent.is_null() {
                let word = match b {
                    class_ref::SELF => "self",
                    class_ref::PARENT => "parent",
                    _ => "static",
                };
                let why = if scope.is_null() { "in the global scope" } else { "when current class scope has no parent" };
                let st = vm.throw(&format!("Cannot use \"{word}\" {why}"));
                return s.done(st, 1);
            }
            return match class_operand(s, b) {
                Ok(c) => { *s.slot(s.a()) = string::val((*c).head.name); s.next(1) }
                Err(st) => s.done(st, 1),
            };
        }
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(b), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            if v.tag() == OBJ {
                out = string::val((*(*v.as_ptr::<Obj>()).class).name);
            } else {
                st = vm.throw_type(&format!("Cannot use \"::class\" on {}", value::value_name(v)));
            }
        }
        rt::free_tmp(s, b);
        *s.slot(s.a()) = out;
        s.done(st, 1)
    }
    DeclClass(s) {
        let vm = s.save();
        let script = (*s.func()).script;
        match vm.declare_class(script, s.x(), false) {
            Ok(_) => s.next(2),
            Err(st) => s.done(st, 2),
        }
    }
    DeclAnonClass(s) {
        let vm = s.save();
        let script = (*s.func()).script;
        match vm.declare_class(script, s.x(), true) {
            Ok(c) => { *s.slot(s.a()) = string::val((*c).head.name); s.next(2) }
            Err(st) => s.done(st, 2),
        }
    }
    DeclFn(s) {
        let vm = s.save();
        let script = (*s.func()).script;
        let st = vm.declare_function(script, s.x());
        s.done(st, 2)
    }
    DeclConst(s) {
        let vm = s.save();
        let v = rt::take(s, s.b());
        let mut name = (*s.lit(s.x())).as_ptr::<StrHdr>();
        let written = StrHdr::bytes(name);
        if written == b"__COMPILER_HALT_OFFSET__" || vm.find_constant(written).is_some() {
            release(v);
            let st = vm.warning(&format!("Constant {} already defined", rt::lossy(name)));
            return s.done(st, 2);
        }
        if let Some(i) = written.iter().rposition(|&c| c == b'\\') {
            // The namespace's part of a name has no case.
            let key = [&written[..i].to_ascii_lowercase()[..], &written[i..]].concat();
            name = howdah_runtime::interner::intern(&key);
        }
        vm.constants.insert(Sym(name), Constant { value: v, ext: u32::MAX, deprecated: None });
        s.next(2)
    }
    MakeClosure(s) {
        let vm = s.save();
        let out = vm.make_closure((*s.func()).script, s.x(), s.c() == 1, s.fp);
        *s.slot(s.a()) = out;
        s.next(2)
    }
    BindUse(s) {
        let o = (*s.slot(s.a())).as_ptr::<Obj>();
        let p = s.slot(s.b());
        let v = match s.x() {
            1 => {
                let v = value::ref_val(value::make_ref(p));
                addref(v);
                v
            }
            2 => if (*p).is_undef() { Val::UNDEF } else { rt::copy_deref(p) },
            _ => {
                let vm = s.save();
                let mut st = Status::Ok;
                let v = rt::copy(rt::read(vm, s.fp, p, &mut st));
                if st != Status::Ok {
                    return s.done(st, 2);
                }
                v
            }
        };
        crate::closure::set_capture(o, s.c() as usize, v);
        s.next(2)
    }
    [fast] LoadUse(s) {
        let c: *const crate::closure::Closure = *(*(*s.frame()).closure).native.cast::<*mut crate::closure::Closure>();
        let captures = &(*c).captures;
        let d = s.slot(s.a());
        let i = s.b() as usize;
        if i >= captures.len() {
            (*d).ty = 0;
            return s.next(1);
        }
        let v = captures.as_ptr().add(i);
        addref(*v);
        (*d).payload = (*v).payload;
        (*d).ty = (*v).ty;
        s.next(1)
    }
    Clone(s) {
        let vm = s.save();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            st = if v.tag() == OBJ { vm.clone_object(v.as_ptr(), &mut out) } else { vm.throw("__clone method called on non-object") };
        }
        rt::free_tmp(s, s.b());
        if st != Status::Ok {
            release(out);
            return s.done(st, 1);
        }
        *s.slot(s.a()) = out;
        s.done(st, 1)
    }
    [fast] InstanceOf(s) {
        // key: the class, once found; NO_CLASS: there was none of that name after `val` declarations.
        let b = s.b();
        if b & 0x8000 == 0 && s.c() & 0x8000 != 0 && s.c() < class_ref::STATIC {
            let v = s.slot(b);
            let mut yes = false;
            if (*v).tag() == OBJ {
                let of = (*s.icp()).key as *const Class;
                if of as u64 <= NO_CLASS {
                    if of.is_null() || (*s.icp()).val != (*s.vm).cls.declared {
                        return s.tail(instance_of_other);
                    }
                } else {
                    if (*of).flags & plugin_api_abi::flags::INTERFACE != 0 {
                        return s.tail(instance_of_other);
                    }
                    let class = (*(*v).as_ptr::<Obj>()).class.cast::<Class>();
                    let (line, depth) = (&(*class).display, (*of).depth as usize);
                    yes = line.len() > depth && core::ptr::eq(*line.as_ptr().add(depth), of);
                }
            } else if !rt::is_plain((*v).ty) {
                return s.tail(instance_of_other);
            }
            let b = s.b_again();
            if (b >> 1) as u32 >= (*s.func()).num_cvs && (&raw const (*s.slot(b)).ty).read_volatile() & REFCOUNTED != 0 {
                let h = (&raw const (*s.slot(b)).payload).read_volatile() as *mut HeapHdr;
                if (*h).rc == 1 {
                    return s.tail(instance_of_slow);
                }
                (*h).rc -= 1;
            }
            s.put_bool(s.a(), yes);
            return s.next(2);
        }
        s.tail(instance_of_other)
    }
    /// Of an interface, of `self`, of a class that is not there; variables that are references.
    #[inline(never)]
    [fast] instance_of_other(s) {
        let (b, c) = (s.b(), s.c());
        if b & 0x8000 != 0 || c & 0x8000 == 0 || c == class_ref::STATIC || c == class_ref::PARENT {
            return s.tail(instance_of_slow);
        }
        let (ic, q) = (s.icp(), s.slot(b));
        let p = value::deref_ptr(q);
        let mut yes = false;
        if (*p).tag() == OBJ {
            let class = (*(*p).as_ptr::<Obj>()).class.cast::<Class>();
            let of = if c == class_ref::SELF { (*s.func()).scope.cast_const() } else { (*ic).key as *const Class };
            if of as u64 <= NO_CLASS {
                if of.is_null() || (*ic).val != (*s.vm).cls.declared {
                    return s.tail(instance_of_slow);
                }
            } else {
                yes = (*class).is_a(of);
            }
        } else if (*p).tag() == UNDEF {
            return s.tail(instance_of_slow);
        }
        if (*q).ty & REFCOUNTED != 0 && s.is_tmp(b) {
            let h = (*q).as_ptr::<HeapHdr>();
            if (*h).rc == 1 {
                return s.tail(instance_of_slow);
            }
            (*h).rc -= 1;
        }
        s.put_bool(s.a(), yes);
        s.next(2)
    }
    #[inline(never)]
    instance_of_slow(s) {
        let vm = s.save();
        let c = s.c();
        let mut class: *mut Class = core::ptr::null_mut();
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        if st != Status::Ok {
            return s.done(st, 2);
        }
        if c >= class_ref::STATIC {
            match class_operand(s, c) { Ok(k) => class = k, Err(e) => st = e }
        } else {
            let ic = s.icp();
            if c & 0x8000 != 0 && (*ic).key > NO_CLASS {
                class = (*ic).key as *mut Class;
            } else {
                let n = rt::deref_quiet(s.rk(c));
                if n.tag() == OBJ {
                    class = (*n.as_ptr::<Obj>()).class as *mut Class;
                } else if n.tag() == STR {
                    match vm.find_any_class(StrHdr::bytes(n.as_ptr())) {
                        Some(k) if (*k).flags & class_flags::LINKED != 0 => {
                            class = k;
                            if c & 0x8000 != 0 { (*ic).key = k as u64; }
                        }
                        None if c & 0x8000 != 0 => *ic = Ic { key: NO_CLASS, val: vm.cls.declared, aux: 0 },
                        _ => {}
                    }
                } else {
                    st = vm.throw("Class name must be a valid object or a string");
                }
                rt::free_tmp(s, c);
            }
        }
        let r = v.tag() == OBJ && !class.is_null() && (*(*v.as_ptr::<Obj>()).class.cast::<Class>()).is_a(class);
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = Val::bool(r);
        s.done(st, 2)
    }
    GetClass(s) {
        let vm = s.save();
        if is_none(s.b()) {
            let c = vm.scope();
            *s.slot(s.a()) = if c.is_null() { Val::FALSE } else { string::val((*c).head.name) };
            return s.next(1);
        }
        let mut st = Status::Ok;
        let v = rt::read(vm, s.fp, s.rk(s.b()), &mut st);
        let mut out = Val::NULL;
        if st == Status::Ok {
            if v.tag() == OBJ {
                out = string::val((*(*v.as_ptr::<Obj>()).class).name);
            } else {
                st = vm.throw_type(&format!("get_class(): Argument #1 ($object) must be of type object, {} given", value::value_name(v)));
            }
        }
        rt::free_tmp(s, s.b());
        *s.slot(s.a()) = out;
        s.done(st, 1)
    }
    GetCalledClass(s) {
        let fr = &*frame(s.fp);
        let c = if fr.this.tag() == OBJ { (*fr.this.as_ptr::<Obj>()).class as *mut Class } else { fr.called };
        if c.is_null() {
            let st = s.save().throw("get_called_class() must be called from within a class");
            return s.done(st, 1);
        }
        *s.slot(s.a()) = string::val((*c).head.name);
        s.next(1)
    }
}
