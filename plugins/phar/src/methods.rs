//! Methods of Phar and PharData objects. Adding and taking out files is in [`crate::build`] and [`crate::extract`].

pub use crate::build::{
    add_empty_dir, add_file, add_from_string, build_from_directory, build_from_iterator, offset_set,
};
pub use crate::extract::extract_to;

use crate::archive::{Archive, Format, Metadata, STUB, bits, read_file, text};
use crate::classes::{ARCHIVE, PharData, archive_of, class, int_or_none, own_archive_of, path, text_or_none};
use crate::contents::{self, Folders};
use crate::convert::{self, Target};
use crate::flush::{Stub, flush, flush_with};
use crate::info::INFO_CLASS;
use crate::names::{self, Wanted};
use crate::open::{self, Request};
use crate::registry::{Create, Use};
use crate::{signature, stub};
use plugin_api::wrapper::{Handle, open_options, stat_flags};
use plugin_api::{Args, Array, Class, Ctx, Level, Object, R, Stream, Throw, Value};
use std::rc::Rc;

/// What constructors of data archives may be asked for, and `isFileFormat()`.
const PHAR: i64 = 1;
const TAR: i64 = 2;
const ZIP: i64 = 3;
/// What stood for "the same as now" once.
const SAME: i64 = 9_021_976;
const SKIP_DOTS_AND_UNIX_PATHS: i64 = 0x3000;

/// Throws an exception of a class.
pub fn throw(ctx: &mut Ctx, class: &str, why: impl AsRef<str>) -> Throw {
    ctx.throw_named(class, why, 0)
}

/// BadMethodCallException
pub const BAD_CALL: &str = "BadMethodCallException";
/// UnexpectedValueException
pub const UNEXPECTED: &str = "UnexpectedValueException";
/// PharException
pub const PHAR_EXCEPTION: &str = "PharException";
/// RuntimeException
pub const RUNTIME: &str = "RuntimeException";

/// Why writing is refused where the setting says so.
pub const DISABLED: &str = "Write operations disabled by the php.ini setting phar.readonly";

/// Throws unless an archive may be changed.
pub fn check_writable(ctx: &mut Ctx, a: &Archive, class: &str, why: &str) -> R<()> {
    if a.may_write(ctx) { Ok(()) } else { Err(throw(ctx, class, why)) }
}

/// Writes an archive; what goes wrong is thrown.
pub fn save(ctx: &mut Ctx, a: &Rc<Archive>, class: &str) -> R<()> {
    save_with(ctx, a, Stub::Keep, class)
}

fn save_with(ctx: &mut Ctx, a: &Rc<Archive>, stub: Stub<'_>, class: &str) -> R<()> {
    match flush_with(ctx, a, stub) {
        Err(Some(why)) => Err(throw(ctx, class, why)),
        _ => ctx.pending(),
    }
}

/// `__construct`
pub fn construct(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let data = Class::of::<PharData>(ctx)?;
    let is_data = this.instance_of(data);
    let filename = path(ctx, args, 0)?;
    let flags = int_or_none(args, 1).unwrap_or(SKIP_DOTS_AND_UNIX_PATHS);
    let alias = text_or_none(args, 2);
    let format = if is_data { int_or_none(args, 3).unwrap_or(0) } else { 0 };
    if ARCHIVE.get(this).is_some() {
        return Err(throw(ctx, BAD_CALL, "Cannot call constructor twice"));
    }
    let wanted = if is_data { Wanted::Data } else { Wanted::Executable };
    let registry = crate::registry(ctx);
    let (file, entry) = match registry.split(ctx, &filename, wanted, Create::Maybe) {
        Ok((file, entry)) => (file, entry),
        Err(_) => (filename.to_vec(), Vec::new()),
    };
    let alias = alias.as_ref().map_or(&b""[..], |a| a);
    let request = Request { path: &file, alias, is_data, report: true };
    let a = match open::or_create(ctx, &request) {
        Ok(a) => a,
        Err(why) => {
            ctx.pending()?;
            let why = why.unwrap_or_else(|| "Phar creation or opening failed".to_owned());
            return Err(throw(ctx, UNEXPECTED, why));
        }
    };
    if is_data && a.format.get() == Format::Tar && a.brand_new.get() && format == ZIP {
        a.format.set(Format::Zip);
    }
    if is_data != a.is_data.get() {
        let why = if is_data {
            "PharData class can only be used for non-executable tar and zip archives"
        } else {
            "Phar class can only be used for executable tar and zip archives"
        };
        return Err(throw(ctx, UNEXPECTED, why));
    }
    let was_data = a.is_data.get();
    ARCHIVE.set(this, Use::of(&a));
    let url = [b"phar://", &a.path[..], &entry].concat();
    let parent = class(ctx, "RecursiveDirectoryIterator")?;
    parent.call(ctx, this, "__construct", &[Value::str(url), Value::int(flags)])?;
    a.is_data.set(was_data);
    let info = class(ctx, "SplFileInfo")?;
    info.call(ctx, this, "setInfoClass", &[Value::str(INFO_CLASS)])?;
    Ok(Value::NULL)
}

/// `__destruct`: the archive is let go with the object.
pub fn destruct(_: &Object, _: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::NULL)
}

/// What `compress()` and its like are asked for, as a flag of the whole archive.
fn whole_compression(ctx: &mut Ctx, method: i64, format: Format) -> R<u32> {
    let (name, ext, there, flag) = match u32::try_from(method) {
        Ok(0) => return Ok(0),
        Ok(bits::GZ) => ("gzip", "zlib", crate::has_zlib(ctx), bits::FILE_GZ),
        Ok(bits::BZ2) => ("bz2", "bz2", crate::has_bz2(ctx), bits::FILE_BZ2),
        _ => {
            let why = "Unknown compression specified, please pass one of Phar::GZ or Phar::BZ2";
            return Err(throw(ctx, BAD_CALL, why));
        }
    };
    let why = if format == Format::Zip {
        format!(
            "Cannot compress entire archive with {name}, zip archives do not support whole-archive compression"
        )
    } else if !there {
        format!("Cannot compress entire archive with {name}, enable ext/{ext} in php.ini")
    } else {
        return Ok(flag);
    };
    Err(throw(ctx, BAD_CALL, why))
}

/// `compress()`
pub fn compress(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot compress phar archive, phar is read-only")?;
    if a.format.get() == Format::Zip {
        let why = "Cannot compress zip-based archives with whole-archive compression";
        return Err(throw(ctx, UNEXPECTED, why));
    }
    let flags = whole_compression(ctx, int_or_none(args, 0).unwrap_or(0), Format::Phar)?;
    repack(ctx, &a, flags, text_or_none(args, 1).as_deref())
}

/// `decompress()`
pub fn decompress(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot decompress phar archive, phar is read-only")?;
    if a.format.get() == Format::Zip {
        let why = "Cannot decompress zip-based archives with whole-archive compression";
        return Err(throw(ctx, UNEXPECTED, why));
    }
    repack(ctx, &a, 0, text_or_none(args, 0).as_deref())
}

fn repack(ctx: &mut Ctx, a: &Rc<Archive>, flags: u32, extension: Option<&[u8]>) -> R<Value> {
    let target = Target { format: a.format.get(), is_data: a.is_data.get(), flags, extension };
    Ok(convert::convert(ctx, a, &target)?.into())
}

fn format_of(n: i64) -> Option<Format> {
    match n {
        PHAR => Some(Format::Phar),
        TAR => Some(Format::Tar),
        ZIP => Some(Format::Zip),
        _ => None,
    }
}

/// The compression that a conversion asks for, or the one that the archive has.
fn converted_flags(ctx: &mut Ctx, a: &Archive, args: &Args<'_>, format: Format) -> R<u32> {
    match int_or_none(args, 1) {
        None | Some(SAME) => Ok(a.flags.get() & bits::FILE_COMPRESSION),
        Some(method) => whole_compression(ctx, method, format),
    }
}

/// `convertToExecutable()`
pub fn convert_to_executable(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    if crate::readonly(ctx) {
        let why = "Cannot write out executable phar archive, phar is read-only";
        return Err(throw(ctx, UNEXPECTED, why));
    }
    let format = match int_or_none(args, 0) {
        None | Some(0 | SAME) => a.format.get(),
        Some(n) => match format_of(n) {
            Some(f) => f,
            None => {
                let why =
                    "Unknown file format specified, please pass one of Phar::PHAR, Phar::TAR or Phar::ZIP";
                return Err(throw(ctx, BAD_CALL, why));
            }
        },
    };
    let flags = converted_flags(ctx, &a, args, format)?;
    let extension = text_or_none(args, 2);
    let target = Target { format, is_data: false, flags, extension: extension.as_deref() };
    Ok(convert::convert(ctx, &a, &target)?.into())
}

/// `convertToData()`
pub fn convert_to_data(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    let format = match int_or_none(args, 0) {
        None | Some(0 | SAME) => Some(a.format.get()),
        Some(n) => format_of(n),
    };
    let format = match format {
        Some(Format::Phar) => {
            let why = "Cannot write out data phar archive, use Phar::TAR or Phar::ZIP";
            return Err(throw(ctx, UNEXPECTED, why));
        }
        Some(f) => f,
        None => {
            let why = "Unknown file format specified, please pass one of Phar::TAR or Phar::ZIP";
            return Err(throw(ctx, BAD_CALL, why));
        }
    };
    let flags = converted_flags(ctx, &a, args, format)?;
    let extension = text_or_none(args, 2);
    let target = Target { format, is_data: true, flags, extension: extension.as_deref() };
    Ok(convert::convert(ctx, &a, &target)?.into())
}

/// Whether all entries can be decompressed.
fn can_unpack(ctx: &mut Ctx, a: &Archive) -> bool {
    let (zlib, bz2) = (crate::has_zlib(ctx), crate::has_bz2(ctx));
    a.entries().iter().filter(|e| !e.deleted.get()).all(|e| match e.flags.get() & bits::COMPRESSION {
        bits::GZ => zlib,
        bits::BZ2 => bz2,
        _ => true,
    })
}

fn set_compression(a: &Archive, flags: u32) {
    for e in a.entries().iter().filter(|e| !e.deleted.get()) {
        e.old_flags.set(e.stored_flags());
        e.flags.set(e.flags.get() & !bits::COMPRESSION | flags);
        e.modified.set(true);
    }
    a.modified.set(true);
}

/// `compressFiles()`
pub fn compress_files(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, BAD_CALL, "Phar is readonly, cannot change compression")?;
    let (name, ext, there, flags) = match u32::try_from(int_or_none(args, 0).unwrap_or(0)) {
        Ok(bits::GZ) => ("gzip", "zlib", crate::has_zlib(ctx), bits::GZ),
        Ok(bits::BZ2) => ("bz2", "bz2", crate::has_bz2(ctx), bits::BZ2),
        _ => {
            let why = "Unknown compression specified, please pass one of Phar::GZ or Phar::BZ2";
            return Err(throw(ctx, BAD_CALL, why));
        }
    };
    if !there {
        let why = format!("Cannot compress files within archive with {name}, enable ext/{ext} in php.ini");
        return Err(throw(ctx, BAD_CALL, why));
    }
    if a.format.get() == Format::Tar {
        let why = "Cannot compress with Gzip compression, tar archives cannot compress individual files, use compress() to compress the whole archive";
        return Err(throw(ctx, BAD_CALL, why));
    }
    if !can_unpack(ctx, &a) {
        let (to, from) = if flags == bits::GZ { ("Gzip", "bzip2") } else { ("Bzip2", "gzip") };
        let why = format!(
            "Cannot compress all files as {to}, some are compressed as {from} and cannot be decompressed"
        );
        return Err(throw(ctx, BAD_CALL, why));
    }
    let a = own_archive_of(this, ctx)?;
    set_compression(&a, flags);
    save(ctx, &a, BAD_CALL)?;
    Ok(Value::NULL)
}

/// `decompressFiles()`
pub fn decompress_files(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, BAD_CALL, "Phar is readonly, cannot change compression")?;
    if !can_unpack(ctx, &a) {
        let why =
            "Cannot decompress all files, some are compressed as bzip2 or gzip and cannot be decompressed";
        return Err(throw(ctx, BAD_CALL, why));
    }
    if a.format.get() != Format::Tar {
        let a = own_archive_of(this, ctx)?;
        set_compression(&a, 0);
        save(ctx, &a, BAD_CALL)?;
    }
    Ok(Value::bool(true))
}

/// `copy()`
pub fn copy(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (from, to) = (path(ctx, args, 0)?, path(ctx, args, 1)?);
    let a = archive_of(this, ctx)?;
    let (old, new, file) = (text(&from), text(&to), a.shown());
    let why = format!("Cannot copy \"{old}\" to \"{new}\", phar is read-only");
    check_writable(ctx, &a, UNEXPECTED, &why)?;
    let cannot = |ctx: &mut Ctx, why: String| {
        let why = format!("file \"{old}\" cannot be copied to file \"{new}\", {why}");
        Err(throw(ctx, UNEXPECTED, why))
    };
    if names::is_magic(&from) {
        return cannot(ctx, format!("cannot copy Phar meta-file in {file}"));
    }
    if names::is_magic(&to) {
        return cannot(ctx, format!("cannot copy to Phar meta-file in {file}"));
    }
    if a.find(&from).is_none_or(|e| e.deleted.get()) {
        return cannot(ctx, format!("file does not exist in {file}"));
    }
    if a.find(&to).is_some_and(|e| !e.deleted.get()) {
        return cannot(ctx, format!("file must not already exist in phar {file}"));
    }
    let name = match names::check(&to) {
        Ok(n) => n,
        Err(bad) => {
            let why = format!(
                "file \"{new}\" contains invalid characters {bad}, cannot be copied from \"{old}\" in phar {file}"
            );
            return Err(throw(ctx, UNEXPECTED, why));
        }
    };
    let a = own_archive_of(this, ctx)?;
    let Some(e) = a.find(&from) else { return Ok(Value::bool(true)) };
    let c = convert::copy(&e, &a);
    c.name.replace(name.to_vec());
    if !contents::is_as_stored(&e) && !e.is_dir.get() {
        match contents::open(ctx, &e) {
            Ok(b) => {
                let own = Rc::new(std::cell::RefCell::new(b.to_vec()));
                drop(c.data.replace(crate::archive::Data::Modified(own)));
                c.modified.set(true);
            }
            Err(why) => return Err(throw(ctx, PHAR_EXCEPTION, why.unwrap_or_default())),
        }
    }
    if a.find(name).is_none_or(|e| e.deleted.get()) {
        a.put(name.to_vec(), c);
    }
    a.modified.set(true);
    save(ctx, &a, PHAR_EXCEPTION)?;
    Ok(Value::bool(true))
}

/// `count()`
pub fn count(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let n = archive_of(this, ctx)?.manifest.borrow().len();
    Ok(Value::int(n as i64))
}

/// `delete()`
pub fn delete(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = path(ctx, args, 0)?;
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot write out phar archive, phar is read-only")?;
    let a = own_archive_of(this, ctx)?;
    let Some(e) = a.find(&name) else {
        let why = format!("Entry {} does not exist and cannot be deleted", text(&name));
        return Err(throw(ctx, BAD_CALL, why));
    };
    if !e.deleted.get() {
        e.deleted.set(true);
        e.modified.set(true);
        a.modified.set(true);
        save(ctx, &a, PHAR_EXCEPTION)?;
    }
    Ok(Value::bool(true))
}

/// `getAlias()`
pub fn get_alias(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    let alias = a.alias.borrow().clone();
    Ok(alias.map_or(Value::NULL, Value::str))
}

/// `getPath()`
pub fn get_path(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::str(&archive_of(this, ctx)?.path))
}

/// Metadata as a value: what was set, or what the text says.
pub fn metadata_value(ctx: &mut Ctx, m: &std::cell::RefCell<Metadata>, options: Option<&Value>) -> R<Value> {
    let m = m.borrow().clone();
    let options = options.filter(|o| o.as_array().is_some_and(|a| !a.is_empty()));
    match (m.value, m.text) {
        (Some(v), _) if options.is_none() => Ok(v),
        (_, Some(text)) => {
            Ok(plugin_api::serial::from_text(ctx, &text, options)?.unwrap_or(Value::bool(false)))
        }
        (v, None) => Ok(v.unwrap_or(Value::NULL)),
    }
}

/// Sets metadata, which must be something that can be serialized.
pub fn replace_metadata(ctx: &mut Ctx, m: &std::cell::RefCell<Metadata>, v: &Value) -> R<()> {
    let text = ctx.call_function("serialize", &[v.dereferenced()])?;
    let text = text.as_str().map(|s| s.to_vec());
    drop(m.take());
    ctx.pending()?;
    if m.borrow().text.is_some() {
        return Err(throw(ctx, PHAR_EXCEPTION, "Metadata unexpectedly changed during setMetadata()"));
    }
    drop(m.replace(Metadata { value: Some(v.dereferenced()), text }));
    Ok(())
}

/// `getMetadata()`
pub fn get_metadata(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    metadata_value(ctx, &a.metadata, args.get(0))
}

/// `hasMetadata()`
pub fn has_metadata(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::bool(archive_of(this, ctx)?.metadata.borrow().is_some()))
}

/// `setMetadata()`
pub fn set_metadata(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, BAD_CALL, DISABLED)?;
    let a = own_archive_of(this, ctx)?;
    replace_metadata(ctx, &a.metadata, args.get(0).unwrap_or(&Value::NULL))?;
    a.modified.set(true);
    save(ctx, &a, PHAR_EXCEPTION)?;
    Ok(Value::NULL)
}

/// `delMetadata()`
pub fn del_metadata(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, BAD_CALL, DISABLED)?;
    let a = own_archive_of(this, ctx)?;
    if a.metadata.borrow().is_some() {
        drop(a.metadata.take());
        a.modified.set(true);
        save(ctx, &a, PHAR_EXCEPTION)?;
    }
    Ok(Value::bool(true))
}

/// `getModified()`
pub fn get_modified(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::bool(archive_of(this, ctx)?.modified.get()))
}

/// `getSignature()`
pub fn get_signature(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    let Some(hash) = a.signature.borrow().clone() else { return Ok(Value::bool(false)) };
    let kind = a.signed_with.get();
    let name = signature::name(kind).map_or_else(|| format!("Unknown ({kind})"), str::to_owned);
    let mut out = Array::new();
    out.set("hash", Value::str(hash));
    out.set("hash_type", Value::str(name));
    Ok(out.into())
}

/// `getStub()`
pub fn get_stub(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    let unreadable = "Unable to read stub";
    if a.format.get() != Format::Phar {
        let Some(e) = a.find(STUB) else { return Ok(Value::str("")) };
        if a.image.borrow().is_none() && read_file(&a.path).is_none() {
            let why = format!("phar error: unable to open phar \"{}\"", a.shown());
            return Err(throw(ctx, UNEXPECTED, why));
        }
        return match contents::open(ctx, &e) {
            Ok(b) => Ok(Value::str(b.to_vec())),
            Err(_) => Err(throw(ctx, RUNTIME, unreadable)),
        };
    }
    let len = a.halt.get();
    let image = if a.brand_new.get() { None } else { a.bytes(ctx) };
    match image.as_ref().and_then(|i| i.get(..len)) {
        Some(b) => Ok(Value::str(b)),
        None => Err(throw(ctx, RUNTIME, unreadable)),
    }
}

/// `getVersion()`
pub fn get_version(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::str(&*archive_of(this, ctx)?.version.borrow()))
}

/// `isBuffering()`
pub fn is_buffering(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::bool(archive_of(this, ctx)?.buffering.get()))
}

/// `startBuffering()`
pub fn start_buffering(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    archive_of(this, ctx)?.buffering.set(true);
    Ok(Value::NULL)
}

/// `stopBuffering()`
pub fn stop_buffering(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot write out phar archive, phar is read-only")?;
    a.buffering.set(false);
    save(ctx, &a, PHAR_EXCEPTION)?;
    Ok(Value::NULL)
}

/// `isCompressed()`
pub fn is_compressed(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let flags = archive_of(this, ctx)?.flags.get();
    Ok(if flags & bits::FILE_GZ != 0 {
        Value::int(bits::GZ.into())
    } else if flags & bits::FILE_BZ2 != 0 {
        Value::int(bits::BZ2.into())
    } else {
        Value::bool(false)
    })
}

/// `isFileFormat()`
pub fn is_file_format(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    match format_of(int_or_none(args, 0).unwrap_or(0)) {
        Some(f) => Ok(Value::bool(a.format.get() == f)),
        None => Err(throw(ctx, PHAR_EXCEPTION, "Unknown file format specified")),
    }
}

/// `isWritable()`
pub fn is_writable(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    if !a.writeable.get() {
        return Ok(Value::bool(false));
    }
    Ok(Value::bool(match ctx.stat(&a.path, stat_flags::QUIET) {
        Some(s) => s.mode & 0o222 != 0,
        None => a.brand_new.get(),
    }))
}

/// The name that an offset is: a string, or what is taken for one.
fn offset(ctx: &mut Ctx, args: &Args<'_>) -> R<Vec<u8>> {
    crate::build::text_argument(ctx, args, 0, "localName", true)
}

/// `offsetExists()`
pub fn offset_exists(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = offset(ctx, args)?;
    let a = archive_of(this, ctx)?;
    if let Some(e) = a.find(&name) {
        return Ok(Value::bool(!e.deleted.get() && !names::is_magic(&name)));
    }
    // Only such objects can be of folders that are no entries.
    let own = class(ctx, INFO_CLASS)?;
    let made = crate::info::class_of(ctx, this)?;
    Ok(Value::bool(made.is_a(own) && a.has_folder(&name)))
}

/// `offsetGet()`
pub fn offset_get(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = offset(ctx, args)?;
    let a = archive_of(this, ctx)?;
    let file = a.shown();
    let why = match contents::find(ctx, &a, &name, Folders::Yes, false) {
        Ok(None) | Err(None) => {
            ctx.pending()?;
            format!("Entry {} does not exist", text(&name))
        }
        Err(Some(why)) => format!("Entry {} does not exist, {why}", text(&name)),
        Ok(Some(_)) if name == STUB => {
            format!("Cannot get stub \".phar/stub.php\" directly in phar \"{file}\", use getStub")
        }
        Ok(Some(_)) if name == crate::archive::ALIAS => {
            format!("Cannot get alias \".phar/alias.txt\" directly in phar \"{file}\", use getAlias")
        }
        Ok(Some(_)) if names::is_magic(&name) => {
            "Cannot directly get any files or directories in magic \".phar\" directory".to_owned()
        }
        Ok(Some(_)) => {
            let url = [b"phar://", &a.path[..], b"/", &name].concat();
            let class = crate::info::class_of(ctx, this)?;
            return Ok(class.instantiate(ctx, &[Value::str(url)])?.into());
        }
    };
    Err(throw(ctx, BAD_CALL, why))
}

/// `offsetUnset()`
pub fn offset_unset(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = offset(ctx, args)?;
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, BAD_CALL, DISABLED)?;
    if a.find(&name).is_some_and(|e| !e.deleted.get()) {
        let a = own_archive_of(this, ctx)?;
        if let Some(e) = a.find(&name) {
            e.modified.set(false);
            e.deleted.set(true);
        }
        save(ctx, &a, PHAR_EXCEPTION)?;
    }
    Ok(Value::NULL)
}

/// What plain archives refuse.
fn check_executable(ctx: &mut Ctx, a: &Archive, what: &str) -> R<()> {
    if !a.is_data.get() {
        return Ok(());
    }
    let kind = if a.format.get() == Format::Tar { "tar" } else { "zip" };
    Err(throw(ctx, UNEXPECTED, format!("A Phar {what} cannot be set in a plain {kind} archive")))
}

/// `setAlias()`
pub fn set_alias(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let alias = text_or_none(args, 0).map_or_else(Vec::new, |a| a.to_vec());
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot write out phar archive, phar is read-only")?;
    check_executable(ctx, &a, "alias")?;
    if a.alias.borrow().as_deref() == Some(&alias) {
        return Ok(Value::bool(true));
    }
    let registry = crate::registry(ctx);
    let shown = text(&alias);
    match registry.aliased(&alias) {
        Some(other) => {
            let path = other.shown();
            if !registry.free_alias(&other) {
                let why = format!(
                    "alias \"{shown}\" is already used for archive \"{path}\" and cannot be used for other archives"
                );
                return Err(throw(ctx, PHAR_EXCEPTION, why));
            }
        }
        None if !names::is_alias(&alias) => {
            let why = format!("Invalid alias \"{shown}\" specified for phar \"{}\"", a.shown());
            return Err(throw(ctx, UNEXPECTED, why));
        }
        None => {}
    }
    let a = own_archive_of(this, ctx)?;
    let old = a.alias.borrow().clone();
    let was_temporary = a.alias_is_temporary.get();
    let known = old.as_ref().is_some_and(|o| registry.remove_alias(o));
    a.alias.replace((!alias.is_empty()).then(|| alias.clone()));
    a.alias_is_temporary.set(false);
    if let Err(Some(why)) = flush(ctx, &a) {
        if let Some(old) = old.as_ref().filter(|_| known) {
            registry.add_alias(old, &a);
        }
        a.alias.replace(old);
        a.alias_is_temporary.set(was_temporary);
        return Err(throw(ctx, PHAR_EXCEPTION, why));
    }
    registry.add_alias(&alias, &a);
    Ok(Value::bool(true))
}

/// `setDefaultStub()`
pub fn set_default_stub(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (index, web) = (text_or_none(args, 0), text_or_none(args, 1));
    let a = archive_of(this, ctx)?;
    check_executable(ctx, &a, "stub")?;
    let is_phar = a.format.get() == Format::Phar;
    if !is_phar && (index.is_some() || web.is_some()) {
        let n = if index.is_some() { 1 } else { 2 };
        let why = "must be null for a tar- or zip-based phar stub, string given";
        return Err(ctx.argument_value_error(n, why));
    }
    if crate::readonly(ctx) {
        return Err(throw(ctx, UNEXPECTED, "Cannot change stub: phar.readonly=1"));
    }
    let made = match is_phar.then(|| stub::create(index.as_deref(), web.as_deref())).transpose() {
        Ok(s) => s,
        Err(why) => return Err(throw(ctx, UNEXPECTED, why.unwrap_or_default())),
    };
    let a = own_archive_of(this, ctx)?;
    let how = made.as_deref().map_or(Stub::Reset, Stub::Default);
    save_with(ctx, &a, how, PHAR_EXCEPTION)?;
    Ok(Value::bool(true))
}

/// `setStub()`
pub fn set_stub(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot change stub, phar is read-only")?;
    check_executable(ctx, &a, "stub")?;
    let resource = args.get(0).filter(|v| matches!(v.kind(), plugin_api::Kind::Resource(_)));
    let given = match resource {
        Some(v) => {
            let f = qualified(ctx, this);
            ctx.raise_plain(
                Level::Deprecated,
                format!("Calling {f}(resource $stub, int $length) is deprecated"),
            )?;
            let Some(s) = Stream::of(v) else {
                let why = "Cannot change stub, unable to read from input stream";
                return Err(throw(ctx, UNEXPECTED, why));
            };
            let len = int_or_none(args, 1).and_then(|n| usize::try_from(n).ok()).filter(|n| *n > 0);
            s.read_all(ctx, len)?.to_vec()
        }
        None => {
            if args.len() > 1 {
                let f = qualified(ctx, this);
                let n = args.len();
                return Err(ctx.argument_count_error(format!("{f}() expects exactly 1 argument, {n} given")));
            }
            crate::build::text_argument(ctx, args, 0, "stub", false)?
        }
    };
    let a = own_archive_of(this, ctx)?;
    save_with(ctx, &a, Stub::Given(&given), PHAR_EXCEPTION)?;
    Ok(Value::bool(true))
}

/// The running method with its class, for messages.
fn qualified(ctx: &mut Ctx, this: &Object) -> String {
    let f = ctx.function_name();
    if f.contains("::") {
        return f;
    }
    let data = Class::of::<PharData>(ctx).is_ok_and(|c| this.instance_of(c));
    format!("{}::{f}", if data { "PharData" } else { "Phar" })
}

/// `setSignatureAlgorithm()`
pub fn set_signature_algorithm(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let a = archive_of(this, ctx)?;
    check_writable(ctx, &a, UNEXPECTED, "Cannot set signature algorithm, phar is read-only")?;
    let kind = int_or_none(args, 0).and_then(|n| u32::try_from(n).ok()).filter(|k| signature::is_known(*k));
    let Some(kind) = kind else {
        return Err(throw(ctx, UNEXPECTED, "Unknown signature algorithm specified"));
    };
    let a = own_archive_of(this, ctx)?;
    a.signed_with.set(kind);
    a.modified.set(true);
    let key = text_or_none(args, 1).map_or_else(Vec::new, |k| k.to_vec());
    crate::globals(ctx).key.replace(key);
    save(ctx, &a, PHAR_EXCEPTION)?;
    Ok(Value::NULL)
}

/// What an archive runs in place of its own text: the stub of other formats, or a compressed one decompressed.
pub fn script(ctx: &mut Ctx, file: &[u8]) -> Option<Vec<u8>> {
    let request = Request { path: file, alias: b"", is_data: false, report: false };
    let a = open::from_file(ctx, &request).ok()?;
    if a.format.get() != Format::Phar {
        let url = [b"phar://", file, b"/", STUB].concat();
        let how = open_options::REPORT_ERRORS | open_options::FOR_INCLUDE;
        let stub = Handle::open(ctx, &url, b"rb", how).ok()?;
        return Some(contents::rest(ctx, stub));
    }
    if a.flags.get() & bits::FILE_COMPRESSION == 0 {
        return None;
    }
    let image = a.bytes(ctx)?;
    let end = image.len().min(a.halt.get() + 32);
    Some(image[..end].to_vec())
}
