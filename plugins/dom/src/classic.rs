//! The classes of nodes that PHP has had from of old: declarations, served by the other modules.

use crate::node_handlers;
use crate::place::Place;
use plugin_api::{Ctx, GcRoots, R, This, Value, Visitor, php_class, php_methods};

impl GcRoots for DOMNode {
    fn visit(&mut self, _: &mut Visitor) {}
}

node_handlers!(DOMNode);

/// `DOMParentNode`
#[php_class(
    "interface DOMParentNode",
    "public function append(...$nodes): void",
    "public function prepend(...$nodes): void",
    "public function replaceChildren(...$nodes): void"
)]
pub struct DOMParentNode;

/// `DOMChildNode`
#[php_class(
    "interface DOMChildNode",
    "public function remove(): void",
    "public function before(...$nodes): void",
    "public function after(...$nodes): void",
    "public function replaceWith(...$nodes): void"
)]
pub struct DOMChildNode;

/// `DOMNode`
#[derive(Default)]
#[php_class(
    "class DOMNode",
    "public const int DOCUMENT_POSITION_DISCONNECTED = 1",
    "public const int DOCUMENT_POSITION_PRECEDING = 2",
    "public const int DOCUMENT_POSITION_FOLLOWING = 4",
    "public const int DOCUMENT_POSITION_CONTAINS = 8",
    "public const int DOCUMENT_POSITION_CONTAINED_BY = 16",
    "public const int DOCUMENT_POSITION_IMPLEMENTATION_SPECIFIC = 32",
    "virtual public string $nodeName",
    "virtual public ?string $nodeValue",
    "virtual public int $nodeType",
    "virtual public ?DOMNode $parentNode",
    "virtual public ?DOMElement $parentElement",
    "virtual public DOMNodeList $childNodes",
    "virtual public ?DOMNode $firstChild",
    "virtual public ?DOMNode $lastChild",
    "virtual public ?DOMNode $previousSibling",
    "virtual public ?DOMNode $nextSibling",
    "virtual public ?DOMNamedNodeMap $attributes",
    "virtual public bool $isConnected",
    "virtual public ?DOMDocument $ownerDocument",
    "virtual public ?string $namespaceURI",
    "virtual public string $prefix",
    "virtual public ?string $localName",
    "virtual public ?string $baseURI",
    "virtual public string $textContent",
    handlers(read_prop, write_prop, has_prop, unset_prop, properties, clone)
)]
pub struct DOMNode(pub Place);

#[php_methods(
    "public function appendChild(DOMNode $node)" => crate::node::append_child,
    "public function C14N(bool $exclusive = false, bool $withComments = false, ?array $xpath = null, ?array $nsPrefixes = null): ~string|false" => crate::node::c14_n,
    "public function C14NFile(string $uri, bool $exclusive = false, bool $withComments = false, ?array $xpath = null, ?array $nsPrefixes = null): ~int|false" => crate::node::c14_n_file,
    "public function cloneNode(bool $deep = false)" => crate::node::clone_node,
    "public function getLineNo(): ~int" => crate::node::get_line_no,
    "public function getNodePath(): ~?string" => crate::node::get_node_path,
    "public function hasAttributes(): ~bool" => crate::node::has_attributes,
    "public function hasChildNodes(): ~bool" => crate::node::has_child_nodes,
    "public function insertBefore(DOMNode $node, ?DOMNode $child = null)" => crate::node::insert_before,
    "public function isDefaultNamespace(string $namespace): ~bool" => crate::node::is_default_namespace,
    "public function isSameNode(DOMNode $otherNode): ~bool" => crate::node::is_same_node,
    "public function isEqualNode(?DOMNode $otherNode): bool" => crate::node::is_equal_node,
    "public function isSupported(string $feature, string $version): ~bool" => crate::node::is_supported,
    "public function lookupNamespaceURI(?string $prefix): ~?string" => crate::node::lookup_namespace_uri,
    "public function lookupPrefix(string $namespace): ~?string" => crate::node::lookup_prefix,
    "public function normalize(): ~void" => crate::node::normalize,
    "public function removeChild(DOMNode $child)" => crate::node::remove_child,
    "public function replaceChild(DOMNode $node, DOMNode $child)" => crate::node::replace_child,
    "public function contains(DOMNode|DOMNameSpaceNode|null $other): bool" => crate::node::contains,
    "public function getRootNode(?array $options = null): DOMNode" => crate::node::get_root_node,
    "public function compareDocumentPosition(DOMNode $other): int" => crate::node::compare_document_position,
    "public function __sleep(): array" => crate::node::sleep,
    "public function __wakeup(): void" => crate::node::wakeup
)]
impl DOMNode {}

/// `DOMDocumentFragment`
#[php_class(
    "class DOMDocumentFragment extends DOMNode implements DOMParentNode",
    "virtual public ?DOMElement $firstElementChild",
    "virtual public ?DOMElement $lastElementChild",
    "virtual public int $childElementCount",
    payload = DOMNode
)]
pub struct DOMDocumentFragment;

#[php_methods(
    "public function __construct()" => crate::fragment::construct_document_fragment,
    "public function appendXML(string $data): ~bool" => crate::fragment::append_xml,
    "public function append(...$nodes): void" => crate::parent::append,
    "public function prepend(...$nodes): void" => crate::parent::prepend,
    "public function replaceChildren(...$nodes): void" => crate::parent::replace_children
)]
impl DOMDocumentFragment {}

/// `DOMDocument`
#[php_class(
    "class DOMDocument extends DOMNode implements DOMParentNode",
    "virtual public ?DOMDocumentType $doctype",
    "virtual public DOMImplementation $implementation",
    "virtual public ?DOMElement $documentElement",
    "virtual public ?string $actualEncoding",
    "virtual public ?string $encoding",
    "virtual public ?string $xmlEncoding",
    "virtual public bool $standalone",
    "virtual public bool $xmlStandalone",
    "virtual public ?string $version",
    "virtual public ?string $xmlVersion",
    "virtual public bool $strictErrorChecking",
    "virtual public ?string $documentURI",
    "virtual public mixed $config",
    "virtual public bool $formatOutput",
    "virtual public bool $validateOnParse",
    "virtual public bool $resolveExternals",
    "virtual public bool $preserveWhiteSpace",
    "virtual public bool $recover",
    "virtual public bool $substituteEntities",
    "virtual public ?DOMElement $firstElementChild",
    "virtual public ?DOMElement $lastElementChild",
    "virtual public int $childElementCount",
    payload = DOMNode
)]
pub struct DOMDocument;

#[php_methods(
    r#"public function __construct(string $version = "1.0", string $encoding = "")"# => crate::document::construct_document,
    "public function createAttribute(string $localName)" => crate::document::create_attribute,
    "public function createAttributeNS(?string $namespace, string $qualifiedName)" => crate::document::create_attribute_ns,
    "public function createCDATASection(string $data)" => crate::document::create_cdata_section,
    "public function createComment(string $data): ~DOMComment" => crate::document::create_comment,
    "public function createDocumentFragment(): ~DOMDocumentFragment" => crate::document::create_document_fragment,
    r#"public function createElement(string $localName, string $value = "")"# => crate::document::create_element,
    r#"public function createElementNS(?string $namespace, string $qualifiedName, string $value = "")"# => crate::document::create_element_ns,
    "public function createEntityReference(string $name)" => crate::document::create_entity_reference,
    r#"public function createProcessingInstruction(string $target, string $data = "")"# => crate::document::create_processing_instruction,
    "public function createTextNode(string $data): ~DOMText" => crate::document::create_text_node,
    "public function getElementById(string $elementId): ~?DOMElement" => crate::document::get_element_by_id,
    "public function getElementsByTagName(string $qualifiedName): ~DOMNodeList" => crate::document::get_elements_by_tag_name,
    "public function getElementsByTagNameNS(?string $namespace, string $localName): ~DOMNodeList" => crate::document::get_elements_by_tag_name_ns,
    "public function importNode(DOMNode $node, bool $deep = false)" => crate::document::import_node,
    "public function load(string $filename, int $options = 0): ~bool" => crate::storage::load,
    "public function loadXML(string $source, int $options = 0): ~bool" => crate::storage::load_xml,
    "public function normalizeDocument(): ~void" => crate::document::normalize_document,
    "public function registerNodeClass(string $baseClass, ?string $extendedClass): ~true" => crate::document::register_node_class,
    "public function save(string $filename, int $options = 0): ~int|false" => crate::storage::save,
    "public function loadHTML(string $source, int $options = 0): ~bool" => crate::storage::load_html,
    "public function loadHTMLFile(string $filename, int $options = 0): ~bool" => crate::storage::load_html_file,
    "public function saveHTML(?DOMNode $node = null): ~string|false" => crate::storage::save_html,
    "public function saveHTMLFile(string $filename): ~int|false" => crate::storage::save_html_file,
    "public function saveXML(?DOMNode $node = null, int $options = 0): ~string|false" => crate::storage::save_xml,
    "public function schemaValidate(string $filename, int $flags = 0): ~bool" => crate::validity::schema_validate,
    "public function schemaValidateSource(string $source, int $flags = 0): ~bool" => crate::validity::schema_validate_source,
    "public function relaxNGValidate(string $filename): ~bool" => crate::validity::relax_ng_validate,
    "public function relaxNGValidateSource(string $source): ~bool" => crate::validity::relax_ng_validate_source,
    "public function validate(): ~bool" => crate::validity::validate,
    "public function xinclude(int $options = 0): ~int|false" => crate::validity::xinclude,
    "public function adoptNode(DOMNode $node): ~DOMNode|false" => crate::document::adopt_node,
    "public function append(...$nodes): void" => crate::parent::append,
    "public function prepend(...$nodes): void" => crate::parent::prepend,
    "public function replaceChildren(...$nodes): void" => crate::parent::replace_children
)]
impl DOMDocument {}

/// `DOMCharacterData`
#[php_class(
    "class DOMCharacterData extends DOMNode implements DOMChildNode",
    "virtual public string $data",
    "virtual public int $length",
    "virtual public ?DOMElement $previousElementSibling",
    "virtual public ?DOMElement $nextElementSibling",
    payload = DOMNode
)]
pub struct DOMCharacterData;

#[php_methods(
    "public function appendData(string $data): ~true" => crate::text::append_data,
    "public function substringData(int $offset, int $count)" => crate::text::substring_data,
    "public function insertData(int $offset, string $data): ~bool" => crate::text::insert_data,
    "public function deleteData(int $offset, int $count): ~bool" => crate::text::delete_data,
    "public function replaceData(int $offset, int $count, string $data): ~bool" => crate::text::replace_data,
    "public function replaceWith(...$nodes): void" => crate::parent::replace_with,
    "public function remove(): void" => crate::parent::remove,
    "public function before(...$nodes): void" => crate::parent::before,
    "public function after(...$nodes): void" => crate::parent::after
)]
impl DOMCharacterData {}

/// `DOMAttr`
#[php_class(
    "class DOMAttr extends DOMNode",
    "virtual public string $name",
    "virtual public bool $specified",
    "virtual public string $value",
    "virtual public ?DOMElement $ownerElement",
    "virtual public mixed $schemaTypeInfo",
    payload = DOMNode
)]
pub struct DOMAttr;

#[php_methods(
    r#"public function __construct(string $name, string $value = "")"# => crate::attr::construct_attr,
    "public function isId(): ~bool" => crate::attr::is_id
)]
impl DOMAttr {}

/// `DOMElement`
#[php_class(
    "class DOMElement extends DOMNode implements DOMParentNode, DOMChildNode",
    "virtual public string $tagName",
    "virtual public string $className",
    "virtual public string $id",
    "virtual public mixed $schemaTypeInfo",
    "virtual public ?DOMElement $firstElementChild",
    "virtual public ?DOMElement $lastElementChild",
    "virtual public int $childElementCount",
    "virtual public ?DOMElement $previousElementSibling",
    "virtual public ?DOMElement $nextElementSibling",
    payload = DOMNode
)]
pub struct DOMElement;

#[php_methods(
    r#"public function __construct(string $qualifiedName, ?string $value = null, string $namespace = "")"# => crate::element::construct_element,
    "public function getAttribute(string $qualifiedName): ~string" => crate::element::get_attribute,
    "public function getAttributeNames(): array" => crate::element::get_attribute_names,
    "public function getAttributeNS(?string $namespace, string $localName): ~string" => crate::element::get_attribute_ns,
    "public function getAttributeNode(string $qualifiedName)" => crate::element::get_attribute_node,
    "public function getAttributeNodeNS(?string $namespace, string $localName)" => crate::element::get_attribute_node_ns,
    "public function getElementsByTagName(string $qualifiedName): ~DOMNodeList" => crate::element::get_elements_by_tag_name,
    "public function getElementsByTagNameNS(?string $namespace, string $localName): ~DOMNodeList" => crate::element::get_elements_by_tag_name_ns,
    "public function hasAttribute(string $qualifiedName): ~bool" => crate::element::has_attribute,
    "public function hasAttributeNS(?string $namespace, string $localName): ~bool" => crate::element::has_attribute_ns,
    "public function removeAttribute(string $qualifiedName): ~bool" => crate::element::remove_attribute,
    "public function removeAttributeNS(?string $namespace, string $localName): ~void" => crate::element::remove_attribute_ns,
    "public function removeAttributeNode(DOMAttr $attr)" => crate::element::remove_attribute_node,
    "public function setAttribute(string $qualifiedName, string $value)" => crate::element::set_attribute,
    "public function setAttributeNS(?string $namespace, string $qualifiedName, string $value): ~void" => crate::element::set_attribute_ns,
    "public function setAttributeNode(DOMAttr $attr)" => crate::element::set_attribute_node,
    "public function setAttributeNodeNS(DOMAttr $attr)" => crate::element::set_attribute_node_ns,
    "public function setIdAttribute(string $qualifiedName, bool $isId): ~void" => crate::element::set_id_attribute,
    "public function setIdAttributeNS(string $namespace, string $qualifiedName, bool $isId): ~void" => crate::element::set_id_attribute_ns,
    "public function setIdAttributeNode(DOMAttr $attr, bool $isId): ~void" => crate::element::set_id_attribute_node,
    "public function toggleAttribute(string $qualifiedName, ?bool $force = null): bool" => crate::element::toggle_attribute,
    "public function remove(): void" => crate::parent::remove,
    "public function before(...$nodes): void" => crate::parent::before,
    "public function after(...$nodes): void" => crate::parent::after,
    "public function replaceWith(...$nodes): void" => crate::parent::replace_with,
    "public function append(...$nodes): void" => crate::parent::append,
    "public function prepend(...$nodes): void" => crate::parent::prepend,
    "public function replaceChildren(...$nodes): void" => crate::parent::replace_children,
    "public function insertAdjacentElement(string $where, DOMElement $element): ?DOMElement" => crate::element::insert_adjacent_element,
    "public function insertAdjacentText(string $where, string $data): void" => crate::element::insert_adjacent_text
)]
impl DOMElement {}

/// `DOMText`
#[php_class(
    "class DOMText extends DOMCharacterData",
    "virtual public string $wholeText",
    payload = DOMNode
)]
pub struct DOMText;

#[php_methods(
    r#"public function __construct(string $data = "")"# => crate::text::construct_text,
    "public function isWhitespaceInElementContent(): ~bool" => crate::text::is_whitespace_in_element_content,
    "public function isElementContentWhitespace(): ~bool" => crate::text::is_element_content_whitespace,
    "public function splitText(int $offset)" => crate::text::split_text
)]
impl DOMText {}

/// `DOMComment`
#[php_class(
    "class DOMComment extends DOMCharacterData",
    payload = DOMNode
)]
pub struct DOMComment;

#[php_methods(
    r#"public function __construct(string $data = "")"# => crate::text::construct_comment
)]
impl DOMComment {}

/// `DOMCdataSection`
#[php_class(
    "class DOMCdataSection extends DOMText",
    payload = DOMNode
)]
pub struct DOMCdataSection;

#[php_methods(
    "public function __construct(string $data)" => crate::text::construct_cdata_section
)]
impl DOMCdataSection {}

/// `DOMDocumentType`
#[php_class(
    "class DOMDocumentType extends DOMNode",
    "virtual public string $name",
    "virtual public DOMNamedNodeMap $entities",
    "virtual public DOMNamedNodeMap $notations",
    "virtual public string $publicId",
    "virtual public string $systemId",
    "virtual public ?string $internalSubset",
    payload = DOMNode
)]
pub struct DOMDocumentType;

#[php_methods]
impl DOMDocumentType {}

/// `DOMNotation`
#[php_class(
    "class DOMNotation extends DOMNode",
    "virtual public string $publicId",
    "virtual public string $systemId",
    payload = DOMNode
)]
pub struct DOMNotation;

#[php_methods]
impl DOMNotation {}

/// `DOMEntity`
#[php_class(
    "class DOMEntity extends DOMNode",
    "virtual public ?string $publicId",
    "virtual public ?string $systemId",
    "virtual public ?string $notationName",
    "virtual public ?string $actualEncoding",
    "virtual public ?string $encoding",
    "virtual public ?string $version",
    payload = DOMNode
)]
pub struct DOMEntity;

#[php_methods]
impl DOMEntity {}

/// `DOMEntityReference`
#[php_class(
    "class DOMEntityReference extends DOMNode",
    payload = DOMNode
)]
pub struct DOMEntityReference;

#[php_methods(
    "public function __construct(string $name)" => crate::text::construct_entity_reference
)]
impl DOMEntityReference {}

/// `DOMProcessingInstruction`
#[php_class(
    "class DOMProcessingInstruction extends DOMNode",
    "virtual public string $target",
    "virtual public string $data",
    payload = DOMNode
)]
pub struct DOMProcessingInstruction;

#[php_methods(
    r#"public function __construct(string $name, string $value = "")"# => crate::text::construct_processing_instruction
)]
impl DOMProcessingInstruction {}
