//! What was received as scripts see it: the system's structures to arrays.

use crate::messages::Ancillary;
use crate::socket::{Socket, failed_apart};
use crate::sys::{self, Address, Control, Received};
use plugin_api::{Array, Ctx, R, Stream, Throw, Value, descriptor_kind};
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd};

/// Why something received cannot be shown.
enum Refused {
    /// What is wrong with it, and where.
    Said { at: String, why: String },
    /// Something was thrown.
    Thrown(Throw),
}

impl From<Throw> for Refused {
    fn from(t: Throw) -> Refused {
        Refused::Thrown(t)
    }
}

type Shown<T> = Result<T, Refused>;

fn refuse<T>(at: &str, why: impl Into<String>) -> Shown<T> {
    Err(Refused::Said { at: at.to_owned(), why: why.into() })
}

/// The array that `socket_recvmsg()` gives; `None` after a warning.
pub fn message(ctx: &mut Ctx, got: Received, data: &[u8]) -> R<Option<Array>> {
    match show(ctx, got, data) {
        Ok(a) => Ok(Some(a)),
        Err(Refused::Said { at, why }) => {
            ctx.warning(format!("error converting native data (path: {at}): {why}")).map(|()| None)
        }
        Err(Refused::Thrown(t)) => Err(t),
    }
}

fn show(ctx: &mut Ctx, got: Received, data: &[u8]) -> Shown<Array> {
    let mut out = Array::with_capacity(4);
    let name = match got.name {
        Some(a) => address(&a)?,
        None => Value::NULL,
    };
    out.set("name", name);
    let mut all = Array::with_capacity(got.control.len());
    for (i, c) in (1..).zip(got.control) {
        all.push(control(ctx, i, c)?);
    }
    out.set("control", all);
    let parts = (!data.is_empty()).then(|| Value::str(data));
    out.set("iov", Array::list(parts));
    out.set("flags", i64::from(got.flags));
    Ok(out)
}

fn address(a: &Address) -> Shown<Value> {
    let mut out = Array::new();
    out.set("family", i64::from(a.family()));
    match a.family() {
        libc::AF_UNSPEC => return Ok(Value::NULL),
        libc::AF_INET => {
            let (host, port) = a.as_v4();
            out.set("addr", sys::text_v4(host));
            out.set("port", i64::from(port));
        }
        libc::AF_INET6 => {
            let (host, port, flow, scope) = a.as_v6();
            out.set("addr", sys::text_v6(host));
            out.set("port", i64::from(port));
            out.set("flowinfo", i64::from(flow));
            out.set("scope_id", i64::from(scope));
        }
        libc::AF_UNIX => {
            let path = a.path();
            let Some(end) = path.iter().position(|c| *c == 0) else {
                return refuse("msghdr > name > path", "could not find a NUL in the path");
            };
            out.set("path", Value::str(&path[..end]));
        }
        family => {
            let why = format!("cannot read struct sockaddr with family {family}; not supported");
            return refuse("msghdr > name", why);
        }
    }
    Ok(out.into())
}

/// `struct in6_pktinfo`
pub fn packet_info(b: &[u8; sys::PACKET_INFO]) -> Array {
    let mut out = Array::with_capacity(2);
    let host = b.first_chunk::<16>().copied().unwrap_or_default();
    out.set("addr", sys::text_v6(host));
    out.set("ifindex", i64::from(b.last_chunk::<4>().map_or(0, |b| u32::from_ne_bytes(*b))));
    out
}

fn control(ctx: &mut Ctx, i: usize, c: Control) -> Shown<Array> {
    let at = format!("msghdr > control > element #{i} > data");
    let (level, kind) = (c.level, c.kind);
    let Some(what) = Ancillary::of(level, kind) else {
        return refuse(&at, format!("cmsghdr with level {level} and type {kind} not supported"));
    };
    let least = sys::control_len(what.size());
    if c.len < least {
        let len = c.len;
        let why = format!(
            "the cmsghdr structure is unexpectedly small; expected a length of at least {least}, but got {len}"
        );
        return refuse(&at, why);
    }
    let mut out = Array::with_capacity(3);
    out.set("level", i64::from(level));
    out.set("type", i64::from(kind));
    let number = |at: usize| c.data.get(at..).and_then(|b| b.first_chunk::<4>()).copied().unwrap_or_default();
    let data = match what {
        Ancillary::PacketInfo => packet_info(&c.data.first_chunk().copied().unwrap_or_default()).into(),
        Ancillary::Number => Value::int(i32::from_ne_bytes(number(0)).into()),
        Ancillary::Credentials => {
            let mut of = Array::with_capacity(3);
            of.set("pid", i64::from(i32::from_ne_bytes(number(0))));
            of.set("uid", i64::from(u32::from_ne_bytes(number(4))));
            of.set("gid", i64::from(u32::from_ne_bytes(number(8))));
            of.into()
        }
        Ancillary::Descriptors => descriptors(ctx, &at, c.fds)?.into(),
    };
    out.set("data", data);
    Ok(out)
}

fn descriptors(ctx: &mut Ctx, at: &str, fds: Vec<OwnedFd>) -> Shown<Array> {
    let mut out = Array::with_capacity(fds.len());
    for fd in fds {
        let n = fd.as_raw_fd();
        match sys::is_socket(n) {
            Ok(true) => {
                let mut made = Socket::new(fd.into_raw_fd(), libc::AF_UNSPEC);
                if let Err((what, e)) = made.learn() {
                    failed_apart(ctx, what, e)?;
                    let why = format!(
                        "error getting protocol descriptor {n}: getsockopt() call failed with errno {e}"
                    );
                    return refuse(at, why);
                }
                out.push(made.object(ctx)?);
            }
            Ok(false) => {
                if let Ok(stream) = Stream::adopt(ctx, fd, descriptor_kind::FILE, true) {
                    out.push(stream.value().clone());
                }
            }
            Err(e) => {
                let why = format!(
                    "error creating resource for received file descriptor {n}: fstat() call failed with errno {e}"
                );
                return refuse(at, why);
            }
        }
    }
    Ok(out)
}
