//! Compiles what Rust cannot write: functions with a variable list of arguments, and the doors to libxml2's functions.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The file that programs linked with libxml2 ask for, and what it stands for where it was built.
struct Library {
    /// `/usr/lib/x86_64-linux-gnu/libxml2.so.2`
    path: PathBuf,
    /// `libxml2.so.2.9.14`
    target: PathBuf,
}

/// The shared library behind `libxml2.so` in the folders that pkg-config names, or where the linker looks anyway.
fn library() -> Option<Library> {
    let found = pkg_config::Config::new().cargo_metadata(false).probe("libxml-2.0").ok()?;
    let var = pkg_config::get_variable("libxml-2.0", "libdir").ok().map(PathBuf::from);
    let dirs = found.link_paths.into_iter().chain(var);
    for dir in dirs {
        let Ok(real) = fs::canonicalize(dir.join("libxml2.so")) else { continue };
        let target = PathBuf::from(real.file_name()?);
        // libxml2.so.2.9.14: its soname goes up to the first number.
        let name = target.to_str()?;
        let major = name.strip_prefix("libxml2.so.")?.split('.').next()?;
        return Some(Library { path: dir.join(format!("libxml2.so.{major}")), target });
    }
    None
}

/// A door per function: it jumps to the function once that is known, and asks for it before (`src/lazy.rs`).
fn doors(names: &[&str], out: &Path) {
    let mut text = String::from(
        ".bss\n.balign 8\n.globl howdah_xml_slots\n.hidden howdah_xml_slots\nhowdah_xml_slots:\n",
    );
    let _ = writeln!(text, ".skip {}\n.text", names.len() * 8);
    for (i, name) in names.iter().enumerate() {
        let _ = writeln!(
            text,
            ".balign 16\n.globl {name}\n.hidden {name}\n.type {name}, @function\n{name}:\n\
             movq howdah_xml_slots+{at}(%rip), %r11\ntestq %r11, %r11\njz 1f\njmp *%r11\n\
             1: movl ${i}, %r11d\njmp howdah_xml_find\n.size {name}, . - {name}",
            at = i * 8
        );
    }
    // Every register that may hold an argument outlives the question; the stack is as the function is to find it.
    text.push_str(
        "howdah_xml_find:\n.cfi_startproc\npushq %rbp\n.cfi_def_cfa_offset 16\n.cfi_offset %rbp, -16\n\
         movq %rsp, %rbp\n.cfi_def_cfa_register %rbp\n\
         pushq %rdi\npushq %rsi\npushq %rdx\npushq %rcx\npushq %r8\npushq %r9\npushq %rax\npushq %r10\n\
         subq $128, %rsp\n",
    );
    for n in 0..8 {
        let _ = writeln!(text, "movups %xmm{n}, {}(%rsp)", n * 16);
    }
    text.push_str("movl %r11d, %edi\ncall howdah_xml_resolve\nmovq %rax, %r11\n");
    for n in 0..8 {
        let _ = writeln!(text, "movups {}(%rsp), %xmm{n}", n * 16);
    }
    text.push_str(
        "addq $128, %rsp\npopq %r10\npopq %rax\npopq %r9\npopq %r8\npopq %rcx\npopq %rdx\npopq %rsi\npopq %rdi\n\
         popq %rbp\n.cfi_def_cfa %rsp, 8\njmp *%r11\n.cfi_endproc\n\
         .section .note.GNU-stack,\"\",@progbits\n",
    );
    fs::write(out.join("doors.s"), text).expect("OUT_DIR can be written");
}

fn main() {
    println!("cargo:rerun-if-changed=glue");
    println!("cargo:rustc-check-cfg=cfg(lazy_libxml2)");
    let mut cc = cc::Build::new();
    cc.file("glue/messages.c");
    let lazy = env::var("CARGO_CFG_TARGET_ARCH").is_ok_and(|a| a == "x86_64")
        && env::var("CARGO_CFG_TARGET_OS").is_ok_and(|o| o == "linux");
    if let Some(library) = library().filter(|_| lazy) {
        let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
        let text = fs::read_to_string("glue/functions.txt").expect("glue/functions.txt");
        let names: Vec<&str> = text.lines().collect();
        doors(&names, &out);
        let list: String = names.iter().map(|n| format!("c\"{n}\", ")).collect();
        let constants = format!(
            "pub const NAMES: [&CStr; {}] = [{list}];\npub const PATH: &CStr = c{:?};\npub const TARGET: &str = {:?};\n",
            names.len(),
            library.path.display().to_string(),
            library.target.display().to_string()
        );
        fs::write(out.join("functions.rs"), constants).expect("OUT_DIR can be written");
        for dir in pkg_config::probe_library("libxml-2.0").map(|l| l.include_paths).unwrap_or_default() {
            cc.include(dir);
        }
        cc.file(out.join("doors.s")).file("glue/memory.c");
        println!("cargo:rustc-cfg=lazy_libxml2");
    }
    cc.compile("howdah_xml_messages");
}
