//! Finds the system's libsodium.

fn main() {
    pkg_config::Config::new()
        .atleast_version("1.0.18")
        .probe("libsodium")
        .expect("libsodium 1.0.18 or later");
}
