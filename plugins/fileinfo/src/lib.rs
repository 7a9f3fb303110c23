//! The fileinfo extension: what files are, by libmagic and the system's database.

mod magic;

use core::cell::Cell;
use magic::Magic;
use plugin_api::{
    Ctx, GcRoots, Info, Kind, Level, Object, OrFalse, R, Stream, This, Value, constants, php_class,
    php_function, php_methods, php_module,
};
use std::rc::Rc;

constants! {
    CONSTANTS;
    int FILEINFO_NONE = 0;
    int FILEINFO_SYMLINK = 2;
    int FILEINFO_MIME = 1040;
    int FILEINFO_MIME_TYPE = 16;
    int FILEINFO_MIME_ENCODING = 1024;
    int FILEINFO_DEVICES = 8;
    int FILEINFO_CONTINUE = 32;
    int FILEINFO_PRESERVE_ATIME = 128;
    int FILEINFO_RAW = 256;
    int FILEINFO_APPLE = 2048;
    int FILEINFO_EXTENSION = 16777216;
}

const MIME_TYPE: i64 = 16;

/// A database with flags.
struct Loaded {
    magic: Magic,
    flags: Cell<i64>,
}

/// The payload of `finfo`.
#[allow(non_camel_case_types, reason = "PHP's name of the class")]
#[derive(Default, GcRoots)]
#[php_class("class finfo", flags(uncloneable, not_serializable))]
pub struct finfo {
    #[gc(skip)]
    loaded: Option<Rc<Loaded>>,
}

fn loaded(ctx: &mut Ctx, this: &This<finfo>) -> R<Rc<Loaded>> {
    let l = this.borrow(ctx)?.loaded.clone();
    l.ok_or_else(|| ctx.error("Invalid finfo object"))
}

/// Loads the database in a file, or the system's; `None` when that fails, which is told.
fn open(ctx: &mut Ctx, flags: i64, file: Option<&[u8]>) -> R<Option<Loaded>> {
    let file = file.filter(|f| !f.is_empty());
    let full = match file {
        Some(f) => {
            if !ctx.path_allowed(f) {
                ctx.pending()?;
                return Ok(None);
            }
            match ctx.expand_path(f) {
                Some(full) => Some(full.to_vec()),
                None => return Ok(None),
            }
        }
        None => None,
    };
    let Some(magic) = Magic::open(flags) else {
        ctx.warning(format!("Invalid mode '{flags}'."))?;
        return Ok(None);
    };
    // PHP opens the database as a stream, which tells why that fails; first on its own, then as a text.
    if let Some(f) = &full {
        for _ in 0..2 {
            if let Some(s) = Stream::open_with(ctx, f, b"rb", false, None)? {
                s.close(ctx);
                break;
            }
        }
    }
    if !magic.load(full.as_deref()) {
        let message = [b"Failed to load magic database at \"", full.as_deref().unwrap_or_default(), b"\""];
        ctx.raise_bytes(Level::Warning as u32, &message.concat(), true)?;
        return Ok(None);
    }
    Ok(Some(Loaded { magic, flags: Cell::new(flags) }))
}

fn no_nul(ctx: &mut Ctx, n: u32, t: Option<&[u8]>) -> R<()> {
    if t.is_some_and(|t| t.contains(&0)) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

/// Sets flags; whether there are such, otherwise a warning.
fn set(ctx: &mut Ctx, magic: &Magic, flags: i64) -> R<bool> {
    if magic.set_flags(flags) {
        return Ok(true);
    }
    let (code, words) = magic.error();
    let words = String::from_utf8_lossy(&words);
    ctx.warning(format!("Failed to set option '{flags}' {code}:{words}"))?;
    Ok(false)
}

/// What is looked at.
enum What<'a> {
    Bytes(&'a [u8]),
    /// A file or URL, which is argument `n`.
    File(u32, &'a [u8], Option<&'a Value>),
    Stream(&'a Value),
}

/// What something is, or false where that is all there is to say.
fn look(ctx: &mut Ctx, magic: &Magic, what: &What<'_>) -> R<OrFalse<Vec<u8>>> {
    let found = match *what {
        What::Bytes(b) => magic.look(b),
        What::Stream(v) => match Stream::of(v) {
            Some(s) => {
                let place = s.tell();
                s.seek(ctx, 0, 0);
                let text = s.read_all(ctx, Some(magic.most()))?;
                s.seek(ctx, place, 0);
                magic.look(&text)
            }
            None => None,
        },
        What::File(n, name, context) => {
            if name.is_empty() {
                return Err(ctx.argument_value_error(n, "must not be empty"));
            }
            if name.contains(&0) {
                return Err(ctx.argument_type_error(n, "must not contain any null bytes"));
            }
            let Some(s) = Stream::open_with(ctx, name, b"rb", false, context)? else {
                return Ok(OrFalse::FALSE);
            };
            let about = ctx.stat(name, plugin_api::abi::stat_flags::QUIET);
            let found = match about.is_some_and(|s| s.mode & 0o170_000 == 0o040_000) {
                true => Some(b"directory".to_vec()),
                false => magic.look(&s.read_all(ctx, Some(magic.most()))?),
            };
            s.close(ctx);
            found
        }
    };
    if let Some(f) = found {
        return Ok(f.into());
    }
    let (code, words) = magic.error();
    let message = [format!("Failed identify data {code}:").as_bytes(), &words].concat();
    ctx.raise_bytes(Level::Warning as u32, &message, true)?;
    Ok(OrFalse::FALSE)
}

/// As [`look`], with flags for this once.
fn identify(
    ctx: &mut Ctx,
    this: &This<finfo>,
    what: &What<'_>,
    flags: i64,
    context: Option<&Value>,
) -> R<OrFalse<Vec<u8>>> {
    if let Some(c) = context.filter(|c| !matches!(c.kind(), Kind::Resource(_))) {
        let given = c.value_name();
        let n = if matches!(ctx.function_name().as_str(), "file" | "buffer") { 3 } else { 4 };
        return Err(ctx.argument_type_error(n, format!("must be of type resource or null, {given} given")));
    }
    let l = loaded(ctx, this)?;
    if flags != 0 && !set(ctx, &l.magic, flags)? {
        return Ok(OrFalse::FALSE);
    }
    let found = look(ctx, &l.magic, what);
    if flags != 0 && !set(ctx, &l.magic, l.flags.get())? {
        return Ok(OrFalse::FALSE);
    }
    found
}

fn set_flags(ctx: &mut Ctx, this: &This<finfo>, flags: i64) -> R<bool> {
    let l = loaded(ctx, this)?;
    let done = set(ctx, &l.magic, flags)?;
    if done {
        l.flags.set(flags);
    }
    Ok(done)
}

#[php_methods]
impl finfo {
    #[php("public function __construct(int $flags = FILEINFO_NONE, ?string $magic_database = null)")]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        flags: Option<i64>,
        magic_database: Option<&[u8]>,
    ) -> R<()> {
        no_nul(ctx, 2, magic_database)?;
        let before = this.borrow_mut(ctx)?.loaded.take();
        drop(before);
        let opened = match ctx.find_class("Exception", false)? {
            Some(class) => ctx.warnings_as(class, |ctx| open(ctx, flags.unwrap_or(0), magic_database))?,
            None => None,
        };
        let Some(l) = opened else { return Err(ctx.exception("Constructor failed")) };
        this.borrow_mut(ctx)?.loaded = Some(Rc::new(l));
        Ok(())
    }
    #[php(
        "public function file(string $filename, int $flags = FILEINFO_NONE, $context = null): ~string|false"
    )]
    fn file(
        this: &This<Self>,
        ctx: &mut Ctx,
        filename: &[u8],
        flags: Option<i64>,
        context: Option<&Value>,
    ) -> R<OrFalse<Vec<u8>>> {
        identify(ctx, this, &What::File(2, filename, context), flags.unwrap_or(0), context)
    }
    #[php(
        "public function buffer(string $string, int $flags = FILEINFO_NONE, $context = null): ~string|false"
    )]
    fn buffer(
        this: &This<Self>,
        ctx: &mut Ctx,
        string: &[u8],
        flags: Option<i64>,
        context: Option<&Value>,
    ) -> R<OrFalse<Vec<u8>>> {
        identify(ctx, this, &What::Bytes(string), flags.unwrap_or(0), context)
    }
    #[php("public function set_flags(int $flags): ~true")]
    fn set_flags(this: &This<Self>, ctx: &mut Ctx, flags: i64) -> R<bool> {
        set_flags(ctx, this, flags)
    }
}

/// A database with flags.
#[php_function("finfo_open(int $flags = FILEINFO_NONE, ?string $magic_database = null): finfo|false")]
fn finfo_open(ctx: &mut Ctx, flags: Option<i64>, magic_database: Option<&[u8]>) -> R<OrFalse<Object>> {
    no_nul(ctx, 2, magic_database)?;
    match open(ctx, flags.unwrap_or(0), magic_database)? {
        Some(l) => This::<finfo>::create(ctx, finfo { loaded: Some(Rc::new(l)) }).map(OrFalse::from),
        None => Ok(OrFalse::FALSE),
    }
}

/// Nothing: databases go with their objects.
#[php_function("finfo_close(finfo $finfo): bool")]
fn finfo_close(_finfo: &This<finfo>) -> bool {
    true
}

/// Sets the flags.
#[php_function("finfo_set_flags(finfo $finfo, int $flags): true")]
fn finfo_set_flags(ctx: &mut Ctx, finfo: &This<finfo>, flags: i64) -> R<bool> {
    set_flags(ctx, finfo, flags)
}

/// What a file is.
#[php_function(
    "finfo_file(finfo $finfo, string $filename, int $flags = FILEINFO_NONE, $context = null): string|false"
)]
fn finfo_file(
    ctx: &mut Ctx,
    finfo: &This<finfo>,
    filename: &[u8],
    flags: Option<i64>,
    context: Option<&Value>,
) -> R<OrFalse<Vec<u8>>> {
    identify(ctx, finfo, &What::File(2, filename, context), flags.unwrap_or(0), context)
}

/// What bytes are.
#[php_function(
    "finfo_buffer(finfo $finfo, string $string, int $flags = FILEINFO_NONE, $context = null): string|false"
)]
fn finfo_buffer(
    ctx: &mut Ctx,
    finfo: &This<finfo>,
    string: &[u8],
    flags: Option<i64>,
    context: Option<&Value>,
) -> R<OrFalse<Vec<u8>>> {
    identify(ctx, finfo, &What::Bytes(string), flags.unwrap_or(0), context)
}

/// The MIME type of a file or stream.
#[php_function("mime_content_type($filename): string|false")]
fn mime_content_type(ctx: &mut Ctx, filename: &Value) -> R<OrFalse<Vec<u8>>> {
    let what = match filename.kind() {
        Kind::Str(name) => What::File(1, name, None),
        Kind::Resource(_) => What::Stream(filename),
        _ => {
            let given = filename.value_name();
            let message = format!("must be of type resource|string, {given} given");
            return Err(ctx.argument_type_error(1, message));
        }
    };
    let Some(magic) = Magic::open(MIME_TYPE).filter(|m| m.load(None)) else {
        ctx.warning("Failed to load magic database")?;
        return Ok(OrFalse::FALSE);
    };
    look(ctx, &magic, &what)
}

fn info(t: &mut Info) {
    t.row("fileinfo support", "enabled");
    t.row("libmagic", &magic::version().to_string());
}

php_module! {
    name: "fileinfo",
    version: "8.4.24",
    functions: [finfo_open, finfo_close, finfo_set_flags, finfo_file, finfo_buffer, mime_content_type],
    classes: [finfo],
    constants: [CONSTANTS],
    minfo: info,
}
