//! The phar extension: applications in one file (Phar), tar and zip archives of data (PharData), `phar://`.
//!
//! An [`archive::Archive`] is an archive in memory, [`registry::Registry`] knows the open ones. [`phar`], [`tar`] and [`zip`]
//! read and write the formats, [`open`] and [`flush`] choose among them. [`contents`] is about the bytes of single entries,
//! [`wrapper`] gives them as streams, [`classes`] as PHP objects.

mod archive;
mod build;
mod bytes;
mod classes;
mod codec;
mod contents;
mod convert;
mod extract;
mod flush;
mod info;
mod methods;
mod names;
mod open;
mod phar;
mod redirect;
mod registry;
mod signature;
mod statics;
mod stub;
mod tar;
mod web;
mod wrapper;
mod zip;

use archive::Stamp;
use open::Request;
use plugin_api::{Ctx, GcRoots, Info, Module, R, Value, Visitor, php_module};
use registry::Registry;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The newest version of the format.
const API_VERSION: &str = "1.1.1";

/// A setting that protects: what is on from the start stays on.
#[derive(Default)]
struct Setting {
    on: Cell<bool>,
    always: Cell<bool>,
}

/// What the extension keeps for a VM.
#[derive(Default)]
struct Globals {
    readonly: Setting,
    require_hash: Setting,
    registry: Rc<Registry>,
    /// The key that the next signature is made with.
    key: RefCell<Vec<u8>>,
    /// `interceptFileFuncs()` was called.
    intercepts: Cell<bool>,
    /// Bits of the variables that `mungServer()` named.
    munged: Cell<u32>,
    /// Whether the extensions that compress are there, once it was asked.
    zlib: Cell<Option<bool>>,
    bz2: Cell<Option<bool>>,
    /// `phar.cache_list` was read.
    listed: Cell<bool>,
}

impl GcRoots for Globals {
    fn visit(&mut self, v: &mut Visitor) {
        self.registry.visit_metadata(v);
    }
}

fn globals(ctx: &mut Ctx) -> &'static Globals {
    ctx.globals::<Globals>()
}

fn registry(ctx: &mut Ctx) -> Rc<Registry> {
    globals(ctx).registry.clone()
}

fn readonly(ctx: &mut Ctx) -> bool {
    globals(ctx).readonly.on.get()
}

fn require_hash(ctx: &mut Ctx) -> bool {
    globals(ctx).require_hash.on.get()
}

/// An absolute path without links where it is there, and without `.` and `..` where it is not.
fn full_path(ctx: &mut Ctx, path: &[u8]) -> Option<Vec<u8>> {
    use std::ffi::OsStr;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let full = ctx.expand_path(path)?;
    let real =
        |p: &[u8]| std::fs::canonicalize(OsStr::from_bytes(p)).ok().map(|p| p.into_os_string().into_vec());
    if let Some(r) = real(&full) {
        return Some(r);
    }
    let slash = memchr::memrchr(b'/', &full)?;
    let folder =
        if slash == 0 { Vec::new() } else { real(&full[..slash]).unwrap_or_else(|| full[..slash].to_vec()) };
    Some([&folder[..], &full[slash..]].concat())
}

/// Whether an extension is loaded, asked once.
fn is_loaded(ctx: &mut Ctx, known: &Cell<Option<bool>>, name: &str) -> bool {
    known.get().unwrap_or_else(|| {
        let there = ctx.call_function("extension_loaded", &[Value::str(name)]).is_ok_and(|v| v.to_bool());
        known.set(Some(there));
        there
    })
}

fn has_zlib(ctx: &mut Ctx) -> bool {
    let known = &globals(ctx).zlib;
    is_loaded(ctx, known, "zlib")
}

fn has_bz2(ctx: &mut Ctx) -> bool {
    let known = &globals(ctx).bz2;
    is_loaded(ctx, known, "bz2")
}

/// The first use of archives in a request: those of `phar.cache_list` are there from now on.
fn begin(ctx: &mut Ctx) {
    let g = globals(ctx);
    if g.registry.begun.replace(true) || g.listed.replace(true) {
        return;
    }
    let list = ctx.ini("phar.cache_list").unwrap_or_default();
    let mut opened = Vec::new();
    for path in list.split(|c| *c == b':').filter(|p| !p.is_empty()) {
        let request = Request { path, alias: b"", is_data: false, report: false };
        match open::from_file(ctx, &request) {
            Ok(a) => opened.push(a),
            Err(_) => {
                // One that cannot be read, and none stays.
                for a in &opened {
                    g.registry.forget(a);
                }
                return;
            }
        }
    }
    for a in &opened {
        g.registry.forget(a);
        a.cached.set(true);
        if let Some(i) = a.image.borrow_mut().as_mut() {
            i.stamp = Stamp::of(&a.path);
        }
    }
    g.registry.cached.replace(opened);
}

/// Changes a setting, unless it protects.
fn change(setting: &Setting, value: Option<&[u8]>) -> bool {
    let on = value.is_some_and(truth);
    if !on && setting.always.get() {
        return false;
    }
    setting.on.set(on);
    true
}

fn truth(v: &[u8]) -> bool {
    let v = String::from_utf8_lossy(v).trim().to_ascii_lowercase();
    matches!(&*v, "on" | "yes" | "true") || v.parse::<i64>().is_ok_and(|n| n != 0)
}

fn readonly_changed(ctx: Option<&mut Ctx>, value: Option<&[u8]>, _: u32) -> bool {
    let Some(ctx) = ctx else { return true };
    let g = globals(ctx);
    let done = change(&g.readonly, value);
    if done {
        let writeable = !g.readonly.on.get();
        let paths = g.registry.paths.borrow();
        paths.values().filter(|a| !a.is_data.get()).for_each(|a| a.writeable.set(writeable));
    }
    done
}

fn require_hash_changed(ctx: Option<&mut Ctx>, value: Option<&[u8]>, _: u32) -> bool {
    ctx.is_none_or(|ctx| change(&globals(ctx).require_hash, value))
}

fn startup(m: &mut Module) -> Result<(), String> {
    m.wrapper("phar", &wrapper::PharWrapper);
    Ok(())
}

fn request_start(ctx: &mut Ctx) -> R<()> {
    let (readonly, require_hash) = (ctx.ini_bool("phar.readonly"), ctx.ini_bool("phar.require_hash"));
    let g = globals(ctx);
    for (setting, on) in [(&g.readonly, readonly), (&g.require_hash, require_hash)] {
        setting.on.set(on);
        setting.always.set(on);
    }
    Ok(())
}

fn request_end(ctx: &mut Ctx) -> R<()> {
    let g = globals(ctx);
    g.registry.clear();
    // The settings go back to what they were.
    for setting in [&g.readonly, &g.require_hash] {
        setting.always.set(false);
    }
    g.key.take();
    g.intercepts.set(false);
    g.munged.set(0);
    Ok(())
}

fn info(t: &mut Info) {
    let with = |ext: &str| format!("disabled (install ext/{ext})");
    let has = |ext: &str| {
        Ctx::current(|ctx| match ext {
            "zlib" => has_zlib(ctx),
            "bz2" => has_bz2(ctx),
            _ => signature::has_openssl(ctx),
        })
        .unwrap_or(false)
    };
    t.row("Phar: PHP Archive support", "enabled");
    t.row("Phar API version", API_VERSION);
    t.row("Phar-based phar archives", "enabled");
    t.row("Tar-based phar archives", "enabled");
    t.row("ZIP-based phar archives", "enabled");
    for (what, ext) in
        [("gzip compression", "zlib"), ("bzip2 compression", "bz2"), ("OpenSSL support", "openssl")]
    {
        if has(ext) {
            t.row(what, "enabled");
        } else {
            t.row(what, &with(ext));
        }
    }
    t.ini();
}

php_module! {
    name: "Phar",
    version: "8.4.24",
    requires: ["hash", "spl"],
    optional: ["apc", "bz2", "openssl", "zlib", "standard"],
    classes: [classes::{PharException, Phar, PharData}, info::PharFileInfo],
    ini: [
        "phar.readonly" = "1" => (ALL, boolean, on_modify: readonly_changed),
        "phar.require_hash" = "1" => (ALL, boolean, on_modify: require_hash_changed),
        "phar.cache_list" = "" => (SYSTEM),
    ],
    exports: ["files.redirect/1" = &redirect::TABLE],
    globals: Globals,
    minit: startup,
    rinit: request_start,
    rshutdown: request_end,
    minfo: info,
}
