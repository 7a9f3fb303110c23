//! Elements and their attributes.

use crate::error::{Code, refuse, throw};
use crate::list::{self, Source, Tags, matches_qualified};
use crate::node::{is_html, named, qualified};
use crate::place::{self, At, at};
use crate::{args, attr, tree};
use howdah_libxml2::{Kind, Namespace, Node, names, split_name};
use plugin_api::{Args, Array, Ctx, Object, R, Value};

/// Prefix and local name of a qualified name, or why it is none.
pub fn split(name: &[u8], has_uri: bool) -> Result<(Option<Vec<u8>>, Vec<u8>), Code> {
    if name.is_empty() {
        return Err(Code::Namespace);
    }
    let (prefix, local) = match split_name(name) {
        Some((p, l)) => (Some(p), l),
        None if !has_uri => return Ok((None, name.to_vec())),
        None => (None, name.to_vec()),
    };
    if !names::is_qualified(name) || (prefix.is_some() && !has_uri) {
        return Err(Code::Namespace);
    }
    Ok((prefix, local))
}

/// Declares a namespace at an element, unless the specification forbids the pair.
pub fn declare(element: Node, uri: &[u8], prefix: Option<&[u8]>) -> Result<Namespace, Code> {
    let wrong = match prefix {
        Some(b"xml") => uri != crate::XML,
        Some(b"xmlns") => uri != crate::XMLNS,
        Some(_) => uri == crate::XMLNS,
        None => false,
    };
    if wrong {
        return Err(Code::Namespace);
    }
    declare_unchecked(element, uri, prefix).ok_or(Code::Namespace)
}

/// Declares a namespace at an element, under another prefix where that one is taken.
pub fn declare_unchecked(element: Node, uri: &[u8], prefix: Option<&[u8]>) -> Option<Namespace> {
    element.declare(uri, prefix).or_else(|| attr::free_prefix(element, uri))
}

/// `new DOMElement()`
pub fn construct_element(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let (value, uri) = (args::text(args, 1, b""), args::text(args, 2, b""));
    named(ctx, name)?;
    let made = if uri.is_empty() {
        if split_name(name).is_some() {
            return Err(throw(ctx, Code::Namespace));
        }
        Node::new_element(None, None, name, None)
    } else {
        match split(name, true) {
            Err(code) => return Err(throw(ctx, code)),
            Ok((prefix, local)) => {
                let made = Node::new_element(None, None, &local, None);
                if let Some(e) = made {
                    match declare(e, uri, prefix.as_deref()) {
                        Ok(ns) => e.set_ns(Some(ns)),
                        Err(code) => {
                            e.remove();
                            return Err(throw(ctx, code));
                        }
                    }
                }
                made
            }
        }
    };
    let Some(made) = made else { return Err(throw(ctx, Code::InvalidState)) };
    if !value.is_empty() {
        made.set_content(value);
    }
    place::settle(this, made, None);
    Ok(Value::NULL)
}

/// `tagName`
pub fn tag_name(at: &At, _: &mut Ctx) -> R<Value> {
    let name = qualified(at.node);
    Ok(Value::str(if at.modern && is_html(at.node) { name.to_ascii_uppercase() } else { name }))
}

/// `className`
pub fn class_name(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.plain_attribute(b"class").unwrap_or_default()))
}

/// Sets `className`.
pub fn set_class_name(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
    at.node.set_attribute_ns(None, b"class", Some(&text));
    Ok(())
}

/// `id`
pub fn id(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.plain_attribute(b"id").unwrap_or_default()))
}

/// Sets `id`.
pub fn set_id(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
    if let Some(a) = at.node.set_attribute_ns(None, b"id", Some(&text)) {
        a.set_id(true);
        at.ids_changed();
    }
    Ok(())
}

/// The attribute of a qualified name, as the living standard matches it.
pub fn attribute_of(element: Node, name: &[u8]) -> Option<Node> {
    let lower = is_html(element);
    element.attributes().find(|a| matches_qualified(*a, name, lower))
}

/// What a name of an attribute means.
enum Named {
    /// An attribute, or its declaration in the DTD.
    Attribute(Node),
    /// A declaration of a namespace.
    Namespace(Namespace),
}

fn find(at: &At, name: &[u8]) -> Option<Named> {
    let element = at.node;
    if at.modern {
        return attribute_of(element, name).map(Named::Attribute);
    }
    match Node::split_qualified(name) {
        Some((b"xmlns", local)) => {
            return element.declared().find(|d| d.prefix() == Some(local)).map(Named::Namespace);
        }
        Some((prefix, local)) => {
            if let Some(ns) = element.find_ns(Some(prefix)) {
                return element.find_attribute(local, Some(ns.uri())).map(Named::Attribute);
            }
        }
        None if name == b"xmlns" => {
            return element.declared().find(|d| d.prefix().is_none()).map(Named::Namespace);
        }
        None => {}
    }
    element.find_attribute(name, None).map(Named::Attribute)
}

/// `getAttribute()`
pub fn get_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let value = match find(&at, name) {
        Some(Named::Attribute(a)) if a.kind() == Kind::Attribute => Some(a.own_text().unwrap_or_default()),
        Some(Named::Attribute(a)) => a.default_value().map(<[u8]>::to_vec),
        Some(Named::Namespace(ns)) => Some(ns.uri().to_vec()),
        None => None,
    };
    Ok(match value {
        Some(v) => Value::str(v),
        None if at.modern => Value::NULL,
        None => Value::str(""),
    })
}

/// `getAttributeNames()`
pub fn get_attribute_names(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    let mut out = Array::new();
    if !at.modern {
        for ns in at.node.declared() {
            out.push(match ns.prefix() {
                Some(p) => Value::str([b"xmlns:".as_slice(), p].concat()),
                None => Value::str("xmlns"),
            });
        }
    }
    for a in at.node.attributes() {
        out.push(Value::str(qualified(a)));
    }
    Ok(out.into())
}

/// After an attribute was made: `id` is one in documents of HTML.
pub fn register_id(at: &At, attribute: Node) {
    at.ids_changed();
    let html = crate::node::is_html_document(attribute);
    if html && attribute.ns().is_none() && attribute.name() == b"id" {
        attribute.set_id(true);
    }
}

fn set_modern(at: &At, name: &[u8], value: &[u8]) {
    if let Some(a) = attribute_of(at.node, name) {
        a.forget_id();
        at.ids_changed();
        a.clear();
        if let Some(t) = Node::new_text(at.document(), value) {
            a.insert(t, None);
        }
        return;
    }
    let lower = name.to_ascii_lowercase();
    let name = if is_html(at.node) { &lower } else { name };
    if let Some(a) = at.node.set_attribute_ns(None, name, Some(value)) {
        register_id(at, a);
    }
}

/// `setAttribute()`
pub fn set_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (name, value): (&[u8], &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    if name.is_empty() {
        return Err(args::empty(ctx, 1));
    }
    named(ctx, name)?;
    let at = at(ctx, this)?;
    if at.modern {
        set_modern(&at, name, value);
        return Ok(Value::NULL);
    }
    match find(&at, name) {
        Some(Named::Attribute(a)) if a.kind() == Kind::Attribute => {
            a.forget_id();
            at.ids_changed();
            keep_texts(a);
        }
        Some(Named::Namespace(_)) => return Ok(Value::bool(false)),
        _ => {}
    }
    if name == b"xmlns" {
        return match at.node.declare(value, None) {
            Some(_) => Ok(Value::bool(true)),
            None => Err(ctx.argument_value_error(1, "must be a valid XML attribute")),
        };
    }
    match at.node.set_attribute(name, value) {
        Some(a) => at.object(ctx, a),
        None => Err(ctx.argument_value_error(1, "must be a valid XML attribute")),
    }
}

/// Takes the texts out of an attribute that objects stand for, before libxml2 frees them.
fn keep_texts(attribute: Node) {
    for t in attribute.children().collect::<Vec<_>>() {
        if t.is_shared() {
            t.unlink();
        }
    }
}

fn remove_found(at: &At, found: Named) {
    match found {
        Named::Attribute(a) if a.kind() == Kind::Attribute => tree::remove_attribute(a),
        Named::Attribute(_) => {}
        Named::Namespace(ns) => {
            at.node.undeclare(ns);
            at.node.redeclare(ns);
        }
    }
}

/// `removeAttribute()`
pub fn remove_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let found = find(&at, name);
    let there = found.is_some();
    if let Some(found) = found {
        remove_found(&at, found);
    }
    Ok(if at.modern { Value::NULL } else { Value::bool(there) })
}

/// `getAttributeNode()`
pub fn get_attribute_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    match find(&at, name) {
        None if at.modern => Ok(Value::NULL),
        None => Ok(Value::bool(false)),
        Some(Named::Namespace(ns)) => {
            let (uri, prefix) = (ns.uri().to_vec(), ns.prefix().map(<[u8]>::to_vec));
            crate::namespace::object(ctx, &at, at.node, &uri, prefix.as_deref())
        }
        Some(Named::Attribute(a)) => at.object(ctx, a),
    }
}

fn put_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>, by_ns: bool) -> R<Value> {
    let given: &Object = args.arg(ctx, 0)?;
    let (at, given) = (at(ctx, this)?, at(ctx, given)?);
    let (element, attribute) = (at.node, given.node);
    if at.modern {
        if attribute.parent().is_some_and(|p| p != element) {
            return Err(throw(ctx, Code::InuseAttribute));
        }
        if !attribute.doc().is_null() && attribute.doc() != element.doc() {
            crate::document::adopt(ctx, &given, &at)?;
        }
    } else if !attribute.doc().is_null() && attribute.doc() != element.doc() {
        return refuse(ctx, &at, Code::WrongDocument);
    }
    let there = match attribute.ns().filter(|_| by_ns) {
        Some(ns) => element.find_attribute(attribute.name(), Some(ns.uri())),
        None => element.attribute_or_declaration(attribute.name()),
    };
    let there = there.filter(|a| a.kind() == Kind::Attribute);
    if there == Some(attribute) {
        return Ok(Value::NULL);
    }
    // Held by its object until it is given.
    let before = match there {
        Some(a) => at.object(ctx, a)?,
        None => Value::NULL,
    };
    if let Some(a) = there {
        a.unlink();
    }
    attribute.unlink();
    if attribute.doc().is_null()
        && let Some(doc) = &at.doc
    {
        place::move_objects(attribute, doc);
    }
    element.adopt(attribute);
    if at.modern {
        register_id(&at, attribute);
    } else {
        at.ids_changed();
        attr::reconcile(attribute);
    }
    Ok(before)
}

/// `setAttributeNode()`
pub fn set_attribute_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    put_attribute(this, ctx, args, false)
}

/// `setAttributeNodeNS()`
pub fn set_attribute_node_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    put_attribute(this, ctx, args, true)
}

/// `removeAttributeNode()`
pub fn remove_attribute_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let given: &Object = args.arg(ctx, 0)?;
    let (at, given) = (at(ctx, this)?, at(ctx, given)?);
    if given.node.parent() != Some(at.node) {
        return refuse(ctx, &at, Code::NotFound);
    }
    given.node.unlink();
    at.object(ctx, given.node)
}

fn tags(this: &Object, ctx: &mut Ctx, ns: Option<Vec<u8>>, name: &[u8]) -> R<Value> {
    let modern = place::find(this).is_some_and(|a| a.modern);
    let source = Source::Tags(Tags { base: this.clone(), ns, name: name.to_vec() });
    if modern { list::make_collection(ctx, source) } else { list::make(ctx, source, false) }
}

/// `getElementsByTagName()`
pub fn get_elements_by_tag_name(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = args::path(ctx, args, 0)?;
    tags(this, ctx, None, name)
}

/// `getElementsByTagNameNS()`
pub fn get_elements_by_tag_name_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let uri: Option<&[u8]> = args.arg(ctx, 0)?;
    if uri.is_some_and(|u| u.contains(&0)) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let name = args::path(ctx, args, 1)?;
    tags(this, ctx, Some(uri.unwrap_or_default().to_vec()), name)
}

/// The declaration of a prefix, or of none, at an element.
fn declaration(element: Node, prefix: Option<&[u8]>) -> Option<Namespace> {
    element.declared().find(|d| d.prefix() == prefix && d.has_uri())
}

fn value_in(at: &At, uri: Option<&[u8]>, name: &[u8]) -> Option<Vec<u8>> {
    let uri = uri.filter(|u| !at.modern || !u.is_empty());
    if let Some(v) = at.node.attribute_value(name, uri) {
        return Some(v);
    }
    if at.modern || uri != Some(crate::XMLNS) {
        return None;
    }
    let prefix = (!name.is_empty()).then_some(name);
    declaration(at.node, prefix).map(|n| n.uri().to_vec())
}

/// `getAttributeNS()`
pub fn get_attribute_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    Ok(match value_in(&at, uri, name) {
        Some(v) => Value::str(v),
        None if at.modern => Value::NULL,
        None => Value::str(""),
    })
}

/// `hasAttributeNS()`
pub fn has_attribute_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    Ok(Value::bool(value_in(&at, uri, name).is_some()))
}

/// `hasAttribute()`
pub fn has_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    Ok(Value::bool(find(&at, name).is_some()))
}

fn set_classic_ns(at: &At, uri: &[u8], name: &[u8], value: &[u8]) -> Result<(), Code> {
    let element = at.node;
    let (prefix, local) = split(name, !uri.is_empty())?;
    at.ids_changed();
    if uri.is_empty() {
        if !howdah_libxml2::is_name(&local) {
            return Err(Code::InvalidCharacter);
        }
        if let Some(a) = element.attribute_or_declaration(&local).filter(|a| a.kind() == Kind::Attribute) {
            keep_texts(a);
        }
        element.set_attribute(&local, value);
        return Ok(());
    }
    if let Some(a) = element.find_attribute(&local, Some(uri)).filter(|a| a.kind() == Kind::Attribute) {
        keep_texts(a);
    }
    let declares = uri == crate::XMLNS
        && (prefix.as_deref() == Some(b"xmlns") || (prefix.is_none() && local == b"xmlns"));
    if declares {
        let declared = prefix.is_some().then_some(&*local);
        match declaration(element, declared) {
            Some(ns) => element.set_uri(ns, value),
            None => {
                element.declare(value, declared);
                element.reconcile();
            }
        }
        return Ok(());
    }
    let mut ns = element.find_ns_by_uri(uri);
    if let Some(plain) = ns.filter(|n| n.prefix().is_none()) {
        // Attributes need a prefix.
        let more = core::iter::successors(plain.next(), |n| n.next())
            .find(|n| n.prefix().is_some() && n.uri() == uri);
        ns = more.or_else(|| attr::free_prefix(element, uri));
    }
    if ns.is_none() {
        ns = Some(declare(element, uri, prefix.as_deref())?);
        element.reconcile();
    }
    element.set_attribute_ns(ns, &local, Some(value));
    Ok(())
}

/// `setAttributeNS()`
pub fn set_attribute_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name, value): (Option<&[u8]>, &[u8], &[u8]) =
        (args.arg(ctx, 0)?, args.arg(ctx, 1)?, args.arg(ctx, 2)?);
    let at = at(ctx, this)?;
    if at.modern {
        crate::document::set_attribute_ns(ctx, &at, uri, name, value)?;
        return Ok(Value::NULL);
    }
    if name.is_empty() {
        return Err(args::empty(ctx, 2));
    }
    match set_classic_ns(&at, uri.unwrap_or_default(), name, value) {
        Ok(()) => {}
        Err(Code::InvalidCharacter) => return Err(throw(ctx, Code::InvalidCharacter)),
        Err(code) => drop(refuse(ctx, &at, code)?),
    }
    Ok(Value::NULL)
}

/// `removeAttributeNS()`
pub fn remove_attribute_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let uri = uri.filter(|u| !at.modern || !u.is_empty());
    let attribute = at.node.find_attribute(name, uri);
    if !at.modern {
        let prefix = (!name.is_empty()).then_some(name);
        if let Some(ns) = declaration(at.node, prefix) {
            if Some(ns.uri()) != uri {
                return Ok(Value::NULL);
            }
            at.node.eliminate(ns);
        }
    }
    if let Some(a) = attribute.filter(|a| a.kind() == Kind::Attribute) {
        tree::remove_attribute(a);
    }
    Ok(Value::NULL)
}

/// `getAttributeNodeNS()`
pub fn get_attribute_node_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let uri = uri.filter(|u| !at.modern || !u.is_empty());
    if let Some(a) = at.node.find_attribute(name, uri) {
        return at.object(ctx, a);
    }
    if at.modern || uri != Some(crate::XMLNS) {
        return Ok(Value::NULL);
    }
    let prefix = (!name.is_empty()).then_some(name);
    let Some(ns) = declaration(at.node, prefix) else { return Ok(Value::NULL) };
    let (uri, prefix) = (ns.uri().to_vec(), ns.prefix().map(<[u8]>::to_vec));
    crate::namespace::object(ctx, &at, at.node, &uri, prefix.as_deref())
}

fn mark_id(ctx: &mut Ctx, at: &At, attribute: Option<Node>, on: bool) -> R<Value> {
    match attribute.filter(|a| a.kind() == Kind::Attribute) {
        Some(a) => {
            a.set_id(on);
            at.ids_changed();
        }
        None => drop(refuse(ctx, at, Code::NotFound)?),
    }
    Ok(Value::NULL)
}

/// `setIdAttribute()`
pub fn set_id_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (name, on): (&[u8], bool) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    mark_id(ctx, &at, at.node.find_attribute(name, None), on)
}

/// `setIdAttributeNS()`
pub fn set_id_attribute_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name, on): (&[u8], &[u8], bool) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?, args.arg(ctx, 2)?);
    let at = at(ctx, this)?;
    mark_id(ctx, &at, at.node.find_attribute(name, Some(uri)), on)
}

/// `setIdAttributeNode()`
pub fn set_id_attribute_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (given, on): (&Object, bool) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let (at, given) = (at(ctx, this)?, at(ctx, given)?);
    mark_id(ctx, &at, Some(given.node).filter(|n| n.parent() == Some(at.node)), on)
}

/// Where `insertAdjacent…()` puts something: below what, before what.
fn adjacent(at: &At, position: &[u8]) -> Result<Option<(Node, Option<Node>)>, Code> {
    let n = at.node;
    Ok(match &*position.to_ascii_lowercase() {
        b"beforebegin" => n.parent().map(|p| (p, Some(n))),
        b"afterbegin" => Some((n, n.first_child())),
        b"beforeend" => Some((n, None)),
        b"afterend" => n.parent().map(|p| (p, n.next())),
        _ => return Err(Code::Syntax),
    })
}

fn insert_adjacent(ctx: &mut Ctx, at: &At, position: &[u8], node: &At) -> R<bool> {
    let spot = match adjacent(at, position) {
        Ok(Some(s)) => s,
        Ok(None) => return Ok(false),
        Err(code) => {
            refuse(ctx, at, code)?;
            return Ok(false);
        }
    };
    crate::document::adopt(ctx, node, at)?;
    let (parent, before) = match adjacent(at, position) {
        Ok(Some(s)) => s,
        _ => spot,
    };
    at.changed();
    let context = At::holding(parent, at);
    if tree::check(ctx, &context, node.node, before)?.is_some() {
        return Ok(false);
    }
    tree::insert(&context, parent, node.node, before);
    Ok(true)
}

/// The position that an argument names: a text, or a case of `Dom\AdjacentPosition`.
fn position(ctx: &mut Ctx, args: &Args<'_>) -> R<Vec<u8>> {
    let v: &Value = args.arg(ctx, 0)?;
    match v.as_object() {
        Some(o) => Ok(o.slot("value").and_then(|v| v.as_str().map(|s| s.to_vec())).unwrap_or_default()),
        None => Ok(v.to_str(ctx)?.to_vec()),
    }
}

/// `insertAdjacentElement()`
pub fn insert_adjacent_element(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (position, given): (_, &Object) = (position(ctx, args)?, args.arg(ctx, 1)?);
    let (at, node) = (at(ctx, this)?, at(ctx, given)?);
    Ok(if insert_adjacent(ctx, &at, &position, &node)? { given.into() } else { Value::NULL })
}

/// `insertAdjacentText()`
pub fn insert_adjacent_text(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (position, text): (_, &[u8]) = (position(ctx, args)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    if let Some(made) = Node::new_text(at.document(), text) {
        // Freed with its object when it is not put anywhere.
        let o = at.object(ctx, made)?;
        if let Some(node) = o.as_object().and_then(place::find) {
            insert_adjacent(ctx, &at, &position, &node)?;
        }
    }
    Ok(Value::NULL)
}

/// `toggleAttribute()`
pub fn toggle_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (name, force): (&[u8], Option<bool>) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    named(ctx, name)?;
    let element = at.node;
    let lower = crate::node::is_html_document(element)
        && match element.ns() {
            None => !at.modern,
            Some(ns) => ns.uri() == crate::XHTML,
        };
    let name = if lower { name.to_ascii_lowercase() } else { name.to_vec() };
    let Some(found) = find(&at, &name) else {
        if force == Some(false) {
            return Ok(Value::bool(false));
        }
        if at.modern {
            if let Some(a) = element.set_attribute_ns(None, &name, None) {
                register_id(&at, a);
            }
        } else {
            match Node::split_qualified(&name) {
                Some((b"xmlns", local)) => drop(element.declare(b"", Some(local))),
                _ if name == b"xmlns" => drop(element.declare(b"", None)),
                _ => drop(element.set_attribute(&name, b"")),
            }
        }
        return Ok(Value::bool(true));
    };
    if force == Some(true) {
        return Ok(Value::bool(true));
    }
    remove_found(&at, found);
    Ok(Value::bool(false))
}
