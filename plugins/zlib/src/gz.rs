//! `compress.zlib://`: gzip files that are read and written as if they were not.

use libz_sys as z;
use plugin_api::wrapper::{
    Chunk, Failed, Handle, NativeStream, OpenFailure, OpenRequest, Opened, Sought, Whence, Wrapper,
    open_options,
};
use plugin_api::{Ctx, Level, Stream, Value};
use std::ffi::CString;

/// A gzip file.
pub struct GzStream {
    file: z::gzFile,
    /// The stream that the file's descriptor is a copy of.
    _inner: Handle,
}

impl Drop for GzStream {
    fn drop(&mut self) {
        // SAFETY: an open file, closed once.
        unsafe { z::gzclose(self.file) };
    }
}

impl NativeStream for GzStream {
    const LABEL: &'static str = "ZLIB";
    const WRITES: bool = true;
    const SEEKS: bool = true;

    fn read(&mut self, _: &mut Ctx, _: &Handle, out: &mut [u8]) -> Result<Chunk, Failed> {
        let mut len = 0;
        loop {
            let part = &mut out[len..];
            let most = part.len().min(i32::MAX as usize);
            // SAFETY: an open file and a live buffer.
            let (n, end) = unsafe {
                let n = z::gzread(self.file, part.as_mut_ptr().cast(), most as u32);
                (n, z::gzeof(self.file) != 0)
            };
            len += usize::try_from(n).map_err(|_| Failed)?;
            if end || len == out.len() {
                return Ok(Chunk { len, end });
            }
        }
    }

    fn write(&mut self, _: &mut Ctx, _: &Handle, bytes: &[u8]) -> Result<usize, Failed> {
        let mut written = 0;
        for part in bytes.chunks(i32::MAX as usize) {
            // SAFETY: an open file and a live buffer.
            let n = unsafe { z::gzwrite(self.file, part.as_ptr().cast(), part.len() as u32) };
            // A file that is only read takes nothing.
            written += usize::try_from(n).map_err(|_| Failed)?;
        }
        Ok(written)
    }

    fn seek(&mut self, ctx: &mut Ctx, _: &Handle, offset: i64, whence: Whence) -> Sought {
        let from = match whence {
            Whence::Start => libc::SEEK_SET,
            Whence::Current => libc::SEEK_CUR,
            Whence::End => {
                // What a handler throws is pending, and found by the function that seeks.
                ctx.warning("SEEK_END is not supported").ok();
                return Sought { ok: false, position: None };
            }
        };
        // SAFETY: an open file.
        let at = unsafe { z::gzseek(self.file, offset as _, from) };
        #[allow(clippy::unnecessary_cast, reason = "the type is the platform's")]
        let position = (at >= 0).then_some(at as i64);
        Sought { ok: position.is_some(), position }
    }

    fn flush(&mut self, _: &mut Ctx, _: &Handle) -> Result<(), Failed> {
        // SAFETY: an open file.
        if unsafe { z::gzflush(self.file, z::Z_SYNC_FLUSH) } == z::Z_OK { Ok(()) } else { Err(Failed) }
    }
}

/// Opens a gzip file by its path, which may begin with the scheme; `None` after what there was to say.
pub fn open(ctx: &mut Ctx, path: &[u8], mode: &[u8], options: u32, level: Option<Value>) -> Option<Handle> {
    let told = options & open_options::REPORT_ERRORS != 0;
    // What a handler throws is pending, and found by the function that opens.
    let complain = |ctx: &mut Ctx, text: &str| {
        if told {
            ctx.warning(text).ok();
        }
    };
    if mode.contains(&b'+') {
        complain(ctx, "Cannot open a zlib stream for reading and writing at the same time!");
        return None;
    }
    let scheme = |s: &[u8]| path.len() >= s.len() && path[..s.len()].eq_ignore_ascii_case(s);
    let file = [&b"compress.zlib://"[..], b"zlib:"].into_iter().find(|s| scheme(s)).map_or(0, <[u8]>::len);
    let inner = Handle::open(ctx, &path[file..], mode, options).ok()?;
    let resource = inner.resource(ctx);
    let fd = Stream::of(&resource)?.descriptor(ctx)?;
    let c_mode = CString::new(mode).ok()?;
    // SAFETY: an open descriptor; the copy is the file's own.
    let file = unsafe {
        let own = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
        let file = z::gzdopen(own, c_mode.as_ptr());
        if file.is_null() && own >= 0 {
            libc::close(own);
        }
        file
    };
    if file.is_null() {
        complain(ctx, "gzopen failed");
        return None;
    }
    let made = GzStream { file, _inner: inner };
    if let Some(level) = level {
        // SAFETY: an open file.
        let set = unsafe { z::gzsetparams(file, level.to_int() as i32, z::Z_DEFAULT_STRATEGY) };
        if set != z::Z_OK {
            ctx.raise_plain(Level::Warning, "failed setting compression level").ok();
        }
    }
    Handle::unbuffered(ctx, made, mode)
}

/// `compress.zlib://`
pub struct GzWrapper;

impl Wrapper for GzWrapper {
    const LABEL: &'static str = "ZLIB";

    fn open(&self, ctx: &mut Ctx, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let level = request.option("zlib", "level");
        let stream =
            open(ctx, request.path, request.mode, request.options, level).ok_or_else(OpenFailure::default)?;
        Ok(Opened { stream, path: None })
    }
}
