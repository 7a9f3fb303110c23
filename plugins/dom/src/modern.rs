//! The classes of the `Dom` namespace, which follow the living standard: declarations, served by the other modules, and what
//! they do otherwise than those of old.

use crate::error::{Code, throw, throw_text};
use crate::node_handlers;
use crate::place::{self, At, Place, at};
use crate::{args, document, spec};
use howdah_libxml2::{Kind, Loading, Node, is_name};
use plugin_api::{Args, Array, Class, Ctx, GcRoots, Object, R, This, Value, Visitor, php_class, php_methods};

impl GcRoots for ModernNode {
    fn visit(&mut self, v: &mut Visitor) {
        self.kept.visit(v);
    }
}

node_handlers!(ModernNode);

/// Where something is put beside or into an element.
#[php_class(
    "enum Dom\\AdjacentPosition: string",
    "case BeforeBegin = \"beforebegin\"",
    "case AfterBegin = \"afterbegin\"",
    "case BeforeEnd = \"beforeend\"",
    "case AfterEnd = \"afterend\""
)]
pub struct AdjacentPosition;

#[php_methods]
impl AdjacentPosition {}

/// A namespace that is in force at an element.
#[php_class(
    "final readonly class Dom\\NamespaceInfo",
    "public readonly ?string $prefix",
    "public readonly ?string $namespaceURI",
    "public readonly Dom\\Element $element"
)]
pub struct NamespaceInfo;

#[php_methods("private function __construct()" => crate::modern::not_called)]
impl NamespaceInfo {}

/// A constructor that nothing may call.
pub fn not_called(_: &Object, _: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::NULL)
}

/// `Dom\Implementation`
#[php_class("class Dom\\Implementation", flags(uncloneable))]
pub struct Implementation;

#[php_methods(
    "public function createDocumentType(string $qualifiedName, string $publicId, string $systemId): Dom\\DocumentType" => crate::modern::create_document_type,
    "public function createDocument(?string $namespace, string $qualifiedName, ?Dom\\DocumentType $doctype = null): Dom\\XMLDocument" => crate::modern::create_document,
    "public function createHTMLDocument(?string $title = null): Dom\\HTMLDocument" => crate::modern::create_html_document
)]
impl Implementation {}

/// The object that a node keeps, made when it is first asked for.
fn kept(at: &At, ctx: &mut Ctx, make: impl FnOnce(&mut Ctx) -> R<Object>) -> R<Value> {
    let holder = at.object(ctx, at.node)?;
    let this = holder.as_object().and_then(This::<ModernNode>::of);
    let there = this.and_then(|t| t.with(|p| p.kept.clone())).flatten();
    if let Some(o) = there {
        return Ok(o.into());
    }
    let made = make(ctx)?;
    if let Some(t) = this {
        t.with(|p| p.kept = Some(made.clone()));
    }
    Ok(made.into())
}

/// `implementation`
pub fn implementation(at: &At, ctx: &mut Ctx) -> R<Value> {
    kept(at, ctx, |ctx| Class::of::<Implementation>(ctx)?.instantiate_raw(ctx))
}

/// `classList`
pub fn class_list(at: &At, ctx: &mut Ctx) -> R<Value> {
    kept(at, ctx, |ctx| {
        let list = crate::tokens::TokenList(Some(at.clone()));
        This::<crate::tokens::TokenList>::create(ctx, list)
    })
}

/// `createDocumentType()`
pub fn create_document_type(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (name, public, system) =
        (args::path(ctx, args, 0)?, args::path(ctx, args, 1)?, args::path(ctx, args, 2)?);
    if !howdah_libxml2::names::is_qualified(name) {
        return Err(throw(ctx, Code::Namespace));
    }
    let filled = crate::implementation::filled;
    match Node::new_doctype(name, filled(public), filled(system)) {
        Some(made) => place::object(ctx, made, None, true).map(Value::from),
        None => Err(throw(ctx, Code::InvalidState)),
    }
}

/// `createDocument()`
pub fn create_document(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let uri: Option<&[u8]> = args.arg(ctx, 0)?;
    if uri.is_some_and(|u| u.contains(&0)) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let name = args::path(ctx, args, 1)?;
    let doctype = match args.arg::<Option<&Object>>(ctx, 2)? {
        Some(o) => Some(at(ctx, o)?),
        None => None,
    };
    let uri = uri.unwrap_or_default();
    let parts = match name {
        b"" => None,
        name => match document::extract(uri, name) {
            Ok(parts) => Some(parts),
            Err(code) => return Err(throw(ctx, code)),
        },
    };
    let class = Class::of::<ModernXMLDocument>(ctx)?;
    let made = crate::xml_document::create_empty(ctx, class, b"1.0", b"UTF-8")?;
    let own = at(ctx, &made)?;
    let Some(doc) = &own.doc else { return Ok(made.into()) };
    if let Some(d) = doctype {
        document::adopt(ctx, &d, &own)?;
        own.node.insert(d.node, None);
        own.node.set_doctype(Some(d.node));
    }
    if let Some((prefix, local)) = parts {
        let ns = spec::namespace(doc, uri, prefix.as_deref());
        if let Some(root) = Node::new_element(Some(own.node), ns, &local, None) {
            own.node.insert(root, None);
        }
    }
    Ok(made.into())
}

/// `createHTMLDocument()`
pub fn create_html_document(_: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let title: Option<&[u8]> = args.arg(ctx, 0)?;
    if title.is_some_and(|t| t.contains(&0)) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let class = Class::of::<ModernHTMLDocument>(ctx)?;
    crate::html_document::create_with_title(ctx, class, title).map(Value::from)
}

/// `createElement()`
pub fn create_element(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if !is_name(name) {
        return Err(throw(ctx, Code::InvalidCharacter));
    }
    let made = if at.node.kind() == Kind::HtmlDocument {
        let ns = spec::namespace_for(&at, crate::XHTML, None);
        Node::new_element(Some(at.node), ns, &name.to_ascii_lowercase(), None)
    } else {
        Node::new_element(Some(at.node), None, name, None)
    };
    at.fresh(ctx, made)
}

/// `createElementNS()`
pub fn create_element_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let uri = uri.unwrap_or_default();
    match document::extract(uri, name) {
        Ok((prefix, local)) => {
            let ns = spec::namespace_for(&at, uri, prefix.as_deref());
            at.fresh(ctx, Node::new_element(Some(at.node), ns, &local, None))
        }
        Err(code) => Err(throw(ctx, code)),
    }
}

/// `createAttributeNS()`
pub fn create_attribute_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let uri = uri.unwrap_or_default();
    match document::extract(uri, name) {
        Ok((prefix, local)) => {
            let made = Node::new_attribute(Some(at.node), &local, None);
            if let Some(a) = made {
                a.set_ns(spec::namespace_for(&at, uri, prefix.as_deref()));
            }
            at.fresh(ctx, made)
        }
        Err(code) => Err(throw(ctx, code)),
    }
}

fn scope(ctx: &mut Ctx, at: &At, node: Node, out: &mut Array) -> R<()> {
    let text = |t: &[u8]| if t.is_empty() { Value::NULL } else { Value::str(t) };
    for (prefix, uri) in spec::in_scope(node) {
        let info = Class::of::<NamespaceInfo>(ctx)?.instantiate_raw(ctx)?;
        info.set_slot("prefix", text(&prefix));
        info.set_slot("namespaceURI", text(&uri));
        info.set_slot("element", at.object(ctx, node)?);
        out.push(info);
    }
    Ok(())
}

/// `getInScopeNamespaces()`
pub fn get_in_scope_namespaces(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    let mut out = Array::new();
    scope(ctx, &at, at.node, &mut out)?;
    Ok(out.into())
}

/// `getDescendantNamespaces()`
pub fn get_descendant_namespaces(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    let mut out = Array::new();
    scope(ctx, &at, at.node, &mut out)?;
    for n in at.node.descendants().filter(|n| n.is_element()).collect::<Vec<_>>() {
        scope(ctx, &at, n, &mut out)?;
    }
    Ok(out.into())
}

/// `rename()`
pub fn rename(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let uri = uri.unwrap_or_default();
    let (prefix, local) = match document::extract(uri, name) {
        Ok(parts) => parts,
        Err(code) => return Err(throw(ctx, code)),
    };
    let refuse = |ctx: &mut Ctx, text: &str| Err(throw_text(ctx, Code::InvalidModification, text));
    let node = at.node;
    if node.kind() == Kind::Attribute {
        let there = node.parent().and_then(|e| e.find_attribute(&local, Some(uri).filter(|u| !u.is_empty())));
        if there.is_some_and(|a| a != node) {
            return refuse(ctx, "An attribute with the given name in the given namespace already exists");
        }
    } else {
        let is_html = node.ns().is_some_and(|n| n.uri() == crate::XHTML);
        match (is_html, uri == crate::XHTML) {
            (true, false) => {
                return refuse(
                    ctx,
                    "It is not possible to move an element out of the HTML namespace because the HTML namespace is tied to the HTMLElement class",
                );
            }
            (false, true) => {
                return refuse(
                    ctx,
                    "It is not possible to move an element into the HTML namespace because the HTML namespace is tied to the HTMLElement class",
                );
            }
            _ => {}
        }
        if is_html && node.name() == b"template" && local != b"template" {
            return refuse(
                ctx,
                "It is not possible to rename the template element because it hosts a document fragment",
            );
        }
    }
    at.changed();
    node.set_ns(spec::namespace_for(&at, uri, prefix.as_deref()));
    node.set_name(&local);
    Ok(Value::NULL)
}

/// `Dom\ParentNode`
#[php_class(
    r"interface Dom\ParentNode",
    r"public function append(Dom\Node|string ...$nodes): void",
    r"public function prepend(Dom\Node|string ...$nodes): void",
    r"public function replaceChildren(Dom\Node|string ...$nodes): void",
    r"public function querySelector(string $selectors): ?Dom\Element",
    r"public function querySelectorAll(string $selectors): Dom\NodeList"
)]
pub struct ModernParentNode;

/// `Dom\ChildNode`
#[php_class(
    r"interface Dom\ChildNode",
    r"public function remove(): void",
    r"public function before(Dom\Node|string ...$nodes): void",
    r"public function after(Dom\Node|string ...$nodes): void",
    r"public function replaceWith(Dom\Node|string ...$nodes): void"
)]
pub struct ModernChildNode;

/// `Dom\Node`
#[derive(Default)]
#[php_class(
    r"class Dom\Node",
    r"public const int DOCUMENT_POSITION_DISCONNECTED = 1",
    r"public const int DOCUMENT_POSITION_PRECEDING = 2",
    r"public const int DOCUMENT_POSITION_FOLLOWING = 4",
    r"public const int DOCUMENT_POSITION_CONTAINS = 8",
    r"public const int DOCUMENT_POSITION_CONTAINED_BY = 16",
    r"public const int DOCUMENT_POSITION_IMPLEMENTATION_SPECIFIC = 32",
    r"public virtual int $nodeType",
    r"public virtual string $nodeName",
    r"public virtual string $baseURI",
    r"public virtual bool $isConnected",
    r"public virtual ?Dom\Document $ownerDocument",
    r"public virtual ?Dom\Node $parentNode",
    r"public virtual ?Dom\Element $parentElement",
    r"public virtual Dom\NodeList $childNodes",
    r"public virtual ?Dom\Node $firstChild",
    r"public virtual ?Dom\Node $lastChild",
    r"public virtual ?Dom\Node $previousSibling",
    r"public virtual ?Dom\Node $nextSibling",
    r"public virtual ?string $nodeValue",
    r"public virtual ?string $textContent",
    handlers(read_prop, write_prop, has_prop, unset_prop, properties, clone)
)]
pub struct ModernNode {
    /// What it stands for.
    pub place: Place,
    /// The one object of its `classList` or `implementation`.
    pub kept: Option<Object>,
}

#[php_methods(
    r#"public function getRootNode(array $options = []): Dom\Node"# => crate::node::get_root_node,
    r#"public function hasChildNodes(): bool"# => crate::node::has_child_nodes,
    r#"public function normalize(): void"# => crate::node::normalize,
    r#"public function cloneNode(bool $deep = false): Dom\Node"# => crate::node::clone_node,
    r#"public function isEqualNode(?Dom\Node $otherNode): bool"# => crate::node::is_equal_node,
    r#"public function isSameNode(?Dom\Node $otherNode): bool"# => crate::node::is_same_node,
    r#"public function compareDocumentPosition(Dom\Node $other): int"# => crate::node::compare_document_position,
    r#"public function contains(?Dom\Node $other): bool"# => crate::node::contains,
    r#"public function lookupPrefix(?string $namespace): ?string"# => crate::node::lookup_prefix,
    r#"public function lookupNamespaceURI(?string $prefix): ?string"# => crate::node::lookup_namespace_uri,
    r#"public function isDefaultNamespace(?string $namespace): bool"# => crate::node::is_default_namespace,
    r#"public function insertBefore(Dom\Node $node, ?Dom\Node $child): Dom\Node"# => crate::node::insert_before,
    r#"public function appendChild(Dom\Node $node): Dom\Node"# => crate::node::append_child,
    r#"public function replaceChild(Dom\Node $node, Dom\Node $child): Dom\Node"# => crate::node::replace_child,
    r#"public function removeChild(Dom\Node $child): Dom\Node"# => crate::node::remove_child,
    r#"public function getLineNo(): int"# => crate::node::get_line_no,
    r#"public function getNodePath(): string"# => crate::node::get_node_path,
    r#"public function C14N(bool $exclusive = false, bool $withComments = false, ?array $xpath = null, ?array $nsPrefixes = null): string|false"# => crate::node::c14_n,
    r#"public function C14NFile(string $uri, bool $exclusive = false, bool $withComments = false, ?array $xpath = null, ?array $nsPrefixes = null): int|false"# => crate::node::c14_n_file,
    r#"public function __sleep(): array"# => crate::node::sleep,
    r#"public function __wakeup(): void"# => crate::node::wakeup
)]
impl ModernNode {
    #[php("final private function __construct()")]
    fn construct(this: &This<ModernNode>, ctx: &mut Ctx) -> R<()> {
        let class = this.class().name().lossy().into_owned();
        Err(ctx.error(format!("Cannot directly construct {class}, use document methods instead")))
    }
}

/// `Dom\DocumentFragment`
#[php_class(
    r"class Dom\DocumentFragment extends Dom\Node implements Dom\ParentNode",
    r"public virtual ?Dom\Element $firstElementChild",
    r"public virtual ?Dom\Element $lastElementChild",
    r"public virtual int $childElementCount",
    payload = ModernNode
)]
pub struct ModernDocumentFragment;

#[php_methods(
    r#"public function appendXml(string $data): bool"# => crate::fragment::append_xml,
    r#"public function append(Dom\Node|string ...$nodes): void"# => crate::parent::append,
    r#"public function prepend(Dom\Node|string ...$nodes): void"# => crate::parent::prepend,
    r#"public function replaceChildren(Dom\Node|string ...$nodes): void"# => crate::parent::replace_children,
    r#"public function querySelector(string $selectors): ?Dom\Element"# => crate::select::query_selector,
    r#"public function querySelectorAll(string $selectors): Dom\NodeList"# => crate::select::query_selector_all
)]
impl ModernDocumentFragment {}

/// `Dom\Document`
#[php_class(
    r"abstract class Dom\Document extends Dom\Node implements Dom\ParentNode",
    r"public Dom\Implementation $implementation",
    r"public virtual string $URL",
    r"public virtual string $documentURI",
    r"public virtual string $characterSet",
    r"public virtual string $charset",
    r"public virtual string $inputEncoding",
    r"public virtual ?Dom\DocumentType $doctype",
    r"public virtual ?Dom\Element $documentElement",
    r"public virtual ?Dom\Element $firstElementChild",
    r"public virtual ?Dom\Element $lastElementChild",
    r"public virtual int $childElementCount",
    r"public virtual ?Dom\HTMLElement $body",
    r"public virtual ?Dom\HTMLElement $head",
    r"public virtual string $title",
    payload = ModernNode
)]
pub struct ModernDocument;

#[php_methods(
    r#"public function getElementsByTagName(string $qualifiedName): Dom\HTMLCollection"# => crate::document::get_elements_by_tag_name,
    r#"public function getElementsByTagNameNS(?string $namespace, string $localName): Dom\HTMLCollection"# => crate::document::get_elements_by_tag_name_ns,
    r#"public function createElement(string $localName): Dom\Element"# => crate::modern::create_element,
    r#"public function createElementNS(?string $namespace, string $qualifiedName): Dom\Element"# => crate::modern::create_element_ns,
    r#"public function createDocumentFragment(): Dom\DocumentFragment"# => crate::document::create_document_fragment,
    r#"public function createTextNode(string $data): Dom\Text"# => crate::document::create_text_node,
    r#"public function createCDATASection(string $data): Dom\CDATASection"# => crate::document::create_cdata_section,
    r#"public function createComment(string $data): Dom\Comment"# => crate::document::create_comment,
    r#"public function createProcessingInstruction(string $target, string $data): Dom\ProcessingInstruction"# => crate::document::create_processing_instruction,
    r#"public function importNode(?Dom\Node $node, bool $deep = false): Dom\Node"# => crate::document::import_node,
    r#"public function adoptNode(Dom\Node $node): Dom\Node"# => crate::document::adopt_node,
    r#"public function createAttribute(string $localName): Dom\Attr"# => crate::document::create_attribute,
    r#"public function createAttributeNS(?string $namespace, string $qualifiedName): Dom\Attr"# => crate::modern::create_attribute_ns,
    r#"public function getElementById(string $elementId): ?Dom\Element"# => crate::document::get_element_by_id,
    r#"public function registerNodeClass(string $baseClass, ?string $extendedClass): void"# => crate::document::register_node_class,
    r#"public function schemaValidate(string $filename, int $flags = 0): bool"# => crate::validity::schema_validate,
    r#"public function schemaValidateSource(string $source, int $flags = 0): bool"# => crate::validity::schema_validate_source,
    r#"public function relaxNgValidate(string $filename): bool"# => crate::validity::relax_ng_validate,
    r#"public function relaxNgValidateSource(string $source): bool"# => crate::validity::relax_ng_validate_source,
    r#"public function append(Dom\Node|string ...$nodes): void"# => crate::parent::append,
    r#"public function prepend(Dom\Node|string ...$nodes): void"# => crate::parent::prepend,
    r#"public function replaceChildren(Dom\Node|string ...$nodes): void"# => crate::parent::replace_children,
    r#"public function importLegacyNode(DOMNode $node, bool $deep = false): Dom\Node"# => crate::document::import_node,
    r#"public function querySelector(string $selectors): ?Dom\Element"# => crate::select::query_selector,
    r#"public function querySelectorAll(string $selectors): Dom\NodeList"# => crate::select::query_selector_all
)]
impl ModernDocument {}

/// `Dom\HTMLDocument`
#[php_class(
    r"final class Dom\HTMLDocument extends Dom\Document",
    payload = ModernNode
)]
pub struct ModernHTMLDocument;

#[php_methods(
    r#"public function saveXml(?Dom\Node $node = null, int $options = 0): string|false"# => crate::xml_document::save_xml,
    r#"public function saveXmlFile(string $filename, int $options = 0): int|false"# => crate::xml_document::save_xml_file,
    r#"public function saveHtml(?Dom\Node $node = null): string"# => crate::html_document::save_html,
    r#"public function saveHtmlFile(string $filename): int|false"# => crate::html_document::save_html_file
)]
impl ModernHTMLDocument {
    #[php(r#"public static function createEmpty(string $encoding = "UTF-8"): Dom\HTMLDocument"#)]
    fn create_empty(ctx: &mut Ctx, class: Class, encoding: &[u8]) -> R<Object> {
        crate::html_document::create_empty(ctx, class, encoding)
    }
    #[php(r#"public static function createFromFile(string $path, int $options = 0, ?string $overrideEncoding = null): Dom\HTMLDocument"#)]
    fn create_from_file(
        ctx: &mut Ctx,
        class: Class,
        path: &[u8],
        options: i64,
        override_encoding: Option<&[u8]>,
    ) -> R<Object> {
        crate::html::create_from(ctx, class, Loading::File(path), options, override_encoding)
    }
    #[php(r#"public static function createFromString(string $source, int $options = 0, ?string $overrideEncoding = null): Dom\HTMLDocument"#)]
    fn create_from_string(
        ctx: &mut Ctx,
        class: Class,
        source: &[u8],
        options: i64,
        override_encoding: Option<&[u8]>,
    ) -> R<Object> {
        crate::html::create_from(ctx, class, Loading::Text(source), options, override_encoding)
    }
}

/// `Dom\XMLDocument`
#[php_class(
    r"final class Dom\XMLDocument extends Dom\Document",
    r"public virtual string $xmlEncoding",
    r"public virtual bool $xmlStandalone",
    r"public virtual string $xmlVersion",
    r"public virtual bool $formatOutput",
    payload = ModernNode
)]
pub struct ModernXMLDocument;

#[php_methods(
    r#"public function createEntityReference(string $name): Dom\EntityReference"# => crate::xml_document::create_entity_reference,
    r#"public function validate(): bool"# => crate::validity::validate,
    r#"public function xinclude(int $options = 0): int"# => crate::validity::xinclude,
    r#"public function saveXml(?Dom\Node $node = null, int $options = 0): string|false"# => crate::xml_document::save_xml,
    r#"public function saveXmlFile(string $filename, int $options = 0): int|false"# => crate::xml_document::save_xml_file
)]
impl ModernXMLDocument {
    #[php(r#"public static function createEmpty(string $version = "1.0", string $encoding = "UTF-8"): Dom\XMLDocument"#)]
    fn create_empty(ctx: &mut Ctx, class: Class, version: &[u8], encoding: &[u8]) -> R<Object> {
        crate::xml_document::create_empty(ctx, class, version, encoding)
    }
    #[php(r#"public static function createFromFile(string $path, int $options = 0, ?string $overrideEncoding = null): Dom\XMLDocument"#)]
    fn create_from_file(
        ctx: &mut Ctx,
        class: Class,
        path: &[u8],
        options: i64,
        override_encoding: Option<&[u8]>,
    ) -> R<Object> {
        crate::xml_document::create_from(ctx, class, Loading::File(path), options, override_encoding)
    }
    #[php(r#"public static function createFromString(string $source, int $options = 0, ?string $overrideEncoding = null): Dom\XMLDocument"#)]
    fn create_from_string(
        ctx: &mut Ctx,
        class: Class,
        source: &[u8],
        options: i64,
        override_encoding: Option<&[u8]>,
    ) -> R<Object> {
        crate::xml_document::create_from(ctx, class, Loading::Text(source), options, override_encoding)
    }
}

/// `Dom\CharacterData`
#[php_class(
    r"class Dom\CharacterData extends Dom\Node implements Dom\ChildNode",
    r"public virtual ?Dom\Element $previousElementSibling",
    r"public virtual ?Dom\Element $nextElementSibling",
    r"public virtual string $data",
    r"public virtual int $length",
    payload = ModernNode
)]
pub struct ModernCharacterData;

#[php_methods(
    r#"public function substringData(int $offset, int $count): string"# => crate::text::substring_data,
    r#"public function appendData(string $data): void"# => crate::text::append_data,
    r#"public function insertData(int $offset, string $data): void"# => crate::text::insert_data,
    r#"public function deleteData(int $offset, int $count): void"# => crate::text::delete_data,
    r#"public function replaceData(int $offset, int $count, string $data): void"# => crate::text::replace_data,
    r#"public function remove(): void"# => crate::parent::remove,
    r#"public function before(Dom\Node|string ...$nodes): void"# => crate::parent::before,
    r#"public function after(Dom\Node|string ...$nodes): void"# => crate::parent::after,
    r#"public function replaceWith(Dom\Node|string ...$nodes): void"# => crate::parent::replace_with
)]
impl ModernCharacterData {}

/// `Dom\Attr`
#[php_class(
    r"class Dom\Attr extends Dom\Node",
    r"public virtual ?string $namespaceURI",
    r"public virtual ?string $prefix",
    r"public virtual string $localName",
    r"public virtual string $name",
    r"public virtual string $value",
    r"public virtual ?Dom\Element $ownerElement",
    r"public virtual bool $specified",
    payload = ModernNode
)]
pub struct ModernAttr;

#[php_methods(
    r#"public function isId(): bool"# => crate::attr::is_id,
    r#"public function rename(?string $namespaceURI, string $qualifiedName): void"# => crate::modern::rename
)]
impl ModernAttr {}

/// `Dom\Element`
#[php_class(
    r"class Dom\Element extends Dom\Node implements Dom\ParentNode, Dom\ChildNode",
    r"public virtual ?string $namespaceURI",
    r"public virtual ?string $prefix",
    r"public virtual string $localName",
    r"public virtual string $tagName",
    r"public virtual string $id",
    r"public virtual string $className",
    r"public Dom\TokenList $classList",
    r"public virtual Dom\NamedNodeMap $attributes",
    r"public virtual ?Dom\Element $firstElementChild",
    r"public virtual ?Dom\Element $lastElementChild",
    r"public virtual int $childElementCount",
    r"public virtual ?Dom\Element $previousElementSibling",
    r"public virtual ?Dom\Element $nextElementSibling",
    r"public virtual string $innerHTML",
    r"public virtual string $substitutedNodeValue",
    payload = ModernNode
)]
pub struct ModernElement;

#[php_methods(
    r#"public function hasAttributes(): bool"# => crate::node::has_attributes,
    r#"public function getAttributeNames(): array"# => crate::element::get_attribute_names,
    r#"public function getAttribute(string $qualifiedName): ?string"# => crate::element::get_attribute,
    r#"public function getAttributeNS(?string $namespace, string $localName): ?string"# => crate::element::get_attribute_ns,
    r#"public function setAttribute(string $qualifiedName, string $value): void"# => crate::element::set_attribute,
    r#"public function setAttributeNS(?string $namespace, string $qualifiedName, string $value): void"# => crate::element::set_attribute_ns,
    r#"public function removeAttribute(string $qualifiedName): void"# => crate::element::remove_attribute,
    r#"public function removeAttributeNS(?string $namespace, string $localName): void"# => crate::element::remove_attribute_ns,
    r#"public function toggleAttribute(string $qualifiedName, ?bool $force = null): bool"# => crate::element::toggle_attribute,
    r#"public function hasAttribute(string $qualifiedName): bool"# => crate::element::has_attribute,
    r#"public function hasAttributeNS(?string $namespace, string $localName): bool"# => crate::element::has_attribute_ns,
    r#"public function getAttributeNode(string $qualifiedName): ?Dom\Attr"# => crate::element::get_attribute_node,
    r#"public function getAttributeNodeNS(?string $namespace, string $localName): ?Dom\Attr"# => crate::element::get_attribute_node_ns,
    r#"public function setAttributeNode(Dom\Attr $attr): ?Dom\Attr"# => crate::element::set_attribute_node,
    r#"public function setAttributeNodeNS(Dom\Attr $attr): ?Dom\Attr"# => crate::element::set_attribute_node_ns,
    r#"public function removeAttributeNode(Dom\Attr $attr): Dom\Attr"# => crate::element::remove_attribute_node,
    r#"public function getElementsByTagName(string $qualifiedName): Dom\HTMLCollection"# => crate::element::get_elements_by_tag_name,
    r#"public function getElementsByTagNameNS(?string $namespace, string $localName): Dom\HTMLCollection"# => crate::element::get_elements_by_tag_name_ns,
    r#"public function insertAdjacentElement(Dom\AdjacentPosition $where, Dom\Element $element): ?Dom\Element"# => crate::element::insert_adjacent_element,
    r#"public function insertAdjacentText(Dom\AdjacentPosition $where, string $data): void"# => crate::element::insert_adjacent_text,
    r#"public function setIdAttribute(string $qualifiedName, bool $isId): void"# => crate::element::set_id_attribute,
    r#"public function setIdAttributeNS(?string $namespace, string $qualifiedName, bool $isId): void"# => crate::element::set_id_attribute_ns,
    r#"public function setIdAttributeNode(Dom\Attr $attr, bool $isId): void"# => crate::element::set_id_attribute_node,
    r#"public function remove(): void"# => crate::parent::remove,
    r#"public function before(Dom\Node|string ...$nodes): void"# => crate::parent::before,
    r#"public function after(Dom\Node|string ...$nodes): void"# => crate::parent::after,
    r#"public function replaceWith(Dom\Node|string ...$nodes): void"# => crate::parent::replace_with,
    r#"public function append(Dom\Node|string ...$nodes): void"# => crate::parent::append,
    r#"public function prepend(Dom\Node|string ...$nodes): void"# => crate::parent::prepend,
    r#"public function replaceChildren(Dom\Node|string ...$nodes): void"# => crate::parent::replace_children,
    r#"public function querySelector(string $selectors): ?Dom\Element"# => crate::select::query_selector,
    r#"public function querySelectorAll(string $selectors): Dom\NodeList"# => crate::select::query_selector_all,
    r#"public function closest(string $selectors): ?Dom\Element"# => crate::select::closest,
    r#"public function matches(string $selectors): bool"# => crate::select::matches,
    r#"public function getInScopeNamespaces(): array"# => crate::modern::get_in_scope_namespaces,
    r#"public function getDescendantNamespaces(): array"# => crate::modern::get_descendant_namespaces,
    r#"public function rename(?string $namespaceURI, string $qualifiedName): void"# => crate::modern::rename
)]
impl ModernElement {}

/// `Dom\HTMLElement`
#[php_class(
    r"class Dom\HTMLElement extends Dom\Element",
    payload = ModernNode
)]
pub struct ModernHTMLElement;

#[php_methods]
impl ModernHTMLElement {}

/// `Dom\Text`
#[php_class(
    r"class Dom\Text extends Dom\CharacterData",
    r"public virtual string $wholeText",
    payload = ModernNode
)]
pub struct ModernText;

#[php_methods(
    r#"public function splitText(int $offset): Dom\Text"# => crate::text::split_text
)]
impl ModernText {}

/// `Dom\Comment`
#[php_class(
    r"class Dom\Comment extends Dom\CharacterData",
    payload = ModernNode
)]
pub struct ModernComment;

#[php_methods]
impl ModernComment {}

/// `Dom\CDATASection`
#[php_class(
    r"class Dom\CDATASection extends Dom\Text",
    payload = ModernNode
)]
pub struct ModernCDATASection;

#[php_methods]
impl ModernCDATASection {}

/// `Dom\DocumentType`
#[php_class(
    r"class Dom\DocumentType extends Dom\Node implements Dom\ChildNode",
    r"public virtual string $name",
    r"public virtual Dom\DtdNamedNodeMap $entities",
    r"public virtual Dom\DtdNamedNodeMap $notations",
    r"public virtual string $publicId",
    r"public virtual string $systemId",
    r"public virtual ?string $internalSubset",
    payload = ModernNode
)]
pub struct ModernDocumentType;

#[php_methods(
    r#"public function remove(): void"# => crate::parent::remove,
    r#"public function before(Dom\Node|string ...$nodes): void"# => crate::parent::before,
    r#"public function after(Dom\Node|string ...$nodes): void"# => crate::parent::after,
    r#"public function replaceWith(Dom\Node|string ...$nodes): void"# => crate::parent::replace_with
)]
impl ModernDocumentType {}

/// `Dom\Notation`
#[php_class(
    r"class Dom\Notation extends Dom\Node",
    r"public virtual string $publicId",
    r"public virtual string $systemId",
    payload = ModernNode
)]
pub struct ModernNotation;

#[php_methods]
impl ModernNotation {}

/// `Dom\Entity`
#[php_class(
    r"class Dom\Entity extends Dom\Node",
    r"public virtual ?string $publicId",
    r"public virtual ?string $systemId",
    r"public virtual ?string $notationName",
    payload = ModernNode
)]
pub struct ModernEntity;

#[php_methods]
impl ModernEntity {}

/// `Dom\EntityReference`
#[php_class(
    r"class Dom\EntityReference extends Dom\Node",
    payload = ModernNode
)]
pub struct ModernEntityReference;

#[php_methods]
impl ModernEntityReference {}

/// `Dom\ProcessingInstruction`
#[php_class(
    r"class Dom\ProcessingInstruction extends Dom\CharacterData",
    r"public virtual string $target",
    payload = ModernNode
)]
pub struct ModernProcessingInstruction;

#[php_methods]
impl ModernProcessingInstruction {}
