//! Documents: their properties, and what they make.

use crate::error::{Code, refuse, throw, throw_text};
use crate::place::{self, At, at, move_objects};
use crate::props::deprecated;
use crate::settings::Settings;
use crate::{args, element, tree};
use howdah_libxml2::{Document, Kind, Node, floating_namespace, is_encoding, is_name, names, split_name};
use plugin_api::{Args, Class, Ctx, Object, R, Value};

/// `new DOMDocument()`
pub fn construct_document(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let version = args.get(0).and_then(|v| v.as_str()).map(|s| s.to_vec());
    let encoding = args::text(args, 1, b"");
    let made = Document::new(version.as_deref());
    let Some((doc, node)) = made.and_then(|d| Some((d.clone(), d.node()?))) else {
        return Err(throw(ctx, Code::InvalidState));
    };
    if !encoding.is_empty() {
        node.set_xml_encoding(encoding);
    }
    place::settle(this, node, Some(doc));
    Ok(Value::NULL)
}

/// `doctype`
pub fn doctype(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, at.node.doctype())
}

/// `documentElement`
pub fn document_element(at: &At, ctx: &mut Ctx) -> R<Value> {
    at.maybe(ctx, at.node.root_element())
}

/// `encoding`
pub fn encoding(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(at.node.xml_encoding().map(Value::str).into())
}

/// `actualEncoding`
pub fn actual_encoding(at: &At, ctx: &mut Ctx) -> R<Value> {
    deprecated(ctx, "DOMDocument::$actualEncoding")?;
    encoding(at, ctx)
}

/// Sets `encoding`.
pub fn set_encoding(at: &At, ctx: &mut Ctx, v: &Value) -> R<()> {
    match v.as_str().filter(|s| is_encoding(s)) {
        Some(name) => at.node.set_xml_encoding(name),
        None => return Err(ctx.value_error("Invalid document encoding")),
    }
    Ok(())
}

/// `standalone`
pub fn standalone(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::bool(at.node.standalone() > 0))
}

/// Sets `standalone`.
pub fn set_standalone(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    at.node.set_standalone(v.to_bool());
    Ok(())
}

/// `version`
pub fn version(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(at.node.xml_version().map(Value::str).into())
}

/// Sets `version`.
pub fn set_version(at: &At, ctx: &mut Ctx, v: &Value) -> R<()> {
    let text = v.to_str(ctx)?;
    if at.modern && &*text != b"1.0" && &*text != b"1.1" {
        return Err(ctx.value_error("Invalid XML version"));
    }
    at.node.set_xml_version(&text);
    Ok(())
}

/// `documentURI`
pub fn document_uri(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(match at.node.url() {
        Some(u) => Value::str(u),
        None if at.modern => Value::str("about:blank"),
        None => Value::NULL,
    })
}

/// Sets `documentURI`.
pub fn set_document_uri(at: &At, ctx: &mut Ctx, v: &Value) -> R<()> {
    let text = v.to_str(ctx)?;
    at.node.set_url(&text);
    Ok(())
}

/// `config`, which there never was
pub fn config(_: &At, ctx: &mut Ctx) -> R<Value> {
    deprecated(ctx, "DOMDocument::$config")?;
    Ok(Value::NULL)
}

macro_rules! settings {
    ($($(#[$doc:meta])* $name:ident $set:ident $field:ident;)*) => { $(
        $(#[$doc])*
        pub fn $name(at: &At, _: &mut Ctx) -> R<Value> {
            let default = Settings::default().$field.get();
            Ok(Value::bool(at.settings().map_or(default, |s| s.$field.get())))
        }
        $(#[$doc])*
        pub fn $set(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
            if let Some(s) = at.settings() {
                s.$field.set(v.to_bool());
            }
            Ok(())
        }
    )* };
}

settings! {
    /// `strictErrorChecking`
    strict_error_checking set_strict_error_checking strict;
    /// `formatOutput`
    format_output set_format_output format;
    /// `validateOnParse`
    validate_on_parse set_validate_on_parse validate;
    /// `resolveExternals`
    resolve_externals set_resolve_externals externals;
    /// `preserveWhiteSpace`
    preserve_white_space set_preserve_white_space blanks;
    /// `recover`
    recover set_recover recover;
    /// `substituteEntities`
    substitute_entities set_substitute_entities substitute;
}

/// `createElement()`
pub fn create_element(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if !is_name(name) {
        return refuse(ctx, &at, Code::InvalidCharacter);
    }
    let value = args.get(1).and_then(|v| v.as_str());
    let made = Node::new_element(Some(at.node), None, name, value.map(|s| s.as_bytes()));
    at.fresh(ctx, made)
}

/// `createElementNS()`
pub fn create_element_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let (prefix, local) = match element::split(name, uri.is_some_and(|u| !u.is_empty())) {
        Ok(parts) => parts,
        Err(code) => return refuse(ctx, &at, code),
    };
    if !is_name(&local) {
        return refuse(ctx, &at, Code::InvalidCharacter);
    }
    let value = args.get(2).and_then(|v| v.as_str());
    let made = Node::new_element(Some(at.node), None, &local, value.map(|s| s.as_bytes()));
    if let (Some(e), Some(uri)) = (made, uri) {
        let found = match e.find_ns_by_uri(uri) {
            Some(ns) => Ok(ns),
            None => element::declare(e, uri, prefix.as_deref()),
        };
        match found {
            Ok(ns) => e.set_ns(Some(ns)),
            Err(code) => {
                e.remove();
                return refuse(ctx, &at, code);
            }
        }
    }
    at.fresh(ctx, made)
}

/// `createDocumentFragment()`
pub fn create_document_fragment(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    at.fresh(ctx, Node::new_fragment(Some(at.node)))
}

/// `createTextNode()`
pub fn create_text_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let data: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    at.fresh(ctx, Node::new_text(Some(at.node), data))
}

/// `createComment()`
pub fn create_comment(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let data: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    at.fresh(ctx, Node::new_comment(Some(at.node), Some(data)))
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|w| w == part)
}

/// `createCDATASection()`
pub fn create_cdata_section(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let data: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if at.modern && at.node.kind() == Kind::HtmlDocument {
        let text = "This operation is not supported for HTML documents";
        return Err(throw_text(ctx, Code::NotSupported, text));
    }
    if at.modern && contains(data, b"]]>") {
        let text = "Invalid character sequence \"]]>\" in CDATA section";
        return Err(throw_text(ctx, Code::InvalidCharacter, text));
    }
    at.fresh(ctx, Node::new_cdata(Some(at.node), data))
}

/// `createProcessingInstruction()`
pub fn create_processing_instruction(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let target: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if !is_name(target) {
        return refuse(ctx, &at, Code::InvalidCharacter);
    }
    let data = args.get(1).and_then(|v| v.as_str());
    let data = data.map(|s| s.as_bytes());
    if at.modern && data.is_some_and(|d| contains(d, b"?>")) {
        let text = "Invalid character sequence \"?>\" in processing instruction";
        return Err(throw_text(ctx, Code::InvalidCharacter, text));
    }
    at.fresh(ctx, Node::new_instruction(Some(at.node), target, data))
}

/// `createAttribute()`
pub fn create_attribute(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name = args::path(ctx, args, 0)?;
    let at = at(ctx, this)?;
    if !is_name(name) {
        return refuse(ctx, &at, Code::InvalidCharacter);
    }
    let lower = name.to_ascii_lowercase();
    let name = if at.modern && at.node.kind() == Kind::HtmlDocument { &lower } else { name };
    at.fresh(ctx, Node::new_attribute(Some(at.node), name, None))
}

/// Prefix and local name of a qualified name in a namespace, as the living standard validates them.
pub fn extract(uri: &[u8], name: &[u8]) -> Result<(Option<Vec<u8>>, Vec<u8>), Code> {
    if !names::is_qualified(name) {
        return Err(Code::InvalidCharacter);
    }
    let (prefix, local) = match split_name(name) {
        Some((p, l)) => (Some(p), l),
        None => (None, name.to_vec()),
    };
    let xmlns = name == b"xmlns" || prefix.as_deref() == Some(b"xmlns");
    let wrong = (prefix.is_some() && uri.is_empty())
        || (prefix.as_deref() == Some(b"xml") && uri != crate::XML)
        || xmlns != (uri == crate::XMLNS);
    if wrong { Err(Code::Namespace) } else { Ok((prefix, local)) }
}

/// `createAttributeNS()`
pub fn create_attribute_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let uri = uri.unwrap_or_default();
    let at = at(ctx, this)?;
    let Some(root) = at.node.root_element() else {
        ctx.warning("Document Missing Root Element")?;
        return Ok(Value::bool(false));
    };
    let Ok((prefix, local)) = extract(uri, name) else {
        return refuse(ctx, &at, Code::Namespace);
    };
    let made = Node::new_attribute(Some(at.node), &local, None);
    let Some(attribute) = made.filter(|_| !uri.is_empty()) else { return at.fresh(ctx, made) };
    let mut ns = root.find_ns_by_uri(uri);
    if name == b"xmlns" || prefix.as_deref() == Some(b"xml") {
        ns = ns.or_else(|| floating_namespace(at.node, uri, prefix.as_deref()));
    } else if ns.is_none_or(|n| n.prefix().is_none()) {
        let prefix = prefix.as_deref().unwrap_or(b"default");
        ns = element::declare_unchecked(root, uri, Some(prefix));
        if ns.is_none() {
            attribute.remove();
            return refuse(ctx, &at, Code::Namespace);
        }
    }
    attribute.set_ns(ns);
    at.object(ctx, attribute)
}

/// Sets an attribute as the living standard does.
pub fn set_attribute_ns(ctx: &mut Ctx, at: &At, uri: Option<&[u8]>, name: &[u8], value: &[u8]) -> R<()> {
    let uri = uri.unwrap_or_default();
    let (prefix, local) = match extract(uri, name) {
        Ok(parts) => parts,
        Err(code) => return Err(throw(ctx, code)),
    };
    let ns = crate::spec::namespace_for(at, uri, prefix.as_deref());
    match at.node.set_attribute_ns(ns, &local, Some(value)) {
        Some(a) => element::register_id(at, a),
        None => return Err(throw(ctx, Code::InvalidState)),
    }
    Ok(())
}

/// `createEntityReference()`
pub fn create_entity_reference(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if !is_name(name) {
        return refuse(ctx, &at, Code::InvalidCharacter);
    }
    at.fresh(ctx, Node::new_reference(Some(at.node), name))
}

/// `importNode()`
pub fn import_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let given: &Object = args.arg(ctx, 0)?;
    let deep = args::flag(args, 1, false);
    let (at, given) = (at(ctx, this)?, at(ctx, given)?);
    let node = given.node;
    if node.is_document() {
        if at.modern {
            return Err(throw(ctx, Code::NotSupported));
        }
        ctx.warning("Cannot import: Node Type Not Supported")?;
        return Ok(Value::bool(false));
    }
    if node.doc() == at.node.doc() {
        return at.object(ctx, node);
    }
    let made = match &at.doc {
        Some(doc) if at.modern => node.copy_to(Some(at.node), deep).inspect(|made| {
            if let Some(from) = &given.doc {
                crate::spec::reconcile(doc, *made);
                crate::template::copy((from, node), (doc, *made));
            }
        }),
        doc => tree::copy(&given, node, doc.as_ref(), deep),
    };
    let Some(made) = made else {
        if at.modern {
            return Err(throw(ctx, Code::InvalidState));
        }
        return Ok(Value::bool(false));
    };
    if !at.modern
        && made.kind() == Kind::Attribute
        && made.ns().is_none()
        && let Some(ns) = node.ns()
    {
        let root = at.node.root_element();
        let found = root.and_then(|r| r.find_ns_by_uri(ns.uri())).filter(|n| n.prefix().is_some());
        let found = found.or_else(|| match root {
            Some(r) => element::declare(r, ns.uri(), ns.prefix()).ok(),
            None => floating_namespace(at.node, ns.uri(), ns.prefix()),
        });
        made.set_ns(found);
    }
    at.object(ctx, made)
}

/// Makes a node belong to the document of another; false when it cannot.
pub fn adopt(ctx: &mut Ctx, node: &At, into: &At) -> R<bool> {
    node.changed();
    if node.node.doc() == into.node.doc() {
        tree::unlink(node.node);
        return Ok(true);
    }
    into.changed();
    let (Some(target), Some(doc)) = (into.document(), &into.doc) else { return Ok(false) };
    if !tree::move_to(ctx, into, node.node, target)? {
        return Ok(false);
    }
    move_objects(node.node, doc);
    Ok(true)
}

/// `adoptNode()`
pub fn adopt_node(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let given: &Object = args.arg(ctx, 0)?;
    let node = at(ctx, given)?;
    let fixed = node.node.is_document()
        || matches!(node.node.kind(), Kind::DocumentType | Kind::Entity | Kind::Notation);
    if fixed {
        return refuse(ctx, &node, Code::NotSupported);
    }
    let at = at(ctx, this)?;
    if !adopt(ctx, &node, &at)? {
        if at.modern {
            return Err(throw(ctx, Code::InvalidState));
        }
        return Ok(Value::bool(false));
    }
    Ok(given.into())
}

/// `normalizeDocument()`
pub fn normalize_document(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    tree::normalize(at.node, true);
    at.changed();
    Ok(Value::NULL)
}

/// `getElementById()`
pub fn get_element_by_id(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let id: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    let stale = at.settings().is_some_and(|s| s.ids_changed.get())
        || at.doc.as_ref().is_some_and(|d| d.changes() > 1);
    let found = if stale {
        let is = |a: Node| a.is_id() && a.whole_content().unwrap_or_default() == id;
        at.node.descendants().find(|n| n.attributes().any(is))
    } else {
        at.node.element_by_id(id)
    };
    at.maybe(ctx, found)
}

/// `getElementsByTagName()`
pub fn get_elements_by_tag_name(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    element::get_elements_by_tag_name(this, ctx, args)
}

/// `getElementsByTagNameNS()`
pub fn get_elements_by_tag_name_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    element::get_elements_by_tag_name_ns(this, ctx, args)
}

/// A class that a parameter names.
fn class_argument(ctx: &mut Ctx, args: &Args<'_>, i: usize) -> R<Option<Class>> {
    let name: Option<&[u8]> = args.arg(ctx, i)?;
    let Some(name) = name else { return Ok(None) };
    match ctx.find_class(name, true)? {
        Some(c) => Ok(Some(c)),
        None => {
            let given = String::from_utf8_lossy(name).into_owned();
            let or_null = if i == 1 { " or null" } else { "" };
            let text = format!("must be a valid class name{or_null}, {given} given");
            Err(ctx.argument_type_error(i as u32 + 1, text))
        }
    }
}

/// Whether a class is abstract.
fn is_abstract(class: Class) -> bool {
    class.flags() & plugin_api::abi::flags::ABSTRACT != 0
}

/// `registerNodeClass()`
pub fn register_node_class(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let modern = place::with(this, |_, modern| modern).unwrap_or(false);
    let root_name = if modern { "Dom\\Node" } else { "DOMNode" };
    let root = ctx.find_class(root_name, false)?;
    let base = class_argument(ctx, args, 0)?;
    let Some(base) = base.filter(|b| root.is_some_and(|r| b.is_a(r))) else {
        let given = args::text(args, 0, b"");
        let given = String::from_utf8_lossy(given).into_owned();
        let text = format!("must be a class name derived from {root_name}, {given} given");
        return Err(ctx.argument_type_error(1, text));
    };
    let class = class_argument(ctx, args, 1)?;
    if is_abstract(base) {
        return Err(ctx.argument_value_error(1, "must not be an abstract class"));
    }
    if let Some(c) = class
        && !c.is_a(base)
    {
        let (base, given) = (base.name().lossy().into_owned(), c.name().lossy().into_owned());
        let text = format!("must be a class name derived from {base} or null, {given} given");
        return Err(ctx.argument_type_error(2, text));
    }
    if class.is_some_and(is_abstract) {
        return Err(ctx.argument_value_error(2, "must not be an abstract class"));
    }
    let doc = place::with(this, |p, _| p.doc().cloned()).flatten();
    if let Some(doc) = doc {
        let settings = Settings::of(&doc);
        let name = base.name().to_vec();
        match class {
            Some(c) => drop(settings.classes.borrow_mut().insert(name, c)),
            None => drop(settings.classes.borrow_mut().remove(&name)),
        }
    }
    Ok(if modern { Value::NULL } else { Value::bool(true) })
}
