//! What the client is sent: the cookie, and headers that limit caches.

use crate::ini::leading_int;
use crate::state::session;
use plugin_api::{Ctx, R};
use std::os::unix::ffi::OsStrExt;
use std::time::{SystemTime, UNIX_EPOCH};

/// Seconds since the epoch.
pub fn now() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}

/// A time as headers have it.
fn date(ctx: &mut Ctx, time: i64) -> R<String> {
    let text = ctx.call_function("gmdate", &["D, d M Y H:i:s \\G\\M\\T".into(), time.into()])?;
    Ok(text.to_str(ctx)?.lossy().into_owned())
}

/// Where output began, for messages.
fn where_output_began(began: Option<(plugin_api::Str, u32)>) -> String {
    began.map_or(String::new(), |(f, l)| format!(" (output started at {}:{l})", f.lossy()))
}

/// Sends the cookie with the id; false when it is too late.
pub fn send_cookie(ctx: &mut Ctx) -> R<bool> {
    if let Some(began) = ctx.headers_sent() {
        let at = where_output_began(began);
        ctx.warning(format!("Session cookie cannot be sent after headers have already been sent{at}"))?;
        return Ok(false);
    }
    let id = session(ctx).id.borrow().clone().unwrap_or_default();
    let id = ctx.call_function("urlencode", &[id.into()])?.to_str(ctx)?;
    let mut line = b"Set-Cookie: ".to_vec();
    line.extend(ctx.ini("session.name").unwrap_or_default());
    line.push(b'=');
    let start = line.clone();
    line.extend_from_slice(&id);
    let lifetime = lifetime(ctx);
    if lifetime > 0 {
        let until = (now() as i64).saturating_add(lifetime);
        let text = date(ctx, until)?;
        line.extend_from_slice(format!("; expires={text}; Max-Age={lifetime}").as_bytes());
    }
    for (setting, word) in [("session.cookie_path", "; path="), ("session.cookie_domain", "; domain=")] {
        if let Some(v) = ctx.ini(setting).filter(|v| !v.is_empty()) {
            line.extend_from_slice(word.as_bytes());
            line.extend(v);
        }
    }
    if ctx.ini_bool("session.cookie_secure") {
        line.extend_from_slice(b"; secure");
    }
    if ctx.ini_bool("session.cookie_httponly") {
        line.extend_from_slice(b"; HttpOnly");
    }
    if let Some(v) = ctx.ini("session.cookie_samesite").filter(|v| !v.is_empty()) {
        line.extend_from_slice(b"; SameSite=");
        line.extend(v);
    }
    ctx.remove_response_headers(&start);
    ctx.response_header(&line, false);
    Ok(true)
}

/// `session.cookie_lifetime`, 0 where it is too long for any cookie.
pub fn lifetime(ctx: &mut Ctx) -> i64 {
    const LONGEST: i64 = i64::MAX - i32::MAX as i64 - 1;
    let n = leading_int(&ctx.ini("session.cookie_lifetime").unwrap_or_default());
    if n > LONGEST { 0 } else { n }
}

/// Sends the headers that `session.cache_limiter` names; false when it is too late.
pub fn limit_caches(ctx: &mut Ctx) -> R<bool> {
    let limiter = ctx.ini("session.cache_limiter").unwrap_or_default();
    if limiter.is_empty() || !session(ctx).is_active() {
        return Ok(true);
    }
    if let Some(began) = ctx.headers_sent() {
        crate::course::abort(ctx)?;
        let at = where_output_began(began);
        ctx.warning(format!(
            "Session cache limiter cannot be sent after headers have already been sent{at}"
        ))?;
        return Ok(false);
    }
    let age = ctx.ini_int("session.cache_expire").wrapping_mul(60);
    const PAST: &[u8] = b"Expires: Thu, 19 Nov 1981 08:52:00 GMT";
    match &limiter.to_ascii_lowercase()[..] {
        b"public" => {
            let until = date(ctx, (now() as i64).wrapping_add(age))?;
            ctx.response_header(format!("Expires: {until}").as_bytes(), true);
            ctx.response_header(format!("Cache-Control: public, max-age={age}").as_bytes(), true);
            last_modified(ctx)?;
        }
        b"private" => {
            ctx.response_header(PAST, true);
            private(ctx, age)?;
        }
        b"private_no_expire" => private(ctx, age)?,
        b"nocache" => {
            ctx.response_header(PAST, true);
            ctx.response_header(b"Cache-Control: no-store, no-cache, must-revalidate", true);
            ctx.response_header(b"Pragma: no-cache", true);
        }
        _ => {}
    }
    Ok(true)
}

fn private(ctx: &mut Ctx, age: i64) -> R<()> {
    ctx.response_header(format!("Cache-Control: private, max-age={age}").as_bytes(), true);
    last_modified(ctx)
}

/// When the script's file changed.
fn last_modified(ctx: &mut Ctx) -> R<()> {
    let Some(path) = ctx.script_file() else { return Ok(()) };
    let changed = std::fs::metadata(std::ffi::OsStr::from_bytes(&path)).and_then(|m| m.modified());
    if let Some(age) = changed.ok().and_then(|t| t.duration_since(UNIX_EPOCH).ok()) {
        let text = date(ctx, age.as_secs() as i64)?;
        ctx.response_header(format!("Last-Modified: {text}").as_bytes(), true);
    }
    Ok(())
}
