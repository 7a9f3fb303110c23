//! What `var_dump()`, casts to arrays and the like show.

use crate::element::{Place, SimpleXMLElement, View};
use howdah_libxml2::{Kind, Node, NodeShare};
use plugin_api::{Array, Class, Ctx, R, This, Value};

fn skips_text(node: Node, blanks: bool) -> bool {
    node.first_child().is_some()
        || node.prev().is_some()
        || node.next().is_some()
        || (blanks && node.is_blank())
}

/// Where the nodes to show begin, and whether only the view's are shown.
fn beginning(p: &Place, given: Option<Node>, needs_next: bool) -> (Option<Node>, bool) {
    let Some(node) = p.first(given) else { return (None, false) };
    if p.view == View::Children {
        return (Some(node), false);
    }
    let alone = match node.first_child() {
        None => true,
        Some(c) => c.next().is_some() || (c.kind() != Kind::EntityReference && c.first_child().is_some()),
    };
    let single = node.parent().is_none_or(|above| above.first_child() == above.last_child());
    if p.view == View::Node || alone || single || (needs_next && node.next().is_none()) {
        (node.first_child(), false)
    } else {
        (p.first_of(given), true)
    }
}

fn step(p: &Place, node: Node, view: bool) -> Option<Node> {
    if view { p.fetch(node.next()) } else { node.next() }
}

/// Whether nothing would be shown.
pub fn is_empty(p: &Place) -> bool {
    let Some(given) = p.share.as_ref().and_then(NodeShare::node) else { return true };
    let holder = if p.view == View::Named { p.first(Some(given)) } else { Some(given) };
    let named = p.name.is_some() && p.view == View::Attributes;
    if holder.is_some_and(|h| h.attributes().any(|a| (!named || p.is_named(a)) && p.fits(a))) {
        return false;
    }
    let Some(first) = p.first(Some(given)).filter(|_| p.view != View::Attributes) else { return true };
    if first.kind() == Kind::Attribute {
        return false;
    }
    let (mut next, view) = beginning(p, Some(given), false);
    while let Some(node) = next {
        next = step(p, node, view);
        if node.kind() == Kind::Text {
            if !skips_text(node, false) && node.content().is_some_and(|c| !c.is_empty()) {
                return false;
            }
            continue;
        }
        if (node.is_element() && !p.fits(node)) || !node.has_name() {
            continue;
        }
        return false;
    }
    true
}

/// A node as a value: its text, or an object.
fn value(p: &Place, ctx: &mut Ctx, class: Class, node: Node) -> R<Value> {
    let text = node.first_child().filter(|c| c.kind() == Kind::Text && !c.is_blank());
    if let Some(t) = text.and_then(Node::list_text) {
        return Ok(Value::str(t));
    }
    Ok(p.object(ctx, class, node, View::Node, None)?.into())
}

fn add(out: &mut Array, name: &[u8], v: Value) {
    let key = String::from_utf8_lossy(name);
    let Some(there) = out.get(name) else {
        out.set(&*key, v);
        return;
    };
    let mut list = match there.as_array() {
        Some(a) => a.clone(),
        None => Array::list([there.clone()]),
    };
    list.push(v);
    out.set(&*key, list);
}

/// Attributes, elements and text; `debug`: attributes of views of children too.
pub fn properties(this: &This<SimpleXMLElement>, ctx: &mut Ctx, debug: bool) -> R<Array> {
    let mut out = Array::new();
    let class = this.object().class();
    let place = this.borrow(ctx)?.place();
    let Some(p) = place else { return Ok(out) };
    let Some(given) = p.node(ctx)? else { return Ok(out) };
    if debug || p.view != View::Children {
        let holder = if p.view == View::Named { p.first(Some(given)) } else { Some(given) };
        let named = p.name.is_some() && p.view == View::Attributes;
        let mut all = Array::new();
        for a in holder.into_iter().flat_map(Node::attributes) {
            if (!named || p.is_named(a)) && p.fits(a) {
                let text = a.own_text().unwrap_or_default();
                all.set(&*String::from_utf8_lossy(a.name()), Value::str(text));
            }
        }
        if !all.is_empty() {
            out.set("@attributes", all);
        }
    }
    if p.view == View::Attributes {
        return Ok(out);
    }
    let Some(first) = p.first(Some(given)) else { return Ok(out) };
    if first.kind() == Kind::Attribute {
        out.push(Value::str(first.own_text().unwrap_or_default()));
        return Ok(out);
    }
    let (mut next, view) = beginning(&p, Some(given), true);
    while let Some(node) = next {
        // The declaration of an entity leads into the DTD.
        next = if node.kind() == Kind::EntityDeclaration { None } else { step(&p, node, view) };
        if node.kind() == Kind::Text {
            if !skips_text(node, true) && node.content().is_some_and(|c| !c.is_empty()) {
                out.push(Value::str(node.list_text().unwrap_or_default()));
            }
            continue;
        }
        if (node.is_element() && !p.fits(node)) || !node.has_name() {
            continue;
        }
        let v = value(&p, ctx, class, node)?;
        if view {
            out.push(v);
        } else {
            add(&mut out, node.name(), v);
        }
    }
    Ok(out)
}
