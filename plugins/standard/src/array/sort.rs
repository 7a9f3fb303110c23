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
    match array.get().kind() {
        Kind::Array(a) => a.clone(),
        _ => Array::new(),
    }
}

/// Sorts by flags.
fn by_flags(ctx: &mut Ctx, array: Reference<'_>, fl: i64, what: What, keep: bool, reverse: bool) -> R<bool> {
    // The keys of a list are in order.
    let listed = || array.get().as_array().is_some_and(|a| a.as_slice().is_some());
    if what == What::Keys && !reverse && matches!(fl, flags::REGULAR | flags::NUMERIC) && listed() {
        to_start(array);
        return Ok(true);
    }
    let src = source(&array);
    let mut ints = keyed::Ints::new();
    if !keep && what == What::Values && keyed::sorted_ints(&src, fl, reverse, &mut ints) {
        let mut sorted = List::with_capacity(ints.len());
        sorted.extend_with(ints.len(), |i| Value::int(ints[i]));
        put_sorted(array, &src, sorted.finish());
        return Ok(true);
    }
    let mut order = keyed::Places::new();
    if keyed::order(&src, fl, what == What::Keys, reverse, &mut order) {
        if keep && order.len() == src.end() as usize && order.is_sorted() {
            drop(src);
            to_start(array);
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

/// Moves the internal pointer to the first element.
fn to_start(array: Reference<'_>) {
    array.with_array(|a| a.set_cursor(0));
}

/// Puts sorted values where an array was.
fn put_list(array: Reference<'_>, src: &Array, items: impl Iterator<Item = Value>) {
    let mut fresh = List::with_capacity(src.len());
    fresh.extend_up_to(src.len(), items);
    put_sorted(array, src, fresh.finish());
}

/// Puts a sorted array where it was.
fn put_sorted(array: Reference<'_>, src: &Array, fresh: Array) {
    fresh.replaces(src, 0, 0, 0);
    array.put_array(fresh);
}

fn put<'k>(array: Reference<'_>, src: &Array, items: impl Iterator<Item = (Key<'k>, Value)>, renumber: bool) {
    if renumber {
        return put_list(array, src, items.map(|(_, v)| v));
    }
    let mut fresh = Map::unique(src.len());
    fresh.extend_up_to(src.len(), items);
    let mut fresh = fresh.finish();
    fresh.set_next_index(src.next_index().max(fresh.next_index()));
    put_sorted(array, src, fresh);
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
    if what == What::Keys {
        let mut items: Vec<(Value, Key<'_>, &Value)> =
            src.entries().map(|(k, v)| (k.to_value(), k, v)).collect();
        order::sort(&mut items, &mut |a, b| ask(&a.0, &b.0))?;
        put(array, &src, items.into_iter().map(|(_, k, v)| (k, v.clone())), false);
        return Ok(true);
    }
    let mut items: Vec<(Key<'_>, Value)> = src.entries().map(|(k, v)| (k, v.clone())).collect();
    order::sort(&mut items, &mut |a, b| ask(&a.1, &b.1))?;
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
    let mut columns: Vec<Column> = Vec::new();
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
    // The first column is sorted by its own keys where they are all of a kind, and the others among rows that are equal in it.
    let whole = first.1.end() as usize == n;
    let mut rows = keyed::Places::new();
    if whole && keyed::order(&first.1, first.3, false, first.2 == DESC, &mut rows) {
        if columns.len() > 1 {
            within(ctx, &columns, &mut rows)?;
        }
    } else {
        let prepared = prepare(ctx, &columns)?;
        let mut all: Vec<u32> = (0..n as u32).collect();
        by_columns(ctx, &columns, &prepared, &mut all)?;
        rows = all.into();
    }
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

/// A column: which argument it is, its elements, their direction and flags.
type Column = (usize, Array, i64, i64);

/// Orders the rows that are equal in the first column, by which they are ordered already, by the others.
fn within(ctx: &mut Ctx, columns: &[Column], rows: &mut [u32]) -> R<()> {
    let by = By::new(columns[0].3);
    let first = prepare(ctx, &columns[..1])?;
    let equal = |a: u32, b: u32| by.compare(&first[0][a as usize], &first[0][b as usize]) == 0;
    let mut others = None;
    let mut start = 0;
    for i in 1..=rows.len() {
        if i < rows.len() && equal(rows[start], rows[i]) {
            continue;
        }
        if i - start > 1 {
            let others = match &others {
                Some(o) => o,
                None => others.insert(prepare(ctx, &columns[1..])?),
            };
            let mut some = rows[start..i].to_vec();
            by_columns(ctx, &columns[1..], others, &mut some)?;
            rows[start..i].copy_from_slice(&some);
        }
        start = i;
    }
    Ok(())
}

/// What is compared of each column.
fn prepare(ctx: &mut Ctx, columns: &[Column]) -> R<Vec<Vec<Sortable>>> {
    let mut prepared = Vec::with_capacity(columns.len());
    for (_, a, _, fl) in columns {
        let by = By::new(*fl);
        let mut col = Vec::with_capacity(a.len());
        for v in a.values() {
            col.push(by.prepare(ctx, v)?);
        }
        prepared.push(col);
    }
    Ok(prepared)
}

/// Puts rows of several columns in their order.
fn by_columns(ctx: &mut Ctx, columns: &[Column], prepared: &[Vec<Sortable>], rows: &mut Vec<u32>) -> R<()> {
    order::sort(rows, &mut |&x, &y| {
        for (c, col) in columns.iter().zip(prepared) {
            let r = By::new(c.3).compare(&col[x as usize], &col[y as usize]);
            if r != 0 {
                return Ok(if c.2 == DESC { -r } else { r });
            }
        }
        Ok(0)
    })?;
    ctx.pending()
}
