//! `header()` and its kin; uploads.

use super::{Entry, assign, state};
use crate::headers::HeaderOp;
use crate::host::SapiHost;
use crate::state::HeaderError;
use howdah_runtime::{array, string};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, Val};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;

fn tell(vm: &mut Vm, r: Result<(), HeaderError>) -> Status {
    match r {
        Err(HeaderError::Sent(text)) => vm.warning(&text),
        Err(HeaderError::Line(text)) if !text.is_empty() => vm.warning(text),
        _ => Status::Ok,
    }
}

/// On the command line headers come and go without being kept.
fn forget_unseen(vm: &mut Vm) {
    if let Some(s) = state(vm)
        && !s.sapi.borrow().has_headers()
    {
        s.headers.borrow_mut().clear();
    }
}

fn header(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    let Some(h) = SapiHost::of(vm) else { return Status::Ok };
    let (s, out) = (h.state.clone(), h.output());
    let op = if a.bool(1, true) { HeaderOp::Replace } else { HeaderOp::Add };
    let r = s.header(&out, a.bytes(0), op, a.int(2, 0) as i32);
    if a.bytes(0).len() > 14 && a.bytes(0)[..15].eq_ignore_ascii_case(b"content-length:") && r.is_ok() {
        // What a script counted must not be compressed; without that setting there is nothing to do.
        crate::worker::set_ini(vm, "zlib.output_compression", b"0").ok();
    }
    let st = tell(vm, r);
    forget_unseen(vm);
    st
}

fn header_remove(vm: &mut Vm, a: &Args<'_>, _: &mut Val) -> Status {
    let Some(h) = SapiHost::of(vm) else { return Status::Ok };
    let (s, out) = (h.state.clone(), h.output());
    let name = (!a.get(0).is_nullish()).then(|| a.bytes(0));
    if name.is_some_and(<[u8]>::is_empty) {
        return Status::Ok;
    }
    let r = s.header_remove(&out, name);
    tell(vm, r)
}

fn headers_sent(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let Some(o) = SapiHost::of(vm).map(|h| h.output()) else { return Status::Ok };
    let sent = o.headers_sent();
    let (file, line) = if sent { o.started_at().unwrap_or_default() } else { Default::default() };
    *out = Val::bool(sent);
    if a.len() > 1 {
        let st = assign(vm, a.slot(1), Val::int(line as i64));
        if st != Status::Ok {
            return st;
        }
    }
    if !a.is_empty() {
        return assign(vm, a.slot(0), string::new_val(&file));
    }
    Status::Ok
}

fn http_response_code(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let Some(h) = SapiHost::of(vm) else { return Status::Ok };
    let (s, o) = (h.state.clone(), h.output());
    let (old, new) = (s.headers.borrow().code, a.int(0, 0) as i32);
    if new != 0 {
        if o.headers_sent() {
            *out = Val::FALSE;
            let mut text = "http_response_code(): Cannot set response code - headers already sent".to_owned();
            if let Some((f, l)) = o.started_at() {
                text.push_str(&format!(" (output started at {}:{l})", String::from_utf8_lossy(&f)));
            }
            return vm.warning(&text);
        }
        s.headers.borrow_mut().code = new;
        *out = if old != 0 { Val::int(old as i64) } else { Val::TRUE };
        return Status::Ok;
    }
    *out = if old != 0 { Val::int(old as i64) } else { Val::FALSE };
    Status::Ok
}

fn is_uploaded(vm: &mut Vm, path: &[u8]) -> bool {
    state(vm).is_some_and(|s| s.uploaded.borrow().iter().any(|u| u == path))
}

fn move_uploaded_file(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = Val::FALSE;
    let (from, to) = (a.bytes(0).to_vec(), a.bytes(1).to_vec());
    if !is_uploaded(vm, &from) {
        return Status::Ok;
    }
    if let Some(dirs) = vm.host.ini("open_basedir").filter(|d| !d.is_empty())
        && !crate::basedir::allows(dirs, &to)
    {
        let text = format!("move_uploaded_file(): {}", crate::basedir::refusal(dirs, &to));
        return vm.warning(&text);
    }
    let (src, dst) = (OsStr::from_bytes(&from), OsStr::from_bytes(&to));
    let moved = std::fs::rename(src, dst).or_else(|_| {
        std::fs::copy(src, dst)?;
        std::fs::remove_file(src)
    });
    match moved {
        Ok(()) => {
            use std::os::unix::fs::PermissionsExt;
            // As a new file would have it; a file system without modes does without.
            drop(std::fs::set_permissions(dst, std::fs::Permissions::from_mode(0o666 & !umask())));
            if let Some(s) = state(vm) {
                s.uploaded.borrow_mut().retain(|u| *u != from);
            }
            *out = Val::TRUE;
            Status::Ok
        }
        Err(e) => {
            let why = std::io::Error::from_raw_os_error(e.raw_os_error().unwrap_or(0)).to_string();
            let why = why.split(" (os error").next().unwrap_or_default().to_owned();
            let (from, to) = (String::from_utf8_lossy(&from), String::from_utf8_lossy(&to));
            let st = vm.warning(&format!("move_uploaded_file({to}): Failed to open stream: {why}"));
            if st != Status::Ok {
                return st;
            }
            vm.warning(&format!("move_uploaded_file(): Unable to move \"{from}\" to \"{to}\""))
        }
    }
}

/// The process's file mode mask.
fn umask() -> u32 {
    // SAFETY: the mask is put back at once; files made meanwhile by other threads get the stricter mask.
    unsafe {
        let m = libc::umask(0o077);
        libc::umask(m);
        m
    }
}

pub(super) const LIST: &[Entry] = &[
    ("header(string $header, bool $replace = true, int $response_code = 0): void", header),
    ("header_remove(?string $name = null): void", header_remove),
    ("headers_sent(&$filename = null, &$line = null): bool", headers_sent),
    ("headers_list(): array", |vm, _, out| {
        let lines = state(vm).map_or(Vec::new(), |s| s.headers.borrow().lines().to_vec());
        *out = array::val(array::from_vals(lines.iter().map(|l| string::new_val(l))));
        Status::Ok
    }),
    ("http_response_code(int $response_code = 0): int|bool", http_response_code),
    ("header_register_callback(callable $callback): bool", |vm, a, out| {
        let Some(h) = SapiHost::of(vm) else { return Status::Ok };
        let sent = h.output().headers_sent();
        let kept = if sent { Val::UNDEF } else { howdah_vm::rt::copy(a.get(0)) };
        let old = h.state.header_callback.replace(kept);
        // SAFETY: the state's own share.
        unsafe { howdah_vm::rt::release(old) };
        *out = Val::TRUE;
        Status::Ok
    }),
    ("is_uploaded_file(string $filename): bool", |vm, a, out| {
        *out = Val::bool(is_uploaded(vm, a.bytes(0)));
        Status::Ok
    }),
    ("move_uploaded_file(string $from, string $to): bool", move_uploaded_file),
];
