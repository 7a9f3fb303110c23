//! Where an installation has its folders, and the constants that tell scripts.

use crate::ini::config::{CONFIG_FILE_PATH, CONFIG_FILE_SCAN_DIR};
use crate::ini::entries::{EXTENSION_DIR, INCLUDE_PATH};
use howdah_runtime::{interner, string};
use howdah_vm::vm::Vm;
use plugin_api_abi::Val;

/// The folder that everything is installed under: `HOWDAH_PREFIX` at build time.
pub const PREFIX: &str = match option_env!("HOWDAH_PREFIX") {
    Some(p) => p,
    None => "/usr/local",
};

/// Folder of php-fpm.conf where no option names one: `HOWDAH_SYSCONFDIR` at build time.
pub const SYSCONFDIR: &str = match option_env!("HOWDAH_SYSCONFDIR") {
    Some(p) => p,
    None => "/usr/local/etc",
};

/// Defines `PHP_PREFIX`, `PHP_EXTENSION_DIR` and the like (`main/main.c`, `php_module_startup`).
pub(crate) fn define(vm: &mut Vm) {
    let under = |folder: &str| format!("{PREFIX}/{folder}");
    let pear = INCLUDE_PATH.rsplit(':').next().unwrap_or_default();
    for (name, value) in [
        ("DEFAULT_INCLUDE_PATH", INCLUDE_PATH.to_owned()),
        ("PEAR_INSTALL_DIR", pear.to_owned()),
        ("PEAR_EXTENSION_DIR", EXTENSION_DIR.to_owned()),
        ("PHP_EXTENSION_DIR", EXTENSION_DIR.to_owned()),
        ("PHP_PREFIX", PREFIX.to_owned()),
        ("PHP_BINDIR", under("bin")),
        ("PHP_SBINDIR", under("sbin")),
        ("PHP_MANDIR", under("share/man")),
        ("PHP_LIBDIR", under("lib/php")),
        ("PHP_DATADIR", under("share/php")),
        ("PHP_SYSCONFDIR", SYSCONFDIR.to_owned()),
        ("PHP_LOCALSTATEDIR", under("var")),
        ("PHP_CONFIG_FILE_PATH", CONFIG_FILE_PATH.to_owned()),
        ("PHP_CONFIG_FILE_SCAN_DIR", CONFIG_FILE_SCAN_DIR.to_owned()),
        ("PHP_SHLIB_SUFFIX", "so".to_owned()),
    ] {
        vm.define(name, string::val(interner::intern(value.as_bytes())));
    }
    vm.define("PHP_FD_SETSIZE", Val::int(libc::FD_SETSIZE as i64));
}
