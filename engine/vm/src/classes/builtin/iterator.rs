//! InternalIterator: what `getIterator()` of a native class gives.

use crate::native::{Args, Native, NativeClass};
use crate::rt::{copy, release};
use crate::vm::Vm;
use howdah_runtime::layout::Obj;
use plugin_api_abi::flags::{FINAL, NO_DYNAMIC, NOT_INSTANTIABLE, NOT_SERIALIZABLE, UNCLONEABLE};
use plugin_api_abi::{HandlerTable, NativeIterator, Status, Val};

/// What an InternalIterator walks.
enum State {
    /// Keys and values (owned), and where it stands.
    Pairs { pairs: Vec<(Val, Val)>, at: usize },
    /// An extension's iterator, how far it got.
    Native(NativeIterator, Progress),
}

/// How far an extension's iterator got.
#[derive(Default)]
struct Progress {
    /// It was rewound.
    started: bool,
    /// It stepped on since.
    moved: bool,
}

fn iterator(vm: &mut Vm, s: State, out: &mut Val) -> Status {
    crate::tri!(vm.instantiate_raw(vm.ce.internal_iterator, out));
    // SAFETY: the payload is one pointer.
    unsafe { *(*out.as_ptr::<Obj>()).native.cast::<*mut State>() = Box::into_raw(Box::new(s)) };
    Status::Ok
}

/// An InternalIterator over owned pairs.
pub(crate) fn internal_iterator(vm: &mut Vm, pairs: Vec<(Val, Val)>, out: &mut Val) -> Status {
    iterator(vm, State::Pairs { pairs, at: 0 }, out)
}

/// An InternalIterator over an extension's iterator, which it takes over.
pub(crate) fn native_iterator(vm: &mut Vm, it: NativeIterator, out: &mut Val) -> Status {
    iterator(vm, State::Native(it, Progress::default()), out)
}

fn state<'a>(a: &Args<'_>) -> &'a mut State {
    // SAFETY: InternalIterators are made by `internal_iterator` alone.
    unsafe { &mut **(*a.this().as_ptr::<Obj>()).native.cast::<*mut State>() }
}

unsafe extern "C" fn free(payload: *mut u8) {
    // SAFETY: the payload of an InternalIterator, once.
    unsafe {
        let p = *payload.cast::<*mut State>();
        if p.is_null() {
            return;
        }
        match *Box::from_raw(p) {
            State::Pairs { pairs, .. } => {
                for (k, v) in pairs {
                    release(k);
                    release(v);
                }
            }
            State::Native(it, _) => ((*it.table).free)(it.state),
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
        if p.is_null() {
            return;
        }
        match &mut *p {
            State::Pairs { pairs, .. } => {
                for (k, v) in pairs {
                    visit(data, k);
                    visit(data, v);
                }
            }
            State::Native(it, _) => {
                if let Some(f) = (*it.table).roots {
                    f(it.state, visit, data);
                }
            }
        }
    }
}

static HANDLERS: HandlerTable =
    HandlerTable { roots: Some(roots), ..crate::classes::link::STD_HANDLERS_VALUE };

/// A native iterator stands on its first element once it is asked anything.
unsafe fn started(vm: &mut Vm, it: &NativeIterator, done: &mut Progress) -> Status {
    if !core::mem::replace(&mut done.started, true)
        // SAFETY: the extension's table.
        && let Some(f) = unsafe { (*it.table).rewind }
    {
        let ctx: *mut Vm = vm;
        // SAFETY: the extension's state.
        return unsafe { f(ctx.cast(), it.state) };
    }
    Status::Ok
}

fn is_valid(vm: &mut Vm, s: &mut State) -> Result<bool, Status> {
    match s {
        State::Pairs { pairs, at } => Ok(*at < pairs.len()),
        State::Native(it, done) => {
            // SAFETY: the extension's table and state.
            unsafe {
                let st = started(vm, it, done);
                let mut ok = 0;
                let ctx: *mut Vm = vm;
                let st =
                    if st == Status::Ok { ((*it.table).valid)(ctx.cast(), it.state, &mut ok) } else { st };
                if st == Status::Ok { Ok(ok != 0) } else { Err(st) }
            }
        }
    }
}

fn current(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let s = state(a);
    match is_valid(vm, s) {
        Ok(true) => {}
        Ok(false) => return Status::Ok,
        Err(st) => return st,
    }
    match s {
        State::Pairs { pairs, at } => *out = copy(howdah_runtime::value::deref(pairs[*at].1)),
        State::Native(it, _) => {
            let ctx: *mut Vm = vm;
            // SAFETY: the extension's table and state.
            return unsafe { ((*it.table).current)(ctx.cast(), it.state, out) };
        }
    }
    Status::Ok
}
fn key(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let s = state(a);
    match is_valid(vm, s) {
        Ok(true) => {}
        Ok(false) => return Status::Ok,
        Err(st) => return st,
    }
    match s {
        State::Pairs { pairs, at } => *out = copy(pairs[*at].0),
        State::Native(it, _) => {
            let ctx: *mut Vm = vm;
            // SAFETY: the extension's table and state.
            if let Some(f) = unsafe { (*it.table).key } {
                // SAFETY: as above.
                return unsafe { f(ctx.cast(), it.state, out) };
            }
        }
    }
    Status::Ok
}
fn next(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    match state(a) {
        State::Pairs { at, .. } => *at += 1,
        State::Native(it, done) => {
            let ctx: *mut Vm = vm;
            // SAFETY: the extension's table and state.
            unsafe {
                crate::tri!(started(&mut *ctx, it, done));
                done.moved = true;
                return ((*it.table).next)(ctx.cast(), it.state);
            }
        }
    }
    Status::Ok
}
fn valid(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    match is_valid(vm, state(a)) {
        Ok(b) => {
            *out = Val::bool(b);
            Status::Ok
        }
        Err(st) => st,
    }
}
fn rewind(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    match state(a) {
        State::Pairs { at, .. } => *at = 0,
        State::Native(it, done) => {
            // SAFETY: the extension's table.
            if done.moved && unsafe { (*it.table).rewind }.is_none() {
                return vm.throw("Iterator does not support rewinding");
            }
            *done = Progress::default();
            // SAFETY: the extension's table and state.
            return unsafe { started(vm, it, done) };
        }
    }
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
