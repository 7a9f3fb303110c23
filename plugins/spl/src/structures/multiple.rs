//! MultipleIterator: several iterators side by side.

use super::object_storage::Storage;
use crate::support::{debug_info, throw};
use plugin_api::{
    Array, Ctx, GcRoots, Handlers, Kind, Object, PropMode, R, This, Value, php_class, php_methods,
};

const NEED_ALL: i64 = 1;
const ASSOC: i64 = 2;

/// Several iterators side by side.
#[derive(GcRoots)]
#[php_class(
    "class MultipleIterator implements Iterator",
    "public const int MIT_NEED_ANY = 0",
    "public const int MIT_NEED_ALL = 1",
    "public const int MIT_KEYS_NUMERIC = 0",
    "public const int MIT_KEYS_ASSOC = 2",
    handlers(clone, read_dim, write_dim, has_dim, unset_dim)
)]
pub struct MultipleIterator {
    s: Storage,
    flags: i64,
}

impl Default for MultipleIterator {
    fn default() -> MultipleIterator {
        MultipleIterator { s: Storage::default(), flags: NEED_ALL }
    }
}

impl Handlers for MultipleIterator {
    fn clone(from: &This<Self>, to: &This<Self>, ctx: &mut Ctx) -> R<()> {
        let (pairs, flags) = {
            let p = from.borrow(ctx)?;
            (p.s.pairs(), p.flags)
        };
        let mut p = to.borrow_mut(ctx)?;
        for (o, v) in pairs {
            p.s.attach(&o, v);
        }
        p.flags = flags;
        Ok(())
    }
    // php-src gives it the element handlers of SplObjectStorage, though it is no ArrayAccess.
    fn read_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, mode: PropMode) -> R<Option<Value>> {
        let o = key_object(this, ctx, key)?;
        let found = this.borrow(ctx)?.s.info(o).map(Value::dereferenced);
        match found {
            Some(v) => Ok(Some(v)),
            None if mode == PropMode::Isset => Ok(Some(Value::NULL)),
            None => Err(throw(ctx, "UnexpectedValueException", "Object not found")),
        }
    }
    fn write_dim(this: &This<Self>, ctx: &mut Ctx, key: Option<&Value>, value: &Value) -> R<()> {
        let o = key_object(this, ctx, key)?;
        if !ctx.find_class("Iterator", false)?.is_some_and(|c| o.instance_of(c)) {
            return Err(ctx.type_error("Can only attach objects that implement the Iterator interface"));
        }
        let old = this.borrow_mut(ctx)?.s.attach(o, value.clone());
        drop(old);
        Ok(())
    }
    fn has_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value, not_empty: bool) -> R<bool> {
        let o = key_object(this, ctx, Some(key))?;
        let p = this.borrow(ctx)?;
        Ok(p.s.info(o).is_some_and(|v| !not_empty || v.to_bool()))
    }
    fn unset_dim(this: &This<Self>, ctx: &mut Ctx, key: &Value) -> R<()> {
        let o = key_object(this, ctx, Some(key))?;
        let gone = this.borrow_mut(ctx)?.s.detach(o);
        drop(gone);
        Ok(())
    }
}

/// The object that an offset must be.
fn key_object<'a>(this: &This<MultipleIterator>, ctx: &mut Ctx, key: Option<&'a Value>) -> R<&'a Object> {
    key.and_then(Value::as_object).ok_or_else(|| {
        let class = this.class().name();
        ctx.error(format!("Cannot use object of type {} as array", class.lossy()))
    })
}

fn parts(this: &This<MultipleIterator>, ctx: &mut Ctx) -> R<(Vec<(Object, Value)>, i64)> {
    let p = this.borrow(ctx)?;
    Ok((p.s.pairs(), p.flags))
}

/// What all of them give.
fn collect(this: &This<MultipleIterator>, ctx: &mut Ctx, method: &str) -> R<Array> {
    let (pairs, flags) = parts(this, ctx)?;
    if pairs.is_empty() {
        return Err(throw(ctx, "RuntimeException", format!("Called {method}() on an invalid iterator")));
    }
    let mut out = Array::new();
    for (it, info) in pairs {
        let valid = matches!(it.call(ctx, "valid", &[])?.kind(), Kind::Bool(true));
        let v = if valid {
            it.call(ctx, method, &[])?
        } else if flags & NEED_ALL != 0 {
            let message = format!("Called {method}() with non valid sub iterator");
            return Err(throw(ctx, "RuntimeException", message));
        } else {
            Value::NULL
        };
        if flags & ASSOC == 0 {
            out.push(v);
            continue;
        }
        match info.kind() {
            Kind::Int(i) => out.set(i, v),
            Kind::Str(s) => out.set(s, v),
            _ => {
                let message = "Sub-Iterator is associated with NULL";
                return Err(throw(ctx, "InvalidArgumentException", message));
            }
        }
    }
    Ok(out)
}

#[php_methods]
impl MultipleIterator {
    #[php(
        "public function __construct(int $flags = MultipleIterator::MIT_NEED_ALL|MultipleIterator::MIT_KEYS_NUMERIC)"
    )]
    fn construct(this: &This<Self>, ctx: &mut Ctx, flags: Option<i64>) -> R<()> {
        this.borrow_mut(ctx)?.flags = flags.unwrap_or(NEED_ALL);
        Ok(())
    }
    #[php("public function getFlags(): ~int")]
    fn get_flags(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.flags)
    }
    #[php("public function setFlags(int $flags): ~void")]
    fn set_flags(this: &This<Self>, ctx: &mut Ctx, flags: i64) -> R<()> {
        this.borrow_mut(ctx)?.flags = flags;
        Ok(())
    }
    #[php("public function attachIterator(Iterator $iterator, string|int|null $info = null): ~void")]
    fn attach_iterator(this: &This<Self>, ctx: &mut Ctx, iterator: &Object, info: Option<&Value>) -> R<()> {
        let info = info.cloned().unwrap_or_default();
        if !info.is_null() {
            let (pairs, _) = parts(this, ctx)?;
            if pairs.iter().any(|(_, v)| v.identical(&info)) {
                return Err(throw(ctx, "InvalidArgumentException", "Key duplication error"));
            }
        }
        let old = this.borrow_mut(ctx)?.s.attach(iterator, info);
        drop(old);
        Ok(())
    }
    #[php("public function detachIterator(Iterator $iterator): ~void")]
    fn detach_iterator(this: &This<Self>, ctx: &mut Ctx, iterator: &Object) -> R<()> {
        let gone = {
            let mut p = this.borrow_mut(ctx)?;
            let gone = p.s.detach(iterator);
            p.s.rewind();
            gone
        };
        drop(gone);
        Ok(())
    }
    #[php("public function containsIterator(Iterator $iterator): ~bool")]
    fn contains_iterator(this: &This<Self>, ctx: &mut Ctx, iterator: &Object) -> R<bool> {
        Ok(this.borrow(ctx)?.s.contains(iterator))
    }
    #[php("public function countIterators(): ~int")]
    fn count_iterators(this: &This<Self>, ctx: &mut Ctx) -> R<i64> {
        Ok(this.borrow(ctx)?.s.len() as i64)
    }
    #[php("public function rewind(): ~void")]
    fn rewind(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        for (it, _) in parts(this, ctx)?.0 {
            it.call(ctx, "rewind", &[])?;
        }
        Ok(())
    }
    #[php("public function valid(): ~bool")]
    fn valid(this: &This<Self>, ctx: &mut Ctx) -> R<bool> {
        let (pairs, flags) = parts(this, ctx)?;
        if pairs.is_empty() {
            return Ok(false);
        }
        let expect = flags & NEED_ALL != 0;
        for (it, _) in pairs {
            let valid = matches!(it.call(ctx, "valid", &[])?.kind(), Kind::Bool(true));
            if valid != expect {
                return Ok(!expect);
            }
        }
        Ok(expect)
    }
    #[php("public function key(): ~array")]
    fn key(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        collect(this, ctx, "key")
    }
    #[php("public function current(): ~array")]
    fn current(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        collect(this, ctx, "current")
    }
    #[php("public function next(): ~void")]
    fn next(this: &This<Self>, ctx: &mut Ctx) -> R<()> {
        for (it, _) in parts(this, ctx)?.0 {
            it.call(ctx, "next", &[])?;
        }
        Ok(())
    }
    #[php("public function __debugInfo(): ~array")]
    fn debug_info(this: &This<Self>, ctx: &mut Ctx) -> R<Array> {
        let (pairs, _) = parts(this, ctx)?;
        let list = pairs.into_iter().map(|(o, v)| {
            let mut a = Array::new();
            a.set("obj", o);
            a.set("inf", v);
            Value::from(a)
        });
        let storage = Array::list(list);
        // php-src lists it under the class that the storage is of.
        debug_info(ctx, this, "SplObjectStorage", vec![("storage", storage.into())])
    }
}
