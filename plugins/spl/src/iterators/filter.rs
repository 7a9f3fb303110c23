//! Iterators that leave elements out by `accept()`.

use super::outer::{
    self, Extra, IteratorIterator, Outer, OuterIter, fetch, inner, inner_next, once, ready, release, wrap,
};
use crate::support::construct;
use plugin_api::{Callable, Ctx, Handlers, Object, R, Str, This, Value, php_class, php_methods};
use std::rc::Rc;

/// Elements that `accept()` takes.
#[php_class(
    "abstract class FilterIterator extends IteratorIterator",
    payload = IteratorIterator,
    handlers(get_method, get_iterator)
)]
pub struct FilterIterator;

outer::outer_handlers!(FilterIterator, None);

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

/// On to the next element that is accepted, from where the inner iterator stands; `advance`: from the one behind that.
fn seek_accepted(this: &Outer, ctx: &mut Ctx, mut advance: bool) -> R<()> {
    let known = this.borrow(ctx)?.accept;
    let accept = known.or_else(|| this.class().method(b"accept"));
    if known.is_none() {
        this.borrow_mut(ctx)?.accept = accept;
    }
    loop {
        let more = match outer::take_next(this, ctx, advance)? {
            Some(more) => more,
            None => {
                if advance {
                    inner_next(this, ctx)?;
                }
                fetch(this, ctx, true)?
            }
        };
        if !more {
            return release(this, ctx);
        }
        let yes = match accept {
            Some(f) => this.call_known(ctx, f, &[])?,
            None => this.call(ctx, "accept", &[])?,
        };
        if yes.to_bool() {
            return Ok(());
        }
        advance = true;
    }
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
        seek_accepted(this, ctx, false)
    }
    #[php("public function next(): ~void")]
    fn next(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        release(this, ctx)?;
        seek_accepted(this, ctx, true)
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

/// The callback.
fn callback(this: &Outer, ctx: &mut Ctx) -> R<Option<Rc<Callable>>> {
    match &this.borrow(ctx)?.extra {
        Extra::Callback(f) => Ok(Some(f.clone())),
        _ => Ok(None),
    }
}

fn with_callback(this: &Outer, ctx: &mut Ctx, iterator: &Object, f: &Value, class: &str) -> R<()> {
    once(this, ctx, class)?;
    match Callable::new(ctx, f)? {
        Some(f) => wrap(this, ctx, iterator, Extra::Callback(Rc::new(f))),
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
        let (current, key, object, f) = {
            let p = this.borrow(ctx)?;
            let Extra::Callback(f) = &p.extra else { return Ok(Value::bool(false)) };
            (p.current.clone(), p.key.clone(), p.object.clone(), f.clone())
        };
        let (Some(current), Some(key)) = (current, key) else { return Ok(Value::bool(false)) };
        f.call(ctx, &[current, key, object.into()])
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
        let f = callback(this, ctx)?.map_or(Value::NULL, |f| f.value().clone());
        construct(ctx, this.class(), &[c, f])
    }
}
