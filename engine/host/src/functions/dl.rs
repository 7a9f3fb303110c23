//! `dl()`: loads a plugin for the running VM (php-src's `ext/standard/dl.c`).

use super::Entry;
use crate::host::SapiHost;
use crate::plugins;
use howdah_vm::native::Args;
use howdah_vm::vm::{BailoutKind, Vm};
use plugin_api_abi::{Status, Val};

/// Longest path that the system takes, as PHP counts it.
const MAX_PATH: usize = 4096;

fn dl(vm: &mut Vm, a: &Args<'_>, out: &mut Val) -> Status {
    *out = Val::FALSE;
    let name = a.bytes(0).to_vec();
    let Some(host) = SapiHost::of(vm) else { return Status::Ok };
    if !host.ini.is_on("enable_dl") {
        return vm.warning("dl(): Dynamically loaded extensions aren't enabled");
    }
    if name.len() >= MAX_PATH {
        let text = format!("dl(): Filename exceeds the maximum allowed length of {MAX_PATH} characters");
        return vm.warning(&text);
    }
    if name.contains(&b'/') {
        return vm.warning("dl(): Temporary module name should contain only filename");
    }
    let dir =
        host.ini.get("extension_dir").map_or(String::new(), |d| String::from_utf8_lossy(d).into_owned());
    let desc = match plugins::load(&String::from_utf8_lossy(&name), &dir, &[]) {
        Ok((desc, _)) => desc,
        Err(e) => return vm.warning(&format!("dl(): {e}")),
    };
    match plugins::runtime::add(vm, desc) {
        Ok(()) => {
            *out = Val::TRUE;
            Status::Ok
        }
        Err(plugins::runtime::NotAdded::Refused { level, text }) => {
            vm.raise_at(level, text.as_bytes(), b"Unknown", 0)
        }
        Err(plugins::runtime::NotAdded::Startup(text)) => {
            vm.raise_at(16, text.as_bytes(), b"Unknown", 0);
            vm.exit_status = 255;
            vm.bailout = Some(BailoutKind::Fatal);
            Status::Bailout
        }
        Err(plugins::runtime::NotAdded::Request(name)) => {
            vm.warning(&format!("dl(): Unable to initialize module '{name}'"))
        }
    }
}

/// Of the command line and its server.
pub(super) const LIST: &[Entry] = &[("dl(string $extension_filename): bool", dl)];
