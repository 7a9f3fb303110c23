//! Compiles what Rust cannot write: functions with a variable list of arguments.

fn main() {
    cc::Build::new().file("glue/messages.c").compile("howdah_xml_messages");
    println!("cargo:rerun-if-changed=glue");
}
