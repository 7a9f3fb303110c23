//! The class Socket, and what goes wrong with its objects.

use crate::{Globals, sys};
use plugin_api::{
    Comparison, Ctx, GcRoots, Handlers, Object, R, Stream, This, Throw, Value, Visitor, php_class,
    php_methods,
};
use std::os::fd::RawFd;

/// A socket.
#[php_class(
    "final class Socket",
    handlers(get_constructor, compare),
    flags(uncloneable, not_serializable, no_dynamic)
)]
pub struct Socket {
    /// The descriptor, -1 when there is none.
    pub fd: RawFd,
    /// The address family.
    pub family: i32,
    /// The error number of the call that failed last.
    pub error: i32,
    /// Whether calls wait.
    pub blocking: bool,
    /// The stream that it was made of, or exported to; the descriptor is that one's then.
    pub stream: Option<Stream>,
}

impl Default for Socket {
    fn default() -> Socket {
        Socket::new(-1, libc::AF_UNSPEC)
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.stream.is_none() && self.fd >= 0 {
            sys::close(self.fd);
        }
    }
}

impl GcRoots for Socket {
    fn visit(&mut self, v: &mut Visitor) {
        if let Some(s) = &mut self.stream {
            s.visit(v);
        }
    }
}

impl Handlers for Socket {
    fn get_constructor(_: &This<Self>, ctx: &mut Ctx) -> R<()> {
        Err(ctx.error("Cannot directly construct Socket, use socket_create() instead"))
    }
    fn compare(_: &mut Ctx, _: &Value, _: &Value) -> R<Comparison> {
        Ok(Comparison::Uncomparable)
    }
}

#[php_methods]
impl Socket {}

impl Socket {
    /// One of a descriptor, which it owns.
    pub fn new(fd: RawFd, family: i32) -> Socket {
        Socket { fd, family, error: 0, blocking: true, stream: None }
    }

    /// As an object. From now on the script talks to others, who may see what it prints: nothing is held back.
    pub fn object(self, ctx: &mut Ctx) -> R<Object> {
        plugin_api::process::release_output(ctx)?;
        This::<Socket>::create(ctx, self)
    }

    /// Finds out the family of a descriptor, and whether it blocks. Where that fails, at what and with which error number.
    pub fn learn(&mut self) -> Result<(), (&'static str, i32)> {
        self.family = match sys::option::<i32>(self.fd, libc::SOL_SOCKET, libc::SO_DOMAIN) {
            Ok((family, _)) => family,
            Err(_) => sys::own_name(self.fd).map_err(|e| ("Unable to obtain socket family", e))?.family(),
        };
        let flags =
            sys::control(self.fd, libc::F_GETFL, 0).map_err(|e| ("Unable to obtain blocking state", e))?;
        self.blocking = flags & libc::O_NONBLOCK == 0;
        Ok(())
    }
}

/// Descriptor and family of an open socket.
#[derive(Clone, Copy)]
pub struct Open {
    /// The descriptor.
    pub fd: RawFd,
    /// The address family.
    pub family: i32,
}

/// What a socket is, which must be open.
pub fn open(ctx: &mut Ctx, s: &This<Socket>) -> R<Open> {
    let (fd, family) = {
        let s = s.borrow(ctx)?;
        (s.fd, s.family)
    };
    if fd < 0 {
        return Err(closed(ctx));
    }
    Ok(Open { fd, family })
}

fn closed(ctx: &mut Ctx) -> Throw {
    let f = ctx.function_name();
    ctx.error(format!("{f}(): Argument #1 ($socket) has already been closed"))
}

/// PHP's ValueError for a socket of another family than those it knows.
pub fn unknown_family(ctx: &mut Ctx) -> Throw {
    ctx.argument_value_error(1, "must be one of AF_UNIX, AF_INET, or AF_INET6")
}

/// Words for an error number; those of the resolver are below -10000.
pub fn words(n: i32) -> String {
    if n >= -10000 {
        return sys::error_text(n);
    }
    sys::resolver_text(n.checked_neg().map_or(i32::MAX, |n| n - 10000))
}

/// Keeps an error number as the last one.
pub fn keep(ctx: &mut Ctx, n: i32) {
    ctx.globals::<Globals>().last_error.set(n);
}

/// The last error number.
pub fn last(ctx: &mut Ctx) -> i32 {
    ctx.globals::<Globals>().last_error.get()
}

/// Warns of an error.
pub fn warn(ctx: &mut Ctx, what: &str, n: i32) -> R<()> {
    keep(ctx, n);
    ctx.warning(format!("{what} [{n}]: {}", words(n)))
}

/// An error of a call that belongs to no socket's object: kept, and told unless it only means that something takes time.
pub fn failed_apart(ctx: &mut Ctx, what: &str, n: i32) -> R<()> {
    if matches!(n, libc::EAGAIN | libc::EINPROGRESS) {
        keep(ctx, n);
        return Ok(());
    }
    warn(ctx, what, n)
}

/// An error of a socket's: kept with it, and told unless it only means that something takes time.
pub fn failed(ctx: &mut Ctx, s: &This<Socket>, what: &str, n: i32) -> R<()> {
    s.borrow_mut(ctx)?.error = n;
    failed_apart(ctx, what, n)
}

/// Whether a call went well; its error is the socket's.
pub fn went(ctx: &mut Ctx, s: &This<Socket>, what: &str, r: sys::Sys<()>) -> R<bool> {
    match r {
        Ok(()) => Ok(true),
        Err(n) => failed(ctx, s, what, n).map(|()| false),
    }
}
