//! Requests over FastCGI, for the tests that are pages: php-src runs them with `php-cgi`, we with `php-fpm`.
//!
//! Each test has a `php-fpm` of its own, because its settings are the process's: one child behind a socket in a temporary
//! folder, ended when the answer is complete. The records are those of the FastCGI specification, section 8.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const BEGIN_REQUEST: u8 = 1;
const END_REQUEST: u8 = 3;
const PARAMS: u8 = 4;
const STDIN: u8 = 5;
const STDOUT: u8 = 6;
const STDERR: u8 = 7;

/// What is asked of a page.
pub struct Request {
    /// FastCGI's parameters.
    pub params: Vec<(String, String)>,
    /// What the page reads as its body.
    pub body: Vec<u8>,
}

/// What a page answered.
#[derive(Debug, Default, PartialEq)]
pub struct Answer {
    /// Header lines, names and values trimmed.
    pub headers: Vec<(String, String)>,
    /// What follows the headers.
    pub body: Vec<u8>,
}

/// The text of a section as it is sent.
fn trimmed(section: Option<Vec<u8>>) -> Option<String> {
    section.map(|b| String::from_utf8_lossy(b.trim_ascii()).into_owned()).filter(|s| !s.is_empty())
}

/// The request that a test's sections describe, as run-tests.php puts it together; `None`: they describe none.
pub fn request(get: &dyn Fn(&str) -> Option<Vec<u8>>, env: &[(String, String)]) -> Option<Request> {
    let query = trimmed(get("GET"));
    let cookie = trimmed(get("COOKIE"));
    let form = get("POST").map(|b| b.trim_ascii().to_vec()).filter(|b| !b.is_empty());
    let raw = |n: &str| get(n).map(|b| b.trim_ascii().to_vec()).filter(|b| !b.is_empty());
    let (posted, put) = (raw("POST_RAW"), raw("PUT"));
    let some = query.is_some() || cookie.is_some() || form.is_some() || posted.is_some() || put.is_some();
    if !some && get("CGI").is_none() && trimmed(get("EXPECTHEADERS")).is_none() {
        return None;
    }
    let mut params: Vec<(String, String)> = env.to_vec();
    let mut set = |name: &str, value: String| {
        params.retain(|(n, _)| n != name);
        params.push((name.to_owned(), value));
    };
    set("QUERY_STRING", query.unwrap_or_default());
    if let Some(c) = cookie {
        set("HTTP_COOKIE", c);
    }
    let given = env.iter().find(|(n, v)| n == "CONTENT_TYPE" && !v.is_empty()).map(|(_, v)| v.clone());
    let (method, content_type, body) = match (posted, put, form) {
        (Some(r), _, _) => split("POST", &r, given),
        (None, Some(r), _) => split("PUT", &r, given),
        (None, None, Some(f)) => {
            ("POST", given.unwrap_or_else(|| "application/x-www-form-urlencoded".to_owned()), f)
        }
        (None, None, None) => ("GET", given.unwrap_or_default(), Vec::new()),
    };
    if !env.iter().any(|(n, _)| n == "REQUEST_METHOD") || method != "GET" {
        set("REQUEST_METHOD", method.to_owned());
    }
    set("CONTENT_TYPE", content_type);
    set("CONTENT_LENGTH", if body.is_empty() { String::new() } else { body.len().to_string() });
    Some(Request { params, body })
}

/// A raw body and its type, which is the first of its lines that names one.
fn split(method: &'static str, raw: &[u8], given: Option<String>) -> (&'static str, String, Vec<u8>) {
    let (mut content_type, mut lines) = (given, Vec::new());
    for line in raw.split(|&c| c == b'\n') {
        match line.get(..13) {
            Some(n) if content_type.is_none() && n.eq_ignore_ascii_case(b"Content-Type:") => {
                content_type = Some(String::from_utf8_lossy(&line[13..]).replace('\r', "").trim().to_owned());
            }
            _ => lines.push(line),
        }
    }
    (method, content_type.unwrap_or_default(), lines.join(&b'\n'))
}

fn record(out: &mut Vec<u8>, kind: u8, contents: &[u8]) {
    out.extend([1, kind, 0, 1]);
    out.extend((contents.len() as u16).to_be_bytes());
    out.extend([0, 0]);
    out.extend_from_slice(contents);
}

/// A stream of records: contents in parts, then an empty one.
fn stream(out: &mut Vec<u8>, kind: u8, contents: &[u8]) {
    contents.chunks(0xfff8).for_each(|c| record(out, kind, c));
    record(out, kind, &[]);
}

fn encode(r: &Request) -> Vec<u8> {
    let mut params = Vec::new();
    for (n, v) in &r.params {
        params.extend((n.len() as u32 | 1 << 31).to_be_bytes());
        params.extend((v.len() as u32 | 1 << 31).to_be_bytes());
        params.extend_from_slice(n.as_bytes());
        params.extend_from_slice(v.as_bytes());
    }
    let mut out = Vec::new();
    record(&mut out, BEGIN_REQUEST, &[0, 1, 0, 0, 0, 0, 0, 0]);
    stream(&mut out, PARAMS, &params);
    stream(&mut out, STDIN, &r.body);
    out
}

/// Reads an answer to its end: what was written to standard output and to standard error.
fn receive(s: &mut UnixStream) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    loop {
        let mut head = [0; 8];
        s.read_exact(&mut head)?;
        let length = u16::from_be_bytes([head[4], head[5]]) as usize;
        let mut contents = vec![0; length + head[6] as usize];
        s.read_exact(&mut contents)?;
        contents.truncate(length);
        match head[1] {
            STDOUT => out.extend(contents),
            STDERR => err.extend(contents),
            END_REQUEST => return Ok((out, err)),
            _ => {}
        }
    }
}

/// Headers and body of what a page wrote.
pub fn parse(text: &[u8]) -> Answer {
    let ends: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let end = ends
        .iter()
        .filter_map(|e| text.windows(e.len()).position(|w| w == *e).map(|i| (i, i + e.len())))
        .min();
    let Some((head, body)) = end else { return Answer { headers: Vec::new(), body: text.to_vec() } };
    let headers = String::from_utf8_lossy(&text[..head])
        .lines()
        .filter_map(|l| l.split_once(':').map(|(n, v)| (n.trim().to_owned(), v.trim().to_owned())))
        .collect();
    Answer { headers, body: text[body..].to_vec() }
}

/// A running `php-fpm`; its end is the value's.
struct Server {
    child: Child,
    dir: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        // The master takes its child with it; it may have ended already.
        drop(Command::new("kill").arg(self.child.id().to_string()).stderr(Stdio::null()).status());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(3) && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(1));
        }
        drop(self.child.kill());
        drop(self.child.wait());
        drop(std::fs::remove_dir_all(&self.dir));
    }
}

impl Server {
    fn start(fpm: &Path, ini: &[String], env: &[(&str, String)]) -> io::Result<Server> {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let n = NUMBER.fetch_add(1, Ordering::Relaxed);
        let dir = std::env::temp_dir().join(format!("phpt-runner-{}-{n}", std::process::id()));
        std::fs::create_dir_all(&dir)?;
        let conf = format!(
            "[global]\nerror_log = {0}/log\ndaemonize = no\n[www]\nlisten = {0}/s\npm = static\npm.max_children = 1\nclear_env = no\n",
            dir.display()
        );
        std::fs::write(dir.join("conf"), conf)?;
        let mut c = Command::new(fpm);
        c.args(["-F", "-R", "-y"]).arg(dir.join("conf"));
        ini.iter().for_each(|s| {
            c.arg("-d").arg(s);
        });
        for (n, v) in env {
            c.env(n, v);
        }
        c.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = c.spawn()?;
        Ok(Server { child, dir })
    }

    /// Connects as soon as the server listens.
    fn connect(&mut self, limit: Duration) -> io::Result<UnixStream> {
        let start = Instant::now();
        loop {
            match UnixStream::connect(self.dir.join("s")) {
                Ok(s) => return Ok(s),
                Err(e) if start.elapsed() > limit || !matches!(self.child.try_wait(), Ok(None)) => {
                    return Err(e);
                }
                Err(_) => std::thread::sleep(Duration::from_millis(2)),
            }
        }
    }
}

/// Runs a page in a `php-fpm` with the settings `ini`, and gives all that it wrote, standard error first. Fails when the
/// server does not start, ends early or takes longer than `limit`.
pub fn run(
    fpm: &Path,
    ini: &[String],
    env: &[(&str, String)],
    r: &Request,
    limit: Duration,
) -> Result<Vec<u8>, String> {
    let mut server = Server::start(fpm, ini, env).map_err(|e| format!("{}: {e}", fpm.display()))?;
    let mut s = server.connect(limit).map_err(|e| format!("php-fpm does not listen: {e}"))?;
    let all = s
        .set_read_timeout(Some(limit))
        .and_then(|()| s.write_all(&encode(r)))
        .and_then(|()| receive(&mut s))
        .map_err(|e| format!("no whole answer of php-fpm: {e}"))?;
    let (out, err) = all;
    Ok([err, out].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_bodies_name_their_type() {
        let got = split("POST", b"Content-Type: text/x; b=c\r\nContent-Type: y\nz", None);
        assert_eq!(got, ("POST", "text/x; b=c".to_owned(), b"Content-Type: y\nz".to_vec()));
    }

    #[test]
    fn answers() {
        let a = parse(b"A: b\r\nC:d\r\n\r\nbody\n\nmore");
        assert_eq!(a.headers, [("A".to_owned(), "b".to_owned()), ("C".to_owned(), "d".to_owned())]);
        assert_eq!(a.body, b"body\n\nmore");
    }
}
