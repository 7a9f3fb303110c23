//! `mail()`: a message handed to the program of `sendmail_path`.

use plugin_api::{Array, Ctx, Key, Kind, R, Throw, Value, php_function};
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::{Command, Stdio};

/// A line of a header without control characters; folded lines stay folded.
fn one_line(b: &[u8]) -> Vec<u8> {
    let b = b.trim_ascii_end();
    let mut out = b.to_vec();
    let mut i = 0;
    while i < out.len() {
        if out[i..].starts_with(b"\r\n") && matches!(out.get(i + 2), Some(b' ' | b'\t')) {
            i += 3;
            while matches!(out.get(i), Some(b' ' | b'\t')) {
                i += 1;
            }
            continue;
        }
        if out[i].is_ascii_control() {
            out[i] = b' ';
        }
        i += 1;
    }
    out
}

/// What a header's value may not contain; folding is allowed.
fn unfit(v: &[u8]) -> Option<&'static str> {
    let mut i = 0;
    while i < v.len() {
        let next = v.get(i + 1);
        match v[i] {
            b'\r' if next != Some(&b'\n') => {
                return Some("contains CR character that is not allowed in the header");
            }
            b'\r' if matches!(v.get(i + 2), Some(b' ' | b'\t')) => i += 3,
            b'\r' => {
                return Some(
                    "contains CRLF characters that are used as a line separator and are not allowed in the header",
                );
            }
            b'\n' => return Some("contains LF character that is not allowed in the header"),
            0 => return Some("contains NULL character that is not allowed in the header"),
            _ => i += 1,
        }
    }
    None
}

fn header(ctx: &mut Ctx, out: &mut Vec<u8>, name: &str, v: &Value) -> R<()> {
    let Some(s) = v.as_str() else {
        let given = v.value_name();
        return Err(ctx.type_error(format!("Header \"{name}\" must be of type array|string, {given} given")));
    };
    let fit = name.bytes().all(|c| (33..=126).contains(&c) && c != b':') && !name.is_empty();
    if !fit {
        return Err(ctx.value_error(format!("Header name \"{name}\" contains invalid characters")));
    }
    if let Some(why) = unfit(s) {
        return Err(ctx.value_error(format!("Header \"{name}\" {why}")));
    }
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(b": ");
    out.extend_from_slice(s);
    out.extend_from_slice(b"\r\n");
    Ok(())
}

/// Headers that come once: their values are strings.
const SINGLE: [&str; 11] = [
    "orig-date",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "bcc",
    "message-id",
    "references",
    "in-reply-to",
    "subject",
];

fn headers(ctx: &mut Ctx, list: &Array) -> R<Vec<u8>> {
    let mut out = Vec::new();
    for (k, v) in list.iter() {
        let name = match k {
            Key::Int(i) => return Err(ctx.type_error(format!("Header name cannot be numeric, {i} given"))),
            Key::Str(s) => String::from_utf8_lossy(&s).into_owned(),
        };
        let Some(values) = v.as_array() else {
            header(ctx, &mut out, &name, v)?;
            continue;
        };
        if SINGLE.contains(&name.to_ascii_lowercase().as_str()) {
            return Err(ctx.type_error(format!("Header \"{name}\" must be of type string, array given")));
        }
        for (k, v) in values.iter() {
            if let Key::Str(s) = k {
                let found = String::from_utf8_lossy(&s).into_owned();
                return Err(ctx.type_error(format!(
                    "Header \"{name}\" must only contain numeric keys, \"{found}\" found"
                )));
            }
            if v.as_str().is_none() {
                let found = v.value_name();
                return Err(ctx.type_error(format!(
                    "Header \"{name}\" must only contain values of type string, {found} found"
                )));
            }
            header(ctx, &mut out, &name, v)?;
        }
    }
    Ok(out)
}

/// Whether headers begin badly, or have empty lines.
fn malformed(h: &[u8]) -> bool {
    let at = |i: usize| h.get(i).copied().unwrap_or(0);
    if h.is_empty() {
        return false;
    }
    if !(33..=126).contains(&h[0]) || h[0] == b':' {
        return true;
    }
    let mut i = 0;
    while i < h.len() {
        match h[i] {
            b'\r' => {
                let bad = matches!(at(i + 1), 0 | b'\r')
                    || at(i + 1) == b'\n' && matches!(at(i + 2), 0 | b'\n' | b'\r');
                if bad {
                    return true;
                }
                i += 2;
            }
            b'\n' => {
                if matches!(at(i + 1), 0 | b'\r' | b'\n') {
                    return true;
                }
                i += 2;
            }
            _ => i += 1,
        }
    }
    false
}

fn no_nul(ctx: &mut Ctx, n: u32, b: &[u8]) -> Result<(), Throw> {
    if b.contains(&0) {
        return Err(ctx.argument_value_error(n, "must not contain any null bytes"));
    }
    Ok(())
}

/// A line for `mail.log`.
fn log(ctx: &mut Ctx, to: &[u8], subject: &[u8], headers: &[u8]) -> R<()> {
    let Some(path) = ctx.ini("mail.log").filter(|p| !p.is_empty()) else { return Ok(()) };
    let (file, line) = ctx.position().unwrap_or_default();
    let flat = |b: &[u8]| String::from_utf8_lossy(b).replace(['\r', '\n'], " ").trim_end().to_owned();
    let text = format!(
        "mail() on [{}:{line}]: To: {} -- Headers: {} -- Subject: {}",
        String::from_utf8_lossy(&file),
        flat(to),
        flat(headers),
        flat(subject)
    );
    if path == b"syslog" {
        ctx.call_function("syslog", &[Value::int(5), Value::str(text)])?;
        return Ok(());
    }
    let date = ctx.call_function("date", &[Value::str("d-M-Y H:i:s e")])?.to_str(ctx)?;
    let name = std::ffi::OsStr::from_bytes(&path);
    if let Ok(mut f) = std::fs::OpenOptions::new().append(true).create(true).open(name) {
        // A log that cannot be written is no reason not to send.
        drop(writeln!(f, "[{}] {text}", date.lossy()));
    }
    Ok(())
}

#[php_function(
    "mail(string $to, string $subject, string $message, array|string $additional_headers = [], string $additional_params = \"\"): bool"
)]
fn mail(
    ctx: &mut Ctx,
    to: &[u8],
    subject: &[u8],
    message: &[u8],
    extra: Option<&Value>,
    params: &[u8],
) -> R<bool> {
    no_nul(ctx, 1, to)?;
    no_nul(ctx, 2, subject)?;
    no_nul(ctx, 3, message)?;
    let given = match extra.map(Value::kind) {
        Some(Kind::Array(a)) => headers(ctx, a)?,
        Some(Kind::Str(s)) => {
            no_nul(ctx, 4, s)?;
            s.to_vec()
        }
        _ => Vec::new(),
    };
    no_nul(ctx, 5, params)?;
    let given = given.trim_ascii_end().to_vec();
    let (to, subject) = (one_line(to), one_line(subject));
    log(ctx, &to, &subject, &given)?;
    let params =
        ctx.ini("mail.force_extra_parameters").filter(|p| !p.is_empty()).unwrap_or_else(|| params.to_vec());
    let params = if params.is_empty() {
        params
    } else {
        ctx.call_function("escapeshellcmd", &[Value::str(params)])?.to_str(ctx)?.to_vec()
    };
    let end: &[u8] = if ctx.ini_bool("mail.mixed_lf_and_crlf") { b"\n" } else { b"\r\n" };
    let mut all = given.clone();
    if ctx.ini_bool("mail.add_x_header") {
        let (file, _) = ctx.position().unwrap_or_default();
        let base = file.rsplit(|c| *c == b'/').next().unwrap_or_default().to_vec();
        // SAFETY: a system call without arguments.
        let uid = unsafe { libc::getuid() };
        let mut line = format!("X-PHP-Originating-Script: {uid}:").into_bytes();
        line.extend_from_slice(&base);
        if !all.is_empty() {
            line.extend_from_slice(end);
        }
        all = [line, all].concat();
    }
    if malformed(&given) {
        ctx.warning("Multiple or malformed newlines found in additional_header")?;
        return Ok(false);
    }
    let Some(mut command) = ctx.ini("sendmail_path").filter(|p| !p.is_empty()) else { return Ok(false) };
    if !params.is_empty() {
        command.push(b' ');
        command.extend_from_slice(&params);
    }
    let mut text = [b"To: ", &to[..], end, b"Subject: ", &subject, end].concat();
    if !all.is_empty() {
        text.extend_from_slice(&all);
        text.extend_from_slice(end);
    }
    text.extend_from_slice(end);
    text.extend_from_slice(message);
    text.extend_from_slice(end);
    let spawned = Command::new("/bin/sh")
        .arg("-c")
        .arg(std::ffi::OsStr::from_bytes(&command))
        .stdin(Stdio::piped())
        .spawn();
    let Ok(mut child) = spawned else {
        let shown = String::from_utf8_lossy(&command).into_owned();
        ctx.warning(format!("Could not execute mail delivery program '{shown}'"))?;
        return Ok(false);
    };
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read it all says so by its exit code.
        drop(input.write_all(&text));
    }
    // Delivered, or queued for later (EX_TEMPFAIL).
    Ok(child.wait().is_ok_and(|s| matches!(s.code(), Some(0 | 75))))
}
