//! Messages with control messages beside their data.

use crate::socket::{self, Socket, failed, open};
use crate::{receive, send, sys};
use plugin_api::{Array, Ctx, OrFalse, R, Reference, This, Value, php_function};

/// Kinds of control messages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Ancillary {
    /// The address and interface that an IPv6 packet came to or goes from.
    PacketInfo,
    /// A number: hop limit, traffic class.
    Number,
    /// Process, user and group.
    Credentials,
    /// Open descriptors.
    Descriptors,
}

impl Ancillary {
    /// The kind of a level and type.
    pub fn of(level: i32, kind: i32) -> Option<Ancillary> {
        match (level, kind) {
            (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => Some(Ancillary::PacketInfo),
            (libc::IPPROTO_IPV6, libc::IPV6_HOPLIMIT | libc::IPV6_TCLASS) => Some(Ancillary::Number),
            (libc::SOL_SOCKET, libc::SCM_CREDENTIALS) => Some(Ancillary::Credentials),
            (libc::SOL_SOCKET, libc::SCM_RIGHTS) => Some(Ancillary::Descriptors),
            _ => None,
        }
    }
    /// Bytes of its data, without its elements.
    pub fn size(self) -> usize {
        match self {
            Ancillary::PacketInfo => sys::PACKET_INFO,
            Ancillary::Number => 4,
            Ancillary::Credentials => sys::CREDENTIALS,
            Ancillary::Descriptors => 0,
        }
    }
    /// Bytes of an element.
    fn element(self) -> usize {
        if self == Ancillary::Descriptors { 4 } else { 0 }
    }
}

/// The int in argument `n`.
fn int(ctx: &mut Ctx, n: u32, v: i64) -> R<i32> {
    i32::try_from(v)
        .map_err(|_| ctx.argument_value_error(n, format!("must be between {} and {}", i32::MIN, i32::MAX)))
}

/// Sends a message.
#[php_function("socket_sendmsg(Socket $socket, array $message, int $flags = 0): int|false")]
fn socket_sendmsg(ctx: &mut Ctx, socket: &This<Socket>, message: &Array, flags: i64) -> R<OrFalse<i64>> {
    let flags = int(ctx, 3, flags)?;
    let s = open(ctx, socket)?;
    let Some(m) = send::outgoing(ctx, socket, message)? else { return Ok(OrFalse::FALSE) };
    match sys::send_message(s.fd, m.name.as_ref(), &m.parts, &m.control, flags) {
        Ok(n) => Ok(OrFalse(Some(n as i64))),
        Err(e) => failed(ctx, socket, "Error in sendmsg", e).map(|()| OrFalse::FALSE),
    }
}

/// Receives a message.
#[php_function("socket_recvmsg(Socket $socket, array &$message, int $flags = 0): int|false")]
fn socket_recvmsg(
    ctx: &mut Ctx,
    socket: &This<Socket>,
    message: Reference<'_>,
    flags: i64,
) -> R<OrFalse<i64>> {
    let flags = int(ctx, 3, flags)?;
    let s = open(ctx, socket)?;
    let given = message.get().as_array().cloned().unwrap_or_default();
    let Some(w) = send::wanted(ctx, socket, &given)? else { return Ok(OrFalse::FALSE) };
    let mut data = ctx.alloc_bytes(w.room)?;
    let mut control = ctx.alloc_bytes(w.control)?;
    let got = match sys::receive_message(s.fd, w.name, &mut data, &mut control, flags) {
        Ok(got) => got,
        Err(e) => {
            socket::warn(ctx, "Error in recvmsg", e)?;
            return Ok(OrFalse::FALSE);
        }
    };
    let n = got.len;
    // More than there is room for is counted with MSG_TRUNC.
    let data = data.get(..n).unwrap_or(&data);
    let shown = receive::message(ctx, got, data)?;
    message.set(ctx, shown.map_or(Value::bool(false), Value::from))?;
    Ok(OrFalse(Some(n as i64)))
}

/// Bytes that a control message takes.
#[php_function("socket_cmsg_space(int $level, int $type, int $num = 0): ?int")]
fn socket_cmsg_space(ctx: &mut Ctx, level: i64, r#type: i64, num: i64) -> R<i64> {
    let (level, kind) = (int(ctx, 1, level)?, int(ctx, 2, r#type)?);
    let Ok(elements) = usize::try_from(int(ctx, 3, num)?) else {
        return Err(ctx.argument_value_error(3, "must be greater than or equal to 0"));
    };
    let Some(what) = Ancillary::of(level, kind) else {
        let why = format!("Pair level {level} and/or type {kind} is not supported");
        return Err(ctx.value_error(why));
    };
    Ok(sys::control_space(what.size() + elements * what.element()) as i64)
}
