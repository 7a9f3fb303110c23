//! Contents of entries: found, decompressed, checked, made.

use crate::archive::{Archive, Buffer, Data, Entry, Fail, Format, bits, fail, text};
use crate::bytes::{u16_at, u32_at};
use crate::registry::Use;
use crate::{codec, names};
use plugin_api::Ctx;
use plugin_api::wrapper::{Handle, stat_flags};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// The bytes of an entry.
#[derive(Clone)]
pub enum Contents {
    /// Part of an archive's file.
    Part(Rc<Vec<u8>>, usize, usize),
    /// By themselves.
    Whole(Buffer),
}

impl Contents {
    /// Runs `f` on the bytes.
    pub fn with<T>(&self, f: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Contents::Part(b, at, len) => f(b.get(*at..*at + *len).unwrap_or_default()),
            Contents::Whole(b) => f(&b.borrow()),
        }
    }
    /// A copy.
    pub fn to_vec(&self) -> Vec<u8> {
        self.with(<[u8]>::to_vec)
    }
}

/// The entry that a link leads to in the end; `None` when it leads nowhere.
pub fn target(e: &Rc<Entry>) -> Option<Rc<Entry>> {
    let mut at = e.clone();
    let archive = e.archive.upgrade()?;
    // A chain longer than there are entries is a circle.
    for _ in 0..=archive.manifest.borrow().len() {
        let Some(link) = at.link.borrow().clone() else { return Some(at) };
        let beside = match link.strip_prefix(b"/") {
            Some(rest) => rest.to_vec(),
            None => match memchr::memrchr(b'/', &at.name.borrow()) {
                Some(slash) => [&at.name.borrow()[..=slash], &link].concat(),
                None => link.clone(),
            },
        };
        at = archive.find(&link).or_else(|| archive.find(&beside))?;
    }
    None
}

/// Whether the archive's file has an entry's bytes as they are to be written.
pub fn is_as_stored(e: &Entry) -> bool {
    matches!(&*e.data.borrow(), Data::Archived)
        && stored(e) & bits::COMPRESSION == e.flags.get() & bits::COMPRESSION
}

/// The flags that an entry's bytes in the archive's file were written with.
fn stored(e: &Entry) -> u32 {
    match e.archive.upgrade() {
        // Nothing in a tar is compressed by itself.
        Some(a) if a.format.get() == Format::Tar => e.flags.get() & !bits::COMPRESSION,
        _ if e.modified.get() => e.stored_flags(),
        _ => e.flags.get(),
    }
}

/// An entry was written to the archive's file.
pub fn written(e: &Entry) {
    e.modified.set(false);
    e.old_flags.set(e.flags.get());
    if e.streams.get() <= 0 && !e.is_mounted() {
        drop(e.data.replace(Data::Archived));
    }
}

/// The contents of an entry, or of what it links to; checked where they are decompressed.
pub fn open(ctx: &mut Ctx, e: &Rc<Entry>) -> Result<Contents, Fail> {
    let e = if e.is_link() { target(e).unwrap_or_else(|| e.clone()) } else { e.clone() };
    let data = e.data.borrow().clone();
    match data {
        Data::Unpacked(b) | Data::Modified(b) => Ok(Contents::Whole(b)),
        Data::Mounted => mounted(ctx, &e),
        Data::Archived => archived(ctx, &e),
    }
}

fn mounted(ctx: &mut Ctx, e: &Entry) -> Result<Contents, Fail> {
    let path = e.mounted.borrow().clone().ok_or(None)?;
    let file = Handle::open(ctx, &path, b"rb", 0).map_err(|_| None)?;
    Ok(Contents::Whole(Rc::new(RefCell::new(rest(ctx, file)))))
}

/// What is left to read of a stream, which is closed.
pub fn rest(ctx: &mut Ctx, file: Handle) -> Vec<u8> {
    let (mut all, mut part) = (Vec::new(), [0; 8192]);
    while let Ok(n @ 1..) = file.read(ctx, &mut part) {
        all.extend_from_slice(part.get(..n).unwrap_or_default());
    }
    file.close(ctx);
    all
}

fn archived(ctx: &mut Ctx, e: &Rc<Entry>) -> Result<Contents, Fail> {
    let a = e.archive.upgrade().ok_or(None)?;
    let Some(image) = a.bytes(ctx) else {
        return fail(format!("phar error: Cannot open phar archive \"{}\" for reading", a.shown()));
    };
    if a.format.get() == Format::Zip {
        local_header(&a, e, &image)?;
    }
    let flags = stored(e);
    if flags & bits::COMPRESSION == 0 {
        return Ok(Contents::Part(image, e.offset.get(), e.size.get() as usize));
    }
    let (name, path) = (e.shown(), a.shown());
    let can = match flags & bits::COMPRESSION {
        bits::GZ => crate::has_zlib(ctx),
        _ => crate::has_bz2(ctx),
    };
    if !can {
        let filter = if flags & bits::GZ != 0 { "zlib.inflate" } else { "bzip2.decompress" };
        return fail(format!(
            "phar error: unable to read phar \"{path}\" (cannot create {filter} filter while decompressing file \"{name}\")"
        ));
    }
    let (at, size) = (e.offset.get(), e.size.get() as usize);
    let packed = image.get(at..at + e.packed.get() as usize);
    let plain = match packed {
        _ if size == 0 => Some(Vec::new()),
        Some(b) => codec::unpack(b, flags, size),
        None => None,
    };
    let Some(plain) = plain.filter(|p| p.len() == size) else {
        return fail(format!(
            "phar error: internal corruption of phar \"{path}\" (actual filesize mismatch on file \"{name}\")"
        ));
    };
    check_sum(&a, e, &plain)?;
    let b = Rc::new(RefCell::new(plain));
    drop(e.data.replace(Data::Unpacked(b.clone())));
    Ok(Contents::Whole(b))
}

/// Whether contents have the checksum that the archive says.
pub fn check_sum(a: &Archive, e: &Entry, plain: &[u8]) -> Result<(), Fail> {
    if crc32fast::hash(plain) != e.crc32.get() || plain.len() != e.size.get() as usize {
        let (path, name) = (a.shown(), e.shown());
        return fail(format!(
            "phar error: internal corruption of phar \"{path}\" (crc32 mismatch on file \"{name}\")"
        ));
    }
    e.checked.set(true);
    Ok(())
}

/// Bytes of the header in front of each entry of a zip.
pub const LOCAL_HEADER: usize = 30;

/// Finds where an entry of a zip begins, whose header must say what the directory does.
fn local_header(a: &Archive, e: &Entry, image: &[u8]) -> Result<(), Fail> {
    let (path, name) = (a.shown(), e.shown());
    let corrupt = |what: &str| {
        fail(format!("phar error: internal corruption of zip-based phar \"{path}\" ({what} file \"{name}\")"))
    };
    let at = e.header.get();
    let Some(h) = image.get(at..at + LOCAL_HEADER) else {
        return fail(format!(
            "phar error: internal corruption of zip-based phar \"{path}\" (cannot read local file header for file \"{name}\")"
        ));
    };
    let (name_len, extra_len) = (u16_at(h, 26) as usize, u16_at(h, 28) as usize);
    let data = at + LOCAL_HEADER + name_len + extra_len;
    let mut sums = [u32_at(h, 14), u32_at(h, 18), u32_at(h, 22)];
    if u16_at(h, 6) & 8 != 0 {
        // The sums follow the data.
        let behind = data + e.packed.get() as usize;
        let Some(d) = image.get(behind..behind + 16) else {
            return corrupt("cannot read local data descriptor for");
        };
        let d = if d.starts_with(b"PK") { &d[4..] } else { d };
        sums = [u32_at(d, 0), u32_at(d, 4), u32_at(d, 8)];
    }
    let wanted = [e.crc32.get(), e.packed.get(), e.size.get()];
    if e.name.borrow().len() != name_len || sums != wanted {
        return fail(format!(
            "phar error: internal corruption of zip-based phar \"{path}\" (local header of file \"{name}\" does not match central directory)"
        ));
    }
    e.offset.set(data);
    Ok(())
}

/// How an entry is opened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To read.
    Read,
    /// To read and write.
    Update,
    /// To write from scratch.
    Truncate,
}

impl Mode {
    /// Of a mode as `fopen()` takes it.
    pub fn of(mode: &[u8]) -> Mode {
        match mode {
            [b'r', b'+', ..] => Mode::Update,
            [b'r', ..] => Mode::Read,
            _ => Mode::Truncate,
        }
    }
}

/// Whether folders are found too.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Folders {
    /// No.
    No,
    /// Also those that are only part of names.
    Yes,
    /// Nothing else.
    Only,
}

/// The entry of a name, or the folder: `None` when there is none, and nothing else to say.
pub fn find(
    ctx: &mut Ctx,
    a: &Rc<Archive>,
    path: &[u8],
    folders: Folders,
    protected: bool,
) -> Result<Option<Rc<Entry>>, Fail> {
    if protected && names::is_magic(path) {
        return fail("phar error: cannot directly access magic \".phar\" directory or files within it");
    }
    if path.is_empty() && folders == Folders::No {
        return fail("phar error: invalid path \"\" must not be empty");
    }
    let name = match names::check(path) {
        Ok(n) => n,
        Err(why) => return fail(format!("phar error: invalid path \"{}\" contains {why}", text(path))),
    };
    let name = if path.ends_with(b"/") {
        if name.len() <= 1 {
            return Ok(None);
        }
        name.strip_suffix(b"/").unwrap_or(name)
    } else {
        name
    };
    let shown = text(name);
    if let Some(e) = a.find(name) {
        if e.deleted.get() {
            return Ok(None);
        }
        if e.is_dir.get() && folders == Folders::No {
            return fail(format!("phar error: path \"{shown}\" is a directory"));
        }
        if !e.is_dir.get() && folders == Folders::Only {
            return fail(format!("phar error: path \"{shown}\" exists and is a not a directory"));
        }
        return Ok(Some(e));
    }
    if folders != Folders::No && a.has_folder(name) {
        return Ok(Some(Rc::new(Entry {
            archive: Rc::downgrade(a),
            name: RefCell::new(name.to_vec()),
            is_dir: Cell::new(true),
            is_virtual: Cell::new(true),
            ..Entry::default()
        })));
    }
    below_mount(ctx, a, name, folders)
}

/// The file below a mounted folder that a name stands for; it is mounted itself then.
fn below_mount(
    ctx: &mut Ctx,
    a: &Rc<Archive>,
    name: &[u8],
    folders: Folders,
) -> Result<Option<Rc<Entry>>, Fail> {
    let mount_of = a.mounts.borrow().iter().find(|m| m.len() < name.len() && name.starts_with(m)).cloned();
    let Some(m) = mount_of else { return Ok(None) };
    let shown = text(name);
    let Some(path) = a.find(&m).and_then(|e| e.mounted.borrow().clone()) else {
        return fail(format!(
            "phar internal error: mounted path \"{}\" could not be retrieved from manifest",
            text(&m)
        ));
    };
    let real = [&path[..], &name[m.len()..]].concat();
    let Some(s) = ctx.stat(&real, stat_flags::QUIET) else { return Ok(None) };
    let is_dir = s.mode & 0o040_000 != 0;
    if is_dir && folders == Folders::No {
        return fail(format!("phar error: path \"{shown}\" is a directory"));
    }
    if !is_dir && folders != Folders::No {
        return fail(format!("phar error: path \"{shown}\" exists and is a not a directory"));
    }
    if !mount(ctx, a, &real, name) {
        let real = text(&real);
        return fail(format!(
            "phar error: path \"{shown}\" exists as file \"{real}\" and could not be mounted"
        ));
    }
    Ok(a.find(name))
}

/// Mounts a file, folder or URL at a name of an archive.
pub fn mount(ctx: &mut Ctx, a: &Rc<Archive>, external: &[u8], name: &[u8]) -> bool {
    let Ok(name) = names::check(name) else { return false };
    if names::is_magic(name) {
        return false;
    }
    let is_phar = external.len() > 7 && external.starts_with(b"phar://");
    let real = match is_phar {
        true => external.to_vec(),
        false => crate::full_path(ctx, external).unwrap_or_else(|| external.to_vec()),
    };
    if !is_phar && !ctx.path_allowed(&real) {
        return false;
    }
    let Some(s) = ctx.stat(&real, stat_flags::QUIET) else { return false };
    let is_dir = s.mode & 0o040_000 != 0;
    if is_dir && !a.mounts.borrow_mut().insert(name.to_vec()) || a.has(name) {
        return false;
    }
    let size = if is_dir { 0 } else { u32::try_from(s.size).unwrap_or(u32::MAX) };
    let e = Entry {
        archive: Rc::downgrade(a),
        name: RefCell::new(name.to_vec()),
        size: Cell::new(size),
        packed: Cell::new(size),
        flags: Cell::new(s.mode as u32),
        data: RefCell::new(Data::Mounted),
        mounted: RefCell::new(Some(real)),
        checked: Cell::new(true),
        is_dir: Cell::new(is_dir),
        ..Entry::default()
    };
    a.put(name.to_vec(), e);
    true
}

/// An entry that is open: a share in the use of its archive and of its contents.
pub struct Opened {
    /// The archive.
    pub archive: Use,
    /// The entry.
    pub entry: Rc<Entry>,
    /// Its contents; none of folders.
    pub contents: Option<Contents>,
}

impl Opened {
    /// Takes the shares.
    pub fn new(archive: &Rc<Archive>, entry: &Rc<Entry>, contents: Option<Contents>) -> Opened {
        entry.streams.set(entry.streams.get() + 1);
        Opened { archive: Use::of(archive), entry: entry.clone(), contents }
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        self.entry.streams.set((self.entry.streams.get() - 1).max(0));
    }
}

/// Opens the entry of a name. `Ok(None)`: there is none, and it may be made. `Err` without a text: there is none.
pub fn entry(
    ctx: &mut Ctx,
    archive: &[u8],
    path: &[u8],
    mode: Mode,
    folders: Folders,
    protected: bool,
) -> Result<Option<Opened>, Fail> {
    let (name, shown) = (text(path), text(archive));
    let mut a = crate::registry(ctx).get(ctx, archive, b"")?;
    let writes = mode != Mode::Read;
    if writes && !a.may_write(ctx) {
        return fail(format!(
            "phar error: file \"{name}\" in phar \"{shown}\" cannot be opened for writing, disabled by ini setting"
        ));
    }
    if path.is_empty() {
        return fail(format!("phar error: file \"\" in phar \"{shown}\" must not be empty"));
    }
    if writes {
        a = crate::registry(ctx).writeable_copy(&a);
    }
    let creates = mode == Mode::Truncate;
    let found = match find(ctx, &a, path, folders, protected) {
        Ok(Some(e)) => e,
        // What is wrong with a name is told when it is made.
        Ok(None) | Err(_) if creates => return Ok(None),
        Ok(None) => return Err(None),
        Err(why) => return Err(why),
    };
    let e = found;
    let cannot = |how: &str, why: &str| {
        fail(format!("phar error: file \"{name}\" in phar \"{shown}\" cannot be opened for {how}, {why}"))
    };
    if e.modified.get() && !writes {
        return cannot("reading", "writable file pointers are open");
    }
    if e.streams.get() > 0 && writes {
        return cannot("writing", "readable file pointers are open");
    }
    if e.deleted.get() {
        if !creates {
            return Err(None);
        }
        e.deleted.set(false);
    }
    if e.is_dir.get() {
        return Ok(Some(Opened::new(&a, &e, None)));
    }
    match mode {
        Mode::Truncate => e.truncate(&a),
        Mode::Update => separate(ctx, &a, &e)?,
        Mode::Read => {}
    }
    let contents = open(ctx, &e)?;
    if e.is_link() && target(&e).is_none() {
        return Err(None);
    }
    Ok(Some(Opened::new(&a, &e, Some(contents))))
}

/// Gives an entry bytes of its own to be written to.
fn separate(ctx: &mut Ctx, a: &Archive, e: &Rc<Entry>) -> Result<(), Fail> {
    if let Data::Modified(_) = &*e.data.borrow() {
        return Ok(());
    }
    let own = open(ctx, e)?.to_vec();
    e.unlink(a.format.get());
    e.offset.set(0);
    e.size.set(own.len() as u32);
    drop(e.data.replace(Data::Modified(Rc::new(RefCell::new(own)))));
    e.modified.set(true);
    Ok(())
}

/// Opens the entry of a name to be written, making a new one where there is none.
pub fn entry_or_new(
    ctx: &mut Ctx,
    archive: &[u8],
    path: &[u8],
    mode: Mode,
    folders: Folders,
) -> Result<Opened, Fail> {
    if let Some(o) = entry(ctx, archive, path, mode, folders, true)? {
        return Ok(o);
    }
    let registry = crate::registry(ctx);
    let a = registry.get(ctx, archive, b"")?;
    let a = registry.writeable_copy(&a);
    let name = match names::check(path) {
        Ok(n) => n,
        Err(why) => return fail(format!("phar error: invalid path \"{}\" contains {why}", text(path))),
    };
    let name = name.strip_suffix(b"/").unwrap_or(name);
    a.add_folders(name);
    if a.has(name) {
        return fail(format!(
            "phar error: unable to add new entry \"{}\" to phar \"{}\"",
            text(name),
            a.shown()
        ));
    }
    let is_dir = folders == Folders::Only;
    let e = a.new_entry(name, is_dir);
    let b = Buffer::default();
    e.data.replace(Data::Modified(b.clone()));
    let e = a.put(name.to_vec(), e);
    Ok(Opened::new(&a, &e, Some(Contents::Whole(b))))
}
