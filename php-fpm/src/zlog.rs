//! php-fpm's own log: `[21-Nov-2026 08:00:00] NOTICE: …`, on standard error until the configuration names a file.

use howdah_host::clock;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Mutex;

/// Levels, least important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// DEBUG
    Debug,
    /// NOTICE
    Notice,
    /// WARNING
    Warning,
    /// ERROR
    Error,
    /// ALERT
    Alert,
}

impl Level {
    /// As the log has it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Notice => "NOTICE",
            Level::Warning => "WARNING",
            Level::Error => "ERROR",
            Level::Alert => "ALERT",
        }
    }

    /// From `log_level`.
    pub fn of(name: &[u8]) -> Option<Level> {
        let all = [Level::Debug, Level::Notice, Level::Warning, Level::Error, Level::Alert];
        all.into_iter().find(|l| l.name().as_bytes().eq_ignore_ascii_case(name))
    }
}

struct Log {
    file: Option<File>,
    syslog: bool,
    least: Level,
}

static LOG: Mutex<Log> = Mutex::new(Log { file: None, syslog: false, least: Level::Notice });

fn log() -> std::sync::MutexGuard<'static, Log> {
    LOG.lock().unwrap_or_else(|e| e.into_inner())
}

/// Messages below this level are left out.
pub fn set_level(least: Level) {
    log().least = least;
}

/// Opens (or opens again) the log file; `syslog` is the system's.
pub fn open(path: &str) -> std::io::Result<()> {
    if path == "syslog" {
        let mut l = log();
        l.file = None;
        l.syslog = true;
        return Ok(());
    }
    let file = std::fs::OpenOptions::new().append(true).create(true).mode(0o600).open(Path::new(path))?;
    let mut l = log();
    l.file = Some(file);
    l.syslog = false;
    Ok(())
}

/// Writes a message.
pub fn write(level: Level, text: &str) {
    let mut l = log();
    if level < l.least {
        return;
    }
    if l.syslog {
        let priority = match level {
            Level::Debug => libc::LOG_DEBUG,
            Level::Notice => libc::LOG_NOTICE,
            Level::Warning => libc::LOG_WARNING,
            Level::Error => libc::LOG_ERR,
            Level::Alert => libc::LOG_ALERT,
        };
        if let Ok(c) = std::ffi::CString::new(format!("[{}] {text}", level.name())) {
            // SAFETY: both are C strings, and the format takes one.
            unsafe { libc::syslog(priority | libc::LOG_DAEMON, c"%s".as_ptr(), c.as_ptr()) };
        }
        return;
    }
    let line = format!("[{}] {}: {text}\n", clock::local(clock::now() as i64).log(), level.name());
    // There is nowhere to tell of a log that cannot be written.
    drop(match &mut l.file {
        Some(f) => f.write_all(line.as_bytes()),
        None => std::io::stderr().write_all(line.as_bytes()),
    });
}

/// NOTICE
pub fn notice(text: &str) {
    write(Level::Notice, text);
}
/// WARNING
pub fn warning(text: &str) {
    write(Level::Warning, text);
}
/// ERROR
pub fn error(text: &str) {
    write(Level::Error, text);
}
/// ALERT
pub fn alert(text: &str) {
    write(Level::Alert, text);
}
