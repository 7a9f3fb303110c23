//! AppendIterator: one iterator after the other.

use super::outer::{self, Extra, IteratorIterator, Outer, fetch, holds, once, ready, release, replace};
use crate::array::ArrayIterator;
use plugin_api::{Class, Ctx, Iter, Object, R, Value, php_class, php_methods};

/// One iterator after the other.
#[php_class("class AppendIterator extends IteratorIterator", payload = IteratorIterator)]
pub struct AppendIterator;

/// The ArrayIterator of the appended ones.
fn list(this: &Outer, ctx: &mut Ctx) -> R<Object> {
    let o = match &this.borrow(ctx)?.extra {
        Extra::Append(o, _) => Some(o.clone()),
        _ => None,
    };
    o.ok_or_else(|| ctx.error(crate::support::NO_PARENT))
}

/// A step of the list; the walk is out of its place meanwhile.
fn step<T>(this: &Outer, ctx: &mut Ctx, f: impl FnOnce(&mut Iter, &mut Ctx) -> R<T>) -> R<T> {
    let taken = core::mem::take(&mut this.borrow_mut(ctx)?.extra);
    let Extra::Append(o, mut it) = taken else { return Err(ctx.error(crate::support::NO_PARENT)) };
    let r = f(&mut it, ctx);
    this.borrow_mut(ctx)?.extra = Extra::Append(o, it);
    r
}

/// Takes the iterator that the list stands on; whether there is one.
fn next_iterator(this: &Outer, ctx: &mut Ctx) -> R<bool> {
    release(this, ctx)?;
    replace(this, ctx, None)?;
    if !step(this, ctx, |it, ctx| it.valid(ctx))? {
        return Ok(false);
    }
    let v = step(this, ctx, |it, ctx| it.current(ctx))?;
    replace(this, ctx, v.as_object())?;
    outer::rewind(this, ctx)?;
    Ok(true)
}

/// To the next element, from where the inner iterator stands.
fn settle(this: &Outer, ctx: &mut Ctx) -> R<()> {
    while !outer::valid(this, ctx)? {
        step(this, ctx, |it, ctx| it.advance(ctx))?;
        if !next_iterator(this, ctx)? {
            return Ok(());
        }
    }
    fetch(this, ctx, false).map(drop)
}

#[php_methods]
impl AppendIterator {
    #[php("public function __construct()")]
    fn construct(this: &Outer, ctx: &mut Ctx) -> R<()> {
        once(this, ctx, "AppendIterator")?;
        let class = Class::of::<ArrayIterator>(ctx)?;
        let list = class.instantiate(ctx, &[])?;
        let walk = Iter::new(ctx, list.as_value())?;
        let mut p = this.borrow_mut(ctx)?;
        (p.ready, p.extra) = (true, Extra::Append(list, walk));
        Ok(())
    }
    #[php("public function append(Iterator $iterator): ~void")]
    fn append(this: &Outer, ctx: &mut Ctx, iterator: &Object) -> R<()> {
        ready(this, ctx)?;
        let list = list(this, ctx)?;
        let at_end = step(this, ctx, |it, ctx| it.valid(ctx))? && !outer::valid(this, ctx)?;
        list.call(ctx, "append", &[iterator.into()])?;
        if at_end {
            step(this, ctx, |it, ctx| it.advance(ctx))?;
        }
        if this.borrow(ctx)?.object.is_some() && outer::valid(this, ctx)? {
            return Ok(());
        }
        if !step(this, ctx, |it, ctx| it.valid(ctx))? {
            step(this, ctx, |it, ctx| it.rewind(ctx))?;
        }
        loop {
            let there = next_iterator(this, ctx)?;
            let same = this.borrow(ctx)?.object.as_ref().is_some_and(|o| o.same(iterator));
            if same || !there {
                break;
            }
            step(this, ctx, |it, ctx| it.advance(ctx))?;
        }
        settle(this, ctx)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        step(this, ctx, |it, ctx| it.rewind(ctx))?;
        if next_iterator(this, ctx)? {
            settle(this, ctx)?;
        }
        Ok(())
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &Outer, ctx: &mut Ctx) -> R<bool> {
        ready(this, ctx)?;
        holds(this, ctx)
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        fetch(this, ctx, true)?;
        outer::current(this, ctx)
    }
    #[php("public function next(): ~void")]
    fn next(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        if outer::valid(this, ctx)? {
            outer::next(this, ctx, true)?;
        }
        settle(this, ctx)
    }
    #[php("public function getIteratorIndex(): ~?int")]
    fn get_iterator_index(this: &Outer, ctx: &mut Ctx) -> R<Value> {
        ready(this, ctx)?;
        list(this, ctx)?.call(ctx, "key", &[])
    }
    #[php("public function getArrayIterator(): ~ArrayIterator")]
    fn get_array_iterator(this: &Outer, ctx: &mut Ctx) -> R<Object> {
        ready(this, ctx)?;
        list(this, ctx)
    }
}
