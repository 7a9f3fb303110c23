//! What an object of SimpleXML stands for.

use howdah_libxml2::{Document, Kind, Node, NodeShare, XPath};
use plugin_api::{Class, Ctx, GcRoots, Object, R, Str, This, Value, Visitor, php_class, php_methods};

/// What of its node an object stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum View {
    /// The node.
    #[default]
    Node,
    /// The elements below it that have a name.
    Named,
    /// All elements below it.
    Children,
    /// Its attributes.
    Attributes,
}

/// The payload of `SimpleXMLElement`.
#[derive(Default)]
#[php_class(
    "class SimpleXMLElement implements Stringable, Countable, RecursiveIterator",
    handlers(
        read_prop,
        write_prop,
        has_prop,
        unset_prop,
        read_dim,
        write_dim,
        has_dim,
        unset_dim,
        compare,
        cast,
        count,
        properties,
        clone,
        get_iterator
    ),
    flags(not_serializable)
)]
pub struct SimpleXMLElement {
    /// The node; dropped before the document.
    pub node: Option<NodeShare>,
    /// Kept for the next expression.
    pub xpath: Option<XPath>,
    /// The document.
    pub doc: Option<Document>,
    /// What of the node.
    pub view: View,
    /// The name, of a view that has one.
    pub name: Option<Str>,
    /// The namespace looked into: a URI, or a prefix.
    pub ns: Option<Str>,
    /// Whether `ns` is a prefix.
    pub is_prefix: bool,
    /// Where an iteration is.
    pub current: Option<Object>,
}

impl GcRoots for SimpleXMLElement {
    fn visit(&mut self, v: &mut Visitor) {
        self.current.visit(v);
    }
}

/// `SimpleXMLIterator`
#[php_class("class SimpleXMLIterator extends SimpleXMLElement", payload = SimpleXMLElement)]
pub struct SimpleXMLIterator;

#[php_methods]
impl SimpleXMLIterator {}

/// What an object stands for, apart from its iteration: a copy to work with while PHP code may run.
#[derive(Clone)]
pub struct Place {
    /// The node; dropped before the document.
    pub share: Option<NodeShare>,
    /// The document.
    pub doc: Document,
    /// See the payload.
    pub view: View,
    /// See the payload.
    pub name: Option<Str>,
    /// See the payload.
    pub ns: Option<Str>,
    /// See the payload.
    pub is_prefix: bool,
}

impl SimpleXMLElement {
    /// What it stands for; `None` when the constructor did not run.
    pub fn place(&self) -> Option<Place> {
        Some(Place {
            share: self.node.clone(),
            doc: self.doc.clone()?,
            view: self.view,
            name: self.name.clone(),
            ns: self.ns.clone(),
            is_prefix: self.is_prefix,
        })
    }
}

/// What an object stands for; an Error when its constructor did not run.
pub fn place(this: &This<SimpleXMLElement>, ctx: &mut Ctx) -> R<Place> {
    let place = this.borrow(ctx)?.place();
    match place {
        Some(p) => Ok(p),
        None => Err(ctx.error("SimpleXMLElement is not properly initialized")),
    }
}

impl Place {
    /// The node; an Error when there is none, as after a document without a root was parsed.
    pub fn node(&self, ctx: &mut Ctx) -> R<Option<Node>> {
        match self.share.as_ref().and_then(NodeShare::node) {
            Some(node) => Ok(Some(node)),
            None => Err(ctx.error("SimpleXMLElement is not properly initialized")),
        }
    }
    /// Whether a node's namespace is the one looked into.
    pub fn fits(&self, node: Node) -> bool {
        let ns = node.ns();
        let Some(wanted) = &self.ns else {
            return ns.is_none_or(|n| n.prefix().is_none());
        };
        ns.is_some_and(|n| if self.is_prefix { n.prefix() == Some(&**wanted) } else { n.uri() == &**wanted })
    }
    /// Whether a node has the name of the view.
    pub fn is_named(&self, node: Node) -> bool {
        self.name.as_ref().is_some_and(|n| node.name() == &**n)
    }
    /// The first node at or after `node` that the view shows.
    pub fn fetch(&self, node: Option<Node>) -> Option<Node> {
        let wanted = |n: &Node| match self.view {
            View::Attributes => {
                n.kind() == Kind::Attribute && (self.name.is_none() || self.is_named(*n)) && self.fits(*n)
            }
            View::Named if self.name.is_some() => n.is_element() && self.is_named(*n) && self.fits(*n),
            _ => n.is_element() && self.fits(*n),
        };
        core::iter::successors(node, |n| n.next()).find(wanted)
    }
    /// The first node below or of the attributes that the view shows.
    pub fn first_of(&self, node: Option<Node>) -> Option<Node> {
        let node = node?;
        self.fetch(if self.view == View::Attributes { node.first_attribute() } else { node.first_child() })
    }
    /// As [`Place::first_of`]; the node itself where the view is the node.
    pub fn first(&self, node: Option<Node>) -> Option<Node> {
        if self.view == View::Node { node } else { self.first_of(node) }
    }
    /// An attribute by number or name among `first` and those after it, and how many came before it.
    pub fn attribute(&self, first: Option<Node>, named: bool, key: &Member) -> (Option<Node>, i64) {
        let mut n = 0;
        let mut next = first;
        while let Some(a) = next {
            next = a.next();
            if (named && !self.is_named(a)) || !self.fits(a) {
                continue;
            }
            match key {
                Member::Number(i) if n == *i => return (Some(a), n),
                Member::Number(i) if n > *i => return (None, n),
                Member::Name(name) if a.name() == &**name => return (Some(a), n),
                _ => n += 1,
            }
        }
        (None, n)
    }
    /// The element at a number among `first` and those after it, and how many came before it.
    pub fn element_at(&self, number: i64, first: Option<Node>) -> (Option<Node>, i64) {
        if self.view == View::Node {
            return (first.filter(|_| number == 0), 0);
        }
        let mut n = 0;
        let mut next = first;
        while let Some(e) = next.filter(|_| n <= number) {
            let counts = match self.view {
                View::Children => true,
                View::Named => self.is_named(e),
                _ => false,
            };
            if e.is_element() && self.fits(e) && counts {
                if n == number {
                    return (Some(e), n);
                }
                n += 1;
            }
            next = e.next();
        }
        (None, n)
    }
    /// The element of a name among `first` and those after it.
    pub fn element_named(&self, first: Option<Node>, name: &[u8]) -> Option<Node> {
        core::iter::successors(first, |n| n.next())
            .find(|n| n.is_element() && n.name() == name && self.fits(*n))
    }
    /// An object of the same class for a node of the document.
    pub fn object(
        &self,
        ctx: &mut Ctx,
        class: Class,
        node: Node,
        view: View,
        name: Option<Str>,
    ) -> R<Object> {
        self.object_in(ctx, class, node, view, name, (self.ns.clone(), self.is_prefix))
    }
    /// As [`Place::object`], looking into a namespace.
    pub fn object_in(
        &self,
        ctx: &mut Ctx,
        class: Class,
        node: Node,
        view: View,
        name: Option<Str>,
        ns: (Option<Str>, bool),
    ) -> R<Object> {
        let filled = ns.0.filter(|n| !n.is_empty());
        let payload = SimpleXMLElement {
            node: Some(NodeShare::of(node)),
            xpath: None,
            doc: Some(self.doc.clone()),
            view,
            name,
            is_prefix: filled.is_some() && ns.1,
            ns: filled,
            current: None,
        };
        This::<SimpleXMLElement>::create_as(ctx, class, payload)
    }
}

/// A property's name, or an offset.
#[derive(Clone, PartialEq)]
pub enum Member {
    /// A number.
    Number(i64),
    /// A name.
    Name(Str),
}

impl core::cmp::PartialEq<i64> for Member {
    fn eq(&self, other: &i64) -> bool {
        matches!(self, Member::Number(n) if n == other)
    }
}

impl Member {
    /// What a value names.
    pub fn of(ctx: &mut Ctx, v: &Value) -> R<Member> {
        Ok(match v.as_int() {
            Some(n) => Member::Number(n),
            None => Member::Name(v.to_str(ctx)?),
        })
    }
}

/// The node and document that an object stands for, for other extensions.
pub fn export(o: &Object) -> Option<(Node, Document)> {
    let place = This::<SimpleXMLElement>::of(o)?.with(|p| p.place()).flatten()?;
    let node = place.first(place.share.as_ref().and_then(NodeShare::node))?;
    Some((node, place.doc.clone()))
}
