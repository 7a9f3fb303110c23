//! Errors on their way to the client and to the log (`php_error_cb` in `main/main.c`).

use crate::host::SapiHost;
use crate::ini::entries::display_errors_mode;
use crate::ini::quantity;
use howdah_vm::host::ErrorRecord;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

/// What an error's level is called.
pub fn level_name(level: u32) -> &'static str {
    match level {
        1 | 16 | 64 | 256 => "Fatal error",
        4096 => "Recoverable fatal error",
        2 | 32 | 128 | 512 => "Warning",
        4 => "Parse error",
        8 | 1024 => "Notice",
        8192 | 16384 => "Deprecated",
        _ => "Unknown error",
    }
}

const CORE_LEVELS: u32 = 16 | 32;

/// Text for HTML: `&`, `<`, `>` and double quotes as entities.
pub fn escape_html(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &c in text {
        match c {
            b'&' => out.extend_from_slice(b"&amp;"),
            b'<' => out.extend_from_slice(b"&lt;"),
            b'>' => out.extend_from_slice(b"&gt;"),
            b'"' => out.extend_from_slice(b"&quot;"),
            c => out.push(c),
        }
    }
    out
}

impl SapiHost {
    /// Whether an error repeats the last one and the settings want it passed over.
    fn repeats(&self, e: &ErrorRecord<'_>) -> bool {
        if !self.ini.is_on("ignore_repeated_errors") {
            return false;
        }
        let key = (e.message.to_vec(), e.file.to_vec(), e.line);
        let any_source = self.ini.is_on("ignore_repeated_source");
        let last = self.last_reported.replace(Some(key));
        last.is_some_and(|(m, f, l)| m == e.message && (any_source || (f == e.file && l == e.line)))
    }

    /// A fatal error that nobody sees becomes the response's status, where that is still open.
    fn fail_response(&self) {
        let hidden = display_errors_mode(self.ini.get("display_errors")) == 0;
        let has_headers = self.state.sapi.try_borrow().is_ok_and(|s| s.has_headers());
        if hidden && has_headers && !self.output.headers_sent() && self.state.headers.borrow().code == 200 {
            let line = b"HTTP/1.0 500 Internal Server Error";
            // A status line is always one.
            drop(self.state.header(&self.output, line, crate::headers::HeaderOp::Replace, 500));
        }
    }

    /// Displays and logs an error.
    pub(crate) fn report_error(&self, e: &ErrorRecord<'_>) {
        if e.level & howdah_vm::errors::level::FATAL != 0 {
            self.fail_response();
        }
        if self.repeats(e) || (e.silenced && e.level & CORE_LEVELS == 0) {
            return;
        }
        let word = level_name(e.level);
        let place = |name: &[u8]| [e.message, b" in ", name].concat();
        // What an extension's startup has to tell and nobody is shown must be somewhere.
        let starting = self.state.starting.get();
        let hidden = starting && !self.ini.is_on("display_startup_errors");
        if self.ini.is_on("log_errors") || (hidden && e.level & (2 | CORE_LEVELS) != 0) {
            let line = format!(" on line {}", e.line);
            let text = [b"PHP ", word.as_bytes(), b":  ", &place(e.file)[..], line.as_bytes()].concat();
            self.log(&text, e.level);
        }
        let mode = display_errors_mode(self.ini.get("display_errors"));
        if mode == 0 || hidden {
            return;
        }
        let setting = |name| self.ini.get(name).unwrap_or_default();
        let (before, after) = (setting("error_prepend_string"), setting("error_append_string"));
        let text = if self.ini.is_on("xmlrpc_errors") {
            self.xmlrpc_fault(e, word)
        } else if self.ini.is_on("html_errors") {
            let message = if matches!(e.level, 1 | 4) { escape_html(e.message) } else { e.message.to_vec() };
            let head = format!("<br />\n<b>{word}</b>:  ");
            let line = format!("</b> on line <b>{}</b><br />\n", e.line);
            [before, head.as_bytes(), &message, b" in <b>", e.file, line.as_bytes(), after].concat()
        } else {
            let line = format!(" on line {}\n", e.line);
            if mode == 2 && self.sapi_name == "cli" {
                let text = [word.as_bytes(), b": ", &place(e.file), line.as_bytes()].concat();
                self.output.flush_sink();
                // Nowhere else to tell.
                drop(std::io::stderr().write_all(&text));
                return;
            }
            [before, b"\n", word.as_bytes(), b": ", &place(e.file), line.as_bytes(), after].concat()
        };
        self.print(&text);
    }

    fn xmlrpc_fault(&self, e: &ErrorRecord<'_>, word: &str) -> Vec<u8> {
        let number = self.ini.int("xmlrpc_error_number");
        let mut t = format!(
            "<?xml version=\"1.0\"?><methodResponse><fault><value><struct><member><name>faultCode</name><value><int>\
             {number}</int></value></member><member><name>faultString</name><value><string>{word}:"
        )
        .into_bytes();
        t.extend_from_slice(e.message);
        t.extend_from_slice(b" in ");
        t.extend_from_slice(e.file);
        t.extend_from_slice(
            format!(
                " on line {}</string></value></member></struct></value></fault></methodResponse>",
                e.line
            )
            .as_bytes(),
        );
        t
    }

    /// Writes to the error log: the file of `error_log`, the system's log, or the SAPI's.
    pub fn log(&self, message: &[u8], level: u32) {
        use std::os::unix::ffi::OsStrExt;
        match self.ini.get("error_log").filter(|f| !f.is_empty()) {
            Some(b"syslog") => {
                crate::syslog::send(&self.ini, message, level);
                return;
            }
            Some(file) => {
                let mode = match self.ini.get("error_log_mode").map(quantity::signed) {
                    Some(q) if (1..=0o777).contains(&q.value) => q.value as u32,
                    _ => 0o644,
                };
                let opened = std::fs::OpenOptions::new()
                    .append(true)
                    .create(true)
                    .mode(mode)
                    .open(std::ffi::OsStr::from_bytes(file));
                if let Ok(mut f) = opened {
                    let line =
                        [b"[", crate::clock::log_time().as_bytes(), b" UTC] ", message, b"\n"].concat();
                    // A full disk must not end the request.
                    drop(f.write_all(&line));
                    return;
                }
            }
            None => {}
        }
        if self.sapi_name == "cli" {
            self.output.flush_sink();
        }
        match self.state.sapi.try_borrow_mut() {
            Ok(mut s) => s.log(message, level),
            Err(_) => eprintln!("{}", String::from_utf8_lossy(message)),
        }
    }
}
