//! PHP functions over settings, headers, requests and the environment.

mod body;
mod dl;
mod environment;
mod files;
mod headers;
pub mod homes;
mod ini;
mod processes;
mod source;
mod streams;
mod support;

pub use ini::table_of;

use crate::host::SapiHost;
use crate::state::RequestState;
use howdah_vm::native::Native;
use howdah_vm::vm::Vm;
use plugin_api_abi::{Status, Val};
use std::rc::Rc;

/// Signature and code.
type Entry = (&'static str, Native);

/// Registers the functions and constants with a VM whose host is a [`SapiHost`].
pub fn register(vm: &mut Vm) {
    use crate::info::credits::flags as credits;
    let own = [body::LIST, ini::LIST, headers::LIST, environment::LIST, processes::LIST, source::LIST];
    for list in own.iter().chain(files::LISTS).chain(streams::LISTS) {
        howdah_vm::core_functions::register_list(vm, list);
    }
    for (name, v) in files::CONSTANTS.iter().chain(streams::constants::CONSTANTS) {
        vm.define(name, Val::int(*v));
    }
    if SapiHost::of(vm).is_some_and(|h| h.sapi_name.starts_with("cli")) {
        howdah_vm::core_functions::register_list(vm, dl::LIST);
    }
    if state(vm).is_some_and(|s| s.sapi.borrow().has_headers()) {
        howdah_vm::core_functions::register_list(vm, environment::SERVER_LIST);
    }
    for (name, v) in [
        ("CREDITS_GROUP", credits::GROUP),
        ("CREDITS_GENERAL", credits::GENERAL),
        ("CREDITS_SAPI", credits::SAPI),
        ("CREDITS_MODULES", credits::MODULES),
        ("CREDITS_DOCS", credits::DOCS),
        ("CREDITS_FULLPAGE", credits::FULLPAGE),
        ("CREDITS_QA", credits::QA),
        ("CREDITS_ALL", credits::ALL),
        ("INFO_GENERAL", 1),
        ("INFO_CREDITS", 2),
        ("INFO_CONFIGURATION", 4),
        ("INFO_MODULES", 8),
        ("INFO_ENVIRONMENT", 16),
        ("INFO_VARIABLES", 32),
        ("INFO_LICENSE", 64),
        ("INFO_ALL", 0xffff_ffff),
        ("INI_USER", 1),
        ("INI_PERDIR", 2),
        ("INI_SYSTEM", 4),
        ("INI_ALL", 7),
        ("INI_SCANNER_NORMAL", 0),
        ("INI_SCANNER_RAW", 1),
        ("INI_SCANNER_TYPED", 2),
        ("UPLOAD_ERR_OK", 0),
        ("UPLOAD_ERR_INI_SIZE", 1),
        ("UPLOAD_ERR_FORM_SIZE", 2),
        ("UPLOAD_ERR_PARTIAL", 3),
        ("UPLOAD_ERR_NO_FILE", 4),
        ("UPLOAD_ERR_NO_TMP_DIR", 6),
        ("UPLOAD_ERR_CANT_WRITE", 7),
        ("UPLOAD_ERR_EXTENSION", 8),
        ("CONNECTION_NORMAL", 0),
        ("CONNECTION_ABORTED", 1),
        ("CONNECTION_TIMEOUT", 2),
    ] {
        vm.define(name, Val::int(v));
    }
}

fn state(vm: &mut Vm) -> Option<Rc<RequestState>> {
    SapiHost::of(vm).map(|h| h.state.clone())
}

/// Gives a by-reference argument a value (its share is taken over).
fn assign(vm: &mut Vm, slot: *mut Val, v: Val) -> Status {
    // SAFETY: an argument of the running call.
    unsafe { howdah_vm::rt::assign_cv(vm, slot, v) }
}
