//! TLS over sockets: `ssl://` and its like, and `stream_socket_enable_crypto()`.

use crate::class;
use crate::errors;
use crate::options::Options;
use crate::own::{Cert, Own, items};
use crate::sys as ffi;
use crate::tls_context;
use crate::tls_limit::Limit;
use crate::verify;
use plugin_api::transport::{CryptoLayer, Enabled, Session, SocketState};
use plugin_api::wrapper::{Chunk, Failed, Handle};
use plugin_api::{Array, Ctx, R, Value};
use std::cell::{Cell, OnceCell, RefCell};
use std::ffi::{CStr, CString, c_int, c_long, c_void};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// A layer of TLS.
pub struct Tls {
    /// What the address named.
    pub host: Option<Vec<u8>>,
    ssl: OnceCell<Own<ffi::SSL>>,
    client: Cell<bool>,
    active: Cell<bool>,
    role_set: Cell<bool>,
    /// A certificate that signed itself will do.
    pub allow_self_signed: Cell<bool>,
    /// How long a chain may be.
    pub depth: Cell<i64>,
    /// The passphrase of the private key.
    pub passphrase: RefCell<Option<Vec<u8>>>,
    /// What a server shows to those who ask for one of its names.
    pub by_name: RefCell<Vec<(Vec<u8>, Own<ffi::SSL_CTX>)>>,
    /// What a server can talk, in the order of its preference: each with its length in front.
    pub protocols: RefCell<Vec<u8>>,
    /// How often clients may negotiate again.
    pub limit: RefCell<Option<Limit>>,
    /// The stream, while an operation runs.
    stream: Cell<*const Handle>,
}

/// The place at which an `SSL` keeps its layer.
fn place() -> c_int {
    static PLACE: OnceLock<c_int> = OnceLock::new();
    // SAFETY: no callbacks.
    *PLACE.get_or_init(|| unsafe {
        ffi::CRYPTO_get_ex_new_index(ffi::CRYPTO_EX_INDEX_SSL, 0, null_mut(), None, None, None)
    })
}

/// The layer of an `SSL`, during an operation of it.
///
/// # Safety
/// An `SSL` that a layer made.
pub unsafe fn layer<'a>(ssl: *const ffi::SSL) -> Option<&'a Tls> {
    // SAFETY: the pointer was set when the layer was set up; the layer outlives its `SSL`.
    unsafe { ffi::SSL_get_ex_data(ssl, place()).cast::<Tls>().as_ref() }
}

/// What went wrong in an operation.
struct Trouble {
    /// Try again.
    retry: bool,
    /// The socket had nothing, or no room.
    again: bool,
    /// The connection is at its end.
    ended: bool,
}

/// Waits for a socket.
fn wait(fd: c_int, events: libc::c_short, left: Option<Duration>) {
    let mut p = libc::pollfd { fd, events, revents: 0 };
    let ms = left.map_or(-1, |d| c_int::try_from(d.as_millis().max(1)).unwrap_or(c_int::MAX));
    // SAFETY: one live structure. Whether something came is found out by trying.
    unsafe { libc::poll(&mut p, 1, ms) };
}

/// Has a socket block or not.
fn set_blocking(fd: c_int, on: bool) {
    // SAFETY: a descriptor that the stream keeps open.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        let wanted = if on { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        if flags >= 0 && wanted != flags {
            libc::fcntl(fd, libc::F_SETFL, wanted);
        }
    }
}

fn duration(micros: i64) -> Option<Duration> {
    u64::try_from(micros).ok().map(Duration::from_micros)
}

/// The time that an operation has: none, or some that has begun.
struct Clock(Option<(Instant, Duration)>);

impl Clock {
    fn new(limit: Option<Duration>) -> Clock {
        Clock(limit.filter(|l| !l.is_zero()).map(|l| (Instant::now(), l)))
    }
    fn is_over(&self) -> bool {
        self.0.is_some_and(|(t, l)| t.elapsed() > l)
    }
    fn left(&self) -> Option<Duration> {
        self.0.map(|(t, l)| l.saturating_sub(t.elapsed()))
    }
}

impl Tls {
    fn ssl(&self) -> *mut ffi::SSL {
        self.ssl.get().map_or(null_mut(), Own::ptr)
    }

    /// Whether this end is the client.
    pub fn is_client(&self) -> bool {
        self.client.get()
    }

    /// Runs `f` while callbacks may ask for the stream.
    fn during<U>(&self, stream: &Handle, f: impl FnOnce() -> U) -> U {
        let before = self.stream.replace(stream);
        let r = f();
        self.stream.set(before);
        r
    }

    /// The stream, during an operation.
    pub fn stream(&self) -> Option<&Handle> {
        // SAFETY: set while the handle is borrowed by the operation that runs.
        unsafe { self.stream.get().as_ref() }
    }

    /// Finds out why an operation gave `n`, and tells it. `blocks`: what only has to wait is tried again.
    fn trouble(&self, ctx: &mut Ctx, n: c_int, blocks: bool) -> R<Trouble> {
        let os = std::io::Error::last_os_error();
        // SAFETY: a live object.
        let code = unsafe { ffi::SSL_get_error(self.ssl(), n) };
        let over = Trouble { retry: false, again: false, ended: false };
        match code {
            ffi::SSL_ERROR_ZERO_RETURN => return Ok(over),
            ffi::SSL_ERROR_WANT_READ | ffi::SSL_ERROR_WANT_WRITE => {
                return Ok(Trouble { retry: blocks, again: true, ended: false });
            }
            // SAFETY: the queue of this thread.
            ffi::SSL_ERROR_SYSCALL if unsafe { ffi::ERR_peek_error() } == 0 => {
                if n == 0 {
                    // SAFETY: a live object.
                    unsafe {
                        ffi::SSL_set_shutdown(
                            self.ssl(),
                            ffi::SSL_SENT_SHUTDOWN | ffi::SSL_RECEIVED_SHUTDOWN,
                        );
                    }
                    return Ok(Trouble { ended: true, ..over });
                }
                let again = os.raw_os_error() == Some(libc::EAGAIN);
                let text = os.to_string();
                let text = text.split(" (os error").next().unwrap_or_default();
                ctx.warning(format!("SSL: {text}"))?;
                return Ok(Trouble { again, ..over });
            }
            _ => {}
        }
        // SAFETY: the queue of this thread.
        let mut error = unsafe { ffi::ERR_get_error() };
        if ffi::ERR_GET_REASON(error) == ffi::SSL_R_NO_SHARED_CIPHER {
            ctx.warning(
                "SSL_R_NO_SHARED_CIPHER: no suitable shared cipher could be used.  This could be because the server is missing an SSL certificate (local_cert context option)",
            )?;
            return Ok(over);
        }
        let mut lines = Vec::new();
        loop {
            lines.push(String::from_utf8_lossy(&errors::words(error)).into_owned());
            // SAFETY: the queue of this thread.
            error = unsafe { ffi::ERR_get_error() };
            if error == 0 {
                break;
            }
        }
        let all = lines.join("\n");
        ctx.warning(format!("SSL operation failed with code {code}. OpenSSL Error messages:\n{all}"))?;
        Ok(over)
    }

    /// Sets the object up by the options.
    fn prepare(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &SocketState,
        method: u32,
        session: Session<'_, Tls>,
    ) -> R<bool> {
        if self.ssl.get().is_some() {
            if socket.blocking != 0 {
                ctx.warning("SSL/TLS already set-up for this stream")?;
                return Ok(false);
            }
            return Ok(true);
        }
        // SAFETY: the queue of this thread.
        unsafe { ffi::ERR_clear_error() };
        self.client.set(method & 1 != 0);
        let options = Options(stream.context(ctx));
        let Some(context) = tls_context::build(ctx, self, &options, method & !1)? else { return Ok(false) };
        // SAFETY: fresh and live objects; the layer outlives them.
        let ssl = unsafe {
            Own::new(ffi::SSL_new(context.ptr())).filter(|s| {
                ffi::SSL_set_ex_data(s.ptr(), place(), std::ptr::from_ref(self).cast_mut().cast::<c_void>())
                    != 0
            })
        };
        let Some(ssl) = ssl else {
            ctx.warning("SSL handle creation failure")?;
            return Ok(false);
        };
        let ssl = self.ssl.get_or_init(|| ssl).ptr();
        // SAFETY: a live object and descriptor.
        if unsafe { ffi::SSL_set_fd(ssl, socket.fd) } == 0 {
            self.trouble(ctx, 0, true)?;
        }
        if !self.client.get() {
            if !tls_context::by_names(ctx, self, &context, &options)? {
                return Ok(false);
            }
            let limit = Limit::new(&options);
            if limit.is_some() {
                // SAFETY: a live object, whose layer is set.
                unsafe { ffi::SSL_set_info_callback(ssl, Some(crate::tls_limit::informed)) };
            }
            *self.limit.borrow_mut() = limit;
        }
        // SAFETY: live objects.
        unsafe {
            ffi::SSL_ctrl(ssl, ffi::SSL_CTRL_MODE, ffi::SSL_MODE_RELEASE_BUFFERS as c_long, null_mut());
        }
        match session {
            Session::Fresh => {}
            Session::Foreign => ctx.warning("Supplied session stream must be an SSL enabled stream")?,
            Session::Unused => ctx.warning("Supplied SSL session stream is not initialized")?,
            Session::Other(other) => match other.ssl.get() {
                // SAFETY: live objects.
                Some(o) => unsafe {
                    ffi::SSL_copy_session_id(ssl, o.ptr());
                },
                None => ctx.warning("Supplied SSL session stream is not initialized")?,
            },
        }
        Ok(true)
    }

    /// Tells the server which of its names is meant.
    fn name_server(&self, ctx: &mut Ctx, options: &Options) -> R<()> {
        if options.get("SNI_enabled").is_some_and(|v| !v.to_bool()) {
            return Ok(());
        }
        let named = options.text(ctx, "peer_name")?.map(|t| t.to_vec()).or_else(|| self.host.clone());
        if let Some(name) = named.and_then(|n| CString::new(n).ok()) {
            // SAFETY: live object and text, which is copied.
            unsafe {
                let kind = c_long::from(ffi::TLSEXT_NAMETYPE_host_name);
                let p = name.as_ptr().cast_mut().cast();
                ffi::SSL_ctrl(self.ssl(), ffi::SSL_CTRL_SET_TLSEXT_HOSTNAME, kind, p);
            }
        }
        Ok(())
    }

    /// Puts the other end's certificates where the options ask for them.
    fn capture(&self, ctx: &mut Ctx, options: &Options, cert: &Cert) -> R<()> {
        if options.is("capture_peer_cert") {
            let o = class::certificate(ctx, share(cert))?;
            options.set("peer_certificate", o.as_value());
        }
        if options.is("capture_peer_cert_chain") {
            let mut all = Array::new();
            // SAFETY: a live object, whose certificates are copied.
            let copies: Vec<Cert> = unsafe {
                let chain = ffi::SSL_get_peer_cert_chain(self.ssl());
                items::<ffi::X509, _>(chain).filter_map(|c| Own::new(ffi::X509_dup(c))).collect()
            };
            for c in copies {
                all.push(class::certificate(ctx, c)?);
            }
            let v: Value = if all.is_empty() { Value::NULL } else { all.into() };
            options.set("peer_certificate_chain", &v);
        }
        Ok(())
    }

    /// Shakes hands and looks at who the other end is.
    fn begin(&self, ctx: &mut Ctx, stream: &Handle, socket: &mut SocketState) -> R<Enabled> {
        let ssl = self.ssl();
        if ssl.is_null() {
            return Ok(Enabled::No);
        }
        let options = Options(stream.context(ctx));
        let client = self.client.get();
        if client {
            self.name_server(ctx, &options)?;
        }
        let blocks = socket.blocking != 0;
        set_blocking(socket.fd, false);
        // SAFETY: a live object.
        unsafe {
            if !self.role_set.replace(true) {
                if client { ffi::SSL_set_connect_state(ssl) } else { ffi::SSL_set_accept_state(ssl) }
            }
            let mode = ffi::SSL_MODE_ENABLE_PARTIAL_WRITE | ffi::SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER;
            ffi::SSL_ctrl(ssl, ffi::SSL_CTRL_MODE, mode as c_long, null_mut());
        }
        let limit = duration(if client { socket.connect_timeout } else { socket.timeout });
        let clock = Clock::new(limit);
        let mut again = false;
        let result = loop {
            // SAFETY: a live object.
            let n = unsafe {
                ffi::ERR_clear_error();
                if client { ffi::SSL_connect(ssl) } else { ffi::SSL_accept(ssl) }
            };
            if clock.is_over() {
                set_blocking(socket.fd, blocks);
                ctx.warning("SSL: Handshake timed out")?;
                return Ok(Enabled::No);
            }
            if n > 0 {
                break n;
            }
            let t = self.trouble(ctx, n, blocks);
            let t = match t {
                Ok(t) => t,
                Err(thrown) => {
                    set_blocking(socket.fd, blocks);
                    return Err(thrown);
                }
            };
            again = t.again;
            if !t.retry {
                break n;
            }
            // SAFETY: a live object.
            let reads = unsafe { ffi::SSL_get_error(ssl, n) } == ffi::SSL_ERROR_WANT_READ;
            wait(socket.fd, if reads { libc::POLLIN | libc::POLLPRI } else { libc::POLLOUT }, clock.left());
        };
        set_blocking(socket.fd, blocks);
        if result != 1 && again {
            return Ok(Enabled::Later);
        }
        // SAFETY: a live object; the certificate is ours.
        let cert = unsafe { Own::new(ffi::SSL_get1_peer_certificate(ssl)) };
        if let Some(c) = cert.as_ref().filter(|_| options.0.is_some()) {
            self.capture(ctx, &options, c)?;
        }
        if result != 1 {
            return Ok(Enabled::No);
        }
        // SAFETY: a live object.
        let found = unsafe { ffi::SSL_get_verify_result(ssl) };
        let good = verify::peer(ctx, &options, cert.as_ref(), found, client, self.host.as_deref());
        if !matches!(good, Ok(true)) {
            // SAFETY: a live object.
            unsafe { ffi::SSL_shutdown(ssl) };
            good?;
            return Ok(Enabled::No);
        }
        self.active.set(true);
        Ok(Enabled::Yes)
    }

    /// Reads or writes, as `f` does it, until something moved, there is trouble, or the time is over.
    fn transfer(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &mut SocketState,
        reads: bool,
        mut f: impl FnMut(*mut ffi::SSL) -> c_int,
    ) -> R<Result<Chunk, Failed>> {
        let ssl = self.ssl();
        let (blocks, partial) = (socket.blocking != 0, socket.partial != 0 && reads);
        let limit = if blocks && !partial { duration(socket.timeout) } else { None };
        let changes = blocks && (limit.is_some() || partial);
        if changes {
            set_blocking(socket.fd, false);
        }
        let clock = Clock::new(limit);
        let mut end = false;
        let mut r: R<c_int> = Ok(0);
        let mut over = false;
        loop {
            if clock.is_over() {
                over = true;
                break;
            }
            // SAFETY: the queue of this thread.
            unsafe { ffi::ERR_clear_error() };
            let n = f(ssl);
            r = Ok(n);
            if reads && self.limit.borrow().as_ref().is_some_and(|l| l.exceeded) {
                stream.shut_down(ctx);
                r = Ok(0);
                end = true;
                break;
            }
            if n > 0 {
                break;
            }
            // SAFETY: a live object.
            let code = unsafe { ffi::SSL_get_error(ssl, n) };
            let t = match self.trouble(ctx, n, blocks) {
                Ok(t) => t,
                Err(thrown) => {
                    r = Err(thrown);
                    break;
                }
            };
            let wanted = if reads { ffi::SSL_ERROR_WANT_READ } else { ffi::SSL_ERROR_WANT_WRITE };
            let retry = t.retry || t.again && code == wanted;
            if reads {
                // SAFETY: a live object.
                end = t.ended || !retry && !t.again && unsafe { ffi::SSL_pending(ssl) } == 0;
            }
            if !blocks || partial || !retry {
                break;
            }
            let out =
                if reads { code == ffi::SSL_ERROR_WANT_WRITE } else { code != ffi::SSL_ERROR_WANT_READ };
            let events = if out { libc::POLLOUT | libc::POLLPRI } else { libc::POLLIN | libc::POLLPRI };
            wait(socket.fd, events, clock.left());
        }
        if changes {
            set_blocking(socket.fd, true);
        }
        if over {
            socket.timed_out = 1;
            return Ok(Err(Failed));
        }
        Ok(Ok(Chunk { len: usize::try_from(r?).unwrap_or(0), end }))
    }
}

/// Another share of a certificate.
fn share(cert: &Cert) -> Cert {
    // SAFETY: a live certificate; the share becomes the result's.
    unsafe {
        ffi::X509_up_ref(cert.ptr());
        Own::new(cert.ptr()).unwrap_or_else(|| unreachable!("a live certificate is not null"))
    }
}

impl CryptoLayer for Tls {
    fn new(host: Option<&[u8]>) -> Tls {
        Tls {
            host: host.map(<[u8]>::to_vec),
            ssl: OnceCell::new(),
            client: Cell::new(false),
            active: Cell::new(false),
            role_set: Cell::new(false),
            allow_self_signed: Cell::new(false),
            depth: Cell::new(9),
            passphrase: RefCell::new(None),
            by_name: RefCell::new(Vec::new()),
            protocols: RefCell::new(Vec::new()),
            limit: RefCell::new(None),
            stream: Cell::new(null()),
        }
    }

    fn set_up(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &SocketState,
        method: u32,
        session: Session<'_, Tls>,
    ) -> bool {
        self.during(stream, || matches!(self.prepare(ctx, stream, socket, method, session), Ok(true)))
    }

    fn enable(&self, ctx: &mut Ctx, stream: &Handle, socket: &mut SocketState, on: bool) -> Enabled {
        match (on, self.active.get()) {
            (true, false) => self.during(stream, || self.begin(ctx, stream, socket).unwrap_or(Enabled::No)),
            (false, true) => {
                // SAFETY: a live object.
                unsafe { ffi::SSL_shutdown(self.ssl()) };
                self.active.set(false);
                Enabled::No
            }
            _ => Enabled::No,
        }
    }

    fn is_active(&self) -> bool {
        self.active.get()
    }

    fn read(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &mut SocketState,
        out: &mut [u8],
    ) -> Result<Chunk, Failed> {
        let len = c_int::try_from(out.len()).unwrap_or(c_int::MAX);
        self.during(stream, || {
            // SAFETY: a live object and buffer.
            let read = |ssl| unsafe { ffi::SSL_read(ssl, out.as_mut_ptr().cast(), len) };
            self.transfer(ctx, stream, socket, true, read).unwrap_or(Err(Failed))
        })
    }

    fn write(
        &self,
        ctx: &mut Ctx,
        stream: &Handle,
        socket: &mut SocketState,
        bytes: &[u8],
    ) -> Result<usize, Failed> {
        let len = c_int::try_from(bytes.len()).unwrap_or(c_int::MAX);
        self.during(stream, || {
            // SAFETY: a live object and bytes.
            let write = |ssl| unsafe { ffi::SSL_write(ssl, bytes.as_ptr().cast(), len) };
            self.transfer(ctx, stream, socket, false, write).unwrap_or(Err(Failed)).map(|c| c.len)
        })
    }

    fn pending(&self) -> usize {
        // SAFETY: a live object.
        if self.active.get() { unsafe { ffi::SSL_pending(self.ssl()) }.max(0) as usize } else { 0 }
    }

    fn is_alive(&self, socket: &mut SocketState) -> bool {
        set_blocking(socket.fd, false);
        let mut b = [0u8; 1];
        // SAFETY: a live object and buffer.
        let alive = unsafe {
            ffi::ERR_clear_error();
            let n = ffi::SSL_peek(self.ssl(), b.as_mut_ptr().cast(), 1);
            n > 0
                || match ffi::SSL_get_error(self.ssl(), n) {
                    ffi::SSL_ERROR_SYSCALL => {
                        std::io::Error::last_os_error().raw_os_error() == Some(libc::EAGAIN)
                    }
                    ffi::SSL_ERROR_WANT_READ | ffi::SSL_ERROR_WANT_WRITE => true,
                    _ => false,
                }
        };
        set_blocking(socket.fd, socket.blocking != 0);
        alive
    }

    fn describe(&self) -> Option<Array> {
        let mut out = Array::new();
        // SAFETY: a live object and what belongs to it; texts are static.
        unsafe {
            let protocol = match ffi::SSL_version(self.ssl()) {
                ffi::TLS1_3_VERSION => "TLSv1.3",
                ffi::TLS1_2_VERSION => "TLSv1.2",
                ffi::TLS1_1_VERSION => "TLSv1.1",
                ffi::TLS1_VERSION => "TLSv1",
                ffi::SSL3_VERSION => "SSLv3",
                _ => "UNKNOWN",
            };
            out.set("protocol", protocol);
            let cipher = ffi::SSL_get_current_cipher(self.ssl());
            out.set("cipher_name", CStr::from_ptr(ffi::SSL_CIPHER_get_name(cipher)).to_bytes());
            out.set("cipher_bits", i64::from(ffi::SSL_CIPHER_get_bits(cipher, null_mut())));
            out.set("cipher_version", CStr::from_ptr(ffi::SSL_CIPHER_get_version(cipher)).to_bytes());
            let (mut p, mut n) = (null(), 0);
            ffi::SSL_get0_alpn_selected(self.ssl(), &mut p, &mut n);
            if !p.is_null() {
                out.set("alpn_protocol", std::slice::from_raw_parts(p, n as usize));
            }
        }
        Some(out)
    }

    fn close(&self) {
        if self.active.replace(false) {
            // SAFETY: a live object.
            unsafe { ffi::SSL_shutdown(self.ssl()) };
        }
    }
}
