//! Iterators that leave elements out by `accept()`.

use super::outer::{
    self, Extra, IteratorIterator, Outer, fetch, inner, inner_next, once, ready, release, wrap,
};
use crate::support::construct;
use plugin_api::{Callable, Ctx, Object, R, Value, php_class, php_methods};

/// Elements that `accept()` takes.
#[php_class("abstract class FilterIterator extends IteratorIterator", payload = IteratorIterator)]
pub struct FilterIterator;

/// Elements that `accept()` takes, with children.
#[php_class(
    "abstract class RecursiveFilterIterator extends FilterIterator implements RecursiveIterator",
    payload = IteratorIterator
)]
pub struct RecursiveFilterIterator;

/// Elements that have children.
#[php_class("class ParentIterator extends RecursiveFilterIterator", payload = IteratorIterator)]
pub struct ParentIterator;

/// Elements that a callback takes.
#[php_class("class CallbackFilterIterator extends FilterIterator", payload = IteratorIterator)]
pub struct CallbackFilterIterator;

/// Elements that a callback takes, with children.
#[php_class(
    "class RecursiveCallbackFilterIterator extends CallbackFilterIterator implements RecursiveIterator",
    payload = IteratorIterator
)]
pub struct RecursiveCallbackFilterIterator;

/// On to the next element that is accepted, from where the inner iterator stands.
fn seek_accepted(this: &Outer, ctx: &mut Ctx) -> R<()> {
    while fetch(this, ctx, true)? {
        if this.call(ctx, "accept", &[])?.to_bool() {
            return Ok(());
        }
        inner_next(this, ctx)?;
    }
    release(this, ctx)
}

/// Whether the inner iterator's element has children.
pub fn has_children(this: &Outer, ctx: &mut Ctx) -> R<Value> {
    ready(this, ctx)?;
    inner(this, ctx)?.call(ctx, "hasChildren", &[])
}

/// The children of the inner iterator's element.
pub fn children(this: &Outer, ctx: &mut Ctx) -> R<Value> {
    ready(this, ctx)?;
    inner(this, ctx)?.call(ctx, "getChildren", &[])
}

#[php_methods("abstract public function accept(): ~bool")]
impl FilterIterator {
    #[php("public function __construct(Iterator $iterator)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object) -> R<()> {
        once(this, ctx, "FilterIterator")?;
        wrap(this, ctx, iterator, Extra::None)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        outer::rewind(this, ctx)?;
        seek_accepted(this, ctx)
    }
    #[php("public function next(): ~void")]
    fn next(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        outer::next(this, ctx, true)?;
        seek_accepted(this, ctx)
    }
}

#[php_methods]
impl RecursiveFilterIterator {
    #[php("public function __construct(RecursiveIterator $iterator)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object) -> R<()> {
        once(this, ctx, "RecursiveFilterIterator")?;
        wrap(this, ctx, iterator, Extra::None)
    }
    #[php("public function hasChildren(): ~bool")]
    fn has_children(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        has_children(this, ctx)
    }
    #[php("public function getChildren(): ~?RecursiveFilterIterator")]
    fn get_children(this: &Outer, ctx: &mut Ctx) -> R<Object> {
        let c = children(this, ctx)?;
        construct(ctx, this.class(), &[c])
    }
}

#[php_methods]
impl ParentIterator {
    #[php("public function __construct(RecursiveIterator $iterator)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object) -> R<()> {
        once(this, ctx, "ParentIterator")?;
        wrap(this, ctx, iterator, Extra::None)
    }
    #[php("public function accept(): ~bool")]
    fn accept(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        has_children(this, ctx)
    }
}

/// The callback, as a value.
fn callback(this: &Outer, ctx: &mut Ctx) -> R<Value> {
    match &this.borrow(ctx)?.extra {
        Extra::Callback(f) => Ok(f.value().clone()),
        _ => Ok(Value::NULL),
    }
}

fn with_callback(this: &Outer, ctx: &mut Ctx, iterator: &Object, f: &Value, class: &str) -> R<()> {
    once(this, ctx, class)?;
    match Callable::new(ctx, f)? {
        Some(f) => wrap(this, ctx, iterator, Extra::Callback(f)),
        None => Err(ctx.argument_type_error(2, "must be a valid callback")),
    }
}

#[php_methods]
impl CallbackFilterIterator {
    #[php("public function __construct(Iterator $iterator, callable $callback)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object, callback: &Value) -> R<()> {
        with_callback(this, ctx, iterator, callback, "CallbackFilterIterator")
    }
    #[php("public function accept(): ~bool")]
    fn accept(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        let (current, key, object) = {
            let p = this.borrow(ctx)?;
            (p.current.clone(), p.key.clone(), p.object.clone())
        };
        let (Some(current), Some(key)) = (current, key) else { return Ok(Value::bool(false)) };
        let f = callback(this, ctx)?;
        Ok(f.call(ctx, &[current, key, object.into()])?.dereferenced())
    }
}

#[php_methods]
impl RecursiveCallbackFilterIterator {
    #[php("public function __construct(RecursiveIterator $iterator, callable $callback)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object, callback: &Value) -> R<()> {
        with_callback(this, ctx, iterator, callback, "RecursiveCallbackFilterIterator")
    }
    #[php("public function hasChildren(): ~bool")]
    fn has_children(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        has_children(this, ctx)
    }
    #[php("public function getChildren(): ~RecursiveCallbackFilterIterator")]
    fn get_children(this: &Outer, ctx: &mut Ctx) -> R<Object> {
        let c = children(this, ctx)?;
        let f = callback(this, ctx)?;
        construct(ctx, this.class(), &[c, f])
    }
}
