//! PHP functions of php-fpm.

use crate::status;
use howdah_host::SapiHost;
use howdah_vm::native::{Args, Native};
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, Val};

/// Registers the functions.
pub fn register(vm: &mut Vm) {
    howdah_vm::core_functions::register_list(vm, LIST);
}

fn finish(vm: &mut Vm, _: &Args<'_>, out: &mut Val) -> Status {
    *out = Val::FALSE;
    let Some(h) = SapiHost::of(vm) else { return Status::Ok };
    let (state, o) = (h.state.clone(), h.output());
    if state.finished.get() {
        return Status::Ok;
    }
    if let Err(r) = o.end_all() {
        return vm.raise(r.level(), r.message().as_bytes());
    }
    o.send_headers();
    let done = state.sapi.borrow_mut().finish();
    if done {
        state.finished.set(true);
        *out = Val::TRUE;
    }
    Status::Ok
}

const LIST: &[(&str, Native)] = &[
    ("fastcgi_finish_request(): bool", finish),
    ("fpm_get_status(): array|false", |_, _, out| {
        *out = status::current_array();
        Status::Ok
    }),
];
