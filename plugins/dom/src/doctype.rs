//! Document types, entities, notations.

use crate::map::{self, Source};
use crate::place::At;
use crate::props::deprecated;
use howdah_libxml2::Declared;
use plugin_api::{Ctx, Object, R, Value};

/// `name`
pub fn name(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.name()))
}

fn declared(at: &At, ctx: &mut Ctx, what: Declared) -> R<Value> {
    let base = at.object(ctx, at.node)?;
    let Ok(base) = Object::try_from(base) else { return Ok(Value::NULL) };
    map::make(ctx, Source::Declared(base, what), at.modern)
}

/// `entities`
pub fn entities(at: &At, ctx: &mut Ctx) -> R<Value> {
    declared(at, ctx, Declared::Entities)
}

/// `notations`
pub fn notations(at: &At, ctx: &mut Ctx) -> R<Value> {
    declared(at, ctx, Declared::Notations)
}

/// `publicId` of document types and notations
pub fn public_id(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.public_id().unwrap_or_default()))
}

/// `systemId` of document types and notations
pub fn system_id(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.system_id().unwrap_or_default()))
}

/// `internalSubset`
pub fn internal_subset(at: &At, _: &mut Ctx) -> R<Value> {
    let dtd = at.document().and_then(|d| d.doctype());
    let (Some(dtd), Some(doc)) = (dtd, &at.doc) else { return Ok(Value::NULL) };
    let parts: Vec<Vec<u8>> = dtd.children().filter_map(|n| doc.save_node(n, false, false)).collect();
    Ok(if parts.is_empty() { Value::NULL } else { Value::str(parts.concat()) })
}

/// `publicId` of entities
pub fn entity_public_id(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(at.node.public_id().filter(|_| at.node.is_unparsed()).map(Value::str).into())
}

/// `systemId` of entities
pub fn entity_system_id(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(at.node.system_id().filter(|_| at.node.is_unparsed()).map(Value::str).into())
}

/// `notationName`
pub fn notation_name(at: &At, _: &mut Ctx) -> R<Value> {
    if !at.node.is_unparsed() {
        return Ok(Value::NULL);
    }
    Ok(Value::str(at.node.entity_content().unwrap_or_default()))
}

/// `actualEncoding`, which there never was
pub fn actual_encoding(_: &At, ctx: &mut Ctx) -> R<Value> {
    deprecated(ctx, "DOMEntity::$actualEncoding")?;
    Ok(Value::NULL)
}

/// `encoding`, which there never was
pub fn encoding(_: &At, ctx: &mut Ctx) -> R<Value> {
    deprecated(ctx, "DOMEntity::$encoding")?;
    Ok(Value::NULL)
}

/// `version`, which there never was
pub fn version(_: &At, ctx: &mut Ctx) -> R<Value> {
    deprecated(ctx, "DOMEntity::$version")?;
    Ok(Value::NULL)
}
