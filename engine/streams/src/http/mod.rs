//! `http://`: requests as streams (PHP's `ext/standard/http_fopen_wrapper.c`).
//!
//! A request is made and its answer's head read while the stream is opened; the body is the stream. The connection comes
//! from the transports: `https` is this wrapper again under its own scheme, and asks for `ssl://`, whoever provides that.

mod head;
mod request;

use crate::context::{Context, Notice, notify};
use crate::data::url_decode;
use crate::filter::{Direction, FilterParams};
use crate::socket::crypto;
use crate::stat::Stat;
use crate::stream::{Stream, flags};
use crate::wrapper::{OpenFailure, OpenRequest, Opened, Wrapper, options};
use head::Head;
use howdah_url::Url;
use std::any::Any;
use std::rc::Rc;
use std::time::Duration;

/// Redirections that are followed unless `max_redirects` says otherwise.
const REDIRECTIONS: i64 = 20;

/// The wrapper.
pub struct HttpWrapper;

/// One of possibly several requests that an opening makes.
struct Attempt<'a> {
    /// Where.
    url: &'a [u8],
    /// Redirections left.
    left: i64,
    /// Not redirected yet.
    first: bool,
    /// The method and the content go along (not after most redirections).
    keeps_method: bool,
}

/// The opening of a stream.
struct Opening<'a> {
    request: &'a OpenRequest<'a>,
    /// The wrapper whose options name proxy and timeout.
    label: &'a str,
    failure: OpenFailure,
    /// Header lines of all answers; `None` until a request was sent.
    lines: Option<Vec<Vec<u8>>>,
}

fn lossy(b: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(b)
}

/// Whether a URL is one of those that redirections may name as a whole.
fn is_absolute(url: &[u8]) -> bool {
    let schemes: [&[u8]; 4] = [b"http://", b"https://", b"ftp://", b"ftps://"];
    url.len() >= 8 && schemes.iter().any(|s| url.get(..s.len()).is_some_and(|u| u.eq_ignore_ascii_case(s)))
}

/// Where a redirection leads that names no whole URL.
fn relative(u: &Url, port: u16, default_port: u16, location: &[u8]) -> Vec<u8> {
    let path = match &u.path {
        _ if location.first() == Some(&b'/') => location.to_vec(),
        Some(p) if location.len() > 1 => {
            let dir = match memchr::memrchr(b'/', p) {
                Some(i) => &p[..=i],
                None => b"/",
            };
            let glue: &[u8] = if dir == b"/" { b"" } else { b"/" };
            [dir, glue, location].concat()
        }
        _ => [b"/", location].concat(),
    };
    let empty = Vec::new();
    let mut out =
        [u.scheme.as_ref().unwrap_or(&empty), &b"://"[..], u.host.as_ref().unwrap_or(&empty)].concat();
    if port != default_port {
        out.extend_from_slice(format!(":{port}").as_bytes());
    }
    out.extend_from_slice(&path);
    out
}

impl<'a> Opening<'a> {
    fn context(&self) -> Option<&'a Rc<Context>> {
        self.request.context.as_ref()
    }

    fn option(&self, name: &str) -> Option<crate::value::Value> {
        self.context()?.get("http", name)
    }

    fn own_option(&self, name: &str) -> Option<crate::value::Value> {
        self.context()?.get(self.label, name)
    }

    fn flag(&self, name: &str) -> bool {
        self.option(name).is_some_and(|v| v.is_true())
    }

    fn only_headers(&self) -> bool {
        self.request.options & options::ONLY_GET_HEADERS != 0
    }

    fn fail<T>(&mut self, why: impl Into<String>) -> Option<T> {
        self.failure.reasons.push(why.into());
        None
    }

    fn info(&self, code: i64, message: Option<&[u8]>) {
        if let Some(c) = self.context() {
            c.notify(&Notice { code, message: message.map(<[u8]>::to_vec), ..Notice::default() });
        }
    }

    fn timeout(&mut self) -> Option<Option<Duration>> {
        const MOST: f64 = u64::MAX as f64 / 1_000_000.0;
        let Some(v) = self.own_option("timeout") else { return Some(self.request.streams.default_timeout()) };
        let seconds = v.to_float();
        if seconds > MOST {
            return self.fail(format!("timeout must be lower than {}", MOST as u64));
        }
        Some(Duration::try_from_secs_f64(seconds).ok())
    }

    /// Connects to where a URL, or the context's proxy, is.
    fn connect(&mut self, u: &Url, port: u16, secure: bool, proxy: Option<&[u8]>) -> Option<Rc<Stream>> {
        let timeout = self.timeout()?;
        let to = match proxy {
            Some(p) => p.to_vec(),
            None => {
                let scheme: &[u8] = if secure { b"ssl://" } else { b"tcp://" };
                let host = u.host.as_deref().unwrap_or_default();
                [scheme, host, format!(":{port}").as_bytes()].concat()
            }
        };
        let s = match self.request.streams.connect(&to, timeout, false, self.request.context.clone()) {
            Ok(s) => s,
            Err(e) => return self.fail(e.message),
        };
        s.ops().set_timeout(&s, timeout);
        Some(s)
    }

    /// Has a proxy connect to a server, and encrypts what goes there.
    fn tunnel(&self, s: &Stream, u: &Url, port: u16) -> bool {
        let host = u.host.as_deref().unwrap_or_default();
        let mut text = [b"CONNECT ", host, format!(":{port} HTTP/1.0\r\n").as_bytes()].concat();
        if let Some(line) = self.proxy_authorization() {
            text.extend_from_slice(&line);
            text.extend_from_slice(b"\r\n");
        }
        text.extend_from_slice(b"\r\n");
        if !matches!(s.write(&text), Ok(n) if n == text.len()) {
            return false;
        }
        while let Some(line) = s.read_line(None) {
            if matches!(line.first(), None | Some(b'\r' | b'\n')) {
                break;
            }
        }
        crypto::set_host(s, host);
        matches!(
            crypto::enable(s, true, Some((crypto::OLD_TLS_CLIENT, None))),
            Some(crypto::Enabled::Yes | crypto::Enabled::Later)
        )
    }

    /// A body to read: what is left of the stream once the head was taken off.
    fn body(&self, s: Rc<Stream>, h: &Head, line_ends: u32) -> Rc<Stream> {
        if let Some(c) = self.context() {
            c.begin_progress(h.size);
        }
        s.set_flags(line_ends, true);
        s.set_position(0);
        s.set_mode(self.request.mode);
        if h.chunked
            && let Some(f) = self.request.streams.filters.create(
                self.request.streams.env(),
                b"dechunk",
                &FilterParams::default(),
            )
        {
            // What it says when it fails it has said.
            let _ = s.append_filter(Direction::Read, b"dechunk", f);
        }
        if s.unread() > 0
            && let Some(c) = self.context()
        {
            c.add_progress(s.unread() as u64);
        }
        s
    }

    /// Makes one request, and those that its answer redirects to.
    fn attempt(&mut self, at: &Attempt<'_>) -> Option<Rc<Stream>> {
        if at.left < 1 {
            return self.fail("Redirection limit reached, aborting");
        }
        let u = howdah_url::parse(at.url)?;
        let scheme = u.scheme.as_deref().unwrap_or_default();
        let secure = scheme.eq_ignore_ascii_case(b"https");
        let proxy = self.own_option("proxy").and_then(|v| v.into_text()).filter(|p| !p.is_empty());
        let mut whole = false;
        if !secure && !scheme.eq_ignore_ascii_case(b"http") {
            if proxy.is_none() {
                // A redirection to elsewhere.
                let how = options::REPORT_ERRORS;
                let c = self.request.context.clone();
                return self.request.streams.open(at.url, self.request.mode, how, c).map(|o| o.stream);
            }
            whole = true;
        } else {
            if self.request.mode.iter().any(|c| b"awx+".contains(c)) {
                return self.fail("HTTP wrapper does not support writeable connections");
            }
            whole |= self.flag("request_fulluri");
        }
        if whole && at.url.iter().any(|c| matches!(c, b'\r' | b'\n')) {
            return self.fail("HTTP wrapper full URI path does not allow CR or LF characters");
        }
        let default_port = if secure { 443 } else { 80 };
        let port = u.port.filter(|p| *p != 0).unwrap_or(default_port);
        let s = self.connect(&u, port, secure, proxy.as_deref())?;
        if proxy.is_some() && secure && !self.tunnel(&s, &u, port) {
            s.close();
            return self.fail("Cannot connect to HTTPS server through proxy");
        }
        // Heads have lines of their own.
        let detection = flags::DETECT_EOL | flags::EOL_MAC;
        let line_ends = if s.has(flags::DETECT_EOL) { flags::DETECT_EOL } else { 0 };
        s.set_flags(detection, false);
        s.set_context(self.request.context.clone());
        self.info(notify::CONNECT, None);
        let mut left = at.left;
        if at.first
            && let Some(v) = self.option("max_redirects")
        {
            left = v.to_int();
        }
        let text = self.request_text(at, &u, port, default_port, whole);
        // A failure shows when the answer is read.
        let _ = s.write(&text);
        self.lines.get_or_insert_default();
        let h = match self.read_head(&s) {
            Some(h) => h,
            None => {
                s.close();
                return None;
            }
        };
        let redirects = h.location.is_some() && h.follow;
        if h.good && !redirects
            || !h.follow
            || (self.only_headers() || self.flag("ignore_errors")) && left <= 1
        {
            return Some(self.body(s, &h, line_ends));
        }
        if let Some(l) = &h.location {
            self.info(notify::REDIRECTED, Some(l));
        }
        s.close();
        let Some(location) = h.location else {
            return self.fail(format!("HTTP request failed! {}", lossy(&h.status)));
        };
        let url = if is_absolute(&location) { location } else { relative(&u, port, default_port, &location) };
        let refused = |why: &mut Self| why.fail(format!("Invalid redirect URL! {}", lossy(&url)));
        let Some(next) = howdah_url::parse(&url) else { return refused(self) };
        let parts = [&next.user, &next.pass, &next.path];
        if parts.into_iter().flatten().any(|p| url_decode(p).iter().any(u8::is_ascii_control)) {
            return refused(self);
        }
        let keeps_method = matches!(h.code, 307 | 308);
        self.attempt(&Attempt { url: &url, left: left - 1, first: false, keeps_method })
    }
}

/// Opens a URL by HTTP. `label` names the wrapper whose options say through which proxy: `ftp` has URLs fetched by HTTP.
pub(crate) fn open(request: &OpenRequest<'_>, label: &str) -> Result<Opened, OpenFailure> {
    let env = request.streams.env();
    env.response_headers(None);
    let mut o = Opening { request, label, failure: OpenFailure::default(), lines: None };
    let first = Attempt { url: request.path, left: REDIRECTIONS, first: true, keeps_method: false };
    let opened = o.attempt(&first);
    let data = o.lines.as_deref().and_then(|l| env.response_headers(Some(l)));
    let s = opened.ok_or(o.failure)?;
    if data.is_some() {
        s.set_wrapper_data(data);
    }
    Ok(s.into())
}

impl Wrapper for HttpWrapper {
    fn label(&self) -> &str {
        "http"
    }
    fn is_url(&self) -> bool {
        true
    }
    fn open(&self, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        open(request, "http")
    }
    /// The head says little of what `fstat()` tells, and the socket below nothing that is meant.
    fn stream_stat(&self, _: &Stream) -> Option<Option<Stat>> {
        Some(None)
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

#[cfg(test)]
mod tests;
