//! `phar://`: files and folders of archives as streams.

use crate::archive::{Archive, Data, Entry, Fail, Format, Metadata, STUB, bits, now, text};
use crate::contents::{self, Contents, Folders, Mode, Opened as OpenEntry};
use crate::convert;
use crate::flush::flush;
use crate::names::{self, Wanted};
use crate::open::{self, Request};
use crate::registry::{Create, Missing};
use plugin_api::Ctx;
use plugin_api::wrapper::{
    Chunk, Failed, Handle, NativeStream, OpenFailure, OpenRequest, Opened, Sought, Stat, Whence, Wrapper,
    open_options, stat_flags,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Device number of files in archives.
const DEVICE: i64 = 0xc;

/// A file of an archive.
struct PharFile {
    open: OpenEntry,
    contents: Contents,
    at: usize,
}

impl PharFile {
    /// The entry that the stream is of, behind links.
    fn entry(&self) -> Rc<Entry> {
        let e = &self.open.entry;
        if e.is_link() { contents::target(e).unwrap_or_else(|| e.clone()) } else { e.clone() }
    }

    fn save(&self, ctx: &mut Ctx) -> Result<(), Failed> {
        let e = &self.open.entry;
        if !e.modified.get() {
            return Err(Failed);
        }
        e.timestamp.set(now());
        if let Err(why) = flush(ctx, &self.open.archive) {
            tell(ctx, why);
            return Err(Failed);
        }
        Ok(())
    }
}

/// A failure as a warning.
fn tell(ctx: &mut Ctx, why: Fail) {
    if let Some(why) = why {
        // What a handler throws is pending, and found by the function that runs.
        ctx.warning(why).ok();
    }
}

impl NativeStream for PharFile {
    const LABEL: &'static str = "phar stream";
    const WRITES: bool = true;
    const SEEKS: bool = true;

    fn read(&mut self, _: &mut Ctx, _: &Handle, out: &mut [u8]) -> Result<Chunk, Failed> {
        let e = self.entry();
        if e.deleted.get() {
            return Err(Failed);
        }
        let size = e.size.get() as usize;
        let len = out.len().min(size.saturating_sub(self.at));
        let len = self.contents.with(|b| {
            let part = b.get(self.at..).unwrap_or_default();
            let len = len.min(part.len());
            out[..len].copy_from_slice(&part[..len]);
            len
        });
        self.at += len;
        Ok(Chunk { len, end: self.at == size })
    }

    fn write(&mut self, ctx: &mut Ctx, _: &Handle, bytes: &[u8]) -> Result<usize, Failed> {
        let e = &self.open.entry;
        if matches!(self.contents, Contents::Part(..)) {
            if !self.open.archive.is_written() {
                let len = bytes.len();
                // What a handler throws is pending, and found by the function that runs.
                ctx.notice(format!("Write of {len} bytes failed with errno=9 Bad file descriptor")).ok();
                return Err(Failed);
            }
            let own = Rc::new(RefCell::new(self.contents.to_vec()));
            drop(e.data.replace(Data::Modified(own.clone())));
            self.contents = Contents::Whole(own);
        }
        let Contents::Whole(b) = &self.contents else { return Err(Failed) };
        {
            let mut b = b.borrow_mut();
            let end = self.at + bytes.len();
            if b.len() < end {
                b.resize(end, 0);
            }
            b[self.at..end].copy_from_slice(bytes);
            self.at = end;
        }
        let size = e.size.get().max(u32::try_from(self.at).map_err(|_| Failed)?);
        e.size.set(size);
        e.packed.set(size);
        e.old_flags.set(e.flags.get());
        e.modified.set(true);
        Ok(bytes.len())
    }

    fn seek(&mut self, _: &mut Ctx, _: &Handle, offset: i64, whence: Whence) -> Sought {
        let size = i64::from(self.entry().size.get());
        let from = match whence {
            Whence::Start => 0,
            Whence::Current => self.at as i64,
            Whence::End => size,
        };
        match from.checked_add(offset).filter(|to| (0..=size).contains(to)) {
            Some(to) => {
                self.at = to as usize;
                Sought { ok: true, position: Some(to) }
            }
            None => Sought { ok: false, position: None },
        }
    }

    fn flush(&mut self, ctx: &mut Ctx, _: &Handle) -> Result<(), Failed> {
        self.save(ctx)
    }

    fn stat(&mut self, _: &mut Ctx, _: &Handle) -> Option<Stat> {
        Some(stat_of(&self.open.archive, Some(&self.open.entry)))
    }
}

impl Drop for PharFile {
    fn drop(&mut self) {
        if self.open.entry.modified.get() {
            Ctx::current(|ctx| self.save(ctx).ok());
        }
    }
}

/// A folder of an archive.
struct PharFolder {
    names: Vec<Vec<u8>>,
    at: usize,
}

/// Bytes that names in listings may have.
const LONGEST_NAME: usize = 4095;

impl NativeStream for PharFolder {
    const LABEL: &'static str = "phar dir";
    const WRITES: bool = true;
    const SEEKS: bool = true;
    const LISTS: bool = true;

    fn read(&mut self, _: &mut Ctx, _: &Handle, _: &mut [u8]) -> Result<Chunk, Failed> {
        Err(Failed)
    }
    fn read_dir(&mut self, _: &mut Ctx, _: &Handle) -> Option<Vec<u8>> {
        let name = self.names.get(self.at).cloned()?;
        self.at += 1;
        (name.len() <= LONGEST_NAME).then_some(name)
    }
    fn seek(&mut self, _: &mut Ctx, _: &Handle, offset: i64, whence: Whence) -> Sought {
        let from = match whence {
            Whence::Start => 0,
            Whence::Current => self.at as i64,
            Whence::End => self.names.len() as i64,
        };
        match usize::try_from(from.saturating_add(offset)) {
            Ok(to) => {
                self.at = to.min(self.names.len());
                Sought { ok: true, position: Some(self.at as i64) }
            }
            Err(_) => Sought { ok: false, position: None },
        }
    }
}

/// What `stat()` says of an entry, or of a folder that is none.
pub fn stat_of(a: &Archive, e: Option<&Entry>) -> Stat {
    let mut s = Stat { dev: DEVICE, nlink: 1, rdev: -1, blksize: -1, blocks: -1, ..Stat::default() };
    let time = match e {
        Some(e) => {
            let mode = i64::from(e.flags.get() & bits::PERMISSIONS);
            if e.is_dir.get() {
                s.mode = mode | 0o040_000;
            } else {
                s.mode = mode | 0o100_000;
                s.size = e.size.get().into();
            }
            s.ino = e.inode(a).into();
            e.timestamp.get()
        }
        None => {
            s.mode = 0o040_777;
            a.times.get().1
        }
    };
    (s.atime, s.mtime, s.ctime) = (time.into(), time.into(), time.into());
    if !a.writeable.get() {
        s.mode = s.mode & 0o555 | s.mode & !0o777;
    }
    s
}

/// Path of the archive, and name within it with a slash in front, of a URL; the archive is open then.
fn parse(ctx: &mut Ctx, url: &[u8], mode: &[u8], report: bool) -> Result<(Vec<u8>, Vec<u8>), Fail> {
    if mode.starts_with(b"a") {
        return crate::archive::fail("phar error: open mode append not supported");
    }
    let registry = crate::registry(ctx);
    let creates = mode.starts_with(b"w");
    let create = if creates { Create::Maybe } else { Create::No };
    let (path, name) = match registry.split(ctx, url, Wanted::Any, create) {
        Ok(parts) => parts,
        Err(Missing::Extension(..)) => {
            return crate::archive::fail(format!(
                "phar error: invalid url or non-existent phar \"{}\"",
                text(url)
            ));
        }
        Err(_) => {
            let (url, rest) = (text(url), text(url.get(7..).unwrap_or_default()));
            return crate::archive::fail(format!(
                "phar error: no directory in \"{url}\", must have at least phar://{rest}/ for root directory (always use full path to a new phar)"
            ));
        }
    };
    let request = Request { path: &path, alias: b"", is_data: false, report };
    if creates || mode.starts_with(b"r+") {
        let is_data = registry.paths.borrow().get(&path).is_some_and(|a| a.is_data.get());
        if crate::readonly(ctx) && !is_data {
            return crate::archive::fail(
                "phar error: write operations disabled by the php.ini setting phar.readonly",
            );
        }
        let a = open::or_create(ctx, &request)?;
        registry.writeable_copy(&a);
    } else {
        open::from_file(ctx, &request)?;
    }
    Ok((path, name))
}

/// The folder of the first file that a script includes from an archive is what `./` counts from.
fn note_folder(ctx: &mut Ctx, a: &Archive, e: &Entry) {
    let registry = crate::registry(ctx);
    if registry.folder_known.get() {
        return;
    }
    let name = e.name.borrow();
    if a.format.get() != Format::Phar && *name == STUB {
        return;
    }
    registry.folder_known.set(true);
    let folder = memchr::memrchr(b'/', &name).map(|i| name[..i].to_vec());
    registry.folder.replace(folder);
}

/// The stub of an archive of PHP's own format, as an entry.
fn stub_entry(ctx: &mut Ctx, a: &Rc<Archive>) -> Result<OpenEntry, Fail> {
    let Some(image) = a.bytes(ctx) else {
        return crate::archive::fail(format!("phar error: could not reopen phar \"{}\"", a.shown()));
    };
    let len = a.halt.get();
    let e = Rc::new(Entry {
        archive: Rc::downgrade(a),
        size: Cell::new(len as u32),
        packed: Cell::new(len as u32),
        checked: Cell::new(true),
        is_virtual: Cell::new(true),
        ..Entry::default()
    });
    Ok(OpenEntry::new(a, &e, Some(Contents::Part(image, 0, len))))
}

/// `phar://`
pub struct PharWrapper;

impl PharWrapper {
    fn open_entry(ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<(OpenEntry, Vec<u8>), Fail> {
        let (path, name) = parse(ctx, request.path, request.mode, request.options & 8 != 0)?;
        let name = names::relative(&name);
        let mode = if request.mode.starts_with(b"w") || request.mode.starts_with(b"r+") {
            Mode::of(request.mode)
        } else {
            Mode::Read
        };
        if mode != Mode::Read {
            let o = match contents::entry_or_new(ctx, &path, name, mode, Folders::No) {
                Ok(o) => o,
                Err(why) => {
                    let (name, path) = (text(name), text(&path));
                    let none =
                        || format!("phar error: file \"{name}\" could not be created in phar \"{path}\"");
                    return Err(Some(why.unwrap_or_else(none)));
                }
            };
            apply_options(&o, request);
            let url = url_of(&o);
            return Ok((o, url));
        }
        let included = request.options & open_options::FOR_INCLUDE != 0;
        let mut wanted = name;
        if name.is_empty() && included {
            let Ok(a) = crate::registry(ctx).get(ctx, &path, b"") else {
                return crate::archive::fail(format!("file {} is not a valid phar archive", text(&path)));
            };
            if a.format.get() == Format::Phar {
                let o = stub_entry(ctx, &a)?;
                return Ok((o, a.path.clone()));
            }
            wanted = STUB;
        }
        let o = match contents::entry(ctx, &path, wanted, Mode::Read, Folders::No, false) {
            Ok(Some(o)) => o,
            Ok(None) | Err(None) => {
                return crate::archive::fail(format!(
                    "phar error: \"{}\" is not a file in phar \"{}\"",
                    text(name),
                    text(&path)
                ));
            }
            Err(why) => return Err(why),
        };
        if name.is_empty() && included {
            let path = o.archive.path.clone();
            return Ok((o, path));
        }
        if !o.entry.checked.get()
            && let Some(c) = &o.contents
        {
            c.with(|b| contents::check_sum(&o.archive, &o.entry, b))?;
        }
        if included {
            note_folder(ctx, &o.archive, &o.entry);
        }
        let url = url_of(&o);
        Ok((o, url))
    }
}

fn url_of(o: &OpenEntry) -> Vec<u8> {
    [b"phar://", &o.archive.path[..], b"/", &o.entry.name.borrow()].concat()
}

/// Compression and metadata that the context asks for.
fn apply_options(o: &OpenEntry, request: &OpenRequest<'_>) {
    let e = &o.entry;
    if e.size.get() == 0
        && e.packed.get() == 0
        && let Some(n) = request.option("phar", "compress").and_then(|v| v.as_int())
        && n & !i64::from(bits::COMPRESSION) == 0
    {
        e.flags.set(e.flags.get() & !bits::COMPRESSION | n as u32);
    }
    if let Some(v) = request.option("phar", "metadata") {
        drop(e.metadata.replace(Metadata { value: Some(v.dereferenced()), text: None }));
        o.archive.modified.set(true);
    }
}

/// Names in a folder of an archive, sorted; the root is nothing.
fn list(a: &Archive, folder: &[u8]) -> Vec<Vec<u8>> {
    if names::is_magic(folder) {
        return Vec::new();
    }
    let all = a.manifest.borrow();
    let within = |name: &[u8]| {
        let rest = match folder {
            b"" if names::is_magic(name) => return None,
            b"" => name,
            _ => name.strip_prefix(folder)?.strip_prefix(b"/")?,
        };
        let part = rest.split(|c| *c == b'/').next().unwrap_or_default();
        (!part.is_empty()).then(|| part.to_vec())
    };
    let mut found: Vec<_> = all.keys().filter_map(|n| within(n)).collect();
    found.sort();
    found.dedup();
    found
}

fn failure(why: Fail) -> OpenFailure {
    OpenFailure(why)
}

impl Wrapper for PharWrapper {
    const LABEL: &'static str = "phar";
    const STATS: bool = true;
    const LISTS: bool = true;
    const CHANGES: bool = true;

    fn open(&self, ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let (open, path) = PharWrapper::open_entry(ctx, request).map_err(failure)?;
        let contents = open.contents.clone().unwrap_or_else(|| Contents::Whole(Rc::default()));
        let file = PharFile { open, contents, at: 0 };
        let stream = Handle::new(ctx, file, request.mode, true).ok_or_else(OpenFailure::default)?;
        Ok(Opened { stream, path: Some(path) })
    }

    fn open_dir(&self, ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<Handle, OpenFailure> {
        let url = request.path;
        let (path, name) = match parse(ctx, url, b"r", request.options & 8 != 0) {
            Ok(parts) => parts,
            Err(why) => {
                let unknown = format!("phar url \"{}\" is unknown", text(url));
                return Err(failure(Some(why.map_or(unknown.clone(), |w| format!("{w}\n{unknown}")))));
            }
        };
        let a = match crate::registry(ctx).get(ctx, &path, b"") {
            Ok(a) => a,
            Err(why) => {
                let none = || format!("phar file \"{}\" is unknown", text(&path));
                return Err(failure(Some(why.unwrap_or_else(none))));
            }
        };
        let name = names::relative(&name);
        if let Some(e) = a.find(name) {
            if !e.is_dir.get() {
                return Err(OpenFailure::default());
            }
            let mounted = e.mounted.borrow().clone();
            if let Some(real) = mounted {
                let names = ctx.list_dir(&real).ok_or_else(OpenFailure::default)?;
                let names = names.values().filter_map(|v| v.as_str().map(|s| s.to_vec())).collect();
                let folder = PharFolder { names, at: 0 };
                return Handle::new(ctx, folder, b"r", true).ok_or_else(OpenFailure::default);
            }
        } else if !name.is_empty()
            && !a.manifest.borrow().keys().any(|n| n.len() > name.len() && n.starts_with(name))
        {
            return Err(OpenFailure::default());
        }
        let folder = PharFolder { names: list(&a, name), at: 0 };
        Handle::new(ctx, folder, b"r", true).ok_or_else(OpenFailure::default)
    }

    fn url_stat(&self, ctx: &mut Ctx, url: &[u8], _: u32) -> Option<Stat> {
        let (path, name) = parse(ctx, url, b"r", false).ok()?;
        let a = crate::registry(ctx).get(ctx, &path, b"").ok()?;
        let name = names::relative(&name);
        if name.is_empty() {
            return Some(stat_of(&a, None));
        }
        let is_relative = crate::registry(ctx).relative.take();
        if let Some(e) = a.find(name) {
            let mut s = stat_of(&a, Some(&e));
            if is_relative && e.is_link() && ctx.function_name() != "is_file" {
                s.mode |= 0o120_000;
            }
            return Some(s);
        }
        if a.has_folder(name) {
            return Some(stat_of(&a, None));
        }
        let mounts: Vec<_> = a.mounts.borrow().iter().cloned().collect();
        for m in mounts.iter().filter(|m| m.len() < name.len() && name.starts_with(m)) {
            let real = a.find(m)?.mounted.borrow().clone()?;
            let real = [&real[..], &name[m.len()..]].concat();
            if ctx.stat(&real, stat_flags::QUIET).is_none() {
                continue;
            }
            if !contents::mount(ctx, &a, &real, name) {
                return None;
            }
            return a.find(name).map(|e| stat_of(&a, Some(&e)));
        }
        None
    }

    fn unlink(&self, ctx: &mut Ctx, url: &[u8]) -> bool {
        remove(ctx, url).map_err(|why| tell(ctx, why)).is_ok()
    }

    fn rename(&self, ctx: &mut Ctx, from: &[u8], to: &[u8]) -> bool {
        rename(ctx, from, to).map_err(|why| tell(ctx, why)).is_ok()
    }

    fn make_dir(&self, ctx: &mut Ctx, url: &[u8], _: u32, _: bool) -> bool {
        make_dir(ctx, url).map_err(|why| tell(ctx, why)).is_ok()
    }

    fn remove_dir(&self, ctx: &mut Ctx, url: &[u8]) -> bool {
        remove_dir(ctx, url).map_err(|why| tell(ctx, why)).is_ok()
    }
}

fn remove(ctx: &mut Ctx, url: &[u8]) -> Result<(), Fail> {
    let shown = text(url);
    let (path, name) = match parse(ctx, url, b"rb", true) {
        Ok(parts) => parts,
        Err(why) => {
            tell(ctx, why);
            return crate::archive::fail("phar error: unlink failed");
        }
    };
    let registry = crate::registry(ctx);
    let is_data = registry.paths.borrow().get(&path).is_some_and(|a| a.is_data.get());
    if crate::readonly(ctx) && !is_data {
        return crate::archive::fail(
            "phar error: write operations disabled by the php.ini setting phar.readonly",
        );
    }
    let name = names::relative(&name);
    let o = match contents::entry(ctx, &path, name, Mode::Read, Folders::No, true) {
        Ok(Some(o)) => o,
        Ok(None) | Err(None) => {
            return crate::archive::fail(format!("unlink of \"{shown}\" failed, file does not exist"));
        }
        Err(Some(why)) => {
            return crate::archive::fail(format!("unlink of \"{shown}\" failed: {why}"));
        }
    };
    if o.entry.streams.get() > 1 {
        let (name, path) = (text(name), text(&path));
        return crate::archive::fail(format!(
            "phar error: \"{name}\" in phar \"{path}\", has open file pointers, cannot unlink"
        ));
    }
    let a = Rc::clone(&o.archive);
    let e = o.entry.clone();
    // Kept alive while it is written, though nobody else may use it.
    let keep = crate::registry::Use::of(&a);
    drop(o);
    if e.locks.get() == 0 {
        a.remove(&e.name());
    } else {
        e.deleted.set(true);
    }
    let done = if a.buffering.get() { Ok(()) } else { flush(ctx, &a) };
    keep.end();
    if let Err(why) = done {
        tell(ctx, why);
    }
    Ok(())
}

fn rename(ctx: &mut Ctx, from: &[u8], to: &[u8]) -> Result<(), Fail> {
    let both = format!("\"{}\" to \"{}\"", text(from), text(to));
    let cannot = |why: String| crate::archive::fail(format!("phar error: cannot rename {both}{why}"));
    let mut parts = Vec::new();
    for url in [from, to] {
        let Ok(p) = parse(ctx, url, b"wb", false) else {
            return cannot(format!(": invalid or non-writable url \"{}\"", text(url)));
        };
        let a = crate::registry(ctx).get(ctx, &p.0, b"").ok();
        if crate::readonly(ctx) && !a.is_some_and(|a| a.is_data.get()) {
            return crate::archive::fail(
                "phar error: Write operations disabled by the php.ini setting phar.readonly",
            );
        }
        parts.push(p);
    }
    let [(path, old), (other, new)] = &parts[..] else { return Err(None) };
    if path != other {
        return cannot(", not within the same phar archive".to_owned());
    }
    let registry = crate::registry(ctx);
    let a = match registry.get(ctx, path, b"") {
        Ok(a) => registry.writeable_copy(&a),
        Err(why) => return cannot(format!(": {}", why.unwrap_or_default())),
    };
    let (old, new) = (names::relative(old), names::relative(new));
    let mut changed = false;
    let is_dir = match a.find(old) {
        Some(e) if e.deleted.get() => {
            return cannot(" from extracted phar archive, source has been deleted".to_owned());
        }
        Some(e) => {
            let bytes = match e.is_dir.get() {
                true => Vec::new(),
                false => match contents::open(ctx, &e) {
                    Ok(c) => c.to_vec(),
                    Err(why) => return cannot(format!(": {}", why.unwrap_or_default())),
                },
            };
            let c = convert::copy(&e, &a);
            c.name.replace(new.to_vec());
            c.unlink(a.format.get());
            c.data.replace(crate::archive::Data::Modified(Rc::new(RefCell::new(bytes))));
            c.modified.set(true);
            c.offset.set(0);
            e.deleted.set(true);
            e.link.take();
            e.mounted.take();
            let is_dir = e.is_dir.get();
            a.put(new.to_vec(), c);
            changed = true;
            is_dir
        }
        None if a.has_folder(old) => true,
        None => return cannot(" from extracted phar archive, source does not exist".to_owned()),
    };
    if is_dir {
        changed |= convert::rename_folder(&a, old, new);
    }
    if changed && let Err(Some(why)) = flush(ctx, &a) {
        return cannot(format!(": {why}"));
    }
    Ok(())
}

/// The archive of a URL that a folder is made or removed in, and the folder's name.
fn folder_of(
    ctx: &mut Ctx,
    url: &[u8],
    no_archive: &str,
    readonly: &str,
) -> Result<(Rc<Archive>, Vec<u8>, String), Fail> {
    let registry = crate::registry(ctx);
    let Ok((path, _)) = registry.split(ctx, url, Wanted::Any, Create::Maybe) else {
        return crate::archive::fail(no_archive);
    };
    let a = registry.get(ctx, &path, b"").ok();
    if crate::readonly(ctx) && !a.is_some_and(|a| a.is_data.get()) {
        return crate::archive::fail(readonly);
    }
    let (path, name) = parse(ctx, url, b"w", true)?;
    let a = registry.get(ctx, &path, b"")?;
    let a = registry.writeable_copy(&a);
    Ok((a, names::relative(&name).to_vec(), text(&path).into_owned()))
}

fn make_dir(ctx: &mut Ctx, url: &[u8]) -> Result<(), Fail> {
    let shown = text(url);
    let no_archive = format!("phar error: cannot create directory \"{shown}\", no phar archive specified");
    let readonly = format!("phar error: cannot create directory \"{shown}\", write operations disabled");
    let (a, name, path) = folder_of(ctx, url, &no_archive, &readonly)?;
    let cannot = |why: &str| {
        let name = text(&name);
        crate::archive::fail(format!(
            "phar error: cannot create directory \"{name}\" in phar \"{path}\", {why}"
        ))
    };
    for (folders, why) in [(Folders::Only, "directory already exists"), (Folders::No, "file already exists")]
    {
        match contents::find(ctx, &a, &name, folders, true) {
            Ok(Some(_)) => return cannot(why),
            Ok(None) => {}
            Err(why) => return cannot(&why.unwrap_or_default()),
        }
    }
    if a.has(&name) {
        return cannot("adding to manifest failed");
    }
    let e = a.new_entry(&name, true);
    e.timestamp.set(0);
    a.put(name.clone(), e);
    if let Err(Some(why)) = flush(ctx, &a) {
        a.remove(&name);
        return cannot(&why);
    }
    a.add_folders(&name);
    Ok(())
}

fn remove_dir(ctx: &mut Ctx, url: &[u8]) -> Result<(), Fail> {
    let shown = text(url);
    let no_archive = format!(
        "phar error: cannot remove directory \"{shown}\", no phar archive specified, or phar archive does not exist"
    );
    let readonly = format!("phar error: cannot rmdir directory \"{shown}\", write operations disabled");
    let (a, name, path) = folder_of(ctx, url, &no_archive, &readonly)?;
    let cannot = |why: &str| {
        let name = text(&name);
        crate::archive::fail(format!(
            "phar error: cannot remove directory \"{name}\" in phar \"{path}\", {why}"
        ))
    };
    let e = match contents::find(ctx, &a, &name, Folders::Only, true) {
        Ok(Some(e)) => e,
        Ok(None) => return cannot("directory does not exist"),
        Err(why) => return cannot(&why.unwrap_or_else(|| "directory does not exist".to_owned())),
    };
    let below = |n: &Vec<u8>| n.strip_prefix(&name[..]).is_some_and(|r| r.first() == Some(&b'/'));
    if a.manifest.borrow().keys().any(below) || a.folders.borrow().iter().any(below) {
        return crate::archive::fail("phar error: Directory not empty");
    }
    if e.is_virtual.get() {
        a.folders.borrow_mut().shift_remove(&name);
        return Ok(());
    }
    e.deleted.set(true);
    e.modified.set(true);
    match flush(ctx, &a) {
        Err(Some(why)) => cannot(&why),
        _ => Ok(()),
    }
}
