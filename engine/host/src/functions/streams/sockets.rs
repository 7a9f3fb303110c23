//! `stream_socket_*()`, `fsockopen()`.

use crate::functions::support::{
    Res, bad_value, give, natives, opening_context, stream, streams, text, warn, yes,
};
use crate::streams::stream_resource;
use howdah_runtime::array;
use howdah_streams::socket;
use howdah_streams::transport::SocketError;
use howdah_vm::native::Args;
use howdah_vm::vm::Vm;
use plugin_api_abi::{DBL, Status, Val};
use std::time::Duration;

/// Argument `i` as seconds; the default timeout when it is null. `None`: without end.
fn timeout(vm: &mut Vm, a: &Args<'_>, i: usize) -> Result<Option<Duration>, Status> {
    let v = a.get(i);
    if v.is_nullish() {
        return Ok(streams(vm)?.default_timeout());
    }
    let seconds = if v.tag() == DBL { v.as_dbl() } else { v.as_int() as f64 };
    if seconds < 0.0 {
        return Ok(None);
    }
    Ok(Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)))
}

/// Fills in the error arguments `i` and `i + 1`.
fn tell(vm: &mut Vm, a: &Args<'_>, i: usize, e: Option<&SocketError>) -> Result<(), Status> {
    give(vm, a, i, Val::int(e.map_or(0, |e| e.code as i64)))?;
    give(vm, a, i + 1, text(e.map_or(&b""[..], |e| e.message.as_bytes())))
}

fn open(vm: &mut Vm, a: &Args<'_>) -> Res {
    let (host, port) = (a.bytes(0), a.int(1, -1));
    let mut url = host.to_vec();
    if port > 0 {
        url.extend_from_slice(format!(":{port}").as_bytes());
    }
    tell(vm, a, 2, None)?;
    let wait = timeout(vm, a, 4)?;
    let context = Some(super::contexts::default_context(vm)?);
    match streams(vm)?.connect(&url, wait, false, context) {
        Ok(s) => Ok(stream_resource(&s)),
        Err(e) => {
            let shown = String::from_utf8_lossy(host).into_owned();
            let f = crate::functions::support::running(vm);
            tell(vm, a, 2, Some(&e))?;
            let msg = format!("{f}(): Unable to connect to {shown}:{port} ({})", unknown(&e));
            crate::functions::support::step(vm.warning(&msg))?;
            yes(false)
        }
    }
}

fn unknown(e: &SocketError) -> String {
    if e.message.is_empty() { "Unknown error".into() } else { e.message.clone() }
}

fn client(vm: &mut Vm, a: &Args<'_>) -> Res {
    let flags = a.int(4, 4);
    tell(vm, a, 1, None)?;
    let wait = timeout(vm, a, 3)?;
    let context = opening_context(vm, a, 5)?;
    let asynchronous = flags & 2 != 0;
    if flags & 6 == 0 {
        return Err(bad_value(vm, 4, "must be one of STREAM_CLIENT_CONNECT or STREAM_CLIENT_ASYNC_CONNECT"));
    }
    match streams(vm)?.connect(a.bytes(0), wait, asynchronous, context) {
        Ok(s) => Ok(stream_resource(&s)),
        Err(e) => {
            let shown = String::from_utf8_lossy(a.bytes(0)).into_owned();
            tell(vm, a, 1, Some(&e))?;
            warn(vm, format!("Unable to connect to {shown} ({})", unknown(&e)))?;
            yes(false)
        }
    }
}

fn server(vm: &mut Vm, a: &Args<'_>) -> Res {
    tell(vm, a, 1, None)?;
    let context = opening_context(vm, a, 4)?;
    match streams(vm)?.listen(a.bytes(0), a.int(3, 12) & 8 != 0, context) {
        Ok(s) => Ok(stream_resource(&s)),
        Err(e) => {
            let shown = String::from_utf8_lossy(a.bytes(0)).into_owned();
            tell(vm, a, 1, Some(&e))?;
            warn(vm, format!("Unable to connect to {shown} ({})", unknown(&e)))?;
            yes(false)
        }
    }
}

fn accept(vm: &mut Vm, a: &Args<'_>) -> Res {
    let wait = timeout(vm, a, 1)?;
    let s = stream(vm, a, 0)?;
    match socket::accept(&s, wait) {
        Ok((client, peer)) => {
            give(vm, a, 2, text(&peer))?;
            Ok(stream_resource(&client))
        }
        Err(e) => {
            warn(vm, format!("Accept failed: {}", unknown(&e)))?;
            yes(false)
        }
    }
}

fn pair(vm: &mut Vm, a: &Args<'_>) -> Res {
    let env = streams(vm)?.env().clone();
    match socket::pair(&env, a.int(0, 0) as i32, a.int(1, 0) as i32, a.int(2, 0) as i32) {
        Ok((x, y)) => Ok(array::val(array::from_vals([stream_resource(&x), stream_resource(&y)]))),
        Err(e) => {
            warn(vm, format!("Failed to create sockets: [{}]: {}", e.code, e.message))?;
            yes(false)
        }
    }
}

fn send_to(vm: &mut Vm, a: &Args<'_>) -> Res {
    let s = stream(vm, a, 0)?;
    let target = a.bytes(3);
    let target = (!target.is_empty()).then_some(target);
    let sent = socket::send_to(&s, a.bytes(1), a.int(2, 0) & 1 != 0, target);
    Ok(sent.map_or(Val::int(-1), |n| Val::int(n as i64)))
}

fn receive_from(vm: &mut Vm, a: &Args<'_>) -> Res {
    let n = a.int(1, 0);
    give(vm, a, 3, Val::NULL)?;
    if n <= 0 {
        return Err(bad_value(vm, 1, "must be greater than 0"));
    }
    let s = stream(vm, a, 0)?;
    let flags = a.int(2, 0);
    match socket::receive_from(&s, n as usize, flags & 1 != 0, flags & 2 != 0) {
        Ok((data, from)) => {
            give(vm, a, 3, text(&from))?;
            Ok(text(&data))
        }
        Err(_) => yes(false),
    }
}

fn shutdown(vm: &mut Vm, a: &Args<'_>) -> Res {
    let how = a.int(1, 0);
    if !(0..=2).contains(&how) {
        return Err(bad_value(vm, 1, "must be one of STREAM_SHUT_RD, STREAM_SHUT_WR, or STREAM_SHUT_RDWR"));
    }
    let s = stream(vm, a, 0)?;
    yes(socket::shutdown(&s, how))
}

fn host_name(vm: &mut Vm, _: &Args<'_>) -> Res {
    let mut buf = [0u8; 256];
    // SAFETY: the buffer is as long as said.
    if unsafe { libc::gethostname(buf.as_mut_ptr().cast(), buf.len()) } != 0 {
        let why = crate::functions::support::last_error();
        warn(vm, format!("unable to fetch host [{why}]"))?;
        return yes(false);
    }
    let end = buf.iter().position(|c| *c == 0).unwrap_or(buf.len());
    Ok(text(&buf[..end]))
}

natives! {
    /// Functions of sockets.
    LIST;
    "fsockopen(string $hostname, int $port = -1, &$error_code = null, &$error_message = null, ?float $timeout = null)" => open,
    "pfsockopen(string $hostname, int $port = -1, &$error_code = null, &$error_message = null, ?float $timeout = null)" => open,
    "stream_socket_client(string $address, &$error_code = null, &$error_message = null, ?float $timeout = null, int $flags = STREAM_CLIENT_CONNECT, $context = null)" => client,
    "stream_socket_server(string $address, &$error_code = null, &$error_message = null, int $flags = STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context = null)" => server,
    "stream_socket_accept($socket, ?float $timeout = null, &$peer_name = null)" => accept,
    "stream_socket_get_name($socket, bool $remote): string|false" => |vm, a| {
        let s = stream(vm, a, 0)?;
        Ok(socket::name(&s, a.bool(1, false)).map_or(Val::FALSE, |n| text(&n)))
    },
    "stream_socket_pair(int $domain, int $type, int $protocol): array|false" => pair,
    "stream_socket_sendto($socket, string $data, int $flags = 0, string $address = \"\"): int|false" => send_to,
    "stream_socket_recvfrom($socket, int $length, int $flags = 0, &$address = null): string|false" => receive_from,
    "stream_socket_shutdown($stream, int $mode): bool" => shutdown,
    "gethostname(): string|false" => host_name,
}
