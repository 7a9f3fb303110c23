//! Finds the system's libmagic.

fn main() {
    pkg_config::probe_library("libmagic").expect("libmagic");
}
