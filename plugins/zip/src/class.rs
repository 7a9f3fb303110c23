//! The ZipArchive class: its objects, constants and properties. Its methods are in [`crate::methods`].

use howdah_libzip::{Archive, Error, Failed};
use plugin_api::{Array, Ctx, GcRoots, Handlers, PropMode, R, Str, This, Value, php_class};

/// An archive to read and write.
#[derive(GcRoots)]
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
    "#[\\Deprecated(since: '8.3')] const int FL_RECOMPRESS = 16",
    "const int FL_ENCRYPTED = 32",
    "const int FL_OVERWRITE = 8192",
    "const int FL_LOCAL = 256",
    "const int FL_CENTRAL = 512",
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
    "const int ER_DATA_LENGTH = 33",
    "const int ER_NOT_ALLOWED = 34",
    "const int ER_TRUNCATED_ZIP = 35",
    "const int AFL_RDONLY = 2",
    "const int AFL_IS_TORRENTZIP = 4",
    "const int AFL_WANT_TORRENTZIP = 8",
    "const int AFL_CREATE_OR_KEEP_FILE_FOR_EMPTY_ARCHIVE = 16",
    "const int OPSYS_DOS = 0",
    "const int OPSYS_AMIGA = 1",
    "const int OPSYS_OPENVMS = 2",
    "const int OPSYS_UNIX = 3",
    "const int OPSYS_VM_CMS = 4",
    "const int OPSYS_ATARI_ST = 5",
    "const int OPSYS_OS_2 = 6",
    "const int OPSYS_MACINTOSH = 7",
    "const int OPSYS_Z_SYSTEM = 8",
    "const int OPSYS_CPM = 9",
    "const int OPSYS_WINDOWS_NTFS = 10",
    "const int OPSYS_MVS = 11",
    "const int OPSYS_VSE = 12",
    "const int OPSYS_ACORN_RISC = 13",
    "const int OPSYS_VFAT = 14",
    "const int OPSYS_ALTERNATE_MVS = 15",
    "const int OPSYS_BEOS = 16",
    "const int OPSYS_TANDEM = 17",
    "const int OPSYS_OS_400 = 18",
    "const int OPSYS_OS_X = 19",
    "const int OPSYS_DEFAULT = 3",
    "const int EM_NONE = 0",
    "const int EM_TRAD_PKWARE = 1",
    "const int EM_AES_128 = 257",
    "const int EM_AES_192 = 258",
    "const int EM_AES_256 = 259",
    "const int EM_UNKNOWN = 65535",
    "const string LIBZIP_VERSION = \"1.11.3\"",
    "const int LENGTH_TO_END = 0",
    "const int LENGTH_UNCHECKED = -2",
    "public int $lastId",
    "public int $status",
    "public int $statusSys",
    "public int $numFiles",
    "public string $filename",
    "public string $comment",
    handlers(read_prop, write_prop, has_prop, properties)
)]
pub struct ZipArchive {
    /// The archive while it is open.
    #[gc(skip)]
    pub zip: Option<Archive>,
    /// Absolute path of the open archive.
    #[gc(skip)]
    pub filename: Option<Vec<u8>>,
    /// Index of the entry added last, or -1.
    pub last_id: i64,
    /// What the last closing came to.
    #[gc(skip)]
    pub closed: Error,
    /// Who is told while the archive is written, after which part of it.
    pub progress: Option<Value>,
    /// See `progress`.
    pub rate: f64,
    /// Who is asked whether to stop.
    pub cancel: Option<Value>,
}

impl Default for ZipArchive {
    fn default() -> ZipArchive {
        ZipArchive {
            zip: None,
            filename: None,
            last_id: -1,
            closed: Error::default(),
            progress: None,
            rate: 0.0,
            cancel: None,
        }
    }
}

impl Drop for ZipArchive {
    fn drop(&mut self) {
        // An archive that nobody closed is written when its object goes.
        let Some(zip) = self.zip.take() else { return };
        let watchers = crate::close::Watchers::of(self);
        let mut zip = Some(zip);
        Ctx::current(|ctx| {
            if let Some(zip) = zip.take()
                && let Err((zip, _)) = crate::close::close(ctx, zip, watchers)
            {
                let why = format!("Cannot destroy the zip context: {}", zip.error().message());
                // A handler's exception stays pending; there is no call to end here.
                let _ = ctx.warning(why);
            }
        });
        if let Some(zip) = zip {
            // Outside of PHP code there is nobody to tell.
            let _ = zip.close(howdah_libzip::Watch::default());
        }
    }
}

const PROPS: [&str; 6] = ["lastId", "status", "statusSys", "numFiles", "filename", "comment"];

impl ZipArchive {
    /// The error of the open archive, or of the last closing.
    pub fn error(&self) -> Error {
        self.zip.as_ref().map_or(self.closed, Archive::error)
    }

    fn property(&self, name: &[u8]) -> Option<Value> {
        let zip = self.zip.as_ref();
        Some(match name {
            b"lastId" => Value::int(self.last_id),
            b"status" => Value::int(self.error().zip.into()),
            b"statusSys" => Value::int(self.error().system.into()),
            b"numFiles" => Value::int(zip.map_or(0, entries)),
            b"filename" => Value::str(self.filename.as_deref().unwrap_or_default()),
            b"comment" => Value::str(zip.and_then(|z| z.comment(0)).unwrap_or_default()),
            _ => return None,
        })
    }
}

/// Number of entries.
pub fn entries(zip: &Archive) -> i64 {
    i64::try_from(zip.len()).unwrap_or(i64::MAX)
}

impl Handlers for ZipArchive {
    fn read_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: PropMode) -> R<Option<Value>> {
        Ok(this.borrow(ctx)?.property(name))
    }
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, _: &Value) -> R<bool> {
        match PROPS.iter().find(|p| p.as_bytes() == &**name) {
            Some(p) => {
                let class = this.object().class().name();
                Err(ctx.error(format!("Cannot write read-only property {}::${p}", class.lossy())))
            }
            None => Ok(false),
        }
    }
    fn has_prop(this: &This<Self>, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
        let v = this.borrow(ctx)?.property(name);
        Ok(v.map(|v| mode != 1 || v.to_bool()))
    }
    fn properties(this: &This<Self>, ctx: &mut Ctx, _: u32) -> R<Option<Array>> {
        let mut all = Array::new();
        let p = this.borrow(ctx)?;
        for name in PROPS {
            if let Some(v) = p.property(name.as_bytes()) {
                all.set(name, v);
            }
        }
        drop(p);
        for (k, v) in this.object().properties(ctx)?.entries() {
            all.set(k, v.clone());
        }
        Ok(Some(all))
    }
}

/// Runs `f` on the open archive, which must be; `None` when it failed.
pub fn with<T>(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    f: impl FnOnce(&mut Archive) -> Result<T, Failed>,
) -> R<Option<T>> {
    let mut p = this.borrow_mut(ctx)?;
    if let Some(zip) = p.zip.as_mut() {
        return Ok(f(zip).ok());
    }
    drop(p);
    Err(ctx.value_error("Invalid or uninitialized Zip object"))
}

/// Throws what [`with`] throws when the archive is not open.
pub fn check_open(this: &This<ZipArchive>, ctx: &mut Ctx) -> R<()> {
    with(this, ctx, |_| Ok(()))?;
    Ok(())
}

/// A path or name that may not hold a NUL byte, argument `n`.
pub fn check_path(ctx: &mut Ctx, n: u32, path: &[u8]) -> R<()> {
    if path.contains(&0) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

/// A text that may not be empty, argument `n`.
pub fn check_filled(ctx: &mut Ctx, n: u32, text: &[u8]) -> R<()> {
    if text.is_empty() { Err(ctx.argument_value_error(n, "must not be empty")) } else { Ok(()) }
}
