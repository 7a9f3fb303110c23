//! `Dom\HTMLDocument`, and what documents have in common with it: their body, head and title.

use crate::error::{Code, throw, throw_text};
use crate::place::{self, At, at};
use crate::{args, serialize, spec, tokens, tree, xml_document};
use howdah_libxml2::{Document, Node, write_file};
use plugin_api::{Args, Class, Ctx, Object, R, Value};

const SVG: &[u8] = b"http://www.w3.org/2000/svg";

/// An empty document of HTML.
pub fn empty(encoding: &[u8]) -> Option<Document> {
    let doc = Document::new(None)?;
    let node = doc.node()?;
    node.set_html();
    node.set_standalone(true);
    node.set_xml_encoding(encoding);
    Some(doc)
}

/// `createEmpty()`
pub fn create_empty(ctx: &mut Ctx, class: Class, encoding: &[u8]) -> R<Object> {
    if encoding.contains(&0) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    if !crate::html::is_label(encoding) {
        return Err(ctx.argument_value_error(1, "must be a valid document encoding"));
    }
    match empty(encoding) {
        Some(doc) => xml_document::object(ctx, class, &doc),
        None => Err(throw(ctx, Code::InvalidState)),
    }
}

/// `Dom\Implementation::createHTMLDocument()`
pub fn create_with_title(ctx: &mut Ctx, class: Class, title: Option<&[u8]>) -> R<Object> {
    let Some(doc) = empty(b"UTF-8") else { return Err(throw(ctx, Code::InvalidState)) };
    let o = xml_document::object(ctx, class, &doc)?;
    let Some(node) = doc.node() else { return Ok(o) };
    let ns = spec::namespace(&doc, crate::XHTML, None);
    let make = |name: &[u8]| Node::new_element(Some(node), ns, name, None);
    if let Some(dtd) = Node::new_doctype(b"html", None, None) {
        node.insert(dtd, None);
        node.set_doctype(Some(dtd));
    }
    if let (Some(html), Some(head), Some(body)) = (make(b"html"), make(b"head"), make(b"body")) {
        node.insert(html, None);
        html.insert(head, None);
        if let Some(title) = title
            && let (Some(e), Some(t)) = (make(b"title"), Node::new_text(Some(node), title))
        {
            head.insert(e, None);
            e.insert(t, None);
        }
        html.insert(body, None);
    }
    Ok(o)
}

fn is(node: Node, ns: &[u8], name: &[u8]) -> bool {
    node.is_element() && node.name() == name && node.ns().is_some_and(|n| n.uri() == ns)
}

fn section(doc: Node, names: &[&[u8]]) -> Option<Node> {
    let root = doc.root_element().filter(|r| is(*r, crate::XHTML, b"html"))?;
    root.children().find(|c| names.iter().any(|n| is(*c, crate::XHTML, n)))
}

const BODY: [&[u8]; 2] = [b"body", b"frameset"];

/// `body`
pub fn body(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, section(at.node, &BODY))
}

/// Sets `body`.
pub fn set_body(at: &At, ctx: &mut Ctx, v: &Value) -> R<()> {
    let given = v.as_object().and_then(place::find);
    let Some(given) = given.filter(|g| BODY.iter().any(|n| is(g.node, crate::XHTML, n))) else {
        let text = "The new body must either be a body or a frameset tag";
        return Err(throw_text(ctx, Code::HierarchyRequest, text));
    };
    let current = section(at.node, &BODY);
    if current == Some(given.node) {
        return Ok(());
    }
    let Some(root) = at.node.root_element() else {
        let text = "A body can only be set if there is a document element";
        return Err(throw_text(ctx, Code::HierarchyRequest, text));
    };
    crate::document::adopt(ctx, &given, at)?;
    match current {
        Some(c) => {
            root.insert(given.node, Some(c));
            c.remove();
        }
        None => root.insert(given.node, None),
    }
    at.changed();
    Ok(())
}

/// `head`
pub fn head(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, section(at.node, &[b"head"]))
}

fn title_of(doc: Node, root: Node) -> Option<Node> {
    if is(root, SVG, b"svg") {
        return root.children().find(|c| is(*c, SVG, b"title"));
    }
    doc.descendants().find(|n| is(*n, crate::XHTML, b"title"))
}

/// `title`
pub fn title(at: &At, _: &mut Ctx) -> R<Value> {
    let title = at.node.root_element().and_then(|r| title_of(at.node, r));
    let mut text = Vec::new();
    for c in title.into_iter().flat_map(Node::children) {
        if matches!(c.kind(), howdah_libxml2::Kind::Text | howdah_libxml2::Kind::CData) {
            text.extend_from_slice(c.content().unwrap_or_default());
        }
    }
    let words: Vec<&[u8]> = text.split(tokens::is_space).filter(|w| !w.is_empty()).collect();
    Ok(Value::str(words.join(&b' ')))
}

/// Sets `title`.
pub fn set_title(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let (Some(root), Some(doc)) = (at.node.root_element(), &at.doc) else { return Ok(()) };
    let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
    let svg = is(root, SVG, b"svg");
    if !svg && root.ns().is_none_or(|n| n.uri() != crate::XHTML) {
        return Ok(());
    }
    let title = match title_of(at.node, root) {
        Some(t) => t,
        None => {
            let ns = if svg { SVG } else { crate::XHTML };
            let made = Node::new_element(Some(at.node), spec::namespace(doc, ns, None), b"title", None);
            let holder = if svg { Some(root) } else { section(at.node, &[b"head"]) };
            let (Some(made), Some(holder)) = (made, holder) else {
                if let Some(m) = made {
                    m.remove();
                }
                return Ok(());
            };
            let before = if svg { root.first_child() } else { None };
            holder.insert(made, before);
            made
        }
    };
    title.clear();
    if let Some(t) = Node::new_text(Some(at.node), &text) {
        title.insert(t, None);
    }
    at.changed();
    Ok(())
}

fn text(ctx: &mut Ctx, at: &At, node: Option<&Object>) -> R<Vec<u8>> {
    let Some(doc) = &at.doc else { return Ok(Vec::new()) };
    let what = match node {
        Some(o) => place::at(ctx, o)?.node,
        None => at.node,
    };
    if what.doc() != at.node.doc() {
        return Err(throw(ctx, Code::WrongDocument));
    }
    let html = serialize::html(doc, what);
    Ok(match at.node.xml_encoding() {
        Some(e) => crate::html::encode(&html, e),
        None => html,
    })
}

/// `saveHtml()`
pub fn save_html(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let node: Option<&Object> = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    Ok(Value::str(text(ctx, &at, node)?))
}

/// `saveHtmlFile()`
pub fn save_html_file(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let file = args::path(ctx, args, 0)?;
    if file.is_empty() {
        return Err(args::empty(ctx, 1));
    }
    let at = at(ctx, this)?;
    let text = text(ctx, &at, None)?;
    let written = write_file(file, &text);
    ctx.pending()?;
    Ok(written.map_or(Value::bool(false), Value::int))
}

/// `innerHTML`
pub fn inner_html(at: &At, ctx: &mut Ctx) -> R<Value> {
    let Some(doc) = &at.doc else { return Ok(Value::str("")) };
    if crate::node::is_html_document(at.node) {
        return Ok(Value::str(serialize::inner_html(doc, at.node)));
    }
    let children: Vec<Node> = at.node.children().collect();
    let style = serialize::Style { strict: true, ..serialize::Style::default() };
    match serialize::xml(doc, &children, style) {
        Ok(t) => Ok(Value::str(t)),
        Err(_) => {
            let text = "The resulting XML serialization is not well-formed";
            Err(throw_text(ctx, Code::Syntax, text))
        }
    }
}

/// What text of XML means at an element, as a fragment.
fn parse_xml(ctx: &mut Ctx, at: &At, doc: &Document, text: &[u8]) -> R<At> {
    let name = crate::node::qualified(at.node);
    let mut source = [b"<".as_slice(), &name].concat();
    for ns in spec::declared_at(at, at.node) {
        if let Some(p) = ns.prefix() {
            source.extend([b" xmlns:", p, b"=\"", ns.uri(), b"\""].concat());
        }
    }
    if let Some(default) = tree::locate_namespace(at.node, None) {
        source.extend([b" xmlns=\"".as_slice(), &default, b"\""].concat());
    }
    source.extend([b">", text, b"</", &name[..], b">"].concat());
    let parsed = howdah_libxml2::parse_quietly(&source);
    let root = parsed.as_ref().and_then(Document::root);
    let whole = root.filter(|r| r.prev().is_none() && r.next().is_none());
    let (Some(root), Some(node), Some(target)) = (whole, Node::new_fragment(at.document()), at.document())
    else {
        return Err(throw_text(ctx, Code::Syntax, "XML fragment is not well-formed"));
    };
    let fragment = At::holding(node, at);
    for c in root.children().collect::<Vec<_>>() {
        c.move_into(target);
        node.insert(c, None);
        spec::reconcile(doc, c);
    }
    Ok(fragment)
}

/// Sets `innerHTML`.
pub fn set_inner_html(at: &At, ctx: &mut Ctx, v: &Value) -> R<()> {
    let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
    let Some(doc) = &at.doc else { return Ok(()) };
    let fragment = if crate::node::is_html_document(at.node) {
        crate::html::parse_fragment(at, doc, &text)
    } else {
        Some(parse_xml(ctx, at, doc, &text)?)
    };
    let Some(fragment) = fragment else { return Err(throw(ctx, Code::InvalidState)) };
    let template = is(at.node, crate::XHTML, b"template");
    let holder = if template { crate::template::ensure(doc, at.node) } else { Some(at.node) };
    let Some(holder) = holder else { return Ok(()) };
    at.changed();
    holder.clear();
    let context = At::holding(holder, at);
    if tree::check(ctx, &context, fragment.node, None)?.is_none() {
        tree::insert(&context, holder, fragment.node, None);
    }
    Ok(())
}

/// `substitutedNodeValue`
pub fn substituted_node_value(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.whole_content().unwrap_or_default()))
}

/// Sets `substitutedNodeValue`.
pub fn set_substituted_node_value(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
    at.changed();
    at.node.clear();
    at.node.set_content(&text);
    Ok(())
}
