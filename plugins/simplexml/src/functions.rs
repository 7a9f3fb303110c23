//! `simplexml_load_*` and `simplexml_import_dom()`.

use crate::element::{SimpleXMLElement, View};
use howdah_libxml2::{Document, Kind, Loading, Node, NodeShare, export_node, load};
use plugin_api::{Class, Ctx, Object, OrFalse, R, Str, This, php_function};

/// The class that an argument names, SimpleXMLElement or one below it.
fn class_of(ctx: &mut Ctx, name: Option<&Str>, argument: u32) -> R<Class> {
    let own = Class::of::<SimpleXMLElement>(ctx)?;
    let Some(name) = name else { return Ok(own) };
    let found = ctx.find_class(&**name, true)?;
    match found.filter(|c| c.is_a(own)) {
        Some(c) => Ok(c),
        None if found.is_some() => {
            let given = name.lossy().into_owned();
            Err(ctx.argument_type_error(
                argument,
                format!("must be a class name derived from SimpleXMLElement or null, {given} given"),
            ))
        }
        None => {
            let given = name.lossy().into_owned();
            Err(ctx
                .argument_type_error(argument, format!("must be a valid class name or null, {given} given")))
        }
    }
}

/// The payload for a document's root, looking into a namespace.
pub fn payload(doc: Document, ns: &[u8], is_prefix: bool) -> SimpleXMLElement {
    SimpleXMLElement {
        node: doc.root().map(NodeShare::of),
        xpath: None,
        doc: Some(doc),
        view: View::Node,
        name: None,
        ns: (!ns.is_empty()).then(|| Str::new(ns)),
        is_prefix,
        current: None,
    }
}

fn loaded(
    ctx: &mut Ctx,
    from: Loading<'_>,
    class_name: Option<&Str>,
    options: i64,
    ns: &[u8],
    is_prefix: bool,
) -> R<OrFalse<Object>> {
    let class = class_of(ctx, class_name, 2)?;
    let Ok(options) = i32::try_from(options) else {
        return Err(ctx.argument_value_error(3, "is too large"));
    };
    let doc = load(from, options);
    ctx.pending()?;
    let Some(doc) = doc else { return Ok(OrFalse(None)) };
    Ok(OrFalse(Some(This::<SimpleXMLElement>::create_as(ctx, class, payload(doc, ns, is_prefix))?)))
}

/// Parses a file.
#[php_function(
    "simplexml_load_file(string $filename, ?string $class_name = SimpleXMLElement::class, int $options = 0, string $namespace_or_prefix = \"\", bool $is_prefix = false): SimpleXMLElement|false"
)]
fn simplexml_load_file(
    ctx: &mut Ctx,
    filename: &[u8],
    class_name: Option<&Str>,
    options: i64,
    namespace_or_prefix: &[u8],
    is_prefix: bool,
) -> R<OrFalse<Object>> {
    if filename.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    loaded(ctx, Loading::File(filename), class_name, options, namespace_or_prefix, is_prefix)
}

/// Parses a text.
#[php_function(
    "simplexml_load_string(string $data, ?string $class_name = SimpleXMLElement::class, int $options = 0, string $namespace_or_prefix = \"\", bool $is_prefix = false): SimpleXMLElement|false"
)]
fn simplexml_load_string(
    ctx: &mut Ctx,
    data: &[u8],
    class_name: Option<&Str>,
    options: i64,
    namespace_or_prefix: &[u8],
    is_prefix: bool,
) -> R<OrFalse<Object>> {
    loaded(ctx, Loading::Text(data), class_name, options, namespace_or_prefix, is_prefix)
}

/// The SimpleXML object of a node of DOM.
#[php_function(
    "simplexml_import_dom(object $node, ?string $class_name = SimpleXMLElement::class): ?SimpleXMLElement"
)]
fn simplexml_import_dom(ctx: &mut Ctx, node: &Object, class_name: Option<&Str>) -> R<Option<Object>> {
    let class = class_of(ctx, class_name, 2)?;
    let Some((given, doc)) = export_node(node) else {
        return Err(ctx.argument_type_error(1, "must be a valid XML node"));
    };
    if given.doc().is_null() {
        ctx.warning("Imported Node must have associated Document")?;
        return Ok(None);
    }
    let element = match given.kind() {
        Kind::Document | Kind::HtmlDocument => doc.root(),
        _ => Some(given),
    };
    let Some(element) = element.filter(|n: &Node| n.is_element()) else {
        ctx.warning("Invalid Nodetype to import")?;
        return Ok(None);
    };
    let made = SimpleXMLElement { node: Some(NodeShare::of(element)), doc: Some(doc), ..Default::default() };
    Ok(Some(This::<SimpleXMLElement>::create_as(ctx, class, made)?))
}
