//! CachingIterator and RecursiveCachingIterator: one element ahead.

use super::outer::{self, Extra, IteratorIterator, Outer, fetch, inner, once, ready, wrap};
use crate::support::{Offset, construct, throw};
use plugin_api::{Array, Class, Ctx, GcRoots, Object, R, Str, Value, php_class, php_methods};

const CALL_TOSTRING: i64 = 1;
const CATCH_GET_CHILD: i64 = 16;
const USE_KEY: i64 = 2;
const USE_CURRENT: i64 = 4;
const USE_INNER: i64 = 8;
const FULL_CACHE: i64 = 256;
const PUBLIC: i64 = 0xffff;
const VALID: i64 = 0x10000;

/// What a CachingIterator keeps.
#[derive(Default, GcRoots)]
pub struct Cache {
    flags: i64,
    /// Text of the current element.
    pub text: Option<Str>,
    /// Iterator over the current element's children.
    pub children: Option<Object>,
    all: Array,
    recursive: bool,
}

/// One element ahead, so that it knows whether there is a next one.
#[php_class(
    "class CachingIterator extends IteratorIterator implements ArrayAccess, Countable, Stringable",
    "public const int CALL_TOSTRING = 1",
    "public const int CATCH_GET_CHILD = 16",
    "public const int TOSTRING_USE_KEY = 2",
    "public const int TOSTRING_USE_CURRENT = 4",
    "public const int TOSTRING_USE_INNER = 8",
    "public const int FULL_CACHE = 256",
    payload = IteratorIterator
)]
pub struct CachingIterator;

/// As CachingIterator, with children.
#[php_class(
    "class RecursiveCachingIterator extends CachingIterator implements RecursiveIterator",
    payload = IteratorIterator
)]
pub struct RecursiveCachingIterator;

fn with<T>(this: &Outer, ctx: &mut Ctx, f: impl FnOnce(&mut Cache) -> T) -> R<T> {
    let mut p = this.borrow_mut(ctx)?;
    if let Extra::Caching(c) = &mut p.extra {
        return Ok(f(c));
    }
    drop(p);
    Err(ctx.error(crate::support::NO_PARENT))
}

fn single(flags: i64) -> bool {
    (flags & (CALL_TOSTRING | USE_KEY | USE_CURRENT | USE_INNER)).count_ones() <= 1
}

const ONE_OF: &str = "must contain only one of CachingIterator::CALL_TOSTRING, CachingIterator::TOSTRING_USE_KEY, \
                      CachingIterator::TOSTRING_USE_CURRENT, or CachingIterator::TOSTRING_USE_INNER";

fn create(this: &Outer, ctx: &mut Ctx, iterator: &Object, flags: i64, recursive: bool) -> R<()> {
    once(this, ctx, if recursive { "RecursiveCachingIterator" } else { "CachingIterator" })?;
    if !single(flags) {
        return Err(ctx.argument_value_error(2, ONE_OF));
    }
    let cache = Cache { flags: flags & PUBLIC, recursive, ..Cache::default() };
    wrap(this, ctx, iterator, Extra::Caching(cache))
}

/// Whether the exception of `r` is to be forgotten: then it is.
fn caught<T>(ctx: &mut Ctx, r: R<T>, flags: i64) -> R<Option<T>> {
    match r {
        Ok(v) => Ok(Some(v)),
        Err(plugin_api::Throw::Exception) if flags & CATCH_GET_CHILD != 0 => {
            drop(ctx.take_exception());
            Ok(None)
        }
        Err(t) => Err(t),
    }
}

/// Finds the children of the element that was fetched.
fn find_children(this: &Outer, ctx: &mut Ctx, flags: i64) -> R<()> {
    let object = inner(this, ctx)?;
    let r = object.call(ctx, "hasChildren", &[]);
    if !caught(ctx, r, flags)?.is_some_and(|v| v.to_bool()) {
        return Ok(());
    }
    let r = object.call(ctx, "getChildren", &[]);
    let Some(children) = caught(ctx, r, flags)? else { return Ok(()) };
    let class = Class::of::<RecursiveCachingIterator>(ctx)?;
    let r = construct(ctx, class, &[children, Value::int(flags & PUBLIC)]);
    if let Some(o) = caught(ctx, r, flags)? {
        let old = with(this, ctx, |c| c.children.replace(o))?;
        drop(old);
    }
    Ok(())
}

/// Takes over the inner iterator's element and steps it on.
fn advance(this: &Outer, ctx: &mut Ctx) -> R<()> {
    let fetched = fetch(this, ctx, true);
    if !matches!(fetched, Ok(true)) {
        with(this, ctx, |c| c.flags &= !VALID)?;
        return fetched.map(drop);
    }
    let (flags, recursive) = with(this, ctx, |c| {
        c.flags |= VALID;
        (c.flags, c.recursive)
    })?;
    if flags & FULL_CACHE != 0 {
        let (k, v) = (outer::key(this, ctx)?, outer::current(this, ctx)?);
        match Offset::of(ctx, &k)? {
            Some(k) => {
                let old = with(this, ctx, |c| k.set(&mut c.all, v))?;
                drop(old);
            }
            None => {
                let t = crate::support::type_name(&k);
                return Err(ctx.type_error(format!("Cannot access offset of type {t} on array")));
            }
        }
    }
    if recursive {
        find_children(this, ctx, flags)?;
    }
    if flags & (USE_INNER | CALL_TOSTRING) != 0 {
        let v = if flags & USE_INNER != 0 { inner(this, ctx)?.into() } else { outer::current(this, ctx)? };
        let text = v.to_str(ctx)?;
        let old = with(this, ctx, |c| c.text.replace(text))?;
        drop(old);
    }
    outer::next(this, ctx, false)
}

/// Fails unless all elements are kept.
fn full(this: &Outer, ctx: &mut Ctx) -> R<()> {
    ready(this, ctx)?;
    if with(this, ctx, |c| c.flags & FULL_CACHE != 0)? {
        return Ok(());
    }
    let class = this.class().name();
    let message = format!("{} does not use a full cache (see CachingIterator::__construct)", class.lossy());
    Err(throw(ctx, "BadMethodCallException", message))
}

/// An argument without a declared type that is taken as a string.
fn text(ctx: &mut Ctx, v: &Value) -> R<Str> {
    if v.as_array().is_some() || v.as_object().is_some_and(|o| !o.has_method("__tostring")) {
        let given = v.value_name();
        return Err(ctx.argument_type_error(1, format!("must be of type string, {given} given")));
    }
    if v.is_null() {
        ctx.deprecated("Passing null to parameter #1 ($key) of type string is deprecated")?;
    }
    v.to_str(ctx)
}

#[php_methods]
impl CachingIterator {
    #[php("public function __construct(Iterator $iterator, int $flags = CachingIterator::CALL_TOSTRING)")]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object, flags: Option<i64>) -> R<()> {
        create(this, ctx, iterator, flags.unwrap_or(CALL_TOSTRING), false)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        outer::rewind(this, ctx)?;
        let old = with(this, ctx, |c| core::mem::take(&mut c.all))?;
        drop(old);
        advance(this, ctx)
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &Outer, ctx: &mut Ctx) -> R<bool> {
        ready(this, ctx)?;
        with(this, ctx, |c| c.flags & VALID != 0)
    }
    #[php("public function next(): ~void")]
    fn next(this: &Outer, ctx: &mut Ctx) -> R<()> {
        ready(this, ctx)?;
        advance(this, ctx)
    }
    #[php("public function hasNext(): ~bool")]
    fn has_next(this: &Outer, ctx: &mut Ctx) -> R<bool> {
        ready(this, ctx)?;
        outer::valid(this, ctx)
    }
    #[php("public function __toString(): string")]
    fn to_string(this: &Outer, ctx: &mut Ctx) -> R<Str> {
        ready(this, ctx)?;
        let flags = with(this, ctx, |c| c.flags)?;
        if flags & (CALL_TOSTRING | USE_KEY | USE_CURRENT | USE_INNER) == 0 {
            let class = this.class().name();
            let message =
                format!("{} does not fetch string value (see CachingIterator::__construct)", class.lossy());
            return Err(throw(ctx, "BadMethodCallException", message));
        }
        if flags & USE_KEY != 0 {
            return outer::key(this, ctx)?.to_str(ctx);
        }
        if flags & USE_CURRENT != 0 {
            return outer::current(this, ctx)?.to_str(ctx);
        }
        with(this, ctx, |c| c.text.clone().unwrap_or_else(Str::empty))
    }
    #[php("public function getFlags(): ~int")]
    fn get_flags(this: &Outer, ctx: &mut Ctx) -> R<i64> {
        ready(this, ctx)?;
        with(this, ctx, |c| c.flags)
    }
    #[php("public function setFlags(int $flags): ~void")]
    fn set_flags(this: &Outer, ctx: &mut Ctx, flags: i64) -> R<()> {
        ready(this, ctx)?;
        if !single(flags) {
            return Err(ctx.argument_value_error(1, ONE_OF));
        }
        let now = with(this, ctx, |c| c.flags)?;
        for (bit, name) in [(CALL_TOSTRING, "CALL_TO_STRING"), (USE_INNER, "TOSTRING_USE_INNER")] {
            if now & bit != 0 && flags & bit == 0 {
                let message = format!("Unsetting flag {name} is not possible");
                return Err(throw(ctx, "InvalidArgumentException", message));
            }
        }
        let old = with(this, ctx, |c| {
            let fresh = flags & FULL_CACHE != 0 && c.flags & FULL_CACHE == 0;
            c.flags = c.flags & !PUBLIC | flags & PUBLIC;
            if fresh { core::mem::take(&mut c.all) } else { Array::new() }
        })?;
        drop(old);
        Ok(())
    }
    #[php("public function offsetGet($key): ~mixed")]
    fn offset_get(this: &Outer, ctx: &mut Ctx, key: &Value) -> R<Value> {
        let key = text(ctx, key)?;
        full(this, ctx)?;
        let found = with(this, ctx, |c| c.all.get(&*key).cloned())?;
        if found.is_none() {
            let message = format!("Undefined array key \"{}\"", key.lossy());
            ctx.raise_plain(plugin_api::Level::Warning, message)?;
        }
        Ok(found.unwrap_or_default())
    }
    #[php("public function offsetSet($key, mixed $value): ~void")]
    fn offset_set(this: &Outer, ctx: &mut Ctx, key: &Value, value: &Value) -> R<()> {
        let key = text(ctx, key)?;
        full(this, ctx)?;
        let old = with(this, ctx, |c| c.all.replace(&key, value.clone()))?;
        drop(old);
        Ok(())
    }
    #[php("public function offsetUnset($key): ~void")]
    fn offset_unset(this: &Outer, ctx: &mut Ctx, key: &Value) -> R<()> {
        let key = text(ctx, key)?;
        full(this, ctx)?;
        let old = with(this, ctx, |c| c.all.remove(&key))?;
        drop(old);
        Ok(())
    }
    #[php("public function offsetExists($key): ~bool")]
    fn offset_exists(this: &Outer, ctx: &mut Ctx, key: &Value) -> R<bool> {
        let key = text(ctx, key)?;
        full(this, ctx)?;
        with(this, ctx, |c| c.all.get(&*key).is_some())
    }
    #[php("public function getCache(): ~array")]
    fn get_cache(this: &Outer, ctx: &mut Ctx) -> R<Array> {
        full(this, ctx)?;
        with(this, ctx, |c| c.all.clone())
    }
    #[php("public function count(): ~int")]
    fn count(this: &Outer, ctx: &mut Ctx) -> R<i64> {
        full(this, ctx)?;
        with(this, ctx, |c| c.all.len() as i64)
    }
}

#[php_methods]
impl RecursiveCachingIterator {
    #[php(
        "public function __construct(Iterator $iterator, int $flags = RecursiveCachingIterator::CALL_TOSTRING)"
    )]
    fn construct(this: &Outer, ctx: &mut Ctx, iterator: &Object, flags: Option<i64>) -> R<()> {
        let recursive = Class::of::<super::interfaces::RecursiveIterator>(ctx)?;
        if !iterator.instance_of(recursive) {
            let given = iterator.as_value().value_name();
            let message = format!("must be of type RecursiveIterator, {given} given");
            return Err(ctx.argument_type_error(1, message));
        }
        create(this, ctx, iterator, flags.unwrap_or(CALL_TOSTRING), true)
    }
    #[php("public function hasChildren(): ~bool")]
    fn has_children(this: &Outer, ctx: &mut Ctx) -> R<bool> {
        ready(this, ctx)?;
        with(this, ctx, |c| c.children.is_some())
    }
    #[php("public function getChildren(): ~?RecursiveCachingIterator")]
    fn get_children(this: &Outer, ctx: &mut Ctx) -> R<Option<Object>> {
        ready(this, ctx)?;
        with(this, ctx, |c| c.children.clone())
    }
}
