//! How `php` is linked.

fn main() {
    // At a fixed address there is nothing to relocate in the tables of all that extensions declare, which takes a good part
    // of a short script's time otherwise. (`php-fpm`, which starts once and faces the network, is position independent.)
    let target = |what: &str| std::env::var(format!("CARGO_CFG_TARGET_{what}")).unwrap_or_default();
    if target("OS") == "linux" && target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
    println!("cargo:rerun-if-changed=build.rs");
}
