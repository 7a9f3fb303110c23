//! TLS over sockets: what an extension provides, and the transports that begin with it (`ssl://`, `tls://`).

use super::{Kind, Socket, SocketTransport};
use crate::context::Context;
use crate::meta::MetaValue;
use crate::ops::Io;
use crate::stream::Stream;
use crate::transport::{Endpoint, SocketError, Transport};
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::os::fd::RawFd;
use std::rc::Rc;
use std::time::Duration;

/// The bit of a method that makes this end the client.
pub const CLIENT: u32 = 1;
/// `STREAM_CRYPTO_METHOD_TLS_ANY_CLIENT`
pub const ANY_TLS_CLIENT: u32 = 0b111_1001;
/// `STREAM_CRYPTO_METHOD_SSLv23_CLIENT`: TLS 1.0 to 1.2, which is what PHP's wrappers begin within an open connection
pub const OLD_TLS_CLIENT: u32 = 0b011_1001;

/// A socket as a layer above it sees it.
pub struct Below {
    /// The descriptor.
    pub fd: RawFd,
    /// Whether the script wants it to block.
    pub blocking: bool,
    /// How long reading and writing may take; `None`: as long as it takes.
    pub timeout: Option<Duration>,
    /// How long connecting may take.
    pub connect_timeout: Option<Duration>,
    /// Something was read already: more is only wanted if it is there.
    pub partial: bool,
    /// Set: the time was over.
    pub timed_out: bool,
}

/// What encrypting came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enabled {
    /// Done.
    Yes,
    /// Not yet: the socket does not block.
    Later,
    /// Failed, or there was nothing to do.
    No,
}

/// Makes the layers.
pub trait Crypto {
    /// A layer. `host` is what the address named.
    fn layer(&self, host: Option<&[u8]>) -> Rc<dyn Layer>;
}

/// A layer of encryption over one socket.
pub trait Layer {
    /// Gets it ready by the options of the stream's context, with the bits of `STREAM_CRYPTO_METHOD_*`. `session`: the layer
    /// of a stream whose session is taken up; an error where that stream has none.
    fn set_up(&self, s: &Stream, below: &Below, method: u32, session: Option<Session>) -> bool;
    /// Begins or ends encryption.
    fn enable(&self, s: &Stream, below: &mut Below, on: bool) -> Enabled;
    /// Whether it encrypts.
    fn is_active(&self) -> bool;
    /// Reads.
    fn read(&self, s: &Stream, below: &mut Below, buf: &mut [u8]) -> Io;
    /// Writes.
    fn write(&self, s: &Stream, below: &mut Below, bytes: &[u8]) -> Io;
    /// Bytes that can be read without the socket.
    fn pending(&self) -> usize;
    /// Whether the other end is still there.
    fn is_alive(&self, below: &mut Below) -> bool;
    /// `crypto` of the metadata.
    fn describe(&self) -> Option<MetaValue>;
    /// Ends it in good order.
    fn close(&self);
    /// The implementation itself.
    fn as_any(&self) -> &dyn Any;
}

/// Where a session is taken from.
pub enum Session {
    /// A stream that is no socket that can be encrypted.
    None,
    /// A socket without a layer yet.
    Unused,
    /// A layer.
    Of(Rc<dyn Layer>),
}

/// What a TCP socket knows of encryption.
pub(super) struct Secure {
    pub(super) provider: Rc<dyn Crypto>,
    pub(super) layer: RefCell<Option<Rc<dyn Layer>>>,
    /// What the address named.
    pub(super) host: RefCell<Option<Vec<u8>>>,
    pub(super) connect_timeout: Option<Duration>,
    /// Clients are encrypted as soon as they are there.
    pub(super) on_accept: Cell<Option<u32>>,
}

impl Secure {
    pub(super) fn new(to: &Endpoint<'_>) -> Option<Secure> {
        let provider = to.streams.transports.crypto()?;
        // What stands before the port, without the dots of a whole name.
        let host = match memchr::memrchr(b':', to.address) {
            Some(i) => &to.address[..i],
            None => to.address,
        };
        let host = host.trim_ascii().to_vec();
        let end = host.iter().rposition(|c| *c != b'.').map_or(0, |i| i + 1);
        let host = RefCell::new((end > 0).then(|| host[..end].to_vec()));
        let connect_timeout = to.timeout;
        Some(Secure {
            provider,
            layer: RefCell::new(None),
            host,
            connect_timeout,
            on_accept: Cell::new(None),
        })
    }

    /// What a client of this server knows.
    pub(super) fn for_client(&self) -> Secure {
        Secure {
            provider: self.provider.clone(),
            layer: RefCell::new(None),
            host: RefCell::new(None),
            connect_timeout: None,
            on_accept: Cell::new(None),
        }
    }

    pub(super) fn active(&self) -> Option<Rc<dyn Layer>> {
        self.layer.borrow().clone().filter(|l| l.is_active())
    }
}

/// Begins or ends encryption of a stream (`stream_socket_enable_crypto()`). `None`: it cannot be encrypted. `set_up` holds the
/// method and the stream whose session is taken up.
pub fn enable(s: &Stream, on: bool, set_up: Option<(u32, Option<&Stream>)>) -> Option<Enabled> {
    let ops = s.ops();
    let socket = ops.as_any().downcast_ref::<Socket>()?;
    let secure = socket.secure.as_ref()?;
    let mut below = socket.below(s)?;
    s.env().settle();
    let layer = secure.layer.borrow().clone();
    let layer = match (layer, set_up.is_some()) {
        (Some(l), _) => l,
        (None, false) => return Some(Enabled::No),
        (None, true) => {
            let l = secure.provider.layer(secure.host.borrow().as_deref());
            *secure.layer.borrow_mut() = Some(l.clone());
            l
        }
    };
    if let Some((method, session)) = set_up {
        let session = session.map(|s| match s.ops().as_any().downcast_ref::<Socket>() {
            Some(Socket { secure: Some(secure), .. }) => match secure.layer.borrow().clone() {
                Some(l) => Session::Of(l),
                None => Session::Unused,
            },
            _ => Session::None,
        });
        if !layer.set_up(s, &below, method, session) {
            return Some(Enabled::No);
        }
    }
    let done = layer.enable(s, &mut below, on);
    socket.timed_out.set(below.timed_out);
    Some(done)
}

/// Says whom a connection that is still plain leads to, where that is not whom it was made to.
pub fn set_host(s: &Stream, host: &[u8]) {
    if let Some(Socket { secure: Some(secure), .. }) = s.ops().as_any().downcast_ref::<Socket>() {
        *secure.host.borrow_mut() = Some(host.to_vec());
    }
}

/// A transport whose connections are encrypted from the beginning.
pub struct SecureTransport {
    /// Bits of `STREAM_CRYPTO_METHOD_*`.
    pub method: u32,
    /// Whether `crypto_method` of the context counts instead.
    pub by_context: bool,
}

impl SecureTransport {
    fn method(&self, context: Option<&Rc<Context>>) -> u32 {
        let named = context.filter(|_| self.by_context).and_then(|c| c.get("ssl", "crypto_method"));
        named.map_or(self.method, |v| v.to_int() as u32 | CLIENT)
    }
}

impl Transport for SecureTransport {
    fn connect(&self, to: &Endpoint<'_>) -> Result<Rc<Stream>, SocketError> {
        let s = SocketTransport.connect_as(to, Kind::Tcp)?;
        s.set_context(to.context.clone());
        match enable(&s, true, Some((self.method(to.context.as_ref()), None))) {
            Some(Enabled::Yes | Enabled::Later) => Ok(s),
            _ => {
                to.streams.env().warn("Failed to enable crypto");
                s.close();
                Err(SocketError::of(""))
            }
        }
    }

    fn bind(&self, at: &Endpoint<'_>, listen: bool) -> Result<Rc<Stream>, SocketError> {
        let s = SocketTransport.bind_as(at, Kind::Tcp, listen)?;
        if let Some(Socket { secure: Some(secure), .. }) = s.ops().as_any().downcast_ref::<Socket>() {
            secure.on_accept.set(Some(self.method(at.context.as_ref()) & !CLIENT));
        }
        Ok(s)
    }
}
