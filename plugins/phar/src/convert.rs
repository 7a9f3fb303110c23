//! Archives in another format, under another name, or copied.

use crate::archive::{Archive, Data, Entry, Fail, Format, Image, archive, bits, text};
use crate::flush::{Stub, flush_with};
use crate::names::{self, Wanted};
use crate::registry::{Create, Found, Registry, Use};
use crate::{classes, contents};
use plugin_api::wrapper::stat_flags;
use plugin_api::{Class, Ctx, Object, R, Value};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A copy of a cached archive for a request that changes it.
pub fn duplicate(registry: &Rc<Registry>, from: &Rc<Archive>) -> Rc<Archive> {
    let a = Rc::new(archive(registry, &from.path));
    a.alias.replace(from.alias.borrow().clone());
    a.alias_is_temporary.set(from.alias_is_temporary.get());
    a.version.replace(from.version.borrow().clone());
    a.extension.set(from.extension.get());
    a.format.set(from.format.get());
    a.is_data.set(from.is_data.get());
    a.flags.set(from.flags.get());
    a.halt.set(from.halt.get());
    a.times.set(from.times.get());
    a.signed_with.set(from.signed_with.get());
    a.signature.replace(from.signature.borrow().clone());
    a.metadata.replace(from.metadata.borrow().clone());
    a.folders.replace(from.folders.borrow().clone());
    a.writeable.set(from.writeable.get());
    let image = from.image.borrow().as_ref().map(|i| Image { stamp: None, ..i.clone() });
    a.image.replace(image);
    for e in from.entries() {
        let name = e.name();
        a.put(name, copy(&e, &a));
    }
    a
}

/// A copy of an entry for an archive, with the same contents.
pub fn copy(e: &Entry, a: &Rc<Archive>) -> Entry {
    Entry {
        archive: Rc::downgrade(a),
        name: RefCell::new(e.name()),
        size: e.size.clone(),
        packed: e.packed.clone(),
        timestamp: e.timestamp.clone(),
        crc32: e.crc32.clone(),
        flags: e.flags.clone(),
        old_flags: e.old_flags.clone(),
        metadata: RefCell::new(e.metadata.borrow().clone()),
        offset: e.offset.clone(),
        header: e.header.clone(),
        data: RefCell::new(e.data.borrow().clone()),
        streams: Cell::new(0),
        locks: Cell::new(0),
        mounted: RefCell::new(e.mounted.borrow().clone()),
        link: RefCell::new(e.link.borrow().clone()),
        tar_type: e.tar_type.clone(),
        checked: e.checked.clone(),
        modified: e.modified.clone(),
        deleted: e.deleted.clone(),
        is_dir: e.is_dir.clone(),
        is_virtual: Cell::new(false),
    }
}

/// Extensions of archives, the longer before those that they end with.
const EXTENSIONS: [&[u8]; 12] = [
    b".phar.tar.bz2",
    b".phar.tar.gz",
    b".phar.php",
    b".phar.bz2",
    b".phar.zip",
    b".phar.tar",
    b".phar.gz",
    b".tar.bz2",
    b".tar.gz",
    b".phar",
    b".tar",
    b".zip",
];

/// The extension that an archive of a kind usually has.
fn usual_extension(format: Format, is_data: bool, flags: u32) -> Vec<u8> {
    let packed = match flags {
        bits::FILE_GZ => ".gz",
        bits::FILE_BZ2 => ".bz2",
        _ => "",
    };
    let phar = if is_data { "" } else { "phar." };
    match format {
        Format::Zip => format!("{phar}zip"),
        Format::Tar => format!("{phar}tar{packed}"),
        Format::Phar => format!("phar{packed}"),
    }
    .into_bytes()
}

/// The path of an archive with another extension.
fn renamed(path: &[u8], extension: &[u8]) -> Vec<u8> {
    let (folder, name) = path.split_at(memchr::memrchr(b'/', path).map_or(0, |i| i + 1));
    let known = EXTENSIONS.iter().find(|x| name.len() > x.len() && name.ends_with(x));
    let stem = match known {
        Some(x) => &name[..name.len() - x.len()],
        None => &name[..memchr::memrchr(b'.', name).unwrap_or(name.len())],
    };
    [folder, stem, b".", extension].concat()
}

/// What an archive is made to.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// Format.
    pub format: Format,
    /// Without stub.
    pub is_data: bool,
    /// Compression of the whole.
    pub flags: u32,
    /// Extension, or nothing for the usual one.
    pub extension: Option<&'a [u8]>,
}

/// Makes an archive of another format of one, beside it: the object of the new one.
pub fn convert(ctx: &mut Ctx, from: &Rc<Archive>, to: &Target<'_>) -> R<Option<Object>> {
    let is_data = to.is_data && to.format != Format::Phar;
    let extension = match to.extension {
        Some(x) => match names::check(x) {
            Ok(n) => n.strip_prefix(b".").unwrap_or(n).to_vec(),
            Err(_) => {
                let what = if is_data { "data phar" } else { "phar" };
                let (path, x) = (from.shown(), text(x));
                let why = format!("{what} converted from \"{path}\" has invalid extension {x}");
                return Err(ctx.throw_named("BadMethodCallException", why, 0));
            }
        },
        None => usual_extension(to.format, is_data, to.flags),
    };
    let path = renamed(&from.path, &extension);
    let registry = crate::registry(ctx);
    let a = Rc::new(archive(&registry, &path));
    a.format.set(to.format);
    a.is_data.set(is_data);
    a.flags.set(to.flags);
    a.alias_is_temporary.set(from.alias_is_temporary.get());
    a.metadata.replace(from.metadata.borrow().clone());
    for e in from.entries() {
        add_copy(ctx, from, &a, &e)?;
    }
    place(ctx, from, a, &extension)
}

/// Adds an entry of another archive: its contents uncompressed, which writing the archive compresses as the entry's flags say.
fn add_copy(ctx: &mut Ctx, from: &Archive, a: &Rc<Archive>, e: &Rc<Entry>) -> R<()> {
    let c = copy(e, a);
    if !e.is_link() && !e.is_mounted() && !e.is_dir.get() {
        let bytes = match contents::open(ctx, e) {
            Ok(b) => b.to_vec(),
            Err(why) => {
                let why = why.map_or(String::new(), |w| format!(": {w}"));
                let (path, name) = (from.shown(), e.shown());
                let text = format!(
                    "Cannot convert phar archive \"{path}\", unable to open entry \"{name}\" contents{why}"
                );
                return Err(ctx.throw_named("UnexpectedValueException", text, 0));
            }
        };
        drop(c.data.replace(Data::Modified(Rc::new(RefCell::new(bytes)))));
    }
    c.tar_type.set(match a.format.get() {
        Format::Tar if e.is_dir.get() => b'5',
        Format::Tar => b'0',
        _ => 0,
    });
    c.header.set(0);
    c.modified.set(true);
    c.old_flags.set(c.flags.get() & !bits::COMPRESSION);
    let name = e.name();
    a.add_folders(&name);
    a.put(name, c);
    Ok(())
}

/// Writes a new archive to its place, where none may be, and makes its object.
fn place(ctx: &mut Ctx, from: &Archive, a: Rc<Archive>, extension: &[u8]) -> R<Option<Object>> {
    let registry = crate::registry(ctx);
    let bad = |ctx: &mut Ctx, why: String| Err(ctx.throw_named("BadMethodCallException", why, 0));
    let shown = a.shown();
    if registry.cached.borrow().iter().any(|c| c.path == a.path) {
        return bad(
            ctx,
            format!(
                "Unable to add newly converted phar \"{shown}\" to the list of phars, new phar name is in phar.cache_list"
            ),
        );
    }
    let mut a = a;
    let mut kept = None;
    let there = registry.paths.borrow().get(&a.path).cloned();
    if let Some(old) = there {
        if !a.is_empty() {
            return bad(
                ctx,
                format!(
                    "Unable to add newly converted phar \"{shown}\" to the list of phars, a phar with that name already exists"
                ),
            );
        }
        // Nothing is in the new one: the old one takes its form.
        old.format.set(a.format.get());
        old.is_data.set(a.is_data.get());
        old.flags.set(a.flags.get());
        kept = Some(Use::of(&old));
        a = old;
    }
    if kept.is_none() && ctx.stat(&a.path, stat_flags::QUIET).is_some() {
        return bad(ctx, format!("phar \"{shown}\" exists and must be unlinked prior to conversion"));
    }
    if kept.is_some() && ctx.stat(&from.path, stat_flags::QUIET).is_some() {
        let path = from.shown();
        return bad(ctx, format!("phar \"{path}\" exists and must be unlinked prior to conversion"));
    }
    let wanted = if a.is_data.get() { Wanted::Data } else { Wanted::Executable };
    match registry.detect(ctx, &a.path, wanted, Create::New, true) {
        Ok(Found::Extension(_, len)) => a.extension.set(len),
        _ => {
            let what = if a.is_data.get() { "data phar" } else { "phar" };
            return bad(ctx, format!("{what} \"{shown}\" has invalid extension {}", text(extension)));
        }
    }
    if kept.is_none() {
        if !a.is_data.get() && !a.alias_is_temporary.get() && from.alias.borrow().is_some() {
            a.alias.replace(Some(a.path.clone()));
            a.alias_is_temporary.set(true);
            registry.remove_alias(&a.path);
            registry.add_alias(&a.path, &a);
        }
        registry.add(&a);
    }
    if let Err(Some(why)) = flush_with(ctx, &a, Stub::Reset) {
        registry.forget(&a);
        return bad(ctx, why);
    }
    let class =
        if a.is_data.get() { Class::of::<classes::PharData>(ctx)? } else { Class::of::<classes::Phar>(ctx)? };
    let made = class.instantiate(ctx, &[Value::str(&a.path)]);
    drop(kept);
    made.map(Some)
}

/// Renames what lies in a folder of an archive.
pub fn rename_folder(a: &Archive, from: &[u8], to: &[u8]) -> bool {
    let moved = |name: &[u8], itself: bool| {
        let rest = name.strip_prefix(from)?;
        (rest.first() == Some(&b'/') || itself && rest.is_empty()).then(|| [to, rest].concat())
    };
    let mut changed = false;
    let mut all = a.manifest.borrow_mut();
    let old = std::mem::take(&mut *all);
    let mut gone: Vec<Rc<Entry>> = Vec::new();
    for (name, e) in old {
        let new = if e.deleted.get() { None } else { moved(&name, false) };
        if let Some(n) = &new {
            changed = true;
            e.modified.set(true);
            e.name.replace(n.clone());
        }
        gone.extend(all.insert(new.unwrap_or(name), e));
    }
    drop(all);
    drop(gone);
    for set in [&a.folders, &a.mounts] {
        let old = set.take();
        set.replace(old.into_iter().map(|n| moved(&n, true).unwrap_or(n)).collect());
    }
    changed
}

/// Why something failed, thrown as an exception of a class, if there is something to say.
pub fn throw_if<T>(ctx: &mut Ctx, r: Result<T, Fail>, class: &str) -> R<Option<T>> {
    match r {
        Ok(v) => Ok(Some(v)),
        Err(Some(why)) => Err(ctx.throw_named(class, why, 0)),
        Err(None) => {
            ctx.pending()?;
            Ok(None)
        }
    }
}
