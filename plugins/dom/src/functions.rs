//! `dom_import_simplexml()`, and nodes for other extensions.

use crate::place;
use howdah_libxml2::{Document, Dom, Generation, Kind, Node, export_node};
use plugin_api::{Ctx, Object, R, php_function};

/// The node and document that an object stands for.
pub fn export(o: &Object) -> Option<(Node, Document)> {
    let at = place::find(o)?;
    Some((at.node, at.doc?))
}

/// What other extensions make objects of nodes with.
pub const DOM: Dom = Dom {
    node: |o| place::find(o).map(|at| (at.node, at.doc)),
    object: |ctx, node, doc| place::object(ctx, node, doc, false),
};

/// The object of a node of SimpleXML.
pub fn import(ctx: &mut Ctx, given: &Object, wanted: Generation) -> R<Object> {
    let found = export_node(given);
    let fits = |n: Node| matches!(n.kind(), Kind::Element | Kind::Attribute);
    let Some((node, doc)) = found.filter(|(n, _)| fits(*n)) else {
        return Err(ctx.argument_type_error(1, "is not a valid node type"));
    };
    let before = doc.generation();
    if before != Generation::Unset && before != wanted {
        let other = if wanted == Generation::Modern { "DOMNode" } else { "Dom\\Node" };
        return Err(ctx.argument_type_error(1, format!("must not be already imported as a {other}")));
    }
    doc.set_generation(wanted);
    if before == Generation::Unset && wanted == Generation::Modern {
        crate::spec::convert(&doc);
    }
    place::object(ctx, node, Some(&doc), wanted == Generation::Modern)
}

/// The object of a node of SimpleXML.
#[php_function("dom_import_simplexml(object $node): DOMAttr|DOMElement")]
fn dom_import_simplexml(ctx: &mut Ctx, node: &Object) -> R<Object> {
    import(ctx, node, Generation::Old)
}

/// The object of a node of SimpleXML.
#[php_function("Dom\\import_simplexml(object $node): Dom\\Attr|Dom\\Element")]
fn import_modern(ctx: &mut Ctx, node: &Object) -> R<Object> {
    import(ctx, node, Generation::Modern)
}
