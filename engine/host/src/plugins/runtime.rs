//! Extensions added to a VM that runs (`dl()`). The library stays mapped and its module startup runs once per process; the
//! VM has the extension until it goes.

use super::{Modules, StartupConstant, settings};
use crate::host::SapiHost;
use howdah_vm::extension::name;
use howdah_vm::vm::Vm;
use plugin_api_abi::{CtxRaw, ExtDescriptor, Status, Val};
use std::sync::Mutex;

/// Why an extension was not added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotAdded {
    /// It is there already, or cannot be beside the others.
    Refused {
        /// `E_*`
        level: u32,
        /// Message.
        text: String,
    },
    /// Its module startup failed: the process cannot go on.
    Startup(String),
    /// Its request startup failed; its name.
    Request(String),
}

/// Extensions whose module startup has run, with the constants that it registered.
static STARTED: Mutex<Vec<(&'static ExtDescriptor, Vec<StartupConstant>)>> = Mutex::new(Vec::new());

/// Adds a loaded extension to a VM whose request runs.
///
/// # Errors
/// See [`NotAdded`].
pub fn add(vm: &mut Vm, desc: &'static ExtDescriptor) -> Result<(), NotAdded> {
    let mut modules = Modules { list: vm.extensions.iter().map(|e| e.desc).collect(), ..Modules::default() };
    let refused = |level, text| NotAdded::Refused { level, text };
    if !modules.add(desc) {
        return Err(refused(32, format!("Module \"{}\" is already loaded", name(desc))));
    }
    if let Some(why) = modules.refusal(desc) {
        return Err(refused(32, why));
    }
    let index = modules.list.len() - 1;
    let Some(host) = SapiHost::of(vm) else { return Ok(()) };
    let config = host.config.clone();
    settings::register_one(&mut host.ini, index, desc, &config);
    let mut started = STARTED.lock().unwrap_or_else(|e| e.into_inner());
    if !started.iter().any(|(d, _)| core::ptr::eq(*d, desc)) {
        let ini = &host.ini;
        let read = |n: &str| ini.get(n).map(<[u8]>::to_vec);
        modules.start_one(index, &read).map_err(|f| NotAdded::Startup(f.text))?;
        started.push((desc, std::mem::take(&mut modules.constants)));
    }
    let at = vm
        .register_extension(desc)
        .map_err(|f| refused(2, format!("Function registration failed - duplicate name - {f}")))?;
    for (_, constants) in started.iter().filter(|(d, _)| core::ptr::eq(*d, desc)) {
        constants.iter().for_each(|c| vm.register_constant(&c.name, &c.value, false, at));
    }
    drop(started);
    settings::bind_extension(vm, at as usize);
    let globals = vm.extensions[at as usize].globals;
    if let Some(f) = desc.rinit {
        let ctx: *mut Vm = vm;
        // SAFETY: the extension's hook with its own globals.
        if unsafe { f(ctx.cast::<CtxRaw>(), globals) } != Status::Ok {
            // What it threw says no more to a script than that it failed.
            let thrown = std::mem::replace(&mut vm.exception, Val::UNDEF);
            // SAFETY: the share was the VM's.
            unsafe { howdah_vm::rt::release(thrown) };
            return Err(NotAdded::Request(name(desc).into_owned()));
        }
    }
    if let Some(h) = SapiHost::of(vm) {
        h.extended = true;
    }
    Ok(())
}
