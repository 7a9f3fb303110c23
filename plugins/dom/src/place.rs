//! What an object of a node stands for, and the one object that stands for a node.

use crate::classic::DOMNode;
use crate::error::{Code, throw};
use crate::modern::ModernNode;
use crate::namespace::DOMNameSpaceNode;
use crate::props::Shape;
use crate::settings::Settings;
use howdah_libxml2::{Document, Kind, Node, NodeShare};
use plugin_api::{Class, Ctx, Object, R, This, Value};
use std::rc::Rc;

/// What the payload of each class of nodes holds.
#[derive(Default)]
pub struct Place {
    share: Option<NodeShare>,
    doc: Option<Document>,
    shape: Option<&'static Shape>,
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(share) = &self.share {
            share.set_object(None);
        }
    }
}

impl Place {
    /// The document.
    pub fn doc(&self) -> Option<&Document> {
        self.doc.as_ref()
    }
}

/// A node to work with: it and its document live as long as this does.
#[derive(Clone)]
pub struct At {
    /// The node.
    pub node: Node,
    // Dropped before the document.
    _share: NodeShare,
    /// Its document.
    pub doc: Option<Document>,
    /// Whether it is seen through the classes of the `Dom` namespace.
    pub modern: bool,
}

/// Runs `f` on the place of an object of any class of nodes.
pub fn with<T>(o: &Object, f: impl FnOnce(&mut Place, bool) -> T) -> Option<T> {
    if let Some(this) = This::<DOMNode>::of(o) {
        return this.with(|p| f(&mut p.0, false));
    }
    if let Some(this) = This::<ModernNode>::of(o) {
        return this.with(|p| f(&mut p.place, true));
    }
    let this = This::<DOMNameSpaceNode>::of(o)?;
    this.with(|p| f(&mut p.place, false))
}

/// The node of an object; `None` when its constructor did not run.
pub fn find(o: &Object) -> Option<At> {
    with(o, |p, modern| {
        let share = p.share.clone()?;
        Some(At { node: share.node()?, _share: share, doc: p.doc.clone(), modern })
    })
    .flatten()
}

/// The node of an object; an Error when its constructor did not run.
pub fn at(ctx: &mut Ctx, o: &Object) -> R<At> {
    match find(o) {
        Some(at) => Ok(at),
        None => {
            let class = o.class().name().lossy().into_owned();
            Err(ctx.error(format!("Couldn't fetch {class}")))
        }
    }
}

/// As [`at`], for properties.
pub fn at_property(ctx: &mut Ctx, o: &Object) -> R<At> {
    match find(o) {
        Some(at) => Ok(at),
        None => Err(throw(ctx, Code::InvalidState)),
    }
}

/// Makes an object stand for a node, as constructors do.
pub fn settle(o: &Object, node: Node, doc: Option<Document>) {
    let share = NodeShare::of(node);
    share.set_object(Some(o));
    let made = Place { share: Some(share), doc, shape: None };
    let before = with(o, |p, _| core::mem::replace(p, made));
    drop(before);
}

/// Makes an object stand for nothing.
pub fn unsettle(o: &Object) {
    let before = with(o, |p, _| core::mem::take(p));
    drop(before);
}

/// Says which document an object's node belongs to now.
pub fn set_doc(o: &Object, doc: &Document) {
    let before = with(o, |p, _| p.doc.replace(doc.clone()));
    drop(before);
}

/// The properties that an object's class has.
pub fn shape(o: &Object) -> &'static Shape {
    if let Some(there) = with(o, |p, _| p.shape).flatten() {
        return there;
    }
    let found = Shape::of(o.class());
    with(o, |p, _| p.shape = Some(found));
    found
}

fn class_name(node: Node, modern: bool) -> Option<&'static str> {
    let names = match node.kind() {
        Kind::Document => ("DOMDocument", "Dom\\XMLDocument"),
        Kind::HtmlDocument => ("DOMDocument", "Dom\\HTMLDocument"),
        Kind::DocumentType => ("DOMDocumentType", "Dom\\DocumentType"),
        Kind::Element => {
            let html = modern && node.ns().is_some_and(|n| n.uri() == crate::XHTML);
            ("DOMElement", if html { "Dom\\HTMLElement" } else { "Dom\\Element" })
        }
        Kind::Attribute => ("DOMAttr", "Dom\\Attr"),
        Kind::Text => ("DOMText", "Dom\\Text"),
        Kind::Comment => ("DOMComment", "Dom\\Comment"),
        Kind::ProcessingInstruction => ("DOMProcessingInstruction", "Dom\\ProcessingInstruction"),
        Kind::EntityReference => ("DOMEntityReference", "Dom\\EntityReference"),
        Kind::EntityDeclaration | Kind::ElementDeclaration => ("DOMEntity", "Dom\\Entity"),
        Kind::CData => ("DOMCdataSection", "Dom\\CDATASection"),
        Kind::Fragment => ("DOMDocumentFragment", "Dom\\DocumentFragment"),
        Kind::Notation => ("DOMNotation", "Dom\\Notation"),
        Kind::Namespace => ("DOMNameSpaceNode", "DOMNameSpaceNode"),
        _ => return None,
    };
    Some(if modern { names.1 } else { names.0 })
}

/// The object that stands for a node of a document, made if there is none.
pub fn object(ctx: &mut Ctx, node: Node, doc: Option<&Document>, modern: bool) -> R<Object> {
    let share = NodeShare::of(node);
    if let Some(there) = share.object() {
        return Ok(there);
    }
    let Some(name) = class_name(node, modern) else {
        return Err(ctx.error(format!("Unsupported node type: {}", node.kind_number())));
    };
    let replaced = doc.and_then(|d| Settings::of(d).classes.borrow().get(name.as_bytes()).copied());
    let class = match replaced {
        Some(c) => c,
        None => match ctx.find_class(name, false)? {
            Some(c) => c,
            None => return Err(ctx.error(format!("Class \"{name}\" not found"))),
        },
    };
    object_of(ctx, class, node, doc)
}

/// As [`object`], of a class.
pub fn object_of(ctx: &mut Ctx, class: Class, node: Node, doc: Option<&Document>) -> R<Object> {
    let share = NodeShare::of(node);
    let o = class.instantiate_raw(ctx)?;
    settle(&o, node, doc.filter(|_| !node.doc().is_null()).cloned());
    drop(share);
    Ok(o)
}

impl At {
    /// Another node of the same document.
    pub fn holding(node: Node, context: &At) -> At {
        At { node, _share: NodeShare::of(node), doc: context.doc.clone(), modern: context.modern }
    }
    /// The settings of its document.
    pub fn settings(&self) -> Option<Rc<Settings>> {
        self.doc.as_ref().map(Settings::of)
    }
    /// Whether errors are exceptions.
    pub fn is_strict(&self) -> bool {
        self.settings().is_none_or(|s| s.strict.get())
    }
    /// The object for a node of the same document.
    pub fn object(&self, ctx: &mut Ctx, node: Node) -> R<Value> {
        object(ctx, node, self.doc.as_ref(), self.modern).map(Value::from)
    }
    /// The object for a node of the same document, or null.
    pub fn maybe(&self, ctx: &mut Ctx, node: Option<Node>) -> R<Value> {
        match node {
            Some(n) => self.object(ctx, n),
            None => Ok(Value::NULL),
        }
    }
    /// The object for a node that was just made, which is freed when none can be made.
    pub fn fresh(&self, ctx: &mut Ctx, node: Option<Node>) -> R<Value> {
        match node {
            Some(n) => self.object(ctx, n),
            None => Err(throw(ctx, Code::InvalidState)),
        }
    }
    /// Says that the tree changed.
    pub fn changed(&self) {
        if let Some(d) = &self.doc {
            d.changed();
        }
    }
    /// Says that IDs may have changed.
    pub fn ids_changed(&self) {
        if let Some(s) = self.settings() {
            s.ids_changed.set(true);
        }
    }
    /// The document as a node.
    pub fn document(&self) -> Option<Node> {
        self.node.document()
    }
    /// Whether nothing may be changed in it.
    pub fn is_read_only(&self) -> bool {
        is_read_only(self.node)
    }
}

/// Whether nothing may be changed in a node.
pub fn is_read_only(node: Node) -> bool {
    let kind = node.kind();
    matches!(
        kind,
        Kind::EntityReference
            | Kind::Entity
            | Kind::DocumentType
            | Kind::Notation
            | Kind::ElementDeclaration
            | Kind::AttributeDeclaration
            | Kind::EntityDeclaration
            | Kind::Namespace
    ) || node.doc().is_null()
}

/// Whether nodes may hang below a node.
pub fn may_have_children(node: Node) -> bool {
    !matches!(
        node.kind(),
        Kind::DocumentType
            | Kind::ProcessingInstruction
            | Kind::Comment
            | Kind::Text
            | Kind::CData
            | Kind::Notation
    )
}

/// Tells all objects of a tree which document they belong to now.
pub fn move_objects(top: Node, doc: &Document) {
    let tell = |n: Node| {
        if n.is_shared()
            && let Some(o) = NodeShare::of(n).object()
        {
            set_doc(&o, doc);
        }
    };
    let all: Vec<Node> = core::iter::once(top).chain(top.descendants()).collect();
    for n in all {
        tell(n);
        if n.kind() == Kind::Attribute {
            n.children().for_each(tell);
        }
        for a in n.attributes() {
            tell(a);
            a.children().for_each(tell);
        }
    }
}
