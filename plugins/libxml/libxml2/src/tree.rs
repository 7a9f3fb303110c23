//! Making nodes and putting them into trees, as the DOM extension does.

use crate::text::{CText, borrowed, free, optional, owned};
use crate::{Document, Kind, Namespace, Node, sys};
use std::ffi::c_int;

fn int(n: usize) -> c_int {
    c_int::try_from(n).unwrap_or(c_int::MAX)
}

fn raw(node: Option<Node>) -> *mut sys::xmlNode {
    node.map_or(core::ptr::null_mut(), Node::raw)
}

fn doc_raw(doc: Option<Node>) -> *mut sys::xmlDoc {
    raw(doc).cast()
}

fn ns_raw(ns: Option<Namespace>) -> *mut sys::xmlNs {
    ns.map_or(core::ptr::null_mut(), Namespace::raw)
}

/// Makers of nodes that hang in no tree. Without a document they belong to none yet.
impl Node {
    /// An element; entities in its text are taken as such.
    pub fn new_element(
        doc: Option<Node>,
        ns: Option<Namespace>,
        name: &[u8],
        text: Option<&[u8]>,
    ) -> Option<Node> {
        let (name, text) = (CText::new(name), text.map(CText::new));
        // SAFETY: null or a live document, live texts.
        unsafe {
            let made = sys::xmlNewDocNode(doc_raw(doc), ns_raw(ns), name.xml(), optional(text.as_ref()));
            Node::from_raw(made)
        }
    }
    /// A text.
    pub fn new_text(doc: Option<Node>, text: &[u8]) -> Option<Node> {
        // SAFETY: null or a live document, live bytes.
        unsafe { Node::from_raw(sys::xmlNewDocTextLen(doc_raw(doc), text.as_ptr(), int(text.len()))) }
    }
    /// A comment.
    pub fn new_comment(doc: Option<Node>, text: Option<&[u8]>) -> Option<Node> {
        let text = text.map(CText::new);
        // SAFETY: null or a live document, null or a live text.
        unsafe { Node::from_raw(sys::xmlNewDocComment(doc_raw(doc), optional(text.as_ref()))) }
    }
    /// A CDATA section.
    pub fn new_cdata(doc: Option<Node>, text: &[u8]) -> Option<Node> {
        // SAFETY: null or a live document, live bytes.
        unsafe { Node::from_raw(sys::xmlNewCDataBlock(doc_raw(doc), text.as_ptr(), int(text.len()))) }
    }
    /// A processing instruction.
    pub fn new_instruction(doc: Option<Node>, name: &[u8], text: Option<&[u8]>) -> Option<Node> {
        let (name, text) = (CText::new(name), text.map(CText::new));
        // SAFETY: null or a live document, live texts.
        unsafe { Node::from_raw(sys::xmlNewDocPI(doc_raw(doc), name.xml(), optional(text.as_ref()))) }
    }
    /// An attribute; entities in its value are taken as such.
    pub fn new_attribute(doc: Option<Node>, name: &[u8], value: Option<&[u8]>) -> Option<Node> {
        let (name, value) = (CText::new(name), value.map(CText::new));
        // SAFETY: null or a live document, live texts.
        unsafe {
            let made = sys::xmlNewDocProp(doc_raw(doc), name.xml(), optional(value.as_ref()));
            Node::from_raw(made.cast())
        }
    }
    /// A fragment.
    pub fn new_fragment(doc: Option<Node>) -> Option<Node> {
        // SAFETY: null or a live document.
        unsafe { Node::from_raw(sys::xmlNewDocFragment(doc_raw(doc))) }
    }
    /// A reference to an entity.
    pub fn new_reference(doc: Option<Node>, name: &[u8]) -> Option<Node> {
        let name = CText::new(name);
        // SAFETY: null or a live document, a live text.
        unsafe { Node::from_raw(sys::xmlNewReference(doc_raw(doc), name.xml())) }
    }
    /// A document type of no document.
    pub fn new_doctype(name: &[u8], public: Option<&[u8]>, system: Option<&[u8]>) -> Option<Node> {
        let (name, public, system) = (CText::new(name), public.map(CText::new), system.map(CText::new));
        // SAFETY: live texts.
        unsafe {
            let made = sys::xmlCreateIntSubset(
                core::ptr::null_mut(),
                name.xml(),
                optional(public.as_ref()),
                optional(system.as_ref()),
            );
            Node::from_raw(made.cast())
        }
    }
    /// What stands for a namespace declaration of an element: a node of its own, with a namespace of its own.
    pub fn new_declaration(self, uri: &[u8], prefix: Option<&[u8]>) -> Option<Node> {
        let name = CText::new(prefix.unwrap_or(b"xmlns"));
        let uri = CText::new(uri);
        // SAFETY: a live element and texts; the node's kind is changed before anybody sees it, `release` changes it back.
        unsafe {
            let own = sys::xmlNewNs(core::ptr::null_mut(), uri.xml(), core::ptr::null());
            if own.is_null() {
                return None;
            }
            if prefix.is_some() {
                (*own).prefix = sys::xmlStrdup(name.xml());
            }
            let made = sys::xmlNewDocNode(self.doc(), core::ptr::null_mut(), name.xml(), uri.xml());
            if made.is_null() {
                sys::xmlFreeNs(own);
                return None;
            }
            (*made).type_ = sys::xmlElementType_XML_NAMESPACE_DECL;
            (*made).parent = self.raw();
            (*made).ns = own;
            Node::from_raw(made)
        }
    }
}

/// Trees.
impl Node {
    /// The namespace that a node made by [`Node::new_declaration`] stands for.
    pub fn declaration_ns(self) -> Option<Namespace> {
        if self.kind() != Kind::Namespace {
            return None;
        }
        // SAFETY: a live node of that kind has a namespace of its own.
        unsafe { Namespace::from_raw((*self.raw()).ns) }
    }
    /// The document it belongs to.
    pub fn document(self) -> Option<Node> {
        // SAFETY: null or the live document of a live node.
        unsafe { Node::from_raw(self.doc().cast()) }
    }
    /// The topmost node of its tree.
    pub fn top(self) -> Node {
        core::iter::successors(Some(self), |n| n.parent()).last().unwrap_or(self)
    }
    /// Whether it is `other` or hangs below it.
    pub fn is_within(self, other: Node) -> bool {
        core::iter::successors(Some(self), |n| n.parent()).any(|n| n == other)
    }
    /// The next node below `base` in the order of the document.
    pub fn next_within(self, base: Node) -> Option<Node> {
        if self.is_element()
            && let Some(first) = self.first_child()
        {
            return Some(first);
        }
        let mut at = self;
        loop {
            if at == base {
                return None;
            }
            if let Some(next) = at.next() {
                return Some(next);
            }
            at = at.parent()?;
        }
    }
    /// All nodes below in the order of the document.
    pub fn descendants(self) -> impl Iterator<Item = Node> {
        let first = if self.kind() == Kind::EntityReference { None } else { self.first_child() };
        core::iter::successors(first, move |n| n.next_within(self))
    }
    /// Links a run of siblings, which hang in no tree, below a node: before `before`, or at the end.
    fn link_run(self, first: Node, last: Node, before: Option<Node>) {
        // SAFETY: live nodes; all links are set from both sides.
        unsafe {
            let mut at = Some(first);
            while let Some(n) = at {
                (*n.raw()).parent = self.raw();
                at = if n == last { None } else { n.next() };
            }
            let prev = match before {
                Some(b) => b.prev(),
                None => self.last_child(),
            };
            (*first.raw()).prev = raw(prev);
            (*last.raw()).next = raw(before);
            match prev {
                Some(p) => (*p.raw()).next = first.raw(),
                None => (*self.raw()).children = first.raw(),
            }
            match before {
                Some(b) => (*b.raw()).prev = last.raw(),
                None => (*self.raw()).last = last.raw(),
            }
        }
    }
    /// Moves a node below this one, before a child or at the end; texts beside each other stay apart.
    pub fn insert(self, child: Node, before: Option<Node>) {
        let before = if before == Some(child) { child.next() } else { before };
        child.unlink();
        child.set_tree_doc(self.document());
        self.link_run(child, child, before);
    }
    /// Moves all that hangs below a node to this one, before a child or at the end; gives the first and last of them.
    pub fn insert_children_of(self, from: Node, before: Option<Node>) -> Option<(Node, Node)> {
        let (first, last) = (from.first_child()?, from.last_child()?);
        // SAFETY: a live node, whose children are linked elsewhere next.
        unsafe {
            (*from.raw()).children = core::ptr::null_mut();
            (*from.raw()).last = core::ptr::null_mut();
        }
        self.link_run(first, last, before);
        Some((first, last))
    }
    /// Moves a node below this one as libxml2 does: attributes to the attributes.
    pub fn adopt(self, child: Node) -> Option<Node> {
        // SAFETY: live nodes.
        unsafe { Node::from_raw(sys::xmlAddChild(self.raw(), child.raw())) }
    }
    /// Moves a node before this one as libxml2 does.
    pub fn add_before(self, sibling: Node) -> Option<Node> {
        // SAFETY: live nodes.
        unsafe { Node::from_raw(sys::xmlAddPrevSibling(self.raw(), sibling.raw())) }
    }
    /// Takes this node's place.
    pub fn replace_by(self, other: Node) {
        // SAFETY: live nodes.
        unsafe { sys::xmlReplaceNode(self.raw(), other.raw()) };
    }
    /// Makes it and all below it belong to a document.
    pub fn set_tree_doc(self, doc: Option<Node>) {
        if self.doc() != doc_raw(doc) {
            // SAFETY: a live node and document.
            unsafe { sys::xmlSetTreeDoc(self.raw(), doc_raw(doc)) }
        }
    }
    /// Takes away all that hangs below; what somebody has a share of lives on.
    pub fn clear(self) {
        crate::share::release_below(self);
        // SAFETY: a live node, all children of which are unlinked.
        unsafe {
            (*self.raw()).children = core::ptr::null_mut();
            (*self.raw()).last = core::ptr::null_mut();
        }
    }
    /// A copy that hangs in no tree: alone, with its attributes, or with all below it.
    pub fn copy_to(self, doc: Option<Node>, deep: bool) -> Option<Node> {
        let how = match (deep, self.is_element()) {
            (true, _) => 1,
            (false, true) => 2,
            (false, false) => 0,
        };
        // SAFETY: a live node and document.
        unsafe {
            if self.is_document() {
                let copy = sys::xmlCopyDoc(self.raw().cast(), deep.into());
                return Node::from_raw(copy.cast());
            }
            Node::from_raw(sys::xmlDocCopyNode(self.raw(), doc_raw(doc), how))
        }
    }
    /// Takes the node out of its tree and makes it belong to another document, namespaces included; whether it could be.
    pub fn adopt_into(self, doc: Node) -> bool {
        let old = self.doc();
        // SAFETY: a live node and documents.
        let status = unsafe {
            sys::xmlDOMWrapAdoptNode(
                core::ptr::null_mut(),
                old,
                self.raw(),
                doc_raw(Some(doc)),
                core::ptr::null_mut(),
                0,
            )
        };
        if status == 0 {
            self.leave_dictionary(old);
        }
        status == 0
    }
    /// As [`Node::adopt_into`], the namespaces left alone.
    pub fn move_into(self, doc: Node) {
        let old = self.doc();
        self.unlink();
        self.set_tree_doc(Some(doc));
        self.leave_dictionary(old);
    }
    /// Copies the texts that live in the dictionary of the document that the node came from. libxml2 before 2.13 does not.
    fn leave_dictionary(self, old: *mut sys::xmlDoc) {
        // SAFETY: live nodes of live documents; texts of a dictionary are replaced by ones of the new document.
        unsafe {
            let fix = |n: Node| {
                let p = n.raw();
                if n.kind() == Kind::EntityReference {
                    (*p).children = core::ptr::null_mut();
                }
                let dict = old.as_ref().map_or(core::ptr::null_mut(), |d| d.dict);
                if dict.is_null() {
                    return;
                }
                let own = (*p).doc.as_ref().map_or(core::ptr::null_mut(), |d| d.dict);
                if sys::xmlDictOwns(dict, (*p).name) == 1 {
                    (*p).name = if own.is_null() {
                        sys::xmlStrdup((*p).name)
                    } else {
                        sys::xmlDictLookup(own, (*p).name, -1)
                    };
                }
                let has_content = matches!(
                    n.kind(),
                    Kind::Text | Kind::CData | Kind::Comment | Kind::ProcessingInstruction
                );
                if has_content && sys::xmlDictOwns(dict, (*p).content) == 1 {
                    (*p).content = sys::xmlStrdup((*p).content);
                }
            };
            let mut at = Some(self);
            while let Some(n) = at {
                fix(n);
                for a in n.attributes() {
                    fix(a);
                    a.children().for_each(fix);
                }
                at = if n == self && !n.is_element() && n.kind() != Kind::Fragment {
                    if n.kind() == Kind::Attribute {
                        n.children().for_each(fix);
                    }
                    None
                } else if n == self {
                    n.first_child()
                } else {
                    n.next_within(self)
                };
            }
        }
    }
    /// Removes declarations of namespaces that are in force above it anyway; the document keeps them.
    pub fn drop_redundant_declarations(self, above: Option<Node>) {
        let all: Vec<Namespace> = self.declared().collect();
        for ns in all {
            // SAFETY: a live namespace.
            if unsafe { (*ns.raw()).href }.is_null() {
                continue;
            }
            // SAFETY: live nodes and text.
            let found = unsafe {
                Namespace::from_raw(sys::xmlSearchNsByHref(self.doc(), raw(above), (*ns.raw()).href))
            };
            if found.is_some_and(|f| ns.prefix().is_none() || f.prefix() == ns.prefix()) {
                self.undeclare(ns);
            }
        }
    }
    /// Takes a namespace declaration away; the document keeps it for those that name it.
    pub fn undeclare(self, ns: Namespace) {
        // SAFETY: a live element, whose list of declarations is walked.
        unsafe {
            let mut slot = &raw mut (*self.raw()).nsDef;
            while !(*slot).is_null() {
                if *slot == ns.raw() {
                    *slot = (*ns.raw()).next;
                    (*ns.raw()).next = core::ptr::null_mut();
                    keep_namespace(self.doc(), ns.raw());
                    return;
                }
                slot = &raw mut (**slot).next;
            }
        }
    }
    /// Takes a namespace declaration away and its name and URI from it; the document keeps what is left.
    pub fn eliminate(self, ns: Namespace) {
        // SAFETY: a live namespace, whose texts are its own.
        unsafe {
            free((*ns.raw()).href.cast_mut().cast());
            (*ns.raw()).href = core::ptr::null();
            free((*ns.raw()).prefix.cast_mut().cast());
            (*ns.raw()).prefix = core::ptr::null();
        }
        self.undeclare(ns);
        for n in core::iter::once(self).chain(self.descendants()) {
            for m in core::iter::once(n).chain(n.attributes()) {
                if m.ns() == Some(ns) {
                    m.set_ns(None);
                }
            }
        }
    }
    /// Declares a namespace again where it is named: at each topmost element that does so.
    pub fn redeclare(self, ns: Namespace) {
        let mut todo = vec![(self, None)];
        while let Some((at, mut defined)) = todo.pop() {
            for m in core::iter::once(at).chain(at.attributes()) {
                if m.ns() == Some(ns) {
                    if defined.is_none() {
                        defined = at.declare(ns.uri(), ns.prefix());
                    }
                    m.set_ns(defined);
                }
            }
            todo.extend(at.children().filter(|n| n.is_element()).map(|n| (n, defined)));
        }
    }
    /// Changes the URI of a declaration.
    pub fn set_uri(self, ns: Namespace, uri: &[u8]) {
        let uri = CText::new(uri);
        // SAFETY: a live namespace, whose text is its own.
        unsafe {
            free((*ns.raw()).href.cast_mut().cast());
            (*ns.raw()).href = sys::xmlStrdup(uri.xml());
        }
    }
}

/// Keeps a namespace with a document, alive as long as that.
unsafe fn keep_namespace(doc: *mut sys::xmlDoc, ns: *mut sys::xmlNs) {
    // SAFETY: null or a live document; the namespace is nobody else's.
    unsafe {
        if doc.is_null() {
            return;
        }
        if (*doc).oldNs.is_null() {
            // libxml2 takes the first of them for that of the prefix "xml", and makes it when asked for it.
            sys::xmlSearchNs(doc, doc.cast(), c"xml".as_ptr().cast());
        }
        if (*doc).oldNs.is_null() {
            return;
        }
        (*ns).next = (*(*doc).oldNs).next;
        (*(*doc).oldNs).next = ns;
    }
}

/// A namespace that a document keeps and that no element declares.
pub fn floating_namespace(doc: Node, uri: &[u8], prefix: Option<&[u8]>) -> Option<Namespace> {
    let (uri, prefix) = (CText::new(uri), prefix.map(CText::new));
    // SAFETY: live texts; the document takes the namespace over.
    unsafe {
        let ns = sys::xmlNewNs(core::ptr::null_mut(), uri.xml(), core::ptr::null());
        if ns.is_null() {
            return None;
        }
        if let Some(p) = &prefix {
            (*ns).prefix = sys::xmlStrdup(p.xml());
        }
        keep_namespace(doc.raw().cast(), ns);
        Namespace::from_raw(ns)
    }
}

/// Contents and attributes.
impl Node {
    /// Replaces the content, entities in it taken as such.
    pub fn set_content(self, text: &[u8]) {
        // SAFETY: a live node and bytes.
        unsafe { sys::xmlNodeSetContentLen(self.raw(), text.as_ptr(), int(text.len())) }
    }
    /// Adds to the content of a text or the like.
    pub fn append_content(self, text: &[u8]) {
        // SAFETY: a live node and bytes.
        unsafe { sys::xmlTextConcat(self.raw(), text.as_ptr(), int(text.len())) };
    }
    /// All text in it, entities replaced; `None` for what has none.
    pub fn whole_content(self) -> Option<Vec<u8>> {
        // SAFETY: a live node; the text is ours.
        unsafe { owned(sys::xmlNodeGetContent(self.raw())) }
    }
    /// The URI that relative ones are relative to.
    pub fn base(self) -> Option<Vec<u8>> {
        // SAFETY: a live node; the text is ours.
        unsafe { owned(sys::xmlNodeGetBase(self.doc(), self.raw())) }
    }
    /// The attribute without regard to namespaces, or its declaration in the DTD.
    pub fn attribute_or_declaration(self, name: &[u8]) -> Option<Node> {
        let name = CText::new(name);
        // SAFETY: a live node and text.
        unsafe { Node::from_raw(sys::xmlHasProp(self.raw(), name.xml()).cast()) }
    }
    /// The value of an attribute of a namespace, or of none; defaults of the DTD included.
    pub fn attribute_value(self, name: &[u8], uri: Option<&[u8]>) -> Option<Vec<u8>> {
        let (name, uri) = (CText::new(name), uri.map(CText::new));
        // SAFETY: a live node and texts; the text is ours.
        unsafe { owned(sys::xmlGetNsProp(self.raw(), name.xml(), optional(uri.as_ref()))) }
    }
    /// The value of an attribute without a namespace.
    pub fn plain_attribute(self, name: &[u8]) -> Option<Vec<u8>> {
        let name = CText::new(name);
        // SAFETY: a live node and text; the text is ours.
        unsafe { owned(sys::xmlGetNoNsProp(self.raw(), name.xml())) }
    }
    /// Sets an attribute by its name, which may have a prefix; makes it where there is none.
    pub fn set_attribute(self, name: &[u8], value: &[u8]) -> Option<Node> {
        let (name, value) = (CText::new(name), CText::new(value));
        // SAFETY: a live node and texts.
        unsafe { Node::from_raw(sys::xmlSetProp(self.raw(), name.xml(), value.xml()).cast()) }
    }
    /// Sets an attribute of a namespace, or of none.
    pub fn set_attribute_ns(self, ns: Option<Namespace>, name: &[u8], value: Option<&[u8]>) -> Option<Node> {
        let (name, value) = (CText::new(name), value.map(CText::new));
        // SAFETY: a live node and texts.
        unsafe {
            let set = sys::xmlSetNsProp(self.raw(), ns_raw(ns), name.xml(), optional(value.as_ref()));
            Node::from_raw(set.cast())
        }
    }
    /// Whether an attribute is an ID.
    pub fn is_id(self) -> bool {
        self.kind() == Kind::Attribute
            // SAFETY: a live attribute.
            && unsafe { (*self.raw().cast::<sys::xmlAttr>()).atype == sys::xmlAttributeType_XML_ATTRIBUTE_ID }
    }
    /// Says whether an attribute is an ID.
    pub fn set_id(self, on: bool) {
        if self.kind() != Kind::Attribute || self.is_id() == on {
            return;
        }
        // SAFETY: a live attribute.
        unsafe {
            let attr = self.raw().cast::<sys::xmlAttr>();
            if on {
                (*attr).atype = sys::xmlAttributeType_XML_ATTRIBUTE_ID;
            } else {
                if !(*attr).doc.is_null() {
                    sys::xmlRemoveID((*attr).doc, attr);
                }
                (*attr).atype = 0;
            }
        }
    }
    /// Before an attribute's value changes: the document forgets the old one as an ID.
    pub fn forget_id(self) {
        if self.is_id() {
            self.set_id(false);
            self.set_id(true);
        }
    }
    /// The default value of an attribute's declaration in the DTD.
    pub fn default_value(&self) -> Option<&[u8]> {
        if self.kind() != Kind::AttributeDeclaration {
            return None;
        }
        // SAFETY: a live declaration.
        unsafe {
            let v = (*self.raw().cast::<sys::xmlAttribute>()).defaultValue;
            (!v.is_null()).then(|| borrowed(v))
        }
    }
    /// Renames an element or attribute.
    pub fn set_name(self, name: &[u8]) {
        let name = CText::new(name);
        // SAFETY: a live node; the old name is freed unless a dictionary owns it.
        unsafe {
            let dict = self.doc().as_ref().map_or(core::ptr::null_mut(), |d| d.dict);
            let old = (*self.raw()).name;
            if dict.is_null() {
                free(old.cast_mut().cast());
                (*self.raw()).name = sys::xmlStrdup(name.xml());
            } else {
                if sys::xmlDictOwns(dict, old) != 1 {
                    free(old.cast_mut().cast());
                }
                (*self.raw()).name = sys::xmlDictLookup(dict, name.xml(), -1);
            }
        }
    }
    /// Puts some of its attributes before all others.
    pub fn attributes_first(self, first: &[Node]) {
        let rest: Vec<Node> = self.attributes().filter(|a| !first.contains(a)).collect();
        let all: Vec<Node> = first.iter().copied().chain(rest).collect();
        self.keep_attributes(&all);
    }
    /// Links these attributes, which are its own, and no others: whoever leaves some out puts them back.
    pub fn keep_attributes(self, all: &[Node]) {
        if !self.is_element() {
            return;
        }
        // SAFETY: live attributes of a live element, linked anew from both sides.
        unsafe {
            (*self.raw()).properties = raw(all.first().copied()).cast();
            for (i, a) in all.iter().enumerate() {
                let prev = i.checked_sub(1).and_then(|i| all.get(i)).copied();
                (*a.raw()).prev = raw(prev);
                (*a.raw()).next = raw(all.get(i + 1).copied());
            }
        }
    }
    /// The part of a name before and after its colon; `None` when it has none.
    pub fn split_qualified(name: &[u8]) -> Option<(&[u8], &[u8])> {
        let text = CText::new(name);
        let mut len = 0;
        // SAFETY: a live text.
        let local = unsafe { sys::xmlSplitQName3(text.xml(), &mut len) };
        let len = usize::try_from(len).ok()?;
        (!local.is_null()).then(|| (&name[..len], &name[len + 1..text.bytes().len()]))
    }
}

/// The names that XML knows.
pub mod names {
    use super::{CText, sys};

    /// Whether a text is a QName.
    pub fn is_qualified(text: &[u8]) -> bool {
        let text = CText::new(text);
        // SAFETY: a live text.
        unsafe { sys::xmlValidateQName(text.xml(), 0) == 0 }
    }
    /// Whether a text is an NCName.
    pub fn is_local(text: &[u8]) -> bool {
        let text = CText::new(text);
        // SAFETY: a live text.
        unsafe { sys::xmlValidateNCName(text.xml(), 0) == 0 }
    }
    /// The opaque part of a URI.
    pub fn opaque_of(uri: &[u8]) -> Option<Vec<u8>> {
        let text = CText::new(uri);
        // SAFETY: a live text; the URI is freed here.
        unsafe {
            let uri = sys::xmlParseURI(text.c());
            let opaque = uri.as_ref()?.opaque;
            let out = (!opaque.is_null()).then(|| super::borrowed(opaque.cast()).to_vec());
            sys::xmlFreeURI(uri);
            out
        }
    }
}

/// What is in a document type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Declared {
    /// Entities.
    Entities,
    /// Notations.
    Notations,
}

/// Document types, entities, notations.
impl Node {
    fn dtd(&self) -> Option<&sys::xmlDtd> {
        // SAFETY: a live document type.
        (self.kind() == Kind::DocumentType).then(|| unsafe { &*self.raw().cast() })
    }
    fn entity(&self) -> Option<&sys::xmlEntity> {
        let is = matches!(self.kind(), Kind::EntityDeclaration | Kind::Entity | Kind::Notation);
        // SAFETY: a live entity, or the notation that `notation` makes in its shape.
        is.then(|| unsafe { &*self.raw().cast() })
    }
    /// The public identifier of a document type, entity or notation.
    pub fn public_id(&self) -> Option<&[u8]> {
        let p = match (self.dtd(), self.entity()) {
            (Some(d), _) => d.ExternalID,
            (_, Some(e)) => e.ExternalID,
            _ => core::ptr::null(),
        };
        // SAFETY: null or a live text.
        (!p.is_null()).then(|| unsafe { borrowed(p) })
    }
    /// The system identifier of a document type, entity or notation.
    pub fn system_id(&self) -> Option<&[u8]> {
        let p = match (self.dtd(), self.entity()) {
            (Some(d), _) => d.SystemID,
            (_, Some(e)) => e.SystemID,
            _ => core::ptr::null(),
        };
        // SAFETY: null or a live text.
        (!p.is_null()).then(|| unsafe { borrowed(p) })
    }
    /// libxml2's number of the kind of an entity.
    pub fn entity_kind(&self) -> u32 {
        self.entity().map_or(0, |e| e.etype)
    }
    /// Whether it is an external entity that is not parsed.
    pub fn is_unparsed(&self) -> bool {
        self.entity_kind() == sys::xmlEntityType_XML_EXTERNAL_GENERAL_UNPARSED_ENTITY
    }
    /// The content of an entity: of one that is not parsed the name of its notation.
    pub fn entity_content(&self) -> Option<&[u8]> {
        let p = self.entity()?.content;
        // SAFETY: null or a live text.
        (!p.is_null()).then(|| unsafe { borrowed(p) })
    }
    fn table(&self, what: Declared) -> *mut sys::xmlHashTable {
        self.dtd().map_or(core::ptr::null_mut(), |d| match what {
            Declared::Entities => d.entities.cast(),
            Declared::Notations => d.notations.cast(),
        })
    }
    /// How many a document type declares.
    pub fn count_declared(self, what: Declared) -> usize {
        // SAFETY: null or a live table.
        usize::try_from(unsafe { sys::xmlHashSize(self.table(what)) }).unwrap_or(0)
    }
    /// The declaration at a number.
    pub fn declared_at(self, what: Declared, number: usize) -> Option<Node> {
        unsafe extern "C" fn collect(
            payload: *mut std::ffi::c_void,
            data: *mut std::ffi::c_void,
            _: *mut sys::xmlChar,
        ) {
            // SAFETY: the vector that the scan was given.
            unsafe { (*data.cast::<Vec<*mut std::ffi::c_void>>()).push(payload) }
        }
        let mut all: Vec<*mut std::ffi::c_void> = Vec::new();
        // SAFETY: null or a live table; the vector outlives the scan.
        unsafe {
            sys::xmlHashScan(self.table(what), Some(collect), core::ptr::from_mut(&mut all).cast());
            all.get(number).and_then(|p| self.declaration(what, *p))
        }
    }
    /// The declaration of a name.
    pub fn declared_as(self, what: Declared, name: &[u8]) -> Option<Node> {
        let name = CText::new(name);
        // SAFETY: null or a live table, a live text.
        unsafe {
            let found = sys::xmlHashLookup(self.table(what), name.xml());
            self.declaration(what, found)
        }
    }
    unsafe fn declaration(self, what: Declared, p: *mut std::ffi::c_void) -> Option<Node> {
        // SAFETY: null, or an entry of the table of that kind.
        unsafe {
            match what {
                Declared::Entities => Node::from_raw(p.cast()),
                Declared::Notations => p.cast::<sys::xmlNotation>().as_ref().and_then(notation),
            }
        }
    }
    /// Looks up again what a reference to an entity refers to; gives it.
    pub fn refer(self) -> Option<Node> {
        // SAFETY: a live reference, all fields of which are set.
        unsafe {
            let p = self.raw();
            let entity = sys::xmlGetDocEntity(self.doc(), (*p).name);
            (*p).children = entity.cast();
            (*p).last = entity.cast();
            (*p).content = entity.as_ref().map_or(core::ptr::null_mut(), |e| e.content);
            Node::from_raw(entity.cast())
        }
    }
}

/// A node for a notation, in the shape of an entity.
fn notation(from: &sys::xmlNotation) -> Option<Node> {
    // SAFETY: zeroed memory of libxml2's allocator; the texts are copies.
    unsafe {
        let p = sys::xmlMalloc?(size_of::<sys::xmlEntity>()).cast::<sys::xmlEntity>();
        if p.is_null() {
            return None;
        }
        p.write_bytes(0, 1);
        (*p).type_ = sys::xmlElementType_XML_NOTATION_NODE;
        (*p).name = sys::xmlStrdup(from.name);
        (*p).ExternalID = sys::xmlStrdup(from.PublicID);
        (*p).SystemID = sys::xmlStrdup(from.SystemID);
        Node::from_raw(p.cast())
    }
}

/// Documents.
impl Node {
    fn as_doc(&self) -> Option<&sys::xmlDoc> {
        // SAFETY: a live document.
        self.is_document().then(|| unsafe { &*self.raw().cast() })
    }
    /// A document's root element.
    pub fn root_element(self) -> Option<Node> {
        // SAFETY: a live document.
        self.as_doc().and_then(|_| unsafe { Node::from_raw(sys::xmlDocGetRootElement(self.raw().cast())) })
    }
    /// A document's type.
    pub fn doctype(self) -> Option<Node> {
        // SAFETY: a live document.
        self.as_doc().and_then(|_| unsafe { Node::from_raw(sys::xmlGetIntSubset(self.raw().cast()).cast()) })
    }
    /// Says what a document's type is, which is linked already.
    pub fn set_doctype(self, dtd: Option<Node>) {
        if self.is_document() {
            // SAFETY: a live document.
            unsafe { (*self.raw().cast::<sys::xmlDoc>()).intSubset = raw(dtd).cast() }
        }
    }
    /// The version of XML that a document says.
    pub fn xml_version(&self) -> Option<&[u8]> {
        let p = self.as_doc()?.version;
        // SAFETY: null or a live text.
        (!p.is_null()).then(|| unsafe { borrowed(p) })
    }
    /// The encoding that a document says.
    pub fn xml_encoding(&self) -> Option<&[u8]> {
        let p = self.as_doc()?.encoding;
        // SAFETY: null or a live text.
        (!p.is_null()).then(|| unsafe { borrowed(p) })
    }
    /// Where a document is from.
    pub fn url(&self) -> Option<&[u8]> {
        let p = self.as_doc()?.URL;
        // SAFETY: null or a live text.
        (!p.is_null()).then(|| unsafe { borrowed(p) })
    }
    fn put(slot: &mut *const sys::xmlChar, text: &[u8]) {
        let text = CText::new(text);
        // SAFETY: the slot's text is its own.
        unsafe {
            free((*slot).cast_mut().cast());
            *slot = sys::xmlStrdup(text.xml());
        }
    }
    fn doc_mut(&mut self) -> Option<&mut sys::xmlDoc> {
        // SAFETY: a live document.
        self.is_document().then(|| unsafe { &mut *self.raw().cast() })
    }
    /// Sets the version.
    pub fn set_xml_version(mut self, text: &[u8]) {
        if let Some(d) = self.doc_mut() {
            Node::put(&mut d.version, text);
        }
    }
    /// Sets the encoding, without asking whether there is such a one.
    pub fn set_xml_encoding(mut self, text: &[u8]) {
        if let Some(d) = self.doc_mut() {
            Node::put(&mut d.encoding, text);
        }
    }
    /// Sets where it is from.
    pub fn set_url(mut self, text: &[u8]) {
        if let Some(d) = self.doc_mut() {
            Node::put(&mut d.URL, text);
        }
    }
    /// Whether a document says that it stands alone: 1, 0, or -1 and -2 where it says nothing.
    pub fn standalone(&self) -> i32 {
        self.as_doc().map_or(-1, |d| d.standalone)
    }
    /// Says whether it stands alone.
    pub fn set_standalone(mut self, on: bool) {
        if let Some(d) = self.doc_mut() {
            d.standalone = on.into();
        }
    }
    /// Makes a document one of HTML.
    pub fn set_html(mut self) {
        if let Some(d) = self.doc_mut() {
            d.type_ = sys::xmlElementType_XML_HTML_DOCUMENT_NODE;
        }
    }
    /// The element whose ID attribute has a value, as libxml2 remembers it.
    pub fn element_by_id(self, id: &[u8]) -> Option<Node> {
        let id = CText::new(id);
        // SAFETY: a live document and text.
        unsafe {
            let attr = sys::xmlGetID(self.raw().cast(), id.xml());
            Node::from_raw(attr.as_ref()?.parent)
        }
    }
    /// Parses a text of XML to nodes that belong to a document, and puts them below this node; whether it could be.
    pub fn append_xml(self, text: &[u8]) -> bool {
        let text = CText::new(text);
        let mut list = core::ptr::null_mut();
        // SAFETY: a live node and text; the list is linked below.
        unsafe {
            let null = core::ptr::null_mut();
            let status =
                sys::xmlParseBalancedChunkMemory(self.doc(), null, null.cast(), 0, text.xml(), &mut list);
            if status == 0 && !list.is_null() {
                sys::xmlAddChildList(self.raw(), list);
            }
            status == 0
        }
    }
}

/// Whether there is an encoding of that name.
pub fn is_encoding(name: &[u8]) -> bool {
    let name = CText::new(name);
    // SAFETY: a live text; the handler is closed here.
    unsafe {
        let handler = sys::xmlFindCharEncodingHandler(name.c());
        if handler.is_null() {
            return false;
        }
        sys::xmlCharEncCloseFunc(handler);
        true
    }
}

impl Document {
    /// An empty document.
    pub fn new(version: Option<&[u8]>) -> Option<Document> {
        let version = version.map(CText::new);
        // SAFETY: null or a live text; the document is ours.
        unsafe {
            let doc = sys::xmlNewDoc(optional(version.as_ref()));
            (!doc.is_null()).then(|| Document::from_raw(doc))
        }
    }
    /// A share of a document that is nobody's yet, given as a node.
    pub fn own(doc: Node) -> Document {
        // SAFETY: copies of documents are their maker's to give.
        unsafe { Document::from_raw(doc.raw().cast()) }
    }
}
