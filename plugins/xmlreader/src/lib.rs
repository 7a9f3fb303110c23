//! The xmlreader extension: `XMLReader`, over libxml2's reader.

mod class;
mod methods;
mod open;

use plugin_api::{Info, php_module};

fn info(t: &mut Info) {
    t.row("XMLReader", "enabled");
}

php_module! {
    name: "xmlreader",
    version: "8.4.24",
    requires: ["dom", "libxml"],
    classes: [class::XMLReader],
    minfo: info,
}
