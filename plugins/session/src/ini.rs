//! The extension's settings: what is refused, and what is told of it.

use crate::id;
use crate::serializer::Serializer;
use crate::state::session;
use crate::store::Store;
use plugin_api::abi::ini_stage;
use plugin_api::{Ctx, Level, R, Value, ini_notice};

/// Characters that a session's name does not have.
pub const FORBIDDEN: &[u8] = b"=,;.[ \t\r\n\x0b\x0c";

type Changed<'c> = Option<&'c mut Ctx>;

/// Tells something of a value: through the request, or when the process has started.
fn tell(ctx: &mut Changed<'_>, level: Level, text: &str) {
    match ctx {
        // What a handler throws is pending, and found by the call that changes the setting.
        Some(ctx) => drop(ctx.raise(level, text)),
        None => ini_notice(level, text),
    }
}

/// Whether settings may change now; told when not.
fn open(ctx: &mut Changed<'_>) -> bool {
    let Some(c) = ctx else { return true };
    if session(c).is_active() {
        tell(ctx, Level::Warning, "Session ini settings cannot be changed when a session is active");
        return false;
    }
    if c.headers_sent().is_some() {
        tell(
            ctx,
            Level::Warning,
            "Session ini settings cannot be changed after headers have already been sent",
        );
        return false;
    }
    true
}

/// A setting that only has to be open.
pub fn plain(mut ctx: Changed<'_>, _: Option<&[u8]>, _: u32) -> bool {
    open(&mut ctx)
}

pub fn save_handler(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    if !open(&mut ctx) {
        return false;
    }
    let name = value.unwrap_or_default();
    let store = Store::find(name);
    let shown = String::from_utf8_lossy(name);
    let Some(c) = &mut ctx else {
        if store == Some(Store::User) {
            tell(&mut ctx, Level::Error, "Session save handler \"user\" cannot be set by ini_set()");
            return false;
        }
        // What is unknown may be known when a request begins.
        return true;
    };
    let s = session(c);
    if store.is_none() {
        tell(&mut ctx, Level::Warning, &format!("Session save handler \"{shown}\" cannot be found"));
        return false;
    }
    if store == Some(Store::User) && !s.setting_handler.get() {
        tell(&mut ctx, Level::Warning, "Session save handler \"user\" cannot be set by ini_set()");
        return false;
    }
    s.parent.set(s.store.get());
    s.store.set(store);
    true
}

pub fn serialize_handler(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    if !open(&mut ctx) {
        return false;
    }
    let Some(c) = &mut ctx else { return true };
    let name = value.unwrap_or_default();
    let found = Serializer::find(name);
    if found.is_none() {
        let shown = String::from_utf8_lossy(name);
        tell(&mut ctx, Level::Warning, &format!("Serialization handler \"{shown}\" cannot be found"));
        return false;
    }
    session(c).serializer.set(found);
    true
}

pub fn save_path(mut ctx: Changed<'_>, value: Option<&[u8]>, stage: u32) -> bool {
    if !open(&mut ctx) {
        return false;
    }
    let value = value.unwrap_or_default();
    let (Some(c), ini_stage::RUNTIME) = (ctx, stage) else { return true };
    if value.contains(&0) {
        return false;
    }
    let folder = value.splitn(3, |c| *c == b';').last().unwrap_or_default();
    folder.is_empty() || c.path_allowed(folder)
}

pub fn name(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    if !open(&mut ctx) {
        return false;
    }
    let value = value.unwrap_or_default();
    let numeric = Value::numeric(value).is_some_and(|(_, trailing)| !trailing);
    if value.is_empty() || numeric || value.iter().any(|c| *c == 0 || FORBIDDEN.contains(c)) {
        let shown = String::from_utf8_lossy(id::up_to_nul(value));
        let text = format!(
            "session.name \"{shown}\" must not be numeric, empty, contain null bytes or any of the following characters \
             \"=,;.[ \\t\\r\\n\\013\\014\""
        );
        tell(&mut ctx, Level::Warning, &text);
        return false;
    }
    true
}

pub fn cookie_lifetime(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    if !open(&mut ctx) {
        return false;
    }
    if leading_int(value.unwrap_or_default()) < 0 {
        tell(&mut ctx, Level::Warning, "CookieLifetime cannot be negative");
        return false;
    }
    true
}

/// A number as `atol()` reads it.
pub fn leading_int(text: &[u8]) -> i64 {
    let text = text.trim_ascii_start();
    let end = text.iter().skip(1).position(|c| !c.is_ascii_digit()).map_or(text.len(), |n| n + 1);
    let text = String::from_utf8_lossy(&text[..end]);
    match text.parse::<i128>() {
        Ok(n) => n.clamp(i64::MIN.into(), i64::MAX.into()) as i64,
        Err(_) => 0,
    }
}

fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}

/// A number between bounds, the use of any but the usual one being deprecated.
fn deprecated_number(
    mut ctx: Changed<'_>,
    value: Option<&[u8]>,
    name: &str,
    usual: i64,
    (least, most): (i64, i64),
) -> bool {
    if !open(&mut ctx) {
        return false;
    }
    let value = value.unwrap_or_default();
    let n = leading_int(value);
    if n != usual {
        tell(&mut ctx, Level::Deprecated, &format!("{name} INI setting is deprecated"));
    }
    if is_number(value) && (least..=most).contains(&n) {
        return true;
    }
    let text = format!("session.configuration \"{name}\" must be between {least} and {most}");
    tell(&mut ctx, Level::Warning, &text);
    false
}

pub fn sid_length(ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    deprecated_number(ctx, value, "session.sid_length", 32, (22, id::MAX as i64))
}

pub fn sid_bits(ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    deprecated_number(ctx, value, "session.sid_bits_per_character", 4, (4, 6))
}

fn at_least(mut ctx: Changed<'_>, value: Option<&[u8]>, least: i64, text: &str) -> bool {
    if !open(&mut ctx) {
        return false;
    }
    if leading_int(value.unwrap_or_default()) < least {
        tell(&mut ctx, Level::Warning, text);
        return false;
    }
    true
}

pub fn gc_probability(ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    at_least(ctx, value, 0, "session.gc_probability must be greater than or equal to 0")
}

pub fn gc_divisor(ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    at_least(ctx, value, 1, "session.gc_divisor must be greater than 0")
}

pub fn upload_frequency(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    let value = value.unwrap_or_default();
    let n = leading_int(value);
    if n < 0 {
        let text = "session.upload_progress.freq must be greater than or equal to 0";
        tell(&mut ctx, Level::Warning, text);
        return false;
    }
    if value.ends_with(b"%") && n > 100 {
        let text = "session.upload_progress.freq must be less than or equal to 100%";
        tell(&mut ctx, Level::Warning, text);
        return false;
    }
    true
}

fn truth(value: Option<&[u8]>) -> bool {
    let value = value.unwrap_or_default().to_ascii_lowercase();
    matches!(&value[..], b"on" | b"yes" | b"true") || leading_int(&value) != 0
}

pub fn use_only_cookies(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    let open = open(&mut ctx);
    if open && !truth(value) {
        tell(&mut ctx, Level::Deprecated, "Disabling session.use_only_cookies INI setting is deprecated");
    }
    open
}

pub fn use_trans_sid(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    let open = open(&mut ctx);
    if open && truth(value) {
        tell(&mut ctx, Level::Deprecated, "Enabling session.use_trans_sid INI setting is deprecated");
    }
    open
}

pub fn referer_check(mut ctx: Changed<'_>, value: Option<&[u8]>, _: u32) -> bool {
    let open = open(&mut ctx);
    if open && value.is_some_and(|v| !v.is_empty()) {
        tell(&mut ctx, Level::Deprecated, "Usage of session.referer_check INI setting is deprecated");
    }
    open
}

/// Sets one of the extension's settings as `ini_set()` does; false when it was refused.
pub fn set(ctx: &mut Ctx, name: &str, value: &[u8]) -> R<bool> {
    let taken = ctx.set_ini(format!("session.{name}").as_bytes(), value);
    ctx.pending()?;
    Ok(taken)
}
