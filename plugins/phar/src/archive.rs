//! An archive in memory: its entries and what is known of it.

use crate::names;
use crate::registry::Registry;
use indexmap::{IndexMap, IndexSet};
use plugin_api::{Ctx, GcRoots, R, Value, Visitor};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Bits of archives and entries, as the format has them.
pub mod bits {
    /// The archive is signed.
    pub const SIGNED: u32 = 0x0001_0000;
    /// How a whole archive is compressed.
    pub const FILE_COMPRESSION: u32 = 0x00f0_0000;
    /// … with gzip.
    pub const FILE_GZ: u32 = 0x0010_0000;
    /// … with bzip2.
    pub const FILE_BZ2: u32 = 0x0020_0000;
    /// How an entry is compressed.
    pub const COMPRESSION: u32 = 0xf000;
    /// … with deflate.
    pub const GZ: u32 = 0x1000;
    /// … with bzip2.
    pub const BZ2: u32 = 0x2000;
    /// Permissions of an entry.
    pub const PERMISSIONS: u32 = 0o777;
    /// Permissions of a new file.
    pub const FILE: u32 = 0o666;
    /// Permissions of a new folder.
    pub const DIR: u32 = 0o777;
}

/// Names of what the formats of others keep in files of the archive.
pub const STUB: &[u8] = b".phar/stub.php";
/// The alias.
pub const ALIAS: &[u8] = b".phar/alias.txt";
/// The signature.
pub const SIGNATURE: &[u8] = b".phar/signature.bin";
/// The archive's metadata, in tars.
pub const METADATA: &[u8] = b".phar/.metadata.bin";

/// The token that ends a stub.
pub const HALT: &[u8] = b"__HALT_COMPILER();";

/// Why something failed: PHP's text, or none where it has none.
pub type Fail = Option<String>;

/// A failure with a text.
pub fn fail<T>(why: impl Into<String>) -> Result<T, Fail> {
    Err(Some(why.into()))
}

/// Bytes as text for messages.
pub fn text(b: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(b)
}

/// Seconds since the epoch, as archives keep them.
pub fn now() -> u32 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(0, |d| d.as_secs() as u32)
}

/// How an archive is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Format {
    /// PHP's own.
    #[default]
    Phar,
    /// tar
    Tar,
    /// zip
    Zip,
}

/// A value that goes with an archive or an entry, as value, as serialized text, or as both.
#[derive(Default, Clone)]
pub struct Metadata {
    /// The value, where it was set or read.
    pub value: Option<Value>,
    /// Its text.
    pub text: Option<Vec<u8>>,
}

impl Metadata {
    /// What an archive's bytes say; an empty text is none.
    pub fn of(text: &[u8]) -> Metadata {
        Metadata { value: None, text: (!text.is_empty()).then(|| text.to_vec()) }
    }
    /// Whether there is any.
    pub fn is_some(&self) -> bool {
        self.value.is_some() || self.text.is_some()
    }
}

impl GcRoots for Metadata {
    fn visit(&mut self, v: &mut Visitor) {
        self.value.visit(v);
    }
}

/// Bytes that a stream may write to.
pub type Buffer = Rc<RefCell<Vec<u8>>>;

/// Where an entry's bytes are.
#[derive(Clone, Default)]
pub enum Data {
    /// In the archive's file, at the entry's offset.
    #[default]
    Archived,
    /// Taken out of the archive, decompressed.
    Unpacked(Buffer),
    /// New ones.
    Modified(Buffer),
    /// In a file beside, mounted into the archive.
    Mounted,
}

/// A file or folder in an archive.
#[derive(Default)]
pub struct Entry {
    /// The archive that it is in.
    pub archive: Weak<Archive>,
    /// Its name, without a trailing slash.
    pub name: RefCell<Vec<u8>>,
    /// Bytes of its contents.
    pub size: Cell<u32>,
    /// Bytes that they take in the archive.
    pub packed: Cell<u32>,
    /// When it was added.
    pub timestamp: Cell<u32>,
    /// Checksum of the contents.
    pub crc32: Cell<u32>,
    /// Permissions and compression.
    pub flags: Cell<u32>,
    /// Those that its bytes in the archive were written with, where they are others; 0: none known.
    pub old_flags: Cell<u32>,
    /// What goes with it.
    pub metadata: RefCell<Metadata>,
    /// Where its bytes begin in the archive's file.
    pub offset: Cell<usize>,
    /// Where its header is, in zips.
    pub header: Cell<usize>,
    /// Its bytes.
    pub data: RefCell<Data>,
    /// Open streams of it.
    pub streams: Cell<i32>,
    /// PharFileInfo objects of it.
    pub locks: Cell<i32>,
    /// What is mounted here.
    pub mounted: RefCell<Option<Vec<u8>>>,
    /// What it is a link to, in tars.
    pub link: RefCell<Option<Vec<u8>>>,
    /// Its type in a tar.
    pub tar_type: Cell<u8>,
    /// The checksum was found right.
    pub checked: Cell<bool>,
    /// It is not as in the archive's file.
    pub modified: Cell<bool>,
    /// It goes with the next writing.
    pub deleted: Cell<bool>,
    /// A folder.
    pub is_dir: Cell<bool>,
    /// A folder that is only part of others' names.
    pub is_virtual: Cell<bool>,
}

impl Entry {
    /// Its name.
    pub fn name(&self) -> Vec<u8> {
        self.name.borrow().clone()
    }
    /// Its name for messages.
    pub fn shown(&self) -> String {
        text(&self.name.borrow()).into_owned()
    }
    /// Whether it is another file, mounted.
    pub fn is_mounted(&self) -> bool {
        self.mounted.borrow().is_some()
    }
    /// Whether it is a link.
    pub fn is_link(&self) -> bool {
        self.link.borrow().is_some()
    }
    /// A link's place in a tar that it has no longer: what is written to it is a file.
    pub fn unlink(&self, format: Format) {
        if self.link.take().is_some() {
            self.tar_type.set(if format == Format::Tar { b'0' } else { 0 });
        }
    }
    /// The flags that its bytes in the archive were written with.
    pub fn stored_flags(&self) -> u32 {
        let old = self.old_flags.get();
        if old != 0 { old } else { self.flags.get() }
    }
    /// A number for `stat()`, of the archive's name and its own.
    pub fn inode(&self, archive: &Archive) -> u16 {
        let hash = |h: u64, b: &[u8]| b.iter().fold(h, |h, c| h.wrapping_mul(33).wrapping_add(u64::from(*c)));
        hash(hash(5381, &archive.path), &self.name.borrow()) as u16
    }
    /// Makes it empty and new.
    pub fn truncate(&self, archive: &Archive) {
        match &*self.data.borrow() {
            Data::Modified(b) => b.borrow_mut().clear(),
            _ => self.unlink(archive.format.get()),
        }
        let kept = match &*self.data.borrow() {
            Data::Modified(b) => b.clone(),
            _ => Buffer::default(),
        };
        drop(self.data.replace(Data::Modified(kept)));
        self.old_flags.set(self.flags.get());
        self.modified.set(true);
        archive.modified.set(true);
        self.size.set(0);
        self.packed.set(0);
        self.crc32.set(0);
        self.flags.set(bits::FILE);
        self.offset.set(0);
    }
}

/// The bytes of an archive's file, decompressed.
#[derive(Clone)]
pub struct Image {
    /// The bytes.
    pub bytes: Rc<Vec<u8>>,
    /// What the file was when they were read or written, while nobody uses the archive: it is looked at again then.
    pub stamp: Option<Stamp>,
    /// They were written by this request, and streams opened to read can write them too.
    pub written: bool,
}

/// What tells one state of a file from another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Stamp(u64, u64, i64, i64);

impl Stamp {
    /// That of a file.
    pub fn of(path: &[u8]) -> Option<Stamp> {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::MetadataExt;
        let m = std::fs::metadata(std::ffi::OsStr::from_bytes(path)).ok()?;
        Some(Stamp(m.ino(), m.len(), m.mtime(), m.mtime_nsec()))
    }
}

/// An archive.
#[derive(Default)]
pub struct Archive {
    /// Its file.
    pub path: Vec<u8>,
    /// Where it is registered.
    pub registry: Weak<Registry>,
    /// Its alias; its path where it has none, and nothing for data.
    pub alias: RefCell<Option<Vec<u8>>>,
    /// The alias is not written to the file.
    pub alias_is_temporary: Cell<bool>,
    /// Version of the format.
    pub version: RefCell<String>,
    /// Bytes of the path's end that are its extension.
    pub extension: Cell<usize>,
    /// Format.
    pub format: Cell<Format>,
    /// It has no stub.
    pub is_data: Cell<bool>,
    /// Flags of the whole.
    pub flags: Cell<u32>,
    /// Where the stub ends.
    pub halt: Cell<usize>,
    /// The earliest and the latest time of an entry.
    pub times: Cell<(u32, u32)>,
    /// Kind of signature.
    pub signed_with: Cell<u32>,
    /// The signature, in hexadecimal.
    pub signature: RefCell<Option<String>>,
    /// What goes with it.
    pub metadata: RefCell<Metadata>,
    /// Its entries.
    pub manifest: RefCell<IndexMap<Vec<u8>, Rc<Entry>>>,
    /// Names of folders that are mounted.
    pub mounts: RefCell<IndexSet<Vec<u8>>>,
    /// Folders that are part of entries' names.
    pub folders: RefCell<IndexSet<Vec<u8>>>,
    /// It was changed.
    pub modified: Cell<bool>,
    /// It may be changed.
    pub writeable: Cell<bool>,
    /// There is no file of it yet.
    pub brand_new: Cell<bool>,
    /// Changes wait for `stopBuffering()`.
    pub buffering: Cell<bool>,
    /// It stays from request to request (`phar.cache_list`), and is copied before it is changed.
    pub cached: Cell<bool>,
    /// Who uses it: objects and open streams.
    pub users: Cell<i32>,
    /// The file's bytes.
    pub image: RefCell<Option<Image>>,
}

impl Archive {
    /// Its path for messages.
    pub fn shown(&self) -> String {
        text(&self.path).into_owned()
    }
    /// The entry of a name, deleted ones too.
    pub fn find(&self, name: &[u8]) -> Option<Rc<Entry>> {
        self.manifest.borrow().get(name).cloned()
    }
    /// Whether a name is that of an entry.
    pub fn has(&self, name: &[u8]) -> bool {
        self.manifest.borrow().contains_key(name)
    }
    /// Adds an entry, in place of the one of its name.
    pub fn put(&self, name: Vec<u8>, e: Entry) -> Rc<Entry> {
        let e = Rc::new(e);
        let old = self.manifest.borrow_mut().insert(name, e.clone());
        drop(old);
        e
    }
    /// Takes an entry out.
    pub fn remove(&self, name: &[u8]) {
        let old = self.manifest.borrow_mut().shift_remove(name);
        drop(old);
    }
    /// The entries as of now.
    pub fn entries(&self) -> Vec<Rc<Entry>> {
        self.manifest.borrow().values().cloned().collect()
    }
    /// Whether it has no entries.
    pub fn is_empty(&self) -> bool {
        self.manifest.borrow().is_empty()
    }
    /// Adds the folders that an entry's name is made of.
    pub fn add_folders(&self, name: &[u8]) {
        let mut end = name.len();
        while let Some(slash) = memchr::memrchr(b'/', &name[..end]) {
            end = slash;
            if end == 0 || !self.folders.borrow_mut().insert(name[..end].to_vec()) {
                break;
            }
        }
    }
    /// Whether a name is that of a folder made of entries' names.
    pub fn has_folder(&self, name: &[u8]) -> bool {
        self.folders.borrow().contains(name)
    }
    /// Sets the file's bytes as they were read.
    pub fn set_image(&self, bytes: Rc<Vec<u8>>) {
        drop(self.image.replace(Some(Image { bytes, stamp: None, written: false })));
    }
    /// Sets the file's bytes as they are written.
    pub fn set_written(&self, bytes: Rc<Vec<u8>>) {
        drop(self.image.replace(Some(Image { bytes, stamp: None, written: true })));
    }
    /// Whether this request wrote the file.
    pub fn is_written(&self) -> bool {
        self.image.borrow().as_ref().is_some_and(|i| i.written)
    }
    /// The file's bytes; read again where the file changed while nobody used the archive.
    pub fn bytes(&self, ctx: &mut Ctx) -> Option<Rc<Vec<u8>>> {
        let image = self.image.borrow().clone();
        if let Some(i) = image {
            match i.stamp {
                None => return Some(i.bytes),
                Some(was) if Stamp::of(&self.path) == Some(was) => return Some(i.bytes),
                Some(_) => drop(self.image.take()),
            }
        }
        if !ctx.path_allowed(&self.path) {
            return None;
        }
        let bytes = Rc::new(read_file(&self.path)?);
        self.set_image(bytes.clone());
        Some(bytes)
    }
    /// Whether the permissions of writing hold: not without `phar.readonly=0`, except for data.
    pub fn may_write(&self, ctx: &mut Ctx) -> bool {
        self.is_data.get() || !crate::readonly(ctx)
    }
    /// A fresh entry of this archive.
    pub fn new_entry(self: &Rc<Archive>, name: &[u8], is_dir: bool) -> Entry {
        let flags = if is_dir { bits::DIR } else { bits::FILE };
        let tar_type = match (self.format.get(), is_dir) {
            (Format::Tar, true) => b'5',
            (Format::Tar, false) => b'0',
            _ => 0,
        };
        Entry {
            archive: Rc::downgrade(self),
            name: RefCell::new(name.to_vec()),
            flags: Cell::new(flags),
            old_flags: Cell::new(flags),
            timestamp: Cell::new(now()),
            tar_type: Cell::new(tar_type),
            checked: Cell::new(true),
            modified: Cell::new(true),
            is_dir: Cell::new(is_dir),
            ..Entry::default()
        }
    }
    /// The alias as it is written to the file; empty for none.
    pub fn written_alias(&self) -> Vec<u8> {
        if self.alias_is_temporary.get() {
            return Vec::new();
        }
        self.alias.borrow().clone().unwrap_or_default()
    }
}

/// The bytes of a file.
pub fn read_file(path: &[u8]) -> Option<Vec<u8>> {
    use std::os::unix::ffi::OsStrExt;
    std::fs::read(std::ffi::OsStr::from_bytes(path)).ok()
}

/// A fresh archive of a path.
pub fn archive(registry: &Rc<Registry>, path: &[u8]) -> Archive {
    Archive {
        path: path.to_vec(),
        registry: Rc::downgrade(registry),
        extension: Cell::new(names::extension_len(path)),
        ..Archive::default()
    }
}

/// Serialized text of metadata that has only its value.
pub fn serialized(ctx: &mut Ctx, m: &RefCell<Metadata>) -> R<Option<Vec<u8>>> {
    let (value, text) = {
        let m = m.borrow();
        (m.value.clone(), m.text.clone())
    };
    match (text, value) {
        (Some(t), _) => Ok(Some(t)),
        (None, Some(v)) => {
            let t = ctx.call_function("serialize", &[v])?;
            let t = t.as_str().map(|s| s.to_vec());
            m.borrow_mut().text.clone_from(&t);
            Ok(t)
        }
        (None, None) => Ok(None),
    }
}
