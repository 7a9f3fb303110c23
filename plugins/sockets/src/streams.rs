//! Sockets of streams, and streams of sockets.

use crate::socket::{Socket, failed_apart, open};
use crate::sys;
use plugin_api::{
    Ctx, Object, OrFalse, R, Stream, This, Value, descriptor_kind, descriptor_use, php_function,
};
use std::os::fd::IntoRawFd;

/// The socket of a stream, which shares its descriptor.
#[php_function("socket_import_stream($stream): Socket|false")]
fn socket_import_stream(ctx: &mut Ctx, stream: &Value) -> R<OrFalse<Object>> {
    let stream = Stream::argument(ctx, stream, 1)?;
    let Some(fd) = stream.cast(ctx, descriptor_use::SOCKET)? else { return Ok(OrFalse::FALSE) };
    let mut made = Socket::new(fd, libc::AF_UNSPEC);
    made.stream = Some(stream.clone());
    if let Err((what, e)) = made.learn() {
        failed_apart(ctx, what, e)?;
        return Ok(OrFalse::FALSE);
    }
    stream.unbuffer(ctx);
    made.object(ctx).map(OrFalse::from)
}

/// The kind of stream for a socket.
fn kind(fd: i32, family: i32) -> u32 {
    let number = |name| sys::option::<i32>(fd, libc::SOL_SOCKET, name).map_or(0, |(n, _)| n);
    match (family, number(libc::SO_TYPE)) {
        (libc::AF_INET | libc::AF_INET6, libc::SOCK_STREAM)
            if number(libc::SO_PROTOCOL) == libc::IPPROTO_TCP =>
        {
            descriptor_kind::TCP
        }
        (libc::AF_INET | libc::AF_INET6, libc::SOCK_DGRAM) => descriptor_kind::UDP,
        (libc::AF_UNIX, libc::SOCK_STREAM) => descriptor_kind::UNIX,
        (libc::AF_UNIX, libc::SOCK_DGRAM) => descriptor_kind::UNIX_DATAGRAM,
        _ => descriptor_kind::SOCKET,
    }
}

/// The stream of a socket, which shares its descriptor: that of which it was made, or one that is made now.
#[php_function("socket_export_stream(Socket $socket)")]
fn socket_export_stream(ctx: &mut Ctx, socket: &This<Socket>) -> R<Value> {
    let s = open(ctx, socket)?;
    let (stream, blocking) = {
        let s = socket.borrow(ctx)?;
        (s.stream.clone(), s.blocking)
    };
    if let Some(stream) = stream {
        return Ok(stream.value().clone());
    }
    match Stream::adopt(ctx, sys::own(s.fd), kind(s.fd, s.family), blocking) {
        Ok(stream) => {
            let v = stream.value().clone();
            socket.borrow_mut(ctx)?.stream = Some(stream);
            Ok(v)
        }
        Err(fd) => {
            // It stays the socket's.
            let _ = fd.into_raw_fd();
            ctx.warning("Failed to create stream")?;
            Ok(Value::bool(false))
        }
    }
}
