//! The `user` store: what `session_set_save_handler()` was given.

use super::plain_id;
use crate::state::{Handlers, session};
use plugin_api::{Ctx, Kind, R, Str, Value};

/// Calls one of the callables; `None` when one runs already.
fn call(ctx: &mut Ctx, which: impl FnOnce(&Handlers) -> &Value, args: &[Value]) -> R<Option<Value>> {
    let s = session(ctx);
    if s.in_handler.replace(false) {
        ctx.warning("Cannot call session save handler in a recursive manner")?;
        return Ok(None);
    }
    let f = which(&s.handlers.borrow()).clone();
    s.in_handler.set(true);
    let r = f.call(ctx, args);
    s.in_handler.set(false);
    r.map(Some)
}

/// What a callable's result says of success.
fn success(ctx: &mut Ctx, result: Option<Value>) -> R<bool> {
    let Some(v) = result else { return Ok(false) };
    match v.kind() {
        Kind::Bool(b) => Ok(b),
        Kind::Int(n @ (0 | -1)) => {
            ctx.deprecated(format!(
                "Session callback must have a return value of type bool, {} returned",
                v.value_name()
            ))?;
            Ok(n == 0)
        }
        _ => {
            let given = v.value_name();
            Err(ctx.type_error(format!(
                "Session callback must have a return value of type bool, {given} returned"
            )))
        }
    }
}

pub fn open(ctx: &mut Ctx, path: &[u8], name: &[u8]) -> R<bool> {
    let r = call(ctx, |h| &h.open, &[Value::str(path), Value::str(name)]);
    session(ctx).user_open.set(true);
    let r = r?;
    success(ctx, r)
}

pub fn close(ctx: &mut Ctx) -> R<bool> {
    let s = session(ctx);
    if !s.user_open.get() {
        return Ok(true);
    }
    let r = call(ctx, |h| &h.close, &[]);
    s.user_open.set(false);
    let r = r?;
    success(ctx, r)
}

pub fn read(ctx: &mut Ctx, id: &[u8]) -> R<Option<Str>> {
    let r = call(ctx, |h| &h.read, &[Value::str(id)])?;
    Ok(r.and_then(|v| Str::try_from(v.dereferenced()).ok()))
}

pub fn write(ctx: &mut Ctx, id: &[u8], text: &[u8]) -> R<bool> {
    let r = call(ctx, |h| &h.write, &[Value::str(id), Value::str(text)])?;
    success(ctx, r)
}

pub fn touch(ctx: &mut Ctx, id: &[u8], text: &[u8]) -> R<bool> {
    let which = |h: &Handlers| !h.update_timestamp.is_null();
    if !which(&session(ctx).handlers.borrow()) {
        return write(ctx, id, text);
    }
    let r = call(ctx, |h| &h.update_timestamp, &[Value::str(id), Value::str(text)])?;
    success(ctx, r)
}

pub fn destroy(ctx: &mut Ctx, id: &[u8]) -> R<bool> {
    let r = call(ctx, |h| &h.destroy, &[Value::str(id)])?;
    success(ctx, r)
}

pub fn collect(ctx: &mut Ctx, lifetime: i64) -> R<i64> {
    let r = call(ctx, |h| &h.gc, &[Value::int(lifetime)])?;
    Ok(match r.as_ref().map(Value::kind) {
        Some(Kind::Int(n)) => n,
        Some(Kind::Bool(true)) => 1,
        _ => -1,
    })
}

pub fn create_id(ctx: &mut Ctx) -> R<Option<Vec<u8>>> {
    if session(ctx).handlers.borrow().create_sid.is_null() {
        return plain_id(ctx);
    }
    match call(ctx, |h| &h.create_sid, &[])? {
        None => Err(ctx.error("No session id returned by function")),
        Some(v) => match v.as_str() {
            Some(s) => Ok(Some(s.as_bytes().to_vec())),
            None => Err(ctx.error("Session id must be a string")),
        },
    }
}

pub fn knows(ctx: &mut Ctx, id: &[u8]) -> R<bool> {
    if session(ctx).handlers.borrow().validate_sid.is_null() {
        return Ok(true);
    }
    let r = call(ctx, |h| &h.validate_sid, &[Value::str(id)])?;
    success(ctx, r)
}
