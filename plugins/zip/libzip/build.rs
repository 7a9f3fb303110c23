//! Compiles libzip as its own CMake project would on this kind of machine, without CMake: with zlib, bzip2, xz and Zstandard
//! from the crates that carry them, and with AES from `src/crypto.rs`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// What libzip asks of the C library. Everything here is POSIX.1-2008 or C99.
const HAVE: [&str; 13] = [
    "FCHMOD",
    "FILENO",
    "FSEEKO",
    "FTELLO",
    "LOCALTIME_R",
    "MKSTEMP",
    "SNPRINTF",
    "STDBOOL_H",
    "STRCASECMP",
    "STRDUP",
    "STRINGS_H",
    "STRUCT_TM_TM_ZONE",
    "UNISTD_H",
];

/// What was built in.
const PARTS: [&str; 6] = ["CRYPTO", "LIBBZ2", "LIBLZMA", "LIBZSTD", "STRTOLL", "STRTOULL"];

fn main() {
    let source = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("c");
    let out = PathBuf::from(variable("OUT_DIR"));
    write(&out.join("config.h"), &config());
    write(&out.join("zipconf.h"), &types());
    write(
        &out.join("zip_err_str.c"),
        &messages(&read(&source.join("zip.h")), &read(&source.join("zipint.h"))),
    );

    let mut build = cc::Build::new();
    build.include(&out).include(&source).include("glue").define("ZIP_STATIC", None).warnings(false);
    for library in ["Z", "BZIP2", "LZMA", "ZSTD"] {
        let folders = env::var(format!("DEP_{library}_INCLUDE")).unwrap_or_default();
        build.includes(folders.split([',', ';']).filter(|f| !f.is_empty()));
    }
    let mut files: Vec<PathBuf> = fs::read_dir(&source)
        .into_iter()
        .flatten()
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "c"))
        .collect();
    files.sort();
    build.files(files).file(out.join("zip_err_str.c")).compile("zip");
    for watched in ["build.rs", "c", "glue"] {
        println!("cargo:rerun-if-changed={watched}");
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("cargo sets {name}"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

fn write(path: &Path, text: &str) {
    fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// `config.h`
fn config() -> String {
    let mut h = String::from("#include \"zipconf.h\"\n");
    for name in HAVE.iter().chain(&PARTS) {
        let _ = writeln!(h, "#define HAVE_{name}");
    }
    if variable("CARGO_CFG_TARGET_OS") == "linux" {
        h.push_str("#define HAVE_EXPLICIT_BZERO\n#define HAVE_FICLONERANGE\n");
    }
    if variable("CARGO_CFG_TARGET_ENDIAN") == "big" {
        h.push_str("#define WORDS_BIGENDIAN\n");
    }
    let word = variable("CARGO_CFG_TARGET_POINTER_WIDTH").parse::<u32>().map_or(8, |bits| bits / 8);
    let _ = writeln!(h, "#define _FILE_OFFSET_BITS 64\n#define SIZEOF_OFF_T 8\n#define SIZEOF_SIZE_T {word}");
    h.push_str("#define PACKAGE \"libzip\"\n#define VERSION \"1.11.3\"\n");
    h
}

/// `zipconf.h`
fn types() -> String {
    let mut h = String::from(
        "#define LIBZIP_VERSION \"1.11.3\"\n#define LIBZIP_VERSION_MAJOR 1\n#define LIBZIP_VERSION_MINOR 11\n\
         #define LIBZIP_VERSION_MICRO 3\n#include <stdint.h>\n",
    );
    for bits in [8, 16, 32, 64] {
        let _ = writeln!(h, "typedef int{bits}_t zip_int{bits}_t;\ntypedef uint{bits}_t zip_uint{bits}_t;");
        let _ =
            writeln!(h, "#define ZIP_INT{bits}_MIN INT{bits}_MIN\n#define ZIP_INT{bits}_MAX INT{bits}_MAX");
        let _ = writeln!(h, "#define ZIP_UINT{bits}_MAX UINT{bits}_MAX");
    }
    h
}

/// `zip_err_str.c`: the texts that stand as comments behind the error codes in the two headers.
fn messages(zip: &str, zipint: &str) -> String {
    let mut c = String::from(
        "#include \"zipint.h\"\n#define L ZIP_ET_LIBZIP\n#define N ZIP_ET_NONE\n#define S ZIP_ET_SYS\n#define Z ZIP_ET_ZLIB\n\
         #define E ZIP_DETAIL_ET_ENTRY\n#define G ZIP_DETAIL_ET_GLOBAL\n",
    );
    for (array, header, prefix) in
        [("_zip_err_str", zip, "#define ZIP_ER_"), ("_zip_err_details", zipint, "#define ZIP_ER_DETAIL_")]
    {
        let _ = writeln!(c, "const struct _zip_err_info {array}[] = {{");
        for line in header.lines().filter(|l| l.starts_with(prefix)) {
            let Some((_, comment)) = line.split_once("/*") else { continue };
            let text = comment.trim_end_matches("*/").trim();
            if let Some((kind, text)) = text.split_once(' ') {
                let _ = writeln!(c, "    {{ {kind}, \"{text}\" }},");
            }
        }
        let _ = writeln!(c, "}};\nconst int {array}_count = sizeof({array}) / sizeof({array}[0]);");
    }
    c
}
