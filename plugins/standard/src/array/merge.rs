//! Putting arrays together.

use super::basic::shared;
use plugin_api::stack::deeper;
use plugin_api::{Array, Ctx, Key, Kind, R, Rest, Value, php_function};

/// The arguments as arrays, or PHP's TypeError.
pub fn arrays<'a>(ctx: &mut Ctx, args: &'a [Value], first: u32) -> R<Vec<&'a Array>> {
    let mut out = Vec::with_capacity(args.len());
    for (i, v) in args.iter().enumerate() {
        match v.kind() {
            Kind::Array(a) => out.push(a),
            _ => {
                return Err(ctx.argument_type_error(
                    first + i as u32,
                    format!("must be of type array, {} given", v.value_name()),
                ));
            }
        }
    }
    Ok(out)
}

#[php_function("pure array_merge(array ...$arrays): array")]
fn array_merge(ctx: &mut Ctx, list: Rest) -> R<Array> {
    for (i, v) in list.iter().enumerate() {
        if v.as_array().is_none() {
            let text = format!("must be of type array, {} given", v.value_name());
            return Err(ctx.argument_type_error(1 + i as u32, text));
        }
    }
    let arrays = || list.iter().filter_map(Value::as_array);
    if let [a, b] = list.0
        && let (Some(a), Some(b)) = (a.as_array(), b.as_array())
        && (a.is_empty() || b.is_empty())
    {
        let only = if a.is_empty() { b } else { a };
        if only.as_slice().is_some() || !only.is_packed() && only.keys().all(|k| matches!(k, Key::Str(_))) {
            return Ok(only.clone());
        }
    }
    let mut out = Array::with_capacity(arrays().map(Array::len).sum());
    arrays().for_each(|a| {
        out.append_all(a);
    });
    Ok(out)
}

fn merge_deep(ctx: &mut Ctx, out: &mut Array, a: &Array) -> R<()> {
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
    let mut out = Array::new();
    for a in arrays(ctx, list.0, 1)? {
        merge_deep(ctx, &mut out, a)?;
    }
    Ok(out)
}

#[php_function("pure array_replace(array $array, array ...$replacements): array")]
fn array_replace(ctx: &mut Ctx, array: &Array, list: Rest) -> R<Array> {
    let mut out = array.clone();
    for a in arrays(ctx, list.0, 2)? {
        a.entries().for_each(|(k, v)| out.set(k, shared(v)));
    }
    Ok(out)
}

fn replace_deep(ctx: &mut Ctx, out: &mut Array, a: &Array) -> R<()> {
    for (k, v) in a.entries() {
        let both = v.as_array().zip(out.get_key(k).and_then(Value::as_array).cloned());
        match both {
            Some((n, mut dest)) => {
                if n.as_value().protect() {
                    return Err(ctx.error("Recursion detected"));
                }
                let r = deeper(|| replace_deep(ctx, &mut dest, n));
                n.as_value().unprotect();
                r?;
                out.set(k, dest);
            }
            None => out.set(k, shared(v)),
        }
    }
    Ok(())
}

#[php_function("pure array_replace_recursive(array $array, array ...$replacements): array")]
fn array_replace_recursive(ctx: &mut Ctx, array: &Array, list: Rest) -> R<Array> {
    let mut out = array.clone();
    for a in arrays(ctx, list.0, 2)? {
        replace_deep(ctx, &mut out, a)?;
    }
    Ok(out)
}
