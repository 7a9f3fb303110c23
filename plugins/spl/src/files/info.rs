//! SplFileInfo, and the payload that all classes of files and folders share.

use super::directory::Dir;
use super::object::{File, SplFileObject};
use super::path::{base_name, dir_name, extension, folder_len, stat};
use crate::support::throw;
use plugin_api::wrapper::Stat;
use plugin_api::{
    Array, Class, Ctx, GcRoots, Handlers, NativeClass, Object, R, Str, Stream, This, Value, php_class,
    php_methods,
};

/// The Error of objects whose constructor did not run.
pub const UNINITIALIZED: &str = "Object not initialized";

/// What an object stands for.
#[derive(Default, GcRoots)]
pub enum Kind {
    /// A name.
    #[default]
    Name,
    /// A folder that is walked.
    Dir(Dir),
    /// An open file.
    File(Box<File>),
}

/// A file by its name.
#[derive(Default, GcRoots)]
#[php_class("class SplFileInfo implements Stringable", flags(not_serializable), handlers(clone))]
pub struct SplFileInfo {
    /// Folder.
    pub path: Option<Str>,
    /// Name with its folder.
    pub name: Option<Str>,
    /// Flags of folders and of open files.
    pub flags: i64,
    /// Class of what `openFile()` makes.
    #[gc(skip)]
    pub file_class: Option<Class>,
    /// Class of what `getFileInfo()` makes.
    #[gc(skip)]
    pub info_class: Option<Class>,
    /// What it is.
    pub kind: Kind,
}

/// An object of any of the classes.
pub type Entry = This<SplFileInfo>;

impl Handlers for SplFileInfo {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (copy, dir) = {
            let p = from.borrow(ctx)?;
            let copy = SplFileInfo {
                path: p.path.clone(),
                name: p.name.clone(),
                flags: p.flags,
                file_class: p.file_class,
                info_class: p.info_class,
                kind: Kind::Name,
            };
            let dir = match &p.kind {
                Kind::Dir(d) => Some((d.index, d.sub_path.clone())),
                _ => None,
            };
            (copy, dir)
        };
        let path = copy.path.clone();
        *to.borrow_mut(ctx)? = copy;
        match (dir, path) {
            (Some((index, sub_path)), Some(path)) => {
                super::directory::reopen(to, ctx, &path, index, sub_path)
            }
            _ => Ok(()),
        }
    }
}

/// The folder part: of a `glob://` folder that of the name it stands on.
pub fn folder(this: &Entry, ctx: &mut Ctx) -> R<Option<Str>> {
    let (path, stream) = {
        let p = this.borrow(ctx)?;
        let stream = match &p.kind {
            Kind::Dir(d) => d.stream.clone(),
            _ => None,
        };
        (p.path.clone(), stream)
    };
    if let Some(s) = stream
        && let Some((_, folder)) = s.glob()
    {
        return Ok(folder.filter(|f| !f.is_empty()));
    }
    Ok(path)
}

/// The name with its folder; an Error when there is none.
pub fn file_name(this: &Entry, ctx: &mut Ctx) -> R<Str> {
    let entry = {
        let p = this.borrow(ctx)?;
        if let Some(n) = &p.name {
            return Ok(n.clone());
        }
        match &p.kind {
            Kind::Dir(d) => Some(d.entry.clone()),
            _ => None,
        }
    };
    let Some(entry) = entry else { return Err(ctx.error(UNINITIALIZED)) };
    let name = match folder(this, ctx)? {
        Some(f) if !f.is_empty() => Str::from([&f[..], b"/", &entry].concat()),
        _ => Str::from(entry),
    };
    this.borrow_mut(ctx)?.name = Some(name.clone());
    Ok(name)
}

/// The name with its folder, if there is one now.
pub fn path_name(this: &Entry, ctx: &mut Ctx) -> R<Option<Str>> {
    let no_entry = match &this.borrow(ctx)?.kind {
        Kind::Dir(d) => d.entry.is_empty(),
        _ => false,
    };
    if no_entry {
        return Ok(None);
    }
    if this.borrow(ctx)?.name.is_none() && !matches!(this.borrow(ctx)?.kind, Kind::Dir(_)) {
        return Ok(None);
    }
    file_name(this, ctx).map(Some)
}

/// The name without its folder.
fn own_name(this: &Entry, ctx: &mut Ctx) -> R<Str> {
    let Some(name) = this.borrow(ctx)?.name.clone() else { return Err(ctx.error(UNINITIALIZED)) };
    Ok(match folder(this, ctx)? {
        Some(f) if !f.is_empty() && f.len() < name.len() => Str::from(&name[f.len() + 1..]),
        _ => name,
    })
}

/// Takes a path: trailing slashes go, the folder is kept apart.
pub fn set_name(p: &mut SplFileInfo, path: &[u8]) {
    let mut n = path.len();
    while n > 1 && path[n - 1] == b'/' {
        n -= 1;
    }
    p.name = Some(Str::from(&path[..n]));
    p.path = Some(Str::from(&path[..folder_len(&path[..n])]));
}

/// A class that an argument names, which must extend `T`.
fn class_argument<T: NativeClass>(ctx: &mut Ctx, name: &Str, or_null: bool) -> R<Class> {
    let base = Class::of::<T>(ctx)?;
    match ctx.find_class(&**name, true)? {
        Some(c) if c.is_a(base) => Ok(c),
        _ => {
            let (base, null) = (base.name(), if or_null { " or null" } else { "" });
            let message =
                format!("must be a class name derived from {}{null}, {} given", base.lossy(), name.lossy());
            Err(ctx.argument_type_error(1, message))
        }
    }
}

/// Whether the constructor of a class is the one of this extension.
fn has_own_constructor(class: Class, base: &str) -> bool {
    class.method_class("__construct").is_some_and(|c| &*c.name() != base.as_bytes())
}

/// A SplFileInfo of a name.
pub fn info_of(this: &Entry, ctx: &mut Ctx, class: Option<Class>) -> R<Object> {
    if let Kind::Dir(d) = &this.borrow(ctx)?.kind
        && d.entry.is_empty()
    {
        return Err(throw(ctx, "RuntimeException", "Could not open file"));
    }
    let own = this.borrow(ctx)?.info_class;
    let class = match class.or(own) {
        Some(c) => c,
        None => Class::of::<SplFileInfo>(ctx)?,
    };
    let name = file_name(this, ctx)?;
    if has_own_constructor(class, "SplFileInfo") {
        return class.instantiate(ctx, &[name.into()]);
    }
    let path = folder(this, ctx)?;
    let o = class.instantiate_raw(ctx)?;
    if let Some(e) = Entry::of(&o) {
        let mut p = e.borrow_mut(ctx)?;
        (p.name, p.path) = (Some(name), path);
    }
    Ok(o)
}

const FORMAT: i64 = 0o170_000;
const LINK: i64 = 0o120_000;
const REGULAR: i64 = 0o100_000;
const DIRECTORY: i64 = 0o040_000;

/// What `stat()` says of the file; a RuntimeException when it is not there.
fn fact(this: &Entry, ctx: &mut Ctx, method: &str, link: bool, which: fn(&Stat) -> i64) -> R<Value> {
    let name = file_name(this, ctx)?;
    if name.is_empty() {
        return Ok(Value::bool(false));
    }
    match stat(ctx, &name, link) {
        Some(s) => Ok(Value::int(which(&s))),
        None => {
            let verb = if link { "Lstat" } else { "stat" };
            let message = format!("SplFileInfo::{method}(): {verb} failed for {}", name.lossy());
            Err(throw(ctx, "RuntimeException", message))
        }
    }
}

/// Whether the file is there and of a format.
fn is_format(this: &Entry, ctx: &mut Ctx, format: i64) -> R<bool> {
    let name = file_name(this, ctx)?;
    Ok(stat(ctx, &name, format == LINK).is_some_and(|s| s.mode & FORMAT == format))
}

/// What a function of that name says of the file.
fn ask(this: &Entry, ctx: &mut Ctx, function: &str) -> R<bool> {
    let name = file_name(this, ctx)?;
    Ok(ctx.call_function(function, &[name.into()])?.to_bool())
}

/// What var_dump shows.
pub fn debug_info(this: &Entry, ctx: &mut Ctx) -> R<Array> {
    let mut out = this.properties(ctx)?;
    let path_name = path_name(this, ctx)?;
    out.set("\0SplFileInfo\0pathName", path_name.unwrap_or_else(Str::empty));
    if this.borrow(ctx)?.name.is_some() {
        let own = own_name(this, ctx)?;
        out.set("\0SplFileInfo\0fileName", own);
    }
    enum Shown {
        Nothing,
        Dir(Option<Stream>, Option<Str>, Option<Str>),
        File(Str, u8, u8),
    }
    let shown = {
        let p = this.borrow(ctx)?;
        match &p.kind {
            Kind::Name => Shown::Nothing,
            Kind::Dir(d) => Shown::Dir(d.stream.clone(), p.path.clone(), d.sub_path.clone()),
            Kind::File(f) => Shown::File(f.mode.clone(), f.csv.delimiter, f.csv.enclosure),
        }
    };
    match shown {
        Shown::Nothing => {}
        Shown::Dir(stream, path, sub_path) => {
            let is_glob = stream.is_some_and(|s| s.glob().is_some());
            let glob = if is_glob { path.into() } else { Value::bool(false) };
            out.set("\0DirectoryIterator\0glob", glob);
            out.set("\0RecursiveDirectoryIterator\0subPathName", sub_path.unwrap_or_else(Str::empty));
        }
        Shown::File(mode, delimiter, enclosure) => {
            out.set("\0SplFileObject\0openMode", mode);
            out.set("\0SplFileObject\0delimiter", Value::str([delimiter]));
            out.set("\0SplFileObject\0enclosure", Value::str([enclosure]));
        }
    }
    Ok(out)
}

/// A path argument without NUL bytes.
pub fn path_argument(ctx: &mut Ctx, path: &[u8], n: u32) -> R<()> {
    if path.contains(&0) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

#[php_methods]
impl SplFileInfo {
    #[php("public function __construct(string $filename)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, filename: &[u8]) -> R<()> {
        path_argument(ctx, filename, 1)?;
        set_name(&mut *this.borrow_mut(ctx)?, filename);
        Ok(())
    }
    #[php("public function getPath(): ~string")]
    fn get_path(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(folder(this, ctx)?.unwrap_or_else(Str::empty))
    }
    #[php("public function getFilename(): ~string")]
    fn get_filename(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        own_name(this, ctx)
    }
    #[php("public function getExtension(): ~string")]
    fn get_extension(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        let name = own_name(this, ctx)?;
        Ok(Str::from(extension(base_name(&name, b""))))
    }
    #[php("public function getBasename(string $suffix = \"\"): ~string")]
    fn get_basename(this: &This<Self>, ctx: &mut Ctx, suffix: &[u8]) -> R<Str> {
        let name = own_name(this, ctx)?;
        Ok(Str::from(base_name(&name, suffix)))
    }
    #[php("public function getPathname(): ~string")]
    fn get_pathname(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(path_name(this, ctx)?.unwrap_or_else(Str::empty))
    }
    #[php("public function getPerms(): ~int|false")]
    fn get_perms(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getPerms", false, |s| s.mode)
    }
    #[php("public function getInode(): ~int|false")]
    fn get_inode(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getInode", false, |s| s.ino)
    }
    #[php("public function getSize(): ~int|false")]
    fn get_size(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getSize", false, |s| s.size)
    }
    #[php("public function getOwner(): ~int|false")]
    fn get_owner(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getOwner", false, |s| s.uid)
    }
    #[php("public function getGroup(): ~int|false")]
    fn get_group(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getGroup", false, |s| s.gid)
    }
    #[php("public function getATime(): ~int|false")]
    fn get_atime(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getATime", false, |s| s.atime)
    }
    #[php("public function getMTime(): ~int|false")]
    fn get_mtime(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getMTime", false, |s| s.mtime)
    }
    #[php("public function getCTime(): ~int|false")]
    fn get_ctime(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        fact(this, ctx, "getCTime", false, |s| s.ctime)
    }
    #[php("public function getType(): ~string|false")]
    fn get_type(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let mode = fact(this, ctx, "getType", true, |s| s.mode)?;
        let Some(mode) = mode.as_int() else { return Ok(mode) };
        Ok(Value::str(match mode & FORMAT {
            LINK => "link",
            0o010_000 => "fifo",
            0o020_000 => "char",
            DIRECTORY => "dir",
            0o060_000 => "block",
            REGULAR => "file",
            0o140_000 => "socket",
            _ => "unknown",
        }))
    }
    #[php("public function isWritable(): ~bool")]
    fn is_writable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        ask(this, ctx, "is_writable")
    }
    #[php("public function isReadable(): ~bool")]
    fn is_readable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        ask(this, ctx, "is_readable")
    }
    #[php("public function isExecutable(): ~bool")]
    fn is_executable(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        ask(this, ctx, "is_executable")
    }
    #[php("public function isFile(): ~bool")]
    fn is_file(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        is_format(this, ctx, REGULAR)
    }
    #[php("public function isDir(): ~bool")]
    fn is_dir(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        is_format(this, ctx, DIRECTORY)
    }
    #[php("public function isLink(): ~bool")]
    fn is_link(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        is_format(this, ctx, LINK)
    }
    #[php("public function getLinkTarget(): ~string|false")]
    fn get_link_target(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        use std::os::unix::ffi::OsStrExt;
        let name = file_name(this, ctx)?;
        if name.is_empty() {
            return Err(ctx.value_error("Filename must not be empty"));
        }
        match std::fs::read_link(std::ffi::OsStr::from_bytes(&name)) {
            Ok(target) => Ok(Str::from(target.as_os_str().as_bytes())),
            Err(e) => {
                let text = e.to_string();
                let why = text.split(" (os error").next().unwrap_or("");
                let message = format!("Unable to read link {}, error: {why}", name.lossy());
                Err(throw(ctx, "RuntimeException", message))
            }
        }
    }
    #[php("public function getRealPath(): ~string|false")]
    fn get_real_path(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        let opened = match &this.borrow(ctx)?.kind {
            Kind::File(f) => Some(f.path.clone()),
            _ => None,
        };
        match opened.map_or_else(|| path_name(this, ctx), |p| Ok(Some(p)))? {
            Some(name) => ctx.call_function("realpath", &[name.into()]),
            None => Ok(Value::bool(false)),
        }
    }
    #[php("public function getFileInfo(?string $class = null): ~SplFileInfo")]
    fn get_file_info(this: &This<Self>, ctx: &mut Ctx, class: Option<&Str>) -> R<Object> {
        let class = class.map(|c| class_argument::<SplFileInfo>(ctx, c, true)).transpose()?;
        info_of(this, ctx, class)
    }
    #[php("public function getPathInfo(?string $class = null): ~?SplFileInfo")]
    fn get_path_info(this: &This<Self>, ctx: &mut Ctx, class: Option<&Str>) -> R<Option<Object>> {
        let class = class.map(|c| class_argument::<SplFileInfo>(ctx, c, true)).transpose()?;
        let own = this.borrow(ctx)?.info_class;
        let class = match class.or(own) {
            Some(c) => c,
            None => Class::of::<SplFileInfo>(ctx)?,
        };
        let name = path_name(this, ctx)?.unwrap_or_else(Str::empty);
        if name.is_empty() {
            return Ok(None);
        }
        let above = Str::from(dir_name(&name));
        if has_own_constructor(class, "SplFileInfo") {
            return class.instantiate(ctx, &[above.into()]).map(Some);
        }
        let o = class.instantiate_raw(ctx)?;
        if let Some(e) = Entry::of(&o) {
            set_name(&mut *e.borrow_mut(ctx)?, &above);
        }
        Ok(Some(o))
    }
    #[php(
        "public function openFile(string $mode = \"r\", bool $useIncludePath = false, $context = null): ~SplFileObject"
    )]
    fn open_file(
        this: &This<Self>,
        ctx: &mut Ctx,
        mode: Option<&Str>,
        use_include_path: Option<bool>,
        context: Option<&Value>,
    ) -> R<Object> {
        if let Kind::Dir(d) = &this.borrow(ctx)?.kind
            && d.entry.is_empty()
        {
            return Err(throw(ctx, "RuntimeException", "Could not open file"));
        }
        super::object::context_argument(ctx, context, 3)?;
        let own = this.borrow(ctx)?.file_class;
        let class = match own {
            Some(c) => c,
            None => Class::of::<SplFileObject>(ctx)?,
        };
        let name = file_name(this, ctx)?;
        let mode = mode.cloned().unwrap_or_else(|| Str::from("r"));
        if has_own_constructor(class, "SplFileObject") {
            return class.instantiate(ctx, &[name.into(), mode.into()]);
        }
        let o = class.instantiate_raw(ctx)?;
        if let Some(e) = Entry::of(&o) {
            let path = folder(this, ctx)?;
            super::object::open(e, ctx, &name, &mode, use_include_path.unwrap_or(false), context)?;
            e.borrow_mut(ctx)?.path = path;
        }
        Ok(o)
    }
    #[php("public function setFileClass(string $class = SplFileObject::class): ~void")]
    fn set_file_class(this: &This<Self>, ctx: &mut Ctx, class: Option<&Str>) -> R<()> {
        let class = class.map(|c| class_argument::<SplFileObject>(ctx, c, false)).transpose()?;
        this.borrow_mut(ctx)?.file_class = class;
        Ok(())
    }
    #[php("public function setInfoClass(string $class = SplFileInfo::class): ~void")]
    fn set_info_class(this: &This<Self>, ctx: &mut Ctx, class: Option<&Str>) -> R<()> {
        let class = class.map(|c| class_argument::<SplFileInfo>(ctx, c, false)).transpose()?;
        this.borrow_mut(ctx)?.info_class = class;
        Ok(())
    }
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Str> {
        Ok(path_name(this, ctx)?.unwrap_or_else(Str::empty))
    }
    #[php("public function __debugInfo(): ~array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        debug_info(this, ctx)
    }
    #[php("final public function _bad_state_ex(): ~void", deprecated = "#[\\Deprecated(since: '8.2')]")]
    fn bad_state(ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("The parent constructor was not called: the object is in an invalid state"))
    }
}
