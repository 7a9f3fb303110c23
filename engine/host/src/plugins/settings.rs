//! Ini entries of extensions: registered with the others, and bound to fields of the extension's globals.

use super::Modules;
use crate::ini::registry::{Display, EntryDef, Notice, OnModify, Stage};
use crate::ini::{Config, Registry, quantity};
use howdah_vm::vm::Vm;
use std::cell::RefCell;
use std::sync::Arc;

use plugin_api_abi::{
    CtxRaw, ExtDescriptor, IniDesc, StrSlice, ini_access, ini_bind, ini_display, ini_stage,
};

/// A function of an extension that is asked about a new value.
type AskIni = unsafe extern "C" fn(ctx: *mut CtxRaw, globals: *mut u8, value: StrSlice, stage: u32) -> i32;

/// Number of the first extension among the registry's modules; 0 is the core, 1 what the host itself provides.
const FIRST: u32 = 2;

fn text(s: StrSlice) -> Option<&'static str> {
    // SAFETY: descriptors are static.
    if s.is_none() { None } else { std::str::from_utf8(unsafe { s.bytes() }).ok() }
}

fn access_bits(a: u32) -> u8 {
    use crate::ini::access::{PERDIR, SYSTEM, USER};
    [(ini_access::USER, USER), (ini_access::PERDIR, PERDIR), (ini_access::SYSTEM, SYSTEM)]
        .into_iter()
        .filter(|(bit, _)| a & bit != 0)
        .fold(0, |sum, (_, bit)| sum | bit)
}

/// Adds the entries of all extensions.
pub fn register(ini: &mut Registry, modules: &Modules, config: &Config) {
    for (i, desc) in modules.all().iter().enumerate() {
        register_one(ini, i, desc, config);
    }
}

/// Adds the entries of extension number `i`.
pub fn register_one(ini: &mut Registry, i: usize, desc: &'static ExtDescriptor, config: &Config) {
    // SAFETY: descriptors are static.
    for d in unsafe { desc.ini.get() } {
        let Some(name) = text(d.name) else { continue };
        let display = match d.display {
            ini_display::BOOLEAN => Display::Bool,
            ini_display::COLOR => Display::Color,
            _ => Display::Plain,
        };
        let def = EntryDef {
            name,
            default: text(d.default),
            access: access_bits(d.access),
            on_modify: d.on_modify.map(at_startup),
            display,
        };
        // An entry that exists already stays; the extension reads that one.
        ini.register(FIRST + i as u32, &[def], config);
    }
}

/// The registry's number of a VM's extension. VMs may hold fewer extensions than the process, where one was refused: the
/// settings of an extension say which number is theirs.
pub fn number_of(vm: &mut Vm, index: usize) -> Option<u32> {
    // SAFETY: descriptors are static.
    let first = text(unsafe { vm.extensions.get(index)?.desc.ini.get() }.first()?.name)?;
    crate::host::SapiHost::of(vm)?.ini.entry(first).map(|e| e.module)
}

thread_local! {
    /// What extensions told of the value that they are asked about now.
    static NOTES: RefCell<Vec<Notice>> = const { RefCell::new(Vec::new()) };
}

/// Keeps what an extension tells of the value that it is asked about.
pub fn note(level: u32, text: String) {
    NOTES.with_borrow_mut(|n| n.push(Notice { level, with_function: true, text }));
}

/// Asks an extension about values that come from configuration; [`accepts`] asks about those of scripts.
fn at_startup(ask: AskIni) -> OnModify {
    Arc::new(move |change| {
        if change.stage == Stage::Runtime {
            return true;
        }
        let value = change.new.map_or(StrSlice::NONE, StrSlice::of);
        NOTES.take();
        // SAFETY: the extension's function, which is told by the null context that no VM runs.
        let taken =
            unsafe { ask(std::ptr::null_mut(), std::ptr::null_mut(), value, ini_stage::STARTUP) == 0 };
        change.notices.append(&mut NOTES.take());
        taken
    })
}

/// The entry of that name with its extension's globals.
fn find(vm: &Vm, name: &str) -> Option<(&'static IniDesc, *mut u8)> {
    vm.extensions.iter().find_map(|e| {
        // SAFETY: descriptors are static.
        unsafe { e.desc.ini.get() }.iter().find(|d| text(d.name) == Some(name)).map(|d| (d, e.globals))
    })
}

/// Whether an extension takes a new value for its entry at run time.
pub fn accepts(vm: &mut Vm, name: &str, value: &[u8]) -> bool {
    match find(vm, name) {
        Some((IniDesc { on_modify: Some(ask), .. }, globals)) => {
            let ctx: *mut Vm = vm;
            // SAFETY: the extension's function with its own globals.
            unsafe { ask(ctx.cast::<CtxRaw>(), globals, StrSlice::of(value), ini_stage::RUNTIME) == 0 }
        }
        _ => true,
    }
}

/// Copies an entry's value to the field it is bound to.
pub fn bind(vm: &mut Vm, name: &str) {
    if let Some((d, globals)) = find(vm, name) {
        store(vm, d, globals);
    }
}

fn store(vm: &Vm, d: &IniDesc, globals: *mut u8) {
    let Some(name) = text(d.name) else { return };
    if globals.is_null() || d.bind == ini_bind::NONE {
        return;
    }
    let v = vm.host.ini(name).unwrap_or_default();
    // SAFETY: the extension states the offset and type of a field of its globals.
    unsafe {
        let at = globals.add(d.bind_offset as usize);
        match d.bind {
            ini_bind::BOOL => at.cast::<bool>().write(quantity::is_on(v)),
            ini_bind::INT => at.cast::<i64>().write(quantity::signed(v).value),
            ini_bind::DBL => {
                let t = String::from_utf8_lossy(v);
                at.cast::<f64>().write(t.trim().parse().unwrap_or(0.0));
            }
            _ => {}
        }
    }
}

/// Copies the values of all bound entries, at a request's start.
pub fn bind_all(vm: &mut Vm) {
    (0..vm.extensions.len()).for_each(|i| bind_extension(vm, i));
}

/// As [`bind_all`], of one extension.
pub fn bind_extension(vm: &mut Vm, index: usize) {
    let Some(e) = vm.extensions.get(index) else { return };
    // SAFETY: descriptors are static.
    for d in unsafe { e.desc.ini.get() } {
        store(vm, d, e.globals);
    }
}
