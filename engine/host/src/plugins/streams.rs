//! The table of streams that extensions use.

use crate::host::SapiHost;
use crate::streams::{close_stream, context_of, stream_of, stream_resource};
use howdah_runtime::string;
use howdah_streams::glob::GlobDirectory;
use howdah_streams::wrapper::stat_flags;
use howdah_streams::{Stream, Streams, Whence, options};
use howdah_vm::api;
use howdah_vm::vm::Vm;
use plugin_api_abi::{CtxRaw, Status, StrSlice, StreamTable, Val, stream_options};
use std::rc::Rc;

unsafe fn vm<'a>(ctx: *mut CtxRaw) -> &'a mut Vm {
    // SAFETY: by the caller's promise.
    unsafe { api::vm(ctx) }
}

fn streams(vm: &mut Vm) -> Option<Rc<Streams>> {
    SapiHost::of(vm).map(|h| h.streams())
}

fn text_or_false(b: Option<Vec<u8>>) -> Val {
    b.map_or(Val::FALSE, |b| string::new_val(&b))
}

fn shown(vm: &mut Vm, s: Option<Rc<Stream>>, out: &mut Val) -> Status {
    let v = s.map_or(Val::FALSE, |s| stream_resource(&s));
    let st = vm.pending();
    if st == Status::Ok {
        *out = v;
    } else {
        // SAFETY: ours.
        unsafe { howdah_vm::rt::release(v) };
    }
    st
}

unsafe extern "C" fn open(
    ctx: *mut CtxRaw,
    path: StrSlice,
    mode: StrSlice,
    opts: u32,
    context: Val,
    out: *mut Val,
) -> Status {
    // SAFETY: the engine's context; live text and slot.
    unsafe {
        let vm = vm(ctx);
        let mut o = if opts & stream_options::QUIET == 0 { options::REPORT_ERRORS } else { 0 };
        if opts & stream_options::USE_PATH != 0 {
            o |= options::USE_PATH;
        }
        let s = streams(vm)
            .and_then(|s| s.open(path.bytes(), mode.bytes(), o, context_of(context)))
            .map(|o| o.stream);
        shown(vm, s, &mut *out)
    }
}

unsafe extern "C" fn open_dir(ctx: *mut CtxRaw, path: StrSlice, context: Val, out: *mut Val) -> Status {
    // SAFETY: the engine's context; live text and slot.
    unsafe {
        let vm = vm(ctx);
        let s =
            streams(vm).and_then(|s| s.open_dir(path.bytes(), options::REPORT_ERRORS, context_of(context)));
        shown(vm, s, &mut *out)
    }
}

unsafe extern "C" fn close(ctx: *mut CtxRaw, s: Val) -> Status {
    close_stream(s);
    // SAFETY: the engine's context.
    unsafe { vm(ctx) }.pending()
}

/// Runs `f` on an open stream; of a closed one `out` stays as it is.
unsafe fn on<T>(ctx: *mut CtxRaw, s: Val, out: *mut T, f: impl FnOnce(&Stream) -> T) -> Status {
    // SAFETY: the engine's context; the caller's slot.
    unsafe {
        let vm = vm(ctx);
        if let Some(s) = stream_of(s) {
            let v = f(&s);
            *out = v;
        }
        vm.pending()
    }
}

/// As [`on`] for texts, which are given up when an exception is pending.
unsafe fn on_text(
    ctx: *mut CtxRaw,
    s: Val,
    out: *mut Val,
    f: impl FnOnce(&Stream) -> Option<Vec<u8>>,
) -> Status {
    // SAFETY: the engine's context; the caller's slot.
    unsafe {
        let bytes = stream_of(s).and_then(|s| f(&s));
        let st = vm(ctx).pending();
        if st == Status::Ok {
            *out = text_or_false(bytes);
        }
        st
    }
}

unsafe extern "C" fn read_dir(ctx: *mut CtxRaw, s: Val, out: *mut Val) -> Status {
    // SAFETY: forwarded.
    unsafe { on_text(ctx, s, out, Stream::read_dir) }
}
unsafe extern "C" fn rewind_dir(ctx: *mut CtxRaw, s: Val) -> Status {
    // SAFETY: forwarded.
    unsafe { on(ctx, s, &mut (), Stream::rewind_dir) }
}
unsafe extern "C" fn read(ctx: *mut CtxRaw, s: Val, n: usize, out: *mut Val) -> Status {
    // SAFETY: forwarded.
    unsafe { on_text(ctx, s, out, |s| s.read_vec(n).ok()) }
}
unsafe extern "C" fn read_line(ctx: *mut CtxRaw, s: Val, max: usize, out: *mut Val) -> Status {
    // SAFETY: forwarded.
    unsafe { on_text(ctx, s, out, |s| s.read_line((max > 0).then_some(max))) }
}
unsafe extern "C" fn write(ctx: *mut CtxRaw, s: Val, p: *const u8, n: usize, out: *mut i64) -> Status {
    // SAFETY: forwarded; live bytes.
    unsafe {
        let bytes = StrSlice { ptr: p, len: n }.bytes();
        on(ctx, s, out, |s| s.write(bytes).map_or(-1, |n| n as i64))
    }
}
unsafe extern "C" fn seek(ctx: *mut CtxRaw, s: Val, offset: i64, whence: u32, out: *mut u32) -> Status {
    let whence = match whence {
        0 => Some(Whence::Set),
        1 => Some(Whence::Current),
        2 => Some(Whence::End),
        _ => None,
    };
    // SAFETY: forwarded.
    unsafe { on(ctx, s, out, |s| whence.is_some_and(|w| s.seek(offset, w)) as u32) }
}
unsafe extern "C" fn tell(_: *mut CtxRaw, s: Val) -> i64 {
    stream_of(s).map_or(-1, |s| s.position())
}
unsafe extern "C" fn at_end(ctx: *mut CtxRaw, s: Val, out: *mut u32) -> Status {
    // SAFETY: forwarded.
    unsafe { on(ctx, s, out, |s| s.at_end() as u32) }
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

/// Runs `f` on the kind of a `glob://` directory.
fn glob<T>(s: Val, f: impl FnOnce(&GlobDirectory) -> T) -> Option<T> {
    let ops = stream_of(s)?.ops();
    ops.as_any().downcast_ref::<GlobDirectory>().map(f)
}

unsafe extern "C" fn text(_: *mut CtxRaw, s: Val, what: u32, out: *mut Val) {
    let bytes = match what {
        0 => stream_of(s).and_then(|s| s.path()),
        1 => stream_of(s).map(|s| s.mode()),
        2 => glob(s, GlobDirectory::folder).flatten(),
        _ => glob(s, |g| g.pattern().to_vec()),
    };
    // SAFETY: the caller's slot.
    unsafe { *out = bytes.map_or(Val::NULL, |b| string::new_val(&b)) };
}
unsafe extern "C" fn glob_count(_: *mut CtxRaw, s: Val) -> i64 {
    glob(s, |g| g.count() as i64).unwrap_or(-1)
}

unsafe extern "C" fn stat(
    ctx: *mut CtxRaw,
    path: StrSlice,
    link: u32,
    out: *mut [i64; 13],
    found: *mut u32,
) -> Status {
    // SAFETY: the engine's context; live text and slots.
    unsafe {
        let vm = vm(ctx);
        let bits = stat_flags::QUIET | if link != 0 { stat_flags::LINK } else { 0 };
        let path = path.bytes();
        let s = if path.is_empty() || path.contains(&0) {
            None
        } else {
            streams(vm).and_then(|s| s.stat(path, bits, None))
        };
        if let Some(s) = s {
            (*out, *found) = (s.values(), 1);
        }
        vm.pending()
    }
}

/// The table.
pub static STREAMS: StreamTable = StreamTable {
    size: size_of::<StreamTable>() as u32,
    reserved: 0,
    open,
    open_dir,
    close,
    read_dir,
    rewind_dir,
    read,
    read_line,
    write,
    seek,
    tell,
    at_end,
    flush,
    truncate,
    pass_through,
    text,
    glob_count,
    stat,
};
