//! The properties of each class, in the order in which they are shown.

use crate::props::Takes::{Bool, HtmlElement, MaybeText, Text};
use crate::props::{Prop, Shape, ro, rw};
use crate::{
    attr, doctype, document, element, html, html_document, implementation, modern, node, parent, text,
};

static NODE: &[Prop] = &[
    ro("nodeName", node::node_name),
    rw("nodeValue", node::node_value, MaybeText, node::set_node_value),
    ro("nodeType", node::node_type),
    ro("parentNode", node::parent_node),
    ro("parentElement", node::parent_element),
    ro("childNodes", node::child_nodes),
    ro("firstChild", node::first_child),
    ro("lastChild", node::last_child),
    ro("previousSibling", node::previous_sibling),
    ro("nextSibling", node::next_sibling),
    ro("attributes", node::attributes),
    ro("isConnected", node::is_connected),
    ro("ownerDocument", node::owner_document),
    ro("namespaceURI", node::namespace_uri),
    rw("prefix", node::prefix, Text, node::set_prefix),
    ro("localName", node::local_name),
    ro("baseURI", node::base_uri),
    rw("textContent", node::text_content, Text, node::set_text_content),
];

static PARENT: &[Prop] = &[
    ro("firstElementChild", parent::first_element_child),
    ro("lastElementChild", parent::last_element_child),
    ro("childElementCount", parent::child_element_count),
];

static SIBLINGS: &[Prop] = &[
    ro("previousElementSibling", node::previous_element_sibling),
    ro("nextElementSibling", node::next_element_sibling),
];

static DOCUMENT: &[Prop] = &[
    ro("doctype", document::doctype),
    ro("implementation", implementation::implementation),
    ro("documentElement", document::document_element),
    ro("actualEncoding", document::actual_encoding),
    rw("encoding", document::encoding, MaybeText, document::set_encoding),
    ro("xmlEncoding", document::encoding),
    rw("standalone", document::standalone, Bool, document::set_standalone),
    rw("xmlStandalone", document::standalone, Bool, document::set_standalone),
    rw("version", document::version, MaybeText, document::set_version),
    rw("xmlVersion", document::version, MaybeText, document::set_version),
    rw("strictErrorChecking", document::strict_error_checking, Bool, document::set_strict_error_checking),
    rw("documentURI", document::document_uri, MaybeText, document::set_document_uri),
    ro("config", document::config),
    rw("formatOutput", document::format_output, Bool, document::set_format_output),
    rw("validateOnParse", document::validate_on_parse, Bool, document::set_validate_on_parse),
    rw("resolveExternals", document::resolve_externals, Bool, document::set_resolve_externals),
    rw("preserveWhiteSpace", document::preserve_white_space, Bool, document::set_preserve_white_space),
    rw("recover", document::recover, Bool, document::set_recover),
    rw("substituteEntities", document::substitute_entities, Bool, document::set_substitute_entities),
];

static ELEMENT: &[Prop] = &[
    ro("tagName", element::tag_name),
    rw("className", element::class_name, Text, element::set_class_name),
    rw("id", element::id, Text, element::set_id),
    ro("schemaTypeInfo", attr::schema_type_info),
];

static ATTRIBUTE: &[Prop] = &[
    ro("name", attr::name),
    ro("specified", attr::specified),
    rw("value", attr::value, Text, attr::set_value),
    ro("ownerElement", attr::owner_element),
    ro("schemaTypeInfo", attr::schema_type_info),
];

static CHARACTERS: &[Prop] = &[rw("data", text::data, Text, text::set_data), ro("length", text::length)];

static TEXT: &[Prop] = &[ro("wholeText", text::whole_text)];

static INSTRUCTION: &[Prop] = &[ro("target", text::target), rw("data", text::data, Text, text::set_data)];

static DOCUMENT_TYPE: &[Prop] = &[
    ro("name", doctype::name),
    ro("entities", doctype::entities),
    ro("notations", doctype::notations),
    ro("publicId", doctype::public_id),
    ro("systemId", doctype::system_id),
    ro("internalSubset", doctype::internal_subset),
];

static NOTATION: &[Prop] = &[ro("publicId", doctype::public_id), ro("systemId", doctype::system_id)];

static ENTITY: &[Prop] = &[
    ro("publicId", doctype::entity_public_id),
    ro("systemId", doctype::entity_system_id),
    ro("notationName", doctype::notation_name),
];

static ENTITY_OLD: &[Prop] = &[
    ro("actualEncoding", doctype::actual_encoding),
    ro("encoding", doctype::encoding),
    ro("version", doctype::version),
];

static NAMESPACE: &[Prop] = &[
    ro("nodeName", node::node_name),
    ro("nodeValue", node::node_value),
    ro("nodeType", node::node_type),
    ro("prefix", node::prefix),
    ro("localName", node::local_name),
    ro("namespaceURI", node::namespace_uri),
    ro("isConnected", node::is_connected),
    ro("ownerDocument", node::owner_document),
    ro("parentNode", node::parent_node),
    ro("parentElement", node::parent_element),
];

/// Of references to entities the text is not written.
static REFERENCE: &[Prop] = &[ro("textContent", node::text_content)];

const fn shape(class: &'static str, lists: &'static [&'static [Prop]]) -> Shape {
    Shape { class, lists, instead: &[] }
}

static CLASSIC: &[Shape] = &[
    shape("DOMNode", &[NODE]),
    shape("DOMElement", &[ELEMENT, PARENT, SIBLINGS, NODE]),
    shape("DOMAttr", &[ATTRIBUTE, NODE]),
    shape("DOMText", &[TEXT, CHARACTERS, SIBLINGS, NODE]),
    shape("DOMDocument", &[DOCUMENT, PARENT, NODE]),
    shape("DOMDocumentFragment", &[PARENT, NODE]),
    shape("DOMComment", &[CHARACTERS, SIBLINGS, NODE]),
    shape("DOMCharacterData", &[CHARACTERS, SIBLINGS, NODE]),
    shape("DOMCdataSection", &[TEXT, CHARACTERS, SIBLINGS, NODE]),
    shape("DOMProcessingInstruction", &[INSTRUCTION, NODE]),
    shape("DOMDocumentType", &[DOCUMENT_TYPE, NODE]),
    shape("DOMNotation", &[NOTATION, NODE]),
    shape("DOMEntity", &[ENTITY, ENTITY_OLD, NODE]),
    Shape { class: "DOMEntityReference", lists: &[NODE], instead: REFERENCE },
    shape("DOMNameSpaceNode", &[NAMESPACE]),
];

static SPEC_NODE: &[Prop] = &[
    ro("nodeType", node::node_type),
    ro("nodeName", node::node_name),
    ro("baseURI", node::base_uri),
    ro("isConnected", node::is_connected),
    ro("ownerDocument", node::owner_document),
    ro("parentNode", node::parent_node),
    ro("parentElement", node::parent_element),
    ro("childNodes", node::child_nodes),
    ro("firstChild", node::first_child),
    ro("lastChild", node::last_child),
    ro("previousSibling", node::previous_sibling),
    ro("nextSibling", node::next_sibling),
    rw("nodeValue", node::node_value, MaybeText, node::set_node_value),
    rw("textContent", node::text_content, MaybeText, node::set_text_content),
];

static SPEC_DOCUMENT: &[Prop] = &[
    ro("implementation", modern::implementation),
    rw("URL", document::document_uri, Text, document::set_document_uri),
    rw("documentURI", document::document_uri, Text, document::set_document_uri),
    rw("characterSet", document::encoding, Text, html::set_encoding),
    rw("charset", document::encoding, Text, html::set_encoding),
    rw("inputEncoding", document::encoding, Text, html::set_encoding),
    ro("doctype", document::doctype),
    ro("documentElement", document::document_element),
    ro("firstElementChild", parent::first_element_child),
    ro("lastElementChild", parent::last_element_child),
    ro("childElementCount", parent::child_element_count),
    rw("body", html_document::body, HtmlElement, html_document::set_body),
    ro("head", html_document::head),
    rw("title", html_document::title, Text, html_document::set_title),
];

static SPEC_XML_DOCUMENT: &[Prop] = &[
    ro("xmlEncoding", document::encoding),
    rw("xmlStandalone", document::standalone, Bool, document::set_standalone),
    rw("xmlVersion", document::version, Text, document::set_version),
    rw("formatOutput", document::format_output, Bool, document::set_format_output),
];

static SPEC_NAMED: &[Prop] =
    &[ro("namespaceURI", node::namespace_uri), ro("prefix", node::prefix), ro("localName", node::local_name)];

static SPEC_ELEMENT: &[Prop] = &[
    ro("tagName", element::tag_name),
    rw("id", element::id, Text, element::set_id),
    rw("className", element::class_name, Text, element::set_class_name),
    ro("classList", modern::class_list),
    ro("attributes", node::attributes),
];

static SPEC_CONTENT: &[Prop] = &[
    rw("innerHTML", html_document::inner_html, Text, html_document::set_inner_html),
    rw(
        "substitutedNodeValue",
        html_document::substituted_node_value,
        Text,
        html_document::set_substituted_node_value,
    ),
];

static SPEC_ATTRIBUTE: &[Prop] = &[
    ro("name", attr::name),
    rw("value", attr::value, Text, attr::set_value),
    ro("ownerElement", attr::owner_element),
    ro("specified", attr::specified),
];

static SPEC_TARGET: &[Prop] = &[ro("target", text::target)];

static SPEC: &[Shape] = &[
    shape("Dom\\Node", &[SPEC_NODE]),
    shape("Dom\\Document", &[SPEC_DOCUMENT, SPEC_NODE]),
    shape("Dom\\XMLDocument", &[SPEC_XML_DOCUMENT, SPEC_DOCUMENT, SPEC_NODE]),
    shape("Dom\\HTMLDocument", &[SPEC_DOCUMENT, SPEC_NODE]),
    shape("Dom\\DocumentFragment", &[PARENT, SPEC_NODE]),
    shape("Dom\\Element", &[SPEC_NAMED, SPEC_ELEMENT, PARENT, SIBLINGS, SPEC_CONTENT, SPEC_NODE]),
    shape("Dom\\HTMLElement", &[SPEC_NAMED, SPEC_ELEMENT, PARENT, SIBLINGS, SPEC_CONTENT, SPEC_NODE]),
    shape("Dom\\Attr", &[SPEC_NAMED, SPEC_ATTRIBUTE, SPEC_NODE]),
    shape("Dom\\CharacterData", &[CHARACTERS, SIBLINGS, SPEC_NODE]),
    shape("Dom\\Text", &[TEXT, CHARACTERS, SIBLINGS, SPEC_NODE]),
    shape("Dom\\CDATASection", &[TEXT, CHARACTERS, SIBLINGS, SPEC_NODE]),
    shape("Dom\\Comment", &[CHARACTERS, SIBLINGS, SPEC_NODE]),
    shape("Dom\\ProcessingInstruction", &[SPEC_TARGET, CHARACTERS, SIBLINGS, SPEC_NODE]),
    shape("Dom\\DocumentType", &[DOCUMENT_TYPE, SPEC_NODE]),
    shape("Dom\\Notation", &[NOTATION, SPEC_NODE]),
    shape("Dom\\Entity", &[ENTITY, SPEC_NODE]),
    shape("Dom\\EntityReference", &[SPEC_NODE]),
];

/// The properties of a class of this extension.
pub fn find(class: &[u8]) -> Option<&'static Shape> {
    CLASSIC.iter().chain(SPEC).find(|s| s.class.as_bytes() == class)
}

/// Whether a class of collections is this extension's.
pub fn is_own(class: &[u8]) -> bool {
    matches!(
        class,
        b"DOMNodeList"
            | b"DOMNamedNodeMap"
            | b"Dom\\NodeList"
            | b"Dom\\HTMLCollection"
            | b"Dom\\NamedNodeMap"
            | b"Dom\\DtdNamedNodeMap"
    )
}
