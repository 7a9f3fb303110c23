//! Changing trees, comparing nodes.

use crate::error::{Code, refuse, refuse_text, throw, throw_text};
use crate::place::{At, is_read_only, may_have_children, move_objects};
use howdah_libxml2::{Document, Kind, Namespace, Node};
use plugin_api::{Ctx, R, Value};

/// Takes a node out of its tree.
pub fn unlink(node: Node) {
    if node.kind() == Kind::DocumentType
        && let Some(doc) = node.document().filter(|d| d.doctype() == Some(node))
    {
        node.unlink();
        doc.set_doctype(None);
        return;
    }
    node.unlink();
}

/// Takes an attribute out of its element and frees it, unless an object stands for it.
pub fn remove_attribute(attribute: Node) {
    for text in attribute.children().collect::<Vec<_>>() {
        if text.is_shared() {
            text.unlink();
        }
    }
    attribute.remove();
}

/// Makes what names namespaces within a fresh part of a document find them there.
fn reconcile(node: Node) {
    if node.is_element() {
        node.drop_redundant_declarations(node.parent());
        node.reconcile();
    }
}

fn reconcile_run(first: Node, last: Node) {
    fn drop_all(node: Node, above: Option<Node>) {
        if node.is_element() {
            node.drop_redundant_declarations(above);
            node.children().for_each(|c| drop_all(c, above));
        }
    }
    let above = first.parent();
    let run: Vec<Node> =
        core::iter::successors(Some(first), |n| if *n == last { None } else { n.next() }).collect();
    run.iter().for_each(|n| drop_all(*n, above));
    run.iter().for_each(|n| n.reconcile());
}

/// Makes a node without a document belong to that of `parent`.
fn join(parent: &At, child: Node) {
    if child.doc().is_null() && !parent.node.doc().is_null() {
        child.set_tree_doc(parent.document());
        if let Some(doc) = &parent.doc {
            move_objects(child, doc);
        }
    }
}

/// What forbids a child in the classic classes.
fn check_classic(ctx: &mut Ctx, parent: &At, child: Node, warn_empty: bool) -> R<Option<Value>> {
    let p = parent.node;
    let code = if is_read_only(p) || child.parent().is_some_and(is_read_only) {
        Code::NoModificationAllowed
    } else if child.doc() == p.doc() && (child.kind() == Kind::Document || p.is_within(child)) {
        Code::HierarchyRequest
    } else if child.doc() != p.doc() && !child.doc().is_null() {
        Code::WrongDocument
    } else if warn_empty && child.kind() == Kind::Fragment && child.first_child().is_none() {
        ctx.warning("Document Fragment is empty")?;
        return Ok(Some(Value::bool(false)));
    } else if (p.kind() == Kind::Attribute && !matches!(child.kind(), Kind::Text | Kind::EntityReference))
        || (child.kind() == Kind::Attribute && !p.is_element())
        || child.is_document()
    {
        Code::HierarchyRequest
    } else {
        return Ok(None);
    };
    refuse(ctx, parent, code).map(Some)
}

/// Takes away the attribute that an attribute takes the place of; whether it is that one itself.
fn replace_attribute(element: Node, attribute: Node) -> bool {
    let there = match attribute.ns() {
        None => element.attribute_or_declaration(attribute.name()),
        Some(ns) => element.find_attribute(attribute.name(), Some(ns.uri())),
    };
    match there.filter(|a| a.kind() == Kind::Attribute) {
        Some(a) if a == attribute => true,
        Some(a) => {
            a.remove();
            false
        }
        None => false,
    }
}

fn move_fragment(parent: &At, fragment: Node, before: Option<Node>) -> Option<Node> {
    let (first, last) = parent.node.insert_children_of(fragment, before)?;
    reconcile_run(first, last);
    Some(first)
}

/// `DOMNode::appendChild()`
pub fn append_classic(ctx: &mut Ctx, parent: &At, child: &At) -> R<Value> {
    let (p, c) = (parent.node, child.node);
    if !may_have_children(p) {
        return Ok(Value::bool(false));
    }
    if let Some(refused) = check_classic(ctx, parent, c, true)? {
        return Ok(refused);
    }
    join(parent, c);
    let put = match c.kind() {
        Kind::Attribute => {
            c.unlink();
            replace_attribute(p, c);
            let put = p.adopt(c);
            if let Some(a) = put {
                crate::attr::reconcile(a);
            }
            put
        }
        Kind::Fragment => move_fragment(parent, c, None),
        Kind::DocumentType => {
            if p.document().is_some_and(|d| d.doctype().is_some()) {
                let text = "A document may only contain one document type";
                return refuse_text(ctx, parent, Code::HierarchyRequest, text);
            }
            p.insert(c, None);
            if let Some(d) = p.document() {
                d.set_doctype(Some(c));
            }
            Some(c)
        }
        _ => {
            p.insert(c, None);
            reconcile(c);
            Some(c)
        }
    };
    parent.changed();
    match put {
        Some(n) => parent.object(ctx, n),
        None => refuse(ctx, parent, Code::InvalidState),
    }
}

/// `DOMNode::insertBefore()`
pub fn insert_classic(ctx: &mut Ctx, parent: &At, child: &At, before: Option<Node>) -> R<Value> {
    let (p, c) = (parent.node, child.node);
    if !may_have_children(p) {
        return Ok(Value::bool(false));
    }
    if let Some(refused) = check_classic(ctx, parent, c, true)? {
        return Ok(refused);
    }
    if before.is_some_and(|b| b.parent() != Some(p)) {
        return refuse(ctx, parent, Code::NotFound);
    }
    join(parent, c);
    parent.changed();
    let put = match c.kind() {
        Kind::Attribute => {
            if replace_attribute(p, c) {
                return parent.object(ctx, c);
            }
            match before {
                Some(b) => b.add_before(c),
                None => p.adopt(c),
            }
        }
        Kind::Fragment => move_fragment(parent, c, before),
        _ => {
            p.insert(c, before);
            reconcile(c);
            Some(c)
        }
    };
    match put {
        Some(n) => parent.object(ctx, n),
        None => Err(ctx.error("Cannot add newnode as the previous sibling of refnode")),
    }
}

/// Whether nothing can hang below a node, as the specification sees it.
pub fn is_no_parent(node: Node) -> bool {
    !node.is_document() && !matches!(node.kind(), Kind::Element | Kind::Fragment)
}

const ONE_ELEMENT: &str = "Cannot have more than one element child in a document";
const TYPE_FIRST: &str = "Document types must be the first child in a document";
const NO_TEXT: &str = "Cannot insert text as a child of a document";

fn has_child(node: Node, kind: Kind, other_than: Option<Node>) -> bool {
    node.children().any(|c| c.kind() == kind && Some(c) != other_than)
}

fn is_before_type(node: Node) -> bool {
    core::iter::successors(node.next(), |n| n.next()).any(|n| n.kind() == Kind::DocumentType)
}

fn is_behind_element(node: Node) -> bool {
    core::iter::successors(node.prev(), |n| n.prev()).any(|n| n.is_element())
}

/// What a document forbids in the living standard; `replaced`: `at` goes away.
fn check_document(p: Node, c: Node, at: Option<Node>, replaced: bool) -> Result<(), &'static str> {
    let is_document = p.is_document();
    let is_text = |n: Node| matches!(n.kind(), Kind::Text | Kind::CData);
    if is_document && is_text(c) {
        return Err(NO_TEXT);
    }
    if !is_document && c.kind() == Kind::DocumentType {
        return Err("Cannot insert a document type into anything other than a document");
    }
    if !is_document {
        return Ok(());
    }
    let other_than = if replaced { at } else { None };
    let type_follows = at.is_some_and(|b| (!replaced && b.kind() == Kind::DocumentType) || is_before_type(b));
    match c.kind() {
        Kind::Fragment => {
            let mut seen = false;
            for n in c.children() {
                if n.is_element() && core::mem::replace(&mut seen, true) {
                    return Err(ONE_ELEMENT);
                }
                if is_text(n) {
                    return Err(NO_TEXT);
                }
            }
            if seen && has_child(p, Kind::Element, other_than) {
                return Err(ONE_ELEMENT);
            }
            if seen && type_follows {
                return Err(TYPE_FIRST);
            }
        }
        Kind::Element => {
            let other = if replaced { p.root_element() != at } else { has_child(p, Kind::Element, None) };
            if other {
                return Err(ONE_ELEMENT);
            }
            if type_follows {
                return Err(TYPE_FIRST);
            }
        }
        Kind::DocumentType if replaced => {
            if p.doctype() != at || at.is_some_and(is_behind_element) {
                return Err(TYPE_FIRST);
            }
        }
        Kind::DocumentType => {
            if has_child(p, Kind::DocumentType, None) {
                return Err("Cannot have more than one document type");
            }
            let element_first = match at {
                Some(b) => is_behind_element(b),
                None => has_child(p, Kind::Element, None),
            };
            if element_first {
                return Err(TYPE_FIRST);
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether a node may be inserted as the living standard says; the refusal if not.
pub fn check(ctx: &mut Ctx, parent: &At, child: Node, before: Option<Node>) -> R<Option<Value>> {
    check_below(ctx, parent, parent.node, child, before)
}

fn check_below(ctx: &mut Ctx, context: &At, p: Node, child: Node, before: Option<Node>) -> R<Option<Value>> {
    let strange = context.modern
        && (child.is_document()
            || matches!(
                child.kind(),
                Kind::EntityReference
                    | Kind::Entity
                    | Kind::Notation
                    | Kind::ElementDeclaration
                    | Kind::AttributeDeclaration
                    | Kind::EntityDeclaration
            ));
    let code = if is_no_parent(p) {
        Code::HierarchyRequest
    } else if child.doc() != p.doc() {
        Code::WrongDocument
    } else if before.is_some_and(|b| b.parent() != Some(p)) {
        Code::NotFound
    } else if child.kind() == Kind::Document
        || p.is_within(child)
        || child.kind() == Kind::Attribute
        || strange
    {
        Code::HierarchyRequest
    } else {
        if context.modern
            && let Err(text) = check_document(p, child, before, false)
        {
            return Err(throw_text(ctx, Code::HierarchyRequest, text));
        }
        return Ok(None);
    };
    refuse(ctx, context, code).map(Some)
}

/// Inserts a node that may be.
pub fn insert(context: &At, p: Node, child: Node, before: Option<Node>) {
    if child.kind() == Kind::Fragment {
        if let Some((first, last)) = p.insert_children_of(child, before) {
            if !context.modern {
                reconcile_run(first, last);
            }
            if first.kind() == Kind::DocumentType && p.is_document() {
                p.set_doctype(Some(first));
            }
        }
        return;
    }
    p.insert(child, before);
    if child.kind() == Kind::DocumentType {
        if let Some(d) = p.document() {
            d.set_doctype(Some(child));
        }
    } else if !context.modern {
        reconcile(child);
    }
}

/// `Dom\Node::insertBefore()` and `appendChild()`
pub fn insert_modern(ctx: &mut Ctx, parent: &At, child: &At, before: Option<Node>) -> R<Value> {
    if is_no_parent(parent.node) {
        return Err(throw(ctx, Code::HierarchyRequest));
    }
    parent.changed();
    if check(ctx, parent, child.node, before)?.is_none() {
        insert(parent, parent.node, child.node, before);
    }
    parent.object(ctx, child.node)
}

fn check_replace_modern(ctx: &mut Ctx, p: Node, new: Node, old: Node) -> R<()> {
    let fits = matches!(
        new.kind(),
        Kind::Fragment
            | Kind::DocumentType
            | Kind::Element
            | Kind::Text
            | Kind::CData
            | Kind::Comment
            | Kind::ProcessingInstruction
    );
    let code = if is_no_parent(p) || new.kind() == Kind::Document || p.is_within(new) {
        Code::HierarchyRequest
    } else if old.parent() != Some(p) {
        Code::NotFound
    } else if !fits {
        Code::HierarchyRequest
    } else {
        return match check_document(p, new, Some(old), true) {
            Ok(()) => Ok(()),
            Err(text) => Err(throw_text(ctx, Code::HierarchyRequest, text)),
        };
    };
    Err(throw(ctx, code))
}

/// `replaceChild()`
pub fn replace(ctx: &mut Ctx, parent: &At, new: &At, old: &At) -> R<Value> {
    let (p, n, o) = (parent.node, new.node, old.node);
    if n.doc() != p.doc() && !n.doc().is_null() {
        return refuse(ctx, parent, Code::WrongDocument);
    }
    if parent.modern {
        check_replace_modern(ctx, p, n, o)?;
    } else {
        if !may_have_children(p) || p.first_child().is_none() {
            return Ok(Value::bool(false));
        }
        if let Some(refused) = check_classic(ctx, parent, n, false)? {
            return Ok(refused);
        }
        if (o.kind() == Kind::Attribute) != (n.kind() == Kind::Attribute) {
            return refuse(ctx, parent, Code::HierarchyRequest);
        }
        if o.parent() != Some(p) {
            return refuse(ctx, parent, Code::NotFound);
        }
    }
    join(parent, n);
    if n.kind() == Kind::Fragment {
        let next = o.next();
        unlink(o);
        insert(parent, p, n, next);
    } else if o != n {
        let was_type = p.document().is_some_and(|d| d.doctype() == Some(o));
        o.replace_by(n);
        if !parent.modern {
            reconcile(n);
        }
        if was_type && let Some(d) = p.document() {
            d.set_doctype(Some(n));
        }
    }
    parent.changed();
    parent.object(ctx, o)
}

/// A copy of a node for a document.
pub fn copy(from: &At, node: Node, to: Option<&Document>, deep: bool) -> Option<Node> {
    let made = node.copy_to(to.and_then(Document::node), deep)?;
    if let (Some(old), Some(new), true) = (&from.doc, to, from.modern) {
        crate::spec::follow((old, node), (new, made));
        if deep {
            crate::template::copy((old, node), (new, made));
        }
    }
    Some(made)
}

/// Moves a node into another document; whether it could be.
pub fn move_to(_: &mut Ctx, into: &At, node: Node, target: Node) -> R<bool> {
    match &into.doc {
        Some(doc) if into.modern => {
            node.move_into(target);
            crate::spec::reconcile(doc, node);
            Ok(true)
        }
        _ => Ok(node.adopt_into(target)),
    }
}

/// Runs `f` while namespaces are declared as libxml2 wants it.
pub fn with_declarations<T>(at: &At, f: impl FnOnce() -> T) -> T {
    match &at.doc {
        Some(doc) if at.modern => crate::spec::with_declarations(doc, f),
        _ => f(),
    }
}

/// Joins texts that stand beside each other and takes away empty ones; those of attributes too with `attributes`.
pub fn normalize(node: Node, attributes: bool) {
    let mut next = node.first_child();
    while let Some(child) = next {
        if child.kind() == Kind::Text {
            while let Some(beside) = child.next().filter(|n| n.kind() == Kind::Text) {
                let text = beside.content().unwrap_or_default().to_vec();
                child.append_content(&text);
                beside.remove();
            }
        } else if child.is_element() {
            normalize(child, attributes);
            if attributes {
                child.attributes().for_each(|a| normalize(a, true));
            }
        }
        next = child.next();
        if child.kind() == Kind::Text && child.content().is_none_or(<[u8]>::is_empty) {
            child.remove();
        }
    }
}

fn same_namespace(a: Option<Namespace>, b: Option<Namespace>) -> bool {
    a.as_ref().map(|n| n.uri()) == b.as_ref().map(|n| n.uri())
}

fn equal_attributes(a: Node, b: Node) -> bool {
    a.name() == b.name() && same_namespace(a.ns(), b.ns()) && a.whole_content() == b.whole_content()
}

/// Whether two nodes and all below are alike; `modern`: declarations of namespaces do not count.
pub fn equal(a: Node, b: Node, modern: bool) -> bool {
    if a == b {
        return true;
    }
    if a.kind() != b.kind() {
        return false;
    }
    let children = || {
        let (mut x, mut y) = (a.first_child(), b.first_child());
        while let (Some(n), Some(m)) = (x, y) {
            if !equal(n, m, modern) {
                return false;
            }
            (x, y) = (n.next(), m.next());
        }
        x.is_none() && y.is_none()
    };
    match a.kind() {
        Kind::Element => {
            let (na, nb) = (a.ns(), b.ns());
            let prefixes = na.as_ref().and_then(|n| n.prefix()) == nb.as_ref().and_then(|n| n.prefix());
            let attributes = a.attributes().count() == b.attributes().count()
                && a.attributes().all(|x| b.attributes().any(|y| equal_attributes(x, y)));
            let declared = modern
                || (a.declared().count() == b.declared().count()
                    && a.declared()
                        .all(|x| b.declared().any(|y| x.prefix() == y.prefix() && x.uri() == y.uri())));
            a.name() == b.name() && prefixes && same_namespace(na, nb) && attributes && declared && children()
        }
        Kind::DocumentType => {
            a.name() == b.name() && a.public_id() == b.public_id() && a.system_id() == b.system_id()
        }
        Kind::ProcessingInstruction => a.name() == b.name() && a.content() == b.content(),
        Kind::Text | Kind::Comment | Kind::CData => a.content() == b.content(),
        Kind::Attribute => equal_attributes(a, b),
        Kind::EntityReference => a.name() == b.name(),
        Kind::EntityDeclaration | Kind::Notation | Kind::Entity => {
            a.entity_kind() == b.entity_kind()
                && a.name() == b.name()
                && a.public_id() == b.public_id()
                && a.system_id() == b.system_id()
                && (a.kind() == Kind::Notation || a.whole_content() == b.whole_content())
        }
        Kind::Fragment | Kind::Document | Kind::HtmlDocument => children(),
        _ => false,
    }
}

/// The prefix of a namespace at an element, as the living standard locates it.
pub fn locate_prefix(start: Node, uri: &[u8]) -> Option<Vec<u8>> {
    for e in core::iter::successors(Some(start), |n| n.parent()).take_while(|n| n.is_element()) {
        if let Some(ns) = e.ns().filter(|n| n.uri() == uri)
            && let Some(p) = ns.prefix()
        {
            return Some(p.to_vec());
        }
        let declares = |a: &Node| {
            a.ns().is_some_and(|n| n.prefix() == Some(b"xmlns"))
                && a.first_child().is_some_and(|t| t.content() == Some(uri))
        };
        if let Some(a) = e.attributes().find(declares) {
            return Some(a.name().to_vec());
        }
    }
    None
}

/// The namespace of a prefix at a node, as the living standard locates it.
pub fn locate_namespace(node: Node, prefix: Option<&[u8]>) -> Option<Vec<u8>> {
    let start = match node.kind() {
        Kind::Element => node,
        Kind::Document | Kind::HtmlDocument => node.root_element()?,
        Kind::DocumentType | Kind::Fragment => return None,
        _ => node.parent().filter(|n| n.is_element())?,
    };
    match prefix {
        Some(p) if p.eq_ignore_ascii_case(b"xml") => return Some(crate::XML.to_vec()),
        Some(p) if p.eq_ignore_ascii_case(b"xmlns") => return Some(crate::XMLNS.to_vec()),
        _ => {}
    }
    for e in core::iter::successors(Some(start), |n| n.parent()).take_while(|n| n.is_element()) {
        if let Some(ns) = e.ns().filter(|n| n.prefix() == prefix) {
            return Some(ns.uri().to_vec());
        }
        for a in e.attributes() {
            let Some(ns) = a.ns().filter(|n| n.uri() == crate::XMLNS) else { continue };
            let here = match prefix {
                Some(p) => ns.prefix() == Some(b"xmlns") && a.name() == p,
                None => ns.prefix().is_none() && a.name() == b"xmlns",
            };
            if here {
                let text = a.first_child();
                let text = text.as_ref().and_then(|t| t.content()).unwrap_or_default();
                return (!text.is_empty()).then(|| text.to_vec());
            }
        }
    }
    None
}

const DISCONNECTED: i64 = 1;
const PRECEDING: i64 = 2;
const FOLLOWING: i64 = 4;
const CONTAINS: i64 = 8;
const CONTAINED_BY: i64 = 16;
const SPECIFIC: i64 = 32;

fn way_up(node: Node) -> Vec<Node> {
    let mut way: Vec<Node> = core::iter::successors(Some(node), |n| n.parent()).collect();
    way.reverse();
    way
}

/// Where `other` is, seen from `this`; `earlier` decides where nothing else does.
pub fn position(this: Node, other: Node, earlier: bool) -> i64 {
    if this == other {
        return 0;
    }
    let owner = |n: Node| if n.kind() == Kind::Attribute { n.parent() } else { Some(n) };
    let (of_other, of_this) = (owner(other), owner(this));
    let (other_is_attribute, this_is_attribute) =
        (other.kind() == Kind::Attribute, this.kind() == Kind::Attribute);
    let apart = |earlier: bool| DISCONNECTED | SPECIFIC | if earlier { PRECEDING } else { FOLLOWING };
    let (Some(a), Some(b)) = (of_other, of_this) else {
        return match (of_other, of_this) {
            (None, None) => apart(earlier),
            (a, _) => apart(a.is_none()),
        };
    };
    if other_is_attribute && this_is_attribute && a == b {
        for x in a.attributes() {
            if equal_attributes(x, other) {
                return SPECIFIC | PRECEDING;
            }
            if equal_attributes(x, this) {
                return SPECIFIC | FOLLOWING;
            }
        }
    }
    let (way_a, way_b) = (way_up(a), way_up(b));
    if way_a[0] != way_b[0] {
        return apart((a.raw() as usize) < b.raw() as usize);
    }
    let common = way_a.iter().zip(&way_b).take_while(|(x, y)| x == y).count();
    match (common == way_a.len(), common == way_b.len()) {
        (true, true) if this_is_attribute => CONTAINS | PRECEDING,
        (true, true) => CONTAINED_BY | FOLLOWING,
        (true, false) if other_is_attribute => PRECEDING,
        (true, false) => CONTAINS | PRECEDING,
        (false, true) if this_is_attribute => FOLLOWING,
        (false, true) => CONTAINED_BY | FOLLOWING,
        (false, false) => {
            let after = core::iter::successors(way_a[common].next(), |n| n.next());
            if after.into_iter().any(|n| n == way_b[common]) { PRECEDING } else { FOLLOWING }
        }
    }
}
