//! Interfaces of iteration and the simplest iterators.

use plugin_api::{
    Args, Ctx, GcRoots, Iter, Kind, Object, R, This, Value, php_class, php_function, php_methods,
};

/// `OuterIterator`
#[php_class("interface OuterIterator extends Iterator", "public function getInnerIterator(): ~?Iterator")]
pub struct OuterIterator;

/// `RecursiveIterator`
#[php_class(
    "interface RecursiveIterator extends Iterator",
    "public function hasChildren(): ~bool",
    "public function getChildren(): ~?RecursiveIterator"
)]
pub struct RecursiveIterator;

/// `SeekableIterator`
#[php_class("interface SeekableIterator extends Iterator", "public function seek(int $offset): ~void")]
pub struct SeekableIterator;

/// `SplObserver`
#[php_class("interface SplObserver", "public function update(SplSubject $subject): ~void")]
pub struct SplObserver;

/// `SplSubject`
#[php_class(
    "interface SplSubject",
    "public function attach(SplObserver $observer): ~void",
    "public function detach(SplObserver $observer): ~void",
    "public function notify(): ~void"
)]
pub struct SplSubject;

/// Iterates over nothing.
#[php_class("class EmptyIterator implements Iterator")]
pub struct EmptyIterator;

#[php_methods]
impl EmptyIterator {
    #[php("public function current(): ~never")]
    fn current(ctx: &mut Ctx) -> R<()> {
        Err(ctx.throw_named("BadMethodCallException", "Accessing the value of an EmptyIterator", 0))
    }
    #[php("public function next(): ~void")]
    fn next() {}
    #[php("public function key(): ~never")]
    fn key(ctx: &mut Ctx) -> R<()> {
        Err(ctx.throw_named("BadMethodCallException", "Accessing the key of an EmptyIterator", 0))
    }
    #[php("public function valid(): ~false")]
    fn valid() -> bool {
        false
    }
    #[php("public function rewind(): ~void")]
    fn rewind() {}
}

/// Wraps any Traversable.
#[derive(Default, GcRoots)]
#[php_class("class IteratorIterator implements OuterIterator")]
pub struct IteratorIterator {
    inner: Option<Object>,
    current: Value,
    key: Value,
    valid: bool,
}

/// The wrapped iterator.
fn inner(this: &This<IteratorIterator>, ctx: &mut Ctx) -> R<Object> {
    match this.borrow(ctx)?.inner.clone() {
        Some(o) => Ok(o),
        None => Err(ctx.throw_named(
            "LogicException",
            "The object is in an invalid state as the parent constructor was not called",
            0,
        )),
    }
}

/// Fetches what the inner iterator stands on.
fn fetch(this: &This<IteratorIterator>, ctx: &mut Ctx) -> R<()> {
    let o = inner(this, ctx)?;
    let valid = o.call(ctx, "valid", &[])?.to_bool();
    let (v, k) =
        if valid { (o.call(ctx, "current", &[])?, o.call(ctx, "key", &[])?) } else { Default::default() };
    let mut p = this.borrow_mut(ctx)?;
    (p.current, p.key, p.valid) = (v, k, valid);
    Ok(())
}

#[php_methods]
impl IteratorIterator {
    #[php("public function __construct(Traversable $iterator, ?string $class = null)")]
    fn construct(this: &This<Self>, ctx: &mut Ctx, iterator: &Object, _class: Option<&[u8]>) -> R<()> {
        let mut o = iterator.clone();
        // An aggregate is asked for its iterator until there is one.
        while !o.has_method("valid") && o.has_method("getIterator") {
            let next = o.call(ctx, "getIterator", &[])?;
            match next.as_object() {
                Some(n) => o = n.clone(),
                None => return Err(ctx.type_error("getIterator() must return an object")),
            }
        }
        this.borrow_mut(ctx)?.inner = Some(o);
        Ok(())
    }
    #[php("public function getInnerIterator(): ~?Iterator")]
    fn get_inner_iterator(this: &This<Self>, ctx: &mut Ctx) -> R<Object> {
        inner(this, ctx)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        inner(this, ctx)?.call(ctx, "rewind", &[])?;
        fetch(this, ctx)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        inner(this, ctx)?;
        Ok(this.borrow(ctx)?.valid)
    }
    #[php("public function key(): ~mixed")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        inner(this, ctx)?;
        Ok(this.borrow(ctx)?.key.clone())
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Value> {
        inner(this, ctx)?;
        Ok(this.borrow(ctx)?.current.clone())
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        inner(this, ctx)?.call(ctx, "next", &[])?;
        fetch(this, ctx)
    }
}

#[php_function("iterator_count(Traversable|array $iterator): int")]
fn iterator_count(ctx: &mut Ctx, iterator: &Value) -> R<i64> {
    if let Kind::Array(a) = iterator.kind() {
        return Ok(a.len() as i64);
    }
    let mut it = Iter::new(ctx, iterator)?;
    let mut n = 0;
    while it.next(ctx)?.is_some() {
        n += 1;
    }
    Ok(n)
}

#[php_function("iterator_apply(Traversable $iterator, callable $callback, ?array $args = null): int")]
fn iterator_apply(ctx: &mut Ctx, args: &Args) -> R<i64> {
    let (Some(iterator), Some(f)) = (args.get(0), args.get(1)) else { return Ok(0) };
    let given: Vec<Value> =
        args.get(2).and_then(Value::as_array).map_or(Vec::new(), |a| a.values().cloned().collect());
    let mut it = Iter::new(ctx, iterator)?;
    let mut n = 0;
    while it.next(ctx)?.is_some() {
        n += 1;
        if !matches!(f.call(ctx, &given)?.kind(), Kind::Bool(true)) {
            break;
        }
    }
    Ok(n)
}
