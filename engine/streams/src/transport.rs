//! Transports: what connects and listens (`tcp://`, `unix://`, and `ssl://` of an extension).

use crate::context::Context;
use crate::errno;
use crate::socket::SocketTransport;
use crate::socket::crypto::Crypto;
use crate::stream::{Stream, flags};
use crate::wrapper::Streams;
use std::cell::RefCell;
use std::io;
use std::rc::Rc;
use std::time::Duration;

/// Why a socket could not be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketError {
    /// Error number, 0 when it is none of the system's.
    pub code: i32,
    /// Its words.
    pub message: String,
}

impl From<io::Error> for SocketError {
    fn from(e: io::Error) -> SocketError {
        SocketError { code: errno::code(&e), message: errno::of(&e) }
    }
}

impl From<rustix::io::Errno> for SocketError {
    fn from(e: rustix::io::Errno) -> SocketError {
        io::Error::from(e).into()
    }
}

impl SocketError {
    /// An error that is none of the system's.
    pub fn of(message: impl Into<String>) -> SocketError {
        SocketError { code: 0, message: message.into() }
    }
}

/// Where to connect or listen.
pub struct Endpoint<'a> {
    /// Scheme of the transport.
    pub scheme: &'a [u8],
    /// What stands behind `scheme://`.
    pub address: &'a [u8],
    /// How long to wait; `None`: as long as it takes.
    pub timeout: Option<Duration>,
    /// Return before the connection stands.
    pub asynchronous: bool,
    /// The context.
    pub context: Option<Rc<Context>>,
    /// The registry.
    pub streams: &'a Streams,
}

/// A transport.
pub trait Transport {
    /// A connected stream.
    fn connect(&self, to: &Endpoint<'_>) -> Result<Rc<Stream>, SocketError>;
    /// A bound stream; with `listen` one that takes connections.
    fn bind(&self, at: &Endpoint<'_>, listen: bool) -> Result<Rc<Stream>, SocketError>;
}

/// Transports by scheme.
pub struct Transports {
    all: RefCell<Vec<(Vec<u8>, Rc<dyn Transport>)>>,
    crypto: RefCell<Option<Rc<dyn Crypto>>>,
}

impl Transports {
    /// `tcp`, `udp`, `unix`, `udg`.
    pub fn standard() -> Transports {
        let t: Rc<dyn Transport> = Rc::new(SocketTransport);
        let names: [&[u8]; 4] = [b"tcp", b"udp", b"unix", b"udg"];
        let all = RefCell::new(names.iter().map(|n| (n.to_vec(), t.clone())).collect());
        Transports { all, crypto: RefCell::new(None) }
    }

    /// What encrypts TCP sockets.
    pub fn crypto(&self) -> Option<Rc<dyn Crypto>> {
        self.crypto.borrow().clone()
    }

    /// Sets what encrypts the TCP sockets that are made from now on.
    pub fn set_crypto(&self, c: Rc<dyn Crypto>) {
        *self.crypto.borrow_mut() = Some(c);
    }

    /// Adds or replaces a transport.
    pub fn register(&self, scheme: &[u8], t: Rc<dyn Transport>) {
        let mut all = self.all.borrow_mut();
        match all.iter_mut().find(|(n, _)| n == scheme) {
            Some(slot) => slot.1 = t,
            None => all.push((scheme.to_vec(), t)),
        }
    }

    /// Takes a transport away.
    pub fn unregister(&self, scheme: &[u8]) {
        self.all.borrow_mut().retain(|(n, _)| n != scheme);
    }

    /// `stream_get_transports()`
    pub fn names(&self) -> Vec<Vec<u8>> {
        self.all.borrow().iter().map(|(n, _)| n.clone()).collect()
    }

    fn find(&self, scheme: &[u8]) -> Result<Rc<dyn Transport>, SocketError> {
        let t = self.all.borrow().iter().find(|(n, _)| n == scheme).map(|(_, t)| t.clone());
        t.ok_or_else(|| {
            let shown = String::from_utf8_lossy(&scheme[..scheme.len().min(31)]).into_owned();
            SocketError::of(format!(
                "Unable to find the socket transport \"{shown}\" - did you forget to enable it when you configured PHP?"
            ))
        })
    }
}

/// Scheme (`tcp` when there is none) and address of a socket URL.
fn split(url: &[u8]) -> (&[u8], &[u8]) {
    let n = url.iter().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, b'+' | b'-' | b'.')).count();
    if n > 1 && url[n..].starts_with(b"://") { (&url[..n], &url[n + 3..]) } else { (b"tcp", url) }
}

impl Streams {
    /// The default of `default_socket_timeout`; `None` below 0.
    pub fn default_timeout(&self) -> Option<Duration> {
        default_timeout(&**self.env())
    }

    /// Connects (`stream_socket_client()`, `fsockopen()`).
    pub fn connect(
        &self,
        url: &[u8],
        timeout: Option<Duration>,
        asynchronous: bool,
        context: Option<Rc<Context>>,
    ) -> Result<Rc<Stream>, SocketError> {
        let (scheme, address) = split(url);
        let transport = self.transports.find(scheme)?;
        self.env().settle();
        let to = Endpoint { scheme, address, timeout, asynchronous, context: context.clone(), streams: self };
        let s = transport.connect(&to)?;
        s.set_context(context);
        s.set_path(url);
        Ok(s)
    }

    /// Binds, and listens where `listen` asks for it (`stream_socket_server()`).
    pub fn listen(
        &self,
        url: &[u8],
        listen: bool,
        context: Option<Rc<Context>>,
    ) -> Result<Rc<Stream>, SocketError> {
        let (scheme, address) = split(url);
        let transport = self.transports.find(scheme)?;
        let at = Endpoint {
            scheme,
            address,
            timeout: None,
            asynchronous: false,
            context: context.clone(),
            streams: self,
        };
        let s = transport.bind(&at, listen)?;
        s.set_context(context);
        s.set_path(url);
        s.set_flags(flags::NO_IO, true);
        Ok(s)
    }
}

pub(crate) fn default_timeout(env: &dyn crate::env::Environment) -> Option<Duration> {
    let text = env.ini("default_socket_timeout");
    let n = if text.is_empty() { 60 } else { crate::value::Value::Text(text).to_int() };
    u64::try_from(n).ok().map(Duration::from_secs)
}
