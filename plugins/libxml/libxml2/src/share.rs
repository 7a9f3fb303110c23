//! Who uses documents and nodes.

use crate::{Kind, Node, sys};
use core::cell::{Cell, RefCell};
use core::ptr::NonNull;
use plugin_api::{Class, Ctx, Object, R};
use std::rc::Rc;
use std::sync::{Mutex, OnceLock};

/// Which of PHP's two families of DOM classes a document's nodes are seen through.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Generation {
    /// None yet.
    #[default]
    Unset,
    /// `DOMNode` and its kin.
    Old,
    /// `Dom\Node` and its kin.
    Modern,
}

struct Inner {
    doc: Cell<*mut sys::xmlDoc>,
    generation: Cell<Generation>,
    changes: Cell<u64>,
    /// What an extension keeps with the document.
    extra: RefCell<Option<Rc<dyn core::any::Any>>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        // What is kept with the document may have shares of its nodes.
        drop(self.extra.take());
        let doc = self.doc.get();
        if !doc.is_null() {
            // SAFETY: the document is this one's, and nobody has a share of it or of its nodes any more.
            unsafe { sys::xmlFreeDoc(doc) }
        }
    }
}

/// A share of a document.
#[derive(Clone)]
pub struct Document(Rc<Inner>);

impl PartialEq for Document {
    fn eq(&self, other: &Document) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Document {
    /// Takes a document over, which may be null.
    ///
    /// # Safety
    /// `doc` is the caller's to give.
    pub unsafe fn from_raw(doc: *mut sys::xmlDoc) -> Document {
        Document(Rc::new(Inner {
            doc: Cell::new(doc),
            generation: Cell::default(),
            changes: Cell::new(1),
            extra: RefCell::new(None),
        }))
    }
    /// The document.
    pub fn raw(&self) -> *mut sys::xmlDoc {
        self.0.doc.get()
    }
    /// Puts another document in its place, which frees the old one.
    ///
    /// # Safety
    /// Nobody has a share of nodes of the old one, and `doc` is the caller's to give.
    pub unsafe fn replace(&self, doc: *mut sys::xmlDoc) {
        let old = self.0.doc.replace(doc);
        if !old.is_null() && old != doc {
            // SAFETY: by the caller's promise.
            unsafe { sys::xmlFreeDoc(old) }
        }
    }
    /// As a node.
    pub fn node(&self) -> Option<Node> {
        // SAFETY: a document begins as a node does, and lives while a share does.
        unsafe { Node::from_raw(self.raw().cast()) }
    }
    /// Its root element.
    pub fn root(&self) -> Option<Node> {
        // SAFETY: null or a live document.
        unsafe { Node::from_raw(sys::xmlDocGetRootElement(self.raw())) }
    }
    /// A deep copy.
    pub fn copy(&self) -> Document {
        // SAFETY: a live document; the copy is ours.
        unsafe { Document::from_raw(sys::xmlCopyDoc(self.raw(), 1)) }
    }
    /// Which classes its nodes are seen through.
    pub fn generation(&self) -> Generation {
        self.0.generation.get()
    }
    /// Says which classes its nodes are seen through.
    pub fn set_generation(&self, g: Generation) {
        self.0.generation.set(g);
    }
    /// Says that the tree changed: lists that were remembered are stale.
    pub fn changed(&self) {
        self.0.changes.set(self.0.changes.get() + 1);
    }
    /// How often the tree changed.
    pub fn changes(&self) -> u64 {
        self.0.changes.get()
    }
    /// What an extension keeps with the document.
    pub fn extra(&self) -> Option<Rc<dyn core::any::Any>> {
        self.0.extra.borrow().clone()
    }
    /// Keeps something with the document.
    pub fn set_extra(&self, extra: Rc<dyn core::any::Any>) {
        *self.0.extra.borrow_mut() = Some(extra);
    }
    /// A number of its own.
    pub fn id(&self) -> usize {
        Rc::as_ptr(&self.0) as usize
    }
}

/// What a node's `_private` points to while somebody has a share of it.
struct Proxy {
    node: Cell<Option<Node>>,
    shares: Cell<usize>,
    /// The object that stands for the node; none of its shares is held here.
    object: Cell<Option<plugin_api::abi::Val>>,
}

/// A share of a node. Whoever holds one holds a share of its document too, and drops that one later.
pub struct NodeShare(NonNull<Proxy>);

impl NodeShare {
    /// Another share of a node.
    pub fn of(node: Node) -> NodeShare {
        // SAFETY: a live node, whose `_private` is null or one of ours.
        unsafe {
            let private = node.private().cast::<Proxy>();
            if let Some(p) = NonNull::new(private) {
                let shares = &p.as_ref().shares;
                shares.set(shares.get() + 1);
                return NodeShare(p);
            }
            let proxy = Proxy { node: Cell::new(Some(node)), shares: Cell::new(1), object: Cell::new(None) };
            let p = NonNull::from(Box::leak(Box::new(proxy)));
            node.set_private(p.as_ptr().cast());
            NodeShare(p)
        }
    }
    fn proxy(&self) -> &Proxy {
        // SAFETY: the proxy lives while a share does.
        unsafe { self.0.as_ref() }
    }
    /// The node, unless it was freed with its document.
    pub fn node(&self) -> Option<Node> {
        self.proxy().node.get()
    }
    /// The object that stands for the node.
    pub fn object(&self) -> Option<Object> {
        let v = self.proxy().object.get()?;
        // SAFETY: whoever is the object takes itself away before it goes; the clone takes a share of its own.
        let v = unsafe { plugin_api::Value::borrow(&v).clone() };
        Object::try_from(v).ok()
    }
    /// Says which object stands for the node.
    pub fn set_object(&self, o: Option<&Object>) {
        self.proxy().object.set(o.map(|o| o.raw()));
    }
}

impl Clone for NodeShare {
    fn clone(&self) -> NodeShare {
        let shares = &self.proxy().shares;
        shares.set(shares.get() + 1);
        NodeShare(self.0)
    }
}

impl PartialEq for NodeShare {
    fn eq(&self, other: &NodeShare) -> bool {
        self.0 == other.0
    }
}

impl Drop for NodeShare {
    fn drop(&mut self) {
        let p = self.proxy();
        p.shares.set(p.shares.get() - 1);
        if p.shares.get() > 0 {
            return;
        }
        let node = p.node.get();
        // SAFETY: the last share: the proxy is ours, made by `of`.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
        if let Some(node) = node {
            // SAFETY: a node that somebody had a share of until now is live.
            unsafe { node.set_private(core::ptr::null_mut()) };
            release(node);
        }
    }
}

/// Frees a node that nobody has a share of and that hangs in no tree, with what hangs on it. Nodes below it that somebody has
/// a share of are taken out of the tree and live on.
pub(crate) fn release(node: Node) {
    let stands_alone = node.parent().is_none() || node.kind() == Kind::Namespace;
    if !stands_alone || !node.private().is_null() {
        return;
    }
    match node.kind() {
        Kind::Document | Kind::HtmlDocument => return,
        // What they hold is not theirs, or in no form of nodes.
        Kind::EntityReference | Kind::Notation | Kind::Namespace | Kind::DocumentType => {}
        _ => {
            release_list(node.first_child());
            if node.kind() == Kind::Element {
                release_list(node.first_attribute());
            }
        }
    }
    // SAFETY: nobody has a share, and it hangs in no tree.
    unsafe { free(node) }
}

/// Frees all below a node; what somebody has a share of is taken out and lives on.
pub(crate) fn release_below(node: Node) {
    release_list(node.first_child());
}

fn release_list(first: Option<Node>) {
    let mut next = first;
    while let Some(node) = next {
        next = node.next();
        if !node.private().is_null() {
            node.unlink();
            if node.kind() == Kind::Element {
                node.reconcile();
            }
            continue;
        }
        match node.kind() {
            Kind::EntityReference | Kind::Notation | Kind::EntityDeclaration => {}
            Kind::Element => {
                release_list(node.first_child());
                release_list(node.first_attribute());
            }
            _ => release_list(node.first_child()),
        }
        node.unlink();
        // SAFETY: as in `release`.
        unsafe { free(node) }
    }
}

unsafe fn free(node: Node) {
    let raw = node.raw();
    // SAFETY: by the caller's promise; each kind is freed with its own function.
    unsafe {
        match node.kind() {
            Kind::Attribute => {
                let attr = raw.cast::<sys::xmlAttr>();
                if (*attr).atype == sys::xmlAttributeType_XML_ATTRIBUTE_ID && !(*attr).doc.is_null() {
                    sys::xmlRemoveID((*attr).doc, attr);
                }
                sys::xmlFreeProp(attr);
            }
            Kind::DocumentType => {
                keep_entities(raw.cast());
                sys::xmlFreeDtd(raw.cast());
            }
            Kind::EntityDeclaration => free_entity(raw.cast()),
            Kind::ElementDeclaration | Kind::AttributeDeclaration => {}
            Kind::Notation => {
                let entity = raw.cast::<sys::xmlEntity>();
                crate::text::free((*entity).name.cast_mut().cast());
                crate::text::free((*entity).ExternalID.cast_mut().cast());
                crate::text::free((*entity).SystemID.cast_mut().cast());
                crate::text::free(raw.cast());
            }
            Kind::Namespace => {
                // Made by `Node::new_declaration`.
                sys::xmlFreeNs((*raw).ns);
                (*raw).ns = core::ptr::null_mut();
                (*raw).type_ = sys::xmlElementType_XML_ELEMENT_NODE;
                (*raw).parent = core::ptr::null_mut();
                sys::xmlFreeNode(raw);
            }
            Kind::Element => {
                keep_namespaces(raw);
                sys::xmlFreeNode(raw);
            }
            _ => sys::xmlFreeNode(raw),
        }
    }
}

/// Takes entities that somebody has a share of out of a document type that is about to be freed.
unsafe fn keep_entities(dtd: *mut sys::xmlDtd) {
    unsafe extern "C" fn keep(
        payload: *mut std::ffi::c_void,
        table: *mut std::ffi::c_void,
        _: *mut sys::xmlChar,
    ) {
        // SAFETY: an entity of the table that is scanned.
        unsafe {
            let entity = payload.cast::<sys::xmlEntity>();
            if !(*entity)._private.is_null() {
                sys::xmlHashRemoveEntry(table.cast(), (*entity).name, None);
                sys::xmlUnlinkNode(payload.cast());
                (*entity).parent = core::ptr::null_mut();
            }
        }
    }
    // SAFETY: a live document type; tables may lose the entry that is visited.
    unsafe {
        for table in [(*dtd).entities, (*dtd).pentities] {
            if !table.is_null() {
                sys::xmlHashScan(table.cast(), Some(keep), table);
            }
        }
    }
}

/// Frees an entity that was taken out of its document type.
unsafe fn free_entity(entity: *mut sys::xmlEntity) {
    // SAFETY: a live entity of no table; its texts are its own unless the document's dictionary has them.
    unsafe {
        let e = &*entity;
        if e.etype == sys::xmlEntityType_XML_INTERNAL_PREDEFINED_ENTITY {
            return;
        }
        if !e.children.is_null() && e.owner != 0 && (*e.children).parent == entity.cast() {
            sys::xmlFreeNodeList(e.children);
        }
        let dict = e.doc.as_ref().map_or(core::ptr::null_mut(), |d| d.dict);
        let texts = [e.name, e.ExternalID, e.SystemID, e.URI, e.content.cast_const(), e.orig.cast_const()];
        for text in texts {
            if !text.is_null() && (dict.is_null() || sys::xmlDictOwns(dict, text) == 0) {
                crate::text::free(text.cast_mut().cast());
            }
        }
        crate::text::free(entity.cast());
    }
}

/// Nodes elsewhere may still name the namespaces that this element declares: the document keeps them.
unsafe fn keep_namespaces(raw: *mut sys::xmlNode) {
    // SAFETY: a live element.
    unsafe {
        if (*raw).nsDef.is_null() || (*raw).doc.is_null() {
            return;
        }
        let first = (*raw).nsDef;
        let mut last = first;
        while !(*last).next.is_null() {
            last = (*last).next;
        }
        let doc = (*raw).doc;
        if (*doc).oldNs.is_null() {
            // libxml2 takes the first of them for that of the prefix "xml", and makes it when asked for it.
            let prefix = c"xml".as_ptr().cast();
            sys::xmlSearchNs(doc, doc.cast(), prefix);
        }
        if (*doc).oldNs.is_null() {
            return;
        }
        (*last).next = (*(*doc).oldNs).next;
        (*(*doc).oldNs).next = first;
        (*raw).nsDef = core::ptr::null_mut();
    }
}

/// How a class of an extension gives the node and document that its objects stand for.
pub type Export = fn(&Object) -> Option<(Node, Document)>;

static EXPORTS: Mutex<Vec<(&'static str, Export)>> = Mutex::new(Vec::new());

/// Lets other extensions take nodes from objects of a class, the root of its family.
pub fn register_export(class: &'static str, export: Export) {
    if let Ok(mut all) = EXPORTS.lock()
        && all.iter().all(|(c, _)| *c != class)
    {
        all.push((class, export));
    }
}

/// What the dom extension offers to others: its classes of nodes.
#[derive(Clone, Copy)]
pub struct Dom {
    /// The node that an object stands for; `None` when its constructor did not run.
    pub node: fn(&Object) -> Option<(Node, Option<Document>)>,
    /// The object of a node, which goes with the object when it hangs in no tree.
    pub object: fn(&mut Ctx, Node, Option<&Document>) -> R<Object>,
}

static DOM: OnceLock<Dom> = OnceLock::new();

/// Offers the classes of nodes to others.
pub fn register_dom(dom: Dom) {
    DOM.get_or_init(|| dom);
}

/// The classes of nodes, once the dom extension has started.
pub fn dom() -> Option<Dom> {
    DOM.get().copied()
}

/// The node that an object of any extension stands for.
pub fn export_node(o: &Object) -> Option<(Node, Document)> {
    let mut class: Class = o.class();
    while let Some(parent) = class.parent() {
        class = parent;
    }
    let name = class.name();
    let export = EXPORTS.lock().ok()?.iter().find(|(c, _)| c.as_bytes() == &*name)?.1;
    export(o)
}
