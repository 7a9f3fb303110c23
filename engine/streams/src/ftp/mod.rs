//! `ftp://`: files and folders of FTP servers (RFC 959; PHP's `ext/standard/ftp_fopen_wrapper.c`), always in passive mode.
//!
//! Every operation makes a control connection of its own. That of a file's stream lives as long as the stream.

mod control;
mod directory;

use crate::context::{Context, Notice, notify};
use crate::env::Environment;
use crate::stat::{Stat, mode};
use crate::stream::Stream;
use crate::wrapper::{OpenFailure, OpenRequest, Opened, Streams, Wrapper};
use control::{Control, Reply, lossy};
use directory::Directory;
use std::any::Any;
use std::rc::{Rc, Weak};

/// The wrapper. It connects through the registry that it belongs to.
pub struct FtpWrapper(Weak<Streams>);

/// What a file is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    Read,
    Write,
    Append,
}

fn access(mode: &[u8]) -> Result<Access, OpenFailure> {
    let has = |set: &[u8]| mode.iter().any(|c| set.contains(c));
    match (has(b"r+"), has(b"wa+")) {
        (true, true) => Err(OpenFailure::because("FTP does not support simultaneous read/write connections")),
        (true, false) => Ok(Access::Read),
        (false, true) if has(b"a") => Ok(Access::Append),
        (false, true) => Ok(Access::Write),
        (false, false) => Err(OpenFailure::because("Unknown file open mode")),
    }
}

/// Why opening stopped: what to report, and the server's last reply, which is reported as well.
#[derive(Default)]
struct Stopped {
    reasons: Vec<String>,
    reply: Option<Reply>,
}

impl From<Reply> for Stopped {
    fn from(r: Reply) -> Stopped {
        Stopped { reasons: Vec::new(), reply: Some(r) }
    }
}

/// Ends what could not be opened.
fn fail(control: &Control, context: Option<&Rc<Context>>, s: Stopped) -> OpenFailure {
    let reply = s.reply.unwrap_or_default();
    if let Some(c) = context {
        c.notify(&Notice {
            code: notify::FAILURE,
            severity: notify::SEVERITY_ERR,
            message: Some(reply.text.clone()),
            message_code: reply.code,
            ..Notice::default()
        });
    }
    control.close();
    let mut reasons = s.reasons;
    if !reply.text.is_empty() {
        reasons.push(format!("FTP server reports {}", lossy(&reply.text)));
    }
    OpenFailure { reasons }
}

/// Gets a file's data connection ready.
fn open_file(control: &Control, request: &OpenRequest<'_>, access: Access) -> Result<Rc<Stream>, Stopped> {
    let context = request.context.as_ref();
    let option = |name: &str| context.and_then(|c| c.get("ftp", name));
    control.command(b"TYPE I", b"").done()?;
    let path = control.path();
    let size = control.command(b"SIZE", path);
    let mut total = 0;
    match access {
        Access::Read => {
            let size = size.done()?;
            if let Some(text) = size.text.splitn(2, |c| *c == b' ').nth(1) {
                total = crate::value::Value::Text(text.to_vec()).to_int().max(0) as u64;
                if let Some(c) = context {
                    let message = Some(size.text.clone());
                    let (code, message_code) = (notify::FILE_SIZE_IS, size.code);
                    c.notify(&Notice { code, message, message_code, total, ..Notice::default() });
                }
            }
        }
        Access::Write if size.is_done() => {
            if !option("overwrite").is_some_and(|v| v.is_true()) {
                let why = "Remote file already exists and overwrite context option not specified";
                return Err(Stopped { reasons: vec![why.into()], reply: Some(size) });
            }
            control.command(b"DELE", path).done()?;
        }
        _ => {}
    }
    let (host, port) = control.passive()?;
    let command: &[u8] = match access {
        Access::Read => {
            let at = option("resume_pos").filter(|v| matches!(v, crate::value::Value::Int(1..)));
            if let Some(at) = at.map(|v| v.to_int()) {
                let r = control.command(b"REST", at.to_string().as_bytes());
                if !(300..400).contains(&r.code) {
                    let why = format!("Unable to resume from offset {at}");
                    return Err(Stopped { reasons: vec![why], reply: Some(r) });
                }
            }
            b"RETR"
        }
        Access::Write => b"STOR",
        Access::Append => b"APPE",
    };
    control.send(command, path);
    let data = control.connect_data(&host, port, request.context.clone()).map_err(|e| Stopped {
        reasons: vec![format!("Failed to set up data channel: {}", e.message)],
        reply: None,
    })?;
    let r = control.reply();
    if !matches!(r.code, 125 | 150) {
        data.close();
        return Err(r.into());
    }
    data.set_context(request.context.clone());
    if let Some(c) = context {
        c.begin_progress(total);
    }
    control.protect(&data)?;
    Ok(data)
}

fn open_folder(control: &Control, request: &OpenRequest<'_>) -> Result<Rc<Stream>, Stopped> {
    control.command(b"TYPE A", b"").done()?;
    let (host, port) = control.passive().map_err(|_| Stopped::default())?;
    let data = control.connect_data(&host, port, None).map_err(|_| Stopped::default())?;
    let r = control.command(b"NLST", control.path());
    if !matches!(r.code, 125 | 150) {
        data.close();
        return Err(r.into());
    }
    data.set_context(request.context.clone());
    control.protect(&data)?;
    Ok(data)
}

impl FtpWrapper {
    /// A wrapper that connects through `streams`.
    pub fn new(streams: Weak<Streams>) -> FtpWrapper {
        FtpWrapper(streams)
    }

    /// Logs in to the server of a URL. `Err` holds the reasons that were not told yet.
    fn log_in(&self, url: &[u8], context: Option<&Rc<Context>>) -> Result<Control, Vec<String>> {
        let streams = self.0.upgrade().ok_or_else(Vec::new)?;
        Control::log_in(&streams, url, context)
    }

    /// Runs an operation on the path of a URL; `None` after a warning when the server is not to be had.
    fn on_server(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        context: Option<&Rc<Context>>,
        f: impl FnOnce(&Control) -> bool,
    ) -> Option<bool> {
        let Ok(control) = self.log_in(url, context) else {
            env.warn(&format!("Unable to connect to {}", lossy(url)));
            return Some(false);
        };
        let ok = f(&control);
        control.close();
        Some(ok)
    }
}

/// A reply that has to say that all is done; a warning otherwise.
fn expect_done(env: &Rc<dyn Environment>, what: &str, r: &Reply) -> bool {
    if !r.is_done() {
        env.warn(&format!("{what}{}", lossy(&r.text)));
    }
    r.is_done()
}

/// Makes a folder and those above it that are missing. Gives the last reply.
fn make_path(env: &Rc<dyn Environment>, control: &Control, path: &[u8]) -> Reply {
    let or_root = |p: &'_ [u8]| if p.is_empty() { b"/".to_vec() } else { p.to_vec() };
    // The end of the longest part that is there.
    let mut there = 0;
    let mut first = path.len();
    while let Some(slash) = memchr::memrchr(b'/', &path[..first]) {
        if control.command(b"CWD", &or_root(&path[..slash])).is_done() {
            there = slash + 1;
            break;
        }
        first = slash;
    }
    let mut reply = control.command(b"MKD", &or_root(&path[..first]));
    if !reply.is_done() {
        return reply;
    }
    for end in first.max(there)..path.len() {
        let below = path[end] == b'/' && end + 1 < path.len();
        if below {
            let next = memchr::memchr(b'/', &path[end + 1..]).map_or(path.len(), |n| end + 1 + n);
            reply = control.command(b"MKD", &path[..next]);
            if !expect_done(env, "", &reply) {
                break;
            }
        }
    }
    reply
}

/// Seconds of a `YYYYMMDDhhmmss` in UTC.
fn seconds(text: &[u8]) -> Option<i64> {
    let digits: Vec<i64> = text
        .iter()
        .skip_while(|c| !c.is_ascii_digit())
        .map_while(|c| (*c as char).to_digit(10))
        .map(i64::from)
        .collect();
    let number = |from: usize, n: usize| Some(digits.get(from..from + n)?.iter().fold(0, |a, d| a * 10 + d));
    let (year, month, day) = (number(0, 4)?, number(4, 2)?, number(6, 2)?);
    let (h, m, s) = (number(8, 2)?, number(10, 2)?, number(12, 2)?);
    // Days from the civil date (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    let y = year - (month <= 2) as i64;
    let era = y.div_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let of_era = (y - era * 400) * 365 + (y - era * 400) / 4 - (y - era * 400) / 100 + of_year;
    Some((era * 146_097 + of_era - 719_468) * 86_400 + h * 3600 + m * 60 + s)
}

impl Wrapper for FtpWrapper {
    fn label(&self) -> &str {
        "ftp"
    }
    fn is_url(&self) -> bool {
        true
    }

    fn open(&self, request: &OpenRequest<'_>) -> Result<Opened, OpenFailure> {
        let access = access(request.mode)?;
        let context = request.context.as_ref();
        if context.is_some_and(|c| c.get("ftp", "proxy").is_some()) {
            if access == Access::Read {
                return crate::http::open(request, "ftp");
            }
            return Err(OpenFailure::because("FTP proxy may only be used in read mode"));
        }
        let control = self.log_in(request.path, context).map_err(|reasons| OpenFailure { reasons })?;
        match open_file(&control, request, access) {
            Ok(data) => {
                data.set_companion(Some(control.stream().clone()));
                Ok(data.into())
            }
            Err(s) => Err(fail(&control, context, s)),
        }
    }

    fn open_dir(&self, request: &OpenRequest<'_>) -> Result<Rc<Stream>, OpenFailure> {
        let context = request.context.as_ref();
        let control = self.log_in(request.path, context).map_err(|reasons| OpenFailure { reasons })?;
        match open_folder(&control, request) {
            Ok(data) => {
                let ops = Directory::new(control.stream().clone(), data);
                Ok(Stream::new(request.streams.env().clone(), Rc::new(ops), request.mode))
            }
            Err(s) => Err(fail(&control, context, s)),
        }
    }

    fn stream_stat(&self, _: &Stream) -> Option<Option<Stat>> {
        Some(None)
    }

    fn stream_closed(&self, stream: &Stream) {
        let Some(control) = stream.companion() else { return };
        stream.set_companion(None);
        let r = control::reply(&control);
        if !matches!(r.code, 226 | 250) {
            stream.env().warn(&format!("FTP server error {}:{}", r.code, lossy(&r.text)));
        }
        // It closes in any case.
        let _ = control.write(b"QUIT\r\n");
        control.close();
    }

    fn has_url_stat(&self) -> bool {
        true
    }

    fn url_stat(
        &self,
        _: &Rc<dyn Environment>,
        url: &[u8],
        _: u32,
        context: Option<&Rc<Context>>,
    ) -> Option<Stat> {
        let control = self.log_in(url, context).ok()?;
        let stat = stat(&control);
        control.close();
        stat
    }

    fn unlink(&self, env: &Rc<dyn Environment>, url: &[u8], context: Option<&Rc<Context>>) -> Option<bool> {
        self.on_server(env, url, context, |c| {
            expect_done(env, "Error Deleting file: ", &c.command(b"DELE", c.path()))
        })
    }

    fn has_rename(&self) -> bool {
        true
    }

    fn rename(
        &self,
        _: &Rc<dyn Environment>,
        from: &[u8],
        to: &[u8],
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        let (f, t) = (howdah_url::parse(from)?, howdah_url::parse(to)?);
        let port = |u: &howdah_url::Url| u.port.filter(|p| *p != 0).unwrap_or(21);
        let same = f.scheme == t.scheme && f.host == t.host && port(&f) == port(&t);
        let target = t.path.filter(|_| same && f.path.is_some())?;
        let control = self.log_in(from, context).ok()?;
        let begun = control.command(b"RNFR", control.path());
        let ok = (300..400).contains(&begun.code) && control.command(b"RNTO", &target).is_done();
        control.close();
        Some(ok)
    }

    fn mkdir(
        &self,
        env: &Rc<dyn Environment>,
        url: &[u8],
        _: u32,
        recursive: bool,
        context: Option<&Rc<Context>>,
    ) -> Option<bool> {
        self.on_server(env, url, context, |c| {
            let reply = if recursive { make_path(env, c, c.path()) } else { c.command(b"MKD", c.path()) };
            reply.is_done()
        })
    }

    fn rmdir(&self, env: &Rc<dyn Environment>, url: &[u8], context: Option<&Rc<Context>>) -> Option<bool> {
        self.on_server(env, url, context, |c| expect_done(env, "", &c.command(b"RMD", c.path())))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// What a server tells of a path.
fn stat(control: &Control) -> Option<Stat> {
    let path = control.path();
    // What can be gone into is a folder; of permissions nothing can be known.
    let folder = control.command(b"CWD", path).is_done();
    if !control.command(b"TYPE I", b"").is_done() {
        return None;
    }
    let size = control.command(b"SIZE", path);
    let size = match size.is_done() {
        true => crate::value::Value::Text(size.text.get(4..).unwrap_or_default().to_vec()).to_int(),
        false if folder => 0,
        false => return None,
    };
    let changed = control.command(b"MDTM", path);
    let mtime = if changed.code == 213 { seconds(changed.text.get(4..).unwrap_or_default()) } else { None };
    Some(Stat {
        mode: 0o644 | if folder { mode::DIRECTORY | 0o111 } else { mode::REGULAR },
        nlink: 1,
        rdev: -1,
        size,
        atime: -1,
        mtime: mtime.unwrap_or(-1),
        ctime: -1,
        blksize: 4096,
        blocks: (4095 + size) / 4096,
        ..Stat::default()
    })
}

#[cfg(test)]
mod tests;
