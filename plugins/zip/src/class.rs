//! The ZipArchive class.

use crate::archive::{Archive, Encryption, Source, er, message, method_of};
use plugin_api::{
    Array, Comparison, Ctx, GcRoots, Handlers, OrFalse, PropMode, R, Str, This, Value, Visitor, php_class,
    php_methods,
};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// An archive to read and write.
#[derive(Default)]
#[php_class(
    "class ZipArchive implements Countable",
    "const int CREATE = 1",
    "const int EXCL = 2",
    "const int CHECKCONS = 4",
    "const int OVERWRITE = 8",
    "const int RDONLY = 16",
    "const int FL_NOCASE = 1",
    "const int FL_NODIR = 2",
    "const int FL_COMPRESSED = 4",
    "const int FL_UNCHANGED = 8",
    "const int FL_RECOMPRESS = 16",
    "const int FL_ENCRYPTED = 32",
    "const int FL_OVERWRITE = 8192",
    "const int FL_ENC_GUESS = 0",
    "const int FL_ENC_RAW = 64",
    "const int FL_ENC_STRICT = 128",
    "const int FL_ENC_UTF_8 = 2048",
    "const int FL_ENC_CP437 = 4096",
    "const int FL_OPEN_FILE_NOW = 1073741824",
    "const int CM_DEFAULT = -1",
    "const int CM_STORE = 0",
    "const int CM_SHRINK = 1",
    "const int CM_REDUCE_1 = 2",
    "const int CM_REDUCE_2 = 3",
    "const int CM_REDUCE_3 = 4",
    "const int CM_REDUCE_4 = 5",
    "const int CM_IMPLODE = 6",
    "const int CM_DEFLATE = 8",
    "const int CM_DEFLATE64 = 9",
    "const int CM_PKWARE_IMPLODE = 10",
    "const int CM_BZIP2 = 12",
    "const int CM_LZMA = 14",
    "const int CM_LZMA2 = 33",
    "const int CM_ZSTD = 93",
    "const int CM_XZ = 95",
    "const int CM_TERSE = 18",
    "const int CM_LZ77 = 19",
    "const int CM_WAVPACK = 97",
    "const int CM_PPMD = 98",
    "const int ER_OK = 0",
    "const int ER_MULTIDISK = 1",
    "const int ER_RENAME = 2",
    "const int ER_CLOSE = 3",
    "const int ER_SEEK = 4",
    "const int ER_READ = 5",
    "const int ER_WRITE = 6",
    "const int ER_CRC = 7",
    "const int ER_ZIPCLOSED = 8",
    "const int ER_NOENT = 9",
    "const int ER_EXISTS = 10",
    "const int ER_OPEN = 11",
    "const int ER_TMPOPEN = 12",
    "const int ER_ZLIB = 13",
    "const int ER_MEMORY = 14",
    "const int ER_CHANGED = 15",
    "const int ER_COMPNOTSUPP = 16",
    "const int ER_EOF = 17",
    "const int ER_INVAL = 18",
    "const int ER_NOZIP = 19",
    "const int ER_INTERNAL = 20",
    "const int ER_INCONS = 21",
    "const int ER_REMOVE = 22",
    "const int ER_DELETED = 23",
    "const int ER_ENCRNOTSUPP = 24",
    "const int ER_RDONLY = 25",
    "const int ER_NOPASSWD = 26",
    "const int ER_WRONGPASSWD = 27",
    "const int ER_OPNOTSUPP = 28",
    "const int ER_INUSE = 29",
    "const int ER_TELL = 30",
    "const int ER_COMPRESSED_DATA = 31",
    "const int ER_CANCELLED = 32",
    "const int EM_NONE = 0",
    "const int EM_TRAD_PKWARE = 1",
    "const int EM_AES_128 = 257",
    "const int EM_AES_192 = 258",
    "const int EM_AES_256 = 259",
    "const int EM_UNKNOWN = 65535",
    "const string LIBZIP_VERSION = \"1.7.3\"",
    "public int $lastId",
    "public int $status",
    "public int $statusSys",
    "public int $numFiles",
    "public string $filename",
    "public string $comment",
    handlers(read_prop, write_prop, has_prop, properties, count)
)]
pub struct ZipArchive {
    open: Option<Archive>,
    last_id: i64,
    status: i64,
    password: Option<Vec<u8>>,
}

impl GcRoots for ZipArchive {
    fn visit(&mut self, _: &mut Visitor) {}
}

impl Drop for ZipArchive {
    fn drop(&mut self) {
        // An archive that nobody closed is written when its object goes.
        if let Some(mut a) = self.open.take() {
            // There is nobody left to tell of a failure.
            let _ = a.close(self.password.as_deref());
        }
    }
}

const PROPS: [&str; 6] = ["lastId", "status", "statusSys", "numFiles", "filename", "comment"];

impl ZipArchive {
    fn property(&self, name: &[u8]) -> Option<Value> {
        let a = self.open.as_ref();
        Some(match name {
            b"lastId" => Value::int(self.last_id),
            b"status" => Value::int(self.status),
            b"statusSys" => Value::int(0),
            b"numFiles" => Value::int(a.map_or(0, |a| a.len() as i64)),
            b"filename" => Value::str(a.map_or(&b""[..], |a| a.path.as_os_str().as_bytes())),
            b"comment" => Value::str(a.map_or(&b""[..], |a| &a.comment)),
            _ => return None,
        })
    }
}

impl Handlers for ZipArchive {
    fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: PropMode) -> R<Option<Value>> {
        Ok(this.borrow(ctx)?.property(name))
    }
    fn write_prop(_: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        match PROPS.iter().find(|p| p.as_bytes() == &**name) {
            Some(p) => Err(ctx.error(format!("Cannot write read-only property ZipArchive::${p}"))),
            None => Ok(false),
        }
    }
    fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
        let v = this.borrow(ctx)?.property(name);
        Ok(v.map(|v| mode != 1 || v.to_bool()))
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, _: u32) -> R<Option<Array>> {
        let mut all = this.object().properties(ctx)?;
        let p = this.borrow(ctx)?;
        for name in PROPS {
            if let Some(v) = p.property(name.as_bytes()) {
                all.set(name, v);
            }
        }
        Ok(Some(all))
    }
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
        Ok(Some(this.borrow(ctx)?.open.as_ref().map_or(0, |a| a.len() as i64)))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

/// Runs `f` on the open archive: its result, or the code of what is wrong, kept as the status.
fn with<T>(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    f: impl FnOnce(&mut Archive, Option<&[u8]>) -> Result<T, i64>,
) -> R<Option<T>> {
    let mut p = this.borrow_mut(ctx)?;
    let password = p.password.clone();
    let Some(a) = p.open.as_mut() else {
        drop(p);
        return Err(ctx.value_error("Invalid or uninitialized Zip object"));
    };
    match f(a, password.as_deref()) {
        Ok(v) => {
            p.status = er::OK;
            Ok(Some(v))
        }
        Err(c) => {
            p.status = c;
            Ok(None)
        }
    }
}

fn path_of(b: &[u8]) -> PathBuf {
    PathBuf::from(OsStr::from_bytes(b))
}

fn stat_array(a: &mut Archive, i: usize) -> Result<Array, i64> {
    let s = a.stat(i)?;
    let mut out = Array::new();
    out.set("name", &a.entries[i].name[..]);
    out.set("index", i as i64);
    out.set("crc", s.crc as i64);
    out.set("size", s.size as i64);
    out.set("mtime", s.mtime);
    out.set("comp_size", s.comp_size as i64);
    out.set("comp_method", s.comp_method);
    out.set("encryption_method", s.encryption);
    Ok(out)
}

/// A name within a folder that a hostile archive cannot lead out of.
fn safe_name(name: &[u8]) -> PathBuf {
    let mut out = PathBuf::new();
    for part in name.split(|c| *c == b'/' || *c == b'\\') {
        if !part.is_empty() && part != b"." && part != b".." {
            out.push(OsStr::from_bytes(part));
        }
    }
    out
}

fn extract(a: &mut Archive, i: usize, dest: &Path, pw: Option<&[u8]>) -> Result<(), i64> {
    let name = a.entries[i].name.clone();
    let to = dest.join(safe_name(&name));
    if name.ends_with(b"/") {
        return std::fs::create_dir_all(&to).map_err(|_| 6);
    }
    if let Some(d) = to.parent() {
        std::fs::create_dir_all(d).map_err(|_| 6)?;
    }
    let data = a.read(i, pw)?;
    std::fs::write(&to, data).map_err(|_| 6)
}

#[php_methods]
impl ZipArchive {
    #[php("public function open(string $filename, int $flags = 0): bool|int")]
    fn open(this: &This<Self>, ctx: &mut Ctx, filename: &[u8], flags: i64) -> R<Value> {
        if filename.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        let path = path_of(filename);
        let full =
            if path.is_absolute() { path } else { std::env::current_dir().unwrap_or_default().join(path) };
        let mut p = this.borrow_mut(ctx)?;
        let pw = p.password.clone();
        if let Some(mut old) = p.open.take()
            && old.close(pw.as_deref()).is_err()
        {
            drop(p);
            ctx.warning("Empty string as source")?;
            return Ok(Value::bool(false));
        }
        p.last_id = -1;
        match Archive::open(&full, flags) {
            Ok(a) => {
                p.open = Some(a);
                p.status = er::OK;
                Ok(Value::bool(true))
            }
            Err(c) => Ok(Value::int(c)),
        }
    }

    #[php("public function setPassword(#[\\SensitiveParameter] string $password): bool")]
    fn set_password(this: &This<Self>, ctx: &mut Ctx, password: &[u8]) -> R<bool> {
        with(this, ctx, |_, _| Ok(()))?;
        if password.is_empty() {
            return Ok(false);
        }
        this.borrow_mut(ctx)?.password = Some(password.to_vec());
        Ok(true)
    }

    #[php("public function close(): bool")]
    fn close(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let mut p = this.borrow_mut(ctx)?;
        let pw = p.password.clone();
        let Some(mut a) = p.open.take() else {
            drop(p);
            return Err(ctx.value_error("Invalid or uninitialized Zip object"));
        };
        p.last_id = -1;
        match a.close(pw.as_deref()) {
            Ok(()) => {
                p.status = er::OK;
                Ok(true)
            }
            Err(c) => {
                p.status = c;
                drop(p);
                ctx.warning(message(c))?;
                Ok(false)
            }
        }
    }

    #[php("public function count(): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(with(this, ctx, |a, _| Ok(a.len() as i64))?.unwrap_or(0))
    }

    #[php("public function getStatusString(): ~string")]
    fn get_status_string(this: &This<Self>, ctx: &mut Ctx) -> R<&'static str> {
        Ok(message(this.borrow(ctx)?.status))
    }

    #[php("public function clearError(): void")]
    fn clear_error(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        with(this, ctx, |_, _| Ok(()))?;
        Ok(())
    }

    #[php("public function addEmptyDir(string $dirname, int $flags = 0): ~bool")]
    fn add_empty_dir(this: &This<Self>, ctx: &mut Ctx, dirname: &[u8], _flags: i64) -> R<bool> {
        if dirname.is_empty() {
            return Ok(false);
        }
        let mut name = dirname.to_vec();
        if name.last() != Some(&b'/') {
            name.push(b'/');
        }
        let i = with(this, ctx, |a, _| a.add(&name, Source::Directory, false))?;
        added(this, ctx, i)
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
        let over = flags.unwrap_or(8192) & 8192 != 0;
        let i = with(this, ctx, |a, _| a.add(name, Source::Data(content.to_vec()), over))?;
        added(this, ctx, i)
    }

    #[php(
        "public function addFile(string $filepath, string $entryname = \"\", int $start = 0, int $length = 0, int $flags = ZipArchive::FL_OVERWRITE): ~bool"
    )]
    fn add_file(
        this: &This<Self>,
        ctx: &mut Ctx,
        filepath: &[u8],
        entry: &[u8],
        start: i64,
        length: i64,
        flags: Option<i64>,
    ) -> R<bool> {
        if filepath.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        let path = path_of(filepath);
        let name = if entry.is_empty() { filepath } else { entry };
        let over = flags.unwrap_or(8192) & 8192 != 0;
        let (from, len) = (start.max(0) as u64, length.max(0) as u64);
        let i = with(this, ctx, |a, _| {
            if !path.is_file() {
                return Err(er::NOENT);
            }
            a.add(name, Source::File(path, from, len), over)
        })?;
        added(this, ctx, i)
    }

    #[php("public function renameIndex(int $index, string $new_name): ~bool")]
    fn rename_index(this: &This<Self>, ctx: &mut Ctx, index: i64, new: &[u8]) -> R<bool> {
        if new.is_empty() {
            return Err(ctx.argument_value_error(2, "must not be empty"));
        }
        Ok(with(this, ctx, |a, _| rename(a, index, new))?.is_some())
    }
    #[php("public function renameName(string $name, string $new_name): ~bool")]
    fn rename_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], new: &[u8]) -> R<bool> {
        if new.is_empty() {
            return Err(ctx.argument_value_error(2, "must not be empty"));
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.locate(name, 0).ok_or(er::NOENT)?;
            rename(a, i as i64, new)
        })?
        .is_some())
    }

    #[php("public function setArchiveComment(string $comment): ~bool")]
    fn set_archive_comment(this: &This<Self>, ctx: &mut Ctx, comment: &[u8]) -> R<bool> {
        if comment.len() > 0xffff {
            return Err(ctx.argument_value_error(1, "must be less than 65535 bytes"));
        }
        Ok(with(this, ctx, |a, _| {
            a.set_comment(comment);
            Ok(())
        })?
        .is_some())
    }
    #[php("public function getArchiveComment(int $flags = 0): ~string|false")]
    fn get_archive_comment(this: &This<Self>, ctx: &mut Ctx, _flags: i64) -> R<OrFalse<Vec<u8>>> {
        Ok(with(this, ctx, |a, _| Ok(a.comment.clone()))?.filter(|c| !c.is_empty()).into())
    }
    #[php("public function getCommentIndex(int $index, int $flags = 0): ~string|false")]
    fn get_comment_index(this: &This<Self>, ctx: &mut Ctx, index: i64, _flags: i64) -> R<OrFalse<Vec<u8>>> {
        Ok(with(this, ctx, |a, _| a.get(index).map(|i| a.entries[i].comment.clone()))?.into())
    }
    #[php("public function getCommentName(string $name, int $flags = 0): ~string|false")]
    fn get_comment_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], _flags: i64) -> R<OrFalse<Vec<u8>>> {
        if name.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        Ok(with(this, ctx, |a, _| a.locate(name, 0).ok_or(er::NOENT).map(|i| a.entries[i].comment.clone()))?
            .into())
    }
    #[php("public function setMtimeIndex(int $index, int $timestamp, int $flags = 0): ~bool")]
    fn set_mtime_index(this: &This<Self>, ctx: &mut Ctx, index: i64, time: i64, _flags: i64) -> R<bool> {
        Ok(with(this, ctx, |a, _| set_mtime(a, index, time))?.is_some())
    }
    #[php("public function setMtimeName(string $name, int $timestamp, int $flags = 0): ~bool")]
    fn set_mtime_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], time: i64, _flags: i64) -> R<bool> {
        if name.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.locate(name, 0).ok_or(er::NOENT)?;
            set_mtime(a, i as i64, time)
        })?
        .is_some())
    }
    #[php("public function deleteIndex(int $index): ~bool")]
    fn delete_index(this: &This<Self>, ctx: &mut Ctx, index: i64) -> R<bool> {
        if index < 0 {
            return Ok(false);
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.get(index)?;
            a.entries[i].deleted = true;
            Ok(())
        })?
        .is_some())
    }
    #[php("public function deleteName(string $name): ~bool")]
    fn delete_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        if name.is_empty() {
            return Ok(false);
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.locate(name, 0).ok_or(er::NOENT)?;
            a.entries[i].deleted = true;
            Ok(())
        })?
        .is_some())
    }
    #[php("public function statName(string $name, int $flags = 0): ~array|false")]
    fn stat_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], flags: i64) -> R<OrFalse<Array>> {
        if name.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.locate(name, flags).ok_or(er::NOENT)?;
            stat_array(a, i)
        })?
        .into())
    }
    #[php("public function statIndex(int $index, int $flags = 0): ~array|false")]
    fn stat_index(this: &This<Self>, ctx: &mut Ctx, index: i64, _flags: i64) -> R<OrFalse<Array>> {
        Ok(with(this, ctx, |a, _| {
            let i = a.get(index)?;
            stat_array(a, i)
        })?
        .into())
    }
    #[php("public function locateName(string $name, int $flags = 0): ~int|false")]
    fn locate_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8], flags: i64) -> R<OrFalse<i64>> {
        if name.is_empty() {
            return Ok(OrFalse::FALSE);
        }
        Ok(with(this, ctx, |a, _| a.locate(name, flags).map(|i| i as i64).ok_or(er::NOENT))?.into())
    }
    #[php("public function getNameIndex(int $index, int $flags = 0): ~string|false")]
    fn get_name_index(this: &This<Self>, ctx: &mut Ctx, index: i64, _flags: i64) -> R<OrFalse<Vec<u8>>> {
        Ok(with(this, ctx, |a, _| a.get(index).map(|i| a.entries[i].name.clone()))?.into())
    }
    #[php("public function unchangeArchive(): ~bool")]
    fn unchange_archive(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(with(this, ctx, |a, _| {
            a.unchange_archive();
            Ok(())
        })?
        .is_some())
    }
    #[php("public function unchangeAll(): ~bool")]
    fn unchange_all(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(with(this, ctx, |a, _| {
            a.unchange_all();
            Ok(())
        })?
        .is_some())
    }
    #[php("public function unchangeIndex(int $index): ~bool")]
    fn unchange_index(this: &This<Self>, ctx: &mut Ctx, index: i64) -> R<bool> {
        Ok(with(this, ctx, |a, _| {
            let i = usize::try_from(index).ok().filter(|i| *i < a.len()).ok_or(er::INVAL)?;
            a.unchange(i);
            Ok(())
        })?
        .is_some())
    }
    #[php("public function unchangeName(string $name): ~bool")]
    fn unchange_name(this: &This<Self>, ctx: &mut Ctx, name: &[u8]) -> R<bool> {
        if name.is_empty() {
            return Ok(false);
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.locate(name, 0).ok_or(er::NOENT)?;
            a.unchange(i);
            Ok(())
        })?
        .is_some())
    }
    #[php("public function extractTo(string $pathto, array|string|null $files = null): ~bool")]
    fn extract_to(this: &This<Self>, ctx: &mut Ctx, to: &[u8], files: Option<&Value>) -> R<bool> {
        if to.is_empty() {
            return Ok(false);
        }
        let mut names: Option<Vec<Vec<u8>>> = None;
        match files.map(Value::kind) {
            None | Some(plugin_api::Kind::Null) => {}
            Some(plugin_api::Kind::Array(list)) => {
                let mut out = Vec::new();
                for v in list.values() {
                    out.push(v.to_str(ctx)?.to_vec());
                }
                names = Some(out);
            }
            Some(_) => {
                if let Some(v) = files {
                    names = Some(vec![v.to_str(ctx)?.to_vec()]);
                }
            }
        }
        let dest = path_of(to);
        Ok(with(this, ctx, |a, pw| {
            std::fs::create_dir_all(&dest).map_err(|_| 6)?;
            let which: Vec<usize> = match &names {
                None => (0..a.len()).filter(|i| !a.entries[*i].deleted).collect(),
                Some(list) => {
                    let mut v = Vec::new();
                    for n in list {
                        v.push(a.locate(n, 0).ok_or(er::NOENT)?);
                    }
                    v
                }
            };
            which.into_iter().try_for_each(|i| extract(a, i, &dest, pw))
        })?
        .is_some())
    }
    #[php("public function getFromName(string $name, int $len = 0, int $flags = 0): ~string|false")]
    fn get_from_name(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        len: i64,
        flags: i64,
    ) -> R<OrFalse<Vec<u8>>> {
        Ok(with(this, ctx, |a, pw| {
            let i = a.locate(name, flags).ok_or(er::NOENT)?;
            a.read(i, pw).map(|d| cut(d, len))
        })?
        .into())
    }
    #[php("public function getFromIndex(int $index, int $len = 0, int $flags = 0): ~string|false")]
    fn get_from_index(
        this: &This<Self>,
        ctx: &mut Ctx,
        index: i64,
        len: i64,
        _flags: i64,
    ) -> R<OrFalse<Vec<u8>>> {
        Ok(with(this, ctx, |a, pw| {
            let i = a.get(index)?;
            a.read(i, pw).map(|d| cut(d, len))
        })?
        .into())
    }
    #[php("public function setCompressionIndex(int $index, int $method, int $compflags = 0): ~bool")]
    fn set_compression_index(
        this: &This<Self>,
        ctx: &mut Ctx,
        index: i64,
        method: i64,
        _flags: i64,
    ) -> R<bool> {
        Ok(with(this, ctx, |a, _| set_compression(a, index, method))?.is_some())
    }
    #[php("public function setCompressionName(string $name, int $method, int $compflags = 0): ~bool")]
    fn set_compression_name(
        this: &This<Self>,
        ctx: &mut Ctx,
        name: &[u8],
        method: i64,
        _flags: i64,
    ) -> R<bool> {
        if name.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.locate(name, 0).ok_or(er::NOENT)?;
            set_compression(a, i as i64, method)
        })?
        .is_some())
    }
    #[php(
        "public function setEncryptionIndex(int $index, int $method, #[\\SensitiveParameter] ?string $password = null): ~bool"
    )]
    fn set_encryption_index(
        this: &This<Self>,
        ctx: &mut Ctx,
        index: i64,
        method: i64,
        password: Option<&[u8]>,
    ) -> R<bool> {
        Ok(with(this, ctx, |a, _| set_encryption(a, index, method, password))?.is_some())
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
        if name.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        Ok(with(this, ctx, |a, _| {
            let i = a.locate(name, 0).ok_or(er::NOENT)?;
            set_encryption(a, i as i64, method, password)
        })?
        .is_some())
    }
    #[php("public static function isCompressionMethodSupported(int $method, bool $enc = true): bool")]
    fn is_compression_method_supported(method: i64, _enc: bool) -> bool {
        method_of(method).is_some()
    }
    #[php("public static function isEncryptionMethodSupported(int $method, bool $enc = true): bool")]
    fn is_encryption_method_supported(method: i64, enc: bool) -> bool {
        matches!(method, 0 | 257..=259) || method == 1 && !enc
    }
}

fn added(this: &This<ZipArchive>, ctx: &mut Ctx, i: Option<usize>) -> R<bool> {
    this.borrow_mut(ctx)?.last_id = i.map_or(-1, |i| i as i64);
    Ok(i.is_some())
}

fn cut(mut d: Vec<u8>, len: i64) -> Vec<u8> {
    if len > 0 {
        d.truncate(len as usize);
    }
    d
}

fn rename(a: &mut Archive, index: i64, new: &[u8]) -> Result<(), i64> {
    let i = a.get(index)?;
    if a.locate(new, 0).is_some_and(|j| j != i) {
        return Err(er::EXISTS);
    }
    a.entries[i].name = new.to_vec();
    a.entries[i].changed = true;
    Ok(())
}

fn set_mtime(a: &mut Archive, index: i64, time: i64) -> Result<(), i64> {
    let i = a.get(index)?;
    a.entries[i].mtime = Some(time);
    a.entries[i].changed = true;
    Ok(())
}

fn set_compression(a: &mut Archive, index: i64, method: i64) -> Result<(), i64> {
    let i = a.get(index)?;
    if method_of(method).is_none() {
        return Err(er::COMPNOTSUPP);
    }
    a.entries[i].compression = Some(method);
    a.entries[i].changed = true;
    Ok(())
}

fn set_encryption(a: &mut Archive, index: i64, method: i64, password: Option<&[u8]>) -> Result<(), i64> {
    let i = a.get(index)?;
    if !matches!(method, 0 | 257..=259) {
        return Err(24);
    }
    a.entries[i].encryption = Some(Encryption { method, password: password.map(<[u8]>::to_vec) });
    a.entries[i].changed = true;
    Ok(())
}
