//! Nodes of a tree.

use crate::text::{CText, borrowed, optional, owned};
use crate::{Document, sys};
use core::ptr::NonNull;

/// What a node is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names of the XML specification")]
pub enum Kind {
    Element,
    Attribute,
    Text,
    CData,
    EntityReference,
    Entity,
    ProcessingInstruction,
    Comment,
    Document,
    DocumentType,
    Fragment,
    Notation,
    HtmlDocument,
    ElementDeclaration,
    AttributeDeclaration,
    EntityDeclaration,
    Namespace,
    Other,
}

/// A node. It is good while somebody has a share of it or of the document that it hangs in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Node(NonNull<sys::xmlNode>);

/// A namespace as an element declares it; good as long as its node.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Namespace(NonNull<sys::xmlNs>);

impl Namespace {
    /// # Safety
    /// Null, or a namespace that lives as long as it is used.
    pub unsafe fn from_raw(p: *mut sys::xmlNs) -> Option<Namespace> {
        NonNull::new(p).map(Namespace)
    }
    /// The raw namespace.
    pub fn raw(self) -> *mut sys::xmlNs {
        self.0.as_ptr()
    }
    /// Its URI.
    pub fn uri(&self) -> &[u8] {
        // SAFETY: a live namespace.
        unsafe { borrowed((*self.raw()).href) }
    }
    /// Its prefix.
    pub fn prefix(&self) -> Option<&[u8]> {
        // SAFETY: a live namespace.
        unsafe {
            let p = (*self.raw()).prefix;
            (!p.is_null()).then(|| borrowed(p))
        }
    }
    /// Whether it has a URI, an empty one included.
    pub fn has_uri(self) -> bool {
        // SAFETY: a live namespace.
        unsafe { !(*self.raw()).href.is_null() }
    }
    /// The next one that the same element declares.
    pub fn next(self) -> Option<Namespace> {
        // SAFETY: a live namespace.
        unsafe { Namespace::from_raw((*self.raw()).next) }
    }
}

fn ns_raw(ns: Option<Namespace>) -> *mut sys::xmlNs {
    ns.map_or(core::ptr::null_mut(), Namespace::raw)
}

impl Node {
    /// # Safety
    /// Null, or a node that lives as long as it is used.
    pub unsafe fn from_raw(p: *mut sys::xmlNode) -> Option<Node> {
        NonNull::new(p).map(Node)
    }
    /// The raw node.
    pub fn raw(self) -> *mut sys::xmlNode {
        self.0.as_ptr()
    }
    fn get(&self) -> &sys::xmlNode {
        // SAFETY: a live node; fields beyond those that all kinds have are read by kind only.
        unsafe { self.0.as_ref() }
    }
    pub(crate) fn private(self) -> *mut std::ffi::c_void {
        self.get()._private
    }
    /// # Safety
    /// `p` is null or a proxy.
    pub(crate) unsafe fn set_private(self, p: *mut std::ffi::c_void) {
        // SAFETY: a live node.
        unsafe { (*self.raw())._private = p }
    }
    /// Whether somebody has a share of it.
    pub fn is_shared(self) -> bool {
        !self.private().is_null()
    }
    /// libxml2's number of its kind, which is the one PHP shows.
    pub fn kind_number(self) -> u32 {
        // SAFETY: plain numbers.
        self.get().type_
    }
    /// What it is.
    pub fn kind(self) -> Kind {
        match self.kind_number() {
            1 => Kind::Element,
            2 => Kind::Attribute,
            3 => Kind::Text,
            4 => Kind::CData,
            5 => Kind::EntityReference,
            6 => Kind::Entity,
            7 => Kind::ProcessingInstruction,
            8 => Kind::Comment,
            9 => Kind::Document,
            10 | 14 => Kind::DocumentType,
            11 => Kind::Fragment,
            12 => Kind::Notation,
            13 => Kind::HtmlDocument,
            15 => Kind::ElementDeclaration,
            16 => Kind::AttributeDeclaration,
            17 => Kind::EntityDeclaration,
            18 => Kind::Namespace,
            _ => Kind::Other,
        }
    }
    /// Whether it is an element.
    pub fn is_element(self) -> bool {
        self.kind() == Kind::Element
    }
    /// Whether it is a document.
    pub fn is_document(self) -> bool {
        matches!(self.kind(), Kind::Document | Kind::HtmlDocument)
    }
    /// Its local name.
    pub fn name(&self) -> &[u8] {
        // SAFETY: null or a live text.
        unsafe { borrowed(self.get().name) }
    }
    /// Whether it has a name at all.
    pub fn has_name(self) -> bool {
        !self.get().name.is_null()
    }
    fn at(p: *mut sys::xmlNode) -> Option<Node> {
        // SAFETY: neighbours of a live node.
        unsafe { Node::from_raw(p) }
    }
    /// The node above.
    pub fn parent(self) -> Option<Node> {
        Node::at(self.get().parent)
    }
    /// The node after it.
    pub fn next(self) -> Option<Node> {
        Node::at(self.get().next)
    }
    /// The node before it.
    pub fn prev(self) -> Option<Node> {
        Node::at(self.get().prev)
    }
    /// The first node below.
    pub fn first_child(self) -> Option<Node> {
        if self.kind() == Kind::Namespace { None } else { Node::at(self.get().children) }
    }
    /// The last node below.
    pub fn last_child(self) -> Option<Node> {
        if self.kind() == Kind::Namespace { None } else { Node::at(self.get().last) }
    }
    /// Nodes below, in order.
    pub fn children(self) -> impl Iterator<Item = Node> {
        core::iter::successors(self.first_child(), |n| n.next())
    }
    /// An element's first attribute.
    pub fn first_attribute(self) -> Option<Node> {
        if self.is_element() { Node::at(self.get().properties.cast()) } else { None }
    }
    /// An element's attributes.
    pub fn attributes(self) -> impl Iterator<Item = Node> {
        core::iter::successors(self.first_attribute(), |n| n.next())
    }
    /// The document it belongs to.
    pub fn doc(self) -> *mut sys::xmlDoc {
        self.get().doc
    }
    /// The namespace of an element or attribute.
    pub fn ns(self) -> Option<Namespace> {
        match self.kind() {
            // SAFETY: null or a live namespace.
            Kind::Element | Kind::Attribute => unsafe { Namespace::from_raw(self.get().ns) },
            _ => None,
        }
    }
    /// Sets the namespace of an element or attribute.
    pub fn set_ns(self, ns: Option<Namespace>) {
        if matches!(self.kind(), Kind::Element | Kind::Attribute) {
            // SAFETY: a live node of a kind that has one.
            unsafe { (*self.raw()).ns = ns_raw(ns) }
        }
    }
    /// The namespaces that an element declares.
    pub fn declared(self) -> impl Iterator<Item = Namespace> {
        let first = if self.is_element() {
            // SAFETY: null or a live namespace.
            unsafe { Namespace::from_raw(self.get().nsDef) }
        } else {
            None
        };
        core::iter::successors(first, |n| n.next())
    }
    /// The text that a text, comment or the like holds.
    pub fn content(&self) -> Option<&[u8]> {
        match self.kind() {
            Kind::Text | Kind::CData | Kind::Comment | Kind::ProcessingInstruction => {
                let c = self.get().content;
                // SAFETY: null or a live text.
                (!c.is_null()).then(|| unsafe { borrowed(c) })
            }
            _ => None,
        }
    }
    /// All text in it, entities replaced.
    pub fn text(self) -> Vec<u8> {
        // SAFETY: a live node; the text is ours.
        unsafe { owned(sys::xmlNodeGetContent(self.raw())).unwrap_or_default() }
    }
    /// The text of the nodes below it that are text, with entities replaced.
    pub fn own_text(self) -> Option<Vec<u8>> {
        self.first_child()?.list_text()
    }
    /// The text of this and the following nodes that are text, with entities replaced.
    pub fn list_text(self) -> Option<Vec<u8>> {
        // SAFETY: a live node; the text is ours.
        unsafe { owned(sys::xmlNodeListGetString(self.doc(), self.raw(), 1)) }
    }
    /// Whether it is text of white space only.
    pub fn is_blank(self) -> bool {
        // SAFETY: a live node.
        unsafe { sys::xmlIsBlankNode(self.raw()) != 0 }
    }
    /// The line it began at.
    pub fn line(self) -> i64 {
        // SAFETY: a live node.
        unsafe { sys::xmlGetLineNo(self.raw()) }
    }
    /// Takes it out of its tree.
    pub fn unlink(self) {
        // SAFETY: a live node.
        unsafe { sys::xmlUnlinkNode(self.raw()) }
    }
    /// Takes it out of its tree and frees it, unless somebody has a share of it.
    pub fn remove(self) {
        self.unlink();
        crate::share::release(self);
    }
    /// Makes the namespaces that it and nodes below it name be declared within.
    pub fn reconcile(self) {
        // SAFETY: a live node.
        unsafe {
            if self.doc().is_null() {
                // libxml2 asks a document for the namespace of the prefix "xml", and does nothing without one.
                declare_within(self.raw());
            } else {
                sys::xmlReconciliateNs(self.doc(), self.raw());
            }
        }
    }
    /// Replaces what is below by a text, which is taken literally.
    pub fn set_text(self, text: &[u8]) {
        let text = CText::new(text);
        // SAFETY: a live node and text; the escaped text is freed here.
        unsafe {
            let escaped = owned(sys::xmlEncodeEntitiesReentrant(self.doc(), text.xml()));
            if let Some(escaped) = escaped {
                sys::xmlNodeSetContent(self.raw(), CText::new(escaped).xml());
            }
        }
    }
    /// Adds an element below, its text taken literally.
    pub fn add_text_child(self, ns: Option<Namespace>, name: &[u8], text: Option<&[u8]>) -> Option<Node> {
        let (name, text) = (CText::new(name), text.map(CText::new));
        // SAFETY: a live node and texts.
        unsafe {
            let made = sys::xmlNewTextChild(self.raw(), ns_raw(ns), name.xml(), optional(text.as_ref()));
            Node::from_raw(made)
        }
    }
    /// Adds an element below, entities in its text taken as such.
    pub fn add_child(self, ns: Option<Namespace>, name: &[u8], text: Option<&[u8]>) -> Option<Node> {
        let (name, text) = (CText::new(name), text.map(CText::new));
        // SAFETY: a live node and texts.
        unsafe {
            let made = sys::xmlNewChild(self.raw(), ns_raw(ns), name.xml(), optional(text.as_ref()));
            Node::from_raw(made)
        }
    }
    /// Adds an attribute.
    pub fn add_attribute(self, ns: Option<Namespace>, name: &[u8], value: Option<&[u8]>) -> Option<Node> {
        let (name, value) = (CText::new(name), value.map(CText::new));
        // SAFETY: a live node and texts.
        unsafe {
            let value = optional(value.as_ref());
            let made = match ns {
                None => sys::xmlNewProp(self.raw(), name.xml(), value),
                Some(ns) => sys::xmlNewNsProp(self.raw(), ns.raw(), name.xml(), value),
            };
            Node::from_raw(made.cast())
        }
    }
    /// The attribute or its declaration in the DTD; no URI: one without a namespace.
    pub fn find_attribute(self, name: &[u8], uri: Option<&[u8]>) -> Option<Node> {
        let (name, uri) = (CText::new(name), uri.map(CText::new));
        // SAFETY: a live node and texts.
        unsafe {
            let found = sys::xmlHasNsProp(self.raw(), name.xml(), optional(uri.as_ref()));
            Node::from_raw(found.cast())
        }
    }
    /// The namespace with a URI that is in force here.
    pub fn find_ns_by_uri(self, uri: &[u8]) -> Option<Namespace> {
        let uri = CText::new(uri);
        // SAFETY: a live node and text.
        unsafe { Namespace::from_raw(sys::xmlSearchNsByHref(self.doc(), self.raw(), uri.xml())) }
    }
    /// The namespace of a prefix that is in force here.
    pub fn find_ns(self, prefix: Option<&[u8]>) -> Option<Namespace> {
        let prefix = prefix.map(CText::new);
        // SAFETY: a live node and text.
        unsafe {
            let found = sys::xmlSearchNs(self.doc(), self.raw(), optional(prefix.as_ref()));
            Namespace::from_raw(found)
        }
    }
    /// Declares a namespace; `None` when its prefix is declared here already.
    pub fn declare(self, uri: &[u8], prefix: Option<&[u8]>) -> Option<Namespace> {
        let (uri, prefix) = (CText::new(uri), prefix.map(CText::new));
        // SAFETY: a live node and texts.
        unsafe {
            let made = sys::xmlNewNs(self.raw(), uri.xml(), optional(prefix.as_ref()));
            Namespace::from_raw(made)
        }
    }
    /// A deep copy that hangs in no tree.
    pub fn copy(self, to: &Document) -> Option<Node> {
        // SAFETY: a live node and document.
        unsafe { Node::from_raw(sys::xmlDocCopyNode(self.raw(), to.raw(), 1)) }
    }
    /// The path that finds it.
    pub fn path(self) -> Option<Vec<u8>> {
        // SAFETY: a live node; the text is ours.
        unsafe { owned(sys::xmlGetNodePath(self.raw())) }
    }
}

/// Has all namespaces that a tree without a document names declared within it, as libxml2 does in documents.
unsafe fn declare_within(root: *mut sys::xmlNode) {
    // SAFETY: a live element; nodes of its tree are, and so are the namespaces that they name.
    unsafe {
        let within = |ns: *mut sys::xmlNs| {
            let none = core::ptr::null_mut();
            let found = sys::xmlSearchNsByHref(none, root, (*ns).href);
            if !found.is_null() {
                return found;
            }
            let base = if (*ns).prefix.is_null() { b"default" } else { borrowed((*ns).prefix) };
            let mut prefix = CText::new(base);
            let mut n = 1;
            while !sys::xmlSearchNs(none, root, prefix.xml()).is_null() {
                prefix = CText::new([base, n.to_string().as_bytes()].concat());
                n += 1;
            }
            sys::xmlNewNs(root, (*ns).href, prefix.xml())
        };
        let mut rest = vec![root];
        while let Some(node) = rest.pop() {
            if (*node).type_ != sys::xmlElementType_XML_ELEMENT_NODE {
                continue;
            }
            if !(*node).ns.is_null() {
                (*node).ns = within((*node).ns);
            }
            let mut attribute = (*node).properties;
            while !attribute.is_null() {
                if !(*attribute).ns.is_null() {
                    (*attribute).ns = within((*attribute).ns);
                }
                attribute = (*attribute).next;
            }
            let mut child = (*node).last;
            while !child.is_null() {
                rest.push(child);
                child = (*child).prev;
            }
        }
    }
}
