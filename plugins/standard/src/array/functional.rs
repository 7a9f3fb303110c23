//! Callbacks over arrays: array_map(), array_filter(), array_walk() and the like.

use super::basic::shared;
use plugin_api::stack::deeper;
use plugin_api::{Args, Array, Callable, Ctx, Key, List, Map, R, Reference, Value, php_function};

fn callable(ctx: &mut Ctx, v: &Value, n: u32) -> R<Callable> {
    match Callable::new(ctx, v)? {
        Some(c) => Ok(c),
        None => Err(ctx.argument_type_error(n, "must be a valid callback")),
    }
}

#[php_function("array_map(?callable $callback, array $array, array ...$arrays): array")]
fn array_map(ctx: &mut Ctx, args: &Args) -> R<Array> {
    let f = match args.get(0).filter(|f| !f.is_null()) {
        Some(f) => Some(callable(ctx, f, 1)?),
        None => None,
    };
    if let [one] = args.rest(1)
        && let Some(one) = one.as_array()
    {
        return match f {
            Some(f) => map_one(ctx, &f, one),
            None => Ok(one.clone()),
        };
    }
    let lists = super::merge::arrays(ctx, args.rest(1), 2)?;
    let n = lists.iter().map(|a| a.len()).max().unwrap_or(0);
    let mut columns: Vec<_> = lists.iter().map(|a| a.values()).collect();
    let mut out = List::with_capacity(n);
    let mut row: Vec<Value> = Vec::with_capacity(columns.len());
    for _ in 0..n {
        row.clear();
        row.extend(columns.iter_mut().map(|c| c.next().cloned().unwrap_or_default()));
        match &f {
            Some(f) => out.push(f.call(ctx, &row)?),
            None => {
                let mut made = List::with_capacity(row.len());
                row.drain(..).for_each(|v| made.push(v));
                out.push(made.finish());
            }
        }
    }
    Ok(out.finish())
}

/// `array_map()` of one array, whose keys stay.
fn map_one(ctx: &mut Ctx, f: &Callable, one: &Array) -> R<Array> {
    if one.is_list() {
        let mut out = List::with_capacity(one.len());
        for v in one.values() {
            out.push(f.call_with(ctx, [v])?);
        }
        return Ok(out.finish());
    }
    let mut out = Map::unique(one.len());
    for (k, v) in one.iter() {
        out.insert(k, f.call_with(ctx, [v])?);
    }
    Ok(out.finish())
}

#[php_function("array_filter(array $array, ?callable $callback = null, int $mode = 0): array")]
fn array_filter(ctx: &mut Ctx, array: &Array, callback: Option<&Value>, mode: i64) -> R<Array> {
    let f = match callback.filter(|f| !f.is_null()) {
        Some(f) => Some(callable(ctx, f, 2)?),
        None => None,
    };
    let Some(f) = f else {
        let mut out = Map::unique(0);
        let kept = array.entries().filter(|(_, v)| v.to_bool()).map(|(k, v)| (k, shared(v)));
        out.extend_up_to(array.len(), kept);
        return Ok(out.finish());
    };
    let mut out = Map::unique(0);
    for (k, v) in array.entries() {
        let keep = match mode {
            2 => f.call_with(ctx, [&k.to_value()])?,
            1 => f.call_with(ctx, [v, &k.to_value()])?,
            _ => f.call_with(ctx, [v])?,
        };
        if keep.to_bool() {
            out.insert(k, shared(v));
        }
    }
    Ok(out.finish())
}

#[php_function("array_reduce(array $array, callable $callback, mixed $initial = null): mixed")]
fn array_reduce(ctx: &mut Ctx, array: &Array, callback: &Value, initial: Option<&Value>) -> R<Value> {
    let f = callable(ctx, callback, 2)?;
    let mut acc = initial.cloned().unwrap_or_default();
    for v in array.values() {
        acc = f.call_with(ctx, [&acc, v])?;
    }
    Ok(acc)
}

fn first(ctx: &mut Ctx, array: &Array, callback: &Value, want: bool) -> R<Option<(Value, Value)>> {
    let f = callable(ctx, callback, 2)?;
    for (k, v) in array.iter() {
        if f.call_with(ctx, [v, &k.to_value()])?.to_bool() == want {
            return Ok(Some((k.to_value(), v.clone())));
        }
    }
    Ok(None)
}

#[php_function("array_find(array $array, callable $callback): mixed")]
fn array_find(ctx: &mut Ctx, array: &Array, callback: &Value) -> R<Value> {
    Ok(first(ctx, array, callback, true)?.map_or(Value::NULL, |p| p.1))
}
#[php_function("array_find_key(array $array, callable $callback): mixed")]
fn array_find_key(ctx: &mut Ctx, array: &Array, callback: &Value) -> R<Value> {
    Ok(first(ctx, array, callback, true)?.map_or(Value::NULL, |p| p.0))
}
#[php_function("array_any(array $array, callable $callback): bool")]
fn array_any(ctx: &mut Ctx, array: &Array, callback: &Value) -> R<bool> {
    Ok(first(ctx, array, callback, true)?.is_some())
}
#[php_function("array_all(array $array, callable $callback): bool")]
fn array_all(ctx: &mut Ctx, array: &Array, callback: &Value) -> R<bool> {
    Ok(first(ctx, array, callback, false)?.is_none())
}

/// Walks the array in a variable, which the callback may change meanwhile.
fn walk(ctx: &mut Ctx, var: &Value, f: &Callable, extra: Option<&Value>, deep: bool) -> R<()> {
    let Some(r) = <Reference as plugin_api::FromArg>::from_arg(var) else { return Ok(()) };
    let Some(mut own) = r.take_array() else { return Ok(()) };
    // What is walked is the variable's own: a position in a shared one would not be one in its copy.
    own.separate();
    let id = own.watch(0);
    r.put_array(own);
    // Who takes values needs no references.
    let plain = !deep && !f.takes_reference(0);
    let result = (|| {
        loop {
            let Some(mut a) = r.take_array() else {
                return Err(ctx.error("Iterated value is no longer an array or object"));
            };
            let Some(p) = a.next_live(a.watched(id)) else {
                r.put_array(a);
                return Ok(());
            };
            let key = a.at(p).map_or(Value::NULL, |(k, _)| k.to_value());
            let element = if plain {
                a.at(p).map_or(Value::NULL, |(_, v)| v.dereferenced())
            } else {
                a.reference_at(p).unwrap_or_default()
            };
            Array::watch_set(id, p + 1);
            r.put_array(a);
            if deep && element.as_array().is_some() {
                let inner = element.as_array().is_some_and(|a| a.as_value().protect());
                if inner {
                    return Err(ctx.error("Recursion detected"));
                }
                let unprotect = element.as_array().cloned();
                let done = deeper(|| walk(ctx, &element, f, extra, true));
                if let Some(a) = unprotect {
                    a.as_value().unprotect();
                }
                done?;
                continue;
            }
            match extra {
                None => f.call_as_is(ctx, [&element, &key])?,
                Some(e) => f.call_as_is(ctx, [&element, &key, e])?,
            };
        }
    })();
    Array::unwatch(id);
    result
}

fn walk_any(
    ctx: &mut Ctx,
    array: Reference<'_>,
    callback: &Value,
    arg: Option<&Value>,
    deep: bool,
) -> R<bool> {
    let f = callable(ctx, callback, 2)?;
    if let Some(o) = array.get().as_object().cloned() {
        let vars = o.properties(ctx)?;
        let keys: Vec<Value> = vars.keys().map(Key::to_value).collect();
        for k in keys {
            let Some(now) = o.properties(ctx)?.element_as_is(&k).cloned() else { continue };
            let element = Value::new_reference(now.dereferenced());
            let mut args = vec![element.clone(), k.clone()];
            args.extend(arg.cloned());
            f.call(ctx, &args)?;
            if !element.deref().identical(&now)
                && let Some(name) = k.as_str()
            {
                o.set_mangled(ctx, name, element.dereferenced())?;
            }
        }
        return Ok(true);
    }
    if array.get().as_array().is_none() {
        let given = array.get().value_name();
        return Err(ctx.argument_type_error(1, format!("must be of type array, {given} given")));
    }
    walk(ctx, array.value(), &f, arg, deep)?;
    Ok(true)
}

#[php_function("array_walk(array|object &$array, callable $callback, mixed $arg = UNKNOWN): true")]
fn array_walk(ctx: &mut Ctx, array: Reference, callback: &Value, arg: Option<&Value>) -> R<bool> {
    walk_any(ctx, array, callback, arg, false)
}
#[php_function("array_walk_recursive(array|object &$array, callable $callback, mixed $arg = UNKNOWN): true")]
fn array_walk_recursive(ctx: &mut Ctx, array: Reference, callback: &Value, arg: Option<&Value>) -> R<bool> {
    walk_any(ctx, array, callback, arg, true)
}
