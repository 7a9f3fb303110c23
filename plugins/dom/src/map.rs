//! Maps of nodes by name: attributes, what a document type declares.

use crate::length_handlers;
use crate::list::{classic_offset, illegal, spec_offset};
use crate::place::{self, At};
use howdah_libxml2::{Declared, Kind, Node};
use plugin_api::{
    Args, Class, Ctx, GcRoots, NativeIter, Object, R, This, Value, Visitor, php_class, php_methods,
};

/// What a map is of.
#[derive(Clone, Default)]
pub enum Source {
    /// Nothing.
    #[default]
    Nothing,
    /// The attributes of an element.
    Attributes(Object),
    /// What a document type declares.
    Declared(Object, Declared),
}

impl GcRoots for Source {
    fn visit(&mut self, v: &mut Visitor) {
        match self {
            Source::Nothing => {}
            Source::Attributes(o) | Source::Declared(o, _) => o.visit(v),
        }
    }
}

impl Source {
    fn base(&self) -> Option<At> {
        match self {
            Source::Nothing => None,
            Source::Attributes(o) | Source::Declared(o, _) => place::find(o),
        }
    }
    fn length(&self) -> i64 {
        let Some(at) = self.base() else { return 0 };
        match self {
            Source::Declared(_, what) => at.node.count_declared(*what) as i64,
            _ => at.node.attributes().count() as i64,
        }
    }
    fn item(&self, index: i64) -> Option<(Node, At)> {
        let at = self.base()?;
        let index = usize::try_from(index).ok()?;
        let node = match self {
            Source::Declared(_, what) => at.node.declared_at(*what, index),
            _ => at.node.attributes().nth(index),
        };
        Some((node?, at))
    }
    fn named(&self, name: &[u8]) -> Option<(Node, At)> {
        let at = self.base()?;
        let node = match self {
            Source::Declared(_, what) => at.node.declared_as(*what, name),
            _ if at.modern => crate::element::attribute_of(at.node, name),
            _ => at.node.attribute_or_declaration(name),
        };
        Some((node?, at))
    }
}

/// `DOMNamedNodeMap`
#[derive(Default, GcRoots)]
#[php_class(
    "class DOMNamedNodeMap implements IteratorAggregate, Countable",
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
pub struct DOMNamedNodeMap(Source);

#[php_methods(
    "public function getNamedItem(string $qualifiedName): ~?DOMNode" => crate::map::get_named_item,
    "public function getNamedItemNS(?string $namespace, string $localName): ~?DOMNode" => crate::map::get_named_item_ns,
    "public function item(int $index): ~?DOMNode" => crate::map::item,
    "public function count(): ~int" => crate::map::count,
    "public function getIterator(): Iterator" => crate::map::get_iterator,
)]
impl DOMNamedNodeMap {}

/// Runs `f` on the source of an object of any class of maps.
pub fn with<T>(o: &Object, f: impl FnOnce(&mut Source) -> T) -> Option<T> {
    if let Some(this) = This::<DOMNamedNodeMap>::of(o) {
        return this.with(|p| f(&mut p.0));
    }
    if let Some(this) = This::<NamedNodeMap>::of(o) {
        return this.with(|p| f(&mut p.0));
    }
    This::<DtdNamedNodeMap>::of(o)?.with(|p| f(&mut p.0))
}

fn source(o: &Object) -> Source {
    with(o, |s| s.clone()).unwrap_or_default()
}

/// An object of a map.
pub fn make(ctx: &mut Ctx, source: Source, modern: bool) -> R<Value> {
    let class = match (&source, modern) {
        (_, false) => Class::of::<DOMNamedNodeMap>(ctx)?,
        (Source::Declared(..), true) => Class::of::<DtdNamedNodeMap>(ctx)?,
        _ => Class::of::<NamedNodeMap>(ctx)?,
    };
    let o = class.instantiate_raw(ctx)?;
    with(&o, |s| *s = source);
    Ok(o.into())
}

/// How many nodes.
pub fn length(o: &Object) -> i64 {
    source(o).length()
}

fn found(ctx: &mut Ctx, found: Option<(Node, At)>) -> R<Value> {
    match found {
        Some((node, at)) => at.object(ctx, node),
        None => Ok(Value::NULL),
    }
}

/// `count()`
pub fn count(this: &Object, _: &mut Ctx, _: &Args<'_>) -> R<Value> {
    Ok(Value::int(length(this)))
}

/// `item()`
pub fn item(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let index: i64 = args.arg(ctx, 0)?;
    if i32::try_from(index).is_err() || index < 0 {
        return Err(ctx.argument_value_error(1, format!("must be between 0 and {}", i32::MAX)));
    }
    found(ctx, source(this).item(index))
}

/// `getNamedItem()`
pub fn get_named_item(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    found(ctx, source(this).named(name))
}

/// `getNamedItemNS()`
pub fn get_named_item_ns(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (uri, name): (Option<&[u8]>, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let source = source(this);
    let got = match &source {
        Source::Attributes(_) => source.base().and_then(|at| {
            let uri = uri.filter(|u| !at.modern || !u.is_empty());
            Some((at.node.find_attribute(name, uri)?, at))
        }),
        _ => source.named(name),
    };
    found(ctx, got)
}

/// `getIterator()`
pub fn get_iterator(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let walk = Walk::new(ctx, this)?;
    Value::iterator_object(ctx, walk)
}

/// An iteration.
#[derive(GcRoots)]
pub struct Walk {
    source: Source,
    current: Option<Value>,
    index: i64,
}

impl Walk {
    /// Over a map.
    pub fn new(ctx: &mut Ctx, o: &Object) -> R<Walk> {
        let source = source(o);
        let current = match source.item(0) {
            Some((node, at)) => Some(at.object(ctx, node)?),
            None => None,
        };
        Ok(Walk { source, current, index: 0 })
    }
    fn node(&self) -> Option<At> {
        place::find(self.current.as_ref()?.as_object()?)
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
        Ok(match self.node() {
            Some(at) if at.modern && at.node.kind() == Kind::Attribute => {
                Value::str(crate::node::qualified(at.node))
            }
            Some(at) => Value::str(at.node.name()),
            None => Value::NULL,
        })
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        self.index += 1;
        let next = match &self.source {
            Source::Attributes(_) => self.node().and_then(|at| Some((at.node.next()?, at))),
            _ => self.source.item(self.index),
        };
        self.current = match next {
            Some((node, at)) => Some(at.object(ctx, node)?),
            None => None,
        };
        Ok(())
    }
}

impl plugin_api::Handlers for DOMNamedNodeMap {
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
        let Some(index) = classic_offset(key) else {
            let name = key.to_str(ctx)?;
            return found(ctx, source(this).named(&name)).map(Some);
        };
        if index < 0 || i32::try_from(index).is_err() {
            return Err(ctx.value_error(format!("must be between 0 and {}", i32::MAX)));
        }
        found(ctx, source(this).item(index)).map(Some)
    }
    fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, _: bool) -> R<bool> {
        Ok(match classic_offset(key) {
            Some(index) => index >= 0 && index < length(this),
            None => {
                let name = key.to_str(ctx)?;
                source(this).named(&name).is_some()
            }
        })
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

/// `Dom\NamedNodeMap`
#[derive(Default, GcRoots)]
#[php_class(
    "class Dom\\NamedNodeMap implements IteratorAggregate, Countable",
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
pub struct NamedNodeMap(Source);

#[php_methods(
    "public function item(int $index): ?Dom\\Attr" => crate::map::item,
    "public function getNamedItem(string $qualifiedName): ?Dom\\Attr" => crate::map::get_named_item,
    "public function getNamedItemNS(?string $namespace, string $localName): ?Dom\\Attr" => crate::map::get_named_item_ns,
    "public function count(): int" => crate::map::count,
    "public function getIterator(): Iterator" => crate::map::get_iterator,
)]
impl NamedNodeMap {}

/// `Dom\DtdNamedNodeMap`
#[derive(Default, GcRoots)]
#[php_class(
    "class Dom\\DtdNamedNodeMap implements IteratorAggregate, Countable",
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
pub struct DtdNamedNodeMap(Source);

#[php_methods(
    "public function item(int $index): Dom\\Entity|Dom\\Notation|null" => crate::map::item,
    "public function getNamedItem(string $qualifiedName): Dom\\Entity|Dom\\Notation|null" => crate::map::get_named_item,
    "public function getNamedItemNS(?string $namespace, string $localName): Dom\\Entity|Dom\\Notation|null" => crate::map::get_named_item_ns,
    "public function count(): int" => crate::map::count,
    "public function getIterator(): Iterator" => crate::map::get_iterator,
)]
impl DtdNamedNodeMap {}

/// Handlers of a class of the modern kind.
macro_rules! modern_map {
    ($class:ty) => {
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
                    Some(Ok(n)) => found(ctx, source(this).item(n)).map(Some),
                    Some(Err(name)) => found(ctx, source(this).named(&name)).map(Some),
                    None => Err(illegal(ctx, &class, key, false)),
                }
            }
            fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, _: bool) -> R<bool> {
                match spec_offset(key) {
                    Some(Ok(n)) => Ok(n >= 0 && n < length(this)),
                    Some(Err(name)) => Ok(source(this).named(&name).is_some()),
                    None => {
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

modern_map!(NamedNodeMap);
modern_map!(DtdNamedNodeMap);
