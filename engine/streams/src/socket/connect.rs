//! Connecting and binding.

use super::crypto::Secure;
use super::{Kind, address, secure_stream, stream, wait};
use crate::stream::Stream;
use crate::transport::{Endpoint, SocketError, Transport};
use crate::value::Value;
use rustix::event::PollFlags;
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, sockopt};
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::time::Duration;

/// `tcp`, `udp`, `unix`, `udg`.
pub struct SocketTransport;

fn kind(scheme: &[u8]) -> Kind {
    match scheme {
        b"udp" => Kind::Udp,
        b"unix" => Kind::Unix,
        b"udg" => Kind::UnixDatagram,
        _ => Kind::Tcp,
    }
}

impl Endpoint<'_> {
    fn option(&self, name: &str) -> Option<Value> {
        self.context.as_ref().and_then(|c| c.get("socket", name))
    }

    fn flag(&self, name: &str) -> bool {
        self.option(name).is_some_and(|v| v.is_true())
    }

    /// A Unix address; one that is too long is cut, with a notice.
    fn unix(&self) -> Result<SocketAddrUnix, SocketError> {
        let hidden = self.address.first() == Some(&0);
        let max = if hidden { 108 } else { 107 };
        let mut path = self.address;
        if path.len() > max {
            self.streams.env().notice(&format!(
                "socket path exceeded the maximum allowed length of {max} bytes and was truncated"
            ));
            path = &path[..max];
        }
        let a =
            if hidden { SocketAddrUnix::new_abstract_name(&path[1..]) } else { SocketAddrUnix::new(path) };
        a.map_err(SocketError::from)
    }

    /// The addresses of a host, or the error after PHP's warning.
    fn resolve(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, SocketError> {
        address::resolve(host, port).map_err(|why| {
            let e = format!("php_network_getaddresses: getaddrinfo for {host} failed: {why}");
            self.streams.env().warn(&e);
            SocketError::of(e)
        })
    }
}

fn open(family: AddressFamily, kind: Kind) -> Result<OwnedFd, SocketError> {
    let t = match kind {
        Kind::Udp | Kind::UnixDatagram => SocketType::DGRAM,
        _ => SocketType::STREAM,
    };
    Ok(rustix::net::socket_with(family, t, SocketFlags::CLOEXEC, None)?)
}

fn family(a: &SocketAddr) -> AddressFamily {
    if a.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 }
}

/// Waits for a connection that is being made without blocking.
fn finish(
    fd: &OwnedFd,
    begun: Result<(), Errno>,
    timeout: Option<Duration>,
    asynchronous: bool,
) -> Result<(), SocketError> {
    match begun {
        Ok(()) => Ok(()),
        Err(Errno::INPROGRESS) if asynchronous => Ok(()),
        Err(Errno::INPROGRESS | Errno::AGAIN) => {
            if !wait(fd, PollFlags::OUT | PollFlags::IN, timeout)? {
                return Err(Errno::TIMEDOUT.into());
            }
            match sockopt::socket_error(fd)? {
                Ok(()) => Ok(()),
                Err(e) => Err(e.into()),
            }
        }
        Err(e) => Err(e.into()),
    }
}

fn non_blocking(fd: &OwnedFd, on: bool) {
    // A descriptor that was just made; without this the connection merely blocks.
    crate::plain::handle::set_blocking(fd.as_fd(), !on);
}

impl SocketTransport {
    fn connect_to(&self, to: &Endpoint<'_>, a: &SocketAddr, k: Kind) -> Result<OwnedFd, SocketError> {
        let fd = open(family(a), k)?;
        if let Some(v) = to.option("bindto") {
            let (host, port) = address::host_port(&v.to_text())?;
            let local = to.resolve(&host, port)?;
            if let Some(l) = local.iter().find(|l| l.is_ipv4() == a.is_ipv4()) {
                sockopt::set_socket_reuseaddr(&fd, true)?;
                if let Err(e) = rustix::net::bind(&fd, l) {
                    let why = crate::errno::text(e.raw_os_error());
                    to.streams.env().warn(&format!("Failed to bind to '{host}:{port}', system said: {why}"));
                }
            }
        }
        if k == Kind::Udp && to.flag("so_broadcast") {
            sockopt::set_socket_broadcast(&fd, true)?;
        }
        if k == Kind::Tcp && to.flag("tcp_nodelay") {
            sockopt::set_tcp_nodelay(&fd, true)?;
        }
        non_blocking(&fd, true);
        finish(&fd, rustix::net::connect(&fd, a), to.timeout, to.asynchronous)?;
        non_blocking(&fd, false);
        Ok(fd)
    }
}

impl SocketTransport {
    /// Connects a socket of a kind, whatever the scheme.
    pub(super) fn connect_as(&self, to: &Endpoint<'_>, k: Kind) -> Result<Rc<Stream>, SocketError> {
        let env = to.streams.env();
        if matches!(k, Kind::Unix | Kind::UnixDatagram) {
            let fd = open(AddressFamily::UNIX, k)?;
            non_blocking(&fd, true);
            finish(&fd, rustix::net::connect(&fd, &to.unix()?), to.timeout, to.asynchronous)?;
            non_blocking(&fd, false);
            return Ok(stream(env, fd, k));
        }
        let (host, port) = address::host_port(to.address)?;
        if to.option("bindto").is_some_and(|v| !matches!(v, Value::Text(_))) {
            return Err(SocketError::of("local_addr context option is not a string."));
        }
        let mut last = SocketError::of("");
        for a in to.resolve(&host, port)? {
            match self.connect_to(to, &a, k) {
                Ok(fd) => {
                    let secure = if k == Kind::Tcp { Secure::new(to) } else { None };
                    return Ok(secure_stream(env, fd, k, secure));
                }
                Err(e) => last = e,
            }
        }
        Err(last)
    }

    /// Binds a socket of a kind, whatever the scheme.
    pub(super) fn bind_as(
        &self,
        at: &Endpoint<'_>,
        k: Kind,
        listen: bool,
    ) -> Result<Rc<Stream>, SocketError> {
        let fd = if matches!(k, Kind::Unix | Kind::UnixDatagram) {
            let fd = open(AddressFamily::UNIX, k)?;
            rustix::net::bind(&fd, &at.unix()?)?;
            fd
        } else {
            self.bind_ip(at, k)?
        };
        if listen {
            let backlog = at.option("backlog").map_or(32, |v| v.to_int() as i32);
            rustix::net::listen(&fd, backlog)?;
        }
        let secure = if k == Kind::Tcp { Secure::new(at) } else { None };
        Ok(secure_stream(at.streams.env(), fd, k, secure))
    }
}

impl Transport for SocketTransport {
    fn connect(&self, to: &Endpoint<'_>) -> Result<Rc<Stream>, SocketError> {
        self.connect_as(to, kind(to.scheme))
    }

    fn bind(&self, at: &Endpoint<'_>, listen: bool) -> Result<Rc<Stream>, SocketError> {
        self.bind_as(at, kind(at.scheme), listen)
    }
}

impl SocketTransport {
    fn bind_ip(&self, at: &Endpoint<'_>, k: Kind) -> Result<OwnedFd, SocketError> {
        let (host, port) = address::host_port(at.address)?;
        let mut last = SocketError::of("");
        for a in at.resolve(&host, port)? {
            let fd = match open(family(&a), k) {
                Ok(fd) => fd,
                Err(e) => {
                    last = e;
                    continue;
                }
            };
            sockopt::set_socket_reuseaddr(&fd, true)?;
            if let Some(only) = at.option("ipv6_v6only").filter(|v| !matches!(v, Value::Null))
                && a.is_ipv6()
            {
                sockopt::set_ipv6_v6only(&fd, only.is_true())?;
            }
            if at.flag("so_reuseport") {
                sockopt::set_socket_reuseport(&fd, true)?;
            }
            if k == Kind::Udp && at.flag("so_broadcast") {
                sockopt::set_socket_broadcast(&fd, true)?;
            }
            match rustix::net::bind(&fd, &a) {
                Ok(()) => return Ok(fd),
                Err(e) => last = e.into(),
            }
        }
        Err(last)
    }
}
