//! Reading and writing.

use crate::address::{self, c_part};
use crate::calls::{given, path};
use crate::socket::{Socket, failed, keep, open, unknown_family};
use crate::sys;
use plugin_api::{Ctx, OrFalse, R, Reference, Str, This, Value, php_function};
use std::os::fd::RawFd;

/// How many bytes can be received at once; `None`: the length makes no sense.
fn room(length: i64) -> Option<usize> {
    usize::try_from(length).ok().filter(|n| *n > 0 && length != i64::MAX)
}

/// The beginning of some data, as long as was asked for.
fn start(data: &[u8], length: i64) -> &[u8] {
    let n = usize::try_from(length).unwrap_or(usize::MAX);
    &data[..n.min(data.len())]
}

/// Writes.
#[php_function("socket_write(Socket $socket, string $data, ?int $length = null): int|false")]
fn socket_write(ctx: &mut Ctx, socket: &This<Socket>, data: &[u8], length: Option<i64>) -> R<OrFalse<i64>> {
    let s = open(ctx, socket)?;
    if length.is_some_and(|n| n < 0) {
        return Err(ctx.argument_value_error(3, "must be greater than or equal to 0"));
    }
    let data = length.map_or(data, |n| start(data, n));
    sent(ctx, socket, "unable to write to socket", sys::write(s.fd, data))
}

fn sent(ctx: &mut Ctx, socket: &This<Socket>, what: &str, r: sys::Sys<usize>) -> R<OrFalse<i64>> {
    match r {
        Ok(n) => Ok(OrFalse(Some(n as i64))),
        Err(e) => failed(ctx, socket, what, e).map(|()| OrFalse::FALSE),
    }
}

/// Reads byte by byte to the end of a line, which is a newline or a carriage return. A peer that closed is asked for more again
/// and again, and given up in the end.
fn read_line(fd: RawFd, to: &mut [u8]) -> sys::Sys<usize> {
    const TRIES: u32 = 200;
    let waits = sys::control(fd, libc::F_GETFL, 0)? & libc::O_NONBLOCK == 0;
    let (mut n, mut empty) = (0, 1);
    while let Some(at) = to.get_mut(n..n + 1) {
        match sys::receive(fd, at, 0) {
            Ok(0) => {
                empty += 1;
                if !waits {
                    return Ok(n);
                }
                if empty > TRIES {
                    return Err(libc::ECONNRESET);
                }
            }
            Ok(_) => {
                n += 1;
                if matches!(at, [b'\n' | b'\r']) {
                    return Ok(n);
                }
            }
            Err(libc::EAGAIN) => sys::wait_readable(fd),
            Err(libc::ESPIPE) => {}
            Err(e) => return Err(e),
        }
    }
    Ok(n)
}

/// Reads; a line with `PHP_NORMAL_READ`.
#[php_function("socket_read(Socket $socket, int $length, int $mode = PHP_BINARY_READ): string|false")]
fn socket_read(ctx: &mut Ctx, socket: &This<Socket>, length: i64, mode: Option<i64>) -> R<OrFalse<Str>> {
    /// `PHP_NORMAL_READ`
    const LINE: i64 = 1;
    let s = open(ctx, socket)?;
    let Some(room) = room(length) else { return Ok(OrFalse::FALSE) };
    let mut buffer = ctx.alloc_bytes(room)?;
    let got = match mode {
        Some(LINE) => read_line(s.fd, &mut buffer),
        _ => sys::receive(s.fd, &mut buffer, 0),
    };
    match got {
        Ok(n) => Ok(OrFalse(Some(Str::new(buffer.get(..n).unwrap_or_default())))),
        Err(e) => {
            if e == libc::EAGAIN {
                socket.borrow_mut(ctx)?.error = e;
                keep(ctx, e);
            } else {
                failed(ctx, socket, "unable to read from socket", e)?;
            }
            Ok(OrFalse::FALSE)
        }
    }
}

/// Receives from the other end.
#[php_function("socket_recv(Socket $socket, &$data, int $length, int $flags): int|false")]
fn socket_recv(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    data: Reference<'_>,
    length: i64,
    flags: i64,
) -> R<OrFalse<i64>> {
    let s = open(ctx, socket)?;
    let Some(room) = room(length) else { return Ok(OrFalse::FALSE) };
    let mut buffer = ctx.alloc_bytes(room)?;
    let got = sys::receive(s.fd, &mut buffer, flags as i32);
    match got {
        Ok(n @ 1..) => data.set(ctx, Value::str(buffer.get(..n).unwrap_or_default()))?,
        _ => data.set(ctx, Value::NULL)?,
    }
    sent(ctx, socket, "Unable to read from socket", got)
}

/// Sends to the other end.
#[php_function("socket_send(Socket $socket, string $data, int $length, int $flags): int|false")]
fn socket_send(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    data: &[u8],
    length: i64,
    flags: i64,
) -> R<OrFalse<i64>> {
    let s = open(ctx, socket)?;
    if length < 0 {
        return Err(ctx.argument_value_error(3, "must be greater than or equal to 0"));
    }
    sent(ctx, socket, "Unable to write to socket", sys::send(s.fd, start(data, length), flags as i32))
}

/// Receives from anybody, and tells from whom.
#[php_function(
    "socket_recvfrom(Socket $socket, &$data, int $length, int $flags, &$address, &$port = null): int|false"
)]
fn socket_recvfrom(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    data: Reference<'_>,
    length: i64,
    flags: i64,
    address: Reference<'_>,
    port: Option<Reference<'_>>,
) -> R<OrFalse<i64>> {
    let s = open(ctx, socket)?;
    let Some(room) = room(length) else { return Ok(OrFalse::FALSE) };
    let failure = match s.family {
        libc::AF_UNIX => "Unable to recvfrom",
        libc::AF_INET | libc::AF_INET6 if port.is_none() => {
            let f = ctx.function_name();
            return Err(ctx.argument_count_error(format!("Wrong parameter count for {f}()")));
        }
        libc::AF_INET => "Unable to recvfrom",
        libc::AF_INET6 => "unable to recvfrom",
        _ => return Err(unknown_family(ctx)),
    };
    let mut buffer = ctx.alloc_bytes(room)?;
    let (n, from) = match sys::receive_from(s.fd, &mut buffer, flags as i32, s.family) {
        Ok(got) => got,
        Err(e) => return failed(ctx, socket, failure, e).map(|()| OrFalse::FALSE),
    };
    data.set(ctx, Value::str(buffer.get(..n).unwrap_or_default()))?;
    match s.family {
        libc::AF_UNIX => address.set(ctx, Value::str(c_part(&from.path())))?,
        family => {
            // A connected socket may tell nothing.
            let (host, number) = from.host_port().unwrap_or_else(|| {
                let any = if family == libc::AF_INET { "0.0.0.0" } else { "::" };
                (any.to_owned(), 0)
            });
            address.set(ctx, host)?;
            if let Some(port) = port {
                port.set(ctx, i64::from(number))?;
            }
        }
    }
    Ok(OrFalse(Some(n as i64)))
}

/// Sends to an address.
#[php_function(
    "socket_sendto(Socket $socket, string $data, int $length, int $flags, string $address, ?int $port = null): int|false"
)]
fn socket_sendto(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    data: &[u8],
    length: i64,
    flags: i64,
    address: &[u8],
    port: Option<i64>,
) -> R<OrFalse<i64>> {
    let s = open(ctx, socket)?;
    if length < 0 {
        return Err(ctx.argument_value_error(3, "must be greater than or equal to 0"));
    }
    let to = match s.family {
        // Unlike binding and connecting, this takes the path to its first NUL.
        libc::AF_UNIX => {
            path(ctx, 5, address, 0)?;
            let name = c_part(address);
            path(ctx, 5, name, name.len())?
        }
        libc::AF_INET | libc::AF_INET6 => {
            let port = given(ctx, 6, s.family, port)?;
            match address::ip(ctx, socket, s.family, address, port)? {
                Some(to) => to,
                None => return Ok(OrFalse::FALSE),
            }
        }
        _ => return Err(unknown_family(ctx)),
    };
    let r = sys::send_to(s.fd, start(data, length), flags as i32, &to);
    sent(ctx, socket, "Unable to write to socket", r)
}
