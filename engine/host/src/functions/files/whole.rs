//! Whole files at once: `file_get_contents()`, `file_put_contents()`, `file()`, `readfile()`.

use crate::functions::support::{
    Res, bad_value, bytes_of, natives, opening_context, path, redirected, streams, text, warn, yes,
};
use crate::streams::stream_of;
use howdah_runtime::array;
use howdah_runtime::layout::Arr;
use howdah_streams::ops::{Lock, Locked};
use howdah_streams::{Opened, Whence, options};
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api::files::purpose;
use plugin_api_abi::{ARR, OBJ, Status, Val};

/// Opens argument 0 for reading; `path_flag`: look in the include path. `Ok(None)` after the warning.
fn open(vm: &mut Vm, a: &Args<'_>, path_flag: bool, context: usize) -> Result<Option<Opened>, Status> {
    let p = path(vm, a, 0)?;
    let opts = options::REPORT_ERRORS | if path_flag { options::USE_PATH } else { 0 };
    let context = opening_context(vm, a, context)?;
    let p = redirected(vm, p, if path_flag { purpose::OPEN_INCLUDED } else { purpose::OPEN });
    Ok(streams(vm)?.open(&p, b"rb", opts, context))
}

fn get(vm: &mut Vm, a: &Args<'_>) -> Res {
    path(vm, a, 0)?;
    let max = a.get(4);
    if !max.is_nullish() && max.as_int() < 0 {
        return Err(bad_value(vm, 4, "must be greater than or equal to 0"));
    }
    let Some(o) = open(vm, a, a.bool(1, false), 2)? else { return yes(false) };
    let offset = a.int(3, 0);
    let whence = if offset < 0 { Whence::End } else { Whence::Set };
    if offset != 0 && !o.stream.seek(offset, whence) {
        warn(vm, format!("Failed to seek to position {offset} in the stream"))?;
        o.stream.close();
        return yes(false);
    }
    let all = o.stream.read_all((!max.is_nullish()).then(|| max.as_int() as usize));
    o.stream.close();
    Ok(text(&all))
}

/// The bytes that `file_put_contents()` is to write; `None`: there are none to write and the result is false.
fn data(vm: &mut Vm, v: Val) -> Result<Option<Vec<u8>>, Status> {
    if let Some(from) = stream_of(v) {
        return Ok(Some(from.read_all(None)));
    }
    match v.tag() {
        ARR => {
            let mut bytes = Vec::new();
            // SAFETY: an array that the frame holds.
            for (_, v) in unsafe { array::iter(v.as_ptr::<Arr>()) } {
                // SAFETY: a live element.
                bytes.extend_from_slice(&bytes_of(unsafe { *v })?);
            }
            Ok(Some(bytes))
        }
        OBJ if !has_text(vm, v) => Ok(None),
        _ => bytes_of(v).map(Some),
    }
}

/// Whether an object can be made a string.
fn has_text(vm: &mut Vm, v: Val) -> bool {
    let pair = [howdah_vm::rt::copy(v), text(b"__toString")];
    let callable = crate::streams::Held::owned(array::val(array::from_vals(pair)));
    vm.is_callable(callable.get())
}

fn put(vm: &mut Vm, a: &Args<'_>) -> Res {
    let p = path(vm, a, 0)?;
    let flags = a.int(2, 0);
    if a.get(1).tag() == plugin_api_abi::RES && stream_of(a.get(1)).is_none() {
        return Err(crate::functions::support::no_resource(vm, a.get(1), 1, "stream"));
    }
    let context = opening_context(vm, a, 3)?;
    let append = flags & 8 != 0;
    let locked = flags & 2 != 0;
    let s = streams(vm)?;
    let mode: &[u8] = match (append, locked) {
        (true, _) => b"ab",
        (false, true) => {
            // Truncated only once the lock is held.
            if let Some(scheme) = howdah_streams::wrapper::scheme(p)
                && !scheme.eq_ignore_ascii_case(b"file")
                && s.find(scheme).is_some()
            {
                warn(vm, "Exclusive locks may only be set for regular files")?;
                return yes(false);
            }
            b"cb"
        }
        (false, false) => b"wb",
    };
    let opts = options::REPORT_ERRORS | if flags & 1 != 0 { options::USE_PATH } else { 0 };
    let Some(o) = s.open(p, mode, opts, context) else { return yes(false) };
    let stream = o.stream;
    if locked {
        let done = stream.ops().has_locks(&stream)
            && stream.ops().lock(&stream, Lock::Exclusive, true) == Locked::Yes;
        if !done {
            stream.close();
            warn(vm, "Exclusive locks are not supported for this stream")?;
            return yes(false);
        }
        if !append {
            stream.ops().truncate(&stream, 0);
        }
    }
    let bytes = match data(vm, a.get(1)) {
        Ok(b) => b,
        Err(st) => {
            stream.close();
            return Err(st);
        }
    };
    let Some(bytes) = bytes else {
        stream.close();
        return yes(false);
    };
    let mut result = Val::int(0);
    if !bytes.is_empty() {
        result = match stream.write(&bytes) {
            Ok(n) if n == bytes.len() => Val::int(n as i64),
            Ok(n) => {
                let msg =
                    format!("Only {n} of {} bytes written, possibly out of free disk space", bytes.len());
                warn(vm, msg)?;
                Val::FALSE
            }
            Err(_) => Val::FALSE,
        };
    }
    stream.close();
    Ok(result)
}

fn file(vm: &mut Vm, a: &Args<'_>) -> Res {
    path(vm, a, 0)?;
    let flags = a.int(1, 0);
    if !(0..=31).contains(&flags) || flags & 8 != 0 {
        return Err(bad_value(vm, 1, "must be a valid flag value"));
    }
    let Some(o) = open(vm, a, flags & 1 != 0, 2)? else { return yes(false) };
    let all = o.stream.read_all(None);
    o.stream.close();
    let (bare, skip) = (flags & 2 != 0, flags & 4 != 0);
    let lines = all.split_inclusive(|c| *c == b'\n').map(|l| {
        if !bare {
            return l;
        }
        let l = l.strip_suffix(b"\n").unwrap_or(l);
        l.strip_suffix(b"\r").unwrap_or(l)
    });
    let vals: Vec<Val> = lines.filter(|l| !(skip && bare && l.is_empty())).map(text).collect();
    Ok(array::val(array::from_vals(vals)))
}

natives! {
    /// Functions over whole files.
    LIST;
    "file_get_contents(string $filename, bool $use_include_path = false, $context = null, int $offset = 0, ?int $length = null): string|false" => get,
    "file_put_contents(string $filename, mixed $data, int $flags = 0, $context = null): int|false" => put,
    "file(string $filename, int $flags = 0, $context = null): array|false" => file,
    "readfile(string $filename, bool $use_include_path = false, $context = null): int|false" => |vm, a| {
        let Some(o) = open(vm, a, a.bool(1, false), 2)? else { return yes(false) };
        let n = o.stream.pass_through();
        o.stream.close();
        Ok(Val::int(n.map_or(0, |n| n as i64)))
    },
}
