//! The settings of Core and of the standard library (`main/main.c`, `Zend/zend.c`, `ext/standard`), with their defaults.

use super::quantity::{self, is_on, to_long};
use super::registry::access::{ALL, PERDIR, SYSTEM};
use super::registry::{Change, Display, EntryDef, Notice, OnModify, Stage};
use std::sync::Arc;

/// Folder of extensions where no setting says so: `HOWDAH_EXTENSION_DIR` at build time.
pub const EXTENSION_DIR: &str = match option_env!("HOWDAH_EXTENSION_DIR") {
    Some(p) => p,
    None => "/usr/local/lib/php/extensions",
};

/// `include_path` where no setting says so.
pub const INCLUDE_PATH: &str = ".:/usr/share/php";

type Check = fn(&mut Change<'_>) -> bool;

fn any(_: &mut Change<'_>) -> bool {
    true
}

fn long(c: &mut Change<'_>) -> bool {
    c.quantity();
    true
}

fn not_negative(c: &mut Change<'_>) -> bool {
    c.quantity() >= 0
}

fn not_empty(c: &mut Change<'_>) -> bool {
    c.new.is_none_or(|v| !v.is_empty())
}

fn precision(c: &mut Change<'_>) -> bool {
    to_long(c.text()) >= -1
}

fn one_line(c: &mut Change<'_>) -> bool {
    !c.text().iter().any(|b| matches!(b, 0 | b'\r' | b'\n'))
}

/// A heap begins with this many bytes.
const LEAST_MEMORY: usize = 2 << 20;

fn memory_limit(c: &mut Change<'_>) -> bool {
    use howdah_runtime::memory;
    let value = c.uquantity();
    let limit = usize::try_from(value).unwrap_or(usize::MAX);
    let used = memory::usage(true).max(LEAST_MEMORY);
    if limit < used {
        if c.stage == Stage::Deactivate {
            return true;
        }
        c.warn(format!("Failed to set memory limit to {limit} bytes (Current memory usage is {used} bytes)"));
        return false;
    }
    true
}

fn assertions(c: &mut Change<'_>) -> bool {
    let new = c.quantity();
    let old = c.old.map_or(0, |v| quantity::signed(v).value);
    if c.stage != Stage::Startup && old != new && (old < 0 || new < 0) {
        c.warn("zend.assertions may be completely enabled or disabled only in php.ini".into());
        return false;
    }
    true
}

fn script_encoding(c: &mut Change<'_>) -> bool {
    c.new.is_none()
}

fn string_param(c: &mut Change<'_>) -> bool {
    (0..=1_000_000).contains(&to_long(c.text()))
}

fn fiber_stack(c: &mut Change<'_>) -> bool {
    if c.new.is_some() && c.quantity() < 0 {
        c.warn("fiber.stack_size must be a positive number".into());
        return false;
    }
    true
}

fn stack_size(c: &mut Change<'_>) -> bool {
    let v = c.quantity();
    if v < -1 {
        c.warn(format!("Invalid \"{}\" setting. Value must be >= -1, but got {v}", c.name));
        return false;
    }
    true
}

fn reserved_stack(c: &mut Change<'_>) -> bool {
    const MIN: u64 = 48 << 10;
    let v = c.uquantity();
    if v != 0 && v < MIN {
        c.warn(format!("Invalid \"{}\" setting. Value must be >= {MIN}, but got {v}", c.name));
        return false;
    }
    true
}

/// Paths that scripts may set only within open_basedir.
fn log_file(c: &mut Change<'_>) -> bool {
    let path = c.text();
    let checked = matches!(c.stage, Stage::Runtime | Stage::PerDir) && !path.is_empty() && path != b"syslog";
    match c.open_basedir {
        Some(dirs) if checked && !dirs.is_empty() => crate::basedir::allows(dirs, path),
        _ => true,
    }
}

/// open_basedir may only get narrower while a script runs.
fn basedir(c: &mut Change<'_>) -> bool {
    if !matches!(c.stage, Stage::Runtime | Stage::PerDir) {
        return true;
    }
    let new = c.text();
    if new.is_empty() {
        return false;
    }
    let old = c.old.unwrap_or_default();
    let mut resolved = Vec::new();
    for dir in new.split(|&b| b == b':') {
        let Some(full) = crate::basedir::expand(dir) else { return false };
        if !old.is_empty() && !crate::basedir::allows(old, &full) {
            return false;
        }
        resolved.push(full);
    }
    c.replacement = Some(resolved.join(&b':'));
    true
}

fn mail_extra(c: &mut Change<'_>) -> bool {
    !c.text().contains(&0) && c.stage != Stage::PerDir
}

fn facility(c: &mut Change<'_>) -> bool {
    let t = c.text();
    let name = t.strip_prefix(b"LOG_").map(<[u8]>::to_ascii_lowercase);
    let name = name.as_deref().unwrap_or(t);
    let upper = t.starts_with(b"LOG_") && t[4..].iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
    let known: [&[u8]; 20] = [
        b"auth",
        b"authpriv",
        b"cron",
        b"daemon",
        b"ftp",
        b"kern",
        b"lpr",
        b"mail",
        b"news",
        b"syslog",
        b"user",
        b"uucp",
        b"local0",
        b"local1",
        b"local2",
        b"local3",
        b"local4",
        b"local5",
        b"local6",
        b"local7",
    ];
    known.contains(&name) && (upper || !t.starts_with(b"LOG_"))
}

fn log_filter(c: &mut Change<'_>) -> bool {
    [&b"all"[..], b"no-ctrl", b"ascii", b"raw"].contains(&c.text())
}

fn assert_option(c: &mut Change<'_>) -> bool {
    let on = is_on(c.text());
    let odd = match c.name {
        "assert.bail" => on,
        "assert.callback" => !c.text().is_empty(),
        _ => !on,
    };
    if odd && c.stage != Stage::Deactivate {
        let text = format!("{} INI setting is deprecated", c.name);
        c.notices.push(Notice { level: 8192, with_function: true, text });
    }
    true
}

fn line_endings(c: &mut Change<'_>) -> bool {
    if is_on(c.text()) {
        let text = "auto_detect_line_endings is deprecated".into();
        c.notices.push(Notice { level: 8192, with_function: false, text });
    }
    true
}

/// What a session's URLs are changed by: the usual alone is not deprecated.
fn trans_sid(c: &mut Change<'_>) -> bool {
    let usual: &[u8] = b"a=href,area=href,frame=src,form=";
    let odd = match c.name {
        "session.trans_sid_tags" => !c.text().starts_with(usual),
        _ => !c.text().is_empty(),
    };
    if odd && c.stage != Stage::Deactivate {
        let text = format!("Usage of {} INI setting is deprecated", c.name);
        c.notices.push(Notice { level: 8192, with_function: true, text });
    }
    true
}

/// Where display_errors sends messages: 0 nowhere, 1 standard output, 2 standard error.
pub fn display_errors_mode(v: Option<&[u8]>) -> u8 {
    let Some(v) = v else { return 1 };
    if [&b"on"[..], b"yes", b"true", b"stdout"].iter().any(|w| v.eq_ignore_ascii_case(w)) {
        return 1;
    }
    if v.eq_ignore_ascii_case(b"stderr") {
        return 2;
    }
    match to_long(v) as u8 {
        0 => 0,
        2 => 2,
        _ => 1,
    }
}

type Row = (&'static str, Option<&'static str>, u8, Check, Display);

const P: Display = Display::Plain;
const B: Display = Display::Bool;
const C: Display = Display::Color;
const DIR: u8 = SYSTEM | PERDIR;

#[rustfmt::skip]
const CORE: &[Row] = &[
    ("highlight.comment", Some("#FF8000"), ALL, any, C),
    ("highlight.default", Some("#0000BB"), ALL, any, C),
    ("highlight.html", Some("#000000"), ALL, any, C),
    ("highlight.keyword", Some("#007700"), ALL, any, C),
    ("highlight.string", Some("#DD0000"), ALL, any, C),
    ("display_errors", Some("1"), ALL, any, Display::DisplayErrors),
    ("display_startup_errors", Some("1"), ALL, any, B),
    ("enable_dl", Some("1"), SYSTEM, any, B),
    ("expose_php", Some("1"), SYSTEM, any, B),
    ("docref_root", Some(""), ALL, any, P),
    ("docref_ext", Some(""), ALL, any, P),
    ("html_errors", Some("1"), ALL, any, B),
    ("xmlrpc_errors", Some("0"), SYSTEM, any, B),
    ("xmlrpc_error_number", Some("0"), ALL, long, P),
    ("max_input_time", Some("-1"), DIR, long, P),
    ("ignore_user_abort", Some("0"), ALL, any, B),
    ("implicit_flush", Some("0"), ALL, any, B),
    ("log_errors", Some("0"), ALL, any, B),
    ("ignore_repeated_errors", Some("0"), ALL, any, B),
    ("ignore_repeated_source", Some("0"), ALL, any, B),
    ("report_memleaks", Some("1"), ALL, any, B),
    ("report_zend_debug", Some("0"), ALL, any, B),
    ("output_buffering", Some("0"), DIR, long, P),
    ("output_handler", None, DIR, any, P),
    ("register_argc_argv", Some("1"), DIR, any, B),
    ("auto_globals_jit", Some("1"), DIR, any, B),
    ("short_open_tag", Some("1"), DIR, any, B),
    ("unserialize_callback_func", None, ALL, any, P),
    ("serialize_precision", Some("-1"), ALL, precision, P),
    ("arg_separator.output", Some("&"), ALL, not_empty, P),
    ("arg_separator.input", Some("&"), DIR, not_empty, P),
    ("auto_append_file", None, DIR, any, P),
    ("auto_prepend_file", None, DIR, any, P),
    ("doc_root", None, SYSTEM, not_empty, P),
    ("default_charset", Some("UTF-8"), ALL, one_line, P),
    ("default_mimetype", Some("text/html"), ALL, one_line, P),
    ("internal_encoding", None, ALL, any, P),
    ("input_encoding", None, ALL, any, P),
    ("output_encoding", None, ALL, any, P),
    ("error_log", None, ALL, log_file, P),
    ("error_log_mode", Some("0644"), ALL, long, P),
    ("extension_dir", Some(EXTENSION_DIR), SYSTEM, not_empty, P),
    ("sys_temp_dir", None, SYSTEM, not_empty, P),
    ("include_path", Some(INCLUDE_PATH), ALL, not_empty, P),
    ("max_execution_time", Some("30"), ALL, any, P),
    ("open_basedir", None, ALL, basedir, P),
    ("file_uploads", Some("1"), SYSTEM, any, B),
    ("upload_max_filesize", Some("2M"), DIR, long, P),
    ("post_max_size", Some("8M"), DIR, long, P),
    ("upload_tmp_dir", None, SYSTEM, not_empty, P),
    ("max_input_nesting_level", Some("64"), DIR, not_negative, P),
    ("max_input_vars", Some("1000"), DIR, not_negative, P),
    ("user_dir", None, SYSTEM, any, P),
    ("variables_order", Some("EGPCS"), DIR, not_empty, P),
    ("request_order", None, DIR, any, P),
    ("error_append_string", None, ALL, any, P),
    ("error_prepend_string", None, ALL, any, P),
    ("SMTP", Some("localhost"), ALL, any, P),
    ("smtp_port", Some("25"), ALL, any, P),
    ("mail.add_x_header", Some("0"), DIR, any, B),
    ("mail.mixed_lf_and_crlf", Some("0"), DIR, any, B),
    ("mail.log", None, DIR, log_file, P),
    ("browscap", None, SYSTEM, any, P),
    ("memory_limit", Some("128M"), ALL, memory_limit, P),
    ("precision", Some("14"), ALL, precision, P),
    ("sendmail_from", None, ALL, any, P),
    ("sendmail_path", Some("/usr/sbin/sendmail -t -i"), SYSTEM, any, P),
    ("mail.force_extra_parameters", None, DIR, mail_extra, P),
    ("disable_functions", Some(""), SYSTEM, any, P),
    ("disable_classes", Some(""), SYSTEM, any, P),
    ("max_file_uploads", Some("20"), DIR, any, P),
    ("max_multipart_body_parts", Some("-1"), DIR, any, P),
    ("allow_url_fopen", Some("1"), SYSTEM, any, B),
    ("allow_url_include", Some("0"), SYSTEM, any, B),
    ("enable_post_data_reading", Some("1"), DIR, any, B),
    ("realpath_cache_size", Some("4096K"), SYSTEM, long, P),
    ("realpath_cache_ttl", Some("120"), SYSTEM, long, P),
    ("user_ini.filename", Some(".user.ini"), SYSTEM, any, P),
    ("user_ini.cache_ttl", Some("300"), SYSTEM, long, P),
    ("hard_timeout", Some("2"), SYSTEM, long, P),
    ("syslog.facility", Some("LOG_USER"), SYSTEM, facility, P),
    ("syslog.ident", Some("php"), SYSTEM, any, P),
    ("syslog.filter", Some("no-ctrl"), ALL, log_filter, P),
    ("error_reporting", None, ALL, any, P),
    ("zend.assertions", Some("1"), ALL, assertions, P),
    ("zend.enable_gc", Some("1"), ALL, any, B),
    ("zend.multibyte", Some("0"), PERDIR, any, B),
    ("zend.script_encoding", None, ALL, script_encoding, P),
    ("zend.detect_unicode", Some("1"), ALL, any, B),
    ("zend.signal_check", Some("0"), SYSTEM, any, B),
    ("zend.exception_ignore_args", Some("0"), ALL, any, B),
    ("zend.exception_string_param_max_len", Some("15"), ALL, string_param, P),
    ("fiber.stack_size", None, ALL, fiber_stack, P),
    ("zend.max_allowed_stack_size", Some("0"), SYSTEM, stack_size, P),
    ("zend.reserved_stack_size", Some("0"), SYSTEM, reserved_stack, P),
];

#[rustfmt::skip]
const STANDARD: &[Row] = &[
    ("unserialize_max_depth", Some("4096"), ALL, long, P),
    ("user_agent", None, ALL, any, P),
    ("from", None, ALL, any, P),
    ("default_socket_timeout", Some("60"), ALL, long, P),
    ("auto_detect_line_endings", Some("0"), ALL, line_endings, B),
    ("assert.active", Some("1"), ALL, assert_option, B),
    ("assert.bail", Some("0"), ALL, assert_option, B),
    ("assert.warning", Some("1"), ALL, assert_option, B),
    ("assert.callback", None, ALL, assert_option, P),
    ("assert.exception", Some("1"), ALL, assert_option, B),
    ("session.trans_sid_tags", Some("a=href,area=href,frame=src,form="), ALL, trans_sid, P),
    ("session.trans_sid_hosts", Some(""), ALL, trans_sid, P),
    ("url_rewriter.tags", Some("form="), ALL, any, P),
    ("url_rewriter.hosts", Some(""), ALL, any, P),
];

fn defs(rows: &[Row]) -> Vec<EntryDef> {
    rows.iter()
        .map(|&(name, default, access, check, display)| {
            let ask: OnModify = Arc::new(check);
            let plain = check as usize == any as Check as usize;
            EntryDef { name, default, access, on_modify: (!plain).then_some(ask), display }
        })
        .collect()
}

/// Settings of Core.
pub fn core() -> Vec<EntryDef> {
    defs(CORE)
}

/// Settings of the standard library.
pub fn standard() -> Vec<EntryDef> {
    defs(STANDARD)
}
