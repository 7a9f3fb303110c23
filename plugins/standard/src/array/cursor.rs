//! The internal pointer: current(), next() and their kin.

use plugin_api::{Array, Ctx, Kind, R, Reference, Value, php_function};

/// Runs `f` on the array in a variable (an object's properties stand for an object, by value).
fn with<T>(ctx: &mut Ctx, v: &Reference<'_>, f: impl FnOnce(&mut Array) -> T) -> R<Option<T>> {
    if let Some(o) = v.get().as_object() {
        let name = ctx.function_name();
        ctx.deprecated(format!("Calling {name}() on an object is deprecated"))?;
        let mut a = o.visible_vars(ctx)?;
        return Ok(Some(f(&mut a)));
    }
    let Some(mut a) = v.take_array() else { return Ok(None) };
    a.separate();
    let r = f(&mut a);
    v.put_array(a);
    Ok(Some(r))
}

/// Position of the pointer on a live entry.
fn here(a: &Array) -> Option<u32> {
    a.next_live(a.cursor())
}

fn value_at(a: &Array, pos: Option<u32>) -> Value {
    pos.and_then(|p| a.at(p)).map_or(Value::bool(false), |(_, v)| v.dereferenced())
}

fn read<T>(ctx: &mut Ctx, v: &Value, f: impl FnOnce(&Array) -> T) -> R<Option<T>> {
    match v.kind() {
        Kind::Array(a) => Ok(Some(f(a))),
        Kind::Object(o) => {
            let name = ctx.function_name();
            ctx.deprecated(format!("Calling {name}() on an object is deprecated"))?;
            let a = o.visible_vars(ctx)?;
            Ok(Some(f(&a)))
        }
        _ => Ok(None),
    }
}

#[php_function("current(array|object $array): mixed")]
#[php_function("pos(array|object $array): mixed")]
fn current(ctx: &mut Ctx, array: &Value) -> R<Value> {
    Ok(read(ctx, array, |a| value_at(a, here(a)))?.unwrap_or_default())
}
#[php_function("key(array|object $array): int|string|null")]
fn key(ctx: &mut Ctx, array: &Value) -> R<Value> {
    Ok(read(ctx, array, |a| here(a).and_then(|p| a.at(p)).map_or(Value::NULL, |(k, _)| k.to_value()))?
        .unwrap_or_default())
}
#[php_function("next(array|object &$array): mixed")]
fn next(ctx: &mut Ctx, array: Reference) -> R<Value> {
    Ok(with(ctx, &array, |a| {
        let to = here(a).and_then(|p| a.next_live(p + 1));
        a.set_cursor(to.unwrap_or_else(|| a.end()));
        value_at(a, to)
    })?
    .unwrap_or_default())
}
#[php_function("prev(array|object &$array): mixed")]
fn prev(ctx: &mut Ctx, array: Reference) -> R<Value> {
    Ok(with(ctx, &array, |a| {
        let to = here(a).filter(|p| *p > 0).and_then(|p| a.prev_live(p - 1));
        a.set_cursor(to.unwrap_or_else(|| a.end()));
        value_at(a, to)
    })?
    .unwrap_or_default())
}
#[php_function("reset(array|object &$array): mixed")]
fn reset(ctx: &mut Ctx, array: Reference) -> R<Value> {
    Ok(with(ctx, &array, |a| {
        a.set_cursor(0);
        value_at(a, here(a))
    })?
    .unwrap_or_default())
}
#[php_function("end(array|object &$array): mixed")]
fn end(ctx: &mut Ctx, array: Reference) -> R<Value> {
    Ok(with(ctx, &array, |a| {
        let to = if a.end() == 0 { None } else { a.prev_live(a.end() - 1) };
        a.set_cursor(to.unwrap_or_else(|| a.end()));
        value_at(a, to)
    })?
    .unwrap_or_default())
}
