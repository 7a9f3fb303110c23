//! The extension's functions.

use crate::course;
use crate::id;
use crate::ini;
use crate::response;
use crate::state::{Handlers, session};
use crate::store::{Store, plain_id};
use plugin_api::{Args, Array, Class, Ctx, Key, Kind, OrFalse, R, Str, Value, php_function};

/// Whether a setting may be changed now; `what` begins the warning when not.
fn may_change(ctx: &mut Ctx, what: &str) -> R<bool> {
    if session(ctx).is_active() {
        ctx.warning(format!("{what} cannot be changed when a session is active"))?;
        return Ok(false);
    }
    if ctx.headers_sent().is_some() {
        ctx.warning(format!("{what} cannot be changed after headers have already been sent"))?;
        return Ok(false);
    }
    Ok(true)
}

/// The path in argument 1.
fn no_nul(ctx: &mut Ctx, text: Option<&[u8]>) -> R<()> {
    if text.is_some_and(|t| t.contains(&0)) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    Ok(())
}

/// Gives a setting as it was and sets it, if there is a new value.
fn exchange(ctx: &mut Ctx, setting: &str, what: &str, new: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    if new.is_some() && !may_change(ctx, what)? {
        return Ok(OrFalse::FALSE);
    }
    let old = ctx.ini(&format!("session.{setting}")).unwrap_or_default();
    if let Some(new) = new {
        ini::set(ctx, setting, new)?;
    }
    Ok(OrFalse(Some(old)))
}

/// Name of the session's cookie.
#[php_function("session_name(?string $name = null): string|false")]
fn session_name(ctx: &mut Ctx, name: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    no_nul(ctx, name)?;
    exchange(ctx, "name", "Session name", name)
}

/// Name of the store.
#[php_function("session_module_name(?string $module = null): string|false")]
fn session_module_name(ctx: &mut Ctx, module: Option<&[u8]>) -> R<OrFalse<String>> {
    if module.is_some() && !may_change(ctx, "Session save handler module")? {
        return Ok(OrFalse::FALSE);
    }
    let old = session(ctx).store.get().map_or("", Store::name).to_owned();
    let Some(name) = module else { return Ok(OrFalse(Some(old))) };
    match Store::find(id::up_to_nul(name)) {
        Some(Store::User) => return Err(ctx.argument_value_error(1, "cannot be \"user\"")),
        Some(_) => {}
        None => {
            let name = String::from_utf8_lossy(id::up_to_nul(name)).into_owned();
            ctx.warning(format!("Session handler module \"{name}\" cannot be found"))?;
            return Ok(OrFalse::FALSE);
        }
    }
    course::close_store(ctx)?;
    ini::set(ctx, "save_handler", name)?;
    Ok(OrFalse(Some(old)))
}

/// Where sessions are kept.
#[php_function("session_save_path(?string $path = null): string|false")]
fn session_save_path(ctx: &mut Ctx, path: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    no_nul(ctx, path)?;
    exchange(ctx, "save_path", "Session save path", path)
}

/// The session's id.
#[php_function("session_id(?string $id = null): string|false")]
fn session_id(ctx: &mut Ctx, id: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    let s = session(ctx);
    if id.is_some() && s.is_active() {
        ctx.warning("Session ID cannot be changed when a session is active")?;
        return Ok(OrFalse::FALSE);
    }
    if id.is_some() && ctx.ini_bool("session.use_cookies") && ctx.headers_sent().is_some() {
        ctx.warning("Session ID cannot be changed after headers have already been sent")?;
        return Ok(OrFalse::FALSE);
    }
    let old = id::up_to_nul(&id::current(ctx)).to_vec();
    if let Some(id) = id {
        s.id.replace(Some(id.to_vec()));
    }
    Ok(OrFalse(Some(old)))
}

/// Makes an id.
#[php_function("session_create_id(string $prefix = \"\"): string|false")]
fn session_create_id(ctx: &mut Ctx, prefix: &[u8]) -> R<OrFalse<Vec<u8>>> {
    no_nul(ctx, Some(prefix))?;
    if prefix.len() > id::MAX {
        return Err(ctx.argument_value_error(1, format!("cannot be longer than {} characters", id::MAX)));
    }
    if !prefix.is_empty() && !id::is_valid(prefix) {
        ctx.warning(
            "Prefix cannot contain special characters. Only the A-Z, a-z, 0-9, \"-\", and \",\" characters are allowed",
        )?;
        return Ok(OrFalse::FALSE);
    }
    let s = session(ctx);
    let mut made = None;
    if s.is_active() && !s.in_handler.get() {
        let store = course::store(ctx);
        for _ in 0..3 {
            made = store.create_id(ctx)?;
            let Some(id) = made.as_ref().filter(|_| store.can_tell(ctx)) else { break };
            if !store.knows(ctx, id)? {
                break;
            }
            made = None;
        }
    } else {
        made = plain_id(ctx)?;
    }
    match made {
        Some(id) => Ok(OrFalse(Some([prefix, &id].concat()))),
        None => {
            ctx.warning("Failed to create new ID")?;
            Ok(OrFalse::FALSE)
        }
    }
}

/// Gives the session a new id.
#[php_function("session_regenerate_id(bool $delete_old_session = false): bool")]
fn session_regenerate_id(ctx: &mut Ctx, delete_old_session: bool) -> R<bool> {
    let s = session(ctx);
    if !s.is_active() {
        ctx.warning("Session ID cannot be regenerated when there is no active session")?;
        return Ok(false);
    }
    if ctx.headers_sent().is_some() {
        ctx.warning("Session ID cannot be regenerated after headers have already been sent")?;
        return Ok(false);
    }
    let (store, id) = (course::store(ctx), id::current(ctx));
    let done = if delete_old_session {
        store.destroy(ctx, &id)
    } else {
        match course::encode(ctx) {
            Ok(text) => store.write(ctx, &id, &text.unwrap_or_default()),
            Err(t) => Err(t),
        }
    };
    if done != Ok(true) {
        course::abort(ctx)?;
        done?;
        let what =
            if delete_old_session { "Session object destruction failed" } else { "Session write failed" };
        let path = course::path(ctx);
        ctx.warning(format!("{what}. ID: {} (path: {path})", store.name()))?;
        return Ok(false);
    }
    store.close(ctx)?;
    s.read.take();
    s.id.take();
    let made = renew(ctx, store);
    if made.is_err() {
        course::abort(ctx)?;
        made?;
    }
    if ctx.ini_bool("session.use_cookies") {
        s.send_cookie.set(true);
    }
    course::announce_id(ctx)
}

/// Begins a session under a new id.
fn renew(ctx: &mut Ctx, store: Store) -> R<()> {
    let s = session(ctx);
    let path = course::path(ctx);
    let failed = |what: &str| format!("Failed to {what}: {} (path: {path})", store.name());
    if !course::open_store(ctx)? {
        return Err(ctx.error(failed("open session")));
    }
    let Some(mut id) = store.create_id(ctx)? else {
        return Err(ctx.error(failed("create new session ID")));
    };
    if ctx.ini_bool("session.use_strict_mode") && store.can_tell(ctx) {
        for _ in 0..3 {
            if !store.knows(ctx, &id)? {
                break;
            }
            match store.create_id(ctx)? {
                Some(next) => id = next,
                None => return Err(ctx.error(failed("create session ID by collision"))),
            }
        }
    }
    s.id.replace(Some(id.clone()));
    if store.read(ctx, &id)?.is_none() {
        return Err(ctx.error(failed("create(read) session ID")));
    }
    Ok(())
}

/// Reads values from a text.
#[php_function("session_decode(string $data): bool")]
fn session_decode(ctx: &mut Ctx, data: &[u8]) -> R<bool> {
    if !session(ctx).is_active() {
        ctx.warning("Session data cannot be decoded when there is no active session")?;
        return Ok(false);
    }
    course::decode(ctx, data)
}

/// The values as a text.
#[php_function("session_encode(): string|false")]
fn session_encode(ctx: &mut Ctx) -> R<OrFalse<Vec<u8>>> {
    course::encode(ctx).map(OrFalse)
}

/// Removes the session.
#[php_function("session_destroy(): bool")]
fn session_destroy(ctx: &mut Ctx) -> R<bool> {
    course::destroy(ctx)
}

/// Empties `$_SESSION`.
#[php_function("session_unset(): bool")]
fn session_unset(ctx: &mut Ctx) -> bool {
    let s = session(ctx);
    if s.is_active() {
        s.change(|values| *values = Array::new());
    }
    s.is_active()
}

/// Removes sessions that were not used for long.
#[php_function("session_gc(): int|false")]
fn session_gc(ctx: &mut Ctx) -> R<OrFalse<i64>> {
    if !session(ctx).is_active() {
        ctx.warning("Session cannot be garbage collected when there is no active session")?;
        return Ok(OrFalse::FALSE);
    }
    let n = course::collect(ctx, true)?;
    Ok(OrFalse((n >= 0).then_some(n)))
}

/// What the session's cookie is like.
#[php_function("session_get_cookie_params(): array")]
fn session_get_cookie_params(ctx: &mut Ctx) -> Array {
    let mut out = Array::new();
    out.set("lifetime", response::lifetime(ctx));
    out.set("path", ctx.ini("session.cookie_path").unwrap_or_default());
    out.set("domain", ctx.ini("session.cookie_domain").unwrap_or_default());
    out.set("secure", ctx.ini_bool("session.cookie_secure"));
    out.set("httponly", ctx.ini_bool("session.cookie_httponly"));
    out.set("samesite", ctx.ini("session.cookie_samesite").unwrap_or_default());
    out
}

fn write_close(ctx: &mut Ctx) -> R<bool> {
    let active = session(ctx).is_active();
    course::flush(ctx, true)?;
    Ok(active)
}

/// Writes and ends the session.
#[php_function("session_write_close(): bool")]
fn session_write_close(ctx: &mut Ctx) -> R<bool> {
    write_close(ctx)
}

/// As `session_write_close()`.
#[php_function("session_commit(): bool")]
fn session_commit(ctx: &mut Ctx) -> R<bool> {
    write_close(ctx)
}

/// Ends the session without writing it.
#[php_function("session_abort(): bool")]
fn session_abort(ctx: &mut Ctx) -> R<bool> {
    let active = session(ctx).is_active();
    course::abort(ctx)?;
    Ok(active)
}

/// Reads the session again.
#[php_function("session_reset(): bool")]
fn session_reset(ctx: &mut Ctx) -> R<bool> {
    let active = session(ctx).is_active();
    if active {
        course::initialize(ctx)?;
    }
    Ok(active)
}

/// Whether there is a session.
#[php_function("session_status(): int")]
fn session_status(ctx: &mut Ctx) -> i64 {
    session(ctx).status.get()
}

/// Writes the session when the script has ended.
#[php_function("session_register_shutdown(): void")]
fn session_register_shutdown(ctx: &mut Ctx) {
    ctx.register(0, &Value::str("session_write_close"), &[], false);
}

/// Name of the function that a handler object is flushed by.
const SHUTDOWN: &str = "session_register_shutdown";

/// Sets what keeps sessions.
#[php_function(
    "session_set_save_handler($open, $close = UNKNOWN, @unchecked callable $read = UNKNOWN, @unchecked callable $write = UNKNOWN, @unchecked callable $destroy = UNKNOWN, @unchecked callable $gc = UNKNOWN, @unchecked ?callable $create_sid = null, @unchecked ?callable $validate_sid = null, @unchecked ?callable $update_timestamp = null): bool"
)]
fn session_set_save_handler(ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
    if args.len() <= 2 {
        return set_object(ctx, args);
    }
    ctx.deprecated(
        "Providing individual callbacks instead of an object implementing SessionHandlerInterface is deprecated",
    )?;
    if args.len() < 6 {
        let given = args.len();
        return Err(ctx.argument_count_error(format!(
            "session_set_save_handler() expects at least 6 arguments, {given} given"
        )));
    }
    let mut given: [Value; 9] = Default::default();
    for (i, slot) in given.iter_mut().enumerate() {
        let Some(v) = args.get(i).filter(|v| i < 6 || !v.is_null()) else { continue };
        let (callable, _, why) = v.callable_info(ctx, false);
        if !callable {
            let why = why.to_str(ctx)?;
            let kind = if i < 6 { "a valid callback" } else { "a valid callback or null" };
            return Err(ctx.argument_type_error(i as u32 + 1, format!("must be {kind}, {}", why.lossy())));
        }
        *slot = v.dereferenced();
    }
    if !may_change(ctx, "Session save handler")? {
        return Ok(false);
    }
    let s = session(ctx);
    s.handler_class.take();
    ctx.unregister(0, &Value::str(SHUTDOWN));
    become_user(ctx)?;
    let [open, close, read, write, destroy, gc, create_sid, validate_sid, update_timestamp] = given;
    let mut h = s.handlers.take();
    h = Handlers {
        open,
        close,
        read,
        write,
        destroy,
        gc,
        create_sid: if create_sid.is_null() { h.create_sid } else { create_sid },
        validate_sid: if validate_sid.is_null() { h.validate_sid } else { validate_sid },
        update_timestamp: if update_timestamp.is_null() { h.update_timestamp } else { update_timestamp },
    };
    s.handlers.replace(h);
    Ok(true)
}

/// Makes the callables the store in use.
fn become_user(ctx: &mut Ctx) -> R<()> {
    let s = session(ctx);
    if s.store.get() == Some(Store::User) {
        return Ok(());
    }
    s.setting_handler.set(true);
    let r = ini::set(ctx, "save_handler", b"user");
    s.setting_handler.set(false);
    r.map(|_| ())
}

fn set_object(ctx: &mut Ctx, args: &Args<'_>) -> R<bool> {
    let interface = |ctx: &mut Ctx, name: &str| ctx.find_class(name, false);
    let wanted = interface(ctx, "SessionHandlerInterface")?;
    let given = args.get(0).and_then(Value::as_object);
    let object = match (given, wanted) {
        (Some(o), Some(c)) if o.instance_of(c) => o.clone(),
        _ => {
            let given = args.get(0).map_or(String::new(), Value::value_name);
            let text = format!("must be of type SessionHandlerInterface, {given} given");
            return Err(ctx.argument_type_error(1, text));
        }
    };
    let register: bool = args.arg_or(ctx, 1, true)?;
    if !may_change(ctx, "Session save handler")? {
        return Ok(false);
    }
    let s = session(ctx);
    let class = object.class();
    s.handler_class.replace(Some(class.name().lossy().into_owned()));
    let id = interface(ctx, "SessionIdInterface")?;
    let timestamp = interface(ctx, "SessionUpdateTimestampHandlerInterface")?;
    let is = |c: Option<Class>| c.is_some_and(|c| class.is_a(c));
    let method = |name: &str| Value::from(Array::list([Value::from(&object), Value::str(name)]));
    let optional = |name: &str, c: Option<Class>| {
        if is(c) || object.has_method(name) { method(name) } else { Value::NULL }
    };
    let old = s.handlers.replace(Handlers {
        open: method("open"),
        close: method("close"),
        read: method("read"),
        write: method("write"),
        destroy: method("destroy"),
        gc: method("gc"),
        create_sid: optional("create_sid", id),
        validate_sid: optional("validateid", timestamp),
        update_timestamp: optional("updatetimestamp", timestamp),
    });
    drop(old);
    let shutdown = Value::str(SHUTDOWN);
    if register {
        let kept = ctx.registered(0);
        let there = kept.as_array().is_some_and(|l| l.values().any(|v| v.identical(&shutdown)));
        if !there {
            ctx.register(0, &shutdown, &[], false);
        }
    } else {
        ctx.unregister(0, &shutdown);
    }
    become_user(ctx)?;
    Ok(true)
}

/// How caches are limited.
#[php_function("session_cache_limiter(?string $value = null): string|false")]
fn session_cache_limiter(ctx: &mut Ctx, value: Option<&[u8]>) -> R<OrFalse<Vec<u8>>> {
    exchange(ctx, "cache_limiter", "Session cache limiter", value)
}

/// For how many minutes caches may keep a page.
#[php_function("session_cache_expire(?int $value = null): int|false")]
fn session_cache_expire(ctx: &mut Ctx, value: Option<i64>) -> R<OrFalse<i64>> {
    let old = ctx.ini_int("session.cache_expire");
    if value.is_some() && session(ctx).is_active() {
        ctx.warning("Session cache expiration cannot be changed when a session is active")?;
        return Ok(OrFalse(Some(old)));
    }
    if value.is_some() && !may_change(ctx, "Session cache expiration")? {
        return Ok(OrFalse::FALSE);
    }
    if let Some(n) = value {
        ini::set(ctx, "cache_expire", n.to_string().as_bytes())?;
    }
    Ok(OrFalse(Some(old)))
}

/// Sets what the session's cookie is like.
#[php_function(
    "session_set_cookie_params(array|int $lifetime_or_options, ?string $path = null, ?string $domain = null, ?bool $secure = null, ?bool $httponly = null): bool"
)]
fn session_set_cookie_params(
    ctx: &mut Ctx,
    lifetime_or_options: &Value,
    path: Option<&[u8]>,
    domain: Option<&[u8]>,
    secure: Option<bool>,
    httponly: Option<bool>,
) -> R<bool> {
    if !ctx.ini_bool("session.use_cookies") {
        ctx.warning("Session cookies cannot be used when session.use_cookies is disabled")?;
        return Ok(false);
    }
    if !may_change(ctx, "Session cookie parameters")? {
        return Ok(false);
    }
    let flag = |b: bool| if b { b"1".to_vec() } else { b"0".to_vec() };
    // In the order in which they are set.
    let mut new: [(&str, Option<Vec<u8>>); 6] = [
        ("lifetime", None),
        ("path", path.map(<[u8]>::to_vec)),
        ("domain", domain.map(<[u8]>::to_vec)),
        ("secure", secure.map(flag)),
        ("httponly", httponly.map(flag)),
        ("samesite", None),
    ];
    match lifetime_or_options.as_array() {
        None => new[0].1 = Some(lifetime_or_options.to_int().to_string().into_bytes()),
        Some(options) => {
            for (i, given) in new[1..5].iter().enumerate() {
                if given.1.is_some() {
                    let text = "must be null when argument #1 ($lifetime_or_options) is an array";
                    return Err(ctx.argument_value_error(i as u32 + 2, text));
                }
            }
            let mut found = false;
            for (k, v) in options.iter() {
                let Key::Str(key) = k else {
                    ctx.warning("Argument #1 ($lifetime_or_options) cannot contain numeric keys")?;
                    continue;
                };
                let name = String::from_utf8_lossy(&key).into_owned();
                let Some(slot) = new.iter_mut().find(|n| n.0.eq_ignore_ascii_case(&name)) else {
                    ctx.warning(format!(
                        "Argument #1 ($lifetime_or_options) contains an unrecognized key \"{name}\""
                    ))?;
                    continue;
                };
                slot.1 = Some(match slot.0 {
                    "secure" | "httponly" => flag(v.to_bool()),
                    _ => v.to_str(ctx)?.as_bytes().to_vec(),
                });
                found = true;
            }
            if !found {
                return Err(ctx.argument_value_error(1, "must contain at least 1 valid key"));
            }
        }
    }
    for (name, value) in new {
        if let Some(v) = value
            && !ini::set(ctx, &format!("cookie_{name}"), &v)?
        {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Starts a session.
#[php_function("session_start(array $options = []): bool")]
fn session_start(ctx: &mut Ctx, options: Option<&Array>) -> R<bool> {
    let s = session(ctx);
    if s.is_active() {
        let at = match &*s.started.borrow() {
            Some((file, line)) => {
                format!("already active (started from {} on line {line})", String::from_utf8_lossy(file))
            }
            None if ctx.ini_bool("session.auto_start") => "already automatically active".to_owned(),
            None => "already active".to_owned(),
        };
        ctx.notice(format!("Ignoring session_start() because a session is {at}"))?;
        return Ok(true);
    }
    if ctx.ini_bool("session.use_cookies") && ctx.headers_sent().is_some() {
        ctx.warning("Session cannot be started after headers have already been sent")?;
        return Ok(false);
    }
    let mut read_and_close = false;
    for (k, v) in options.into_iter().flat_map(Array::iter) {
        let Key::Str(key) = k else { continue };
        let name = String::from_utf8_lossy(&key).into_owned();
        match v.kind() {
            Kind::Str(_) | Kind::Bool(_) | Kind::Int(_) if name == "read_and_close" => {
                read_and_close = v.to_int() != 0;
            }
            Kind::Str(_) | Kind::Bool(_) | Kind::Int(_) => {
                let text: Str = v.to_str(ctx)?;
                if !ini::set(ctx, &name, &text)? {
                    ctx.warning(format!("Setting option \"{name}\" failed"))?;
                }
            }
            _ => {
                let given = v.value_name();
                return Err(ctx.type_error(format!(
                    "session_start(): Option \"{name}\" must be of type string|int|bool, {given} given"
                )));
            }
        }
    }
    let started = course::start(ctx);
    if !s.is_active() {
        s.change(|values| *values = Array::new());
        return started.map(|_| false);
    }
    started?;
    if read_and_close {
        course::flush(ctx, false)?;
    }
    Ok(true)
}
