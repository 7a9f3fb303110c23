//! Properties of the classes: tables of who reads and writes them, and PHP's handlers over those.

use crate::place::{self, At, at_property};
use crate::tables;
use core::cell::Cell;
use plugin_api::abi::prop_purpose;
use plugin_api::{Array, Class, Ctx, Kind, Object, PropMode, R, Str, Value};

/// Reads a property.
pub type Read = fn(&At, &mut Ctx) -> R<Value>;
/// Writes a property.
pub type Write = fn(&At, &mut Ctx, &Value) -> R<()>;

/// What a property takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    /// `string`
    Text,
    /// `?string`
    MaybeText,
    /// `bool`
    Bool,
    /// `?Dom\HTMLElement`
    HtmlElement,
}

/// A property.
pub struct Prop {
    /// Its name.
    pub name: &'static str,
    /// Who reads it.
    pub read: Read,
    /// What it takes and who writes it, unless it is read-only.
    pub write: Option<(Takes, Write)>,
}

/// A property that is only read.
pub const fn ro(name: &'static str, read: Read) -> Prop {
    Prop { name, read, write: None }
}

/// A property that is read and written.
pub const fn rw(name: &'static str, read: Read, takes: Takes, write: Write) -> Prop {
    Prop { name, read, write: Some((takes, write)) }
}

/// The properties of a class.
pub struct Shape {
    /// The class.
    pub class: &'static str,
    /// Its own and those of its parents, in the order in which they are shown.
    pub lists: &'static [&'static [Prop]],
    /// What takes the place of some of those.
    pub instead: &'static [Prop],
}

static NONE: Shape = Shape { class: "", lists: &[], instead: &[] };

impl Shape {
    /// The properties of a class: of the nearest one of this extension.
    pub fn of(class: Class) -> &'static Shape {
        let mut at = Some(class);
        while let Some(c) = at {
            let name = c.name();
            if let Some(found) = tables::find(&name) {
                return found;
            }
            at = c.parent();
        }
        &NONE
    }
    /// The property of a name.
    pub fn find(&self, name: &[u8]) -> Option<&'static Prop> {
        let own = self.instead.iter().chain(self.lists.iter().flat_map(|l| l.iter()));
        own.into_iter().find(|p| p.name.as_bytes() == name)
    }
    fn all(&self) -> impl Iterator<Item = &'static Prop> {
        self.lists
            .iter()
            .flat_map(|l| l.iter())
            .map(|p| self.instead.iter().find(|q| q.name == p.name).unwrap_or(p))
    }
}

/// The class that declares a property, as errors name it.
fn declaring(o: &Object, name: &str) -> String {
    let mut found = o.class();
    let mut at = Some(found);
    while let Some(c) = at {
        if tables::find(&c.name()).is_some_and(|s| s.find(name.as_bytes()).is_some()) {
            found = c;
        }
        at = c.parent();
    }
    found.name().lossy().into_owned()
}

/// A value as what a property takes; a TypeError for what it does not.
pub fn convert(ctx: &mut Ctx, o: &Object, prop: &str, takes: Takes, v: &Value) -> R<Value> {
    let fits = match (takes, v.kind()) {
        (Takes::Text | Takes::MaybeText, Kind::Str(_)) | (Takes::Bool, Kind::Bool(_)) => return Ok(v.clone()),
        (Takes::MaybeText | Takes::HtmlElement, Kind::Null) => return Ok(Value::NULL),
        (Takes::HtmlElement, Kind::Object(given)) => {
            let class = ctx.find_class("Dom\\HTMLElement", false)?;
            if class.is_some_and(|c| given.instance_of(c)) {
                return Ok(v.clone());
            }
            false
        }
        (Takes::Text | Takes::MaybeText, Kind::Bool(_) | Kind::Int(_) | Kind::Float(_)) => true,
        (Takes::Text | Takes::MaybeText, Kind::Object(o)) => o.has_method("__tostring"),
        (Takes::Bool, Kind::Int(_) | Kind::Float(_) | Kind::Str(_)) => true,
        _ => false,
    };
    if !fits {
        let (given, class) = (v.type_name(), declaring(o, prop));
        let wanted = match takes {
            Takes::Text => "string",
            Takes::MaybeText => "?string",
            Takes::Bool => "bool",
            Takes::HtmlElement => "?Dom\\HTMLElement",
        };
        return Err(
            ctx.type_error(format!("Cannot assign {given} to property {class}::${prop} of type {wanted}"))
        );
    }
    Ok(match takes {
        Takes::Bool => Value::bool(v.to_bool()),
        _ => v.to_str(ctx)?.into(),
    })
}

/// `read_prop`
pub fn read(o: &Object, ctx: &mut Ctx, name: &Str, _: PropMode) -> R<Option<Value>> {
    let Some(prop) = place::shape(o).find(name) else { return Ok(None) };
    let at = at_property(ctx, o)?;
    (prop.read)(&at, ctx).map(Some)
}

/// `write_prop`
pub fn write(o: &Object, ctx: &mut Ctx, name: &Str, value: &Value) -> R<bool> {
    let Some(prop) = place::shape(o).find(name) else { return Ok(false) };
    let Some((takes, write)) = prop.write else {
        let class = o.class().name().lossy().into_owned();
        return Err(ctx.error(format!("Cannot modify readonly property {class}::${}", prop.name)));
    };
    let value = convert(ctx, o, prop.name, takes, value)?;
    let at = at_property(ctx, o)?;
    write(&at, ctx, &value)?;
    Ok(true)
}

/// `has_prop`
pub fn has(o: &Object, ctx: &mut Ctx, name: &Str, mode: u32) -> R<Option<bool>> {
    let Some(prop) = place::shape(o).find(name) else { return Ok(None) };
    if mode == 2 {
        return Ok(Some(true));
    }
    let at = at_property(ctx, o)?;
    let value = (prop.read)(&at, ctx)?;
    Ok(Some(if mode == 1 { value.to_bool() } else { !value.is_null() }))
}

/// `unset_prop`
pub fn unset(o: &Object, ctx: &mut Ctx, name: &Str) -> R<bool> {
    if place::shape(o).find(name).is_none() {
        return Ok(false);
    }
    let class = o.class().name().lossy().into_owned();
    Err(ctx.error(format!("Cannot unset {class}::${}", name.lossy())))
}

/// What is shown instead of an object, which may lead anywhere.
pub const OMITTED: &str = "(object value omitted)";

thread_local! {
    static SHOWING: Cell<bool> = const { Cell::new(false) };
}

/// Tells that a property is deprecated, unless it is only shown.
pub fn deprecated(ctx: &mut Ctx, property: &str) -> R<()> {
    if SHOWING.get() {
        return Ok(());
    }
    ctx.raise_plain(plugin_api::Level::Deprecated, format!("Property {property} is deprecated"))
}

/// `properties`: values are shown for debugging, objects only mentioned.
pub fn show(o: &Object, ctx: &mut Ctx, purpose: u32) -> R<Option<Array>> {
    if purpose != prop_purpose::DEBUG || o.class().method_class("__debuginfo").is_some() {
        return Ok(None);
    }
    let mut out = o.properties(ctx)?;
    // Without a node there is nothing to show; the exception is told after the rest.
    let Ok(at) = at_property(ctx, o) else { return Ok(Some(out)) };
    for prop in place::shape(o).all() {
        if prop.name == "ownerDocument" && at.node.doc().is_null() {
            continue;
        }
        SHOWING.set(true);
        let value = (prop.read)(&at, ctx);
        SHOWING.set(false);
        let value = value?;
        let shown = if value.as_object().is_some() { Value::str(OMITTED) } else { value };
        out.set(prop.name, shown);
    }
    Ok(Some(out))
}

/// Handlers of a class whose objects stand for nodes.
#[macro_export]
macro_rules! node_handlers {
    ($class:ty) => {
        impl plugin_api::Handlers for $class {
            fn read_prop(
                this: &This<Self>,
                ctx: &mut Ctx,
                name: &plugin_api::Str,
                mode: plugin_api::PropMode,
            ) -> R<Option<Value>> {
                $crate::props::read(this, ctx, name, mode)
            }
            fn write_prop(
                this: &This<Self>,
                ctx: &mut Ctx,
                name: &plugin_api::Str,
                value: &Value,
            ) -> R<bool> {
                $crate::props::write(this, ctx, name, value)
            }
            fn has_prop(
                this: &This<Self>,
                ctx: &mut Ctx,
                name: &plugin_api::Str,
                mode: u32,
            ) -> R<Option<bool>> {
                $crate::props::has(this, ctx, name, mode)
            }
            fn unset_prop(this: &This<Self>, ctx: &mut Ctx, name: &plugin_api::Str) -> R<bool> {
                $crate::props::unset(this, ctx, name)
            }
            fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<plugin_api::Array>> {
                $crate::props::show(this, ctx, purpose)
            }
            fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
                $crate::node::clone_object(from, to, ctx)
            }
        }
    };
}
