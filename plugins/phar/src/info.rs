//! PharFileInfo: an entry of an archive as an object.

use crate::archive::{Archive, Entry, Format, bits, text};
use crate::classes::{class, int_or_none, path};
use crate::contents::{self, Folders};
use crate::methods::{
    BAD_CALL, DISABLED, PHAR_EXCEPTION, RUNTIME, metadata_value, replace_metadata, save, throw,
};
use crate::names::Wanted;
use crate::open::{self, Request};
use crate::registry::{Create, Use};
use plugin_api::{Args, Attachment, Class, Ctx, Object, R, Value, php_class, php_methods};
use std::rc::Rc;

/// The class's name.
pub const INFO_CLASS: &str = "PharFileInfo";
const BC_SAME: i64 = 9_021_976;

/// An entry of an archive.
#[php_class("class PharFileInfo extends SplFileInfo")]
pub struct PharFileInfo;

/// The entry that an object is of: it is not taken out of the archive as long as there is one.
struct Lock {
    entry: Rc<Entry>,
    archive: Rc<Archive>,
    _share: Option<Use>,
}

impl Lock {
    fn new(archive: &Rc<Archive>, entry: &Rc<Entry>) -> Lock {
        let counts = !entry.is_virtual.get() && !archive.cached.get();
        if counts {
            entry.locks.set(entry.locks.get() + 1);
        }
        Lock { entry: entry.clone(), archive: archive.clone(), _share: counts.then(|| Use::of(archive)) }
    }
}

impl Clone for Lock {
    fn clone(&self) -> Lock {
        Lock::new(&self.archive, &self.entry)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self._share.is_some() {
            self.entry.locks.set(self.entry.locks.get() - 1);
        }
    }
}

static ENTRY: Attachment<Lock> = Attachment::new();

/// The class of the objects that an archive's object gives.
pub fn class_of(ctx: &mut Ctx, archive: &Object) -> R<Class> {
    match archive.file_info_class(ctx) {
        Some(c) => Ok(c),
        None => class(ctx, INFO_CLASS),
    }
}

fn entry_of(this: &Object, ctx: &mut Ctx) -> R<Lock> {
    ENTRY
        .get(this)
        .ok_or_else(|| throw(ctx, BAD_CALL, "Cannot call method on an uninitialized PharFileInfo object"))
}

/// As [`entry_of`], of one that is going to be changed: that of a cached archive is copied.
fn own_entry_of(this: &Object, ctx: &mut Ctx) -> R<Lock> {
    let l = entry_of(this, ctx)?;
    if !l.archive.cached.get() {
        return Ok(l);
    }
    let a = crate::registry(ctx).writeable_copy(&l.archive);
    let Some(e) = a.find(&l.entry.name()) else { return Ok(l) };
    let own = Lock::new(&a, &e);
    ENTRY.set(this, own.clone());
    Ok(own)
}

fn construct(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let url = path(ctx, args, 0)?;
    if ENTRY.get(this).is_some() {
        return Err(throw(ctx, BAD_CALL, "Cannot call constructor twice"));
    }
    let shown = text(&url);
    let registry = crate::registry(ctx);
    let parts = match url.starts_with(b"phar://") {
        true => registry.split(ctx, &url, Wanted::Any, Create::No).ok(),
        false => None,
    };
    let Some((file, name)) = parts else {
        let why =
            format!("'{shown}' is not a valid phar archive URL (must have at least phar://filename.phar)");
        return Err(throw(ctx, RUNTIME, why));
    };
    let a = match open::from_file(ctx, &Request { path: &file, alias: b"", is_data: false, report: true }) {
        Ok(a) => a,
        Err(why) => {
            ctx.pending()?;
            let why = why.map_or(String::new(), |w| format!(": {w}"));
            return Err(throw(ctx, RUNTIME, format!("Cannot open phar file '{shown}'{why}")));
        }
    };
    let e = match contents::find(ctx, &a, &name, Folders::Yes, true) {
        Ok(Some(e)) => e,
        other => {
            let why = other.err().flatten().map_or(String::new(), |w| format!(", {w}"));
            let (name, file) = (text(&name), text(&file));
            let why = format!("Cannot access phar file entry '{name}' in archive '{file}'{why}");
            return Err(throw(ctx, RUNTIME, why));
        }
    };
    ENTRY.set(this, Lock::new(&a, &e));
    class(ctx, "SplFileInfo")?.call(ctx, this, "__construct", &[url.into()])?;
    Ok(Value::NULL)
}

fn destruct(this: &Object, _: &mut Ctx, _: &Args<'_>) -> R<Value> {
    ENTRY.remove(this);
    Ok(Value::NULL)
}

fn check_writable(ctx: &mut Ctx, l: &Lock, class: &str, why: &str) -> R<()> {
    if l.archive.may_write(ctx) { Ok(()) } else { Err(throw(ctx, class, why)) }
}

fn changed(ctx: &mut Ctx, l: &Lock) -> R<()> {
    l.archive.modified.set(true);
    l.entry.modified.set(true);
    save(ctx, &l.archive, PHAR_EXCEPTION)
}

fn chmod(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    let name = l.entry.shown();
    if l.entry.is_virtual.get() {
        let why = format!(
            "Phar entry \"{name}\" is a temporary directory (not an actual entry in the archive), cannot chmod"
        );
        return Err(throw(ctx, BAD_CALL, why));
    }
    let why = format!(
        "Cannot modify permissions for file \"{name}\" in phar \"{}\", write operations are prohibited",
        l.archive.shown()
    );
    check_writable(ctx, &l, PHAR_EXCEPTION, &why)?;
    let l = own_entry_of(this, ctx)?;
    let mode = int_or_none(args, 0).unwrap_or(0) as u32 & bits::PERMISSIONS;
    let flags = l.entry.flags.get() & !bits::PERMISSIONS | mode;
    l.entry.flags.set(flags);
    l.entry.old_flags.set(flags);
    ctx.files_changed();
    changed(ctx, &l)?;
    Ok(Value::NULL)
}

fn get_compressed_size(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::int(entry_of(this, ctx)?.entry.packed.get().into()))
}

fn is_compressed(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let flags = entry_of(this, ctx)?.entry.flags.get();
    let mask = match int_or_none(args, 0) {
        None | Some(BC_SAME) => bits::COMPRESSION,
        Some(n) if n == i64::from(bits::GZ) => bits::GZ,
        Some(n) if n == i64::from(bits::BZ2) => bits::BZ2,
        Some(_) => return Err(throw(ctx, BAD_CALL, "Unknown compression type specified")),
    };
    Ok(Value::bool(flags & mask != 0))
}

fn get_crc32(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    if l.entry.is_dir.get() {
        return Err(throw(ctx, BAD_CALL, "Phar entry is a directory, does not have a CRC"));
    }
    if !l.entry.checked.get() {
        return Err(throw(ctx, BAD_CALL, "Phar entry was not CRC checked"));
    }
    Ok(Value::int(l.entry.crc32.get().into()))
}

fn is_crc_checked(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::bool(entry_of(this, ctx)?.entry.checked.get()))
}

fn get_phar_flags(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let flags = entry_of(this, ctx)?.entry.flags.get();
    Ok(Value::int((flags & !(bits::PERMISSIONS | bits::COMPRESSION)).into()))
}

fn has_metadata(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::bool(entry_of(this, ctx)?.entry.metadata.borrow().is_some()))
}

fn get_metadata(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    metadata_value(ctx, &l.entry.metadata, args.get(0))
}

fn check_real(ctx: &mut Ctx, l: &Lock, what: &str) -> R<()> {
    if !l.entry.is_virtual.get() {
        return Ok(());
    }
    let why = format!(
        "Phar entry is a temporary directory (not an actual entry in the archive), cannot {what} metadata"
    );
    Err(throw(ctx, BAD_CALL, why))
}

fn set_metadata(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    check_writable(ctx, &l, BAD_CALL, DISABLED)?;
    check_real(ctx, &l, "set")?;
    let l = own_entry_of(this, ctx)?;
    replace_metadata(ctx, &l.entry.metadata, args.get(0).unwrap_or(&Value::NULL))?;
    changed(ctx, &l)?;
    Ok(Value::NULL)
}

fn del_metadata(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    check_writable(ctx, &l, BAD_CALL, DISABLED)?;
    check_real(ctx, &l, "delete")?;
    if l.entry.metadata.borrow().is_some() {
        let l = own_entry_of(this, ctx)?;
        drop(l.entry.metadata.take());
        changed(ctx, &l)?;
    }
    Ok(Value::bool(true))
}

fn get_content(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    let what = format!(
        "phar error: Cannot retrieve contents, \"{}\" in phar \"{}\"",
        l.entry.shown(),
        l.archive.shown()
    );
    if l.entry.is_dir.get() {
        return Err(throw(ctx, BAD_CALL, format!("{what} is a directory")));
    }
    match contents::open(ctx, &l.entry) {
        Ok(c) => Ok(Value::str(c.to_vec())),
        Err(why) => {
            ctx.pending()?;
            Err(throw(ctx, BAD_CALL, format!("{what}: {}", why.unwrap_or_default())))
        }
    }
}

fn compress(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    if l.archive.format.get() == Format::Tar {
        let why = "Cannot compress with Gzip compression, not possible with tar-based phar archives";
        return Err(throw(ctx, BAD_CALL, why));
    }
    if l.entry.is_dir.get() {
        return Err(throw(ctx, BAD_CALL, "Phar entry is a directory, cannot set compression"));
    }
    check_writable(ctx, &l, BAD_CALL, "Phar is readonly, cannot change compression")?;
    if l.entry.deleted.get() {
        return Err(throw(ctx, BAD_CALL, "Cannot compress deleted file"));
    }
    let l = own_entry_of(this, ctx)?;
    let (zlib, bz2) = (crate::has_zlib(ctx), crate::has_bz2(ctx));
    let gz = ("gzip", "zlib", zlib, bits::GZ);
    let bzip2 = ("bzip2", "bz2", bz2, bits::BZ2);
    let (to, from) = match u32::try_from(int_or_none(args, 0).unwrap_or(0)) {
        Ok(bits::GZ) => (gz, bzip2),
        Ok(bits::BZ2) => (bzip2, gz),
        _ => return Err(throw(ctx, BAD_CALL, "Unknown compression type specified")),
    };
    let flags = l.entry.flags.get();
    if flags & to.3 != 0 {
        return Ok(Value::bool(true));
    }
    if flags & from.3 != 0 {
        let (to, from, ext) = (to.0, from.0, from.1);
        if !if ext == "zlib" { zlib } else { bz2 } {
            let why = format!(
                "Cannot compress with {to} compression, file is already compressed with {from} compression and {ext} extension is not enabled, cannot decompress"
            );
            return Err(throw(ctx, BAD_CALL, why));
        }
        if let Err(why) = contents::open(ctx, &l.entry) {
            let (name, file, why) = (l.entry.shown(), l.archive.shown(), why.unwrap_or_default());
            let why = format!(
                "phar error: Cannot decompress {from}-compressed file \"{name}\" in phar \"{file}\" in order to compress with {to}: {why}"
            );
            return Err(throw(ctx, BAD_CALL, why));
        }
    }
    if !to.2 {
        let why = format!("Cannot compress with {} compression, {} extension is not enabled", to.0, to.1);
        return Err(throw(ctx, BAD_CALL, why));
    }
    l.entry.old_flags.set(l.entry.stored_flags());
    l.entry.flags.set(flags & !bits::COMPRESSION | to.3);
    changed(ctx, &l)?;
    Ok(Value::bool(true))
}

fn decompress(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let l = entry_of(this, ctx)?;
    if l.entry.is_dir.get() {
        return Err(throw(ctx, BAD_CALL, "Phar entry is a directory, cannot set compression"));
    }
    let flags = l.entry.flags.get();
    if flags & bits::COMPRESSION == 0 {
        return Ok(Value::bool(true));
    }
    check_writable(ctx, &l, BAD_CALL, "Phar is readonly, cannot decompress")?;
    if l.entry.deleted.get() {
        return Err(throw(ctx, BAD_CALL, "Cannot compress deleted file"));
    }
    let (name, short, ext, there) = match flags & bits::COMPRESSION {
        bits::GZ => ("Gzip", "gzip", "zlib", crate::has_zlib(ctx)),
        bits::BZ2 => ("Bzip2", "bz2", "bz2", crate::has_bz2(ctx)),
        _ => {
            let why = "Cannot decompress file compressed with unknown compression type";
            return Err(throw(ctx, BAD_CALL, why));
        }
    };
    if !there {
        let why = format!("Cannot decompress {name}-compressed file, {ext} extension is not enabled");
        return Err(throw(ctx, BAD_CALL, why));
    }
    let l = own_entry_of(this, ctx)?;
    if let Err(why) = contents::open(ctx, &l.entry) {
        let (name, file, why) = (l.entry.shown(), l.archive.shown(), why.unwrap_or_default());
        let why = format!(
            "Phar error: Cannot decompress {short}-compressed file \"{name}\" in phar \"{file}\": {why}"
        );
        return Err(throw(ctx, BAD_CALL, why));
    }
    l.entry.old_flags.set(l.entry.stored_flags());
    l.entry.flags.set(flags & !bits::COMPRESSION);
    changed(ctx, &l)?;
    Ok(Value::bool(true))
}

#[php_methods(
    "public function __construct(string $filename)" => construct,
    "public function __destruct()" => destruct,
    "public function chmod(int $perms): ~void" => chmod,
    "public function compress(int $compression): ~true" => compress,
    "public function decompress(): ~true" => decompress,
    "public function delMetadata(): ~true" => del_metadata,
    "public function getCompressedSize(): ~int" => get_compressed_size,
    "public function getCRC32(): ~int" => get_crc32,
    "public function getContent(): ~string" => get_content,
    "public function getMetadata(array $unserializeOptions = []): ~mixed" => get_metadata,
    "public function getPharFlags(): ~int" => get_phar_flags,
    "public function hasMetadata(): ~bool" => has_metadata,
    "public function isCompressed(?int $compression = null): ~bool" => is_compressed,
    "public function isCRCChecked(): ~bool" => is_crc_checked,
    "public function setMetadata(mixed $metadata): ~void" => set_metadata,
)]
impl PharFileInfo {}
