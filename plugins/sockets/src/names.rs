//! The addresses of a socket's two ends.

use crate::address::c_part;
use crate::socket::{Socket, failed, open, unknown_family};
use crate::sys::{self, Address};
use plugin_api::{Ctx, R, Reference, This, Value, php_function};

fn tell(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    name: sys::Sys<Address>,
    failure: &str,
    address: Reference<'_>,
    port: Option<Reference<'_>>,
) -> R<bool> {
    let name = match name {
        Ok(name) => name,
        Err(e) => return failed(ctx, socket, failure, e).map(|()| false),
    };
    if name.family() == libc::AF_UNIX {
        address.set(ctx, Value::str(c_part(&name.path())))?;
        return Ok(true);
    }
    let Some((host, number)) = name.host_port() else { return Err(unknown_family(ctx)) };
    address.set(ctx, host)?;
    if let Some(port) = port {
        port.set(ctx, i64::from(number))?;
    }
    Ok(true)
}

/// This end's address: host and port, or a path.
#[php_function("socket_getsockname(Socket $socket, &$address, &$port = null): bool")]
fn socket_getsockname(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    address: Reference<'_>,
    port: Option<Reference<'_>>,
) -> R<bool> {
    let s = open(ctx, socket)?;
    tell(ctx, socket, sys::own_name(s.fd), "unable to retrieve socket name", address, port)
}

/// The other end's address: host and port, or a path.
#[php_function("socket_getpeername(Socket $socket, &$address, &$port = null): bool")]
fn socket_getpeername(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    address: Reference<'_>,
    port: Option<Reference<'_>>,
) -> R<bool> {
    let s = open(ctx, socket)?;
    tell(ctx, socket, sys::peer_name(s.fd), "unable to retrieve peer name", address, port)
}
