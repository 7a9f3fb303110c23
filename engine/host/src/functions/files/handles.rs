//! Open files: `fopen()` and what works on its result.

use crate::functions::support::{
    Res, bad_value, give, natives, opening_context, path, redirected, stream, streams, text, warn, yes,
};
use crate::streams::{close_stream, stream_resource};
use howdah_runtime::array;
use howdah_streams::meta::MetaValue;
use howdah_streams::ops::{Lock, Locked};
use howdah_streams::{Stat, Stream, Whence, options};
use howdah_vm::native::Args;
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api::files::purpose;
use plugin_api_abi::Val;

/// What `stat()` and `fstat()` give.
pub(super) fn stat_array(s: &Stat) -> Val {
    let t = array::new(26);
    // SAFETY: a fresh array.
    unsafe {
        for (i, v) in s.values().into_iter().enumerate() {
            array::set(t, array::Key::Int(i as i64), Val::int(v));
        }
        for (n, v) in Stat::NAMES.iter().zip(s.values()) {
            array::set_bytes(t, n.as_bytes(), Val::int(v));
        }
    }
    array::val(t)
}

fn fopen(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    let (path_flag, what) =
        if a.bool(2, false) { (options::USE_PATH, purpose::OPEN_INCLUDED) } else { (0, purpose::OPEN) };
    let context = opening_context(vm, a, 3)?;
    let p = redirected(vm, p, what);
    let opened = streams(vm)?.open(&p, a.bytes(1), options::REPORT_ERRORS | path_flag, context);
    Ok(opened.map_or(Val::FALSE, |o| stream_resource(&o.stream)))
}

fn fclose(vm: &mut Vm, a: &Args<'_>) -> Res {
    stream(vm, a, 0)?;
    close_stream(a.get(0));
    yes(true)
}

fn fread(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let n = a.int(1, 0);
    if n <= 0 {
        return Err(bad_value(vm, 1, "must be greater than 0"));
    }
    Ok(s.read_vec(n as usize).map_or(Val::FALSE, |b| text(&b)))
}

fn fwrite(vm: &mut Vm, a: &Args<'_>) -> Res {
    let b = a.bytes(1);
    let n = if a.get(2).is_nullish() { b.len() } else { (a.int(2, 0).max(0) as usize).min(b.len()) };
    if n == 0 {
        return Ok(Val::int(0));
    }
    let s = stream(vm, a, 0)?;
    Ok(s.write(&b[..n]).map_or(Val::FALSE, |n| Val::int(n as i64)))
}

fn fgets(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let max = if a.get(1).is_nullish() {
        None
    } else if a.int(1, 0) <= 0 {
        return Err(bad_value(vm, 1, "must be greater than 0"));
    } else {
        Some(a.int(1, 0) as usize - 1)
    };
    if max == Some(0) {
        return yes(false);
    }
    Ok(s.read_line(max).map_or(Val::FALSE, |b| text(&b)))
}

fn fseek(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let whence = match a.int(2, 0) {
        0 => Some(Whence::Set),
        1 => Some(Whence::Current),
        2 => Some(Whence::End),
        _ => None,
    };
    let done = whence.is_some_and(|w| s.seek(a.int(1, 0), w));
    Ok(Val::int(if done { 0 } else { -1 }))
}

fn flock(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let how = a.int(1, 0);
    let lock = match how & 3 {
        1 => Lock::Shared,
        2 => Lock::Exclusive,
        3 => Lock::Unlock,
        _ => return Err(bad_value(vm, 1, "must be one of LOCK_SH, LOCK_EX, or LOCK_UN")),
    };
    give(vm, a, 2, Val::int(0))?;
    match s.ops().lock(&s, lock, how & 4 == 0) {
        Locked::Yes => yes(true),
        Locked::No => yes(false),
        Locked::WouldBlock => {
            give(vm, a, 2, Val::int(1))?;
            yes(false)
        }
    }
}

fn ftruncate(vm: &mut Vm, a: &Args<'_>) -> Res {
    let size = a.int(1, 0);
    if size < 0 {
        return Err(bad_value(vm, 1, "must be greater than or equal to 0"));
    }
    let s = stream(vm, a, 0)?;
    if !s.ops().has_truncate(&s) {
        warn(vm, "Can't truncate this stream!")?;
        return yes(false);
    }
    yes(s.ops().truncate(&s, size as u64))
}

fn sync(vm: &mut Vm, a: &Args<'_>, data_only: bool) -> Res {
    let s = stream(vm, a, 0)?;
    if !s.ops().has_sync(&s) {
        warn(vm, "Can't fsync this stream!")?;
        return yes(false);
    }
    yes(s.flush().is_ok() && s.ops().sync(&s, data_only))
}

/// A metadata value for PHP.
fn meta(v: &MetaValue, s: &Stream) -> Val {
    match v {
        MetaValue::Bool(b) => Val::bool(*b),
        MetaValue::Int(i) => Val::int(*i),
        MetaValue::Text(t) => text(t),
        MetaValue::WrapperData => s
            .wrapper_data()
            .and_then(|d| d.downcast_ref::<crate::streams::Held>().map(|h| rt::copy(h.get())))
            .unwrap_or(Val::NULL),
        MetaValue::List(l) => {
            let packed = l.iter().enumerate().all(|(i, (k, _))| *k == i.to_string().as_bytes());
            let t = array::new(l.len());
            for (i, (k, v)) in l.iter().enumerate() {
                let v = meta(v, s);
                // SAFETY: a fresh array.
                unsafe {
                    if packed {
                        array::set(t, array::Key::Int(i as i64), v);
                    } else {
                        array::set_bytes(t, k, v);
                    }
                }
            }
            array::val(t)
        }
    }
}

fn metadata(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let list = s.metadata();
    let t = array::new(list.len());
    for (k, v) in &list {
        // SAFETY: a fresh array.
        unsafe { array::set_bytes(t, k, meta(v, &s)) };
    }
    Ok(array::val(t))
}

fn contents(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let length = a.get(1);
    if !length.is_nullish() && length.as_int() < -1 {
        return Err(bad_value(vm, 1, "must be greater than or equal to -1"));
    }
    let max = (!length.is_nullish() && length.as_int() >= 0).then(|| length.as_int() as usize);
    let offset = a.int(2, -1);
    if offset >= 0 {
        let at = s.position();
        let moved = if s.ops().has_seek() && !s.has(howdah_streams::stream::flags::NO_SEEK) {
            s.seek(offset, Whence::Set)
        } else {
            // Forward only, by reading.
            offset >= at && s.read_all(Some((offset - at) as usize)).len() as i64 == offset - at
        };
        if !moved {
            warn(vm, format!("Failed to seek to position {offset} in the stream"))?;
            return yes(false);
        }
    }
    Ok(text(&s.read_all(max)))
}

fn copy_stream(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (from, to) = (stream(vm, a, 0)?, stream(vm, a, 1)?);
    let max = (!a.get(2).is_nullish() && a.int(2, 0) >= 0).then(|| a.int(2, 0) as usize);
    let offset = a.int(3, 0);
    if offset > 0 && !from.seek(offset, Whence::Set) {
        warn(vm, format!("Failed to seek to position {offset} in the stream"))?;
        return yes(false);
    }
    match from.copy_to(&to, max) {
        (n, Ok(())) => Ok(Val::int(n as i64)),
        (_, Err(_)) => yes(false),
    }
}

fn get_line(vm: &mut Vm, a: &Args<'_>) -> Res {
    let n = a.int(1, 0);
    if n < 0 {
        return Err(bad_value(vm, 1, "must be greater than or equal to 0"));
    }
    let s = stream(vm, a, 0)?;
    let max = if n == 0 { 8192 } else { n as usize };
    Ok(s.read_record(max, a.bytes(2)).map_or(Val::FALSE, |b| text(&b)))
}

fn tmpfile(vm: &mut Vm, _: &Args<'_>) -> Res {
    let s = streams(vm)?;
    Ok(howdah_streams::plain::temporary_file(s.env(), None, "php")
        .map_or(Val::FALSE, |s| stream_resource(&s)))
}

natives! {
    /// Functions of open files.
    LIST;
    "fopen(string $filename, string $mode, bool $use_include_path = false, $context = null)" => fopen,
    "fclose($stream): bool" => fclose,
    "feof($stream): bool" => |vm, a| {
        let s = stream(vm, a, 0)?;
        yes(s.at_end())
    },
    "fread($stream, int $length): string|false" => fread,
    "fwrite($stream, string $data, ?int $length = null): int|false" => fwrite,
    "fputs($stream, string $data, ?int $length = null): int|false" => fwrite,
    "fgets($stream, ?int $length = null): string|false" => fgets,
    "fgetc($stream): string|false" => |vm, a| {
        let s = stream(vm, a, 0)?;
        Ok(s.read_byte().map_or(Val::FALSE, |b| text(&[b])))
    },
    "fflush($stream): bool" => |vm, a| {
        let s = stream(vm, a, 0)?;
        yes(s.flush().is_ok())
    },
    "fsync($stream): bool" => |vm, a| sync(vm, a, false),
    "fdatasync($stream): bool" => |vm, a| sync(vm, a, true),
    "ftell($stream): int|false" => |vm, a| {
        let s = stream(vm, a, 0)?;
        Ok(if s.position() < 0 { Val::FALSE } else { Val::int(s.position()) })
    },
    "fseek($stream, int $offset, int $whence = SEEK_SET): int" => fseek,
    "rewind($stream): bool" => |vm, a| {
        let s = stream(vm, a, 0)?;
        yes(s.rewind())
    },
    "ftruncate($stream, int $size): bool" => ftruncate,
    "flock($stream, int $operation, &$would_block = null): bool" => flock,
    "fstat($stream): array|false" => |vm, a| {
        let s = stream(vm, a, 0)?;
        Ok(s.stat().map_or(Val::FALSE, |s| stat_array(&s)))
    },
    "fpassthru($stream): int" => |vm, a| {
        let s = stream(vm, a, 0)?;
        Ok(Val::int(s.pass_through().map_or(0, |n| n as i64)))
    },
    "stream_get_contents($stream, ?int $length = null, int $offset = -1): string|false" => contents,
    "stream_copy_to_stream($from, $to, ?int $length = null, int $offset = 0): int|false" => copy_stream,
    "stream_get_line($stream, int $length, string $ending = \"\"): string|false" => get_line,
    "stream_get_meta_data($stream): array" => metadata,
    "socket_get_status($stream): array" => metadata,
    "tmpfile()" => tmpfile,
    "pclose($handle): int" => |vm, a| {
        stream(vm, a, 0)?;
        Ok(Val::int(close_stream(a.get(0)) as i64))
    },
    "popen(string $command, string $mode)" => |vm, a| {
        let c = path(vm, a, 0)?;
        if !matches!(a.bytes(1), b"r" | b"rb" | b"w" | b"wb") {
            return Err(bad_value(vm, 1, "must be one of \"r\", \"rb\", \"w\", or \"wb\""));
        }
        let s = streams(vm)?;
        Ok(s.open_process_pipe(c, a.bytes(1)).map_or(Val::FALSE, |s| stream_resource(&s)))
    },
}
