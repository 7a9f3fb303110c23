//! What the classes of this extension share: arguments without a declared type, offsets, errors.

use plugin_api::{Args, Array, Class, Ctx, Kind, Level, Object, R, Str, Throw, Value};

/// The error of methods whose class's constructor did not run.
pub const NO_PARENT: &str = "The object is in an invalid state as the parent constructor was not called";

/// Throws an exception of this extension.
pub fn throw(ctx: &mut Ctx, class: &str, message: impl AsRef<str>) -> Throw {
    ctx.throw_named(class, message, 0)
}

/// Whether a method (lower case) of a class is PHP code.
#[inline]
pub fn is_overridden(class: Class, method: &str) -> bool {
    !class.is_native() && class.method_class(method).is_some_and(|c| !c.is_internal())
}

/// The type of a value as offset errors name it.
pub fn type_name(v: &Value) -> String {
    if v.as_object().is_some() { v.value_name() } else { v.type_name() }
}

/// Deprecates a float that loses its fraction as an integer.
fn exact(ctx: &mut Ctx, d: f64) -> R<i64> {
    let i = Ctx::float_to_int(d);
    if i as f64 != d {
        let shown = Ctx::format_float(d, -1);
        ctx.raise_plain(
            Level::Deprecated,
            format!("Implicit conversion from float {shown} to int loses precision"),
        )?;
    }
    Ok(i)
}

/// An argument that is declared without a type and taken as an int, as PHP's parameter parsing does it: argument `i`
/// (counted from 0) of the running method.
pub fn int_argument(ctx: &mut Ctx, args: &Args<'_>, i: usize, name: &str) -> R<i64> {
    let null = Value::NULL;
    let v = args.get(i).unwrap_or(&null).deref();
    let strict = args.strict();
    match v.kind() {
        Kind::Int(n) => return Ok(n),
        Kind::Bool(b) if !strict => return Ok(b as i64),
        Kind::Null if !strict => {
            ctx.deprecated(format!(
                "Passing null to parameter #{} (${name}) of type int is deprecated",
                i + 1
            ))?;
            return Ok(0);
        }
        Kind::Float(d) if !strict && d.is_finite() && d.abs() < 9.2e18 => return exact(ctx, d),
        Kind::Str(s) if !strict => {
            if let Some((n, false)) = Value::numeric(s) {
                match n.kind() {
                    Kind::Int(n) => return Ok(n),
                    Kind::Float(d) if d.is_finite() && d.abs() < 9.2e18 => return exact(ctx, d),
                    _ => {}
                }
            }
        }
        _ => {}
    }
    let given = v.value_name();
    Err(ctx.argument_type_error(i as u32 + 1, format!("must be of type int, {given} given")))
}

/// A key of an array of this extension's own.
#[derive(Clone)]
pub enum Offset {
    /// Integer.
    Int(i64),
    /// String that is no decimal integer.
    Str(Str),
}

impl Offset {
    /// The key that a value names; `None` for values that name none. A float's lost fraction and a resource are told of.
    pub fn of(ctx: &mut Ctx, v: &Value) -> R<Option<Offset>> {
        Ok(Some(match v.kind() {
            Kind::Null => Offset::Str(Str::empty()),
            Kind::Bool(b) => Offset::Int(b as i64),
            Kind::Int(i) => Offset::Int(i),
            Kind::Float(d) => Offset::Int(exact(ctx, d)?),
            Kind::Resource(r) => {
                let id = r.id();
                ctx.raise_plain(
                    Level::Warning,
                    format!("Resource ID#{id} used as offset, casting to integer ({id})"),
                )?;
                Offset::Int(id)
            }
            Kind::Str(s) => match plugin_api::Key::from(s) {
                plugin_api::Key::Int(i) => Offset::Int(i),
                plugin_api::Key::Str(_) => Offset::Str(s.clone()),
            },
            Kind::Array(_) | Kind::Object(_) => return Ok(None),
        }))
    }
    /// The element of an array under it, as it is.
    pub fn find<'a>(&self, a: &'a Array) -> Option<&'a Value> {
        match self {
            Offset::Int(i) => a.element_at(*i),
            Offset::Str(s) => a.element_as_is(s.as_value()),
        }
    }
    /// Sets the element of an array under it; the old value is given, to be dropped when nothing is borrowed any more.
    pub fn set(&self, a: &mut Array, v: Value) -> Option<Value> {
        match self {
            Offset::Int(i) => a.replace(*i, v),
            Offset::Str(s) => a.replace(s, v),
        }
    }
    /// Removes the element of an array under it.
    pub fn remove(&self, a: &mut Array) -> Option<Value> {
        match self {
            Offset::Int(i) => a.remove(*i),
            Offset::Str(s) => a.remove(s),
        }
    }
    /// Its text.
    pub fn to_str(&self) -> Str {
        match self {
            Offset::Int(i) => Str::from(i.to_string()),
            Offset::Str(s) => s.clone(),
        }
    }
    /// As messages show it.
    pub fn shown(&self) -> String {
        match self {
            Offset::Int(i) => i.to_string(),
            Offset::Str(s) => format!("\"{}\"", s.lossy()),
        }
    }
}

/// An object's properties with those that only debugging shows, each under the private name of `class`.
pub fn debug_info(ctx: &mut Ctx, o: &Object, class: &str, extra: Vec<(&str, Value)>) -> R<Array> {
    let mut out = o.properties(ctx)?;
    for (name, v) in extra {
        out.set(format!("\0{class}\0{name}").as_str(), v);
    }
    Ok(out)
}

/// An object's properties for `__serialize`: numeric names are integer keys.
pub fn members(ctx: &mut Ctx, o: &Object) -> R<Array> {
    let all = o.properties(ctx)?;
    let mut out = Array::new();
    for (k, v) in all.entries() {
        match k {
            plugin_api::Key::Str(s) => out.set(&s.to_str(), v.clone()),
            k => out.set(k, v.clone()),
        }
    }
    Ok(out)
}

/// Gives an object the properties that [`members`] listed.
pub fn load_members(ctx: &mut Ctx, o: &Object, members: &Array) -> R<()> {
    for (k, v) in members.entries() {
        let key = match k {
            plugin_api::Key::Int(i) => i.to_string().into_bytes(),
            plugin_api::Key::Str(s) => s.to_vec(),
        };
        o.set_mangled(ctx, &key, v.clone())?;
    }
    Ok(())
}

/// A fresh object of a class from its constructor.
pub fn construct(ctx: &mut Ctx, class: Class, args: &[Value]) -> R<Object> {
    class.instantiate(ctx, args)
}
