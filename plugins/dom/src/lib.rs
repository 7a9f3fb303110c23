//! The dom extension: documents as trees of objects.
//!
//! A class of nodes is a table of methods and a table of properties; both name functions over [`place::At`], a node that is
//! kept alive while it is worked with. One node has one object ([`place::object`]).

mod args;
mod attr;
pub mod classic;
mod doctype;
mod document;
mod element;
mod error;
mod fragment;
mod functions;
mod html;
mod html_document;
mod implementation;
mod list;
mod map;
pub mod modern;
mod namespace;
mod node;
mod parent;
mod place;
mod props;
mod select;
mod serialize;
mod settings;
mod spec;
mod storage;
mod tables;
mod template;
mod text;
mod tokens;
mod tree;
mod validity;
mod xml_document;
mod xpath;

use plugin_api::{Info, Module, constants, php_module};

/// The namespace of HTML.
const XHTML: &[u8] = b"http://www.w3.org/1999/xhtml";
/// The namespace of the prefix `xml`.
const XML: &[u8] = b"http://www.w3.org/XML/1998/namespace";
/// The namespace of declarations of namespaces.
const XMLNS: &[u8] = b"http://www.w3.org/2000/xmlns/";
/// The namespace of PHP's functions in expressions.
const PHP_XPATH: &[u8] = b"http://php.net/xpath";

constants! {
    CONSTANTS;
    int XML_ELEMENT_NODE = 1;
    int XML_ATTRIBUTE_NODE = 2;
    int XML_TEXT_NODE = 3;
    int XML_CDATA_SECTION_NODE = 4;
    int XML_ENTITY_REF_NODE = 5;
    int XML_ENTITY_NODE = 6;
    int XML_PI_NODE = 7;
    int XML_COMMENT_NODE = 8;
    int XML_DOCUMENT_NODE = 9;
    int XML_DOCUMENT_TYPE_NODE = 10;
    int XML_DOCUMENT_FRAG_NODE = 11;
    int XML_NOTATION_NODE = 12;
    int XML_HTML_DOCUMENT_NODE = 13;
    int XML_DTD_NODE = 14;
    int XML_ELEMENT_DECL_NODE = 15;
    int XML_ATTRIBUTE_DECL_NODE = 16;
    int XML_ENTITY_DECL_NODE = 17;
    int XML_NAMESPACE_DECL_NODE = 18;
    int XML_LOCAL_NAMESPACE = 18;
    int XML_ATTRIBUTE_CDATA = 1;
    int XML_ATTRIBUTE_ID = 2;
    int XML_ATTRIBUTE_IDREF = 3;
    int XML_ATTRIBUTE_IDREFS = 4;
    int XML_ATTRIBUTE_ENTITY = 6;
    int XML_ATTRIBUTE_NMTOKEN = 7;
    int XML_ATTRIBUTE_NMTOKENS = 8;
    int XML_ATTRIBUTE_ENUMERATION = 9;
    int XML_ATTRIBUTE_NOTATION = 10;
    int DOM_PHP_ERR = 0, DEPRECATED;
    int DOM_INDEX_SIZE_ERR = 1;
    int DOMSTRING_SIZE_ERR = 2;
    int DOM_HIERARCHY_REQUEST_ERR = 3;
    int DOM_WRONG_DOCUMENT_ERR = 4;
    int DOM_INVALID_CHARACTER_ERR = 5;
    int DOM_NO_DATA_ALLOWED_ERR = 6;
    int DOM_NO_MODIFICATION_ALLOWED_ERR = 7;
    int DOM_NOT_FOUND_ERR = 8;
    int DOM_NOT_SUPPORTED_ERR = 9;
    int DOM_INUSE_ATTRIBUTE_ERR = 10;
    int DOM_INVALID_STATE_ERR = 11;
    int DOM_SYNTAX_ERR = 12;
    int DOM_INVALID_MODIFICATION_ERR = 13;
    int DOM_NAMESPACE_ERR = 14;
    int DOM_INVALID_ACCESS_ERR = 15;
    int DOM_VALIDATION_ERR = 16;
}

/// Constants of the `Dom` namespace.
const SPEC_CONSTANTS: [(&str, i64); 16] = [
    ("Dom\\INDEX_SIZE_ERR", 1),
    ("Dom\\STRING_SIZE_ERR", 2),
    ("Dom\\HIERARCHY_REQUEST_ERR", 3),
    ("Dom\\WRONG_DOCUMENT_ERR", 4),
    ("Dom\\INVALID_CHARACTER_ERR", 5),
    ("Dom\\NO_DATA_ALLOWED_ERR", 6),
    ("Dom\\NO_MODIFICATION_ALLOWED_ERR", 7),
    ("Dom\\NOT_FOUND_ERR", 8),
    ("Dom\\NOT_SUPPORTED_ERR", 9),
    ("Dom\\INUSE_ATTRIBUTE_ERR", 10),
    ("Dom\\INVALID_STATE_ERR", 11),
    ("Dom\\SYNTAX_ERR", 12),
    ("Dom\\INVALID_MODIFICATION_ERR", 13),
    ("Dom\\NAMESPACE_ERR", 14),
    ("Dom\\VALIDATION_ERR", 16),
    ("Dom\\HTML_NO_DEFAULT_NS", html::NO_DEFAULT_NS),
];

fn startup(m: &mut Module) -> Result<(), String> {
    howdah_libxml2::register_export("DOMNode", functions::export);
    howdah_libxml2::register_export("Dom\\Node", functions::export);
    howdah_libxml2::register_dom(functions::DOM);
    for (name, value) in SPEC_CONSTANTS {
        m.int_constant(name, value);
    }
    Ok(())
}

fn info(t: &mut Info) {
    let v = howdah_libxml2::version();
    t.row("DOM/XML", "enabled");
    t.row("DOM/XML API Version", "20031129");
    t.row("libxml Version", &format!("{}.{}.{}", v / 10000, v / 100 % 100, v % 100));
    for what in ["HTML", "XPath", "XPointer", "Schema", "RelaxNG"] {
        t.row(&format!("{what} Support"), "enabled");
    }
}

php_module! {
    name: "dom",
    version: "20031129",
    requires: ["libxml"],
    conflicts: ["domxml"],
    functions: [functions::{dom_import_simplexml, Dom_import_simplexml}],
    classes: [
        error::DOMException, classic::{DOMParentNode, DOMChildNode}, implementation::DOMImplementation,
        classic::DOMNode, namespace::DOMNameSpaceNode,
        classic::{DOMDocumentFragment, DOMDocument}, list::DOMNodeList, map::DOMNamedNodeMap,
        classic::{
            DOMCharacterData, DOMAttr, DOMElement, DOMText, DOMComment, DOMCdataSection, DOMDocumentType,
            DOMNotation, DOMEntity, DOMEntityReference, DOMProcessingInstruction,
        },
        xpath::DOMXPath,
        modern::{
            AdjacentPosition, ModernParentNode, ModernChildNode, Implementation, ModernNode, NamespaceInfo,
            ModernDocumentFragment, ModernDocument, ModernHTMLDocument, ModernXMLDocument,
        },
        list::{ModernNodeList, HtmlCollection}, map::{NamedNodeMap, DtdNamedNodeMap},
        modern::{
            ModernCharacterData, ModernAttr, ModernElement, ModernHTMLElement, ModernText, ModernComment,
            ModernCDATASection, ModernDocumentType, ModernNotation, ModernEntity, ModernEntityReference,
            ModernProcessingInstruction,
        },
        xpath::ModernXPath, tokens::TokenList,
    ],
    aliases: ["Dom\\DOMException" = "DOMException"],
    constants: [CONSTANTS],
    minit: startup,
    minfo: info,
}
