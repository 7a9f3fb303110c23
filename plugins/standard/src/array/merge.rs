//! Putting arrays together.

use super::basic::shared;
use plugin_api::stack::deeper;
use plugin_api::{Array, Ctx, Key, Kind, R, Rest, Value, php_function};

/// PHP's TypeError where an argument is no array.
fn check(ctx: &mut Ctx, args: &[Value], first: u32) -> R<()> {
    match args.iter().enumerate().find(|(_, v)| v.as_array().is_none()) {
        None => Ok(()),
        Some((i, v)) => {
            let text = format!("must be of type array, {} given", v.value_name());
            Err(ctx.argument_type_error(first + i as u32, text))
        }
    }
}

/// The arguments that are arrays.
fn each(args: &[Value]) -> impl Iterator<Item = &Array> {
    args.iter().filter_map(Value::as_array)
}

/// The arguments as arrays, or PHP's TypeError.
pub fn arrays<'a>(ctx: &mut Ctx, args: &'a [Value], first: u32) -> R<Vec<&'a Array>> {
    check(ctx, args, first)?;
    Ok(each(args).collect())
}

#[php_function("pure array_merge(array ...$arrays): array")]
fn array_merge(ctx: &mut Ctx, list: Rest) -> R<Array> {
    check(ctx, list.0, 1)?;
    let arrays = || each(list.0);
    if let [a, b] = list.0
        && let (Some(a), Some(b)) = (a.as_array(), b.as_array())
        && (a.is_empty() || b.is_empty())
    {
        let only = if a.is_empty() { b } else { a };
        if only.as_slice().is_some() || !only.is_packed() && only.keys().all(|k| matches!(k, Key::Str(_))) {
            return Ok(only.clone());
        }
    }
    let n = arrays().map(Array::len).sum();
    let mut out = if arrays().all(Array::is_packed) { Array::with_capacity(n) } else { Array::keyed(n) };
    arrays().for_each(|a| {
        out.append_all(a);
    });
    Ok(out)
}

/// The array that is an element, which is null then.
fn taken(out: &mut Array, k: Key<'_>) -> Array {
    Array::try_from(out.entry(k).take()).unwrap_or_default()
}

fn merge_deep(ctx: &mut Ctx, out: &mut Array, a: &Array) -> R<()> {
    if out.is_empty() {
        out.append_all(a);
        return Ok(());
    }
    for (k, v) in a.entries() {
        let Key::Str(_) = k else {
            out.push(shared(v));
            continue;
        };
        let Some(old) = out.get_key(k) else {
            out.set(k, shared(v));
            continue;
        };
        if let (Some(o), Some(n)) = (old.as_array(), v.as_array())
            && (o.same(n) && old.refcount() > 0)
            && v.is_reference()
        {
            return Err(ctx.error("Recursion detected"));
        }
        let mut dest = match old.kind() {
            Kind::Null => Array::list([Value::NULL]),
            Kind::Array(_) => taken(out, k),
            _ => old.to_array(ctx)?,
        };
        match v.kind() {
            Kind::Array(n) => {
                if n.as_value().protect() {
                    return Err(ctx.error("Recursion detected"));
                }
                let r = deeper(|| merge_deep(ctx, &mut dest, n));
                n.as_value().unprotect();
                r?;
            }
            _ => {
                dest.push(v.dereferenced());
            }
        }
        out.set(k, dest);
    }
    Ok(())
}

#[php_function("pure array_merge_recursive(array ...$arrays): array")]
fn array_merge_recursive(ctx: &mut Ctx, list: Rest) -> R<Array> {
    check(ctx, list.0, 1)?;
    let mut out = Array::keyed(each(list.0).map(Array::len).max().unwrap_or(0));
    for a in each(list.0) {
        merge_deep(ctx, &mut out, a)?;
    }
    Ok(out)
}

#[php_function("pure array_replace(array $array, array ...$replacements): array")]
fn array_replace(ctx: &mut Ctx, array: &Array, list: Rest) -> R<Array> {
    check(ctx, list.0, 2)?;
    let mut out = array.clone();
    each(list.0).for_each(|a| out.put_all(a));
    Ok(out)
}

fn replace_deep(ctx: &mut Ctx, out: &mut Array, a: &Array) -> R<()> {
    for (k, v) in a.entries() {
        match v.as_array() {
            Some(n) if out.get_key(k).is_some_and(|o| o.as_array().is_some()) => {
                if n.as_value().protect() {
                    return Err(ctx.error("Recursion detected"));
                }
                let mut dest = taken(out, k);
                let r = deeper(|| replace_deep(ctx, &mut dest, n));
                n.as_value().unprotect();
                r?;
                out.set(k, dest);
            }
            _ => out.set(k, shared(v)),
        }
    }
    Ok(())
}

#[php_function("pure array_replace_recursive(array $array, array ...$replacements): array")]
fn array_replace_recursive(ctx: &mut Ctx, array: &Array, list: Rest) -> R<Array> {
    check(ctx, list.0, 2)?;
    let mut out = array.clone();
    for a in each(list.0) {
        replace_deep(ctx, &mut out, a)?;
    }
    Ok(out)
}
