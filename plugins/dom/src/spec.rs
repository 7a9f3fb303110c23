//! Namespaces as the living standard has them: declarations are attributes like others, and what elements and attributes name
//! is kept by the document, one for each pair of URI and prefix.

use crate::place::At;
use crate::settings::Settings;
use howdah_libxml2::{Document, Namespace, Node, floating_namespace};

/// The document's namespace of a URI and prefix; none for an empty URI.
pub fn namespace(doc: &Document, uri: &[u8], prefix: Option<&[u8]>) -> Option<Namespace> {
    if uri.is_empty() {
        return None;
    }
    let prefix = prefix.filter(|p| !p.is_empty());
    let settings = Settings::of(doc);
    let key = (uri.to_vec(), prefix.map(<[u8]>::to_vec));
    if let Some(there) = settings.namespaces.borrow().get(&key) {
        return Some(*there);
    }
    let made = floating_namespace(doc.node()?, uri, prefix)?;
    settings.namespaces.borrow_mut().insert(key, made);
    Some(made)
}

/// As [`namespace`], of the document of a node.
pub fn namespace_for(at: &At, uri: &[u8], prefix: Option<&[u8]>) -> Option<Namespace> {
    namespace(at.doc.as_ref()?, uri, prefix)
}

/// Makes elements and attributes of a tree name the document's own namespaces, and declarations be attributes.
pub fn reconcile(doc: &Document, top: Node) {
    let all: Vec<Node> = core::iter::once(top).chain(top.descendants()).collect();
    for n in all {
        let mapped = |m: Node| {
            if let Some(ns) = m.ns() {
                let (uri, prefix) = (ns.uri().to_vec(), ns.prefix().map(<[u8]>::to_vec));
                m.set_ns(namespace(doc, &uri, prefix.as_deref()));
            }
        };
        mapped(n);
        n.attributes().for_each(mapped);
        declare_by_attributes(doc, n);
    }
}

/// Turns what an element declares into attributes, which come first.
fn declare_by_attributes(doc: &Document, element: Node) {
    let declared: Vec<Namespace> = element.declared().collect();
    let mut made = Vec::new();
    for ns in declared {
        let (uri, prefix) = (ns.uri().to_vec(), ns.prefix().map(<[u8]>::to_vec));
        element.undeclare(ns);
        let (own, name) = match &prefix {
            Some(p) => (namespace(doc, crate::XMLNS, Some(b"xmlns")), &p[..]),
            None => (namespace(doc, crate::XMLNS, None), &b"xmlns"[..]),
        };
        made.extend(element.set_attribute_ns(own, name, Some(&uri)));
    }
    element.attributes_first(&made);
}

/// Makes a document that was parsed one of the modern classes.
pub fn convert(doc: &Document) {
    if let Some(node) = doc.node() {
        reconcile(doc, node);
    }
}

/// A copy that libxml2 made names the namespaces that the original names, and declares nothing itself.
pub fn follow(from: (&Document, Node), to: (&Document, Node)) {
    let below = |n: Node| core::iter::once(n).chain(n.descendants());
    let pairs: Vec<(Node, Node)> = below(from.1).zip(below(to.1)).collect();
    for (old, new) in pairs {
        let attributes: Vec<(Node, Node)> = old.attributes().zip(new.attributes()).collect();
        for (a, b) in core::iter::once((old, new)).chain(attributes) {
            if let Some(ns) = a.ns() {
                let (uri, prefix) = (ns.uri().to_vec(), ns.prefix().map(<[u8]>::to_vec));
                b.set_ns(namespace(to.0, &uri, prefix.as_deref()));
            }
        }
        let declared: Vec<Namespace> = new.declared().collect();
        declared.into_iter().for_each(|ns| new.undeclare(ns));
    }
}

/// Runs `f` while namespaces are declared as libxml2 wants it.
pub fn with_declarations<T>(doc: &Document, f: impl FnOnce() -> T) -> T {
    let Some(root) = doc.root() else { return f() };
    let all: Vec<Node> =
        core::iter::once(root).chain(root.descendants()).filter(|n| n.is_element()).collect();
    let mut hidden: Vec<(Node, Vec<Node>)> = Vec::new();
    let mut renamed: Vec<(Node, Option<Namespace>)> = Vec::new();
    for e in all {
        let own: Vec<Node> = e.attributes().collect();
        let is_declaration = |a: &Node| a.ns().is_some_and(|n| n.uri() == crate::XMLNS);
        for a in own.iter().filter(|a| is_declaration(a)) {
            let ns = a.ns();
            let prefix = ns.as_ref().and_then(|n| n.prefix()).map(|_| a.name().to_vec());
            e.declare(&a.whole_content().unwrap_or_default(), prefix.as_deref());
        }
        let names: Vec<Node> =
            core::iter::once(e).chain(own.iter().copied().filter(|a| !is_declaration(a))).collect();
        for m in names {
            let Some(ns) = m.ns() else { continue };
            let (uri, prefix) = (ns.uri().to_vec(), ns.prefix().map(<[u8]>::to_vec));
            let there = e.find_ns(prefix.as_deref()).filter(|n| n.uri() == &*uri);
            let found = there.or_else(|| e.declare(&uri, prefix.as_deref()));
            if found.is_some() {
                renamed.push((m, Some(ns)));
                m.set_ns(found);
            }
        }
        if own.iter().any(is_declaration) {
            e.keep_attributes(&own.iter().copied().filter(|a| !is_declaration(a)).collect::<Vec<_>>());
        }
        hidden.push((e, own));
    }
    let out = f();
    for (node, ns) in renamed {
        node.set_ns(ns);
    }
    for (e, own) in hidden {
        e.keep_attributes(&own);
        let declared: Vec<Namespace> = e.declared().collect();
        declared.into_iter().for_each(|ns| e.undeclare(ns));
    }
    out
}

/// The namespaces that declarations at a node and above it name, those of prefixes only.
pub fn declared_at(at: &At, node: Node) -> Vec<Namespace> {
    collect(at, node, false)
}

/// The namespaces in force at a node, for expressions.
pub fn in_force(at: &At, node: Node) -> Vec<Namespace> {
    collect(at, node, true)
}

fn collect(at: &At, node: Node, elements: bool) -> Vec<Namespace> {
    let mut seen: Vec<Vec<u8>> = Vec::new();
    let mut out = Vec::new();
    let ways = core::iter::successors(Some(node), |n| n.parent()).filter(|n| n.is_element());
    for e in ways {
        if elements
            && let Some(ns) = e.ns()
            && let Some(p) = ns.prefix()
            && !seen.iter().any(|s| s == p)
        {
            seen.push(p.to_vec());
            out.push(ns);
        }
        for a in e.attributes().filter(|a| a.ns().is_some_and(|n| n.uri() == crate::XMLNS)) {
            let ns = a.ns();
            if ns.as_ref().and_then(|n| n.prefix()).is_none() || seen.iter().any(|s| s == a.name()) {
                continue;
            }
            let uri = a.whole_content().unwrap_or_default();
            seen.push(a.name().to_vec());
            out.extend(namespace_for(at, &uri, Some(a.name())));
        }
    }
    out
}

/// Prefixes and URIs in force at an element as attributes declare them, outermost first.
pub fn in_scope(element: Node) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut out: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for e in core::iter::successors(Some(element), |n| n.parent()).filter(|n| n.is_element()) {
        let mut own: Vec<Node> = e.attributes().collect();
        own.reverse();
        for a in own {
            let Some(ns) = a.ns().filter(|n| n.uri() == crate::XMLNS) else { continue };
            let prefix = if ns.prefix().is_none() { Vec::new() } else { a.name().to_vec() };
            if a.first_child().is_some() && !out.iter().any(|(p, _)| *p == prefix) {
                out.push((prefix, a.whole_content().unwrap_or_default()));
            }
        }
    }
    out.reverse();
    out.retain(|(p, u)| !(p.is_empty() && u.is_empty()));
    out
}
