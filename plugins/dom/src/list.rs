//! Lists of nodes: what hangs below a node, elements of a name, what an expression found.

use crate::place::{self, At};
use howdah_libxml2::{Document, Node, NodeShare};
use plugin_api::{
    Args, Array, Class, Ctx, GcRoots, NativeIter, Object, R, This, Value, Visitor, php_class, php_methods,
};

/// Elements of a name below a node.
#[derive(Clone)]
pub struct Tags {
    /// The node.
    pub base: Object,
    /// The namespace: any, or that of a URI; an empty one is none.
    pub ns: Option<Vec<u8>>,
    /// The local name, `*` for all; the qualified name where the modern classes ask without a namespace.
    pub name: Vec<u8>,
}

/// What a list is of.
#[derive(Clone, Default)]
pub enum Source {
    /// Nothing.
    #[default]
    Nothing,
    /// What hangs below a node.
    Children(Object),
    /// Elements of a name.
    Tags(Tags),
    /// Objects.
    Set(Array),
}

/// Where the last search ended, good while the tree does not change.
#[derive(Default)]
struct Memory {
    stamp: Option<(usize, u64)>,
    length: Option<i64>,
    last: Option<(i64, Node, NodeShare)>,
    // Dropped after the node.
    _doc: Option<Document>,
}

/// A list.
#[derive(Default)]
pub struct List {
    /// What it is of.
    pub source: Source,
    memory: Memory,
}

impl GcRoots for List {
    fn visit(&mut self, v: &mut Visitor) {
        match &mut self.source {
            Source::Nothing => {}
            Source::Children(o) => o.visit(v),
            Source::Tags(t) => t.base.visit(v),
            Source::Set(a) => a.visit(v),
        }
    }
}

impl Tags {
    fn fits(&self, at: &At, node: Node) -> bool {
        if !node.is_element() {
            return false;
        }
        let named = self.name == b"*"
            || if at.modern && self.ns.is_none() {
                matches_qualified(node, &self.name, crate::node::is_html(node))
            } else {
                node.name() == &*self.name
            };
        if !named {
            return false;
        }
        match self.ns.as_deref() {
            None | Some(b"*") => true,
            Some(b"") => node.ns().is_none(),
            Some(uri) => node.ns().is_some_and(|n| n.uri() == uri),
        }
    }
    fn next(&self, at: &At, from: Option<Node>) -> Option<Node> {
        let mut node = from;
        while let Some(n) = node {
            if self.fits(at, n) {
                return Some(n);
            }
            node = n.next_within(at.node);
        }
        None
    }
}

/// Whether a node has a qualified name; `lower`: the lower case of it.
pub fn matches_qualified(node: Node, name: &[u8], lower: bool) -> bool {
    let own = crate::node::qualified(node);
    if lower { own == name.to_ascii_lowercase() } else { own == name }
}

impl Source {
    fn base(&self) -> Option<At> {
        match self {
            Source::Children(o) | Source::Tags(Tags { base: o, .. }) => place::find(o),
            _ => None,
        }
    }
    /// The first node.
    fn first(&self, at: &At) -> Option<Node> {
        match self {
            Source::Children(_) => crate::node::first_below(at.node),
            Source::Tags(t) => t.next(at, at.node.first_child()),
            _ => None,
        }
    }
    /// The node after one.
    fn after(&self, at: &At, node: Node) -> Option<Node> {
        match self {
            Source::Children(_) => node.next(),
            Source::Tags(t) => t.next(at, node.next_within(at.node)),
            _ => None,
        }
    }
}

fn stamp(at: &At) -> Option<(usize, u64)> {
    at.doc.as_ref().map(|d| (d.id(), d.changes()))
}

impl List {
    /// How many nodes.
    pub fn length(&mut self) -> i64 {
        if let Source::Set(a) = &self.source {
            return a.len() as i64;
        }
        let Some(at) = self.source.base() else { return 0 };
        self.refresh(&at);
        if let Some(n) = self.memory.length.filter(|_| self.memory.stamp.is_some()) {
            return n;
        }
        let all = core::iter::successors(self.source.first(&at), |n| self.source.after(&at, *n));
        let n = all.count() as i64;
        self.memory.length = Some(n);
        n
    }
    fn refresh(&mut self, at: &At) {
        let now = stamp(at);
        if now.is_none() || self.memory.stamp != now {
            self.memory = Memory { stamp: now, _doc: at.doc.clone(), ..Memory::default() };
        }
    }
    fn node(&mut self, at: &At, index: i64) -> Option<Node> {
        self.refresh(at);
        let (mut i, mut node) = match &self.memory.last {
            Some((i, n, _)) if *i <= index => (*i, Some(*n)),
            _ => (0, self.source.first(at)),
        };
        while i < index {
            node = self.source.after(at, node?);
            i += 1;
        }
        let node = node?;
        self.memory.last = Some((index, node, NodeShare::of(node)));
        Some(node)
    }
}

/// `DOMNodeList`
#[derive(Default, GcRoots)]
#[php_class(
    "class DOMNodeList implements IteratorAggregate, Countable",
    "public virtual int $length",
    handlers(
        read_prop,
        write_prop,
        has_prop,
        unset_prop,
        properties,
        read_dim,
        has_dim,
        count,
        get_iterator
    )
)]
pub struct DOMNodeList(List);

#[php_methods(
    "public function count(): ~int" => crate::list::count,
    "public function getIterator(): Iterator" => crate::list::get_iterator,
    "public function item(int $index)" => crate::list::item,
)]
impl DOMNodeList {}

/// Runs `f` on the list of an object of any class of lists.
pub fn with<T>(o: &Object, f: impl FnOnce(&mut List) -> T) -> Option<T> {
    if let Some(this) = This::<DOMNodeList>::of(o) {
        return this.with(|p| f(&mut p.0));
    }
    if let Some(this) = This::<ModernNodeList>::of(o) {
        return this.with(|p| f(&mut p.0));
    }
    This::<HtmlCollection>::of(o)?.with(|p| f(&mut p.0))
}

/// An object of a list.
pub fn make(ctx: &mut Ctx, source: Source, modern: bool) -> R<Value> {
    let class = if modern { Class::of::<ModernNodeList>(ctx)? } else { Class::of::<DOMNodeList>(ctx)? };
    let o = class.instantiate_raw(ctx)?;
    with(&o, |l| l.source = source);
    Ok(o.into())
}

/// An object of a collection of elements.
pub fn make_collection(ctx: &mut Ctx, source: Source) -> R<Value> {
    let o = Class::of::<HtmlCollection>(ctx)?.instantiate_raw(ctx)?;
    with(&o, |l| l.source = source);
    Ok(o.into())
}

/// `Dom\NodeList`
#[derive(Default, GcRoots)]
#[php_class(
    "class Dom\\NodeList implements IteratorAggregate, Countable",
    "public virtual int $length",
    handlers(
        read_prop,
        write_prop,
        has_prop,
        unset_prop,
        properties,
        read_dim,
        has_dim,
        count,
        get_iterator
    ),
    flags(not_serializable)
)]
pub struct ModernNodeList(List);

#[php_methods(
    "public function count(): int" => crate::list::count,
    "public function getIterator(): Iterator" => crate::list::get_iterator,
    "public function item(int $index): ?Dom\\Node" => crate::list::item,
)]
impl ModernNodeList {}

/// `Dom\HTMLCollection`
#[derive(Default, GcRoots)]
#[php_class(
    "class Dom\\HTMLCollection implements IteratorAggregate, Countable",
    "public virtual int $length",
    handlers(
        read_prop,
        write_prop,
        has_prop,
        unset_prop,
        properties,
        read_dim,
        has_dim,
        count,
        get_iterator
    ),
    flags(not_serializable)
)]
pub struct HtmlCollection(List);

#[php_methods(
    "public function item(int $index): ?Dom\\Element" => crate::list::item,
    "public function namedItem(string $key): ?Dom\\Element" => crate::list::named_item,
    "public function count(): int" => crate::list::count,
    "public function getIterator(): Iterator" => crate::list::get_iterator,
)]
impl HtmlCollection {}

fn named(o: &Object, key: &[u8]) -> Option<(Node, At)> {
    if key.is_empty() {
        return None;
    }
    let found = with(o, |l| {
        let at = l.source.base()?;
        let is = |n: &Node, name: &[u8]| {
            n.find_attribute(name, None).is_some_and(|a| a.whole_content().as_deref() == Some(key))
        };
        let fits =
            |n: &Node| is(n, b"id") || (n.ns().is_some_and(|ns| ns.uri() == crate::XHTML) && is(n, b"name"));
        let mut all = core::iter::successors(l.source.first(&at), |n| l.source.after(&at, *n));
        let node = all.find(fits)?;
        Some((node, at))
    });
    found.flatten()
}

/// `namedItem()`
pub fn named_item(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let key: &[u8] = args.arg(ctx, 0)?;
    match named(this, key) {
        Some((node, at)) => at.object(ctx, node),
        None => Ok(Value::NULL),
    }
}

/// The number that a text is as a key of an array.
pub fn decimal(text: &[u8]) -> Option<i64> {
    let n: i64 = core::str::from_utf8(text).ok()?.parse().ok()?;
    (n.to_string().as_bytes() == text).then_some(n)
}

/// The number that an offset of the modern classes means, or its name; `None`: it is neither.
pub fn spec_offset(key: &Value) -> Option<Result<i64, Vec<u8>>> {
    match key.kind() {
        plugin_api::Kind::Int(n) => Some(Ok(n)),
        plugin_api::Kind::Float(f) => Some(Ok(Ctx::float_to_int(f))),
        plugin_api::Kind::Str(s) => Some(match decimal(s) {
            Some(n) => Ok(n),
            None => Err(s.to_vec()),
        }),
        _ => None,
    }
}

/// The TypeError for an offset of no possible type.
pub fn illegal(ctx: &mut Ctx, class: &str, key: &Value, isset: bool) -> plugin_api::Throw {
    let given = key.type_name();
    ctx.type_error(match isset {
        true => format!("Cannot access offset of type {given} in isset or empty"),
        false => format!("Cannot access offset of type {given} on {class}"),
    })
}

/// How many nodes.
pub fn length(o: &Object) -> i64 {
    with(o, List::length).unwrap_or(0)
}

/// The node at a number, or null.
pub fn at_index(ctx: &mut Ctx, o: &Object, index: i64) -> R<Value> {
    if index < 0 {
        return Ok(Value::NULL);
    }
    let found = with(o, |l| {
        if let Source::Set(a) = &l.source {
            return Err(a.get_index(index).cloned().unwrap_or_default());
        }
        let at = l.source.base();
        Ok(at.map(|at| (l.node(&at, index), at)))
    });
    match found {
        Some(Ok(Some((node, at)))) => at.maybe(ctx, node),
        Some(Err(v)) => Ok(v),
        _ => Ok(Value::NULL),
    }
}

/// `count()`
pub fn count(this: &Object, _: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::int(length(this)))
}

/// `item()`
pub fn item(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let index: i64 = args.arg(ctx, 0)?;
    at_index(ctx, this, index)
}

/// `getIterator()`
pub fn get_iterator(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let walk = Walk::new(ctx, this)?;
    Value::iterator_object(ctx, walk)
}

/// An iteration.
#[derive(GcRoots)]
pub struct Walk {
    object: Object,
    current: Option<Value>,
    index: i64,
    #[gc(skip)]
    stamp: Option<(usize, u64)>,
}

impl Walk {
    /// Over a list.
    pub fn new(ctx: &mut Ctx, o: &Object) -> R<Walk> {
        let mut walk = Walk { object: o.clone(), current: None, index: 0, stamp: None };
        if let Some(Some(set)) = with(o, |l| set_of(&l.source)) {
            walk.current = set.get_index(0).cloned();
            return Ok(walk);
        }
        let found = with(o, |l| {
            let at = l.source.base()?;
            Some((l.source.first(&at), at))
        });
        walk.put(ctx, found.flatten())?;
        Ok(walk)
    }
    fn put(&mut self, ctx: &mut Ctx, found: Option<(Option<Node>, At)>) -> R<()> {
        self.current = None;
        if let Some((Some(node), at)) = found {
            self.stamp = stamp(&at);
            self.current = Some(at.object(ctx, node)?);
        }
        Ok(())
    }
    /// The node after the current one; of lists that changed meanwhile, the one at the number.
    fn following(&self, l: &mut List) -> Option<(Option<Node>, At)> {
        let at = l.source.base()?;
        let current = self.current.as_ref()?.as_object().and_then(place::find)?.node;
        let restart = stamp(&at) != self.stamp && (at.modern || matches!(l.source, Source::Tags(_)));
        let next = if restart { l.node(&at, self.index) } else { l.source.after(&at, current) };
        Some((next, at))
    }
}

impl NativeIter for Walk {
    const REWINDS: bool = false;
    fn valid(&mut self, _: &mut Ctx) -> R<bool> {
        Ok(self.current.is_some())
    }
    fn current(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(self.current.clone().unwrap_or_default())
    }
    fn key(&mut self, _: &mut Ctx) -> R<Value> {
        Ok(Value::int(self.index))
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        if self.current.is_none() {
            return Ok(());
        }
        self.index += 1;
        if let Some(Some(set)) = with(&self.object, |l| set_of(&l.source)) {
            self.current = set.get_index(self.index).cloned();
            return Ok(());
        }
        let found = with(&self.object, |l| self.following(l)).flatten();
        self.put(ctx, found)
    }
}

fn set_of(source: &Source) -> Option<Array> {
    match source {
        Source::Set(a) => Some(a.clone()),
        _ => None,
    }
}

/// The number that an offset of the classic classes means; `None`: it is a name.
pub fn classic_offset(key: &Value) -> Option<i64> {
    match key.as_str() {
        Some(s) => Value::numeric(s).map(|(n, _)| n.to_int()),
        None => Some(key.to_int()),
    }
}

/// Handlers of a class that has a `length`.
#[macro_export]
macro_rules! length_handlers {
    ($length:path) => {
        fn read_prop(
            this: &This<Self>,
            _: &mut Ctx,
            name: &plugin_api::Str,
            _: plugin_api::PropMode,
        ) -> R<Option<Value>> {
            Ok((&**name == b"length").then(|| Value::int($length(this))))
        }
        fn write_prop(this: &This<Self>, ctx: &mut Ctx, name: &plugin_api::Str, _: &Value) -> R<bool> {
            if &**name != b"length" {
                return Ok(false);
            }
            let class = this.class().name().lossy().into_owned();
            Err(ctx.error(format!("Cannot modify readonly property {class}::$length")))
        }
        fn has_prop(this: &This<Self>, _: &mut Ctx, name: &plugin_api::Str, mode: u32) -> R<Option<bool>> {
            Ok((&**name == b"length").then(|| mode != 1 || $length(this) != 0))
        }
        fn unset_prop(this: &This<Self>, ctx: &mut Ctx, name: &plugin_api::Str) -> R<bool> {
            if &**name != b"length" {
                return Ok(false);
            }
            let class = this.class().name().lossy().into_owned();
            Err(ctx.error(format!("Cannot unset {class}::$length")))
        }
        fn properties(this: &This<Self>, ctx: &mut Ctx, purpose: u32) -> R<Option<plugin_api::Array>> {
            if purpose != plugin_api::abi::prop_purpose::DEBUG {
                return Ok(None);
            }
            let mut out = this.object().properties(ctx)?;
            out.set("length", Value::int($length(this)));
            Ok(Some(out))
        }
        fn count(this: &This<Self>, ctx: &mut Ctx) -> R<Option<i64>> {
            // A subclass may count otherwise.
            let class = this.class();
            if class.method_class("count").is_some_and(|c| $crate::tables::is_own(&c.name())) {
                return Ok(Some($length(this)));
            }
            Ok(Some(this.object().call(ctx, "count", &[])?.to_int()))
        }
    };
}

impl plugin_api::Handlers for DOMNodeList {
    length_handlers!(length);
    fn read_dim(
        this: &This<Self>,
        ctx: &mut Ctx,
        key: Option<&Value>,
        _: plugin_api::PropMode,
    ) -> R<Option<Value>> {
        let Some(key) = key else {
            let class = this.class().name().lossy().into_owned();
            return Err(ctx.error(format!("Cannot access {class} without offset")));
        };
        let Some(index) = classic_offset(key) else { return Ok(Some(Value::NULL)) };
        at_index(ctx, this, index).map(Some)
    }
    fn has_dim(this: &This<Self>, _: &mut Ctx, key: &Value, _: bool) -> R<bool> {
        Ok(classic_offset(key).is_some_and(|i| i >= 0 && i < length(this)))
    }
    fn get_iterator(
        this: &This<Self>,
        ctx: &mut Ctx,
        by_ref: bool,
    ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
        if by_ref {
            return Err(ctx.error("An iterator cannot be used with foreach by reference"));
        }
        Ok(Box::new(Walk::new(ctx, this)?))
    }
}

/// Handlers of a class of the modern kind.
macro_rules! modern_list {
    ($class:ty, $named:expr) => {
        impl plugin_api::Handlers for $class {
            length_handlers!(length);
            fn read_dim(
                this: &This<Self>,
                ctx: &mut Ctx,
                key: Option<&Value>,
                _: plugin_api::PropMode,
            ) -> R<Option<Value>> {
                let class = this.class().name().lossy().into_owned();
                let Some(key) = key else {
                    return Err(ctx.error(format!("Cannot append to {class}")));
                };
                match spec_offset(key) {
                    Some(Ok(n)) => at_index(ctx, this, n).map(Some),
                    Some(Err(name)) if $named => match named(this, &name) {
                        Some((node, at)) => at.object(ctx, node).map(Some),
                        None => Ok(Some(Value::NULL)),
                    },
                    _ => Err(illegal(ctx, &class, key, false)),
                }
            }
            fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, _: bool) -> R<bool> {
                match spec_offset(key) {
                    Some(Ok(n)) => Ok(n >= 0 && n < length(this)),
                    Some(Err(name)) if $named => Ok(named(this, &name).is_some()),
                    _ => {
                        let class = this.class().name().lossy().into_owned();
                        Err(illegal(ctx, &class, key, true))
                    }
                }
            }
            fn get_iterator(
                this: &This<Self>,
                ctx: &mut Ctx,
                by_ref: bool,
            ) -> R<Box<dyn plugin_api::__private::ErasedIter>> {
                if by_ref {
                    return Err(ctx.error("An iterator cannot be used with foreach by reference"));
                }
                Ok(Box::new(Walk::new(ctx, this)?))
            }
        }
    };
}

modern_list!(ModernNodeList, false);
modern_list!(HtmlCollection, true);
