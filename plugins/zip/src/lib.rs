//! The zip extension: ZipArchive, `zip://` and the old `zip_*` functions, over libzip.
//!
//! [`howdah_libzip`] is libzip made safe; here are PHP's names for it. An archive is borrowed only while libzip works on it:
//! callbacks, warnings and streams may run PHP code that comes back to the same object.

mod add;
mod class;
mod close;
mod contents;
mod extract;
mod methods;
mod pattern;
mod procedural;

use howdah_libzip::{can_compress, can_encrypt};
use plugin_api::{Info, Module, php_module};

fn startup(m: &mut Module) -> Result<(), String> {
    m.wrapper("zip", &contents::ZipWrapper);
    Ok(())
}

fn info(t: &mut Info) {
    let can = |yes| if yes { "Yes" } else { "No" };
    t.row("Zip", "enabled");
    t.row("Zip version", "1.22.8");
    t.row("Libzip version", howdah_libzip::version());
    for (name, method) in [("BZIP2", 12), ("XZ", 95), ("ZSTD", 93)] {
        t.row(&format!("{name} compression"), can(can_compress(method, true)));
    }
    for (name, method) in [("AES-128", 257), ("AES-192", 258), ("AES-256", 259)] {
        t.row(&format!("{name} encryption"), can(can_encrypt(method, true)));
    }
}

php_module! {
    name: "zip",
    version: "1.22.8",
    requires: ["pcre"],
    functions: [procedural::{
        zip_open, zip_close, zip_read, zip_entry_open, zip_entry_close, zip_entry_read, zip_entry_name,
        zip_entry_compressedsize, zip_entry_filesize, zip_entry_compressionmethod,
    }],
    classes: [class::ZipArchive],
    minit: startup,
    minfo: info,
}
