//! Declarations of namespaces, which the classic classes show as nodes.

use crate::node_handlers;
use crate::place::{self, At, Place};
use howdah_libxml2::Node;
use plugin_api::{Ctx, GcRoots, Object, R, This, Value, Visitor, php_class, php_methods};

/// `DOMNameSpaceNode`
#[derive(Default)]
#[php_class(
    "class DOMNameSpaceNode",
    "public virtual string $nodeName",
    "public virtual ?string $nodeValue",
    "public virtual int $nodeType",
    "public virtual string $prefix",
    "public virtual ?string $localName",
    "public virtual ?string $namespaceURI",
    "public virtual bool $isConnected",
    "public virtual ?DOMDocument $ownerDocument",
    "public virtual ?DOMNode $parentNode",
    "public virtual ?DOMElement $parentElement",
    handlers(read_prop, write_prop, has_prop, unset_prop, properties, clone)
)]
pub struct DOMNameSpaceNode {
    /// The node.
    pub place: Place,
    /// The element, kept alive.
    pub element: Option<Object>,
}

impl GcRoots for DOMNameSpaceNode {
    fn visit(&mut self, v: &mut Visitor) {
        self.element.visit(v);
    }
}

#[php_methods(
    "public function __sleep(): array" => crate::node::sleep,
    "public function __wakeup(): void" => crate::node::wakeup,
)]
impl DOMNameSpaceNode {}

node_handlers!(DOMNameSpaceNode);

/// `xmlns`, or that and a prefix.
pub fn name(node: Node) -> Vec<u8> {
    match prefix(node) {
        Some(p) => [b"xmlns:".as_slice(), &p].concat(),
        None => node.name().to_vec(),
    }
}

/// The prefix that is declared.
pub fn prefix(node: Node) -> Option<Vec<u8>> {
    node.declaration_ns()?.prefix().map(<[u8]>::to_vec)
}

/// The URI that is declared.
pub fn uri(node: Node) -> Option<Vec<u8>> {
    Some(node.declaration_ns()?.uri().to_vec())
}

/// Another node for the same declaration.
pub fn copy(node: Node) -> Option<Node> {
    node.parent()?.new_declaration(&uri(node)?, prefix(node).as_deref())
}

/// The object for a declaration at an element.
pub fn object(ctx: &mut Ctx, at: &At, element: Node, uri: &[u8], prefix: Option<&[u8]>) -> R<Value> {
    let holder = at.object(ctx, element)?;
    let Some(made) = element.new_declaration(uri, prefix) else { return Ok(Value::NULL) };
    let o = place::object(ctx, made, at.doc.as_ref(), false)?;
    if let Some(this) = This::<DOMNameSpaceNode>::of(&o) {
        this.with(|p| p.element = Object::try_from(holder).ok());
    }
    Ok(o.into())
}

/// A copy of an object keeps the same element alive.
pub fn share_element(from: &Object, to: &Object) {
    if let (Some(from), Some(to)) = (This::<DOMNameSpaceNode>::of(from), This::<DOMNameSpaceNode>::of(to)) {
        let element = from.with(|p| p.element.clone()).flatten();
        to.with(|p| p.element = element);
    }
}
