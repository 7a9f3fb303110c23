//! The plugin API's table of streams.

use crate::host::SapiHost;
use crate::streams::{close_stream, context_of, stream_of, stream_resource};
use howdah_runtime::string;
use howdah_streams::glob::GlobDirectory;
use howdah_streams::ops::{Buffering, Cast};
use howdah_streams::plain::handle::FileHandle;
use howdah_streams::socket::{self, Kind};
use howdah_streams::{Stream, Whence, options};
use howdah_vm::api::vm;
use plugin_api::{DescriptorTable, descriptor_kind, descriptor_use};
use plugin_api_abi::{CtxRaw, Status, StrSlice, StreamTable, Val, stream_open};
use std::os::fd::{FromRawFd, OwnedFd};

unsafe extern "C" fn open(
    ctx: *mut CtxRaw,
    path: StrSlice,
    mode: StrSlice,
    flags: u32,
    context: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live texts; the result slot is the caller's.
    unsafe {
        let vm = vm(ctx);
        let opened = SapiHost::of(vm)
            .and_then(|h| h.streams().open(path.bytes(), mode.bytes(), bits(flags), context_of(context)));
        let v = opened.map_or(Val::FALSE, |o| stream_resource(&o.stream));
        finish(ctx, v, out)
    }
}

/// The streams' options for [`stream_open`].
fn bits(flags: u32) -> u32 {
    let mut opts = 0;
    if flags & stream_open::INCLUDE_PATH != 0 {
        opts |= options::USE_PATH;
    }
    if flags & stream_open::REPORT != 0 {
        opts |= options::REPORT_ERRORS;
    }
    opts
}

/// Hands a result over unless an exception is pending.
unsafe fn finish(ctx: *mut CtxRaw, v: Val, out: *mut Val) -> Status {
    // SAFETY: the engine's context; the result's share is ours.
    unsafe {
        let st = vm(ctx).pending();
        if st == Status::Ok {
            *out = v;
        } else {
            howdah_vm::rt::release(v);
        }
        st
    }
}

unsafe extern "C" fn is_stream(v: Val) -> u32 {
    stream_of(v).is_some() as u32
}

unsafe extern "C" fn read(ctx: *mut CtxRaw, s: Val, len: usize, out: *mut Val) -> Status {
    let got = stream_of(s).and_then(|s| s.read_vec(len).ok());
    // SAFETY: the engine's context; the result slot is the caller's.
    unsafe { finish(ctx, got.map_or(Val::FALSE, |b| string::new_val(&b)), out) }
}

unsafe extern "C" fn read_all(ctx: *mut CtxRaw, s: Val, max: usize, out: *mut Val) -> Status {
    let all = stream_of(s).map_or_else(Vec::new, |s| s.read_all((max != usize::MAX).then_some(max)));
    // SAFETY: the engine's context; the result slot is the caller's.
    unsafe { finish(ctx, string::new_val(&all), out) }
}

unsafe extern "C" fn read_line(ctx: *mut CtxRaw, s: Val, max: usize, out: *mut Val) -> Status {
    let line = stream_of(s).and_then(|s| s.read_line((max != 0).then_some(max)));
    // SAFETY: the engine's context; the result slot is the caller's.
    unsafe { finish(ctx, line.map_or(Val::FALSE, |b| string::new_val(&b)), out) }
}

unsafe extern "C" fn write(ctx: *mut CtxRaw, s: Val, p: *const u8, len: usize, out: *mut i64) -> Status {
    // SAFETY: the engine's context; live bytes; the result slot is the caller's.
    unsafe {
        let bytes = StrSlice { ptr: p, len };
        let n = stream_of(s).and_then(|s| s.write(bytes.bytes()).ok());
        *out = n.map_or(-1, |n| n as i64);
        vm(ctx).pending()
    }
}

unsafe extern "C" fn at_end(_: *mut CtxRaw, s: Val) -> u32 {
    stream_of(s).is_none_or(|s| s.at_end()) as u32
}

unsafe extern "C" fn seek(_: *mut CtxRaw, s: Val, offset: i64, whence: i64) -> u32 {
    let moved = stream_of(s).zip(Whence::from_php(whence)).is_some_and(|(s, w)| s.seek(offset, w));
    moved as u32
}

unsafe extern "C" fn tell(s: Val) -> i64 {
    stream_of(s).map_or(-1, |s| s.position())
}

unsafe extern "C" fn close(_: *mut CtxRaw, s: Val) {
    close_stream(s);
}

unsafe extern "C" fn open_dir(
    ctx: *mut CtxRaw,
    path: StrSlice,
    flags: u32,
    context: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; a live text; the result slot is the caller's.
    unsafe {
        let opened = SapiHost::of(vm(ctx))
            .and_then(|h| h.streams().open_dir(path.bytes(), bits(flags), context_of(context)));
        finish(ctx, opened.map_or(Val::FALSE, |s| stream_resource(&s)), out)
    }
}

unsafe extern "C" fn read_dir(ctx: *mut CtxRaw, s: Val, out: *mut Val) -> Status {
    let name = stream_of(s).and_then(|s| s.read_dir());
    // SAFETY: the engine's context; the result slot is the caller's.
    unsafe { finish(ctx, name.map_or(Val::FALSE, |b| string::new_val(&b)), out) }
}

/// Runs `f` on an open stream; of a closed one `out` stays as it is.
unsafe fn on<T>(ctx: *mut CtxRaw, s: Val, out: *mut T, f: impl FnOnce(&Stream) -> T) -> Status {
    // SAFETY: the engine's context; the caller's slot.
    unsafe {
        if let Some(s) = stream_of(s) {
            *out = f(&s);
        }
        vm(ctx).pending()
    }
}

unsafe extern "C" fn rewind_dir(ctx: *mut CtxRaw, s: Val) -> Status {
    // SAFETY: forwarded.
    unsafe { on(ctx, s, &mut (), Stream::rewind_dir) }
}

unsafe extern "C" fn flush(ctx: *mut CtxRaw, s: Val, out: *mut u32) -> Status {
    // SAFETY: forwarded.
    unsafe { on(ctx, s, out, |s| s.flush().is_ok() as u32) }
}

unsafe extern "C" fn truncate(ctx: *mut CtxRaw, s: Val, size: u64, out: *mut u32) -> Status {
    // SAFETY: forwarded.
    unsafe {
        on(ctx, s, out, |s| {
            let ops = s.ops();
            if ops.has_truncate(s) { ops.truncate(s, size) as u32 } else { 2 }
        })
    }
}

unsafe extern "C" fn pass_through(ctx: *mut CtxRaw, s: Val, out: *mut i64) -> Status {
    // SAFETY: forwarded.
    unsafe { on(ctx, s, out, |s| s.pass_through().map_or(0, |n| n as i64)) }
}

unsafe extern "C" fn glob(s: Val, folder: *mut Val) -> i64 {
    let Some(ops) = stream_of(s).map(|s| s.ops()) else { return -1 };
    let Some(g) = ops.as_any().downcast_ref::<GlobDirectory>() else { return -1 };
    // SAFETY: the result slot is the caller's.
    unsafe { *folder = g.folder().map_or(Val::NULL, |b| string::new_val(&b)) };
    g.count() as i64
}

/// The table.
pub static TABLE: StreamTable = StreamTable {
    size: size_of::<StreamTable>() as u32,
    reserved: 0,
    open,
    is_stream,
    read,
    read_all,
    read_line,
    write,
    at_end,
    seek,
    tell,
    close,
    open_dir,
    read_dir,
    rewind_dir,
    flush,
    truncate,
    pass_through,
    glob,
};

unsafe extern "C" fn descriptor(_: *mut CtxRaw, s: Val) -> i32 {
    stream_of(s).and_then(|s| s.descriptor(Cast::Select, false)).unwrap_or(-1)
}

unsafe extern "C" fn cast(_: *mut CtxRaw, s: Val, purpose: u32) -> i32 {
    let what = if purpose == descriptor_use::SOCKET { Cast::Socket } else { Cast::Descriptor };
    stream_of(s).and_then(|s| s.descriptor(what, true)).unwrap_or(-1)
}

unsafe extern "C" fn adopt(ctx: *mut CtxRaw, fd: i32, kind: u32, blocking: u32) -> Val {
    // SAFETY: the caller gives its descriptor away.
    let fd = unsafe { OwnedFd::from_raw_fd(fd) };
    // SAFETY: the engine's context.
    let Some(h) = SapiHost::of(unsafe { vm(ctx) }) else { return Val::FALSE };
    let kind = match kind {
        descriptor_kind::FILE => {
            return stream_resource(&FileHandle::stream(h.streams().env().clone(), fd, b"rw", false));
        }
        descriptor_kind::TCP => Kind::Tcp,
        descriptor_kind::UDP => Kind::Udp,
        descriptor_kind::UNIX => Kind::Unix,
        descriptor_kind::UNIX_DATAGRAM => Kind::UnixDatagram,
        _ => Kind::Generic,
    };
    stream_resource(&socket::adopt(&h.streams(), fd, kind, blocking != 0))
}

unsafe extern "C" fn set_blocking(_: *mut CtxRaw, s: Val, on: u32) -> u32 {
    stream_of(s).and_then(|s| s.ops().set_blocking(&s, on != 0)).is_some().into()
}

unsafe extern "C" fn unbuffer(_: *mut CtxRaw, s: Val) {
    if let Some(s) = stream_of(s) {
        s.set_read_buffering(Buffering::None);
    }
}

/// The engine's own interface `engine.descriptors/1`.
pub static DESCRIPTORS: DescriptorTable = DescriptorTable {
    size: size_of::<DescriptorTable>() as u32,
    reserved: 0,
    descriptor,
    cast,
    adopt,
    set_blocking,
    unbuffer,
};
