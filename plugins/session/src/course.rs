//! The course of a session: it starts, is read, written and ended, and old ones are collected.

use crate::id;
use crate::response;
use crate::serializer::Serializer;
use crate::state::{ACTIVE, DISABLED, NONE, session};
use crate::store::{Store, plain_id};
use plugin_api::request::{Source, variables};
use plugin_api::{Array, Ctx, R, Str, Throw, Value};

/// A setting's text.
fn setting(ctx: &mut Ctx, name: &str) -> Vec<u8> {
    ctx.ini(name).unwrap_or_default()
}

/// A setting's text for messages.
fn shown(ctx: &mut Ctx, name: &str) -> String {
    String::from_utf8_lossy(&setting(ctx, name)).into_owned()
}

/// `session.save_path` for messages.
pub fn path(ctx: &mut Ctx) -> String {
    shown(ctx, "session.save_path")
}

/// The store in use; the request has one while a session is active.
pub fn store(ctx: &mut Ctx) -> Store {
    session(ctx).store.get().unwrap_or(Store::Files)
}

/// Opens the store in use.
pub fn open_store(ctx: &mut Ctx) -> R<bool> {
    let (path, name) = (setting(ctx, "session.save_path"), setting(ctx, "session.name"));
    store(ctx).open(ctx, &path, &name)
}

/// Closes the store if it is open. With an exception pending, none of the script's code runs.
pub fn close_store(ctx: &mut Ctx) -> R<()> {
    let s = session(ctx);
    if !s.is_open() {
        return Ok(());
    }
    if ctx.pending().is_err() {
        s.user_open.set(false);
        s.files.take();
        return Ok(());
    }
    store(ctx).close(ctx).map(|_| ())
}

/// A request begins.
pub fn request_start(ctx: &mut Ctx, auto: bool) -> R<()> {
    prepare(ctx);
    if auto && session(ctx).status.get() != DISABLED {
        // What went wrong has been told; a script runs whatever it was.
        start(ctx)?;
    }
    Ok(())
}

/// Makes the request's session ready to be started.
pub fn prepare(ctx: &mut Ctx) {
    let s = session(ctx);
    s.reset();
    s.vars.replace(Value::NULL);
    s.store.set(Store::find(&setting(ctx, "session.save_handler")));
    s.parent.set(None);
    s.serializer.set(Serializer::find(&setting(ctx, "session.serialize_handler")));
    if s.store.get().is_none() || s.serializer.get().is_none() {
        s.status.set(DISABLED);
    }
}

/// A request ends.
pub fn request_end(ctx: &mut Ctx) -> R<()> {
    let s = session(ctx);
    let flushed = flush(ctx, true);
    let ended = forget(ctx);
    drop(s.handlers.take());
    s.progress.take();
    s.store.set(None);
    flushed.and(ended)
}

/// Gives up what a session holds.
pub fn forget(ctx: &mut Ctx) -> R<()> {
    let s = session(ctx);
    drop(s.vars.replace(Value::NULL));
    let closed = close_store(ctx);
    s.handler_class.take();
    s.reset();
    closed
}

/// Makes `$_SESSION` an empty array.
fn track(ctx: &mut Ctx) {
    session(ctx).publish(ctx, Array::new().into());
}

/// The text of the values; `None` when there is none.
pub fn encode(ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
    let s = session(ctx);
    match (s.values(), s.serializer.get()) {
        (Some(values), Some(serializer)) => serializer.encode(ctx, &values),
        _ => {
            ctx.warning("Cannot encode non-existent session")?;
            Ok(None)
        }
    }
}

/// Reads the values of a text; a text that cannot be read ends the session.
pub fn decode(ctx: &mut Ctx, text: &[u8]) -> R<bool> {
    let Some(serializer) = session(ctx).serializer.get() else { return Ok(false) };
    match serializer.decode(ctx, text) {
        Ok(true) => Ok(true),
        Ok(false) => {
            destroy(ctx)?;
            track(ctx);
            ctx.warning("Failed to decode session object. Session has been destroyed")?;
            Ok(false)
        }
        Err(t) => {
            if t == Throw::Bailout {
                forget(ctx)?;
            }
            Err(t)
        }
    }
}

/// Removes the session from its store and forgets it.
pub fn destroy(ctx: &mut Ctx) -> R<bool> {
    let s = session(ctx);
    if !s.is_active() {
        ctx.warning("Trying to destroy uninitialized session")?;
        return Ok(false);
    }
    let id = s.id.borrow().clone();
    let removed = match id {
        Some(id) => store(ctx).destroy(ctx, &id),
        None => Ok(true),
    };
    if removed == Ok(false) {
        ctx.warning("Session object destruction failed")?;
    }
    let forgotten = forget(ctx);
    let removed = removed?;
    forgotten?;
    Ok(removed)
}

/// Collects old sessions, always or as often as the settings say: how many.
pub fn collect(ctx: &mut Ctx, always: bool) -> R<i64> {
    if !session(ctx).is_open() {
        return Ok(-1);
    }
    let (probability, divisor) = (ctx.ini_int("session.gc_probability"), ctx.ini_int("session.gc_divisor"));
    let drawn = always || (probability > 0 && divisor > 0 && draw(divisor as u64) < probability as u64);
    if !drawn {
        return Ok(-1);
    }
    let lifetime = ctx.ini_int("session.gc_maxlifetime");
    store(ctx).collect(ctx, lifetime)
}

/// A random number below `n`.
fn draw(n: u64) -> u64 {
    getrandom::u64().map_or(0, |r| ((u128::from(r) * u128::from(n)) >> 64) as u64)
}

/// Ends the session without writing it.
pub fn abort(ctx: &mut Ctx) -> R<()> {
    let s = session(ctx);
    if !s.is_active() {
        return Ok(());
    }
    let closed = close_store(ctx);
    s.status.set(NONE);
    closed
}

/// Ends the session after it was written, or (`write` false) as it was read.
pub fn flush(ctx: &mut Ctx, write: bool) -> R<()> {
    let s = session(ctx);
    if !s.is_active() {
        return Ok(());
    }
    let written = if write { save(ctx) } else { Ok(()) };
    let closed = close_store(ctx);
    s.status.set(NONE);
    written.and(closed)
}

/// Writes the session.
fn save(ctx: &mut Ctx) -> R<()> {
    let s = session(ctx);
    if s.values().is_none() {
        return Ok(());
    }
    let (mut written, mut what) = (false, "write");
    if s.is_open() {
        let text = encode(ctx)?;
        let id = id::current(ctx);
        let same = match (&text, &*s.read.borrow()) {
            (Some(new), Some(old)) => ctx.ini_bool("session.lazy_write") && new[..] == old[..],
            _ => false,
        };
        written = if same {
            what = if s.handler_class.borrow().is_some() { "updateTimestamp" } else { "update_timestamp" };
            store(ctx).touch(ctx, &id, &text.unwrap_or_default())?
        } else {
            store(ctx).write(ctx, &id, &text.unwrap_or_default())?
        };
    }
    if written {
        return Ok(());
    }
    let path = path(ctx);
    let text = if !s.user_open.get() {
        format!(
            "Failed to write session data ({}). Please verify that the current setting of session.save_path is correct \
             ({path})",
            store(ctx).name()
        )
    } else {
        let handler = match &*s.handler_class.borrow() {
            Some(class) => format!("{class}::{what}"),
            None => what.to_owned(),
        };
        format!(
            "Failed to write session data using user defined save handler. (session.save_path: {path}, handler: \
             {handler})"
        )
    };
    ctx.warning(text)
}

/// The id that a table of variables names: `None` when it names none, `Some(None)` one of no use.
fn named(values: Option<&Array>, name: &[u8]) -> Option<Option<Vec<u8>>> {
    let v = values?.get(name)?;
    Some(v.as_str().map(|s| s.as_bytes().to_vec()))
}

/// A superglobal as it is now.
fn superglobal(ctx: &mut Ctx, name: &str) -> Option<Array> {
    ctx.global(name).and_then(|v| v.as_array().cloned())
}

/// Looks for the id that the client sent.
fn find_id(ctx: &mut Ctx) {
    let s = session(ctx);
    let name = setting(ctx, "session.name");
    if ctx.ini_bool("session.use_cookies")
        && let Some(found) = named(superglobal(ctx, "_COOKIE").as_ref(), &name)
    {
        s.id.replace(found);
        s.send_cookie.set(false);
        s.define_sid.set(false);
    }
    if ctx.ini_bool("session.use_only_cookies") {
        return;
    }
    for table in ["_GET", "_POST"] {
        if s.id.borrow().is_none()
            && let Some(found) = named(superglobal(ctx, table).as_ref(), &name)
        {
            s.send_cookie.set(found.is_none());
            s.id.replace(found);
        }
    }
    let wanted = setting(ctx, "session.referer_check");
    if s.id.borrow().is_some() && !wanted.is_empty() {
        let server = variables(ctx, Source::Server);
        let referer = server.as_ref().and_then(|v| v.get("HTTP_REFERER")).and_then(Value::as_str);
        if referer.is_some_and(|r| !r.is_empty() && !contains(r, &wanted)) {
            s.id.take();
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|w| w == part)
}

/// Starts a session; false when it could not be.
pub fn start(ctx: &mut Ctx) -> R<bool> {
    let s = session(ctx);
    if s.status.get() == DISABLED {
        if s.store.get().is_none() {
            let name = shown(ctx, "session.save_handler");
            s.store.set(Store::find(name.as_bytes()));
            if s.store.get().is_none() {
                ctx.warning(format!("Cannot find session save handler \"{name}\" - session startup failed"))?;
                return Ok(false);
            }
        }
        if s.serializer.get().is_none() {
            let name = shown(ctx, "session.serialize_handler");
            s.serializer.set(Serializer::find(name.as_bytes()));
            if s.serializer.get().is_none() {
                ctx.warning(format!(
                    "Cannot find session serialization handler \"{name}\" - session startup failed"
                ))?;
                return Ok(false);
            }
        }
        s.status.set(NONE);
    }
    let only = ctx.ini_bool("session.use_only_cookies");
    s.define_sid.set(!only);
    s.send_cookie.set(only || ctx.ini_bool("session.use_cookies"));
    if s.id.borrow().is_none() {
        find_id(ctx);
    }
    // The id may become part of a page.
    let dangerous = |id: &Vec<u8>| id::up_to_nul(id).iter().any(|c| b"\r\n\t <>'\"\\".contains(c));
    if s.id.borrow().as_ref().is_some_and(dangerous) {
        s.id.take();
    }
    let started = match initialize(ctx) {
        Ok(true) => response::limit_caches(ctx),
        r => r,
    };
    if started != Ok(true) {
        s.status.set(NONE);
        s.id.take();
    }
    started
}

/// Ends a start that failed.
fn give_up(ctx: &mut Ctx, message: Option<String>) -> R<bool> {
    abort(ctx)?;
    match message {
        Some(m) => {
            ctx.warning(m)?;
            Ok(false)
        }
        None => Ok(false),
    }
}

/// Opens the store and reads the session.
pub fn initialize(ctx: &mut Ctx) -> R<bool> {
    let s = session(ctx);
    s.status.set(ACTIVE);
    let Some(store) = s.store.get() else {
        s.status.set(DISABLED);
        ctx.warning("No storage module chosen - failed to initialize session")?;
        return Ok(false);
    };
    let r = read_all(ctx, store);
    if r.is_err() {
        // An exception is pending: nothing of the script's runs, only the state is put back.
        abort(ctx)?;
    }
    r
}

fn read_all(ctx: &mut Ctx, store: Store) -> R<bool> {
    let s = session(ctx);
    if !open_store(ctx)? {
        let path = path(ctx);
        let text = format!("Failed to initialize storage module: {} (path: {path})", store.name());
        return give_up(ctx, Some(text));
    }
    let cookies = ctx.ini_bool("session.use_cookies");
    let id = s.id.borrow().clone().filter(|id| !id::up_to_nul(id).is_empty());
    match id {
        None => {
            s.id.take();
            let made = store.create_id(ctx)?;
            if made.is_none() {
                abort(ctx)?;
                let path = path(ctx);
                return Err(
                    ctx.error(format!("Failed to create session ID: {} (path: {path})", store.name()))
                );
            }
            s.id.replace(made);
            if cookies {
                s.send_cookie.set(true);
            }
        }
        Some(id) => {
            if ctx.ini_bool("session.use_strict_mode") && !store.knows(ctx, &id)? {
                s.id.take();
                let made = match store.create_id(ctx)? {
                    None => plain_id(ctx)?,
                    made => made,
                };
                s.id.replace(made);
                if cookies {
                    s.send_cookie.set(true);
                }
            }
        }
    }
    if !announce_id(ctx)? {
        return give_up(ctx, None);
    }
    track(ctx);
    let id = id::current(ctx);
    let Some(text) = store.read(ctx, &id)? else {
        let path = path(ctx);
        let text = format!("Failed to read session data: {} (path: {path})", store.name());
        return give_up(ctx, Some(text));
    };
    collect(ctx, false)?;
    s.read.replace(ctx.ini_bool("session.lazy_write").then(|| Str::clone(&text)));
    decode(ctx, &text)?;
    s.started.replace(ctx.position());
    Ok(true)
}

/// Sends the cookie and sets `SID`; false when it is too late.
pub fn announce_id(ctx: &mut Ctx) -> R<bool> {
    let s = session(ctx);
    let Some(id) = s.id.borrow().clone() else {
        ctx.warning("Cannot set session ID - session ID is not initialized")?;
        return Ok(false);
    };
    if ctx.ini_bool("session.use_cookies") && s.send_cookie.get() {
        if !response::send_cookie(ctx)? {
            return Ok(false);
        }
        s.send_cookie.set(false);
    }
    let sid = if s.define_sid.get() {
        [&setting(ctx, "session.name")[..], b"=", id::up_to_nul(&id)].concat()
    } else {
        Vec::new()
    };
    ctx.set_constant("SID", sid.into(), true);
    let name = setting(ctx, "session.name");
    let by_cookie =
        ctx.ini_bool("session.use_cookies") && named(superglobal(ctx, "_COOKIE").as_ref(), &name).is_some();
    if ids_in_urls(ctx) && !by_cookie {
        // Under another name there is none to be replaced.
        ctx.remove_rewrite_variable(&name);
        ctx.add_rewrite_variable(&name, id::up_to_nul(&id))?;
    }
    Ok(true)
}

/// Whether URLs carry the id where no cookie does.
fn ids_in_urls(ctx: &mut Ctx) -> bool {
    ctx.ini_bool("session.use_trans_sid") && !ctx.ini_bool("session.use_only_cookies")
}
