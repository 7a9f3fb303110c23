//! Extensions: linked in or loaded, put in order, started once per process, installed into every VM.
//!
//! A loaded plugin and a linked one differ in how their descriptor is found ([`load`]) and in nothing else.

mod api;
mod filters;
mod load;
mod manifest;
mod output;
mod process;
pub mod redirect;
mod request;
pub mod runtime;
pub mod settings;
mod stream;
mod tokens;
mod transports;
mod wrappers;

pub use api::{connect, describe, find_interface as interface};
pub use load::{LoadError, load, refuse_zend};
pub use manifest::{ENGINE_API, Inspected, inspect, inspect_bytes};

use howdah_vm::extension::name;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ConstValue, ExtDescriptor, ModuleCtx, Status, dep_kind};

/// A constant that a module startup registered.
struct StartupConstant {
    name: Vec<u8>,
    value: ConstValue,
    ext: usize,
}

/// What [`plugin_api_abi::ModuleCtx`] is.
struct Startup<'m> {
    modules: &'m mut Modules,
    ext: usize,
    ini: &'m dyn Fn(&str) -> Option<Vec<u8>>,
    failure: Option<String>,
}

/// A message of the startup, shown as `PHP Startup` warnings are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartupMessage {
    /// `E_*`
    pub level: u32,
    /// Text.
    pub text: String,
}

/// A module startup failed: the process cannot go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartupFailed {
    /// `Unable to start X module`, and why.
    pub text: String,
}

/// The extensions of a process.
#[derive(Default)]
pub struct Modules {
    list: Vec<&'static ExtDescriptor>,
    /// Loaded with `extension=`, in that order: identity of the files.
    files: Vec<(u64, u64)>,
    constants: Vec<StartupConstant>,
    wrappers: Vec<wrappers::Registered>,
    filters: Vec<filters::Registered>,
    transports: transports::Registered,
    output: output::Registered,
    messages: Vec<StartupMessage>,
    started: bool,
}

/// A dependency's requirement as text.
fn requirement(d: &plugin_api_abi::DepDesc) -> Option<String> {
    // SAFETY: descriptors are static.
    (!d.req.is_none()).then(|| String::from_utf8_lossy(unsafe { d.req.bytes() }).into_owned())
}

fn version(e: &ExtDescriptor) -> String {
    // SAFETY: descriptors are static.
    if e.version.is_none() {
        String::new()
    } else {
        String::from_utf8_lossy(unsafe { e.version.bytes() }).into_owned()
    }
}

impl Modules {
    /// The extensions linked into this binary.
    pub fn builtin() -> Modules {
        connect();
        let mut m = Modules::default();
        let mut list: Vec<_> = plugin_api::builtins().collect();
        list.sort_by_key(|d| name(d).to_ascii_lowercase());
        for d in list {
            m.add(d);
        }
        m
    }

    /// Adds an extension; false when one of its name is there already.
    pub fn add(&mut self, desc: &'static ExtDescriptor) -> bool {
        if self.find(&name(desc)).is_some() {
            self.warn(32, format!("Module \"{}\" is already loaded", name(desc)));
            return false;
        }
        self.list.push(desc);
        true
    }

    /// `extension=NAME`: loads a plugin. What goes wrong becomes a startup message.
    pub fn load(&mut self, which: &str, extension_dir: &str) -> bool {
        connect();
        match load(which, extension_dir, &self.files) {
            Ok((desc, file)) => {
                if self.add(desc) {
                    self.files.push(file);
                    return true;
                }
                false
            }
            Err(LoadError::Already(n)) => {
                self.warn(32, format!("Module \"{n}\" is already loaded"));
                false
            }
            Err(e) => {
                self.warn(2, format!("PHP Startup: {e}"));
                false
            }
        }
    }

    /// `zend_extension=NAME`: there are none for this engine, which says of each why it is not loaded, and goes on.
    pub fn load_zend(&mut self, which: &str, extension_dir: &str) {
        match load::refuse_zend(which, extension_dir) {
            load::LoadError::Unable { name, tried } => {
                let list: Vec<String> = tried.iter().map(|(p, why)| format!("{p} ({p}: {why})")).collect();
                let text = format!("Failed loading Zend extension '{name}' (tried: {})", list.join(", "));
                self.warn(2, text);
            }
            why => self.warn(2, why.to_string()),
        }
    }

    fn warn(&mut self, level: u32, text: String) {
        self.messages.push(StartupMessage { level, text });
    }

    /// Messages gathered since the last call.
    pub fn take_messages(&mut self) -> Vec<StartupMessage> {
        std::mem::take(&mut self.messages)
    }

    /// The extension of that name, whatever its case.
    pub fn find(&self, n: &str) -> Option<&'static ExtDescriptor> {
        self.list.iter().copied().find(|d| name(d).eq_ignore_ascii_case(n))
    }

    /// Names in order of registration.
    pub fn names(&self) -> Vec<String> {
        self.list.iter().map(|d| name(d).into_owned()).collect()
    }

    /// All extensions in order of registration.
    pub fn all(&self) -> &[&'static ExtDescriptor] {
        &self.list
    }

    /// Drops extensions whose dependencies are missing or in conflict, and puts the others behind what they need.
    pub fn order(&mut self) {
        loop {
            let bad = self.list.iter().enumerate().find_map(|(i, d)| self.refusal(d).map(|why| (i, why)));
            match bad {
                Some((i, why)) => {
                    self.list.remove(i);
                    self.warn(32, why);
                }
                None => break,
            }
        }
        let mut left = std::mem::take(&mut self.list);
        while !left.is_empty() {
            let ready = left.iter().position(|d| {
                // SAFETY: descriptors are static.
                unsafe { d.deps.get() }.iter().all(|dep| {
                    // SAFETY: as above.
                    let n = String::from_utf8_lossy(unsafe { dep.name.bytes() }).into_owned();
                    dep.kind == dep_kind::CONFLICTS || !left.iter().any(|o| name(o).eq_ignore_ascii_case(&n))
                })
            });
            // A circle of dependencies is broken where it was met first.
            let d = left.remove(ready.unwrap_or(0));
            self.list.push(d);
        }
    }

    /// Why an extension cannot be started beside the others.
    fn refusal(&self, d: &'static ExtDescriptor) -> Option<String> {
        // SAFETY: descriptors are static.
        for dep in unsafe { d.deps.get() } {
            // SAFETY: as above.
            let n = String::from_utf8_lossy(unsafe { dep.name.bytes() }).into_owned();
            let found = self.find(&n);
            match (dep.kind, found) {
                (dep_kind::REQUIRED, None) if !n.eq_ignore_ascii_case("core") => {
                    return Some(format!(
                        "Cannot load module \"{}\" because required module \"{n}\" is not loaded",
                        name(d)
                    ));
                }
                (dep_kind::REQUIRED, Some(o)) => {
                    if let Some(req) = requirement(dep)
                        && !satisfies(&version(o), &req)
                    {
                        return Some(format!(
                            "Cannot load module \"{}\" because required module \"{n}\" has version {}, needs {req}",
                            name(d),
                            version(o)
                        ));
                    }
                }
                (dep_kind::CONFLICTS, Some(_)) => {
                    return Some(format!(
                        "Cannot load module \"{}\" because conflicting module \"{n}\" is already loaded",
                        name(d)
                    ));
                }
                _ => {}
            }
        }
        None
    }

    /// Module startup of every extension, once per process. `ini` reads settings.
    ///
    /// # Errors
    /// The first extension whose startup failed.
    pub fn start(&mut self, ini: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<(), StartupFailed> {
        if self.started {
            return Ok(());
        }
        self.started = true;
        for i in 0..self.list.len() {
            self.start_one(i, ini)?;
        }
        Ok(())
    }

    fn start_one(&mut self, i: usize, ini: &dyn Fn(&str) -> Option<Vec<u8>>) -> Result<(), StartupFailed> {
        let desc = self.list[i];
        let Some(f) = desc.minit else { return Ok(()) };
        let mut s = Startup { modules: self, ext: i, ini, failure: None };
        let ctx: *mut Startup<'_> = &mut s;
        // SAFETY: the extension's hook gets the startup it expects.
        let st = unsafe { f(ctx.cast::<ModuleCtx>()) };
        if st == Status::Ok {
            return Ok(());
        }
        let why = s.failure.map_or(String::new(), |w| format!(": {w}"));
        Err(StartupFailed { text: format!("Unable to start {} module{why}", name(desc)) })
    }

    /// Module shutdown of every extension, last started first.
    pub fn shutdown(&mut self) {
        for i in (0..self.list.len()).rev() {
            if let Some(f) = self.list[i].mshutdown {
                let none = |_: &str| None;
                let mut s = Startup { modules: self, ext: i, ini: &none, failure: None };
                let ctx: *mut Startup<'_> = &mut s;
                // SAFETY: as in `start`. A shutdown's failure has nobody to stop.
                let _ = unsafe { f(ctx.cast::<ModuleCtx>()) };
            }
        }
    }

    /// Registers every extension with a VM. Gives messages about those whose functions clash.
    pub fn install(&self, vm: &mut Vm) -> Vec<StartupMessage> {
        let mut messages = Vec::new();
        for (i, d) in self.list.iter().enumerate() {
            match vm.register_extension(d) {
                Ok(index) => {
                    for c in self.constants.iter().filter(|c| c.ext == i) {
                        vm.register_constant(&c.name, &c.value, false, index);
                    }
                }
                Err(f) => {
                    let text = format!("Function registration failed - duplicate name - {f}");
                    messages.push(StartupMessage { level: 2, text });
                    let text = format!("{}: Unable to register functions, unable to load", name(d));
                    messages.push(StartupMessage { level: 32, text });
                }
            }
        }
        if let Some(host) = crate::host::SapiHost::of(vm) {
            let streams = host.streams();
            for w in &self.wrappers {
                w.install(&streams);
            }
            for f in &self.filters {
                f.install(&streams);
            }
            self.transports.install(&streams);
            self.output.install(&host.output());
        }
        messages
    }
}

/// Whether a version meets a requirement (`>=8.4`, `^1.2`, `8`).
fn satisfies(version: &str, req: &str) -> bool {
    let (Ok(v), Ok(r)) = (semver::Version::parse(&full_version(version)), semver::VersionReq::parse(req))
    else {
        return false;
    };
    r.matches(&v)
}

/// `8.4` as `8.4.0`.
fn full_version(v: &str) -> String {
    let numbers = v.split(['-', '+']).next().unwrap_or(v).split('.').count();
    match numbers {
        1 => format!("{v}.0.0"),
        2 => format!("{v}.0"),
        _ => v.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::satisfies;

    #[test]
    fn version_requirements() {
        assert!(satisfies("8.4.24", ">=8.4"));
        assert!(satisfies("1.2", "^1.0"));
        assert!(!satisfies("2.0.0", "^1.2"));
        assert!(!satisfies("not a version", "^1"));
    }
}
