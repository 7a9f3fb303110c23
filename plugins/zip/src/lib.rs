//! The zip extension: ZipArchive over the `zip` crate.
//!
//! An open archive is a list of entries, each as it lies in the file or changed in memory; `close()` writes the whole list to a
//! new file beside the old one and puts it in its place, copying what did not change without unpacking it.

mod archive;
mod class;

use plugin_api::{Info, php_module};

fn info(t: &mut Info) {
    t.row("Zip", "enabled");
    t.row("Zip version", "1.22.4");
}

php_module! {
    name: "zip",
    version: "1.22.4",
    classes: [class::ZipArchive],
    minfo: info,
}
