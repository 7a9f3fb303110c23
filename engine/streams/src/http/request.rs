//! The text of a request.

use super::{Attempt, Opening};
use crate::context::notify;
use crate::data::url_decode;
use crate::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use howdah_url::Url;

/// What `trim()` takes away.
fn is_blank(c: u8) -> bool {
    matches!(c, b' ' | b'\n' | b'\r' | b'\t' | b'\x0b' | b'\0')
}

fn trim(b: &[u8]) -> &[u8] {
    let start = b.iter().take_while(|c| is_blank(**c)).count();
    let end = b[start..].iter().rposition(|c| !is_blank(*c)).map_or(start, |i| start + i + 1);
    &b[start..end]
}

/// Header lines of the script's own, as one text.
struct Own {
    text: Vec<u8>,
    lower: Vec<u8>,
}

impl Own {
    fn new(option: Option<Value>) -> Own {
        let text = match option {
            Some(Value::Array(lines)) => {
                let mut all = Vec::new();
                for (_, line) in lines {
                    if let Value::Text(t) = line {
                        all.extend_from_slice(&t);
                        all.extend_from_slice(b"\r\n");
                    }
                }
                all
            }
            Some(Value::Text(t)) => t,
            _ => Vec::new(),
        };
        let text = trim(&text).to_vec();
        Own { lower: text.to_ascii_lowercase(), text }
    }

    /// Whether a line begins with `name` (lower case, with its colon).
    fn has(&self, name: &[u8]) -> bool {
        memchr::memmem::find_iter(&self.lower, name).any(|i| i == 0 || self.lower[..i].ends_with(b"\r\n"))
    }

    /// Takes away the line that begins with `name`, if that is where `name` is first found.
    fn strip(&mut self, name: &[u8]) {
        let Some(i) = memchr::memmem::find(&self.lower, name) else { return };
        if i > 0 && self.lower[i - 1] != b'\n' {
            return;
        }
        let end = memchr::memchr(b'\n', &self.lower[i..]).map_or(self.lower.len(), |n| i + n + 1);
        self.lower.drain(i..end);
        self.text.drain(i..end);
    }
}

impl Opening<'_> {
    /// Whether the method that the context names is used: redirected requests turn to GET.
    fn method(&self, at: &Attempt<'_>) -> Vec<u8> {
        match self.option("method").and_then(Value::into_text) {
            Some(m)
                if !m.is_empty() && (at.first || at.keeps_method || matches!(&m[..], b"GET" | b"HEAD")) =>
            {
                m
            }
            _ => b"GET".to_vec(),
        }
    }

    /// The script's own line for the proxy, which the server is not to see.
    pub(super) fn proxy_authorization(&self) -> Option<Vec<u8>> {
        let all = match self.option("header")? {
            Value::Array(lines) => lines.into_iter().filter_map(|(_, l)| l.into_text()).collect(),
            v => v.into_text().map(|t| t.split(|c| *c == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>())?,
        };
        let name = b"proxy-authorization:";
        let mut lines = all.into_iter().map(|l: Vec<u8>| l.trim_ascii().to_vec());
        lines.find(|l| l.get(..name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name)))
    }

    /// The whole request.
    pub(super) fn request_text(
        &self,
        at: &Attempt<'_>,
        u: &Url,
        port: u16,
        default_port: u16,
        whole: bool,
    ) -> Vec<u8> {
        let env = self.request.streams.env();
        let mut out = self.method(at);
        out.push(b' ');
        if whole {
            out.extend_from_slice(at.url);
        } else {
            match u.path.as_deref() {
                Some(p) if !p.is_empty() => out.extend_from_slice(p),
                _ => out.push(b'/'),
            }
            if let Some(q) = &u.query {
                out.push(b'?');
                out.extend_from_slice(q);
            }
        }
        let version = self.option("protocol_version").map_or(1.1, |v| v.to_float());
        out.extend_from_slice(format!(" HTTP/{version:.1}\r\n").as_bytes());
        let mut own = Own::new(self.option("header"));
        let sends_content = at.first || at.keeps_method;
        if !sends_content {
            own.strip(b"content-length:");
            own.strip(b"content-type:");
        }
        let mut put = |name: &str, value: &[u8]| {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b": ");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\r\n");
        };
        if let Some(user) = u.user.as_deref().filter(|_| !own.has(b"authorization:")) {
            let pass = u.pass.as_deref().unwrap_or_default();
            let login = [&url_decode(user)[..], b":", &url_decode(pass)].concat();
            put("Authorization", format!("Basic {}", STANDARD.encode(login)).as_bytes());
            self.info(notify::AUTH_REQUIRED, None);
        }
        let from = env.ini("from");
        if !own.has(b"from:") && !from.is_empty() {
            put("From", &from);
        }
        if !own.has(b"host:") {
            let mut host = u.host.clone().unwrap_or_default();
            if port != default_port {
                host.extend_from_slice(format!(":{port}").as_bytes());
            }
            put("Host", &host);
        }
        if !own.has(b"connection:") {
            put("Connection", b"close");
        }
        let agent = match self.option("user_agent") {
            Some(Value::Text(t)) => t,
            _ => env.ini("user_agent"),
        };
        if !own.has(b"user-agent:") && !agent.is_empty() {
            put("User-Agent", &agent);
        }
        let content = self.option("content").and_then(Value::into_text);
        let content = content.filter(|c| sends_content && !c.is_empty());
        // Some servers want the length before the type, which may be among the script's own lines.
        if let Some(c) = content.as_ref().filter(|_| !own.has(b"content-length:")) {
            put("Content-Length", c.len().to_string().as_bytes());
        }
        if !own.text.is_empty() {
            out.extend_from_slice(&own.text);
            out.extend_from_slice(b"\r\n");
        }
        if let Some(c) = &content {
            if !own.has(b"content-type:") {
                out.extend_from_slice(b"Content-Type: application/x-www-form-urlencoded\r\n");
                env.notice("Content-type not specified assuming application/x-www-form-urlencoded");
            }
            out.extend_from_slice(b"\r\n");
            out.extend_from_slice(c);
        } else {
            out.extend_from_slice(b"\r\n");
        }
        out
    }
}
