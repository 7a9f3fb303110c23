//! LimitIterator, NoRewindIterator, InfiniteIterator.

use super::outer::{
    self, Extra, IteratorIterator, Outer, OuterIter, fetch, holds, inner, inner_current, inner_key,
    inner_next, once, ready, release, wrap,
};
use crate::support::throw;
use plugin_api::{Class, Ctx, Handlers, Object, R, Str, This, Value, php_class, php_methods};

/// A part of an iterator.
#[php_class(
    "class LimitIterator extends IteratorIterator",
    payload = IteratorIterator,
    handlers(get_method, get_iterator)
)]
pub struct LimitIterator;

outer::outer_handlers!(LimitIterator, Some(step));

/// Does not go back to the beginning.
#[php_class("class NoRewindIterator extends IteratorIterator", payload = IteratorIterator)]
pub struct NoRewindIterator;

/// Begins again at the end.
#[php_class("class InfiniteIterator extends IteratorIterator", payload = IteratorIterator)]
pub struct InfiniteIterator;

fn bounds(this: &Outer, ctx: &mut Ctx) -> R<(i64, i64, i64)> {
    let p = this.borrow(ctx)?;
    Ok(match p.extra {
        Extra::Limit { offset, count } => (offset, count, p.pos),
        _ => (0, -1, p.pos),
    })
}

/// Whether the position is within the limit.
fn within(this: &Outer, ctx: &mut Ctx) -> R<bool> {
    let (offset, count, pos) = bounds(this, ctx)?;
    Ok(count == -1 || pos - offset < count)
}

/// `next()` of LimitIterator.
fn step(this: &Outer, ctx: &mut Ctx) -> R<()> {
    let (offset, count, pos) = bounds(this, ctx)?;
    if (count == -1 || pos + 1 - offset < count) && outer::take_next(this, ctx, true)?.is_some() {
        this.borrow_mut(ctx)?.pos += 1;
        return Ok(());
    }
    outer::next(this, ctx, true)?;
    if within(this, ctx)? {
        fetch(this, ctx, true)?;
    }
    Ok(())
}

fn seek(this: &Outer, ctx: &mut Ctx, pos: i64) -> R<()> {
    release(this, ctx)?;
    let (offset, count, at) = bounds(this, ctx)?;
    if pos < offset {
        let message = format!("Cannot seek to {pos} which is below the offset {offset}");
        return Err(throw(ctx, "OutOfBoundsException", message));
    }
    if count != -1 && pos - offset >= count {
        let message = format!("Cannot seek to {pos} which is behind offset {offset} plus count {count}");
        return Err(throw(ctx, "OutOfBoundsException", message));
    }
    let object = inner(this, ctx)?;
    let seekable = Class::of::<super::interfaces::SeekableIterator>(ctx)?;
    if pos != at && object.instance_of(seekable) {
        object.call(ctx, "seek", &[Value::int(pos)])?;
        this.borrow_mut(ctx)?.pos = pos;
        if within(this, ctx)? && outer::valid(this, ctx)? {
            fetch(this, ctx, false)?;
        }
        return Ok(());
    }
    if pos < at {
        outer::rewind(this, ctx)?;
    }
    while pos > this.borrow(ctx)?.pos && outer::valid(this, ctx)? {
        outer::next(this, ctx, true)?;
    }
    if outer::valid(this, ctx)? {
        fetch(this, ctx, true)?;
    }
    Ok(())
}

#[php_methods]
impl LimitIterator {
    #[php("public function __construct(Iterator $iterator, int $offset = 0, int $limit = -1)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object, offset: i64, limit: i64) -> R<()> {
        once(this, ctx, "LimitIterator")?;
        if offset < 0 {
            return Err(ctx.argument_value_error(2, "must be greater than or equal to 0"));
        }
        if limit < -1 {
            return Err(ctx.argument_value_error(3, "must be greater than or equal to -1"));
        }
        wrap(this, ctx, iterator, Extra::Limit { offset, count: limit })
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        outer::rewind(this, ctx)?;
        let (offset, ..) = bounds(this, ctx)?;
        seek(this, ctx, offset)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &Outer, ctx: &mut Ctx) -> R<bool> {
        ready(this, ctx)?;
        Ok(within(this, ctx)? && holds(this, ctx)?)
    }
    #[php("public function next(): ~void")]
    fn next(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        step(this, ctx)
    }
    #[php("public function seek(int $offset): ~int")]
    fn seek(this: &Outer, ctx: &mut Ctx, offset: i64) -> R<i64> {
        ready(this, ctx)?;
        seek(this, ctx, offset)?;
        Ok(this.borrow(ctx)?.pos)
    }
    #[php("public function getPosition(): ~int")]
    fn get_position(this: &Outer, ctx: &mut Ctx) -> R<i64> {
        ready(this, ctx)?;
        Ok(this.borrow(ctx)?.pos)
    }
}

#[php_methods]
impl NoRewindIterator {
    #[php("public function __construct(Iterator $iterator)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object) -> R<()> {
        once(this, ctx, "NoRewindIterator")?;
        wrap(this, ctx, iterator, Extra::None)
    }
    #[php("public function rewind(): ~void")]
    fn rewind() {}
    #[php("public function valid(): ~bool")]
    fn valid(this: &Outer, ctx: &mut Ctx) -> R<bool> {
        ready(this, ctx)?;
        outer::valid(this, ctx)
    }
    #[php("public function key(): ~mixed")]
    fn key(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        inner_key(this, ctx)
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        Ok(inner_current(this, ctx)?.dereferenced())
    }
    #[php("public function next(): ~void")]
    fn next(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        inner_next(this, ctx)
    }
}

#[php_methods]
impl InfiniteIterator {
    #[php("public function __construct(Iterator $iterator)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object) -> R<()> {
        once(this, ctx, "InfiniteIterator")?;
        wrap(this, ctx, iterator, Extra::None)
    }
    #[php("public function next(): ~void")]
    fn next(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        outer::next(this, ctx, true)?;
        if outer::valid(this, ctx)? {
            return fetch(this, ctx, false).map(drop);
        }
        outer::rewind(this, ctx)?;
        if outer::valid(this, ctx)? {
            fetch(this, ctx, false)?;
        }
        Ok(())
    }
}
