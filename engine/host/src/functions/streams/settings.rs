//! Settings of open streams, and waiting for them.

use crate::functions::support::{Res, bad_type, bad_value, give, natives, stream, streams, texts, warn, yes};
use crate::streams::{Held, stream_of};
use howdah_runtime::layout::Arr;
use howdah_runtime::{array, value};
use howdah_streams::Stream;
use howdah_streams::ops::Buffering;
use howdah_streams::select::{SelectError, select};
use howdah_streams::socket::crypto;
use howdah_vm::native::Args;
use howdah_vm::rt;
use howdah_vm::vm::Vm;
use plugin_api_abi::{ARR, INT, NULL, Status, UNDEF, Val};
use std::rc::Rc;
use std::time::Duration;

fn set_blocking(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    yes(s.ops().set_blocking(&s, a.bool(1, true)).is_some())
}

fn set_timeout(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let micros = a.int(1, 0).saturating_mul(1_000_000).saturating_add(a.int(2, 0));
    let timeout = u64::try_from(micros).ok().map(Duration::from_micros);
    yes(s.ops().set_timeout(&s, timeout))
}

fn buffering(size: i64) -> Buffering {
    match usize::try_from(size) {
        Ok(0) => Buffering::None,
        Ok(n) => Buffering::Full(n),
        Err(_) => Buffering::None,
    }
}

fn set_write_buffer(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let done = s.ops().set_write_buffering(&s, buffering(a.int(1, 0)));
    Ok(Val::int(if done { 0 } else { -1 }))
}

fn set_read_buffer(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let done = s.set_read_buffering(buffering(a.int(1, 0)));
    Ok(Val::int(if done { 0 } else { -1 }))
}

fn set_chunk_size(vm: &mut Vm, a: &Args<'_>) -> Res {
    let n = a.int(1, 0);
    if n <= 0 {
        return Err(bad_value(vm, 1, "must be greater than 0"));
    }
    let s = stream(vm, a, 0)?;
    if n > i32::MAX as i64 {
        return Err(bad_value(vm, 1, "is too large"));
    }
    Ok(Val::int(s.set_chunk_size(n as usize) as i64))
}

/// The streams of an array argument of `stream_select()`, with the elements they came from.
fn members(vm: &mut Vm, a: &Args<'_>, i: usize) -> Result<Vec<(array::Key, Rc<Stream>)>, Status> {
    let v = a.get(i);
    if v.is_nullish() {
        return Ok(Vec::new());
    }
    if v.tag() != ARR {
        let given = value::value_name(v);
        return Err(bad_type(vm, i, format!("must be of type ?array, {given} given")));
    }
    let mut out = Vec::new();
    // SAFETY: an array that the argument holds; nothing changes it here.
    for (k, p) in unsafe { array::iter(v.as_ptr::<Arr>()) } {
        // SAFETY: a live element.
        let v = value::deref(unsafe { *p });
        match stream_of(v) {
            Some(s) => out.push((k, s)),
            // The others are looked at all the same. What this gives is pending.
            None => drop(vm.throw_type("stream_select(): supplied argument is not a valid stream resource")),
        }
    }
    Ok(out)
}

/// Leaves in argument `i` those elements whose stream is ready.
fn leave(vm: &mut Vm, a: &Args<'_>, i: usize, set: &[(array::Key, Rc<Stream>)], ready: &[bool]) -> Res {
    let v = a.get(i);
    if v.tag() != ARR {
        return Ok(Val::NULL);
    }
    let t = array::new(set.len());
    for ((k, _), _) in set.iter().zip(ready).filter(|(_, r)| **r) {
        // SAFETY: a fresh array; the old one still holds keys and elements.
        unsafe {
            let p = array::find(v.as_ptr::<Arr>(), *k);
            if !p.is_null() {
                array::set(t, *k, rt::copy(value::deref(*p)));
            }
        }
    }
    give(vm, a, i, array::val(t))?;
    Ok(Val::NULL)
}

fn stream_select(vm: &mut Vm, a: &Args<'_>) -> Res {
    let sets = [members(vm, a, 0)?, members(vm, a, 1)?, members(vm, a, 2)?];
    if (0..3).all(|i| a.get(i).tag() != ARR) || sets.iter().all(Vec::is_empty) {
        return Err(vm.throw_value("No stream arrays were passed"));
    }
    if vm.has_exception() {
        return Err(Status::Exception);
    }
    let (seconds, micros) = (a.get(3), a.get(4));
    let timeout = if seconds.is_nullish() {
        if !micros.is_nullish() && micros.as_int() != 0 {
            return Err(bad_value(vm, 4, "must be null when argument #4 ($seconds) is null"));
        }
        None
    } else {
        let s = seconds.as_int();
        if s < 0 {
            return Err(bad_value(vm, 3, "must be greater than or equal to 0"));
        }
        let us = a.int(4, 0);
        if us < 0 {
            return Err(bad_value(vm, 4, "must be greater than or equal to 0"));
        }
        Some(Duration::from_secs(s as u64).saturating_add(Duration::from_micros(us as u64)))
    };
    let list = |i: usize| sets[i].iter().map(|(_, s)| s.clone()).collect::<Vec<_>>();
    let env = streams(vm)?.env().clone();
    let ready = match select(&env, &list(0), &list(1), &list(2), timeout) {
        Ok(r) => r,
        Err(SelectError::Nothing) => return Err(vm.throw_value("No stream arrays were passed")),
        Err(SelectError::Failed) => return yes(false),
    };
    // The arrays hold the keys until all three are written.
    let kept: Vec<Held> = (0..3).map(|i| Held::share(a.get(i))).collect();
    leave(vm, a, 0, &sets[0], &ready.read)?;
    leave(vm, a, 1, &sets[1], &ready.write)?;
    leave(vm, a, 2, &sets[2], &ready.except)?;
    drop(kept);
    Ok(Val::int(ready.count as i64))
}

fn enable_crypto(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let on = a.bool(1, false);
    let mut set_up = None;
    let session;
    if on {
        let method = match value::deref(a.get(2)) {
            v if v.tag() == INT => v.as_int(),
            _ => match s.context().and_then(|c| c.get("ssl", "crypto_method")) {
                Some(m) => m.to_int(),
                None => return Err(bad_value(vm, 2, "must be specified when enabling encryption")),
            },
        };
        session =
            if matches!(value::deref(a.get(3)).tag(), UNDEF | NULL) { None } else { Some(stream(vm, a, 3)?) };
        set_up = Some((method as u32, session.as_deref()));
    }
    match crypto::enable(&s, on, set_up) {
        Some(crypto::Enabled::Yes) => yes(true),
        Some(crypto::Enabled::Later) => Ok(Val::int(0)),
        Some(crypto::Enabled::No) => yes(false),
        None => {
            warn(vm, "This stream does not support SSL/crypto")?;
            // Nothing is encrypted afterwards, which is what was asked for.
            yes(!on)
        }
    }
}

natives! {
    /// Functions of streams' settings.
    LIST;
    "stream_set_blocking($stream, bool $enable): bool" => set_blocking,
    "socket_set_blocking($stream, bool $enable): bool" => set_blocking,
    "stream_set_timeout($stream, int $seconds, int $microseconds = 0): bool" => set_timeout,
    "socket_set_timeout($stream, int $seconds, int $microseconds = 0): bool" => set_timeout,
    "stream_set_write_buffer($stream, int $size): int" => set_write_buffer,
    "set_file_buffer($stream, int $size): int" => set_write_buffer,
    "stream_set_read_buffer($stream, int $size): int" => set_read_buffer,
    "stream_set_chunk_size($stream, int $size): int" => set_chunk_size,
    "stream_select(?array &$read, ?array &$write, ?array &$except, ?int $seconds, ?int $microseconds = null): int|false" => stream_select,
    "stream_get_transports(): array" => |vm, _| {
        let s = streams(vm)?;
        Ok(texts(s.transports.names()))
    },
    "stream_get_wrappers(): array" => |vm, _| Ok(texts(streams(vm)?.schemes())),
    "stream_get_filters(): array" => |vm, _| Ok(texts(streams(vm)?.filters.names())),
    "stream_socket_enable_crypto($stream, bool $enable, ?int $crypto_method = null, $session_stream = null): int|bool" => enable_crypto,
}
