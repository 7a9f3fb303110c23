//! DirectoryIterator, FilesystemIterator, RecursiveDirectoryIterator and GlobIterator.

use super::info::{Entry, Kind, SplFileInfo, UNINITIALIZED, file_name, info_of, path_argument};
use super::path::{base_name, extension, is_directory, is_dot, stat};
use crate::support::throw;
use plugin_api::{
    Ctx, GcRoots, Handlers, NativeIter, Object, R, Str, Stream, This, Value, php_class, php_methods,
};

const CURRENT_MODE_MASK: i64 = 0xf0;
const CURRENT_AS_SELF: i64 = 0x10;
const CURRENT_AS_PATHNAME: i64 = 0x20;
const CURRENT_AS_FILEINFO: i64 = 0;
const KEY_MODE_MASK: i64 = 0xf00;
const KEY_AS_FILENAME: i64 = 0x100;
const SKIP_DOTS: i64 = 0x1000;
const FOLLOW_SYMLINKS: i64 = 0x4000;
const OTHER_MODE_MASK: i64 = 0x7000;

/// A folder that is walked.
#[derive(Default, GcRoots)]
pub struct Dir {
    /// Its stream; none after a failed constructor.
    pub stream: Option<Stream>,
    /// The name it stands on; empty behind the last one.
    pub entry: Vec<u8>,
    /// Steps made.
    pub index: i64,
    /// Path below the folder where a recursive walk began.
    pub sub_path: Option<Str>,
}

/// Walks a folder.
#[php_class("class DirectoryIterator extends SplFileInfo implements SeekableIterator", payload = SplFileInfo)]
pub struct DirectoryIterator;

/// Walks a folder, giving what its flags say.
#[php_class(
    "class FilesystemIterator extends DirectoryIterator",
    "public const int CURRENT_MODE_MASK = 240",
    "public const int CURRENT_AS_PATHNAME = 32",
    "public const int CURRENT_AS_FILEINFO = 0",
    "public const int CURRENT_AS_SELF = 16",
    "public const int KEY_MODE_MASK = 3840",
    "public const int KEY_AS_PATHNAME = 0",
    "public const int FOLLOW_SYMLINKS = 16384",
    "public const int KEY_AS_FILENAME = 256",
    "public const int NEW_CURRENT_AND_KEY = 256",
    "public const int OTHER_MODE_MASK = 28672",
    "public const int SKIP_DOTS = 4096",
    "public const int UNIX_PATHS = 8192",
    payload = SplFileInfo,
    handlers(clone, get_iterator)
)]
pub struct FilesystemIterator;

/// Walks a folder and those within.
#[php_class(
    "class RecursiveDirectoryIterator extends FilesystemIterator implements RecursiveIterator",
    payload = SplFileInfo
)]
pub struct RecursiveDirectoryIterator;

/// Walks what a pattern matches.
#[php_class(
    "class GlobIterator extends FilesystemIterator implements Countable",
    payload = SplFileInfo,
    flags(uncloneable)
)]
pub struct GlobIterator;

impl Handlers for FilesystemIterator {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        match (Entry::of(from), Entry::of(to)) {
            (Some(from), Some(to)) => SplFileInfo::clone(from, to, ctx),
            _ => Ok(()),
        }
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(FolderIter { object: this.object().clone(), current: None }))
    }
}

/// What foreach walks: it keeps what it gave for a name until the next one.
#[derive(GcRoots)]
struct FolderIter {
    object: Object,
    current: Option<Value>,
}

impl FolderIter {
    fn this(&self, ctx: &mut Ctx) -> R<&Entry> {
        Entry::of(&self.object).ok_or_else(|| ctx.error(UNINITIALIZED))
    }
}

impl NativeIter for FolderIter {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        self.current = None;
        let this = self.this(ctx)?;
        let skip = skips_dots(this, ctx)?;
        rewind(this, ctx, skip)
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        Ok(!entry(self.this(ctx)?, ctx)?.is_empty())
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        if let Some(v) = &self.current {
            return Ok(v.clone());
        }
        let v = current(self.this(ctx)?, ctx)?;
        self.current = Some(v.clone());
        Ok(v)
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        key(self.this(ctx)?, ctx).map(Value::from)
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        self.current = None;
        next(self.this(ctx)?, ctx)
    }
}

fn current(this: &Entry, ctx: &mut Ctx) -> R<Value> {
    let mode = this.borrow(ctx)?.flags & CURRENT_MODE_MASK;
    match mode {
        CURRENT_AS_PATHNAME => Ok(file_name(this, ctx)?.into()),
        CURRENT_AS_FILEINFO => {
            file_name(this, ctx)?;
            Ok(info_of(this, ctx, None)?.into())
        }
        _ => Ok(this.object().into()),
    }
}

fn key(this: &Entry, ctx: &mut Ctx) -> R<Str> {
    if this.borrow(ctx)?.flags & KEY_MODE_MASK == KEY_AS_FILENAME {
        return entry(this, ctx).map(Str::from);
    }
    file_name(this, ctx)
}

fn next(this: &Entry, ctx: &mut Ctx) -> R<()> {
    let n = index(this, ctx)?;
    set_index(this, ctx, n + 1)?;
    let skip = skips_dots(this, ctx)?;
    read(this, ctx, skip)
}

/// The folder's stream; an Error when it was not opened.
fn stream(this: &Entry, ctx: &mut Ctx) -> R<Stream> {
    let s = match &this.borrow(ctx)?.kind {
        Kind::Dir(d) => d.stream.clone(),
        _ => None,
    };
    s.ok_or_else(|| ctx.error(UNINITIALIZED))
}

fn entry(this: &Entry, ctx: &mut Ctx) -> R<Vec<u8>> {
    Ok(match &this.borrow(ctx)?.kind {
        Kind::Dir(d) => d.entry.clone(),
        _ => Vec::new(),
    })
}

fn index(this: &Entry, ctx: &mut Ctx) -> R<i64> {
    Ok(match &this.borrow(ctx)?.kind {
        Kind::Dir(d) => d.index,
        _ => 0,
    })
}

/// Reads the next name, past dots if `skip` says so.
fn read(this: &Entry, ctx: &mut Ctx, skip: bool) -> R<()> {
    let s = match &this.borrow(ctx)?.kind {
        Kind::Dir(d) => d.stream.clone(),
        _ => None,
    };
    loop {
        let name = match &s {
            Some(s) => s.read_dir(ctx)?,
            None => None,
        };
        let name = name.map_or(Vec::new(), |n| n.to_vec());
        if skip && is_dot(&name) {
            continue;
        }
        let mut p = this.borrow_mut(ctx)?;
        p.name = None;
        if let Kind::Dir(d) = &mut p.kind {
            d.entry = name;
        }
        return Ok(());
    }
}

fn skips_dots(this: &Entry, ctx: &mut Ctx) -> R<bool> {
    Ok(this.borrow(ctx)?.flags & SKIP_DOTS != 0)
}

fn set_index(this: &Entry, ctx: &mut Ctx, n: i64) -> R<()> {
    if let Kind::Dir(d) = &mut this.borrow_mut(ctx)?.kind {
        d.index = n;
    }
    Ok(())
}

/// Opens a folder and reads its first name.
fn open(this: &Entry, ctx: &mut Ctx, path: &[u8]) -> R<()> {
    let shown = if path.len() > 1 { path.strip_suffix(b"/").unwrap_or(path) } else { path };
    {
        let mut p = this.borrow_mut(ctx)?;
        p.kind = Kind::Dir(Dir::default());
        p.path = Some(Str::from(shown));
    }
    let opened = match ctx.find_class("UnexpectedValueException", false)? {
        Some(class) => ctx.warnings_as(class, |ctx| Stream::open_dir(ctx, path))?,
        None => Stream::open_dir(ctx, path)?,
    };
    let Some(s) = opened else {
        let message = format!("Failed to open directory \"{}\"", String::from_utf8_lossy(path));
        return Err(throw(ctx, "UnexpectedValueException", message));
    };
    if let Kind::Dir(d) = &mut this.borrow_mut(ctx)?.kind {
        d.stream = Some(s);
    }
    let skip = skips_dots(this, ctx)?;
    read(this, ctx, skip)
}

/// Opens a folder for a clone, and goes to where the original stands.
pub fn reopen(this: &Entry, ctx: &mut Ctx, path: &[u8], index: i64, sub_path: Option<Str>) -> R<()> {
    open(this, ctx, path)?;
    let skip = skips_dots(this, ctx)?;
    for _ in 0..index {
        read(this, ctx, skip)?;
    }
    set_index(this, ctx, index)?;
    if let Kind::Dir(d) = &mut this.borrow_mut(ctx)?.kind {
        d.sub_path = sub_path;
    }
    Ok(())
}

fn construct(this: &Entry, ctx: &mut Ctx, path: &[u8], flags: i64, glob: bool) -> R<()> {
    path_argument(ctx, path, 1)?;
    if path.is_empty() {
        return Err(ctx.argument_value_error(1, "must not be empty"));
    }
    if this.borrow(ctx)?.path.is_some() {
        return Err(ctx.error("Directory object is already initialized"));
    }
    this.borrow_mut(ctx)?.flags = flags;
    if glob && !path.starts_with(b"glob://") {
        return open(this, ctx, &[b"glob://", path].concat());
    }
    open(this, ctx, path)
}

fn rewind(this: &Entry, ctx: &mut Ctx, skip: bool) -> R<()> {
    set_index(this, ctx, 0)?;
    if let Ok(s) = stream(this, ctx) {
        s.rewind_dir(ctx)?;
    }
    read(this, ctx, skip)
}

#[php_methods]
impl DirectoryIterator {
    #[php("public function __construct(string $directory)")]
    fn construct(this: &Entry, ctx: &mut Ctx, directory: &[u8]) -> R<()> {
        construct(this, ctx, directory, CURRENT_AS_SELF, false)
    }
    #[php("public function getFilename(): ~string")]
    fn get_filename(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        stream(this, ctx)?;
        entry(this, ctx).map(Str::from)
    }
    #[php("public function getExtension(): ~string")]
    fn get_extension(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        stream(this, ctx)?;
        let name = entry(this, ctx)?;
        Ok(Str::from(extension(base_name(&name, b""))))
    }
    #[php("public function getBasename(string $suffix = \"\"): ~string")]
    fn get_basename(this: &Entry, ctx: &mut Ctx, suffix: &[u8]) -> R<Str> {
        stream(this, ctx)?;
        let name = entry(this, ctx)?;
        Ok(Str::from(base_name(&name, suffix)))
    }
    #[php("public function isDot(): ~bool")]
    fn is_dot(this: &Entry, ctx: &mut Ctx) -> R<bool> {
        stream(this, ctx)?;
        Ok(is_dot(&entry(this, ctx)?))
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Entry, ctx: &mut Ctx) -> R<()> {
        stream(this, ctx)?;
        rewind(this, ctx, false)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &Entry, ctx: &mut Ctx) -> R<bool> {
        stream(this, ctx)?;
        Ok(!entry(this, ctx)?.is_empty())
    }
    #[php("public function key(): ~mixed")]
    fn key(this: &Entry, ctx: &mut Ctx) -> R<i64> {
        stream(this, ctx)?;
        index(this, ctx)
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &Entry, ctx: &mut Ctx) -> R<Object> {
        stream(this, ctx)?;
        Ok(this.object().clone())
    }
    #[php("public function next(): ~void")]
    fn next(this: &Entry, ctx: &mut Ctx) -> R<()> {
        stream(this, ctx)?;
        next(this, ctx)
    }
    #[php("public function seek(int $offset): ~void")]
    fn seek(this: &Entry, ctx: &mut Ctx, offset: i64) -> R<()> {
        stream(this, ctx)?;
        if index(this, ctx)? > offset {
            this.call(ctx, "rewind", &[])?;
        }
        while index(this, ctx)? < offset {
            if !this.call(ctx, "valid", &[])?.to_bool() {
                let message = format!("Seek position {offset} is out of range");
                return Err(throw(ctx, "OutOfBoundsException", message));
            }
            this.call(ctx, "next", &[])?;
        }
        Ok(())
    }
    #[php("public function __toString(): string")]
    fn to_string(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        stream(this, ctx)?;
        entry(this, ctx).map(Str::from)
    }
}

#[php_methods]
impl FilesystemIterator {
    #[php(
        "public function __construct(string $directory, int $flags = FilesystemIterator::KEY_AS_PATHNAME | FilesystemIterator::CURRENT_AS_FILEINFO | FilesystemIterator::SKIP_DOTS)"
    )]
    fn construct(this: &Entry, ctx: &mut Ctx, directory: &[u8], flags: Option<i64>) -> R<()> {
        construct(this, ctx, directory, flags.unwrap_or(SKIP_DOTS), false)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Entry, ctx: &mut Ctx) -> R<()> {
        let skip = skips_dots(this, ctx)?;
        let opened = matches!(&this.borrow(ctx)?.kind, Kind::Dir(d) if d.stream.is_some());
        if opened { rewind(this, ctx, skip) } else { Ok(()) }
    }
    #[php("public function key(): ~string")]
    fn key(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        key(this, ctx)
    }
    #[php("public function current(): ~string|SplFileInfo|FilesystemIterator")]
    fn current(this: &Entry, ctx: &mut Ctx) -> R<Value> {
        current(this, ctx)
    }
    #[php("public function getFlags(): ~int")]
    fn get_flags(this: &Entry, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.flags & (KEY_MODE_MASK | CURRENT_MODE_MASK | OTHER_MODE_MASK))
    }
    #[php("public function setFlags(int $flags): ~void")]
    fn set_flags(this: &Entry, ctx: &mut Ctx, flags: i64) -> R<()> {
        let mask = KEY_MODE_MASK | CURRENT_MODE_MASK | OTHER_MODE_MASK;
        let mut p = this.borrow_mut(ctx)?;
        p.flags = p.flags & !mask | flags & mask;
        Ok(())
    }
}

#[php_methods]
impl RecursiveDirectoryIterator {
    #[php(
        "public function __construct(string $directory, int $flags = FilesystemIterator::KEY_AS_PATHNAME | FilesystemIterator::CURRENT_AS_FILEINFO)"
    )]
    fn construct(this: &Entry, ctx: &mut Ctx, directory: &[u8], flags: Option<i64>) -> R<()> {
        construct(this, ctx, directory, flags.unwrap_or(0), false)
    }
    #[php("public function hasChildren(bool $allowLinks = false): ~bool")]
    fn has_children(this: &Entry, ctx: &mut Ctx, allow_links: bool) -> R<bool> {
        let name = entry(this, ctx)?;
        if name.is_empty() || is_dot(&name) {
            return Ok(false);
        }
        let path = file_name(this, ctx)?;
        let Some(s) = stat(ctx, &path, true) else { return Ok(false) };
        if s.mode & 0o170_000 != 0o120_000 {
            return Ok(is_directory(&s));
        }
        if !allow_links && this.borrow(ctx)?.flags & FOLLOW_SYMLINKS == 0 {
            return Ok(false);
        }
        Ok(stat(ctx, &path, false).is_some_and(|s| is_directory(&s)))
    }
    #[php("public function getChildren(): ~RecursiveDirectoryIterator")]
    fn get_children(this: &Entry, ctx: &mut Ctx) -> R<Object> {
        let path = file_name(this, ctx)?;
        let flags = this.borrow(ctx)?.flags;
        let o = this.class().instantiate(ctx, &[path.into(), Value::int(flags)])?;
        let (sub, file_class, info_class) = {
            let p = this.borrow(ctx)?;
            let Kind::Dir(d) = &p.kind else { return Ok(o) };
            let sub = match &d.sub_path {
                Some(s) if !s.is_empty() => [&s[..], b"/", &d.entry].concat(),
                _ => d.entry.clone(),
            };
            (Str::from(sub), p.file_class, p.info_class)
        };
        if let Some(e) = Entry::of(&o) {
            let mut p = e.borrow_mut(ctx)?;
            (p.file_class, p.info_class) = (file_class, info_class);
            if let Kind::Dir(d) = &mut p.kind {
                d.sub_path = Some(sub);
            }
        }
        Ok(o)
    }
    #[php("public function getSubPath(): ~string")]
    fn get_sub_path(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        Ok(match &this.borrow(ctx)?.kind {
            Kind::Dir(Dir { sub_path: Some(s), .. }) => s.clone(),
            _ => Str::empty(),
        })
    }
    #[php("public function getSubPathname(): ~string")]
    fn get_sub_pathname(this: &Entry, ctx: &mut Ctx) -> R<Str> {
        Ok(match &this.borrow(ctx)?.kind {
            Kind::Dir(Dir { sub_path: Some(s), entry, .. }) => Str::from([&s[..], b"/", entry].concat()),
            Kind::Dir(d) => Str::from(d.entry.clone()),
            _ => Str::empty(),
        })
    }
}

#[php_methods]
impl GlobIterator {
    #[php(
        "public function __construct(string $pattern, int $flags = FilesystemIterator::KEY_AS_PATHNAME | FilesystemIterator::CURRENT_AS_FILEINFO)"
    )]
    fn construct(this: &Entry, ctx: &mut Ctx, pattern: &[u8], flags: Option<i64>) -> R<()> {
        construct(this, ctx, pattern, flags.unwrap_or(0), true)
    }
    #[php("public function count(): ~int")]
    fn count(this: &Entry, ctx: &mut Ctx) -> R<i64> {
        let s = stream(this, ctx)?;
        match s.glob() {
            Some((n, _)) => Ok(n),
            None => Err(ctx.fatal("GlobIterator::count(): GlobIterator lost glob state")),
        }
    }
}
