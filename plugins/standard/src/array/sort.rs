//! sort() and its family, array_multisort().

use super::keyed;
use crate::order::{self, By, Sortable, flags};
use plugin_api::{Args, Array, Callable, Ctx, Key, Kind, List, Map, R, Reference, Value, php_function};

/// Where the order is taken from.
#[derive(Clone, Copy, PartialEq)]
enum What {
    Values,
    Keys,
}

fn source(array: &Reference<'_>) -> Array {
    array.get().as_array().cloned().unwrap_or_default()
}

/// Sorts by flags.
fn by_flags(ctx: &mut Ctx, array: Reference<'_>, fl: i64, what: What, keep: bool, reverse: bool) -> R<bool> {
    let src = source(&array);
    if !keep
        && what == What::Values
        && let Some(ints) = keyed::sorted_ints(&src, fl, reverse)
    {
        put_list(array, &src, ints.into_iter().map(Value::from));
        return Ok(true);
    }
    if let Some(order) = keyed::order(&src, fl, what == What::Keys, reverse) {
        if keep && order.len() == src.end() as usize && order.is_sorted() {
            drop(src);
            if let Some(mut a) = array.take_array() {
                a.set_cursor(0);
                array.put_array(a);
            }
            return Ok(true);
        }
        let sorted = order.iter().filter_map(|p| src.at(*p)).map(|(k, v)| (k, v.clone()));
        put(array, &src, sorted, !keep);
        return Ok(true);
    }
    let by = By::new(fl);
    let mut items: Vec<(Sortable, Key<'_>, Value)> = Vec::with_capacity(src.len());
    for (k, v) in src.entries() {
        let s = match what {
            What::Values => by.prepare(ctx, v)?,
            What::Keys => by.prepare(ctx, &k.to_value())?,
        };
        items.push((s, k, v.clone()));
    }
    let sign = if reverse { -1 } else { 1 };
    order::sort(&mut items, &mut |a, b| Ok(sign * by.compare(&a.0, &b.0)))?;
    ctx.pending()?;
    put(array, &src, items.into_iter().map(|(_, k, v)| (k, v)), !keep);
    Ok(true)
}

/// Puts sorted values where an array was.
fn put_list(array: Reference<'_>, src: &Array, items: impl Iterator<Item = Value>) {
    let mut fresh = List::with_capacity(src.len());
    items.for_each(|v| fresh.push(v));
    let fresh = fresh.finish();
    fresh.replaces(src, 0, 0, 0);
    array.put_array(fresh);
}

fn put<'k>(array: Reference<'_>, src: &Array, items: impl Iterator<Item = (Key<'k>, Value)>, renumber: bool) {
    if renumber {
        return put_list(array, src, items.map(|(_, v)| v));
    }
    let mut fresh = Map::unique(src.len());
    items.for_each(|(k, v)| fresh.insert(k, v));
    let mut fresh = fresh.finish();
    fresh.set_next_index(src.next_index().max(fresh.next_index()));
    fresh.replaces(src, 0, 0, 0);
    array.put_array(fresh);
}

/// Sorts by a callback.
fn by_callback(ctx: &mut Ctx, array: Reference<'_>, f: &Value, what: What, keep: bool) -> R<bool> {
    let src = source(&array);
    let Some(f) = Callable::new(ctx, f)? else { return Ok(false) };
    let mut warned = false;
    let mut ask = |a: &Value, b: &Value| {
        let r = f.call_with(ctx, [a, b])?;
        match r.kind() {
            // A callback that answers "is greater" is asked the other way round, as PHP has done since 8.0.
            Kind::Bool(false) => {
                if !warned {
                    warned = true;
                    ctx.deprecated(
                        "Returning bool from comparison function is deprecated, return an integer less than, equal to, or greater than zero",
                    )?;
                }
                let back = f.call_with(ctx, [b, a])?;
                Ok(if back.to_bool() { -1 } else { 0 })
            }
            Kind::Int(i) => Ok(i.signum() as i32),
            _ => Ok(r.to_int().signum() as i32),
        }
    };
    if !keep {
        let mut items: Vec<Value> = src.entries().map(|(_, v)| v.clone()).collect();
        order::sort(&mut items, &mut ask)?;
        put_list(array, &src, items.into_iter());
        return Ok(true);
    }
    let mut items: Vec<(Key<'_>, Value)> = src.entries().map(|(k, v)| (k, v.clone())).collect();
    match what {
        What::Values => order::sort(&mut items, &mut |a, b| ask(&a.1, &b.1))?,
        What::Keys => order::sort(&mut items, &mut |a, b| ask(&a.0.to_value(), &b.0.to_value()))?,
    }
    put(array, &src, items.into_iter(), false);
    Ok(true)
}

#[php_function("sort(array &$array, int $flags = SORT_REGULAR): true")]
fn sort(ctx: &mut Ctx, array: Reference, flags: Option<i64>) -> R<bool> {
    by_flags(ctx, array, flags.unwrap_or(0), What::Values, false, false)
}
#[php_function("rsort(array &$array, int $flags = SORT_REGULAR): true")]
fn rsort(ctx: &mut Ctx, array: Reference, flags: Option<i64>) -> R<bool> {
    by_flags(ctx, array, flags.unwrap_or(0), What::Values, false, true)
}
#[php_function("asort(array &$array, int $flags = SORT_REGULAR): true")]
fn asort(ctx: &mut Ctx, array: Reference, flags: Option<i64>) -> R<bool> {
    by_flags(ctx, array, flags.unwrap_or(0), What::Values, true, false)
}
#[php_function("arsort(array &$array, int $flags = SORT_REGULAR): true")]
fn arsort(ctx: &mut Ctx, array: Reference, flags: Option<i64>) -> R<bool> {
    by_flags(ctx, array, flags.unwrap_or(0), What::Values, true, true)
}
#[php_function("ksort(array &$array, int $flags = SORT_REGULAR): true")]
fn ksort(ctx: &mut Ctx, array: Reference, flags: Option<i64>) -> R<bool> {
    by_flags(ctx, array, flags.unwrap_or(0), What::Keys, true, false)
}
#[php_function("krsort(array &$array, int $flags = SORT_REGULAR): true")]
fn krsort(ctx: &mut Ctx, array: Reference, flags: Option<i64>) -> R<bool> {
    by_flags(ctx, array, flags.unwrap_or(0), What::Keys, true, true)
}
#[php_function("natsort(array &$array): true")]
fn natsort(ctx: &mut Ctx, array: Reference) -> R<bool> {
    by_flags(ctx, array, flags::NATURAL, What::Values, true, false)
}
#[php_function("natcasesort(array &$array): true")]
fn natcasesort(ctx: &mut Ctx, array: Reference) -> R<bool> {
    by_flags(ctx, array, flags::NATURAL | flags::FLAG_CASE, What::Values, true, false)
}
#[php_function("usort(array &$array, callable $callback): true")]
fn usort(ctx: &mut Ctx, array: Reference, callback: &Value) -> R<bool> {
    by_callback(ctx, array, callback, What::Values, false)
}
#[php_function("uasort(array &$array, callable $callback): true")]
fn uasort(ctx: &mut Ctx, array: Reference, callback: &Value) -> R<bool> {
    by_callback(ctx, array, callback, What::Values, true)
}
#[php_function("uksort(array &$array, callable $callback): true")]
fn uksort(ctx: &mut Ctx, array: Reference, callback: &Value) -> R<bool> {
    by_callback(ctx, array, callback, What::Keys, true)
}

const DESC: i64 = 3;
const ASC: i64 = 4;

#[php_function("array_multisort(@prefer-ref $array, @prefer-ref ...$rest): bool")]
fn array_multisort(ctx: &mut Ctx, args: &Args) -> R<bool> {
    let mut columns: Vec<(usize, Array, i64, i64)> = Vec::new();
    let (mut order_ok, mut flag_ok) = (false, false);
    for (i, v) in args.rest(0).iter().enumerate() {
        match v.kind() {
            Kind::Array(a) => {
                columns.push((i, a.clone(), ASC, flags::REGULAR));
                (order_ok, flag_ok) = (true, true);
            }
            Kind::Int(n) => {
                let Some(last) = columns.last_mut() else {
                    return Err(ctx.argument_type_error(i as u32 + 1, "must be an array or a sort flag"));
                };
                match n & !flags::FLAG_CASE {
                    ASC | DESC if order_ok => {
                        last.2 = n;
                        order_ok = false;
                    }
                    ASC | DESC => {
                        return Err(ctx.argument_type_error(
                            i as u32 + 1,
                            "must be an array or a sort flag that has not already been specified",
                        ));
                    }
                    flags::REGULAR
                    | flags::NUMERIC
                    | flags::STRING
                    | flags::LOCALE_STRING
                    | flags::NATURAL => {
                        if !flag_ok {
                            return Err(ctx.argument_type_error(
                                i as u32 + 1,
                                "must be an array or a sort flag that has not already been specified",
                            ));
                        }
                        last.3 = n;
                        flag_ok = false;
                    }
                    _ => return Err(ctx.argument_value_error(i as u32 + 1, "must be a valid sort flag")),
                }
            }
            _ => return Err(ctx.argument_type_error(i as u32 + 1, "must be an array or a sort flag")),
        }
    }
    let Some(first) = columns.first() else { return Ok(true) };
    let n = first.1.len();
    if columns.iter().any(|c| c.1.len() != n) {
        return Err(ctx.value_error("Array sizes are inconsistent"));
    }
    if n == 0 {
        return Ok(true);
    }
    // One column is sorted by its own keys where they are all of a kind.
    let quick = match &columns[..] {
        [(_, a, dir, fl)] => keyed::order(a, *fl, false, *dir == DESC),
        _ => None,
    };
    let rows = match quick {
        Some(rows) if first.1.end() as usize == n => rows,
        _ => by_columns(ctx, &columns, n)?,
    };
    for (i, a, _, _) in &columns {
        let entries: Vec<(Key<'_>, &Value)> = a.entries().collect();
        let sorted = rows.iter().map(|&r| entries[r as usize]);
        let out = super::basic::renumbered(sorted, a.is_packed(), n, Value::clone);
        if let Some(r) = args.get(*i).and_then(<Reference as plugin_api::FromArg>::from_arg) {
            r.put_array(out);
        }
    }
    Ok(true)
}

/// The rows of several columns of `n` elements each in their order.
fn by_columns(ctx: &mut Ctx, columns: &[(usize, Array, i64, i64)], n: usize) -> R<keyed::Places> {
    let mut prepared: Vec<Vec<Sortable>> = Vec::new();
    for (_, a, _, fl) in columns {
        let by = By::new(*fl);
        let mut col = Vec::with_capacity(n);
        for v in a.values() {
            col.push(by.prepare(ctx, v)?);
        }
        prepared.push(col);
    }
    let mut rows: Vec<u32> = (0..n as u32).collect();
    order::sort(&mut rows, &mut |&x, &y| {
        for (c, col) in columns.iter().zip(&prepared) {
            let r = By::new(c.3).compare(&col[x as usize], &col[y as usize]);
            if r != 0 {
                return Ok(if c.2 == DESC { -r } else { r });
            }
        }
        Ok(0)
    })?;
    ctx.pending()?;
    Ok(rows.into())
}
