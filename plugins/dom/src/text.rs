//! Texts, comments, CDATA sections, processing instructions, references to entities.

use crate::args;
use crate::error::{Code, refuse, throw};
use crate::node::named;
use crate::place::{self, At, at};
use howdah_libxml2::{Kind, Node};
use plugin_api::{Args, Ctx, Object, R, Value};

fn construct(this: &Object, ctx: &mut Ctx, made: Option<Node>) -> R<Value> {
    match made {
        Some(node) => place::settle(this, node, None),
        None => return Err(throw(ctx, Code::InvalidState)),
    }
    Ok(Value::NULL)
}

/// `new DOMText()`
pub fn construct_text(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    construct(this, ctx, Node::new_text(None, args::text(args, 0, b"")))
}

/// `new DOMComment()`
pub fn construct_comment(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let text = args.get(0).and_then(|v| v.as_str());
    construct(this, ctx, Node::new_comment(None, text.map(|s| s.as_bytes())))
}

/// `new DOMCdataSection()`
pub fn construct_cdata_section(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    construct(this, ctx, Node::new_cdata(None, args::text(args, 0, b"")))
}

/// `new DOMProcessingInstruction()`
pub fn construct_processing_instruction(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    named(ctx, name)?;
    construct(this, ctx, Node::new_instruction(None, name, Some(args::text(args, 1, b""))))
}

/// `new DOMEntityReference()`
pub fn construct_entity_reference(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let name: &[u8] = args.arg(ctx, 0)?;
    named(ctx, name)?;
    construct(this, ctx, Node::new_reference(None, name))
}

/// `target`
pub fn target(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(at.node.name()))
}

/// `data`
pub fn data(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::str(crate::node::content(at.node).unwrap_or_default()))
}

/// Sets `data`.
pub fn set_data(at: &At, _: &mut Ctx, v: &Value) -> R<()> {
    let text = v.as_str().map(|s| s.to_vec()).unwrap_or_default();
    at.node.set_content(&text);
    Ok(())
}

/// Where each character begins, and the end.
fn marks(text: &[u8]) -> Vec<usize> {
    let begins = text.iter().enumerate().filter(|(_, b)| **b & 0xC0 != 0x80).map(|(i, _)| i);
    begins.chain(core::iter::once(text.len())).collect()
}

/// `length`
pub fn length(at: &At, _: &mut Ctx) -> R<Value> {
    Ok(Value::int(at.node.content().map_or(0, |t| marks(t).len() - 1) as i64))
}

/// `wholeText`
pub fn whole_text(at: &At, _: &mut Ctx) -> R<Value> {
    let is_text = |n: &Node| matches!(n.kind(), Kind::Text | Kind::CData);
    let first = core::iter::successors(Some(at.node), |n| n.prev()).take_while(is_text).last();
    let mut out = Vec::new();
    for n in core::iter::successors(first, |n| n.next()).take_while(is_text) {
        out.extend_from_slice(n.content().unwrap_or_default());
    }
    Ok(Value::str(out))
}

/// A part of a text: what is before it, in it, behind it.
struct Part {
    text: Vec<u8>,
    from: usize,
    to: usize,
}

/// A number of characters as the specification takes it; negative ones are too large, or refused.
fn number(at: &At, n: i64) -> Option<usize> {
    let n = i32::try_from(n).ok()?;
    if n >= 0 {
        return usize::try_from(n).ok();
    }
    at.modern.then_some(n as u32 as usize)
}

fn part(ctx: &mut Ctx, at: &At, offset: i64, count: i64, plain_offset: bool) -> R<Result<Part, Value>> {
    let text = at.node.content().unwrap_or_default().to_vec();
    let marks = marks(&text);
    let length = marks.len() - 1;
    let offset = number(at, offset).filter(|_| !plain_offset || offset >= 0);
    match (offset.filter(|o| *o <= length), number(at, count)) {
        (Some(from), Some(n)) => {
            let to = from.saturating_add(n).min(length);
            Ok(Ok(Part { from: marks[from], to: marks[to], text }))
        }
        _ => refuse(ctx, at, Code::IndexSize).map(Err),
    }
}

/// `substringData()`
pub fn substring_data(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (offset, count): (i64, i64) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    Ok(match part(ctx, &at, offset, count, false)? {
        Ok(p) => Value::str(&p.text[p.from..p.to]),
        Err(refused) => refused,
    })
}

fn done(at: &At) -> Value {
    if at.modern { Value::NULL } else { Value::bool(true) }
}

/// `appendData()`
pub fn append_data(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let data: &[u8] = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    at.node.append_content(data);
    Ok(done(&at))
}

fn replace(ctx: &mut Ctx, at: &At, part: Result<Part, Value>, by: &[u8]) -> R<Value> {
    let p = match part {
        Ok(p) => p,
        Err(refused) => return Ok(refused),
    };
    ctx.pending()?;
    at.node.set_content(&[&p.text[..p.from], by, &p.text[p.to..]].concat());
    Ok(done(at))
}

/// `insertData()`
pub fn insert_data(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (offset, data): (i64, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let part = part(ctx, &at, offset, 0, false)?;
    replace(ctx, &at, part, data)
}

/// `deleteData()`
pub fn delete_data(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (offset, count): (i64, i64) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?);
    let at = at(ctx, this)?;
    let part = part(ctx, &at, offset, count, true)?;
    replace(ctx, &at, part, b"")
}

/// `replaceData()`
pub fn replace_data(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let (offset, count, data): (i64, i64, &[u8]) = (args.arg(ctx, 0)?, args.arg(ctx, 1)?, args.arg(ctx, 2)?);
    let at = at(ctx, this)?;
    let part = part(ctx, &at, offset, count, true)?;
    replace(ctx, &at, part, data)
}

/// `splitText()`
pub fn split_text(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    let offset: i64 = args.arg(ctx, 0)?;
    let at = at(ctx, this)?;
    if offset < 0 {
        return Err(ctx.argument_value_error(1, "must be greater than or equal to 0"));
    }
    let text = at.node.content().unwrap_or_default().to_vec();
    let marks = marks(&text);
    let mark = usize::try_from(offset).ok().and_then(|o| marks.get(o)).copied();
    let Some(mark) = mark.filter(|_| i32::try_from(offset).is_ok()) else {
        if at.modern {
            return Err(throw(ctx, Code::IndexSize));
        }
        return Ok(Value::bool(false));
    };
    at.node.set_content(&text[..mark]);
    let made = Node::new_text(at.document(), &text[mark..]);
    if let (Some(n), Some(parent)) = (made, at.node.parent()) {
        parent.insert(n, at.node.next());
        at.changed();
    }
    at.fresh(ctx, made)
}

/// `isWhitespaceInElementContent()`
pub fn is_whitespace_in_element_content(this: &Object, ctx: &mut Ctx, _: &Args<'_>) -> R<Value> {
    let at = at(ctx, this)?;
    Ok(Value::bool(at.node.is_blank()))
}

/// `isElementContentWhitespace()`
pub fn is_element_content_whitespace(this: &Object, ctx: &mut Ctx, args: &Args<'_>) -> R<Value> {
    is_whitespace_in_element_content(this, ctx, args)
}
