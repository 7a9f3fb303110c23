//! Parsing HTML as the living standard says, over the crate `html5ever`, into trees of libxml2.

use crate::error::{Code, throw};
use crate::place::At;
use crate::settings::Settings;
use crate::{spec, xml_document};
use core::cell::{Cell, RefCell};
use encoding_rs::{Encoding, UTF_8};
use howdah_libxml2::{Document, Loading, Node};
use html5ever::interface::{ElemName, ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, Namespace, QualName, ns};
use plugin_api::{Class, Ctx, Object, R, Stream, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Of `createFromString()`: elements get no namespace.
pub const NO_DEFAULT_NS: i64 = 1 << 31;
const NO_ERROR: i64 = 32;
const COMPACT: i64 = 65536;
const NO_IMPLIED: i64 = 8192;

/// The name of an element, as the tree builder asks for it.
#[derive(Clone, Debug)]
struct Name(QualName);

impl ElemName for Name {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }
    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

/// Builds a tree below a node of a document.
struct Builder {
    doc: Document,
    top: Node,
    names: RefCell<HashMap<Node, QualName>>,
    integration: RefCell<Vec<Node>>,
    quirks: Cell<QuirksMode>,
    /// Whether elements of HTML have their namespace.
    namespaces: bool,
}

impl Builder {
    fn new(doc: &Document, top: Node, namespaces: bool) -> Builder {
        Builder {
            doc: doc.clone(),
            top,
            names: RefCell::default(),
            integration: RefCell::default(),
            quirks: Cell::new(QuirksMode::NoQuirks),
            namespaces,
        }
    }
    fn document(&self) -> Option<Node> {
        self.doc.node()
    }
    fn set_attributes(&self, element: Node, attributes: Vec<Attribute>, only_missing: bool) {
        for a in attributes {
            let (uri, local) = (a.name.ns.as_bytes(), a.name.local.as_bytes());
            let filled = (!uri.is_empty()).then_some(uri);
            if only_missing && element.find_attribute(local, filled).is_some() {
                continue;
            }
            let prefix = a.name.prefix.as_ref().map(|p| p.as_bytes());
            let ns = spec::namespace(&self.doc, uri, prefix);
            if let Some(made) = element.set_attribute_ns(ns, local, Some(a.value.as_bytes()))
                && ns.is_none()
                && local == b"id"
            {
                made.set_id(true);
            }
        }
    }
    /// Puts a node or text below a node; texts grow the one that is there.
    fn put(&self, parent: Node, before: Option<Node>, child: NodeOrText<Node>) {
        match child {
            NodeOrText::AppendNode(n) => parent.insert(n, before),
            NodeOrText::AppendText(t) => {
                let beside = match before {
                    Some(b) => b.prev(),
                    None => parent.last_child(),
                };
                match beside.filter(|n| n.kind() == howdah_libxml2::Kind::Text) {
                    Some(n) => n.append_content(t.as_bytes()),
                    None => {
                        if let Some(made) = Node::new_text(self.document(), t.as_bytes()) {
                            parent.insert(made, before);
                        }
                    }
                }
            }
        }
    }
}

impl TreeSink for Builder {
    type Handle = Node;
    type Output = Builder;
    type ElemName<'a> = Name;

    fn finish(self) -> Builder {
        self
    }
    fn parse_error(&self, _: Cow<'static, str>) {}
    fn get_document(&self) -> Node {
        self.top
    }
    fn elem_name<'a>(&'a self, target: &'a Node) -> Name {
        let known = self.names.borrow().get(target).cloned();
        Name(known.unwrap_or_else(|| {
            let name = String::from_utf8_lossy(target.name()).into_owned();
            let uri = target.ns().map(|n| String::from_utf8_lossy(n.uri()).into_owned()).unwrap_or_default();
            QualName::new(None, Namespace::from(uri), LocalName::from(name))
        }))
    }
    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> Node {
        let html = name.ns == ns!(html);
        let ns = if html && !self.namespaces {
            None
        } else {
            spec::namespace(&self.doc, name.ns.as_bytes(), name.prefix.as_ref().map(|p| p.as_bytes()))
        };
        let made = Node::new_element(self.document(), ns, name.local.as_bytes(), None);
        // Out of memory ends the process, as everywhere in libxml2's callers that build trees.
        let Some(made) = made else { std::process::abort() };
        self.set_attributes(made, attributes, false);
        if flags.mathml_annotation_xml_integration_point {
            self.integration.borrow_mut().push(made);
        }
        self.names.borrow_mut().insert(made, name);
        made
    }
    fn create_comment(&self, text: StrTendril) -> Node {
        match Node::new_comment(self.document(), Some(text.as_bytes())) {
            Some(n) => n,
            None => std::process::abort(),
        }
    }
    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Node {
        match Node::new_instruction(self.document(), target.as_bytes(), Some(data.as_bytes())) {
            Some(n) => n,
            None => std::process::abort(),
        }
    }
    fn append(&self, parent: &Node, child: NodeOrText<Node>) {
        self.put(*parent, None, child);
    }
    fn append_based_on_parent_node(&self, element: &Node, previous: &Node, child: NodeOrText<Node>) {
        match element.parent() {
            Some(p) => self.put(p, Some(*element), child),
            None => self.put(*previous, None, child),
        }
    }
    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        let filled = |t: &StrTendril| (!t.is_empty()).then(|| t.as_bytes().to_vec());
        let made = Node::new_doctype(name.as_bytes(), filled(&public).as_deref(), filled(&system).as_deref());
        if let (Some(dtd), Some(doc)) = (made, self.document()) {
            doc.insert(dtd, None);
            doc.set_doctype(Some(dtd));
        }
    }
    fn get_template_contents(&self, target: &Node) -> Node {
        crate::template::ensure(&self.doc, *target).unwrap_or(*target)
    }
    fn same_node(&self, x: &Node, y: &Node) -> bool {
        x == y
    }
    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.quirks.set(mode);
    }
    fn append_before_sibling(&self, sibling: &Node, child: NodeOrText<Node>) {
        if let Some(p) = sibling.parent() {
            self.put(p, Some(*sibling), child);
        }
    }
    fn add_attrs_if_missing(&self, target: &Node, attributes: Vec<Attribute>) {
        self.set_attributes(*target, attributes, true);
    }
    fn remove_from_parent(&self, target: &Node) {
        target.unlink();
    }
    fn reparent_children(&self, node: &Node, parent: &Node) {
        parent.insert_children_of(*node, None);
    }
    fn is_mathml_annotation_xml_integration_point(&self, node: &Node) -> bool {
        self.integration.borrow().contains(node)
    }
    fn allow_declarative_shadow_roots(&self, _: &Node) -> bool {
        false
    }
}

/// Which of the elements that a document has anyway its text names.
#[derive(Default)]
struct Explicit {
    html: Cell<bool>,
    head: Cell<bool>,
    body: Cell<bool>,
}

/// Passes tokens on, and watches.
struct Watcher {
    builder: TreeBuilder<Node, Builder>,
    explicit: Explicit,
}

impl TokenSink for Watcher {
    type Handle = Node;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Node> {
        if let Token::TagToken(Tag { kind: TagKind::StartTag, name, .. }) = &token {
            match &**name {
                "html" => self.explicit.html.set(true),
                "head" => self.explicit.head.set(true),
                "body" => self.explicit.body.set(true),
                _ => {}
            }
        }
        self.builder.process_token(token, line)
    }
    fn end(&self) {
        self.builder.end();
    }
    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

fn run(builder: TreeBuilder<Node, Builder>, text: &str, options: TokenizerOpts) -> (Builder, Explicit) {
    let watcher = Watcher { builder, explicit: Explicit::default() };
    let tokenizer = Tokenizer::new(watcher, options);
    let input = BufferQueue::default();
    // A tendril holds less than 4 GiB.
    let mut rest = text;
    while !rest.is_empty() {
        let mut end = rest.len().min(1 << 24);
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        input.push_back(StrTendril::from(&rest[..end]));
        rest = &rest[end..];
        while !matches!(tokenizer.feed(&input), html5ever::TokenizerResult::Done) {}
    }
    tokenizer.end();
    let Watcher { builder, explicit } = tokenizer.sink;
    (builder.sink.finish(), explicit)
}

/// Parses text of HTML in the context of an element to a fragment.
pub fn parse_fragment(at: &At, doc: &Document, text: &[u8]) -> Option<At> {
    let fragment = At::holding(Node::new_fragment(at.document())?, at);
    let builder = Builder::new(doc, fragment.node, true);
    let settings = Settings::of(doc);
    let quirks = if settings.quirks.get() { QuirksMode::Quirks } else { QuirksMode::NoQuirks };
    let text = String::from_utf8_lossy(text);
    let context = {
        let name = Name(builder.elem_name(&at.node).0);
        builder.create_element(name.0, Vec::new(), ElementFlags::default())
    };
    let held = At::holding(context, at);
    let options = TreeBuilderOpts { quirks_mode: quirks, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new_for_fragment(builder, context, None, options);
    let options = TokenizerOpts {
        initial_state: Some(builder.tokenizer_state_for_context_elem(false)),
        ..TokenizerOpts::default()
    };
    run(builder, &text, options);
    drop(held);
    // The parser puts a root around what it makes.
    if let Some(root) = fragment.node.first_child() {
        fragment.node.insert_children_of(root, None);
        root.remove();
    }
    Some(fragment)
}

/// The encoding that the beginning of a text says, as the living standard looks for it.
fn sniff(text: &[u8]) -> Option<&'static Encoding> {
    let head = &text[..text.len().min(1024)];
    let mut i = 0;
    while i < head.len() {
        let rest = &head[i..];
        if rest.starts_with(b"<!--") {
            i += rest.windows(3).position(|w| w == b"-->").map_or(rest.len(), |p| p + 3);
            continue;
        }
        let is_meta = rest.len() > 5
            && rest[..5].eq_ignore_ascii_case(b"<meta")
            && (rest[5].is_ascii_whitespace() || rest[5] == b'/');
        if is_meta {
            let end = rest.iter().position(|&c| c == b'>').unwrap_or(rest.len());
            if let Some(found) = meta_encoding(&rest[5..end]) {
                return Some(found);
            }
            i += end;
        }
        i += 1;
    }
    None
}

fn attributes(mut text: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut out = Vec::new();
    let is_space = |c: &u8| c.is_ascii_whitespace() || *c == b'/';
    loop {
        let start = text.iter().position(|c| !is_space(c)).unwrap_or(text.len());
        text = &text[start..];
        if text.is_empty() {
            return out;
        }
        let end = text.iter().position(|c| is_space(c) || *c == b'=').unwrap_or(text.len());
        let name = text[..end.max(1).min(text.len())].to_ascii_lowercase();
        text = &text[end.max(1).min(text.len())..];
        let after = text.iter().position(|c| !c.is_ascii_whitespace()).unwrap_or(text.len());
        if text.get(after) != Some(&b'=') {
            out.push((name, Vec::new()));
            continue;
        }
        text = text[after + 1..].trim_ascii_start();
        let value = match text.first() {
            Some(&q @ (b'"' | b'\'')) => {
                let end = text[1..].iter().position(|&c| c == q).map_or(text.len(), |p| p + 1);
                let value = text[1..end].to_vec();
                text = &text[(end + 1).min(text.len())..];
                value
            }
            _ => {
                let end = text.iter().position(u8::is_ascii_whitespace).unwrap_or(text.len());
                let value = text[..end].to_vec();
                text = &text[end..];
                value
            }
        };
        out.push((name, value));
    }
}

fn meta_encoding(text: &[u8]) -> Option<&'static Encoding> {
    let all = attributes(text);
    let get = |n: &[u8]| all.iter().find(|(k, _)| k == n).map(|(_, v)| v.as_slice());
    let label = match get(b"charset") {
        Some(c) => c.to_vec(),
        None => {
            if !get(b"http-equiv")?.eq_ignore_ascii_case(b"content-type") {
                return None;
            }
            content_charset(get(b"content")?)?
        }
    };
    let found = Encoding::for_label(&label)?;
    Some(match found.name() {
        "UTF-16BE" | "UTF-16LE" => UTF_8,
        "x-user-defined" => encoding_rs::WINDOWS_1252,
        _ => found,
    })
}

/// The charset in a Content-Type.
fn content_charset(content: &[u8]) -> Option<Vec<u8>> {
    let lower = content.to_ascii_lowercase();
    let mut from = 0;
    loop {
        let at = from + lower[from..].windows(7).position(|w| w == b"charset")? + 7;
        let rest = content[at..].trim_ascii_start();
        if rest.first() == Some(&b'=') {
            let value = rest[1..].trim_ascii_start();
            return Some(match value.first() {
                Some(&q @ (b'"' | b'\'')) => {
                    let end = value[1..].iter().position(|&c| c == q)?;
                    value[1..=end].to_vec()
                }
                _ => {
                    let end = value.iter().position(|c| c.is_ascii_whitespace() || *c == b';');
                    value[..end.unwrap_or(value.len())].to_vec()
                }
            });
        }
        from = at;
    }
}

/// A text in UTF-8, and the encoding it was in.
fn decode(text: &[u8], given: Option<&'static Encoding>) -> (String, &'static Encoding) {
    let (encoding, skip) = match (given, Encoding::for_bom(text)) {
        (Some(e), _) => (e, 0),
        (None, Some((e, n))) => (e, n),
        (None, None) => (sniff(text).unwrap_or(UTF_8), 0),
    };
    let (decoded, _) = encoding.decode_without_bom_handling(&text[skip..]);
    (decoded.into_owned(), encoding)
}

/// Takes away the elements that only the parser made.
fn drop_implied(doc: Node, explicit: &Explicit) {
    let hoist = |e: Node| {
        if let Some(p) = e.parent() {
            p.insert_children_of(e, Some(e));
            e.remove();
        }
    };
    let Some(html) = doc.root_element() else { return };
    let child = |name: &[u8]| html.children().find(|c| c.is_element() && c.name() == name);
    if !explicit.head.get()
        && let Some(head) = child(b"head")
    {
        hoist(head);
    }
    if !explicit.body.get()
        && let Some(body) = child(b"body")
    {
        hoist(body);
    }
    if !explicit.html.get() {
        hoist(html);
    }
}

/// The text of a file or URL, and the charset that it came with.
fn read(ctx: &mut Ctx, path: &[u8]) -> R<Option<Vec<u8>>> {
    let Some(stream) = Stream::open_with(ctx, path, b"rb", true, None)? else { return Ok(None) };
    let mut out = Vec::new();
    while let Some(part) = stream.read(ctx, 8192)? {
        if part.is_empty() {
            break;
        }
        out.extend_from_slice(&part);
    }
    stream.close(ctx);
    Ok(Some(out))
}

/// `createFromString()` and `createFromFile()`
pub fn create_from(
    ctx: &mut Ctx,
    class: Class,
    from: Loading<'_>,
    options: i64,
    encoding: Option<&[u8]>,
) -> R<Object> {
    if let Loading::File(path) = from {
        if path.contains(&0) {
            return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
        }
        if path.windows(3).any(|w| w == b"%00") {
            return Err(ctx.argument_value_error(1, "must not contain percent-encoded NUL bytes"));
        }
    }
    if encoding.is_some_and(|e| e.contains(&0)) {
        return Err(ctx.argument_value_error(3, "must not contain any null bytes"));
    }
    if options & !(NO_ERROR | COMPACT | NO_IMPLIED | NO_DEFAULT_NS) != 0 {
        return Err(ctx.argument_value_error(
            2,
            "contains invalid flags (allowed flags: LIBXML_NOERROR, LIBXML_COMPACT, LIBXML_HTML_NOIMPLIED, Dom\\HTML_NO_DEFAULT_NS)",
        ));
    }
    let given = match encoding {
        None => None,
        Some(label) => match Encoding::for_label(label) {
            Some(e) => Some(e),
            None => return Err(ctx.argument_value_error(3, "must be a valid document encoding")),
        },
    };
    let (source, url): (Cow<'_, [u8]>, Option<Vec<u8>>) = match from {
        Loading::Text(t) => (t.into(), None),
        Loading::File(path) => match read(ctx, path)? {
            Some(t) => (t.into(), Some(url_of(ctx, path))),
            None => {
                let name = String::from_utf8_lossy(path).into_owned();
                return Err(ctx.exception(format!("Cannot open file '{name}'")));
            }
        },
    };
    let (text, encoding) = decode(&source, given);
    let doc = crate::html_document::empty(encoding.name().as_bytes());
    let Some((doc, node)) = doc.and_then(|d| Some((d.clone(), d.node()?))) else {
        return Err(throw(ctx, Code::InvalidState));
    };
    let o = xml_document::object(ctx, class, &doc)?;
    let builder = Builder::new(&doc, node, options & NO_DEFAULT_NS == 0);
    let builder = TreeBuilder::new(builder, TreeBuilderOpts::default());
    let (builder, explicit) = run(builder, &text, TokenizerOpts::default());
    Settings::of(&doc).quirks.set(builder.quirks.get() == QuirksMode::Quirks);
    if options & NO_IMPLIED != 0 {
        drop_implied(node, &explicit);
    }
    if let Some(url) = url {
        node.set_url(&url);
    }
    Ok(o)
}

fn url_of(ctx: &mut Ctx, path: &[u8]) -> Vec<u8> {
    if path.windows(3).any(|w| w == b"://") {
        return path.to_vec();
    }
    match ctx.expand_path(path) {
        Some(full) => [b"file://".as_slice(), &full].concat(),
        None => path.to_vec(),
    }
}

/// Sets the encoding of a document of the modern classes.
pub fn set_encoding(at: &At, ctx: &mut Ctx, v: &Value) -> R<()> {
    match v.as_str().and_then(|s| Encoding::for_label(s)) {
        Some(e) => at.node.set_xml_encoding(e.name().as_bytes()),
        None => return Err(ctx.value_error("Invalid document encoding")),
    }
    Ok(())
}

/// A text of UTF-8 in the encoding of a document; what that does not have is a question mark.
pub fn encode(text: &[u8], label: &[u8]) -> Vec<u8> {
    let encoding = Encoding::for_label(label).unwrap_or(UTF_8);
    let text = String::from_utf8_lossy(text);
    if encoding.output_encoding() == UTF_8 {
        return text.into_owned().into_bytes();
    }
    let mut out = Vec::new();
    let mut encoder = encoding.new_encoder();
    let mut rest = &*text;
    loop {
        out.reserve(rest.len() + 16);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut out, true);
        rest = &rest[read..];
        match result {
            encoding_rs::EncoderResult::InputEmpty => return out,
            encoding_rs::EncoderResult::OutputFull => {}
            encoding_rs::EncoderResult::Unmappable(_) => out.push(b'?'),
        }
    }
}

/// Whether there is an encoding of that label.
pub fn is_label(label: &[u8]) -> bool {
    Encoding::for_label(label).is_some()
}
