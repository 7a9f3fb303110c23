//! The system's log, as `error_log = syslog` wants it.

use crate::ini::Registry;
use std::ffi::CString;
use std::sync::Mutex;

/// The identification handed to `openlog`, which keeps the pointer.
static IDENT: Mutex<Option<CString>> = Mutex::new(None);

fn facility(name: &[u8]) -> i32 {
    let name = name.strip_prefix(b"LOG_").unwrap_or(name).to_ascii_lowercase();
    match &name[..] {
        b"auth" => libc::LOG_AUTH,
        b"authpriv" => libc::LOG_AUTHPRIV,
        b"cron" => libc::LOG_CRON,
        b"daemon" => libc::LOG_DAEMON,
        b"ftp" => libc::LOG_FTP,
        b"kern" => libc::LOG_KERN,
        b"lpr" => libc::LOG_LPR,
        b"mail" => libc::LOG_MAIL,
        b"news" => libc::LOG_NEWS,
        b"syslog" => libc::LOG_SYSLOG,
        b"uucp" => libc::LOG_UUCP,
        b"local0" => libc::LOG_LOCAL0,
        b"local1" => libc::LOG_LOCAL1,
        b"local2" => libc::LOG_LOCAL2,
        b"local3" => libc::LOG_LOCAL3,
        b"local4" => libc::LOG_LOCAL4,
        b"local5" => libc::LOG_LOCAL5,
        b"local6" => libc::LOG_LOCAL6,
        b"local7" => libc::LOG_LOCAL7,
        _ => libc::LOG_USER,
    }
}

/// A message's lines, filtered by `syslog.filter`.
pub fn lines(filter: &[u8], message: &[u8]) -> Vec<Vec<u8>> {
    if filter == b"raw" {
        return vec![message.to_vec()];
    }
    message
        .split(|&c| c == b'\n')
        .filter(|l| !l.is_empty())
        .map(|l| {
            let mut out = Vec::with_capacity(l.len());
            for &c in l {
                let plain = (32..=126).contains(&c)
                    || (c >= 128 && filter != b"ascii")
                    || (c < 32 && filter == b"all");
                if plain { out.push(c) } else { out.extend(format!("\\x{c:02x}").into_bytes()) }
            }
            out
        })
        .collect()
}

/// Sends a message of an error level.
pub fn send(ini: &Registry, message: &[u8], level: u32) {
    let priority = match level {
        1 | 4 | 16 | 64 | 256 | 4096 => libc::LOG_ERR,
        2 | 32 | 128 | 512 => libc::LOG_WARNING,
        8192 | 16384 => libc::LOG_INFO,
        _ => libc::LOG_NOTICE,
    };
    let ident = ini.get("syslog.ident").unwrap_or(b"php");
    let mut kept = IDENT.lock().unwrap_or_else(|e| e.into_inner());
    if kept.as_deref().is_none_or(|k| k.to_bytes() != ident)
        && let Ok(c) = CString::new(ident)
    {
        let c = kept.insert(c);
        let facility = facility(ini.get("syslog.facility").unwrap_or(b"LOG_USER"));
        // SAFETY: the text lives until the next call replaces it, under the same lock.
        unsafe { libc::openlog(c.as_ptr(), libc::LOG_NDELAY, facility) };
    }
    for l in lines(ini.get("syslog.filter").unwrap_or(b"no-ctrl"), message) {
        if let Ok(text) = CString::new(l) {
            // SAFETY: both are C strings, and the format takes one.
            unsafe { libc::syslog(priority, c"%s".as_ptr(), text.as_ptr()) };
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn filters() {
        assert_eq!(super::lines(b"no-ctrl", b"a\tb\nc\xc3"), [&b"a\\x09b"[..], b"c\xc3"]);
        assert_eq!(super::lines(b"ascii", b"\xc3"), [b"\\xc3"]);
    }
}
