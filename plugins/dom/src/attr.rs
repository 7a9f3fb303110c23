//! Attributes.

use crate::args;
use crate::error::{Code, throw};
use crate::node::{named, qualified};
use crate::place::{self, At, at};
use howdah_libxml2::Node;
use plugin_api::{Args, Ctx, Object, R, Value};

/// `new DOMAttr()`
pub fn construct_attr(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let value = args::text(args, 1, b"");
    let name = named(ctx, name)?;
    match Node::new_attribute(None, name, Some(value)) {
        Some(made) => place::settle(this, made, None),
        None => return Err(throw(ctx, Code::InvalidState)),
    }
    Ok(Value::NULL)
}

/// `isId()`
pub fn is_id(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    Ok(Value::bool(at.node.is_id()))
}

/// `name`
pub fn name(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(if at.modern { Value::str(qualified(at.node)) } else { Value::str(at.node.name()) })
}

/// `specified`
pub fn specified(_: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::bool(true))
}

/// `value`
pub fn value(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.whole_content().unwrap_or_default()))
}

/// Changes the value: entities in it are taken as such by the classic classes.
pub fn change_value(at: &At, text: &[u8]) {
    at.node.forget_id();
    at.ids_changed();
    at.node.clear();
    if !at.modern {
        at.node.set_content(text);
    } else if let Some(t) = Node::new_text(at.document(), text) {
        at.node.insert(t, None);
    }
}

/// Sets `value`.
pub fn set_value(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
    change_value(at, &text);
    Ok(())
}

/// `ownerElement`
pub fn owner_element(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, at.node.parent())
}

/// `schemaTypeInfo`, which there never was
pub fn schema_type_info(_: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::NULL)
}

/// Makes the namespace of an attribute that was put into an element be declared there.
pub fn reconcile(attribute: Node) {
    let (Some(ns), Some(element)) = (attribute.ns(), attribute.parent()) else { return };
    match element.find_ns(ns.prefix()).filter(|n| n.uri() == ns.uri()) {
        Some(found) => attribute.set_ns(Some(found)),
        None if ns.prefix().is_some() => element.reconcile(),
        None => {}
    }
}

/// Declares a namespace under the first prefix `default`, `default1`, … that is free.
pub fn free_prefix(element: Node, uri: &[u8]) -> Option<howdah_libxml2::Namespace> {
    if element.doc().is_null() {
        return None;
    }
    let prefix = (0..=1000)
        .map(|n| if n == 0 { "default".to_owned() } else { format!("default{n}") })
        .find(|p| element.find_ns(Some(p.as_bytes())).is_none())?;
    element.declare(uri, Some(prefix.as_bytes()))
}
