//! The access log: lines made of a format with `%` tokens.

use howdah_host::clock::{self, Moment};
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Mutex;

/// The format where none is set.
pub const DEFAULT_FORMAT: &str = "%R - %u %t \"%m %r\" %s";

/// Longest line.
const MAX_LINE: usize = 1024;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unit {
    One,
    Kilo,
    Mega,
    Milli,
    Micro,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(u8),
    Cpu { user: bool, system: bool },
    Duration(Unit),
    Environment(String),
    Script,
    Length,
    Method,
    Memory(Unit),
    Pool,
    Header(String),
    Pid,
    Parent,
    Query,
    Question,
    Uri,
    Remote,
    Status,
    Time { accepted: bool, format: String },
    User,
}

/// A format, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Format(Vec<Part>);

/// What is logged of a request.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// Processor time in user and system mode, in seconds.
    pub cpu: (f64, f64),
    /// Seconds from its beginning to its end.
    pub duration: f64,
    /// Parameters.
    pub params: Vec<(Vec<u8>, Vec<u8>)>,
    /// Script file.
    pub script: Vec<u8>,
    /// Bytes of its body.
    pub length: i64,
    /// Method.
    pub method: Vec<u8>,
    /// Peak of memory, in bytes.
    pub memory: usize,
    /// Pool.
    pub pool: String,
    /// Response headers.
    pub headers: Vec<Vec<u8>>,
    /// Query.
    pub query: Vec<u8>,
    /// What was asked for, without the query.
    pub uri: Vec<u8>,
    /// Address of the web server.
    pub remote: String,
    /// Response code.
    pub status: i32,
    /// Unix time at which it was accepted.
    pub accepted: f64,
    /// User of HTTP authentication.
    pub user: Vec<u8>,
}

impl Format {
    /// Reads a format; `Err` holds the warning.
    pub fn parse(format: &str) -> Result<Format, String> {
        let b = format.as_bytes();
        let mut parts = Vec::new();
        let mut i = 0;
        while i < b.len() {
            if b[i] != b'%' {
                parts.push(Part::Text(b[i]));
                i += 1;
                continue;
            }
            i += 1;
            let mut modifier = String::new();
            if b.get(i) == Some(&b'{') {
                let end = format[i..].find('}').map(|n| i + n).filter(|&e| e + 1 < b.len());
                let end = end.ok_or("missing closing embrace in the access.format")?;
                modifier = format[i + 1..end].to_owned();
                i = end + 1;
            }
            let Some(&c) = b.get(i) else { break };
            parts.push(token(c, &modifier)?);
            i += 1;
        }
        Ok(Format(parts))
    }

    /// A request's line, without its end.
    pub fn line(&self, e: &Entry) -> Vec<u8> {
        let mut out = Vec::new();
        for p in &self.0 {
            part(p, e, &mut out);
        }
        out.truncate(MAX_LINE);
        out
    }
}

fn token(c: u8, m: &str) -> Result<Part, String> {
    let is = |words: &[&str]| words.iter().any(|w| m.eq_ignore_ascii_case(w));
    let only = |what: &str| Err(format!("only {what} are allowed as a modifier for %{} ('{m}')", c as char));
    let needs =
        |what: &str| Err(format!("the name of the {what} must be set between embraces for %{}", c as char));
    let plain = match c {
        b'C' => {
            return match () {
                () if m.is_empty() || is(&["total"]) => Ok(Part::Cpu { user: true, system: true }),
                () if is(&["user"]) => Ok(Part::Cpu { user: true, system: false }),
                () if is(&["system"]) => Ok(Part::Cpu { user: false, system: true }),
                () => only("'total', 'user' or 'system'"),
            };
        }
        b'd' => {
            return match () {
                () if m.is_empty() || is(&["seconds"]) => Ok(Part::Duration(Unit::One)),
                () if is(&["milliseconds", "milli", "miliseconds", "mili"]) => {
                    Ok(Part::Duration(Unit::Milli))
                }
                () if is(&["microseconds", "micro"]) => Ok(Part::Duration(Unit::Micro)),
                () => only("'seconds', 'milli', 'milliseconds', 'micro' or 'microseconds'"),
            };
        }
        b'M' => {
            return match () {
                () if m.is_empty() || is(&["bytes"]) => Ok(Part::Memory(Unit::One)),
                () if is(&["kilobytes", "kilo"]) => Ok(Part::Memory(Unit::Kilo)),
                () if is(&["megabytes", "mega"]) => Ok(Part::Memory(Unit::Mega)),
                () => only("'bytes', 'kilo', 'kilobytes', 'mega' or 'megabytes'"),
            };
        }
        b'e' if m.is_empty() => return needs("environment variable"),
        b'o' if m.is_empty() => return needs("header"),
        b'e' => return Ok(Part::Environment(m.into())),
        b'o' => return Ok(Part::Header(m.into())),
        b't' | b'T' => {
            let format = if m.is_empty() { "%d/%b/%Y:%H:%M:%S %z" } else { m };
            return Ok(Part::Time { accepted: c == b't', format: format.into() });
        }
        b'%' => Part::Text(b'%'),
        b'f' => Part::Script,
        b'l' => Part::Length,
        b'm' => Part::Method,
        b'n' => Part::Pool,
        b'p' => Part::Pid,
        b'P' => Part::Parent,
        b'q' => Part::Query,
        b'Q' => Part::Question,
        b'r' => Part::Uri,
        b'R' => Part::Remote,
        b's' => Part::Status,
        b'u' => Part::User,
        _ => return Err(format!("Invalid token in the access.format (%{})", c as char)),
    };
    if m.is_empty() { Ok(plain) } else { Err(format!("embrace is not allowed for modifier %{}", c as char)) }
}

fn or_dash(b: &[u8]) -> &[u8] {
    if b.is_empty() { b"-" } else { b }
}

fn part(p: &Part, e: &Entry, out: &mut Vec<u8>) {
    let text = match p {
        Part::Text(c) => {
            out.push(*c);
            return;
        }
        Part::Script => return out.extend_from_slice(or_dash(&e.script)),
        Part::Method => return out.extend_from_slice(or_dash(&e.method)),
        Part::Query => return out.extend_from_slice(&e.query),
        Part::Uri => return out.extend_from_slice(&e.uri),
        Part::User => return out.extend_from_slice(&e.user),
        Part::Environment(name) => {
            let v = e.params.iter().find(|(k, _)| k == name.as_bytes());
            return out.extend_from_slice(v.map_or(b"-", |(_, v)| v));
        }
        Part::Header(name) => {
            let v = e.headers.iter().find_map(|h| h.strip_prefix(name.as_bytes())?.strip_prefix(b": "));
            return out.extend_from_slice(v.map_or(b"-", or_dash));
        }
        Part::Cpu { user, system } => {
            let t = if *user { e.cpu.0 } else { 0.0 } + if *system { e.cpu.1 } else { 0.0 };
            format!("{:.2}", if e.duration > 0.0 { t / e.duration * 100.0 } else { 0.0 })
        }
        Part::Duration(Unit::Micro) => format!("{}", (e.duration * 1e6) as u64),
        Part::Duration(Unit::Milli) => format!("{:.3}", e.duration * 1e3),
        Part::Duration(_) => format!("{:.3}", e.duration),
        Part::Memory(Unit::Kilo) => (e.memory >> 10).to_string(),
        Part::Memory(Unit::Mega) => (e.memory >> 20).to_string(),
        Part::Memory(_) => e.memory.to_string(),
        Part::Length => e.length.to_string(),
        Part::Pool => e.pool.clone(),
        Part::Pid => std::process::id().to_string(),
        Part::Parent => std::os::unix::process::parent_id().to_string(),
        Part::Question => if e.query.is_empty() { "" } else { "?" }.to_owned(),
        Part::Remote => {
            if e.remote.is_empty() {
                "-".to_owned()
            } else {
                e.remote.clone()
            }
        }
        Part::Status => e.status.to_string(),
        Part::Time { accepted, format } => {
            let t = if *accepted { e.accepted } else { clock::now() };
            strftime(format, &clock::local(t as i64), t as i64)
        }
    };
    out.extend_from_slice(text.as_bytes());
}

/// The conversions of `strftime` that logs use.
pub fn strftime(format: &str, m: &Moment, epoch: i64) -> String {
    let mut out = String::new();
    let mut it = format.chars();
    while let Some(c) = it.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        match it.next() {
            Some('d') => out.push_str(&format!("{:02}", m.day)),
            Some('e') => out.push_str(&format!("{:2}", m.day)),
            Some('b' | 'h') => out.push_str(m.month_name()),
            Some('a') => out.push_str(m.day_name()),
            Some('m') => out.push_str(&format!("{:02}", m.month)),
            Some('Y') => out.push_str(&m.year.to_string()),
            Some('y') => out.push_str(&format!("{:02}", m.year.rem_euclid(100))),
            Some('H') => out.push_str(&format!("{:02}", m.hour)),
            Some('I') => out.push_str(&format!("{:02}", (m.hour + 11) % 12 + 1)),
            Some('p') => out.push_str(if m.hour < 12 { "AM" } else { "PM" }),
            Some('M') => out.push_str(&format!("{:02}", m.minute)),
            Some('S') => out.push_str(&format!("{:02}", m.second)),
            Some('F') => out.push_str(&format!("{}-{:02}-{:02}", m.year, m.month, m.day)),
            Some('T') => out.push_str(&format!("{:02}:{:02}:{:02}", m.hour, m.minute, m.second)),
            Some('s') => out.push_str(&epoch.to_string()),
            Some('z') => {
                let (sign, o) = if m.offset < 0 { ('-', -m.offset) } else { ('+', m.offset) };
                out.push_str(&format!("{sign}{:02}{:02}", o / 3600, o / 60 % 60));
            }
            Some('%') => out.push('%'),
            Some(other) => {
                out.push('%');
                out.push(other);
            }
            None => out.push('%'),
        }
    }
    out
}

/// A pool's access log.
pub struct AccessLog {
    path: String,
    file: Mutex<Option<File>>,
    format: Format,
    suppressed: Vec<String>,
}

impl AccessLog {
    /// Opens a log.
    pub fn open(path: &str, format: &str, suppressed: &[String]) -> Result<AccessLog, String> {
        let log = AccessLog {
            path: path.into(),
            file: Mutex::new(None),
            format: Format::parse(format)?,
            suppressed: suppressed.to_vec(),
        };
        log.reopen()
            .map_err(|e| format!("failed to open access log ({path}): {}", crate::conf_reason(&e)))?;
        Ok(log)
    }

    /// Opens the file again, after it was moved away.
    pub fn reopen(&self) -> std::io::Result<()> {
        let f = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path)?;
        *self.file.lock().unwrap_or_else(|e| e.into_inner()) = Some(f);
        Ok(())
    }

    /// Logs a request.
    pub fn write(&self, e: &Entry) {
        let quiet = e.query.is_empty()
            && (200..300).contains(&e.status)
            && matches!(&e.method[..], b"GET" | b"HEAD")
            && self.suppressed.iter().any(|s| s.as_bytes() == e.uri);
        if quiet {
            return;
        }
        let mut line = self.format.line(e);
        line.push(b'\n');
        if let Some(f) = self.file.lock().unwrap_or_else(|e| e.into_inner()).as_mut() {
            // A full disk must not stop the service.
            drop(f.write_all(&line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let e = Entry {
            method: b"GET".to_vec(),
            uri: b"/a.php".to_vec(),
            query: b"x=1".to_vec(),
            status: 200,
            duration: 0.25,
            headers: vec![b"Content-type: text/html".to_vec()],
            ..Entry::default()
        };
        let line = |f: &str| Format::parse(f).map(|f| String::from_utf8_lossy(&f.line(&e)).into_owned());
        assert_eq!(line("%R \"%m %r%Q%q\" %s %%").as_deref(), Ok("- \"GET /a.php?x=1\" 200 %"));
        assert_eq!(line("%{milli}d %{Content-type}o %{NO}e").as_deref(), Ok("250.000 text/html -"));
        assert_eq!(line("%k"), Err("Invalid token in the access.format (%k)".into()));
        assert_eq!(line("%{x}m"), Err("embrace is not allowed for modifier %m".into()));
    }
}
