//! Fragments of documents.

use crate::error::{Code, refuse, throw};
use crate::place::{self, at};
use howdah_libxml2::Node;
use plugin_api::{Args, Ctx, Object, R, Value};

/// `new DOMDocumentFragment()`
pub fn construct_document_fragment(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    match Node::new_fragment(None) {
        Some(made) => place::settle(this, made, None),
        None => return Err(throw(ctx, Code::InvalidState)),
    }
    Ok(Value::NULL)
}

/// `appendXML()`
pub fn append_xml(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let data: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if at.is_read_only() {
        return refuse(ctx, &at, Code::NoModificationAllowed);
    }
    let done = at.node.append_xml(data);
    at.changed();
    ctx.pending()?;
    Ok(Value::bool(done))
}
