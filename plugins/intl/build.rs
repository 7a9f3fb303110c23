//! Finds the system's ICU, tells Rust the suffix that its symbols carry, and compiles what is asked of its C++ headers.

use std::path::PathBuf;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=shim");
    let found = ["icu-uc", "icu-i18n"].map(|library| {
        pkg_config::Config::new().atleast_version("72").probe(library).unwrap_or_else(|e| panic!("{e}"))
    });
    let major = found[0].version.split('.').next().unwrap_or_default();
    println!("cargo:rustc-env=ICU_SUFFIX=_{major}");

    let mut sources: Vec<PathBuf> = std::fs::read_dir("shim")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|e| e == "cpp"))
        .collect();
    sources.sort();
    cc::Build::new()
        .cpp(true)
        .std("c++17")
        .flag_if_supported("-fno-exceptions")
        .flag_if_supported("-fno-rtti")
        .includes(found.iter().flat_map(|library| &library.include_paths))
        .files(sources)
        .compile("howdah_intl_shim");
}
