//! Sorting arrays.

use super::number::numeric;
use super::order;
use super::{Collator, constructed, enter};
use crate::error;
use crate::icu::{self, Code, collation};
use plugin_api::abi::STR;
use plugin_api::{Array, Ctx, Kind, R, Reference, This, Value};
use std::cmp::Ordering;

/// `Collator::SORT_STRING`
const STRINGS: i64 = 1;
/// `Collator::SORT_NUMERIC`
const NUMBERS: i64 = 2;

/// An element with what it is compared by.
struct Element {
    at: usize,
    value: Value,
    text: Option<Vec<u16>>,
}

/// UTF-16 of an element, when it is a string.
fn converted(v: &Value) -> Result<Option<Vec<u16>>, Code> {
    match v.kind() {
        Kind::Str(s) if !v.is_reference() => icu::to_utf16(s).map(Some),
        _ => Ok(None),
    }
}

/// A non-string as the text it is compared by.
fn as_text(ctx: &mut Ctx, v: &Value) -> R<Vec<u16>> {
    let s = v.to_str(ctx)?;
    Ok(icu::to_utf16(&s).unwrap_or_default())
}

/// As numbers: a text that begins with none is 0.
fn by_number(a: &Element, b: &Element) -> Ordering {
    let number = |e: &Element| match &e.text {
        Some(t) => numeric(t).map_or(0.0, |n| n.to_float()),
        None => e.value.to_float(),
    };
    number(a).partial_cmp(&number(b)).unwrap_or(Ordering::Greater)
}

/// As texts.
fn by_text(ctx: &mut Ctx, icu: &collation::Collator, a: &Element, b: &Element) -> R<Ordering> {
    let text = |ctx: &mut Ctx, e: &Element| match &e.text {
        Some(t) => Ok(t.clone()),
        None => as_text(ctx, &e.value),
    };
    let (a, b) = (text(ctx, a)?, text(ctx, b)?);
    Ok(icu.compare(&a, &b).cmp(&0))
}

/// Texts by the collator, unless both are numbers; the rest as PHP compares.
fn regular(ctx: &mut Ctx, icu: &collation::Collator, a: &Element, b: &Element) -> R<Ordering> {
    let text = |ctx: &mut Ctx, e: &Element| -> R<Option<Vec<u16>>> {
        match (&e.text, e.value.as_object()) {
            (Some(t), _) => Ok(Some(t.clone())),
            (None, Some(o)) if o.has_method("__toString") => {
                let s = e.value.cast(ctx, STR)?;
                as_text(ctx, &s).map(Some)
            }
            _ => Ok(None),
        }
    };
    let (one, two) = (text(ctx, a)?, text(ctx, b)?);
    let plain = |e: &Element, t: &Option<Vec<u16>>| match t {
        None => e.value.clone(),
        Some(t) => numeric(t).unwrap_or_else(|| Value::str(String::from_utf16_lossy(t))),
    };
    if let (Some(one), Some(two)) = (&one, &two)
        && (numeric(one).is_none() || numeric(two).is_none())
    {
        return Ok(icu.compare(one, two).cmp(&0));
    }
    Ok(plain(a, &one).compare(&plain(b, &two)).cmp(&0))
}

/// The array of a reference, or an empty one.
fn array_of(array: &Reference<'_>) -> Array {
    array.get().as_array().cloned().unwrap_or_default()
}

/// Sorts by the order that flags name; `renumber`: keys are counted anew.
pub fn sort(
    ctx: &mut Ctx,
    this: &This<Collator>,
    array: Reference<'_>,
    flags: i64,
    renumber: bool,
) -> R<bool> {
    let (errors, icu) = enter(ctx, this)?;
    let Some(icu) = icu else { return Err(ctx.error("Object not initialized")) };
    let source = array_of(&array);
    let elements: Result<Vec<Element>, Code> = source
        .entries()
        .enumerate()
        .map(|(at, (_, v))| Ok(Element { at, value: v.clone(), text: converted(v)? }))
        .collect();
    let elements =
        error::checked(ctx, Some(&errors), elements, "Error converting hash from UTF-8 to UTF-16")?;
    let Some(mut elements) = elements else { return Ok(false) };
    order::sort(&mut elements, &mut |a, b| {
        let order = match flags {
            NUMBERS => by_number(a, b),
            STRINGS => by_text(ctx, &icu, a, b)?,
            _ => regular(ctx, &icu, a, b)?,
        };
        Ok(order == Ordering::Greater)
    })?;
    let keys: Vec<_> = source.keys().collect();
    let mut sorted = Array::with_capacity(elements.len());
    for e in elements {
        match keys.get(e.at).filter(|_| !renumber) {
            Some(key) => sorted.set(*key, e.value),
            None => {
                sorted.push(e.value);
            }
        }
    }
    array.set(ctx, sorted)?;
    Ok(true)
}

/// Sorts by sort keys; what is no string has an empty one.
pub fn by_keys(ctx: &mut Ctx, this: &This<Collator>, array: Reference<'_>) -> R<bool> {
    let (errors, icu) = constructed(ctx, this)?;
    let source = array_of(&array);
    if source.is_empty() {
        return Ok(true);
    }
    let keyed: Result<Vec<(Vec<u8>, Value)>, Code> =
        source.values().map(|v| Ok((icu.sort_key(&converted(v)?.unwrap_or_default()), v.clone()))).collect();
    let keyed = error::checked(ctx, Some(&errors), keyed, "Sort with sort keys failed")?;
    let Some(mut keyed) = keyed else { return Ok(false) };
    order::sort(&mut keyed, &mut |a, b| Ok(a.0 > b.0))?;
    array.set(ctx, Array::list(keyed.into_iter().map(|(_, v)| v)))?;
    Ok(true)
}
