//! What `DOMParentNode` and `DOMChildNode` have: several nodes and texts put somewhere at once.

use crate::error::{Code, refuse, throw};
use crate::place::{self, At, at, is_read_only};
use crate::tree;
use howdah_libxml2::Node;
use plugin_api::{Args, Ctx, Object, R, Value};

/// `firstElementChild`
pub fn first_element_child(at: &At, ctx: &mut Ctx) -> R<Value> {
    let found = at.node.children().find(|n| n.is_element());
    at.maybe(ctx, found)
}

/// `lastElementChild`
pub fn last_element_child(at: &At, ctx: &mut Ctx) -> R<Value> {
    let found = core::iter::successors(at.node.last_child(), |n| n.prev()).find(|n| n.is_element());
    at.maybe(ctx, found)
}

/// `childElementCount`
pub fn child_element_count(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::int(at.node.children().filter(|n| n.is_element()).count() as i64))
}

/// Refuses what is neither a node of the same family nor a text.
fn check_types(ctx: &mut Ctx, modern: bool, given: &[Value]) -> R<()> {
    let name = if modern { "Dom\\Node" } else { "DOMNode" };
    let class = ctx.find_class(name, false)?;
    for (i, v) in given.iter().enumerate() {
        let fits = match v.as_object() {
            Some(o) => class.is_some_and(|c| o.instance_of(c)),
            None => v.as_str().is_some(),
        };
        if !fits {
            let text = format!("must be of type {name}|string, {} given", v.type_name());
            return Err(ctx.argument_type_error(i as u32 + 1, text));
        }
    }
    Ok(())
}

fn is_given(given: &[Value], node: Node) -> bool {
    given.iter().filter_map(Value::as_object).filter_map(place::find).any(|a| a.node == node)
}

/// What was given as one node: the only one, or a fragment of all. Held by its object while it is put somewhere.
fn single(ctx: &mut Ctx, context: &At, given: &[Value]) -> R<Option<At>> {
    let doc = context.document();
    let text = |ctx: &mut Ctx, v: &Value| -> R<Option<At>> {
        let text = v.to_str(ctx)?;
        let Some(made) = Node::new_text(doc, &text) else { return Ok(None) };
        Ok(Some(At::holding(made, context)))
    };
    if let [only] = given {
        return match only.as_object() {
            Some(o) => at(ctx, o).map(Some),
            None => text(ctx, only),
        };
    }
    let Some(fragment) = Node::new_fragment(doc) else { return Ok(None) };
    let fragment = At::holding(fragment, context);
    let below = At::holding(fragment.node, context);
    for v in given {
        let Some(o) = v.as_object() else {
            if let Some(t) = text(ctx, v)? {
                fragment.node.insert(t.node, None);
            }
            continue;
        };
        let Some(n) = place::find(o) else { return Err(throw(ctx, Code::InvalidState)) };
        if tree::check(ctx, &below, n.node, None)?.is_some() {
            return Ok(None);
        }
        if n.node.kind() == howdah_libxml2::Kind::Fragment {
            fragment.node.insert_children_of(n.node, None);
        } else {
            fragment.node.insert(n.node, None);
        }
    }
    Ok(Some(fragment))
}

/// Puts what was given below a node.
fn put(
    ctx: &mut Ctx,
    context: &At,
    parent: Node,
    given: &[Value],
    before: impl Fn() -> Option<Node>,
) -> R<()> {
    context.changed();
    let below = At::holding(parent, context);
    let Some(node) = single(ctx, &below, given)? else { return Ok(()) };
    let before = before();
    if tree::check(ctx, &below, node.node, before)?.is_none() {
        tree::insert(&below, parent, node.node, before);
    }
    Ok(())
}

/// `append()`
pub fn append(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (at, given) = (at(ctx, this)?, args.rest(0));
    check_types(ctx, at.modern, given)?;
    put(ctx, &at, at.node, given, || None)?;
    Ok(Value::NULL)
}

/// `prepend()`
pub fn prepend(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (at, given) = (at(ctx, this)?, args.rest(0));
    check_types(ctx, at.modern, given)?;
    put(ctx, &at, at.node, given, || at.node.first_child())?;
    Ok(Value::NULL)
}

/// `replaceChildren()`
pub fn replace_children(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (at, given) = (at(ctx, this)?, args.rest(0));
    check_types(ctx, at.modern, given)?;
    at.changed();
    let Some(node) = single(ctx, &at, given)? else { return Ok(Value::NULL) };
    if tree::check(ctx, &at, node.node, None)?.is_none() {
        at.node.clear();
        if tree::check(ctx, &at, node.node, None)?.is_none() {
            tree::insert(&at, at.node, node.node, None);
        }
    }
    Ok(Value::NULL)
}

/// `before()`
pub fn before(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (at, given) = (at(ctx, this)?, args.rest(0));
    check_types(ctx, at.modern, given)?;
    let Some(parent) = at.node.parent() else { return Ok(Value::NULL) };
    let viable = core::iter::successors(at.node.prev(), |n| n.prev()).find(|n| !is_given(given, *n));
    put(ctx, &at, parent, given, || match viable {
        Some(v) => v.next(),
        None => parent.first_child(),
    })?;
    Ok(Value::NULL)
}

fn next_viable(node: Node, given: &[Value]) -> Option<Node> {
    core::iter::successors(node.next(), |n| n.next()).find(|n| !is_given(given, *n))
}

/// `after()`
pub fn after(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (at, given) = (at(ctx, this)?, args.rest(0));
    check_types(ctx, at.modern, given)?;
    let Some(parent) = at.node.parent() else { return Ok(Value::NULL) };
    let viable = next_viable(at.node, given);
    put(ctx, &at, parent, given, || viable)?;
    Ok(Value::NULL)
}

/// Why a node cannot be taken out of its tree.
fn removable(ctx: &mut Ctx, at: &At) -> R<bool> {
    let code = if at.is_read_only() || at.node.parent().is_some_and(is_read_only) {
        Code::NoModificationAllowed
    } else if at.node.parent().is_none() {
        Code::NotFound
    } else {
        return Ok(true);
    };
    refuse(ctx, at, code)?;
    Ok(false)
}

/// `remove()`
pub fn remove(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    if removable(ctx, &at)? {
        at.changed();
        tree::unlink(at.node);
    }
    Ok(Value::NULL)
}

/// `replaceWith()`
pub fn replace_with(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (at, given) = (at(ctx, this)?, args.rest(0));
    check_types(ctx, at.modern, given)?;
    let Some(parent) = at.node.parent() else { return Ok(Value::NULL) };
    let viable = next_viable(at.node, given);
    if !removable(ctx, &at)? {
        return Ok(Value::NULL);
    }
    at.changed();
    let below = At::holding(parent, &at);
    let Some(node) = single(ctx, &below, given)? else { return Ok(Value::NULL) };
    if tree::check(ctx, &below, node.node, viable)?.is_none() {
        if at.node.parent() != Some(node.node) {
            tree::unlink(at.node);
        }
        tree::insert(&below, parent, node.node, viable);
    }
    Ok(Value::NULL)
}
