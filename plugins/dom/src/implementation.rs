//! `DOMImplementation`

use crate::error::{Code, throw};
use crate::node::has_feature;
use crate::place::{self, at};
use crate::{args, element};
use howdah_libxml2::{Document, Node, names};
use plugin_api::{Args, Class, Ctx, Object, R, Value, php_class, php_methods};

/// `DOMImplementation`
#[php_class("class DOMImplementation")]
pub struct DOMImplementation;

#[php_methods(
    "public function hasFeature(string $feature, string $version): ~bool" => crate::implementation::has_feature_method,
    r#"public function createDocumentType(string $qualifiedName, string $publicId = "", string $systemId = "")"# => crate::implementation::create_document_type,
    r#"public function createDocument(?string $namespace = null, string $qualifiedName = "", ?DOMDocumentType $doctype = null): ~DOMDocument"# => crate::implementation::create_document,
)]
impl DOMImplementation {}

/// `implementation` of documents
pub fn implementation(_: &crate::place::At, ctx: &mut Ctx) -> R<Value> {
    Ok(Class::of::<DOMImplementation>(ctx)?.instantiate_raw(ctx)?.into())
}

/// `hasFeature()`
pub fn has_feature_method(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (feature, version): (&[u8], &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    Ok(Value::bool(has_feature(feature, version)))
}

/// A text that is not empty.
pub fn filled(text: &[u8]) -> Option<&[u8]> {
    (!text.is_empty()).then_some(text)
}

/// `createDocumentType()`
pub fn create_document_type(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    if name.is_empty() {
        return Err(args::empty(ctx, 1));
    }
    if name.windows(3).any(|w| w == b"%00") {
        ctx.warning("URI must not contain percent-encoded NUL bytes")?;
        return Ok(Value::bool(false));
    }
    let opaque = names::opaque_of(name);
    if opaque.as_ref().is_some_and(|o| o.contains(&b':')) {
        return Err(throw(ctx, Code::Namespace));
    }
    let local = opaque.as_deref().unwrap_or(name);
    let (public, system) = (args::text(args, 1, b""), args::text(args, 2, b""));
    match Node::new_doctype(local, filled(public), filled(system)) {
        Some(made) => place::object(ctx, made, None, false).map(Value::from),
        None => Err(throw(ctx, Code::InvalidState)),
    }
}

/// `createDocument()`
pub fn create_document(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let uri: Option<&[u8]> = args.arg(ctx, 0)?;
    let name = args::text(args, 1, b"");
    let doctype: Option<&Object> = args.arg(ctx, 2)?;
    let given = match doctype {
        Some(o) => Some((o, at(ctx, o)?)),
        None => None,
    };
    if given.as_ref().is_some_and(|(_, d)| !d.node.doc().is_null()) {
        return Err(throw(ctx, Code::WrongDocument));
    }
    let parts = match name {
        b"" => None,
        name => match element::split(name, true) {
            Ok(parts) => Some(parts),
            Err(code) => return Err(throw(ctx, code)),
        },
    };
    let made = Document::new(None);
    let Some((doc, node)) = made.and_then(|d| Some((d.clone(), d.node()?))) else {
        return Err(throw(ctx, Code::InvalidState));
    };
    if let Some((o, d)) = &given {
        node.insert(d.node, None);
        node.set_doctype(Some(d.node));
        place::set_doc(o, &doc);
    }
    if let Some((prefix, local)) = parts
        && let Some(root) = Node::new_element(Some(node), None, &local, None)
    {
        if let Some(uri) = uri.and_then(filled) {
            match root.declare(uri, prefix.as_deref()) {
                Some(ns) => root.set_ns(Some(ns)),
                None => {
                    root.remove();
                    return Err(throw(ctx, Code::Namespace));
                }
            }
        }
        node.insert(root, None);
    }
    place::object(ctx, node, Some(&doc), false).map(Value::from)
}
