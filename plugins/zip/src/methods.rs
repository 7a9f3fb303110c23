//! Methods of ZipArchive.

use crate::class::{ZipArchive, check_filled, check_open, check_path, entries, with};
use crate::close::{Watchers, close};
use crate::{add, contents, extract, pattern};
use howdah_libzip::{Archive, Failed, NO_ENCRYPTION, Stat, can_compress, can_encrypt, open};
use plugin_api::{Array, Ctx, Level, OrFalse, R, Reference, This, Value, php_methods};

/// `ZipArchive::FL_OVERWRITE`
const OVERWRITE: i64 = 8192;

fn index(n: i64) -> u64 {
    // libzip refuses what no archive has.
    n.cast_unsigned()
}

/// What PHP makes of an int where libzip takes 32 bits: the lower ones, as C does.
fn bits(n: i64) -> u32 {
    n as u32
}

/// What PHP makes of an int where libzip takes an int: its lower bits.
fn int(n: i64) -> i32 {
    n as i32
}

/// What PHP makes of an int where libzip takes 16 bits: the lower ones.
fn short(n: i64) -> u16 {
    n as u16
}

fn stat_array(s: &Stat) -> Array {
    let mut out = Array::new();
    out.set("name", &s.name[..]);
    out.set("index", s.index.cast_signed());
    out.set("crc", i64::from(s.crc));
    out.set("size", s.size.cast_signed());
    out.set("mtime", s.mtime);
    out.set("comp_size", s.comp_size.cast_signed());
    out.set("comp_method", i64::from(s.comp_method));
    out.set("encryption_method", i64::from(s.encryption_method));
    out
}

/// Sets an entry's comment.
fn comment(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    text: &[u8],
    find: impl FnOnce(&Archive) -> Result<u64, Failed>,
) -> R<bool> {
    check_open(this, ctx)?;
    if text.len() > 0xffff {
        return Err(ctx.argument_value_error(2, "must be less than 65535 bytes"));
    }
    Ok(with(this, ctx, |z| find(z).and_then(|i| z.set_entry_comment(i, text)))?.is_some())
}

/// Encrypts an entry: takes its old password away first.
fn encrypt(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    method: i64,
    password: Option<&[u8]>,
    find: impl FnOnce(&Archive) -> Result<u64, Failed>,
) -> R<bool> {
    let Some(i) = with(this, ctx, |z| find(z))? else { return Ok(false) };
    if with(this, ctx, |z| z.set_encryption(i, NO_ENCRYPTION, None))?.is_none() {
        ctx.warning("password reset failed")?;
        return Ok(false);
    }
    Ok(with(this, ctx, |z| z.set_encryption(i, short(method), password))?.is_some())
}

/// Gives the system and attributes of an entry to two variables.
fn attributes(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    (opsys, attr): (Reference<'_>, Reference<'_>),
    find: impl FnOnce(&Archive) -> Result<(u8, u32), Failed>,
) -> R<bool> {
    let Some((system, attributes)) = with(this, ctx, |z| find(z))? else { return Ok(false) };
    opsys.set(ctx, i64::from(system))?;
    attr.set(ctx, i64::from(attributes))?;
    Ok(true)
}

/// The entry of a name that may not be empty.
fn named<T>(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    name: &[u8],
    f: impl FnOnce(&mut Archive, u64) -> Result<T, Failed>,
) -> R<Option<T>> {
    check_open(this, ctx)?;
    check_filled(ctx, 1, name)?;
    with(this, ctx, |z| z.locate(name, 0).and_then(|i| f(z, i)))
}

#[php_methods]
impl ZipArchive {
    #[php("public function open(string $filename, int $flags = 0): ~int|bool")]
    fn open(this: &This<Self>, ctx: &mut Ctx, filename: &[u8], how: i64) -> R<Value> {
        check_path(ctx, 1, filename)?;
        check_filled(ctx, 1, filename)?;
        if !ctx.path_allowed(filename) {
            return Ok(Value::bool(false));
        }
        let Some(path) = ctx.expand_path(filename) else {
            ctx.warning("No such file or directory")?;
            return Ok(Value::bool(false));
        };
        let mut p = this.borrow_mut(ctx)?;
        if let Some(old) = p.zip.take() {
            let watchers = Watchers::of(&mut p);
            drop(p);
            match close(ctx, old, watchers) {
                Ok(thrown) => thrown?,
                Err((old, watchers)) => {
                    let mut p = this.borrow_mut(ctx)?;
                    p.zip = Some(old);
                    watchers.restore(&mut p);
                    drop(p);
                    ctx.warning("Empty string as source")?;
                    return Ok(Value::bool(false));
                }
            }
        } else {
            drop(p);
        }
        this.borrow_mut(ctx)?.filename = None;
        let mut how = int(how);
        // What a handler throws does not keep the archive from being opened.
        let mut said = Ok(());
        if how & (open::TRUNCATE | open::RDONLY) == 0 {
            use std::os::unix::ffi::OsStrExt;
            let os = std::ffi::OsStr::from_bytes(&path);
            if std::fs::metadata(os).is_ok_and(|m| m.len() == 0) {
                said = ctx.raise(Level::Deprecated, "Using empty file as ZipArchive is deprecated");
                // libzip takes no empty file for an archive any more.
                how |= open::TRUNCATE;
            }
        }
        let opened = match Archive::open(&path, how) {
            Ok(zip) => {
                let mut p = this.borrow_mut(ctx)?;
                p.zip = Some(zip);
                p.filename = Some(path.to_vec());
                Value::bool(true)
            }
            Err(code) => Value::int(code.into()),
        };
        said.map(|()| opened)
    }

    #[php("public function setPassword(#[\\SensitiveParameter] string $password): ~bool")]
    fn set_password(this: &This<Self>, ctx: &mut Ctx, password: &[u8]) -> R<bool> {
        let filled = !password.is_empty();
        let set = with(this, ctx, |z| if filled { z.set_password(password) } else { Err(Failed) })?;
        Ok(set.is_some())
    }

    #[php("public function close(): ~bool")]
    fn close(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        check_open(this, ctx)?;
        let mut p = this.borrow_mut(ctx)?;
        let Some(zip) = p.zip.take() else { return Ok(false) };
        let watchers = Watchers::of(&mut p);
        drop(p);
        let (failure, thrown) = match close(ctx, zip, watchers) {
            Ok(thrown) => (None, thrown),
            Err((zip, _)) => (Some(zip.error()), Ok(())),
        };
        ctx.files_changed();
        let mut p = this.borrow_mut(ctx)?;
        p.closed = failure.unwrap_or_default();
        if p.zip.is_none() {
            p.filename = None;
        }
        drop(p);
        thrown?;
        if let Some(e) = failure {
            ctx.warning(e.message())?;
        }
        ctx.pending()?;
        Ok(failure.is_none())
    }

    #[php("public function count(): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(with(this, ctx, |z| Ok(entries(z)))?.unwrap_or(0))
    }

    #[php("public function getStatusString(): ~string")]
    fn get_status_string(this: &This<Self>, ctx: &mut Ctx) -> R<String> {
        Ok(this.borrow(ctx)?.error().message())
    }

    #[php("public function clearError(): void")]
    fn clear_error(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let mut p = this.borrow_mut(ctx)?;
        match p.zip.as_mut() {
            Some(zip) => zip.clear_error(),
            None => p.closed = howdah_libzip::Error::default(),
        }
        Ok(())
    }

    // ---- adding ----

    #[php("public function addEmptyDir(string $dirname, int $flags = 0): ~bool")]
    fn add_empty_dir(this: &This<Self>, ctx: &mut Ctx, dirname: &[u8], flags: i64) -> R<bool> {
        check_open(this, ctx)?;
        if dirname.is_empty() {
            return Ok(false);
        }
        let mut name = dirname.to_vec();
        if !name.ends_with(b"/") {
            name.push(b'/');
        }
        let added = with(this, ctx, |z| {
            let i = z.add_dir(&name, bits(flags))?;
            z.clear_error();
            Ok(i)
        })?;
        add::remember(this, ctx, added)
    }

    #[php(
        "public function addFromString(string $name, string $content, int $flags = ZipArchive::FL_OVERWRITE): ~bool"
    )]
    fn add_from_string(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        content: &[u8],
        flags: Option<i64>,
    ) -> R<bool> {
        let added = with(this, ctx, |z| {
            let i = z.add_bytes(name, content, bits(flags.unwrap_or(OVERWRITE)))?;
            z.clear_error();
            Ok(i)
        })?;
        add::remember(this, ctx, added)
    }

    #[php(
        "public function addFile(string $filepath, string $entryname = \"\", int $start = 0, int $length = ZipArchive::LENGTH_TO_END, int $flags = ZipArchive::FL_OVERWRITE): ~bool"
    )]
    fn add_file(
        this: &This<Self>,
        ctx: &mut Ctx,
        filepath: &[u8],
        entryname: &[u8],
        start: i64,
        length: Option<i64>,
        flags: Option<i64>,
    ) -> R<bool> {
        check_path(ctx, 1, filepath)?;
        check_filled(ctx, 1, filepath)?;
        let name = if entryname.is_empty() { filepath } else { entryname };
        let part = add::Part { start: start.cast_unsigned(), length: length.unwrap_or(0) };
        add::file(this, ctx, filepath, add::To::Name(name), part, bits(flags.unwrap_or(OVERWRITE)))
    }

    #[php(
        "public function replaceFile(string $filepath, int $index, int $start = 0, int $length = ZipArchive::LENGTH_TO_END, int $flags = 0): ~bool"
    )]
    fn replace_file(
        this: &This<Self>,
        ctx: &mut Ctx,
        filepath: &[u8],
        at: i64,
        start: i64,
        length: Option<i64>,
        flags: i64,
    ) -> R<bool> {
        check_path(ctx, 1, filepath)?;
        check_filled(ctx, 1, filepath)?;
        let Ok(at) = u64::try_from(at) else {
            return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
        };
        let part = add::Part { start: start.cast_unsigned(), length: length.unwrap_or(0) };
        add::file(this, ctx, filepath, add::To::Index(at), part, bits(flags))
    }

    #[php("public function addGlob(string $pattern, int $flags = 0, array $options = []): ~array|false")]
    fn add_glob(
        this: &This<Self>,
        ctx: &mut Ctx,
        text: &[u8],
        flags: i64,
        options: Option<&Array>,
    ) -> R<OrFalse<Array>> {
        check_path(ctx, 1, text)?;
        check_filled(ctx, 1, text)?;
        let options = pattern::Options::read(ctx, options)?;
        let found = pattern::glob(ctx, text, flags)?;
        pattern::add(this, ctx, found, &options)
    }

    #[php(
        "public function addPattern(string $pattern, string $path = \".\", array $options = []): ~array|false"
    )]
    fn add_pattern(
        this: &This<Self>,
        ctx: &mut Ctx,
        text: &[u8],
        path: &[u8],
        options: Option<&Array>,
    ) -> R<OrFalse<Array>> {
        check_path(ctx, 1, text)?;
        check_filled(ctx, 1, text)?;
        let options = pattern::Options::read(ctx, options)?;
        let found = pattern::regex(ctx, text, path)?;
        pattern::add(this, ctx, found, &options)
    }

    // ---- names and deletion ----

    #[php("public function renameIndex(int $index, string $new_name): ~bool")]
    fn rename_index(this: &This<Self>, ctx: &mut Ctx, at: i64, new_name: &[u8]) -> R<bool> {
        if at < 0 {
            return Ok(false);
        }
        check_open(this, ctx)?;
        check_filled(ctx, 2, new_name)?;
        Ok(with(this, ctx, |z| z.rename(index(at), new_name))?.is_some())
    }

    #[php("public function renameName(string $name, string $new_name): ~bool")]
    fn rename_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], new_name: &[u8]) -> R<bool> {
        check_open(this, ctx)?;
        check_filled(ctx, 2, new_name)?;
        check_filled(ctx, 1, name)?;
        Ok(with(this, ctx, |z| z.stat(name, 0).and_then(|s| z.rename(s.index, new_name)))?.is_some())
    }

    #[php("public function setArchiveComment(string $comment): ~bool")]
    fn set_archive_comment(this: &This<Self>, ctx: &mut Ctx, comment: &[u8]) -> R<bool> {
        check_open(this, ctx)?;
        if comment.len() > 0xffff {
            return Err(ctx.argument_value_error(1, "must be less than 65535 bytes"));
        }
        Ok(with(this, ctx, |z| z.set_comment(comment))?.is_some())
    }

    #[php("public function getArchiveComment(int $flags = 0): ~string|false")]
    fn get_archive_comment(this: &This<Self>, ctx: &mut Ctx, flags: i64) -> R<OrFalse<Vec<u8>>> {
        Ok(with(this, ctx, |z| z.comment(bits(flags)).ok_or(Failed))?.into())
    }

    #[php("public function setArchiveFlag(int $flag, int $value): bool")]
    fn set_archive_flag(this: &This<Self>, ctx: &mut Ctx, flag: i64, value: i64) -> R<bool> {
        Ok(with(this, ctx, |z| z.set_flag(bits(flag), int(value)))?.is_some())
    }

    #[php("public function getArchiveFlag(int $flag, int $flags = 0): int")]
    fn get_archive_flag(this: &This<Self>, ctx: &mut Ctx, flag: i64, flags: i64) -> R<i64> {
        Ok(with(this, ctx, |z| Ok(z.flag(bits(flag), bits(flags))))?.map_or(0, i64::from))
    }

    #[php("public function setCommentIndex(int $index, string $comment): ~bool")]
    fn set_comment_index(this: &This<Self>, ctx: &mut Ctx, at: i64, text: &[u8]) -> R<bool> {
        comment(this, ctx, text, |z| z.stat_index(index(at), 0).map(|s| s.index))
    }

    #[php("public function setCommentName(string $name, string $comment): ~bool")]
    fn set_comment_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], text: &[u8]) -> R<bool> {
        check_filled(ctx, 1, name)?;
        comment(this, ctx, text, |z| z.locate(name, 0))
    }

    #[php("public function setMtimeIndex(int $index, int $timestamp, int $flags = 0): ~bool")]
    fn set_mtime_index(this: &This<Self>, ctx: &mut Ctx, at: i64, time: i64, flags: i64) -> R<bool> {
        Ok(with(this, ctx, |z| z.set_mtime(index(at), time, bits(flags)))?.is_some())
    }

    #[php("public function setMtimeName(string $name, int $timestamp, int $flags = 0): ~bool")]
    fn set_mtime_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], time: i64, flags: i64) -> R<bool> {
        Ok(named(this, ctx, name, |z, i| z.set_mtime(i, time, bits(flags)))?.is_some())
    }

    #[php("public function getCommentIndex(int $index, int $flags = 0): ~string|false")]
    fn get_comment_index(this: &This<Self>, ctx: &mut Ctx, at: i64, flags: i64) -> R<OrFalse<Vec<u8>>> {
        let found = with(this, ctx, |z| {
            z.stat_index(index(at), 0)?;
            Ok(z.entry_comment(index(at), bits(flags)).unwrap_or_default())
        })?;
        Ok(found.into())
    }

    #[php("public function getCommentName(string $name, int $flags = 0): ~string|false")]
    fn get_comment_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], flags: i64) -> R<OrFalse<Vec<u8>>> {
        let found = named(this, ctx, name, |z, i| Ok(z.entry_comment(i, bits(flags)).unwrap_or_default()))?;
        Ok(found.into())
    }

    #[php("public function deleteIndex(int $index): ~bool")]
    fn delete_index(this: &This<Self>, ctx: &mut Ctx, at: i64) -> R<bool> {
        Ok(with(this, ctx, |z| if at < 0 { Err(Failed) } else { z.delete(index(at)) })?.is_some())
    }

    #[php("public function deleteName(string $name): ~bool")]
    fn delete_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        let filled = !name.is_empty();
        let done = with(this, ctx, |z| {
            if filled { z.stat(name, 0).and_then(|s| z.delete(s.index)) } else { Err(Failed) }
        })?;
        Ok(done.is_some())
    }

    // ---- what there is ----

    #[php("public function statName(string $name, int $flags = 0): ~array|false")]
    fn stat_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], flags: i64) -> R<OrFalse<Array>> {
        check_path(ctx, 1, name)?;
        check_open(this, ctx)?;
        check_filled(ctx, 1, name)?;
        Ok(with(this, ctx, |z| z.stat(name, bits(flags)))?.map(|s| stat_array(&s)).into())
    }

    #[php("public function statIndex(int $index, int $flags = 0): ~array|false")]
    fn stat_index(this: &This<Self>, ctx: &mut Ctx, at: i64, flags: i64) -> R<OrFalse<Array>> {
        Ok(with(this, ctx, |z| z.stat_index(index(at), bits(flags)))?.map(|s| stat_array(&s)).into())
    }

    #[php("public function locateName(string $name, int $flags = 0): ~int|false")]
    fn locate_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], flags: i64) -> R<OrFalse<i64>> {
        check_path(ctx, 1, name)?;
        let filled = !name.is_empty();
        let found = with(this, ctx, |z| if filled { z.locate(name, bits(flags)) } else { Err(Failed) })?;
        Ok(found.map(u64::cast_signed).into())
    }

    #[php("public function getNameIndex(int $index, int $flags = 0): ~string|false")]
    fn get_name_index(this: &This<Self>, ctx: &mut Ctx, at: i64, flags: i64) -> R<OrFalse<Vec<u8>>> {
        // PHP hands the index on as a C int.
        let at = index(int(at).into());
        Ok(with(this, ctx, |z| z.name(at, bits(flags)).ok_or(Failed))?.into())
    }

    #[php("public function unchangeArchive(): ~bool")]
    fn unchange_archive(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(with(this, ctx, Archive::unchange_archive)?.is_some())
    }

    #[php("public function unchangeAll(): ~bool")]
    fn unchange_all(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(with(this, ctx, Archive::unchange_all)?.is_some())
    }

    #[php("public function unchangeIndex(int $index): ~bool")]
    fn unchange_index(this: &This<Self>, ctx: &mut Ctx, at: i64) -> R<bool> {
        Ok(with(this, ctx, |z| if at < 0 { Err(Failed) } else { z.unchange(index(at)) })?.is_some())
    }

    #[php("public function unchangeName(string $name): ~bool")]
    fn unchange_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        let filled = !name.is_empty();
        let done = with(this, ctx, |z| {
            if filled { z.stat(name, 0).and_then(|s| z.unchange(s.index)) } else { Err(Failed) }
        })?;
        Ok(done.is_some())
    }

    // ---- contents ----

    #[php("public function extractTo(string $pathto, array|string|null $files = null): ~bool")]
    fn extract_to(this: &This<Self>, ctx: &mut Ctx, to: &[u8], files: Option<&Value>) -> R<bool> {
        check_path(ctx, 1, to)?;
        check_open(this, ctx)?;
        extract::extract_to(this, ctx, to, files)
    }

    #[php("public function getFromName(string $name, int $len = 0, int $flags = 0): ~string|false")]
    fn get_from_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], len: i64, flags: i64) -> R<Value> {
        check_path(ctx, 1, name)?;
        check_open(this, ctx)?;
        check_filled(ctx, 1, name)?;
        let flags = bits(flags);
        contents::read(this, ctx, len, |z| z.stat(name, flags), |z, _| z.open_name(name, flags))
    }

    #[php("public function getFromIndex(int $index, int $len = 0, int $flags = 0): ~string|false")]
    fn get_from_index(this: &This<Self>, ctx: &mut Ctx, at: i64, len: i64, flags: i64) -> R<Value> {
        let flags = bits(flags);
        let stat = |z: &Archive| z.stat_index(index(at), flags);
        contents::read(this, ctx, len, stat, |z, _| z.open_index(index(at), flags))
    }

    #[php("public function getStreamIndex(int $index, int $flags = 0)")]
    fn get_stream_index(this: &This<Self>, ctx: &mut Ctx, at: i64, flags: i64) -> R<Value> {
        let flags = bits(flags);
        contents::stream(this, ctx, flags, |z| z.stat_index(index(at), flags))
    }

    #[php("public function getStreamName(string $name, int $flags = 0)")]
    fn get_stream_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], flags: i64) -> R<Value> {
        check_path(ctx, 1, name)?;
        check_open(this, ctx)?;
        check_filled(ctx, 1, name)?;
        let flags = bits(flags);
        contents::stream(this, ctx, flags, |z| z.stat(name, flags))
    }

    #[php("public function getStream(string $name)")]
    fn get_stream(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<Value> {
        ZipArchive::get_stream_name(this, ctx, name, 0)
    }

    // ---- how entries are kept ----

    #[php(
        "public function setExternalAttributesName(string $name, int $opsys, int $attr, int $flags = 0): ~bool"
    )]
    fn set_external_attributes_name(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        opsys: i64,
        attr: i64,
        flags: i64,
    ) -> R<bool> {
        let system = bits(opsys).to_le_bytes()[0];
        let set = named(this, ctx, name, |z, i| z.set_attributes(i, bits(flags), system, bits(attr)))?;
        Ok(set.is_some())
    }

    #[php(
        "public function setExternalAttributesIndex(int $index, int $opsys, int $attr, int $flags = 0): ~bool"
    )]
    fn set_external_attributes_index(
        this: &This<Self>,
        ctx: &mut Ctx,
        at: i64,
        opsys: i64,
        attr: i64,
        flags: i64,
    ) -> R<bool> {
        let system = bits(opsys).to_le_bytes()[0];
        let set = with(this, ctx, |z| {
            z.stat_index(index(at), 0)?;
            z.set_attributes(index(at), bits(flags), system, bits(attr))
        })?;
        Ok(set.is_some())
    }

    #[php("public function getExternalAttributesName(string $name, &$opsys, &$attr, int $flags = 0): ~bool")]
    fn get_external_attributes_name(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        opsys: Reference<'_>,
        attr: Reference<'_>,
        flags: i64,
    ) -> R<bool> {
        check_open(this, ctx)?;
        check_filled(ctx, 1, name)?;
        attributes(this, ctx, (opsys, attr), |z| z.attributes(z.locate(name, 0)?, bits(flags)))
    }

    #[php("public function getExternalAttributesIndex(int $index, &$opsys, &$attr, int $flags = 0): ~bool")]
    fn get_external_attributes_index(
        this: &This<Self>,
        ctx: &mut Ctx,
        at: i64,
        opsys: Reference<'_>,
        attr: Reference<'_>,
        flags: i64,
    ) -> R<bool> {
        attributes(this, ctx, (opsys, attr), |z| {
            z.stat_index(index(at), 0)?;
            z.attributes(index(at), bits(flags))
        })
    }

    #[php("public function setCompressionName(string $name, int $method, int $compflags = 0): ~bool")]
    fn set_compression_name(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        method: i64,
        level: i64,
    ) -> R<bool> {
        Ok(named(this, ctx, name, |z, i| z.set_compression(i, int(method), bits(level)))?.is_some())
    }

    #[php("public function setCompressionIndex(int $index, int $method, int $compflags = 0): ~bool")]
    fn set_compression_index(this: &This<Self>, ctx: &mut Ctx, at: i64, method: i64, level: i64) -> R<bool> {
        Ok(with(this, ctx, |z| z.set_compression(index(at), int(method), bits(level)))?.is_some())
    }

    #[php(
        "public function setEncryptionName(string $name, int $method, #[\\SensitiveParameter] ?string $password = null): ~bool"
    )]
    fn set_encryption_name(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        method: i64,
        password: Option<&[u8]>,
    ) -> R<bool> {
        check_open(this, ctx)?;
        check_filled(ctx, 1, name)?;
        encrypt(this, ctx, method, password, |z| z.locate(name, 0))
    }

    #[php(
        "public function setEncryptionIndex(int $index, int $method, #[\\SensitiveParameter] ?string $password = null): ~bool"
    )]
    fn set_encryption_index(
        this: &This<Self>,
        ctx: &mut Ctx,
        at: i64,
        method: i64,
        password: Option<&[u8]>,
    ) -> R<bool> {
        encrypt(this, ctx, method, password, |_| Ok(index(at)))
    }

    // ---- callbacks ----

    #[php("public function registerProgressCallback(float $rate, callable $callback): ~bool")]
    fn register_progress_callback(this: &This<Self>, ctx: &mut Ctx, rate: f64, callback: &Value) -> R<bool> {
        check_open(this, ctx)?;
        let mut p = this.borrow_mut(ctx)?;
        p.rate = rate;
        let old = p.progress.replace(callback.clone());
        drop(p);
        drop(old);
        Ok(true)
    }

    #[php("public function registerCancelCallback(callable $callback): ~bool")]
    fn register_cancel_callback(this: &This<Self>, ctx: &mut Ctx, callback: &Value) -> R<bool> {
        check_open(this, ctx)?;
        let old = this.borrow_mut(ctx)?.cancel.replace(callback.clone());
        drop(old);
        Ok(true)
    }

    // ---- what libzip can ----

    #[php("public static function isCompressionMethodSupported(int $method, bool $enc = true): bool")]
    fn is_compression_method_supported(method: i64, enc: bool) -> bool {
        can_compress(int(method), enc)
    }

    #[php("public static function isEncryptionMethodSupported(int $method, bool $enc = true): bool")]
    fn is_encryption_method_supported(method: i64, enc: bool) -> bool {
        can_encrypt(short(method), enc)
    }
}
