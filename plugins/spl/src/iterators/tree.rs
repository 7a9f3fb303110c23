//! RecursiveTreeIterator: a tree as text.

use super::caching::RecursiveCachingIterator;
use super::recursive::{self, RecursiveIteratorIterator, Tree, objects, sub_current, sub_key, top};
use crate::support::construct;
use plugin_api::{Class, Ctx, Kind, R, Str, Value, php_class, php_methods};

const BYPASS_CURRENT: i64 = 4;
const BYPASS_KEY: i64 = 8;
const POSTFIX: usize = 6;

/// A tree as text.
#[php_class(
    "class RecursiveTreeIterator extends RecursiveIteratorIterator",
    "public const int BYPASS_CURRENT = 4",
    "public const int BYPASS_KEY = 8",
    "public const int PREFIX_LEFT = 0",
    "public const int PREFIX_MID_HAS_NEXT = 1",
    "public const int PREFIX_MID_LAST = 2",
    "public const int PREFIX_END_HAS_NEXT = 3",
    "public const int PREFIX_END_LAST = 4",
    "public const int PREFIX_RIGHT = 5",
    payload = RecursiveIteratorIterator
)]
pub struct RecursiveTreeIterator;

fn part(this: &Tree, ctx: &mut Ctx, n: usize) -> R<Str> {
    Ok(this.borrow(ctx)?.parts[n].clone())
}

fn prefix(this: &Tree, ctx: &mut Ctx) -> R<Vec<u8>> {
    top(this, ctx)?;
    let levels = objects(this, ctx)?;
    let mut out = part(this, ctx, 0)?.to_vec();
    let last = levels.len() - 1;
    for (i, o) in levels.iter().enumerate() {
        let more = matches!(o.call(ctx, "hasNext", &[])?.kind(), Kind::Bool(true));
        let n = if i == last { 3 } else { 1 } + !more as usize;
        out.extend_from_slice(&part(this, ctx, n)?);
    }
    out.extend_from_slice(&part(this, ctx, 5)?);
    Ok(out)
}

fn entry(this: &Tree, ctx: &mut Ctx) -> R<Str> {
    let v = sub_current(this, ctx)?;
    if v.as_array().is_some() { Ok(Str::from("Array")) } else { v.to_str(ctx) }
}

fn framed(this: &Tree, ctx: &mut Ctx, text: &Str) -> R<Value> {
    let mut out = prefix(this, ctx)?;
    out.extend_from_slice(text);
    out.extend_from_slice(&part(this, ctx, POSTFIX)?);
    Ok(Value::str(out))
}

#[php_methods]
impl RecursiveTreeIterator {
    #[php(
        "public function __construct($iterator, int $flags = RecursiveTreeIterator::BYPASS_KEY, int $cachingIteratorFlags = CachingIterator::CATCH_GET_CHILD, int $mode = RecursiveTreeIterator::SELF_FIRST)"
    )]
    fn construct(
        this: &Tree,
        ctx: &mut Ctx,
        iterator: &Value,
        flags: Option<i64>,
        caching: Option<i64>,
        mode: Option<i64>,
    ) -> R<()> {
        let Some(o) = iterator.as_object() else {
            let given = iterator.value_name();
            return Err(ctx.argument_type_error(1, format!("must be of type object, {given} given")));
        };
        recursive::create(this, ctx, o, mode.unwrap_or(1), flags.unwrap_or(BYPASS_KEY), |ctx, o| {
            let class = Class::of::<RecursiveCachingIterator>(ctx)?;
            construct(ctx, class, &[o.into(), Value::int(caching.unwrap_or(16))])
        })
    }
    #[php("public function key(): ~mixed")]
    fn key(this: &Tree, ctx: &mut Ctx) -> R<Value> {
        let k = sub_key(this, ctx)?;
        if this.borrow(ctx)?.flags & BYPASS_KEY != 0 {
            return Ok(k);
        }
        let text = k.to_str(ctx)?;
        framed(this, ctx, &text)
    }
    #[php("public function current(): ~mixed")]
    fn current(this: &Tree, ctx: &mut Ctx) -> R<Value> {
        top(this, ctx)?;
        if this.borrow(ctx)?.flags & BYPASS_CURRENT != 0 {
            return sub_current(this, ctx);
        }
        let text = entry(this, ctx)?;
        framed(this, ctx, &text)
    }
    #[php("public function getPrefix(): ~string")]
    fn get_prefix(this: &Tree, ctx: &mut Ctx) -> R<Str> {
        prefix(this, ctx).map(Str::from)
    }
    #[php("public function setPostfix(string $postfix): ~void")]
    fn set_postfix(this: &Tree, ctx: &mut Ctx, postfix: &Str) -> R<()> {
        this.borrow_mut(ctx)?.parts[POSTFIX] = postfix.clone();
        Ok(())
    }
    #[php("public function setPrefixPart(int $part, string $value): ~void")]
    fn set_prefix_part(this: &Tree, ctx: &mut Ctx, part: i64, value: &Str) -> R<()> {
        if !(0..=5).contains(&part) {
            let message = "must be a RecursiveTreeIterator::PREFIX_* constant";
            return Err(ctx.argument_value_error(1, message));
        }
        this.borrow_mut(ctx)?.parts[part as usize] = value.clone();
        Ok(())
    }
    #[php("public function getEntry(): ~string")]
    fn get_entry(this: &Tree, ctx: &mut Ctx) -> R<Str> {
        top(this, ctx)?;
        entry(this, ctx)
    }
    #[php("public function getPostfix(): ~string")]
    fn get_postfix(this: &Tree, ctx: &mut Ctx) -> R<Str> {
        top(this, ctx)?;
        part(this, ctx, POSTFIX)
    }
}
