//! Streams: files, URLs, directories.

use crate::error::check;
use crate::value::handle;
use crate::{Ctx, GcRoots, R, Str, Value, Visitor, host};
use plugin_api_abi::{RES, StrSlice, Val, stream_options};

/// A stream of PHP. The last handle to go closes it.
#[repr(transparent)]
pub struct Stream(pub(crate) Val);
handle!(Stream, RES);

impl GcRoots for Stream {
    fn visit(&mut self, _: &mut Visitor) {}
}

/// A string result, `None` for false.
fn string(v: Val) -> Option<Str> {
    Str::try_from(Value(v)).ok()
}

impl Stream {
    /// Opens a path or URL with a mode of `fopen()`; `None` after a warning.
    pub fn open(
        ctx: &mut Ctx,
        path: &[u8],
        mode: &[u8],
        use_path: bool,
        context: Option<&Value>,
    ) -> R<Option<Stream>> {
        let mut out = Val::NULL;
        let options = if use_path { stream_options::USE_PATH } else { 0 };
        let context = context.map_or(Val::NULL, |c| c.deref().0);
        // SAFETY: our context; live text.
        check(unsafe {
            (host::stream().open)(
                ctx.raw(),
                StrSlice::of(path),
                StrSlice::of(mode),
                options,
                context,
                &mut out,
            )
        })?;
        Ok(Stream::try_from(Value(out)).ok())
    }
    /// Opens a directory; `None` after a warning.
    pub fn open_dir(ctx: &mut Ctx, path: &[u8]) -> R<Option<Stream>> {
        let mut out = Val::NULL;
        // SAFETY: our context; live text.
        check(unsafe { (host::stream().open_dir)(ctx.raw(), StrSlice::of(path), Val::NULL, &mut out) })?;
        Ok(Stream::try_from(Value(out)).ok())
    }
    /// `stat()` of a path or URL, or `lstat()`, without warnings: dev, ino, mode, nlink, uid, gid, rdev, size, atime, mtime,
    /// ctime, blksize, blocks.
    pub fn stat(ctx: &mut Ctx, path: &[u8], link: bool) -> R<Option<[i64; 13]>> {
        let (mut out, mut found) = ([0; 13], 0);
        // SAFETY: our context; live text.
        check(unsafe {
            (host::stream().stat)(ctx.raw(), StrSlice::of(path), link as u32, &mut out, &mut found)
        })?;
        Ok((found != 0).then_some(out))
    }
    /// Closes it.
    pub fn close(&self, ctx: &mut Ctx) -> R<()> {
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().close)(ctx.raw(), self.0) })
    }
    /// The next name of a directory.
    pub fn read_dir(&self, ctx: &mut Ctx) -> R<Option<Str>> {
        let mut out = Val::NULL;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().read_dir)(ctx.raw(), self.0, &mut out) })?;
        Ok(string(out))
    }
    /// To a directory's first name.
    pub fn rewind_dir(&self, ctx: &mut Ctx) -> R<()> {
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().rewind_dir)(ctx.raw(), self.0) })
    }
    /// At most `n` bytes.
    pub fn read(&self, ctx: &mut Ctx, n: usize) -> R<Option<Str>> {
        let mut out = Val::NULL;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().read)(ctx.raw(), self.0, n, &mut out) })?;
        Ok(string(out))
    }
    /// A line with its end, at most `max` bytes of it (0: all).
    pub fn read_line(&self, ctx: &mut Ctx, max: usize) -> R<Option<Str>> {
        let mut out = Val::NULL;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().read_line)(ctx.raw(), self.0, max, &mut out) })?;
        Ok(string(out))
    }
    /// Writes; the bytes taken.
    pub fn write(&self, ctx: &mut Ctx, bytes: &[u8]) -> R<Option<i64>> {
        let mut out = -1;
        // SAFETY: our context; a live resource; live bytes.
        check(unsafe { (host::stream().write)(ctx.raw(), self.0, bytes.as_ptr(), bytes.len(), &mut out) })?;
        Ok((out >= 0).then_some(out))
    }
    /// Seeks: `whence` 0 from the beginning, 1 from here, 2 from the end.
    pub fn seek(&self, ctx: &mut Ctx, offset: i64, whence: u32) -> R<bool> {
        let mut out = 0;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().seek)(ctx.raw(), self.0, offset, whence, &mut out) })?;
        Ok(out != 0)
    }
    /// Position.
    pub fn tell(&self, ctx: &mut Ctx) -> Option<i64> {
        // SAFETY: our context; a live resource.
        let n = unsafe { (host::stream().tell)(ctx.raw(), self.0) };
        (n >= 0).then_some(n)
    }
    /// `feof()`
    pub fn at_end(&self, ctx: &mut Ctx) -> R<bool> {
        let mut out = 0;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().at_end)(ctx.raw(), self.0, &mut out) })?;
        Ok(out != 0)
    }
    /// `fflush()`
    pub fn flush(&self, ctx: &mut Ctx) -> R<bool> {
        let mut out = 0;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().flush)(ctx.raw(), self.0, &mut out) })?;
        Ok(out != 0)
    }
    /// `ftruncate()`; `None`: not supported.
    pub fn truncate(&self, ctx: &mut Ctx, size: u64) -> R<Option<bool>> {
        let mut out = 0;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().truncate)(ctx.raw(), self.0, size, &mut out) })?;
        Ok((out != 2).then_some(out == 1))
    }
    /// Writes the rest to the output; the bytes.
    pub fn pass_through(&self, ctx: &mut Ctx) -> R<i64> {
        let mut out = 0;
        // SAFETY: our context; a live resource.
        check(unsafe { (host::stream().pass_through)(ctx.raw(), self.0, &mut out) })?;
        Ok(out)
    }
    fn text(&self, ctx: &mut Ctx, what: u32) -> Option<Str> {
        let mut out = Val::NULL;
        // SAFETY: our context; a live resource.
        unsafe { (host::stream().text)(ctx.raw(), self.0, what, &mut out) };
        string(out)
    }
    /// What it was opened as.
    pub fn path(&self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, 0)
    }
    /// The folder of a `glob://` directory.
    pub fn glob_folder(&self, ctx: &mut Ctx) -> Option<Str> {
        self.text(ctx, 2)
    }
    /// How many names a `glob://` directory has; `None` for other streams.
    pub fn glob_count(&self, ctx: &mut Ctx) -> Option<i64> {
        // SAFETY: our context; a live resource.
        let n = unsafe { (host::stream().glob_count)(ctx.raw(), self.0) };
        (n >= 0).then_some(n)
    }
}
