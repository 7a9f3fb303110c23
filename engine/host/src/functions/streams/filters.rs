//! `stream_filter_append()`, `stream_filter_prepend()`, `stream_filter_remove()`.

use crate::functions::support::{Res, natives, no_resource, stream, streams, warn, yes};
use crate::streams::{Held, value_of};
use howdah_streams::Stream;
use howdah_streams::filter::{AttachedFilter, Direction, FilterParams};
use howdah_vm::api::res::{TABLE, close_resource, new_resource, register_type};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::Status;
use std::rc::{Rc, Weak};

/// What a filter's resource holds.
struct Attachment {
    filter: Rc<AttachedFilter>,
    stream: Weak<Stream>,
}

unsafe extern "C" fn drop_attachment(p: *mut u8) {
    // SAFETY: boxed by `attach`, dropped once.
    drop(unsafe { Box::from_raw(p.cast::<Attachment>()) });
}

fn filter_type() -> i32 {
    register_type("stream filter", Some(drop_attachment))
}

/// Attaches one filter; `None` when it could not be made.
fn attach(
    vm: &mut Vm,
    s: &Rc<Stream>,
    d: Direction,
    name: &[u8],
    params: &FilterParams,
    append: bool,
) -> Result<Option<Rc<AttachedFilter>>, Status> {
    let all = streams(vm)?;
    let Some(code) = all.filters.create(all.env(), name, params) else { return Ok(None) };
    Ok(if append { s.append_filter(d, name, code).ok() } else { Some(s.prepend_filter(d, name, code)) })
}

fn add(vm: &mut Vm, a: &Args<'_>, append: bool) -> Res {
    let s = stream(vm, a, 0)?;
    let name = a.bytes(1);
    let mut how = a.int(2, 0);
    if how & 3 == 0 {
        let mode = s.mode();
        let has = |l: &[u8]| mode.iter().any(|c| l.contains(c));
        how |= if has(b"r+") { 1 } else { 0 };
        how |= if has(b"wa+xc") { 2 } else { 0 };
    }
    let given = a.get(3);
    let params = if a.len() > 3 {
        FilterParams { value: Some(value_of(given)), original: Some(Rc::new(Held::share(given))) }
    } else {
        FilterParams::default()
    };
    let mut last = None;
    for (bit, d) in [(1, Direction::Read), (2, Direction::Write)] {
        if how & bit != 0 {
            match attach(vm, &s, d, name, &params, append)? {
                Some(f) => last = Some(f),
                None => return yes(false),
            }
        }
    }
    let Some(filter) = last else { return yes(false) };
    let held = Box::new(Attachment { filter, stream: Rc::downgrade(&s) });
    Ok(new_resource(filter_type(), Box::into_raw(held).cast()))
}

fn remove(vm: &mut Vm, a: &Args<'_>) -> Res {
    let v = a.get(0);
    // SAFETY: a live value.
    let p = unsafe { (TABLE.get)(v, filter_type()) };
    if p.is_null() {
        return Err(no_resource(vm, v, 0, "stream filter"));
    }
    // SAFETY: resources of this type hold such a box.
    let held = unsafe { &*p.cast::<Attachment>() };
    let (filter, stream) = (held.filter.clone(), held.stream.upgrade());
    let attached = stream.filter(|s| s.read_filters.contains(&filter) || s.write_filters.contains(&filter));
    let Some(s) = attached else {
        // SAFETY: a live resource.
        unsafe { close_resource(v.as_ptr()) };
        return Err(no_resource(vm, v, 0, "stream filter"));
    };
    if !s.remove_filter(&filter) {
        warn(vm, "Unable to flush filter, not removing")?;
        return yes(false);
    }
    drop(filter);
    // SAFETY: a live resource.
    unsafe { close_resource(v.as_ptr()) };
    yes(true)
}

natives! {
    /// Functions of filters.
    LIST;
    "stream_filter_append($stream, string $filter_name, int $mode = 0, mixed $params = UNKNOWN)" => |vm, a| add(vm, a, true),
    "stream_filter_prepend($stream, string $filter_name, int $mode = 0, mixed $params = UNKNOWN)" => |vm, a| add(vm, a, false),
    "stream_filter_remove($stream_filter): bool" => remove,
}
