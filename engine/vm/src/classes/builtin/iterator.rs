//! InternalIterator: what `getIterator()` of a native class gives.

use crate::native::{Args, Native, NativeClass};
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_runtime::layout::Obj;
use plugin_api_abi::flags::{FINAL, NO_DYNAMIC, NOT_INSTANTIABLE, NOT_SERIALIZABLE, UNCLONEABLE};
use plugin_api_abi::{HandlerTable, Status, Val};

/// Keys and values (owned), and where it stands.
struct State {
    pairs: Vec<(Val, Val)>,
    at: usize,
}

/// An InternalIterator over owned pairs.
pub(crate) fn internal_iterator(vm: &mut Vm, pairs: Vec<(Val, Val)>, out: &mut Val) -> Status {
    crate::tri!(vm.instantiate_raw(vm.ce.internal_iterator, out));
    // SAFETY: the payload is one pointer.
    unsafe {
        *(*out.as_ptr::<Obj>()).native.cast::<*mut State>() = Box::into_raw(Box::new(State { pairs, at: 0 }))
    };
    Status::Ok
}

fn state<'a>(a: &Args<'_>) -> &'a mut State {
    // SAFETY: InternalIterators are made by `internal_iterator` alone.
    unsafe { &mut **(*a.this().as_ptr::<Obj>()).native.cast::<*mut State>() }
}

unsafe extern "C" fn free(payload: *mut u8) {
    // SAFETY: the payload of an InternalIterator, once.
    unsafe {
        let p = *payload.cast::<*mut State>();
        if !p.is_null() {
            for (k, v) in Box::from_raw(p).pairs {
                release(k);
                release(v);
            }
        }
    }
}

unsafe extern "C" fn roots(
    payload: *mut u8,
    visit: unsafe extern "C" fn(data: *mut u8, slot: *mut Val),
    data: *mut u8,
) {
    // SAFETY: the payload of an InternalIterator.
    unsafe {
        let p = *payload.cast::<*mut State>();
        if !p.is_null() {
            for (k, v) in &mut (*p).pairs {
                visit(data, k);
                visit(data, v);
            }
        }
    }
}

static HANDLERS: HandlerTable =
    HandlerTable { roots: Some(roots), ..crate::classes::link::STD_HANDLERS_VALUE };

fn current(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let s = state(a);
    *out = s.pairs.get(s.at).map_or(Val::NULL, |p| copy(howdah_runtime::value::deref(p.1)));
    Status::Ok
}
fn key(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let s = state(a);
    *out = s.pairs.get(s.at).map_or(Val::NULL, |p| copy(p.0));
    Status::Ok
}
fn next(_: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    state(a).at += 1;
    Status::Ok
}
fn valid(_: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let s = state(a);
    *out = Val::bool(s.at < s.pairs.len());
    Status::Ok
}
fn rewind(_: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    state(a).at = 0;
    Status::Ok
}

pub(super) fn register(vm: &mut Vm) {
    super::register(
        vm,
        NativeClass {
            name: "InternalIterator",
            interfaces: &["Iterator"],
            flags: FINAL | NO_DYNAMIC | NOT_SERIALIZABLE | NOT_INSTANTIABLE | UNCLONEABLE,
            methods: vec![
                ("private __construct()", Some((|_, _, _| Status::Ok) as Native)),
                ("public current(): mixed", Some(current)),
                ("public key(): mixed", Some(key)),
                ("public next(): void", Some(next)),
                ("public valid(): bool", Some(valid)),
                ("public rewind(): void", Some(rewind)),
            ],
            free: Some(free),
            handlers: Some(&HANDLERS),
            ..NativeClass::default()
        },
    );
}
