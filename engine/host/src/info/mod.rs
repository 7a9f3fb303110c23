//! `phpinfo()`, `php -m`, `php --ini`, `php --ri`, `php --rf` and its kin, `php -v`.

pub mod credits;
pub mod page;
pub mod reflection;

use crate::host::SapiHost;
use crate::ini::{Config, config};
use crate::plugins;
use howdah_vm::vm::Vm;
pub use page::InfoPage;
use std::os::unix::ffi::OsStrExt;

/// When the engine was built.
const BUILT: &str = env!("HOWDAH_BUILT");

/// What `-v` prints.
pub fn version(sapi: &str) -> String {
    format!(
        "PHP {} ({sapi}) (built: {BUILT}) (NTS)\nHowdah {}, a PHP engine in Rust",
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
fn directives(host: &SapiHost, page: &mut InfoPage, module: u32, sorted: bool) {
    let mut list: Vec<_> = host.ini.entries().filter(|e| e.module == module).collect();
    if list.is_empty() {
        return;
    }
    if sorted {
        list.sort_by_key(|e| e.def.name.to_ascii_lowercase());
    }
    let stdio = host.sapi_name == "cli";
    page.end_table();
    page.row(&[b"Directive", b"Local Value", b"Master Value"], true);
    for e in list {
        let (local, master) = (e.shown(false, page.html, stdio), e.shown(true, page.html, stdio));
        page.directive(e.def.name, &local, &master);
    }
    page.end_table();
}

/// What an extension other than the engine's own says of itself; the number of its settings, if they are wanted.
fn plugin(vm: &mut Vm, page: &mut InfoPage, title: &str) -> Option<u32> {
    let i = vm.extensions.iter().position(|e| howdah_vm::extension::name(e.desc) == title)?;
    let desc = vm.extensions[i].desc;
    if desc.minfo.is_none() {
        // SAFETY: descriptors are static.
        let version = if desc.version.is_none() { &b""[..] } else { unsafe { desc.version.bytes() } };
        page.row(&[b"Version", version], false);
        page.wants_ini = true;
    } else {
        plugins::describe(desc, page);
    }
    let wanted = std::mem::take(&mut page.wants_ini);
    plugins::settings::number_of(vm, i).filter(|_| wanted)
}

/// What an extension says of itself, with its settings.
fn module(vm: &mut Vm, page: &mut InfoPage, title: &str, sorted: bool) {
    page.module(title);
    let number = match title {
        "Core" => {
            page.row(&[b"PHP Version", howdah_vm::PHP_VERSION.as_bytes()], false);
            Some(0)
        }
        "standard" => {
            let mail = SapiHost::of(vm).and_then(|h| h.ini.get("sendmail_path").map(<[u8]>::to_vec));
            page.row(&[b"Dynamic Library Support", b"enabled"], false);
            page.row(&[b"Path to sendmail", &mail.unwrap_or_default()], false);
            Some(1)
        }
        _ => plugin(vm, page, title),
    };
    page.end_table();
    if let (Some(n), Some(host)) = (number, SapiHost::of(vm)) {
        directives(host, page, n, sorted);
    }
}

/// What `--ri` prints of an extension; `None` when there is none of that name. `main` names the core's settings.
pub fn extension(vm: &mut Vm, name: &[u8]) -> Option<Vec<u8>> {
    let lower = name.to_ascii_lowercase();
    let found = modules(vm).into_iter().find(|n| n.to_ascii_lowercase().as_bytes() == lower);
    let mut page = InfoPage::new(false);
    match found {
        Some(title) => module(vm, &mut page, &title, false),
        None if name == b"main" => directives(SapiHost::of(vm)?, &mut page, 0, false),
        None => return None,
    }
    Some(page.out)
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

/// What of `phpinfo()` is wanted (`INFO_*`).
pub mod flags {
    /// Version, system, configuration files.
    pub const GENERAL: i64 = 1;
    /// Authors.
    pub const CREDITS: i64 = 2;
    /// Settings.
    pub const CONFIGURATION: i64 = 4;
    /// Extensions.
    pub const MODULES: i64 = 8;
    /// The environment.
    pub const ENVIRONMENT: i64 = 16;
    /// Superglobals.
    pub const VARIABLES: i64 = 32;
    /// The license.
    pub const LICENSE: i64 = 64;
    /// Everything.
    pub const ALL: i64 = 0xffff_ffff;
}

const STYLE: &str = "<style type=\"text/css\">\n\
    body {background-color: #fff; color: #222; font-family: sans-serif;}\n\
    table {border-collapse: collapse; border: 0; width: 934px; margin: 1em auto;}\n\
    td, th {border: 1px solid #666; vertical-align: baseline; padding: 4px 5px; text-align: left;}\n\
    h1, h2 {text-align: center;}\n\
    .e {background-color: #e6dccd; width: 300px; font-weight: bold;}\n\
    .h {background-color: #c9b79c; font-weight: bold;}\n\
    .v {background-color: #eee; max-width: 300px; overflow-x: auto; word-wrap: break-word;}\n\
    </style>\n";

/// The beginning of an HTML page.
fn head(page: &mut InfoPage) {
    let version = howdah_vm::PHP_VERSION;
    page.raw(format!(
        "<!DOCTYPE html>\n<html><head>\n{STYLE}<title>PHP {version} - phpinfo()</title>\
         <meta name=\"ROBOTS\" content=\"NOINDEX,NOFOLLOW,NOARCHIVE\" /></head>\n<body><div class=\"center\">\n"
    ));
}

/// `phpcredits()`: text on the command line, HTML elsewhere.
pub fn php_credits(vm: &mut Vm, what: i64) -> Vec<u8> {
    let mut page = InfoPage::new(SapiHost::of(vm).is_some_and(|h| h.sapi_name != "cli"));
    credits::write(&mut page, what);
    page.out
}

/// `phpinfo()`: text on the command line, HTML elsewhere.
pub fn php_info(vm: &mut Vm, what: i64) -> Vec<u8> {
    let html = SapiHost::of(vm).is_some_and(|h| h.sapi_name != "cli");
    let mut page = InfoPage::new(html);
    if html {
        head(&mut page);
    } else {
        page.raw("phpinfo()\n");
    }
    if what & flags::GENERAL != 0 {
        general(vm, &mut page);
    }
    if what & flags::CONFIGURATION != 0 {
        if !html {
            page.rule();
            page.raw("\n");
        }
        page.part("Configuration");
        if what & flags::MODULES == 0 {
            page.section("PHP Core");
            if let Some(host) = SapiHost::of(vm) {
                directives(host, &mut page, 0, true);
            }
        }
    }
    if what & flags::MODULES != 0 {
        for name in modules(vm) {
            module(vm, &mut page, &name, true);
        }
    }
    tables(vm, &mut page, what);
    if what & flags::CREDITS != 0 {
        page.rule();
        credits::write(&mut page, credits::flags::ALL & !credits::flags::FULLPAGE);
    }
    if what & flags::LICENSE != 0 {
        page.section("Howdah License");
        page.end_table();
        let text = "This program may be used, copied and changed under the terms of the MIT license or of the\n\
                    Apache License 2.0, whichever you choose.\n";
        page.raw(if html { format!("<p>{text}</p>\n") } else { format!("{text}\n") });
    }
    page.end_table();
    if html {
        page.raw("</div></body></html>");
    }
    page.out
}

fn general(vm: &mut Vm, page: &mut InfoPage) {
    let version = howdah_vm::PHP_VERSION;
    if page.html {
        page.part(&format!("PHP Version {version}"));
    } else {
        page.raw(format!("PHP Version => {version}\n"));
    }
    let Some(host) = SapiHost::of(vm) else { return };
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
        ("Plugin API", format!("{}", plugins::ENGINE_API).into_bytes()),
        ("PHP Integer Size", b"64 bits".to_vec()),
        ("Debug Build", b"no".to_vec()),
        ("Thread Safety", on(false)),
        ("Memory Manager", on(true)),
        ("IPv6 Support", on(true)),
    ];
    for (k, v) in rows {
        page.row(&[k.as_bytes(), &v], false);
    }
    page.end_table();
    let own = format!("Howdah {}, a PHP engine in Rust", env!("CARGO_PKG_VERSION"));
    page.raw(if page.html { format!("<p>{own}</p>\n") } else { format!("\n{own}\n") });
}

/// The environment and the superglobals.
fn tables(vm: &mut Vm, page: &mut InfoPage, what: i64) {
    let Some(host) = SapiHost::of(vm) else { return };
    let state = host.state.clone();
    if what & flags::ENVIRONMENT != 0 {
        page.section("Environment");
        page.row(&[b"Variable", b"Value"], true);
        state.environment_variables(&mut |k, v| page.row(&[k, v], false));
    }
    if what & flags::VARIABLES != 0 {
        page.section("PHP Variables");
        page.row(&[b"Variable", b"Value"], true);
        let info = state.info.borrow();
        state.sapi.borrow().server_variables(&info, &mut |k, v| {
            page.row(&[&[b"$_SERVER['", k, b"']"].concat(), v], false);
        });
    }
    page.end_table();
}
