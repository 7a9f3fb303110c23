//! The methods of `SimpleXMLElement`.

use crate::element::{SimpleXMLElement, View, place};
use crate::iterate::{next, node_of, rewind};
use howdah_libxml2::{Kind, Loading, Namespace, Node, XPath, load, split_name};
use plugin_api::{Array, Ctx, Object, R, Str, This, Value, php_methods};

fn add_namespace(out: &mut Array, ns: Namespace) {
    let prefix = String::from_utf8_lossy(ns.prefix().unwrap_or_default()).into_owned();
    if out.get(&prefix).is_none() {
        out.set(&*prefix, Value::str(ns.uri()));
    }
}

fn used_namespaces(node: Node, recursive: bool, out: &mut Array) {
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        let own = core::iter::once(node).chain(node.attributes());
        own.filter_map(Node::ns).for_each(|ns| add_namespace(out, ns));
        if recursive {
            let at = todo.len();
            todo.extend(node.children().filter(|n| n.is_element()));
            todo[at..].reverse();
        }
    }
}

fn declared_namespaces(node: Node, recursive: bool, attributes: bool, out: &mut Array) {
    let mut todo = vec![node];
    while let Some(node) = todo.pop() {
        node.declared().for_each(|ns| add_namespace(out, ns));
        for a in node.attributes().filter(|_| attributes) {
            if let Some(ns) = a.ns().filter(|n| n.uri() == b"http://www.w3.org/2000/xmlns/") {
                let prefix = ns.prefix().map_or(b"".as_slice(), |_| a.name());
                let prefix = String::from_utf8_lossy(prefix).into_owned();
                if out.get(&prefix).is_none() {
                    out.set(&*prefix, Value::str(a.text()));
                }
            }
        }
        if recursive {
            let at = todo.len();
            todo.extend(node.children().filter(|n| n.is_element()));
            todo[at..].reverse();
        }
    }
}

fn view(
    this: &This<SimpleXMLElement>,
    ctx: &mut Ctx,
    view: View,
    ns: Option<&Str>,
    is_prefix: bool,
) -> R<Option<Object>> {
    let p = place(this, ctx)?;
    if p.view == View::Attributes {
        return Ok(None);
    }
    let given = p.node(ctx)?;
    let Some(node) = p.first(given) else { return Ok(None) };
    let class = this.object().class();
    Ok(Some(p.object_in(ctx, class, node, view, None, (ns.cloned(), is_prefix))?))
}

fn save(this: &This<SimpleXMLElement>, ctx: &mut Ctx, filename: Option<&[u8]>) -> R<Value> {
    if filename.is_some_and(|f| f.contains(&0)) {
        return Err(ctx.argument_value_error(1, "must not contain any null bytes"));
    }
    let p = place(this, ctx)?;
    let given = p.node(ctx)?;
    let Some(node) = p.first(given) else { return Ok(Value::bool(false)) };
    let root = node.parent().is_some_and(|n| n.kind() == Kind::Document);
    let out = match filename {
        Some(f) if root => Value::bool(p.doc.save_file(f, false).is_some()),
        Some(f) => Value::bool(p.doc.save_node_file(node, f, false).is_some()),
        None => {
            let text = if root { p.doc.save(0) } else { p.doc.save_node(node, false, true) };
            text.map_or(Value::bool(false), Value::str)
        }
    };
    ctx.pending()?;
    Ok(out)
}

/// The current object of an iteration.
fn current(this: &This<SimpleXMLElement>, ctx: &mut Ctx) -> R<Object> {
    let current = this.borrow(ctx)?.current.clone();
    match current {
        Some(o) => Ok(o),
        None => Err(ctx.error("Iterator not initialized or already consumed")),
    }
}

#[php_methods]
impl SimpleXMLElement {
    #[php("public function xpath(string $expression): ~array|null|false")]
    fn xpath(this: &This<Self>, ctx: &mut Ctx, expression: &[u8]) -> R<Value> {
        let p = place(this, ctx)?;
        if p.view == View::Attributes {
            return Ok(Value::NULL);
        }
        let given = p.node(ctx)?;
        let Some(node) = p.first(given) else { return Ok(Value::NULL) };
        let taken = this.borrow_mut(ctx)?.xpath.take();
        let Some(x) = taken.or_else(|| XPath::new(&p.doc)) else { return Ok(Value::bool(false)) };
        let found = x.nodes(expression, node);
        this.borrow_mut(ctx)?.xpath = Some(x);
        ctx.pending()?;
        let Some(found) = found else { return Ok(Value::bool(false)) };
        let class = this.object().class();
        let mut out = Array::new();
        for n in found.unwrap_or_default() {
            let o = match (n.kind(), n.parent()) {
                (Kind::Text, Some(above)) => {
                    p.object_in(ctx, class, above, View::Node, None, (None, false))?
                }
                (Kind::Attribute, Some(above)) => {
                    let ns = n.ns().map(|n| Str::new(n.uri()));
                    let name = Some(Str::new(n.name()));
                    p.object_in(ctx, class, above, View::Attributes, name, (ns, false))?
                }
                (Kind::Element | Kind::ProcessingInstruction | Kind::Comment, _) => {
                    p.object_in(ctx, class, n, View::Node, None, (None, false))?
                }
                _ => continue,
            };
            out.push(o);
        }
        Ok(out.into())
    }
    #[php("public function registerXPathNamespace(string $prefix, string $namespace): ~bool")]
    fn register_xpath_namespace(
        this: &This<Self>,
        ctx: &mut Ctx,
        prefix: &[u8],
        namespace: &[u8],
    ) -> R<bool> {
        let p = place(this, ctx)?;
        let mut payload = this.borrow_mut(ctx)?;
        if payload.xpath.is_none() {
            payload.xpath = XPath::new(&p.doc);
        }
        Ok(payload.xpath.as_mut().is_some_and(|x| x.register(prefix, namespace)))
    }
    #[php("public function asXML(?string $filename = null): ~string|bool")]
    fn as_xml(this: &This<Self>, ctx: &mut Ctx, filename: Option<&[u8]>) -> R<Value> {
        save(this, ctx, filename)
    }
    #[php("public function saveXML(?string $filename = null): ~string|bool")]
    fn save_xml(this: &This<Self>, ctx: &mut Ctx, filename: Option<&[u8]>) -> R<Value> {
        save(this, ctx, filename)
    }
    #[php("public function getNamespaces(bool $recursive = false): ~array")]
    fn get_namespaces(this: &This<Self>, ctx: &mut Ctx, recursive: bool) -> R<Array> {
        let p = place(this, ctx)?;
        let given = p.node(ctx)?;
        let mut out = Array::new();
        match p.first(given) {
            Some(n) if n.is_element() => used_namespaces(n, recursive, &mut out),
            Some(n) if n.kind() == Kind::Attribute => {
                n.ns().into_iter().for_each(|ns| add_namespace(&mut out, ns));
            }
            _ => {}
        }
        Ok(out)
    }
    #[php("public function getDocNamespaces(bool $recursive = false, bool $fromRoot = true): ~array|false")]
    fn get_doc_namespaces(this: &This<Self>, ctx: &mut Ctx, recursive: bool, from_root: bool) -> R<Value> {
        let p = place(this, ctx)?;
        let node = if from_root { p.doc.root() } else { p.node(ctx)? };
        let Some(node) = node else { return Ok(Value::bool(false)) };
        let mut out = Array::new();
        let modern = p.doc.generation() == howdah_libxml2::Generation::Modern;
        declared_namespaces(node, recursive, modern, &mut out);
        Ok(out.into())
    }
    #[php(
        "public function children(?string $namespaceOrPrefix = null, bool $isPrefix = false): ~?SimpleXMLElement"
    )]
    fn children(
        this: &This<Self>,
        ctx: &mut Ctx,
        namespace_or_prefix: Option<&Str>,
        is_prefix: bool,
    ) -> R<Option<Object>> {
        view(this, ctx, View::Children, namespace_or_prefix, is_prefix)
    }
    #[php(
        "public function attributes(?string $namespaceOrPrefix = null, bool $isPrefix = false): ~?SimpleXMLElement"
    )]
    fn attributes(
        this: &This<Self>,
        ctx: &mut Ctx,
        namespace_or_prefix: Option<&Str>,
        is_prefix: bool,
    ) -> R<Option<Object>> {
        view(this, ctx, View::Attributes, namespace_or_prefix, is_prefix)
    }
    #[php(
        "public function __construct(string $data, int $options = 0, bool $dataIsURL = false, string $namespaceOrPrefix = \"\", bool $isPrefix = false)"
    )]
    fn construct(
        this: &This<Self>,
        ctx: &mut Ctx,
        data: &[u8],
        options: i64,
        data_is_url: bool,
        namespace_or_prefix: &[u8],
        is_prefix: bool,
    ) -> R<()> {
        let Ok(options) = i32::try_from(options) else {
            let message = "SimpleXMLElement::__construct(): Argument #2 ($options) is invalid";
            return Err(ctx.exception(message));
        };
        let from = if data_is_url { Loading::File(data) } else { Loading::Text(data) };
        let doc = load(from, options);
        ctx.pending()?;
        let Some(doc) = doc else { return Err(ctx.exception("String could not be parsed as XML")) };
        let made = crate::functions::payload(doc, namespace_or_prefix, is_prefix);
        let before = core::mem::replace(&mut *this.borrow_mut(ctx)?, made);
        drop(before);
        Ok(())
    }
    #[php(
        "public function addChild(string $qualifiedName, ?string $value = null, ?string $namespace = null): ~?SimpleXMLElement"
    )]
    fn add_child(
        this: &This<Self>,
        ctx: &mut Ctx,
        qualified_name: &[u8],
        value: Option<&[u8]>,
        namespace: Option<&[u8]>,
    ) -> R<Option<Object>> {
        if qualified_name.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        let p = place(this, ctx)?;
        let given = p.node(ctx)?;
        if p.view == View::Attributes {
            ctx.warning("Cannot add element to attributes")?;
            return Ok(None);
        }
        let Some(node) = p.first(given) else {
            ctx.warning("Cannot add child. Parent is not a permanent member of the XML tree")?;
            return Ok(None);
        };
        p.doc.changed();
        let (prefix, local) = match split_name(qualified_name) {
            Some((prefix, local)) => (Some(prefix), local),
            None => (None, qualified_name.to_vec()),
        };
        let made = node.add_child(None, &local, value);
        ctx.pending()?;
        let Some(made) = made else { return Ok(None) };
        match namespace {
            Some(b"") => {
                made.set_ns(None);
                made.declare(b"", prefix.as_deref());
            }
            Some(uri) => {
                let ns = node.find_ns_by_uri(uri).or_else(|| made.declare(uri, prefix.as_deref()));
                made.set_ns(ns);
            }
            None => {}
        }
        let class = this.object().class();
        let name = Some(Str::new(&local));
        let prefix = prefix.map(|p| Str::new(&p));
        Ok(Some(p.object_in(ctx, class, made, View::Node, name, (prefix, false))?))
    }
    #[php(
        "public function addAttribute(string $qualifiedName, string $value, ?string $namespace = null): ~void"
    )]
    fn add_attribute(
        this: &This<Self>,
        ctx: &mut Ctx,
        qualified_name: &[u8],
        value: &[u8],
        namespace: Option<&[u8]>,
    ) -> R<()> {
        if qualified_name.is_empty() {
            return Err(ctx.argument_value_error(1, "must not be empty"));
        }
        let p = place(this, ctx)?;
        let given = p.node(ctx)?;
        let node = match p.first(given) {
            Some(n) if !n.is_element() => n.parent(),
            n => n,
        };
        let Some(node) = node else { return ctx.warning("Unable to locate parent Element") };
        let (prefix, local) = match split_name(qualified_name) {
            Some((prefix, local)) => (Some(prefix), local),
            None if namespace.is_some_and(|n| !n.is_empty()) => {
                return ctx.warning("Attribute requires prefix for namespace");
            }
            None => (None, qualified_name.to_vec()),
        };
        let there = node.find_attribute(&local, namespace);
        if there.is_some_and(|a| a.kind() != Kind::AttributeDeclaration) {
            return ctx.warning("Attribute already exists");
        }
        let ns = namespace
            .and_then(|uri| node.find_ns_by_uri(uri).or_else(|| node.declare(uri, prefix.as_deref())));
        node.add_attribute(ns, &local, Some(value));
        Ok(())
    }
    #[php("public function getName(): ~string")]
    fn get_name(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let p = place(this, ctx)?;
        let given = p.node(ctx)?;
        Ok(p.first(given).map(|n| n.name().to_vec()).unwrap_or_default())
    }
    #[php("public function __toString(): string")]
    fn to_string(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        Ok(crate::handlers::text(this, ctx)?.unwrap_or_default())
    }
    #[php("public function __debugInfo(): ?array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        crate::show::properties(this, ctx, true)
    }
    #[php("public function count(): ~int")]
    fn count(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        crate::iterate::count(this, ctx)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        rewind(this, ctx)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        Ok(this.borrow(ctx)?.current.is_some())
    }
    #[php("public function current(): ~SimpleXMLElement")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Object> {
        current(this, ctx)
    }
    #[php("public function key(): ~string")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<Vec<u8>> {
        let o = current(this, ctx)?;
        match node_of(&o) {
            Some(n) => Ok(n.name().to_vec()),
            None => Err(ctx.error("Iterator not initialized or already consumed")),
        }
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        next(this, ctx)
    }
    #[php("public function hasChildren(): ~bool")]
    fn has_children(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (o, view) = {
            let p = this.borrow(ctx)?;
            (p.current.clone(), p.view)
        };
        let Some(o) = o.filter(|_| view != View::Attributes) else { return Ok(false) };
        Ok(node_of(&o).is_some_and(|n| n.children().any(Node::is_element)))
    }
    #[php("public function getChildren(): ~?SimpleXMLElement")]
    fn get_children(this: &This<Self>, ctx: &mut Ctx) -> R<Option<Object>> {
        let p = this.borrow(ctx)?;
        Ok(p.current.clone().filter(|_| p.view != View::Attributes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use howdah_libxml2::NodeShare;

    #[test]
    fn nodes_outlive_the_object_that_made_them() {
        let doc = load(Loading::Text(b"<a><b>1</b></a>"), 0).expect("well-formed");
        let share = doc.root().and_then(Node::first_child).map(NodeShare::of).expect("an element below");
        let node = share.node().expect("a live node");
        node.unlink();
        assert_eq!(node.own_text().as_deref(), Some(b"1".as_slice()));
        drop(share);
        assert!(doc.root().is_some_and(|n| n.first_child().is_none()));
    }
}
