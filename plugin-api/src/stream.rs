//! Streams: files, sockets and everything else that `fopen()` gives.

use crate::error::check;
use crate::wrapper::Handle;
use crate::{Ctx, GcRoots, Kind, R, Str, Value, Visitor, host};
use plugin_api_abi::{CtxRaw, StrSlice, Val, stream_open};
use std::os::fd::{IntoRawFd, OwnedFd};

/// Name of the interface that tells of descriptors, which the engine itself offers.
pub const DESCRIPTORS: &str = "engine.descriptors/1";

/// The table of [`DESCRIPTORS`].
#[repr(C)]
pub struct DescriptorTable {
    /// `size_of::<DescriptorTable>()` of the engine.
    pub size: u32,
    /// Reserved, 0.
    pub reserved: u32,
    /// The descriptor behind an open stream for asking about it, -1 when there is none. Nothing is raised, and what is
    /// buffered stays.
    pub descriptor: unsafe extern "C" fn(ctx: *mut CtxRaw, s: Val) -> i32,
    /// The descriptor behind an open stream for a use of [`descriptor_use`]: what is held back is written first. -1 when there
    /// is none, which is told in a warning.
    pub cast: unsafe extern "C" fn(ctx: *mut CtxRaw, s: Val, purpose: u32) -> i32,
    /// A stream (owned) over a descriptor, which it takes over; `kind` is one of [`descriptor_kind`], `blocking` 1 where reading
    /// from it waits.
    pub adopt: unsafe extern "C" fn(ctx: *mut CtxRaw, fd: i32, kind: u32, blocking: u32) -> Val,
    /// `stream_set_blocking()`: 1 done, 0 not.
    pub set_blocking: unsafe extern "C" fn(ctx: *mut CtxRaw, s: Val, on: u32) -> u32,
    /// From now on nothing is read ahead.
    pub unbuffer: unsafe extern "C" fn(ctx: *mut CtxRaw, s: Val),
}

/// What a stream's descriptor is wanted for ([`DescriptorTable::cast`]).
pub mod descriptor_use {
    /// To read and write with.
    pub const FILE: u32 = 0;
    /// As a socket.
    pub const SOCKET: u32 = 1;
}

/// Kinds of descriptors ([`DescriptorTable::adopt`]).
pub mod descriptor_kind {
    /// A file, a pipe, a terminal: whatever is no socket.
    pub const FILE: u32 = 0;
    /// A TCP socket.
    pub const TCP: u32 = 1;
    /// A UDP socket.
    pub const UDP: u32 = 2;
    /// A Unix socket.
    pub const UNIX: u32 = 3;
    /// A Unix socket of datagrams.
    pub const UNIX_DATAGRAM: u32 = 4;
    /// Any other socket.
    pub const SOCKET: u32 = 5;
}

/// The table of an engine that has all of it.
fn descriptors(ctx: &mut Ctx) -> Option<&'static DescriptorTable> {
    // SAFETY: the interface's name stands for this table, which lives as long as the process.
    let table = unsafe { &*ctx.interface(DESCRIPTORS)?.cast::<DescriptorTable>() };
    (table.size as usize >= size_of::<DescriptorTable>()).then_some(table)
}

/// An open stream. The last handle of a stream that PHP code has no share of closes it.
#[derive(Clone)]
pub struct Stream(Value);

impl GcRoots for Stream {
    fn visit(&mut self, _: &mut Visitor) {}
}

impl Stream {
    /// The stream in argument `n` (counted from 1), or PHP's TypeError for what is none.
    pub fn argument(ctx: &mut Ctx, v: &Value, n: u32) -> R<Stream> {
        // SAFETY: a live value.
        if unsafe { (host::stream().is_stream)(v.deref().raw()) } != 0 {
            return Ok(Stream(v.dereferenced()));
        }
        Err(if let Kind::Resource(_) = v.kind() {
            let f = ctx.function_name();
            ctx.type_error(format!("{f}(): supplied resource is not a valid stream resource"))
        } else {
            let given = v.value_name();
            ctx.argument_type_error(n, format!("must be of type resource, {given} given"))
        })
    }

    /// Opens the file or URL that argument 1 of the running function names; `None` after the warning when it cannot be
    /// opened.
    pub fn open(ctx: &mut Ctx, path: &[u8], mode: &str, include_path: bool) -> R<Option<Stream>> {
        Stream::open_in(ctx, path, mode, include_path, &Value::NULL)
    }

    /// As [`Stream::open`] with a stream context, or null for the default one.
    pub fn open_in(
        ctx: &mut Ctx,
        path: &[u8],
        mode: &str,
        include_path: bool,
        context: &Value,
    ) -> R<Option<Stream>> {
        if path.contains(&0) {
            return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
        }
        Stream::open_with(ctx, path, mode.as_bytes(), include_path, Some(context))
    }
    /// As [`Stream::open`], with a stream context and of any path.
    pub fn open_with(
        ctx: &mut Ctx,
        path: &[u8],
        mode: &[u8],
        include_path: bool,
        context: Option<&Value>,
    ) -> R<Option<Stream>> {
        let flags = stream_open::REPORT | if include_path { stream_open::INCLUDE_PATH } else { 0 };
        let mut out = Val::NULL;
        let (path, mode) = (StrSlice::of(path), StrSlice::of(mode));
        let context = context.map_or(Val::NULL, |c| c.deref().raw());
        // SAFETY: our context, live texts.
        check(unsafe { (host::stream().open)(ctx.raw(), path, mode, flags, context, &mut out) })?;
        Ok(Stream::opened(out))
    }
    /// Opens a directory; `None` after the warning when it cannot be opened.
    pub fn open_dir(ctx: &mut Ctx, path: &[u8]) -> R<Option<Stream>> {
        let mut out = Val::NULL;
        let (path, flags) = (StrSlice::of(path), stream_open::REPORT);
        // SAFETY: our context, live text.
        check(unsafe { (host::stream().open_dir)(ctx.raw(), path, flags, Val::NULL, &mut out) })?;
        Ok(Stream::opened(out))
    }

    fn opened(out: Val) -> Option<Stream> {
        // SAFETY: the share is ours.
        let v = unsafe { Value::from_raw(out) };
        v.to_bool().then_some(Stream(v))
    }
    /// The open stream of a resource.
    pub fn of(v: &Value) -> Option<Stream> {
        // SAFETY: a live value.
        let is = unsafe { (host::stream().is_stream)(v.deref().raw()) != 0 };
        is.then(|| Stream(v.dereferenced()))
    }

    fn text(out: Val) -> Option<Str> {
        // SAFETY: the share is ours.
        Str::try_from(unsafe { Value::from_raw(out) }).ok()
    }

    /// Reads at most `len` bytes; `None` when reading failed.
    pub fn read(&self, ctx: &mut Ctx, len: usize) -> R<Option<Str>> {
        let mut out = Val::NULL;
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().read)(ctx.raw(), self.0.raw(), len, &mut out) })?;
        Ok(Stream::text(out))
    }
    /// Reads what is left, at most `max` bytes.
    pub fn read_all(&self, ctx: &mut Ctx, max: Option<usize>) -> R<Str> {
        let mut out = Val::NULL;
        // SAFETY: our context, a live stream.
        check(unsafe {
            (host::stream().read_all)(ctx.raw(), self.0.raw(), max.unwrap_or(usize::MAX), &mut out)
        })?;
        Ok(Stream::text(out).unwrap_or_else(Str::empty))
    }
    /// Reads a line with its end, at most `max` bytes of it; `None` at the end.
    pub fn read_line(&self, ctx: &mut Ctx, max: Option<usize>) -> R<Option<Str>> {
        let mut out = Val::NULL;
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().read_line)(ctx.raw(), self.0.raw(), max.unwrap_or(0), &mut out) })?;
        Ok(Stream::text(out))
    }
    /// Writes; how many bytes, `None` when it failed.
    pub fn write(&self, ctx: &mut Ctx, b: &[u8]) -> R<Option<usize>> {
        let mut n = 0;
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().write)(ctx.raw(), self.0.raw(), b.as_ptr(), b.len(), &mut n) })?;
        Ok(usize::try_from(n).ok())
    }
    /// `feof()`
    pub fn at_end(&self, ctx: &mut Ctx) -> bool {
        // SAFETY: our context, a live stream.
        unsafe { (host::stream().at_end)(ctx.raw(), self.0.raw()) != 0 }
    }
    /// Moves; `whence` is 0 the start, 1 the place, 2 the end. Whether it moved.
    pub fn seek(&self, ctx: &mut Ctx, offset: i64, whence: i64) -> bool {
        // SAFETY: our context, a live stream.
        unsafe { (host::stream().seek)(ctx.raw(), self.0.raw(), offset, whence) != 0 }
    }
    /// Where it is.
    pub fn tell(&self) -> i64 {
        // SAFETY: a live stream.
        unsafe { (host::stream().tell)(self.0.raw()) }
    }
    /// Closes it, whoever else has it.
    pub fn close(self, ctx: &mut Ctx) {
        // SAFETY: our context, a live stream.
        unsafe { (host::stream().close)(ctx.raw(), self.0.raw()) }
    }
    /// The next name of a directory.
    pub fn read_dir(&self, ctx: &mut Ctx) -> R<Option<Str>> {
        let mut out = Val::NULL;
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().read_dir)(ctx.raw(), self.0.raw(), &mut out) })?;
        Ok(Stream::text(out))
    }
    /// To a directory's first name.
    pub fn rewind_dir(&self, ctx: &mut Ctx) -> R<()> {
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().rewind_dir)(ctx.raw(), self.0.raw()) })
    }
    /// `fflush()`
    pub fn flush(&self, ctx: &mut Ctx) -> R<bool> {
        let mut out = 0;
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().flush)(ctx.raw(), self.0.raw(), &mut out) })?;
        Ok(out != 0)
    }
    /// `ftruncate()`; `None`: not supported.
    pub fn truncate(&self, ctx: &mut Ctx, size: u64) -> R<Option<bool>> {
        let mut out = 0;
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().truncate)(ctx.raw(), self.0.raw(), size, &mut out) })?;
        Ok((out != 2).then_some(out == 1))
    }
    /// Writes the rest to the output; how many bytes.
    pub fn pass_through(&self, ctx: &mut Ctx) -> R<i64> {
        let mut out = 0;
        // SAFETY: our context, a live stream.
        check(unsafe { (host::stream().pass_through)(ctx.raw(), self.0.raw(), &mut out) })?;
        Ok(out)
    }
    /// Of a `glob://` directory how many names it has, and its folder.
    pub fn glob(&self) -> Option<(i64, Option<Str>)> {
        let mut folder = Val::NULL;
        // SAFETY: a live stream.
        let n = unsafe { (host::stream().glob)(self.0.raw(), &mut folder) };
        (n >= 0).then(|| (n, Stream::text(folder)))
    }
    /// What it was opened as.
    pub fn path(&self) -> Option<Str> {
        match self.0.kind() {
            Kind::Resource(r) => Handle::of(r)?.path(),
            _ => None,
        }
    }
    /// The descriptor behind the stream, for asking the system about it.
    pub fn descriptor(&self, ctx: &mut Ctx) -> Option<i32> {
        // SAFETY: the interface's name stands for this table, which lives as long as the process.
        let table = unsafe { &*ctx.interface(DESCRIPTORS)?.cast::<DescriptorTable>() };
        // SAFETY: our context, a live stream.
        let fd = unsafe { (table.descriptor)(ctx.raw(), self.0.raw()) };
        (fd >= 0).then_some(fd)
    }
    /// The descriptor behind the stream, to use as one of [`descriptor_use`] says; `None` after a warning when it has none.
    pub fn cast(&self, ctx: &mut Ctx, purpose: u32) -> R<Option<i32>> {
        let Some(table) = descriptors(ctx) else { return Ok(None) };
        // SAFETY: our context, a live stream.
        let fd = unsafe { (table.cast)(ctx.raw(), self.0.raw(), purpose) };
        ctx.pending()?;
        Ok((fd >= 0).then_some(fd))
    }
    /// A stream over a descriptor of a [`descriptor_kind`]; the error gives it back.
    pub fn adopt(ctx: &mut Ctx, fd: OwnedFd, kind: u32, blocking: bool) -> Result<Stream, OwnedFd> {
        let Some(table) = descriptors(ctx) else { return Err(fd) };
        // SAFETY: our context; the descriptor is given away; the share is ours.
        Ok(Stream(unsafe {
            Value::from_raw((table.adopt)(ctx.raw(), fd.into_raw_fd(), kind, blocking.into()))
        }))
    }
    /// `stream_set_blocking()`
    pub fn set_blocking(&self, ctx: &mut Ctx, on: bool) -> bool {
        // SAFETY: our context, a live stream.
        descriptors(ctx).is_some_and(|t| unsafe { (t.set_blocking)(ctx.raw(), self.0.raw(), on.into()) } != 0)
    }
    /// From now on nothing is read ahead.
    pub fn unbuffer(&self, ctx: &mut Ctx) {
        if let Some(table) = descriptors(ctx) {
            // SAFETY: our context, a live stream.
            unsafe { (table.unbuffer)(ctx.raw(), self.0.raw()) }
        }
    }
    /// The resource.
    pub fn value(&self) -> &Value {
        &self.0
    }
}
