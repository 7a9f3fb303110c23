//! Sockets: TCP, UDP and Unix ones (PHP's `main/streams/xp_socket.c`).

mod address;
mod connect;
pub mod crypto;

pub use connect::SocketTransport;

use crate::env::{Environment, Level};
use crate::errno;
use crate::meta::MetaValue;
use crate::ops::{Cast, Failed, Io, Ops};
use crate::plain::handle::set_blocking;
use crate::stat::Stat;
use crate::stream::Stream;
use crate::transport::{Endpoint, SocketError, default_timeout};
use crate::wrapper::Streams;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{RecvFlags, SendFlags, Shutdown};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::rc::Rc;
use std::time::Duration;

/// What kind of socket a stream is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `tcp://`
    Tcp,
    /// `udp://`
    Udp,
    /// `unix://`
    Unix,
    /// `udg://`
    UnixDatagram,
    /// Any other: pairs, descriptors from elsewhere.
    Generic,
}

/// A socket under a stream.
pub struct Socket {
    fd: RefCell<Option<Rc<OwnedFd>>>,
    kind: Kind,
    blocking: Cell<bool>,
    timeout: Cell<Option<Duration>>,
    timed_out: Cell<bool>,
    /// What there is of encryption; `None` where there can be none.
    secure: Option<crypto::Secure>,
}

/// Waits until a descriptor is ready. False when the time is over.
pub(crate) fn wait(fd: impl AsFd, what: PollFlags, timeout: Option<Duration>) -> Result<bool, Errno> {
    let mut fds = [PollFd::new(&fd, what)];
    let limit = timeout.map(|t| Timespec { tv_sec: t.as_secs() as i64, tv_nsec: t.subsec_nanos() as i64 });
    loop {
        match poll(&mut fds, limit.as_ref()) {
            Err(Errno::INTR) => {}
            r => return r.map(|n| n > 0),
        }
    }
}

fn readable() -> PollFlags {
    PollFlags::IN | PollFlags::ERR | PollFlags::HUP
}

/// A stream over a socket.
pub(crate) fn stream(env: &Rc<dyn Environment>, fd: OwnedFd, kind: Kind) -> Rc<Stream> {
    secure_stream(env, fd, kind, None)
}

fn secure_stream(
    env: &Rc<dyn Environment>,
    fd: OwnedFd,
    kind: Kind,
    secure: Option<crypto::Secure>,
) -> Rc<Stream> {
    let timeout = default_timeout(&**env);
    let ops = Socket {
        fd: RefCell::new(Some(Rc::new(fd))),
        kind,
        blocking: Cell::new(true),
        timeout: Cell::new(timeout),
        timed_out: Cell::new(false),
        secure,
    };
    Stream::new(env.clone(), Rc::new(ops), b"r+")
}

/// A stream over a socket that was opened elsewhere.
pub(crate) fn from_descriptor(env: &Rc<dyn Environment>, fd: OwnedFd, mode: &[u8]) -> Rc<Stream> {
    let s = stream(env, fd, Kind::Tcp);
    s.set_mode(mode);
    s
}

/// A stream over a socket that an extension made, of a kind it knows.
pub fn adopt(streams: &Streams, fd: OwnedFd, kind: Kind, blocking: bool) -> Rc<Stream> {
    let (address, scheme, timeout, asynchronous, context) = (&b""[..], &b"tcp"[..], None, false, None);
    let secure = match kind {
        Kind::Tcp => {
            crypto::Secure::new(&Endpoint { scheme, address, timeout, asynchronous, context, streams })
        }
        _ => None,
    };
    let s = secure_stream(streams.env(), fd, kind, secure);
    let path: &[u8] = match kind {
        Kind::Tcp => b"tcp://",
        Kind::Udp => b"udp://",
        Kind::Unix => b"unix://",
        Kind::UnixDatagram => b"udg://",
        Kind::Generic => b"",
    };
    if !path.is_empty() {
        s.set_path(path);
    }
    if let Some(socket) = s.ops().as_any().downcast_ref::<Socket>() {
        socket.blocking.set(blocking);
    }
    s
}

impl Socket {
    fn fd(&self) -> Option<Rc<OwnedFd>> {
        self.fd.borrow().clone()
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The socket of a stream, if it is one.
    fn of<R>(s: &Stream, f: impl FnOnce(&Socket, &OwnedFd) -> R) -> Option<R> {
        let ops = s.ops();
        let socket = ops.as_any().downcast_ref::<Socket>()?;
        let fd = socket.fd()?;
        Some(f(socket, &fd))
    }

    /// What a layer of encryption is told of the socket.
    fn below(&self, s: &Stream) -> Option<crypto::Below> {
        Some(crypto::Below {
            fd: self.fd()?.as_raw_fd(),
            blocking: self.blocking.get(),
            timeout: self.timeout.get(),
            connect_timeout: self.secure.as_ref().and_then(|c| c.connect_timeout),
            partial: s.has_partial(),
            timed_out: self.timed_out.get(),
        })
    }

    /// The layer that encrypts.
    fn layer(&self) -> Option<Rc<dyn crypto::Layer>> {
        self.secure.as_ref()?.active()
    }

    /// Does something through the layer that encrypts; `None` where there is none.
    fn through<R>(
        &self,
        s: &Stream,
        f: impl FnOnce(&dyn crypto::Layer, &mut crypto::Below) -> R,
    ) -> Option<R> {
        let layer = self.layer()?;
        let mut below = self.below(s)?;
        s.env().settle();
        let r = f(&*layer, &mut below);
        self.timed_out.set(below.timed_out);
        Some(r)
    }

    fn is_alive_now(&self, fd: &OwnedFd) -> bool {
        let mut b = [0u8; 1];
        match rustix::net::recv(fd, &mut b, RecvFlags::PEEK | RecvFlags::DONTWAIT) {
            Ok((_, 0)) => false,
            Ok(_) => true,
            Err(e) => matches!(e, Errno::WOULDBLOCK | Errno::MSGSIZE),
        }
    }
}

impl Ops for Socket {
    fn label(&self) -> &'static str {
        match self.kind {
            Kind::Tcp if self.secure.is_some() => "tcp_socket/ssl",
            Kind::Tcp => "tcp_socket",
            Kind::Udp => "udp_socket",
            Kind::Unix => "unix_socket",
            Kind::UnixDatagram => "udg_socket",
            Kind::Generic => "generic_socket",
        }
    }

    fn read(&self, s: &Stream, buf: &mut [u8]) -> Io {
        if let Some(r) = self.through(s, |l, below| l.read(s, below, buf)) {
            if let (Ok(n @ 1..), Some(c)) = (r, s.context()) {
                c.add_progress(n as u64);
            }
            return r;
        }
        let Some(fd) = self.fd() else { return Err(Failed) };
        let mut how = RecvFlags::empty();
        if self.blocking.get() {
            let partial = s.has_partial();
            let timeout = self.timeout.get();
            let at_once = partial || timeout == Some(Duration::ZERO);
            if at_once || timeout.is_some() {
                how |= RecvFlags::DONTWAIT;
            }
            if !at_once {
                s.env().settle();
                let ready = wait(&*fd, readable(), timeout);
                self.timed_out.set(ready == Ok(false));
                if self.timed_out.get() {
                    return Err(Failed);
                }
            }
        }
        let r = rustix::net::recv(&*fd, &mut *buf, how).map(|(n, _)| n);
        match r {
            Ok(n) => {
                if n == 0 {
                    s.set_eof(true);
                } else if let Some(c) = s.context() {
                    c.add_progress(n as u64);
                }
                Ok(n)
            }
            Err(Errno::WOULDBLOCK) => Ok(0),
            Err(_) => {
                s.set_eof(true);
                Err(Failed)
            }
        }
    }

    fn write(&self, s: &Stream, bytes: &[u8]) -> Io {
        if let Some(r) = self.through(s, |l, below| l.write(s, below, bytes)) {
            if let (Ok(n @ 1..), Some(c)) = (r, s.context()) {
                c.add_progress(n as u64);
            }
            return r;
        }
        let Some(fd) = self.fd() else { return Ok(0) };
        s.env().settle();
        let timeout = self.timeout.get();
        let mut how = SendFlags::NOSIGNAL;
        how.set(SendFlags::DONTWAIT, self.blocking.get() && timeout.is_some());
        loop {
            let e = match rustix::net::send(&*fd, bytes, how) {
                Ok(n) => {
                    if n > 0
                        && let Some(c) = s.context()
                    {
                        c.add_progress(n as u64);
                    }
                    return Ok(n);
                }
                Err(e) => e,
            };
            if e == Errno::WOULDBLOCK {
                if !self.blocking.get() {
                    return Ok(0);
                }
                self.timed_out.set(false);
                match wait(&*fd, PollFlags::OUT, timeout) {
                    Ok(true) => continue,
                    Ok(false) => self.timed_out.set(true),
                    Err(_) => {}
                }
            }
            let code = e.raw_os_error();
            let n = bytes.len();
            let msg = format!("Send of {n} bytes failed with errno={code} {}", errno::text(code));
            s.env().raise(Level::Notice, &[], &msg);
            return Err(Failed);
        }
    }

    fn close(&self, _: &Stream, keep_handle: bool) -> i32 {
        if let Some(layer) = self.secure.as_ref().filter(|_| !keep_handle).and_then(|c| c.layer.take()) {
            layer.close();
        }
        if let Some(fd) = self.fd.borrow_mut().take()
            && keep_handle
            && let Ok(fd) = Rc::try_unwrap(fd)
        {
            use std::os::fd::IntoRawFd;
            // The descriptor stays open for whoever knows its number.
            let _: RawFd = fd.into_raw_fd();
        }
        0
    }

    fn stat(&self, _: &Stream) -> Option<Stat> {
        rustix::fs::fstat(&*self.fd()?).ok().map(Stat::from)
    }

    fn descriptor(&self, s: &Stream, what: Cast) -> Option<RawFd> {
        if let Some(layer) = self.layer() {
            if what != Cast::Select {
                return None;
            }
            // What was decrypted already shows on no descriptor: it goes into the stream's buffer.
            let pending = layer.pending();
            if pending > 0 && s.unread() == 0 {
                // What goes wrong shows when the stream is read.
                let _ = s.fill(pending.min(s.chunk_size()));
            }
        }
        self.fd().map(|fd| fd.as_raw_fd())
    }

    fn set_blocking(&self, _: &Stream, on: bool) -> Option<bool> {
        set_blocking(self.fd()?.as_fd(), on)?;
        Some(self.blocking.replace(on))
    }

    fn set_timeout(&self, _: &Stream, timeout: Option<Duration>) -> bool {
        self.timeout.set(timeout);
        self.timed_out.set(false);
        true
    }

    fn is_alive(&self, s: &Stream) -> bool {
        let Some(fd) = self.fd() else { return false };
        if self.layer().is_some() {
            let ready = wait(&*fd, readable() | PollFlags::PRI, Some(Duration::ZERO));
            return ready != Ok(true) || self.through(s, |l, below| l.is_alive(below)).unwrap_or(true);
        }
        if s.has(crate::stream::flags::NO_IO) {
            let ready = wait(&*fd, readable() | PollFlags::PRI, Some(Duration::ZERO));
            return ready != Ok(true) || self.is_alive_now(&fd);
        }
        self.is_alive_now(&fd)
    }

    fn metadata(&self, s: &Stream, out: &mut Vec<(Vec<u8>, MetaValue)>) -> bool {
        if let Some(d) = self.layer().and_then(|l| l.describe()) {
            out.push((b"crypto".to_vec(), d));
        }
        out.push((b"timed_out".to_vec(), MetaValue::Bool(self.timed_out.get())));
        out.push((b"blocked".to_vec(), MetaValue::Bool(self.blocking.get())));
        out.push((b"eof".to_vec(), MetaValue::Bool(s.eof())));
        true
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `stream_socket_get_name()`: an end's address. `None`: no socket, or not connected.
pub fn name(s: &Stream, peer: bool) -> Option<Vec<u8>> {
    Socket::of(s, |_, fd| {
        let a = if peer {
            rustix::net::getpeername(fd).ok().flatten()
        } else {
            rustix::net::getsockname(fd).ok()
        };
        a.map(|a| address::text(&a))
    })?
}

/// `stream_socket_accept()`: the next client and its address.
pub fn accept(server: &Stream, timeout: Option<Duration>) -> Result<(Rc<Stream>, Vec<u8>), SocketError> {
    server.env().settle();
    let mut method = None;
    let r = Socket::of(server, |socket, fd| {
        if !wait(fd, readable(), timeout)? {
            return Err(SocketError::from(Errno::TIMEDOUT));
        }
        let (client, from) = rustix::net::acceptfrom(fd)?;
        let flag = |n: &str| server.context().and_then(|c| c.get("socket", n)).is_some_and(|v| v.is_true());
        if flag("tcp_nodelay") {
            // Not a reason to lose the connection.
            let _ = rustix::net::sockopt::set_tcp_nodelay(&client, true);
        }
        let secure = socket.secure.as_ref().map(crypto::Secure::for_client);
        method = socket.secure.as_ref().and_then(|c| c.on_accept.get());
        let s = secure_stream(server.env(), client, socket.kind, secure);
        s.ops().set_timeout(&s, socket.timeout.get());
        s.set_context(server.context());
        Ok((s, from.map_or_else(Vec::new, |a| address::text(&a))))
    });
    let (s, from) = r.unwrap_or_else(|| Err(Errno::NOTSOCK.into()))?;
    if let Some(m) = method
        && !matches!(
            crypto::enable(&s, true, Some((m, None))),
            Some(crypto::Enabled::Yes | crypto::Enabled::Later)
        )
    {
        server.env().warn("Failed to enable crypto");
        s.close();
        return Err(SocketError::of("Cannot enable crypto"));
    }
    Ok((s, from))
}

/// `stream_socket_pair()`: two connected sockets, by the C library's numbers.
pub fn pair(
    env: &Rc<dyn Environment>,
    domain: i32,
    kind: i32,
    protocol: i32,
) -> Result<(Rc<Stream>, Rc<Stream>), SocketError> {
    let mut fds = [0; 2];
    // SAFETY: room for two descriptors; they are ours when it succeeds.
    let (a, b) = unsafe {
        use std::os::fd::FromRawFd;
        if libc::socketpair(domain, kind, protocol, fds.as_mut_ptr()) != 0 {
            return Err(errno::last().into());
        }
        (OwnedFd::from_raw_fd(fds[0]), OwnedFd::from_raw_fd(fds[1]))
    };
    Ok((stream(env, a, Kind::Generic), stream(env, b, Kind::Generic)))
}

/// `stream_socket_shutdown()`; `how` is 0 read, 1 write, 2 both.
pub fn shutdown(s: &Stream, how: i64) -> bool {
    let how = match how {
        0 => Shutdown::Read,
        1 => Shutdown::Write,
        _ => Shutdown::Both,
    };
    Socket::of(s, |_, fd| rustix::net::shutdown(fd, how).is_ok()).unwrap_or(false)
}

/// `stream_socket_sendto()`: to `target` (a text address) or the connected peer. Failure raises the warning.
pub fn send_to(s: &Stream, data: &[u8], out_of_band: bool, target: Option<&[u8]>) -> Io {
    let mut how = SendFlags::NOSIGNAL;
    how.set(SendFlags::OOB, out_of_band);
    s.env().settle();
    let r = Socket::of(s, |_, fd| match target {
        None => rustix::net::send(fd, data, how).map_err(SocketError::from),
        Some(t) => {
            let a = address::parse(t)?;
            rustix::net::sendto(fd, data, how, &a).map_err(SocketError::from)
        }
    });
    match r {
        Some(Ok(n)) => Ok(n),
        Some(Err(e)) => {
            s.env().warn(&format!("{}\n", e.message));
            Err(Failed)
        }
        None => Err(Failed),
    }
}

/// `stream_socket_recvfrom()`: data and where it came from. With `peek` it stays to be read.
pub fn receive_from(
    s: &Stream,
    n: usize,
    out_of_band: bool,
    peek: bool,
) -> Result<(Vec<u8>, Vec<u8>), Failed> {
    let mut how = RecvFlags::empty();
    how.set(RecvFlags::OOB, out_of_band);
    how.set(RecvFlags::PEEK, peek);
    s.env().settle();
    let mut buf = vec![0; n];
    let r = Socket::of(s, |_, fd| rustix::net::recvfrom(fd, &mut buf[..], how));
    match r {
        Some(Ok((_, got, from))) => {
            buf.truncate(got);
            Ok((buf, from.map_or_else(Vec::new, |a| address::text(&a))))
        }
        _ => Err(Failed),
    }
}

#[cfg(test)]
mod tests;
