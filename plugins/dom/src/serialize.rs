//! XML as the DOM Parsing specification serializes it, with its errata as PHP has them: declarations are written where names
//! need them, whatever attributes say.

use crate::node::qualified;
use howdah_libxml2::{Document, Kind, Node, is_name, names};
use std::collections::HashMap;
use std::rc::Rc;

/// Elements of HTML that have no end tag.
const VOID: [&[u8]; 19] = [
    b"area",
    b"base",
    b"basefont",
    b"bgsound",
    b"br",
    b"col",
    b"embed",
    b"frame",
    b"hr",
    b"img",
    b"input",
    b"keygen",
    b"link",
    b"menuitem",
    b"meta",
    b"param",
    b"source",
    b"track",
    b"wbr",
];

/// What cannot be written as well-formed XML.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed;

type Done = Result<(), Malformed>;

/// Prefixes by namespace, those nearest last; shared until an element adds one.
type Prefixes = Rc<HashMap<Vec<u8>, Vec<Vec<u8>>>>;

/// How XML is written.
#[derive(Clone, Copy, Default)]
pub struct Style {
    /// Elements stand on lines of their own.
    pub format: bool,
    /// What is not well-formed is refused.
    pub strict: bool,
    /// Elements without content have an end tag.
    pub end_tags: bool,
    /// The XML declaration is left out.
    pub no_declaration: bool,
}

struct Writer<'a> {
    doc: &'a Document,
    style: Style,
    out: Vec<u8>,
    index: u32,
}

/// What one element declares by its attributes.
#[derive(Default)]
struct Local {
    prefixes: HashMap<Vec<u8>, Vec<u8>>,
    default: Option<Vec<u8>>,
}

impl Local {
    fn conflicts(&self, prefix: &[u8], ns: &[u8]) -> bool {
        self.prefixes.get(prefix).is_some_and(|n| n != ns)
    }
}

fn add(map: &mut Prefixes, ns: &[u8], prefix: &[u8]) {
    Rc::make_mut(map).entry(ns.to_vec()).or_default().push(prefix.to_vec());
}

fn knows(map: &Prefixes, ns: &[u8], prefix: &[u8]) -> bool {
    map.get(ns).is_some_and(|l| l.iter().any(|p| p == prefix))
}

/// The prefix that fits best for a namespace.
fn preferred(map: &Prefixes, local: &Local, wanted: Option<&[u8]>, ns: &[u8]) -> Option<Vec<u8>> {
    let fitting: Vec<&Vec<u8>> = map.get(ns)?.iter().rev().filter(|p| !local.conflicts(p, ns)).collect();
    let wanted = wanted.unwrap_or_default();
    fitting.iter().find(|p| **p == wanted).or_else(|| fitting.first()).map(|p| (*p).clone())
}

fn is_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn are_chars(text: &[u8]) -> bool {
    core::str::from_utf8(text).is_ok_and(|t| t.chars().all(is_char))
}

fn is_declaration(attribute: Node) -> bool {
    attribute.ns().is_some_and(|n| n.uri() == crate::XMLNS)
}

fn plain_value(attribute: Node) -> Vec<u8> {
    let text = attribute.first_child();
    text.as_ref().and_then(|t| t.content()).unwrap_or_default().to_vec()
}

impl Writer<'_> {
    fn put(&mut self, text: &[u8]) {
        self.out.extend_from_slice(text);
    }
    fn escaped(&mut self, text: &[u8], attribute: bool) {
        for &c in text {
            match c {
                b'&' => self.put(b"&amp;"),
                b'<' => self.put(b"&lt;"),
                b'>' => self.put(b"&gt;"),
                b'"' if attribute => self.put(b"&quot;"),
                b'\t' if attribute => self.put(b"&#9;"),
                b'\n' if attribute => self.put(b"&#10;"),
                b'\r' if attribute => self.put(b"&#13;"),
                c => self.out.push(c),
            }
        }
    }
    fn declare(&mut self, prefix: &[u8], ns: &[u8]) {
        self.put(b" xmlns:");
        self.put(prefix);
        self.put(b"=\"");
        self.escaped(ns, true);
        self.put(b"\"");
    }
    /// A prefix `ns1`, `ns2`, … that is free.
    fn fresh_prefix(&mut self, map: &mut Prefixes, local: &mut Local, ns: &[u8]) -> Vec<u8> {
        let prefix = loop {
            let p = format!("ns{}", self.index).into_bytes();
            self.index += 1;
            if !local.prefixes.contains_key(&p) {
                break p;
            }
        };
        add(map, ns, &prefix);
        local.prefixes.insert(prefix.clone(), ns.to_vec());
        prefix
    }
    /// Takes note of what an element declares.
    fn record(map: &mut Prefixes, element: Node) -> Local {
        let mut local = Local::default();
        for a in element.attributes().filter(|a| is_declaration(*a)) {
            let value = plain_value(a);
            let ns = a.ns();
            if ns.as_ref().and_then(|n| n.prefix()).is_none() {
                local.default = Some(value);
                continue;
            }
            if value == crate::XML || knows(map, &value, a.name()) {
                continue;
            }
            add(map, &value, a.name());
            local.prefixes.entry(a.name().to_vec()).or_insert(value);
        }
        local
    }
    fn attribute_value(&mut self, attribute: Node) {
        self.put(attribute.name());
        self.put(b"=\"");
        for c in attribute.children() {
            match c.kind() {
                Kind::Text => self.escaped(c.content().unwrap_or_default(), true),
                Kind::EntityReference => {
                    self.put(b"&");
                    self.escaped(c.name(), true);
                    self.put(b";");
                }
                _ => {}
            }
        }
        self.put(b"\"");
    }
    /// The prefix that an attribute is written with, declared if need be; `None`: it is left out.
    fn attribute_prefix(
        &mut self,
        attribute: Node,
        element: Node,
        map: &mut Prefixes,
        local: &mut Local,
        ignore_default: bool,
    ) -> Result<Option<Option<Vec<u8>>>, Malformed> {
        let Some(ns) = attribute.ns() else { return Ok(Some(None)) };
        let uri = ns.uri().to_vec();
        let own = ns.prefix().map(<[u8]>::to_vec);
        let mut candidate = preferred(map, local, own.as_deref(), &uri);
        if is_declaration(attribute) {
            let value = plain_value(attribute);
            if value == crate::XML {
                return Ok(None);
            }
            let element_ns = element.ns();
            let element_uri = element_ns.as_ref().map(|n| n.uri()).unwrap_or_default();
            if own.is_none() && ignore_default && element_uri != value {
                return Ok(None);
            }
            if own.is_some()
                && local.prefixes.get(attribute.name()) != Some(&value)
                && knows(map, &value, attribute.name())
            {
                return Ok(None);
            }
            if own.as_deref() == Some(b"xmlns") {
                candidate = own;
            }
            let wrong = value == crate::XMLNS || (value.is_empty() && candidate.is_some());
            if self.style.strict && wrong {
                return Err(Malformed);
            }
        } else if candidate.is_none() {
            let prefix = match own.filter(|p| !local.prefixes.contains_key(p)) {
                Some(p) => {
                    add(map, &uri, &p);
                    local.prefixes.insert(p.clone(), uri.clone());
                    p
                }
                None => self.fresh_prefix(map, local, &uri),
            };
            self.declare(&prefix, &uri);
            candidate = Some(prefix);
        }
        Ok(Some(candidate))
    }
    fn attributes(
        &mut self,
        element: Node,
        map: &mut Prefixes,
        local: &mut Local,
        ignore_default: bool,
    ) -> Done {
        let mut seen = Vec::new();
        for a in element.attributes() {
            if self.style.strict {
                let key = (a.ns().map(|n| n.uri().to_vec()), a.name().to_vec());
                if seen.contains(&key) {
                    return Err(Malformed);
                }
                seen.push(key);
            }
            let Some(prefix) = self.attribute_prefix(a, element, map, local, ignore_default)? else {
                continue;
            };
            self.put(b" ");
            if let Some(p) = prefix {
                self.put(&p);
                self.put(b":");
            }
            let wrong = !names::is_local(a.name()) || (a.name() == b"xmlns" && a.ns().is_none());
            if self.style.strict && wrong {
                return Err(Malformed);
            }
            self.attribute_value(a);
        }
        Ok(())
    }
    /// The start of an element's tag: its name with the prefix that it needs, and the namespace that its children inherit.
    fn open(
        &mut self,
        element: Node,
        map: &mut Prefixes,
        local: &mut Local,
        inherited: Option<Vec<u8>>,
    ) -> Result<(Vec<u8>, Option<Vec<u8>>, bool), Malformed> {
        let ns_of = element.ns();
        let ns = ns_of.as_ref().map(|n| n.uri().to_vec());
        let name = element.name().to_vec();
        let with = |p: &[u8]| [p, b":", &name].concat();
        if inherited == ns {
            let qualified = if ns.as_deref() == Some(crate::XML) { with(b"xml") } else { name };
            self.put(&qualified);
            return Ok((qualified, inherited, local.default.is_some()));
        }
        let uri = ns.clone().unwrap_or_default();
        let prefix = ns_of.as_ref().and_then(|n| n.prefix()).map(<[u8]>::to_vec);
        let mut candidate = match (&prefix, &local.default) {
            (None, default) if default.clone().unwrap_or_default() == uri => None,
            _ => preferred(map, local, prefix.as_deref(), &uri),
        };
        if prefix.as_deref() == Some(b"xmlns") {
            if self.style.strict {
                return Err(Malformed);
            }
            candidate = prefix.clone();
        }
        let local_default = |inherited: Option<Vec<u8>>| match &local.default {
            Some(d) if d.is_empty() => None,
            Some(d) => Some(d.clone()),
            None => inherited,
        };
        if let Some(c) = candidate {
            let inherited = if local.default.as_deref() == Some(crate::XML) {
                inherited
            } else {
                local_default(inherited)
            };
            let qualified = with(&c);
            self.put(&qualified);
            return Ok((qualified, inherited, false));
        }
        if let Some(p) = prefix {
            let inherited = local_default(inherited);
            let p = if local.prefixes.contains_key(&p) {
                self.fresh_prefix(map, local, &uri)
            } else {
                add(map, &uri, &p);
                local.prefixes.insert(p.clone(), uri.clone());
                p
            };
            let qualified = [&p[..], b":", element.name()].concat();
            self.put(&qualified);
            self.declare(&p, &uri);
            return Ok((qualified, inherited, false));
        }
        self.put(&name);
        if local.default.as_ref().is_none_or(|d| *d != uri) {
            self.put(b" xmlns=\"");
            self.escaped(&uri, true);
            self.put(b"\"");
            return Ok((name, ns, true));
        }
        Ok((name, ns, false))
    }
    fn line(&mut self, indent: usize) {
        self.put(b"\n");
        for _ in 0..indent {
            self.put(b"  ");
        }
    }
    fn element(
        &mut self,
        element: Node,
        map: &Prefixes,
        inherited: Option<Vec<u8>>,
        indent: Option<usize>,
    ) -> Done {
        if self.style.strict && !names::is_local(element.name()) {
            return Err(Malformed);
        }
        let flows = |c: Node| matches!(c.kind(), Kind::Text | Kind::EntityReference | Kind::CData);
        let children: Vec<Node> = element.children().collect();
        let indent = indent.filter(|_| !children.is_empty() && !children.iter().any(|c| flows(*c)));
        self.put(b"<");
        let mut map = map.clone();
        let mut local = Writer::record(&mut map, element);
        let (name, inherited, ignore_default) = self.open(element, &mut map, &mut local, inherited)?;
        self.attributes(element, &mut map, &mut local, ignore_default)?;
        let html = element.ns().is_some_and(|n| n.uri() == crate::XHTML);
        if children.is_empty() && !self.style.end_tags {
            if !html {
                self.put(b"/>");
                return Ok(());
            }
            if VOID.contains(&element.name()) {
                self.put(b" />");
                return Ok(());
            }
        }
        self.put(b">");
        let inner = indent.map(|i| i + 1);
        let content = if html && element.name() == b"template" {
            crate::template::content(self.doc, element).map(|f| f.children().collect()).unwrap_or_default()
        } else {
            children
        };
        for c in content {
            if let Some(i) = inner {
                self.line(i);
            }
            self.node(c, &map, inherited.clone(), inner)?;
        }
        if let Some(i) = indent {
            self.line(i);
        }
        self.put(b"</");
        self.put(&name);
        self.put(b">");
        Ok(())
    }
    fn declaration(&mut self, doc: Node) {
        if self.style.no_declaration {
            return;
        }
        self.put(b"<?xml version=\"");
        let version = doc.xml_version().unwrap_or(b"1.0").to_vec();
        self.put(&version);
        self.put(b"\"");
        if let Some(e) = doc.xml_encoding() {
            let e = e.to_vec();
            self.put(b" encoding=\"");
            self.put(&e);
            self.put(b"\"");
        }
        match doc.standalone() {
            0 => self.put(b" standalone=\"no\""),
            1 => self.put(b" standalone=\"yes\""),
            _ => {}
        }
        self.put(b"?>\n");
    }
    fn node(
        &mut self,
        node: Node,
        map: &Prefixes,
        inherited: Option<Vec<u8>>,
        indent: Option<usize>,
    ) -> Done {
        let text = node.content().unwrap_or_default();
        let contains = |part: &[u8]| text.windows(part.len()).any(|w| w == part);
        let strict = self.style.strict;
        match node.kind() {
            Kind::Element => return self.element(node, map, inherited, indent),
            Kind::Fragment | Kind::Document | Kind::HtmlDocument => {
                if node.is_document() {
                    self.declaration(node);
                }
                for c in node.children() {
                    self.node(c, map, inherited.clone(), indent)?;
                }
            }
            Kind::Text => {
                if strict && !are_chars(text) {
                    return Err(Malformed);
                }
                self.escaped(text, false);
            }
            Kind::Comment => {
                if strict && (!are_chars(text) || contains(b"--") || text.ends_with(b"-")) {
                    return Err(Malformed);
                }
                self.put(b"<!--");
                self.put(text);
                self.put(b"-->");
            }
            Kind::ProcessingInstruction => {
                let name = node.name();
                let wrong = name.contains(&b':')
                    || name.eq_ignore_ascii_case(b"xml")
                    || !is_name(name)
                    || !are_chars(text)
                    || contains(b"?>");
                if strict && wrong {
                    return Err(Malformed);
                }
                self.put(b"<?");
                self.put(name);
                self.put(b" ");
                self.put(text);
                self.put(b"?>");
            }
            Kind::CData => {
                self.put(b"<![CDATA[");
                self.put(text);
                self.put(b"]]>");
            }
            Kind::Attribute => {
                let name = qualified(node);
                self.put(&name[..name.len() - node.name().len()]);
                self.attribute_value(node);
            }
            kind => {
                let text = self.doc.save_node(node, false, false).unwrap_or_default();
                self.put(&text);
                if kind == Kind::DocumentType {
                    self.put(b"\n");
                }
            }
        }
        Ok(())
    }
}

/// A node as XML in UTF-8.
pub fn xml(doc: &Document, nodes: &[Node], style: Style) -> Result<Vec<u8>, Malformed> {
    let mut map = Prefixes::default();
    add(&mut map, crate::XML, b"xml");
    let mut out = Vec::new();
    for n in nodes {
        let mut w = Writer { doc, style, out, index: 1 };
        w.node(*n, &map, None, style.format.then_some(0))?;
        out = w.out;
    }
    Ok(out)
}

/// Texts in these elements of HTML are written as they are.
const RAW: [&[u8]; 7] = [b"style", b"script", b"xmp", b"iframe", b"noembed", b"noframes", b"plaintext"];

const SVG: &[u8] = b"http://www.w3.org/2000/svg";
const MATHML: &[u8] = b"http://www.w3.org/1998/Math/MathML";
const XLINK: &[u8] = b"http://www.w3.org/1999/xlink";

fn is_void(element: Node) -> bool {
    is_html(element) && element.name() != b"menuitem" && VOID.contains(&element.name())
}

fn is_html(element: Node) -> bool {
    element.is_element() && element.ns().is_some_and(|n| n.uri() == crate::XHTML)
}

fn html_escaped(out: &mut Vec<u8>, text: &[u8], attribute: bool) {
    let mut i = 0;
    while i < text.len() {
        match text[i] {
            b'&' => out.extend(b"&amp;"),
            0xC2 if text.get(i + 1) == Some(&0xA0) => {
                out.extend(b"&nbsp;");
                i += 1;
            }
            b'"' if attribute => out.extend(b"&quot;"),
            b'<' if !attribute => out.extend(b"&lt;"),
            b'>' if !attribute => out.extend(b"&gt;"),
            c => out.push(c),
        }
        i += 1;
    }
}

fn html_name(element: Node) -> Vec<u8> {
    let ns = element.ns();
    let known = ns.as_ref().is_some_and(|n| [crate::XHTML, SVG, MATHML].contains(&n.uri()));
    if known { element.name().to_vec() } else { qualified(element) }
}

fn html_attribute(out: &mut Vec<u8>, a: Node) {
    out.push(b' ');
    let ns = a.ns();
    match ns.as_ref().map(|n| n.uri()) {
        Some(crate::XML) => out.extend([b"xml:", a.name()].concat()),
        Some(crate::XMLNS) if a.name() == b"xmlns" => out.extend(b"xmlns"),
        Some(crate::XMLNS) => out.extend([b"xmlns:", a.name()].concat()),
        Some(XLINK) => out.extend([b"xlink:", a.name()].concat()),
        _ => out.extend(qualified(a)),
    }
    out.extend(b"=\"");
    for c in a.children() {
        match c.kind() {
            Kind::Text => html_escaped(out, c.content().unwrap_or_default(), true),
            Kind::EntityReference => out.extend([b"&", c.name(), b";"].concat()),
            _ => {}
        }
    }
    out.push(b'"');
}

fn html_node(out: &mut Vec<u8>, doc: &Document, node: Node) {
    let text = node.content().unwrap_or_default();
    match node.kind() {
        Kind::DocumentType => out.extend([b"<!DOCTYPE ", node.name(), b">"].concat()),
        Kind::Text | Kind::CData => {
            let raw = node.parent().is_some_and(|p| is_html(p) && RAW.contains(&p.name()));
            if raw { out.extend(text) } else { html_escaped(out, text, false) }
        }
        Kind::ProcessingInstruction => out.extend([b"<?", node.name(), b" ", text, b">"].concat()),
        Kind::Comment => out.extend([b"<!--", text, b"-->"].concat()),
        Kind::EntityReference => out.extend([b"&", node.name(), b";"].concat()),
        Kind::Fragment | Kind::Document | Kind::HtmlDocument => html_children(out, doc, node),
        Kind::Element => {
            let name = html_name(node);
            out.push(b'<');
            out.extend(&name);
            node.attributes().for_each(|a| html_attribute(out, a));
            out.push(b'>');
            if is_void(node) {
                return;
            }
            html_children(out, doc, node);
            out.extend([b"</", &name[..], b">"].concat());
        }
        _ => {}
    }
}

fn html_children(out: &mut Vec<u8>, doc: &Document, node: Node) {
    let holder = match is_html(node) && node.name() == b"template" {
        true => crate::template::content(doc, node),
        false => Some(node),
    };
    for c in holder.into_iter().flat_map(Node::children) {
        html_node(out, doc, c);
    }
}

/// A node as HTML in UTF-8.
pub fn html(doc: &Document, node: Node) -> Vec<u8> {
    let mut out = Vec::new();
    html_node(&mut out, doc, node);
    out
}

/// What is in a node as HTML in UTF-8.
pub fn inner_html(doc: &Document, node: Node) -> Vec<u8> {
    let mut out = Vec::new();
    let may = node.is_document() || matches!(node.kind(), Kind::Element | Kind::Fragment);
    if may && !is_void(node) {
        html_children(&mut out, doc, node);
    }
    out
}
