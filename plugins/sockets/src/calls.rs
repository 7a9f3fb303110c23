//! Making, binding, connecting and closing sockets, and their errors.

use crate::address;
use crate::socket::{self, Socket, failed, failed_apart, open, unknown_family, warn, went};
use crate::sys::{self, Address, PATH_ROOM};
use plugin_api::{Array, Ctx, Object, OrFalse, R, Reference, Stream, This, php_function};

/// Opens a socket that takes connections on a port.
#[php_function("socket_create_listen(int $port, int $backlog = SOMAXCONN): Socket|false")]
fn socket_create_listen(ctx: &mut Ctx, port: i64, backlog: Option<i64>) -> R<OrFalse<Object>> {
    /// `SOMAXCONN`
    const MOST: i64 = 4096;
    let made = match sys::socket(libc::AF_INET, libc::SOCK_STREAM, 0) {
        Ok(fd) => Socket::new(fd, libc::AF_INET),
        Err(e) => {
            failed_apart(ctx, "unable to create listening socket", e)?;
            return Ok(OrFalse::FALSE);
        }
    };
    if let Err(e) = sys::bind(made.fd, &Address::v4([0; 4], port as u16)) {
        failed_apart(ctx, "unable to bind to given address", e)?;
        return Ok(OrFalse::FALSE);
    }
    if let Err(e) = sys::listen(made.fd, backlog.unwrap_or(MOST) as i32) {
        failed_apart(ctx, "unable to listen on socket", e)?;
        return Ok(OrFalse::FALSE);
    }
    made.object(ctx).map(OrFalse::from)
}

/// Takes a connection.
#[php_function("socket_accept(Socket $socket): Socket|false")]
fn socket_accept(ctx: &mut Ctx, socket: &This<Socket>) -> R<OrFalse<Object>> {
    let s = open(ctx, socket)?;
    let made = match sys::accept(s.fd) {
        Ok((fd, from)) => Socket::new(fd, from.family()),
        Err(e) => {
            failed_apart(ctx, "unable to accept incoming connection", e)?;
            return Ok(OrFalse::FALSE);
        }
    };
    let mode = match sys::control(made.fd, libc::F_GETFD, 0) {
        Ok(mode) => mode,
        Err(e) => {
            failed_apart(ctx, "unable to get fcntl mode on the socket", e)?;
            return Ok(OrFalse::FALSE);
        }
    };
    if let Err(e) = sys::control(made.fd, libc::F_SETFD, mode | libc::FD_CLOEXEC) {
        failed_apart(ctx, "unable to set cloexec mode on the socket", e)?;
        return Ok(OrFalse::FALSE);
    }
    made.object(ctx).map(OrFalse::from)
}

fn set_blocking(ctx: &mut Ctx, socket: &This<Socket>, on: bool, failure: &str) -> R<bool> {
    let s = open(ctx, socket)?;
    // A stream keeps in mind whether it blocks. One that was closed has nothing to say.
    let stream = socket.borrow(ctx)?.stream.clone();
    let told = match stream {
        Some(stream) => stream.set_blocking(ctx, on),
        None => false,
    };
    ctx.pending()?;
    if !told && let Err(e) = sys::set_blocking(s.fd, on) {
        failed(ctx, socket, failure, e)?;
        return Ok(false);
    }
    socket.borrow_mut(ctx)?.blocking = on;
    Ok(true)
}

/// Has calls fail instead of waiting.
#[php_function("socket_set_nonblock(Socket $socket): bool")]
fn socket_set_nonblock(ctx: &mut Ctx, socket: &This<Socket>) -> R<bool> {
    set_blocking(ctx, socket, false, "unable to set nonblocking mode")
}

/// Has calls wait.
#[php_function("socket_set_block(Socket $socket): bool")]
fn socket_set_block(ctx: &mut Ctx, socket: &This<Socket>) -> R<bool> {
    set_blocking(ctx, socket, true, "unable to set blocking mode")
}

/// Begins to take connections.
#[php_function("socket_listen(Socket $socket, int $backlog = 0): bool")]
fn socket_listen(ctx: &mut Ctx, socket: &This<Socket>, backlog: i64) -> R<bool> {
    let s = open(ctx, socket)?;
    went(ctx, socket, "unable to listen on socket", sys::listen(s.fd, backlog as i32))
}

/// Closes it.
#[php_function("socket_close(Socket $socket): void")]
fn socket_close(ctx: &mut Ctx, socket: &This<Socket>) -> R<()> {
    open(ctx, socket)?;
    let (fd, stream) = {
        let mut s = socket.borrow_mut(ctx)?;
        (std::mem::replace(&mut s.fd, -1), s.stream.take())
    };
    match stream {
        // A stream that was closed already is told of.
        Some(stream) => Stream::argument(ctx, stream.value(), 1)?.close(ctx),
        None => sys::close(fd),
    }
    Ok(())
}

/// What `socket()` and `socketpair()` take; the numbers are cut to C's int.
fn check(ctx: &mut Ctx, domain: i64, kind: i64, protocol: i64) -> R<(i32, i32, i32)> {
    let known = [libc::AF_UNIX, libc::AF_INET6, libc::AF_INET];
    if !known.iter().any(|k| i64::from(*k) == domain) {
        return Err(ctx.argument_value_error(1, "must be one of AF_UNIX, AF_INET6, or AF_INET"));
    }
    if kind & !i64::from(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK) > 10 {
        return Err(ctx.argument_value_error(
            2,
            "must be one of SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET, SOCK_RAW, or SOCK_RDM optionally OR'ed with \
             SOCK_CLOEXEC, SOCK_NONBLOCK",
        ));
    }
    Ok((domain as i32, kind as i32, protocol as i32))
}

/// Makes a socket.
#[php_function("socket_create(int $domain, int $type, int $protocol): Socket|false")]
fn socket_create(ctx: &mut Ctx, domain: i64, r#type: i64, protocol: i64) -> R<OrFalse<Object>> {
    let (family, kind, protocol) = check(ctx, domain, r#type, protocol)?;
    match sys::socket(family, kind, protocol) {
        Ok(fd) => Socket::new(fd, family).object(ctx).map(OrFalse::from),
        Err(e) => {
            warn(ctx, "Unable to create socket", e)?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// Makes two sockets that are connected to each other.
#[php_function("socket_create_pair(int $domain, int $type, int $protocol, &$pair): bool")]
fn socket_create_pair(
    ctx: &mut Ctx,
    domain: i64,
    r#type: i64,
    protocol: i64,
    pair: Reference<'_>,
) -> R<bool> {
    let (family, kind, protocol) = check(ctx, domain, r#type, protocol)?;
    let [a, b] = match sys::pair(family, kind, protocol) {
        Ok(fds) => fds.map(|fd| Socket::new(fd, family)),
        Err(e) => {
            warn(ctx, "Unable to create socket pair", e)?;
            return Ok(false);
        }
    };
    let (a, b) = (a.object(ctx)?, b.object(ctx)?);
    pair.set(ctx, Array::list([a.into(), b.into()]))?;
    Ok(true)
}

/// The address of a Unix socket in argument `n`.
pub fn path(ctx: &mut Ctx, n: u32, path: &[u8], len: usize) -> R<Address> {
    if path.len() >= PATH_ROOM {
        return Err(ctx.argument_value_error(n, format!("must be less than {PATH_ROOM}")));
    }
    Ok(Address::unix(path, len))
}

/// PHP's ValueError for a port that is needed and was not given in argument `n`.
pub fn given(ctx: &mut Ctx, n: u32, family: i32, port: Option<i64>) -> R<i64> {
    let name = if family == libc::AF_INET { "AF_INET" } else { "AF_INET6" };
    port.ok_or_else(|| ctx.argument_value_error(n, format!("cannot be null when the socket type is {name}")))
}

/// Connects.
#[php_function("socket_connect(Socket $socket, string $address, ?int $port = null): bool")]
fn socket_connect(ctx: &mut Ctx, socket: &This<Socket>, address: &[u8], port: Option<i64>) -> R<bool> {
    let s = open(ctx, socket)?;
    let to = match s.family {
        libc::AF_INET | libc::AF_INET6 => {
            let port = given(ctx, 3, s.family, port)?;
            match address::ip(ctx, socket, s.family, address, port)? {
                Some(to) => to,
                None => return Ok(false),
            }
        }
        libc::AF_UNIX => path(ctx, 2, address, address.len())?,
        _ => return Err(unknown_family(ctx)),
    };
    went(ctx, socket, "unable to connect", sys::connect(s.fd, &to))
}

/// Gives it an address of its own.
#[php_function("socket_bind(Socket $socket, string $address, int $port = 0): bool")]
fn socket_bind(ctx: &mut Ctx, socket: &This<Socket>, address: &[u8], port: i64) -> R<bool> {
    let s = open(ctx, socket)?;
    let at = match s.family {
        libc::AF_INET | libc::AF_INET6 => match address::ip(ctx, socket, s.family, address, port)? {
            Some(at) => at,
            None => return Ok(false),
        },
        libc::AF_UNIX => path(ctx, 2, address, address.len())?,
        _ => return Err(unknown_family(ctx)),
    };
    went(ctx, socket, "Unable to bind address", sys::bind(s.fd, &at))
}

/// Ends reading (0), writing (1) or both (2).
#[php_function("socket_shutdown(Socket $socket, int $mode = 2): bool")]
fn socket_shutdown(ctx: &mut Ctx, socket: &This<Socket>, mode: i64) -> R<bool> {
    let s = open(ctx, socket)?;
    went(ctx, socket, "Unable to shutdown socket", sys::shutdown(s.fd, mode as i32))
}

/// Whether what is read next is out-of-band data.
#[php_function("socket_atmark(Socket $socket): bool")]
fn socket_atmark(ctx: &mut Ctx, socket: &This<Socket>) -> R<bool> {
    let s = open(ctx, socket)?;
    match sys::at_mark(s.fd) {
        Ok(at) => Ok(at),
        Err(e) => failed(ctx, socket, "Unable to apply sockmark", e).map(|()| false),
    }
}

/// The words for an error number.
#[php_function("socket_strerror(int $error_code): string")]
fn socket_strerror(ctx: &mut Ctx, error_code: i64) -> R<String> {
    match i32::try_from(error_code) {
        Ok(n) => Ok(socket::words(n)),
        Err(_) => Err(ctx.argument_value_error(1, format!("must be between {} and {}", i32::MIN, i32::MAX))),
    }
}

/// The error number of the call that failed last, of all or of a socket's.
#[php_function("socket_last_error(?Socket $socket = null): int")]
fn socket_last_error(ctx: &mut Ctx, socket: Option<&This<Socket>>) -> R<i64> {
    Ok(match socket {
        Some(s) => {
            open(ctx, s)?;
            s.borrow(ctx)?.error.into()
        }
        None => socket::last(ctx).into(),
    })
}

/// Forgets the error number.
#[php_function("socket_clear_error(?Socket $socket = null): void")]
fn socket_clear_error(ctx: &mut Ctx, socket: Option<&This<Socket>>) -> R<()> {
    match socket {
        Some(s) => {
            open(ctx, s)?;
            s.borrow_mut(ctx)?.error = 0;
        }
        None => socket::keep(ctx, 0),
    }
    Ok(())
}
