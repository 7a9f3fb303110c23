//! Wrapper classes of scripts, for [`howdah_streams::user`].

use super::resource::{context_share, stream_of};
use super::values::{Held, value_of};
use howdah_runtime::interner::intern;
use howdah_runtime::layout::{Obj, Ref};
use howdah_runtime::{array, string, value};
use howdah_streams::user::{Arg, Called, Returned, UserClass, UserObject, Want};
use howdah_streams::{Context, Value};
use howdah_vm::class::Class;
use howdah_vm::rt;
use howdah_vm::vm::{Vm, current};
use plugin_api_abi::{FALSE, STR, Status, StrHdr, TRUE, Val, flags};
use std::any::Any;
use std::rc::Rc;

/// A class that serves a scheme.
pub struct PhpClass(*mut Class);

impl PhpClass {
    /// The class, which lives as long as the request.
    pub fn new(class: *mut Class) -> PhpClass {
        PhpClass(class)
    }
}

/// An object of such a class: what `wrapper_data` shows ([`Held`]).
struct PhpObject(Rc<Held>);

/// This thread's VM, when PHP code may run: outside, and while an exception is on its way, it may not.
fn ready<'a>() -> Option<&'a mut Vm> {
    let vm = current();
    if vm.is_null() {
        return None;
    }
    // SAFETY: the thread's VM lives while its streams do.
    let vm = unsafe { &mut *vm };
    (!vm.has_exception() && vm.bailout.is_none()).then_some(vm)
}

/// What is left to do after a call: an exception that nothing can catch is reported.
fn settle(vm: &mut Vm, st: Status) -> bool {
    if st == Status::Exception && vm.fp.is_null() {
        vm.uncaught();
    }
    st == Status::Ok
}

impl UserClass for PhpClass {
    fn name(&self) -> String {
        // SAFETY: classes live as long as the request.
        String::from_utf8_lossy(unsafe { (*self.0).name() }).into_owned()
    }

    fn create(&self, context: Option<&Rc<Context>>) -> Option<Rc<dyn UserObject>> {
        let vm = ready()?;
        let mut o = Val::NULL;
        // SAFETY: a live class; the object is ours.
        unsafe {
            if (*self.0).flags & (flags::INTERFACE | flags::TRAIT | flags::ABSTRACT) != 0 {
                return None;
            }
            if vm.instantiate_raw(self.0, &mut o) != Status::Ok {
                return None;
            }
            let object = Held::owned(o);
            let mut shown = context.map_or(Val::NULL, context_share);
            let name = intern(b"context");
            let st = vm.write_prop(o.as_ptr::<Obj>(), name, &mut shown, core::ptr::null_mut());
            drop(Held::owned(shown));
            if st != Status::Ok || vm.has_exception() {
                return None;
            }
            let ctor = (*self.0).magic.ctor;
            if !ctor.is_null() {
                let mut out = Val::NULL;
                let st = vm.call_func(ctor, o, self.0, &[], &mut out);
                drop(Held::owned(out));
                if !settle(vm, st) {
                    return None;
                }
            }
            Some(Rc::new(PhpObject(Rc::new(object))))
        }
    }
}

fn argument(a: &Arg<'_>) -> Val {
    match a {
        Arg::Null => Val::NULL,
        Arg::Int(i) => Val::int(*i),
        Arg::Text(t) => string::new_val(t),
        Arg::Ints(list) => array::val(array::from_vals(list.iter().map(|i| Val::int(*i)))),
        Arg::Out => value::ref_val(value::new_ref(Val::NULL)),
    }
}

/// What a reference argument was filled with.
fn filled(a: &Arg<'_>, v: Val) -> Option<Vec<u8>> {
    if *a != Arg::Out {
        return None;
    }
    // SAFETY: a live reference cell.
    let inner = unsafe { (*v.as_ptr::<Ref>()).val };
    // SAFETY: a live string.
    (inner.tag() == STR).then(|| unsafe { StrHdr::bytes(inner.as_ptr()) }.to_vec())
}

impl PhpObject {
    /// `[$object, 'method']`
    fn callable(&self, method: &str) -> Held {
        let parts = [rt::copy(self.0.get()), string::val(intern(method.as_bytes()))];
        Held::owned(array::val(array::from_vals(parts)))
    }
}

/// A result as it is wanted. `Err`: converting it threw.
fn result(v: Val, want: Want) -> Result<Value, Status> {
    let v = value::deref(v);
    if want != Want::Text || matches!(v.tag(), TRUE | FALSE) {
        return Ok(value_of(v));
    }
    let mut text = Val::NULL;
    match rt::to_str(v, &mut text) {
        Status::Ok => Ok(value_of(Held::owned(text).get())),
        st => Err(st),
    }
}

impl UserObject for PhpObject {
    fn call(&self, method: &str, args: &[Arg<'_>], want: Want) -> Called {
        let Some(vm) = ready() else { return Called::Threw };
        let callable = self.callable(method);
        let target = match vm.resolve_callable(callable.get(), false) {
            Ok(Some(t)) => t,
            Ok(None) => return Called::Missing,
            Err(_) => return Called::Threw,
        };
        let vals: Vec<Val> = args.iter().map(argument).collect();
        let mut out = Val::NULL;
        let none = core::ptr::null_mut();
        let st = vm.call_func_closure(
            target.func,
            target.this,
            target.called,
            target.closure,
            &vals,
            none,
            &mut out,
        );
        // SAFETY: the resolved target's shares are ours.
        unsafe { target.release() };
        let out = Held::owned(out);
        let filled = args.iter().zip(&vals).find_map(|(a, v)| filled(a, *v));
        vals.into_iter().for_each(|v| drop(Held::owned(v)));
        if !settle(vm, st) {
            return Called::Threw;
        }
        match result(out.get(), want) {
            Ok(value) => Called::Returned(Returned { value, out: filled, stream: stream_of(out.get()) }),
            Err(st) => {
                settle(vm, st);
                Called::Threw
            }
        }
    }

    fn has(&self, method: &str) -> bool {
        let callable = self.callable(method);
        ready().is_some_and(|vm| vm.is_callable(callable.get()))
    }

    fn data(&self) -> Rc<dyn Any> {
        self.0.clone()
    }
}
