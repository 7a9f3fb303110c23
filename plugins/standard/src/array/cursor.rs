//! The internal pointer: current(), next() and their kin.

use plugin_api::{Array, Ctx, Kind, Object, R, Reference, Value, php_function};

/// What `f` gives of the array in a variable (an object's properties stand for an object, by value).
#[inline(always)]
fn with(ctx: &mut Ctx, v: &Reference<'_>, f: impl FnOnce(&mut Array) -> Value) -> R<Value> {
    if let Some(o) = v.get().as_object() {
        return Ok(f(&mut properties(ctx, o)?));
    }
    let mut out = Value::NULL;
    v.with_array(|a| {
        a.separate();
        out = f(a);
    });
    Ok(out)
}

/// The properties that stand for an object, which is deprecated.
#[cold]
fn properties(ctx: &mut Ctx, o: &Object) -> R<Array> {
    let o = o.clone();
    let name = ctx.function_name();
    ctx.deprecated(format!("Calling {name}() on an object is deprecated"))?;
    o.visible_vars(ctx)
}

/// Position of the pointer on a live entry.
fn here(a: &Array) -> Option<u32> {
    a.next_live(a.cursor())
}

fn value_at(a: &Array, pos: Option<u32>) -> Value {
    match pos.and_then(|p| a.at(p)) {
        Some((_, v)) => v.dereferenced(),
        None => Value::bool(false),
    }
}

fn key_here(a: &Array) -> Value {
    match here(a).and_then(|p| a.at(p)) {
        Some((k, _)) => k.to_value(),
        None => Value::NULL,
    }
}

#[inline(always)]
fn read(ctx: &mut Ctx, v: &Value, f: impl FnOnce(&Array) -> Value) -> R<Value> {
    match v.kind() {
        Kind::Array(a) => Ok(f(a)),
        Kind::Object(o) => Ok(f(&properties(ctx, o)?)),
        _ => Ok(Value::NULL),
    }
}

#[php_function("current(array|object $array): mixed")]
#[php_function("pos(array|object $array): mixed")]
#[inline(always)]
fn current(ctx: &mut Ctx, array: &Value) -> R<Value> {
    read(ctx, array, |a| value_at(a, here(a)))
}
#[php_function("key(array|object $array): int|string|null")]
fn key(ctx: &mut Ctx, array: &Value) -> R<Value> {
    read(ctx, array, key_here)
}
#[php_function("next(array|object &$array): mixed")]
fn next(ctx: &mut Ctx, array: Reference) -> R<Value> {
    with(ctx, &array, |a| {
        let to = here(a).and_then(|p| a.next_live(p + 1));
        a.set_cursor(to.unwrap_or_else(|| a.end()));
        value_at(a, to)
    })
}
#[php_function("prev(array|object &$array): mixed")]
fn prev(ctx: &mut Ctx, array: Reference) -> R<Value> {
    with(ctx, &array, |a| {
        let to = here(a).filter(|p| *p > 0).and_then(|p| a.prev_live(p - 1));
        a.set_cursor(to.unwrap_or_else(|| a.end()));
        value_at(a, to)
    })
}
#[php_function("reset(array|object &$array): mixed")]
fn reset(ctx: &mut Ctx, array: Reference) -> R<Value> {
    with(ctx, &array, |a| {
        a.set_cursor(0);
        value_at(a, here(a))
    })
}
#[php_function("end(array|object &$array): mixed")]
fn end(ctx: &mut Ctx, array: Reference) -> R<Value> {
    with(ctx, &array, |a| {
        let to = if a.end() == 0 { None } else { a.prev_live(a.end() - 1) };
        a.set_cursor(to.unwrap_or_else(|| a.end()));
        value_at(a, to)
    })
}
