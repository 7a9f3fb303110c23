//! Contents of entries: as strings, and as streams.

use crate::class::{ZipArchive, with};
use howdah_libzip::{Archive, Failed, File, Stat, Whence, flags, open};
use plugin_api::wrapper::{
    Chunk, Failed as StreamFailed, Handle, NativeStream, OpenFailure, OpenRequest, Opened, Sought,
    Stat as FileStat, Whence as From, Wrapper,
};
use plugin_api::{Ctx, R, Str, This, Throw, Value};

/// PHP's fatal for a string that memory_limit does not allow.
pub fn too_large(ctx: &mut Ctx, size: usize) -> Throw {
    let limit = ctx.memory(4);
    // The block is the string with its header, rounded up to eight bytes.
    let block = size.saturating_add(32) & !7;
    ctx.fatal(format!("Allowed memory size of {limit} bytes exhausted (tried to allocate {block} bytes)"))
}

/// At most `len` bytes of an open file as one read gives them; empty when it fails.
pub fn read_some(ctx: &mut Ctx, file: &mut File, len: usize) -> R<Str> {
    let mut n = 0;
    let made = Str::build(len, |b| n = file.read(b).unwrap_or(0));
    match made {
        Some(s) if n == len => Ok(s),
        Some(s) => Ok(Str::new(s.get(..n).unwrap_or_default())),
        None => Err(too_large(ctx, len)),
    }
}

/// What `getFromName()` and `getFromIndex()` give.
pub fn read(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    len: i64,
    stat: impl FnOnce(&Archive) -> Result<Stat, Failed>,
    file: impl FnOnce(&Archive, &Stat) -> Result<File, Failed>,
) -> R<Value> {
    let Some(st) = with(this, ctx, |z| stat(z))? else { return Ok(Value::bool(false)) };
    if st.size == 0 {
        return Ok(Str::empty().into());
    }
    let Some(mut f) = with(this, ctx, |z| file(z, &st))? else { return Ok(Value::bool(false)) };
    // Not more than there can be, however much is asked for.
    let most = st.size.max(st.comp_size);
    let len = u64::try_from(len).ok().filter(|n| *n > 0).unwrap_or(st.size).min(most);
    Ok(read_some(ctx, &mut f, usize::try_from(len).unwrap_or(usize::MAX))?.into())
}

/// An entry as a stream; of `zip://` streams the archive goes with it.
struct Entry {
    file: File,
    _archive: Option<Archive>,
}

fn from(whence: From) -> Whence {
    match whence {
        From::Start => Whence::Start,
        From::Current => Whence::Current,
        From::End => Whence::End,
    }
}

impl NativeStream for Entry {
    const LABEL: &'static str = "zip";
    const WRITES: bool = true;
    const SEEKS: bool = true;

    fn read(&mut self, ctx: &mut Ctx, _: &Handle, out: &mut [u8]) -> Result<Chunk, StreamFailed> {
        match self.file.read(out) {
            Ok(len) => Ok(Chunk { len, end: len < out.len() }),
            Err(Failed) => {
                let why = format!("Zip stream error: {}", self.file.error().message());
                // A handler's exception stays pending: the read fails all the same.
                let _ = ctx.warning(why);
                Err(StreamFailed)
            }
        }
    }
    /// PHP takes what is written and does nothing with it.
    fn write(&mut self, _: &mut Ctx, _: &Handle, bytes: &[u8]) -> Result<usize, StreamFailed> {
        Ok(bytes.len())
    }
    fn seek(&mut self, _: &mut Ctx, _: &Handle, offset: i64, whence: From) -> Sought {
        let ok = self.file.seek(offset, from(whence)).is_ok();
        Sought { ok, position: Some(self.file.position()) }
    }
    fn stat(&mut self, ctx: &mut Ctx, stream: &Handle) -> Option<FileStat> {
        let path = stream.path()?;
        let url = Url::parse(&path)?;
        if !ctx.path_allowed(url.archive) {
            return None;
        }
        let Ok(zip) = Archive::open(url.archive, open::CREATE) else { return Some(FileStat::default()) };
        let st = zip.stat(url.entry, flags::NOCASE).ok()?;
        let (size, mode) =
            if url.entry.ends_with(b"/") { (0, 0o040_000) } else { (st.size.cast_signed(), 0o100_000) };
        Some(FileStat {
            mode,
            size,
            nlink: 1,
            ino: -1,
            rdev: -1,
            blksize: -1,
            blocks: -1,
            atime: st.mtime,
            mtime: st.mtime,
            ctime: st.mtime,
            ..FileStat::default()
        })
    }
}

fn open_entry(ctx: &mut Ctx, file: File, archive: Option<Archive>, mode: &[u8]) -> Option<Handle> {
    let can_seek = file.can_seek();
    Handle::new(ctx, Entry { file, _archive: archive }, mode, can_seek)
}

/// What `getStreamName()` and `getStreamIndex()` give.
pub fn stream(
    this: &This<ZipArchive>,
    ctx: &mut Ctx,
    flags: u32,
    stat: impl FnOnce(&Archive) -> Result<Stat, Failed>,
) -> R<Value> {
    let found = with(this, ctx, |z| {
        let st = stat(z)?;
        Ok((z.open_index(st.index, flags)?, st.name))
    })?;
    let Some((file, name)) = found else { return Ok(Value::bool(false)) };
    let Some(s) = open_entry(ctx, file, None, b"rb") else { return Ok(Value::bool(false)) };
    s.set_path(&name);
    Ok(s.resource(ctx))
}

/// `zip://ARCHIVE#ENTRY`
struct Url<'a> {
    archive: &'a [u8],
    entry: &'a [u8],
    /// Without `zip://`.
    path: &'a [u8],
}

impl<'a> Url<'a> {
    fn parse(url: &'a [u8]) -> Option<Url<'a>> {
        const SCHEME: &[u8] = b"zip://";
        let scheme = url.get(..SCHEME.len()).is_some_and(|s| s.eq_ignore_ascii_case(SCHEME));
        let path = if scheme { url.get(SCHEME.len()..)? } else { url };
        let at = path.iter().position(|&c| c == b'#')?;
        // PHP's own bound, MAXPATHLEN.
        (path.len() < 4096).then_some(())?;
        Some(Url { archive: path.get(..at)?, entry: path.get(at + 1..)?, path })
    }
}

/// The wrapper of `zip://`.
pub struct ZipWrapper;

impl Wrapper for ZipWrapper {
    const LABEL: &'static str = "zip wrapper";

    fn open(&self, ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let url = Url::parse(request.path).ok_or_else(OpenFailure::default)?;
        if !request.mode.starts_with(b"r") || !ctx.path_allowed(url.archive) {
            return Err(OpenFailure::default());
        }
        let mut zip = Archive::open(url.archive, open::CREATE).map_err(|_| OpenFailure::default())?;
        if let Some(password) = request.option("zip", "password") {
            let set = password.as_str().is_some_and(|p| zip.set_password(p).is_ok());
            if !set {
                // A handler's exception stays pending.
                let _ = ctx.warning("Can't set zip password");
            }
        }
        let file = zip.open_name(url.entry, 0).map_err(|_| OpenFailure::default())?;
        let stream = open_entry(ctx, file, Some(zip), request.mode).ok_or_else(OpenFailure::default)?;
        Ok(Opened { stream, path: Some(url.path.to_vec()) })
    }
}
