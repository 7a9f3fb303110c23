//! Elements read, written, asked for and unset: by methods (which never ask a subclass's), and by `$o[…]` and, with
//! ARRAY_AS_PROPS, `$o->…` (which do).

use super::storage::{ARRAY_AS_PROPS, Table, table, with};
use crate::support::{Offset, is_overridden, type_name};
use plugin_api::{Ctx, Level, Object, PropMode, R, Str, Throw, Value};

/// The error of an offset that can be none.
fn illegal(ctx: &mut Ctx, o: &Object, offset: &Value, verb: Option<&str>) -> Throw {
    let t = type_name(offset);
    match verb {
        Some(verb) => {
            let class = o.class().name();
            ctx.type_error(format!("Cannot {verb} offset of type {t} on {}", class.lossy()))
        }
        None => ctx.type_error(format!("Cannot access offset of type {t} in isset or empty")),
    }
}

/// Fails while the elements are being sorted.
pub fn unsorted(o: &Object, ctx: &mut Ctx) -> R<()> {
    if with(o, ctx, |s| s.sorting)? > 0 {
        return Err(ctx.error("Modification of ArrayObject during sorting is prohibited"));
    }
    Ok(())
}

fn undefined(ctx: &mut Ctx, k: &Offset) -> R<()> {
    ctx.raise_plain(Level::Warning, format!("Undefined array key {}", k.shown()))
}

/// The element of an offset; for writing into a reference to it.
pub fn get(o: &Object, ctx: &mut Ctx, offset: Option<&Value>, mode: PropMode) -> R<Value> {
    let writes = matches!(mode, PropMode::Write | PropMode::ReadWrite);
    let Some(offset) = offset else {
        if !writes {
            return Ok(Value::NULL);
        }
        // `$o[][…] = …`: the standard object would be asked for null.
        return Ok(Value::NULL);
    };
    let t = table(o, ctx)?;
    if writes {
        unsorted(o, ctx)?;
    }
    let Some(k) = Offset::of(ctx, offset)? else {
        let verb = if mode == PropMode::Isset { None } else { Some("access") };
        return Err(illegal(ctx, o, offset, verb));
    };
    let found = t.find(ctx, &k)?;
    match (found, mode) {
        (Some(v), PropMode::Read | PropMode::Isset) => Ok(v.dereferenced()),
        (None, PropMode::Isset | PropMode::Unset) => Ok(Value::NULL),
        (None, PropMode::Read) => {
            undefined(ctx, &k)?;
            Ok(Value::NULL)
        }
        (None, PropMode::ReadWrite) => {
            undefined(ctx, &k)?;
            t.reference(ctx, &k)
        }
        _ => t.reference(ctx, &k),
    }
}

/// Sets the element of an offset; none appends.
pub fn set(o: &Object, ctx: &mut Ctx, offset: Option<&Value>, v: &Value) -> R<()> {
    unsorted(o, ctx)?;
    match offset.filter(|k| !k.is_null()) {
        None => table(o, ctx)?.push(ctx, v.dereferenced()),
        Some(offset) => {
            let Some(k) = Offset::of(ctx, offset)? else {
                return Err(illegal(ctx, o, offset, Some("access")));
            };
            let t = table(o, ctx)?;
            // A reference in the array stays one.
            match t.find(ctx, &k)? {
                Some(old) if old.is_reference() && t.is_object() => t.set(ctx, &k, v.dereferenced()),
                _ => t.set(ctx, &k, v.dereferenced()),
            }
        }
    }
}

/// Unsets the element of an offset.
pub fn unset(o: &Object, ctx: &mut Ctx, offset: &Value) -> R<()> {
    unsorted(o, ctx)?;
    let Some(k) = Offset::of(ctx, offset)? else {
        return Err(illegal(ctx, o, offset, Some("unset")));
    };
    let t = table(o, ctx)?;
    let gone = t.remove(ctx, &k)?;
    drop(gone);
    Ok(())
}

/// The element that isset or empty looks at.
fn looked_at(o: &Object, ctx: &mut Ctx, offset: &Value) -> R<Option<Value>> {
    match Offset::of(ctx, offset)? {
        Some(k) => table(o, ctx)?.find(ctx, &k),
        None => Err(illegal(ctx, o, offset, None)),
    }
}

/// Whether there is an element of an offset, null or not.
pub fn exists(o: &Object, ctx: &mut Ctx, offset: &Value) -> R<bool> {
    Ok(looked_at(o, ctx, offset)?.is_some())
}

/// `$o[$k]`
pub fn read_dim(o: &Object, ctx: &mut Ctx, key: Option<&Value>, mode: PropMode) -> R<Value> {
    let get_is = is_overridden(o.class(), "offsetget");
    let has_is = is_overridden(o.class(), "offsetexists");
    let null = Value::NULL;
    if mode == PropMode::Isset && (get_is || has_is) && !has_dim(o, ctx, key.unwrap_or(&null), false)? {
        return Ok(Value::NULL);
    }
    if get_is {
        return o.call(ctx, "offsetGet", &[key.cloned().unwrap_or_default()]);
    }
    get(o, ctx, key, mode)
}

/// `$o[$k] = $v`
pub fn write_dim(o: &Object, ctx: &mut Ctx, key: Option<&Value>, v: &Value) -> R<()> {
    if is_overridden(o.class(), "offsetset") {
        return o.call(ctx, "offsetSet", &[key.cloned().unwrap_or_default(), v.clone()]).map(drop);
    }
    set(o, ctx, key, v)
}

/// `isset($o[$k])`, or whether it is not empty.
pub fn has_dim(o: &Object, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool> {
    let get_is = is_overridden(o.class(), "offsetget");
    let own = core::slice::from_ref(key);
    if is_overridden(o.class(), "offsetexists") {
        if !o.call(ctx, "offsetExists", own)?.to_bool() {
            return Ok(false);
        }
        if !not_empty {
            return Ok(true);
        }
        if get_is {
            return Ok(o.call(ctx, "offsetGet", own)?.to_bool());
        }
    }
    let Some(v) = looked_at(o, ctx, key)? else { return Ok(false) };
    if !not_empty {
        return Ok(!v.is_null());
    }
    if get_is {
        return Ok(o.call(ctx, "offsetGet", own)?.to_bool());
    }
    Ok(v.to_bool())
}

/// Whether there is an element, null or not, for code that may be told otherwise by a subclass.
pub fn has_any(o: &Object, ctx: &mut Ctx, key: &Value) -> R<bool> {
    if is_overridden(o.class(), "offsetexists") {
        return Ok(o.call(ctx, "offsetExists", core::slice::from_ref(key))?.to_bool());
    }
    exists(o, ctx, key)
}

/// `unset($o[$k])`
pub fn unset_dim(o: &Object, ctx: &mut Ctx, key: &Value) -> R<()> {
    if is_overridden(o.class(), "offsetunset") {
        return o.call(ctx, "offsetUnset", core::slice::from_ref(key)).map(drop);
    }
    unset(o, ctx, key)
}

/// Whether a property name means an element.
pub fn is_element(o: &Object, ctx: &mut Ctx, name: &Str) -> R<bool> {
    Ok(with(o, ctx, |s| s.flags)? & ARRAY_AS_PROPS != 0 && !o.has_own(ctx, &**name, 2)?)
}

/// Whether the elements of an object are the properties of one.
pub fn holds_object(o: &Object, ctx: &mut Ctx) -> R<bool> {
    Ok(matches!(table(o, ctx)?, Table::Properties(_)))
}
