//! Writing, asking for and removing elements and attributes.

use crate::element::{Member, Place, SimpleXMLElement, View, place};
use howdah_libxml2::{Kind, Node};
use plugin_api::{Class, Ctx, Kind as Type, R, This, Value};

/// What a name or offset means where nothing else says it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// `->name`
    Element,
    /// `["name"]`
    Attribute,
}

/// Where attributes and elements are looked for.
struct Spot {
    node: Option<Node>,
    /// The first attribute.
    attribute: Option<Node>,
    /// Whether attributes must have the view's name.
    named: bool,
    access: Access,
}

impl Place {
    fn spot(&self, node: Option<Node>, access: Access, number: bool) -> Spot {
        match self.view {
            View::Attributes => {
                let first = self.first(node);
                Spot { node: first, attribute: first, named: self.name.is_some(), access: Access::Attribute }
            }
            view => {
                let node = if view == View::Children { node } else { self.first(node) };
                let attribute = node.filter(|_| view != View::Children).and_then(Node::first_attribute);
                let access = if number { Access::Element } else { access };
                Spot { node, attribute, named: false, access }
            }
        }
    }
}

/// The text of what is assigned; an Error for what is no text.
fn text_of(ctx: &mut Ctx, v: &Value, access: Access) -> R<Vec<u8>> {
    match v.kind() {
        Type::Object(o) if o.class() == Class::of::<SimpleXMLElement>(ctx)? => {
            // SAFETY: the class is checked.
            let this = unsafe { This::<SimpleXMLElement>::assume(o) };
            Ok(crate::handlers::text(this, ctx)?.unwrap_or_default())
        }
        Type::Object(_) | Type::Array(_) | Type::Resource(_) => {
            let what = if access == Access::Attribute { "attributes" } else { "properties" };
            let given = v.value_name();
            Err(ctx
                .type_error(format!("It's not possible to assign a complex type to {what}, {given} given")))
        }
        _ => Ok(v.to_str(ctx)?.to_vec()),
    }
}

/// The number or name that is written to; `None` is `[]`.
fn target(ctx: &mut Ctx, key: Option<&Value>, access: Access) -> R<Option<Member>> {
    let Some(key) = key else { return Ok(None) };
    if let Some(n) = key.as_int() {
        return Ok(Some(Member::Number(n)));
    }
    let text = key.to_str(ctx)?;
    let text = match key.kind() {
        Type::Str(_) => text,
        _ => plugin_api::Str::new(text.trim_ascii()),
    };
    if text.is_empty() {
        let what = if access == Access::Attribute { "attribute" } else { "element" };
        return Err(ctx.value_error(format!("Cannot create {what} with an empty name")));
    }
    Ok(Some(Member::Name(text)))
}

fn shown(node: Node) -> String {
    String::from_utf8_lossy(node.name()).into_owned()
}

/// Writes an element or attribute, with `None` only makes it; gives what was written to.
pub fn write(
    this: &This<SimpleXMLElement>,
    ctx: &mut Ctx,
    key: Option<&Value>,
    value: Option<&Value>,
    access: Access,
) -> R<Option<Node>> {
    let view = this.borrow(ctx)?.view;
    if key.is_none() && view == View::Attributes {
        return Err(ctx.error("Cannot append to an attribute list"));
    }
    let access = match key {
        Some(k) if k.as_int().is_none() => access,
        _ if view != View::Attributes => Access::Element,
        _ => access,
    };
    let member = target(ctx, key, access)?;
    let p = place(this, ctx)?;
    let number = !matches!(member, Some(Member::Name(_)));
    let given = p.node(ctx)?;
    let mut spot = p.spot(given, access, number);
    if p.view != View::Attributes && p.view != View::Children {
        let in_document = spot.node.and_then(Node::parent).is_some_and(|n| n.kind() == Kind::Document);
        if member.is_none() && in_document {
            return Err(ctx.value_error("Cannot append to an attribute list"));
        }
        if spot.access == Access::Attribute
            && spot.node.is_none()
            && p.view == View::Named
            && let (Some(above), Some(name)) = (given, &p.name)
        {
            spot.node = above.add_child(above.ns(), name, None);
        }
    }
    let text = value.map(|v| text_of(ctx, v, spot.access)).transpose()?;
    let Some(node) = spot.node else { return Ok(None) };
    p.doc.changed();
    match spot.access {
        Access::Attribute => write_attribute(ctx, &p, &spot, node, member, text.as_deref()),
        Access::Element => write_element(ctx, &p, node, member, text.as_deref()),
    }
}

fn replace(node: Node, text: Option<&[u8]>) {
    let Some(text) = text else { return };
    while let Some(child) = node.first_child() {
        child.remove();
    }
    node.set_text(text);
}

fn write_attribute(
    ctx: &mut Ctx,
    p: &Place,
    spot: &Spot,
    node: Node,
    member: Option<Member>,
    text: Option<&[u8]>,
) -> R<Option<Node>> {
    let Some(member) = member else { return Ok(None) };
    let (found, before) = p.attribute(spot.attribute, spot.named, &member);
    if let Some(a) = found {
        replace(a, text);
        return Ok(Some(a));
    }
    match member {
        Member::Number(n) => {
            ctx.warning(format!("Cannot change attribute number {n} when only {before} attributes exist"))?;
            Ok(None)
        }
        Member::Name(name) => Ok(node.add_attribute(None, &name, text)),
    }
}

fn write_element(
    ctx: &mut Ctx,
    p: &Place,
    node: Node,
    member: Option<Member>,
    text: Option<&[u8]>,
) -> R<Option<Node>> {
    let beside =
        |node: Node| node.parent().and_then(|above| above.add_text_child(node.ns(), node.name(), text));
    if let Some(Member::Name(name)) = &member {
        let mut found = None;
        let mut count = 0;
        for n in node.children() {
            if n.kind() != Kind::Text && n.name() == &**name && p.fits(n) {
                found = Some(n);
                count += 1;
            }
        }
        return match (found, count) {
            (Some(n), 1) => {
                replace(n, text);
                Ok(Some(n))
            }
            (Some(n), _) => {
                ctx.warning("Cannot assign to an array of nodes (duplicate subnodes or attr detected)")?;
                Ok(Some(n))
            }
            _ => Ok(node.add_text_child(None, name, text)),
        };
    }
    if node.kind() == Kind::Attribute {
        return Err(ctx.error("Cannot create duplicate attribute"));
    }
    let number = match member {
        Some(Member::Number(n)) => Some(n),
        _ => None,
    };
    if p.view == View::Node {
        if let Some(n) = number.filter(|n| *n > 0) {
            let name = shown(node);
            ctx.warning(format!("Cannot add element {name} number {n} when only 0 such elements exist"))?;
        }
        replace(node, text);
        return Ok(Some(node));
    }
    let Some(n) = number else { return Ok(beside(node)) };
    let (found, before) = p.element_at(n, Some(node));
    if let Some(e) = found {
        replace(e, text);
        return Ok(Some(e));
    }
    if before < n {
        let name = shown(node);
        ctx.warning(format!("Cannot add element {name} number {n} when only {before} such elements exist"))?;
    }
    Ok(beside(node))
}

fn is_blank_value(node: Node) -> bool {
    node.content().is_none_or(|c| c.is_empty() || c == b"0")
}

/// isset, or with `filled` not empty.
pub fn exists(
    this: &This<SimpleXMLElement>,
    ctx: &mut Ctx,
    key: &Value,
    filled: bool,
    access: Access,
) -> R<bool> {
    let member = Member::of(ctx, key)?;
    let p = place(this, ctx)?;
    let given = p.node(ctx)?;
    let spot = p.removable(given, access, &member);
    match spot.access {
        Access::Attribute => {
            if spot.node.is_none() {
                return Ok(false);
            }
            let found = p.attribute(spot.attribute, spot.named, &member).0;
            Ok(found.is_some_and(|a| !filled || a.first_child().is_some_and(|t| !is_blank_value(t))))
        }
        Access::Element => {
            let Some(e) = p.member_element(spot.node, &member) else { return Ok(false) };
            let Some(t) = e.first_child() else { return Ok(!filled) };
            Ok(!filled || t.kind() != Kind::Text || t.next().is_some() || !is_blank_value(t))
        }
    }
}

impl Place {
    fn removable(&self, given: Option<Node>, access: Access, member: &Member) -> Spot {
        let number = matches!(member, Member::Number(_));
        let mut spot = self.spot(given, access, number);
        if number && self.view == View::Children {
            spot.node = self.first(given);
        }
        spot
    }
    fn member_element(&self, node: Option<Node>, member: &Member) -> Option<Node> {
        match member {
            Member::Number(n) => self.element_at(*n, node).0,
            Member::Name(name) => self.element_named(node?.first_child(), name),
        }
    }
}

/// `unset()`
pub fn remove(this: &This<SimpleXMLElement>, ctx: &mut Ctx, key: &Value, access: Access) -> R<()> {
    let member = Member::of(ctx, key)?;
    let p = place(this, ctx)?;
    let given = p.node(ctx)?;
    let spot = p.removable(given, access, &member);
    let Some(node) = spot.node else { return Ok(()) };
    p.doc.changed();
    match (spot.access, &member) {
        (Access::Attribute, _) => {
            if let Some(a) = p.attribute(spot.attribute, spot.named, &member).0 {
                a.remove();
            }
        }
        (Access::Element, Member::Number(_)) => {
            if let Some(e) = p.member_element(Some(node), &member) {
                e.remove();
            }
        }
        (Access::Element, Member::Name(name)) => {
            let all: Vec<Node> = node.children().collect();
            for n in all {
                if n.kind() != Kind::Text && n.name() == &**name && p.fits(n) {
                    n.remove();
                }
            }
        }
    }
    Ok(())
}
