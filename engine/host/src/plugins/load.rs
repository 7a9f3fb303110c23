//! Loading a plugin: the file is found and inspected, and only what fits is mapped.

use super::api::HOST_API;
use super::manifest::{FileId, Inspected, check, inspect};
use abi_stable::library::{AbiHeaderRef, ROOT_MODULE_LOADER_NAME_WITH_NUL};
use plugin_api::RootRef;
use plugin_api_abi::{ExtDescriptor, InitArgs};
use std::fmt;
use std::path::PathBuf;

/// Why a plugin was not loaded. Displays as PHP's startup warning, without its prefix.
#[derive(Debug)]
pub enum LoadError {
    /// No file that can be used; `tried` are paths and what is wrong with each.
    Unable {
        /// As given.
        name: String,
        /// Paths and what is wrong with each.
        tried: Vec<(String, String)>,
    },
    /// A shared object that is no plugin.
    Invalid(String),
    /// An extension built for Zend PHP.
    Zend(String),
    /// A shared object that is no Zend extension.
    NoZend(String),
    /// A plugin that this engine cannot run.
    Unfit(String),
    /// The same file is loaded already; the extension's name.
    Already(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::Unable { name, tried } => {
                let list: Vec<String> = tried.iter().map(|(p, why)| format!("{p} ({p}: {why})")).collect();
                write!(f, "Unable to load dynamic library '{name}' (tried: {})", list.join(", "))
            }
            LoadError::Invalid(p) => write!(f, "Invalid library (maybe not a PHP library) '{p}'"),
            LoadError::Zend(p) => {
                write!(
                    f,
                    "Invalid library '{p}': built for Zend PHP API 20240924; this engine needs its own build"
                )
            }
            LoadError::NoZend(p) => write!(f, "{p} doesn't appear to be a valid Zend extension"),
            LoadError::Unfit(why) => f.write_str(why),
            LoadError::Already(n) => write!(f, "Module \"{n}\" is already loaded"),
        }
    }
}

/// The files that `extension=NAME` may mean.
fn candidates(name: &str, dir: &str) -> Vec<PathBuf> {
    if name.contains('/') {
        return vec![name.into()];
    }
    let dir = PathBuf::from(dir);
    vec![dir.join(name), dir.join(format!("{name}.so"))]
}

/// Loads `extension=NAME`: the descriptor, and the file's device and inode. `loaded` are those of the files in use.
///
/// # Errors
/// See [`LoadError`]. No code of a refused file has run.
pub fn load(name: &str, dir: &str, loaded: &[FileId]) -> Result<(&'static ExtDescriptor, FileId), LoadError> {
    let mut tried = Vec::new();
    for path in candidates(name, dir) {
        let shown = path.to_string_lossy().into_owned();
        let (manifest, id) = match inspect(&path) {
            Ok((Inspected::Plugin(m), id)) => (m, id),
            Ok((Inspected::Zend, _)) => return Err(LoadError::Zend(shown)),
            Ok((Inspected::Foreign, _)) => return Err(LoadError::Invalid(shown)),
            Err(why) => {
                tried.push((shown, why));
                continue;
            }
        };
        check(&manifest).map_err(LoadError::Unfit)?;
        let ext = plugin_api_abi::Manifest::text(&manifest.name).to_owned();
        if loaded.contains(&id) {
            return Err(LoadError::Already(ext));
        }
        return match open(&path) {
            Ok(d) => Ok((d, id)),
            Err(why) => Err(LoadError::Unable { name: name.to_owned(), tried: vec![(shown, why)] }),
        };
    }
    Err(LoadError::Unable { name: name.to_owned(), tried })
}

/// Why `zend_extension=NAME` or `-z NAME` is not loaded: the engine has other insides than those that Zend extensions know.
pub fn refuse_zend(name: &str, dir: &str) -> LoadError {
    let mut tried = Vec::new();
    for path in candidates(name, dir) {
        let shown = path.to_string_lossy().into_owned();
        match inspect(&path) {
            Ok((Inspected::Zend, _)) => return LoadError::Zend(shown),
            Ok(_) => return LoadError::NoZend(shown),
            Err(why) => tried.push((shown, why)),
        }
    }
    LoadError::Unable { name: name.to_owned(), tried }
}

/// Maps a plugin and connects it. It stays mapped for the life of the process.
fn open(path: &std::path::Path) -> Result<&'static ExtDescriptor, String> {
    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
    // SAFETY: the manifest says that it is a plugin of ours; its initializers run as any library's.
    let lib = unsafe { Library::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map_err(|e| e.to_string())?;
    // Never unloaded: threads and destructors of the plugin may outlive any moment to do so.
    let lib = Box::leak(Box::new(lib));
    // SAFETY: the symbol is abi_stable's header, which checks itself.
    let header: AbiHeaderRef = unsafe {
        *lib.get::<AbiHeaderRef>(ROOT_MODULE_LOADER_NAME_WITH_NUL.as_bytes()).map_err(|e| e.to_string())?
    };
    let header = header.upgrade().map_err(|e| one_line(&e.to_string()))?;
    // SAFETY: the root is two functions and never changes; the manifest's hash of the ABI is this engine's. abi_stable's own
    // comparison of the layouts would find the same, and executes a third of what loading a small plugin does.
    let root: RootRef =
        unsafe { header.unchecked_layout() }.map_err(|_| "its root module has no value".to_owned())?;
    let mut args = InitArgs {
        size: size_of::<InitArgs>() as u32,
        reserved: 0,
        api: &raw const HOST_API,
        descriptor: core::ptr::null(),
    };
    let rc = (root.init())((&raw mut args).cast());
    // SAFETY: a plugin that says 0 gave its static descriptor.
    match unsafe { args.descriptor.as_ref() } {
        Some(d) if rc == 0 => Ok(d),
        _ => Err(format!("its initialization failed ({rc})")),
    }
}

fn one_line(s: &str) -> String {
    s.lines().map(str::trim).filter(|l| !l.is_empty()).collect::<Vec<_>>().join(" ")
}
