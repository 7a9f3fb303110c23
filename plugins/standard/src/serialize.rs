//! serialize() and unserialize().

pub mod interface;
pub mod read;

use crate::Globals;
use plugin_api::stack::deeper;
use plugin_api::{Array, Ctx, Key, Kind, Object, R, Str, Value, php_class, php_function};
use rustc_hash::FxHashMap;

/// Stands for a class that unserialize() did not find or was not allowed to use.
#[php_class("final class __PHP_Incomplete_Class", flags(allow_dynamic))]
pub struct IncompleteClass;

const INCOMPLETE_NAME: &str = "__PHP_Incomplete_Class_Name";

/// What was numbered.
#[derive(Default)]
pub struct Numbered {
    /// Objects and references by address: their number.
    seen: FxHashMap<u64, u64>,
    /// Values numbered so far.
    count: u64,
    /// Keeps what was numbered alive, so that no address comes twice.
    kept: Vec<Value>,
}

struct Writer {
    out: Vec<u8>,
    known: Numbered,
    /// `serialize_precision`, once a float asked for it.
    precision: Option<i32>,
}

fn float_text(d: f64, precision: i32) -> String {
    if d.is_nan() {
        return "NAN".into();
    }
    if d.is_infinite() {
        return if d < 0.0 { "-INF".into() } else { "INF".into() };
    }
    Ctx::format_float(d, precision)
}

impl Writer {
    /// An integer's text.
    fn int(&mut self, i: impl itoa::Integer) {
        self.out.extend_from_slice(itoa::Buffer::new().format(i).as_bytes());
    }
    fn put(&mut self, s: &str) {
        self.out.extend_from_slice(s.as_bytes());
    }
    fn string(&mut self, s: &[u8]) {
        self.out.reserve(s.len() + 16);
        self.put("s:");
        self.int(s.len());
        self.put(":\"");
        self.out.extend_from_slice(s);
        self.put("\";");
    }
    fn key(&mut self, k: Key<'_>) {
        match k {
            Key::Int(i) => {
                self.put("i:");
                self.int(i);
                self.put(";");
            }
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
        if let Some(n) = self.known.seen.get(&at).copied() {
            if v.is_reference() {
                // A repeated reference takes no number of its own.
                self.known.count -= 1;
                self.put(&format!("R:{n};"));
            } else {
                self.put(&format!("r:{n};"));
            }
            return true;
        }
        self.known.seen.insert(at, self.known.count);
        self.known.kept.push(v.clone());
        false
    }

    fn value(&mut self, ctx: &mut Ctx, v: &Value) -> R<()> {
        deeper(|| self.value_inner(ctx, v))
    }

    fn value_inner(&mut self, ctx: &mut Ctx, v: &Value) -> R<()> {
        if self.known(v) {
            return Ok(());
        }
        match v.kind() {
            Kind::Null => self.put("N;"),
            Kind::Bool(b) => self.put(if b { "b:1;" } else { "b:0;" }),
            Kind::Int(i) => {
                self.put("i:");
                self.int(i);
                self.put(";");
            }
            Kind::Float(d) => {
                let precision = *self.precision.get_or_insert_with(|| {
                    let p = ctx.ini("serialize_precision");
                    p.and_then(|v| String::from_utf8_lossy(&v).parse().ok()).unwrap_or(-1)
                });
                self.put("d:");
                self.put(&float_text(d, precision));
                self.put(";");
            }
            Kind::Str(s) => self.string(s),
            Kind::Array(a) => {
                self.put("a:");
                self.int(a.len());
                self.put(":{");
                for (k, v) in a.entries() {
                    self.key(k);
                    // A reference that nobody else holds is its value.
                    if v.is_reference() && v.refcount() == 1 {
                        self.value(ctx, v.deref())?
                    } else {
                        self.value(ctx, v)?
                    }
                }
                self.put("}");
            }
            Kind::Object(o) => self.object(ctx, &o.clone())?,
            Kind::Resource(_) => self.put("i:0;"),
        }
        Ok(())
    }

    fn head(&mut self, c: char, class: &[u8]) {
        self.out.push(c as u8);
        self.put(":");
        self.int(class.len());
        self.put(":\"");
        self.out.extend_from_slice(class);
        self.put("\":");
    }

    fn members(&mut self, ctx: &mut Ctx, pairs: &Array) -> R<()> {
        self.int(pairs.len());
        self.put(":{");
        for (k, v) in pairs.entries() {
            self.key(k);
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
            self.put(&format!("E:{}:\"", full.len()));
            self.out.extend_from_slice(&full);
            self.put("\";");
            return Ok(());
        }
        if o.has_method("__serialize") && !name.is_empty() {
            let data = o.call(ctx, "__serialize", &[])?;
            let Some(a) = data.as_array() else {
                return Err(ctx.type_error(format!("{}::__serialize() must return an array", name.lossy())));
            };
            self.head('O', &name);
            return self.members(ctx, &a.clone());
        }
        if class.flags() & flags::NOT_SERIALIZABLE != 0 || name.contains(&0) {
            let shown = name.split(|c| *c == 0).next().unwrap_or(&name);
            return Err(ctx
                .exception(format!("Serialization of '{}' is not allowed", String::from_utf8_lossy(shown))));
        }
        if let Some(s) = ctx.find_class("Serializable", false)?
            && class.is_a(s)
        {
            let known = Some(std::mem::take(&mut self.known));
            let outer = ctx.globals::<Globals>().serializing.replace(known);
            let r = o.call(ctx, "serialize", &[]);
            self.known = ctx.globals::<Globals>().serializing.replace(outer).unwrap_or_default();
            let r = r?;
            match r.kind() {
                Kind::Null => self.put("N;"),
                Kind::Str(s) => {
                    self.head('C', &name);
                    self.put(&format!("{}:{{", s.len()));
                    self.out.extend_from_slice(s);
                    self.put("}");
                }
                _ => {
                    return Err(
                        ctx.exception(format!("{}::serialize() must return a string or NULL", name.lossy()))
                    );
                }
            }
            return Ok(());
        }
        if o.has_method("__sleep") {
            return self.sleep(ctx, o, &name);
        }
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
pub fn to_bytes(ctx: &mut Ctx, v: &Value) -> R<Vec<u8>> {
    let outer = ctx.globals::<Globals>().serializing.take();
    let is_nested = outer.is_some();
    let mut w = Writer { out: Vec::new(), known: outer.unwrap_or_default(), precision: None };
    let r = w.value(ctx, v);
    if is_nested {
        ctx.globals::<Globals>().serializing.replace(Some(w.known));
    }
    r.map(|()| w.out)
}

#[php_function("serialize(mixed $value): string")]
fn serialize(ctx: &mut Ctx, value: &Value) -> R<Vec<u8>> {
    to_bytes(ctx, value)
}
