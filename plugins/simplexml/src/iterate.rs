//! Iterating over what an object stands for.

use crate::element::{Place, SimpleXMLElement, View, place};
use howdah_libxml2::{Node, NodeShare};
use plugin_api::{Ctx, GcRoots, NativeIter, Object, R, This, Value};

/// How many nodes the view shows.
pub fn count(this: &This<SimpleXMLElement>, ctx: &mut Ctx) -> R<i64> {
    let p = place(this, ctx)?;
    let node = p.node(ctx)?;
    let mut n = 0;
    let mut next = p.first_of(node);
    while let Some(e) = next {
        n += 1;
        next = p.fetch(e.next());
    }
    Ok(n)
}

fn put(this: &This<SimpleXMLElement>, ctx: &mut Ctx, p: &Place, node: Option<Node>) -> R<()> {
    let class = this.object().class();
    let o = match node {
        Some(n) => Some(p.object(ctx, class, n, View::Node, None)?),
        None => None,
    };
    let before = core::mem::replace(&mut this.borrow_mut(ctx)?.current, o);
    drop(before);
    Ok(())
}

/// To the first node.
pub fn rewind(this: &This<SimpleXMLElement>, ctx: &mut Ctx) -> R<()> {
    let before = this.borrow_mut(ctx)?.current.take();
    drop(before);
    let p = place(this, ctx)?;
    let node = p.node(ctx)?;
    put(this, ctx, &p, p.first_of(node))
}

/// To the next node.
pub fn next(this: &This<SimpleXMLElement>, ctx: &mut Ctx) -> R<()> {
    let Some(current) = this.borrow_mut(ctx)?.current.take() else { return Ok(()) };
    let at = node_of(&current);
    let p = place(this, ctx)?;
    let next = p.fetch(at.and_then(Node::next));
    put(this, ctx, &p, next)
}

/// The node of an object, whatever its view.
pub fn node_of(o: &Object) -> Option<Node> {
    let this = This::<SimpleXMLElement>::of(o)?;
    this.with(|p| p.node.as_ref().and_then(NodeShare::node)).flatten()
}

/// What foreach walks: the iteration is the object's own.
#[derive(GcRoots)]
pub struct Walk {
    /// The object.
    pub object: Object,
}

impl Walk {
    fn this(&self) -> &This<SimpleXMLElement> {
        // SAFETY: made of objects of this class.
        unsafe { This::<SimpleXMLElement>::assume(&self.object) }
    }
}

impl NativeIter for Walk {
    fn rewind(&mut self, ctx: &mut Ctx) -> R<()> {
        rewind(self.this(), ctx)
    }
    fn valid(&mut self, ctx: &mut Ctx) -> R<bool> {
        Ok(self.this().borrow(ctx)?.current.is_some())
    }
    fn current(&mut self, ctx: &mut Ctx) -> R<Value> {
        Ok(self.this().borrow(ctx)?.current.clone().into())
    }
    fn key(&mut self, ctx: &mut Ctx) -> R<Value> {
        let current = self.this().borrow(ctx)?.current.clone();
        Ok(current.as_ref().and_then(node_of).map(|n| Value::str(n.name())).into())
    }
    fn next(&mut self, ctx: &mut Ctx) -> R<()> {
        next(self.this(), ctx)
    }
}
