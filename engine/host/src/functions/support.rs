//! What natives of the host share: results, arguments that are streams or paths, messages.

use crate::host::SapiHost;
use crate::streams::{own_context_of, stream_of};
use howdah_runtime::{array, string, value};
use howdah_streams::{Context, Stream, Streams};
use howdah_vm::native::Args;
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api_abi::{RES, STR, Status, StrHdr, Val};
use std::rc::Rc;

/// A native's result, or why there is none.
pub(super) type Res = Result<Val, Status>;

/// A table of signatures and functions that give a [`Res`].
macro_rules! natives {
    ($(#[$m:meta])* $list:ident; $($sig:literal => $f:expr),* $(,)?) => {
        $(#[$m])*
        pub(in crate::functions) const $list: &[crate::functions::Entry] = &[ $( ($sig, |vm, a, out| {
            let f: fn(&mut howdah_vm::vm::Vm, &howdah_vm::native::Args<'_>) -> crate::functions::support::Res = $f;
            let r = f(vm, a);
            crate::functions::support::finish(vm, r, out)
        }) ),* ];
    };
}
pub(super) use natives;

/// Hands a result over unless an exception is pending.
pub(super) fn finish(vm: &mut Vm, r: Res, out: &mut Val) -> Status {
    match (r, vm.pending()) {
        (Ok(v), Status::Ok) => {
            *out = v;
            Status::Ok
        }
        (Ok(v), st) => {
            // SAFETY: the result's share is ours.
            unsafe { rt::release(v) };
            st
        }
        (Err(Status::Ok), st) => st,
        (Err(st), _) => st,
    }
}

/// A status as a step that may fail.
pub(super) fn step(st: Status) -> Result<(), Status> {
    if st == Status::Ok { Ok(()) } else { Err(st) }
}

/// A string value.
pub(super) fn text(b: &[u8]) -> Val {
    string::new_val(b)
}

/// A bool.
pub(super) fn yes(b: bool) -> Res {
    Ok(Val::bool(b))
}

/// A list of strings.
pub(super) fn texts<T: AsRef<[u8]>>(list: impl IntoIterator<Item = T>) -> Val {
    array::val(array::from_vals(list.into_iter().map(|t| text(t.as_ref())).collect::<Vec<_>>()))
}

/// The VM's streams.
pub(super) fn streams(vm: &mut Vm) -> Result<Rc<Streams>, Status> {
    SapiHost::of(vm).map(|h| h.streams()).ok_or(Status::Ok)
}

/// The path that an extension has in place of one that is relative, or that is looked for in the include path.
pub(super) fn redirected<'p>(vm: &mut Vm, p: &'p [u8], purpose: u32) -> std::borrow::Cow<'p, [u8]> {
    let here = !p.is_empty() && p[0] != b'/' && memchr::memmem::find(p, b"://").is_none();
    let found = if here || purpose == plugin_api::files::purpose::OPEN_INCLUDED {
        crate::plugins::redirect::path(vm, p, purpose)
    } else {
        None
    };
    found.map_or(std::borrow::Cow::Borrowed(p), std::borrow::Cow::Owned)
}

/// Name of the running function.
pub(super) fn running(vm: &Vm) -> String {
    if vm.fp.is_null() {
        return String::new();
    }
    // SAFETY: the current frame is complete.
    unsafe { (*(*howdah_vm::frame::frame(vm.fp)).func).display() }
}

/// Name of the running function's parameter `i`.
fn parameter(vm: &Vm, i: usize) -> String {
    if vm.fp.is_null() {
        return String::new();
    }
    // SAFETY: the current frame is complete.
    unsafe { (*(*howdah_vm::frame::frame(vm.fp)).func).param_name(i as u32).unwrap_or_default() }
}

/// `function(): text` as a warning.
pub(super) fn warn(vm: &mut Vm, text: impl AsRef<str>) -> Result<(), Status> {
    let f = running(vm);
    step(vm.warning(&format!("{f}(): {}", text.as_ref())))
}

/// `function(): text` as a notice.
pub(super) fn notice(vm: &mut Vm, text: impl AsRef<str>) -> Result<(), Status> {
    let f = running(vm);
    step(vm.notice(&format!("{f}(): {}", text.as_ref())))
}

/// `function(): Argument #n ($name) text` as a ValueError; `i` counts from 0.
pub(super) fn bad_value(vm: &mut Vm, i: usize, text: impl AsRef<str>) -> Status {
    let (f, n) = (running(vm), parameter(vm, i));
    vm.throw_value(&format!("{f}(): Argument #{} (${n}) {}", i + 1, text.as_ref()))
}

/// `function(): Argument #n ($name) text` as a TypeError; `i` counts from 0.
pub(super) fn bad_type(vm: &mut Vm, i: usize, text: impl AsRef<str>) -> Status {
    let (f, n) = (running(vm), parameter(vm, i));
    vm.throw_type(&format!("{f}(): Argument #{} (${n}) {}", i + 1, text.as_ref()))
}

/// The value of argument `i` must be a resource of some kind: PHP's TypeError for what is none.
pub(super) fn no_resource(vm: &mut Vm, v: Val, i: usize, kind: &str) -> Status {
    if v.tag() == RES {
        let f = running(vm);
        vm.throw_type(&format!("{f}(): supplied resource is not a valid {kind} resource"))
    } else {
        let given = value::value_name(v);
        bad_type(vm, i, format!("must be of type resource, {given} given"))
    }
}

/// The stream of argument `i`, or PHP's TypeError.
pub(super) fn stream(vm: &mut Vm, a: &Args<'_>, i: usize) -> Result<Rc<Stream>, Status> {
    stream_of(a.get(i)).ok_or_else(|| no_resource(vm, a.get(i), i, "stream"))
}

/// The context of argument `i`: `None` when it is null; PHP's TypeError for other values.
pub(super) fn context(vm: &mut Vm, a: &Args<'_>, i: usize) -> Result<Option<Rc<Context>>, Status> {
    let v = a.get(i);
    if v.is_nullish() {
        return Ok(None);
    }
    match own_context_of(v) {
        Some(c) => Ok(Some(c)),
        None => Err(no_resource(vm, v, i, "Stream-Context")),
    }
}

/// A context to open with: that of argument `i`, or the default one.
pub(super) fn opening_context(vm: &mut Vm, a: &Args<'_>, i: usize) -> Result<Option<Rc<Context>>, Status> {
    let given = context(vm, a, i)?;
    Ok(Some(match given {
        Some(c) => c,
        None => super::streams::contexts::default_context(vm)?,
    }))
}

/// A path in argument `i`: a NUL byte in it is PHP's ValueError.
pub(super) fn path<'a>(vm: &mut Vm, a: &'a Args<'_>, i: usize) -> Result<&'a [u8], Status> {
    let p = a.bytes(i);
    if p.contains(&0) {
        return Err(bad_value(vm, i, "must not contain any null bytes"));
    }
    Ok(p)
}

/// A value as a string: an owned share's bytes.
pub(super) fn bytes_of(v: Val) -> Result<Vec<u8>, Status> {
    let mut t = Val::NULL;
    step(rt::to_str(value::deref(v), &mut t))?;
    // SAFETY: a string of ours.
    unsafe {
        let b = if t.tag() == STR { StrHdr::bytes(t.as_ptr()).to_vec() } else { Vec::new() };
        rt::release(t);
        Ok(b)
    }
}

/// Gives by-reference argument `i` a value, where it was passed.
pub(super) fn give(vm: &mut Vm, a: &Args<'_>, i: usize, v: Val) -> Result<(), Status> {
    if i >= a.len() {
        // SAFETY: the value's share is ours.
        unsafe { rt::release(v) };
        return Ok(());
    }
    step(super::assign(vm, a.slot(i), v))
}

/// The operating system's view of a path.
pub(super) fn os_path(b: &[u8]) -> &std::path::Path {
    use std::os::unix::ffi::OsStrExt;
    std::path::Path::new(std::ffi::OsStr::from_bytes(b))
}

/// A path as a string.
pub(super) fn path_val(p: &std::path::Path) -> Val {
    use std::os::unix::ffi::OsStrExt;
    text(p.as_os_str().as_bytes())
}

/// A path for the C library.
pub(super) fn c_path(b: &[u8]) -> std::ffi::CString {
    let end = b.iter().position(|c| *c == 0).unwrap_or(b.len());
    // Nothing behind a NUL byte is left.
    std::ffi::CString::new(&b[..end]).unwrap_or_default()
}

/// The system's word for its last error.
pub(super) fn last_error() -> String {
    howdah_streams::errno::of(&std::io::Error::last_os_error())
}

/// The system's word for an error.
pub(super) fn why(e: &std::io::Error) -> String {
    howdah_streams::errno::of(e)
}

/// Whether open_basedir allows a path, after the warning when it does not.
pub(super) fn allowed(vm: &mut Vm, p: &[u8]) -> bool {
    streams(vm).is_ok_and(|s| howdah_streams::path::allowed(s.env(), p, true))
}
