//! Chooses the form of the interpreter loop: sibling calls need optimization, see `src/dispatch/mod.rs`.
fn main() {
    println!("cargo::rustc-check-cfg=cfg(vm_loop)");
    println!("cargo::rerun-if-env-changed=HOWDAH_VM_LOOP");
    let unoptimized = std::env::var("OPT_LEVEL").is_ok_and(|l| l == "0");
    let arch = std::env::var("CARGO_CFG_TARGET_ARCH").unwrap_or_default();
    if unoptimized || !matches!(&*arch, "x86_64" | "aarch64") || std::env::var_os("HOWDAH_VM_LOOP").is_some()
    {
        println!("cargo::rustc-cfg=vm_loop");
    }
}
