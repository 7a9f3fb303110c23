//! The environment, the SAPI, the connection.

use super::{Entry, state};
use crate::host::SapiHost;
use howdah_runtime::{array, string};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, Val};

fn getenv(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let Some(s) = state(vm) else { return Status::Ok };
    if a.get(0).is_nullish() {
        let t = array::new(0);
        // SAFETY: a fresh array.
        let mut set = |k: &[u8], v: &[u8]| unsafe { array::set_bytes(t, k, string::new_val(v)) };
        s.environment_variables(&mut set);
        let sapi = s.sapi.borrow();
        if sapi.has_own_environment() {
            sapi.environment_variables(&mut set);
        }
        *out = array::val(t);
        return Status::Ok;
    }
    let name = a.bytes(0);
    let own = if a.bool(1, false) { None } else { s.sapi.borrow().environment(name) };
    *out = own.or_else(|| s.environment(name)).map_or(Val::FALSE, |v| string::new_val(&v));
    Status::Ok
}

fn putenv(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let setting = a.bytes(0);
    if setting.is_empty() || setting[0] == b'=' {
        return vm.throw_value("putenv(): Argument #1 ($assignment) must have a valid syntax");
    }
    let (name, value) = match setting.iter().position(|&c| c == b'=') {
        Some(i) => (setting[..i].to_vec(), Some(setting[i + 1..].to_vec())),
        None => (setting.to_vec(), None),
    };
    if let Some(s) = state(vm) {
        s.changed_environment.borrow_mut().insert(name, value);
    }
    *out = Val::TRUE;
    Status::Ok
}

fn request_headers(vm: &mut Vm, _: &Args<'_>, out: &mut Val) -> Status {
    let list = state(vm).map_or(Vec::new(), |s| s.sapi.borrow().request_headers());
    let t = array::new(list.len());
    for (k, v) in list {
        // SAFETY: a fresh array.
        unsafe { array::set_bytes(t, &k, string::new_val(&v)) };
    }
    *out = array::val(t);
    Status::Ok
}

/// `apache_response_headers()`
fn response_headers(vm: &mut Vm, _: &Args<'_>, out: &mut Val) -> Status {
    let t = array::new(0);
    if let Some(s) = state(vm) {
        for l in s.headers.borrow().lines() {
            let Some(colon) = l.iter().position(|&c| c == b':') else { continue };
            let value = l[colon + 1..].trim_ascii_start();
            // SAFETY: a fresh array.
            unsafe { array::set_bytes(t, l[..colon].trim_ascii_end(), string::new_val(value)) };
        }
    }
    *out = array::val(t);
    Status::Ok
}

fn phpinfo(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let text = crate::info::php_info(vm, a.int(0, crate::info::flags::ALL));
    vm.host.write(&text);
    *out = Val::TRUE;
    Status::Ok
}

fn phpcredits(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    let text = crate::info::php_credits(vm, a.int(0, crate::info::credits::flags::ALL));
    vm.host.write(&text);
    *out = Val::TRUE;
    Status::Ok
}

/// `error_log()`
fn error_log(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    use std::io::Write;
    use std::os::unix::ffi::OsStrExt;
    *out = Val::TRUE;
    let message = a.bytes(0);
    match a.int(1, 0) {
        1 => {
            *out = Val::FALSE;
            return vm.warning("error_log(): Mail option not available!");
        }
        2 => {
            *out = Val::FALSE;
            return vm.warning("error_log(): TCP/IP option not available!");
        }
        3 => {
            let path = a.bytes(2).to_vec();
            if !super::support::allowed(vm, &path) {
                *out = Val::FALSE;
                if vm.pending() != Status::Ok {
                    return vm.pending();
                }
                let path = String::from_utf8_lossy(&path);
                return vm
                    .warning(&format!("error_log({path}): Failed to open stream: Operation not permitted"));
            }
            let file = std::fs::OpenOptions::new()
                .append(true)
                .create(true)
                .open(std::ffi::OsStr::from_bytes(&path));
            match file {
                Ok(mut f) => *out = Val::bool(f.write_all(message).is_ok()),
                Err(e) => {
                    *out = Val::FALSE;
                    let why = e.to_string();
                    let why = why.split(" (os error").next().unwrap_or_default();
                    let path = String::from_utf8_lossy(&path);
                    return vm.warning(&format!("error_log({path}): Failed to open stream: {why}"));
                }
            }
        }
        4 => {
            if let Some(s) = state(vm) {
                s.sapi.borrow_mut().log(message, 8);
            }
        }
        _ => {
            if let Some(h) = SapiHost::of(vm) {
                h.log(message, 8);
            }
        }
    }
    Status::Ok
}

pub(super) const LIST: &[Entry] = &[
    (
        "error_log(string $message, int $message_type = 0, ?string $destination = null, ?string $additional_headers = null): bool",
        error_log,
    ),
    ("phpinfo(int $flags = INFO_ALL): true", phpinfo),
    ("phpcredits(int $flags = CREDITS_ALL): true", phpcredits),
    ("getenv(?string $name = null, bool $local_only = false): array|string|false", getenv),
    ("putenv(string $assignment): bool", putenv),
    ("php_sapi_name(): string|false", |vm, _, out| {
        let name = SapiHost::of(vm).map_or("", |h| h.sapi_name);
        *out = string::new_val(name.as_bytes());
        Status::Ok
    }),
    ("connection_aborted(): int", |vm, _, out| {
        let gone = SapiHost::of(vm).is_some_and(|h| h.output().connection_aborted());
        *out = Val::int(gone as i64);
        Status::Ok
    }),
    ("connection_status(): int", |vm, _, out| {
        let gone = SapiHost::of(vm).is_some_and(|h| h.output().connection_aborted());
        *out = Val::int(gone as i64);
        Status::Ok
    }),
    ("ignore_user_abort(?bool $enable = null): int", |vm, a, out| {
        let old = SapiHost::of(vm).is_some_and(|h| h.ini.is_on("ignore_user_abort"));
        *out = Val::int(old as i64);
        if !a.get(0).is_nullish() {
            let new: &[u8] = if a.bool(0, false) { b"1" } else { b"0" };
            return crate::worker::set_ini(vm, "ignore_user_abort", new).err().unwrap_or(Status::Ok);
        }
        Status::Ok
    }),
];

/// Functions of servers.
pub(super) const SERVER_LIST: &[Entry] = &[
    ("apache_request_headers(): array", request_headers),
    ("getallheaders(): array", request_headers),
    ("apache_response_headers(): array", response_headers),
];
