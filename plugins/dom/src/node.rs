//! What all nodes have.

use crate::error::{Code, refuse, throw, throw_text};
use crate::list::{self, Source};
use crate::place::{self, At, at, may_have_children};
use crate::settings::Settings;
use crate::{args, tree};
use howdah_libxml2::{Document, Kind, Node, XPath, canonical, is_name};
use plugin_api::{Args, Array, Ctx, Object, R, Value};

/// Prefix, colon and local name.
pub fn qualified(node: Node) -> Vec<u8> {
    let ns = node.ns();
    match ns.as_ref().and_then(|n| n.prefix()) {
        Some(p) => [p, b":", node.name()].concat(),
        None => node.name().to_vec(),
    }
}

/// Whether it is an element of HTML in a document of HTML.
pub fn is_html(node: Node) -> bool {
    node.ns().is_some_and(|n| n.uri() == crate::XHTML) && is_html_document(node)
}

/// Whether its document is one of HTML.
pub fn is_html_document(node: Node) -> bool {
    node.document().is_some_and(|d| d.kind() == Kind::HtmlDocument)
}

/// `nodeName`
pub fn node_name(at: &At, _: &mut Ctx) -> R<Value> {
    let node = at.node;
    Ok(match node.kind() {
        Kind::Element if at.modern && is_html(node) => Value::str(qualified(node).to_ascii_uppercase()),
        Kind::Element | Kind::Attribute => Value::str(qualified(node)),
        Kind::Namespace => Value::str(crate::namespace::name(node)),
        Kind::CData => Value::str("#cdata-section"),
        Kind::Comment => Value::str("#comment"),
        Kind::Document | Kind::HtmlDocument => Value::str("#document"),
        Kind::Fragment => Value::str("#document-fragment"),
        Kind::Text => Value::str("#text"),
        _ => Value::str(node.name()),
    })
}

/// The text that a node holds.
pub fn content(node: Node) -> Option<Vec<u8>> {
    match node.kind() {
        Kind::Text | Kind::CData | Kind::ProcessingInstruction | Kind::Comment => {
            node.content().map(<[u8]>::to_vec)
        }
        Kind::Attribute => Some(node.whole_content().unwrap_or_default()),
        _ => node.whole_content(),
    }
}

/// `nodeValue`
pub fn node_value(at: &At, _: &mut Ctx) -> R<Value> {
    let node = at.node;
    Ok(match node.kind() {
        Kind::Element if at.modern => Value::NULL,
        Kind::Element
        | Kind::Attribute
        | Kind::Text
        | Kind::Comment
        | Kind::CData
        | Kind::ProcessingInstruction => content(node).map(Value::str).into(),
        Kind::Namespace => crate::namespace::uri(node).map(Value::str).into(),
        _ => Value::NULL,
    })
}

fn text_of(v: &Value) -> Vec<u8> {
    v.as_str().map(|s| s.to_vec()).unwrap_or_default()
}

/// Sets `nodeValue`.
pub fn set_node_value(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let (node, text) = (at.node, text_of(v));
    match node.kind() {
        Kind::Attribute => crate::attr::change_value(at, &text),
        Kind::Element => {
            node.clear();
            node.set_content(&text);
        }
        Kind::Text | Kind::Comment | Kind::CData | Kind::ProcessingInstruction => node.set_content(&text),
        _ => {}
    }
    at.changed();
    Ok(())
}

/// `nodeType`
pub fn node_type(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(match at.node.kind_number() {
        14 => Value::int(10),
        n => Value::int(n.into()),
    })
}

/// `parentNode`
pub fn parent_node(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, at.node.parent())
}

/// `parentElement`
pub fn parent_element(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, at.node.parent().filter(|n| n.is_element()))
}

/// `childNodes`
pub fn child_nodes(at: &At, ctx: &mut Ctx) -> R<Value> {
    let base = at.object(ctx, at.node)?;
    let Ok(base) = Object::try_from(base) else { return Ok(Value::NULL) };
    list::make(ctx, Source::Children(base), at.modern)
}

/// What hangs below, looked up anew for references to entities.
pub fn first_below(node: Node) -> Option<Node> {
    if node.kind() == Kind::EntityReference { node.refer() } else { node.first_child() }
}

/// `firstChild`
pub fn first_child(at: &At, ctx: &mut Ctx) -> R<Value> {
    let first = if may_have_children(at.node) { first_below(at.node) } else { None };
    at.maybe(ctx, first)
}

/// `lastChild`
pub fn last_child(at: &At, ctx: &mut Ctx) -> R<Value> {
    let last = match at.node.kind() {
        Kind::EntityReference => at.node.refer(),
        _ if may_have_children(at.node) => at.node.last_child(),
        _ => None,
    };
    at.maybe(ctx, last)
}

/// `previousSibling`
pub fn previous_sibling(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, at.node.prev())
}

/// `nextSibling`
pub fn next_sibling(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, at.node.next())
}

/// `previousElementSibling`
pub fn previous_element_sibling(at: &At, ctx: &mut Ctx) -> R<Value> {
    let found = core::iter::successors(at.node.prev(), |n| n.prev()).find(|n| n.is_element());
    at.maybe(ctx, found)
}

/// `nextElementSibling`
pub fn next_element_sibling(at: &At, ctx: &mut Ctx) -> R<Value> {
    let found = core::iter::successors(at.node.next(), |n| n.next()).find(|n| n.is_element());
    at.maybe(ctx, found)
}

/// `attributes`
pub fn attributes(at: &At, ctx: &mut Ctx) -> R<Value> {
    if !at.node.is_element() {
        return Ok(Value::NULL);
    }
    let base = at.object(ctx, at.node)?;
    let Ok(base) = Object::try_from(base) else { return Ok(Value::NULL) };
    crate::map::make(ctx, crate::map::Source::Attributes(base), at.modern)
}

/// `isConnected`
pub fn is_connected(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::bool(at.node.top().is_document()))
}

/// `ownerDocument`
pub fn owner_document(at: &At, ctx: &mut Ctx) -> R<Value> {
    if at.node.is_document() {
        return Ok(Value::NULL);
    }
    at.maybe(ctx, at.document())
}

/// `namespaceURI`
pub fn namespace_uri(at: &At, _: &mut Ctx) -> R<Value> {
    if at.node.kind() == Kind::Namespace {
        return Ok(crate::namespace::uri(at.node).map(Value::str).into());
    }
    Ok(at.node.ns().filter(|n| n.has_uri()).map(|n| Value::str(n.uri())).into())
}

/// `prefix`
pub fn prefix(at: &At, _: &mut Ctx) -> R<Value> {
    if at.node.kind() == Kind::Namespace {
        return Ok(Value::str(crate::namespace::prefix(at.node).unwrap_or_default()));
    }
    let ns = at.node.ns();
    let prefix = ns.as_ref().and_then(|n| n.prefix());
    Ok(match prefix {
        Some(p) => Value::str(p),
        None if at.modern => Value::NULL,
        None => Value::str(""),
    })
}

/// Sets `prefix`: of elements and attributes in a namespace.
pub fn set_prefix(at: &At, ctx: &mut Ctx, v: &Value) -> R<()> {
    let (node, mut text) = (at.node, text_of(v));
    text.truncate(text.iter().position(|&c| c == 0).unwrap_or(text.len()));
    let attribute = node.kind() == Kind::Attribute;
    let holder = match node.kind() {
        Kind::Element => Some(node),
        Kind::Attribute => node.parent().or_else(|| at.document().and_then(Node::root_element)),
        _ => None,
    };
    let (Some(holder), Some(ns)) = (holder, node.ns()) else { return Ok(()) };
    let wanted = (!text.is_empty()).then_some(&*text);
    if ns.prefix() == wanted {
        return Ok(());
    }
    let uri = ns.uri().to_vec();
    let wrong = !ns.has_uri()
        || (text == b"xml" && uri != crate::XML)
        || (attribute && text == b"xmlns" && uri != crate::XMLNS)
        || (attribute && node.name() == b"xmlns");
    if wrong {
        refuse(ctx, at, Code::Namespace)?;
        return Ok(());
    }
    let there = holder.declared().find(|d| d.prefix() == wanted && d.uri() == &*uri);
    let found = there.or_else(|| holder.declare(&uri, wanted));
    match found {
        Some(found) => node.set_ns(Some(found)),
        None => return Err(throw(ctx, Code::Namespace)),
    }
    Ok(())
}

/// `localName`
pub fn local_name(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(match at.node.kind() {
        Kind::Element | Kind::Attribute | Kind::Namespace => Value::str(at.node.name()),
        _ => Value::NULL,
    })
}

/// `baseURI`
pub fn base_uri(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(match at.node.base() {
        Some(b) => Value::str(b),
        None if at.modern => match at.document().as_ref().and_then(|d| d.url()) {
            Some(u) => Value::str(u),
            None => Value::str("about:blank"),
        },
        None => Value::NULL,
    })
}

fn has_text_content(at: &At) -> bool {
    !at.modern
        || matches!(
            at.node.kind(),
            Kind::Fragment
                | Kind::Element
                | Kind::Attribute
                | Kind::Text
                | Kind::CData
                | Kind::Comment
                | Kind::ProcessingInstruction
        )
}

/// `textContent`
pub fn text_content(at: &At, _: &mut Ctx) -> R<Value> {
    if at.node.kind() == Kind::EntityReference {
        at.node.refer();
    }
    if !has_text_content(at) {
        return Ok(Value::NULL);
    }
    Ok(Value::str(content(at.node).unwrap_or_default()))
}

/// Sets `textContent`.
pub fn set_text_content(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let (node, text) = (at.node, text_of(v));
    at.changed();
    match node.kind() {
        Kind::Fragment | Kind::Element | Kind::Attribute => {
            node.clear();
            if let Some(t) = Node::new_text(at.document(), &text) {
                node.insert(t, None);
            }
        }
        _ => node.set_content(&text),
    }
    Ok(())
}

/// `hasChildNodes()`
pub fn has_child_nodes(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    Ok(Value::bool(may_have_children(at.node) && at.node.first_child().is_some()))
}

/// A copy of a node; of a document one of its own.
fn copy(at: &At, deep: bool) -> Option<(Node, Option<Document>)> {
    let node = at.node;
    if node.kind() == Kind::Namespace {
        return crate::namespace::copy(node).map(|n| (n, at.doc.clone()));
    }
    if !node.is_document() {
        return Some((tree::copy(at, node, at.doc.as_ref(), deep)?, at.doc.clone()));
    }
    let made = node.copy_to(None, deep)?;
    let doc = Document::own(made);
    if let Some(from) = &at.doc {
        doc.set_generation(from.generation());
        Settings::of(&doc).copy(&Settings::of(from));
        if at.modern {
            crate::spec::follow((from, node), (&doc, made));
            crate::template::copy((from, node), (&doc, made));
        }
    }
    Some((made, Some(doc)))
}

/// `cloneNode()`
pub fn clone_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    let deep = args::flag(args, 0, false);
    let Some((made, doc)) = copy(&at, deep) else { return Ok(Value::bool(false)) };
    if made.kind() == Kind::Attribute && made.ns().is_none() {
        made.set_ns(at.node.ns());
    }
    if made.is_document() {
        return place::object(ctx, made, doc.as_ref(), at.modern).map(Value::from);
    }
    at.object(ctx, made)
}

/// `clone`
pub fn clone_object(from: &Object, to: &Object, _: &mut Ctx) -> R<()> {
    let Some(at) = place::find(from) else { return Ok(()) };
    if let Some((made, doc)) = copy(&at, true) {
        place::settle(to, made, doc);
        crate::namespace::share_element(from, to);
    }
    Ok(())
}

/// `normalize()`
pub fn normalize(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    tree::normalize(at.node, !at.modern);
    at.changed();
    Ok(Value::NULL)
}

/// Whether a feature of DOM is there.
pub fn has_feature(feature: &[u8], version: &[u8]) -> bool {
    let known = matches!(version, b"1.0" | b"2.0" | b"");
    known
        && (feature.eq_ignore_ascii_case(b"XML")
            || (feature.eq_ignore_ascii_case(b"Core") && version == b"1.0"))
}

/// `isSupported()`
pub fn is_supported(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (feature, version): (&[u8], &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    Ok(Value::bool(has_feature(feature, version)))
}

/// `hasAttributes()`
pub fn has_attributes(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    Ok(Value::bool(at.node.first_attribute().is_some()))
}

/// `isSameNode()`
pub fn is_same_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let Some(other) = args.arg::<Option<&Object>>(ctx, 0)? else { return Ok(Value::bool(false)) };
    let (at, other) = (at(ctx, this)?, at(ctx, other)?);
    Ok(Value::bool(at.node == other.node))
}

/// `isEqualNode()`
pub fn is_equal_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let Some(other) = args.arg::<Option<&Object>>(ctx, 0)? else { return Ok(Value::bool(false)) };
    let (other, at) = (at(ctx, other)?, at(ctx, this)?);
    Ok(Value::bool(tree::equal(at.node, other.node, at.modern)))
}

/// `lookupPrefix()`
pub fn lookup_prefix(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let uri: Option<&[u8]> = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let Some(uri) = uri.filter(|u| !u.is_empty()) else { return Ok(Value::NULL) };
    let node = at.node;
    let start = match node.kind() {
        Kind::Element => Some(node),
        Kind::Document | Kind::HtmlDocument => node.root_element(),
        Kind::Entity | Kind::Notation | Kind::Fragment | Kind::DocumentType => None,
        _ => node.parent(),
    };
    let Some(start) = start else { return Ok(Value::NULL) };
    if at.modern {
        return Ok(tree::locate_prefix(start, uri).map(Value::str).into());
    }
    let ns = start.find_ns_by_uri(uri);
    Ok(ns.as_ref().and_then(|n| n.prefix()).map(Value::str).into())
}

/// `isDefaultNamespace()`
pub fn is_default_namespace(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let uri: Option<&[u8]> = args.arg(ctx, 0)?;
    let uri = uri.filter(|u| !u.is_empty());
    let at = at(ctx, this)?;
    if at.modern {
        return Ok(Value::bool(tree::locate_namespace(at.node, None).as_deref() == uri));
    }
    let Some(uri) = uri else { return Ok(Value::bool(false)) };
    let start = if at.node.is_document() { at.node.root_element() } else { Some(at.node) };
    let found = start.and_then(|n| n.find_ns(None));
    Ok(Value::bool(found.is_some_and(|n| n.uri() == uri)))
}

/// `lookupNamespaceURI()`
pub fn lookup_namespace_uri(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let prefix: Option<&[u8]> = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if at.modern {
        let prefix = prefix.filter(|p| !p.is_empty());
        return Ok(tree::locate_namespace(at.node, prefix).map(Value::str).into());
    }
    let start = if at.node.is_document() { at.node.root_element() } else { Some(at.node) };
    let found = start.and_then(|n| n.find_ns(prefix));
    Ok(found.filter(|n| n.has_uri()).map(|n| Value::str(n.uri())).into())
}

/// `getNodePath()`
pub fn get_node_path(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    Ok(at.node.path().map(Value::str).into())
}

/// `getLineNo()`
pub fn get_line_no(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    Ok(Value::int(at.node.line()))
}

/// `contains()`
pub fn contains(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let Some(other) = args.arg::<Option<&Object>>(ctx, 0)? else { return Ok(Value::bool(false)) };
    let (other, at) = (at(ctx, other)?, at(ctx, this)?);
    Ok(Value::bool(other.node.is_within(at.node)))
}

/// `getRootNode()`
pub fn get_root_node(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    at.object(ctx, at.node.top())
}

/// `compareDocumentPosition()`
pub fn compare_document_position(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let other: &Object = args.arg(ctx, 0)?;
    let (at, that) = (at(ctx, this)?, at(ctx, other)?);
    let order = (other.raw().payload < this.raw().payload) as i64;
    Ok(Value::int(tree::position(at.node, that.node, order != 0)))
}

/// `appendChild()`
pub fn append_child(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let child: &Object = args.arg(ctx, 0)?;
    let (parent, child) = (at(ctx, this)?, at(ctx, child)?);
    if parent.modern {
        return tree::insert_modern(ctx, &parent, &child, None);
    }
    tree::append_classic(ctx, &parent, &child)
}

/// `insertBefore()`
pub fn insert_before(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (child, before): (&Object, Option<&Object>) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let (parent, child) = (at(ctx, this)?, at(ctx, child)?);
    let before = match before {
        Some(o) => Some(at(ctx, o)?),
        None => None,
    };
    if parent.modern {
        return tree::insert_modern(ctx, &parent, &child, before.map(|b| b.node));
    }
    tree::insert_classic(ctx, &parent, &child, before.map(|b| b.node))
}

/// `replaceChild()`
pub fn replace_child(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (new, old): (&Object, &Object) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let (parent, new, old) = (at(ctx, this)?, at(ctx, new)?, at(ctx, old)?);
    tree::replace(ctx, &parent, &new, &old)
}

/// `removeChild()`
pub fn remove_child(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let child: &Object = args.arg(ctx, 0)?;
    let (parent, child) = (at(ctx, this)?, at(ctx, child)?);
    if parent.node.first_child().is_none() || child.node.parent() != Some(parent.node) {
        return refuse(ctx, &parent, Code::NotFound);
    }
    if parent.is_read_only() {
        return refuse(ctx, &parent, Code::NoModificationAllowed);
    }
    tree::unlink(child.node);
    parent.changed();
    parent.object(ctx, child.node)
}

fn canonical_form(ctx: &mut Ctx, args: &Args<'_>, first: usize) -> R<canonical::Form> {
    let exclusive = args::flag(args, first, false);
    let given: Option<&Array> = args.arg(ctx, first + 3)?;
    let mut prefixes = None;
    if let Some(list) = given {
        if exclusive {
            prefixes = Some(list.values().filter_map(|v| v.as_str().map(|s| s.to_vec())).collect());
        } else {
            ctx.notice("Inclusive namespace prefixes only allowed in exclusive mode.")?;
        }
    }
    Ok(canonical::Form { exclusive, comments: args::flag(args, first + 1, false), prefixes })
}

/// The expression of an `$xpath` argument, in a context that knows its namespaces.
fn canonical_query(
    ctx: &mut Ctx,
    at: &At,
    doc: &Document,
    spec: &Array,
    argument: u32,
) -> R<Option<(XPath, Vec<u8>)>> {
    let Some(query) = spec.get("query") else {
        return Err(ctx.argument_value_error(argument, "must have a \"query\" key"));
    };
    let Some(query) = query.as_str() else {
        let given = query.value_name();
        let text = format!("\"query\" option must be a string, {given} given");
        return Err(ctx.argument_type_error(argument, text));
    };
    debug_assert!(!at.node.doc().is_null());
    let Some(xpath) = XPath::new(doc) else { return Ok(None) };
    if let Some(namespaces) = spec.get("namespaces").and_then(Value::as_array) {
        for (key, uri) in namespaces.iter() {
            if let (Some(prefix), Some(uri)) = (key.to_value().as_str(), uri.as_str()) {
                xpath.register(prefix, uri);
            }
        }
    }
    Ok(Some((xpath, query.to_vec())))
}

fn canonicalize(this: &Object, ctx: &mut Ctx, args: &Args<'_>, file: bool) -> R<Value> {
    let first = usize::from(file);
    let name: Option<&[u8]> = if file { Some(args.arg(ctx, 0)?) } else { None };
    if name.is_some_and(|n| n.contains(&0)) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let at = at(ctx, this)?;
    if at.modern && !at.node.top().is_document() {
        let text = "Canonicalization can only happen on nodes attached to a document.";
        return Err(throw_text(ctx, Code::HierarchyRequest, text));
    }
    let Some(doc) = at.doc.clone().filter(|_| !at.node.doc().is_null()) else {
        return Err(ctx.error("Node must be associated with a document"));
    };
    let spec: Option<&Array> = args.arg(ctx, first + 2)?;
    let query = match spec {
        Some(spec) => canonical_query(ctx, &at, &doc, spec, first as u32 + 3)?,
        None => None,
    };
    let form = canonical_form(ctx, args, first)?;
    let choice = match &query {
        Some((xpath, text)) => canonical::Choice::Found(xpath, text, at.node),
        None => canonical::Choice::Below(at.node),
    };
    let done = tree::with_declarations(&at, || canonical::write(&doc, &choice, &form, name));
    ctx.pending()?;
    match done {
        Ok((_, bytes)) if file => Ok(Value::int(bytes)),
        Ok((text, _)) => Ok(Value::str(text)),
        Err(canonical::Failure::NoNodeSet) => Err(ctx.error("XPath query did not return a nodeset")),
        Err(canonical::Failure::Told) => Ok(Value::bool(false)),
    }
}

/// `C14N()`
pub fn c14_n(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    canonicalize(this, ctx, args, false)
}

/// `C14NFile()`
pub fn c14_n_file(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    canonicalize(this, ctx, args, true)
}

/// `__sleep()`
pub fn sleep(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let class = this.class().name().lossy().into_owned();
    Err(ctx.exception(format!(
        "Serialization of '{class}' is not allowed, unless serialization methods are implemented in a subclass"
    )))
}

/// `__wakeup()`
pub fn wakeup(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let class = this.class().name().lossy().into_owned();
    Err(ctx.exception(format!(
        "Unserialization of '{class}' is not allowed, unless unserialization methods are implemented in a subclass"
    )))
}

/// A name for something that is made, or the exception that says it is none.
pub fn named<'a>(ctx: &mut Ctx, name: &'a [u8]) -> R<&'a [u8]> {
    if is_name(name) { Ok(name) } else { Err(throw(ctx, Code::InvalidCharacter)) }
}
