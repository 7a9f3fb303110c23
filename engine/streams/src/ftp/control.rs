//! The control connection: commands and replies.

use super::Stopped;
use crate::context::{Context, Notice, notify};
use crate::data::raw_url_decode;
use crate::socket::crypto;
use crate::stream::Stream;
use crate::transport::SocketError;
use crate::wrapper::Streams;
use std::rc::Rc;

/// Bytes of a reply's line that count.
const LINE: usize = 510;

pub(super) fn lossy(b: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(b)
}

/// The last line of a reply.
#[derive(Clone, Default)]
pub(super) struct Reply {
    pub(super) code: i64,
    pub(super) text: Vec<u8>,
}

impl Reply {
    /// Whether what was asked for is done.
    pub(super) fn is_done(&self) -> bool {
        (200..300).contains(&self.code)
    }

    pub(super) fn done(self) -> Result<Reply, Stopped> {
        if self.is_done() { Ok(self) } else { Err(self.into()) }
    }
}

/// Reads a reply; the lines before the last are passed over.
pub(super) fn reply(s: &Stream) -> Reply {
    let mut r = Reply::default();
    while let Some(line) = s.read_line(Some(LINE)) {
        r = Reply { code: crate::value::Value::Text(line.clone()).to_int(), text: line };
        let t = &r.text;
        if t.len() > 3 && t[..3].iter().all(u8::is_ascii_digit) && t[3] == b' ' {
            break;
        }
    }
    r
}

/// A control connection whose user is logged in.
pub(super) struct Control {
    streams: Rc<Streams>,
    stream: Rc<Stream>,
    host: Vec<u8>,
    path: Vec<u8>,
    /// Data go encrypted too.
    secure_data: bool,
}

/// Encrypts a connection; whether that succeeded.
fn encrypt(s: &Stream) -> bool {
    matches!(
        crypto::enable(s, true, Some((crypto::OLD_TLS_CLIENT, None))),
        Some(crypto::Enabled::Yes | crypto::Enabled::Later)
    )
}

fn note(
    context: Option<&Rc<Context>>,
    code: i64,
    severity: i64,
    message: Option<Vec<u8>>,
    message_code: i64,
) {
    if let Some(c) = context {
        c.notify(&Notice { code, severity, message, message_code, ..Notice::default() });
    }
}

impl Control {
    /// Connects to the server of a URL and logs in. `Err` holds reasons that were not told yet.
    pub(super) fn log_in(
        streams: &Rc<Streams>,
        url: &[u8],
        context: Option<&Rc<Context>>,
    ) -> Result<Control, Vec<String>> {
        let u = howdah_url::parse(url).ok_or_else(Vec::new)?;
        let path = u.path.ok_or_else(Vec::new)?;
        let host = u.host.unwrap_or_default();
        let port = u.port.filter(|p| *p != 0).unwrap_or(21);
        let at = [b"tcp://", &host[..], format!(":{port}").as_bytes()].concat();
        let stream = match streams.connect(&at, streams.default_timeout(), false, context.cloned()) {
            Ok(s) => s,
            Err(e) => {
                streams.env().warn(&format!("connect() failed: {}", e.message));
                return Err(Vec::new());
            }
        };
        let secure = u.scheme.as_deref().is_some_and(|s| s.eq_ignore_ascii_case(b"ftps"));
        let mut control = Control { streams: streams.clone(), stream, host, path, secure_data: false };
        match control.greet(u.user, u.pass, context, secure) {
            Ok(()) => Ok(control),
            Err(reasons) => {
                control.close();
                Err(reasons)
            }
        }
    }

    /// Begins encryption (RFC 4217).
    fn secure(&mut self) -> Result<(), Vec<String>> {
        let old = match self.command(b"AUTH", b"TLS").code {
            234 => false,
            _ if self.command(b"AUTH", b"SSL").code == 334 => true,
            _ => return Err(vec!["Server doesn't support FTPS.".to_owned()]),
        };
        if !encrypt(&self.stream) {
            return Err(vec!["Unable to activate SSL mode".to_owned()]);
        }
        self.command(b"PBSZ", b"0");
        self.secure_data = self.command(b"PROT", b"P").is_done() || old;
        Ok(())
    }

    fn greet(
        &mut self,
        user: Option<Vec<u8>>,
        pass: Option<Vec<u8>>,
        context: Option<&Rc<Context>>,
        secure: bool,
    ) -> Result<(), Vec<String>> {
        let refused = notify::SEVERITY_ERR;
        note(context, notify::CONNECT, 0, None, 0);
        let r = self.reply();
        if !r.is_done() {
            note(context, notify::FAILURE, refused, Some(r.text), r.code);
            return Err(Vec::new());
        }
        if secure {
            self.secure()?;
        }
        let clean = |what: &str, text: &[u8]| {
            let t = raw_url_decode(text);
            if t.iter().any(u8::is_ascii_control) {
                return Err(vec![format!("Invalid {what} {}", lossy(&t))]);
            }
            Ok(t)
        };
        let user = clean("login", user.as_deref().unwrap_or(b"anonymous"))?;
        let mut r = self.command(b"USER", &user);
        if (300..400).contains(&r.code) {
            note(context, notify::AUTH_REQUIRED, 0, Some(r.text), 0);
            let from = self.streams.env().ini("from");
            let pass = match pass {
                Some(p) => clean("password", &p)?,
                None if from.is_empty() => b"anonymous".to_vec(),
                None => from,
            };
            r = self.command(b"PASS", &pass);
            let severity = if r.is_done() { notify::SEVERITY_INFO } else { refused };
            note(context, notify::AUTH_RESULT, severity, Some(r.text.clone()), r.code);
        }
        if r.is_done() { Ok(()) } else { Err(Vec::new()) }
    }

    /// The connection.
    pub(super) fn stream(&self) -> &Rc<Stream> {
        &self.stream
    }

    /// The URL's path.
    pub(super) fn path(&self) -> &[u8] {
        &self.path
    }

    pub(super) fn close(&self) {
        self.stream.close();
    }

    /// Sends a command with what it is about.
    pub(super) fn send(&self, command: &[u8], about: &[u8]) {
        let space: &[u8] = if about.is_empty() { b"" } else { b" " };
        // Where it cannot be sent, no reply comes.
        let _ = self.stream.write(&[command, space, about, b"\r\n"].concat());
    }

    pub(super) fn reply(&self) -> Reply {
        reply(&self.stream)
    }

    /// Sends a command and reads its reply.
    pub(super) fn command(&self, command: &[u8], about: &[u8]) -> Reply {
        self.send(command, about);
        self.reply()
    }

    /// Has the server listen: host and port to connect to (RFC 2428, 3; RFC 959, `PASV`).
    pub(super) fn passive(&self) -> Result<(Vec<u8>, u16), Stopped> {
        let r = self.command(b"EPSV", b"");
        if r.code == 229 {
            let port = lossy(&r.text).split('|').nth(3).and_then(|p| p.parse().ok());
            return port.filter(|p| *p != 0).map(|p| (self.host.clone(), p)).ok_or_else(|| r.into());
        }
        let r = self.command(b"PASV", b"");
        let text = lossy(r.text.get(4..).unwrap_or_default()).into_owned();
        let numbers = text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ',').unwrap_or(numbers.len());
        let parts: Vec<u16> = numbers[..end].split(',').map_while(|n| n.parse().ok()).collect();
        match parts[..] {
            [a, b, c, d, high, low, ..] if r.code == 227 => {
                let port = high.wrapping_mul(256).wrapping_add(low);
                Ok((format!("{a}.{b}.{c}.{d}").into_bytes(), port))
            }
            _ => Err(r.into()),
        }
    }

    /// Encrypts the data connection where that was agreed on.
    pub(super) fn protect(&self, data: &Stream) -> Result<(), Stopped> {
        if self.secure_data && !encrypt(data) {
            data.close();
            return Err(Stopped { reasons: vec!["Unable to activate SSL mode".to_owned()], reply: None });
        }
        Ok(())
    }

    /// The data connection.
    pub(super) fn connect_data(
        &self,
        host: &[u8],
        port: u16,
        context: Option<Rc<Context>>,
    ) -> Result<Rc<Stream>, SocketError> {
        let at = [b"tcp://", host, format!(":{port}").as_bytes()].concat();
        self.streams.connect(&at, self.streams.default_timeout(), false, context)
    }
}
