//! Methods that ArrayObject and ArrayIterator share.

use super::access::{holds_object, unsorted};
use super::storage::{CLONED, INTERNAL, IS_SELF, Source, Table, is_either, table, with};
use super::{ArrayIterator, ArrayObject};
use crate::serial::{ILL_TYPED, Reader};
use crate::support::{debug_info as shown, load_members, members, throw};
use plugin_api::serial::Writer;
use plugin_api::{Args, Array, Class, Ctx, Kind, Object, R, Str, This, Value};

/// Which of both classes an object is of, by name.
fn base_name(o: &Object) -> &'static str {
    if This::<ArrayIterator>::of(o).is_some() { "ArrayIterator" } else { "ArrayObject" }
}

/// Copies what an object holds into its clone.
pub fn clone(from: &Object, to: &Object, ctx: &mut Ctx) -> R<()> {
    let (own, flags, class) =
        with(from, ctx, |s| (matches!(s.source, Source::Own), s.flags, s.iterator_class))?;
    let source = if own {
        Source::Own
    } else if This::<ArrayObject>::of(from).is_some() {
        Source::Array(table(from, ctx)?.copy(ctx)?)
    } else {
        Source::Other(from.clone())
    };
    let old = with(to, ctx, |s| {
        (s.flags, s.iterator_class) = (flags, class);
        core::mem::replace(&mut s.source, source)
    })?;
    drop(old);
    Ok(())
}

/// Takes elements from an array or object. `flags` none: those of another such object, else its own stay.
pub fn set_source(this: &Object, ctx: &mut Ctx, v: &Value, flags: Option<i64>) -> R<()> {
    unsorted(this, ctx)?;
    let mut flags = flags;
    let source = match v.kind() {
        Kind::Array(a) => Source::Array(a.clone()),
        Kind::Object(o) if is_either(o) => {
            if flags.is_none() {
                flags = Some(with(o, ctx, |s| s.flags)?);
            }
            if o.same(this) { Source::Own } else { Source::Other(o.clone()) }
        }
        Kind::Object(o) => {
            if has_own_properties(o) {
                let (theirs, mine) = (o.class().name(), this.class().name());
                let message = format!(
                    "Overloaded object of type {} is not compatible with {}",
                    theirs.lossy(),
                    mine.lossy()
                );
                return Err(throw(ctx, "InvalidArgumentException", message));
            }
            Source::Properties(o.clone())
        }
        _ => return Err(throw(ctx, "InvalidArgumentException", "Passed variable is not an array or object")),
    };
    let old = with(this, ctx, |s| {
        s.forget_position();
        if let Some(f) = flags {
            s.flags |= f & !INTERNAL;
        }
        core::mem::replace(&mut s.source, source)
    })?;
    drop(old);
    Ok(())
}

/// Whether the class of an object shows properties that are not in its table.
fn has_own_properties(o: &Object) -> bool {
    o.class().lists_properties() || o.is_enum()
}

/// The constructor of both classes.
pub fn construct(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<()> {
    let null = Value::NULL;
    let v = args.get(0).unwrap_or(&null).deref();
    let flags = (args.len() > 1).then(|| args.get(1).map_or(0, Value::to_int));
    if args.get(0).is_none() {
        return with(this, ctx, |s| s.flags |= flags.unwrap_or(0) & !INTERNAL);
    }
    set_source(this, ctx, v, flags)
}

/// The class of an argument that names the class of iterators.
pub fn iterator_class(ctx: &mut Ctx, name: &Str, n: u32) -> R<Class> {
    let base = Class::of::<ArrayIterator>(ctx)?;
    match ctx.find_class(&**name, true)? {
        Some(c) if c.is_a(base) => Ok(c),
        _ => {
            let message = format!("must be a class name derived from ArrayIterator, {} given", name.lossy());
            Err(ctx.argument_type_error(n, message))
        }
    }
}

/// `append()`
pub fn append(this: &Object, ctx: &mut Ctx, v: &Value) -> R<()> {
    if holds_object(this, ctx)? {
        let class = this.class().name();
        return Err(ctx.error(format!(
            "Cannot append properties to objects, use {}::offsetSet() instead",
            class.lossy()
        )));
    }
    super::access::write_dim(this, ctx, None, v)
}

/// Sorts by the function of that name.
pub fn sort(this: &Object, ctx: &mut Ctx, args: &Args<'_>, function: &str) -> R<Value> {
    let t = table(this, ctx)?;
    let holder = match &t {
        Table::Array(owner) => Some(owner.clone()),
        Table::Properties(_) => None,
    };
    let array = match &holder {
        // The array is out of its place while it is sorted; what reads it meanwhile sees it as it was.
        Some(_) => t.copy(ctx)?,
        None => {
            let mut all = Array::new();
            let Table::Properties(o) = &t else { return Ok(Value::NULL) };
            let own = o.properties(ctx)?;
            for (k, v) in own.entries() {
                all.set(k, v.clone());
            }
            all
        }
    };
    let variable = Value::new_reference(array.into());
    let mut list = vec![variable.clone()];
    if let Some(a) = args.get(0) {
        list.push(a.clone());
    } else if matches!(function, "asort" | "ksort") {
        list.push(Value::int(0));
    }
    with(this, ctx, |s| s.sorting += 1)?;
    let r = ctx.call_function(function, &list);
    with(this, ctx, |s| s.sorting -= 1)?;
    let sorted = Array::try_from(variable.dereferenced()).unwrap_or_default();
    drop(list);
    drop(variable);
    match (&t, holder) {
        (Table::Properties(o), _) => reorder(o, &sorted),
        (_, Some(owner)) => {
            let old = with(&owner, ctx, |s| {
                if let Source::Array(a) = &mut s.source {
                    return Some(core::mem::replace(a, sorted));
                }
                None
            })?;
            drop(old);
        }
        _ => {}
    }
    r
}

/// Puts the dynamic properties of an object into the order of an array; declared ones have their places.
fn reorder(o: &Object, sorted: &Array) {
    let mut again = Vec::new();
    for (k, v) in sorted.entries() {
        let name = match k {
            plugin_api::Key::Int(i) => Str::from(i.to_string()),
            plugin_api::Key::Str(s) => s.to_str(),
        };
        if let Some(at) = o.table_find(&name) {
            drop(o.table_remove(at));
            again.push((name, v.clone()));
        }
    }
    for (name, v) in again {
        o.table_set(&name, v);
    }
}

/// The flags and the elements as they are serialized.
fn parts(this: &Object, ctx: &mut Ctx) -> R<(i64, Option<Value>, Option<Class>)> {
    with(this, ctx, |s| {
        let (mut flags, class) = (s.flags & CLONED, s.iterator_class);
        let storage = match &s.source {
            Source::Array(a) => Some(Value::from(a)),
            Source::Other(o) | Source::Properties(o) => Some(Value::from(o)),
            Source::Own => {
                flags |= IS_SELF;
                None
            }
        };
        (flags, storage, class)
    })
}

/// The text of before PHP 7.4.
pub fn serialize(this: &Object, ctx: &mut Ctx) -> R<Str> {
    let (flags, storage, _) = parts(this, ctx)?;
    Writer::run(ctx, |ctx, w| {
        let mut out = b"x:".to_vec();
        out.extend_from_slice(&w.value(ctx, &Value::int(flags))?);
        if let Some(v) = storage {
            out.extend_from_slice(&w.value(ctx, &v)?);
            out.push(b';');
        }
        out.extend_from_slice(b"m:");
        let own = this.properties(ctx)?;
        out.extend_from_slice(&w.value(ctx, &own.into())?);
        Ok(Str::from(out))
    })
}

/// Reads the text of before PHP 7.4.
pub fn unserialize(this: &Object, ctx: &mut Ctx, data: &[u8]) -> R<()> {
    if data.is_empty() {
        return Ok(());
    }
    unsorted(this, ctx)?;
    Reader::run(ctx, data, |ctx, r| read(this, ctx, r))
}

fn read(this: &Object, ctx: &mut Ctx, r: &mut Reader<'_>) -> R<()> {
    if !(r.take(b'x') && r.take(b':')) {
        return Err(r.fail(ctx));
    }
    let Some(flags) = r.value(ctx)?.and_then(|v| v.as_int()) else { return Err(r.fail(ctx)) };
    if flags & IS_SELF != 0 {
        set_flags(this, ctx, flags, Some(Source::Own))?;
    } else {
        if !matches!(r.peek(), Some(b'a' | b'O' | b'C' | b'r')) {
            return Err(r.fail(ctx));
        }
        let v = match r.value(ctx)? {
            Some(v) if v.as_array().is_some() || v.as_object().is_some() => v,
            _ => return Err(r.fail(ctx)),
        };
        set_flags(this, ctx, flags, None)?;
        set_source(this, ctx, &v, None)?;
        if !r.take(b';') {
            return Err(r.fail(ctx));
        }
    }
    if !(r.take(b'm') && r.take(b':')) {
        return Err(r.fail(ctx));
    }
    match r.value(ctx)?.as_ref().and_then(Value::as_array) {
        Some(m) => load_members(ctx, this, m),
        None => Err(r.fail(ctx)),
    }
}

fn set_flags(this: &Object, ctx: &mut Ctx, flags: i64, source: Option<Source>) -> R<()> {
    let old = with(this, ctx, |s| {
        s.flags = s.flags & !CLONED | flags & CLONED & !IS_SELF;
        source.map(|n| core::mem::replace(&mut s.source, n))
    })?;
    drop(old);
    Ok(())
}

/// `__serialize()`
pub fn serialize_array(this: &Object, ctx: &mut Ctx) -> R<Array> {
    let (flags, storage, class) = parts(this, ctx)?;
    let members = members(ctx, this)?;
    let default = Class::of::<ArrayIterator>(ctx)?;
    let class = class.filter(|c| *c != default).map(Class::name);
    Ok(Array::list([Value::int(flags), storage.into(), members.into(), class.into()]))
}

/// `__unserialize()`
pub fn unserialize_array(this: &Object, ctx: &mut Ctx, data: &Array) -> R<()> {
    let part = |i| data.get_index(i);
    let class = part(3).map(Value::kind);
    let (
        Some(Kind::Int(flags)),
        Some(storage),
        Some(Kind::Array(members)),
        None | Some(Kind::Null | Kind::Str(_)),
    ) = (part(0).map(Value::kind), part(1), part(2).map(Value::kind), class)
    else {
        return Err(throw(ctx, "UnexpectedValueException", ILL_TYPED));
    };
    if flags & IS_SELF != 0 {
        set_flags(this, ctx, flags, Some(Source::Own))?;
    } else {
        set_flags(this, ctx, flags, None)?;
        set_source(this, ctx, storage, None)?;
    }
    load_members(ctx, this, members)?;
    let Some(Kind::Str(name)) = class else { return Ok(()) };
    let iterator = ctx.find_class("Iterator", false)?;
    match ctx.find_class(&**name, true)? {
        Some(c) if iterator.is_some_and(|i| c.is_a(i)) => with(this, ctx, |s| s.iterator_class = Some(c)),
        found => {
            let why = if found.is_some() {
                "this class does not implement the Iterator interface"
            } else {
                "no such class exists"
            };
            let message =
                format!("Cannot deserialize ArrayObject with iterator class '{}'; {why}", name.lossy());
            Err(throw(ctx, "UnexpectedValueException", message))
        }
    }
}

/// What var_dump shows.
pub fn debug_info(this: &Object, ctx: &mut Ctx) -> R<Array> {
    let (_, storage, _) = parts(this, ctx)?;
    match storage {
        None => this.properties(ctx),
        Some(v) => shown(ctx, this, base_name(this), vec![("storage", v)]),
    }
}
