//! The SimpleXML extension: trees of XML as objects, whose properties are elements and whose offsets are attributes.

mod element;
mod functions;
mod handlers;
mod iterate;
mod methods;
mod show;
mod write;

use plugin_api::{Info, Module, php_module};

fn startup(_: &mut Module) -> Result<(), String> {
    howdah_libxml2::register_export("SimpleXMLElement", element::export);
    Ok(())
}

fn info(t: &mut Info) {
    t.row("SimpleXML support", "enabled");
    t.row("Schema support", "enabled");
}

php_module! {
    name: "SimpleXML",
    version: "8.4.24",
    requires: ["libxml", "spl"],
    functions: [functions::{simplexml_load_file, simplexml_load_string, simplexml_import_dom}],
    classes: [element::SimpleXMLElement, element::SimpleXMLIterator],
    minit: startup,
    minfo: info,
}
