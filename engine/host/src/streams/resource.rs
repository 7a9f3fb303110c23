//! Streams as PHP resources.

use howdah_runtime::layout::Res;
use howdah_runtime::memory;
use howdah_streams::{Context, Stream, Streams, php};
use howdah_vm::api::res;
use howdah_vm::vm::Vm;
use plugin_api_abi::{REFCOUNTED, RES, Val};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

thread_local! {
    /// Resources of streams by the stream's address.
    static SHOWN: RefCell<HashMap<*const Stream, *mut Res>> = RefCell::new(HashMap::new());
    /// Resources of contexts by the context's address.
    static CONTEXTS: RefCell<HashMap<*const Context, *mut Res>> = RefCell::new(HashMap::new());
}

unsafe extern "C" fn drop_stream(p: *mut u8) {
    // SAFETY: boxed by `stream_resource`, dropped once.
    let s = unsafe { Box::from_raw(p.cast::<Rc<Stream>>()) };
    SHOWN.with_borrow_mut(|m| m.remove(&Rc::as_ptr(&s)));
    s.release();
}

unsafe extern "C" fn drop_context(p: *mut u8) {
    // SAFETY: boxed by `context_share`, dropped once.
    let c = unsafe { Box::from_raw(p.cast::<Rc<Context>>()) };
    CONTEXTS.with_borrow_mut(|m| m.remove(&Rc::as_ptr(&c)));
}

fn stream_type() -> i32 {
    res::register_type("stream", Some(drop_stream))
}

fn context_type() -> i32 {
    res::register_type("stream-context", Some(drop_context))
}

/// A share of a resource.
fn share(r: *mut Res) -> Val {
    let v = Val { payload: r as u64, ty: RES as u32 | REFCOUNTED, aux: 0 };
    memory::val_addref(v);
    v
}

/// The resource of a stream: a share of the one it has, or a new one.
pub fn stream_resource(s: &Rc<Stream>) -> Val {
    if let Some(r) = SHOWN.with_borrow(|m| m.get(&Rc::as_ptr(s)).copied()) {
        return share(r);
    }
    let boxed = Box::into_raw(Box::new(s.clone()));
    let v = res::new_numbered(s.number(), stream_type(), boxed.cast());
    SHOWN.with_borrow_mut(|m| m.insert(Rc::as_ptr(s), v.as_ptr()));
    v
}

/// The resource of a context: a share of the one it has, or a new one.
pub fn context_share(c: &Rc<Context>) -> Val {
    if let Some(r) = CONTEXTS.with_borrow(|m| m.get(&Rc::as_ptr(c)).copied()) {
        return share(r);
    }
    let v = res::new_resource(context_type(), Box::into_raw(Box::new(c.clone())).cast());
    CONTEXTS.with_borrow_mut(|m| m.insert(Rc::as_ptr(c), v.as_ptr()));
    v
}

/// What an open resource of type `ty` points to.
fn pointer(v: Val, ty: i32) -> Option<*mut u8> {
    if v.tag() != RES {
        return None;
    }
    // SAFETY: a live resource.
    let r = unsafe { &*v.as_ptr::<Res>() };
    (r.type_id == ty).then_some(r.ptr)
}

/// The stream of a resource; `None` for other values and closed ones.
pub fn stream_of(v: Val) -> Option<Rc<Stream>> {
    // SAFETY: resources of this type hold such a box.
    pointer(v, stream_type()).map(|p| unsafe { &*p.cast::<Rc<Stream>>() }.clone())
}

/// The context that a resource is.
pub fn own_context_of(v: Val) -> Option<Rc<Context>> {
    // SAFETY: resources of this type hold such a box.
    pointer(v, context_type()).map(|p| unsafe { &*p.cast::<Rc<Context>>() }.clone())
}

/// The context of a resource, or of the stream of one.
pub fn context_of(v: Val) -> Option<Rc<Context>> {
    own_context_of(v).or_else(|| stream_of(v)?.context())
}

/// Closes a stream and its resource (`fclose()`, `pclose()`). Gives the exit status of a process.
pub fn close_stream(v: Val) -> i32 {
    let Some(s) = stream_of(v) else { return 0 };
    let status = s.close();
    // SAFETY: a live resource.
    unsafe { res::close_resource(v.as_ptr()) };
    status
}

/// Closes the streams that are still open at the end of a request, the youngest first: filters and wrappers of scripts run.
pub fn release_streams() {
    let mut open: Vec<Rc<Stream>> = SHOWN.with_borrow(|m| {
        // SAFETY: live resources of this type hold such a box.
        let all = m.values().filter(|r| unsafe { (***r).type_id } == stream_type());
        all.map(|r| unsafe { &*(**r).ptr.cast::<Rc<Stream>>() }.clone()).collect()
    });
    open.sort_by_key(|s| std::cmp::Reverse(s.number()));
    for s in open {
        s.release();
    }
}

/// Defines `STDIN`, `STDOUT` and `STDERR`. Gives the first.
pub fn define_standard_streams(vm: &mut Vm, streams: &Streams) -> Option<Rc<Stream>> {
    let mut input = None;
    for (n, name) in ["STDIN", "STDOUT", "STDERR"].into_iter().enumerate() {
        let Some(s) = php::standard_stream(streams, n) else { continue };
        vm.define(name, stream_resource(&s));
        if n == 0 {
            input = Some(s);
        }
    }
    input
}
