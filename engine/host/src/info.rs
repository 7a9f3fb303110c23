//! `phpinfo()` as text, `php -m`, `php --ini`, `php --ri`, `php -v`.

use crate::host::SapiHost;
use crate::ini::{Config, config};
use howdah_vm::vm::Vm;
use std::os::unix::ffi::OsStrExt;

/// What `-v` prints.
pub fn version(sapi: &str) -> String {
    format!(
        "PHP {} ({sapi}) (NTS)\nHowdah {}, a PHP engine in Rust",
        howdah_vm::PHP_VERSION,
        env!("CARGO_PKG_VERSION")
    )
}

/// Names of the extensions, sorted without regard to case.
pub fn modules(vm: &Vm) -> Vec<String> {
    let mut names = vec!["Core".to_owned(), "standard".to_owned()];
    // SAFETY: descriptors are static.
    names.extend(
        vm.extensions.iter().map(|e| unsafe { String::from_utf8_lossy(e.desc.name.bytes()).into_owned() }),
    );
    names.sort_by_key(|n| n.to_ascii_lowercase());
    names.dedup();
    names
}

/// What `-m` prints.
pub fn modules_text(vm: &Vm) -> String {
    format!("[PHP Modules]\n{}\n\n[Zend Modules]\n\n", modules(vm).join("\n"))
}

fn path_or_none(p: Option<&[u8]>) -> Vec<u8> {
    p.unwrap_or(b"(none)").to_vec()
}

/// What `--ini` prints.
pub fn ini_files(c: &Config) -> Vec<u8> {
    let file = c.loaded_file.as_ref().map(|f| f.as_os_str().as_bytes());
    let dirs = c.scan_dirs.as_ref().map(|d| d.as_bytes());
    let rows: [(&str, Vec<u8>); 4] = [
        ("Configuration File (php.ini) Path: ", config::CONFIG_FILE_PATH.as_bytes().to_vec()),
        ("Loaded Configuration File:         ", path_or_none(file)),
        ("Scan for additional .ini files in: ", path_or_none(dirs)),
        ("Additional .ini files parsed:      ", path_or_none(c.scanned_text().as_deref())),
    ];
    rows.iter().flat_map(|(k, v)| [k.as_bytes(), v, b"\n"].concat()).collect()
}

/// Settings of an extension with their values.
fn directives(host: &SapiHost, module: u32, sorted: bool) -> Vec<u8> {
    let mut list: Vec<_> = host.ini.entries().filter(|e| e.module == module).collect();
    if list.is_empty() {
        return Vec::new();
    }
    if sorted {
        list.sort_by_key(|e| e.def.name.to_ascii_lowercase());
    }
    let stdio = host.sapi_name == "cli";
    let mut out = b"\nDirective => Local Value => Master Value\n".to_vec();
    for e in list {
        let (local, master) = (e.shown(false, false, stdio), e.shown(true, false, stdio));
        out.extend([e.def.name.as_bytes(), b" => ", &local, b" => ", &master, b"\n"].concat());
    }
    out
}

/// What `--ri` prints of an extension; `None` when there is none of that name. `main` names the core's settings.
pub fn extension(vm: &mut Vm, name: &[u8]) -> Option<Vec<u8>> {
    let lower = name.to_ascii_lowercase();
    let found = modules(vm).into_iter().enumerate().find(|(_, n)| n.to_ascii_lowercase().as_bytes() == lower);
    let Some((_, title)) = found else {
        let core = SapiHost::of(vm).filter(|_| name == b"main");
        return core.map(|h| directives(h, 0, false));
    };
    let host = SapiHost::of(vm)?;
    let mut out = format!("\n{title}\n\n").into_bytes();
    let module = match title.as_str() {
        "Core" => {
            out.extend(format!("PHP Version => {}\n", howdah_vm::PHP_VERSION).into_bytes());
            0
        }
        "standard" => 1,
        // Other extensions say themselves what there is to say of them.
        _ => return Some(out),
    };
    out.extend(directives(host, module, false));
    out.push(b'\n');
    Some(out)
}

fn system() -> String {
    // SAFETY: the call fills the structure with C strings.
    unsafe {
        let mut u: libc::utsname = std::mem::zeroed();
        libc::uname(&raw mut u);
        [u.sysname.as_ptr(), u.nodename.as_ptr(), u.release.as_ptr(), u.version.as_ptr(), u.machine.as_ptr()]
            .map(|p| std::ffi::CStr::from_ptr(p).to_string_lossy().into_owned())
            .join(" ")
    }
}

/// `phpinfo()` as text.
pub fn php_info(vm: &mut Vm) -> Vec<u8> {
    let names = modules(vm);
    let Some(host) = SapiHost::of(vm) else { return Vec::new() };
    let c = host.config.clone();
    let sapi = host.state.sapi.borrow().pretty_name();
    let dirs = c.scan_dirs.as_ref().map(|d| d.as_bytes());
    let file = c.loaded_file.as_ref().map(|f| f.as_os_str().as_bytes());
    let on = |b: bool| if b { "enabled" } else { "disabled" }.as_bytes().to_vec();
    let rows: Vec<(&str, Vec<u8>)> = vec![
        ("System", system().into_bytes()),
        ("Server API", sapi.as_bytes().to_vec()),
        ("Virtual Directory Support", on(false)),
        ("Configuration File (php.ini) Path", config::CONFIG_FILE_PATH.as_bytes().to_vec()),
        ("Loaded Configuration File", path_or_none(file)),
        ("Scan this dir for additional .ini files", path_or_none(dirs)),
        ("Additional .ini files parsed", path_or_none(c.scanned_text().as_deref())),
        ("PHP Integer Size", b"64 bits".to_vec()),
        ("Debug Build", b"no".to_vec()),
        ("Thread Safety", on(false)),
    ];
    let mut out = format!("phpinfo()\nPHP Version => {}\n\n", howdah_vm::PHP_VERSION).into_bytes();
    for (k, v) in rows {
        out.extend([k.as_bytes(), b" => ", &v, b"\n"].concat());
    }
    let line = format!("\n\n {}\n\n\n", "_".repeat(71));
    out.extend(
        format!("\nHowdah {}, a PHP engine in Rust\n{line}Configuration\n", env!("CARGO_PKG_VERSION"))
            .into_bytes(),
    );
    for n in names {
        let Some(host) = SapiHost::of(vm) else { break };
        let (module, head) = match n.as_str() {
            "Core" => (Some(0), format!("PHP Version => {}\n", howdah_vm::PHP_VERSION)),
            "standard" => (Some(1), String::new()),
            _ => (None, String::new()),
        };
        out.extend(format!("\n{n}\n\n{head}").into_bytes());
        if let Some(m) = module {
            out.extend(directives(host, m, true));
        }
    }
    out.extend(tables(vm));
    out
}

/// The environment and the superglobals' tables at the end of `phpinfo()`.
fn tables(vm: &mut Vm) -> Vec<u8> {
    let Some(host) = SapiHost::of(vm) else { return Vec::new() };
    let state = host.state.clone();
    let mut out = b"\nEnvironment\n\nVariable => Value\n".to_vec();
    state.environment_variables(&mut |k, v| out.extend([k, b" => ", v, b"\n"].concat()));
    out.extend_from_slice(b"\nPHP Variables\n\nVariable => Value\n");
    let info = state.info.borrow();
    state.sapi.borrow().server_variables(&info, &mut |k, v| {
        out.extend([b"$_SERVER['", k, b"'] => ", v, b"\n"].concat());
    });
    out
}
