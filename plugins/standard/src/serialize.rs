//! serialize() and unserialize().

pub mod interface;
mod options;
pub mod read;

use crate::Globals;
use plugin_api::{
    Array, Buffer, Class, Ctx, Handlers, Key, Kind, Object, PropMode, R, Str, This, Throw, Value, php_class,
    php_function, stack,
};
use rustc_hash::FxHashMap;

/// Stands for a class that unserialize() did not find or was not allowed to use.
#[php_class(
    "final class __PHP_Incomplete_Class",
    flags(allow_dynamic),
    handlers(read_prop, write_prop, has_prop, unset_prop, get_method)
)]
pub struct IncompleteClass;

impl IncompleteClass {
    /// What is said of an attempt to use such an object.
    fn complaint(this: &This<Self>, ctx: &mut Ctx, tried: &str) -> R<String> {
        let properties = this.object().properties(ctx)?;
        let name = properties.get(INCOMPLETE_NAME).and_then(|v| match v.kind() {
            Kind::Str(s) => Some(s.lossy().into_owned()),
            _ => None,
        });
        Ok(format!(
            "The script tried to {tried} on an incomplete object. Please ensure that the class definition \"{}\" of the \
             object you are trying to operate on was loaded _before_ unserialize() gets called or provide an autoloader \
             to load the class definition",
            name.as_deref().unwrap_or("unknown")
        ))
    }

    fn warn(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let text = Self::complaint(this, ctx, "access a property")?;
        ctx.warning(text)
    }

    fn refuse(this: &This<Self>, ctx: &mut Ctx, tried: &str) -> Throw {
        match Self::complaint(this, ctx, tried) {
            Ok(text) => ctx.error(text),
            Err(t) => t,
        }
    }
}

impl Handlers for IncompleteClass {
    fn read_prop(this: &This<Self>, ctx: &mut Ctx, _: &Str, mode: PropMode) -> R<Option<Value>> {
        if !matches!(mode, PropMode::Read | PropMode::Isset) {
            return Err(Self::refuse(this, ctx, "modify a property"));
        }
        Self::warn(this, ctx)?;
        Ok(Some(Value::NULL))
    }
    fn write_prop(this: &This<Self>, ctx: &mut Ctx, _: &Str, _: &Value) -> R<bool> {
        Err(Self::refuse(this, ctx, "modify a property"))
    }
    fn has_prop(this: &This<Self>, ctx: &mut Ctx, _: &Str, _: u32) -> R<Option<bool>> {
        Self::warn(this, ctx)?;
        Ok(Some(false))
    }
    fn unset_prop(this: &This<Self>, ctx: &mut Ctx, _: &Str) -> R<bool> {
        Err(Self::refuse(this, ctx, "modify a property"))
    }
    fn get_method(this: &This<Self>, ctx: &mut Ctx, _: &Str) -> R<Option<Object>> {
        Err(Self::refuse(this, ctx, "call a method"))
    }
}

const INCOMPLETE_NAME: &str = "__PHP_Incomplete_Class_Name";

/// What was numbered.
#[derive(Default)]
pub struct Numbered {
    /// Values numbered so far.
    count: u64,
    /// Those that may come again, once there is one.
    seen: Option<Box<Seen>>,
}

#[derive(Default)]
struct Seen {
    /// Objects and references by address: their number.
    numbers: FxHashMap<u64, u64>,
    /// Keeps what was numbered alive, so that no address comes twice.
    kept: Vec<Value>,
}

struct Writer {
    out: Buffer,
    known: Numbered,
    /// Containers around the value.
    depth: u32,
    /// `serialize_precision`, once a float asked for it.
    precision: Option<i32>,
    /// How the objects of the class written last are written.
    class: Option<(Class, Manner)>,
}

/// How the objects of a class are written.
#[derive(Clone, Copy)]
enum Manner {
    Serialize,
    Refused,
    Serializable,
    Sleep,
    Properties,
}

impl Writer {
    fn int(&mut self, i: i64) {
        self.out.push_int(i);
    }
    #[inline]
    fn put(&mut self, s: &str) {
        self.out.push_str(s);
    }
    fn string(&mut self, s: &[u8]) {
        self.out.push_framed("s:", s.len() as i64, ":\"");
        self.out.extend_from_slice(s);
        self.put("\";");
    }
    fn key(&mut self, k: Key<'_>) {
        match k {
            Key::Int(i) => self.out.push_framed("i:", i, ";"),
            Key::Str(s) => self.string(&s),
        }
    }

    /// Whether a value was written before; else it gets its number.
    fn known(&mut self, v: &Value) -> bool {
        let object = v.deref().as_object().is_some();
        self.known.count += 1;
        if !v.is_reference() && !object {
            return false;
        }
        let at = if v.is_reference() && !object { v.raw().payload } else { v.deref().raw().payload };
        let seen = self.known.seen.get_or_insert_default();
        if let Some(n) = seen.numbers.get(&at).copied() {
            if v.is_reference() {
                // A repeated reference takes no number of its own.
                self.known.count -= 1;
                self.put(&format!("R:{n};"));
            } else {
                self.put(&format!("r:{n};"));
            }
            return true;
        }
        seen.numbers.insert(at, self.known.count);
        seen.kept.push(v.clone());
        false
    }

    fn value(&mut self, ctx: &mut Ctx, v: &Value) -> R<()> {
        self.depth += 1;
        let r = stack::at(self.depth, || self.value_inner(ctx, v));
        self.depth -= 1;
        r
    }

    fn value_inner(&mut self, ctx: &mut Ctx, v: &Value) -> R<()> {
        if self.known(v) {
            return Ok(());
        }
        match v.kind() {
            Kind::Null => self.put("N;"),
            Kind::Bool(b) => self.put(if b { "b:1;" } else { "b:0;" }),
            Kind::Int(i) => self.out.push_framed("i:", i, ";"),
            Kind::Float(d) => {
                let precision = *self.precision.get_or_insert_with(|| {
                    ctx.ini_with("serialize_precision", |p| p.parse().unwrap_or(-1)).unwrap_or(-1)
                });
                self.put("d:");
                self.out.push_float(d, precision);
                self.put(";");
            }
            Kind::Str(s) => self.string(s),
            Kind::Array(a) => {
                self.put("a:");
                self.members(ctx, a)?;
            }
            Kind::Object(o) => self.object(ctx, &o.clone())?,
            Kind::Resource(_) => self.put("i:0;"),
        }
        Ok(())
    }

    fn head(&mut self, c: char, class: &[u8]) {
        self.out.push(c as u8);
        self.put(":");
        self.int(class.len() as i64);
        self.put(":\"");
        self.out.extend_from_slice(class);
        self.put("\":");
    }

    fn members(&mut self, ctx: &mut Ctx, pairs: &Array) -> R<()> {
        self.out.push_framed("", pairs.len() as i64, ":{");
        for (k, v) in pairs.entries() {
            self.key(k);
            // A reference that nobody else holds is its value.
            if v.is_reference() && v.refcount() == 1 {
                self.value(ctx, v.deref())?
            } else {
                self.value(ctx, v)?
            }
        }
        self.put("}");
        Ok(())
    }

    fn object(&mut self, ctx: &mut Ctx, o: &Object) -> R<()> {
        use plugin_api::flags;
        let class = o.class();
        let name = class.name();
        if o.is_enum() {
            let case = o.slot("name").unwrap_or_default();
            let case = case.to_str(ctx)?;
            let full = [&name[..], b":", &case[..]].concat();
            self.put("E:");
            self.int(full.len() as i64);
            self.put(":\"");
            self.out.extend_from_slice(&full);
            self.put("\";");
            return Ok(());
        }
        let manner = match self.class {
            Some((c, manner)) if c == class => manner,
            _ => {
                let manner = if o.has_method("__serialize") && !name.is_empty() {
                    Manner::Serialize
                } else if class.flags() & flags::NOT_SERIALIZABLE != 0 || name.contains(&0) {
                    Manner::Refused
                } else if ctx.find_class("Serializable", false)?.is_some_and(|s| class.is_a(s)) {
                    Manner::Serializable
                } else if o.has_method("__sleep") {
                    Manner::Sleep
                } else {
                    Manner::Properties
                };
                self.class = Some((class, manner));
                manner
            }
        };
        match manner {
            Manner::Serialize => {
                let data = o.call(ctx, "__serialize", &[])?;
                let Some(a) = data.as_array() else {
                    return Err(
                        ctx.type_error(format!("{}::__serialize() must return an array", name.lossy()))
                    );
                };
                self.head('O', &name);
                self.members(ctx, &a.clone())
            }
            Manner::Refused => {
                let shown = name.split(|c| *c == 0).next().unwrap_or(&name);
                let shown = String::from_utf8_lossy(shown);
                Err(ctx.exception(format!("Serialization of '{shown}' is not allowed")))
            }
            Manner::Serializable => self.serializable(ctx, o, &name),
            Manner::Sleep => self.sleep(ctx, o, &name),
            Manner::Properties => {
                let props = o.properties_for(ctx, plugin_api::abi::prop_purpose::SERIALIZE)?;
                let incomplete = &*name == b"__PHP_Incomplete_Class";
                if incomplete && let Some(real) = props.get(INCOMPLETE_NAME).cloned() {
                    let mut rest = props.clone();
                    rest.remove(INCOMPLETE_NAME);
                    let real = real.to_str(ctx)?;
                    self.head('O', &real);
                    return self.members(ctx, &rest);
                }
                self.head('O', &name);
                self.members(ctx, &props)
            }
        }
    }

    /// An object that writes its own text.
    fn serializable(&mut self, ctx: &mut Ctx, o: &Object, name: &Str) -> R<()> {
        let known = Some(std::mem::take(&mut self.known));
        let outer = ctx.globals::<Globals>().serializing.replace(known);
        let r = o.call(ctx, "serialize", &[]);
        self.known = ctx.globals::<Globals>().serializing.replace(outer).unwrap_or_default();
        let r = r?;
        match r.kind() {
            Kind::Null => self.put("N;"),
            Kind::Str(s) => {
                self.head('C', name);
                self.int(s.len() as i64);
                self.put(":{");
                self.out.extend_from_slice(s);
                self.put("}");
            }
            _ => {
                return Err(
                    ctx.exception(format!("{}::serialize() must return a string or NULL", name.lossy()))
                );
            }
        }
        Ok(())
    }

    fn sleep(&mut self, ctx: &mut Ctx, o: &Object, name: &Str) -> R<()> {
        let r = o.call(ctx, "__sleep", &[])?;
        let Some(names) = r.as_array() else {
            ctx.raise_plain(
                plugin_api::Level::Warning,
                format!(
                    "serialize(): {}::__sleep() should return an array only containing the names of instance-variables to serialize",
                    name.lossy()
                ),
            )?;
            self.put("N;");
            return Ok(());
        };
        let props = o.properties_for(ctx, plugin_api::abi::prop_purpose::SERIALIZE)?;
        let mut out = Array::new();
        for n in names.values() {
            if n.as_str().is_none() {
                ctx.raise_plain(
                    plugin_api::Level::Warning,
                    format!(
                        "serialize(): {}::__sleep() should return an array only containing the names of instance-variables to serialize",
                        name.lossy()
                    ),
                )?;
            }
            let n = n.to_str(ctx)?;
            let private = [b"\0", &name[..], b"\0", &n[..]].concat();
            let protected = [b"\0*\0", &n[..]].concat();
            let found = [n.to_vec(), private, protected].into_iter().find_map(|k| {
                let k = Str::from(k);
                props
                    .entries()
                    .find(|(p, _)| matches!(p, Key::Str(s) if s.as_bytes() == &*k))
                    .map(|(_, v)| (k.clone(), v.clone()))
            });
            let int = props.get(&*n).cloned();
            let key = found.as_ref().map_or(&n, |(k, _)| k);
            if out.entries().any(|(p, _)| matches!(p, Key::Str(s) if s.as_bytes() == key.as_bytes())) {
                ctx.raise_plain(
                    plugin_api::Level::Warning,
                    format!("serialize(): \"{}\" is returned from __sleep() multiple times", n.lossy()),
                )?;
                continue;
            }
            match (found, int) {
                (Some((k, v)), _) => out.set(&k, v),
                (None, Some(v)) => out.set(&n, v),
                // Without a value yet.
                (None, None) if o.class().property(&n).is_some_and(|p| p.ty().is_some()) => {}
                (None, None) => {
                    ctx.raise_plain(
                        plugin_api::Level::Warning,
                        format!("serialize(): \"{}\" returned as member variable from __sleep() but does not exist", n.lossy()),
                    )?;
                }
            }
        }
        self.head('O', name);
        self.members(ctx, &out)
    }
}

/// The serialized form of a value.
pub fn to_bytes(ctx: &mut Ctx, v: &Value) -> R<Buffer> {
    let around = &ctx.globals::<Globals>().serializing;
    let is_nested = around.borrow().is_some();
    let known = Numbered::default();
    let mut w = Writer { out: Buffer::new(), known, depth: 0, precision: None, class: None };
    if is_nested {
        w.known = around.take().unwrap_or_default();
    }
    let r = w.value(ctx, v);
    if is_nested {
        around.replace(Some(w.known));
    }
    r.map(|()| w.out)
}

#[php_function("serialize(mixed $value): string")]
fn serialize(ctx: &mut Ctx, value: &Value) -> R<Buffer> {
    to_bytes(ctx, value)
}
